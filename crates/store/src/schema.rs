//! The tables' form, step by step.

use redress_ports::StoreError;

use crate::{
    database::{Database, n_tables},
    session::Session,
    value::values,
};

/// The steps in order. A step that was released is never changed; a new form is a new step.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "0001_first.sql", include_str!("../sql/0001_first.sql")),
    (2, "0002_bulk_access.sql", include_str!("../sql/0002_bulk_access.sql")),
    (3, "0003_record_by_line.sql", include_str!("../sql/0003_record_by_line.sql")),
    (4, "0004_intake.sql", include_str!("../sql/0004_intake.sql")),
    (5, "0005_snapshot_again.sql", include_str!("../sql/0005_snapshot_again.sql")),
    (6, "0006_whose_file.sql", include_str!("../sql/0006_whose_file.sql")),
    (7, "0007_sealed_compartment.sql", include_str!("../sql/0007_sealed_compartment.sql")),
    (8, "0008_present_unread.sql", include_str!("../sql/0008_present_unread.sql")),
    (9, "0009_marked_up_to.sql", include_str!("../sql/0009_marked_up_to.sql")),
    (10, "0010_pages_of_the_desk.sql", include_str!("../sql/0010_pages_of_the_desk.sql")),
];

/// The version that this program reads and writes.
pub(crate) const VERSION: i64 = 10;

/// Makes the tables of a fresh database, and refuses one of another version.
///
/// # Errors
/// [`StoreError::Schema`] when the tables are of another version.
pub(crate) async fn prepare(database: &Database) -> Result<(), StoreError> {
    let mut write = database.write("preparing the tables").await?;
    let mut session = write.session();
    if n_tables(&mut session, "%").await? == 0 {
        steps_after(&mut session, 0).await?;
        return write.commit().await;
    }
    match version(&mut session).await? {
        VERSION => Ok(()),
        found => Err(StoreError::Schema { found, wanted: VERSION }),
    }
}

/// Brings the tables of an older version to this one, in one transaction. Answers the version that was found.
///
/// # Errors
/// [`StoreError::Schema`] when there are no tables of a store, or those of a newer version: nothing was changed.
pub(crate) async fn migrate(database: &Database) -> Result<i64, StoreError> {
    let mut write = database.write("migrating the tables").await?;
    let mut session = write.session();
    let found = version(&mut session).await?;
    if !(1..=VERSION).contains(&found) {
        return Err(StoreError::Schema { found, wanted: VERSION });
    }
    steps_after(&mut session, found).await?;
    write.commit().await?;
    Ok(found)
}

/// The version of the tables; 0 where they are not those of a store.
pub(crate) async fn version(session: &mut Session<'_>) -> Result<i64, StoreError> {
    match n_tables(session, "migration").await? {
        0 => Ok(0),
        _ => session.number("SELECT MAX(version) FROM migration", Vec::new()).await,
    }
}

async fn steps_after(session: &mut Session<'_>, found: i64) -> Result<(), StoreError> {
    for (version, name, sql) in STEPS.iter().filter(|(version, ..)| *version > found) {
        session.run_script(sql).await?;
        let row = values![*version, *name];
        session.run("INSERT INTO migration (version, name) VALUES ($1, $2)", row).await?;
    }
    Ok(())
}

/// Makes the tables as an earlier version of the program made them.
#[cfg(test)]
pub(crate) async fn prepare_as_of(database: &Database, until: i64) {
    let mut write = database.write("preparing old tables").await.unwrap();
    let mut session = write.session();
    for (version, name, sql) in STEPS.iter().filter(|(version, ..)| *version <= until) {
        session.run_script(sql).await.unwrap();
        let row = values![*version, *name];
        session.run("INSERT INTO migration (version, name) VALUES ($1, $2)", row).await.unwrap();
    }
    write.commit().await.unwrap();
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn opened(dir: &std::path::Path) -> Database {
        Database::open_embedded(&dir.join("a.db")).await.unwrap()
    }

    #[tokio::test]
    async fn another_version_is_refused_and_only_an_older_one_is_migrated() {
        for (made, next) in [(0, Some(0)), (1, Some(1)), (VERSION, Some(VERSION)), (VERSION + 5, None)] {
            let dir = tempfile::tempdir().unwrap();
            let database = opened(dir.path()).await;
            if made == 0 {
                let error = migrate(&database).await.unwrap_err();
                assert!(matches!(error, StoreError::Schema { found: 0, .. }), "{error}");
                continue;
            }
            prepare_as_of(&database, made).await;
            if made > VERSION {
                let mut write = database.write("trying").await.unwrap();
                let sql = "UPDATE migration SET version = $1 WHERE version = $2";
                write.session().run(sql, values![made, VERSION]).await.unwrap();
                write.commit().await.unwrap();
            }
            if made != VERSION {
                let refusal = prepare(&database).await.unwrap_err();
                assert!(matches!(refusal, StoreError::Schema { found, .. } if found == made), "{refusal}");
                let advice = if made < VERSION { "redress migrate" } else { "newer version of the program" };
                assert!(refusal.to_string().contains(advice), "{refusal}");
            }
            assert_eq!(migrate(&database).await.ok(), next, "from version {made}");
            assert_eq!(prepare(&database).await.is_ok(), next.is_some(), "from version {made}");
        }
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
