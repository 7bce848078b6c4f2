//! OR-03: an order is stayed, and a system that could carry it out does not know.
//!
//! A motion to rescind an order made in absence stays the order from the moment it is filed, without any
//! decision (8 U.S.C. 1229a(b)(5)(C)). A court may stay an order too. In 2025 somebody was removed 28 minutes
//! after a stay: what counts is who was told, and when.
//!
//! The rule reads a record by which an order may be carried out, and the court case that it concerns. It
//! reports the record when a first motion to reopen for absence (MA) or to rescind (RD) waits for its
//! decision, when a stay was granted, when a notice of a stay (0T, 1Q) was sent, or when a stay by a federal
//! court or for a class is on file, and nothing says that it ended.
//!
//! It stays silent when the stay ended on a stated day, when it was refused, when the motion was decided or
//! is not the first one, and when a newer order to leave was made. A pending appeal and a running period are
//! OR-04's.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{described_on, is_one_of, removable_by, says_anything},
    agreement::same_person,
    docket::{dated, has_order_to_leave_after, is_undecided_motion, orders_to_leave, proceedings},
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// Motions that stay an order made in absence while they are pending (`tblLookupMotionType`).
const STAYING_MOTIONS: [&str; 2] = ["MA", "RD"];

/// Notices of a stay (`tblLookupNOTICE`).
const STAY_NOTICES: [&str; 2] = ["0T", "1Q"];

/// A stay was granted (`STAY_GRANT`).
const GRANTED: &str = "G";

/// The check.
pub(crate) struct StayNotSeen;

static SPEC: Spec = Spec {
    id: "OR-03",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Order stayed, and the agency's record does not show it",
    family: Family::Order,
    harm: Harm::H5,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::FinalOrder,
        Attribute::FinalOrderOn,
        Attribute::CaseCategory,
        Attribute::OrderOn,
        Attribute::OrderCode,
        Attribute::InAbsentia,
        Attribute::MotionKind,
        Attribute::MotionReceivedOn,
        Attribute::MotionDecision,
        Attribute::MotionDecidedOn,
        Attribute::StayDecision,
        Attribute::StayFrom,
        Attribute::StayEndedOn,
        Attribute::NoticeKind,
        Attribute::NoticeMailedOn,
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
    rule: "A record says that an order may be carried out while the order is stayed: by a first motion to \
           reopen for absence or to rescind that is pending, by a grant of a stay, by a notice of one (0T, \
           1Q), or by a stay of a federal court or for a class.",
    not_when: &[
        "the stay ended, or was dissolved, on a stated day",
        "the stay was refused",
        "the motion was decided, or an earlier motion of its kind had been refused",
        "a newer order to leave was made after the stay began",
        "the stay is in the court case of somebody else",
    ],
    harm_in_words: "The order is carried out while a court forbids it.",
    evidence_shown: "The document that stays the order, its day, who was told and when.",
    route: Route {
        actor: "every recipient of the mark; the person and counsel",
        instrument: "tell all recipients at once, by telephone too, and have each acknowledge; the hold \
                     suspends everything derived from the order",
        deadline: "minutes: the clock of acknowledgement runs from the filing",
    },
    data: &[DataClass::Public, DataClass::Agency, DataClass::OwnPapers],
    citation: "8 U.S.C. 1229a(b)(5)(C); 8 CFR 1003.23(b)(1)(v), (b)(4)(ii)",
};

impl Check for StayNotSeen {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.identities()
            .filter_map(|mark| Some((mark, removable_by(mark)?)))
            .filter_map(|(mark, by)| {
                let on = described_on(mark, world);
                let stay = proceedings(mark, case)
                    .find_map(|lead| stay_of(lead, on, case))
                    .or_else(|| own_stay(mark, on, case))?;
                Some(report(mark, by, &stay, case, world))
            })
            .collect()
    }
}

/// What stays an order.
enum Ground {
    Motion,
    Grant,
    Notice,
    Document,
}

struct Stay<'a> {
    ground: Ground,
    row: &'a CaseRecord,
    from: Date,
}

