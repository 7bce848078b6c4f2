//! OR-04: an order under appeal, or within the time for one, shown as final.
//!
//! An order is not final while an appeal is undecided or may still be filed, and it may not be carried out in
//! that time (8 CFR 1003.6, 1003.39). An extract that marks it as final early makes everybody who reads the
//! extract act early.
//!
//! The rule reads a record that marks a final order, and the court case that it concerns. It reports the mark
//! when an appeal was filed and is not decided, or when the right to appeal is reserved and the last day for
//! it has not passed on the day that the extract describes. Where no last day is stated, it is counted from
//! the order with the period in force on the day of the order.
//!
//! It stays silent when the appeal was decided (a summary dismissal included), when both sides waived it,
//! when a newer order was made after the appeal was filed, when the appeal is about a bond or another matter
//! beside the order, and when the court case is somebody else's.

use jiff::{ToSpan, civil::Date, civil::date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::says_anything, agreement::concerns, docket::appeals_the_order, schedule::next_day,
    sequence::in_order, wording::spoken_day,
};

/// Who may have kept the right to appeal: the person, the government, both (`APPEAL_RSVD`).
const RESERVED: [&str; 3] = ["A", "I", "B"];

/// The check.
pub(crate) struct OrderUnderAppealShownAsFinal;

static SPEC: Spec = Spec {
    id: "OR-04",
    version: 2,
    rule_effective_from: date(2026, 1, 1),
    title: "Order under appeal, marked as final",
    family: Family::Order,
    harm: Harm::H5,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::FinalOrder,
        Attribute::FinalOrderOn,
        Attribute::OrderOn,
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
    parameters: &["or_04_appeal_days"],
    rule: "A record marks an order as final while an appeal is filed and undecided, or while the right to \
           appeal is reserved and its last day has not passed on the day that the record describes.",
    not_when: &[
        "the appeal was decided, a summary dismissal included",
        "the right to appeal was waived or not reserved",
        "the last day for an appeal has passed and none was filed",
        "a newer order was made after the appeal was filed",
        "the appeal is about a bond or another matter beside the order",
        "the order is in the court case of somebody else",
    ],
    harm_in_words: "The order is carried out while the law forbids it.",
    evidence_shown: "The order, the appeal or the last day for one, the rule in force on the day of the \
                     order, the mark.",
    route: Route {
        actor: "the agency that carries the mark",
        instrument: "correct the mark; a hold suspends everything derived from it",
        deadline: "at once: an automatic stay may be in force (8 CFR 1003.6)",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "8 CFR 1003.6, 1003.38(b), 1003.39",
};

impl Check for OrderUnderAppealShownAsFinal {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let rule = Rule { case, world, parameters };
        case.identities()
            .filter(|record| record.record.mark(Attribute::FinalOrder) == Some(true))
            .filter_map(|mark| rule.apply(mark))
            .collect()
    }
}

/// Why an order is not final.
enum Open<'a> {
    Appeal { row: &'a CaseRecord, filed_on: Date },
    Period { row: &'a CaseRecord, ordered_on: Date, due_on: Date },
}

struct Rule<'a> {
    case: &'a CaseFile,
    world: &'a World<'a>,
    parameters: &'a Parameters,
}

impl<'a> Rule<'a> {
    fn apply(&self, mark: &CaseRecord) -> Option<Discrepancy> {
        let proceedings = in_order(self.case.identities()).filter(|lead| concerns(mark, lead));
        let open = proceedings
            .filter_map(|lead| self.open_appeal(lead).or_else(|| self.open_period(mark, lead)))
            .next()?;
        Some(self.report(mark, &open))
    }

