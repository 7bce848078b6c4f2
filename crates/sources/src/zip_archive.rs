//! A ZIP as a source publishes it: its directory is judged before any member is unpacked, and members are unpacked as
//! they are read, never to disk and never whole.
//!
//! Read are members that are stored, or compressed with Deflate or Deflate64 (method 9, in which the immigration courts'
//! release comes). Refused, before anything is unpacked: a ZIP without its directory (a download that was cut short),
//! encrypted members, names that lead out of the folder, members that overlap, and members that would grow beyond
//! [`RATIO_MAX`], [`MEMBER_BYTES_MAX`] or [`ARCHIVE_BYTES_MAX`]. A member that yields more bytes than its directory
//! says, or other bytes than its checksum, is an error where that shows.

use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use jiff::civil::Date;
use redress_ports::ReadError;
use zip::CompressionMethod;
use zip::result::ZipError;

use crate::shared_file::SharedFile;

/// Most members of a ZIP. The courts' release has 98.
pub const MEMBERS_MAX: usize = 1_000;
/// Longest member, unpacked, in bytes. The longest table of the courts' release has some 7 GB.
pub const MEMBER_BYTES_MAX: u64 = 64 << 30;
/// All members together, unpacked, in bytes.
pub const ARCHIVE_BYTES_MAX: u64 = 256 << 30;
/// How many times longer a member may be unpacked than packed; tables of text stay under 50.
pub const RATIO_MAX: u64 = 200;
/// Members up to this length unpacked, in bytes, are read whatever their ratio.
const RATIO_FROM_BYTES: u64 = 1 << 20;

/// Bytes that the unpacking thread hands over at once.
const CHUNK_BYTES: usize = 256 * 1024;
/// Chunks that wait for the reader.
const CHUNKS_WAITING_MAX: usize = 4;
const BUFFER_BYTES: usize = 64 * 1024;
/// Names that an error repeats.
const NAMES_SHOWN: usize = 8;

type Directory = zip::ZipArchive<BufReader<SharedFile>>;

/// A ZIP whose directory is sound.
pub(crate) struct ZipArchive {
    path: PathBuf,
    file: SharedFile,
    /// All members together, unpacked, in bytes.
    n_bytes: u64,
    has_macros: bool,
    /// Name without folders, and place in the directory.
    members: Vec<(String, usize)>,
    newest_day: Option<Date>,
}

impl ZipArchive {
    /// Reads and judges the directory.
    ///
    /// # Errors
    /// [`ReadError::Input`] with the member, the value and the limit.
    pub(crate) fn open(path: &Path) -> Result<Self, ReadError> {
        Self::of(path, SharedFile::open(path)?)
    }

    /// The same for a file that is open; `path` is what errors call it.
    ///
    /// # Errors
    /// As [`ZipArchive::open`].
    pub(crate) fn of(path: &Path, file: SharedFile) -> Result<Self, ReadError> {
        let mut directory = directory(path, &file)?;
        let wrong = |what: String| ReadError::Input(format!("{}: {what}", path.display()));
        if directory.len() > MEMBERS_MAX {
            return Err(wrong(format!("{} members, the limit is {MEMBERS_MAX}", directory.len())));
        }
        if directory.has_overlapping_files().map_err(|error| damaged(path, &error))? {
            return Err(wrong(
                "its members overlap, as those of a ZIP bomb do: fetch the file again from its publisher"
                    .to_owned(),
            ));
        }
        let mut archive = Self {
            path: path.to_owned(),
            file,
            n_bytes: 0,
            has_macros: false,
            members: Vec::new(),
            newest_day: None,
        };
        for idx in 0..directory.len() {
            let member = directory.by_index_raw(idx).map_err(|error| damaged(path, &error))?;
            let name = String::from_utf8_lossy(member.name_raw()).into_owned();
            if member.is_dir() {
                continue;
            }
            judge(&name, &member).map_err(wrong)?;
            archive.n_bytes = archive.n_bytes.saturating_add(member.size());
            // Programs find the parts of a workbook whatever the case of their letters.
            let part = name.to_ascii_lowercase();
            archive.has_macros |= part.ends_with("vbaproject.bin") || part.contains("macrosheets/");
            let day = member.last_modified().and_then(|at| {
                Date::new(i16::try_from(at.year()).ok()?, at.month() as i8, at.day() as i8).ok()
            });
            archive.newest_day = archive.newest_day.max(day);
            archive.members.push((base_name(&name).to_owned(), idx));
        }
        if archive.n_bytes > ARCHIVE_BYTES_MAX {
            return Err(wrong(format!(
                "{} bytes unpacked, the limit is {ARCHIVE_BYTES_MAX}: it is no release of tables, or a ZIP bomb",
                archive.n_bytes
            )));
        }
        Ok(archive)
    }

