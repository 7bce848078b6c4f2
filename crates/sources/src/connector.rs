//! What a partner needs to connect a source: a contract with comments, a sample with invented people, and a test of
//! conformance that the partner can run before anything real is exchanged.
//!
//! ```text
//! DIR/contract.toml       the contract, to be agreed on
//! DIR/sample/             an extract as the partner would send it, with its manifest
//! DIR/given/              what Redress gives: the sample, in a form with room for marks with a contested value;
//!                         notices.jsonl, what is contested since; corrections.jsonl, what was decided
//! DIR/returned/           what the partner's system sends after it took given/ in, with its manifest, receipts.jsonl, and
//!                         marks.jsonl where its form has no room for marks
//! ```
//!
//! A system that gives back what it was given, however whole, fails: it has neither said what its extract covers, nor put a
//! mark on what the notice names, nor applied and acknowledged the correction.

mod conformance;
mod sample;
mod sample_workbook;

pub use conformance::{Conformance, Step, check_connector};
pub use sample::{ConnectorFormat, write_connector, write_given};

use serde::{Deserialize, Serialize};

const CONTRACT_FILE: &str = "contract.toml";
const SAMPLE: &str = "sample";
const GIVEN: &str = "given";
const RETURNED: &str = "returned";
const CORRECTIONS_FILE: &str = "corrections.jsonl";
const RECEIPTS_FILE: &str = "receipts.jsonl";
const NOTICES_FILE: &str = "notices.jsonl";
const MARKS_FILE: &str = "marks.jsonl";

/// A correction that goes out with the records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct CorrectionSent {
    correction: String,
    record: String,
    attribute: redress_statement::Attribute,
    wrong: String,
    right: String,
    decided_on: jiff::civil::Date,
}

/// A value that became contested after the records were given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct NoticeSent {
    notice: String,
    record: String,
    attribute: redress_statement::Attribute,
    value: String,
    statement: String,
}

/// The mark of a value as the partner sends it where the form of its records has no room for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkSent {
    record: String,
    attribute: redress_statement::Attribute,
    value: String,
    state: MarkState,
    statement: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MarkState {
    Contested,
}

/// What the partner answers to a correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiptSent {
    correction: String,
    acknowledged_on: jiff::civil::Date,
    outcome: ReceiptOutcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReceiptOutcome {
    Applied,
    Refused,
}
