//! One open file that several readers read, each at its own place.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

use redress_ports::ReadError;

use crate::open_file;
use crate::snapshot::Unchanged;

/// A reader of a file that is opened once: what is digested, kept and parsed is one and the same file, even when
/// another takes its name meanwhile. A clone reads on from where it was cloned.
#[derive(Clone)]
pub(crate) struct SharedFile {
    file: Arc<File>,
    at: u64,
}

impl SharedFile {
    /// Opens a file.
    ///
    /// # Errors
    /// As [`open_file::open`].
    pub(crate) fn open(path: &Path) -> Result<Self, ReadError> {
        Ok(Self { file: Arc::new(open_file::open(path)?), at: 0 })
    }

    /// Another reader of the same file, at its first byte.
    pub(crate) fn at_start(&self) -> Self {
        Self { file: Arc::clone(&self.file), at: 0 }
    }

    /// A handle of its own, for a reader that wants the file itself.
    pub(crate) fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    pub(crate) fn unchanged(&self) -> io::Result<Unchanged> {
        Unchanged::since_now(&self.file)
    }
}

impl Read for SharedFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read_at(into, self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for SharedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.file.metadata()?.len().checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
