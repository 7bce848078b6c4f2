//! Reading rows without trust: what cannot be is reported by table, column and row.

use std::{fmt::Display, str::FromStr};

use redress_ports::StoreError;
use serde::de::DeserializeOwned;
use sqlx::{Any, Decode, Row as _, Type, any::AnyRow};

/// One row of an answer, and which row of which table it is.
pub(crate) struct Cells<'a> {
    row: &'a AnyRow,
    table: &'static str,
    key: &'a (dyn Display + Sync),
}

impl<'a> Cells<'a> {
    /// `key` names the row in an error.
    pub(crate) const fn new(row: &'a AnyRow, table: &'static str, key: &'a (dyn Display + Sync)) -> Self {
        Self { row, table, key }
    }

    /// What is wrong with a column of this row.
    pub(crate) fn wrong(&self, column: &'static str, what: impl Display) -> StoreError {
        let (row, what) = (self.key.to_string(), what.to_string());
        StoreError::Inconsistent { table: self.table, column, row, what }
    }

    /// A value as the database has it.
    pub(crate) fn get<T>(&self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'a, Any> + Type<Any>,
    {
        self.row.try_get(column).map_err(|error| self.wrong(column, error))
    }

    /// A text that spells something. The text itself may be personal, so the error does not repeat it.
    pub(crate) fn parse<T: FromStr<Err: Display>>(&self, column: &'static str) -> Result<T, StoreError> {
        let text: &str = self.get(column)?;
        text.parse().map_err(|_| self.wrong(column, "the text cannot be read as what the column holds"))
    }

    /// A text that spells something, or null.
    pub(crate) fn parse_option<T: FromStr<Err: Display>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        match self.get::<Option<&str>>(column)? {
            Some(_) => self.parse(column).map(Some),
            None => Ok(None),
        }
    }

    /// JSON of a structure.
    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        let text: &str = self.get(column)?;
        serde_json::from_str(text).map_err(|error| self.wrong(column, not_the_json(&error)))
    }

    /// A word that serde spells, such as `open` for a state.
    pub(crate) fn word<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        let text: &str = self.get(column)?;
        let value = serde_json::Value::String(text.to_owned());
        serde_json::from_value(value).map_err(|_| self.wrong(column, "not one of the words of this column"))
    }

    /// A mark, 0 or 1.
    pub(crate) fn mark(&self, column: &'static str) -> Result<bool, StoreError> {
        match self.get::<i64>(column)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(self.wrong(column, format_args!("{other} is neither 0 nor 1"))),
        }
    }

    /// A number that cannot be negative.
    pub(crate) fn count(&self, column: &'static str) -> Result<u64, StoreError> {
        let number: i64 = self.get(column)?;
        u64::try_from(number).map_err(|_| self.wrong(column, format_args!("{number} is negative")))
    }
}

/// Where JSON broke, without its text.
pub(crate) fn not_the_json(error: &serde_json::Error) -> String {
    format!("not the JSON of this column, at line {}, column {}", error.line(), error.column())
}
