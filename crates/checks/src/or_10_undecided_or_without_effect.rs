//! OR-10: a motion or an application is undecided for long, or was decided without effect.
//!
//! A motion lies for months; a motion to reopen is granted, and no hearing is set; a case is completed, and
//! an application in it has no decision. For the person nothing moves, and the clock for a work permit may
//! stand still.
//!
//! The rule reads the rows of a court case on the day that the court's extract describes. It reports a
//! motion that was received more than 90 days before and has no decision; a granted motion that reopens or
//! recalendars, more than 30 days before, after which no hearing is set and nothing was ordered; and an
//! application without a decision in a case whose proceedings were all decided after it was filed.
//!
//! It stays silent when the court holds the case by a code, when the decision is there but cannot be read,
//! and while the days run.

use jiff::{ToSpan, civil::Date, civil::date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{described_on, is_one_of, says_anything},
    docket::{dated, is_undecided_motion, open_proceeding},
    schedule::next_day,
    wording::spoken_day,
};

/// Motions after whose grant a hearing must follow: to reopen, to rescind, to set aside, to vacate, to
/// recalendar (`tblLookupMotionType`).
const MOTIONS_FOR_A_HEARING: [&str; 9] = ["MA", "RD", "SA", "O", "MC", "VO", "C", "CL", "RS"];

/// A motion was granted.
const GRANTED: &str = "G";

/// The check.
pub(crate) struct UndecidedOrWithoutEffect;

static SPEC: Spec = Spec {
    id: "OR-10",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Motion or application undecided, or decided without effect",
    family: Family::Order,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::MotionKind,
        Attribute::MotionReceivedOn,
        Attribute::MotionDecision,
        Attribute::MotionDecidedOn,
        Attribute::ReliefKind,
        Attribute::ReliefFiledOn,
        Attribute::ReliefDecision,
        Attribute::NtaFiledOn,
        Attribute::OrderOn,
        Attribute::OrderCode,
        Attribute::OtherCompletion,
        Attribute::HoldReason,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["or_10_undecided_days", "or_10_hearing_days"],
    rule: "On the day that the court's extract describes, a motion has had no decision for more than {or_10_undecided_days} days; \
           or a motion that reopens or recalendars was granted more than {or_10_hearing_days} days before, and no hearing is \
           set; or an application has no decision though every proceeding was decided after it was filed.",
    not_when: &[
        "the court holds the case by a code",
        "a decision is there but cannot be read",
        "the days have not passed on the day that the extract describes",
        "a hearing was set or an order made after the grant",
        "the proceeding ended by a transfer or a change of venue",
    ],
    harm_in_words: "A case that does not move: no hearing, no decision, and no clock for a work permit.",
    evidence_shown: "The motion or application with its days, what was decided, the hearings after it.",
    route: Route {
        actor: "the court administrator; the ombuds office",
        instrument: "a letter of inquiry, and a look at the work permit clock",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "8 CFR 1003.23(b)(1)(iv), 208.7; EOIR case data, tbl_Court_Motions and tbl_Court_Appln",
};

impl Check for UndecidedOrWithoutEffect {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let days = |name| parameters.days(name, world.today);
        let (Ok(undecided_days), Ok(hearing_days)) =
            (days("or_10_undecided_days"), days("or_10_hearing_days"))
        else {
            return Vec::new();
        };
        case.identities()
            .filter(|lead| !is_held(lead, case))
            .flat_map(|lead| {
                let on = described_on(lead, world);
                case.attached(lead.id).filter_map(move |row| {
                    undecided_motion(row, on.saturating_sub(undecided_days.days()))
                        .or_else(|| granted_in_vain(row, lead, on.saturating_sub(hearing_days.days()), case))
                        .or_else(|| undecided_application(row, lead, case))
                        .map(|standstill| report(row, &standstill, case, world))
                })
            })
            .collect()
    }
}

/// What does not move, in words, and the row's statements that show it.
struct Standstill {
    sentence: String,
    attributes: [Attribute; 3],
}

fn is_held(lead: &CaseRecord, case: &CaseFile) -> bool {
    case.attached(lead.id).chain(std::iter::once(lead)).any(|row| says_anything(row, Attribute::HoldReason))
}

fn undecided_motion(row: &CaseRecord, before: Date) -> Option<Standstill> {
    let received_on = row.record.day(Attribute::MotionReceivedOn)?;
    (is_undecided_motion(row) && received_on < before).then(|| Standstill {
        sentence: format!("This motion was received on {} and has no decision.", spoken_day(received_on)),
        attributes: [Attribute::MotionReceivedOn, Attribute::MotionKind, Attribute::MotionDecision],
    })
}

fn granted_in_vain(row: &CaseRecord, lead: &CaseRecord, before: Date, case: &CaseFile) -> Option<Standstill> {
    let granted_on = row.record.day(Attribute::MotionDecidedOn)?;
    let is_granted = is_one_of(row, Attribute::MotionKind, &MOTIONS_FOR_A_HEARING)
        && row.record.value(Attribute::MotionDecision) == Some(GRANTED);
    let goes_on = [Attribute::HearingOn, Attribute::NoticeHearingOn, Attribute::OrderOn]
        .iter()
        .any(|day| dated(lead, *day, case).iter().any(|(_, on)| *on > granted_on));
    (is_granted && granted_on < before && !goes_on).then(|| Standstill {
        sentence: format!(
            "This motion was granted on {}, but no hearing is set and nothing was ordered since.",
            spoken_day(granted_on)
        ),
        attributes: [Attribute::MotionDecidedOn, Attribute::MotionDecision, Attribute::MotionKind],
    })
}

