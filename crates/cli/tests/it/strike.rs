//! `redress strike`: the list comes back as it was, with marks; there is no list without one.

use std::{fs, sync::Arc};

use redress_casefile::{Actor, Event, StatementRef, StreamId, person::PersonEvent};
use redress_ports::{AccessPurpose, Append, NewEvent, Page, Store};
use redress_statement::{Attribute, Digest, PersonId};
use redress_store::SqlStore;
use redress_testkit::CountingEntropy;

use crate::office::{Done, Office};

/// The office file of the demo.
pub(crate) const STAFF: &str = include_str!("../../../../docs/office.toml");

/// Persons of the office's three records, of whom the first contests the name.
pub(crate) fn with_a_contest(office: &Office) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let entropy = Arc::new(CountingEntropy::default());
        let store = SqlStore::open(&office.store(), entropy, "redress.example/log").await.unwrap();
        let store: Arc<dyn Store> = Arc::new(store);
        let mut records = Vec::new();
        for (key, person) in [("1", 1), ("2", 2), ("3", 3)] {
            let record = store.record_by_key(&"court".parse().unwrap(), key).await.unwrap().unwrap().id;
            let model = Digest::of(b"model");
            let (person, weakest) = (PersonId(person), None);
            let event = PersonEvent::PersonFormed { person, records: vec![record], model, weakest };
            let events = vec![NewEvent { event: Event::Person(event), actor: Actor::Model { model } }];
            let append = Append { stream: StreamId::Person(person), expected_version: 0, events };
            store.append(vec![append], 1, "2026-11-02".parse().unwrap()).await.unwrap();
            records.push(record);
        }
        let clock = Arc::new(redress_testkit::StillClock::at("2026-11-02".parse().unwrap()));
        let parameters = Arc::new(redress_checks::Parameters::built_in().unwrap());
        let app = redress_service::App { store, clock, parameters };
        let statement = StatementRef { record: records[0], attribute: Attribute::FamilyName, ordinal: 0 };
        let answers = redress_service::Answers {
            what_is_wrong: "it lacks a letter".to_owned(),
            ..redress_service::Answers::default()
        };
        redress_service::file_request(&app, PersonId(1), statement, answers).await.unwrap();
    });
}

/// Who read a person's file for a purpose, the newest first.
pub(crate) fn reads_of(office: &Office, person: i64, purpose: AccessPurpose) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let entropy = Arc::new(CountingEntropy::default());
        let store = SqlStore::open(&office.store(), entropy, "redress.example/log").await.unwrap();
        let reads = store.accesses_of(PersonId(person), Page { offset: 0, limit: 10 }).await.unwrap();
        let for_it = reads.into_iter().filter(|read| read.purpose == purpose);
        for_it.map(|read| read.user_code).collect()
    })
}

fn strike(office: &Office, list: &str, more: &[&str]) -> Done {
    fs::write(office.path("list.csv"), list).unwrap();
    fs::write(office.path("office.toml"), STAFF).unwrap();
    let [store, list, out, staff] = ["store", "list.csv", "marked.csv", "office.toml"]
        .map(|name| office.path(name).display().to_string());
    let mut arguments = vec!["strike", "--store", &store, "--list", &list, "--out", &out, "--office", &staff];
    if !more.contains(&"--by") {
        arguments.extend(["--by", "st-7f3a"]);
    }
    if !more.contains(&"--key") {
        arguments.extend(["--key", "file"]);
    }
    arguments.extend(["--of", "check-ins", "--source", "court"]);
    arguments.extend(more);
    office.redress(&arguments)
}

#[test]
fn the_rows_come_back_as_they_were_with_marks() {
    let office = Office::new();
    with_a_contest(&office);
    let list =
        "day,file,room\n2027-01-04,2,7\n2027-01-04,unknown,\n2027-01-05,1,\"4, left\"\n2027-01-06,2,7\n";
    strike(&office, list, &[])
        .ended(0, &["4 entries, 3 of them with a key that `court` has: 0 struck, 1 held, 0 contested, 3 as they were; 2 files were"]);
    let marked = fs::read_to_string(office.path("marked.csv")).unwrap();
    let reason = "\"contested and on hold, nobody may rely on it: family name\"";
    let expected = format!(
        "day,file,room,redress_mark,redress_reason\n2027-01-04,2,7,,\n2027-01-04,unknown,,,\n2027-01-05,1,\"4, left\",held,{reason}\n2027-01-06,2,7,,\n"
    );
    assert_eq!(marked, expected);
    // The line ends and the byte order mark of a spreadsheet as well.
    fs::remove_file(office.path("marked.csv")).unwrap();
    let of_a_spreadsheet = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    strike(&office, &of_a_spreadsheet(list), &[]).ended(0, &["4 entries"]);
    assert_eq!(fs::read_to_string(office.path("marked.csv")).unwrap(), of_a_spreadsheet(&expected));
    fs::remove_file(office.path("marked.csv")).unwrap();
    // Each read is accounted for once a list, under whoever brought the list; who is not on it was not read.
    for (person, n_reads) in [(1, 2), (2, 2), (3, 0)] {
        assert_eq!(reads_of(&office, person, AccessPurpose::OwnList), vec!["st-7f3a"; n_reads], "P-{person}");
    }
}

#[test]
fn without_a_list_there_is_none() {
    let office = Office::new();
    with_a_contest(&office);
    // No rows in, no rows out: whatever the store holds.
    strike(&office, "file\n", &[]).ended(0, &["0 entries"]);
    assert_eq!(fs::read_to_string(office.path("marked.csv")).unwrap(), "file,redress_mark,redress_reason\n");
    assert!((1..=3).all(|person| reads_of(&office, person, AccessPurpose::OwnList).is_empty()));
    let store = office.store();
    let done = office.redress(&["strike", "--store", store.to_str().unwrap(), "--out", "x.csv"]);
    assert_eq!(done.code, Some(2));
    assert!(done.error.contains("--list <LIST>"), "{}", done.error);
}

#[test]
fn a_call_that_cannot_be_answered_is_refused_and_leaves_nothing() {
    let office = Office::new();
    for (list, more, code, says) in [
        ("file\n1\n", &["--key", "number"][..], 2, &["no column `number`", "it has file"][..]),
        ("file\n1\n", &["--by", "st-none"], 2, &["nobody with the account `st-none`"]),
        ("file\n1\n", &["--by", "st-e511"], 6, &["the role oversight may not do `mark_list`"]),
        ("file\n1\n", &["--day", "on"], 2, &["no column `on`"]),
        ("file,redress_mark\n1,\n", &[], 2, &["has a column `redress_mark` already"]),
        ("file,day\n1\n", &[], 3, &["is no list of whole rows", "line: 2"]),
        (
            "file,day\n1,901\n2,902\n",
            &["--key", "day"],
            3,
            &["has none of the 2 keys in the column `day`", "--source"],
        ),
    ] {
        strike(&office, list, more).ended(code, says);
        assert!(!office.path("marked.csv").exists() && !office.path("marked.part").exists(), "{list}");
    }
    strike(&office, "file\n", &[]).ended(0, &[]);
    strike(&office, "file\n", &[]).ended(2, &["is there already"]);
}
