//! ID-01: two people in one record.
//!
//! A paper of one person is filed under the number of another, or a match has put two people together. From
//! then on somebody else's order, departure or address stands in a person's file, and nothing in the file
//! says so. The inspector general of the department found 825,000 instances of one set of prints with
//! different biographic data (DHS OIG-12-111), and files held together in error in a sample of OIG-17-111.
//!
//! The rule reads the records that are held as one: accepted together, or a possible link that states the
//! same A-number. Two of them are two people when the dates of birth differ in more than one of year, month
//! and day *and* the given names are not two ways of writing one name. Who bears a single name is compared by
//! that.
//!
//! It stays silent where a slip of a finger, a default of 1 January or a change of name explains the
//! difference, and where the number is one keystroke from the right one: that is ID-03. It harms two people
//! at once, and undoing it may bring somebody's order to light, so a finding stays inside until charter 4 is
//! met.

use std::collections::BTreeSet;

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, PartialDate, name::PersonName};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Holder, Parameters, Route, Spec, World,
    agreement::{Agreement, a_number_of, birth_date_of, birth_dates, given_names, mistyped, name_of, names},
    majority::odd_ones,
    schedule::next_day,
    sequence::in_order,
    wording::{counted, spoken},
};

/// Digits of an A-number, for the numbers one keystroke away.
const DIGITS: [u8; 10] = *b"0123456789";

/// The check.
pub(crate) struct TwoPeopleInOneRecord;

static SPEC: Spec = Spec {
    id: "ID-01",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Two people in one record",
    family: Family::Identity,
    harm: Harm::H5,
    direction: Direction::AdversePossible,
    inputs: &[
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
        Attribute::ApplicationForm,
        Attribute::ApplicationFiledOn,
        Attribute::NameChangeDocument,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "Two records that are held as one person (accepted together, or under the same A-number) state \
           dates of birth that differ in more than one of year, month and day, and given names that are not \
           two ways of writing one name; a single name stands for the given name.",
    not_when: &[
        "the dates of birth differ by day and month exchanged or by one digit",
        "one of the dates of birth is the day that its source writes by default (ID-06)",
        "a name change document is on file with one of the two records",
        "a given name is missing or a placeholder, and the family names agree",
        "the A-number is one keystroke from the number of records that agree with this one (ID-03)",
    ],
    harm_in_words: "Somebody else's order, departure or application is read as this person's, and this \
                    person's as theirs.",
    evidence_shown: "One column for each of the two people: each value with its source and date, and the \
                     link that holds them together with its maker.",
    route: Route {
        actor: "the office that keeps the file",
        instrument: "undo the link, keep the two apart for good, tell every recipient of the record",
        deadline: "",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "DHS OIG-12-111; DHS OIG-17-111; 5 U.S.C. 552a(c)(4), (e)(5)",
};

impl Check for TwoPeopleInOneRecord {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        Claims::of(case, world).two_people()
    }
}

/// What one record says of who its person is.
struct Claim<'a> {
    record: &'a CaseRecord,
    name: PersonName,
    birth_date: Option<PartialDate>,
    /// Whether the date of birth is the day that the source writes by default.
    is_default: bool,
    a_number: Option<String>,
}

impl Claim<'_> {
    fn agrees_with(&self, other: &Self) -> bool {
        birth_dates(self.birth_date, other.birth_date) == Agreement::Agree
            && names(&self.name, &other.name) == Agreement::Agree
    }

    fn is_of_another_than(&self, other: &Self) -> bool {
        let (Some(one), Some(two)) = (self.birth_date, other.birth_date) else { return false };
        one.n_fields_differing(two) > 1
            && birth_dates(self.birth_date, other.birth_date) == Agreement::Disagree
            && !self.is_default
            && !other.is_default
            && given_names(&self.name, &other.name) != Agreement::Agree
            && names(&self.name, &other.name) == Agreement::Disagree
    }

    fn has_name_change_document(&self) -> bool {
        self.record.record.mark(Attribute::NameChangeDocument) == Some(true)
    }

    /// A paper is filed under a number; the records of the offices are the file of that number.
    fn is_paper(&self) -> bool {
        self.record.record.value(Attribute::ApplicationForm).is_some()
    }
}

/// The claims of all records of a case file that describe a person.
struct Claims<'a> {
    case: &'a CaseFile,
    world: &'a World<'a>,
    claims: Vec<Claim<'a>>,
}

