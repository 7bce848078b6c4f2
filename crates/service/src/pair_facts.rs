//! What the narrow rule asks of a pair, read from the two records themselves.

use std::collections::BTreeMap;

use redress_casefile::{
    LinkEvidence,
    person::{KINDS_AGREED_MIN, auto_accept},
};
use redress_checks::SourceFacts;
use redress_statement::{
    Attribute, PartialDate, Record, SourceId, fold::tokens, name::given_names_equivalent,
};

/// What is known of each source: whether it fills in a month and a day when it knows the year alone.
pub(crate) type Sources = BTreeMap<SourceId, SourceFacts>;

/// The facts of a pair that decide whether the model may accept it alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PairFacts {
    /// Kinds of attribute that agree: name, birth date, identifier, country, address.
    pub(crate) n_kinds_agreed: u16,
    /// The birth dates do not disagree, or by one keystroke. True when one is missing.
    pub(crate) birth_date_within_one_keystroke: bool,
    /// No identifier disagrees by more than one keystroke. True when none can be compared.
    pub(crate) identifiers_within_one_keystroke: bool,
    /// Both are rows of one source that it holds to be of one person itself, such as the entries of one traveler's history.
    pub(crate) is_stated: bool,
}

impl PairFacts {
    pub(crate) fn of(left: &Record, right: &Record, sources: &Sources) -> Self {
        let birth_dates = birth_date(left, sources).zip(birth_date(right, sources));
        let agreed = [
            names_agree(left, right),
            birth_dates.is_some_and(agree_to_the_day),
            IDENTIFIERS.iter().any(|attribute| equal(left, right, *attribute)),
            equal(left, right, Attribute::CitizenshipCountry),
            equal(left, right, Attribute::AddressLine),
        ];
        Self {
            n_kinds_agreed: agreed.into_iter().map(u16::from).sum(),
            birth_date_within_one_keystroke: birth_dates.is_none_or(are_close),
            identifiers_within_one_keystroke: IDENTIFIERS
                .iter()
                .all(|attribute| identifiers_close(left, right, *attribute)),
            is_stated: are_stated_one(left, right),
        }
    }

    /// Whether the model may accept the pair alone, by the narrow rule.
    pub(crate) fn accept(self, evidence: &LinkEvidence) -> bool {
        let narrow = auto_accept(
            evidence,
            self.n_kinds_agreed,
            self.birth_date_within_one_keystroke,
            self.identifiers_within_one_keystroke,
        );
        narrow && evidence.n_agree >= KINDS_AGREED_MIN
    }

    /// The evidence of a pair that the model weighed. Where the source itself says that both rows are of one person, its word
    /// stands in the place of the model's probability, which is of rows that happen to agree: in a store that holds little else,
    /// a model cannot tell these two. What agrees stays as it was counted.
    pub(crate) const fn evidence(self, of_model: LinkEvidence) -> LinkEvidence {
        if !self.is_stated || self.contradict() {
            return of_model;
        }
        LinkEvidence { match_probability: 1.0, reliability_low: 1.0, reliability_high: 1.0, ..of_model }
    }

    /// Whether birth date or identifier speak against one person so that no model may put the two together, however many
    /// other records lie between them.
    pub(crate) const fn contradict(self) -> bool {
        !(self.birth_date_within_one_keystroke && self.identifiers_within_one_keystroke)
    }
}

