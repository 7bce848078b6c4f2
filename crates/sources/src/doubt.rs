//! Values that are kept as they were written though no rule can read them, and days that cannot have come yet: counted, and
//! told in the report of whoever takes rows in, be it a file or a body that a source sends.

use std::collections::BTreeMap;

use jiff::civil::Date;
use redress_statement::{Attribute, Statement, vocabulary};

/// What was counted, by attribute.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doubts {
    counts: BTreeMap<Attribute, Counts>,
}

#[derive(Clone, Debug, Default)]
struct Counts {
    n_unknown: u64,
    n_ahead: u64,
    /// Of the first unknown words the first line of each.
    words: Vec<(String, u64)>,
    has_more_words: bool,
}

/// Unknown words of a column that a remark names.
const WORDS_MAX: usize = 5;
/// Longest of them, in characters: those of our own vocabularies have up to 16.
const WORD_CHARS_MAX: usize = 24;

impl Doubts {
    /// Counts what the statements of the record on a line leave in doubt; `as_of` is the day that the source describes.
    pub(crate) fn note(&mut self, statements: &[Statement], as_of: Date, line: u64) {
        let as_of = as_of.to_string();
        for said in statements {
            let Some(value) = said.normalized.as_deref() else { continue };
            let is_unknown = !vocabulary::is_known(said.attribute, value);
            let is_ahead = is_ahead(said.attribute, value, &as_of, statements);
            if is_unknown || is_ahead {
                let sum = self.counts.entry(said.attribute).or_default();
                sum.n_ahead += u64::from(is_ahead);
                if is_unknown {
                    sum.note_unknown(said, line);
                }
            }
        }
    }

    /// What is told of them. `column` names the column that states an attribute.
    pub(crate) fn remarks(&self, as_of: Date, column: impl Fn(Attribute) -> String) -> Vec<String> {
        let mut remarks = Vec::new();
        for (attribute, counts) in &self.counts {
            let name = column(*attribute);
            if counts.n_unknown > 0 {
                remarks.push(format!(
                    "column {name:?}: {} that no rule knows ({}): kept as written, and nothing is concluded from it; known are {}",
                    counted(counts.n_unknown, "value"),
                    counts.in_words(),
                    vocabulary::known_in_words(*attribute)
                ));
            }
            if counts.n_ahead > 0 {
                remarks.push(format!(
                    "column {name:?}: {} after {as_of}, the day that is described: kept as written; ask the source, as what \
                     it states has not happened yet",
                    counted(counts.n_ahead, "day")
                ));
            }
        }
        remarks
    }
}

impl Counts {
    fn note_unknown(&mut self, said: &Statement, line: u64) {
        self.n_unknown += 1;
        let word = shown_word(said);
        if self.words.iter().any(|(known, _)| *known == word) {
            return;
        }
        if self.words.len() == WORDS_MAX {
            self.has_more_words = true;
            return;
        }
        self.words.push((word, line));
    }

    /// The words, each with its first line.
    fn in_words(&self) -> String {
        let named = self.words.iter().map(|(word, line)| {
            if word.is_empty() { format!("line {line}") } else { format!("{word:?}, line {line}") }
        });
        let more = if self.has_more_words { "; and others" } else { "" };
        format!("{}{more}", named.collect::<Vec<_>>().join("; "))
    }
}

/// A word in the place of one of our own vocabulary, as it was written. Empty for one that may be about somebody: of another
/// vocabulary, with a digit as numbers have, or longer than such words are.
fn shown_word(said: &Statement) -> String {
    let is_word = |sign: char| sign.is_alphabetic() || matches!(sign, '_' | '-' | ' ');
    let word = said.original.trim();
    let is_shown = vocabulary::words(said.attribute).is_some()
        && word.chars().count() <= WORD_CHARS_MAX
        && word.chars().all(is_word);
    if is_shown { word.to_owned() } else { String::new() }
}

fn counted(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Whether a day of what has happened lies after `as_of`. Both are in ISO 8601, the value at the precision that it has: a
/// month or a year that has begun is not ahead.
fn is_ahead(attribute: Attribute, value: &str, as_of: &str, statements: &[Statement]) -> bool {
    vocabulary::is_of_the_past(attribute)
        && as_of.get(..value.len()).is_some_and(|begun| value > begun)
        && !(attribute == Attribute::DepartedOn && vocabulary::is_planned(statements))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// The remarks on a record of these values.
    #[track_caller]
    fn check(values: &[(Attribute, &str)], expected: &[&str]) {
        let statements: Vec<Statement> = values
            .iter()
            .map(|(attribute, value)| Statement {
                attribute: *attribute,
                ordinal: 0,
                column: "c".into(),
                original: (*value).into(),
                normalized: Some((*value).into()),
            })
            .collect();
        let mut doubts = Doubts::default();
        let as_of = date(2026, 10, 31);
        doubts.note(&statements, as_of, 3);
        let remarks = doubts.remarks(as_of, |attribute| attribute.to_string());
        assert_eq!(remarks.len(), expected.len(), "{values:?}: {remarks:?}");
        for (remark, says) in remarks.iter().zip(expected) {
            assert!(remark.contains(says), "`{says}` is not said in {remark}");
        }
    }

    #[test]
    fn no_word_is_named_that_may_be_about_somebody() {
        use Attribute as A;
        let words =
            ["N-550 no. 12345678", "ana maria de la cruz y soto", "claimed", "CLAIMED ", "a", "b", "c", "d"];
        let said: Vec<_> = words.map(|word| (A::CitizenshipEvidence, word)).into();
        check(
            &said,
            &[
                "8 values that no rule knows (line 3; \"claimed\", line 3; \"CLAIMED\", line 3; \"a\", line 3; \"b\", line 3; \
               and others): kept",
            ],
        );
    }

    #[test]
    fn unknown_words_and_days_ahead_are_counted() {
        use Attribute as A;
        check(
            &[(A::DepartureBasis, "EXIT_RECORD"), (A::DepartedOn, "2026-10-31"), (A::OrderCode, "ZZZ")],
            &[],
        );
        check(
            &[(A::DepartureBasis, "TELEPATHY")],
            &[
                "column \"departure_basis\": 1 value that no rule knows (\"TELEPATHY\", line 3): kept as written",
            ],
        );
        check(
            &[(A::CitizenshipCountry, "U5A"), (A::CitizenshipCountry, "1"), (A::BirthCountry, "GTM")],
            &["2 values that no rule knows (line 3)"],
        );
        check(
            &[(A::DepartedOn, "2026-11-01")],
            &["1 day after 2026-10-31, the day that is described: kept as written"],
        );
        check(&[(A::DepartedOn, "2026-11-01"), (A::DepartureBasis, "BOOKED")], &[]);
        check(&[(A::BirthDate, "2049")], &["column \"birth_date\": 1 day after"]);
        check(&[(A::BirthDate, "2026"), (A::BirthDate, "2026-10"), (A::HearingOn, "2031-01-06")], &[]);
        check(&[(A::BirthDate, "2026-11"), (A::OrderOn, "2027-01-01")], &["birth_date", "order_on"]);
    }
}
