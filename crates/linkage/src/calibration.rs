//! How far a match probability can be trusted: an interval for each pattern, seen or not.
//!
//! Two things make a probability uncertain. The counts could have come out otherwise: the bootstrap draws them anew
//! (Efron 1979) and estimates again. And the model is not the truth: comparisons depend on each other in ways that no
//! class describes, which grows with the evidence. The interval holds both.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::class_table::ClassTable;
use crate::expectation_maximization::{Evidence, Pace, Parameters, iterate, prior};
use crate::hashing::Stream;
use crate::interval::outward;
use crate::mixture::{Mixture, Relation};
use crate::model::{Model, odds_bits, probability};
use crate::pattern_tree::PatternTree;
use crate::thinning::Thinned;

/// Redraws of the pattern counts.
const REPLICATES: usize = 12;
/// Iterations after each redraw, from the estimate.
const ITERATIONS: usize = 5;
/// Iterations in which the farthest starting point is followed.
const OTHER_ITERATIONS: usize = 150;
/// Patterns that are redrawn, at most; of more, some are drawn and stand for the others.
const PATTERNS: usize = 10_000;
/// Half-width in bits that the model's own error adds where there is no evidence ...
const MODEL_BITS: f64 = 1.0;
/// ... and for each bit of evidence.
const MODEL_BITS_PER_BIT: f64 = 0.25;
/// Steps in which the change of a probability is kept, for each bit.
const CHANGES_PER_BIT: f64 = 1_000.0;
/// Standard deviations of a 95 % interval.
const NORMAL_95: f64 = 1.96;
/// Streams of random numbers of the bootstrap start here.
const STREAM: u64 = 1_000;

/// What redraws of the counts made of a model, from which every pattern gets its interval, those that the run never saw too.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Redraws {
    /// For each class and comparison the number of its table in each redraw.
    tables: Vec<Vec<u32>>,
    /// The redraws.
    each: Vec<Redraw>,
}

/// What one redraw changed, in thousandths of a bit, so that a file holds it exactly.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Redraw {
    /// Log2 of what the share of each class was multiplied with.
    shares: Vec<i32>,
    /// Log2 of what the probability of each level was multiplied with, for each table.
    probabilities: Vec<Vec<i32>>,
}

impl Redraws {
    /// Whether nothing was redrawn.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.each.is_empty()
    }
}

/// Draws the counts anew, and keeps what each redraw makes of the estimate. Half of the redraws go on from where the starting point that
/// was farthest from the chosen one leads: where the counts have two explanations that fit alike, the intervals hold both. The second value is
/// how many pairs of one person that one has for each of the estimate.
///
/// Each replicate is drawn and estimated as the estimate was, with the same imagined pairs. They spread around a middle of their
/// own, because a bootstrap is of fewer patterns and goes on with an estimate that had come to rest: an interval holds
/// that middle and the estimate.
pub(crate) fn redraws(
    mixture: &Mixture,
    evidence: &Evidence<'_>,
    (parameters, farthest): (&Parameters, Parameters),
    seed: u64,
) -> (Redraws, f64) {
    let few = evidence.thinned(PATTERNS);
    let few = few.as_ref().map(Thinned::evidence);
    let evidence = few.as_ref().unwrap_or(evidence);
    let prior = prior(mixture, evidence);
    let tree = PatternTree::new(evidence);
    let pace = (OTHER_ITERATIONS, Pace::Leaps);
    let (other, _) = iterate(mixture, (evidence, &tree), farthest, &prior, pace);
    let of_one_person = |parameters: &Parameters| mixture.share_of_one_person(&parameters.shares);
    let ratio = of_one_person(&other) / of_one_person(parameters).max(f64::MIN_POSITIVE);
    let redraw = |replicate: u64| {
        let redrawn = redrawn(evidence, seed, replicate);
        let (from, pace) = ([parameters, &other][replicate as usize % 2], (ITERATIONS, Pace::Steps));
        let (drawn, _) = iterate(mixture, (&redrawn, &tree), from.clone(), &prior, pace);
        let tables = drawn.tables.iter().zip(&parameters.tables);
        Redraw {
            shares: changes(&drawn.shares, &parameters.shares),
            probabilities: tables.map(|(drawn, estimate)| changes(drawn, estimate)).collect(),
        }
    };
    let tables = mixture.tables.iter().map(|tables| tables.iter().map(|table| *table as u32).collect());
    let each = (0..REPLICATES as u64).into_par_iter().map(redraw).collect();
    (Redraws { tables: tables.collect(), each }, ratio)
}

/// By what numbers were multiplied, as log2 in thousandths; 0 where one of the two is not above zero.
fn changes(drawn: &[f64], estimate: &[f64]) -> Vec<i32> {
    let change = |(drawn, estimate): (&f64, &f64)| {
        let is_known = *drawn > 0.0 && *estimate > 0.0;
        if is_known { ((drawn / estimate).log2() * CHANGES_PER_BIT).round() as i32 } else { 0 }
    };
    drawn.iter().zip(estimate).map(change).collect()
}

