//! Relations of a PostgreSQL database, read once and written as JSON Lines.
//!
//! Only the columns that were asked for stand in the query, as the text that the database gives for them. All relations are
//! read in one transaction that writes nothing and sees one state (`REPEATABLE READ READ ONLY`), each in the byte order of
//! its key, page by page: the same rows give the same bytes. What is written is an extract like any other, and the
//! ordinary import takes it in.
//!
//! A table that is emptied or written anew (`TRUNCATE`, `ALTER TABLE`, `REFRESH MATERIALIZED VIEW`) shows no rows to whoever
//! looks at an earlier moment. All relations are therefore opened before the first row is read, which holds such a change up
//! until the last one is; one that came in between is found, and refused.
//!
//! ```text
//! {"id":"R-1","surname":"Okoro","born":"1980-02-01","left":null}
//! ```
//!
//! Never: reads a column that was not asked for; writes to the database; leaves this computer, as connections outwards
//! have no place in this crate; keeps or prints a password.

mod address;
mod catalog;
mod refusal;
mod rows;
mod select;

pub use address::DatabaseAddress;

use std::path::Path;

use redress_ports::{ReadError, RelationAsked, RelationRead};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio::time::timeout;

use refusal::{connecting_failed, reading_failed, unanswered};

/// Seconds within which the server must let a connection in.
const CONNECT_SECONDS_MAX: u64 = 15;
/// Seconds that one statement may take, the sort of the rows included.
const STATEMENT_SECONDS_MAX: u64 = 1_800;
/// Seconds that are waited beyond that for a server that does not even say that it gave up.
const SILENT_SECONDS_MAX: u64 = 60;
/// Seconds that a statement waits for somebody else's lock.
const LOCK_SECONDS_MAX: u64 = 60;

/// Reads relations as they are at one moment, each into its file in `folder`. `progress` is told the rows so far.
///
/// The files lie there whole where the answer is `Ok`; otherwise whatever lies in the folder is of no use. The answer has
/// the order of `asked`.
///
/// # Errors
/// [`ReadError::Call`] when the server does not let the call in, or there is no such database or relation, or it may not be
/// read; [`ReadError::Input`] when a column is not there, or a limit of rows or bytes is passed;
/// [`ReadError::System`] when the server cannot be reached or breaks off, a relation was written anew meanwhile, or a file
/// cannot be written.
pub async fn read_relations(
    address: &DatabaseAddress,
    asked: &[RelationAsked],
    folder: &Path,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Vec<RelationRead>, ReadError> {
    let mut connection = connect(address).await?;
    begin(&mut connection, address).await?;
    let mut opened = Vec::with_capacity(asked.len());
    for (number, relation) in asked.iter().enumerate() {
        let found = catalog::find(&mut connection, address, relation).await?;
        rows::open(&mut connection, address, relation, &found, number).await?;
        opened.push(found);
    }
    catalog::check_unchanged(&mut connection, address).await?;
    let mut read = Vec::with_capacity(asked.len());
    let mut before = 0;
    for (number, (relation, found)) in asked.iter().zip(opened).enumerate() {
        let so_far = |n_rows| progress(before + n_rows);
        let place = rows::Place { address, relation, path: &folder.join(&relation.file) };
        let n_rows = rows::write(&mut connection, &place, &found, number, &so_far).await?;
        before += n_rows;
        read.push(RelationRead { n_rows, left_out: found.left_out });
    }
    // Nothing was written that closing could lose.
    let _ = connection.close().await;
    Ok(read)
}

async fn connect(address: &DatabaseAddress) -> Result<PgConnection, ReadError> {
    let limit = std::time::Duration::from_secs(CONNECT_SECONDS_MAX);
    match timeout(limit, address.options().connect()).await {
        Ok(connected) => connected.map_err(|error| connecting_failed(address, &error)),
        Err(_) => Err(ReadError::System(format!(
            "{address}: no connection within {CONNECT_SECONDS_MAX} seconds, the limit: ask its operator whether the server is \
             overloaded, and run the same command again"
        ))),
    }
}

/// Begins the transaction, and settles how values are written whatever the database's or the role's own settings are.
async fn begin(connection: &mut PgConnection, address: &DatabaseAddress) -> Result<(), ReadError> {
    let script = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
         SET LOCAL search_path = pg_catalog; SET LOCAL client_encoding = 'UTF8'; SET LOCAL DateStyle = 'ISO, YMD'; \
         SET LOCAL IntervalStyle = 'iso_8601'; SET LOCAL TimeZone = 'UTC'; SET LOCAL extra_float_digits = 1; \
         SET LOCAL bytea_output = 'hex'; SET LOCAL cursor_tuple_fraction = 1; \
         SET LOCAL statement_timeout = '{STATEMENT_SECONDS_MAX}s'; SET LOCAL lock_timeout = '{LOCK_SECONDS_MAX}s'; \
         SET LOCAL idle_in_transaction_session_timeout = '{STATEMENT_SECONDS_MAX}s'"
    );
    run(connection, address, "beginning to read", script).await
}

/// Runs statements that answer nothing. The text comes from this module alone; names in it are quoted.
async fn run(
    connection: &mut PgConnection,
    address: &DatabaseAddress,
    doing: &str,
    script: String,
) -> Result<(), ReadError> {
    let running = sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(connection);
    within_limit(address, doing, running).await.map(|_| ())
}

/// What the server answers, or that it does not.
async fn within_limit<T>(
    address: &DatabaseAddress,
    doing: &str,
    asking: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, ReadError> {
    let limit = std::time::Duration::from_secs(STATEMENT_SECONDS_MAX + SILENT_SECONDS_MAX);
    match timeout(limit, asking).await {
        Ok(answered) => answered.map_err(|error| reading_failed(address, doing, &error)),
        Err(_) => Err(unanswered(address, doing)),
    }
}
