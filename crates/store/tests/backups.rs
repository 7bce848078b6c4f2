//! Backups: taken while others write, brought back whole, and refused when they are not what they were.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::civil::{Date, date};
use redress_casefile::{Actor, Event, StreamId, person::PersonEvent};
use redress_ports::{Append, LogReader, NewEvent, Store, StoreError};
use redress_statement::{Digest, PersonId, RecordId};
use redress_store::{BackupError, SqlStore, backup_store, restore_store, verify_replay, verify_store};
use redress_testkit::{CountingEntropy, RecordFile, record};

const DAY: Date = date(2026, 11, 2);

async fn open(dir: &Path) -> SqlStore {
    SqlStore::open(dir, Arc::new(CountingEntropy::default()), "redress.example/test").await.unwrap()
}

async fn form(store: &SqlStore, person: i64) {
    let event = PersonEvent::PersonFormed {
        person: PersonId(person),
        records: vec![RecordId(person)],
        model: Digest::of(b"model"),
        weakest: None,
    };
    let events = vec![NewEvent { event: Event::Person(event), actor: Actor::Clock }];
    let append = Append { stream: StreamId::Person(PersonId(person)), expected_version: 0, events };
    store.append(vec![append], 1, DAY).await.unwrap();
}

/// A store with records, events, a published log and a kept file.
async fn filled(dir: &Path) -> SqlStore {
    let store = open(dir).await;
    let records = (0..50).map(|at| record("benefits", "applications", &format!("K{at}")).build()).collect();
    store.import(&mut RecordFile::new("benefits", "applications", 1, records), 1, &|_| {}).await.unwrap();
    for person in 1..=20 {
        form(&store, person).await;
    }
    store.publish(1_000_000, DAY).await.unwrap();
    fs::create_dir_all(dir.join("snapshots")).unwrap();
    fs::write(dir.join("snapshots").join("0a.zst"), b"a kept file").unwrap();
    fs::write(dir.join("snapshots").join("0b.zst.half"), b"an unfinished one").unwrap();
    store
}

struct Folders {
    _all: tempfile::TempDir,
    store: PathBuf,
    backup: PathBuf,
    restored: PathBuf,
}

