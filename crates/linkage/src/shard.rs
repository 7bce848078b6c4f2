//! A run in shards: which blocks a shard owns, and the two forms in which shards hand on what they found.
//!
//! ```text
//! count:  every shard walks its blocks           ─▶ Counted  (patterns and how many pairs show each)
//! emit:   all counts, the model estimated anew   ─▶ Emitted  (the pairs of the shard that are worth writing)
//! merge:  all counts, all emitted pairs          ─▶ Linked   (the same bytes as a run in one piece)
//! ```
//!
//! Both forms are added up in any order, so that shards may run anywhere and in any order. Numbers are little-endian.

use crate::hashing::mix_two;
use crate::pattern::PatternCounts;

/// Most shards of a run.
pub const SHARDS_MAX: u32 = 65_536;
/// The first bytes of each form, with its version.
const COUNTED_MAGIC: &[u8; 8] = b"RDRSCNT1";
const EMITTED_MAGIC: &[u8; 8] = b"RDRSEMT1";
/// Bytes of one pattern and of one pair.
const PATTERN_BYTES: usize = 24;
const EDGE_BYTES: usize = 14;

/// One part of a run: shard `number` of `count`, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    count: u32,
}

/// Why a shard, or what one has written, cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShardError {
    /// The number is not below the count, or the count is 0 or too large.
    #[error(
        "shard {number} of {count}: the number goes from 1 to the count, the count from 1 to {SHARDS_MAX}"
    )]
    Range {
        /// The number given, from 1.
        number: u32,
        /// The count given.
        count: u32,
    },
    /// The bytes are not what a shard writes.
    #[error("not written by a shard of this version, or cut off: {reason}")]
    Form {
        /// What is wrong.
        reason: String,
    },
    /// A shard found another number of pairs than its manifest expects.
    #[error(
        "the shards do not belong together: {found} pairs, {expected} are expected; run all of them on the same input"
    )]
    Pairs {
        /// Pairs found.
        found: u64,
        /// Pairs expected.
        expected: u64,
    },
}

impl Shard {
    /// The only shard of a run in one piece.
    pub const WHOLE: Self = Self { number: 0, count: 1 };

    /// Shard `number` of `count`, counted from 1 as people do.
    ///
    /// # Errors
    /// [`ShardError::Range`] when there is no such shard.
    ///
    /// ```
    /// use redress_linkage::Shard;
    /// assert!(Shard::try_new(3, 3).is_ok());
    /// assert!(Shard::try_new(4, 3).is_err());
    /// ```
    pub const fn try_new(number: u32, count: u32) -> Result<Self, ShardError> {
        if number == 0 || number > count || count > SHARDS_MAX {
            return Err(ShardError::Range { number, count });
        }
        Ok(Self { number: number - 1, count })
    }

    /// Whether the shard walks over the block of a key.
    pub(crate) const fn owns(self, rule: usize, key: u32) -> bool {
        self.count == 1 || mix_two(rule as u64, key as u64) % self.count as u64 == self.number as u64
    }
}

/// What the first pass found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    pub(crate) counts: PatternCounts,
    /// Pairs within the blocks by their sizes alone, those of several rules several times.
    pub(crate) n_pairs_expected: u64,
}

/// A pair before it is written: records, pattern, and the rule that proposed it first.
pub(crate) type Edge = (u32, u32, u32, u16);

/// What the second pass found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Emitted {
    pub(crate) edges: Vec<Edge>,
    /// Pairs that each rule was the first to propose.
    pub(crate) per_rule: Vec<u64>,
    pub(crate) n_pairs_expected: u64,
}

impl Counted {
    /// Pairs compared.
    #[must_use]
    pub fn n_pairs(&self) -> u64 {
        self.counts.total()
    }

    /// Pairs within the blocks by their sizes alone; what the manifest of a shard expects.
    #[must_use]
    pub const fn n_pairs_expected(&self) -> u64 {
        self.n_pairs_expected
    }

    /// Adds up the counts of all shards, in any order.
    #[must_use]
    pub fn merged(parts: Vec<Self>) -> Self {
        let n_pairs_expected = parts.iter().map(|part| part.n_pairs_expected).sum();
        let counts = parts.into_iter().flat_map(|part| part.counts.keys.into_iter().zip(part.counts.n_pairs));
        Self { counts: PatternCounts::merged(counts.collect()), n_pairs_expected }
    }

