//! Everything about one person: the truth, the records and the errors planted in them.

use crate::chance::Chance;
use crate::household::{Household, Person};
use crate::life::Life;
use crate::records::records;
use crate::row::{Row, Use};
use crate::table::Table;

/// Errors of the project's checks that one person's records carry, at most.
pub(crate) const CHECKED_ERRORS_PER_PERSON_MAX: usize = 2;

/// A planted error, as in the file of planted errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planted {
    pub(crate) check_id: &'static str,
    pub(crate) source: &'static str,
    pub(crate) unique_id: String,
    pub(crate) column: &'static str,
    /// What the source would have written.
    pub(crate) original: String,
    /// What it writes.
    pub(crate) planted: String,
}

/// One person with everything that the sources hold about them.
#[derive(Debug)]
pub(crate) struct Dossier {
    pub(crate) person: Person,
    /// Position of the household in the block.
    pub(crate) home: usize,
    pub(crate) life: Life,
    pub(crate) rows: Vec<Row>,
    pub(crate) planted: Vec<Planted>,
    /// How many of the planted errors are of the project's checks.
    pub(crate) n_checked: usize,
    /// Somebody else's record was put under this person's A-number.
    pub(crate) lent_number: bool,
}

impl Dossier {
    /// A dossier without errors.
    pub(crate) fn new(person: Person, at: usize, home: &Household, chance: &mut Chance) -> Self {
        let life = Life::invent(&person, home, chance);
        let rows = records(&person, home, &life, chance);
        Self { person, home: at, life, rows, planted: Vec::new(), n_checked: 0, lent_number: false }
    }

    /// Whether another error of the checks may be planted.
    pub(crate) fn has_room(&self) -> bool {
        self.n_checked < CHECKED_ERRORS_PER_PERSON_MAX
    }

    /// Positions of the records of a table.
    pub(crate) fn rows_of(&self, table: Table) -> Vec<usize> {
        (0..self.rows.len()).filter(|at| self.rows[*at].table == table).collect()
    }

    /// Position of the only record of a table that is still free of errors and not needed as evidence.
    pub(crate) fn free_row(&self, table: Table) -> Option<usize> {
        self.rows.iter().position(|row| row.table == table && row.used == Use::Free)
    }

    /// Positions of the identity-bearing records.
    pub(crate) fn identity_rows(&self) -> Vec<usize> {
        (0..self.rows.len()).filter(|at| self.rows[*at].identity().is_some()).collect()
    }

    /// Writes a wrong text into a record and notes it.
    pub(crate) fn plant(
        &mut self,
        at: usize,
        check_id: &'static str,
        column: &'static str,
        text: impl Into<String>,
    ) {
        let row = &mut self.rows[at];
        let original = row.get(column).to_owned();
        row.set(column, text);
        let planted = row.get(column).to_owned();
        self.note(at, check_id, column, original, planted);
    }

    /// Notes an error that stands in a record.
    pub(crate) fn note(
        &mut self,
        at: usize,
        check_id: &'static str,
        column: &'static str,
        original: String,
        planted: String,
    ) {
        let row = &mut self.rows[at];
        row.used = Use::Planted;
        let (source, unique_id) = (row.layout().source, row.unique_id());
        self.planted.push(Planted { check_id, source, unique_id, column, original, planted });
    }

    /// Keeps a record as it is, because an error planted elsewhere is recognized by it.
    pub(crate) fn keep(&mut self, at: usize) {
        if self.rows[at].used == Use::Free {
            self.rows[at].used = Use::Evidence;
        }
    }

    /// Records without error that share the A-number or the passport number with a record.
    pub(crate) fn anchored_to(&self, at: usize) -> Vec<usize> {
        let row = &self.rows[at];
        let is_anchored = |other: &Row| {
            shares(row, other, |row| row.identity()?.number)
                || shares(row, other, |row| row.identity()?.passport)
        };
        let others = self.identity_rows().into_iter().filter(|other| *other != at);
        others
            .filter(|other| self.rows[*other].used != Use::Planted && is_anchored(&self.rows[*other]))
            .collect()
    }
}

/// Whether two records bear the same text, not blank, under a column of the same meaning.
fn shares(left: &Row, right: &Row, column: impl Fn(&Row) -> Option<&'static str>) -> bool {
    match (column(left), column(right)) {
        (Some(l), Some(r)) => !left.get(l).is_empty() && left.get(l) == right.get(r),
        _ => false,
    }
}
