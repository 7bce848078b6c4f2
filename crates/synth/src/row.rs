//! One record as its source writes it: cells of text under the columns of its table.

use crate::spelling::spelled;
use crate::table::{IdentityColumns, Layout, Spelling, Table};

/// What a record is used for by the planted errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Nothing yet: an error may be planted here.
    Free,
    /// A planted error elsewhere can be recognized by this record: it must stay as it is.
    Evidence,
    /// An error stands here.
    Planted,
}

/// One record.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The table it belongs to.
    pub(crate) table: Table,
    /// What it is used for.
    pub(crate) used: Use,
    /// Whether the extract before had it.
    pub(crate) stood_before: bool,
    /// Whether the much older extract had it (PR-05).
    pub(crate) stood_long_before: bool,
    /// What the extract of the day before wrote for its status, where that was something else (PR-07).
    pub(crate) status_before: Option<&'static str>,
    /// Whether the newest extract does not have it (PR-01, PR-03).
    pub(crate) is_gone: bool,
    /// How many cells are written; fewer than the columns in a short row.
    pub(crate) n_written: usize,
    cells: Vec<String>,
}

impl Row {
    /// A record with all its cells blank.
    pub(crate) fn new(table: Table) -> Self {
        let n_columns = table.layout().columns.len();
        Self {
            table,
            used: Use::Free,
            stood_before: false,
            stood_long_before: false,
            status_before: None,
            is_gone: false,
            n_written: n_columns,
            cells: vec![String::new(); n_columns],
        }
    }

    /// The layout of its table.
    pub(crate) fn layout(&self) -> &'static Layout {
        self.table.layout()
    }

    /// All cells in the order of the columns.
    pub(crate) fn cells(&self) -> &[String] {
        &self.cells
    }

    /// The text under a column of the table.
    pub(crate) fn get(&self, column: &str) -> &str {
        self.position(column).map_or("", |at| self.cells[at].as_str())
    }

    /// Writes the text under a column of the table.
    pub(crate) fn set(&mut self, column: &str, text: impl Into<String>) {
        if let Some(at) = self.position(column) {
            self.cells[at] = text.into();
        }
    }

    /// Writes the text under a column in the spelling of the table.
    pub(crate) fn spell(&mut self, column: &str, text: &str) {
        let spelling = self.layout().spelling;
        self.set(column, spelled(text, spelling));
    }

    /// The text in the spelling of this table.
    pub(crate) fn spelled(&self, text: &str) -> String {
        spelled(text, self.layout().spelling)
    }

    /// The key of the record in the truth: bare in the lead table of a source, else after the table's name.
    pub(crate) fn unique_id(&self) -> String {
        let layout = self.layout();
        let key = self.get(layout.key);
        if layout.is_lead { key.to_owned() } else { format!("{}:{key}", layout.name) }
    }

    /// The columns that say who the record is about, if linkage links records of this table.
    pub(crate) fn identity(&self) -> Option<&'static IdentityColumns> {
        self.layout().identity.as_ref()
    }

    /// Family, given and middle name in plain upper case, for comparisons.
    pub(crate) fn name_key(&self) -> Option<[String; 3]> {
        let columns = self.identity()?;
        let key = |column: &str| spelled(self.get(column), Spelling::Upper);
        Some([key(columns.family), key(columns.given), columns.middle.map(key).unwrap_or_default()])
    }

    fn position(&self, column: &str) -> Option<usize> {
        let at = self.layout().columns.iter().position(|name| *name == column);
        debug_assert!(at.is_some(), "{} has no column {column}", self.layout().name);
        at
    }
}
