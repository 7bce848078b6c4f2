//! The pairs that a model is learned from: those that rules propose, counted by pattern, and some drawn from the others; and what they say in the levels of
//! some comparisons.

use rayon::prelude::*;

use crate::background::{Shape, background};
use crate::blocking::Blocking;
use crate::comparison::{self, Comparison};
use crate::config::Config;
use crate::expectation_maximization::Evidence;
use crate::pattern::{Comparer, PatternCounts};
use crate::rarity::{self, N_BANDS};
use crate::table::Table;

/// The pairs that a model is learned from.
pub(crate) struct Seen<'a> {
    /// Those that rules propose.
    pub(crate) counts: &'a PatternCounts,
    /// Those drawn from the others, from which the classes are learned.
    pub(crate) shape: Shape,
    /// Those drawn for single levels; `None` where rules propose all pairs.
    pub(crate) all: Option<PatternCounts>,
    pub(crate) n_pairs_all: u64,
}

impl<'a> Seen<'a> {
    /// Those of a run, of which the pairs that rules propose are counted.
    pub(crate) fn draw(
        comparer: &Comparer<'_>,
        comparisons: &[Comparison],
        blocking: &Blocking,
        (table, config): (&Table, &Config),
        counts: &'a PatternCounts,
        seed: u64,
    ) -> Self {
        let n_pairs_all = n_pairs_all(table, config.one_per_source);
        let draw = || background(comparer, comparisons, blocking, table, seed);
        let (shape, all) = match (n_pairs_all > counts.total()).then(draw) {
            Some(background) => (background.shape, Some(background.all)),
            None => (Shape::default(), None),
        };
        Self { counts, shape, all, n_pairs_all }
    }

    /// What they say in the levels of some comparisons: `levels` of all patterns one after the other, `levels_of` those of one that was drawn for single
    /// levels.
    pub(crate) fn evidence<'e>(
        &self,
        (table, config): (&Table, &Config),
        comparisons: &'e [Comparison],
        levels: &'e [u8],
        levels_of: impl Fn(u128) -> Vec<u8>,
    ) -> Evidence<'e> {
        let mut evidence = evidence((table, config), comparisons, self, levels);
        if let Some(all) = &self.all {
            let rest = self.n_pairs_all - self.counts.total();
            add_level_pairs(&mut evidence, (table, config), levels_of, all, rest as f64);
        }
        evidence
    }
}

/// How many pairs of records there are; only those across sources where a person stands in each once.
pub(crate) fn n_pairs_all(table: &Table, across_sources_only: bool) -> u64 {
    let pairs = |n: u64| n * n.saturating_sub(1) / 2;
    let all = pairs(table.n_records() as u64);
    if !across_sources_only {
        return all;
    }
    all - table.source_sizes().into_iter().map(|n| pairs(n as u64)).sum::<u64>()
}

fn evidence<'a>(
    (table, config): (&Table, &Config),
    comparisons: &'a [Comparison],
    seen: &Seen<'_>,
    levels: &'a [u8],
) -> Evidence<'a> {
    let Seen { counts, shape: background, n_pairs_all, .. } = seen;
    let rest = n_pairs_all.saturating_sub(counts.total()) as f64;
    let each = rest / background.n_pairs.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let blocked = counts.n_pairs.iter().map(|n| *n as f64);
    let sampled = background.n_pairs.iter().map(|n| *n * each);
    let shares = |(slot, comparison)| bands(table, slot, comparison, config.one_per_source).1;
    Evidence {
        comparisons,
        levels,
        draws: blocked.clone().chain(background.n_draws.iter().copied()).collect(),
        weights: blocked.chain(sampled).collect(),
        n_blocked: counts.keys.len(),
        level_pairs: None,
        sampled_weight: 1.0,
        band_shares: comparisons.iter().enumerate().map(shares).collect(),
        n_records: table.n_records() as f64,
    }
}

