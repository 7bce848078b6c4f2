//! The connections: one writer, several readers, and what differs between backends.

use std::{path::Path, time::Duration};

use redress_ports::StoreError;
use sqlx::{
    Any, AnyConnection, AnyPool, Connection as _, Executor as _, Row as _, Transaction, any::AnyPoolOptions,
    pool::PoolConnection,
};

use crate::{
    event::backend,
    session::{Session, failed},
    value::values,
};

/// Readers at one time.
const READERS_MAX: u32 = 8;

/// How long a write waits for the one before it: longer than any import.
const WRITER_WAIT_MAX: Duration = Duration::from_hours(6);

/// How long a read waits for a free connection.
const READER_WAIT_MAX: Duration = Duration::from_secs(30);

/// What makes an embedded connection safe: an acknowledged write is on disk (`synchronous`), what is erased is
/// overwritten (`secure_delete`), and another process at work is waited for (`busy_timeout`).
const EMBEDDED_PRAGMAS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;";

/// The database: a pool of one for writing, which is the queue of the writers, and one for reading.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    writer: AnyPool,
    readers: AnyPool,
    path: String,
    #[cfg(test)]
    pub(crate) fault: crate::faults::CommitFault,
}

/// A transaction that writes. Dropped without [`Write::commit`], it leaves nothing.
pub(crate) struct Write {
    transaction: Transaction<'static, Any>,
    doing: &'static str,
    path: String,
    #[cfg(test)]
    fault: crate::faults::CommitFault,
}

/// A transaction that reads: all its statements see the same state.
pub(crate) struct Read {
    transaction: Transaction<'static, Any>,
    doing: &'static str,
    path: String,
}

impl Database {
    /// Opens the embedded database, which is created where it is not there.
    pub(crate) async fn open_embedded(path: &Path) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let shown = path.display().to_string();
        let url = format!("sqlite://{}?mode=rwc", percent_encoded(&shown));
        let opening = |error| failed("opening", &shown, error);
        // A pool tries again for as long as it may wait; what is wrong with the file is asked once, before.
        let mut first = AnyConnection::connect(&url).await.map_err(opening)?;
        first.execute(EMBEDDED_PRAGMAS).await.map_err(opening)?;
        first.execute("SELECT COUNT(*) FROM sqlite_master").await.map_err(opening)?;
        first.close().await.map_err(opening)?;
        let writer = pool(1, WRITER_WAIT_MAX).connect(&url).await.map_err(opening)?;
        let readers = pool(READERS_MAX, READER_WAIT_MAX).connect(&url).await.map_err(opening)?;
        Ok(Self {
            writer,
            readers,
            path: shown,
            #[cfg(test)]
            fault: Default::default(),
        })
    }

    /// Begins a transaction that writes, once no other does.
    pub(crate) async fn write(&self, doing: &'static str) -> Result<Write, StoreError> {
        let transaction = self.writer.begin_with("BEGIN IMMEDIATE").await;
        let transaction = transaction.map_err(|error| failed(doing, &self.path, error))?;
        Ok(Write {
            transaction,
            doing,
            path: self.path.clone(),
            #[cfg(test)]
            fault: self.fault.clone(),
        })
    }

    /// Begins a transaction that reads.
    pub(crate) async fn read(&self, doing: &'static str) -> Result<Read, StoreError> {
        let transaction = self.readers.begin().await.map_err(|error| failed(doing, &self.path, error))?;
        Ok(Read { transaction, doing, path: self.path.clone() })
    }

    /// Moves what was committed out of the write-ahead log and empties it, so that nothing erased stays there.
    ///
    /// # Errors
    /// Also when somebody reads the store as it was before for longer than the busy timeout: the log cannot be emptied then.
    pub(crate) async fn settle(&self) -> Result<(), StoreError> {
        let doing = "emptying the write-ahead log";
        let connection = self.writer.acquire().await;
        let mut connection: PoolConnection<Any> =
            connection.map_err(|error| failed(doing, &self.path, error))?;
        let mut session = Session::new(&mut connection, doing, &self.path);
        // The first column of the answer is 1 where the log could not be emptied.
        if session.number("PRAGMA wal_checkpoint(TRUNCATE)", Vec::new()).await? == 0 {
            return Ok(());
        }
        Err(backend(
            doing,
            "somebody reads the store as it was before: what was erased is out of the tables, and its bytes stay in \
             redress.db-wal until nobody does. Stop what has the store open, and run the same command again",
        ))
    }

    /// Copies the database as it is at this moment into a new file. Writers are not held up.
    pub(crate) async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        let doing = "copying the database";
        let connection = self.readers.acquire().await;
        let mut connection = connection.map_err(|error| failed(doing, &self.path, error))?;
        // SQLite takes a file's name as text, in which a quote is written twice.
        let name = path.display().to_string().replace('\'', "''");
        let copied = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("VACUUM INTO '{name}'")));
        let copied = copied.execute(&mut *connection).await;
        copied.map(|_| ()).map_err(|error| failed(doing, &path.display().to_string(), error))
    }

    /// What the database finds wrong with its own structure. At most 100 remarks.
    pub(crate) async fn damage(&self) -> Result<Vec<String>, StoreError> {
        let mut read = self.read("checking the database").await?;
        let rows = read.session().rows("PRAGMA integrity_check", Vec::new()).await?;
        let remarks = rows.iter().filter_map(|row| row.try_get::<String, _>(0).ok());
        Ok(remarks.filter(|remark| remark != "ok").collect())
    }

    /// Closes all connections, after the transactions at work.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Lets the database grow no further, as on a full disk.
    #[cfg(test)]
    pub(crate) async fn let_grow_by_pages(&self, n_pages: i64) {
        let mut connection = self.writer.acquire().await.unwrap();
        let row = sqlx::query("PRAGMA page_count").fetch_one(&mut *connection).await.unwrap();
        let limit = row.get::<i64, _>(0) + n_pages;
        let pragma = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {limit}"));
        sqlx::raw_sql(pragma).execute(&mut *connection).await.unwrap();
    }
}