impl<'a> Claims<'a> {
    fn of(case: &'a CaseFile, world: &'a World<'a>) -> Self {
        let claim = |record: &'a CaseRecord| {
            let birth_date = birth_date_of(record);
            let facts = world.source(&record.record.key.source);
            Claim {
                record,
                name: name_of(record),
                birth_date,
                is_default: birth_date.is_some_and(|date| facts.writes_by_default(date)),
                a_number: a_number_of(record),
            }
        };
        Self { case, world, claims: in_order(case.identities()).map(claim).collect() }
    }

    fn two_people(&self) -> Vec<Discrepancy> {
        let claims = &self.claims;
        let pairs = (0..claims.len()).flat_map(|a| (a + 1..claims.len()).map(move |b| (a, b)));
        let mut conflicts: Vec<(usize, usize)> =
            pairs.filter(|&(a, b)| self.are_two_people_held_as_one(&claims[a], &claims[b])).collect();
        // Asks for some ninety numbers each: once a record, however many it stands against.
        let places: BTreeSet<usize> = conflicts.iter().flat_map(|&(a, b)| [a, b]).collect();
        let mistyped: BTreeSet<usize> =
            places.into_iter().filter(|place| self.is_mistyped(&claims[*place])).collect();
        conflicts.retain(|(a, b)| !mistyped.contains(a) && !mistyped.contains(b));
        odd_ones(&conflicts, |place| self.doubt(&claims[place]))
            .into_iter()
            .map(|(odd, against)| {
                let others: Vec<&Claim<'_>> = against.iter().map(|place| &claims[*place]).collect();
                self.report(&claims[odd], &others)
            })
            .collect()
    }

    fn are_two_people_held_as_one(&self, a: &Claim<'_>, b: &Claim<'_>) -> bool {
        let both = a.record.is_accepted() && b.record.is_accepted();
        let one = a.record.is_accepted() || b.record.is_accepted();
        let held_as_one = both || (one && a.a_number.is_some() && a.a_number == b.a_number);
        held_as_one
            && a.is_of_another_than(b)
            && !a.has_name_change_document()
            && !b.has_name_change_document()
    }

    /// Among two records alone: how much speaks for the one being the stranger.
    fn doubt(&self, claim: &Claim<'_>) -> impl Ord + use<> {
        let has_number_elsewhere = self.agreeing(claim).any(|other| other.a_number != claim.a_number);
        let filed_on = claim.record.record.day(Attribute::ApplicationFiledOn);
        (has_number_elsewhere, claim.is_paper(), filed_on, claim.record.id)
    }

    /// The other records of the file that agree with this one and state an A-number.
    fn agreeing(&self, claim: &Claim<'_>) -> impl Iterator<Item = &Claim<'a>> {
        self.claims.iter().filter(move |other| {
            other.record.id != claim.record.id && other.a_number.is_some() && other.agrees_with(claim)
        })
    }

    /// Whether the number is one keystroke from that of records which agree with this one, here or elsewhere.
    fn is_mistyped(&self, claim: &Claim<'_>) -> bool {
        let Some(number) = claim.a_number.as_deref() else { return false };
        let here = |other: &Claim<'_>| other.a_number.as_deref().is_some_and(|n| mistyped(n, number));
        self.agreeing(claim).any(here)
            || one_keystroke_away(number)
                .iter()
                .any(|number| self.world.holders.holders(number).iter().any(|holder| is_same(claim, holder)))
    }

    fn report(&self, odd: &Claim<'_>, others: &[&Claim<'_>]) -> Discrepancy {
        const SHOWN: [Attribute; 4] =
            [Attribute::GivenName, Attribute::BirthDate, Attribute::ANumber, Attribute::FamilyName];
        let records = std::iter::once(odd.record).chain(others.iter().map(|other| other.record));
        let inputs: Vec<_> = records.flat_map(|record| SHOWN.map(|attribute| (record, attribute))).collect();
        Discrepancy::new(
            &SPEC,
            odd.record,
            &inputs,
            sentence(odd, others),
            next_day(self.case, self.world.today),
        )
    }
}

fn sentence(odd: &Claim<'_>, others: &[&Claim<'_>]) -> String {
    let who = |claim: &Claim<'_>| {
        let born = claim.birth_date.map(spoken).unwrap_or_default();
        let name = if claim.name.given.is_empty() { &claim.name.family } else { &claim.name.given };
        format!("{name}, born {born}")
    };
    let shares_number = |other: &&&Claim<'_>| odd.a_number.is_some() && odd.a_number == other.a_number;
    let held = if others.iter().any(|other| shares_number(&other)) {
        "has the same A-number as"
    } else {
        "is held as one person with"
    };
    format!(
        "This record speaks of {}, but {held} {} of {}.",
        who(odd),
        counted(others.len(), "other record", "other records"),
        others.first().map(|other| who(other)).unwrap_or_default(),
    )
}

fn name_of_holder(holder: &Holder) -> PersonName {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    PersonName::new(part(&holder.family_name), part(&holder.given_name), "")
}

fn is_same(claim: &Claim<'_>, holder: &Holder) -> bool {
    birth_dates(claim.birth_date, holder.birth_date) == Agreement::Agree
        && names(&claim.name, &name_of_holder(holder)) == Agreement::Agree
}

