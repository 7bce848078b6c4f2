//! Error rates without any label: what the model itself expects to get wrong. They are estimates, carry a grade that says
//! how far to trust them, and labels replace them. Every figure is of one population: the written pairs that nobody judged.

use serde::{Deserialize, Serialize};

use crate::clustered::Clustered;
use crate::grade::{Grade, grade};
use crate::label_evaluation::Estimate;
use crate::link::Linked;
use crate::model::{Model, Unwritten};
use crate::pair_redraws::{PairsOf, Redraw, estimate, redraws};
use crate::saturation::{Saturation, known_wrong};
use crate::written_pairs::WrittenPairs;

/// Lower ends of the bands of probability in which written pairs are counted, ascending.
const BANDS: [f64; 12] = [0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];

/// Expected errors at one threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorEstimate {
    /// Pairs at or above this probability are proposed.
    pub threshold: f64,
    /// Pairs proposed.
    pub n_proposed: u64,
    /// Expected share of them that is false, the mean over the redraws of counts and of the model's own error; `None` too where the run is
    /// not to be relied on.
    pub false_discovery: Option<Estimate>,
    /// Expected share of the true pairs among the written ones that is below the threshold; `None` as above.
    pub false_negative: Option<Estimate>,
    /// Expected share of all true pairs that is not proposed: the written ones below the threshold, those compared and not written, and those
    /// that blocking never proposed. The interval is of the least favourable ends; `None` too where blocking is not known.
    #[serde(default)]
    pub missed: Option<Estimate>,
}

/// Written pairs that nobody judged in a band of probability, which ends where the next begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BandEstimate {
    /// Lower end of the band.
    pub from: f64,
    /// Pairs.
    pub n_pairs: u64,
    /// How many of them are expected to be of one person, a mean as in [`ErrorEstimate`]; `None` where the run is not to be relied on.
    pub expected_true: Option<Estimate>,
}

/// What a run expects of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorEstimates {
    /// At some thresholds.
    pub at: Vec<ErrorEstimate>,
    /// By bands of probability.
    #[serde(default)]
    pub bands: Vec<BandEstimate>,
    /// The pairs that were compared and not written; `None` of models of before this was counted.
    #[serde(default)]
    pub unwritten: Option<Unwritten>,
    /// Share of the true pairs that blocking proposed, by capture and recapture over the rules, if the model's probabilities hold and
    /// the rules find pairs independently; `None` too where the run is not to be relied on.
    pub blocking_recall: Option<f64>,
    /// Its 95 % interval.
    pub blocking_recall_interval: Option<(f64, f64)>,
    /// The pairs of which the run is as good as sure.
    pub saturation: Saturation,
    /// Written pairs that were judged: of them nothing is estimated.
    pub n_judged: u64,
    /// What probabilities and clusters say of the same thing; `None` where the clusters are not known.
    pub clustered: Option<Clustered>,
    /// How far all this can be trusted.
    pub grade: Grade,
    /// Why the grade is what it is.
    pub reasons: Vec<String>,
}

/// Thresholds at which a run states its expected errors.
const RUN_THRESHOLDS: [f64; 4] = [0.5, 0.9, 0.95, 0.99];
/// Seed of the redraws behind them: the same for the same run.
const RUN_SEED: u64 = 1;

/// Estimates of a run that has just been made, with what its judged pairs tell of those of which it is as good as sure.
#[must_use]
pub fn estimates_of_run(linked: &Linked) -> ErrorEstimates {
    let written = WrittenPairs::of(linked);
    let estimates = error_estimates(&linked.model, &written, &RUN_THRESHOLDS, RUN_SEED);
    let judged = linked.judgements.pairs.iter().map(|known| (known.pair.match_probability, !known.same));
    ErrorEstimates { saturation: estimates.saturation.with(known_wrong(judged)), ..estimates }
}

