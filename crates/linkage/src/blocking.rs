//! Which pairs are compared: records that share a key of a rule, each pair under the first rule that proposes it.
//!
//! The keys of every record under every rule lie side by side, so that whether an earlier rule already proposed a pair
//! is a test of a few words. Pairs are never stored: each pass sorts the keys of one rule at a time and walks the runs.

use std::collections::HashSet;

use rayon::prelude::*;

use crate::hashing::{hash_bytes, mix_two};
use crate::key::{KeyMaker, key_of};
use crate::not_compared::NotCompared;
use crate::rule::Rule;
use crate::shard::Shard;
use crate::table::Table;
use crate::windows::{WINDOW_RECORDS, Windows};

/// A block of more records is refined by further attributes, unless it is among the smallest of them, whose pairs a run can afford.
pub const BLOCK_RECORDS_MAX: usize = 2_500;
/// So many pairs a run may compare in blocks that are too large, the smallest first, before such blocks are refined: about a second,
/// for which a small file with one key that says little is compared whole.
const OVERSIZED_PAIRS_MAX: u64 = 5_000_000;
/// Blocks are laid out together until they have so many records: most blocks are small, and the records of many are fetched in the
/// time that one takes.
const TILE_RECORDS_MIN: usize = 64;
/// Pairs of one task.
const TASK_PAIRS: u64 = 1 << 17;

/// The keys of all records under all rules.
pub(crate) struct Blocking {
    rules: Vec<RuleSlots>,
    keys: Vec<u32>,
    n_slots: usize,
    /// Records that are the same and too many: what is left of a block once every attribute has refined it.
    windows: Windows,
    pub(crate) not_compared: Vec<(usize, NotCompared)>,
    /// For each record whether it is in a block of which pairs were left out; empty where there is no such block.
    is_in_cut_block: Vec<bool>,
    /// Keys of blocks that were refined or, when no attribute was left, taken by a window only.
    pub(crate) splits: HashSet<Split>,
    source_of: Option<Vec<u32>>,
}

/// A block that was split: rule, key without its role, and how many attributes had refined it before.
pub(crate) type Split = (usize, u32, usize);

struct RuleSlots {
    label: String,
    from: usize,
    to: usize,
    is_crossed: bool,
}

impl RuleSlots {
    /// Whether a record has one key at most, and two records that have the same one are a pair.
    const fn is_of_one_key(&self) -> bool {
        self.to - self.from == 1 && !self.is_crossed
    }
}

/// The candidate pairs of one record with later ones of its block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    /// The records that were opened last.
    pub(crate) records: &'a [u32],
    /// The place of the one record.
    pub(crate) left: usize,
    /// The places of the others, ascending.
    pub(crate) rights: &'a [u32],
    /// The rule that proposes the pairs first.
    pub(crate) rule: usize,
}

/// What walks over the candidate pairs, some blocks at a time.
pub(crate) trait Visitor: Send {
    /// The pairs of a part of the walk follow: of a rule, numbered; or of the windows, when there is no number. The
    /// parts and the order of their pairs are the same in every walk.
    fn begin(&mut self, _part: Option<Part>) {}
    /// The records of a block, or of several one after the other, told before the first of their pairs.
    fn open(&mut self, records: &[u32]);
    /// The pairs of one of the records; at least one.
    fn row(&mut self, row: Row<'_>);
}

/// A part of a walk: the rule, and the number of the part.
pub(crate) type Part = (usize, usize);

/// The visitors after a walk.
pub(crate) struct Walked<V> {
    pub(crate) visitors: Vec<V>,
    /// Pairs within the blocks by their sizes alone, those of several rules several times.
    pub(crate) n_pairs_expected: u64,
}

/// Where one thread lays out the blocks at hand.
#[derive(Default)]
struct Tile {
    records: Vec<u32>,
    blocks: Vec<BlockInTile>,
    /// The keys of the records under the rules of one key: those of the first such rule, then of the next.
    keys: Vec<u32>,
    /// For each record that follows the one at hand not 0 when their pair is not this block's.
    marks: Vec<u32>,
    /// The places of the records that make pairs with the one at hand.
    rights: Vec<u32>,
}

impl Tile {
    /// Lays down the blocks from an entry on, until they have records enough or end; those after the entry `to` make no pairs of
    /// their own. Gives the entry of the next block.
    fn lay_down(&mut self, entries: &[u64], (mut at, to): (usize, usize)) -> usize {
        self.records.clear();
        self.blocks.clear();
        while at < to && self.records.len() < TILE_RECORDS_MIN {
            let key = entries[at] >> 32;
            let n = entries[at..].iter().take_while(|entry| **entry >> 32 == key).count();
            if n > 1 {
                let from = self.records.len();
                self.records.extend(entries[at..at + n].iter().map(|entry| *entry as u32));
                self.blocks.push(BlockInTile {
                    key: key as u32,
                    from,
                    to: from + n,
                    n_first: n.min(to - at),
                });
            }
            at += n;
        }
        at
    }
}

/// A block, or its last records.
struct BlockInTile {
    key: u32,
    /// Places of its records.
    from: usize,
    to: usize,
    /// Records whose pairs with those after them are asked for, from the first.
    n_first: usize,
}

/// A block: the key without its role, and its records in order.
struct Run<'a> {
    key: u32,
    entries: &'a [u64],
}

