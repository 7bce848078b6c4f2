//! What leaves of the records of a source, and with which marks.

use std::collections::BTreeMap;

use redress_statement::{Attribute, Record, Statement};

/// What a value that leaves must bear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueMark {
    /// The person contests the value, and nobody may rely on it.
    pub is_contested: bool,
    /// What it was corrected to. None where no correction was granted.
    pub corrected: Option<String>,
    /// The person's statement of disagreement (5 U.S.C. 552a(d)(4)). None where there is none.
    pub disagreement: Option<String>,
}

/// Whether a value came in with the mark that it is contested at its source: readers of formats that carry such a mark note it
/// after the column.
///
/// ```
/// use redress_ports::came_in_contested;
/// use redress_statement::{Attribute, Statement};
/// let said = Statement {
///     attribute: Attribute::FamilyName,
///     ordinal: 0,
///     column: "Person:lastName; dispute_state=contested".into(),
///     original: "Ruiz".into(),
///     normalized: Some("Ruiz".into()),
/// };
/// assert!(came_in_contested(&said));
/// ```
#[must_use]
pub fn came_in_contested(statement: &Statement) -> bool {
    statement.column.split("; ").skip(1).any(|note| note == "dispute_state=contested")
}

/// A record on its way out.
#[derive(Clone, Debug, PartialEq)]
pub struct Disclosed {
    /// Its newest version.
    pub record: Record,
    /// The marks of its statements, by attribute and ordinal. A statement without one bears none.
    pub marks: BTreeMap<(Attribute, u16), ValueMark>,
}

impl Disclosed {
    /// The mark of one of its statements. None where it bears none.
    #[must_use]
    pub fn mark(&self, statement: &Statement) -> Option<&ValueMark> {
        self.marks.get(&(statement.attribute, statement.ordinal))
    }
}

/// What a writer wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Lines, or elements.
    pub n_lines: u64,
    /// Values of records.
    pub n_values: u64,
    /// Of these, the contested ones.
    pub n_contested: u64,
    /// Values for which the format has no room, by attribute.
    pub left_out: BTreeMap<Attribute, u64>,
}
