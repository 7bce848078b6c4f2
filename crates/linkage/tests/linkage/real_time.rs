//! The index answers with the numbers that the run gave.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::set::{Set, text};
use arrow_array::{RecordBatch, cast::AsArray};
use redress_linkage::{
    Column, Config, Explainer, HeldBytes, Index, IndexError, Judgement, Kind, Linked, Options, Pair, Table,
    UNSEEN_PATTERN, link,
};

/// A set with few columns, so that its model is estimated quickly.
fn small() -> Set {
    let mut set = Set::read("febrl3");
    set.batch = set.batch.slice(0, 2_200);
    let kept = ["given_name", "surname", "date_of_birth", "postcode"];
    set.config.columns.retain(|name, _| kept.contains(&name.as_str()));
    set
}

/// The text of a cell of the set by id and column.
fn cells(set: &Set) -> BTreeMap<String, BTreeMap<String, String>> {
    let column = |name: &str| set.batch.column_by_name(name).unwrap().as_string::<i32>();
    let row = |row: usize| {
        let schema = set.batch.schema();
        let names = schema.fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
        let cell = |name: String| {
            let texts = column(&name);
            let is_there = texts.iter().nth(row).flatten().is_some();
            is_there.then(|| (name, texts.value(row).to_owned()))
        };
        (column("unique_id").value(row).to_owned(), names.into_iter().filter_map(cell).collect())
    };
    (0..set.batch.num_rows()).map(row).collect()
}

fn index(set: &Set, linked: &Linked) -> Index {
    Index::try_new(set.table(), set.config.clone(), linked.model.clone()).unwrap()
}

/// The index of a run, as it is made and as it is opened from its bytes.
pub(crate) fn index_of((config, table): (Config, Table), linked: &Linked) -> (Index, Index) {
    let index = Index::try_new(table, config, linked.model.clone()).unwrap();
    let opened = opened_of(&bytes_of(&index)).unwrap();
    (index, opened)
}

/// The bytes of an index at rest.
fn bytes_of(index: &Index) -> Vec<u8> {
    let mut bytes = Vec::new();
    index.write(&mut bytes).unwrap();
    bytes
}

fn opened_of(bytes: &[u8]) -> Result<Index, IndexError> {
    let bytes: HeldBytes = Arc::new(bytes.to_vec());
    Index::open(&bytes)
}

pub(crate) type Numbers = (u64, u64, u64, u64, u32);

/// Every pair with its numbers, by the ids of its records.
pub(crate) fn of_run(table: &Table, linked: &Linked) -> BTreeMap<(String, String), Numbers> {
    let id = |record| table.unique_id(record).to_owned();
    linked.pairs.iter().map(|pair| ((id(pair.l), id(pair.r)), numbers(pair))).collect()
}

fn numbers(pair: &Pair) -> Numbers {
    let [w, p, low, high] =
        [pair.match_weight_bits, pair.match_probability, pair.reliability_low, pair.reliability_high]
            .map(f64::to_bits);
    (w, p, low, high, pair.pattern)
}

pub(crate) fn of_index(
    index: &mut Index,
    cells: &BTreeMap<String, BTreeMap<String, String>>,
) -> BTreeMap<(String, String), Numbers> {
    let mut pairs = BTreeMap::new();
    for (id, row) in cells {
        for pair in index.query("", id, &|column| row.get(column).cloned()).pairs {
            let other = index.source_and_id(pair.l).1.to_owned();
            let ids = if other < *id { (other, id.clone()) } else { (id.clone(), other) };
            pairs.insert(ids, numbers(&pair));
        }
    }
    pairs
}

#[test]
fn every_pair_has_the_numbers_of_the_run() {
    let set = small();
    let table = set.table();
    let linked = set.link(&table, 2);
    let cells = cells(&set);
    let mut index = index(&set, &linked);
    let expected = of_run(&table, &linked);
    assert!(expected.len() > 500);
    assert!(of_index(&mut index, &cells) == expected);
    let bytes = bytes_of(&index);
    let mut opened = opened_of(&bytes).unwrap();
    assert_eq!(opened.n_records(), table.n_records());
    assert!(of_index(&mut opened, &cells) == expected);
    assert!(opened_of(&bytes[..bytes.len() - 1]).is_err());
    assert!(opened_of(b"RDRSIDX").is_err());
}

