//! The records of a message as rows of values.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use redress_ports::ReadError;

use super::order;
use super::tree::{Leaf, bare, column};
use super::{DISPUTED, DISPUTED_REASON, KEPT_LEAVES, NOTE_PARTS, PATH_TEXT, VALUE_NOTE, WITH};
use crate::delimited::COLUMNS_MAX;
use crate::place::Place;
use crate::row::{PlacedValue, Residue, Row, RowRead, Rows, ValueSet};
use crate::sealing::Sealing;

/// A message as records of leaves.
pub(crate) trait Messages: Send {
    /// Line and leaves of the next record. None at the end of the message.
    ///
    /// # Errors
    /// [`ReadError::Input`] when the message cannot be read on.
    fn next_record(&mut self) -> Result<Option<(u64, Vec<Leaf>)>, ReadError>;
}

/// A message as records of values.
pub(crate) struct Niem {
    messages: Box<dyn Messages>,
    header: Vec<String>,
    places: HashMap<String, usize>,
    /// Columns whose values are stored; key and owner are kept beside one of them.
    stored: BTreeSet<String>,
    keys: BTreeSet<String>,
    kept: Kept,
}

/// Which leaves are no values of their own: those of [`KEPT_LEAVES`] that the contract does not name.
struct Kept {
    named: BTreeSet<String>,
}