/// Gives every pattern the interval of its probability.
#[derive(Default)]
pub(crate) struct Reliability {
    /// The probabilities of each redraw.
    redraws: Vec<ClassTable>,
    /// What the pairs of each class have in common.
    relations: Vec<Relation>,
}

impl Reliability {
    pub(crate) fn of(model: &Model) -> Self {
        let tables = &model.redraws.tables;
        let table = |redraw: &Redraw| {
            let times = |change: i32| (f64::from(change) / CHANGES_PER_BIT).exp2();
            let shares = model.classes.iter().zip(&redraw.shares);
            let shares = shares.map(|(class, change)| class.share * times(*change));
            let n_levels = model.comparisons.iter().map(|comparison| comparison.levels.len());
            ClassTable::of(shares.collect(), n_levels, |comparison, level, class| {
                let number = tables.get(class).and_then(|tables| tables.get(comparison)).copied();
                let table = number.and_then(|number| redraw.probabilities.get(number as usize));
                let change = table.and_then(|table| table.get(level)).copied();
                model.classes[class].probabilities[comparison][level] * times(change.unwrap_or(0))
            })
        };
        let fits = tables.len() == model.classes.len();
        Self {
            redraws: model.redraws.each.iter().filter(|_| fits).map(table).collect(),
            relations: model.classes.iter().map(|class| class.relation).collect(),
        }
    }

    /// The 95 % interval of the probability of a pattern with its weight, seen or not: by the labels where there are any, else
    /// by the redraws. From 0 to 1 where all pairs were alike, and in a model that kept no redraws.
    pub(crate) fn interval(&self, model: &Model, levels: &[u8], bits: f64) -> (f64, f64) {
        if model.is_one_pattern {
            return (0.0, 1.0);
        }
        if let Some(map) = &model.label_calibration {
            let (low, _, high) = map.at(bits);
            return outward(low, high);
        }
        if self.redraws.is_empty() {
            return (0.0, 1.0);
        }
        let mut classes = vec![0.0; self.relations.len()];
        let drawn: Vec<f64> = self
            .redraws
            .iter()
            .map(|table| {
                table.weigh(levels, &mut classes);
                odds_bits(&classes, self.relations.iter().copied())
            })
            .collect();
        let (low, high) = interval(bits, &drawn);
        outward(probability(low), probability(high))
    }
}

/// The interval of one match weight in bits, from the estimate and at least two replicates.
fn interval(estimate: f64, drawn: &[f64]) -> (f64, f64) {
    let n = drawn.len() as f64;
    let middle = drawn.iter().sum::<f64>() / n;
    let variance = drawn.iter().map(|weight| (weight - middle).powi(2)).sum::<f64>() / (n - 1.0);
    let sampling = NORMAL_95 * variance.sqrt();
    let model = MODEL_BITS + MODEL_BITS_PER_BIT * estimate.abs();
    let half_width = sampling.hypot(model);
    (estimate.min(middle) - half_width, estimate.max(middle) + half_width)
}

/// The evidence with Poisson counts around the observed ones, drawn as normal deviates and cut at zero.
fn redrawn<'a>(evidence: &Evidence<'a>, seed: u64, replicate: u64) -> Evidence<'a> {
    let mut stream = Stream::new(seed, STREAM + replicate);
    let mut drawn = |(weight, seen): (&f64, &f64)| {
        let normal = (0..12).map(|_| stream.unit()).sum::<f64>() - 6.0;
        (weight + normal * weight / seen.max(1.0).sqrt()).max(0.0)
    };
    Evidence {
        comparisons: evidence.comparisons,
        levels: evidence.levels,
        weights: evidence.weights.iter().zip(&evidence.draws).map(&mut drawn).collect(),
        draws: evidence.draws.clone(),
        n_blocked: evidence.n_blocked,
        level_pairs: evidence.level_pairs.clone(),
        sampled_weight: evidence.sampled_weight,
        band_shares: evidence.band_shares.clone(),
        n_records: evidence.n_records,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_the_estimate_and_the_middle_of_the_replicates() {
        for (name, estimate, drawn, expected) in [
            // 1 + 0.25 * 12 = 4 bits of the model alone.
            ("no spread", 12.0, [12.0, 12.0, 12.0], (8.0, 16.0)),
            ("replicates above", 12.0, [15.0, 15.0, 15.0], (8.0, 19.0)),
            ("replicates below", 12.0, [10.0, 10.0, 10.0], (6.0, 16.0)),
            // Standard deviation 3 / 1.96, so that both parts are 3 and 4 and the half-width is 5.
            ("spread", 12.0, [12.0 - 3.0 / 1.96, 12.0, 12.0 + 3.0 / 1.96], (7.0, 17.0)),
            ("against one person", -12.0, [-12.0, -12.0, -12.0], (-16.0, -8.0)),
        ] {
            let (low, high) = interval(estimate, &drawn);
            assert!(
                (low - expected.0).abs() < 1e-9 && (high - expected.1).abs() < 1e-9,
                "{name}: {low} {high}"
            );
        }
    }
}
