//! The levels of the pairs of one record with those that follow it in its block, and their patterns.

/// Levels pair by pair; each pair's pattern is kept along.
#[derive(Debug, Default)]
pub(crate) struct RowLevels {
    width: usize,
    /// The levels of the first pair, then of the second.
    levels: Vec<u8>,
    /// The patterns as mixed-radix numbers.
    pub(crate) keys: Vec<u128>,
}

impl RowLevels {
    /// So many pairs of so many comparisons, all at level 0.
    pub(crate) fn begin(&mut self, n_pairs: usize, width: usize) {
        self.width = width;
        self.levels.clear();
        self.levels.resize(n_pairs * width, 0);
        self.keys.clear();
        self.keys.resize(n_pairs, 0);
    }

    /// How many pairs there are.
    pub(crate) fn n_pairs(&self) -> usize {
        self.keys.len()
    }

    /// The levels of a pair.
    pub(crate) fn of(&self, pair: usize) -> &[u8] {
        &self.levels[pair * self.width..(pair + 1) * self.width]
    }

    /// Sets the level of a comparison that stands at 0; `radix` is what one level of it counts in a pattern.
    #[inline]
    pub(crate) fn set(&mut self, pair: usize, slot: usize, level: u8, radix: u128) {
        self.levels[pair * self.width + slot] = level;
        self.keys[pair] += radix * u128::from(level);
    }

    /// Sets the level of a comparison for all pairs.
    pub(crate) fn set_all(&mut self, slot: usize, level: u8, radix: u128) {
        self.levels.iter_mut().skip(slot).step_by(self.width).for_each(|at| *at = level);
        let added = radix * u128::from(level);
        self.keys.iter_mut().for_each(|key| *key += added);
    }
}
