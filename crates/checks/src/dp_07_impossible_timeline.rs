//! DP-07: days that cannot be in that order.
//!
//! A decision before the filing, a departure before the arrival, a hearing before the charging paper, a
//! release before the custody, somebody present after their death; or a gap that no case has: the release of
//! October 2025 holds 65,861 days between a charging paper and its first hearing. A deadline that is counted
//! from such a day is wrong.
//!
//! The rule compares days that one row states, the hearings of a case with its first charging paper, and the
//! acts of a person with a recorded day of death.
//!
//! It stays silent when a reopened case explains the order (the case has an earlier charging paper, or a
//! granted motion before the later day), when one of the days is missing or cannot be read, when the days
//! are equal, and when the rows are of different cases or people.

use jiff::{ToSpan, civil::Date, civil::date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::{any_accepted, same_person},
    docket::dated,
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// Two days of one row: what must come first, what must not come before it, and how both are called.
struct Order {
    first: Attribute,
    then: Attribute,
    in_words: (&'static str, &'static str),
}

const fn order(first: Attribute, then: Attribute, earlier: &'static str, later: &'static str) -> Order {
    Order { first, then, in_words: (earlier, later) }
}

/// The orders that one row must keep.
const WITHIN_A_ROW: [Order; 7] = [
    order(Attribute::ArrivedOn, Attribute::DepartedOn, "the arrival", "the departure"),
    order(Attribute::NtaFiledOn, Attribute::OrderOn, "the filing", "the completion"),
    order(Attribute::MotionReceivedOn, Attribute::MotionDecidedOn, "the motion", "its decision"),
    order(Attribute::AppealFiledOn, Attribute::AppealDecidedOn, "the appeal", "its decision"),
    order(Attribute::ApplicationFiledOn, Attribute::ApplicationDecidedOn, "the application", "its decision"),
    order(Attribute::DetainedOn, Attribute::ReleasedOn, "the beginning of custody", "its end"),
    order(Attribute::PermitFrom, Attribute::PermitUntil, "the first day of the permit", "its last day"),
];

/// Acts that only a living person does.
const ACTS: [(Attribute, &str); 3] = [
    (Attribute::PresentOn, "was present"),
    (Attribute::ArrivedOn, "arrived"),
    (Attribute::DepartedOn, "left"),
];

/// A motion was granted.
const GRANTED: &str = "G";

/// The check.
pub(crate) struct ImpossibleTimeline;

static SPEC: Spec = Spec {
    id: "DP-07",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Days in an order that cannot be",
    family: Family::Departure,
    harm: Harm::H3,
    direction: Direction::AdversePossible,
    inputs: &[
        Attribute::ArrivedOn,
        Attribute::DepartedOn,
        Attribute::NtaFiledOn,
        Attribute::OrderOn,
        Attribute::MotionReceivedOn,
        Attribute::MotionDecidedOn,
        Attribute::MotionDecision,
        Attribute::AppealFiledOn,
        Attribute::AppealDecidedOn,
        Attribute::ApplicationFiledOn,
        Attribute::ApplicationDecidedOn,
        Attribute::DetainedOn,
        Attribute::ReleasedOn,
        Attribute::PermitFrom,
        Attribute::PermitUntil,
        Attribute::DiedOn,
        Attribute::PresentOn,
        Attribute::HearingOn,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["dp_07_gap_days"],
    rule: "A row states a completion before the filing, a departure before the arrival, a decision before the \
           motion, appeal or application, or a release before the custody; a hearing comes before the first \
           charging paper of its case, or more than 30 years after it; or somebody acted after the recorded \
           day of death.",
    not_when: &[
        "a reopened case explains the order: an earlier charging paper, or a motion granted before the day",
        "one of the days is missing or cannot be read",
        "both days are the same",
        "the days are of different cases or of different people",
    ],
    harm_in_words: "Deadlines and stays are counted from a day that never was.",
    evidence_shown: "The two days with line and column. Until the owner corrects one of them, neither may be \
                     used to count a deadline.",
    route: Route {
        actor: "the owner of the record",
        instrument: "correct the day; until then the statement is marked as not usable for deadlines",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "Deportation Data Project, EOIR codebook: a gap of 65,861 days; DHS OIG-12-111",
};

impl Check for ImpossibleTimeline {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let Ok(gap_days) = parameters.days("dp_07_gap_days", world.today) else { return Vec::new() };
        case.records
            .iter()
            .filter_map(|row| {
                within_a_row(row, case)
                    .or_else(|| hearing_against_the_paper(row, gap_days, case))
                    .or_else(|| act_after_death(row, case))
                    .map(|wrong| report(row, &wrong, case, world))
            })
            .collect()
    }
}

/// Two days that contradict each other: the statement of the row that is reported comes first.
struct Wrong<'a> {
    sentence: String,
    attribute: Attribute,
    other: (&'a CaseRecord, Attribute),
}

fn within_a_row<'a>(row: &'a CaseRecord, case: &CaseFile) -> Option<Wrong<'a>> {
    WITHIN_A_ROW.iter().find_map(|Order { first, then, in_words: (earlier, later) }| {
        let (first_on, then_on) = (row.record.day(*first)?, row.record.day(*then)?);
        (then_on < first_on && !is_explained(row, *then, then_on, case)).then(|| Wrong {
            sentence: format!(
                "This row gives {} for {later}, before {} for {earlier}.",
                spoken_day(then_on),
                spoken_day(first_on)
            ),
            attribute: *then,
            other: (row, *first),
        })
    })
}