fn folders() -> Folders {
    let all = tempfile::tempdir().unwrap();
    let [store, backup, restored] = ["store", "backup", "restored"].map(|name| all.path().join(name));
    Folders { _all: all, store, backup, restored }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_taken_while_others_write_comes_back_whole() {
    let at = folders();
    let store = Arc::new(filled(&at.store).await);
    let is_over = Arc::new(AtomicBool::new(false));
    let writer = {
        let (store, is_over) = (Arc::clone(&store), Arc::clone(&is_over));
        tokio::spawn(async move {
            let mut person = 20;
            while !is_over.load(Ordering::SeqCst) {
                person += 1;
                form(&store, person).await;
                if person % 7 == 0 {
                    store.publish(2_000_000, DAY).await.unwrap();
                }
            }
            person
        })
    };
    let backup = backup_store(&at.store, &at.backup).await.unwrap();
    is_over.store(true, Ordering::SeqCst);
    let n_written = writer.await.unwrap();
    assert!((20..=n_written as u64).contains(&backup.n_events), "{} of {n_written}", backup.n_events);

    let restored = restore_store(&at.backup, &at.restored).await.unwrap();
    assert_eq!(restored, backup);
    assert!(verify_store(&at.restored).await.unwrap().is_empty());
    assert_eq!(verify_replay(&at.restored).await.unwrap(), None);
    assert_eq!(fs::read(at.restored.join("snapshots").join("0a.zst")).unwrap(), b"a kept file");
    assert!(!at.restored.join("snapshots").join("0b.zst.half").exists(), "an unfinished file is no part");
    let copy = open(&at.restored).await;
    assert_eq!(copy.state_digest().await.unwrap(), backup.state);
    let events = copy.events(0, 10_000).await.unwrap();
    assert_eq!(events, store.events(0, events.len() as u32).await.unwrap());
    assert_eq!(copy.verifier_keys().await.unwrap(), store.verifier_keys().await.unwrap());
    // The restored store goes on where it stood.
    copy.publish(3_000_000, DAY).await.unwrap();
    form(&copy, 10_000).await;
}

#[tokio::test]
async fn nothing_is_written_over() {
    let at = folders();
    filled(&at.store).await.close().await;
    fs::create_dir_all(&at.backup).unwrap();
    fs::write(at.backup.join("mine"), b"1").unwrap();
    let refused = backup_store(&at.store, &at.backup).await;
    assert!(matches!(refused, Err(BackupError::Occupied { .. })), "{refused:?}");
    fs::remove_file(at.backup.join("mine")).unwrap();
    backup_store(&at.store, &at.backup).await.unwrap();
    let refused = restore_store(&at.backup, &at.store).await;
    assert!(matches!(refused, Err(BackupError::Occupied { .. })), "{refused:?}");
    let missing = backup_store(&at.restored, &at.backup.join("new")).await;
    assert!(matches!(missing, Err(BackupError::Store(StoreError::Missing { .. }))), "{missing:?}");
    let missing = restore_store(&at.restored, &at.restored.join("new")).await;
    assert!(matches!(missing, Err(BackupError::NotThere { .. })), "{missing:?}");
}

/// Takes a backup, changes it, and answers why it is not restored.
async fn refused(change: impl FnOnce(&Path)) -> BackupError {
    let at = folders();
    filled(&at.store).await.close().await;
    backup_store(&at.store, &at.backup).await.unwrap();
    change(&at.backup);
    let error = restore_store(&at.backup, &at.restored).await.unwrap_err();
    assert!(!at.restored.exists(), "nothing is left behind: {error}");
    assert_eq!(fs::read_dir(at.restored.parent().unwrap()).unwrap().count(), 2, "{error}");
    error
}

fn in_manifest(backup: &Path, from: &str, to: &str) {
    let path = backup.join("backup.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[tokio::test]
async fn a_backup_that_is_not_what_it_was_is_refused() {
    type Change = fn(&Path);
    let changes: [(Change, &str); 6] = [
        (|backup| fs::write(backup.join("snapshots/0a.zst"), b"another").unwrap(), "snapshots/0a.zst is not"),
        (|backup| fs::remove_file(backup.join("keys/log.key")).unwrap(), "a file is not there: keys/log.key"),
        (
            |backup| {
                let path = backup.join("redress.db");
                let mut bytes = fs::read(&path).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                fs::write(path, bytes).unwrap();
            },
            "redress.db is not the file",
        ),
        (|backup| fs::write(backup.join("backup.json"), b"{}").unwrap(), "backup.json is not one"),
        (|backup| in_manifest(backup, "snapshots/0a.zst", "../0a.zst"), "outside of the backup"),
        (
            |backup| {
                let text = fs::read_to_string(backup.join("backup.json")).unwrap();
                let at = text.find("\"state\": \"").unwrap() + 10;
                let other = if text.as_bytes()[at] == b'0' { "1" } else { "0" };
                let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
                fs::write(backup.join("backup.json"), changed).unwrap();
            },
            "the events replay to state",
        ),
    ];
    for (change, wanted) in changes {
        let error = refused(change).await;
        assert!(matches!(error, BackupError::Damaged { .. }), "{wanted}: {error:?}");
        assert!(error.to_string().contains(wanted), "{error}");
    }
}

#[tokio::test]
async fn a_backup_of_a_newer_program_is_refused_with_the_advice() {
    let error = refused(|backup| in_manifest(backup, "\"schema\": ", "\"schema\": 9")).await;
    assert!(matches!(error, BackupError::Store(StoreError::Schema { .. })), "{error:?}");
    assert!(error.to_string().contains("newer version of the program"), "{error}");
    let error = refused(|backup| in_manifest(backup, "\"v\": 1", "\"v\": 2")).await;
    assert!(matches!(error, BackupError::Form { found: 2, .. }), "{error:?}");
    let error = refused(|backup| fs::remove_file(backup.join("backup.json")).unwrap()).await;
    assert!(matches!(error, BackupError::NotThere { .. }), "{error:?}");
}
