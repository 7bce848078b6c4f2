//! Birth dates as one number each, impossible ones included: a typing error makes 31 September, and the right date is
//! then one digit away from it.

use redress_statement::partial_date::{PartialDate, PartialDateError};
use serde::{Deserialize, Serialize};

/// Formats that a column of dates is tried with, the plainest first.
pub(crate) const FORMATS: [&str; 24] = [
    "%Y-%m-%d",
    "%Y%m%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%Y/%m/%d",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d%m%Y",
    "%Y-%m",
    "%m/%Y",
    "%b %Y",
    "%Y",
];

/// A year, and a month or a day, that only fill a field.
const FILLER_YEAR: u32 = 9999;
const FILLER_PART: u32 = 99;

/// A date of which parts may be unknown or impossible: year, month and day packed into one number; 0 is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Birth(pub(crate) u32);

impl Birth {
    pub(crate) const NONE: Self = Self(0);

    /// Year to 9999, month and day to 99; 0 where unknown.
    pub(crate) const fn new(year: u32, month: u32, day: u32) -> Self {
        Self(year << 14 | month << 7 | day)
    }

    pub(crate) const fn year(self) -> u32 {
        self.0 >> 14
    }

    pub(crate) const fn month(self) -> u32 {
        self.0 >> 7 & 127
    }

    pub(crate) const fn day(self) -> u32 {
        self.0 & 127
    }

    pub(crate) const fn is_complete(self) -> bool {
        self.year() > 0 && self.month() > 0 && self.day() > 0
    }

    pub(crate) const fn without_day_and_month(self) -> Self {
        Self::new(self.year(), 0, 0)
    }

    /// The date without what only fills the field: a date of one digit (`9999-99-99`, `1111-11-11`) or of the year 9999 is none,
    /// a month or a day of 99 is not known.
    pub(crate) fn without_filler(self) -> Self {
        let digits = self.digits();
        if self.year() == FILLER_YEAR || digits.iter().all(|digit| *digit == digits[0]) {
            return Self::NONE;
        }
        let known = |part: u32| if part == FILLER_PART { 0 } else { part };
        Self::new(self.year(), known(self.month()), known(self.day()))
    }

    fn digits(self) -> [u8; 8] {
        let (y, m, d) = (self.year(), self.month(), self.day());
        [y / 1000 % 10, y / 100 % 10, y / 10 % 10, y % 10, m / 10, m % 10, d / 10, d % 10]
            .map(|digit| digit as u8)
    }

    /// Whether one digit differs, or two neighbours changed places.
    pub(crate) fn is_one_keystroke_from(self, other: Self) -> bool {
        // Otherwise three digits differ at least, or two that are no neighbours.
        if self.year() != other.year() && self.day() != other.day() {
            return false;
        }
        let (a, b) = (self.digits(), other.digits());
        let mut differing = (0..8).filter(|i| a[*i] != b[*i]);
        match (differing.next(), differing.next(), differing.next()) {
            (Some(_), None, _) => true,
            (Some(i), Some(j), None) => j == i + 1 && a[i] == b[j] && a[j] == b[i],
            _ => false,
        }
    }

    /// Edits between the texts of two complete dates when there is one at most, `None` when there are more: the texts are
    /// of one length, so that a single edit is a digit replaced or, with `exchanges`, two neighbours exchanged.
    pub(crate) fn edit_at_most_one(self, other: Self, exchanges: bool) -> Option<u32> {
        if self == other {
            return Some(0);
        }
        let equal = [self.year() == other.year(), self.month() == other.month(), self.day() == other.day()];
        if equal.iter().filter(|equal| **equal).count() < 2 {
            return None;
        }
        let (a, b) = (self.digits(), other.digits());
        let mut differing = (0..8).filter(|i| a[*i] != b[*i]);
        match (differing.next(), differing.next(), differing.next()) {
            (Some(_), None, _) => Some(1),
            (Some(i), Some(j), None) if exchanges && j == i + 1 && a[i] == b[j] && a[j] == b[i] => Some(1),
            _ => None,
        }
    }

    /// Days between two possible dates; `None` when one is not complete or does not exist.
    pub(crate) fn days_between(self, other: Self) -> Option<u32> {
        Some(self.day_number()?.abs_diff(other.day_number()?).try_into().unwrap_or(u32::MAX))
    }

