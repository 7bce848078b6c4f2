//! Loads a machine's state from its history, and appends what was decided.

use redress_casefile::{
    Actor, Event, EvolveError, StreamId,
    closing::{self, ClosingEvent},
    correction::{self, CorrectionEvent},
    finding::{self, FindingEvent},
    hold::{self, HoldEvent},
    person::{self, PersonEvent},
};
use redress_ports::{Append, NewEvent, StreamVersion};
use redress_statement::{ClosingId, FindingId, HoldId, PersonId, RequestId};

use crate::{App, ServiceError};

/// A machine's state with the version that it was read at.
pub(crate) struct Loaded<S> {
    pub(crate) state: S,
    pub(crate) version: StreamVersion,
}

macro_rules! loaders {
    ($($name:ident, $id:ty, $stream:path, $variant:path, $event:ty, $machine:ident;)*) => {$(
        /// The state of one history. The initial one where it has no event.
        pub(crate) async fn $name(app: &App, id: $id) -> Result<Loaded<$machine::State>, ServiceError> {
            let stream = $stream(id);
            let recorded = app.store.load(stream).await?;
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
    load_finding, FindingId, StreamId::Finding, Event::Finding, FindingEvent, finding;
    load_correction, RequestId, StreamId::Correction, Event::Correction, CorrectionEvent, correction;
    load_hold, HoldId, StreamId::Hold, Event::Hold, HoldEvent, hold;
    load_closing, ClosingId, StreamId::Closing, Event::Closing, ClosingEvent, closing;
    load_person, PersonId, StreamId::Person, Event::Person, PersonEvent, person;
}

fn foreign(stream: StreamId, kind: &str) -> ServiceError {
    ServiceError::Replay { stream: stream.to_string(), what: format!("`{kind}` stands in it") }
}

fn damaged(stream: StreamId, error: &EvolveError) -> ServiceError {
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
