//! The pairs of a run, with the names of their records.

use std::{collections::HashMap, path::Path};

use arrow_array::{Array, Float64Array, RecordBatch, cast::AsArray, types::Float64Type};
use redress_linkage::{KnownPair, Saturation, Truth, WeighedPair, known_wrong};
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
    /// Whether people judged the pair, so that its probability is theirs.
    is_judged: Vec<bool>,
}

pub(super) fn read(path: &Path) -> Result<PairRows, Failure> {
    let (schema, batches) = tabular::read(path)?;
    let has_sources = schema.column_with_name("source_l").is_some();
    let mut rows = PairRows {
        has_sources,
        names: Vec::new(),
        weights: Vec::new(),
        probabilities: Vec::new(),
        is_judged: Vec::new(),
    };
    for batch in &batches {
        let names = |source: &str, id: &str| {
            texts(batch, source).into_iter().zip(texts(batch, id)).collect::<Vec<Name>>()
        };
        let (left, right) = (names("source_l", "unique_id_l"), names("source_r", "unique_id_r"));
        rows.names.extend(left.into_iter().zip(right));
        rows.weights.extend(numbers_in(batch, "match_weight_bits", path)?);
        rows.probabilities.extend(numbers_in(batch, "match_probability", path)?);
        rows.is_judged.extend(texts(batch, "judgement").iter().map(|word| !word.is_empty()));
    }
    Ok(rows)
}

impl PairRows {
    /// The pairs of which the run is as good as sure, with those known to be wrong by a truth; judged pairs are left out.
    pub(super) fn saturation(&self, truth: Option<(&[WeighedPair], &Truth)>) -> Saturation {
        let unjudged =
            || self.is_judged.iter().enumerate().filter(|(_, is_judged)| !**is_judged).map(|(at, _)| at);
        let known = truth.and_then(|(pairs, truth)| {
            let entity = |record: u32| truth.entity_of[record as usize];
            let pairs = unjudged().map(|at| pairs[at]);
            known_wrong(pairs.map(|pair| (pair.match_probability, entity(pair.l) != entity(pair.r))))
        });
        Saturation::of(unjudged().map(|at| (self.probabilities[at], 1))).with(known)
    }

    /// The written pairs that count, with what the truth and the clusters say of each.
    pub(super) fn known(
        &self,
        pairs: &[WeighedPair],
        truth: &Truth,
        cluster_of: Option<&[u32]>,
    ) -> Vec<KnownPair> {
        let entity = |record: u32| truth.entity_of[record as usize];
        let is_inside = |l: u32, r: u32| cluster_of.is_some_and(|of| of[l as usize] == of[r as usize]);
        let counted = pairs.iter().zip(&self.is_judged).filter(|(pair, _)| truth.counts(pair.l, pair.r));
        let known = |(pair, is_judged): (&WeighedPair, &bool)| KnownPair {
            match_probability: pair.match_probability,
            is_true: entity(pair.l) == entity(pair.r),
            is_judged: *is_judged,
            is_inside: is_inside(pair.l, pair.r),
        };
        counted.map(known).collect()
    }

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
