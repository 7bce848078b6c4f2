//! Tables without a contract, for linkage on its own: CSV and Parquet in, Parquet out.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use redress_ports::{ColumnReport, Quarantined, ReadError, Repaired};

use crate::columnar::not_parquet;
use crate::delimited::Delimited;
use crate::line::Lines;
use crate::row::{Broken, Row, RowRead, Rows};
use crate::table_reader::{FileFacts, REPORTED_ROWS_MAX, check_share};
use crate::{durable_file, open_file};

/// Most rows of a batch.
pub const BATCH_ROWS_MAX: usize = 65_536;
/// Text of a batch after which the next one begins, in bytes: an Arrow array of text holds at most 2 GiB.
const BATCH_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The writer that Parquet files name: no version, so that the bytes of a file depend on its rows alone.
const CREATED_BY: &str = "redress";

/// A table in memory, with what was left behind.
#[derive(Clone, Debug)]
pub struct Tabular {
    /// Columns in the order of the file. Those of delimited text are all nullable text; an empty cell is null.
    pub schema: SchemaRef,
    /// The rows, at most [`BATCH_ROWS_MAX`] in a batch.
    pub batches: Vec<RecordBatch>,
    /// Rows that were quarantined or padded. Nothing is refused here: columns that are not asked for are the
    /// caller's to leave.
    pub report: ColumnReport,
}

/// Schema and rows of a file, as [`read_with_report`] has them, for a caller to whom broken rows do not matter.
///
/// # Errors
/// As [`read_with_report`].
pub fn read(path: &Path) -> Result<(SchemaRef, Vec<RecordBatch>), ReadError> {
    read_with_report(path).map(|table| (table.schema, table.batches))
}

/// Reads a file by its name: `.parquet` or `.pq` as Parquet, anything else as delimited text in UTF-8 with a header.
///
/// Text is split at tabs, without quoting, when the name ends in `.tsv` or `.tab` or the first line has a tab and no
/// comma; otherwise at commas, with quotes. A row that misses trailing cells is padded; a longer one is quarantined.
///
/// # Errors
/// [`ReadError::Call`] when the file is not there; [`ReadError::Input`] when it has no header, a column stands twice, a
/// line is over 16 MiB, or so many rows are broken that the file is (more than half, or more than ten that are more than 1 %).
pub fn read_with_report(path: &Path) -> Result<Tabular, ReadError> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "parquet" | "pq" => read_parquet(path),
        "tsv" | "tab" => read_delimited(path, b'\t'),
        _ => read_delimited(path, sniff(path)?),
    }
}

/// Signs between cells, the usual one first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// The sign between the cells of a file: the one that its first line has most often outside quotes.
fn sniff(path: &Path) -> Result<u8, ReadError> {
    let mut first = Vec::new();
    Lines::new(open_file::open(path)?, &FileFacts::shown(path)).next_line(&mut first)?;
    Ok(delimiter(&first))
}

fn delimiter(header: &[u8]) -> u8 {
    let mut is_quoted = false;
    let mut counts = [0usize; DELIMITERS.len()];
    for sign in header {
        is_quoted ^= *sign == b'"';
        if let Some(place) = DELIMITERS.iter().position(|known| known == sign && !is_quoted) {
            counts[place] += 1;
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    counts.iter().position(|n| *n == most).map_or(b',', |place| DELIMITERS[place])
}

fn read_parquet(path: &Path) -> Result<Tabular, ReadError> {
    let wrong = |reason: String| ReadError::Input(format!("{}: {reason}", path.display()));
    let builder = ParquetRecordBatchReaderBuilder::try_new(open_file::open(path)?)
        .map_err(|error| wrong(not_parquet(&error)))?;
    let schema = builder.schema().clone();
    let reader = builder
        .with_batch_size(BATCH_ROWS_MAX)
        .build()
        .map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let mut report = ColumnReport::default();
    let mut batches = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|error| {
            wrong(format!(
                "row {}: cannot be read on: {error}. The file is damaged: fetch or write it again",
                report.n_rows + 1
            ))
        })?;
        report.n_rows += batch.num_rows() as u64;
        batches.push(batch);
    }
    Ok(Tabular { schema, batches, report })
}

fn read_delimited(path: &Path, delimiter: u8) -> Result<Tabular, ReadError> {
    let shown_path = FileFacts::shown(path);
    let mut rows = Delimited::try_new_utf8(open_file::open(path)?, &shown_path, delimiter)?;
    let schema = Arc::new(text_schema(rows.header(), &shown_path)?);
    let mut table = TextTable::new(schema);
    let mut row = Row::default();
    loop {
        match rows.next_row(&mut row)? {
            RowRead::End => break,
            RowRead::Broken(broken) => table.quarantine(row.line, broken),
            RowRead::Row => table.push(&row).map_err(|reason| failed(path, &reason))?,
        }
    }
    table.end_batch().map_err(|reason| failed(path, &reason))?;
    table.report.n_nul_bytes = rows.residue().n_nul_bytes;
    check_share(&table.report, &shown_path)?;
    Ok(Tabular { schema: table.schema, batches: table.batches, report: table.report })
}

