//! Records in the form in which they are compared: for each attribute a code of the normalized value.

use arrow_array::RecordBatch;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::birth::{Birth, DateForm};
use crate::column::TextColumn;
use crate::comma_names::with_parts_of_names;
use crate::config::{Column, Config};
use crate::date_default::{self, DateDefault};
use crate::dictionary::{Dictionary, NULL};
use crate::distinct_texts::{ColumnTexts, DistinctTexts, Forms};
use crate::kind::Kind;
use crate::normal::normalized;
use crate::slab::Slab;
use crate::text_list::TextList;

/// Most records of one table: record indices are `u32`.
pub const RECORDS_MAX: usize = u32::MAX as usize - 1;
/// Greatest share of the filled cells of a column that may not fit a format that was given for it.
const UNREAD_DATES_SHARE_MAX: f64 = 0.5;
/// Longest part of a cell that an error repeats.
const SHOWN_CHARS_MAX: usize = 40;
/// Distinct texts from which the format of a date column is told.
const FORMAT_TEXTS_MAX: usize = 5_000;

/// One file: its name for errors, and its rows.
#[derive(Debug, Clone)]
pub struct Input {
    /// Name shown in errors.
    pub name: String,
    /// The rows, in file order.
    pub batches: Vec<RecordBatch>,
    /// Rows of the file that its reader set aside as broken: the report tells how many.
    pub n_set_aside: u64,
}

/// Why the inputs cannot be read as a table. Rows are counted from 1, so row 1 is line 2 of a CSV file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A column that the configuration names is not there.
    #[error(
        "{file}: no column {column:?}; the file has {present}: name one of these in the configuration, or correct the header"
    )]
    MissingColumn {
        /// The file.
        file: String,
        /// The column looked for.
        column: String,
        /// The columns that are there.
        present: String,
    },
    /// A column that the configuration names is in one file and not in another.
    #[error(
        "{file} has no column {column:?}, which {other} has{}: values in differently named columns cannot be compared, so give the \
         column one name in all files, or leave it out of the configuration",
        own(alone, file, other)
    )]
    ColumnNames {
        /// The file that has it not.
        file: String,
        /// The column looked for.
        column: String,
        /// A file that has it.
        other: String,
        /// The columns that the first file has and the other has not.
        alone: Vec<String>,
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
    #[error(
        "{file}: row {row} (line {line} of a CSV file), column {column:?}: the id is missing: every record needs its own: fill it in, or name another column as `unique_id`"
    )]
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
    #[error(
        "{file}: row {row} (line {line} of a CSV file), column {column:?}: the id {unique_id:?} occurs twice in one source; first in {first}: an id names one record: take one of the two out, or name the column that tells the sources apart as `source`"
    )]
    RepeatedId {
        /// The file.
        file: String,
        /// Row, from 1.
        row: usize,
        /// Line of a CSV file with one line per row.
        line: usize,
        /// The id column.
        column: String,
        /// The id.
        unique_id: String,
        /// Where it was seen first.
        first: String,
    },
    /// The format that the configuration gives is not that of the column.
    #[error(
        "column {column:?}: {n_unread} of {n_filled} dates do not fit the format {format:?}, such as {example:?}: correct the \
         format in the configuration, or leave it out: it is detected then"
    )]
    DateFormat {
        /// The column.
        column: String,
        /// The format.
        format: String,
        /// Records in which something is written.
        n_filled: u64,
        /// Of these, records whose date does not fit: more than half.
        n_unread: u64,
        /// The first of them, cut to 40 characters.
        example: String,
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
    ids: TextList,
    sources: Vec<String>,
    source_of: Slab<u32>,
    attributes: Vec<Attribute>,
    /// The codes of each record side by side, in the order of the attributes: 0 where there is no value, else an index of
    /// the attribute's dictionary or a [`Birth`].
    codes: Slab<u32>,
    dictionaries: Vec<Dictionary>,
    n_set_aside: u64,
    readings: Vec<ColumnReading>,
}

