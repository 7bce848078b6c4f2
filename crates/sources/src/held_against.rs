//! The rows of one case in two releases, held against each other.

use std::collections::BTreeMap;

use redress_statement::Record;

use crate::by_case::{CaseTables, SortedCase};

/// What became of a row.
pub enum Fate<'a> {
    /// It says the same in both releases.
    Same {
        /// Its table.
        table: &'a str,
    },
    /// It is not the same: the earlier row, where there is one, and the newer row, where there is one.
    Other(Option<Box<Record>>, Option<Box<Record>>),
}

/// A release's case and what takes it apart.
pub type OfRelease<'a> = (&'a CaseTables, &'a SortedCase);

/// Holds the rows of a case in an earlier release against those in this one, and tells what became of each.
///
/// A row is the same where its bytes are; only others are taken apart. A row that names another case than before is gone
/// there and new here.
pub fn hold_against(
    before: Option<OfRelease<'_>>,
    after: Option<OfRelease<'_>>,
    mut tell: impl FnMut(Fate<'_>),
) {
    if let (Some((tables, before)), Some((_, after))) = (before, after)
        && is_same(before, after)
    {
        return after.entries().for_each(|entry| tell(Fate::Same { table: tables.name(entry.table()) }));
    }
    let mut earlier = BTreeMap::new();
    if let Some((_, case)) = before {
        earlier.extend(case.entries().map(|entry| ((entry.table(), entry.row_key()), entry)));
    }
    for (tables, entry) in
        after.into_iter().flat_map(|(tables, case)| case.entries().map(move |e| (tables, e)))
    {
        let known = earlier.remove(&(entry.table(), entry.row_key()));
        if known.is_some_and(|known| known.said() == entry.said()) {
            tell(Fate::Same { table: tables.name(entry.table()) });
            continue;
        }
        let before = known.zip(before).and_then(|(known, (tables, _))| tables.record(known));
        tell(Fate::Other(before.map(Box::new), tables.record(entry).map(Box::new)));
    }
    for (entry, (tables, _)) in earlier.into_values().zip(before.into_iter().cycle()) {
        tell(Fate::Other(tables.record(entry).map(Box::new), None));
    }
}

/// Whether all rows say the same, in the same order.
fn is_same(before: &SortedCase, after: &SortedCase) -> bool {
    let says = |case: &SortedCase| case.entries().len();
    says(before) == says(after)
        && before
            .entries()
            .zip(after.entries())
            .all(|(before, after)| before.table() == after.table() && before.said() == after.said())
}

#[cfg(test)]
mod tests {
    use redress_statement::Attribute;

    use super::*;
    use crate::by_case::{
        CaseSorter, Cases,
        tests::{record, snapshot},
    };

    /// A case of two tables. A row is its table, its key and its value.
    fn case(rows: &[(u16, u64, &str)]) -> Option<(Cases, SortedCase)> {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = CaseSorter::new(folder.path(), "sort").unwrap();
        for (at, table) in [(0, snapshot("hearings")), (1, snapshot("motions"))] {
            sorter.begin_table(at, &table, false);
            for (_, key, value) in rows.iter().filter(|row| row.0 == at) {
                sorter.push(&record(&table, false, *key, "7", Some(value))).unwrap();
            }
        }
        let mut cases = Cases::merge(vec![sorter]).unwrap();
        let case = cases.next_case().unwrap()?;
        Some((cases, case))
    }

    fn check(before: &[(u16, u64, &str)], after: &[(u16, u64, &str)], expected: &[&str]) {
        let (before, after) = (case(before), case(after));
        let tables = [&before, &after].map(|side| side.as_ref().map(|(cases, _)| cases.tables()));
        let of = |at: usize| -> Option<OfRelease<'_>> {
            let (_, case) = [&before, &after][at].as_ref()?;
            Some((tables[at].as_deref()?, case))
        };
        let mut found = Vec::new();
        let shown = |row: Option<Box<Record>>| {
            let shown = |row: Box<Record>| {
                format!("{} {}", row.key.key, row.value(Attribute::OrderCode).unwrap_or("nothing"))
            };
            row.map_or("none".to_owned(), shown)
        };
        hold_against(of(0), of(1), |fate| {
            found.push(match fate {
                Fate::Same { table } => format!("same in {table}"),
                Fate::Other(before, after) => format!("{} > {}", shown(before), shown(after)),
            });
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn each_row_is_told_once() {
        let one = [(0, 1, "A"), (0, 2, "B"), (1, 1, "C")];
        check(&one, &one, &["same in hearings", "same in hearings", "same in motions"]);
        check(&one, &[], &["hearings:1 A > none", "hearings:2 B > none", "motions:1 C > none"]);
        check(&[], &one[..1], &["none > hearings:1 A"]);
        check(
            &one,
            &[(0, 2, "B"), (0, 1, "A"), (1, 1, "D"), (1, 2, "E")],
            &["same in hearings", "same in hearings", "motions:1 C > motions:1 D", "none > motions:2 E"],
        );
        // The same key in another table is another row.
        check(&[(0, 1, "A")], &[(1, 1, "A")], &["none > motions:1 A", "hearings:1 A > none"]);
    }
}