/// The stay of a case that is in force on a day, the newest first.
fn stay_of<'a>(lead: &CaseRecord, on: Date, case: &'a CaseFile) -> Option<Stay<'a>> {
    let stays = pending_motion(lead, case)
        .into_iter()
        .chain(case.attached(lead.id).filter_map(granted))
        .chain(case.attached(lead.id).filter_map(noticed));
    stays
        .filter(|stay| is_in_force(stay, on) && !has_order_to_leave_after(lead, stay.from, case))
        .max_by_key(|stay| (stay.from, stay.row.id))
}

/// A first motion against an order made in absence that waits for its decision: it stays the order by law.
fn pending_motion<'a>(lead: &CaseRecord, case: &'a CaseFile) -> Option<Stay<'a>> {
    let (_, ordered_on) = dated(lead, Attribute::OrderOn, case)
        .into_iter()
        .rfind(|(row, _)| row.record.mark(Attribute::InAbsentia) == Some(true) && orders_to_leave(row))?;
    let staying = |row: &CaseRecord| is_one_of(row, Attribute::MotionKind, &STAYING_MOTIONS);
    let motions = || {
        dated(lead, Attribute::MotionReceivedOn, case)
            .into_iter()
            .filter(|(row, received_on)| staying(row) && *received_on >= ordered_on)
    };
    let (row, from) = motions().next().filter(|(row, _)| is_undecided_motion(row))?;
    Some(Stay { ground: Ground::Motion, row, from })
}

fn granted(row: &CaseRecord) -> Option<Stay<'_>> {
    let is_granted = row.record.value(Attribute::StayDecision) == Some(GRANTED);
    let days = [Attribute::StayFrom, Attribute::MotionDecidedOn, Attribute::MotionReceivedOn];
    let from = days.iter().find_map(|day| row.record.day(*day))?;
    is_granted.then_some(Stay { ground: Ground::Grant, row, from })
}

fn noticed(row: &CaseRecord) -> Option<Stay<'_>> {
    let from = row.record.day(Attribute::NoticeMailedOn)?;
    is_one_of(row, Attribute::NoticeKind, &STAY_NOTICES).then_some(Stay { ground: Ground::Notice, row, from })
}

/// A stay that a paper of the person states: by a federal court, or for a class that the person is of.
fn own_stay<'a>(mark: &CaseRecord, on: Date, case: &'a CaseFile) -> Option<Stay<'a>> {
    in_order(case.identities())
        .filter(|paper| paper.id == mark.id || same_person(paper, mark))
        .filter(|paper| !says_anything(paper, Attribute::StayDecision) || granted(paper).is_some())
        .filter_map(|row| {
            let from = row.record.day(Attribute::StayFrom)?;
            Some(Stay { ground: Ground::Document, row, from })
        })
        .filter(|stay| is_in_force(stay, on))
        .max_by_key(|stay| (stay.from, stay.row.id))
}

/// Whether a stay had begun by a day and nothing says that it ended by then. An end that cannot be read ends it.
fn is_in_force(stay: &Stay<'_>, on: Date) -> bool {
    let ended = match stay.row.record.day(Attribute::StayEndedOn) {
        Some(ended_on) => ended_on <= on,
        None => says_anything(stay.row, Attribute::StayEndedOn),
    };
    stay.from <= on && !ended
}

