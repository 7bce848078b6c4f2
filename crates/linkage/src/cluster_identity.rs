//! Names of clusters that last from run to run, and what became of the clusters of the run before.
//!
//! Every pair of an old and a new cluster that share records is ordered by how many they share, the most first; then by the
//! old cluster's id, then by the new cluster's first record. In that order each new cluster takes the old id unless either
//! has its partner already. So an old id goes to the largest part of what it named, and a merged cluster keeps the id of its
//! largest part. A cluster that takes no old id is named after its first record whose name was never a cluster's before.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow_schema::ArrowError;

use crate::clusters::Clusters;
use crate::output::SourceColumns;
use crate::table::Table;

/// The clusters of an earlier run.
#[derive(Debug, Clone, Default)]
pub struct PreviousClusters {
    /// Ids, ascending.
    ids: Vec<String>,
    /// For each record of the table its old cluster, where it had one.
    of_record: Vec<Option<u32>>,
    /// How many records of each old cluster are not in the table.
    n_absent: Vec<u64>,
    /// Ids that earlier runs used and this one must not use anew, beside `ids`.
    retired: BTreeSet<String>,
}

/// One row of `clusters.parquet`: source (empty without sources), record id, cluster id.
pub type ClusterRow = (String, String, String);

/// What became of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClusterEventKind {
    /// A cluster of records that no earlier cluster held.
    Created,
    /// These records stay under the id.
    Kept,
    /// The records of an earlier cluster came to one of another id together with records of others.
    Merged,
    /// Part of the records of an earlier cluster went to a cluster of another id.
    Split,
    /// No record of the earlier cluster is in the input.
    Absent,
    /// The id was given up in an earlier run and is not used again.
    Retired,
}

/// What became of a cluster, or of the records that it shares with one of this run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClusterEvent {
    /// The id in this run; `None` for what is not there any more.
    pub cluster_id: Option<String>,
    /// The id in the run before; `None` for what is new.
    pub previous_cluster_id: Option<String>,
    /// What happened.
    pub kind: ClusterEventKind,
    /// How many records it concerns.
    pub n_records: u64,
}

/// The ids of the clusters of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterIds {
    /// For each cluster its first record.
    first: Vec<u32>,
    /// For each cluster its id; empty without a run before.
    given: Vec<String>,
    /// What became of the clusters of the run before, by id, previous id and kind; empty without a run before.
    pub events: Vec<ClusterEvent>,
}

impl ClusterEventKind {
    /// The word of the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Kept => "kept",
            Self::Merged => "merged",
            Self::Split => "split",
            Self::Absent => "absent",
            Self::Retired => "retired",
        }
    }
}

impl PreviousClusters {
    /// The clusters of an earlier run by their rows; `used` are ids that its events name.
    #[must_use]
    pub fn new(table: &Table, rows: &[ClusterRow], used: impl IntoIterator<Item = String>) -> Self {
        let mut ids: Vec<String> = rows.iter().map(|(_, _, id)| id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut of_record = vec![None; table.n_records()];
        let mut n_absent = vec![0; ids.len()];
        for (source, unique_id, id) in rows {
            let old = ids.partition_point(|known| known < id);
            match table.find(source, unique_id) {
                Some(record) => of_record[record as usize] = Some(old as u32),
                None => n_absent[old] += 1,
            }
        }
        let retired = used.into_iter().filter(|id| ids.binary_search(id).is_err()).collect();
        Self { ids, of_record, n_absent, retired }
    }

    /// How many records of this run had a cluster.
    #[must_use]
    pub fn n_known(&self) -> usize {
        self.of_record.iter().flatten().count()
    }

    /// Records shared by an old and a new cluster: (old, new, records), by old and new.
    fn overlaps(&self, clusters: &Clusters) -> Vec<(u32, u32, u64)> {
        let old_and_new = self.of_record.iter().zip(&clusters.cluster_of);
        let mut both: Vec<(u32, u32)> = old_and_new.filter_map(|(old, new)| Some(((*old)?, *new))).collect();
        both.sort_unstable();
        both.chunk_by(|a, b| a == b).map(|same| (same[0].0, same[0].1, same.len() as u64)).collect()
    }
}

impl Clusters {
    /// The ids of the clusters: those of an earlier run where there is one, else each cluster's first record, written
    /// `source/unique_id` or `unique_id`.
    #[must_use]
    pub fn ids(
        &self,
        table: &Table,
        sources: SourceColumns,
        previous: Option<&PreviousClusters>,
    ) -> ClusterIds {
        let mut first = vec![0; self.n_clusters()];
        for (record, cluster) in self.cluster_of.iter().enumerate().rev() {
            first[*cluster as usize] = record as u32;
        }
        let Some(previous) = previous else {
            return ClusterIds { first, given: Vec::new(), events: Vec::new() };
        };
        let members = self.members();
        let overlaps = previous.overlaps(self);
        let kept = kept(&overlaps, previous.ids.len(), members.len());
        let mut used: HashSet<String> = previous.ids.iter().chain(&previous.retired).cloned().collect();
        let mut given = Vec::with_capacity(members.len());
        for (records, old) in members.iter().zip(&kept) {
            let names = records.iter().map(|record| name(table, sources, *record).into_owned());
            given.push(match old {
                Some(old) => previous.ids[*old as usize].clone(),
                None => fresh(names, &mut used),
            });
        }
        let events = events(previous, &overlaps, &kept, &given, &members);
        ClusterIds { first, given, events }
    }

