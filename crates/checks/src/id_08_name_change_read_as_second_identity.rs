//! ID-08: a change of name is read as a second identity.
//!
//! A woman marries, the new surname stands in newer records, and a match by prints or number reports "multiple
//! identities". Of the 825,000 instances of one set of prints under different biographic data some 400,000
//! were women whose name had changed (DHS OIG-12-111).
//!
//! The rule reads two records under one A-number or passport number and one date of birth whose surnames
//! differ, with a day of a change of name (marriage, divorce, adoption, court order, naturalization) between
//! them. It reports the one that stands apart: only possibly of this person, or marked as a second identity.
//!
//! It stays silent when the numbers differ, when the change lies outside the time between the two records,
//! and when nothing treats them as two. To join the two may carry an order over to the new name, so a finding
//! stays inside until charter 4 is met.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, fold::tokens, name::is_particle};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::{Agreement, a_number_of, any_accepted, birth_date_of, given_names, name_of},
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// Days that say when a record came to be, the first that it states counting.
const DATED_BY: [Attribute; 5] = [
    Attribute::ApplicationFiledOn,
    Attribute::NtaIssuedOn,
    Attribute::NtaFiledOn,
    Attribute::ArrivedOn,
    Attribute::AddressReceivedOn,
];

/// The check.
pub(crate) struct NameChangeReadAsSecondIdentity;

