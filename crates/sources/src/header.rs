//! The header of a file held against its contract: which columns are read, and what becomes of the others.

use std::collections::{BTreeMap, BTreeSet};

use redress_ports::{ReadError, RefusedColumn};
use redress_statement::ValueKind;

use crate::charter;
use crate::contract::{Column, Format, OnlyWhen, Table};
use crate::normalize;
use crate::not_recorded::{is_not_recorded, is_withheld_by_publisher};
use crate::row::{Row, shown};
use crate::sealing::Sealing;
use crate::workbook::ROW_ORIGINAL;

/// Longest value of a column that is read, in characters. A longer one stands in no address or name.
pub const VALUE_CHARS_MAX: usize = 2_000;
/// How much of a header an error repeats, in characters.
const HEADER_CHARS_MAX: usize = 600;
/// Most columns that an error names as gone, or as new.
const NAMED_MAX: usize = 8;
/// Why a column that the charter does not name is not taken in.
const READ_BY_NOTHING: &str = "no check, link or notice reads it";

/// The columns of a file that are read, and where they stand.
#[derive(Debug)]
pub(crate) struct Binding {
    /// Names as the file spells them.
    pub(crate) names: Vec<String>,
    pub(crate) key_idx: usize,
    pub(crate) about_idx: Option<usize>,
    /// Declared columns in the order of the file.
    pub(crate) columns: Vec<BoundColumn>,
    /// For each column of the file, whether a log of repairs may show its values.
    pub(crate) is_shown: Vec<bool>,
    /// Columns that are not taken in.
    pub(crate) refused: Vec<RefusedColumn>,
    /// Places of columns of which a value seals the row.
    pub(crate) sealed: Vec<usize>,
    /// Those values.
    pub(crate) sealing: Sealing,
}

impl Binding {
    /// Whether the law keeps secret that a row is there: it is read past as if it were not.
    pub(crate) fn is_sealed(&self, row: &Row) -> bool {
        let placed = row.value_set.iter().flat_map(|set| &set.values);
        let is_said = |idx: usize| {
            let more =
                placed.clone().filter(|placed| placed.column_idx == idx).map(|placed| placed.text.as_str());
            let name = self.names.get(idx).map_or("", String::as_str);
            more.chain([row.cell(idx)]).any(|said| self.sealing.seals(name, said))
        };
        row.is_sealed || self.sealed.iter().any(|idx| is_said(*idx))
    }
}

/// A declared column and its place in the file.
#[derive(Debug)]
pub(crate) struct BoundColumn {
    pub(crate) idx: usize,
    pub(crate) declared: Column,
    /// Place of the column that rules whether this one is taken in.
    pub(crate) only_when_idx: Option<usize>,
    /// Whether a fault may repeat the value: not where a rule may keep it out or seal its row, and in a broken row no rule can be
    /// relied on.
    pub(crate) is_repeated: bool,
}

impl BoundColumn {
    /// Whether a cell says nothing.
    pub(crate) fn is_not_recorded(&self, cell: &str) -> bool {
        if is_withheld_by_publisher(cell.trim()) {
            return true;
        }
        let is_mark = self.declared.attribute.is_some_and(|attribute| attribute.kind() == ValueKind::Mark);
        is_not_recorded(cell.trim(), !is_mark, &self.declared.null)
    }

    /// The code of the first phrase that stands in a text. None where none does.
    pub(crate) fn code(&self, text: &str) -> Option<Box<str>> {
        if self.declared.phrases.is_empty() {
            return None;
        }
        let text = text.to_lowercase();
        let found = self.declared.phrases.iter().find(|phrase| text.contains(&phrase.says.to_lowercase()));
        found.map(|phrase| phrase.code.as_str().into())
    }

    /// Whether the rule of this column keeps its value out of this row.
    pub(crate) fn is_withheld(&self, row: &Row) -> bool {
        let (Some(rule), Some(idx)) = (&self.declared.only_when, self.only_when_idx) else { return false };
        let ruling = row.cell(idx).trim();
        !rule.values.iter().any(|value| value.eq_ignore_ascii_case(ruling))
    }

