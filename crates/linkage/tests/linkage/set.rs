//! Data sets of the tests as tables, with their truth.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use redress_linkage::{
    Config, Evaluation, Input, Linked, Options, Reported, RunFacts, Structure, Table, Truth, WeighedPair,
    estimates_of_run, evaluate, link, report_html,
};

/// A column of optional texts.
pub(crate) fn text(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(values.iter().copied().collect::<StringArray>())
}

/// A table of named columns.
pub(crate) fn batch(columns: &[(&str, Vec<Option<&str>>)]) -> RecordBatch {
    RecordBatch::try_from_iter(columns.iter().map(|(name, values)| (*name, text(values)))).unwrap()
}

pub(crate) fn input(batch: RecordBatch) -> Vec<Input> {
    vec![Input { name: "records.csv".to_owned(), batches: vec![batch], n_set_aside: 0 }]
}

/// Links rows of named columns.
pub(crate) fn linked_rows<const N: usize>(
    config: &str,
    names: [&str; N],
    rows: &[[String; N]],
) -> (Table, Linked) {
    let column = |at: usize| rows.iter().map(|row| Some(row[at].as_str())).collect::<Vec<_>>();
    let columns: Vec<_> = names.iter().enumerate().map(|(at, name)| (*name, column(at))).collect();
    let config = Config::from_toml(config).unwrap();
    let table = Table::try_new(&config, input(batch(&columns))).unwrap();
    let linked = link(&table, &config, &Options { threads: 2, ..Options::default() }).unwrap();
    (table, linked)
}

/// The report of a run of which nothing else is told.
pub(crate) fn page_of(linked: &Linked, table: &Table, structure: &Structure) -> String {
    let (estimates, run) = (estimates_of_run(linked), RunFacts::default());
    report_html(&Reported { linked, table, structure, probes: &[], estimates: &estimates, run: &run })
}

/// A data set with its configuration and, for each (source, id), its person.
pub(crate) struct Set {
    pub(crate) config: Config,
    pub(crate) batch: RecordBatch,
    people: BTreeMap<(String, String), u32>,
}

impl Set {
    /// The set in a folder of `tests/data`.
    pub(crate) fn read(name: &str) -> Self {
        let folder = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
        let config =
            Config::from_toml(&std::fs::read_to_string(format!("{folder}/link.toml")).unwrap()).unwrap();
        let mut reader = csv::Reader::from_path(format!("{folder}/records.csv")).unwrap();
        let header = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let column = |name: &str| header.iter().position(|h| h == name);
        let (entity, id) = (column("entity_id").unwrap(), column(&config.unique_id).unwrap());
        let source = config.source.as_deref().and_then(column);
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        let mut people = BTreeMap::new();
        for row in &rows {
            let next = numbers.len() as u32;
            let key = (source.map_or("", |s| &row[s]).to_owned(), row[id].to_owned());
            people.insert(key, *numbers.entry(&row[entity]).or_insert(next));
        }
        let columns =
            header.iter().enumerate().filter(|(_, name)| *name != "entity_id").map(|(idx, name)| {
                let values: Vec<Option<&str>> =
                    rows.iter().map(|row| Some(&row[idx]).filter(|v| !v.is_empty())).collect();
                (name.to_owned(), text(&values))
            });
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        Self { config, batch, people }
    }

    pub(crate) fn table(&self) -> Table {
        Table::try_new(&self.config, input(self.batch.clone())).unwrap()
    }

    pub(crate) fn link(&self, table: &Table, threads: usize) -> Linked {
        link(table, &self.config, &Options { threads, ..Options::default() }).unwrap()
    }

    pub(crate) fn evaluate(&self, table: &Table, linked: &Linked) -> Evaluation {
        let records = || 0..table.n_records() as u32;
        let key = |record: u32| (table.source(record).to_owned(), table.unique_id(record).to_owned());
        let source = |record: u32| u32::from(table.source(record) != table.source(0));
        let truth = Truth {
            entity_of: records().map(|record| self.people[&key(record)]).collect(),
            source_of: if self.config.one_per_source { records().map(source).collect() } else { Vec::new() },
            group_of: Vec::new(),
        };
        let pairs: Vec<WeighedPair> = linked.pairs.iter().map(WeighedPair::from).collect();
        evaluate(&pairs, &truth, Some(&linked.clusters.cluster_of))
    }
}