/// How much of a column could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnReading {
    /// The column.
    pub column: String,
    /// Its kind.
    pub kind: Kind,
    /// Records in which something is written.
    pub n_filled: u64,
    /// Of these, records whose value cannot be read as one of the kind, or only says that it is not known.
    pub n_unread: u64,
}

/// One attribute: a column, or the columns of year, month and day together.
#[derive(Debug)]
pub(crate) struct Attribute {
    /// The column's name, or the names of the columns joined by a plus sign.
    pub(crate) name: String,
    /// The columns read.
    pub(crate) columns: Vec<String>,
    pub(crate) kind: Kind,
    /// The dictionary of the codes; `None` for birth dates.
    pub(crate) dictionary: Option<usize>,
    /// How a birth date is read.
    pub(crate) birth: Option<BirthReading>,
}

/// How the birth dates of a column, or of columns of year, month and day, are read.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct BirthReading {
    /// The form of a column of dates; `None` for columns of parts.
    form: Option<DateForm>,
    /// Whether there is a column of years, of months, of days.
    parts: [bool; 3],
    /// For each source what it writes where it does not know.
    defaults: Vec<DateDefault>,
}

impl Attribute {
    /// A birth date as a record writes it, whatever its source fills in; `None` for another attribute.
    pub(crate) fn birth_as_written(&self, text: impl Fn(&String) -> Option<String>) -> Option<Birth> {
        self.birth.as_ref().map(|reading| self.read_birth(reading, text))
    }

