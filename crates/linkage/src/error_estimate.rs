//! Error rates without any label: what the model itself expects to get wrong. They are estimates, carry a grade that says
//! how far to trust them, and labels replace them. Every figure is of one population: the written pairs that nobody judged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::comparison::Comparison;
use crate::date_orders;
use crate::expectation_maximization::{Rest, Training};
use crate::hashing::Stream;
use crate::kind::{Kind, Role};
use crate::label_evaluation::Estimate;
use crate::level_pairs::LevelPairs;
use crate::link::Linked;
use crate::meaning::{FAMILIES_FROM, OTHER_DATE_AMONG_FAMILIES_MAX, OTHER_GIVEN_NAME_MAX};
use crate::mixture::Relation;
use crate::model::{Model, Pattern};
use crate::resample::{normal, poisson, quantile};
use crate::saturation::{SATURATED_FROM, Saturation, known_wrong};
use crate::shared_numbers::SharedNumbers;
use crate::written_pairs::WrittenPairs;

/// Redraws of counts and of the model's error.
const REPLICATES: u64 = 1_000;
/// Standard deviations between the ends of a 95 % interval.
const DEVIATIONS: f64 = 3.92;
/// Steps of log odds within which patterns are redrawn as one.
const STEPS_PER_NAT: f64 = 16.0;
/// Share of the true pairs that blocking must have proposed before an estimate from the written ones is trusted.
const BLOCKING_RECALL_MIN: f64 = 0.9;
/// Widest interval of an expected error that is trusted.
const RATE_WIDTH_MAX: f64 = 0.2;
/// Stream of random numbers of the redraws.
const STREAM: u64 = 7_000;

/// Strong pairs expected to be of one person for each pair inside the clusters, at most: with more, probabilities and clusters cannot both be
/// right. Where all pairs together are more, and the strong ones are not, most true pairs are open ones, which clusters leave apart. Fourteen sets of which the truth is known have 1.00 to 1.50 (`docs/linkage-audit.md`), a model that took strangers for one
/// person 1.85 and 3.86.
pub const CLUSTER_RATIO_MAX: f64 = 1.6;
/// Fewest pairs expected to be of one person from which that is judged: of fewer chance alone could make it.
pub const CLUSTER_RATIO_PAIRS_MIN: f64 = 30.0;

/// Share of the limit from which the given names or dates of one person are held by it: what the classes without that exception leave.
const AT_LIMIT_FROM: f64 = 0.98;

/// Fewest pairs expected to be of one person at levels that a bound holds, before that speaks against a run.
const BOUND_PAIRS_MIN: f64 = 1.0;

/// Why nothing can be learned where all compared pairs are alike.
pub(crate) const INDISTINCT: &str =
    "these data cannot tell one person from two: all compared pairs agree and differ in the same way";

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
    /// The run contradicts itself, or learned nothing: no error rate is given.
    Unreliable,
}

impl Grade {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Labelled => "from labels",
            Self::Fair => "fair",
            Self::Weak => "weak",
            Self::Unreliable => "not to be relied on",
        }
    }
}

/// What the probabilities and the clusters of one run say of the same thing: how many pairs are of one person.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Clustered {
    /// Sum of the probabilities of the written pairs, of the judged ones what was judged.
    pub n_expected_true: f64,
    /// Between which numbers that lies, at 95 %, by counting and by the model's own error; `None` where the run is not to be relied on.
    pub n_expected_interval: Option<(f64, f64)>,
    /// The same of the strong pairs, those from which clusters are made; of all written pairs where it is not known which are.
    pub n_expected_strong: f64,
    /// Pairs of records inside the clusters.
    pub n_in_clusters: u64,
    /// The first by the second; `None` where the clusters hold no pair.
    pub ratio: Option<f64>,
    /// [`CLUSTER_RATIO_MAX`].
    pub ratio_max: f64,
    /// Whether the two contradict each other: the ratio of the strong pairs is above the limit, and there are enough pairs
    /// ([`CLUSTER_RATIO_PAIRS_MIN`]) to say so.
    pub is_contradiction: bool,
}

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
}

