//! The person asks that a record be changed; a reviewer determines it; somebody else decides the appeal.

use std::collections::BTreeMap;

use redress_casefile::{
    ADDRESS_PARTS, Actor, CaseRecord, Event, HumanReviewed, Refusal, Reviewer, StatementRef, StreamId, Words,
    correction::{
        self, Command, CorrectedWith, CorrectionEvent, Determination, NewRequest, appeal_with_hold,
        file_with_hold,
    },
    hold::{self, HoldEvent, LiftGround},
};
use redress_ports::Append;
use redress_statement::{Attribute, HoldId, PartialDate, PersonId, RequestId, ValueKind};

use crate::{
    App, ServiceError,
    carry_correction::name_holders,
    history::{Loaded, append_of, load_correction, load_hold, store},
};

/// The answers to the four questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// What is wrong.
    pub what_is_wrong: String,
    /// What would be right.
    pub what_is_right: String,
    /// The papers that show it.
    pub papers: String,
    /// How to reach the person.
    pub reach: String,
    /// Whether somebody helped.
    pub through_helper: bool,
}

/// Files a request. The hold is placed in the same transaction, and the acknowledgement is given at once.
///
/// # Errors
/// When the statement is not in the person's own file, when a request about it waits already, or the first answer is
/// missing.
pub async fn file_request(
    app: &App,
    person: PersonId,
    statement: StatementRef,
    answers: Answers,
) -> Result<RequestId, ServiceError> {
    crate::view::own_statement(app, person, statement).await?;
    if is_contested(app, person, statement).await? {
        let rule =
            "you have contested this value already, and nobody may rely on it: see under your requests";
        return Err(Refusal::Rule { command: "file_request", rule }.into());
    }
    let on = app.clock.today();
    let request = RequestId(app.store.take_numbers("request", 1).await?);
    let hold = HoldId(app.store.take_numbers("hold", 1).await?);
    let new = NewRequest {
        request,
        person,
        statement,
        hold,
        what_is_wrong: Words::said(answers.what_is_wrong),
        what_is_right: Words::said(answers.what_is_right),
        papers: Words::said(answers.papers),
        reach: Words::said(answers.reach),
        through_helper: answers.through_helper,
        on,
    };
    let (filed, held) = file_with_hold(new)?;
    let state = correction::replay([&filed]).map_err(|error| damaged(request, &error))?;
    let acknowledged = correction::decide(&state, Command::AcknowledgeRequest { by: None, on })?;
    let actor = Actor::Person { person, through_helper: answers.through_helper };
    let events = std::iter::once(filed).chain(acknowledged).map(Event::Correction);
    let appends = vec![
        append_of(StreamId::Correction(request), 0, &actor, events),
        append_of(StreamId::Hold(hold), 0, &actor, [Event::Hold(held)]),
    ];
    store(app, appends).await?;
    Ok(request)
}

