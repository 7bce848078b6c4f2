//! The way of a case, from the first record to its closing: at each step who decides, by when, and what can be done.
//!
//! A step is read from one row that is held to be of the person, never from a record that may be somebody else's. The
//! periods are dated parameters, counted from the day of what they follow; where a source states the last day itself, that
//! day is taken. A period that is not known for a day so long ago is left out.
//!
//! Never: tells anybody to do something to the person. What can be done is what the person can do.

mod appeal;
mod application;
mod departure;
mod hearing;
mod notice;
mod order;
mod remedy;

use jiff::civil::Date;
use redress_casefile::{CaseFile, CaseRecord};

use crate::{Parameters, sequence::in_order};

pub use redress_casefile::step::{Remedy, Stage, Standing, Step, Term};

/// Every number that the path reads (`parameters.toml`).
pub(crate) const PARAMETERS: [&str; 8] = [
    "nt_02_report_days",
    "or_04_appeal_days",
    "path_absence_days",
    "path_address_days",
    "path_denial_days",
    "path_reconsider_days",
    "path_reopen_days",
    "path_review_days",
];

/// Steps that a path has at most: of more, the newest. Bounds the page and the paper that show it.
pub const STEPS_MAX: usize = 200;

/// What a path is read with.
pub(crate) struct Reading<'a> {
    pub(crate) case: &'a CaseFile,
    pub(crate) today: Date,
    pub(crate) parameters: &'a Parameters,
}

/// The path of a person's case, oldest step first; steps without a day stand at the end.
///
/// What two rows say of one day in the same words is one step that rests on both.
///
/// ```
/// use redress_checks::{Parameters, path};
/// use redress_testkit::parse_case_file;
///
/// let case = parse_case_file("court names C1\n  hearing_on 2027-02-03");
/// let path = path::path(&case, jiff::civil::date(2026, 11, 2), &Parameters::built_in()?);
/// assert_eq!(path[0].what, "A hearing is set for 3 February 2027.");
/// assert_eq!(path[0].decides, Some("the immigration judge"));
/// # Ok::<(), redress_checks::ParameterError>(())
/// ```
#[must_use]
pub fn path(case: &CaseFile, today: Date, parameters: &Parameters) -> Vec<Step> {
    let reading = Reading { case, today, parameters };
    let mut steps: Vec<Step> = Vec::new();
    for row in in_order(case.accepted()) {
        for step in reading.steps_of(row) {
            match steps.iter_mut().find(|known| known.says_the_same(&step)) {
                Some(known) => known.rests_on.extend(step.rests_on),
                None => steps.push(step),
            }
        }
    }
    steps.extend(reading.departures());
    steps.sort_by_key(|step| {
        (step.on.is_none(), step.on, step.stage, within_a_day(step), step.rests_on.first().copied())
    });
    let n_left_out = steps.len().saturating_sub(STEPS_MAX);
    steps.split_off(n_left_out)
}

/// The order of steps of one stage and day: a charging paper is issued, then sent, then filed.
fn within_a_day(step: &Step) -> u8 {
    use redress_statement::Attribute::{NtaFiledOn, NtaIssuedOn};
    match step.rests_on.first().map(|of_day| of_day.attribute) {
        Some(NtaIssuedOn) => 0,
        Some(NtaFiledOn) => 2,
        _ => 1,
    }
}

/// The first step that is still to come, by its day.
#[must_use]
pub fn next(steps: &[Step]) -> Option<&Step> {
    steps.iter().filter(|step| step.standing == Standing::Ahead).min_by_key(|step| step.on)
}

impl Reading<'_> {
    fn steps_of(&self, row: &CaseRecord) -> Vec<Step> {
        let mut steps: Vec<Step> = self.applications(row).chain(self.notices(row)).collect();
        steps.extend(self.hearings(row));
        steps.extend(self.orders(row));
        steps.extend(self.appeals(row));
        steps.extend(closed(row));
        steps
    }

    /// The record of the court case that a row belongs to: the row itself where it is attached to none.
    fn lead<'r>(&'r self, row: &'r CaseRecord) -> &'r CaseRecord {
        row.lead.and_then(|lead| self.case.record(lead)).unwrap_or(row)
    }
}

/// What an agency says of its own case once it is no longer active.
fn closed(row: &CaseRecord) -> Option<Step> {
    use redress_statement::Attribute::CaseStatus;
    row.record.value(CaseStatus).filter(|_| !crate::agency::is_active(row))?;
    let written = row.record.statement(CaseStatus)?.original.trim();
    let what = format!("The agency writes that its case is no longer active: “{written}”.");
    Some(
        Step::new(Stage::Closed, None, what, row, &[CaseStatus]).decided_by("the agency that keeps the case"),
    )
}

#[cfg(test)]
mod tests;
