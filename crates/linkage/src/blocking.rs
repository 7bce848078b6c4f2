//! Which pairs are compared: records that share a key of a rule, each pair under the first rule that proposes it.
//!
//! The keys of every record under every rule lie side by side, so that whether an earlier rule already proposed a pair
//! is a test of a few words. Pairs are never stored: each pass sorts the keys of one rule at a time and walks the runs.

use rayon::prelude::*;

use crate::hashing::{hash_bytes, mix_two};
use crate::key::{KeyMaker, key_of};
use crate::not_compared::NotCompared;
use crate::rule::Rule;
use crate::table::Table;

/// A block of more records is refined by further attributes.
pub const BLOCK_RECORDS_MAX: usize = 2_500;
/// A block that stays too large is sorted, and each record is compared with this many that follow it.
pub const WINDOW_RECORDS: usize = 20;
/// Pairs of one task.
const TASK_PAIRS: u64 = 1 << 17;

/// The keys of all records under all rules.
pub(crate) struct Blocking {
    rules: Vec<RuleSlots>,
    keys: Vec<u32>,
    n_slots: usize,
    /// Pairs of oversized blocks taken from a sorted window, each once, ordered; with the rule.
    window: Vec<(u32, u32, u16)>,
    pub(crate) not_compared: Vec<(usize, NotCompared)>,
    source_of: Option<Vec<u32>>,
}

