//! The folder in which files are kept as they were received, but for the lines that are cut out.
//!
//! ```text
//! DIGEST.zst       the bytes as received, compressed with zstd
//! DIGEST.cut.zst   the same, a line that was cut out standing as `redress:cut COMMITMENT`, and each further line of its row
//!                  as `redress:cut`: every other line keeps its number. DIGEST is that of the file as received.
//! COMMITMENT       SHA-256(salt ‖ the bytes of the row's lines), salt = SHA-256(key ‖ DIGEST ‖ line, 8 bytes, the first most
//!                  significant)
//! ```
//!
//! Whoever holds the file proves it whole by its digest. With the key, and the row alone, its commitment can be opened; without
//! the key nobody can try rows until one fits.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use redress_ports::ReadError;
use redress_statement::{Digest, Snapshot};
use sha2::{Digest as _, Sha256};

use crate::durable_file;
use crate::header::Binding;
use crate::line::LINE_BYTES_MAX;
use crate::repair::{self, Settled};
use crate::row::{Row, RowRead, Rows};
use crate::snapshot::{self, COMPRESSION_LEVEL};

/// Most rows that are cut out of one file.
const CUT_ROWS_MAX: usize = 1_000_000;

/// What stands in the place of a line that was cut out.
const CUT: &str = "redress:cut";

/// A folder of kept files, with the key from which the salts of cut lines are made.
#[derive(Clone)]
pub struct KeptFiles {
    folder: PathBuf,
    line_key: [u8; 32],
}

impl std::fmt::Debug for KeptFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptFiles").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// The lines of one row that is cut out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CutRow {
    /// Its first line, from 1.
    pub(crate) line: u64,
    /// How many lines it has.
    pub(crate) n_lines: u64,
}

impl KeptFiles {
    /// The folder, which need not be there yet, and a secret of the store.
    #[must_use]
    pub fn new(folder: PathBuf, line_key: [u8; 32]) -> Self {
        Self { folder, line_key }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a file is kept from which rows were cut out.
    #[must_use]
    pub fn cut_path(&self, digest: Digest) -> PathBuf {
        self.folder.join(format!("{digest}.cut.zst"))
    }

    /// The bytes of a kept file: as they were received, or without the rows that were cut out.
    ///
    /// # Errors
    /// [`ReadError::Call`] when it is not kept, [`ReadError::System`] when it cannot be read.
    pub fn open(&self, digest: Digest) -> Result<Box<dyn Read + Send>, ReadError> {
        let cut = self.cut_path(digest);
        if cut.exists() {
            snapshot::open_at(&cut)
        } else {
            snapshot::open_at(&snapshot::kept_path(&self.folder, digest))
        }
    }

    /// What stands in the file for a row that was cut out, whose lines are given with what ends them, but for the last end.
    #[must_use]
    pub fn commitment(&self, digest: Digest, line: u64, row: &[u8]) -> Digest {
        let salt = Sha256::new()
            .chain_update(self.line_key)
            .chain_update(digest.0)
            .chain_update(line.to_be_bytes())
            .finalize();
        Digest(Sha256::new().chain_update(salt).chain_update(row).finalize().into())
    }

    /// Keeps a file without some of its rows. A whole copy that was kept before is removed.
    ///
    /// # Errors
    /// As [`snapshot::keep`].
    pub(crate) fn keep_cut<R: Read>(
        &self,
        snapshot: &Snapshot,
        open: impl FnOnce() -> Result<R, ReadError>,
        shown: &str,
        rows: &[CutRow],
    ) -> Result<(), ReadError> {
        let input = open()?;
        let mut has_changed = false;
        let written = durable_file::write(&self.cut_path(snapshot.digest), |output| {
            let mut encoder = zstd::stream::write::Encoder::new(output, COMPRESSION_LEVEL)?;
            encoder.include_checksum(true)?;
            has_changed = self.copy_cut(snapshot.digest, input, &mut encoder, rows)? != snapshot.digest;
            encoder.finish()?.flush()?;
            if has_changed { Err(io::ErrorKind::InvalidData.into()) } else { Ok(()) }
        });
        if has_changed {
            return Err(snapshot::changed(shown));
        }
        written?;
        self.remove_whole(snapshot.digest)
    }

    /// Removes the whole copy of a file, where there is one.
    pub(crate) fn remove_whole(&self, digest: Digest) -> Result<(), ReadError> {
        let path = snapshot::kept_path(&self.folder, digest);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ReadError::System(format!(
                "{}: rows of it are sealed, and it cannot be removed: {error}",
                path.display()
            ))),
            _ => Ok(()),
        }
    }

    /// Copies a file without some of its rows, which come in the order of their lines. Answers the digest of all it read.
    fn copy_cut(
        &self,
        digest: Digest,
        input: impl Read,
        output: &mut impl Write,
        rows: &[CutRow],
    ) -> io::Result<Digest> {
        let mut input = BufReader::new(input);
        let (mut hasher, mut rows) = (Sha256::new(), rows.iter().peekable());
        let (mut line, mut number) = (Vec::new(), 1);
        loop {
            line.clear();
            let cut = rows.next_if(|row| row.line == number);
            let n_lines = cut.map_or(1, |row| row.n_lines);
            let n_read = read_lines(&mut input, n_lines, &mut line)?;
            if n_read == 0 {
                return Ok(Digest(hasher.finalize().into()));
            }
            hasher.update(&line);
            match cut {
                None => output.write_all(&line)?,
                Some(_) => {
                    let row = line.strip_suffix(b"\n").unwrap_or(&line);
                    writeln!(output, "{CUT} {}", self.commitment(digest, number, row))?;
                    (1..n_read).try_for_each(|_| writeln!(output, "{CUT}"))?;
                }
            }
            number += n_read;
        }
    }
}

