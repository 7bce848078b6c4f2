//! OR-01: an order made in absence was undone, but is still active downstream.
//!
//! A court orders somebody removed who did not appear, later grants a motion to reopen or rescind, and the
//! case goes on. The agency's extract still says "final order: yes" with the day of the old order. 15 % of
//! such orders of 2008 to 2018 were undone (Eagly and Shafer, 168 U. Pa. L. Rev. 817), 20 % in single years.
//! Nothing in these files can do more harm.
//!
//! The rule reads a record that marks a final order, and the court case that it concerns: an order in absence
//! on the day of the mark, and after it a granted motion to reopen for lack of appearance (MA), to rescind
//! (RD) or to set aside (SA).
//!
//! It stays silent when a newer order to leave exists, when the motion was denied or is undecided, when the
//! mark names the day of another order, and when the court case is somebody else's: families are ordered
//! removed on one day.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::concerns, schedule::next_day, sequence::in_order, wording::spoken_day,
};

/// Motions that undo an order made in absence (`tblLookupMotionType`).
const UNDOING_MOTIONS: [&str; 3] = ["MA", "RD", "SA"];

/// A motion was granted.
const GRANTED: &str = "G";

/// Decisions that order somebody to leave: removal, deportation, exclusion, voluntary departure.
const ORDERS_TO_LEAVE: [&str; 4] = ["X", "D", "E", "V"];

/// The check.
pub(crate) struct UndoneOrderStillActive;

static SPEC: Spec = Spec {
    id: "OR-01",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Order undone by the court, still marked as final",
    family: Family::Order,
    harm: Harm::H5,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::FinalOrder,
        Attribute::FinalOrderOn,
        Attribute::OrderOn,
        Attribute::OrderCode,
        Attribute::InAbsentia,
        Attribute::MotionKind,
        Attribute::MotionDecision,
        Attribute::MotionDecidedOn,
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
    rule: "A final-order mark rests on an order made in absence that a granted motion (MA, RD or SA) undid \
           later.",
    not_when: &[
        "a newer order to leave exists",
        "the motion was denied or is undecided",
        "the mark names the day of another order",
        "the order is in the court case of somebody else",
    ],
    harm_in_words: "The person is treated as finally ordered removed, though no order stands: detention or \
                    removal against the court's decision.",
    evidence_shown: "The chain: order, motion, grant, and every system that still carries the order.",
    route: Route {
        actor: "the agency that carries the mark",
        instrument: "take the mark off the record, write down that the order was taken back, have every recipient \
                     confirm",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "8 U.S.C. 1229a(b)(5)(C); 8 CFR 1003.23(b)(4)(ii)",
};

impl Check for UndoneOrderStillActive {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.identities()
            .filter(|record| record.record.mark(Attribute::FinalOrder) == Some(true))
            .filter_map(|mark| {
                let proceedings = in_order(case.identities()).filter(|lead| concerns(mark, lead));
                let undone = proceedings.filter_map(|lead| undone_order(mark, lead, case)).next()?;
                Some(report(mark, &undone, case, world))
            })
            .collect()
    }
}

/// An order made in absence and the motion that undid it.
struct Undone<'a> {
    order: &'a CaseRecord,
    ordered_on: Date,
    motion: &'a CaseRecord,
    granted_on: Date,
}

fn undone_order<'a>(mark: &CaseRecord, lead: &CaseRecord, case: &'a CaseFile) -> Option<Undone<'a>> {
    let marked_on = mark.record.day(Attribute::FinalOrderOn);
    let is_marked = |day: Date| marked_on.is_none_or(|marked| marked == day);
    in_order(case.attached(lead.id))
        .filter(|row| row.record.mark(Attribute::InAbsentia) == Some(true))
        .filter_map(|order| Some((order, order.record.day(Attribute::OrderOn)?)))
        .filter(|(_, ordered_on)| is_marked(*ordered_on))
        .find_map(|(order, ordered_on)| {
            let (motion, granted_on) = granted_motion(lead, ordered_on, case)?;
            let undone = Undone { order, ordered_on, motion, granted_on };
            (!has_newer_order(lead, granted_on, case)).then_some(undone)
        })
}

/// The day on which a granted motion undid an order in absence of that day, whatever was ordered since. None when none did.
pub(crate) fn undone_on(lead: &CaseRecord, ordered_on: Date, case: &CaseFile) -> Option<Date> {
    granted_motion(lead, ordered_on, case).map(|(_, granted_on)| granted_on)
}

