//! The stages of a run over 100,000 records, each by itself.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use criterion::{BatchSize, BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use redress_linkage::{LinkRun, Options, Progress, SHARDS_MAX, Shard, Table};

use crate::people;

/// Records of the run.
pub(crate) const N_RECORDS: usize = 100_000;
/// Times each stage is run.
const N_SAMPLES: usize = 10;
/// Time in which it is run so often.
const MEASURED: Duration = Duration::from_secs(10);

pub(crate) fn measure(criterion: &mut Criterion) {
    let rows = people::rows(N_RECORDS);
    let config = people::config();
    let mut group = criterion.benchmark_group("run_of_100000");
    group
        .sample_size(N_SAMPLES)
        .measurement_time(MEASURED)
        .throughput(Throughput::Elements(N_RECORDS as u64));
    let input = people::input_of(&rows);
    group.bench_function("table", |bencher| {
        let table = |input| Table::try_new(&config, input).unwrap();
        bencher.iter_batched(|| input.clone(), table, BatchSize::LargeInput);
    });
    let table = people::table(&rows);
    let options = Options { threads: 1, ..Options::default() };
    group.bench_function("blocking", |bencher| {
        bencher.iter(|| LinkRun::try_new(&table, &config, &options).unwrap());
    });
    let run = LinkRun::try_new(&table, &config, &options).unwrap();
    let counted = run.count(Shard::WHOLE);
    group.throughput(Throughput::Elements(counted.n_pairs()));
    group.bench_function("patterns", |bencher| bencher.iter(|| run.count(Shard::WHOLE)));
    // A shard without blocks to speak of: what is left of the second pass is the estimation that goes before it.
    let nearly_none = Shard::try_new(1, SHARDS_MAX).unwrap();
    group.throughput(Throughput::Elements(1));
    group.bench_function("estimation", |bencher| {
        bencher.iter(|| run.emit(&counted, nearly_none).unwrap());
    });
    clustering(&mut group, &table);
    group.finish();
}

/// Measures from the moment at which a run says that it joins clusters until it ends.
fn clustering(group: &mut BenchmarkGroup<'_, WallTime>, table: &Table) {
    let config = people::config();
    let began: Mutex<Option<Instant>> = Mutex::new(None);
    let progress = |progress: Progress| {
        if progress == Progress::Clustering {
            *began.lock().unwrap() = Some(Instant::now());
        }
    };
    let options = Options { threads: 1, progress: &progress, ..Options::default() };
    let run = LinkRun::try_new(table, &config, &options).unwrap();
    let counted = run.count(Shard::WHOLE);
    let emitted = run.emit(&counted, Shard::WHOLE).unwrap();
    group.throughput(Throughput::Elements(emitted.n_pairs()));
    group.bench_function("clustering", |bencher| {
        bencher.iter_custom(|n_rounds| {
            let round = |_| {
                let linked = run.finish(&counted, emitted.clone()).unwrap();
                let lasted = began.lock().unwrap().take().unwrap().elapsed();
                drop(linked);
                lasted
            };
            (0..n_rounds).map(round).sum()
        });
    });
}
