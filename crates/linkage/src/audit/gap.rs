//! Rates by stratum, and whether they differ: people drawn anew, Holm, the smallest difference that could have been seen,
//! and the margin of equivalence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hashing::Stream;
use crate::resample::{Z_90, Z_95, Z_POWER, critical, deviation, holm, poisson, quantile, two_sided, wilson};

/// Fewest people from whom a rate is estimated, in the stratum and outside it.
pub const ESTIMABLE_PEOPLE_MIN: usize = 30;
/// Fewest redraws of an interval.
pub const REPLICATES_MIN: usize = 1_000;
/// Most strata of which every two are held against each other.
pub const PAIRWISE_STRATA_MAX: usize = 12;
/// A difference counts as shown when its adjusted p value is below this: the chance that a family of tests shows anything where
/// nothing differs.
pub const FAMILY_LEVEL: f64 = 0.05;
/// Stream of random numbers of the redraws.
const STREAM: u64 = 3_000;
/// Numbers of the streams of two strata held against each other; those of strata lie below.
const PAIRWISE_STREAM: u64 = 1 << 32;

/// What can be said of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The stratum differs from everybody else, after adjustment for all strata looked at.
    Differs,
    /// It differs, and by less than the margin declared before.
    DiffersWithinMargin,
    /// No difference as large as the margin: the 90 % interval lies inside it.
    Equivalent,
    /// The data can show neither a difference nor its absence.
    Inconclusive,
    /// Too few people to say anything.
    NotEstimable,
    /// The larger of two strata: its difference is that of the other with the sign turned, and is stated and tested once, there.
    Reference,
}

impl Outcome {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Differs => "differs",
            Self::DiffersWithinMargin => "differs, within the margin",
            Self::Equivalent => "no difference beyond the margin",
            Self::Inconclusive => "inconclusive",
            Self::NotEstimable => "not estimable",
            Self::Reference => "reference: the difference is that of the other stratum, turned",
        }
    }
}

/// The rate of one stratum, against everybody else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// The stratum.
    pub stratum: String,
    /// The stratum that it is held against; `None` for everybody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// People with anything to count.
    pub n_people: usize,
    /// Cases; `None` under [`ESTIMABLE_PEOPLE_MIN`] people, so that no figure points to somebody.
    pub part: Option<u64>,
    /// Of so many.
    pub whole: Option<u64>,
    /// part / whole; `None` when it cannot be estimated, as all that follows.
    pub rate: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<(f64, f64)>,
    /// Rate of everybody else, or of the stratum that it is held against.
    pub rate_of_others: Option<f64>,
    /// Rate minus rate of the others.
    pub difference: Option<f64>,
    /// Its 95 % interval, people drawn anew.
    pub difference_interval: Option<(f64, f64)>,
    /// Rate divided by the rate of the others; `None` when theirs is 0.
    pub ratio: Option<f64>,
    /// Its 95 % interval; `None` when theirs can be 0, so that there is no upper end.
    #[serde(default)]
    pub ratio_interval: Option<(f64, f64)>,
    /// Two-sided p value of no difference, adjusted by Holm over its family: the tests of one measure in one dimension, of
    /// strata against everybody else or of every two against each other.
    pub p_adjusted: Option<f64>,
    /// Tests in that family; `None` where nothing was tested.
    #[serde(default)]
    pub n_tests: Option<usize>,
    /// The smallest difference that these data would show with power 0.8 at the level [`FAMILY_LEVEL`] / `n_tests`: the first and
    /// strictest step of Holm, which asks for no other difference of the family to be shown.
    pub detectable: Option<f64>,
    /// What can be said.
    pub outcome: Outcome,
}

/// How differences are judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) margin: f64,
    pub(crate) replicates: usize,
    pub(crate) seed: u64,
}

/// People who count alike: (cases, of so many) → people. A redraw of people is a redraw of these numbers.
pub(super) type Cells = BTreeMap<(u32, u32), u32>;

