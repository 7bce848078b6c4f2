//! DP-04: a departure with permission to return is read as abandonment.
//!
//! Who leaves while an application is pending abandons it, unless a permission to return was in hand on the
//! day of leaving: advance parole, travel authorization, a refugee travel document, a re-entry permit, the
//! card of a permanent resident on a short trip, a valid visa. Systems that see the departure and not the
//! permission close the application.
//!
//! The rule reads an application that counts as abandoned, a departure of the same person between its filing
//! and its decision, and a permission that covers the day of the departure.
//!
//! It stays silent when the permission had expired or had not begun, when a permanent resident stayed away
//! for a year or longer, when the departure came before the filing or after the decision, and when
//! permission or departure are somebody else's.

use jiff::{ToSpan, civil::Date, civil::date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::same_person, permit::permit_on, schedule::next_day, sequence::in_order, wording::spoken_day,
};

/// What the statuses of an abandoned application have in common.
const ABANDONED: &str = "ABANDON";

/// The card of a permanent resident: it covers a trip of less than a year.
const RESIDENT_CARD: &str = "I-551";

/// The check.
pub(crate) struct LeaveWithPermission;

static SPEC: Spec = Spec {
    id: "DP-04",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Departure with permission to return read as abandonment",
    family: Family::Departure,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::ApplicationStatus,
        Attribute::ApplicationFiledOn,
        Attribute::ApplicationDecidedOn,
        Attribute::DepartedOn,
        Attribute::ArrivedOn,
        Attribute::PermitKind,
        Attribute::PermitFrom,
        Attribute::PermitUntil,
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
    parameters: &["dp_04_resident_days"],
    rule: "An application counts as abandoned because of a departure after its filing, though a permission to \
           return covered the day of the departure.",
    not_when: &[
        "the permission had expired, or had not begun, on the day of the departure",
        "a permanent resident stayed away for a year or longer, or no return is on record",
        "the departure came before the filing or after the decision",
        "the permission or the departure is somebody else's",
    ],
    harm_in_words: "An application or a status is lost by a journey that was allowed.",
    evidence_shown: "The application, the departure, the permission with its days, the return.",
    route: Route {
        actor: "the benefits office; the person",
        instrument: "link the permission to the departure and reopen the application; nothing is closed on \
                     the ground of this departure",
        deadline: "a motion to reopen within 30 days of the decision (8 CFR 103.5(a)(1)(i))",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "8 CFR 245.2(a)(4)(ii), 223.1 to 223.3, 208.8, 211.1",
};

impl Check for LeaveWithPermission {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let Ok(resident_days) = parameters.days("dp_04_resident_days", world.today) else {
            return Vec::new();
        };
        case.identities()
            .filter(|record| {
                let status = record.record.value(Attribute::ApplicationStatus);
                status.is_some_and(|status| status.contains(ABANDONED))
            })
            .filter_map(|application| {
                let filed_on = application.record.day(Attribute::ApplicationFiledOn)?;
                let journey = departures(application, filed_on, case).find_map(|(departure, left_on)| {
                    let (permit, until) = permit_on(application, left_on, case)?;
                    let is_covered = !is_resident_card(permit)
                        || returned_within(application, left_on, resident_days, case);
                    is_covered.then_some(Journey { departure, left_on, permit, until })
                })?;
                Some(report(application, &journey, case, world))
            })
            .collect()
    }
}

/// A departure and the permission that covers it.
struct Journey<'a> {
    departure: &'a CaseRecord,
    left_on: Date,
    permit: &'a CaseRecord,
    until: Date,
}

/// Departures of the applicant after the filing, and not after the decision where its day is known.
fn departures<'a>(
    application: &'a CaseRecord,
    filed_on: Date,
    case: &'a CaseFile,
) -> impl Iterator<Item = (&'a CaseRecord, Date)> {
    let decided_on = application.record.day(Attribute::ApplicationDecidedOn);
    in_order(case.identities())
        .filter(|record| record.id == application.id || same_person(record, application))
        .filter_map(|record| Some((record, record.record.day(Attribute::DepartedOn)?)))
        .filter(move |(_, on)| *on > filed_on && decided_on.is_none_or(|decided| *on <= decided))
}

