//! Faults at every step that writes, in both halves (failed and not saved; failed but saved), torn, and on a full disk.
//! After each, everything is verified and read again.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use jiff::civil::{Date, date};
use redress_casefile::{
    Actor, Event, Role, SealedAccess, SealedErasure, SealedPurpose, StreamId,
    person::{ErasureBasis, PersonEvent},
};
use redress_ports::{Append, Compartment as _, LogReader, NewEvent, Recorded, SealedRead, Store, StoreError};
use redress_statement::{Attribute, Digest, PersonId, Record, RecordId};
use redress_testkit::{CountingEntropy, RecordFile, new_reviewer, record};

use crate::{SqlStore, verify_store};

const DAY: Date = date(2026, 11, 2);

/// What a fault leaves on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    /// Nothing: it failed.
    NotSaved,
    /// Everything, and it is reported as failed.
    Saved,
    /// Half of the bytes.
    Torn,
    /// Nothing: no space was left.
    Full,
}

/// A fault at the n-th write of the log's files from now, from 0.
#[derive(Debug, Default)]
pub(crate) struct WriteFault(Mutex<Option<(usize, Half)>>);

impl WriteFault {
    fn set(&self, at_write: usize, half: Half) {
        *self.0.lock().unwrap() = Some((at_write, half));
    }

    /// Takes the fault away. Whether it was still to come.
    fn clear(&self) -> bool {
        self.0.lock().unwrap().take().is_some()
    }

    /// The fault, when this write is the one.
    pub(crate) fn due(&self) -> Option<Half> {
        let mut pending = self.0.lock().unwrap();
        let (at_write, half) = (*pending)?;
        *pending = at_write.checked_sub(1).map(|at_write| (at_write, half));
        pending.is_none().then_some(half)
    }
}

/// A fault at the next commit: whether the transaction is saved in spite of the error. As on a disk that fails, the
/// database has ended the transaction by itself, and the connection does not know.
#[derive(Clone, Debug, Default)]
pub(crate) struct CommitFault(Arc<Mutex<Option<bool>>>);

impl CommitFault {
    fn set(&self, is_saved: bool) {
        *self.0.lock().unwrap() = Some(is_saved);
    }

    pub(crate) fn due(&self) -> Option<bool> {
        self.0.lock().unwrap().take()
    }
}

async fn open(dir: &Path) -> SqlStore {
    SqlStore::open(dir, Arc::new(CountingEntropy::default()), "redress.example/test").await.unwrap()
}

/// Closes the store, verifies all of it, replays its events, and opens it again.
async fn verified(store: SqlStore, dir: &Path, why: &str) -> SqlStore {
    let state = store.state_digest().await.unwrap();
    store.close().await;
    let problems = verify_store(dir).await.unwrap();
    assert!(problems.is_empty(), "{why}: {problems:?}");
    let store = open(dir).await;
    store.rebuild().await.unwrap();
    assert_eq!(store.state_digest().await.unwrap(), state, "{why}");
    store
}

async fn n_events(store: &SqlStore) -> usize {
    store.events(0, 10_000).await.unwrap().len()
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
    let events = vec![NewEvent { event: Event::Person(event), actor: Actor::Clock }];
    Append { stream: StreamId::Person(PersonId(person)), expected_version: 0, events }
}

async fn form(store: &SqlStore, person: i64) -> Result<Vec<Recorded>, StoreError> {
    store.append(vec![formed(person)], 1, DAY).await
}

fn records(n: usize) -> Vec<Record> {
    let record = |at| record("benefits", "applications", &format!("K{at}"));
    (0..n).map(|at| record(at).says(Attribute::FamilyName, &"Núñez ".repeat(40)).build()).collect()
}

fn file(version: u32, n: usize) -> RecordFile {
    RecordFile::new("benefits", "applications", version, records(n))
}

#[tokio::test]
async fn an_append_that_fails_is_there_once_or_not_at_all_and_is_told_apart_by_its_version() {
    for is_saved in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).await;
        form(&store, 1).await.unwrap();
        store.database.fault.set(is_saved);
        form(&store, 2).await.unwrap_err();
        let store = verified(store, dir.path(), "an append").await;
        assert_eq!(n_events(&store).await, 1 + usize::from(is_saved));
        let again = form(&store, 2).await;
        match is_saved {
            false => assert_eq!(again.unwrap()[0].seq, 2),
            true => assert!(matches!(again, Err(StoreError::Conflict { found: 1, .. })), "{again:?}"),
        }
        assert_eq!(n_events(&store).await, 2);
        store.publish(1_000_000, DAY).await.unwrap();
        verified(store, dir.path(), "a second try").await;
    }
}

