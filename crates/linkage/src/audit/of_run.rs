//! The audit of a run of which the truth is not known: what became of the records of each stratum, who was linked and who was not,
//! and what clerical review said of the proposals.
//!
//! It can show that outcomes differ, not who is at fault. Clusters stand in for people when records are drawn anew.

use serde::{Deserialize, Serialize};

use super::by_cluster::ByCluster;
use super::gap::Rules;
use super::person::REVIEW_FROM;
use super::redraw::{self, redrawn};
use super::{
    Audit, AuditRules, Dimension, DimensionAudit, ESTIMABLE_PEOPLE_MIN, MeasureAudit, RunMeasure, limited,
    measured,
};
use crate::evaluation::WeighedPair;
use crate::hashing::Stream;
use crate::resample::quantile;

/// Stream of random numbers of the redraws of linked and unlinked records.
const STREAM: u64 = 6_000;

/// A run to be audited without the truth.
pub struct RunInput<'a> {
    /// For each record its cluster.
    pub cluster_of: &'a [u32],
    /// The written pairs.
    pub pairs: &'a [WeighedPair],
    /// The records that are looked at; `None` for all.
    pub records: Option<&'a [u32]>,
    /// How the records are parted.
    pub dimensions: &'a [Dimension],
    /// How differences are judged.
    pub rules: AuditRules,
}

/// How the linked records differ from the unlinked ones in the share that is of a stratum. A record is linked when its cluster
/// holds another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkedDifference {
    /// The stratum.
    pub stratum: String,
    /// Its records.
    pub n_records: usize,
    /// Share of the linked records that are of it; `None` under [`ESTIMABLE_PEOPLE_MIN`] records, or clusters on either side,
    /// as what follows.
    pub share_of_linked: Option<f64>,
    /// Share of the unlinked records that are of it.
    pub share_of_unlinked: Option<f64>,
    /// The difference of the shares in standard deviations (Cohen 1988; Austin 2009); 0.1 is commonly held to matter.
    pub standardized: Option<f64>,
    /// Its 95 % interval, clusters drawn anew; `None` where one of the shares is 0 or 1.
    pub interval: Option<(f64, f64)>,
}

/// A pair that people judged, beside what the model proposed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReviewedPair {
    /// One record, by its place in the dimensions.
    pub l: u32,
    /// The other.
    pub r: u32,
    /// Whether it was judged to be of one person.
    pub is_same: bool,
    /// Whether the model, without the judgement, has it at or above the threshold.
    pub is_proposed: bool,
}

/// Audits a run by itself.
#[must_use]
pub fn audit_of_run(input: &RunInput<'_>) -> Audit {
    let facts = RunFacts::new(input);
    let replicates = input.rules.replicates.max(super::REPLICATES_MIN);
    let of_dimension = |dimension: &Dimension| {
        let dimension = &limited(dimension);
        let cells = facts.cells(dimension);
        let of_measure = |(place, measure): (usize, RunMeasure)| {
            let rules =
                Rules { margin: input.rules.margins.of(measure.into()), replicates, seed: input.rules.seed };
            let cases = cells.iter().map(|cell| (cell.stratum, cell.cases[place], cell.n_records));
            measured(measure.into(), &dimension.strata, cases, rules)
        };
        DimensionAudit {
            name: dimension.name.clone(),
            measures: (0..).zip(RunMeasure::OF_RECORDS).map(of_measure).collect(),
            equal_opportunity: None,
            equalized_odds: None,
            threshold_free: Vec::new(),
            calibration: Vec::new(),
            linked_differences: linked_differences(&facts.by_cluster, dimension, input.rules),
        }
    };
    Audit {
        rules: AuditRules { replicates, ..input.rules },
        is_without_truth: true,
        n_people: facts.by_cluster.n_clusters(),
        n_records: facts.by_cluster.n_records(),
        n_true_pairs: 0,
        blocking_is_known: false,
        dimensions: input.dimensions.iter().map(of_dimension).collect(),
        n_asked: 0,
        probes: Vec::new(),
    }
}

