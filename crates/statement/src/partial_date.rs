//! Dates of which a part may be missing, because a source did not know it or only defaulted it.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A calendar date of which year, month or day may be unknown.
///
/// Every value is possible in the Gregorian calendar: `1985-02-30` cannot be built, `02-29` without a year can.
/// Years run from 1 to 9999. Ordered by year, month, day, an unknown part before any known one.
/// Serialized as its [`Display`](fmt::Display) text.
///
/// ```
/// use redress_statement::partial_date::PartialDate;
/// let date = PartialDate::parse("07/04/1985", "%m/%d/%Y")?;
/// assert_eq!(date.to_string(), "1985-07-04");
/// assert_eq!(date.without_day_and_month().to_string(), "1985");
/// # Ok::<(), redress_statement::partial_date::PartialDateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: Option<i16>,
    month: Option<u8>,
    day: Option<u8>,
}

/// Why a text or three numbers are not a partial date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartialDateError {
    /// A part lies outside its range.
    #[error("{part} {value} of a date is outside {low} to {high}")]
    OutOfRange {
        /// `year`, `month` or `day`.
        part: &'static str,
        /// What was given.
        value: i32,
        /// The least value allowed.
        low: i32,
        /// The greatest value allowed.
        high: i32,
    },
    /// The month has no such day.
    #[error("day {day} does not exist in month {month} of year {year}; the month has {n_days} days")]
    Impossible {
        /// The year, `any` when unknown.
        year: String,
        /// The month, 1 to 12.
        month: u8,
        /// The day asked for.
        day: u8,
        /// How many days that month has.
        n_days: u8,
    },
    /// The text does not have the form of the format.
    #[error("date {text:?} does not fit the format {format:?} at character {at}")]
    DoesNotFit {
        /// The text, cut to 40 characters.
        text: String,
        /// The format.
        format: String,
        /// Character of the text, from 1, where reading stopped.
        at: usize,
    },
    /// The format has a directive that is not known.
    #[error(
        "format {format:?} has the unknown directive %{directive}; known are %Y %m %d %b %B %H %M %S %f %%"
    )]
    UnknownDirective {
        /// The format.
        format: String,
        /// The character after the percent sign.
        directive: char,
    },
}

