//! How alike two texts are, and a cheap exact answer to "not alike enough".
//!
//! Nearly all pairs that blocking proposes differ, so each distinct value carries a signature of its letters from which
//! an upper bound of the letters in common follows in a few instructions; only pairs that pass it meet the kernel.

use rapidfuzz::distance::{jaro, jaro_winkler, levenshtein, osa};

use crate::kernel;
use crate::level_rule::LevelRule;

/// By how much a bound may fall short of the kernel through rounding.
const ROUNDING: f64 = 1e-9;

/// Which letters a text holds, each counted to two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Signature {
    /// Two bits for each of 32 classes of characters: the first, the second occurrence.
    bits: u64,
    /// Occurrences beyond the second, all classes together.
    overflow: u16,
    /// Length in bytes.
    len: u16,
    /// The first four bytes, padded with zero.
    prefix: [u8; 4],
}

impl Signature {
    pub(crate) fn of(text: &str) -> Self {
        let mut signature = Self { len: u16::try_from(text.len()).unwrap_or(u16::MAX), ..Self::default() };
        for (place, byte) in text.bytes().enumerate() {
            if let Some(slot) = signature.prefix.get_mut(place) {
                *slot = byte;
            }
            let shift = u32::from(byte % 32) * 2;
            match signature.bits >> shift & 3 {
                0 => signature.bits |= 1 << shift,
                1 => signature.bits |= 2 << shift,
                _ => signature.overflow = signature.overflow.saturating_add(1),
            }
        }
        signature
    }

    /// Length in bytes.
    pub(crate) const fn len(self) -> u32 {
        self.len as u32
    }

    /// No two texts with these signatures have more characters in common.
    fn common_max(self, other: Self) -> u32 {
        (self.bits & other.bits).count_ones() + u32::from(self.overflow.min(other.overflow))
    }

    /// The greatest Jaro similarity that two texts with these signatures can have.
    fn jaro_max(self, other: Self) -> f64 {
        let common = f64::from(self.common_max(other));
        if common == 0.0 {
            return 0.0;
        }
        ((common / f64::from(self.len) + common / f64::from(other.len) + 1.0) / 3.0).min(1.0)
    }

    /// The greatest Jaro–Winkler similarity that two texts with these signatures can have.
    pub(crate) fn jaro_winkler_max(self, other: Self) -> f64 {
        let jaro = self.jaro_max(other);
        let prefix = self.prefix.iter().zip(other.prefix).take_while(|(a, b)| **a == *b && *b != 0).count();
        (jaro + 0.1 * prefix as f64 * (1.0 - jaro)).min(1.0)
    }

    /// The least edit distance that two texts with these signatures can have.
    pub(crate) fn edits_min(self, other: Self) -> u32 {
        u32::from(self.len.max(other.len)).saturating_sub(self.common_max(other))
    }
}

/// The weakest that a list of configured levels asks of two different texts; a pair that cannot reach any of it needs no
/// kernel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Weakest {
    jaro_min: f64,
    jaro_winkler_min: f64,
    edits_max: Option<u32>,
}

impl Weakest {
    pub(crate) fn of(rules: &[LevelRule]) -> Self {
        let mut weakest = Self { jaro_min: f64::INFINITY, jaro_winkler_min: f64::INFINITY, edits_max: None };
        for rule in rules {
            match rule {
                LevelRule::Jaro(t) => weakest.jaro_min = weakest.jaro_min.min(*t),
                LevelRule::JaroWinkler(t) => weakest.jaro_winkler_min = weakest.jaro_winkler_min.min(*t),
                LevelRule::Levenshtein(n) | LevelRule::DamerauLevenshtein(n) => {
                    weakest.edits_max = weakest.edits_max.max(Some(*n));
                }
                LevelRule::Exact | LevelRule::Days(_) => {}
            }
        }
        weakest
    }

