//! The audit as one Arrow table: a row for each dimension, measure and stratum.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::ArrowError;

use super::{Audit, Gap, MeasureAudit};

impl Audit {
    /// Columns: `dimension`, `measure`, `stratum`, `against` (null for everybody else), `n_people`, `part`, `whole`, `rate`, `rate_low`, `rate_high`,
    /// `rate_of_others`, `difference`, `difference_low`, `difference_high`, `ratio`, `ratio_low`,
    /// `ratio_high`, `margin`, `p`, `p_adjusted`, `n_tests`, `detectable`, `outcome`.
    /// What cannot be estimated is null.
    ///
    /// # Errors
    /// Arrow refuses the columns; it does not, as all have one length.
    pub fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let mut rows: Vec<(&str, &MeasureAudit, &Gap)> = Vec::new();
        for dimension in &self.dimensions {
            for measure in &dimension.measures {
                let gaps = measure.gaps.iter().chain(&measure.pairwise);
                rows.extend(gaps.map(|gap| (dimension.name.as_str(), measure, gap)));
            }
        }
        let text = |of: &dyn Fn(&(&str, &MeasureAudit, &Gap)) -> String| -> ArrayRef {
            Arc::new(rows.iter().map(|row| Some(of(row))).collect::<StringArray>())
        };
        let count = |of: fn(&Gap) -> Option<u64>| -> ArrayRef {
            Arc::new(rows.iter().map(|row| of(row.2)).collect::<UInt64Array>())
        };
        let against = rows.iter().map(|row| row.2.against.as_deref()).collect::<StringArray>();
        let number = |of: fn(&Gap) -> Option<f64>| -> ArrayRef {
            Arc::new(rows.iter().map(|row| of(row.2)).collect::<Float64Array>())
        };
        RecordBatch::try_from_iter_with_nullable([
            ("dimension", text(&|row| row.0.to_owned()), false),
            ("measure", text(&|row| row.1.measure.as_str().to_owned()), false),
            ("stratum", text(&|row| row.2.stratum.clone()), false),
            ("against", Arc::new(against), true),
            ("n_people", count(|gap| Some(gap.n_people as u64)), false),
            ("part", count(|gap| gap.part), true),
            ("whole", count(|gap| gap.whole), true),
            ("rate", number(|gap| gap.rate), true),
            ("rate_low", number(|gap| gap.interval.map(|ends| ends.0)), true),
            ("rate_high", number(|gap| gap.interval.map(|ends| ends.1)), true),
            ("rate_of_others", number(|gap| gap.rate_of_others), true),
            ("difference", number(|gap| gap.difference), true),
            ("difference_low", number(|gap| gap.difference_interval.map(|ends| ends.0)), true),
            ("difference_high", number(|gap| gap.difference_interval.map(|ends| ends.1)), true),
            ("ratio", number(|gap| gap.ratio), true),
            ("ratio_low", number(|gap| gap.ratio_interval.map(|ends| ends.0)), true),
            ("ratio_high", number(|gap| gap.ratio_interval.map(|ends| ends.1)), true),
            ("margin", Arc::new(rows.iter().map(|row| Some(row.1.margin)).collect::<Float64Array>()), false),
            ("p", number(|gap| gap.p), true),
            ("p_adjusted", number(|gap| gap.p_adjusted), true),
            ("n_tests", count(|gap| gap.n_tests.map(|n| n as u64)), true),
            ("detectable", number(|gap| gap.detectable), true),
            ("outcome", text(&|row| row.2.outcome.as_str().to_owned()), false),
        ])
    }
}
