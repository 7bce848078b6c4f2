//! The clusters of a run: which records are held together, and how firmly each belongs.

use rayon::prelude::*;

use crate::apart::{Apart, KeptApart, KeptBy, PairApart, Reasons};
use crate::clustering::{Bond, COMPONENT_CLOSED_MAX, average_link, components};
use crate::config::Config;
use crate::join_order::JoinOrder;
use crate::judgement::Judgements;
use crate::labels_effect::LabelsEffect;
use crate::link::Pair;
use crate::model::Model;
use crate::pattern::Bench;
use crate::relatives::Levels;
use crate::restricted_join::RestrictedJoin;
use crate::table::Table;

/// For every record its cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// For each record the number of its cluster, counted from 0 in the order of each cluster's first record.
    pub cluster_of: Vec<u32>,
    /// For each record the mean probability that it is of one person with the others of its cluster; 1 when alone.
    pub membership_probability: Vec<f64>,
    /// The columns of identifiers of which two valid, differing values keep records apart.
    pub binding_identifiers: Vec<String>,
    /// The probability from which a pair is strong: from such pairs the clusters are made.
    pub cluster_probability: f64,
    /// Strong pairs whose records are in different clusters, by l then r.
    pub pairs_apart: Vec<PairApart>,
    /// How many they are, by what keeps them apart.
    pub kept_apart: KeptApart,
    /// What labels did to the pairs from which clusters are made; `None` without labels.
    pub labels_effect: Option<LabelsEffect>,
}

impl Clusters {
    /// How many clusters there are.
    #[must_use]
    pub fn n_clusters(&self) -> usize {
        self.cluster_of.iter().max().map_or(0, |last| *last as usize + 1)
    }

    /// How many clusters have each size: (size, clusters), ascending.
    #[must_use]
    pub fn sizes(&self) -> Vec<(usize, usize)> {
        let mut members = vec![0usize; self.n_clusters()];
        self.cluster_of.iter().for_each(|cluster| members[*cluster as usize] += 1);
        members.sort_unstable();
        members.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect()
    }
}

/// Joins the records of strong pairs.
pub(crate) fn cluster(
    table: &Table,
    config: &Config,
    model: &Model,
    pairs: &[Pair],
    judgements: &Judgements,
    bench: impl Fn() -> Bench + Sync,
    weigh: impl Fn(&mut Bench, u32, u32) -> (f64, Vec<u8>) + Sync,
) -> Clusters {
    let n = table.n_records();
    let is_strong = |pair: &&Pair| pair.match_probability >= config.output.cluster_probability;
    let is_open = |pair: &&Pair| judgements.of(pair.l, pair.r) != Some(false);
    let strong = pairs.iter().filter(is_strong).filter(is_open).map(|pair| (pair.l, pair.r));
    let components = components(n, strong.chain(judgements.same()));
    let reasons = Reasons::new(table, config, model);
    let joiner = Joiner { table, config, model, pairs, judgements, reasons: &reasons };
    let joined: Vec<Vec<(u32, u32, f64)>> = components
        .par_iter()
        .map_init(&bench, |bench, records| joiner.join(records, bench, &weigh))
        .collect();
    let mut first: Vec<u32> = (0..n as u32).collect();
    let mut membership_probability = vec![1.0; n];
    for (record, lowest, probability) in joined.into_iter().flatten() {
        first[record as usize] = lowest;
        membership_probability[record as usize] = probability;
    }
    let mut number = vec![0; n];
    let mut next = 0;
    let mut cluster_of = vec![0; n];
    for record in 0..n {
        if first[record] as usize == record {
            number[record] = next;
            next += 1;
        }
        cluster_of[record] = number[first[record] as usize];
    }
    let (n_strong, pairs_apart) = joiner.pairs_apart(&cluster_of);
    let kept_apart = KeptApart::of(n_strong, &pairs_apart);
    let binding_identifiers = reasons.identifiers.names();
    let labels_effect = LabelsEffect::of(model, config.output.cluster_probability);
    Clusters {
        cluster_of,
        membership_probability,
        binding_identifiers,
        cluster_probability: config.output.cluster_probability,
        pairs_apart,
        kept_apart,
        labels_effect,
    }
}

struct Joiner<'a> {
    table: &'a Table,
    config: &'a Config,
    model: &'a Model,
    pairs: &'a [Pair],
    judgements: &'a Judgements,
    reasons: &'a Reasons<'a>,
}

