//! Whether two comparisons agree and differ together in pairs of one person, beyond what the model has: the residual dependence of its pattern
//! table.
//!
//! Within a class of pairs the model takes comparisons as independent, but for what it says of itself: classes in which one or two may differ
//! ([`crate::mixture`]), people who moved ([`crate::moved`]), and what follows from something else ([`crate::condition`]). What it does not say shows in
//! the table of patterns. For each two comparisons the departures from what each class expects, multiplied and summed over the pairs by their
//! probability of that class, are the derivative of the log-likelihood by a term that would bind the two (a score test of local independence; Oberski, van
//! Kollenburg and Vermunt 2013). Divided by the departures of each alone it is a correlation: 0 where the model is right, 1 where the two say one thing.

use serde::{Deserialize, Serialize};

use crate::class_table::ClassTable;
use crate::comparison::Comparison;
use crate::follows::Follows;
use crate::html;
use crate::mixture::Mixture;
use crate::model::Model;

/// Pairs expected to be of one person, of which both comparisons are known, from which two are looked at.
const PAIRS_MIN: f64 = 100.0;
/// ... and pairs that differ in both, seen or by the model: of fewer nothing follows.
const DIFFER_MIN: f64 = 5.0;
/// Correlation from which two comparisons hang together closely. Sets whose columns go their own ways have 0.1 and less where it rests on more than
/// [`PAIRS_BEYOND_MIN`] pairs, invented registers in which they do not 0.33 to 0.98.
const CORRELATION_MIN: f64 = 0.25;
/// Pairs that differ in both, beyond those that the model expects, from which they do.
const PAIRS_BEYOND_MIN: f64 = 20.0;
/// Pairs of a pattern expected to be of one class, below which they change no sum.
const PAIRS_NONE: f64 = 1e-6;

/// How two comparisons hang together in pairs of one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dependence {
    /// The name of the earlier comparison.
    pub first: String,
    /// The name of the later one.
    pub second: String,
    /// Compared pairs expected to be of one person in which both are known.
    pub n_pairs: f64,
    /// How many of them are expected to differ in both, by the probabilities of their own patterns.
    pub both_differ: f64,
    /// How many would by the model: those but for the departures that go together.
    pub both_differ_by_model: f64,
    /// Correlation of the departures from the model, -1 to 1; 0 where it is right.
    pub correlation: f64,
}

impl Dependence {
    /// Whether the two hang together so closely that the model is wrong about them.
    pub(crate) fn is_close(&self) -> bool {
        self.correlation >= CORRELATION_MIN
            && self.both_differ - self.both_differ_by_model >= PAIRS_BEYOND_MIN
    }
}

/// That two comparisons hang together beyond the model, as a clause; `None` where none do closely. Of two of which one follows from the other
/// already, what is left is mostly the imagined pairs of the training.
pub(crate) fn told(dependences: &[Dependence], follows: &[Follows]) -> Option<String> {
    let is_held = |of: &Dependence| {
        follows.iter().any(|known| known.comparison == of.second && known.from.contains(&of.first))
    };
    let closest = dependences.iter().find(|dependence| dependence.is_close() && !is_held(dependence))?;
    let count = |pairs: f64| html::count(pairs.round() as u64);
    Some(format!(
        "`{}` and `{}` go together more than the model has it: of the {} pairs taken for one person in which both are known, {} differ in both, where {} would if the mistakes \
         in one said nothing of those in the other. Either mistakes in the two come together, and more true pairs are left out than is said, or pairs of two people are among them, and more \
         are false",
        closest.first,
        closest.second,
        count(closest.n_pairs),
        count(closest.both_differ),
        count(closest.both_differ_by_model)
    ))
}

/// Sums over the pairs of one person in which two comparisons are known.
#[derive(Debug, Clone, Copy, Default)]
struct Together {
    n_pairs: f64,
    both_differ: f64,
    product: f64,
    squares: [f64; 2],
}

