//! The whole run: block, compare, count, estimate, weigh, cluster.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::blocking::{Blocking, Part, Row, Visitor};
use crate::blocking_recall::{Captured, OfRule, blocking_recall};
use crate::by_shift::ByShift;
use crate::calibration::{self, Reliability};
use crate::class_table::ClassTable;
use crate::clusters::{Clusters, cluster};
use crate::comparison::{self, Comparison};
use crate::config::{Config, ConfigError};
use crate::dependence::Dependence;
use crate::expectation_maximization::{Evidence, Parameters};
use crate::fitted::Fitted;
use crate::follows::{Follows, carried, follows, recoded};
use crate::hashing::FixedState;
use crate::judgement::{Judgement, Judgements, JudgementsHeld};
use crate::label::{Label, LabelledPair, gathered};
use crate::label_calibration::{LABELS_MIN, LabelCalibration};
use crate::level_pairs::level_pairs;
use crate::mixture::Mixture;
use crate::model::{Model, Pattern, RuleYield, Unwritten, probability, weight_bits};
use crate::not_compared::{self, NotCompared};
use crate::pattern::{Bench, Comparer, PatternCounts, Remembered, count};
use crate::rule;
use crate::seen::{Seen, n_pairs_all};
use crate::shard::{Counted, Edge, Emitted, Shard, ShardError};
use crate::table::Table;

/// Most pairs that a run may write; beyond it the run stops instead of filling the memory.
pub const PAIRS_WRITTEN_MAX: usize = 200_000_000;

/// Fewest blocking rules from which the share that all of them missed is estimated.
const RECALL_RULES_MIN: usize = 3;

/// How to run.
pub struct Options<'a> {
    /// Seed of the samples.
    pub seed: u64,
    /// Threads to use; 0 for as many as the machine has.
    pub threads: usize,
    /// Judgements, which outlast every run: a pair judged different is never put into one cluster.
    pub judgements: Vec<Judgement>,
    /// Most bytes of memory that the run may use for records, keys and pairs; `None` for no limit.
    pub memory_max_bytes: Option<u64>,
    /// Clerical labels of pairs drawn by a known plan: probabilities and intervals are taken from them.
    pub labels: Vec<Label>,
    /// Told where the run stands.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            seed: 1,
            threads: 0,
            judgements: Vec::new(),
            labels: Vec::new(),
            memory_max_bytes: None,
            progress: &|_| {},
        }
    }
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Choosing rules and making keys.
    Blocking,
    /// Counting patterns: rule number, number of rules.
    Counting(usize, usize),
    /// Estimating the model.
    Estimating,
    /// Writing pairs: rule number, number of rules.
    Weighing(usize, usize),
    /// Joining clusters.
    Clustering,
}

/// Why a run could not be made.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The configuration does not fit the table.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There is nothing to compare.
    #[error("the configuration names no column to compare; list at least one under [columns]")]
    NothingToCompare,
    /// A label names a record that is not in the table.
    #[error("a label names record {unique_id:?} of source {source_name:?}, which is not in the table")]
    UnknownRecord {
        /// The source given.
        source_name: String,
        /// The id given.
        unique_id: String,
    },
    /// The shards of a run do not belong together.
    #[error(transparent)]
    Shard(#[from] ShardError),
    /// The memory that the run may use does not suffice.
    #[error(
        "{needed_bytes} bytes of memory are needed for the records, their keys and {n_pairs} pairs; the limit is {limit_bytes}: \
         raise --memory-max, raise output.min_probability, name fewer columns or narrower blocking rules"
    )]
    Memory {
        /// What would be needed.
        needed_bytes: u64,
        /// What may be used.
        limit_bytes: u64,
        /// Pairs that would be held; 0 before they are counted.
        n_pairs: u64,
    },
    /// There are labels, but too few on which anybody decided.
    #[error(
        "{n_decided} labelled pairs are decided; probabilities can be taken from {LABELS_MIN} or more: judge more, or link without labels"
    )]
    TooFewLabels {
        /// How many there are.
        n_decided: usize,
    },
    /// Too many pairs would be written.
    #[error(
        "{n_pairs} pairs reach output.min_probability; the limit is {PAIRS_WRITTEN_MAX}; raise min_probability"
    )]
    TooManyPairs {
        /// How many there are.
        n_pairs: u64,
    },
    /// The threads could not be started.
    #[error("cannot start {threads} threads: {reason}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the system said.
        reason: String,
    },
}

