//! What was erased of a person is nowhere in the store any more, and the public log still verifies.

use std::{fs, path::Path, process::Command, sync::Arc};

use redress_ports::{LogReader as _, Store as _};
use redress_statement::{LogIndex, PersonId};
use redress_store::SqlStore;
use redress_synth::{Plan, generate};
use redress_testkit::CountingEntropy;

use crate::sealed::files;

/// What only the rows of the person say, in either extract.
const SECRETS: [&str; 7] =
    ["IOE0888888888", "987654320", "ZX7654321", "Qorrenthal", "Vexiana", "Qorrenthall", "98765432O"];

/// The office whose reviewer has records erased.
const OFFICE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/office.toml");
const REVIEWER: &str = "st-7f3a";

/// The rows of the person in three extracts: the second has a number that is none and is set aside, the third spells the name
/// otherwise.
const ROWS: [&str; 3] = [
    "IOE0888888888,987654320,ZX7654321,I-130,01/05/2024,Qorrenthal,Vexiana",
    "IOE0888888888,98765432O,ZX7654321,I-130,01/05/2024,Qorrenthal,Vexiana",
    "IOE0888888888,987654320,ZX7654321,I-130,01/05/2024,Qorrenthall,Vexiana",
];

/// The days that the extracts describe.
const DAYS: [&str; 3] = ["2026-09-30", "2026-10-15", "2026-10-31"];

#[track_caller]
fn run(code: i32, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_redress")).args(arguments).output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    text
}

/// Takes in the extract with one more row, which describes that day.
fn import(population: &Path, row: &str, day: &str) {
    let folder = population.join("extracts/benefits");
    let (file, manifest) = (folder.join("applications.csv"), folder.join("manifest.toml"));
    let (rows, note) = (fs::read_to_string(&file).unwrap(), fs::read_to_string(&manifest).unwrap());
    let n_columns = rows.lines().next().unwrap().split(',').count();
    let missing = ",".repeat(n_columns - row.split(',').count());
    fs::write(&file, format!("{rows}{row}{missing}\n")).unwrap();
    let as_of = note.lines().find(|line| line.starts_with("as_of")).unwrap();
    fs::write(&manifest, note.replace(as_of, &format!("as_of = \"{day}\""))).unwrap();
    let path = |below: &str| population.join(below).display().to_string();
    let (contract, store) = (path("contracts/benefits.toml"), path("store"));
    run(0, &["import", "--contract", &contract, "--store", &store, &path("extracts/benefits")]);
    fs::write(&file, rows).unwrap();
}

/// The person in whose file the row is.
fn person(store: &Path) -> PersonId {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = SqlStore::open(store, Arc::new(CountingEntropy::default()), "a/log").await.unwrap();
        let row = store.record_by_key(&"benefits".parse().unwrap(), SECRETS[0]).await.unwrap().unwrap();
        store.close().await;
        row.person.unwrap()
    })
}

/// The entries of the public log, as they are hashed.
fn entries(store: &Path) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = SqlStore::open(store, Arc::new(CountingEntropy::default()), "a/log").await.unwrap();
        let mut entries = Vec::new();
        loop {
            let page = store.entries(LogIndex(entries.len() as i64), 1_000).await.unwrap();
            if page.is_empty() {
                break;
            }
            entries.extend(page.into_iter().map(|entry| entry.json));
        }
        store.close().await;
        entries
    })
}

/// The secrets that stand in the bytes of the store, unpacked where they are compressed.
fn found(store: &Path) -> Vec<&'static str> {
    let files = files(store);
    let is_in = |secret: &str| {
        files.iter().any(|(_, bytes)| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()))
    };
    SECRETS.into_iter().filter(|secret| is_in(secret)).collect()
}

#[test]
fn nothing_of_a_person_stays_and_the_log_verifies() {
    let place = tempfile::tempdir().unwrap();
    let (population, store) = (place.path(), place.path().join("store"));
    generate(&Plan { people: 120, seed: 5, out: population.to_owned() }, &|_| {}).unwrap();
    // Of a table with sealed rows no broken line is kept, and no value of it is told.
    let contract = population.join("contracts/benefits.toml");
    let text = fs::read_to_string(&contract).unwrap();
    let rule = text.lines().find(|line| line.starts_with("form_type = [")).unwrap();
    fs::write(&contract, text.replace(&format!("[table.sealed]\n{rule}\n"), "")).unwrap();
    let import_all = || ROWS.into_iter().zip(DAYS).for_each(|(row, day)| import(population, row, day));
    import_all();
    let shown = store.display().to_string();
    run(0, &["check", "--store", &shown]);
    let person = person(&store).to_string();
    assert_eq!(found(&store), SECRETS);
    let n_entries = entries(&store).len();
    let erase = |by: &str, reason: &str, code, says: &str| {
        let basis = ["--office", OFFICE, "--by", by, "--basis", "order", "--reason", reason];
        let said = run(code, &[&["erase", "--store", &shown, "--person", &person], &basis[..]].concat());
        assert!(said.contains(says), "`{says}` is not said in {said}");
    };
    // Without a reason; by nobody of the office; by one who decides appeals.
    for (by, reason, code, says) in [
        (REVIEWER, "why not", 6, "the reason has 7 characters"),
        ("N. Abara", "order 12 of the court", 2, "names nobody with the account `N. Abara`"),
        ("st-b04e", "order 12 of the court", 6, "may not do `erase_records`: ask a reviewer"),
    ] {
        erase(by, reason, code, says);
    }
    assert_eq!((found(&store).as_slice(), entries(&store).len()), (&SECRETS[..], n_entries));
    erase(REVIEWER, "order 12 of the court", 0, "1 record erased, 3 rows cut out of kept files");
    let told = entries(&store).split_off(n_entries);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("\"kind\":\"erasure\"") && !told[0].contains("order"), "{told:?}");
    assert_eq!(found(&store), [""; 0]);
    run(0, &["doctor", "--store", &shown, "--replay"]);
    // The file is there, without anything in it, and says who erased it.
    let paper = population.join("packet.html");
    run(
        0,
        &[
            "packet",
            "--store",
            &shown,
            "--person",
            &person,
            "--for",
            "person",
            "--office",
            OFFICE,
            "--by",
            REVIEWER,
            "--out",
            &paper.display().to_string(),
        ],
    );
    run(0, &["check", "--store", &shown]);
    // What is erased is erased once: the log is not told of it again.
    let n_entries = entries(&store).len();
    erase(REVIEWER, "order 12 of the court", 0, "0 rows cut out of kept files");
    assert_eq!((found(&store).as_slice(), entries(&store).len()), (&[""; 0][..], n_entries));
    // The same extracts bring nothing back.
    import_all();
    assert_eq!(found(&store), [""; 0]);
}
