//! What is expected of many pairs together, by how far the model errs.

use serde::{Deserialize, Serialize};

use crate::model::Pattern;
use crate::pair_redraws::nats;

/// Deviations of the model's own error at which an expectation is worked out; between them it is drawn straight in logarithms.
const SHIFTS: [f64; 7] = [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0];
/// How many there are.
pub(crate) const N_SHIFTS: usize = SHIFTS.len();
/// The least that is expected, so that it has a logarithm.
const LEAST: f64 = 1e-6;
/// Odds beyond which a pair is sure either way, in nats.
const NATS_MAX: f64 = 20.0;

/// A number of pairs that is expected, at each of seven shifts of the model's own error, from three deviations below to three above.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ByShift {
    /// Pairs.
    pub at: [f64; N_SHIFTS],
}

/// The odds of a pair at each shift.
pub(crate) type Odds = [f64; N_SHIFTS];

/// Those of a pattern's pairs.
pub(crate) fn odds_of(pattern: &Pattern) -> Odds {
    let (log_odds, deviation) = nats(pattern);
    SHIFTS.map(|shift| (log_odds + shift * deviation).clamp(-NATS_MAX, NATS_MAX).exp())
}

/// Odds of which nothing is open: of a pair that was judged, or one below all others.
pub(crate) fn fixed_odds(nats: f64) -> Odds {
    [nats.clamp(-NATS_MAX, NATS_MAX).exp(); N_SHIFTS]
}

impl ByShift {
    /// As many however far the model errs.
    #[cfg(test)]
    pub(crate) const fn alike(n: f64) -> Self {
        Self { at: [n; N_SHIFTS] }
    }

    /// Adds the pairs of one person among those of a pattern.
    pub(crate) fn add_true(&mut self, pattern: &Pattern) {
        for (at, odds) in self.at.iter_mut().zip(odds_of(pattern)) {
            *at += pattern.n_pairs as f64 * odds / (1.0 + odds);
        }
    }

    /// What is expected where the model errs by so many deviations.
    pub(crate) fn expected(&self, shift: f64) -> f64 {
        let place = shift.clamp(SHIFTS[0], SHIFTS[N_SHIFTS - 1]) - SHIFTS[0];
        let low = (place as usize).min(N_SHIFTS - 2);
        let [from, to] = [low, low + 1].map(|place| self.at[place].max(LEAST).ln());
        (from + (place - low as f64) * (to - from)).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair_redraws::tests::pattern;

    #[test]
    fn the_expectation_is_drawn_straight_between_the_shifts() {
        let by_shift = ByShift { at: [1_000.0, 100.0, 10.0, 1.0, 0.1, 0.0, 0.0] };
        for (shift, expected) in
            [(-9.0, 1_000.0), (-3.0, 1_000.0), (-1.5, 31.622_8), (0.0, 1.0), (3.0, LEAST), (7.0, LEAST)]
        {
            let found = by_shift.expected(shift);
            assert!((found / expected - 1.0).abs() < 1e-4, "{shift}: {found}");
        }
    }

    #[test]
    fn true_pairs_are_added_at_every_shift() {
        let mut by_shift = ByShift::default();
        by_shift.add_true(&pattern(1_000, 0.01));
        assert!((by_shift.at[N_SHIFTS / 2] - 10.0).abs() < 1e-9, "{by_shift:?}");
        assert!(
            by_shift.at.is_sorted() && by_shift.at[0] < 5.0 && by_shift.at[N_SHIFTS - 1] > 20.0,
            "{by_shift:?}"
        );
    }
}