/// What a run expects of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorEstimates {
    /// At some thresholds.
    pub at: Vec<ErrorEstimate>,
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
    let unjudged: Vec<Pattern> = model
        .patterns
        .iter()
        .zip(&written.n_unjudged)
        .filter(|(_, n)| **n > 0)
        .map(|(pattern, n)| Pattern { n_pairs: *n, ..pattern.clone() })
        .collect();
    let patterns: Vec<&Pattern> = unjudged.iter().collect();
    let drawn = redraws(&patterns, thresholds, seed);
    let at = |(place, threshold): (usize, &f64)| {
        let proposed = patterns.iter().filter(|pattern| pattern.match_probability >= *threshold);
        ErrorEstimate {
            threshold: *threshold,
            n_proposed: proposed.map(|pattern| pattern.n_pairs).sum(),
            false_discovery: estimate(drawn.iter().filter_map(|drawn| drawn.at[place].0)),
            false_negative: estimate(drawn.iter().filter_map(|drawn| drawn.at[place].1)),
        }
    };
    let mut at: Vec<ErrorEstimate> = thresholds.iter().enumerate().map(at).collect();
    let mut clustered = clustered(&patterns, written);
    let (grade, reasons) = grade(model, &patterns, &at, clustered.as_ref());
    let mut saturation = Saturation::of(patterns.iter().map(|p| (p.match_probability, p.n_pairs)));
    if grade == Grade::Unreliable {
        at.iter_mut().for_each(|at| (at.false_discovery, at.false_negative) = (None, None));
    } else {
        let wrong = estimate(drawn.iter().filter_map(|drawn| drawn.wrong_at_top));
        saturation = saturation.expecting(wrong);
        if let Some(clustered) = &mut clustered {
            let judged = written.n_judged_same as f64;
            let all = estimate(drawn.iter().map(|drawn| drawn.n_true + judged));
            clustered.n_expected_interval = all.map(|all| (all.low, all.high));
        }
    }
    let is_given = grade != Grade::Unreliable;
    ErrorEstimates {
        at,
        blocking_recall: model.blocking_recall.filter(|_| is_given),
        blocking_recall_interval: model.blocking_recall_interval.filter(|_| is_given),
        saturation,
        n_judged: written.n_judged_same + written.n_judged_different,
        clustered,
        grade,
        reasons,
    }
}

/// Patterns that are redrawn as one: a sum of Poisson numbers is a Poisson number.
struct Group {
    /// Pairs.
    n_pairs: f64,
    /// A probability of the group; all are on the same side of every threshold.
    probability: f64,
    /// Log odds, and how far they move for one deviation of the model's own error, both in nats.
    log_odds: f64,
    deviation: f64,
}

fn log_odds(p: f64) -> f64 {
    let p = p.clamp(1e-9, 1.0 - 1e-9);
    (p / (1.0 - p)).ln()
}

/// Patterns whose log odds and deviation are alike, as one.
fn grouped(patterns: &[&Pattern], thresholds: &[f64]) -> Vec<Group> {
    let mut groups: BTreeMap<(usize, i64, i64), Group> = BTreeMap::new();
    for pattern in patterns {
        let p = pattern.match_probability;
        let low = log_odds(pattern.reliability_low.max(p * 0.01));
        let high = log_odds(pattern.reliability_high.min(1.0 - (1.0 - p) * 0.01));
        let step = |value: f64| (value * STEPS_PER_NAT).round();
        let (odds, deviation) = (step(log_odds(p)), step((high - low).max(0.0) / DEVIATIONS));
        let side = thresholds.iter().filter(|threshold| p >= **threshold).count();
        let group = groups.entry((side, odds as i64, deviation as i64)).or_insert(Group {
            n_pairs: 0.0,
            probability: p,
            log_odds: odds / STEPS_PER_NAT,
            deviation: deviation / STEPS_PER_NAT,
        });
        group.n_pairs += pattern.n_pairs as f64;
    }
    groups.into_values().collect()
}

fn is_proposed(groups: &[Group], threshold: f64) -> Vec<bool> {
    groups.iter().map(|group| group.probability >= threshold).collect()
}

/// Pairs of one person and pairs of different people.
type Split = (f64, f64);

