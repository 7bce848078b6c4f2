//! Blocking keys of records: what two records share when a rule holds.
//!
//! A key is a 31-bit hash with one bit for the role in a crossed rule; 0 is no key. Two values that fall on one hash
//! share a block and are compared needlessly; nothing is lost by it.

use rayon::prelude::*;

use crate::birth::Birth;
use crate::dictionary::{Dictionary, NULL};
use crate::hashing::{hash_bytes, mix_two};
use crate::rule::Rule;
use crate::table::Table;
use crate::term::{KEYS_PER_VALUE_MAX, Part, Term, keys_of};

/// Most keys of one record under one rule, for each direction.
const KEYS_PER_RECORD_MAX: usize = 4;

/// Of more records than this only some keys are counted when a rule is chosen.
const RECORDS_COUNTED_MAX: usize = 100_000;
/// One in so many.
const KEYS_SAMPLED: u64 = 8;
/// Values of which one task makes the hashes.
const CODES_PER_TASK: usize = 1 << 14;
/// Records of one task.
const RECORDS_PER_TASK: usize = 4_096;

/// The hashes that a term gives for each record.
struct TermKeys<'a> {
    table: &'a Table,
    slot: usize,
    form: Form,
}

enum Form {
    Birth(Part),
    /// The hash of each code's whole value.
    Whole(Vec<u64>),
    /// Hashes of each code: `hashes[starts[code]..starts[code + 1]]`.
    Text {
        starts: Vec<u32>,
        hashes: Vec<u64>,
    },
}

impl<'a> TermKeys<'a> {
    fn new(table: &'a Table, column: &str, part: Part) -> Option<Self> {
        let slot = table.attribute_of(column)?;
        let form = match table.attributes()[slot].dictionary {
            None => Form::Birth(part),
            Some(dictionary) => {
                let dictionary = &table.dictionaries()[dictionary];
                let codes: Vec<u32> = (0..dictionary.len() as u32).collect();
                if part == Part::Whole {
                    let hash = |code: &u32| hash_bytes(dictionary.bytes(*code));
                    return Some(Self {
                        table,
                        slot,
                        form: Form::Whole(codes.par_iter().map(hash).collect()),
                    });
                }
                let lists: Vec<(Vec<u32>, Vec<u64>)> = codes
                    .par_chunks(CODES_PER_TASK)
                    .map(|codes| hashes_of(dictionary, codes, part))
                    .collect();
                let (mut starts, mut hashes) = (vec![0], Vec::new());
                for (numbers, of_codes) in lists {
                    starts.extend(numbers.iter().scan(hashes.len() as u32, |sum, n| {
                        *sum += n;
                        Some(*sum)
                    }));
                    hashes.extend(of_codes);
                }
                Form::Text { starts, hashes }
            }
        };
        Some(Self { table, slot, form })
    }

    fn n_max(&self) -> usize {
        match &self.form {
            Form::Birth(_) | Form::Whole(_) => 1,
            Form::Text { starts, .. } => starts.windows(2).map(|w| (w[1] - w[0]) as usize).max().unwrap_or(0),
        }
    }

    /// Calls `each` with every hash of a record.
    fn for_each(&self, record: u32, mut each: impl FnMut(u64)) {
        let code = self.table.code(self.slot, record);
        match &self.form {
            Form::Whole(hashes) => {
                if code != NULL {
                    each(hashes[code as usize]);
                }
            }
            Form::Text { starts, hashes } => {
                let (from, to) = (starts[code as usize] as usize, starts[code as usize + 1] as usize);
                hashes[from..to].iter().for_each(|hash| each(*hash));
            }
            Form::Birth(part) => {
                if let Some(hash) = birth_hash(Birth(code), *part) {
                    each(hash);
                }
            }
        }
    }
}

/// How many hashes each code has, and all of them in order.
fn hashes_of(dictionary: &Dictionary, codes: &[u32], part: Part) -> (Vec<u32>, Vec<u64>) {
    let (mut numbers, mut hashes) = (Vec::with_capacity(codes.len()), Vec::with_capacity(codes.len()));
    for code in codes {
        let before = hashes.len();
        hashes.extend(text_hashes(dictionary, *code, part));
        numbers.push((hashes.len() - before) as u32);
    }
    (numbers, hashes)
}

fn text_hashes(dictionary: &Dictionary, code: u32, part: Part) -> Vec<u64> {
    let keys = if code == NULL { Vec::new() } else { keys_of(dictionary.value(code), part) };
    keys.iter().map(|key| hash_bytes(key.as_bytes())).collect()
}

fn birth_hash(birth: Birth, part: Part) -> Option<u64> {
    let value = match part {
        Part::Year => birth.year(),
        Part::Month => birth.month(),
        Part::Day => birth.day(),
        _ if birth.is_complete() => birth.0,
        _ => 0,
    };
    (value > 0).then(|| mix_two(u64::from(value), 7))
}

/// The keys of one record under a rule, from the codes of its attributes; the same that a [`KeyMaker`] writes for it.
pub(crate) fn keys_of_record(rule: &Rule, table: &Table, codes: &[u32]) -> Vec<u32> {
    let hashes = |column: &str, part: Part| -> Option<Vec<u64>> {
        let slot = table.attribute_of(column)?;
        Some(match table.attributes()[slot].dictionary {
            None => birth_hash(Birth(codes[slot]), part).into_iter().collect(),
            Some(dictionary) => text_hashes(&table.dictionaries()[dictionary], codes[slot], part),
        })
    };
    let other = |term: &Term| term.other.clone().unwrap_or_else(|| term.column.clone());
    let forward: Vec<Vec<u64>> =
        rule.terms.iter().filter_map(|term| hashes(&term.column, term.part)).collect();
    let mut keys = combined(&forward, 0);
    if rule.is_crossed() {
        let backward: Vec<Vec<u64>> =
            rule.terms.iter().filter_map(|term| hashes(&other(term), term.part)).collect();
        keys.extend(combined(&backward, 1));
    }
    keys
}

