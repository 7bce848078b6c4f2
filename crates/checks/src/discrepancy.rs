//! What a check reports.

use jiff::civil::Date;
use redress_casefile::{CaseRecord, StatementRef};
use redress_statement::{Attribute, Digest, RecordId};

use crate::Spec;

/// The most statements that one discrepancy sets side by side.
pub const INPUTS_MAX: usize = 64;

/// Statements that disagree, or break a cited rule. Not yet an error.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Discrepancy {
    /// The check, such as `ID-04`.
    pub check: &'static str,
    /// The check's version.
    pub version: u16,
    /// The record at fault, as far as the check can tell: where records disagree, the one that stands
    /// against more others, then the later one.
    pub at: RecordId,
    /// The statements side by side, that of `at` first; never empty.
    pub inputs: Vec<StatementRef>,
    /// What is wrong, in one plain sentence with the values and where they stand.
    pub sentence: String,
    /// The next day after which something cannot be undone. None when nothing is scheduled.
    pub next_irreversible_on: Option<Date>,
    /// Whether a record that is only possibly of this person is among the inputs.
    pub rests_on_possible_link: bool,
    /// Digest of what the inputs say, each with its record, attribute and place: another one means that the records changed.
    pub basis: Digest,
}

impl Discrepancy {
    /// A discrepancy of a check at the record `at`. The inputs are looked up in the order given; what a
    /// record does not state is left out.
    pub(crate) fn new(
        spec: &Spec,
        at: &CaseRecord,
        inputs: &[(&CaseRecord, Attribute)],
        sentence: String,
        next_irreversible_on: Option<Date>,
    ) -> Self {
        let mut statements: Vec<StatementRef> = Vec::new();
        let mut rests_on_possible_link = !at.is_accepted();
        let mut basis = Vec::new();
        for (record, attribute) in inputs {
            if let Some(stated) = record.reference(*attribute).filter(|stated| !statements.contains(stated)) {
                if statements.len() < INPUTS_MAX {
                    let says =
                        record.record.statement(*attribute).map_or("", |statement| &statement.original);
                    basis.extend_from_slice(format!("{stated:?}={says}\n").as_bytes());
                }
                statements.push(stated);
                rests_on_possible_link |= !record.is_accepted();
            }
        }
        statements.truncate(INPUTS_MAX);
        Self {
            check: spec.id,
            version: spec.version,
            at: at.id,
            inputs: statements,
            sentence,
            next_irreversible_on,
            rests_on_possible_link,
            basis: Digest::of(&basis),
        }
    }
}
