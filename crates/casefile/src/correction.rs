//! A correction request: filed with its hold, acknowledged, determined, appealed, final.

use jiff::civil::Date;
use redress_statement::{HoldId, PersonId, RequestId};
use serde::{Deserialize, Serialize};

use crate::{NoticeWay, Reviewer, StatementRef, Words};

mod holders;
mod machine;

pub use holders::{HOLDERS_MAX, Holder, HolderStanding, Holders};
pub use machine::{
    Command, NewRequest, Request, State, appeal_with_hold, decide, evolve, file_with_hold, initial, replay,
};

/// The two ways in which a request can end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Determination {
    /// The value is corrected; the original statement stays, marked.
    Granted {
        /// The value that stands from now on; of something that was done, what would have been right.
        corrected: Words,
        /// The other values of the record that are corrected with it, so that none is left half right: the other parts of an
        /// address. Empty for anything else, and in events of earlier editions.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        with: Vec<CorrectedWith>,
    },
    /// The value stays. A refusal names why, and who reviews it.
    Refused {
        /// The office that reviews the refusal, with its address.
        review_office: String,
    },
}

/// A value that is corrected together with the one that a request is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectedWith {
    /// The statement.
    pub statement: StatementRef,
    /// The value that stands from now on.
    pub corrected: Words,
}

/// What happened to a correction request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum CorrectionEvent {
    /// The person filed it. The hold is placed in the same transaction.
    RequestFiled {
        /// The request.
        request: RequestId,
        /// Whose record it is.
        person: PersonId,
        /// The statement that is contested.
        statement: StatementRef,
        /// The hold placed with it.
        hold: HoldId,
        /// Which line is wrong and why, in the person's words.
        what_is_wrong: Words,
        /// What would be right.
        what_is_right: Words,
        /// The papers that show it.
        papers: Words,
        /// How the person wants to be reached.
        reach: Words,
        /// Whether somebody helped.
        through_helper: bool,
        /// The day of filing.
        on: Date,
        /// The last day for the acknowledgement (5 U.S.C. 552a(d)(2)(A)).
        acknowledge_by: Date,
    },
    /// The office acknowledged it in writing.
    RequestAcknowledged {
        /// The request.
        request: RequestId,
        /// The day.
        on: Date,
        /// Who, or nobody where the acknowledgement is given at once by rule.
        by: Option<Reviewer>,
    },
    /// A reviewer determined it.
    RequestDetermined {
        /// The request.
        request: RequestId,
        /// The determination.
        determination: Determination,
        /// The day.
        on: Date,
        /// Who.
        by: Reviewer,
        /// Why.
        reason: Words,
    },
    /// The person appealed against a refusal.
    AppealFiled {
        /// The request.
        request: RequestId,
        /// Why, in the person's words.
        grounds: Words,
        /// The day.
        on: Date,
        /// The last day for the decision (5 U.S.C. 552a(d)(3)).
        decide_by: Date,
    },
    /// Another official decided the appeal.
    AppealDetermined {
        /// The request.
        request: RequestId,
        /// The final determination.
        determination: Determination,
        /// The day.
        on: Date,
        /// Who: never the one who refused.
        by: Reviewer,
        /// Why.
        reason: Words,
    },
    /// The person's own words go out with the value from now on (5 U.S.C. 552a(d)(4)).
    StatementOfDisagreementAttached {
        /// The request.
        request: RequestId,
        /// The words.
        words: Words,
        /// The day.
        on: Date,
    },
    /// It was granted, and whoever holds the value is to be told: its owner, and each recipient of a disclosure (5 U.S.C.
    /// 552a(c)(4)).
    HoldersNamed {
        /// The request.
        request: RequestId,
        /// Who, each once.
        holders: Vec<Holder>,
        /// By when each of them should have been told, and have confirmed.
        tell_by: Date,
        /// The day.
        on: Date,
    },
    /// A holder was told of the correction.
    HolderTold {
        /// The request.
        request: RequestId,
        /// Which, by its name.
        holder: String,
        /// How.
        way: NoticeWay,
        /// Who told it.
        by: Reviewer,
        /// The day.
        on: Date,
        /// How many holders have not confirmed after this, it included.
        n_left: u32,
    },
    /// A holder confirmed that it has the correction.
    HolderConfirmed {
        /// The request.
        request: RequestId,
        /// Which, by its name.
        holder: String,
        /// Who noted it.
        by: Reviewer,
        /// The day.
        on: Date,
        /// How many holders have not confirmed after this.
        n_left: u32,
    },
    /// The person withdrew it.
    RequestWithdrawn {
        /// The request.
        request: RequestId,
        /// The day.
        on: Date,
    },
}

impl CorrectionEvent {
    /// The event's name.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::RequestFiled { .. } => "request_filed",
            Self::RequestAcknowledged { .. } => "request_acknowledged",
            Self::RequestDetermined { .. } => "request_determined",
            Self::AppealFiled { .. } => "appeal_filed",
            Self::AppealDetermined { .. } => "appeal_determined",
            Self::StatementOfDisagreementAttached { .. } => "statement_of_disagreement_attached",
            Self::HoldersNamed { .. } => "holders_named",
            Self::HolderTold { .. } => "holder_told",
            Self::HolderConfirmed { .. } => "holder_confirmed",
            Self::RequestWithdrawn { .. } => "request_withdrawn",
        }
    }

    /// The correction request that it happened to.
    #[must_use]
    pub const fn request(&self) -> RequestId {
        match self {
            Self::RequestFiled { request, .. }
            | Self::RequestAcknowledged { request, .. }
            | Self::RequestDetermined { request, .. }
            | Self::AppealFiled { request, .. }
            | Self::AppealDetermined { request, .. }
            | Self::StatementOfDisagreementAttached { request, .. }
            | Self::HoldersNamed { request, .. }
            | Self::HolderTold { request, .. }
            | Self::HolderConfirmed { request, .. }
            | Self::RequestWithdrawn { request, .. } => *request,
        }
    }
}
