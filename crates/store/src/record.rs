//! Records as stored.

use std::collections::BTreeSet;

use jiff::civil::Date;
use redress_ports::{StoreError, StoredRecord};
use redress_statement::{
    Digest, Locator, PersonId, Record, RecordId, RecordKey, SourceId, Statement, decode_statements,
};
use sqlx::any::AnyRow;

use crate::{
    cell::Cells,
    database::Database,
    session::{LIST_MAX, numbers, places},
    value::{Value, values},
};

/// The most records that one answer may have.
pub(crate) const RECORDS_MAX: u32 = 10_000;

/// The columns of a record with its person, for [`stored`]: of its lead, for an attached row.
const STORED: &str = "SELECT v.record, v.source, v.source_table, v.source_key, v.about, v.is_identity, s.digest, v.line, \
     v.first_seen, v.last_seen, v.payload, COALESCE(p.person, (SELECT q.person FROM record_version l \
         JOIN person_record q ON q.record = l.record \
         WHERE l.source = v.source AND l.source_key = v.about AND l.is_newest = 1 AND v.is_identity = 0)) AS person \
     FROM record_version v JOIN snapshot s ON s.snapshot = v.snapshot \
     LEFT JOIN person_record p ON p.record = v.record";

/// One record, newest version.
pub(crate) async fn one(database: &Database, id: RecordId) -> Result<Option<StoredRecord>, StoreError> {
    first(database, "WHERE v.record = $1 AND v.is_newest = 1", values![id.0]).await
}

/// Some records, newest versions, ascending.
pub(crate) async fn some(database: &Database, ids: &[RecordId]) -> Result<Vec<StoredRecord>, StoreError> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect::<BTreeSet<_>>().into_iter().collect();
    let mut read = database.read("reading records").await?;
    let mut session = read.session();
    let mut records = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(LIST_MAX) {
        let list = places(1, chunk.len());
        let sql = format!("{STORED} WHERE v.record IN ({list}) AND v.is_newest = 1 ORDER BY v.record");
        let rows = session.rows(sql, numbers(chunk)).await?;
        for row in &rows {
            records.push(stored(row)?);
        }
    }
    Ok(records)
}

/// A record by its name at the source.
pub(crate) async fn by_key(
    database: &Database,
    source: &SourceId,
    key: &str,
) -> Result<Option<StoredRecord>, StoreError> {
    let of = "WHERE v.source = $1 AND v.source_key = $2 AND v.is_newest = 1";
    first(database, of, values![source.as_str(), key]).await
}

/// The most records that one line can hold: a row of a source with several persons in it is one record each.
const RECORDS_OF_A_LINE_MAX: i64 = 100;

/// The records of which a version was first read in a line of a file.
pub(crate) async fn at_line(
    database: &Database,
    snapshot: Digest,
    line: u64,
) -> Result<Vec<RecordId>, StoreError> {
    // No store holds a line beyond what its numbers can say: it is as absent as any other.
    let Ok(line) = i64::try_from(line) else { return Ok(Vec::new()) };
    let sql = "SELECT DISTINCT v.record FROM record_version v JOIN snapshot s ON s.snapshot = v.snapshot \
         WHERE s.digest = $1 AND v.line = $2 ORDER BY v.record LIMIT $3";
    let mut read = database.read("reading the records of a line").await?;
    let rows = read.session().rows(sql, values![snapshot.to_string(), line, RECORDS_OF_A_LINE_MAX]).await?;
    rows.iter().map(|row| Cells::new(row, "record_version", &line).get("record").map(RecordId)).collect()
}

async fn first(
    database: &Database,
    of: &str,
    values: Vec<Value>,
) -> Result<Option<StoredRecord>, StoreError> {
    let mut read = database.read("reading a record").await?;
    let row = read.session().row(format!("{STORED} {of}"), values).await?;
    row.map(|row| stored(&row)).transpose()
}

/// Of a table's records that were last seen before a day, and of which no file since has an unreadable row, the first that is in somebody's file.
pub(crate) async fn first_missing(
    database: &Database,
    source: &SourceId,
    table: &str,
    as_of: Date,
) -> Result<Option<RecordId>, StoreError> {
    let sql = "SELECT v.record FROM record_version v LEFT JOIN person_record p ON p.record = v.record \
         WHERE v.is_newest = 1 AND v.source = $1 AND v.source_table = $2 AND v.last_seen < $3 \
         AND COALESCE(v.present_on, '') < $3 \
         AND (p.person IS NOT NULL OR (v.is_identity = 0 AND EXISTS (SELECT 1 FROM record_version l \
             JOIN person_record q ON q.record = l.record \
             WHERE l.source = v.source AND l.source_key = v.about AND l.is_newest = 1))) \
         ORDER BY v.record LIMIT 1";
    let mut read = database.read("looking for the first missing record").await?;
    let row = read.session().row(sql, values![source.as_str(), table, as_of]).await?;
    let number = |row: &AnyRow| Cells::new(row, "record_version", &"a missing record").get("record");
    Ok(row.as_ref().map(number).transpose()?.map(RecordId))
}

