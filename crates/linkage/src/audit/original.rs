//! The texts of records as the sources wrote them, in the order of the table.

use std::borrow::Cow;

use crate::column::TextColumn;
use crate::config::Config;
use crate::table::{Input, Table};

/// Calls `each` for every record that the table holds with the texts of some columns; a column that is not there has none.
pub(crate) fn for_each_record(
    config: &Config,
    inputs: &[Input],
    table: &Table,
    columns: &[&str],
    mut each: impl FnMut(u32, &[Option<Cow<'_, str>>]),
) {
    for batch in inputs.iter().flat_map(|input| &input.batches) {
        let read = |name: &str| batch.column_by_name(name).and_then(|array| TextColumn::try_new(array).ok());
        let Some(ids) = read(&config.unique_id) else { continue };
        let sources = config.source.as_deref().and_then(read);
        let texts: Vec<Option<TextColumn<'_>>> = columns.iter().map(|name| read(name)).collect();
        let mut row_texts = Vec::with_capacity(columns.len());
        for row in 0..batch.num_rows() {
            let source = sources.as_ref().and_then(|column| column.get(row)).unwrap_or_default();
            let id = ids.get(row).unwrap_or_default();
            let Some(record) = table.find(&source, &id) else { continue };
            row_texts.clear();
            row_texts.extend(texts.iter().map(|column| column.as_ref().and_then(|column| column.get(row))));
            each(record, &row_texts);
        }
    }
}
