//! The bias audit: whether a run treats some people's records worse than others', stage by stage.
//!
//! The unit is the person. Each stage that can go wrong has a rate of its own, each rate is held against that of everybody
//! else with an interval from people drawn anew, and what the data cannot tell is said to be so. A false link across
//! strata counts against both. The audit measures; it repairs nothing, and no stratum is treated differently because of it.

mod by_chance;
mod by_cluster;
mod foremost;
mod gap;
mod margin;
mod measure;
mod name_rarity;
mod of_run;
pub(crate) mod original;
mod page;
mod particle;
mod person;
mod person_strata;
mod probe;
mod probe_page;
mod proposed;
mod redraw;
mod sampled_rows;
mod strata;
mod strata_table;
mod table;
mod together;
mod within;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use foremost::{FOREMOST_MAX, Foremost};
pub use gap::{ESTIMABLE_PEOPLE_MIN, FAMILY_LEVEL, Gap, Outcome, PAIRWISE_STRATA_MAX, REPLICATES_MIN};
pub use margin::Margins;
pub use measure::{Measure, PeopleMeasure, RunMeasure};
pub use of_run::{
    LinkedDifference, ReviewedPair, RunInput, audit_of_records, audit_of_run, review_overturned,
};
pub use page::audit_html;
pub(crate) use page::compact;
pub use person::REVIEW_FROM;
pub use person_strata::person_strata;
pub use probe::{Edit, PROBED_PAIRS_MIN, Probe, ProbedRun, model_probabilities, probes};
pub(crate) use probe_page::probe_section;
pub use proposed::Proposed;
pub use sampled_rows::sampled_rows;
pub use strata::{Dimension, Structure, structural_strata, structure};
pub use together::{HOUSEHOLD_RECORDS_MAX, UNIT_PEOPLE_MAX, drawn_together, households};
pub use within::{CALIBRATION_PAIRS_MIN, Calibration, Found, ThresholdFree};

use crate::evaluation::{CALIBRATED_FROM, Truth, WeighedPair};
use by_cluster::ByCluster;
use gap::Rules;
use person::{Linkage, People};
use within::Judged;

/// Most strata of one dimension; of more only the largest are kept, and the others are one.
pub const STRATA_MAX: usize = 40;

/// What is audited.
pub struct AuditInput<'a> {
    /// What is true of each record.
    pub truth: &'a Truth,
    /// The written pairs.
    pub pairs: &'a [WeighedPair],
    /// For each record its cluster; without clusters pairs at the threshold are the links.
    pub cluster_of: Option<&'a [u32]>,
    /// Whether blocking proposes a pair; without it, what was too weak to be written counts as lost in blocking.
    pub proposes: Option<&'a dyn Fn(u32, u32) -> bool>,
    /// Whether a pair that is not proposed is in a block that was too large to be compared in full; without it none counts as such.
    pub leaves_out: Option<&'a dyn Fn(u32, u32) -> bool>,
    /// For each record the unit with which its person is drawn anew ([`drawn_together`]); without it every person is drawn alone.
    pub unit_of: Option<&'a [u32]>,
    /// How the records are parted.
    pub dimensions: &'a [Dimension],
    /// How differences are judged.
    pub rules: AuditRules,
}

/// Declared before the audit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AuditRules {
    /// Probability at or above which a pair is a link.
    pub threshold: f64,
    /// A difference below the margin of its measure is held to be none.
    pub margins: Margins,
    /// Redraws of people for each interval.
    pub replicates: usize,
    /// Seed of the redraws.
    pub seed: u64,
}

impl Default for AuditRules {
    fn default() -> Self {
        Self { threshold: 0.95, margins: Margins::default(), replicates: REPLICATES_MIN, seed: 1 }
    }
}

/// The audit of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// What was declared before.
    pub rules: AuditRules,
    /// Whether the truth is not known, so that clusters stand in for people and outcomes for errors.
    #[serde(default)]
    pub is_without_truth: bool,
    /// People; without the truth clusters.
    pub n_people: usize,
    /// Records that were looked at.
    #[serde(default)]
    pub n_records: usize,
    /// True pairs.
    pub n_true_pairs: usize,
    /// Whether blocking was asked about each lost pair.
    pub blocking_is_known: bool,
    /// One audit for each way to part the records: first those that were asked for, then those of structure.
    pub dimensions: Vec<DimensionAudit>,
    /// How many of them were asked for; 0 where nobody said.
    #[serde(default)]
    pub n_asked: usize,
    /// The same slip in names of every stratum; empty when the run was not there to be probed.
    pub probes: Vec<Probe>,
}

