//! The same input, configuration and seed give the same bytes at any number of threads and in any order of rows.

use crate::set::Set;
use redress_linkage::{
    Config, Counted, Emitted, Input, LinkError, LinkRun, Linked, Options, Shard, ShardError, SourceColumns,
    Table,
};

/// The result of a run in `n` shards, handed on as bytes and put together backwards.
pub(crate) fn in_shards(config: &Config, table: &Table, n: u32, threads: usize) -> Linked {
    let options = Options { threads, ..Options::default() };
    let shards = || (1..=n).rev().map(|number| Shard::try_new(number, n).unwrap());
    let run = || LinkRun::try_new(table, config, &options).unwrap();
    let counted = shards().map(|shard| run().count(shard).to_bytes());
    let counted = Counted::merged(counted.map(|bytes| Counted::from_bytes(&bytes).unwrap()).collect());
    let emitted = shards().map(|shard| run().emit(&counted, shard).unwrap().to_bytes());
    let emitted = emitted.map(|bytes| Emitted::from_bytes(&bytes).unwrap()).collect();
    run().finish(&counted, Emitted::merged(emitted)).unwrap()
}

#[test]
fn shards_do_not_change_a_bit() {
    let mut set = Set::read("febrl3");
    set.batch = set.batch.slice(0, 2_200);
    set.config.columns.retain(|name, _| ["given_name", "surname", "date_of_birth"].contains(&name.as_str()));
    let table = set.table();
    assert!(in_shards(&set.config, &table, 3, 4) == set.link(&table, 1));
}

#[test]
fn shards_of_another_run_are_refused() {
    let set = Set::read("fake_1000");
    let table = set.table();
    let options = Options::default();
    let run = LinkRun::try_new(&table, &set.config, &options).unwrap();
    let counted = run.count(Shard::WHOLE);
    let refused = run.finish(&counted, Emitted::merged(Vec::new()));
    assert!(matches!(refused, Err(LinkError::Shard(ShardError::Pairs { .. }))), "{refused:?}");
}

#[test]
fn a_run_that_needs_more_memory_than_it_may_use_says_how_much() {
    let set = Set::read("fake_1000");
    let table = set.table();
    let limited = |memory_max_bytes| {
        let options = Options { memory_max_bytes: Some(memory_max_bytes), ..Options::default() };
        redress_linkage::link(&table, &set.config, &options)
    };
    let Err(LinkError::Memory { needed_bytes, limit_bytes, .. }) = limited(1_000) else {
        panic!("not refused")
    };
    assert!(needed_bytes > limit_bytes && limit_bytes == 1_000);
    assert!(limited(1 << 30).unwrap() == set.link(&table, 2));
}

#[test]
fn threads_do_not_change_a_bit() {
    for name in ["febrl4", "fake_1000"] {
        let set = Set::read(name);
        let table = set.table();
        let one = set.link(&table, 1);
        let json = serde_json::to_string(&one.model).unwrap();
        for threads in [2, 4] {
            let other = set.link(&table, threads);
            assert!(one == other, "{name} at {threads} threads");
            assert_eq!(json, serde_json::to_string(&other.model).unwrap());
        }
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let set = Set::read("fake_1000");
    let table = set.table();
    let half = set.batch.num_rows() / 2;
    let (a, b) = (set.batch.slice(0, half), set.batch.slice(half, set.batch.num_rows() - half));
    let turned = vec![Input { name: "turned.csv".to_owned(), batches: vec![b, a], n_set_aside: 0 }];
    let turned = Table::try_new(&set.config, turned).unwrap();
    assert!(set.link(&table, 2) == set.link(&turned, 2));
}

#[test]
fn the_written_tables_have_the_published_columns() {
    let set = Set::read("febrl4");
    let table = set.table();
    let linked = set.link(&table, 2);
    let pairs = linked.pairs_batch(&table, SourceColumns::With).unwrap();
    let names: Vec<String> =
        pairs.schema().fields().iter().map(|f| format!("{} {}", f.name(), f.data_type())).collect();
    assert_eq!(
        names.join(", "),
        "source_l Utf8, unique_id_l Utf8, source_r Utf8, unique_id_r Utf8, match_weight_bits Float64, match_probability \
         Float64, reliability_low Float64, reliability_high Float64, n_agree UInt16, n_disagree UInt16, n_not_comparable \
         UInt16, pattern UInt32, kept_apart Utf8"
    );
    let clusters = linked.clusters_batch(&table, SourceColumns::With).unwrap();
    assert_eq!(clusters.num_rows(), table.n_records());
    let ordered = linked.pairs.windows(2).all(|w| (w[0].l, w[0].r) < (w[1].l, w[1].r));
    assert!(ordered && linked.pairs.iter().all(|pair| pair.l < pair.r));
    assert!(
        linked
            .pairs
            .iter()
            .all(|p| p.reliability_low <= p.match_probability && p.match_probability <= p.reliability_high)
    );
    assert_eq!(linked.not_compared_batch().unwrap().num_columns(), 6);
}
