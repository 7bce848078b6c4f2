//! Records as a NIEM message.
//!
//! What came in as an element goes out as it came, with what stood beside it. What came in otherwise goes out under the
//! element that NIEM has for it, or one of Redress. A contested value makes the record a disputed document, and its own
//! note says which value it is and what the person says to it. Elements stand in the order of the model.

use std::io::{self, Write};

use redress_ports::{Disclosed, ValueMark, Written};
use redress_statement::{Record, Statement, ValueKind};
use serde_json::{Map, Number, Value};

use super::mapping::{date_element, path};
use super::tree::Node;
use super::{
    DISPUTED, DISPUTED_REASON, EXCHANGE, NAMESPACES, NOTE_PARTS, PATH_TEXT, RECORD, VALUE_NOTE, WITH,
};
use crate::place::Place;

/// How a message is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NiemForm {
    /// JSON, with the context of the prefixes.
    Json,
    /// XML.
    Xml,
}

/// Writes records as one message.
pub struct NiemWriter<W> {
    out: W,
    form: NiemForm,
    written: Written,
}

/// A value on its way out: where it stands, what it is, what is noted of it.
struct Leaving {
    path: String,
    text: String,
    notes: Place,
}

impl<W: Write> NiemWriter<W> {
    /// Begins the message.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn try_new(mut out: W, form: NiemForm) -> io::Result<Self> {
        match form {
            NiemForm::Json => {
                let context: Map<String, Value> = NAMESPACES
                    .iter()
                    .map(|(prefix, space)| ((*prefix).to_owned(), Value::from(*space)))
                    .collect();
                write!(out, "{{\"@context\":{},\n\"{EXCHANGE}\":{{\"{RECORD}\":[", Value::Object(context))?;
            }
            NiemForm::Xml => {
                write!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{EXCHANGE}")?;
                NAMESPACES
                    .iter()
                    .try_for_each(|(prefix, space)| write!(out, " xmlns:{prefix}=\"{space}\""))?;
                writeln!(out, ">")?;
            }
        }
        Ok(Self { out, form, written: Written::default() })
    }

    /// Writes a record.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write(&mut self, disclosed: &Disclosed) -> io::Result<()> {
        let node = self.record(disclosed);
        match self.form {
            NiemForm::Json => {
                let comma = if self.written.n_lines > 0 { "," } else { "" };
                writeln!(self.out, "{comma}")?;
                json(&mut self.out, &node)?;
            }
            NiemForm::Xml => {
                xml(&mut self.out, &node)?;
                writeln!(self.out)?;
            }
        }
        self.written.n_lines += 1;
        Ok(())
    }

    /// Ends the message. Answers what was written.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn finish(mut self) -> io::Result<Written> {
        match self.form {
            NiemForm::Json => writeln!(self.out, "\n]}}}}")?,
            NiemForm::Xml => writeln!(self.out, "</{EXCHANGE}>")?,
        }
        self.out.flush()?;
        Ok(self.written)
    }

    fn record(&mut self, disclosed: &Disclosed) -> Node {
        let record = &disclosed.record;
        let leaving: Vec<Leaving> =
            record.statements.iter().map(|said| leaving(said, disclosed.mark(said))).collect();
        let mut node = Node::new(RECORD);
        if !record.statements.iter().any(|said| is_element(&Place::parse(&said.column).name)) {
            identify(&mut node, record);
        }
        for value in &leaving {
            self.written.n_values += 1;
            node.put(&value.path, &value.text);
            for (_, with) in value.notes.notes.iter().filter(|(name, _)| name == WITH) {
                if let Some((path, text)) = with.split_once('=') {
                    node.put(path, text);
                }
            }
        }
        let contested: Vec<&Leaving> =
            leaving.iter().filter(|value| value.notes.get("dispute_state") == Some("contested")).collect();
        self.written.n_contested += contested.len() as u64;
        if !contested.is_empty() {
            node.put(DISPUTED, "true");
            let has_reason = node.children.iter().any(|child| child.name == DISPUTED_REASON);
            let words = contested.iter().find_map(|value| value.notes.get("dispute_statement"));
            if let (false, Some(words)) = (has_reason, words) {
                node.put(DISPUTED_REASON, words);
            }
        }
        node.arrange("");
        leaving.iter().for_each(|value| note(&mut node, value));
        node.put("redress:LastSeenDate", &record.last_seen.to_string());
        let pointer = format!("{}:{}", record.locator.snapshot, record.locator.line);
        node.put("redress:SourcePointerText", &pointer);
        node
    }
}

/// What names the record, where no element that it came in with does.
fn identify(node: &mut Node, record: &Record) {
    node.put("nc:DocumentIdentification/nc:IdentificationID", &record.key.key);
    node.put("nc:DocumentSourceText", record.key.source.as_str());
    if let Some(about) = record.about.as_ref().filter(|_| !record.is_identity) {
        node.put("redress:BelongsToID", about);
    }
}

