//! Records in the form in which they are compared: for each attribute a code of the normalized value.

use std::collections::HashMap;

use arrow_array::RecordBatch;
use rayon::prelude::*;

use crate::birth::{self, Birth};
use crate::column::TextColumn;
use crate::config::Config;
use crate::dictionary::{Dictionary, NULL};
use crate::hashing::FixedState;
use crate::kind::Kind;
use crate::normal::normalized;

/// Most records of one table: record indices are `u32`.
pub const RECORDS_MAX: usize = u32::MAX as usize - 1;
/// A source defaults to 1 January when more of its complete birth dates fall on that day than this; 1 in 365 would.
const FIRST_OF_JANUARY_SHARE_MAX: f64 = 3.0 / 365.0;
/// ... and at least this many do.
const FIRST_OF_JANUARY_RECORDS_MIN: usize = 10;
/// Distinct texts from which the format of a date column is told.
const FORMAT_TEXTS_MAX: usize = 5_000;

/// One file: its name for errors, and its rows.
#[derive(Debug, Clone)]
pub struct Input {
    /// Name shown in errors.
    pub name: String,
    /// The rows, in file order.
    pub batches: Vec<RecordBatch>,
}

/// Why the inputs cannot be read as a table. Rows are counted from 1, so row 1 is line 2 of a CSV file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A column that the configuration names is not there.
    #[error("{file}: no column {column:?}; the file has {present}")]
    MissingColumn {
        /// The file.
        file: String,
        /// The column looked for.
        column: String,
        /// The columns that are there.
        present: String,
    },
    /// A column cannot be read as text.
    #[error("{file}: column {column:?} is of type {found}; text, numbers and dates can be read")]
    ColumnType {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// Its Arrow type.
        found: String,
    },
    /// A record has no id.
    #[error("{file}: row {row} (line {line} of a CSV file), column {column:?}: the id is missing")]
    MissingId {
        /// The file.
        file: String,
        /// Row, from 1.
        row: usize,
        /// Line of a CSV file with one line per row.
        line: usize,
        /// The id column.
        column: String,
    },
    /// Two records of one source have the same id.
    #[error("{file}: row {row} (line {line} of a CSV file), column {column:?}: the id occurs twice in one source; first in {first}")]
    RepeatedId {
        /// The file.
        file: String,
        /// Row, from 1.
        row: usize,
        /// Line of a CSV file with one line per row.
        line: usize,
        /// The id column.
        column: String,
        /// Where it was seen first.
        first: String,
    },
    /// More records than can be numbered.
    #[error("{n_records} records are more than the limit of {RECORDS_MAX}; split the input")]
    TooManyRecords {
        /// How many were given.
        n_records: usize,
    },
}

/// All records, ordered by the bytes of (source, unique id); a record's index is its place in that order.
#[derive(Debug)]
pub struct Table {
    ids: Vec<String>,
    sources: Vec<String>,
    source_of: Vec<u32>,
    attributes: Vec<Attribute>,
    dictionaries: Vec<Dictionary>,
}

/// One attribute: a column, or the columns of year, month and day together.
#[derive(Debug)]
pub(crate) struct Attribute {
    /// The column's name, or the names of the columns joined by a plus sign.
    pub(crate) name: String,
    /// The columns read.
    pub(crate) columns: Vec<String>,
    pub(crate) kind: Kind,
    /// For each record the code of its value, 0 where there is none: an index of the dictionary or a [`Birth`].
    pub(crate) codes: Vec<u32>,
    /// The dictionary of the codes; `None` for birth dates.
    pub(crate) dictionary: Option<usize>,
}

/// Where a record was read from.
#[derive(Clone, Copy)]
struct Place {
    input: u32,
    row: u32,
}

impl Table {
    /// Reads the configured columns of all inputs.
    ///
    /// # Errors
    /// A column that is missing or of a type that is not text, number or date; an id missing or repeated within its
    /// source.
    pub fn try_new(config: &Config, inputs: Vec<Input>) -> Result<Self, TableError> {
        let n_records = inputs.iter().flat_map(|input| &input.batches).map(RecordBatch::num_rows).sum();
        if n_records > RECORDS_MAX {
            return Err(TableError::TooManyRecords { n_records });
        }
        let ids = required(&inputs, &config.unique_id)?;
        let record_sources = match &config.source {
            Some(column) => texts(&inputs, column)?.decoded(),
            None => vec![String::new(); n_records],
        };
        let (sources, source_of) = number_sources(&record_sources);
        let mut order: Vec<u32> = (0..n_records as u32).collect();
        let key = |record: u32| (source_of[record as usize], ids[record as usize].as_str());
        order.par_sort_by(|a, b| key(*a).cmp(&key(*b)));
        check_repeated(config, &inputs, &order, key)?;
        let mut columns = Vec::new();
        for name in config.columns.keys() {
            columns.push((name.as_str(), texts(&inputs, name)?));
        }
        drop(inputs);
        let source_of: Vec<u32> = order.iter().map(|record| source_of[*record as usize]).collect();
        let ids: Vec<String> = permuted(ids, &order);
        let (attributes, dictionaries) = attributes(config, columns, &order, &source_of, sources.len());
        Ok(Self { ids, sources, source_of, attributes, dictionaries })
    }

