//! Copies of a record go with it, and all to one cluster, when its cluster is parted by a judgement.

use std::collections::BTreeMap;

use arrow_array::{RecordBatch, StringArray};
use redress_linkage::{Input, Judgement, Options, Table, link};

use crate::set::{Set, text};

/// Clusters that are parted, how many of them in one run, and copies of one record of each.
const N_PARTED: usize = 60;
const PARTED_AT_A_TIME: usize = 10;
const N_COPIES: usize = 40;

/// A record of some rows, written again under other ids.
fn copies(batch: &RecordBatch, id_column: &str, row: usize) -> RecordBatch {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        let values = column.as_any().downcast_ref::<StringArray>().unwrap();
        let value = values.iter().nth(row).flatten();
        let ids: Vec<String> =
            (0..N_COPIES).map(|n| format!("{}-copy-{n:02}", value.unwrap_or(""))).collect();
        let is_id = field.name() == id_column;
        let cells = ids.iter().map(|id| if is_id { Some(id.as_str()) } else { value });
        (field.name().clone(), text(&cells.collect::<Vec<_>>()))
    });
    RecordBatch::try_from_iter(columns.collect::<Vec<_>>()).unwrap()
}

#[test]
fn copies_of_a_record_stay_together_when_its_cluster_is_parted() {
    let set = Set::read("fake_1000");
    let (table, id_column) = (set.table(), set.config.unique_id.clone());
    let mut members: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for (cluster, record) in set.link(&table, 2).clusters.cluster_of.into_iter().zip(0..) {
        members.entry(cluster).or_default().push(table.unique_id(record));
    }
    let several: Vec<[&str; 2]> =
        members.values().filter(|ids| ids.len() > 1).map(|ids| [ids[0], ids[1]]).collect();
    let every = several.len() / N_PARTED;
    let parted: Vec<[&str; 2]> = several.into_iter().step_by(every).take(N_PARTED).collect();
    assert_eq!(parted.len(), N_PARTED);
    for parted in parted.chunks(PARTED_AT_A_TIME) {
        check(&set, &id_column, parted);
    }
}

/// Parts the clusters of pairs of records, and looks where copies of the first of each go: to its cluster, or, where nothing that
/// is compared tells the two apart, all to one of the two.
#[track_caller]
fn check(set: &Set, id_column: &str, parted: &[[&str; 2]]) {
    let ids = set.batch.column_by_name(id_column).unwrap();
    let ids = ids.as_any().downcast_ref::<StringArray>().unwrap();
    let row = |id: &str| ids.iter().position(|known| known == Some(id)).unwrap();
    let written = parted.iter().map(|[kept, _]| copies(&set.batch, id_column, row(kept)));
    let batches = std::iter::once(set.batch.clone()).chain(written).collect();
    let input = Input { name: "records.csv".to_owned(), batches, n_set_aside: 0 };
    let table = Table::try_new(&set.config, vec![input]).unwrap();
    let name = |id: &str| (String::new(), id.to_owned());
    let judged = parted.iter().map(|[l, r]| Judgement { left: name(l), right: name(r), same: false });
    let options = Options { threads: 2, judgements: judged.collect(), ..Options::default() };
    let linked = link(&table, &set.config, &options).unwrap();
    let find = |id: &str| table.find("", id).unwrap();
    let cluster = |id: &str| linked.clusters.cluster_of[find(id) as usize];
    let pattern = |l: &str, r: &str| {
        let (l, r) = (find(l).min(find(r)), find(l).max(find(r)));
        linked.pairs.iter().find(|pair| (pair.l, pair.r) == (l, r)).map(|pair| pair.pattern)
    };
    for [kept, other] in parted {
        assert_ne!(cluster(kept), cluster(other), "judged different");
        let written: Vec<String> = (0..N_COPIES).map(|n| format!("{kept}-copy-{n:02}")).collect();
        let n_with = |id: &str| written.iter().filter(|copy| cluster(copy) == cluster(id)).count();
        let is_told_apart = pattern(&written[0], kept) != pattern(&written[0], other);
        let n_most = if is_told_apart { n_with(kept) } else { n_with(kept).max(n_with(other)) };
        assert_eq!(n_most, N_COPIES, "{kept} {other}");
    }
}
