//! The values by which rows of a table are sealed: the law keeps secret that such a row is there (8 U.S.C. 1367).

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::Table;
use crate::row::Row;

/// For each spelling of a column the values that seal its row, in small letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sealing {
    values: BTreeMap<String, BTreeSet<String>>,
}

impl Sealing {
    /// The rule of a table; it seals nothing where the table has none.
    pub(crate) fn of(table: &Table) -> Self {
        let mut sealing = Self::default();
        for (name, values) in &table.sealed {
            let declared = table.columns.iter().find(|column| column.name == *name);
            let aliases = declared.map(|column| column.aliases.as_slice()).unwrap_or_default();
            for spelling in std::iter::once(name).chain(aliases) {
                let known = sealing.values.entry(spelling.clone()).or_default();
                known.extend(values.iter().map(|value| folded(value)));
            }
        }
        sealing
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether a value of a column seals its row.
    pub(crate) fn seals(&self, column: &str, value: &str) -> bool {
        self.values.get(column).is_some_and(|values| values.contains(&folded(value)))
    }

    /// Whether one of the values stands in a row of which nobody can tell what stands where.
    pub(crate) fn may_seal(&self, has_word: impl Fn(&str) -> bool) -> bool {
        self.values.values().flatten().any(|value| has_word(value))
    }

    /// The same of a row that cannot be read.
    pub(crate) fn may_seal_row(&self, row: &Row) -> bool {
        row.is_sealed || self.may_seal(|word| row.has_word(word))
    }
}

/// As values are compared.
fn folded(value: &str) -> String {
    value.trim().to_ascii_lowercase()
}
