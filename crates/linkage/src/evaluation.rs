//! How good a run was, against a truth: accuracy of pairs and of clusters, calibration, and both by group.
//!
//! Recall counts every true pair, whether blocking proposed it or not.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::ESTIMABLE_PEOPLE_MIN;
use serde::{Deserialize, Serialize};

/// A pair with what was said about it; records are places in the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeighedPair {
    /// One record.
    pub l: u32,
    /// The other.
    pub r: u32,
    /// Log2 odds; ranks the pairs.
    pub match_weight_bits: f64,
    /// Probability, for calibration.
    pub match_probability: f64,
}

impl From<&crate::link::Pair> for WeighedPair {
    fn from(pair: &crate::link::Pair) -> Self {
        let (match_weight_bits, match_probability) = (pair.match_weight_bits, pair.match_probability);
        Self { l: pair.l, r: pair.r, match_weight_bits, match_probability }
    }
}

/// What is true of each record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// The person of each record, as any numbers.
    pub entity_of: Vec<u32>,
    /// The source of each record, when only pairs across sources count; empty otherwise.
    pub source_of: Vec<u32>,
    /// The group of each record for the audit; empty for none.
    pub group_of: Vec<String>,
}

/// Precision, recall and F1 with the counts behind them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// Share of the proposed pairs that are true; `None` where no pair is proposed.
    pub precision: Option<f64>,
    /// Share of the true pairs that are proposed; `None` where no pair is true.
    pub recall: Option<f64>,
    /// Harmonic mean of both; 0 where either is missing.
    pub f1: f64,
    /// True pairs proposed.
    pub true_positives: u64,
    /// Pairs proposed that are not true.
    pub false_positives: u64,
    /// True pairs not proposed.
    pub false_negatives: u64,
}

/// The result of an evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// All true pairs.
    pub n_true_pairs: u64,
    /// Accuracy at the match weight that gives the best F1.
    pub best: Accuracy,
    /// The probability at that weight.
    pub best_threshold_probability: f64,
    /// Accuracy of the pairs at or above 0.5, 0.95 and 0.99.
    pub at_probability: Vec<(f64, Accuracy)>,
    /// Pairwise accuracy of the clusters; `None` without clusters.
    pub clusters: Option<Accuracy>,
    /// Expected calibration error over ten bins of equal width, of the pairs with probability 0.01 or more.
    pub ece10: f64,
    /// The bins behind it: mean probability, share that is true, pairs.
    pub calibration: Vec<(f64, f64, u64)>,
    /// The same for each group: pairs with a record of the group, true pairs inside it.
    pub by_group: BTreeMap<String, GroupEvaluation>,
}

/// The part of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupEvaluation {
    /// True pairs of the group; `None` where it has so few people that no figure is given.
    pub n_true_pairs: Option<u64>,
    /// Accuracy of the pairs at or above 0.5 and 0.95; `None` for a group without a true pair, where nothing can be estimated.
    pub at_probability: Vec<(f64, Option<Accuracy>)>,
    /// Expected calibration error, as for all; `None` without a pair whose calibration could be judged.
    pub ece10: Option<f64>,
}

/// Least probability of the pairs whose calibration is judged: below it nearly all pairs are easy.
pub(crate) const CALIBRATED_FROM: f64 = 0.01;
const BINS: usize = 10;
/// Most true pairs of which it is asked one by one whether blocking proposes them.
pub const TRUE_PAIRS_MAX: u64 = 50_000_000;
/// Probabilities from which pairs of a group are taken.
const GROUP_THRESHOLDS: [f64; 2] = [0.5, 0.95];

