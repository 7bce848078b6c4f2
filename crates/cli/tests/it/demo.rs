//! The demo keeps what its page promises: each check finds the planted errors, and little else.

use std::process::Command;

use serde_json::Value;

/// Least share of the planted errors of a check that are found.
const RECALL_MIN: f64 = 0.95;

/// Most false alarms per planted error of a check.
const FALSE_ALARM_RATE_MAX: f64 = 0.02;

/// Least F1 of the linkage, pairwise over clusters.
const LINKAGE_F1_MIN: f64 = 0.99;

/// The checks of which the demo plants errors.
const CHECKS: [&str; 43] = [
    "DP-01", "DP-02", "DP-03", "DP-04", "DP-05", "DP-07", "ID-01", "ID-03", "ID-04", "ID-05", "ID-06",
    "ID-07", "ID-08", "ID-09", "ID-10", "ID-12", "ID-13", "ID-14", "NT-01", "NT-02", "NT-03", "NT-04",
    "NT-05", "NT-06", "NT-07", "NT-08", "NT-09", "NT-10", "NT-11", "NT-12", "NT-13", "NT-14", "OR-01",
    "OR-02", "OR-03", "OR-04", "OR-05", "OR-06", "OR-07", "OR-08", "OR-10", "OR-11", "OR-12",
];

#[test]
fn the_demo_finds_what_was_planted() {
    let dir = tempfile::tempdir().unwrap();
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_redress"));
        command.args(["demo", "--no-serve", "--json", "--out"]).arg(dir.path().join("demo"));
        let output = command.output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{error}");
        (String::from_utf8(output.stdout).unwrap(), error)
    };
    let (out, _) = run();
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

    // A second run keeps everything, and prints the same table.
    let (again, told) = run();
    let table = |out: &str| out.lines().filter(|line| !line.starts_with('{')).collect::<Vec<_>>().join("\n");
    assert_eq!(table(&again), table(&out));
    assert!(told.contains("kept: links, case files, findings"), "{told}");
}
