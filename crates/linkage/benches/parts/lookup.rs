//! One record against the 100,000 of a run.

use criterion::Criterion;
use redress_linkage::{Index, Options, link};

use crate::people::{self, COLUMNS};
use crate::stages::N_RECORDS;

pub(crate) fn measure(criterion: &mut Criterion) {
    let rows = people::rows(N_RECORDS);
    let config = people::config();
    let table = people::table(&rows);
    let options = Options { threads: 1, ..Options::default() };
    let model = link(&table, &config, &options).unwrap().model;
    let mut index = Index::try_new(table, config, model).unwrap();
    let mut asked = rows.iter().cycle();
    criterion.bench_function("index_of_100000/query", |bencher| {
        bencher.iter(|| {
            let row = asked.next().unwrap();
            let value =
                |column: &str| COLUMNS.iter().position(|name| *name == column).map(|idx| row[idx].clone());
            index.query("", &row[0], &value)
        });
    });
}
