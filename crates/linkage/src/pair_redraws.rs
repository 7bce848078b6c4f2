//! The written pairs drawn anew: how many of them are of one person, by counting and by the model's own error.

use std::collections::BTreeMap;

use crate::hashing::Stream;
use crate::label_evaluation::Estimate;
use crate::model::Pattern;
use crate::resample::{normal, poisson, quantile};
use crate::saturation::SATURATED_FROM;

/// Redraws of counts and of the model's error.
const REPLICATES: u64 = 1_000;
/// Standard deviations between the ends of a 95 % interval.
const DEVIATIONS: f64 = 3.92;
/// Steps of log odds within which patterns are redrawn as one.
const STEPS_PER_NAT: f64 = 16.0;
/// Stream of random numbers of the redraws.
const STREAM: u64 = 7_000;
/// Steps in which the model's own error is averaged over, and how many to either side of none.
const ERROR_STEP: f64 = 0.25;
const ERROR_STEPS: i32 = 16;

/// Pairs of one pattern.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PairsOf<'a> {
    /// The pattern.
    pub(crate) pattern: &'a Pattern,
    /// How many pairs.
    pub(crate) n_pairs: u64,
    /// Whether the clusters hold them.
    pub(crate) is_in_clusters: bool,
}

impl PairsOf<'_> {
    /// How many of them the probability as it stands expects to be of one person.
    pub(crate) fn expected_true(&self) -> f64 {
        self.n_pairs as f64 * self.pattern.match_probability
    }

    /// The same in the mean over the model's own error.
    pub(crate) fn mean_true(&self) -> f64 {
        self.n_pairs as f64 * mean_probability(self.pattern)
    }
}

/// Patterns that are redrawn as one: a sum of Poisson numbers is a Poisson number.
struct Group {
    /// Pairs.
    n_pairs: f64,
    /// A probability of the group; all are on the same side of every threshold.
    probability: f64,
    is_in_clusters: bool,
    /// Log odds, and how far they move for one deviation of the model's own error, both in nats.
    log_odds: f64,
    deviation: f64,
}

impl Group {
    /// The probability where the model's own error is so many deviations.
    fn probability_at(&self, shift: f64) -> f64 {
        logistic(self.log_odds + shift * self.deviation)
    }
}

fn logistic(nats: f64) -> f64 {
    1.0 / (1.0 + (-nats).exp())
}

fn log_odds(p: f64) -> f64 {
    let p = p.clamp(1e-9, 1.0 - 1e-9);
    (p / (1.0 - p)).ln()
}

/// Log odds of a pattern, and how far they move for one deviation of the model's own error, both in nats.
pub(crate) fn nats(pattern: &Pattern) -> (f64, f64) {
    let p = pattern.match_probability;
    let low = log_odds(pattern.reliability_low.max(p * 0.01));
    let high = log_odds(pattern.reliability_high.min(1.0 - (1.0 - p) * 0.01));
    (log_odds(p), (high - low).max(0.0) / DEVIATIONS)
}

/// The mean of a pattern's probability over the model's own error: what of its pairs is to be expected. It is what the redraws have in the mean.
pub(crate) fn mean_probability(pattern: &Pattern) -> f64 {
    let (log_odds, deviation) = nats(pattern);
    let (mut sum, mut weights) = (0.0, 0.0);
    for step in -ERROR_STEPS..=ERROR_STEPS {
        let shift = f64::from(step) * ERROR_STEP;
        let weight = (-0.5 * shift * shift).exp();
        sum += weight * logistic(log_odds + shift * deviation);
        weights += weight;
    }
    sum / weights
}