impl Blocking {
    pub(crate) fn new(rules: &[Rule], table: &Table, across_sources_only: bool) -> Self {
        let makers: Vec<KeyMaker<'_>> = rules.iter().map(|rule| KeyMaker::new(rule, table)).collect();
        let mut slots = Vec::new();
        let mut n_slots = 0;
        for (rule, maker) in rules.iter().zip(&makers) {
            let to = n_slots + maker.n_slots();
            slots.push(RuleSlots { label: rule.label(), from: n_slots, to, is_crossed: maker.is_crossed() });
            n_slots = to;
        }
        let mut keys = vec![0; n_slots * table.n_records()];
        keys.par_chunks_mut(n_slots.max(1)).enumerate().for_each(|(record, row)| {
            for (rule, maker) in slots.iter().zip(&makers) {
                maker.write(record as u32, &mut row[rule.from..rule.to]);
            }
        });
        let source_of = across_sources_only
            .then(|| (0..table.n_records() as u32).map(|record| table.source_index(record)).collect());
        let mut blocking = Self {
            rules: slots,
            keys,
            n_slots,
            windows: Windows::default(),
            not_compared: Vec::new(),
            is_in_cut_block: Vec::new(),
            splits: HashSet::new(),
            source_of,
        };
        let mut n_pairs_left = OVERSIZED_PAIRS_MAX;
        for rule in 0..blocking.rules.len() {
            blocking.split_oversized(rule, table, &mut n_pairs_left);
        }
        blocking
    }

    /// The keys of a rule, role included, with their records: key in the upper half, record in the lower; sorted.
    pub(crate) fn keys_with_role(&self, rule: usize) -> Vec<u64> {
        let slots = &self.rules[rule];
        let of_record = |(record, row): (usize, &[u32])| -> Vec<u64> {
            let keys = row[slots.from..slots.to].iter().filter(|key| **key != 0);
            keys.map(|key| u64::from(*key) << 32 | record as u64).collect()
        };
        let rows = self.keys.par_chunks(self.n_slots.max(1)).enumerate();
        let mut keys: Vec<u64> = rows.flat_map_iter(of_record).collect();
        keys.par_sort_unstable();
        keys.dedup();
        keys
    }

    pub(crate) fn labels(&self) -> Vec<String> {
        self.rules.iter().map(|rule| rule.label.clone()).collect()
    }

    /// Whether two records may be compared at all.
    pub(crate) fn is_admissible(&self, l: u32, r: u32) -> bool {
        self.source_of.as_ref().is_none_or(|source| source[l as usize] != source[r as usize])
    }

