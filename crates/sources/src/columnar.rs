//! Parquet as rows. The line of a row is its number from 1.

use std::collections::BTreeSet;
use std::fs::File;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use jiff::{Timestamp, civil::Time, tz::Offset};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use redress_ports::ReadError;

use crate::row::{Residue, Row, RowRead, Rows};

/// Rows that are decoded at a time.
const BATCH_ROWS: usize = 8_192;

/// What is said of a file that is no whole Parquet file.
pub(crate) fn not_parquet(error: &ParquetError) -> String {
    format!(
        "not a Parquet file that can be read: {error}. It is damaged or cut short, or no Parquet at all: fetch or write it again"
    )
}

pub(crate) struct Columnar {
    file: String,
    batches: ParquetRecordBatchReader,
    header: Vec<String>,
    /// For each column of the header, its place in a batch. None for a column that is not wanted: it is never
    /// decoded.
    places: Vec<Option<usize>>,
    batch: Option<RecordBatch>,
    batch_row: usize,
    n_rows: u64,
}

impl Columnar {
    /// Reads the schema. Only columns of a `wanted` name are decoded.
    ///
    /// # Errors
    /// [`ReadError::Input`] when the file is not Parquet or a wanted column has a type that is not read.
    pub(crate) fn try_new(input: File, file: &str, wanted: &BTreeSet<String>) -> Result<Self, ReadError> {
        let wrong = |reason: String| ReadError::Input(format!("{file}: {reason}"));
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(input).map_err(|error| wrong(not_parquet(&error)))?;
        let fields = builder.schema().fields();
        let header: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
        let mut n_wanted = 0;
        let mut places = Vec::new();
        for field in fields {
            let is_wanted = wanted.contains(field.name());
            if is_wanted && !is_read(field.data_type()) {
                return Err(wrong(format!(
                    "column `{}` is of type {}; text, categories, numbers, booleans, dates and moments of \
                     universal time are read: store it as text",
                    field.name(),
                    field.data_type()
                )));
            }
            places.push(is_wanted.then_some(n_wanted));
            n_wanted += usize::from(is_wanted);
        }
        let roots = places.iter().enumerate().filter(|(_, place)| place.is_some()).map(|(idx, _)| idx);
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let batches = builder
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|error| wrong(format!("cannot be read: {error}")))?;
        Ok(Self { file: file.to_owned(), batches, header, places, batch: None, batch_row: 0, n_rows: 0 })
    }

    fn next_batch(&mut self) -> Result<bool, ReadError> {
        let failed = |reason: String| {
            ReadError::Input(format!(
                "{}, row {}: cannot be read on: {reason}. The file is damaged: fetch or write it again",
                self.file,
                self.n_rows + 1
            ))
        };
        self.batch = self.batches.next().transpose().map_err(|error| failed(error.to_string()))?;
        self.batch_row = 0;
        Ok(self.batch.is_some())
    }
}

impl Rows for Columnar {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn next_row(&mut self, row: &mut Row) -> Result<RowRead, ReadError> {
        while self.batch.as_ref().is_none_or(|batch| self.batch_row >= batch.num_rows()) {
            if !self.next_batch()? {
                return Ok(RowRead::End);
            }
        }
        self.n_rows += 1;
        row.start(self.n_rows);
        for place in &self.places {
            let column = place.and_then(|idx| self.batch.as_ref().map(|batch| batch.column(idx)));
            row.push(&column.and_then(|column| text(&**column, self.batch_row)).unwrap_or_default());
        }
        self.batch_row += 1;
        Ok(RowRead::Row)
    }

    fn residue(&self) -> Residue {
        Residue::default()
    }
}

/// Zones of a moment whose day is the day that was written. Elsewhere midnight may be another day here.
const UNIVERSAL: [&str; 4] = ["UTC", "Z", "+00:00", "Etc/UTC"];