/// The gaps of all strata. `cases` gives for each person the stratum, the cases and of how many; people of whom nothing
/// counts give 0 of 0.
pub(crate) fn gaps(
    strata: &[String],
    cases: impl Iterator<Item = (u16, u32, u32)>,
    rules: Rules,
) -> Vec<Gap> {
    let mut cells: Vec<Cells> = vec![Cells::new(); strata.len()];
    let mut all = Cells::new();
    for (stratum, part, whole) in cases.filter(|case| case.2 > 0) {
        *cells[usize::from(stratum)].entry((part, whole)).or_default() += 1;
        *all.entry((part, whole)).or_default() += 1;
    }
    let mut found: Vec<(Gap, f64)> = strata
        .iter()
        .zip(&cells)
        .enumerate()
        .map(|(idx, (name, own))| gap(name, own, &without(&all, own), rules, idx as u64))
        .collect();
    let counted: Vec<usize> = (0..strata.len()).filter(|stratum| !cells[*stratum].is_empty()).collect();
    if let [a, b] = counted[..] {
        let larger = if found[b].0.n_people > found[a].0.n_people { b } else { a };
        let gap = &mut found[larger].0;
        if gap.difference.is_some() {
            *gap = Gap { outcome: Outcome::Reference, ..gap.without_difference() };
        }
    }
    adjusted(found)
}

impl Gap {
    /// What is said of too few people: how many they are.
    fn of_nothing(stratum: &str, n_people: usize) -> Self {
        Self {
            stratum: stratum.to_owned(),
            against: None,
            n_people,
            part: None,
            whole: None,
            rate: None,
            interval: None,
            rate_of_others: None,
            difference: None,
            difference_interval: None,
            ratio: None,
            ratio_interval: None,
            p_adjusted: None,
            n_tests: None,
            detectable: None,
            outcome: Outcome::NotEstimable,
        }
    }

    /// The rate alone.
    fn without_difference(&self) -> Self {
        Self {
            rate_of_others: None,
            difference: None,
            difference_interval: None,
            ratio: None,
            ratio_interval: None,
            p_adjusted: None,
            n_tests: None,
            detectable: None,
            ..self.clone()
        }
    }
}

/// Every two strata that can be estimated against each other; none with fewer than three of them, where it is the same as
/// against everybody else, or with more than [`PAIRWISE_STRATA_MAX`].
pub(crate) fn pairwise(
    strata: &[String],
    cases: impl Iterator<Item = (u16, u32, u32)>,
    rules: Rules,
) -> Vec<Gap> {
    let mut cells: Vec<Cells> = vec![Cells::new(); strata.len()];
    for (stratum, part, whole) in cases.filter(|case| case.2 > 0) {
        *cells[usize::from(stratum)].entry((part, whole)).or_default() += 1;
    }
    let large: Vec<usize> =
        (0..strata.len()).filter(|stratum| sums(&cells[*stratum]).2 >= ESTIMABLE_PEOPLE_MIN).collect();
    if !(3..=PAIRWISE_STRATA_MAX).contains(&large.len()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (place, a) in large.iter().copied().enumerate() {
        for b in large[place + 1..].iter().copied() {
            let number = PAIRWISE_STREAM + (a * strata.len() + b) as u64;
            let (gap, p) = gap(&strata[a], &cells[a], &cells[b], rules, number);
            found.push((Gap { against: Some(strata[b].clone()), ..gap }, p));
        }
    }
    adjusted(found)
}

/// The gaps of one family with p values adjusted by Holm, what can be said of each, and what would have been seen.
fn adjusted(mut found: Vec<(Gap, f64)>) -> Vec<Gap> {
    let tested: Vec<usize> = (0..found.len()).filter(|k| found[*k].0.difference.is_some()).collect();
    let n_tests = tested.len();
    let p_values: Vec<f64> = tested.iter().map(|k| found[*k].1).collect();
    let strictest = critical(FAMILY_LEVEL / n_tests.max(1) as f64);
    for (k, p) in tested.into_iter().zip(holm(&p_values)) {
        let gap = &mut found[k].0;
        gap.p_adjusted = Some(p);
        gap.n_tests = Some(n_tests);
        gap.detectable = gap.detectable.map(|error| (strictest + Z_POWER) * error);
        // Both the test and the interval must say so: of skewed figures the one can outrun the other.
        let leaves_zero = gap.difference_interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0);
        gap.outcome = match (p < FAMILY_LEVEL && leaves_zero, gap.outcome) {
            (true, Outcome::Equivalent) => Outcome::DiffersWithinMargin,
            (true, _) => Outcome::Differs,
            (false, outcome) => outcome,
        };
    }
    found.into_iter().map(|(gap, _)| gap).collect()
}

