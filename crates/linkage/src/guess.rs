//! A configuration for a table that comes without one: kinds guessed from column names, then from values.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use redress_statement::fold::fold;

use crate::birth;
use crate::column::TextColumn;
use crate::config::{Column, Config, ConfigError, Output};
use crate::kind::Kind;

/// Rows that a guess looks at.
const ROWS_MAX: usize = 2_000;
/// Distinct values of a column that is taken for a category, at most.
const CATEGORY_VALUES_MAX: usize = 40;
/// Share of the values that must look like a date before a column is taken for one.
const DATE_SHARE_MIN: f64 = 0.8;

/// Share of different values from which a column that is called an id is taken for the id.
const NEARLY_UNIQUE_SHARE_MIN: f64 = 0.95;

/// Words of column names and what they tell; the first line of which one word set is contained decides.
const NAMES: [(&[&str], Kind); 46] = [
    (&["full", "name"], Kind::FullName),
    (&["given"], Kind::GivenName),
    (&["forename"], Kind::GivenName),
    (&["first", "name"], Kind::GivenName),
    (&["firstname"], Kind::GivenName),
    (&["fname"], Kind::GivenName),
    (&["middle"], Kind::MiddleName),
    (&["patronymic"], Kind::MiddleName),
    (&["surname"], Kind::FamilyName),
    (&["family"], Kind::FamilyName),
    (&["last", "name"], Kind::FamilyName),
    (&["lastname"], Kind::FamilyName),
    (&["lname"], Kind::FamilyName),
    (&["birth", "year"], Kind::BirthYear),
    (&["year", "of", "birth"], Kind::BirthYear),
    (&["by"], Kind::BirthYear),
    (&["yob"], Kind::BirthYear),
    (&["birth", "month"], Kind::BirthMonth),
    (&["bm"], Kind::BirthMonth),
    (&["birth", "day"], Kind::BirthDay),
    (&["bd"], Kind::BirthDay),
    (&["birth", "place"], Kind::City),
    (&["birth", "country"], Kind::Country),
    (&["dob"], Kind::DateOfBirth),
    (&["birth"], Kind::DateOfBirth),
    (&["birthdate"], Kind::DateOfBirth),
    (&["born"], Kind::DateOfBirth),
    (&["sex"], Kind::Sex),
    (&["gender"], Kind::Sex),
    (&["country"], Kind::Country),
    (&["nationality"], Kind::Country),
    (&["citizenship"], Kind::Country),
    (&["postcode"], Kind::PostalCode),
    (&["postal"], Kind::PostalCode),
    (&["zip"], Kind::PostalCode),
    (&["zipcode"], Kind::PostalCode),
    (&["email"], Kind::Email),
    (&["mail"], Kind::Email),
    (&["phone"], Kind::Phone),
    (&["telephone"], Kind::Phone),
    (&["mobile"], Kind::Phone),
    (&["city"], Kind::City),
    (&["town"], Kind::City),
    (&["suburb"], Kind::City),
    (&["address"], Kind::AddressLine),
    (&["street"], Kind::AddressLine),
];
const IDENTIFIERS: [&str; 8] = ["ssn", "soc", "passport", "number", "anumber", "nino", "nhs", "license"];

