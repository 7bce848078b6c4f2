//! Keys of one rule in sorted runs, so that a record is added without sorting all of them anew.
//!
//! A small tail takes what is new; a full tail becomes a run, and neighbouring runs are merged as soon as the later is
//! half as long as the earlier. So there are never more runs than the number of keys has binary digits.

use crate::slab::Slab;

/// Keys that the tail takes before it becomes a run.
const TAIL_KEYS_MAX: usize = 1_024;

/// Entries in sorted runs: the key in the upper half, the record in the lower.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    /// The entries of the run of linkage, sorted; they may lie in a mapped file, so nothing is merged into them.
    base: Slab<u64>,
    /// What came in since, each run sorted; the last is the tail.
    runs: Vec<Vec<u64>>,
}

impl Runs {
    /// The runs of entries that are sorted already.
    pub(crate) const fn of_sorted(base: Slab<u64>) -> Self {
        Self { base, runs: Vec::new() }
    }

    /// Adds an entry.
    pub(crate) fn insert(&mut self, entry: u64) {
        if self.runs.last().is_none_or(|tail| tail.len() >= TAIL_KEYS_MAX) {
            self.merge();
            self.runs.push(Vec::new());
        }
        if let Some(tail) = self.runs.last_mut() {
            let place = tail.partition_point(|known| *known < entry);
            tail.insert(place, entry);
        }
    }

    /// Merges neighbouring runs until each is more than twice as long as the next.
    fn merge(&mut self) {
        while let [.., before, last] = self.runs.as_slice()
            && last.len() * 2 >= before.len()
        {
            let last = self.runs.pop().unwrap_or_default();
            let before = self.runs.pop().unwrap_or_default();
            self.runs.push(merged(&before, &last));
        }
    }

    /// The records of a key.
    pub(crate) fn records(&self, key: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::once::<&[u64]>(&self.base).chain(self.runs.iter().map(Vec::as_slice)).flat_map(
            move |run| {
                let from = run.partition_point(|entry| ((entry >> 32) as u32) < key);
                run[from..]
                    .iter()
                    .take_while(move |entry| (**entry >> 32) as u32 == key)
                    .map(|entry| *entry as u32)
            },
        )
    }

    /// All entries in one sorted run.
    pub(crate) fn sorted(&self) -> Vec<u64> {
        self.runs.iter().fold(self.base.to_vec(), |all, run| merged(&all, run))
    }
}

fn merged(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] <= b[j] {
            all.push(a[i]);
            i += 1;
        } else {
            all.push(b[j]);
            j += 1;
        }
    }
    all.extend_from_slice(&a[i..]);
    all.extend_from_slice(&b[j..]);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_are_one_sorted_list(keys in proptest::collection::vec(0u32..40, 0..6_000), n_first in 0usize..50) {
            let entries: Vec<u64> =
                keys.iter().enumerate().map(|(record, key)| u64::from(*key) << 32 | record as u64).collect();
            let mut first = entries[..n_first.min(entries.len())].to_vec();
            first.sort_unstable();
            let mut runs = Runs::of_sorted(first.into());
            entries.iter().skip(n_first).for_each(|entry| runs.insert(*entry));
            prop_assert!(runs.runs.len() <= 16, "{}", runs.runs.len());
            for key in 0..40 {
                let mut found: Vec<u32> = runs.records(key).collect();
                found.sort_unstable();
                let expected: Vec<u32> = (0..).zip(&keys).filter(|(_, k)| **k == key).map(|(r, _)| r).collect();
                prop_assert_eq!(found, expected);
            }
            let mut all = entries;
            all.sort_unstable();
            prop_assert_eq!(runs.sorted(), all);
        }
    }
}
