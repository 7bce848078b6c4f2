//! Bit-parallel kernels for short texts of one byte a character: the exact similarity and distances in tens of
//! nanoseconds. Longer texts and other scripts go to rapidfuzz; a property test holds the two together.

/// Longest text, in bytes, that fits the one word of a kernel.
pub(crate) const KERNEL_BYTES_MAX: usize = 64;
/// Characters that a kernel knows: ASCII.
const N_CHARACTERS: usize = 128;
/// Characters at the beginning that raise the Jaro–Winkler similarity.
const PREFIX_CHARS_MAX: usize = 4;
/// Weight of each of them.
const PREFIX_WEIGHT: f64 = 0.1;
/// Jaro similarity above which they count.
pub(crate) const PREFIX_SIMILARITY_MIN: f64 = 0.7;

/// Whether both texts fit the kernels.
pub(crate) fn fits(a: &[u8], b: &[u8]) -> bool {
    is_short(a) && is_short(b)
}

/// Whether a text fits them.
pub(crate) fn is_short(text: &[u8]) -> bool {
    text.len() <= KERNEL_BYTES_MAX && text.is_ascii()
}

/// For each character the places of a text where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Places([u64; N_CHARACTERS]);

impl Places {
    /// Those of the empty text.
    pub(crate) const NONE: Self = Self([0; N_CHARACTERS]);

    fn of(text: &[u8]) -> Self {
        let mut places = Self::NONE;
        places.add(text);
        places
    }

    /// Makes the places of the empty text those of a text that fits.
    pub(crate) fn add(&mut self, text: &[u8]) {
        for (place, byte) in text.iter().enumerate() {
            self.0[usize::from(byte & 127)] |= 1 << place;
        }
    }

    /// Makes the places of a text those of the empty one.
    pub(crate) fn remove(&mut self, text: &[u8]) {
        text.iter().for_each(|byte| self.0[usize::from(byte & 127)] = 0);
    }

    fn at(&self, byte: u8) -> u64 {
        self.0[usize::from(byte & 127)]
    }
}

/// Jaro similarity in [0, 1] of two texts that [fit](fits).
pub(crate) fn jaro(a: &[u8], b: &[u8]) -> f64 {
    jaro_at(&Places::of(a), a, b)
}

/// The same, with the places of the first.
pub(crate) fn jaro_at(places: &Places, a: &[u8], b: &[u8]) -> f64 {
    match (a.len(), b.len()) {
        (0, 0) => return 1.0,
        (0, _) | (_, 0) => return 0.0,
        (1, 1) => return f64::from(u8::from(a == b)),
        _ => {}
    }
    let bound = a.len().max(b.len()) / 2 - 1;
    let (mut taken_a, mut taken_b) = (0u64, 0u64);
    let mut window = low_bits(bound + 1);
    for (place, byte) in b.iter().enumerate() {
        let free = places.at(*byte) & window & !taken_a;
        taken_a |= free & free.wrapping_neg();
        taken_b |= u64::from(free != 0) << place;
        window = window << 1 | u64::from(place < bound);
    }
    let common = taken_a.count_ones();
    if common == 0 {
        return 0.0;
    }
    let mut exchanged = 0u32;
    while taken_b != 0 {
        let byte = b[taken_b.trailing_zeros() as usize];
        let lowest = taken_a & taken_a.wrapping_neg();
        exchanged += u32::from(places.at(byte) & lowest == 0);
        taken_a &= taken_a - 1;
        taken_b &= taken_b - 1;
    }
    let (common, transpositions) = (f64::from(common), f64::from(exchanged / 2));
    (common / a.len() as f64 + common / b.len() as f64 + (common - transpositions) / common) / 3.0
}

/// Jaro–Winkler similarity in [0, 1] of two texts that [fit](fits).
pub(crate) fn jaro_winkler(a: &[u8], b: &[u8]) -> f64 {
    jaro_winkler_at(&Places::of(a), a, b)
}

