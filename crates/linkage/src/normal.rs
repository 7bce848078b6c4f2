//! The normalized value of each kind: the form used for comparison.
//!
//! `None` means that nothing comparable was written: empty, or a word or number that stands for "not known".

use redress_statement::fold::fold;
use redress_statement::name::{is_placeholder, is_written_as_a_name};

use crate::kind::Kind;

/// Longest normalized value, in bytes; what is beyond is not compared.
pub(crate) const VALUE_BYTES_MAX: usize = 256;
/// A telephone number of fewer digits is none.
const PHONE_DIGITS_MIN: usize = 5;
/// Only this many last digits of a telephone number are compared: country codes and trunk zeros come and go.
pub(crate) const PHONE_DIGITS_MAX: usize = 9;

const NOT_KNOWN: [&str; 19] = [
    "",
    "n a",
    "na",
    "nan",
    "null",
    "none",
    "nil",
    "unknown",
    "unk",
    "not known",
    "not available",
    "not provided",
    "not recorded",
    "not given",
    "missing",
    "blank",
    "undefined",
    "no data",
    "not applicable",
];

/// Those of them that are names of people as well, and are taken for names where they are written like one.
const NAMES_AS_WELL: [&str; 5] = ["na", "nan", "null", "nil", "blank"];

/// The usual short forms of words in addresses: long form, short form.
const ADDRESS_WORDS: [(&str, &str); 26] = [
    ("street", "st"),
    ("str", "st"),
    ("road", "rd"),
    ("avenue", "ave"),
    ("av", "ave"),
    ("boulevard", "blvd"),
    ("drive", "dr"),
    ("lane", "ln"),
    ("court", "ct"),
    ("crescent", "cres"),
    ("cr", "cres"),
    ("circuit", "cct"),
    ("close", "cl"),
    ("place", "pl"),
    ("square", "sq"),
    ("terrace", "tce"),
    ("parade", "pde"),
    ("highway", "hwy"),
    ("apartment", "apt"),
    ("unit", "apt"),
    ("flat", "apt"),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
    ("suite", "ste"),
];

/// Whether a word of a normalized address only says what kind of street or unit it is.
pub(crate) fn is_street_word(word: &str) -> bool {
    ADDRESS_WORDS.iter().any(|(_, short)| *short == word)
}

/// The normalized value of a text of a kind; birth dates have their own reader.
pub(crate) fn normalized(kind: Kind, original: &str) -> Option<String> {
    let value = match kind {
        Kind::GivenName | Kind::MiddleName | Kind::FamilyName | Kind::FullName => name(original),
        Kind::Sex => sex(original),
        Kind::Identifier => identifier(original),
        Kind::Phone => phone(original),
        Kind::Email => email(original),
        Kind::PostalCode => code(original),
        Kind::AddressLine => address(original),
        _ => Some(fold(original)),
    }?;
    let is_not_known = NOT_KNOWN.contains(&value.as_str()) && !is_name_as_well(kind, original, &value);
    if is_not_known { None } else { Some(cut(value)) }
}

fn is_name_as_well(kind: Kind, original: &str, value: &str) -> bool {
    kind.is_name() && NAMES_AS_WELL.contains(&value) && is_written_as_a_name(original)
}

fn cut(mut value: String) -> String {
    let mut end = value.len().min(VALUE_BYTES_MAX);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    value.truncate(end);
    value
}

fn name(original: &str) -> Option<String> {
    if is_placeholder(original) { None } else { Some(fold(original)) }
}

fn sex(original: &str) -> Option<String> {
    let folded = fold(original);
    let word = match folded.as_str() {
        "m" | "male" | "man" | "mann" | "masculine" | "hombre" | "homme" | "masculino" | "mannlich" => "m",
        "f" | "female" | "woman" | "w" | "feminine" | "mujer" | "femme" | "femenino" | "weiblich"
        | "kvinne" | "kvinna" | "kvinde" | "frau" => "f",
        "u" | "0" | "9" => return None,
        other => other,
    };
    Some(word.to_owned())
}

/// Letters and digits in one piece, leading zeros away; none when it is one sign repeated or counts upwards.
fn identifier(original: &str) -> Option<String> {
    let value = code(original)?;
    let value = value.trim_start_matches('0');
    let placeholder = value == "123456789" || value == "12345678" || is_placeholder(original);
    (!value.is_empty() && !placeholder).then(|| value.to_owned())
}

fn code(original: &str) -> Option<String> {
    let value = fold(original).replace(' ', "");
    let repeated = value.len() > 2 && value.bytes().all(|b| Some(b) == value.bytes().next());
    (!value.is_empty() && !repeated).then_some(value)
}

fn phone(original: &str) -> Option<String> {
    let digits: String = original.chars().filter(char::is_ascii_digit).collect();
    let repeated = digits.bytes().all(|b| Some(b) == digits.bytes().next());
    if digits.len() < PHONE_DIGITS_MIN || repeated {
        return None;
    }
    Some(digits[digits.len().saturating_sub(PHONE_DIGITS_MAX)..].to_owned())
}

fn email(original: &str) -> Option<String> {
    let value: String =
        original.trim().to_lowercase().chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
    let signs = value.chars().filter(|c| c.is_alphanumeric()).count();
    (signs > 2 && fold(&value) != "not available").then_some(value)
}

fn address(original: &str) -> Option<String> {
    let folded = fold(original);
    if folded.bytes().all(|b| b == b'0' || b == b' ') {
        return None;
    }
    let words = folded
        .split(' ')
        .map(|word| ADDRESS_WORDS.iter().find(|(long, _)| *long == word).map_or(word, |(_, short)| short));
    Some(words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_as_tabled() {
        for (kind, original, expected) in [
            (Kind::GivenName, "FNU", None),
            (Kind::GivenName, "Nil", Some("nil")),
            (Kind::GivenName, "NIL", None),
            (Kind::FamilyName, "Na", Some("na")),
            (Kind::FamilyName, "NA", None),
            (Kind::City, "Nil", None),
            (Kind::FamilyName, "No Name Given", None),
            (Kind::FamilyName, "O’Brien-Núñez", Some("obrien nunez")),
            (Kind::FamilyName, "陳", Some("chen")),
            (Kind::FamilyName, "陈", Some("chen")),
            (Kind::FamilyName, "田中", Some("tianzhong")),
            (Kind::FamilyName, "たなか", Some("tanaka")),
            (Kind::Sex, "Female", Some("f")),
            (Kind::Sex, "U", None),
            (Kind::Identifier, "A-012 345 678", Some("a012345678")),
            (Kind::Identifier, "0012345", Some("12345")),
            (Kind::Identifier, "000000000", None),
            (Kind::Identifier, "123-45-6789", None),
            (Kind::Phone, "+1 (202) 555-0143", Some("025550143")),
            (Kind::Phone, "0000000", None),
            (Kind::Email, " Ana@Example.ORG ", Some("ana@example.org")),
            (Kind::PostalCode, "SW1A 1AA", Some("sw1a1aa")),
            (Kind::AddressLine, "12 Forbes Street", Some("12 forbes st")),
            (Kind::City, "N/A", None),
            (Kind::Text, "", None),
        ] {
            assert_eq!(normalized(kind, original).as_deref(), expected, "{original}");
        }
        assert_eq!(normalized(Kind::Text, &"ä".repeat(10_000)).unwrap().len(), VALUE_BYTES_MAX);
    }
}
