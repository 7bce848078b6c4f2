//! The levels of a birth date.
//!
//! Complete dates and dates of which only the year (or year and month) is known are judged apart: agreement in the
//! year alone is weak, and a date without a day cannot disagree in it.

use crate::birth::Birth;
use crate::level::Level;

const OTHER: u8 = 0;
const SAME_YEAR: u8 = 1;
const NEAR_YEAR_TWO_PARTS: u8 = 2;
const TWO_PARTS: u8 = 3;
const SWAPPED: u8 = 4;
const KEYSTROKE: u8 = 5;
const EXACT: u8 = 6;
const YEAR_OTHER: u8 = 7;
const YEAR_WITHIN_FIVE: u8 = 8;
const YEAR_WITHIN_TWO: u8 = 9;
const YEAR_WITHIN_ONE: u8 = 10;
const YEAR_EQUAL: u8 = 11;
const MONTH_EQUAL: u8 = 12;
const NULL: u8 = 13;

const LABELS: [&str; 14] = [
    "another date",
    "same year, another day and month",
    "same day and month, year within one",
    "two of year, month and day equal",
    "day and month exchanged",
    "one digit differs or two are exchanged",
    "same date",
    "another year, no day known",
    "years within five, no day known",
    "years within two, no day known",
    "years within one, no day known",
    "same year, no day known",
    "same year and month, no day known",
    "not comparable",
];

/// The context of dates of which a day is not known.
const OF_YEARS: u8 = 1;

/// Whether a context is that of dates of which a day is not known.
pub(crate) const fn is_of_years(context: u8) -> bool {
    context == OF_YEARS
}

/// All levels, null last.
pub(crate) fn levels() -> Vec<Level> {
    let level = |(idx, label): (usize, &&str)| Level {
        label: (*label).to_owned(),
        context: if (usize::from(YEAR_OTHER)..usize::from(NULL)).contains(&idx) { OF_YEARS } else { 0 },
        band: None,
        is_null: idx == usize::from(NULL),
        is_exact: idx == usize::from(EXACT),
    };
    LABELS.iter().enumerate().map(level).collect()
}

/// Whether the level says that the whole date is the same.
pub(crate) const fn is_same_date(level: u8) -> bool {
    level == EXACT
}

/// Whether the level says that day and month changed places.
pub(crate) const fn is_exchanged(level: u8) -> bool {
    level == SWAPPED
}

/// Whether the level is one of two dates of which day, month and year are known.
pub(crate) const fn is_of_whole_dates(level: u8) -> bool {
    level <= EXACT
}

/// Whether the level says that nothing of the two dates agrees, or that years without days lie more than five apart.
pub(crate) const fn is_another(level: u8) -> bool {
    matches!(level, OTHER | YEAR_OTHER)
}

/// Whether the level is at most one keystroke from agreement, or says nothing.
pub(crate) const fn is_within_a_keystroke(level: u8) -> bool {
    matches!(level, EXACT | KEYSTROKE | NULL | YEAR_EQUAL | MONTH_EQUAL)
}

/// The level of two dates of which the years are known; null otherwise.
pub(crate) fn level(a: Birth, b: Birth) -> u8 {
    if a.year() == 0 || b.year() == 0 {
        return NULL;
    }
    if a.is_complete() && b.is_complete() { complete(a, b) } else { reduced(a, b) }
}

fn complete(a: Birth, b: Birth) -> u8 {
    if a == b {
        return EXACT;
    }
    let (y, m, d) = (a.year() == b.year(), a.month() == b.month(), a.day() == b.day());
    let years = a.year().abs_diff(b.year());
    if a.is_one_keystroke_from(b) {
        KEYSTROKE
    } else if y && a.month() == b.day() && a.day() == b.month() {
        SWAPPED
    } else if m && d && years == 1 {
        NEAR_YEAR_TWO_PARTS
    } else if u8::from(y) + u8::from(m) + u8::from(d) == 2 {
        TWO_PARTS
    } else if y {
        SAME_YEAR
    } else {
        OTHER
    }
}

fn reduced(a: Birth, b: Birth) -> u8 {
    match a.year().abs_diff(b.year()) {
        0 if a.month() > 0 && a.month() == b.month() => MONTH_EQUAL,
        0 => YEAR_EQUAL,
        1 => YEAR_WITHIN_ONE,
        2 => YEAR_WITHIN_TWO,
        3..=5 => YEAR_WITHIN_FIVE,
        _ => YEAR_OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_as_tabled() {
        for (a, b, expected) in [
            ((1985, 7, 4), (1985, 7, 4), EXACT),
            ((1985, 7, 4), (1985, 4, 7), SWAPPED),
            ((1985, 7, 4), (1985, 7, 14), KEYSTROKE),
            ((1985, 7, 4), (1958, 7, 4), KEYSTROKE),
            ((1989, 7, 4), (1990, 7, 4), NEAR_YEAR_TWO_PARTS),
            ((1985, 7, 4), (1985, 7, 29), TWO_PARTS),
            ((1985, 7, 4), (1985, 12, 25), SAME_YEAR),
            ((1985, 7, 4), (1961, 12, 25), OTHER),
            ((1985, 0, 0), (1985, 12, 25), YEAR_EQUAL),
            ((1985, 12, 0), (1985, 12, 25), MONTH_EQUAL),
            ((1985, 0, 0), (1987, 12, 25), YEAR_WITHIN_TWO),
            ((0, 7, 4), (1985, 7, 4), NULL),
        ] {
            let birth = |(y, m, d)| Birth::new(y, m, d);
            assert_eq!(level(birth(a), birth(b)), expected, "{a:?} {b:?}");
            assert_eq!(level(birth(b), birth(a)), expected, "{b:?} {a:?}");
        }
    }
}
