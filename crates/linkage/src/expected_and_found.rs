//! What a run expects of itself beside what labels or the truth say of it: where the two cannot both be right, it is told.
//!
//! A run without labels guesses its own error rates. Whoever then judges pairs, or knows the truth, must not have to find out by
//! comparing two tables that the guess was wrong.

use serde::{Deserialize, Serialize};

use crate::error_estimate::ErrorEstimates;
use crate::html;
use crate::label_evaluation::{Estimate, LabelEvaluation};
use crate::resample::wilson;

/// A figure that a run expects of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpectedFigure {
    /// Share of the proposed pairs that is of different people.
    FalseDiscovery,
    /// Share of the true pairs among the written ones that is not proposed.
    FalseNegative,
    /// Share of the true pairs that blocking proposed.
    BlockingRecall,
}

/// Who knows better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownBy {
    /// Clerical labels of a sample.
    Labels,
    /// The truth of all records.
    Truth,
}

/// A figure that a run expects of itself, and what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ExpectedAndFound {
    /// Which figure.
    pub figure: ExpectedFigure,
    /// The probability from which pairs are proposed; `None` of blocking.
    pub threshold: Option<f64>,
    /// Who knows better.
    pub known_by: KnownBy,
    /// What the run expects, a share from 0 to 1 with its 95 % interval.
    pub expected: Estimate,
    /// What is known, likewise.
    pub found: Estimate,
    /// Whether the two intervals have nothing in common.
    pub is_contradiction: bool,
}

/// Holds what a run expects against labels: of each threshold of both. Empty where the run gives no error rate.
///
/// ```
/// # use redress_linkage::{expected_and_labelled, ErrorEstimates, LabelEvaluation};
/// fn contradictions(estimates: &ErrorEstimates, labels: &LabelEvaluation) -> usize {
///     expected_and_labelled(estimates, labels).iter().filter(|held| held.is_contradiction).count()
/// }
/// ```
#[must_use]
pub fn expected_and_labelled(estimates: &ErrorEstimates, labels: &LabelEvaluation) -> Vec<ExpectedAndFound> {
    let complement =
        |share: Estimate| Estimate { value: 1.0 - share.value, low: 1.0 - share.high, high: 1.0 - share.low };
    let mut held = Vec::new();
    for at in &estimates.at {
        let Some(known) = labels.at.iter().find(|known| known.threshold == at.threshold) else { continue };
        let mut hold = |figure, expected: Option<Estimate>, found: Option<Estimate>| {
            let (Some(expected), Some(found)) = (expected, found.map(complement)) else { return };
            held.push(ExpectedAndFound::new(figure, Some(at.threshold), KnownBy::Labels, expected, found));
        };
        hold(ExpectedFigure::FalseDiscovery, at.false_discovery, known.precision);
        hold(ExpectedFigure::FalseNegative, at.false_negative, known.recall);
    }
    held
}

/// Holds what a run expects against the truth. `written` gives of each written pair that nobody judged its probability and whether it is of
/// one person, `blocking` of all true pairs how many blocking proposed and how many there are, where that is known.
#[must_use]
pub fn expected_and_true(
    estimates: &ErrorEstimates,
    written: &[(f64, bool)],
    blocking: Option<(u64, u64)>,
) -> Vec<ExpectedAndFound> {
    let mut held = Vec::new();
    let mut hold = |figure, threshold, expected: Option<Estimate>, part: u64, whole: u64| {
        let (Some(expected), Some(found)) = (expected, share(part, whole)) else { return };
        held.push(ExpectedAndFound::new(figure, threshold, KnownBy::Truth, expected, found));
    };
    let n_true = written.iter().filter(|(_, is_true)| *is_true).count() as u64;
    for at in &estimates.at {
        let proposed = || written.iter().filter(|(probability, _)| *probability >= at.threshold);
        let (n_proposed, n_right) =
            (proposed().count() as u64, proposed().filter(|(_, is_true)| *is_true).count() as u64);
        let threshold = Some(at.threshold);
        let n_false = n_proposed - n_right;
        hold(ExpectedFigure::FalseDiscovery, threshold, at.false_discovery, n_false, n_proposed);
        hold(ExpectedFigure::FalseNegative, threshold, at.false_negative, n_true - n_right, n_true);
    }
    if let Some((n_found, n_all)) = blocking {
        let interval = estimates.blocking_recall.zip(estimates.blocking_recall_interval);
        let expected = interval.map(|(value, (low, high))| Estimate { value, low, high });
        hold(ExpectedFigure::BlockingRecall, None, expected, n_found, n_all);
    }
    held
}

/// A share with the interval of Wilson; `None` of nothing.
fn share(part: u64, whole: u64) -> Option<Estimate> {
    let (part, whole) = (part as f64, whole as f64);
    let (low, high) = wilson(part, whole);
    (whole > 0.0).then(|| Estimate { value: part / whole, low, high })
}

