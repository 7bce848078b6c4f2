//! Case files written as text, so that a fixture can be read at a glance.
//!
//! ```text
//! # a line that begins with a number sign is a remark
//! benefits applications IOE1
//!   family_name García López
//!   birth_date 03/04/1990 => 1990-03-04      the original, and how it is normalized
//!   birth_date 31/31/1990 =>                 an original that cannot be read
//! court proceedings 77 possible with IOE1 seen 2024-01-31 2025-06-30
//!   a_number 123456789
//! court motions M1 about 77
//!   motion_kind MA
//! ```
//!
//! A line as far to the left as the first one begins a record: source, table, key, then `accepted` (unless
//! said otherwise), `possible`, `possible with KEY` or `about KEY`, and `seen FIRST LAST`. A line further to
//! the right is a statement of the record above it: attribute, value. A record's line in the text is its
//! line in the locator, and the person is always `P-1`.

use jiff::civil::Date;
use redress_casefile::CaseFile;
use redress_statement::{Attribute, SourceId};

use crate::record_builder::{RecordBuilder, record, try_case_file};

/// What is wrong in a fixture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the fixture, `{text}`: {what}")]
pub struct FixtureError {
    /// Line, from 1.
    pub line: usize,
    /// The line.
    pub text: String,
    /// What is wrong with it.
    pub what: &'static str,
}

/// Reads a case file from its text form.
///
/// # Panics
/// When the text is no case file.
#[must_use]
#[expect(clippy::panic, reason = "a wrong fixture is a failed test")]
pub fn parse_case_file(text: &str) -> CaseFile {
    try_parse_case_file(text).unwrap_or_else(|error| panic!("{error}"))
}

/// Reads a case file from its text form.
///
/// # Errors
/// [`FixtureError`] when a line is neither a statement nor the head of a record, or names a record that
/// does not stand above it.
pub fn try_parse_case_file(text: &str) -> Result<CaseFile, FixtureError> {
    let mut builders: Vec<RecordBuilder> = Vec::new();
    let mut margin = None;
    for (index, line) in text.lines().enumerate() {
        let words = line.trim();
        if words.is_empty() || words.starts_with('#') {
            continue;
        }
        let line_number = index + 1;
        let wrong = |what| FixtureError { line: line_number, text: words.to_owned(), what };
        let indent = line.len() - line.trim_start().len();
        if indent > *margin.get_or_insert(indent) {
            let builder = builders.pop().ok_or_else(|| wrong("no record stands above this statement"))?;
            builders.push(statement(builder, words).map_err(wrong)?);
        } else {
            builders.push(head(words).map_err(wrong)?.line(line_number as u64));
            try_case_file(builders.clone()).map_err(|_| wrong("the record that it names is not above"))?;
        }
    }
    try_case_file(builders).map_err(|_| FixtureError {
        line: 0,
        text: String::new(),
        what: "a record that is named is not there",
    })
}

fn statement(builder: RecordBuilder, line: &str) -> Result<RecordBuilder, &'static str> {
    let (name, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let attribute: Attribute = name.parse().map_err(|_| "the first word is no attribute")?;
    let Some((original, normalized)) = value.split_once("=>") else {
        return Ok(builder.says(attribute, value.trim()));
    };
    let normalized = Some(normalized.trim()).filter(|text| !text.is_empty());
    Ok(builder.says_as(attribute, original.trim(), normalized))
}

fn head(line: &str) -> Result<RecordBuilder, &'static str> {
    let mut words = line.split_whitespace().peekable();
    let (Some(source), Some(table), Some(key)) = (words.next(), words.next(), words.next()) else {
        return Err("a record begins with source, table and key");
    };
    if source.parse::<SourceId>().is_err() {
        return Err("the first word is not the name of a source");
    }
    let mut builder = record(source, table, key);
    while let Some(word) = words.next() {
        builder = match word {
            "accepted" => builder,
            "possible" if words.next_if_eq(&"with").is_some() => {
                builder.possible_with(words.next().ok_or("`with` needs the key of a record")?)
            }
            "possible" => builder.possible(),
            "about" => builder.about(words.next().ok_or("`about` needs the key of a record")?),
            "seen" => builder.seen(day(words.next())?, day(words.next())?),
            _ => return Err("after the key only: accepted, possible, possible with, about, seen"),
        };
    }
    Ok(builder)
}

fn day(word: Option<&str>) -> Result<Date, &'static str> {
    word.and_then(|word| word.parse().ok()).ok_or("`seen` needs two days, such as 2025-06-30")
}

#[cfg(test)]
mod tests {
    use redress_casefile::Standing;
    use redress_statement::RecordId;

    use super::*;

    const SAMPLE: &str = "
        # an invented family
        benefits applications IOE1 accepted
          family_name García López
          birth_date 03/04/1990 => 1990-03-04
          birth_date 31/31/1990 =>
        court proceedings 77 possible with IOE1 seen 2024-01-31 2025-06-30
          a_number 123456789
        court motions M1 about 77
          motion_kind MA";

    #[test]
    fn a_text_becomes_a_case_file() {
        let file = parse_case_file(SAMPLE);
        let first = &file.records[0].record;
        assert_eq!(first.value(Attribute::FamilyName), Some("García López"));
        assert_eq!(first.value(Attribute::BirthDate), Some("1990-03-04"));
        assert_eq!(&*first.statements[1].original, "03/04/1990");
        assert_eq!(first.statements[2].normalized, None);
        assert_eq!(first.locator.line, 3);
        let Standing::Possible { with, .. } = file.records[1].standing else { panic!("is accepted") };
        assert_eq!(with, RecordId(1));
        assert_eq!(file.records[1].record.first_seen.to_string(), "2024-01-31");
        assert_eq!(file.records[2].lead, Some(RecordId(2)));
    }

    #[test]
    fn a_broken_text_names_its_line() {
        for (text, line) in [
            ("benefits applications", 1),
            ("Benefits applications IOE1", 1),
            ("benefits applications IOE1\n\n name nunez ortega", 3),
            ("benefits applications IOE1 perhaps", 1),
            ("benefits applications IOE1\ncourt motions M1 about 77", 2),
            ("benefits applications IOE1 possible", 1),
            ("benefits applications IOE1 seen 2025-06-30", 1),
        ] {
            let error = try_parse_case_file(text).expect_err(text);
            assert_eq!(error.line, line, "{error}");
        }
    }
}
