//! Files that are there whole or not at all.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use redress_ports::ReadError;

/// Writes a file under a temporary name beside `path`, brings it to disk, and gives it its name. When anything fails
/// the temporary file is removed and `path` is as it was.
///
/// # Errors
/// [`ReadError::System`] with path and reason, such as a full disk.
pub fn write<T>(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<T>) -> Result<T, ReadError> {
    let failed = |error: io::Error| {
        ReadError::System(format!(
            "{}: cannot be written: {error}; nothing was left half-written. Free space or choose another folder, and \
             run again",
            path.display()
        ))
    };
    let temporary = temporary_name(path);
    let written = fill_and_name(path, folder_of(path), &temporary, fill);
    if written.is_err() {
        // The write has failed already; a temporary file that cannot be removed does not change that.
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(failed)
}

fn fill_and_name<T>(
    path: &Path,
    folder: &Path,
    temporary: &Path,
    fill: impl FnOnce(&mut File) -> io::Result<T>,
) -> io::Result<T> {
    fs::create_dir_all(folder)?;
    let mut file = File::create(temporary)?;
    let value = fill(&mut file)?;
    name(file, temporary, path, folder)?;
    Ok(value)
}

/// Brings a file to disk and gives it its name.
fn name(file: File, temporary: &Path, path: &Path, folder: &Path) -> io::Result<()> {
    file.sync_all()?;
    drop(file);
    fs::rename(temporary, path)?;
    // The name itself is durable only once the folder is.
    File::open(folder)?.sync_all()
}

/// A file that is written bit by bit, under a temporary name until [`Part::finish`]. Otherwise nothing of it stays.
pub(crate) struct Part {
    path: PathBuf,
    temporary: PathBuf,
}

impl Part {
    /// Begins the file.
    pub(crate) fn begin(path: &Path) -> io::Result<(Self, File)> {
        let part = Self { path: path.to_owned(), temporary: temporary_name(path) };
        fs::create_dir_all(folder_of(path))?;
        let file = File::create(&part.temporary)?;
        Ok((part, file))
    }

    /// Brings the file to disk and gives it its name.
    pub(crate) fn finish(self, file: File) -> io::Result<()> {
        name(file, &self.temporary, &self.path, folder_of(&self.path))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After `finish` there is none. What cannot be removed stays; nobody reads it.
        let _ = fs::remove_file(&self.temporary);
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn temporary_name(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_write_that_fails_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/file");
        write(&path, |file| file.write_all(b"first")).unwrap();
        let error = write(&path, |file| {
            file.write_all(b"sec")?;
            Err::<(), _>(io::Error::from(io::ErrorKind::StorageFull))
        });
        let ReadError::System(text) = error.unwrap_err() else { panic!("not a failure of the system") };
        assert!(text.contains("deep/file: cannot be written: no storage space"), "{text}");
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