impl Together {
    /// Adds so many pairs of one class: whether each comparison differs, and how often it does in that class.
    fn add(&mut self, n_pairs: f64, first: (bool, f64), second: (bool, f64)) {
        let departure = |(differs, share): (bool, f64)| f64::from(u8::from(differs)) - share;
        let (a, b) = (departure(first), departure(second));
        self.n_pairs += n_pairs;
        self.both_differ += if first.0 && second.0 { n_pairs } else { 0.0 };
        self.product += n_pairs * a * b;
        self.squares[0] += n_pairs * a * a;
        self.squares[1] += n_pairs * b * b;
    }

    /// Pairs that would differ in both but for the departures that go together.
    fn by_model(&self) -> f64 {
        (self.both_differ - self.product).max(0.0)
    }

    fn tells(&self) -> bool {
        self.n_pairs >= PAIRS_MIN && self.both_differ.max(self.by_model()) >= DIFFER_MIN
    }

    fn correlation(&self) -> f64 {
        let scale = (self.squares[0] * self.squares[1]).sqrt();
        if scale > 0.0 { self.product / scale } else { 0.0 }
    }
}

/// Which levels of a comparison differ, and for each class how often a pair of that class differs in the context of a level.
struct Differing {
    differs: Vec<bool>,
    /// `shares[level * n_classes + class]`.
    shares: Vec<f64>,
    null: usize,
}

impl Differing {
    fn of(slot: usize, comparison: &Comparison, model: &Model, table: &ClassTable) -> Self {
        let n_classes = table.shares().len();
        let row = &table.rows()[slot];
        let differs: Vec<bool> =
            (0..comparison.levels.len()).map(|level| !model.is_agreed(slot, level as u8)).collect();
        let in_context = |level: usize, class: usize| -> f64 {
            let of_context = |other: &usize| {
                let (known, level) = (&comparison.levels[*other], &comparison.levels[level]);
                !known.is_null && known.context == level.context && differs[*other]
            };
            (0..differs.len()).filter(of_context).map(|other| row[other * n_classes + class]).sum()
        };
        let cells = (0..differs.len()).flat_map(|level| (0..n_classes).map(move |class| (level, class)));
        let shares = cells.map(|(level, class)| in_context(level, class)).collect();
        Self { shares, null: usize::from(comparison.null()), differs }
    }
}

/// All two comparisons that are known together in pairs enough, the greatest correlation first. `patterns` are the compared ones and how many pairs show each.
pub(crate) fn dependences<'a>(
    mixture: &Mixture,
    table: &ClassTable,
    model: &Model,
    patterns: impl Iterator<Item = (&'a [u8], u64)>,
) -> Vec<Dependence> {
    let n = model.comparisons.len();
    let n_classes = table.shares().len();
    let of = |(slot, comparison)| Differing::of(slot, comparison, model, table);
    let differing: Vec<Differing> = model.comparisons.iter().enumerate().map(of).collect();
    let one_person: Vec<usize> =
        (0..n_classes).filter(|class| mixture.classes[*class].relation.is_same_person()).collect();
    let mut sums = vec![Together::default(); n * n];
    let mut classes = table.classes();
    for (levels, n_pairs) in patterns {
        table.weigh(levels, &mut classes);
        let all: f64 = classes.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let known = |slot: &usize| usize::from(levels[*slot]) != differing[*slot].null;
        let known: Vec<usize> = (0..n).filter(known).collect();
        for class in &one_person {
            let expected = n_pairs as f64 * classes[*class] / all;
            if expected < PAIRS_NONE {
                continue;
            }
            let at = |slot: usize| {
                let (of, level) = (&differing[slot], usize::from(levels[slot]));
                (of.differs[level], of.shares[level * n_classes + class])
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
    let mut found: Vec<Dependence> = told
        .map(|(idx, sum)| Dependence {
            first: name(idx / n),
            second: name(idx % n),
            n_pairs: sum.n_pairs,
            both_differ: sum.both_differ,
            both_differ_by_model: sum.by_model(),
            correlation: sum.correlation(),
        })
        .collect();
    found.sort_by(|a, b| b.correlation.total_cmp(&a.correlation));
    found
}
