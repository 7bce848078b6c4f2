//! Broken rows: which can be repaired without guessing, and which are set aside.
//!
//! A row is repaired in two cases. Missing trailing cells alone are padded with empty ones. A delimiter inside a
//! free-text value moves all later cells to the right: the row is repaired where exactly one way of joining
//! neighbouring cells makes every typed column valid. Anything else is quarantined.
//!
//! A row of the right length may have been shifted and lost its last cells. There the length proves nothing, so a
//! shift counts only if a value that is wrong where it stands is right in the typed column to which the shift moves
//! it.

use crate::header::{Binding, BoundColumn};
use crate::row::{Broken, Row};

/// Most cells by which a row can be told to be shifted.
const SHIFT_CELLS_MAX: usize = 4;
/// Longest row that the log of repairs shows, in characters.
const SHOWN_CHARS_MAX: usize = 2_000;
/// What stands in that log for a value that is not taken in.
const WITHHELD: &str = "…";

/// What becomes of a row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// As it stands.
    Sound,
    /// The repaired row, with what was done, and the row before and after.
    Repaired { row: Row, is_shift: bool, repair: String, before: String, after: String },
    /// Set aside.
    Broken(Broken),
}

/// Judges a row against the columns that its file has.
pub(crate) fn settle(row: &Row, binding: &Binding) -> Settled {
    let n_columns = binding.names.len();
    if row.len() == n_columns
        && binding.columns.iter().all(|column| column.fault(row.cell(column.idx)).is_none())
    {
        return Settled::Sound;
    }
    let found = fault(binding, |idx| row.cell(idx).to_owned());
    match (row.len().cmp(&n_columns), found) {
        (std::cmp::Ordering::Equal, None) => Settled::Sound,
        (std::cmp::Ordering::Less, None) => padded(row, binding),
        (std::cmp::Ordering::Less, Some(fault)) => {
            let reason = format!("{} cells, {n_columns} are expected; {}", row.len(), fault.reason);
            Settled::Broken(Broken { reason, ..fault })
        }
        (std::cmp::Ordering::Equal, Some(fault)) => {
            let shifts = (1..=SHIFT_CELLS_MAX).flat_map(|n_cells| shifts(row, binding, n_cells));
            one(row, binding, shifts.filter(|shift| is_evident(row, binding, *shift)))
                .unwrap_or(Settled::Broken(fault))
        }
        (std::cmp::Ordering::Greater, _) => {
            let n_cells = row.len() - n_columns;
            let found =
                (n_cells <= SHIFT_CELLS_MAX).then(|| one(row, binding, shifts(row, binding, n_cells)));
            found.flatten().unwrap_or_else(|| {
                Settled::Broken(Broken::row(format!(
                    "{} cells, {n_columns} are expected, and no single shift makes every typed column valid: \
                     take the delimiter out of the value that holds it",
                    row.len()
                )))
            })
        }
    }
}

/// A way to read a shifted row: `n_cells` after the one at `start` belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shift {
    start: usize,
    n_cells: usize,
}

impl Shift {
    /// The value of a column under this shift.
    fn value(self, row: &Row, column_idx: usize) -> String {
        match column_idx.cmp(&self.start) {
            std::cmp::Ordering::Less => row.cell(column_idx).to_owned(),
            std::cmp::Ordering::Greater => row.cell(column_idx + self.n_cells).to_owned(),
            std::cmp::Ordering::Equal => {
                let parts = (self.start..=self.start + self.n_cells).map(|idx| row.cell(idx));
                parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
            }
        }
    }

    /// The column to which a cell of the file belongs.
    fn column_of(self, cell_idx: usize) -> usize {
        if cell_idx <= self.start { cell_idx } else { cell_idx.saturating_sub(self.n_cells).max(self.start) }
    }
}

/// The first fault among the declared columns.
fn fault(binding: &Binding, value: impl Fn(usize) -> String) -> Option<Broken> {
    binding
        .columns
        .iter()
        .find_map(|column| column.fault(&value(column.idx)).map(|reason| Broken::column(column.idx, reason)))
}

/// Every shift of that many cells that makes every typed column valid.
fn shifts<'a>(row: &'a Row, binding: &'a Binding, n_cells: usize) -> impl Iterator<Item = Shift> + 'a {
    (0..binding.names.len())
        .map(move |start| Shift { start, n_cells })
        .filter(|shift| fault(binding, |idx| shift.value(row, idx)).is_none())
}

fn is_evident(row: &Row, binding: &Binding, shift: Shift) -> bool {
    let typed = |idx: usize| binding.columns.iter().find(|column| column.idx == idx && column.is_typed());
    let is_wrong = |column: &&BoundColumn| column.fault(row.cell(column.idx)).is_some();
    binding.columns.iter().filter(is_wrong).any(|column| {
        let is_moved = column.idx > shift.start + shift.n_cells;
        let reached = typed(shift.column_of(column.idx));
        is_moved && reached.is_some_and(|reached| !reached.is_not_recorded(row.cell(column.idx)))
    })
}

/// The repaired row when all shifts amount to one and the same.
fn one(row: &Row, binding: &Binding, shifts: impl Iterator<Item = Shift>) -> Option<Settled> {
    let mut found: Option<(Shift, Row)> = None;
    for shift in shifts {
        let mut repaired = Row::default();
        repaired.start(row.line);
        (0..binding.names.len()).for_each(|idx| repaired.push(&shift.value(row, idx)));
        match &found {
            Some((_, other)) if *other != repaired => return None,
            Some(_) => {}
            None => found = Some((shift, repaired)),
        }
    }
    let (shift, repaired) = found?;
    let name = binding.names.get(shift.start).map_or("", String::as_str);
    let cells = if shift.n_cells == 1 { "cell" } else { "cells" };
    Some(Settled::Repaired {
        is_shift: true,
        repair: format!(
            "{} {cells} joined to column {name:?}, all later cells moved back: the only shift that makes every \
             typed column valid",
            shift.n_cells
        ),
        before: render(row, &repaired, binding, |idx| shift.column_of(idx)),
        after: render(&repaired, &repaired, binding, |idx| idx),
        row: repaired,
    })
}

fn padded(row: &Row, binding: &Binding) -> Settled {
    let mut repaired = row.clone();
    (row.len()..binding.names.len()).for_each(|_| repaired.push(""));
    let n = binding.names.len() - row.len();
    Settled::Repaired {
        is_shift: false,
        repair: format!("{n} missing trailing cells padded with empty ones"),
        before: render(row, &repaired, binding, |idx| idx),
        after: render(&repaired, &repaired, binding, |idx| idx),
        row: repaired,
    }
}

/// A row for the log. A value that is not taken in, by its column or by the rule of its column, is not shown there
/// either; which rows the rule lets in is told from the repaired row.
fn render(row: &Row, repaired: &Row, binding: &Binding, column_of: impl Fn(usize) -> usize) -> String {
    let is_withheld = |idx: usize| {
        let column = binding.columns.iter().find(|column| column.idx == idx);
        column.is_some_and(|column| column.is_withheld(repaired))
    };
    let cells = row.cells().enumerate().map(|(cell_idx, cell)| {
        let idx = column_of(cell_idx);
        let is_shown = binding.is_shown.get(idx).copied().unwrap_or(false) && !is_withheld(idx);
        if is_shown || cell.is_empty() { cell } else { WITHHELD }
    });
    let text = cells.collect::<Vec<_>>().join(" | ");
    text.chars().take(SHOWN_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests;
