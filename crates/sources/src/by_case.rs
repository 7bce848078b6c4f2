//! Records of many tables put together by their case, in bounded memory: an external merge sort.
//!
//! Records are gathered in a buffer of [`SORT_BUFFER_BYTES`]. A full buffer is sorted by case and written to a file beside
//! the others (compressed); at the end the files are merged, and one case after the other comes out with all its rows.
//! Whatever the size of the release, memory holds one buffer, or one row for each file and one case.
//!
//! What a value was before it was normalized is kept only where it could not be read: these cases are for counting.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use redress_ports::ReadError;
use redress_statement::{Attribute, Locator, Record, RecordKey, Snapshot, Statement, Text};

/// Bytes of records that are sorted at once.
pub const SORT_BUFFER_BYTES: usize = 256 << 20;
/// Most files that are merged: with full buffers, some 128 GiB of rows.
pub const SORT_FILES_MAX: usize = 512;
/// Most rows of one case that are put together. Rows beyond it are counted as left out.
pub const CASE_ROWS_MAX: usize = 5_000;

/// Fast compression: the files are read once.
const COMPRESSION_LEVEL: i32 = 1;
const FILE_BUFFER_BYTES: usize = 64 * 1024;
/// Bytes before an entry: its length, and the length of its sort key.
const HEAD_BYTES: usize = 6;

/// Takes records in, in any order.
pub struct CaseSorter {
    folder: SortFolder,
    buffer_bytes: usize,
    tables: BTreeMap<u16, TableFacts>,
    /// The table whose rows are being pushed.
    table: u16,
    buffer: Vec<u8>,
    /// First eight bytes of the sort key, and where the entry begins.
    entries: Vec<(u64, u32)>,
    n_files: usize,
    n_pushed: u64,
}

/// What the records of a table share.
struct TableFacts {
    snapshot: Snapshot,
    is_lead: bool,
}

/// All rows of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRows {
    /// The key of the case.
    pub key: Text,
    /// Its rows, the lead table's first, each table's in the order of its file. The lead's row describes the person of
    /// the case, if only by a number. At most [`CASE_ROWS_MAX`].
    pub records: Vec<Record>,
    /// How many rows were left out.
    pub n_left_out: u64,
}

/// A folder for the files of one sort, removed when the sort ends, however it ends.
struct SortFolder(PathBuf);

