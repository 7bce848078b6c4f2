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

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use redress_ports::{KeyPlace, ReadError};
use redress_statement::{Digest, Snapshot};
use sha2::{Digest as _, Sha256};

use crate::contract::Layout;
use crate::delimited::Delimited;
use crate::durable_file;
use crate::encoding::Encoding;
use crate::header::Binding;
use crate::json_lines::JsonLines;
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

/// What became of the rows of some records in a kept file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The file is not kept.
    NotKept,
    /// So many rows were cut out.
    Rows(usize),
    /// The file was removed.
    Removed,
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

    /// Cuts the rows of some records out of a kept file. Where its rows are no lines, or it was kept before `place` was, the
    /// file is removed: its digest is what stays.
    ///
    /// # Errors
    /// [`ReadError::System`] when the file cannot be read, written or removed.
    pub fn cut_records(
        &self,
        digest: Digest,
        place: Option<&KeyPlace>,
        keys: &BTreeSet<String>,
    ) -> Result<Cut, ReadError> {
        let kept = [self.cut_path(digest), snapshot::kept_path(&self.folder, digest)];
        let Some(path) = kept.iter().find(|path| path.exists()) else { return Ok(Cut::NotKept) };
        let Some(rows) =
            place.map(|place| rows_of(&mut *open_rows(path, place)?, place, keys)).transpose()?
        else {
            kept.iter().try_for_each(|path| remove(path))?;
            return Ok(Cut::Removed);
        };
        if rows.is_empty() {
            return Ok(Cut::Rows(0));
        }
        let input = snapshot::open_at(path)?;
        durable_file::write(&self.cut_path(digest), |output| {
            let mut encoder = zstd::stream::write::Encoder::new(output, COMPRESSION_LEVEL)?;
            encoder.include_checksum(true)?;
            self.copy_cut(digest, input, &mut encoder, &rows)?;
            encoder.finish()?.flush()
        })?;
        self.remove_whole(digest)?;
        Ok(Cut::Rows(rows.len()))
    }

    /// Removes the whole copy of a file, where there is one.
    pub(crate) fn remove_whole(&self, digest: Digest) -> Result<(), ReadError> {
        remove(&snapshot::kept_path(&self.folder, digest))
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

/// Removes a file, where there is one.
fn remove(path: &Path) -> Result<(), ReadError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ReadError::System(format!(
            "{}: holds rows that may not be kept, and cannot be removed: {error}",
            path.display()
        ))),
        _ => Ok(()),
    }
}

/// The rows of a kept file.
fn open_rows(path: &Path, place: &KeyPlace) -> Result<Box<dyn Rows>, ReadError> {
    let (input, shown) = (snapshot::open_at(path)?, path.display().to_string());
    Ok(match place {
        KeyPlace::Delimited { delimiter, is_quoted, encoding, .. } => {
            let encoding = Encoding::named(encoding).ok_or_else(|| {
                ReadError::System(format!("{shown}: was kept in the encoding {encoding}, which is not known"))
            })?;
            let layout = Layout { delimiter: *delimiter, is_quoted: *is_quoted, encoding };
            Box::new(Delimited::try_new(input, &shown, layout)?)
        }
        KeyPlace::JsonLines { column } => {
            let rows = JsonLines::try_new(input, &shown, BTreeSet::from([column.clone()]))?;
            Box::new(rows.with_columns([column.clone()]))
        }
    })
}

/// The rows that have one of these keys: in its column, or anywhere where the row is shifted.
fn rows_of(rows: &mut dyn Rows, place: &KeyPlace, keys: &BTreeSet<String>) -> Result<Vec<CutRow>, ReadError> {
    let key_idx = match place {
        KeyPlace::Delimited { column_idx, .. } => *column_idx,
        KeyPlace::JsonLines { column } => {
            rows.header().iter().position(|name| name == column).unwrap_or_default()
        }
    };
    let n_columns = rows.header().len();
    let (mut found, mut row) = (Vec::new(), Row::default());
    loop {
        let read = rows.next_row(&mut row)?;
        if read == RowRead::End {
            return Ok(found);
        }
        let is_whole = read == RowRead::Row && row.len() == n_columns;
        let is_one = if is_whole {
            keys.contains(row.cell(key_idx).trim())
        } else {
            row.cells().any(|cell| keys.contains(cell.trim()))
        };
        if is_one {
            found.push(CutRow { line: row.line, n_lines: row.n_lines });
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

    fn delimited() -> KeyPlace {
        KeyPlace::Delimited { delimiter: b',', is_quoted: true, encoding: "utf-8".to_owned(), column_idx: 0 }
    }

    fn json_lines() -> KeyPlace {
        KeyPlace::JsonLines { column: "id".to_owned() }
    }

    /// Cuts the rows of some keys out of a kept file, twice; expected is the copy, each commitment as `#`.
    fn check_keys(file: &str, place: &KeyPlace, keys: &[&str], n_rows: usize, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let kept = KeptFiles::new(folder.path().to_owned(), [7; 32]);
        let digest = Digest::of(file.as_bytes());
        let path = snapshot::kept_path(folder.path(), digest);
        durable_file::write(&path, |output| zstd::stream::copy_encode(file.as_bytes(), output, 1)).unwrap();
        let keys: BTreeSet<String> = keys.iter().copied().map(str::to_owned).collect();
        for n_rows in [n_rows, 0] {
            assert_eq!(kept.cut_records(digest, Some(place), &keys).unwrap(), Cut::Rows(n_rows), "{file}");
            let mut copy = String::new();
            kept.open(digest).unwrap().read_to_string(&mut copy).unwrap();
            for line in copy.clone().lines().filter_map(|line| line.strip_prefix("redress:cut ")) {
                copy = copy.replacen(line, "#", 1);
            }
            assert_eq!(copy, expected);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "the whole copy stayed");
        assert_eq!(kept.cut_records(digest, None, &keys).unwrap(), Cut::Removed);
        assert_eq!(kept.cut_records(digest, None, &keys).unwrap(), Cut::NotKept);
    }

    #[test]
    fn the_rows_of_a_key_are_cut_out_of_a_kept_file() {
        let file = "id,name\n1,Okoro\n12,\"1\"\n 2 ,\"Ha\nddad\"\nshifted,2,Tran\n3,2\n";
        let expected = "id,name\n1,Okoro\n12,\"1\"\nredress:cut #\nredress:cut\nredress:cut #\n3,2\n";
        check_keys(file, &delimited(), &["2", "9"], 2, expected);
        check_keys(file, &delimited(), &["9"], 0, file);
        let json = "{\"name\":\"2\",\"id\":\"1\"}\n\n{\"id\":\"2\"}\n";
        check_keys(json, &json_lines(), &["2"], 1, "{\"name\":\"2\",\"id\":\"1\"}\n\nredress:cut #\n");
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
