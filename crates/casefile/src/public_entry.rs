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
    /// A finding or a correction request was decided, the decision was taken back, or one step of what must come before
    /// it leaves was done.
    Determination,
    /// A correction request or an appeal was filed.
    Request,
    /// A hold was placed or lifted.
    Hold,
    /// A closing moved.
    Closing,
    /// Records of a person were erased.
    Erasure,
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

impl PublicEntry {
    /// What `event` publishes on `day`; None for what stays inside. The salt is fresh for each event, and
    /// kept with it until the event is erased.
    ///
    /// # Errors
    /// When the event cannot be written as JSON; none that the machines make is such.
    pub fn try_new(event: &Event, day: Date, salt: &[u8; 32]) -> Result<Option<Self>, serde_json::Error> {
        let Some(kind) = public_entry(event) else { return Ok(None) };
        let event_json = serde_json_canonicalizer::to_string(event)?;
        let commitment = commitment(salt, event_json.as_bytes());
        Ok(Some(Self { v: 1, kind, day, commitment: redress_statement::Digest(commitment).to_string() }))
    }

    /// The entry in RFC 8785 form: the bytes that are hashed into the log's leaf.
    ///
    /// # Errors
    /// When the entry cannot be written as JSON; none is such.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json_canonicalizer::to_string(self)
    }
}

/// The kind under which an event is published; None for what stays inside.
#[must_use]
pub const fn public_entry(event: &Event) -> Option<PublicKind> {
    match event {
        Event::Person(PersonEvent::RecordsLeft { .. } | PersonEvent::RecordsArrived { .. }) => None,
        Event::Person(PersonEvent::RecordsErased { .. }) => Some(PublicKind::Erasure),
        Event::Person(_) => Some(PublicKind::LinkJudgement),
        Event::Finding(
            FindingEvent::FindingDecided { .. }
            | FindingEvent::FindingReopened { .. }
            | FindingEvent::VerificationRecorded { .. }
            | FindingEvent::PersonNoticed { .. }
            | FindingEvent::SecondSigned { .. },
        ) => Some(PublicKind::Determination),
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
        Event::Closing(ClosingEvent::ClosingProposed { .. } | ClosingEvent::EntryStruck { .. }) => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_is_the_published_formula() {
        let salt: [u8; 32] = std::array::from_fn(|index| index as u8);
        let digest = redress_statement::Digest(commitment(&salt, br#"{"a":1}"#));
        // Computed with Python's hashlib: sha256(b"redress/v1\0" + bytes(range(32)) + b'{"a":1}').
        assert_eq!(digest.to_string(), "f7a1412066c170175bc51433aa39810ca769d4bdfb8faf25921de1c0030aebcf");
    }

    #[test]
    fn another_salt_is_another_commitment() {
        assert_ne!(commitment(&[0; 32], b"{}"), commitment(&[1; 32], b"{}"));
    }
}