/// What became of the records.
struct RunFacts {
    by_cluster: ByCluster,
    /// For each record whether it has a written pair, and whether it waits for review.
    of_record: Vec<[bool; 2]>,
}

/// The records of one cluster and stratum.
struct Cell {
    stratum: u16,
    cases: [u32; 3],
    n_records: u32,
}

impl RunFacts {
    fn new(input: &RunInput<'_>) -> Self {
        let mut of_record = vec![[false; 2]; input.cluster_of.len()];
        for pair in input.pairs {
            let is_together = input.cluster_of[pair.l as usize] == input.cluster_of[pair.r as usize];
            let is_open = pair.match_probability >= REVIEW_FROM
                && (pair.match_probability < input.rules.threshold || !is_together);
            for record in [pair.l as usize, pair.r as usize] {
                of_record[record] = [true, of_record[record][1] || is_open];
            }
        }
        Self { by_cluster: ByCluster::new(input.cluster_of, input.records), of_record }
    }

    /// Of each cluster the records of each stratum: how many there are, are alone, have no written pair, wait for review.
    fn cells(&self, dimension: &Dimension) -> Vec<Cell> {
        let mut cells: Vec<Cell> = Vec::new();
        for (is_linked, records) in self.by_cluster.groups() {
            let first = cells.len();
            for record in records.iter().map(|record| *record as usize) {
                let stratum = dimension.of_record[record];
                let known = cells[first..].iter().position(|cell| cell.stratum == stratum);
                let place = known.map_or(cells.len(), |known| first + known);
                if known.is_none() {
                    cells.push(Cell { stratum, cases: [0; 3], n_records: 0 });
                }
                let [has_pair, waits] = self.of_record[record];
                let cell = &mut cells[place];
                cell.n_records += 1;
                for (cases, is_case) in cell.cases.iter_mut().zip([!is_linked, !has_pair, waits]) {
                    *cases += u32::from(is_case);
                }
            }
        }
        cells
    }
}

/// Linked against unlinked records, for every stratum.
pub(super) fn linked_differences(
    by_cluster: &ByCluster,
    dimension: &Dimension,
    rules: AuditRules,
) -> Vec<LinkedDifference> {
    // Clusters by how many records they have, and of each stratum those that have some of it.
    let mut sizes = [redraw::Cells::new(), redraw::Cells::new()];
    let mut of_strata = vec![sizes.clone(); dimension.strata.len()];
    let mut parts: Vec<(u16, u32)> = Vec::new();
    for (is_linked, records) in by_cluster.groups() {
        let (side, n_records) = (usize::from(is_linked), records.len() as u32);
        *sizes[side].entry((0, n_records)).or_default() += 1;
        parts.clear();
        for stratum in records.iter().map(|record| dimension.of_record[*record as usize]) {
            match parts.iter_mut().find(|part| part.0 == stratum) {
                Some(part) => part.1 += 1,
                None => parts.push((stratum, 1)),
            }
        }
        for (stratum, part) in &parts {
            *of_strata[usize::from(*stratum)][side].entry((*part, n_records)).or_default() += 1;
        }
    }
    let of_stratum = |((number, name), mut sides): ((u64, &String), [redraw::Cells; 2])| {
        sides.iter_mut().zip(&sizes).for_each(|(side, sizes)| add_clusters_without(side, sizes));
        linked_difference(name, number, &sides, rules)
    };
    (0..).zip(&dimension.strata).zip(of_strata).map(of_stratum).collect()
}

