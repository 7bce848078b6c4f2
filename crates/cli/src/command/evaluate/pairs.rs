//! The pairs of a run, with the names of their records.

use std::{collections::HashMap, path::Path};

use arrow_array::{Array, Float64Array, RecordBatch, cast::AsArray, types::Float64Type};
use redress_linkage::WeighedPair;
use redress_sources::tabular;

use super::truth::KnownRecords;
use crate::{
    failure::{Exit, Failure},
    labels::{Name, texts},
};

/// The written pairs.
pub(super) struct PairRows {
    pub(super) has_sources: bool,
    names: Vec<(Name, Name)>,
    weights: Vec<f64>,
    probabilities: Vec<f64>,
}

pub(super) fn read(path: &Path) -> Result<PairRows, Failure> {
    let (schema, batches) = tabular::read(path)?;
    let has_sources = schema.column_with_name("source_l").is_some();
    let mut rows =
        PairRows { has_sources, names: Vec::new(), weights: Vec::new(), probabilities: Vec::new() };
    for batch in &batches {
        let names = |source: &str, id: &str| {
            texts(batch, source).into_iter().zip(texts(batch, id)).collect::<Vec<Name>>()
        };
        let (left, right) = (names("source_l", "unique_id_l"), names("source_r", "unique_id_r"));
        rows.names.extend(left.into_iter().zip(right));
        rows.weights.extend(numbers_in(batch, "match_weight_bits", path)?);
        rows.probabilities.extend(numbers_in(batch, "match_probability", path)?);
    }
    Ok(rows)
}

impl PairRows {
    /// The pairs by the numbers of known records.
    pub(super) fn weighed(&self, known: &KnownRecords) -> Result<Vec<WeighedPair>, Failure> {
        let number = |name: &Name| {
            known.number(name).ok_or_else(|| {
                Failure::new(Exit::Input, format!("the pairs name `{}`, which the truth does not", name.1))
            })
        };
        let mut pairs = Vec::with_capacity(self.names.len());
        for (idx, (l, r)) in self.names.iter().enumerate() {
            pairs.push(WeighedPair {
                l: number(l)?,
                r: number(r)?,
                match_weight_bits: self.weights[idx],
                match_probability: self.probabilities[idx],
            });
        }
        Ok(pairs)
    }

    /// The probability of each pair of numbered names, the lower number first.
    pub(super) fn probabilities(&self, numbers: &HashMap<Name, u32>) -> HashMap<(u32, u32), f64> {
        let pair = |(names, probability): (&(Name, Name), &f64)| {
            let (a, b) = (*numbers.get(&names.0)?, *numbers.get(&names.1)?);
            Some(((a.min(b), a.max(b)), *probability))
        };
        self.names.iter().zip(&self.probabilities).filter_map(pair).collect()
    }
}

/// A column of numbers of a batch.
pub(crate) fn numbers_in(batch: &RecordBatch, name: &str, path: &Path) -> Result<Vec<f64>, Failure> {
    let column: Option<&Float64Array> =
        batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Float64Type>());
    let column = column.filter(|column| column.null_count() == 0).ok_or_else(|| {
        Failure::new(
            Exit::Input,
            format!("{} has no column `{name}` of numbers without nulls", path.display()),
        )
    })?;
    Ok(column.values().to_vec())
}
