//! A-numbers and names that testers and clerks write when they have none.
//!
//! As of 1 January 2026. Source: DHS OIG-12-111, which found test records left in; sequences of one digit and
//! running sequences are the usual fillings of a nine-digit column.

/// A-numbers of nine digits that no office allots.
const NUMBERS: [&str; 4] = ["123456789", "987654321", "012345678", "000000001"];

/// Single words of a name, folded, that mark a test.
const TEST_WORDS: [&str; 6] = ["test", "tester", "testing", "testcase", "testrecord", "dummy"];

/// Given and family names of invented or unknown persons, folded.
const TEST_NAMES: [(&str, &str); 5] =
    [("john", "doe"), ("jane", "doe"), ("mickey", "mouse"), ("minnie", "mouse"), ("donald", "duck")];

/// Whether an A-number of nine digits is a sequence that no office allots.
pub(crate) fn is_sequence(a_number: &str) -> bool {
    let first = a_number.bytes().next();
    NUMBERS.contains(&a_number) || (first.is_some() && a_number.bytes().all(|digit| Some(digit) == first))
}

/// Whether a folded given and family name are those of a test.
pub(crate) fn is_test_name(given: &str, family: &str) -> bool {
    TEST_WORDS.contains(&given) || TEST_WORDS.contains(&family) || TEST_NAMES.contains(&(given, family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_and_tests_are_told_from_people() {
        assert!(is_sequence("999999999") && is_sequence("123456789"));
        assert!(!is_sequence("200000017") && !is_sequence(""));
        assert!(is_test_name("test", "ruiz") && is_test_name("jane", "doe"));
        assert!(!is_test_name("jane", "ruiz") && !is_test_name("", ""));
    }
}