/// The last granted motion after an order.
fn granted_motion<'a>(
    lead: &CaseRecord,
    ordered_on: Date,
    case: &'a CaseFile,
) -> Option<(&'a CaseRecord, Date)> {
    let is_granted = |row: &&CaseRecord| {
        row.record.value(Attribute::MotionKind).is_some_and(|kind| UNDOING_MOTIONS.contains(&kind))
            && row.record.value(Attribute::MotionDecision) == Some(GRANTED)
    };
    case.attached(lead.id)
        .filter(is_granted)
        .filter_map(|row| Some((row, row.record.day(Attribute::MotionDecidedOn)?)))
        .filter(|(_, granted_on)| *granted_on >= ordered_on)
        .max_by_key(|(row, granted_on)| (*granted_on, row.id))
}

fn has_newer_order(lead: &CaseRecord, granted_on: Date, case: &CaseFile) -> bool {
    case.attached(lead.id).any(|row| {
        row.record.day(Attribute::OrderOn).is_some_and(|on| on > granted_on)
            && row.record.value(Attribute::OrderCode).is_some_and(|code| ORDERS_TO_LEAVE.contains(&code))
    })
}

fn report(mark: &CaseRecord, undone: &Undone<'_>, case: &CaseFile, world: &World<'_>) -> Discrepancy {
    let sentence = format!(
        "This record marks the order of {} as final, but the order was made in the person's absence and a \
         motion granted on {} undid it; no newer order is on file.",
        spoken_day(undone.ordered_on),
        spoken_day(undone.granted_on),
    );
    let inputs = [
        (mark, Attribute::FinalOrder),
        (mark, Attribute::FinalOrderOn),
        (undone.order, Attribute::OrderOn),
        (undone.order, Attribute::InAbsentia),
        (undone.motion, Attribute::MotionKind),
        (undone.motion, Attribute::MotionDecision),
        (undone.motion, Attribute::MotionDecidedOn),
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
          final_order yes
          final_order_on 2025-02-03
        court court_names 4711
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
        court B_TblProceeding 1 about 4711
          order_on 2025-02-03
          order_code X
          in_absentia yes
        court tbl_Court_Motions 9 about 4711
          motion_kind MA
          motion_decision G
          motion_decided_on 2025-06-10\n";

    const FOUND: &str = "status/S1: This record marks the order of 3 February 2025 as final, but the order \
                         was made in the person's absence and a motion granted on 10 June 2025 undid it; no \
                         newer order is on file.";

    fn with_order(on: &str, code: &str) -> String {
        format!(
            "{FILE}        court B_TblProceeding 2 about 4711\n          order_on {on}\n          order_code {code}\n"
        )
    }

    #[test]
    fn fires_on_an_order_that_a_motion_undid() {
        check(&UndoneOrderStillActive, FILE, &[FOUND]);
        check(&UndoneOrderStillActive, &FILE.replace("motion_kind MA", "motion_kind RD"), &[FOUND]);
        check(&UndoneOrderStillActive, &FILE.replace("final_order_on 2025-02-03", ""), &[FOUND]);
        check(&UndoneOrderStillActive, &with_order("2025-09-01", "R"), &[FOUND]);
    }

    #[test]
    fn stays_silent_where_a_newer_order_exists() {
        check(&UndoneOrderStillActive, &with_order("2025-09-01", "X"), &[]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("no mark", "final_order yes", "final_order no"),
            ("not in absence", "in_absentia yes", "in_absentia no"),
            ("denied", "motion_decision G", "motion_decision D"),
            ("undecided", "motion_decided_on 2025-06-10", ""),
            ("another motion", "motion_kind MA", "motion_kind CO"),
            ("before the order", "2025-06-10", "2025-01-10"),
            ("the day of another order", "final_order_on 2025-02-03", "final_order_on 2024-07-09"),
            (
                "a brother's case",
                "court court_names 4711\n          family_name Ruiz\n          given_name Ana",
                "court court_names 4711\n          family_name Ruiz\n          given_name Luis",
            ),
            (
                "the agency matched another case",
                "final_order yes",
                "final_order yes\n          asserted_proceeding 4712\n          asserted_by NUMBER",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&UndoneOrderStillActive, &text, &[]);
        }
    }
}