/// Compares pairs, and clusters when given (for each record its cluster), with the truth.
#[must_use]
pub fn evaluate(pairs: &[WeighedPair], truth: &Truth, cluster_of: Option<&[u32]>) -> Evaluation {
    let pairs: Vec<WeighedPair> = pairs.iter().filter(|pair| truth.counts(pair.l, pair.r)).copied().collect();
    let n_true_pairs = truth.n_pairs(|_| true, &truth.entity_of);
    let (best, best_threshold_probability) = best(&pairs, truth, n_true_pairs);
    let (ece10, calibration) = calibration(&pairs, truth);
    Evaluation {
        n_true_pairs,
        best,
        best_threshold_probability,
        at_probability: [0.5, 0.95, 0.99].map(|p| (p, at(&pairs, truth, n_true_pairs, p))).to_vec(),
        clusters: cluster_of.map(|clusters| truth.of_clusters(clusters)),
        ece10,
        calibration,
        by_group: by_group(&pairs, truth),
    }
}

impl Truth {
    fn is_true(&self, pair: &WeighedPair) -> bool {
        self.entity_of[pair.l as usize] == self.entity_of[pair.r as usize]
    }

    /// Whether a pair of records counts: any, or across sources only.
    #[must_use]
    pub fn counts(&self, l: u32, r: u32) -> bool {
        self.source_of.is_empty() || self.source_of[l as usize] != self.source_of[r as usize]
    }

    /// Pairs of records with one key, across sources only when the truth says so.
    fn n_pairs(&self, within: impl Fn(usize) -> bool, keys: &[u32]) -> u64 {
        let source = |record: usize| self.source_of.get(record).copied().unwrap_or(0);
        let mut records: Vec<(u32, u32)> =
            (0..keys.len()).filter(|r| within(*r)).map(|r| (keys[r], source(r))).collect();
        records.sort_unstable();
        let pairs = |n: usize| (n * n.saturating_sub(1) / 2) as u64;
        let all: u64 = records.chunk_by(|a, b| a.0 == b.0).map(|same| pairs(same.len())).sum();
        let same_source: u64 = records.chunk_by(|a, b| a == b).map(|same| pairs(same.len())).sum();
        if self.source_of.is_empty() { all } else { all - same_source }
    }

    /// How many true pairs `proposes` holds, and how many there are; `None` of more than [`TRUE_PAIRS_MAX`].
    #[must_use]
    pub fn n_proposed(&self, proposes: impl Fn(u32, u32) -> bool) -> Option<(u64, u64)> {
        let n_all = self.n_pairs(|_| true, &self.entity_of);
        if n_all > TRUE_PAIRS_MAX {
            return None;
        }
        let mut records: Vec<(u32, u32)> = self.entity_of.iter().copied().zip(0..).collect();
        records.sort_unstable();
        let mut n_proposed = 0;
        for same in records.chunk_by(|a, b| a.0 == b.0) {
            for (idx, (_, l)) in same.iter().enumerate() {
                let others = same[idx + 1..].iter().filter(|(_, r)| self.counts(*l, *r));
                n_proposed += others.filter(|(_, r)| proposes(*l, *r)).count() as u64;
            }
        }
        Some((n_proposed, n_all))
    }

    fn of_clusters(&self, clusters: &[u32]) -> Accuracy {
        let mut both: Vec<(u32, u32)> =
            clusters.iter().copied().zip(self.entity_of.iter().copied()).collect();
        both.sort_unstable();
        both.dedup();
        let place = |record: usize| {
            both.partition_point(|key| *key < (clusters[record], self.entity_of[record])) as u32
        };
        let joint: Vec<u32> = (0..clusters.len()).map(place).collect();
        let (tp, proposed) = (self.n_pairs(|_| true, &joint), self.n_pairs(|_| true, clusters));
        accuracy(tp, proposed, self.n_pairs(|_| true, &self.entity_of))
    }
}

fn accuracy(true_positives: u64, proposed: u64, all: u64) -> Accuracy {
    let share_of = |all: u64| (all > 0).then(|| true_positives as f64 / all as f64);
    Accuracy {
        precision: share_of(proposed),
        recall: share_of(all),
        f1: if proposed + all == 0 { 0.0 } else { 2.0 * true_positives as f64 / (proposed + all) as f64 },
        true_positives,
        false_positives: proposed - true_positives,
        false_negatives: all - true_positives,
    }
}

