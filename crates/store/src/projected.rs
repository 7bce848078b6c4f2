//! Findings, requests, holds and closings, as projected.

use std::collections::{BTreeMap, BTreeSet};

use redress_casefile::finding::Outcome;
use redress_ports::{ClosingRow, FindingRow, HoldRow, QueueOrder, RequestRow, StoreError};
use redress_statement::{ClosingId, FindingId, HoldId, PersonId, RecordId, RequestId};
use sqlx::any::AnyRow;

use crate::{
    cell::Cells,
    database::Database,
    session::{LIST_MAX, numbers, places},
    value::{Value, values},
};

/// The most rows that one person's list may have.
const ROWS_OF_PERSON_MAX: i64 = 10_000;

/// The most findings that one answer of [`findings`] may have.
const FINDINGS_MAX: u32 = 10_000;

/// Whose file a row is in: that of the person who is held to have the record today, or, of an attached row, the record that
/// it belongs to. Where no person has it, the one that the event named.
///
/// `row` names the table, and `record` the column with the record.
fn holder(row: &str, record: &str) -> String {
    format!(
        "COALESCE((SELECT p.person FROM person_record p WHERE p.record = {row}.{record}), \
         (SELECT p.person FROM record_version v \
          JOIN record_version l ON l.source = v.source AND l.source_key = v.about AND l.is_newest = 1 \
          JOIN person_record p ON p.record = l.record \
          WHERE v.record = {row}.{record} AND v.is_newest = 1 AND v.is_identity = 0 LIMIT 1), {row}.person)"
    )
}

/// All columns of a table, and whose file each row is in.
fn select(table: &str, record: &str) -> String {
    format!("SELECT t.*, {} AS holder FROM {table} t", holder("t", record))
}

/// Reads all rows of an answer as `T`.
async fn list<T>(
    database: &Database,
    doing: &'static str,
    sql: String,
    values: Vec<Value>,
    read_row: fn(&AnyRow) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut read = database.read(doing).await?;
    let rows = read.session().rows(sql, values).await?;
    rows.iter().map(read_row).collect()
}

/// Findings that wait for a reviewer.
pub(crate) async fn queue(
    database: &Database,
    order: QueueOrder,
    check: Option<&str>,
    (offset, limit): (i64, i64),
) -> Result<Vec<FindingRow>, StoreError> {
    let mut values = values![limit, offset];
    if let QueueOrder::HarmThenDateThenAge { today } = order {
        values.push(today.into());
    }
    let of_check = check.map(|check| {
        values.push(check.into());
        format!("AND check_id = ${}", values.len())
    });
    let sql = queue_page(order, of_check.as_deref());
    list(database, "reading the queue", sql, values, finding_row).await
}

/// Findings that wait.
const WAITING: &str = "SELECT * FROM finding WHERE state IN ('open', 'under_review')";

/// The day after which something cannot be undone; the last of all where there is none.
const BY_DAY: &str = "COALESCE(next_irreversible_on, '9999-12-31')";

/// The statement for one page of the queue: `$1` rows behind the first `$2`, as of the day `$3`.
fn queue_page(order: QueueOrder, of_check: Option<&str>) -> String {
    let (order_by, waiting) = match (order, of_check) {
        (QueueOrder::HarmThenDateThenAge { .. }, None) => {
            (by_harm(), format!("SELECT * FROM ({}) AS each_harm", each_harm()))
        }
        (QueueOrder::HarmThenDateThenAge { .. }, Some(check)) => (by_harm(), format!("{WAITING} {check}")),
        (QueueOrder::Age, check) => {
            ("opened_on, finding".to_owned(), format!("{WAITING} {}", check.unwrap_or_default()))
        }
    };
    // The page is cut first, so that no other row's holder is looked up.
    let page = format!("({waiting} ORDER BY {order_by} LIMIT $1 OFFSET $2)");
    format!("{} ORDER BY {order_by}", select(&page, "at_record"))
}

/// Worst first. What has passed cannot be saved any more: it comes after what can.
fn by_harm() -> String {
    format!("harm DESC, CASE WHEN {BY_DAY} < $3 THEN 1 ELSE 0 END, {BY_DAY}, opened_on, finding")
}

/// Of each harm, those whose day is still to come and those whose day has passed: as many of each, in the order of the index, as the
/// page can reach.
fn each_harm() -> String {
    let of = |harm: &str, when: &str| {
        format!(
            "SELECT * FROM ({WAITING} AND harm = '{harm}' AND {BY_DAY} {when} $3 \
             ORDER BY {BY_DAY}, opened_on, finding LIMIT $1 + $2) AS of_harm"
        )
    };
    let each = ["H5", "H4", "H3", "H2", "H1"].into_iter().flat_map(|harm| [of(harm, ">="), of(harm, "<")]);
    each.collect::<Vec<_>>().join(" UNION ALL ")
}

