//! What a run expects of itself beside what labels or the truth say of it: where the two cannot both be right, it is told.
//!
//! A run without labels guesses its own error rates. Whoever then judges pairs, or knows the truth, must not have to find out by
//! comparing two tables that the guess was wrong.

use serde::{Deserialize, Serialize};

use crate::error_estimate::ErrorEstimates;
use crate::html;
use crate::label_evaluation::{Estimate, LabelEvaluation};

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
    /// Share of all true pairs that is not proposed, whether written, compared and not written, or never compared.
    Missed,
    /// Share of the pairs inside the clusters that is of different people.
    FalseInClusters,
    /// Share of the true pairs, written or inside the clusters, that the clusters leave apart.
    LeftOutByClusters,
    /// Written pairs that are of one person: a number, not a share.
    TruePairs,
    /// Pairs of one person among those compared and not written: a number, not a share.
    TrueUnwritten,
    /// Share of the pairs of which the run is as good as sure that is of different people.
    WrongAtTop,
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
    /// The probability from which pairs are proposed; `None` of what has none.
    pub threshold: Option<f64>,
    /// Who knows better.
    pub known_by: KnownBy,
    /// What the run expects, a share from 0 to 1 (of [`ExpectedFigure::TruePairs`] and [`ExpectedFigure::TrueUnwritten`] a number) with its 95 % interval.
    pub expected: Estimate,
    /// What is known, likewise; of a truth of all records both ends are the value itself.
    pub found: Estimate,
    /// Whether what is known lies outside what the run expects: of labels the whole interval, of the truth the value, by more than one
    /// pair.
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
            held.push(ExpectedAndFound::of_labels(figure, at.threshold, expected, found));
        };
        hold(ExpectedFigure::FalseDiscovery, at.false_discovery, known.precision);
        hold(ExpectedFigure::FalseNegative, at.false_negative, known.recall);
    }
    held
}

/// A written pair of which the truth is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KnownPair {
    /// Its probability.
    pub match_probability: f64,
    /// Whether it is of one person.
    pub is_true: bool,
    /// Whether people judged it: of such pairs nothing is expected.
    pub is_judged: bool,
    /// Whether a cluster holds it.
    pub is_inside: bool,
}

/// What the truth says of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KnownRun<'a> {
    /// The written pairs.
    pub pairs: &'a [KnownPair],
    /// All true pairs.
    pub n_true: u64,
    /// Pairs of different people inside the clusters, and all pairs inside; `None` without clusters.
    pub clusters: Option<(u64, u64)>,
    /// True pairs that blocking proposed, and all; `None` where that is not known.
    pub blocking: Option<(u64, u64)>,
}

impl KnownRun<'_> {
    /// Written pairs of one person.
    fn n_true_written(&self, is_counted: impl Fn(&KnownPair) -> bool) -> u64 {
        self.pairs.iter().filter(|pair| pair.is_true && is_counted(pair)).count() as u64
    }

    /// Pairs that nobody judged at or above a probability, and how many of them are of one person.
    fn proposed(&self, from: f64) -> (u64, u64) {
        let proposed = self.pairs.iter().filter(|pair| !pair.is_judged && pair.match_probability >= from);
        proposed.fold((0, 0), |(n, n_right), pair| (n + 1, n_right + u64::from(pair.is_true)))
    }
}

/// Holds every figure that a run expects of itself, and gives an interval of, against the truth. Of this file the truth is known without an error of
/// sampling, so each figure itself is held against the run's interval.
#[must_use]
pub fn expected_and_true(estimates: &ErrorEstimates, known: &KnownRun<'_>) -> Vec<ExpectedAndFound> {
    let mut held = Vec::new();
    let mut hold = |figure, threshold, expected: Option<Estimate>, part: u64, whole: u64| {
        if let (Some(expected), 1..) = (expected, whole) {
            held.push(ExpectedAndFound::of_truth(figure, threshold, expected, (part, whole)));
        }
    };
    let n_true = known.n_true_written(|pair| !pair.is_judged);
    for at in &estimates.at {
        let (n_proposed, n_right) = known.proposed(at.threshold);
        let threshold = Some(at.threshold);
        let n_false = n_proposed - n_right;
        hold(ExpectedFigure::FalseDiscovery, threshold, at.false_discovery, n_false, n_proposed);
        hold(ExpectedFigure::FalseNegative, threshold, at.false_negative, n_true - n_right, n_true);
        let n_found = known.n_true_written(|pair| pair.match_probability >= at.threshold);
        hold(
            ExpectedFigure::Missed,
            threshold,
            at.missed,
            known.n_true.saturating_sub(n_found),
            known.n_true,
        );
    }
    if let Some((clustered, (n_false, n_inside))) = estimates.clustered.zip(known.clusters) {
        hold(ExpectedFigure::FalseInClusters, None, clustered.false_pairs, n_false, n_inside);
        let n_apart = known.n_true_written(|pair| !pair.is_judged && !pair.is_inside);
        let n_all = n_apart + (n_inside - n_false);
        hold(ExpectedFigure::LeftOutByClusters, None, clustered.left_out, n_apart, n_all);
        let expected = clustered.n_expected_interval.map(|(low, high)| Estimate {
            value: clustered.n_expected_true,
            low,
            high,
        });
        hold(ExpectedFigure::TruePairs, None, expected, known.n_true_written(|_| true), 1);
    }
    let (n_sure, n_right) = known.proposed(estimates.saturation.from);
    hold(ExpectedFigure::WrongAtTop, None, estimates.saturation.expected_wrong, n_sure - n_right, n_sure);
    if let Some((n_found, n_all)) = known.blocking {
        let n_unwritten = n_found.saturating_sub(known.n_true_written(|_| true));
        let expected = estimates.unwritten.and_then(|unwritten| unwritten.expected_true);
        hold(ExpectedFigure::TrueUnwritten, None, expected, n_unwritten, 1);
        let interval = estimates.blocking_recall.zip(estimates.blocking_recall_interval);
        let expected = interval.map(|(value, (low, high))| Estimate { value, low, high });
        hold(ExpectedFigure::BlockingRecall, None, expected, n_found, n_all);
    }
    held
}

