//! What a pair within a block costs: one that the filter of letters holds back, and one that is judged exactly.

use criterion::{Criterion, Throughput};
use redress_linkage::{Config, LinkRun, Options, Shard, Table};

use crate::draw::Draw;
use crate::people::input;

/// Records of a block, below the size from which a block is refined.
const N_RECORDS: usize = 2_000;
/// Letters of a name after the first.
const N_LETTERS: usize = 9;

/// All names begin with one letter, so that all records are one block; nothing else is compared.
const CONFIG: &str =
    "unique_id = 'id'\n[columns]\nfamily = 'family_name'\n[[blocking]]\nkeys = ['family:first(1)']";

/// Measures the first pass over one block of records with such names.
fn over_block(criterion: &mut Criterion, what: &str, names: &[String]) {
    let ids: Vec<String> = (0..names.len()).map(|idx| idx.to_string()).collect();
    let columns = vec![("id", texts(&ids)), ("family", texts(names))];
    let config = Config::from_toml(CONFIG).unwrap();
    let table = Table::try_new(&config, input(columns)).unwrap();
    let options = Options { threads: 1, ..Options::default() };
    let run = LinkRun::try_new(&table, &config, &options).unwrap();
    let n_pairs = run.count(Shard::WHOLE).n_pairs();
    assert_eq!(n_pairs, (N_RECORDS * (N_RECORDS - 1) / 2) as u64, "all records are one block");
    let mut group = criterion.benchmark_group("pairs_of_one_block");
    group.sample_size(10).throughput(Throughput::Elements(n_pairs));
    group.bench_function(what, |bencher| bencher.iter(|| run.count(Shard::WHOLE)));
    group.finish();
}

pub(crate) fn measure(criterion: &mut Criterion) {
    let mut draw = Draw::new(11);
    let unlike: Vec<String> = (0..N_RECORDS).map(|_| format!("k{}", draw.letters(N_LETTERS))).collect();
    over_block(criterion, "names_unlike", &unlike);
    // A common beginning and a common end: every two names are alike, and no two are equal.
    let alike: Vec<String> = (0..N_RECORDS).map(|idx| format!("karov{}sen", middle(idx))).collect();
    over_block(criterion, "names_alike", &alike);
}

/// Three letters that tell a number below 26 cubed.
fn middle(number: usize) -> String {
    [number / 676, number / 26 % 26, number % 26].map(|digit| char::from(b'a' + digit as u8)).iter().collect()
}

fn texts(values: &[String]) -> Vec<&str> {
    values.iter().map(String::as_str).collect()
}
