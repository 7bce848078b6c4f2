//! Precision, recall and F1 from clerical labels of a sample, with intervals; and how far labellers agree.
//!
//! Each label counts for as many pairs as its plan drew it from (ratio estimators of Hansen and Hurwitz 1943); intervals
//! come from labels drawn anew in whole clusters of people, because pairs of one person are not independent. Recall counts
//! the true pairs among the written ones: what blocking did not propose was never shown to anybody.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hashing::Stream;
use crate::label::{Label, LabelWord, LabelledPair};
use crate::resample::quantile;
use crate::saturation::{KnownWrong, known_wrong};

/// Redraws of the labels.
const REPLICATES: usize = 1_000;
/// Fewest labelled pairs from which a figure is estimated.
pub const LABELLED_PAIRS_MIN: usize = 30;
/// Stream of random numbers of the redraws.
const STREAM: u64 = 6_000;

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Accuracy at one threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelAccuracy {
    /// Pairs at or above this probability are proposed.
    pub threshold: f64,
    /// Decided pairs at or above it; under [`LABELLED_PAIRS_MIN`], here or in all, nothing is estimated.
    pub n_decided: usize,
    /// Share of the proposed pairs that are true.
    pub precision: Option<Estimate>,
    /// Share of the true pairs among the written ones that are proposed.
    pub recall: Option<Estimate>,
    /// F-measures for beta 0.5, 1 and 2: precision counts more, as much, less.
    pub f: Option<[Estimate; 3]>,
    /// Precision if every pair on which nobody decided were of different people, and if every one were the same.
    pub precision_undecided: Option<(f64, f64)>,
}

/// What a sample of labels says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelEvaluation {
    /// Labelled pairs.
    pub n_pairs: usize,
    /// Pairs on which somebody decided.
    pub n_decided: usize,
    /// Pairs on which labellers who decided disagree.
    pub n_disputed: usize,
    /// Accuracy at some thresholds.
    pub at: Vec<LabelAccuracy>,
    /// Agreement of each two labellers.
    pub agreement: Vec<Agreement>,
    /// Of the decided pairs at [`SATURATED_FROM`](crate::SATURATED_FROM) or above those that are wrong, each label counted once.
    pub saturation: Option<KnownWrong>,
}

/// How far two labellers agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Both labellers, in order of their names.
    pub labellers: (String, String),
    /// Pairs that both judged.
    pub n_pairs: usize,
    /// Share on which they said the same word.
    pub share: f64,
    /// Cohen's kappa (1960) over the three words: agreement beyond chance; `None` when chance alone would agree.
    pub kappa: Option<Estimate>,
}

/// A labelled pair with the probability that was written for it.
#[derive(Debug, Clone, PartialEq)]
pub struct WeighedLabel {
    /// The label.
    pub label: LabelledPair,
    /// The probability.
    pub match_probability: f64,
}

/// One redraw: how many times each pair counts.
type Times = Vec<f64>;

/// Estimates from labels. `thresholds` are probabilities.
#[must_use]
pub fn evaluate_labels(
    pairs: &[WeighedLabel],
    labels: &[Label],
    thresholds: &[f64],
    seed: u64,
) -> LabelEvaluation {
    let decided = |pair: &WeighedLabel| pair.label.share_same().is_some();
    let redraws = redraws(pairs, seed);
    let at = |threshold: &f64| accuracy(pairs, *threshold, &redraws);
    // A pair on which as many said the one as the other tells nothing.
    let told =
        pairs.iter().filter_map(|pair| Some((pair, pair.label.share_same().filter(|share| *share != 0.5)?)));
    LabelEvaluation {
        n_pairs: pairs.len(),
        n_decided: pairs.iter().filter(|pair| decided(pair)).count(),
        n_disputed: pairs.iter().filter(|pair| pair.label.n[0] > 0 && pair.label.n[1] > 0).count(),
        at: thresholds.iter().map(at).collect(),
        agreement: agreements(labels, seed),
        saturation: known_wrong(told.map(|(pair, share)| (pair.match_probability, share < 0.5))),
    }
}

