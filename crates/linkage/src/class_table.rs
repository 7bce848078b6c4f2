//! The probabilities of a mixture, laid out for walking over many patterns.

use crate::expectation_maximization::Parameters;
use crate::mixture::Mixture;

/// Shares and probabilities laid out for one walk over a pattern: all classes of a level side by side.
///
/// Products stay in the linear domain: thirty comparisons at [`PROBABILITY_MIN`] are still far above the smallest
/// number that a float holds.
pub(crate) struct ClassTable {
    shares: Vec<f64>,
    /// For each comparison, level by level, the probability in each class.
    rows: Vec<Vec<f64>>,
}

impl ClassTable {
    /// A table of given shares, and of a probability for each comparison, level and class.
    pub(crate) fn of(
        shares: Vec<f64>,
        n_levels: impl Iterator<Item = usize>,
        probability: impl Fn(usize, usize, usize) -> f64,
    ) -> Self {
        let row = |(comparison, n_levels): (usize, usize)| {
            let cells = (0..n_levels).flat_map(|level| (0..shares.len()).map(move |class| (level, class)));
            cells.map(|(level, class)| probability(comparison, level, class)).collect()
        };
        let rows = n_levels.enumerate().map(row).collect();
        Self { shares, rows }
    }

    pub(crate) fn new(mixture: &Mixture, parameters: &Parameters) -> Self {
        let n_comparisons = mixture.tables.first().map_or(0, Vec::len);
        let row = |comparison: usize| {
            let tables: Vec<&Vec<f64>> =
                mixture.tables.iter().map(|tables| &parameters.tables[tables[comparison]]).collect();
            let n_levels = tables.first().map_or(0, |table| table.len());
            (0..n_levels).flat_map(|level| tables.iter().map(move |table| table[level])).collect()
        };
        Self { shares: parameters.shares.clone(), rows: (0..n_comparisons).map(row).collect() }
    }

    /// Share of each class among all pairs.
    pub(crate) fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// For each comparison, level by level, the probability in each class.
    pub(crate) fn rows(&self) -> &[Vec<f64>] {
        &self.rows
    }

    /// A place for the probabilities of all classes.
    pub(crate) fn classes(&self) -> Vec<f64> {
        vec![0.0; self.shares.len()]
    }

    /// Share of each class among all pairs times the probability of the pattern in it.
    pub(crate) fn weigh(&self, pattern: &[u8], classes: &mut [f64]) {
        classes.copy_from_slice(&self.shares);
        let n = classes.len();
        for (row, level) in self.rows.iter().zip(pattern) {
            let from = usize::from(*level) * n;
            classes.iter_mut().zip(&row[from..from + n]).for_each(|(class, p)| *class *= p);
        }
    }
}
