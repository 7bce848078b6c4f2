//! A NIEM message in JSON: names with prefixes as members, as the model's own context has them.

use std::io::Read;
use std::ops::Range;

use redress_ports::ReadError;
use redress_statement::STATEMENTS_MAX;
use serde_json::value::RawValue;

use super::reader::Messages;
use super::tree::{Leaf, Leaves};
use super::{DEPTH_MAX, MESSAGE_BYTES_MAX, NAMESPACES, TEXT_BYTES_MAX};
use crate::json_error::without_place;
use crate::json_lines::Object;
use crate::open_file;
use crate::row::shown;

/// A message in memory, with the places of its records.
pub(crate) struct JsonMessage {
    file: String,
    text: String,
    records: Vec<Range<usize>>,
    next: usize,
    /// Up to where line ends were counted, and how many.
    counted: (usize, u64),
}

impl JsonMessage {
    /// Reads the message and finds its records, the elements of this name.
    ///
    /// # Errors
    /// [`ReadError::Input`] when it is too long, no JSON, or gives a prefix another meaning.
    pub(crate) fn try_new(bytes: impl Read, file: &str, record: &str) -> Result<Self, ReadError> {
        let mut text = Vec::new();
        let failed = |error: &std::io::Error| open_file::reading_failed(file, error);
        bytes.take(MESSAGE_BYTES_MAX + 1).read_to_end(&mut text).map_err(|error| failed(&error))?;
        if text.len() as u64 > MESSAGE_BYTES_MAX {
            return Err(ReadError::Input(format!(
                "{file}: longer than {MESSAGE_BYTES_MAX} bytes, the limit for a message in JSON: split it, or send it as XML"
            )));
        }
        let text = String::from_utf8(text).map_err(|error| {
            let at = error.utf8_error().valid_up_to() + 1;
            ReadError::Input(format!("{file}: byte {at} is not UTF-8: store the file as UTF-8"))
        })?;
        let mut records = Vec::new();
        let root: &RawValue = serde_json::from_str(&text)
            .map_err(|error| ReadError::Input(format!("{file}: not JSON: {error}")))?;
        find(root, &text, record, 0, &mut records)
            .map_err(|reason| ReadError::Input(format!("{file}: {reason}")))?;
        if records.is_empty() {
            return Err(ReadError::Input(format!(
                "{file}: no member {record:?} is in it: name the element of a record in the contract, as `record`"
            )));
        }
        Ok(Self { file: file.to_owned(), text, records, next: 0, counted: (0, 1) })
    }

    fn line_at(&mut self, at: usize) -> u64 {
        let (from, line) = self.counted;
        let n = self.text.get(from..at).map_or(0, |text| text.matches('\n').count() as u64);
        self.counted = (at, line + n);
        line + n
    }
}

/// Finds the records in a value and in the objects within it.
fn find(
    value: &RawValue,
    text: &str,
    record: &str,
    depth: usize,
    into: &mut Vec<Range<usize>>,
) -> Result<(), String> {
    check_depth(depth)?;
    match value.get().as_bytes().first() {
        Some(b'[') => {
            let items: Vec<&RawValue> =
                serde_json::from_str(value.get()).map_err(|error| without_place(&error))?;
            items.into_iter().try_for_each(|item| find(item, text, record, depth + 1, into))
        }
        Some(b'{') => {
            let object: Object<'_> =
                serde_json::from_str(value.get()).map_err(|error| without_place(&error))?;
            for (name, member) in object.0 {
                if name == "@context" {
                    check_context(member)?;
                } else if name == record {
                    into.extend(items(member)?.into_iter().map(|item| place(item, text)));
                } else {
                    find(member, text, record, depth + 1, into)?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The items of a list; a value that is none is its only one.
fn items(value: &RawValue) -> Result<Vec<&RawValue>, String> {
    if value.get().starts_with('[') {
        serde_json::from_str(value.get()).map_err(|error| without_place(&error))
    } else {
        Ok(vec![value])
    }
}

/// Where a value that was read out of a text stands in it.
fn place(value: &RawValue, text: &str) -> Range<usize> {
    let start = (value.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start + value.get().len()
}

/// A prefix that is read here may not stand for another namespace.
fn check_context(context: &RawValue) -> Result<(), String> {
    let Ok(context) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(context.get())
    else {
        return Ok(());
    };
    for (prefix, namespace) in NAMESPACES {
        if let Some(other) =
            context.get(prefix).and_then(|value| value.as_str()).filter(|other| *other != namespace)
        {
            return Err(format!(
                "the prefix {prefix:?} stands for {}, and {namespace} is read under it",
                shown(other)
            ));
        }
    }
    Ok(())
}

fn check_depth(depth: usize) -> Result<(), String> {
    if depth < DEPTH_MAX {
        return Ok(());
    }
    Err(format!("over {DEPTH_MAX} elements within each other, the limit"))
}

fn collect(value: &RawValue, line: u64, depth: usize, leaves: &mut Leaves) -> Result<(), String> {
    check_depth(depth)?;
    let object: Object<'_> = serde_json::from_str(value.get()).map_err(|error| without_place(&error))?;
    for (name, member) in object.0 {
        for item in items(member)? {
            leaves.open(&name);
            match item.get().as_bytes().first() {
                Some(b'{') => collect(item, line, depth + 1, leaves)?,
                Some(b'[') => return Err(format!("a list within a list at {}", shown(&name))),
                Some(b'n') => {}
                Some(b'"') if item.get().len() as u64 > TEXT_BYTES_MAX => {
                    return Err(format!(
                        "the text of {} is longer than {TEXT_BYTES_MAX} bytes, the limit",
                        shown(&name)
                    ));
                }
                Some(b'"') => {
                    let text: String =
                        serde_json::from_str(item.get()).map_err(|error| without_place(&error))?;
                    leaves.leaf(&text.replace('\0', ""), line);
                }
                _ => leaves.leaf(item.get(), line),
            }
            leaves.close();
            if leaves.leaves.len() > STATEMENTS_MAX {
                return Err(format!("a record has over {STATEMENTS_MAX} values, the limit"));
            }
        }
    }
    Ok(())
}

impl Messages for JsonMessage {
    fn next_record(&mut self) -> Result<Option<(u64, Vec<Leaf>)>, ReadError> {
        let Some(range) = self.records.get(self.next).cloned() else { return Ok(None) };
        self.next += 1;
        let line = self.line_at(range.start);
        let failed = |reason: String| ReadError::Input(format!("{}, line {line}: {reason}", self.file));
        let raw = self.text.get(range).unwrap_or_default();
        let value: &RawValue = serde_json::from_str(raw).map_err(|error| failed(without_place(&error)))?;
        let mut leaves = Leaves::default();
        if !raw.starts_with('{') {
            return Err(failed("a record is no object".to_owned()));
        }
        collect(value, line, 1, &mut leaves).map_err(failed)?;
        Ok(Some((line, leaves.leaves)))
    }
}
