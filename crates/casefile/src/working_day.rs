//! Working days and federal holidays, for the clocks of 5 U.S.C. 552a(d).
//!
//! The holidays are those of 5 U.S.C. 6103(a), with the day on which an office that works Monday to Friday
//! observes them: the Friday before a Saturday (6103(b)(1)), the Monday after a Sunday (Executive Order
//! 11582, section 3). Left out: Inauguration Day, which 6103(c) gives to the Washington area only, and the
//! days on which a President closes the offices by order. A holiday that is left out counts as a working
//! day, so that an office's time ends earlier, not later.

use jiff::civil::{Date, Weekday};

/// The most working days that can be added: some 40 years.
pub const WORKING_DAYS_MAX: u16 = 10_000;

/// Whether offices work on that day.
///
/// ```
/// use jiff::civil::date;
/// use redress_casefile::working_day::is_working_day;
/// assert!(is_working_day(date(2025, 6, 18)));
/// assert!(!is_working_day(date(2025, 6, 19)), "Juneteenth");
/// assert!(!is_working_day(date(2025, 6, 21)), "a Saturday");
/// ```
#[must_use]
pub fn is_working_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && observed_holiday(day).is_none()
}

/// The federal holiday that is kept on that day. None on any other day.
#[must_use]
pub fn observed_holiday(day: Date) -> Option<&'static str> {
    movable_holiday(day).or_else(|| match day.weekday() {
        Weekday::Saturday | Weekday::Sunday => None,
        Weekday::Friday => fixed_holiday(day).or_else(|| fixed_holiday(day.tomorrow().ok()?)),
        Weekday::Monday => fixed_holiday(day).or_else(|| fixed_holiday(day.yesterday().ok()?)),
        _ => fixed_holiday(day),
    })
}

/// Holidays with a date of their own. Juneteenth since Pub. L. 117-17 of 17 June 2021.
fn fixed_holiday(day: Date) -> Option<&'static str> {
    match (day.month(), day.day()) {
        (1, 1) => Some("New Year's Day"),
        (6, 19) if day.year() >= 2021 => Some("Juneteenth National Independence Day"),
        (7, 4) => Some("Independence Day"),
        (11, 11) => Some("Veterans Day"),
        (12, 25) => Some("Christmas Day"),
        _ => None,
    }
}

/// Holidays with a weekday of their own. Martin Luther King's since 1986 (Pub. L. 98-144).
fn movable_holiday(day: Date) -> Option<&'static str> {
    let nth = (day.day() - 1) / 7 + 1;
    let is_last_of_month = day.day() + 7 > day.days_in_month();
    match (day.month(), day.weekday()) {
        (1, Weekday::Monday) if nth == 3 && day.year() >= 1986 => Some("Birthday of Martin Luther King, Jr."),
        (2, Weekday::Monday) if nth == 3 => Some("Washington's Birthday"),
        (5, Weekday::Monday) if is_last_of_month => Some("Memorial Day"),
        (9, Weekday::Monday) if nth == 1 => Some("Labor Day"),
        (10, Weekday::Monday) if nth == 2 => Some("Columbus Day"),
        (11, Weekday::Thursday) if nth == 4 => Some("Thanksgiving Day"),
        _ => None,
    }
}

/// The `n_days`th working day after `from`, which is not counted itself. At most [`WORKING_DAYS_MAX`] are
/// added; the calendar's last day ends it.
///
/// ```
/// use jiff::civil::date;
/// use redress_casefile::working_day::add_working_days;
/// assert_eq!(add_working_days(date(2025, 7, 3), 1), date(2025, 7, 7), "over the Fourth and a weekend");
/// ```
#[must_use]
pub fn add_working_days(from: Date, n_days: u16) -> Date {
    let mut day = from;
    let mut left = n_days.min(WORKING_DAYS_MAX);
    while left > 0 {
        let Ok(next) = day.tomorrow() else { return day };
        day = next;
        left -= u16::from(is_working_day(day));
    }
    day
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// The list of the Office of Personnel Management for three years that between them have every kind
    /// of observed day: <https://www.opm.gov/policy-data-oversight/pay-leave/federal-holidays/>.
    const PUBLISHED: &[(i16, &[(i8, i8)])] = &[
        (
            2021,
            &[
                (1, 1),
                (1, 18),
                (2, 15),
                (5, 31),
                (6, 18),
                (7, 5),
                (9, 6),
                (10, 11),
                (11, 11),
                (11, 25),
                (12, 24),
                (12, 31),
            ],
        ),
        (
            2023,
            &[
                (1, 2),
                (1, 16),
                (2, 20),
                (5, 29),
                (6, 19),
                (7, 4),
                (9, 4),
                (10, 9),
                (11, 10),
                (11, 23),
                (12, 25),
            ],
        ),
        (
            2026,
            &[
                (1, 1),
                (1, 19),
                (2, 16),
                (5, 25),
                (6, 19),
                (7, 3),
                (9, 7),
                (10, 12),
                (11, 11),
                (11, 26),
                (12, 25),
            ],
        ),
    ];

    #[test]
    fn the_holidays_are_the_published_ones() {
        for (year, published) in PUBLISHED {
            let first = date(*year, 1, 1);
            let found: Vec<(i8, i8)> = first
                .series(jiff::Span::new().days(1))
                .take_while(|day| day.year() == *year)
                .filter(|day| observed_holiday(*day).is_some())
                .map(|day| (day.month(), day.day()))
                .collect();
            assert_eq!(found, *published, "{year}");
        }
    }

    #[test]
    fn holidays_begin_with_their_law() {
        for (day, is_working) in [
            (date(2020, 6, 19), true),
            (date(2024, 6, 19), false),
            (date(1985, 1, 21), true),
            (date(1986, 1, 20), false),
            (date(2025, 1, 20), false),
            (date(2021, 1, 20), true),
            (date(1999, 12, 31), false),
        ] {
            assert_eq!(is_working_day(day), is_working, "{day}");
        }
    }

    #[test]
    fn periods_end_on_known_days() {
        for (from, n_days, ends) in [
            (date(2025, 3, 3), 0, date(2025, 3, 3)),
            (date(2025, 3, 3), 10, date(2025, 3, 17)),
            (date(2025, 3, 8), 1, date(2025, 3, 10)),
            (date(2025, 11, 10), 10, date(2025, 11, 25)),
            (date(2025, 12, 19), 10, date(2026, 1, 6)),
            (date(2021, 12, 22), 10, date(2022, 1, 7)),
            (date(2025, 11, 14), 30, date(2025, 12, 30)),
            (Date::MAX, 10, Date::MAX),
        ] {
            assert_eq!(add_working_days(from, n_days), ends, "{n_days} from {from}");
        }
    }
}
