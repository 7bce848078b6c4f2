//! Rarity bands: agreement on a rare value says more than agreement on a common one, so the level "equal" is split by
//! how frequent the value is, and the model learns m and u for each band instead of adjusting them afterwards.

/// A value belongs to the band of the first of these shares of records that it reaches; the last band is below them all.
pub const BAND_SHARES: [f64; 5] = [1.0 / 30.0, 1.0 / 150.0, 1.0 / 750.0, 1.0 / 4_000.0, 1.0 / 20_000.0];
/// How many bands there are.
pub const N_BANDS: usize = BAND_SHARES.len() + 1;

/// How often each code occurs, the absent value (code 0) not counted.
pub(crate) fn counts(codes: impl Iterator<Item = u32>, n_codes: usize) -> Vec<u32> {
    let mut counts = vec![0; n_codes];
    codes.filter(|code| *code != 0).for_each(|code| counts[code as usize] += 1);
    counts
}

/// The band of each code among so many records with a value, 0 for the most common values.
pub(crate) fn bands(counts: &[u32], n: u64) -> Vec<u8> {
    counts.iter().map(|count| band(f64::from(*count) / n.max(1) as f64)).collect()
}

/// The band of a share of records.
pub(crate) fn band(share: f64) -> u8 {
    BAND_SHARES.iter().position(|least| share >= *least).unwrap_or(BAND_SHARES.len()) as u8
}

/// The words for a band.
pub(crate) fn label(band: usize) -> String {
    match BAND_SHARES.get(band) {
        Some(share) => format!("1 in {:.0} or more often", 1.0 / share),
        None => format!("rarer than 1 in {:.0}", 1.0 / BAND_SHARES[BAND_SHARES.len() - 1]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_follow_the_share() {
        let counts = counts([1, 1, 1, 2, 0, 0].into_iter(), 3);
        assert_eq!(counts, [0, 3, 1]);
        assert_eq!(bands(&counts, 4)[1..], [0, 0]);
        assert_eq!(band(1.0 / 100.0), 1);
        assert_eq!(band(1e-9) as usize, N_BANDS - 1);
    }
}