fn report(
    mark: &CaseRecord,
    by: Attribute,
    stay: &Stay<'_>,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let from = spoken_day(stay.from);
    let why = match stay.ground {
        Ground::Motion => format!("the motion received on {from} stays it by law until it is decided"),
        Ground::Grant => format!("a stay was granted on {from}"),
        Ground::Notice => format!("a notice of {from} says that it is stayed"),
        Ground::Document => format!("a stay has been in force since {from}"),
    };
    let sentence = format!(
        "This record says that an order may be carried out, but {why}; no end of the stay is on file."
    );
    let inputs = [
        (mark, by),
        (mark, Attribute::FinalOrderOn),
        (stay.row, Attribute::MotionKind),
        (stay.row, Attribute::MotionReceivedOn),
        (stay.row, Attribute::StayDecision),
        (stay.row, Attribute::StayFrom),
        (stay.row, Attribute::NoticeKind),
        (stay.row, Attribute::NoticeMailedOn),
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
          in_absentia yes\n";

    fn row(text: &str) -> String {
        format!("{FILE}        court more M1 about 4711\n{text}\n")
    }

    fn found(why: &str) -> String {
        format!(
            "status/S1: This record says that an order may be carried out, but {why}; no end of the stay is on file."
        )
    }

    const MOTION: &str = "          motion_kind MA\n          motion_received_on 2026-10-20";
    const GRANT: &str =
        "          motion_kind SY\n          motion_decided_on 2026-10-20\n          stay_decision G";
    const NOTICE: &str = "          notice_kind 1Q\n          notice_mailed_on 2026-10-20";

    #[test]
    fn fires_on_each_ground() {
        let motion = found("the motion received on 20 October 2026 stays it by law until it is decided");
        check(&StayNotSeen, &row(MOTION), &[&motion]);
        check(&StayNotSeen, &row(&MOTION.replace("MA", "RD")), &[&motion]);
        let category = row(MOTION).replace("final_order yes", "case_category [3] DEPORTABLE");
        check(&StayNotSeen, &category, &[&motion]);
        check(&StayNotSeen, &row(GRANT), &[&found("a stay was granted on 20 October 2026")]);
        check(&StayNotSeen, &row(NOTICE), &[&found("a notice of 20 October 2026 says that it is stayed")]);
        let paper = format!(
            "{FILE}        papers court_order P1\n          family_name Ruiz\n          given_name Ana\n          birth_date 1990-03-04\n          stay_from 2026-10-20\n"
        );
        check(&StayNotSeen, &paper, &[&found("a stay has been in force since 20 October 2026")]);
        check(
            &StayNotSeen,
            &paper.replace(
                "P1\n          family_name Ruiz\n          given_name Ana",
                "P1\n          family_name Ruiz\n          given_name Luis",
            ),
            &[],
        );
    }

    #[test]
    fn stays_silent_where_the_stay_ended() {
        for text in [MOTION, GRANT, NOTICE] {
            for ended in ["2026-10-25", "31/31/2026 =>"] {
                check(&StayNotSeen, &row(&format!("{text}\n          stay_ended_on {ended}")), &[]);
            }
            let newer = "        court B_TblProceeding 2 about 4711\n          order_on 2026-10-28\n          order_code X\n";
            check(&StayNotSeen, &format!("{}{newer}", row(text)), &[]);
        }
    }

    #[test]
    fn stays_silent() {
        for (why, text, from, to) in [
            ("no mark", MOTION, "final_order yes", "final_order no"),
            ("not in absence", MOTION, "in_absentia yes", "in_absentia no"),
            ("another motion", MOTION, "motion_kind MA", "motion_kind CO"),
            ("before the order", MOTION, "2026-10-20", "2025-01-20"),
            ("decided", MOTION, "motion_kind MA", "motion_kind MA\n          motion_decision D"),
            (
                "a decision that cannot be read",
                MOTION,
                "motion_kind MA",
                "motion_kind MA\n          motion_decided_on x =>",
            ),
            ("refused", GRANT, "stay_decision G", "stay_decision D"),
            ("another notice", NOTICE, "notice_kind 1Q", "notice_kind NH"),
            ("after the day that the record describes", NOTICE, "2026-10-20", "2026-11-01"),
            (
                "a brother's case",
                MOTION,
                "4711\n          family_name Ruiz\n          given_name Ana",
                "4711\n          family_name Ruiz\n          given_name Luis",
            ),
        ] {
            let text_before = row(text);
            let text = text_before.replace(from, to);
            assert!(text != text_before, "{why}");
            check(&StayNotSeen, &text, &[]);
        }
        let second = "        court tbl_Court_Motions M0 about 4711\n          motion_kind MA\n          motion_received_on 2025-04-01\n          motion_decision D\n";
        check(&StayNotSeen, &format!("{}{second}", row(MOTION)), &[]);
    }
}