/// How the pairs of each group split in a draw (Poisson), the log odds of all patterns moved together by one draw of the model's own error:
/// its patterns err together.
fn redrawn(groups: &[Group], seed: u64, replicate: u64) -> Vec<Split> {
    let mut stream = Stream::new(seed, STREAM + replicate);
    let shift = normal(&mut stream);
    let mut draw = |group: &Group| {
        let p = 1.0 / (1.0 + (-group.log_odds - shift * group.deviation).exp());
        [p, 1.0 - p].map(|share| poisson(group.n_pairs * share, &mut stream)).into()
    };
    groups.iter().map(&mut draw).collect()
}

/// False discovery and false negative rate.
type Rates = (Option<f64>, Option<f64>);

/// What one redraw of counts and of the model's error says.
struct Redraw {
    /// At each threshold.
    at: Vec<Rates>,
    /// Pairs of one person among all.
    n_true: f64,
    /// Share of the pairs of which the run is as good as sure that is of different people.
    wrong_at_top: Option<f64>,
}

fn redraws(patterns: &[&Pattern], thresholds: &[f64], seed: u64) -> Vec<Redraw> {
    let groups = grouped(patterns, &[thresholds, &[SATURATED_FROM]].concat());
    let is_proposed_at: Vec<Vec<bool>> =
        thresholds.iter().map(|threshold| is_proposed(&groups, *threshold)).collect();
    let is_at_top = is_proposed(&groups, SATURATED_FROM);
    let redraw = |replicate: u64| {
        let drawn = redrawn(&groups, seed, replicate);
        Redraw {
            at: is_proposed_at.iter().map(|is_proposed| rates(&drawn, is_proposed)).collect(),
            n_true: drawn.iter().map(|(n_true, _)| n_true).sum(),
            wrong_at_top: rates(&drawn, &is_at_top).0,
        }
    };
    (0..REPLICATES).map(redraw).collect()
}

fn rates(drawn: &[Split], is_proposed: &[bool]) -> Rates {
    let (mut found, mut false_ones, mut left_out) = (0.0, 0.0, 0.0);
    for ((n_true, n_false), is_proposed) in drawn.iter().zip(is_proposed) {
        if *is_proposed {
            (found, false_ones) = (found + n_true, false_ones + n_false);
        } else {
            left_out += n_true;
        }
    }
    let share = |part: f64, rest: f64| (part + rest > 0.0).then(|| part / (part + rest));
    (share(false_ones, found), share(left_out, found))
}

/// The mean of the redraws, with their 95 % interval; `None` without any.
///
/// The mean and not what the probabilities as they stand add up to: probabilities that are too high make more false pairs than probabilities as much too low make fewer, so that
/// what is to be expected is more than what they add up to. Measured: `docs/linkage-audit.md`.
fn estimate(drawn: impl Iterator<Item = f64>) -> Option<Estimate> {
    let mut drawn: Vec<f64> = drawn.collect();
    let value = drawn.iter().sum::<f64>() / drawn.len() as f64;
    let low = quantile(&mut drawn, 0.025)?.min(value);
    let high = quantile(&mut drawn, 0.975)?.max(value);
    Some(Estimate { value, low, high })
}

/// Expected true pairs beside the pairs inside the clusters.
fn clustered(patterns: &[&Pattern], written: &WrittenPairs) -> Option<Clustered> {
    let n_in_clusters = written.n_in_clusters?;
    let expected: f64 = patterns.iter().map(|p| p.n_pairs as f64 * p.match_probability).sum();
    let n_expected_true = expected + written.n_judged_same as f64;
    let is_strong =
        |p: &&&Pattern| written.cluster_probability.is_none_or(|least| p.match_probability >= least);
    let strong = patterns.iter().filter(is_strong).map(|p| p.n_pairs as f64 * p.match_probability);
    let n_expected_strong = strong.sum::<f64>() + written.n_judged_same as f64;
    let is_contradiction = n_expected_strong >= CLUSTER_RATIO_PAIRS_MIN
        && n_expected_strong > CLUSTER_RATIO_MAX * n_in_clusters as f64;
    Some(Clustered {
        n_expected_true,
        n_expected_interval: None,
        n_expected_strong,
        n_in_clusters,
        ratio: (n_in_clusters > 0).then(|| n_expected_true / n_in_clusters as f64),
        ratio_max: CLUSTER_RATIO_MAX,
        is_contradiction,
    })
}