fn without(all: &Cells, own: &Cells) -> Cells {
    let rest = |(cell, n): (&(u32, u32), &u32)| (*cell, n - own.get(cell).copied().unwrap_or(0));
    all.iter().map(rest).filter(|(_, n)| *n > 0).collect()
}

/// People of one side of a difference, with the rates of their redraws.
struct Side<'a> {
    cells: &'a Cells,
    part: u64,
    whole: u64,
    n_people: usize,
    drawn: Vec<f64>,
}

impl<'a> Side<'a> {
    /// Nothing is drawn of fewer than [`ESTIMABLE_PEOPLE_MIN`] people.
    fn new(cells: &'a Cells, rules: Rules, stream: &mut Stream) -> Self {
        let (part, whole, n_people) = sums(cells);
        let n_draws = if n_people < ESTIMABLE_PEOPLE_MIN { 0 } else { rules.replicates };
        Self { cells, part, whole, n_people, drawn: redrawn(cells, n_draws, stream) }
    }

    fn is_estimable(&self) -> bool {
        self.n_people >= ESTIMABLE_PEOPLE_MIN
    }

    fn rate(&self) -> f64 {
        self.part as f64 / self.whole as f64
    }

    /// Whether nothing is a case, or everything: then no redraw shows any spread.
    fn is_extreme(&self) -> bool {
        is_extreme_of(self.cells)
    }

    fn interval(&self) -> (f64, f64) {
        let is_of_people = self.cells.keys().all(|(part, whole)| *whole == 1 && part <= whole);
        let n_people = (self.n_people as f64).max(1.0);
        match (self.is_extreme(), is_of_people) {
            (_, true) => wilson(self.part as f64, (self.whole as f64).max(1.0)),
            (true, false) if self.part > 0 => wilson(n_people, n_people),
            (true, false) => wilson(0.0, n_people),
            (false, false) => ends(&mut self.drawn.clone(), 0.025),
        }
    }

    fn error(&self) -> f64 {
        if self.is_extreme() { floor(self.part > 0, self.n_people) } else { deviation(&self.drawn) }
    }
}

/// The gap, before adjustment, with its p value; the outcome knows the margin only, and `detectable` is the standard error.
fn gap(name: &str, own: &Cells, others: &Cells, rules: Rules, stratum: u64) -> (Gap, f64) {
    let mut stream = Stream::new(rules.seed, STREAM + stratum);
    let own = Side::new(own, rules, &mut stream);
    let mut gap = Gap::of_nothing(name, own.n_people);
    if !own.is_estimable() {
        return (gap, 1.0);
    }
    (gap.part, gap.whole) = (Some(own.part), Some(own.whole));
    (gap.rate, gap.interval) = (Some(own.rate()), Some(own.interval()));
    let others = Side::new(others, rules, &mut stream);
    if !others.is_estimable() {
        return (gap, 1.0);
    }
    let difference = own.rate() - others.rate();
    let error = own.error().hypot(others.error()).max(error_without_difference(&own, &others));
    gap.rate_of_others = Some(others.rate());
    gap.difference = Some(difference);
    gap.difference_interval = Some(difference_interval(&own, &others, error));
    gap.ratio = (others.rate() > 0.0).then(|| own.rate() / others.rate());
    gap.ratio_interval = gap.ratio.and_then(|_| ratio_interval(&own, &others));
    gap.detectable = Some(error);
    let is_inside = difference.abs() + Z_90 * error < rules.margin;
    gap.outcome = if is_inside { Outcome::Equivalent } else { Outcome::Inconclusive };
    (gap, two_sided(difference / error.max(f64::MIN_POSITIVE)))
}