/// Findings that were decided as corrected and could worsen somebody's position.
pub(crate) async fn gated(
    database: &Database,
    (offset, limit): (i64, i64),
) -> Result<Vec<FindingRow>, StoreError> {
    list(database, "reading findings that are held inside", gated_page(), values![limit, offset], finding_row)
        .await
}

fn gated_page() -> String {
    format!(
        "{} WHERE state = 'decided' AND outcome = 'corrected' AND direction = 'adverse_possible' \
         ORDER BY finding LIMIT $1 OFFSET $2",
        select("finding", "at_record")
    )
}

/// How many findings wait, by check.
pub(crate) async fn queue_counts(database: &Database) -> Result<BTreeMap<String, u64>, StoreError> {
    let sql = "SELECT check_id AS name, COUNT(*) AS n FROM finding WHERE state IN ('open', 'under_review') \
         GROUP BY check_id";
    counts(database, "counting the queue", sql).await
}

/// How many events of each kind there are.
pub(crate) async fn event_counts(database: &Database) -> Result<BTreeMap<String, u64>, StoreError> {
    counts(database, "counting the events", "SELECT kind AS name, n_events AS n FROM event_count").await
}

/// How many decisions on findings stand right behind the closing that they follow from, as one transaction wrote both.
pub(crate) async fn n_decided_by_closing(database: &Database) -> Result<u64, StoreError> {
    let sql = "SELECT 'decided' AS name, COUNT(*) AS n FROM event c JOIN event d ON d.seq = c.seq + 1 \
               WHERE c.stream_kind = 'closing' AND c.kind = 'closed' AND d.kind = 'finding_decided'";
    let counted = counts(database, "counting the decisions that follow from closings", sql).await?;
    Ok(counted.values().sum())
}

async fn counts(
    database: &Database,
    doing: &'static str,
    sql: &'static str,
) -> Result<BTreeMap<String, u64>, StoreError> {
    let mut read = database.read(doing).await?;
    let rows = read.session().rows(sql, Vec::new()).await?;
    rows.iter()
        .map(|row| {
            let cells = Cells::new(row, "event_count", &doing);
            Ok((cells.get("name")?, cells.count("n")?))
        })
        .collect()
}

/// One finding.
pub(crate) async fn finding(database: &Database, id: FindingId) -> Result<Option<FindingRow>, StoreError> {
    let sql = format!("{} WHERE finding = $1", select("finding", "at_record"));
    Ok(list(database, "reading a finding", sql, values![id.0], finding_row).await?.pop())
}

/// Findings after `after` in the order of their numbers, whatever their state.
pub(crate) async fn findings(
    database: &Database,
    after: Option<FindingId>,
    limit: u32,
) -> Result<Vec<FindingRow>, StoreError> {
    let sql = format!("{} WHERE finding > $1 ORDER BY finding LIMIT $2", select("finding", "at_record"));
    let values = values![after.map_or(i64::MIN, |id| id.0), i64::from(limit.min(FINDINGS_MAX))];
    list(database, "reading findings", sql, values, finding_row).await
}

/// Findings in a person's file, oldest first.
pub(crate) async fn findings_of(
    database: &Database,
    person: PersonId,
) -> Result<Vec<FindingRow>, StoreError> {
    let sql = of_person("finding", "at_record");
    list(database, "reading a person's findings", sql, values![ROWS_OF_PERSON_MAX, person.0], finding_row)
        .await
}

/// Findings in the files of some persons, oldest first.
pub(crate) async fn findings_of_all(
    database: &Database,
    persons: &[PersonId],
) -> Result<Vec<FindingRow>, StoreError> {
    let persons: Vec<i64> = persons.iter().map(|id| id.0).collect::<BTreeSet<_>>().into_iter().collect();
    let mut findings = Vec::new();
    for chunk in persons.chunks(LIST_MAX) {
        let sql = of_persons("finding", "at_record", &format!("IN ({})", places(2, chunk.len())));
        let mut values = values![ROWS_OF_PERSON_MAX * chunk.len() as i64];
        values.extend(numbers(chunk));
        findings.extend(list(database, "reading the findings of persons", sql, values, finding_row).await?);
    }
    findings.sort_by_key(|row| row.finding);
    Ok(findings)
}

/// Requests that wait for the office, nearest day first: for a determination, or for the holders of a corrected value to be told.
pub(crate) async fn requests_due(
    database: &Database,
    (offset, limit): (i64, i64),
) -> Result<Vec<RequestRow>, StoreError> {
    list(database, "reading the requests due", due_page(), values![limit, offset], request_row).await
}

fn due_page() -> String {
    format!(
        "{} WHERE state IN ('filed', 'acknowledged', 'under_appeal') \
         OR (state IN ('granted', 'final') AND due_on IS NOT NULL) \
         ORDER BY COALESCE(due_on, '9999-12-31'), request LIMIT $1 OFFSET $2",
        select("request", "record")
    )
}

