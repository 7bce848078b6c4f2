//! Estimates the mixture from pattern counts alone (Dempster, Laird and Rubin 1977; on counts as in Enamorado, Fifield
//! and Imai 2019), so that an iteration costs milliseconds whatever the number of records.
//!
//! The counts stand for all pairs: candidate pairs with weight 1, and a random sample of the other pairs with the weight
//! that makes up for what was not drawn. Pairs that no rule proposes are taken to be of different people.

use rayon::prelude::*;

use crate::comparison::Comparison;
use crate::kind::{Kind, Role};
use crate::mixture::{Mixture, Relation};

/// Most iterations of the final run.
pub const ITERATIONS_MAX: usize = 300;
/// Iterations of each restart before the best is chosen.
const RESTART_ITERATIONS: usize = 15;
/// The run has converged when no probability moves by more than this ...
const CHANGE_MAX: f64 = 1e-3;
/// ... and the log-likelihood, in nats, by no more than this.
const GAIN_MAX: f64 = 0.05;
/// No probability of a level falls below this.
const PROBABILITY_MIN: f64 = 1e-9;
/// Imagined pairs that keep the tables of the same person near their starting values where data are few.
const SAME_PSEUDO_PAIRS: f64 = 10.0;
/// The same for the other classes.
const OTHER_PSEUDO_PAIRS: f64 = 1.0;
/// Twins: between these numbers of pairs for each record. About 3 births in 100 are of twins, and where the data do not
/// show any they are still likelier than a person whose given name and number both changed.
const TWIN_PAIRS_PER_RECORD: (f64, f64) = (0.001, 0.02);
/// In pairs of one person, no more than this share has nothing in common in given name, birth date, sex or identifier ...
const PERSONAL_DISAGREEMENT_MAX: f64 = 0.1;
/// ... nor in family name ...
const FAMILY_DISAGREEMENT_MAX: f64 = 0.3;
/// ... and no more than this share has identifiers that are not equal.
const IDENTIFIER_ERROR_MAX: f64 = 0.15;
/// In pairs of relatives, no more than this share has nothing in common in family name, postal code or address.
const RELATIVES_DISAGREEMENT_MAX: f64 = 0.3;
/// In pairs of relatives, no more than this share has the same given name ...
const RELATIVES_SAME_GIVEN_NAME_MAX: f64 = 0.1;
/// ... or, by a mistake, the same identifier.
const RELATIVES_SAME_IDENTIFIER_MAX: f64 = 0.005;
/// No class has a smaller share of all pairs.
const SHARE_MIN: f64 = 1e-15;
/// Patterns of one chunk; chunks are added in order, so that sums do not depend on the threads.
const CHUNK_PATTERNS: usize = 1024;

/// What the estimate is made from.
pub(crate) struct Evidence<'a> {
    pub(crate) comparisons: &'a [Comparison],
    /// Levels of each pattern, one after the other.
    pub(crate) levels: &'a [u8],
    /// How many pairs each pattern stands for.
    pub(crate) weights: Vec<f64>,
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
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parameters {
    /// Share of each class among all pairs.
    pub(crate) shares: Vec<f64>,
    /// Probability of each level, for each table; 1 for null.
    pub(crate) tables: Vec<Vec<f64>>,
}

/// How the estimate went.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
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
}

/// Sums over patterns.
struct Sums {
    shares: Vec<f64>,
    /// For each comparison, level by level, the pairs of each class.
    levels: Vec<Vec<f64>>,
    log_likelihood: f64,
}