    fn read_birth(&self, reading: &BirthReading, text: impl Fn(&String) -> Option<String>) -> Birth {
        if let Some(form) = &reading.form {
            return text(&self.columns[0]).map_or(Birth::NONE, |text| form.read(&text));
        }
        let mut columns = self.columns.iter();
        of_parts(reading.parts.map(|is_there| {
            let text = if is_there { columns.next().and_then(&text) } else { None };
            text.map_or(0, |text| number_of(&text))
        }))
    }
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
        let mut inputs = with_parts_of_names(config, inputs);
        let n_records = inputs.iter().flat_map(|input| &input.batches).map(RecordBatch::num_rows).sum();
        if n_records > RECORDS_MAX {
            return Err(TableError::TooManyRecords { n_records });
        }
        let ids = required(&inputs, &config.unique_id)?;
        let (sources, source_of) = match &config.source {
            Some(column) => number_sources(&texts(&inputs, column)?.decoded()),
            None if n_records == 0 => (Vec::new(), Vec::new()),
            None => (vec![String::new()], vec![0; n_records]),
        };
        let mut order: Vec<u32> = (0..n_records as u32).collect();
        let key = |record: u32| (source_of[record as usize], ids.bytes(record as usize));
        order.par_sort_by(|a, b| key(*a).cmp(&key(*b)));
        check_repeated(config, &inputs, &order, key)?;
        let source_of: Vec<u32> = order.iter().map(|record| source_of[*record as usize]).collect();
        let ids = permuted(ids, &order);
        let n_set_aside = inputs.iter().map(|input| input.n_set_aside).sum();
        for column in config.columns.keys() {
            for_each_part(&inputs, column, |_, _| Ok(()))?;
        }
        let read = config.columns.values().filter_map(Column::read_from).chain([config.unique_id.as_str()]);
        let_go(&mut inputs, read.filter(|name| !config.columns.contains_key(*name)));
        let Coded { columns, dictionaries, readings } =
            attributes(config, &mut inputs, &order, &source_of, sources.len())?;
        let (attributes, columns) = columns.into_iter().unzip();
        let (codes, source_of) = (side_by_side(columns, n_records).into(), source_of.into());
        Ok(Self { ids, sources, source_of, attributes, codes, dictionaries, n_set_aside, readings })
    }

    /// How many records there are.
    #[must_use]
    pub fn n_records(&self) -> usize {
        self.ids.len()
    }

    /// How many rows the readers of the files set aside as broken.
    #[must_use]
    pub fn n_set_aside(&self) -> u64 {
        self.n_set_aside
    }

    /// How much of each configured column could be read, by name; empty for the table of an index.
    #[must_use]
    pub fn readings(&self) -> &[ColumnReading] {
        &self.readings
    }

    /// The id of a record.
    #[must_use]
    pub fn unique_id(&self, record: u32) -> &str {
        self.ids.get(record as usize)
    }

    /// The source of a record; empty when the configuration names no source column.
    #[must_use]
    pub fn source(&self, record: u32) -> &str {
        let source =
            self.source_of.get(record as usize).and_then(|source| self.sources.get(*source as usize));
        source.map_or("", String::as_str)
    }

    /// The record with a source and an id; `None` when there is none.
    #[must_use]
    pub fn find(&self, source: &str, unique_id: &str) -> Option<u32> {
        let source = self.sources.binary_search_by(|s| s.as_str().cmp(source)).ok()? as u32;
        let from = self.source_of.partition_point(|s| *s < source);
        let to = self.source_of.partition_point(|s| *s <= source);
        Some(self.ids.search((from, to), unique_id).ok()? as u32)
    }

    /// Bytes of memory that the records take.
    pub(crate) fn n_bytes(&self) -> u64 {
        let codes = (self.attributes.len() + 1) * self.ids.len() * size_of::<u32>();
        let values: u64 = self.dictionaries.iter().map(Dictionary::n_bytes).sum();
        self.ids.n_bytes() + codes as u64 + values
    }

    /// The bytes of the id of a record.
    pub(crate) fn unique_id_bytes(&self, record: u32) -> &[u8] {
        self.ids.bytes(record as usize)
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

    /// The codes of a record that is not in the table, read as its records were; values that no record has are added to
    /// the dictionaries.
    pub(crate) fn code_record(&mut self, source: &str, value: &dyn Fn(&str) -> Option<String>) -> Vec<u32> {
        let source = self.sources.binary_search_by(|known| known.as_str().cmp(source)).ok();
        let text = |column: &String| value(column).filter(|text| !text.trim().is_empty());
        let mut codes = Vec::with_capacity(self.attributes.len());
        for attribute in &self.attributes {
            let code = match (attribute.dictionary, &attribute.birth) {
                (Some(dictionary), _) => {
                    let form = text(&attribute.columns[0]).and_then(|text| normalized(attribute.kind, &text));
                    form.map_or(NULL, |form| self.dictionaries[dictionary].code_or_add(&form))
                }
                (None, Some(reading)) => {
                    let default = source.map_or(DateDefault::None, |source| reading.defaults[source]);
                    default.taken_from(attribute.read_birth(reading, text)).0
                }
                (None, None) => NULL,
            };
            codes.push(code);
        }
        codes
    }

    pub(crate) fn sources(&self) -> &[String] {
        &self.sources
    }

    /// For each record the place of its source.
    pub(crate) fn source_indices(&self) -> &[u32] {
        &self.source_of
    }

    /// The ids in the order of the records.
    pub(crate) const fn ids(&self) -> &TextList {
        &self.ids
    }

    /// A table of its parts, ordered as those of a table are.
    pub(crate) fn of_parts(
        (ids, sources, source_of): (TextList, Vec<String>, Slab<u32>),
        attributes: Vec<Attribute>,
        codes: Slab<u32>,
        dictionaries: Vec<Dictionary>,
    ) -> Self {
        let (n_set_aside, readings) = (0, Vec::new());
        Self { ids, sources, source_of, attributes, codes, dictionaries, n_set_aside, readings }
    }

    /// How many codes each dictionary has.
    pub(crate) fn n_codes(&self) -> Vec<usize> {
        self.dictionaries.iter().map(Dictionary::len).collect()
    }

    /// Forgets the values that were added since the dictionaries had so many codes.
    pub(crate) fn forget_values(&mut self, n_codes: &[usize]) {
        self.dictionaries.iter_mut().zip(n_codes).for_each(|(dictionary, n)| dictionary.truncate(*n));
    }

    /// The code of a record's attribute.
    pub(crate) fn code(&self, attribute: usize, record: u32) -> u32 {
        self.codes[record as usize * self.attributes.len() + attribute]
    }

    /// The codes of an attribute, record by record.
    pub(crate) fn codes_of(&self, attribute: usize) -> impl Iterator<Item = u32> + '_ {
        self.codes.iter().skip(attribute).step_by(self.attributes.len().max(1)).copied()
    }

    /// The codes of all records side by side.
    pub(crate) fn codes(&self) -> &[u32] {
        &self.codes
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
        let code = self.code(attribute, record);
        match self.attributes[attribute].dictionary {
            _ if code == NULL => None,
            Some(dictionary) => Some(self.dictionaries[dictionary].value(code).to_owned()),
            None => Some(Birth(code).text()),
        }
    }
}

