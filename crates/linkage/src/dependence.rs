//! Whether two comparisons agree and differ together beyond what the model has: the residual dependence of its pattern table.
//!
//! Within a class of pairs the model takes comparisons as independent, but for what it says of itself: classes in which one or two may differ
//! ([`crate::mixture`]), people who moved ([`crate::moved`]), and what follows from something else ([`crate::condition`]). What it does not say shows in
//! the table of patterns. For each two comparisons the departures from what each class expects, multiplied and summed over the pairs by their
//! probability of that class, are the derivative of the log-likelihood by a term that would bind the two, as in modification indices of local independence (Oberski, van
//! Kollenburg and Vermunt 2013). No test is made of it, since pairs are not independent of each other: divided by the departures of each alone it is a
//! correlation, 0 where the model is right, 1 where the two say one thing. It is asked of the pairs of one person, where what differs together weighs against a person
//! twice, and of different people, where what agrees together speaks for one person twice.

use serde::{Deserialize, Serialize};

use crate::class_table::ClassTable;
use crate::condition::is_agreement;
use crate::html;
use crate::mixture::Mixture;
use crate::model::Model;

/// Pairs of which both comparisons are known, from which two are looked at ...
const PAIRS_MIN: f64 = 100.0;
/// ... and pairs that differ, or agree, in both, seen or by the model: of fewer nothing follows.
const BOTH_MIN: f64 = 5.0;
/// Correlation from which two comparisons hang together closely. Of sets whose columns go their own ways those that may follow have less where it rests on
/// [`PAIRS_BEYOND_MIN`] pairs or more; invented registers in which they do not have 0.23 to 0.98.
pub(crate) const CORRELATION_MIN: f64 = 0.2;
/// Pairs that differ, or agree, in both, beyond those that the model expects, from which they do.
pub(crate) const PAIRS_BEYOND_MIN: f64 = 20.0;
/// Pairs of a pattern expected to be of one class, below which they change no sum.
const PAIRS_NONE: f64 = 1e-6;

/// In which pairs two comparisons hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Among {
    /// Those of one person: counted are pairs that differ in both.
    OnePerson,
    /// Those of different people, as if drawn at random from all: counted are pairs that agree in both, or nearly.
    DifferentPeople,
}

/// How two comparisons hang together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dependence {
    /// In which pairs.
    pub among: Among,
    /// The name of the earlier comparison.
    pub first: String,
    /// The name of the later one.
    pub second: String,
    /// Pairs in which both are known: compared ones expected to be of one person, or ones of different people in a random draw.
    pub n_pairs: f64,
    /// How many of them differ in both, or agree.
    pub both: f64,
    /// The departures from the model that go together: how many more that is than the model has, or fewer.
    pub beyond: f64,
    /// Correlation of the departures from the model, -1 to 1; 0 where it is right.
    pub correlation: f64,
}

impl Dependence {
    /// Whether the two hang together so closely that the model is wrong about them.
    pub(crate) fn is_close(&self) -> bool {
        self.correlation >= CORRELATION_MIN && self.beyond >= PAIRS_BEYOND_MIN
    }

    /// How many would be so in both if nothing went together beyond the model; 0 where more went together than there are.
    pub(crate) fn both_by_model(&self) -> f64 {
        (self.both - self.beyond).max(0.0)
    }
}

/// That two comparisons hang together in the pairs of one person beyond the model, as a clause; `None` where none do closely.
pub(crate) fn told(dependences: &[Dependence]) -> Option<String> {
    let is_told = |of: &&Dependence| of.among == Among::OnePerson && of.is_close();
    let closest = dependences.iter().find(is_told)?;
    let count = |pairs: f64| html::count(pairs.round() as u64);
    Some(format!(
        "`{}` and `{}` go together more than the model has it: of the {} pairs taken for one person in which both are known, {} differ in both, where {} would if the mistakes \
         in one said nothing of those in the other. Either mistakes in the two come together, and more true pairs are left out than is said, or pairs of two people are among them, and more \
         are false",
        closest.first,
        closest.second,
        count(closest.n_pairs),
        count(closest.both),
        count(closest.both_by_model())
    ))
}

/// Sums over the pairs in which two comparisons are known.
#[derive(Debug, Clone, Copy, Default)]
struct Together {
    n_pairs: f64,
    both: f64,
    departures: [f64; 2],
    product: f64,
    squares: [f64; 2],
}

impl Together {
    /// Adds so many pairs of one class: whether each comparison is as counted, and how often it is in that class.
    fn add(&mut self, n_pairs: f64, first: (bool, f64), second: (bool, f64)) {
        let departure = |(is_so, share): (bool, f64)| f64::from(u8::from(is_so)) - share;
        let (a, b) = (departure(first), departure(second));
        self.n_pairs += n_pairs;
        self.both += if first.0 && second.0 { n_pairs } else { 0.0 };
        self.departures[0] += n_pairs * a;
        self.departures[1] += n_pairs * b;
        self.product += n_pairs * a * b;
        self.squares[0] += n_pairs * a * a;
        self.squares[1] += n_pairs * b * b;
    }

