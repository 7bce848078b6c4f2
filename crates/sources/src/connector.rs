//! What a partner needs to connect a source: a contract with comments, a sample with invented people, and a test of
//! conformance that the partner can run before anything real is exchanged.
//!
//! ```text
//! DIR/contract.toml       the contract, to be agreed on
//! DIR/sample/             an extract as the partner would send it, with its manifest
//! DIR/given/              what Redress gives: the sample with a contested value and a correction, and corrections.jsonl
//! DIR/returned/           what the partner's system sends after it took given/ in, with receipts.jsonl
//! ```

mod conformance;
mod sample;

pub use conformance::{Conformance, Step, check_connector};
pub use sample::{ConnectorFormat, write_connector};

use serde::{Deserialize, Serialize};

const CONTRACT_FILE: &str = "contract.toml";
const SAMPLE: &str = "sample";
const GIVEN: &str = "given";
const RETURNED: &str = "returned";
const CORRECTIONS_FILE: &str = "corrections.jsonl";
const RECEIPTS_FILE: &str = "receipts.jsonl";

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

/// What the partner answers to it.
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
