//! The rows of a release, kept for the one after it: sorted by case and compressed, with what takes them apart.
//!
//! A file of a line `redress rows 1`, a line of JSON ([`Header`]), and a zstd stream of entries (see `by_case`) that ends
//! with [`END`] and the number of cases. It holds what the contract admits and nothing else.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use redress_ports::ReadError;
use redress_statement::{Attribute, Digest};
use serde::{Deserialize, Serialize};

use crate::by_case::{CaseTables, Cases, SortedCase, SortedFile, TableFacts, sorted_input};
use crate::durable_file::Part;

/// First line of such a file.
const MAGIC: &str = "redress rows 1\n";
/// Longest header: some fifty tables.
const HEADER_BYTES_MAX: u64 = 1 << 20;
/// What stands in the place of an entry's length behind the last one.
const END: [u8; 4] = [0; 4];
/// Fast compression: the file is read once or twice.
const COMPRESSION_LEVEL: i32 = 1;

#[derive(Serialize, Deserialize)]
struct Header {
    release: String,
    as_of: Date,
    /// Of the attributes that the program knew, by which entries are numbered.
    attributes: Digest,
    tables: BTreeMap<u16, TableFacts>,
    #[serde(default)]
    n_rows: BTreeMap<String, u64>,
}

/// A borrowed [`Header`].
#[derive(Serialize)]
struct HeaderRef<'a> {
    release: &'a str,
    as_of: Date,
    attributes: Digest,
    tables: &'a BTreeMap<u16, TableFacts>,
    n_rows: &'a BTreeMap<String, u64>,
}

fn attributes() -> Digest {
    let names: Vec<&str> = Attribute::ALL.iter().map(|attribute| attribute.wire_name()).collect();
    Digest::of(names.join(" ").as_bytes())
}

/// The rows of an earlier release.
pub struct KeptRows {
    /// The file of the release.
    pub release: String,
    /// The day that it describes.
    pub as_of: Date,
    /// Its cases.
    pub cases: Cases,
    /// All rows of each of its tables, those that were set aside included. Empty where an earlier version of the program kept the rows.
    pub n_rows: BTreeMap<String, u64>,
}

impl KeptRows {
    /// Whether a file holds kept rows. False where there is no file.
    #[must_use]
    pub fn is_at(path: &Path) -> bool {
        let mut first = [0; MAGIC.len()];
        path.is_file()
            && File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok()
            && first == *MAGIC.as_bytes()
    }

    /// Opens kept rows, to be read once.
    ///
    /// # Errors
    /// [`ReadError::Input`] when the file is not whole or another version of the program kept it, [`ReadError::System`]
    /// when it cannot be read.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let failed =
            |error: io::Error| ReadError::System(format!("{}: cannot be read: {error}", path.display()));
        let mut file = BufReader::new(File::open(path).map_err(failed)?);
        let mut lines = [String::new(), String::new()];
        for line in &mut lines {
            (&mut file).take(HEADER_BYTES_MAX).read_line(line).map_err(failed)?;
        }
        let header: Header = serde_json::from_str(&lines[1]).map_err(|error| {
            ReadError::Input(format!("{}, line 2: is no header of kept rows: {error}", path.display()))
        })?;
        if header.attributes != attributes() {
            return Err(ReadError::Input(format!(
                "{}: was kept by another version of the program: name the earlier release itself with --before",
                path.display()
            )));
        }
        let input = sorted_input(file).map_err(failed)?;
        let file = SortedFile { path: path.to_owned(), input, has_end: true };
        let cases = Cases::of_file(header.tables, file)?;
        Ok(Self { release: header.release, as_of: header.as_of, cases, n_rows: header.n_rows })
    }
}

/// Keeps rows.
pub struct RowKeeper {
    path: PathBuf,
    part: Part,
    encoder: zstd::stream::write::Encoder<'static, BufWriter<File>>,
    n_cases: u64,
}