/// Whether the story of a reopened case explains that a completion comes before the filing of its row: the case
/// has an older charging paper, or a motion in it was granted by then.
fn is_explained(row: &CaseRecord, attribute: Attribute, on: Date, case: &CaseFile) -> bool {
    let Some(lead) = row.lead.and_then(|lead| case.record(lead)) else { return false };
    let has_older_paper = dated(lead, Attribute::NtaFiledOn, case).iter().any(|(_, filed)| *filed <= on);
    attribute == Attribute::OrderOn && (has_older_paper || is_reopened(lead, on, case))
}

fn is_reopened(lead: &CaseRecord, by: Date, case: &CaseFile) -> bool {
    dated(lead, Attribute::MotionDecidedOn, case)
        .iter()
        .any(|(row, on)| *on <= by && row.record.value(Attribute::MotionDecision) == Some(GRANTED))
}

fn hearing_against_the_paper<'a>(row: &CaseRecord, gap_days: i32, case: &'a CaseFile) -> Option<Wrong<'a>> {
    let hearing_on = row.record.day(Attribute::HearingOn)?;
    let lead = row.lead.and_then(|lead| case.record(lead))?;
    let (paper, filed_on) = dated(lead, Attribute::NtaFiledOn, case).into_iter().next()?;
    let is_early = hearing_on < filed_on && !is_reopened(lead, hearing_on, case);
    let is_far = hearing_on > filed_on.saturating_add(gap_days.days());
    let how = match (is_early, is_far) {
        (true, _) => "before",
        (_, true) => "an impossibly long time after",
        _ => return None,
    };
    let sentence = format!(
        "This row gives a hearing on {}, {how} the first charging paper of the case, {}.",
        spoken_day(hearing_on),
        spoken_day(filed_on)
    );
    Some(Wrong { sentence, attribute: Attribute::HearingOn, other: (paper, Attribute::NtaFiledOn) })
}

/// A record of a death, and an act of the person after it.
fn act_after_death<'a>(row: &'a CaseRecord, case: &'a CaseFile) -> Option<Wrong<'a>> {
    let died_on = row.record.day(Attribute::DiedOn).filter(|_| row.record.is_identity)?;
    in_order(case.identities())
        .filter(|other| other.id == row.id || same_person(other, row))
        .filter(|other| any_accepted(row, std::iter::once(*other)))
        .flat_map(|other| std::iter::once(other).chain(in_order(case.attached(other.id))))
        .find_map(|other| {
            ACTS.iter().find_map(|(act, in_words)| {
                let on = other.record.day(*act).filter(|on| *on > died_on)?;
                Some(Wrong {
                    sentence: format!(
                        "This record gives {} as the day of death, but the person {in_words} on {}.",
                        spoken_day(died_on),
                        spoken_day(on)
                    ),
                    attribute: Attribute::DiedOn,
                    other: (other, *act),
                })
            })
        })
}

