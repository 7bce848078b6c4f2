//! Records of files that have no rows. Each value is judged by itself, so that a broken one costs no other.

use redress_ports::ReadError;
use redress_statement::{Record, STATEMENTS_MAX};

use super::{TableReader, ordinal, statement};
use crate::row::{Broken, PlacedValue, ValueSet};

impl TableReader {
    /// The current row's values as a record. None when it was set aside.
    pub(super) fn judge_values(&mut self, set: ValueSet) -> Result<Option<Record>, ReadError> {
        self.report.n_rows += set.n_rows;
        if let Some(broken) = self.fault_of_key().or_else(|| self.missing()) {
            self.set_aside_row(self.row.line, broken);
            return Ok(None);
        }
        self.check_key()?;
        let mut statements = Vec::new();
        for value in &set.values {
            self.take(value, &mut statements);
        }
        self.doubts.note(&statements, self.as_of(), self.row.line);
        Ok(Some(self.record_of(statements, set.is_attached)))
    }

    /// A column that must say something and does not.
    fn missing(&self) -> Option<Broken> {
        let is_missing = |column: &&crate::header::BoundColumn| {
            column.declared.is_required && column.is_not_recorded(self.row.cell(column.idx))
        };
        let column = self.binding.columns.iter().find(is_missing)?;
        Some(Broken::column(column.idx, "nothing is recorded, a value is required"))
    }

    fn take(&mut self, value: &PlacedValue, statements: &mut Vec<redress_statement::Statement>) {
        let found = self.binding.columns.iter().position(|column| column.idx == value.column_idx);
        let Some(place) = found else { return };
        let (Some(column), Some(dropped)) = (self.binding.columns.get(place), self.dropped.get_mut(place))
        else {
            return;
        };
        if let Some(reason) = column.fault(&value.text) {
            self.set_aside_row(value.line, Broken::column(value.column_idx, reason));
            return;
        }
        let said = statement(column, &value.text, &self.row, self.mask, dropped);
        let Some(mut said) = said.filter(|_| statements.len() < STATEMENTS_MAX) else { return };
        let masked = self.mask.apply(&value.place);
        dropped.n_masked += u64::from(*masked != *value.place);
        said.ordinal = ordinal(statements, said.attribute);
        said.column = masked.into();
        statements.push(said);
    }
}
