//! PR-05: a value is kept past its time.
//!
//! Every source has a schedule: how long a value is kept. A merged view must not keep it longer, and a value
//! that was derived dies with the first of its inputs.
//!
//! The rule reads the schedule of a record's source and the day on which the record was first shown, whatever it
//! said then, and the inputs of derived values that were erased. It reports the record when it is kept longer than
//! the schedule allows, or when a value outlives an input.
//!
//! It stays silent when the source has no schedule, on the last day that the schedule allows, and when no input was
//! erased.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    keeping::{ANY, first_stated},
    wording::spoken_day,
};

/// The check.
pub(crate) struct KeptPastItsTime;

static SPEC: Spec = Spec {
    id: "PR-05",
    version: 2,
    rule_effective_from: date(2026, 1, 1),
    title: "Value kept past its time",
    family: Family::Process,
    harm: Harm::H3,
    direction: Direction::FavoursPerson,
    inputs: ANY,
    parameters: &[],
    rule: "A record is kept longer than the schedule of its source allows, or a derived value outlives an input that \
           was erased.",
    not_when: &[
        "the source has no schedule",
        "it is the last day that the schedule allows, or an earlier one",
        "every input of the derived value still stands",
    ],
    harm_in_words: "An old value, which should be gone, still counts against somebody.",
    evidence_shown: "The schedule, the day on which the record was first shown, the day on which an input was \
                     erased. The value itself is not repeated.",
    route: Route {
        actor: "the keeper of the merged view",
        instrument: "erase the value and its salt; the leaf of the log stays",
        deadline: "",
    },
    data: &[DataClass::Agency],
    citation: "5 U.S.C. 552a(e)(5); 44 U.S.C. 3303a; the source's records schedule",
};

impl Check for KeptPastItsTime {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.records
            .iter()
            .filter_map(|record| {
                let (attribute, why) = past_schedule(record, world).or_else(|| outlives(record, world))?;
                let sentence = format!("This value should be gone: {why}.");
                Some(Discrepancy::new(&SPEC, record, &[(record, attribute)], sentence, None))
            })
            .collect()
    }
}

/// Where a finding about a record points that its source's schedule no longer keeps, and why.
fn past_schedule(record: &CaseRecord, world: &World<'_>) -> Option<(Attribute, String)> {
    let schedule = world.keeping.schedule(record).filter(|schedule| schedule.last_day < world.today)?;
    let why = format!(
        "its record was first shown on {}, and the source's schedule keeps it until {}",
        spoken_day(schedule.since),
        spoken_day(schedule.last_day),
    );
    Some((first_stated(record)?, why))
}

/// The first derived value of a record of which an input was erased.
fn outlives(record: &CaseRecord, world: &World<'_>) -> Option<(Attribute, String)> {
    let erased: Vec<(Attribute, Date)> = world.keeping.erased_inputs(record.id);
    let (attribute, on) = erased
        .into_iter()
        .filter(|(attribute, _)| record.record.statement(*attribute).is_some())
        .min_by_key(|(attribute, on)| (*on, *attribute))?;
    Some((attribute, format!("an input that it was derived from was erased on {}", spoken_day(on))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::{KeptFacts, TODAY, check_kept},
        keeping::Schedule,
    };

    const FILE: &str =
        "status extract S1 seen 2026-10-03 2026-10-31\n  case_status ACTIVE\n  final_order yes\n";

    #[test]
    fn fires_on_the_day_after_the_last() {
        let kept = |last_day| KeptFacts {
            schedule: Some(Schedule { since: date(2026, 1, 3), last_day }),
            ..KeptFacts::default()
        };
        let found = "status/S1: This value should be gone: its record was first shown on 3 January 2026, and the \
                     source's schedule keeps it until 1 November 2026.";
        assert_eq!(TODAY, date(2026, 11, 2));
        check_kept(&KeptPastItsTime, FILE, &kept(date(2026, 11, 1)), &[found]);
        check_kept(&KeptPastItsTime, FILE, &kept(TODAY), &[]);
        check_kept(&KeptPastItsTime, FILE, &KeptFacts::default(), &[]);
    }

    #[test]
    fn fires_on_a_derived_value_that_outlives_an_input() {
        let erased = KeptFacts {
            erased_inputs: vec![(Attribute::FinalOrder, date(2026, 10, 5))],
            ..KeptFacts::default()
        };
        let found = "status/S1: This value should be gone: an input that it was derived from was erased on 5 \
                     October 2026.";
        check_kept(&KeptPastItsTime, FILE, &erased, &[found]);
        check_kept(&KeptPastItsTime, &FILE.replace("  final_order yes\n", ""), &erased, &[]);
    }
}
