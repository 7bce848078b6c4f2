//! The tables' form, step by step.

use redress_ports::StoreError;

use crate::{
    database::{Database, n_tables},
    value::values,
};

/// The steps in order. A step that was released is never changed; a new form is a new step.
const STEPS: &[(i64, &str, &str)] = &[(1, "0001_first.sql", include_str!("../sql/0001_first.sql"))];

/// The version that this program reads and writes.
pub(crate) const VERSION: i64 = 1;

/// Makes the tables of a fresh database, and refuses one of another version.
///
/// # Errors
/// [`StoreError::Schema`] when the tables are of another version.
pub(crate) async fn prepare(database: &Database) -> Result<(), StoreError> {
    let mut write = database.write("preparing the tables").await?;
    let mut session = write.session();
    let is_fresh = n_tables(&mut session, "%").await? == 0;
    if is_fresh {
        for (version, name, sql) in STEPS {
            session.run_script(sql).await?;
            let row = values![*version, *name];
            session.run("INSERT INTO migration (version, name) VALUES ($1, $2)", row).await?;
        }
        return write.commit().await;
    }
    let found = match n_tables(&mut session, "migration").await? {
        0 => 0,
        _ => session.number("SELECT MAX(version) FROM migration", Vec::new()).await?,
    };
    if found == VERSION { Ok(()) } else { Err(StoreError::Schema { found, wanted: VERSION }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn another_version_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open_embedded(&dir.path().join("a.db")).await.unwrap();
        prepare(&database).await.unwrap();
        prepare(&database).await.unwrap();
        let mut write = database.write("trying").await.unwrap();
        write.session().run("UPDATE migration SET version = 7", Vec::new()).await.unwrap();
        write.commit().await.unwrap();
        let refusal = prepare(&database).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Schema { found: 7, wanted: 1 }), "{refusal}");
    }

    #[test]
    fn every_table_and_column_has_a_comment() {
        for (_, name, sql) in STEPS {
            let mut before = "";
            for line in sql.lines() {
                let column = line.starts_with("    ") && line.trim_end().ends_with(',');
                let needs_one = line.starts_with("CREATE TABLE") || (column && line.contains(" NOT NULL"));
                assert!(!needs_one || before.trim_start().starts_with("--"), "{name}: `{line}`");
                before = line;
            }
        }
    }

    #[test]
    fn only_types_of_every_backend_are_used() {
        for (_, name, sql) in STEPS {
            for word in
                ["BOOLEAN", "BLOB", "TIMESTAMP", "JSONB", "UUID", "NUMERIC", "AUTOINCREMENT", "SERIAL"]
            {
                assert!(!sql.contains(word), "{name} uses {word}");
            }
        }
    }
}