const YEAR_RANGE: (i32, i32) = (1, 9999);
/// Longest part of a refused text that an error repeats.
const SHOWN_CHARS_MAX: usize = 40;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl PartialDate {
    /// A date from its parts, `None` for what is not known.
    ///
    /// # Errors
    /// A part out of range, or a day that the month does not have (31 September).
    pub fn try_new(year: Option<i16>, month: Option<u8>, day: Option<u8>) -> Result<Self, PartialDateError> {
        in_range("year", year.map(i32::from), YEAR_RANGE)?;
        in_range("month", month.map(i32::from), (1, 12))?;
        in_range("day", day.map(i32::from), (1, 31))?;
        if let (Some(month), Some(day)) = (month, day) {
            let n_days = days_in_month(year, month);
            if day > n_days {
                let year = year.map_or_else(|| "any".to_owned(), |y| y.to_string());
                return Err(PartialDateError::Impossible { year, month, day, n_days });
            }
        }
        Ok(Self { year, month, day })
    }

    /// Reads a date in a strptime-like format: `%Y` (four digits), `%m`, `%d` (one or two digits; `00` means not
    /// recorded), `%b` and `%B` (English month, short or long), `%H %M %S %f` (read and dropped), `%%`.
    /// Space around the text is ignored; anything else must fit exactly.
    ///
    /// # Errors
    /// The text does not fit, the date is impossible, or the format has an unknown directive.
    ///
    /// ```
    /// use redress_statement::partial_date::PartialDate;
    /// assert_eq!(PartialDate::parse("1985-07-04 00:00:00", "%Y-%m-%d %H:%M:%S")?.to_string(), "1985-07-04");
    /// assert_eq!(PartialDate::parse("7/1985", "%m/%Y")?.to_string(), "1985-07");
    /// assert!(PartialDate::parse("31/09/2019", "%d/%m/%Y").is_err());
    /// # Ok::<(), redress_statement::partial_date::PartialDateError>(())
    /// ```
    pub fn parse(text: &str, format: &str) -> Result<Self, PartialDateError> {
        Reader { text: text.trim(), format, at: 0, year: None, month: None, day: None }.read()
    }

    /// The year, 1 to 9999.
    #[must_use]
    pub const fn year(self) -> Option<i16> {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> Option<u8> {
        self.month
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> Option<u8> {
        self.day
    }

    /// Whether year, month and day are all known.
    #[must_use]
    pub const fn is_complete(self) -> bool {
        self.year.is_some() && self.month.is_some() && self.day.is_some()
    }

    /// The date with day and month exchanged; `None` when one is unknown, both are equal, or it would not exist.
    #[must_use]
    pub fn swapped_day_month(self) -> Option<Self> {
        let (month, day) = (self.month?, self.day?);
        if month == day {
            return None;
        }
        Self::try_new(self.year, Some(day), Some(month)).ok()
    }

    /// How many of year, month and day are known on both sides and differ, 0 to 3.
    #[must_use]
    pub fn n_fields_differing(self, other: Self) -> u8 {
        u8::from(both_differ(self.year, other.year))
            + u8::from(both_differ(self.month, other.month))
            + u8::from(both_differ(self.day, other.day))
    }

    /// Whether two complete dates, written as eight digits, differ in exactly one of them.
    #[must_use]
    pub fn differs_by_one_digit(self, other: Self) -> bool {
        match (self.digits(), other.digits()) {
            (Some(a), Some(b)) => a.iter().zip(&b).filter(|(x, y)| x != y).count() == 1,
            _ => false,
        }
    }

    /// Whether the day is 1 January, the day that systems fill in when they know only a year.
    #[must_use]
    pub fn is_first_of_january(self) -> bool {
        self.month == Some(1) && self.day == Some(1)
    }

    /// The year alone.
    #[must_use]
    pub const fn without_day_and_month(self) -> Self {
        Self { year: self.year, month: None, day: None }
    }

    /// The civil date; `None` when a part is unknown.
    #[must_use]
    pub fn to_civil(self) -> Option<Date> {
        let day = i8::try_from(self.day?).ok()?;
        Date::new(self.year?, i8::try_from(self.month?).ok()?, day).ok()
    }

    /// The partial date of a civil date.
    ///
    /// # Errors
    /// The year is not in 1 to 9999.
    pub fn from_civil(date: Date) -> Result<Self, PartialDateError> {
        Self::try_new(Some(date.year()), Some(date.month().unsigned_abs()), Some(date.day().unsigned_abs()))
    }

    fn digits(self) -> Option<[u8; 8]> {
        let (y, m, d) = (self.year?.unsigned_abs(), u16::from(self.month?), u16::from(self.day?));
        let digits = [y / 1000, y / 100 % 10, y / 10 % 10, y % 10, m / 10, m % 10, d / 10, d % 10];
        Some(digits.map(|digit| digit as u8))
    }
}

/// ISO 8601 at reduced precision: `1985-07-04`, `1985-07`, `1985`. An unknown part before a known one is written with
/// the letter X as in ISO 8601-2 (EDTF): `XXXX-07-04`, `1985-XX-04`; nothing known is `XXXX`.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{year:04}")?,
            None => f.write_str("XXXX")?,
        }
        match (self.month, self.day) {
            (Some(month), _) => write!(f, "-{month:02}")?,
            (None, Some(_)) => f.write_str("-XX")?,
            (None, None) => {}
        }
        match self.day {
            Some(day) => write!(f, "-{day:02}"),
            None => Ok(()),
        }
    }
}

/// Reads what [`Display`](fmt::Display) writes, and nothing else.
impl FromStr for PartialDate {
    type Err = PartialDateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let does_not_fit = |at| does_not_fit(text, "YYYY[-MM[-DD]]", at);
        let mut parts = text.split('-');
        let year = iso_part(parts.next(), 4).ok_or_else(|| does_not_fit(0))?;
        let month = iso_part(parts.next(), 2).ok_or_else(|| does_not_fit(5))?;
        let day = iso_part(parts.next(), 2).ok_or_else(|| does_not_fit(8))?;
        if parts.next().is_some() {
            return Err(does_not_fit(10));
        }
        Self::try_new(year, month.map(|m| m as u8), day.map(|d| d as u8))
    }
}