/// How much of a column is filled; of a part of a birth date also how much can be read.
fn filled(config: &Config, name: &str, texts: &DistinctTexts<'_>) -> ColumnReading {
    let kind = config.columns[name].kind;
    let is_read = |text: &str| match kind {
        Kind::BirthYear => (1..=9999).contains(&number_of(text)),
        Kind::BirthMonth | Kind::BirthDay => (1..=99).contains(&number_of(text)),
        _ => true,
    };
    let unread: Vec<bool> = texts.texts().map(|text| !is_read(&text)).collect();
    let filled = || texts.codes.iter().filter(|code| **code != NULL);
    ColumnReading {
        column: name.to_owned(),
        kind,
        n_filled: filled().count() as u64,
        n_unread: filled().filter(|code| unread[**code as usize - 1]).count() as u64,
    }
}

/// What is filled and yet has no code could not be read.
fn with_unread(mut readings: Vec<ColumnReading>, columns: &[CodedColumn]) -> Vec<ColumnReading> {
    for reading in &mut readings {
        let of_column = columns.iter().find(|(attribute, _)| attribute.columns == [reading.column.as_str()]);
        let is_part = matches!(reading.kind, Kind::BirthYear | Kind::BirthMonth | Kind::BirthDay);
        if let Some((_, codes)) = of_column.filter(|_| !is_part) {
            let n_read = codes.iter().filter(|code| **code != NULL).count() as u64;
            reading.n_unread = reading.n_filled - n_read;
        }
    }
    readings
}

fn texts<'a>(inputs: &'a [Input], column: &str) -> Result<DistinctTexts<'a>, TableError> {
    let mut parts = ColumnTexts::default();
    for_each_part(inputs, column, |_, part| {
        let n_rows = part.n_rows();
        parts.push(part, n_rows);
        Ok(())
    })?;
    Ok(DistinctTexts::of(parts))
}

fn required(inputs: &[Input], column: &str) -> Result<TextList, TableError> {
    let mut ids = TextList::default();
    for_each_part(inputs, column, |Place { input, row: first }, part| {
        for row in 0..part.n_rows() {
            let Some(text) = part.get(row).filter(|text| !text.is_empty()) else {
                let row = first as usize + row + 1;
                let (file, column) = (inputs[input as usize].name.clone(), column.to_owned());
                return Err(TableError::MissingId { file, row, line: row + 1, column });
            };
            ids.push(&text);
        }
        Ok(())
    })?;
    Ok(ids)
}

