//! Who acted, and the proof that a human looked.

use redress_statement::{Digest, PersonId};
use serde::{Deserialize, Serialize};

use crate::{Refusal, WORDS_BYTES_MAX, Words};

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
    /// Reads sealed rows of the classes that the law keeps secret (8 U.S.C. 1367), and no file.
    ConfidentialityOfficer,
}

impl Role {
    /// The role in plain words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reviewer => "reviewer",
            Self::AppealOfficer => "appeal officer",
            Self::Oversight => "oversight",
            Self::ConfidentialityOfficer => "confidentiality officer",
        }
    }
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

impl Reviewer {
    /// Whether both are accounts of one human. Names may change, the account's reference does not.
    #[must_use]
    pub fn is_same_human(&self, other: &Self) -> bool {
        self.user_code == other.user_code
    }

    /// Refuses everybody but a reviewer.
    pub(crate) fn must_review(&self, command: &'static str) -> Result<(), Refusal> {
        self.must_be(&[Role::Reviewer], command, "a reviewer")
    }

    /// Refuses everybody but an appeal officer.
    pub(crate) fn must_decide_appeals(&self, command: &'static str) -> Result<(), Refusal> {
        self.must_be(&[Role::AppealOfficer], command, "an appeal officer")
    }

    /// Refuses who only reads.
    ///
    /// # Errors
    /// [`Refusal::Role`] for any other role than reviewer and appeal officer.
    pub fn must_handle_cases(&self, command: &'static str) -> Result<(), Refusal> {
        self.must_be(&[Role::Reviewer, Role::AppealOfficer], command, "a reviewer or an appeal officer")
    }

    pub(crate) fn must_be(
        &self,
        roles: &[Role],
        command: &'static str,
        who: &'static str,
    ) -> Result<(), Refusal> {
        if roles.contains(&self.role) {
            return Ok(());
        }
        Err(Refusal::Role { role: self.role.name(), command, who })
    }

    /// Refuses the human who took the earlier step.
    pub(crate) fn must_not_be(&self, earlier: &Self, needed: &'static str) -> Result<(), Refusal> {
        if self.is_same_human(earlier) {
            return Err(Refusal::SamePerson { name: self.name.clone(), needed });
        }
        Ok(())
    }
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
    /// Takes the reviewer's word that he or she looked.
    ///
    /// # Errors
    /// [`Refusal::Reason`] when the reason has fewer than [`REASON_CHARS_MIN`] characters: nobody can follow
    /// it; [`Refusal::TooLong`] over [`WORDS_BYTES_MAX`] bytes.
    pub fn try_new(reviewer: Reviewer, reason: &str) -> Result<Self, Refusal> {
        let reason = reason.trim();
        let n_chars = reason.chars().count();
        if n_chars < REASON_CHARS_MIN {
            return Err(Refusal::Reason { n_chars });
        }
        if reason.len() > WORDS_BYTES_MAX {
            return Err(Refusal::TooLong {
                command: "give_reason",
                what: "the reason",
                found: reason.len(),
                limit: WORDS_BYTES_MAX,
                unit: "bytes",
            });
        }
        Ok(Self { reviewer, reason: reason.to_owned() })
    }

    /// Spends the proof on one event.
    pub(crate) fn into_parts(self) -> (Reviewer, Words) {
        (self.reviewer, Words::said(self.reason))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn ada(role: Role) -> Reviewer {
        Reviewer {
            user_code: "r-ada".to_owned(),
            name: "Ada Okafor".to_owned(),
            office: "Records Office".to_owned(),
            role,
        }
    }

    #[test]
    fn a_reason_must_be_one() {
        for (reason, is_reason) in [
            ("", false),
            ("   seen    ", false),
            ("ümlaut äöü", true),
            ("    too short ", false),
            ("the papers show it", true),
            (&*"a".repeat(WORDS_BYTES_MAX), true),
            (&*"a".repeat(WORDS_BYTES_MAX + 1), false),
        ] {
            let reviewed = HumanReviewed::try_new(ada(Role::Reviewer), reason);
            assert_eq!(reviewed.is_ok(), is_reason, "{reviewed:?}");
        }
    }

    #[test]
    fn an_account_that_changed_its_name_is_the_same_human() {
        let renamed = Reviewer { name: "Ada Okafor-Lind".to_owned(), ..ada(Role::AppealOfficer) };
        assert!(ada(Role::Reviewer).is_same_human(&renamed));
        assert!(renamed.must_not_be(&ada(Role::Reviewer), "the appeal officer").is_err());
    }

    #[test]
    fn oversight_only_reads() {
        let esi = ada(Role::Oversight);
        assert!(esi.must_review("x").is_err() && esi.must_decide_appeals("x").is_err());
        assert!(esi.must_handle_cases("x").is_err());
    }
}
