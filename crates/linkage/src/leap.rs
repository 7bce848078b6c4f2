//! Fewer iterations: a leap along the way that two steps of expectation and maximization took (SQUAREM, Varadhan and Roland 2008).
//!
//! A step moves the estimate by a share of what is left; near the end the share is small and every step goes the same way. From
//! two steps the length of the way follows, and one leap does the work of many steps. A leap may overshoot, so whoever leaps
//! keeps the place from which it leapt unless the likelihood grew.

use crate::comparison::Comparison;
use crate::expectation_maximization::{PROBABILITY_MIN, Parameters, SHARE_MIN};
use crate::meaning;
use crate::mixture::Mixture;

/// A leap is at most so many times as long as the first of its two steps.
const LENGTH_MAX: f64 = 64.0;

/// Where the way from `a` over `b` to `c` leads; `None` where it ends at `c`.
pub(crate) fn leap(
    mixture: &Mixture,
    comparisons: &[Comparison],
    [a, b, c]: [&Parameters; 3],
) -> Option<Parameters> {
    let [a, b, c] = [a, b, c].map(coordinates);
    let first: Vec<f64> = b.iter().zip(&a).map(|(b, a)| b - a).collect();
    let bend: Vec<f64> = c.iter().zip(&b).zip(&first).map(|((c, b), first)| c - b - first).collect();
    let norm = |way: &[f64]| way.iter().map(|x| x * x).sum::<f64>().sqrt();
    let length = (norm(&first) / norm(&bend).max(f64::MIN_POSITIVE)).min(LENGTH_MAX);
    if length <= 1.0 {
        return None;
    }
    let end = a.iter().zip(&first).zip(&bend);
    let end: Vec<f64> =
        end.map(|((a, first), bend)| a + 2.0 * length * first + length * length * bend).collect();
    Some(parameters(mixture, comparisons, &end))
}

/// Shares as logarithms, because a class is rare or not by orders of magnitude; probabilities of levels as square roots, in
/// which a step is as long for a rare level as for a common one.
fn coordinates(parameters: &Parameters) -> Vec<f64> {
    let shares = parameters.shares.iter().map(|share| share.max(SHARE_MIN).ln());
    shares.chain(parameters.tables.iter().flatten().map(|p| p.sqrt())).collect()
}

/// The parameters at a place: probabilities that add up to 1 and keep to the meaning of their classes.
fn parameters(mixture: &Mixture, comparisons: &[Comparison], place: &[f64]) -> Parameters {
    let (shares, mut rest) = place.split_at(mixture.classes.len());
    let mut shares: Vec<f64> = shares.iter().map(|share| share.min(0.0).exp()).collect();
    mixture.tie(&mut shares);
    let total: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share = (*share / total).max(SHARE_MIN));
    let mut tables = Vec::with_capacity(mixture.owners.len());
    for (owner, slot) in &mixture.owners {
        let comparison = &comparisons[*slot];
        let (of_table, others) = rest.split_at(comparison.levels.len());
        rest = others;
        let mut table: Vec<f64> = of_table.iter().map(|x| x.max(0.0).powi(2).max(PROBABILITY_MIN)).collect();
        normalize(comparison, &mut table);
        meaning::keep(*owner, comparison, &mut table);
        tables.push(table);
    }
    let mut parameters = Parameters { shares, tables };
    meaning::keep_exceptions(mixture, comparisons, &mut parameters);
    parameters
}

/// Makes the probabilities of each context add up to 1; null keeps its 1.
fn normalize(comparison: &Comparison, table: &mut [f64]) {
    let levels = &comparison.levels;
    for context in 0..=levels.iter().map(|level| level.context).max().unwrap_or(0) {
        let of_context = |level: &crate::level::Level| level.context == context && !level.is_null;
        let sum: f64 =
            levels.iter().zip(&*table).filter(|(level, _)| of_context(level)).map(|(_, p)| p).sum();
        let members = levels.iter().zip(&mut *table).filter(|(level, _)| of_context(level));
        members.for_each(|(_, p)| *p /= sum);
    }
    levels.iter().zip(table).filter(|(level, _)| level.is_null).for_each(|(_, p)| *p = 1.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::tests::text;

    /// Where a way leads on which each step goes `factor` of the one before, from 0.2 towards 0.2 + 0.1 / (1 - factor).
    fn check(factor: f64, expected: Option<f64>) {
        let comparisons = [text("place")];
        let mixture = Mixture::new(&comparisons, 100.0);
        let n_levels = comparisons[0].levels.len() - 1;
        let at = |root: f64| {
            let mut table = vec![(1.0 - root * root) / (n_levels - 1) as f64; n_levels];
            table[0] = root * root;
            table.push(1.0);
            let shares = vec![1.0 / mixture.classes.len() as f64; mixture.classes.len()];
            Parameters { shares, tables: vec![table; mixture.owners.len()] }
        };
        let way = [at(0.2), at(0.3), at(0.3 + 0.1 * factor)];
        let found = leap(&mixture, &comparisons, [&way[0], &way[1], &way[2]]);
        let root = found.as_ref().map(|found| found.tables[0][0].sqrt());
        assert_eq!(root.is_some(), expected.is_some(), "{factor}: {root:?}");
        let (Some(root), Some(expected), Some(found)) = (root, expected, found) else { return };
        assert!((root - expected).abs() < 0.03, "{factor}: {root}, expected {expected}");
        let sum: f64 = found.tables[0][..n_levels].iter().sum();
        assert!((sum - 1.0).abs() < 1e-9 && found.tables[0][n_levels] == 1.0, "{:?}", found.tables[0]);
    }

    #[test]
    fn a_leap_goes_where_the_steps_lead() {
        check(0.5, Some(0.4));
        check(0.7, Some(0.533));
        check(-0.5, None);
    }
}