fn undecided_application(row: &CaseRecord, lead: &CaseRecord, case: &CaseFile) -> Option<Standstill> {
    let filed_on = row.record.day(Attribute::ReliefFiledOn)?;
    let (last, completed_on) = dated(lead, Attribute::OrderOn, case).pop()?;
    let is_decided = says_anything(last, Attribute::OrderCode) && completed_on > filed_on;
    let is_blank = !says_anything(row, Attribute::ReliefDecision);
    (is_blank && is_decided && open_proceeding(lead, case).is_none()).then(|| Standstill {
        sentence: format!(
            "This application of {} has no decision, though the proceeding was decided on {}.",
            spoken_day(filed_on),
            spoken_day(completed_on)
        ),
        attributes: [Attribute::ReliefFiledOn, Attribute::ReliefKind, Attribute::ReliefDecision],
    })
}

fn report(row: &CaseRecord, standstill: &Standstill, case: &CaseFile, world: &World<'_>) -> Discrepancy {
    let inputs = standstill.attributes.map(|attribute| (row, attribute));
    Discrepancy::new(&SPEC, row, &inputs, standstill.sentence.clone(), next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        court court_names 4711
          family_name Ruiz
        court B_TblProceeding 1 about 4711
          nta_filed_on 2024-03-01
          order_on 2026-01-10
          order_code X\n";

    fn and(row: &str) -> String {
        format!("{FILE}        court more M1 about 4711\n{row}\n")
    }

    const MOTION: &str = "          motion_kind O\n          motion_received_on 2026-03-02";
    const GRANT: &str = "          motion_kind MA\n          motion_received_on 2026-02-02\n          motion_decision G\n          motion_decided_on 2026-03-02";
    const APPLICATION: &str = "          relief_kind ASYL\n          relief_filed_on 2025-03-02";

    const UNDECIDED: &str = "court/more:M1: This motion was received on 2 March 2026 and has no decision.";
    const IN_VAIN: &str = "court/more:M1: This motion was granted on 2 March 2026, but no hearing is set and nothing was ordered since.";
    const NO_DECISION: &str = "court/more:M1: This application of 2 March 2025 has no decision, though the proceeding was decided on 10 January 2026.";

    #[test]
    fn fires_on_each_standstill() {
        check(&UndecidedOrWithoutEffect, &and(MOTION), &[UNDECIDED]);
        check(&UndecidedOrWithoutEffect, &and(GRANT), &[IN_VAIN]);
        check(&UndecidedOrWithoutEffect, &and(APPLICATION), &[NO_DECISION]);
    }

    #[test]
    fn the_days_must_have_passed() {
        for (text, from, first, last) in [
            (MOTION, "2026-03-02", "2026-08-02", "2026-08-01"),
            (GRANT, "2026-03-02", "2026-10-01", "2026-09-30"),
        ] {
            check(&UndecidedOrWithoutEffect, &and(&text.replace(from, first)), &[]);
            let fires = and(&text.replace(from, last));
            let found = crate::fixture::run(
                &UndecidedOrWithoutEffect,
                &redress_testkit::parse_case_file(&fires),
                &[],
            );
            assert_eq!(found.len(), 1, "{last}");
        }
    }

    #[test]
    fn stays_silent() {
        for (why, text, from, to) in [
            ("held by a code", MOTION, "motion_kind O", "hold_reason BC\n          motion_kind O"),
            ("decided", MOTION, "motion_kind O", "motion_kind O\n          motion_decision D"),
            (
                "a decision that cannot be read",
                MOTION,
                "motion_kind O",
                "motion_kind O\n          motion_decided_on 31/31 =>",
            ),
            ("denied", GRANT, "motion_decision G", "motion_decision D"),
            ("a motion without a hearing", GRANT, "motion_kind MA", "motion_kind CO"),
            ("a hearing was set", GRANT, "motion_kind MA", "hearing_on 2027-01-05\n          motion_kind MA"),
            ("an order was made", GRANT, "motion_kind MA", "order_on 2026-06-05\n          motion_kind MA"),
            ("a decision", APPLICATION, "relief_kind", "relief_decision D\n          relief_kind"),
            ("filed after the decision", APPLICATION, "2025-03-02", "2026-03-02"),
        ] {
            let text_before = and(text);
            let text = text_before.replace(from, to);
            assert!(text != text_before, "{why}");
            check(&UndecidedOrWithoutEffect, &text, &[]);
        }
        let transferred = and(APPLICATION).replace("order_code X", "other_completion T");
        check(&UndecidedOrWithoutEffect, &transferred, &[]);
        let open = and(APPLICATION)
            + "        court B_TblProceeding 2 about 4711\n          nta_filed_on 2024-03-01\n";
        check(&UndecidedOrWithoutEffect, &open, &[]);
    }
}
