//! Estimates the mixture from pattern counts alone (Dempster, Laird and Rubin 1977; on counts as in Enamorado, Fifield
//! and Imai 2019), so that an iteration costs milliseconds whatever the number of records.
//!
//! The counts stand for all pairs: candidate pairs with weight 1, and a random sample of the other pairs with the weight
//! that makes up for what was not drawn. Pairs that no rule proposes are taken to be of different people who are no relatives:
//! in a large file one pair of the sample stands for more pairs than there are of relatives in all, so that a single pair of
//! strangers who look somewhat like relatives would decide what relatives have in common.

use crate::class_table::ClassTable;
use crate::comparison::Comparison;
use crate::kind::{Kind, Role};
use crate::leap::leap;
use crate::meaning;
use crate::mixture::{Mixture, Owner, PairClass, Relation};
use crate::moved;
use crate::pattern_tree::{PatternTree, Sums};
use crate::siblings;
use crate::thinning::Thinned;

/// Restarts: pairs of one person for each record ...
const STARTS_PAIRS_PER_RECORD: [f64; 7] = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];
/// ... and how often they agree.
const STARTS_AGREEMENT: [f64; 3] = [0.95, 0.85, 0.7];
/// The imagined pairs are those of a start with so many pairs of one person for each record ...
const PRIOR_PAIRS_PER_RECORD: f64 = 0.3;
/// ... which agree so often.
const PRIOR_AGREEMENT: f64 = 0.92;
/// Most iterations of the final run.
pub const ITERATIONS_MAX: usize = 300;
/// Iterations of each restart before the best is chosen.
const RESTART_ITERATIONS: usize = 15;
/// The run has converged when no probability of one person's levels moves by more than this ...
const CHANGE_MAX: f64 = 1e-3;
/// ... and the log-likelihood, in nats, by no more than this, or by no more than this share of itself.
const GAIN_MAX: f64 = 0.05;
const GAIN_SHARE_MAX: f64 = 1e-9;
/// Or, whatever the likelihood does, when no probability of the levels of one person or of relatives moves by more than this: strangers of
/// one culture part in several ways that fit alike, and where the others stand still, that decides no pair.
const SETTLED_MAX: f64 = 1e-5;
/// A training that did not converge matters where another starting point leads to so many more or fewer pairs of one person.
const OTHER_CHANGE_MAX: f64 = 0.02;
/// No probability of a level falls below this.
pub(crate) const PROBABILITY_MIN: f64 = 1e-9;
/// Imagined pairs that keep the tables of the same person near their starting values where data are few.
const SAME_PSEUDO_PAIRS: f64 = 10.0;
/// The same for the other classes.
const OTHER_PSEUDO_PAIRS: f64 = 3.0;
/// Imagined pairs that agree for a reason, on values as rare as those of the records.
const BAND_PSEUDO_PAIRS: f64 = 20.0;
/// Twins among pairs of relatives, at most ...
const TWINS_MAX: f64 = 0.1;
/// ... relatives of one given name or e-mail address ...
const SHARED_NAMES_MAX: f64 = 0.25;
/// ... and relatives with one number.
const SHARED_NUMBERS_MAX: f64 = 0.05;
/// Imagined pairs of a class with an exception.
const EXCEPTION_PSEUDO_PAIRS: f64 = 0.3;
/// Most patterns of candidate pairs, and of the sample, that the restarts look at ...
const RESTART_PATTERNS: usize = 4_000;
/// ... and the final run; of more, some are drawn and stand for the others.
const FINAL_PATTERNS: usize = 30_000;
/// Pairs that a sample without any may have missed.
const MISSED_PAIRS: f64 = 0.3;
/// No class has a smaller share of all pairs.
pub(crate) const SHARE_MIN: f64 = 1e-15;
/// A starting point whose log-likelihood is lower than the best by no more than this share of it explains the counts as well.
pub(crate) const NEAR_BEST: f64 = 1e-3;

