//! Case files, put together for one person or for many at once.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use redress_casefile::{CaseFile, CaseRecord, LinkEvidence, Standing};
use redress_ports::StoreError;
use redress_statement::{PersonId, Record, RecordId};
use sqlx::any::AnyRow;

use crate::{
    cell::Cells,
    database::Database,
    record::record,
    session::{LIST_MAX, Session, numbers, places},
    value::{Value, values},
};

/// The most case files that one answer may have.
const CASE_FILES_MAX: u32 = 10_000;

/// The columns of a record that is possibly of a person.
const POSSIBLE: &str = "SELECT v.record, v.source, v.source_table, v.source_key, v.about, v.is_identity, s.digest, v.line, \
     v.first_seen, v.last_seen, v.payload \
     FROM record_version v JOIN snapshot s ON s.snapshot = v.snapshot WHERE v.is_newest = 1 AND v.record IN";

/// The columns of a row that is attached to one of some records.
const ATTACHED: &str = "SELECT v.record, v.source, v.source_table, v.source_key, v.about, v.is_identity, s.digest, v.line, \
     v.first_seen, v.last_seen, v.payload, l.record AS lead \
     FROM record_version l \
     JOIN record_version v ON v.source = l.source AND v.about = l.source_key AND v.is_newest = 1 AND v.is_identity = 0 \
     JOIN snapshot s ON s.snapshot = v.snapshot WHERE l.is_newest = 1 AND l.record IN";

/// The condition by which the statements of a case file name its person.
const BETWEEN: &str = "BETWEEN $1 AND $2";

/// The persons of whom case files are asked.
struct Whose {
    condition: Cow<'static, str>,
    numbers: Vec<i64>,
}

impl Whose {
    /// All from `first` to `last`.
    fn between(first: PersonId, last: PersonId) -> Self {
        Self { condition: BETWEEN.into(), numbers: vec![first.0, last.0] }
    }

    /// Those named, at most [`LIST_MAX`].
    fn among(persons: &[i64]) -> Self {
        let condition = format!("IN ({})", places(1, persons.len()));
        Self { condition: condition.into(), numbers: persons.to_vec() }
    }

