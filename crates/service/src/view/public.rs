//! The public page: what the system does and refuses, counts, accuracy, the newest checkpoint. No
//! personal data reach it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date, tz::Offset};
use redress_ports::{ImportReport, LogState, Page, RunReport, SnapshotRow, SourceRow};
use redress_report::{Editions, Ledger};

use crate::{App, LEDGER_REPORT, ServiceError, departure_editions};

/// A source, for everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLine {
    /// Its name.
    pub title: String,
    /// Who owns it.
    pub owner: String,
    /// What it may be used for.
    pub purpose: String,
    /// The legal authority.
    pub authority: String,
    /// The last day of the agreement.
    pub expires: Date,
    /// The date that the newest extract describes.
    pub as_of: Option<Date>,
    /// Records of the newest extracts and of what the source sent since.
    pub n_records: u64,
    /// Records that only earlier extracts have.
    pub n_earlier: u64,
    /// Rows set aside at intake.
    pub n_quarantined: u64,
    /// Columns that the charter refused: file, column and ground.
    pub refused: Vec<(String, String, String)>,
    /// Columns that nothing reads, dropped.
    pub n_unread_columns: usize,
}

/// What the public page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicView {
    /// The sources.
    pub sources: Vec<SourceLine>,
    /// Events by kind.
    pub events: BTreeMap<String, u64>,
    /// Decisions on findings that followed from a closing, of those in `events`.
    pub n_decided_by_closing: u64,
    /// Findings that wait, by check.
    pub waiting: BTreeMap<String, u64>,
    /// The newest linkage run.
    pub link: Option<RunReport>,
    /// The newest run of the checks.
    pub checks: Option<RunReport>,
    /// The newest evaluation against known truth, where there is one (the demo's generator knows it).
    pub accuracy: Option<RunReport>,
    /// The day of that measurement. None before the first.
    pub accuracy_on: Option<Date>,
    /// What closings and corrections saved and cost, as it was last counted.
    pub ledger: Option<Ledger>,
    /// The departures by month, with their earlier editions.
    pub departures: Editions,
    /// Where the public log stands.
    pub log: Option<LogState>,
    /// The keys with which anybody can verify it.
    pub verifier_keys: Vec<String>,
}

/// Snapshots that the page counts over. Older ones are in the store.
const SNAPSHOTS: Page = Page { offset: 0, limit: 500 };

/// What everybody may see.
///
/// # Errors
/// When the store fails.
pub async fn public_view(app: &App) -> Result<PublicView, ServiceError> {
    let snapshots = app.store.snapshots(SNAPSHOTS).await?;
    let mut sources = Vec::new();
    for row in app.store.sources().await? {
        let n_records = app.store.n_records_of(&row.agreement.source).await?;
        sources.push(source_line(row, n_records, &snapshots));
    }
    let accuracy = app.store.report("accuracy").await?;
    Ok(PublicView {
        sources,
        events: app.store.event_counts().await?,
        n_decided_by_closing: app.store.n_decided_by_closing().await?,
        waiting: app.store.queue_counts().await?,
        link: app.store.report("link").await?,
        checks: app.store.report("checks").await?,
        accuracy_on: accuracy.as_ref().and_then(|report| day_of(report.at_us)),
        accuracy,
        ledger: last_ledger(app).await?,
        departures: departure_editions(app).await?,
        log: app.store.log_state().await?,
        verifier_keys: app.store.verifier_keys().await?,
    })
}

