//! A configuration for a table that comes without one: kinds guessed from column names, then from values.

mod names;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use redress_statement::fold::fold;

use crate::birth;
use crate::column::TextColumn;
use crate::config::{Column, Config, ConfigError, Output};
use crate::guess_words;
use crate::kind::Kind;
use crate::office_words;

pub use names::{guess_doubts, guess_remark};
use source::source_of;

/// The first values of a column; `None` for what is blank.
type Values = Vec<Option<String>>;

/// Rows that a guess looks at.
const ROWS_MAX: usize = 2_000;
/// Distinct values of a column that is taken for a category, at most.
const CATEGORY_VALUES_MAX: usize = 40;
/// Share of the values that must look like a date before a column is taken for one.
const DATE_SHARE_MIN: f64 = 0.8;

/// The same for a column whose name says that it is a date of birth.
const NAMED_DATE_SHARE_MIN: f64 = 0.5;

/// Values that tell a column of sexes, whatever its name.
const SEXES: [&str; 8] = ["f", "m", "u", "x", "female", "male", "unknown", "w"];

/// The same in other languages, where the two words are the only ones: Nordic and Polish `k`, Dutch `v`, Spanish and French `h`,
/// Indonesian `l` and `p`.
const TWO_SEXES: [[&str; 2]; 10] = [
    ["k", "m"],
    ["m", "v"],
    ["h", "m"],
    ["f", "h"],
    ["l", "p"],
    ["kk", "kvk"],
    ["hombre", "mujer"],
    ["femme", "homme"],
    ["mannlich", "weiblich"],
    ["kvinna", "man"],
];

/// Digits of a telephone number, of a town or of the world.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 6..=15;
/// What stands between them; `x` before an extension.
const PHONE_SIGNS: &str = " +-()./x";

/// Years in which somebody in a register was born, or something of a register happened.
const YEARS: std::ops::Range<u32> = 1600..2100;

/// Years between the tenth and the ninetieth of a hundred dates from which they may be birth dates where no name of the column
/// says so: what happens to people in an office happens within fewer.
const BIRTH_YEARS_SPREAD_MIN: u32 = 15;

/// Share of different values from which a column that is called an id is taken for the id.
const NEARLY_UNIQUE_SHARE_MIN: f64 = 0.95;

/// Guesses a configuration from the columns and the first rows of a table.
///
/// # Errors
/// There is no row, or no column can be the id: none is named like one and filled with a different value in every row.
pub fn guess_config(batches: &[RecordBatch]) -> Result<Config, ConfigError> {
    let names: Vec<String> = batches
        .first()
        .map(|batch| batch.schema().fields().iter().map(|field| field.name().clone()).collect())
        .unwrap_or_default();
    let columns: Vec<(String, Values)> =
        names.iter().map(|name| (name.clone(), values(batches, name))).collect();
    if columns.iter().all(|(_, values)| values.is_empty()) {
        let allowed = "there is a header and no row under it: nothing can be guessed, and nothing linked";
        return Err(ConfigError::value("unique_id", names.join(", "), allowed));
    }
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
    let source = source_of(&columns, batches, unique_id);
    let is_compared = |name: &str| name != unique_id && source.as_deref() != Some(name) && !is_of_truth(name);
    let columns: Vec<(String, Values)> =
        columns.iter().filter(|(name, _)| is_compared(name)).cloned().collect();
    Ok(Config {
        unique_id: unique_id.clone(),
        source,
        one_per_source: false,
        columns: kinds_of(&columns),
        blocking: Vec::new(),
        comparison: Vec::new(),
        output: Output::default(),
    })
}

/// The kinds of the columns that are compared.
fn kinds_of(columns: &[(String, Values)]) -> BTreeMap<String, Column> {
    let mut kinds = BTreeMap::new();
    // What a column is called comes before what is in it: of two columns of dates, the one that is called a birth date is one.
    take(columns, &mut kinds, of_name);
    names::in_pairs(columns, &mut kinds);
    take(columns, &mut kinds, of_values);
    names::beside_family_names(columns, &mut kinds);
    names::of_parents(columns, &mut kinds);
    names::by_values(columns, &mut kinds);
    kinds
}