/// A written pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The record that comes first by the bytes of (source, unique id).
    pub l: u32,
    /// The other record.
    pub r: u32,
    /// Log2 odds of one person.
    pub match_weight_bits: f64,
    /// Calibrated probability of one person.
    pub match_probability: f64,
    /// Lower end of its 95 % interval.
    pub reliability_low: f64,
    /// Upper end.
    pub reliability_high: f64,
    /// Comparisons that agree: by themselves they speak for one person, or both values are the same.
    pub n_agree: u16,
    /// Comparisons that do not.
    pub n_disagree: u16,
    /// Comparisons that could not be made.
    pub n_not_comparable: u16,
    /// Index into [`Model::patterns`].
    pub pattern: u32,
}

/// Numbers of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Records.
    pub n_records: u64,
    /// Pairs compared.
    pub n_pairs_compared: u64,
    /// Distinct agreement patterns seen.
    pub n_patterns: u64,
    /// Pairs that may be compared at all.
    pub n_pairs_all: u64,
}

/// The result of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Linked {
    /// What was learned.
    pub model: Model,
    /// The pairs at or above the least probability, by l then r.
    pub pairs: Vec<Pair>,
    /// The clusters.
    pub clusters: Clusters,
    /// What was not compared.
    pub not_compared: Vec<NotCompared>,
    /// The records in blocks of which pairs were left out, ascending.
    pub records_in_cut_blocks: Vec<u32>,
    /// The judgements that bound the clusters; [`Linked::hold_judgements`] writes them into the pairs too.
    pub judgements: JudgementsHeld,
    /// Numbers of the run.
    pub stats: Stats,
}

/// Links the records of a table.
///
/// The result is the same, bit for bit, for any number of threads, and for any number of shards of a [`LinkRun`].
///
/// # Errors
/// A configuration that does not fit the table, a label of an unknown record, too many pairs, too little memory.
pub fn link(table: &Table, config: &Config, options: &Options<'_>) -> Result<Linked, LinkError> {
    let run = LinkRun::try_new(table, config, options)?;
    run.pool.install(|| {
        let comparer = Comparer::new(&run.comparisons, table);
        let (counted, remembered) = run.count_with(&comparer, Shard::WHOLE);
        let estimated = run.estimate(&comparer, &counted)?;
        let emitted = run.emit_with(&comparer, &estimated, &remembered, Shard::WHOLE);
        drop(remembered);
        run.finish_with(&comparer, &counted, estimated, emitted)
    })
}

/// A run that can be made in shards: [`count`](Self::count) for each, then [`emit`](Self::emit) for each with all counts,
/// then [`finish`](Self::finish) with all pairs.
pub struct LinkRun<'a> {
    table: &'a Table,
    config: &'a Config,
    options: &'a Options<'a>,
    comparisons: Vec<Comparison>,
    blocking: Blocking,
    judgements: Judgements,
    pool: rayon::ThreadPool,
}

/// What the counts say.
struct Estimated {
    model: Model,
    mixture: Mixture,
    parameters: Parameters,
    /// The index of each pattern that is written.
    indices: Indices,
}

