//! Agreement patterns: the levels of all comparisons of a pair, and how many pairs show each pattern.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::block::Block;
use crate::blocking::{Blocking, Part, Row, Visitor};
use crate::comparison::{Bound, Comparison};
use crate::dictionary::Dictionary;
use crate::hashing::{FixedState, Stream};
use crate::level::LevelCache;
use crate::shard::{Counted, Shard};
use crate::table::Table;

/// Random pairs from which the background of pairs that no rule proposes is learned.
pub const SAMPLE_PAIRS_MAX: u64 = 1 << 19;
/// The part of them of which whole patterns are kept.
const SHAPE_PAIRS: u64 = 1 << 16;
/// Pairs that one task draws.
const CHUNK_PAIRS: u64 = 1 << 14;
/// Stream of random numbers of the sample.
const SAMPLE_STREAM: u64 = 1;

/// Compares pairs of records.
pub(crate) struct Comparer<'a> {
    bound: Vec<Bound<'a>>,
    radixes: Vec<u128>,
    /// The codes of a record side by side, one for each attribute.
    packed: &'a [u32],
    /// Those of records that follow them.
    added: &'a [u32],
    width: usize,
    /// For each attribute the dictionary of its codes.
    dictionaries: Vec<Option<&'a Dictionary>>,
}

/// What one thread needs to compare.
pub(crate) struct Bench {
    levels: Vec<u8>,
    cache: LevelCache,
    /// The block at hand.
    block: Block,
    /// The levels of the pairs of the row at hand, pair by pair.
    rows: Vec<u8>,
    /// Their patterns.
    keys: Vec<u128>,
}

impl<'a> Comparer<'a> {
    pub(crate) fn new(comparisons: &'a [Comparison], table: &'a Table) -> Self {
        let bound = comparisons.iter().enumerate().map(|(slot, c)| c.bind(slot, table)).collect();
        Self::with(bound, table, &[])
    }

    /// A comparer of comparisons bound to a table, for its records and for more, of which the codes are given.
    pub(crate) fn with(bound: Vec<Bound<'a>>, table: &'a Table, added: &'a [u32]) -> Self {
        let mut radix = 1u128;
        let mut radixes = Vec::new();
        for bound in &bound {
            radixes.push(radix);
            radix = radix.saturating_mul(bound.comparison.levels.len() as u128);
        }
        let dictionary = |idx: Option<usize>| idx.map(|idx| &table.dictionaries()[idx]);
        let dictionaries = table.attributes().iter().map(|a| dictionary(a.dictionary)).collect();
        Self { width: bound.len(), bound, radixes, packed: table.codes(), added, dictionaries }
    }

    /// The levels of a record of the comparer and a record of which the codes are given.
    pub(crate) fn levels_against(&self, bench: &mut Bench, codes: &[u32], record: u32) -> Vec<u8> {
        self.compare(&mut bench.levels, &mut bench.cache, self.record(record), codes);
        bench.levels.clone()
    }

    pub(crate) fn bench(&self) -> Bench {
        Bench {
            levels: vec![0; self.width],
            cache: LevelCache::new(self.width),
            block: Block::new(self.bound.iter().map(Bound::reads_words)),
            rows: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// The pattern of a pair as a mixed-radix number.
    pub(crate) fn pattern(&self, bench: &mut Bench, l: u32, r: u32) -> u128 {
        self.compare(&mut bench.levels, &mut bench.cache, self.record(l), self.record(r))
    }

    /// Lays the records of a block side by side.
    pub(crate) fn gather(&self, bench: &mut Bench, records: &[u32]) {
        let code = |record: u32, slot: usize| self.packed[record as usize * self.width + slot];
        bench.block.gather(records, code, &self.dictionaries);
    }

    /// The patterns of one record of the block that was gathered last with others of it, by their places in it.
    pub(crate) fn patterns_in_block<'b>(
        &self,
        bench: &'b mut Bench,
        left: usize,
        rights: &[u32],
    ) -> &'b [u128] {
        bench.rows.clear();
        bench.rows.resize(rights.len() * self.width, 0);
        for bound in &self.bound {
            bound.row(&bench.block, left, rights, &mut bench.rows, &mut bench.cache);
        }
        let key = |levels: &[u8]| {
            self.radixes.iter().zip(levels).map(|(radix, level)| radix * u128::from(*level)).sum::<u128>()
        };
        bench.keys.clear();
        bench.keys.extend(bench.rows.chunks_exact(self.width.max(1)).map(key));
        &bench.keys
    }

