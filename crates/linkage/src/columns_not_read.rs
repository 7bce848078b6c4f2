//! Columns of the input that a run does not compare: nothing is left out silently.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};

use crate::column::TextColumn;
use crate::config::Config;
use crate::guess;
use crate::kind::Kind;
use crate::office_words;
use crate::table::{ColumnReading, Input};

/// Columns that a run names one by one where it speaks, at most; `run.json` has all.
pub const COLUMNS_NOT_READ_SHOWN_MAX: usize = 20;

/// A column that is there and is not compared, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnNotRead {
    /// The column, as the file spells it.
    pub column: String,
    /// Why, as a clause.
    pub reason: String,
}

/// The columns of the inputs that a configuration does not name, in the order of the files. `is_guessed`: whether the columns of the
/// configuration were guessed; then it says why none was guessed.
#[must_use]
pub fn columns_not_read(config: &Config, inputs: &[Input], is_guessed: bool) -> Vec<ColumnNotRead> {
    let mut found: Vec<ColumnNotRead> = Vec::new();
    let fields =
        inputs.iter().filter_map(|input| input.batches.first()).map(arrow_array::RecordBatch::schema);
    for field in fields.flat_map(|schema| schema.fields().to_vec()) {
        let name = field.name();
        let is_divided = config.columns.values().any(|column| column.read_from() == Some(name));
        let is_named = config.columns.contains_key(name)
            || is_divided
            || config.unique_id == *name
            || config.source.as_ref() == Some(name);
        if is_named || found.iter().any(|known| known.column == *name) {
            continue;
        }
        let reason = if is_empty(inputs, name) {
            "it is empty in every record".to_owned()
        } else if !is_guessed {
            "the configuration does not name it".to_owned()
        } else if let Some(first) = inputs.first().filter(|first| !has(first, name)) {
            let file = Path::new(&first.name).file_name().unwrap_or_default().to_string_lossy();
            format!("{file} does not have it, and a guess goes by the columns of the first file")
        } else {
            why_not_guessed(config, name)
        };
        found.push(ColumnNotRead { column: name.clone(), reason });
    }
    found
}

fn has(input: &Input, name: &str) -> bool {
    input.batches.first().is_some_and(|batch| batch.column_by_name(name).is_some())
}

fn why_not_guessed(config: &Config, name: &str) -> String {
    if guess::is_of_truth(name) {
        return "its name says that it holds the truth or a cluster".to_owned();
    }
    if office_words::is_called_of_the_office(&guess::words(name)) {
        return "its name says that an office notes it, and that tells nobody from anybody: name it under [columns] if it is about the person"
            .to_owned();
    }
    let has_birth = config.columns.values().any(|column| column.kind == Kind::DateOfBirth);
    let told = if has_birth { ", and a date of birth is there already" } else { "" };
    format!(
        "no kind could be guessed from its name and values{told}: name it under [columns] if it is about the person"
    )
}

/// Columns that are named and of which no value was of use.
#[must_use]
pub(crate) fn of_no_use(readings: &[ColumnReading]) -> Vec<ColumnNotRead> {
    let of = |reading: &ColumnReading| {
        let reason = match (reading.n_filled, reading.n_unread) {
            (0, _) => "it is empty in every record".to_owned(),
            (filled, unread) if filled == unread => {
                format!("none of its {filled} values can be read as {}", reading.kind.with_article())
            }
            _ => return None,
        };
        Some(ColumnNotRead { column: reading.column.clone(), reason })
    };
    readings.iter().filter_map(of).collect()
}

/// Whether a column holds nothing in any file that has it.
fn is_empty(inputs: &[Input], name: &str) -> bool {
    let columns =
        inputs.iter().flat_map(|input| &input.batches).filter_map(|batch| batch.column_by_name(name));
    columns.into_iter().all(|array| {
        TextColumn::try_new(array).is_ok_and(|column| {
            (0..column.n_rows()).all(|row| column.get(row).is_none_or(|text| text.trim().is_empty()))
        })
    })
}

/// Each column once, by name: what is said first holds.
#[must_use]
pub(crate) fn together(parts: [Vec<ColumnNotRead>; 2]) -> Vec<ColumnNotRead> {
    let mut found = BTreeMap::new();
    for column in parts.into_iter().flatten() {
        found.entry(column.column).or_insert(column.reason);
    }
    found.into_iter().map(|(column, reason)| ColumnNotRead { column, reason }).collect()
}
