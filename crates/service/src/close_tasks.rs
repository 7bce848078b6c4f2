//! Ends what a departure has made pointless: proposed, approved by another human, noticed, 30 days, closed; undone.

use redress_casefile::{
    Actor, Event, HumanReviewed, NoticeGiven, NoticeWay, Refusal, Reviewer, StreamId, Words,
    closing::{self, Command, NewClosing, Posture, Rung},
    finding::{self, Outcome},
};
use redress_statement::{Attribute, ClosingId, FindingId, PersonId};

use crate::{
    App, ServiceError,
    departure_evidence::{allowed, has_proceeding, ladder_of, open_items},
    history::{Loaded, append_of, load_closing, load_finding, store},
};

/// Proposes to end the open items of the person whose departure a finding shows.
///
/// # Errors
/// [`ServiceError::Refused`] when the evidence is below rung B, nothing is open, or the role does not allow it.
pub async fn propose_closing(
    app: &App,
    by: &Reviewer,
    finding: FindingId,
) -> Result<ClosingId, ServiceError> {
    let row = app.store.finding(finding).await?.ok_or_else(|| ServiceError::not_found(finding))?;
    let case = app.store.case_file(row.person).await?.ok_or_else(|| ServiceError::not_found(row.person))?;
    let ladder = ladder_of(app, finding, &case).await?;
    closing::must_allow_proposing("propose_closing", allowed(ladder.as_ref()))?;
    let closing = ClosingId(app.store.take_numbers("closing", 1).await?);
    let new = NewClosing {
        closing,
        person: row.person,
        finding,
        rung: ladder.map_or(Rung::D, |ladder| ladder.rung),
        items: open_items(&case, app.clock.today()),
        by: by.clone(),
        on: app.clock.today(),
    };
    let events = closing::decide(&closing::initial(), Command::ProposeClosing(Box::new(new)))?;
    let events = events.into_iter().map(Event::Closing);
    store(app, vec![append_of(StreamId::Closing(closing), 0, &Actor::Staff(by.clone()), events)]).await?;
    Ok(closing)
}

/// Approves a closing, with the answer to the posture question.
///
/// # Errors
/// [`ServiceError::Refused`] when the approver is the proposer, the posture forbids a closing, or the records no longer
/// bear the departure out.
pub async fn approve_closing(
    app: &App,
    by: &Reviewer,
    id: ClosingId,
    posture: Posture,
    reason: &str,
) -> Result<(), ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    must_fit_the_records(app, id, posture).await?;
    by_staff(app, by, id, Command::ApproveClosing { posture, reviewed, on: app.clock.today() }).await
}

/// Refuses a posture that the records of the file deny.
async fn must_fit_the_records(app: &App, id: ClosingId, posture: Posture) -> Result<(), ServiceError> {
    let row = app.store.closing(id).await?.ok_or_else(|| ServiceError::not_found(id))?;
    let case = app.store.case_file(row.person).await?.ok_or_else(|| ServiceError::not_found(row.person))?;
    let is_ordered = case.accepted().any(|record| record.record.mark(Attribute::FinalOrder) == Some(true));
    let command = "approve_closing";
    let rule = match posture {
        Posture::NoOrder | Posture::NoProceeding if is_ordered => {
            "a record of this person is marked as finally ordered: say that an order is outstanding, so that counsel is \
                   told first, or decline"
        }
        Posture::NoOrder if !has_proceeding(&case) => {
            "no record of this person names a proceeding before a court: say that there is none, or decline until the court's record is here"
        }
        Posture::NoProceeding if has_proceeding(&case) => {
            "a record of this person names a proceeding before a court: say how it stood, or decline"
        }
        _ => return Ok(()),
    };
    Err(Refusal::Rule { command, rule }.into())
}

/// Records that the person was told, and how.
///
/// # Errors
/// [`ServiceError::Refused`] when it is not approved, or the role does not allow it.
pub async fn notice_closing(
    app: &App,
    by: &Reviewer,
    id: ClosingId,
    way: NoticeWay,
) -> Result<(), ServiceError> {
    let given = NoticeGiven { by: by.clone(), way };
    by_staff(app, by, id, Command::NoticeClosing { given, on: app.clock.today() }).await
}

/// Ends the items. What the finding found is put right by that: it is decided in the same transaction, by the same
/// human, and waits no longer.
///
/// # Errors
/// [`ServiceError::Refused`] before the 30 days are over, or when the records no longer bear the departure out.
pub async fn carry_out_closing(app: &App, by: &Reviewer, id: ClosingId) -> Result<(), ServiceError> {
    let reason =
        format!("Closing {id} was carried out: the person was told, and the time to object is over.");
    let reviewed = HumanReviewed::try_new(by.clone(), &reason)?;
    let decided = finding::Command::DecideFinding { outcome: Outcome::Corrected, reviewed };
    let command = Command::Close { by: by.clone(), on: app.clock.today() };
    with_finding(app, by, id, command, decided).await
}

