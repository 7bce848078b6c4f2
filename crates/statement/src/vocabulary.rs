//! The words that rules know of an attribute whose values are this project's own, and which days must have passed.
//!
//! A value that no rule knows is kept as it was written, and nothing is concluded from it. Whoever takes rows in tells
//! how many there are, so that a misspelt word does not pass for silence.

use crate::{Attribute, Statement};

const DEPARTURE_BASES: &[&str] = &[
    "FLOWN_MANIFEST",
    "EXIT_RECORD",
    "SELF_REPORTED",
    "COUNSEL_REPORTED",
    "BOOKED",
    "RESERVED",
    "NOT_BOARDED",
    "FOREIGN_ENTRY_STAMP",
    "CONSULAR_CONFIRMATION",
];
/// What a departure rests on that has not happened by that word alone.
const PLANNED: [&str; 2] = ["BOOKED", "RESERVED"];
const PROTECTIONS: &[&str] =
    &["ASYLUM", "REFUGEE", "TPS", "DED", "DEFERRED_ACTION", "WITHHOLDING", "CAT", "T", "U", "VAWA"];
const EVIDENCE: &[&str] =
    &["N-550", "N550", "N-560", "N560", "PASSPORT", "US_BIRTH", "PARENT", "CLAIM", "USC"];
/// Permissions to travel and return: advance parole, travel authorization under temporary protected status, refugee travel
/// document, re-entry permit, card of a permanent resident, visa.
const PERMITS: &[&str] = &["I-512", "I-512T", "I-571", "I-327", "I-551", "TPS_TRAVEL", "VISA"];
const MATCHED_BY: &[&str] = &["NAME", "NUMBER"];

/// The words that rules know, in upper case. None where the values are codes of the source or free.
///
/// ```
/// use redress_statement::{Attribute, vocabulary};
/// assert!(vocabulary::words(Attribute::DepartureBasis).unwrap().contains(&"EXIT_RECORD"));
/// assert!(vocabulary::words(Attribute::OrderCode).is_none());
/// ```
#[must_use]
pub const fn words(attribute: Attribute) -> Option<&'static [&'static str]> {
    Some(match attribute {
        Attribute::DepartureBasis => DEPARTURE_BASES,
        Attribute::ProtectionKind => PROTECTIONS,
        Attribute::CitizenshipEvidence => EVIDENCE,
        Attribute::PermitKind => PERMITS,
        Attribute::AssertedBy => MATCHED_BY,
        _ => return None,
    })
}

/// Whether a value, as normalized, is one that a rule can read: one of [`words`]; of a country its code or name, which has
/// no digit. True of every other attribute.
///
/// ```
/// use redress_statement::{Attribute, vocabulary};
/// assert!(!vocabulary::is_known(Attribute::DepartureBasis, "TELEPATHY"));
/// assert!(!vocabulary::is_known(Attribute::CitizenshipCountry, "U5A"));
/// assert!(vocabulary::is_known(Attribute::OrderCode, "ANY"));
/// ```
#[must_use]
pub fn is_known(attribute: Attribute, value: &str) -> bool {
    match words(attribute) {
        Some(words) => words.contains(&value),
        None if is_country(attribute) => !value.contains(|c: char| c.is_ascii_digit()),
        None => true,
    }
}

/// The known values in words, for a remark.
#[must_use]
pub fn known_in_words(attribute: Attribute) -> String {
    words(attribute).map_or_else(|| "codes and names without a digit".to_owned(), |words| words.join(", "))
}

const fn is_country(attribute: Attribute) -> bool {
    matches!(
        attribute,
        Attribute::BirthCountry
            | Attribute::CitizenshipCountry
            | Attribute::ProtectedFromCountry
            | Attribute::OrderedCountry
            | Attribute::DepartureCountry
    )
}

/// Whether a day of this attribute is of what has happened: it cannot lie after the day that the source describes. Days
/// of hearings, deadlines, permits and of what ends by a date can.
#[must_use]
pub const fn is_of_the_past(attribute: Attribute) -> bool {
    matches!(
        attribute,
        Attribute::BirthDate
            | Attribute::AddressReceivedOn
            | Attribute::ApplicationFiledOn
            | Attribute::ArrivedOn
            | Attribute::DepartedOn
            | Attribute::NtaFiledOn
            | Attribute::NtaIssuedOn
            | Attribute::AddressChangedOn
            | Attribute::OrderOn
            | Attribute::FinalOrderOn
            | Attribute::AppealFiledOn
            | Attribute::AppealDecidedOn
            | Attribute::MotionReceivedOn
            | Attribute::MotionDecidedOn
            | Attribute::NoticeMailedOn
            | Attribute::NoticeReturnedOn
            | Attribute::FederalCourtDecidedOn
            | Attribute::ReliefFiledOn
            | Attribute::ApplicationDecidedOn
            | Attribute::DiedOn
            | Attribute::PresentOn
            | Attribute::DetainedOn
            | Attribute::NameChangedOn
            | Attribute::CitizenshipEvidenceOn
            | Attribute::CitizenshipDecidedOn
            | Attribute::AddressDutyExplainedOn
            | Attribute::ScheduledOn
    )
}

/// Whether the statements of a record say that its departure is a plan, whose day may lie ahead.
#[must_use]
pub fn is_planned(statements: &[Statement]) -> bool {
    let basis = statements.iter().filter(|said| said.attribute == Attribute::DepartureBasis);
    basis.filter_map(|said| said.normalized.as_deref()).any(|value| PLANNED.contains(&value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ValueKind;

    #[test]
    fn words_are_of_codes_and_days_are_dates() {
        for attribute in Attribute::ALL.iter().copied() {
            if let Some(words) = words(attribute) {
                assert_eq!(attribute.kind(), ValueKind::Code, "{attribute}");
                for word in words {
                    assert_eq!(*word, word.to_uppercase(), "{attribute}: a normalized code is in upper case");
                    assert!(known_in_words(attribute).contains(word));
                }
            }
            assert!(!is_country(attribute) || attribute.kind() == ValueKind::Code, "{attribute}");
            assert!(!is_of_the_past(attribute) || attribute.kind() == ValueKind::Date, "{attribute}");
        }
    }
}