fn best(pairs: &[WeighedPair], truth: &Truth, all: u64) -> (Accuracy, f64) {
    let mut ranked = pairs.to_vec();
    ranked.sort_by(|a, b| b.match_weight_bits.total_cmp(&a.match_weight_bits));
    let mut best = (accuracy(0, 0, all), 1.0);
    let (mut true_positives, mut proposed) = (0, 0);
    for tied in ranked.chunk_by(|a, b| a.match_weight_bits == b.match_weight_bits) {
        proposed += tied.len() as u64;
        true_positives += tied.iter().filter(|pair| truth.is_true(pair)).count() as u64;
        let here = accuracy(true_positives, proposed, all);
        if here.f1 > best.0.f1 {
            best = (here, tied[0].match_probability);
        }
    }
    best
}

fn at(pairs: &[WeighedPair], truth: &Truth, all: u64, threshold: f64) -> Accuracy {
    let proposed = || pairs.iter().filter(|pair| pair.match_probability >= threshold);
    accuracy(proposed().filter(|pair| truth.is_true(pair)).count() as u64, proposed().count() as u64, all)
}

fn calibration(pairs: &[WeighedPair], truth: &Truth) -> (f64, Vec<(f64, f64, u64)>) {
    let mut bins = [(0.0, 0.0, 0u64); BINS];
    for pair in pairs.iter().filter(|pair| pair.match_probability >= CALIBRATED_FROM) {
        let bin = &mut bins[((pair.match_probability * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += pair.match_probability;
        bin.1 += f64::from(u8::from(truth.is_true(pair)));
        bin.2 += 1;
    }
    let n: u64 = bins.iter().map(|bin| bin.2).sum();
    let gaps: f64 = bins.iter().map(|bin| (bin.0 - bin.1).abs()).sum();
    let filled = bins.iter().filter(|bin| bin.2 > 0);
    let mean = |bin: &(f64, f64, u64)| (bin.0 / bin.2 as f64, bin.1 / bin.2 as f64, bin.2);
    (gaps / n.max(1) as f64, filled.map(mean).collect())
}

/// The figures of each group of enough people, by the groups of the truth. Where one group alone has too few, the next smallest is left
/// out with it: otherwise its figures would be what is missing from the whole.
#[must_use]
pub fn evaluate_groups(pairs: &[WeighedPair], truth: &Truth) -> BTreeMap<String, GroupEvaluation> {
    let pairs: Vec<WeighedPair> = pairs.iter().filter(|pair| truth.counts(pair.l, pair.r)).copied().collect();
    by_group(&pairs, truth)
}

fn by_group(pairs: &[WeighedPair], truth: &Truth) -> BTreeMap<String, GroupEvaluation> {
    let mut people: BTreeMap<&String, BTreeSet<u32>> = BTreeMap::new();
    for (group, entity) in truth.group_of.iter().zip(&truth.entity_of) {
        people.entry(group).or_default().insert(*entity);
    }
    let mut by_size: Vec<(usize, &String)> = people.iter().map(|(group, of)| (of.len(), *group)).collect();
    by_size.sort_unstable();
    let n_small = by_size.iter().filter(|(n, _)| *n < ESTIMABLE_PEOPLE_MIN).count();
    let n_hidden = if n_small == 1 { 2 } else { n_small };
    let figures = |(place, (_, group)): (usize, &(usize, &String))| {
        let figures =
            if place < n_hidden { GroupEvaluation::hidden() } else { of_group(pairs, truth, group) };
        ((*group).clone(), figures)
    };
    by_size.iter().enumerate().map(figures).collect()
}

impl GroupEvaluation {
    /// A group of too few people.
    fn hidden() -> Self {
        Self { n_true_pairs: None, at_probability: GROUP_THRESHOLDS.map(|p| (p, None)).to_vec(), ece10: None }
    }
}

fn of_group(pairs: &[WeighedPair], truth: &Truth, group: &String) -> GroupEvaluation {
    let is_in = |record: u32| &truth.group_of[record as usize] == group;
    let inside: Vec<WeighedPair> =
        pairs.iter().filter(|pair| is_in(pair.l) || is_in(pair.r)).copied().collect();
    let n_true_pairs = truth.n_pairs(|record| is_in(record as u32), &truth.entity_of);
    let at = |p: f64| {
        let proposed = || inside.iter().filter(|pair| pair.match_probability >= p);
        let true_positives = proposed().filter(|pair| truth.is_true(pair)).count() as u64;
        let all = n_true_pairs.max(true_positives);
        (p, (all > 0).then(|| accuracy(true_positives, proposed().count() as u64, all)))
    };
    let (ece10, bins) = calibration(&inside, truth);
    GroupEvaluation {
        n_true_pairs: Some(n_true_pairs),
        at_probability: GROUP_THRESHOLDS.map(at).to_vec(),
        ece10: (!bins.is_empty()).then_some(ece10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many people in each group, each with two records that are linked; gives the groups of which figures are shown.
    fn check_groups(people: &[(&str, u32)], shown: &[&str]) {
        let mut truth = Truth { entity_of: vec![], source_of: vec![], group_of: vec![] };
        for (group, n) in people {
            for _ in 0..*n {
                let entity = truth.entity_of.len() as u32;
                truth.entity_of.extend([entity; 2]);
                truth.group_of.extend([(*group).to_owned(), (*group).to_owned()]);
            }
        }
        let linked = |l: u32| WeighedPair { l, r: l + 1, match_weight_bits: 9.0, match_probability: 0.998 };
        let pairs: Vec<WeighedPair> = (0..truth.entity_of.len() as u32).step_by(2).map(linked).collect();
        for (group, figures) in evaluate(&pairs, &truth, None).by_group {
            let is_shown = shown.contains(&group.as_str());
            let n = people.iter().find(|(name, _)| *name == group).map(|(_, n)| u64::from(*n));
            assert_eq!(figures.n_true_pairs, n.filter(|_| is_shown), "{group}");
            let recall = figures.at_probability[1].1.and_then(|accuracy| accuracy.recall);
            assert_eq!(recall, is_shown.then_some(1.0), "{group}");
        }
    }

    #[test]
    fn a_group_of_few_people_cannot_be_seen_nor_had_by_subtraction() {
        check_groups(&[("a", 30), ("b", 40)], &["a", "b"]);
        check_groups(&[("a", 29), ("b", 40), ("c", 50)], &["c"]);
        check_groups(&[("a", 3), ("b", 4), ("c", 50)], &["c"]);
        check_groups(&[("a", 3), ("b", 50)], &[]);
    }

    #[test]
    fn counts_by_hand() {
        let pair = |l, r, bits: f64| WeighedPair {
            l,
            r,
            match_weight_bits: bits,
            match_probability: crate::model::probability(bits),
        };
        let truth = Truth { entity_of: vec![1, 1, 1, 2, 2], source_of: vec![], group_of: vec![] };
        let pairs = [pair(0, 1, 9.0), pair(0, 2, 5.0), pair(2, 3, 1.0), pair(3, 4, -2.0)];
        let result = evaluate(&pairs, &truth, Some(&[0, 0, 1, 1, 1]));
        assert_eq!(result.n_true_pairs, 4);
        assert_eq!((result.best.true_positives, result.best.false_positives), (3, 1));
        let clusters = result.clusters.unwrap();
        assert_eq!((clusters.true_positives, clusters.false_positives, clusters.false_negatives), (2, 2, 2));
        let nothing = evaluate(&[], &truth, None).at_probability[0].1;
        assert_eq!((nothing.precision, nothing.recall), (None, Some(0.0)), "no pair is right or wrong");
        let across = Truth { source_of: vec![0, 0, 1, 0, 1], ..truth };
        assert_eq!(evaluate(&pairs, &across, None).n_true_pairs, 3);
    }
}
