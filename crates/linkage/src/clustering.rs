//! From pairs to clusters: components of strong pairs, then average link inside each component.
//!
//! A component joins whoever is joined by a chain; one wrong pair makes one wrong person of many. So inside a component
//! all pairs are weighed, and clusters are joined only while the evidence of all pairs between them, taken together,
//! speaks for one person, or pairs of several records tie them ([`crate::ties`]). Pairs that must not be in one cluster
//! (judgements, one record per source) keep the clusters that hold them apart; a pair that looks like relatives speaks
//! against as loud as one pair can.

use std::collections::BTreeSet;

use crate::ties::Ties;

/// Components of more records are joined on their written pairs alone; weighing all pairs grows with the square.
pub const COMPONENT_CLOSED_MAX: usize = 1_500;
/// Where it is asked whether two clusters are one person, evidence of one pair counts at most this much, so that one pair
/// cannot outvote many. Which clusters come first is asked of the whole evidence.
pub(crate) const PAIR_BITS_MAX: f64 = 12.0;

/// What a pair says about joining its records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bond {
    /// Log2 odds that they are of one person.
    Weight(f64),
    /// The same of two records of another family name and another date of birth, which tie no clusters.
    Unlike(f64),
    /// They look like relatives, which speaks against it.
    Relatives,
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

/// The root of a record among records that are joined by their parents; the way to it is halved.
pub(crate) fn root(parent: &mut [u32], record: u32) -> u32 {
    let mut at = record;
    while parent[at as usize] != at {
        let above = parent[parent[at as usize] as usize];
        parent[at as usize] = above;
        at = above;
    }
    at
}

/// Average link over `n` records with `bond(i, j)` and the whole weight of each pair, i before j: joins the two clusters with
/// the greatest mean weight until none may be joined any more. Ties go to the lowest numbers. Gives for each record the lowest record of its cluster.
///
/// Two clusters may be joined while the mean of their bonds, each counted up to [`PAIR_BITS_MAX`], is above zero, or they are
/// tied. The order is that of the whole weights: of two clusters that both speak loudly for a record, the one that says more has it,
/// whatever the names of the records. The mean of a joined cluster follows from the means of its parts (Lance and Williams
/// 1967), so the whole costs the cube of `n` at most and its square in memory.
pub(crate) fn average_link(n: usize, bond: impl Fn(usize, usize) -> (Bond, f64)) -> Vec<usize> {
    let mut sums = Sums::new(n, bond);
    let mut of: Vec<usize> = (0..n).collect();
    let mut alive: BTreeSet<usize> = (0..n).collect();
    let mut best: Vec<Option<(usize, f64)>> = (0..n).map(|i| sums.nearest(i, &alive)).collect();
    while let Some((i, j)) = closest(&alive, &best) {
        alive.remove(&j);
        alive.iter().copied().filter(|k| *k != i).for_each(|k| sums.join(i, j, k));
        sums.sizes[i] += sums.sizes[j];
        of.iter_mut().filter(|cluster| **cluster == j).for_each(|cluster| *cluster = i);
        best[i] = sums.nearest(i, &alive);
        for k in alive.iter().copied() {
            let stale = best[k].is_none_or(|(to, _)| to == i || to == j) || k < i;
            if stale && k != i {
                best[k] = sums.nearest(k, &alive);
            }
        }
    }
    of
}

/// The weights between clusters, added up.
struct Sums {
    n: usize,
    sizes: Vec<f64>,
    /// Of clusters i before j the sum of the whole weights at (i, j), and that of the bounded ones at (j, i); both minus
    /// infinity where a pair forbids the join.
    cells: Vec<f64>,
    /// For clusters i before j what ties them, each j after all that come before it.
    ties: Vec<Ties>,
}

