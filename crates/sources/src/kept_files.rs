//! The folder in which files are kept as they were received, but for the lines that are cut out.
//!
//! ```text
//! DIGEST.zst       the bytes as received, compressed with zstd
//! DIGEST.cut.zst   the same, a line that was cut out standing as `redress:cut COMMITMENT`, and each further line of its row
//!                  as `redress:cut`: every other line keeps its number. DIGEST is that of the file as received. Nothing stands
//!                  in it where rows could not be cut out one by one, and all of them went.
//! COMMITMENT       SHA-256(salt ‖ the bytes of the row's lines), salt = SHA-256(key ‖ DIGEST ‖ line, 8 bytes, the first most
//!                  significant)
//! ```
//!
//! Whoever holds the file proves it whole by its digest. With the key, and the row alone, its commitment can be opened; without
//! the key nobody can try rows until one fits. What was cut out stays out: the same file that comes again is not kept whole.

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

/// The rows of some records in a kept file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// These.
    Rows(Vec<CutRow>),
    /// Which they are cannot be told: rows are no lines of the file, or it was kept before their place was.
    All,
}

impl Found {
    /// The lines on which the rows begin, from 1. None where it could be any.
    #[must_use]
    pub fn lines(&self) -> Option<BTreeSet<u64>> {
        match self {
            Self::Rows(rows) => Some(rows.iter().map(|row| row.line).collect()),
            Self::All => None,
        }
    }
}

/// What became of the rows of some records in a kept file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The file is not kept.
    NotKept,
    /// So many rows were cut out.
    Rows(usize),
    /// All of the file was removed.
    Removed,
}

