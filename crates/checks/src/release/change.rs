//! What became of the rows of an earlier release: first seen, changed, no longer there.

use jiff::civil::Date;
use redress_statement::{Record, Statement};

use crate::Parameters;

/// Counts over the rows of one table in two releases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableChange {
    /// Rows of the earlier release.
    pub n_before: u64,
    /// Rows of this release.
    pub n_after: u64,
    /// Rows of the earlier release that this one does not have.
    pub n_vanished: u64,
    /// Rows of this release that the earlier one does not have.
    pub n_first_seen: u64,
    /// Rows of both that no longer say the same in a column that is read.
    pub n_changed: u64,
}

impl TableChange {
    /// Which check an absence is counted under, by the rule of both: PR-03 when this release does not say what it covers
    /// or over the allowed share of the table is missing at once, so that nothing follows from it; otherwise PR-01.
    #[must_use]
    pub fn check(&self, states_coverage: bool, parameters: &Parameters, on: Date) -> &'static str {
        let drop_share = parameters.number("pr_03_drop_share", on).unwrap_or(0.0);
        let is_drop = self.n_vanished as f64 > drop_share * self.n_before as f64;
        if !states_coverage || is_drop { "PR-03" } else { "PR-01" }
    }
}

/// Counts rows of two releases by table.
#[derive(Clone, Debug, Default)]
pub struct ChangeTally {
    /// Few: a search from the front beats a map.
    tables: Vec<(String, TableChange)>,
}

impl ChangeTally {
    /// Counts the rows with one key: of the earlier release, of this one, or of both.
    pub fn note(&mut self, before: Option<&Record>, after: Option<&Record>) {
        let Some(table) = before.or(after).map(|record| &*record.table) else { return };
        let change = self.of_table(table);
        change.n_before += u64::from(before.is_some());
        change.n_after += u64::from(after.is_some());
        match (before, after) {
            (Some(before), Some(after)) => change.n_changed += u64::from(!says_the_same(before, after)),
            (Some(_), None) => change.n_vanished += 1,
            (None, Some(_)) => change.n_first_seen += 1,
            (None, None) => {}
        }
    }

    /// Counts a row of both releases that says the same in them.
    pub fn note_same(&mut self, table: &str) {
        let change = self.of_table(table);
        change.n_before += 1;
        change.n_after += 1;
    }

    fn of_table(&mut self, table: &str) -> &mut TableChange {
        let at = self.tables.iter().position(|(name, _)| name == table).unwrap_or_else(|| {
            self.tables.push((table.to_owned(), TableChange::default()));
            self.tables.len() - 1
        });
        &mut self.tables[at].1
    }

    /// The counts of a table; nothing where no row of it was seen.
    #[must_use]
    pub fn table(&self, name: &str) -> TableChange {
        let found = self.tables.iter().find(|(table, _)| table == name);
        found.map(|(_, change)| *change).unwrap_or_default()
    }
}

/// Whether two rows state the same values. A column that stands elsewhere in the newer file makes no change.
fn says_the_same(before: &Record, after: &Record) -> bool {
    let values = |record: &Record| {
        let value =
            |said: &Statement| (said.attribute, said.ordinal, said.normalized.clone(), said.original.clone());
        let mut values: Vec<_> = record.statements.iter().map(value).collect();
        values.sort();
        values
    };
    before.statements == after.statements || values(before) == values(after)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use redress_testkit::parse_case_file;

    use super::*;

    fn record(code: &str) -> Record {
        let text = format!("eoir_release B_TblProceeding 1\n  order_code {code}\n  order_on 2016-03-01");
        parse_case_file(&text).records.remove(0).record
    }

    #[test]
    fn rows_are_first_seen_changed_or_gone() {
        let mut tally = ChangeTally::default();
        let (old, new) = (record("X"), record("R"));
        let mut turned = record("X");
        turned.statements.reverse();
        for (before, after) in [
            (Some(&old), Some(&old)),
            (Some(&old), Some(&turned)),
            (Some(&old), Some(&new)),
            (Some(&old), None),
            (None, Some(&new)),
            (None, Some(&new)),
            (None, None),
        ] {
            tally.note(before, after);
        }
        tally.note_same("B_TblProceeding");
        let expected = TableChange { n_before: 5, n_after: 6, n_vanished: 1, n_first_seen: 2, n_changed: 1 };
        assert_eq!(tally.table("B_TblProceeding"), expected);
        assert_eq!(tally.table("A_TblCase"), TableChange::default());
    }

    #[test]
    fn nothing_follows_from_absence_in_a_partial_release() {
        let parameters = Parameters::built_in().unwrap();
        for (n_vanished, states_coverage, check) in
            [(0, true, "PR-01"), (5, true, "PR-01"), (6, true, "PR-03"), (5, false, "PR-03")]
        {
            let change = TableChange { n_before: 1_000, n_vanished, ..TableChange::default() };
            assert_eq!(change.check(states_coverage, &parameters, date(2026, 10, 31)), check, "{n_vanished}");
        }
    }
}
