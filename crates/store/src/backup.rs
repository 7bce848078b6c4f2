//! Backup and restore: a copy of a store as it was at one moment, taken while others write, and its way back.
//!
//! ```text
//! DIR/redress.db       the database at that moment
//! DIR/keys/…           the secret seeds: a backup is guarded as its store is
//! DIR/snapshots/…      the files as they were received
//! DIR/log/…            what was published by then
//! DIR/backup.json      what all this is, with the digest of each file; written last
//! ```

use std::{fs, io, path::Path};

use redress_ports::StoreError;
use redress_statement::Digest;
use redress_tlog::{Checkpoint, Note, bundles_between, tiles_between};
use serde::{Deserialize, Serialize};

use crate::{
    backup_file::{BackupFile, copy_files, file_at, file_of, read_optional, write_whole},
    database::Database,
    event::backend,
    log_folder::CHECKPOINT,
    rebuild, schema,
    session::is_refused_for_space,
    sql_store::{DATABASE_FILE, open_there},
};

/// The file that makes a folder a backup.
pub(crate) const MANIFEST: &str = "backup.json";

/// Version of the form of a backup.
pub(crate) const FORM_VERSION: u32 = 1;

/// Folders of a store that are copied file by file, but for the log.
const FOLDERS: [&str; 2] = ["keys", "snapshots"];

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Version of the form: 1.
    pub v: u32,
    /// Version of the database's tables.
    pub schema: i64,
    /// Events in it.
    pub n_events: u64,
    /// Digest of the state that its events project to.
    pub state: Digest,
    /// Its files, by path.
    pub files: Vec<BackupFile>,
}

/// Why there is no backup, or why one cannot be restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder to be written holds something.
    #[error("{path} is not empty: name a folder that is empty or not there; nothing was written")]
    Occupied {
        /// The folder.
        path: String,
    },
    /// There is no finished backup.
    #[error("there is no finished backup in {path}: backup.json, which is written last, is not there")]
    NotThere {
        /// The folder.
        path: String,
    },
    /// A newer program made the backup.
    #[error(
        "the backup in {path} has form {found}, this program reads {FORM_VERSION}: install the newer program"
    )]
    Form {
        /// The folder.
        path: String,
        /// The form found.
        found: u32,
    },
    /// The backup is not as it was made.
    #[error("the backup in {path} is damaged: {what}; nothing was restored, use another backup")]
    Damaged {
        /// The folder.
        path: String,
        /// The first thing that is wrong.
        what: String,
    },
    /// The store, the disk or the database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies the store in `dir` into the folder `into`, while others may write. The copy is of one moment: what was
/// acknowledged before the call is in it.
///
/// # Errors
/// [`BackupError::Occupied`] when `into` holds something; [`BackupError::Store`] when there is no store of this version in
/// `dir`, or the disk fails: then `into` holds no `backup.json`, and is no backup.
pub async fn backup_store(dir: &Path, into: &Path) -> Result<Backup, BackupError> {
    refuse_occupied(into)?;
    let database = open_there(dir).await?;
    let copied = copy_store(&database, dir, into).await;
    database.close().await;
    let files = copied?;
    let (n_events, state) = state_of(into).await?;
    // Opening the copy may have touched it: its digest is taken last.
    let database = file_at(into, DATABASE_FILE).map_err(|error| failed("writing the backup", into, error))?;
    let mut files: Vec<BackupFile> = files.into_iter().chain([database]).collect();
    files.sort();
    let backup = Backup { v: FORM_VERSION, schema: schema::VERSION, n_events, state, files };
    let json = serde_json::to_vec_pretty(&backup).map_err(|error| backend("writing backup.json", error))?;
    write_whole(&into.join(MANIFEST), &json).map_err(|error| failed("writing backup.json", into, error))?;
    Ok(backup)
}

/// The checkpoint is read first, so that the database that is copied next has all its entries; keys and snapshots come
/// last, because they are there before the database knows of them.
async fn copy_store(database: &Database, dir: &Path, into: &Path) -> Result<Vec<BackupFile>, BackupError> {
    schema::prepare(database).await?;
    let checkpoint = read_optional(&dir.join("log").join(CHECKPOINT))
        .map_err(|error| failed("reading the log's checkpoint", dir, error))?;
    fs::create_dir_all(into).map_err(|error| failed("making the folder", into, error))?;
    database.copy_to(&into.join(DATABASE_FILE)).await?;
    let mut paths = match &checkpoint {
        Some(note) => log_paths(note)?,
        None => Vec::new(),
    };
    for folder in FOLDERS {
        paths.extend(files_in(dir, folder).map_err(|error| failed("listing", &dir.join(folder), error))?);
    }
    let (from, to) = (dir.to_owned(), into.to_owned());
    let copied = tokio::task::spawn_blocking(move || copy_files(&from, &to, &paths));
    let mut files = copied
        .await
        .map_err(|error| backend("copying the files", error))?
        .map_err(|error| failed("copying the files", into, error))?;
    if let Some(note) = checkpoint {
        let path = into.join("log").join(CHECKPOINT);
        write_whole(&path, &note).map_err(|error| failed("writing the log's checkpoint", into, error))?;
        files.push(file_of(format!("log/{CHECKPOINT}"), &note));
    }
    Ok(files)
}

/// The files of the log that a checkpoint stands on.
fn log_paths(note: &[u8]) -> Result<Vec<String>, StoreError> {
    let wrong = |error: &dyn std::fmt::Display| backend("reading the log's checkpoint", error.to_string());
    let note = std::str::from_utf8(note).map_err(|error| wrong(&error))?;
    let text = Note::parse(note).map_err(|error| wrong(&error))?.text;
    let size = Checkpoint::parse(&text).map_err(|error| wrong(&error))?.size;
    let tiles = tiles_between(0, size).into_iter().map(|tile| tile.path());
    let bundles = bundles_between(0, size).into_iter().map(|bundle| bundle.path());
    Ok(tiles.chain(bundles).map(|path| format!("log/{path}")).collect())
}

/// How many events the copied database has, and its state.
async fn state_of(dir: &Path) -> Result<(u64, Digest), StoreError> {
    let database = open_there(dir).await?;
    let counted = async {
        let mut read = database.read("counting the events").await?;
        let n = read.session().number("SELECT COUNT(*) FROM event", Vec::new()).await?;
        drop(read);
        Ok((u64::try_from(n).unwrap_or(0), rebuild::state_digest(&database).await?))
    };
    let counted = counted.await;
    database.close().await;
    counted
}

pub(crate) fn refuse_occupied(dir: &Path) -> Result<(), BackupError> {
    let is_empty = match fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(failed("looking into", dir, error)),
    };
    if is_empty { Ok(()) } else { Err(BackupError::Occupied { path: dir.display().to_string() }) }
}

/// The files right in a folder of the store, but for unfinished ones.
fn files_in(dir: &Path, folder: &str) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(dir.join(folder)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_finished = name.ends_with(".key") || name.ends_with(".zst");
        if is_finished && entry.file_type()?.is_file() {
            files.push(format!("{folder}/{name}"));
        }
    }
    files.sort();
    Ok(files)
}

pub(crate) fn failed(doing: &str, path: &Path, error: io::Error) -> BackupError {
    let path = path.display().to_string();
    BackupError::Store(if is_refused_for_space(&error) {
        StoreError::Full { path }
    } else {
        backend(format!("{doing} {path}"), error)
    })
}