impl<'a> LinkRun<'a> {
    /// Makes the keys of all records.
    ///
    /// # Errors
    /// As [`link`].
    pub fn try_new(
        table: &'a Table,
        config: &'a Config,
        options: &'a Options<'a>,
    ) -> Result<Self, LinkError> {
        config.check()?;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
        let pool =
            pool.map_err(|error| LinkError::Threads { threads: options.threads, reason: error.to_string() })?;
        let judgements = Judgements::new(table, &options.judgements);
        if table.attributes().is_empty() {
            return Err(LinkError::NothingToCompare);
        }
        (options.progress)(Progress::Blocking);
        let (comparisons, blocking) = pool.install(|| -> Result<_, LinkError> {
            let comparisons = comparison::comparisons(config, table)?;
            let n = table.n_records() as u64;
            let rules = rule::rules(config, table, n * n.saturating_sub(1) / 2)?;
            Ok((comparisons, Blocking::new(&rules, table, config.one_per_source)))
        })?;
        let run = Self { table, config, options, comparisons, blocking, judgements, pool };
        run.check_memory(0)?;
        Ok(run)
    }

    /// The first pass over the blocks of a shard.
    #[must_use]
    pub fn count(&self, shard: Shard) -> Counted {
        self.pool.install(|| self.count_with(&Comparer::new(&self.comparisons, self.table), shard).0)
    }

    /// The second pass over the blocks of a shard, with the counts of all shards.
    ///
    /// # Errors
    /// Too many pairs, too little memory.
    pub fn emit(&self, counted: &Counted, shard: Shard) -> Result<Emitted, LinkError> {
        self.pool.install(|| {
            let comparer = Comparer::new(&self.comparisons, self.table);
            let estimated = self.estimate(&comparer, counted)?;
            Ok(self.emit_with(&comparer, &estimated, &Remembered::default(), shard))
        })
    }

    /// The result, from the counts and the pairs of all shards.
    ///
    /// # Errors
    /// [`ShardError::Pairs`] when the two passes did not see the same pairs; otherwise as [`emit`](Self::emit).
    pub fn finish(&self, counted: &Counted, emitted: Emitted) -> Result<Linked, LinkError> {
        self.pool.install(|| {
            let comparer = Comparer::new(&self.comparisons, self.table);
            let estimated = self.estimate(&comparer, counted)?;
            self.finish_with(&comparer, counted, estimated, emitted)
        })
    }

    fn count_with(&self, comparer: &Comparer<'_>, shard: Shard) -> (Counted, Remembered) {
        let progress = self.options.progress;
        count(comparer, &self.blocking, shard, |rule, all| progress(Progress::Counting(rule, all)))
    }

    /// The model. What the pairs show to hang together closely is learned once more as following from each other; the patterns stay those of the
    /// comparer, whatever follows from what.
    fn estimate(&self, comparer: &Comparer<'_>, counted: &Counted) -> Result<Estimated, LinkError> {
        let counts = &counted.counts;
        (self.options.progress)(Progress::Estimating);
        let read = (self.table, self.config);
        let seen = Seen::draw(comparer, &self.comparisons, &self.blocking, read, counts, self.options.seed);
        let patterns = || counts.keys.iter().chain(&seen.shape.keys).map(|key| comparer.levels_of(*key));
        let levels: Vec<u8> = patterns().flatten().collect();
        let evidence = seen.evidence(read, &self.comparisons, &levels, |key| comparer.levels_of(key));
        let fitted = Fitted::of(&evidence);
        let shown = fitted.dependences(&evidence, &seen, |key| comparer.levels_of(key));
        let found = follows(&self.comparisons, &shown);
        // Where following makes more patterns than can be told apart, every column stays by itself.
        let following = || comparison::comparisons_following(self.config, self.table, &found).ok();
        let Some(comparisons) = (!found.is_empty()).then(following).flatten() else {
            return self.estimated(&evidence, fitted, counts, (Vec::new(), shown));
        };
        let in_states = |levels: Vec<u8>| recoded(&self.comparisons, &comparisons, &levels);
        let levels: Vec<u8> = patterns().flat_map(in_states).collect();
        let evidence = seen.evidence(read, &comparisons, &levels, |key| in_states(comparer.levels_of(key)));
        let carry = |parameters: &Parameters| {
            carried(&self.comparisons, &comparisons, &fitted.mixture.owners, parameters)
        };
        let fitted = fitted.anew(&evidence, carry);
        let shown = fitted.dependences(&evidence, &seen, |key| in_states(comparer.levels_of(key)));
        self.estimated(&evidence, fitted, counts, (found, shown))
    }

