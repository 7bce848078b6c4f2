//! Which pairs to show to clerical reviewers: the plan that teaches most for a given number of labels.
//!
//! Pairs are parted into strata by match probability, by the structure of the names and by the group of their records. Where there
//! are more strata than labels for them, neighbouring bands and then the smaller kinds are joined, so that no pair is without a
//! chance to be drawn. Each stratum gets labels in
//! proportion to the two-thirds power of its size times the spread that its probabilities leave open, and no stratum gets
//! none: that makes the sum of the expected errors of the strata least, where the allocation of Neyman (1934) makes the
//! error of the sum least. The probability with which each pair was drawn stays with it, so that every later figure can undo the plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::hashing::mix_two;

/// Most pairs of one sample.
pub const SAMPLE_LABELS_MAX: usize = 100_000;
/// Upper ends of the bands of probability; the last band ends at 1.
const BANDS: [f64; 16] =
    [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.999_99, 1.0];
/// A stratum is never taken to be surer than this: the model's probability may be wrong.
const SPREAD_MIN: f64 = 0.03;
/// Fewest labels of a stratum, as far as it has pairs and the plan has labels.
const LABELS_PER_STRATUM_MIN: usize = 3;
/// Neighbouring bands are joined by two and by four before kinds of pairs are, ...
const BANDS_JOINED_FIRST: u32 = 2;
/// ... and all bands when even one kind has too many.
const BANDS_JOINED_LAST: u32 = BANDS.len().ilog2();

/// A pair that may be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Match probability.
    pub match_probability: f64,
    /// Structure of the names, as any number.
    pub structure: u16,
    /// The group of both records, as any number: one for each group and one for pairs across groups; 0 where none is known.
    pub group: u32,
}

/// A pair that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// Place among the candidates.
    pub candidate: usize,
    /// Number of its stratum. It says nothing of the probability to whoever does not know the plan.
    pub stratum: usize,
    /// Probability with which it was drawn.
    pub inclusion_probability: f64,
}

/// Draws `n` pairs (fewer when there are fewer), in random order.
///
/// ```
/// use redress_linkage::{Candidate, review_sample};
/// let candidates: Vec<Candidate> =
///     (0..1000).map(|k| Candidate { match_probability: f64::from(k) / 1000.0, structure: 0, group: k % 2 }).collect();
/// let drawn = review_sample(&candidates, 100, 1);
/// assert_eq!(drawn.len(), 100);
/// let pairs: f64 = drawn.iter().map(|pair| pair.inclusion_probability.recip()).sum();
/// assert!((pairs - 1000.0).abs() < 1e-6);
/// ```
#[must_use]
pub fn review_sample(candidates: &[Candidate], n: usize, seed: u64) -> Vec<Drawn> {
    let n = n.min(candidates.len()).min(SAMPLE_LABELS_MAX);
    let parting = Parting::new(candidates, n / LABELS_PER_STRATUM_MIN);
    let mut order: Vec<(usize, usize, u64, usize)> = candidates
        .iter()
        .enumerate()
        .map(|(idx, candidate)| {
            let (kind, band) = parting.stratum(candidate);
            (kind, band, mix_two(seed, idx as u64), idx)
        })
        .collect();
    order.sort_unstable();
    let strata: Vec<&[(usize, usize, u64, usize)]> =
        order.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).collect();
    let shares: Vec<f64> = strata
        .iter()
        .map(|members| {
            let spread = spread(members.iter().map(|m| candidates[m.3].match_probability));
            (members.len() as f64 * spread).powf(2.0 / 3.0)
        })
        .collect();
    let sizes: Vec<usize> = strata.iter().map(|members| members.len()).collect();
    let numbers = allotted(&sizes, &shares, n);
    // Strata are numbered in an order that the probabilities do not give away.
    let mut numbering: Vec<usize> = (0..strata.len()).collect();
    numbering.sort_unstable_by_key(|stratum| mix_two(seed ^ 0x5eed, *stratum as u64));
    let mut number_of = vec![0; strata.len()];
    numbering.iter().enumerate().for_each(|(number, stratum)| number_of[*stratum] = number);
    let mut drawn: Vec<(u64, Drawn)> = Vec::new();
    for (stratum, (members, taken)) in strata.iter().zip(&numbers).enumerate() {
        let inclusion_probability = *taken as f64 / members.len() as f64;
        drawn.extend(members[..*taken].iter().map(|(_, _, hash, candidate)| {
            let pair = Drawn { candidate: *candidate, stratum: number_of[stratum], inclusion_probability };
            (mix_two(*hash, 1), pair)
        }));
    }
    drawn.sort_unstable_by_key(|(at, pair)| (*at, pair.candidate));
    drawn.into_iter().map(|(_, pair)| pair).collect()
}

