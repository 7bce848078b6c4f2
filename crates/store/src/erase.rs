//! Erases what records say, and what was written about them.

use std::collections::BTreeSet;

use jiff::civil::Date;
use redress_ports::{Append, Entropy, ImportReport, Recorded, StoreError};
use redress_statement::{Digest, PersonId, RecordId, encode_statements};

use crate::{
    cell::Cells,
    database::Database,
    event::{Group, backend},
    session::{LIST_MAX, Session, numbers, places},
    value::{Value, values},
};

/// Records whose events are looked for by one statement.
const RECORDS_AT_A_TIME: usize = 32;

/// What tells of an erasure.
pub(crate) struct Told<'a> {
    pub(crate) appends: Vec<Append>,
    pub(crate) at_us: i64,
    pub(crate) day: Date,
    pub(crate) entropy: &'a dyn Entropy,
}

/// Erases records of a person and appends what tells of it, in one transaction, and empties the write-ahead log after it.
pub(crate) async fn records(
    database: &Database,
    person: PersonId,
    records: &[RecordId],
    told: Told<'_>,
) -> Result<Vec<Recorded>, StoreError> {
    let mut write = database.write("erasing records").await?;
    let mut session = write.session();
    words(&mut session, "person", person.0).await?;
    for chunk in records.chunks(RECORDS_AT_A_TIME) {
        for (kind, stream) in streams_about(&mut session, chunk).await? {
            words(&mut session, &kind, stream).await?;
        }
        let seqs = judged_elsewhere(&mut session, chunk).await?;
        of_events(&mut session, &seqs).await?;
    }
    for chunk in records.chunks(LIST_MAX) {
        let ids: Vec<i64> = chunk.iter().map(|id| id.0).collect();
        let list = places(1, ids.len());
        let sql =
            format!("DELETE FROM possible_link WHERE left_record IN ({list}) OR right_record IN ({list})");
        session.run(sql, numbers(&ids)).await?;
    }
    for record in records {
        one(&mut session, *record).await?;
    }
    // Last, as its own salt must stay.
    let recorded = tell(&mut session, told).await?;
    write.commit().await?;
    database.settle().await?;
    Ok(recorded)
}

async fn tell(session: &mut Session<'_>, told: Told<'_>) -> Result<Vec<Recorded>, StoreError> {
    let Told { appends, at_us, day, entropy } = told;
    let mut group = Group::begin(session, appends.iter().map(|append| append.stream)).await?;
    let recorded = group.take(appends, at_us, day, entropy)?;
    group.write(session).await?;
    Ok(recorded)
}

/// Erases what one record says, with its name. Rows that belong to it keep belonging to it. What a row that describes a person
/// shares with others of that person, such as a number, is said of the person as well, and goes.
async fn one(session: &mut Session<'_>, record: RecordId) -> Result<(), StoreError> {
    let nothing = encode_statements(&[]).map_err(|error| backend("erasing a record", error))?;
    // No source has a row of that name: keys are taken in without space around them.
    let name = format!("erased:{} ", record.0);
    let sql = "UPDATE record_version SET about = $1 WHERE (source, about) IN \
         (SELECT source, source_key FROM record_version WHERE record = $2)";
    session.run(sql, values![&*name, record.0]).await?;
    let sql = "UPDATE record_version SET payload = $1, source_key = $2, \
         about = CASE WHEN is_identity = 1 THEN NULL ELSE about END, is_identity = 0 WHERE record = $3";
    session.run(sql, values![nothing, name, record.0]).await.map(|_| ())
}

