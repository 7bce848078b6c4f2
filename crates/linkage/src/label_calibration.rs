//! Match probabilities from clerical labels: a monotone map of the match weight, and an interval for each weight.
//!
//! Three maps compete, and cross-validation chooses: monotone regression, which follows any shape; beta calibration, which
//! needs few labels; and the mean of both. The interval is the hull of three ranges: the Venn–Abers range of the pair, and
//! the middle 95 % of monotone regressions and of maps of the chosen kind, fitted to labels drawn anew within their strata.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::beta_calibration::BetaMap;
use crate::hashing::{Stream, mix_two};
use crate::html;
use crate::isotonic::{Block, Observation, fit, value, venn_abers};
use crate::label::{LabelledPair, error_rate};
use crate::resample::quantile;

/// Fewest decided labels that make a map; fewer leave the model's own probabilities.
pub const LABELS_MIN: usize = 30;
/// Decided labels from which the map goes by the labels alone. With fewer it lies between what they say and what the model
/// says on its own, by their share of this number: a handful of labels among the sure pairs, one of them wrong, says little
/// of thousands of sure pairs, and would part them all.
const LABELS_ENOUGH: usize = 200;
/// With fewer, the map is held at these match weights too, a bit apart: the model's own probability runs on between labels.
const OWN_PLACES: std::ops::RangeInclusive<i32> = -10..=20;
/// Places at which the map is held.
const KNOTS_MAX: usize = 160;
/// Redraws of the labels.
const REPLICATES: u64 = 200;
/// Tenths of the probability.
const BINS: usize = 10;
const FOLDS: u64 = 10;
/// Share of the redraws beyond each end of the interval.
const TAIL: f64 = 0.025;
/// Log-loss counts no probability as surer than this.
const CLIP: f64 = 1e-4;
/// A map with a shape of its own is chosen when it loses less by at least this share.
const SHAPE_GAIN_MIN: f64 = 0.05;
/// Labels of which so large a share says one thing are without exception, but for what is owed to labellers who err.
const NO_EXCEPTION: f64 = 0.999;
/// Turns in which labels and map are reconciled; they change little after three.
const RECONCILING_ROUNDS: usize = 6;
/// Stream of random numbers of the redraws.
const STREAM: u64 = 2_000;

/// Which map was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Monotone regression, each step with one imagined label that says what beta calibration says.
    Isotonic,
    /// Beta calibration.
    Beta,
    /// The mean of both.
    Mean,
}

/// The map at one match weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Knot {
    /// The match weight.
    pub match_weight_bits: f64,
    /// Calibrated probability.
    pub match_probability: f64,
    /// Lower end of its 95 % interval.
    pub reliability_low: f64,
    /// Upper end.
    pub reliability_high: f64,
}

/// A map from match weights to probabilities, learned from labels. Between knots it runs straight; beyond the first and
/// the last it stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelCalibration {
    /// The map chosen.
    pub method: Method,
    /// Pairs with at least one label.
    pub n_pairs: usize,
    /// Of these, pairs on which somebody decided.
    pub n_decided: usize,
    /// Of these, pairs on which two labellers or more decided; 0 in models of before this was kept.
    #[serde(default)]
    pub n_judged_twice: usize,
    /// How often a labeller errs, by how often two of them differ; 0 where none do, and where no pair was judged twice.
    #[serde(default)]
    pub labeller_error: f64,
    /// Weighted log-loss of each method over the folds left out, in nats a pair: the reason of the choice.
    pub log_losses: Vec<(Method, f64)>,
    /// Weighted log-loss of the model's own probabilities on the same labels.
    pub log_loss_before: f64,
    /// What the map and the labels say, side by side, in tenths of the probability.
    pub bins: Vec<LabelBin>,
    /// The map, by match weight.
    pub knots: Vec<Knot>,
}

/// Labelled pairs of one tenth of the probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LabelBin {
    /// Labelled pairs.
    pub n_pairs: usize,
    /// Mean probability that the model said on its own, each pair with its weight.
    pub said_before: f64,
    /// Mean probability that the map says.
    pub said: f64,
    /// Share that the labels hold to be of one person.
    pub seen: f64,
}

/// A labelled pair with its match weight.
struct Sample<'a> {
    label: &'a LabelledPair,
    seen: Observation,
    stratum: usize,
    fold: u64,
}

