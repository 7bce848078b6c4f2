//! What a check reports.

use jiff::civil::Date;
use redress_casefile::StatementRef;
use redress_statement::RecordId;

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
}