    /// Which rules propose a pair, one bit each; window pairs have no bit.
    pub(crate) fn rules_holding(&self, l: u32, r: u32) -> u32 {
        let (a, b) = (self.row(l), self.row(r));
        let holds = |rule: &RuleSlots| shares_key(rule, a, b);
        self.rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| holds(rule))
            .fold(0, |bits, (idx, _)| bits | 1 << idx)
    }

    /// Whether a pair is compared in this run.
    pub(crate) fn proposes(&self, l: u32, r: u32) -> bool {
        self.rules_holding(l, r) != 0 || self.windows.hold(l, r)
    }

    /// Whether a record is in a block of which pairs were left out.
    pub(crate) fn is_in_cut_block(&self, record: u32) -> bool {
        self.is_in_cut_block.get(record as usize).copied().unwrap_or(false)
    }

    /// The records in blocks of which pairs were left out, ascending.
    pub(crate) fn records_in_cut_blocks(&self) -> Vec<u32> {
        (0..).zip(&self.is_in_cut_block).filter(|(_, is_in)| **is_in).map(|(record, _)| record).collect()
    }

    /// Shows every candidate pair of a shard once to one of the visitors, in parallel; gives the visitors in an order
    /// that depends on the scheduling, so merging them must not depend on order.
    pub(crate) fn for_each_pair<V: Visitor>(
        &self,
        shard: Shard,
        start: impl Fn() -> V + Sync + Send,
        mut progress: impl FnMut(usize, usize),
    ) -> Walked<V> {
        let mut walked = Walked { visitors: Vec::new(), n_pairs_expected: 0 };
        for rule in 0..self.rules.len() {
            progress(rule, self.rules.len());
            let entries = self.sorted_entries(rule, shard);
            walked.n_pairs_expected += n_pairs_within(&entries);
            let tasks = tasks(&entries);
            let begin = || (start(), Tile::default());
            let folded = tasks.par_iter().enumerate().fold(begin, |(mut visitor, mut tile), (part, task)| {
                visitor.begin(Some((rule, part)));
                self.walk(rule, &entries, *task, &mut tile, &mut visitor);
                (visitor, tile)
            });
            walked.visitors.par_extend(folded.map(|(visitor, _)| visitor));
        }
        let (visitors, n_pairs) = self.windows.walk(shard, start, |l, r| self.is_admissible(l, r));
        walked.visitors.extend(visitors);
        walked.n_pairs_expected += n_pairs;
        walked
    }

    /// Bytes of memory that the keys and the sorted entries of one rule take.
    pub(crate) fn n_bytes(&self) -> u64 {
        let widest = self.rules.iter().map(|rule| rule.to - rule.from).max().unwrap_or(0);
        let n_records = self.keys.len() / self.n_slots.max(1);
        (self.keys.len() * size_of::<u32>()
            + self.windows.n_bytes()
            + self.is_in_cut_block.len()
            + n_records * widest * size_of::<u64>() * 2) as u64
    }

    fn row(&self, record: u32) -> &[u32] {
        let from = record as usize * self.n_slots;
        &self.keys[from..from + self.n_slots]
    }

    /// Key and record of all keys of a rule that a shard owns, sorted.
    fn sorted_entries(&self, rule: usize, shard: Shard) -> Vec<u64> {
        let slots = &self.rules[rule];
        let mut entries: Vec<u64> = self
            .keys
            .par_chunks(self.n_slots.max(1))
            .enumerate()
            .flat_map_iter(|(record, row)| {
                let keys = row[slots.from..slots.to].iter();
                let keys = keys.filter(move |key| **key != 0 && shard.owns(rule, **key >> 1));
                keys.map(move |key| u64::from(*key >> 1) << 32 | record as u64)
            })
            .collect();
        entries.par_sort_unstable();
        entries.dedup();
        entries
    }

    /// How many rules give a record no key, and of how many: a value is missing, or too many records are alike and only
    /// neighbours among them are compared.
    pub(crate) fn rules_without_key(&self, record: u32) -> (u32, u32) {
        let row = self.row(record);
        let has_none = |rule: &&RuleSlots| row[rule.from..rule.to].iter().all(|key| *key == 0);
        (self.rules.iter().filter(has_none).count() as u32, self.rules.len() as u32)
    }

    /// Walks over the pairs whose first entry is in a range of the sorted entries.
    fn walk(
        &self,
        rule: usize,
        entries: &[u64],
        (from, to): (usize, usize),
        tile: &mut Tile,
        visitor: &mut impl Visitor,
    ) {
        let mut at = from;
        while at < to {
            at = tile.lay_down(entries, (at, to));
            self.walk_tile(rule, tile, visitor);
        }
    }

    /// Walks over the pairs of some blocks.
    fn walk_tile(&self, rule: usize, tile: &mut Tile, visitor: &mut impl Visitor) {
        self.lay_down_keys(rule, tile);
        let mut is_open = false;
        for idx in 0..tile.blocks.len() {
            let BlockInTile { from, n_first, .. } = tile.blocks[idx];
            for left in from..from + n_first {
                self.find_rights(rule, idx, left, tile);
                if tile.rights.is_empty() {
                    continue;
                }
                if !is_open {
                    visitor.open(&tile.records);
                    is_open = true;
                }
                visitor.row(Row { records: &tile.records, left, rights: &tile.rights, rule });
            }
        }
    }

    /// The keys of a tile's records under the rules of one key before a rule, one rule after the other.
    fn lay_down_keys(&self, rule: usize, tile: &mut Tile) {
        let Tile { records, keys, .. } = tile;
        keys.clear();
        for slots in self.rules[..rule].iter().filter(|slots| slots.is_of_one_key()) {
            keys.extend(records.iter().map(|record| self.keys[*record as usize * self.n_slots + slots.from]));
        }
    }

    /// The places of the records that follow one of a block of a tile and that no earlier rule, and no smaller key of this rule, pairs with
    /// it.
    fn find_rights(&self, rule: usize, block: usize, left: usize, tile: &mut Tile) {
        let Tile { records, blocks, keys, marks, rights } = tile;
        let BlockInTile { key, to, .. } = blocks[block];
        let (l, n) = (records[left], records.len());
        marks.clear();
        marks.resize(to - left - 1, 0);
        let others = records[left + 1..to].iter().copied();
        for keys in keys.chunks_exact(n) {
            let of_left = keys[left];
            if of_left != 0 {
                marks
                    .iter_mut()
                    .zip(&keys[left + 1..to])
                    .for_each(|(mark, key)| *mark |= u32::from(*key == of_left));
            }
        }
        let mut mark_if = |is_marked: &dyn Fn(u32) -> bool| {
            marks.iter_mut().zip(others.clone()).for_each(|(mark, r)| *mark |= u32::from(is_marked(r)));
        };
        if let Some(source_of) = &self.source_of {
            mark_if(&|r| source_of[l as usize] == source_of[r as usize]);
        }
        let a = self.row(l);
        for earlier in self.rules[..rule].iter().filter(|slots| !slots.is_of_one_key()) {
            mark_if(&|r| shares_key(earlier, a, self.row(r)));
        }
        if !self.rules[rule].is_of_one_key() {
            mark_if(&|r| shared_min(&self.rules[rule], a, self.row(r)) != Some(key));
        }
        rights.clear();
        rights.resize(marks.len(), 0);
        let mut n_rights = 0;
        for (at, mark) in marks.iter().enumerate() {
            rights[n_rights] = (left + 1 + at) as u32;
            n_rights += usize::from(*mark == 0);
        }
        rights.truncate(n_rights);
    }

    /// Splits blocks that are too large by further attributes, then by a window, and writes down what is left out.
    fn split_oversized(&mut self, rule: usize, table: &Table, n_pairs_left: &mut u64) {
        let entries = self.sorted_entries(rule, Shard::WHOLE);
        for run in oversized(&entries, n_pairs_left) {
            let records: Vec<u32> = run.entries.iter().map(|entry| *entry as u32).collect();
            let n_pairs = self.n_pairs(&records);
            let mut kept = 0;
            let mut parts = vec![(run.key, records, 0)];
            while let Some((key, members, refinement)) = parts.pop() {
                if members.len() > BLOCK_RECORDS_MAX {
                    self.splits.insert((rule, key, refinement));
                }
                if members.len() <= BLOCK_RECORDS_MAX {
                    kept += self.n_pairs(&members);
                    self.replace(rule, run.key, key, &members);
                } else if refinement < table.attributes().len() {
                    parts.extend(refined(table, key, &members, refinement));
                } else {
                    self.replace(rule, run.key, 0, &members);
                    kept += self.n_pairs_in_window(&members);
                    self.windows.add(members, rule, table.n_records());
                }
            }
            let digest = format!("{:08x}", hash_bytes(&run.key.to_le_bytes()) as u32);
            let entry = NotCompared {
                rule: self.rules[rule].label.clone(),
                key_digest: digest,
                records: run.entries.len() as u64,
                pairs_skipped: n_pairs.saturating_sub(kept),
                expected_matches: None,
                is_capped: false,
            };
            if entry.pairs_skipped > 0 {
                self.is_in_cut_block.resize(table.n_records(), false);
                run.entries.iter().for_each(|entry| self.is_in_cut_block[*entry as u32 as usize] = true);
            }
            self.not_compared.push((rule, entry));
        }
    }

    /// Gives records of a block a new key, or none (0).
    fn replace(&mut self, rule: usize, old: u32, new: u32, records: &[u32]) {
        let (from, to) = (self.rules[rule].from, self.rules[rule].to);
        for record in records {
            let at = *record as usize * self.n_slots;
            for slot in &mut self.keys[at + from..at + to] {
                if *slot != 0 && *slot >> 1 == old {
                    *slot = if new == 0 { 0 } else { new << 1 | (*slot & 1) };
                }
            }
        }
    }

    /// Admissible pairs of records that are the same and that a window compares.
    fn n_pairs_in_window(&self, members: &[u32]) -> u64 {
        let others = |place: usize| members[place + 1..].iter().take(WINDOW_RECORDS);
        let of = |place: usize| others(place).filter(|r| self.is_admissible(members[place], **r)).count();
        (0..members.len()).map(|place| of(place) as u64).sum()
    }

    /// Admissible pairs among records.
    fn n_pairs(&self, records: &[u32]) -> u64 {
        let pairs = |n: u64| n * n.saturating_sub(1) / 2;
        let all = pairs(records.len() as u64);
        let Some(source_of) = &self.source_of else { return all };
        let mut sources: Vec<u32> = records.iter().map(|record| source_of[*record as usize]).collect();
        sources.sort_unstable();
        all - sources.chunk_by(|a, b| a == b).map(|same| pairs(same.len() as u64)).sum::<u64>()
    }
}

