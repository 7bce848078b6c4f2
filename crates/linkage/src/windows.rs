//! Records that are the same in every attribute that is compared, and too many for all their pairs to be compared: each is
//! compared with the ones that follow it.
//!
//! A lot keeps its records, four bytes for each, and its pairs are made while they are walked over: a million records that
//! are all the same have twenty million such pairs.

use rayon::prelude::*;

use crate::blocking::{Row, Visitor};
use crate::shard::Shard;

/// A record is compared with this many that follow it in its lot.
pub const WINDOW_RECORDS: usize = 20;
/// Records of a lot that one task opens: so few that most of their pairs are asked for.
const CHUNK_RECORDS: usize = 60;

/// All lots of a run; no record is in two.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    lots: Vec<Lot>,
    /// For each record of the table the number of its lot, from 1; empty while there is no lot.
    lot_of: Vec<u32>,
}

/// Records that are the same, ascending, and the first rule under which they are too many.
#[derive(Debug)]
struct Lot {
    records: Vec<u32>,
    rule: usize,
}

impl Windows {
    /// Adds records that are the same, ascending and at least two. Whatever rule proposes one of them proposes all, so
    /// that a lot that comes again under a later rule is the one that is known already.
    pub(crate) fn add(&mut self, records: Vec<u32>, rule: usize, n_records: usize) {
        self.lot_of.resize(n_records, 0);
        if self.lot_of[records[0] as usize] != 0 {
            return;
        }
        let number = self.lots.len() as u32 + 1;
        records.iter().for_each(|record| self.lot_of[*record as usize] = number);
        self.lots.push(Lot { records, rule });
    }

    /// Whether a pair, the lower record first, is compared because of its lot.
    pub(crate) fn hold(&self, l: u32, r: u32) -> bool {
        let lot = self.lot_of.get(l as usize).copied().unwrap_or(0);
        if lot == 0 || self.lot_of[r as usize] != lot {
            return false;
        }
        let records = &self.lots[lot as usize - 1].records;
        let place = records.partition_point(|record| *record < l);
        records[place + 1..].iter().take(WINDOW_RECORDS).any(|record| *record == r)
    }

    /// Shows every pair of a shard once to one of the visitors, in parallel; gives the visitors, and how many pairs they
    /// should have seen.
    pub(crate) fn walk<V: Visitor>(
        &self,
        shard: Shard,
        start: impl Fn() -> V + Sync + Send,
        is_admissible: impl Fn(u32, u32) -> bool + Sync + Send,
    ) -> (Vec<V>, u64) {
        let chunks: Vec<(&Lot, usize)> = self
            .lots
            .iter()
            .flat_map(|lot| (0..lot.records.len()).step_by(CHUNK_RECORDS).map(move |from| (lot, from)))
            .collect();
        let begin = || {
            let mut visitor = start();
            visitor.begin(None);
            (visitor, 0)
        };
        let walked = chunks.par_iter().fold(begin, |(mut visitor, n_pairs), (lot, from)| {
            let n_new = walk_chunk(lot, *from, shard, &mut visitor, &is_admissible);
            (visitor, n_pairs + n_new)
        });
        let walked: Vec<(V, u64)> = walked.collect();
        let n_pairs = walked.iter().map(|(_, n_pairs)| n_pairs).sum();
        (walked.into_iter().map(|(visitor, _)| visitor).collect(), n_pairs)
    }

    /// Bytes of memory that the lots take.
    pub(crate) fn n_bytes(&self) -> usize {
        let n_records: usize = self.lots.iter().map(|lot| lot.records.len()).sum();
        (n_records + self.lot_of.len()) * size_of::<u32>()
    }
}

