//! That the person left, as the records have it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use redress_casefile::{CaseRecord, closing::Basis};
use redress_statement::Attribute;

use super::{Reading, Stage, Standing, Step, remedy::at_any_time};
use crate::{sequence::in_order, wording::spoken_day};

impl Reading<'_> {
    /// One step for each day on which a record has a departure: two offices that note one departure tell of one.
    pub(super) fn departures(&self) -> impl Iterator<Item = Step> {
        let mut by_day: BTreeMap<Date, Vec<&CaseRecord>> = BTreeMap::new();
        for row in in_order(self.case.accepted()) {
            if let Some(on) = row.record.day(Attribute::DepartedOn) {
                by_day.entry(on).or_default().push(row);
            }
        }
        by_day.into_iter().filter_map(|(on, rows)| self.departure(on, &rows))
    }

    fn departure(&self, on: Date, rows: &[&CaseRecord]) -> Option<Step> {
        let day = spoken_day(on);
        // What shows most of one departure says what all records of it rest on.
        let basis = rows.iter().map(|row| Basis::of(row)).max()?;
        let what = match basis {
            Basis::Happened => format!("A departure on {day} is on record."),
            Basis::SeenElsewhere => {
                format!("A departure on {day} is on record: the person was seen in another country.")
            }
            Basis::OwnWord => format!("A departure on {day} was reported by the person or by counsel."),
            Basis::NotStated => {
                format!("A departure on {day} is on record. The record does not say what it rests on.")
            }
            Basis::NotUnderstood => {
                format!("A departure on {day} is on record. It rests on a word that nobody explains.")
            }
            Basis::Planned => {
                format!(
                    "A departure on {day} is on record. It rests on a plan, such as a booking: no record shows that anybody left."
                )
            }
        };
        let read = [Attribute::DepartedOn, Attribute::DepartureBasis];
        let mut step = Step::new(Stage::Departure, Some(on), what, rows.first()?, &read)
            .decided_by("each office that keeps the record")
            .with([at_any_time(
                "Where this departure did not take place, or was on another day, say so and have the record corrected. \
                 A ticket, a stamp, or proof of where you were that day shows it",
                "5 U.S.C. 552a(d)(2); 8 U.S.C. 1365b",
            )]);
        for row in rows.iter().skip(1) {
            step.rests_on.extend(read.iter().filter_map(|attribute| row.reference(*attribute)));
        }
        if on > self.today {
            step.standing = Standing::Ahead;
        }
        Some(step)
    }
}