    fn open_appeal(&self, lead: &CaseRecord) -> Option<Open<'a>> {
        let decided = [Attribute::AppealDecidedOn, Attribute::AppealDecision];
        self.case
            .attached(lead.id)
            .filter(|row| decided.iter().all(|attribute| !says_anything(row, *attribute)))
            .filter(|row| appeals_the_order(row))
            .filter_map(|row| Some((row, row.record.day(Attribute::AppealFiledOn)?)))
            .filter(|(_, filed_on)| !self.has_order_after(lead, *filed_on))
            .max_by_key(|(row, filed_on)| (*filed_on, row.id))
            .map(|(row, filed_on)| Open::Appeal { row, filed_on })
    }

    fn has_order_after(&self, lead: &CaseRecord, day: Date) -> bool {
        self.case
            .attached(lead.id)
            .any(|row| row.record.day(Attribute::OrderOn).is_some_and(|ordered_on| ordered_on > day))
    }

    fn open_period(&self, mark: &CaseRecord, lead: &CaseRecord) -> Option<Open<'a>> {
        let described_on = self.world.source(&mark.record.key.source).as_of.unwrap_or(self.world.today);
        let marked_on = mark.record.day(Attribute::FinalOrderOn);
        let is_reserved = |row: &&CaseRecord| {
            row.record.value(Attribute::AppealReserved).is_some_and(|by| RESERVED.contains(&by))
        };
        let was_appealed = self
            .case
            .attached(lead.id)
            .any(|row| says_anything(row, Attribute::AppealFiledOn) && appeals_the_order(row));
        if was_appealed {
            return None;
        }
        in_order(self.case.attached(lead.id))
            .filter(is_reserved)
            .filter_map(|row| Some((row, row.record.day(Attribute::OrderOn)?)))
            .filter(|(_, ordered_on)| marked_on.is_none_or(|marked| marked >= *ordered_on))
            .filter_map(|(row, ordered_on)| Some((row, ordered_on, self.due_on(row, ordered_on)?)))
            .find(|(_, _, due_on)| *due_on >= described_on)
            .map(|(row, ordered_on, due_on)| Open::Period { row, ordered_on, due_on })
    }

    fn due_on(&self, row: &CaseRecord, ordered_on: Date) -> Option<Date> {
        let stated = row.record.day(Attribute::AppealDueOn);
        let counted = || {
            let n_days = self.parameters.days("or_04_appeal_days", ordered_on).ok()?;
            Some(ordered_on.saturating_add(n_days.days()))
        };
        stated.or_else(counted)
    }

    fn report(&self, mark: &CaseRecord, open: &Open<'_>) -> Discrepancy {
        let marks = [(mark, Attribute::FinalOrder), (mark, Attribute::FinalOrderOn)];
        let today = self.world.today;
        let scheduled = next_day(self.case, today);
        let (row, attributes, sentence, next) = match open {
            Open::Appeal { row, filed_on } => (
                row,
                [Attribute::AppealFiledOn, Attribute::AppealReserved],
                format!(
                    "This record marks an order as final, but the appeal filed on {} is not decided.",
                    spoken_day(*filed_on)
                ),
                scheduled,
            ),
            Open::Period { row, ordered_on, due_on } => (
                row,
                [Attribute::OrderOn, Attribute::AppealDueOn],
                format!(
                    "This record marks the order of {} as final, but an appeal may be filed until {}.",
                    spoken_day(*ordered_on),
                    spoken_day(*due_on)
                ),
                Some(*due_on).filter(|day| *day >= today).into_iter().chain(scheduled).min(),
            ),
        };
        let inputs: Vec<_> = marks.into_iter().chain(attributes.map(|attribute| (*row, attribute))).collect();
        Discrepancy::new(&SPEC, mark, &inputs, sentence, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{check, run};

    const FILE: &str = "
        status extract S1
          family_name Ruiz
          given_name Ana
          a_number 200000017
          final_order yes
          final_order_on 2026-10-22
        court court_names 4711
          family_name Ruiz
          given_name Ana
          a_number 200000017
        court B_TblProceeding 1 about 4711
          order_on 2026-10-22
          order_code X
          appeal_reserved A
          appeal_due_on 2026-11-21\n";

    const RUNS: &str = "status/S1: This record marks the order of 22 October 2026 as final, but an appeal \
                        may be filed until 21 November 2026.";

    const PENDING: &str =
        "status/S1: This record marks an order as final, but the appeal filed on 1 June 2026 is not decided.";

    fn appealed(more: &str) -> String {
        let file = FILE.replace("2026-10-22", "2026-05-12").replace("2026-11-21", "2026-06-11");
        format!("{file}        court tblAppeal 3 about 4711\n          appeal_filed_on 2026-06-01\n{more}")
    }

    #[test]
    fn fires_while_the_period_runs() {
        check(&OrderUnderAppealShownAsFinal, FILE, &[RUNS]);
        check(&OrderUnderAppealShownAsFinal, &FILE.replace("appeal_due_on 2026-11-21", ""), &[RUNS]);
        let last_day = RUNS.replace("21 November", "31 October");
        check(&OrderUnderAppealShownAsFinal, &FILE.replace("2026-11-21", "2026-10-31"), &[&last_day]);
        let found = run(&OrderUnderAppealShownAsFinal, &redress_testkit::parse_case_file(FILE), &[]);
        assert_eq!(found[0].next_irreversible_on, Some(date(2026, 11, 21)));
    }

    #[test]
    fn fires_while_an_appeal_is_undecided() {
        check(&OrderUnderAppealShownAsFinal, &appealed(""), &[PENDING]);
        let later_mark = appealed("").replace("final_order_on 2026-05-12", "final_order_on 2026-06-11");
        check(&OrderUnderAppealShownAsFinal, &later_mark, &[PENDING]);
    }

    #[test]
    fn stays_silent_where_the_appeal_was_decided_or_a_newer_order_was_made() {
        for more in [
            "          appeal_decided_on 2026-09-01",
            "          appeal_decided_on 31/31/2026 =>",
            "          appeal_decision SUD",
            "          appeal_kind BOND APPEAL",
            "        court B_TblProceeding 2 about 4711\n          order_on 2026-08-08",
        ] {
            check(&OrderUnderAppealShownAsFinal, &appealed(more), &[]);
        }
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("no mark", "final_order yes", "final_order no"),
            ("waived", "appeal_reserved A", "appeal_reserved O"),
            ("not reserved", "appeal_reserved A", ""),
            ("the last day has passed", "2026-11-21", "2026-10-30"),
            ("the mark is of an older order", "final_order_on 2026-10-22", "final_order_on 2024-10-22"),
            ("somebody else's case", "200000017\n        court B_Tbl", "200009999\n        court B_Tbl"),
            (
                "the agency matched another case",
                "final_order yes",
                "final_order yes\n          asserted_proceeding 4712\n          asserted_by NUMBER",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&OrderUnderAppealShownAsFinal, &text, &[]);
        }
    }
}
