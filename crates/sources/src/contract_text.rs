//! Contracts as text: the TOML form, and everything that makes a text no contract.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use redress_ports::ReadError;
use redress_statement::{Attribute, SourceId, ValueKind};
use regex::RegexBuilder;
use serde::Deserialize;

use crate::charter;
use crate::contract::{Column, Contract, Format, Layout, OnlyWhen, Phrase, Table, Terms};
use crate::encoding::Encoding;
use crate::ftm::{ABOUT_COLUMN, KEY_COLUMN, Kinds};
use crate::niem::{NiemForm, RECORD};
use crate::normalize::ISO;
use crate::open_file;
use crate::relation::{self, RelationName};
use crate::workbook::HeadingRow;

/// Longest contract, manifest or count file, in bytes.
const SMALL_FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Most tables in a contract, and most columns that a table declares.
const DECLARED_MAX: usize = 1_000;
/// Most rows above the header of a sheet.
const SKIPPED_ROWS_MAX: u32 = 1_000;
/// What `skip_rows` says where the heading is found by the names of its columns.
const FIND: &str = "find";
/// Longest time for which a schedule keeps a record, in days: two hundred years.
const KEEP_DAYS_MAX: u32 = 73_050;
/// Largest compiled pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 1024 * 1024;
/// What a date column without a format is read with.
const DATE_FORMAT_DEFAULT: &str = "%Y-%m-%d";
/// Characters of a wrong line that an error shows.
const LINE_SHOWN: usize = 120;
/// The directives of a date format.
const DIRECTIVES: &str = "YmdbBHMSf%";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContractText {
    source: SourceText,
    agreement: Option<Terms>,
    table: Vec<TableText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceText {
    id: SourceId,
    title: String,
    owner: String,
    birth_date_default: Option<String>,
    #[serde(default)]
    public_release: bool,
    #[serde(default)]
    never_joined_with: Vec<SourceId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableText {
    name: String,
    file: Option<String>,
    relation: Option<String>,
    format: FormatText,
    delimiter: Option<DelimiterText>,
    quoting: Option<bool>,
    encoding: Option<Encoding>,
    counts: Option<String>,
    skip_rows: Option<toml::Value>,
    sections: Option<Vec<String>>,
    #[serde(default)]
    lead: bool,
    key: Option<String>,
    about: Option<String>,
    schema: Option<String>,
    record: Option<String>,
    #[serde(default)]
    attached: BTreeMap<String, String>,
    #[serde(default)]
    identity: bool,
    #[serde(default)]
    columns: BTreeMap<String, ColumnText>,
    #[serde(default)]
    refused: BTreeMap<String, String>,
    #[serde(default)]
    sealed: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FormatText {
    Delimited,
    Ftm,
    JsonLines,
    #[serde(rename = "niem-json")]
    NiemJson,
    #[serde(rename = "niem-xml")]
    NiemXml,
    Parquet,
    Postgresql,
    TravelHistory,
    Xlsx,
}

impl FormatText {
    fn niem(self) -> Option<NiemForm> {
        match self {
            Self::NiemJson => Some(NiemForm::Json),
            Self::NiemXml => Some(NiemForm::Xml),
            _ => None,
        }
    }

    /// What a date column without a format is read with.
    fn date_format(self) -> &'static str {
        let is_iso = matches!(self, Self::Ftm | Self::Postgresql) || self.niem().is_some();
        if is_iso { ISO } else { DATE_FORMAT_DEFAULT }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DelimiterText {
    Tab,
    Comma,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnText {
    attribute: Option<Attribute>,
    format: Option<String>,
    pattern: Option<String>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    null: Vec<String>,
    only_when: Option<OnlyWhen>,
    #[serde(default)]
    phrases: Vec<Phrase>,
}

/// What a row of a public release may not state: each could join it to somebody.
const JOINING: [Attribute; 9] = [
    Attribute::FamilyName,
    Attribute::GivenName,
    Attribute::MiddleName,
    Attribute::ANumber,
    Attribute::PassportNumber,
    Attribute::ReceiptNumber,
    Attribute::AssertedProceeding,
    Attribute::NoticeEmail,
    Attribute::NoticePhone,
];

/// Where in a contract something is wrong.
struct Place<'a> {
    contract: &'a str,
    table: &'a str,
}

impl Place<'_> {
    fn wrong(&self, what: impl std::fmt::Display) -> ReadError {
        ReadError::Call(format!("contract {}: table `{}`: {what}", self.contract, self.table))
    }
}

/// Reads and validates a contract.
pub(crate) fn read(text: &str, name: &str) -> Result<Contract, ReadError> {
    let parsed: ContractText =
        toml::from_str(text).map_err(|error| toml_error("contract", name, text, &error))?;
    let wrong = |what: String| ReadError::Call(format!("contract {name}: {what}"));
    check_terms(parsed.agreement.as_ref()).map_err(wrong)?;
    if parsed.table.len() > DECLARED_MAX {
        return Err(wrong(format!(
            "{} tables are declared, the limit is {DECLARED_MAX}",
            parsed.table.len()
        )));
    }
    let mut tables = Vec::new();
    for table in parsed.table {
        tables.push(read_table(table, name)?);
    }
    check_tables(&tables).map_err(wrong)?;
    if parsed.source.public_release {
        check_public_release(&tables, name)?;
    }
    tables.sort_by_key(|table| !table.is_lead);
    let birth_date_default = parsed.source.birth_date_default.as_deref().map(month_and_day).transpose();
    Ok(Contract {
        name: name.to_owned(),
        source: parsed.source.id,
        title: parsed.source.title,
        owner: parsed.source.owner,
        birth_date_default: birth_date_default.map_err(wrong)?,
        is_public_release: parsed.source.public_release,
        never_joined_with: parsed.source.never_joined_with,
        terms: parsed.agreement,
        tables,
    })
}

fn check_terms(terms: Option<&Terms>) -> Result<(), String> {
    let Some(terms) = terms else { return Ok(()) };
    let texts = [
        ("purpose", &terms.purpose),
        ("authority", &terms.authority),
        ("accuracy_assessment", &terms.accuracy_assessment),
    ];
    if let Some((key, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
        return Err(format!("agreement.{key} is empty: say it in a sentence"));
    }
    if terms.elements.is_empty() {
        return Err("agreement.elements is empty: name the kinds of data that are covered".to_owned());
    }
    if let Some(days) = terms.keep_days.filter(|days| !(1..=KEEP_DAYS_MAX).contains(days)) {
        return Err(format!(
            "agreement.keep_days is {days}: write 1 to {KEEP_DAYS_MAX} days, or leave it out where the schedule of the source \
             sets none"
        ));
    }
    if let Some(day) = terms.retain_until.filter(|day| *day < terms.signed) {
        return Err(format!(
            "agreement.retain_until is {day}, before the agreement was signed on {}: correct it, or leave it out where the \
             schedule of the source sets no day",
            terms.signed
        ));
    }
    Ok(())
}

fn check_tables(tables: &[Table]) -> Result<(), String> {
    let n_lead = tables.iter().filter(|table| table.is_lead).count();
    if n_lead != 1 {
        return Err(format!("{n_lead} tables have `lead = true`: exactly one table of a source leads"));
    }
    for part in [|table: &Table| table.name.clone(), |table: &Table| table.file.clone()] {
        let mut seen = BTreeSet::new();
        if let Some(twice) = tables.iter().map(part).find(|value| !seen.insert(value.clone())) {
            return Err(format!("two tables have the name or file `{twice}`: each needs its own"));
        }
    }
    Ok(())
}

/// The rows of a release to the public concern people whose names were taken out of it. Nothing may put them back: such
/// rows take no part in linkage, and none names a record of another source.
fn check_public_release(tables: &[Table], contract: &str) -> Result<(), ReadError> {
    let refused = |table: &Table, what: &str| {
        ReadError::Refused(format!(
            "contract {contract}: table `{}`: {what}, but the source is a public release, whose rows are never joined \
             to those of another source. Take it out, or `public_release = true` where the owner handed the rows over \
             under an agreement",
            table.name
        ))
    };
    for table in tables {
        if table.is_identity {
            return Err(refused(table, "`identity = true` would link its rows to people"));
        }
        let joins = |column: &&Column| column.attribute.is_some_and(|attribute| JOINING.contains(&attribute));
        if let Some(column) = table.columns.iter().find(joins) {
            return Err(refused(
                table,
                &format!("column `{}` names a person or another source's record", column.name),
            ));
        }
    }
    Ok(())
}

fn month_and_day(text: &str) -> Result<(u8, u8), String> {
    redress_statement::PartialDate::parse(text, "%m-%d")
        .ok()
        .and_then(|date| date.month().zip(date.day()))
        .ok_or_else(|| format!("source.birth_date_default `{text}` is not a month and a day such as `01-01`"))
}

fn read_table(text: TableText, contract: &str) -> Result<Table, ReadError> {
    let place = Place { contract, table: &text.name };
    check_name(&text.name, &place)?;
    let file = read_file_name(&text, &place)?;
    if text.columns.len() > DECLARED_MAX {
        let n = text.columns.len();
        return Err(place.wrong(format!("{n} columns are declared, the limit is {DECLARED_MAX}")));
    }
    let format = read_format(&text, &place)?;
    let (key, about) = read_keys(&text, &place)?;
    check_refused(&text, &place)?;
    check_sealed(&text, &place)?;
    let date_format = text.format.date_format();
    let mut columns = Vec::new();
    for (name, column) in text.columns {
        columns.push(read_column(name, column, date_format, &place)?);
    }
    check_column_names(&columns, &place)?;
    let sections = text.sections.unwrap_or_else(|| vec![text.name.clone()]);
    if sections.is_empty() || sections.iter().any(|section| section.trim().is_empty()) {
        return Err(place.wrong(
            "sections is empty or has an empty name: name the parts of the source whose rows it holds",
        ));
    }
    let table = Table {
        sections,
        file,
        is_lead: text.lead,
        is_identity: text.identity,
        format,
        counts: text.counts,
        key,
        about,
        columns,
        refused: text.refused.into_iter().collect(),
        sealed: text.sealed.into_iter().collect(),
        name: text.name,
    };
    if matches!(table.format, Format::Postgresql(_)) {
        relation::check_columns(&table, contract)?;
    }
    Ok(table)
}

fn check_name(name: &str, place: &Place<'_>) -> Result<(), ReadError> {
    let is_legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if (1..=64).contains(&name.len()) && name.chars().all(is_legal) {
        return Ok(());
    }
    Err(place.wrong("a table's name is 1 to 64 of A-Z, a-z, 0-9 and _"))
}

/// The name of the table's file. The rows of a relation become one of the table's name, where they are not given another.
fn read_file_name(text: &TableText, place: &Place<'_>) -> Result<String, ReadError> {
    let file = match &text.file {
        Some(file) => file.clone(),
        None if text.format == FormatText::Postgresql => format!("{}.jsonl", text.name),
        None => {
            return Err(place.wrong("`file` is missing: name its file within the folder of an extract"));
        }
    };
    let is_plain = !file.is_empty() && !file.contains(['/', '\\']) && file != "..";
    if is_plain {
        return Ok(file);
    }
    Err(place.wrong(format!("file `{file}` is not the name of a file in the extract's folder")))
}

fn read_relation(text: &TableText, place: &Place<'_>) -> Result<Format, ReadError> {
    let relation = text.relation.as_deref().unwrap_or_default();
    Ok(Format::Postgresql(RelationName::parse(relation).map_err(|what| place.wrong(what))?))
}

fn read_format(text: &TableText, place: &Place<'_>) -> Result<Format, ReadError> {
    let has_layout = text.delimiter.is_some()
        || text.quoting.is_some()
        || text.encoding.is_some()
        || text.counts.is_some();
    if text.format != FormatText::Ftm && (text.schema.is_some() || !text.attached.is_empty()) {
        return Err(place.wrong("schema and attached belong to `format = \"ftm\"`: leave them out"));
    }
    if text.record.is_some() && text.format.niem().is_none() {
        return Err(place.wrong("record belongs to `format = \"niem-json\"` or `\"niem-xml\"`: leave it out"));
    }
    if text.relation.is_some() && text.format != FormatText::Postgresql {
        return Err(place.wrong("relation belongs to `format = \"postgresql\"`: leave it out"));
    }
    if text.skip_rows.is_some() && text.format != FormatText::Xlsx {
        return Err(place.wrong("skip_rows belongs to `format = \"xlsx\"`: leave it out"));
    }
    match text.format {
        FormatText::Delimited => {
            let delimiter = text.delimiter.unwrap_or(DelimiterText::Comma);
            Ok(Format::Delimited(Layout {
                delimiter: if delimiter == DelimiterText::Tab { b'\t' } else { b',' },
                is_quoted: text.quoting.unwrap_or(delimiter == DelimiterText::Comma),
                encoding: text.encoding.unwrap_or(Encoding::Utf8),
            }))
        }
        _ if has_layout => Err(place.wrong(
            "delimiter, quoting, encoding and counts belong to `format = \"delimited\"`: leave them out",
        )),
        FormatText::Ftm => Ok(Format::Ftm(Kinds {
            schema: text.schema.clone().unwrap_or_else(|| "Person".to_owned()),
            attached: text.attached.clone(),
        })),
        FormatText::JsonLines => Ok(Format::JsonLines),
        FormatText::NiemJson => Ok(niem(NiemForm::Json, text)),
        FormatText::NiemXml => Ok(niem(NiemForm::Xml, text)),
        FormatText::Parquet => Ok(Format::Parquet),
        FormatText::Postgresql => read_relation(text, place),
        FormatText::TravelHistory => Ok(Format::TravelHistory),
        FormatText::Xlsx => read_skipped(text.skip_rows.as_ref(), place),
    }
}

fn niem(form: NiemForm, text: &TableText) -> Format {
    Format::Niem { form, record: text.record.clone().unwrap_or_else(|| RECORD.to_owned()) }
}

/// The columns of a row's own key and of that of the row that it belongs to. A file of statements has its own.
fn read_keys(text: &TableText, place: &Place<'_>) -> Result<(String, Option<String>), ReadError> {
    match (text.format, &text.key, &text.about) {
        (FormatText::Ftm, None, None) => Ok((KEY_COLUMN.to_owned(), Some(ABOUT_COLUMN.to_owned()))),
        (FormatText::Ftm, ..) => Err(place.wrong(
            "key and about do not belong to `format = \"ftm\"`, in which entity_id is the key and attached says what \
             belongs to what: leave them out",
        )),
        (_, Some(key), about) => Ok((key.clone(), about.clone())),
        (_, None, _) => Err(place.wrong("`key` is missing: name the column that tells its rows apart")),
    }
}

/// A number of rows, or the word for a heading that is found by its names.
fn read_skipped(skipped: Option<&toml::Value>, place: &Place<'_>) -> Result<Format, ReadError> {
    let heading = match skipped {
        None => HeadingRow::Below(0),
        Some(toml::Value::String(word)) if word == FIND => HeadingRow::Found,
        Some(toml::Value::Integer(n_skipped)) => {
            let within = u32::try_from(*n_skipped).ok().filter(|n_skipped| *n_skipped <= SKIPPED_ROWS_MAX);
            let wrong = || {
                place.wrong(format!(
                    "skip_rows is {n_skipped}, and must be from 0 to {SKIPPED_ROWS_MAX}, the limit"
                ))
            };
            HeadingRow::Below(within.ok_or_else(wrong)?)
        }
        Some(other) => {
            return Err(place.wrong(format!(
                "skip_rows is {other}: write the number of rows above the heading, or {FIND:?} where it differs from file to file"
            )));
        }
    };
    Ok(Format::Xlsx { heading })
}

/// A rule that could never hold would leave open what it is to seal.
fn check_sealed(text: &TableText, place: &Place<'_>) -> Result<(), ReadError> {
    for (name, values) in &text.sealed {
        if !text.columns.contains_key(name) {
            return Err(place.wrong(format!(
                "sealed column `{name}` is not declared: name it under [table.columns], so that a file without it is refused"
            )));
        }
        if values.is_empty() || values.iter().any(|value| value.trim().is_empty()) {
            return Err(place.wrong(format!(
                "sealed column `{name}` has no value or an empty one: name the values by which a row is sealed"
            )));
        }
    }
    Ok(())
}

/// The charter stands above the contract: a refused column cannot be let in by declaring it.
fn check_refused(text: &TableText, place: &Place<'_>) -> Result<(), ReadError> {
    for (name, column) in text.columns.iter().filter(|(_, column)| column.attribute.is_some()) {
        if text.refused.contains_key(name) {
            return Err(place.wrong(format!("column `{name}` is both read and refused: choose one")));
        }
        for spelling in std::iter::once(name).chain(&column.aliases) {
            if let Some(ground) = charter::refusal_ground(spelling) {
                return Err(ReadError::Refused(format!(
                    "contract {}: table `{}`: column `{spelling}` is mapped to an attribute, but the charter \
                     refuses it: {ground}. Take it out of [table.columns]",
                    place.contract, place.table
                )));
            }
        }
    }
    Ok(())
}

fn read_column(
    name: String,
    text: ColumnText,
    date_format: &str,
    place: &Place<'_>,
) -> Result<Column, ReadError> {
    let wrong = |what: String| place.wrong(format!("column `{name}`: {what}"));
    let is_date = text.attribute.is_some_and(|attribute| attribute.kind() == ValueKind::Date);
    let format = text.format.or_else(|| is_date.then(|| date_format.to_owned()));
    if let Some(format) = &format {
        check_date_format(format).map_err(wrong)?;
    }
    let pattern = text.pattern.as_deref().map(|pattern| {
        RegexBuilder::new(pattern).size_limit(PATTERN_BYTES_MAX).build().map_err(|error| {
            let reason = error.to_string().lines().last().unwrap_or_default().to_owned();
            wrong(format!("pattern `{pattern}` is not a regular expression: {reason}"))
        })
    });
    let pattern = pattern.transpose()?;
    let is_code = text.attribute.is_some_and(|attribute| attribute.kind() == ValueKind::Code);
    if !text.phrases.is_empty() && !is_code {
        return Err(wrong("phrases stand for codes, and the column has no code".to_owned()));
    }
    if text.only_when.as_ref().is_some_and(|rule| rule.values.is_empty()) {
        return Err(wrong("only_when.in is empty: the column would never be read".to_owned()));
    }
    if text.required && text.optional {
        return Err(wrong(
            "both `required` and `optional`: a value is needed, or the member may be left out".to_owned(),
        ));
    }
    if text.attribute.is_none() && format.is_none() && pattern.is_none() && !text.required {
        return Err(wrong(
            "neither an attribute nor a format, a pattern or `required`: columns that nothing reads are \
             left out"
                .to_owned(),
        ));
    }
    Ok(Column {
        aliases: text.aliases,
        attribute: text.attribute,
        format,
        pattern,
        is_required: text.required,
        may_be_left_out: text.optional,
        null: text.null,
        only_when: text.only_when,
        phrases: text.phrases,
        name,
    })
}

fn check_date_format(format: &str) -> Result<(), String> {
    if format == ISO {
        return Ok(());
    }
    let mut signs = format.chars();
    let mut has_date = false;
    while let Some(sign) = signs.next() {
        if sign == '%' {
            let directive = signs.next().unwrap_or(' ');
            if !DIRECTIVES.contains(directive) {
                return Err(format!(
                    "format `{format}` has the unknown directive %{directive}; known are %Y %m %d %b %B %H \
                     %M %S %f %%"
                ));
            }
            has_date |= "YmdbB".contains(directive);
        }
    }
    if has_date { Ok(()) } else { Err(format!("format `{format}` has no year, month or day")) }
}

fn check_column_names(columns: &[Column], place: &Place<'_>) -> Result<(), ReadError> {
    let mut seen = BTreeSet::new();
    for spelling in columns.iter().flat_map(|column| std::iter::once(&column.name).chain(&column.aliases)) {
        if !seen.insert(spelling) {
            return Err(
                place.wrong(format!("the name or alias `{spelling}` stands twice in [table.columns]"))
            );
        }
    }
    Ok(())
}

/// What a text that is not the TOML asked for is answered with: kind, name, line and reason.
pub(crate) fn toml_error(kind: &str, name: &str, text: &str, error: &toml::de::Error) -> ReadError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let reason = error.message().replace('\n', ", ");
    let written: String =
        text.lines().nth(line - 1).unwrap_or_default().trim().chars().take(LINE_SHOWN).collect();
    // A day that cannot be read is told in the words of the library; the form that is wanted is not among them.
    let form = if reason.contains("failed to parse") { ": a day is written as 2026-10-31" } else { "" };
    ReadError::Call(format!("{kind} {name}, line {line}, `{written}`: {reason}{form}"))
}

/// The text of a contract, manifest or count file.
pub(crate) fn read_small(path: &Path) -> Result<String, ReadError> {
    small(open_file::open(path)?, &path.display().to_string())
}

/// The same from bytes; `shown` is what errors call them.
pub(crate) fn small(bytes: impl Read, shown: &str) -> Result<String, ReadError> {
    String::from_utf8(small_bytes(bytes, shown)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to() + 1;
        ReadError::Input(format!("{shown}: byte {at} is not UTF-8: store the file as UTF-8"))
    })
}

/// The text of a count file, of which only names and digits matter: UTF-16 where its first bytes say so, otherwise whatever
/// of it is UTF-8.
pub(crate) fn small_count_file(bytes: impl Read, shown: &str) -> Result<String, ReadError> {
    let bytes = small_bytes(bytes, shown)?;
    let units = |of: fn([u8; 2]) -> u16| {
        let pairs = bytes.chunks_exact(2).skip(1).map(|pair| of([pair[0], pair[1]]));
        String::from_utf16_lossy(&pairs.collect::<Vec<_>>())
    };
    Ok(match bytes.get(..2) {
        Some([0xff, 0xfe]) => units(u16::from_le_bytes),
        Some([0xfe, 0xff]) => units(u16::from_be_bytes),
        _ => String::from_utf8_lossy(&bytes).into_owned(),
    })
}

fn small_bytes(bytes: impl Read, shown: &str) -> Result<Vec<u8>, ReadError> {
    let mut text = Vec::new();
    bytes
        .take(SMALL_FILE_BYTES_MAX + 1)
        .read_to_end(&mut text)
        .map_err(|error| open_file::reading_failed(shown, &error))?;
    if text.len() as u64 > SMALL_FILE_BYTES_MAX {
        return Err(ReadError::Input(format!(
            "{shown}: longer than {SMALL_FILE_BYTES_MAX} bytes, the limit for a contract, manifest or count file"
        )));
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
