//! The sealed entities of a file of statements, and those that belong to one.

use std::collections::BTreeSet;

use redress_ports::ReadError;

use super::Kinds;
use super::reader::{KEY_COLUMN, Line, LineReader, Next};
use crate::row::Row;
use crate::sealing::Sealing;

/// Most of them in one file.
const ENTITIES_MAX: usize = 1_000_000;

/// Their identifiers, and the values that seal an entity.
#[derive(Clone, Default)]
pub(super) struct Sealed {
    entities: BTreeSet<String>,
    sealing: Sealing,
}

impl Sealed {
    /// Reads the file, as `open` gives it from its first line: for the entities that are sealed, then for those that belong to
    /// one of them. Without a rule nothing is read.
    ///
    /// # Errors
    /// [`ReadError`] when the file cannot be read or has too many of them.
    pub(super) fn find(
        open: impl Fn() -> Result<LineReader, ReadError>,
        kinds: &Kinds,
        sealing: &Sealing,
        file: &str,
    ) -> Result<Self, ReadError> {
        let mut sealed = Self { entities: BTreeSet::new(), sealing: sealing.clone() };
        if sealing.is_empty() {
            return Ok(sealed);
        }
        sealed.add(open()?, file, |_, line| sealing.seals(&line.column(), line.get("value")))?;
        sealed.add(open()?, file, |entities, line| {
            let owner = kinds.attached.get(line.get("schema"));
            owner.is_some_and(|owner| owner == line.get("prop")) && entities.contains(line.get("value"))
        })?;
        Ok(sealed)
    }

    fn add(
        &mut self,
        mut lines: LineReader,
        file: &str,
        is_one: impl Fn(&BTreeSet<String>, &Line) -> bool,
    ) -> Result<(), ReadError> {
        loop {
            match lines.next()? {
                Next::End => return Ok(()),
                Next::Line(line) if is_one(&self.entities, &line) => {
                    self.entities.insert(line.get(KEY_COLUMN).to_owned());
                }
                Next::Line(_) | Next::Broken(..) => {}
            }
            if self.entities.len() > ENTITIES_MAX {
                return Err(ReadError::Input(format!(
                    "{file}: over {ENTITIES_MAX} entities cannot be kept, the limit: split the file"
                )));
            }
        }
    }

    /// Whether a rule is there that could seal an entity.
    pub(super) fn has_rule(&self) -> bool {
        !self.sealing.is_empty()
    }

    /// Whether a line is of one of them.
    pub(super) fn has(&self, line: &Line) -> bool {
        self.entities.contains(line.get(KEY_COLUMN))
    }

    /// Whether a line that cannot be read may be.
    pub(super) fn may_have(&self, row: &Row) -> bool {
        self.sealing.may_seal_row(row) || self.entities.iter().any(|entity| row.has_word(entity))
    }
}
