//! One column of an Arrow table as texts.

use std::borrow::Cow;
use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions::as_datetime;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, RecordBatch, StringArray};
use arrow_schema::{DataType, TimeUnit};
use redress_statement::partial_date::PartialDate;

/// Gives the text of each row of a column; a null row has none.
pub(crate) enum TextColumn<'a> {
    /// Text as it mostly comes.
    Utf8(&'a StringArray),
    /// Other text, numbers and dates.
    Other(&'a ArrayRef),
}

impl<'a> TextColumn<'a> {
    /// The column, when its type can be read as text.
    pub(crate) fn try_new(array: &'a ArrayRef) -> Result<Self, String> {
        use DataType as T;
        match array.data_type() {
            T::Utf8 => Ok(Self::Utf8(array.as_string())),
            T::LargeUtf8 | T::Utf8View | T::Null | T::Boolean | T::Date32 => Ok(Self::Other(array)),
            T::Int8 | T::Int16 | T::Int32 | T::Int64 | T::UInt8 | T::UInt16 | T::UInt32 | T::UInt64 => {
                Ok(Self::Other(array))
            }
            T::Float32 | T::Float64 | T::Date64 => Ok(Self::Other(array)),
            // Elsewhere midnight may be another day here: what day was meant cannot be told.
            T::Timestamp(_, zone) if zone.as_deref().is_none_or(is_universal) => Ok(Self::Other(array)),
            other => Err(other.to_string()),
        }
    }

    /// How many rows there are.
    pub(crate) fn n_rows(&self) -> usize {
        match self {
            Self::Utf8(array) => array.len(),
            Self::Other(array) => array.len(),
        }
    }

    /// The text of a row, as written; `None` for null.
    pub(crate) fn get(&self, row: usize) -> Option<Cow<'a, str>> {
        match self {
            Self::Utf8(array) => (!array.is_null(row)).then(|| Cow::Borrowed(array.value(row))),
            Self::Other(array) => text_of(array, row),
        }
    }
}

/// The text of a row of an array that is not of plain text.
fn text_of(array: &ArrayRef, row: usize) -> Option<Cow<'_, str>> {
    if array.is_null(row) {
        return None;
    }
    let text = match array.data_type() {
        DataType::LargeUtf8 => return Some(Cow::Borrowed(array.as_string::<i64>().value(row))),
        DataType::Utf8View => return Some(Cow::Borrowed(array.as_string_view().value(row))),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Int8 => array.as_primitive::<Int8Type>().value(row).to_string(),
        DataType::Int16 => array.as_primitive::<Int16Type>().value(row).to_string(),
        DataType::Int32 => array.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::UInt8 => array.as_primitive::<UInt8Type>().value(row).to_string(),
        DataType::UInt16 => array.as_primitive::<UInt16Type>().value(row).to_string(),
        DataType::UInt32 => array.as_primitive::<UInt32Type>().value(row).to_string(),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().value(row).to_string(),
        DataType::Float32 => array.as_primitive::<Float32Type>().value(row).to_string(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Date32 => date(array.as_primitive::<Date32Type>().value(row))?,
        DataType::Date64 => moment::<Date64Type>(array.as_primitive::<Date64Type>().value(row))?,
        DataType::Timestamp(TimeUnit::Second, _) => {
            moment::<TimestampSecondType>(array.as_primitive::<TimestampSecondType>().value(row))?
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            moment::<TimestampMillisecondType>(array.as_primitive::<TimestampMillisecondType>().value(row))?
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            moment::<TimestampMicrosecondType>(array.as_primitive::<TimestampMicrosecondType>().value(row))?
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            moment::<TimestampNanosecondType>(array.as_primitive::<TimestampNanosecondType>().value(row))?
        }
        _ => return None,
    };
    Some(Cow::Owned(text))
}

/// For each row of a batch the text of each cell that is there, by column.
///
/// # Errors
/// Names a column that is not of text, numbers or dates.
pub fn texts_of(batch: &RecordBatch) -> Result<Vec<BTreeMap<String, String>>, String> {
    let mut rows = vec![BTreeMap::new(); batch.num_rows()];
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        let column = TextColumn::try_new(array)
            .map_err(|found| format!("column {:?} is of type {found}", field.name()))?;
        for (row, cells) in rows.iter_mut().enumerate() {
            if let Some(text) = column.get(row).filter(|text| !text.is_empty()) {
                cells.insert(field.name().clone(), text.into_owned());
            }
        }
    }
    Ok(rows)
}

fn is_universal(zone: &str) -> bool {
    ["UTC", "Z", "+00:00", "Etc/UTC"].contains(&zone)
}

/// A moment as an ISO date, with the time where it is not midnight.
fn moment<T: ArrowPrimitiveType<Native = i64>>(value: i64) -> Option<String> {
    let moment = as_datetime::<T>(value)?;
    let (date, time) = (moment.date().to_string(), moment.time().to_string());
    let time = time.split('.').next().unwrap_or_default();
    if time == "00:00:00" { Some(date) } else { Some(format!("{date} {time}")) }
}

/// Days since 1970 as an ISO date.
fn date(days: i32) -> Option<String> {
    let date = Date32Type::to_naive_date_opt(days)?;
    date.to_string().parse::<PartialDate>().ok().map(|date| date.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Date64Array, TimestampMicrosecondArray, TimestampSecondArray};

    use super::*;

    fn check(array: ArrayRef, expected: Result<&[Option<&str>], &str>) {
        let column = TextColumn::try_new(&array).map(|column| {
            (0..column.n_rows()).map(|row| column.get(row).map(Cow::into_owned)).collect::<Vec<_>>()
        });
        let expected = expected.map(|texts| texts.iter().map(|text| text.map(str::to_owned)).collect());
        assert_eq!(
            column.map_err(|found| found.contains("America").to_string()),
            expected.map_err(str::to_owned)
        );
    }

    #[test]
    fn moments_are_dates_with_the_time_where_there_is_one() {
        let seconds = [Some(489_283_200), None, Some(489_283_201), Some(-1)];
        let texts = [Some("1985-07-04"), None, Some("1985-07-04 00:00:01"), Some("1969-12-31 23:59:59")];
        let of =
            |factor: i64| seconds.map(|second: Option<i64>| second.map(|second| second * factor)).to_vec();
        check(Arc::new(TimestampSecondArray::from(of(1))), Ok(&texts));
        check(Arc::new(TimestampMicrosecondArray::from(of(1_000_000))), Ok(&texts));
        check(Arc::new(TimestampSecondArray::from(of(1)).with_timezone("UTC")), Ok(&texts));
        check(Arc::new(TimestampSecondArray::from(of(1)).with_timezone("America/Lima")), Err("true"));
        check(Arc::new(Date64Array::from(of(1_000))), Ok(&texts));
    }
}
