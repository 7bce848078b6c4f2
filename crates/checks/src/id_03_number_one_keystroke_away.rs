//! ID-03: an identifier one keystroke from another person's.
//!
//! A-numbers are allotted one after the other and carry no public check digit, so a slip of a finger usually
//! makes the number of somebody else, often of the same family. The paper, the order or the detainer then
//! lands in a stranger's file, and the person's own file lacks it.
//!
//! The rule reads the A-numbers of the records in the file. It reports a record whose number differs by one
//! digit, or by two neighbors exchanged, from the number under which two or more other records sit, if that
//! record agrees with them in name and date of birth: a brother with the next number is not an error, and
//! what agrees in nothing but the number is ID-01's business.
//!
//! It stays silent when the two forms differ in a leading zero only, when the number as typed belongs to
//! somebody with the same name and date of birth, and when as many records sit under the one number as under
//! the other: then nobody can tell which is right. It harms two people, the owner of the number included.

use std::collections::BTreeMap;

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, PartialDate, name::PersonName};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Holder, Parameters, Route, Spec, World,
    agreement::{Agreement, a_number_of, any_accepted, birth_date_of, birth_dates, mistyped, name_of, names},
    schedule::next_day,
    sequence::in_order,
    wording::counted,
};

/// The check.
pub(crate) struct NumberOneKeystrokeAway;

static SPEC: Spec = Spec {
    id: "ID-03",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Number one keystroke from the right one",
    family: Family::Identity,
    harm: Harm::H5,
    direction: Direction::AdversePossible,
    inputs: &[
        Attribute::ANumber,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["id_03_records"],
    rule: "The A-number of a record differs by one digit, or by two neighboring digits exchanged, from the \
           number under which the other facts of the file sit, and the record agrees with them in name and \
           date of birth.",
    not_when: &[
        "the two differ in a leading zero only",
        "somebody else with the same name and date of birth holds the number as typed",
        "the record disagrees with the others in name or date of birth: a brother or a twin",
        "as many records that agree sit under the number as typed as under the other",
    ],
    harm_in_words: "A paper, an order or a change of address lands in the file of a stranger and is missing \
                    in the right one.",
    evidence_shown: "Both numbers one above the other, the records under each, the holder's name masked.",
    route: Route {
        actor: "the office that typed the number",
        instrument: "retype it, take the paper out of the other file, tell both people; at the court a \
                     motion to correct an A-number (AN)",
        deadline: "",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "DHS OIG-17-111; EOIR motion type AN; 5 U.S.C. 552a(e)(5)",
};

impl Check for NumberOneKeystrokeAway {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let Ok(n_least) = parameters.days("id_03_records", world.today) else { return Vec::new() };
        let numbered: Vec<Numbered<'_>> = in_order(case.identities()).filter_map(Numbered::of).collect();
        numbered
            .iter()
            .filter_map(|record| {
                let right = right_number(record, &numbered, n_least as usize)?;
                let others = right.iter().map(|other| other.record);
                let is_of_this_file = any_accepted(record.record, others);
                (is_of_this_file && !holder_agrees(record, case, world))
                    .then(|| report(record, &right, case, world))
            })
            .collect()
    }
}

/// A record with its number and what else says whose it is.
struct Numbered<'a> {
    record: &'a CaseRecord,
    number: String,
    name: PersonName,
    birth_date: Option<PartialDate>,
}

impl<'a> Numbered<'a> {
    fn of(record: &'a CaseRecord) -> Option<Self> {
        let number = a_number_of(record)?;
        Some(Self { record, number, name: name_of(record), birth_date: birth_date_of(record) })
    }

    fn agrees_with(&self, other: &Self) -> bool {
        birth_dates(self.birth_date, other.birth_date) == Agreement::Agree
            && names(&self.name, &other.name) == Agreement::Agree
    }

    fn agrees_with_holder(&self, holder: &Holder) -> bool {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let name = || PersonName::new(part(&holder.family_name), part(&holder.given_name), "");
        birth_dates(self.birth_date, holder.birth_date) == Agreement::Agree
            && names(&self.name, &name()) == Agreement::Agree
    }
}

/// The records under the number that most of those sit under which agree with this one. None when that is not
/// a number one keystroke away, or when too few sit there.
fn right_number<'a>(
    record: &Numbered<'a>,
    all: &'a [Numbered<'a>],
    n_least: usize,
) -> Option<Vec<&'a Numbered<'a>>> {
    let mut by_number: BTreeMap<&str, Vec<&Numbered<'_>>> = BTreeMap::new();
    for other in all.iter().filter(|other| other.record.id == record.record.id || other.agrees_with(record)) {
        by_number.entry(&other.number).or_default().push(other);
    }
    let n_own = by_number.get(record.number.as_str()).map_or(0, Vec::len);
    by_number
        .into_iter()
        .filter(|(number, _)| mistyped(number, &record.number))
        .map(|(_, records)| records)
        .filter(|records| records.len() >= n_least && records.len() > n_own)
        .max_by_key(Vec::len)
}

