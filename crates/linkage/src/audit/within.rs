//! Calibration inside a stratum, and the gap of recall over all thresholds at once.

use serde::{Deserialize, Serialize};

use crate::audit::ESTIMABLE_PEOPLE_MIN;
use crate::hashing::Stream;
use crate::resample::Z_95;

/// Fewest pairs from which calibration is judged.
pub const CALIBRATION_PAIRS_MIN: usize = 100;
/// Bins of equal mass.
const BINS: usize = 10;
/// Probabilities nearer to 0 or 1 than this count as this near.
const CLIP: f64 = 1e-6;
/// Steps of Newton's method, at most.
const STEPS_MAX: usize = 50;
/// Times the strata of people are dealt out anew.
const PERMUTATIONS: usize = 99;
/// Most true pairs that are dealt out; of more, every so-manieth person.
const DEALT_PAIRS_MAX: usize = 50_000;
/// Stream of random numbers of the dealing.
const STREAM: u64 = 4_000;

/// A written pair inside a stratum.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged {
    pub(crate) probability: f64,
    pub(crate) is_same: bool,
    /// Pairs of one person are not independent.
    pub(crate) person: u32,
}

/// How well probabilities hold inside a stratum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The stratum.
    pub stratum: String,
    /// Pairs with a record of the stratum, at p of 0.01 or more.
    pub n_pairs: usize,
    /// What was found; `None` below [`CALIBRATION_PAIRS_MIN`] pairs, or when all pairs are alike.
    pub found: Option<Found>,
}

/// Figures of calibration.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Slope of the truth on the log odds said: 1 is right, below 1 too sure.
    pub slope: f64,
    /// Its 95 % interval, people as clusters.
    pub slope_interval: (f64, f64),
    /// Log odds of the truth where even odds are said: 0 is right, below 0 says "same" too readily.
    pub intercept: f64,
    /// Its 95 % interval.
    pub intercept_interval: (f64, f64),
    /// Expected calibration error over ten bins of equal mass, the noise of the bins taken off.
    pub ece: f64,
    /// Mean squared error of the probabilities, ...
    pub brier: f64,
    /// ... of which bins that say wrong rates, ...
    pub reliability: f64,
    /// ... less what telling pairs apart takes off, ...
    pub resolution: f64,
    /// ... from what knowing only the overall rate leaves.
    pub uncertainty: f64,
}

pub(crate) fn calibration(stratum: &str, mut pairs: Vec<Judged>) -> Calibration {
    let n_pairs = pairs.len();
    let n_same = pairs.iter().filter(|pair| pair.is_same).count();
    let found = (n_pairs >= CALIBRATION_PAIRS_MIN && n_same > 0 && n_same < n_pairs).then(|| {
        pairs.sort_by(|a, b| a.probability.total_cmp(&b.probability));
        found(&mut pairs)
    });
    Calibration { stratum: stratum.to_owned(), n_pairs, found: found.flatten() }
}

fn found(sorted: &mut [Judged]) -> Option<Found> {
    let n = sorted.len() as f64;
    let y = |pair: &Judged| f64::from(u8::from(pair.is_same));
    let rate = sorted.iter().map(y).sum::<f64>() / n;
    let (mut ece, mut reliability, mut resolution) = (0.0, 0.0, 0.0);
    for bin in 0..BINS {
        let part = &sorted[bin * sorted.len() / BINS..(bin + 1) * sorted.len() / BINS];
        let size = part.len() as f64;
        let said = part.iter().map(|pair| pair.probability).sum::<f64>() / size;
        let seen = part.iter().map(y).sum::<f64>() / size;
        let gap = (said - seen).powi(2);
        ece += size / n * (gap - seen * (1.0 - seen) / (size - 1.0).max(1.0)).max(0.0).sqrt();
        reliability += size / n * gap;
        resolution += size / n * (seen - rate).powi(2);
    }
    let brier = sorted.iter().map(|pair| (pair.probability - y(pair)).powi(2)).sum::<f64>() / n;
    sorted.sort_by_key(|pair| pair.person);
    let ([intercept, slope], [intercept_error, slope_error]) = recalibrated(sorted)?;
    let around = |value: f64, error: f64| (value - Z_95 * error, value + Z_95 * error);
    Some(Found {
        slope,
        slope_interval: around(slope, slope_error),
        intercept,
        intercept_interval: around(intercept, intercept_error),
        ece,
        brier,
        reliability,
        resolution,
        uncertainty: rate * (1.0 - rate),
    })
}

