//! PR-07: one source or rule changed many records, and nobody looked at them one by one.
//!
//! In 2025 some 4,700 student records were ended on matches of names, and restored later; letters that ended
//! a parole went to citizens and to lawyers. Each record looked right by itself.
//!
//! The rule reads the change of many records that changed this record last. It reports the record when the same status was
//! changed to the same value in more than 100 records within 24 hours, and the source does not say that each person had a
//! notice or that somebody looked at each record.
//!
//! It stays silent when fewer records were changed, when each person had a notice, when each record was
//! looked at, when the extracts lie so far apart that the day of the change is not known, and when the record no longer states
//! the value. Addresses, names and days are no statuses: they change in many records for many reasons. It compares no days with
//! today: the passing of time starts nothing.

use jiff::civil::date;
use redress_casefile::CaseFile;
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    schedule::next_day, wording::spoken_day,
};

/// What decides how an office treats somebody, and is changed by a rule as easily as by a look.
const STATUSES: &[Attribute] = &[
    Attribute::ApplicationStatus,
    Attribute::ClassOfAdmission,
    Attribute::AdmittedUntil,
    Attribute::CaseStatus,
    Attribute::CaseCategory,
    Attribute::FinalOrder,
    Attribute::Departed,
    Attribute::EntryBar,
    Attribute::Overstay,
    Attribute::SecondIdentity,
    Attribute::PermanentResident,
    Attribute::Deleted,
];

/// Whether a change of what a record says of this is one that this check counts.
#[must_use]
pub fn is_status(attribute: Attribute) -> bool {
    STATUSES.contains(&attribute)
}

/// The check.
pub(crate) struct ManyChangedWithoutReview;

static SPEC: Spec = Spec {
    id: "PR-07",
    version: 2,
    rule_effective_from: date(2026, 1, 1),
    title: "Many records changed at once without a look at each",
    family: Family::Process,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: STATUSES,
    parameters: &["pr_07_records"],
    rule: "One source, rule or office changed the same status to the same value in more than {pr_07_records} records within 24 \
           hours, and does not say that each person had a notice or that somebody looked at each record.",
    not_when: &[
        "no more than {pr_07_records} records were changed within 24 hours",
        "each person had a notice of their own",
        "somebody looked at each record",
        "the extract before is more than a day older, so that nobody knows on which day the records were changed",
        "the record does not state the changed value any more",
    ],
    harm_in_words: "A status ends for thousands of people by one mistake, before anybody looks.",
    evidence_shown: "Who changed what, when, on what ground, how many records, how many notices.",
    route: Route {
        actor: "the owner of the record; the board that approves rules",
        instrument: "stop the change, review a sample, send each person a notice, publish the figures",
        deadline: "",
    },
    data: &[DataClass::Agency],
    citation: "5 U.S.C. 552a(p)(1); GDPR Art. 22; the student records ended and restored in 2025",
};

impl Check for ManyChangedWithoutReview {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let n_max = parameters.days("pr_07_records", world.today).ok().and_then(|n| u64::try_from(n).ok());
        let Some(n_max) = n_max else { return Vec::new() };
        case.records
            .iter()
            .filter_map(|record| {
                let change = world.keeping.bulk_change(record.id)?;
                record.reference(change.attribute)?;
                if change.n_changed <= n_max || change.with_notice || change.was_reviewed {
                    return None;
                }
                let sentence = format!(
                    "This value was changed on {} by {} together with {} others within 24 hours, and the source does not \
                     say that each person had a notice or that somebody looked at each record.",
                    spoken_day(change.on),
                    change.by,
                    change.n_changed - 1,
                );
                let inputs = [(record, change.attribute)];
                Some(Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today)))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::{KeptFacts, check_kept},
        keeping::BulkChange,
    };

    const FILE: &str = "status extract S1\n  case_status CLOSED\n";

    const FOUND: &str = "status/S1: This value was changed on 3 August 2026 by a name list together with 100 \
                         others within 24 hours, and the source does not say that each person had a notice or that \
                         somebody looked at each record.";

    #[test]
    fn fires_above_the_number_without_notice_and_review_alone() {
        for (n_changed, with_notice, was_reviewed, expected) in [
            (101, false, false, Some(FOUND)),
            (100, false, false, None),
            (101, true, false, None),
            (101, false, true, None),
        ] {
            let change = BulkChange {
                attribute: Attribute::CaseStatus,
                by: "a name list".to_owned(),
                on: date(2026, 8, 3),
                n_changed,
                with_notice,
                was_reviewed,
            };
            let facts = KeptFacts { bulk_change: Some(change), ..KeptFacts::default() };
            let expected: Vec<&str> = expected.into_iter().collect();
            check_kept(&ManyChangedWithoutReview, FILE, &facts, &expected);
            check_kept(&ManyChangedWithoutReview, "status extract S1\n  departed yes\n", &facts, &[]);
        }
        check_kept(&ManyChangedWithoutReview, FILE, &KeptFacts::default(), &[]);
    }
}
