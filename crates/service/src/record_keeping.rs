//! What the checks of the record itself ask: extracts, granted corrections, times of contest, what left, schedules, changes of
//! many records.

mod bulk;
mod given_out;
mod told;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{ToSpan as _, civil::Date};
use redress_casefile::CaseRecord;
use redress_checks::{
    BulkChange, Contest, Correction, Delivery, Disclosed, Extract, Keeping, Schedule, newest_extract,
};
use redress_ports::{ImportReport, PAGE_ROWS_MAX, Page, SourceRow};
use redress_statement::{Attribute, RecordId, SourceId};

use self::{
    bulk::bulk_changes,
    given_out::given_out,
    told::{Told, corrections},
};
use crate::{App, ServiceError};

/// Kinds of events without which nothing was corrected or contested.
const TELLING: [&str; 2] = ["request_filed", "hold_placed"];

/// By source and table, what is known of it.
type ByTable<T> = BTreeMap<(SourceId, String), T>;

/// What the store knows of what was done with records.
#[derive(Default)]
pub(crate) struct RecordKeeping {
    extracts: ByTable<Extract>,
    /// By attribute: the day on which it is known who is absent. None where one table that states it is not covered.
    covered: BTreeMap<Attribute, Option<Date>>,
    /// Records whose row the newest extract of their table has and could not read.
    unread: BTreeSet<RecordId>,
    corrections: BTreeMap<RecordId, Vec<Correction>>,
    contests: BTreeMap<RecordId, Vec<Contest>>,
    /// Values that left while they were contested.
    given_out: BTreeMap<RecordId, Vec<Disclosed>>,
    /// By source with a schedule: days for which a record is kept, and the last day on which any is.
    schedules: BTreeMap<SourceId, (Option<u32>, Option<Date>)>,
    /// Records that were first shown before their newest version was, so long ago that their schedule is over.
    first_shown: BTreeMap<RecordId, Date>,
    bulk_changes: BTreeMap<RecordId, Arc<BulkChange>>,
}

impl RecordKeeping {
    /// Reads it from the store. Events are read only where one of them can tell something.
    pub(crate) async fn load(app: &App) -> Result<Self, ServiceError> {
        let mut keeping = Self::default();
        let sources = app.store.sources().await?;
        let reports = reports(app).await?;
        for (table, report, extract) in newest_extracts(app, &reports).await? {
            for attribute in &report.columns.stated {
                let of_table = extract.known_on();
                let known = keeping.covered.entry(*attribute).or_insert(of_table);
                *known = known.zip(of_table).map(|(day, of_table)| day.min(of_table));
            }
            if report.columns.n_quarantined > 0 {
                keeping.unread.extend(present_unread(app, &table, extract.as_of).await?);
            }
            keeping.extracts.insert(table, extract);
        }
        keeping.read_schedules(app, &sources).await?;
        keeping.read_bulk_changes(app, &sources, &reports).await?;
        let counts = app.store.event_counts().await?;
        if TELLING.iter().any(|kind| counts.get(*kind).is_some_and(|n| *n > 0)) {
            let told = Told::read(app).await?;
            keeping.contests = told.contests();
            keeping.corrections = corrections(app, &told).await?;
            keeping.given_out = given_out(app, &told).await?;
        }
        Ok(keeping)
    }

    /// For how long the agreements let records be kept, and when those were first shown of which that time is over.
    async fn read_schedules(&mut self, app: &App, sources: &[SourceRow]) -> Result<(), ServiceError> {
        for agreement in sources.iter().map(|row| &row.agreement) {
            let schedule = (agreement.keep_days, agreement.retain_until);
            if schedule == (None, None) {
                continue;
            }
            self.schedules.insert(agreement.source.clone(), schedule);
            let today = app.clock.today();
            let of_days = agreement.keep_days.map(|n_days| today.saturating_sub(i64::from(n_days).days()));
            // After the last day on which any record is kept it matters of each when it was first shown.
            let of_all =
                agreement.retain_until.filter(|last| *last < today).map(|_| today.saturating_add(1.day()));
            let Some(before) = of_days.max(of_all) else { continue };
            let mut after = None;
            loop {
                let source = &agreement.source;
                let page = app.store.first_shown_before(source, before, after, PAGE_ROWS_MAX).await?;
                let Some((last, _)) = page.last() else { break };
                after = Some(*last);
                self.first_shown.extend(page);
            }
        }
        Ok(())
    }

    async fn read_bulk_changes(
        &mut self,
        app: &App,
        sources: &[SourceRow],
        reports: &ByTable<Vec<ImportReport>>,
    ) -> Result<(), ServiceError> {
        let n_max = app.parameters.days("pr_07_records", app.clock.today())?;
        let n_max = u64::try_from(n_max).unwrap_or(u64::MAX);
        for ((source, table), reports) in reports {
            let row = sources.iter().find(|row| row.agreement.source == *source);
            let owner = row.map_or(source.as_str(), |row| &row.agreement.owner);
            let changed = bulk_changes(app, (source, table), owner, reports, n_max).await?;
            self.bulk_changes.extend(changed);
        }
        Ok(())
    }
}

