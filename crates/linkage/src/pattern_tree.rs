//! Sums over patterns, each of what patterns have in common worked out once.
//!
//! An iteration weighs tens of thousands of patterns, and most of them agree with another one in all but a few comparisons. In the
//! order of their levels, the comparisons with few levels first, they are the leaves of a tree: the product of the probabilities is carried
//! down the tree and the pairs of each class are added up on the way back, so that a branch costs as much as a pattern did, and there are far fewer of them.

use std::ops::Range;

use rayon::prelude::*;

use crate::class_table::ClassTable;
use crate::expectation_maximization::Evidence;
use crate::mixture::{Mixture, PairClass};

/// Patterns of one chunk; chunks are added in order, so that sums do not depend on the threads.
const CHUNK_PATTERNS: usize = 2048;

/// The patterns of some evidence in the order of a walk over the tree of their levels.
pub(crate) struct PatternTree {
    /// The comparisons from the root to the leaves.
    order: Vec<usize>,
    /// The places of the patterns in the evidence.
    patterns: Vec<u32>,
    /// Their levels in that order, one pattern after the other.
    levels: Vec<u8>,
    /// Of how many comparisons from the root each pattern has the levels of the pattern before.
    shared: Vec<u8>,
    /// The first so many patterns are of candidate pairs, the others of the sample.
    n_blocked: usize,
}

/// What the patterns add up to under some probabilities.
pub(crate) struct Sums {
    /// Pairs of each class.
    pub(crate) shares: Vec<f64>,
    /// For each comparison, level by level, the pairs of each class.
    pub(crate) levels: Vec<Vec<f64>>,
    /// In nats.
    pub(crate) log_likelihood: f64,
}

impl PatternTree {
    /// The tree of the patterns of some evidence; it serves other evidence of the same patterns with other weights too.
    pub(crate) fn new(evidence: &Evidence<'_>) -> Self {
        let width = evidence.comparisons.len();
        let mut order: Vec<usize> = (0..width).collect();
        order.sort_by_key(|slot| n_levels_seen(evidence, *slot));
        let row = |pattern: u32| {
            let levels = &evidence.levels[pattern as usize * width..][..width];
            order.iter().map(|slot| levels[*slot])
        };
        let mut patterns: Vec<u32> = (0..evidence.weights.len() as u32).collect();
        let (blocked, sampled) = patterns.split_at_mut(evidence.n_blocked);
        blocked.par_sort_unstable_by(|a, b| row(*a).cmp(row(*b)));
        sampled.par_sort_unstable_by(|a, b| row(*a).cmp(row(*b)));
        let levels: Vec<u8> = patterns.iter().flat_map(|pattern| row(*pattern)).collect();
        let shared = |place: usize| {
            let Some(before) = place.checked_sub(1) else { return 0 };
            let (a, b) = (&levels[before * width..][..width], &levels[place * width..][..width]);
            a.iter().zip(b).take_while(|(a, b)| a == b).count() as u8
        };
        let shared = (0..patterns.len()).map(shared).collect();
        Self { order, patterns, levels, shared, n_blocked: evidence.n_blocked }
    }

    /// The pairs of each class and level, each pattern divided over the classes by what they make of it. Patterns of the sample
    /// are of no class that blocking is held to propose.
    pub(crate) fn sums(&self, mixture: &Mixture, table: &ClassTable, weights: &[f64]) -> Sums {
        let rows = Rows::new(table);
        let shares = |is_blocked: bool| {
            let classes = mixture.classes.iter().zip(table.shares());
            let share = |(class, share): (&PairClass, &f64)| {
                if is_blocked || !class.relation.is_proposed() { *share } else { 0.0 }
            };
            laned(&classes.map(share).collect::<Vec<f64>>())
        };
        let (blocked, sampled) = (shares(true), shares(false));
        let parts = [(0..self.n_blocked, &blocked), (self.n_blocked..self.patterns.len(), &sampled)];
        let chunks: Vec<(Range<usize>, &Vec<Lanes>)> = parts
            .into_iter()
            .flat_map(|(part, shares)| {
                let firsts = part.clone().step_by(CHUNK_PATTERNS);
                firsts.map(move |first| (first..(first + CHUNK_PATTERNS).min(part.end), shares))
            })
            .collect();
        let of_chunk = |(chunk, shares): (Range<usize>, &Vec<Lanes>)| {
            Walk::new(self, &rows, shares).through(chunk, weights)
        };
        let chunks: Vec<LanedSums> = chunks.into_par_iter().map(of_chunk).collect();
        let mut sums = LanedSums::none(&rows);
        chunks.iter().for_each(|chunk| sums.add(chunk));
        sums.unlaned(table)
    }
}

