//! The bit-parallel kernels beside rapidfuzz, over the same pairs of texts.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use rapidfuzz::distance::{jaro_winkler, levenshtein, osa};

use crate::draw::Draw;

// The kernels are no part of what the crate offers, so the file itself is measured.
#[expect(dead_code, reason = "what the engine asks the kernels besides is not measured")]
#[path = "../../src/kernel.rs"]
mod kernel;

/// Pairs that are compared in one round.
const N_PAIRS: usize = 1_000;

/// Half of the pairs are a name and its misspelling, half are two names.
fn pairs() -> Vec<(String, String)> {
    let mut draw = Draw::new(7);
    let pair = |idx: usize| {
        let name = draw.word(3 + idx as u64 % 3);
        let other = if idx.is_multiple_of(2) { draw.mistyped(&name) } else { draw.word(4) };
        (name, other)
    };
    (0..N_PAIRS).map(pair).collect()
}

/// Measures one way of comparing over all pairs.
fn over_pairs<T>(
    criterion: &mut Criterion,
    what: &str,
    by: &str,
    pairs: &[(String, String)],
    compare: impl Fn(&str, &str) -> T,
) {
    let mut group = criterion.benchmark_group(what);
    group.throughput(Throughput::Elements(pairs.len() as u64));
    group.bench_function(by, |bencher| {
        bencher.iter(|| {
            for (a, b) in pairs {
                black_box(compare(black_box(a), black_box(b)));
            }
        });
    });
    group.finish();
}

pub(crate) fn measure(criterion: &mut Criterion) {
    let pairs = pairs();
    over_pairs(criterion, "jaro_winkler", "kernel", &pairs, |a, b| {
        kernel::jaro_winkler(a.as_bytes(), b.as_bytes())
    });
    over_pairs(criterion, "jaro_winkler", "rapidfuzz", &pairs, |a, b| {
        jaro_winkler::similarity(a.bytes(), b.bytes())
    });
    over_pairs(criterion, "levenshtein", "kernel", &pairs, |a, b| {
        kernel::edits(a.as_bytes(), b.as_bytes(), false)
    });
    over_pairs(criterion, "levenshtein", "rapidfuzz", &pairs, |a, b| {
        levenshtein::distance(a.bytes(), b.bytes())
    });
    over_pairs(criterion, "levenshtein_with_exchanges", "kernel", &pairs, |a, b| {
        kernel::edits(a.as_bytes(), b.as_bytes(), true)
    });
    over_pairs(criterion, "levenshtein_with_exchanges", "rapidfuzz", &pairs, |a, b| {
        osa::distance(a.bytes(), b.bytes())
    });
}
