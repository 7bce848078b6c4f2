//! What the audit estimates of each stratum by itself, as one Arrow table: a row for each estimate, with its interval and how many
//! it rests on.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::ArrowError;

use super::{Audit, Calibration, DimensionAudit, LinkedDifference, MeasureAudit, Probe};

/// One estimate.
#[derive(Default)]
struct Row<'a> {
    kind: &'static str,
    dimension: &'a str,
    stratum: Option<&'a str>,
    estimate: String,
    counted: &'static str,
    n: Option<usize>,
    value: Option<f64>,
    interval: Option<(f64, f64)>,
    p: Option<f64>,
}

impl Audit {
    /// Columns: `kind` (`rate`, `odds`, `recall_over_thresholds`, `calibration`, `linked_v_unlinked`, `probe`), `dimension`, `stratum` (null where the estimate is of the whole
    /// dimension), `estimate` (its name), `counted` (`people`, `clusters`, `records`, `pairs`; of what `n` is the number), `n` (null for the whole
    /// dimension), `value`, `low`, `high` (95 % interval, null where there is none), `p`. What cannot be estimated is null.
    ///
    /// # Errors
    /// Arrow refuses the columns; it does not, as all have one length.
    pub fn strata_batch(&self) -> Result<RecordBatch, ArrowError> {
        let mut rows: Vec<Row<'_>> = self
            .dimensions
            .iter()
            .flat_map(|dimension| of_dimension(dimension, self.is_without_truth))
            .collect();
        rows.extend(self.probes.iter().flat_map(of_probe));
        let text = |of: &dyn Fn(&Row<'_>) -> Option<String>| -> ArrayRef {
            Arc::new(rows.iter().map(of).collect::<StringArray>())
        };
        let number = |of: fn(&Row<'_>) -> Option<f64>| -> ArrayRef {
            Arc::new(rows.iter().map(of).collect::<Float64Array>())
        };
        let n = rows.iter().map(|row| row.n.map(|n| n as u64)).collect::<UInt64Array>();
        RecordBatch::try_from_iter_with_nullable([
            ("kind", text(&|row| Some(row.kind.to_owned())), false),
            ("dimension", text(&|row| Some(row.dimension.to_owned())), false),
            ("stratum", text(&|row| row.stratum.map(str::to_owned)), true),
            ("estimate", text(&|row| Some(row.estimate.clone())), false),
            ("counted", text(&|row| Some(row.counted.to_owned())), false),
            ("n", Arc::new(n) as ArrayRef, true),
            ("value", number(|row| row.value), true),
            ("low", number(|row| row.interval.map(|ends| ends.0)), true),
            ("high", number(|row| row.interval.map(|ends| ends.1)), true),
            ("p", number(|row| row.p), true),
        ])
    }
}

fn of_dimension(dimension: &DimensionAudit, is_without_truth: bool) -> Vec<Row<'_>> {
    let odds =
        [("equal_opportunity", dimension.equal_opportunity), ("equalized_odds", dimension.equalized_odds)];
    let people = if is_without_truth { "clusters" } else { "people" };
    let n_odds = if is_without_truth { 0 } else { odds.len() };
    let mut rows: Vec<Row<'_>> = odds
        .into_iter()
        .take(n_odds)
        .map(|(name, value)| Row {
            kind: "odds",
            estimate: name.to_owned(),
            counted: "people",
            value,
            ..Row::default()
        })
        .collect();
    rows.extend(dimension.measures.iter().flat_map(|measure| of_measure(measure, people)));
    rows.extend(dimension.threshold_free.iter().map(|free| Row {
        kind: "recall_over_thresholds",
        stratum: Some(&free.stratum),
        estimate: "mean_absolute_difference".to_owned(),
        counted: "pairs",
        n: Some(free.n_pairs),
        value: free.gap,
        p: free.p,
        ..Row::default()
    }));
    rows.extend(dimension.calibration.iter().flat_map(of_calibration));
    rows.extend(dimension.linked_differences.iter().flat_map(of_linked));
    rows.into_iter().map(|row| Row { dimension: &dimension.name, ..row }).collect()
}

