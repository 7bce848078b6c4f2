//! The day the invented world is described as of, and the ways in which the sources write a day.

use jiff::SignedDuration;
use jiff::civil::{Date, Weekday, date};

/// The day that every extract describes.
pub const AS_OF: Date = date(2026, 10, 31);

/// The day that the extracts before those describe, of the sources that have any.
pub(crate) const AS_OF_BEFORE: Date = date(2026, 9, 30);

/// The day that the extract of the agency before the newest describes: one day before.
pub(crate) const AS_OF_DAY_BEFORE: Date = date(2026, 10, 30);

/// The day that a much older extract of the register describes: longer ago than its agreement lets a record be kept.
pub(crate) const AS_OF_OLDER: Date = date(2025, 4, 15);

/// The day that lies `days` after `day` (before it if negative).
pub(crate) fn plus(day: Date, days: i32) -> Date {
    day.saturating_add(SignedDuration::from_hours(24 * i64::from(days)))
}

/// Days from `first` to `last`, negative if `last` comes first.
pub(crate) fn days_between(first: Date, last: Date) -> i32 {
    (last.duration_since(first).as_hours() / 24) as i32
}

/// The same day in another year; 29 February becomes 28 February where the year has none.
pub(crate) fn in_year(day: Date, year: i16) -> Date {
    Date::new(year, day.month(), day.day()).or_else(|_| Date::new(year, day.month(), 28)).unwrap_or(day)
}

/// How many of the eight digits of `YYYYMMDD` differ between two days.
pub(crate) fn digits_apart(left: Date, right: Date) -> usize {
    let (left, right) = (DayForm::Compact.write(left), DayForm::Compact.write(right));
    left.bytes().zip(right.bytes()).filter(|(l, r)| l != r).count()
}

/// How many of year, month and day differ between two days.
pub(crate) fn fields_apart(left: Date, right: Date) -> usize {
    usize::from(left.year() != right.year())
        + usize::from(left.month() != right.month())
        + usize::from(left.day() != right.day())
}

/// The same day, or the next one on which a court sits: not on weekends, not on federal holidays.
pub(crate) fn court_day(day: Date) -> Date {
    let mut day = day;
    while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || is_holiday(day) {
        day = plus(day, 1);
    }
    day
}

/// Whether a weekday is kept as a federal holiday (5 U.S.C. 6103): on its day, the Friday before a Saturday or the
/// Monday after a Sunday.
fn is_holiday(day: Date) -> bool {
    let is_fixed =
        |day: Date| matches!((day.month(), day.day()), (1, 1) | (6, 19) | (7, 4) | (11, 11) | (12, 25));
    let is_observed = match day.weekday() {
        Weekday::Friday => is_fixed(plus(day, 1)),
        Weekday::Monday => is_fixed(plus(day, -1)),
        _ => false,
    };
    let nth = (day.day() - 1) / 7 + 1;
    let is_movable = match (day.month(), day.weekday()) {
        (1 | 2, Weekday::Monday) => nth == 3,
        (5, Weekday::Monday) => day.day() + 7 > day.days_in_month(),
        (9, Weekday::Monday) => nth == 1,
        (10, Weekday::Monday) => nth == 2,
        (11, Weekday::Thursday) => nth == 4,
        _ => false,
    };
    is_fixed(day) || is_observed || is_movable
}

/// The day with month and day exchanged, if there is such a day.
pub(crate) fn exchanged(day: Date) -> Option<Date> {
    Date::new(day.year(), day.day(), day.month()).ok()
}

/// The way a source writes a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayForm {
    /// `10/31/2026`
    MonthFirst,
    /// `2026-10-31`
    Iso,
    /// `20261031`
    Compact,
    /// `31/10/2026`
    DayFirst,
    /// `2026-10-31 00:00:00.000`
    Stamp,
}

impl DayForm {
    /// The day as this source writes it.
    pub(crate) fn write(self, day: Date) -> String {
        let (y, m, d) = (day.year(), day.month(), day.day());
        match self {
            Self::MonthFirst => format!("{m:02}/{d:02}/{y:04}"),
            Self::Iso => format!("{y:04}-{m:02}-{d:02}"),
            Self::Compact => format!("{y:04}{m:02}{d:02}"),
            Self::DayFirst => format!("{d:02}/{m:02}/{y:04}"),
            Self::Stamp => format!("{y:04}-{m:02}-{d:02} 00:00:00.000"),
        }
    }

    /// The day as this source writes it, or nothing.
    pub(crate) fn write_if(self, day: Option<Date>) -> String {
        day.map(|day| self.write(day)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years() {
        for (first, days, last) in [
            (date(2024, 2, 28), 2, date(2024, 3, 1)),
            (date(2025, 2, 28), 1, date(2025, 3, 1)),
            (date(2026, 1, 1), -1, date(2025, 12, 31)),
            (date(1946, 5, 6), 29_398, AS_OF),
        ] {
            assert_eq!(plus(first, days), last);
            assert_eq!(days_between(first, last), days);
        }
    }

    #[test]
    fn courts_sit_on_working_days() {
        for (day, sits_on) in [
            (date(2026, 10, 31), date(2026, 11, 2)),
            (date(2026, 11, 11), date(2026, 11, 12)),
            (date(2026, 7, 3), date(2026, 7, 6)),
            (date(2023, 1, 1), date(2023, 1, 3)),
            (date(2026, 11, 26), date(2026, 11, 27)),
            (date(2026, 5, 25), date(2026, 5, 26)),
            (date(2026, 5, 18), date(2026, 5, 18)),
        ] {
            assert_eq!(court_day(day), sits_on, "{day}");
        }
    }

    #[test]
    fn each_form_writes_the_day() {
        let day = date(1987, 3, 9);
        let written = |form: DayForm| form.write(day);
        assert_eq!(written(DayForm::MonthFirst), "03/09/1987");
        assert_eq!(written(DayForm::Iso), "1987-03-09");
        assert_eq!(written(DayForm::Compact), "19870309");
        assert_eq!(written(DayForm::DayFirst), "09/03/1987");
        assert_eq!(written(DayForm::Stamp), "1987-03-09 00:00:00.000");
    }

    #[test]
    fn differences_between_days() {
        assert_eq!(digits_apart(date(1987, 3, 9), date(1987, 9, 3)), 2);
        assert_eq!(fields_apart(date(1987, 3, 9), date(1987, 9, 3)), 2);
        assert_eq!(exchanged(date(1987, 3, 9)), Some(date(1987, 9, 3)));
        assert_eq!(exchanged(date(1987, 3, 19)), None);
        assert_eq!(in_year(date(1988, 2, 29), 1989), date(1989, 2, 28));
    }
}