    /// Days since 1 March of year 0 in the Gregorian calendar; `None` when the date is not complete or does not exist.
    fn day_number(self) -> Option<i64> {
        let (year, month, day) = (self.year(), self.month(), self.day());
        PartialDate::try_new(i16::try_from(year).ok(), u8::try_from(month).ok(), u8::try_from(day).ok())
            .ok()?;
        let (y, m) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
        let (y, m, d) = (i64::from(y), i64::from(m), i64::from(day));
        Some(365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d - 1)
    }

    /// ISO 8601 at reduced precision.
    pub(crate) fn text(self) -> String {
        match (self.month(), self.day()) {
            (0, 0) => format!("{:04}", self.year()),
            (month, 0) => format!("{:04}-{month:02}", self.year()),
            (month, day) => format!("{:04}-{month:02}-{day:02}", self.year()),
        }
    }
}

/// The format that reads most of the distinct texts; the earlier of [`FORMATS`] on a tie. Day-first and month-first are
/// told apart by the values: the wrong one has months above 12.
pub(crate) fn detect_format(texts: &[&str]) -> &'static str {
    let n_read = |format: &str| texts.iter().filter(|text| PartialDate::parse(text, format).is_ok()).count();
    let mut best = (0, FORMATS[0]);
    for format in FORMATS {
        let n = n_read(format);
        if n > best.0 {
            best = (n, format);
        }
    }
    best.1
}

/// How a column of dates is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DateForm {
    /// The format.
    pub(crate) format: String,
    /// Whether the configuration gave it: then it alone counts, and what does not fit it cannot be read.
    #[serde(default)]
    pub(crate) is_given: bool,
}

/// Forms that a text in a column without a given format is tried with first, beside the format that was detected.
const OTHER_FORMATS: [&str; 4] = ["%Y-%m-%d", "%Y", "%Y-%m", "%Y%m%d"];
/// What stands between day, month and year where they are numbers.
const SEPARATORS: [char; 3] = ['/', '.', '-'];

impl DateForm {
    /// The form that the configuration gives, or the one that the texts show.
    pub(crate) fn new(given: Option<&String>, texts: &[&str]) -> Self {
        match given {
            Some(format) => Self { format: format.clone(), is_given: true },
            None => Self { format: detect_format(texts).to_owned(), is_given: false },
        }
    }

    /// Reads a date; one that is impossible keeps its digits. Where the format was detected, a text in another form is read by that
    /// (`read`); where it was given, a text that does not fit it is none, unless it is the same form without
    /// its day, or without day and month.
    pub(crate) fn read(&self, text: &str) -> Birth {
        if !self.is_given {
            return read(text, &self.format);
        }
        match PartialDate::parse(text, &self.format) {
            Ok(date) => of_partial(date),
            Err(PartialDateError::DoesNotFit { .. }) => {
                let parse = |format| PartialDate::parse(text.trim(), format).ok();
                reduced(&self.format).into_iter().find_map(parse).map_or(Birth::NONE, of_partial)
            }
            Err(_) => impossible(text, &self.format),
        }
    }
}

/// What a date of reduced precision has of a format: `%Y-%m` and `%Y` of `%Y-%m-%d`, `%m/%Y` and `%Y` of `%d/%m/%Y`.
fn reduced(format: &str) -> Vec<&str> {
    const MONTHS: [&str; 3] = ["%m", "%b", "%B"];
    let of_ends =
        [format.split_once("%d").map(|(_, rest)| rest), format.rsplit_once("%d").map(|(rest, _)| rest)];
    let without_day = of_ends.into_iter().flatten().map(|rest| rest.trim_matches(['-', '/', '.', ' ', ',']));
    let is_whole = |rest: &&str| rest.contains("%Y") && MONTHS.iter().any(|month| rest.contains(month));
    without_day.filter(is_whole).chain(["%Y"]).collect()
}

/// Why a format cannot read a birth date; `None` where it can: its directives are known, and one of them is the year.
pub(crate) fn format_fault(format: &str) -> Option<String> {
    let mut signs = format.chars();
    let mut directives = Vec::new();
    while let Some(sign) = signs.next() {
        if sign == '%' {
            directives.push(signs.next().unwrap_or(' '));
        }
    }
    for directive in &directives {
        // What reads the dates knows its directives: it says which it does not.
        let tried = PartialDate::parse("", &format!("%{directive}"));
        if let Err(error @ PartialDateError::UnknownDirective { .. }) = tried {
            return Some(error.to_string());
        }
    }
    let n_of = |part: &[char]| directives.iter().filter(|directive| part.contains(directive)).count();
    if n_of(&['Y']) != 1 || n_of(&['m', 'b', 'B']) > 1 || n_of(&['d']) > 1 {
        return Some(
            "the year %Y once, and month (%m, %b or %B) and day (%d) once at most, such as %d/%m/%Y"
                .to_owned(),
        );
    }
    None
}

