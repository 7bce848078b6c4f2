//! OR-02: an order was vacated or sent back on appeal, but is still active downstream.
//!
//! The Board of Immigration Appeals or a federal court takes an order away: it sustains the appeal, ends the
//! proceeding, or sends the case back (6,332 remands by federal courts alone in the release of October 2025).
//! Nothing is ordered from that day on. The agency's extract still carries the old order.
//!
//! The rule reads a record by which an order may be carried out, and the court case that it concerns: an
//! order to leave that is no younger than the mark, and after it a decision that vacates, ends or remands,
//! which is the last word on appeal.
//!
//! It stays silent when a newer order to leave exists, when a later decision on appeal let the order stand,
//! when the appeal was withdrawn, when it was about a bond, and when the case is somebody else's. Whether a
//! remand for a limited issue keeps the order is for the reviewer.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{is_one_of, removable_by},
    docket::{appeals_the_order, dated, has_order_to_leave_after, orders_to_leave, proceedings},
    schedule::next_day,
    wording::spoken_day,
};

/// Decisions of the Board that take an order away (`tblLookupBIADecision`).
const UNDOING_DECISIONS: [&str; 6] = ["REM", "SUS", "TER", "TPD", "BCR", "ACR"];

/// Decisions of a federal court that do (`tblLookupFedCourtDecision`).
const UNDOING_FEDERAL_DECISIONS: [&str; 2] = ["REM", "SUS"];

/// The check.
pub(crate) struct VacatedOrderStillActive;

static SPEC: Spec = Spec {
    id: "OR-02",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Order vacated or sent back on appeal, still active",
    family: Family::Order,
    harm: Harm::H5,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::FinalOrder,
        Attribute::FinalOrderOn,
        Attribute::CaseCategory,
        Attribute::OrderOn,
        Attribute::OrderCode,
        Attribute::AppealKind,
        Attribute::AppealDecision,
        Attribute::AppealDecidedOn,
        Attribute::FederalCourtDecision,
        Attribute::FederalCourtDecidedOn,
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
    rule: "A record by which an order may be carried out rests on an order to leave that the Board (REM, SUS, \
           TER, TPD, BCR, ACR) or a federal court (REM, SUS) took away later.",
    not_when: &[
        "a newer order to leave exists",
        "a later decision on appeal let the order stand",
        "the appeal was withdrawn, or was about a bond or another matter beside the order",
        "the mark is younger than the decision on appeal: it rests on another order",
        "the order is in the court case of somebody else",
    ],
    harm_in_words: "The person is treated as finally ordered removed, though the order was taken away: \
                    detention or removal against a decision on appeal.",
    evidence_shown: "The chain: order, appeal, decision, and every system that still carries the order. \
                     Whether a remand for a limited issue keeps the order is for the reviewer.",
    route: Route {
        actor: "the agency that carries the mark",
        instrument: "take the mark off the record, write down that the order was taken back, have every recipient \
                     confirm",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "8 CFR 1003.1(d), 1003.39, 1241.1; EOIR case data, tblLookupBIADecision",
};

impl Check for VacatedOrderStillActive {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.identities()
            .filter_map(|mark| Some((mark, removable_by(mark)?)))
            .filter_map(|(mark, by)| {
                let vacated = proceedings(mark, case).find_map(|lead| vacated_order(mark, lead, case))?;
                Some(report(mark, by, &vacated, case, world))
            })
            .collect()
    }
}

/// An order to leave and the decision that took it away.
struct Vacated<'a> {
    order: &'a CaseRecord,
    ordered_on: Date,
    decision: &'a CaseRecord,
    attributes: [Attribute; 2],
    decided_on: Date,
}

/// A decision on appeal: the row, its attributes, its day, whether it takes the order away.
struct Decision<'a> {
    row: &'a CaseRecord,
    attributes: [Attribute; 2],
    on: Date,
    is_undoing: bool,
}

fn vacated_order<'a>(mark: &CaseRecord, lead: &CaseRecord, case: &'a CaseFile) -> Option<Vacated<'a>> {
    let last = last_decision(lead, case).filter(|decision| decision.is_undoing)?;
    let marked_on = mark.record.day(Attribute::FinalOrderOn);
    if marked_on.is_some_and(|on| on > last.on) || has_order_to_leave_after(lead, last.on, case) {
        return None;
    }
    let (order, ordered_on) = dated(lead, Attribute::OrderOn, case)
        .into_iter()
        .rfind(|(row, on)| *on <= last.on && orders_to_leave(row))?;
    let Decision { row, attributes, on, .. } = last;
    Some(Vacated { order, ordered_on, decision: row, attributes, decided_on: on })
}

fn last_decision<'a>(lead: &CaseRecord, case: &'a CaseFile) -> Option<Decision<'a>> {
    decisions(lead, case).max_by_key(|decision| (decision.on, decision.row.id))
}