/// One request.
pub(crate) async fn request(database: &Database, id: RequestId) -> Result<Option<RequestRow>, StoreError> {
    let sql = format!("{} WHERE request = $1", select("request", "record"));
    Ok(list(database, "reading a request", sql, values![id.0], request_row).await?.pop())
}

/// A person's requests, oldest first.
pub(crate) async fn requests_of(
    database: &Database,
    person: PersonId,
) -> Result<Vec<RequestRow>, StoreError> {
    let sql = of_person("request", "record");
    list(database, "reading a person's requests", sql, values![ROWS_OF_PERSON_MAX, person.0], request_row)
        .await
}

/// One hold.
pub(crate) async fn hold(database: &Database, id: HoldId) -> Result<Option<HoldRow>, StoreError> {
    let sql = format!("{} WHERE hold = $1", select("hold", "record"));
    Ok(list(database, "reading a hold", sql, values![id.0], hold_row).await?.pop())
}

/// A person's holds, oldest first.
pub(crate) async fn holds_of(database: &Database, person: PersonId) -> Result<Vec<HoldRow>, StoreError> {
    let sql = of_person("hold", "record");
    list(database, "reading a person's holds", sql, values![ROWS_OF_PERSON_MAX, person.0], hold_row).await
}

/// Closings on their way, oldest first.
pub(crate) async fn closings_open(
    database: &Database,
    (offset, limit): (i64, i64),
) -> Result<Vec<ClosingRow>, StoreError> {
    list(database, "reading the closings", open_page(), values![limit, offset], closing_row).await
}

fn open_page() -> String {
    format!(
        "{} WHERE state IN ('proposed', 'approved', 'noticed') ORDER BY closing LIMIT $1 OFFSET $2",
        select("closing", "record")
    )
}

/// One closing.
pub(crate) async fn closing(database: &Database, id: ClosingId) -> Result<Option<ClosingRow>, StoreError> {
    let sql = format!("{} WHERE closing = $1", select("closing", "record"));
    Ok(list(database, "reading a closing", sql, values![id.0], closing_row).await?.pop())
}

/// A person's closings, oldest first.
pub(crate) async fn closings_of(
    database: &Database,
    person: PersonId,
) -> Result<Vec<ClosingRow>, StoreError> {
    let sql = of_person("closing", "record");
    list(database, "reading a person's closings", sql, values![ROWS_OF_PERSON_MAX, person.0], closing_row)
        .await
}

/// As [`of_persons`], for the one person `$2`.
fn of_person(table: &str, record: &str) -> String {
    of_persons(table, record, "= $2")
}

/// The rows of a table whose number is its key, that are in the files of the persons that `whose` names, oldest first, at
/// most `$1`: those about a record that such a person has, or an attached row of one, and those that the events named the
/// person for, about a record that nobody has.
fn of_persons(table: &str, record: &str, whose: &str) -> String {
    let (holder, own) = (holder("t", record), of_own_records(table, record, whose));
    format!(
        "SELECT t.*, {holder} AS holder FROM {table} t WHERE {table} IN ({own}) AND {holder} {whose} \
         ORDER BY {table} LIMIT $1"
    )
}

/// The numbers of the rows that may be in the persons' files: about a record of such a person, about a row that is attached
/// to one, or with the person named by the event.
fn of_own_records(table: &str, record: &str, whose: &str) -> String {
    format!(
        "SELECT o.{table} FROM {table} o JOIN person_record p ON p.record = o.{record} WHERE p.person {whose} \
         UNION SELECT o.{table} FROM person_record p \
         JOIN record_version l ON l.record = p.record AND l.is_newest = 1 \
         JOIN record_version v ON v.source = l.source AND v.about = l.source_key AND v.is_newest = 1 \
         JOIN {table} o ON o.{record} = v.record WHERE p.person {whose} \
         UNION SELECT o.{table} FROM {table} o WHERE o.person {whose}"
    )
}

fn finding_row(row: &AnyRow) -> Result<FindingRow, StoreError> {
    let number: i64 = Cells::new(row, "finding", &"a finding").get("finding")?;
    let cells = Cells::new(row, "finding", &number);
    let version: i64 = cells.get("check_version")?;
    let outcome: Option<&str> = cells.get("outcome")?;
    Ok(FindingRow {
        finding: FindingId(number),
        person: PersonId(cells.get("holder")?),
        check: cells.get("check_id")?,
        version: u16::try_from(version).map_err(|_| cells.wrong("check_version", "not 0 to 65,535"))?,
        at: RecordId(cells.get("at_record")?),
        harm: cells.word("harm")?,
        direction: cells.word("direction")?,
        next_irreversible_on: cells.parse_option("next_irreversible_on")?,
        rests_on_possible_link: cells.mark("rests_on_possible_link")?,
        opened_on: cells.parse("opened_on")?,
        state: state(&cells, &["open", "under_review", "decided", "no_longer_seen"])?,
        outcome: outcome.map(|_| cells.word::<Outcome>("outcome")).transpose()?,
        basis: cells.parse_option("basis")?,
    })
}

