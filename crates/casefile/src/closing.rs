//! A closing: tasks and marks that a departure has made pointless are ended, and can be restored.
//!
//! A closing never declares the legal effect of a departure.

use jiff::civil::Date;
use redress_statement::{ClosingId, FindingId, PersonId, RecordId};
use serde::{Deserialize, Serialize};

use crate::{NoticeGiven, Reviewer, StatementRef, Words};

mod ladder;
mod machine;

pub use ladder::{Allowed, Basis, DepartureItem, Ladder, PresenceItem};
pub use machine::{
    Command, ITEMS_MAX, NewClosing, Proposed, STRUCK_MAX, State, closed_items, closed_items_digest, decide,
    evolve, initial, must_allow_proposing, replay,
};

/// How good the evidence of a departure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rung {
    /// A booking, a reservation or a word alone: changes nothing, only asks.
    D,
    /// One official record, unconfirmed: check-ins may pause.
    C,
    /// One official record of an exit that happened, confirmed by the person or counsel.
    B,
    /// Two sources of different owners, each with an origin of its own.
    A,
}

/// In which position a person left. Asked of a named human before anything is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posture {
    /// No order, proceeding open.
    NoOrder,
    /// No proceeding before a court at all.
    NoProceeding,
    /// Voluntary departure within its period.
    VoluntaryDeparture,
    /// An order is outstanding.
    OutstandingOrder,
    /// An appeal or motion is pending: nothing is closed, counsel is warned.
    AppealPending,
    /// Permission to return: nothing is closed.
    MayReturn,
}

/// Something that a closing ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClosedItem {
    /// The record that carries it.
    pub record: RecordId,
    /// The statement that says that it is open.
    pub statement: StatementRef,
}

/// What a list is of that an office brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListKind {
    /// Appointments with the agency.
    CheckIns,
    /// Letters about those appointments.
    Notices,
    /// Hearings. A closing ends none: only the court takes a hearing off.
    Hearings,
}

/// What happened to a closing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ClosingEvent {
    /// Somebody proposed it, from a finding.
    ClosingProposed {
        /// The closing.
        closing: ClosingId,
        /// Whose case it is.
        person: PersonId,
        /// The finding that shows the departure.
        finding: FindingId,
        /// How good the evidence is.
        rung: Rung,
        /// What would be closed.
        items: Vec<ClosedItem>,
        /// Who proposed it.
        by: Reviewer,
        /// The day.
        on: Date,
    },
    /// A named human approved it and answered the posture question.
    ClosingApproved {
        /// The closing.
        closing: ClosingId,
        /// In which position the person left.
        posture: Posture,
        /// Who.
        by: Reviewer,
        /// Why.
        reason: Words,
        /// The day.
        on: Date,
    },
    /// The person was told; the 30 days run from here.
    ClosingNoticed {
        /// The closing.
        closing: ClosingId,
        /// The day of the notice.
        on: Date,
        /// The last day to object.
        object_until: Date,
        /// Who gave it, and how. Earlier editions of this program did not ask.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given: Option<NoticeGiven>,
    },
    /// The person objected: nothing is closed.
    ClosingObjected {
        /// The closing.
        closing: ClosingId,
        /// Why, in the person's words.
        words: Words,
        /// The day.
        on: Date,
    },
    /// The items are closed.
    Closed {
        /// The closing.
        closing: ClosingId,
        /// Who carried it out.
        by: Reviewer,
        /// The day.
        on: Date,
    },
    /// An office brought a list of its own, and an entry on it came back struck, as what it was for is closed.
    EntryStruck {
        /// The closing.
        closing: ClosingId,
        /// What the list was of.
        list: ListKind,
        /// The record of the item that is closed.
        record: RecordId,
        /// The day that the entry is for: of the appointment, or of the hearing. None where neither the list nor the record
        /// names one; earlier editions of this program wrote none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        day: Option<Date>,
        /// The day on which the list was brought.
        on: Date,
    },
    /// Refused by a human before it took effect.
    ClosingDeclined {
        /// The closing.
        closing: ClosingId,
        /// Who.
        by: Reviewer,
        /// Why.
        reason: Words,
        /// The day.
        on: Date,
    },
    /// The items are open again, as they were.
    ClosingUndone {
        /// The closing.
        closing: ClosingId,
        /// Who.
        by: Reviewer,
        /// Why.
        reason: Words,
        /// The day.
        on: Date,
    },
}

impl ClosingEvent {
    /// The event's name.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ClosingProposed { .. } => "closing_proposed",
            Self::ClosingApproved { .. } => "closing_approved",
            Self::ClosingNoticed { .. } => "closing_noticed",
            Self::ClosingObjected { .. } => "closing_objected",
            Self::Closed { .. } => "closed",
            Self::EntryStruck { .. } => "entry_struck",
            Self::ClosingDeclined { .. } => "closing_declined",
            Self::ClosingUndone { .. } => "closing_undone",
        }
    }

    /// The closing that it happened to.
    #[must_use]
    pub const fn closing(&self) -> ClosingId {
        match self {
            Self::ClosingProposed { closing, .. }
            | Self::ClosingApproved { closing, .. }
            | Self::ClosingNoticed { closing, .. }
            | Self::ClosingObjected { closing, .. }
            | Self::Closed { closing, .. }
            | Self::EntryStruck { closing, .. }
            | Self::ClosingDeclined { closing, .. }
            | Self::ClosingUndone { closing, .. } => *closing,
        }
    }
}