impl LabelCalibration {
    /// Learns a map; `None` when fewer than [`LABELS_MIN`] pairs are decided. `bits` gives the match weight of a pair.
    #[must_use]
    pub fn learned(labels: &[LabelledPair], bits: impl Fn(&LabelledPair) -> f64, seed: u64) -> Option<Self> {
        let mut samples = samples(labels, bits);
        if samples.len() < LABELS_MIN {
            return None;
        }
        let labeller_error = error_rate(labels);
        reconcile(&mut samples, labeller_error);
        let is_judged_twice = |label: &&LabelledPair| label.n[0] + label.n[1] > 1;
        let seen: Vec<Observation> = samples.iter().map(|sample| sample.seen).collect();
        let log_losses = [Method::Isotonic, Method::Beta, Method::Mean]
            .map(|method| (method, left_out_loss(&samples, method)));
        let method = chosen(&log_losses);
        let own = |seen: &Observation| loss(seen, crate::model::probability(seen.at));
        let mut places = places(&seen);
        if samples.len() < LABELS_ENOUGH {
            places.extend(OWN_PLACES.map(f64::from));
            places.sort_by(f64::total_cmp);
            places.dedup();
        }
        let mut learned = Self {
            method,
            n_pairs: labels.len(),
            n_decided: samples.len(),
            n_judged_twice: labels.iter().filter(is_judged_twice).count(),
            labeller_error,
            log_losses: log_losses.to_vec(),
            log_loss_before: weighted_mean(&seen, own),
            bins: Vec::new(),
            knots: knots(&samples, &seen, &places, method, seed),
        };
        learned.bins = learned.binned(&seen);
        Some(learned)
    }

    fn binned(&self, seen: &[Observation]) -> Vec<LabelBin> {
        let mut bins: Vec<Vec<Observation>> = vec![Vec::new(); BINS];
        for seen in seen {
            bins[((self.at(seen.at).1 * BINS as f64) as usize).min(BINS - 1)].push(*seen);
        }
        let bin = |seen: &Vec<Observation>| LabelBin {
            n_pairs: seen.len(),
            said_before: weighted_mean(seen, |seen| crate::model::probability(seen.at)),
            said: weighted_mean(seen, |seen| self.at(seen.at).1),
            seen: weighted_mean(seen, |seen| seen.share),
        };
        bins.iter().filter(|seen| !seen.is_empty()).map(bin).collect()
    }

    /// What is known of the mistakes of labellers, as a clause.
    #[must_use]
    pub fn labellers_in_words(&self) -> String {
        match self.n_judged_twice {
            0 => "no pair was judged by two, so that nothing tells how often a labeller errs, and no interval holds their mistakes".to_owned(),
            n => format!(
                "{} of them were judged by two or more, who differ as often as labellers do who err in {} of the pairs",
                html::count(n as u64),
                html::percent(self.labeller_error)
            ),
        }
    }

    /// Probability and interval at a match weight: (low, probability, high).
    #[must_use]
    pub fn at(&self, match_weight_bits: f64) -> (f64, f64, f64) {
        let of = |knot: &Knot| [knot.reliability_low, knot.match_probability, knot.reliability_high];
        let next = self.knots.partition_point(|knot| knot.match_weight_bits < match_weight_bits);
        let (Some(first), Some(last)) = (self.knots.first(), self.knots.last()) else {
            return (0.0, 0.5, 1.0);
        };
        let [low, middle, high] = match (next, self.knots.get(next)) {
            (0, _) => of(first),
            (_, None) => of(last),
            (_, Some(after)) => {
                let before = &self.knots[next - 1];
                let width = after.match_weight_bits - before.match_weight_bits;
                let way = (match_weight_bits - before.match_weight_bits) / width;
                let (from, to) = (of(before), of(after));
                std::array::from_fn(|end| from[end] + way * (to[end] - from[end]))
            }
        };
        (low, middle, high)
    }
}

/// The map that loses least; the one that takes no shape for granted unless another is clearly better.
fn chosen(log_losses: &[(Method, f64)]) -> Method {
    let handicap = |method: Method| if method == Method::Isotonic { 1.0 - SHAPE_GAIN_MIN } else { 1.0 };
    let least = log_losses.iter().min_by(|a, b| (a.1 * handicap(a.0)).total_cmp(&(b.1 * handicap(b.0))));
    least.map_or(Method::Isotonic, |(method, _)| *method)
}

fn samples(labels: &[LabelledPair], bits: impl Fn(&LabelledPair) -> f64) -> Vec<Sample<'_>> {
    let mut strata: Vec<&str> = labels.iter().map(|label| label.stratum.as_str()).collect();
    strata.sort_unstable();
    strata.dedup();
    let sample = |label| -> Option<Sample<'_>> {
        let share = LabelledPair::share_same(label)?;
        Some(Sample {
            label,
            seen: Observation { at: bits(label), share, weight: label.weight },
            stratum: strata.binary_search(&label.stratum.as_str()).unwrap_or(0),
            fold: mix_two(u64::from(label.l), u64::from(label.r)) % FOLDS,
        })
    };
    let mut samples: Vec<Sample<'_>> = labels.iter().filter_map(sample).collect();
    samples.sort_by(|a, b| a.seen.at.total_cmp(&b.seen.at));
    samples
}