fn combined(terms: &[Vec<u64>], role: u32) -> Vec<u32> {
    let mut keys = vec![1u64];
    for hashes in terms {
        let all = keys.iter().flat_map(|key| hashes.iter().map(|hash| mix_two(*key, *hash)));
        keys = all.take(KEYS_PER_RECORD_MAX).collect();
    }
    keys.into_iter().map(|key| key_of(key) | role).collect()
}

/// Makes the keys of one rule.
pub(crate) struct KeyMaker<'a> {
    forward: Vec<TermKeys<'a>>,
    /// The other direction of a crossed rule; empty otherwise.
    backward: Vec<TermKeys<'a>>,
}

impl<'a> KeyMaker<'a> {
    pub(crate) fn new(rule: &Rule, table: &'a Table) -> Self {
        let forward = rule.terms.iter().filter_map(|t| TermKeys::new(table, &t.column, t.part)).collect();
        let other = |t: &'_ crate::term::Term| t.other.clone().unwrap_or_else(|| t.column.clone());
        let backward = if rule.is_crossed() {
            rule.terms.iter().filter_map(|t| TermKeys::new(table, &other(t), t.part)).collect()
        } else {
            Vec::new()
        };
        Self { forward, backward }
    }

    /// Whether two keys must have different roles to make a pair.
    pub(crate) fn is_crossed(&self) -> bool {
        !self.backward.is_empty()
    }

    /// How many keys a record can have.
    pub(crate) fn n_slots(&self) -> usize {
        let n = self.forward.iter().map(|term| term.n_max().clamp(1, KEYS_PER_VALUE_MAX)).product::<usize>();
        n.min(KEYS_PER_RECORD_MAX) * if self.is_crossed() { 2 } else { 1 }
    }

    /// Writes the keys of a record, 0 where there are fewer; `out` has [`n_slots`](Self::n_slots) places.
    pub(crate) fn write(&self, record: u32, out: &mut [u32]) {
        out.fill(0);
        let half = if self.is_crossed() { out.len() / 2 } else { out.len() };
        let (forward, backward) = out.split_at_mut(half);
        write_combined(&self.forward, record, 0, forward);
        if self.is_crossed() {
            write_combined(&self.backward, record, 1, backward);
        }
    }

    /// How many pairs the rule proposes, those that other rules propose too included; from one key in
    /// [`KEYS_SAMPLED`] when there are many records.
    pub(crate) fn n_pairs(&self, table: &Table, across_sources_only: bool) -> u64 {
        let n_slots = self.n_slots();
        let sampled = if table.n_records() > RECORDS_COUNTED_MAX { KEYS_SAMPLED } else { 1 };
        let records: Vec<u32> = (0..table.n_records() as u32).collect();
        let chunk = |records: &[u32]| {
            let mut slots = vec![0; n_slots];
            let mut keys = Vec::new();
            for record in records {
                self.write(*record, &mut slots);
                let source = if across_sources_only { table.source_index(*record) } else { 0 };
                let drawn = slots.iter().filter(|key| **key != 0 && u64::from(**key >> 1) % sampled == 0);
                keys.extend(drawn.map(|key| u64::from(*key) << 32 | u64::from(source)));
            }
            keys
        };
        let mut keys: Vec<u64> = records.par_chunks(RECORDS_PER_TASK).flat_map_iter(chunk).collect();
        keys.par_sort_unstable();
        let pairs = |n: u64| n * n.saturating_sub(1) / 2;
        let blocks = keys.chunk_by(|a, b| a >> 33 == b >> 33);
        let pairs_sampled: u64 = blocks
            .map(|block| {
                let n = block.len() as u64;
                if self.is_crossed() {
                    let forward = block.iter().filter(|key| *key >> 32 & 1 == 0).count() as u64;
                    forward * (n - forward)
                } else if across_sources_only {
                    let within =
                        block.chunk_by(|a, b| a == b).map(|same| pairs(same.len() as u64)).sum::<u64>();
                    pairs(n) - within
                } else {
                    pairs(n)
                }
            })
            .sum();
        pairs_sampled * sampled
    }
}

/// Writes the keys of all combinations of the terms' hashes, as many as there is room for.
fn write_combined(terms: &[TermKeys<'_>], record: u32, role: u32, out: &mut [u32]) {
    let mut keys = [1u64; KEYS_PER_RECORD_MAX];
    let mut n_keys = 1;
    for term in terms {
        let before = (keys, n_keys);
        n_keys = 0;
        for key in &before.0[..before.1] {
            term.for_each(record, |hash| {
                if n_keys < KEYS_PER_RECORD_MAX {
                    keys[n_keys] = mix_two(*key, hash);
                    n_keys += 1;
                }
            });
        }
    }
    for (slot, key) in out.iter_mut().zip(&keys[..n_keys]) {
        *slot = key_of(*key) | role;
    }
}

/// A key of a hash, role bit clear, never 0.
pub(crate) const fn key_of(hash: u64) -> u32 {
    let key = (hash as u32) & !1;
    if key == 0 { 2 } else { key }
}