/// The blocks that are to be refined: those of more than [`BLOCK_RECORDS_MAX`] records, but for the smallest, whose pairs are taken
/// from those that are left.
fn oversized<'a>(entries: &'a [u64], n_pairs_left: &mut u64) -> Vec<Run<'a>> {
    let runs = entries.chunk_by(|a, b| a >> 32 == b >> 32);
    let mut oversized: Vec<Run<'_>> = runs
        .filter(|run| run.len() > BLOCK_RECORDS_MAX)
        .map(|run| Run { key: (run[0] >> 32) as u32, entries: run })
        .collect();
    oversized.sort_by_key(|run| run.entries.len());
    let n_whole = oversized
        .iter()
        .take_while(|run| {
            let n_pairs = n_pairs_within(run.entries);
            let fits = n_pairs <= *n_pairs_left;
            *n_pairs_left -= if fits { n_pairs } else { 0 };
            fits
        })
        .count();
    oversized.split_off(n_whole)
}

/// The key, without its role, of the records of a block that have one code of an attribute.
pub(crate) const fn refined_key(key: u32, attribute: usize, code: u32) -> u32 {
    key_of(mix_two((key as u64) << 8 | attribute as u64, code as u64)) >> 1
}

/// The members of a block divided by their value of an attribute.
fn refined(table: &Table, key: u32, members: &[u32], attribute: usize) -> Vec<(u32, Vec<u32>, usize)> {
    let code = |record: u32| table.code(attribute, record);
    let mut sorted: Vec<u32> = members.to_vec();
    sorted.sort_unstable_by_key(|record| (code(*record), *record));
    let parts = sorted.chunk_by(|a, b| code(*a) == code(*b));
    parts.map(|part| (refined_key(key, attribute, code(part[0])), part.to_vec(), attribute + 1)).collect()
}