/// Reads a date; one that is impossible keeps its digits, one in another form is read by that form. Where nothing tells which of two numbers is the day, the year
/// alone is read.
pub(crate) fn read(text: &str, format: &str) -> Birth {
    let text = text.trim();
    let parse = |format: &str| PartialDate::parse(text, format).ok().map(of_partial);
    let first = [format].into_iter().chain(OTHER_FORMATS).find_map(parse);
    let in_order = || SEPARATORS.into_iter().find_map(|separator| in_either_order(text, format, separator));
    // Numbers alone are read above, or are no date; the others spell the month or tell the time of day.
    let spelled = || FORMATS.into_iter().filter(|form| form.contains(['b', 'B', 'H'])).find_map(parse);
    let read = first.or_else(in_order).or_else(spelled);
    let impossible = || {
        let mut forms = [format, "%Y-%m-%d", "%Y/%m/%d"].into_iter().map(|form| impossible(text, form));
        forms.find(|birth| *birth != Birth::NONE)
    };
    read.or_else(impossible).unwrap_or(Birth::NONE)
}

/// A date of three numbers with the year last. Where both orders of day and month are dates, the column's own decides; a column without one leaves the year.
fn in_either_order(text: &str, format: &str, separator: char) -> Option<Birth> {
    let parse = |[first, second]: [&str; 2]| {
        let form = format!("%{first}{separator}%{second}{separator}%Y");
        PartialDate::parse(text, &form).ok().map(of_partial)
    };
    let place = |directive: &str| format.find(directive);
    match (parse(["d", "m"]), parse(["m", "d"])) {
        (Some(day_first), Some(month_first)) if day_first != month_first => {
            let (day, month, year) = (place("%d"), place("%m").or(place("%b")).or(place("%B")), place("%Y"));
            Some(match (day, month, year) {
                (Some(day), Some(month), Some(year)) if year < day.min(month) => {
                    Birth::new(day_first.year(), 0, 0)
                }
                (Some(day), Some(month), _) if day < month => day_first,
                (Some(_), Some(_), _) => month_first,
                _ => Birth::new(day_first.year(), 0, 0),
            })
        }
        (day_first, month_first) => day_first.or(month_first),
    }
}

/// The digits of a date that fits the form, or the form without its separators, but not the calendar.
fn impossible(text: &str, format: &str) -> Birth {
    // Separators must stand where they do in the form: the digits of `16/05/1964` are no year, month and day.
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let shape_of = |form: &str| form.replace("%Y", "0000").replace("%m", "00").replace("%d", "00");
    let order = format.replace(SEPARATORS, "").replace(' ', "");
    if shape != shape_of(format) && shape != shape_of(&order) {
        return Birth::NONE;
    }
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let number = |range: std::ops::Range<usize>| digits[range].iter().fold(0, |n, digit| n * 10 + digit);
    let birth = match order.as_str() {
        "%Y%m%d" => Birth::new(number(0..4), number(4..6), number(6..8)),
        "%m%d%Y" => Birth::new(number(4..8), number(0..2), number(2..4)),
        "%d%m%Y" => Birth::new(number(4..8), number(2..4), number(0..2)),
        _ => Birth::NONE,
    };
    birth.without_filler()
}