impl Sums {
    fn new(n: usize, bond: impl Fn(usize, usize) -> (Bond, f64)) -> Self {
        let mut cells = vec![0.0; n * n];
        let mut ties = Vec::with_capacity(n * n.saturating_sub(1) / 2);
        for j in 0..n {
            for i in 0..j {
                let bounded = |bits: f64| bits.clamp(-PAIR_BITS_MAX, PAIR_BITS_MAX);
                let (whole, bits, tie) = match bond(i, j) {
                    (Bond::Weight(bits), whole) => (whole, bounded(bits), Ties::of_pair(i, j, bounded(bits))),
                    (Bond::Unlike(bits), whole) => (whole, bounded(bits), Ties::none()),
                    (Bond::Relatives, whole) => (whole, -PAIR_BITS_MAX, Ties::forbidden()),
                    (Bond::Cannot, _) => (f64::NEG_INFINITY, f64::NEG_INFINITY, Ties::forbidden()),
                };
                (cells[i * n + j], cells[j * n + i]) = (whole, bits);
                ties.push(tie);
            }
        }
        Self { n, sizes: vec![1.0; n], cells, ties }
    }

    /// The whole and the bounded sum of two clusters: their places.
    fn places(&self, a: usize, b: usize) -> [usize; 2] {
        let (low, high) = (a.min(b), a.max(b));
        [low * self.n + high, high * self.n + low]
    }

    /// Adds what stands between `j` and `k` to what stands between `i` and `k`. A pair that must not be joined forbids the
    /// join, whatever else speaks for it.
    fn join(&mut self, i: usize, j: usize, k: usize) {
        for (to, from) in self.places(i, k).into_iter().zip(self.places(j, k)) {
            self.cells[to] += self.cells[from];
        }
        let tied = self.ties_between(i, k).and(self.ties_between(j, k));
        self.ties[place_of_ties(i, k)] = if i < k { tied } else { tied.turned() };
    }

    /// What ties two clusters, seen from the first.
    fn ties_between(&self, a: usize, b: usize) -> Ties {
        let ties = self.ties[place_of_ties(a, b)];
        if a < b { ties } else { ties.turned() }
    }

    /// Whether cluster `i` may be joined with the later one `j`.
    fn may_join(&self, i: usize, j: usize) -> bool {
        let sizes = || [self.sizes[i] as usize, self.sizes[j] as usize];
        self.cells[j * self.n + i] > 0.0 || self.ties[place_of_ties(i, j)].are_enough(sizes())
    }

    /// The later cluster that `i` may be joined with and has the greatest mean weight to.
    fn nearest(&self, i: usize, alive: &BTreeSet<usize>) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        for j in alive.range(i + 1..).copied() {
            let mean = self.cells[i * self.n + j] / (self.sizes[i] * self.sizes[j]);
            if best.is_none_or(|(_, least)| mean > least) && self.may_join(i, j) {
                best = Some((j, mean));
            }
        }
        best
    }
}