impl TryFrom<String> for PartialDate {
    type Error = PartialDateError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

fn in_range(part: &'static str, value: Option<i32>, (low, high): (i32, i32)) -> Result<(), PartialDateError> {
    match value {
        Some(value) if value < low || value > high => {
            Err(PartialDateError::OutOfRange { part, value, low, high })
        }
        _ => Ok(()),
    }
}

fn both_differ<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

/// Days of a month; an unknown year may be a leap year.
const fn days_in_month(year: Option<i16>, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => match year {
            Some(y) if y % 4 != 0 || (y % 100 == 0 && y % 400 != 0) => 28,
            _ => 29,
        },
        _ => 31,
    }
}

/// A part of an ISO date: absent or all X is unknown; `None` when it is neither that nor `width` digits.
fn iso_part(part: Option<&str>, width: usize) -> Option<Option<i16>> {
    match part {
        None => Some(None),
        Some(text) if text.len() == width && text.bytes().all(|b| b == b'X') => Some(None),
        Some(text) if text.len() == width && text.bytes().all(|b| b.is_ascii_digit()) => {
            text.parse().ok().map(Some)
        }
        Some(_) => None,
    }
}

fn does_not_fit(text: &str, format: &str, at_byte: usize) -> PartialDateError {
    let at = text.char_indices().take_while(|(i, _)| *i < at_byte).count() + 1;
    let text = text.chars().take(SHOWN_CHARS_MAX).collect();
    PartialDateError::DoesNotFit { text, format: format.to_owned(), at }
}

/// Walks a text and a format together.
struct Reader<'a> {
    text: &'a str,
    format: &'a str,
    at: usize,
    year: Option<i16>,
    month: Option<u8>,
    day: Option<u8>,
}

