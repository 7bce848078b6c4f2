//! From pairs to clusters: components of strong pairs, then average link inside each component.
//!
//! A component joins whoever is joined by a chain; one wrong pair makes one wrong person of many. So inside a component
//! all pairs are weighed, and clusters are joined only while the evidence of all pairs between them, taken together,
//! speaks for one person. Pairs that must not be in one cluster (judgements, one record per source) keep the clusters that
//! hold them apart; a pair that looks like relatives speaks against as loud as one pair can.

use std::collections::BTreeSet;

/// Components of more records are joined on their written pairs alone; weighing all pairs grows with the square.
pub const COMPONENT_CLOSED_MAX: usize = 1_500;
/// Evidence of one pair counts at most this much, so that one pair cannot outvote many.
pub(crate) const PAIR_BITS_MAX: f64 = 12.0;

/// What a pair says about joining its records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bond {
    /// Log2 odds that they are of one person.
    Weight(f64),
    /// They must not.
    Cannot,
}

/// Components of pairs: the records of each, ascending, in order of the first; singletons left out.
pub(crate) fn components(n_records: usize, pairs: impl Iterator<Item = (u32, u32)>) -> Vec<Vec<u32>> {
    let mut parent: Vec<u32> = (0..n_records as u32).collect();
    for (l, r) in pairs {
        let (a, b) = (root(&mut parent, l), root(&mut parent, r));
        parent[a.max(b) as usize] = a.min(b);
    }
    let mut members: Vec<(u32, u32)> =
        (0..n_records as u32).map(|record| (root(&mut parent, record), record)).collect();
    members.sort_unstable();
    let groups = members.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
    groups.map(|group| group.iter().map(|(_, record)| *record).collect()).collect()
}

fn root(parent: &mut [u32], record: u32) -> u32 {
    let mut at = record;
    while parent[at as usize] != at {
        let above = parent[parent[at as usize] as usize];
        parent[at as usize] = above;
        at = above;
    }
    at
}

/// Average link over `n` records with `bond(i, j)`, i before j: joins the two clusters with the greatest mean weight
/// until none is above zero. Ties go to the lowest numbers. Gives for each record the lowest record of its cluster.
///
/// The mean of a joined cluster follows from the means of its parts (Lance and Williams 1967), so the whole costs the
/// cube of `n` at most and its square in memory.
pub(crate) fn average_link(n: usize, bond: impl Fn(usize, usize) -> Bond) -> Vec<usize> {
    let mut sums = vec![0.0; n * n];
    let mut sizes = vec![1.0; n];
    let mut of: Vec<usize> = (0..n).collect();
    for i in 0..n {
        for j in i + 1..n {
            let weight = match bond(i, j) {
                Bond::Weight(bits) => bits.clamp(-PAIR_BITS_MAX, PAIR_BITS_MAX),
                Bond::Cannot => f64::NEG_INFINITY,
            };
            sums[i * n + j] = weight;
            sums[j * n + i] = weight;
        }
    }
    let mut alive: BTreeSet<usize> = (0..n).collect();
    let mut best: Vec<Option<(usize, f64)>> = (0..n).map(|i| nearest(i, &alive, &sums, &sizes, n)).collect();
    while let Some((i, j)) = closest(&alive, &best) {
        alive.remove(&j);
        for k in alive.iter().copied().filter(|k| *k != i) {
            let sum = joined(sums[i * n + k], sums[j * n + k]);
            sums[i * n + k] = sum;
            sums[k * n + i] = sum;
        }
        sizes[i] += sizes[j];
        of.iter_mut().filter(|cluster| **cluster == j).for_each(|cluster| *cluster = i);
        best[i] = nearest(i, &alive, &sums, &sizes, n);
        for k in alive.iter().copied() {
            let stale = best[k].is_none_or(|(to, _)| to == i || to == j) || k < i;
            if stale && k != i {
                best[k] = nearest(k, &alive, &sums, &sizes, n);
            }
        }
    }
    of
}

/// A pair that must not be joined forbids the join, whatever else speaks for it.
fn joined(a: f64, b: f64) -> f64 {
    if a == f64::NEG_INFINITY || b == f64::NEG_INFINITY { f64::NEG_INFINITY } else { a + b }
}

/// The later cluster with the greatest positive mean weight to `i`.
fn nearest(i: usize, alive: &BTreeSet<usize>, sums: &[f64], sizes: &[f64], n: usize) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for j in alive.range(i + 1..) {
        let mean = sums[i * n + j] / (sizes[i] * sizes[*j]);
        if mean > 0.0 && best.is_none_or(|(_, least)| mean > least) {
            best = Some((*j, mean));
        }
    }
    best
}

fn closest(alive: &BTreeSet<usize>, best: &[Option<(usize, f64)>]) -> Option<(usize, usize)> {
    let mut closest: Option<(usize, usize, f64)> = None;
    for i in alive {
        if let Some((j, mean)) = best[*i]
            && closest.is_none_or(|(_, _, least)| mean > least)
        {
            closest = Some((*i, j, mean));
        }
    }
    closest.map(|(i, j, _)| (i, j))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Average link from its definition: every mean computed anew from all pairs at every step.
    fn slow(n: usize, weights: &[f64]) -> Vec<usize> {
        let mut clusters: Vec<Vec<usize>> = (0..n).map(|i| vec![i]).collect();
        let weight = |i: usize, j: usize| weights[i.min(j) * n + i.max(j)];
        loop {
            let mut best: Option<(usize, usize, f64)> = None;
            for a in 0..clusters.len() {
                for b in a + 1..clusters.len() {
                    let all = || clusters[a].iter().flat_map(|i| clusters[b].iter().map(move |j| (*i, *j)));
                    let mean = all().map(|(i, j)| weight(i, j)).sum::<f64>() / all().count() as f64;
                    if mean > 0.0 && best.is_none_or(|(_, _, least)| mean > least) {
                        best = Some((a, b, mean));
                    }
                }
            }
            let Some((a, b, _)) = best else { break };
            let moved = clusters.remove(b);
            clusters[a].extend(moved);
        }
        let mut of = vec![0; n];
        clusters.iter().for_each(|c| c.iter().for_each(|i| of[*i] = c.iter().copied().min().unwrap()));
        of
    }

    proptest! {
        #[test]
        fn average_link_is_its_definition(n in 1usize..9, weights in proptest::collection::vec(-8i32..8, 81)) {
            let weights: Vec<f64> = weights.iter().enumerate().map(|(i, w)| f64::from(*w) + i as f64 / 1024.0).collect();
            let fast = average_link(n, |i, j| Bond::Weight(weights[i * n + j]));
            prop_assert_eq!(fast, slow(n, &weights));
        }
    }

    #[test]
    fn a_cannot_link_keeps_the_whole_clusters_apart() {
        let bond =
            |i: usize, j: usize| if (i, j) == (0, 2) { Bond::Cannot } else { Bond::Weight(5.0 - j as f64) };
        let of = average_link(3, bond);
        assert_ne!(of[0], of[2]);
        assert_eq!(average_link(0, |_, _| Bond::Cannot), [] as [usize; 0]);
    }

    #[test]
    fn components_follow_chains() {
        assert_eq!(components(6, [(4, 5), (1, 4), (0, 2)].into_iter()), [vec![0, 2], vec![1, 4, 5]]);
        assert!(components(3, std::iter::empty()).is_empty());
    }
}
