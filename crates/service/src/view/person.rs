//! The person's own page: what the records say, where each value came from, who looked, what was done.

use jiff::civil::Date;
use redress_casefile::StreamId;
use redress_ports::{AccessPurpose, ClosingRow, HoldRow, Page, RequestRow};
use redress_statement::{FindingId, LogIndex, PersonId, RecordId};

use super::{
    HistoryLine, Reader, RecordView, account,
    desk::title,
    finding::history_line,
    record::{Names, held, name_of, view},
};
use crate::{App, ServiceError};

/// A dated fact, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineLine {
    /// The day.
    pub on: Date,
    /// What it is the day of.
    pub what: &'static str,
    /// The source's name for people.
    pub source_title: String,
    /// The record that says so.
    pub record: RecordId,
    /// Whether the day is still to come.
    pub is_ahead: bool,
}

/// One read of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessLine {
    /// The day.
    pub on: Date,
    /// Who, as an office.
    pub receiver: String,
    /// Opaque reference of the account.
    pub user_code: String,
    /// Why.
    pub purpose: &'static str,
}

/// Something for which a receipt can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptLine {
    /// The day.
    pub on: Date,
    /// What happened.
    pub what: String,
    /// The event's number, by which the receipt is asked for.
    pub seq: i64,
    /// The place in the public log.
    pub log_index: LogIndex,
}

/// A finding as the person sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnFinding {
    /// The finding.
    pub id: FindingId,
    /// What is wrong, as a heading.
    pub title: &'static str,
    /// The sentence with the values.
    pub sentence: String,
    /// `open`, `under_review`, `decided`, `no_longer_seen`.
    pub state: String,
    /// What was done.
    pub history: Vec<HistoryLine>,
}

/// What the person's page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonView {
    /// The person.
    pub person: PersonId,
    /// The name under which the records know the person.
    pub name: String,
    /// The records, identity records first.
    pub records: Vec<RecordView>,
    /// Every dated fact, oldest first.
    pub timeline: Vec<TimelineLine>,
    /// The findings in the file.
    pub findings: Vec<OwnFinding>,
    /// Correction requests.
    pub requests: Vec<RequestRow>,
    /// Holds.
    pub holds: Vec<HoldRow>,
    /// Closings.
    pub closings: Vec<ClosingRow>,
    /// How the records came together.
    pub links: Vec<HistoryLine>,
    /// Who looked, newest first.
    pub accesses: Vec<AccessLine>,
    /// What the public log proves, newest first.
    pub receipts: Vec<ReceiptLine>,
    /// Records that may be of this person and wait for review.
    pub n_possible: usize,
}

/// Reads shown on the page; older ones are on the next.
const ACCESSES: Page = Page { offset: 0, limit: 50 };

/// Shows a person's own file. A possible record is counted, not shown: it may be somebody else's.
///
/// # Errors
/// When the person is not there or it is not the reader's own file.
pub async fn person_view(app: &App, reader: &Reader, person: PersonId) -> Result<PersonView, ServiceError> {
    let purpose = match reader {
        Reader::Person(own) if *own == person => AccessPurpose::OwnAccess,
        Reader::Person(_) => return Err(ServiceError::not_found(person)),
        Reader::Staff(_) => AccessPurpose::FindingReview,
    };
    let case = app.store.case_file(person).await?.ok_or_else(|| ServiceError::not_found(person))?;
    account(app, reader, person, purpose).await?;
    let names = Names::load(app).await?;
    let holds = app.store.holds_of(person).await?;
    let held = held(&holds);
    let mut records: Vec<RecordView> =
        case.accepted().map(|record| view(&names, record, &[], &held)).collect();
    records.sort_by_key(|record| (record.lead.is_some(), record.id));
    let identities: Vec<_> = case.accepted().filter(|record| record.record.is_identity).collect();
    let today = app.clock.today();
    let timeline = case
        .timeline()
        .into_iter()
        .map(|entry| TimelineLine {
            on: entry.on,
            what: entry.statement.attribute.plain_name(),
            source_title: records
                .iter()
                .find(|record| record.id == entry.record.id)
                .map_or_else(String::new, |record| record.source_title.clone()),
            record: entry.record.id,
            is_ahead: entry.on >= today,
        })
        .collect();
    let requests = app.store.requests_of(person).await?;
    let closings = app.store.closings_of(person).await?;
    let links: Vec<HistoryLine> =
        app.store.load(StreamId::Person(person)).await?.iter().map(history_line).collect();
    let findings = own_findings(app, person).await?;
    let mut lines = links.clone();
    lines.extend(findings.iter().flat_map(|finding| finding.history.iter().cloned()));
    lines.extend(other_lines(app, &requests, &holds, &closings).await?);
    Ok(PersonView {
        person,
        name: name_of(&identities),
        n_possible: case.identities().filter(|record| !record.is_accepted()).count(),
        records,
        timeline,
        findings,
        requests,
        holds,
        closings,
        links,
        accesses: accesses(app, person).await?,
        receipts: receipts(lines),
    })
}

async fn own_findings(app: &App, person: PersonId) -> Result<Vec<OwnFinding>, ServiceError> {
    let mut findings = Vec::new();
    for row in app.store.findings_of(person).await? {
        let events = app.store.load(StreamId::Finding(row.finding)).await?;
        let history: Vec<HistoryLine> = events.iter().map(history_line).collect();
        findings.push(OwnFinding {
            id: row.finding,
            title: title(&row.check),
            sentence: history.first().and_then(|line| line.words.clone()).unwrap_or_default(),
            state: row.state,
            history,
        });
    }
    Ok(findings)
}

async fn other_lines(
    app: &App,
    requests: &[RequestRow],
    holds: &[HoldRow],
    closings: &[ClosingRow],
) -> Result<Vec<HistoryLine>, ServiceError> {
    let streams = requests
        .iter()
        .map(|row| StreamId::Correction(row.request))
        .chain(holds.iter().map(|row| StreamId::Hold(row.hold)))
        .chain(closings.iter().map(|row| StreamId::Closing(row.closing)));
    let mut lines = Vec::new();
    for stream in streams {
        lines.extend(app.store.load(stream).await?.iter().map(history_line));
    }
    Ok(lines)
}

fn receipts(mut lines: Vec<HistoryLine>) -> Vec<ReceiptLine> {
    lines.sort_by_key(|line| std::cmp::Reverse(line.seq));
    lines
        .into_iter()
        .filter_map(|line| {
            Some(ReceiptLine { on: line.on, what: line.what, seq: line.seq, log_index: line.log_index? })
        })
        .collect()
}

async fn accesses(app: &App, person: PersonId) -> Result<Vec<AccessLine>, ServiceError> {
    let rows = app.store.accesses_of(person, ACCESSES).await?;
    Ok(rows
        .into_iter()
        .map(|access| AccessLine {
            on: access.day,
            receiver: access.receiver,
            user_code: access.user_code,
            purpose: purpose_in_words(access.purpose),
        })
        .collect())
}

/// A purpose, for a page.
pub(crate) const fn purpose_in_words(purpose: AccessPurpose) -> &'static str {
    match purpose {
        AccessPurpose::FindingReview => "to review a finding",
        AccessPurpose::ClericalReview => "to judge whether two records are of one person",
        AccessPurpose::CorrectionRequest => "to handle a correction request",
        AccessPurpose::OwnAccess => "you, or whoever helps you",
        AccessPurpose::BulkRun => "read by the linkage and the checks, with all other files",
        AccessPurpose::Oversight => "to audit the system",
    }
}