    /// The model of what was fitted, with the intervals of its patterns.
    fn estimated(
        &self,
        evidence: &Evidence<'_>,
        fitted: Fitted,
        counts: &PatternCounts,
        (follows, dependences): (Vec<Follows>, Vec<Dependence>),
    ) -> Result<Estimated, LinkError> {
        let Fitted { mixture, parameters, training, farthest } = fitted;
        let mut model = Model::new(evidence.comparisons.to_vec(), &mixture, &parameters, training);
        let (redraws, other_ratio) =
            calibration::redraws(&mixture, evidence, (&parameters, farthest), self.options.seed);
        (model.redraws, model.training.other_ratio) = (redraws, Some(other_ratio));
        let written = patterns(&mixture, evidence, &parameters, counts, self.config, &model);
        (model.patterns, model.unwritten) = (written.patterns, Some(written.unwritten));
        model.level_pairs = level_pairs(&mixture, evidence, &parameters, counts);
        (model.follows, model.dependences) = (follows, dependences);
        let mut all_levels = evidence.levels.chunks(model.comparisons.len());
        if counts.total() > 1 && all_levels.next().is_some_and(|first| all_levels.all(|other| other == first))
        {
            model.give_up();
        }
        let n_pairs: u64 = model.patterns.iter().map(|pattern| pattern.n_pairs).sum();
        if n_pairs > PAIRS_WRITTEN_MAX as u64 {
            return Err(LinkError::TooManyPairs { n_pairs });
        }
        self.check_memory(n_pairs)?;
        let indexed = counts.keys.iter().zip(&written.indices);
        let indices = indexed.filter_map(|(key, index)| Some((*key, (*index)?))).collect();
        Ok(Estimated { model, mixture, parameters, indices })
    }