impl Clustered {
    /// Where most true pairs are open ones, which clusters leave apart: what to do, as a clause.
    fn mostly_open(&self) -> Option<String> {
        let is_open = self.n_expected_true >= CLUSTER_RATIO_PAIRS_MIN
            && self.n_expected_true > CLUSTER_RATIO_MAX * self.n_in_clusters as f64
            && !self.is_contradiction;
        is_open.then(|| {
            format!(
                "{}: most of them are not sure enough to be joined. Either what is compared tells people too little apart, or the probabilities of \
                 these open pairs are too high; this run cannot tell which, and labels of open pairs would (redress review sample)",
                self.in_words()
            )
        })
    }

    /// Both numbers and their ratio, as a clause.
    #[must_use]
    pub fn in_words(&self) -> String {
        let counted = |n: f64| crate::html::count(n.round() as u64);
        let (expected, held) = (counted(self.n_expected_true), crate::html::count(self.n_in_clusters));
        let between = self
            .n_expected_interval
            .map_or_else(String::new, |(low, high)| format!(" ({} to {})", counted(low), counted(high)));
        let expected = format!("{expected} pairs{between} are expected to be of one person");
        match self.ratio {
            Some(ratio) => format!("{expected}, and the clusters hold {held}: {ratio:.2} for each"),
            None => format!("{expected}, and the clusters hold none"),
        }
    }
}

/// Why a run is not to be relied on.
fn unsound(model: &Model, clustered: Option<&Clustered>) -> Vec<String> {
    let mut reasons: Vec<String> =
        model.shared_numbers.iter().filter_map(SharedNumbers::contradiction).collect();
    if model.is_one_pattern {
        reasons.push(INDISTINCT.to_owned());
    }
    if let Some((name, share)) = other_given_name(&model.comparisons, &model.m) {
        reasons.push(format!(
            "of the pairs that the model takes for one person {} bear a `{name}` that has nothing in common, as many as the limit of {} \
             lets: they are more likely brothers and sisters, whom these columns do not tell apart. Say what each column holds in a file for --config, or add \
             columns that tell people of one family apart",
            crate::html::percent(share),
            crate::html::percent(OTHER_GIVEN_NAME_MAX)
        ));
    }
    if let Some((name, share)) = other_date(model) {
        reasons.push(format!(
            "of the pairs that the model takes for one person {} of the whole dates in `{name}` have nothing in common, as many as the limit of \
             {} in records of families lets: they are more likely brothers and sisters, whom these columns do not tell apart. Add columns that tell people of \
             one family apart, or have pairs judged (redress review sample)",
            crate::html::percent(share),
            crate::html::percent(OTHER_DATE_AMONG_FAMILIES_MAX)
        ));
    }
    if let Some(clustered) = clustered.filter(|clustered| clustered.is_contradiction) {
        reasons.push(format!(
            "the run contradicts itself: {} pairs strong enough to make clusters are expected to be of one person, and the clusters hold \
             {}, where {CLUSTER_RATIO_MAX} for each is the limit; the probabilities are too high",
            crate::html::count(clustered.n_expected_strong.round() as u64),
            crate::html::count(clustered.n_in_clusters)
        ));
    }
    reasons
}

/// The given name that has nothing in common in as many pairs of one person as the model allows, and in what share of them; `m` gives
/// the probability of each level in pairs of one person.
fn other_given_name<'a>(comparisons: &'a [Comparison], m: &[Vec<f64>]) -> Option<(&'a str, f64)> {
    let given = comparisons.iter().zip(m).filter(|(comparison, _)| comparison.kind == Kind::GivenName);
    let shares = given.filter_map(|(comparison, m)| Some((comparison.name.as_str(), *m.first()?)));
    let held = shares.filter(|(_, share)| *share >= OTHER_GIVEN_NAME_MAX * AT_LIMIT_FROM);
    held.max_by(|a, b| a.1.total_cmp(&b.1))
}