static SPEC: Spec = Spec {
    id: "ID-08",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Name change read as a second identity",
    family: Family::Identity,
    harm: Harm::H3,
    direction: Direction::AdversePossible,
    inputs: &[
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
        Attribute::PassportNumber,
        Attribute::NameChangedOn,
        Attribute::SecondIdentity,
        Attribute::ApplicationFiledOn,
        Attribute::NtaIssuedOn,
        Attribute::NtaFiledOn,
        Attribute::ArrivedOn,
        Attribute::AddressReceivedOn,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "Two records have one A-number or passport number, one date of birth, one given name and two \
           surnames, a change of name lies between them, and one of them stands apart or is marked as a \
           second identity.",
    not_when: &[
        "the numbers differ",
        "no marriage, divorce, adoption, court order or naturalization lies between the two",
        "the dates of birth or the given names differ: another person",
        "the two are held as one person and no mark says otherwise",
    ],
    harm_in_words: "The person is held to use two identities: checks are repeated, a benefit is refused, \
                    papers are lost.",
    evidence_shown: "A line of time with both names and the event between them.",
    route: Route {
        actor: "the office that keeps the record",
        instrument: "one person with two names, each with its period; the mark of a second identity ends",
        deadline: "",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "DHS OIG-12-111: about 400,000 of the pairs under one set of prints",
};

impl Check for NameChangeReadAsSecondIdentity {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        let changes: Vec<(&CaseRecord, Date)> = in_order(case.accepted())
            .filter_map(|record| Some((record, record.record.day(Attribute::NameChangedOn)?)))
            .collect();
        in_order(case.identities())
            .filter_map(|apart| {
                let other = in_order(case.identities())
                    .filter(|other| other.id != apart.id && stands_apart(apart, other))
                    .find_map(|other| Some((other, change_between(apart, other, &changes)?)));
                other.map(|(other, change)| report(apart, other, change, case, world))
            })
            .collect()
    }
}

/// Whether a record is treated as another identity than that of `other`.
fn stands_apart(apart: &CaseRecord, other: &CaseRecord) -> bool {
    let is_marked = apart.record.mark(Attribute::SecondIdentity) == Some(true);
    any_accepted(apart, std::iter::once(other))
        && (is_marked || (!apart.is_accepted() && other.is_accepted()))
}

/// The change of name that makes two surnames under one number one person.
fn change_between<'a>(
    a: &CaseRecord,
    b: &CaseRecord,
    changes: &[(&'a CaseRecord, Date)],
) -> Option<(&'a CaseRecord, Date)> {
    let born = birth_date_of(a).filter(|born| born.is_complete() && birth_date_of(b) == Some(*born));
    let one_name = given_names(&name_of(a), &name_of(b)) == Agreement::Agree;
    if born.is_none() || !one_name || !shares_number(a, b) || !has_other_surname(a, b) {
        return None;
    }
    let (from, to) = (dated(a).min(dated(b)), dated(a).max(dated(b)));
    changes.iter().copied().find(|(_, on)| (from..=to).contains(on))
}

fn shares_number(a: &CaseRecord, b: &CaseRecord) -> bool {
    let passport = |record: &CaseRecord| record.record.value(Attribute::PassportNumber).map(str::to_owned);
    let same = |a: Option<String>, b: Option<String>| a.is_some() && a == b;
    match (a_number_of(a), a_number_of(b)) {
        (Some(a), Some(b)) => a == b,
        _ => same(passport(a), passport(b)),
    }
}

fn has_other_surname(a: &CaseRecord, b: &CaseRecord) -> bool {
    let surnames = |record: &CaseRecord| {
        let mut words = tokens(record.record.value(Attribute::FamilyName).unwrap_or_default());
        words.retain(|word| !is_particle(word));
        words
    };
    let (a, b) = (surnames(a), surnames(b));
    !a.is_empty() && !b.is_empty() && !a.iter().any(|word| b.contains(word))
}

fn dated(record: &CaseRecord) -> Date {
    DATED_BY.iter().find_map(|day| record.record.day(*day)).unwrap_or(record.record.first_seen)
}

fn report(
    apart: &CaseRecord,
    other: &CaseRecord,
    (change, changed_on): (&CaseRecord, Date),
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let surname =
        |record: &CaseRecord| record.record.value(Attribute::FamilyName).unwrap_or_default().to_owned();
    let sentence = format!(
        "The surname here is {}, in another record under the same number {}; the name changed on {}, between \
         the two: one person, not two.",
        surname(apart),
        surname(other),
        spoken_day(changed_on),
    );
    let shown = [Attribute::FamilyName, Attribute::BirthDate, Attribute::ANumber, Attribute::PassportNumber];
    let inputs: Vec<_> = [apart, other]
        .into_iter()
        .flat_map(|record| shown.map(|attribute| (record, attribute)))
        .chain([(change, Attribute::NameChangedOn), (apart, Attribute::SecondIdentity)])
        .collect();
    Discrepancy::new(&SPEC, apart, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        benefits applications IOE1
          a_number 200000017
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          application_filed_on 2021-03-04
          name_changed_on 2022-06-10
        status extract S1 possible
          a_number 200000017
          family_name Moreau
          given_name Ana
          birth_date 1990-03-04
          nta_issued_on 2023-05-06\n";

    const FOUND: &str = "status/S1: The surname here is Moreau, in another record under the same number Ruiz; \
                         the name changed on 10 June 2022, between the two: one person, not two.";

    #[test]
    fn fires_on_a_record_that_stands_apart_or_is_marked() {
        check(&NameChangeReadAsSecondIdentity, FILE, &[FOUND]);
        let marked = FILE.replace("S1 possible", "S1\n          second_identity yes");
        check(&NameChangeReadAsSecondIdentity, &marked, &[FOUND]);
        let by_passport = FILE.replacen("a_number 200000017", "passport_number X1", 2);
        check(&NameChangeReadAsSecondIdentity, &by_passport, &[FOUND]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("held as one and not marked", "S1 possible", "S1"),
            (
                "another number",
                "S1 possible\n          a_number 200000017",
                "S1 possible\n          a_number 200009999",
            ),
            ("before both", "name_changed_on 2022-06-10", "name_changed_on 2020-06-10"),
            ("after both", "name_changed_on 2022-06-10", "name_changed_on 2024-06-10"),
            ("no change", "name_changed_on 2022-06-10", ""),
            ("the same surname", "Moreau", "Ruiz Moreau"),
            ("another given name", "Moreau\n          given_name Ana", "Moreau\n          given_name Luis"),
            ("another birth", "1990-03-04\n          nta", "1991-03-04\n          nta"),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&NameChangeReadAsSecondIdentity, &text, &[]);
        }
    }
}
