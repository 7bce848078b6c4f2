//! What was asked of an office or of the court.

use redress_casefile::CaseRecord;
use redress_statement::{Attribute, code};

use super::{Reading, Remedy, Stage, Step, Term, remedy::at_any_time};
use crate::{agency::says_anything, wording::spoken_day};

impl Reading<'_> {
    pub(super) fn applications(&self, row: &CaseRecord) -> impl Iterator<Item = Step> {
        self.application(row).into_iter().chain(self.denial(row)).chain(relief(row))
    }

    fn application(&self, row: &CaseRecord) -> Option<Step> {
        let filed_on = row.record.day(Attribute::ApplicationFiledOn)?;
        let decided_on = row.record.day(Attribute::ApplicationDecidedOn);
        let kind = named(row);
        let status = status_of(row);
        let mut what = format!("The office received {kind} on {}.", spoken_day(filed_on));
        if let Some(on) = decided_on {
            what.push_str(&format!(" It decided on {}.", spoken_day(on)));
        }
        if let Some(status) = status {
            what.push_str(&format!(" It writes: “{status}”."));
        }
        let waits = decided_on.is_none() && status.is_none_or(|status| !is_one_of(status, &DECIDED));
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

    /// That an application was denied, on the day of the decision: it need not say when it was filed.
    fn denial(&self, row: &CaseRecord) -> Option<Step> {
        let status = status_of(row).filter(|status| is_one_of(status, &DENIED))?;
        let decided_on = row.record.day(Attribute::ApplicationDecidedOn);
        let kind = named(row);
        let day = decided_on.map(|on| format!(" on {}", spoken_day(on))).unwrap_or_default();
        let is_revoked = is_one_of(status, &[REVOKED]);
        let done = if is_revoked { "took back its approval of" } else { "did not grant" };
        let what = format!("The office {done} {kind}{day}. It writes: “{status}”.");
        let read =
            [Attribute::ApplicationDecidedOn, Attribute::ApplicationStatus, Attribute::ApplicationForm];
        let against = match decided_on {
            // Of a revocation the days are fewer, and they are the letter's to state.
            _ if is_revoked => Some(at_any_time(
                "Look at once in the office’s letter by which day an appeal must be there (form I-290B): for an approval that was taken \
                 back it is sooner than for a denial",
                "8 CFR 205.2(d)",
            )),
            Some(on) => self.within(
                "Ask the office to think again or to reopen the case, or appeal where its letter says that this can be done \
                 (form I-290B). Three days more count where the letter came by mail (8 CFR 103.8(b))",
                "path_denial_days",
                on,
            ),
            None => Some(at_any_time(
                "Ask the office on which day it decided, and for its letter: the days for asking it to think again, or for an \
                 appeal (form I-290B), run from that day",
                "8 CFR 103.3(a)(1), 103.5(a)(1)",
            )),
        };
        let step = Step::new(Stage::Application, decided_on, what, row, &read);
        Some(step.decided_by("the office that received it").with(against))
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

/// Those of them by which it says that it did not grant what was asked, or took it back.
const DENIED: [&str; 3] = ["DENIED", "REFUSED", REVOKED];
const REVOKED: &str = "REVOKED";

fn is_one_of(status: &str, words: &[&str]) -> bool {
    let status = status.to_uppercase();
    words.iter().any(|word| status.contains(word))
}

/// The status of an application as its office writes it. None where it writes none.
fn status_of(row: &CaseRecord) -> Option<&str> {
    let status = row.record.statement(Attribute::ApplicationStatus).map(|said| said.original.trim());
    status.filter(|status| !status.is_empty())
}

/// An application by its form, as far as the office states one.
fn named(row: &CaseRecord) -> String {
    let Some(form) = row.record.value(Attribute::ApplicationForm) else { return "an application".to_owned() };
    match code::meaning(&row.record, Attribute::ApplicationForm, form) {
        Some(meaning) => format!("the {meaning} ({form})"),
        None => format!("the application {form}"),
    }
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
