//! How much of the true pairs blocking proposed, by capture and recapture over its rules (Chao 1987).
//!
//! The number of pairs that no rule found is taken from those that one rule and that two rules found: once² / (2 × twice). Where
//! rules find pairs independently and alike that is a fair guess; where they miss the same hard pairs together it is too small, and
//! where they find the same easy ones it is wrong in a way that these counts cannot show. How wrong can be seen where it is known: each
//! rule in turn is left out, and the others guess at the whole that the rule helped to find (a jackknife, Burnham and Overton 1978).
//! The range holds all these guesses beside the interval of counting. It still bounds nothing.

use crate::label_evaluation::Estimate;
use crate::resample::Z_95;

/// Where no pair was found by one rule alone, so many may be at the upper end: the rule of three.
const ONCE_AT_MOST: f64 = 3.0;

/// Sums of match probabilities: of the pairs that one rule proposes, that two do, and of all proposed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Captured {
    pub(crate) once: f64,
    pub(crate) twice: f64,
    pub(crate) found: f64,
}

impl Captured {
    /// Chao's guess at how many pairs no rule found; `None` where no pair is proposed by two.
    fn missed(self) -> Option<f64> {
        (self.twice > 0.0 && self.found > 0.0).then(|| self.once * self.once / (2.0 * self.twice))
    }
}

/// The pairs of a rule: sums of match probabilities of those that it alone proposes, that one other rule does, and that two do.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct OfRule {
    pub(crate) alone: f64,
    pub(crate) with_one: f64,
    pub(crate) with_two: f64,
}

/// The share with its range: the 95 % interval (log-normal in the number of pairs missed, Chao 1987) and the share that is guessed
/// without each of the rules. `None` where no pair is proposed by two.
pub(crate) fn blocking_recall(all: Captured, rules: &[OfRule]) -> Option<Estimate> {
    let counted = counted(all)?;
    let without = |rule: &OfRule| {
        let left = Captured {
            once: all.once - rule.alone + rule.with_one,
            twice: all.twice - rule.with_one + rule.with_two,
            found: all.found - rule.alone,
        };
        let whole = left.found + left.missed()?;
        Some(all.found / whole.max(all.found))
    };
    let guesses = rules.iter().filter_map(without);
    Some(guesses.fold(counted, |range, guess| Estimate {
        low: range.low.min(guess),
        high: range.high.max(guess),
        ..range
    }))
}

/// The share with the interval of counting alone.
fn counted(all: Captured) -> Option<Estimate> {
    let missed = all.missed()?;
    let Captured { once, twice, found } = all;
    let recall = |missed: f64| found / (found + missed);
    if missed <= 0.0 {
        return Some(Estimate {
            value: 1.0,
            low: recall(ONCE_AT_MOST * ONCE_AT_MOST / (2.0 * twice)),
            high: 1.0,
        });
    }
    let ratio = once / twice;
    let variance = twice * (ratio.powi(4) / 4.0 + ratio.powi(3) + ratio.powi(2) / 2.0);
    let spread = (Z_95 * (1.0 + variance / (missed * missed)).ln().sqrt()).exp();
    Some(Estimate { value: recall(missed), low: recall(missed * spread), high: recall(missed / spread) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(once: f64, twice: f64, found: f64, rules: &[OfRule], expected: Option<(f64, f64, f64)>) {
        let estimate = blocking_recall(Captured { once, twice, found }, rules);
        let estimate = estimate.map(|e| (e.value, e.low, e.high));
        let is_near = |(a, b): (f64, f64)| (a - b).abs() < 5e-4;
        match (estimate, expected) {
            (Some(a), Some(b)) => {
                assert!([(a.0, b.0), (a.1, b.1), (a.2, b.2)].into_iter().all(is_near), "{a:?}");
            }
            (a, b) => assert_eq!(a, b),
        }
    }

    #[test]
    fn the_share_has_an_interval_and_none_is_certain() {
        // 50 missed with a standard error of sqrt(175) = 13.2: 30.0 to 83.2.
        check(100.0, 100.0, 950.0, &[], Some((0.95, 0.9194, 0.9694)));
        check(0.0, 10.0, 990.0, &[], Some((1.0, 0.99955, 1.0)));
        check(5.0, 0.0, 10.0, &[], None);
        check(0.0, 0.0, 0.0, &[], None);
    }

    #[test]
    fn the_range_holds_what_the_rules_guess_without_each_other() {
        let rule = |alone, with_one, with_two| OfRule { alone, with_one, with_two };
        let check = |rules: &[OfRule], low, high| check(100.0, 100.0, 950.0, rules, Some((0.95, low, high)));
        // Without it the others find all but its own 90, once 10 + 0 and twice 100: half a pair missed, and 90 not thought of.
        check(&[rule(90.0, 0.0, 0.0)], 0.9194, 1.0);
        // Without it 140 are found once and 60 twice: 163 missed of 1113.
        check(&[rule(0.0, 40.0, 0.0)], 0.8533, 0.9694);
        // A rule that finds nothing tells nothing.
        check(&[rule(0.0, 0.0, 0.0)], 0.9194, 0.9694);
    }
}
