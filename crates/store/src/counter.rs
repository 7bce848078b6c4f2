//! Numbers for identifiers, never given twice.

use redress_ports::StoreError;

use crate::{cell::Cells, database::Database, session::Session, value::values};

/// Takes `n` fresh numbers of a kind and answers the first.
pub(crate) async fn take(database: &Database, kind: &'static str, n: u32) -> Result<i64, StoreError> {
    let mut write = database.write("taking numbers").await?;
    let first = take_in(&mut write.session(), kind, i64::from(n)).await?;
    write.commit().await?;
    Ok(first)
}

/// As [`take`], within a transaction.
pub(crate) async fn take_in(
    session: &mut Session<'_>,
    kind: &'static str,
    n: i64,
) -> Result<i64, StoreError> {
    let first = peek(session, kind).await?;
    put(session, kind, first.saturating_add(n)).await?;
    Ok(first)
}

/// The next free number, from 1.
pub(crate) async fn peek(session: &mut Session<'_>, kind: &'static str) -> Result<i64, StoreError> {
    let row = session.row("SELECT next_number FROM counter WHERE kind = $1", values![kind]).await?;
    row.map_or(Ok(1), |row| Cells::new(&row, "counter", &kind).get("next_number"))
}

/// Sets the next free number.
pub(crate) async fn put(
    session: &mut Session<'_>,
    kind: &'static str,
    next_number: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO counter (kind, next_number) VALUES ($1, $2) \
         ON CONFLICT (kind) DO UPDATE SET next_number = excluded.next_number";
    session.run(sql, values![kind, next_number]).await.map(|_| ())
}
