//! The form of a value in which it is compared, beside the original that is kept.

use redress_statement::{Attribute, PartialDate, ValueKind};

/// The format of dates that are written at the precision that they have, with a time or without.
pub(crate) const ISO: &str = "iso";
/// What a mark is written as when it is set.
const YES: [&str; 6] = ["Y", "YES", "T", "TRUE", "1", "X"];
/// What a mark is written as when it is not.
const NO: [&str; 5] = ["N", "NO", "F", "FALSE", "0"];

/// The normalized value by the kind of its attribute. None when the original cannot be read as that kind.
///
/// A code with a date format is written as an ISO date where it fits the format: a source may write a date or a code
/// such as `D/S` in one column.
///
/// ```
/// use redress_sources::normalized;
/// use redress_statement::Attribute;
/// let value = |attribute, original| normalized(attribute, original, Some("%m/%d/%Y"));
/// assert_eq!(value(Attribute::BirthDate, "7/4/1985").as_deref(), Some("1985-07-04"));
/// assert_eq!(value(Attribute::FamilyName, " de  la Cruz ").as_deref(), Some("de la Cruz"));
/// assert_eq!(value(Attribute::ANumber, "A 012-345-678").as_deref(), Some("012345678"));
/// assert_eq!(value(Attribute::Departed, "YES").as_deref(), Some("yes"));
/// assert_eq!(value(Attribute::Departed, "perhaps"), None);
/// ```
#[must_use]
pub fn normalized(attribute: Attribute, original: &str, format: Option<&str>) -> Option<Box<str>> {
    let trimmed = original.trim();
    let value = match attribute.kind() {
        ValueKind::Name => single_spaced(trimmed),
        ValueKind::Date => date(trimmed, format?).ok()?,
        ValueKind::Code => {
            format.and_then(|format| date(trimmed, format).ok()).unwrap_or_else(|| trimmed.to_uppercase())
        }
        ValueKind::Identifier => identifier(attribute, trimmed),
        ValueKind::Mark => mark(trimmed)?.to_owned(),
        // EOIR writes some postal codes with a backtick before them.
        ValueKind::Address => single_spaced(trimmed.trim_start_matches('`')).to_uppercase(),
    };
    (!value.is_empty()).then(|| value.into_boxed_str())
}

