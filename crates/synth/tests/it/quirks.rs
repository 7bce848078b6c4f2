//! The court's files have the quirks of the monthly release.

use std::collections::BTreeMap;
use std::fs;

use redress_synth::{Plan, generate};

const RELEASE: [(&str, usize); 5] = [
    ("A_TblCase", 39),
    ("B_TblProceeding", 38),
    ("tbl_schedule", 30),
    ("tbl_Court_Motions", 41),
    ("tblAppeal", 17),
];

#[test]
fn the_release_is_written_as_the_court_writes_it() {
    let out = tempfile::tempdir().unwrap();
    let plan = Plan { people: 5000, seed: 1, out: out.path().into() };
    let summary = generate(&plan, &|_| {}).unwrap();
    let court = out.path().join("extracts/court");
    let counts: BTreeMap<String, u64> = fs::read_to_string(court.join("Count.txt"))
        .unwrap()
        .lines()
        .map(|line| line.split_once('\t').unwrap())
        .map(|(table, n_rows)| (table.to_owned(), n_rows.parse().unwrap()))
        .collect();
    let (mut n_nul, mut n_shifted, mut n_short, mut n_beyond_ascii) = (0, 0, 0, 0);
    for (table, n_columns) in RELEASE {
        let bytes = fs::read(court.join(format!("{table}.csv"))).unwrap();
        let text: String = bytes.iter().copied().map(char::from).collect();
        assert!(text.ends_with("\r\n"));
        let lines: Vec<&str> = text.trim_end_matches("\r\n").split("\r\n").collect();
        assert!(lines.iter().all(|line| !line.contains(['\r', '\n'])));
        assert_eq!(lines[0].split('\t').count(), n_columns, "{table}");
        assert_eq!(lines.len() as u64 - 1, counts[table], "{table}");
        assert_eq!(counts[table], summary.records[&format!("court/{table}")]);
        for line in &lines[1..] {
            let n_cells = line.split('\t').count();
            n_nul += usize::from(line.contains('\0'));
            n_shifted += usize::from(n_cells > n_columns);
            n_short += usize::from(n_cells < n_columns);
            n_beyond_ascii += usize::from(!line.is_ascii());
        }
        if table == "A_TblCase" {
            assert!(String::from_utf8(bytes).is_err(), "the file is not UTF-8");
        }
    }
    let counted = format!("{n_nul} NUL, {n_shifted} shifted, {n_short} short, {n_beyond_ascii} beyond ASCII");
    assert!(n_nul > 0 && n_shifted > 2 && n_short > 0 && n_beyond_ascii > 20, "{counted}");
    assert_eq!(n_shifted as u64, summary.planted["PR-shift"]);
    assert!(n_shifted + n_short < summary.records["court/A_TblCase"] as usize / 50);
}

#[test]
fn two_rows_are_beyond_repair() {
    let world = crate::world::five_thousand();
    let stray = world.records.iter().filter(|((source, key), record)| {
        source == "court" && key.starts_with("A_TblCase:") && record.values().any(|cell| cell == "0930")
    });
    assert_eq!(stray.count(), 2);
}
