//! What the narrow rule asks of a pair, read from the two records themselves.

use redress_statement::{Attribute, PartialDate, Record, fold::tokens, name::given_names_equivalent};

/// The facts of a pair that decide whether the model may accept it alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PairFacts {
    /// Kinds of attribute that agree: name, birth date, identifier, country, address.
    pub(crate) n_kinds_agreed: u16,
    /// The birth dates do not disagree, or by one keystroke. True when one is missing.
    pub(crate) birth_date_within_one_keystroke: bool,
    /// No identifier disagrees by more than one keystroke. True when none can be compared.
    pub(crate) identifiers_within_one_keystroke: bool,
}

impl PairFacts {
    pub(crate) fn of(left: &Record, right: &Record) -> Self {
        let agreed = [
            names_agree(left, right),
            birth_dates_agree(left, right),
            IDENTIFIERS.iter().any(|attribute| equal(left, right, *attribute)),
            equal(left, right, Attribute::CitizenshipCountry),
            equal(left, right, Attribute::AddressLine),
        ];
        Self {
            n_kinds_agreed: agreed.into_iter().map(u16::from).sum(),
            birth_date_within_one_keystroke: birth_dates_close(left, right),
            identifiers_within_one_keystroke: IDENTIFIERS
                .iter()
                .all(|attribute| identifiers_close(left, right, *attribute)),
        }
    }
}

const IDENTIFIERS: [Attribute; 2] = [Attribute::ANumber, Attribute::PassportNumber];

/// Whether both records state the same A-number.
pub(crate) fn shares_a_number(left: &Record, right: &Record) -> bool {
    equal(left, right, Attribute::ANumber)
}

fn equal(left: &Record, right: &Record, attribute: Attribute) -> bool {
    match (left.value(attribute), right.value(attribute)) {
        (Some(left), Some(right)) => left == right || tokens(left) == tokens(right),
        _ => false,
    }
}

/// The given names are equivalent and the family names share a token.
fn names_agree(left: &Record, right: &Record) -> bool {
    let part = |record: &Record, attribute| record.value(attribute).unwrap_or_default().to_owned();
    let given = given_names_equivalent(&part(left, Attribute::GivenName), &part(right, Attribute::GivenName));
    let family = tokens(&part(left, Attribute::FamilyName));
    given && tokens(&part(right, Attribute::FamilyName)).iter().any(|token| family.contains(token))
}

/// Equal to the day. 1 January on both sides is what offices write that know the year alone: it agrees in nothing that
/// could carry a link.
fn birth_dates_agree(left: &Record, right: &Record) -> bool {
    let is_default = left.date(Attribute::BirthDate).is_some_and(PartialDate::is_first_of_january);
    !is_default && equal(left, right, Attribute::BirthDate)
}

/// Equal, less precise but compatible, exchanged day and month, or one digit.
fn birth_dates_close(left: &Record, right: &Record) -> bool {
    let (Some(left), Some(right)) = (left.date(Attribute::BirthDate), right.date(Attribute::BirthDate))
    else {
        return true;
    };
    left == right
        || left.swapped_day_month() == Some(right)
        || left.differs_by_one_digit(right)
        || (left.year() == right.year() && (left.is_first_of_january() || right.is_first_of_january()))
}

fn identifiers_close(left: &Record, right: &Record, attribute: Attribute) -> bool {
    match (left.value(attribute), right.value(attribute)) {
        (Some(left), Some(right)) => within_one_keystroke(left, right),
        _ => true,
    }
}

/// Equal but for leading zeros, one substituted sign, or two neighbours exchanged.
pub(crate) fn within_one_keystroke(left: &str, right: &str) -> bool {
    let bare = |text: &str| text.trim_start_matches('0').as_bytes().to_vec();
    let (left, right) = (bare(left), bare(right));
    if left == right {
        return true;
    }
    if left.len() != right.len() {
        return false;
    }
    let differing: Vec<usize> = (0..left.len()).filter(|at| left[*at] != right[*at]).collect();
    match differing[..] {
        [_] => true,
        [a, b] => b == a + 1 && left[a] == right[b] && left[b] == right[a],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_birth_date_is_no_kind_that_agrees() {
        for (left, right, n_kinds) in [
            ("1980-05-02", "1980-05-02", 1),
            ("1980-01-01", "1980-01-01", 0),
            ("1980-01-01", "1980-05-02", 0),
        ] {
            let of = |key: &str, date: &str| {
                redress_testkit::record("benefits", "applications", key)
                    .says(Attribute::BirthDate, date)
                    .build()
            };
            let facts = PairFacts::of(&of("K1", left), &of("K2", right));
            assert_eq!(facts.n_kinds_agreed, n_kinds, "{left} {right}");
        }
    }

    #[test]
    fn one_keystroke_is_one_substitution_or_one_exchange() {
        for (left, right, close) in [
            ("012345678", "12345678", true),
            ("212345678", "212345679", true),
            ("212345678", "212345687", true),
            ("212345678", "212346587", false),
            ("212345678", "21234567", false),
            ("212345678", "112345679", false),
        ] {
            assert_eq!(within_one_keystroke(left, right), close, "{left} {right}");
        }
    }
}