impl RowKeeper {
    /// Begins the file of a release's rows; `n_rows` is how many each table has, those set aside included. It has its name once [`RowKeeper::finish`] is done.
    ///
    /// # Errors
    /// [`ReadError::System`] when it cannot be written.
    pub fn begin(
        path: &Path,
        (release, as_of): (&str, Date),
        tables: &CaseTables,
        n_rows: &BTreeMap<String, u64>,
    ) -> Result<Self, ReadError> {
        let begun = || {
            let (part, mut file) = Part::begin(path)?;
            let header = HeaderRef { release, as_of, attributes: attributes(), tables: &tables.0, n_rows };
            let header = serde_json::to_string(&header)?;
            file.write_all(format!("{MAGIC}{header}\n").as_bytes())?;
            let mut encoder = zstd::stream::write::Encoder::new(BufWriter::new(file), COMPRESSION_LEVEL)?;
            encoder.include_checksum(true)?;
            Ok(Self { path: path.to_owned(), part, encoder, n_cases: 0 })
        };
        begun().map_err(|error| failed(path, &error))
    }

    /// Keeps the rows of a case, the cases being given in their order.
    ///
    /// # Errors
    /// [`ReadError::System`] when the file cannot be written, such as on a full disk.
    pub fn keep(&mut self, case: &SortedCase) -> Result<(), ReadError> {
        self.n_cases += 1;
        case.entries()
            .try_for_each(|entry| self.encoder.write_all(entry.bytes()))
            .map_err(|error| failed(&self.path, &error))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// As [`RowKeeper::keep`].
    pub fn finish(mut self) -> Result<(), ReadError> {
        let finish = || {
            self.encoder.write_all(&END)?;
            self.encoder.write_all(&self.n_cases.to_le_bytes())?;
            let mut file = self.encoder.finish()?;
            file.flush()?;
            self.part.finish(file.into_inner().map_err(io::IntoInnerError::into_error)?)
        };
        finish().map_err(|error| failed(&self.path, &error))
    }
}

fn failed(path: &Path, error: &io::Error) -> ReadError {
    ReadError::System(format!(
        "{}: cannot be written: {error}. Free space, or name another file with --keep",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jiff::civil::date;
    use redress_statement::Record;

    use super::*;
    use crate::by_case::{
        CaseSorter,
        tests::{record, snapshot},
    };

    /// Rows of three cases, and one that names none.
    fn sorted(folder: &Path) -> Cases {
        let mut sorter = CaseSorter::new(folder, "sort").unwrap();
        let table = snapshot("rows");
        sorter.begin_table(0, &table, false);
        for (line, case) in [(2, "7"), (3, "8"), (4, "7"), (5, "9")] {
            sorter.push(&record(&table, false, line, case, Some("X"))).unwrap();
        }
        let mut adrift = record(&table, false, 6, "7", None);
        adrift.about = None;
        sorter.push(&adrift).unwrap();
        Cases::merge(vec![sorter]).unwrap()
    }

    fn kept(path: &Path) {
        let mut cases = sorted(path.parent().unwrap());
        let (release, n_rows) = (("release.zip", date(2026, 10, 31)), [("rows".to_owned(), 9)].into());
        let mut keeper = RowKeeper::begin(path, release, &cases.tables(), &n_rows).unwrap();
        while let Some(case) = cases.next_case().unwrap() {
            keeper.keep(&case).unwrap();
        }
        keeper.finish().unwrap();
    }

    fn rows(mut cases: Cases) -> Result<Vec<Record>, ReadError> {
        let (tables, mut rows) = (cases.tables(), Vec::new());
        while let Some(case) = cases.next_case()? {
            rows.append(&mut tables.rows(&case).records);
        }
        Ok(rows)
    }

    #[test]
    fn what_was_kept_is_read_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        assert!(!KeptRows::is_at(&path));
        kept(&path);
        assert!(KeptRows::is_at(&path));
        let read = KeptRows::open(&path).unwrap();
        assert_eq!((&*read.release, read.as_of), ("release.zip", date(2026, 10, 31)));
        assert_eq!(rows(read.cases).unwrap(), rows(sorted(folder.path())).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something else was left");
    }

    #[test]
    fn a_file_that_is_not_whole_or_of_another_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        kept(&path);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 9]).unwrap();
        let error = KeptRows::open(&path).and_then(|read| rows(read.cases)).unwrap_err();
        assert!(error.to_string().contains("rows: is not whole"), "{error}");
        let other =
            String::from_utf8_lossy(&whole).replace(&attributes().to_string(), &Digest::of(b"").to_string());
        fs::write(&path, other).unwrap();
        let error = KeptRows::open(&path).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("another version of the program"), "{error}");
    }

    #[test]
    fn rows_that_are_not_finished_leave_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        drop(
            RowKeeper::begin(
                &path,
                ("release.zip", date(2026, 10, 31)),
                &CaseTables::default(),
                &BTreeMap::new(),
            )
            .unwrap(),
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
