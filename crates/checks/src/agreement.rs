//! Whether two records speak of one person: names, dates of birth and numbers, side by side.
//!
//! Nearly every rule asks this before it reports. A file may hold a brother's record by mistake; what the
//! brother's record says must raise nothing here.

use std::collections::BTreeSet;

use redress_statement::{
    Attribute, PartialDate,
    fold::{fold, tokens},
    name::{PersonName, given_names_equivalent, is_particle, is_placeholder},
};

use redress_casefile::CaseRecord;

/// Digits of an A-number, a leading zero included.
const A_NUMBER_DIGITS: usize = 9;

/// What a source writes when its own match to a court case rests on the name.
pub(crate) const BY_NAME: &str = "NAME";

/// What a comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// Equal, or an honest way of writing the same.
    Agree,
    /// Not the same.
    Disagree,
    /// One side says nothing.
    NotComparable,
}

use Agreement::{Agree, Disagree, NotComparable};

/// The name that a record states; parts that it does not state are empty.
pub(crate) fn name_of(record: &CaseRecord) -> PersonName {
    let part = |attribute| record.record.value(attribute).unwrap_or_default();
    PersonName::new(part(Attribute::FamilyName), part(Attribute::GivenName), part(Attribute::MiddleName))
}

/// The date of birth that a record states.
pub(crate) fn birth_date_of(record: &CaseRecord) -> Option<PartialDate> {
    record.record.date(Attribute::BirthDate)
}

/// The A-number that a record states, as nine digits. None when it states none, or none that can be one.
pub(crate) fn a_number_of(record: &CaseRecord) -> Option<String> {
    let value = record.record.value(Attribute::ANumber)?;
    let digits = value.strip_prefix('A').unwrap_or(value);
    let is_number = (A_NUMBER_DIGITS - 1..=A_NUMBER_DIGITS).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| format!("{digits:0>A_NUMBER_DIGITS$}"))
}

/// Whether one text becomes the other by one keystroke: one sign more, less or other, or two neighbors
/// exchanged.
pub(crate) fn one_keystroke(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (&a[..a.len() - end], &b[..b.len() - end]) {
        ([_], [] | [_]) | ([], [_]) => true,
        ([x, y], [v, w]) => x == w && y == v,
        _ => false,
    }
}

/// Whether two numbers of equal length differ by one digit or by two neighbors exchanged.
pub(crate) fn mistyped(a: &str, b: &str) -> bool {
    a.len() == b.len() && one_keystroke(a, b)
}

/// Whether a date is another with day and month exchanged.
pub(crate) fn exchanged(a: PartialDate, b: PartialDate) -> bool {
    a.swapped_day_month() == Some(b)
}

/// Compares A-numbers; one keystroke apart counts as agreement.
pub(crate) fn a_numbers(a: &CaseRecord, b: &CaseRecord) -> Agreement {
    match (a_number_of(a), a_number_of(b)) {
        (Some(a), Some(b)) if a == b || mistyped(&a, &b) => Agree,
        (Some(_), Some(_)) => Disagree,
        _ => NotComparable,
    }
}

/// Compares dates of birth. What a slip of a finger or a default of 1 January explains counts as agreement.
pub(crate) fn birth_dates(a: Option<PartialDate>, b: Option<PartialDate>) -> Agreement {
    let (Some(a), Some(b)) = (a, b) else { return NotComparable };
    let is_default = a.year() == b.year() && (a.is_first_of_january() || b.is_first_of_january());
    if a.n_fields_differing(b) == 0 || is_default || exchanged(a, b) || a.differs_by_one_digit(b) {
        Agree
    } else {
        Disagree
    }
}

/// Compares given names; a misspelling by one keystroke counts as agreement.
pub(crate) fn given_names(a: &PersonName, b: &PersonName) -> Agreement {
    parts(&a.given, &b.given)
}