fn is_read(data_type: &DataType) -> bool {
    use DataType as T;
    match data_type {
        T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Boolean | T::Date32 | T::Date64 | T::Null => true,
        T::Int8 | T::Int16 | T::Int32 | T::Int64 | T::UInt8 | T::UInt16 | T::UInt32 | T::UInt64 => true,
        T::Float32 | T::Float64 => true,
        T::Timestamp(_, zone) => zone.as_deref().is_none_or(|zone| UNIVERSAL.contains(&zone)),
        T::Dictionary(_, value) => is_read(value),
        _ => false,
    }
}

/// The value as text: a date as ISO 8601, a moment as its date, with the time where it is not midnight, and NUL characters taken
/// out. None for null, and for what is no number.
fn text(column: &dyn Array, row: usize) -> Option<String> {
    macro_rules! number {
        ($type:ty) => {
            column.as_primitive_opt::<$type>().map(|values| values.value(row))
        };
    }
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string_opt::<i32>().map(|values| plain(values.value(row))),
        DataType::LargeUtf8 => column.as_string_opt::<i64>().map(|values| plain(values.value(row))),
        DataType::Utf8View => column.as_string_view_opt().map(|values| plain(values.value(row))),
        DataType::Boolean => column.as_boolean_opt().map(|values| values.value(row).to_string()),
        DataType::Int8 => number!(Int8Type).map(|value| value.to_string()),
        DataType::Int16 => number!(Int16Type).map(|value| value.to_string()),
        DataType::Int32 => number!(Int32Type).map(|value| value.to_string()),
        DataType::Int64 => number!(Int64Type).map(|value| value.to_string()),
        DataType::UInt8 => number!(UInt8Type).map(|value| value.to_string()),
        DataType::UInt16 => number!(UInt16Type).map(|value| value.to_string()),
        DataType::UInt32 => number!(UInt32Type).map(|value| value.to_string()),
        DataType::UInt64 => number!(UInt64Type).map(|value| value.to_string()),
        // Whole numbers beside blanks: programs for tables store them so, and a blank as no number.
        DataType::Float32 => {
            number!(Float32Type).filter(|value| !value.is_nan()).map(|value| value.to_string())
        }
        DataType::Float64 => {
            number!(Float64Type).filter(|value| !value.is_nan()).map(|value| value.to_string())
        }
        DataType::Date32 => number!(Date32Type).map(iso_date),
        DataType::Date64 => number!(Date64Type).map(|value| moment(value, TimeUnit::Millisecond)),
        DataType::Timestamp(unit, _) => match unit {
            TimeUnit::Second => number!(TimestampSecondType),
            TimeUnit::Millisecond => number!(TimestampMillisecondType),
            TimeUnit::Microsecond => number!(TimestampMicrosecondType),
            TimeUnit::Nanosecond => number!(TimestampNanosecondType),
        }
        .map(|value| moment(value, *unit)),
        DataType::Dictionary(..) => {
            let categories = column.as_any_dictionary_opt()?;
            let place = text(categories.keys(), row)?.parse().ok()?;
            text(categories.values(), place)
        }
        _ => None,
    }
}

/// A moment as its date, with the time where it is not midnight. One that the calendar does not reach is shown as its number.
fn moment(value: i64, unit: TimeUnit) -> String {
    let moment = match unit {
        TimeUnit::Second => Timestamp::from_second(value),
        TimeUnit::Millisecond => Timestamp::from_millisecond(value),
        TimeUnit::Microsecond => Timestamp::from_microsecond(value),
        TimeUnit::Nanosecond => Timestamp::from_nanosecond(i128::from(value)),
    };
    let Ok(moment) = moment else { return format!("moment {value}") };
    let at = Offset::UTC.to_datetime(moment);
    if at.time() == Time::midnight() { at.date().to_string() } else { at.strftime("%F %T").to_string() }
}

fn plain(value: &str) -> String {
    value.replace('\0', "")
}

/// A day counted from 1970-01-01. A day that the calendar does not reach is shown as its number, which is no date
/// in any format and so breaks the row.
fn iso_date(days: i32) -> String {
    let span = jiff::Span::new().try_days(days);
    span.and_then(|span| jiff::civil::date(1970, 1, 1).checked_add(span))
        .map_or_else(|_| format!("day {days}"), |date| date.to_string())
}