/// What pairs are told apart by beside their probability: structure and group.
type Kind = (u16, u32);

/// How pairs are parted into strata.
struct Parting {
    /// For each kind its place among the strata; the joined ones share the last.
    places: BTreeMap<Kind, usize>,
    /// So many times neighbouring bands are joined by two.
    joined: u32,
}

impl Parting {
    /// The finest parting of at most `strata_max` strata, and of one at least.
    fn new(candidates: &[Candidate], strata_max: usize) -> Self {
        let mut bands: BTreeMap<Kind, [usize; BANDS.len()]> = BTreeMap::new();
        for candidate in candidates {
            let counts = bands.entry((candidate.structure, candidate.group)).or_insert([0; BANDS.len()]);
            counts[band(candidate.match_probability)] += 1;
        }
        let mut kinds: Vec<(usize, Kind)> =
            bands.iter().map(|(kind, counts)| (counts.iter().sum(), *kind)).collect();
        kinds.sort_unstable_by_key(|(n_pairs, kind)| (std::cmp::Reverse(*n_pairs), *kind));
        let halved = std::iter::successors(Some(kinds.len()), |kept| (*kept > 0).then_some(kept / 2));
        let steps = (0..BANDS_JOINED_FIRST)
            .map(|joined| (joined, kinds.len()))
            .chain(halved.map(|kept| (BANDS_JOINED_FIRST, kept)))
            .chain((BANDS_JOINED_FIRST + 1..=BANDS_JOINED_LAST).map(|joined| (joined, 0)));
        let mut parting = Self { places: BTreeMap::new(), joined: BANDS_JOINED_LAST };
        for (joined, kept) in steps {
            let own: BTreeSet<Kind> = kinds[..kept].iter().map(|(_, kind)| *kind).collect();
            let place =
                |(place, kind): (usize, &Kind)| (*kind, if own.contains(kind) { place } else { usize::MAX });
            parting = Self { places: bands.keys().enumerate().map(place).collect(), joined };
            if parting.n_strata(&bands) <= strata_max {
                break;
            }
        }
        parting
    }

    fn n_strata(&self, bands: &BTreeMap<Kind, [usize; BANDS.len()]>) -> usize {
        let of_kind = |(kind, counts): (&Kind, &[usize; BANDS.len()])| {
            let with_pairs = (0..BANDS.len()).filter(|band| counts[*band] > 0);
            with_pairs.map(|band| (self.places[kind], band >> self.joined)).collect::<Vec<_>>()
        };
        bands.iter().flat_map(of_kind).collect::<BTreeSet<_>>().len()
    }

    fn stratum(&self, candidate: &Candidate) -> (usize, usize) {
        let place = self.places.get(&(candidate.structure, candidate.group));
        (place.copied().unwrap_or(usize::MAX), band(candidate.match_probability) >> self.joined)
    }
}

fn band(probability: f64) -> usize {
    BANDS.iter().position(|end| probability < *end).unwrap_or(BANDS.len() - 1)
}

/// Root of the mean variance of a label of the stratum.
fn spread(probabilities: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = probabilities.len().max(1) as f64;
    let variance = probabilities.map(|p| p * (1.0 - p)).sum::<f64>() / n;
    variance.max(SPREAD_MIN * (1.0 - SPREAD_MIN)).sqrt()
}