/// Whether somebody outside this file holds the number as typed under the same name and date of birth.
fn holder_agrees(record: &Numbered<'_>, case: &CaseFile, world: &World<'_>) -> bool {
    world.holders.holders(&record.number).iter().any(|holder| {
        holder.person != case.person
            && case.record(holder.record).is_none()
            && record.agrees_with_holder(holder)
    })
}

fn report(record: &Numbered<'_>, right: &[&Numbered<'_>], case: &CaseFile, world: &World<'_>) -> Discrepancy {
    const SHOWN: [Attribute; 4] =
        [Attribute::ANumber, Attribute::FamilyName, Attribute::GivenName, Attribute::BirthDate];
    let records = std::iter::once(record.record).chain(right.iter().map(|other| other.record));
    let inputs: Vec<_> = records.flat_map(|record| SHOWN.map(|attribute| (record, attribute))).collect();
    let number = right.first().map_or("", |other| other.number.as_str());
    let sentence = format!(
        "The A-number here is {}; in {} with this name and date of birth it is {number}, one keystroke away.",
        record.number,
        counted(right.len(), "other record", "other records"),
    );
    Discrepancy::new(&SPEC, record.record, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Outsider, check, check_among};

    fn record(source: &str, number: &str, given_name: &str, birth_date: &str) -> String {
        format!(
            "{source}\n  a_number {number}\n  family_name García López\n  given_name {given_name}\n  birth_date {birth_date}\n"
        )
    }

    /// Two records of Ana under one number, and one record as given.
    fn file(number: &str, given_name: &str, birth_date: &str) -> String {
        record("benefits applications IOE1", "200000017", "Ana", "1990-03-04")
            + &record("court court_names 11", "200000017", "Ana", "1990-03-04")
            + &record("status extract S1", number, given_name, birth_date)
    }

    fn found(number: &str) -> String {
        format!(
            "status/S1: The A-number here is {number}; in 2 other records with this name and date of birth \
             it is 200000017, one keystroke away."
        )
    }

    #[test]
    fn fires_on_two_neighbors_exchanged_and_on_one_digit() {
        for number in ["200000071", "200000018", "900000017"] {
            check(&NumberOneKeystrokeAway, &file(number, "Ana", "1990-03-04"), &[&found(number)]);
        }
    }

    #[test]
    fn stays_silent_on_other_numbers_and_on_other_people() {
        for (number, given_name, birth_date) in [
            ("200000017", "Ana", "1990-03-04"),
            ("200000188", "Ana", "1990-03-04"),
            ("200000018", "Luis", "1990-03-04"),
            ("200000018", "Ana", "2014-08-27"),
        ] {
            check(&NumberOneKeystrokeAway, &file(number, given_name, birth_date), &[]);
        }
        let zero = file("12345678", "Ana", "1990-03-04").replace("200000017", "012345678");
        check(&NumberOneKeystrokeAway, &zero, &[]);
    }

    #[test]
    fn heeds_who_else_holds_the_number() {
        let text = file("200000071", "Ana", "1990-03-04");
        let held_by = |given_name, birth_date| {
            [Outsider { a_number: "200000071", family_name: "Garcia Lopez", given_name, birth_date }]
        };
        for (given_name, birth_date, expected) in [
            ("Luis", "1962-11-23", vec![found("200000071")]),
            ("Ana", "1962-11-23", vec![found("200000071")]),
            ("Ana", "1990-03-04", vec![]),
        ] {
            let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
            check_among(&NumberOneKeystrokeAway, &text, &held_by(given_name, birth_date), &expected);
        }
    }

    #[test]
    fn stays_silent_where_as_many_sit_under_the_one_number_as_under_the_other() {
        let one = record("benefits applications IOE1", "200000017", "Ana", "1990-03-04");
        let two = record("status extract S1", "200000071", "Ana", "1990-03-04");
        check(&NumberOneKeystrokeAway, &format!("{one}{two}"), &[]);
        let again = one.replace("IOE1", "IOE2") + &two.replace("S1", "S2");
        check(&NumberOneKeystrokeAway, &format!("{one}{two}{again}"), &[]);
    }
}
