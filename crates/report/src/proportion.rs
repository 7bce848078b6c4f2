//! A share with its 95 % interval.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The fewest cases from which a share is estimated.
pub const ESTIMABLE_MIN: u64 = 30;

/// `part` of `whole`.
///
/// Shown as `0.97 (0.93–0.99)`, with the interval of Wilson (1927), which holds near 0 and 1; or as
/// `not estimable (n=7)` under [`ESTIMABLE_MIN`] cases.
///
/// ```
/// use redress_report::Proportion;
/// assert_eq!(Proportion { part: 58, whole: 60 }.to_string(), "0.97 (0.89–0.99)");
/// assert_eq!(Proportion { part: 7, whole: 7 }.to_string(), "not estimable (n=7)");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proportion {
    /// Cases that have the property; at most `whole`.
    pub part: u64,
    /// All cases.
    pub whole: u64,
}

/// A share below it is written with three digits.
const RARE: f64 = 0.01;

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

impl Proportion {
    /// Counts one case more where it is one, and whether it has the property.
    ///
    /// ```
    /// use redress_report::Proportion;
    /// let mut share = Proportion::default();
    /// share.count(true, false);
    /// share.count(true, true);
    /// share.count(false, true);
    /// assert_eq!(share, Proportion { part: 1, whole: 2 });
    /// ```
    pub const fn count(&mut self, is_case: bool, has_it: bool) {
        if is_case {
            self.whole += 1;
            self.part += has_it as u64;
        }
    }

    /// The share, 0 to 1. None without cases.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.whole > 0).then(|| self.part as f64 / self.whole as f64)
    }

    /// The Wilson interval. None without cases.
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        let p = self.share()?;
        let n = self.whole as f64;
        let z2 = Z * Z;
        let center = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        Some(((center - half).max(0.0), (center + half).min(1.0)))
    }
}

impl fmt::Display for Proportion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.share(), self.interval()) {
            // A rare error would read as none with two digits.
            (Some(share), Some((low, high))) if self.whole >= ESTIMABLE_MIN => {
                let digits = if share > 0.0 && share < RARE { 3 } else { 2 };
                write!(f, "{share:.digits$} ({low:.digits$}–{high:.digits$})")
            }
            _ => write!(f, "not estimable (n={})", self.whole),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_tables() {
        // Newcombe (1998), table I, method 3 (Wilson): 81/263, 15/148, 0/20, 1/29.
        for (part, whole, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let interval = Proportion { part, whole }.interval().unwrap();
            assert!(
                (interval.0 - low).abs() < 5e-5 && (interval.1 - high).abs() < 5e-5,
                "{part}/{whole}: {interval:?}"
            );
        }
    }

    #[test]
    fn what_is_rare_is_not_written_as_nothing() {
        for (part, whole, shown) in [
            (0, 2074, "0.00 (0.00–0.00)"),
            (4, 2074, "0.002 (0.001–0.005)"),
            (20, 2000, "0.01 (0.01–0.02)"),
            (2073, 2074, "1.00 (1.00–1.00)"),
        ] {
            assert_eq!(Proportion { part, whole }.to_string(), shown);
        }
    }

    #[test]
    fn nothing_is_not_estimable() {
        assert_eq!(Proportion::default().to_string(), "not estimable (n=0)");
        assert_eq!(Proportion::default().interval(), None);
    }
}