pub(crate) fn of_partial(date: PartialDate) -> Birth {
    let year = date.year().map_or(0, |y| u32::from(y.unsigned_abs()));
    let birth = Birth::new(year, date.month().map_or(0, u32::from), date.day().map_or(0, u32::from));
    birth.without_filler()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_column_shows() {
        for (texts, format) in [
            (&["07/04/1985", "12/31/1990"][..], "%m/%d/%Y"),
            (&["07/04/1985", "31/12/1990"][..], "%d/%m/%Y"),
            (&["19850704", "19901231", ""][..], "%Y%m%d"),
            (&["1985", "1990"][..], "%Y"),
        ] {
            assert_eq!(detect_format(texts), format);
        }
        assert_eq!(read("19850931", "%Y%m%d").text(), "1985-09-31");
        assert_eq!(read("1985", "%Y%m%d").text(), "1985");
        assert_eq!(read("soon", "%Y%m%d"), Birth::NONE);
        for filler in ["9999-99-99", "99999999", "9999-12-31", "11111111", "1111-11-11", "0000-00-00", "9999"]
        {
            assert_eq!(read(filler, "%Y-%m-%d"), Birth::NONE, "{filler}");
        }
        for (text, date) in [("19859999", "1985"), ("1985-99-04", "1985-00-04"), ("1085-07-04", "1085-07-04")]
        {
            assert_eq!(read(text, "%Y-%m-%d").text(), date, "{text}");
        }
    }

    #[test]
    fn a_text_in_another_form_than_its_column_is_read_by_that() {
        for (text, format, date) in [
            ("16/05/1964", "%Y-%m-%d", "1964-05-16"),
            ("16.05.1964", "%Y-%m-%d", "1964-05-16"),
            ("05/16/1964", "%Y-%m-%d", "1964-05-16"),
            ("5/16/1964", "%Y-%m-%d", "1964-05-16"),
            ("11/01/2003", "%Y-%m-%d", "2003"),
            ("11.01.2003", "%d/%m/%Y", "2003-01-11"),
            ("11-01-2003", "%m/%d/%Y", "2003-11-01"),
            ("11/11/2003", "%Y-%m-%d", "2003-11-11"),
            ("1964/05/16", "%d/%m/%Y", "1964-05-16"),
            ("16 May 1964", "%Y-%m-%d", "1964-05-16"),
            ("31/09/1985", "%d/%m/%Y", "1985-09-31"),
            ("1985-09-31", "%d/%m/%Y", "1985-09-31"),
        ] {
            assert_eq!(read(text, format).text(), date, "{text} in {format}");
        }
        assert_eq!(read("45/67/1985", "%Y-%m-%d"), Birth::NONE);
    }

    #[test]
    fn a_given_format_is_the_only_one() {
        for (format, text, date) in [
            ("%d/%m/%Y", "04/07/1985", "1985-07-04"),
            ("%d/%m/%Y", "31/09/1985", "1985-09-31"),
            ("%d/%m/%Y", "1985-07-04", ""),
            ("%d/%m/%Y", "1985", "1985"),
            ("%d/%m/%Y", "198", ""),
            ("%d/%m/%Y", "07/1985", "1985-07"),
            ("%Y-%m-%d", "1985-07", "1985-07"),
            ("%Y-%m-%d", "07/1985", ""),
            ("%B %d, %Y", "1985", "1985"),
            ("%B %d, %Y", "July 1985", ""),
            ("%Y-%m-%d", "31/09/1985", ""),
            ("%Y-%d-%m", "1985-07-04", "1985-04-07"),
            ("%Y-%d-%m", "1985-07-13", ""),
        ] {
            let form = DateForm::new(Some(&format.to_owned()), &[]);
            let read = form.read(text);
            assert_eq!(
                if read == Birth::NONE { String::new() } else { read.text() },
                date,
                "{format} {text}"
            );
        }
        assert_eq!(
            DateForm::new(None, &["04/07/1985", "31/12/1985"]).read("1985-07-04").text(),
            "1985-07-04"
        );
    }

    #[test]
    fn formats_that_can_read_no_birth_date() {
        for (format, fault) in [
            ("%d/%m/%Y", ""),
            ("%B %d, %Y 100%%", ""),
            ("%Y", ""),
            ("%Q", "unknown directive %Q"),
            ("%Y-%m-%", "unknown directive % "),
            ("YYYY-MM-DD", "the year %Y once"),
            ("%d/%m", "the year %Y once"),
            ("%Y-%d-%d", "day (%d) once at most"),
        ] {
            let found = format_fault(format).unwrap_or_default();
            assert!(found.contains(fault) && fault.is_empty() == found.is_empty(), "{format}: {found}");
        }
    }

    #[test]
    fn counts_days_and_keystrokes() {
        let date = |y, m, d| Birth::new(y, m, d);
        assert_eq!(date(2024, 3, 1).days_between(date(2024, 2, 28)), Some(2));
        assert_eq!(date(1999, 12, 31).days_between(date(2000, 1, 1)), Some(1));
        assert_eq!(date(1999, 9, 31).days_between(date(2000, 1, 1)), None);
        assert!(date(1985, 12, 4).is_one_keystroke_from(date(1985, 12, 14)));
        assert!(date(1985, 12, 4).is_one_keystroke_from(date(1958, 12, 4)));
        assert!(!date(1985, 12, 4).is_one_keystroke_from(date(1985, 12, 4)));
        assert!(!date(1985, 12, 4).is_one_keystroke_from(date(1986, 11, 4)));
    }
}
