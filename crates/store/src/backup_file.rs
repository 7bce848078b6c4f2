//! The files of a backup: copied, brought to disk, and named by their digests.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::Path,
};

use redress_statement::Digest;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Bytes copied in one go.
const COPY_BYTES: usize = 1 << 20;

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BackupFile {
    /// Path within the backup, with `/`.
    pub path: String,
    /// Its length.
    pub length_bytes: u64,
    /// SHA-256 of its bytes.
    pub digest: Digest,
}

/// Copies files, and brings them to disk with their folders.
pub(crate) fn copy_files(from: &Path, to: &Path, paths: &[String]) -> io::Result<Vec<BackupFile>> {
    paths.iter().map(|path| copy_file(from, to, path).map_err(|error| named(path, &error))).collect()
}

fn copy_file(from: &Path, to: &Path, path: &str) -> io::Result<BackupFile> {
    let copy = to.join(path);
    let mut reader = File::open(from.join(path))?;
    let folder = copy.parent().unwrap_or(to);
    fs::create_dir_all(folder)?;
    let mut writer = File::create(&copy)?;
    writer.set_permissions(reader.metadata()?.permissions())?;
    let copied = pass(&mut reader, path, |bytes| writer.write_all(bytes))?;
    writer.sync_all()?;
    File::open(folder)?.sync_all()?;
    Ok(copied)
}

/// A file that lies in a folder, which is brought to disk.
pub(crate) fn file_at(folder: &Path, path: &str) -> io::Result<BackupFile> {
    let mut reader = File::open(folder.join(path))?;
    reader.sync_all()?;
    pass(&mut reader, path, |_| Ok(()))
}

/// A file of these bytes.
pub(crate) fn file_of(path: String, bytes: &[u8]) -> BackupFile {
    BackupFile { path, length_bytes: bytes.len() as u64, digest: Digest::of(bytes) }
}

/// Reads a file to its end, piece by piece.
fn pass(
    reader: &mut File,
    path: &str,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<BackupFile> {
    let mut hasher = Sha256::new();
    let (mut length_bytes, mut bytes) = (0, vec![0; COPY_BYTES]);
    loop {
        let n = reader.read(&mut bytes)?;
        if n == 0 {
            break;
        }
        hasher.update(&bytes[..n]);
        take(&bytes[..n])?;
        length_bytes += n as u64;
    }
    Ok(BackupFile { path: path.to_owned(), length_bytes, digest: Digest(hasher.finalize().into()) })
}

fn named(path: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{path}: {error}"))
}

/// The bytes of a file. None for one that is not there.
pub(crate) fn read_optional(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a file whole: on disk under another name first, then in its place.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let unfinished = path.with_extension("unfinished");
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    File::open(folder)?.sync_all()
}