impl Drop for SortFolder {
    fn drop(&mut self) {
        // What cannot be removed stays; the run's outcome does not depend on it.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl CaseSorter {
    /// A sort whose files lie in `name`, a folder of its own below `folder`, while it lasts.
    ///
    /// # Errors
    /// [`ReadError::System`] when the folder cannot be made.
    pub fn new(folder: &Path, name: &str) -> Result<Self, ReadError> {
        Self::with_buffer(&folder.join(name), SORT_BUFFER_BYTES)
    }

    fn with_buffer(folder: &Path, buffer_bytes: usize) -> Result<Self, ReadError> {
        let path = folder.with_extension(format!("{}.part", std::process::id()));
        fs::create_dir_all(&path).map_err(|error| failed(&path, &error))?;
        Ok(Self {
            folder: SortFolder(path),
            buffer_bytes,
            tables: BTreeMap::new(),
            table: 0,
            buffer: Vec::new(),
            entries: Vec::new(),
            n_files: 0,
            n_pushed: 0,
        })
    }

    /// Begins a table: the records that are pushed from here on are its rows. `at` is its place among the tables of all
    /// sorts that are merged, each of which has its own; a case's rows come out in that order.
    pub fn begin_table(&mut self, at: u16, snapshot: &Snapshot, is_lead: bool) {
        self.table = at;
        self.tables.insert(at, TableFacts { snapshot: snapshot.clone(), is_lead });
    }

    /// Takes a row in. False when it says of no case that it belongs to it.
    ///
    /// # Errors
    /// [`ReadError::System`] when a file cannot be written, such as on a full disk; [`ReadError::Input`] over
    /// [`SORT_FILES_MAX`] files.
    pub fn push(&mut self, record: &Record) -> Result<bool, ReadError> {
        let is_lead = self.tables.get(&self.table).is_some_and(|table| table.is_lead);
        let case = if is_lead { Some(&record.key.key) } else { record.about.as_ref() };
        let Some(case) = case else { return Ok(false) };
        let case = case.clone();
        self.push_under(&case, record)?;
        Ok(true)
    }

    /// Takes a row in under a key of the caller's own, such as the row's, to put rows of two releases together.
    ///
    /// # Errors
    /// As [`CaseSorter::push`].
    pub fn push_under(&mut self, key: &str, record: &Record) -> Result<(), ReadError> {
        let start = self.buffer.len();
        write_entry(&mut self.buffer, key, self.table, self.n_pushed, record);
        self.entries.push((first_eight(&self.buffer, start), start as u32));
        self.n_pushed += 1;
        if self.buffer.len() >= self.buffer_bytes {
            self.write_out()?;
        }
        Ok(())
    }

    fn path(&self, number: usize) -> PathBuf {
        self.folder.0.join(format!("{number}.zst"))
    }

    fn write_out(&mut self) -> Result<(), ReadError> {
        if self.entries.is_empty() {
            return Ok(());
        }
        if self.n_files >= SORT_FILES_MAX {
            return Err(ReadError::Input(format!(
                "the release has more rows than are sorted at once: {SORT_FILES_MAX} files of {} MiB are full",
                self.buffer_bytes >> 20
            )));
        }
        let path = self.path(self.n_files);
        let buffer = &self.buffer;
        self.entries.sort_unstable_by(|left, right| {
            left.0.cmp(&right.0).then_with(|| sort_key_at(buffer, left.1).cmp(sort_key_at(buffer, right.1)))
        });
        write_sorted(&path, buffer, &self.entries).map_err(|error| failed(&path, &error))?;
        self.n_files += 1;
        self.buffer.clear();
        self.entries.clear();
        Ok(())
    }
}

fn write_sorted(path: &Path, buffer: &[u8], entries: &[(u64, u32)]) -> io::Result<()> {
    let file = BufWriter::with_capacity(FILE_BUFFER_BYTES, File::create(path)?);
    let mut encoder = zstd::stream::write::Encoder::new(file, COMPRESSION_LEVEL)?;
    for (_, start) in entries {
        encoder.write_all(entry_at(buffer, *start))?;
    }
    encoder.finish()?.flush()
}

fn failed(path: &Path, error: &io::Error) -> ReadError {
    ReadError::System(format!(
        "{}: cannot be written or read: {error}. Free space, or name another folder with --out",
        path.display()
    ))
}

/// One file of sorted entries.
struct SortedFile {
    path: PathBuf,
    input: BufReader<zstd::stream::read::Decoder<'static, BufReader<File>>>,
}

impl SortedFile {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        let mut length = [0; 4];
        match self.input.read_exact(&mut length) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(failed(&self.path, &error)),
        }
        let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
        if let Some(head) = bytes.get_mut(..4) {
            head.copy_from_slice(&length);
        }
        let rest = bytes.get_mut(4..).unwrap_or_default();
        self.input.read_exact(rest).map_err(|error| failed(&self.path, &error))?;
        Ok(Some(Entry(bytes)))
    }
}

/// An entry as it stands in a file, ordered by its sort key.
struct Entry(Vec<u8>);

impl Entry {
    fn sort_key(&self) -> &[u8] {
        sort_key_at(&self.0, 0)
    }

    fn case(&self) -> &[u8] {
        self.sort_key().split(|byte| *byte == 0).next().unwrap_or_default()
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.sort_key() == other.sort_key()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.sort_key().cmp(other.sort_key())
    }
}

/// The cases of a release, in the order of their keys' bytes.
pub struct Cases {
    /// Removed with this.
    _folders: Vec<SortFolder>,
    tables: BTreeMap<u16, TableFacts>,
    files: Vec<SortedFile>,
    heads: BinaryHeap<Reverse<(Entry, usize)>>,
}

impl Cases {
    /// Ends the taking in, and puts together what several sorts took in.
    ///
    /// # Errors
    /// As [`CaseSorter::push`].
    pub fn merge(sorters: Vec<CaseSorter>) -> Result<Self, ReadError> {
        let mut cases = Self {
            _folders: Vec::new(),
            tables: BTreeMap::new(),
            files: Vec::new(),
            heads: BinaryHeap::new(),
        };
        for mut sorter in sorters {
            sorter.write_out()?;
            for number in 0..sorter.n_files {
                cases.open(sorter.path(number))?;
            }
            cases.tables.append(&mut sorter.tables);
            cases._folders.push(sorter.folder);
        }
        Ok(cases)
    }

    fn open(&mut self, path: PathBuf) -> Result<(), ReadError> {
        if self.files.len() >= SORT_FILES_MAX {
            return Err(ReadError::Input(format!(
                "the release has more rows than are merged at once: {SORT_FILES_MAX} files are full"
            )));
        }
        let file = File::open(&path).map_err(|error| failed(&path, &error))?;
        let decoder = zstd::stream::read::Decoder::new(file).map_err(|error| failed(&path, &error))?;
        let mut file = SortedFile { path, input: BufReader::with_capacity(FILE_BUFFER_BYTES, decoder) };
        if let Some(entry) = file.next()? {
            self.heads.push(Reverse((entry, self.files.len())));
        }
        self.files.push(file);
        Ok(())
    }