fn report(row: &CaseRecord, wrong: &Wrong<'_>, case: &CaseFile, world: &World<'_>) -> Discrepancy {
    let inputs = [(row, wrong.attribute), wrong.other];
    Discrepancy::new(&SPEC, row, &inputs, wrong.sentence.clone(), next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    fn row(says: &str) -> String {
        format!("court court_names 4711\n  family_name Ruiz\ncourt rows 1 about 4711\n{says}")
    }

    #[test]
    fn fires_where_one_row_turns_the_order_round() {
        for Order { first, then, in_words: (earlier, later) } in &WITHIN_A_ROW {
            let days =
                |first_on: &str, then_on: &str| row(&format!("  {first} {first_on}\n  {then} {then_on}\n"));
            let found = format!(
                "court/rows:1: This row gives 1 March 2024 for {later}, before 6 March 2024 for {earlier}."
            );
            check(&ImpossibleTimeline, &days("2024-03-06", "2024-03-01"), &[&found]);
            check(&ImpossibleTimeline, &days("2024-03-06", "2024-03-06"), &[]);
            check(&ImpossibleTimeline, &days("2024-03-06", "x =>"), &[]);
            check(&ImpossibleTimeline, &days("2024-03", "2024-01-01"), &[]);
        }
    }

    #[test]
    fn a_reopened_case_explains_an_early_completion() {
        let wrong = row("  nta_filed_on 2024-03-06\n  order_on 2023-03-01\n");
        let found = "court/rows:1: This row gives 1 March 2023 for the completion, before 6 March 2024 for the filing.";
        check(&ImpossibleTimeline, &wrong, &[found]);
        for more in ["  nta_filed_on 2022-01-05", "  motion_decision G\n  motion_decided_on 2023-02-01"] {
            check(&ImpossibleTimeline, &format!("{wrong}court rows 2 about 4711\n{more}\n"), &[]);
        }
        let later =
            format!("{wrong}court rows 2 about 4711\n  motion_decision G\n  motion_decided_on 2023-04-01\n");
        check(&ImpossibleTimeline, &later, &[found]);
    }

    #[test]
    fn fires_on_hearings_before_the_paper_or_a_lifetime_after() {
        let with = |hearing: &str| {
            row("  nta_filed_on 2024-03-06\n")
                + &format!("court tbl_schedule 5 about 4711\n  hearing_on {hearing}\n")
        };
        check(
            &ImpossibleTimeline,
            &with("2023-03-06"),
            &[
                "court/tbl_schedule:5: This row gives a hearing on 6 March 2023, before the first charging paper of the case, 6 March 2024.",
            ],
        );
        check(
            &ImpossibleTimeline,
            &with("2204-06-30"),
            &[
                "court/tbl_schedule:5: This row gives a hearing on 30 June 2204, an impossibly long time after the first charging paper of the case, 6 March 2024.",
            ],
        );
        check(&ImpossibleTimeline, &with("2054-03-06"), &[]);
        check(&ImpossibleTimeline, &with("2024-03-06"), &[]);
        check(
            &ImpossibleTimeline,
            &(with("2023-03-06") + "court rows 2 about 4711\n  nta_filed_on 2022-01-05\n"),
            &[],
        );
    }

    #[test]
    fn fires_on_acts_after_a_death() {
        let text = "benefits applications B1\n  family_name Ruiz\n  given_name Ana\n  birth_date 1990-03-04\n  died_on 2024-03-06
border i94_records I1\n  family_name Ruiz\n  given_name Ana\n  birth_date 1990-03-04\n  arrived_on 2025-03-06";
        let found = "benefits/B1: This record gives 6 March 2024 as the day of death, but the person arrived on 6 March 2025.";
        check(&ImpossibleTimeline, text, &[found]);
        check(&ImpossibleTimeline, &text.replacen("Ana", "Luis", 1), &[]);
        check(&ImpossibleTimeline, &text.replace("2025-03-06", "2024-03-06"), &[]);
        check(&ImpossibleTimeline, &text.replace("arrived_on", "application_decided_on"), &[]);
    }
}
