//! Projections thrown away and built anew, and the digest by which two states are compared.

use redress_ports::StoreError;
use redress_statement::Digest;
use sqlx::{Column as _, Row as _, ValueRef as _, any::AnyRow};

use crate::{
    database::Database,
    event,
    projection::{self, PROJECTED},
    session::Session,
    value::values,
};

/// Events replayed, or rows read, at a time.
const PAGE: u32 = 5_000;

/// Builds the projections anew from the events, in one transaction.
pub(crate) async fn rebuild(database: &Database) -> Result<(), StoreError> {
    let mut write = database.write("rebuilding the projections").await?;
    let mut session = write.session();
    for (table, _) in PROJECTED {
        session.run(format!("DELETE FROM {table}"), Vec::new()).await?;
    }
    let mut after = 0;
    loop {
        let events = event::page(&mut session, after, PAGE).await?;
        let Some(last) = events.last() else { break };
        after = last.seq;
        projection::apply(&mut session, &events).await?;
    }
    write.commit().await
}

/// Builds the projections anew, and answers the state before and after.
pub(crate) async fn replay(database: &Database) -> Result<(Digest, Digest), StoreError> {
    let before = state_digest(database).await?;
    rebuild(database).await?;
    Ok((before, state_digest(database).await?))
}

/// The digest of all projected rows in their order: each row's text is hashed onto the digest before it.
pub(crate) async fn state_digest(database: &Database) -> Result<Digest, StoreError> {
    let mut read = database.read("digesting the state").await?;
    let mut session = read.session();
    let mut digest = Digest::of(b"");
    for (table, order) in PROJECTED {
        digest = onto(digest, table);
        digest = digest_of_table(&mut session, digest, table, order).await?;
    }
    Ok(digest)
}

async fn digest_of_table(
    session: &mut Session<'_>,
    mut digest: Digest,
    table: &'static str,
    order: &str,
) -> Result<Digest, StoreError> {
    let mut offset = 0;
    loop {
        let sql = format!("SELECT * FROM {table} ORDER BY {order} LIMIT $1 OFFSET $2");
        let rows = session.rows(sql, values![i64::from(PAGE), offset]).await?;
        for row in &rows {
            digest = onto(digest, &row_text(row, table)?);
        }
        offset += i64::from(PAGE);
        if rows.len() < PAGE as usize {
            return Ok(digest);
        }
    }
}

fn onto(digest: Digest, text: &str) -> Digest {
    Digest::of(&[&digest.0, text.as_bytes()].concat())
}

/// A row as JSON: its values in the order of the columns.
fn row_text(row: &AnyRow, table: &'static str) -> Result<String, StoreError> {
    let cells = row.columns().iter().map(|column| {
        let place = column.ordinal();
        if row.try_get_raw(place).is_ok_and(|value| value.is_null()) {
            return Ok(serde_json::Value::Null);
        }
        let number = row.try_get::<i64, _>(place).map(serde_json::Value::from);
        number.or_else(|_| row.try_get::<String, _>(place).map(serde_json::Value::from)).map_err(|error| {
            let (row, what) = (column.name().to_owned(), error.to_string());
            StoreError::Inconsistent { table, column: "any", row, what }
        })
    });
    let cells: Result<Vec<_>, _> = cells.collect();
    Ok(serde_json::Value::Array(cells?).to_string())
}
