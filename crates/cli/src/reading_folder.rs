//! A folder beside a store in which rows lie while they are read, and never longer.

use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use crate::{
    command::tell,
    failure::{Exit, Failure},
};

/// What stands between the name of the store and the number of the process.
const INFIX: &str = ".reading-";
/// The file by whose lock one tells a folder that is in use from one that was left behind.
const LOCK_FILE: &str = "lock";

/// A folder that its owner alone may enter. It goes when this is dropped; what a killed process left goes with the next one.
pub(crate) struct ReadingFolder {
    path: PathBuf,
    /// Held for as long as the folder is there: the system lets go of it when the process ends, however it does.
    _lock: File,
}

impl ReadingFolder {
    /// Makes the folder beside `store`, and removes those of processes that are no more.
    pub(crate) fn beside(store: &Path) -> Result<Self, Failure> {
        let failed = |path: &Path, error: io::Error| {
            Failure::of(Exit::Unfinished, &error).while_doing(format!(
                "the folder {} for the rows that are read cannot be made",
                path.display()
            ))
        };
        let store = std::path::absolute(store).map_err(|error| failed(store, error))?;
        let parent = store.parent().unwrap_or(Path::new("/"));
        let name = store.file_name().unwrap_or_default().to_string_lossy().into_owned();
        remove_left_behind(parent, &format!("{name}{INFIX}"));
        let path = parent.join(format!("{name}{INFIX}{}", std::process::id()));
        fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        let lock = make(&path).map_err(|error| failed(&path, error))?;
        Ok(Self { path, _lock: lock })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for ReadingFolder {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Makes the folder and locks it. It gets its name last: whoever looks for what was left behind never sees it unlocked.
fn make(path: &Path) -> io::Result<File> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unnamed = path.with_file_name(format!(".{name}"));
    DirBuilder::new().mode(0o700).create(&unnamed)?;
    let made = (|| {
        let lock = File::create_new(unnamed.join(LOCK_FILE))?;
        lock.lock()?;
        fs::rename(&unnamed, path)?;
        Ok(lock)
    })();
    if made.is_err() {
        remove(&unnamed);
    }
    made
}

/// Removes a folder of rows; where that fails, somebody must know.
fn remove(path: &Path) {
    let removed = fs::remove_dir_all(path).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    });
    if let Err(error) = removed {
        tell(format!(
            "{}: rows that were read cannot be removed: {error}. Remove the folder by hand",
            path.display()
        ));
    }
}

/// Removes the folders that nobody has locked. One without the file of the lock holds no rows yet.
fn remove_left_behind(parent: &Path, prefix: &str) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_named = entry.file_name().to_string_lossy().starts_with(prefix);
        let lock = is_named.then(|| File::open(entry.path().join(LOCK_FILE)));
        let is_left = lock.and_then(Result::ok).is_some_and(|lock| lock.try_lock().is_ok());
        if is_left {
            tell(format!("{}: left by an import that was cut off; removed", entry.path().display()));
            remove(&entry.path());
        }
    }
}