/// Whether both are identity rows of the lead table of one source, and belong to one person by its own word.
fn are_stated_one(left: &Record, right: &Record) -> bool {
    let is_lead = |record: &Record| {
        let of_table = record.key.key.strip_prefix(&*record.table);
        record.is_identity && of_table.is_none_or(|key| !key.starts_with(':'))
    };
    left.about.is_some()
        && left.about == right.about
        && left.key.source == right.key.source
        && left.table == right.table
        && [left, right].into_iter().all(is_lead)
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

/// The date of birth; the year alone where day and month are those that the source declares to fill in.
fn birth_date(record: &Record, sources: &Sources) -> Option<PartialDate> {
    let date = record.date(Attribute::BirthDate)?;
    let is_default = sources.get(&record.key.source).is_some_and(|facts| facts.writes_by_default(date));
    Some(if is_default { date.without_day_and_month() } else { date })
}

/// Equal to the day. 1 January on both sides is what offices write that know the year alone, whether they declare it or
/// not: it agrees in nothing that could carry a link.
fn agree_to_the_day((left, right): (PartialDate, PartialDate)) -> bool {
    left == right && left.is_complete() && !left.is_first_of_january()
}

/// Nothing that both state differs, or one digit. Day and month exchanged are more than one keystroke: a human looks.
fn are_close((left, right): (PartialDate, PartialDate)) -> bool {
    left.n_fields_differing(right) == 0 || left.differs_by_one_digit(right)
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

    /// The facts of two records that state a date of birth; `border` fills in 1 January where it knows the year alone.
    fn of_dates(left: (&str, &str), right: (&str, &str)) -> PairFacts {
        let facts = SourceFacts { birth_date_default: Some((1, 1)), ..SourceFacts::default() };
        let sources = BTreeMap::from([("border".parse().unwrap(), facts)]);
        let [left, right] = [left, right].map(|(source, date)| {
            redress_testkit::record(source, "extract", "K1").says(Attribute::BirthDate, date).build()
        });
        PairFacts::of(&left, &right, &sources)
    }

    #[test]
    fn the_word_of_a_source_stands_for_the_probability_of_its_own_rows_alone() {
        let of_model = LinkEvidence {
            match_probability: 0.6,
            reliability_low: 0.1,
            reliability_high: 0.9,
            n_agree: 4,
            n_disagree: 0,
            n_not_comparable: 2,
        };
        let row = |source: &str, key: &str, about: Option<&str>, number: &str| {
            let mut record = redress_testkit::record(source, "travels", key)
                .says(Attribute::GivenName, "Ana")
                .says(Attribute::FamilyName, "Ruiz")
                .says(Attribute::BirthDate, "1990-03-04")
                .says(Attribute::PassportNumber, number)
                .build();
            record.about = about.map(Into::into);
            record
        };
        let entry = row("border", "e1", Some("X123"), "X123");
        for (other, is_accepted) in [
            (row("border", "e2", Some("X123"), "X123"), true),
            (row("border", "e2", Some("X124"), "X123"), false),
            (row("border", "e2", None, "X123"), false),
            (row("office", "e2", Some("X123"), "X123"), false),
            // A row of another table is about a row of the lead table, which is no word on a person.
            (row("border", "travels:e2", Some("X123"), "X123"), false),
            // The source's word does not stand against its own numbers.
            (row("border", "e2", Some("X123"), "Y999"), false),
        ] {
            let facts = PairFacts::of(&entry, &other, &Sources::new());
            assert_eq!(
                facts.accept(&facts.evidence(of_model)),
                is_accepted,
                "{:?} {:?}",
                other.key,
                other.about
            );
        }
    }

    #[test]
    fn a_birth_date_agrees_to_the_day_or_contradicts_beyond_one_digit() {
        let (office, border) = ("benefits", "border");
        for (left, right, n_kinds, contradict) in [
            ((office, "1980-05-02"), (office, "1980-05-02"), 1, false),
            ((office, "1980-05-02"), (office, "1980-05-12"), 0, false),
            ((office, "1980-05-02"), (office, "1981-05-12"), 0, true),
            // Day and month exchanged.
            ((office, "1980-05-02"), (office, "1980-02-05"), 0, true),
            ((office, "1980"), (office, "1980-05-02"), 0, false),
            ((office, "1980"), (office, "1981-05-02"), 0, true),
            ((office, "1980-01-01"), (office, "1980-01-01"), 0, false),
            // An office that fills in nothing means 1 January; the border may know no more than the year.
            ((office, "1980-01-01"), (office, "1980-05-12"), 0, true),
            ((border, "1980-01-01"), (office, "1980-05-12"), 0, false),
            ((border, "1980-01-01"), (border, "1980-05-12"), 0, false),
            ((border, "1980-01-01"), (office, "1990-05-12"), 0, true),
            ((border, "1980-05-12"), (border, "1980-05-12"), 1, false),
        ] {
            let facts = of_dates(left, right);
            assert_eq!(
                (facts.n_kinds_agreed, facts.contradict()),
                (n_kinds, contradict),
                "{left:?} {right:?}"
            );
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
