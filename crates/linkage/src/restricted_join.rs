//! Joining records one pair at a time while keeping apart what must not be in one cluster: for components too large to be
//! weighed pair by pair.

use std::collections::BTreeSet;

/// Clusters that remember, each, which clusters they must not be joined with and which sources they hold.
///
/// A conflict of two records is a conflict of their whole clusters, so a chain of joins cannot bring them together.
#[derive(Debug, Clone)]
pub(crate) struct RestrictedJoin {
    parent: Vec<usize>,
    sizes: Vec<usize>,
    /// For each root the roots that it must not be joined with; kept on both sides.
    cannot: Vec<BTreeSet<usize>>,
    /// For each root the sources of its records; empty where a source may hold several records of a person.
    sources: Vec<BTreeSet<u32>>,
    /// For each root the identifiers of its records, each set once.
    numbers: Vec<BTreeSet<Vec<u32>>>,
}

impl RestrictedJoin {
    /// Each of `n` records alone; `sources` gives the source of each where one source has one record of a person.
    pub(crate) fn new(n: usize, sources: Option<&[u32]>) -> Self {
        let of = |record: usize| sources.map(|sources| BTreeSet::from([sources[record]])).unwrap_or_default();
        Self {
            parent: (0..n).collect(),
            sizes: vec![1; n],
            cannot: vec![BTreeSet::new(); n],
            sources: (0..n).map(of).collect(),
            numbers: vec![BTreeSet::new(); n],
        }
    }

    /// Gives each record the identifiers that it bears; they count from now on.
    pub(crate) fn bear(&mut self, numbers: impl Iterator<Item = Vec<u32>>) {
        for (record, numbers) in numbers.enumerate() {
            if !numbers.is_empty() {
                let root = self.root(record);
                self.numbers[root].insert(numbers);
            }
        }
    }

    /// The lowest record of the cluster of a record.
    pub(crate) fn root(&mut self, record: usize) -> usize {
        let mut at = record;
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    /// Keeps the clusters of two records apart from now on; without effect where they are one cluster already.
    pub(crate) fn keep_apart(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.cannot[a].insert(b);
            self.cannot[b].insert(a);
        }
    }

    /// Joins two records that were judged to be of one person, unless that contradicts what must be kept apart.
    pub(crate) fn join_judged(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b && !self.cannot[a].contains(&b) {
            self.merge(a.min(b), a.max(b));
        }
    }

    /// Joins the clusters of two records unless they must be kept apart, hold a record of one source each, bear identifiers
    /// that differ and that neither bears all of, or would together hold more than `size_max` records.
    pub(crate) fn join(
        &mut self,
        a: usize,
        b: usize,
        size_max: usize,
        differ: &impl Fn(&[u32], &[u32]) -> bool,
    ) {
        let (a, b) = (self.root(a), self.root(b));
        let (of_a, of_b) = (&self.numbers[a], &self.numbers[b]);
        let numbers_differ = || {
            let is_known = of_a.is_subset(of_b) || of_b.is_subset(of_a);
            !is_known && of_a.iter().any(|a| of_b.iter().any(|b| differ(a, b)))
        };
        let is_free = a != b
            && self.sizes[a] + self.sizes[b] <= size_max
            && !self.cannot[a].contains(&b)
            && self.sources[a].is_disjoint(&self.sources[b])
            && !numbers_differ();
        if is_free {
            self.merge(a.min(b), a.max(b));
        }
    }

    fn merge(&mut self, low: usize, high: usize) {
        self.parent[high] = low;
        self.sizes[low] += self.sizes[high];
        let sources = std::mem::take(&mut self.sources[high]);
        self.sources[low].extend(sources);
        let numbers = std::mem::take(&mut self.numbers[high]);
        self.numbers[low].extend(numbers);
        for other in std::mem::take(&mut self.cannot[high]) {
            self.cannot[other].remove(&high);
            self.cannot[other].insert(low);
            self.cannot[low].insert(other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const N: usize = 8;

    /// The same from its definition: every record of one cluster is tested against every record of the other.
    fn slow(
        sources: Option<&[u32]>,
        numbers: &[u32],
        apart: &[(usize, usize)],
        judged: &[(usize, usize)],
        pairs: &[(usize, usize)],
        size_max: usize,
    ) -> Vec<usize> {
        let mut of: Vec<usize> = (0..N).collect();
        let steps = judged.iter().map(|pair| (pair, true)).chain(pairs.iter().map(|pair| (pair, false)));
        for ((a, b), is_judged) in steps {
            let (low, high) = (of[*a].min(of[*b]), of[*a].max(of[*b]));
            let members = |root: usize| (0..N).filter(|i| of[*i] == root).collect::<Vec<_>>();
            let (left, right) = (members(low), members(high));
            let all = || left.iter().flat_map(|i| right.iter().map(move |j| (*i, *j)));
            let conflict = all().any(|(i, j)| apart.contains(&(i, j)) || apart.contains(&(j, i)));
            let same_source = sources.is_some_and(|sources| all().any(|(i, j)| sources[i] == sources[j]));
            let borne = |side: &[usize]| side.iter().map(|i| numbers[*i]).collect::<BTreeSet<u32>>();
            let (of_left, of_right) = (borne(&left), borne(&right));
            let numbers_differ = all().any(|(i, j)| differ(&[numbers[i]], &[numbers[j]]))
                && !of_left.is_subset(&of_right)
                && !of_right.is_subset(&of_left);
            let too_large = left.len() + right.len() > size_max;
            if low != high && !conflict && (is_judged || (!same_source && !numbers_differ && !too_large)) {
                right.iter().for_each(|i| of[*i] = low);
            }
        }
        of
    }

    /// 0 stands for no number.
    fn differ(a: &[u32], b: &[u32]) -> bool {
        a[0] != b[0] && a[0] * b[0] != 0
    }

    fn pairs() -> impl Strategy<Value = Vec<(usize, usize)>> {
        proptest::collection::vec((0..N, 0..N).prop_filter("two records", |(a, b)| a != b), 0..14)
    }

    proptest! {
        #[test]
        fn conflicts_hold_for_whole_clusters(
            sources in proptest::option::of(proptest::collection::vec(0u32..4, N)),
            numbers in proptest::collection::vec(0u32..3, N),
            apart in pairs(),
            judged in pairs(),
            joins in pairs(),
            size_max in 2usize..9,
        ) {
            let mut fast = RestrictedJoin::new(N, sources.as_deref());
            apart.iter().for_each(|(a, b)| fast.keep_apart(*a, *b));
            judged.iter().for_each(|(a, b)| fast.join_judged(*a, *b));
            fast.bear(numbers.iter().map(|number| vec![*number]));
            joins.iter().for_each(|(a, b)| fast.join(*a, *b, size_max, &differ));
            let found: Vec<usize> = (0..N).map(|record| fast.root(record)).collect();
            prop_assert_eq!(found, slow(sources.as_deref(), &numbers, &apart, &judged, &joins, size_max));
        }
    }
}
