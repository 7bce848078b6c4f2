//! The results as Arrow tables, in the columns and the row order of the published files.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Float64Array, RecordBatch, StringArray, UInt16Array, UInt32Array,
    UInt64Array,
};
use arrow_schema::ArrowError;

use crate::apart::{PairApart, kept_apart_word};
use crate::cluster_identity::ClusterIds;
use crate::index::UNSEEN_PATTERN;
use crate::judgement::{JudgedPair, judged_word};
use crate::link::{Linked, Pair};
use crate::table::Table;

/// Most rows of a batch of pairs.
pub const BATCH_ROWS_MAX: usize = 65_536;

/// Which columns are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceColumns {
    /// With the source of each record: the configuration names a source column.
    With,
    /// Without.
    Without,
}

impl Linked {
    /// `pairs.parquet`: each pair once, l before r by the bytes of (source, unique id), rows in that order. Where judgements
    /// bound the run, `judgement` says which pairs they are of, and `pattern` is null for a judged pair that shows no pattern of
    /// the model. `kept_apart` says what keeps the records of a strong pair in different clusters ([`KeptBy`](crate::KeptBy)), and is
    /// null for all other pairs.
    ///
    /// # Errors
    /// Arrow refuses the columns; it does not when `table` is the one that was linked.
    pub fn pairs_batch(&self, table: &Table, sources: SourceColumns) -> Result<RecordBatch, ArrowError> {
        self.pairs_part(&self.pairs, table, sources)
    }

    /// `pairs.parquet` in batches of at most [`BATCH_ROWS_MAX`] rows, so that the pairs of a large run are never laid out
    /// twice; at least one batch.
    pub fn pairs_batches<'a>(
        &'a self,
        table: &'a Table,
        sources: SourceColumns,
    ) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> + 'a {
        let none = self.pairs.is_empty().then_some(&[][..]);
        none.into_iter()
            .chain(self.pairs.chunks(BATCH_ROWS_MAX))
            .map(move |pairs| self.pairs_part(pairs, table, sources))
    }

    fn pairs_part(
        &self,
        pairs: &[Pair],
        table: &Table,
        sources: SourceColumns,
    ) -> Result<RecordBatch, ArrowError> {
        pairs_batch(pairs, &self.judgements.pairs, &self.clusters.pairs_apart, table, sources)
    }

    /// `clusters.parquet`: every record, in the order of (source, unique id).
    ///
    /// A cluster's id is its first record, written `source/unique_id` or `unique_id`, so that it does not depend on the
    /// other clusters; [`clusters_batches`](Self::clusters_batches) takes other ids.
    ///
    /// # Errors
    /// As [`pairs_batch`](Self::pairs_batch).
    pub fn clusters_batch(&self, table: &Table, sources: SourceColumns) -> Result<RecordBatch, ArrowError> {
        let ids = self.clusters.ids(table, sources, None);
        self.clusters_part(table, sources, &ids, 0..table.n_records())
    }

    /// The same, with the id of each cluster, in batches of at most [`BATCH_ROWS_MAX`] rows; at least one batch.
    pub fn clusters_batches<'a>(
        &'a self,
        table: &'a Table,
        sources: SourceColumns,
        ids: &'a ClusterIds,
    ) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> + 'a {
        let n = table.n_records();
        let starts = (0..n.max(1)).step_by(BATCH_ROWS_MAX);
        starts.map(move |start| self.clusters_part(table, sources, ids, start..n.min(start + BATCH_ROWS_MAX)))
    }

    /// The rows of some records.
    fn clusters_part(
        &self,
        table: &Table,
        sources: SourceColumns,
        ids: &ClusterIds,
        records: Range<usize>,
    ) -> Result<RecordBatch, ArrowError> {
        let each = || records.clone().map(|record| record as u32);
        let cluster_id =
            |record: u32| ids.id_bytes(self.clusters.cluster_of[record as usize], table, sources);
        let mut columns = vec![
            ("cluster_id", texts(each().map(cluster_id))?),
            ("unique_id", texts(each().map(|record| table.unique_id_bytes(record)))?),
        ];
        if sources == SourceColumns::With {
            columns.push(("source", texts(each().map(|record| table.source(record).as_bytes()))?));
        }
        let probabilities = self.clusters.membership_probability[records].to_vec();
        columns.push(("membership_probability", Arc::new(Float64Array::from(probabilities))));
        RecordBatch::try_from_iter(columns)
    }

    /// `not_compared.parquet`: one row for each block that was too large, by rule and key; `expected_matches` is null where nothing is
    /// known.
    ///
    /// # Errors
    /// As [`pairs_batch`](Self::pairs_batch).
    pub fn not_compared_batch(&self) -> Result<RecordBatch, ArrowError> {
        let entries = &self.not_compared;
        let rule: StringArray = entries.iter().map(|entry| Some(entry.rule.as_str())).collect();
        let key: StringArray = entries.iter().map(|entry| Some(entry.key_digest.as_str())).collect();
        let records: UInt64Array = entries.iter().map(|entry| Some(entry.records)).collect();
        let skipped: UInt64Array = entries.iter().map(|entry| Some(entry.pairs_skipped)).collect();
        let expected: Float64Array = entries.iter().map(|entry| entry.expected_matches).collect();
        let is_capped: BooleanArray = entries.iter().map(|entry| Some(entry.is_capped)).collect();
        RecordBatch::try_from_iter([
            ("rule", Arc::new(rule) as ArrayRef),
            ("key_digest", Arc::new(key)),
            ("records", Arc::new(records)),
            ("pairs_skipped", Arc::new(skipped)),
            ("expected_matches", Arc::new(expected)),
            ("is_capped", Arc::new(is_capped)),
        ])
    }
}

