//! A finding with both sides, their sources, and what was done.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use jiff::civil::Date;
use redress_casefile::{
    CaseFile, CaseRecord, Event, Reviewer, StatementRef, StreamId,
    closing::ClosingEvent,
    finding::{self, AdverseGate},
    person::PersonEvent,
};
use redress_checks::{Spec, registry};
use redress_linkage::Waterfall;
use redress_ports::{AccessPurpose, ClosingRow, FindingRow, Recorded, RequestRow};
use redress_statement::{Attribute, FindingId, LogIndex, RecordId, SourceId};

use super::{
    Reader, RecordView, account,
    desk::{days, title},
    marks::Marks,
    record::{Names, Place, name_of, view},
};
use crate::{
    App, ServiceError, WaterfallBook,
    history::load_finding,
    inputs_of,
    review_finding::{reported, sources_of_inputs},
};

/// One event of a history, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryLine {
    /// The event's place in the global order: by it a receipt is asked for.
    pub seq: i64,
    /// The day.
    pub on: Date,
    /// What happened.
    pub what: String,
    /// The reason or words, where there are any.
    pub words: Option<String>,
    /// The place in the public log, for an event that is published.
    pub log_index: Option<LogIndex>,
    /// The two records that a judgement is about.
    pub pair: Option<(RecordId, RecordId)>,
}

/// How far a finding that could worsen somebody's position has come towards leaving.
#[derive(Clone, Debug, PartialEq)]
pub struct GateView {
    /// The point that it has reached.
    pub at: AdverseGate,
    /// Records of the person in sources that took no part in the match, by source with its name for people: one of these
    /// sources can bear it out.
    pub elsewhere: Vec<(SourceId, String, Vec<Place>)>,
    /// What the person asked to be corrected in the records that the finding rests on, with how it stands: the answer
    /// that the second reviewer reads.
    pub answers: Vec<RequestRow>,
    /// Who decided it: somebody else signs.
    pub decided_by: Reviewer,
    /// Whether the person's time to answer is over.
    pub time_is_over: bool,
    /// Whether it may leave today.
    pub may_leave: bool,
}

/// What a finding's page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingView {
    /// The finding.
    pub row: FindingRow,
    /// What is wrong, as a heading.
    pub title: &'static str,
    /// The check's description. None for a check that this program no longer has.
    pub spec: Option<&'static Spec>,
    /// What is wrong, in one sentence with the values.
    pub sentence: String,
    /// The name under which the records know the person.
    pub name: String,
    /// Days to the next irreversible date; negative once it has passed. None when nothing is scheduled.
    pub days_left: Option<i64>,
    /// The records side by side, the one at fault first; last the court case that an agency's own match leads to, where
    /// the finding reads that match.
    pub sides: Vec<RecordView>,
    /// Keys of court cases that an agency matched and no record of this file has: nothing can be compared with them.
    pub matched_nowhere: Vec<String>,
    /// How alike the first two identity records are. None where one stands alone.
    pub waterfall: Option<Waterfall>,
    /// Whether both are held to be of this person. Otherwise one of them waits for review.
    pub are_together: bool,
    /// The two records that the waterfall compares.
    pub compared: Vec<Place>,
    /// Records on the page that are not compared, each with the one that its source attaches it to.
    pub attached: Vec<(Place, Option<Place>)>,
    /// What was done.
    pub history: Vec<HistoryLine>,
    /// What holds it inside. None unless it was decided that the record is wrong and that could worsen somebody's
    /// position.
    pub gate: Option<GateView>,
    /// The closing that rests on it, the newest. None where none was proposed.
    pub closing: Option<ClosingRow>,
}

