//! Where somebody lives whose family name changed.
//!
//! Names change with marriage, divorce and adoption, and so do addresses. With the places of everybody else a woman who married and left would be as
//! improbable as two errors at once: a census shows hundreds of such pairs and hardly any of a changed name at the old address, so that the class of another
//! family name would all but vanish. A table of its own would not do either: pairs that share a given name and a year of birth are nearly all of strangers,
//! and it would drift to whatever these have in common. So places under another name follow from two tables that are learned anyway. They are those of
//! somebody who stayed, or as far apart as the places of strangers, and the odds of the second are some number of times those of one person's
//! records at large: one number for all places, the one that fits the pairs best. A place that nobody changes, such as that of birth, is not changed by another name either.

use crate::comparison::Comparison;
use crate::mixture::{Mixture, Owner, Relation};

/// By what the odds of having moved may be multiplied under another family name; the first of those that fit best counts.
const ODDS: [f64; 5] = [1.0, 2.0, 4.0, 8.0, 16.0];
/// By what they are at the start.
pub(crate) const ODDS_FIRST: f64 = 2.0;
/// No level counts as less probable where the fit is judged: one pair alone must not decide it.
const FITTED_MIN: f64 = 1e-12;

/// The table of a comparison of places, for who took another name.
struct Moved {
    table: usize,
    slot: usize,
    probabilities: Vec<f64>,
}

/// Gives those who took another name their places; `pairs` holds for each comparison, level by level, the pairs of each class.
pub(crate) fn derive(
    mixture: &Mixture,
    comparisons: &[Comparison],
    tables: &mut [Vec<f64>],
    pairs: &[Vec<f64>],
) {
    let Some(renamed) = mixture.class(Relation::Renamed) else { return };
    let n_classes = mixture.classes.len();
    let mut best: Option<(f64, Vec<Moved>)> = None;
    for odds in ODDS {
        let found = moved(mixture, comparisons, tables, odds);
        let fit_of = |moved: &Moved| -> f64 {
            let levels = pairs[moved.slot].chunks(n_classes).zip(&moved.probabilities);
            levels.map(|(pairs, p)| pairs[renamed] * p.max(FITTED_MIN).ln()).sum()
        };
        let fit = found.iter().map(fit_of).sum();
        if best.as_ref().is_none_or(|(known, _)| fit > *known) {
            best = Some((fit, found));
        }
    }
    for moved in best.into_iter().flat_map(|(_, found)| found) {
        tables[moved.table] = moved.probabilities;
    }
}

fn moved(mixture: &Mixture, comparisons: &[Comparison], tables: &[Vec<f64>], odds: f64) -> Vec<Moved> {
    let owners = mixture.owners.iter().enumerate().filter(|(_, (owner, _))| *owner == Owner::Moved);
    let moved = |(table, (_, slot)): (usize, &(Owner, usize))| {
        let of = |owner| mixture.table(owner, *slot).map(|table| &tables[table]);
        let (same, strangers) = (of(Owner::Same)?, of(Owner::Strangers)?);
        let probabilities = places(&comparisons[*slot], same, strangers, odds);
        Some(Moved { table, slot: *slot, probabilities })
    };
    owners.filter_map(moved).collect()
}

/// The places of who took another name, from those of one person's records and of strangers, in each context; `times` multiplies the
/// odds of having moved.
pub(crate) fn places(comparison: &Comparison, same: &[f64], strangers: &[f64], times: f64) -> Vec<f64> {
    let levels = &comparison.levels;
    let mut table = same.to_vec();
    for context in 0..=levels.iter().map(|level| level.context).max().unwrap_or(0) {
        let is_of = |idx: &usize| levels[*idx].context == context && !levels[*idx].is_null;
        let members: Vec<usize> = (0..levels.len()).filter(is_of).collect();
        let Some(weakest) = members.first() else { continue };
        let share = further(same[*weakest], strangers[*weakest], times);
        members.iter().for_each(|idx| table[*idx] += share * (strangers[*idx] - same[*idx]));
    }
    table
}

/// The share of those who stayed that moves under another name. What has nothing in common is taken for a move, as far as strangers have it.
fn further(same: f64, strangers: f64, times: f64) -> f64 {
    let moved = (same / strangers.max(f64::MIN_POSITIVE)).min(1.0);
    let odds = times * moved;
    // What brings `moved` to odds / (1 - moved + odds), with 1 - moved cancelled: nobody may be left who stayed.
    (odds - moved) / (1.0 - moved + odds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::tests::text;
    use crate::kind::Kind;

    /// A place that is the same or has nothing in common.
    fn table(comparison: &Comparison, other: f64) -> Vec<f64> {
        let exact = comparison.levels.iter().position(|level| level.is_exact).unwrap();
        let mut table = vec![0.0; comparison.levels.len()];
        (table[0], table[exact]) = (other, 1.0 - other);
        table[comparison.levels.len() - 1] = 1.0;
        table
    }

    /// How often a place has nothing in common under another name, by how often it has not in one person's records at large and in strangers'.
    fn check(same: f64, strangers: f64, times: f64, expected: f64) {
        let comparison = text("town");
        let found = places(&comparison, &table(&comparison, same), &table(&comparison, strangers), times);
        assert!((found[0] - expected).abs() < 1e-9, "{same}, {strangers}, {times}: {found:?}");
        let sum: f64 = found[..found.len() - 1].iter().sum();
        assert!((sum - 1.0).abs() < 1e-9 && found.last() == Some(&1.0), "{found:?}");
    }

    #[test]
    fn who_took_another_name_moved_more_often_where_people_move() {
        check(0.3, 1.0, 1.0, 0.3);
        // Of ten, three moved: odds of 3 to 7, eight times which is 24 to 7.
        check(0.3, 1.0, 8.0, 24.0 / 31.0);
        check(0.15, 0.5, 8.0, 0.5 * 24.0 / 31.0);
        // Nobody moves, and everybody does.
        check(0.0, 0.9, 8.0, 0.0);
        check(0.9, 0.9, 8.0, 0.9);
    }

    #[test]
    fn how_much_more_often_is_what_fits_the_pairs() {
        let of_kind = |kind: Kind| {
            let mut comparison = text(kind.as_str());
            (comparison.kind, comparison.role) = (kind, kind.role());
            comparison
        };
        let comparisons = [Kind::GivenName, Kind::FamilyName, Kind::City].map(of_kind);
        let mixture = Mixture::new(&comparisons, 100.0);
        let renamed = mixture.class(Relation::Renamed).unwrap();
        let n_classes = mixture.classes.len();
        for (n_moved, n_stayed, expected) in [(3.0, 7.0, 0.3), (24.0, 7.0, 24.0 / 31.0), (0.0, 0.0, 0.3)] {
            let other = |(owner, _): &(Owner, usize)| if owner.is_same_person() { 0.3 } else { 1.0 };
            let of_owner = |known: &(Owner, usize)| table(&comparisons[known.1], other(known));
            let mut tables: Vec<Vec<f64>> = mixture.owners.iter().map(of_owner).collect();
            let mut pairs = vec![vec![0.0; comparisons[2].levels.len() * n_classes]; 3];
            let exact = comparisons[2].levels.iter().position(|level| level.is_exact).unwrap();
            pairs[2][renamed] = n_moved;
            pairs[2][exact * n_classes + renamed] = n_stayed;
            derive(&mixture, &comparisons, &mut tables, &pairs);
            let found = tables[mixture.table(Owner::Moved, 2).unwrap()][0];
            assert!((found - expected).abs() < 1e-9, "{n_moved} of {n_stayed}: {found}");
        }
    }
}
