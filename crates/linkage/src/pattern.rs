//! Agreement patterns: the levels of all comparisons of a pair, and how many pairs show each pattern.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::block::{Block, Reads};
use crate::blocking::{Blocking, Part, Row, Visitor};
use crate::comparison::{self, Bound, Comparison};
use crate::dictionary::Dictionary;
use crate::hashing::FixedState;
use crate::level::LevelCache;
use crate::pattern_places::PatternPlaces;
use crate::row_levels::{Digit, RowLevels, digits};
use crate::shard::{Counted, Shard};
use crate::table::Table;

/// Compares pairs of records.
pub(crate) struct Comparer<'a> {
    bound: Vec<Bound<'a>>,
    radixes: Vec<u128>,
    /// The same in parts of a pattern, and what one of each part counts.
    digits: Vec<Digit>,
    part_units: Vec<u128>,
    /// Whether a comparison follows from others.
    keeps_levels: bool,
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
    /// For each code of the packed records the level of a pair that has it twice, where many blocks are laid out: the levels of a record
    /// lie in one place. It costs as much memory as a fourth of the codes.
    equals: Option<Arc<Vec<u8>>>,
    /// The blocks at hand.
    block: Block,
    /// The pairs of the row at hand, and which of them need a closer look.
    row: RowLevels,
    places: Vec<u32>,
    /// Patterns of pairs.
    keys: Vec<u128>,
}

/// A row of which fewer than one in so many pairs are asked for is compared pair by pair.
const SPARSE: usize = 4;

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
        let (digits, part_units) = digits(bound.iter().map(|bound| bound.comparison.levels.len()));
        let keeps_levels = bound.iter().any(|bound| !bound.is_sieved());
        Self {
            width: bound.len(),
            bound,
            radixes,
            digits,
            part_units,
            keeps_levels,
            packed: table.codes(),
            added,
            dictionaries,
        }
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
            equals: None,
            block: Block::new(&self.bound.iter().map(Bound::reads).collect::<Vec<Reads>>()),
            row: RowLevels::default(),
            places: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// The pattern of a pair as a mixed-radix number.
    pub(crate) fn pattern(&self, bench: &mut Bench, l: u32, r: u32) -> u128 {
        self.compare(&mut bench.levels, &mut bench.cache, self.record(l), self.record(r))
    }

    /// Lays the records of a block side by side, or of several blocks one after the other.
    pub(crate) fn gather(&self, bench: &mut Bench, records: &[u32]) {
        let code = |record: u32, slot: usize| self.packed[record as usize * self.width + slot];
        let equal = |record: u32, slot: usize| match &bench.equals {
            Some(equals) => equals[record as usize * self.width + slot],
            None => self.bound[slot].equal_level(code(record, slot)),
        };
        bench.block.gather(records, code, equal, &self.dictionaries);
    }

    fn equal_levels(&self) -> Vec<u8> {
        let mut levels = Vec::with_capacity(self.packed.len());
        for codes in self.packed.chunks(self.width.max(1)) {
            levels.extend(self.bound.iter().zip(codes).map(|(bound, code)| bound.equal_level(*code)));
        }
        levels
    }

    /// The patterns of one of the records that were gathered last with some that follow it in its block, by their places, ascending.
    pub(crate) fn patterns_in_block<'b>(
        &self,
        bench: &'b mut Bench,
        left: usize,
        rights: &[u32],
    ) -> &'b [u128] {
        let Bench { levels, cache, block, row, places, keys, .. } = bench;
        let n_pairs = rights.last().map_or(0, |last| *last as usize - left);
        keys.clear();
        if rights.len() * SPARSE < n_pairs {
            let pairs = rights.iter().map(|right| (left, *right as usize));
            keys.extend(pairs.map(|pair| self.compare_in_block(levels, cache, block, pair)));
            return keys;
        }
        row.begin(n_pairs, if self.keeps_levels { self.width } else { 0 }, self.part_units.len());
        let mut row = comparison::Row { levels: row, cache, places };
        for (bound, digit) in self.bound.iter().zip(&self.digits) {
            bound.row((block, left), *digit, &mut row);
        }
        let pattern = |pair| row.levels.pattern(pair, &self.part_units);
        if rights.len() == n_pairs {
            keys.extend((0..n_pairs).map(pattern));
        } else {
            keys.extend(rights.iter().map(|right| pattern(*right as usize - left - 1)));
        }
        keys
    }

    fn compare_in_block(
        &self,
        levels: &mut [u8],
        cache: &mut LevelCache,
        block: &Block,
        pair: (usize, usize),
    ) -> u128 {
        let mut key = 0;
        for (slot, bound) in self.bound.iter().enumerate() {
            let level = bound.level_in_block(block, pair, levels, cache);
            levels[slot] = level;
            key += self.radixes[slot] * u128::from(level);
        }
        key
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
    let equals = Arc::new(comparer.equal_levels());
    let counter = || Counter {
        comparer,
        bench: Bench { equals: Some(Arc::clone(&equals)), ..comparer.bench() },
        places: PatternPlaces::new(),
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
        counts.extend(counter.places.keys.iter().copied().zip(counter.n_pairs.iter().copied()));
        let ends = counter.parts.iter().skip(1).map(|(_, begin)| *begin).chain([counter.pairs.len()]);
        let parts = counter.parts.iter().zip(ends);
        remembered.parts.extend(parts.map(|((part, begin), end)| (*part, (visitor, *begin..end))));
        remembered.seen.push((std::mem::take(&mut counter.places.keys), std::mem::take(&mut counter.pairs)));
    }
    let counted =
        Counted { counts: PatternCounts::merged(counts), n_pairs_expected: walked.n_pairs_expected };
    (counted, remembered)
}