    fn emit_with(
        &self,
        comparer: &Comparer<'_>,
        estimated: &Estimated,
        remembered: &Remembered,
        shard: Shard,
    ) -> Emitted {
        let n_rules = self.blocking.labels().len();
        let known = remembered.map(|key| estimated.indices.get(&key).copied());
        let collector = || Collector {
            comparer,
            bench: comparer.bench(),
            indices: &estimated.indices,
            remembered,
            known: &known,
            ahead: None,
            edges: Vec::new(),
            per_rule: vec![0; n_rules],
        };
        let progress = self.options.progress;
        let walked = self
            .blocking
            .for_each_pair(shard, collector, |rule, all| progress(Progress::Weighing(rule, all)));
        let part = |collector: Collector<'_>| Emitted {
            edges: collector.edges,
            per_rule: collector.per_rule,
            n_pairs_expected: 0,
        };
        let mut emitted = Emitted::merged(walked.visitors.into_iter().map(part).collect());
        emitted.edges.par_sort_unstable();
        emitted.n_pairs_expected = walked.n_pairs_expected;
        emitted
    }

    fn finish_with(
        &self,
        comparer: &Comparer<'_>,
        counted: &Counted,
        estimated: Estimated,
        mut emitted: Emitted,
    ) -> Result<Linked, LinkError> {
        let (table, config) = (self.table, self.config);
        let Estimated { mut model, mixture, parameters, .. } = estimated;
        check_emitted(counted, &model, &emitted)?;
        emitted.edges.par_sort_unstable();
        let counts: Vec<(u16, u16, u16)> = model.patterns.iter().map(|p| model.counts(&p.levels)).collect();
        let mut pairs: Vec<Pair> = emitted.edges.iter().map(|edge| pair(&model, &counts, *edge)).collect();
        (self.options.progress)(Progress::Clustering);
        let classes = ClassTable::new(&mixture, &parameters);
        let comparisons = model.comparisons.clone();
        let weigh = |bench: &mut Bench, l: u32, r: u32| {
            let key = comparer.pattern(bench, l, r);
            let levels = recoded(&self.comparisons, &comparisons, &comparer.levels_of(key));
            (weight_bits(&mixture, &classes, &levels, &mut classes.classes()), levels)
        };
        if !self.options.labels.is_empty() {
            let weight = |label: &LabelledPair| weigh(&mut comparer.bench(), label.l, label.r).0;
            let labels = labelled(table, &self.options.labels)?;
            calibrate(&mut model, &mut pairs, &labels, weight, self.options.seed)?;
        }
        // By the probabilities that are written: where labels say otherwise than the model, what blocking missed is judged by them too.
        self.yields(&mut model, &emitted.edges, &emitted.per_rule);
        if counted.counts.total() == n_pairs_all(table, config.one_per_source) {
            (model.blocking_recall, model.blocking_recall_interval) = (Some(1.0), Some((1.0, 1.0)));
        }
        drop(emitted);
        let clusters = cluster(table, config, &model, &pairs, &self.judgements, || comparer.bench(), weigh);
        let not_compared = self.not_compared(&model, &clusters);
        let stats = Stats {
            n_records: table.n_records() as u64,
            n_pairs_compared: counted.counts.total(),
            n_patterns: counted.counts.keys.len() as u64,
            n_pairs_all: n_pairs_all(table, config.one_per_source),
        };
        let mut bench = comparer.bench();
        let judgements = self.judgements.held(&model, |l, r| weigh(&mut bench, l, r));
        let pairs = pairs
            .into_iter()
            .filter(|pair| pair.match_probability >= config.output.min_probability)
            .collect();
        let records_in_cut_blocks = self.blocking.records_in_cut_blocks();
        Ok(Linked { model, pairs, clusters, not_compared, records_in_cut_blocks, judgements, stats })
    }

    /// Refuses a run that needs more memory than it may use: what the records, their keys and their codes take, and what
    /// the pairs worth writing will take.
    fn check_memory(&self, n_pairs: u64) -> Result<(), LinkError> {
        let Some(limit_bytes) = self.options.memory_max_bytes else { return Ok(()) };
        let packed = (self.table.n_records() * self.comparisons.len() * size_of::<u32>()) as u64;
        let of_pairs = n_pairs * (size_of::<Edge>() + size_of::<Pair>()) as u64;
        let needed_bytes = self.table.n_bytes() + self.blocking.n_bytes() + packed + of_pairs;
        if needed_bytes > limit_bytes {
            return Err(LinkError::Memory { needed_bytes, limit_bytes, n_pairs });
        }
        Ok(())
    }
}

/// Whether both passes saw the same pairs.
fn check_emitted(counted: &Counted, model: &Model, emitted: &Emitted) -> Result<(), ShardError> {
    let n_written = model.patterns.iter().map(|pattern| pattern.n_pairs).sum();
    for (found, expected) in [
        (emitted.n_pairs_expected, counted.n_pairs_expected),
        (emitted.per_rule.iter().sum(), counted.counts.total()),
        (emitted.edges.len() as u64, n_written),
    ] {
        if found != expected {
            return Err(ShardError::Pairs { found, expected });
        }
    }
    Ok(())
}

/// Labels by pair of records.
fn labelled(table: &Table, labels: &[Label]) -> Result<Vec<LabelledPair>, LinkError> {
    gathered(labels, |(source, id)| table.find(source, id))
        .map_err(|(source_name, unique_id)| LinkError::UnknownRecord { source_name, unique_id })
}

/// Takes probabilities and intervals from labels.
fn calibrate(
    model: &mut Model,
    pairs: &mut [Pair],
    labels: &[LabelledPair],
    weight: impl Fn(&LabelledPair) -> f64,
    seed: u64,
) -> Result<(), LinkError> {
    let n_decided = labels.iter().filter(|label| label.share_same().is_some()).count();
    let learned = LabelCalibration::learned(labels, weight, seed);
    model.calibrate(learned.ok_or(LinkError::TooFewLabels { n_decided })?);
    for pair in pairs {
        let known = &model.patterns[pair.pattern as usize];
        pair.match_probability = known.match_probability;
        (pair.reliability_low, pair.reliability_high) = (known.reliability_low, known.reliability_high);
    }
    Ok(())
}