/// Where the ties of two clusters are kept.
fn place_of_ties(a: usize, b: usize) -> usize {
    let (low, high) = (a.min(b), a.max(b));
    high * (high - 1) / 2 + low
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
    use crate::ties::{PAIRS_PER_TIE, TIE_BITS_MIN, TIED_RECORDS_MAX};
    use proptest::prelude::*;

    /// A bond whose weight is the whole weight too.
    fn told(bond: Bond) -> (Bond, f64) {
        match bond {
            Bond::Weight(bits) | Bond::Unlike(bits) => (bond, bits),
            Bond::Relatives => (bond, 3.0),
            Bond::Cannot => (bond, 0.0),
        }
    }

    /// From the definition: whether pairs of several records of both clusters speak for one person.
    fn are_tied(a: &[usize], b: &[usize], bond: impl Fn(usize, usize) -> Bond) -> bool {
        let all = || a.iter().flat_map(|i| b.iter().map(|j| (*i, *j)));
        let bits = |(i, j): (usize, usize)| match bond(i, j) {
            Bond::Weight(bits) => Some(bits.min(PAIR_BITS_MAX)),
            Bond::Unlike(_) => Some(0.0),
            Bond::Relatives | Bond::Cannot => None,
        };
        if all().any(|pair| bits(pair).is_none()) {
            return false;
        }
        let for_one: Vec<(usize, usize)> = all().filter(|pair| bits(*pair) > Some(0.0)).collect();
        let n_of =
            |side: fn(&(usize, usize)) -> usize| for_one.iter().map(side).collect::<BTreeSet<_>>().len();
        a.len() + b.len() <= TIED_RECORDS_MAX
            && for_one.len() * PAIRS_PER_TIE >= a.len() * b.len()
            && for_one.iter().filter_map(|pair| bits(*pair)).sum::<f64>()
                >= TIE_BITS_MIN * for_one.len() as f64
            && n_of(|pair| pair.0) >= a.len().min(2)
            && n_of(|pair| pair.1) >= b.len().min(2)
    }

    /// Average link from its definition: every mean computed anew from all pairs at every step.
    fn slow(n: usize, bonds: &[Bond]) -> Vec<usize> {
        let mut clusters: Vec<Vec<usize>> = (0..n).map(|i| vec![i]).collect();
        let bond = |i: usize, j: usize| bonds[i.min(j) * n + i.max(j)];
        let whole = |bond: Bond| if bond == Bond::Cannot { f64::NEG_INFINITY } else { told(bond).1 };
        let bounded = |bond: Bond| match bond {
            Bond::Weight(bits) | Bond::Unlike(bits) => bits.clamp(-PAIR_BITS_MAX, PAIR_BITS_MAX),
            Bond::Relatives => -PAIR_BITS_MAX,
            Bond::Cannot => f64::NEG_INFINITY,
        };
        loop {
            let mut best: Option<(usize, usize, f64)> = None;
            for a in 0..clusters.len() {
                for b in a + 1..clusters.len() {
                    let all =
                        || clusters[a].iter().flat_map(|i| clusters[b].iter().map(move |j| bond(*i, *j)));
                    let mean = all().map(whole).sum::<f64>() / all().count() as f64;
                    let is_one =
                        all().map(bounded).sum::<f64>() > 0.0 || are_tied(&clusters[a], &clusters[b], bond);
                    if is_one && best.is_none_or(|(_, _, least)| mean > least) {
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
        /// Few pairs that speak for one person among many that do not, too, and some that look like relatives.
        #[test]
        fn average_link_is_its_definition(
            n in 1usize..14, weights in proptest::collection::vec(-30i32..30, 169), less in 0i32..20, kinds in proptest::collection::vec(0u8..90, 169),
        ) {
            let weight = |(i, w): (usize, &i32)| f64::from(*w - less) + i as f64 / 1024.0;
            let bonds = weights.iter().enumerate().zip(&kinds).map(|(pair, kind)| match kind {
                0 => Bond::Cannot,
                1 => Bond::Relatives,
                2..6 => Bond::Unlike(weight(pair)),
                _ => Bond::Weight(weight(pair)),
            });
            let bonds: Vec<Bond> = bonds.collect();
            let fast = average_link(n, |i, j| told(bonds[i * n + j]));
            prop_assert_eq!(fast, slow(n, &bonds));
        }

        /// Two records that must be kept apart and a third that speaks for both: it goes to the one it says more of,
        /// in whatever order the three stand.
        #[test]
        fn a_record_goes_where_more_speaks_for_it(less in 0.5f64..40.0, more in 0.5f64..20.0, third in 0usize..3) {
            let [kept, other] = [(third + 1) % 3, (third + 2) % 3];
            let bond = |i: usize, j: usize| match (i == third || j == third, i == kept || j == kept) {
                (true, true) => Bond::Weight(less + more),
                (true, false) => Bond::Weight(less),
                _ => Bond::Cannot,
            };
            let of = average_link(3, |i, j| told(bond(i, j)));
            prop_assert_eq!((of[third] == of[kept], of[third] == of[other]), (true, false));
        }
    }

    /// Clusters by the bits of each pair, in the order 01, 02, 12 or 01, 02, 03, 12, 13, 23.
    #[track_caller]
    fn check(bits: &[f64], expected: &[usize]) {
        let n = expected.len();
        let place = |i: usize, j: usize| i * n - i * (i + 1) / 2 + j - i - 1;
        assert_eq!(average_link(n, |i, j| told(Bond::Weight(bits[place(i, j)]))), expected, "{bits:?}");
    }

    #[test]
    fn one_pair_does_not_outvote_many() {
        check(&[30.0, -9.0, -9.0], &[0, 0, 2]);
        check(&[13.0, 40.0, 29.0, -8.0, -8.0, 13.0], &[0, 1, 0, 0]);
        check(&[40.0, 30.0, -13.0], &[0, 0, 2]);
        check(&[40.0, 30.0, -11.0], &[0, 0, 0]);
    }

    #[test]
    fn a_cannot_link_keeps_the_whole_clusters_apart() {
        let bond =
            |i: usize, j: usize| if (i, j) == (0, 2) { Bond::Cannot } else { Bond::Weight(5.0 - j as f64) };
        let of = average_link(3, |i, j| told(bond(i, j)));
        assert_ne!(of[0], of[2]);
        assert_eq!(average_link(0, |_, _| told(Bond::Cannot)), [] as [usize; 0]);
    }

    /// Two clusters of so many records; the pairs between them weigh -9, but for those that are given, and the last one.
    #[track_caller]
    fn check_tied(
        sizes: [usize; 2],
        (for_one, bond_of_one): (&[(usize, usize)], Bond),
        other: Option<Bond>,
        is_joined: bool,
    ) {
        let n = sizes[0] + sizes[1];
        let bond = |i: usize, j: usize| match (i < sizes[0], j < sizes[0]) {
            (true, true) | (false, false) => Bond::Weight(20.0),
            _ if for_one.contains(&(i, j - sizes[0])) => bond_of_one,
            _ if (i, j) == (sizes[0] - 1, n - 1) => other.unwrap_or(Bond::Weight(-9.0)),
            _ => Bond::Weight(-9.0),
        };
        let of = average_link(n, |i, j| told(bond(i, j)));
        assert_eq!(of.iter().all(|cluster| *cluster == 0), is_joined, "{sizes:?} {for_one:?} {of:?}");
        assert!(of[..sizes[0]].iter().all(|cluster| *cluster == 0), "{of:?}");
    }

    #[test]
    fn several_records_on_either_side_tie_two_clusters() {
        const EIGHT: Bond = Bond::Weight(8.0);
        let several = [(0, 0), (1, 1), (1, 0)];
        check_tied([3, 3], (&several, EIGHT), None, true);
        check_tied([3, 3], (&several, Bond::Weight(4.4)), None, false);
        check_tied([3, 3], (&several, Bond::Unlike(8.0)), None, false);
        check_tied([3, 3], (&several, EIGHT), Some(Bond::Relatives), false);
        check_tied([3, 3], (&several, EIGHT), Some(Bond::Cannot), false);
        check_tied([3, 3], (&several[..2], EIGHT), None, false);
        check_tied([3, 3], (&[(0, 0), (0, 1), (0, 2)], EIGHT), None, false);
        check_tied([3, 3], (&[(0, 0), (1, 0), (2, 0)], EIGHT), None, false);
        check_tied([1, 6], (&[(0, 0), (0, 1)], EIGHT), None, true);
        let many: Vec<(usize, usize)> = (0..8).map(|pair| (pair % 2, pair / 2)).collect();
        check_tied([5, 5], (&many, EIGHT), None, true);
        check_tied([5, 6], (&many, EIGHT), None, false);
    }

    #[test]
    fn components_follow_chains() {
        assert_eq!(components(6, [(4, 5), (1, 4), (0, 2)].into_iter()), [vec![0, 2], vec![1, 4, 5]]);
        assert!(components(3, std::iter::empty()).is_empty());
    }
}
