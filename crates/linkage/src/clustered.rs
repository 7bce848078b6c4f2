//! What the probabilities and the clusters of one run say of the same thing: how many pairs are of one person.

use serde::{Deserialize, Serialize};

use crate::hashing::Stream;
use crate::html;
use crate::label_evaluation::Estimate;
use crate::pair_redraws::{PairsOf, Redraw, estimate, share};
use crate::resample::poisson;
use crate::written_pairs::WrittenPairs;

/// Strong pairs expected to be of one person for each pair inside the clusters, at most: with more, probabilities and clusters cannot both be
/// right. Where all pairs together are more, and the strong ones are not, most true pairs are open ones, which clusters leave apart. Fourteen sets of which the truth is known have 1.00 to 1.50 (`docs/linkage-audit.md`), a model that took strangers for one
/// person 1.85 and 3.86.
pub const CLUSTER_RATIO_MAX: f64 = 1.6;
/// Pairs expected to be of one person for each pair inside the clusters, at least: with fewer, the clusters join what the probabilities
/// hold to be of different people. The fourteen sets have 0.997 and more, a model that took the households of a ration list for one person 0.84 to 0.86.
pub const CLUSTER_RATIO_MIN: f64 = 0.95;
/// All pairs expected to be of one person for each inside the clusters, from which nearly all are open ones: what is expected of these rests on
/// nothing that clusters confirm. A file without a true pair had 7 to 1,400.
pub const OPEN_RATIO_MAX: f64 = 3.0;
/// Fewest pairs expected to be of one person from which that is judged: of fewer chance alone could make it.
pub const CLUSTER_RATIO_PAIRS_MIN: f64 = 30.0;

/// Stream of random numbers of the pairs inside the clusters.
const STREAM: u64 = 7_400;

/// What the probabilities and the clusters of one run say of the same thing: how many pairs are of one person.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Clustered {
    /// Written pairs expected to be of one person, a mean over the model's own error, of the judged ones what was judged; what the probabilities add up to where the run is not to
    /// be relied on.
    pub n_expected_true: f64,
    /// Between which numbers that lies, at 95 %, by counting and by the model's own error; `None` where the run is not to be relied on.
    pub n_expected_interval: Option<(f64, f64)>,
    /// The sum of the probabilities of the strong pairs, those from which clusters are made; of all written pairs where it is not known which are.
    pub n_expected_strong: f64,
    /// Pairs of records inside the clusters.
    pub n_in_clusters: u64,
    /// Of them, pairs that are not written, because they are below the least probability or no rule proposed them: third records join them. `None` where that
    /// is not known.
    #[serde(default)]
    pub n_unwritten: Option<u64>,
    /// `n_expected_true` by `n_in_clusters`; `None` where the clusters hold no pair.
    pub ratio: Option<f64>,
    /// [`CLUSTER_RATIO_MAX`].
    pub ratio_max: f64,
    /// Whether the two contradict each other: the ratio of the strong pairs is above the limit, or that of all pairs below
    /// [`CLUSTER_RATIO_MIN`], and there are enough pairs ([`CLUSTER_RATIO_PAIRS_MIN`]) to say so.
    pub is_contradiction: bool,
    /// Share of the pairs inside the clusters that is expected to be of different people, each pair weighed with the other records of its cluster, a mean
    /// over the model's own error as in [`ErrorEstimate`](crate::ErrorEstimate); `None` where the run is not to be relied on, where labels gave the probabilities, or it is not known which pairs these are.
    #[serde(default)]
    pub false_pairs: Option<Estimate>,
    /// Share of the written pairs expected to be of one person that the clusters leave apart; `None` as above.
    #[serde(default)]
    pub left_out: Option<Estimate>,
}

impl Clustered {
    /// Of written pairs, those that were judged counted apart; `None` where the clusters are not known.
    pub(crate) fn of(pairs: &[PairsOf<'_>], written: &WrittenPairs) -> Option<Self> {
        let n_in_clusters = written.n_in_clusters?;
        let n_judged_same = written.n_judged_same as f64;
        let n_expected_true = pairs.iter().map(PairsOf::expected_true).sum::<f64>() + n_judged_same;
        let is_strong = |of: &&PairsOf<'_>| {
            written.cluster_probability.is_none_or(|least| of.pattern.match_probability >= least)
        };
        let strong = pairs.iter().filter(is_strong).map(PairsOf::expected_true);
        let n_expected_strong = strong.sum::<f64>() + n_judged_same;
        let mut clustered = Self {
            n_expected_true,
            n_expected_interval: None,
            n_expected_strong,
            n_in_clusters,
            n_unwritten: written.n_written_in_clusters.map(|n| n_in_clusters.saturating_sub(n)),
            ratio: (n_in_clusters > 0).then(|| n_expected_true / n_in_clusters as f64),
            ratio_max: CLUSTER_RATIO_MAX,
            is_contradiction: false,
            false_pairs: None,
            left_out: None,
        };
        clustered.is_contradiction = clustered.contradiction().is_some();
        Some(clustered)
    }

