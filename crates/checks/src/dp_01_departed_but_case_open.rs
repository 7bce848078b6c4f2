//! DP-01: confirmed departure, case or check-in still open.
//!
//! Somebody has left, two records say so, and the agency goes on counting check-ins and the court hearings.
//! The person is missed at an appointment that was without a purpose, and may be ordered removed in absence
//! from abroad.
//!
//! Departure records are false in both directions (DHS OIG-17-56), so the rule climbs the ladder of evidence
//! ([`redress_casefile::closing::Ladder`]). Rung A: official records of two owners state departures a few days
//! apart, one rests on a flown manifest or an exit record, and the other on something else that it names. Rung B: one such record, and the person's own
//! report. A booking or a report alone is no departure, and confirms none. It then looks for what is still open: a record marked active, with a check-in or a
//! hearing after the departure.
//!
//! It stays silent when a later arrival or day of presence is on file, in this record or any other, and when the person left with
//! permission to return (posture 5; DP-04 is about those). It proposes nothing about
//! the legal effect of leaving: an appeal may count as withdrawn and an order as executed, so a named human
//! asks how the case stood first, the person has notice, and every close can be undone. That is why it
//! is neutral and not in anybody's favor.

use jiff::civil::{Date, date};
use redress_casefile::{
    CaseFile, CaseRecord,
    closing::{Allowed, Basis, DepartureItem},
};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Evidence, Family, Harm, Parameters, Route, Spec, World,
    agreement::{Agreement, name_of, names, same_person},
    departure::{departure_days_apart, departure_ladder},
    permit::permit_on,
    schedule::next_day,
    wording::spoken_day,
};

/// The agency holds the case open.
const ACTIVE: &str = "ACTIVE";

/// The check.
pub(crate) struct DepartedButCaseOpen;

static SPEC: Spec = Spec {
    id: "DP-01",
    version: 4,
    rule_effective_from: date(2026, 1, 1),
    title: "Departure confirmed, case or check-in still open",
    family: Family::Departure,
    harm: Harm::H2,
    direction: Direction::Neutral,
    inputs: &[
        Attribute::CaseStatus,
        Attribute::NextCheckInOn,
        Attribute::HearingOn,
        Attribute::DepartedOn,
        Attribute::DepartureBasis,
        Attribute::ArrivedOn,
        Attribute::PresentOn,
        Attribute::PermitKind,
        Attribute::PermitFrom,
        Attribute::PermitUntil,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
        Attribute::NoticeHearingOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["dp_01_days_apart"],
    rule: "A departure is confirmed by a flown manifest or an exit record and, at most {dp_01_days_apart} days apart, an official record of another owner that says \
           what else it rests on (rung A), or the person's own report \
           (rung B); yet the case is marked active with a check-in or a hearing after the departure.",
    not_when: &[
        "a later arrival is on file, or a later day on which the person was present",
        "the person left with permission to return: advance parole, a travel document, a valid visa (posture 5)",
        "the departure rests on a booking or on the person's report alone (rungs C and D)",
        "the two departures lie further apart, or both records are of one owner",
        "the other record does not say what it rests on, or rests on the same manifest",
        "the departure is in the record of somebody else",
    ],
    harm_in_words: "Wasted appointments and hearings; an order in absence against somebody who had left.",
    evidence_shown: "The ladder with each item, the five postures, what would be closed and what would not.",
    route: Route {
        actor: "the agency; and the court, where there is a proceeding. First a member of staff says how the case stood when the person left",
        instrument: "end tasks and marks with notice and 30 days to object; the legal effect of leaving is \
                     not proposed",
        deadline: "",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "DHS OIG-17-56; 8 CFR 1003.4, 1241.7",
};

impl Check for DepartedButCaseOpen {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let Ok(days_apart) = departure_days_apart(parameters, world.today) else { return Vec::new() };
        case.identities()
            .filter(|record| record.record.value(Attribute::CaseStatus) == Some(ACTIVE))
            .filter_map(|open| {
                let ladder = departure_ladder(open, case, world.sources, days_apart, Evidence::PossibleToo)?;
                let support = ladder.support.filter(|_| ladder.allows() == Allowed::ProposeClosing)?;
                let departed_on = ladder.departure.on;
                let item = open_item(open, departed_on, case)?;
                let may_return = permit_on(open, departed_on, case).is_some();
                (!may_return && !has_arrival_after(open, departed_on, case))
                    .then(|| report(open, (ladder.departure, support), item, case, world))
            })
            .collect()
    }
}

/// A day that is still set for after the departure.
struct Item<'a> {
    record: &'a CaseRecord,
    attribute: Attribute,
    on: Date,
}

