//! Which row of a sheet is its heading: the one that the contract counts to, or the one in which its columns stand.

use std::collections::HashMap;

/// Rows at the head of a sheet among which the heading is looked for.
pub(super) const HEADING_ROWS_MAX: u32 = 20;
/// Names of columns that an error repeats.
const NAMES_SHOWN: usize = 4;

/// Where the heading of each sheet stands, as a contract says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadingRow {
    /// Below so many rows.
    Below(u32),
    /// Where the columns of the contract stand.
    Found,
}

/// A row of a sheet: its number from 0, and its cells by the number of their column.
pub(super) type HeadRow = (u32, HashMap<u32, String>);

/// How the heading of a sheet is told.
pub(crate) struct Heading {
    pub(crate) row: HeadingRow,
    /// For each column that must be there, the names that it may have.
    pub(crate) columns: Vec<Vec<String>>,
}

impl Heading {
    /// The number of the row, from 0, at which reading begins: the heading is the first that is not blank from there on. `rows`
    /// are those at the head of the sheet that are not blank.
    ///
    /// # Errors
    /// What was found in which row, and which line of the contract to change.
    pub(super) fn first_row(&self, rows: &[HeadRow]) -> Result<u32, String> {
        let fullest = rows.iter().rev().max_by_key(|(_, cells)| self.n_named(cells));
        match (self.row, fullest) {
            (HeadingRow::Found, Some((number, cells))) if self.n_named(cells) > 0 => Ok(*number),
            (HeadingRow::Found, Some((_, _))) => Err(self.nowhere(rows)),
            (HeadingRow::Found, None) => Ok(0),
            (HeadingRow::Below(n_skipped), _) => {
                let counted = rows.iter().find(|(number, _)| *number >= n_skipped);
                let whole = rows.iter().find(|(_, cells)| self.n_named(cells) == self.columns.len());
                match (counted, whole) {
                    (Some((_, cells)), _) if self.n_named(cells) == self.columns.len() => Ok(n_skipped),
                    (_, Some((whole, _))) => Err(elsewhere(n_skipped, counted, *whole)),
                    _ => Ok(n_skipped),
                }
            }
        }
    }

    /// How many of the columns stand in a row.
    fn n_named(&self, cells: &HashMap<u32, String>) -> usize {
        let has =
            |names: &&Vec<String>| cells.values().any(|cell| names.iter().any(|name| name == cell.trim()));
        self.columns.iter().filter(has).count()
    }

    fn nowhere(&self, rows: &[HeadRow]) -> String {
        let names: Vec<String> = self
            .columns
            .iter()
            .filter_map(|names| names.first())
            .take(NAMES_SHOWN)
            .map(|name| format!("{name:?}"))
            .collect();
        let first = rows.first().map_or_else(String::new, |(number, cells)| {
            format!("; row {} has {}", number + 1, counted_cells(cells))
        });
        format!(
            "none of its first {HEADING_ROWS_MAX} rows has a column of the contract, such as {}{first}: correct the names in the \
             contract, or give those of the file as aliases",
            names.join(", ")
        )
    }
}

fn elsewhere(n_skipped: u32, counted: Option<&HeadRow>, whole: u32) -> String {
    let found = match counted {
        Some((number, cells)) => {
            format!("row {} has {} and is no heading", number + 1, counted_cells(cells))
        }
        None => format!("nothing stands from row {} on", n_skipped + 1),
    };
    format!(
        "{found}, where the contract (skip_rows = {n_skipped}) has it; its columns stand in row {}: write skip_rows = {whole} \
         in the contract, or skip_rows = \"find\" where the files differ",
        whole + 1
    )
}

/// How many cells of a row have anything in them. What they have is not repeated: the row may be somebody's.
fn counted_cells(cells: &HashMap<u32, String>) -> String {
    match cells.values().filter(|cell| !cell.trim().is_empty()).count() {
        1 => "1 cell".to_owned(),
        n => format!("{n} cells"),
    }
}
