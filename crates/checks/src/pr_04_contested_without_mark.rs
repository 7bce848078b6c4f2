//! PR-04: a contested value left without its mark.
//!
//! A value that the person contests may go out only with the mark that it is contested and with the person's
//! statement of disagreement (5 U.S.C. 552a(d)(4)). Whoever receives it without them takes it for settled.
//!
//! The rule reads the values of a record that left, in an export or in print, and the times in which they
//! were contested. It reports the record when a value left without its mark in such a time.
//!
//! It stays silent when the value bore its mark, when it left before it was contested or after the contest
//! was over, and when another value of the record is the contested one.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    keeping::{ANY, Disclosed},
    schedule::next_day,
    wording::spoken_day,
};

/// The check.
pub(crate) struct ContestedWithoutMark;

static SPEC: Spec = Spec {
    id: "PR-04",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Contested value that left without its mark",
    family: Family::Process,
    harm: Harm::H5,
    direction: Direction::FavoursPerson,
    inputs: ANY,
    parameters: &[],
    rule: "A value left, in an export or in print, while it was contested, without the mark that it is and \
           without the person's statement.",
    not_when: &[
        "the value bore its mark",
        "the value left before it was contested, or after the contest was over",
        "another value of the record is the contested one",
    ],
    harm_in_words: "Somebody acts on a value that they take for settled.",
    evidence_shown: "The export with its day and recipient, the contest with its days.",
    route: Route {
        actor: "the office that sent it",
        instrument: "send the mark and the statement after it; exports without marks are blocked",
        deadline: "at once",
    },
    data: &[DataClass::Agency],
    citation: "5 U.S.C. 552a(d)(4), (c)(4); GDPR Art. 18(2)",
};

impl Check for ContestedWithoutMark {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.records
            .iter()
            .filter_map(|record| {
                let left = first_without_mark(record, world)?;
                record.reference(left.attribute)?;
                let sentence = format!(
                    "This value went to {} on {} while it was contested, without the mark that it is.",
                    left.recipient,
                    spoken_day(left.on),
                );
                let inputs = [(record, left.attribute)];
                Some(Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today)))
            })
            .collect()
    }
}

/// The first value of a record that left without its mark while it was contested.
fn first_without_mark(record: &CaseRecord, world: &World<'_>) -> Option<Disclosed> {
    let contests = world.keeping.contests(record.id);
    let was_contested = |left: &Disclosed| {
        contests.iter().any(|contest| {
            let in_time = contest.from <= left.on && contest.until.is_none_or(|until| left.on <= until);
            contest.attribute == left.attribute && in_time
        })
    };
    world
        .keeping
        .disclosures(record.id)
        .into_iter()
        .filter(|left| !left.has_mark && was_contested(left))
        .min_by_key(|left| (left.on, left.attribute))
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;
    use redress_statement::Attribute;

    use super::*;
    use crate::{
        fixture::{KeptFacts, check_kept},
        keeping::Contest,
    };

    const FILE: &str = "status extract S1\n  final_order yes\n  case_status ACTIVE\n";

    const FOUND: &str = "status/S1: This value went to Supervision Office on 3 August 2026 while it was \
                         contested, without the mark that it is.";

    fn facts(contested: Attribute, from: Date, until: Option<Date>, has_mark: bool) -> KeptFacts {
        let recipient = "Supervision Office".to_owned();
        let on = date(2026, 8, 3);
        KeptFacts {
            contests: vec![Contest { attribute: contested, from, until }],
            disclosures: vec![Disclosed { attribute: Attribute::FinalOrder, recipient, on, has_mark }],
            ..KeptFacts::default()
        }
    }

    #[test]
    fn fires_in_the_time_of_the_contest_and_only_then() {
        let order = Attribute::FinalOrder;
        for (attribute, from, until, has_mark, expected) in [
            (order, date(2026, 8, 3), None, false, Some(FOUND)),
            (order, date(2026, 7, 3), Some(date(2026, 8, 3)), false, Some(FOUND)),
            (order, date(2026, 8, 4), None, false, None),
            (order, date(2026, 7, 3), Some(date(2026, 8, 2)), false, None),
            (order, date(2026, 7, 3), None, true, None),
            (Attribute::CaseStatus, date(2026, 7, 3), None, false, None),
        ] {
            let expected: Vec<&str> = expected.into_iter().collect();
            check_kept(&ContestedWithoutMark, FILE, &facts(attribute, from, until, has_mark), &expected);
        }
        check_kept(&ContestedWithoutMark, FILE, &KeptFacts::default(), &[]);
    }
}
