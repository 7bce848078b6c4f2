//! The values by which rows of a table are sealed: the law keeps secret that such a row is there (8 U.S.C. 1367).

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::Table;
use crate::row::Row;

/// For each spelling of a column the values that seal its row, as [`folded`] gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sealing {
    values: BTreeMap<String, BTreeSet<String>>,
    /// The same values as words that may stand anywhere, as declared and without their signs.
    words: BTreeSet<String>,
}

impl Sealing {
    /// The rule of a table; it seals nothing where the table has none.
    pub(crate) fn of(table: &Table) -> Self {
        let mut sealing = Self::default();
        for (name, values) in &table.sealed {
            let declared = table.columns.iter().find(|column| column.name == *name);
            sealing
                .words
                .extend(values.iter().flat_map(|value| [value.trim().to_lowercase(), folded(value)]));
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
        self.words.iter().any(|word| has_word(word))
    }

    /// The same of a row that cannot be read.
    pub(crate) fn may_seal_row(&self, row: &Row) -> bool {
        row.is_sealed || self.may_seal(|word| row.has_word(word))
    }
}

/// As values are compared: letters and digits alone, in small letters. Offices write one form `I-918`, `I918` and `i 918`, and a row
/// that stays open for a hyphen tells what the law keeps secret. A value of other signs alone stays as it is.
fn folded(value: &str) -> String {
    let signs: String = value.chars().filter(|sign| sign.is_alphanumeric()).collect();
    let kept = if signs.is_empty() { value.trim() } else { &signs };
    kept.to_lowercase()
}