/// How many levels of a comparison the patterns show.
fn n_levels_seen(evidence: &Evidence<'_>, slot: usize) -> usize {
    let mut is_seen = [false; 256];
    let of_slot = evidence.levels.iter().skip(slot).step_by(evidence.comparisons.len().max(1));
    of_slot.for_each(|level| is_seen[usize::from(*level)] = true);
    is_seen.iter().filter(|is_seen| **is_seen).count()
}

/// Classes that are worked on at once.
const LANES: usize = 4;

/// What is known of so many classes.
type Lanes = [f64; LANES];

/// One number for each class, and 0 beyond them.
fn laned(classes: &[f64]) -> Vec<Lanes> {
    let lane = |classes: &[f64]| std::array::from_fn(|lane| classes.get(lane).copied().unwrap_or(0.0));
    classes.chunks(LANES).map(lane).collect()
}

/// The probabilities of all levels, class by class.
struct Rows {
    of_comparison: Vec<Vec<Lanes>>,
    /// Lanes that hold all classes.
    n_lanes: usize,
}

impl Rows {
    fn new(table: &ClassTable) -> Self {
        let n_classes = table.shares().len();
        let of_comparison = |row: &Vec<f64>| row.chunks(n_classes).flat_map(laned).collect();
        Self {
            of_comparison: table.rows().iter().map(of_comparison).collect(),
            n_lanes: n_classes.div_ceil(LANES),
        }
    }
}

/// Sums of a chunk.
struct LanedSums {
    shares: Vec<Lanes>,
    levels: Vec<Vec<Lanes>>,
    log_likelihood: f64,
}

impl LanedSums {
    fn none(rows: &Rows) -> Self {
        let levels = rows.of_comparison.iter().map(|row| vec![[0.0; LANES]; row.len()]).collect();
        Self { shares: vec![[0.0; LANES]; rows.n_lanes], levels, log_likelihood: 0.0 }
    }

    fn add(&mut self, other: &Self) {
        self.log_likelihood += other.log_likelihood;
        add(&mut self.shares, &other.shares);
        self.levels.iter_mut().zip(&other.levels).for_each(|(a, b)| add(a, b));
    }

    fn unlaned(&self, table: &ClassTable) -> Sums {
        let n_classes = table.shares().len();
        let flat = |lanes: &[Lanes]| lanes.iter().flatten().take(n_classes).copied().collect::<Vec<f64>>();
        let n_lanes = self.shares.len();
        let of_comparison = |levels: &Vec<Lanes>| levels.chunks(n_lanes).flat_map(flat).collect();
        Sums {
            shares: flat(&self.shares),
            levels: self.levels.iter().map(of_comparison).collect(),
            log_likelihood: self.log_likelihood,
        }
    }
}

fn add(a: &mut [Lanes], b: &[Lanes]) {
    a.as_flattened_mut().iter_mut().zip(b.as_flattened()).for_each(|(x, y)| *x += y);
}

/// A walk over the patterns of one chunk.
struct Walk<'a> {
    tree: &'a PatternTree,
    rows: &'a Rows,
    /// For each depth of the branch that the walk is on, the share of each class times the probabilities down to there.
    products: Vec<Lanes>,
    /// For each depth the pairs of the patterns below that are not yet part of the sums.
    pairs: Vec<Lanes>,
    /// The product of the pattern at hand.
    leaf: Vec<Lanes>,
    /// Levels of the pattern before; empty at the start.
    before: &'a [u8],
    sums: LanedSums,
}