    /// How many records there are.
    #[must_use]
    pub fn n_records(&self) -> usize {
        self.ids.len()
    }

    /// The id of a record.
    #[must_use]
    pub fn unique_id(&self, record: u32) -> &str {
        &self.ids[record as usize]
    }

    /// The source of a record; empty when the configuration names no source column.
    #[must_use]
    pub fn source(&self, record: u32) -> &str {
        &self.sources[self.source_of[record as usize] as usize]
    }

    /// The record with a source and an id; `None` when there is none.
    #[must_use]
    pub fn find(&self, source: &str, unique_id: &str) -> Option<u32> {
        let source = self.sources.binary_search_by(|s| s.as_str().cmp(source)).ok()? as u32;
        let from = self.source_of.partition_point(|s| *s < source);
        let to = self.source_of.partition_point(|s| *s <= source);
        let place = self.ids[from..to].binary_search_by(|id| id.as_str().cmp(unique_id)).ok()?;
        Some((from + place) as u32)
    }

    pub(crate) fn source_index(&self, record: u32) -> u32 {
        self.source_of[record as usize]
    }

    /// How many records each source has.
    pub(crate) fn source_sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.sources.len()];
        self.source_of.iter().for_each(|source| sizes[*source as usize] += 1);
        sizes
    }

    pub(crate) fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    pub(crate) fn dictionaries(&self) -> &[Dictionary] {
        &self.dictionaries
    }

    /// The attribute that reads a column.
    pub(crate) fn attribute_of(&self, column: &str) -> Option<usize> {
        self.attributes.iter().position(|attribute| attribute.columns.iter().any(|name| name == column))
    }

    /// The normalized value of a record's attribute; `None` where there is none.
    pub(crate) fn value(&self, attribute: usize, record: u32) -> Option<String> {
        let attribute = &self.attributes[attribute];
        let code = attribute.codes[record as usize];
        match attribute.dictionary {
            _ if code == NULL => None,
            Some(dictionary) => Some(self.dictionaries[dictionary].value(code).to_owned()),
            None => Some(Birth(code).text()),
        }
    }
}

/// A column as codes of its distinct original texts.
struct Texts {
    /// For each record 0 for null, otherwise the place of its text from 1.
    codes: Vec<u32>,
    distinct: Vec<String>,
}

impl Texts {
    fn decoded(self) -> Vec<String> {
        let text = |code: u32| if code == NULL { String::new() } else { self.distinct[code as usize - 1].clone() };
        self.codes.iter().map(|code| text(*code)).collect()
    }
}

fn texts(inputs: &[Input], column: &str) -> Result<Texts, TableError> {
    let mut codes = Vec::new();
    let mut distinct: Vec<String> = Vec::new();
    let mut seen: HashMap<String, u32, FixedState> = HashMap::default();
    for_each_text(inputs, column, |_, text| {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            codes.push(NULL);
            return Ok(());
        };
        let code = match seen.get(text) {
            Some(code) => *code,
            None => {
                distinct.push(text.to_owned());
                seen.insert(text.to_owned(), distinct.len() as u32);
                distinct.len() as u32
            }
        };
        codes.push(code);
        Ok(())
    })?;
    Ok(Texts { codes, distinct })
}

fn required(inputs: &[Input], column: &str) -> Result<Vec<String>, TableError> {
    let mut ids = Vec::new();
    for_each_text(inputs, column, |place, text| match text.filter(|text| !text.is_empty()) {
        Some(text) => {
            ids.push(text.to_owned());
            Ok(())
        }
        None => Err(TableError::MissingId {
            file: inputs[place.input as usize].name.clone(),
            row: place.row as usize + 1,
            line: place.row as usize + 2,
            column: column.to_owned(),
        }),
    })?;
    Ok(ids)
}

