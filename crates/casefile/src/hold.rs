//! A hold: a contested value may not be relied on.

use jiff::civil::Date;
use redress_statement::{HoldId, PersonId, RequestId};
use serde::{Deserialize, Serialize};

use crate::{Reviewer, StatementRef, Words};

mod machine;

pub use machine::{Command, Held, LiftGround, STATEMENTS_HELD_MAX, State, decide, evolve, initial, replay};

/// Why a hold was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum HoldGround {
    /// The person contests the value.
    Contested {
        /// The request.
        request: RequestId,
    },
    /// A reviewer holds the value while a finding is open.
    Finding {
        /// The finding.
        finding: redress_statement::FindingId,
    },
}

/// What happened to a hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum HoldEvent {
    /// Use of the statements is restricted, and of everything derived from them.
    HoldPlaced {
        /// The hold.
        hold: HoldId,
        /// Whose record it is.
        person: PersonId,
        /// The statements.
        statements: Vec<StatementRef>,
        /// Why.
        ground: HoldGround,
        /// The day.
        on: Date,
    },
    /// The person was told that the hold will end (GDPR Art. 18(3)).
    LiftAnnounced {
        /// The hold.
        hold: HoldId,
        /// The day of the notice.
        on: Date,
    },
    /// The hold ended.
    HoldLifted {
        /// The hold.
        hold: HoldId,
        /// The day.
        on: Date,
        /// Who lifted it.
        by: Reviewer,
        /// Why.
        reason: Words,
    },
}

impl HoldEvent {
    /// The event's name.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::HoldPlaced { .. } => "hold_placed",
            Self::LiftAnnounced { .. } => "lift_announced",
            Self::HoldLifted { .. } => "hold_lifted",
        }
    }

    /// The hold that it happened to.
    #[must_use]
    pub const fn hold(&self) -> HoldId {
        match self {
            Self::HoldPlaced { hold, .. }
            | Self::LiftAnnounced { hold, .. }
            | Self::HoldLifted { hold, .. } => *hold,
        }
    }
}
