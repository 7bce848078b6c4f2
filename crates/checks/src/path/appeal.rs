//! Motions, appeals, federal courts and stays: where an order is looked at again.

use jiff::civil::Date;
use redress_casefile::CaseRecord;
use redress_statement::{Attribute, code};

use super::{Reading, Stage, Step};
use crate::{
    agency::says_anything,
    docket::{appeals_the_order, is_undecided_appeal, is_undecided_motion},
    wording::spoken_day,
};

/// The Board dismissed the appeal: the order stands.
const DISMISSED: &str = "DIS";

impl Reading<'_> {
    pub(super) fn appeals(&self, row: &CaseRecord) -> Vec<Step> {
        let mut steps = Vec::new();
        steps.extend(motion(row));
        if let Some(filed_on) = row.record.day(Attribute::AppealFiledOn) {
            steps.push(self.appealed(row, filed_on));
        }
        steps.extend(federal_court(row));
        steps.extend(self.stay(row));
        steps
    }

    fn appealed(&self, row: &CaseRecord, filed_on: Date) -> Step {
        let decided_on = row.record.day(Attribute::AppealDecidedOn);
        let waits =
            !says_anything(row, Attribute::AppealDecidedOn) && !says_anything(row, Attribute::AppealDecision);
        let mut what = format!("An appeal was filed on {}.", spoken_day(filed_on));
        what.push_str(&decided(row, Attribute::AppealDecision, decided_on));
        if is_undecided_appeal(row) {
            what.push_str(
                " While it waits, the order is not final and may not be carried out (8 CFR 1003.6).",
            );
        }
        let read = [
            Attribute::AppealFiledOn,
            Attribute::AppealKind,
            Attribute::AppealDecision,
            Attribute::AppealDecidedOn,
        ];
        let step = Step::new(Stage::Appeal, Some(filed_on), what, row, &read)
            .decided_by("the Board of Immigration Appeals")
            .waiting(waits);
        let is_lost =
            row.record.value(Attribute::AppealDecision) == Some(DISMISSED) && appeals_the_order(row);
        match decided_on.filter(|_| is_lost) {
            Some(on) => step.with(self.within(
                "Ask the federal court of appeals to review the decision",
                "path_review_days",
                on,
            )),
            None => step,
        }
    }

    fn stay(&self, row: &CaseRecord) -> Option<Step> {
        let from = row.record.day(Attribute::StayFrom)?;
        let ended_on = row.record.day(Attribute::StayEndedOn);
        let mut what = format!("The order is stayed from {}: it may not be carried out.", spoken_day(from));
        if let Some(on) = ended_on.filter(|on| *on <= self.today) {
            what = format!("The order was stayed from {} to {}.", spoken_day(from), spoken_day(on));
        }
        let read = [Attribute::StayFrom, Attribute::StayDecision, Attribute::StayEndedOn];
        Some(
            Step::new(Stage::Appeal, Some(from), what, row, &read)
                .decided_by("the court that granted the stay"),
        )
    }
}

fn motion(row: &CaseRecord) -> Option<Step> {
    let received_on = row.record.day(Attribute::MotionReceivedOn)?;
    let kind = row.record.value(Attribute::MotionKind);
    let meaning = kind.and_then(|kind| code::meaning(&row.record, Attribute::MotionKind, kind));
    let aim = match (meaning, kind) {
        (Some(meaning), _) => format!(" {meaning}"),
        (None, Some(kind)) => format!(" of the kind {kind}"),
        (None, None) => String::new(),
    };
    let mut what = format!("The court received a motion{aim} on {}.", spoken_day(received_on));
    what.push_str(&decided(row, Attribute::MotionDecision, row.record.day(Attribute::MotionDecidedOn)));
    let read = [
        Attribute::MotionReceivedOn,
        Attribute::MotionKind,
        Attribute::MotionDecision,
        Attribute::MotionDecidedOn,
    ];
    let step = Step::new(Stage::Appeal, Some(received_on), what, row, &read);
    Some(step.decided_by("the immigration judge").waiting(is_undecided_motion(row)))
}

fn federal_court(row: &CaseRecord) -> Option<Step> {
    let on = row.record.day(Attribute::FederalCourtDecidedOn)?;
    let mut what = "A federal court looked at the order.".to_owned();
    what.push_str(&decided(row, Attribute::FederalCourtDecision, Some(on)));
    let read = [Attribute::FederalCourtDecidedOn, Attribute::FederalCourtDecision];
    Some(Step::new(Stage::Appeal, Some(on), what, row, &read).decided_by("the federal court"))
}

/// What was decided and when, as a sentence that goes behind another. Empty where nothing is.
fn decided(row: &CaseRecord, attribute: Attribute, on: Option<Date>) -> String {
    let decision = row.record.value(attribute);
    let words = decision.map(|code| match code::meaning(&row.record, attribute, code) {
        Some(meaning) => meaning.to_owned(),
        None => format!("code {code}"),
    });
    match (on.map(spoken_day), words) {
        (Some(day), Some(words)) => format!(" The decision of {day}: {words}."),
        (Some(day), None) => format!(" It was decided on {day}."),
        (None, Some(words)) => format!(" The decision: {words}."),
        (None, None) => String::new(),
    }
}