/// Estimates the mixture from several starting points.
pub(crate) fn estimate(mixture: &Mixture, evidence: &Evidence<'_>) -> (Parameters, Training) {
    let mut runs: Vec<(f64, Parameters)> = Vec::new();
    for pairs_per_record in [0.03, 0.3, 1.5] {
        for agreement in [0.92, 0.75] {
            let mut parameters = start(mixture, evidence, pairs_per_record, agreement);
            let prior = parameters.clone();
            let mut log_likelihood = f64::NEG_INFINITY;
            for _ in 0..RESTART_ITERATIONS {
                let sums = expect(mixture, evidence, &parameters);
                log_likelihood = sums.log_likelihood;
                parameters = maximize(mixture, evidence, &sums, &prior);
            }
            runs.push((log_likelihood, parameters));
        }
    }
    let order = |a: &f64, b: &f64| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal);
    let chosen = (0..runs.len()).rev().max_by(|a, b| order(&runs[*a].0, &runs[*b].0)).unwrap_or(0);
    let prior = start(mixture, evidence, 0.3, 0.92);
    let parameters = runs[chosen].1.clone();
    let (parameters, mut training) = iterate(mixture, evidence, parameters, &prior, ITERATIONS_MAX);
    training.restart_log_likelihoods = runs.iter().map(|run| run.0).collect();
    training.restart_chosen = chosen;
    (parameters, training)
}

/// Iterates from given parameters until nothing moves or the iterations are used up.
pub(crate) fn iterate(
    mixture: &Mixture,
    evidence: &Evidence<'_>,
    mut parameters: Parameters,
    prior: &Parameters,
    iterations_max: usize,
) -> (Parameters, Training) {
    let mut training = Training {
        converged: false,
        iterations: 0,
        last_change: f64::INFINITY,
        restart_log_likelihoods: Vec::new(),
        restart_chosen: 0,
        log_likelihood: f64::NEG_INFINITY,
    };
    while training.iterations < iterations_max && !training.converged {
        let sums = expect(mixture, evidence, &parameters);
        let next = maximize(mixture, evidence, &sums, prior);
        let gain = (sums.log_likelihood - training.log_likelihood).abs();
        training.log_likelihood = sums.log_likelihood;
        training.last_change = change(&parameters, &next);
        training.converged = training.last_change < CHANGE_MAX && gain < GAIN_MAX;
        training.iterations += 1;
        parameters = next;
    }
    (parameters, training)
}