fn is_resident_card(permit: &CaseRecord) -> bool {
    permit.record.value(Attribute::PermitKind) == Some(RESIDENT_CARD)
}

fn returned_within(application: &CaseRecord, left_on: Date, n_days: i32, case: &CaseFile) -> bool {
    let until = left_on.saturating_add(n_days.days());
    case.identities()
        .filter(|record| record.id == application.id || same_person(record, application))
        .filter_map(|record| record.record.day(Attribute::ArrivedOn))
        .any(|on| on >= left_on && on < until)
}

fn report(
    application: &CaseRecord,
    journey: &Journey<'_>,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let sentence = format!(
        "This application counts as abandoned, but on the day of the departure, {}, the person held a \
         permission to return until {}.",
        spoken_day(journey.left_on),
        spoken_day(journey.until),
    );
    let inputs = [
        (application, Attribute::ApplicationStatus),
        (application, Attribute::ApplicationFiledOn),
        (application, Attribute::ApplicationDecidedOn),
        (journey.departure, Attribute::DepartedOn),
        (journey.permit, Attribute::PermitKind),
        (journey.permit, Attribute::PermitFrom),
        (journey.permit, Attribute::PermitUntil),
    ];
    Discrepancy::new(&SPEC, application, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        benefits applications IOE1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          application_status ABANDONED
          application_filed_on 2024-05-06
        benefits permits T1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          permit_kind I-512
          permit_from 2024-12-01
          permit_until 2025-11-30
        border i94_records I1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          departed_on 2025-03-06\n";

    const FOUND: &str = "benefits/IOE1: This application counts as abandoned, but on the day of the \
                         departure, 6 March 2025, the person held a permission to return until 30 November \
                         2025.";

    #[test]
    fn fires_on_a_departure_that_a_permission_covers() {
        check(&LeaveWithPermission, FILE, &[FOUND]);
        check(&LeaveWithPermission, &FILE.replace("ABANDONED", "DENIED FOR ABANDONMENT"), &[FOUND]);
        check(&LeaveWithPermission, &FILE.replace("permit_from 2024-12-01", ""), &[FOUND]);
        let last_day = FOUND.replace("6 March", "30 November");
        check(&LeaveWithPermission, &FILE.replace("2025-03-06", "2025-11-30"), &[&last_day]);
    }

    #[test]
    fn a_resident_must_be_back_within_a_year() {
        let back = |on: &str| {
            let card = FILE.replace("I-512", "I-551");
            format!(
                "{card}        border i94_records I2\n          family_name Ruiz\n          given_name Ana\n          birth_date 1990-03-04\n          arrived_on {on}\n"
            )
        };
        check(&LeaveWithPermission, &back("2026-03-05"), &[FOUND]);
        check(&LeaveWithPermission, &back("2026-03-06"), &[]);
        check(&LeaveWithPermission, &FILE.replace("I-512", "I-551"), &[]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("not abandoned", "ABANDONED", "PENDING"),
            ("expired", "permit_until 2025-11-30", "permit_until 2025-03-05"),
            ("not begun", "permit_from 2024-12-01", "permit_from 2025-03-07"),
            ("another paper", "I-512", "I-94"),
            ("left before the filing", "2024-05-06", "2025-05-06"),
            (
                "left after the decision",
                "application_filed_on",
                "application_decided_on 2025-01-06\n          application_filed_on",
            ),
            (
                "a brother's permission",
                "T1\n          family_name Ruiz\n          given_name Ana",
                "T1\n          family_name Ruiz\n          given_name Luis",
            ),
            (
                "a brother's departure",
                "I1\n          family_name Ruiz\n          given_name Ana",
                "I1\n          family_name Ruiz\n          given_name Luis",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&LeaveWithPermission, &text, &[]);
        }
    }
}
