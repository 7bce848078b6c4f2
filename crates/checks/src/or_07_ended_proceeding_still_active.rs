//! OR-07: the charging paper was cancelled, terminated or not prosecuted, and the case is still active.
//!
//! A judge terminates a proceeding, or it ends because the government did not prosecute (370,352 proceedings
//! of the release of October 2025), or the agency itself cancels its paper. The agency's record goes on as if
//! nothing had happened: check-ins, a bond that nobody returns, sometimes a mark of a final order.
//!
//! The rule reads an agency's record that is active or marks a final order. It reports the record when its
//! own status says that the paper was cancelled (E) or the proceeding terminated (A), or when the last thing
//! that ended the court case it concerns is a termination or dismissal (`DEC_CODE` T, U) or a failure to
//! prosecute (`OTHER_COMP` F) before the day that the record describes.
//!
//! It stays silent when a newer charging paper was made or filed, when a proceeding is open again, when an
//! appeal waits for its decision or the government kept the right to one and the time runs, and when the
//! case is somebody else's.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{described_on, is_active, is_one_of, says_anything, status_code},
    agreement::same_person,
    docket::{dated, is_undecided_appeal, proceedings},
    schedule::next_day,
    wording::spoken_day,
};

/// Closing statuses that end the case: paper cancelled, proceeding terminated.
const ENDED_STATUSES: [&str; 2] = ["E", "A"];

/// Decisions that end a proceeding without an order: terminated, dismissed.
const ENDING_DECISIONS: [&str; 2] = ["T", "U"];

/// Completion for failure to prosecute.
const NOT_PROSECUTED: &str = "F";

/// The government kept the right to appeal: alone, or both sides did.
const RESERVED_BY_GOVERNMENT: [&str; 2] = ["I", "B"];

/// The check.
pub(crate) struct EndedProceedingStillActive;

static SPEC: Spec = Spec {
    id: "OR-07",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Proceeding ended without an order, agency's case still active",
    family: Family::Order,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::CaseStatus,
        Attribute::FinalOrder,
        Attribute::FinalOrderOn,
        Attribute::OrderOn,
        Attribute::OrderCode,
        Attribute::OtherCompletion,
        Attribute::NtaFiledOn,
        Attribute::NtaIssuedOn,
        Attribute::AppealReserved,
        Attribute::AppealDueOn,
        Attribute::AppealKind,
        Attribute::AppealFiledOn,
        Attribute::AppealDecidedOn,
        Attribute::AppealDecision,
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
    ],
    parameters: &[],
    rule: "An agency's record is active, or marks a final order, though its own status says that the charging \
           paper was cancelled or the proceeding terminated, or though the court terminated or dismissed the \
           proceeding (T, U) or ended it for failure to prosecute (F).",
    not_when: &[
        "a newer charging paper was made or filed",
        "a proceeding of the case is open again, or a newer decision was made",
        "an appeal waits for its decision, or the government kept the right to one and the time runs",
        "the record describes a day before the proceeding ended",
        "the proceeding is in the court case of somebody else",
    ],
    harm_in_words: "Check-ins, a bond that is not returned, and detention in a case that is over.",
    evidence_shown: "The charging paper, what ended it and when, every mark that is still there.",
    route: Route {
        actor: "the agency that carries the mark; the person for the bond",
        instrument: "close the case, end check-ins, and remind of the return of the bond (I-352, I-391)",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "8 CFR 1003.18(d), 239.2; TRAC reports 691 and 739",
};

impl Check for EndedProceedingStillActive {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.identities()
            .filter_map(|record| own_status(record, case, world).or_else(|| by_court(record, case, world)))
            .collect()
    }
}

/// A record whose own status ends the case and which marks a final order.
fn own_status(record: &CaseRecord, case: &CaseFile, world: &World<'_>) -> Option<Discrepancy> {
    let is_ended = status_code(record).is_some_and(|code| ENDED_STATUSES.contains(&code));
    let is_marked = record.record.mark(Attribute::FinalOrder) == Some(true);
    if !is_ended || !is_marked {
        return None;
    }
    let sentence =
        "This record says that the charging paper was cancelled or the proceeding terminated, and \
                    marks a final order."
            .to_owned();
    let inputs =
        [(record, Attribute::FinalOrder), (record, Attribute::FinalOrderOn), (record, Attribute::CaseStatus)];
    Some(Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today)))
}

fn by_court(record: &CaseRecord, case: &CaseFile, world: &World<'_>) -> Option<Discrepancy> {
    let is_marked = record.record.mark(Attribute::FinalOrder) == Some(true);
    if !is_active(record) && !is_marked {
        return None;
    }
    let on = described_on(record, world);
    let (end, ended_on) = proceedings(record, case).find_map(|lead| {
        ending(lead, on, case).filter(|(_, ended)| !goes_on(record, lead, *ended, on, case))
    })?;
    let by = if is_marked { Attribute::FinalOrder } else { Attribute::CaseStatus };
    let what = if is_marked { "marks a final order" } else { "is active" };
    let how = if end.record.value(Attribute::OtherCompletion) == Some(NOT_PROSECUTED) {
        "ended for failure to prosecute"
    } else {
        "was terminated or dismissed"
    };
    let sentence = format!(
        "This record {what}, but the proceeding that it concerns {how} on {}, and no newer charging paper is \
         on file.",
        spoken_day(ended_on)
    );
    let inputs = [
        (record, by),
        (record, Attribute::FinalOrderOn),
        (end, Attribute::OrderOn),
        (end, Attribute::OrderCode),
        (end, Attribute::OtherCompletion),
    ];
    Some(Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today)))
}

