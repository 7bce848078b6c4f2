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
        self.text.clear();
        self.ends.clear();
        self.value_set = None;
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
    /// The row's line is set, its cells mean nothing.
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

    /// Where the key of each row stands, where rows are lines of the file and can be cut out. None otherwise.
    fn key_place(&self, _key_idx: usize) -> Option<KeyPlace> {
        None
    }

    /// What to do about a key that stands twice.
    fn repeated_key(&self) -> &'static str {
        "each key may stand once in a file"
    }
}

/// A value as a reason shows it: quoted, and cut where it is long.
pub(crate) fn shown(value: &str) -> String {
    match value.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{:?} (cut)", &value[..end]),
        None => format!("{value:?}"),
    }
}
