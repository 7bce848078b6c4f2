//! Rows that a source sends by themselves, as they arise.

use jiff::civil::Date;
use redress_statement::{Snapshot, SourceId};

use crate::{Agreement, ReadError, RecordReader};

/// Opens what sources send, under their contracts.
pub trait IntakeReader: Send + Sync {
    /// The sources that may send, each with its agreement.
    fn agreements(&self) -> Vec<Agreement>;

    /// Opens one body of JSON Lines as a snapshot of its own that describes the day `on`. `table` names
    /// the table of the contract; None where it has one table alone.
    ///
    /// # Errors
    /// [`ReadError::Refused`] when no contract names the source, or its agreement is not in force on that day;
    /// [`ReadError::Call`] when the contract has no such table, or several and none is named; [`ReadError::Input`] when no
    /// line is a JSON object.
    fn open(
        &self,
        source: &SourceId,
        table: Option<&str>,
        bytes: &[u8],
        on: Date,
    ) -> Result<Box<dyn RecordReader>, ReadError>;

    /// Keeps the bytes of a body, once its rows were read and before any is stored.
    ///
    /// # Errors
    /// [`ReadError::System`] when they cannot be written.
    fn keep(&self, snapshot: &Snapshot, bytes: &[u8]) -> Result<(), ReadError>;
}
