//! Dates of which some are written day first and some month first: they differ without a person's having done anything.

use crate::birth_level;
use crate::kind::Kind;
use crate::level_pairs::LevelPairs;
use crate::model::Model;

/// Share of the pairs of one person in which day and month may be exchanged: a slip of the hand makes a hundredth.
const EXCHANGED_SHARE_MAX: f64 = 0.1;
/// Pairs of one person with whole dates from which that is judged.
const PAIRS_MIN: f64 = 30.0;

/// What speaks against a run of which a column of dates has two orders; `None` where none has.
pub(crate) fn doubt(model: &Model) -> Option<String> {
    let compared = model.comparisons.iter().zip(&model.level_pairs);
    let births = compared
        .filter(|(comparison, _)| comparison.kind == Kind::DateOfBirth && comparison.has_own_levels());
    let (name, share) =
        births.filter_map(|(comparison, pairs)| Some((&comparison.name, exchanged_share(pairs)?))).next()?;
    Some(format!(
        "day and month of `{name}` are exchanged in {} of the pairs of one person: some dates seem to be written day first and some month \
         first; write them in one order and link again",
        crate::html::percent(share)
    ))
}

/// The share of the pairs of one person in which day and month are exchanged, where it is too large.
fn exchanged_share(pairs: &[LevelPairs]) -> Option<f64> {
    let same = |of: fn(u8) -> bool| -> f64 {
        pairs
            .iter()
            .enumerate()
            .filter(|(level, _)| of(*level as u8))
            .map(|(_, pairs)| pairs.expected_same)
            .sum()
    };
    let (whole, exchanged) = (same(birth_level::is_of_whole_dates), same(birth_level::is_exchanged));
    (whole >= PAIRS_MIN && exchanged > EXCHANGED_SHARE_MAX * whole).then(|| exchanged / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_exchanged_dates_are_two_orders() {
        // Pairs of one person at the levels "another date", "day and month exchanged", "same date" and "same year, no day known".
        for (at, expected) in [
            ([5.0, 10.0, 85.0, 0.0], None),
            ([5.0, 45.0, 50.0, 400.0], Some(0.45)),
            ([0.0, 12.0, 8.0, 0.0], None),
            ([0.0, 0.0, 0.0, 0.0], None),
        ] {
            let mut pairs = vec![LevelPairs::default(); birth_level::levels().len()];
            for (label, expected_same) in
                ["another date", "day and month exchanged", "same date", "same year, no day known"]
                    .into_iter()
                    .zip(at)
            {
                let level = birth_level::levels().iter().position(|level| level.label == label).unwrap();
                pairs[level].expected_same = expected_same;
            }
            assert_eq!(exchanged_share(&pairs), expected, "{at:?}");
        }
    }
}
