//! The differences that matter most, before the hundreds that an audit looks at.

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
    /// at most [`FOREMOST_MAX`]. Differences between two strata are in the tables.
    #[must_use]
    pub fn foremost(&self) -> Vec<Foremost<'_>> {
        let mut found = Vec::new();
        for dimension in &self.dimensions {
            for measured in &dimension.measures {
                let (measure, margin) = (measured.measure, self.rules.margins.of(measured.measure));
                found.extend(measured.gaps.iter().filter_map(|gap| {
                    let is_shown = matches!(gap.outcome, Outcome::Differs | Outcome::DiffersWithinMargin);
                    let times_margin = gap.difference.filter(|_| is_shown)?.abs() / margin.max(MARGIN_MIN);
                    Some(Foremost { dimension: &dimension.name, measure, gap, times_margin })
                }));
            }
        }
        let is_within = |found: &Foremost<'_>| found.gap.outcome == Outcome::DiffersWithinMargin;
        found.sort_by(|a, b| is_within(a).cmp(&is_within(b)).then(b.times_margin.total_cmp(&a.times_margin)));
        found.truncate(FOREMOST_MAX);
        found
    }
}
