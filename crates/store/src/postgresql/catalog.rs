//! What the database has of a relation that was asked for: which columns, and whether they may be read.

use redress_ports::{ReadError, RelationAsked};
use sqlx::{PgConnection, Row as _, postgres::PgRow};

use super::{DatabaseAddress, refusal::reading_failed, within_limit};

/// The relation of this name, or one whose name differs only in capitals.
const RELATION: &str = "SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text, \
     has_schema_privilege(n.oid, 'USAGE'), row_security_active(c.oid) \
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
     WHERE lower(n.nspname::text) = lower($1) AND lower(c.relname::text) = lower($2) \
     ORDER BY n.nspname::text = $1 AND c.relname::text = $2 DESC LIMIT 1";
/// Its columns, of which a database lets one relation have at most 1,600.
const COLUMNS: &str = "SELECT a.attname::text, has_column_privilege(a.attrelid, a.attnum, 'SELECT') FROM pg_attribute AS a \
     WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
/// A relation that is open here, be it behind a view, and was made or written anew since the moment that is read: `pg_class` is
/// seen as it was then, and the number of the file as it is now.
const WRITTEN_ANEW: &str = "SELECT l.relation::regclass::text FROM pg_locks AS l LEFT JOIN pg_class AS c ON c.oid = l.relation \
     WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' \
     AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database()) \
     AND (c.oid IS NULL OR c.relkind IN ('r', 'm') AND c.relfilenode <> 0 AND c.relfilenode <> pg_relation_filenode(c.oid)) \
     ORDER BY 1 LIMIT 1";
/// Kinds of relations that have rows: tables, parts and all, and views.
const KINDS: [&str; 4] = ["r", "p", "v", "m"];
/// Most columns that an error names.
const NAMED_MAX: usize = 20;

/// A relation as it is read.
pub(super) struct Found {
    /// The columns that are read, as the relation spells them, the key first.
    pub(super) columns: Vec<String>,
    /// The columns that are not.
    pub(super) left_out: Vec<String>,
}

struct Column {
    name: String,
    may_be_read: bool,
}

/// Holds what was asked for against what is there.
pub(super) async fn find(
    connection: &mut PgConnection,
    address: &DatabaseAddress,
    asked: &RelationAsked,
) -> Result<Found, ReadError> {
    let doing = format!("looking for {asked}");
    let looking =
        sqlx::query(RELATION).bind(&asked.schema).bind(&asked.name).fetch_optional(&mut *connection);
    let row = within_limit(address, &doing, looking).await?;
    let cell = |error| reading_failed(address, &doing, &error);
    let Some(row) = row else { return Err(absent(address, asked, None)) };
    let found = format!("{}.{}", text(&row, 1).map_err(cell)?, text(&row, 2).map_err(cell)?);
    if found != asked.to_string() {
        return Err(absent(address, asked, Some(&found)));
    }
    check_kind(address, asked, &text(&row, 3).map_err(cell)?)?;
    check_rights(address, asked, row.try_get(4).map_err(cell)?, row.try_get(5).map_err(cell)?)?;
    let number: i64 = row.try_get(0).map_err(cell)?;
    let listing = sqlx::query(COLUMNS).bind(number).fetch_all(&mut *connection);
    let rows = within_limit(address, &doing, listing).await?;
    let columns = rows.iter().map(|row| Ok(Column { name: text(row, 0)?, may_be_read: row.try_get(1)? }));
    choose(address, asked, columns.collect::<Result<Vec<Column>, _>>().map_err(cell)?)
}

fn text(row: &PgRow, idx: usize) -> Result<String, sqlx::Error> {
    row.try_get(idx)
}

fn absent(address: &DatabaseAddress, asked: &RelationAsked, near: Option<&str>) -> ReadError {
    let hint = near.map_or_else(String::new, |near| {
        format!("; there is `{near}`, and a name is written as the database keeps it")
    });
    ReadError::Call(format!(
        "{address}: there is no relation `{asked}`{hint}: correct `relation` in the contract, or the database in the address"
    ))
}

/// Refuses to read what shows no rows although it has some: a relation that was written anew since the moment that is read.
pub(super) async fn check_unchanged(
    connection: &mut PgConnection,
    address: &DatabaseAddress,
) -> Result<(), ReadError> {
    let doing = "asking whether a relation was written anew";
    let found = sqlx::query(WRITTEN_ANEW).fetch_optional(connection);
    let Some(row) = within_limit(address, doing, found).await? else { return Ok(()) };
    let name: String = row.try_get(0).map_err(|error| reading_failed(address, doing, &error))?;
    Err(ReadError::System(format!(
        "{address}: `{name}` was emptied or written anew since the moment that is read, and would seem to have no rows; nothing \
         was stored. Run the same command again"
    )))
}

fn check_kind(address: &DatabaseAddress, asked: &RelationAsked, kind: &str) -> Result<(), ReadError> {
    if KINDS.contains(&kind) {
        return Ok(());
    }
    // Rows of a foreign table come from another server, which knows nothing of the moment that is read.
    Err(ReadError::Call(format!(
        "{address}: `{asked}` is neither a table nor a view of this server (its kind is `{kind}`): name one that is, or put its \
         rows into a table"
    )))
}

/// Rows that a policy hides would pass for rows that are gone, where the call says that all of them are there.
fn check_rights(
    address: &DatabaseAddress,
    asked: &RelationAsked,
    may_use_schema: bool,
    has_policy: bool,
) -> Result<(), ReadError> {
    let (role, schema) = (address.role(), &asked.schema);
    if !may_use_schema {
        return Err(ReadError::Call(format!(
            "{address}: nothing of the schema `{schema}` may be used by `{role}`: ask its owner for GRANT USAGE ON SCHEMA"
        )));
    }
    if has_policy && asked.is_covered {
        return Err(ReadError::Call(format!(
            "{address}: a policy of row-level security may hide rows of `{asked}` from `{role}`, and the call says that all are \
             there: leave its section out of --covers, or ask the owner for a role that sees every row (BYPASSRLS)"
        )));
    }
    Ok(())
}

/// The columns that are read and those that are not.
fn choose(address: &DatabaseAddress, asked: &RelationAsked, has: Vec<Column>) -> Result<Found, ReadError> {
    let spelled =
        |names: &Vec<String>| names.iter().find_map(|name| has.iter().find(|column| column.name == *name));
    let absent: Vec<&str> = asked
        .columns
        .iter()
        .filter(|names| spelled(names).is_none())
        .filter_map(|names| names.first())
        .map(String::as_str)
        .collect();
    if !absent.is_empty() {
        let there: Vec<&str> = has.iter().map(|column| column.name.as_str()).collect();
        return Err(ReadError::Input(format!(
            "{address}: `{asked}` has no column {}; it has {}: correct the contract, or give the column's new name as an alias",
            listed(&absent),
            listed(&there)
        )));
    }
    let columns: Vec<&Column> = asked.columns.iter().filter_map(spelled).collect();
    let kept_back: Vec<&str> =
        columns.iter().filter(|column| !column.may_be_read).map(|column| column.name.as_str()).collect();
    if !kept_back.is_empty() {
        return Err(ReadError::Call(format!(
            "{address}: `{}` may not read {} of `{asked}`: ask its owner for GRANT SELECT on the columns that the contract \
             declares; no other is read",
            address.role(),
            listed(&kept_back)
        )));
    }
    let columns: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let left_out =
        has.iter().filter(|column| !columns.contains(&column.name)).map(|column| column.name.clone());
    Ok(Found { left_out: left_out.collect(), columns })
}

fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(NAMED_MAX).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(NAMED_MAX);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}