/// What the estimate is made from.
pub(crate) struct Evidence<'a> {
    pub(crate) comparisons: &'a [Comparison],
    /// Levels of each pattern, one after the other.
    pub(crate) levels: &'a [u8],
    /// How many pairs each pattern stands for.
    pub(crate) weights: Vec<f64>,
    /// How many pairs were seen of each pattern.
    pub(crate) draws: Vec<f64>,
    /// The first so many patterns are of candidate pairs, the others of the sample.
    pub(crate) n_blocked: usize,
    /// For each comparison and level: pairs of the whole table at that level, known exactly for equality and from a large
    /// sample otherwise; `None` when every pair is a candidate pair.
    pub(crate) level_pairs: Option<Vec<Vec<f64>>>,
    /// How many pairs one pair of that sample stands for.
    pub(crate) sampled_weight: f64,
    /// For each comparison and level of equality: share of records with a value of that band.
    pub(crate) band_shares: Vec<Vec<f64>>,
    pub(crate) n_records: f64,
}

/// The probabilities of the mixture.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Parameters {
    /// Share of each class among all pairs.
    pub(crate) shares: Vec<f64>,
    /// Probability of each level, for each table; 1 for null.
    pub(crate) tables: Vec<Vec<f64>>,
}

/// How the estimate went.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Training {
    /// Whether no probability moved any more.
    pub converged: bool,
    /// Iterations of the final run.
    pub iterations: usize,
    /// The largest change of a probability in the last iteration.
    pub last_change: f64,
    /// Log-likelihood of the counts at the start of each restart's last iteration, in nats.
    pub restart_log_likelihoods: Vec<f64>,
    /// Which restart was chosen, from 0.
    pub restart_chosen: usize,
    /// Log-likelihood after the final run, in nats.
    pub log_likelihood: f64,
    /// What the last iteration added to it, in nats.
    #[serde(default)]
    pub last_gain: f64,
    /// Pairs of one person by the starting point that was farthest from the chosen one, for each by the chosen one, when both were followed:
    /// 1 where they come to the same; `None` where nothing was estimated.
    #[serde(default)]
    pub other_ratio: Option<f64>,
}

/// How a training ended, as far as it concerns who is one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// Nothing moved any more.
    Converged,
    /// The log-likelihood still grew, because strangers part in several ways that fit alike; no figure of one person moved, and no starting
    /// point leads elsewhere.
    ButForStrangers,
    /// Figures of one person moved, or another starting point leads elsewhere.
    Unsettled,
}

impl Training {
    /// How it ended.
    #[must_use]
    pub fn rest(&self) -> Rest {
        let leads_elsewhere = self.other_change() >= OTHER_CHANGE_MAX;
        match self.converged {
            true => Rest::Converged,
            false if self.last_change >= CHANGE_MAX || leads_elsewhere => Rest::Unsettled,
            false => Rest::ButForStrangers,
        }
    }

    /// How many more or fewer pairs of one person another starting point leads to, as a share; 0 where that is not known.
    pub(crate) fn other_change(&self) -> f64 {
        self.other_ratio.map_or(0.0, |ratio| (ratio - 1.0).abs())
    }
}