/// Estimates from a model and what was written by it.
#[must_use]
pub fn error_estimates(
    model: &Model,
    written: &WrittenPairs,
    thresholds: &[f64],
    seed: u64,
) -> ErrorEstimates {
    let pairs = unjudged(model, written);
    let drawn = redraws(&pairs, thresholds, &BANDS, seed);
    let mut at: Vec<ErrorEstimate> = thresholds
        .iter()
        .enumerate()
        .map(|(place, threshold)| at(&pairs, &drawn, place, *threshold))
        .collect();
    let mut clustered = Clustered::of(&pairs, written);
    let (grade, reasons) = grade(model, &pairs, &at, written.cluster_probability, clustered.as_ref());
    let mut saturation = Saturation::of(pairs.iter().map(|of| (of.pattern.match_probability, of.n_pairs)));
    let is_given = grade != Grade::Unreliable;
    if is_given {
        saturation = saturation.expecting(estimate(drawn.iter().filter_map(|drawn| drawn.wrong_at_top)));
        clustered = clustered.map(|clustered| clustered.expecting(&drawn, written));
    } else {
        at.iter_mut().for_each(|at| (at.false_discovery, at.false_negative) = (None, None));
    }
    let mut estimates = ErrorEstimates {
        at,
        bands: bands(&pairs, &drawn, is_given),
        unwritten: model.unwritten(),
        blocking_recall: model.blocking_recall.filter(|_| is_given),
        blocking_recall_interval: model.blocking_recall_interval.filter(|_| is_given),
        saturation,
        n_judged: written.n_judged_same + written.n_judged_different,
        clustered,
        grade,
        reasons,
    };
    let n_written = estimate(drawn.iter().map(|drawn| drawn.n_true)).map_or(0.0, |n| n.value);
    let share_written = estimates.share_written(n_written + written.n_judged_same as f64);
    for at in &mut estimates.at {
        at.missed = share_written.zip(at.false_negative).map(|(share, rate)| missed(share, rate));
    }
    estimates
}

/// The written pairs that nobody judged, by pattern.
fn unjudged<'a>(model: &'a Model, written: &WrittenPairs) -> Vec<PairsOf<'a>> {
    let counts = written.n_unjudged.iter().zip(&written.n_unjudged_in_clusters);
    let of = model.patterns.iter().zip(counts).flat_map(|(pattern, (n_all, n_inside))| {
        let of = |(is_in_clusters, n_pairs)| PairsOf { pattern, n_pairs, is_in_clusters };
        [(true, *n_inside), (false, n_all - n_inside)].map(of)
    });
    of.filter(|of| of.n_pairs > 0).collect()
}

fn at(pairs: &[PairsOf<'_>], drawn: &[Redraw], place: usize, threshold: f64) -> ErrorEstimate {
    let proposed = pairs.iter().filter(|of| of.pattern.match_probability >= threshold);
    ErrorEstimate {
        threshold,
        n_proposed: proposed.map(|of| of.n_pairs).sum(),
        false_discovery: estimate(drawn.iter().filter_map(|drawn| drawn.at[place].0)),
        false_negative: estimate(drawn.iter().filter_map(|drawn| drawn.at[place].1)),
        missed: None,
    }
}

fn bands(pairs: &[PairsOf<'_>], drawn: &[Redraw], is_given: bool) -> Vec<BandEstimate> {
    let of = |(band, from): (usize, &f64)| {
        let is_in = |of: &&PairsOf<'_>| {
            BANDS.iter().rposition(|from| *from <= of.pattern.match_probability) == Some(band)
        };
        let expected_true = estimate(drawn.iter().map(|drawn| drawn.true_in_bands[band]));
        let n_pairs = pairs.iter().filter(is_in).map(|of| of.n_pairs).sum();
        BandEstimate { from: *from, n_pairs, expected_true: expected_true.filter(|_| is_given) }
    };
    BANDS.iter().enumerate().map(of).collect()
}

/// All true pairs but the proposed ones, from the share of them that was written, and the share of those that is not proposed.
fn missed(share_written: Estimate, left_out: Estimate) -> Estimate {
    let missed = |written: f64, left_out: f64| 1.0 - written * (1.0 - left_out);
    Estimate {
        value: missed(share_written.value, left_out.value),
        low: missed(share_written.high, left_out.low),
        high: missed(share_written.low, left_out.high),
    }
}

impl ErrorEstimates {
    /// Share of all true pairs that was proposed and written; `None` where blocking is not known. `n_written` are the true pairs
    /// expected among the written ones.
    fn share_written(&self, n_written: f64) -> Option<Estimate> {
        let (recall, (low, high)) = self.blocking_recall.zip(self.blocking_recall_interval)?;
        let n_unwritten = self.unwritten?.expected_true;
        let of_compared = if n_written > 0.0 { n_written / (n_written + n_unwritten) } else { 1.0 };
        Some(Estimate { value: recall * of_compared, low: low * of_compared, high: high * of_compared })
    }
}
