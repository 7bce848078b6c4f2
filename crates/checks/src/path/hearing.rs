//! Hearings that were set.

use jiff::civil::Date;
use redress_casefile::CaseRecord;
use redress_statement::{Attribute, code};

use super::{Reading, Remedy, Stage, Standing, Step, remedy::at_any_time};
use crate::{sequence::in_order, wording::spoken_day};

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

    /// The newest notice that names a hearing of that day.
    fn newest_notice_of(&self, on: Date) -> Option<&CaseRecord> {
        let of_day =
            self.case.accepted().filter(|row| row.record.day(Attribute::NoticeHearingOn) == Some(on));
        of_day.max_by_key(|row| (row.record.day(Attribute::NoticeMailedOn), row.id))
    }

    /// The row of that day's hearing that says at which court it is held.
    fn court_of(&self, on: Date) -> Option<&CaseRecord> {
        in_order(self.case.accepted()).find(|row| {
            row.record.day(Attribute::HearingOn) == Some(on)
                && row.record.value(Attribute::CourtCity).is_some()
        })
    }

    fn hearing(&self, row: &CaseRecord, on: Date, read: Attribute) -> Step {
        let day = spoken_day(on);
        let notice = self.newest_notice_of(on);
        let held_at = self.court_of(on);
        let mut named = notice.map(time_and_court).unwrap_or_default();
        if let Some((row, court)) =
            held_at.and_then(|row| Some((row, row.record.value(Attribute::CourtCity)?)))
        {
            named.push_str(&match code::meaning(&row.record, Attribute::CourtCity, court) {
                Some(city) => format!(" It is before the court in {city} ({court})."),
                None => format!(" The court’s own code for its place is {court}."),
            });
        }
        let (what, standing) = match (on < self.today, read == Attribute::HearingOn) {
            (true, _) => (format!("A hearing was set for {day}."), Standing::Past),
            (false, true) => (format!("A hearing is set for {day}.{named}"), Standing::Ahead),
            (false, false) => (
                format!(
                    "A notice names a hearing on {day}.{named} The court’s own list does not have that day."
                ),
                Standing::Ahead,
            ),
        };
        let mut step =
            Step::new(Stage::Hearing, Some(on), what, row, &[read]).decided_by("the immigration judge");
        match standing {
            Standing::Ahead => {
                let named = [Attribute::NoticeHearingTime, Attribute::NoticeCourt];
                let of_notice =
                    notice.into_iter().flat_map(|notice| named.map(|named| notice.reference(named)));
                step.rests_on.extend(of_notice.flatten());
                step.rests_on.extend(held_at.and_then(|row| row.reference(Attribute::CourtCity)));
                Step { standing, ..step }.with(self.before_a_hearing())
            }
            _ => step,
        }
    }

    /// The rule names no last day for asking for another day, and the day of the hearing is none: a motion that the court has
    /// not granted by then excuses nobody.
    fn before_a_hearing(&self) -> impl Iterator<Item = Remedy> {
        let own = [
            at_any_time(
                "Ask the court for another day, in writing and with the reason, as soon as you can and before the hearing. \
                 Asking does not excuse anybody from coming; until the court has granted it, the day stands",
                "8 CFR 1003.29",
            ),
            at_any_time(
                "Come on that day. Whoever does not come can be ordered to leave without having been heard",
                "8 U.S.C. 1229a(b)(5)(A)",
            ),
        ];
        own.into_iter().chain(self.tell_the_court())
    }
}

/// The time and the court that a notice names, as a sentence that goes behind another. Empty where it names neither.
fn time_and_court(notice: &CaseRecord) -> String {
    let time = notice.record.value(Attribute::NoticeHearingTime).and_then(time_of_day);
    let court = notice.record.value(Attribute::NoticeCourt).map(|court| {
        let city = code::meaning(&notice.record, Attribute::NoticeCourt, court);
        city.map_or_else(|| court.to_owned(), |city| format!("{city} ({court})"))
    });
    match (time, court) {
        (Some(time), Some(court)) => {
            format!(" The notice of it names the time {time} and the court {court}.")
        }
        (Some(time), None) => format!(" The notice of it names the time {time}."),
        (None, Some(court)) => format!(" The notice of it names the court {court}."),
        (None, None) => String::new(),
    }
}

/// `13:00` for `1300`. None for what is no time of a day.
fn time_of_day(written: &str) -> Option<String> {
    let (hours, minutes) = written.trim().split_at_checked(2).filter(|_| written.trim().len() == 4)?;
    let is_time = hours.parse().is_ok_and(|hours: u8| hours < 24)
        && minutes.parse().is_ok_and(|minutes: u8| minutes < 60);
    is_time.then(|| format!("{hours}:{minutes}"))
}
