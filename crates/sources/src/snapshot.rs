//! The bytes of a file as received: their digest, taken before anything is parsed, and a copy that is kept.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use redress_ports::ReadError;
use redress_statement::{Digest, Snapshot};
use sha2::{Digest as _, Sha256};

use crate::{durable_file, open_file};

const BUFFER_BYTES: usize = 64 * 1024;
/// Compression level of kept snapshots: the library's default.
pub(crate) const COMPRESSION_LEVEL: i32 = 3;

/// Digest and length of everything that `input` yields, in constant memory.
///
/// # Errors
/// The error of the input.
pub fn digest(input: &mut impl Read) -> io::Result<(Digest, u64)> {
    let mut sink = io::sink();
    copy(input, &mut sink)
}

/// The path of a kept snapshot in the folder of snapshots: `DIGEST.zst`.
#[must_use]
pub fn kept_path(snapshots: &Path, digest: Digest) -> PathBuf {
    snapshots.join(format!("{digest}.zst"))
}

/// Keeps the bytes of a file: compressed with zstd at [`kept_path`], whole or not at all. A snapshot that is kept
/// already is left as it is.
///
/// # Errors
/// [`ReadError::Input`] when the file is no longer the one of which the digest was taken, [`ReadError::System`] when it
/// cannot be written.
pub fn keep(snapshot: &Snapshot, file: &Path, snapshots: &Path) -> Result<PathBuf, ReadError> {
    keep_bytes(snapshot, || open_file::open(file), &file.display().to_string(), snapshots)
}

/// As [`keep`], for bytes that need not be a file of their own; `shown` is what errors call them.
pub(crate) fn keep_bytes<R: Read>(
    snapshot: &Snapshot,
    open: impl FnOnce() -> Result<R, ReadError>,
    shown: &str,
    snapshots: &Path,
) -> Result<PathBuf, ReadError> {
    let path = kept_path(snapshots, snapshot.digest);
    if path.exists() {
        return Ok(path);
    }
    let mut input = open()?;
    let mut has_changed = false;
    let written = durable_file::write(&path, |output| {
        has_changed = compress(&mut input, output)?.0 != snapshot.digest;
        if has_changed { Err(io::ErrorKind::InvalidData.into()) } else { Ok(()) }
    });
    if has_changed {
        return Err(changed(shown));
    }
    written.map(|()| path)
}

/// The file is another one than that of which the digest was taken.
pub(crate) fn changed(shown: &str) -> ReadError {
    ReadError::Input(format!(
        "{shown}: the file changed after its digest was taken: import it again once nobody writes to it"
    ))
}

/// The bytes of a kept file.
pub(crate) fn open_at(path: &Path) -> Result<Box<dyn Read + Send>, ReadError> {
    let file = open_file::open(path)?;
    let decoder = zstd::stream::read::Decoder::new(file)
        .map_err(|error| ReadError::System(format!("{}: cannot be read: {error}", path.display())))?;
    Ok(Box::new(decoder))
}

/// Compresses `input` into `output`. Answers digest and length of the input.
fn compress(input: &mut impl Read, output: &mut impl Write) -> io::Result<(Digest, u64)> {
    let mut encoder = zstd::stream::write::Encoder::new(output, COMPRESSION_LEVEL)?;
    encoder.include_checksum(true)?;
    let taken = copy(input, &mut encoder)?;
    encoder.finish()?.flush()?;
    Ok(taken)
}

fn copy(input: &mut impl Read, output: &mut impl Write) -> io::Result<(Digest, u64)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut n_bytes = 0;
    loop {
        let n = match input.read(&mut buffer) {
            Ok(0) => return Ok((Digest(hasher.finalize().into()), n_bytes)),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let bytes = buffer.get(..n).unwrap_or_default();
        hasher.update(bytes);
        output.write_all(bytes)?;
        n_bytes += n as u64;
    }
}

/// Whether a file that is open has changed since it was first looked at.
pub(crate) struct Unchanged {
    file: File,
    length_bytes: u64,
    modified: Option<std::time::SystemTime>,
}

impl Unchanged {
    pub(crate) fn since_now(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        let modified = metadata.modified().ok();
        Ok(Self { file: file.try_clone()?, length_bytes: metadata.len(), modified })
    }

    pub(crate) fn holds(&self) -> bool {
        self.file.metadata().is_ok_and(|metadata| {
            metadata.len() == self.length_bytes && metadata.modified().ok() == self.modified
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::civil::date;

    use super::*;

    pub(crate) fn snapshot(bytes: &[u8]) -> Snapshot {
        let (digest, length_bytes) = digest(&mut &bytes[..]).unwrap();
        Snapshot {
            digest,
            source: "border".parse().unwrap(),
            table: "crossings".into(),
            file: "crossings.csv".into(),
            length_bytes,
            as_of: date(2026, 10, 31),
            states_coverage: false,
            is_confirmed: false,
        }
    }

    #[test]
    fn what_is_kept_is_what_was_received() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = b"id,name\n1,\0\xff\n".repeat(20_000);
        let file = folder.path().join("crossings.csv");
        let snapshots = folder.path().join("snapshots");
        std::fs::write(&file, &bytes).unwrap();
        let snapshot = snapshot(&bytes);
        assert_eq!(snapshot.digest, Digest::of(&bytes));
        let path = keep(&snapshot, &file, &snapshots).unwrap();
        assert_eq!(path, snapshots.join(format!("{}.zst", snapshot.digest)));
        assert!(path.metadata().unwrap().len() < 10_000);
        std::fs::remove_file(&file).unwrap();
        keep(&snapshot, &file, &snapshots).unwrap();
        let mut kept = Vec::new();
        open_at(&path).unwrap().read_to_end(&mut kept).unwrap();
        assert!(kept == bytes);
    }

    #[test]
    fn a_file_that_changed_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("crossings.csv");
        let snapshots = folder.path().join("snapshots");
        std::fs::write(&file, b"id\n1\n2\n").unwrap();
        let error = keep(&snapshot(b"id\n1\n"), &file, &snapshots).unwrap_err();
        assert!(error.to_string().contains("the file changed after its digest was taken"), "{error}");
        assert_eq!(std::fs::read_dir(&snapshots).unwrap().count(), 0);
    }

    /// A disk that takes some bytes and is full then.
    struct FullAfter(usize);

    impl Write for FullAfter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let n = bytes.len().min(self.0);
            self.0 -= n;
            if n == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(n) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_an_error_wherever_it_fills() {
        let bytes: Vec<u8> =
            (0..40_000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 7).to_le_bytes()).collect();
        let mut whole = Vec::new();
        compress(&mut &bytes[..], &mut whole).unwrap();
        for n in [0, 1, 9, whole.len() / 2, whole.len() - 1] {
            let error = compress(&mut &bytes[..], &mut FullAfter(n)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "after {n} bytes");
        }
        assert!(compress(&mut &bytes[..], &mut FullAfter(whole.len())).is_ok());
    }

    #[test]
    fn a_full_device_is_an_error() {
        let Ok(mut full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
        let error = compress(&mut &b"id\n1\n"[..], &mut full).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
