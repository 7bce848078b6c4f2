//! The departures by period as text, JSON and columns: the same protected cells in all three.

use std::{fs, path::Path, sync::Arc};

use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use redress_report::{DEPARTURES_METHOD, Editions, Shown, ShownRow, Standing};
use redress_service::{App, make_departure_edition};
use redress_sources::tabular::write_parquet;
use serde_json::{Value, json};

use super::write_text;
use crate::{
    command::say,
    failure::{Exit, Failure},
    progress::Steps,
};

/// Makes the edition of today, prints it, and writes it where a folder is given.
pub(super) async fn make(app: &App, as_json: bool, out: Option<&Path>) -> Result<(), Failure> {
    let steps = Steps::new();
    steps.begin("departures", "case files");
    let editions = make_departure_edition(app, &steps).await?;
    steps.end(&format!("periods: {}", editions.newest().map_or(0, |edition| edition.rows.len())));
    let json = json_of(&editions);
    if let Some(out) = out {
        fs::create_dir_all(out).map_err(|error| {
            Failure::of(Exit::Unfinished, &error).while_doing(format!("{} cannot be made", out.display()))
        })?;
        write_text(&out.join("departures.txt"), &editions.text())?;
        write_text(&out.join("departures.json"), &format!("{json:#}\n"))?;
        let batch = columns(&editions).map_err(|error| Failure::of(Exit::Unfinished, &error))?;
        write_parquet(&out.join("departures.parquet"), &batch)?;
    }
    say(if as_json { json.to_string() } else { editions.text() })
}

/// A count with its interval; null where it is protected.
fn cell_of(cell: &(Shown, Option<(u64, u64)>)) -> Value {
    match cell {
        (Shown::Exact(n), Some((low, high))) => json!({"n": n, "low": low, "high": high}),
        _ => Value::Null,
    }
}

fn month_of(row: &ShownRow) -> serde_json::Map<String, Value> {
    let mut month = serde_json::Map::new();
    month.insert("period".to_owned(), json!(row.month));
    for standing in Standing::ALL {
        month.insert(standing.name().to_owned(), cell_of(&row.cells[standing.place()]));
    }
    month.insert("all".to_owned(), exact(row.all).map_or(Value::Null, Value::from));
    month
}

const fn exact(shown: Shown) -> Option<u64> {
    if let Shown::Exact(n) = shown { Some(n) } else { None }
}

fn json_of(editions: &Editions) -> Value {
    let newest = editions.newest();
    let months: Vec<Value> = newest
        .iter()
        .flat_map(|edition| &edition.rows)
        .map(|row| {
            let earlier: Vec<Value> = editions
                .revisions(&row.month)
                .map(|(day, earlier)| {
                    let mut said = month_of(&earlier.shown());
                    said.insert("until_edition_of".to_owned(), json!(day));
                    Value::Object(said)
                })
                .collect();
            let mut month = month_of(&row.shown());
            month.insert("earlier".to_owned(), Value::Array(earlier));
            Value::Object(month)
        })
        .collect();
    json!({"edition": newest.map(|edition| &edition.as_of), "periods": months, "method": DEPARTURES_METHOD})
}

/// One row a month and edition: the newest first, then what earlier ones said. What is protected is null.
fn columns(editions: &Editions) -> Result<RecordBatch, ArrowError> {
    let mut rows: Vec<(String, ShownRow)> = Vec::new();
    if let Some(newest) = editions.newest() {
        rows.extend(newest.rows.iter().map(|row| (newest.as_of.clone(), row.shown())));
        for row in &newest.rows {
            rows.extend(editions.revisions(&row.month).map(|(day, row)| (day.to_owned(), row.shown())));
        }
    }
    let texts = |value: &dyn Fn(&(String, ShownRow)) -> String| {
        Arc::new(StringArray::from(rows.iter().map(value).collect::<Vec<_>>())) as ArrayRef
    };
    let numbers = |value: &dyn Fn(&ShownRow) -> Option<u64>| {
        Arc::new(UInt64Array::from(rows.iter().map(|(_, row)| value(row)).collect::<Vec<_>>())) as ArrayRef
    };
    let mut fields =
        vec![Field::new("edition", DataType::Utf8, false), Field::new("period", DataType::Utf8, false)];
    let mut columns = vec![texts(&|(day, _)| day.clone()), texts(&|(_, row)| row.month.clone())];
    for standing in Standing::ALL {
        let (at, name) = (standing.place(), standing.name());
        for (suffix, end) in [("", None), ("_low", Some(false)), ("_high", Some(true))] {
            fields.push(Field::new(format!("{name}{suffix}"), DataType::UInt64, true));
            columns.push(numbers(&|row| match (end, row.cells[at].1) {
                (None, _) => exact(row.cells[at].0),
                (Some(is_high), Some((low, high))) => Some(if is_high { high } else { low }),
                (Some(_), None) => None,
            }));
        }
    }
    fields.push(Field::new("all", DataType::UInt64, true));
    columns.push(numbers(&|row| exact(row.all)));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}