/// Whether a request about the statement waits for its decision.
async fn is_contested(app: &App, person: PersonId, statement: StatementRef) -> Result<bool, ServiceError> {
    for row in app.store.requests_of(person).await? {
        let waits = matches!(row.state.as_str(), "filed" | "acknowledged" | "under_appeal");
        if waits && row.record == statement.record {
            let loaded = load_correction(app, row.request).await?;
            if loaded.state.request().is_some_and(|request| request.statement == statement) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// What a value is corrected to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorrectedValue {
    /// The value that stands from now on; of something that was done, what would have been right.
    pub value: String,
    /// For a part of an address: the other parts that the record states, which are corrected with it.
    pub parts: BTreeMap<Attribute, String>,
}

impl From<&str> for CorrectedValue {
    fn from(value: &str) -> Self {
        Self { value: value.to_owned(), parts: BTreeMap::new() }
    }
}

/// Determines a request, or decides the appeal where one is pending. With `corrected` it is granted: the hold is
/// announced as ending and lifted in the same transaction.
///
/// # Errors
/// [`ServiceError::Refused`] when the state or the role does not allow it, a granted value or a reason is
/// missing, or the appeal officer is the one who refused.
pub async fn determine_request(
    app: &App,
    by: &Reviewer,
    id: RequestId,
    corrected: Option<CorrectedValue>,
    reason: &str,
    review_office: &str,
) -> Result<(), ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    let on = app.clock.today();
    let loaded = existing(app, id).await?;
    let is_granted = corrected.is_some();
    let determination = match (corrected, loaded.state.request()) {
        (Some(corrected), Some(request)) => {
            granted(app, request.person, request.statement, corrected).await?
        }
        (Some(_), None) => return Err(ServiceError::not_found(id)),
        (None, _) => Determination::Refused { review_office: review_office.to_owned() },
    };
    let command = match loaded.state {
        correction::State::UnderAppeal { .. } => Command::DetermineAppeal { determination, reviewed, on },
        _ => Command::DetermineRequest { determination, reviewed, on },
    };
    let mut events = correction::decide(&loaded.state, command)?;
    let after =
        events.iter().try_fold(loaded.state, correction::evolve).map_err(|error| damaged(id, &error))?;
    events.extend(name_holders(app, &after).await?);
    let actor = Actor::Staff(by.clone());
    let mut appends = vec![corrections(id, loaded.version, &actor, events)];
    if is_granted {
        appends.extend(lift(app, &after, by, reason).await?);
    }
    store(app, appends).await
}

/// A grant: the value, and for a part of an address the others that the record states. An address is right or wrong as a whole:
/// a new street beside an old postal code would be a place where nobody ever lived.
async fn granted(
    app: &App,
    person: PersonId,
    about: StatementRef,
    corrected: CorrectedValue,
) -> Result<Determination, ServiceError> {
    let value = readable(about.attribute, &corrected.value)?;
    let mut with = Vec::new();
    let case = app.store.case_file(person).await?;
    let record = case.as_ref().and_then(|case| case.record(about.record));
    for statement in record.map(|record| other_parts(record, about.attribute)).unwrap_or_default() {
        let part = corrected.parts.get(&statement.attribute).map_or("", |part| part.trim());
        with.push(CorrectedWith { statement, corrected: Words::said(part) });
    }
    Ok(Determination::Granted { corrected: Words::said(value), with })
}

/// The other parts of an address that a record states, where `about` is a part of one.
pub(crate) fn other_parts(record: &CaseRecord, about: Attribute) -> Vec<StatementRef> {
    if !ADDRESS_PARTS.contains(&about) {
        return Vec::new();
    }
    let is_said = |part: &Attribute| {
        record.record.statement(*part).is_some_and(|said| !said.original.trim().is_empty())
    };
    let others = ADDRESS_PARTS.into_iter().filter(|part| *part != about && is_said(part));
    others.filter_map(|part| record.reference(part)).collect()
}

/// What is asked of a corrected value of an attribute, for whoever writes it. Empty where any words do.
pub(crate) const fn allowed_words(attribute: Attribute) -> &'static str {
    match attribute.kind() {
        ValueKind::Date => "A day as 2026-10-31, or 2026-10 or 2026 where no more is known.",
        ValueKind::Mark => "One of two words: yes, no.",
        ValueKind::Identifier => "A number or mark of letters and digits.",
        _ => "",
    }
}

/// A corrected value as it is kept. Refuses one that no reader of the attribute could read; that it is empty is refused by the
/// rule of granting.
fn readable(attribute: Attribute, corrected: &str) -> Result<String, Refusal> {
    let corrected = corrected.trim();
    let said = corrected.to_lowercase();
    let missing = match attribute.kind() {
        _ if corrected.is_empty() => return Ok(String::new()),
        ValueKind::Date if corrected.parse::<PartialDate>().is_err() => {
            "a day that exists, written as 2026-10-31, or 2026-10 or 2026 where no more is known, as the corrected value"
        }
        ValueKind::Mark if ["yes", "no"].contains(&said.as_str()) => return Ok(said),
        ValueKind::Mark => "`yes` or `no` as the corrected value",
        ValueKind::Identifier if !corrected.chars().any(char::is_alphanumeric) => {
            "a number or mark of letters and digits as the corrected value"
        }
        _ => return Ok(corrected.to_owned()),
    };
    Err(Refusal::Missing { command: "determine_request", missing })
}

/// Ends the hold of a request that is decided, or that the person took back, in two steps: first the person is told;
/// once the time for it is over, the hold is lifted.
///
/// # Errors
/// [`ServiceError::Refused`] while the request is open, before the time is over, or when the role or a missing reason
/// does not allow it.
pub async fn end_hold(app: &App, by: &Reviewer, id: RequestId, reason: &str) -> Result<(), ServiceError> {
    let loaded = existing(app, id).await?;
    let because = LiftGround::try_from_request(&loaded.state)?;
    let hold_id = newest_hold(app, id).await?;
    let held = load_hold(app, hold_id).await?;
    let on = app.clock.today();
    let command = match held.state {
        hold::State::Placed(_) => {
            by.must_handle_cases("announce_lift")?;
            hold::Command::AnnounceLift { because, on }
        }
        _ => {
            let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
            hold::Command::LiftHold { because, reviewed, on }
        }
    };
    let events = hold::decide(&held.state, command)?.into_iter().map(Event::Hold);
    let actor = Actor::Staff(by.clone());
    store(app, vec![append_of(StreamId::Hold(hold_id), held.version, &actor, events)]).await
}