/// Records of a table whose row its newest extract has and could not read: no more than are set aside.
async fn present_unread(
    app: &App,
    (source, table): &(SourceId, String),
    as_of: Date,
) -> Result<Vec<RecordId>, ServiceError> {
    let mut unread = Vec::new();
    loop {
        let after = unread.last().copied();
        let page = app.store.present_unread(source, table, as_of, after, PAGE_ROWS_MAX).await?;
        if page.is_empty() {
            return Ok(unread);
        }
        unread.extend(page);
    }
}

impl Keeping for RecordKeeping {
    fn is_present_unread(&self, record: RecordId) -> bool {
        self.unread.contains(&record)
    }

    fn extract(&self, source: &SourceId, table: &str) -> Option<Extract> {
        self.extracts.get(&(source.clone(), table.to_owned())).copied()
    }

    fn covered(&self, attribute: Attribute) -> Option<Date> {
        self.covered.get(&attribute).copied().flatten()
    }

    fn corrections(&self, record: RecordId) -> Vec<Correction> {
        self.corrections.get(&record).cloned().unwrap_or_default()
    }

    fn contests(&self, record: RecordId) -> Vec<Contest> {
        self.contests.get(&record).cloned().unwrap_or_default()
    }

    fn disclosures(&self, record: RecordId) -> Vec<Disclosed> {
        self.given_out.get(&record).cloned().unwrap_or_default()
    }

    fn schedule(&self, record: &CaseRecord) -> Option<Schedule> {
        let (n_days, retain_until) = self.schedules.get(&record.record.key.source)?;
        let first_seen = record.record.first_seen;
        let since = self.first_shown.get(&record.id).map_or(first_seen, |first| first_seen.min(*first));
        let kept_until = n_days.map(|n_days| since.saturating_add(i64::from(n_days).days()));
        let last_day = kept_until.into_iter().chain(*retain_until).min()?;
        Some(Schedule { since, last_day })
    }

    fn bulk_change(&self, record: RecordId) -> Option<BulkChange> {
        self.bulk_changes.get(&record).map(|change| BulkChange::clone(change))
    }
}

/// What the imports of each table did, those of extracts and those of rows that came by themselves, oldest first.
async fn reports(app: &App) -> Result<ByTable<Vec<ImportReport>>, ServiceError> {
    let mut reports: ByTable<Vec<ImportReport>> = BTreeMap::new();
    let mut offset = 0;
    loop {
        let page = app.store.snapshots(Page { offset, limit: PAGE_ROWS_MAX }).await?;
        if page.is_empty() {
            break;
        }
        offset += page.len() as u32;
        for row in page {
            let snapshot = &row.report.snapshot;
            let table = (snapshot.source.clone(), snapshot.table.to_string());
            reports.entry(table).or_default().push(row.report);
        }
    }
    for reports in reports.values_mut() {
        // The store answers the newest first; of two that describe one day, the one that came later is the newer.
        reports.reverse();
        reports.sort_by_key(|report| report.snapshot.as_of);
    }
    Ok(reports)
}

/// The newest extract of each table. A table of which one extract is known has lost nothing.
async fn newest_extracts<'a>(
    app: &App,
    reports: &'a ByTable<Vec<ImportReport>>,
) -> Result<Vec<((SourceId, String), &'a ImportReport, Extract)>, ServiceError> {
    let mut newest = Vec::with_capacity(reports.len());
    for (table, reports) in reports {
        let extracts: Vec<&ImportReport> = reports.iter().filter(|report| !report.is_increment).collect();
        let deliveries: Vec<Delivery> = extracts.iter().map(|report| delivery(report)).collect();
        let extract = newest_extract(&deliveries, &app.parameters, app.clock.today())?;
        if let (Some(report), Some(mut extract)) = (extracts.last(), extract) {
            if let Some(loss) = &mut extract.loss {
                loss.told_at = app.store.first_missing(&table.0, &table.1, extract.as_of).await?;
            }
            newest.push((table.clone(), *report, extract));
        }
    }
    Ok(newest)
}

/// What is asked of one extract, to tell whether a later one was cut off.
fn delivery(report: &ImportReport) -> Delivery {
    let n_known = report.n_changed + report.n_same;
    Delivery {
        as_of: report.snapshot.as_of,
        n_rows: report.n_new + n_known,
        n_known,
        n_vanished: report.n_vanished,
        states_coverage: report.snapshot.states_coverage,
        is_confirmed: report.snapshot.is_confirmed,
    }
}
