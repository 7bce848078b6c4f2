//! Values as they are said aloud.

use jiff::civil::Date;
use redress_statement::PartialDate;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date as it is said: `4 July 1985`, `July 1985`, `1985`; what else is known as it is written.
pub(crate) fn spoken(date: PartialDate) -> String {
    let month = date.month().and_then(|month| MONTHS.get(usize::from(month) - 1));
    match (date.year(), month, date.day()) {
        (Some(year), Some(month), Some(day)) => format!("{day} {month} {year}"),
        (Some(year), Some(month), None) => format!("{month} {year}"),
        (Some(year), None, None) => year.to_string(),
        _ => date.to_string(),
    }
}

/// A whole day as it is said: `4 July 1985`.
pub(crate) fn spoken_day(day: Date) -> String {
    PartialDate::from_civil(day).map_or_else(|_| day.to_string(), spoken)
}

/// `1 day`, `2 days`.
pub(crate) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_said_as_tabled() {
        for (date, expected) in [
            ("1985-07-04", "4 July 1985"),
            ("1985-12", "December 1985"),
            ("1985", "1985"),
            ("XXXX-07-04", "XXXX-07-04"),
        ] {
            assert_eq!(spoken(date.parse().unwrap()), expected);
        }
        assert_eq!(counted(1, "day", "days") + &counted(2, "day", "days"), "1 day2 days");
    }
}