fn for_each_text(
    inputs: &[Input],
    column: &str,
    mut each: impl FnMut(Place, Option<&str>) -> Result<(), TableError>,
) -> Result<(), TableError> {
    for (input_idx, input) in inputs.iter().enumerate() {
        let mut row = 0;
        for batch in &input.batches {
            let array = batch.column_by_name(column).ok_or_else(|| TableError::MissingColumn {
                file: input.name.clone(),
                column: column.to_owned(),
                present: batch.schema().fields().iter().map(|f| f.name().as_str()).collect::<Vec<_>>().join(", "),
            })?;
            let texts = TextColumn::try_new(array).map_err(|found| TableError::ColumnType {
                file: input.name.clone(),
                column: column.to_owned(),
                found,
            })?;
            for batch_row in 0..batch.num_rows() {
                each(Place { input: input_idx as u32, row }, texts.get(batch_row).as_deref())?;
                row += 1;
            }
        }
    }
    Ok(())
}

/// The names of the sources in byte order, and the place of each record's source among them.
fn number_sources(record_sources: &[String]) -> (Vec<String>, Vec<u32>) {
    let mut sources = record_sources.to_vec();
    sources.par_sort_unstable();
    sources.dedup();
    let place = |source: &String| sources.binary_search(source).map_or(0, |place| place as u32);
    let source_of = record_sources.par_iter().map(place).collect();
    (sources, source_of)
}

fn check_repeated<'a>(
    config: &Config,
    inputs: &[Input],
    order: &[u32],
    key: impl Fn(u32) -> (u32, &'a str),
) -> Result<(), TableError> {
    let Some(twice) = order.windows(2).find(|pair| key(pair[0]) == key(pair[1])) else {
        return Ok(());
    };
    let (first, second) = (place_of(inputs, twice[0]), place_of(inputs, twice[1]));
    Err(TableError::RepeatedId {
        file: inputs[second.input as usize].name.clone(),
        row: second.row as usize + 1,
        line: second.row as usize + 2,
        column: config.unique_id.clone(),
        first: format!("{}, row {}", inputs[first.input as usize].name, first.row + 1),
    })
}

fn place_of(inputs: &[Input], record: u32) -> Place {
    let mut row = record;
    for (input, file) in inputs.iter().enumerate() {
        let n = file.batches.iter().map(RecordBatch::num_rows).sum::<usize>() as u32;
        if row < n {
            return Place { input: input as u32, row };
        }
        row -= n;
    }
    Place { input: 0, row }
}

fn permuted<T: Default>(mut values: Vec<T>, order: &[u32]) -> Vec<T> {
    order.iter().map(|place| std::mem::take(&mut values[*place as usize])).collect()
}

/// Columns of one group share a dictionary, so that a value in one can be found in another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Names,
    Addresses,
    Own(usize),
}

fn group(kind: Kind, column_idx: usize) -> Group {
    match kind {
        kind if kind.is_name() => Group::Names,
        Kind::AddressLine => Group::Addresses,
        _ => Group::Own(column_idx),
    }
}

fn attributes(
    config: &Config,
    columns: Vec<(&str, Texts)>,
    order: &[u32],
    source_of: &[u32],
    n_sources: usize,
) -> (Vec<Attribute>, Vec<Dictionary>) {
    let mut groups: Vec<(Group, Vec<usize>)> = Vec::new();
    let mut attributes = Vec::new();
    for (idx, (name, _)) in columns.iter().enumerate() {
        let kind = config.columns[*name].kind;
        if kind.is_birth() {
            continue;
        }
        let group = group(kind, idx);
        match groups.iter_mut().find(|(other, _)| *other == group) {
            Some((_, members)) => members.push(idx),
            None => groups.push((group, vec![idx])),
        }
    }
    let mut dictionaries = Vec::new();
    for (_, members) in &groups {
        let coded = coded_columns(config, &columns, members, order);
        for (member, codes) in members.iter().zip(coded.1) {
            let name = columns[*member].0;
            let kind = config.columns[name].kind;
            let dictionary = Some(dictionaries.len());
            attributes.push(Attribute { name: name.to_owned(), columns: vec![name.to_owned()], kind, codes, dictionary });
        }
        dictionaries.push(coded.0);
    }
    attributes.extend(births(config, &columns, order, source_of, n_sources));
    attributes.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    (attributes, dictionaries)
}