/// The decisions of the Board and of federal courts that touch an order.
fn decisions<'a>(lead: &CaseRecord, case: &'a CaseFile) -> impl Iterator<Item = Decision<'a>> {
    let board = [Attribute::AppealDecision, Attribute::AppealDecidedOn];
    let federal = [Attribute::FederalCourtDecision, Attribute::FederalCourtDecidedOn];
    let by = |attributes: [Attribute; 2], undoing: &'static [&'static str]| {
        let rows = dated(lead, attributes[1], case).into_iter().filter(|(row, _)| appeals_the_order(row));
        rows.map(move |(row, on)| {
            let is_undoing = is_one_of(row, attributes[0], undoing);
            Decision { row, attributes, on, is_undoing }
        })
    };
    by(board, &UNDOING_DECISIONS).chain(by(federal, &UNDOING_FEDERAL_DECISIONS))
}

impl Decision<'_> {
    /// Who decided.
    fn by(&self) -> &'static str {
        if self.attributes[0] == Attribute::AppealDecision { "the Board" } else { "a federal court" }
    }
}

/// Who took an order of that day away or sent it back, and when, before the next order of the case. None when the last
/// decision about it let it stand, or there was none.
pub(crate) fn taken_away_on(
    lead: &CaseRecord,
    ordered_on: Date,
    case: &CaseFile,
) -> Option<(&'static str, Date)> {
    let next =
        dated(lead, Attribute::OrderOn, case).into_iter().map(|(_, on)| on).find(|on| *on > ordered_on);
    let about_it =
        |decision: &Decision<'_>| decision.on >= ordered_on && next.is_none_or(|next| decision.on < next);
    let last =
        decisions(lead, case).filter(about_it).max_by_key(|decision| (decision.on, decision.row.id))?;
    last.is_undoing.then(|| (last.by(), last.on))
}

fn report(
    mark: &CaseRecord,
    by: Attribute,
    vacated: &Vacated<'_>,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let who =
        if vacated.attributes[0] == Attribute::AppealDecision { "the Board" } else { "a federal court" };
    let sentence = format!(
        "The record of the source “{}” treats the order of {} as one to be carried out, but {who} took it away or sent it back \
         on {}; no newer order is on file.",
        mark.record.key.source,
        spoken_day(vacated.ordered_on),
        spoken_day(vacated.decided_on),
    );
    let inputs = [
        (mark, by),
        (mark, Attribute::FinalOrderOn),
        (vacated.order, Attribute::OrderOn),
        (vacated.order, Attribute::OrderCode),
        (vacated.decision, vacated.attributes[0]),
        (vacated.decision, vacated.attributes[1]),
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
        court tblAppeal 9 about 4711
          appeal_kind CASE APPEAL
          appeal_decision REM
          appeal_decided_on 2025-10-06\n";

    const FOUND: &str = "status/S1: The record of the source “status” treats the order of 3 February 2025 as one to be carried \
                         out, but the Board took it away or sent it back on 6 October 2025; no newer order \
                         is on file.";

    fn and(more: &str) -> String {
        format!("{FILE}        court more M1 about 4711\n{more}\n")
    }

    #[test]
    fn fires_on_an_order_that_an_appeal_took_away() {
        check(&VacatedOrderStillActive, FILE, &[FOUND]);
        for decision in ["SUS", "TER", "TPD", "BCR", "ACR"] {
            check(
                &VacatedOrderStillActive,
                &FILE.replace("decision REM", &format!("decision {decision}")),
                &[FOUND],
            );
        }
        check(
            &VacatedOrderStillActive,
            &FILE.replace("final_order yes", "case_category [5B] REMOVABLE"),
            &[FOUND],
        );
        check(
            &VacatedOrderStillActive,
            &and("          order_on 2026-02-03\n          order_code R"),
            &[FOUND],
        );
        let federal = FILE.replace("decision REM", "decision DIS")
            + "        court tblAppealFedCourts F1 about 4711\n          federal_court_decision REM\n          federal_court_decided_on 2026-03-02\n";
        let expected =
            FOUND.replace("the Board", "a federal court").replace("6 October 2025", "2 March 2026");
        check(&VacatedOrderStillActive, &federal, &[&expected]);
    }

    #[test]
    fn stays_silent_where_a_newer_order_or_decision_stands() {
        for more in [
            "          order_on 2026-02-03\n          order_code X",
            "          appeal_decision DIS\n          appeal_decided_on 2026-02-03",
        ] {
            check(&VacatedOrderStillActive, &and(more), &[]);
        }
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("no mark", "final_order yes", "final_order no"),
            ("dismissed", "decision REM", "decision DIS"),
            ("withdrawn", "decision REM", "decision WDL"),
            ("a bond", "CASE APPEAL", "BOND APPEAL"),
            ("before the order", "2025-10-06", "2025-01-06"),
            ("the mark is of another order", "final_order_on 2025-02-03", "final_order_on 2026-01-09"),
            ("relief", "order_code X", "order_code R"),
            (
                "a brother's case",
                "4711\n          family_name Ruiz\n          given_name Ana",
                "4711\n          family_name Ruiz\n          given_name Luis",
            ),
            (
                "the agency matched another case",
                "final_order yes",
                "final_order yes\n          asserted_proceeding 4712\n          asserted_by NUMBER",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&VacatedOrderStillActive, &text, &[]);
        }
    }
}