/// Standard error of the difference of two rates if both were that of everybody together. Of rare cases a side can by chance show
/// none, or few, and then its own redraws show too little spread: the test may not take that for certainty.
fn error_without_difference(own: &Side<'_>, others: &Side<'_>) -> f64 {
    let (n, whole) = ((own.n_people + others.n_people) as f64, (own.whole + others.whole) as f64);
    let rate = (own.part + others.part) as f64 / whole;
    let cells = own.cells.iter().chain(others.cells);
    let squares: f64 = cells
        .map(|((part, whole), n)| f64::from(*n) * (f64::from(*part) - rate * f64::from(*whole)).powi(2))
        .sum();
    let of_side = |side: &Side<'_>| squares / n * side.n_people as f64 / (side.whole as f64).powi(2);
    (of_side(own) + of_side(others)).sqrt()
}

fn difference_interval(own: &Side<'_>, others: &Side<'_>, error: f64) -> (f64, f64) {
    if own.is_extreme() || others.is_extreme() {
        let difference = own.rate() - others.rate();
        let most = difference.abs().max(1.0);
        return ((difference - Z_95 * error).max(-most), (difference + Z_95 * error).min(most));
    }
    let pairs = own.drawn.iter().zip(&others.drawn);
    ends(&mut pairs.map(|(own, others)| own - others).collect::<Vec<_>>(), 0.025)
}

/// `None` where the rate of the others can be 0, so that the ratio has no upper end. Where no redraw shows a spread, the ends
/// come from those of the two rates, and are wider than they need be.
fn ratio_interval(own: &Side<'_>, others: &Side<'_>) -> Option<(f64, f64)> {
    if own.is_extreme() || others.is_extreme() {
        let ((own_low, own_high), (low, high)) = (own.interval(), others.interval());
        return (low > 0.0).then(|| (own_low / high, own_high / low));
    }
    let pairs = own.drawn.iter().zip(&others.drawn);
    let ratio = |(own, others): (&f64, &f64)| if *others > 0.0 { own / others } else { f64::INFINITY };
    let (low, high) = ends(&mut pairs.map(ratio).collect::<Vec<_>>(), 0.025);
    high.is_finite().then_some((low, high))
}

/// Whether nothing is a case, or everything.
fn is_extreme_of(cells: &Cells) -> bool {
    cells.keys().all(|(part, _)| *part == 0) || cells.keys().all(|(part, whole)| part == whole)
}

pub(super) fn sums(cells: &Cells) -> (u64, u64, usize) {
    cells.iter().fold((0, 0, 0), |(part, whole, people), (cell, n)| {
        (
            part + u64::from(cell.0) * u64::from(*n),
            whole + u64::from(cell.1) * u64::from(*n),
            people + *n as usize,
        )
    })
}

/// Standard error of a rate of which all cases are alike, so that no redraw shows any spread: that of one case more on
/// the other side.
fn floor(is_all: bool, n: usize) -> f64 {
    let n = n as f64 + 2.0;
    let p = if is_all { 1.0 - 1.0 / n } else { 1.0 / n };
    (p * (1.0 - p) / n).sqrt()
}

/// Rates with people drawn anew (the Poisson bootstrap: each person counts a Poisson number of times).
pub(super) fn redrawn(cells: &Cells, replicates: usize, stream: &mut Stream) -> Vec<f64> {
    let draw = |_| {
        let (mut part, mut whole) = (0.0, 0.0);
        for (cell, n) in cells {
            let times = poisson(f64::from(*n), stream);
            part += times * f64::from(cell.0);
            whole += times * f64::from(cell.1);
        }
        if whole > 0.0 { part / whole } else { 0.0 }
    };
    (0..replicates).map(draw).collect()
}