fn coded_columns(
    config: &Config,
    columns: &[(&str, Texts)],
    members: &[usize],
    order: &[u32],
) -> (Dictionary, Vec<Vec<u32>>) {
    let forms: Vec<Vec<Option<String>>> = members
        .iter()
        .map(|member| {
            let (name, texts) = &columns[*member];
            let kind = config.columns[*name].kind;
            texts.distinct.par_iter().map(|text| normalized(kind, text)).collect()
        })
        .collect();
    let dictionary = Dictionary::new(forms.iter().flatten().flatten().cloned().collect());
    let codes = members.iter().zip(&forms).map(|(member, forms)| {
        let map: Vec<u32> =
            forms.par_iter().map(|form| form.as_deref().map_or(NULL, |form| dictionary.code(form))).collect();
        let code = |text: u32| if text == NULL { NULL } else { map[text as usize - 1] };
        let texts = &columns[*member].1;
        order.iter().map(|record| code(texts.codes[*record as usize])).collect()
    });
    let codes = codes.collect();
    (dictionary, codes)
}

/// The birth dates: one attribute for each column of dates, one for year, month and day columns together.
fn births(
    config: &Config,
    columns: &[(&str, Texts)],
    order: &[u32],
    source_of: &[u32],
    n_sources: usize,
) -> Vec<Attribute> {
    let texts_of = |name: &str| columns.iter().find(|(column, _)| *column == name).map(|(_, texts)| texts);
    let mut attributes = Vec::new();
    for name in config.of_kind(Kind::DateOfBirth) {
        let Some(texts) = texts_of(name) else { continue };
        let shown: Vec<&str> = texts.distinct.iter().take(FORMAT_TEXTS_MAX).map(String::as_str).collect();
        let format = config.columns[name].format.clone().unwrap_or_else(|| birth::detect_format(&shown).to_owned());
        let map: Vec<Birth> = texts.distinct.par_iter().map(|text| birth::read(text, &format)).collect();
        let code = |text: u32| if text == NULL { 0 } else { map[text as usize - 1].0 };
        let codes = order.iter().map(|record| code(texts.codes[*record as usize])).collect();
        attributes.push(birth_attribute(vec![name.to_owned()], codes));
    }
    let parts = [Kind::BirthYear, Kind::BirthMonth, Kind::BirthDay].map(|kind| config.of_kind(kind).next());
    if parts.iter().any(Option::is_some) {
        let numbers = parts.map(|name| name.and_then(texts_of).map(numbers));
        let part = |part: usize, record: u32, max: u32| {
            let number = numbers[part].as_ref().map_or(0, |numbers| numbers[record as usize]);
            if number > max { 0 } else { number }
        };
        let joined = |record: &u32| Birth::new(part(0, *record, 9999), part(1, *record, 99), part(2, *record, 99)).0;
        let names = parts.into_iter().flatten().map(str::to_owned).collect();
        attributes.push(birth_attribute(names, order.iter().map(joined).collect()));
    }
    for attribute in &mut attributes {
        drop_default_days(&mut attribute.codes, source_of, n_sources);
    }
    attributes
}

fn birth_attribute(columns: Vec<String>, codes: Vec<u32>) -> Attribute {
    Attribute { name: columns.join("+"), columns, kind: Kind::DateOfBirth, codes, dictionary: None }
}

fn numbers(texts: &Texts) -> Vec<u32> {
    let number = |text: &String| text.trim().parse::<f64>().map_or(0, |number| number as u32);
    let map: Vec<u32> = texts.distinct.iter().map(number).collect();
    texts.codes.iter().map(|code| if *code == NULL { 0 } else { map[*code as usize - 1] }).collect()
}

/// A 1 January of a source in which that day is far too frequent is a year without month and day.
fn drop_default_days(codes: &mut [u32], source_of: &[u32], n_sources: usize) {
    let is_default = |birth: Birth| birth.month() == 1 && birth.day() == 1;
    let mut complete = vec![0usize; n_sources];
    let mut default = vec![0usize; n_sources];
    for (code, source) in codes.iter().zip(source_of) {
        complete[*source as usize] += usize::from(Birth(*code).is_complete());
        default[*source as usize] += usize::from(is_default(Birth(*code)));
    }
    for (code, source) in codes.iter_mut().zip(source_of) {
        let (n, all) = (default[*source as usize], complete[*source as usize]);
        let too_many = n >= FIRST_OF_JANUARY_RECORDS_MIN && n as f64 > FIRST_OF_JANUARY_SHARE_MAX * all as f64;
        if too_many && is_default(Birth(*code)) {
            *code = Birth(*code).without_day_and_month().0;
        }
    }
}
