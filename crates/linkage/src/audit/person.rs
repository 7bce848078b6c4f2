//! What became of each person: true pairs lost at each stage, and false links.

use std::collections::HashMap;

use crate::evaluation::{Truth, WeighedPair};
use crate::hashing::FixedState;

/// Pairs at or above this probability wait for clerical review: those below the threshold, and those that are strong and that the
/// clusters keep apart.
pub const REVIEW_FROM: f64 = 0.1;

/// One person's account. Pairs count ends: a true pair has both in one person, a false one has one in each of two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) n_true: u32,
    /// No rule proposed them.
    pub(crate) lost_in_blocking: u32,
    /// Of these, those in a block that was too large to be compared in full.
    pub(crate) lost_in_large_blocks: u32,
    /// Compared, and found too weak to be written.
    pub(crate) lost_in_weighing: u32,
    /// Written, below the threshold, and not mended by clustering.
    pub(crate) lost_at_threshold: u32,
    /// At or above the threshold, and parted by clustering.
    pub(crate) lost_in_clustering: u32,
    /// Ends of links to records of others.
    pub(crate) false_ends: u32,
    /// Ends of written pairs with records of others: what the run had before it and could have linked wrongly.
    pub(crate) false_written: u32,
    /// Of these, ends of links.
    pub(crate) false_written_linked: u32,
    /// Whether a pair of the person waits for review.
    pub(crate) waits: bool,
}

impl Tally {
    pub(crate) const fn lost(&self) -> u32 {
        self.lost_in_blocking + self.lost_in_weighing + self.lost_at_threshold + self.lost_in_clustering
    }
}

/// All people, with the probability of every true pair.
pub(crate) struct People {
    /// By the number of the person: position of its entity among the distinct ones.
    pub(crate) tallies: Vec<Tally>,
    /// The person of each record.
    pub(crate) of_record: Vec<u32>,
    /// Person and probability of each true pair; 0 for a pair that was not written.
    pub(crate) true_pairs: Vec<(u32, f64)>,
}

/// What was linked, and how pairs were proposed.
pub(crate) struct Linkage<'a> {
    pub(crate) pairs: &'a [WeighedPair],
    pub(crate) cluster_of: Option<&'a [u32]>,
    pub(crate) proposes: Option<&'a dyn Fn(u32, u32) -> bool>,
    pub(crate) leaves_out: Option<&'a dyn Fn(u32, u32) -> bool>,
    pub(crate) threshold: f64,
}

impl Linkage<'_> {
    /// Whether a written pair is a link.
    fn links(&self, pair: &WeighedPair) -> bool {
        match self.cluster_of {
            Some(clusters) => clusters[pair.l as usize] == clusters[pair.r as usize],
            None => pair.match_probability >= self.threshold,
        }
    }
}

impl People {
    pub(crate) fn new(truth: &Truth, linkage: &Linkage<'_>) -> Self {
        let mut entities = truth.entity_of.clone();
        entities.sort_unstable();
        entities.dedup();
        let person = |entity: &u32| entities.binary_search(entity).unwrap_or(0) as u32;
        let of_record: Vec<u32> = truth.entity_of.iter().map(person).collect();
        let mut people =
            Self { tallies: vec![Tally::default(); entities.len()], of_record, true_pairs: Vec::new() };
        let written: HashMap<(u32, u32), f64, FixedState> = linkage
            .pairs
            .iter()
            .map(|pair| ((pair.l.min(pair.r), pair.l.max(pair.r)), pair.match_probability))
            .collect();
        people.true_pairs(truth, linkage, &written);
        match linkage.cluster_of {
            Some(clusters) => people.false_in_clusters(truth, clusters),
            None => people.false_in_pairs(truth, linkage),
        }
        people.false_written(truth, linkage);
        people.waiting(truth, linkage);
        people
    }