    /// Of a sum of products that of the means taken out: where a bound or imagined pairs keep both from what the pairs show, that is no dependence.
    fn centred(&self, sum: f64, a: f64, b: f64) -> f64 {
        sum - a * b / self.n_pairs.max(f64::MIN_POSITIVE)
    }

    fn beyond(&self) -> f64 {
        self.centred(self.product, self.departures[0], self.departures[1])
    }

    fn tells(&self) -> bool {
        self.n_pairs >= PAIRS_MIN && self.both.max(self.both - self.beyond()) >= BOTH_MIN
    }

    fn correlation(&self) -> f64 {
        let variance = |of: usize| self.centred(self.squares[of], self.departures[of], self.departures[of]);
        let scale = (variance(0) * variance(1)).sqrt();
        if scale > 0.0 { self.beyond() / scale } else { 0.0 }
    }
}

/// Which levels of a comparison are counted, and for each class how often a pair of that class shows one in the context of a level.
struct Counted {
    is_counted: Vec<bool>,
    /// `shares[level * n_classes + class]`.
    shares: Vec<f64>,
    null: usize,
}

impl Counted {
    fn of(slot: usize, model: &Model, table: &ClassTable, among: Among) -> Self {
        let comparison = &model.comparisons[slot];
        let n_classes = table.shares().len();
        let row = &table.rows()[slot];
        // Of texts what counts as agreement to whatever follows from them, in every state of what they follow from themselves.
        let agrees = |level: usize| match comparison.is_of_texts() {
            true => is_agreement(comparison, level as u8),
            false => model.is_agreed(slot, level as u8),
        };
        let is_counted: Vec<bool> = (0..comparison.levels.len())
            .map(|level| agrees(level) == (among == Among::DifferentPeople))
            .collect();
        let in_context = |level: usize, class: usize| -> f64 {
            let of_context = |other: &usize| {
                let (known, level) = (&comparison.levels[*other], &comparison.levels[level]);
                !known.is_null && known.context == level.context && is_counted[*other]
            };
            (0..is_counted.len()).filter(of_context).map(|other| row[other * n_classes + class]).sum()
        };
        let cells = (0..is_counted.len()).flat_map(|level| (0..n_classes).map(move |class| (level, class)));
        let shares = cells.map(|(level, class)| in_context(level, class)).collect();
        Self { shares, null: usize::from(comparison.null()), is_counted }
    }
}

/// All two comparisons that are known together in pairs enough, by their places. `patterns` are those of pairs, and how many show each.
pub(crate) fn dependences<'a>(
    among: Among,
    (mixture, table): (&Mixture, &ClassTable),
    model: &Model,
    patterns: impl Iterator<Item = (&'a [u8], f64)>,
) -> Vec<Dependence> {
    let n = model.comparisons.len();
    let n_classes = table.shares().len();
    let counted: Vec<Counted> = (0..n).map(|slot| Counted::of(slot, model, table, among)).collect();
    let is_looked_at =
        |class: &usize| mixture.classes[*class].relation.is_same_person() == (among == Among::OnePerson);
    let looked_at: Vec<usize> = (0..n_classes).filter(is_looked_at).collect();
    let mut sums = vec![Together::default(); n * n];
    let mut classes = table.classes();
    for (levels, n_pairs) in patterns {
        table.weigh(levels, &mut classes);
        let all: f64 = classes.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let known: Vec<usize> =
            (0..n).filter(|slot| usize::from(levels[*slot]) != counted[*slot].null).collect();
        for class in &looked_at {
            let expected = n_pairs * classes[*class] / all;
            if expected < PAIRS_NONE {
                continue;
            }
            let at = |slot: usize| {
                let (of, level) = (&counted[slot], usize::from(levels[slot]));
                (of.is_counted[level], of.shares[level * n_classes + class])
            };
            for (idx, first) in known.iter().enumerate() {
                for second in &known[idx + 1..] {
                    sums[first * n + second].add(expected, at(*first), at(*second));
                }
            }
        }
    }
    let name = |slot: usize| model.comparisons[slot].name.clone();
    let told = sums.iter().enumerate().filter(|(_, sum)| sum.tells());
    told.map(|(idx, sum)| Dependence {
        among,
        first: name(idx / n),
        second: name(idx % n),
        n_pairs: sum.n_pairs,
        both: sum.both,
        beyond: sum.beyond(),
        correlation: sum.correlation(),
    })
    .collect()
}