/// The audit of one way to part the records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DimensionAudit {
    /// What it parts by.
    pub name: String,
    /// The gaps of every measure.
    pub measures: Vec<MeasureAudit>,
    /// Equal opportunity: the largest difference in the share of true pairs that are linked.
    pub equal_opportunity: Option<f64>,
    /// Equalized odds: the larger of that and of the largest difference in the share of written pairs of two people that are
    /// linked.
    pub equalized_odds: Option<f64>,
    /// Recall over all thresholds.
    pub threshold_free: Vec<ThresholdFree>,
    /// Calibration inside each stratum.
    pub calibration: Vec<Calibration>,
    /// Linked records against unlinked ones; empty where no clusters are known.
    #[serde(default)]
    pub linked_differences: Vec<LinkedDifference>,
}

impl Audit {
    /// Families of tests, and tests in all of them. Within a family the chance of any false difference is held at
    /// [`FAMILY_LEVEL`]; across families it is not, so that about that share of them shows one where nothing differs.
    #[must_use]
    pub fn families(&self) -> (usize, usize) {
        let measures = self.dimensions.iter().flat_map(|dimension| &dimension.measures);
        let families = measures.flat_map(|measure| [&measure.gaps, &measure.pairwise]);
        let sizes = families.filter_map(|gaps| gaps.iter().find_map(|gap| gap.n_tests));
        sizes.fold((0, 0), |(families, tests), size| (families + 1, tests + size))
    }
}

/// One measure over the strata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasureAudit {
    /// What is measured.
    pub measure: Measure,
    /// A difference below this was declared to be none.
    pub margin: f64,
    /// Largest rate of a stratum minus the smallest, over strata that can be estimated; `None` with fewer than two.
    pub largest_difference: Option<f64>,
    /// The strata.
    pub gaps: Vec<Gap>,
    /// Every two strata against each other, for the measures of which [`Measure::is_headline`] and three to [`PAIRWISE_STRATA_MAX`]
    /// strata that can be estimated; empty otherwise.
    pub pairwise: Vec<Gap>,
}

/// Audits a run against the truth.
#[must_use]
pub fn audit(input: &AuditInput<'_>) -> Audit {
    let AuditRules { threshold, margins, replicates, seed } = input.rules;
    let linkage = Linkage {
        pairs: input.pairs,
        cluster_of: input.cluster_of,
        proposes: input.proposes,
        leaves_out: input.leaves_out,
        threshold,
    };
    let people = People::new(input.truth, &linkage);
    let replicates = replicates.max(REPLICATES_MIN);
    let by_cluster = input.cluster_of.map(|cluster_of| ByCluster::new(cluster_of, None));
    let unit_of = units_of_people(input.unit_of, &people);
    let of_dimension = |dimension: &Dimension| {
        let dimension = &limited(dimension);
        let stratum_of = stratum_of_people(dimension, &people);
        let members = by_unit(&stratum_of, &unit_of);
        let measures = PeopleMeasure::ALL.map(|measure| {
            let rules = Rules { margin: margins.of(measure.into()), replicates, seed };
            let tally = |person: &(u16, u32, u32)| measure.of(&people.tallies[person.2 as usize]);
            let cases = members.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).map(|of_unit| {
                let sum = |sum: (u32, u32), own: (u32, u32)| (sum.0 + own.0, sum.1 + own.1);
                let (part, whole) = of_unit.iter().map(tally).fold((0, 0), sum);
                (of_unit[0].0, part, whole)
            });
            let found = measured(measure.into(), &dimension.strata, cases, rules);
            let counted = members.iter().filter(|person| tally(person).1 > 0).map(|person| person.0);
            of_so_many_people(found, &dimension.strata, counted)
        });
        let linked_differences = by_cluster.as_ref().map_or_else(Vec::new, |by_cluster| {
            of_run::linked_differences(by_cluster, dimension, input.rules)
        });
        let largest = |measure: PeopleMeasure| {
            measures
                .iter()
                .find(|known| known.measure == measure.into())
                .and_then(|known| known.largest_difference)
        };
        let equal_opportunity = largest(PeopleMeasure::PairsMissed);
        let odds = equal_opportunity.zip(largest(PeopleMeasure::FalseOfWritten));
        DimensionAudit {
            name: dimension.name.clone(),
            equal_opportunity,
            equalized_odds: odds.map(|(missed, false_ones)| missed.max(false_ones)),
            measures: measures.to_vec(),
            threshold_free: within::threshold_free(&dimension.strata, &stratum_of, &people.true_pairs, seed),
            calibration: calibrations(dimension, input, &people),
            linked_differences,
        }
    };
    Audit {
        rules: AuditRules { replicates, ..input.rules },
        is_without_truth: false,
        n_people: people.tallies.len(),
        n_records: people.of_record.len(),
        n_true_pairs: people.true_pairs.len(),
        blocking_is_known: input.proposes.is_some(),
        dimensions: input.dimensions.iter().map(of_dimension).collect(),
        n_asked: 0,
        probes: Vec::new(),
    }
}