fn failed(path: &Path, reason: &str) -> ReadError {
    ReadError::System(format!("{}: cannot be held in memory: {reason}", path.display()))
}

fn text_schema(header: &[String], file: &str) -> Result<Schema, ReadError> {
    for (idx, name) in header.iter().enumerate() {
        if header.iter().take(idx).any(|before| before == name) {
            return Err(ReadError::Input(format!(
                "{file}, line 1: column {name:?} stands twice, the second time as column {}: each name may stand once",
                idx + 1
            )));
        }
    }
    Ok(Schema::new(header.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect::<Vec<_>>()))
}

/// Rows of text on their way into batches.
struct TextTable {
    schema: SchemaRef,
    columns: Vec<StringBuilder>,
    n_rows: usize,
    n_bytes: usize,
    batches: Vec<RecordBatch>,
    report: ColumnReport,
}

impl TextTable {
    fn new(schema: SchemaRef) -> Self {
        let columns = schema.fields().iter().map(|_| StringBuilder::new()).collect();
        let report = ColumnReport::default();
        Self { schema, columns, n_rows: 0, n_bytes: 0, batches: Vec::new(), report }
    }

    fn push(&mut self, row: &Row) -> Result<(), String> {
        let n_columns = self.columns.len();
        if row.len() > n_columns {
            let reason = format!(
                "{} cells, {n_columns} are expected: quote the value that holds a delimiter",
                row.len()
            );
            self.quarantine(row.line, Broken::row(reason));
            return Ok(());
        }
        if row.len() < n_columns {
            self.report.n_repaired += 1;
            if self.report.repaired.len() < REPORTED_ROWS_MAX {
                self.report.repaired.push(padded(row, n_columns));
            }
        }
        self.report.n_rows += 1;
        for (idx, column) in self.columns.iter_mut().enumerate() {
            let cell = row.cell(idx);
            column.append_option((!cell.is_empty()).then_some(cell));
            self.n_bytes += cell.len();
        }
        self.n_rows += 1;
        if self.n_rows >= BATCH_ROWS_MAX || self.n_bytes >= BATCH_BYTES_MAX {
            self.end_batch()
        } else {
            Ok(())
        }
    }

    fn end_batch(&mut self) -> Result<(), String> {
        if self.n_rows == 0 {
            return Ok(());
        }
        let columns = self.columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), columns).map_err(|error| error.to_string())?;
        self.batches.push(batch);
        (self.n_rows, self.n_bytes) = (0, 0);
        Ok(())
    }

    fn quarantine(&mut self, line: u64, broken: Broken) {
        self.report.n_rows += 1;
        self.report.n_quarantined += 1;
        if self.report.quarantined.len() < REPORTED_ROWS_MAX {
            let column =
                broken.column_idx.and_then(|idx| Some(self.schema.fields().get(idx)?.name().clone()));
            self.report.quarantined.push(Quarantined { line, column, reason: broken.reason });
        }
    }
}

fn padded(row: &Row, n_columns: usize) -> Repaired {
    let before = row.cells().collect::<Vec<_>>().join(" | ").chars().take(2_000).collect::<String>();
    let repair = format!("{} missing trailing cells padded with empty ones", n_columns - row.len());
    Repaired { line: row.line, repair, after: before.clone(), before }
}

/// Writes a batch as one Parquet file, whole or not at all. The same rows make the same bytes on any day and machine.
///
/// # Errors
/// [`ReadError::System`] when it cannot be written, such as on a full disk.
pub fn write_parquet(path: &Path, batch: &RecordBatch) -> Result<(), ReadError> {
    write_parquet_with(path, &batch.schema(), |write| write(batch))
}

/// As [`write_parquet`], for rows that do not fit in memory: `fill` is given what writes a batch.
///
/// # Errors
/// [`ReadError::System`] when it cannot be written, or `fill` failed.
pub fn write_parquet_with(
    path: &Path,
    schema: &SchemaRef,
    fill: impl FnOnce(&mut dyn FnMut(&RecordBatch) -> io::Result<()>) -> io::Result<()>,
) -> Result<(), ReadError> {
    durable_file::write(path, |file| {
        let mut writer = writer(file, schema)?;
        fill(&mut |batch| writer.write(batch).map_err(io::Error::other))?;
        writer.close().map_err(io::Error::other)?;
        Ok(())
    })
}

fn writer<'a>(file: &'a mut File, schema: &SchemaRef) -> io::Result<ArrowWriter<&'a mut File>> {
    // Notes on the columns as a whole, where every reader of the format finds them.
    let notes = schema.metadata().iter().map(|(key, note)| KeyValue::new(key.clone(), note.clone()));
    let mut notes: Vec<KeyValue> = notes.collect();
    notes.sort_by(|a, b| a.key.cmp(&b.key));
    let properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata((!notes.is_empty()).then_some(notes))
        .build();
    ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(io::Error::other)
}

#[cfg(test)]
mod tests;