/// The person appeals against a refusal. A hold that had ended is placed again.
///
/// # Errors
/// When it is not the person's own request, or it was not refused.
pub async fn appeal_request(
    app: &App,
    person: PersonId,
    id: RequestId,
    grounds: &str,
) -> Result<(), ServiceError> {
    let loaded = own(app, person, id).await?;
    let hold_id = newest_hold(app, id).await?;
    let held = load_hold(app, hold_id).await?;
    let fresh = HoldId(app.store.take_numbers("hold", 1).await?);
    let words = Words::said(grounds.trim());
    let (appealed, again) = appeal_with_hold(&loaded.state, &held.state, fresh, words, app.clock.today())?;
    let actor = Actor::Person { person, through_helper: false };
    let again = again.into_iter().map(Event::Hold);
    let appends = vec![
        corrections(id, loaded.version, &actor, appealed),
        append_of(StreamId::Hold(fresh), 0, &actor, again),
    ];
    store(app, appends).await
}

/// The person attaches a statement of disagreement (5 U.S.C. 552a(d)(4)).
///
/// # Errors
/// When it is not the person's own request, or it was not refused.
pub async fn attach_disagreement(
    app: &App,
    person: PersonId,
    id: RequestId,
    words: &str,
) -> Result<(), ServiceError> {
    let words = Words::said(words.trim());
    let on = app.clock.today();
    by_person(app, person, id, Command::AttachStatementOfDisagreement { words, on }).await
}

/// The person withdraws a request that is not determined yet.
///
/// # Errors
/// When it is not the person's own request, or it was determined.
pub async fn withdraw_request(app: &App, person: PersonId, id: RequestId) -> Result<(), ServiceError> {
    by_person(app, person, id, Command::WithdrawRequest { on: app.clock.today() }).await
}

async fn by_person(app: &App, person: PersonId, id: RequestId, command: Command) -> Result<(), ServiceError> {
    let loaded = own(app, person, id).await?;
    let events = correction::decide(&loaded.state, command)?;
    let actor = Actor::Person { person, through_helper: false };
    store(app, vec![corrections(id, loaded.version, &actor, events)]).await
}

/// Announces the end of a request's hold and lifts it: the person got what was asked for.
async fn lift(
    app: &App,
    after: &correction::State,
    by: &Reviewer,
    reason: &str,
) -> Result<Option<Append>, ServiceError> {
    let Some(request) = after.request() else { return Ok(None) };
    let hold_id = newest_hold(app, request.request).await?;
    let held = load_hold(app, hold_id).await?;
    if !held.state.is_held() {
        return Ok(None);
    }
    let because = LiftGround::try_from_request(after)?;
    let on = app.clock.today();
    let mut state = held.state;
    let mut events: Vec<HoldEvent> = Vec::new();
    if let hold::State::Placed(_) = state {
        events = hold::decide(&state, hold::Command::AnnounceLift { because: because.clone(), on })?;
        state = events.iter().try_fold(state, hold::evolve).map_err(|error| damaged(hold_id, &error))?;
    }
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    events.extend(hold::decide(&state, hold::Command::LiftHold { because, reviewed, on })?);
    let actor = Actor::Staff(by.clone());
    Ok(Some(append_of(StreamId::Hold(hold_id), held.version, &actor, events.into_iter().map(Event::Hold))))
}

/// The hold that was placed last for a request.
pub(crate) async fn newest_hold(app: &App, id: RequestId) -> Result<HoldId, ServiceError> {
    let mut newest = None;
    let person = app.store.request(id).await?.ok_or_else(|| ServiceError::not_found(id))?.person;
    for row in app.store.holds_of(person).await? {
        let first = app.store.load(StreamId::Hold(row.hold)).await?.into_iter().next();
        if let Some(Event::Hold(HoldEvent::HoldPlaced {
            ground: hold::HoldGround::Contested { request },
            ..
        })) = first.map(|recorded| recorded.event)
            && request == id
        {
            newest = newest.max(Some(row.hold));
        }
    }
    newest.ok_or_else(|| ServiceError::not_found(format!("a hold for {id}")))
}

fn corrections(id: RequestId, version: u64, actor: &Actor, events: Vec<CorrectionEvent>) -> Append {
    append_of(StreamId::Correction(id), version, actor, events.into_iter().map(Event::Correction))
}

async fn existing(app: &App, id: RequestId) -> Result<Loaded<correction::State>, ServiceError> {
    let loaded = load_correction(app, id).await?;
    if loaded.version == 0 { Err(ServiceError::not_found(id)) } else { Ok(loaded) }
}

/// The request, when it is the person's own.
async fn own(app: &App, person: PersonId, id: RequestId) -> Result<Loaded<correction::State>, ServiceError> {
    match app.store.request(id).await? {
        Some(row) if row.person == person => existing(app, id).await,
        _ => Err(ServiceError::not_found(id)),
    }
}

fn damaged(id: impl std::fmt::Display, error: &redress_casefile::EvolveError) -> ServiceError {
    ServiceError::Replay { stream: id.to_string(), what: error.to_string() }
}