/// The birth date of which whole dates have nothing in common in as many pairs of one person as the model allows among families, and in
/// what share of them.
fn other_date(model: &Model) -> Option<(&str, f64)> {
    let relatives = model.classes.iter().filter(|class| class.relation == Relation::Relatives);
    let has_families = relatives.map(|class| class.share).sum::<f64>() >= FAMILIES_FROM * model.prior;
    let is_dated =
        |comparison: &Comparison| comparison.kind == Kind::DateOfBirth && comparison.has_own_levels();
    let dates = model.comparisons.iter().zip(&model.m).filter(|(comparison, _)| is_dated(comparison));
    let shares = dates.filter_map(|(comparison, m)| Some((comparison.name.as_str(), *m.first()?)));
    let held = shares.filter(|(_, share)| *share >= OTHER_DATE_AMONG_FAMILIES_MAX * AT_LIMIT_FROM);
    held.filter(|_| has_families).max_by(|a, b| a.1.total_cmp(&b.1))
}

/// That the training had not come to rest in a way that matters.
fn unsettled(training: &Training) -> Option<String> {
    (training.rest() == Rest::Unsettled).then(|| {
        format!(
            "the training did not converge in {} iterations: in the last one a probability moved by {:.1e} and the log-likelihood by {:.1}, and \
             another starting point leads to {} more or fewer pairs of one person",
            training.iterations,
            training.last_change,
            training.last_gain,
            crate::html::percent(training.other_change())
        )
    })
}

/// That nothing in the records tells relatives from one person.
fn without_relatives(model: &Model) -> Option<String> {
    let bears = |kind: Kind| model.comparisons.iter().any(|comparison| comparison.kind == kind);
    let has_relatives = model.classes.iter().any(|class| class.relation == Relation::Relatives);
    let is_silent = has_relatives || model.classes.is_empty() || !bears(Kind::FamilyName);
    (!is_silent).then(|| {
        "no column tells who shares a home or a parent, so that the model has no class of relatives: brothers, sisters and namesakes in one \
         family are told from one person by names and dates alone"
            .to_owned()
    })
}

/// That the names stand in one column, in which nothing tells the given name from the others.
fn names_in_one_column(comparisons: &[Comparison]) -> Option<String> {
    let whole = comparisons.iter().find(|c| c.kind == Kind::FullName && c.role == Role::Whole)?;
    let has_parts = comparisons.iter().any(|c| matches!(c.kind, Kind::GivenName | Kind::FamilyName));
    (!has_parts).then(|| {
        format!(
            "the names stand in one column, `{}`, and nothing says which of the words is the given name: strong pairs of twins, and of parent \
             and child, were not looked for and are not kept apart, and more pairs of brothers and sisters may be taken for one person than \
             is expected. If the files hold family and given name apart, link with those columns",
            whole.name
        )
    })
}

/// Probabilities of one person's pairs that are their bounds'.
fn bounded(model: &Model) -> Option<String> {
    let held = model.at_bounds.iter().filter(|at| at.holds_m());
    let names: Vec<String> = held
        .filter_map(|at| {
            let slot = model.comparisons.iter().position(|known| known.name == at.comparison)?;
            let expected = |pairs: &Vec<LevelPairs>| -> f64 {
                at.levels.iter().map(|level| pairs[*level].expected_same).sum()
            };
            // What hardly any pair shows was not learned either way, and decides nothing.
            model
                .level_pairs
                .get(slot)
                .is_none_or(|pairs| expected(pairs) >= BOUND_PAIRS_MIN)
                .then_some(())?;
            let (levels, most) = (model.shown_labels(at).join("”, “"), crate::html::percent(at.bound));
            Some(format!("{} “{levels}” in {most} of the pairs of {}", at.comparison, at.of_pairs))
        })
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "{} held at a bound, not learned ({}): the data ask for more than one person's records are taken to differ",
            if names.len() == 1 { "how often records differ is" } else { "how often records differ is, in several columns," },
            names.join("; ")
        )
    })
}

fn grade(
    model: &Model,
    patterns: &[&Pattern],
    at: &[ErrorEstimate],
    clustered: Option<&Clustered>,
) -> (Grade, Vec<String>) {
    let unsound = unsound(model, clustered);
    if let Some(labels) = &model.label_calibration {
        let reason = format!("the probabilities come from {} labelled pairs", labels.n_decided);
        return (Grade::Labelled, [vec![reason], unsound].concat());
    }
    let mut weak = weak(model, patterns);
    if !unsound.is_empty() {
        return (Grade::Unreliable, [unsound, weak].concat());
    }
    weak.extend(open(model, patterns, at));
    weak.extend(clustered.and_then(Clustered::mostly_open));
    if weak.is_empty() {
        let training = match model.training.rest() {
            Rest::ButForStrangers => "the training came to rest in all that concerns one person",
            Rest::Converged | Rest::Unsettled => "the training converged",
        };
        return (Grade::Fair, vec![format!("{training} and few pairs are open; no label has confirmed it")]);
    }
    (Grade::Weak, weak)
}