    fn compare(&self, levels: &mut [u8], cache: &mut LevelCache, l: &[u32], r: &[u32]) -> u128 {
        let mut key = 0;
        for (slot, bound) in self.bound.iter().enumerate() {
            let level = bound.level(l, r, levels, cache);
            levels[slot] = level;
            key += self.radixes[slot] * u128::from(level);
        }
        key
    }

    fn record(&self, record: u32) -> &[u32] {
        let from = record as usize * self.width;
        match from.checked_sub(self.packed.len()) {
            None => &self.packed[from..from + self.width],
            Some(from) => &self.added[from..from + self.width],
        }
    }

    /// The levels of a pattern.
    pub(crate) fn levels_of(&self, key: u128) -> Vec<u8> {
        let n_levels = |bound: &Bound<'_>| bound.comparison.levels.len() as u128;
        self.radixes
            .iter()
            .zip(&self.bound)
            .map(|(radix, bound)| (key / radix % n_levels(bound)) as u8)
            .collect()
    }
}

/// Patterns in order of their numbers, with how many pairs show each.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct PatternCounts {
    pub(crate) keys: Vec<u128>,
    pub(crate) n_pairs: Vec<u64>,
}

type Counts = HashMap<u128, u64, FixedState>;

impl PatternCounts {
    /// Adds up counts in any order, patterns several times or not.
    pub(crate) fn merged(mut all: Vec<(u128, u64)>) -> Self {
        all.sort_unstable();
        let mut counts = Self::default();
        for same in all.chunk_by(|a, b| a.0 == b.0) {
            counts.keys.push(same[0].0);
            counts.n_pairs.push(same.iter().map(|(_, n)| n).sum());
        }
        counts
    }

    pub(crate) fn total(&self) -> u64 {
        self.n_pairs.iter().sum()
    }
}

/// Pairs of which the first pass remembers the pattern, so that the second need not compare them again.
const REMEMBERED_PAIRS_MAX: u64 = 1 << 26;

/// The patterns of the pairs of some parts of a walk, in the order of the walk.
#[derive(Default)]
pub(crate) struct Remembered {
    /// For each visitor of the walk: the patterns that it saw, and the places of the pairs' patterns among them.
    seen: Vec<(Vec<u128>, Vec<u32>)>,
    /// For each part the visitor, and where its pairs begin and end.
    parts: HashMap<Part, (usize, Range<usize>), FixedState>,
}

impl Remembered {
    /// For each visitor and pattern that it saw what `of` gives.
    pub(crate) fn map<T>(&self, of: impl Fn(u128) -> T + Sync) -> Vec<Vec<T>>
    where
        T: Send,
    {
        self.seen.par_iter().map(|(keys, _)| keys.iter().map(|key| of(*key)).collect()).collect()
    }

    /// The visitor of a part, and for each of its pairs the place of the pattern among those that the visitor saw.
    pub(crate) fn part(&self, part: Part) -> Option<(usize, &[u32])> {
        let (visitor, pairs) = self.parts.get(&part)?;
        Some((*visitor, &self.seen[*visitor].1[pairs.clone()]))
    }
}

/// Counts the patterns of the candidate pairs of a shard, and remembers those of the first pairs.
pub(crate) fn count(
    comparer: &Comparer<'_>,
    blocking: &Blocking,
    shard: Shard,
    progress: impl FnMut(usize, usize),
) -> (Counted, Remembered) {
    let n_remembered = AtomicU64::new(0);
    let counter = || Counter {
        comparer,
        bench: comparer.bench(),
        places: HashMap::default(),
        keys: Vec::new(),
        n_pairs: Vec::new(),
        n_remembered: &n_remembered,
        pairs: Vec::new(),
        parts: Vec::new(),
        is_remembering: false,
    };
    let mut walked = blocking.for_each_pair(shard, counter, progress);
    let mut remembered = Remembered::default();
    let mut counts = Vec::new();
    for (visitor, counter) in walked.visitors.iter_mut().enumerate() {
        counts.extend(counter.keys.iter().copied().zip(counter.n_pairs.iter().copied()));
        let ends = counter.parts.iter().skip(1).map(|(_, begin)| *begin).chain([counter.pairs.len()]);
        let parts = counter.parts.iter().zip(ends);
        remembered.parts.extend(parts.map(|((part, begin), end)| (*part, (visitor, *begin..end))));
        remembered.seen.push((std::mem::take(&mut counter.keys), std::mem::take(&mut counter.pairs)));
    }
    let counted =
        Counted { counts: PatternCounts::merged(counts), n_pairs_expected: walked.n_pairs_expected };
    (counted, remembered)
}