/// Takes what a guess tells of the columns of which nothing is known yet.
fn take(
    columns: &[(String, Values)],
    kinds: &mut BTreeMap<String, Column>,
    guess: fn(&str, &[Option<String>]) -> Option<Kind>,
) {
    for (name, values) in columns {
        let kind = if kinds.contains_key(name) { None } else { guess(name, values) };
        if let Some(kind) = kind.filter(|kind| is_free(*kind, kinds)) {
            kinds.insert(name.clone(), Column::of(kind));
        }
    }
}

/// Whether a column is called what holds the truth, or the clusters of a run: it is no evidence.
pub(crate) fn is_of_truth(name: &str) -> bool {
    has_word(name, &["entity", "cluster", "truth"])
}

/// A date of birth may stand once, whole or in its parts.
fn is_free(kind: Kind, kinds: &BTreeMap<String, Column>) -> bool {
    let parts = [Kind::BirthYear, Kind::BirthMonth, Kind::BirthDay];
    let has = |kind: &Kind| kinds.values().any(|column| column.kind == *kind);
    match kind {
        Kind::DateOfBirth => !has(&kind) && !parts.iter().any(has),
        _ if parts.contains(&kind) => !has(&kind) && !has(&Kind::DateOfBirth),
        _ => true,
    }
}

/// The first values of a column.
pub(crate) fn values(batches: &[RecordBatch], name: &str) -> Values {
    let texts = batches.iter().filter_map(|batch| {
        let column = TextColumn::try_new(batch.column_by_name(name)?).ok()?;
        Some((0..batch.num_rows()).map(move |row| column.get(row).map(|text| text.into_owned())))
    });
    texts.flatten().take(ROWS_MAX).map(|text| text.filter(|text| !text.trim().is_empty())).collect()
}

/// The words of a column's name: `dateOfBirth` has three.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut apart = String::with_capacity(name.len());
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_uppercase() && after_small {
            apart.push(' ');
        }
        apart.push(letter);
        after_small = letter.is_lowercase();
    }
    fold(&apart).split(' ').map(str::to_owned).collect()
}

fn has_word(name: &str, any: &[&str]) -> bool {
    words(name)
        .iter()
        .any(|word| any.contains(&word.as_str()) || (word.ends_with("id") && any.contains(&"id")))
}

/// What the name of a column tells. None where it tells nothing, or the column is empty.
fn of_name(name: &str, values: &[Option<String>]) -> Option<Kind> {
    let known: Vec<&str> = values.iter().flatten().map(String::as_str).collect();
    if known.is_empty() {
        return None;
    }
    let words = words(name);
    if guess_words::may_be_phone(&words) && share_of(&known, looks_like_a_phone) > DATE_SHARE_MIN {
        return Some(Kind::Phone);
    }
    match guess_words::kind(&words)? {
        Kind::DateOfBirth if are_years(&known) => Some(Kind::BirthYear),
        Kind::DateOfBirth => (share_of_dates(&known) >= NAMED_DATE_SHARE_MIN).then_some(Kind::DateOfBirth),
        // `address_in_country` holds an address where its values have a number and a name, and else a country.
        Kind::Country
            if is_of_an_address(&words) && share_of(&known, has_number_and_name) > DATE_SHARE_MIN =>
        {
            Some(Kind::AddressLine)
        }
        kind => Some(kind),
    }
}

/// Whether a word of a column's name is one of an address.
fn is_of_an_address(words: &[String]) -> bool {
    words.iter().any(|word| guess_words::kind(std::slice::from_ref(word)) == Some(Kind::AddressLine))
}