    /// Whether a cell can be told to be wrong.
    pub(crate) fn is_typed(&self) -> bool {
        self.has_date_type() || self.declared.pattern.is_some() || self.declared.is_required
    }

    /// Why a cell breaks its row. None for a sound one.
    pub(crate) fn fault(&self, cell: &str) -> Option<String> {
        let value = cell.trim();
        if value.len() > VALUE_CHARS_MAX && value.chars().nth(VALUE_CHARS_MAX).is_some() {
            return Some(format!("the value is longer than {VALUE_CHARS_MAX} characters, the limit"));
        }
        if self.is_not_recorded(value) {
            return self.declared.is_required.then(|| "nothing is recorded, a value is required".to_owned());
        }
        let format = self.declared.format.as_deref().filter(|_| self.has_date_type());
        if let Some((format, Err(reason))) = format.map(|format| (format, normalize::date(value, format))) {
            let withheld = || format!("date (withheld) does not fit the format {format:?}");
            let reason = if self.is_repeated { reason } else { withheld() };
            return Some(format!("{reason}: correct the date, or the format in the contract"));
        }
        let pattern = self.declared.pattern.as_ref().filter(|pattern| !pattern.is_match(value))?;
        let value = if self.is_repeated { shown(value) } else { "(withheld)".to_owned() };
        Some(format!("value {value} does not fit the pattern {pattern}"))
    }

    /// Whether every value must be a date. A code column may have a format and hold words as well.
    fn has_date_type(&self) -> bool {
        let is_date = self.declared.attribute.is_none_or(|attribute| attribute.kind() == ValueKind::Date);
        is_date && self.declared.format.is_some()
    }
}

/// Every name under which the columns that a table reads may stand in its file.
pub(crate) fn wanted(table: &Table) -> BTreeSet<String> {
    let declared = table.columns.iter().flat_map(|column| {
        let rule = column.only_when.iter().map(|rule| &rule.column);
        std::iter::once(&column.name).chain(&column.aliases).chain(rule)
    });
    declared.chain([&table.key]).chain(&table.about).cloned().collect()
}

/// Holds a header, which stands in the file at such a place, against a contract.
///
/// # Errors
/// [`ReadError::Input`] when a declared column is not there or a name stands twice.
pub(crate) fn bind(header: &[String], table: &Table, file: &str, at: &str) -> Result<Binding, ReadError> {
    let file = &format!("{file}, {at}");
    let mut places = BTreeMap::new();
    for (idx, name) in header.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if let Some(before) = places.insert(name.as_str(), idx) {
            return Err(ReadError::Input(format!(
                "{file}: column {name:?} stands twice, as column {} and column {}: each name may stand once",
                before + 1,
                idx + 1
            )));
        }
    }
    let gone: BTreeSet<&str> = named(table).filter(|name| place(&places, table, name).is_none()).collect();
    if !gone.is_empty() {
        return Err(missing(file, &gone, header, table));
    }
    let find =
        |name: &str| place(&places, table, name).ok_or_else(|| missing(file, &[name].into(), header, table));
    let mut columns = Vec::new();
    for declared in &table.columns {
        let only_when = declared.only_when.as_ref().map(|rule: &OnlyWhen| find(&rule.column)).transpose()?;
        let idx = find(&declared.name)?;
        let is_repeated = declared.only_when.is_none() && table.sealed.is_empty();
        columns.push(BoundColumn { idx, declared: declared.clone(), only_when_idx: only_when, is_repeated });
    }
    columns.sort_by_key(|column| column.idx);
    let key_idx = find(&table.key)?;
    let about_idx = table.about.as_deref().map(find).transpose()?;
    let mut binding = Binding {
        names: header.to_vec(),
        key_idx,
        about_idx,
        columns,
        is_shown: vec![false; header.len()],
        refused: Vec::new(),
        sealed: table.sealed.iter().map(|(name, _)| find(name)).collect::<Result<_, _>>()?,
        sealing: Sealing::of(table),
    };
    settle_refused(&mut binding, table);
    Ok(binding)
}