/// Estimates the mixture from several starting points; with it comes what the one farthest from the chosen one was at when they were
/// compared.
pub(crate) fn estimate(mixture: &Mixture, evidence: &Evidence<'_>) -> (Parameters, Training, Parameters) {
    let few = evidence.thinned(RESTART_PATTERNS);
    let few = few.as_ref().map_or_else(|| evidence.borrowed(), Thinned::evidence);
    let starts: Vec<(f64, f64)> = STARTS_PAIRS_PER_RECORD
        .iter()
        .flat_map(|pairs| STARTS_AGREEMENT.iter().map(move |agreement| (*pairs, *agreement)))
        .collect();
    let tree = PatternTree::new(&few);
    let run = |(pairs_per_record, agreement): &(f64, f64)| {
        let prior = start(mixture, &few, *pairs_per_record, *agreement);
        let mut parameters = prior.clone();
        let mut log_likelihood = f64::NEG_INFINITY;
        for _ in 0..RESTART_ITERATIONS {
            let sums = tree.sums(mixture, &ClassTable::new(mixture, &parameters), &few.weights);
            log_likelihood = sums.log_likelihood;
            parameters = maximize(mixture, &few, &sums, &prior);
        }
        (log_likelihood, parameters)
    };
    let runs: Vec<(f64, Parameters)> = starts.iter().map(run).collect();
    let order = |a: &f64, b: &f64| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal);
    let chosen = (0..runs.len()).rev().max_by(|a, b| order(&runs[*a].0, &runs[*b].0)).unwrap_or(0);
    let (parameters, mut training) = follow(mixture, evidence, runs[chosen].1.clone());
    training.restart_log_likelihoods = runs.iter().map(|run| run.0).collect();
    training.restart_chosen = chosen;
    (parameters, training, farthest(mixture, runs, chosen))
}

/// Follows a starting point to the end.
fn follow(mixture: &Mixture, evidence: &Evidence<'_>, parameters: Parameters) -> (Parameters, Training) {
    let many = evidence.thinned(FINAL_PATTERNS);
    let many = many.as_ref().map_or_else(|| evidence.borrowed(), Thinned::evidence);
    let prior = prior(mixture, &many);
    let tree = PatternTree::new(&many);
    let (parameters, mut training) =
        iterate(mixture, (&many, &tree), parameters, &prior, (ITERATIONS_MAX, Pace::Leaps));
    // Without candidate pairs nothing was learned of one person.
    training.converged &= evidence.n_blocked > 0;
    (parameters, training)
}

/// Estimates the mixture once more, from what was learned of the same pairs by other levels; the starting points are those of that training.
pub(crate) fn estimate_again(
    mixture: &Mixture,
    evidence: &Evidence<'_>,
    learned: Parameters,
    before: &Training,
) -> (Parameters, Training) {
    let (parameters, training) = follow(mixture, evidence, learned);
    let (restart_log_likelihoods, restart_chosen) =
        (before.restart_log_likelihoods.clone(), before.restart_chosen);
    (parameters, Training { restart_log_likelihoods, restart_chosen, ..training })
}

/// Of the starting points of which the log-likelihood came near the best, the one with the most or fewest pairs of one person beside the
/// chosen one.
fn farthest(mixture: &Mixture, runs: Vec<(f64, Parameters)>, chosen: usize) -> Parameters {
    let (best, n_chosen) = (runs[chosen].0, mixture.share_of_one_person(&runs[chosen].1.shares));
    let far = |run: &(f64, Parameters)| (mixture.share_of_one_person(&run.1.shares) - n_chosen).abs();
    let near_best = runs.into_iter().filter(|run| best - run.0 <= NEAR_BEST * best.abs());
    near_best.max_by(|a, b| far(a).total_cmp(&far(b))).map(|run| run.1).unwrap_or_default()
}

/// How an estimate goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Step by step.
    Steps,
    /// With a leap after every two steps.
    Leaps,
}

