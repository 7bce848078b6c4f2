//! The records that an audit looks at, cluster by cluster: grouped once, for all dimensions.

use rayon::prelude::*;

/// Records grouped by cluster, clusters in ascending order; those without a record that is looked at are left out.
pub(super) struct ByCluster {
    records: Vec<u32>,
    groups: Vec<Group>,
}

/// The records of one cluster.
struct Group {
    /// Where the next one begins.
    end: u32,
    /// Whether the cluster holds another record, be it looked at or not.
    is_linked: bool,
}

impl ByCluster {
    /// `cluster_of` gives for each record its cluster, `records` those that are looked at; `None` for all.
    pub(super) fn new(cluster_of: &[u32], records: Option<&[u32]>) -> Self {
        let mut is_looked_at = vec![records.is_none(); cluster_of.len()];
        records.unwrap_or_default().iter().for_each(|record| is_looked_at[*record as usize] = true);
        let mut ordered: Vec<(u32, u32)> = cluster_of.iter().copied().zip(0..).collect();
        ordered.par_sort_unstable();
        let mut found = Self { records: Vec::new(), groups: Vec::new() };
        for own in ordered.chunk_by(|a, b| a.0 == b.0) {
            let before = found.records.len();
            found.records.extend(own.iter().map(|own| own.1).filter(|record| is_looked_at[*record as usize]));
            if found.records.len() > before {
                found.groups.push(Group { end: found.records.len() as u32, is_linked: own.len() > 1 });
            }
        }
        found
    }

    /// Records that are looked at.
    pub(super) const fn n_records(&self) -> usize {
        self.records.len()
    }

    /// Clusters that hold one of them.
    pub(super) const fn n_clusters(&self) -> usize {
        self.groups.len()
    }

    /// Whether the cluster holds another record, and the records of it that are looked at, one at least.
    pub(super) fn groups(&self) -> impl Iterator<Item = (bool, &[u32])> {
        let mut first = 0;
        self.groups.iter().map(move |group| {
            let records = &self.records[first as usize..group.end as usize];
            first = group.end;
            (group.is_linked, records)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cluster_of: &[u32], records: Option<&[u32]>, expected: &[(bool, &[u32])]) {
        let found = ByCluster::new(cluster_of, records);
        assert_eq!(found.groups().collect::<Vec<_>>(), expected);
        assert_eq!(found.n_clusters(), expected.len());
        assert_eq!(found.n_records(), expected.iter().map(|(_, records)| records.len()).sum::<usize>());
    }

    #[test]
    fn records_are_grouped_by_cluster() {
        check(&[], None, &[]);
        check(&[7, 2, 7, 9], None, &[(false, &[1]), (true, &[0, 2]), (false, &[3])]);
        // A record is linked to one that is not looked at.
        check(&[7, 2, 7, 9], Some(&[2, 3]), &[(true, &[2]), (false, &[3])]);
    }
}