    /// Whether no level can hold for two different texts with these signatures.
    pub(crate) fn excludes(self, a: Signature, b: Signature) -> bool {
        self.edits_max.is_none_or(|max| a.edits_min(b) > max)
            && (self.jaro_winkler_min.is_infinite()
                || a.jaro_winkler_max(b) + ROUNDING < self.jaro_winkler_min)
            && (self.jaro_min.is_infinite() || a.jaro_max(b) + ROUNDING < self.jaro_min)
    }
}

/// Jaro–Winkler similarity in [0, 1]; prefix weight 0.1 over four characters when the Jaro similarity is above 0.7.
pub(crate) fn jaro_winkler_similarity(a: &str, b: &str) -> f64 {
    if kernel::fits(a, b) {
        kernel::jaro_winkler(a.as_bytes(), b.as_bytes())
    } else {
        jaro_winkler::similarity(a.chars(), b.chars())
    }
}

/// Jaro similarity in [0, 1].
pub(crate) fn jaro_similarity(a: &str, b: &str) -> f64 {
    if kernel::fits(a, b) {
        kernel::jaro(a.as_bytes(), b.as_bytes())
    } else {
        jaro::similarity(a.chars(), b.chars())
    }
}

/// Insertions, deletions and substitutions.
pub(crate) fn levenshtein_distance(a: &str, b: &str) -> u32 {
    if kernel::fits(a, b) {
        return kernel::edits(a.as_bytes(), b.as_bytes(), false);
    }
    levenshtein::distance(a.chars(), b.chars()).try_into().unwrap_or(u32::MAX)
}

/// As Levenshtein, an exchange of two neighbours counted as one (optimal string alignment).
pub(crate) fn edit_distance(a: &str, b: &str) -> u32 {
    if kernel::fits(a, b) {
        return kernel::edits(a.as_bytes(), b.as_bytes(), true);
    }
    osa::distance(a.chars(), b.chars()).try_into().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Jaro similarity written out from its definition, slowly.
    fn jaro_slow(a: &[char], b: &[char]) -> f64 {
        if a.is_empty() && b.is_empty() {
            return 1.0;
        }
        let window = (a.len().max(b.len()) / 2).saturating_sub(1);
        let mut taken = vec![false; b.len()];
        let mut from_a = Vec::new();
        for (i, c) in a.iter().enumerate() {
            let range = i.saturating_sub(window)..b.len().min(i + window + 1);
            if let Some(j) = range.into_iter().find(|j| !taken[*j] && b[*j] == *c) {
                taken[j] = true;
                from_a.push(*c);
            }
        }
        let from_b: Vec<char> = (0..b.len()).filter(|j| taken[*j]).map(|j| b[j]).collect();
        let m = from_a.len() as f64;
        if m == 0.0 {
            return 0.0;
        }
        let t = (from_a.iter().zip(&from_b).filter(|(x, y)| x != y).count() / 2) as f64;
        (m / a.len() as f64 + m / b.len() as f64 + (m - t) / m) / 3.0
    }

    proptest! {
        #[test]
        fn the_filter_never_rejects_what_the_kernel_accepts(a in "[a-e 0-3]{1,20}", b in "[a-e 0-3]{1,20}") {
            let (sa, sb) = (Signature::of(&a), Signature::of(&b));
            prop_assert!(sa.jaro_winkler_max(sb) + 1e-9 >= jaro_winkler_similarity(&a, &b));
            prop_assert!(sa.edits_min(sb) <= edit_distance(&a, &b));
            prop_assert!(sa.edits_min(sb) <= levenshtein_distance(&a, &b));
        }

        #[test]
        fn the_kernel_is_the_definition(a in "[a-d]{0,12}", b in "[a-d]{0,12}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let slow = jaro_slow(&chars(&a), &chars(&b));
            prop_assert!((jaro_similarity(&a, &b) - slow).abs() < 1e-9, "{} {}", jaro_similarity(&a, &b), slow);
        }
    }
}