/// Compares names as a whole: parts in other places, further names and misspellings by one keystroke are
/// agreement.
pub(crate) fn names(a: &PersonName, b: &PersonName) -> Agreement {
    let (words_a, words_b) = (a.token_set(), b.token_set());
    if words_a.is_empty() || words_b.is_empty() {
        return NotComparable;
    }
    if within(&words_a, &words_b) || within(&words_b, &words_a) {
        return Agree;
    }
    match (given_names(a, b), family_names(a, b)) {
        (Disagree, _) | (_, Disagree) => Disagree,
        (NotComparable, NotComparable) => NotComparable,
        _ => Agree,
    }
}

/// Whether two records may be held to speak of one person, whatever linkage made of them. Twins have one date of birth and
/// numbers one keystroke apart: there the names decide.
pub(crate) fn same_person(a: &CaseRecord, b: &CaseRecord) -> bool {
    // Names last: they are dear to compare, and most records of others differ in number or date already.
    let names = || names(&name_of(a), &name_of(b));
    match (a_numbers(a, b), birth_dates(birth_date_of(a), birth_date_of(b))) {
        (Agree, Agree) => a_number_of(a) == a_number_of(b) || names() != Disagree,
        (Agree, NotComparable) | (NotComparable, Agree) => names() == Agree,
        _ => false,
    }
}

/// Whether what a record says is about this court case: the agency matched it to the case by number, or,
/// where it matched nothing or matched by name alone, the two speak of one person.
pub(crate) fn concerns(record: &CaseRecord, proceeding: &CaseRecord) -> bool {
    let asserted_by_name = record.record.value(Attribute::AssertedBy) == Some(BY_NAME);
    match record.record.value(Attribute::AssertedProceeding) {
        Some(asserted) if !asserted_by_name => asserted == &*proceeding.record.key.key,
        _ => same_person(record, proceeding),
    }
}

/// Whether one of the records that disagree is held to be of this person. Records that are all merely
/// possible are read in the file in which they are accepted: only there stands everything that speaks for
/// either side.
pub(crate) fn any_accepted<'a>(
    record: &CaseRecord,
    mut others: impl Iterator<Item = &'a CaseRecord>,
) -> bool {
    record.is_accepted() || others.any(CaseRecord::is_accepted)
}

fn family_names(a: &PersonName, b: &PersonName) -> Agreement {
    let shares_word = || {
        let words_b = tokens(&b.family);
        tokens(&a.family).iter().any(|word| !is_particle(word) && words_b.contains(word))
    };
    match parts(&a.family, &b.family) {
        Disagree if shares_word() => Agree,
        other => other,
    }
}

fn parts(a: &str, b: &str) -> Agreement {
    let (letters_a, letters_b) = (fold(a).replace(' ', ""), fold(b).replace(' ', ""));
    if letters_a.is_empty() || letters_b.is_empty() || is_placeholder(a) || is_placeholder(b) {
        NotComparable
    } else if given_names_equivalent(a, b) || one_keystroke(&letters_a, &letters_b) {
        Agree
    } else {
        Disagree
    }
}

/// Whether a name of two or more words stands wholly within another.
fn within(some: &BTreeSet<String>, all: &BTreeSet<String>) -> bool {
    (some.len() > 1 || some.len() == all.len()) && some.is_subset(all)
}

#[cfg(test)]
mod tests {
    use redress_testkit::parse_case_file;

    use super::*;

    #[test]
    fn one_keystroke_is_one() {
        for (a, b, expected) in [
            ("123456789", "123456798", true),
            ("123456789", "123456780", true),
            ("123456789", "12345678", true),
            ("112", "121", true),
            ("123456789", "123456789", false),
            ("123456789", "123456897", false),
            ("1234", "4231", false),
            ("", "12", false),
        ] {
            assert_eq!(one_keystroke(a, b), expected, "{a} {b}");
            assert_eq!(one_keystroke(b, a), expected, "{b} {a}");
        }
        assert!(!mistyped("123456789", "12345678"));
    }

