//! The public log's files: `checkpoint` and `tile/…` under one folder, as anybody may fetch them.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use redress_tlog::{Bundle, Tile, TileReader, decode_bundle};

/// The path of the checkpoint.
pub(crate) const CHECKPOINT: &str = "checkpoint";

/// The longest path of a file of the log. The longest that C2SP tlog-tiles knows has some 60 bytes.
const PATH_BYTES_MAX: usize = 100;

/// The folder of the log.
#[derive(Debug)]
pub(crate) struct LogFolder {
    folder: PathBuf,
    #[cfg(test)]
    pub(crate) fault: crate::faults::WriteFault,
}

impl LogFolder {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            #[cfg(test)]
            fault: Default::default(),
        }
    }

    /// Writes a file whole: durable under another name first, then in its place.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        #[cfg(test)]
        if let Some(half) = self.fault.due() {
            return self.write_faulty(path, bytes, half);
        }
        self.write_whole(path, bytes)
    }

    fn write_whole(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.folder.join(path);
        let folder = path.parent().unwrap_or(&self.folder);
        if !folder.is_dir() {
            fs::create_dir_all(folder)?;
            sync_upwards(folder, &self.folder)?;
        }
        let unfinished = folder.join("unfinished");
        let mut file = fs::File::create(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)?;
        fs::File::open(folder)?.sync_all()
    }

    /// A file by its path. None for one that is not there, or that is no path of a log.
    pub(crate) fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        if !is_log_path(path) {
            return Ok(None);
        }
        match fs::read(self.folder.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::IsADirectory) => {
                Ok(None)
            }
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The entries of a bundle.
    pub(crate) fn bundle(&self, bundle: Bundle) -> Result<Vec<Vec<u8>>, String> {
        let bytes = self.read(&bundle.path()).map_err(|error| error.to_string())?;
        let bytes = bytes.ok_or("there is no such file")?;
        let entries = decode_bundle(&bytes).ok_or("the file ends within an entry")?;
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }

    /// Fails, and leaves what that half of the fault leaves.
    #[cfg(test)]
    fn write_faulty(&self, path: &str, bytes: &[u8], half: crate::faults::Half) -> io::Result<()> {
        use crate::faults::Half;
        match half {
            Half::NotSaved => Err(io::Error::other("injected")),
            Half::Saved => {
                self.write_whole(path, bytes)?;
                Err(io::Error::other("injected"))
            }
            Half::Torn => {
                let folder = self.folder.join(path);
                let folder = folder.parent().unwrap_or(&self.folder);
                fs::create_dir_all(folder)?;
                fs::write(folder.join("unfinished"), &bytes[..bytes.len() / 2])?;
                Err(io::Error::other("injected"))
            }
            Half::Full => Err(io::Error::from(io::ErrorKind::StorageFull)),
        }
    }
}

impl TileReader for &LogFolder {
    type Error = String;

    fn tile(&self, tile: Tile) -> Result<Vec<u8>, String> {
        let bytes = self.read(&tile.path()).map_err(|error| error.to_string())?;
        let bytes = bytes.ok_or("there is no such file")?;
        let wanted = usize::from(tile.width) * 32;
        if bytes.len() == wanted {
            Ok(bytes)
        } else {
            Err(format!("{} bytes, {wanted} are needed", bytes.len()))
        }
    }
}

/// Makes new folders durable, from the innermost to the log's own.
fn sync_upwards(folder: &Path, until: &Path) -> io::Result<()> {
    for folder in folder.ancestors() {
        fs::File::open(folder)?.sync_all()?;
        if folder == until {
            break;
        }
    }
    Ok(())
}

/// Whether a path can be one of C2SP tlog-tiles. Nothing else is opened, so no path leads out of the folder.
fn is_log_path(path: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_part = |part: &str| {
        let part = part.strip_prefix('x').unwrap_or(part);
        is_number(part.strip_suffix(".p").unwrap_or(part))
    };
    if path == CHECKPOINT {
        return true;
    }
    let Some(rest) = path.strip_prefix("tile/").filter(|_| path.len() <= PATH_BYTES_MAX) else {
        return false;
    };
    let Some((level, rest)) = rest.split_once('/') else { return false };
    (level == "entries" || is_number(level)) && rest.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_a_log_are_opened() {
        for (path, wanted) in [
            ("checkpoint", true),
            ("tile/0/000", true),
            ("tile/0/x001/067.p/3", true),
            ("tile/entries/000.p/5", true),
            ("", false),
            ("tile", false),
            ("tile/", false),
            ("tile/0", false),
            ("tile/0/", false),
            ("tile/../checkpoint", false),
            ("../keys/log.key", false),
            ("tile/0/../../../keys/log.key", false),
            ("tile/0/..", false),
            ("/etc/passwd", false),
            ("tile/entries//000", false),
            ("tile/0/000\0", false),
            ("tile/0/%2e%2e", false),
            ("checkpoint/", false),
            ("tile/0/unfinished", false),
        ] {
            assert_eq!(is_log_path(path), wanted, "{path}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let folder = LogFolder::new(dir.path().join("log"));
        assert_eq!(folder.read("tile/0/000").unwrap(), None);
        folder.write("tile/0/000.p/1", b"hash").unwrap();
        assert_eq!(folder.read("tile/0/000").unwrap(), None);
        assert_eq!(folder.read("tile/0/000.p").unwrap(), None);
        assert_eq!(folder.read("tile/0/000.p/1/2").unwrap(), None);
        assert_eq!(folder.read("tile/0/000.p/1").unwrap().as_deref(), Some(&b"hash"[..]));
    }
}