impl Joiner<'_> {
    /// Record, lowest record of its cluster, membership probability; for the records of one component.
    fn join(
        &self,
        records: &[u32],
        bench: &mut Bench,
        weigh: &impl Fn(&mut Bench, u32, u32) -> (f64, Vec<u8>),
    ) -> Vec<(u32, u32, f64)> {
        let n = records.len();
        if n > COMPONENT_CLOSED_MAX {
            return self.join_large(records, bench, weigh);
        }
        let (mut bonds, mut patterns) = (vec![Bond::Weight(0.0); n * n], vec![0; n * n]);
        let mut order = JoinOrder::default();
        let numbers: Vec<Vec<u32>> =
            records.iter().map(|record| self.reasons.identifiers.numbers(*record)).collect();
        for i in 0..n {
            for j in i + 1..n {
                let (bits, levels) = weigh(bench, records[i], records[j]);
                let calibrated = self.model.calibrated_bits(bits);
                bonds[i * n + j] =
                    self.bond((records[i], &numbers[i]), (records[j], &numbers[j]), calibrated, &levels);
                patterns[i * n + j] = order.place(levels, bits);
            }
        }
        // The order is the model's own, of which a map from labels keeps whole stretches level.
        let weights = order.weights(&self.model.comparisons);
        let weight = |i: usize, j: usize| weights[patterns[i * n + j] as usize];
        let of = average_link(n, |i, j| (bonds[i * n + j], weight(i, j)));
        let of = self.judged(records, of, weight);
        let probability = |i: usize, j: usize| match self.judgements.are_joined(records[i], records[j]) {
            true => 1.0,
            false => self.model.probability_of(order.bits(patterns[i.min(j) * n + i.max(j)])),
        };
        (0..n).map(|i| (records[i], records[of[i]], mean_probability(i, &of, probability))).collect()
    }

    /// Clusters made anew by the judgements about their records: records judged the same first, then everybody whom the
    /// evidence put into one cluster, the strongest pairs first, where no judgement and no source keeps them apart. What the
    /// evidence says against a pair judged the same is explained by the judgement, and so it is for the records that go with
    /// either.
    fn judged(&self, records: &[u32], of: Vec<usize>, weight: impl Fn(usize, usize) -> f64) -> Vec<usize> {
        if self.judgements.within(records).next().is_none() {
            return of;
        }
        let n = records.len();
        let mut joined = self.judged_first(records);
        let together = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))).filter(|(i, j)| of[*i] == of[*j]);
        let mut together: Vec<(usize, usize)> = together.collect();
        together.sort_by(|a, b| weight(b.0, b.1).total_cmp(&weight(a.0, a.1)).then(a.cmp(b)));
        together.iter().for_each(|(i, j)| joined.join(*i, *j, usize::MAX, &|_, _| false));
        (0..n).map(|record| joined.root(record)).collect()
    }

    /// Records kept apart and joined by judgements alone.
    fn judged_first(&self, records: &[u32]) -> RestrictedJoin {
        let source = |record: &u32| self.table.source_index(*record);
        let sources: Option<Vec<u32>> =
            self.config.one_per_source.then(|| records.iter().map(source).collect());
        let mut joined = RestrictedJoin::new(records.len(), sources.as_deref());
        let judged = || self.judgements.within(records);
        judged().filter(|(_, _, same)| !same).for_each(|(a, b, _)| joined.keep_apart(a, b));
        judged().filter(|(_, _, same)| *same).for_each(|(a, b, _)| joined.join_judged(a, b));
        joined
    }

    /// A component too large to be weighed pair by pair: records judged the same first, then its written pairs, the
    /// strongest first, each only where nothing keeps the two clusters apart.
    fn join_large(
        &self,
        records: &[u32],
        bench: &mut Bench,
        weigh: &impl Fn(&mut Bench, u32, u32) -> (f64, Vec<u8>),
    ) -> Vec<(u32, u32, f64)> {
        let place = |record: u32| records.binary_search(&record).ok();
        let places = |l: u32, r: u32| Some((place(l)?, place(r)?));
        let mut joined = self.judged_first(records);
        joined.bear(records.iter().map(|record| self.reasons.identifiers.numbers(*record)));
        let mut strong: Vec<(&Pair, u32, (usize, usize))> = Vec::new();
        let mut order = JoinOrder::default();
        for pair in self.pairs {
            let Some((a, b)) = places(pair.l, pair.r) else { continue };
            let is_judged = self.judgements.of(pair.l, pair.r).is_some();
            if !is_judged && self.reasons.relatives.are(pair.l, pair.r, self.levels(pair)) {
                joined.keep_apart(a, b);
            } else if pair.match_probability >= self.config.output.cluster_probability {
                let pattern = order.place(self.levels(pair).to_vec(), pair.match_weight_bits);
                strong.push((pair, pattern, (a, b)));
            }
        }
        let weights = order.weights(&self.model.comparisons);
        let weight = |pattern: u32| weights[pattern as usize];
        strong.sort_by(|(a, of_a, _), (b, of_b, _)| {
            weight(*of_b).total_cmp(&weight(*of_a)).then((a.l, a.r).cmp(&(b.l, b.r)))
        });
        let differ = |a: &[u32], b: &[u32]| self.reasons.identifiers.differ(a, b);
        strong.iter().for_each(|(_, _, (a, b))| joined.join(*a, *b, LARGE_CLUSTER_MAX, &differ));
        let of: Vec<usize> = (0..records.len()).map(|record| joined.root(record)).collect();
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); records.len()];
        of.iter().enumerate().for_each(|(record, lowest)| members[*lowest].push(record));
        let mut membership = |record: usize| {
            let others = members[of[record]].iter().filter(|other| **other != record);
            let (sum, n) = others.take(MEMBERSHIP_OTHERS_MAX).fold((0.0, 0), |(sum, n), other| {
                let (l, r) = (records[record.min(*other)], records[record.max(*other)]);
                (sum + self.model.probability_of(weigh(bench, l, r).0), n + 1)
            });
            if n == 0 { 1.0 } else { sum / f64::from(n) }
        };
        (0..records.len()).map(|i| (records[i], records[of[i]], membership(i))).collect()
    }

    fn levels(&self, pair: &Pair) -> &[u8] {
        &self.model.patterns[pair.pattern as usize].levels
    }

    /// The bond of two records with their numbers.
    fn bond(&self, l: (u32, &[u32]), r: (u32, &[u32]), bits: f64, levels: &[u8]) -> Bond {
        if self.judgements.of(l.0, r.0) == Some(false) {
            return Bond::Cannot;
        }
        if self.judgements.are_joined(l.0, r.0) {
            return Bond::Weight(bits);
        }
        match self.reasons.of(l, r, levels) {
            None if (Levels { model: self.model, levels }).are_unlike() => Bond::Unlike(bits),
            None => Bond::Weight(bits),
            Some(Apart::Relatives) => Bond::Relatives,
            Some(Apart::OneSource | Apart::Identifiers) => Bond::Cannot,
        }
    }

    /// How many pairs are strong, and those of them whose records are in different clusters, by l then r. A pair that people
    /// judged is apart by what they judged.
    fn pairs_apart(&self, cluster_of: &[u32]) -> (u64, Vec<PairApart>) {
        let is_apart = |l: u32, r: u32| cluster_of[l as usize] != cluster_of[r as usize];
        let (mut n_strong, mut apart) = (0, Vec::new());
        for pair in self.pairs {
            let is_strong = pair.match_probability >= self.config.output.cluster_probability;
            if !is_strong || self.judgements.of(pair.l, pair.r) == Some(true) {
                continue;
            }
            n_strong += 1;
            if is_apart(pair.l, pair.r) {
                let rule = || self.reasons.of_pair(pair.l, pair.r, self.levels(pair));
                let by = match self.judgements.of(pair.l, pair.r) {
                    Some(_) => KeptBy::Judgement,
                    None => rule().map_or(KeptBy::Others, KeptBy::Rule),
                };
                apart.push(PairApart { l: pair.l, r: pair.r, by });
            }
        }
        for (l, r) in self.judgements.same() {
            n_strong += 1;
            if is_apart(l, r) {
                apart.push(PairApart { l, r, by: KeptBy::Judgement });
            }
        }
        apart.sort_unstable_by_key(|pair| (pair.l, pair.r));
        (n_strong, apart)
    }
}

/// Clusters inside a component too large to close grow no further than this by their pairs alone.
const LARGE_CLUSTER_MAX: usize = 100;
/// Others of a cluster of such a component that a record is weighed against for its membership probability.
const MEMBERSHIP_OTHERS_MAX: usize = 100;

fn mean_probability(record: usize, of: &[usize], probability: impl Fn(usize, usize) -> f64) -> f64 {
    let others = (0..of.len()).filter(|other| *other != record && of[*other] == of[record]);
    let (sum, n) = others.fold((0.0, 0), |(sum, n), other| (sum + probability(record, other), n + 1));
    if n == 0 { 1.0 } else { sum / f64::from(n) }
}
