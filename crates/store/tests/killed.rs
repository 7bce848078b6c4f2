//! A process that writes is killed (`SIGKILL`) again and again: nothing acknowledged is lost, the log is consistent, and
//! the events replay to the same state.
//!
//! The writer is this test program itself, started for one test with a store named in its environment. It tells on
//! its standard output what was acknowledged, and is killed after a random number of these lines: while other calls are on
//! their way. Twenty kills by default; `REDRESS_KILLS=1000` asks for more.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed step is a failed test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use jiff::civil::{Date, date};
use redress_casefile::{Actor, Event, StreamId, person::PersonEvent};
use redress_ports::{Append, Entropy as _, LogReader, NewEvent, Page, Recorded, Store};
use redress_statement::{Digest, PersonId, RecordId};
use redress_store::{SqlStore, verify_store};
use redress_testkit::{CountingEntropy, RecordFile, record};
use redress_tlog::{Checkpoint, Tile, TileReader, VerifierKey, check_growth};

const DAY: Date = date(2026, 11, 2);

/// Kills of a run that asks for no other number.
const KILLS: u32 = 20;

/// The most acknowledgements that one writer gives before it is killed.
const ACKNOWLEDGED_MAX: u64 = 120;

/// Calls that a writer has on their way at one time.
const CALLERS: u32 = 4;

/// Calls of one caller, after which a writer that nobody kills ends.
const CALLS_MAX: u32 = 100_000;

/// Where the writer's store is, in its environment.
const STORE: &str = "REDRESS_KILLED_STORE";

/// The number of the writer's run, in its environment.
const RUN: &str = "REDRESS_KILLED_RUN";

async fn open(dir: &Path) -> SqlStore {
    SqlStore::open(dir, Arc::new(CountingEntropy::default()), "redress.example/test").await.unwrap()
}

fn formed(person: i64) -> Append {
    let event = PersonEvent::PersonFormed {
        person: PersonId(person),
        records: vec![RecordId(person)],
        model: Digest::of(&person.to_be_bytes()),
        weakest: None,
    };
    let events = vec![NewEvent { event: Event::Person(event), actor: Actor::Clock }];
    Append { stream: StreamId::Person(PersonId(person)), expected_version: 0, events }
}

/// A file of a table of its own: of one table and day, only the last file is known again.
fn file(version: u32) -> RecordFile {
    let table = format!("applications_{version}");
    let records =
        (0..300).map(|at| record("benefits", &table, &format!("R{version}-{at}")).build()).collect();
    RecordFile::new("benefits", &table, version, records)
}

