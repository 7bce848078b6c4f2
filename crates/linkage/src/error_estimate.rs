//! Error rates without any label: what the model itself expects to get wrong. They are estimates, carry a grade that says
//! how far to trust them, and labels replace them.

use serde::{Deserialize, Serialize};

use crate::hashing::Stream;
use crate::label_evaluation::Estimate;
use crate::model::{Model, Pattern};
use crate::resample::{normal, poisson, quantile};

/// Redraws of counts and of the model's error.
const REPLICATES: u64 = 1_000;
/// Standard deviations between the ends of a 95 % interval.
const DEVIATIONS: f64 = 3.92;
/// Stream of random numbers of the redraws.
const STREAM: u64 = 7_000;

/// How far an estimate can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The probabilities come from clerical labels.
    Labelled,
    /// The model converged and leaves few pairs open.
    Fair,
    /// Something speaks against relying on it.
    Weak,
}

/// Expected errors at one threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorEstimate {
    /// Pairs at or above this probability are proposed.
    pub threshold: f64,
    /// Pairs proposed.
    pub n_proposed: u64,
    /// Expected share of them that is false.
    pub false_discovery: Option<Estimate>,
    /// Expected share of the true pairs among the written ones that is below the threshold.
    pub false_negative: Option<Estimate>,
}

/// What a run expects of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorEstimates {
    /// At some thresholds.
    pub at: Vec<ErrorEstimate>,
    /// Share of the true pairs that blocking proposed, by capture and recapture over the rules; an upper bound.
    pub blocking_recall: Option<f64>,
    /// The greatest probability written, the share of the written pairs that has it, and the share of these expected to be
    /// wrong.
    pub saturation: Option<(f64, f64, f64)>,
    /// How far all this can be trusted.
    pub grade: Grade,
    /// Why the grade is what it is.
    pub reasons: Vec<String>,
}

/// Estimates from a model alone.
#[must_use]
pub fn error_estimates(model: &Model, thresholds: &[f64], seed: u64) -> ErrorEstimates {
    let patterns: Vec<&Pattern> = model.patterns.iter().filter(|pattern| pattern.n_pairs > 0).collect();
    let redraws: Vec<Vec<(f64, f64)>> =
        (0..REPLICATES).map(|replicate| redrawn(&patterns, seed, replicate)).collect();
    let once: Vec<(f64, f64)> =
        patterns.iter().map(|pattern| (pattern.n_pairs as f64, pattern.match_probability)).collect();
    let at = |threshold: &f64| {
        let is_proposed: Vec<bool> = patterns.iter().map(|p| p.match_probability >= *threshold).collect();
        ErrorEstimate {
            threshold: *threshold,
            n_proposed: patterns
                .iter()
                .zip(&is_proposed)
                .filter(|(_, is)| **is)
                .map(|(p, _)| p.n_pairs)
                .sum(),
            false_discovery: estimate(&once, &redraws, |drawn| rates(drawn, &is_proposed).0),
            false_negative: estimate(&once, &redraws, |drawn| rates(drawn, &is_proposed).1),
        }
    };
    let (grade, reasons) = grade(model, &patterns);
    ErrorEstimates {
        at: thresholds.iter().map(at).collect(),
        blocking_recall: model.blocking_recall,
        saturation: saturation(&patterns),
        grade,
        reasons,
    }
}

/// Counts drawn anew (Poisson), and the log odds of all patterns moved together by one draw of the model's own error: its
/// patterns err together.
fn redrawn(patterns: &[&Pattern], seed: u64, replicate: u64) -> Vec<(f64, f64)> {
    let mut stream = Stream::new(seed, STREAM + replicate);
    let shift = normal(&mut stream);
    let logit = |p: f64| {
        let p = p.clamp(1e-9, 1.0 - 1e-9);
        (p / (1.0 - p)).ln()
    };
    let draw = |pattern: &&Pattern| {
        let n = poisson(pattern.n_pairs as f64, &mut stream);
        let low = logit(pattern.reliability_low.max(pattern.match_probability * 0.01));
        let high = logit(pattern.reliability_high.min(1.0 - (1.0 - pattern.match_probability) * 0.01));
        let moved = logit(pattern.match_probability) + shift * (high - low).max(0.0) / DEVIATIONS;
        (n, 1.0 / (1.0 + (-moved).exp()))
    };
    patterns.iter().map(draw).collect()
}