    fn true_pairs(
        &mut self,
        truth: &Truth,
        linkage: &Linkage<'_>,
        written: &HashMap<(u32, u32), f64, FixedState>,
    ) {
        let mut records: Vec<(u32, u32)> =
            self.of_record.iter().enumerate().map(|(record, person)| (*person, record as u32)).collect();
        records.sort_unstable();
        for same in records.chunk_by(|a, b| a.0 == b.0) {
            for (idx, (person, l)) in same.iter().enumerate() {
                for (_, r) in same[idx + 1..].iter().filter(|(_, r)| truth.counts(*l, *r)) {
                    let probability = written.get(&(*l, *r)).copied();
                    self.true_pairs.push((*person, probability.unwrap_or(0.0)));
                    let tally = &mut self.tallies[*person as usize];
                    tally.n_true += 1;
                    let together = match linkage.cluster_of {
                        Some(clusters) => clusters[*l as usize] == clusters[*r as usize],
                        None => probability.is_some_and(|p| p >= linkage.threshold),
                    };
                    if together {
                        continue;
                    }
                    match probability {
                        Some(p) if p >= linkage.threshold => tally.lost_in_clustering += 1,
                        Some(_) => tally.lost_at_threshold += 1,
                        None if linkage.proposes.is_some_and(|proposes| proposes(*l, *r)) => {
                            tally.lost_in_weighing += 1;
                        }
                        None => {
                            let is_left_out = linkage.leaves_out.is_some_and(|leaves_out| leaves_out(*l, *r));
                            tally.lost_in_blocking += 1;
                            tally.lost_in_large_blocks += u32::from(is_left_out);
                        }
                    }
                }
            }
        }
    }

    /// Ends of pairs inside clusters that are of two people; with sources, across sources only.
    fn false_in_clusters(&mut self, truth: &Truth, clusters: &[u32]) {
        let source = |record: usize| truth.source_of.get(record).copied().unwrap_or(0);
        let mut records: Vec<(u32, u32, u32)> =
            (0..clusters.len()).map(|r| (clusters[r], source(r), self.of_record[r])).collect();
        records.sort_unstable();
        for cluster in records.chunk_by(|a, b| a.0 == b.0).filter(|cluster| cluster.len() > 1) {
            let within = |records: &[(u32, u32, u32)]| {
                let mut people: Vec<u32> = records.iter().map(|record| record.2).collect();
                people.sort_unstable();
                let n = people.len() as u32;
                let ends = people
                    .chunk_by(|a, b| a == b)
                    .map(|own| (own[0], own.len() as u32 * (n - own.len() as u32)));
                ends.collect::<Vec<_>>()
            };
            for (person, ends) in within(cluster) {
                self.tallies[person as usize].false_ends += ends;
            }
            if !truth.source_of.is_empty() {
                for of_source in cluster.chunk_by(|a, b| a.1 == b.1) {
                    for (person, ends) in within(of_source) {
                        self.tallies[person as usize].false_ends -= ends;
                    }
                }
            }
        }
    }

    fn false_in_pairs(&mut self, truth: &Truth, linkage: &Linkage<'_>) {
        for pair in linkage.pairs.iter().filter(|p| p.match_probability >= linkage.threshold) {
            let (a, b) = (self.of_record[pair.l as usize], self.of_record[pair.r as usize]);
            if a != b && truth.counts(pair.l, pair.r) {
                self.tallies[a as usize].false_ends += 1;
                self.tallies[b as usize].false_ends += 1;
            }
        }
    }

    /// Ends of written pairs of two people, linked or not.
    fn false_written(&mut self, truth: &Truth, linkage: &Linkage<'_>) {
        for pair in linkage.pairs.iter().filter(|pair| truth.counts(pair.l, pair.r)) {
            let (a, b) = (self.of_record[pair.l as usize], self.of_record[pair.r as usize]);
            if a == b {
                continue;
            }
            let is_linked = linkage.links(pair);
            for person in [a, b] {
                self.tallies[person as usize].false_written += 1;
                self.tallies[person as usize].false_written_linked += u32::from(is_linked);
            }
        }
    }