/// Where a declared name, or one of its aliases, stands.
fn place(places: &BTreeMap<&str, usize>, table: &Table, name: &str) -> Option<usize> {
    let declared = table.columns.iter().find(|column| column.name == name);
    let aliases = declared.map(|column| column.aliases.as_slice()).unwrap_or_default();
    std::iter::once(name).chain(aliases.iter().map(String::as_str)).find_map(|name| places.get(name).copied())
}

/// Every column that must be in the file, by its first name.
pub(crate) fn named(table: &Table) -> impl Iterator<Item = &str> {
    let declared = table.columns.iter().flat_map(|column| {
        std::iter::once(&column.name).chain(column.only_when.iter().map(|rule| &rule.column))
    });
    declared.chain([&table.key]).chain(&table.about).map(String::as_str)
}

/// For each column that must be in the file, the names that it may have.
pub(crate) fn columns(table: &Table) -> Vec<Vec<String>> {
    let names: BTreeSet<&str> = named(table).collect();
    let names_of = |name: &str| {
        let declared = table.columns.iter().find(|column| column.name == name);
        let aliases = declared.map(|column| column.aliases.clone()).unwrap_or_default();
        std::iter::once(name.to_owned()).chain(aliases).collect()
    };
    names.into_iter().map(names_of).collect()
}

/// What a header lacks, beside what it has and the contract does not know: a column that was renamed shows in both.
fn missing(file: &str, gone: &BTreeSet<&str>, header: &[String], table: &Table) -> ReadError {
    let listed = |names: &[&str]| names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    let gone: Vec<&str> = gone.iter().copied().take(NAMED_MAX).collect();
    let (columns, are) = if gone.len() == 1 { ("column", "is") } else { ("columns", "are") };
    let known = wanted(table);
    let is_new = |name: &&str| !name.is_empty() && !known.contains(*name) && ground(table, name).is_none();
    let new: Vec<&str> = header.iter().map(String::as_str).filter(is_new).collect();
    let new = match new.len() {
        0 => String::new(),
        1..=NAMED_MAX => format!(", in which the contract knows nothing of {}", listed(&new)),
        n => format!(", in which the contract knows nothing of {n} columns"),
    };
    let gone = listed(&gone);
    let header = header.join(", ");
    let found: String = header.chars().take(HEADER_CHARS_MAX).collect();
    let cut = if found.len() < header.len() { " … (cut)" } else { "" };
    ReadError::Input(format!(
        "{file}: {columns} {gone} {are} not there; the header found is: {found}{cut}{new}. Correct the file, or give \
         the column's new name as an alias in the contract"
    ))
}

fn settle_refused(binding: &mut Binding, table: &Table) {
    for (idx, name) in binding.names.iter().enumerate() {
        let ground = ground(table, name);
        let declared = binding.columns.iter().find(|column| column.idx == idx);
        let is_kept = declared.is_some_and(|column| column.declared.attribute.is_some());
        let is_key = idx == binding.key_idx || Some(idx) == binding.about_idx;
        if let Some(is_shown) = binding.is_shown.get_mut(idx) {
            *is_shown = ground.is_none() && (is_key || declared.is_some());
        }
        // Where a row of a workbook stands is in no file: nothing of the source's is dropped.
        let is_made = matches!(table.format, Format::Xlsx { .. }) && name == ROW_ORIGINAL;
        if !is_kept && !is_key && !is_made {
            binding.refused.push(refused(name, ground));
        }
    }
}

/// A column as the report names it; `ground` is the charter's.
fn refused(name: &str, ground: Option<String>) -> RefusedColumn {
    RefusedColumn {
        column: name.to_owned(),
        by_charter: ground.is_some(),
        ground: ground.unwrap_or_else(|| READ_BY_NOTHING.to_owned()),
    }
}

/// A column that turned up after the header was settled, as the report names it.
pub(crate) fn refused_late(table: &Table, name: &str) -> RefusedColumn {
    refused(name, ground(table, name))
}

/// Why the contract or the charter refuses a column. None when neither does.
pub(crate) fn ground(table: &Table, name: &str) -> Option<String> {
    let declared = table.refused.iter().find(|(column, _)| column == name).map(|(_, ground)| ground.clone());
    declared.or_else(|| charter::refusal_ground(name).map(str::to_owned))
}
