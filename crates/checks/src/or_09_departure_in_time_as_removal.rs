//! OR-09: a timely voluntary departure is recorded as a removal or a flight.
//!
//! Who leaves within the time that a judge allowed was not removed, and may apply for a visa again. The same
//! departure, read as a removal or not seen at all, bars the way back for ten years.
//!
//! The rule reads a record that speaks of a removal (closing status 6 or 8), of an expired period (category
//! 1C), of a fugitive (5B), or of a bar on coming back; and a period of voluntary departure with a stated
//! last day, and a record of a departure, made after the grant and no later than that day.
//!
//! It stays silent when the departure came after the last day, when the last day is not stated, when the
//! departure rests on a booking or on the person's word alone, and when grant or departure are somebody
//! else's. Whether the bond was posted in time is for the reviewer.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{category, status_code},
    agreement::{concerns, same_person},
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// The judge allowed a voluntary departure.
const VOLUNTARY_DEPARTURE: &str = "V";

/// Closing statuses for a removal.
const REMOVED: [&str; 2] = ["6", "8"];

/// Categories for a period that expired and for somebody who is looked for.
const EXPIRED_OR_FUGITIVE: [&str; 2] = ["1C", "5B"];

/// What does not show that somebody left.
const NO_EVIDENCE: [&str; 3] = ["BOOKED", "NOT_BOARDED", "SELF_REPORTED"];

/// The check.
pub(crate) struct DepartureInTimeAsRemoval;

static SPEC: Spec = Spec {
    id: "OR-09",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Timely voluntary departure recorded as a removal or a flight",
    family: Family::Order,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::CaseStatus,
        Attribute::CaseCategory,
        Attribute::EntryBar,
        Attribute::OrderOn,
        Attribute::OrderCode,
        Attribute::VoluntaryDepartureUntil,
        Attribute::DepartedOn,
        Attribute::DepartureBasis,
        Attribute::AssertedProceeding,
        Attribute::AssertedBy,
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
    parameters: &[],
    rule: "A record speaks of a removal (6, 8), an expired period (1C), a fugitive (5B) or a bar on coming \
           back, though voluntary departure was granted and a departure no later than its last day is on \
           record.",
    not_when: &[
        "the departure came after the last day",
        "the last day of the period is not stated",
        "the departure rests on a booking, on a seat that was not taken, or on the person's word alone",
        "the grant or the departure is somebody else's",
    ],
    harm_in_words: "A bar on coming back for ten years, a bond that is not returned, and a visa refused.",
    evidence_shown: "The grant with its last day, the stamp, admission record, ticket or consular form \
                     (I-392). Whether a bond was due and posted in time is for the reviewer.",
    route: Route {
        actor: "the agency that carries the mark; the person for the bond",
        instrument: "correct to voluntary departure confirmed (3), return the bond, note it for later visas",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency, DataClass::OwnPapers],
    citation: "8 U.S.C. 1229c, 1182(a)(9)(A); 8 CFR 1240.26",
};

impl Check for DepartureInTimeAsRemoval {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.identities()
            .filter_map(|mark| Some((mark, marked_by(mark)?)))
            .filter_map(|(mark, by)| {
                let grant = grant_for(mark, case)?;
                let departure = departure_in(mark, &grant, case)?;
                Some(report(mark, by, &grant, departure, case, world))
            })
            .collect()
    }
}

/// The attribute by which a record speaks of a removal or a flight.
fn marked_by(mark: &CaseRecord) -> Option<Attribute> {
    let is_removed = status_code(mark).is_some_and(|code| REMOVED.contains(&code));
    let is_sought = category(mark).is_some_and(|code| EXPIRED_OR_FUGITIVE.contains(&code));
    let is_barred = mark.record.mark(Attribute::EntryBar) == Some(true);
    [
        (is_removed, Attribute::CaseStatus),
        (is_sought, Attribute::CaseCategory),
        (is_barred, Attribute::EntryBar),
    ]
    .into_iter()
    .find_map(|(is_marked, attribute)| is_marked.then_some(attribute))
}

/// A period of voluntary departure.
struct Grant<'a> {
    row: &'a CaseRecord,
    granted_on: Date,
    until: Date,
}

/// The last period that was granted in a court case that the mark concerns.
fn grant_for<'a>(mark: &CaseRecord, case: &'a CaseFile) -> Option<Grant<'a>> {
    in_order(case.identities())
        .filter(|lead| concerns(mark, lead))
        .flat_map(|lead| in_order(case.attached(lead.id)))
        .filter(|row| row.record.value(Attribute::OrderCode) == Some(VOLUNTARY_DEPARTURE))
        .filter_map(|row| {
            let granted_on = row.record.day(Attribute::OrderOn)?;
            let until = row.record.day(Attribute::VoluntaryDepartureUntil)?;
            Some(Grant { row, granted_on, until })
        })
        .max_by_key(|grant| (grant.granted_on, grant.row.id))
}

