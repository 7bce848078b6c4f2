//! DP-02: a departure that did not happen.
//!
//! A traveler books a flight and does not fly, and the system notes a departure ("implied departure");
//! carriers have given false departures too (DHS OIG-17-56). An application then counts as abandoned, and
//! benefits end, for somebody who never left.
//!
//! The rule reads a record of a departure. It reports the record when it rests on a booking, or on a seat
//! that was not taken, and no other record of the person bears the departure out; and when the person was
//! present on a later day (a court hearing, an appointment, a signing: the day is read, never the place) and
//! no arrival lies between.
//!
//! It stays silent when an arrival, by land included, is on record between departure and presence, when
//! another record states a departure that happened within a few days, when the booking lies ahead, and when
//! presence is somebody else's.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{described_on, is_one_of},
    agreement::{Agreement, any_accepted, name_of, names, same_person},
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// A plan to leave, and a seat that stayed empty: no departure.
const PLANNED: [&str; 2] = ["BOOKED", "NOT_BOARDED"];

/// The check.
pub(crate) struct DepartureThatDidNotHappen;

static SPEC: Spec = Spec {
    id: "DP-02",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Departure recorded that did not happen",
    family: Family::Departure,
    harm: Harm::H4,
    direction: Direction::AdversePossible,
    inputs: &[
        Attribute::DepartedOn,
        Attribute::DepartureBasis,
        Attribute::ArrivedOn,
        Attribute::PresentOn,
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
    parameters: &["dp_02_days_apart"],
    rule: "A departure on record rests on a booking or on a seat that was not taken, and no other record of \
           the person states a departure at most {dp_02_days_apart} days apart; or the person was present on a later day, and \
           no arrival lies between.",
    not_when: &[
        "an arrival, by land included, is on record between the departure and the day of presence",
        "another record of the person states a departure within those days that does not rest on a plan",
        "the departure lies ahead of the day that the record describes",
        "the day of presence is somebody else's",
    ],
    harm_in_words: "An application counts as abandoned and benefits end, though the person never left.",
    evidence_shown: "What the departure rests on, the days of presence (no places), the arrivals.",
    route: Route {
        actor: "the border records office; the person",
        instrument: "correction of the departure at a deferred inspection site, a redress inquiry, and a \
                     list of papers that show presence",
        deadline: "",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "DHS OIG-17-56; 49 U.S.C. 44926",
};

impl Check for DepartureThatDidNotHappen {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let Ok(days_apart) = parameters.days("dp_02_days_apart", world.today) else { return Vec::new() };
        case.identities()
            .filter_map(|record| Some((record, record.record.day(Attribute::DepartedOn)?)))
            .filter(|(record, left_on)| *left_on <= described_on(record, world))
            .filter_map(|(record, left_on)| {
                present_after(record, left_on, case)
                    .map(|(presence, on)| contradicted(record, left_on, presence, on, case, world))
                    .or_else(|| planned_only(record, left_on, days_apart, case, world))
            })
            .collect()
    }
}

/// The first day after a departure on which the person was present, when no arrival lies between.
fn present_after<'a>(
    record: &'a CaseRecord,
    left_on: Date,
    case: &'a CaseFile,
) -> Option<(&'a CaseRecord, Date)> {
    let presences = in_order(case.identities())
        .filter(|other| other.id == record.id || same_person(other, record))
        .flat_map(|other| std::iter::once(other).chain(in_order(case.attached(other.id))))
        .filter_map(|row| Some((row, row.record.day(Attribute::PresentOn)?)));
    let (presence, on) = presences.filter(|(_, on)| *on > left_on).min_by_key(|(row, on)| (*on, row.id))?;
    let is_readable = any_accepted(record, std::iter::once(presence));
    (is_readable && !arrived_between(record, left_on, on, case)).then_some((presence, on))
}

/// Whether anybody of this name arrived in between, by any record: the careful side is silence.
fn arrived_between(record: &CaseRecord, left_on: Date, on: Date, case: &CaseFile) -> bool {
    let name = name_of(record);
    case.identities()
        .filter(|other| names(&name_of(other), &name) != Agreement::Disagree)
        .filter_map(|other| other.record.day(Attribute::ArrivedOn))
        .any(|arrived_on| (left_on..=on).contains(&arrived_on))
}