    /// The same, with what redraws of the pairs expect.
    pub(crate) fn expecting(self, drawn: &[Redraw], written: &WrittenPairs) -> Self {
        let n_judged_same = written.n_judged_same as f64;
        let all = estimate(drawn.iter().map(|drawn| drawn.n_true + n_judged_same));
        let n_expected_true = all.map_or(self.n_expected_true, |all| all.value);
        let with = Self {
            n_expected_true,
            ratio: self.ratio.map(|_| n_expected_true / self.n_in_clusters as f64),
            n_expected_interval: all.map(|all| (all.low, all.high)),
            ..self
        };
        let (Some(false_inside), 1..) = (written.false_inside, self.n_in_clusters) else { return with };
        let n_inside = self.n_in_clusters as f64;
        let draw = |(replicate, drawn): (usize, &Redraw)| {
            let mut stream = Stream::new(STREAM, replicate as u64);
            let n_false = poisson(false_inside.expected(drawn.shift), &mut stream).min(n_inside);
            let left_out = share(drawn.true_outside, n_inside - n_false);
            (n_false / n_inside, left_out.unwrap_or_default())
        };
        let drawn: Vec<(f64, f64)> = drawn.iter().enumerate().map(draw).collect();
        let false_pairs = drawn.iter().map(|(false_pairs, _)| *false_pairs);
        let left_out = drawn.iter().map(|(_, left_out)| *left_out);
        Self { false_pairs: estimate(false_pairs), left_out: estimate(left_out), ..with }
    }

    /// Why probabilities and clusters cannot both be right, as a clause; `None` where they can.
    pub(crate) fn contradiction(&self) -> Option<String> {
        let counted = |n: f64| html::count(n.round() as u64);
        let n_held = self.n_in_clusters as f64;
        if self.n_expected_strong >= CLUSTER_RATIO_PAIRS_MIN
            && self.n_expected_strong > CLUSTER_RATIO_MAX * n_held
        {
            return Some(format!(
                "the run contradicts itself: {} pairs strong enough to make clusters are expected to be of one person, and the clusters hold \
                 {}, where {CLUSTER_RATIO_MAX} for each is the limit; the probabilities are too high",
                counted(self.n_expected_strong),
                html::count(self.n_in_clusters)
            ));
        }
        let is_over_full =
            n_held >= CLUSTER_RATIO_PAIRS_MIN && self.n_expected_true < CLUSTER_RATIO_MIN * n_held;
        is_over_full.then(|| {
            format!(
                "the run contradicts itself: the clusters hold {} pairs, and only {} of all written pairs are expected to be of one person: clusters \
                 join people whom the probabilities part",
                html::count(self.n_in_clusters),
                counted(self.n_expected_true)
            )
        })
    }

    /// Where nearly all pairs that are expected to be of one person are open ones, why that is not to be believed, as a clause.
    pub(crate) fn nearly_all_open(&self) -> Option<String> {
        self.is_open_beyond(OPEN_RATIO_MAX).then(|| {
            "nearly all pairs that the probabilities expect to be of one person are open ones, which no cluster holds: that they are of one person rests \
             on nothing but the model, which makes such pairs of strangers too where a file holds few people twice. Add columns that tell people apart, or \
             have open pairs judged (redress review sample)"
                .to_owned()
        })
    }

    /// Where most true pairs are open ones, which clusters leave apart: what to do, as a clause.
    pub(crate) fn mostly_open(&self) -> Option<String> {
        let is_told = self.is_open_beyond(CLUSTER_RATIO_MAX) && !self.is_open_beyond(OPEN_RATIO_MAX);
        is_told.then(|| {
            format!(
                "{}: most of them are not sure enough to be joined. Either what is compared tells people too little apart, or the probabilities of \
                 these open pairs are too high; this run cannot tell which, and labels of open pairs would (redress review sample)",
                self.counts_in_words()
            )
        })
    }

    fn is_open_beyond(&self, ratio: f64) -> bool {
        self.n_expected_true >= CLUSTER_RATIO_PAIRS_MIN
            && self.n_expected_true > ratio * self.n_in_clusters as f64
            && !self.is_contradiction
    }

