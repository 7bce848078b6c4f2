//! Changes of many records at once, as the extracts of a table show them.
//!
//! On which day a value changed is known where the extract before is a day older at most. Where more time lies between two
//! extracts nothing is said of their changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{ToSpan as _, civil::Date};
use redress_checks::{BulkChange, is_status};
use redress_ports::{ImportReport, PAGE_ROWS_MAX};
use redress_statement::{Attribute, RecordId, SourceId};

use crate::{App, ServiceError};

/// What a table's extracts and rows of one day changed.
#[derive(Default)]
struct ChangeDay {
    /// By status and what it was changed to: how many records.
    counts: BTreeMap<(Attribute, String), u64>,
    is_noticed: bool,
    is_reviewed: bool,
    stated: BTreeSet<Attribute>,
}

/// Which records of a table were changed last together with more than `n_max` others, and how.
pub(super) async fn bulk_changes(
    app: &App,
    (source, table): (&SourceId, &str),
    owner: &str,
    reports: &[ImportReport],
    n_max: u64,
) -> Result<BTreeMap<RecordId, Arc<BulkChange>>, ServiceError> {
    let mut of_many: BTreeMap<(Date, Attribute, String), Arc<BulkChange>> = BTreeMap::new();
    for (on, day) in dated(reports) {
        for ((attribute, says), n_changed) in day.counts.into_iter().filter(|(_, n)| *n > n_max) {
            let (with_notice, was_reviewed) = (day.is_noticed, day.is_reviewed);
            let by = owner.to_owned();
            let change = BulkChange { attribute, by, on, n_changed, with_notice, was_reviewed };
            of_many.insert((on, attribute, says), Arc::new(change));
        }
    }
    let mut changed = BTreeMap::new();
    let Some(since) = of_many.keys().map(|(on, ..)| *on).min() else { return Ok(changed) };
    let mut after = None;
    loop {
        let page = app.store.changed_since(source, table, since, after, PAGE_ROWS_MAX).await?;
        let Some(last) = page.last() else { return Ok(changed) };
        after = Some(last.record);
        for record in page {
            let of = |(attribute, says): (Attribute, Option<String>)| {
                of_many.get(&(record.on, attribute, says.unwrap_or_default()))
            };
            if let Some(change) = record.values.into_iter().find_map(of) {
                changed.insert(record.record, change.clone());
            }
        }
    }
}

/// The days of which it is known what was changed on them, with what was: rows that came by themselves were changed on their day,
/// those of an extract since the extract before it.
fn dated(reports: &[ImportReport]) -> Vec<(Date, ChangeDay)> {
    let of = |is_increment: bool| reports.iter().filter(move |report| report.is_increment == is_increment);
    let mut known = between_extracts(by_day(of(false)));
    for (on, rows) in by_day(of(true)) {
        let day = known.entry(on).or_default();
        day.is_noticed |= rows.is_noticed;
        day.is_reviewed |= rows.is_reviewed;
        for (change, n) in rows.counts {
            *day.counts.entry(change).or_default() += n;
        }
    }
    known.into_iter().collect()
}

fn by_day<'a>(reports: impl Iterator<Item = &'a ImportReport>) -> BTreeMap<Date, ChangeDay> {
    let mut days: BTreeMap<Date, ChangeDay> = BTreeMap::new();
    for report in reports {
        let day = days.entry(report.snapshot.as_of).or_default();
        day.is_noticed |= report.columns.is_noticed;
        day.is_reviewed |= report.columns.is_reviewed;
        day.stated.extend(&report.columns.stated);
        for (attribute, values) in report.changed.iter().filter(|(attribute, _)| is_status(**attribute)) {
            for (says, n) in values {
                *day.counts.entry((*attribute, says.clone())).or_default() += n;
            }
        }
    }
    days
}

/// The days of extracts before which another is a day older at most.
fn between_extracts(days: BTreeMap<Date, ChangeDay>) -> BTreeMap<Date, ChangeDay> {
    let before: Vec<(Date, BTreeSet<Attribute>)> =
        days.iter().map(|(on, day)| (*on, day.stated.clone())).collect();
    let mut known = BTreeMap::new();
    for ((on, mut day), (before, stated)) in days.into_iter().skip(1).zip(before) {
        if before.saturating_add(1.day()) >= on {
            // What a table did not state the day before is a new column, and no change.
            day.counts.retain(|(attribute, _), _| stated.contains(attribute));
            known.insert(on, day);
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use redress_ports::ColumnReport;
    use redress_statement::{Digest, Snapshot};

    use super::*;

    /// Extracts (true) and rows that came by themselves, by day of October, each with so many files that were closed.
    fn check(reports: &[(bool, i8, u64)], expected: &[(i8, u64)]) {
        let report = |(is_extract, day, n_closed): &(bool, i8, u64)| ImportReport {
            snapshot: Snapshot {
                digest: Digest([7; 32]),
                source: "status".parse().unwrap(),
                table: "extract".into(),
                file: "f".into(),
                length_bytes: 1,
                as_of: date(2026, 10, *day),
                states_coverage: true,
                is_confirmed: false,
            },
            was_known: false,
            is_increment: !is_extract,
            n_new: 0,
            n_changed: *n_closed,
            n_same: 0,
            changed: BTreeMap::from([(
                Attribute::CaseStatus,
                BTreeMap::from([("CLOSED".to_owned(), *n_closed)]),
            )]),
            n_vanished: 0,
            columns: ColumnReport { stated: vec![Attribute::CaseStatus], ..ColumnReport::default() },
        };
        let reports: Vec<ImportReport> = reports.iter().map(report).collect();
        let change = (Attribute::CaseStatus, "CLOSED".to_owned());
        let found: Vec<(i8, u64)> =
            dated(&reports).into_iter().map(|(on, day)| (on.day(), day.counts[&change])).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_row_that_came_by_itself_is_no_extract_before() {
        check(&[(true, 1, 0), (true, 2, 500)], &[(2, 500)]);
        check(&[(true, 1, 0), (true, 31, 500)], &[]);
        check(&[(true, 1, 0), (false, 30, 1), (true, 31, 500)], &[(30, 1)]);
        check(&[(false, 30, 200)], &[(30, 200)]);
        check(&[(true, 1, 0), (true, 2, 500), (false, 2, 3)], &[(2, 503)]);
    }
}