/// Adds to the clusters with records of a stratum those without, from how many there are of each size.
fn add_clusters_without(with: &mut redraw::Cells, sizes: &redraw::Cells) {
    let known: Vec<((u32, u32), u32)> = with.iter().map(|(cell, n)| (*cell, *n)).collect();
    for ((_, n_records), n_clusters) in sizes {
        let n_with: u32 = known.iter().filter(|(cell, _)| cell.1 == *n_records).map(|(_, n)| n).sum();
        if *n_clusters > n_with {
            with.insert((0, *n_records), n_clusters - n_with);
        }
    }
}

fn linked_difference(
    name: &str,
    number: u64,
    sides: &[redraw::Cells; 2],
    rules: AuditRules,
) -> LinkedDifference {
    let [unlinked, linked] = [0, 1].map(|side| redraw::sums(&sides[side]));
    let n_records = (unlinked.0 + linked.0) as usize;
    let is_enough = |n: usize| n >= ESTIMABLE_PEOPLE_MIN;
    let mut found = LinkedDifference {
        stratum: name.to_owned(),
        n_records,
        share_of_linked: None,
        share_of_unlinked: None,
        standardized: None,
        interval: None,
    };
    if !(is_enough(n_records) && is_enough(unlinked.2) && is_enough(linked.2)) {
        return found;
    }
    let share = |side: (u64, u64, usize)| side.0 as f64 / side.1 as f64;
    found.share_of_linked = Some(share(linked));
    found.share_of_unlinked = Some(share(unlinked));
    found.standardized = standardized(share(linked), share(unlinked));
    if [unlinked, linked].iter().all(|side| side.0 > 0 && side.0 < side.1) {
        let mut stream = Stream::new(rules.seed, STREAM + number);
        let replicates = rules.replicates.max(super::REPLICATES_MIN);
        let [unlinked, linked] = [0, 1].map(|side| redrawn(&sides[side], replicates, &mut stream));
        let drawn =
            linked.iter().zip(&unlinked).filter_map(|(linked, unlinked)| standardized(*linked, *unlinked));
        let mut drawn: Vec<f64> = drawn.collect();
        found.interval = quantile(&mut drawn, 0.025).zip(quantile(&mut drawn, 0.975));
    }
    found
}

/// A difference of two shares in standard deviations; `None` where neither share has any spread.
fn standardized(linked: f64, unlinked: f64) -> Option<f64> {
    let spread = f64::midpoint(linked * (1.0 - linked), unlinked * (1.0 - unlinked)).sqrt();
    (spread > 0.0).then(|| (linked - unlinked) / spread)
}

/// A measure of records by stratum: `of` gives for a record the cases and of how many, `unit_of` who is drawn anew with it, a person
/// or a cluster.
#[must_use]
pub fn audit_of_records(
    measure: RunMeasure,
    of: impl Fn(u32) -> (u32, u32),
    unit_of: &[u32],
    dimension: &Dimension,
    rules: AuditRules,
) -> MeasureAudit {
    let dimension = &limited(dimension);
    let mut records: Vec<(u32, u16, u32)> = (0..)
        .zip(unit_of)
        .map(|(record, unit)| (*unit, dimension.of_record[record as usize], record))
        .collect();
    records.sort_unstable();
    let case = |own: &[(u32, u16, u32)]| {
        let counted = own.iter().map(|known| of(known.2));
        let (part, whole) = counted.fold((0, 0), |sum, record| (sum.0 + record.0, sum.1 + record.1));
        (own[0].1, part, whole)
    };
    let cases: Vec<(u16, u32, u32)> = records.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).map(case).collect();
    let replicates = rules.replicates.max(super::REPLICATES_MIN);
    let rules = Rules { margin: rules.margins.of(measure.into()), replicates, seed: rules.seed };
    measured(measure.into(), &dimension.strata, cases.into_iter(), rules)
}

