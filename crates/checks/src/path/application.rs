//! What was asked of an office or of the court.

use redress_casefile::CaseRecord;
use redress_statement::{Attribute, code};

use super::{Reading, Remedy, Stage, Step, Term};
use crate::{agency::says_anything, wording::spoken_day};

impl Reading<'_> {
    pub(super) fn applications(&self, row: &CaseRecord) -> impl Iterator<Item = Step> {
        self.application(row).into_iter().chain(relief(row))
    }

    fn application(&self, row: &CaseRecord) -> Option<Step> {
        let filed_on = row.record.day(Attribute::ApplicationFiledOn)?;
        let decided_on = row.record.day(Attribute::ApplicationDecidedOn);
        let form = row.record.value(Attribute::ApplicationForm);
        let kind = form.map_or_else(
            || "an application".to_owned(),
            |form| match code::meaning(&row.record, Attribute::ApplicationForm, form) {
                Some(meaning) => format!("the {meaning} ({form})"),
                None => format!("the application {form}"),
            },
        );
        let status = row.record.statement(Attribute::ApplicationStatus).map(|said| said.original.trim());
        let status = status.filter(|status| !status.is_empty());
        let mut what = format!("The office received {kind} on {}.", spoken_day(filed_on));
        if let Some(on) = decided_on {
            what.push_str(&format!(" It decided on {}.", spoken_day(on)));
        }
        if let Some(status) = status {
            what.push_str(&format!(" It writes: “{status}”."));
        }
        let waits = decided_on.is_none() && status.is_none_or(|status| !is_decided(status));
        let read = [
            Attribute::ApplicationFiledOn,
            Attribute::ApplicationForm,
            Attribute::ApplicationDecidedOn,
            Attribute::ApplicationStatus,
        ];
        let step = Step::new(Stage::Application, Some(filed_on), what, row, &read)
            .decided_by("the office that received it")
            .waiting(waits);
        Some(if waits { step.with(self.report_a_move()) } else { step })
    }

    fn report_a_move(&self) -> Option<Remedy> {
        let parameter = self.parameters.in_force("nt_02_report_days", self.today).ok()?;
        Some(Remedy {
            what: format!("After a move, report it on form AR-11 within {} days", parameter.value),
            term: Term::AnyTime,
            citation: parameter.citation.clone(),
        })
    }
}

/// Words by which the status of an application says that it was decided, whatever the decision was.
const DECIDED: [&str; 7] =
    ["APPROVED", "DENIED", "REFUSED", "WITHDRAWN", "TERMINATED", "REJECTED", "REVOKED"];

fn is_decided(status: &str) -> bool {
    let status = status.to_uppercase();
    DECIDED.iter().any(|word| status.contains(word))
}

fn relief(row: &CaseRecord) -> Option<Step> {
    let filed_on = row.record.day(Attribute::ReliefFiledOn)?;
    let is_decided = says_anything(row, Attribute::ReliefDecision);
    let mut what = format!("The court received an application for relief on {}.", spoken_day(filed_on));
    if let Some(kind) = row.record.value(Attribute::ReliefKind) {
        what.push_str(&format!(" The court’s code for it is {kind}."));
    }
    if let Some(decision) = row.record.value(Attribute::ReliefDecision) {
        what.push_str(&format!(" The court’s code for the decision is {decision}."));
    }
    let read = [Attribute::ReliefFiledOn, Attribute::ReliefKind, Attribute::ReliefDecision];
    let step = Step::new(Stage::Application, Some(filed_on), what, row, &read);
    Some(step.decided_by("the immigration judge").waiting(!is_decided))
}
