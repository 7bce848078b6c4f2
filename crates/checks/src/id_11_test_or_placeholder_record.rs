//! ID-11: test or placeholder record.
//!
//! Records made to try a system out stay in it: `TEST`, `Jane Doe`, A-number 999 999 999, a file set aside as
//! a test. The inspector general found them among the records of people (DHS OIG-12-111). Linked to a person,
//! they carry invented facts into a file.
//!
//! The rule reports a record whose name is one that testers write, whose A-number is a sequence that no office
//! allots, whose date of birth is the day of its own extract, or which is set aside as a test (hold reason TT).
//!
//! It stays silent when a birth document is on file with the record: somebody does bear that name.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, fold::fold};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::a_number_of,
    reference::placeholder_number::{is_sequence, is_test_name},
    schedule::next_day,
};

/// A file is set aside as a test (`tblLookupHoldReason`).
const TEST: &str = "TT";

/// The check.
pub(crate) struct TestOrPlaceholderRecord;

static SPEC: Spec = Spec {
    id: "ID-11",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Test or placeholder record",
    family: Family::Identity,
    harm: Harm::H1,
    direction: Direction::Neutral,
    inputs: &[
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::ANumber,
        Attribute::BirthDate,
        Attribute::BirthDocument,
        Attribute::HoldReason,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "The name is one that testers write, the A-number is a sequence that no office allots, the date of \
           birth is the day of the extract, or the file is set aside as a test.",
    not_when: &[
        "a birth document is on file: a person does bear that name or number",
        "only a part of the name is such a word and the word is a name somewhere",
    ],
    harm_in_words: "Wrong statistics; linked to a person, invented facts in that person's file.",
    evidence_shown: "The value that marks the record, and what it is linked to.",
    route: Route {
        actor: "the office that keeps the record",
        instrument: "set the record apart and undo its links",
        deadline: "",
    },
    data: &[DataClass::Agency],
    citation: "DHS OIG-12-111: test records left in; EOIR hold reason TT",
};

impl Check for TestOrPlaceholderRecord {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        // A possible record is read in the file that it is accepted in.
        let records =
            case.accepted().filter(|record| record.record.mark(Attribute::BirthDocument) != Some(true));
        records
            .filter_map(|record| {
                let (attribute, what) = mark_of_a_test(record, world)?;
                let sentence = format!("{what}: this may be no record of a person.");
                let inputs =
                    [(record, attribute), (record, Attribute::FamilyName), (record, Attribute::GivenName)];
                Some(Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today)))
            })
            .collect()
    }
}

fn mark_of_a_test(record: &CaseRecord, world: &World<'_>) -> Option<(Attribute, String)> {
    let part = |attribute| record.record.value(attribute).unwrap_or_default();
    let (given, family) = (part(Attribute::GivenName), part(Attribute::FamilyName));
    if part(Attribute::HoldReason) == TEST {
        return Some((Attribute::HoldReason, "The file is set aside as a test (TT)".to_owned()));
    }
    if is_test_name(&fold(given), &fold(family)) {
        let stated = if family.is_empty() { Attribute::GivenName } else { Attribute::FamilyName };
        return Some((
            stated,
            format!("The name {} is one that testers write", format!("{given} {family}").trim()),
        ));
    }
    if let Some(number) = a_number_of(record).filter(|number| is_sequence(number)) {
        return Some((
            Attribute::ANumber,
            format!("The A-number {number} is a sequence that no office allots"),
        ));
    }
    let born = record.record.day(Attribute::BirthDate)?;
    let facts = world.source(&record.record.key.source);
    let is_day_of_extract = born == record.record.first_seen || facts.as_of == Some(born);
    is_day_of_extract
        .then(|| (Attribute::BirthDate, format!("The date of birth {born} is the day of the extract")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        status extract S1 seen 2025-06-30 2026-10-31
          family_name Ruiz
          given_name Ana
          a_number 200000017
          birth_date 1990-03-04\n";

    #[test]
    fn fires() {
        for (from, to, said) in [
            ("Ruiz", "TEST", "The name Ana TEST is one that testers write"),
            (
                "family_name Ruiz\n          given_name Ana",
                "given_name Test",
                "The name Test is one that testers write",
            ),
            (
                "Ruiz\n          given_name Ana",
                "Doe\n          given_name Jane",
                "The name Jane Doe is one that testers write",
            ),
            ("200000017", "123456789", "The A-number 123456789 is a sequence that no office allots"),
            (
                "200000017",
                "A99999999 => 999999999",
                "The A-number 999999999 is a sequence that no office allots",
            ),
            ("1990-03-04", "2025-06-30", "The date of birth 2025-06-30 is the day of the extract"),
            ("1990-03-04", "2026-10-31", "The date of birth 2026-10-31 is the day of the extract"),
            ("1990-03-04", "1990-03-04\n          hold_reason TT", "The file is set aside as a test (TT)"),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{said}");
            check(
                &TestOrPlaceholderRecord,
                &text,
                &[&format!("status/S1: {said}: this may be no record of a person.")],
            );
        }
    }

    #[test]
    fn stays_silent() {
        for (from, to) in [
            ("Ruiz", "Test\n          birth_document yes"),
            ("Ruiz", "Testa"),
            ("Ruiz", "Doe"),
            ("200000017", "123456798"),
            ("1990-03-04", "2025-06-29"),
            ("1990-03-04", "1990-03-04\n          hold_reason BC"),
        ] {
            check(&TestOrPlaceholderRecord, &FILE.replace(from, to), &[]);
        }
    }
}