/// Counts the patterns that one thread sees.
struct Counter<'a> {
    comparer: &'a Comparer<'a>,
    bench: Bench,
    /// The patterns seen.
    places: PatternPlaces,
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
            let place = self.places.place(*key);
            match self.n_pairs.get_mut(place as usize) {
                Some(n_pairs) => *n_pairs += 1,
                None => self.n_pairs.push(1),
            }
            if self.is_remembering {
                self.pairs.push(place);
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use proptest::prelude::*;

    use super::*;
    use crate::config::Config;
    use crate::table::Input;

    const COLUMNS: [(&str, &str); 8] = [
        ("given", "given_name"),
        ("family", "family_name"),
        ("born", "date_of_birth"),
        ("sex", "sex"),
        ("city", "city"),
        ("street", "address_line"),
        ("mail", "email"),
        ("number", "identifier"),
    ];

    /// Levels for each column in place of those of its kind.
    pub(crate) const RULES: &str = r#"
        [[comparison]]
        column = "given"
        levels = ["exact", "jaro_winkler >= 0.9", "jaro_winkler >= 0.7", "else"]
        [[comparison]]
        column = "family"
        levels = ["exact", "jaro >= 0.8", "levenshtein <= 1", "else"]
        [[comparison]]
        column = "born"
        levels = ["exact", "damerau_levenshtein <= 1", "else"]
        [[comparison]]
        column = "city"
        levels = ["exact", "else"]
        [[comparison]]
        column = "number"
        levels = ["exact", "damerau_levenshtein <= 2", "else"]
    "#;

    pub(crate) fn table(rows: &[[String; 8]], rules: &str) -> (Config, Table) {
        let columns: String = COLUMNS.iter().map(|(name, kind)| format!("{name} = \"{kind}\"\n")).collect();
        let config = Config::from_toml(&format!("unique_id = \"id\"\n[columns]\n{columns}{rules}")).unwrap();
        let ids: ArrayRef =
            Arc::new(StringArray::from_iter_values((0..rows.len()).map(|id| format!("{id:03}"))));
        let column = |at: usize| -> ArrayRef {
            Arc::new(StringArray::from_iter(
                rows.iter().map(|row| Some(&row[at]).filter(|text| !text.is_empty())),
            ))
        };
        let columns = COLUMNS.iter().enumerate().map(|(at, (name, _))| (*name, column(at)));
        let batch = RecordBatch::try_from_iter(std::iter::once(("id", ids)).chain(columns)).unwrap();
        let input = Input { name: "records".to_owned(), batches: vec![batch], n_set_aside: 0 };
        let table = Table::try_new(&config, vec![input]).unwrap();
        (config, table)
    }

    /// Each pair of a block has the pattern that it has when it is compared alone, whichever of its pairs are asked for.
    fn check(rows: &[[String; 8]], rules: &str) -> Result<(), TestCaseError> {
        let (config, table) = table(rows, rules);
        let comparisons = comparison::comparisons(&config, &table).unwrap();
        let comparer = Comparer::new(&comparisons, &table);
        let (mut bench, mut alone) = (comparer.bench(), comparer.bench());
        let records: Vec<u32> = (0..rows.len() as u32).rev().collect();
        comparer.gather(&mut bench, &records);
        for left in 0..records.len() {
            for every in [1, 2, SPARSE + 2] {
                let rights: Vec<u32> = (left as u32 + 1..records.len() as u32).step_by(every).collect();
                let single =
                    |right: &u32| comparer.pattern(&mut alone, records[left], records[*right as usize]);
                let expected: Vec<u128> = rights.iter().map(single).collect();
                prop_assert_eq!(comparer.patterns_in_block(&mut bench, left, &rights), expected);
            }
        }
        Ok(())
    }

    pub(crate) fn row() -> impl Strategy<Value = [String; 8]> {
        [
            "(ana|anna|maria|mara|marianne|bo|)",
            "(diaz|dias|lopez|lopes|de la cruz|cruz|)",
            "(19[89][01]-0[12]-1[0-3]|1990|)",
            "(m|f|)",
            "(leeds|leads|york|)",
            "([1-3] (oak|elm|ash) st|)",
            "(a[nm]a@x.org|)",
            "([1-3]{6}|[1-3]{7}|)",
        ]
        .each_ref()
        .map(|pattern| pattern.prop_map(|text: String| text))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn a_block_has_the_patterns_of_its_pairs(rows in proptest::collection::vec(row(), 1..24)) {
            check(&rows, "")?;
            check(&rows, RULES)?;
        }
    }
}