/// Guesses a configuration from the columns and the first rows of a table.
///
/// # Errors
/// No column can be the id: none is named like one and filled with a different value in every row.
pub fn guess_config(batches: &[RecordBatch]) -> Result<Config, ConfigError> {
    let names: Vec<String> = batches
        .first()
        .map(|batch| batch.schema().fields().iter().map(|field| field.name().clone()).collect())
        .unwrap_or_default();
    let columns: Vec<(String, Vec<Option<String>>)> =
        names.iter().map(|name| (name.clone(), values(batches, name))).collect();
    let is_unique = |values: &[Option<String>]| {
        let known: BTreeSet<&String> = values.iter().flatten().collect();
        known.len() == values.len() && !values.is_empty()
    };
    let id = columns.iter().find(|(name, values)| has_word(name, &["id"]) && is_unique(values));
    // A column that is plainly the id stays it when a value repeats: the run then names the rows.
    let is_nearly_unique = |values: &[Option<String>]| {
        let known: BTreeSet<&String> = values.iter().flatten().collect();
        known.len() as f64 >= NEARLY_UNIQUE_SHARE_MIN * values.len() as f64
    };
    let is_called_id = |name: &str| words(name).last().is_some_and(|word| word == "id");
    let id =
        id.or_else(|| columns.iter().find(|(name, values)| is_called_id(name) && is_nearly_unique(values)));
    let id = id.or_else(|| columns.iter().find(|(_, values)| is_unique(values)));
    let Some((unique_id, _)) = id else {
        return Err(ConfigError::value(
            "unique_id",
            names.join(", "),
            "no column has a different value in every row; add one",
        ));
    };
    let source = columns.iter().find(|(name, _)| has_word(name, &["source"])).map(|(name, _)| name.clone());
    let mut kinds = BTreeMap::new();
    for (name, values) in &columns {
        if name == unique_id
            || Some(name) == source.as_ref()
            || has_word(name, &["entity", "cluster", "truth"])
        {
            continue;
        }
        if let Some(kind) = kind(name, values).filter(|kind| is_free(*kind, &kinds)) {
            kinds.insert(name.clone(), Column { kind, format: None });
        }
    }
    Ok(Config {
        unique_id: unique_id.clone(),
        source,
        one_per_source: false,
        columns: kinds,
        blocking: Vec::new(),
        comparison: Vec::new(),
        output: Output::default(),
    })
}

/// Year, month and day of birth may stand in one column each only.
fn is_free(kind: Kind, kinds: &BTreeMap<String, Column>) -> bool {
    let is_part = matches!(kind, Kind::BirthYear | Kind::BirthMonth | Kind::BirthDay);
    !is_part || kinds.values().all(|column| column.kind != kind)
}

fn values(batches: &[RecordBatch], name: &str) -> Vec<Option<String>> {
    let texts = batches.iter().filter_map(|batch| {
        let column = TextColumn::try_new(batch.column_by_name(name)?).ok()?;
        Some((0..batch.num_rows()).map(move |row| column.get(row).map(|text| text.into_owned())))
    });
    texts.flatten().take(ROWS_MAX).map(|text| text.filter(|text| !text.trim().is_empty())).collect()
}

fn words(name: &str) -> Vec<String> {
    fold(name).split(' ').map(str::to_owned).collect()
}

fn has_word(name: &str, any: &[&str]) -> bool {
    words(name)
        .iter()
        .any(|word| any.contains(&word.as_str()) || (word.ends_with("id") && any.contains(&"id")))
}

fn kind(name: &str, values: &[Option<String>]) -> Option<Kind> {
    let words = words(name);
    let known: Vec<&str> = values.iter().flatten().map(String::as_str).collect();
    if known.is_empty() {
        return None;
    }
    if let Some((_, kind)) =
        NAMES.iter().find(|(wanted, _)| wanted.iter().all(|w| words.iter().any(|x| x == w)))
    {
        return Some(*kind);
    }
    if words.iter().any(|word| IDENTIFIERS.contains(&word.as_str()) || word == "id") {
        return Some(Kind::Identifier);
    }
    match words.as_slice() {
        [word] if word == "name" => return Some(Kind::FullName),
        [word] if word == "first" => return Some(Kind::GivenName),
        [word] if word == "last" => return Some(Kind::FamilyName),
        _ => {}
    }
    of_values(&known)
}

fn of_values(known: &[&str]) -> Option<Kind> {
    let share =
        |test: &dyn Fn(&str) -> bool| known.iter().filter(|v| test(v)).count() as f64 / known.len() as f64;
    let distinct: BTreeSet<&str> = known.iter().copied().collect();
    if share(&|value| value.contains('@')) > DATE_SHARE_MIN {
        return Some(Kind::Email);
    }
    let format = birth::detect_format(known);
    let is_birth = |value: &str| (1880..2100).contains(&birth::read(value, format).year());
    if format != "%Y" && share(&is_birth) > DATE_SHARE_MIN {
        return Some(Kind::DateOfBirth);
    }
    if distinct.len() <= CATEGORY_VALUES_MAX {
        return (distinct.len() > 1).then_some(Kind::Category);
    }
    let is_code = |value: &str| value.chars().filter(char::is_ascii_digit).count() >= 5;
    if share(&is_code) > DATE_SHARE_MIN && distinct.len() * 2 > known.len() {
        return Some(Kind::Identifier);
    }
    Some(Kind::Text)
}