/// Notes of one value: name and text.
type Notes = Vec<(&'static str, String)>;

/// What a record says of its values beside the values.
#[derive(Default)]
struct Marks {
    /// By the path of a value, what its note says.
    of: BTreeMap<String, Notes>,
    /// The record is contested, and no note says which value is meant: all are.
    is_of_all: bool,
    reason: String,
}

impl Niem {
    /// Reads the message twice, as `open` gives it from its start: for the columns that occur, then for its records.
    /// `stored` are the columns that become statements, `keys` those of key and owner. What only records say that `sealing` seals
    /// is no column.
    ///
    /// # Errors
    /// [`ReadError`] when the message cannot be read or has too many columns.
    pub(crate) fn try_new(
        open: impl Fn() -> Result<Box<dyn Messages>, ReadError>,
        file: &str,
        wanted: BTreeSet<String>,
        stored: BTreeSet<String>,
        keys: BTreeSet<String>,
        sealing: &Sealing,
    ) -> Result<Self, ReadError> {
        let kept = Kept { named: wanted.clone() };
        let (mut messages, mut columns) = (open()?, wanted);
        while let Some((_, leaves)) = messages.next_record()? {
            if leaves.iter().any(|leaf| sealing.seals(&column(&leaf.path), &leaf.text)) {
                continue;
            }
            columns.extend(leaves.iter().map(|leaf| column(&leaf.path)).filter(|column| !kept.has(column)));
            if columns.len() > COLUMNS_MAX {
                return Err(ReadError::Input(format!(
                    "{file}: over {COLUMNS_MAX} different elements, the limit for a message"
                )));
            }
        }
        let header: Vec<String> = columns.into_iter().collect();
        let places = header.iter().enumerate().map(|(idx, name)| (name.clone(), idx)).collect();
        Ok(Self { messages: open()?, header, places, stored, keys, kept })
    }

    fn values(&self, leaves: &[Leaf]) -> ValueSet {
        let marks = marks(leaves);
        let mut values = Vec::new();
        for leaf in leaves.iter().filter(|leaf| !self.kept.has(&column(&leaf.path))) {
            let column_idx = self.places.get(&column(&leaf.path)).copied().unwrap_or(usize::MAX);
            let place = marks.place(&leaf.path);
            values.push((column_idx, place, leaf));
        }
        // JSON has no order of its own: the surname is the first family name of a person, and the maiden name the second.
        for siblings in
            values.chunk_by_mut(|(_, _, one), (_, _, other)| parent(&one.path) == parent(&other.path))
        {
            siblings.sort_by_key(|(_, _, leaf)| place_in_order(&leaf.path));
        }
        let is_stored = |leaf: &Leaf| self.stored.contains(&column(&leaf.path));
        let kept = leaves.iter().filter(|leaf| {
            let column = column(&leaf.path);
            let is_key = self.keys.contains(&column) && !self.stored.contains(&column);
            let is_mark = column.starts_with(VALUE_NOTE) || (marks.is_of_all && is_dispute(&column));
            !is_mark && (self.kept.has(&column) || is_key)
        });
        for leaf in kept {
            let scope = scope(&leaf.path);
            let beside =
                values.iter().position(|(_, _, value)| is_stored(value) && value.path.starts_with(scope));
            let at = beside.or_else(|| values.iter().position(|(_, _, value)| is_stored(value)));
            if let Some((_, place, _)) = at.and_then(|at| values.get_mut(at)) {
                place.note(WITH, &format!("{}={}", leaf.path, leaf.text));
            }
        }
        let values = values.into_iter().map(|(column_idx, place, leaf)| PlacedValue {
            column_idx,
            line: leaf.line,
            place: place.to_string(),
            text: leaf.text.clone(),
        });
        ValueSet { values: values.collect(), n_rows: leaves.len().max(1) as u64, is_attached: false }
    }
}

impl Marks {
    /// The place of a value with what is said of it.
    fn place(&self, path: &str) -> Place {
        let mut place = Place::new(path);
        for (name, text) in self.of.get(path).into_iter().flatten() {
            if *name == "provenance" {
                place.notes.extend(Place::parse(&format!("; {text}")).notes);
            } else {
                place.note(name, text);
            }
        }
        if self.is_of_all {
            place.note("dispute_state", "contested");
            place.note("dispute_statement", &self.reason);
        }
        place
    }
}

/// The marks of a record: those of single values; where none of them tells of a dispute, that of the record holds for all.
fn marks(leaves: &[Leaf]) -> Marks {
    let (mut marks, mut is_disputed) = (Marks::default(), false);
    let mut notes: BTreeMap<&str, (String, Notes)> = BTreeMap::new();
    for leaf in leaves {
        match leaf.path.split_once('/') {
            None if leaf.path == DISPUTED => is_disputed = matches!(leaf.text.trim(), "true" | "1"),
            None if leaf.path == DISPUTED_REASON => marks.reason = leaf.text.clone(),
            Some((note, part)) if bare(note).0 == VALUE_NOTE => {
                let (path, parts) = notes.entry(note).or_default();
                if part == PATH_TEXT {
                    *path = leaf.text.clone();
                } else if let Some((_, name)) = NOTE_PARTS.iter().find(|(element, _)| *element == part) {
                    parts.push((name, leaf.text.clone()));
                }
            }
            _ => {}
        }
    }
    marks.of = notes.into_values().collect();
    let names_one = marks.of.values().flatten().any(|(name, _)| *name == "dispute_state");
    marks.is_of_all = is_disputed && !names_one;
    marks
}

fn is_dispute(column: &str) -> bool {
    column == DISPUTED || column == DISPUTED_REASON
}

/// The path of the element around a leaf.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The place that the model gives a leaf within its element.
fn place_in_order(path: &str) -> usize {
    let (within, name) = path.rsplit_once('/').unwrap_or(("", path));
    let within = within.rsplit('/').next().unwrap_or_default();
    order::place(bare(within).0, bare(name).0)
}

impl Kept {
    /// Whether the leaves of a column are kept beside values.
    fn has(&self, column: &str) -> bool {
        let is_kept = column.split('/').any(|segment| KEPT_LEAVES.contains(&segment));
        (is_kept && !self.named.contains(column)) || column.starts_with(VALUE_NOTE)
    }
}

/// The path of the element whose values a kept leaf is about, with the stroke after it: that around its metadata, or
/// around itself.
fn scope(path: &str) -> &str {
    let about = match path.find("nc:Metadata") {
        Some(at) => at,
        None => {
            let first = path
                .split('/')
                .scan(0, |at, segment| {
                    let start = *at;
                    *at += segment.len() + 1;
                    Some((start, segment))
                })
                .find(|(_, segment)| KEPT_LEAVES.contains(&bare(segment).0));
            first.map_or(0, |(start, _)| start)
        }
    };
    path.get(..about).unwrap_or_default()
}

impl Rows for Niem {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn next_row(&mut self, row: &mut Row) -> Result<RowRead, ReadError> {
        let Some((line, leaves)) = self.messages.next_record()? else { return Ok(RowRead::End) };
        let values = self.values(&leaves);
        row.start(line);
        row.hold(values, self.header.len());
        Ok(RowRead::Row)
    }

    fn residue(&self) -> Residue {
        Residue::default()
    }
}
