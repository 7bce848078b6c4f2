//! Bad and odd input of `redress link`: the exit code, the one error, and what the run says of what it left out.

use std::fs;

use crate::office::{Done, Office};

const CONFIG: &str = "unique_id = \"id\"\n[columns]\nname = \"full_name\"\nborn = \"date_of_birth\"\n";

/// Links one file of text, and gives what the program did and `run.json`.
fn linked(config: &str, records: &str) -> (Done, serde_json::Value) {
    let office = Office::new();
    fs::write(office.path("link.toml"), config).unwrap();
    fs::write(office.path("people.csv"), records).unwrap();
    let [config, out, file] =
        ["link.toml", "out", "people.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    let done = office.redress(&["link", "--config", &config, "--out", &out, &file]);
    let run = fs::read_to_string(office.path("out/run.json")).unwrap_or_else(|_| "null".to_owned());
    (done, serde_json::from_str(&run).unwrap())
}

#[track_caller]
fn check(config: &str, records: &str, code: i32, says: &[&str]) {
    linked(config, records).0.ended(code, says);
}

/// Rows of invented people, one of them broken.
fn with_broken_row() -> String {
    let right = (0..2_000).map(|at| format!("{at},Ana Person{at},1980-01-02\n"));
    format!("id,name,born\n{}7777,Bo Lane,1980-01-02,surplus,cells\n", right.collect::<String>())
}

#[test]
fn a_broken_row_is_told_and_counted() {
    let (done, run) = linked(CONFIG, &with_broken_row());
    done.ended(0, &["people.csv line 2002: set aside", "1 of 2001 rows set aside"]);
    assert_eq!((&run["records"], &run["rows_set_aside"]), (&2_000.into(), &1.into()));
}

#[test]
fn odd_and_wrong_files() {
    let nothing = "no two records were compared, so nothing was learned";
    let repeated = "id,name,born\n1,Ana,1980-01-02\n1,Bo,1981-01-02\n";
    for (records, code, says) in [
        ("id,name,born\n", 0, nothing),
        ("id,name,born\n1,Ana Lane,1980-01-02\n", 0, nothing),
        ("", 3, "people.csv"),
        ("id,name\n1,Ana\n", 3, "born"),
        (repeated, 3, "\"1\""),
        ("id,name,born\n,Ana,1980-01-02\n", 3, "id"),
        ("id,name,born\n1,,\n2,,\n3,,\n", 0, "3 records"),
    ] {
        check(CONFIG, records, code, &[says]);
    }
}

#[test]
fn configurations_that_contradict_themselves() {
    for (more, says) in [
        ("[[blocking]]\nkeys = [\"height\"]\n", "height"),
        ("[[comparison]]\ncolumn = \"name\"\nlevels = [\"else\", \"exact\"]\n", "else"),
        ("[output]\nmin_probability = 1.5\n", "1.5"),
        ("surname = \"shoe_size\"\n", "shoe_size"),
    ] {
        check(&format!("{CONFIG}{more}"), "id,name,born\n1,Ana,1980-01-02\n", 2, &[says]);
    }
}
