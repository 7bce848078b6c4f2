//! The ledger of pairs that were not compared although a rule proposed them. Nothing is dropped silently.

use serde::{Deserialize, Serialize};

/// One oversized block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotCompared {
    /// The blocking rule, as `link.toml` spells its terms.
    pub rule: String,
    /// A digest of the key, so that the block can be found again without showing the value: eight hexadecimal digits.
    pub key_digest: String,
    /// Records in the block.
    pub records: u64,
    /// Pairs of the block that this rule did not propose; other rules may still have compared some of them.
    pub pairs_skipped: u64,
    /// Estimate of how many of the skipped pairs are of one person: the rate among the pairs that this rule was
    /// the first to propose. 0 or more.
    pub expected_matches: f64,
}
