//! How the ends of an interval of a probability are written.

/// Steps between the ends that can be written, of the whole from 0 to 1.
const STEPS: f64 = 100.0;

/// Both ends rounded outwards to hundredths, the precision at which people are shown them: no interval claims to know
/// better than one in a hundred, and one that reaches beyond 0.99 reaches certainty.
///
/// Wider is safer: a lower end of 0.99 or more stays at 0.99 or more.
pub(crate) fn outward(low: f64, high: f64) -> (f64, f64) {
    ((low * STEPS).floor() / STEPS, (high * STEPS).ceil() / STEPS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_move_outwards_only() {
        assert_eq!(outward(0.993, 0.9995), (0.99, 1.0));
        assert_eq!(outward(0.0034, 0.097), (0.0, 0.1));
        assert_eq!(outward(0.99, 1.0), (0.99, 1.0));
        for k in 0..=1000 {
            let p = f64::from(k) / 1000.0;
            let (low, high) = outward(p, p);
            assert!(low <= p && p <= high && low >= 0.0 && high <= 1.0, "{p}");
        }
    }
}
