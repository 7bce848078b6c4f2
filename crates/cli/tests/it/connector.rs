//! A partner connects a source: what the folder holds, what a system that keeps the marks passes, and how one that does
//! not is told.

use std::fs;
use std::path::{Path, PathBuf};

use crate::office::{Done, Office};

const RECEIPT: &str = "{\"correction\":\"C-1\",\"acknowledged_on\":\"2026-11-03\",\"outcome\":\"applied\"}\n";

/// The folder of a new connector, with what a system sends back that takes in what it is given and changes nothing.
fn connected(office: &Office, format: &str, file: &str) -> PathBuf {
    let folder = office.path(format);
    office
        .redress(&["source", "new", "registry", "--format", format, "--out", folder.to_str().unwrap()])
        .ended(0, &["contract.toml", "returned/", "redress source test"]);
    let (given, returned) = (folder.join("given"), folder.join("returned"));
    fs::create_dir(&returned).unwrap();
    for name in [file, "manifest.toml"] {
        fs::copy(given.join(name), returned.join(name)).unwrap();
    }
    fs::write(returned.join("receipts.jsonl"), RECEIPT).unwrap();
    folder
}

fn test(office: &Office, folder: &Path) -> Done {
    office.redress(&["source", "test", folder.to_str().unwrap()])
}

#[track_caller]
fn change(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_system_that_keeps_marks_and_acknowledges_corrections_conforms() {
    let office = Office::new();
    for (format, file, refused) in [
        ("ftm", "statements.csv", "Person:height (physical descriptor (charter 2))"),
        ("niem-json", "message.json", "nc:Person/nc:PersonHeightMeasure/nc:MeasureDecimalValue (physical"),
        ("niem-xml", "message.xml", "nc:Person/nc:PersonHeightMeasure/nc:MeasureDecimalValue (physical"),
    ] {
        let folder = connected(&office, format, file);
        test(&office, &folder).ended(
            0,
            &[
                "holds  the contract reads the sample",
                refused,
                "people is covered",
                "1 contested values came back with their mark and the person's words",
                "1 corrections have their receipt",
            ],
        );
        let out = folder.to_str().unwrap();
        office
            .redress(&["source", "new", "registry", "--format", format, "--out", out])
            .ended(2, &["contract.toml: is there already"]);
        // The contract is one: the sample is taken into a store under it.
        let contract = folder.join("contract.toml");
        office.import_under("true", &contract, &folder.join("sample")).ended(0, &[file]);
    }
}

#[test]
fn a_system_that_loses_something_is_told_what_and_where() {
    let office = Office::new();
    for (file, from, to, wanted) in [
        (
            "statements.csv",
            ",contested,",
            ",,",
            "returned/, record p-1, family name: \"Sesay Kamara\" came back without its mark: it is contested in given/, line 2",
        ),
        (
            "statements.csv",
            "This name was my mother's",
            "Whose name",
            "returned/, record p-1, family name: \"Sesay Kamara\" came back without the person's words",
        ),
        (
            "statements.csv",
            "Sesay Kamara",
            "Kamara",
            "\"Sesay Kamara\" did not come back: a contested value is kept as it is until it is decided on",
        ),
        ("receipts.jsonl", "C-1", "C-2", "returned/receipts.jsonl: correction C-1 has no receipt"),
        ("receipts.jsonl", "2026-11-03", "2026-10-03", "before it was decided on 2026-10-31"),
        ("receipts.jsonl", "applied", "lost", "unknown variant `lost`, expected `applied` or `refused`"),
        (
            "statements.csv",
            ",corrected,,1991-04-15,",
            ",,,,",
            "record p-2, date of birth: the receipt says that correction C-1 was applied, and \"1991-04-15\" is nowhere",
        ),
        ("manifest.toml", "[\"people\"]", "[]", "returned/manifest.toml names no section"),
        (
            "statements.csv",
            "t-1,t-1,",
            "t-2,t-2,",
            "returned/: record t-1 is missing, though returned/manifest.toml says that people",
        ),
    ] {
        let folder = connected(&office, "ftm", "statements.csv");
        let path = folder.join("returned").join(file);
        change(&path, from, to);
        if from.starts_with("t-1") {
            change(&path, from, to);
        }
        test(&office, &folder).ended(5, &[wanted, "of 5 steps fail"]);
        fs::remove_dir_all(&folder).unwrap();
    }
    let folder = connected(&office, "ftm", "statements.csv");
    fs::remove_dir_all(folder.join("returned")).unwrap();
    test(&office, &folder)
        .ended(5, &["returned/ is not there: take given/ into your system", "3 of 5 steps fail"]);
    change(&folder.join("sample/statements.csv"), "1991-05-14", "in May");
    test(&office, &folder).ended(5, &["sample/, line 9: column \"Person:birthDate\"", "4 of 5 steps fail"]);
}
