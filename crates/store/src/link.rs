//! Links that wait for clerical review, judged pairs, and who is whose.

use redress_ports::{PossibleLink, StoreError};
use redress_statement::{PersonId, RecordId};
use sqlx::any::AnyRow;

use crate::{cell::Cells, database::Database, event::backend, projection::pair, value::values};

/// Links that nobody has judged and whose records are of different persons, or of none.
const WAITING: &str = "SELECT l.left_record, l.right_record, l.evidence FROM possible_link l \
     LEFT JOIN person_record p ON p.record = l.left_record \
     LEFT JOIN person_record q ON q.record = l.right_record \
     WHERE (p.person IS NULL OR q.person IS NULL OR p.person <> q.person) \
       AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.left_record = l.left_record AND j.right_record = l.right_record)";

/// Replaces the links by those of a new run.
pub(crate) async fn replace(database: &Database, links: &[PossibleLink]) -> Result<(), StoreError> {
    put(database, links, true).await
}

/// Adds links to those that wait.
pub(crate) async fn add(database: &Database, links: &[PossibleLink]) -> Result<(), StoreError> {
    put(database, links, false).await
}

async fn put(database: &Database, links: &[PossibleLink], alone: bool) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(links.len() * 4);
    for link in links {
        let evidence = serde_json::to_string(&link.evidence);
        let evidence = evidence.map_err(|error| backend("writing a link's evidence", error))?;
        rows.extend(pair(link.left, link.right));
        rows.extend(values![link.evidence.match_probability, evidence]);
    }
    let mut write = database.write("storing possible links").await?;
    let mut session = write.session();
    if alone {
        session.run("DELETE FROM possible_link", Vec::new()).await?;
    }
    let into = "possible_link (left_record, right_record, match_probability, evidence)";
    let conflict = "ON CONFLICT (left_record, right_record) DO UPDATE SET \
         match_probability = excluded.match_probability, evidence = excluded.evidence";
    session.insert(into, 4, rows, conflict).await?;
    write.commit().await
}

/// Links that wait, most uncertain first.
pub(crate) async fn waiting(
    database: &Database,
    (offset, limit): (i64, i64),
) -> Result<Vec<PossibleLink>, StoreError> {
    let mut read = database.read("reading possible links").await?;
    let rows = read.session().rows(waiting_page(), values![limit, offset]).await?;
    rows.iter().map(possible_link).collect()
}

/// The statement for one page of them.
pub(crate) fn waiting_page() -> String {
    format!(
        "{WAITING} ORDER BY ABS(l.match_probability - 0.5), l.left_record, l.right_record LIMIT $1 OFFSET $2"
    )
}

/// One link that waits, whichever way round.
pub(crate) async fn one(
    database: &Database,
    one: RecordId,
    other: RecordId,
) -> Result<Option<PossibleLink>, StoreError> {
    let sql = format!("{WAITING} AND l.left_record = $1 AND l.right_record = $2");
    let mut read = database.read("reading a possible link").await?;
    let row = read.session().row(sql, pair(one, other)).await?;
    row.map(|row| possible_link(&row)).transpose()
}

/// How many links wait.
pub(crate) async fn n_waiting(database: &Database) -> Result<u64, StoreError> {
    let mut read = database.read("counting the possible links").await?;
    let row =
        read.session().row(format!("SELECT COUNT(*) AS n FROM ({WAITING}) AS waiting"), Vec::new()).await?;
    let n: Option<i64> = row.map(|row| Cells::new(&row, "possible_link", &"all").get("n")).transpose()?;
    Ok(n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
}

fn possible_link(row: &AnyRow) -> Result<PossibleLink, StoreError> {
    let (left, right) = records(row, "possible_link")?;
    let shown = format!("{left}, {right}");
    let evidence = Cells::new(row, "possible_link", &shown).json("evidence")?;
    Ok(PossibleLink { left, right, evidence })
}

fn records(row: &AnyRow, table: &'static str) -> Result<(RecordId, RecordId), StoreError> {
    let cells = Cells::new(row, table, &"a pair");
    Ok((RecordId(cells.get("left_record")?), RecordId(cells.get("right_record")?)))
}

/// The pairs that a human judged so, each with the lower record first.
pub(crate) async fn judged(
    database: &Database,
    judged: &'static str,
) -> Result<Vec<(RecordId, RecordId)>, StoreError> {
    let sql = "SELECT left_record, right_record FROM judgement WHERE judged = $1 ORDER BY left_record, right_record";
    let mut read = database.read("reading judgements").await?;
    let rows = read.session().rows(sql, values![judged]).await?;
    rows.iter().map(|row| records(row, "judgement")).collect()
}

/// The person of a record, or of its lead for an attached row.
pub(crate) async fn person_of(database: &Database, record: RecordId) -> Result<Option<PersonId>, StoreError> {
    let sql = "SELECT p.person FROM person_record p WHERE p.record = $1 \
         UNION ALL \
         SELECT p.person FROM record_version v \
         JOIN record_version l ON l.source = v.source AND l.source_key = v.about AND l.is_newest = 1 \
         JOIN person_record p ON p.record = l.record \
         WHERE v.record = $1 AND v.is_newest = 1 AND v.is_identity = 0 LIMIT 1";
    let mut read = database.read("reading whose record it is").await?;
    let row = read.session().row(sql, values![record.0]).await?;
    row.map(|row| Cells::new(&row, "person_record", &record).get("person").map(PersonId)).transpose()
}

/// Whether a person has a record.
pub(crate) async fn has_records(database: &Database, person: PersonId) -> Result<bool, StoreError> {
    let mut read = database.read("asking whether a person has records").await?;
    let row = read
        .session()
        .row("SELECT record FROM person_record WHERE person = $1 LIMIT 1", values![person.0])
        .await?;
    Ok(row.is_some())
}

/// How many persons have a record.
pub(crate) async fn n_persons(database: &Database) -> Result<u64, StoreError> {
    let mut read = database.read("counting the persons").await?;
    let n = read.session().number("SELECT COUNT(DISTINCT person) FROM person_record", Vec::new()).await?;
    Ok(u64::try_from(n).unwrap_or(0))
}