impl ExpectedAndFound {
    fn of_labels(figure: ExpectedFigure, threshold: f64, expected: Estimate, found: Estimate) -> Self {
        let is_contradiction = expected.high < found.low || found.high < expected.low;
        let (threshold, known_by) = (Some(threshold), KnownBy::Labels);
        Self { figure, threshold, known_by, expected, found, is_contradiction }
    }

    /// Pairs are whole: a figure within one pair of the interval is not outside it.
    fn of_truth(
        figure: ExpectedFigure,
        threshold: Option<f64>,
        expected: Estimate,
        (part, whole): (u64, u64),
    ) -> Self {
        let share = |part: u64| part as f64 / whole as f64;
        let value = share(part);
        let is_contradiction =
            share(part + 1) < expected.low || share(part.saturating_sub(1)) > expected.high;
        let found = Estimate { value, low: value, high: value };
        Self { figure, threshold, known_by: KnownBy::Truth, expected, found, is_contradiction }
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
        let found = match self.known_by {
            KnownBy::Labels => percent(self.found),
            KnownBy::Truth => html::percent(self.found.value),
        };
        let expected = percent(self.expected);
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
            ExpectedFigure::Missed => {
                format!(
                    "of all true pairs {found} are not among the pairs at {at} or more; the run guesses {expected}"
                )
            }
            ExpectedFigure::LeftOutByClusters => {
                format!(
                    "of the true pairs written or inside the clusters {found} lie outside; the run expects {expected}"
                )
            }
            ExpectedFigure::TruePairs | ExpectedFigure::TrueUnwritten => {
                let [found, value, low, high] =
                    [self.found.value, self.expected.value, self.expected.low, self.expected.high]
                        .map(|n| html::count(n.round() as u64));
                let which = if self.figure == ExpectedFigure::TruePairs {
                    "written"
                } else {
                    "compared and unwritten"
                };
                format!("{found} {which} pairs are of one person; the run expects {value} ({low} to {high})")
            }
            ExpectedFigure::WrongAtTop => {
                format!(
                    "of the pairs of which the run is as good as sure {found} are of different people; the run expects {expected}"
                )
            }
            ExpectedFigure::FalseInClusters => {
                format!(
                    "of the pairs inside the clusters {found} are of different people; the run expects {expected}"
                )
            }
        }
    }
}

