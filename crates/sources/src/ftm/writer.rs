//! Records as statements of FollowTheMoney.
//!
//! What came in as such a statement goes out as it came, with what its place notes. What came in otherwise goes out under
//! the property that FollowTheMoney has for it; an attribute for which it has none is left out, counted and named.
//! A contested value never goes out without `dispute_state`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::civil::Date;
use redress_ports::{Disclosed, ValueMark, Written};
use redress_statement::{Attribute, Record, Statement};
use serde_json::{Map, Value};

use super::{BELONGS_BY, BELONGS_WITH, BLANK, COLUMNS, KEPT, make_key, type_of};
use crate::place::Place;

/// How statements are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FtmForm {
    /// Comma-separated text with a header.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

/// Writes records as statements.
pub struct FtmWriter<W> {
    out: W,
    form: FtmForm,
    /// By the day that an extract describes, the time at which it says that its source was observed.
    observed: BTreeMap<Date, String>,
    written: Written,
}

/// A line to be written, by the names of its columns.
type Line = BTreeMap<&'static str, String>;

impl<W: Write> FtmWriter<W> {
    /// Writes the header where the form has one.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn try_new(mut out: W, form: FtmForm, observed: BTreeMap<Date, String>) -> io::Result<Self> {
        if form == FtmForm::Csv {
            writeln!(out, "{}", COLUMNS.join(","))?;
        }
        Ok(Self { out, form, observed, written: Written::default() })
    }

    /// Writes what a record says, each value with its mark.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write(&mut self, disclosed: &Disclosed) -> io::Result<()> {
        let record = &disclosed.record;
        let mut belongs = None;
        let mut has_address = false;
        for said in &record.statements {
            let place = Place::parse(&said.column);
            let Some((schema, prop)) = property(&place, said.attribute) else {
                *self.written.left_out.entry(said.attribute).or_default() += 1;
                continue;
            };
            if belongs.is_none() {
                belongs = place.get(BELONGS_BY).map(|prop| (schema.clone(), prop.to_owned(), place.clone()));
            }
            let of_source = is_property(&place.name);
            let entity_id = entity_id(record, schema == "Address" && !of_source);
            if schema == "Address" && !of_source && !has_address {
                has_address = true;
                self.line(&self.reference(record, &entity_id))?;
            }
            let mut line = self.filled(record, &place, &schema, &prop, &entity_id);
            set_value(&mut line, said, of_source);
            set_mark(&mut line, disclosed.mark(said));
            set_key(&mut line, &place);
            self.written.n_values += 1;
            self.written.n_contested +=
                u64::from(line.get("dispute_state").is_some_and(|is| is == "contested"));
            self.line(&line)?;
        }
        match (belongs, &record.about) {
            (Some((schema, prop, place)), Some(about)) => {
                self.line(&self.belonging(record, &schema, &prop, &place, about))
            }
            _ => Ok(()),
        }
    }

    /// What was written.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn finish(mut self) -> io::Result<Written> {
        self.out.flush()?;
        Ok(self.written)
    }

    /// Every column of a line but its value, mark and identifier.
    fn filled(&self, record: &Record, place: &Place, schema: &str, prop: &str, entity_id: &str) -> Line {
        let note = |name: &str, otherwise: &str| place.get(name).unwrap_or(otherwise).to_owned();
        let mut line: Line = KEPT.iter().map(|name| (*name, note(name, ""))).collect();
        let last_seen = match self.observed.get(&record.last_seen) {
            Some(seen) if is_property(&place.name) => seen.clone(),
            _ => record.last_seen.to_string(),
        };
        let pointer = format!("{}:{}:{}", record.locator.snapshot, record.locator.line, place.name);
        for (name, text) in [
            ("canonical_id", note("canonical_id", entity_id)),
            ("entity_id", entity_id.to_owned()),
            ("prop", prop.to_owned()),
            ("prop_type", note("prop_type", type_of(prop))),
            ("schema", schema.to_owned()),
            ("dataset", note("dataset", record.key.source.as_str())),
            ("external", note("external", "f")),
            ("first_seen", note("first_seen", &record.first_seen.to_string())),
            ("last_seen", note("last_seen", &last_seen)),
            ("source_record_pointer", note("source_record_pointer", &pointer)),
        ] {
            line.insert(name, text);
        }
        for name in place.get(BLANK).unwrap_or_default().split(' ').filter(|name| !name.is_empty()) {
            line.retain(|column, _| *column != name);
        }
        line
    }

    /// The statement by which an attached entity says whose it is.
    fn belonging(&self, record: &Record, schema: &str, prop: &str, place: &Place, about: &str) -> Line {
        let notes = match place.get(BELONGS_WITH) {
            Some(with) => Place::parse(with).notes,
            None => place.notes.iter().filter(|(name, _)| name != BELONGS_BY).cloned().collect(),
        };
        let own = Place { name: format!("{schema}:{prop}"), notes };
        let mut line = self.filled(record, &own, schema, prop, entity_id(record, false).as_str());
        line.insert("value", about.to_owned());
        set_key(&mut line, &own);
        line
    }

    /// The statement by which a person refers to the address that goes out beside it.
    fn reference(&self, record: &Record, address: &str) -> Line {
        let place = Place::new("Person:addressEntity");
        let id = entity_id(record, false);
        let mut line = self.filled(record, &Place::default(), "Person", "addressEntity", &id);
        line.insert("value", address.to_owned());
        set_key(&mut line, &place);
        line
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        self.written.n_lines += 1;
        let cell = |name: &str| line.get(name).map_or("", String::as_str);
        match self.form {
            FtmForm::Csv => {
                let cells: Vec<String> = COLUMNS.iter().map(|name| quoted(cell(name))).collect();
                writeln!(self.out, "{}", cells.join(","))
            }
            FtmForm::JsonLines => {
                let member = |name: &&'static str| match (*name, cell(name)) {
                    ("external", text) => ((*name).to_owned(), Value::Bool(text == "t")),
                    (_, "") => ((*name).to_owned(), Value::Null),
                    (_, text) => ((*name).to_owned(), Value::from(text)),
                };
                let object: Map<String, Value> = COLUMNS.iter().map(member).collect();
                writeln!(self.out, "{}", Value::Object(object))
            }
        }
    }
}