fn open_item<'a>(open: &'a CaseRecord, departed_on: Date, case: &'a CaseFile) -> Option<Item<'a>> {
    let check_in = open.record.day(Attribute::NextCheckInOn).map(|on| Item {
        record: open,
        attribute: Attribute::NextCheckInOn,
        on,
    });
    let hearings = case.stating(Attribute::HearingOn).filter_map(|record| {
        let lead = record.lead.and_then(|lead| case.record(lead)).unwrap_or(record);
        let on = record.record.day(Attribute::HearingOn)?;
        (lead.id == open.id || same_person(lead, open)).then_some(Item {
            record,
            attribute: Attribute::HearingOn,
            on,
        })
    });
    let after = |item: &Item<'_>| item.on > departed_on;
    check_in.filter(after).or_else(|| hearings.filter(after).min_by_key(|item| (item.on, item.record.id)))
}

/// Whether anybody of this name arrived on or after the day, by any record: the careful side is silence.
fn has_arrival_after(open: &CaseRecord, departed_on: Date, case: &CaseFile) -> bool {
    let name = name_of(open);
    case.identities()
        .filter(|record| names(&name_of(record), &name) != Agreement::Disagree)
        .filter_map(|record| record.record.day(Attribute::ArrivedOn))
        .any(|arrived_on| arrived_on >= departed_on)
}

