//! A finding: a discrepancy under review.

use jiff::civil::Date;
use redress_statement::{Digest, FindingId, PersonId, RecordId, SourceId};
use serde::{Deserialize, Serialize};

use crate::{NoticeGiven, Reviewer, StatementRef, Words};

mod machine;

pub use machine::{
    AdverseGate, Command, INPUTS_MAX, NewFinding, Opened, RevisedFinding, State, decide, evolve, initial,
    may_leave, replay,
};

/// What leaving the error as it is would do. H5 is the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Harm {
    /// Wrong statistics only.
    H1,
    /// Wasted journeys, repeated checks, worry.
    H2,
    /// Work, benefit, travel or papers lost.
    H3,
    /// Case or status lost.
    H4,
    /// Irreversible: removal or detention against an order, citizenship ignored, return to danger.
    H5,
}

/// Whom a finding can serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It can only help.
    FavoursPerson,
    /// It changes nobody's position.
    Neutral,
    /// It could worsen somebody's position: it stays inside until it has been verified independently of
    /// the match, the person has had notice and 30 days, and a second reviewer has signed.
    AdversePossible,
}

/// How a reviewer decided a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The record is wrong, and its owner is told.
    Corrected,
    /// There is a good explanation: both statements may stand.
    Explained,
    /// The check was wrong.
    NotAnError,
    /// It cannot be told from what is there.
    Uncertain,
}

/// What happened to a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum FindingEvent {
    /// A check reported.
    FindingOpened {
        /// The finding.
        finding: FindingId,
        /// The person whose file it is in.
        person: PersonId,
        /// The check, such as `ID-04`.
        check: String,
        /// The check's version.
        version: u16,
        /// The day from which the rule that fired is in force.
        rule_effective_from: Date,
        /// The record at fault, as far as the check can tell.
        at: RecordId,
        /// The statements side by side, that of `at` first.
        inputs: Vec<StatementRef>,
        /// What leaving it would do.
        harm: Harm,
        /// Whom it can serve.
        direction: Direction,
        /// The next day after which something cannot be undone.
        next_irreversible_on: Option<Date>,
        /// Whether a record that is only possibly of this person is among the inputs.
        rests_on_possible_link: bool,
        /// What is wrong, in one sentence with the values.
        sentence: Words,
        /// Digest of what the inputs say. None for one that was opened before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basis: Option<Digest>,
    },
    /// A later run reports it otherwise, and nobody has decided it: the records say something else, a date has passed, or a
    /// link was judged.
    FindingRevised {
        /// The finding.
        finding: FindingId,
        /// The check's version.
        version: u16,
        /// The statements side by side, that of the record at fault first.
        inputs: Vec<StatementRef>,
        /// The next day after which something cannot be undone.
        next_irreversible_on: Option<Date>,
        /// Whether a record that is only possibly of this person is among the inputs.
        rests_on_possible_link: bool,
        /// What is wrong, in one sentence with the values.
        sentence: Words,
        /// Digest of what the inputs say.
        basis: Digest,
    },
    /// A reviewer took it up.
    ReviewStarted {
        /// The finding.
        finding: FindingId,
        /// Who.
        by: Reviewer,
    },
    /// A reviewer decided it.
    FindingDecided {
        /// The finding.
        finding: FindingId,
        /// How.
        outcome: Outcome,
        /// Who.
        by: Reviewer,
        /// Why.
        reason: Words,
    },
    /// A reviewer took it up again after a decision.
    FindingReopened {
        /// The finding.
        finding: FindingId,
        /// Who.
        by: Reviewer,
        /// Why.
        reason: Words,
    },
    /// An adverse finding was verified against a source that took no part in the match (5 U.S.C.
    /// 552a(p)(1)(A), (2)).
    VerificationRecorded {
        /// The finding.
        finding: FindingId,
        /// The source that bears it out.
        source: SourceId,
        /// Who looked there.
        by: Reviewer,
        /// What he or she saw.
        reason: Words,
        /// The day.
        on: Date,
    },
    /// The person was told of an adverse finding and how to contest it; the 30 days run from here (5
    /// U.S.C. 552a(p)(1)(B), (C)).
    PersonNoticed {
        /// The finding.
        finding: FindingId,
        /// The day of the notice.
        on: Date,
        /// The last day to answer.
        answer_until: Date,
        /// Who gave it, and how. Earlier editions of this program did not ask.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given: Option<NoticeGiven>,
    },
    /// A second reviewer signed an adverse finding.
    SecondSigned {
        /// The finding.
        finding: FindingId,
        /// Who: never the one who decided.
        by: Reviewer,
        /// Why, after reading what the person answered.
        reason: Words,
        /// The day.
        on: Date,
    },
    /// A later run no longer reports it: the records changed.
    NoLongerSeen {
        /// The finding.
        finding: FindingId,
        /// The last day on which it was seen.
        last_seen: Date,
    },
}

impl FindingEvent {
    /// The event's name.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::FindingOpened { .. } => "finding_opened",
            Self::FindingRevised { .. } => "finding_revised",
            Self::ReviewStarted { .. } => "review_started",
            Self::FindingDecided { .. } => "finding_decided",
            Self::FindingReopened { .. } => "finding_reopened",
            Self::VerificationRecorded { .. } => "verification_recorded",
            Self::PersonNoticed { .. } => "person_noticed",
            Self::SecondSigned { .. } => "second_signed",
            Self::NoLongerSeen { .. } => "no_longer_seen",
        }
    }

    /// The finding that it happened to.
    #[must_use]
    pub const fn finding(&self) -> FindingId {
        match self {
            Self::FindingOpened { finding, .. }
            | Self::FindingRevised { finding, .. }
            | Self::ReviewStarted { finding, .. }
            | Self::FindingDecided { finding, .. }
            | Self::FindingReopened { finding, .. }
            | Self::VerificationRecorded { finding, .. }
            | Self::PersonNoticed { finding, .. }
            | Self::SecondSigned { finding, .. }
            | Self::NoLongerSeen { finding, .. } => *finding,
        }
    }
}