/// Pairs of one person that a pattern which is not written must be expected to have, so that its interval is worked out.
const UNWRITTEN_TRUE_MIN: f64 = 1e-3;

/// The patterns worth writing, and for each counted pattern its place among them.
struct Written {
    patterns: Vec<Pattern>,
    indices: Vec<Option<u32>>,
    /// The others.
    unwritten: Unwritten,
}

fn patterns(
    mixture: &Mixture,
    evidence: &Evidence<'_>,
    parameters: &Parameters,
    counts: &PatternCounts,
    config: &Config,
    model: &Model,
) -> Written {
    let least = config.output.min_probability.min(config.output.cluster_probability);
    let table = ClassTable::new(mixture, parameters);
    let mut classes = table.classes();
    let width = evidence.comparisons.len();
    let (mut written, mut indices, mut unwritten, mut n_unwritten) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (levels, n_pairs) in evidence.levels.chunks(width).zip(&counts.n_pairs) {
        let bits = weight_bits(mixture, &table, levels, &mut classes);
        let pattern = || Pattern {
            levels: levels.to_vec(),
            n_pairs: *n_pairs,
            match_weight_bits: bits,
            match_probability: probability(bits),
            reliability_low: 0.0,
            reliability_high: 1.0,
        };
        if probability(bits) >= least {
            indices.push(Some(written.len() as u32));
            written.push(pattern());
            continue;
        }
        indices.push(None);
        n_unwritten += n_pairs;
        if *n_pairs as f64 * probability(bits) >= UNWRITTEN_TRUE_MIN {
            unwritten.push(pattern());
        }
    }
    let reliability = Reliability::of(model);
    let with_interval = |pattern: &mut Pattern| {
        let interval = reliability.interval(model, &pattern.levels, pattern.match_weight_bits);
        (pattern.reliability_low, pattern.reliability_high) = interval;
    };
    written.par_iter_mut().chain(&mut unwritten).for_each(with_interval);
    let mut expected_true = ByShift::default();
    unwritten.iter().for_each(|pattern| expected_true.add_true(pattern));
    Written { patterns: written, indices, unwritten: Unwritten { n_pairs: n_unwritten, expected_true } }
}

/// The index of each pattern that is written.
type Indices = HashMap<u128, u32, FixedState>;

/// Collects the pairs worth writing that one thread sees.
struct Collector<'a> {
    comparer: &'a Comparer<'a>,
    bench: Bench,
    indices: &'a Indices,
    remembered: &'a Remembered,
    /// For each visitor of the first pass and pattern that it saw the index of the pattern, if it is written.
    known: &'a [Vec<Option<u32>>],
    /// The patterns of the pairs of this part that lie ahead, where the first pass remembers them.
    ahead: Option<Ahead<'a>>,
    edges: Vec<Edge>,
    /// Pairs that each rule was the first to propose.
    per_rule: Vec<u64>,
}

/// Patterns that the first pass remembers, and the index of each that is written.
struct Ahead<'a> {
    patterns: std::slice::Iter<'a, u32>,
    known: &'a [Option<u32>],
}

impl Visitor for Collector<'_> {
    fn begin(&mut self, part: Option<Part>) {
        let pairs = part.and_then(|part| self.remembered.part(part));
        self.ahead =
            pairs.map(|(visitor, patterns)| Ahead { patterns: patterns.iter(), known: &self.known[visitor] });
    }

    fn open(&mut self, records: &[u32]) {
        if self.ahead.is_none() {
            self.comparer.gather(&mut self.bench, records);
        }
    }

    fn row(&mut self, row: Row<'_>) {
        self.per_rule[row.rule] += row.rights.len() as u64;
        let l = row.records[row.left];
        let edge = |(right, index): (&u32, Option<u32>)| {
            index.map(|index| (l, row.records[*right as usize], index, row.rule as u16))
        };
        let rights = row.rights.iter();
        match &mut self.ahead {
            Some(ahead) => {
                let indices = ahead.patterns.by_ref().map(|place| ahead.known[*place as usize]);
                self.edges.extend(rights.zip(indices).filter_map(edge));
            }
            None => {
                let keys = self.comparer.patterns_in_block(&mut self.bench, row.left, row.rights);
                let indices = keys.iter().map(|key| self.indices.get(key).copied());
                self.edges.extend(rights.zip(indices).filter_map(edge));
            }
        }
    }
}

