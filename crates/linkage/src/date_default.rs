//! What a source writes as a date of birth where it does not know the day, or knows nothing.
//!
//! Where far more births fall on 1 January than one in 365, the source defaults to it: there the date is a year. Where these
//! dates moreover share a year in which hardly anybody else of the source was born (`1900-01-01` in a register of the living), the
//! date is a filler and says nothing.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::birth::Birth;
use crate::hashing::FixedState;

/// A source defaults to 1 January when more of its complete birth dates fall on that day than this; 1 in 365 would.
const FIRST_OF_JANUARY_SHARE_MAX: f64 = 3.0 / 365.0;
/// ... and at least this many do.
const FIRST_OF_JANUARY_RECORDS_MIN: u32 = 10;
/// Of the dates on 1 January more than this share is of the year of a filler ...
const FILLER_SHARE_MIN: f64 = 0.5;
/// ... and of the other dates at most this share.
const FILLER_YEAR_ELSEWHERE_MAX: f64 = 0.02;

/// What a source writes where it does not know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DateDefault {
    /// Nothing that shows.
    #[default]
    None,
    /// 1 January of the year of birth.
    FirstOfJanuary,
    /// 1 January: of the year of birth, or of this year where that is not known either.
    Filler(u32),
}

impl DateDefault {
    /// What a date of the source says.
    pub(crate) const fn taken_from(self, birth: Birth) -> Birth {
        match self {
            Self::Filler(year) if is_first_of_january(birth) && birth.year() == year => Birth::NONE,
            Self::Filler(_) | Self::FirstOfJanuary if is_first_of_january(birth) => {
                birth.without_day_and_month()
            }
            _ => birth,
        }
    }
}

/// The default of each source, from the birth dates of all records.
pub(crate) fn of_sources(codes: &[u32], source_of: &[u32], n_sources: usize) -> Vec<DateDefault> {
    let mut tallies = vec![Tally::default(); n_sources];
    for (code, source) in codes.iter().zip(source_of) {
        tallies[*source as usize].add(Birth(*code));
    }
    tallies.iter().map(Tally::default_of).collect()
}

/// Complete dates of a source by year: on 1 January, and on other days.
#[derive(Debug, Clone, Default)]
struct Tally {
    by_year: HashMap<u32, (u32, u32), FixedState>,
}

impl Tally {
    fn add(&mut self, birth: Birth) {
        if birth.is_complete() {
            let (first, other) = self.by_year.entry(birth.year()).or_default();
            *(if is_first_of_january(birth) { first } else { other }) += 1;
        }
    }

    fn default_of(&self) -> DateDefault {
        let n_first: u32 = self.by_year.values().map(|(first, _)| first).sum();
        let n_other: u32 = self.by_year.values().map(|(_, other)| other).sum();
        let n_all = f64::from(n_first + n_other);
        if n_first < FIRST_OF_JANUARY_RECORDS_MIN || f64::from(n_first) <= FIRST_OF_JANUARY_SHARE_MAX * n_all
        {
            return DateDefault::None;
        }
        let most = self.by_year.iter().max_by_key(|(year, (first, _))| (*first, **year));
        match most {
            Some((year, (first, other)))
                if *first >= FIRST_OF_JANUARY_RECORDS_MIN
                    && f64::from(*first) > FILLER_SHARE_MIN * f64::from(n_first)
                    && f64::from(*other) <= FILLER_YEAR_ELSEWHERE_MAX * f64::from(n_other) =>
            {
                DateDefault::Filler(*year)
            }
            _ => DateDefault::FirstOfJanuary,
        }
    }
}

pub(crate) const fn is_first_of_january(birth: Birth) -> bool {
    birth.month() == 1 && birth.day() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many dates of each kind: year, month, day.
    fn check(dates: &[(u32, (u32, u32, u32))], expected: DateDefault) {
        let birth = |(n, (y, m, d)): &(u32, (u32, u32, u32))| vec![Birth::new(*y, *m, *d).0; *n as usize];
        let codes: Vec<u32> = dates.iter().flat_map(birth).collect();
        assert_eq!(of_sources(&codes, &vec![0; codes.len()], 1), [expected], "{dates:?}");
    }

    #[test]
    fn tells_a_filler_from_a_default_day() {
        let others = [(100, (1970, 5, 6)), (100, (1980, 7, 8)), (100, (1990, 9, 10))];
        let with = |more: &[(u32, (u32, u32, u32))]| [&others, more].concat();
        check(&others, DateDefault::None);
        check(&with(&[(9, (1900, 1, 1))]), DateDefault::None);
        check(&with(&[(10, (1900, 1, 1))]), DateDefault::Filler(1900));
        check(&with(&[(10, (1900, 1, 1)), (6, (1900, 3, 4))]), DateDefault::Filler(1900));
        check(&with(&[(10, (1900, 1, 1)), (7, (1900, 3, 4))]), DateDefault::FirstOfJanuary);
        check(&with(&[(10, (1980, 1, 1))]), DateDefault::FirstOfJanuary);
        check(&with(&[(10, (1901, 1, 1)), (10, (1900, 1, 1))]), DateDefault::FirstOfJanuary);
        check(&[(2_000, (1970, 5, 6)), (12, (1900, 1, 1))], DateDefault::None);
    }

    #[test]
    fn says_what_a_date_says() {
        let filler = DateDefault::Filler(1900);
        for (default, date, expected) in [
            (filler, (1900, 1, 1), (0, 0, 0)),
            (filler, (1985, 1, 1), (1985, 0, 0)),
            (filler, (1900, 1, 2), (1900, 1, 2)),
            (DateDefault::FirstOfJanuary, (1900, 1, 1), (1900, 0, 0)),
            (DateDefault::None, (1900, 1, 1), (1900, 1, 1)),
        ] {
            let of = |(y, m, d): (u32, u32, u32)| Birth::new(y, m, d);
            assert_eq!(default.taken_from(of(date)), of(expected), "{default:?} {date:?}");
        }
    }
}
