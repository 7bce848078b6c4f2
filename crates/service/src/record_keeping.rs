//! What the checks of the record itself ask: extracts, granted corrections, times of contest.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use redress_casefile::{
    Event, PastAct, StatementRef,
    correction::{CorrectionEvent, Determination},
    hold::HoldEvent,
};
use redress_checks::{Contest, Correction, Delivery, Extract, Keeping, ToldRecipient, newest_extract};
use redress_ports::{ImportReport, PAGE_ROWS_MAX, Page};
use redress_statement::{Attribute, HoldId, RecordId, RequestId, SourceId};

use crate::{App, ServiceError};

/// Minutes of a day: when a holder was told is kept to the day.
const MINUTES_OF_DAY: u64 = 24 * 60;

/// Kinds of events without which nothing was corrected or contested.
const TELLING: [&str; 2] = ["request_filed", "hold_placed"];

/// What the store knows of what was done with records. Of schedules and changes of many records it
/// keeps nothing yet, and answers nothing.
#[derive(Default)]
pub(crate) struct RecordKeeping {
    extracts: BTreeMap<(SourceId, String), Extract>,
    /// By attribute: the day on which it is known who is absent. None where one table that states it is not covered.
    covered: BTreeMap<Attribute, Option<Date>>,
    /// Records whose row the newest extract of their table has and could not read.
    unread: BTreeSet<RecordId>,
    corrections: BTreeMap<RecordId, Vec<Correction>>,
    contests: BTreeMap<RecordId, Vec<Contest>>,
}

