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

/// The days of which it is known what was changed on them, with what was.
fn dated(reports: &[ImportReport]) -> Vec<(Date, ChangeDay)> {
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
    let before: Vec<(Date, BTreeSet<Attribute>)> =
        days.iter().map(|(on, day)| (*on, day.stated.clone())).collect();
    let mut known = Vec::new();
    for ((on, mut day), (before, stated)) in days.into_iter().skip(1).zip(before) {
        if before.saturating_add(1.day()) >= on {
            // What a table did not state the day before is a new column, and no change.
            day.counts.retain(|(attribute, _), _| stated.contains(attribute));
            known.push((on, day));
        }
    }
    known
}