/// Shows a finding to a reviewer.
///
/// # Errors
/// When it is not there, or the store fails.
pub async fn finding_view(
    app: &App,
    book: &WaterfallBook,
    reader: &Reader,
    id: FindingId,
) -> Result<FindingView, ServiceError> {
    let row = app.store.finding(id).await?.ok_or_else(|| ServiceError::not_found(id))?;
    account(app, reader, row.person, AccessPurpose::FindingReview).await?;
    let mut marks = BTreeMap::from([(row.person, Marks::load(app, row.person).await?)]);
    let events = app.store.load(StreamId::Finding(id)).await?;
    let (inputs, sentence) = reported(&events).ok_or_else(|| ServiceError::Replay {
        stream: id.to_string(),
        what: "its first event opens nothing".into(),
    })?;
    let case = app.store.case_file(row.person).await?.ok_or_else(|| ServiceError::not_found(row.person))?;
    let names = Names::load(app).await?;
    let judged_at_us = judged_at_us(&row, &events);
    let (matched, matched_nowhere) = agency_matches(&case, &inputs);
    let mut shown = BTreeSet::new();
    let mut sides = Vec::new();
    for record in inputs.iter().filter_map(|input| case.record(input.record)).chain(matched.iter().copied()) {
        if !shown.insert(record.id) {
            continue;
        }
        // A possible record stands in another person's file until it is judged: that one is told as well.
        let holder = app.store.person_of(record.id).await?.unwrap_or(row.person);
        if let Entry::Vacant(vacant) = marks.entry(holder) {
            account(app, reader, holder, AccessPurpose::FindingReview).await?;
            vacant.insert(Marks::load(app, holder).await?);
        }
        sides.push(side(app, &names, record, &inputs, &marks[&holder], judged_at_us).await?);
    }
    let mut identities = identities(&case, &inputs);
    identities.extend(
        matched.iter().map(|record| record.id).filter(|id| !inputs.iter().any(|input| input.record == *id)),
    );
    identities.truncate(2);
    let waterfall = match identities[..] {
        [left, right] => book.waterfall(app, left, right).await?,
        _ => None,
    };
    let place = |id| case.record(id).map(|record| Place::of(&names, id, &record.record));
    let compared = identities.iter().filter_map(|id| place(*id)).collect();
    let beside = sides.iter().filter(|side: &&RecordView| !identities.contains(&side.id));
    let attached = beside.filter_map(|side| Some((place(side.id)?, side.lead.and_then(place)))).collect();
    let accepted: Vec<_> = case.accepted().filter(|record| record.record.is_identity).collect();
    Ok(FindingView {
        title: title(&row.check),
        spec: registry().iter().map(|check| check.spec()).find(|spec| spec.id == row.check),
        sentence: sentence.text().unwrap_or("the text was erased").to_owned(),
        name: name_of(&accepted),
        days_left: row.next_irreversible_on.map(|on| days(app.clock.today(), on)),
        sides,
        matched_nowhere,
        waterfall,
        are_together: identities.iter().filter_map(|id| case.record(*id)).all(CaseRecord::is_accepted),
        compared,
        attached,
        history: events.iter().map(history_line).collect(),
        gate: gate(app, &names, &case, id).await?,
        closing: closing_of(app, &row).await?,
        row,
    })
}

/// When a finding that waits no longer was judged, or found if nobody judged it; microseconds since 1970. None while
/// it waits: then it is about what the records say today.
fn judged_at_us(row: &FindingRow, events: &[Recorded]) -> Option<i64> {
    let is_waiting = matches!(row.state.as_str(), "open" | "under_review");
    let is_decided = row.state == "decided";
    let last = events.iter().rev().find(|recorded| match recorded.event.kind() {
        "finding_decided" => is_decided,
        "finding_opened" | "finding_revised" => !is_decided,
        _ => false,
    });
    last.filter(|_| !is_waiting).map(|recorded| recorded.at_us)
}

/// One side: what the record says, or said when it was judged.
async fn side(
    app: &App,
    names: &Names,
    record: &CaseRecord,
    inputs: &[StatementRef],
    marks: &Marks,
    judged_at_us: Option<i64>,
) -> Result<RecordView, ServiceError> {
    let Some(at_us) = judged_at_us else { return Ok(view(names, record, inputs, marks)) };
    let versions = app.store.record_versions(record.id).await?;
    let stood = versions.into_iter().find(|version| names.was_stored_by(version.locator.snapshot, at_us));
    let then = stood.filter(|version| version.statements != record.record.statements);
    let Some(then) = then else { return Ok(view(names, record, inputs, marks)) };
    let mut side = view(names, &CaseRecord { record: then, ..record.clone() }, inputs, marks);
    side.is_earlier = true;
    Ok(side)
}