/// One measure; `cases` gives for each unit that is drawn anew the stratum, the cases and of how many.
fn measured(
    measure: Measure,
    strata: &[String],
    cases: impl Iterator<Item = (u16, u32, u32)> + Clone,
    rules: Rules,
) -> MeasureAudit {
    let pairwise =
        if measure.is_headline() { gap::pairwise(strata, cases.clone(), rules) } else { Vec::new() };
    let gaps = gap::gaps(strata, cases, rules);
    let rates: Vec<f64> = gaps.iter().filter_map(|gap| gap.rate).collect();
    let ends = rates.iter().fold((f64::INFINITY, 0.0f64), |(low, high), r| (low.min(*r), high.max(*r)));
    MeasureAudit {
        measure,
        margin: rules.margin,
        largest_difference: (rates.len() >= 2).then_some(ends.1 - ends.0),
        gaps,
        pairwise,
    }
}

/// The unit of each person: their own where nobody says.
fn units_of_people(unit_of: Option<&[u32]>, people: &People) -> Vec<u32> {
    let mut units: Vec<u32> = (0..people.tallies.len() as u32).collect();
    if let Some(unit_of) = unit_of {
        for (person, unit) in people.of_record.iter().zip(unit_of) {
            units[*person as usize] = *unit;
        }
    }
    units
}

/// Stratum, unit and number of each person, those of one stratum and unit together.
fn by_unit(stratum_of: &[u16], unit_of: &[u32]) -> Vec<(u16, u32, u32)> {
    let numbered = stratum_of.iter().zip(unit_of).zip(0..);
    let mut members: Vec<(u16, u32, u32)> =
        numbered.map(|((stratum, unit), person)| (*stratum, *unit, person)).collect();
    members.sort_unstable();
    members
}

/// The same with people counted, where units are drawn; `strata_of_people` gives the stratum of each person with anything to count. Of a
/// stratum with too few units it stays said how many these are.
fn of_so_many_people(
    mut found: MeasureAudit,
    strata: &[String],
    strata_of_people: impl Iterator<Item = u16>,
) -> MeasureAudit {
    let mut n_people = vec![0; strata.len()];
    strata_of_people.for_each(|stratum| n_people[usize::from(stratum)] += 1);
    for gap in found.gaps.iter_mut().chain(&mut found.pairwise).filter(|gap| gap.rate.is_some()) {
        if let Some(stratum) = strata.iter().position(|name| *name == gap.stratum) {
            gap.n_people = n_people[stratum];
        }
    }
    found
}

/// The records parted by two dimensions at once, such as sex and source. Cells of fewer than [`ESTIMABLE_PEOPLE_MIN`] records
/// are one stratum: nothing can be estimated of them, and each could point to somebody.
#[must_use]
pub fn crossed(a: &Dimension, b: &Dimension) -> Dimension {
    let cells = || a.of_record.iter().copied().zip(b.of_record.iter().copied());
    let mut counts: BTreeMap<(u16, u16), usize> = BTreeMap::new();
    cells().for_each(|cell| *counts.entry(cell).or_default() += 1);
    let large: Vec<(u16, u16)> = counts
        .iter()
        .filter(|(_, n)| **n >= ESTIMABLE_PEOPLE_MIN)
        .map(|(cell, _)| *cell)
        .take(usize::from(u16::MAX) - 1)
        .collect();
    let name =
        |cell: &(u16, u16)| format!("{} × {}", a.strata[usize::from(cell.0)], b.strata[usize::from(cell.1)]);
    let mut strata: Vec<String> = large.iter().map(name).collect();
    if large.len() < counts.len() {
        strata.push(format!("cells of under {ESTIMABLE_PEOPLE_MIN} records together"));
    }
    let place = |cell: (u16, u16)| large.binary_search(&cell).unwrap_or(large.len()) as u16;
    Dimension { name: format!("{} × {}", a.name, b.name), of_record: cells().map(place).collect(), strata }
}

