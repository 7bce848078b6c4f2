//! Agreement patterns: the levels of all comparisons of a pair, and how many pairs show each pattern.

use std::collections::HashMap;

use crate::blocking::Blocking;
use crate::comparison::{Bound, Comparison};
use crate::hashing::{FixedState, Stream};
use crate::level::LevelCache;
use crate::table::Table;

/// Random pairs from which the background of pairs that no rule proposes is learned.
pub const SAMPLE_PAIRS_MAX: u64 = 1_000_000;
/// Stream of random numbers of the sample.
const SAMPLE_STREAM: u64 = 1;

/// Compares pairs of records.
pub(crate) struct Comparer<'a> {
    bound: Vec<Bound<'a>>,
    radixes: Vec<u128>,
    /// The codes of a record side by side, one for each attribute.
    packed: Vec<u32>,
    width: usize,
}

/// What one thread needs to compare.
pub(crate) struct Bench {
    levels: Vec<u8>,
    cache: LevelCache,
}

impl<'a> Comparer<'a> {
    pub(crate) fn new(comparisons: &'a [Comparison], table: &'a Table) -> Self {
        let bound: Vec<Bound<'a>> = comparisons.iter().enumerate().map(|(slot, c)| c.bind(slot, table)).collect();
        let mut radix = 1u128;
        let mut radixes = Vec::new();
        for comparison in comparisons {
            radixes.push(radix);
            radix = radix.saturating_mul(comparison.levels.len() as u128);
        }
        let width = comparisons.len();
        let mut packed = vec![0; width * table.n_records()];
        for (slot, attribute) in table.attributes().iter().enumerate() {
            for (record, code) in attribute.codes.iter().enumerate() {
                packed[record * width + slot] = *code;
            }
        }
        Self { bound, radixes, packed, width }
    }

    pub(crate) fn bench(&self) -> Bench {
        Bench { levels: vec![0; self.width], cache: LevelCache::new(self.width) }
    }

    /// The pattern of a pair as a mixed-radix number.
    pub(crate) fn pattern(&self, bench: &mut Bench, l: u32, r: u32) -> u128 {
        let (a, b) = (self.record(l), self.record(r));
        let mut key = 0;
        for (slot, bound) in self.bound.iter().enumerate() {
            let level = bound.level(a, b, &bench.levels, &mut bench.cache);
            bench.levels[slot] = level;
            key += self.radixes[slot] * u128::from(level);
        }
        key
    }

    fn record(&self, record: u32) -> &[u32] {
        let from = record as usize * self.width;
        &self.packed[from..from + self.width]
    }

    /// The levels of a pattern.
    pub(crate) fn levels_of(&self, key: u128) -> Vec<u8> {
        let n_levels = |bound: &Bound<'_>| bound.comparison.levels.len() as u128;
        self.radixes.iter().zip(&self.bound).map(|(radix, bound)| (key / radix % n_levels(bound)) as u8).collect()
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
    fn merged(parts: Vec<Counts>) -> Self {
        let mut all: Vec<(u128, u64)> = parts.into_iter().flatten().collect();
        all.sort_unstable();
        let mut counts = Self::default();
        for same in all.chunk_by(|a, b| a.0 == b.0) {
            counts.keys.push(same[0].0);
            counts.n_pairs.push(same.iter().map(|(_, n)| n).sum());
        }
        counts
    }

    /// The place of a pattern; `None` when no pair shows it.
    pub(crate) fn place(&self, key: u128) -> Option<usize> {
        self.keys.binary_search(&key).ok()
    }

    pub(crate) fn total(&self) -> u64 {
        self.n_pairs.iter().sum()
    }
}

/// Counts the patterns of all candidate pairs.
pub(crate) fn count(
    comparer: &Comparer<'_>,
    blocking: &Blocking,
    progress: impl FnMut(usize, usize),
) -> PatternCounts {
    let states = blocking.for_each_pair(
        || (comparer.bench(), Counts::default()),
        |(bench, counts), l, r, _| *counts.entry(comparer.pattern(bench, l, r)).or_default() += 1,
        progress,
    );
    PatternCounts::merged(states.into_iter().map(|(_, counts)| counts).collect())
}

/// Counts the patterns of random pairs that no rule proposes; also how many such pairs were drawn.
pub(crate) fn sample(comparer: &Comparer<'_>, blocking: &Blocking, table: &Table, seed: u64, n: u64) -> PatternCounts {
    let n_records = table.n_records() as u64;
    let mut stream = Stream::new(seed, SAMPLE_STREAM);
    let mut bench = comparer.bench();
    let mut counts = Counts::default();
    for _ in 0..n {
        let (a, b) = (stream.below(n_records) as u32, stream.below(n_records) as u32);
        let (l, r) = (a.min(b), a.max(b));
        if l != r && blocking.is_admissible(l, r) && !blocking.proposes(l, r) {
            *counts.entry(comparer.pattern(&mut bench, l, r)).or_default() += 1;
        }
    }
    PatternCounts::merged(vec![counts])
}