/// Appends lines with their ends. Answers how many there were.
fn read_lines(input: &mut impl BufRead, n_lines: u64, into: &mut Vec<u8>) -> io::Result<u64> {
    // What parsed the file before allows no longer line, and none follows from its ends.
    let room = LINE_BYTES_MAX as u64 + 2;
    for n_read in 0..n_lines {
        if input.take(room).read_until(b'\n', into)? == 0 {
            return Ok(n_read);
        }
    }
    Ok(n_lines)
}

/// The rows that are cut out of a file: those that are sealed, and those that cannot be read, of which nobody can tell.
///
/// # Errors
/// As the rows; [`ReadError::Input`] when there are over a million.
pub(crate) fn rows_to_cut(
    rows: &mut dyn Rows,
    binding: &Binding,
    shown: &str,
) -> Result<Vec<CutRow>, ReadError> {
    let (mut cut, mut row) = (Vec::new(), Row::default());
    loop {
        let is_cut = match rows.next_row(&mut row)? {
            RowRead::End => return Ok(cut),
            RowRead::Broken(_) => true,
            RowRead::Row if binding.is_sealed(&row) => true,
            RowRead::Row if row.value_set.is_some() => false,
            RowRead::Row => match repair::settle(&row, binding) {
                Settled::Sound => false,
                Settled::Repaired { row, .. } => binding.is_sealed(&row),
                Settled::Broken(_) => true,
            },
        };
        if is_cut {
            cut.push(CutRow { line: row.line, n_lines: row.n_lines });
        }
        if cut.len() > CUT_ROWS_MAX {
            return Err(ReadError::Input(format!(
                "{shown}: over {CUT_ROWS_MAX} rows cannot be kept, the limit: split the file"
            )));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"id,name\r\n1,Okoro\r\n2,\"Ha\nddad\"\r\n3,Tran";

    /// The file without some rows, and what opens their commitments.
    fn check(rows: &[(u64, u64)], expected: &str, opened: &[(u64, &[u8])]) {
        let digest = Digest::of(FILE);
        let kept = KeptFiles::new(PathBuf::new(), [7; 32]);
        let rows: Vec<CutRow> =
            rows.iter().map(|(line, n_lines)| CutRow { line: *line, n_lines: *n_lines }).collect();
        let mut copy = Vec::new();
        assert_eq!(kept.copy_cut(digest, FILE, &mut copy, &rows).unwrap(), digest, "all of it was read");
        let mut expected = expected.to_owned();
        for (line, row) in opened {
            expected = expected.replacen('#', &kept.commitment(digest, *line, row).to_string(), 1);
        }
        assert_eq!(String::from_utf8(copy).unwrap(), expected);
    }

    #[test]
    fn other_lines_keep_their_bytes_and_their_numbers() {
        check(&[], std::str::from_utf8(FILE).unwrap(), &[]);
        check(&[(2, 1)], "id,name\r\nredress:cut #\n2,\"Ha\nddad\"\r\n3,Tran", &[(2, b"1,Okoro\r")]);
        check(
            &[(3, 2), (5, 1)],
            "id,name\r\n1,Okoro\r\nredress:cut #\nredress:cut\nredress:cut #\n",
            &[(3, b"2,\"Ha\nddad\"\r"), (5, b"3,Tran")],
        );
    }

    #[test]
    fn a_commitment_is_of_one_line_of_one_file_and_needs_the_key() {
        let kept = |key: u8| KeptFiles::new(PathBuf::new(), [key; 32]);
        let (file, other) = (Digest::of(FILE), Digest::of(b""));
        let all = [
            kept(7).commitment(file, 2, b"1,Okoro"),
            kept(7).commitment(file, 3, b"1,Okoro"),
            kept(7).commitment(other, 2, b"1,Okoro"),
            kept(8).commitment(file, 2, b"1,Okoro"),
            kept(7).commitment(file, 2, b"2,Okoro"),
        ];
        assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len());
    }
}
