//! Statements on a connection, and what the database says when it refuses one.

use std::borrow::Cow;

use redress_ports::StoreError;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _, any::AnyRow};

use crate::value::Value;

/// Most placeholders of one statement. Binding one looks its name up among all of them, so the cost of a statement
/// grows with their square; and a statement of the same length is prepared once and used again.
const PLACEHOLDERS_MAX: usize = 256;

/// Most numbers in one list of a condition.
pub(crate) const LIST_MAX: usize = 128;

/// A connection with what is being done on it, for the words of an error.
pub(crate) struct Session<'a> {
    connection: &'a mut AnyConnection,
    doing: &'static str,
    path: &'a str,
}

impl<'a> Session<'a> {
    pub(crate) const fn new(connection: &'a mut AnyConnection, doing: &'static str, path: &'a str) -> Self {
        Self { connection, doing, path }
    }

    /// Runs a statement and answers how many rows it touched.
    pub(crate) async fn run(
        &mut self,
        sql: impl Into<Cow<'static, str>>,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let done = bind(sql.into(), values).execute(&mut *self.connection).await;
        done.map(|done| done.rows_affected()).map_err(|error| failed(self.doing, self.path, error))
    }

    /// Runs several statements without values, such as a step of the schema.
    pub(crate) async fn run_script(&mut self, sql: &'static str) -> Result<(), StoreError> {
        let done = sqlx::raw_sql(sql).execute(&mut *self.connection).await;
        done.map(|_| ()).map_err(|error| failed(self.doing, self.path, error))
    }

    /// All rows of an answer, which the statement bounds.
    pub(crate) async fn rows(
        &mut self,
        sql: impl Into<Cow<'static, str>>,
        values: Vec<Value>,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let rows = bind(sql.into(), values).fetch_all(&mut *self.connection).await;
        rows.map_err(|error| failed(self.doing, self.path, error))
    }

    /// The first row of an answer.
    pub(crate) async fn row(
        &mut self,
        sql: impl Into<Cow<'static, str>>,
        values: Vec<Value>,
    ) -> Result<Option<AnyRow>, StoreError> {
        let row = bind(sql.into(), values).fetch_optional(&mut *self.connection).await;
        row.map_err(|error| failed(self.doing, self.path, error))
    }

    /// A number that a statement computes: the first column of its only row, 0 where that is null.
    pub(crate) async fn number(&mut self, sql: &'static str, values: Vec<Value>) -> Result<i64, StoreError> {
        let Some(row) = self.row(sql, values).await? else { return Ok(0) };
        let number = row.try_get::<Option<i64>, _>(0);
        number.map(Option::unwrap_or_default).map_err(|error| failed(self.doing, self.path, error))
    }

    /// Inserts rows, many at a time. `into` names the table with its columns, `n_columns` of them.
    pub(crate) async fn insert(
        &mut self,
        into: &'static str,
        n_columns: usize,
        rows: Vec<Value>,
        conflict: &'static str,
    ) -> Result<(), StoreError> {
        let n_values_max = PLACEHOLDERS_MAX / n_columns * n_columns;
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let values: Vec<Value> = rows.by_ref().take(n_values_max).collect();
            let tuples = tuples(values.len() / n_columns, n_columns);
            self.run(format!("INSERT INTO {into} VALUES {tuples} {conflict}"), values).await?;
        }
        Ok(())
    }
}

/// `($1, $2), ($3, $4)` for two rows of two columns.
fn tuples(n_rows: usize, n_columns: usize) -> String {
    let row = |row: usize| {
        let first = row * n_columns + 1;
        let places: Vec<_> = (first..first + n_columns).map(|place| format!("${place}")).collect();
        format!("({})", places.join(", "))
    };
    (0..n_rows).map(row).collect::<Vec<_>>().join(", ")
}

/// `$3, $4, $5` for three places from the third on.
pub(crate) fn places(first: usize, n: usize) -> String {
    (first..first + n).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

/// The values of a list.
pub(crate) fn numbers(list: &[i64]) -> Vec<Value> {
    list.iter().map(|number| Value::from(*number)).collect()
}

fn bind(
    sql: Cow<'static, str>,
    values: Vec<Value>,
) -> sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments> {
    // The text comes from this crate alone: values are bound, never written into it.
    let query = match sql {
        Cow::Borrowed(sql) => sqlx::query(sql),
        Cow::Owned(sql) => sqlx::query(AssertSqlSafe(sql)),
    };
    values.into_iter().fold(query, |query, value| match value {
        Value::Number(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Real(real) => query.bind(real),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

/// What the database said, as an error of the store.
pub(crate) fn failed(doing: &str, path: &str, error: sqlx::Error) -> StoreError {
    if is_full(&error) {
        return StoreError::Full { path: path.to_owned() };
    }
    StoreError::Backend { doing: format!("{doing} failed in the database at {path}"), source: error.into() }
}

/// Whether there is no space left: SQLite's `SQLITE_FULL`, PostgreSQL's `disk_full`, or the system's word. A write that a
/// quota or a limit of the file's size refuses is SQLite's `SQLITE_IOERR_WRITE`, and a shared file that cannot grow its
/// `SQLITE_IOERR_SHMSIZE`.
fn is_full(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(refusal) => {
            matches!(refusal.code().as_deref(), Some("13" | "778" | "4874" | "53100"))
        }
        sqlx::Error::Io(error) => is_refused_for_space(error),
        _ => false,
    }
}

/// Whether the system refused a write for want of space: of the device, of a quota, or of a file.
pub(crate) fn is_refused_for_space(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), FileTooLarge | QuotaExceeded | StorageFull)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_count_on_over_the_rows() {
        assert_eq!(tuples(2, 3), "($1, $2, $3), ($4, $5, $6)");
        assert_eq!(places(3, 2), "$3, $4");
    }
}
