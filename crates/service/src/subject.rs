//! Whose file an event is in.

use redress_casefile::{
    Event, StreamId, closing::ClosingEvent, correction::CorrectionEvent, finding::FindingEvent, hold::HoldEvent,
};
use redress_statement::PersonId;

use crate::{App, ServiceError};

/// The person in whose file an event is: stated by the event itself, or by the first of its stream.
pub(crate) async fn person_of_event(app: &App, event: &Event) -> Result<Option<PersonId>, ServiceError> {
    if let Some(person) = stated(event) {
        return Ok(Some(person));
    }
    let first = app.store.load(stream(event)).await?.into_iter().next();
    Ok(first.and_then(|first| stated(&first.event)))
}

/// The person that an event names itself.
fn stated(event: &Event) -> Option<PersonId> {
    match event {
        Event::Person(event) => Some(event.person()),
        Event::Finding(FindingEvent::FindingOpened { person, .. })
        | Event::Correction(CorrectionEvent::RequestFiled { person, .. })
        | Event::Hold(HoldEvent::HoldPlaced { person, .. })
        | Event::Closing(ClosingEvent::ClosingProposed { person, .. }) => Some(*person),
        _ => None,
    }
}

/// The stream that an event is in.
pub(crate) const fn stream(event: &Event) -> StreamId {
    match event {
        Event::Person(event) => StreamId::Person(event.person()),
        Event::Finding(event) => StreamId::Finding(event.finding()),
        Event::Correction(event) => StreamId::Correction(event.request()),
        Event::Hold(event) => StreamId::Hold(event.hold()),
        Event::Closing(event) => StreamId::Closing(event.closing()),
    }
}