/// One line, whole or not at all: what was acknowledged.
fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\nacknowledged {line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// Appends, publishes and imports until it is killed. This is the program that the other test starts; without its
/// environment there is nothing to write.
#[tokio::test(flavor = "multi_thread")]
async fn writes_until_it_is_killed() {
    let (Ok(dir), Ok(run)) = (std::env::var(STORE), std::env::var(RUN)) else { return };
    let run: u32 = run.parse().unwrap();
    let store = Arc::new(open(Path::new(&dir)).await);
    let callers = (0..CALLERS).map(|caller| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for call in 0..CALLS_MAX {
                write(&store, run * CALLERS + caller, call).await;
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
}

async fn write(store: &SqlStore, caller: u32, call: u32) {
    match (caller % CALLERS, call % 8) {
        (0, 7) => {
            let state = store.publish(1_000_000, DAY).await.unwrap();
            tell(&format!("published {}", state.size));
        }
        (1, 5) => {
            let version = caller * CALLS_MAX + call;
            store.import(&mut file(version), 1, &|_| {}).await.unwrap();
            tell(&format!("imported {version}"));
        }
        _ => {
            let first = store.take_numbers("person", 2).await.unwrap();
            let stored = store.append(vec![formed(first), formed(first + 1)], 1, DAY).await.unwrap();
            for event in stored {
                tell(&format!("stored {} {}", event.seq, event.stream));
            }
        }
    }
}

/// What the writers acknowledged over all runs.
#[derive(Default)]
struct Acknowledged {
    /// The stream of each event, by its place.
    stored: BTreeMap<i64, String>,
    imported: BTreeSet<u32>,
    published: u64,
}

impl Acknowledged {
    /// Takes a line; whether it was one.
    fn take(&mut self, line: &str) -> bool {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["acknowledged", "stored", seq, stream] => {
                let before = self.stored.insert(seq.parse().unwrap(), stream.to_owned());
                assert_eq!(before, None, "place {seq} was given twice");
            }
            ["acknowledged", "imported", version] => {
                self.imported.insert(version.parse().unwrap());
            }
            ["acknowledged", "published", size] => {
                self.published = self.published.max(size.parse().unwrap());
            }
            _ => return false,
        }
        true
    }
}

fn start(dir: &Path, run: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writes_until_it_is_killed", "--nocapture"])
        .env(STORE, dir)
        .env(RUN, run.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets a writer acknowledge so much, kills it, and takes what it had told by then.
fn write_and_kill(dir: &Path, run: u32, n_lines: u64, acknowledged: &mut Acknowledged) {
    let mut writer = start(dir, run);
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    let mut n_taken = 0;
    while n_taken < n_lines {
        let line = lines.next().expect("the writer ended before it was killed").unwrap();
        n_taken += u64::from(acknowledged.take(&line));
    }
    writer.kill().unwrap();
    // What was told before the kill stands in the pipe; a last line may be cut.
    for line in lines.map_while(Result::ok) {
        acknowledged.take(&line);
    }
    writer.wait().unwrap();
}

/// The log's folder, for [`check_growth`].
struct Tiles<'a>(&'a Path);

impl TileReader for Tiles<'_> {
    type Error = String;

    fn tile(&self, tile: Tile) -> Result<Vec<u8>, String> {
        std::fs::read(self.0.join("log").join(tile.path())).map_err(|error| error.to_string())
    }
}

async fn all_events(store: &SqlStore) -> Vec<Recorded> {
    let mut all: Vec<Recorded> = Vec::new();
    loop {
        let page = store.events(all.last().map_or(0, |event| event.seq), 10_000).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// Verifies all that is promised, and answers the checkpoint.
async fn check(dir: &Path, acknowledged: &Acknowledged, older: Option<&str>, run: u32) -> Option<String> {
    let problems = verify_store(dir).await.unwrap();
    assert!(problems.is_empty(), "after kill {run}: {problems:?}");
    let store = open(dir).await;
    let stored: BTreeMap<i64, String> =
        all_events(&store).await.into_iter().map(|event| (event.seq, event.stream.to_string())).collect();
    for (seq, stream) in &acknowledged.stored {
        assert_eq!(stored.get(seq), Some(stream), "event {seq} was acknowledged before kill {run}");
    }
    for version in &acknowledged.imported {
        let again = store.import(&mut file(*version), 1, &|_| {}).await.unwrap();
        assert!(again.was_known, "import {version} was acknowledged before kill {run}");
    }
    let n_imported = store.snapshots(Page { offset: 0, limit: 500 }).await.unwrap().len() as u64;
    let benefits = store.sources().await.unwrap();
    assert!(benefits.is_empty(), "no agreement was registered");
    let n_records = n_records(&store).await;
    assert!(n_imported >= 500 || n_records == 300 * n_imported, "{n_records} records of {n_imported} files");

    let before = store.state_digest().await.unwrap();
    store.rebuild().await.unwrap();
    assert_eq!(store.state_digest().await.unwrap(), before, "after kill {run}");
    let state = store.log_state().await.unwrap();
    let newer = state.map(|state| state.checkpoint);
    if let Some(newer) = &newer {
        let key = VerifierKey::parse(&store.verifier_keys().await.unwrap()[0]).unwrap();
        let size = Checkpoint::open(newer, &key).unwrap().size;
        assert!(
            size >= acknowledged.published,
            "{} entries were published, {size} are",
            acknowledged.published
        );
        if let Some(older) = older {
            check_growth(&Tiles(dir), older, newer, &key).unwrap();
        }
    }
    store.close().await;
    newer
}

async fn n_records(store: &SqlStore) -> u64 {
    let (mut n, mut after) = (0, None);
    loop {
        let page = store.identity_records(after, 10_000).await.unwrap();
        let Some(last) = page.last() else { return n };
        (n, after) = (n + page.len() as u64, Some(last.id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_however_often_the_writer_is_killed() {
    let kills = std::env::var("REDRESS_KILLS").ok().map_or(KILLS, |kills| kills.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let chance = CountingEntropy::default();
    let (mut acknowledged, mut checkpoint) = (Acknowledged::default(), None);
    for run in 0..kills {
        // The digest of a counter: the same numbers in each run of the test, spread as by chance.
        let drawn = Digest::of(&chance.bytes32().unwrap()).0;
        let n_lines = 1 + u64::from(u16::from_be_bytes([drawn[0], drawn[1]])) % ACKNOWLEDGED_MAX;
        write_and_kill(dir.path(), run, n_lines, &mut acknowledged);
        checkpoint = check(dir.path(), &acknowledged, checkpoint.as_deref(), run).await.or(checkpoint);
    }
    assert!(acknowledged.stored.len() as u32 >= kills);
}