/// Walks over the pairs of a lot whose first record is one of a chunk; gives how many they are.
fn walk_chunk(
    lot: &Lot,
    from: usize,
    shard: Shard,
    visitor: &mut impl Visitor,
    is_admissible: &impl Fn(u32, u32) -> bool,
) -> u64 {
    let rest = &lot.records[from..];
    let records = &rest[..rest.len().min(CHUNK_RECORDS + WINDOW_RECORDS)];
    let mut n_pairs = 0;
    let mut rights = Vec::with_capacity(WINDOW_RECORDS);
    let mut is_open = false;
    for (left, l) in records.iter().enumerate().take(CHUNK_RECORDS) {
        if !shard.owns(lot.rule, *l) {
            continue;
        }
        let others = (left + 1..records.len()).take(WINDOW_RECORDS);
        rights.clear();
        rights.extend(others.filter(|r| is_admissible(*l, records[*r])).map(|r| r as u32));
        if rights.is_empty() {
            continue;
        }
        if !is_open {
            visitor.open(records);
            is_open = true;
        }
        n_pairs += rights.len() as u64;
        visitor.row(Row { records, left, rights: &rights, rule: lot.rule });
    }
    n_pairs
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Keeps the pairs that it is shown.
    #[derive(Default)]
    struct Seen(Vec<(u32, u32)>);

    impl Visitor for Seen {
        fn open(&mut self, _records: &[u32]) {}

        fn row(&mut self, row: Row<'_>) {
            let l = row.records[row.left];
            self.0.extend(row.rights.iter().map(|right| (l, row.records[*right as usize])));
        }
    }

    /// The pairs of lots, each given by its first record and its number of records, every third record of a table.
    fn check(lots: &[(u32, u32)], n_shards: u32, is_admissible: fn(u32, u32) -> bool) {
        let lots: Vec<Vec<u32>> =
            lots.iter().map(|(first, n)| (0..*n).map(|at| first + 3 * at).collect()).collect();
        let n_records = lots.iter().flatten().max().map_or(0, |last| *last as usize + 4);
        let mut windows = Windows::default();
        for _ in 0..2 {
            lots.iter().enumerate().for_each(|(rule, lot)| windows.add(lot.clone(), rule, n_records));
        }
        let expected: Vec<(u32, u32)> = lots
            .iter()
            .flat_map(|lot| (0..lot.len()).flat_map(move |l| (l + 1..lot.len()).map(move |r| (lot, l, r))))
            .filter(|(_, l, r)| r - l <= WINDOW_RECORDS)
            .map(|(lot, l, r)| (lot[l], lot[r]))
            .filter(|(l, r)| is_admissible(*l, *r))
            .collect();
        let mut seen = Vec::new();
        for number in 1..=n_shards {
            let shard = Shard::try_new(number, n_shards).unwrap();
            let (visitors, n_pairs) = windows.walk(shard, Seen::default, is_admissible);
            let pairs: Vec<(u32, u32)> = visitors.into_iter().flat_map(|seen| seen.0).collect();
            assert_eq!(pairs.len() as u64, n_pairs);
            seen.extend(pairs);
        }
        seen.sort_unstable();
        assert_eq!(seen, expected.iter().copied().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>());
        let held = (0..n_records as u32).flat_map(|l| (l + 1..n_records as u32).map(move |r| (l, r)));
        let held: Vec<(u32, u32)> =
            held.filter(|(l, r)| windows.hold(*l, *r) && is_admissible(*l, *r)).collect();
        assert_eq!(held, seen);
    }

    #[test]
    fn each_pair_of_a_window_is_seen_once() {
        let all: fn(u32, u32) -> bool = |_, _| true;
        let other: fn(u32, u32) -> bool = |l, r| l % 2 != r % 2;
        for (lots, is_admissible) in [
            (&[][..], all),
            (&[(0, 2)], all),
            (&[(1, 21), (0, 22)], all),
            (&[(2, 60), (0, 61), (1, 200)], all),
            (&[(0, 200), (1, 80)], other),
        ] {
            for n_shards in [1, 3] {
                check(lots, n_shards, is_admissible);
            }
        }
    }
}