/// Puts the closest first.
pub(crate) fn sort(dependences: &mut [Dependence]) {
    dependences.sort_by(|a, b| b.correlation.abs().total_cmp(&a.correlation.abs()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::tests::text;
    use crate::expectation_maximization::{Parameters, Training};
    use crate::mixture::{Owner, PairClass};

    fn of(among: Among, both: f64, by_model: f64, correlation: f64) -> Dependence {
        let (first, second) = ("name".to_owned(), "card".to_owned());
        Dependence { among, first, second, n_pairs: 5_000.0, both, beyond: both - by_model, correlation }
    }

    fn check(dependences: &[Dependence], expected: Option<&str>) {
        let found = told(dependences);
        assert_eq!(found.is_some(), expected.is_some(), "{dependences:?}: {found:?}");
        assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()), "{dependences:?}");
    }

    #[test]
    fn what_is_close_in_the_pairs_of_one_person_is_told() {
        let close = of(Among::OnePerson, 60.0, 39.0, 0.2);
        check(&[], None);
        check(&[of(Among::OnePerson, 60.0, 41.0, 0.9)], None);
        check(&[of(Among::OnePerson, 60.0, 10.0, 0.19)], None);
        check(&[of(Among::OnePerson, 10.0, 60.0, -0.9), of(Among::DifferentPeople, 60.0, 10.0, 0.9)], None);
        check(&[of(Among::OnePerson, 10.0, 60.0, -0.9), close], Some("60 differ in both, where 39 would"));
    }

    /// Pairs of which so many are as counted in both, in the first alone, in the second alone and in neither, in a class in which half is in each.
    fn check_sum(n: [f64; 4], beyond: f64, correlation: f64) {
        let mut sum = Together::default();
        for (n, (first, second)) in
            n.into_iter().zip([(true, true), (true, false), (false, true), (false, false)])
        {
            sum.add(n, (first, 0.5), (second, 0.5));
        }
        assert!((sum.beyond() - beyond).abs() < 1e-9, "{n:?}: {}", sum.beyond());
        assert!((sum.correlation() - correlation).abs() < 1e-9, "{n:?}: {}", sum.correlation());
    }

    #[test]
    fn departures_that_go_together_are_what_is_left_beside_the_means() {
        check_sum([25.0, 25.0, 25.0, 25.0], 0.0, 0.0);
        check_sum([50.0, 0.0, 0.0, 50.0], 25.0, 1.0);
        check_sum([0.0, 50.0, 50.0, 0.0], -25.0, -1.0);
        // Both rarer than the class has it, and independent: no dependence.
        check_sum([4.0, 16.0, 16.0, 64.0], 0.0, 0.0);
    }

    /// What is found in a thousand pairs, in so many of which both texts are equal, and in a tenth each.
    fn check_pairs(n_both: f64, among: Among, (both, by_model, correlation): (f64, f64, f64)) {
        let comparisons = vec![text("job"), text("employer")];
        let mixture = Mixture::new(&comparisons, 100.0);
        let exact = comparisons[0].levels.iter().position(|level| level.is_exact).unwrap();
        let table = |(owner, _): &(Owner, usize)| {
            let mut table = vec![0.0; comparisons[0].levels.len()];
            let agreement = if owner.is_same_person() { 0.9 } else { 0.1 };
            (table[0], table[exact]) = (1.0 - agreement, agreement);
            table[usize::from(comparisons[0].null())] = 1.0;
            table
        };
        let share = |class: &PairClass| if class.relation.is_same_person() { 1e-9 } else { 1.0 };
        let parameters = Parameters {
            shares: mixture.classes.iter().map(share).collect(),
            tables: mixture.owners.iter().map(table).collect(),
        };
        let model = Model::new(comparisons, &mixture, &parameters, Training::default());
        let pair =
            |first: bool, second: bool| [first, second].map(|equal| if equal { exact as u8 } else { 0 });
        let patterns = [pair(true, true), pair(true, false), pair(false, true), pair(false, false)];
        let counts = [n_both, 100.0 - n_both, 100.0 - n_both, 800.0 + n_both];
        let shown = patterns.iter().map(|levels| &levels[..]).zip(counts);
        let found = dependences(among, (&mixture, &ClassTable::new(&mixture, &parameters)), &model, shown);
        let found: Vec<_> = found.iter().map(|of| (of.both, of.both_by_model(), of.correlation)).collect();
        let is_near = |a: f64, b: f64| (a - b).abs() < 0.01 * b.abs().max(0.1);
        let expected = (both, by_model, correlation);
        assert!(
            matches!(found[..], [of] if is_near(of.0, both) && is_near(of.1, by_model) && is_near(of.2, correlation)),
            "{n_both}: {found:?}, not {expected:?}"
        );
    }

    #[test]
    fn what_agrees_together_in_different_people_is_found() {
        check_pairs(10.0, Among::DifferentPeople, (10.0, 10.0, 0.0));
        check_pairs(50.0, Among::DifferentPeople, (50.0, 10.0, 40.0 / 90.0));
    }
}
