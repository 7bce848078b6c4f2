//! Which column names the source of a row, where nobody says.

use std::collections::BTreeSet;

use arrow_array::RecordBatch;

use super::{CATEGORY_VALUES_MAX, Values, has_word, words};
use crate::guess_words::{SourceWord, source_word};

/// The column that names the source of a row: one called so, else one called after an office or an origin that every file has and whose
/// values are those of a source. Of two the first.
pub(super) fn source_of(
    columns: &[(String, Values)],
    batches: &[RecordBatch],
    unique_id: &str,
) -> Option<String> {
    let called = |name: &str, values: &[Option<String>]| match source_word(&words(name))? {
        SourceWord::Source => are_few(values).then_some(1),
        SourceWord::Office => are_few(values).then_some(2),
        SourceWord::Origin => (are_few(values) && stand_together(values)).then_some(3),
    };
    let is_in_all = |name: &str| batches.iter().all(|batch| batch.column_by_name(name).is_some());
    let place = |(name, values): &(String, Values)| match name.as_str() {
        name if name == unique_id => None,
        name if has_word(name, &["source"]) => Some(0),
        name => called(name, values).filter(|_| is_in_all(name)),
    };
    let found = columns.iter().filter_map(|column| Some((place(column)?, &column.0)));
    found.min_by_key(|(place, _)| *place).map(|(_, name)| name.clone())
}

/// Whether every row has one of few values.
fn are_few(values: &[Option<String>]) -> bool {
    let known: BTreeSet<&String> = values.iter().flatten().collect();
    !values.is_empty() && values.iter().all(Option::is_some) && known.len() <= CATEGORY_VALUES_MAX
}

/// Whether the rows of one value stand together, as where files were put one after the other: countries of birth do not.
fn stand_together(values: &[Option<String>]) -> bool {
    let known: BTreeSet<&String> = values.iter().flatten().collect();
    values.chunk_by(|a, b| a == b).count() == known.len()
}
