//! Drawing anew, and the normal distribution: what the intervals of the audit are made of.

use crate::hashing::Stream;

/// Means from which a Poisson number is drawn as a rounded normal one.
const NORMAL_FROM: f64 = 40.0;
/// Numbers tried for one gamma number.
const GAMMA_TRIES_MAX: usize = 64;
/// Points of a square tried for one in the circle inside it, which holds 78 in 100.
const POINT_TRIES_MAX: usize = 64;
/// Greatest critical value that is looked for: no level in use comes near it.
const CRITICAL_MAX: f64 = 10.0;
/// Halvings of the search for a critical value.
const HALVINGS: usize = 50;

/// A Poisson number.
pub(crate) fn poisson(mean: f64, stream: &mut Stream) -> f64 {
    if mean >= NORMAL_FROM {
        return (mean + mean.sqrt() * normal(stream)).round().max(0.0);
    }
    let least = (-mean).exp();
    let mut product = stream.unit();
    let mut n = 0.0;
    while product > least {
        product *= stream.unit();
        n += 1.0;
    }
    n
}

/// A standard normal number (Box and Muller 1958).
pub(crate) fn normal(stream: &mut Stream) -> f64 {
    let (a, b) = (1.0 - stream.unit(), stream.unit());
    (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

/// An exponential number with mean 1.
pub(crate) fn exponential(stream: &mut Stream) -> f64 {
    -(1.0 - stream.unit()).ln()
}

/// Gamma numbers. The normal ones that they are made of come in twos, of which one waits here.
#[derive(Debug, Default)]
pub(crate) struct Gammas {
    waiting: Option<f64>,
}

impl Gammas {
    /// A gamma number: the sum of `shape` exponential ones, which is also its mean. `shape` is 0, which gives 0, or at least 1
    /// (Marsaglia and Tsang 2000).
    pub(crate) fn draw(&mut self, shape: f64, stream: &mut Stream) -> f64 {
        if shape < 1.0 {
            return 0.0;
        }
        let d = shape - 1.0 / 3.0;
        let c = (9.0 * d).sqrt().recip();
        // Of the numbers tried at least 95 in 100 are taken: 64 in a row are not refused.
        for _ in 0..GAMMA_TRIES_MAX {
            let x = self.normal(stream);
            let v = (1.0 + c * x).powi(3);
            let least = 1.0 - stream.unit();
            // Whatever the first takes the second would take too; it spares two logarithms, nearly always.
            let is_taken =
                || least < 1.0 - 0.0331 * x.powi(4) || least.ln() < 0.5 * x * x + d - d * v + d * v.ln();
            if v > 0.0 && is_taken() {
                return d * v;
            }
        }
        shape
    }

    /// A standard normal number, by a point of the unit circle (Marsaglia and Bray 1964): of many, cheaper than sine and cosine.
    fn normal(&mut self, stream: &mut Stream) -> f64 {
        if let Some(waiting) = self.waiting.take() {
            return waiting;
        }
        for _ in 0..POINT_TRIES_MAX {
            let [x, y] = [(); 2].map(|()| 2.0 * stream.unit() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                let stretch = (-2.0 * square.ln() / square).sqrt();
                self.waiting = Some(y * stretch);
                return x * stretch;
            }
        }
        normal(stream)
    }
}

/// The share of `values` that is asked for, 0 to 1; `None` without values. Sorts them.
pub(crate) fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    values.get((share * last as f64).round() as usize).copied()
}

/// Root of the variance of values around their mean; 0 for fewer than two.
pub(crate) fn deviation(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    if n < 2.0 {
        return 0.0;
    }
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
}

/// Share of the standard normal distribution beyond `|z|` on both sides (Abramowitz and Stegun 1964, 26.2.17; within
/// 2e-7).
pub(crate) fn two_sided(z: f64) -> f64 {
    let z = z.abs();
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let polynomial = t
        * (0.319_381_530
            + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    (2.0 * polynomial * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt()).clamp(0.0, 1.0)
}

/// The number that a standard normal one exceeds on both sides together with the chance `level`, 0 to 1 and neither: the
/// inverse of [`two_sided`], by halving, 0 to [`CRITICAL_MAX`].
pub(crate) fn critical(level: f64) -> f64 {
    let (mut low, mut high) = (0.0, CRITICAL_MAX);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if two_sided(middle) > level { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The interval of Wilson (1927) for a share, 95 %; the whole from 0 to 1 without cases.
pub(crate) fn wilson(part: f64, whole: f64) -> (f64, f64) {
    if whole <= 0.0 {
        return (0.0, 1.0);
    }
    let (p, z2) = (part / whole, Z_95 * Z_95);
    let center = (p + z2 / (2.0 * whole)) / (1.0 + z2 / whole);
    let half = Z_95 / (1.0 + z2 / whole) * (p * (1.0 - p) / whole + z2 / (4.0 * whole * whole)).sqrt();
    // Of no cases, and of nothing else, the end is exact; rounding would leave a little beside it.
    let low = if part <= 0.0 { 0.0 } else { (center - half).max(0.0) };
    let high = if part >= whole { 1.0 } else { (center + half).min(1.0) };
    (low, high)
}

/// The 97.5 % point of the normal distribution.
pub(crate) const Z_95: f64 = 1.959_963_984_540_054;
/// The 80 % point: the power that a smallest detectable difference is stated for.
pub(crate) const Z_POWER: f64 = 0.841_621_233_572_914;

/// The adjustment of Holm (1979): p values multiplied so that the chance of any false one among them stays as stated.
pub(crate) fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut floor = 0.0f64;
    for (rank, idx) in order.iter().enumerate() {
        floor = floor.max(p_values[*idx] * (p_values.len() - rank) as f64).min(1.0);
        adjusted[*idx] = floor;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_the_books() {
        for (z, p) in [(0.0, 1.0), (1.0, 0.317_311), (1.959_964, 0.05), (2.575_829, 0.01), (4.0, 6.334e-5)] {
            assert!((two_sided(z) - p).abs() < 1e-6, "{z}: {}", two_sided(z));
        }
        for (level, z) in [(0.05, Z_95), (0.1, 1.644_854), (0.01, 2.575_829), (0.05 / 12.0, 2.865_26)] {
            assert!((critical(level) - z).abs() < 1e-4, "{level}: {}", critical(level));
        }
        // The four steps by hand: 4 × 0.005, 3 × 0.01, 2 × 0.03, 1 × 0.04 raised to the one before.
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (found, expected) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((found - expected).abs() < 1e-12, "{adjusted:?}");
        }
        // Newcombe (1998), table I, method 3: 81 of 263, 1 of 29.
        for (part, whole, low, high) in [(81.0, 263.0, 0.2553, 0.3662), (1.0, 29.0, 0.0061, 0.1718)] {
            let (found_low, found_high) = wilson(part, whole);
            assert!((found_low - low).abs() < 5e-5 && (found_high - high).abs() < 5e-5);
        }
    }

    #[test]
    fn draws_have_their_mean_and_spread() {
        let mut stream = Stream::new(1, 2);
        for mean in [0.3, 4.0, 39.0, 41.0, 900.0] {
            let drawn: Vec<f64> = (0..20_000).map(|_| poisson(mean, &mut stream)).collect();
            let found = drawn.iter().sum::<f64>() / drawn.len() as f64;
            assert!((found - mean).abs() < 0.05 * mean.sqrt(), "{mean}: {found}");
            assert!((deviation(&drawn) / mean.sqrt() - 1.0).abs() < 0.03, "{mean}");
        }
    }

    #[test]
    fn gamma_numbers_are_spread_as_in_the_books() {
        // Half the chi-squared values of twice the shape.
        let known = [
            (1.0, [0.025_3, std::f64::consts::LN_2, 3.688_9]),
            (2.0, [0.242_2, 1.678_3, 5.571_6]),
            (7.0, [2.814_4, 6.669_6, 13.059_5]),
            (300.0, [267.009_5, 299.666_7, 334.884_6]),
        ];
        let (mut stream, mut gammas) = (Stream::new(3, 4), Gammas::default());
        for (shape, expected) in known {
            let mut drawn: Vec<f64> = (0..40_000).map(|_| gammas.draw(shape, &mut stream)).collect();
            for (share, expected) in [0.025, 0.5, 0.975].into_iter().zip(expected) {
                let found = quantile(&mut drawn, share).unwrap();
                assert!((found - expected).abs() < 0.1 * shape.sqrt(), "{shape}, {share}: {found}");
            }
        }
        let sums = (0..40_000).map(|_| exponential(&mut stream) + exponential(&mut stream));
        let found = quantile(&mut sums.collect::<Vec<_>>(), 0.5).unwrap();
        assert!((found - 1.678_3).abs() < 0.05, "two exponential numbers: {found}");
        assert_eq!(gammas.draw(0.0, &mut stream), 0.0);
    }

    #[test]
    fn quantiles_are_of_the_sorted_values() {
        assert_eq!(quantile(&mut [3.0, 1.0, 2.0], 0.5), Some(2.0));
        assert_eq!(quantile(&mut [], 0.5), None);
        assert_eq!(deviation(&[2.0]), 0.0);
    }
}