/// Patterns whose log odds and deviation are alike, as one.
fn grouped(pairs: &[PairsOf<'_>], thresholds: &[f64]) -> Vec<Group> {
    let mut groups: BTreeMap<(usize, bool, i64, i64), Group> = BTreeMap::new();
    for of in pairs {
        let p = of.pattern.match_probability;
        let step = |value: f64| (value * STEPS_PER_NAT).round();
        let (log_odds, deviation) = nats(of.pattern);
        let (odds, deviation) = (step(log_odds), step(deviation));
        let side = thresholds.iter().filter(|threshold| p >= **threshold).count();
        let key = (side, of.is_in_clusters, odds as i64, deviation as i64);
        let group = groups.entry(key).or_insert(Group {
            n_pairs: 0.0,
            probability: p,
            is_in_clusters: of.is_in_clusters,
            log_odds: odds / STEPS_PER_NAT,
            deviation: deviation / STEPS_PER_NAT,
        });
        group.n_pairs += of.n_pairs as f64;
    }
    groups.into_values().collect()
}

/// Pairs of one person and pairs of different people.
type Split = (f64, f64);

/// How the pairs of each group split in a draw (the fewer of the two by Poisson: a file has as many pairs as it has), the log odds of all patterns moved together by one draw of the model's own error:
/// its patterns err together. With that draw, in deviations.
fn redrawn(groups: &[Group], seed: u64, replicate: u64) -> (f64, Vec<Split>) {
    let mut stream = Stream::new(seed, STREAM + replicate);
    let shift = normal(&mut stream);
    let mut draw = |group: &Group| {
        let p = group.probability_at(shift);
        let n_fewer = poisson(group.n_pairs * p.min(1.0 - p), &mut stream).min(group.n_pairs);
        let n_others = group.n_pairs - n_fewer;
        if p > 0.5 { (n_others, n_fewer) } else { (n_fewer, n_others) }
    };
    (shift, groups.iter().map(&mut draw).collect())
}

/// False discovery and false negative rate.
pub(crate) type Rates = (Option<f64>, Option<f64>);

/// What one redraw of counts and of the model's error says.
#[derive(Debug, Default)]
pub(crate) struct Redraw {
    /// Where the pairs at or above each threshold are proposed.
    pub(crate) at: Vec<Rates>,
    /// Pairs of one person in each band.
    pub(crate) true_in_bands: Vec<f64>,
    /// Pairs of one person among all.
    pub(crate) n_true: f64,
    /// Those that the clusters leave apart.
    pub(crate) true_outside: f64,
    /// How far the model errs in this redraw, in deviations.
    pub(crate) shift: f64,
    /// Share of the pairs of which the run is as good as sure that is of different people.
    pub(crate) wrong_at_top: Option<f64>,
}

/// Redraws of pairs at some thresholds, and in bands of probability by their lower ends, ascending.
pub(crate) fn redraws(pairs: &[PairsOf<'_>], thresholds: &[f64], bands: &[f64], seed: u64) -> Vec<Redraw> {
    let groups = grouped(pairs, &[thresholds, bands, &[SATURATED_FROM]].concat());
    let are = |is: &dyn Fn(&Group) -> bool| -> Vec<bool> { groups.iter().map(is).collect() };
    let from = |threshold: f64| are(&|group| group.probability >= threshold);
    let proposed: Vec<Vec<bool>> = thresholds.iter().map(|threshold| from(*threshold)).collect();
    let (is_at_top, is_outside) = (from(SATURATED_FROM), are(&|group| !group.is_in_clusters));
    let band_of: Vec<Option<usize>> =
        groups.iter().map(|group| bands.iter().rposition(|from| *from <= group.probability)).collect();
    let redraw = |replicate: u64| {
        let (shift, drawn) = redrawn(&groups, seed, replicate);
        let mut true_in_bands = vec![0.0; bands.len()];
        for ((n_true, _), band) in drawn.iter().zip(&band_of) {
            band.iter().for_each(|band| true_in_bands[*band] += n_true);
        }
        Redraw {
            at: proposed.iter().map(|is_proposed| rates(&drawn, is_proposed)).collect(),
            true_in_bands,
            n_true: drawn.iter().map(|(n_true, _)| n_true).sum(),
            true_outside: together(&drawn, &is_outside).0,
            shift,
            wrong_at_top: rates(&drawn, &is_at_top).0,
        }
    };
    (0..REPLICATES).map(redraw).collect()
}

/// The pairs of some groups.
fn together(drawn: &[Split], is_counted: &[bool]) -> Split {
    let counted = drawn.iter().zip(is_counted).filter(|(_, is_counted)| **is_counted);
    counted.fold((0.0, 0.0), |sums, (split, _)| (sums.0 + split.0, sums.1 + split.1))
}

fn rates(drawn: &[Split], is_proposed: &[bool]) -> Rates {
    let (found, false_ones) = together(drawn, is_proposed);
    let left_out = drawn.iter().map(|(n_true, _)| n_true).sum::<f64>() - found;
    (share(false_ones, found), share(left_out, found))
}

/// The share of a part of itself and the rest; `None` where there is neither.
pub(crate) fn share(part: f64, rest: f64) -> Option<f64> {
    (part + rest > 0.0).then(|| part / (part + rest))
}

/// The mean of the redraws, with their 95 % interval; `None` without any.
///
/// The mean and not what the probabilities as they stand add up to: probabilities that are too high make more false pairs than probabilities as much too low make fewer, so that
/// what is to be expected is more than what they add up to. Measured: `docs/linkage-audit.md`.
pub(crate) fn estimate(drawn: impl Iterator<Item = f64>) -> Option<Estimate> {
    let mut drawn: Vec<f64> = drawn.collect();
    let value = drawn.iter().sum::<f64>() / drawn.len() as f64;
    let low = quantile(&mut drawn, 0.025)?.min(value);
    let high = quantile(&mut drawn, 0.975)?.max(value);
    Some(Estimate { value, low, high })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn pattern(n_pairs: u64, p: f64) -> Pattern {
        Pattern {
            levels: Vec::new(),
            n_pairs,
            match_weight_bits: (p / (1.0 - p)).log2(),
            match_probability: p,
            reliability_low: (p - 0.05).max(0.0),
            reliability_high: (p + 0.05).min(1.0),
        }
    }

    /// All pairs of patterns, those of the first ones inside the clusters.
    pub(crate) fn pairs_of(patterns: &[Pattern], n_in_clusters: usize) -> Vec<PairsOf<'_>> {
        let of = patterns.iter().enumerate();
        of.map(|(at, pattern)| PairsOf {
            pattern,
            n_pairs: pattern.n_pairs,
            is_in_clusters: at < n_in_clusters,
        })
        .collect()
    }

    #[test]
    fn expected_errors_add_up() {
        let once: Vec<Split> = vec![(990.0, 10.0), (50.0, 50.0)];
        let (discovery, negative) = rates(&once, &[true, false]);
        assert!((discovery.unwrap() - 0.01).abs() < 1e-12);
        assert!((negative.unwrap() - 50.0 / 1_040.0).abs() < 1e-12);
        assert_eq!(rates(&once, &[false, false]).0, None);
        let patterns = [pattern(1_000, 0.99), pattern(100, 0.5)];
        let drawn = redraws(&pairs_of(&patterns, 1), &[0.9], &[0.0, 0.9], 1);
        let found = estimate(drawn.iter().filter_map(|drawn| drawn.at[0].0)).unwrap();
        assert!(found.low < 0.01 && found.high > 0.01 && found.high < 0.2, "{found:?}");
        for drawn in &drawn {
            assert_eq!(drawn.true_in_bands.iter().sum::<f64>(), drawn.n_true);
            assert_eq!(drawn.true_in_bands[0], drawn.true_outside);
        }
    }

    #[test]
    fn the_mean_over_the_error_is_that_of_the_redraws() {
        for p in [0.02, 0.5, 0.93, 0.999] {
            let patterns = [pattern(1_000_000, p)];
            let drawn = redraws(&pairs_of(&patterns, 0), &[], &[0.0], 3);
            let found = estimate(drawn.iter().map(|drawn| drawn.n_true / 1e6)).unwrap();
            let mean = mean_probability(&patterns[0]);
            assert!((found.value - mean).abs() < 0.1 * (found.high - found.low), "{p}: {mean}, {found:?}");
        }
    }

    #[test]
    fn what_is_expected_is_the_mean_of_the_redraws() {
        let drawn = [0.0, 0.01, 0.02, 0.13];
        let found = estimate(drawn.into_iter()).unwrap();
        assert!((found.value - 0.04).abs() < 1e-12, "{found:?}");
        assert_eq!((found.low, found.high), (0.0, 0.13));
        assert_eq!(estimate(std::iter::empty()), None);
    }

    #[test]
    fn a_group_stands_for_its_patterns() {
        let many: Vec<Pattern> = (0..400).map(|n| pattern(10, 0.6 + f64::from(n) * 1e-5)).collect();
        let pairs = pairs_of(&many, 0);
        let together = grouped(&pairs, &[0.602]);
        assert!(together.len() < 10);
        let n_pairs = |above: bool| -> f64 {
            let of_side = together.iter().filter(|group| (group.probability >= 0.602) == above);
            of_side.map(|group| group.n_pairs).sum()
        };
        assert_eq!((n_pairs(false), n_pairs(true)), (2_000.0, 2_000.0), "each on its side of the threshold");
        let apart: Vec<Group> = pairs.iter().flat_map(|of| grouped(&[*of], &[0.602])).collect();
        let spread = |groups: &[Group]| -> (f64, f64) {
            let is_proposed: Vec<bool> = groups.iter().map(|group| group.probability >= 0.602).collect();
            let rate = |k| rates(&redrawn(groups, 1, k).1, &is_proposed).0;
            let mut drawn: Vec<f64> = (0..2_000).filter_map(rate).collect();
            (quantile(&mut drawn, 0.025).unwrap(), quantile(&mut drawn, 0.975).unwrap())
        };
        let ((a, b), (c, d)) = (spread(&together), spread(&apart));
        assert!((a - c).abs() < 0.01 && (b - d).abs() < 0.01, "{a} {b}, {c} {d}");
    }
}
