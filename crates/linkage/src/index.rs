//! One record against all: the records that may be of the same person, with the probability that the run gave.
//!
//! An index holds what a run ended with: the records' codes, the keys of its blocking rules in sorted runs, the rarity of
//! its values and its model. A record is coded, keyed and compared by the same code as in a run, so a pair that the run
//! weighed gets the same numbers, bit for bit. Rarity and model stay those of the run until the next one.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::blocking::{BLOCK_RECORDS_MAX, Blocking, Split, refined_key};
use crate::calibration::Reliability;
use crate::comparison::{self, Comparison};
use crate::config::{Config, ConfigError};
use crate::key::keys_of_record;
use crate::link::{LinkError, Pair};
use crate::model::{Model, Pattern};
use crate::pattern::Comparer;
use crate::rule::{self, Rule};
use crate::runs::Runs;
use crate::slab::Slab;
use crate::table::{RECORDS_MAX, Table};

/// Most records of one key that are compared; more have come in since the run that refined the large blocks.
const KEY_RECORDS_MAX: usize = 4 * BLOCK_RECORDS_MAX;

/// The records of a run, ready to be asked about one record at a time.
pub struct Index {
    pub(crate) table: Table,
    pub(crate) config: Config,
    pub(crate) model: Model,
    /// For each comparison the rarity band of each code.
    pub(crate) bands: Vec<Slab<u8>>,
    /// The codes of the records that were added since the run, side by side.
    pub(crate) codes_added: Vec<u32>,
    pub(crate) rules: Vec<Rule>,
    /// For each rule its keys.
    pub(crate) runs: Vec<Runs>,
    pub(crate) splits: HashSet<Split>,
    /// Source and id of each record that was added since the run.
    pub(crate) added: Vec<(String, String)>,
    /// The records added since the run, by source and id.
    places: HashMap<(String, String), u32>,
    /// The index of each pattern of the model.
    patterns: HashMap<Vec<u8>, u32>,
    /// The intervals of patterns that the run had not seen.
    reliability: Reliability,
}

/// What an index knows about a record.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The pairs at or above the least probability, by record: `l` is the record of the index, `r` the one asked about.
    pub pairs: Vec<Pair>,
    /// Records compared.
    pub n_compared: u64,
    /// Keys of the record whose block is too large, so that not all of it was compared.
    pub n_keys_cut: u32,
}

/// Why a record cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// There is a record of that source and id.
    #[error("the index has a record {unique_id:?} of source {source_name:?} already")]
    Repeated {
        /// The source given.
        source_name: String,
        /// The id given.
        unique_id: String,
    },
    /// More records than can be numbered.
    #[error("the index is full: the limit is {RECORDS_MAX} records")]
    Full,
    /// The bytes are not of an index of this version.
    #[error("not an index of this version, or cut off: {reason}")]
    Form {
        /// What is wrong.
        reason: String,
    },
}

impl Index {
    /// An index of the records of a run, with the configuration and the model of that run.
    ///
    /// # Errors
    /// The configuration does not fit the table, or the model was made with other comparisons.
    pub fn try_new(table: Table, config: Config, model: Model) -> Result<Self, LinkError> {
        config.check()?;
        let expected = comparison::comparisons_following(&config, &table, &model.follows)?;
        if expected != model.comparisons {
            let names =
                |all: &[Comparison]| all.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ");
            let allowed = format!("the columns and levels of the model: {}", names(&model.comparisons));
            return Err(ConfigError::value("columns", names(&expected), allowed).into());
        }
        let n = table.n_records() as u64;
        let rules = rule::rules(&config, &table, n * n.saturating_sub(1) / 2)?;
        let blocking = Blocking::new(&rules, &table, config.one_per_source);
        let runs =
            (0..rules.len()).map(|rule| Runs::of_sorted(blocking.keys_with_role(rule).into())).collect();
        let bands = (0..expected.len()).map(|slot| comparison::bands(slot, &table).into()).collect();
        Ok(Self::of_parts(Parts {
            table,
            config,
            model,
            bands,
            codes_added: Vec::new(),
            rules,
            runs,
            splits: blocking.splits,
            added: Vec::new(),
        }))
    }