/// Shows a column part by part, each with the place of its first row.
fn for_each_part<'a>(
    inputs: &'a [Input],
    column: &str,
    mut each: impl FnMut(Place, TextColumn<'a>) -> Result<(), TableError>,
) -> Result<(), TableError> {
    for (input_idx, input) in inputs.iter().enumerate() {
        let mut row = 0;
        for batch in &input.batches {
            let array = batch.column_by_name(column).ok_or_else(|| missing(inputs, input, batch, column))?;
            let part = TextColumn::try_new(array).map_err(|found| TableError::ColumnType {
                file: input.name.clone(),
                column: column.to_owned(),
                found,
            })?;
            each(Place { input: input_idx as u32, row }, part)?;
            row += batch.num_rows() as u32;
        }
    }
    Ok(())
}

fn missing(inputs: &[Input], input: &Input, batch: &RecordBatch, column: &str) -> TableError {
    let schema = batch.schema();
    let present = schema.fields().iter().map(|field| field.name().as_str());
    let (file, column) = (input.name.clone(), column.to_owned());
    let has = |other: &Input, name: &str| {
        other.batches.first().is_some_and(|batch| batch.column_by_name(name).is_some())
    };
    match inputs.iter().find(|other| has(other, &column)) {
        Some(other) => {
            let alone = present.filter(|name| !has(other, name)).map(str::to_owned).collect();
            TableError::ColumnNames { file, column, other: other.name.clone(), alone }
        }
        None => {
            let present = present.collect::<Vec<_>>().join(", ");
            TableError::MissingColumn { file, column, present }
        }
    }
}

