//! Loads a machine's state from its history, and appends what was decided.

use std::collections::HashMap;

use redress_casefile::{
    Actor, Event, EvolveError, StreamId,
    closing::{self, ClosingEvent},
    correction::{self, CorrectionEvent},
    finding::{self, FindingEvent},
    hold::{self, HoldEvent},
    person::{self, PersonEvent},
};
use redress_ports::{Append, NewEvent, Recorded, StreamVersion};
use redress_statement::{ClosingId, FindingId, HoldId, PersonId, RequestId};

use crate::{App, ServiceError};

/// A machine's state with the version that it was read at.
pub(crate) struct Loaded<S> {
    pub(crate) state: S,
    pub(crate) version: StreamVersion,
}

macro_rules! loaders {
    ($($name:ident, $replayed:ident, $id:ty, $stream:path, $variant:path, $event:ty, $machine:ident;)*) => {$(
        /// The state of one history. The initial one where it has no event.
        pub(crate) async fn $name(app: &App, id: $id) -> Result<Loaded<$machine::State>, ServiceError> {
            let stream = $stream(id);
            $replayed(stream, app.store.load(stream).await?)
        }

        /// The state that the events of one history lead to.
        fn $replayed(stream: StreamId, recorded: Vec<Recorded>) -> Result<Loaded<$machine::State>, ServiceError> {
            let version = recorded.len() as StreamVersion;
            let events: Vec<$event> = recorded
                .into_iter()
                .map(|recorded| match recorded.event {
                    $variant(event) => Ok(event),
                    other => Err(foreign(stream, other.kind())),
                })
                .collect::<Result<_, _>>()?;
            let state = $machine::replay(&events).map_err(|error| damaged(stream, &error))?;
            Ok(Loaded { state, version })
        }
    )*};
}

loaders! {
    load_finding, finding_of, FindingId, StreamId::Finding, Event::Finding, FindingEvent, finding;
    load_correction, correction_of, RequestId, StreamId::Correction, Event::Correction, CorrectionEvent, correction;
    load_hold, hold_of, HoldId, StreamId::Hold, Event::Hold, HoldEvent, hold;
    load_closing, closing_of, ClosingId, StreamId::Closing, Event::Closing, ClosingEvent, closing;
    load_person, person_of, PersonId, StreamId::Person, Event::Person, PersonEvent, person;
}

/// The events of some histories, each oldest first. One that has none is left out.
pub(crate) async fn histories(
    app: &App,
    streams: &[StreamId],
) -> Result<HashMap<StreamId, Vec<Recorded>>, ServiceError> {
    let mut histories: HashMap<StreamId, Vec<Recorded>> = HashMap::with_capacity(streams.len());
    for recorded in app.store.load_all(streams).await? {
        histories.entry(recorded.stream).or_default().push(recorded);
    }
    Ok(histories)
}

/// The states of some findings, in the order asked for.
pub(crate) async fn load_findings(
    app: &App,
    ids: &[FindingId],
) -> Result<Vec<Loaded<finding::State>>, ServiceError> {
    let streams: Vec<StreamId> = ids.iter().map(|id| StreamId::Finding(*id)).collect();
    let mut histories = histories(app, &streams).await?;
    let state = |stream: &StreamId| finding_of(*stream, histories.remove(stream).unwrap_or_default());
    streams.iter().map(state).collect()
}

/// The states of some persons' histories.
pub(crate) async fn load_persons(
    app: &App,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, Loaded<person::State>>, ServiceError> {
    let streams: Vec<StreamId> = ids.iter().map(|id| StreamId::Person(*id)).collect();
    let mut histories = histories(app, &streams).await?;
    let state = |id: &PersonId| {
        let stream = StreamId::Person(*id);
        Ok((*id, person_of(stream, histories.remove(&stream).unwrap_or_default())?))
    };
    ids.iter().map(state).collect()
}

fn foreign(stream: StreamId, kind: &str) -> ServiceError {
    ServiceError::Replay { stream: stream.to_string(), what: format!("`{kind}` stands in it") }
}

/// Events that do not follow from each other.
pub(crate) fn damaged(stream: StreamId, error: &EvolveError) -> ServiceError {
    ServiceError::Replay { stream: stream.to_string(), what: error.to_string() }
}

/// Events of one history, by one actor.
pub(crate) fn append_of(
    stream: StreamId,
    expected_version: StreamVersion,
    actor: &Actor,
    events: impl IntoIterator<Item = Event>,
) -> Append {
    let events = events.into_iter().map(|event| NewEvent { event, actor: actor.clone() }).collect();
    Append { stream, expected_version, events }
}

/// Stores events of one or more histories in one transaction, and publishes what is public. Histories without
/// an event are left out.
pub(crate) async fn store(app: &App, appends: Vec<Append>) -> Result<(), ServiceError> {
    let appends: Vec<Append> = appends.into_iter().filter(|append| !append.events.is_empty()).collect();
    if appends.is_empty() {
        return Ok(());
    }
    let (now, today) = (app.clock.now_us(), app.clock.today());
    app.store.append(appends, now, today).await?;
    app.store.publish(now, today).await?;
    Ok(())
}