/// Iterates from given parameters until nothing moves or the iterations are used up; the tree is of the evidence's patterns.
pub(crate) fn iterate(
    mixture: &Mixture,
    (evidence, tree): (&Evidence<'_>, &PatternTree),
    mut parameters: Parameters,
    prior: &Parameters,
    (iterations_max, pace): (usize, Pace),
) -> (Parameters, Training) {
    let mut training = Training {
        converged: false,
        iterations: 0,
        last_change: f64::INFINITY,
        restart_log_likelihoods: Vec::new(),
        restart_chosen: 0,
        log_likelihood: f64::NEG_INFINITY,
        last_gain: f64::INFINITY,
        other_ratio: None,
    };
    let sums_of = |parameters: &Parameters| {
        tree.sums(mixture, &ClassTable::new(mixture, parameters), &evidence.weights)
    };
    let mut before: Option<Parameters> = None;
    while training.iterations < iterations_max && !training.converged {
        let sums = sums_of(&parameters);
        let next = maximize(mixture, evidence, &sums, prior);
        let gain = (sums.log_likelihood - training.log_likelihood).abs();
        (training.log_likelihood, training.last_gain) = (sums.log_likelihood, gain);
        training.last_change = change(mixture, &parameters, &next);
        let gain_max = GAIN_MAX.max(GAIN_SHARE_MAX * training.log_likelihood.abs());
        // The gain of one step, never of a leap: a step that no longer moves is what convergence means.
        let is_settled = || settling(mixture, &parameters, &next) <= SETTLED_MAX;
        training.converged =
            before.is_some() && training.last_change < CHANGE_MAX && (gain <= gain_max || is_settled());
        training.iterations += 1;
        let stepped_from = before.replace(parameters);
        parameters = next;
        let is_leaping = pace == Pace::Leaps && !training.converged;
        let (Some(first), Some(second), true) = (&stepped_from, &before, is_leaping) else { continue };
        let Some(far) = leap(mixture, evidence.comparisons, [first, second, &parameters]) else { continue };
        if training.iterations < iterations_max {
            let sums = sums_of(&far);
            training.iterations += 1;
            if sums.log_likelihood > training.log_likelihood {
                training.log_likelihood = sums.log_likelihood;
                parameters = maximize(mixture, evidence, &sums, prior);
            }
        }
        before = None;
    }
    (parameters, training)
}

/// What the imagined pairs of an estimate say. Who estimates again with other counts must imagine the same pairs: other ones
/// move the weights of rare levels by many bits, and say nothing of how far the counts can be trusted.
pub(crate) fn prior(mixture: &Mixture, evidence: &Evidence<'_>) -> Parameters {
    start(mixture, evidence, PRIOR_PAIRS_PER_RECORD, PRIOR_AGREEMENT)
}

/// Starting values: `pairs_per_record` pairs of one person for each record, which agree with probability `agreement`.
pub(crate) fn start(
    mixture: &Mixture,
    evidence: &Evidence<'_>,
    pairs_per_record: f64,
    agreement: f64,
) -> Parameters {
    let total: f64 = evidence.weights.iter().sum::<f64>().max(1.0);
    let per_record = |class: &PairClass| {
        let share = match class.relation {
            Relation::Same => pairs_per_record,
            Relation::Renamed => pairs_per_record / 20.0,
            Relation::Strangers => 0.0,
            Relation::Compatriots => 20.0,
            Relation::Relatives => 0.5,
        };
        match class.except {
            Some(_) if class.relation.is_same_person() => share / 10.0,
            Some(_) => share / 50.0,
            None => share,
        }
    };
    let share = |class: &PairClass| (per_record(class) * evidence.n_records / total).min(0.1);
    let mut shares: Vec<f64> = mixture.classes.iter().map(share).collect();
    mixture.tie(&mut shares);
    let rest = 1.0 - shares.iter().sum::<f64>();
    if let Some(strangers) = mixture.class(Relation::Strangers) {
        shares[strangers] = rest.max(0.05);
    }
    let tables = mixture.owners.iter().map(|(owner, slot)| {
        let comparison = &evidence.comparisons[*slot];
        let strangers = || observed(evidence, *slot);
        let agree = |share: f64| agreeing(evidence, *slot, share);
        let mut table = match owner {
            Owner::Same => agree(agreement),
            Owner::Moved => moved::places(comparison, &agree(agreement), &strangers(), moved::ODDS_FIRST),
            Owner::Differs => blend(&strangers(), &agree(0.2), 0.7),
            Owner::Agrees => agree(0.95),
            Owner::Strangers => strangers(),
            Owner::Compatriots(_) if comparison.kind == Kind::Country => agree(0.9),
            Owner::Compatriots(culture) => {
                blend(&strangers(), &agree(0.5), unlikeness(*culture, comparison.kind))
            }
            Owner::Relatives if matches!(comparison.role, Role::Place | Role::Family) => agree(0.85),
            Owner::Relatives => blend(&strangers(), &agree(0.5), 0.97),
        };
        meaning::keep(*owner, comparison, &mut table);
        table
    });
    Parameters { shares, tables: tables.collect() }
}

/// How little the names of people of a culture are more alike than those of strangers, at the start: each culture begins with
/// another part of the names, so that the classes come apart.
fn unlikeness(culture: u8, kind: Kind) -> f64 {
    let parts = [Kind::FamilyName, Kind::GivenName, Kind::MiddleName];
    match culture.checked_sub(1).and_then(|part| parts.get(usize::from(part))) {
        None => 0.9,
        Some(part) if *part == kind => 0.5,
        Some(_) => 0.95,
    }
}

fn blend(a: &[f64], b: &[f64], share: f64) -> Vec<f64> {
    a.iter().zip(b).map(|(x, y)| share * x + (1.0 - share) * y).collect()
}

/// The levels of all pairs together, which are nearly all of strangers.
fn observed(evidence: &Evidence<'_>, comparison: usize) -> Vec<f64> {
    let n_comparisons = evidence.comparisons.len();
    let levels = &evidence.comparisons[comparison].levels;
    let mut sums = vec![0.0; levels.len()];
    for (pattern, weight) in evidence.levels.chunks(n_comparisons).zip(&evidence.weights) {
        sums[usize::from(pattern[comparison])] += weight;
    }
    normalized(evidence, comparison, &sums, &vec![1.0; sums.len()], OTHER_PSEUDO_PAIRS)
}

/// Equality with the probability given, divided over bands as the records are; the rest on the lower levels.
fn agreeing(evidence: &Evidence<'_>, comparison: usize, agreement: f64) -> Vec<f64> {
    let levels = &evidence.comparisons[comparison].levels;
    let shares = &evidence.band_shares[comparison];
    let mut table = vec![1.0; levels.len()];
    for context in 0..=levels.iter().map(|level| level.context).max().unwrap_or(0) {
        let of = |exact: bool| {
            let wanted = move |idx: &usize| {
                levels[*idx].context == context && !levels[*idx].is_null && levels[*idx].is_exact == exact
            };
            (0..levels.len()).filter(wanted).collect::<Vec<usize>>()
        };
        let (exact, fuzzy) = (of(true), of(false));
        let all: f64 = exact.iter().map(|idx| shares[*idx] + 1e-4).sum();
        for idx in &exact {
            let agreement = if fuzzy.is_empty() { 1.0 } else { agreement };
            table[*idx] = agreement * (shares[*idx] + 1e-4) / all;
        }
        let rest = if exact.is_empty() { 1.0 } else { 1.0 - agreement };
        for idx in &fuzzy {
            table[*idx] = rest / fuzzy.len() as f64;
        }
    }
    table
}

/// Probabilities that add up to 1 within each context, with imagined pairs spread as `prior`.
fn normalized(
    evidence: &Evidence<'_>,
    comparison: usize,
    sums: &[f64],
    prior: &[f64],
    pseudo_pairs: f64,
) -> Vec<f64> {
    let levels = &evidence.comparisons[comparison].levels;
    let mut table = vec![1.0; levels.len()];
    for context in 0..=levels.iter().map(|level| level.context).max().unwrap_or(0) {
        let members: Vec<usize> = (0..levels.len())
            .filter(|idx| levels[*idx].context == context && !levels[*idx].is_null)
            .collect();
        let prior_sum: f64 = members.iter().map(|idx| prior[*idx]).sum();
        let value = |idx: usize| sums[idx] + pseudo_pairs * prior[idx] / prior_sum.max(PROBABILITY_MIN);
        let sum: f64 = members.iter().map(|idx| value(*idx)).sum();
        for idx in &members {
            table[*idx] = (value(*idx) / sum.max(f64::MIN_POSITIVE)).max(PROBABILITY_MIN);
        }
    }
    table
}

fn maximize(mixture: &Mixture, evidence: &Evidence<'_>, sums: &Sums, prior: &Parameters) -> Parameters {
    let tables = mixture.owners.iter().enumerate().map(|(table, (owner, slot))| {
        let comparison = &evidence.comparisons[*slot];
        let mut levels = vec![0.0; comparison.levels.len()];
        let mut others = levels.clone();
        for (class, tables) in mixture.tables.iter().enumerate() {
            let is_own = tables[*slot] == table;
            let may_teach = owner.is_same_person() == mixture.classes[class].relation.is_same_person();
            let into = if is_own && may_teach { &mut levels } else { &mut others };
            let of_class = sums.levels[*slot].chunks(mixture.classes.len()).map(|level| level[class]);
            into.iter_mut().zip(of_class).for_each(|(sum, level)| *sum += level);
        }
        if let Some(totals) = &evidence.level_pairs
            && *owner == Owner::Strangers
        {
            let rest: Vec<f64> = totals[*slot].iter().zip(&others).map(|(all, o)| all - o).collect();
            levels = at_least(comparison, rest, evidence.sampled_weight);
        }
        if matches!(owner, Owner::Same | Owner::Agrees | Owner::Relatives) {
            spread_over_bands(comparison, &evidence.band_shares[*slot], &mut levels);
        }
        let pseudo_pairs =
            if matches!(owner, Owner::Same | Owner::Agrees) { SAME_PSEUDO_PAIRS } else { OTHER_PSEUDO_PAIRS };
        let mut table = normalized(evidence, *slot, &levels, &prior.tables[table], pseudo_pairs);
        meaning::keep(*owner, comparison, &mut table);
        table
    });
    let mut tables: Vec<Vec<f64>> = tables.collect();
    moved::derive(mixture, evidence.comparisons, &mut tables, &sums.levels);
    siblings::take_whole_dates(mixture, evidence.comparisons, &mut tables);
    let mut parameters = Parameters { shares: shares(mixture, evidence, sums), tables };
    meaning::keep_exceptions(mixture, evidence.comparisons, &mut parameters);
    parameters
}

/// Draws the pairs of equal values towards the bands of the records: who agrees for a reason agrees on a rare value as often as
/// records bear one. Where few pairs are equal, a band that none or one of them shows says nothing of how often the others would. How
/// many are equal in all stays as it is.
fn spread_over_bands(comparison: &Comparison, shares: &[f64], pairs: &mut [f64]) {
    for context in 0..=comparison.levels.iter().map(|level| level.context).max().unwrap_or(0) {
        let levels = comparison.levels.iter().enumerate();
        let equal: Vec<usize> =
            levels.filter(|(_, l)| l.context == context && l.band.is_some()).map(|(idx, _)| idx).collect();
        let sum = |of: &[f64]| equal.iter().map(|idx| of[*idx]).sum::<f64>();
        let (n_pairs, share) = (sum(pairs), sum(shares));
        if n_pairs > 0.0 && share > 0.0 {
            let stays = n_pairs / (n_pairs + BAND_PSEUDO_PAIRS);
            for idx in &equal {
                pairs[*idx] = (pairs[*idx] + BAND_PSEUDO_PAIRS * shares[*idx] / share) * stays;
            }
        }
    }
}

/// The share of each class, with an imagined pair each; what relatives have in common by birth or custom is bounded by how
/// many relatives there are.
fn shares(mixture: &Mixture, evidence: &Evidence<'_>, sums: &Sums) -> Vec<f64> {
    let relatives = mixture.class(Relation::Relatives).map_or(0.0, |class| sums.shares[class] + 1.0);
    let share = |(class, pairs): (&PairClass, &f64)| match class.except {
        Some(slot) if !class.relation.is_same_person() => {
            let most = match evidence.comparisons[slot].kind {
                Kind::DateOfBirth => TWINS_MAX,
                Kind::Identifier => SHARED_NUMBERS_MAX,
                _ => SHARED_NAMES_MAX,
            };
            (pairs + EXCEPTION_PSEUDO_PAIRS).min(most * relatives)
        }
        Some(_) => pairs + EXCEPTION_PSEUDO_PAIRS,
        None => pairs + 1.0,
    };
    let mut pairs: Vec<f64> = mixture.classes.iter().zip(&sums.shares).map(share).collect();
    mixture.tie(&mut pairs);
    let total: f64 = pairs.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    pairs.iter().map(|pairs| (pairs / total).max(SHARE_MIN)).collect()
}

/// Pairs of strangers at each level, none fewer than a sample of which each pair stands for `weight` pairs could have
/// missed. In the first context equality is known exactly. In the others, which are rare, what the sample could have
/// missed is spread as in the first.
fn at_least(comparison: &Comparison, mut pairs: Vec<f64>, weight: f64) -> Vec<f64> {
    let missed = MISSED_PAIRS * weight.max(1.0);
    let members = |context: u8| -> Vec<usize> {
        let levels = comparison.levels.iter().enumerate();
        levels.filter(|(_, l)| l.context == context && !l.is_null).map(|(idx, _)| idx).collect()
    };
    let first = members(0);
    for idx in &first {
        let known = comparison.levels[*idx].band.is_some();
        pairs[*idx] = pairs[*idx].max(if known { MISSED_PAIRS } else { missed });
    }
    let all: f64 = first.iter().map(|idx| pairs[*idx]).sum();
    for context in 1..=comparison.levels.iter().map(|level| level.context).max().unwrap_or(0) {
        let of_context = members(context);
        let shape = |place: usize| match first.get(place) {
            Some(idx) if first.len() == of_context.len() => pairs[*idx] / all.max(f64::MIN_POSITIVE),
            _ => 1.0 / of_context.len() as f64,
        };
        let least: Vec<f64> = (0..of_context.len()).map(|place| missed * shape(place)).collect();
        of_context.iter().zip(least).for_each(|(idx, least)| pairs[*idx] = pairs[*idx].max(least));
    }
    pairs
}

/// The largest change of a probability of one person's levels, or of the number of pairs of one person as a share of it.
fn change(mixture: &Mixture, a: &Parameters, b: &Parameters) -> f64 {
    let of_same = |parameters: &Parameters| mixture.share_of_one_person(&parameters.shares);
    let prior = (of_same(a) - of_same(b)).abs() / of_same(a).max(f64::MIN_POSITIVE);
    prior.max(change_of_tables(mixture, a, b, |owner| owner == Owner::Same))
}

/// The same, with all levels of one person and those of relatives.
fn settling(mixture: &Mixture, a: &Parameters, b: &Parameters) -> f64 {
    let is_of_strangers = |owner| matches!(owner, Owner::Strangers | Owner::Compatriots(_));
    change(mixture, a, b).max(change_of_tables(mixture, a, b, |owner| !is_of_strangers(owner)))
}

/// The largest change of a probability in the tables of some owners.
fn change_of_tables(
    mixture: &Mixture,
    a: &Parameters,
    b: &Parameters,
    is_wanted: impl Fn(Owner) -> bool,
) -> f64 {
    let tables = mixture.owners.iter().zip(a.tables.iter().zip(&b.tables));
    tables
        .filter(|((owner, _), _)| is_wanted(*owner))
        .flat_map(|(_, (x, y))| x.iter().zip(y).map(|(x, y)| (x - y).abs()))
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};

    use super::*;
    use crate::comparison;
    use crate::config::Config;
    use crate::table::{Input, Table};

    /// Pairs that look like two people of one household, among many that have nothing in common.
    const ALIKE: f64 = 10.0;

    /// How many of the pairs that look like relatives are taken to be relatives or one person.
    fn check(are_candidates: bool, is_expected: impl Fn(f64) -> bool) {
        let config = "unique_id = 'id'\n[columns]\ngiven = 'given_name'\nfamily = 'family_name'\nstreet = 'address_line'";
        let config = Config::from_toml(config).unwrap();
        let column = |name: &str| (name.to_owned(), Arc::new(StringArray::from(vec!["1", "2"])) as ArrayRef);
        let batch = RecordBatch::try_from_iter(["id", "given", "family", "street"].map(column)).unwrap();
        let input = Input { name: "records".to_owned(), batches: vec![batch], n_set_aside: 0 };
        let table = Table::try_new(&config, vec![input]).unwrap();
        let comparisons = comparison::comparisons(&config, &table).unwrap();
        let same =
            |comparison: &Comparison| comparison.levels.iter().rposition(|l| l.is_exact).unwrap() as u8;
        let alike = comparisons.iter().map(|c| if c.kind == Kind::GivenName { 0 } else { same(c) });
        let levels: Vec<u8> = alike.chain(vec![0; comparisons.len()]).collect();
        let shares =
            |c: &Comparison| c.levels.iter().map(|level| f64::from(u8::from(level.is_exact))).collect();
        let evidence = Evidence {
            comparisons: &comparisons,
            levels: &levels,
            weights: vec![ALIKE, 1e6],
            draws: vec![ALIKE, 1e6],
            n_blocked: usize::from(are_candidates),
            level_pairs: None,
            sampled_weight: 1.0,
            band_shares: comparisons.iter().map(shares).collect(),
            n_records: 1e3,
        };
        let mixture = Mixture::new(&comparisons, evidence.n_records);
        let table = ClassTable::new(&mixture, &prior(&mixture, &evidence));
        let sums = PatternTree::new(&evidence).sums(&mixture, &table, &evidence.weights);
        let classes = mixture.classes.iter().zip(&sums.shares);
        let found = classes.filter(|(class, _)| class.relation.is_proposed()).map(|(_, pairs)| pairs).sum();
        assert!(is_expected(found), "candidates {are_candidates}: {found}");
    }

    /// Pairs of equal values that all show one band: what share of them counts for the other bands.
    fn check_bands(n_pairs: f64, share_of_others: f64, expected: f64) {
        let comparison = comparison::tests::text("name");
        let levels = || comparison.levels.iter();
        let n_bands = levels().filter(|level| level.band.is_some()).count() as f64;
        let share = |band| if band == 0 { 1.0 - share_of_others } else { share_of_others / (n_bands - 1.0) };
        let shares: Vec<f64> = levels().map(|level| level.band.map_or(0.0, share)).collect();
        let mut pairs: Vec<f64> =
            levels().map(|level| if level.band == Some(0) { n_pairs } else { 0.0 }).collect();
        pairs[0] = 7.0;
        spread_over_bands(&comparison, &shares, &mut pairs);
        assert_eq!(pairs[0], 7.0, "what is not equal stays");
        let sum = |wanted: fn(u8) -> bool| -> f64 {
            levels().zip(&pairs).filter(|(l, _)| l.band.is_some_and(wanted)).map(|(_, pairs)| pairs).sum()
        };
        assert!((sum(|_| true) - n_pairs).abs() < 1e-9, "{pairs:?}");
        assert!((sum(|band| band > 0) / n_pairs.max(1.0) - expected).abs() < 1e-9, "{pairs:?}");
    }

    #[test]
    fn a_band_that_few_pairs_show_is_judged_by_the_records() {
        check_bands(20.0, 0.5, 0.25);
        check_bands(20.0, 0.0, 0.0);
        check_bands(1_980.0, 0.5, 0.005);
        check_bands(0.0, 0.5, 0.0);
    }

    #[test]
    fn a_drawn_pair_is_of_strangers_whatever_it_looks_like() {
        check(true, |found| found > 0.9 * ALIKE);
        check(false, |found| found == 0.0);
    }
}