/// Whether the name of a column is a path of elements, as a message has them.
fn is_element(name: &str) -> bool {
    let first = name.split('/').next().unwrap_or_default();
    first.split_once(':').is_some_and(|(prefix, local)| {
        !local.is_empty() && prefix.starts_with(|sign: char| sign.is_ascii_lowercase())
    })
}

fn leaving(said: &Statement, mark: Option<&ValueMark>) -> Leaving {
    let mut notes = Place::parse(&said.column);
    let name = std::mem::take(&mut notes.name);
    let (path, text) = if is_element(&name) {
        (name, said.original.to_string())
    } else {
        if said.normalized.as_ref().is_some_and(|normalized| *normalized != said.original) {
            notes.note("original_value", &said.original);
        }
        let text = said.normalized.as_deref().unwrap_or(&said.original).to_owned();
        (element(said, &text), text)
    };
    if let Some(mark) = mark {
        set_mark(&mut notes, mark);
    }
    Leaving { path, text, notes }
}

/// The element of a value that came in otherwise; the second and later ones of an attribute carry their number.
fn element(said: &Statement, text: &str) -> String {
    let path = path(said.attribute, text);
    let path = match said.ordinal {
        0 => path,
        n => format!("{path}[{}]", n + 1),
    };
    let date = date_element(text).filter(|_| said.attribute.kind() == ValueKind::Date);
    match date {
        Some(date) if !path.starts_with("redress:") => format!("{path}/{date}"),
        _ => path,
    }
}

/// The mark that the value has here goes before one that it came in with.
fn set_mark(notes: &mut Place, mark: &ValueMark) {
    let mut set = |name: &str, text: &str| {
        notes.notes.retain(|(noted, _)| noted != name);
        notes.note(name, text);
    };
    if let Some(corrected) = &mark.corrected {
        set("dispute_state", "corrected");
        set("corrected_value", corrected);
    }
    if let Some(words) = &mark.disagreement {
        set("dispute_state", "upheld");
        set("dispute_statement", words);
    }
    if mark.is_contested {
        set("dispute_state", "contested");
    }
}

/// The note of a value, where there is something to say of it.
fn note(node: &mut Node, value: &Leaving) {
    let is_part = |name: &str| NOTE_PARTS.iter().any(|(_, part)| *part == name);
    let mut rest = Place::default();
    for (name, text) in value.notes.notes.iter().filter(|(name, _)| name != WITH && !is_part(name)) {
        rest.note(name, text);
    }
    let provenance = rest.to_string();
    let parts: Vec<(&str, &str)> = NOTE_PARTS
        .iter()
        .filter_map(|(element, name)| {
            let text = if *name == "provenance" {
                Some(provenance.trim_start_matches("; ")).filter(|text| !text.is_empty())
            } else {
                value.notes.get(name)
            };
            text.map(|text| (*element, text))
        })
        .collect();
    if parts.is_empty() {
        return;
    }
    let path = node.path_as_written(&value.path);
    let note = node.add(VALUE_NOTE);
    note.put(PATH_TEXT, &path);
    parts.into_iter().for_each(|(element, text)| note.put(element, text));
}

fn json(out: &mut impl Write, node: &Node) -> io::Result<()> {
    if let (Some(text), true) = (&node.text, node.children.is_empty()) {
        return write!(out, "{}", json_value(&node.name, text));
    }
    write!(out, "{{")?;
    let mut at = 0;
    while let Some(first) = node.children.get(at) {
        let same = node.children[at..].iter().take_while(|child| child.name == first.name).count();
        write!(out, "{}{}:", if at > 0 { "," } else { "" }, Value::from(first.name.as_str()))?;
        if same > 1 {
            write!(out, "[")?;
        }
        for (n, child) in node.children[at..at + same].iter().enumerate() {
            if n > 0 {
                write!(out, ",")?;
            }
            json(out, child)?;
        }
        if same > 1 {
            write!(out, "]")?;
        }
        at += same;
    }
    write!(out, "}}")
}

/// The value of an element as JSON types it: by the last word of its name, as the naming rules of NIEM have it.
fn json_value(name: &str, text: &str) -> Value {
    let is_number = ["Percent", "Numeric", "Quantity"].iter().any(|term| name.ends_with(term));
    match (text, text.parse::<Number>()) {
        ("true" | "false", _) if name.ends_with("Indicator") => Value::Bool(text == "true"),
        (_, Ok(number)) if is_number && number.to_string() == text => Value::Number(number),
        _ => Value::from(text),
    }
}

fn xml(out: &mut impl Write, node: &Node) -> io::Result<()> {
    write!(out, "<{}>", node.name)?;
    if let Some(text) = &node.text {
        // XML has no form for other control signs, not even escaped.
        let is_legal = |sign: char| !sign.is_control() || matches!(sign, '\t' | '\n' | '\r');
        let legal = text.replace(|sign| !is_legal(sign), "\u{fffd}");
        write!(out, "{}", quick_xml::escape::escape(legal.as_str()))?;
    }
    node.children.iter().try_for_each(|child| xml(out, child))?;
    write!(out, "</{}>", node.name)
}
