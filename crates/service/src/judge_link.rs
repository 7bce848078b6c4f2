//! A reviewer judges whether two records are of one person, or takes records out of a person.

use redress_casefile::{
    Actor, Event, HumanReviewed, Reviewer, StreamId,
    person::{self, BothSides, Command, LinkRecords, UnmergeRecords},
};
use redress_statement::{PersonId, RecordId};

use crate::{
    App, ServiceError,
    history::{append_of, load_person, store},
};

/// Judges two records. The same: the records of the second one's person move to that of the first. Different: that
/// lasts over every later run.
///
/// # Errors
/// [`ServiceError::Refused`] when a lasting judgement stands against it, or the role or a missing reason does not
/// allow it.
pub async fn judge_link(
    app: &App,
    by: &Reviewer,
    left: RecordId,
    right: RecordId,
    same: bool,
    reason: &str,
) -> Result<(), ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    let into_id = person_of(app, left).await?;
    let into = load_person(app, into_id).await?;
    let actor = Actor::Staff(by.clone());
    if !same {
        let on = app.clock.today();
        let events = person::decide(&into.state, Command::JudgeDifferent { left, right, on, reviewed })?;
        let events = events.into_iter().map(Event::Person);
        return store(app, vec![append_of(StreamId::Person(into_id), into.version, &actor, events)]).await;
    }
    let from_id = person_of(app, right).await?;
    let from = load_person(app, from_id).await?;
    let records =
        from.state.person().map(|person| person.records.iter().copied().collect()).unwrap_or_default();
    let evidence = app.store.possible_link(left, right).await?.map(|link| link.evidence);
    let judged = app.store.judged_different().await?;
    let sides = person::link(&into.state, &from.state, LinkRecords { records, evidence, reviewed }, &judged)?;
    both(app, &actor, (into_id, into.version), (from_id, from.version), sides).await
}

/// Takes back a judgement that two records are of different persons: a later run may propose the link again. The same
/// or another reviewer may do it, with the reason.
///
/// # Errors
/// [`ServiceError::Refused`] when no such judgement stands, or the role or a missing reason does not allow it.
pub async fn withdraw_judgement(
    app: &App,
    by: &Reviewer,
    left: RecordId,
    right: RecordId,
    reason: &str,
) -> Result<(), ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    // It stands in the file of the record that was looked at first, whichever that was.
    let mut holder = person_of(app, left).await?;
    let mut loaded = load_person(app, holder).await?;
    if !is_judged(&loaded.state, left, right) {
        holder = person_of(app, right).await?;
        loaded = load_person(app, holder).await?;
    }
    let events = person::decide(&loaded.state, Command::WithdrawJudgement { left, right, reviewed })?;
    let actor = Actor::Staff(by.clone());
    let events = events.into_iter().map(Event::Person);
    store(app, vec![append_of(StreamId::Person(holder), loaded.version, &actor, events)]).await
}

fn is_judged(state: &person::State, left: RecordId, right: RecordId) -> bool {
    let pair = (left.min(right), left.max(right));
    state.person().is_some_and(|person| person.different.contains_key(&pair))
}

/// Takes records out of a person: they form a person of their own from now on.
///
/// # Errors
/// [`ServiceError::Refused`] when the records are not all there, or the role or a missing reason does not allow it.
pub async fn unmerge_records(
    app: &App,
    by: &Reviewer,
    from_id: PersonId,
    mut records: Vec<RecordId>,
    reason: &str,
) -> Result<PersonId, ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    records.sort_unstable();
    records.dedup();
    let from = load_person(app, from_id).await?;
    let to = PersonId(app.store.take_numbers("person", 1).await?);
    let judged = app.store.judged_different().await?;
    let command = UnmergeRecords { records, to, reviewed };
    let sides = person::unmerge(&from.state, &person::initial(), command, &judged)?;
    both(app, &Actor::Staff(by.clone()), (from_id, from.version), (to, 0), sides).await?;
    Ok(to)
}

async fn both(
    app: &App,
    actor: &Actor,
    (acting, acting_version): (PersonId, u64),
    (other, other_version): (PersonId, u64),
    sides: BothSides,
) -> Result<(), ServiceError> {
    let appends = vec![
        append_of(StreamId::Person(acting), acting_version, actor, [Event::Person(sides.acting)]),
        append_of(StreamId::Person(other), other_version, actor, [Event::Person(sides.other)]),
    ];
    store(app, appends).await
}

async fn person_of(app: &App, record: RecordId) -> Result<PersonId, ServiceError> {
    app.store
        .person_of(record)
        .await?
        .ok_or_else(|| ServiceError::not_found(format!("a person for {record}")))
}