/// Logistic regression of the truth on the log odds said, and standard errors with people as clusters (the sandwich of
/// Liang and Zeger 1986). Pairs are sorted by person. `None` when it does not settle.
fn recalibrated(pairs: &[Judged]) -> Option<([f64; 2], [f64; 2])> {
    let x = |pair: &Judged| {
        let p = pair.probability.clamp(CLIP, 1.0 - CLIP);
        (p / (1.0 - p)).ln()
    };
    let residual = |theta: [f64; 2], pair: &Judged| {
        let q = 1.0 / (1.0 + (-theta[0] - theta[1] * x(pair)).exp());
        (f64::from(u8::from(pair.is_same)) - q, q)
    };
    let mut theta = [0.0, 1.0];
    let mut inverse = [0.0; 3];
    for _ in 0..STEPS_MAX {
        let (mut g, mut h) = ([0.0; 2], [1e-9, 0.0, 1e-9]);
        for pair in pairs {
            let ((error, q), x) = (residual(theta, pair), x(pair));
            let weight = q * (1.0 - q);
            g = [g[0] + error, g[1] + error * x];
            h = [h[0] + weight, h[1] + weight * x, h[2] + weight * x * x];
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        if determinant <= 1e-12 {
            return None;
        }
        inverse = [h[2] / determinant, -h[1] / determinant, h[0] / determinant];
        let step = [inverse[0] * g[0] + inverse[1] * g[1], inverse[1] * g[0] + inverse[2] * g[1]];
        let longest = step[0].abs().max(step[1].abs());
        let damping = if longest > 1.0 { longest.recip() } else { 1.0 };
        theta = [theta[0] + damping * step[0], theta[1] + damping * step[1]];
        if longest < 1e-8 {
            break;
        }
    }
    let mut meat = [0.0; 3];
    for own in pairs.chunk_by(|a, b| a.person == b.person) {
        let g = own.iter().fold([0.0; 2], |g, pair| {
            let error = residual(theta, pair).0;
            [g[0] + error, g[1] + error * x(pair)]
        });
        meat = [meat[0] + g[0] * g[0], meat[1] + g[0] * g[1], meat[2] + g[1] * g[1]];
    }
    let variance = |a: f64, b: f64| a * a * meat[0] + 2.0 * a * b * meat[1] + b * b * meat[2];
    let errors = [variance(inverse[0], inverse[1]).sqrt(), variance(inverse[1], inverse[2]).sqrt()];
    Some((theta, errors))
}

/// The gap of recall between a stratum and everybody else, over all thresholds from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThresholdFree {
    /// The stratum.
    pub stratum: String,
    /// Its true pairs.
    pub n_pairs: usize,
    /// Mean over all thresholds of the absolute difference of recall; `None` with fewer than [`ESTIMABLE_PEOPLE_MIN`] people on
    /// either side.
    pub gap: Option<f64>,
    /// Share of deals of the strata to people that gave a gap as large: small when chance does not explain it.
    pub p: Option<f64>,
}

/// The gaps of all strata. `true_pairs` are (person, probability), `stratum_of` is by person.
pub(crate) fn threshold_free(
    strata: &[String],
    stratum_of: &[u16],
    true_pairs: &[(u32, f64)],
    seed: u64,
) -> Vec<ThresholdFree> {
    let step = true_pairs.len().div_ceil(DEALT_PAIRS_MAX).max(1) as u32;
    let mut sorted: Vec<(f64, u32)> =
        true_pairs.iter().filter(|(person, _)| person % step == 0).map(|(person, p)| (*p, *person)).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut people: Vec<u32> = sorted.iter().map(|pair| pair.1).collect();
    people.sort_unstable();
    people.dedup();
    let mut dealt = stratum_of.to_vec();
    let n_of = |stratum: u16| people.iter().filter(|person| stratum_of[**person as usize] == stratum).count();
    let is_estimable = |stratum: u16| {
        let n = n_of(stratum);
        n >= ESTIMABLE_PEOPLE_MIN && people.len() - n >= ESTIMABLE_PEOPLE_MIN
    };
    let observed: Vec<Option<f64>> =
        (0..strata.len() as u16).map(|s| gap(&sorted, stratum_of, s).filter(|_| is_estimable(s))).collect();
    let mut as_large = vec![1usize; strata.len()];
    let mut stream = Stream::new(seed, STREAM);
    for _ in 0..PERMUTATIONS {
        for idx in (1..people.len()).rev() {
            let other = stream.below(idx as u64 + 1) as usize;
            dealt.swap(people[idx] as usize, people[other] as usize);
        }
        for (stratum, count) in as_large.iter_mut().enumerate() {
            *count += usize::from(gap(&sorted, &dealt, stratum as u16) >= observed[stratum]);
        }
    }
    let one = |(stratum, name): (usize, &String)| ThresholdFree {
        stratum: name.clone(),
        n_pairs: true_pairs
            .iter()
            .filter(|(person, _)| usize::from(stratum_of[*person as usize]) == stratum)
            .count(),
        gap: observed[stratum],
        p: observed[stratum].map(|_| as_large[stratum] as f64 / (PERMUTATIONS + 1) as f64),
    };
    strata.iter().enumerate().map(one).collect()
}

