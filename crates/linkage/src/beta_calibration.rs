//! Beta calibration (Kull, Silva Filho and Flach 2017): a monotone map of probabilities with three parameters,
//! `ln(q / (1 - q)) = c + a ln p - b ln(1 - p)`. The model's own probability is the map with a = b = 1 and c = 0.

use crate::isotonic::Observation;

/// Match weights beyond this many bits say no more than this many.
const BITS_MAX: f64 = 30.0;
/// Steps of Newton's method, at most.
const STEPS_MAX: usize = 60;
/// The fit has settled when no parameter moves by more.
const CHANGE_MAX: f64 = 1e-9;
/// How strongly a and b are drawn to 1 and c to 0, in observations.
const PRIOR: f64 = 0.5;

/// The map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BetaMap {
    a: f64,
    b: f64,
    c: f64,
}

impl BetaMap {
    /// The map that fits weighted observations best (penalized maximum likelihood); both slopes are held at or above 0,
    /// so that it is monotone.
    pub(crate) fn fit(seen: &[Observation]) -> Self {
        let free = Self::fit_with(seen, [true, true]);
        match (free.a >= 0.0, free.b >= 0.0) {
            (true, true) => free,
            (false, true) => Self::fit_with(seen, [false, true]).bounded(),
            _ => Self::fit_with(seen, [true, false]).bounded(),
        }
    }

    fn bounded(self) -> Self {
        Self { a: self.a.max(0.0), b: self.b.max(0.0), c: self.c }
    }

    /// The probability at a match weight.
    pub(crate) fn value(&self, bits: f64) -> f64 {
        let [x, y, _] = features(bits);
        1.0 / (1.0 + (-(self.a * x + self.b * y + self.c)).exp())
    }

    fn fit_with(seen: &[Observation], is_free: [bool; 2]) -> Self {
        let start = |is_free| f64::from(u8::from(is_free));
        let middle = [start(is_free[0]), start(is_free[1]), 0.0];
        let mut theta = middle;
        let scale = seen.len() as f64 / seen.iter().map(|o| o.weight).sum::<f64>().max(f64::MIN_POSITIVE);
        for _ in 0..STEPS_MAX {
            let mut gradient = [0.0; 3];
            let mut curvature = [[0.0; 3]; 3];
            for k in 0..3 {
                gradient[k] = PRIOR * (middle[k] - theta[k]);
                curvature[k][k] = PRIOR;
            }
            for seen in seen {
                let x = features(seen.at);
                let logit: f64 = (0..3).map(|k| theta[k] * x[k]).sum();
                let q = 1.0 / (1.0 + (-logit).exp());
                let weight = seen.weight * scale;
                for k in 0..3 {
                    gradient[k] += weight * (seen.share - q) * x[k];
                    (0..3).for_each(|j| curvature[k][j] += weight * q * (1.0 - q) * x[k] * x[j]);
                }
            }
            for k in (0..2).filter(|k| !is_free[*k]) {
                gradient[k] = 0.0;
                curvature[k] = [0.0; 3];
                curvature.iter_mut().for_each(|row| row[k] = 0.0);
                curvature[k][k] = 1.0;
            }
            let Some(step) = solved(curvature, gradient) else { break };
            let longest = step.iter().fold(0.0, |max: f64, s| max.max(s.abs()));
            let damping = if longest > 1.0 { longest.recip() } else { 1.0 };
            (0..3).for_each(|k| theta[k] += damping * step[k]);
            if longest < CHANGE_MAX {
                break;
            }
        }
        Self { a: theta[0], b: theta[1], c: theta[2] }
    }
}

/// ln p, -ln(1 - p) and 1 at a match weight.
fn features(bits: f64) -> [f64; 3] {
    let bits = bits.clamp(-BITS_MAX, BITS_MAX);
    [-(-bits).exp2().ln_1p(), bits.exp2().ln_1p(), 1.0]
}

/// The solution of three linear equations by elimination with the greatest pivot; `None` when there is none.
fn solved(mut matrix: [[f64; 3]; 3], mut right: [f64; 3]) -> Option<[f64; 3]> {
    for column in 0..3 {
        let pivot =
            (column..3).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))?;
        if matrix[pivot][column].abs() < 1e-12 {
            return None;
        }
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..3 {
            let factor = matrix[row][column] / matrix[column][column];
            (column..3).for_each(|k| matrix[row][k] -= factor * matrix[column][k]);
            right[row] -= factor * right[column];
        }
    }
    let mut solution = [0.0; 3];
    for row in (0..3).rev() {
        let known: f64 = (row + 1..3).map(|k| matrix[row][k] * solution[k]).sum();
        solution[row] = (right[row] - known) / matrix[row][row];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::probability;

    /// Observations whose shares are those of a known map.
    fn planted(map: BetaMap) -> Vec<Observation> {
        (-40..=40)
            .map(|k| f64::from(k) / 4.0)
            .map(|at| Observation { at, share: map.value(at), weight: 50.0 })
            .collect()
    }

    #[test]
    fn a_planted_map_is_recovered() {
        for (a, b, c) in [(1.0, 1.0, 0.0), (0.5, 0.3, -1.0), (2.0, 0.7, 0.5)] {
            let map = BetaMap { a, b, c };
            let found = BetaMap::fit(&planted(map));
            for bits in [-6.0, -2.0, 0.0, 3.0, 7.0] {
                let (expected, value) = (map.value(bits), found.value(bits));
                assert!((expected - value).abs() < 0.03, "{map:?} at {bits}: {value}, expected {expected}");
            }
        }
    }

    #[test]
    fn without_observations_it_is_the_models_own_probability() {
        let map = BetaMap::fit(&[]);
        for bits in [-9.0, 0.0, 4.0, 20.0] {
            assert!((map.value(bits) - probability(bits)).abs() < 1e-9);
        }
    }

    #[test]
    fn it_never_falls() {
        let falling = (-20..20).map(|k| Observation {
            at: f64::from(k),
            share: f64::from(u8::from(k < 0)),
            weight: 1.0,
        });
        let map = BetaMap::fit(&falling.collect::<Vec<_>>());
        let values: Vec<f64> = (-20..20).map(|k| map.value(f64::from(k))).collect();
        assert!(values.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12), "{map:?}");
    }
}
