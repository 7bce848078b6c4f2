//! The person's own page: what the records say, where each value came from, who looked, what was done.

use std::collections::BTreeSet;

use jiff::civil::Date;
use redress_casefile::{
    CaseFile, CaseRecord, Event, StreamId,
    finding::{self, AdverseGate, Direction, Outcome},
    step::Step,
};
use redress_checks::{BeforeHearing, Route, path::path, registry};
use redress_ports::{AccessPurpose, ClosingRow, FindingRow, HoldRow, RequestRow};
use redress_statement::{FindingId, LogIndex, PersonId, RecordId};

use super::{
    AccessLine, HistoryLine, Reader, RecordView, StatementView, account,
    closing_steps::closing_steps,
    desk::title,
    finding::history_line,
    marks::Marks,
    reads::read_lines,
    record::{Names, name_of, view},
};
use crate::{App, ServiceError, review_finding::reported};

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

/// A value that a finding rests on, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnValue {
    /// The source's name for people.
    pub source_title: String,
    /// The file that it stands in.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
    /// The value.
    pub statement: StatementView,
}

/// A finding as the person sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnFinding {
    /// The finding.
    pub id: FindingId,
    /// What is wrong, as a heading.
    pub title: &'static str,
    /// The sentence with the values. None while it rests on a record that may be somebody else's.
    pub sentence: Option<String>,
    /// The values that it rests on in the record at fault, as far as the check can tell.
    pub values: Vec<OwnValue>,
    /// The other values in the person's own records that it rests on.
    pub others: Vec<OwnValue>,
    /// The records that it rests on, those that may be somebody else's included.
    pub records: BTreeSet<RecordId>,
    /// `open`, `under_review`, `decided`, `no_longer_seen`.
    pub state: String,
    /// How it was decided. None until then.
    pub outcome: Option<Outcome>,
    /// What can be told to the court while a hearing lies ahead. None for other findings, and for decided ones.
    pub before_hearing: Option<BeforeHearing>,
    /// Who can correct it, and by what. None for a check that this program no longer has.
    pub route: Option<Route>,
    /// What was done. That it was opened is the sentence, and not said twice.
    pub history: Vec<HistoryLine>,
    /// What holds it inside, for one that was decided as corrected and could worsen the person's position.
    pub gate: Option<AdverseGate>,
    /// The day on which it was opened.
    pub opened_on: Date,
    /// Whether it may leave this office: it cannot harm, or has passed what must come before it leaves.
    pub may_leave: bool,
}

/// The states in which a finding waits for a decision.
const OPEN: &str = "open";
const UNDER_REVIEW: &str = "under_review";

impl OwnFinding {
    /// Whether it waits for a decision.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.state.as_str(), OPEN | UNDER_REVIEW)
    }

    /// Whether a reviewer found that the record is wrong.
    #[must_use]
    pub fn is_found_wrong(&self) -> bool {
        self.state == "decided" && self.outcome == Some(Outcome::Corrected)
    }
}

/// The records of one source.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordGroup {
    /// The source's name for people.
    pub source_title: String,
    /// Who owns it.
    pub owner: String,
    /// Its records, identity records first.
    pub records: Vec<RecordView>,
}

/// What the person's page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonView {
    /// The person.
    pub person: PersonId,
    /// The name under which the records know the person.
    pub name: String,
    /// The records, by source.
    pub groups: Vec<RecordGroup>,
    /// Every dated fact, oldest first.
    pub timeline: Vec<TimelineLine>,
    /// The way of the case, oldest step first.
    pub path: Vec<Step>,
    /// The day on which the file is shown.
    pub today: Date,
    /// The findings in the file, those that wait first.
    pub findings: Vec<OwnFinding>,
    /// Correction requests.
    pub requests: Vec<RequestRow>,
    /// Holds.
    pub holds: Vec<HoldRow>,
    /// Closings.
    pub closings: Vec<ClosingRow>,
    /// How the records came together.
    pub links: Vec<HistoryLine>,
    /// Every read of the file, newest first.
    pub accesses: Vec<AccessLine>,
    /// What the public log proves, newest first.
    pub receipts: Vec<ReceiptLine>,
    /// Records that may be of this person and wait for review.
    pub n_possible: usize,
}

impl PersonView {
    /// How many records there are.
    #[must_use]
    pub fn n_records(&self) -> usize {
        self.groups.iter().map(|group| group.records.len()).sum()
    }