impl Write {
    /// The statements of this transaction.
    pub(crate) fn session(&mut self) -> Session<'_> {
        Session::new(&mut self.transaction, self.doing, &self.path)
    }

    /// Ends the transaction. `Ok` means: on disk.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        #[cfg(test)]
        let this = self.with_fault().await;
        #[cfg(not(test))]
        let this = self;
        this.transaction.commit().await.map_err(|error| failed(this.doing, &this.path, error))
    }
}

#[cfg(test)]
impl Write {
    /// Where a fault is due, ends the transaction in the database and not in the driver, as a failed write does: saved,
    /// or rolled back. The driver's own COMMIT then fails.
    async fn with_fault(mut self) -> Self {
        if let Some(is_saved) = self.fault.due() {
            let sql = if is_saved { "COMMIT" } else { "ROLLBACK" };
            self.session().run_script(sql).await.unwrap();
        }
        self
    }
}

impl Read {
    /// The statements of this transaction.
    pub(crate) fn session(&mut self) -> Session<'_> {
        Session::new(&mut self.transaction, self.doing, &self.path)
    }
}

fn pool(n_max: u32, wait_max: Duration) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(n_max)
        .acquire_timeout(wait_max)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(|connection: &mut AnyConnection, _| {
            Box::pin(async move { connection.execute(EMBEDDED_PRAGMAS).await.map(|_| ()) })
        })
        .after_release(|connection: &mut AnyConnection, _| Box::pin(is_at_rest(connection)))
}