impl Reader<'_> {
    fn read(mut self) -> Result<PartialDate, PartialDateError> {
        let mut format = self.format.chars();
        while let Some(c) = format.next() {
            match (c, c == '%') {
                (_, true) => {
                    let directive = format.next().unwrap_or(' ');
                    let next_is_digit = format.as_str().starts_with('%');
                    self.directive(directive, next_is_digit)?;
                }
                (literal, false) => self.literal(literal)?,
            }
        }
        if self.at < self.text.len() {
            return Err(does_not_fit(self.text, self.format, self.at));
        }
        PartialDate::try_new(self.year, self.month, self.day)
    }

    fn directive(&mut self, directive: char, fixed_width: bool) -> Result<(), PartialDateError> {
        let least = if fixed_width { 2 } else { 1 };
        match directive {
            'Y' => self.year = Some(self.digits(4, 4)? as i16),
            'm' => self.month = known(self.digits(least, 2)?),
            'd' => self.day = known(self.digits(least, 2)?),
            'b' | 'B' => self.month = Some(self.month_name()?),
            'H' | 'M' | 'S' => {
                self.digits(least, 2)?;
            }
            'f' => {
                self.digits(1, 9)?;
            }
            '%' => self.literal('%')?,
            _ => {
                let format = self.format.to_owned();
                return Err(PartialDateError::UnknownDirective { format, directive });
            }
        }
        Ok(())
    }

    fn literal(&mut self, literal: char) -> Result<(), PartialDateError> {
        if self.rest().starts_with(literal) {
            self.at += literal.len_utf8();
            Ok(())
        } else {
            Err(does_not_fit(self.text, self.format, self.at))
        }
    }

    fn digits(&mut self, least: usize, most: usize) -> Result<u32, PartialDateError> {
        let n = self.rest().bytes().take(most).take_while(u8::is_ascii_digit).count();
        let value = self.rest().get(..n).and_then(|digits| digits.parse().ok());
        match value {
            Some(value) if n >= least => {
                self.at += n;
                Ok(value)
            }
            _ => Err(does_not_fit(self.text, self.format, self.at)),
        }
    }

    fn month_name(&mut self) -> Result<u8, PartialDateError> {
        let n = self.rest().bytes().take_while(u8::is_ascii_alphabetic).count();
        let name = self.rest().get(..n).unwrap_or_default().to_ascii_lowercase();
        let month =
            MONTHS.iter().position(|long| name == *long || (n == 3 && long.starts_with(name.as_str())));
        match month {
            Some(month) => {
                self.at += n;
                Ok(month as u8 + 1)
            }
            None => Err(does_not_fit(self.text, self.format, self.at)),
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

/// A month or day number; `00` means not recorded.
fn known(value: u32) -> Option<u8> {
    (value > 0).then_some(value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_the_formats_of_the_sources() {
        for (text, format, expected) in [
            ("1985-07-04", "%Y-%m-%d", "1985-07-04"),
            ("7/4/1985", "%m/%d/%Y", "1985-07-04"),
            ("04/07/1985", "%d/%m/%Y", "1985-07-04"),
            ("19850704", "%Y%m%d", "1985-07-04"),
            ("1985", "%Y", "1985"),
            ("1985-00-00", "%Y-%m-%d", "1985"),
            ("04-Jul-1985", "%d-%b-%Y", "1985-07-04"),
            ("4 July 1985", "%d %B %Y", "1985-07-04"),
            (" 1985-07-04 23:59:59.123 ", "%Y-%m-%d %H:%M:%S.%f", "1985-07-04"),
        ] {
            assert_eq!(PartialDate::parse(text, format).unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn refuses_with_the_reason() {
        for (text, format, reason) in [
            (
                "2019-09-31",
                "%Y-%m-%d",
                "day 31 does not exist in month 9 of year 2019; the month has 30 days",
            ),
            (
                "2019-02-29",
                "%Y-%m-%d",
                "day 29 does not exist in month 2 of year 2019; the month has 28 days",
            ),
            ("2019-13-01", "%Y-%m-%d", "month 13 of a date is outside 1 to 12"),
            ("0000-01-01", "%Y-%m-%d", "year 0 of a date is outside 1 to 9999"),
            ("2019-1", "%Y-%m-%d", "date \"2019-1\" does not fit the format \"%Y-%m-%d\" at character 7"),
            ("2019x", "%Y", "date \"2019x\" does not fit the format \"%Y\" at character 5"),
            ("éé19", "%Y", "date \"éé19\" does not fit the format \"%Y\" at character 1"),
            (
                "19",
                "%y",
                "format \"%y\" has the unknown directive %y; known are %Y %m %d %b %B %H %M %S %f %%",
            ),
            ("", "%Y", "date \"\" does not fit the format \"%Y\" at character 1"),
        ] {
            assert_eq!(PartialDate::parse(text, format).unwrap_err().to_string(), reason);
        }
    }

    #[test]
    fn compares_as_tabled() {
        let date = |text: &str| text.parse::<PartialDate>().unwrap();
        assert_eq!(date("1985-07-04").swapped_day_month(), Some(date("1985-04-07")));
        assert_eq!(date("1985-07-14").swapped_day_month(), None);
        assert_eq!(date("1985-07-07").swapped_day_month(), None);
        assert_eq!(date("1985-07-04").n_fields_differing(date("1986-07-05")), 2);
        assert_eq!(date("1985-07-04").n_fields_differing(date("1985")), 0);
        assert!(date("1985-07-04").differs_by_one_digit(date("1985-07-14")));
        assert!(!date("1985-07-04").differs_by_one_digit(date("1985-07-04")));
        assert!(date("1985-01-01").is_first_of_january() && !date("1985-01").is_first_of_january());
        assert_eq!(PartialDate::from_civil(date("2024-02-29").to_civil().unwrap()), Ok(date("2024-02-29")));
        assert_eq!(date("2024-02").to_civil(), None);
    }

    proptest! {
        #[test]
        fn writing_and_reading_are_inverse(y in proptest::option::of(1i16..=9999), m in proptest::option::of(1u8..=12), d in proptest::option::of(1u8..=28)) {
            let date = PartialDate::try_new(y, m, d).unwrap();
            prop_assert_eq!(date.to_string().parse(), Ok(date));
            let json = serde_json::to_string(&date).unwrap();
            prop_assert_eq!(serde_json::from_str::<PartialDate>(&json).unwrap(), date);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}", format in "[%YmdbHMSf /-]{0,10}") {
            let _ = PartialDate::parse(&text, &format);
            let _ = text.parse::<PartialDate>();
        }
    }
}