/// The lines of one row that is cut out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CutRow {
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
        snapshot::open_at(&self.path(digest).unwrap_or_else(|| snapshot::kept_path(&self.folder, digest)))
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

    /// Keeps a file whole, but where rows of it were cut out before.
    ///
    /// # Errors
    /// As [`snapshot::keep`].
    pub(crate) fn keep_whole<R: Read>(
        &self,
        snapshot: &Snapshot,
        open: impl FnOnce() -> Result<R, ReadError>,
        shown: &str,
    ) -> Result<(), ReadError> {
        if self.cut_path(snapshot.digest).exists() {
            return self.remove_whole(snapshot.digest);
        }
        snapshot::keep_bytes(snapshot, open, shown, &self.folder).map(drop)
    }

    /// Keeps a file without some of its rows, and without those that were cut out of it before. A whole copy that was kept
    /// before is removed.
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
        let cut = self.cut_path(snapshot.digest);
        if cut.exists() {
            return self.cut_further(snapshot.digest, &cut, rows);
        }
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

    /// Looks for the rows of some records in a kept file.
    ///
    /// # Errors
    /// [`ReadError::System`] when the file cannot be read.
    pub fn find_records(
        &self,
        digest: Digest,
        place: Option<&KeyPlace>,
        keys: &BTreeSet<String>,
    ) -> Result<Found, ReadError> {
        let (Some(path), Some(place)) = (self.path(digest), place) else { return Ok(Found::All) };
        if is_empty(&path)? {
            return Ok(Found::All);
        }
        rows_of(&mut *open_rows(&path, place)?, place, keys).map(Found::Rows)
    }

    /// Cuts rows out of a kept file. Where they could be any, the file is emptied: its digest is what stays.
    ///
    /// # Errors
    /// [`ReadError::System`] when the file cannot be read, written or removed.
    pub fn cut_records(&self, digest: Digest, found: &Found) -> Result<Cut, ReadError> {
        let Some(path) = self.path(digest) else { return Ok(Cut::NotKept) };
        let is_cut = path == self.cut_path(digest);
        match found {
            Found::Rows(rows) => {
                if is_cut || !rows.is_empty() {
                    self.cut_further(digest, &path, rows)?;
                }
                Ok(Cut::Rows(rows.len()))
            }
            Found::All if is_cut && is_empty(&path)? => {
                self.remove_whole(digest)?;
                Ok(Cut::NotKept)
            }
            Found::All => {
                self.write_cut(digest, io::empty(), &[])?;
                Ok(Cut::Removed)
            }
        }
    }

    /// Where a file is kept. None where it is not.
    fn path(&self, digest: Digest) -> Option<PathBuf> {
        let kept = [self.cut_path(digest), snapshot::kept_path(&self.folder, digest)];
        kept.into_iter().find(|path| path.exists())
    }

    /// Cuts rows out of a copy that is kept.
    fn cut_further(&self, digest: Digest, kept: &Path, rows: &[CutRow]) -> Result<(), ReadError> {
        self.write_cut(digest, snapshot::open_at(kept)?, rows)
    }

    /// Writes a copy without some rows, which is then the only one.
    fn write_cut(&self, digest: Digest, input: impl Read, rows: &[CutRow]) -> Result<(), ReadError> {
        durable_file::write(&self.cut_path(digest), |output| {
            let mut encoder = zstd::stream::write::Encoder::new(output, COMPRESSION_LEVEL)?;
            encoder.include_checksum(true)?;
            self.copy_cut(digest, input, &mut encoder, rows)?;
            encoder.finish()?.flush()
        })?;
        self.remove_whole(digest)
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
                Some(_) if is_cut(&line) => output.write_all(&line)?,
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

/// Whether a row stands in a copy as one that was cut out.
fn is_cut(row: &[u8]) -> bool {
    let first = row.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let commitment = first.strip_prefix(CUT.as_bytes()).and_then(|rest| rest.strip_prefix(b" "));
    commitment
        .and_then(|text| std::str::from_utf8(text).ok())
        .is_some_and(|text| text.parse::<Digest>().is_ok())
}

/// Whether nothing stands in a copy.
fn is_empty(path: &Path) -> Result<bool, ReadError> {
    let n_read = snapshot::open_at(path)?.read(&mut [0; 1]);
    n_read
        .map(|n_read| n_read == 0)
        .map_err(|error| crate::open_file::reading_failed(&path.display().to_string(), &error))
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
        let is_one = match read {
            RowRead::Row if row.len() == n_columns => keys.contains(row.cell(key_idx).trim()),
            RowRead::Row => row.cells().any(|cell| keys.contains(cell.trim())),
            RowRead::Broken(_) | RowRead::End => keys.iter().any(|key| row.has_word(key)),
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

/// What is cut out of a file.
#[derive(Debug, Default)]
pub(crate) struct ToCut {
    pub(crate) rows: Vec<CutRow>,
    /// Keys of the rows that are sealed.
    pub(crate) sealed: BTreeSet<String>,
}

/// The rows that are cut out of a file: those that are sealed, and those that cannot be read, of which nobody can tell.
///
/// # Errors
/// As the rows; [`ReadError::Input`] when there are over a million.
pub(crate) fn rows_to_cut(rows: &mut dyn Rows, binding: &Binding, shown: &str) -> Result<ToCut, ReadError> {
    let (mut cut, mut row) = (ToCut::default(), Row::default());
    let key = |row: &Row| Some(row.cell(binding.key_idx).trim().to_owned());
    loop {
        let (is_cut, sealed) = match rows.next_row(&mut row)? {
            RowRead::End => return Ok(cut),
            RowRead::Broken(_) => (true, None),
            RowRead::Row if binding.is_sealed(&row) => (true, key(&row)),
            RowRead::Row if row.value_set.is_some() => (false, None),
            RowRead::Row => match repair::settle(&row, binding) {
                Settled::Repaired { row, .. } if binding.is_sealed(&row) => (true, key(&row)),
                Settled::Sound | Settled::Repaired { .. } => (false, None),
                Settled::Broken(_) => (true, None),
            },
        };
        if is_cut {
            cut.rows.push(CutRow { line: row.line, n_lines: row.n_lines });
        }
        cut.sealed.extend(sealed.filter(|key| !key.is_empty()));
        if cut.rows.len() > CUT_ROWS_MAX {
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

    fn cut(kept: &KeptFiles, digest: Digest, place: Option<&KeyPlace>, keys: &BTreeSet<String>) -> Cut {
        kept.cut_records(digest, &kept.find_records(digest, place, keys).unwrap()).unwrap()
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
            assert_eq!(cut(&kept, digest, Some(place), &keys), Cut::Rows(n_rows), "{file}");
            let mut copy = String::new();
            kept.open(digest).unwrap().read_to_string(&mut copy).unwrap();
            for line in copy.clone().lines().filter_map(|line| line.strip_prefix("redress:cut ")) {
                copy = copy.replacen(line, "#", 1);
            }
            assert_eq!(copy, expected);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "the whole copy stayed");
        for (place, expected) in [(None, Cut::Removed), (None, Cut::NotKept), (Some(place), Cut::NotKept)] {
            assert_eq!(cut(&kept, digest, place, &keys), expected);
        }
    }

    /// The copy of a file that comes again after a row was cut out of it, its commitments as `#`; `rows` are those that are
    /// sealed when it comes. `place` is where its names stand.
    #[track_caller]
    fn check_again(place: Option<&KeyPlace>, rows: &[(u64, u64)], expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let kept = KeptFiles::new(folder.path().to_owned(), [7; 32]);
        let taken = snapshot::tests::snapshot(FILE);
        kept.keep_whole(&taken, || Ok(FILE), "f.csv").unwrap();
        cut(&kept, taken.digest, place, &["2".to_owned()].into());
        let rows: Vec<CutRow> =
            rows.iter().map(|(line, n_lines)| CutRow { line: *line, n_lines: *n_lines }).collect();
        if rows.is_empty() {
            kept.keep_whole(&taken, || Ok(FILE), "f.csv").unwrap();
        } else {
            kept.keep_cut(&taken, || Ok(FILE), "f.csv", &rows).unwrap();
        }
        let mut copy = String::new();
        kept.open(taken.digest).unwrap().read_to_string(&mut copy).unwrap();
        let shown =
            copy.lines().map(|line| line.split_once("redress:cut ").map_or(line, |_| "redress:cut #"));
        assert_eq!(shown.collect::<Vec<_>>().join("\n"), expected);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "it is kept whole again");
    }

    #[test]
    fn what_was_cut_out_stays_out_where_the_same_file_comes_again() {
        let cut = "id,name\r\n1,Okoro\r\nredress:cut #\nredress:cut\n3,Tran".replace('\r', "");
        check_again(Some(&delimited()), &[], &cut);
        check_again(Some(&delimited()), &[(2, 1), (3, 2)], &cut.replace("1,Okoro", "redress:cut #"));
        check_again(None, &[], "");
        check_again(None, &[(2, 1)], "");
    }

    #[test]
    fn the_rows_of_a_key_are_cut_out_of_a_kept_file() {
        let file = "id,name\n1,Okoro\n12,\"1\"\n 2 ,\"Ha\nddad\"\nshifted,2,Tran\n3,2\n";
        let expected = "id,name\n1,Okoro\n12,\"1\"\nredress:cut #\nredress:cut\nredress:cut #\n3,2\n";
        check_keys(file, &delimited(), &["2", "9"], 2, expected);
        check_keys(file, &delimited(), &["9"], 0, file);
        let json = "{\"name\":\"2\",\"id\":\"1\"}\n\n{\"id\":\"2\"}\n";
        check_keys(json, &json_lines(), &["2"], 1, "{\"name\":\"2\",\"id\":\"1\"}\n\nredress:cut #\n");
        // Lines that cannot be read, in which the key stands.
        let json = "{\"id\":\"1\"}\n{\"id\":\"2\",\"name\n{\"id\":[\"2\"]}\n{\"id\":\"12\",\n";
        check_keys(
            json,
            &json_lines(),
            &["2"],
            2,
            "{\"id\":\"1\"}\nredress:cut #\nredress:cut #\n{\"id\":\"12\",\n",
        );
        let file = "id,name\n1,Okoro\n2,\"Tran\n2,\u{e9}\n";
        check_keys(file, &delimited(), &["2"], 2, "id,name\n1,Okoro\nredress:cut #\nredress:cut #\n");
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
