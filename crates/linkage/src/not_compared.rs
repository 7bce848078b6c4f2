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
    /// Estimate of how many of the skipped pairs are of one person and were compared by no other rule: of the pairs that this rule was
    /// the first to propose, the share that are and that no other rule proposes, 0 or more; `None` where it was the first to propose
    /// none, so that nothing is known.
    pub expected_matches: Option<f64>,
    /// Whether the estimate was more than the records of the block can hold, were each in a cluster as large as the largest of the
    /// run, or all estimates together more than capture and recapture over the rules leave, and is cut to that.
    pub is_capped: bool,
}

/// What is expected of blocks that were left out in part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExpectedLost {
    /// Sum over the blocks of which something is known; a pair that several rules leave out is counted for each.
    pub n_pairs: f64,
    /// Blocks of which nothing is known.
    pub n_unknown: usize,
    /// Blocks of which the estimate was cut.
    pub n_capped: usize,
}

impl ExpectedLost {
    /// Over the blocks of a run.
    #[must_use]
    pub fn of(blocks: &[NotCompared]) -> Self {
        Self {
            n_pairs: blocks.iter().filter_map(|block| block.expected_matches).fold(0.0, |a, b| a + b),
            n_unknown: blocks.iter().filter(|block| block.expected_matches.is_none()).count(),
            n_capped: blocks.iter().filter(|block| block.is_capped).count(),
        }
    }

    /// As a clause.
    #[must_use]
    pub fn in_words(&self, n_blocks: usize) -> String {
        if self.n_unknown == n_blocks {
            return "how many true pairs are among what was left out is not known: of no such block a pair was compared to go by"
                .to_owned();
        }
        let mut text = format!("about {:.0} true pairs are expected among what was left out", self.n_pairs);
        if self.n_unknown > 0 {
            text.push_str(&format!("; of {} blocks it is not known", self.n_unknown));
        }
        if self.n_capped > 0 {
            text.push_str(&format!(
                "; of {} blocks the estimate was cut to what their records can hold, or to what all rules together leave",
                self.n_capped
            ));
        }
        text
    }
}

/// What a block may hold of pairs of one person: `rate` is the share of the compared pairs that are; `None` is not known.
pub(crate) fn expected(entry: NotCompared, rate: Option<f64>, largest_cluster: usize) -> NotCompared {
    let others = largest_cluster.max(SMALLEST_LARGEST_CLUSTER) - 1;
    let most = (entry.records as f64 * others as f64 / 2.0).min(entry.pairs_skipped as f64);
    let estimate = rate.map(|rate| rate * entry.pairs_skipped as f64);
    let is_capped = estimate.is_some_and(|estimate| estimate > most);
    NotCompared { expected_matches: estimate.map(|estimate| estimate.min(most)), is_capped, ..entry }
}

/// Cuts the estimates, all by the same share, to `most` pairs together: a pair of one person in the part of a block that was compared
/// is there because it has more in common, so the rate of that part is too high for the rest.
pub(crate) fn cut_together(entries: &mut [NotCompared], most: f64) {
    let all = ExpectedLost::of(entries).n_pairs;
    if all <= most {
        return;
    }
    for entry in entries.iter_mut().filter(|entry| entry.expected_matches.is_some_and(|n| n > 0.0)) {
        entry.expected_matches = entry.expected_matches.map(|n| n * most / all);
        entry.is_capped = true;
    }
}

/// A run without clusters says nothing of how large they are: two records of one person are always possible.
const SMALLEST_LARGEST_CLUSTER: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rate: Option<f64>, largest_cluster: usize, found: (Option<f64>, bool), says: &str) {
        let (rule, key_digest) = (String::new(), String::new());
        let (expected_matches, is_capped) = (None, false);
        let entry =
            NotCompared { rule, key_digest, records: 100, pairs_skipped: 4_000, expected_matches, is_capped };
        let entry = expected(entry, rate, largest_cluster);
        assert_eq!((entry.expected_matches, entry.is_capped), found);
        let words = ExpectedLost::of(&[entry]).in_words(1);
        assert!(words.contains(says), "{words}");
    }

    #[test]
    fn what_is_left_out_is_unknown_or_bounded_by_its_records() {
        check(None, 9, (None, false), "is not known");
        check(Some(0.01), 2, (Some(40.0), false), "about 40 true pairs");
        check(Some(0.5), 3, (Some(100.0), true), "was cut to what their records can hold");
        check(Some(0.5), 0, (Some(50.0), true), "about 50");
        check(Some(1.0), 500, (Some(4_000.0), false), "about 4000");
    }

    #[test]
    fn all_blocks_together_hold_no_more_than_the_rules_leave() {
        let block = |expected_matches| {
            let (rule, key_digest) = (String::new(), String::new());
            NotCompared {
                rule,
                key_digest,
                records: 9,
                pairs_skipped: 36,
                expected_matches,
                is_capped: false,
            }
        };
        for (most, expected, is_capped) in [(50.0, 30.0, false), (40.0, 30.0, false), (4.0, 3.0, true)] {
            let mut blocks = [block(Some(30.0)), block(None), block(Some(10.0)), block(Some(0.0))];
            cut_together(&mut blocks, most);
            assert_eq!((blocks[0].expected_matches, blocks[0].is_capped), (Some(expected), is_capped));
            assert_eq!((blocks[1].expected_matches, blocks[3].is_capped), (None, false));
        }
    }
}