/// How many to draw from each stratum: the least number first, the rest in proportion, none more than it has.
fn allotted(sizes: &[usize], shares: &[f64], n: usize) -> Vec<usize> {
    let even = n / sizes.len().max(1);
    let least = LABELS_PER_STRATUM_MIN.min(even);
    let mut numbers: Vec<usize> = sizes.iter().map(|size| least.min(*size)).collect();
    while numbers.iter().sum::<usize>() < n {
        let rest = n - numbers.iter().sum::<usize>();
        let open: Vec<usize> = (0..sizes.len()).filter(|k| numbers[*k] < sizes[*k]).collect();
        let total: f64 = open.iter().map(|k| shares[*k]).sum();
        let mut given = 0;
        for k in &open {
            let part = (rest as f64 * shares[*k] / total).floor() as usize;
            let part = part.min(sizes[*k] - numbers[*k]).min(rest - given);
            numbers[*k] += part;
            given += part;
        }
        if given == 0 {
            // What rounding left goes one by one to the largest shares.
            let mut largest = open.clone();
            largest.sort_by(|a, b| shares[*b].total_cmp(&shares[*a]).then(a.cmp(b)));
            largest.into_iter().take(rest).for_each(|k| numbers[k] += 1);
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn candidates(n: usize) -> Vec<Candidate> {
        (0..n)
            .map(|k| Candidate {
                match_probability: (k % 101) as f64 / 100.0,
                structure: (k % 3) as u16,
                group: (k % 7 * k % 5) as u32,
            })
            .collect()
    }

    proptest! {
        #[test]
        fn every_plan_can_be_undone(n_pairs in 1usize..400, n in 1usize..500, seed in 0u64..50) {
            let candidates = candidates(n_pairs);
            let drawn = review_sample(&candidates, n, seed);
            prop_assert_eq!(drawn.len(), n.min(n_pairs));
            let mut places: Vec<usize> = drawn.iter().map(|pair| pair.candidate).collect();
            places.sort_unstable();
            places.dedup();
            prop_assert_eq!(places.len(), drawn.len(), "a pair is drawn once");
            prop_assert!(drawn.iter().all(|pair| pair.inclusion_probability > 0.0 && pair.inclusion_probability <= 1.0));
            // However few labels there are, the weights add up to all pairs.
            let all: f64 = drawn.iter().map(|pair| pair.inclusion_probability.recip()).sum();
            prop_assert!((all - n_pairs as f64).abs() < 1e-6, "{} of {}", all, n_pairs);
        }
    }

    #[test]
    fn a_small_group_has_labels_of_its_own_in_every_band() {
        let candidates: Vec<Candidate> = (0..20_000u32)
            .map(|k| Candidate {
                match_probability: f64::from(k % 100) / 100.0,
                structure: 0,
                group: u32::from(k % 50 < 2),
            })
            .collect();
        let drawn = review_sample(&candidates, 400, 3);
        let of_group = || drawn.iter().filter(|pair| candidates[pair.candidate].group == 1);
        let weight: f64 = of_group().map(|pair| pair.inclusion_probability.recip()).sum();
        assert!((weight - 800.0).abs() < 1e-6, "the group has 800 pairs, and its labels stand for {weight}");
        assert!(of_group().count() >= 2 * LABELS_PER_STRATUM_MIN, "two bands have pairs of the group");
        assert!(
            of_group().all(|pair| drawn.iter().filter(|other| other.stratum == pair.stratum).count() >= 3)
        );
    }

    #[test]
    fn too_many_strata_are_joined() {
        let candidates: Vec<Candidate> = (0..9_000u32)
            .map(|k| Candidate { match_probability: f64::from(k % 97) / 97.0, structure: 0, group: k % 30 })
            .collect();
        for (strata_max, kinds, joined) in
            [(10_000, 30, 0), (300, 30, 1), (150, 30, 2), (64, 15, 2), (3, 0, 3), (1, 0, 4), (0, 0, 4)]
        {
            let parting = Parting::new(&candidates, strata_max);
            let own = parting.places.values().filter(|place| **place < usize::MAX).count();
            assert_eq!((own, parting.joined), (kinds, joined), "{strata_max}");
        }
    }

    #[test]
    fn open_questions_get_more_labels() {
        let mut candidates = vec![Candidate { match_probability: 0.999_999, structure: 0, group: 0 }; 900];
        candidates.extend(vec![Candidate { match_probability: 0.5, structure: 0, group: 0 }; 100]);
        let drawn = review_sample(&candidates, 60, 7);
        let open = drawn.iter().filter(|pair| pair.candidate >= 900).count();
        assert!(open >= 15, "{open} of 60 labels where the model does not know");
        assert_eq!(drawn, review_sample(&candidates, 60, 7), "the same seed draws the same pairs");
        assert_ne!(drawn, review_sample(&candidates, 60, 8));
    }
}
