//! What became of records over their versions: when they were first shown, and what the newest version says otherwise.

use std::collections::BTreeSet;

use jiff::civil::Date;
use redress_ports::{ChangedRecord, StoreError};
use redress_statement::{Attribute, RecordId, SourceId, Statement};
use sqlx::any::AnyRow;

use crate::{
    cell::Cells,
    database::Database,
    record::{RECORDS_MAX, statements_of},
    value::values,
};

/// Records of a source that were shown before a day in an older version, with the first day on which they were.
pub(crate) async fn first_shown_before(
    database: &Database,
    (source, day): (&SourceId, Date),
    after: Option<RecordId>,
    limit: u32,
) -> Result<Vec<(RecordId, Date)>, StoreError> {
    let sql = "SELECT record, MIN(first_seen) AS first_seen FROM record_version \
         WHERE is_newest = 0 AND source = $1 AND first_seen < $2 AND record > $3 \
         GROUP BY record ORDER BY record LIMIT $4";
    let values = values![source.as_str(), day, number(after), i64::from(limit.min(RECORDS_MAX))];
    let mut read = database.read("reading when records were first shown").await?;
    let rows = read.session().rows(sql, values).await?;
    rows.iter()
        .map(|row| {
            let record = record_of(row)?;
            Ok((RecordId(record), Cells::new(row, "record_version", &record).parse("first_seen")?))
        })
        .collect()
}

/// What the newest versions of a table's records, brought on a day or later, say otherwise than the versions before.
pub(crate) async fn changed_since(
    database: &Database,
    (source, table, since): (&SourceId, &str, Date),
    after: Option<RecordId>,
    limit: u32,
) -> Result<Vec<ChangedRecord>, StoreError> {
    let sql = "SELECT v.record, v.first_seen, v.payload, w.payload AS payload_before FROM record_version v \
         JOIN record_version w ON w.record = v.record AND w.version = ( \
             SELECT b.version FROM record_version b WHERE b.record = v.record AND b.is_newest = 0 \
             AND b.first_seen <= v.first_seen ORDER BY b.last_seen DESC, b.version DESC LIMIT 1) \
         WHERE v.is_newest = 1 AND v.source = $1 AND v.source_table = $2 AND v.first_seen >= $3 AND v.record > $4 \
         ORDER BY v.record LIMIT $5";
    let limit = i64::from(limit.min(RECORDS_MAX));
    let values = values![source.as_str(), table, since, number(after), limit];
    let mut read = database.read("reading what records say otherwise").await?;
    let rows = read.session().rows(sql, values).await?;
    rows.iter()
        .map(|row| {
            let record = record_of(row)?;
            let cells = Cells::new(row, "record_version", &record);
            let (before, now) = (statements_of(&cells, "payload_before")?, statements_of(&cells, "payload")?);
            let (record, on) = (RecordId(record), cells.parse("first_seen")?);
            Ok(ChangedRecord { record, on, values: changes(&before, &now) })
        })
        .collect()
}

/// The attributes of which two versions of a record say something else, each with what the later one says. What is only
/// written otherwise is the same.
pub(crate) fn changes(before: &[Statement], now: &[Statement]) -> Vec<(Attribute, Option<String>)> {
    let all: BTreeSet<Attribute> = before.iter().chain(now).map(|said| said.attribute).collect();
    let differing =
        all.into_iter().filter(|attribute| said_of(before, *attribute) != said_of(now, *attribute));
    let says = |attribute| said_of(now, attribute).first().map(|(_, value)| (*value).to_owned());
    differing.map(|attribute| (attribute, says(attribute))).collect()
}

/// What a version says of an attribute: as normalized, and as written where that could not be read.
fn said_of(version: &[Statement], attribute: Attribute) -> Vec<(u16, &str)> {
    let mut said: Vec<(u16, &str)> = version
        .iter()
        .filter(|said| said.attribute == attribute)
        .map(|said| (said.ordinal, said.normalized.as_deref().unwrap_or(&said.original)))
        .collect();
    said.sort_unstable();
    said
}

fn number(after: Option<RecordId>) -> i64 {
    after.map_or(i64::MIN, |id| id.0)
}

fn record_of(row: &AnyRow) -> Result<i64, StoreError> {
    Cells::new(row, "record_version", &"a record").get("record")
}
