//! How far a match probability can be trusted: an interval for each pattern.
//!
//! Two things make a probability uncertain. The counts could have come out otherwise: the bootstrap draws them anew
//! (Efron 1979) and estimates again. And the model is not the truth: comparisons depend on each other in ways that no
//! class describes, which grows with the evidence. The interval holds both.

use rayon::prelude::*;

use crate::expectation_maximization::{ClassTable, Evidence, Pace, Parameters, iterate, prior};
use crate::hashing::Stream;
use crate::mixture::Mixture;
use crate::model::weight_bits;
use crate::thinning::Thinned;

/// Redraws of the pattern counts.
const REPLICATES: usize = 12;
/// Iterations after each redraw, from the estimate.
const ITERATIONS: usize = 5;
/// Patterns that are redrawn, at most; of more, some are drawn and stand for the others.
const PATTERNS: usize = 10_000;
/// Half-width in bits that the model's own error adds where there is no evidence ...
const MODEL_BITS: f64 = 1.0;
/// ... and for each bit of evidence.
const MODEL_BITS_PER_BIT: f64 = 0.25;
/// Standard deviations of a 95 % interval.
const NORMAL_95: f64 = 1.96;
/// Streams of random numbers of the bootstrap start here.
const STREAM: u64 = 1_000;

/// The ends of the 95 % intervals of the match weights of some patterns, in bits: the lower and the upper.
///
/// Each replicate is drawn and estimated as the estimate was, with the same imagined pairs. They spread around a middle of their
/// own, because a bootstrap is of fewer patterns and goes on with an estimate that had come to rest: the interval holds
/// that middle and the estimate.
pub(crate) fn intervals(
    mixture: &Mixture,
    evidence: &Evidence<'_>,
    parameters: &Parameters,
    patterns: &[Vec<u8>],
    seed: u64,
) -> Vec<(f64, f64)> {
    let few = evidence.thinned(PATTERNS);
    let few = few.as_ref().map(Thinned::evidence);
    let evidence = few.as_ref().unwrap_or(evidence);
    let prior = prior(mixture, evidence);
    let replicates: Vec<Vec<f64>> = (0..REPLICATES as u64)
        .into_par_iter()
        .map(|replicate| {
            let redrawn = redrawn(evidence, seed, replicate);
            let (parameters, _) =
                iterate(mixture, &redrawn, parameters.clone(), &prior, (ITERATIONS, Pace::Steps));
            weights(mixture, &parameters, patterns)
        })
        .collect();
    let estimate = weights(mixture, parameters, patterns);
    (0..patterns.len())
        .map(|pattern| {
            let drawn: Vec<f64> = replicates.iter().map(|replicate| replicate[pattern]).collect();
            interval(estimate[pattern], &drawn)
        })
        .collect()
}

/// The interval of one match weight, from the estimate and the replicates.
fn interval(estimate: f64, drawn: &[f64]) -> (f64, f64) {
    let n = drawn.len() as f64;
    let middle = drawn.iter().sum::<f64>() / n;
    let variance = drawn.iter().map(|weight| (weight - middle).powi(2)).sum::<f64>() / (n - 1.0);
    let sampling = NORMAL_95 * variance.sqrt();
    let model = MODEL_BITS + MODEL_BITS_PER_BIT * estimate.abs();
    let half_width = sampling.hypot(model);
    (estimate.min(middle) - half_width, estimate.max(middle) + half_width)
}

fn weights(mixture: &Mixture, parameters: &Parameters, patterns: &[Vec<u8>]) -> Vec<f64> {
    let table = ClassTable::new(mixture, parameters);
    let mut classes = table.classes();
    patterns.iter().map(|pattern| weight_bits(mixture, &table, pattern, &mut classes)).collect()
}

/// The evidence with Poisson counts around the observed ones, drawn as normal deviates and cut at zero.
fn redrawn<'a>(evidence: &Evidence<'a>, seed: u64, replicate: u64) -> Evidence<'a> {
    let mut stream = Stream::new(seed, STREAM + replicate);
    let mut drawn = |weight: &f64| {
        let normal = (0..12).map(|_| stream.unit()).sum::<f64>() - 6.0;
        (weight + normal * weight.sqrt()).max(0.0)
    };
    Evidence {
        comparisons: evidence.comparisons,
        levels: evidence.levels,
        weights: evidence.weights.iter().map(&mut drawn).collect(),
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