    /// The records of each cluster, ascending.
    fn members(&self) -> Vec<Vec<u32>> {
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); self.n_clusters()];
        self.cluster_of.iter().zip(0..).for_each(|(cluster, record)| members[*cluster as usize].push(record));
        members
    }
}

/// The name of a record among all.
fn name(table: &Table, sources: SourceColumns, record: u32) -> Cow<'_, str> {
    match sources {
        SourceColumns::With => format!("{}/{}", table.source(record), table.unique_id(record)).into(),
        SourceColumns::Without => table.unique_id(record).into(),
    }
}

/// For each new cluster the old one whose id it takes.
fn kept(overlaps: &[(u32, u32, u64)], n_old: usize, n_new: usize) -> Vec<Option<u32>> {
    let mut order: Vec<&(u32, u32, u64)> = overlaps.iter().collect();
    order.sort_by_key(|(old, new, n)| (std::cmp::Reverse(*n), *old, *new));
    let mut is_taken = vec![false; n_old];
    let mut kept = vec![None; n_new];
    for (old, new, _) in order {
        if !is_taken[*old as usize] && kept[*new as usize].is_none() {
            is_taken[*old as usize] = true;
            kept[*new as usize] = Some(*old);
        }
    }
    kept
}

/// The first of some names that was never used; with a number behind the first name where all were.
fn fresh(mut names: impl Iterator<Item = String>, used: &mut HashSet<String>) -> String {
    let first = names.next().unwrap_or_default();
    let free = std::iter::once(first.clone()).chain(names).find(|name| !used.contains(name));
    let numbered = || (2..=used.len() + 2).map(|n| format!("{first}#{n}")).find(|name| !used.contains(name));
    let id = free.or_else(numbered).unwrap_or(first);
    used.insert(id.clone());
    id
}

fn events(
    previous: &PreviousClusters,
    overlaps: &[(u32, u32, u64)],
    kept: &[Option<u32>],
    ids: &[String],
    members: &[Vec<u32>],
) -> Vec<ClusterEvent> {
    let count = |of: fn(&(u32, u32, u64)) -> u32| {
        let mut counts: HashMap<u32, usize> = HashMap::new();
        overlaps.iter().for_each(|overlap| *counts.entry(of(overlap)).or_default() += 1);
        counts
    };
    let (parts_of_old, parts_of_new) = (count(|overlap| overlap.0), count(|overlap| overlap.1));
    let is_several = |counts: &HashMap<u32, usize>, key: u32| counts.get(&key).is_some_and(|n| *n > 1);
    let mut events = Vec::new();
    let mut add = |kind, new: Option<&String>, old: Option<&String>, n_records| {
        let (cluster_id, previous_cluster_id) = (new.cloned(), old.cloned());
        events.push(ClusterEvent { cluster_id, previous_cluster_id, kind, n_records });
    };
    for (old, new, n) in overlaps {
        let (id, old_id) = (Some(&ids[*new as usize]), Some(&previous.ids[*old as usize]));
        if kept[*new as usize] == Some(*old) {
            add(ClusterEventKind::Kept, id, old_id, *n);
            continue;
        }
        if is_several(&parts_of_old, *old) {
            add(ClusterEventKind::Split, id, old_id, *n);
        }
        if is_several(&parts_of_new, *new) {
            add(ClusterEventKind::Merged, id, old_id, *n);
        }
    }
    for (new, records) in members.iter().enumerate() {
        if !parts_of_new.contains_key(&(new as u32)) {
            add(ClusterEventKind::Created, Some(&ids[new]), None, records.len() as u64);
        }
    }
    for (old, n) in previous.n_absent.iter().enumerate() {
        if !parts_of_old.contains_key(&(old as u32)) {
            add(ClusterEventKind::Absent, None, Some(&previous.ids[old]), *n);
        }
    }
    previous.retired.iter().for_each(|id| add(ClusterEventKind::Retired, None, Some(id), 0));
    events.sort_unstable();
    events
}

impl ClusterIds {
    /// The id of a cluster.
    pub(crate) fn id<'a>(&'a self, cluster: u32, table: &'a Table, sources: SourceColumns) -> Cow<'a, str> {
        let given = self.given.get(cluster as usize).map(|id| id.as_str().into());
        given.unwrap_or_else(|| name(table, sources, self.first[cluster as usize]))
    }

