//! Events: stored in groups, read back with their texts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use redress_casefile::{Actor, Event, PublicEntry, StreamId, commitment, public_entry};
use redress_ports::{Append, Entropy, Recorded, StoreError, StreamVersion, wire::event_json};
use redress_statement::{Digest, LogIndex};
use sqlx::any::AnyRow;

use crate::{
    cell::{Cells, not_the_json},
    database::{Database, Read},
    projection,
    session::{LIST_MAX, Session, numbers, places},
    value::{Value, values},
    words,
};

/// The most events that one answer of [`all`] may have.
const EVENTS_MAX: u32 = 10_000;

/// Version of the form of a public entry.
const ENTRY_VERSION: u8 = 1;

/// The columns of an event, for [`Reader::take`].
const COLUMNS: &str = "e.seq, e.stream_kind, e.stream_id, e.version, e.at_us, e.day, e.actor, e.body, l.leaf_index \
     FROM event e LEFT JOIN log_entry l ON l.seq = e.seq";

/// The machine's name and the number of a stream.
pub(crate) const fn stream_columns(stream: StreamId) -> (&'static str, i64) {
    match stream {
        StreamId::Person(id) => ("person", id.0),
        StreamId::Finding(id) => ("finding", id.0),
        StreamId::Correction(id) => ("correction", id.0),
        StreamId::Hold(id) => ("hold", id.0),
        StreamId::Closing(id) => ("closing", id.0),
    }
}

/// One transaction's worth of events. Nothing is written before [`Group::write`].
pub(crate) struct Group {
    n_events: i64,
    n_entries: i64,
    versions: HashMap<StreamId, StreamVersion>,
    recorded: Vec<Recorded>,
    events: Vec<Value>,
    payloads: Vec<Value>,
    salts: Vec<Value>,
    entries: Vec<Value>,
}

impl Group {
    /// Reads where the order, the log and the named streams stand.
    pub(crate) async fn begin(
        session: &mut Session<'_>,
        streams: impl Iterator<Item = StreamId>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            n_events: session.number("SELECT MAX(seq) FROM event", Vec::new()).await?,
            n_entries: session.number("SELECT MAX(leaf_index) + 1 FROM log_entry", Vec::new()).await?,
            versions: versions(session, streams).await?,
            recorded: Vec::new(),
            events: Vec::new(),
            payloads: Vec::new(),
            salts: Vec::new(),
            entries: Vec::new(),
        })
    }

    /// Takes one caller's events, all of them or, on a conflict, none.
    pub(crate) fn take(
        &mut self,
        appends: Vec<Append>,
        at_us: i64,
        day: Date,
        entropy: &dyn Entropy,
    ) -> Result<Vec<Recorded>, StoreError> {
        let mut moved = HashMap::<StreamId, StreamVersion>::new();
        for append in &appends {
            let stored = self.versions.get(&append.stream).copied().unwrap_or(0);
            let found = *moved.entry(append.stream).or_insert(stored);
            if found != append.expected_version {
                let (stream, expected) = (append.stream.to_string(), append.expected_version);
                return Err(StoreError::Conflict { stream, expected, found });
            }
            moved.insert(append.stream, found + append.events.len() as u64);
        }
        let n_before = self.recorded.len();
        for append in appends {
            for new in append.events {
                let version = self.versions.entry(append.stream).or_insert(0);
                *version += 1;
                let recorded = Recorded {
                    seq: self.n_events + 1,
                    stream: append.stream,
                    version: *version,
                    at_us,
                    day,
                    actor: new.actor,
                    event: new.event,
                    log_index: None,
                };
                self.add(recorded, entropy)?;
            }
        }
        Ok(self.recorded[n_before..].to_vec())
    }

    fn add(&mut self, mut recorded: Recorded, entropy: &dyn Entropy) -> Result<(), StoreError> {
        self.n_events = recorded.seq;
        if let Some(kind) = public_entry(&recorded.event) {
            let salt = entropy.bytes32().map_err(|error| backend("drawing a salt", error))?;
            let json = event_json(&recorded.event).map_err(|error| backend("writing an event", error))?;
            let commitment = Digest(commitment(&salt, json.as_bytes())).to_string();
            let entry = PublicEntry { v: ENTRY_VERSION, kind, day: recorded.day, commitment };
            recorded.log_index = Some(LogIndex(self.n_entries));
            self.salts.extend(values![recorded.seq, salt.to_vec()]);
            self.entries.extend(values![self.n_entries, recorded.seq, entry_json(&entry)?]);
            self.n_entries += 1;
        }
        let (mut texts, body) = (Vec::new(), json_of(&recorded.event)?);
        let body = without_texts(body, &mut texts);
        let actor = without_texts(json_of(&recorded.actor)?, &mut texts);
        for (ordinal, text) in (0..).zip(texts) {
            self.payloads.extend(values![recorded.seq, ordinal as i64, text]);
        }
        let (kind, id) = stream_columns(recorded.stream);
        let name = recorded.event.kind();
        let (version, at_us, day) = (recorded.version as i64, recorded.at_us, recorded.day);
        self.events.extend(values![recorded.seq, kind, id, version, name, at_us, day, actor, body]);
        self.recorded.push(recorded);
        Ok(())
    }

    /// Writes the events, their texts, salts and entries, and what they project to.
    pub(crate) async fn write(self, session: &mut Session<'_>) -> Result<(), StoreError> {
        let event = "event (seq, stream_kind, stream_id, version, kind, at_us, day, actor, body)";
        session.insert(event, 9, self.events, "").await?;
        session.insert("payload (seq, ordinal, words)", 3, self.payloads, "").await?;
        session.insert("salt (seq, salt)", 2, self.salts, "").await?;
        session.insert("log_entry (leaf_index, seq, entry)", 3, self.entries, "").await?;
        projection::apply(session, &self.recorded).await
    }
}

