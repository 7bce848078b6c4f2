//! A person: the records held to be of one human, by judgements that can be undone.

use redress_statement::{Digest, PersonId, RecordId};
use serde::{Deserialize, Serialize};

use crate::{LinkEvidence, Reviewer, Words};

mod erasure;
mod machine;

pub use erasure::ErasureBasis;
pub use machine::{
    BothSides, Command, KINDS_AGREED_MIN, LinkRecords, Move, Person, RECORDS_MAX, RELIABILITY_LOW_MIN, State,
    UnmergeRecords, auto_accept, decide, evolve, initial, link, none_judged_different, replay, state_digest,
    unmerge,
};

/// What happened to a person's links.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum PersonEvent {
    /// A linkage run accepted these records as one person by its narrow rule, or a record stands alone.
    PersonFormed {
        /// The person.
        person: PersonId,
        /// Its records, ascending.
        records: Vec<RecordId>,
        /// Digest of the model.
        model: Digest,
        /// The weakest accepted link's evidence; None for a record alone.
        weakest: Option<LinkEvidence>,
    },
    /// A later linkage run accepted more records as of this person, by its narrow rule.
    RecordsJoined {
        /// The person.
        person: PersonId,
        /// The records, ascending; none of them was in any person.
        records: Vec<RecordId>,
        /// Digest of the model.
        model: Digest,
        /// The weakest accepted link's evidence.
        weakest: Option<LinkEvidence>,
    },
    /// A reviewer accepted a possible link: the record moves here from the person it was in.
    RecordLinked {
        /// The person.
        person: PersonId,
        /// The record (with the identity records that moved with it).
        records: Vec<RecordId>,
        /// Where they were before: the stored inverse.
        from: PersonId,
        /// What the link rests on.
        evidence: Option<LinkEvidence>,
        /// Who judged.
        by: Reviewer,
        /// Why.
        reason: Words,
    },
    /// Records left this person because another person's judgement or an unmerge took them.
    RecordsLeft {
        /// The person.
        person: PersonId,
        /// The records.
        records: Vec<RecordId>,
        /// Where they went.
        to: PersonId,
    },
    /// A reviewer took records out of this person: the inverse of a link or a merge.
    Unmerged {
        /// The person.
        person: PersonId,
        /// The records that leave.
        records: Vec<RecordId>,
        /// The person that they form from now on.
        to: PersonId,
        /// Who judged.
        by: Reviewer,
        /// Why.
        reason: Words,
    },
    /// Records came here by an unmerge from another person.
    RecordsArrived {
        /// The person.
        person: PersonId,
        /// The records.
        records: Vec<RecordId>,
        /// Where they were.
        from: PersonId,
    },
    /// A reviewer judged that two records are of different persons. Lasts over every later run.
    JudgedDifferent {
        /// The person in whose file the judgement was made.
        person: PersonId,
        /// The one record, the lower identifier.
        left: RecordId,
        /// The other record.
        right: RecordId,
        /// The day of the judgement.
        on: jiff::civil::Date,
        /// Who judged.
        by: Reviewer,
        /// Why.
        reason: Words,
    },
    /// What the records of this person said was erased. The records stay as numbers, so that the events replay.
    RecordsErased {
        /// The person.
        person: PersonId,
        /// How many records were erased.
        n_records: u32,
        /// On what the erasure rests.
        basis: ErasureBasis,
        /// Who decided it.
        by: Reviewer,
    },
    /// A judgement of difference was withdrawn.
    JudgementWithdrawn {
        /// The person in whose file the judgement was made.
        person: PersonId,
        /// The one record.
        left: RecordId,
        /// The other record.
        right: RecordId,
        /// Who withdrew it.
        by: Reviewer,
        /// Why.
        reason: Words,
    },
}

impl PersonEvent {
    /// The event's name.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::PersonFormed { .. } => "person_formed",
            Self::RecordsJoined { .. } => "records_joined",
            Self::RecordLinked { .. } => "record_linked",
            Self::RecordsLeft { .. } => "records_left",
            Self::Unmerged { .. } => "unmerged",
            Self::RecordsArrived { .. } => "records_arrived",
            Self::JudgedDifferent { .. } => "judged_different",
            Self::JudgementWithdrawn { .. } => "judgement_withdrawn",
            Self::RecordsErased { .. } => "records_erased",
        }
    }

    /// The person that it happened to.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        match self {
            Self::PersonFormed { person, .. }
            | Self::RecordsJoined { person, .. }
            | Self::RecordLinked { person, .. }
            | Self::RecordsLeft { person, .. }
            | Self::Unmerged { person, .. }
            | Self::RecordsArrived { person, .. }
            | Self::JudgedDifferent { person, .. }
            | Self::RecordsErased { person, .. }
            | Self::JudgementWithdrawn { person, .. } => *person,
        }
    }
}