    fn waiting(&mut self, truth: &Truth, linkage: &Linkage<'_>) {
        let is_open = |pair: &WeighedPair| {
            pair.match_probability >= REVIEW_FROM
                && (pair.match_probability < linkage.threshold || !linkage.links(pair))
        };
        for pair in linkage.pairs.iter().filter(|pair| is_open(pair) && truth.counts(pair.l, pair.r)) {
            for record in [pair.l, pair.r] {
                self.tallies[self.of_record[record as usize] as usize].waits = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(pairs: &[(u32, u32, f64)], clusters: Option<&[u32]>, sources: &[u32]) -> Vec<Tally> {
        let pairs: Vec<WeighedPair> = pairs
            .iter()
            .map(|(l, r, match_probability)| WeighedPair {
                l: *l,
                r: *r,
                match_weight_bits: 0.0,
                match_probability: *match_probability,
            })
            .collect();
        let truth =
            Truth { entity_of: vec![7, 7, 7, 9, 9, 11], source_of: sources.to_vec(), group_of: Vec::new() };
        let proposes = |l: u32, r: u32| (l, r) == (1, 2);
        let leaves_out = |l: u32, r: u32| (l, r) == (0, 2);
        let linkage = Linkage {
            pairs: &pairs,
            cluster_of: clusters,
            proposes: Some(&proposes),
            leaves_out: Some(&leaves_out),
            threshold: 0.9,
        };
        People::new(&truth, &linkage).tallies
    }

    #[test]
    fn every_true_pair_is_lost_at_one_stage() {
        let tallies = people(&[(0, 1, 0.95), (3, 4, 0.5), (4, 5, 0.99)], None, &[]);
        assert_eq!((tallies[0].n_true, tallies[0].lost_in_weighing, tallies[0].lost_in_blocking), (3, 1, 1));
        assert_eq!((tallies[0].lost_in_large_blocks, tallies[0].lost()), (1, 2), "a part, not a stage more");
        assert_eq!((tallies[1].lost_at_threshold, tallies[1].false_ends, tallies[1].waits), (1, 1, true));
        assert_eq!((tallies[2].n_true, tallies[2].false_ends, tallies[2].waits), (0, 1, false));
        let written = |tally: &Tally| (tally.false_written_linked, tally.false_written);
        let more = people(&[(0, 3, 0.2), (3, 5, 0.95), (0, 5, 0.4)], None, &[]);
        assert_eq!([0, 1, 2].map(|person| written(&more[person])), [(0, 2), (1, 2), (1, 2)]);
    }

    #[test]
    fn clusters_have_the_last_word() {
        let tallies = people(&[(0, 1, 0.95), (3, 4, 0.5)], Some(&[0, 1, 1, 2, 2, 2]), &[]);
        assert_eq!((tallies[0].lost(), tallies[0].lost_in_clustering), (2, 1), "0–1 parted, 1–2 mended");
        assert_eq!((tallies[1].lost(), tallies[1].false_ends), (0, 2));
        assert_eq!(tallies[2].false_ends, 2);
    }

    #[test]
    fn what_is_open_or_kept_apart_waits() {
        let waits = |pairs: &[(u32, u32, f64)], clusters: Option<&[u32]>| {
            people(pairs, clusters, &[]).iter().map(|tally| tally.waits).collect::<Vec<_>>()
        };
        let strong = [(0, 1, 0.95), (3, 5, 0.05)];
        assert_eq!(waits(&strong, None), [false; 3], "linked, and too weak");
        assert_eq!(waits(&strong, Some(&[0, 0, 1, 2, 3, 4])), [false; 3]);
        assert_eq!(
            waits(&strong, Some(&[0, 1, 2, 3, 4, 5])),
            [true, false, false],
            "the clusters keep it apart"
        );
        assert_eq!(waits(&[(0, 3, 0.5)], Some(&[0; 6])), [true, true, false], "below the threshold");
    }

    #[test]
    fn with_sources_only_pairs_across_them_count() {
        let tallies = people(&[], Some(&[0, 0, 0, 1, 1, 1]), &[0, 0, 1, 0, 1, 1]);
        assert_eq!(tallies.iter().map(|t| t.n_true).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(tallies.iter().map(|t| t.false_ends).collect::<Vec<_>>(), [0, 1, 1]);
    }
}
