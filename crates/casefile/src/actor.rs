//! Who acted, and the proof that a human looked.

use redress_statement::{Digest, PersonId};
use serde::{Deserialize, Serialize};

/// What a signed-in human may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reviews findings and pairs, determines correction requests.
    Reviewer,
    /// Decides appeals; never on a case that he or she determined.
    AppealOfficer,
    /// Reads statistics, the log and samples.
    Oversight,
}

/// A named member of staff.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reviewer {
    /// Opaque reference of the account, never an official number.
    pub user_code: String,
    /// Name as shown to the person concerned.
    pub name: String,
    /// Office and its address, as a refusal must name them (5 U.S.C. 552a(d)(2)(B)).
    pub office: String,
    /// What the account may do.
    pub role: Role,
}

/// Who made an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "actor", rename_all = "snake_case")]
pub enum Actor {
    /// A member of staff.
    Staff(Reviewer),
    /// The person concerned, or somebody who helps.
    Person {
        /// Whose record it is.
        person: PersonId,
        /// Whether a helper or representative acted.
        through_helper: bool,
    },
    /// A linkage model, which may only accept links of the highest reliability.
    Model {
        /// Digest of model.json.
        model: Digest,
    },
    /// A check, which only reports.
    Check {
        /// The check, such as `ID-04`.
        check: String,
        /// Its version.
        version: u16,
    },
    /// The clock: a period named by law ended.
    Clock,
}

/// Proof that a named human looked at the evidence. Made only from a [`Reviewer`] and the reason that he
/// or she wrote, and taken by value by every determination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HumanReviewed {
    reviewer: Reviewer,
    reason: String,
}

/// The fewest letters that a reason must have to be one.
pub const REASON_CHARS_MIN: usize = 10;

impl HumanReviewed {
    /// # Errors
    /// When the reason has fewer than [`REASON_CHARS_MIN`] characters: nobody can follow it.
    pub fn try_new(reviewer: Reviewer, reason: &str) -> Result<Self, crate::Refusal> {
        let reason = reason.trim();
        let n_chars = reason.chars().count();
        if n_chars < REASON_CHARS_MIN || reason.len() > crate::words::WORDS_BYTES_MAX {
            return Err(crate::Refusal::Reason { n_chars });
        }
        Ok(Self { reviewer, reason: reason.to_owned() })
    }

    /// The human.
    #[must_use]
    pub const fn reviewer(&self) -> &Reviewer {
        &self.reviewer
    }

    /// What he or she wrote.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