fn request_row(row: &AnyRow) -> Result<RequestRow, StoreError> {
    let number: i64 = Cells::new(row, "request", &"a request").get("request")?;
    let cells = Cells::new(row, "request", &number);
    let states = ["filed", "acknowledged", "granted", "refused", "under_appeal", "final", "withdrawn"];
    Ok(RequestRow {
        request: RequestId(number),
        person: PersonId(cells.get("holder")?),
        record: RecordId(cells.get("record")?),
        state: state(&cells, &states)?,
        filed_on: cells.parse("filed_on")?,
        due_on: cells.parse_option("due_on")?,
    })
}

fn hold_row(row: &AnyRow) -> Result<HoldRow, StoreError> {
    let number: i64 = Cells::new(row, "hold", &"a hold").get("hold")?;
    let cells = Cells::new(row, "hold", &number);
    Ok(HoldRow {
        hold: HoldId(number),
        person: PersonId(cells.get("holder")?),
        statements: cells.json("statements")?,
        placed_on: cells.parse("placed_on")?,
        lifted_on: cells.parse_option("lifted_on")?,
    })
}

fn closing_row(row: &AnyRow) -> Result<ClosingRow, StoreError> {
    let number: i64 = Cells::new(row, "closing", &"a closing").get("closing")?;
    let cells = Cells::new(row, "closing", &number);
    let states = ["proposed", "approved", "noticed", "objected", "closed", "declined", "undone"];
    Ok(ClosingRow {
        closing: ClosingId(number),
        person: PersonId(cells.get("holder")?),
        state: state(&cells, &states)?,
        proposed_on: cells.parse("proposed_on")?,
        object_until: cells.parse_option("object_until")?,
    })
}

fn state(cells: &Cells<'_>, states: &[&str]) -> Result<String, StoreError> {
    let state: &str = cells.get("state")?;
    if states.contains(&state) {
        return Ok(state.to_owned());
    }
    Err(cells.wrong("state", format_args!("`{state}` is none of {}", states.join(", "))))
}

#[cfg(test)]
mod tests {
    use redress_testkit::CountingEntropy;

    use super::*;
    use crate::{SqlStore, link::waiting_page};

    /// How the embedded database goes about a statement, a line a step.
    async fn plan(database: &Database, sql: &str, values: Vec<Value>) -> Vec<String> {
        let mut read = database.read("asking how").await.unwrap();
        let rows = read.session().rows(format!("EXPLAIN QUERY PLAN {sql}"), values).await.unwrap();
        rows.iter().map(|row| Cells::new(row, "plan", &"a step").get("detail").unwrap()).collect()
    }

    /// A page of the desk costs the same, however much lies behind it.
    #[tokio::test]
    async fn a_page_is_read_from_an_index() {
        let dir = tempfile::tempdir().unwrap();
        let entropy = std::sync::Arc::new(CountingEntropy::default());
        let store = SqlStore::open(dir.path(), entropy, "office.example/log").await.unwrap();
        let today = jiff::civil::date(2026, 11, 2);
        let by_harm = QueueOrder::HarmThenDateThenAge { today };
        for (sql, index, values) in [
            (due_page(), "request_waiting", values![50, 0]),
            (gated_page(), "finding_gated", values![50, 0]),
            (open_page(), "closing_open", values![50, 0]),
            (queue_page(by_harm, None), "finding_queue", values![50, 0, today]),
            (
                queue_page(by_harm, Some("AND check_id = $4")),
                "finding_queue_by_check",
                values![50, 0, today, "ID-01"],
            ),
            (queue_page(QueueOrder::Age, None), "finding_queue_by_age", values![50, 0]),
            (waiting_page(), "possible_link_by_doubt", values![50, 0]),
        ] {
            let steps = plan(&store.database, &sql, values).await;
            assert!(
                steps.iter().any(|step| step.ends_with(index) || step.contains(&format!("{index} "))),
                "{index}: {steps:#?}"
            );
            // Where the page is cut first, `t` is the page.
            let is_cut = steps.iter().any(|step| step == "CO-ROUTINE t");
            let is_scan = |step: &&String| {
                ["SCAN finding", "SCAN l"].contains(&step.as_str()) || (*step == "SCAN t" && !is_cut)
            };
            let scans: Vec<&String> = steps.iter().filter(is_scan).collect();
            assert!(scans.is_empty(), "{index}: {steps:#?}");
        }
    }
}