/// Declines a closing before it took effect.
///
/// # Errors
/// [`ServiceError::Refused`] when it took effect, or was ended otherwise.
pub async fn decline_closing(
    app: &App,
    by: &Reviewer,
    id: ClosingId,
    reason: &str,
) -> Result<(), ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    by_staff(app, by, id, Command::DeclineClosing { reviewed, on: app.clock.today() }).await
}

/// Undoes a closing: the items are open again, as they were, and so is the finding, when a reviewer undoes it. An
/// appeal officer decides no finding: then its page says that the closing was undone, and a reviewer opens it again.
///
/// # Errors
/// [`ServiceError::Refused`] when nothing was closed.
pub async fn undo_closing(app: &App, by: &Reviewer, id: ClosingId, reason: &str) -> Result<(), ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    let reopened = finding::Command::ReopenFinding { reviewed: reviewed.clone() };
    with_finding(app, by, id, Command::UndoClosing { reviewed, on: app.clock.today() }, reopened).await
}

/// Carries a command out on a closing, and what follows from it on its finding where the finding is at that point:
/// it may have been decided, or have gone from the records, in the meantime.
async fn with_finding(
    app: &App,
    by: &Reviewer,
    id: ClosingId,
    command: Command,
    follows: finding::Command,
) -> Result<(), ServiceError> {
    let actor = Actor::Staff(by.clone());
    let loaded = there(app, id).await?;
    let events = decide(app, &loaded.state, command).await?;
    let mut appends = vec![append_of(StreamId::Closing(id), loaded.version, &actor, events)];
    if let Some(proposed) = loaded.state.proposed() {
        let of = load_finding(app, proposed.finding).await?;
        if let Ok(events) = finding::decide(&of.state, follows) {
            let events = events.into_iter().map(Event::Finding);
            appends.push(append_of(StreamId::Finding(proposed.finding), of.version, &actor, events));
        }
    }
    store(app, appends).await
}

/// The person objects: nothing is closed.
///
/// # Errors
/// When it is not about the person, or the time to object has not begun or is over.
pub async fn object_closing(
    app: &App,
    person: PersonId,
    id: ClosingId,
    words: &str,
) -> Result<(), ServiceError> {
    if app.store.closing(id).await?.is_none_or(|row| row.person != person) {
        return Err(ServiceError::not_found(id));
    }
    let command = Command::ObjectToClosing { words: Words::said(words.trim()), on: app.clock.today() };
    carry_out(app, &Actor::Person { person, through_helper: false }, id, command).await
}

async fn by_staff(app: &App, by: &Reviewer, id: ClosingId, command: Command) -> Result<(), ServiceError> {
    carry_out(app, &Actor::Staff(by.clone()), id, command).await
}

async fn carry_out(app: &App, actor: &Actor, id: ClosingId, command: Command) -> Result<(), ServiceError> {
    let loaded = there(app, id).await?;
    let events = decide(app, &loaded.state, command).await?;
    store(app, vec![append_of(StreamId::Closing(id), loaded.version, actor, events)]).await
}

/// What a command brings about. The records may have changed since the closing was proposed: an arrival, an unmerge, a
/// correction. Whatever rests on them must be borne out by what they say today.
async fn decide(app: &App, state: &closing::State, command: Command) -> Result<Vec<Event>, ServiceError> {
    let (name, rests_on_evidence) = (command.name(), command.rests_on_evidence());
    let events = closing::decide(state, command)?;
    if let Some(proposed) = state.proposed().filter(|_| rests_on_evidence) {
        let row = app.store.closing(proposed.closing).await?;
        let person = row.ok_or_else(|| ServiceError::not_found(proposed.closing))?.person;
        let case = app.store.case_file(person).await?.ok_or_else(|| ServiceError::not_found(person))?;
        let ladder = ladder_of(app, proposed.finding, &case).await?;
        closing::must_allow_proposing(name, allowed(ladder.as_ref()))?;
    }
    Ok(events.into_iter().map(Event::Closing).collect())
}

/// A closing that was proposed.
async fn there(app: &App, id: ClosingId) -> Result<Loaded<closing::State>, ServiceError> {
    let loaded = load_closing(app, id).await?;
    if loaded.version == 0 {
        return Err(ServiceError::not_found(id));
    }
    Ok(loaded)
}
