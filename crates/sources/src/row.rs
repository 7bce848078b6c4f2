//! A row of a file before it is judged, and what yields rows.

use redress_ports::{KeyPlace, ReadError};

/// Longest part of a value that a reason repeats, in characters.
const SHOWN_CHARS_MAX: usize = 80;

/// The cells of one row, in one buffer that is used again for the next row. A cell that the file leaves out is
/// empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// Line on which the row begins, from 1; for a file without lines its number.
    pub(crate) line: u64,
    /// How many lines it has.
    pub(crate) n_lines: u64,
    text: String,
    ends: Vec<usize>,
    /// Whether who read it found that it is sealed, or belongs to what is.
    pub(crate) is_sealed: bool,
    /// What the row stands for where the file has no rows. The cells then hold the first value of each column.
    pub(crate) value_set: Option<ValueSet>,
}

/// A record of a file that has no rows: as many values to a column as it likes, each at a place of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ValueSet {
    pub(crate) values: Vec<PlacedValue>,
    /// Rows of the file that it is made of.
    pub(crate) n_rows: u64,
    /// Whether it belongs to another record of the file and describes no person itself.
    pub(crate) is_attached: bool,
}

/// One value of such a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlacedValue {
    pub(crate) column_idx: usize,
    pub(crate) line: u64,
    /// The column with its notes, as the statement keeps it.
    pub(crate) place: String,
    pub(crate) text: String,
}

impl Row {
    pub(crate) fn start(&mut self, line: u64) {
        self.line = line;
        self.n_lines = 1;
        self.is_sealed = false;
        self.text.clear();
        self.ends.clear();
        self.value_set = None;
    }

    /// Holds what can be read of a broken row in place of its cells, bytes that are no text as `\u{fffd}`. It keeps its lines.
    pub(crate) fn hold_broken<'a>(&mut self, parts: impl Iterator<Item = &'a [u8]>) {
        self.text.clear();
        self.ends.clear();
        parts.for_each(|part| self.push(&String::from_utf8_lossy(part)));
    }

    /// Whether a word stands anywhere in the row, whatever its letters' case: for rows whose cells may stand in a wrong place.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        self.cells().any(|cell| has_word(cell, word))
    }

    /// Fills the row with a record of values under a header of `n_columns`: each cell is the first value of its column.
    pub(crate) fn hold(&mut self, set: ValueSet, n_columns: usize) {
        let mut firsts = vec![""; n_columns];
        for value in set.values.iter().rev() {
            if let Some(first) = firsts.get_mut(value.column_idx) {
                *first = &value.text;
            }
        }
        for first in firsts {
            self.push(first);
        }
        self.value_set = Some(set);
    }

    pub(crate) fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.end_cell();
    }

    /// Appends a cell that `write` adds to the text.
    pub(crate) fn push_with<E>(&mut self, write: impl FnOnce(&mut String) -> Result<(), E>) -> Result<(), E> {
        write(&mut self.text)?;
        self.end_cell();
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cell at a place from 0; empty where the row has none.
    pub(crate) fn cell(&self, idx: usize) -> &str {
        let Some(end) = self.ends.get(idx) else { return "" };
        let start = idx.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..*end).unwrap_or_default()
    }

    pub(crate) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|idx| self.cell(idx))
    }

    fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// Column, from 0. None when the row as a whole is broken.
    pub(crate) column_idx: Option<usize>,
    pub(crate) reason: String,
}

impl Broken {
    pub(crate) fn row(reason: impl Into<String>) -> Self {
        Self { column_idx: None, reason: reason.into() }
    }

    pub(crate) fn column(idx: usize, reason: impl Into<String>) -> Self {
        Self { column_idx: Some(idx), reason: reason.into() }
    }
}

/// What reading on yielded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RowRead {
    /// The row holds cells.
    Row,
    /// The row's line is set, its cells are what can be read of it and stand in no order.
    Broken(Broken),
    /// There are no more rows.
    End,
}

/// What the rows of a file left behind beside rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Residue {
    pub(crate) n_nul_bytes: u64,
    pub(crate) n_blank_lines: u64,
    /// Columns that turned up after the header was settled.
    pub(crate) late_columns: Vec<String>,
    /// Rows that belong to no record which the contract names.
    pub(crate) n_passed_over: u64,
    /// The newest time at which the file says that its own source was observed.
    pub(crate) observed_at: Option<String>,
}

/// A file as rows. Cells stand in the order of the header.
pub(crate) trait Rows: Send {
    fn header(&self) -> &[String];

    fn next_row(&mut self, row: &mut Row) -> Result<RowRead, ReadError>;

    fn residue(&self) -> Residue;

    /// Where the header stands, as errors say it.
    fn header_place(&self) -> String {
        "line 1".to_owned()
    }

    /// Where the key of each row stands, where rows are lines of the file and can be cut out. None otherwise.
    fn key_place(&self, _key_idx: usize) -> Option<KeyPlace> {
        None
    }

    /// What to do about a key that stands twice.
    fn repeated_key(&self) -> &'static str {
        "each key may stand once in a file"
    }
}

/// Whether a word stands in a text, with neither a letter nor a digit right before or after it.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.trim().to_lowercase());
    let is_free = |sign: Option<char>| !sign.is_some_and(char::is_alphanumeric);
    !word.is_empty()
        && text.match_indices(&word).any(|(at, found)| {
            let (before, after) = (text.get(..at), text.get(at + found.len()..));
            is_free(before.and_then(|text| text.chars().next_back()))
                && is_free(after.and_then(|text| text.chars().next()))
        })
}

/// A value as a reason shows it: quoted, and cut where it is long.
pub(crate) fn shown(value: &str) -> String {
    match value.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{:?} (cut)", &value[..end]),
        None => format!("{value:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_between_signs_that_are_no_letters() {
        for (text, word, expected) in [
            ("I-918", "i-918", true),
            ("{\"form\":[\"I-918\"],", " I-918 ", true),
            ("see I-918.", "I-918", true),
            ("I-918A", "I-918", false),
            ("XI-918 I-918", "I-918", true),
            ("Ñ12", "12", false),
            ("12\u{fffd}", "12", true),
            ("", "12", false),
            ("12", "", false),
        ] {
            assert_eq!(has_word(text, word), expected, "{text:?}, {word:?}");
        }
    }
}
