//! A NIEM message in XML, read as a stream.
//!
//! A document type declaration is refused before anything in it is read, and with it every entity but the five that XML
//! has of itself: what cannot be declared cannot grow.

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
use redress_ports::ReadError;
use redress_statement::STATEMENTS_MAX;

use super::reader::Messages;
use super::tree::{Leaf, Leaves};
use super::{DEPTH_MAX, NAMESPACES, TEXT_BYTES_MAX};
use crate::row::shown;

/// Bytes that are read ahead.
const BUFFER_BYTES: usize = 64 * 1024;

/// A message, read as far as its next record.
pub(crate) struct XmlMessage<R> {
    reader: NsReader<BufReader<Bounded<R>>>,
    file: String,
    record: String,
    /// Bytes read since the last event.
    unread: Arc<AtomicU64>,
    buffer: Vec<u8>,
    line: u64,
    depth: usize,
    was_found: bool,
}

/// Fails once an event takes more bytes than any may.
pub(crate) struct Bounded<R> {
    input: R,
    unread: Arc<AtomicU64>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.unread.load(Ordering::Relaxed) > TEXT_BYTES_MAX + BUFFER_BYTES as u64 {
            let text =
                format!("the text or tag of one element is longer than {TEXT_BYTES_MAX} bytes, the limit");
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        let n = self.input.read(buffer)?;
        self.unread.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// What an event amounts to.
enum Step {
    Open(String, Vec<(String, String)>),
    Close,
    Text(String),
    Nothing,
    End,
}

impl<R: Read + Send> XmlMessage<R> {
    pub(crate) fn new(input: R, file: &str, record: &str) -> Self {
        let unread = Arc::new(AtomicU64::new(0));
        let bounded = Bounded { input, unread: unread.clone() };
        let mut reader = NsReader::from_reader(BufReader::with_capacity(BUFFER_BYTES, bounded));
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            file: file.to_owned(),
            record: record.to_owned(),
            unread,
            buffer: Vec::new(),
            line: 1,
            depth: 0,
            was_found: false,
        }
    }

    fn failed(&self, reason: impl std::fmt::Display) -> ReadError {
        ReadError::Input(format!("{}, line {}: {reason}", self.file, self.line))
    }

    fn step(&mut self) -> Result<Step, ReadError> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let read = self.reader.read_event_into(&mut buffer).map(Event::into_owned);
        self.unread.store(0, Ordering::Relaxed);
        let event = read.map_err(|error| self.failed(format!("not XML that can be read: {error}")))?;
        self.line += buffer.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.buffer = buffer;
        match event {
            Event::DocType(_) => Err(self.failed(
                "a document type declaration (DTD) is in it, and none is read: entities that it declares could grow \
                 without bound. Send the message without it",
            )),
            Event::Start(start) => self.opened(&start),
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(Step::Close)
            }
            Event::Text(text) => Ok(Step::Text(text.xml10_content().into_owned())),
            Event::CData(text) => Ok(Step::Text(text.xml10_content().into_owned())),
            Event::GeneralRef(reference) => self.resolved(&reference).map(Step::Text),
            Event::Eof => Ok(Step::End),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::Empty(_) => Ok(Step::Nothing),
        }
    }

    fn opened(&mut self, start: &BytesStart<'_>) -> Result<Step, ReadError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.failed(format!("over {DEPTH_MAX} elements within each other, the limit")));
        }
        let (namespace, local) = self.reader.resolver().resolve_element(start.name());
        let written = start.name().prefix().map(|prefix| prefix.into_inner().to_owned());
        let name = named(&namespace, written, local.into_inner()).map_err(|reason| self.failed(reason))?;
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| self.failed(error))?;
            if attribute.key.as_namespace_binding().is_none() {
                let name = format!("@{}", attribute.key.into_inner());
                attributes.push((name, attribute.value.into_owned()));
            }
        }
        Ok(Step::Open(name, attributes))
    }

    /// The text of a reference: a character, or one of the five entities of XML.
    fn resolved(&self, reference: &BytesRef<'_>) -> Result<String, ReadError> {
        if let Some(sign) = reference.resolve_char_ref().map_err(|error| self.failed(error))? {
            return Ok(sign.to_string());
        }
        let name = reference.xml10_content();
        quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned).ok_or_else(|| {
            self.failed(format!("the entity {} is declared nowhere, and none may be", shown(&name)))
        })
    }

    /// The leaves of the record whose element was just opened.
    fn leaves(&mut self, attributes: Vec<(String, String)>) -> Result<Vec<Leaf>, ReadError> {
        let (mut leaves, mut depth, mut text) = (Leaves::default(), 0_usize, String::new());
        note_attributes(&mut leaves, attributes, self.line);
        loop {
            match self.step()? {
                Step::Open(name, attributes) => {
                    leaves.open(&name);
                    note_attributes(&mut leaves, attributes, self.line);
                    depth += 1;
                    text.clear();
                }
                Step::Text(more) => text.push_str(&more),
                Step::Close if depth == 0 => return Ok(leaves.leaves),
                Step::Close => {
                    if !leaves.has_elements() && !text.trim().is_empty() {
                        leaves.leaf(&text, self.line);
                    }
                    text.clear();
                    leaves.close();
                    depth -= 1;
                }
                Step::Nothing => {}
                Step::End => return Err(self.failed("the message ends within a record")),
            }
            if text.len() as u64 > TEXT_BYTES_MAX {
                return Err(self.failed(format!(
                    "the text of one element is longer than {TEXT_BYTES_MAX} bytes, the limit"
                )));
            }
            if leaves.leaves.len() > STATEMENTS_MAX {
                return Err(self.failed(format!("a record has over {STATEMENTS_MAX} values, the limit")));
            }
        }
    }
}