/// Starting values: `pairs_per_record` pairs of one person for each record, which agree with probability `agreement`.
pub(crate) fn start(
    mixture: &Mixture,
    evidence: &Evidence<'_>,
    pairs_per_record: f64,
    agreement: f64,
) -> Parameters {
    let total: f64 = evidence.weights.iter().sum::<f64>().max(1.0);
    let per_record = |relation: Relation| match relation {
        Relation::Same => pairs_per_record,
        Relation::SameMoved => pairs_per_record / 5.0,
        Relation::Strangers => 0.0,
        Relation::Relatives => 0.3,
        Relation::Neighbors => 3.0,
        Relation::Twins => 0.003,
        Relation::Namesakes => 0.1,
    };
    let share = |relation: &Relation| (per_record(*relation) * evidence.n_records / total).min(0.1);
    let mut shares: Vec<f64> = mixture.relations.iter().map(share).collect();
    let rest = 1.0 - shares.iter().sum::<f64>();
    if let Some(strangers) = mixture.class(Relation::Strangers) {
        shares[strangers] = rest.max(0.05);
    }
    let tables = mixture.owners.iter().map(|(class, comparison)| match mixture.relations[*class] {
        Relation::Strangers => observed(evidence, *comparison),
        Relation::SameMoved => {
            blend(&observed(evidence, *comparison), &agreeing(evidence, *comparison, 0.3), 0.5)
        }
        Relation::Same => agreeing(evidence, *comparison, agreement),
        _ => agreeing(evidence, *comparison, 0.7),
    });
    Parameters { shares, tables: tables.collect() }
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

/// Shares and probabilities laid out for one walk over a pattern: all classes of a level side by side.
///
/// Products stay in the linear domain: thirty comparisons at [`PROBABILITY_MIN`] are still far above the smallest
/// number that a float holds.
pub(crate) struct ClassTable {
    shares: Vec<f64>,
    /// For each comparison, level by level, the probability in each class.
    rows: Vec<Vec<f64>>,
}

impl ClassTable {
    pub(crate) fn new(mixture: &Mixture, parameters: &Parameters) -> Self {
        let n_comparisons = mixture.tables.first().map_or(0, Vec::len);
        let row = |comparison: usize| {
            let tables: Vec<&Vec<f64>> =
                mixture.tables.iter().map(|tables| &parameters.tables[tables[comparison]]).collect();
            let n_levels = tables.first().map_or(0, |table| table.len());
            (0..n_levels).flat_map(|level| tables.iter().map(move |table| table[level])).collect()
        };
        Self { shares: parameters.shares.clone(), rows: (0..n_comparisons).map(row).collect() }
    }

    /// A place for the probabilities of all classes.
    pub(crate) fn classes(&self) -> Vec<f64> {
        vec![0.0; self.shares.len()]
    }

    /// Share of each class among all pairs times the probability of the pattern in it.
    pub(crate) fn weigh(&self, pattern: &[u8], classes: &mut [f64]) {
        classes.copy_from_slice(&self.shares);
        let n = classes.len();
        for (row, level) in self.rows.iter().zip(pattern) {
            let from = usize::from(*level) * n;
            classes.iter_mut().zip(&row[from..from + n]).for_each(|(class, p)| *class *= p);
        }
    }
}

fn expect(mixture: &Mixture, evidence: &Evidence<'_>, parameters: &Parameters) -> Sums {
    let table = ClassTable::new(mixture, parameters);
    let n = evidence.comparisons.len().max(1);
    let chunks: Vec<Sums> = evidence
        .levels
        .par_chunks(n * CHUNK_PATTERNS)
        .enumerate()
        .map(|(chunk, levels)| expect_chunk(mixture, evidence, &table, chunk * CHUNK_PATTERNS, levels))
        .collect();
    let mut sums = empty_sums(mixture, evidence);
    for chunk in chunks {
        sums.log_likelihood += chunk.log_likelihood;
        add(&mut sums.shares, &chunk.shares);
        sums.levels.iter_mut().zip(&chunk.levels).for_each(|(a, b)| add(a, b));
    }
    sums
}

fn add(a: &mut [f64], b: &[f64]) {
    a.iter_mut().zip(b).for_each(|(x, y)| *x += y);
}

fn empty_sums(mixture: &Mixture, evidence: &Evidence<'_>) -> Sums {
    let n_classes = mixture.relations.len();
    let levels = evidence.comparisons.iter().map(|c| vec![0.0; c.levels.len() * n_classes]).collect();
    Sums { shares: vec![0.0; n_classes], levels, log_likelihood: 0.0 }
}

fn expect_chunk(
    mixture: &Mixture,
    evidence: &Evidence<'_>,
    table: &ClassTable,
    first: usize,
    levels: &[u8],
) -> Sums {
    let mut sums = empty_sums(mixture, evidence);
    let mut classes = table.classes();
    let n = classes.len();
    for (place, pattern) in levels.chunks(evidence.comparisons.len().max(1)).enumerate() {
        let weight = evidence.weights[first + place];
        table.weigh(pattern, &mut classes);
        if first + place >= evidence.n_blocked {
            let relations = classes.iter_mut().zip(&mixture.relations);
            relations.filter(|(_, relation)| relation.is_same_person()).for_each(|(class, _)| *class = 0.0);
        }
        let sum = classes.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        sums.log_likelihood += weight * sum.ln();
        classes.iter_mut().for_each(|class| *class *= weight / sum);
        add(&mut sums.shares, &classes);
        for (row, level) in sums.levels.iter_mut().zip(pattern) {
            let from = usize::from(*level) * n;
            add(&mut row[from..from + n], &classes);
        }
    }
    sums
}

fn maximize(mixture: &Mixture, evidence: &Evidence<'_>, sums: &Sums, prior: &Parameters) -> Parameters {
    let total: f64 = sums.shares.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let mut shares: Vec<f64> = sums.shares.iter().map(|share| (share / total).max(SHARE_MIN)).collect();
    if let Some(twins) = mixture.class(Relation::Twins) {
        let per_record = evidence.n_records / total;
        let range = (TWIN_PAIRS_PER_RECORD.0 * per_record, TWIN_PAIRS_PER_RECORD.1 * per_record);
        shares[twins] = shares[twins].clamp(range.0, range.1);
    }
    let has_relatives = mixture.class(Relation::Relatives).is_some();
    let tables = mixture.owners.iter().enumerate().map(|(table, (class, comparison))| {
        let mut levels = vec![0.0; evidence.comparisons[*comparison].levels.len()];
        let mut others = levels.clone();
        let relation = mixture.relations[*class];
        for (other, tables) in mixture.tables.iter().enumerate() {
            let is_shared = tables[*comparison] == table;
            let may_teach = !relation.is_same_person() || mixture.relations[other].is_same_person();
            let into = if is_shared && may_teach { &mut levels } else { &mut others };
            let of_class = sums.levels[*comparison].chunks(mixture.relations.len()).map(|level| level[other]);
            into.iter_mut().zip(of_class).for_each(|(sum, level)| *sum += level);
        }
        if let Some(totals) = &evidence.level_pairs
            && relation == Relation::Strangers
        {
            for (idx, level) in levels.iter_mut().enumerate() {
                let known = evidence.comparisons[*comparison].levels[idx].band.is_some();
                let least = if known { 0.3 } else { 0.3 * evidence.sampled_weight.max(1.0) };
                *level = (totals[*comparison][idx] - others[idx]).max(least);
            }
        }
        let pseudo_pairs = if relation.is_same_person() { SAME_PSEUDO_PAIRS } else { OTHER_PSEUDO_PAIRS };
        let mut table = normalized(evidence, *comparison, &levels, &prior.tables[table], pseudo_pairs);
        if has_relatives {
            keep_meaning(relation, &evidence.comparisons[*comparison], &mut table);
        }
        table
    });
    Parameters { shares, tables: tables.collect() }
}

/// Keeps a class from drifting to pairs that it was not made for. Two records of one person seldom have nothing in
/// common in what tells the members of a household apart; two relatives of this model live, or lived, together, and
/// seldom bear the same given name or number.
fn keep_meaning(relation: Relation, comparison: &Comparison, table: &mut [f64]) {
    let of_context = |idx: &usize| comparison.levels[*idx].context == 0 && !comparison.levels[*idx].is_null;
    let members: Vec<usize> = (0..table.len()).filter(of_context).collect();
    let [weakest, better @ ..] = &members[..] else { return };
    let (exact, near): (Vec<usize>, Vec<usize>) =
        members.iter().partition(|idx| comparison.levels[**idx].is_exact);
    if relation.is_same_person() {
        match comparison.role {
            Role::Personal | Role::Birth => at_most(table, &[*weakest], better, PERSONAL_DISAGREEMENT_MAX),
            Role::Family => at_most(table, &[*weakest], better, FAMILY_DISAGREEMENT_MAX),
            Role::Place => {}
        }
        if comparison.kind == Kind::Identifier {
            at_most(table, &near, &exact, IDENTIFIER_ERROR_MAX);
        }
    }
    if matches!(relation, Relation::Relatives | Relation::Twins) {
        match comparison.kind {
            Kind::FamilyName | Kind::AddressLine | Kind::PostalCode | Kind::Phone => {
                at_most(table, &[*weakest], better, RELATIVES_DISAGREEMENT_MAX);
            }
            Kind::GivenName => at_most(table, &exact, &near, RELATIVES_SAME_GIVEN_NAME_MAX),
            Kind::Identifier => at_most(table, &exact, &near, RELATIVES_SAME_IDENTIFIER_MAX),
            _ => {}
        }
    }
}

/// Takes what `few` have over `most` and gives it to `rest`, each in proportion.
fn at_most(table: &mut [f64], few: &[usize], rest: &[usize], most: f64) {
    let sum = |table: &[f64], of: &[usize]| of.iter().map(|idx| table[*idx]).sum::<f64>();
    let (have, others) = (sum(table, few), sum(table, rest));
    if have <= most || rest.is_empty() {
        return;
    }
    few.iter().for_each(|idx| table[*idx] *= most / have);
    rest.iter().for_each(|idx| table[*idx] *= (others + have - most) / others.max(f64::MIN_POSITIVE));
}

fn change(a: &Parameters, b: &Parameters) -> f64 {
    let tables = a.tables.iter().flatten().zip(b.tables.iter().flatten());
    tables.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}
