//! What m and u of each level rest on: the compared pairs that show it.

use serde::{Deserialize, Serialize};

use crate::class_table::ClassTable;
use crate::comparison::Comparison;
use crate::expectation_maximization::{Evidence, Parameters};
use crate::mixture::Mixture;
use crate::model::{probability, weight_bits};
use crate::pattern::PatternCounts;

/// The compared pairs that show a level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct LevelPairs {
    /// How many.
    pub n_pairs: u64,
    /// How many of them the model, before any labels, expects to be of one person.
    pub expected_same: f64,
}

/// For each comparison and level the compared pairs that show it.
pub(crate) fn level_pairs(
    mixture: &Mixture,
    evidence: &Evidence<'_>,
    parameters: &Parameters,
    counts: &PatternCounts,
) -> Vec<Vec<LevelPairs>> {
    let table = ClassTable::new(mixture, parameters);
    let mut classes = table.classes();
    let none = |comparison: &Comparison| vec![LevelPairs::default(); comparison.levels.len()];
    let mut found: Vec<Vec<LevelPairs>> = evidence.comparisons.iter().map(none).collect();
    for (levels, n_pairs) in evidence.levels.chunks(found.len()).zip(&counts.n_pairs) {
        let expected = *n_pairs as f64 * probability(weight_bits(mixture, &table, levels, &mut classes));
        for (of_comparison, level) in found.iter_mut().zip(levels) {
            let pairs = &mut of_comparison[usize::from(*level)];
            pairs.n_pairs += n_pairs;
            pairs.expected_same += expected;
        }
    }
    found
}