/// Whether a connection that comes back can be used again. Where it cannot, the pool closes it and opens another.
///
/// On a full disk or a failed write SQLite itself rolls the transaction back. The driver, whose own ROLLBACK is then
/// refused, goes on counting that transaction: it would begin no other one for writing, and for reading would begin one
/// that never ends.
async fn is_at_rest(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    // The answer comes after the roll-back that dropping a transaction has only asked for.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// How many tables the database has whose name is like `pattern`.
pub(crate) async fn n_tables(session: &mut Session<'_>, pattern: &str) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name LIKE $1";
    session.number(sql, values![pattern]).await
}

/// A path as it stands in a connection address (RFC 3986, section 2.1).
fn percent_encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let encoded = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_path_may_hold_any_letter() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("Büro 7 ? # 50%.db");
        let database = Database::open_embedded(&path).await.unwrap();
        assert!(path.exists());
        database.close().await;
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_an_error_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        std::fs::write(&path, "no database, whatever its name says ".repeat(200)).unwrap();
        let error = Database::open_embedded(&path).await.unwrap_err();
        assert!(matches!(error, StoreError::Backend { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn a_log_that_cannot_be_emptied_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let database = database(dir.path()).await;
        let mut read = database.read("trying").await.unwrap();
        read.session().number("SELECT COUNT(*) FROM t", Vec::new()).await.unwrap();
        insert(&database).await.commit().await.unwrap();
        let mut write = database.write("trying").await.unwrap();
        write.session().run_script("PRAGMA busy_timeout = 0").await.unwrap();
        drop(write);
        let error = database.settle().await.unwrap_err();
        assert!(format!("{error:?}").contains("somebody reads the store as it was before"), "{error:?}");
        // Waited for: what is dropped is rolled back by and by.
        read.transaction.rollback().await.unwrap();
        database.settle().await.unwrap();
        assert_eq!(std::fs::metadata(dir.path().join("a.db-wal")).unwrap().len(), 0);
    }

    #[tokio::test]
    async fn a_transaction_that_is_dropped_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open_embedded(&dir.path().join("a.db")).await.unwrap();
        let mut write = database.write("trying").await.unwrap();
        write.session().run_script("CREATE TABLE t (n BIGINT)").await.unwrap();
        drop(write);
        let mut write = database.write("trying").await.unwrap();
        let sql = "SELECT COUNT(*) FROM sqlite_master";
        assert_eq!(write.session().number(sql, Vec::new()).await.unwrap(), 0);
    }

    /// A database with an empty table `t`.
    async fn database(dir: &Path) -> Database {
        let database = Database::open_embedded(&dir.join("a.db")).await.unwrap();
        let mut write = database.write("trying").await.unwrap();
        write.session().run_script("CREATE TABLE t (n BIGINT)").await.unwrap();
        write.commit().await.unwrap();
        database
    }

    async fn insert(database: &Database) -> Write {
        let mut write = database.write("trying").await.unwrap();
        write.session().run_script("INSERT INTO t VALUES (1)").await.unwrap();
        write
    }

    /// What each of the readers sees, all of them at once.
    async fn seen_by_all(database: &Database, then: &'static str) -> Vec<i64> {
        let mut reads = Vec::new();
        for _ in 0..READERS_MAX {
            reads.push(database.read("trying").await.unwrap());
        }
        let mut seen = Vec::new();
        for read in &mut reads {
            seen.push(read.session().number("SELECT COUNT(*) FROM t", Vec::new()).await.unwrap());
            read.session().run_script(then).await.unwrap();
        }
        seen
    }

    #[tokio::test]
    async fn a_writer_whose_transaction_the_database_ended_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let database = database(dir.path()).await;
        for (ended_by, n_saved) in [("ROLLBACK", 0), ("COMMIT", 1)] {
            let mut write = insert(&database).await;
            write.session().run_script(ended_by).await.unwrap();
            write.commit().await.unwrap_err();
            assert_eq!(seen_by_all(&database, "").await, [n_saved; READERS_MAX as usize], "{ended_by}");
            let mut write = insert(&database).await;
            write.session().run_script(ended_by).await.unwrap();
            drop(write);
            insert(&database).await.commit().await.unwrap();
            let mut write = database.write("trying").await.unwrap();
            write.session().run_script("DELETE FROM t").await.unwrap();
            write.commit().await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_reader_whose_transaction_the_database_ended_sees_what_is_written_later() {
        let dir = tempfile::tempdir().unwrap();
        let database = database(dir.path()).await;
        for (n, then) in [(0, "ROLLBACK"), (1, ""), (2, "")] {
            assert_eq!(seen_by_all(&database, then).await, [n; READERS_MAX as usize]);
            insert(&database).await.commit().await.unwrap();
        }
    }
}