fn note_attributes(leaves: &mut Leaves, attributes: Vec<(String, String)>, line: u64) {
    for (name, text) in attributes {
        leaves.open(&name);
        leaves.leaf(&text, line);
        leaves.close();
    }
}

/// The name of an element as columns have it: under the prefix of its namespace here, whatever the message calls it.
fn named(namespace: &ResolveResult<'_>, written: Option<String>, local: &str) -> Result<String, String> {
    match namespace {
        ResolveResult::Bound(bound) => {
            let bound = bound.into_inner();
            if let Some((prefix, _)) = NAMESPACES.iter().find(|(_, namespace)| *namespace == bound) {
                return Ok(format!("{prefix}:{local}"));
            }
            match written {
                Some(prefix) if NAMESPACES.iter().any(|(known, _)| *known == prefix) => Err(format!(
                    "the prefix {prefix:?} stands for {}, and another namespace is read under it",
                    shown(bound)
                )),
                Some(prefix) => Ok(format!("{prefix}:{local}")),
                None => Ok(local.to_owned()),
            }
        }
        ResolveResult::Unbound => Ok(local.to_owned()),
        ResolveResult::Unknown(prefix) => Err(format!("the prefix {} is declared nowhere", shown(prefix))),
    }
}

impl<R: Read + Send> Messages for XmlMessage<R> {
    fn next_record(&mut self) -> Result<Option<(u64, Vec<Leaf>)>, ReadError> {
        loop {
            match self.step()? {
                Step::Open(name, attributes) if name == self.record => {
                    self.was_found = true;
                    let line = self.line;
                    return Ok(Some((line, self.leaves(attributes)?)));
                }
                Step::End if self.depth > 0 => return Err(self.failed("the message ends within an element")),
                Step::End if !self.was_found => {
                    return Err(self.failed(format!(
                        "no element {} is in it: name the element of a record in the contract, as `record`",
                        self.record
                    )));
                }
                Step::End => return Ok(None),
                Step::Open(..) | Step::Close | Step::Text(_) | Step::Nothing => {}
            }
        }
    }
}
