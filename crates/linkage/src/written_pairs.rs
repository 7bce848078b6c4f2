//! What a run wrote, as its own error estimates need it: one population for every figure.

use crate::index::UNSEEN_PATTERN;
use crate::link::Linked;
use crate::model::Model;

/// The written pairs of a run, those that people judged apart from the others: of a judged pair nothing is estimated.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WrittenPairs {
    /// For each pattern of the model the written pairs that nobody judged.
    pub n_unjudged: Vec<u64>,
    /// Pairs that were judged to be of one person.
    pub n_judged_same: u64,
    /// Pairs that were judged to be of different people.
    pub n_judged_different: u64,
    /// Pairs of records that the clusters hold together; `None` where the clusters are not known.
    pub n_in_clusters: Option<u64>,
    /// The probability from which the clusters are made of pairs; `None` where it is not known.
    pub cluster_probability: Option<f64>,
}

impl WrittenPairs {
    /// Of a run that has just been made, whether or not the judgements stand in its pairs already.
    #[must_use]
    pub fn of(linked: &Linked) -> Self {
        let mut written = Self::none(&linked.model);
        let judged = &linked.judgements.pairs;
        for pair in &linked.pairs {
            if judged.binary_search_by_key(&(pair.l, pair.r), |known| (known.pair.l, known.pair.r)).is_err() {
                written.add(pair.pattern);
            }
        }
        written.n_judged_same = judged.iter().filter(|pair| pair.same).count() as u64;
        written.n_judged_different = judged.len() as u64 - written.n_judged_same;
        written.n_in_clusters = Some(n_pairs_within(linked.clusters.sizes().into_iter()));
        written.cluster_probability = Some(linked.clusters.cluster_probability);
        written
    }

    /// Nothing written yet, by a model.
    #[must_use]
    pub fn none(model: &Model) -> Self {
        Self { n_unjudged: vec![0; model.patterns.len()], ..Self::default() }
    }

    /// Adds a pair that nobody judged, with its pattern; one that the model does not know is left out.
    pub fn add(&mut self, pattern: u32) {
        if pattern != UNSEEN_PATTERN
            && let Some(n) = self.n_unjudged.get_mut(pattern as usize)
        {
            *n += 1;
        }
    }
}

/// Pairs of records inside clusters, from (records, clusters of so many).
pub fn n_pairs_within(sizes: impl Iterator<Item = (usize, usize)>) -> u64 {
    sizes.map(|(size, n)| (size * size.saturating_sub(1) / 2 * n) as u64).sum()
}
