//! Rates by stratum, and whether they differ: people drawn anew, Holm, the smallest difference that could have been seen,
//! and the margin of equivalence.

use serde::{Deserialize, Serialize};

use super::redraw::{Cells, OneMore, Redraws, SideRedraws, sums};
use crate::hashing::Stream;
use crate::resample::{Z_95, Z_POWER, critical, holm, wilson};

/// Fewest people from whom a rate is estimated, in the stratum and outside it.
pub const ESTIMABLE_PEOPLE_MIN: usize = 30;
/// Fewest redraws of an interval.
pub const REPLICATES_MIN: usize = 1_000;
/// Most strata of which every two are held against each other.
pub const PAIRWISE_STRATA_MAX: usize = 12;
/// A difference counts as shown when its adjusted p value is this or below: the chance that a family of tests shows anything where
/// nothing differs.
pub const FAMILY_LEVEL: f64 = 0.05;
/// What an interval of 95 % leaves out.
const LEVEL: f64 = 0.05;
/// What the interval leaves out that must lie inside the margin: two one-sided tests at 0.05.
const EQUIVALENCE_LEVEL: f64 = 0.1;
/// Stream of random numbers of the redraws.
const STREAM: u64 = 3_000;
/// Added for the redraws of the others.
const OTHERS_STREAM: u64 = 1 << 48;
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
    /// Its 95 % interval, people drawn anew. It leaves out 0 exactly where `p` is at most 0.05.
    pub difference_interval: Option<(f64, f64)>,
    /// Rate divided by the rate of the others; `None` when theirs is 0.
    pub ratio: Option<f64>,
    /// Its 95 % interval, of the same redraws.
    #[serde(default)]
    pub ratio_interval: Option<(f64, f64)>,
    /// Two-sided p value of no difference: the level at which the interval of the difference just reaches 0.
    #[serde(default)]
    pub p: Option<f64>,
    /// `p` adjusted by Holm over its family: the tests of one measure in one dimension, of
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
    let n_tests = cells.iter().filter(|own| sums(own).2 >= ESTIMABLE_PEOPLE_MIN).count();
    let mut found: Vec<Gap> = strata
        .iter()
        .zip(&cells)
        .enumerate()
        .map(|(idx, (name, own))| gap(name, own, &without(&all, own), rules, (idx as u64, n_tests)))
        .collect();
    let counted: Vec<usize> = (0..strata.len()).filter(|stratum| !cells[*stratum].is_empty()).collect();
    if let [a, b] = counted[..] {
        let larger = if found[b].n_people > found[a].n_people { b } else { a };
        let gap = &mut found[larger];
        if gap.difference.is_some() {
            *gap = Gap { outcome: Outcome::Reference, ..gap.without_difference() };
        }
    }
    adjusted(found)
}

impl Gap {
    /// What is said of too few people: how many they are.
    pub(super) fn of_nothing(stratum: &str, n_people: usize) -> Self {
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
            p: None,
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
            p: None,
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
    let n_tests = large.len() * (large.len() - 1) / 2;
    let mut found = Vec::new();
    for (place, a) in large.iter().copied().enumerate() {
        for b in large[place + 1..].iter().copied() {
            let number = PAIRWISE_STREAM + (a * strata.len() + b) as u64;
            let gap = gap(&strata[a], &cells[a], &cells[b], rules, (number, n_tests));
            found.push(Gap { against: Some(strata[b].clone()), ..gap });
        }
    }
    adjusted(found)
}

/// The gaps of one family with p values adjusted by Holm, what can be said of each, and what would have been seen.
fn adjusted(mut found: Vec<Gap>) -> Vec<Gap> {
    let tested: Vec<usize> = (0..found.len()).filter(|k| found[*k].p.is_some()).collect();
    let n_tests = tested.len();
    let p_values: Vec<f64> = tested.iter().filter_map(|k| found[*k].p).collect();
    let strictest = critical(FAMILY_LEVEL / n_tests.max(1) as f64);
    for (k, p) in tested.into_iter().zip(holm(&p_values)) {
        let gap = &mut found[k];
        gap.p_adjusted = Some(p);
        gap.n_tests = Some(n_tests);
        gap.detectable = gap.detectable.map(|error| (strictest + Z_POWER) * error);
        gap.outcome = match (p <= FAMILY_LEVEL, gap.outcome) {
            (true, Outcome::Equivalent) => Outcome::DiffersWithinMargin,
            (true, _) => Outcome::Differs,
            (false, outcome) => outcome,
        };
    }
    found
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
    redraws: SideRedraws<'a>,
}

impl<'a> Side<'a> {
    fn new(cells: &'a Cells, one_more: OneMore, stream: Stream) -> Self {
        let (part, whole, n_people) = sums(cells);
        Self { cells, part, whole, n_people, redraws: SideRedraws::new(cells, one_more, stream) }
    }

    fn is_estimable(&self) -> bool {
        self.n_people >= ESTIMABLE_PEOPLE_MIN
    }

    fn rate(&self) -> f64 {
        self.part as f64 / self.whole as f64
    }