/// Whether a value has a word of digits and one of letters, as a line of an address has.
fn has_number_and_name(value: &str) -> bool {
    let has = |of: fn(char) -> bool| value.split_whitespace().any(|word| word.chars().all(of));
    has(|sign| sign.is_ascii_digit()) && has(char::is_alphabetic)
}

/// What the values of a column tell, where its name told nothing.
fn of_values(name: &str, values: &[Option<String>]) -> Option<Kind> {
    let known: Vec<&str> = values.iter().flatten().map(String::as_str).collect();
    if known.is_empty() {
        return None;
    }
    let distinct: BTreeSet<&str> = known.iter().copied().collect();
    if share_of(&known, |value| value.contains('@')) > DATE_SHARE_MIN {
        return Some(Kind::Email);
    }
    if share_of_dates(&known) > DATE_SHARE_MIN {
        // Another day than that of a birth tells two people of one name apart no better than the weather.
        let is_event = office_words::is_event(&words(name)) || guess_words::is_of_a_relative(&words(name));
        return (!is_event && spread_of_years(&known) >= BIRTH_YEARS_SPREAD_MIN).then_some(Kind::DateOfBirth);
    }
    let is_code = |value: &str| value.chars().filter(char::is_ascii_digit).count() >= 5;
    let are_codes = share_of(&known, is_code) > DATE_SHARE_MIN && distinct.len() * 2 > known.len();
    let folded: BTreeSet<String> = distinct.iter().map(|value| fold(value)).collect();
    if office_words::is_of_the_office(&words(name), &folded) {
        return (are_codes && office_words::is_file_number(&words(name))).then_some(Kind::Identifier);
    }
    let is_sex = |value: &&str| SEXES.contains(&fold(value).trim());
    let are_two_sexes = TWO_SEXES.iter().any(|two| folded.iter().eq(two.iter()));
    if distinct.len() > 1 && distinct.iter().all(is_sex) || are_two_sexes {
        return Some(Kind::Sex);
    }
    if distinct.len() <= CATEGORY_VALUES_MAX {
        return (distinct.len() > 1).then_some(Kind::Category);
    }
    if are_codes {
        // A number of the mother is her own, and that of all her children.
        return (!guess_words::is_of_a_relative(&words(name))).then_some(Kind::Identifier);
    }
    Some(Kind::Text)
}

fn share_of(known: &[&str], test: impl Fn(&str) -> bool) -> f64 {
    known.iter().filter(|value| test(value)).count() as f64 / known.len() as f64
}

/// Whether a value has the digits of a telephone number, and what is written between them.
fn looks_like_a_phone(value: &str) -> bool {
    let n_digits = value.chars().filter(char::is_ascii_digit).count();
    PHONE_DIGITS.contains(&n_digits)
        && value.chars().all(|sign| sign.is_ascii_digit() || PHONE_SIGNS.contains(sign))
}

/// Share of the values that can be read as days of the last centuries.
fn share_of_dates(known: &[&str]) -> f64 {
    let format = birth::detect_format(known);
    if format == "%Y" {
        return 0.0;
    }
    let n_dates = known.iter().filter(|value| YEARS.contains(&birth::read(value, format).year())).count();
    n_dates as f64 / known.len() as f64
}

/// Whether most values are bare years.
fn are_years(known: &[&str]) -> bool {
    birth::detect_format(known) == "%Y"
        && known.iter().filter(|value| value.trim().len() == 4).count() * 2 > known.len()
}

/// Years between the tenth and the ninetieth of a hundred dates.
fn spread_of_years(known: &[&str]) -> u32 {
    let format = birth::detect_format(known);
    let years = known.iter().map(|value| birth::read(value, format).year());
    let mut years: Vec<u32> = years.filter(|year| YEARS.contains(year)).collect();
    years.sort_unstable();
    let at = |share: usize| years.get(years.len() * share / 100).copied().unwrap_or_default();
    at(90) - at(10)
}

#[cfg(test)]
mod tests;