    #[test]
    fn names_agree_as_tabled() {
        for (a, b, expected) in [
            (("García López", "Ana", ""), ("GARCIA", "ANA", "L"), Agree),
            (("García López", "Ana", ""), ("Lopez", "Ana", "Garcia"), Agree),
            (("Nguyen", "Anh", "Van"), ("Anh", "Nguyen", ""), Agree),
            (("García López", "Ana", ""), ("García López", "Anna", ""), Agree),
            (("García López", "Ana", ""), ("García López", "Luis", ""), Disagree),
            (("García López", "Ana", ""), ("Pérez", "Ana", ""), Disagree),
            (("de la Cruz", "Ana", ""), ("de la Fuente", "Ana", ""), Disagree),
            (("García", "FNU", ""), ("García", "Ana", ""), Agree),
            (("Suharto", "", ""), ("Suharto", "", ""), Agree),
            (("", "", ""), ("García", "Ana", ""), NotComparable),
        ] {
            let name = |(f, g, m): (&str, &str, &str)| PersonName::new(f, g, m);
            assert_eq!(names(&name(a), &name(b)), expected, "{a:?} {b:?}");
            assert_eq!(names(&name(b), &name(a)), expected, "{b:?} {a:?}");
        }
    }

    #[test]
    fn birth_dates_agree_as_tabled() {
        for (a, b, expected) in [
            ("1985-07-04", "1985-07-04", Agree),
            ("1985-07-04", "1985", Agree),
            ("1985-07-04", "1985-04-07", Agree),
            ("1985-07-04", "1985-07-14", Agree),
            ("1985-07-04", "1985-01-01", Agree),
            ("1985-07-04", "1986-01-01", Disagree),
            ("1985-07-04", "1986-08-04", Disagree),
        ] {
            let date = |text: &str| text.parse().ok();
            assert_eq!(birth_dates(date(a), date(b)), expected, "{a} {b}");
        }
        assert_eq!(birth_dates(None, "1985-07-04".parse().ok()), NotComparable);
    }

    #[test]
    fn an_a_number_has_eight_or_nine_digits() {
        for (value, expected) in [
            ("200000017", Some("200000017")),
            ("A012345678", Some("012345678")),
            ("12345678", Some("012345678")),
            ("1234567", None),
            ("2000000170", None),
            ("20000001X", None),
        ] {
            let file = parse_case_file(&format!("status extract S1\n  a_number {value}"));
            assert_eq!(a_number_of(&file.records[0]).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn a_match_by_number_decides_and_one_by_name_does_not() {
        let who = "birth_date 1990-03-04\n  family_name Ruiz\n  given_name Ana";
        for (asserted, expected) in [
            ("", true),
            ("asserted_proceeding 11\n  asserted_by NUMBER", true),
            ("asserted_proceeding 12\n  asserted_by NUMBER", false),
            ("asserted_proceeding 12\n  asserted_by NAME", true),
        ] {
            let file = parse_case_file(&format!(
                "status extract S1\n  {who}\n  {asserted}\ncourt names 11\n  {who}"
            ));
            assert_eq!(concerns(&file.records[0], &file.records[1]), expected, "{asserted}");
        }
    }

    #[test]
    fn the_same_person_as_tabled() {
        let first = "birth_date 1990-03-04\n  a_number 200000017\n  family_name Ruiz\n  given_name Ana";
        for (second, expected) in [
            ("a_number 200000017\n  birth_date 1990-03-04\n  given_name Eva", true),
            ("a_number 200000017\n  family_name Ruiz", true),
            ("a_number 200000017\n  given_name Eva", false),
            ("a_number 200000018\n  birth_date 1990-03-04\n  family_name Ruiz\n  given_name Eva", false),
            ("a_number 200000018\n  birth_date 1990-03-04\n  family_name Ruiz\n  given_name Ana", true),
            ("a_number 200000999\n  birth_date 1990-03-04\n  family_name Ruiz\n  given_name Ana", false),
            ("birth_date 1990-03-04\n  family_name Ruiz\n  given_name Ana", true),
            ("birth_date 1990-03-04\n  family_name Ruiz\n  given_name Eva", false),
            ("birth_date 1962-11-23\n  a_number 200000017\n  family_name Ruiz\n  given_name Ana", false),
            ("family_name Ruiz\n  given_name Ana", false),
        ] {
            let text = format!("status extract S1\n  {first}\ncourt names C1\n  {second}");
            let file = parse_case_file(&text);
            assert_eq!(same_person(&file.records[0], &file.records[1]), expected, "{second}");
        }
    }
}