/// The streams of which an event names one of these records.
async fn streams_about(
    session: &mut Session<'_>,
    records: &[RecordId],
) -> Result<Vec<(String, i64)>, StoreError> {
    let (mut conditions, mut patterns) = (Vec::new(), Vec::new());
    for record in records {
        // A member of JSON ends with a comma or with its object.
        for member in ["record", "at"] {
            for end in [',', '}'] {
                patterns.push(Value::from(format!("%\"{member}\":{}{end}%", record.0)));
                conditions.push(format!("body LIKE ${}", patterns.len()));
            }
        }
    }
    // A person's stream names the records of others too: see `judged_elsewhere`.
    let sql = format!(
        "SELECT DISTINCT stream_kind, stream_id FROM event WHERE stream_kind <> 'person' AND ({})",
        conditions.join(" OR ")
    );
    let rows = session.rows(sql, patterns).await?;
    rows.iter()
        .map(|row| {
            let cells = Cells::new(row, "event", &"an event about a record");
            Ok((cells.get("stream_kind")?, cells.get("stream_id")?))
        })
        .collect()
}

/// The events of any person of which one names one of these records: who judged that it is of another, and why. Other events of
/// that person stay as they are.
async fn judged_elsewhere(session: &mut Session<'_>, records: &[RecordId]) -> Result<Vec<i64>, StoreError> {
    let (mut conditions, mut patterns) = (Vec::new(), Vec::new());
    for RecordId(n) in records {
        // A member of its own, or one of a list: no other list of numbers stands in such an event.
        for text in [
            format!("\"left\":{n},"),
            format!("\"right\":{n},"),
            format!("[{n}]"),
            format!("[{n},"),
            format!(",{n},"),
            format!(",{n}]"),
        ] {
            patterns.push(Value::from(format!("%{text}%")));
            conditions.push(format!("body LIKE ${}", patterns.len()));
        }
    }
    let sql = format!(
        "SELECT seq FROM event WHERE stream_kind = 'person' AND seq IN (SELECT seq FROM payload) AND ({})",
        conditions.join(" OR ")
    );
    let rows = session.rows(sql, patterns).await?;
    rows.iter().map(|row| Cells::new(row, "event", &"an event about a record").get("seq")).collect()
}

/// Erases the words and salts of events.
async fn of_events(session: &mut Session<'_>, seqs: &[i64]) -> Result<(), StoreError> {
    for seqs in seqs.chunks(LIST_MAX) {
        let list = places(1, seqs.len());
        session.run(format!("UPDATE payload SET words = NULL WHERE seq IN ({list})"), numbers(seqs)).await?;
        session.run(format!("DELETE FROM salt WHERE seq IN ({list})"), numbers(seqs)).await?;
    }
    Ok(())
}

/// Erases the words and salts of a stream.
async fn words(session: &mut Session<'_>, kind: &str, stream: i64) -> Result<(), StoreError> {
    let of = "WHERE seq IN (SELECT seq FROM event WHERE stream_kind = $1 AND stream_id = $2)";
    session.run(format!("UPDATE payload SET words = NULL {of}"), values![kind, stream]).await?;
    session.run(format!("DELETE FROM salt {of}"), values![kind, stream]).await.map(|_| ())
}

/// Erases what the reports of a file's imports show of rows that were set aside or repaired: of these lines, or of all.
pub(crate) async fn report_rows(
    database: &Database,
    digest: Digest,
    lines: Option<&BTreeSet<u64>>,
) -> Result<(), StoreError> {
    let mut write = database.write("erasing rows of a report").await?;
    let mut session = write.session();
    let sql = "SELECT snapshot, report FROM snapshot WHERE digest = $1";
    for row in session.rows(sql, values![digest.to_string()]).await? {
        let cells = Cells::new(&row, "snapshot", &"a report");
        let snapshot: i64 = cells.get("snapshot")?;
        let mut report: ImportReport = cells.json("report")?;
        let is_kept = |line: u64| lines.is_some_and(|lines| !lines.contains(&line));
        report.columns.quarantined.retain(|row| is_kept(row.line));
        report.columns.repaired.retain(|row| is_kept(row.line));
        let text =
            serde_json::to_string(&report).map_err(|error| backend("writing an import's report", error))?;
        session.run("UPDATE snapshot SET report = $1 WHERE snapshot = $2", values![text, snapshot]).await?;
    }
    write.commit().await
}
