//! OR-08: a paused case is shown as a failure to appear.
//!
//! A court may close a case administratively, put it on the status docket, or take it off the calendar. No
//! hearing is set, and nobody can miss one. An agency that counts the days without a hearing as a failure to
//! appear turns a paused case into a "fugitive".
//!
//! The rule reads an agency's record whose category is a failure to appear (5A, 5B, 8E, 8I), and the court
//! case that it concerns: an administrative closing (`OTHER_COMP` A, K, M, Y), a granted motion for one (AC)
//! or for the status docket (PS), a hold of the off-docket initiative (ODI, ODR, ODX), or a case identifier
//! for the status docket or for off-calendar (DS, OC, BD).
//!
//! It stays silent when the case was put back on the calendar, when a hearing or an order came after the
//! pause (a hearing may then have been missed with good notice), and when the case is somebody else's.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{NO_SHOW, category, is_one_of},
    docket::{dated, proceedings},
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// Administrative closings among the completions other than by decision (`tblLookupCourtDecision`).
const CLOSINGS: [&str; 4] = ["A", "K", "M", "Y"];

/// Motions that pause a case: for administrative closing, for the status docket.
const PAUSING_MOTIONS: [&str; 2] = ["AC", "PS"];

/// Motions that put it back: to recalendar, to calendar, to remove from the status docket.
const RESUMING_MOTIONS: [&str; 3] = ["C", "CL", "RS"];

/// Holds that take a case off the docket (`tblLookupHoldReason`).
const PAUSING_HOLDS: [&str; 3] = ["ODI", "ODR", "ODX"];

/// Case identifiers of paused cases (`tblLookUpCaseIdentifier`).
const PAUSING_IDENTIFIERS: [&str; 3] = ["DS", "OC", "BD"];

/// A motion was granted.
const GRANTED: &str = "G";

/// The check.
pub(crate) struct PausedCaseAsNoShow;

static SPEC: Spec = Spec {
    id: "OR-08",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Paused case shown as a failure to appear",
    family: Family::Order,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::CaseCategory,
        Attribute::OtherCompletion,
        Attribute::OrderOn,
        Attribute::MotionKind,
        Attribute::MotionDecision,
        Attribute::MotionDecidedOn,
        Attribute::HoldReason,
        Attribute::CaseIdentifier,
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
    rule: "An agency puts a case under a failure to appear (5A, 5B, 8E, 8I), though the court closed it \
           administratively, put it on the status docket or took it off the calendar.",
    not_when: &[
        "the case was put back on the calendar",
        "a hearing was set or an order made after the pause",
        "the motion to pause it was refused or is undecided",
        "the paused case is somebody else's",
    ],
    harm_in_words: "The person is treated as a fugitive from a hearing that never was.",
    evidence_shown: "What paused the case and when, the hearings after it (none), the category.",
    route: Route {
        actor: "the agency that carries the category",
        instrument: "correct the category",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "8 CFR 1003.18(c); EOIR case data, tblLookupHoldReason and tblLookUpCaseIdentifier",
};

impl Check for PausedCaseAsNoShow {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.identities()
            .filter(|record| category(record).is_some_and(|code| NO_SHOW.contains(&code)))
            .filter_map(|record| {
                let pause = proceedings(record, case).find_map(|lead| {
                    pause_of(lead, case).filter(|pause| !has_resumed(lead, pause.on, case))
                })?;
                Some(report(record, &pause, case, world))
            })
            .collect()
    }
}

/// What paused a case. The day is None where the court's code has none.
struct Pause<'a> {
    row: &'a CaseRecord,
    attribute: Attribute,
    on: Option<Date>,
}

fn pause_of<'a>(lead: &'a CaseRecord, case: &'a CaseFile) -> Option<Pause<'a>> {
    let rows = || std::iter::once(lead).chain(in_order(case.attached(lead.id)));
    let dated_pause = rows().filter_map(pause_with_a_day).max_by_key(|pause| (pause.on, pause.row.id));
    let coded = |attribute: Attribute, codes: &'static [&'static str]| {
        let row = rows().find(|row| is_one_of(row, attribute, codes))?;
        Some(Pause { row, attribute, on: None })
    };
    dated_pause
        .or_else(|| coded(Attribute::HoldReason, &PAUSING_HOLDS))
        .or_else(|| coded(Attribute::CaseIdentifier, &PAUSING_IDENTIFIERS))
}

fn pause_with_a_day(row: &CaseRecord) -> Option<Pause<'_>> {
    if is_one_of(row, Attribute::OtherCompletion, &CLOSINGS) {
        let on = Some(row.record.day(Attribute::OrderOn)?);
        return Some(Pause { row, attribute: Attribute::OtherCompletion, on });
    }
    let is_granted = is_one_of(row, Attribute::MotionKind, &PAUSING_MOTIONS)
        && row.record.value(Attribute::MotionDecision) == Some(GRANTED);
    let on = Some(row.record.day(Attribute::MotionDecidedOn)?);
    is_granted.then_some(Pause { row, attribute: Attribute::MotionKind, on })
}

