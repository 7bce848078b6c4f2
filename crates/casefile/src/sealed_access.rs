//! The permission to read a sealed row: a named human with the role for it, a purpose that the law names, and a reason.

use serde::{Deserialize, Serialize};

use crate::{HumanReviewed, Refusal, Reviewer, Role, Words, person::ErasureBasis};

/// For what a row of a secret class may be read. There is no other purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealedPurpose {
    /// The person whose row it is asks for it, and waives the secrecy.
    PersonAsks,
    /// The application itself is decided.
    Adjudication,
    /// A court reviews the decision on it.
    JudicialReview,
    /// An agency asks whether the person may have a public benefit.
    BenefitEligibility,
}

impl SealedPurpose {
    /// Every purpose.
    pub const ALL: [Self; 4] =
        [Self::PersonAsks, Self::Adjudication, Self::JudicialReview, Self::BenefitEligibility];

    /// Where the law allows it.
    #[must_use]
    pub const fn citation(self) -> &'static str {
        match self {
            Self::PersonAsks => "8 U.S.C. 1367(b)(4)",
            Self::Adjudication => "8 U.S.C. 1367(a)(2)",
            Self::JudicialReview => "8 U.S.C. 1367(b)(3)",
            Self::BenefitEligibility => "8 U.S.C. 1367(b)(5)",
        }
    }
}

/// Permission to read sealed rows. Made only from a human with the role, and asked for by every read.
///
/// ```
/// use redress_casefile::{Reviewer, Role, SealedAccess, SealedPurpose};
/// let officer = Reviewer {
///     user_code: "c-1".to_owned(),
///     name: "M. Okonjo".to_owned(),
///     office: "Confidentiality Office".to_owned(),
///     role: Role::ConfidentialityOfficer,
/// };
/// let reviewer = Reviewer { role: Role::Reviewer, ..officer.clone() };
/// let reason = "She asked for her own application in writing";
/// assert!(SealedAccess::try_new(officer, SealedPurpose::PersonAsks, reason).is_ok());
/// assert!(SealedAccess::try_new(reviewer, SealedPurpose::PersonAsks, reason).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedAccess {
    officer: Reviewer,
    purpose: SealedPurpose,
    reason: Words,
}

impl SealedAccess {
    /// Asks for permission. Nothing was looked up before: what a refusal says is the same whether or not a row is there.
    ///
    /// # Errors
    /// [`Refusal::Role`] for every other role; [`Refusal::Reason`] and [`Refusal::TooLong`] as for [`HumanReviewed`].
    pub fn try_new(officer: Reviewer, purpose: SealedPurpose, reason: &str) -> Result<Self, Refusal> {
        officer.must_be(&[Role::ConfidentialityOfficer], "read_sealed_row", "a confidentiality officer")?;
        let (officer, reason) = HumanReviewed::try_new(officer, reason)?.into_parts();
        Ok(Self { officer, purpose, reason })
    }

    /// The human.
    #[must_use]
    pub const fn officer(&self) -> &Reviewer {
        &self.officer
    }

    /// For what.
    #[must_use]
    pub const fn purpose(&self) -> SealedPurpose {
        self.purpose
    }

    /// Why, in the officer's words.
    #[must_use]
    pub const fn reason(&self) -> &Words {
        &self.reason
    }
}

/// Permission to erase sealed rows. Made only from a human with the role for them; on what an erasure rests is the same as for
/// every other record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedErasure {
    officer: Reviewer,
    basis: ErasureBasis,
    reason: Words,
}

impl SealedErasure {
    /// Asks for permission. As for a read, nothing was looked up before.
    ///
    /// # Errors
    /// As for [`SealedAccess::try_new`].
    pub fn try_new(officer: Reviewer, basis: ErasureBasis, reason: &str) -> Result<Self, Refusal> {
        officer.must_be(&[Role::ConfidentialityOfficer], "erase_sealed_row", "a confidentiality officer")?;
        let (officer, reason) = HumanReviewed::try_new(officer, reason)?.into_parts();
        Ok(Self { officer, basis, reason })
    }

    /// The human.
    #[must_use]
    pub const fn officer(&self) -> &Reviewer {
        &self.officer
    }

    /// On what it rests.
    #[must_use]
    pub const fn basis(&self) -> ErasureBasis {
        self.basis
    }

    /// Why, in the officer's words.
    #[must_use]
    pub const fn reason(&self) -> &Words {
        &self.reason
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_confidentiality_officer_with_a_reason_is_permitted() {
        let all = [Role::Reviewer, Role::AppealOfficer, Role::Oversight, Role::ConfidentialityOfficer];
        for role in all {
            for (reason, is_reason) in [("she asked for it in writing", true), ("why not", false)] {
                let officer = Reviewer {
                    user_code: "c-1".to_owned(),
                    name: "M. Okonjo".to_owned(),
                    office: "Confidentiality Office".to_owned(),
                    role,
                };
                let access = SealedAccess::try_new(officer, SealedPurpose::Adjudication, reason);
                let is_permitted = role == Role::ConfidentialityOfficer && is_reason;
                assert_eq!(access.is_ok(), is_permitted, "{role:?}, {reason}");
                let officer = Reviewer {
                    user_code: "c-1".to_owned(),
                    name: "M. Okonjo".to_owned(),
                    office: "Confidentiality Office".to_owned(),
                    role,
                };
                let erasure = SealedErasure::try_new(officer, ErasureBasis::Order, reason);
                assert_eq!(erasure.is_ok(), is_permitted, "{role:?}, {reason}");
            }
        }
    }
}
