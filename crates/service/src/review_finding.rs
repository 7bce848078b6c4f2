//! A reviewer decides a finding, or takes a decision back.

use redress_casefile::{
    Actor, Event, HumanReviewed, Reviewer, StatementRef, StreamId,
    finding::{self, Command, FindingEvent, Outcome},
};
use redress_statement::FindingId;

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
pub async fn reopen_finding(app: &App, by: &Reviewer, id: FindingId, reason: &str) -> Result<(), ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    carry_out(app, by, id, Command::ReopenFinding { reviewed }).await
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
    let first = app.store.load(StreamId::Finding(id)).await?.into_iter().next();
    match first.map(|recorded| recorded.event) {
        Some(Event::Finding(FindingEvent::FindingOpened { inputs, .. })) => Ok(inputs),
        _ => Err(ServiceError::not_found(id)),
    }
}