/// The numbers of the same length that one keystroke makes of this one: 81 by another digit, at most 8 by
/// exchange.
fn one_keystroke_away(number: &str) -> Vec<String> {
    let digits = number.as_bytes();
    let mut away: Vec<Vec<u8>> = Vec::new();
    for place in 0..digits.len() {
        for digit in DIGITS {
            let mut other = digits.to_vec();
            other[place] = digit;
            away.push(other);
        }
        let mut other = digits.to_vec();
        if place + 1 < digits.len() {
            other.swap(place, place + 1);
            away.push(other);
        }
    }
    away.retain(|other| other != digits);
    away.into_iter().filter_map(|other| String::from_utf8(other).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Outsider, check, check_among};

    const STRANGER: &str = "
        benefits applications IOE1 possible
          a_number 200000017
          family_name Pérez
          given_name Luis
          birth_date 1962-11-23
          application_form I-765";

    const OWN: &str = "
        court court_names 11
          a_number 200000017
          family_name García
          given_name Ana
          birth_date 1990-03-04
        status extract S1
          a_number 200000017
          family_name García
          given_name Ana
          birth_date 1990-03-04
          next_check_in_on 2026-12-01";

    #[test]
    fn fires_on_a_paper_of_somebody_else_under_the_same_number() {
        let sentence = "benefits/IOE1: This record speaks of Luis, born 23 November 1962, but has the same \
                        A-number as 2 other records of Ana, born 4 March 1990.";
        check(&TwoPeopleInOneRecord, &format!("{OWN}{STRANGER}"), &[sentence]);
        check(&TwoPeopleInOneRecord, &format!("{}{}", OWN, STRANGER.replace(" possible", "")), &[sentence]);
    }

    #[test]
    fn of_two_records_the_paper_is_the_stranger() {
        let court = OWN.split("status").next().unwrap();
        check(
            &TwoPeopleInOneRecord,
            &format!("{}{court}", STRANGER.replace(" possible", "")),
            &["benefits/IOE1: This record speaks of Luis, born 23 November 1962, but has the same A-number \
                 as 1 other record of Ana, born 4 March 1990."],
        );
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("day and month exchanged", "1962-11-23", "1990-04-03"),
            ("one digit", "1962-11-23", "1990-03-14"),
            ("one field", "1962-11-23", "1990-03-25"),
            ("a spelling of the name", "Luis", "Anna"),
            ("no given name", "Pérez\n          given_name Luis", "García\n          given_name FNU"),
            ("a name change", "application_form I-765", "name_change_document yes"),
            ("another number on a possible link", "200000017", "200009999"),
        ] {
            let text = format!("{OWN}{}", STRANGER.replace(from, to));
            assert!(text.contains(to), "{why}");
            check(&TwoPeopleInOneRecord, &text, &[]);
        }
    }

    #[test]
    fn stays_silent_on_a_default_but_not_on_an_honest_first_of_january() {
        let default =
            STRANGER.replace("benefits applications", "status extract").replace("1962-11-23", "1962-01-01");
        check(&TwoPeopleInOneRecord, &format!("{OWN}{default}"), &[]);
        let first = default.replace(" possible", "");
        check(&TwoPeopleInOneRecord, &format!("{first}{OWN}"), &[]);
        let honest = STRANGER.replace("1962-11-23", "1962-01-01");
        check(
            &TwoPeopleInOneRecord,
            &format!("{OWN}{honest}"),
            &["benefits/IOE1: This record speaks of Luis, born 1 January 1962, but has the same A-number \
                 as 2 other records of Ana, born 4 March 1990."],
        );
    }

    #[test]
    fn a_single_name_stands_for_the_given_name() {
        let single = STRANGER.replace("given_name Luis", "").replace("Pérez", "Suharto");
        check(
            &TwoPeopleInOneRecord,
            &format!("{OWN}{single}"),
            &["benefits/IOE1: This record speaks of Suharto, born 23 November 1962, but has the same \
                 A-number as 2 other records of Ana, born 4 March 1990."],
        );
    }

    #[test]
    fn stays_silent_where_the_number_is_mistyped() {
        let own_number = STRANGER.replace("IOE1", "IOE2").replace("200000017", "200000071");
        check(&TwoPeopleInOneRecord, &format!("{OWN}{STRANGER}{own_number}"), &[]);
        let elsewhere = Outsider {
            a_number: "200000071",
            family_name: "Pérez",
            given_name: "Luis",
            birth_date: "1962-11-23",
        };
        check_among(&TwoPeopleInOneRecord, &format!("{OWN}{STRANGER}"), &[elsewhere], &[]);
    }

    #[test]
    fn the_numbers_one_keystroke_away_are_all_there() {
        let away = one_keystroke_away("200000017");
        assert_eq!(away.len(), 81 + 3);
        assert!(away.iter().all(|other| mistyped(other, "200000017")));
    }
}
