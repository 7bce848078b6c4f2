//! Fewer patterns that stand for all of them, so that an estimate costs the same whatever the number of patterns.

use crate::expectation_maximization::Evidence;
use crate::hashing::mix_two;

/// Evidence of which some patterns stand for others.
pub(crate) struct Thinned<'a> {
    whole: &'a Evidence<'a>,
    levels: Vec<u8>,
    weights: Vec<f64>,
    draws: Vec<f64>,
    n_blocked: usize,
}

impl Evidence<'_> {
    /// The same evidence, to be held beside thinned evidence.
    pub(crate) fn borrowed(&self) -> Evidence<'_> {
        self.with(self.levels, (self.weights.clone(), self.draws.clone()), self.n_blocked)
    }

    fn with<'b>(
        &'b self,
        levels: &'b [u8],
        (weights, draws): (Vec<f64>, Vec<f64>),
        n_blocked: usize,
    ) -> Evidence<'b> {
        Evidence {
            comparisons: self.comparisons,
            levels,
            weights,
            draws,
            n_blocked,
            level_pairs: self.level_pairs.clone(),
            sampled_weight: self.sampled_weight,
            band_shares: self.band_shares.clone(),
            n_records: self.n_records,
        }
    }

    /// At most about `patterns_max` patterns of candidate pairs, and as many of the sample: a pattern is kept with a
    /// probability in proportion to the pairs that were seen of it, and then stands for those that were not (Horvitz and Thompson 1952), so
    /// that every sum keeps its expectation. `None` when there are no more than that.
    pub(crate) fn thinned(&self, patterns_max: usize) -> Option<Thinned<'_>> {
        let (blocked, sampled) = self.draws.split_at(self.n_blocked);
        if blocked.len().max(sampled.len()) <= patterns_max {
            return None;
        }
        let width = self.comparisons.len();
        let mut thinned =
            Thinned { whole: self, levels: Vec::new(), weights: Vec::new(), draws: Vec::new(), n_blocked: 0 };
        for (first, part) in [(0, blocked), (self.n_blocked, sampled)] {
            let least = whole_weight(part, patterns_max);
            for (place, seen) in part.iter().enumerate() {
                let pattern = first + place;
                let chance = (mix_two(pattern as u64, THINNING_SEED) >> 11) as f64 / (1u64 << 53) as f64;
                if *seen >= least || chance * least < *seen {
                    thinned.levels.extend_from_slice(&self.levels[pattern * width..(pattern + 1) * width]);
                    let stands_for = (least / seen).max(1.0);
                    thinned.weights.push(self.weights[pattern] * stands_for);
                    thinned.draws.push(seen * stands_for);
                }
            }
            if first == 0 {
                thinned.n_blocked = thinned.weights.len();
            }
        }
        Some(thinned)
    }
}

impl Thinned<'_> {
    pub(crate) fn evidence(&self) -> Evidence<'_> {
        self.whole.with(&self.levels, (self.weights.clone(), self.draws.clone()), self.n_blocked)
    }
}

/// Steps in which the weight from which a pattern is kept for certain is looked for.
const THINNING_STEPS: usize = 60;
/// Seed of the draws.
const THINNING_SEED: u64 = 0x7468_696e;

/// The weight from which patterns are kept for certain so that about `n_max` are kept in all.
fn whole_weight(weights: &[f64], n_max: usize) -> f64 {
    let expected = |least: f64| weights.iter().map(|weight| (weight / least).min(1.0)).sum::<f64>();
    let (mut low, mut high) = (f64::MIN_POSITIVE, weights.iter().sum::<f64>().max(1.0));
    if weights.len() <= n_max {
        return low;
    }
    for _ in 0..THINNING_STEPS {
        let middle = low.midpoint(high);
        if expected(middle) > n_max as f64 { low = middle } else { high = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(weights: &[f64], patterns_max: usize) {
        let levels = vec![0; weights.len()];
        let comparisons = [crate::comparison::tests::text("name")];
        let evidence = Evidence {
            comparisons: &comparisons,
            levels: &levels,
            weights: weights.to_vec(),
            draws: weights.to_vec(),
            n_blocked: weights.len(),
            level_pairs: None,
            sampled_weight: 1.0,
            band_shares: Vec::new(),
            n_records: 10.0,
        };
        let Some(thinned) = evidence.thinned(patterns_max) else {
            assert!(weights.len() <= patterns_max);
            return;
        };
        let sum = |weights: &[f64]| weights.iter().sum::<f64>();
        assert!((thinned.weights.len() as f64 / patterns_max as f64 - 1.0).abs() < 0.1);
        assert!((sum(&thinned.weights) / sum(weights) - 1.0).abs() < 0.05, "{patterns_max}");
        assert_eq!(thinned.levels.len(), thinned.weights.len());
    }

    #[test]
    fn the_kept_patterns_stand_for_all() {
        let weights: Vec<f64> =
            (0..10_000).map(|i| f64::from(1 + i % 7) * if i % 100 == 0 { 50.0 } else { 1.0 }).collect();
        for patterns_max in [1_000, 4_000, 10_000] {
            check(&weights, patterns_max);
        }
    }
}
