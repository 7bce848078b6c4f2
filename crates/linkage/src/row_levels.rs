//! The patterns of the pairs of one record with those that follow it in its block, and their levels where other comparisons ask
//! for them.

use crate::sieve::LANES;

/// Where the level of a comparison counts in a pattern: the part of the number, and what one level adds to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Digit {
    pub(crate) part: usize,
    pub(crate) unit: u64,
}

/// The digits of comparisons that have so many levels each, and what one of each part adds to the whole number: as many comparisons
/// share a part as there is room for in 64 bits.
pub(crate) fn digits(n_levels: impl Iterator<Item = usize>) -> (Vec<Digit>, Vec<u128>) {
    let (mut digits, mut units) = (Vec::new(), vec![1u128]);
    let (mut unit, mut whole) = (1u64, 1u128);
    for n in n_levels {
        let next = unit.checked_mul(n as u64);
        if next.is_none() {
            units.push(whole);
            unit = 1;
        }
        digits.push(Digit { part: units.len() - 1, unit });
        unit = next.unwrap_or(n as u64);
        whole = whole.saturating_mul(n as u128);
    }
    (digits, units)
}

/// The pairs of a row. The patterns of so many more that the sieve takes at once lie behind them and mean nothing.
#[derive(Debug, Default)]
pub(crate) struct RowLevels {
    n_pairs: usize,
    width: usize,
    /// The levels of the first pair, then of the second; none where no comparison follows from others.
    levels: Vec<u8>,
    /// The first part of all patterns, then the next.
    parts: Vec<u64>,
}

impl RowLevels {
    /// So many pairs of so many comparisons, all at level 0. Levels are kept for a `width` that is not 0.
    pub(crate) fn begin(&mut self, n_pairs: usize, width: usize, n_parts: usize) {
        (self.n_pairs, self.width) = (n_pairs, width);
        self.levels.clear();
        self.levels.resize(n_pairs * width, 0);
        self.parts.clear();
        self.parts.resize(n_pairs.next_multiple_of(LANES) * n_parts, 0);
    }

    /// How many pairs there are.
    pub(crate) const fn n_pairs(&self) -> usize {
        self.n_pairs
    }

    /// Whether the levels are kept beside the patterns.
    pub(crate) const fn keeps_levels(&self) -> bool {
        self.width > 0
    }

    /// The levels of a pair, where they are kept.
    pub(crate) fn of(&self, pair: usize) -> &[u8] {
        &self.levels[pair * self.width..(pair + 1) * self.width]
    }

    /// A part of all patterns.
    pub(crate) fn part(&mut self, part: usize) -> &mut [u64] {
        let n = self.n_pairs.next_multiple_of(LANES);
        &mut self.parts[part * n..(part + 1) * n]
    }

    /// Sets the level of a comparison that stands at 0.
    #[inline]
    pub(crate) fn set(&mut self, pair: usize, slot: usize, level: u8, digit: Digit) {
        self.part(digit.part)[pair] += digit.unit * u64::from(level);
        self.keep(pair, slot, level);
    }

    /// Writes down a level that the pattern holds already, where levels are kept.
    #[inline]
    pub(crate) fn keep(&mut self, pair: usize, slot: usize, level: u8) {
        if self.keeps_levels() {
            self.levels[pair * self.width + slot] = level;
        }
    }

    /// Sets the level of a comparison for all pairs.
    pub(crate) fn set_all(&mut self, slot: usize, level: u8, digit: Digit) {
        let added = digit.unit * u64::from(level);
        self.part(digit.part).iter_mut().for_each(|pattern| *pattern += added);
        (0..self.n_pairs).for_each(|pair| self.keep(pair, slot, level));
    }

    /// The pattern of a pair; `units` says what one of each part counts.
    #[inline]
    pub(crate) fn pattern(&self, pair: usize, units: &[u128]) -> u128 {
        let n = self.n_pairs.next_multiple_of(LANES);
        match units {
            [_] => u128::from(self.parts[pair]),
            _ => {
                let parts = units.iter().enumerate();
                parts.map(|(part, unit)| unit * u128::from(self.parts[part * n + pair])).sum()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_pattern_in_parts_is_the_mixed_radix_number(
            comparisons in proptest::collection::vec((1usize..40, 0u8..40), 1..22), pair in 0usize..3,
        ) {
            let n_levels = || comparisons.iter().map(|(n, _)| *n);
            let (digits, units) = digits(n_levels());
            let mut row = RowLevels::default();
            row.begin(3, comparisons.len(), units.len());
            let (mut radix, mut expected) = (1u128, 0u128);
            for (slot, (n, level)) in comparisons.iter().enumerate() {
                let level = level % *n as u8;
                expected += radix * u128::from(level);
                radix *= *n as u128;
                row.set(pair, slot, level, digits[slot]);
                prop_assert_eq!(row.of(pair)[slot], level);
            }
            prop_assert_eq!(row.pattern(pair, &units), expected);
            prop_assert_eq!(row.pattern((pair + 1) % 3, &units), 0);
        }
    }
}