/// The stratum of each person: that of most of their records; among equals the one named last.
fn stratum_of_people(dimension: &Dimension, people: &People) -> Vec<u16> {
    let mut records: Vec<(u32, u16)> =
        people.of_record.iter().copied().zip(dimension.of_record.iter().copied()).collect();
    records.sort_unstable();
    let mut best = vec![(0usize, 0u16); people.tallies.len()];
    for same in records.chunk_by(|a, b| a == b) {
        let (person, stratum) = same[0];
        let known = &mut best[person as usize];
        if same.len() >= known.0 {
            *known = (same.len(), stratum);
        }
    }
    best.into_iter().map(|(_, stratum)| stratum).collect()
}

/// The dimension with at most [`STRATA_MAX`] strata.
fn limited(dimension: &Dimension) -> Dimension {
    if dimension.strata.len() <= STRATA_MAX {
        return dimension.clone();
    }
    let mut counts: Vec<(usize, usize)> = (0..dimension.strata.len()).map(|stratum| (0, stratum)).collect();
    dimension.of_record.iter().for_each(|stratum| counts[usize::from(*stratum)].0 += 1);
    counts.sort_unstable_by_key(|(n, stratum)| (std::cmp::Reverse(*n), *stratum));
    let mut kept: Vec<usize> = counts[..STRATA_MAX - 1].iter().map(|(_, stratum)| *stratum).collect();
    kept.sort_unstable();
    let mut strata: Vec<String> = kept.iter().map(|stratum| dimension.strata[*stratum].clone()).collect();
    strata.push(format!("{} others together", dimension.strata.len() - kept.len()));
    let place = |stratum: &u16| kept.binary_search(&usize::from(*stratum)).unwrap_or(kept.len()) as u16;
    let of_record = dimension.of_record.iter().map(place).collect();
    Dimension { name: dimension.name.clone(), strata, of_record }
}