/// A column of texts of which the bytes are given: looked at once, all together.
fn texts(bytes: impl Iterator<Item = impl AsRef<[u8]>>) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(StringArray::try_from_binary(BinaryArray::from_iter_values(bytes))?))
}

fn pairs_batch(
    pairs: &[Pair],
    judged: &[JudgedPair],
    apart: &[PairApart],
    table: &Table,
    sources: SourceColumns,
) -> Result<RecordBatch, ArrowError> {
    let ids = |of: fn(&Pair) -> u32| texts(pairs.iter().map(|pair| table.unique_id_bytes(of(pair))));
    let sources_of = |of: fn(&Pair) -> u32| texts(pairs.iter().map(|pair| table.source(of(pair)).as_bytes()));
    let number =
        |of: fn(&Pair) -> f64| -> ArrayRef { Arc::new(pairs.iter().map(of).collect::<Float64Array>()) };
    let count = |of: fn(&Pair) -> u16| -> ArrayRef {
        Arc::new(pairs.iter().map(of).map(Some).collect::<UInt16Array>())
    };
    let mut columns = Vec::new();
    if sources == SourceColumns::With {
        columns.push(("source_l", sources_of(|pair| pair.l)?));
    }
    columns.push(("unique_id_l", ids(|pair| pair.l)?));
    if sources == SourceColumns::With {
        columns.push(("source_r", sources_of(|pair| pair.r)?));
    }
    columns.extend([
        ("unique_id_r", ids(|pair| pair.r)?),
        ("match_weight_bits", number(|pair| pair.match_weight_bits)),
        ("match_probability", number(|pair| pair.match_probability)),
        ("reliability_low", number(|pair| pair.reliability_low)),
        ("reliability_high", number(|pair| pair.reliability_high)),
        ("n_agree", count(|pair| pair.n_agree)),
        ("n_disagree", count(|pair| pair.n_disagree)),
        ("n_not_comparable", count(|pair| pair.n_not_comparable)),
    ]);
    let mut columns: Vec<(&str, ArrayRef, bool)> =
        columns.into_iter().map(|(name, column)| (name, column, false)).collect();
    let pattern = |pair: &Pair| (pair.pattern != UNSEEN_PATTERN).then_some(pair.pattern);
    let patterns = pairs.iter().map(pattern).collect::<UInt32Array>();
    columns.push(("pattern", Arc::new(patterns), !judged.is_empty()));
    let kept_apart = pairs.iter().map(|pair| kept_apart_word(apart, pair.l, pair.r));
    columns.push(("kept_apart", Arc::new(kept_apart.collect::<StringArray>()), true));
    if !judged.is_empty() {
        let word = |pair: &Pair| judged_word(judged, pair);
        columns.push(("judgement", Arc::new(pairs.iter().map(word).collect::<StringArray>()), true));
    }
    RecordBatch::try_from_iter_with_nullable(columns)
}
