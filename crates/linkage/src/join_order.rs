//! In what order pairs join: records that say the same come first.
//!
//! A weight comes from several classes of pairs, and the class of strangers or of relatives may explain two records that say the
//! same in everything better than two that differ a little: then the looser pair weighs more. That is right as evidence about
//! one pair. But where a record has to go to one of two clusters that must stay apart, it would go to the one that it resembles
//! less. So in the order of the joins a pair whose compared values are all equal weighs at least a little more than every pair
//! whose pattern it *dominates*: that agrees no more in any comparison. Equality surpasses whatever else the values may be to each
//! other, and that they cannot be compared. No probability follows from this order, nor whether two clusters may be joined at all.
//!
//! To raise every pattern above those that it dominates was tried too, not only those of equal values: it helped no copy more, and
//! the clusters of one invented register (the census of `cargo xtask bench accuracy`) lost 0.0006 of F1.

use std::collections::HashMap;

use crate::comparison::Comparison;
use crate::hashing::FixedState;

/// Patterns of equal values of a component that are held against all others, at most: those of the fewest values come first.
const PATTERNS_HELD_MAX: usize = 1_000;
/// Steps of a bit in which the order is told, so that sums of weights are exact and equal means stay equal: otherwise rounding
/// would part records that are alike in everything.
const STEPS_PER_BIT: f64 = (1 << 20) as f64;
/// What a pattern weighs more than those that it dominates, in bits.
const STEP_BITS: f64 = 1.0 / 1024.0;

/// The patterns of the pairs of a component, with their weights.
#[derive(Default)]
pub(crate) struct JoinOrder {
    places: HashMap<Vec<u8>, u32, FixedState>,
    /// Levels and weight of each pattern.
    patterns: Vec<(Vec<u8>, f64)>,
}

impl JoinOrder {
    /// The place of a pattern, of which the weight follows from its levels.
    pub(crate) fn place(&mut self, levels: Vec<u8>, bits: f64) -> u32 {
        let next = self.patterns.len() as u32;
        let place = *self.places.entry(levels.clone()).or_insert(next);
        if place == next {
            self.patterns.push((levels, bits));
        }
        place
    }

    /// The weight of a pattern.
    pub(crate) fn bits(&self, place: u32) -> f64 {
        self.patterns[place as usize].1
    }

    /// For each pattern what it weighs in the order of the joins.
    pub(crate) fn weights(&self, comparisons: &[Comparison]) -> Vec<f64> {
        let stepped = |bits: &f64| (bits * STEPS_PER_BIT).round() / STEPS_PER_BIT;
        let mut weights: Vec<f64> = self.patterns.iter().map(|(_, bits)| stepped(bits)).collect();
        let n_equal: Vec<usize> =
            self.patterns.iter().map(|(levels, _)| n_equal(comparisons, levels)).collect();
        let is_all_equal = |place: &usize| is_all_equal(comparisons, &self.patterns[*place].0);
        let mut raised: Vec<usize> = (0..weights.len()).filter(is_all_equal).collect();
        // What dominates another has more equal values, so that each is final when it is asked for.
        raised.sort_by_key(|place| n_equal[*place]);
        raised.truncate(PATTERNS_HELD_MAX);
        for place in raised {
            let below = (0..weights.len()).filter(|other| n_equal[*other] < n_equal[place]);
            let below = below.filter(|other| self.dominates(place, *other, comparisons));
            let least = below.map(|other| weights[other] + STEP_BITS).fold(f64::NEG_INFINITY, f64::max);
            weights[place] = weights[place].max(least);
        }
        weights
    }

    /// Whether a pattern agrees as much as another or more in every comparison.
    fn dominates(&self, place: usize, other: usize, comparisons: &[Comparison]) -> bool {
        let levels = self.patterns[place].0.iter().zip(&self.patterns[other].0);
        comparisons.iter().zip(levels).all(|(comparison, (a, b))| {
            let (of_a, of_b) = (&comparison.levels[usize::from(*a)], &comparison.levels[usize::from(*b)]);
            a == b || (of_a.is_exact && (!of_b.is_exact || of_a.band == of_b.band))
        })
    }
}

/// How many values are equal.
fn n_equal(comparisons: &[Comparison], levels: &[u8]) -> usize {
    let is_exact =
        |(comparison, level): &(&Comparison, &u8)| comparison.levels[usize::from(**level)].is_exact;
    comparisons.iter().zip(levels).filter(is_exact).count()
}

/// Whether all values that could be compared are equal, and some could.
fn is_all_equal(comparisons: &[Comparison], levels: &[u8]) -> bool {
    let each = || comparisons.iter().zip(levels).map(|(of, level)| &of.levels[usize::from(*level)]);
    each().any(|level| level.is_exact) && each().all(|level| level.is_exact || level.is_null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clustering::{Bond, average_link};
    use crate::comparison::tests::text;
    use proptest::prelude::*;

    const WIDTH: usize = 3;

    proptest! {
        #[test]
        fn equal_records_come_before_all_that_agree_less(
            patterns in proptest::collection::btree_map(proptest::collection::vec(0u8..12, WIDTH), -40i32..60, 1..30)
        ) {
            let comparisons = [text("a"), text("b"), text("c")];
            let null = comparisons[0].null();
            let of = |level: u8, slot: usize| &comparisons[slot].levels[usize::from(level)];
            let mut order = JoinOrder::default();
            for (levels, bits) in patterns {
                order.place(levels.iter().map(|level| null.saturating_sub(*level)).collect(), f64::from(bits));
            }
            let weights = order.weights(&comparisons);
            for (a, (levels_a, bits)) in order.patterns.iter().enumerate() {
                prop_assert!(weights[a] >= *bits);
                let is_equal = (0..WIDTH).all(|slot| of(levels_a[slot], slot).is_exact || levels_a[slot] == null)
                    && levels_a.iter().any(|level| *level != null);
                prop_assert!(is_equal || weights[a].to_bits() == bits.to_bits(), "others keep their weight");
                for (b, (levels_b, _)) in order.patterns.iter().enumerate().filter(|(b, _)| is_equal && *b != a) {
                    let surpasses = |slot: usize| {
                        levels_a[slot] == levels_b[slot]
                            || (of(levels_a[slot], slot).is_exact && !of(levels_b[slot], slot).is_exact)
                    };
                    let is_below = (0..WIDTH).all(surpasses);
                    prop_assert!(!is_below || weights[a] > weights[b], "{levels_a:?} {levels_b:?}");
                }
            }
        }
    }

    /// A record, another that it must be kept apart from, and forty copies of the first: they go with it although a copy and
    /// the other weigh more.
    #[test]
    fn copies_go_with_their_record_whatever_weighs_more() {
        let comparisons = [text("a"), text("b")];
        let (same, near) = (comparisons[0].null() - 1, 3);
        let mut order = JoinOrder::default();
        let (equal, loose) = (order.place(vec![same, same], 31.8), order.place(vec![same, near], 49.0));
        let clusters = |weights: &[f64]| {
            average_link(42, |i, j| match (i, j) {
                (0, 1) => (Bond::Cannot, 0.0),
                _ if i == 1 => (Bond::Weight(49.0), weights[loose as usize]),
                _ => (Bond::Weight(31.8), weights[equal as usize]),
            })
        };
        let n_with = |of: Vec<usize>, record: usize| of[2..].iter().filter(|of| **of == record).count();
        assert_eq!(n_with(clusters(&order.weights(&comparisons)), 0), 40);
        assert!(n_with(clusters(&[31.8, 49.0]), 1) > 0, "by their weights alone copies go to the other");
    }
}