    pub(crate) fn of_parts(parts: Parts) -> Self {
        let Parts { table, config, model, bands, codes_added, rules, runs, splits, added } = parts;
        let patterns = model.patterns.iter().map(|pattern| pattern.levels.clone()).zip(0..).collect();
        let places = added.iter().cloned().zip(table.n_records() as u32..).collect();
        let reliability = Reliability::of(&model);
        Self {
            table,
            config,
            model,
            bands,
            codes_added,
            rules,
            runs,
            splits,
            added,
            places,
            patterns,
            reliability,
        }
    }

    /// How many records there are.
    #[must_use]
    pub fn n_records(&self) -> usize {
        self.table.n_records() + self.added.len()
    }

    /// The model of the run; patterns that the run had not seen follow the others.
    #[must_use]
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// The configuration of the run.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Source and id of a record; the source is empty when the configuration names none.
    #[must_use]
    pub fn source_and_id(&self, record: u32) -> (&str, &str) {
        match (record as usize).checked_sub(self.table.n_records()) {
            None => (self.table.source(record), self.table.unique_id(record)),
            Some(place) => (&self.added[place].0, &self.added[place].1),
        }
    }

    /// The record with a source and an id; `None` when there is none.
    #[must_use]
    pub fn find(&self, source: &str, unique_id: &str) -> Option<u32> {
        let added = || self.places.get(&(source.to_owned(), unique_id.to_owned())).copied();
        self.table.find(source, unique_id).or_else(added)
    }

    /// The records that may be of one person with a record, of which `value` gives the text of each column. A record of
    /// that source and id is not compared with itself.
    pub fn query(&mut self, source: &str, unique_id: &str, value: &dyn Fn(&str) -> Option<String>) -> Answer {
        let n_codes = self.table.n_codes();
        let codes = self.table.code_record(source, value);
        let found = self.compare(source, unique_id, &codes);
        self.table.forget_values(&n_codes);
        found
    }

    /// The pair of two records of the index, whether or not a rule proposes it.
    #[must_use]
    pub fn pair_of(&self, l: u32, r: u32) -> Pair {
        self.pair(l, r, self.levels(self.codes(l), &[r]).pop().unwrap_or_default())
    }

    /// The codes of a record.
    fn codes(&self, record: u32) -> &[u32] {
        let width = self.model.comparisons.len();
        let record = record as usize;
        let (codes, record) = match record.checked_sub(self.table.n_records()) {
            None => (self.table.codes(), record),
            Some(added) => (self.codes_added.as_slice(), added),
        };
        codes.get(record * width..(record + 1) * width).unwrap_or_default()
    }

    /// Adds a record, so that later ones are compared with it; gives its number.
    ///
    /// # Errors
    /// [`IndexError::Repeated`] when there is such a record, [`IndexError::Full`] when no number is left.
    pub fn insert(
        &mut self,
        source: &str,
        unique_id: &str,
        value: &dyn Fn(&str) -> Option<String>,
    ) -> Result<u32, IndexError> {
        if self.find(source, unique_id).is_some() {
            let (source_name, unique_id) = (source.to_owned(), unique_id.to_owned());
            return Err(IndexError::Repeated { source_name, unique_id });
        }
        if self.n_records() >= RECORDS_MAX {
            return Err(IndexError::Full);
        }
        let record = self.n_records() as u32;
        let codes = self.table.code_record(source, value);
        for rule in 0..self.rules.len() {
            for key in self.keys(rule, &codes).0 {
                self.runs[rule].insert(u64::from(key) << 32 | u64::from(record));
            }
        }
        self.codes_added.extend_from_slice(&codes);
        self.added.push((source.to_owned(), unique_id.to_owned()));
        self.places.insert((source.to_owned(), unique_id.to_owned()), record);
        Ok(record)
    }

