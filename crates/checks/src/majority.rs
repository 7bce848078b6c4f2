//! Which records are the odd ones among records that disagree.

use std::{cmp::Reverse, collections::BTreeSet};

/// An odd record and the records that it stands against, as places in the list that was compared.
pub(crate) type Odd = (usize, Vec<usize>);

/// Takes away, one after the other, the record that stands against most others, until nobody disagrees.
///
/// `conflicts` are pairs of places. Among records that stand against equally many, the one of the greatest `doubt` goes.
pub(crate) fn odd_ones<D: Ord>(conflicts: &[(usize, usize)], doubt: impl Fn(usize) -> D) -> Vec<Odd> {
    let mut open: BTreeSet<(usize, usize)> = conflicts.iter().flat_map(|&(a, b)| [(a, b), (b, a)]).collect();
    let mut odd = Vec::new();
    while let Some(worst) = worst(&open, &doubt) {
        let against: Vec<usize> = open.iter().filter(|(a, _)| *a == worst).map(|(_, b)| *b).collect();
        open.retain(|(a, b)| *a != worst && *b != worst);
        odd.push((worst, against));
    }
    odd
}

fn worst<D: Ord>(open: &BTreeSet<(usize, usize)>, doubt: impl Fn(usize) -> D) -> Option<usize> {
    let places: BTreeSet<usize> = open.iter().map(|(a, _)| *a).collect();
    let n_against = |place: usize| open.iter().filter(|(a, _)| *a == place).count();
    places.into_iter().max_by_key(|place| (n_against(*place), doubt(*place), Reverse(*place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_fewest_away() {
        for (conflicts, expected) in [
            (vec![], vec![]),
            (vec![(0, 1)], vec![(1, vec![0])]),
            (vec![(0, 1), (0, 2)], vec![(0, vec![1, 2])]),
            (vec![(0, 1), (0, 2), (1, 0)], vec![(0, vec![1, 2])]),
            (vec![(0, 1), (2, 3)], vec![(3, vec![2]), (1, vec![0])]),
            (vec![(0, 2), (1, 2), (0, 3), (1, 3)], vec![(3, vec![0, 1]), (2, vec![0, 1])]),
        ] {
            assert_eq!(odd_ones(&conflicts, |place| place), expected, "{conflicts:?}");
        }
    }
}