/// Whether the case came back: by a granted motion, or by a hearing or an order after the pause. Of a pause
/// without a day, any granted motion to resume ends it, and so does any order.
fn has_resumed(lead: &CaseRecord, paused_on: Option<Date>, case: &CaseFile) -> bool {
    let is_after = |on: &Date| paused_on.is_none_or(|paused| *on > paused);
    let resumed = case.attached(lead.id).any(|row| {
        is_one_of(row, Attribute::MotionKind, &RESUMING_MOTIONS)
            && row.record.value(Attribute::MotionDecision) == Some(GRANTED)
            && row.record.day(Attribute::MotionDecidedOn).as_ref().is_none_or(is_after)
    });
    let ordered = dated(lead, Attribute::OrderOn, case).iter().any(|(_, on)| is_after(on));
    let heard =
        paused_on.is_some() && dated(lead, Attribute::HearingOn, case).iter().any(|(_, on)| is_after(on));
    resumed || ordered || heard
}

fn report(record: &CaseRecord, pause: &Pause<'_>, case: &CaseFile, world: &World<'_>) -> Discrepancy {
    let how = match pause.attribute {
        Attribute::OtherCompletion => "the court closed the case administratively",
        Attribute::MotionKind => "the court granted a motion that paused the case",
        Attribute::HoldReason => "the court holds the case off its docket",
        _ => "the court keeps the case on its status docket or off its calendar",
    };
    let when = pause.on.map_or_else(String::new, |on| format!(" on {}", spoken_day(on)));
    let sentence = format!(
        "This record says that the person failed to appear, but {how}{when}, and nothing shows that it came \
         back to the calendar."
    );
    let inputs = [
        (record, Attribute::CaseCategory),
        (pause.row, pause.attribute),
        (pause.row, Attribute::OrderOn),
        (pause.row, Attribute::MotionDecision),
        (pause.row, Attribute::MotionDecidedOn),
    ];
    Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today))
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
          case_category [5B] REMOVABLE - ICE FUGITIVE
        court court_names 4711
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
        court B_TblProceeding 1 about 4711
          order_on 2025-02-03
          other_completion K\n";

    fn found(how: &str) -> String {
        format!(
            "status/S1: This record says that the person failed to appear, but {how}, and nothing shows that it came back to the calendar."
        )
    }

    const CLOSED: &str = "the court closed the case administratively on 3 February 2025";

    fn paused_by(row: &str) -> String {
        FILE.replace("          order_on 2025-02-03\n          other_completion K\n", row)
    }

    #[test]
    fn fires_on_each_way_of_pausing() {
        check(&PausedCaseAsNoShow, FILE, &[&found(CLOSED)]);
        check(&PausedCaseAsNoShow, &FILE.replace("5B", "5A"), &[&found(CLOSED)]);
        for (row, how) in [
            (
                "          motion_kind AC\n          motion_decision G\n          motion_decided_on 2025-02-03\n",
                "the court granted a motion that paused the case on 3 February 2025",
            ),
            ("          hold_reason ODI\n", "the court holds the case off its docket"),
            (
                "          case_identifier DS\n",
                "the court keeps the case on its status docket or off its calendar",
            ),
        ] {
            check(&PausedCaseAsNoShow, &paused_by(row), &[&found(how)]);
        }
    }

    #[test]
    fn stays_silent_where_the_case_came_back() {
        for more in [
            "          motion_kind C\n          motion_decision G\n          motion_decided_on 2025-06-03",
            "          hearing_on 2025-06-03",
            "          order_on 2025-06-03\n          order_code X",
        ] {
            check(&PausedCaseAsNoShow, &format!("{FILE}        court more M1 about 4711\n{more}\n"), &[]);
        }
        let earlier = format!("{FILE}        court more M1 about 4711\n          hearing_on 2025-01-03\n");
        check(&PausedCaseAsNoShow, &earlier, &[&found(CLOSED)]);
        let held = paused_by("          hold_reason ODI\n          order_on 2025-02-03\n");
        check(&PausedCaseAsNoShow, &held, &[]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("another category", "[5B]", "[2A]"),
            ("another completion", "other_completion K", "other_completion T"),
            ("a closing for failure to appear", "other_completion K", "other_completion B"),
            ("an undecided motion", "other_completion K", "motion_kind AC"),
            (
                "a brother's case",
                "4711\n          family_name Ruiz\n          given_name Ana",
                "4711\n          family_name Ruiz\n          given_name Luis",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&PausedCaseAsNoShow, &text, &[]);
        }
    }
}