fn ends(values: &mut [f64], tail: f64) -> (f64, f64) {
    (quantile(values, tail).unwrap_or(0.0), quantile(values, 1.0 - tail).unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { margin: 0.02, replicates: REPLICATES_MIN, seed: 1 };

    fn strata(n: usize) -> Vec<String> {
        (0..n).map(|k| format!("s{k}")).collect()
    }

    /// People of `n` strata of `size` each; a person of stratum k is missed with the k-th rate.
    fn missed(rates: &[f64], size: usize, seed: u64) -> Vec<Gap> {
        let mut stream = Stream::new(seed, 77);
        let mut cases = Vec::new();
        for (stratum, rate) in rates.iter().enumerate() {
            cases.extend((0..size).map(|_| (stratum as u16, u32::from(stream.unit() < *rate), 1)));
        }
        gaps(&strata(rates.len()), cases.into_iter(), RULES)
    }

    #[test]
    fn a_planted_bias_of_five_points_is_seen_with_power() {
        let n = 60;
        let seen = (0..n)
            .filter(|seed| missed(&[0.05, 0.05, 0.10, 0.05], 700, *seed)[2].outcome == Outcome::Differs);
        let seen = seen.count();
        assert!(seen * 10 >= n as usize * 8, "seen in {seen} of {n} populations");
    }

    #[test]
    fn without_a_bias_few_differences_are_claimed() {
        let n = 100;
        let differs = |gap: &Gap| matches!(gap.outcome, Outcome::Differs | Outcome::DiffersWithinMargin);
        let wrong = (0..n).filter(|seed| missed(&[0.06; 5], 500, 500 + *seed).iter().any(differs)).count();
        assert!(wrong <= 11, "{wrong} of {n} populations without a bias were said to have one");
    }

    #[test]
    fn of_rare_cases_none_by_chance_is_not_a_difference() {
        let n = 100;
        let differs = |gap: &Gap| matches!(gap.outcome, Outcome::Differs | Outcome::DiffersWithinMargin);
        let wrong = (0..n).filter(|seed| missed(&[0.012; 10], 240, 900 + *seed).iter().any(differs)).count();
        assert!(wrong <= 8, "{wrong} of {n} populations without a bias were said to have one");
        let cases = (0..246).map(|_| (0, 0, 1)).chain((0..2_298).map(|k| (1, u32::from(k % 70 == 0), 1)));
        let found = &gaps(&strata(2), cases, RULES)[0];
        assert_eq!(found.outcome, Outcome::Inconclusive, "none of 246 where 3.5 are expected: {found:?}");
        let (low, high) = found.difference_interval.unwrap();
        assert!(low < 0.0 && high > 0.0, "{low} to {high}");
    }

    #[test]
    fn strata_are_held_against_each_other_too() {
        let mut stream = Stream::new(9, 77);
        let rates = [0.05, 0.05, 0.20];
        let cases: Vec<(u16, u32, u32)> =
            (0..2_400u16).map(|k| (k % 3, u32::from(stream.unit() < rates[usize::from(k % 3)]), 1)).collect();
        let found = pairwise(&strata(3), cases.iter().copied(), RULES);
        let said: Vec<_> =
            found.iter().map(|gap| (gap.against.as_deref(), gap.outcome == Outcome::Differs)).collect();
        assert_eq!(said, [(Some("s1"), false), (Some("s2"), true), (Some("s2"), true)]);
        assert!(pairwise(&strata(2), cases.iter().copied().filter(|case| case.0 < 2), RULES).is_empty());
    }

    #[test]
    fn what_would_show_is_what_the_adjusted_test_shows() {
        // Everybody else hardly counts against 400 people each: the error of a stratum's difference is near its own.
        let found = missed(&[0.1, 0.1, 0.1, 0.1, 0.1], 400, 11);
        let z_of_five = 2.575_829; // two-sided 0.05 / 5
        for gap in &found {
            let (low, high) = gap.difference_interval.unwrap();
            let error = (high - low) / (2.0 * Z_95);
            let expected = (z_of_five + Z_POWER) * error;
            assert!((gap.detectable.unwrap() / expected - 1.0).abs() < 0.15, "{gap:?}");
            assert_eq!(gap.n_tests, Some(5));
        }
    }

    #[test]
    fn of_two_strata_one_difference_is_tested() {
        for (sizes, reference) in [([300, 500], 1), ([500, 300], 0), ([400, 400], 0)] {
            let of_stratum =
                |(stratum, size): (u16, u16)| (0..size).map(move |k| (stratum, u32::from(k % 9 == 0), 1));
            // The third stratum has nobody with anything to count.
            let cases = [(0, sizes[0]), (1, sizes[1])].into_iter().flat_map(of_stratum).chain([(2, 0, 0)]);
            let found = gaps(&strata(3), cases, RULES);
            let (kept, other) = (&found[1 - reference], &found[reference]);
            assert_eq!((kept.n_tests, other.n_tests, other.difference), (Some(1), None, None), "{sizes:?}");
            assert_eq!((other.outcome, found[2].outcome), (Outcome::Reference, Outcome::NotEstimable));
            assert!(other.rate.is_some() && kept.difference.is_some());
        }
    }

    #[test]
    fn a_ratio_has_an_interval_where_it_has_an_upper_end() {
        // Twice as often, of 2,000 people on each side: the error of the logarithm is that of two counts.
        let cases = |own: u16, others: u16| {
            let of = |(stratum, n): (u16, u16)| (0..2_000).map(move |k| (stratum, u32::from(k < n), 1));
            [(0, others), (1, own)].into_iter().flat_map(of)
        };
        let ratio = |own, others| {
            let found = &gaps(&strata(2), cases(own, others), RULES)[1];
            (found.ratio, found.ratio_interval)
        };
        let (value, Some((low, high))) = ratio(200, 100) else { panic!("no interval") };
        let error = (1.0f64 / 200.0 + 1.0 / 100.0 - 2.0 / 2_000.0).sqrt();
        let expected = ((2.0f64.ln() - Z_95 * error).exp(), (2.0f64.ln() + Z_95 * error).exp());
        assert_eq!(value, Some(2.0));
        assert!(
            (low / expected.0 - 1.0).abs() < 0.06 && (high / expected.1 - 1.0).abs() < 0.06,
            "{low} to {high}"
        );
        assert_eq!(ratio(50, 0), (None, None), "nothing to divide by");
        assert_eq!(ratio(50, 2).1, None, "the others' rate can be 0");
        let (low, high) = ratio(0, 100).1.unwrap();
        assert!(
            low == 0.0 && high > 0.0 && high < 0.1,
            "none of 2,000 against one in twenty: {low} to {high}"
        );
    }

    #[test]
    fn counts_of_people_may_exceed_them() {
        let cases = (0..600u16).map(|k| (k % 2, if k % 2 == 0 { u32::from(k % 4 == 0) * 6 } else { 0 }, 1));
        let found = gaps(&strata(2), cases, RULES);
        assert_eq!((found[0].rate, found[1].outcome), (Some(3.0), Outcome::Differs));
        let (low, high) = found[0].interval.unwrap();
        assert!(low > 2.5 && low < 3.0 && high > 3.0 && high < 3.5, "{low} to {high}");
    }

    #[test]
    fn few_people_are_not_estimable_and_little_is_inconclusive() {
        let cases = (0..7).map(|_| (0, 1, 1)).chain((0..500).map(|k| (1, u32::from(k % 20 == 0), 1)));
        let found = gaps(&strata(2), cases, RULES);
        assert_eq!((found[0].outcome, found[0].n_people, found[0].rate), (Outcome::NotEstimable, 7, None));
        assert_eq!(found[1].difference, None, "there are not enough others");
        let found = missed(&[0.05, 0.06], 60, 5);
        assert_eq!(found[1].outcome, Outcome::Inconclusive);
        assert!(found[1].detectable.unwrap() > 0.05);
    }

    #[test]
    fn many_people_without_a_difference_are_equivalent() {
        let found = missed(&[0.05, 0.05], 12_000, 6);
        assert_eq!(found[1].outcome, Outcome::Equivalent);
        assert!(found[1].detectable.unwrap() < 0.02);
        let none = missed(&[0.0, 0.0], 12_000, 6);
        assert_eq!(none[1].outcome, Outcome::Equivalent, "no case at all still has an error: {none:?}");
    }

    #[test]
    fn pairs_of_one_person_are_not_many_cases() {
        // Everybody has ten pairs, all lost or none: the error is that of people.
        let cases = |step: u16| (0..800u16).map(move |k| (k % 2, if k % step == 0 { 10 } else { 0 }, 10));
        let of_pairs = gaps(&strata(2), cases(7), RULES);
        let of_people = gaps(&strata(2), cases(7).map(|(s, part, _)| (s, part / 10, 1)), RULES);
        let width = |gap: &Gap| gap.difference_interval.map(|(low, high)| high - low).unwrap();
        assert!((width(&of_pairs[1]) / width(&of_people[1]) - 1.0).abs() < 0.1);
    }
}