impl RecordKeeping {
    /// Reads it from the store. Events are read only where one of them can tell something.
    pub(crate) async fn load(app: &App) -> Result<Self, ServiceError> {
        let mut keeping = Self::default();
        for (table, report, extract) in newest_extracts(app).await? {
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
        let counts = app.store.event_counts().await?;
        if TELLING.iter().any(|kind| counts.get(*kind).is_some_and(|n| *n > 0)) {
            let told = Told::read(app).await?;
            keeping.contests = told.contests();
            keeping.corrections = corrections(app, &told).await?;
        }
        Ok(keeping)
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
}

/// The newest extract of each table. A table of which one extract is known has lost nothing.
async fn newest_extracts(
    app: &App,
) -> Result<Vec<((SourceId, String), ImportReport, Extract)>, ServiceError> {
    let mut reports: BTreeMap<(SourceId, String), Vec<ImportReport>> = BTreeMap::new();
    let mut offset = 0;
    loop {
        let page = app.store.snapshots(Page { offset, limit: PAGE_ROWS_MAX }).await?;
        if page.is_empty() {
            break;
        }
        offset += page.len() as u32;
        for row in page.into_iter().filter(|row| !row.report.is_increment) {
            let snapshot = &row.report.snapshot;
            let table = (snapshot.source.clone(), snapshot.table.to_string());
            reports.entry(table).or_default().push(row.report);
        }
    }
    let mut newest = Vec::with_capacity(reports.len());
    for (table, mut reports) in reports {
        // The store answers the newest first; of two that describe one day, the one that came later is the newer.
        reports.reverse();
        reports.sort_by_key(|report| report.snapshot.as_of);
        let deliveries: Vec<Delivery> = reports.iter().map(delivery).collect();
        let extract = newest_extract(&deliveries, &app.parameters, app.clock.today())?;
        if let (Some(report), Some(mut extract)) = (reports.pop(), extract) {
            if let Some(loss) = &mut extract.loss {
                loss.told_at = app.store.first_missing(&table.0, &table.1, extract.as_of).await?;
            }
            newest.push((table, report, extract));
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

/// What the events tell of requests and holds.
#[derive(Default)]
struct Told {
    contested: BTreeMap<RequestId, StatementRef>,
    granted: Vec<(RequestId, StatementRef, Date)>,
    /// By request, each holder that was told, with the day; without those that confirmed.
    waiting: BTreeMap<RequestId, BTreeMap<String, Option<Date>>>,
    held: BTreeMap<HoldId, (Vec<StatementRef>, Date, Option<Date>)>,
}

impl Told {
    async fn read(app: &App) -> Result<Self, ServiceError> {
        let mut told = Self::default();
        let mut after = 0;
        loop {
            let events = app.store.events(after, PAGE_ROWS_MAX).await?;
            let Some(last) = events.last() else { return Ok(told) };
            after = last.seq;
            events.into_iter().for_each(|recorded| told.hear(recorded.event));
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Correction(CorrectionEvent::RequestFiled { request, statement, .. }) => {
                self.contested.insert(request, statement);
            }
            Event::Correction(
                CorrectionEvent::RequestDetermined { request, determination, on, .. }
                | CorrectionEvent::AppealDetermined { request, determination, on, .. },
            ) => {
                if let (Determination::Granted { with, .. }, Some(about)) =
                    (determination, self.contested.get(&request))
                {
                    let with = with.into_iter().map(|part| part.statement);
                    self.granted.extend(
                        std::iter::once(*about).chain(with).map(|statement| (request, statement, on)),
                    );
                }
            }
            Event::Correction(CorrectionEvent::HolderTold { request, holder, on, .. }) => {
                self.waiting.entry(request).or_default().insert(holder, Some(on));
            }
            Event::Correction(CorrectionEvent::HolderConfirmed { request, holder, .. }) => {
                self.waiting.entry(request).or_default().insert(holder, None);
            }
            Event::Hold(HoldEvent::HoldPlaced { hold, statements, on, .. }) => {
                self.held.insert(hold, (statements, on, None));
            }
            Event::Hold(HoldEvent::HoldLifted { hold, on, .. }) => {
                if let Some((_, _, until)) = self.held.get_mut(&hold) {
                    *until = Some(on);
                }
            }
            _ => {}
        }
    }

    /// Who was told of a correction, and how long each has not confirmed it.
    fn recipients(&self, request: RequestId, today: Date) -> Vec<ToldRecipient> {
        let waiting = self.waiting.get(&request).into_iter().flatten();
        let recipient = |(name, told_on): (&String, &Option<Date>)| ToldRecipient {
            name: name.clone(),
            waiting_minutes: told_on.map(|on| {
                let n_days = on.until(today).map_or(0, |span| i64::from(span.get_days()));
                u64::try_from(n_days).unwrap_or(0) * MINUTES_OF_DAY
            }),
        };
        waiting.map(recipient).collect()
    }

    fn contests(&self) -> BTreeMap<RecordId, Vec<Contest>> {
        let mut contests: BTreeMap<RecordId, Vec<Contest>> = BTreeMap::new();
        for (statements, from, until) in self.held.values() {
            for statement in statements {
                let contest = Contest { attribute: statement.attribute, from: *from, until: *until };
                contests.entry(statement.record).or_default().push(contest);
            }
        }
        contests
    }
}

/// The granted corrections with the value that the source showed on the day of the determination, and who was told of them.
async fn corrections(app: &App, told: &Told) -> Result<BTreeMap<RecordId, Vec<Correction>>, ServiceError> {
    let mut corrections: BTreeMap<RecordId, Vec<Correction>> = BTreeMap::new();
    for (request, statement, granted_on) in &told.granted {
        let versions = app.store.record_versions(statement.record).await?;
        let shown = versions
            .iter()
            .filter(|version| version.first_seen <= *granted_on)
            .max_by_key(|version| version.first_seen);
        // An extract that goes on saying what was done says no wrong value.
        let shown = shown.filter(|version| PastAct::of(version, statement.attribute).is_none());
        corrections.entry(statement.record).or_default().push(Correction {
            attribute: statement.attribute,
            wrong: shown.and_then(|version| version.value(statement.attribute)).map(str::to_owned),
            granted_on: *granted_on,
            is_stay: false,
            recipients: told.recipients(*request, app.clock.today()),
        });
    }
    Ok(corrections)
}