    fn counts_in_words(&self) -> String {
        let counted = |n: f64| html::count(n.round() as u64);
        let (expected, held) = (counted(self.n_expected_true), html::count(self.n_in_clusters));
        let between = self
            .n_expected_interval
            .map_or_else(String::new, |(low, high)| format!(" ({} to {})", counted(low), counted(high)));
        let expected = format!("{expected} written pairs{between} are expected to be of one person");
        match self.ratio {
            Some(ratio) => format!("{expected}, and the clusters hold {held}: {ratio:.2} for each"),
            None => format!("{expected}, and the clusters hold none"),
        }
    }

    /// All of it, as a clause.
    #[must_use]
    pub fn in_words(&self) -> String {
        let share = |of: Estimate| {
            let [value, low, high] = [of.value, of.low, of.high].map(html::percent);
            format!("{value} ({low} to {high})")
        };
        let mut text = self.counts_in_words();
        if let Some(n) = self.n_unwritten.filter(|n| *n > 0) {
            text.push_str(&format!(
                " ({} of these are not written: third records join them)",
                html::count(n)
            ));
        }
        if let Some(false_pairs) = self.false_pairs {
            text.push_str(&format!(
                "; of the pairs inside the clusters {} are expected to be false",
                share(false_pairs)
            ));
        }
        if let Some(left_out) = self.left_out {
            text.push_str(&format!(
                ", and {} of the true ones written are expected to lie outside",
                share(left_out)
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_shift::ByShift;
    use crate::pair_redraws::{
        redraws,
        tests::{pairs_of, pattern},
    };

    fn check(
        n_in_clusters: u64,
        n_judged_same: u64,
        cluster_probability: Option<f64>,
        ratio: Option<f64>,
        says: [bool; 3],
    ) {
        let patterns = [pattern(100, 0.99), pattern(200, 0.5)];
        let written = WrittenPairs {
            n_in_clusters: Some(n_in_clusters),
            n_judged_same,
            cluster_probability,
            ..WrittenPairs::default()
        };
        let found = Clustered::of(&pairs_of(&patterns, 0), &written).unwrap();
        let is_near = found.ratio.zip(ratio).is_some_and(|(a, b)| (a - b).abs() < 1e-9);
        assert!(is_near || found.ratio == ratio, "{found:?}");
        let told = [found.contradiction(), found.nearly_all_open(), found.mostly_open()];
        assert_eq!(told.map(|told| told.is_some()), says, "{}", found.in_words());
    }

    #[test]
    fn probabilities_and_clusters_can_contradict_each_other() {
        let [sound, contradicted, far, open] =
            [[false; 3], [true, false, false], [false, true, false], [false, false, true]];
        check(199, 0, None, Some(1.0), sound);
        check(100, 0, None, Some(1.99), contradicted);
        check(125, 1, None, Some(1.6), sound);
        check(0, 0, None, None, contradicted);
        // More inside the clusters than is expected.
        check(209, 0, None, Some(199.0 / 209.0), sound);
        check(210, 0, None, Some(199.0 / 210.0), contradicted);
        // Of the 199 expected pairs 99 are strong.
        check(100, 0, Some(0.95), Some(1.99), open);
        check(66, 0, Some(0.95), Some(199.0 / 66.0), far);
        check(50, 0, Some(0.95), Some(3.98), contradicted);
        check(199, 0, Some(0.95), Some(1.0), sound);
    }

    #[test]
    fn the_errors_of_clusters_are_of_the_pairs_inside() {
        let patterns = [pattern(9_900, 0.9), pattern(1_000, 0.5)];
        let pairs = pairs_of(&patterns, 1);
        let drawn = redraws(&pairs, &[], &[], 1);
        let written = |false_inside| WrittenPairs {
            n_in_clusters: Some(10_000),
            false_inside,
            ..WrittenPairs::default()
        };
        let of = |written: &WrittenPairs| Clustered::of(&pairs, written).unwrap().expecting(&drawn, written);
        let found = of(&written(Some(ByShift::alike(100.0))));
        let (inside, outside) = (found.false_pairs.unwrap(), found.left_out.unwrap());
        // 100 of 10,000 by counting alone; about 500 of 10,400 outside.
        assert!(
            (inside.value - 0.01).abs() < 2e-4 && inside.low < 0.009 && inside.high > 0.011,
            "{inside:?}"
        );
        assert!((outside.value - 0.048).abs() < 0.005, "{outside:?}");
        let unknown = of(&written(None));
        assert_eq!((unknown.false_pairs, unknown.left_out), (None, None));
    }
}