    /// The next case with all its rows. None at the end.
    ///
    /// # Errors
    /// [`ReadError::System`] when a file of the sort cannot be read.
    pub fn next_case(&mut self) -> Result<Option<CaseRows>, ReadError> {
        let Some(Reverse((first, _))) = self.heads.peek() else { return Ok(None) };
        let key = first.case().to_vec();
        let shown = String::from_utf8_lossy(&key);
        let mut case = CaseRows { key: shown.into(), records: Vec::new(), n_left_out: 0 };
        while self.heads.peek().is_some_and(|Reverse((entry, _))| entry.case() == key) {
            let Some(Reverse((entry, number))) = self.heads.pop() else { break };
            if let Some(next) = self.files.get_mut(number).map(SortedFile::next).transpose()?.flatten() {
                self.heads.push(Reverse((next, number)));
            }
            if case.records.len() < CASE_ROWS_MAX {
                case.records.extend(self.record(&entry));
            } else {
                case.n_left_out += 1;
            }
        }
        Ok(Some(case))
    }

    fn record(&self, entry: &Entry) -> Option<Record> {
        let sort_key = entry.sort_key();
        let at = sort_key.len().checked_sub(10)?;
        let table = u16::from_be_bytes(sort_key.get(at..at + 2)?.try_into().ok()?);
        let facts = self.tables.get(&table)?;
        read_record(entry.0.get(HEAD_BYTES + sort_key.len()..)?, entry.case(), facts)
    }
}

// The form of an entry. Numbers are little-endian unless they are part of the sort key.
//
//   u32 length of all · u16 length of the sort key · sort key = case, 0x00, u16 table (big-endian), u64 number (big-endian)
//   u64 line · text key of the row · statements: u16 attribute, u8 whether the text is the normalized value, text
//   text = u16 length, bytes

fn write_entry(buffer: &mut Vec<u8>, case: &str, table: u16, number: u64, record: &Record) {
    let start = buffer.len();
    buffer.extend([0; HEAD_BYTES]);
    buffer.extend(case.as_bytes());
    buffer.push(0);
    buffer.extend(table.to_be_bytes());
    buffer.extend(number.to_be_bytes());
    let n_key = (buffer.len() - start - HEAD_BYTES) as u16;
    buffer.extend(record.locator.line.to_le_bytes());
    write_text(buffer, &record.key.key);
    for statement in &record.statements {
        let attribute =
            Attribute::ALL.iter().position(|other| *other == statement.attribute).unwrap_or_default();
        buffer.extend((attribute as u16).to_le_bytes());
        buffer.push(u8::from(statement.normalized.is_some()));
        write_text(buffer, statement.normalized.as_ref().unwrap_or(&statement.original));
    }
    let length = ((buffer.len() - start) as u32).to_le_bytes();
    if let Some(head) = buffer.get_mut(start..start + HEAD_BYTES) {
        head[..4].copy_from_slice(&length);
        head[4..].copy_from_slice(&n_key.to_le_bytes());
    }
}

/// Values are no longer than 2,000 characters, which fit.
fn write_text(buffer: &mut Vec<u8>, text: &str) {
    buffer.extend((text.len() as u16).to_le_bytes());
    buffer.extend(text.as_bytes());
}

fn number_at<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..at + N).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N])
}

fn entry_at(buffer: &[u8], start: u32) -> &[u8] {
    let start = start as usize;
    let length = u32::from_le_bytes(number_at(buffer, start)) as usize;
    buffer.get(start..start + length).unwrap_or_default()
}

fn sort_key_at(buffer: &[u8], start: u32) -> &[u8] {
    let start = start as usize;
    let length = usize::from(u16::from_le_bytes(number_at(buffer, start + 4)));
    buffer.get(start + HEAD_BYTES..start + HEAD_BYTES + length).unwrap_or_default()
}

fn first_eight(buffer: &[u8], start: usize) -> u64 {
    u64::from_be_bytes(number_at(buffer, start + HEAD_BYTES))
}

/// Takes the bytes of an entry apart.
struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_at_checked(N)?;
        self.0 = rest;
        head.try_into().ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = u16::from_le_bytes(self.take()?);
        let (head, rest) = self.0.split_at_checked(usize::from(length))?;
        self.0 = rest;
        std::str::from_utf8(head).ok()
    }
}

