//! How much of the true pairs blocking proposed, by capture and recapture over its rules (Chao 1987).
//!
//! The number of pairs that no rule found is taken from those that one rule and that two rules found: once² / (2 × twice). Where
//! rules find pairs independently and alike that is a fair guess; where they miss the same hard pairs together it is too small, and
//! where they find the same easy ones it is wrong in a way that these counts cannot show. It bounds nothing.

use crate::label_evaluation::Estimate;
use crate::resample::Z_95;

/// Where no pair was found by one rule alone, so many may be at the upper end: the rule of three.
const ONCE_AT_MOST: f64 = 3.0;

/// The share with its 95 % interval (log-normal in the number of pairs missed, Chao 1987), from sums of match probabilities: of the
/// pairs that one rule proposes, that two do, and of all proposed. `None` where no pair is proposed by two.
pub(crate) fn blocking_recall(once: f64, twice: f64, found: f64) -> Option<Estimate> {
    if twice <= 0.0 || found <= 0.0 {
        return None;
    }
    let recall = |missed: f64| found / (found + missed);
    let missed = once * once / (2.0 * twice);
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

    fn check(once: f64, twice: f64, found: f64, expected: Option<(f64, f64, f64)>) {
        let estimate = blocking_recall(once, twice, found).map(|e| (e.value, e.low, e.high));
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
        check(100.0, 100.0, 950.0, Some((0.95, 0.9194, 0.9694)));
        check(0.0, 10.0, 990.0, Some((1.0, 0.99955, 1.0)));
        check(5.0, 0.0, 10.0, None);
        check(0.0, 0.0, 0.0, None);
    }
}