/// What labels that contradict nothing leave open, as a sentence without its stop; `None` where no figure is held against labels.
#[must_use]
pub fn left_open_by_labels(held: &[ExpectedAndFound]) -> Option<String> {
    let of_labels = held.iter().filter(|held| held.known_by == KnownBy::Labels);
    let widths = of_labels.map(|held| (held.found.high - held.found.low) * 100.0);
    let (least, most) = widths.map(|width| (width, width)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    Some(format!(
        "that is no proof: so many labels leave {} open over a range of {} points (the 95 % intervals), and where the run errs by less they need \
         not show it",
        if held.len() == 1 { "the figure" } else { "these figures" },
        if most - least < 0.05 { format!("{most:.1}") } else { format!("{least:.1} to {most:.1}") }
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clustered::Clustered;
    use crate::error_estimate::ErrorEstimate;
    use crate::grade::Grade;
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
                missed: rate,
            }],
            bands: Vec::new(),
            unwritten: None,
            blocking_recall: Some(0.9),
            blocking_recall_interval: Some((0.85, 0.95)),
            saturation: Saturation::of(std::iter::empty()).expecting(rate),
            n_judged: 0,
            clustered: Some(Clustered {
                n_expected_true: 200.0,
                n_expected_interval: rate.map(|_| (190.0, 220.0)),
                n_expected_strong: 200.0,
                n_in_clusters: 200,
                n_unwritten: None,
                ratio: Some(1.0),
                ratio_max: 1.6,
                is_contradiction: false,
                false_pairs: rate,
                left_out: rate,
            }),
            grade: Grade::Fair,
            reasons: Vec::new(),
        }
    }

    fn pairs(n: usize, match_probability: f64, is_true: bool) -> Vec<KnownPair> {
        vec![
            KnownPair { match_probability, is_true, is_judged: false, is_inside: match_probability > 0.9 };
            n
        ]
    }

    /// Whether each of some figures is contradicted, in the order in which they are told.
    fn check_truth(known: &KnownRun<'_>, figures: &[ExpectedFigure], expected: &[bool]) {
        let held = expected_and_true(&estimates(Some(EXPECTED)), known);
        let of = held.iter().filter(|held| figures.contains(&held.figure));
        let contradicted: Vec<bool> = of.map(|held| held.is_contradiction).collect();
        assert_eq!(contradicted, expected, "{held:?}");
    }

    /// The same of the written pairs, 200 at 0.99, and of blocking.
    fn check_written(n_false: usize, n_missed: usize, blocking: Option<(u64, u64)>, expected: &[bool]) {
        let pairs =
            [pairs(200 - n_false, 0.99, true), pairs(n_false, 0.99, false), pairs(n_missed, 0.5, true)]
                .concat();
        let known = KnownRun { pairs: &pairs, n_true: 0, clusters: None, blocking };
        let figures =
            [ExpectedFigure::FalseDiscovery, ExpectedFigure::FalseNegative, ExpectedFigure::BlockingRecall];
        check_truth(&known, &figures, expected);
    }

    #[test]
    fn the_truth_contradicts_an_interval_that_it_is_not_in() {
        check_written(4, 4, None, &[false, false]);
        check_written(40, 4, None, &[true, false]);
        check_written(4, 40, None, &[false, true]);
        // 12 of 200 are 6 %. The interval of Wilson for them, 3.5 % to 10.2 %, would meet 1 % to 4 %; but nothing was sampled.
        check_written(12, 4, None, &[true, false]);
        // One pair more or less than the ends allow is no contradiction: 2 to 8 of 200.
        check_written(1, 4, None, &[false, false]);
        check_written(9, 4, None, &[false, false]);
        check_written(10, 4, None, &[true, false]);
        check_written(0, 4, Some((900, 1_000)), &[true, false, false]);
        check_written(4, 4, Some((700, 1_000)), &[false, false, true]);
        check_written(4, 4, Some((0, 0)), &[false, false]);
        let pairs = [pairs(90, 0.99, true), pairs(10, 0.99, false)].concat();
        let known = KnownRun { pairs: &pairs, n_true: 0, clusters: None, blocking: None };
        assert_eq!(expected_and_true(&estimates(None), &known), []);
        assert_eq!(
            expected_and_true(&estimates(Some(EXPECTED)), &known)[0].in_words(),
            "of the pairs at 0.95 or more 10.0 % are of different people; the run expects 2.0 % (1.0 % to 4.0 %)"
        );
    }

    #[test]
    fn clusters_and_all_true_pairs_are_held_against_the_truth() {
        let figures = [
            ExpectedFigure::Missed,
            ExpectedFigure::FalseInClusters,
            ExpectedFigure::LeftOutByClusters,
            ExpectedFigure::TruePairs,
            ExpectedFigure::WrongAtTop,
        ];
        // Written and true, of them outside the clusters, false at the top, all true pairs, false inside the clusters of 200.
        for ((n_written, n_outside, n_false, n_true, n_false_inside), expected) in [
            ((200, 4, 4, 203, 4), [false, false, false, false, false]),
            ((200, 4, 4, 230, 4), [true, false, false, false, false]),
            ((200, 4, 4, 203, 20), [false, true, false, false, false]),
            ((200, 30, 8, 203, 4), [true, false, true, false, false]),
            ((300, 4, 4, 303, 4), [false, false, false, true, false]),
            ((200, 4, 40, 203, 4), [false, false, false, false, true]),
        ] {
            let inside = pairs(n_written - n_outside, 0.999_95, true);
            let pairs = [inside, pairs(n_outside, 0.5, true), pairs(n_false, 0.999_95, false)].concat();
            let clusters = Some((n_false_inside, 200));
            check_truth(&KnownRun { pairs: &pairs, n_true, clusters, blocking: None }, &figures, &expected);
        }
    }

    #[test]
    fn labels_that_contradict_nothing_say_what_they_leave_open() {
        let held = |low, high| {
            let found = Estimate { value: low, low, high };
            ExpectedAndFound::of_labels(ExpectedFigure::FalseDiscovery, 0.95, EXPECTED, found)
        };
        let check = |held: &[ExpectedAndFound], expected: Option<&str>| {
            let said = left_open_by_labels(held);
            assert_eq!(said.is_some(), expected.is_some());
            assert!(said.unwrap_or_default().contains(expected.unwrap_or_default()));
        };
        check(
            &[held(0.01, 0.051), held(0.0, 0.15)],
            Some("leave these figures open over a range of 4.1 to 15.0 points"),
        );
        check(&[held(0.01, 0.05)], Some("leave the figure open over a range of 4.0 points"));
        check(&[], None);
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