fn of_measure<'a>(measure: &'a MeasureAudit, people: &'static str) -> impl Iterator<Item = Row<'a>> {
    measure.gaps.iter().map(move |gap| Row {
        kind: "rate",
        stratum: Some(&gap.stratum),
        estimate: measure.measure.key().to_owned(),
        counted: people,
        n: Some(gap.n_people),
        value: gap.rate,
        interval: gap.interval,
        ..Row::default()
    })
}

fn of_linked(linked: &LinkedDifference) -> Vec<Row<'_>> {
    let row = |name: &str, value, interval| Row {
        kind: "linked_v_unlinked",
        stratum: Some(&linked.stratum),
        estimate: name.to_owned(),
        counted: "records",
        n: Some(linked.n_records),
        value,
        interval,
        ..Row::default()
    };
    vec![
        row("share_of_linked", linked.share_of_linked, None),
        row("share_of_unlinked", linked.share_of_unlinked, None),
        row("standardized_difference", linked.standardized, linked.interval),
    ]
}

fn of_calibration(calibration: &Calibration) -> Vec<Row<'_>> {
    let found = calibration.found;
    let row = |name: &str, value: Option<f64>, interval| Row {
        kind: "calibration",
        stratum: Some(&calibration.stratum),
        estimate: name.to_owned(),
        counted: "pairs",
        n: Some(calibration.n_pairs),
        value,
        interval,
        ..Row::default()
    };
    vec![
        row("slope", found.map(|f| f.slope), found.map(|f| f.slope_interval)),
        row("intercept", found.map(|f| f.intercept), found.map(|f| f.intercept_interval)),
        row("ece", found.map(|f| f.ece), None),
        row("brier", found.map(|f| f.brier), None),
        row("reliability", found.map(|f| f.reliability), None),
        row("resolution", found.map(|f| f.resolution), None),
        row("uncertainty", found.map(|f| f.uncertainty), None),
    ]
}

fn of_probe(probe: &Probe) -> Vec<Row<'_>> {
    let row = |name: &str, value, interval| Row {
        kind: "probe",
        dimension: &probe.dimension,
        stratum: Some(&probe.stratum),
        estimate: format!("{}: {name}", probe.edit.as_str()),
        counted: "pairs",
        n: Some(probe.n_pairs),
        value,
        interval,
        ..Row::default()
    };
    vec![
        row("change_bits", probe.change_bits, probe.interval),
        row("change_probability", probe.change_probability, None),
        row("fallen", probe.fallen, None),
    ]
}

#[cfg(test)]
mod tests {
    use arrow_array::{Array, cast::AsArray, types::Float64Type};

    use super::super::PeopleMeasure;
    use super::super::tests::population;

    #[test]
    fn every_estimate_of_a_stratum_has_its_row() {
        let audit = population(3_000, [0.05, 0.10]);
        let batch = audit.strata_batch().unwrap();
        let text = |name: &str| batch.column_by_name(name).unwrap().as_string::<i32>().clone();
        let (kinds, strata, estimates) = (text("kind"), text("stratum"), text("estimate"));
        let numbers = |name: &str| batch.column_by_name(name).unwrap().as_primitive::<Float64Type>().clone();
        let (values, lows, highs) = (numbers("value"), numbers("low"), numbers("high"));
        let row = (0..batch.num_rows())
            .find(|row| {
                let is_stratum = !strata.is_null(*row) && strata.value(*row) == "other";
                kinds.value(*row) == "rate" && is_stratum && estimates.value(*row) == "people_missed"
            })
            .unwrap();
        let gap = &audit.dimensions[0].measures[0].gaps[1];
        assert_eq!(
            (Some(values.value(row)), Some((lows.value(row), highs.value(row)))),
            (gap.rate, gap.interval)
        );
        let count = |kind: &str| kinds.iter().filter(|known| *known == Some(kind)).count();
        let counts = ["odds", "rate", "recall_over_thresholds", "calibration", "linked_v_unlinked", "probe"]
            .map(count);
        assert_eq!(counts, [2, 2 * PeopleMeasure::ALL.len(), 2, 7 * 2, 0, 0]);
    }
}
