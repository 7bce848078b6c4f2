//! How many pairs inside the clusters are expected to be of different people.
//!
//! The probability of a pair says what its own two records tell. Inside a cluster a third record tells more: where both are
//! surely of one person with it, so are they with each other, however little they have in common. So each pair is weighed with the third record
//! that says most, over the five ways in which three records can be of one person, of two or of three, each as likely as the product of the odds of the
//! pairs that it joins. Pairs alone would expect three to ten times too many false ones.

use crate::by_shift::{ByShift, N_SHIFTS, Odds, fixed_odds, odds_of};
use crate::link::{Linked, Pair};
use crate::pair_redraws::nats;

/// Third records of a cluster that a pair is weighed with, at most.
const THIRD_RECORDS_MAX: usize = 32;

/// The pairs inside the clusters of a run that are expected to be of different people.
pub(crate) fn false_inside(linked: &Linked) -> ByShift {
    let cluster_of = &linked.clusters.cluster_of;
    let cluster = |pair: &&Pair| cluster_of[pair.l as usize];
    let is_inside = |pair: &&Pair| cluster(pair) == cluster_of[pair.r as usize];
    let mut inside: Vec<&Pair> = linked.pairs.iter().filter(is_inside).collect();
    inside.sort_by_key(cluster);
    let patterns = &linked.model.patterns;
    // A pair that is not written has less than all that are.
    let least = patterns.iter().map(|pattern| nats(pattern).0).fold(0.0, f64::min) - 1.0;
    let (unwritten, sure) = (fixed_odds(least), fixed_odds(f64::INFINITY));
    let of_patterns: Vec<Odds> = patterns.iter().map(odds_of).collect();
    let odds_of = |pair: &Pair| match of_patterns.get(pair.pattern as usize) {
        Some(odds) if !linked.judgements.hold(pair) => *odds,
        _ if pair.match_probability > 0.5 => sure,
        _ => unwritten,
    };
    let mut at = [0.0; N_SHIFTS];
    for pairs in inside.chunk_by(|a, b| cluster(a) == cluster(b)) {
        let inside = Inside::new(pairs, odds_of, unwritten);
        at.iter_mut().enumerate().for_each(|(shift, at)| *at += inside.expected_false(shift));
    }
    ByShift { at }
}

/// The records of one cluster that stand in a written pair inside it, each with each.
struct Inside {
    n: usize,
    odds: Vec<Odds>,
}

impl Inside {
    fn new(pairs: &[&Pair], odds_of: impl Fn(&Pair) -> Odds, unwritten: Odds) -> Self {
        let mut records: Vec<u32> = pairs.iter().flat_map(|pair| [pair.l, pair.r]).collect();
        records.sort_unstable();
        records.dedup();
        let n = records.len();
        let place = |record: u32| records.binary_search(&record).unwrap_or_default();
        let mut odds = vec![unwritten; n * n];
        for pair in pairs {
            let (l, r, of_pair) = (place(pair.l), place(pair.r), odds_of(pair));
            (odds[l * n + r], odds[r * n + l]) = (of_pair, of_pair);
        }
        Self { n, odds }
    }

    /// At one of the shifts.
    fn expected_false(&self, shift: usize) -> f64 {
        let of = |a: usize, b: usize| self.odds[a * self.n + b][shift];
        let mut expected = 0.0;
        for a in 0..self.n {
            for b in a + 1..self.n {
                let thirds = (0..self.n.min(THIRD_RECORDS_MAX)).filter(|third| *third != a && *third != b);
                let with = thirds.map(|third| with_third(of(a, b), of(a, third), of(third, b)));
                expected += 1.0 - with.fold(of(a, b) / (1.0 + of(a, b)), f64::max);
            }
        }
        expected
    }
}

/// The probability that two records are of one person, given the odds of their pair and those of each with a third record: all
/// three one person, the two of them, one of them with the third, or nobody.
fn with_third(of_pair: f64, one: f64, other: f64) -> f64 {
    let together = of_pair * one * other + of_pair;
    together / (together + one + other + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(l: u32, r: u32, match_probability: f64) -> Pair {
        Pair {
            l,
            r,
            match_weight_bits: 0.0,
            match_probability,
            reliability_low: match_probability,
            reliability_high: match_probability,
            pattern: 0,
            n_agree: 0,
            n_disagree: 0,
            n_not_comparable: 0,
        }
    }

    /// The expectation of a cluster of such pairs.
    fn check(pairs: &[(u32, u32, f64)], expected: f64) {
        let pairs: Vec<Pair> = pairs.iter().map(|(l, r, p)| pair(*l, *r, *p)).collect();
        let odds_of =
            |pair: &Pair| fixed_odds((pair.match_probability / (1.0 - pair.match_probability)).ln());
        let inside = Inside::new(&pairs.iter().collect::<Vec<_>>(), odds_of, fixed_odds(-5.0));
        let found = inside.expected_false(N_SHIFTS / 2);
        assert!((found - expected).abs() < 1e-3, "{pairs:?}: {found}");
    }

    #[test]
    fn a_third_record_tells_of_a_pair() {
        check(&[(0, 1, 0.9)], 0.1);
        // Odds of 99, 99 and 1: 9,801 + 1 to 9,801 + 1 + 99 + 99 + 1; the strong pairs 9,801 + 99 of 9,801 + 99 + 99 + 1 + 1.
        check(&[(0, 1, 0.99), (0, 2, 0.99), (1, 2, 0.5)], 199.0 / 10_001.0 + 2.0 * (1.0 - 0.99));
        // The third pair is not written, with odds of 0.0067: 6,724.5 against 999, 999 and 1.
        check(&[(0, 1, 0.999), (0, 2, 0.999)], 1_999.0 / 8_723.5 + 2.0 * 0.001);
    }
}
