//! What an agency's record says of a case: its status, its category, its marks.

use jiff::civil::Date;
use redress_casefile::CaseRecord;
use redress_statement::{Attribute, code::is_same_form};

use crate::World;

/// The agency holds the case open.
const ACTIVE: &str = "ACTIVE";

/// Categories under which an agency holds that somebody may be removed now.
const REMOVABLE: [&str; 6] = ["3", "5B", "8C", "8E", "8I", "16"];

/// Categories of people who are held to have failed to appear.
pub(crate) const NO_SHOW: [&str; 4] = ["5A", "5B", "8E", "8I"];

/// The longest code that may stand before the hyphen of a status, such as `10` in
/// `10-USC Prosecution Case Closed`.
const STATUS_CODE_CHARS_MAX: usize = 2;

/// The category of a case without its words: `5B` of `[5B] Removable - ICE Fugitive`.
pub(crate) fn category(record: &CaseRecord) -> Option<&str> {
    let value = record.record.value(Attribute::CaseCategory)?;
    let code = value.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(value, |(code, _)| code);
    Some(code.trim())
}

/// The code of a closing status: `6` of `6-Deported/Removed - Deportability`. None for a status in words.
pub(crate) fn status_code(record: &CaseRecord) -> Option<&str> {
    let value = record.record.value(Attribute::CaseStatus)?;
    let code = value.split_once('-').map_or(value, |(code, _)| code).trim();
    (code.chars().count() <= STATUS_CODE_CHARS_MAX).then_some(code)
}

/// Whether the agency holds the case open.
pub(crate) fn is_active(record: &CaseRecord) -> bool {
    record.record.value(Attribute::CaseStatus) == Some(ACTIVE)
}

/// The attribute by which a record says that an order may be carried out. None when it does not say so.
pub(crate) fn removable_by(record: &CaseRecord) -> Option<Attribute> {
    if record.record.mark(Attribute::FinalOrder) == Some(true) {
        return Some(Attribute::FinalOrder);
    }
    let is_removable = category(record).is_some_and(|code| REMOVABLE.contains(&code));
    is_removable.then_some(Attribute::CaseCategory)
}

/// The day that a record describes: that of its source's newest extract.
pub(crate) fn described_on(record: &CaseRecord, world: &World<'_>) -> Date {
    world.source(&record.record.key.source).as_of.unwrap_or(world.today)
}

/// Whether a row says anything of an attribute, readable or not.
pub(crate) fn says_anything(row: &CaseRecord, attribute: Attribute) -> bool {
    row.record.statement(attribute).is_some_and(|statement| !statement.original.trim().is_empty())
}

/// Whether a row has one of these codes.
pub(crate) fn is_one_of(row: &CaseRecord, attribute: Attribute, codes: &[&str]) -> bool {
    row.record.value(attribute).is_some_and(|value| codes.contains(&value))
}

/// Whether a row is of one of these forms, however its source writes their numbers.
pub(crate) fn is_of_form(row: &CaseRecord, forms: &[&str]) -> bool {
    let is_written = |value: &str| forms.iter().any(|form| is_same_form(form, value));
    row.record.value(Attribute::ApplicationForm).is_some_and(is_written)
}

#[cfg(test)]
mod tests {
    use redress_testkit::parse_case_file;

    use super::*;

    #[test]
    fn codes_are_read_out_of_their_words() {
        for (status, in_brackets, code, group) in [
            ("6-DEPORTED/REMOVED - DEPORTABILITY", "[5B] REMOVABLE - ICE FUGITIVE", Some("6"), Some("5B")),
            ("ACTIVE", "5C", None, Some("5C")),
            ("A-PROCEEDINGS TERMINATED", "[1C]", Some("A"), Some("1C")),
            ("CLOSED - BY ERROR", "[8A", None, Some("[8A")),
            ("10-USC PROSECUTION CASE CLOSED", "", Some("10"), None),
            ("B", "[]", Some("B"), Some("")),
        ] {
            let of = if in_brackets.is_empty() {
                String::new()
            } else {
                format!("\n  case_category {in_brackets}")
            };
            let case = parse_case_file(&format!("status extract S1\n  case_status {status}{of}"));
            assert_eq!(status_code(&case.records[0]), code, "{status}");
            assert_eq!(category(&case.records[0]), group, "{in_brackets}");
        }
    }

    #[test]
    fn an_order_may_be_carried_out_by_mark_or_by_category() {
        for (text, expected) in [
            ("final_order yes", Some(Attribute::FinalOrder)),
            ("final_order no\n  case_category [5B] X", Some(Attribute::CaseCategory)),
            ("case_category [5A] X", None),
            ("case_status ACTIVE", None),
        ] {
            let case = parse_case_file(&format!("status extract S1\n  {text}"));
            assert_eq!(removable_by(&case.records[0]), expected, "{text}");
        }
    }
}