    /// All members together, unpacked, in bytes.
    pub(crate) fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    /// Whether it is a workbook with macros.
    pub(crate) fn has_macros(&self) -> bool {
        self.has_macros
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The names of its members without their folders.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_str())
    }

    pub(crate) fn newest_day(&self) -> Option<Date> {
        self.newest_day
    }

    pub(crate) fn file(&self) -> &SharedFile {
        &self.file
    }

    /// Where the member of that name stands, whatever folder of the ZIP it is in and however its case.
    ///
    /// # Errors
    /// [`ReadError::Input`] when no member or several have the name.
    pub(crate) fn member(&self, file: &str) -> Result<usize, ReadError> {
        let mut found = self.members.iter().filter(|(name, _)| name.eq_ignore_ascii_case(file));
        match (found.next(), found.next()) {
            (Some((_, idx)), None) => Ok(*idx),
            (Some(_), Some(_)) => Err(ReadError::Input(format!(
                "{}: several members are named {file}, in different folders: which one counts cannot be told",
                self.path.display()
            ))),
            (None, _) => {
                let names: Vec<&str> = self.members.iter().map(|(name, _)| name.as_str()).collect();
                let more = names.len().saturating_sub(NAMES_SHOWN);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                Err(ReadError::Input(format!(
                    "{}: the table {file} is not there; the members found are {}{more}. Fetch the whole release, or \
                     correct the file's name in the contract",
                    self.path.display(),
                    names.iter().take(NAMES_SHOWN).copied().collect::<Vec<_>>().join(", ")
                )))
            }
        }
    }
}

/// A member of a ZIP: one that is there.
pub(crate) struct Member {
    path: PathBuf,
    file: SharedFile,
    idx: usize,
    name: String,
}

impl Member {
    /// Looks a member up.
    ///
    /// # Errors
    /// As [`ZipArchive::member`].
    pub(crate) fn of(archive: &ZipArchive, name: &str) -> Result<Self, ReadError> {
        let idx = archive.member(name)?;
        Ok(Self { path: archive.path.clone(), file: archive.file.clone(), idx, name: name.to_owned() })
    }

    /// Its bytes, unpacked on a thread of their own while they are read.
    ///
    /// # Errors
    /// [`ReadError::Input`] when the ZIP can no longer be read.
    pub(crate) fn stream(&self) -> Result<MemberStream, ReadError> {
        let directory = directory(&self.path, &self.file)?;
        let (send, chunks) = sync_channel(CHUNKS_WAITING_MAX);
        let (idx, name) = (self.idx, self.name.clone());
        thread::Builder::new()
            .name("unpack".to_owned())
            .spawn(move || unpack(directory, idx, &name, &send))
            .map_err(|error| ReadError::System(format!("{}: no thread to unpack it: {error}", self.name)))?;
        Ok(MemberStream { chunks, chunk: Vec::new(), n_read: 0, is_over: false })
    }
}

fn directory(path: &Path, file: &SharedFile) -> Result<Directory, ReadError> {
    let input = BufReader::with_capacity(BUFFER_BYTES, file.at_start());
    zip::ZipArchive::new(input).map_err(|error| damaged(path, &error))
}

/// A ZIP whose directory cannot be read.
fn damaged(path: &Path, error: &ZipError) -> ReadError {
    match error {
        ZipError::Io(cause) if cause.kind() != io::ErrorKind::UnexpectedEof => {
            ReadError::System(format!("{}: reading failed: {cause}", path.display()))
        }
        _ => ReadError::Input(format!(
            "{}: is not a whole ZIP ({error}): if its download was cut short, fetch it again; a folder of the unpacked \
             files is read as well",
            path.display()
        )),
    }
}