#[test]
fn a_pattern_that_the_run_never_saw_has_the_interval_that_it_would_have_had() {
    let set = small();
    let table = set.table();
    let linked = set.link(&table, 2);
    let expected = of_run(&table, &linked);
    let mut model = linked.model.clone();
    model.patterns.truncate(model.patterns.len() / 2);
    let mut index = Index::try_new(set.table(), set.config.clone(), model).unwrap();
    let found = of_index(&mut index, &cells(&set));
    assert!(found.keys().eq(expected.keys()));
    let mut n_unseen = 0;
    for (ids, numbers) in found {
        let of = |numbers: Numbers| [numbers.1, numbers.2, numbers.3].map(f64::from_bits);
        let ([p, low, high], run) = (of(numbers), of(expected[&ids]));
        // The weight is added up in another order: an end that is rounded to hundredths may be the next one.
        let is_near = |a: f64, b: f64, by: f64| (a - b).abs() <= by + 1e-9;
        assert!(
            is_near(p, run[0], 0.0) && is_near(low, run[1], 0.01) && is_near(high, run[2], 0.01),
            "{ids:?}"
        );
        assert!(low <= p && p <= high, "{ids:?}: {low} {p} {high}");
        n_unseen += usize::from(numbers.4 == UNSEEN_PATTERN);
    }
    assert!(n_unseen > 100, "{n_unseen}");
}

#[test]
fn a_record_that_is_added_is_found_by_the_next() {
    let set = small();
    let table = set.table();
    let linked = set.link(&table, 2);
    let mut index = index(&set, &linked);
    let new = |column: &str| {
        let cells = [
            ("given_name", "zyxorina"),
            ("surname", "qwertzmann"),
            ("date_of_birth", "18880203"),
            ("postcode", "4711"),
        ];
        cells.iter().find(|(name, _)| *name == column).map(|(_, text)| (*text).to_owned())
    };
    assert_eq!(index.query("", "new-1", &new).pairs, []);
    let record = index.insert("", "new-1", &new).unwrap();
    assert_eq!((record as usize, index.find("", "new-1")), (table.n_records(), Some(record)));
    let found = index.query("", "new-2", &new);
    assert_eq!(found.pairs.len(), 1);
    assert!(found.pairs[0].l == record && found.pairs[0].match_probability > 0.9, "{found:?}");
    assert!(matches!(index.insert("", "new-1", &new), Err(IndexError::Repeated { .. })));
    let mut opened = opened_of(&bytes_of(&index)).unwrap();
    assert_eq!(opened.query("", "new-2", &new), found);
}

/// A set in which all records have one state, and the run over it that binds its first two records.
fn of_one_state() -> (Set, Table, Linked) {
    let mut set = small();
    let n_records = set.batch.num_rows();
    let schema = set.batch.schema();
    let columns = schema.fields().iter().zip(set.batch.columns()).map(|(field, column)| {
        let is_state = field.name() == "state";
        (field.name().clone(), if is_state { text(&vec![Some("nsw"); n_records]) } else { column.clone() })
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    set.batch = batch;
    set.config.columns.insert("state".to_owned(), Column::of(Kind::Category));
    let table = set.table();
    let id = |record| (String::new(), table.unique_id(record).to_owned());
    let judgements = vec![Judgement { left: id(0), right: id(1), same: false }];
    let linked = link(&table, &set.config, &Options { judgements, ..Options::default() }).unwrap();
    (set, table, linked)
}

#[test]
fn attributes_that_agree_are_counted_alike_everywhere() {
    let (set, table, linked) = of_one_state();
    let index = index(&set, &linked);
    let explainer = Explainer::try_new(&linked.model, &table, &set.config).unwrap();
    let of = |pair: &Pair| (pair.n_agree, pair.n_disagree, pair.n_not_comparable);
    let judged = linked.judgements.pairs.iter().map(|judged| &judged.pair);
    let pairs: Vec<&Pair> = linked.pairs.iter().chain(judged).collect();
    assert!(pairs.len() > linked.pairs.len() && linked.pairs.len() > 500);
    for pair in pairs {
        let account = explainer.pair(pair.l, pair.r);
        assert_eq!(of(&index.pair_of(pair.l, pair.r)), of(pair), "index, {pair:?}");
        assert_eq!(account.counts(), of(pair), "account, {account:#?}");
        for step in &account.steps {
            let are_same = !step.is_null && step.value_l == step.value_r;
            assert!(step.is_agreed || !are_same, "both say the same, whatever it weighs: {step:#?}");
        }
    }
}