/// The identifier of the entity: the record's key at its source, without the name of its table.
fn entity_id(record: &Record, is_address: bool) -> String {
    let key = &record.key.key;
    let bare = key.strip_prefix(&*record.table).and_then(|rest| rest.strip_prefix(':')).unwrap_or(key);
    if is_address { format!("{bare}.address") } else { bare.to_owned() }
}

/// Whether the name of a column is a schema and a property, as a file of statements has them.
fn is_property(name: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.split_once(':').is_some_and(|(schema, prop)| {
        is_word(schema) && is_word(prop) && schema.starts_with(|sign: char| sign.is_ascii_uppercase())
    })
}

/// Schema and property under which a value goes out. None where FollowTheMoney has no property for it.
fn property(place: &Place, attribute: Attribute) -> Option<(String, String)> {
    if is_property(&place.name) {
        return place.name.split_once(':').map(|(schema, prop)| (schema.to_owned(), prop.to_owned()));
    }
    let (schema, prop) = match attribute {
        Attribute::FamilyName => ("Person", "lastName"),
        Attribute::GivenName => ("Person", "firstName"),
        Attribute::MiddleName => ("Person", "middleName"),
        Attribute::BirthDate => ("Person", "birthDate"),
        Attribute::DiedOn => ("Person", "deathDate"),
        Attribute::Sex => ("Person", "gender"),
        Attribute::BirthCountry => ("Person", "birthCountry"),
        Attribute::CitizenshipCountry => ("Person", "nationality"),
        Attribute::ANumber => ("Person", "idNumber"),
        Attribute::PassportNumber => ("Person", "passportNumber"),
        Attribute::NoticeEmail => ("Person", "email"),
        Attribute::NoticePhone => ("Person", "phone"),
        Attribute::AddressLine => ("Address", "street"),
        Attribute::AddressCity => ("Address", "city"),
        Attribute::AddressState => ("Address", "state"),
        Attribute::AddressPostalCode => ("Address", "postalCode"),
        _ => return None,
    };
    Some((schema.to_owned(), prop.to_owned()))
}

/// The value as it came in, where it came as a statement; otherwise as it is compared, with the original beside it.
fn set_value(line: &mut Line, said: &Statement, of_source: bool) {
    match &said.normalized {
        Some(normalized) if !of_source => {
            if **normalized != *said.original {
                line.insert("original_value", said.original.to_string());
            }
            line.insert("value", normalized.to_string());
        }
        _ => {
            line.insert("value", said.original.to_string());
        }
    }
}

/// The mark that the value has here goes before one that it came in with.
fn set_mark(line: &mut Line, mark: Option<&ValueMark>) {
    let Some(mark) = mark else { return };
    if let Some(corrected) = &mark.corrected {
        line.insert("dispute_state", "corrected".to_owned());
        line.insert("corrected_value", corrected.clone());
    }
    if let Some(words) = &mark.disagreement {
        line.insert("dispute_state", "upheld".to_owned());
        line.insert("dispute_statement", words.clone());
    }
    if mark.is_contested {
        line.insert("dispute_state", "contested".to_owned());
    }
}

fn set_key(line: &mut Line, place: &Place) {
    let cell = |name: &str| line.get(name).map_or("", String::as_str);
    let key = make_key(
        cell("dataset"),
        cell("entity_id"),
        cell("prop"),
        cell("value"),
        cell("lang"),
        cell("external") == "t",
    );
    line.insert("id", place.get("id").map_or(key, str::to_owned));
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