    /// The records that were linked, each with its source; what is attached to one goes with it.
    #[must_use]
    pub fn linked(&self) -> Vec<(&RecordGroup, &RecordView)> {
        let mut linked = Vec::new();
        for group in &self.groups {
            linked.extend(
                group.records.iter().filter(|record| record.lead.is_none()).map(|record| (group, record)),
            );
        }
        linked
    }

    /// How many findings wait for a decision.
    #[must_use]
    pub fn n_waiting(&self) -> usize {
        self.findings.iter().filter(|finding| finding.is_waiting()).count()
    }

    /// How many findings say that a record is wrong, by a reviewer's decision.
    #[must_use]
    pub fn n_found_wrong(&self) -> usize {
        self.findings.iter().filter(|finding| finding.is_found_wrong()).count()
    }

    /// The next date to come.
    #[must_use]
    pub fn next(&self) -> Option<&TimelineLine> {
        self.timeline.iter().find(|line| line.is_ahead)
    }

    /// The steps of the case that wait, lie ahead, or about which something can still be done.
    pub fn open_steps(&self) -> impl Iterator<Item = &Step> {
        self.path.iter().filter(|step| step.is_open(self.today))
    }

    /// The other steps.
    pub fn past_steps(&self) -> impl Iterator<Item = &Step> {
        self.path.iter().filter(|step| !step.is_open(self.today))
    }

    /// The newest reads by others.
    pub fn others_reads(&self) -> impl Iterator<Item = &AccessLine> {
        self.accesses.iter().filter(|line| !line.is_own).take(ACCESS_LINES_MAX)
    }

    /// How many reads by others lie before those.
    #[must_use]
    pub fn n_earlier_reads(&self) -> u64 {
        let others = self.accesses.iter().filter(|line| !line.is_own);
        others.skip(ACCESS_LINES_MAX).map(|line| line.n_reads).sum()
    }

    /// How often the person, or a helper, looked.
    #[must_use]
    pub fn n_own_reads(&self) -> u64 {
        self.accesses.iter().filter(|line| line.is_own).map(|line| line.n_reads).sum()
    }

    /// How many dates are past.
    #[must_use]
    pub fn n_past(&self) -> usize {
        self.timeline.iter().filter(|line| !line.is_ahead).count()
    }

    /// Whether a finding that waits holds the record to be at fault.
    #[must_use]
    pub fn is_in_question(&self, record: &RecordView) -> bool {
        let waiting = self.findings.iter().filter(|finding| finding.is_waiting());
        waiting.flat_map(|finding| &finding.values).any(|value| value.statement.reference.record == record.id)
    }
}

/// The most lines of reads on the page; all of them are at the access transparency interface.
const ACCESS_LINES_MAX: usize = 50;

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
    person_file(app, &case, matches!(reader, Reader::Person(_))).await
}

/// A person's file, once its reading is accounted for.
pub(crate) async fn person_file(
    app: &App,
    case: &CaseFile,
    is_own_access: bool,
) -> Result<PersonView, ServiceError> {
    let person = case.person;
    let names = Names::load(app).await?;
    let marks = Marks::load(app, person).await?;
    let mut records: Vec<RecordView> =
        case.accepted().map(|record| view(&names, record, &[], &marks)).collect();
    records.sort_by_key(|record| (record.lead.is_some(), record.id));
    let identities: Vec<&CaseRecord> = case.accepted().filter(|record| record.record.is_identity).collect();
    let timeline = timeline(case, &records, app.clock.today());
    let requests = app.store.requests_of(person).await?;
    let holds = app.store.holds_of(person).await?;
    let closings = app.store.closings_of(person).await?;
    let links: Vec<HistoryLine> =
        app.store.load(StreamId::Person(person)).await?.iter().map(history_line).collect();
    let findings = own_findings(app, case, &records, is_own_access).await?;
    let mut lines = links.clone();
    lines.extend(findings.iter().flat_map(|finding| finding.history.iter().cloned()));
    lines.extend(other_lines(app, &requests, &holds, &closings).await?);
    let mut steps = path(case, app.clock.today(), &app.parameters);
    steps.extend(closing_steps(app, case, &closings).await?);
    // What has no day comes last, as on the way itself.
    steps.sort_by_key(|step| (step.on.is_none(), step.on));
    Ok(PersonView {
        person,
        name: name_of(&identities),
        n_possible: case.identities().filter(|record| !record.is_accepted()).count(),
        groups: groups(records),
        timeline,
        path: steps,
        today: app.clock.today(),
        findings,
        requests,
        holds,
        closings,
        links,
        accesses: read_lines(app, person).await?,
        receipts: receipts(lines),
    })
}