fn source_line(row: SourceRow, n_records: u64, snapshots: &[SnapshotRow]) -> SourceLine {
    let own = || snapshots.iter().filter(|s| s.report.snapshot.source == row.agreement.source);
    // A file that came twice has its columns once.
    let mut known = BTreeSet::new();
    let refused: Vec<_> = own()
        .flat_map(|s| {
            let file = s.report.snapshot.file.to_string();
            s.report.columns.refused.iter().map(move |column| (file.clone(), column.clone()))
        })
        .filter(|(file, column)| known.insert((file.clone(), column.column.clone())))
        .collect();
    let n_earlier =
        n_earlier(n_records, own().map(|s| &s.report), snapshots.len() < SNAPSHOTS.limit as usize);
    SourceLine {
        title: row.agreement.title.clone(),
        owner: row.agreement.owner.clone(),
        purpose: row.agreement.purpose.clone(),
        authority: row.agreement.authority.clone(),
        expires: row.agreement.expires,
        as_of: row.as_of,
        n_records: n_records - n_earlier,
        n_earlier,
        n_quarantined: own().map(|s| s.report.columns.n_quarantined).sum(),
        n_unread_columns: refused.iter().filter(|(_, column)| !column.by_charter).count(),
        refused: refused
            .into_iter()
            .filter(|(_, column)| column.by_charter)
            .map(|(file, column)| (file, column.column, column.ground))
            .collect(),
    }
}

/// How many of a source's records are neither in the newest extract of their table nor were sent after it; reports are newest first. 0
/// where not all are at hand.
fn n_earlier<'a>(n_records: u64, reports: impl Iterator<Item = &'a ImportReport>, are_all: bool) -> u64 {
    let mut n_now: BTreeMap<&str, (bool, u64)> = BTreeMap::new();
    for report in reports {
        let (has_extract, n) = n_now.entry(&report.snapshot.table).or_default();
        if !*has_extract {
            *has_extract = !report.is_increment;
            *n += report.n_new + if report.is_increment { 0 } else { report.n_changed + report.n_same };
        }
    }
    let n_now: u64 = n_now.into_values().map(|(_, n)| n).sum();
    if are_all { n_records.saturating_sub(n_now) } else { 0 }
}

/// The day, by universal time. None for a time that no calendar has.
fn day_of(at_us: i64) -> Option<Date> {
    let at = Timestamp::from_microsecond(at_us).ok()?;
    Some(Offset::UTC.to_datetime(at).date())
}

async fn last_ledger(app: &App) -> Result<Option<Ledger>, ServiceError> {
    let name = LEDGER_REPORT;
    let report = app.store.report(name).await?;
    let ledger = report.map(|report| serde_json::from_str(&report.json)).transpose();
    ledger.map_err(|source| ServiceError::Report { name, source })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use redress_ports::ColumnReport;
    use redress_statement::{Digest, Snapshot};

    use super::*;

    /// What an import or a body did: table, whether it was sent by itself, and new, changed and same records.
    fn report((table, is_increment, [n_new, n_changed, n_same]): (&str, bool, [u64; 3])) -> ImportReport {
        let snapshot = Snapshot {
            digest: Digest([7; 32]),
            source: "benefits".parse().unwrap(),
            table: table.into(),
            file: "f".into(),
            length_bytes: 1,
            as_of: date(2026, 10, 31),
            states_coverage: true,
            is_confirmed: false,
        };
        let columns = ColumnReport::default();
        ImportReport {
            snapshot,
            was_known: false,
            is_increment,
            n_new,
            n_changed,
            n_same,
            changed: BTreeMap::new(),
            n_vanished: 0,
            columns,
        }
    }

    #[track_caller]
    fn check(n_records: u64, newest_first: &[(&str, bool, [u64; 3])], expected: u64) {
        let reports: Vec<ImportReport> = newest_first.iter().copied().map(report).collect();
        assert_eq!(n_earlier(n_records, reports.iter(), true), expected, "{newest_first:?}");
        assert_eq!(n_earlier(n_records, reports.iter(), false), 0);
    }

    #[test]
    fn records_that_only_earlier_extracts_have_are_told_apart() {
        check(651, &[("people", false, [1, 8, 640]), ("people", false, [650, 0, 0])], 2);
        check(650, &[("people", false, [650, 0, 0])], 0);
        // What was sent since is there, and what was sent before stands in the extract or is gone.
        check(
            653,
            &[
                ("people", true, [2, 3, 1]),
                ("people", false, [0, 0, 649]),
                ("people", true, [1, 0, 0]),
                ("people", false, [650, 0, 0]),
            ],
            2,
        );
        check(30, &[("notices", false, [10, 0, 0]), ("people", false, [20, 0, 0])], 0);
        check(3, &[("people", true, [3, 0, 0])], 0);
    }
}