/// The same, with the places of the first.
pub(crate) fn jaro_winkler_at(places: &Places, a: &[u8], b: &[u8]) -> f64 {
    let jaro = jaro_at(places, a, b);
    if jaro <= PREFIX_SIMILARITY_MIN {
        return jaro;
    }
    let prefix = a.iter().zip(b).take(PREFIX_CHARS_MAX).take_while(|(x, y)| x == y).count();
    jaro + prefix as f64 * PREFIX_WEIGHT * (1.0 - jaro)
}

/// Insertions, deletions and substitutions between two texts that [fit](fits); with `exchanges` an exchange of two
/// neighbours counts as one (optimal string alignment; Hyyrö 2003).
pub(crate) fn edits(a: &[u8], b: &[u8], exchanges: bool) -> u32 {
    edits_at(&Places::of(a), a, b, exchanges)
}

/// The same, with the places of the first.
pub(crate) fn edits_at(places: &Places, a: &[u8], b: &[u8], exchanges: bool) -> u32 {
    if a.is_empty() {
        return b.len() as u32;
    }
    let last = 1u64 << (a.len() - 1);
    let (mut up, mut down, mut diagonal, mut before) = (!0u64, 0u64, 0u64, 0u64);
    let mut distance = a.len() as u32;
    for byte in b {
        let here = places.at(*byte);
        let exchanged = if exchanges { (!diagonal & here) << 1 & before } else { 0 };
        diagonal = ((here & up).wrapping_add(up) ^ up) | here | down | exchanged;
        let (right, left) = (down | !(diagonal | up), diagonal & up);
        distance += u32::from(right & last != 0);
        distance -= u32::from(left & last != 0);
        let (right, left) = (right << 1 | 1, left << 1);
        up = left | !(diagonal | right);
        down = right & diagonal;
        before = here;
    }
    distance
}

/// The lowest `n` bits, `n` at least 1.
const fn low_bits(n: usize) -> u64 {
    if n >= 64 { u64::MAX } else { (1 << n) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rapidfuzz::distance;

    fn check(a: &str, b: &str) -> Result<(), TestCaseError> {
        let (x, y) = (a.as_bytes(), b.as_bytes());
        prop_assert!(fits(x, y));
        prop_assert_eq!(jaro(x, y).to_bits(), distance::jaro::similarity(a.bytes(), b.bytes()).to_bits());
        let exact = distance::jaro_winkler::similarity(a.bytes(), b.bytes());
        prop_assert_eq!(jaro_winkler(x, y).to_bits(), exact.to_bits());
        prop_assert_eq!(edits(x, y, false) as usize, distance::levenshtein::distance(a.bytes(), b.bytes()));
        prop_assert_eq!(edits(x, y, true) as usize, distance::osa::distance(a.bytes(), b.bytes()));
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_096))]

        #[test]
        fn kernels_are_rapidfuzz_on_few_letters(a in "[a-c]{0,64}", b in "[a-c]{0,64}") {
            check(&a, &b)?;
        }

        #[test]
        fn kernels_are_rapidfuzz_on_names(a in "[a-h ]{0,12}", b in "[a-h ]{0,12}") {
            check(&a, &b)?;
        }

        #[test]
        fn kernels_are_rapidfuzz_near_equality(a in "[a-z0-9]{1,20}", at in 0usize..20, c in "[a-z]", how in 0u8..4) {
            let at = at.min(a.len() - 1);
            let mut b: Vec<char> = a.chars().collect();
            match how {
                0 => b[at] = c.chars().next().unwrap_or('a'),
                1 => { b.remove(at); }
                2 => b.insert(at, 'q'),
                _ => b.swap(at, a.len() - 1 - at),
            }
            check(&a, &b.into_iter().collect::<String>())?;
        }
    }

    #[test]
    fn longer_and_foreign_texts_do_not_fit() {
        assert!(fits(b"", &[b'a'; KERNEL_BYTES_MAX]));
        assert!(!fits(b"", &[b'a'; KERNEL_BYTES_MAX + 1]));
        assert!(!fits("é".as_bytes(), b"e"));
    }
}
