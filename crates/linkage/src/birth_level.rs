//! The levels of a birth date.
//!
//! Complete dates and dates of which only the year (or year and month) is known are judged apart: agreement in the
//! year alone is weak, and a date without a day cannot disagree in it. Whether one of the two lacks the day or both is judged
//! too: of whom the day is not known it is mostly known in none of the records, so that two dates without a day speak for one person
//! and one alone against it.

use crate::birth::Birth;
use crate::level::Level;

const OTHER: u8 = 0;
const SAME_YEAR: u8 = 1;
const NEAR_YEAR_TWO_PARTS: u8 = 2;
const TWO_PARTS: u8 = 3;
const SWAPPED: u8 = 4;
const KEYSTROKE: u8 = 5;
const EXACT: u8 = 6;
/// The first of the levels of dates of which a day is not known: each of [`YEARS`], where one of the two lacks it and where both do.
const OF_YEARS_FROM: u8 = 7;
const NULL: u8 = OF_YEARS_FROM + 2 * YEARS.len() as u8;

const WHOLE: [&str; OF_YEARS_FROM as usize] = [
    "another date",
    "same year, another day and month",
    "same day and month, year within one",
    "two of year, month and day equal",
    "day and month exchanged",
    "one digit differs or two are exchanged",
    "same date",
];
const YEARS: [&str; 6] = [
    "another year",
    "years within five",
    "years within two",
    "years within one",
    "same year",
    "same year and month",
];
/// Places in [`YEARS`].
const YEAR_OTHER: u8 = 0;
const YEAR_WITHIN_FIVE: u8 = 1;
const YEAR_WITHIN_TWO: u8 = 2;
const YEAR_WITHIN_ONE: u8 = 3;
const YEAR_EQUAL: u8 = 4;
const MONTH_EQUAL: u8 = 5;

/// The context of dates of which a day is not known.
const OF_YEARS: u8 = 1;

/// Whether a context is that of dates of which a day is not known.
pub(crate) const fn is_of_years(context: u8) -> bool {
    context == OF_YEARS
}

/// How many of the first levels of a context say that nothing of the two dates agrees.
pub(crate) const fn n_of_another(context: u8) -> usize {
    if is_of_years(context) { 2 } else { 1 }
}

/// All levels, null last.
pub(crate) fn levels() -> Vec<Level> {
    let level = |(idx, label): (usize, String)| Level {
        label,
        context: if (usize::from(OF_YEARS_FROM)..usize::from(NULL)).contains(&idx) { OF_YEARS } else { 0 },
        band: None,
        is_null: idx == usize::from(NULL),
        is_exact: idx == usize::from(EXACT),
    };
    let whole = WHOLE.iter().map(|label| (*label).to_owned());
    let known = ["one day not known", "no day known"];
    let years = YEARS.iter().flat_map(|label| known.map(|known| format!("{label}, {known}")));
    whole.chain(years).chain(["not comparable".to_owned()]).enumerate().map(level).collect()
}

/// The level of dates of which a day is not known, by its place in [`YEARS`].
const fn of_years(place: u8, is_either_known: bool) -> u8 {
    OF_YEARS_FROM + 2 * place + !is_either_known as u8
}

/// The place in [`YEARS`] of a level; `None` of others.
const fn place_in_years(level: u8) -> Option<u8> {
    if level >= OF_YEARS_FROM && level < NULL { Some((level - OF_YEARS_FROM) / 2) } else { None }
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
    level == OTHER || matches!(place_in_years(level), Some(YEAR_OTHER))
}

/// Whether all that is known of both dates is the same.
pub(crate) const fn is_equal(level: u8) -> bool {
    level == EXACT || matches!(place_in_years(level), Some(YEAR_EQUAL | MONTH_EQUAL))
}

/// Whether the level is at most one keystroke from agreement, or says nothing.
pub(crate) const fn is_within_a_keystroke(level: u8) -> bool {
    matches!(level, EXACT | KEYSTROKE | NULL)
        || matches!(place_in_years(level), Some(YEAR_EQUAL | MONTH_EQUAL))
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
    let place = match a.year().abs_diff(b.year()) {
        0 if a.month() > 0 && a.month() == b.month() => MONTH_EQUAL,
        0 => YEAR_EQUAL,
        1 => YEAR_WITHIN_ONE,
        2 => YEAR_WITHIN_TWO,
        3..=5 => YEAR_WITHIN_FIVE,
        _ => YEAR_OTHER,
    };
    of_years(place, a.day() > 0 || b.day() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_levels_of_a_context_are_of_another_date() {
        for context in [0, OF_YEARS] {
            let of_context = |(_, level): &(usize, Level)| level.context == context && !level.is_null;
            let of_context = levels().into_iter().enumerate().filter(of_context);
            let others: Vec<bool> = of_context.map(|(idx, _)| is_another(idx as u8)).collect();
            let n = n_of_another(context);
            assert!(
                others.iter().enumerate().all(|(place, is_other)| *is_other == (place < n)),
                "{others:?}"
            );
        }
        assert_eq!(levels()[usize::from(of_years(YEAR_EQUAL, false))].label, "same year, no day known");
    }

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
            ((1985, 0, 0), (1985, 12, 25), of_years(YEAR_EQUAL, true)),
            ((1985, 0, 0), (1985, 0, 0), of_years(YEAR_EQUAL, false)),
            ((1985, 12, 0), (1985, 12, 25), of_years(MONTH_EQUAL, true)),
            ((1985, 12, 0), (1985, 12, 0), of_years(MONTH_EQUAL, false)),
            ((1985, 0, 0), (1987, 12, 25), of_years(YEAR_WITHIN_TWO, true)),
            ((1961, 0, 0), (1987, 0, 0), of_years(YEAR_OTHER, false)),
            ((0, 7, 4), (1985, 7, 4), NULL),
        ] {
            let birth = |(y, m, d)| Birth::new(y, m, d);
            assert_eq!(level(birth(a), birth(b)), expected, "{a:?} {b:?}");
            assert_eq!(level(birth(b), birth(a)), expected, "{b:?} {a:?}");
        }
    }
}