fn contradicted(
    record: &CaseRecord,
    left_on: Date,
    presence: &CaseRecord,
    on: Date,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let sentence = format!(
        "This record gives a departure on {}, but the person was present on {}, and no arrival between the \
         two is on file.",
        spoken_day(left_on),
        spoken_day(on),
    );
    let inputs = [
        (record, Attribute::DepartedOn),
        (record, Attribute::DepartureBasis),
        (presence, Attribute::PresentOn),
    ];
    Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today))
}

fn planned_only(
    record: &CaseRecord,
    left_on: Date,
    days_apart: i32,
    case: &CaseFile,
    world: &World<'_>,
) -> Option<Discrepancy> {
    let is_planned = |record: &CaseRecord| is_one_of(record, Attribute::DepartureBasis, &PLANNED);
    let is_borne_out = case
        .identities()
        .filter(|other| other.id != record.id && !is_planned(other) && same_person(other, record))
        .filter_map(|other| other.record.day(Attribute::DepartedOn))
        .any(|day| (day - left_on).get_days().abs() <= days_apart);
    if !is_planned(record) || is_borne_out {
        return None;
    }
    let what = match record.record.value(Attribute::DepartureBasis) {
        Some("NOT_BOARDED") => "the seat was not taken",
        _ => "it rests on a booking alone",
    };
    let sentence = format!(
        "This record gives a departure on {}, but {what}: no record shows that the person left.",
        spoken_day(left_on)
    );
    let inputs = [(record, Attribute::DepartedOn), (record, Attribute::DepartureBasis)];
    Some(Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const WHO: &str = "family_name Ruiz\n          given_name Ana\n          birth_date 1990-03-04";

    fn file(departure: &str, more: &str) -> String {
        format!("        border i94_records I1\n          {WHO}\n          {departure}\n{more}")
    }

    const BOOKED: &str = "departed_on 2025-03-06\n          departure_basis BOOKED";
    const FLOWN: &str = "departed_on 2025-03-06\n          departure_basis FLOWN_MANIFEST";

    fn other(head: &str, says: &str) -> String {
        format!("        {head}\n          {WHO}\n          {says}\n")
    }

    #[test]
    fn fires_on_a_plan_that_nothing_bears_out() {
        let found = "border/I1: This record gives a departure on 6 March 2025, but it rests on a booking \
                     alone: no record shows that the person left.";
        check(&DepartureThatDidNotHappen, &file(BOOKED, ""), &[found]);
        check(
            &DepartureThatDidNotHappen,
            &file(BOOKED, "").replace("BOOKED", "NOT_BOARDED"),
            &[&found.replace("it rests on a booking alone", "the seat was not taken")],
        );
        let far = other("status extract S1", "departed_on 2025-03-14");
        check(&DepartureThatDidNotHappen, &file(BOOKED, &far), &[found]);
    }

    #[test]
    fn fires_on_presence_without_an_arrival() {
        let present = other("court court_names 4711", "present_on 2025-05-06");
        let found = "border/I1: This record gives a departure on 6 March 2025, but the person was present on \
                     6 May 2025, and no arrival between the two is on file.";
        check(&DepartureThatDidNotHappen, &file(FLOWN, &present), &[found]);
        check(&DepartureThatDidNotHappen, &file(FLOWN, &present.replace("Ana", "Luis")), &[]);
        let returned = other("border i94_records I2", "arrived_on 2025-04-01\n          arrival_mode LAND");
        check(&DepartureThatDidNotHappen, &file(FLOWN, &(present.clone() + &returned)), &[]);
        let earlier = present.replace("2025-05-06", "2025-03-06");
        check(&DepartureThatDidNotHappen, &file(FLOWN, &earlier), &[]);
    }

    #[test]
    fn stays_silent() {
        for (why, text) in [
            ("flown", file(FLOWN, "")),
            ("no basis", file("departed_on 2025-03-06", "")),
            ("no day", file("departure_basis BOOKED", "")),
            ("a booking ahead", file(&BOOKED.replace("2025-03-06", "2026-11-01"), "")),
            ("borne out", file(BOOKED, &other("status extract S1", "departed_on 2025-03-13"))),
        ] {
            assert!(!why.is_empty());
            check(&DepartureThatDidNotHappen, &text, &[]);
        }
    }
}