fn calibrations(dimension: &Dimension, input: &AuditInput<'_>, people: &People) -> Vec<Calibration> {
    let mut of_stratum: Vec<Vec<Judged>> = vec![Vec::new(); dimension.strata.len()];
    let counted = input
        .pairs
        .iter()
        .filter(|pair| pair.match_probability >= CALIBRATED_FROM && input.truth.counts(pair.l, pair.r));
    for pair in counted {
        let persons = [pair.l, pair.r].map(|record| people.of_record[record as usize]);
        let judged = Judged {
            probability: pair.match_probability,
            is_same: persons[0] == persons[1],
            person: persons[0].min(persons[1]),
        };
        let strata = [pair.l, pair.r].map(|record| usize::from(dimension.of_record[record as usize]));
        of_stratum[strata[0]].push(judged);
        if strata[1] != strata[0] {
            of_stratum[strata[1]].push(judged);
        }
    }
    let named = dimension.strata.iter().zip(of_stratum);
    named.map(|(stratum, pairs)| within::calibration(stratum, pairs)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hashing::Stream;

    /// People with two records each; every person of the second stratum is missed with a rate of its own.
    pub(super) fn population(n: u32, rates: [f64; 2]) -> Audit {
        let mut stream = Stream::new(3, 3);
        let truth = Truth { entity_of: (0..2 * n).map(|record| record / 2).collect(), ..Truth::default() };
        let pair = |person: u32| {
            let is_missed = stream.unit() < rates[(person % 2) as usize];
            let match_probability = if is_missed { 0.4 } else { 0.99 };
            WeighedPair { l: 2 * person, r: 2 * person + 1, match_weight_bits: 0.0, match_probability }
        };
        let pairs: Vec<WeighedPair> = (0..n).map(pair).collect();
        let dimension = Dimension {
            name: "script".to_owned(),
            strata: ["plain", "other"].map(str::to_owned).to_vec(),
            of_record: (0..2 * n).map(|record| (record / 2 % 2) as u16).collect(),
        };
        audit(&AuditInput {
            truth: &truth,
            pairs: &pairs,
            cluster_of: None,
            proposes: None,
            leaves_out: None,
            unit_of: None,
            dimensions: &[dimension],
            rules: AuditRules::default(),
        })
    }

    fn outcome(audit: &Audit, measure: PeopleMeasure) -> Outcome {
        let of = &audit.dimensions[0].measures;
        of.iter().find(|m| m.measure == measure.into()).unwrap().gaps[1].outcome
    }

    #[test]
    fn a_planted_bias_is_found_at_its_stage_alone() {
        let audit = population(3_000, [0.05, 0.10]);
        assert_eq!(outcome(&audit, PeopleMeasure::PeopleMissed), Outcome::Differs);
        assert_eq!(outcome(&audit, PeopleMeasure::LostAtThreshold), Outcome::Differs);
        assert_eq!(outcome(&audit, PeopleMeasure::LostInBlocking), Outcome::Equivalent);
        assert_eq!(outcome(&audit, PeopleMeasure::PeopleFalselyLinked), Outcome::Equivalent);
        assert_eq!(audit.dimensions[0].threshold_free[1].p, Some(0.01));
        let measures = audit.dimensions[0].measures.iter();
        let tested = measures.filter(|measure| measure.gaps[1].difference.is_some()).count();
        assert_eq!(audit.families(), (tested, tested), "of two strata there is one test a measure");
    }

    #[test]
    fn odds_and_false_links_are_those_of_the_strata() {
        // 200 people with two records; of the second stratum every fifth is missed. One pair in ten with the next person is
        // written, and linked only in the second stratum.
        let truth = Truth { entity_of: (0..400).map(|record| record / 2).collect(), ..Truth::default() };
        let pair = |l: u32, r: u32, match_probability: f64| WeighedPair {
            l,
            r,
            match_weight_bits: 0.0,
            match_probability,
        };
        let is_second = |person: u32| person >= 100;
        let own =
            (0..200).map(|p| pair(2 * p, 2 * p + 1, if is_second(p) && p % 5 == 0 { 0.3 } else { 0.99 }));
        let of_two = (0..200)
            .filter(|p| p % 10 == 2)
            .map(|p| pair(2 * p, 2 * p + 2, if is_second(p) { 0.97 } else { 0.2 }));
        let pairs: Vec<WeighedPair> = own.chain(of_two).collect();
        let dimension = Dimension {
            name: "half".to_owned(),
            strata: ["first", "second"].map(str::to_owned).to_vec(),
            of_record: (0..400).map(|record| u16::from(is_second(record / 2))).collect(),
        };
        let audit = audit(&AuditInput {
            truth: &truth,
            pairs: &pairs,
            cluster_of: None,
            proposes: None,
            leaves_out: None,
            unit_of: None,
            dimensions: &[dimension],
            rules: AuditRules::default(),
        });
        let found = &audit.dimensions[0];
        assert_eq!(found.equal_opportunity.map(|d| (d * 100.0).round()), Some(20.0));
        let of = |measure: PeopleMeasure| {
            &found.measures.iter().find(|known| known.measure == measure.into()).unwrap().gaps
        };
        let per_person = &of(PeopleMeasure::FalseLinksPerPerson)[1];
        assert_eq!((per_person.rate, per_person.part), (Some(0.2), Some(20)), "ten links with two ends each");
        let written = of(PeopleMeasure::FalseOfWritten);
        assert_eq!(written.iter().map(|gap| gap.n_people).collect::<Vec<_>>(), [20, 20]);
        assert_eq!(
            (written[0].part, found.equalized_odds),
            (None, None),
            "under thirty people no count is shown and nothing is estimated"
        );
    }

    #[test]
    fn small_cells_of_two_dimensions_are_one() {
        let dimension = |name: &str, of_record: Vec<u16>| Dimension {
            name: name.to_owned(),
            strata: ["x", "y"].map(str::to_owned).to_vec(),
            of_record,
        };
        let a = dimension("a", (0..100).map(|k| u16::from(k >= 50)).collect());
        let b = dimension("b", (0..100).map(|k| u16::from((50..55).contains(&k))).collect());
        let both = crossed(&a, &b);
        assert_eq!(both.strata, ["x × x", "y × x", "cells of under 30 records together"]);
        assert_eq!((both.of_record[0], both.of_record[52], both.of_record[99]), (0, 2, 1));
    }

    #[test]
    fn the_same_seed_gives_the_same_audit() {
        let audit = || serde_json::to_string(&population(400, [0.05, 0.10])).unwrap();
        assert_eq!(audit(), audit());
    }

    #[test]
    fn many_strata_become_few() {
        let dimension = Dimension {
            name: "d".to_owned(),
            strata: (0..100).map(|k| k.to_string()).collect(),
            of_record: (0..1000).map(|k| if k < 500 { k % 100 } else { k % 10 }).collect(),
        };
        let limited = limited(&dimension);
        assert_eq!(limited.strata.len(), STRATA_MAX);
        assert_eq!(limited.strata[STRATA_MAX - 1], "61 others together");
        assert!(limited.of_record.iter().all(|stratum| usize::from(*stratum) < STRATA_MAX));
    }
}