/// How often clerical review overturned what the model proposed, by stratum: of the judged pairs, those judged the same that were
/// below the threshold, and those judged different that were not. A pair counts in the strata of both its records. Pairs were
/// chosen to be judged, so these are rates of judged pairs and not of all. Pairs whose lower record is in one cluster are drawn
/// anew together.
#[must_use]
pub fn review_overturned(
    judged: &[ReviewedPair],
    cluster_of: Option<&[u32]>,
    dimension: &Dimension,
    rules: AuditRules,
) -> MeasureAudit {
    let dimension = &limited(dimension);
    let mut ends: Vec<(u32, u16, bool)> = Vec::new();
    for pair in judged {
        let first = pair.l.min(pair.r);
        let unit = cluster_of.map_or(first, |clusters| clusters[first as usize]);
        let mut strata = [pair.l, pair.r].map(|record| dimension.of_record[record as usize]).to_vec();
        strata.dedup();
        ends.extend(strata.into_iter().map(|stratum| (unit, stratum, pair.is_same != pair.is_proposed)));
    }
    ends.sort_unstable();
    let case = |own: &[(u32, u16, bool)]| {
        let overturned = own.iter().filter(|end| end.2).count() as u32;
        (own[0].1, overturned, own.len() as u32)
    };
    let cases: Vec<(u16, u32, u32)> = ends.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).map(case).collect();
    let measure = RunMeasure::ReviewOverturned;
    let replicates = rules.replicates.max(super::REPLICATES_MIN);
    let rules = Rules { margin: rules.margins.of(measure.into()), replicates, seed: rules.seed };
    measured(measure.into(), &dimension.strata, cases.into_iter(), rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Gap, Outcome};

    /// Pairs of records of 600 clusters: of the second stratum every third has its records apart.
    fn parted(n_people: u32) -> (Vec<u32>, Dimension) {
        let mut cluster_of = Vec::new();
        let mut next = 0;
        for person in 0..n_people {
            let is_apart = person % 2 == 1 && person % 3 == 0;
            cluster_of.extend([next, next + u32::from(is_apart)]);
            next += 1 + u32::from(is_apart);
        }
        let of_record = (0..2 * n_people).map(|record| (record / 2 % 2) as u16).collect();
        let strata = ["plain", "other"].map(str::to_owned).to_vec();
        (cluster_of, Dimension { name: "script".to_owned(), strata, of_record })
    }

    fn audited(n_people: u32, pairs: &[(u32, u32, f64)], records: Option<&[u32]>) -> Audit {
        let (cluster_of, dimension) = parted(n_people);
        let pairs: Vec<WeighedPair> = pairs
            .iter()
            .map(|(l, r, p)| WeighedPair { l: *l, r: *r, match_weight_bits: 0.0, match_probability: *p })
            .collect();
        let dimensions = &[dimension];
        let rules = AuditRules::default();
        audit_of_run(&RunInput { cluster_of: &cluster_of, pairs: &pairs, records, dimensions, rules })
    }

    fn gap_of(audit: &Audit, measure: RunMeasure) -> &Gap {
        &audit.dimensions[0].measures.iter().find(|known| known.measure == measure.into()).unwrap().gaps[1]
    }

    #[test]
    fn what_became_of_records_is_shown_without_labels() {
        // Clusters keep the strong pair of the records 6 and 7 apart: both wait.
        let audit = audited(600, &[(0, 1, 0.99), (6, 7, 0.97)], None);
        assert_eq!((audit.n_people, audit.n_records, audit.is_without_truth), (700, 1_200, true));
        let alone = gap_of(&audit, RunMeasure::RecordsAlone);
        assert_eq!((alone.part, alone.whole, alone.outcome), (Some(200), Some(600), Outcome::Reference));
        assert_eq!(
            audit.dimensions[0].measures[0].gaps[0].outcome,
            Outcome::Differs,
            "tested at the smaller stratum"
        );
        let without = gap_of(&audit, RunMeasure::RecordsWithoutPair);
        assert_eq!((without.part, without.whole), (Some(598), Some(600)));
        let waits = gap_of(&audit, RunMeasure::RecordsWaiting);
        assert_eq!(
            (waits.part, waits.rate_of_others),
            (Some(2), None),
            "the reference stands with the other"
        );
    }

    #[test]
    fn linked_records_are_held_against_unlinked_ones() {
        let audit = audited(600, &[], None);
        let found = &audit.dimensions[0].linked_differences;
        assert!(found[0].interval.is_none(), "every unlinked record is of the other stratum");
        assert_eq!((found[1].n_records, found[1].share_of_unlinked), (600, Some(1.0)));
        // 1,000 linked records, 400 of the second stratum: (0.4 - 1) over the root of half of 0.24.
        assert_eq!(found[1].share_of_linked, Some(0.4));
        assert!((found[1].standardized.unwrap() + 0.6 / 0.12f64.sqrt()).abs() < 1e-9);
        let few = audited(30, &[], None);
        assert_eq!(
            few.dimensions[0].linked_differences[1].standardized, None,
            "ten unlinked clusters are too few"
        );
    }

    #[test]
    fn an_interval_of_a_standardized_difference_holds_it() {
        let sides = [
            redraw::Cells::from([((0, 1), 60), ((1, 1), 40)]),
            redraw::Cells::from([((0, 2), 300), ((2, 2), 100)]),
        ];
        let found = linked_difference("s", 0, &sides, AuditRules::default());
        let (value, (low, high)) = (found.standardized.unwrap(), found.interval.unwrap());
        assert!((value - standardized(0.25, 0.4).unwrap()).abs() < 1e-12);
        // Root of 1/100 + 1/400 and what the difference itself adds.
        let half = 1.96 * (0.0125f64 + value * value / 1_000.0).sqrt();
        assert!(((high - low) / (2.0 * half) - 1.0).abs() < 0.12, "{low} to {high}, not ± {half}");
    }

    #[test]
    fn a_sample_of_records_stands_for_all() {
        let sample: Vec<u32> = (0..1_200).filter(|record| record % 3 != 0).collect();
        let audit = audited(600, &[], Some(&sample));
        assert_eq!(audit.n_records, 800);
        assert_eq!(gap_of(&audit, RunMeasure::RecordsAlone).whole, Some(400));
    }

    #[test]
    fn records_that_rules_cannot_reach_are_counted_by_stratum() {
        let (cluster_of, dimension) = parted(200);
        // Of the second stratum every record lacks the key of one rule of four.
        let of = |record: u32| (u32::from(record / 2 % 2 == 1), 4);
        let found =
            audit_of_records(RunMeasure::RulesWithoutKey, of, &cluster_of, &dimension, AuditRules::default());
        let cases: Vec<_> = found.gaps.iter().map(|gap| (gap.part, gap.whole)).collect();
        assert_eq!(cases, [(Some(0), Some(800)), (Some(200), Some(800))]);
        assert_eq!(found.gaps.iter().filter(|gap| gap.outcome == Outcome::Differs).count(), 1);
    }

    #[test]
    fn overturned_proposals_count_in_both_strata() {
        let (_, dimension) = parted(200);
        let pair = |k: u32| ReviewedPair {
            l: 2 * k,
            r: 2 * k + 1,
            is_same: true,
            is_proposed: k.is_multiple_of(2) || k % 8 == 1,
        };
        let across = ReviewedPair { l: 0, r: 2, is_same: false, is_proposed: true };
        let judged: Vec<ReviewedPair> = (0..200).map(pair).chain([across]).collect();
        let found = review_overturned(&judged, None, &dimension, AuditRules::default());
        let cases: Vec<_> = found.gaps.iter().map(|gap| (gap.part, gap.whole)).collect();
        assert_eq!(cases, [(Some(1), Some(101)), (Some(76), Some(101))]);
        assert_eq!(found.gaps.iter().filter(|gap| gap.outcome == Outcome::Differs).count(), 1);
    }
}
