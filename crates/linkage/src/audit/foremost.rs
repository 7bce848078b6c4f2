//! The differences that matter most, before the hundreds that an audit looks at.

use std::collections::HashSet;
use std::ops::Range;

use super::measure::PeopleMeasure;
use super::person_strata::ONE_RECORD;
use super::{Audit, Gap, Measure, Outcome};

/// Most differences that stand first.
pub const FOREMOST_MAX: usize = 10;
/// A margin of nothing would make every difference endless: it counts as this.
const MARGIN_MIN: f64 = 1e-6;

/// A difference that the data show, with what it is measured against.
#[derive(Debug, Clone, Copy)]
pub struct Foremost<'a> {
    /// How the people were parted.
    pub dimension: &'a str,
    /// What was measured.
    pub measure: Measure,
    /// The stratum against the others.
    pub gap: &'a Gap,
    /// How many times the margin of its measure the difference is, from 0.
    pub times_margin: f64,
}

impl Audit {
    /// The differences of a stratum from the others that are shown: those beyond their margin first, the greatest by its margin first;
    /// at most [`FOREMOST_MAX`]. Of a way to part the records each measure stands there once, by its greatest difference: with two strata
    /// the other row is the same one mirrored. Differences between two strata are in the tables.
    #[must_use]
    pub fn foremost(&self) -> Vec<Foremost<'_>> {
        self.foremost_of(0..self.dimensions.len())
    }

    /// The same of those ways to part the records that were asked for, and of the others: what somebody asked for is not to be hidden by
    /// what nobody asked for.
    #[must_use]
    pub fn foremost_asked(&self) -> [Vec<Foremost<'_>>; 2] {
        let n_asked = self.n_asked.min(self.dimensions.len());
        [self.foremost_of(0..n_asked), self.foremost_of(n_asked..self.dimensions.len())]
    }

    fn foremost_of(&self, wanted: Range<usize>) -> Vec<Foremost<'_>> {
        let mut found = Vec::new();
        for dimension in &self.dimensions[wanted] {
            for measured in &dimension.measures {
                let (measure, margin) = (measured.measure, self.rules.margins.of(measured.measure));
                found.extend(measured.gaps.iter().filter_map(|gap| {
                    let is_shown = matches!(gap.outcome, Outcome::Differs | Outcome::DiffersWithinMargin)
                        && !is_by_construction(measure, gap);
                    let times_margin = gap.difference.filter(|_| is_shown)?.abs() / margin.max(MARGIN_MIN);
                    Some(Foremost { dimension: &dimension.name, measure, gap, times_margin })
                }));
            }
        }
        let is_within = |found: &Foremost<'_>| found.gap.outcome == Outcome::DiffersWithinMargin;
        found.sort_by(|a, b| is_within(a).cmp(&is_within(b)).then(b.times_margin.total_cmp(&a.times_margin)));
        let mut seen = HashSet::new();
        found.retain(|found| seen.insert((found.dimension, found.measure.as_str())));
        found.truncate(FOREMOST_MAX);
        found
    }
}

/// Whether a difference says nothing of the run: who has one record has no link that is right, so nearly all links of such people are
/// false, however few they are.
fn is_by_construction(measure: Measure, gap: &Gap) -> bool {
    gap.stratum == ONE_RECORD && measure == Measure::OfPeople(PeopleMeasure::FalseLinks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{AuditRules, DimensionAudit, MeasureAudit};

    fn audited(gaps: &[(PeopleMeasure, &str, f64)]) -> Audit {
        let gap = |stratum: &str, difference| Gap {
            difference: Some(difference),
            outcome: Outcome::Differs,
            ..Gap::of_nothing(stratum, 40)
        };
        let measures = gaps.iter().map(|(measure, stratum, difference)| MeasureAudit {
            measure: Measure::OfPeople(*measure),
            margin: 0.02,
            largest_difference: None,
            gaps: vec![gap(stratum, *difference)],
            pairwise: Vec::new(),
        });
        Audit {
            rules: AuditRules::default(),
            is_without_truth: false,
            n_people: 80,
            n_records: 100,
            n_true_pairs: 20,
            blocking_is_known: true,
            dimensions: vec![DimensionAudit {
                name: "hyphen".to_owned(),
                measures: measures.collect(),
                equal_opportunity: None,
                equalized_odds: None,
                threshold_free: Vec::new(),
                calibration: Vec::new(),
                linked_differences: Vec::new(),
            }],
            n_asked: 0,
            probes: Vec::new(),
        }
    }

    fn check(gaps: &[(PeopleMeasure, &str, f64)], expected: &[(PeopleMeasure, &str)]) {
        let audit = audited(gaps);
        let found = audit.foremost();
        let found: Vec<(Measure, &str)> = found.iter().map(|f| (f.measure, f.gap.stratum.as_str())).collect();
        let expected: Vec<_> =
            expected.iter().map(|(m, stratum)| (Measure::OfPeople(*m), *stratum)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_was_asked_for_stands_apart() {
        let gaps: Vec<_> = (0..40).map(|n| (PeopleMeasure::ALL[n % 2], "west", 0.9)).collect();
        let mut audit = audited(&gaps);
        let mut small = audited(&[(PeopleMeasure::PairsMissed, "east", 0.1)]).dimensions.remove(0);
        small.name = "region".to_owned();
        audit.dimensions.insert(0, small);
        audit.dimensions.extend((0..FOREMOST_MAX).map(|n| DimensionAudit {
            name: format!("structure {n}"),
            ..audited(&gaps).dimensions.remove(0)
        }));
        assert!(audit.foremost().iter().all(|found| found.dimension != "region"), "it is the smallest");
        for (n_asked, expected) in [(0, [0, FOREMOST_MAX]), (1, [1, FOREMOST_MAX]), (99, [FOREMOST_MAX, 0])] {
            audit.n_asked = n_asked;
            let found = audit.foremost_asked();
            assert_eq!(found.each_ref().map(Vec::len), expected, "{n_asked} asked for");
            assert_eq!(found[0].iter().any(|found| found.dimension == "region"), n_asked == 1, "{n_asked}");
        }
    }

    #[test]
    fn a_difference_stands_first_once_and_none_that_is_so_by_construction() {
        use PeopleMeasure::{FalseLinks, PairsMissed};
        check(&[(PairsMissed, "in some", 0.1), (PairsMissed, "in none", -0.2)], &[(PairsMissed, "in none")]);
        check(
            &[(FalseLinks, ONE_RECORD, 0.9), (FalseLinks, "in all", 0.1), (PairsMissed, ONE_RECORD, 0.1)],
            &[(FalseLinks, "in all"), (PairsMissed, ONE_RECORD)],
        );
    }
}
