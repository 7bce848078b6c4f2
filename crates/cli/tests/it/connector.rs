//! A partner connects a source: what the folder holds, what a system that keeps the marks passes, and how one that does
//! not is told.

use std::fs;
use std::path::{Path, PathBuf};

use crate::office::{Done, Office};

const RECEIPT: &str = "{\"correction\":\"C-1\",\"acknowledged_on\":\"2026-11-03\",\"outcome\":\"applied\"}\n";

/// The folder of a new connector, with nothing in returned/ yet.
fn made(office: &Office, format: &str) -> PathBuf {
    let folder = office.path(format);
    office
        .redress(&["source", "new", "registry", "--format", format, "--out", folder.to_str().unwrap()])
        .ended(0, &["contract.toml", "returned/", "redress source test"]);
    folder
}

/// What a system sends back that took in what it was given: the notice's mark is on its value, the correction is applied, and
/// its manifest says what it covers.
fn connected(office: &Office, format: &str, file: &str) -> PathBuf {
    let folder = made(office, format);
    answered(&folder, file);
    folder
}

/// Puts there what such a system sends back.
fn answered(folder: &Path, file: &str) {
    let (given, returned) = (folder.join("given"), folder.join("returned"));
    fs::create_dir(&returned).unwrap();
    fs::copy(folder.join("sample/manifest.toml"), returned.join("manifest.toml")).unwrap();
    let correction = sent(&given.join("corrections.jsonl"));
    let said = |member: &str| correction[member].as_str().unwrap();
    let records = fs::read_to_string(given.join(file)).unwrap().replace(said("wrong"), said("right"));
    fs::write(returned.join(file), records).unwrap();
    let mut mark = sent(&given.join("notices.jsonl"));
    mark.as_object_mut().unwrap().remove("notice");
    mark["state"] = "contested".into();
    fs::write(returned.join("marks.jsonl"), format!("{mark}\n")).unwrap();
    fs::write(returned.join("receipts.jsonl"), RECEIPT).unwrap();
}

/// The one object of a file of JSON Lines.
fn sent(path: &Path) -> serde_json::Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
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
        ("csv", "people.csv", "height_cm (physical descriptor (charter 2))"),
        ("tab", "people.tsv", "height_cm (physical descriptor (charter 2))"),
        ("json-lines", "people.jsonl", "height_cm (physical descriptor (charter 2))"),
        ("postgresql", "people.jsonl", "height_cm (physical descriptor (charter 2))"),
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
                "contested values came back with their mark and the person's words; 1 notices put their mark on",
                "1 corrections were applied and have their receipt",
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
fn an_own_sample_is_tested_from_end_to_end() {
    let office = Office::new();
    let folder = made(&office, "csv");
    let give = || office.redress(&["source", "give", folder.to_str().unwrap()]);
    // Another contract and other people than those that `new` wrote.
    change(&folder.join("contract.toml"), "people.csv", "registrants.csv");
    let sample = fs::read_to_string(folder.join("sample/people.csv")).unwrap();
    fs::write(folder.join("sample/registrants.csv"), sample.replace("\np-", "\nq-")).unwrap();
    test(&office, &folder).ended(2, &["given/registrants.csv: there is no such file", "redress source give"]);
    give().ended(0, &["notices.jsonl", "redress source test"]);
    let second = sent(&folder.join("given/notices.jsonl"))["record"].as_str().unwrap().to_owned();
    assert!(
        !sample.lines().any(|line| line.starts_with(&format!("{second},"))),
        "{second} is of the other sample"
    );
    answered(&folder, "registrants.csv");
    test(&office, &folder).ended(0, &["1 corrections were applied and have their receipt"]);
    // What was given for another sample is not tested against.
    fs::write(folder.join("sample/registrants.csv"), sample).unwrap();
    test(&office, &folder).ended(2, &["has other records than sample/", "redress source give"]);
    fs::remove_dir_all(folder.join("given")).unwrap();
    test(&office, &folder).ended(2, &["given: is not there", "redress source give"]);
    let one: String = fs::read_to_string(folder.join("sample/registrants.csv"))
        .unwrap()
        .lines()
        .take(2)
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(folder.join("sample/registrants.csv"), one).unwrap();
    give().ended(2, &["sample/: has no two people"]);
}

#[test]
fn a_system_that_gives_back_what_it_was_given_does_not_conform() {
    let office = Office::new();
    for (format, file) in [
        ("csv", "people.csv"),
        ("tab", "people.tsv"),
        ("xlsx", "people.xlsx"),
        ("parquet", "people.parquet"),
        ("json-lines", "people.jsonl"),
        ("postgresql", "people.jsonl"),
        ("ftm", "statements.csv"),
        ("niem-json", "message.json"),
        ("niem-xml", "message.xml"),
    ] {
        let folder = made(&office, format);
        let (given, returned) = (folder.join("given"), folder.join("returned"));
        fs::create_dir(&returned).unwrap();
        for name in [file, "manifest.toml", "notices.jsonl", "corrections.jsonl"] {
            fs::copy(given.join(name), returned.join(name)).unwrap();
        }
        test(&office, &folder).ended(
            5,
            &[
                "returned/manifest.toml names no section",
                "came back without the mark and the words of notice N-1",
                "receipts.jsonl",
                "3 of 5 steps fail",
            ],
        );
        // With a receipt and a manifest that somebody wrote by hand it has still applied nothing.
        fs::write(returned.join("receipts.jsonl"), RECEIPT).unwrap();
        fs::copy(folder.join("sample/manifest.toml"), returned.join("manifest.toml")).unwrap();
        test(&office, &folder).ended(
            5,
            &[
                "notice N-1",
                "\"1991-04-15\" stands neither in the place of the value nor beside it",
                "2 of 5 steps fail",
            ],
        );
    }
}

/// A file of what came back, what stands in it, what stands there in its place, and what the test says of it.
const LOSSES: &[(&str, &str, &str, &str)] = &[
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
    ("receipts.jsonl", "applied", "refused", "correction C-1 was refused: the test asks that it is applied"),
    (
        "statements.csv",
        "1991-04-15",
        "1991-05-14",
        "record p-2, date of birth: the receipt says that correction C-1 was applied, and \"1991-04-15\" stands neither",
    ),
    ("marks.jsonl", "The two words", "Some words", "came back without the mark and the words of notice N-1"),
    ("marks.jsonl", "p-2", "p-3", "put both beside the value, or as one line of returned/marks.jsonl"),
    ("marks.jsonl", "contested", "settled", "unknown variant `settled`, expected `contested`"),
    (
        "statements.csv",
        "Quispe Mamani",
        "Quispe",
        "record p-2, family name: \"Quispe Mamani\" did not come back",
    ),
    ("manifest.toml", "people", "passports", "has the section `passports`"),
    ("manifest.toml", "[\"people\"]", "[]", "returned/manifest.toml names no section"),
    (
        "statements.csv",
        "t-1,t-1,",
        "t-2,t-2,",
        "returned/: record t-1 is missing, though returned/manifest.toml says that people",
    ),
];

#[test]
fn a_system_that_loses_something_is_told_what_and_where() {
    let office = Office::new();
    for (file, from, to, wanted) in LOSSES.iter().copied() {
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
