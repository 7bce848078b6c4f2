//! Error rates without any label: what the model itself expects to get wrong. They are estimates, carry a grade that says
//! how far to trust them, and labels replace them. Every figure is of one population: the written pairs that nobody judged.

use serde::{Deserialize, Serialize};

use crate::clustered::Clustered;
use crate::grade::{Grade, Weighed, grade};
use crate::hashing::Stream;
use crate::html;
use crate::label_evaluation::Estimate;
use crate::link::Linked;
use crate::model::{Model, Unwritten};
use crate::pair_redraws::{PairsOf, Redraw, estimate, redraws, share};
use crate::resample::poisson;
use crate::saturation::{Saturation, known_wrong};
use crate::written_pairs::WrittenPairs;

/// Stream of random numbers of the pairs that are not written.
const UNWRITTEN_STREAM: u64 = 9_000;

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
    /// that blocking never proposed. Redraw by redraw, and by the ends of the range of blocking; `None` too where blocking is not known, and where labels gave
    /// the probabilities.
    #[serde(default)]
    pub missed: Option<Estimate>,
}

/// The pairs that were compared and not written, because their probability is below the least that is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct UnwrittenEstimate {
    /// How many.
    pub n_pairs: u64,
    /// How many of them are expected to be of one person, a mean as in [`ErrorEstimate`]; `None` where the run is not to be relied on, and where labels gave
    /// the probabilities: none is drawn there, and the model's own word is what they correct.
    pub expected_true: Option<Estimate>,
}

impl UnwrittenEstimate {
    /// As a clause; `None` where no pair was left unwritten, or nothing is expected of the run.
    #[must_use]
    pub fn in_words(&self) -> Option<String> {
        let expected = self.expected_true.filter(|_| self.n_pairs > 0)?;
        Some(format!(
            "{} compared pairs are not written, being below output.min_probability: {} of them ({} to {}) are expected to be of one person, which nothing confirms",
            html::count(self.n_pairs),
            html::one_decimal(expected.value),
            html::one_decimal(expected.low),
            html::one_decimal(expected.high)
        ))
    }
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
    pub unwritten: Option<UnwrittenEstimate>,
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
pub(crate) fn error_estimates(
    model: &Model,
    written: &WrittenPairs,
    thresholds: &[f64],
    seed: u64,
) -> ErrorEstimates {
    let pairs = unjudged(model, written);
    let drawn = redraws(&pairs, thresholds, &BANDS, seed);
    let unwritten: Option<Vec<f64>> =
        model.unwritten.map(|unwritten| drawn_unwritten(&drawn, &unwritten, seed));
    let all = Drawn { redraws: &drawn, unwritten: unwritten.as_deref(), blocking: blocking(model) };
    let mut at: Vec<ErrorEstimate> =
        thresholds.iter().enumerate().map(|(place, threshold)| at(&pairs, &all, place, *threshold)).collect();
    let mut clustered = Clustered::of(&pairs, written);
    let mut of_unwritten = model.unwritten.map(|of| UnwrittenEstimate {
        n_pairs: of.n_pairs,
        expected_true: unwritten.as_ref().and_then(|drawn| estimate(drawn.iter().copied())),
    });
    let weighed = Weighed { pairs: &pairs, at: &at, clustered: clustered.as_ref(), unwritten: of_unwritten };
    let (grade, reasons) = grade(model, &weighed, written.cluster_probability);
    let mut saturation = Saturation::of(pairs.iter().map(|of| (of.pattern.match_probability, of.n_pairs)));
    let is_given = grade != Grade::Unreliable;
    if is_given {
        saturation = saturation.expecting(estimate(drawn.iter().filter_map(|drawn| drawn.wrong_at_top)));
        clustered = clustered.map(|clustered| clustered.expecting(&drawn, written));
    } else {
        at.iter_mut().for_each(|at| (at.false_discovery, at.false_negative) = (None, None));
    }
    // Labels are drawn of the written pairs, and the model's own word on the others is what they correct.
    if !matches!(grade, Grade::Fair | Grade::Weak) {
        at.iter_mut().for_each(|at| at.missed = None);
        of_unwritten = of_unwritten.map(|of| UnwrittenEstimate { expected_true: None, ..of });
    }
    ErrorEstimates {
        at,
        bands: bands(&pairs, &drawn, is_given),
        unwritten: of_unwritten,
        blocking_recall: model.blocking_recall.filter(|_| is_given),
        blocking_recall_interval: model.blocking_recall_interval.filter(|_| is_given),
        saturation,
        n_judged: written.n_judged_same + written.n_judged_different,
        clustered,
        grade,
        reasons,
    }
}

/// What was drawn, and what blocking leaves.
struct Drawn<'a> {
    redraws: &'a [Redraw],
    /// For each redraw the pairs of one person among those that are not written.
    unwritten: Option<&'a [f64]>,
    /// Share of the true pairs that blocking proposed.
    blocking: Option<Estimate>,
}

fn blocking(model: &Model) -> Option<Estimate> {
    let (value, (low, high)) = model.blocking_recall.zip(model.blocking_recall_interval)?;
    Some(Estimate { value, low, high })
}

/// For each redraw the pairs of one person among those that are not written, by the same error of the model.
fn drawn_unwritten(drawn: &[Redraw], unwritten: &Unwritten, seed: u64) -> Vec<f64> {
    let draw = |(replicate, drawn): (usize, &Redraw)| {
        let mut stream = Stream::new(seed, UNWRITTEN_STREAM + replicate as u64);
        poisson(unwritten.expected_true.expected(drawn.shift), &mut stream).min(unwritten.n_pairs as f64)
    };
    drawn.iter().enumerate().map(draw).collect()
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

fn at(pairs: &[PairsOf<'_>], drawn: &Drawn<'_>, place: usize, threshold: f64) -> ErrorEstimate {
    let proposed = pairs.iter().filter(|of| of.pattern.match_probability >= threshold);
    let redraws = drawn.redraws;
    let of_compared = drawn.unwritten.and_then(|unwritten| {
        let missed = |(drawn, n_unwritten): (&Redraw, &f64)| {
            let n_found = drawn.n_true * (1.0 - drawn.at[place].1?);
            share(drawn.n_true - n_found + n_unwritten, n_found)
        };
        estimate(redraws.iter().zip(unwritten).filter_map(missed))
    });
    ErrorEstimate {
        threshold,
        n_proposed: proposed.map(|of| of.n_pairs).sum(),
        false_discovery: estimate(redraws.iter().filter_map(|drawn| drawn.at[place].0)),
        false_negative: estimate(redraws.iter().filter_map(|drawn| drawn.at[place].1)),
        missed: of_compared.zip(drawn.blocking).map(|(of_compared, blocking)| missed(blocking, of_compared)),
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

/// All true pairs but the proposed ones, from the share of them that blocking proposed, and the share of those that is not at the threshold.
fn missed(blocking: Estimate, of_compared: Estimate) -> Estimate {
    let missed = |blocking: f64, of_compared: f64| 1.0 - blocking * (1.0 - of_compared);
    Estimate {
        value: missed(blocking.value, of_compared.value),
        low: missed(blocking.high, of_compared.low),
        high: missed(blocking.low, of_compared.high),
    }
}