    /// The keys of a record under a rule, those of refined blocks refined; and how many lie in a block that no attribute
    /// could refine.
    fn keys(&self, rule: usize, codes: &[u32]) -> (Vec<u32>, u32) {
        let mut n_cut = 0;
        let mut keys = Vec::new();
        for base in keys_of_record(&self.rules[rule], &self.table, codes) {
            let (mut key, mut refinement) = (base >> 1, 0);
            while self.splits.contains(&(rule, key, refinement)) && refinement < codes.len() {
                key = refined_key(key, refinement, codes[refinement]);
                refinement += 1;
            }
            if self.splits.contains(&(rule, key, refinement)) {
                n_cut += 1;
            } else {
                keys.push(key << 1 | (base & 1));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        (keys, n_cut)
    }

    fn compare(&mut self, source: &str, unique_id: &str, codes: &[u32]) -> Answer {
        let mut found = Answer::default();
        let mut candidates = Vec::new();
        for (rule, runs) in self.runs.iter().enumerate() {
            let (keys, n_cut) = self.keys(rule, codes);
            found.n_keys_cut += n_cut;
            let role = u32::from(self.rules[rule].is_crossed());
            for key in keys {
                let mut records = runs.records(key ^ role);
                candidates.extend(records.by_ref().take(KEY_RECORDS_MAX));
                found.n_keys_cut += u32::from(records.next().is_some());
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        let n_records = self.n_records();
        candidates.retain(|record| {
            if *record as usize >= n_records {
                return false;
            }
            let known = self.source_and_id(*record);
            known != (source, unique_id) && !(self.config.one_per_source && known.0 == source)
        });
        found.n_compared = candidates.len() as u64;
        let levels = self.levels(codes, &candidates);
        let asked = self.find(source, unique_id).unwrap_or(self.n_records() as u32);
        let pairs = candidates.into_iter().zip(levels);
        let is_written = |levels: &[u8]| self.probability(levels) >= self.config.output.min_probability;
        let pairs = pairs.filter(|(_, levels)| is_written(levels));
        found.pairs = pairs.map(|(record, levels)| self.pair(record, asked, levels)).collect();
        found
    }

    fn levels(&self, codes: &[u32], candidates: &[u32]) -> Vec<Vec<u8>> {
        let comparisons = self.model.comparisons.iter().zip(&self.bands).enumerate();
        let bound = comparisons
            .map(|(slot, (comparison, bands))| {
                comparison.bind_with(slot, &self.table, Cow::Borrowed(&**bands))
            })
            .collect();
        let comparer = Comparer::with(bound, &self.table, &self.codes_added);
        let mut bench = comparer.bench();
        candidates.iter().map(|record| comparer.levels_against(&mut bench, codes, *record)).collect()
    }

    /// The pattern of the run with these levels.
    fn known(&self, levels: &[u8]) -> Option<&Pattern> {
        self.patterns.get(levels).and_then(|index| self.model.patterns.get(*index as usize))
    }

    /// The calibrated probability of a pair with these levels.
    fn probability(&self, levels: &[u8]) -> f64 {
        let weighed = || self.model.probability_of(self.model.pattern_bits(levels));
        self.known(levels).map_or_else(weighed, |pattern| pattern.match_probability)
    }

    /// The pair with the numbers of its pattern. A pattern that the run had not written is weighed by the classes of the
    /// model, and gets its interval from the redraws of the run.
    fn pair(&self, l: u32, r: u32, levels: Vec<u8>) -> Pair {
        let (n_agree, n_disagree, n_not_comparable) = self.model.counts(&levels);
        let known = self.patterns.get(&levels).copied();
        let weighed = || {
            let bits = self.model.pattern_bits(&levels);
            let (low, high) = self.reliability.interval(&self.model, &levels, bits);
            Pattern {
                n_pairs: 0,
                match_weight_bits: bits,
                match_probability: self.model.probability_of(bits),
                reliability_low: low,
                reliability_high: high,
                levels: levels.clone(),
            }
        };
        let pattern = self.known(&levels).map_or_else(|| Cow::Owned(weighed()), Cow::Borrowed);
        Pair {
            l,
            r,
            match_weight_bits: pattern.match_weight_bits,
            match_probability: pattern.match_probability,
            reliability_low: pattern.reliability_low,
            reliability_high: pattern.reliability_high,
            n_agree,
            n_disagree,
            n_not_comparable,
            pattern: known.unwrap_or(UNSEEN_PATTERN),
        }
    }
}

/// The pattern of a pair that shows none of the model's.
pub const UNSEEN_PATTERN: u32 = u32::MAX;

/// What an index is made of.
pub(crate) struct Parts {
    pub(crate) table: Table,
    pub(crate) config: Config,
    pub(crate) model: Model,
    pub(crate) bands: Vec<Slab<u8>>,
    pub(crate) codes_added: Vec<u32>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) runs: Vec<Runs>,
    pub(crate) splits: HashSet<Split>,
    pub(crate) added: Vec<(String, String)>,
}
