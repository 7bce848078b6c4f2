//! The same plan gives the same bytes, whatever the number of threads.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rayon::ThreadPoolBuilder;
use redress_synth::{Plan, generate};

fn files(folder: &Path, root: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, root, found);
        } else {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            found.insert(name, fs::read(&path).unwrap());
        }
    }
}

fn generated(people: u64, seed: u64, n_threads: usize) -> BTreeMap<String, Vec<u8>> {
    let out = tempfile::tempdir().unwrap();
    let plan = Plan { people, seed, out: out.path().into() };
    let pool = ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
    pool.install(|| generate(&plan, &|_| {})).unwrap();
    let mut found = BTreeMap::new();
    files(out.path(), out.path(), &mut found);
    found
}

#[test]
fn the_bytes_depend_on_people_and_seed_alone() {
    let base = generated(2500, 7, 1);
    assert_eq!(base.len(), 5 + 5 + 14 + 2 + 4 + 2, "{:?}", base.keys());
    for (people, seed, n_threads, is_same) in [(2500, 7, 2, true), (2500, 8, 2, false), (2499, 7, 2, false)] {
        let other = generated(people, seed, n_threads);
        assert_eq!(base.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        for name in ["truth.parquet", "extracts/court/A_TblCase.csv", "extracts/border/i94_records.jsonl"] {
            assert_eq!(base[name] == other[name], is_same, "{name} of {people} people, seed {seed}");
        }
        assert_eq!(base == other, is_same);
    }
}