async fn versions(
    session: &mut Session<'_>,
    streams: impl Iterator<Item = StreamId>,
) -> Result<HashMap<StreamId, StreamVersion>, StoreError> {
    let mut kinds = BTreeMap::<&str, BTreeMap<i64, StreamId>>::new();
    for stream in streams {
        let (kind, id) = stream_columns(stream);
        kinds.entry(kind).or_default().insert(id, stream);
    }
    let mut versions = HashMap::new();
    for (kind, streams) in kinds {
        let ids: Vec<i64> = streams.keys().copied().collect();
        for chunk in ids.chunks(LIST_MAX) {
            let sql = format!(
                "SELECT stream_id, MAX(version) AS version FROM event \
                 WHERE stream_kind = $1 AND stream_id IN ({}) GROUP BY stream_id",
                places(2, chunk.len())
            );
            let values =
                std::iter::once(kind.into()).chain(chunk.iter().map(|id| Value::from(*id))).collect();
            for row in session.rows(sql, values).await? {
                let cells = Cells::new(&row, "event", &kind);
                let id: i64 = cells.get("stream_id")?;
                if let Some(stream) = streams.get(&id) {
                    versions.insert(*stream, cells.count("version")?);
                }
            }
        }
    }
    Ok(versions)
}

fn json_of(value: &impl serde::Serialize) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(value).map_err(|error| backend("writing an event", error))
}

fn without_texts(mut value: serde_json::Value, texts: &mut Vec<String>) -> String {
    words::take_out(&mut value, texts);
    value.to_string()
}

fn entry_json(entry: &PublicEntry) -> Result<String, StoreError> {
    redress_ports::wire::entry_json(entry).map_err(|error| backend("writing a public entry", error))
}