impl LinkRun<'_> {
    /// What each rule found, and how much all of them missed.
    fn yields(&self, model: &mut Model, edges: &[Edge], per_rule: &[u64]) {
        let labels = self.blocking.labels();
        let new = |(rule, n_pairs): (String, &u64)| RuleYield {
            rule,
            n_pairs: *n_pairs,
            expected_matches: 0.0,
            expected_matches_alone: 0.0,
        };
        let mut yields: Vec<RuleYield> = labels.into_iter().zip(per_rule).map(new).collect();
        let mut all = Captured::default();
        let mut of_rules = vec![OfRule::default(); yields.len()];
        for (l, r, pattern, rule) in edges {
            let p = model.patterns[*pattern as usize].match_probability;
            let holding = self.blocking.rules_holding(*l, *r);
            yields[usize::from(*rule)].expected_matches += p;
            all.found += p;
            match holding.count_ones() {
                0 | 1 => {
                    all.once += p;
                    yields[usize::from(*rule)].expected_matches_alone += p;
                }
                2 => all.twice += p,
                _ => {}
            }
            for place in (0..of_rules.len()).filter(|place| holding >> place & 1 == 1) {
                let rule = &mut of_rules[place];
                match holding.count_ones() {
                    1 => rule.alone += p,
                    2 => rule.with_one += p,
                    3 => rule.with_two += p,
                    _ => break,
                }
            }
        }
        let is_known = yields.len() >= RECALL_RULES_MIN;
        let recall = if is_known { blocking_recall(all, &of_rules) } else { None };
        model.blocking_recall = recall.map(|recall| recall.value);
        model.blocking_recall_interval = recall.map(|recall| (recall.low, recall.high));
        model.rules = yields;
    }

    fn not_compared(&self, model: &Model, clusters: &Clusters) -> Vec<NotCompared> {
        let largest = clusters.sizes().last().map_or(0, |(size, _)| *size);
        let mut entries: Vec<NotCompared> = Vec::new();
        for (rule, entry) in &self.blocking.not_compared {
            let found = &model.rules[*rule];
            let rate = (found.n_pairs > 0).then(|| found.expected_matches_alone / found.n_pairs as f64);
            entries.push(not_compared::expected(entry.clone(), rate, largest));
        }
        let found: f64 = model.rules.iter().map(|rule| rule.expected_matches).sum();
        if let Some((low, _)) = model.blocking_recall_interval {
            not_compared::cut_together(&mut entries, found * (1.0 / low.max(f64::MIN_POSITIVE) - 1.0));
        }
        entries.sort_by(|a, b| (&a.rule, &a.key_digest).cmp(&(&b.rule, &b.key_digest)));
        debug_assert!(entries.iter().all(|entry| entry.records as usize <= self.table.n_records()));
        entries
    }
}

fn pair(model: &Model, counts: &[(u16, u16, u16)], (l, r, pattern, _): Edge) -> Pair {
    let known = &model.patterns[pattern as usize];
    let (n_agree, n_disagree, n_not_comparable) = counts[pattern as usize];
    Pair {
        l,
        r,
        match_weight_bits: known.match_weight_bits,
        match_probability: known.match_probability,
        reliability_low: known.reliability_low,
        reliability_high: known.reliability_high,
        n_agree,
        n_disagree,
        n_not_comparable,
        pattern,
    }
}