/// Records of a table of which a file that describes this day or a later one has the row and could not read it, after `after`,
/// ascending.
pub(crate) async fn present_unread(
    database: &Database,
    (source, table, as_of): (&SourceId, &str, Date),
    after: Option<RecordId>,
    limit: u32,
) -> Result<Vec<RecordId>, StoreError> {
    let sql = "SELECT record FROM record_version WHERE is_newest = 1 AND source = $1 AND source_table = $2 AND present_on >= $3 \
         AND record > $4 ORDER BY record LIMIT $5";
    let after = after.map_or(i64::MIN, |id| id.0);
    let values = values![source.as_str(), table, as_of, after, i64::from(limit.min(RECORDS_MAX))];
    let mut read = database.read("reading which rows could not be read").await?;
    let rows = read.session().rows(sql, values).await?;
    let number = |row: &AnyRow| Cells::new(row, "record_version", &"a record").get("record").map(RecordId);
    rows.iter().map(number).collect()
}

/// Identity records after `after`, ascending.
pub(crate) async fn identities(
    database: &Database,
    after: Option<RecordId>,
    limit: u32,
) -> Result<Vec<StoredRecord>, StoreError> {
    let of = "WHERE v.record > $1 AND v.is_newest = 1 AND v.is_identity = 1 ORDER BY v.record LIMIT $2";
    let values = values![after.map_or(i64::MIN, |id| id.0), i64::from(limit.min(RECORDS_MAX))];
    let mut read = database.read("reading identity records").await?;
    let rows = read.session().rows(format!("{STORED} {of}"), values).await?;
    rows.iter().map(stored).collect()
}

/// Records of a source after `after`, ascending.
pub(crate) async fn of_source(
    database: &Database,
    source: &SourceId,
    after: Option<RecordId>,
    limit: u32,
) -> Result<Vec<StoredRecord>, StoreError> {
    let of = "WHERE v.source = $1 AND v.record > $2 AND v.is_newest = 1 ORDER BY v.record LIMIT $3";
    let after = after.map_or(i64::MIN, |id| id.0);
    let values = values![source.as_str(), after, i64::from(limit.min(RECORDS_MAX))];
    let mut read = database.read("reading the records of a source").await?;
    let rows = read.session().rows(format!("{STORED} {of}"), values).await?;
    rows.iter().map(stored).collect()
}

/// Every version of a record, newest first.
pub(crate) async fn versions(database: &Database, id: RecordId) -> Result<Vec<Record>, StoreError> {
    let sql = "SELECT v.record, v.source, v.source_table, v.source_key, v.about, v.is_identity, s.digest, v.line, \
             v.first_seen, v.last_seen, v.payload \
         FROM record_version v JOIN snapshot s ON s.snapshot = v.snapshot WHERE v.record = $1 \
         ORDER BY v.is_newest DESC, v.last_seen DESC, v.version DESC LIMIT $2";
    let mut read = database.read("reading a record's versions").await?;
    let rows = read.session().rows(sql, values![id.0, i64::from(RECORDS_MAX)]).await?;
    rows.iter().map(|row| record(row).map(|(_, record)| record)).collect()
}

fn stored(row: &AnyRow) -> Result<StoredRecord, StoreError> {
    let (id, record) = record(row)?;
    let person = Cells::new(row, "person_record", &id).get::<Option<i64>>("person")?;
    Ok(StoredRecord { id, record, person: person.map(PersonId) })
}

/// A record from the columns `record`, `source`, `source_table`, `source_key`, `about`, `is_identity`, `digest`,
/// `line`, `first_seen`, `last_seen` and `payload`.
pub(crate) fn record(row: &AnyRow) -> Result<(RecordId, Record), StoreError> {
    let number: i64 = Cells::new(row, "record_version", &"a record").get("record")?;
    let cells = Cells::new(row, "record_version", &number);
    let record = Record {
        key: RecordKey { source: cells.parse("source")?, key: cells.get::<&str>("source_key")?.into() },
        table: cells.get::<&str>("source_table")?.into(),
        about: cells.get::<Option<&str>>("about")?.map(Into::into),
        is_identity: cells.mark("is_identity")?,
        locator: Locator { snapshot: cells.parse("digest")?, line: cells.count("line")? },
        first_seen: cells.parse("first_seen")?,
        last_seen: cells.parse("last_seen")?,
        statements: statements(&cells)?,
    };
    Ok((RecordId(number), record))
}

fn statements(cells: &Cells<'_>) -> Result<Vec<Statement>, StoreError> {
    statements_of(cells, "payload")
}

/// The statements in a column of payloads.
pub(crate) fn statements_of(cells: &Cells<'_>, column: &'static str) -> Result<Vec<Statement>, StoreError> {
    decode_statements(cells.get(column)?).map_err(|error| cells.wrong(column, error))
}
