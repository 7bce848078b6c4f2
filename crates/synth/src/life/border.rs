//! Admissions with their departures.

use jiff::civil::{Date, date};

use super::Role;
use crate::calendar::{AS_OF, plus};
use crate::chance::Chance;
use crate::household::{Household, Person};

/// How the border knows of a departure.
#[derive(Debug, Clone)]
pub(crate) struct Departure {
    pub(crate) on: Date,
    /// `flown_manifest`, `exit_record`, `booked` or `self_reported`.
    pub(crate) basis: &'static str,
}

/// One admission with its departure.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// Class of admission.
    pub(crate) class: &'static str,
    pub(crate) arrived_on: Date,
    /// Until when the person was admitted; nothing means duration of status (`D/S`).
    pub(crate) admitted_until: Option<Date>,
    pub(crate) departure: Option<Departure>,
    /// On a passport issued later than the one of the other records.
    pub(crate) on_renewed_passport: bool,
}

/// Classes of admission with the days they give; 0 days stand for duration of status.
const VISITOR_CLASSES: &[(&str, i32)] = &[("B2", 182), ("B1", 90), ("WT", 90)];
const STUDENT_CLASSES: &[(&str, i32)] = &[("F1", 0), ("J1", 0), ("H1B", 1095)];
const APPLICANT_CLASSES: &[(&str, i32)] = &[("B2", 182), ("F1", 0), ("H1B", 1095), ("DT", 730)];
const OTHER_CLASSES: &[(&str, i32)] = &[("B2", 182), ("DT", 365)];

/// The admissions of a person in the order of their days.
pub(crate) fn visits(
    role: Role,
    person: &Person,
    home: &Household,
    left_on: Option<Date>,
    chance: &mut Chance,
) -> Vec<Visit> {
    if role == Role::Visitor {
        return short_visits(chance);
    }
    let (share, share_of_earlier) = match role {
        _ if left_on.is_some() => (1000, 0),
        Role::Visitor | Role::Student => (1000, 500),
        Role::Applicant => (600, 350),
        Role::Respondent => (450, 250),
        Role::Supervised => (620, 200),
    };
    if !chance.permille(share) {
        return Vec::new();
    }
    let classes = match role {
        _ if left_on.is_some() => OTHER_CLASSES,
        Role::Student => STUDENT_CLASSES,
        Role::Applicant => APPLICANT_CLASSES,
        Role::Visitor | Role::Respondent | Role::Supervised => OTHER_CLASSES,
    };
    let mut stay = admission(home.entry, classes, chance);
    stay.departure = left_on.map(|on| seen_departure(on, chance));
    if role == Role::Supervised && left_on.is_none() && chance.permille(70) {
        return left_and_returned(stay, chance);
    }
    if role != Role::Applicant && left_on.is_none() && chance.permille(60) {
        let on = chance.day(date(2024, 3, 1), plus(AS_OF, -20));
        stay.departure = Some(Departure { on, basis: "booked" });
    }
    let mut visits = vec![stay];
    let earlier = plus(home.entry, -chance.between(200, 900));
    if chance.permille(share_of_earlier) && plus(person.birth, 30) < earlier {
        let mut trip = admission(earlier, VISITOR_CLASSES, chance);
        trip.departure = Some(seen_departure(plus(earlier, chance.between(20, 150)), chance));
        visits.insert(0, trip);
    }
    visits
}

fn short_visits(chance: &mut Chance) -> Vec<Visit> {
    let mut arrived_on = chance.day(date(2023, 8, 1), date(2025, 6, 30));
    let mut visits = Vec::new();
    for _ in 0..if chance.permille(600) { 2 } else { 1 } {
        let mut visit = admission(arrived_on, VISITOR_CLASSES, chance);
        let on = plus(arrived_on, chance.between(8, 85));
        visit.departure = (on < AS_OF).then(|| seen_departure(on, chance));
        visits.push(visit);
        arrived_on = plus(arrived_on, chance.between(120, 480));
    }
    if chance.permille(150)
        && let Some(last) = visits.last_mut()
    {
        last.departure = None;
    }
    visits
}

/// Someone who travelled and was let in again: both are recorded.
fn left_and_returned(mut stay: Visit, chance: &mut Chance) -> Vec<Visit> {
    let on = chance.day(date(2024, 3, 1), date(2025, 12, 31));
    stay.departure = Some(seen_departure(on, chance));
    let again = admission(plus(on, chance.between(20, 180)), OTHER_CLASSES, chance);
    vec![stay, again]
}

fn admission(arrived_on: Date, classes: &[(&'static str, i32)], chance: &mut Chance) -> Visit {
    let (class, days) = *chance.pick(classes);
    Visit {
        class,
        arrived_on,
        admitted_until: (days > 0).then(|| plus(arrived_on, days)),
        departure: None,
        on_renewed_passport: chance.permille(40),
    }
}

fn seen_departure(on: Date, chance: &mut Chance) -> Departure {
    Departure { on, basis: chance.weighted(&[("flown_manifest", 75), ("exit_record", 25)]) }
}
