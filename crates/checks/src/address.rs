//! Addresses for notices: the house, the unit, and whether two records give one address.

use redress_casefile::CaseRecord;
use redress_statement::{
    Attribute,
    fold::{fold, tokens},
};

use crate::agreement::one_keystroke;

/// Letters from which on a shorter address line counts as the beginning of a longer one.
const BEGINNING_LETTERS_MIN: usize = 6;

/// Whether two records give one address: the same line, the same but for one keystroke or a missing end, or
/// the same house number and postal code.
pub(crate) fn same_address(a: &CaseRecord, b: &CaseRecord) -> bool {
    let line = |record: &CaseRecord| fold(record.record.value(Attribute::AddressLine).unwrap_or_default());
    let postal_code = |record: &CaseRecord| record.record.value(Attribute::AddressPostalCode).map(fold);
    let (line_a, line_b) = (line(a), line(b));
    let postal_codes = (postal_code(a), postal_code(b));
    let same_postal_code = matches!(&postal_codes, (Some(a), Some(b)) if a == b);
    let other_postal_code = matches!(&postal_codes, (Some(a), Some(b)) if a != b);
    let same_number = line_a.split(' ').next() == line_b.split(' ').next();
    let near = one_keystroke(&line_a, &line_b) || begins(&line_a, &line_b) || begins(&line_b, &line_a);
    line_a == line_b || (near && !other_postal_code) || (same_number && same_postal_code)
}

fn begins(short: &str, long: &str) -> bool {
    short.len() >= BEGINNING_LETTERS_MIN && long.starts_with(short)
}

/// Digits of a postal code that count.
const POSTAL_CODE_DIGITS: usize = 5;

/// Words before the number of a unit.
const UNIT_WORDS: [&str; 12] =
    ["apartment", "apt", "bldg", "fl", "floor", "lot", "rm", "room", "ste", "suite", "trlr", "unit"];

/// An address for notices in the form in which it is counted: never kept, only asked by.
///
/// ```
/// use redress_checks::AddressKey;
/// let key = AddressKey::of("12 Oak Street, Apt 4", "60614-1234").expect("line and postal code");
/// assert_eq!(key.house, "12 oak street 60614");
/// assert!(key.has_unit);
/// assert_eq!(AddressKey::of("12 Oak Street", ""), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressKey {
    /// House number, street and the first five digits of the postal code, folded; without the unit.
    pub house: String,
    /// The whole line with the postal code, folded.
    pub whole: String,
    /// Whether the line names a unit.
    pub has_unit: bool,
}

impl AddressKey {
    /// The key of a street line and a postal code. None when the line has no word or the code no five digits.
    #[must_use]
    pub fn of(line: &str, postal_code: &str) -> Option<Self> {
        let postal_code = five_digits(postal_code)?;
        let words = tokens(&line.replace('#', " unit "));
        let unit_at =
            words.iter().skip(1).position(|word| UNIT_WORDS.contains(&word.as_str())).map(|at| at + 1);
        let house = words[..unit_at.unwrap_or(words.len())].join(" ");
        (!house.is_empty()).then(|| Self {
            house: format!("{house} {postal_code}"),
            whole: format!("{} {postal_code}", words.join(" ")),
            has_unit: unit_at.is_some(),
        })
    }

    /// The key of the address that a record gives. None when it gives no line or no postal code.
    #[must_use]
    pub(crate) fn of_record(record: &CaseRecord) -> Option<Self> {
        let value = |attribute| record.record.value(attribute);
        Self::of(value(Attribute::AddressLine)?, value(Attribute::AddressPostalCode)?)
    }
}

/// The five digits with which a postal code begins. None when it does not begin with five.
#[must_use]
pub fn five_digits(postal_code: &str) -> Option<&str> {
    postal_code.get(..POSTAL_CODE_DIGITS).filter(|head| head.bytes().all(|sign| sign.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_told_from_the_house() {
        for (line, house, has_unit) in [
            ("12 Oak Street", "12 oak street 60614", false),
            ("12 Oak Street #4", "12 oak street 60614", true),
            ("12 OAK STREET UNIT 4B", "12 oak street 60614", true),
            ("Floor Street 12", "floor street 12 60614", false),
        ] {
            let key = AddressKey::of(line, "60614").unwrap();
            assert_eq!((key.house.as_str(), key.has_unit), (house, has_unit), "{line}");
        }
        assert_eq!(AddressKey::of("12 Oak Street", "6061"), None);
        assert_eq!(AddressKey::of("", "60614"), None);
        assert_eq!(five_digits("é0614"), None);
    }
}