fn report(
    open: &CaseRecord,
    (departure, support): (DepartureItem<'_>, DepartureItem<'_>),
    item: Item<'_>,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let confirmed = match support.basis {
        Basis::OwnWord => "the person reported it with",
        _ => "another source confirms it with",
    };
    let what = if item.attribute == Attribute::HearingOn { "a hearing" } else { "a check-in" };
    let sentence = format!(
        "A record of a departure that happened gives {}, {confirmed} {}, and no later arrival is on file; yet \
         the case is marked active with {what} on {}.",
        spoken_day(departure.on),
        spoken_day(support.on),
        spoken_day(item.on),
    );
    let inputs = [
        (open, Attribute::CaseStatus),
        (item.record, item.attribute),
        (departure.record, Attribute::DepartedOn),
        (departure.record, Attribute::DepartureBasis),
        (support.record, Attribute::DepartedOn),
        (support.record, Attribute::DepartureBasis),
    ];
    Discrepancy::new(&SPEC, open, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        border i94_records I1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          arrived_on 2019-05-06
          departed_on 2026-06-09
          departure_basis FLOWN_MANIFEST
        status extract S1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          case_status ACTIVE
          departed yes
          departed_on 2026-06-11
          departure_basis FOREIGN_ENTRY_STAMP
          next_check_in_on 2026-12-01\n";

    const FOUND: &str = "status/S1: A record of a departure that happened gives 9 June 2026, another source \
                         confirms it with 11 June 2026, and no later arrival is on file; yet the case is \
                         marked active with a check-in on 1 December 2026.";

    #[test]
    fn fires_on_rung_a_with_a_check_in_or_a_hearing() {
        check(&DepartedButCaseOpen, FILE, &[FOUND]);
        check(&DepartedButCaseOpen, &FILE.replace("FLOWN_MANIFEST", "EXIT_RECORD"), &[FOUND]);
        let hearing = FILE.replace("          next_check_in_on 2026-12-01\n", "")
            + "        court court_names 4711\n          family_name Ruiz\n          given_name Ana\n          birth_date 1990-03-04
        court tbl_schedule 5 about 4711\n          hearing_on 2027-02-03\n";
        let expected = FOUND.replace("a check-in on 1 December 2026", "a hearing on 3 February 2027");
        check(&DepartedButCaseOpen, &hearing, &[&expected]);
    }

    #[test]
    fn fires_on_rung_b_with_the_persons_own_report() {
        let report = "        border i94_records I2
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          departed_on 2026-06-10
          departure_basis SELF_REPORTED\n";
        let text = FILE
            .replace("          departed_on 2026-06-11\n          departure_basis FOREIGN_ENTRY_STAMP\n", "")
            + report;
        let expected = FOUND.replace("another source confirms it with 11", "the person reported it with 10");
        check(&DepartedButCaseOpen, &text, &[&expected]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("closed", "case_status ACTIVE", "case_status CLOSED"),
            ("booked only", "FLOWN_MANIFEST", "BOOKED"),
            ("confirmed by a booking", "FOREIGN_ENTRY_STAMP", "BOOKED"),
            ("confirmed in a word that no rule knows", "FOREIGN_ENTRY_STAMP", "BOOKING"),
            ("said in a word that no rule knows", "FLOWN_MANIFEST", "MANIFESTED"),
            (
                "confirmed by an office that does not say how it knows",
                "departure_basis FOREIGN_ENTRY_STAMP",
                "",
            ),
            ("confirmed by the same manifest", "FOREIGN_ENTRY_STAMP", "FLOWN_MANIFEST"),
            ("present afterwards", "departed yes", "departed yes\n          present_on 2026-06-10"),
            ("the person's word alone", "FLOWN_MANIFEST", "SELF_REPORTED"),
            ("too far apart", "2026-06-11", "2026-06-17"),
            ("one source", "status extract S1", "border extract S1"),
            ("one record", "departed_on 2026-06-11", ""),
            ("nothing open", "next_check_in_on 2026-12-01", "next_check_in_on 2026-06-01"),
            (
                "a brother's departure",
                "I1\n          family_name Ruiz\n          given_name Ana",
                "I1\n          family_name Ruiz\n          given_name Luis",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&DepartedButCaseOpen, &text, &[]);
        }
    }

    #[test]
    fn stays_silent_for_whoever_may_return() {
        let permit = |name: &str, until: &str| {
            format!(
                "{FILE}        benefits permits T1\n          family_name Ruiz\n          given_name {name}\n          birth_date 1990-03-04\n          permit_kind I-512\n          permit_until {until}\n"
            )
        };
        check(&DepartedButCaseOpen, &permit("Ana", "2026-06-09"), &[]);
        check(&DepartedButCaseOpen, &permit("Ana", "2026-06-08"), &[FOUND]);
        check(&DepartedButCaseOpen, &permit("Luis", "2026-06-09"), &[FOUND]);
    }

    #[test]
    fn stays_silent_after_a_later_arrival() {
        let arrival = |given_name, on| {
            format!(
                "{FILE}        border i94_records I2 possible\n          family_name Ruiz\n          given_name {given_name}\n          arrived_on {on}\n"
            )
        };
        check(&DepartedButCaseOpen, &arrival("Ana", "2026-08-01"), &[]);
        check(&DepartedButCaseOpen, &arrival("Ana", "2026-06-09"), &[]);
        check(&DepartedButCaseOpen, &arrival("Ana", "2020-08-01"), &[FOUND]);
        check(&DepartedButCaseOpen, &arrival("Luis", "2026-08-01"), &[FOUND]);
    }
}