/// A failure that is not the database's.
pub(crate) fn backend(
    doing: impl Into<String>,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StoreError {
    StoreError::Backend { doing: format!("{} failed", doing.into()), source: source.into() }
}

/// A stream's events, oldest first.
pub(crate) async fn of_stream(database: &Database, stream: StreamId) -> Result<Vec<Recorded>, StoreError> {
    let mut read = database.read("reading a stream").await?;
    let (kind, id) = stream_columns(stream);
    let of = "e.stream_kind = $1 AND e.stream_id = $2";
    let sql = format!("SELECT {COLUMNS} WHERE {of} ORDER BY e.version");
    let rows = read.session().rows(sql, values![kind, id]).await?;
    let texts = read.session().rows(texts_of(of), values![kind, id]).await?;
    recorded(&rows, &texts)
}

/// The events of some streams, in the one order.
pub(crate) async fn of_streams(
    database: &Database,
    streams: &[StreamId],
) -> Result<Vec<Recorded>, StoreError> {
    let mut kinds = BTreeMap::<&str, BTreeSet<i64>>::new();
    for (kind, id) in streams.iter().map(|stream| stream_columns(*stream)) {
        kinds.entry(kind).or_default().insert(id);
    }
    let mut read = database.read("reading streams").await?;
    let mut session = read.session();
    let mut events = Vec::with_capacity(streams.len());
    for (kind, ids) in kinds {
        let ids: Vec<i64> = ids.into_iter().collect();
        for chunk in ids.chunks(LIST_MAX) {
            let of = format!("e.stream_kind = $1 AND e.stream_id IN ({})", places(2, chunk.len()));
            let values = || std::iter::once(kind.into()).chain(numbers(chunk)).collect::<Vec<Value>>();
            let rows = session.rows(format!("SELECT {COLUMNS} WHERE {of}"), values()).await?;
            let texts = session.rows(texts_of(&of), values()).await?;
            events.extend(recorded(&rows, &texts)?);
        }
    }
    events.sort_by_key(|recorded| recorded.seq);
    Ok(events)
}

/// The texts of the events that a condition names.
fn texts_of(of: &str) -> String {
    format!(
        "SELECT p.seq, p.ordinal, p.words FROM event e JOIN payload p ON p.seq = e.seq WHERE {of} \
         ORDER BY p.seq, p.ordinal"
    )
}

/// Events after `after` in the one order, at most `limit` and never more than [`EVENTS_MAX`].
pub(crate) async fn all(database: &Database, after: i64, limit: u32) -> Result<Vec<Recorded>, StoreError> {
    let mut read: Read = database.read("reading events").await?;
    page(&mut read.session(), after, limit).await
}

/// As [`all`], within a transaction.
pub(crate) async fn page(
    session: &mut Session<'_>,
    after: i64,
    limit: u32,
) -> Result<Vec<Recorded>, StoreError> {
    let limit = i64::from(limit.min(EVENTS_MAX));
    let sql = format!("SELECT {COLUMNS} WHERE e.seq > $1 ORDER BY e.seq LIMIT $2");
    let rows = session.rows(sql, values![after, limit]).await?;
    // The order has no gap, so the texts of these events lie between the same two numbers.
    let until = after.saturating_add(limit);
    let sql = "SELECT p.seq, p.ordinal, p.words FROM payload p WHERE p.seq > $1 AND p.seq <= $2 \
         ORDER BY p.seq, p.ordinal";
    let texts = session.rows(sql, values![after, until]).await?;
    recorded(&rows, &texts)
}

fn recorded(rows: &[AnyRow], texts: &[AnyRow]) -> Result<Vec<Recorded>, StoreError> {
    let mut words = HashMap::<i64, Vec<Option<String>>>::new();
    for row in texts {
        let cells = Cells::new(row, "payload", &"a text");
        let seq: i64 = cells.get("seq")?;
        let of_event = words.entry(seq).or_default();
        if cells.get::<i64>("ordinal")? != of_event.len() as i64 {
            return Err(Cells::new(row, "payload", &seq).wrong("ordinal", "the ordinals have a gap"));
        }
        of_event.push(cells.get("words")?);
    }
    rows.iter().map(|row| one(row, &words)).collect()
}

fn one(row: &AnyRow, words: &HashMap<i64, Vec<Option<String>>>) -> Result<Recorded, StoreError> {
    let seq: i64 = Cells::new(row, "event", &"an event").get("seq")?;
    let cells = Cells::new(row, "event", &seq);
    let texts = words.get(&seq).map_or(&[][..], Vec::as_slice);
    Ok(Recorded {
        seq,
        stream: stream(&cells)?,
        version: cells.count("version")?,
        at_us: cells.get("at_us")?,
        day: cells.parse("day")?,
        actor: whole::<Actor>(&cells, "actor", texts)?,
        event: whole::<Event>(&cells, "body", texts)?,
        log_index: cells.get::<Option<i64>>("leaf_index")?.map(LogIndex),
    })
}

fn stream(cells: &Cells<'_>) -> Result<StreamId, StoreError> {
    use redress_statement::{ClosingId, FindingId, HoldId, PersonId, RequestId};
    let id: i64 = cells.get("stream_id")?;
    match cells.get::<&str>("stream_kind")? {
        "person" => Ok(StreamId::Person(PersonId(id))),
        "finding" => Ok(StreamId::Finding(FindingId(id))),
        "correction" => Ok(StreamId::Correction(RequestId(id))),
        "hold" => Ok(StreamId::Hold(HoldId(id))),
        "closing" => Ok(StreamId::Closing(ClosingId(id))),
        other => Err(cells.wrong("stream_kind", format_args!("`{other}` is no machine"))),
    }
}

fn whole<T: serde::de::DeserializeOwned>(
    cells: &Cells<'_>,
    column: &'static str,
    texts: &[Option<String>],
) -> Result<T, StoreError> {
    let mut value: serde_json::Value = cells.json(column)?;
    words::put_back(&mut value, texts)
        .map_err(|ordinal| cells.wrong(column, format_args!("text {ordinal} is not in table payload")))?;
    serde_json::from_value(value).map_err(|error| cells.wrong(column, not_the_json(&error)))
}

/// Erases the texts and the salt of an event.
pub(crate) async fn erase(database: &Database, seq: i64) -> Result<(), StoreError> {
    let mut write = database.write("erasing the words of an event").await?;
    let mut session = write.session();
    session.run("UPDATE payload SET words = NULL WHERE seq = $1", values![seq]).await?;
    session.run("DELETE FROM salt WHERE seq = $1", values![seq]).await?;
    write.commit().await?;
    database.settle().await
}