/// False discovery and false negative rate.
fn rates(drawn: &[(f64, f64)], is_proposed: &[bool]) -> (Option<f64>, Option<f64>) {
    let (mut proposed, mut false_ones, mut found, mut all) = (0.0, 0.0, 0.0, 0.0);
    for ((n, p), is_proposed) in drawn.iter().zip(is_proposed) {
        all += n * p;
        if *is_proposed {
            proposed += n;
            false_ones += n * (1.0 - p);
            found += n * p;
        }
    }
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    (share(false_ones, proposed), share(all - found, all))
}

fn estimate(
    once: &[(f64, f64)],
    redraws: &[Vec<(f64, f64)>],
    of: impl Fn(&[(f64, f64)]) -> Option<f64>,
) -> Option<Estimate> {
    let value = of(once)?;
    let mut drawn: Vec<f64> = redraws.iter().filter_map(|redraw| of(redraw)).collect();
    let low = quantile(&mut drawn, 0.025)?.min(value);
    let high = quantile(&mut drawn, 0.975)?.max(value);
    Some(Estimate { value, low, high })
}

fn saturation(patterns: &[&Pattern]) -> Option<(f64, f64, f64)> {
    let top = patterns
        .iter()
        .map(|pattern| pattern.match_probability)
        .fold(None, |top: Option<f64>, p| Some(top.map_or(p, |top| top.max(p))))?;
    let total: u64 = patterns.iter().map(|pattern| pattern.n_pairs).sum();
    let at_top = patterns.iter().filter(|pattern| pattern.match_probability >= top);
    let n: u64 = at_top.map(|pattern| pattern.n_pairs).sum();
    Some((top, n as f64 / total.max(1) as f64, 1.0 - top))
}

fn grade(model: &Model, patterns: &[&Pattern]) -> (Grade, Vec<String>) {
    if let Some(labels) = &model.label_calibration {
        let reason = format!("the probabilities come from {} labelled pairs", labels.n_decided);
        return (Grade::Labelled, vec![reason]);
    }
    let mut reasons = Vec::new();
    if !model.training.converged {
        reasons.push("the training did not converge".to_owned());
    }
    let total: f64 = patterns.iter().map(|pattern| pattern.n_pairs as f64 * pattern.match_probability).sum();
    let is_open = |pattern: &&&Pattern| (0.1..0.9).contains(&pattern.match_probability);
    let open: u64 = patterns.iter().filter(is_open).map(|pattern| pattern.n_pairs).sum();
    if open as f64 > 0.1 * total {
        reasons.push(format!(
            "{open} pairs have a probability between 0.1 and 0.9, more than a tenth of the {total:.0} pairs expected to be true"
        ));
    }
    let width = |pattern: &&Pattern| {
        pattern.n_pairs as f64 * (pattern.reliability_high - pattern.reliability_low).max(0.0)
    };
    let n: u64 = patterns.iter().map(|pattern| pattern.n_pairs).sum();
    let mean_width = patterns.iter().map(width).sum::<f64>() / n.max(1) as f64;
    if mean_width > 0.15 {
        reasons.push(format!("the intervals of the probabilities are {mean_width:.2} wide on average"));
    }
    if reasons.is_empty() {
        let reason = "the training converged and few pairs are open; no label has confirmed it".to_owned();
        return (Grade::Fair, vec![reason]);
    }
    (Grade::Weak, reasons)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(n_pairs: u64, p: f64) -> Pattern {
        Pattern {
            levels: Vec::new(),
            n_pairs,
            match_weight_bits: (p / (1.0 - p)).log2(),
            match_probability: p,
            reliability_low: (p - 0.05).max(0.0),
            reliability_high: (p + 0.05).min(1.0),
        }
    }

    #[test]
    fn expected_errors_add_up() {
        let patterns = [pattern(1_000, 0.99), pattern(100, 0.5)];
        let patterns: Vec<&Pattern> = patterns.iter().collect();
        let once: Vec<(f64, f64)> =
            patterns.iter().map(|p| (p.n_pairs as f64, p.match_probability)).collect();
        let (discovery, negative) = rates(&once, &[true, false]);
        assert!((discovery.unwrap() - 0.01).abs() < 1e-12);
        assert!((negative.unwrap() - 50.0 / 1_040.0).abs() < 1e-12);
        let redraws: Vec<Vec<(f64, f64)>> = (0..200).map(|k| redrawn(&patterns, 1, k)).collect();
        let found = estimate(&once, &redraws, |drawn| rates(drawn, &[true, false]).0).unwrap();
        assert!(found.low < 0.01 && found.high > 0.01 && found.high < 0.2, "{found:?}");
        assert_eq!(rates(&once, &[false, false]).0, None);
        assert_eq!(saturation(&patterns), Some((0.99, 1_000.0 / 1_100.0, 1.0 - 0.99)));
        assert_eq!(saturation(&[]), None);
    }
}