#[tokio::test]
async fn a_store_whose_write_failed_goes_on_without_being_opened_again() {
    for is_saved in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).await;
        store.database.fault.set(is_saved);
        form(&store, 1).await.unwrap_err();
        assert_eq!(n_events(&store).await, usize::from(is_saved));
        form(&store, 2).await.unwrap();
        store.database.fault.set(is_saved);
        store.import(&mut file(1, 700), 1, &|_| {}).await.unwrap_err();
        assert_eq!(store.import(&mut file(1, 700), 2, &|_| {}).await.unwrap().was_known, is_saved);
        assert_eq!((n_records(&store).await, n_events(&store).await), (700, 1 + usize::from(is_saved)));
        store.publish(1_000_000, DAY).await.unwrap();
        verified(store, dir.path(), "the same store after two faults").await;
    }
}

#[tokio::test]
async fn a_group_of_callers_whose_commit_fails_stores_each_event_at_most_once() {
    for is_saved in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let store = Arc::new(open(dir.path()).await);
        store.database.fault.set(is_saved);
        let callers = (1..=12).map(|person| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { form(&store, person).await.is_ok() })
        });
        let mut n_acknowledged = 0;
        for caller in callers.collect::<Vec<_>>() {
            n_acknowledged += usize::from(caller.await.unwrap());
        }
        let stored = n_events(&store).await;
        assert!(stored >= n_acknowledged, "{stored} stored, {n_acknowledged} acknowledged");
        let store = Arc::into_inner(store).unwrap();
        let store = verified(store, dir.path(), "a group").await;
        assert_eq!(n_events(&store).await, stored);
    }
}

#[tokio::test]
async fn an_import_that_fails_leaves_all_or_nothing_and_the_same_call_ends_it() {
    for is_saved in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).await;
        store.database.fault.set(is_saved);
        store.import(&mut file(1, 700), 1, &|_| {}).await.unwrap_err();
        let store = verified(store, dir.path(), "an import").await;
        assert_eq!(n_records(&store).await, if is_saved { 700 } else { 0 });
        let again = store.import(&mut file(1, 700), 2, &|_| {}).await.unwrap();
        assert_eq!((again.was_known, again.n_new), (is_saved, 700));
        assert_eq!(n_records(&store).await, 700);
    }
}

#[tokio::test]
async fn a_publication_that_fails_at_any_write_is_ended_by_the_next_one() {
    for half in [Half::NotSaved, Half::Saved, Half::Torn, Half::Full] {
        let dir = tempfile::tempdir().unwrap();
        let mut store = open(dir.path()).await;
        store.append((1..=250).map(formed).collect(), 1, DAY).await.unwrap();
        store.publish(1_000_000, DAY).await.unwrap();
        let mut person = 250;
        for at_write in 0.. {
            // Over the border of a tile at first.
            store.append((1..=9).map(|n| formed(person + n)).collect(), 1, DAY).await.unwrap();
            person += 9;
            let before = store.log_state().await.unwrap().unwrap().size;
            store.log.folder.fault.set(at_write, half);
            let published = store.publish(2_000_000, DAY).await;
            if store.log.folder.fault.clear() {
                published.unwrap();
                break;
            }
            let why = format!("{half:?} at write {at_write}");
            let error = published.unwrap_err();
            assert_eq!(matches!(error, StoreError::Full { .. }), half == Half::Full, "{why}: {error}");
            store = verified(store, dir.path(), &why).await;
            let size = store.log_state().await.unwrap().unwrap().size;
            assert!(size == before || (half == Half::Saved && size == before + 9), "{why}: {size}");
            let state = store.publish(3_000_000, DAY).await.unwrap();
            assert_eq!(state.size, person as u64, "{why}");
            store = verified(store, dir.path(), &why).await;
        }
    }
}

