//! How alike two texts are, and a cheap exact answer to "not alike enough".
//!
//! Nearly all pairs that blocking proposes differ, so each distinct value carries a signature of its letters from which
//! an upper bound of the letters in common follows in a few instructions; only pairs that pass it meet the kernel.

use rapidfuzz::distance::{jaro, jaro_winkler, levenshtein, osa};

use crate::kernel;
use crate::letters::LettersOf;
use crate::letters_needed::Shape;
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
    /// The first four bytes, the first lowest, padded with zero.
    prefix: u32,
}

/// Bytes of a prefix that Jaro–Winkler similarity rewards ...
pub(crate) const PREFIX_BYTES: u32 = 4;
/// ... each by so much of what is missing from 1.
const PREFIX_WEIGHT: f64 = 0.1;

impl Signature {
    pub(crate) fn of(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    /// The signature of a text, from its bytes.
    pub(crate) fn of_bytes(text: &[u8]) -> Self {
        let mut signature = Self { len: u16::try_from(text.len()).unwrap_or(u16::MAX), ..Self::default() };
        for (place, byte) in text.iter().copied().enumerate() {
            if place < PREFIX_BYTES as usize {
                signature.prefix |= u32::from(byte) << (8 * place);
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

    /// The same, as it lies beside others.
    pub(crate) const fn letters(self) -> LettersOf {
        let size = self.len as u32 | (self.overflow as u32) << 16;
        LettersOf { bits: self.bits, size, prefix: self.prefix }
    }

    /// The signature of a value that lay beside others.
    pub(crate) const fn of_letters(letters: LettersOf) -> Self {
        let (len, overflow) = (letters.len() as u16, letters.overflow() as u16);
        Self { bits: letters.bits, overflow, len, prefix: letters.prefix }
    }

    /// No two texts with these signatures have more characters in common.
    pub(crate) fn common_max(self, other: Self) -> u32 {
        (self.bits & other.bits).count_ones() + u32::from(self.overflow.min(other.overflow))
    }

    /// At how many places, of the first four, two texts agree before they differ; they are not the same text.
    pub(crate) const fn shared_prefix(self, other: Self) -> u32 {
        let same = (self.prefix ^ other.prefix).trailing_zeros() / 8;
        if same < PREFIX_BYTES { same } else { PREFIX_BYTES }
    }

    const fn shape(self, other: Self) -> Shape {
        Shape { lens: [self.len as u32, other.len as u32], prefix: self.shared_prefix(other) }
    }

    /// The greatest Jaro–Winkler similarity that two texts with these signatures can have.
    pub(crate) fn jaro_winkler_max(self, other: Self) -> f64 {
        jaro_winkler_max(self.common_max(other), self.shape(other))
    }

    /// The least edit distance that two texts with these signatures can have.
    #[cfg(test)]
    fn edits_min(self, other: Self) -> u32 {
        edits_min(self.common_max(other), self.shape(other))
    }
}

/// The greatest Jaro similarity of two texts that have so many letters in common.
fn jaro_max(common: u32, shape: Shape) -> f64 {
    if common == 0 {
        return 0.0;
    }
    let share = |len: u32| f64::from(common) / f64::from(len);
    ((share(shape.lens[0]) + share(shape.lens[1]) + 1.0) / 3.0).min(1.0)
}

fn jaro_winkler_max(common: u32, shape: Shape) -> f64 {
    let jaro = jaro_max(common, shape);
    (jaro + PREFIX_WEIGHT * f64::from(shape.prefix) * (1.0 - jaro)).min(1.0)
}

const fn edits_min(common: u32, shape: Shape) -> u32 {
    let longer = if shape.lens[0] > shape.lens[1] { shape.lens[0] } else { shape.lens[1] };
    longer.saturating_sub(common)
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

    /// Texts that are at least so alike.
    pub(crate) const fn jaro_winkler(min: f64) -> Self {
        Self { jaro_min: f64::INFINITY, jaro_winkler_min: min, edits_max: None }
    }

    /// Texts at most so many edits apart.
    pub(crate) const fn edits(max: u32) -> Self {
        Self { jaro_min: f64::INFINITY, jaro_winkler_min: f64::INFINITY, edits_max: Some(max) }
    }

    /// Whether no two different texts can reach it.
    pub(crate) const fn is_unreachable(self) -> bool {
        self.edits_max.is_none() && self.jaro_min.is_infinite() && self.jaro_winkler_min.is_infinite()
    }

    /// How many edits apart two texts may be; `None` when no level counts edits.
    pub(crate) const fn edits_max(self) -> Option<u32> {
        self.edits_max
    }

    /// The least sum of the shares of letters in common, of the one text and of the other, with which texts of a shared prefix can
    /// reach a similarity; infinite when no level asks for one.
    pub(crate) fn common_share_min(self, prefix: u32) -> f64 {
        let boost = PREFIX_WEIGHT * f64::from(prefix);
        // Below this similarity a shared prefix does not count.
        let least = self.jaro_winkler_min.min(kernel::PREFIX_SIMILARITY_MIN);
        let boosted = (self.jaro_winkler_min - boost) / (1.0 - boost);
        3.0 * (boosted.max(least).min(self.jaro_min) - ROUNDING) - 1.0
    }

    /// Whether no level can hold for two different texts with these signatures.
    pub(crate) fn excludes(self, a: Signature, b: Signature) -> bool {
        self.excludes_common(a.common_max(b), a.shape(b))
    }

    /// Whether no level can hold for two different texts that have at most so many letters in common. What is excluded
    /// with so many letters in common is excluded with fewer.
    pub(crate) fn excludes_common(self, common: u32, shape: Shape) -> bool {
        self.edits_max.is_none_or(|max| edits_min(common, shape) > max)
            && (self.jaro_winkler_min.is_infinite()
                || jaro_winkler_max(common, shape) + ROUNDING < self.jaro_winkler_min)
            && (self.jaro_min.is_infinite() || jaro_max(common, shape) + ROUNDING < self.jaro_min)
    }
}

/// A text that is compared with others: where its characters stand is worked out once.
#[derive(Debug)]
pub(crate) struct Compared {
    places: kernel::Places,
    text: Vec<u8>,
    /// Whether the kernel takes it.
    is_short: bool,
    /// Whose text it is.
    of: Option<(usize, u32)>,
}

impl Default for Compared {
    fn default() -> Self {
        Self { places: kernel::Places::NONE, text: Vec::new(), is_short: true, of: None }
    }
}

impl Compared {
    /// The text of a code of an attribute.
    pub(crate) fn hold<'a>(&mut self, slot: usize, code: u32, text: impl FnOnce() -> &'a [u8]) {
        if self.of == Some((slot, code)) {
            return;
        }
        if self.is_short {
            self.places.remove(&self.text);
        }
        self.text.clear();
        self.text.extend_from_slice(text());
        self.is_short = kernel::is_short(&self.text);
        if self.is_short {
            self.places.add(&self.text);
        }
        self.of = Some((slot, code));
    }

    /// Jaro–Winkler similarity in [0, 1] with another text.
    pub(crate) fn jaro_winkler_similarity(&self, other: &[u8]) -> f64 {
        if self.takes(other) {
            return kernel::jaro_winkler_at(&self.places, &self.text, other);
        }
        of_bytes::jaro_winkler_similarity(&self.text, other)
    }

    /// Jaro similarity in [0, 1].
    pub(crate) fn jaro_similarity(&self, other: &[u8]) -> f64 {
        if self.takes(other) {
            return kernel::jaro_at(&self.places, &self.text, other);
        }
        of_bytes::jaro_similarity(&self.text, other)
    }

    /// Insertions, deletions and substitutions.
    pub(crate) fn levenshtein_distance(&self, other: &[u8]) -> u32 {
        if self.takes(other) {
            return kernel::edits_at(&self.places, &self.text, other, false);
        }
        of_bytes::levenshtein_distance(&self.text, other)
    }

    /// As Levenshtein, an exchange of two neighbours counted as one.
    pub(crate) fn edit_distance(&self, other: &[u8]) -> u32 {
        if self.takes(other) {
            return kernel::edits_at(&self.places, &self.text, other, true);
        }
        of_bytes::edit_distance(&self.text, other)
    }

    fn takes(&self, other: &[u8]) -> bool {
        self.is_short && kernel::is_short(other)
    }
}

/// Jaro–Winkler similarity in [0, 1]; prefix weight 0.1 over four characters when the Jaro similarity is above 0.7.
pub(crate) fn jaro_winkler_similarity(a: &str, b: &str) -> f64 {
    of_bytes::jaro_winkler_similarity(a.as_bytes(), b.as_bytes())
}

/// As Levenshtein, an exchange of two neighbours counted as one (optimal string alignment).
pub(crate) fn edit_distance(a: &str, b: &str) -> u32 {
    of_bytes::edit_distance(a.as_bytes(), b.as_bytes())
}

/// The same of texts given by their bytes.
pub(crate) mod of_bytes {
    use super::{jaro, jaro_winkler, kernel, levenshtein, osa};

    fn text(bytes: &[u8]) -> &str {
        str::from_utf8(bytes).unwrap_or_default()
    }

    /// Jaro–Winkler similarity in [0, 1].
    pub(crate) fn jaro_winkler_similarity(a: &[u8], b: &[u8]) -> f64 {
        if kernel::fits(a, b) {
            kernel::jaro_winkler(a, b)
        } else {
            jaro_winkler::similarity(text(a).chars(), text(b).chars())
        }
    }

    /// Jaro similarity in [0, 1].
    pub(crate) fn jaro_similarity(a: &[u8], b: &[u8]) -> f64 {
        if kernel::fits(a, b) {
            kernel::jaro(a, b)
        } else {
            jaro::similarity(text(a).chars(), text(b).chars())
        }
    }

    /// Insertions, deletions and substitutions.
    pub(crate) fn levenshtein_distance(a: &[u8], b: &[u8]) -> u32 {
        if kernel::fits(a, b) {
            return kernel::edits(a, b, false);
        }
        levenshtein::distance(text(a).chars(), text(b).chars()).try_into().unwrap_or(u32::MAX)
    }

    /// As Levenshtein, an exchange of two neighbours counted as one.
    pub(crate) fn edit_distance(a: &[u8], b: &[u8]) -> u32 {
        if kernel::fits(a, b) {
            return kernel::edits(a, b, true);
        }
        osa::distance(text(a).chars(), text(b).chars()).try_into().unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::of_bytes::{jaro_similarity, levenshtein_distance};
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
        fn a_text_held_is_compared_as_it_is(
            texts in proptest::collection::vec("[a-cé]{0,70}|[a-d]{0,9}", 1..6), other in "[a-cé]{0,70}|[a-d]{0,9}",
        ) {
            let mut compared = Compared::default();
            let b = other.as_bytes();
            for (code, text) in texts.iter().enumerate() {
                let a = text.as_bytes();
                compared.hold(0, code as u32, || a);
                prop_assert_eq!(compared.jaro_winkler_similarity(b), of_bytes::jaro_winkler_similarity(a, b));
                prop_assert_eq!(compared.jaro_similarity(b), jaro_similarity(a, b));
                prop_assert_eq!(compared.levenshtein_distance(b), levenshtein_distance(a, b));
                prop_assert_eq!(compared.edit_distance(b), of_bytes::edit_distance(a, b));
            }
        }

        #[test]
        fn the_filter_never_rejects_what_the_kernel_accepts(a in "[a-e 0-3]{1,20}", b in "[a-e 0-3]{1,20}") {
            let (sa, sb) = (Signature::of(&a), Signature::of(&b));
            prop_assert!(sa.jaro_winkler_max(sb) + 1e-9 >= jaro_winkler_similarity(&a, &b));
            prop_assert!(sa.edits_min(sb) <= edit_distance(&a, &b));
            prop_assert!(sa.edits_min(sb) <= levenshtein_distance(a.as_bytes(), b.as_bytes()));
        }

        #[test]
        fn the_kernel_is_the_definition(a in "[a-d]{0,12}", b in "[a-d]{0,12}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let slow = jaro_slow(&chars(&a), &chars(&b));
            let found = jaro_similarity(a.as_bytes(), b.as_bytes());
            prop_assert!((found - slow).abs() < 1e-9, "{} {}", found, slow);
        }
    }
}
