//! The filter of texts without a division: how many letters two texts must have in common, by their lengths and prefix.

use crate::similarity::{PREFIX_BYTES, Signature, Weakest};

/// What a bound of similarity depends on beside the letters in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Lengths in bytes.
    pub(crate) lens: [u32; 2],
    /// At how many places, of the first four, they agree before they differ.
    pub(crate) prefix: u32,
}

/// Texts of this length and more are judged by the bound itself.
const LENGTHS: usize = 48;
/// Prefixes of none to four letters.
const PREFIXES: usize = PREFIX_BYTES as usize + 1;
/// More letters than two texts of the table can have in common.
const NEVER: u8 = u8::MAX;

/// For a bar the fewest letters in common with which two different texts can reach it.
#[derive(Debug, Clone)]
pub(crate) struct LettersNeeded {
    weakest: Weakest,
    /// By the one length, the other length, and the prefix. Empty where each pair asks the bound itself.
    least: Vec<u8>,
}

impl LettersNeeded {
    pub(crate) fn of(weakest: Weakest) -> Self {
        let mut least = Vec::with_capacity(LENGTHS * LENGTHS * PREFIXES);
        for one in 0..LENGTHS {
            for other in 0..LENGTHS {
                for prefix in 0..PREFIXES {
                    let shape = Shape { lens: [one as u32, other as u32], prefix: prefix as u32 };
                    let reaches = |common: &u8| !weakest.excludes_common(u32::from(*common), shape);
                    least.push((0..=one.max(other) as u8).find(reaches).unwrap_or(NEVER));
                }
            }
        }
        Self { weakest, least }
    }

    /// Without the table: to make it costs more than the few pairs of one record would gain.
    pub(crate) const fn without_table(weakest: Weakest) -> Self {
        Self { weakest, least: Vec::new() }
    }

    /// Whether two different texts with these signatures cannot reach the bar.
    pub(crate) fn excludes(&self, a: Signature, b: Signature) -> bool {
        let (one, other) = (a.len() as usize, b.len() as usize);
        if one >= LENGTHS || other >= LENGTHS || self.least.is_empty() {
            return self.weakest.excludes(a, b);
        }
        let least = self.least[(one * LENGTHS + other) * PREFIXES + a.shared_prefix(b) as usize];
        a.common_max(b) < u32::from(least)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_table_is_the_bound(a in "[a-e 0-3]{1,60}", b in "[a-e 0-3]{1,60}", t in 0.3f64..1.0, n in 0u32..4) {
            prop_assume!(a != b);
            let (a, b) = (Signature::of(&a), Signature::of(&b));
            for weakest in [Weakest::jaro_winkler(t), Weakest::edits(n), Weakest::of(&[])] {
                prop_assert_eq!(LettersNeeded::of(weakest).excludes(a, b), weakest.excludes(a, b));
                prop_assert_eq!(LettersNeeded::without_table(weakest).excludes(a, b), weakest.excludes(a, b));
            }
        }
    }
}