#[tokio::test]
async fn a_full_disk_takes_nothing_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    form(&store, 1).await.unwrap();
    store.database.let_grow_by_pages(10).await;
    let full = store.import(&mut file(1, 5_000), 2, &|_| {}).await;
    assert!(matches!(full, Err(StoreError::Full { .. })), "{full:?}");
    assert!(full.unwrap_err().to_string().contains("free space and run the same command again"));
    store.database.let_grow_by_pages(10).await;
    let full = store.append((2..=4_000).map(formed).collect(), 1, DAY).await;
    assert!(matches!(full, Err(StoreError::Full { .. })), "{full:?}");
    assert_eq!((n_records(&store).await, n_events(&store).await), (0, 1));
    // Space was freed: the same calls end, on the same store.
    store.database.let_grow_by_pages(100_000).await;
    store.import(&mut file(1, 5_000), 3, &|_| {}).await.unwrap();
    form(&store, 2).await.unwrap();
    let store = verified(store, dir.path(), "a full disk").await;
    assert_eq!((n_records(&store).await, n_events(&store).await), (5_000, 2));
}

/// A copy of the store's folder as a power cut would leave it: nothing is closed.
fn as_it_lies(dir: &Path, to: &Path) {
    for name in ["redress.db", "redress.db-wal"] {
        std::fs::copy(dir.join(name), to.join(name)).unwrap();
    }
    std::fs::create_dir_all(to.join("keys")).unwrap();
    for name in ["keys/log.key", "keys/witness.key"] {
        std::fs::copy(dir.join(name), to.join(name)).unwrap();
    }
}

#[tokio::test]
async fn a_torn_write_takes_nothing_that_was_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    for person in 1..=20 {
        form(&store, person).await.unwrap();
    }
    let acknowledged = store.events(0, 100).await.unwrap();
    let log = std::fs::read(dir.path().join("redress.db-wal")).unwrap();
    // A next transaction that reached the disk in part: a piece of a frame, or whole frames without their commit.
    for n_torn_bytes in [1, 24, 2_000, 4_120, 9_000] {
        let cut = tempfile::tempdir().unwrap();
        as_it_lies(dir.path(), cut.path());
        let torn: Vec<u8> = log[32..].iter().copied().cycle().take(n_torn_bytes).collect();
        std::fs::write(cut.path().join("redress.db-wal"), [&log[..], &torn[..]].concat()).unwrap();
        let store = open(cut.path()).await;
        assert_eq!(store.events(0, 100).await.unwrap(), acknowledged, "{n_torn_bytes} bytes");
        form(&store, 21).await.unwrap();
        verified(store, cut.path(), "a torn write").await;
    }
    store.close().await;
}

#[tokio::test]
async fn an_erasure_under_the_seal_that_fails_leaves_the_row_and_no_account_or_neither_row_nor_doubt() {
    for is_saved in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).await;
        let mut file = file(1, 1).sealing(vec![record("benefits", "applications", "S1").build()]);
        store.import(&mut file, 1, &|_| {}).await.unwrap();
        let officer = new_reviewer("c-1", "Mara Okonjo", Role::ConfidentialityOfficer);
        let erasure =
            SealedErasure::try_new(officer.clone(), ErasureBasis::Order, "the court ordered it").unwrap();
        let access = SealedAccess::try_new(officer, SealedPurpose::PersonAsks, "she asked for it").unwrap();
        let source = "benefits".parse().unwrap();
        store.database.fault.set(is_saved);
        store.erase_sealed_rows(&erasure, &source, "S1", 1).await.unwrap_err();
        let store = verified(store, dir.path(), "an erasure under the seal").await;
        let accounted =
            |reads: Vec<SealedRead>| -> Vec<bool> { reads.into_iter().map(|read| read.was_there).collect() };
        let reads = accounted(store.sealed_reads(&access, 9).await.unwrap());
        assert_eq!(reads, vec![true; usize::from(is_saved)], "saved: {is_saved}");
        // The same call erases it, or finds that it is gone.
        let n_rows = store.erase_sealed_rows(&erasure, &source, "S1", 2).await.unwrap();
        assert_eq!(n_rows, u64::from(!is_saved));
        assert!(store.sealed_row(&access, &source, "S1", 3).await.unwrap().is_none());
        let reads = accounted(store.sealed_reads(&access, 9).await.unwrap());
        let wanted = if is_saved { vec![false, false, true] } else { vec![false, true] };
        assert_eq!(reads, wanted, "saved: {is_saved}");
        verified(store, dir.path(), "a second try").await;
    }
}