/// Adds how many pairs of the whole table are at each level: candidate pairs counted, the rest from the large sample,
/// equality known from the frequencies of the values.
fn add_level_pairs(
    evidence: &mut Evidence<'_>,
    (table, config): (&Table, &Config),
    levels_of: impl Fn(u128) -> Vec<u8>,
    sampled: &PatternCounts,
    rest: f64,
) {
    let each = rest / sampled.total().max(1) as f64;
    let width = evidence.comparisons.len();
    let mut sums: Vec<Vec<f64>> = evidence.comparisons.iter().map(|c| vec![0.0; c.levels.len()]).collect();
    let mut add = |levels: &[u8], weight: f64| {
        sums.iter_mut().zip(levels).for_each(|(sums, level)| sums[usize::from(*level)] += weight);
    };
    let blocked = evidence.levels.chunks(width).zip(&evidence.weights).take(evidence.n_blocked);
    blocked.for_each(|(levels, weight)| add(levels, *weight));
    sampled.keys.iter().zip(&sampled.n_pairs).for_each(|(key, n)| add(&levels_of(*key), *n as f64 * each));
    for (slot, comparison) in evidence.comparisons.iter().enumerate() {
        let known = bands(table, slot, comparison, config.one_per_source).0;
        for (idx, pairs) in known.into_iter().enumerate() {
            let Some(pairs) = pairs else { continue };
            let band = comparison.levels[idx].band;
            let others =
                comparison.levels.iter().zip(&sums[slot]).filter(|(l, _)| l.band == band && l.context > 0);
            let elsewhere: f64 = others.map(|(_, pairs)| pairs).sum();
            sums[slot][idx] = (pairs - elsewhere).max(0.0);
        }
    }
    evidence.level_pairs = Some(sums);
    evidence.sampled_weight = each;
}

/// For each level of equality: pairs of the whole table with that band in any context, for the levels of the first
/// context; and share of records with such a value.
fn bands(
    table: &Table,
    slot: usize,
    comparison: &Comparison,
    across_sources_only: bool,
) -> (Vec<Option<f64>>, Vec<f64>) {
    let attribute = &table.attributes()[slot];
    let mut pairs = vec![None; comparison.levels.len()];
    let mut shares: Vec<f64> =
        comparison.levels.iter().map(|level| f64::from(u8::from(level.is_exact))).collect();
    let Some(dictionary) = attribute.dictionary else { return (pairs, shares) };
    let Some(first) = comparison.levels.iter().position(|level| level.band == Some(0)) else {
        return (pairs, shares);
    };
    let counts = rarity::counts(table.codes_of(slot), table.dictionaries()[dictionary].len());
    let bands = comparison::bands(slot, table);
    let choose = |n: f64| n * (n - 1.0) / 2.0;
    let mut sums = [(0.0, 0.0); N_BANDS];
    for (count, band) in counts.iter().zip(&bands).skip(1) {
        sums[usize::from(*band)].0 += choose(f64::from(*count));
        sums[usize::from(*band)].1 += f64::from(*count);
    }
    if across_sources_only {
        let of = |record: u32| (table.code(slot, record), table.source_index(record));
        let mut within: Vec<(u32, u32)> =
            (0..table.n_records() as u32).map(of).filter(|(code, _)| *code != 0).collect();
        within.par_sort_unstable();
        for same in within.chunk_by(|a, b| a == b) {
            sums[usize::from(bands[same[0].0 as usize])].0 -= choose(same.len() as f64);
        }
    }
    let n: f64 = sums.iter().map(|(_, records)| records).sum::<f64>().max(1.0);
    for (band, (band_pairs, records)) in sums.iter().enumerate() {
        pairs[first + band] = Some(*band_pairs);
        let of_band = |level: &&crate::level::Level| level.band == Some(band as u8);
        let levels = comparison.levels.iter().zip(&mut shares).filter(|(level, _)| of_band(level));
        levels.for_each(|(_, share)| *share = records / n);
    }
    (pairs, shares)
}