/// A date in ISO 8601 at the precision that it has.
///
/// # Errors
/// Why the text is no date of the format.
pub(crate) fn date(text: &str, format: &str) -> Result<String, String> {
    if format == ISO {
        // RFC 3339 lets a space stand between day and time, and a database writes one.
        // It writes an era behind the time, and a year before ours is none of ours.
        let is_time = |time: &str| time.starts_with(|c: char| c.is_ascii_digit()) && !time.ends_with("BC");
        let spaced = text.split_once(' ').filter(|(_, time)| is_time(time));
        let day = text.split_once('T').or(spaced).map_or(text, |(day, _)| day);
        let read = day.parse::<PartialDate>().ok().filter(|date| date.year().is_some());
        return read.map(|date| date.to_string()).ok_or_else(|| {
            format!("date {text:?} is not a year, month or day such as 2001, 2001-03 or 2001-03-09")
        });
    }
    if let Some(day) = midnight_of(text, format) {
        return Ok(day.to_owned());
    }
    match PartialDate::parse(text, format) {
        Ok(date) if date.year().is_none() => Err(format!("date {text:?} has no year")),
        Ok(date) => Ok(date.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// The whole day of a text that begins with one in ISO 8601, and goes on with midnight or nothing: the most frequent form,
/// told without walking the format. None for any other.
fn midnight_of<'a>(text: &'a str, format: &str) -> Option<&'a str> {
    let midnight = match format.strip_prefix("%Y-%m-%d")? {
        "" => "",
        " %H:%M:%S" => " 00:00:00",
        " %H:%M:%S.%f" => " 00:00:00.000",
        _ => return None,
    };
    let day = text.strip_suffix(midnight)?;
    day.parse::<PartialDate>().is_ok_and(PartialDate::is_complete).then_some(day)
}

/// Letters and digits in upper case. An A-number is written with or without its letter, and with eight or nine
/// digits: here it has nine digits and no letter.
fn identifier(attribute: Attribute, text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    let value: String = letters.flat_map(char::to_uppercase).collect();
    if attribute != Attribute::ANumber {
        return value;
    }
    let digits = value.strip_prefix('A').unwrap_or(&value);
    let is_short = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_short { format!("0{digits}") } else { digits.to_owned() }
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn mark(text: &str) -> Option<&'static str> {
    let is_in = |list: &[&str]| list.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_in(&YES) {
        Some("yes")
    } else if is_in(&NO) {
        Some("no")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(attribute: Attribute, format: Option<&str>, original: &str, expected: Option<&str>) {
        let found = normalized(attribute, original, format);
        assert_eq!(found.as_deref(), expected, "{attribute} {original:?}");
    }

    #[test]
    fn values_are_read_by_kind() {
        use Attribute as A;
        check(A::FamilyName, None, "  GARCÍA\t LÓPEZ ", Some("GARCÍA LÓPEZ"));
        check(A::GivenName, None, "D'Angelo-Marie", Some("D'Angelo-Marie"));
        check(A::BirthDate, Some("%Y%m%d"), "20010309", Some("2001-03-09"));
        check(A::BirthDate, Some("%m/%Y"), "3/2001", Some("2001-03"));
        check(A::BirthDate, Some("%Y-%m-%d"), "2049-05-05", Some("2049-05-05"));
        check(A::BirthDate, Some("%Y-%m-%d"), "1899-01-01", Some("1899-01-01"));
        check(A::BirthDate, Some("%Y-%m-%d"), "2001-02-31", None);
        check(A::BirthDate, Some("%m-%d"), "02-03", None);
        check(A::BirthDate, Some(ISO), "2001-03", Some("2001-03"));
        check(A::BirthDate, Some(ISO), "2001-03-09T10:00:00Z", Some("2001-03-09"));
        check(A::BirthDate, Some(ISO), "2001-03-09 10:00:00.5+00", Some("2001-03-09"));
        check(A::BirthDate, Some(ISO), "2001 or 2002", None);
        for text in ["infinity", "-infinity", "0044-03-15 BC", "0044-03-15 00:00:00+00 BC", "12001-03-09"] {
            check(A::BirthDate, Some(ISO), text, None);
        }
        check(A::BirthDate, Some(ISO), "9/3/2001", None);
        check(A::OrderOn, Some("%Y-%m-%d %H:%M:%S.%f"), "2019-05-06 00:00:00.000", Some("2019-05-06"));
        check(A::OrderOn, Some("%Y-%m-%d %H:%M:%S.%f"), "2019-05-06 08:30:00.000", Some("2019-05-06"));
        check(A::OrderOn, Some("%Y-%m-%d %H:%M:%S.%f"), "2019-02-30 00:00:00.000", None);
        check(A::OrderOn, Some("%Y-%m-%d %H:%M:%S.%f"), "2019-XX-06 00:00:00.000", None);
        check(A::OrderOn, Some("%Y-%m-%d %H:%M:%S.%f"), "2019-05-06", None);
        check(A::AdmittedUntil, Some("%Y-%m-%d"), "2027-01-02", Some("2027-01-02"));
        check(A::AdmittedUntil, Some("%Y-%m-%d"), "d/s", Some("D/S"));
        check(A::CaseType, None, " rmv ", Some("RMV"));
        check(A::PassportNumber, None, "p-12 34/x", Some("P1234X"));
        check(A::PassportNumber, None, "-", None);
        check(A::PassportNumber, None, "A1234567", Some("A1234567"));
        check(A::ANumber, None, "A12345678", Some("012345678"));
        check(A::ANumber, None, "201-345-678", Some("201345678"));
        check(A::InAbsentia, None, "Y", Some("yes"));
        check(A::InAbsentia, None, "0", Some("no"));
        check(A::AddressLine, None, " 12 main  st", Some("12 MAIN ST"));
        check(A::AddressPostalCode, None, "`02139", Some("02139"));
    }
}
