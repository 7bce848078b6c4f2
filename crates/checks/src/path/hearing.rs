//! Hearings that were set.

use jiff::civil::Date;
use redress_casefile::CaseRecord;
use redress_statement::Attribute;

use super::{Reading, Remedy, Stage, Standing, Step, Term, remedy::at_any_time};
use crate::wording::spoken_day;

impl Reading<'_> {
    pub(super) fn hearings(&self, row: &CaseRecord) -> Vec<Step> {
        let mut steps = Vec::new();
        if let Some(on) = row.record.day(Attribute::HearingOn) {
            steps.push(self.hearing(row, on, Attribute::HearingOn));
        }
        // A day that only a notice names is the day on which the person will come.
        let named = [Attribute::NoticeHearingOn, Attribute::NtaHearingOn];
        for attribute in named {
            if let Some(on) = row.record.day(attribute).filter(|on| *on >= self.today && !self.is_set(*on)) {
                steps.push(self.hearing(row, on, attribute));
            }
        }
        steps
    }

    /// Whether a court has a hearing of this person on that day.
    fn is_set(&self, on: Date) -> bool {
        self.case.accepted().any(|row| row.record.day(Attribute::HearingOn) == Some(on))
    }

    fn hearing(&self, row: &CaseRecord, on: Date, read: Attribute) -> Step {
        let day = spoken_day(on);
        let (what, standing) = match (on < self.today, read == Attribute::HearingOn) {
            (true, _) => (format!("A hearing was set for {day}."), Standing::Past),
            (false, true) => (format!("A hearing is set for {day}."), Standing::Ahead),
            (false, false) => (
                format!("A notice names a hearing on {day}. The court’s own list does not have that day."),
                Standing::Ahead,
            ),
        };
        let step =
            Step::new(Stage::Hearing, Some(on), what, row, &[read]).decided_by("the immigration judge");
        match standing {
            Standing::Ahead => Step { standing, ..step }.with(self.before_a_hearing(on)),
            _ => step,
        }
    }

    fn before_a_hearing(&self, on: Date) -> impl Iterator<Item = Remedy> {
        let own = [
            Remedy {
                what: "Ask the court for another day, in writing and with the reason. Until it agrees, the day stands"
                    .to_owned(),
                term: Term::Until(on),
                citation: "8 CFR 1003.29".to_owned(),
            },
            at_any_time(
                "Come on that day. Whoever does not come can be ordered to leave in absence",
                "8 U.S.C. 1229a(b)(5)(A)",
            ),
        ];
        own.into_iter().chain(self.tell_the_court())
    }
}