/// Takes into account that labellers err: what a pair counts for follows from what was said of it and from the map of all, in
/// turns. A pair on which two disagree then says nothing, instead of one half at any weight; and no error of a labeller
/// among sure pairs keeps all of them below certainty.
fn reconcile(samples: &mut [Sample<'_>], error_rate: f64) {
    if error_rate == 0.0 {
        return;
    }
    for _ in 0..RECONCILING_ROUNDS {
        let seen: Vec<Observation> = samples.iter().map(|sample| sample.seen).collect();
        let map = Map::new(&seen, Method::Mean);
        for sample in samples.iter_mut() {
            let before = map.value(sample.seen.at).clamp(CLIP, 1.0 - CLIP);
            sample.seen.share =
                sample.label.share_same_given(error_rate, before).unwrap_or(sample.seen.share);
        }
    }
}

fn loss(seen: &Observation, probability: f64) -> f64 {
    let p = probability.clamp(CLIP, 1.0 - CLIP);
    -(seen.share * p.ln() + (1.0 - seen.share) * (1.0 - p).ln())
}

fn weighted_mean(seen: &[Observation], of: impl Fn(&Observation) -> f64) -> f64 {
    let total: f64 = seen.iter().map(|seen| seen.weight).sum();
    seen.iter().map(|seen| seen.weight * of(seen)).sum::<f64>() / total.max(f64::MIN_POSITIVE)
}

/// Log-loss of a method on the labels of each fold, learned from the others.
fn left_out_loss(samples: &[Sample<'_>], method: Method) -> f64 {
    let of_fold = |fold: u64| -> (f64, f64) {
        let part = |inside: bool| {
            samples.iter().filter(move |s| (s.fold == fold) == inside).map(|s| s.seen).collect::<Vec<_>>()
        };
        let (inside, outside) = (part(true), part(false));
        let map = Map::new(&outside, method);
        let weight: f64 = inside.iter().map(|seen| seen.weight).sum();
        (weight * weighted_mean(&inside, |seen| loss(seen, map.value(seen.at))), weight)
    };
    let folds: Vec<(f64, f64)> = (0..FOLDS).into_par_iter().map(of_fold).collect();
    let sum = |of: fn(&(f64, f64)) -> f64| folds.iter().map(of).sum::<f64>();
    sum(|fold| fold.0) / sum(|fold| fold.1).max(f64::MIN_POSITIVE)
}

/// A fitted map.
struct Map {
    method: Method,
    beta: BetaMap,
    blocks: Vec<Block>,
    /// Weight of one label, on average.
    one_label: f64,
}

impl Map {
    fn new(sorted: &[Observation], method: Method) -> Self {
        let blocks = if method == Method::Beta { Vec::new() } else { fit(sorted.iter().copied()) };
        let weight: f64 = sorted.iter().map(|seen| seen.weight).sum();
        Self { method, beta: BetaMap::fit(sorted), blocks, one_label: weight / sorted.len().max(1) as f64 }
    }

    fn value(&self, bits: f64) -> f64 {
        let beta = self.beta.value(bits);
        match self.method {
            Method::Beta => beta,
            Method::Isotonic => self.steps(bits, beta),
            Method::Mean => 0.5 * (beta + self.steps(bits, beta)),
        }
    }

    /// The step function, with one imagined label that says `beta`: no step is surer than its labels allow.
    fn steps(&self, bits: f64, beta: f64) -> f64 {
        let next =
            self.blocks.partition_point(|block| block.to < bits).min(self.blocks.len().saturating_sub(1));
        let weight = self.blocks.get(next).map_or(0.0, |block| block.weight);
        let share = value(&self.blocks, bits);
        (weight * share + self.one_label * beta) / (weight + self.one_label).max(f64::MIN_POSITIVE)
    }
}

/// The weight of the labels nearest to a place: how many pairs a new one there would stand for.
fn weight_near(sorted: &[Observation], at: f64) -> f64 {
    let next = sorted.partition_point(|seen| seen.at < at);
    let near = &sorted[next.saturating_sub(1)..(next + 1).min(sorted.len())];
    near.iter().map(|seen| seen.weight).sum::<f64>() / near.len().max(1) as f64
}

/// Distinct places of the labels, thinned evenly to [`KNOTS_MAX`] with both ends kept.
fn places(sorted: &[Observation]) -> Vec<f64> {
    let mut places: Vec<f64> = sorted.iter().map(|seen| seen.at).collect();
    places.dedup();
    let n = places.len();
    if n <= KNOTS_MAX {
        return places;
    }
    (0..KNOTS_MAX).map(|k| places[k * (n - 1) / (KNOTS_MAX - 1)]).collect()
}

fn knots(
    samples: &[Sample<'_>],
    seen: &[Observation],
    places: &[f64],
    method: Method,
    seed: u64,
) -> Vec<Knot> {
    let map = Map::new(seen, method);
    let redrawn: Vec<[Vec<f64>; 2]> = (0..REPLICATES)
        .into_par_iter()
        .map(|replicate| {
            let drawn = redrawn(samples, seed, replicate);
            [Method::Isotonic, method].map(|method| {
                let map = Map::new(&drawn, method);
                places.iter().map(|at| map.value(*at)).collect()
            })
        })
        .collect();
    let trust = (samples.len() as f64 / LABELS_ENOUGH as f64).min(1.0);
    let mut floor = [0.0; 3];
    let knot = |(place, at): (usize, &f64)| {
        let (mut low, mut high) = venn_abers(seen, *at, weight_near(seen, *at));
        let own = crate::model::probability(*at);
        let middle = held(trust * map.value(*at) + (1.0 - trust) * own, (low, high), own);
        for kind in 0..2 {
            let mut drawn: Vec<f64> = redrawn.iter().map(|values| values[kind][place]).collect();
            low = low.min(quantile(&mut drawn, TAIL).unwrap_or(0.0));
            high = high.max(quantile(&mut drawn, 1.0 - TAIL).unwrap_or(1.0));
        }
        let ends = [low.min(middle), middle, high.max(middle)];
        (0..3).for_each(|end| floor[end] = ends[end].max(floor[end]));
        Knot {
            match_weight_bits: *at,
            match_probability: floor[1],
            reliability_low: floor[0].min(floor[1]),
            reliability_high: floor[2],
        }
    };
    places.iter().enumerate().map(knot).collect()
}

/// A probability of the map, held back where no label speaks against it: labels without exception do not show that there is none. It
/// is no surer then than the model's own, or than the labels make it that lie between it and the next exception, by the point of the
/// Venn–Abers range of least loss (Vovk, Petej and Fedorova 2015).
fn held(probability: f64, (low, high): (f64, f64), own: f64) -> f64 {
    let point = high / (1.0 - low + high);
    if high >= NO_EXCEPTION {
        probability.min(own.max(point))
    } else if low <= 1.0 - NO_EXCEPTION {
        probability.max(own.min(point))
    } else {
        probability
    }
}

/// The labels drawn anew with replacement, each stratum by itself, in order of their places.
fn redrawn(samples: &[Sample<'_>], seed: u64, replicate: u64) -> Vec<Observation> {
    let mut stream = Stream::new(seed, STREAM + replicate);
    let n_strata = samples.iter().map(|sample| sample.stratum + 1).max().unwrap_or(0);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); n_strata];
    samples.iter().enumerate().for_each(|(idx, sample)| members[sample.stratum].push(idx));
    let mut drawn: Vec<usize> = Vec::with_capacity(samples.len());
    for stratum in &members {
        drawn.extend(stratum.iter().map(|_| stratum[stream.below(stratum.len() as u64) as usize]));
    }
    drawn.sort_unstable();
    drawn.into_iter().map(|idx| samples[idx].seen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::probability;

    /// Labels of pairs whose truth follows `rate` of the match weight.
    fn planted(n: u32, rate: impl Fn(f64) -> f64, seed: u64) -> Vec<(LabelledPair, f64)> {
        let mut stream = Stream::new(seed, 9);
        let pair = |l: u32| {
            let bits = stream.unit() * 24.0 - 8.0;
            let same = stream.unit() < rate(bits);
            let n = if same { [2, 0, 0] } else { [0, 2, 0] };
            (LabelledPair { l, r: l + 1, n, stratum: String::new(), weight: 1.0 }, bits)
        };
        (0..n).map(pair).collect()
    }

    fn learned(pairs: &[(LabelledPair, f64)]) -> LabelCalibration {
        let labels: Vec<LabelledPair> = pairs.iter().map(|(pair, _)| pair.clone()).collect();
        LabelCalibration::learned(&labels, |pair| pairs[pair.l as usize].1, 1).unwrap()
    }

    #[test]
    fn a_model_that_is_too_sure_is_put_right() {
        let rate = |bits: f64| 0.9 * probability(bits / 3.0 - 1.0);
        let calibration = learned(&planted(2_000, rate, 1));
        for bits in [-6.0, -2.0, 2.0, 6.0, 10.0, 14.0] {
            let (low, middle, high) = calibration.at(bits);
            assert!((middle - rate(bits)).abs() < 0.12, "at {bits}: {middle}, planted {}", rate(bits));
            assert!(low <= middle && middle <= high);
        }
    }

    #[test]
    fn labellers_who_err_do_not_make_sure_pairs_doubtful() {
        let rate = |bits: f64| if bits > 4.0 { 0.999 } else { 0.05 };
        for seed in 0..4 {
            let mut stream = Stream::new(seed, 11);
            let mut pairs = planted(400, rate, 40 + seed);
            for (pair, _) in &mut pairs {
                let is_same = pair.n[0] > 0;
                let n_wrong = u32::from(stream.unit() < 0.04) + u32::from(stream.unit() < 0.04);
                pair.n = if is_same { [2 - n_wrong, n_wrong, 0] } else { [n_wrong, 2 - n_wrong, 0] };
            }
            let calibration = learned(&pairs);
            let (sure, doubtful) = (calibration.at(12.0).1, calibration.at(-4.0).1);
            assert!(sure > 0.985 && doubtful < 0.12, "{seed}: {sure} {doubtful}");
        }
    }

    #[test]
    fn intervals_hold_what_was_planted() {
        let rate = |bits: f64| probability(0.6 * bits - 1.0);
        let (mut inside, mut all) = (0, 0);
        for seed in 0..12 {
            let calibration = learned(&planted(300, rate, 100 + seed));
            for bits in [-6.0, -3.0, 0.0, 2.0, 4.0, 8.0, 12.0] {
                let (low, _, high) = calibration.at(bits);
                all += 1;
                inside += usize::from(low <= rate(bits) && rate(bits) <= high);
            }
        }
        assert!(inside * 100 >= all * 92, "{inside} of {all} intervals hold the planted rate");
    }

    #[test]
    fn the_map_never_falls() {
        let calibration = learned(&planted(400, |bits| if bits < 0.0 { 0.4 } else { 0.3 }, 3));
        let ends = |knot: &Knot| [knot.reliability_low, knot.match_probability, knot.reliability_high];
        for pair in calibration.knots.windows(2) {
            assert!((0..3).all(|end| ends(&pair[0])[end] <= ends(&pair[1])[end]), "{pair:?}");
        }
    }

    /// Forty labels of a model that is right, one of them wrong where `wrong` says: sure pairs stay sure.
    #[track_caller]
    fn check_few(wrong: Option<f64>) {
        let mut pairs = planted(40, probability, 5);
        for (pair, bits) in &mut pairs {
            pair.n = if *bits > 0.0 { [1, 0, 0] } else { [0, 1, 0] };
        }
        if let Some(at) = wrong {
            let distance = |pair: &(LabelledPair, f64)| (pair.1 - at).abs();
            let (pair, _) = pairs.iter_mut().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap();
            pair.n.swap(0, 1);
        }
        let calibration = learned(&pairs);
        for (bits, low, high) in [(14.0, 0.95, 1.0), (9.0, 0.95, 1.0), (-7.0, 0.0, 0.1)] {
            let (_, middle, _) = calibration.at(bits);
            assert!(low <= middle && middle <= high, "{wrong:?}: {middle} at {bits}");
        }
    }

    #[test]
    fn labels_without_exception_make_nothing_certain() {
        let calibration = learned(&planted(300, |bits| f64::from(u8::from(bits > 1.0)), 6));
        // Some 25 labels lie between 1 and 3 bits, some 50 between -3 and 1.
        for (bits, low, high) in
            [(-7.0, 1e-3, 0.01), (-3.0, 0.01, 0.03), (3.0, 0.95, 0.985), (15.0, 0.995, probability(15.1))]
        {
            let (_, middle, _) = calibration.at(bits);
            assert!(low <= middle && middle <= high, "{middle} at {bits}");
        }
    }

    #[test]
    fn few_labels_leave_sure_pairs_sure() {
        [None, Some(15.0), Some(10.0), Some(-6.0)].into_iter().for_each(check_few);
    }

    #[test]
    fn few_labels_make_no_map() {
        let labels: Vec<LabelledPair> =
            planted(LABELS_MIN as u32 - 1, |_| 0.5, 1).into_iter().map(|p| p.0).collect();
        assert_eq!(LabelCalibration::learned(&labels, |_| 0.0, 1), None);
    }
}