    /// The bytes of the id of a cluster: where they stand beside many others, they are looked at as a text together.
    pub(crate) fn id_bytes<'a>(
        &'a self,
        cluster: u32,
        table: &'a Table,
        sources: SourceColumns,
    ) -> Cow<'a, [u8]> {
        if self.given.is_empty() && sources == SourceColumns::Without {
            return table.unique_id_bytes(self.first[cluster as usize]).into();
        }
        match self.id(cluster, table, sources) {
            Cow::Borrowed(id) => id.as_bytes().into(),
            Cow::Owned(id) => id.into_bytes().into(),
        }
    }

    /// `cluster_events.parquet`.
    ///
    /// # Errors
    /// Arrow refuses the columns; it does not.
    pub fn events_batch(&self) -> Result<RecordBatch, ArrowError> {
        let texts = |of: fn(&ClusterEvent) -> Option<&str>| -> ArrayRef {
            Arc::new(self.events.iter().map(of).collect::<StringArray>())
        };
        let n_records: UInt64Array = self.events.iter().map(|event| Some(event.n_records)).collect();
        RecordBatch::try_from_iter_with_nullable([
            ("kind", texts(|event| Some(event.kind.as_str())), false),
            ("cluster_id", texts(|event| event.cluster_id.as_deref()), true),
            ("previous_cluster_id", texts(|event| event.previous_cluster_id.as_deref()), true),
            ("n_records", Arc::new(n_records), false),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::table::Input;

    /// The events that make the clusters of one text those of another: clusters parted by blanks, a letter for each record;
    /// an old cluster is written `id=letters`.
    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        let letters: BTreeSet<char> = new.chars().filter(|c| c.is_alphabetic()).collect();
        let texts: StringArray = letters.iter().map(|letter| Some(letter.to_string())).collect();
        let batch = RecordBatch::try_from_iter([("id", Arc::new(texts) as ArrayRef)]).unwrap();
        let input = Input { name: "records".to_owned(), batches: vec![batch], n_set_aside: 0 };
        let table = Table::try_new(&Config::from_toml("unique_id = 'id'").unwrap(), vec![input]).unwrap();
        let mut clusters: Vec<&str> = new.split(' ').collect();
        clusters.sort_by_key(|cluster| cluster.chars().min());
        let of = |letter: &char| clusters.iter().position(|c| c.contains(*letter)).unwrap() as u32;
        let clusters = Clusters {
            cluster_probability: 0.95,
            cluster_of: letters.iter().map(of).collect(),
            membership_probability: vec![1.0; letters.len()],
            binding_identifiers: Vec::new(),
            pairs_apart: Vec::new(),
            kept_apart: crate::apart::KeptApart::default(),
            labels_effect: None,
        };
        let named = |cluster: &str| {
            let (id, letters) = cluster.split_once('=').unwrap();
            letters.chars().map(|c| (String::new(), c.to_string(), id.to_owned())).collect::<Vec<_>>()
        };
        let rows: Vec<ClusterRow> = old.split(' ').flat_map(named).collect();
        let previous = PreviousClusters::new(&table, &rows, ["gone".to_owned()]);
        let found = clusters.ids(&table, SourceColumns::Without, Some(&previous));
        let said = found.events.iter().filter(|event| event.kind != ClusterEventKind::Retired).map(|event| {
            let id = |id: &Option<String>| id.clone().unwrap_or_else(|| "-".to_owned());
            let (new, old) = (id(&event.cluster_id), id(&event.previous_cluster_id));
            format!("{} {old}>{new} {}", event.kind.as_str(), event.n_records)
        });
        assert_eq!(said.collect::<Vec<_>>().join(", "), expected, "{old} | {new}");
        assert!(found.events.iter().any(|event| event.previous_cluster_id.as_deref() == Some("gone")));
        assert_eq!(found.given.iter().collect::<BTreeSet<_>>().len(), found.given.len(), "{:?}", found.given);
    }

    #[test]
    fn ids_follow_the_largest_part() {
        check("x=ab y=c", "ab c", "kept x>x 2, kept y>y 1");
        check("x=ab", "ab c", "created ->c 1, kept x>x 2");
        check("x=ab y=c", "abc", "kept x>x 2, merged y>x 1");
        check("x=abc", "ab c", "split x>c 1, kept x>x 2");
        check("y=a x=b", "ab", "kept x>x 1, merged y>x 1");
        check("x=ab", "a b", "split x>b 1, kept x>x 1");
        check("a=ab", "b a", "kept a>a 1, split a>b 1");
        check("b=ab", "a b", "kept b>b 1, split b>b#2 1");
        check(
            "x=abc y=de",
            "abd ce",
            "kept x>x 2, merged y>x 1, split y>x 1, merged x>y 1, split x>y 1, kept y>y 1",
        );
        check("x=ab y=z", "ab", "absent y>- 1, kept x>x 2");
    }
}