/// What makes a member one that is not read.
fn judge(name: &str, member: &zip::read::ZipFile<'_, BufReader<SharedFile>>) -> Result<(), String> {
    let (size, packed) = (member.size(), member.compressed_size());
    if leads_out(name) {
        return Err(format!(
            "the name of the member {name:?} leads out of the folder: fetch the file again from its publisher"
        ));
    }
    if member.encrypted() {
        return Err(format!(
            "the member {name:?} is encrypted: ask the publisher for the file without a password, or unpack it and name \
             the folder"
        ));
    }
    if !matches!(
        member.compression(),
        CompressionMethod::Stored | CompressionMethod::Deflated | CompressionMethod::Deflate64
    ) {
        return Err(format!(
            "the member {name:?} is compressed by {:?}; read are Stored, Deflate and Deflate64: unpack it and name the \
             folder",
            member.compression()
        ));
    }
    if size > MEMBER_BYTES_MAX {
        return Err(format!(
            "the member {name:?} has {size} bytes unpacked, the limit is {MEMBER_BYTES_MAX}"
        ));
    }
    if size > RATIO_FROM_BYTES && size > packed.saturating_mul(RATIO_MAX) {
        return Err(format!(
            "the member {name:?} grows from {packed} to {size} bytes, more than {RATIO_MAX} times, as a ZIP bomb does: \
             fetch the file again from its publisher"
        ));
    }
    Ok(())
}

fn leads_out(name: &str) -> bool {
    let is_drive = name.chars().nth(1) == Some(':');
    name.starts_with(['/', '\\']) || is_drive || name.split(['/', '\\']).any(|part| part == "..")
}

fn base_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// Sends the bytes of a member until they end, they break, or nobody reads on.
fn unpack(mut directory: Directory, idx: usize, name: &str, send: &SyncSender<io::Result<Vec<u8>>>) {
    let broken =
        |error: &dyn std::fmt::Display| io::Error::new(io::ErrorKind::InvalidData, damage(name, error));
    let mut member = match directory.by_index(idx) {
        Ok(member) => member,
        Err(error) => {
            let _ = send.send(Err(broken(&error)));
            return;
        }
    };
    loop {
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        let read = member.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut chunk);
        let message = match read {
            Ok(0) => return,
            Ok(_) => Ok(chunk),
            Err(error) if is_damage(&error) => Err(broken(&error)),
            Err(error) => Err(error),
        };
        let is_last = message.is_err();
        // Sending fails when the reader has gone: nobody is left to tell.
        if send.send(message).is_err() || is_last {
            return;
        }
    }
}

fn damage(name: &str, error: &dyn std::fmt::Display) -> String {
    format!("the member {name} of the ZIP is damaged ({error}): fetch the file again")
}

/// Whether an error is of the bytes and not of the system.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | Other | UnexpectedEof)
}

/// The bytes of one member.
pub(crate) struct MemberStream {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    n_read: usize,
    is_over: bool,
}

impl Read for MemberStream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.n_read == self.chunk.len() && !self.is_over {
            match self.chunks.recv() {
                Ok(Ok(chunk)) => (self.chunk, self.n_read) = (chunk, 0),
                Ok(Err(error)) => {
                    self.is_over = true;
                    return Err(error);
                }
                Err(_) => self.is_over = true,
            }
        }
        let rest = self.chunk.get(self.n_read..).unwrap_or_default();
        let n = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..n), rest.get(..n)) {
            to.copy_from_slice(from);
        }
        self.n_read += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_out_of_the_folder() {
        for (name, is_out) in [
            ("A_TblCase.csv", false),
            ("release/A_TblCase.csv", false),
            ("a..b.csv", false),
            ("../A_TblCase.csv", true),
            ("release/../../A_TblCase.csv", true),
            ("..\\A_TblCase.csv", true),
            ("/etc/A_TblCase.csv", true),
            ("D:A_TblCase.csv", true),
        ] {
            assert_eq!(leads_out(name), is_out, "{name}");
        }
        assert_eq!(base_name("release/A_TblCase.csv"), "A_TblCase.csv");
    }
}