/// Whether two records share a key under a rule.
fn shares_key(rule: &RuleSlots, a: &[u32], b: &[u32]) -> bool {
    share_key(&a[rule.from..rule.to], &b[rule.from..rule.to], rule.is_crossed)
}

/// Whether two records share a key, given all their keys under one rule.
pub(crate) fn share_key(a: &[u32], b: &[u32], is_crossed: bool) -> bool {
    match (a, b) {
        ([x], [y]) if !is_crossed => x == y && *x != 0,
        _ => {
            let role = u32::from(is_crossed);
            a.iter().any(|x| *x != 0 && b.iter().any(|y| x ^ y == role))
        }
    }
}

/// The smallest key, without its role, that two records share under a rule.
fn shared_min(rule: &RuleSlots, a: &[u32], b: &[u32]) -> Option<u32> {
    let mut least: Option<u32> = None;
    for x in &a[rule.from..rule.to] {
        for y in &b[rule.from..rule.to] {
            let shared = *x != 0 && if rule.is_crossed { x ^ y == 1 } else { x == y };
            if shared && least.is_none_or(|key| x >> 1 < key) {
                least = Some(x >> 1);
            }
        }
    }
    least
}

/// Pairs within the runs of one key.
fn n_pairs_within(entries: &[u64]) -> u64 {
    let runs = entries.chunk_by(|a, b| a >> 32 == b >> 32);
    runs.map(|run| run.len() as u64 * (run.len() as u64 - 1) / 2).sum()
}

/// Ranges of outer places with about [`TASK_PAIRS`] pairs each.
fn tasks(entries: &[u64]) -> Vec<(usize, usize)> {
    let mut tasks = Vec::new();
    let (mut from, mut pairs, mut at) = (0, 0, 0);
    for run in entries.chunk_by(|a, b| a >> 32 == b >> 32) {
        for inner in (0..run.len()).rev() {
            pairs += inner as u64;
            at += 1;
            if pairs >= TASK_PAIRS {
                tasks.push((from, at));
                (from, pairs) = (at, 0);
            }
        }
    }
    if from < entries.len() {
        tasks.push((from, entries.len()));
    }
    tasks
}