/// The columns that a file alone has, as what one of them may be called in it; nothing where there is none.
fn own(alone: &[String], file: &str, other: &str) -> String {
    if alone.is_empty() {
        return String::new();
    }
    format!(
        "; {other} has no column {}, which {file} has",
        alone.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
    )
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
    key: impl Fn(u32) -> (u32, &'a [u8]),
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
        unique_id: String::from_utf8_lossy(key(twice[0]).1).into_owned(),
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

fn permuted(texts: TextList, order: &[u32]) -> TextList {
    if order.is_sorted() {
        return texts;
    }
    let mut permuted = TextList::default();
    order.iter().for_each(|place| permuted.push_bytes(texts.bytes(*place as usize)));
    permuted
}

/// The codes of columns, record by record; a column is let go as soon as its codes are laid down.
fn side_by_side(columns: Vec<Vec<u32>>, n_records: usize) -> Vec<u32> {
    let width = columns.len().max(1);
    let mut codes = vec![NULL; columns.len() * n_records];
    for (slot, column) in columns.into_iter().enumerate() {
        codes.par_chunks_mut(width).zip(&column).for_each(|(record, code)| record[slot] = *code);
    }
    codes
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

/// An attribute with the codes of all records.
type CodedColumn = (Attribute, Vec<u32>);

/// What the columns were read into.
struct Coded {
    columns: Vec<CodedColumn>,
    dictionaries: Vec<Dictionary>,
    readings: Vec<ColumnReading>,
}

/// Groups of columns that are read side by side: only their texts lie in memory at once.
const GROUPS_AT_A_TIME: usize = 2;

fn attributes(
    config: &Config,
    inputs: &mut [Input],
    order: &[u32],
    source_of: &[u32],
    n_sources: usize,
) -> Result<Coded, TableError> {
    let mut groups: Vec<(Group, Vec<&str>)> = Vec::new();
    let columns = config.columns.iter().enumerate();
    for (idx, (name, column)) in columns.filter(|(_, (_, column))| !column.kind.is_birth()) {
        let group = group(column.kind, idx);
        match groups.iter_mut().find(|(other, _)| *other == group) {
            Some((_, members)) => members.push(name),
            None => groups.push((group, vec![name])),
        }
    }
    let mut coded = births(config, inputs, order, source_of, n_sources)?;
    let_go(
        inputs,
        config.columns.iter().filter(|(_, column)| column.kind.is_birth()).map(|(name, _)| name.as_str()),
    );
    for groups in groups.chunks(GROUPS_AT_A_TIME) {
        let shared: &[Input] = inputs;
        let read = groups.par_iter().map(|(_, members)| coded_columns(config, shared, members, order));
        for group in read.collect::<Vec<_>>() {
            let (dictionary, columns, readings) = group?;
            let dictionary_place = Some(coded.dictionaries.len());
            let named = |(a, codes)| (Attribute { dictionary: dictionary_place, ..a }, codes);
            coded.columns.extend(columns.into_iter().map(named));
            coded.dictionaries.push(dictionary);
            coded.readings.extend(readings);
        }
        let_go(inputs, groups.iter().flat_map(|(_, members)| members.iter().copied()));
    }
    coded.columns.sort_by(|(a, _), (b, _)| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    coded.readings.sort_by(|a, b| a.column.cmp(&b.column));
    coded.readings = with_unread(coded.readings, &coded.columns);
    Ok(coded)
}

/// Lets go of columns that were read: from here on only their codes are needed.
fn let_go<'a>(inputs: &mut [Input], names: impl Iterator<Item = &'a str>) {
    for name in names {
        for batch in inputs.iter_mut().flat_map(|input| &mut input.batches) {
            if let Some((place, _)) = batch.schema().column_with_name(name) {
                batch.remove_column(place);
            }
        }
    }
}

/// The columns of one group as codes of one dictionary, which the attributes do not name yet.
fn coded_columns(
    config: &Config,
    inputs: &[Input],
    members: &[&str],
    order: &[u32],
) -> Result<(Dictionary, Vec<CodedColumn>, Vec<ColumnReading>), TableError> {
    let read = members.iter().map(|name| texts(inputs, name)).collect::<Result<Vec<_>, _>>()?;
    let columns = || members.iter().zip(&read);
    let readings = columns().map(|(name, texts)| filled(config, name, texts)).collect();
    let forms: Vec<Forms> = columns().map(|(name, texts)| texts.forms(config.columns[*name].kind)).collect();
    let (dictionary, maps) = Dictionary::coded(&forms);
    drop(forms);
    let reads_words = members.iter().any(|name| config.reads_words(name));
    let dictionary = if reads_words { dictionary.with_features() } else { dictionary };
    let attribute = |((name, texts), map): ((&&str, &DistinctTexts<'_>), &Vec<u32>)| {
        let code = |text: u32| if text == NULL { NULL } else { map[text as usize - 1] };
        let attribute = Attribute {
            name: (*name).to_owned(),
            columns: vec![(*name).to_owned()],
            kind: config.columns[*name].kind,
            dictionary: None,
            birth: None,
        };
        (attribute, order.iter().map(|record| code(texts.codes[*record as usize])).collect())
    };
    let columns = columns().zip(&maps).map(attribute).collect();
    Ok((dictionary, columns, readings))
}

/// The birth dates: one attribute for each column of dates, one for year, month and day columns together.
fn births(
    config: &Config,
    inputs: &[Input],
    order: &[u32],
    source_of: &[u32],
    n_sources: usize,
) -> Result<Coded, TableError> {
    let names =
        config.columns.iter().filter(|(_, column)| column.kind.is_birth()).map(|(name, _)| name.as_str());
    let columns: Vec<(&str, DistinctTexts<'_>)> =
        names.map(|name| Ok((name, texts(inputs, name)?))).collect::<Result<_, TableError>>()?;
    let readings = columns.iter().map(|(name, texts)| filled(config, name, texts)).collect();
    let texts_of = |name: &str| columns.iter().find(|(column, _)| *column == name).map(|(_, texts)| texts);
    let mut coded: Vec<CodedColumn> = Vec::new();
    for name in config.of_kind(Kind::DateOfBirth) {
        let Some(texts) = texts_of(name) else { continue };
        let shown = texts.first_texts(FORMAT_TEXTS_MAX);
        let shown: Vec<&str> = shown.iter().map(AsRef::as_ref).collect();
        let form = DateForm::new(config.columns[name].format.as_ref(), &shown);
        let map: Vec<Birth> = texts.texts().map(|text| form.read(&text)).collect();
        check_read(name, &form, texts, &map)?;
        let code = |text: u32| if text == NULL { 0 } else { map[text as usize - 1].0 };
        let codes = order.iter().map(|record| code(texts.codes[*record as usize])).collect();
        coded.push((birth_attribute(vec![name.to_owned()], Some(form), [false; 3]), codes));
    }
    let parts = [Kind::BirthYear, Kind::BirthMonth, Kind::BirthDay].map(|kind| config.of_kind(kind).next());
    if parts.iter().any(Option::is_some) {
        let numbers = parts.map(|name| name.and_then(texts_of).map(numbers));
        let part =
            |part: usize, record: u32| numbers[part].as_ref().map_or(0, |numbers| numbers[record as usize]);
        let joined = |record: &u32| of_parts([0, 1, 2].map(|idx| part(idx, *record))).0;
        let names = parts.into_iter().flatten().map(str::to_owned).collect();
        let codes = order.iter().map(joined).collect();
        coded.push((birth_attribute(names, None, parts.map(|name| name.is_some())), codes));
    }
    for (attribute, codes) in &mut coded {
        let defaults = date_default::of_sources(codes, source_of, n_sources);
        codes.iter_mut().zip(source_of).for_each(|(code, source)| {
            *code = defaults[*source as usize].taken_from(Birth(*code)).0;
        });
        attribute.birth.get_or_insert_default().defaults = defaults;
    }
    Ok(Coded { columns: coded, dictionaries: Vec::new(), readings })
}

/// Refuses a given format that most of the filled cells do not fit: it is not the format of the column.
fn check_read(
    column: &str,
    form: &DateForm,
    texts: &DistinctTexts<'_>,
    read: &[Birth],
) -> Result<(), TableError> {
    let filled = || texts.codes.iter().filter(|code| **code != NULL).map(|code| *code as usize - 1);
    let is_unread = |text: &usize| read[*text] == Birth::NONE;
    let (n_filled, n_unread) = (filled().count() as u64, filled().filter(is_unread).count() as u64);
    if !form.is_given || n_unread as f64 <= UNREAD_DATES_SHARE_MAX * n_filled as f64 {
        return Ok(());
    }
    let example = filled().find(is_unread).and_then(|text| texts.first_texts(text + 1).pop());
    let shown = example.map_or_else(String::new, |text| text.chars().take(SHOWN_CHARS_MAX).collect());
    let (column, format) = (column.to_owned(), form.format.clone());
    Err(TableError::DateFormat { column, format, n_filled, n_unread, example: shown })
}

fn birth_attribute(columns: Vec<String>, form: Option<DateForm>, parts: [bool; 3]) -> Attribute {
    let birth = Some(BirthReading { form, parts, defaults: Vec::new() });
    Attribute { name: columns.join("+"), columns, kind: Kind::DateOfBirth, dictionary: None, birth }
}

/// A date of numbers for year, month and day; one that is too large is unknown.
fn of_parts([year, month, day]: [u32; 3]) -> Birth {
    let known = |number: u32, max: u32| if number > max { 0 } else { number };
    Birth::new(known(year, 9999), known(month, 99), known(day, 99)).without_filler()
}

fn number_of(text: &str) -> u32 {
    text.trim().parse::<f64>().map_or(0, |number| number as u32)
}

fn numbers(texts: &DistinctTexts<'_>) -> Vec<u32> {
    let map: Vec<u32> = texts.texts().map(|text| number_of(&text)).collect();
    texts.codes.iter().map(|code| if *code == NULL { 0 } else { map[*code as usize - 1] }).collect()
}