/// The area between the two distributions of probability; pairs are sorted by it.
fn gap(sorted: &[(f64, u32)], stratum_of: &[u16], stratum: u16) -> Option<f64> {
    let is_in = |person: u32| stratum_of[person as usize] == stratum;
    let n_in = sorted.iter().filter(|pair| is_in(pair.1)).count();
    let n_out = sorted.len() - n_in;
    if n_in == 0 || n_out == 0 {
        return None;
    }
    let (mut seen_in, mut seen_out, mut area) = (0usize, 0usize, 0.0);
    for (idx, (p, person)) in sorted.iter().enumerate() {
        if is_in(*person) {
            seen_in += 1
        } else {
            seen_out += 1
        }
        let next = sorted.get(idx + 1).map_or(1.0, |pair| pair.0);
        area += (next - p) * (seen_in as f64 / n_in as f64 - seen_out as f64 / n_out as f64).abs();
    }
    Some(area)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(n: u32, truth: impl Fn(f64) -> f64) -> Vec<Judged> {
        let mut stream = Stream::new(4, 4);
        let pair = |k| {
            let probability = 0.02 + 0.96 * stream.unit();
            Judged { probability, is_same: stream.unit() < truth(probability), person: k / 3 }
        };
        (0..n).map(pair).collect()
    }

    #[test]
    fn what_is_right_is_found_right() {
        let found = calibration("s", pairs(6_000, |p| p)).found.unwrap();
        assert!(found.slope_interval.0 < 1.0 && found.slope_interval.1 > 1.0, "{found:?}");
        assert!(found.intercept.abs() < 0.12, "{found:?}");
        assert!(found.ece < 0.012, "{found:?}");
        let whole = found.reliability - found.resolution + found.uncertainty;
        assert!((whole - found.brier).abs() < 0.002, "the parts make the whole: {found:?}");
    }

    #[test]
    fn what_is_too_sure_has_a_slope_below_one() {
        let found = calibration("s", pairs(6_000, |p| 0.25 + 0.5 * p)).found.unwrap();
        assert!(found.slope_interval.1 < 0.8 && found.ece > 0.08, "{found:?}");
    }

    #[test]
    fn few_pairs_or_one_answer_say_nothing() {
        assert_eq!(calibration("s", pairs(99, |p| p)).found, None);
        assert_eq!(calibration("s", pairs(500, |_| 1.0)).found, None);
    }

    #[test]
    fn the_gap_over_all_thresholds_is_an_area() {
        let sorted = [(0.2, 0), (0.4, 1), (0.6, 2), (1.0, 3)];
        // Recall of people 0 and 2 against 1 and 3: half of them apart on [0.2, 0.4] and on [0.6, 1].
        let area = gap(&sorted, &[0, 1, 0, 1], 0).unwrap();
        assert!((area - (0.2 * 0.5 + 0.4 * 0.5)).abs() < 1e-12, "{area}");
        assert_eq!(gap(&sorted, &[0; 4], 0), None);
        let strata = ["a".to_owned(), "b".to_owned()];
        let stratum_of: Vec<u16> = (0..400).map(|k| k % 2).collect();
        let alike: Vec<(u32, f64)> = (0..400).map(|k| (k, f64::from(k / 2) / 200.0)).collect();
        let apart: Vec<(u32, f64)> = (0..400).map(|k| (k, if k % 2 == 0 { 0.9 } else { 0.7 })).collect();
        assert!(threshold_free(&strata, &stratum_of, &alike, 1)[0].p.unwrap() > 0.2);
        assert_eq!(threshold_free(&strata, &stratum_of, &apart, 1)[0].p.unwrap(), 0.01);
    }
}
