//! Looks for damage in a store: nothing is changed, and all that is wrong is told.

use std::{collections::HashMap, fmt, path::Path};

use redress_casefile::{PublicEntry, public_entry};
use redress_ports::{Recorded, StoreError, wire::event_json};
use redress_statement::{Digest, LogIndex};
use redress_tlog::{Checkpoint, Note, bundles_between, check_log};

use crate::{
    cell::Cells,
    database::Database,
    event::{self, backend},
    log::{self, SigningKeys, entries_of},
    log_folder::{CHECKPOINT, LogFolder},
    rebuild,
    receipt::{opens, salt},
    schema,
    session::Session,
    sql_store::{DATABASE_FILE, open_there},
    value::values,
};

/// Events looked at in one go.
const PAGE: u32 = 5_000;

/// Problems after which the search ends.
const PROBLEMS_MAX: usize = 1_000;

/// Something in a store that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: a table and row, or a file of the log.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

fn problem(place: impl fmt::Display, what: impl fmt::Display) -> Problem {
    Problem { place: place.to_string(), what: what.to_string() }
}

/// Checks the store in `dir`: the database's own structure; that the one order, the streams and the log have no gap; that each
/// published event has its entry and opens it, unless it was erased; that tiles, bundles and entries fit the signed
/// checkpoint.
///
/// An empty answer means: sound. At most 1,000 problems are told.
///
/// # Errors
/// [`StoreError::Missing`] when there is no store in `dir`; another when it cannot be read at all.
pub async fn verify_store(dir: &Path) -> Result<Vec<Problem>, StoreError> {
    let database = match open_there(dir).await {
        Err(error) if is_damage(&error) => return Ok(vec![unreadable("database", &error)]),
        opened => opened?,
    };
    let problems = match verify(&database, dir).await {
        Err(error) if is_damage(&error) => Ok(vec![unreadable("database", &error)]),
        searched => searched,
    };
    database.close().await;
    problems
}

/// Replays all events on a copy of the database, which needs as much space again, and compares the states. None means:
/// the projections are what the events say.
///
/// # Errors
/// As [`verify_store`].
pub async fn verify_replay(dir: &Path) -> Result<Option<Problem>, StoreError> {
    let copy = dir.join("replaying");
    let made = |error| backend(format!("making room for a copy in {}", copy.display()), error);
    if copy.exists() {
        std::fs::remove_dir_all(&copy).map_err(made)?;
    }
    std::fs::create_dir_all(&copy).map_err(made)?;
    let replayed = replay_on_copy(dir, &copy).await;
    std::fs::remove_dir_all(&copy).map_err(made)?;
    let (before, after) = replayed?;
    let what = format!("the stored state is {before}, the events replay to {after}");
    Ok((before != after).then(|| problem("projections", what)))
}

async fn replay_on_copy(dir: &Path, copy: &Path) -> Result<(Digest, Digest), StoreError> {
    let database = open_there(dir).await?;
    let copied = async {
        schema::prepare(&database).await?;
        database.copy_to(&copy.join(DATABASE_FILE)).await
    };
    let copied = copied.await;
    database.close().await;
    copied?;
    let database = open_there(copy).await?;
    let replayed = rebuild::replay(&database).await;
    database.close().await;
    replayed
}

/// Whether the database says that its file is damaged, or is no database: SQLite's `SQLITE_CORRUPT` and
/// `SQLITE_NOTADB`.
fn is_damage(error: &StoreError) -> bool {
    let StoreError::Backend { source, .. } = error else { return false };
    let Some(sqlx::Error::Database(refusal)) = source.downcast_ref::<sqlx::Error>() else { return false };
    let code = refusal.code().and_then(|code| code.parse::<u32>().ok());
    // The low byte is the code, what is above it tells more of the same.
    code.is_some_and(|code| matches!(code & 0xff, 11 | 26))
}

async fn verify(database: &Database, dir: &Path) -> Result<Vec<Problem>, StoreError> {
    schema::prepare(database).await?;
    let mut problems: Vec<_> =
        database.damage().await?.into_iter().map(|what| problem("database", what)).collect();
    let mut read = database.read("looking for damage").await?;
    gaps(&mut read.session(), &mut problems).await?;
    events(&mut read.session(), &mut problems).await?;
    drop(read);
    if let Err(error) = published(database, dir, &mut problems).await {
        problems.push(unreadable("log", &error));
    }
    problems.truncate(PROBLEMS_MAX);
    Ok(problems)
}

/// An error that ends one part of the search, as a problem: with its cause, as an edge prints it.
fn unreadable(place: &str, error: &StoreError) -> Problem {
    match std::error::Error::source(error) {
        Some(source) => problem(place, format_args!("{error}: {source}")),
        None => problem(place, error),
    }
}

async fn gaps(session: &mut Session<'_>, problems: &mut Vec<Problem>) -> Result<(), StoreError> {
    for (place, sql) in [
        ("event.seq", "SELECT COUNT(*) - COALESCE(MAX(seq), 0) FROM event"),
        ("log_entry.leaf_index", "SELECT COUNT(*) - COALESCE(MAX(leaf_index) + 1, 0) FROM log_entry"),
    ] {
        let n = session.number(sql, Vec::new()).await?;
        if n != 0 {
            problems.push(problem(place, format_args!("{} numbers are missing", n.unsigned_abs())));
        }
    }
    let sql = "SELECT stream_kind, stream_id FROM event GROUP BY stream_kind, stream_id \
         HAVING COUNT(*) <> MAX(version) OR MIN(version) <> 1 ORDER BY stream_kind, stream_id LIMIT $1";
    for row in session.rows(sql, values![PROBLEMS_MAX as i64]).await? {
        let cells = Cells::new(&row, "event", &"a stream");
        let (kind, id): (&str, i64) = (cells.get("stream_kind")?, cells.get("stream_id")?);
        problems.push(problem(format_args!("{kind}/{id}"), "its versions have a gap"));
    }
    Ok(())
}