/// What holds a finding inside that was decided as corrected and could worsen somebody's position.
async fn gate(
    app: &App,
    names: &Names,
    case: &CaseFile,
    id: FindingId,
) -> Result<Option<GateView>, ServiceError> {
    let state = load_finding(app, id).await?.state;
    let finding::State::Decided { gate, by, .. } = &state else { return Ok(None) };
    if *gate == AdverseGate::NotNeeded {
        return Ok(None);
    }
    let today = app.clock.today();
    let within = sources_of_inputs(app, id).await?;
    let mut elsewhere = Vec::new();
    for (source, title) in names.sources().filter(|(source, _)| !within.contains(source)) {
        let of_person = case.accepted().filter(|record| record.record.key.source == source);
        let places: Vec<Place> =
            of_person.map(|record| Place::of(names, record.id, &record.record)).collect();
        if !places.is_empty() {
            elsewhere.push((source, title, places));
        }
    }
    let inputs = inputs_of(app, id).await?;
    let asked = app.store.requests_of(case.person).await?.into_iter();
    let answers = asked.filter(|row| inputs.iter().any(|input| input.record == row.record)).collect();
    let time_is_over = match gate {
        AdverseGate::Noticed { answer_until } | AdverseGate::Signed { answer_until, .. } => {
            today > *answer_until
        }
        _ => false,
    };
    Ok(Some(GateView {
        at: gate.clone(),
        elsewhere,
        answers,
        decided_by: by.clone(),
        time_is_over,
        may_leave: finding::may_leave(&state, today),
    }))
}

/// The newest closing that rests on a finding.
async fn closing_of(app: &App, row: &FindingRow) -> Result<Option<ClosingRow>, ServiceError> {
    let mut newest = None;
    for closing in app.store.closings_of(row.person).await? {
        let first = app.store.load(StreamId::Closing(closing.closing)).await?.into_iter().next();
        let is_of = first.is_some_and(|recorded| {
            matches!(recorded.event, Event::Closing(ClosingEvent::ClosingProposed { finding, .. }) if finding == row.finding)
        });
        if is_of && newest.as_ref().is_none_or(|known: &ClosingRow| known.closing < closing.closing) {
            newest = Some(closing);
        }
    }
    Ok(newest)
}

/// The identity records behind the inputs, in their order: of an attached row, the one it belongs to.
fn identities(case: &redress_casefile::CaseFile, inputs: &[redress_casefile::StatementRef]) -> Vec<RecordId> {
    let mut ids = Vec::new();
    for input in inputs {
        let Some(record) = case.record(input.record) else { continue };
        let id = if record.record.is_identity { Some(record.id) } else { record.lead };
        ids.extend(id.filter(|id| !ids.contains(id)));
    }
    ids
}

/// The records of the court cases that the inputs say an agency matched, and the keys of those that the file does not have.
fn agency_matches<'a>(case: &'a CaseFile, inputs: &[StatementRef]) -> (Vec<&'a CaseRecord>, Vec<String>) {
    let (mut matched, mut nowhere) = (Vec::new(), Vec::new());
    for input in inputs.iter().filter(|input| input.attribute == Attribute::AssertedProceeding) {
        let Some(key) = case.record(input.record).and_then(|record| record.record.value(input.attribute))
        else {
            continue;
        };
        let is_other = |record: &&CaseRecord| record.id != input.record && *record.record.key.key == *key;
        match case.identities().find(is_other) {
            Some(record) => matched.push(record),
            None => nowhere.push(key.to_owned()),
        }
    }
    (matched, nowhere)
}

/// An event in words.
pub(crate) fn history_line(recorded: &Recorded) -> HistoryLine {
    let (what, words) = crate::narration::narrate(&recorded.event);
    HistoryLine {
        seq: recorded.seq,
        on: recorded.day,
        what,
        words: words.map(str::to_owned),
        log_index: recorded.log_index,
        pair: match &recorded.event {
            Event::Person(
                PersonEvent::JudgedDifferent { left, right, .. }
                | PersonEvent::JudgementWithdrawn { left, right, .. },
            ) => Some((*left, *right)),
            _ => None,
        },
    }
}
