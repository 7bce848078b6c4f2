//! ID-15: columns shifted at import.
//!
//! A tab inside a city pushes every later value one column to the right: 71 proceedings and 101 cases of one
//! release of the court were so displaced. Read as they stand, such rows give a person somebody's ZIP code as
//! a language and a mark as a date.
//!
//! The reader repairs a row where exactly one shift makes every typed column valid, and sets other broken rows
//! apart. The rule reads what came through: a record in which two or more typed columns cannot be read and all
//! of them, with every typed column after the first, could be read some columns further on.
//!
//! It stays silent on a single unreadable value, on values that fit nowhere, and on rows that the reader
//! repaired. Nothing is guessed: the row goes to its owner.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, Statement, ValueKind};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    schedule::next_day, wording::counted,
};

/// Columns by which a row may be displaced, at most.
const SHIFT_MAX: usize = 3;

/// Typed columns that must fail together.
const UNREADABLE_MIN: usize = 2;

/// Digits of a date, at least.
const DATE_DIGITS_MIN: usize = 6;

/// The check.
pub(crate) struct ColumnsShiftedAtImport;

static SPEC: Spec = Spec {
    id: "ID-15",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Columns shifted at import",
    family: Family::Identity,
    harm: Harm::H4,
    direction: Direction::Neutral,
    inputs: Attribute::ALL,
    parameters: &[],
    rule: "Two or more typed columns of a row cannot be read, and all of them could be read if the row stood \
           one to three columns further on or back.",
    not_when: &[
        "the reader repaired the row with certainty: exactly one shift fits",
        "only one typed column cannot be read",
        "no shift makes the columns readable",
    ],
    harm_in_words: "Dates and codes of a case are read from the wrong column: a hearing or an order that is \
                    not there.",
    evidence_shown: "The row as it stands, and how it would read after the shift.",
    route: Route {
        actor: "the office that publishes the file",
        instrument: "a report of the row; the row is set apart until it is published whole",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "Deportation Data Project, log of the EOIR release of May 2026: 71 proceedings, 101 cases",
};

impl Check for ColumnsShiftedAtImport {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        // A possible record is read in the file that it is accepted in.
        case.accepted().filter_map(|record| report(record, case, world)).collect()
    }
}

fn report(record: &CaseRecord, case: &CaseFile, world: &World<'_>) -> Option<Discrepancy> {
    let row = &record.record.statements;
    let unreadable: Vec<usize> = (0..row.len()).filter(|at| is_unreadable(&row[*at])).collect();
    let from = *unreadable.first().filter(|_| unreadable.len() >= UNREADABLE_MIN)?;
    let shift =
        (1..=SHIFT_MAX).flat_map(|n| [n as isize, -(n as isize)]).find(|n| fits_after(row, from, *n))?;
    let sentence = format!(
        "{} cannot be read, and all could if the row stood {} further to the {}; the first is {}.",
        counted(unreadable.len(), "typed column", "typed columns"),
        counted(shift.unsigned_abs(), "column", "columns"),
        if shift > 0 { "left" } else { "right" },
        row[from].column,
    );
    let inputs: Vec<_> = unreadable.iter().map(|at| (record, row[*at].attribute)).collect();
    Some(Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today)))
}

fn is_typed(statement: &Statement) -> bool {
    matches!(statement.attribute.kind(), ValueKind::Date | ValueKind::Mark)
}

fn is_unreadable(statement: &Statement) -> bool {
    is_typed(statement) && statement.normalized.is_none() && !statement.original.trim().is_empty()
}

/// Whether every typed column from one on could be read from the text `shift` columns further on, and at least
/// two of the texts exist.
fn fits_after(row: &[Statement], from: usize, shift: isize) -> bool {
    let moved = |at: usize| at.checked_add_signed(shift).and_then(|at| row.get(at));
    let typed: Vec<(&Statement, Option<&Statement>)> =
        (from..row.len()).filter(|at| is_typed(&row[*at])).map(|at| (&row[at], moved(at))).collect();
    let n_there = typed.iter().filter(|(_, text)| text.is_some()).count();
    n_there >= UNREADABLE_MIN
        && typed.iter().all(|(column, text)| {
            text.is_none_or(|text| is_like(column.attribute.kind(), text.original.trim()))
        })
}

fn is_like(kind: ValueKind, text: &str) -> bool {
    match kind {
        ValueKind::Mark => {
            ["Y", "N", "YES", "NO", "0", "1"].iter().any(|mark| text.eq_ignore_ascii_case(mark))
        }
        ValueKind::Date => {
            let n_digits = text.bytes().filter(u8::is_ascii_digit).count();
            let is_written = text.chars().all(|sign| sign.is_ascii_digit() || "-/.: ".contains(sign));
            is_written && n_digits >= DATE_DIGITS_MIN
        }
        ValueKind::Name | ValueKind::Code | ValueKind::Identifier | ValueKind::Address => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const LEAD: &str = "court names 11\n  family_name Ruiz\n";

    fn row(statements: &str) -> String {
        format!("{LEAD}court B_TblProceeding 1 about 11\n  {}\n", statements.replace(", ", "\n  "))
    }

    const SHIFTED: &str = "court_city LOS, order_on CITY =>, in_absentia 2024-05-06 =>, appeal_due_on N =>, \
                           appeal_reserved 2024-06-05";

    #[test]
    fn fires_on_a_row_that_stands_a_column_too_far() {
        let expected = "court/B_TblProceeding:1: 3 typed columns cannot be read, and all could if the row stood 1 \
                        column further to the left; the first is ORDER_ON.";
        check(&ColumnsShiftedAtImport, &row(SHIFTED), &[expected]);
        let left = "court_city 2024-05-06, order_on N =>, in_absentia 2024-06-05 =>, appeal_due_on A =>";
        check(&ColumnsShiftedAtImport, &row(left), &[&expected.replace("left", "right")]);
    }

    #[test]
    fn stays_silent() {
        for statements in [
            "court_city LOS, order_on CITY =>, in_absentia N, appeal_due_on 2024-06-05",
            "court_city LOS, order_on CITY =>, in_absentia PERHAPS =>, appeal_due_on SOON =>",
            "court_city LOS, order_on 2024-05-06, in_absentia N, appeal_due_on 2024-06-05",
            "court_city LOS, order_on =>, in_absentia =>, appeal_due_on 2024-06-05",
        ] {
            check(&ColumnsShiftedAtImport, &row(statements), &[]);
        }
    }
}
