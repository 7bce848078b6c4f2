//! Whose file an event is in.

use redress_casefile::{Event, StreamId, person::PersonEvent};
use redress_statement::PersonId;

use crate::{App, ServiceError};

/// The person in whose file an event is today: of a finding, a request, a hold or a closing, whoever has the record that it is
/// about.
pub(crate) async fn person_of_event(app: &App, event: &Event) -> Result<Option<PersonId>, ServiceError> {
    Ok(match stream(event) {
        StreamId::Person(person) => Some(present_person(app, person).await?),
        StreamId::Finding(finding) => app.store.finding(finding).await?.map(|row| row.person),
        StreamId::Correction(request) => app.store.request(request).await?.map(|row| row.person),
        StreamId::Hold(hold) => app.store.hold(hold).await?.map(|row| row.person),
        StreamId::Closing(closing) => app.store.closing(closing).await?.map(|row| row.person),
    })
}

/// Where the records of a person are: the person itself, or, of a number whose records a human held to be of another, that
/// one. Whoever was given the old number reads on under the new one.
///
/// # Errors
/// When the store fails.
pub async fn present_person(app: &App, person: PersonId) -> Result<PersonId, ServiceError> {
    let mut present = person;
    for _ in 0..MOVES_MAX {
        if app.store.has_records(present).await? {
            return Ok(present);
        }
        let events = app.store.load(StreamId::Person(present)).await?;
        let left_to = events.iter().rev().find_map(|recorded| match &recorded.event {
            Event::Person(PersonEvent::RecordsLeft { to, .. }) => Some(*to),
            _ => None,
        });
        match left_to {
            Some(to) => present = to,
            None => break,
        }
    }
    Ok(person)
}

/// How often a file is followed from one number to the next.
const MOVES_MAX: usize = 50;

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
