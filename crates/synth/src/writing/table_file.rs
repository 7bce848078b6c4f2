//! A Parquet file of text columns.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::plan::SynthError;

/// Rows per row group; the writer holds one group in memory.
const ROWS_PER_GROUP: usize = 65_536;

/// A Parquet file whose columns are all text.
pub(super) struct TableFile {
    path: PathBuf,
    schema: Arc<Schema>,
    writer: ArrowWriter<File>,
    blank_is_null: bool,
}

impl TableFile {
    /// Opens the file; an older one is replaced.
    pub(super) fn create(path: &Path, columns: &[&str], blank_is_null: bool) -> Result<Self, SynthError> {
        let fields: Vec<Field> =
            columns.iter().map(|column| Field::new(*column, DataType::Utf8, blank_is_null)).collect();
        let schema = Arc::new(Schema::new(fields));
        let file = File::create(path).map_err(|source| SynthError::Write { path: path.into(), source })?;
        let properties =
            WriterProperties::builder().set_max_row_group_row_count(Some(ROWS_PER_GROUP)).build();
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))
            .map_err(|source| SynthError::Parquet { path: path.into(), source })?;
        Ok(Self { path: path.into(), schema, writer, blank_is_null })
    }

    /// Appends rows; each has a cell per column.
    pub(super) fn append(&mut self, rows: &[Vec<String>]) -> Result<(), SynthError> {
        self.try_append(rows).map_err(|source| SynthError::Parquet { path: self.path.clone(), source })
    }

    fn try_append(&mut self, rows: &[Vec<String>]) -> Result<(), ParquetError> {
        let blank_is_null = self.blank_is_null;
        let column = |at: usize| -> ArrayRef {
            let cells =
                rows.iter().map(|row| Some(row[at].as_str()).filter(|c| !blank_is_null || !c.is_empty()));
            Arc::new(cells.collect::<StringArray>())
        };
        let columns = (0..self.schema.fields().len()).map(column).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        self.writer.write(&batch)
    }

    /// Writes the end of the file.
    pub(super) fn finish(self) -> Result<(), SynthError> {
        let Self { path, writer, .. } = self;
        writer.close().map(drop).map_err(|source| SynthError::Parquet { path, source })
    }
}