struct RuleSlots {
    label: String,
    from: usize,
    to: usize,
    is_crossed: bool,
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
        let mut blocking = Self { rules: slots, keys, n_slots, window: Vec::new(), not_compared: Vec::new(), source_of };
        for rule in 0..blocking.rules.len() {
            blocking.split_oversized(rule, table);
        }
        blocking.window.par_sort_unstable();
        blocking.window.dedup_by_key(|pair| (pair.0, pair.1));
        blocking
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
        let holds = |rule: &RuleSlots| shared_min(rule, a, b).is_some();
        self.rules.iter().enumerate().filter(|(_, rule)| holds(rule)).fold(0, |bits, (idx, _)| bits | 1 << idx)
    }

    /// Whether a pair is compared in this run.
    pub(crate) fn proposes(&self, l: u32, r: u32) -> bool {
        self.rules_holding(l, r) != 0 || self.window.binary_search_by_key(&(l, r), |pair| (pair.0, pair.1)).is_ok()
    }

    /// Calls `each` once for every candidate pair, l before r, in parallel; gives the states of the parts in an order
    /// that depends on the scheduling, so merging them must not depend on order.
    pub(crate) fn for_each_pair<S: Send>(
        &self,
        start: impl Fn() -> S + Sync + Send,
        each: impl Fn(&mut S, u32, u32, usize) + Sync + Send,
        mut progress: impl FnMut(usize, usize),
    ) -> Vec<S> {
        let mut states = Vec::new();
        for rule in 0..self.rules.len() {
            progress(rule, self.rules.len());
            let entries = self.sorted_entries(rule);
            let tasks = tasks(&entries);
            states.par_extend(tasks.par_iter().fold(&start, |mut state, task| {
                self.walk(rule, &entries, *task, &mut |l, r| each(&mut state, l, r, rule));
                state
            }));
        }
        let mut state = start();
        for (l, r, rule) in &self.window {
            if self.rules_holding(*l, *r) == 0 {
                each(&mut state, *l, *r, usize::from(*rule));
            }
        }
        states.push(state);
        states
    }

    fn row(&self, record: u32) -> &[u32] {
        let from = record as usize * self.n_slots;
        &self.keys[from..from + self.n_slots]
    }

    /// Key and record of all keys of a rule, sorted.
    fn sorted_entries(&self, rule: usize) -> Vec<u64> {
        let slots = &self.rules[rule];
        let mut entries: Vec<u64> = self
            .keys
            .par_chunks(self.n_slots.max(1))
            .enumerate()
            .flat_map_iter(|(record, row)| {
                let keys = row[slots.from..slots.to].iter().filter(|key| **key != 0);
                keys.map(move |key| u64::from(*key >> 1) << 32 | record as u64)
            })
            .collect();
        entries.par_sort_unstable();
        entries.dedup();
        entries
    }

    fn walk(&self, rule: usize, entries: &[u64], (from, to): (usize, usize), each: &mut impl FnMut(u32, u32)) {
        let mut end = from;
        for i in from..to {
            let key = entries[i] >> 32;
            if i >= end {
                end = i + entries[i..].partition_point(|entry| entry >> 32 == key);
            }
            let l = entries[i] as u32;
            for entry in &entries[i + 1..end] {
                let r = *entry as u32;
                if self.is_admissible(l, r) && self.is_first(rule, key as u32, l, r) {
                    each(l, r);
                }
            }
        }
    }

    /// Whether no earlier rule, and no smaller key of this rule, proposes the pair, and this one does.
    fn is_first(&self, rule: usize, key: u32, l: u32, r: u32) -> bool {
        let (a, b) = (self.row(l), self.row(r));
        if self.rules[..rule].iter().any(|earlier| shared_min(earlier, a, b).is_some()) {
            return false;
        }
        let slots = &self.rules[rule];
        (slots.to - slots.from == 1 && !slots.is_crossed) || shared_min(slots, a, b) == Some(key)
    }

    /// Splits blocks that are too large by further attributes, then by a window, and writes down what is left out.
    fn split_oversized(&mut self, rule: usize, table: &Table) {
        let entries = self.sorted_entries(rule);
        let runs = entries.chunk_by(|a, b| a >> 32 == b >> 32);
        let oversized: Vec<Run<'_>> = runs
            .filter(|run| run.len() > BLOCK_RECORDS_MAX)
            .map(|run| Run { key: (run[0] >> 32) as u32, entries: run })
            .collect();
        for run in oversized {
            let records: Vec<u32> = run.entries.iter().map(|entry| *entry as u32).collect();
            let n_pairs = self.n_pairs(&records);
            let mut kept = 0;
            let mut parts = vec![(run.key, records, 0)];
            while let Some((key, members, refinement)) = parts.pop() {
                if members.len() <= BLOCK_RECORDS_MAX {
                    kept += self.n_pairs(&members);
                    self.replace(rule, run.key, key, &members);
                } else if refinement < table.attributes().len() {
                    parts.extend(refined(table, key, &members, refinement));
                } else {
                    self.replace(rule, run.key, 0, &members);
                    kept += self.take_window(rule, table, members);
                }
            }
            let digest = format!("{:08x}", hash_bytes(&run.key.to_le_bytes()) as u32);
            let entry = NotCompared {
                rule: self.rules[rule].label.clone(),
                key_digest: digest,
                records: run.entries.len() as u64,
                pairs_skipped: n_pairs.saturating_sub(kept),
                expected_matches: 0.0,
            };
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

    fn take_window(&mut self, rule: usize, table: &Table, mut members: Vec<u32>) -> u64 {
        let codes = |record: u32| table.attributes().iter().map(move |a| a.codes[record as usize]);
        members.sort_by(|a, b| codes(*a).cmp(codes(*b)).then(a.cmp(b)));
        let before = self.window.len();
        for (place, l) in members.iter().enumerate() {
            for r in members.iter().skip(place + 1).take(WINDOW_RECORDS) {
                if self.is_admissible(*l, *r) {
                    self.window.push((*l.min(r), *l.max(r), rule as u16));
                }
            }
        }
        (self.window.len() - before) as u64
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

/// The members of a block divided by their value of an attribute.
fn refined(table: &Table, key: u32, members: &[u32], attribute: usize) -> Vec<(u32, Vec<u32>, usize)> {
    let codes = &table.attributes()[attribute].codes;
    let mut sorted: Vec<u32> = members.to_vec();
    sorted.sort_unstable_by_key(|record| (codes[*record as usize], *record));
    let parts = sorted.chunk_by(|a, b| codes[*a as usize] == codes[*b as usize]);
    parts
        .map(|part| {
            let code = u64::from(codes[part[0] as usize]);
            let hash = mix_two(u64::from(key) << 8 | attribute as u64, code);
            (key_of(hash) >> 1, part.to_vec(), attribute + 1)
        })
        .collect()
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