/// Counts the patterns that one thread sees.
struct Counter<'a> {
    comparer: &'a Comparer<'a>,
    bench: Bench,
    /// The place of each pattern among those seen.
    places: HashMap<u128, u32, FixedState>,
    keys: Vec<u128>,
    n_pairs: Vec<u64>,
    /// Pairs that all visitors remember.
    n_remembered: &'a AtomicU64,
    pairs: Vec<u32>,
    /// The parts that are remembered, and where their pairs begin.
    parts: Vec<(Part, usize)>,
    is_remembering: bool,
}

impl Visitor for Counter<'_> {
    fn begin(&mut self, part: Option<Part>) {
        let so_far = self.parts.last().map_or(0, |(_, begin)| self.pairs.len() - begin);
        let n_remembered = if self.is_remembering {
            self.n_remembered.fetch_add(so_far as u64, Ordering::Relaxed) + so_far as u64
        } else {
            self.n_remembered.load(Ordering::Relaxed)
        };
        self.is_remembering = part.is_some() && n_remembered < REMEMBERED_PAIRS_MAX;
        if let Some(part) = part.filter(|_| self.is_remembering) {
            self.parts.push((part, self.pairs.len()));
        }
    }

    fn open(&mut self, records: &[u32]) {
        self.comparer.gather(&mut self.bench, records);
    }

    fn row(&mut self, row: Row<'_>) {
        for key in self.comparer.patterns_in_block(&mut self.bench, row.left, row.rights) {
            let place = *self.places.entry(*key).or_insert_with(|| {
                self.keys.push(*key);
                self.n_pairs.push(0);
                self.keys.len() as u32 - 1
            });
            self.n_pairs[place as usize] += 1;
            if self.is_remembering {
                self.pairs.push(place);
            }
        }
    }
}

/// Random pairs that no rule proposes.
pub(crate) struct Background {
    /// Patterns of the first [`SHAPE_PAIRS`] draws: what the classes are learned from.
    pub(crate) shape: PatternCounts,
    /// Patterns of all draws: what the single levels are learned from.
    pub(crate) all: PatternCounts,
}

/// Counts the patterns of random pairs that no rule proposes.
pub(crate) fn sample(comparer: &Comparer<'_>, blocking: &Blocking, table: &Table, seed: u64) -> Background {
    let n_records = table.n_records() as u64;
    let chunk = |chunk: u64| {
        let mut stream = Stream::new(seed, SAMPLE_STREAM << 32 | chunk);
        let mut bench = comparer.bench();
        let mut counts = Counts::default();
        for _ in 0..CHUNK_PAIRS {
            let (a, b) = (stream.below(n_records) as u32, stream.below(n_records) as u32);
            let (l, r) = (a.min(b), a.max(b));
            if l != r && blocking.is_admissible(l, r) && !blocking.proposes(l, r) {
                *counts.entry(comparer.pattern(&mut bench, l, r)).or_default() += 1;
            }
        }
        counts
    };
    let chunks: Vec<Counts> = (0..SAMPLE_PAIRS_MAX / CHUNK_PAIRS).into_par_iter().map(chunk).collect();
    let shape = chunks.iter().take((SHAPE_PAIRS / CHUNK_PAIRS) as usize).flatten();
    let shape = PatternCounts::merged(shape.map(|(key, n)| (*key, *n)).collect());
    Background { shape, all: PatternCounts::merged(chunks.into_iter().flatten().collect()) }
}