impl<'a> Walk<'a> {
    fn new(tree: &'a PatternTree, rows: &'a Rows, shares: &[Lanes]) -> Self {
        let mut products = vec![[0.0; LANES]; tree.order.len() * rows.n_lanes];
        products[..rows.n_lanes].copy_from_slice(shares);
        let (pairs, leaf) = (vec![[0.0; LANES]; products.len()], vec![[0.0; LANES]; rows.n_lanes]);
        Self { tree, rows, products, pairs, leaf, before: &[], sums: LanedSums::none(rows) }
    }

    /// The sums of some patterns, with the instructions that the machine has: they round alike.
    #[cfg_attr(
        target_arch = "x86_64",
        expect(
            unsafe_code,
            reason = "instructions that the machine was asked for; what they run is safe code"
        )
    )]
    fn through(self, chunk: Range<usize>, weights: &[f64]) -> LanedSums {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the machine has them.
            return unsafe { through_avx2(self, chunk, weights) };
        }
        self.walk(chunk, weights)
    }

    #[inline(always)]
    fn walk(mut self, chunk: Range<usize>, weights: &[f64]) -> LanedSums {
        chunk.for_each(|place| self.visit(place, weights));
        self.climb(0);
        self.sums.shares.copy_from_slice(&self.pairs[..self.rows.n_lanes]);
        self.sums
    }

    #[inline(always)]
    fn visit(&mut self, place: usize, weights: &[f64]) {
        let (n, last) = (self.rows.n_lanes, self.tree.order.len() - 1);
        let levels = &self.tree.levels[place * (last + 1)..][..last + 1];
        let shared = if self.before.is_empty() { 0 } else { usize::from(self.tree.shared[place]).min(last) };
        self.climb(shared);
        self.before = levels;
        for (depth, level) in levels.iter().enumerate().take(last).skip(shared) {
            let row = &self.rows.of_comparison[self.tree.order[depth]][usize::from(*level) * n..][..n];
            let (above, below) = self.products[depth * n..][..2 * n].split_at_mut(n);
            for ((below, above), p) in below.iter_mut().zip(&*above).zip(row) {
                *below = std::array::from_fn(|lane| above[lane] * p[lane]);
            }
        }
        let slot = self.tree.order[last];
        let from = usize::from(levels[last]) * n;
        let mut sum = [0.0; LANES];
        let above = &self.products[last * n..][..n];
        for ((leaf, above), p) in
            self.leaf.iter_mut().zip(above).zip(&self.rows.of_comparison[slot][from..][..n])
        {
            *leaf = std::array::from_fn(|lane| above[lane] * p[lane]);
            sum = std::array::from_fn(|lane| sum[lane] + leaf[lane]);
        }
        let weight = weights[self.tree.patterns[place] as usize];
        let sum = sum.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        self.sums.log_likelihood += weight * sum.ln();
        let each = weight / sum;
        let (row, above) = (&mut self.sums.levels[slot][from..][..n], &mut self.pairs[last * n..][..n]);
        for ((leaf, row), above) in self.leaf.iter().zip(row).zip(above) {
            for lane in 0..LANES {
                let pairs = leaf[lane] * each;
                row[lane] += pairs;
                above[lane] += pairs;
            }
        }
    }

    /// Adds up what lies below the first `shared` comparisons of the branch that the walk leaves; the last comparison is added up
    /// pattern by pattern.
    #[inline(always)]
    fn climb(&mut self, shared: usize) {
        let n = self.rows.n_lanes;
        for depth in (shared..self.before.len().saturating_sub(1)).rev() {
            let from = usize::from(self.before[depth]) * n;
            let row = &mut self.sums.levels[self.tree.order[depth]][from..][..n];
            let (above, below) = self.pairs[depth * n..][..2 * n].split_at_mut(n);
            for ((above, below), row) in above.iter_mut().zip(below).zip(row) {
                for lane in 0..LANES {
                    row[lane] += below[lane];
                    above[lane] += below[lane];
                }
                *below = [0.0; LANES];
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn through_avx2(walk: Walk<'_>, chunk: Range<usize>, weights: &[f64]) -> LanedSums {
    walk.walk(chunk, weights)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::comparison::{Comparison, tests::text};
    use crate::expectation_maximization::start;
    use crate::kind::Kind;

    const KINDS: [Kind; 5] =
        [Kind::GivenName, Kind::FamilyName, Kind::AddressLine, Kind::DateOfBirth, Kind::Identifier];

    fn comparisons() -> Vec<Comparison> {
        let of_kind = |kind: Kind| {
            let mut comparison = text(kind.as_str());
            (comparison.kind, comparison.role) = (kind, kind.role());
            comparison
        };
        KINDS.map(of_kind).to_vec()
    }

    /// The same pattern by pattern.
    fn slow(mixture: &Mixture, evidence: &Evidence<'_>, table: &ClassTable) -> Sums {
        let mut classes = table.classes();
        let n = classes.len();
        let levels = table.rows().iter().map(|row| vec![0.0; row.len()]).collect();
        let mut sums = Sums { shares: vec![0.0; n], levels, log_likelihood: 0.0 };
        let add = |a: &mut [f64], b: &[f64]| a.iter_mut().zip(b).for_each(|(x, y)| *x += y);
        for (place, pattern) in evidence.levels.chunks(evidence.comparisons.len()).enumerate() {
            table.weigh(pattern, &mut classes);
            if place >= evidence.n_blocked {
                let kinds = classes.iter_mut().zip(&mixture.classes);
                kinds.filter(|(_, c)| c.relation.is_proposed()).for_each(|(class, _)| *class = 0.0);
            }
            let sum: f64 = classes.iter().sum();
            sums.log_likelihood += evidence.weights[place] * sum.ln();
            classes.iter_mut().for_each(|class| *class *= evidence.weights[place] / sum);
            add(&mut sums.shares, &classes);
            for (row, level) in sums.levels.iter_mut().zip(pattern) {
                add(&mut row[usize::from(*level) * n..][..n], &classes);
            }
        }
        sums
    }

    fn check(patterns: &[Vec<u8>], weights: Vec<f64>, n_blocked: usize) {
        let comparisons = comparisons();
        let levels: Vec<u8> = patterns.concat();
        let band_shares = comparisons.iter().map(|c| vec![0.1; c.levels.len()]).collect();
        let evidence = Evidence {
            comparisons: &comparisons,
            levels: &levels,
            draws: weights.clone(),
            weights,
            n_blocked,
            level_pairs: None,
            sampled_weight: 1.0,
            band_shares,
            n_records: 1e3,
        };
        let mixture = Mixture::new(&comparisons, evidence.n_records);
        let table = ClassTable::new(&mixture, &start(&mixture, &evidence, 0.3, 0.9));
        let found = PatternTree::new(&evidence).sums(&mixture, &table, &evidence.weights);
        let expected = slow(&mixture, &evidence, &table);
        let numbers = |sums: &Sums| {
            let levels = sums.levels.iter().flatten();
            levels.chain(&sums.shares).chain([&sums.log_likelihood]).copied().collect::<Vec<f64>>()
        };
        for (found, expected) in numbers(&found).into_iter().zip(numbers(&expected)) {
            assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1e-9), "{found} {expected}");
        }
    }

    proptest! {
        #[test]
        fn the_walk_adds_up_what_each_pattern_says(
            patterns in proptest::collection::vec(proptest::collection::vec(0u8..4, KINDS.len()), 0..200),
            blocked in 0.0f64..=1.0,
        ) {
            let weights = (0..patterns.len()).map(|place| 1.0 + (place * place % 17) as f64).collect();
            check(&patterns, weights, (patterns.len() as f64 * blocked) as usize);
        }
    }

    #[test]
    fn chunks_are_parts_of_one_sum() {
        let patterns: Vec<Vec<u8>> =
            (0..3 * CHUNK_PATTERNS).map(|n| (0..5).map(|bit| (n >> (2 * bit) & 3) as u8).collect()).collect();
        check(&patterns, vec![1.5; patterns.len()], CHUNK_PATTERNS + 7);
    }
}
