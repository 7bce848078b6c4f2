//! How many events a second are stored, each acknowledged only once it is on disk.
//!
//! ```sh
//! cargo run --release -p redress-store --example durable_events -- [EVENTS] [CALLERS] [FOLDER]
//! ```
//!
//! Every caller appends one event, waits for its acknowledgement, and appends the next. Afterwards the store is opened
//! anew, and every acknowledged event must be there. The folder decides what is measured: name one on a disk.

use std::{
    error::Error,
    io::Write as _,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use jiff::civil::{Date, date};
use redress_casefile::{Actor, Event, StreamId, person::PersonEvent};
use redress_ports::{Append, Entropy, NewEvent, Store as _};
use redress_statement::{Digest, PersonId, RecordId};
use redress_store::{SqlStore, verify_store};

/// Events stored when no other number is asked for.
const EVENTS: u64 = 50_000;

/// Callers at one time when no other number is asked for.
const CALLERS: u64 = 256;

const DAY: Date = date(2026, 11, 2);

/// Digests of a counter: salts are drawn as always, and the run can be repeated.
#[derive(Default)]
struct CountedSalts(AtomicU64);

impl Entropy for CountedSalts {
    fn bytes32(&self) -> Result<[u8; 32], std::io::Error> {
        Ok(Digest::of(&self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes()).0)
    }
}

fn formed(person: i64) -> Append {
    let model = Digest([7; 32]);
    let event = PersonEvent::PersonFormed {
        person: PersonId(person),
        records: vec![RecordId(person)],
        model,
        weakest: None,
    };
    let events = vec![NewEvent { event: Event::Person(event), actor: Actor::Model { model } }];
    Append { stream: StreamId::Person(PersonId(person)), expected_version: 0, events }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, otherwise| arguments.get(at).map_or(Ok(otherwise), |text| text.parse::<u64>());
    let (n_events, n_callers) = (number(0, EVENTS)?, number(1, CALLERS)?);
    let dir = arguments.get(2).map_or_else(|| PathBuf::from("durable-events"), PathBuf::from);
    if dir.exists() {
        return Err(format!("{} is there already: name a new folder", dir.display()).into());
    }
    let store =
        Arc::new(SqlStore::open(&dir, Arc::new(CountedSalts::default()), "redress.example/log").await?);
    let next = Arc::new(AtomicU64::new(1));
    let begun = Instant::now();
    let callers = (0..n_callers).map(|_| {
        let (store, next) = (Arc::clone(&store), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let person = next.fetch_add(1, Ordering::Relaxed);
                if person > n_events {
                    return Ok::<(), redress_ports::StoreError>(());
                }
                store.append(vec![formed(person as i64)], 1, DAY).await?;
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await??;
    }
    let seconds = begun.elapsed().as_secs_f64();
    store.close().await;
    let problems = verify_store(&dir).await?;
    let store = SqlStore::open(&dir, Arc::new(CountedSalts::default()), "redress.example/log").await?;
    let n_stored = store.event_counts().await?.values().sum::<u64>();
    if n_stored != n_events || !problems.is_empty() {
        return Err(format!("{n_events} were acknowledged, {n_stored} are there; {problems:?}").into());
    }
    let rate = n_events as f64 / seconds;
    writeln!(
        std::io::stdout(),
        "{n_events} events by {n_callers} callers in {seconds:.2} s: {rate:.0} a second, all there after reopening"
    )?;
    store.close().await;
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}