/// What speaks against relying on a run.
fn weak(model: &Model, patterns: &[&Pattern]) -> Vec<String> {
    let mut reasons = model.doubts.clone();
    reasons.extend(model.shared_numbers.iter().filter_map(SharedNumbers::doubt));
    reasons.extend(date_orders::doubt(model));
    reasons.extend(unsettled(&model.training));
    reasons.extend(without_relatives(model));
    reasons.extend(names_in_one_column(&model.comparisons));
    reasons.extend(bounded(model));
    if patterns.is_empty() {
        reasons.push("no pair reached the least probability that is written".to_owned());
    }
    reasons
}

/// What the probabilities leave open, which says nothing where they are not to be relied on.
fn open(model: &Model, patterns: &[&Pattern], at: &[ErrorEstimate]) -> Vec<String> {
    let mut reasons = Vec::new();
    match model.blocking_recall {
        Some(recall) if recall < BLOCKING_RECALL_MIN => reasons.push(format!(
            "blocking is guessed to have proposed {} of the true pairs{}, and what it did not propose was never compared",
            crate::html::percent(recall),
            model.blocking_recall_interval.map_or_else(String::new, |(low, high)| format!(
                " ({} to {})",
                crate::html::percent(low),
                crate::html::percent(high)
            ))
        )),
        None if !patterns.is_empty() => reasons.push(
            "how many true pairs were never compared cannot be estimated from these blocking rules"
                .to_owned(),
        ),
        _ => {}
    }
    reasons.extend(wide(at));
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
    reasons
}