/// The last departure of the person within the period that rests on more than a plan or a word.
fn departure_in<'a>(
    mark: &'a CaseRecord,
    grant: &Grant<'_>,
    case: &'a CaseFile,
) -> Option<(&'a CaseRecord, Date)> {
    let is_evidence = |record: &CaseRecord| {
        !record.record.value(Attribute::DepartureBasis).is_some_and(|basis| NO_EVIDENCE.contains(&basis))
    };
    in_order(case.identities())
        .filter(|record| record.id == mark.id || same_person(record, mark))
        .filter(|record| is_evidence(record))
        .filter_map(|record| Some((record, record.record.day(Attribute::DepartedOn)?)))
        .filter(|(_, on)| (grant.granted_on..=grant.until).contains(on))
        .max_by_key(|(record, on)| (*on, record.id))
}

fn report(
    mark: &CaseRecord,
    by: Attribute,
    grant: &Grant<'_>,
    (departure, left_on): (&CaseRecord, Date),
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let what = match by {
        Attribute::CaseStatus => "This record says that the person was removed",
        Attribute::CaseCategory => "This record says that the person did not leave in time",
        _ => "This record marks the person as barred from coming back",
    };
    let sentence = format!(
        "{what}, but voluntary departure was allowed until {}, and a departure on {} is on record.",
        spoken_day(grant.until),
        spoken_day(left_on),
    );
    let inputs = [
        (mark, by),
        (grant.row, Attribute::OrderOn),
        (grant.row, Attribute::OrderCode),
        (grant.row, Attribute::VoluntaryDepartureUntil),
        (departure, Attribute::DepartedOn),
        (departure, Attribute::DepartureBasis),
    ];
    Discrepancy::new(&SPEC, mark, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        status extract S1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          case_status 8-EXCLUDED/DEPORTED/REMOVED
        border i94_records I1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          departed_on 2025-03-06
          departure_basis FLOWN_MANIFEST
        court court_names 4711
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
        court B_TblProceeding 1 about 4711
          order_on 2025-02-03
          order_code V
          voluntary_departure_until 2025-04-04\n";

    fn found(what: &str) -> String {
        format!(
            "status/S1: {what}, but voluntary departure was allowed until 4 April 2025, and a departure on 6 March 2025 is on record."
        )
    }

    #[test]
    fn fires_on_each_mark() {
        let removed = found("This record says that the person was removed");
        check(&DepartureInTimeAsRemoval, FILE, &[&removed]);
        check(&DepartureInTimeAsRemoval, &FILE.replace("8-EXCLUDED", "6-DEPORTED"), &[&removed]);
        let marked = |mark: &str| FILE.replace("case_status 8-EXCLUDED/DEPORTED/REMOVED", mark);
        let late = found("This record says that the person did not leave in time");
        check(&DepartureInTimeAsRemoval, &marked("case_category [5B] FUGITIVE"), &[&late]);
        check(&DepartureInTimeAsRemoval, &marked("case_category [1C] EXPIRED"), &[&late]);
        check(
            &DepartureInTimeAsRemoval,
            &marked("entry_bar yes"),
            &[&found("This record marks the person as barred from coming back")],
        );
        check(&DepartureInTimeAsRemoval, &marked("entry_bar no"), &[]);
    }

    #[test]
    fn fires_on_the_last_day_and_not_on_the_next() {
        let on = |day: &str| FILE.replace("2025-03-06", day);
        let removed = found("This record says that the person was removed").replace("6 March", "4 April");
        check(&DepartureInTimeAsRemoval, &on("2025-04-04"), &[&removed]);
        check(&DepartureInTimeAsRemoval, &on("2025-04-05"), &[]);
        check(&DepartureInTimeAsRemoval, &on("2025-01-31"), &[]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("the right status", "8-EXCLUDED/DEPORTED/REMOVED", "3-VOLUNTARY DEPARTURE CONFIRMED"),
            ("booked", "FLOWN_MANIFEST", "BOOKED"),
            ("the person's word", "FLOWN_MANIFEST", "SELF_REPORTED"),
            ("an order of removal", "order_code V", "order_code X"),
            ("no last day", "voluntary_departure_until 2025-04-04", ""),
            (
                "a brother's departure",
                "I1\n          family_name Ruiz\n          given_name Ana",
                "I1\n          family_name Ruiz\n          given_name Luis",
            ),
            (
                "a brother's case",
                "4711\n          family_name Ruiz\n          given_name Ana",
                "4711\n          family_name Ruiz\n          given_name Luis",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&DepartureInTimeAsRemoval, &text, &[]);
        }
    }
}
