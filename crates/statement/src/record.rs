//! Snapshots, records and statements.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Attribute, Digest, PartialDate, SourceId};

/// Short, immutable text.
pub type Text = Box<str>;

/// One retrieval of one file of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Digest of the bytes as received.
    pub digest: Digest,
    /// The source.
    pub source: SourceId,
    /// The table of the source that the file holds.
    pub table: Text,
    /// The file's name, without its folder.
    pub file: Text,
    /// Length of the file as received.
    pub length_bytes: u64,
    /// The date that the source says its data describe.
    pub as_of: Date,
    /// Whether the source says that all rows of the table are in the file. Otherwise the absence of one says nothing.
    #[serde(default)]
    pub states_coverage: bool,
    /// Whether the source was asked about rows that are missing, and confirmed that the file is whole.
    #[serde(default)]
    pub is_confirmed: bool,
}

/// How a source names a record: the same over all its snapshots.
///
/// Shown as `SOURCE/KEY`. Rows of a source's lead table have the bare key; rows of its other tables
/// `TABLE:KEY`, so that a key is unique within its source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordKey {
    /// The source.
    pub source: SourceId,
    /// The key within the source.
    pub key: Text,
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.source, self.key)
    }
}

/// Where a record stands: snapshot, line and record number. The column stands on each statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locator {
    /// Digest of the snapshot.
    pub snapshot: Digest,
    /// Line in the file, from 1. For a file without lines (Parquet), the row's number from 1.
    pub line: u64,
}

/// One row of one source snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its name at the source.
    pub key: RecordKey,
    /// The table of the source.
    pub table: Text,
    /// The key of the lead-table row that this row belongs to, by the source's own word; in the lead table itself what all
    /// rows share that the source holds to be of one person. None for a row that stands alone.
    pub about: Option<Text>,
    /// Whether the row describes a person and so takes part in linkage.
    pub is_identity: bool,
    /// Where it stands.
    pub locator: Locator,
    /// First extract, by its `as_of`, that showed the row.
    pub first_seen: Date,
    /// Last extract, by its `as_of`, that showed the row. Absence is an observation, never a deletion.
    pub last_seen: Date,
    /// What the row says, in the order of the file's columns.
    pub statements: Vec<Statement>,
}

/// One claim of a record about one attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// What the claim is about.
    pub attribute: Attribute,
    /// Place among the record's statements about the same attribute, from 0.
    pub ordinal: u16,
    /// Column, as the source spells it.
    pub column: Text,
    /// What the source wrote.
    pub original: Text,
    /// The form used for comparison; None where the original cannot be read as the attribute's kind.
    pub normalized: Option<Text>,
}

impl Record {
    /// The first statement about `attribute`. None when the record says nothing of it.
    #[must_use]
    pub fn statement(&self, attribute: Attribute) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.attribute == attribute)
    }

    /// The normalized value of the first statement about `attribute`. None when there is none or it
    /// could not be read.
    #[must_use]
    pub fn value(&self, attribute: Attribute) -> Option<&str> {
        self.statement(attribute)?.normalized.as_deref()
    }

    /// The value as a date. None when there is none or it is not a date.
    #[must_use]
    pub fn date(&self, attribute: Attribute) -> Option<PartialDate> {
        self.value(attribute)?.parse().ok()
    }

    /// The value as a whole day. None when it is missing or less precise than a day.
    #[must_use]
    pub fn day(&self, attribute: Attribute) -> Option<Date> {
        self.date(attribute)?.to_civil()
    }

    /// Whether the mark is set. None when the source says nothing.
    #[must_use]
    pub fn mark(&self, attribute: Attribute) -> Option<bool> {
        self.value(attribute).map(|value| value == "yes")
    }
}
