//! What the store promises, told on an embedded database in a folder of its own.

use std::sync::Arc;

use jiff::civil::{Date, date};
use redress_casefile::{
    Actor, Event, StreamId, Words,
    finding::{FindingEvent, Outcome},
    person::PersonEvent,
};
use redress_ports::{
    Append, ColumnReport, LogReader, NewEvent, ReadError, RecordBatchEnd, RecordReader, Store, StoreError,
};
use redress_statement::{Attribute, Digest, FindingId, PersonId, Record, RecordId, Snapshot};
use redress_testkit::{CountingEntropy, record, reviewer};
use redress_tlog::{ProofFile, VerifierKey};

use crate::SqlStore;

const DAY: Date = date(2026, 11, 2);
const ORIGIN: &str = "redress.example/test";

/// A file of `n` records that may break off after some of them.
struct File {
    snapshot: Snapshot,
    records: Vec<Record>,
    breaks_after: Option<usize>,
    report: ColumnReport,
}

impl File {
    fn new(n: usize, breaks_after: Option<usize>) -> Self {
        let records: Vec<Record> = (0..n)
            .map(|at| {
                record("benefits", "applications", &format!("K{at}"))
                    .says(Attribute::FamilyName, &"Núñez ".repeat(40))
                    .build()
            })
            .collect();
        let snapshot = Snapshot {
            digest: Digest::of(&n.to_be_bytes()),
            source: "benefits".parse().unwrap(),
            table: "applications".into(),
            file: "applications.csv".into(),
            length_bytes: n as u64,
            as_of: DAY,
        };
        Self {
            snapshot,
            records,
            breaks_after,
            report: ColumnReport { n_rows: n as u64, ..ColumnReport::default() },
        }
    }
}

impl RecordReader for File {
    fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    fn read(&mut self, into: &mut Vec<Record>, n_max: usize) -> Result<RecordBatchEnd, ReadError> {
        if let Some(after) = self.breaks_after
            && self.report.n_rows as usize - self.records.len() >= after
        {
            return Err(ReadError::Input("applications.csv, line 7: the file broke off".into()));
        }
        let n = n_max.min(self.records.len()).min(500);
        into.extend(self.records.drain(..n));
        Ok(if self.records.is_empty() { RecordBatchEnd::Done } else { RecordBatchEnd::More })
    }

    fn report(&self) -> &ColumnReport {
        &self.report
    }
}

async fn open(dir: &std::path::Path) -> SqlStore {
    SqlStore::open(dir, Arc::new(CountingEntropy::default()), ORIGIN).await.unwrap()
}

async fn n_records(store: &SqlStore) -> usize {
    store.identity_records(None, 10_000).await.unwrap().len()
}

fn formed(person: i64) -> Append {
    let event = PersonEvent::PersonFormed {
        person: PersonId(person),
        records: vec![RecordId(person)],
        model: Digest::of(b"model"),
        weakest: None,
    };
    Append {
        stream: StreamId::Person(PersonId(person)),
        expected_version: 0,
        events: vec![NewEvent { event: Event::Person(event), actor: Actor::Clock }],
    }
}

fn decided(words: &str) -> FindingEvent {
    FindingEvent::FindingDecided {
        finding: FindingId(1),
        outcome: Outcome::Explained,
        by: reviewer(),
        reason: Words::said(words),
    }
}

#[tokio::test]
async fn a_file_that_breaks_off_or_finds_the_disk_full_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let broken = store.import(&mut File::new(2_000, Some(1_000)), 1, &|_| {}).await;
    assert!(matches!(broken, Err(StoreError::Read(ReadError::Input(_)))), "{broken:?}");
    assert_eq!(n_records(&store).await, 0);

    store.database.let_grow_by_pages(10).await;
    let full = store.import(&mut File::new(5_000, None), 2, &|_| {}).await;
    assert!(matches!(full, Err(StoreError::Full { .. })), "{full:?}");
    assert_eq!(n_records(&store).await, 0);

    store.close().await;
    let store = open(dir.path()).await;
    let whole = store.import(&mut File::new(2_000, None), 3, &|_| {}).await.unwrap();
    assert_eq!((whole.was_known, whole.n_new), (false, 2_000));
    let again = store.import(&mut File::new(2_000, None), 4, &|_| {}).await.unwrap();
    assert!(again.was_known, "a stored snapshot is passed over");
    assert_eq!(n_records(&store).await, 2_000);
}

#[tokio::test]
async fn a_stream_that_moved_on_refuses_and_the_whole_transaction_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    store.append(vec![formed(1)], 1, DAY).await.unwrap();
    let late = store.append(vec![formed(2), formed(1)], 2, DAY).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    assert_eq!(store.events(0, 100).await.unwrap().len(), 1);
    assert!(store.load(StreamId::Person(PersonId(2))).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_reopening_and_replays_to_the_same_state() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    store.append((1..=40).map(formed).collect(), 1, DAY).await.unwrap();
    let before = store.state_digest().await.unwrap();
    store.close().await;
    let store = open(dir.path()).await;
    assert_eq!(store.state_digest().await.unwrap(), before);
    store.rebuild().await.unwrap();
    assert_eq!(store.state_digest().await.unwrap(), before);
    assert_eq!(store.n_persons().await.unwrap(), 40);
}

#[tokio::test]
async fn a_receipt_verifies_offline_and_erasing_the_words_leaves_the_log_whole() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let event = NewEvent { event: Event::Finding(decided("the passport shows it")), actor: Actor::Clock };
    let append = Append { stream: StreamId::Finding(FindingId(1)), expected_version: 0, events: vec![event] };
    let seq = store.append(vec![append], 1, DAY).await.unwrap()[0].seq;
    let state = store.publish(1_000_000, DAY).await.unwrap();
    assert_eq!(state.size, 1);

    let receipt = store.receipt(seq).await.unwrap().unwrap();
    assert!(!receipt.entry.contains("passport"), "the public entry tells the words");
    let keys = store.verifier_keys().await.unwrap();
    let keys: Vec<VerifierKey> = keys.iter().map(|key| VerifierKey::parse(key).unwrap()).collect();
    let (witnesses, logs): (Vec<_>, Vec<_>) = keys.into_iter().partition(VerifierKey::is_witness);
    let proof = ProofFile::parse(&receipt.proof).unwrap();
    let (checkpoint, cosigned) = proof.verify(receipt.entry.as_bytes(), &logs[0], &witnesses).unwrap();
    assert_eq!((checkpoint.size, cosigned.len()), (1, 1));

    store.erase_words(seq).await.unwrap();
    let erased = store.load(StreamId::Finding(FindingId(1))).await.unwrap();
    assert!(matches!(
        &erased[0].event,
        Event::Finding(FindingEvent::FindingDecided { reason, .. }) if reason.text().is_none()
    ));
    assert_eq!(store.receipt(seq).await.unwrap(), None);
    proof.verify(receipt.entry.as_bytes(), &logs[0], &witnesses).unwrap();
    store.close().await;
    assert!(crate::verify_store(dir.path()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_path_that_leaves_the_log_is_no_file_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    store.append(vec![formed(1)], 1, DAY).await.unwrap();
    store.publish(1_000_000, DAY).await.unwrap();
    assert!(store.log_file("checkpoint").await.unwrap().is_some());
    for path in ["../keys/log.key", "/etc/passwd", "tile/../../keys/log.key", "tile/0/x", ""] {
        assert_eq!(store.log_file(path).await.unwrap_or_default(), None, "{path}");
    }
}
