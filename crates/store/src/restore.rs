//! The way back from a backup.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use redress_ports::StoreError;
use serde::Deserialize;

use crate::{
    backup::{Backup, BackupError, FORM_VERSION, MANIFEST, failed, refuse_occupied},
    backup_file::{copy_files, read_optional},
    event::backend,
    rebuild, schema,
    sql_store::open_there,
    verify::verify_store,
};

/// Restores the backup in `from` to `dir`, which must be empty or not there. The store comes into its place whole, after
/// each file, the log and the replay of all events were held against the backup's digests.
///
/// # Errors
/// [`BackupError`], and then `dir` is as it was.
pub async fn restore_store(from: &Path, dir: &Path) -> Result<Backup, BackupError> {
    let backup = manifest(from)?;
    refuse_occupied(dir)?;
    let unfinished = beside(dir);
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(|error| failed("emptying", &unfinished, error))?;
    }
    let restored = restore_into(from, &backup, &unfinished).await;
    let placed = match restored {
        Ok(()) => put_in_place(&unfinished, dir).map_err(|error| failed("restoring", dir, error)),
        Err(error) => Err(error),
    };
    if placed.is_err() {
        // The restoration has failed already; what it wrote is of no use.
        let _ = fs::remove_dir_all(&unfinished);
    }
    placed.map(|()| backup)
}

async fn restore_into(from: &Path, backup: &Backup, into: &Path) -> Result<(), BackupError> {
    let damaged = |what: String| BackupError::Damaged { path: from.display().to_string(), what };
    let paths: Vec<String> = backup.files.iter().map(|file| file.path.clone()).collect();
    let (source, copy) = (from.to_owned(), into.to_owned());
    let copied = tokio::task::spawn_blocking(move || copy_files(&source, &copy, &paths));
    let copied = copied.await.map_err(|error| backend("copying the files", error))?;
    let copied = copied.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => damaged(format!("a file is not there: {error}")),
        _ => failed("copying the files", into, error),
    })?;
    for (wanted, found) in backup.files.iter().zip(&copied) {
        if wanted != found {
            let path = &wanted.path;
            let (have, want) = (found.length_bytes, wanted.length_bytes);
            let what =
                format!("{path} is not the file that was backed up ({have} bytes, {want} were written)");
            return Err(damaged(what));
        }
    }
    if backup.schema < schema::VERSION {
        let database = open_there(into).await?;
        let migrated = schema::migrate(&database).await;
        database.close().await;
        migrated?;
    }
    if let Some(problem) = verify_store(into).await?.first() {
        return Err(damaged(problem.to_string()));
    }
    replays_to(into, backup).await?.map_or(Ok(()), |what| Err(damaged(what)))
}

/// Builds the projections of a copied store anew. Answers what is wrong with them.
async fn replays_to(dir: &Path, backup: &Backup) -> Result<Option<String>, StoreError> {
    let database = open_there(dir).await?;
    let replayed = rebuild::replay(&database).await;
    database.close().await;
    let (before, after) = replayed?;
    // A newer version may project the same events to other tables.
    let is_wanted = before == backup.state || backup.schema < schema::VERSION;
    let what = format!("the events replay to state {after}, the backup was of state {}", backup.state);
    Ok((before != after || !is_wanted).then_some(what))
}

/// Reads backup.json, and refuses what a newer program wrote.
fn manifest(from: &Path) -> Result<Backup, BackupError> {
    let path = from.display().to_string();
    let json = read_optional(&from.join(MANIFEST)).map_err(|error| failed("reading", from, error))?;
    let Some(json) = json else { return Err(BackupError::NotThere { path }) };
    let damaged = |what: String| BackupError::Damaged { path: path.clone(), what };
    let form: Form = serde_json::from_slice(&json)
        .map_err(|error| damaged(format!("backup.json is not one of a backup: {error}")))?;
    if form.v > FORM_VERSION {
        return Err(BackupError::Form { path, found: form.v });
    }
    let backup: Backup = serde_json::from_slice(&json)
        .map_err(|error| damaged(format!("backup.json is not one of a backup: {error}")))?;
    if backup.schema > schema::VERSION {
        return Err(StoreError::Schema { found: backup.schema, wanted: schema::VERSION }.into());
    }
    if let Some(file) = backup.files.iter().find(|file| !stays_inside(&file.path)) {
        return Err(damaged(format!("backup.json names `{}`, which is outside of the backup", file.path)));
    }
    Ok(backup)
}

/// What is read of backup.json first.
#[derive(Deserialize)]
struct Form {
    v: u32,
}

fn stays_inside(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    !path.is_empty() && parts.all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// Where a store is put together before it comes into its place.
fn beside(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(".restoring");
    dir.with_file_name(name)
}

fn put_in_place(unfinished: &Path, dir: &Path) -> io::Result<()> {
    if dir.exists() {
        fs::remove_dir(dir)?;
    }
    fs::rename(unfinished, dir)?;
    match dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}