    /// The bytes to hand on.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = COUNTED_MAGIC.to_vec();
        bytes.extend(self.n_pairs_expected.to_le_bytes());
        for (key, n) in self.counts.keys.iter().zip(&self.counts.n_pairs) {
            bytes.extend(key.to_le_bytes());
            bytes.extend(n.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`ShardError::Form`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ShardError> {
        let (n_pairs_expected, rest) = opened(bytes, COUNTED_MAGIC)?;
        let mut counts = PatternCounts::default();
        for pattern in pieces(rest, PATTERN_BYTES)? {
            let (key, n) = pattern.split_at(PATTERN_BYTES - 8);
            counts.keys.push(number(key));
            counts.n_pairs.push(number(n) as u64);
        }
        Ok(Self { counts, n_pairs_expected })
    }
}

impl Emitted {
    /// Pairs worth writing.
    #[must_use]
    pub const fn n_pairs(&self) -> u64 {
        self.edges.len() as u64
    }

    /// Pairs within the blocks by their sizes alone; the same as when the shard counted.
    #[must_use]
    pub const fn n_pairs_expected(&self) -> u64 {
        self.n_pairs_expected
    }

    /// Puts the pairs of all shards together, in any order.
    #[must_use]
    pub fn merged(parts: Vec<Self>) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.per_rule.resize(all.per_rule.len().max(part.per_rule.len()), 0);
            all.per_rule.iter_mut().zip(part.per_rule).for_each(|(sum, n)| *sum += n);
            all.n_pairs_expected += part.n_pairs_expected;
            all.edges.extend(part.edges);
        }
        all
    }

    /// The bytes to hand on.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = EMITTED_MAGIC.to_vec();
        bytes.extend(self.n_pairs_expected.to_le_bytes());
        bytes.extend((self.per_rule.len() as u64).to_le_bytes());
        self.per_rule.iter().for_each(|n| bytes.extend(n.to_le_bytes()));
        for (l, r, pattern, rule) in &self.edges {
            bytes.extend(l.to_le_bytes());
            bytes.extend(r.to_le_bytes());
            bytes.extend(pattern.to_le_bytes());
            bytes.extend(rule.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`ShardError::Form`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ShardError> {
        let (n_pairs_expected, rest) = opened(bytes, EMITTED_MAGIC)?;
        let cut = || ShardError::Form { reason: "it ends too early".to_owned() };
        let (n_rules, rest) = rest.split_at_checked(8).ok_or_else(cut)?;
        let n_bytes = (number(n_rules) as usize).checked_mul(8).ok_or_else(cut)?;
        let (per_rule, rest) = rest.split_at_checked(n_bytes).ok_or_else(cut)?;
        let edge = |edge: &[u8]| {
            let at = |from: usize, to: usize| number(&edge[from..to]) as u32;
            (at(0, 4), at(4, 8), at(8, 12), at(12, 14) as u16)
        };
        Ok(Self {
            edges: pieces(rest, EDGE_BYTES)?.map(edge).collect(),
            per_rule: per_rule.chunks_exact(8).map(|n| number(n) as u64).collect(),
            n_pairs_expected,
        })
    }
}

/// The number after the magic bytes, and what follows it.
fn opened<'a>(bytes: &'a [u8], magic: &[u8]) -> Result<(u64, &'a [u8]), ShardError> {
    let rest = bytes
        .strip_prefix(magic)
        .ok_or_else(|| ShardError::Form { reason: "its first bytes differ".to_owned() })?;
    let (head, rest) = rest
        .split_at_checked(8)
        .ok_or_else(|| ShardError::Form { reason: "it ends too early".to_owned() })?;
    Ok((number(head) as u64, rest))
}

fn pieces(bytes: &[u8], length: usize) -> Result<std::slice::ChunksExact<'_, u8>, ShardError> {
    let pieces = bytes.chunks_exact(length);
    if pieces.remainder().is_empty() {
        Ok(pieces)
    } else {
        Err(ShardError::Form { reason: "its last entry is cut off".to_owned() })
    }
}

/// A little-endian number of at most 16 bytes.
fn number(bytes: &[u8]) -> u128 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_block_has_one_owner(rule in 0usize..32, key: u32, count in 1u32..9) {
            let owners = (1..=count).filter(|n| Shard::try_new(*n, count).unwrap().owns(rule, key));
            prop_assert_eq!(owners.count(), 1);
        }

        #[test]
        fn what_is_written_is_read_again(
            edges in proptest::collection::vec((any::<u32>(), any::<u32>(), any::<u32>(), any::<u16>()), 0..9),
            keys in proptest::collection::btree_map(any::<u128>(), any::<u64>(), 0..9),
            cut in 1usize..14,
        ) {
            let emitted = Emitted { edges, per_rule: vec![3, 9], n_pairs_expected: 5 };
            prop_assert_eq!(Emitted::from_bytes(&emitted.to_bytes()).unwrap(), emitted.clone());
            let bytes = emitted.to_bytes();
            prop_assert!(Emitted::from_bytes(&bytes[..bytes.len() - cut]).is_err());
            let (keys, n_pairs) = keys.into_iter().unzip();
            let counted = Counted { counts: PatternCounts { keys, n_pairs }, n_pairs_expected: 7 };
            prop_assert_eq!(Counted::from_bytes(&counted.to_bytes()).unwrap(), counted.clone());
            prop_assert!(Emitted::from_bytes(&counted.to_bytes()).is_err());
        }
    }
}
