//! What cannot be generated is refused in one clear sentence.

use std::fs;

use redress_synth::{PEOPLE_MAX, Plan, SynthError, generate};

#[test]
fn a_number_of_people_out_of_range_writes_nothing() {
    for people in [0, PEOPLE_MAX + 1, u64::MAX] {
        let out = tempfile::tempdir().unwrap();
        let plan = Plan { people, seed: 1, out: out.path().join("new") };
        let error = generate(&plan, &|_| {}).unwrap_err();
        let expected = format!("people: {people} is out of range; give a number from 1 to 20000000");
        assert_eq!(error.to_string(), expected);
        assert!(!plan.out.exists());
    }
}

#[test]
fn a_folder_that_is_a_file_is_named() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("taken");
    fs::write(&file, "").unwrap();
    let error = generate(&Plan { people: 1, seed: 1, out: file.clone() }, &|_| {}).unwrap_err();
    assert!(matches!(&error, SynthError::Write { path, .. } if path.starts_with(&file)), "{error}");
}

#[test]
fn a_generation_that_breaks_off_leaves_no_manifest() {
    let out = tempfile::tempdir().unwrap();
    let plan = Plan { people: 10, seed: 1, out: out.path().into() };
    generate(&plan, &|_| {}).unwrap();
    let manifest = out.path().join("extracts/benefits/manifest.toml");
    assert!(manifest.exists());
    fs::remove_file(out.path().join("truth.parquet")).unwrap();
    fs::create_dir(out.path().join("truth.parquet")).unwrap();
    generate(&plan, &|_| {}).unwrap_err();
    assert!(!manifest.exists());
}
