//! What a run wrote, as its own error estimates need it: one population for every figure.

use crate::by_shift::ByShift;
use crate::cluster_errors::false_inside;
use crate::index::UNSEEN_PATTERN;
use crate::link::Linked;
use crate::model::Model;

/// The written pairs of a run, those that people judged apart from the others: of a judged pair nothing is estimated.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct WrittenPairs {
    /// For each pattern of the model the written pairs that nobody judged.
    pub(crate) n_unjudged: Vec<u64>,
    /// Of them, for each pattern, those inside the clusters.
    pub(crate) n_unjudged_in_clusters: Vec<u64>,
    /// Pairs that were judged to be of one person.
    pub(crate) n_judged_same: u64,
    /// Pairs that were judged to be of different people.
    pub(crate) n_judged_different: u64,
    /// Pairs of records that the clusters hold together; `None` where the clusters are not known.
    pub(crate) n_in_clusters: Option<u64>,
    /// Of them, written ones; `None` as above.
    pub(crate) n_written_in_clusters: Option<u64>,
    /// How many pairs inside the clusters are expected to be of different people; `None` where it is not known which pairs these are, and where labels
    /// gave the probabilities: they were drawn pair by pair, and say nothing of what a third record adds.
    pub(crate) false_inside: Option<ByShift>,
    /// The probability from which the clusters are made of pairs; `None` where it is not known.
    pub(crate) cluster_probability: Option<f64>,
}

impl WrittenPairs {
    /// Of a run that has just been made, whether or not the judgements stand in its pairs already.
    pub(crate) fn of(linked: &Linked) -> Self {
        let mut written = Self::none(&linked.model);
        let judged = &linked.judgements.pairs;
        let cluster_of = &linked.clusters.cluster_of;
        let mut n_inside = 0;
        for pair in &linked.pairs {
            let is_inside = cluster_of[pair.l as usize] == cluster_of[pair.r as usize];
            n_inside += u64::from(is_inside);
            if !linked.judgements.hold(pair) {
                written.add(pair.pattern, is_inside);
            }
        }
        written.n_judged_same = judged.iter().filter(|pair| pair.same).count() as u64;
        written.n_judged_different = judged.len() as u64 - written.n_judged_same;
        written.n_in_clusters = Some(n_pairs_within(linked.clusters.sizes().into_iter()));
        let is_own = linked.model.label_calibration.is_none();
        written.false_inside = is_own.then(|| false_inside(linked));
        written.n_written_in_clusters = Some(n_inside);
        written.cluster_probability = Some(linked.clusters.cluster_probability);
        written
    }

    /// Nothing written yet, by a model.
    fn none(model: &Model) -> Self {
        let none = vec![0; model.patterns.len()];
        Self { n_unjudged: none.clone(), n_unjudged_in_clusters: none, ..Self::default() }
    }

    /// Adds a pair that nobody judged, with its pattern and whether it is inside a cluster; one that the model does not know is left out.
    fn add(&mut self, pattern: u32, is_inside: bool) {
        if pattern != UNSEEN_PATTERN
            && let Some(n) = self.n_unjudged.get_mut(pattern as usize)
        {
            *n += 1;
            self.n_unjudged_in_clusters[pattern as usize] += u64::from(is_inside);
        }
    }
}

/// Pairs of records inside clusters, from (records, clusters of so many).
fn n_pairs_within(sizes: impl Iterator<Item = (usize, usize)>) -> u64 {
    sizes.map(|(size, n)| (size * size.saturating_sub(1) / 2 * n) as u64).sum()
}
