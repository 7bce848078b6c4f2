//! How records come in, whatever they come from.

use redress_statement::{Attribute, Record, RecordKey, Snapshot};
use serde::{Deserialize, Serialize};

use crate::SealedRow;

/// A column that was not taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedColumn {
    /// The column, as the source spells it.
    pub column: String,
    /// Why: the charter's ground, or that nothing reads it.
    pub ground: String,
    /// Whether the charter refuses it; otherwise it is merely read by nothing.
    pub by_charter: bool,
}

/// A row that was set aside: never guessed, never lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// Line in the file, from 1.
    pub line: u64,
    /// The column where it broke. None when the row as a whole is broken.
    pub column: Option<String>,
    /// What is wrong: the value (cut to 80 characters), the limit, what to do.
    pub reason: String,
}

/// A row that was repaired because exactly one repair makes every typed column valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repaired {
    /// Line in the file, from 1.
    pub line: u64,
    /// What was done.
    pub repair: String,
    /// The row before, cut to 2,000 characters.
    pub before: String,
    /// The row after, cut to 2,000 characters.
    pub after: String,
}

/// Where the key of each row stands in a file whose rows are lines, so that a record's lines are found again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum KeyPlace {
    /// Delimited text.
    Delimited {
        /// What separates cells.
        delimiter: u8,
        /// Whether a quote opens a value.
        is_quoted: bool,
        /// The encoding, as contracts write it.
        encoding: String,
        /// The key's column, from 0.
        column_idx: usize,
    },
    /// One JSON object a line.
    JsonLines {
        /// The key's member, as the file spells it.
        column: String,
    },
}

/// What a file as a whole left behind, once its last record was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnReport {
    /// Attributes that the table states, as far as they are taken in. Empty in reports that were stored before it was kept.
    #[serde(default)]
    pub stated: Vec<Attribute>,
    /// Columns that were not taken in.
    pub refused: Vec<RefusedColumn>,
    /// Rows that were set aside, at most 10,000 kept; the count is whole.
    pub quarantined: Vec<Quarantined>,
    /// How many rows were set aside.
    pub n_quarantined: u64,
    /// Rows that were repaired, at most 10,000 kept; the count is whole.
    pub repaired: Vec<Repaired>,
    /// How many rows were repaired. 0 in reports that were stored before it was counted.
    #[serde(default)]
    pub n_repaired: u64,
    /// How many of the repaired rows had their cells shifted; the others only lacked trailing ones. 0 in reports that
    /// were stored before it was counted.
    #[serde(default)]
    pub n_shifted: u64,
    /// How many rows the file has, quarantined ones included.
    pub n_rows: u64,
    /// How many NUL bytes were taken out.
    pub n_nul_bytes: u64,
    /// Rows that the source's own count file announces. None when it has none.
    pub n_announced: Option<u64>,
    /// The newest time at which the file says that its own source was observed. None where the file says none.
    #[serde(default)]
    pub observed_at: Option<String>,
    /// Whether the source says that each person whose record it changed since the extract before had a notice of their own.
    #[serde(default)]
    pub is_noticed: bool,
    /// Whether the source says that somebody looked at each record that it changed since the extract before.
    #[serde(default)]
    pub is_reviewed: bool,
    /// Where the key of each row stands. None where rows are no lines, and in reports that were stored before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_place: Option<KeyPlace>,
    /// Remarks for the operator, such as a count that differs.
    pub remarks: Vec<String>,
}

/// The end of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordBatchEnd {
    /// More may come.
    More,
    /// That was all.
    Done,
}

/// Why a file as a whole cannot be read. The text says file, line, column, value, limit and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The call is wrong: a file that is not there, a contract that contradicts itself (exit code 2).
    #[error("{0}")]
    Call(String),
    /// The input is wrong (exit code 3).
    #[error("{0}")]
    Input(String),
    /// The agreement or the charter refuses it (exit code 6).
    #[error("{0}")]
    Refused(String),
    /// The system failed while reading (exit code 4).
    #[error("{0}")]
    System(String),
}

/// A file of a source, as records.
pub trait RecordReader: Send {
    /// What is being read. The digest was taken over all bytes before any was parsed.
    fn snapshot(&self) -> &Snapshot;

    /// Appends at most `n_max` records to `into`.
    ///
    /// # Errors
    /// [`ReadError`] when the file as a whole cannot be read on.
    fn read(&mut self, into: &mut Vec<Record>, n_max: usize) -> Result<RecordBatchEnd, ReadError>;

    /// Moves the sealed rows out that were read past since it was last asked: they are in no count and no report.
    fn take_sealed(&mut self) -> Vec<SealedRow> {
        Vec::new()
    }

    /// Moves the names out of the records whose rows were set aside since it was last asked, where the key of the row can be read:
    /// such a record is in the file, whatever its row says.
    fn take_set_aside(&mut self) -> Vec<RecordKey> {
        Vec::new()
    }

    /// What the file left behind. Whole once `read` has answered [`RecordBatchEnd::Done`].
    fn report(&self) -> &ColumnReport;
}