    fn sql(&self, of_range: &'static str) -> Cow<'static, str> {
        match &self.condition {
            Cow::Borrowed(_) => of_range.into(),
            Cow::Owned(condition) => of_range.replace(BETWEEN, condition).into(),
        }
    }

    fn values(&self) -> Vec<Value> {
        numbers(&self.numbers)
    }
}

/// A waiting link, seen from a person's own record.
struct Waiting {
    person: PersonId,
    other: RecordId,
    with: RecordId,
    evidence: LinkEvidence,
}

/// The case file of one person. None for a person that has no record.
pub(crate) async fn one(database: &Database, person: PersonId) -> Result<Option<CaseFile>, StoreError> {
    let mut read = database.read("reading a case file").await?;
    let mut files = of(&mut read.session(), &Whose::between(person, person)).await?;
    Ok(files.pop())
}

/// The case files of some persons, ascending by person.
pub(crate) async fn some(database: &Database, persons: &[PersonId]) -> Result<Vec<CaseFile>, StoreError> {
    let persons: Vec<i64> = persons.iter().map(|id| id.0).collect::<BTreeSet<_>>().into_iter().collect();
    let mut read = database.read("reading case files").await?;
    let mut session = read.session();
    let mut files = Vec::with_capacity(persons.len());
    for chunk in persons.chunks(LIST_MAX) {
        files.extend(of(&mut session, &Whose::among(chunk)).await?);
    }
    Ok(files)
}

/// Case files after `after`, ascending by person.
pub(crate) async fn many(
    database: &Database,
    after: Option<PersonId>,
    limit: u32,
) -> Result<Vec<CaseFile>, StoreError> {
    let mut read = database.read("reading case files").await?;
    let mut session = read.session();
    let sql = "SELECT MIN(person) AS first, MAX(person) AS last FROM \
         (SELECT DISTINCT person FROM person_record WHERE person > $1 ORDER BY person LIMIT $2) p";
    let values = values![after.map_or(i64::MIN, |id| id.0), i64::from(limit.min(CASE_FILES_MAX))];
    let Some(row) = session.row(sql, values).await? else { return Ok(Vec::new()) };
    let cells = Cells::new(&row, "person_record", &"the first and last person");
    match (cells.get::<Option<i64>>("first")?, cells.get::<Option<i64>>("last")?) {
        (Some(first), Some(last)) => of(&mut session, &Whose::between(PersonId(first), PersonId(last))).await,
        _ => Ok(Vec::new()),
    }
}

/// The case files of some persons, by a handful of statements.
async fn of(session: &mut Session<'_>, whose: &Whose) -> Result<Vec<CaseFile>, StoreError> {
    let mut files = BTreeMap::<PersonId, Vec<CaseRecord>>::new();
    for row in session.rows(whose.sql(include_str!("../sql/case_file_records.sql")), whose.values()).await? {
        let (id, record) = record(&row)?;
        let record = CaseRecord { id, record, lead: None, standing: Standing::Accepted };
        files.entry(person(&row)?).or_default().push(record);
    }
    for row in session.rows(whose.sql(include_str!("../sql/case_file_attached.sql")), whose.values()).await? {
        let (id, record) = record(&row)?;
        let record = CaseRecord { id, record, lead: Some(lead(&row)?), standing: Standing::Accepted };
        files.entry(person(&row)?).or_default().push(record);
    }
    let rows = session.rows(whose.sql(include_str!("../sql/case_file_links.sql")), whose.values()).await?;
    add_possible(session, strongest(&rows)?, &mut files).await?;
    Ok(files.into_iter().map(|(person, records)| CaseFile { person, records: in_order(records) }).collect())
}

fn in_order(mut records: Vec<CaseRecord>) -> Vec<CaseRecord> {
    records.sort_by_key(|record| record.id);
    records.dedup_by_key(|record| record.id);
    records
}

fn person(row: &AnyRow) -> Result<PersonId, StoreError> {
    Cells::new(row, "person_record", &"a person").get("person").map(PersonId)
}

fn lead(row: &AnyRow) -> Result<RecordId, StoreError> {
    Cells::new(row, "record_version", &"an attached row").get("lead").map(RecordId)
}

/// One link to each outside record: where several of a person's own records have one, the most probable.
fn strongest(rows: &[AnyRow]) -> Result<Vec<Waiting>, StoreError> {
    let mut links = BTreeMap::<(PersonId, RecordId), Waiting>::new();
    for row in rows {
        let cells = Cells::new(row, "possible_link", &"a waiting link");
        let (own, other) = (RecordId(cells.get("own")?), RecordId(cells.get("other")?));
        let link = Waiting { person: person(row)?, other, with: own, evidence: cells.json("evidence")? };
        let rank = |link: &Waiting| (link.evidence.match_probability, std::cmp::Reverse(link.with));
        match links.get(&(link.person, other)) {
            Some(known) if rank(known) >= rank(&link) => (),
            _ => drop(links.insert((link.person, other), link)),
        }
    }
    Ok(links.into_values().collect())
}

/// Adds the records that are possibly of a person, with the rows attached to them.
async fn add_possible(
    session: &mut Session<'_>,
    links: Vec<Waiting>,
    files: &mut BTreeMap<PersonId, Vec<CaseRecord>>,
) -> Result<(), StoreError> {
    let others: Vec<i64> =
        links.iter().map(|link| link.other.0).collect::<BTreeSet<_>>().into_iter().collect();
    let mut rows = HashMap::<RecordId, Vec<(RecordId, Record, Option<RecordId>)>>::new();
    for chunk in others.chunks(LIST_MAX) {
        let list = places(1, chunk.len());
        for row in session.rows(format!("{POSSIBLE} ({list})"), numbers(chunk)).await? {
            let (id, record) = record(&row)?;
            rows.entry(id).or_default().push((id, record, None));
        }
        for row in session.rows(format!("{ATTACHED} ({list})"), numbers(chunk)).await? {
            let ((id, record), lead) = (record(&row)?, lead(&row)?);
            rows.entry(lead).or_default().push((id, record, Some(lead)));
        }
    }
    for link in links {
        let standing = Standing::Possible { with: link.with, evidence: link.evidence };
        let of_link = rows.get(&link.other).into_iter().flatten();
        let records = of_link.map(|(id, record, lead)| CaseRecord {
            id: *id,
            record: record.clone(),
            lead: *lead,
            standing,
        });
        files.entry(link.person).or_default().extend(records);
    }
    Ok(())
}
