//! NT-02: address changed at one office only.
//!
//! Whoever moves has to tell the court (EOIR-33), the Board, the benefits office (AR-11) and the supervising
//! agency, each on its own form. One that is forgotten goes on writing to the old place.
//!
//! The rule reads the addresses that offices received from one person. It compares the newest of each office,
//! and reports the office whose newest address is older than another office's and not the same.
//!
//! An address that is only possibly of the person is read where number or name and date of birth say that it is.
//!
//! It stays silent when the person asked an office for an address of its own, when the two differ by a
//! misspelling or a missing unit only (NT-03), and while the days run in which the person may still tell the
//! others. An office that never received an address is not compared.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date, civil::date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    address::same_address,
    agreement::{any_accepted, same_person},
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// The check.
pub(crate) struct AddressChangedAtOneOfficeOnly;

static SPEC: Spec = Spec {
    id: "NT-02",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Address changed at one office only",
    family: Family::Notice,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::AddressLine,
        Attribute::AddressPostalCode,
        Attribute::AddressOffice,
        Attribute::AddressReceivedOn,
        Attribute::SeparateAddressAsked,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["nt_02_report_days"],
    rule: "The newest address that one office received is older than the newest that another office received, \
           and it is another address.",
    not_when: &[
        "the person asked the office for an address of its own",
        "the two differ by a misspelling or a missing unit only (NT-03)",
        "the days in which a move is to be reported have not passed since the newer address",
        "the office never received an address",
        "an address is only possibly of the person, and neither number nor name and date of birth say that it is",
    ],
    harm_in_words: "These offices may still write to the old place.",
    evidence_shown: "Each office with its newest address and the day on which it was received.",
    route: Route {
        actor: "the person",
        instrument: "one entry that makes the forms of all offices (EOIR-33, AR-11, the Board's and the \
                     agency's)",
        deadline: "5 working days for the court (8 CFR 1003.15(d)(2)), 10 days for AR-11 (8 CFR 265.1)",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "8 CFR 1003.15(d)(2); 8 CFR 265.1",
};

impl Check for AddressChangedAtOneOfficeOnly {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let Ok(n_days) = parameters.days("nt_02_report_days", world.today) else { return Vec::new() };
        let newest = newest_by_office(case);
        let Some(latest) = newest.values().max_by_key(|received| (received.on, received.record.id)) else {
            return Vec::new();
        };
        if latest.on.saturating_add(n_days.days()) >= world.today {
            return Vec::new();
        }
        newest
            .values()
            .filter(|received| received.on < latest.on && !same_address(received.record, latest.record))
            .filter(|received| !asked_for(received.record) && !asked_for(latest.record))
            .filter(|received| any_accepted(received.record, std::iter::once(latest.record)))
            .map(|received| report(received, latest, case, world))
            .collect()
    }
}

/// An address with the office that received it, and the day.
struct Received<'a> {
    record: &'a CaseRecord,
    office: &'a str,
    on: Date,
}

fn newest_by_office(case: &CaseFile) -> BTreeMap<&str, Received<'_>> {
    let mut newest: BTreeMap<&str, Received<'_>> = BTreeMap::new();
    let is_of_the_person = |record: &CaseRecord| {
        record.is_accepted()
            || case.identities().any(|other| other.is_accepted() && same_person(record, other))
    };
    for record in in_order(case.identities()).filter(|record| is_of_the_person(record)) {
        let office = record.record.value(Attribute::AddressOffice);
        let on = record.record.day(Attribute::AddressReceivedOn);
        let (Some(office), Some(on), Some(_)) = (office, on, record.record.value(Attribute::AddressLine))
        else {
            continue;
        };
        if newest.get(office).is_none_or(|known| known.on < on) {
            newest.insert(office, Received { record, office, on });
        }
    }
    newest
}

fn asked_for(record: &CaseRecord) -> bool {
    record.record.mark(Attribute::SeparateAddressAsked) == Some(true)
}

fn report(old: &Received<'_>, new: &Received<'_>, case: &CaseFile, world: &World<'_>) -> Discrepancy {
    let line =
        |record: &CaseRecord| record.record.value(Attribute::AddressLine).unwrap_or_default().to_owned();
    let sentence = format!(
        "{} may still write to {}: it received no address after {}, while {} received {} on {}.",
        old.office,
        line(old.record),
        spoken_day(old.on),
        new.office,
        line(new.record),
        spoken_day(new.on),
    );
    let shown = [Attribute::AddressLine, Attribute::AddressOffice, Attribute::AddressReceivedOn];
    let inputs: Vec<_> =
        [old, new].iter().flat_map(|one| shown.map(|attribute| (one.record, attribute))).collect();
    Discrepancy::new(&SPEC, old.record, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        addresses register E1
          address_office BENEFITS
          address_line 12 Oak Street
          address_postal_code 60614
          address_received_on 2025-03-01
        addresses register E2
          address_office COURT
          address_line 9 Elm Avenue
          address_postal_code 60601
          address_received_on 2026-05-03\n";

    const FOUND: &str = "addresses/E1: BENEFITS may still write to 12 Oak Street: it received no address after \
                         1 March 2025, while COURT received 9 Elm Avenue on 3 May 2026.";

    #[test]
    fn fires() {
        check(&AddressChangedAtOneOfficeOnly, FILE, &[FOUND]);
        let others = FILE
            .replace("E1", "E3")
            .replace("E2", "E4")
            .replace("BENEFITS", "AGENCY")
            .replace("COURT", "BOARD")
            .replace("2025-03-01", "2025-02-01");
        let board = FOUND.replace("COURT", "BOARD");
        let agency = board.replace("E1: BENEFITS", "E3: AGENCY").replace("1 March", "1 February");
        check(&AddressChangedAtOneOfficeOnly, &format!("{FILE}{others}"), &[&board, &agency]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("one office", "address_office BENEFITS", "address_office COURT"),
            ("the same address", "12 Oak Street\n          address_postal_code 60614", "9 ELM AVENUE"),
            ("a missing unit", "12 Oak Street\n          address_postal_code 60614", "9 Elm Avenue Apt 4"),
            (
                "asked for",
                "address_received_on 2025-03-01",
                "address_received_on 2025-03-01\n          separate_address_asked yes",
            ),
            ("the days run", "2026-05-03", "2026-10-25"),
            ("one day", "2025-03-01", "2026-05-03"),
            ("possible", "E2", "E2 possible"),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&AddressChangedAtOneOfficeOnly, &text, &[]);
        }
    }

    #[test]
    fn a_possible_record_is_read_where_it_says_whose_it_is() {
        let who = "given_name Ana\n          family_name Ruiz\n          birth_date 1990-03-04\n          address_office";
        let text = FILE.replace("address_office", who).replace("E2", "E2 possible");
        check(&AddressChangedAtOneOfficeOnly, &text, &[FOUND]);
        let brother = text.replacen("given_name Ana", "given_name Luis", 1);
        check(&AddressChangedAtOneOfficeOnly, &brother, &[]);
    }
}