/// What ended a case last, when it ended without an order before a day.
fn ending<'a>(lead: &CaseRecord, before: Date, case: &'a CaseFile) -> Option<(&'a CaseRecord, Date)> {
    let is_end = |row: &CaseRecord| {
        is_one_of(row, Attribute::OrderCode, &ENDING_DECISIONS)
            || row.record.value(Attribute::OtherCompletion) == Some(NOT_PROSECUTED)
    };
    let (row, on) = dated(lead, Attribute::OrderOn, case).pop()?;
    (is_end(row) && on < before).then_some((row, on))
}

/// Whether the case goes on after all: a newer paper, an open proceeding, an appeal or the time for one.
fn goes_on(record: &CaseRecord, lead: &CaseRecord, ended_on: Date, on: Date, case: &CaseFile) -> bool {
    let newer_paper = case
        .records
        .iter()
        .filter(|row| row.lead.is_some() || row.id == record.id || same_person(row, record))
        .any(|row| {
            [Attribute::NtaIssuedOn, Attribute::NtaFiledOn]
                .iter()
                .any(|paper| row.record.day(*paper).is_some_and(|on| on > ended_on))
        });
    newer_paper || case.attached(lead.id).any(|row| keeps_open(row, ended_on, on))
}

/// Whether a row keeps the case open on a day. A period without a stated last day is held to run.
fn keeps_open(row: &CaseRecord, ended_on: Date, on: Date) -> bool {
    let ends = [Attribute::OrderOn, Attribute::OrderCode, Attribute::OtherCompletion];
    let is_open_proceeding =
        says_anything(row, Attribute::NtaFiledOn) && !ends.iter().any(|end| says_anything(row, *end));
    let may_appeal = is_one_of(row, Attribute::AppealReserved, &RESERVED_BY_GOVERNMENT)
        && row.record.day(Attribute::OrderOn) == Some(ended_on)
        && row.record.day(Attribute::AppealDueOn).is_none_or(|due_on| due_on >= on);
    is_open_proceeding || is_undecided_appeal(row) || may_appeal
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
          case_status ACTIVE
        court court_names 4711
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
        court B_TblProceeding 1 about 4711
          nta_filed_on 2024-02-03
          order_on 2025-02-03
          order_code T\n";

    const FOUND: &str = "status/S1: This record is active, but the proceeding that it concerns was \
                         terminated or dismissed on 3 February 2025, and no newer charging paper is on file.";

    #[test]
    fn fires_on_each_way_of_ending() {
        check(&EndedProceedingStillActive, FILE, &[FOUND]);
        check(&EndedProceedingStillActive, &FILE.replace("order_code T", "order_code U"), &[FOUND]);
        check(
            &EndedProceedingStillActive,
            &FILE.replace("order_code T", "other_completion F"),
            &[&FOUND.replace("was terminated or dismissed", "ended for failure to prosecute")],
        );
        let period_over = "order_code T\n          appeal_reserved I\n          appeal_due_on 2025-03-05";
        check(&EndedProceedingStillActive, &FILE.replace("order_code T", period_over), &[FOUND]);
        check(
            &EndedProceedingStillActive,
            &FILE.replace("case_status ACTIVE", "case_status CLOSED\n          final_order yes"),
            &[&FOUND.replace("is active", "marks a final order")],
        );
    }

    #[test]
    fn fires_on_a_record_that_contradicts_itself() {
        let text = "status extract S1\n  case_status A-PROCEEDINGS TERMINATED\n  final_order yes";
        let found = "status/S1: This record says that the charging paper was cancelled or the proceeding \
                     terminated, and marks a final order.";
        check(&EndedProceedingStillActive, text, &[found]);
        check(&EndedProceedingStillActive, &text.replace("A-PROC", "E-PROC"), &[found]);
        check(&EndedProceedingStillActive, &text.replace("A-PROC", "6-PROC"), &[]);
        check(&EndedProceedingStillActive, &text.replace("final_order yes", "final_order no"), &[]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("closed", "ACTIVE", "CLOSED"),
            ("an order to leave", "order_code T", "order_code X"),
            ("relief", "order_code T", "order_code R"),
            ("transferred", "order_code T", "other_completion T"),
            ("on the day that the record describes", "2025-02-03", "2026-10-31"),
            ("a newer paper", "case_status ACTIVE", "case_status ACTIVE\n          nta_issued_on 2025-06-07"),
            ("the government may appeal", "order_code T", "order_code T\n          appeal_reserved I"),
            ("an appeal", "order_code T", "order_code T\n          appeal_filed_on 2025-02-20"),
            (
                "a brother's case",
                "4711\n          family_name Ruiz\n          given_name Ana",
                "4711\n          family_name Ruiz\n          given_name Luis",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&EndedProceedingStillActive, &text, &[]);
        }
        for more in
            ["          nta_filed_on 2024-02-03", "          order_on 2025-07-08\n          order_code X"]
        {
            check(
                &EndedProceedingStillActive,
                &format!("{FILE}        court B_TblProceeding 2 about 4711\n{more}\n"),
                &[],
            );
        }
    }
}