/// Where an expected error is not known to a fifth.
fn wide(at: &[ErrorEstimate]) -> Option<String> {
    let named = |at: &ErrorEstimate| {
        [("share of false pairs", at.false_discovery), ("share of true pairs left out", at.false_negative)]
            .into_iter()
            .filter_map(move |(name, rate)| Some((name, rate?)))
            .find(|(_, rate)| rate.high - rate.low > RATE_WIDTH_MAX)
            .map(|(name, rate)| {
                format!(
                    "the {name} at {} is known only to lie between {} and {}",
                    at.threshold,
                    crate::html::percent(rate.low),
                    crate::html::percent(rate.high)
                )
            })
    };
    at.iter().find_map(named)
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
        let once: Vec<Split> = vec![(990.0, 10.0), (50.0, 50.0)];
        let (discovery, negative) = rates(&once, &[true, false]);
        assert!((discovery.unwrap() - 0.01).abs() < 1e-12);
        assert!((negative.unwrap() - 50.0 / 1_040.0).abs() < 1e-12);
        let groups = grouped(&patterns, &[0.9]);
        let is_proposed = is_proposed(&groups, 0.9);
        let redraws = (0..200).filter_map(|k| rates(&redrawn(&groups, 1, k), &is_proposed).0);
        let found = estimate(redraws).unwrap();
        assert!(found.low < 0.01 && found.high > 0.01 && found.high < 0.2, "{found:?}");
        assert_eq!(rates(&once, &[false, false]).0, None);
    }

    fn check(
        n_in_clusters: u64,
        n_judged_same: u64,
        cluster_probability: Option<f64>,
        ratio: Option<f64>,
        (is_contradiction, is_mostly_open): (bool, bool),
    ) {
        let patterns = [pattern(100, 0.99), pattern(200, 0.5)];
        let patterns: Vec<&Pattern> = patterns.iter().collect();
        let written = WrittenPairs {
            n_in_clusters: Some(n_in_clusters),
            n_judged_same,
            cluster_probability,
            ..WrittenPairs::default()
        };
        let found = clustered(&patterns, &written).unwrap();
        let is_near = found.ratio.zip(ratio).is_some_and(|(a, b)| (a - b).abs() < 1e-9);
        assert!(is_near || found.ratio == ratio, "{found:?}");
        let told = (found.is_contradiction, found.mostly_open().is_some());
        assert_eq!(told, (is_contradiction, is_mostly_open), "{}", found.in_words());
    }

    #[test]
    fn given_names_that_differ_too_often_are_told() {
        let mut given = crate::comparison::tests::text("nome");
        given.kind = Kind::GivenName;
        let comparisons = [crate::comparison::tests::text("city"), given];
        let found = |m_of_another: f64| other_given_name(&comparisons, &[vec![0.9], vec![m_of_another, 0.1]]);
        assert_eq!(found(0.2), Some(("nome", 0.2)));
        assert_eq!(found(0.19), None, "a misspelled register has 0.16");
    }

    #[test]
    fn a_training_is_told_of_that_moves_or_could_lead_elsewhere() {
        for (converged, last_change, other_ratio, is_told) in [
            (false, 1e-4, Some(1.001), false),
            (false, 1e-4, None, false),
            (false, 2e-3, Some(1.0), true),
            (false, 1e-4, Some(0.97), true),
            (true, 1e-4, Some(0.97), false),
        ] {
            let training = Training {
                converged,
                iterations: 300,
                last_change,
                restart_log_likelihoods: Vec::new(),
                restart_chosen: 0,
                log_likelihood: -1.0,
                last_gain: 0.5,
                other_ratio,
            };
            assert_eq!(unsettled(&training).is_some(), is_told, "{training:?}");
        }
    }

    #[test]
    fn whole_names_without_their_parts_are_told_of() {
        let of = |kind: Kind, role: Role| {
            let mut comparison = crate::comparison::tests::text("name");
            (comparison.kind, comparison.role) = (kind, role);
            comparison
        };
        let (whole, mother) = (of(Kind::FullName, Role::Whole), of(Kind::FullName, Role::Family));
        let given = of(Kind::GivenName, Role::Personal);
        for (comparisons, is_told) in [
            (vec![whole.clone()], true),
            (vec![whole, given.clone()], false),
            (vec![mother.clone()], false),
            (vec![mother, given], false),
        ] {
            assert_eq!(names_in_one_column(&comparisons).is_some(), is_told, "{comparisons:?}");
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
    fn probabilities_and_clusters_can_contradict_each_other() {
        let (sound, contradicted, open) = ((false, false), (true, false), (false, true));
        check(199, 0, None, Some(1.0), sound);
        check(100, 0, None, Some(1.99), contradicted);
        check(125, 1, None, Some(1.6), sound);
        check(0, 0, None, None, contradicted);
        // Of the 199 expected pairs 99 are strong.
        check(100, 0, Some(0.95), Some(1.99), open);
        check(50, 0, Some(0.95), Some(3.98), contradicted);
        check(199, 0, Some(0.95), Some(1.0), sound);
    }

    #[test]
    fn a_group_stands_for_its_patterns() {
        let many: Vec<Pattern> = (0..400).map(|n| pattern(10, 0.6 + f64::from(n) * 1e-5)).collect();
        let patterns: Vec<&Pattern> = many.iter().collect();
        let together = grouped(&patterns, &[0.602]);
        assert!(together.len() < 10);
        let n_pairs = |above: bool| -> f64 {
            let of_side = together.iter().filter(|group| (group.probability >= 0.602) == above);
            of_side.map(|group| group.n_pairs).sum()
        };
        assert_eq!((n_pairs(false), n_pairs(true)), (2_000.0, 2_000.0), "each on its side of the threshold");
        let apart: Vec<Group> = patterns.iter().flat_map(|pattern| grouped(&[pattern], &[0.602])).collect();
        let spread = |groups: &[Group]| -> (f64, f64) {
            let rate = |k| rates(&redrawn(groups, 1, k), &is_proposed(groups, 0.602)).0;
            let mut drawn: Vec<f64> = (0..2_000).filter_map(rate).collect();
            (quantile(&mut drawn, 0.025).unwrap(), quantile(&mut drawn, 0.975).unwrap())
        };
        let ((a, b), (c, d)) = (spread(&together), spread(&apart));
        assert!((a - c).abs() < 0.01 && (b - d).abs() < 0.01, "{a} {b}, {c} {d}");
    }
}