/// A row of the log with what opens it.
struct Sequenced {
    index: LogIndex,
    entry: PublicEntry,
    salt: Option<[u8; 32]>,
}

async fn events(session: &mut Session<'_>, problems: &mut Vec<Problem>) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let events = match event::page(session, after, PAGE).await {
            Ok(events) => events,
            Err(error @ StoreError::Inconsistent { .. }) => {
                problems.push(unreadable("event", &error));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let Some(last) = events.last().map(|event| event.seq) else { return Ok(()) };
        let mut entries = match sequenced(session, after, last).await {
            Ok(entries) => entries,
            Err(error @ StoreError::Inconsistent { .. }) => {
                problems.push(unreadable("log_entry", &error));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        for event in &events {
            problems.extend(entry_problem(event, entries.remove(&event.seq)));
        }
        for (seq, entry) in entries {
            problems.push(problem(entry.index, format_args!("there is no event {seq}")));
        }
        if problems.len() >= PROBLEMS_MAX {
            return Ok(());
        }
        after = last;
    }
}

async fn sequenced(
    session: &mut Session<'_>,
    after: i64,
    until: i64,
) -> Result<HashMap<i64, Sequenced>, StoreError> {
    let sql = "SELECT l.seq, l.leaf_index, l.entry, s.salt FROM log_entry l LEFT JOIN salt s ON s.seq = l.seq \
         WHERE l.seq > $1 AND l.seq <= $2";
    let rows = session.rows(sql, values![after, until]).await?;
    rows.iter()
        .map(|row| {
            let seq: i64 = Cells::new(row, "log_entry", &"an entry").get("seq")?;
            let cells = Cells::new(row, "log_entry", &seq);
            let salt = match cells.get::<Option<Vec<u8>>>("salt")? {
                Some(_) => Some(salt(&Cells::new(row, "salt", &seq))?),
                None => None,
            };
            let (index, entry) = (LogIndex(cells.get("leaf_index")?), cells.json("entry")?);
            Ok((seq, Sequenced { index, entry, salt }))
        })
        .collect()
}

fn entry_problem(event: &Recorded, entry: Option<Sequenced>) -> Option<Problem> {
    let at_event = |what: &str| Some(problem(format_args!("event {}", event.seq), what));
    let Some(entry) = entry else {
        return public_entry(&event.event).and_then(|_| at_event("it is public and has no entry in the log"));
    };
    if public_entry(&event.event) != Some(entry.entry.kind) || entry.entry.day != event.day {
        return at_event("its entry in the log has another kind or day");
    }
    // A salt that is gone was erased with the words: what the entry commits to can no longer be told.
    let salt = entry.salt?;
    match event_json(&event.event) {
        Ok(json) if opens(&entry.entry.commitment, &salt, &json) => None,
        _ => at_event("it does not open the commitment of its entry in the log"),
    }
}

/// Checks the log's files against the checkpoint, and against the entries in the database.
async fn published(database: &Database, dir: &Path, problems: &mut Vec<Problem>) -> Result<(), StoreError> {
    let folder = LogFolder::new(dir.join("log"));
    let note = folder.read(CHECKPOINT).map_err(|error| log::io_failed(CHECKPOINT, error))?;
    let Some(note) = note else { return Ok(()) };
    let note = String::from_utf8(note).map_err(|error| backend("reading the log's checkpoint", error))?;
    let wrong = |error: &dyn fmt::Display| backend("reading the log's checkpoint", error.to_string());
    let text = Note::parse(&note).map_err(|error| wrong(&error))?.text;
    let origin = Checkpoint::parse(&text).map_err(|error| wrong(&error))?.origin;
    let (checkpoint, _) = SigningKeys::read(dir, &origin)?.open_note(&note)?;
    let n_sequenced = log::n_entries(database).await?;
    if n_sequenced < checkpoint.size {
        let what = format!("{} entries are published, {n_sequenced} are here", checkpoint.size);
        problems.push(problem("log_entry", what));
    }
    let bundles = bundles_between(0, checkpoint.size.min(n_sequenced));
    for chunk in bundles.chunks(64) {
        for (bundle, entries) in entries_of(database, chunk).await? {
            // The last bundle is compared as far as the database goes.
            let published = folder.bundle(bundle).unwrap_or_default();
            let differs = published.iter().zip(&entries).position(|(a, b)| a.as_slice() != b.as_bytes());
            if let Some(at) = differs {
                let index = LogIndex((bundle.index * 256) as i64 + at as i64);
                problems.push(problem(index, "the published entry is not the one in the database"));
            }
        }
    }
    let entries = bundles_between(0, checkpoint.size)
        .into_iter()
        .flat_map(|bundle| folder.bundle(bundle).unwrap_or_default());
    if let Err(tampering) = check_log(&&folder, &checkpoint, entries) {
        problems.push(problem("log", tampering));
    }
    Ok(())
}
