//! A reviewer decides a finding, takes a decision back, or leads one that could worsen somebody's position through
//! what the charter asks before anything of it leaves.

use std::collections::BTreeSet;

use redress_casefile::{
    Actor, Event, HumanReviewed, NoticeGiven, NoticeWay, Refusal, Reviewer, StatementRef, StreamId, Words,
    finding::{self, Command, FindingEvent, Outcome},
};
use redress_ports::Recorded;
use redress_statement::{FindingId, SourceId};

use crate::{
    App, ServiceError,
    history::{append_of, load_finding, store},
};

/// Decides a finding.
///
/// # Errors
/// [`ServiceError::Refused`] when the state, the role or a missing reason does not allow it.
pub async fn decide_finding(
    app: &App,
    by: &Reviewer,
    id: FindingId,
    outcome: Outcome,
    reason: &str,
) -> Result<(), ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    carry_out(app, by, id, Command::DecideFinding { outcome, reviewed }).await
}

/// Opens a decided finding again.
///
/// # Errors
/// As [`decide_finding`].
pub async fn reopen_finding(
    app: &App,
    by: &Reviewer,
    id: FindingId,
    reason: &str,
) -> Result<(), ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    carry_out(app, by, id, Command::ReopenFinding { reviewed }).await
}

/// Records that a source which took no part in the match bears an adverse finding out (5 U.S.C. 552a(p)(1)(A)).
///
/// # Errors
/// [`ServiceError::Refused`] when the finding is not at that point, or the source is one of the match; otherwise as
/// [`decide_finding`].
pub async fn verify_finding(
    app: &App,
    by: &Reviewer,
    id: FindingId,
    source: SourceId,
    reason: &str,
) -> Result<(), ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    let sources_of_inputs = sources_of_inputs(app, id).await?;
    let row = app.store.finding(id).await?.ok_or_else(|| ServiceError::not_found(id))?;
    let case = app.store.case_file(row.person).await?.ok_or_else(|| ServiceError::not_found(row.person))?;
    if !case.accepted().any(|record| record.record.key.source == source) {
        return Err(Refusal::Rule {
            command: "record_verification",
            rule: "that source holds no record of the person: what is not there bears nothing out",
        }
        .into());
    }
    let on = app.clock.today();
    carry_out(app, by, id, Command::RecordVerification { source, sources_of_inputs, reviewed, on }).await
}

/// Records that the person was told of an adverse finding, and how: the 30 days run from today (5 U.S.C. 552a(p)(1)(B), (C)).
///
/// # Errors
/// [`ServiceError::Refused`] when the finding was not verified, or the role does not allow it.
pub async fn notice_finding(
    app: &App,
    by: &Reviewer,
    id: FindingId,
    way: NoticeWay,
) -> Result<(), ServiceError> {
    let given = NoticeGiven { by: by.clone(), way };
    carry_out(app, by, id, Command::NoticePerson { given, on: app.clock.today() }).await
}

/// A second reviewer signs an adverse finding, after the person's time to answer.
///
/// # Errors
/// [`ServiceError::Refused`] when the time is not over, or the signer is the one who decided; otherwise as
/// [`decide_finding`].
pub async fn sign_finding(app: &App, by: &Reviewer, id: FindingId, reason: &str) -> Result<(), ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    carry_out(app, by, id, Command::SignSecond { reviewed, on: app.clock.today() }).await
}

/// The sources of the statements that a finding sets side by side, each once.
pub(crate) async fn sources_of_inputs(app: &App, id: FindingId) -> Result<Vec<SourceId>, ServiceError> {
    let mut sources = BTreeSet::new();
    for input in inputs_of(app, id).await? {
        let stored = app.store.record(input.record).await?;
        sources.extend(stored.map(|stored| stored.record.key.source));
    }
    Ok(sources.into_iter().collect())
}

async fn carry_out(app: &App, by: &Reviewer, id: FindingId, command: Command) -> Result<(), ServiceError> {
    let loaded = load_finding(app, id).await?;
    if loaded.version == 0 {
        return Err(ServiceError::not_found(id));
    }
    let events = finding::decide(&loaded.state, command)?;
    let actor = Actor::Staff(by.clone());
    let events = events.into_iter().map(Event::Finding);
    store(app, vec![append_of(StreamId::Finding(id), loaded.version, &actor, events)]).await
}

/// The statements that a finding sets side by side, that of the record at fault first.
///
/// # Errors
/// When it is not there.
pub async fn inputs_of(app: &App, id: FindingId) -> Result<Vec<StatementRef>, ServiceError> {
    let events = app.store.load(StreamId::Finding(id)).await?;
    Ok(reported(&events).ok_or_else(|| ServiceError::not_found(id))?.0)
}

/// What the check reported last: the statements side by side, and the sentence. None where nothing was opened.
pub(crate) fn reported(events: &[Recorded]) -> Option<(Vec<StatementRef>, Words)> {
    events.iter().rev().find_map(|recorded| match &recorded.event {
        Event::Finding(
            FindingEvent::FindingOpened { inputs, sentence, .. }
            | FindingEvent::FindingRevised { inputs, sentence, .. },
        ) => Some((inputs.clone(), sentence.clone())),
        _ => None,
    })
}