fn read_record(bytes: &[u8], case: &[u8], facts: &TableFacts) -> Option<Record> {
    let mut parts = Parts(bytes);
    let line = u64::from_le_bytes(parts.take()?);
    let key = parts.text()?;
    let mut statements: Vec<Statement> = Vec::new();
    while !parts.0.is_empty() {
        let attribute = *Attribute::ALL.get(usize::from(u16::from_le_bytes(parts.take()?)))?;
        let [is_normalized] = parts.take()?;
        let value = parts.text()?;
        let ordinal = statements.iter().filter(|other| other.attribute == attribute).count() as u16;
        let normalized = (is_normalized == 1).then(|| Text::from(value));
        statements.push(Statement {
            attribute,
            ordinal,
            column: Text::default(),
            original: value.into(),
            normalized,
        });
    }
    let snapshot = &facts.snapshot;
    Some(Record {
        key: RecordKey { source: snapshot.source.clone(), key: key.into() },
        table: snapshot.table.clone(),
        about: (!facts.is_lead).then(|| String::from_utf8_lossy(case).into()),
        is_identity: facts.is_lead,
        locator: Locator { snapshot: snapshot.digest, line },
        first_seen: snapshot.as_of,
        last_seen: snapshot.as_of,
        statements,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use redress_statement::Digest;

    use super::*;

    fn snapshot(table: &str) -> Snapshot {
        Snapshot {
            digest: Digest::of(table.as_bytes()),
            source: "eoir_release".parse().unwrap(),
            table: table.into(),
            file: format!("{table}.csv").into(),
            length_bytes: 1,
            as_of: date(2026, 10, 31),
            states_coverage: false,
        }
    }

    fn record(table: &Snapshot, is_lead: bool, line: u64, case: &str, value: Option<&str>) -> Record {
        let key = if is_lead { case.to_owned() } else { format!("{}:{line}", table.table) };
        let statements = value.map(|value| Statement {
            attribute: Attribute::OrderCode,
            ordinal: 0,
            column: Text::default(),
            original: value.into(),
            normalized: (!value.is_empty()).then(|| value.into()),
        });
        Record {
            key: RecordKey { source: table.source.clone(), key: key.into() },
            table: table.table.clone(),
            about: (!is_lead).then(|| case.into()),
            is_identity: is_lead,
            locator: Locator { snapshot: table.digest, line },
            first_seen: table.as_of,
            last_seen: table.as_of,
            statements: statements.into_iter().collect(),
        }
    }

    /// The slow twin: everything in memory.
    fn check(leads: &[u32], rows: &[(u32, Option<String>)], buffer_bytes: usize, n_sorters: usize) {
        let folder = tempfile::tempdir().unwrap();
        let sorter = |name: &str| CaseSorter::with_buffer(&folder.path().join(name), buffer_bytes).unwrap();
        let mut sorters = vec![sorter("first"), sorter("second")];
        let mut expected: BTreeMap<String, Vec<Record>> = BTreeMap::new();
        for (at, table, is_lead, rows) in [
            (0, snapshot("cases"), true, leads.iter().map(|case| (*case, None)).collect::<Vec<_>>()),
            (1, snapshot("rows"), false, rows.to_vec()),
        ] {
            let sorter = &mut sorters[usize::from(at) % n_sorters];
            sorter.begin_table(at, &table, is_lead);
            for (line, (case, value)) in rows.iter().enumerate() {
                let record = record(&table, is_lead, line as u64 + 2, &case.to_string(), value.as_deref());
                assert!(sorter.push(&record).unwrap());
                expected.entry(case.to_string()).or_default().push(record);
            }
        }
        let mut cases = Cases::merge(sorters).unwrap();
        let mut found = BTreeMap::new();
        while let Some(case) = cases.next_case().unwrap() {
            assert_eq!(case.n_left_out, 0);
            assert_eq!(found.insert(case.key.to_string(), case.records), None, "{} came twice", case.key);
        }
        assert_eq!(found, expected);
        drop(cases);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "files of the sort stayed");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn cases_come_out_whole_whatever_the_buffer(
            leads in prop::collection::btree_set(0_u32..40, 0..30),
            rows in prop::collection::vec((0_u32..40, prop::option::of("[a-zÑ]{0,12}")), 0..200),
            buffer_bytes in prop::sample::select(vec![1_usize, 300, 4_000, 1 << 20]),
            n_sorters in 1_usize..3,
        ) {
            check(&leads.into_iter().collect::<Vec<_>>(), &rows, buffer_bytes, n_sorters);
        }
    }

    #[test]
    fn rows_beyond_the_limit_of_a_case_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = CaseSorter::with_buffer(&folder.path().join("sort"), 100_000).unwrap();
        let table = snapshot("rows");
        sorter.begin_table(0, &table, false);
        for line in 0..CASE_ROWS_MAX as u64 + 7 {
            sorter.push(&record(&table, false, line, "7", Some("X"))).unwrap();
        }
        let mut adrift = record(&table, false, 1, "7", None);
        adrift.about = None;
        assert!(!sorter.push(&adrift).unwrap());
        let mut cases = Cases::merge(vec![sorter]).unwrap();
        let case = cases.next_case().unwrap().unwrap();
        assert_eq!((case.records.len(), case.n_left_out), (CASE_ROWS_MAX, 7));
        assert_eq!(cases.next_case().unwrap(), None);
    }
}