    fn interval(&mut self, replicates: usize) -> (f64, f64) {
        if self.cells.keys().all(|(part, whole)| *whole == 1 && part <= whole) {
            return wilson(self.part as f64, self.whole as f64);
        }
        self.redraws.draw_to(replicates);
        self.redraws.ends(LEVEL)
    }
}

/// The gap before adjustment; `stream` numbers its redraws, `n_tests` is how many its family has at most. The outcome knows the margin only, and `detectable` is the standard error.
fn gap(name: &str, own: &Cells, others: &Cells, rules: Rules, (stream, n_tests): (u64, usize)) -> Gap {
    let known = [own, others];
    let side = |cells, of_side| {
        Side::new(cells, OneMore::new(cells, known), Stream::new(rules.seed, STREAM + stream + of_side))
    };
    let (mut own, mut others) = (side(own, 0), side(others, OTHERS_STREAM));
    let mut gap = Gap::of_nothing(name, own.n_people);
    if !own.is_estimable() {
        return gap;
    }
    (gap.part, gap.whole) = (Some(own.part), Some(own.whole));
    (gap.rate, gap.interval) = (Some(own.rate()), Some(own.interval(rules.replicates)));
    if !others.is_estimable() {
        return gap;
    }
    let redraws = Redraws::new(&mut own.redraws, &mut others.redraws, rules.replicates, n_tests);
    let (low, high) = redraws.ends(LEVEL);
    gap.rate_of_others = Some(others.rate());
    gap.difference = Some(own.rate() - others.rate());
    gap.difference_interval = Some((low, high));
    gap.p = Some(redraws.p());
    if others.part > 0 {
        gap.ratio = Some(own.rate() / others.rate());
        gap.ratio_interval = Some(Redraws::of(&own.redraws, &others.redraws, |a, b| a / b).ends(LEVEL));
    }
    gap.detectable = Some((high - low) / (2.0 * Z_95));
    let (low, high) = redraws.ends(EQUIVALENCE_LEVEL);
    let is_inside = low > -rules.margin && high < rules.margin;
    gap.outcome = if is_inside { Outcome::Equivalent } else { Outcome::Inconclusive };
    gap
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
    fn a_small_p_value_outlasts_the_adjustment_for_many_strata() {
        let rates: Vec<f64> = (0..40).map(|k| if k == 7 { 0.3 } else { 0.05 }).collect();
        let found = &missed(&rates, 200, 4)[7];
        assert_eq!((found.outcome, found.n_tests), (Outcome::Differs, Some(40)), "{found:?}");
        assert!(found.p.unwrap() < found.p_adjusted.unwrap() && found.p_adjusted.unwrap() < 0.01);
    }

    #[test]
    fn an_interval_holds_the_true_difference_as_often_as_it_says() {
        for (rates, size) in [([0.02, 0.05], 250), ([0.30, 0.25], 120), ([0.005, 0.01], 600)] {
            let n = 200;
            let holds = |seed: &u64| {
                let gap = missed(&rates, size, 2_000 + *seed).swap_remove(1);
                let gap =
                    if gap.difference.is_some() { gap } else { missed(&rates, size, *seed).swap_remove(0) };
                let (low, high) = gap.difference_interval.unwrap();
                let true_difference =
                    if gap.stratum == "s1" { rates[1] - rates[0] } else { rates[0] - rates[1] };
                low <= true_difference && true_difference <= high
            };
            let held = (0..n).filter(holds).count();
            assert!(held * 100 >= n as usize * 92, "{rates:?}, {size} people: {held} of {n}");
        }
    }

    #[test]
    fn of_rare_cases_none_by_chance_is_not_a_difference() {
        let n = 100;
        let differs = |gap: &Gap| matches!(gap.outcome, Outcome::Differs | Outcome::DiffersWithinMargin);
        let wrong = (0..n).filter(|seed| missed(&[0.012; 10], 240, 900 + *seed).iter().any(differs)).count();
        assert!(wrong <= 8, "{wrong} of {n} populations without a bias were said to have one");
        let cases = (0..246).map(|_| (0, 0, 1)).chain((0..2_298).map(|k| (1, u32::from(k % 70 == 0), 1)));
        let found = &gaps(&strata(2), cases, RULES)[0];
        // Exactly: none of 246, where all 33 cases of 2,544 people fall among the others by chance in 1 of 29 deals.
        assert!((0.05..0.15).contains(&found.p.unwrap()), "none of 246 where 3.5 are expected: {found:?}");
        let (low, high) = found.difference_interval.unwrap();
        assert!(low < 0.0 && high > 0.0, "{low} to {high}");
        assert_eq!(found.outcome, Outcome::Equivalent, "a rate of 1.5 % cannot be undercut by two points");
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
            let error = (0.09f64 / 400.0 + 0.09 / 1_600.0).sqrt();
            let expected = (z_of_five + Z_POWER) * error;
            assert!((gap.detectable.unwrap() / expected - 1.0).abs() < 0.25, "{gap:?}");
            assert!(((high - low) / (2.0 * Z_95 * error) - 1.0).abs() < 0.25, "{gap:?}");
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
        let (low, high) = ratio(50, 2).1.unwrap();
        assert!((4.0..8.0).contains(&low) && (80.0..400.0).contains(&high), "two cases: {low} to {high}");
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
