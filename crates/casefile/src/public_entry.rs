//! What one event publishes: a kind, a day, a salted commitment. This is the whole redaction.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    Event, closing::ClosingEvent, correction::CorrectionEvent, finding::FindingEvent, hold::HoldEvent,
    person::PersonEvent,
};

/// What the public may know of an event's nature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicKind {
    /// Records were judged to be, or not to be, of one person.
    LinkJudgement,
    /// A finding or a correction request was decided.
    Determination,
    /// A correction request or an appeal was filed.
    Request,
    /// A hold was placed or lifted.
    Hold,
    /// A closing moved.
    Closing,
}

/// One entry of the public log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicEntry {
    /// Version of the form: 1.
    pub v: u8,
    /// What the public may know of its nature.
    pub kind: PublicKind,
    /// The day, no finer.
    pub day: Date,
    /// Commitment to the event, 64 hexadecimal digits.
    pub commitment: String,
}

/// The kind under which an event is published; None for what stays inside.
#[must_use]
pub const fn public_entry(event: &Event) -> Option<PublicKind> {
    match event {
        Event::Person(PersonEvent::RecordsLeft { .. } | PersonEvent::RecordsArrived { .. }) => None,
        Event::Person(_) => Some(PublicKind::LinkJudgement),
        Event::Finding(FindingEvent::FindingDecided { .. }) => Some(PublicKind::Determination),
        Event::Finding(_) => None,
        Event::Correction(
            CorrectionEvent::RequestDetermined { .. } | CorrectionEvent::AppealDetermined { .. },
        ) => Some(PublicKind::Determination),
        Event::Correction(CorrectionEvent::RequestFiled { .. } | CorrectionEvent::AppealFiled { .. }) => {
            Some(PublicKind::Request)
        }
        Event::Correction(_) => None,
        Event::Hold(HoldEvent::LiftAnnounced { .. }) => None,
        Event::Hold(_) => Some(PublicKind::Hold),
        Event::Closing(ClosingEvent::ClosingProposed { .. }) => None,
        Event::Closing(_) => Some(PublicKind::Closing),
    }
}

/// SHA-256(`redress/v1` ‖ 0x00 ‖ salt ‖ `event_json`), where `event_json` is the event's RFC 8785 form.
#[must_use]
pub fn commitment(salt: &[u8; 32], event_json: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"redress/v1\0");
    hasher.update(salt);
    hasher.update(event_json);
    hasher.finalize().into()
}