fn timeline(case: &CaseFile, records: &[RecordView], today: Date) -> Vec<TimelineLine> {
    let title = |id| records.iter().find(|record| record.id == id).map(|record| record.source_title.clone());
    case.timeline()
        .into_iter()
        .map(|entry| TimelineLine {
            on: entry.on,
            what: entry.statement.attribute.plain_name(),
            source_title: title(entry.record.id).unwrap_or_default(),
            record: entry.record.id,
            is_ahead: entry.on >= today,
        })
        .collect()
}

/// By source, in the order of their first records.
fn groups(records: Vec<RecordView>) -> Vec<RecordGroup> {
    let mut groups: Vec<RecordGroup> = Vec::new();
    for record in records {
        match groups.iter_mut().find(|group| group.source_title == record.source_title) {
            Some(group) => group.records.push(record),
            None => groups.push(RecordGroup {
                source_title: record.source_title.clone(),
                owner: record.owner.clone(),
                records: vec![record],
            }),
        }
    }
    groups
}

async fn own_findings(
    app: &App,
    case: &CaseFile,
    records: &[RecordView],
    is_own_access: bool,
) -> Result<Vec<OwnFinding>, ServiceError> {
    let mut findings = Vec::new();
    for row in app.store.findings_of(case.person).await? {
        findings.push(own_finding(app, case, row, records, is_own_access).await?);
    }
    findings.sort_by_key(|finding| !finding.is_waiting());
    Ok(findings)
}

async fn own_finding(
    app: &App,
    case: &CaseFile,
    row: FindingRow,
    records: &[RecordView],
    is_own_access: bool,
) -> Result<OwnFinding, ServiceError> {
    let events = app.store.load(StreamId::Finding(row.finding)).await?;
    let mut history: Vec<HistoryLine> = events.iter().map(history_line).collect();
    // What the check says stands once, above: not in a history that also tells what it said before.
    for (line, recorded) in history.iter_mut().zip(&events) {
        if matches!(recorded.event.kind(), "finding_opened" | "finding_revised") {
            line.words = None;
        }
    }
    let (inputs, sentence) = reported(&events).ok_or_else(|| ServiceError::not_found(row.finding))?;
    let mut sentence = sentence.text().map(str::to_owned);
    if let Some(first) = history.first_mut().filter(|_| is_own_access) {
        "The records were compared, and this was found.".clone_into(&mut first.what);
    }
    let is_own = |id| records.iter().any(|record| record.id == id);
    if row.rests_on_possible_link || !inputs.iter().all(|input| is_own(input.record)) {
        sentence = None;
    }
    let values = inputs.iter().filter_map(|input| {
        let record = records.iter().find(|record| record.id == input.record)?;
        Some(OwnValue {
            source_title: record.source_title.clone(),
            file: record.file.clone(),
            line: record.line,
            statement: record.statements.iter().find(|s| s.reference == *input)?.clone(),
        })
    });
    let of_finding = events.iter().filter_map(|recorded| match &recorded.event {
        Event::Finding(event) => Some(event),
        _ => None,
    });
    let stands = finding::replay(of_finding)
        .map_err(|error| ServiceError::Replay { stream: row.finding.to_string(), what: error.to_string() })?;
    let may_leave =
        row.direction != Direction::AdversePossible || finding::may_leave(&stands, app.clock.today());
    let gate = match stands {
        finding::State::Decided { gate, .. } if gate != AdverseGate::NotNeeded => Some(gate),
        _ => None,
    };
    let waits = matches!(row.state.as_str(), OPEN | UNDER_REVIEW) && sentence.is_some();
    let before_hearing = BeforeHearing::of(&row.check, &inputs, case, app.clock.today()).filter(|_| waits);
    let (values, others) = values.partition(|value| value.statement.reference.record == row.at);
    Ok(OwnFinding {
        id: row.finding,
        title: title(&row.check),
        sentence,
        values,
        others,
        records: inputs.iter().map(|input| input.record).collect(),
        before_hearing,
        state: row.state,
        outcome: row.outcome,
        route: registry().iter().map(|check| check.spec()).find(|spec| spec.id == row.check).map(|s| s.route),
        history,
        gate,
        opened_on: row.opened_on,
        may_leave,
    })
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
