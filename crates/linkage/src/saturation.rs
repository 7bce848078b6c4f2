//! Pairs of which the run is as good as sure: how many there are, and how many of them are known to be wrong.

use serde::{Deserialize, Serialize};

use crate::html;
use crate::label_evaluation::Estimate;
use crate::resample::wilson;

/// Probability from which a pair counts as one of which the run is as good as sure.
pub const SATURATED_FROM: f64 = 0.9999;

/// The pairs at [`SATURATED_FROM`] or above, among the written pairs that nobody judged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Saturation {
    /// [`SATURATED_FROM`].
    pub from: f64,
    /// Written pairs that nobody judged.
    pub n_written: u64,
    /// Of them, pairs at `from` or above.
    pub n_pairs: u64,
    /// Share of the written pairs, 0 to 1; `None` where nothing is written.
    pub share: Option<f64>,
    /// Share of these pairs that the model itself expects to be wrong, 0 to 1, its own error counted; `None` without such a pair, and where
    /// nothing is expected of the run.
    pub expected_wrong: Option<Estimate>,
    /// What is known of such pairs, by truth or by people; `None` where nothing is.
    pub known: Option<KnownWrong>,
}

/// Pairs at [`SATURATED_FROM`] or above of which somebody knows whether they are of one person.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct KnownWrong {
    /// How many there are.
    pub n_pairs: u64,
    /// Of them, pairs of different people.
    pub n_wrong: u64,
    /// The share, with the 95 % interval of Wilson.
    pub share: Estimate,
}

/// Of pairs with the probability that the model gives them, and whether they are known to be of different people, those at
/// [`SATURATED_FROM`] or above; `None` where there is none.
pub fn known_wrong(pairs: impl Iterator<Item = (f64, bool)>) -> Option<KnownWrong> {
    let (mut n_pairs, mut n_wrong) = (0, 0);
    for (_, is_wrong) in pairs.filter(|(probability, _)| *probability >= SATURATED_FROM) {
        n_pairs += 1;
        n_wrong += u64::from(is_wrong);
    }
    let (part, whole) = (n_wrong as f64, n_pairs as f64);
    let (low, high) = wilson(part, whole);
    (n_pairs > 0).then(|| KnownWrong { n_pairs, n_wrong, share: Estimate { value: part / whole, low, high } })
}

impl Saturation {
    /// Counts the pairs at the top. `written`: probability and number of the written pairs that nobody judged.
    #[must_use]
    pub fn of(written: impl Iterator<Item = (f64, u64)>) -> Self {
        let (mut n_written, mut n_pairs) = (0, 0);
        for (probability, n) in written {
            n_written += n;
            if probability >= SATURATED_FROM {
                n_pairs += n;
            }
        }
        Self {
            from: SATURATED_FROM,
            n_written,
            n_pairs,
            share: (n_written > 0).then(|| n_pairs as f64 / n_written as f64),
            expected_wrong: None,
            known: None,
        }
    }

    /// The same, with what is known of such pairs.
    #[must_use]
    pub fn with(self, known: Option<KnownWrong>) -> Self {
        Self { known: known.or(self.known), ..self }
    }

    /// The same, with what the model expects to be wrong of such pairs.
    #[must_use]
    pub const fn expecting(self, expected_wrong: Option<Estimate>) -> Self {
        Self { expected_wrong, ..self }
    }

    /// As a clause.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Some(share) = self.share else { return "no pair that nobody judged was written".to_owned() };
        let mut text = format!(
            "{} of the {} written pairs that nobody judged ({}) have a probability of {} or more",
            html::count(self.n_pairs),
            html::count(self.n_written),
            html::percent(share),
            self.from
        );
        if let Some(expected) = self.expected_wrong {
            text.push_str(&format!(
                "; the model expects {} of them to be wrong ({} to {})",
                html::percent(expected.value),
                html::percent(expected.low),
                html::percent(expected.high)
            ));
        }
        match &self.known {
            Some(known) => text.push_str(&format!(
                "; of {} such pairs of which it is known, {} {} wrong: {} ({} to {})",
                html::count(known.n_pairs),
                html::count(known.n_wrong),
                if known.n_wrong == 1 { "is" } else { "are" },
                html::percent(known.share.value),
                html::percent(known.share.low),
                html::percent(known.share.high)
            )),
            None if self.n_pairs > 0 => text.push_str("; of no such pair anybody has said whether it is"),
            None => {}
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &[(f64, u64)], known: &[(f64, bool)], says: &str) {
        let found = Saturation::of(written.iter().copied()).with(known_wrong(known.iter().copied()));
        let expected_wrong = (found.n_pairs > 0).then_some(Estimate { value: 1e-5, low: 0.0, high: 0.02 });
        let found = found.expecting(expected_wrong);
        assert_eq!(found.in_words(), says);
    }

    #[test]
    fn the_top_is_a_range_and_what_is_known_of_it_is_said() {
        let written = [(0.999_999, 700), (0.99995, 44), (0.99, 256)];
        let counted = "744 of the 1,000 written pairs that nobody judged (74.4 %) have a probability of 0.9999 or more; the model \
                       expects under 0.01 % of them to be wrong (0 % to 2.0 %)";
        check(
            &written,
            &[(0.99, true)],
            &format!("{counted}; of no such pair anybody has said whether it is"),
        );
        let known = [(1.0, true), (0.9999, false), (0.99999, false), (0.99999, false), (0.5, true)];
        check(
            &written,
            &known,
            &format!("{counted}; of 4 such pairs of which it is known, 1 is wrong: 25.0 % (4.6 % to 69.9 %)"),
        );
        check(&[], &[], "no pair that nobody judged was written");
        let none = "0 of the 5 written pairs that nobody judged (0 %) have a probability of 0.9999 or more";
        check(&[(0.9, 5)], &[], none);
    }
}