/// Components of labelled pairs that share records are drawn whole, each stratum by its own pairs only in the weights.
fn redraws(pairs: &[WeighedLabel], seed: u64) -> Vec<Times> {
    let mut cluster_of_record: BTreeMap<u32, usize> = BTreeMap::new();
    let mut parent: Vec<usize> = (0..pairs.len()).collect();
    let root = |parent: &mut Vec<usize>, mut at: usize| {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    };
    for (idx, pair) in pairs.iter().enumerate() {
        for record in [pair.label.l, pair.label.r] {
            let known = *cluster_of_record.entry(record).or_insert(idx);
            let (a, b) = (root(&mut parent, known), root(&mut parent, idx));
            parent[a.max(b)] = a.min(b);
        }
    }
    let roots: Vec<usize> = (0..pairs.len()).map(|idx| root(&mut parent, idx)).collect();
    (0..REPLICATES as u64)
        .map(|replicate| {
            let mut stream = Stream::new(seed, STREAM + replicate);
            let drawn: Vec<f64> =
                (0..pairs.len()).map(|_| crate::resample::poisson(1.0, &mut stream)).collect();
            roots.iter().map(|root| drawn[*root]).collect()
        })
        .collect()
}

/// Weighted sums over pairs: proposed, proposed and true, true.
fn sums(pairs: &[WeighedLabel], threshold: f64, undecided: Option<f64>, times: &[f64]) -> [f64; 3] {
    let mut sums = [0.0; 3];
    for (pair, times) in pairs.iter().zip(times) {
        let Some(share) = pair.label.share_same().or(undecided) else { continue };
        let weight = pair.label.weight * times;
        if pair.match_probability >= threshold {
            sums[0] += weight;
            sums[1] += weight * share;
        }
        sums[2] += weight * share;
    }
    sums
}