impl ExpectedAndFound {
    fn new(
        figure: ExpectedFigure,
        threshold: Option<f64>,
        known_by: KnownBy,
        expected: Estimate,
        found: Estimate,
    ) -> Self {
        let is_contradiction = expected.high < found.low || found.high < expected.low;
        Self { figure, threshold, known_by, expected, found, is_contradiction }
    }

    /// As a clause.
    #[must_use]
    pub fn in_words(&self) -> String {
        let percent = |share: Estimate| {
            format!(
                "{} ({} to {})",
                html::percent(share.value),
                html::percent(share.low),
                html::percent(share.high)
            )
        };
        let at = self.threshold.unwrap_or_default();
        let (found, expected) = (percent(self.found), percent(self.expected));
        match self.figure {
            ExpectedFigure::FalseDiscovery => {
                format!(
                    "of the pairs at {at} or more {found} are of different people; the run expects {expected}"
                )
            }
            ExpectedFigure::FalseNegative => {
                format!(
                    "of the true pairs among the written ones {found} are under {at}; the run expects {expected}"
                )
            }
            ExpectedFigure::BlockingRecall => {
                format!("of the true pairs blocking proposed {found}; the run guesses {expected}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error_estimate::{ErrorEstimate, Grade};
    use crate::label_evaluation::LabelAccuracy;
    use crate::saturation::Saturation;

    const EXPECTED: Estimate = Estimate { value: 0.02, low: 0.01, high: 0.04 };

    fn estimates(rate: Option<Estimate>) -> ErrorEstimates {
        ErrorEstimates {
            at: vec![ErrorEstimate {
                threshold: 0.95,
                n_proposed: 100,
                false_discovery: rate,
                false_negative: rate,
            }],
            blocking_recall: Some(0.9),
            blocking_recall_interval: Some((0.85, 0.95)),
            saturation: Saturation::of(std::iter::empty()),
            n_judged: 0,
            clustered: None,
            grade: Grade::Fair,
            reasons: Vec::new(),
        }
    }

    /// Whether each figure is contradicted, in the order in which they are told.
    fn check_truth(n_false: usize, n_missed: usize, blocking: Option<(u64, u64)>, expected: &[bool]) {
        let mut written = vec![(0.99, true); 200 - n_false];
        written.extend(vec![(0.99, false); n_false]);
        written.extend(vec![(0.5, true); n_missed]);
        let held = expected_and_true(&estimates(Some(EXPECTED)), &written, blocking);
        let contradicted: Vec<bool> = held.iter().map(|held| held.is_contradiction).collect();
        assert_eq!(contradicted, expected, "{held:?}");
    }

    #[test]
    fn intervals_that_have_nothing_in_common_contradict_each_other() {
        check_truth(4, 4, None, &[false, false]);
        check_truth(40, 4, None, &[true, false]);
        check_truth(4, 40, None, &[false, true]);
        // Of 200 pairs none is expected to be false: 0 to 1.9 % still meets 1 % to 4 %.
        check_truth(0, 4, Some((900, 1_000)), &[false, false, false]);
        check_truth(4, 4, Some((700, 1_000)), &[false, false, true]);
        check_truth(4, 4, Some((0, 0)), &[false, false]);
        assert_eq!(expected_and_true(&estimates(None), &[(0.99, true)], None), []);
    }

    #[test]
    fn labels_are_held_against_the_same_threshold() {
        let labels = |threshold, precision| LabelEvaluation {
            n_pairs: 200,
            n_decided: 200,
            n_disputed: 0,
            at: vec![LabelAccuracy {
                threshold,
                n_decided: 100,
                precision,
                recall: None,
                f: None,
                precision_undecided: None,
            }],
            agreement: Vec::new(),
            saturation: None,
        };
        let check = |threshold, precision, expected: &[(&str, bool)]| {
            let held = expected_and_labelled(&estimates(Some(EXPECTED)), &labels(threshold, precision));
            let found: Vec<(String, bool)> =
                held.iter().map(|held| (held.in_words(), held.is_contradiction)).collect();
            let found: Vec<(&str, bool)> = found.iter().map(|(text, is)| (text.as_str(), *is)).collect();
            assert_eq!(found, expected);
        };
        let precision = Some(Estimate { value: 0.88, low: 0.8, high: 0.92 });
        check(
            0.95,
            precision,
            &[(
                "of the pairs at 0.95 or more 12.0 % (8.0 % to 20.0 %) are of different people; the run expects 2.0 % (1.0 % to 4.0 %)",
                true,
            )],
        );
        check(0.9, precision, &[]);
        check(0.95, None, &[]);
    }
}
