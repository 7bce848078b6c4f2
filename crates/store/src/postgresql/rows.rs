//! The rows of one relation, page by page into a file.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use redress_ports::{ReadError, RelationAsked};
use sqlx::{PgConnection, Row as _, postgres::PgRow};

use super::{
    DatabaseAddress,
    catalog::Found,
    refusal::reading_failed,
    run,
    select::{self, FIRST_CELL_IDX, LENGTH_IDX, ROW_BYTES_MAX},
    within_limit,
};
use crate::session::is_refused_for_space;

/// Rows that are held in memory at one time: with [`ROW_BYTES_MAX`], 256 MiB at most.
const PAGE_ROWS: usize = 256;
/// Most rows of one relation: more than any published register of cases has.
const ROWS_MAX: u64 = 500_000_000;

/// What is being written, and where.
pub(super) struct Place<'a> {
    pub(super) address: &'a DatabaseAddress,
    pub(super) relation: &'a RelationAsked,
    pub(super) path: &'a Path,
}

/// Opens the cursor of that number over a relation. No row is read yet; nobody can empty it any more.
pub(super) async fn open(
    connection: &mut PgConnection,
    address: &DatabaseAddress,
    relation: &RelationAsked,
    found: &Found,
    number: usize,
) -> Result<(), ReadError> {
    let doing = format!("reading {relation}");
    // Where a policy hides rows and the extract is to have them all, the server refuses: a view may hide what the
    // catalog does not tell.
    let security = if relation.is_covered { "off" } else { "on" };
    run(connection, address, &doing, format!("SET LOCAL row_security = {security}")).await?;
    run(connection, address, &doing, select::declare(number, relation, &found.columns)).await
}

/// Writes the rows of the cursor of that number as JSON Lines, and answers how many there are.
pub(super) async fn write(
    connection: &mut PgConnection,
    place: &Place<'_>,
    found: &Found,
    number: usize,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<u64, ReadError> {
    let (address, cursor) = (place.address, select::cursor(number));
    let doing = format!("reading {}", place.relation);
    let file = File::create_new(place.path).map_err(|error| place.unwritten(&error))?;
    let mut out = BufWriter::new(file);
    let names = member_names(&found.columns).map_err(|error| place.unwritten(&error))?;
    let mut n_rows = 0_u64;
    loop {
        let page = fetch(connection, address, &cursor, &doing).await.map_err(|error| place.told(error))?;
        for row in &page {
            n_rows += 1;
            let cells = place.cells(row, found.columns.len(), n_rows, &doing)?;
            write_line(&mut out, &names, &cells).map_err(|error| place.unwritten(&error))?;
        }
        progress(n_rows);
        if page.len() < PAGE_ROWS {
            break;
        }
        if n_rows > ROWS_MAX {
            return Err(place.wrong(format!(
                "has over {ROWS_MAX} rows, the limit: read it through a view of part of them"
            )));
        }
    }
    out.into_inner().map_err(|error| place.unwritten(error.error()))?;
    run(connection, address, &doing, format!("CLOSE {cursor}")).await?;
    Ok(n_rows)
}

async fn fetch(
    connection: &mut PgConnection,
    address: &DatabaseAddress,
    cursor: &str,
    doing: &str,
) -> Result<Vec<PgRow>, ReadError> {
    let sql = format!("FETCH FORWARD {PAGE_ROWS} FROM {cursor}");
    let fetching = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(connection);
    within_limit(address, doing, fetching).await
}

/// The names as they stand before their values: `{"id":`, `,"surname":`.
fn member_names(columns: &[String]) -> io::Result<Vec<Vec<u8>>> {
    let name = |(at, column): (usize, &String)| {
        let mut bytes = vec![if at == 0 { b'{' } else { b',' }];
        serde_json::to_writer(&mut bytes, column)?;
        bytes.push(b':');
        Ok(bytes)
    };
    columns.iter().enumerate().map(name).collect()
}

fn write_line(out: &mut impl Write, names: &[Vec<u8>], cells: &[Option<&str>]) -> io::Result<()> {
    for (name, cell) in names.iter().zip(cells) {
        out.write_all(name)?;
        serde_json::to_writer(&mut *out, cell)?;
    }
    out.write_all(b"}\n")
}

impl Place<'_> {
    /// The cells of the row of that number, from 1, the key first. What is wrong with a key is told by whoever takes the rows
    /// in, who knows which of them are sealed.
    fn cells<'row>(
        &self,
        row: &'row PgRow,
        n: usize,
        number: u64,
        doing: &str,
    ) -> Result<Vec<Option<&'row str>>, ReadError> {
        let failed = |error| reading_failed(self.address, doing, &error);
        let n_bytes: &str = row.try_get(LENGTH_IDX).map_err(failed)?;
        if n_bytes.parse::<usize>().is_ok_and(|n_bytes| n_bytes > ROW_BYTES_MAX) {
            // Where some rows are sealed, the number would tell where this one stands among them.
            let number = if self.relation.is_counted { format!("row {number}") } else { "a row".to_owned() };
            return Err(self.wrong(format!(
                "has {n_bytes} bytes in the columns that are read, in {number} of the order of its key; the limit is \
                 {ROW_BYTES_MAX}: take the long column out of the contract, or shorten it in a view"
            )));
        }
        (FIRST_CELL_IDX..FIRST_CELL_IDX + n).map(|idx| row.try_get(idx).map_err(failed)).collect()
    }

    /// What is wrong with a value, where its row cannot be sealed: the server repeats the value.
    fn told(&self, error: ReadError) -> ReadError {
        if self.relation.is_counted || !matches!(error, ReadError::Input(_)) {
            return error;
        }
        self.wrong(
            "has a value that the server cannot read or compute; what it says of it is in its own log, and not repeated here, as \
             some rows are sealed. Correct the relation, or the contract"
                .to_owned(),
        )
    }

    fn wrong(&self, what: String) -> ReadError {
        ReadError::Input(format!("{}: `{}` {what}; nothing was stored", self.address, self.relation))
    }

    fn unwritten(&self, error: &io::Error) -> ReadError {
        let path = self.path.display();
        if is_refused_for_space(error) {
            return ReadError::System(format!(
                "no space is left for the rows of `{}` at {path}: nothing was stored; free space and run the same command again",
                self.relation
            ));
        }
        ReadError::System(format!("the rows of `{}` cannot be written to {path}: {error}", self.relation))
    }
}