fn accuracy(pairs: &[WeighedLabel], threshold: f64, redraws: &[Times]) -> LabelAccuracy {
    let once = vec![1.0; pairs.len()];
    let decided = pairs.iter().filter(|pair| pair.label.share_same().is_some());
    let n_proposed = decided.clone().filter(|pair| pair.match_probability >= threshold).count();
    let is_enough = decided.count() >= LABELLED_PAIRS_MIN && n_proposed >= LABELLED_PAIRS_MIN;
    let is_proposed = |pair: &WeighedLabel| pair.match_probability >= threshold;
    let estimate = |of: &dyn Fn([f64; 3]) -> Option<f64>, counts: &dyn Fn(&WeighedLabel, f64) -> f64| {
        let value = of(sums(pairs, threshold, None, &once)).filter(|_| is_enough)?;
        let mut drawn: Vec<f64> =
            redraws.iter().filter_map(|times| of(sums(pairs, threshold, None, times))).collect();
        let (low, high) = (quantile(&mut drawn, 0.025)?, quantile(&mut drawn, 0.975)?);
        let weights = pairs.iter().filter_map(|pair| Some(counts(pair, pair.label.share_same()?)));
        Some(widened(Estimate { value, low, high }, effective(weights)))
    };
    let f = |beta: f64| {
        let b = beta * beta;
        move |[proposed, both, all]: [f64; 3]| ratio((1.0 + b) * both, b * all + proposed)
    };
    let proposed = |pair: &WeighedLabel, _: f64| if is_proposed(pair) { pair.label.weight } else { 0.0 };
    let same = |pair: &WeighedLabel, share: f64| pair.label.weight * share;
    let either =
        |pair: &WeighedLabel, share: f64| pair.label.weight * if is_proposed(pair) { 1.0 } else { share };
    let measure = |beta: f64| estimate(&f(beta), &either);
    let precision = |undecided| {
        let [proposed, both, _] = sums(pairs, threshold, Some(undecided), &once);
        ratio(both, proposed)
    };
    LabelAccuracy {
        threshold,
        n_decided: n_proposed,
        precision: estimate(&|[proposed, both, _]| ratio(both, proposed), &proposed),
        recall: estimate(&|[_, both, all]| ratio(both, all), &same),
        f: measure(0.5).zip(measure(1.0)).zip(measure(2.0)).map(|((a, b), c)| [a, b, c]),
        precision_undecided: precision(0.0).zip(precision(1.0)).filter(|_| is_enough),
    }
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// How many labels of one weight say as much as these weights (Kish 1965).
fn effective(weights: impl Iterator<Item = f64>) -> f64 {
    let (sum, squares) =
        weights.fold((0.0, 0.0), |(sum, squares), weight| (sum + weight, squares + weight * weight));
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

/// Redraws of labels without an error show none, and where the only error has a small weight hardly any: a precision of 0.9998 from 200
/// labels would seem known to a thousandth. So no interval is narrower than that of Wilson for as many labels as these are worth.
fn widened(estimate: Estimate, n: f64) -> Estimate {
    let (low, high) = crate::resample::wilson(estimate.value * n, n);
    let (low, high) = (low.min(estimate.value), high.max(estimate.value));
    Estimate { low: low.min(estimate.low), high: high.max(estimate.high), ..estimate }
}

fn agreements(labels: &[Label], seed: u64) -> Vec<Agreement> {
    type Pair<'a> = (&'a (String, String), &'a (String, String));
    let mut by_labeller: BTreeMap<&str, BTreeMap<Pair<'_>, LabelWord>> = BTreeMap::new();
    for label in labels {
        let pair =
            if label.left <= label.right { (&label.left, &label.right) } else { (&label.right, &label.left) };
        by_labeller.entry(&label.labeller).or_default().insert(pair, label.word);
    }
    let labellers: Vec<&str> = by_labeller.keys().copied().collect();
    let mut found = Vec::new();
    for (idx, a) in labellers.iter().enumerate() {
        for b in &labellers[idx + 1..] {
            let other = &by_labeller[b];
            let both: Vec<(LabelWord, LabelWord)> =
                by_labeller[a].iter().filter_map(|(pair, word)| Some((*word, *other.get(pair)?))).collect();
            if !both.is_empty() {
                found.push(agreement(((*a).to_owned(), (*b).to_owned()), &both, seed));
            }
        }
    }
    found
}

fn agreement(labellers: (String, String), both: &[(LabelWord, LabelWord)], seed: u64) -> Agreement {
    let times = vec![1.0; both.len()];
    let (share, kappa_once) = kappa(both, &times);
    let mut drawn: Vec<f64> = (0..REPLICATES as u64)
        .filter_map(|replicate| {
            let mut stream = Stream::new(seed, STREAM + REPLICATES as u64 + replicate);
            let times: Vec<f64> = both.iter().map(|_| crate::resample::poisson(1.0, &mut stream)).collect();
            kappa(both, &times).1
        })
        .collect();
    let ends = quantile(&mut drawn, 0.025).zip(quantile(&mut drawn, 0.975));
    let kappa = kappa_once.zip(ends).map(|(value, (low, high))| Estimate { value, low, high });
    Agreement { labellers, n_pairs: both.len(), share, kappa }
}

/// Share of agreement, and Cohen's kappa.
fn kappa(both: &[(LabelWord, LabelWord)], times: &[f64]) -> (f64, Option<f64>) {
    let mut table = [[0.0; 3]; 3];
    for ((a, b), times) in both.iter().zip(times) {
        table[*a as usize][*b as usize] += times;
    }
    let n: f64 = table.iter().flatten().sum();
    if n <= 0.0 {
        return (0.0, None);
    }
    let agreed = (0..3).map(|k| table[k][k]).sum::<f64>() / n;
    let row = |k: usize| table[k].iter().sum::<f64>() / n;
    let column = |k: usize| table.iter().map(|row| row[k]).sum::<f64>() / n;
    let chance: f64 = (0..3).map(|k| row(k) * column(k)).sum();
    (agreed, (chance < 1.0 - 1e-12).then(|| (agreed - chance) / (1.0 - chance)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(l: u32, p: f64, same: bool, weight: f64) -> WeighedLabel {
        let n = if same { [2, 0, 0] } else { [0, 2, 0] };
        let label = LabelledPair { l, r: l + 1, n, stratum: String::new(), weight };
        WeighedLabel { label, match_probability: p }
    }

    #[test]
    fn weights_undo_the_plan() {
        // 100 of 1,000 sure pairs labelled, 2 wrong; all 60 open ones, half of them true.
        let mut pairs: Vec<WeighedLabel> = (0..100).map(|k| labelled(2 * k, 0.99, k >= 2, 10.0)).collect();
        pairs.extend((100..160).map(|k| labelled(2 * k, 0.5, k % 2 == 0, 1.0)));
        let found = evaluate_labels(&pairs, &[], &[0.9, 0.4], 1);
        let [high, low] = [&found.at[0], &found.at[1]].map(|at| (at.precision.unwrap(), at.recall.unwrap()));
        assert!((high.0.value - 0.98).abs() < 1e-9 && (high.1.value - 980.0 / 1010.0).abs() < 1e-9);
        assert!((low.0.value - 1010.0 / 1060.0).abs() < 1e-9 && (low.1.value - 1.0).abs() < 1e-9);
        assert!(high.0.low < 0.98 && high.0.low > 0.92 && high.0.high > 0.98, "{high:?}");
        let f = found.at[0].f.unwrap();
        assert!((f[1].value - 2.0 * 980.0 / (1010.0 + 1000.0)).abs() < 1e-9);
        assert_eq!(found.saturation, None, "no label is at the top");
        assert_eq!([found.at[0].n_decided, found.at[1].n_decided], [100, 160]);
    }

    #[test]
    fn an_error_of_no_weight_does_not_make_the_others_certain() {
        // 200 labels that stand for 50 pairs each, all right, and three that stand for hardly any, all wrong.
        let sure = (0..200).map(|k| labelled(2 * k, 0.99, true, 50.0));
        let wrong = (200..203).map(|k| labelled(2 * k, 0.96, false, 0.1));
        let found = evaluate_labels(&sure.chain(wrong).collect::<Vec<_>>(), &[], &[0.95, 0.98], 1);
        let [all, subset] = [&found.at[0], &found.at[1]].map(|at| at.precision.unwrap());
        assert!(all.value < 1.0 && all.value > 0.9999, "{all:?}");
        assert!(all.low <= subset.low && subset.low > 0.97 && subset.low < 0.99, "{all:?} {subset:?}");
    }

    #[test]
    fn a_perfect_sample_is_not_certain() {
        let pairs: Vec<WeighedLabel> = (0..50).map(|k| labelled(2 * k, 0.99, true, 1.0)).collect();
        let precision = evaluate_labels(&pairs, &[], &[0.9], 1).at[0].precision.unwrap();
        assert!(precision.value == 1.0 && precision.low < 0.94 && precision.high == 1.0, "{precision:?}");
        assert_eq!(
            evaluate_labels(&pairs[..20], &[], &[0.9], 1).at[0].precision,
            None,
            "20 labels say nothing"
        );
    }

    #[test]
    fn kappa_by_hand() {
        use LabelWord::{Different, Same, Unsure};
        // Agreement 0.70; by chance 0.5 · 0.6 + 0.3 · 0.3 + 0.2 · 0.1 = 0.41; (0.70 - 0.41) / 0.59.
        let mut both = Vec::new();
        for (a, counts) in [(Same, [44, 5, 1]), (Different, [7, 20, 3]), (Unsure, [9, 5, 6])] {
            for (b, n) in LabelWord::ALL.into_iter().zip(counts) {
                both.extend(std::iter::repeat_n((a, b), n));
            }
        }
        let (share, found) = kappa(&both, &vec![1.0; both.len()]);
        assert!((share - 0.70).abs() < 1e-12 && (found.unwrap() - 0.29 / 0.59).abs() < 1e-12, "{found:?}");
        assert_eq!(kappa(&[(Same, Same)], &[1.0]), (1.0, None));
    }

    #[test]
    fn labellers_are_set_against_each_other() {
        let label = |l: usize, word, labeller: &str| Label {
            left: (String::new(), l.to_string()),
            right: (String::new(), (l + 1).to_string()),
            word,
            labeller: labeller.to_owned(),
            stratum: String::new(),
            inclusion_probability: 1.0,
        };
        let mut labels = Vec::new();
        for l in 0..60 {
            let word = if l % 2 == 0 { LabelWord::Same } else { LabelWord::Different };
            labels.push(label(l, word, "ada"));
            labels.push(label(l, if l % 10 == 0 { LabelWord::Unsure } else { word }, "ben"));
        }
        let found = evaluate_labels(&[], &labels, &[], 1).agreement;
        assert_eq!((found.len(), found[0].n_pairs, found[0].share), (1, 60, 0.9));
        let kappa = found[0].kappa.unwrap();
        assert!(kappa.low < kappa.value && kappa.value < kappa.high && kappa.value > 0.7, "{kappa:?}");
    }
}
