//! The demo keeps what its page promises: each check finds the planted errors, and little else.

use std::{path::Path, process::Command, sync::Arc};

use redress_ports::Store as _;
use redress_report::{Accuracy, ESTIMABLE_MIN};
use redress_store::SqlStore;
use redress_testkit::CountingEntropy;
use serde_json::Value;

/// Least share of the planted errors of a check that are found.
const RECALL_MIN: f64 = 0.95;

/// Most false alarms per planted error of a check.
const FALSE_ALARM_RATE_MAX: f64 = 0.02;

/// Least F1 of the linkage, pairwise over clusters.
const LINKAGE_F1_MIN: f64 = 0.99;

/// The same for the errors in records of people whose names have one structure, where enough were planted.
const STRUCTURE_RECALL_MIN: f64 = 0.9;
const STRUCTURE_ALARM_RATE_MAX: f64 = 0.05;

/// Most people of one structure of names with a record left apart, or put together with a record of somebody else.
const STRUCTURE_WRONG_MAX: f64 = 0.05;

/// The checks of which the demo plants errors.
const CHECKS: [&str; 53] = [
    "DP-01", "DP-02", "DP-03", "DP-04", "DP-05", "DP-06", "DP-07", "ID-01", "ID-02", "ID-03", "ID-04",
    "ID-05", "ID-06", "ID-07", "ID-08", "ID-09", "ID-10", "ID-11", "ID-12", "ID-13", "ID-14", "NT-01",
    "NT-02", "NT-03", "NT-04", "NT-05", "NT-06", "NT-07", "NT-08", "NT-09", "NT-10", "NT-11", "NT-12",
    "NT-13", "NT-14", "OR-01", "OR-02", "OR-03", "OR-04", "OR-05", "OR-06", "OR-07", "OR-08", "OR-09",
    "OR-10", "OR-11", "OR-12", "PR-01", "PR-03", "PR-05", "PR-06", "PR-07", "PR-08",
];

/// The evaluation that the store keeps.
fn accuracy_kept_in(store: &Path) -> Accuracy {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = SqlStore::open(store, Arc::new(CountingEntropy::default()), "redress.example/log");
        let opened = opened.await.unwrap();
        let report = opened.report("accuracy").await.unwrap().unwrap();
        opened.close().await;
        serde_json::from_str(&report.json).unwrap()
    })
}

/// For every structure of names of which enough errors of a check were planted, that check keeps its promise; and the
/// linkage does right by the people of every structure.
fn check_structures(accuracy: &Accuracy) {
    let mut n_held = 0;
    for row in &accuracy.by_structure {
        for (structure, tally) in accuracy.structures.iter().zip(&row.tallies) {
            if tally.planted >= ESTIMABLE_MIN {
                n_held += 1;
                let (planted, found) = (tally.planted as f64, tally.found as f64);
                let alarms = tally.false_alarms as f64;
                assert!(
                    found >= STRUCTURE_RECALL_MIN * planted && alarms <= STRUCTURE_ALARM_RATE_MAX * planted,
                    "{}, {structure}: {tally:?}",
                    row.id
                );
            }
        }
    }
    assert!(n_held > 30, "of {n_held} pairs of check and structure enough was planted");
    assert_eq!(accuracy.linked.len(), accuracy.structures.len());
    for row in &accuracy.linked {
        for share in [row.apart, row.mixed] {
            assert!(share.part as f64 <= STRUCTURE_WRONG_MAX * share.whole as f64, "{row:?}");
        }
    }
}

/// A run of the demo over a folder: what it printed, and what it told beside.
fn run(out: &Path, seed: u64) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redress"));
    command.args(["demo", "--no-serve", "--json", "--seed", &seed.to_string(), "--out"]).arg(out);
    let output = command.output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{error}");
    (String::from_utf8(output.stdout).unwrap(), error)
}

/// Every check of which errors are planted keeps its promise, and so does the linkage.
fn check(out: &str) {
    let line: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    let checks = line["checks"].as_array().unwrap();
    let number = |row: &Value, name: &str| row[name].as_f64().unwrap();
    for row in checks {
        let (planted, found, alarms) =
            (number(row, "planted"), number(row, "found"), number(row, "false_alarms"));
        assert!(found >= RECALL_MIN * planted && alarms <= FALSE_ALARM_RATE_MAX * planted, "{row}");
    }
    let ids: Vec<&str> = checks.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, CHECKS);
    assert!(number(&line["linkage"], "f1") >= LINKAGE_F1_MIN, "{}", line["linkage"]);
    assert_eq!(line["urls"]["desk"], Value::Null);
}

#[test]
fn the_demo_finds_what_was_planted() {
    let dir = tempfile::tempdir().unwrap();
    let demo = dir.path().join("demo");
    let (out, _) = run(&demo, 1);
    check(&out);
    check_structures(&accuracy_kept_in(&demo.join("store")));

    // A second run keeps everything, and prints the same table.
    let (again, told) = run(&demo, 1);
    let table = |out: &str| out.lines().filter(|line| !line.starts_with('{')).collect::<Vec<_>>().join("\n");
    assert_eq!(table(&again), table(&out));
    assert!(told.contains("kept: links, case files, findings"), "{told}");
    check_lists(&out);
}

/// The lists of the invented offices are brought by the commands that the demo prints: every key on them is known, and nothing
/// is struck before a closing was carried out.
fn check_lists(out: &str) {
    let commands: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix("  redress ")).collect();
    assert_eq!(commands.len(), 2, "{out}");
    for command in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_redress")).args(command.split(' ')).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{command}: {error}");
        let said = String::from_utf8(output.stdout).unwrap();
        let (n_entries, rest) = said.split_once(" entries, ").unwrap();
        assert!(n_entries.parse::<u64>().unwrap() > 100, "{said}");
        assert!(rest.starts_with(&format!("{n_entries} of them with a key")), "{said}");
        assert!(rest.contains(": 0 struck, 0 held, 0 contested"), "{said}");
    }
}

/// So few people that some offices have nothing to deliver.
#[test]
fn a_demo_of_a_few_people_goes_the_whole_way() {
    for n_people in ["1", "2", "3"] {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_redress"));
        command.args(["demo", "--no-serve", "--json", "--people", n_people, "--out"]).arg(dir.path());
        let output = command.output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{n_people} people: {error}");
        assert!(error.contains("findings held against the generator's truth"), "{n_people} people: {error}");
        let out = String::from_utf8(output.stdout).unwrap();
        let line: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
        for row in line["checks"].as_array().unwrap() {
            assert_eq!(row["found"], row["planted"], "{n_people} people: {row}");
        }
    }
}

#[test]
fn another_population_is_found_out_as_well() {
    let dir = tempfile::tempdir().unwrap();
    check(&run(dir.path(), 2).0);
}
