//! Everything that can happen, as one type, in the frozen form in which it is stored.

use std::fmt;

use redress_statement::{ClosingId, FindingId, HoldId, PersonId, RequestId};
use serde::{Deserialize, Serialize};

use crate::{
    closing::ClosingEvent, correction::CorrectionEvent, finding::FindingEvent, hold::HoldEvent,
    person::PersonEvent,
};

/// The history that an event belongs to. Shown as `person/12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StreamId {
    /// Links and judgements of a person.
    Person(PersonId),
    /// A finding.
    Finding(FindingId),
    /// A correction request.
    Correction(RequestId),
    /// A hold.
    Hold(HoldId),
    /// A closing.
    Closing(ClosingId),
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person/{}", id.0),
            Self::Finding(id) => write!(f, "finding/{}", id.0),
            Self::Correction(id) => write!(f, "correction/{}", id.0),
            Self::Hold(id) => write!(f, "hold/{}", id.0),
            Self::Closing(id) => write!(f, "closing/{}", id.0),
        }
    }
}

/// An event of any machine. The stored form is `{"machine": "...", "event": "...", ...}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "machine", rename_all = "snake_case")]
pub enum Event {
    /// Of a person's links.
    Person(PersonEvent),
    /// Of a finding.
    Finding(FindingEvent),
    /// Of a correction request.
    Correction(CorrectionEvent),
    /// Of a hold.
    Hold(HoldEvent),
    /// Of a closing.
    Closing(ClosingEvent),
}

impl Event {
    /// The event's name in the store and in the accounts, such as `hold_placed`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Person(event) => event.kind(),
            Self::Finding(event) => event.kind(),
            Self::Correction(event) => event.kind(),
            Self::Hold(event) => event.kind(),
            Self::Closing(event) => event.kind(),
        }
    }

    /// The history that it belongs to.
    #[must_use]
    pub const fn stream(&self) -> StreamId {
        match self {
            Self::Person(event) => StreamId::Person(event.person()),
            Self::Finding(event) => StreamId::Finding(event.finding()),
            Self::Correction(event) => StreamId::Correction(event.request()),
            Self::Hold(event) => StreamId::Hold(event.hold()),
            Self::Closing(event) => StreamId::Closing(event.closing()),
        }
    }
}
