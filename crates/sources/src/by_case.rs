//! Records of many tables put together by their case, in bounded memory: an external merge sort.
//!
//! Records are gathered in a buffer of [`SORT_BUFFER_BYTES`]. A full buffer is sorted by case and written to a file beside
//! the others (compressed); at the end the files are merged, and one case after the other comes out with all its rows.
//! Whatever the size of the release, memory holds one buffer, or one row for each file and one case.
//!
//! What a value was before it was normalized is kept only where it could not be read: these cases are for counting.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BTreeMap, BinaryHeap};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redress_ports::ReadError;
use redress_statement::{Attribute, Locator, Record, RecordKey, Snapshot, Statement, Text};
use serde::{Deserialize, Serialize};

/// Bytes of records that are sorted at once.
pub const SORT_BUFFER_BYTES: usize = 256 << 20;
/// Most files that are merged: with full buffers, some 128 GiB of rows.
pub const SORT_FILES_MAX: usize = 512;
/// Most rows of one case that are put together. Rows beyond it are counted as left out.
pub const CASE_ROWS_MAX: usize = 5_000;

/// Fast compression: the files are read once.
const COMPRESSION_LEVEL: i32 = 1;
const FILE_BUFFER_BYTES: usize = 64 * 1024;
/// Bytes of a sort key behind the case and its end: table and number.
const PLACE_BYTES: usize = 10;
/// Bytes of the line before what a row says.
const LINE_BYTES: usize = 8;
/// Bytes before an entry: its length, and the length of its sort key.
const HEAD_BYTES: usize = 6;
/// What stands before the key of a row that names no case, in the place of a case's key. No key has it.
const ADRIFT: &str = "\u{1}";

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
#[derive(Serialize, Deserialize)]
pub(crate) struct TableFacts {
    pub(crate) snapshot: Snapshot,
    pub(crate) is_lead: bool,
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

    /// Takes a row in. False when it says of no case that it belongs to it: such a row comes out by itself.
    ///
    /// # Errors
    /// [`ReadError::System`] when a file cannot be written, such as on a full disk; [`ReadError::Input`] over
    /// [`SORT_FILES_MAX`] files.
    pub fn push(&mut self, record: &Record) -> Result<bool, ReadError> {
        let is_lead = self.tables.get(&self.table).is_some_and(|table| table.is_lead);
        let case = if is_lead { Some(&record.key.key) } else { record.about.as_ref() };
        let (key, belongs) = match case {
            Some(case) => (["", &**case], true),
            None => ([ADRIFT, &*record.key.key], false),
        };
        self.push_under(key, record)?;
        Ok(belongs)
    }

    fn push_under(&mut self, key: [&str; 2], record: &Record) -> Result<(), ReadError> {
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

/// Sorted entries as they are read.
pub(crate) type SortedInput = BufReader<zstd::stream::read::Decoder<'static, BufReader<File>>>;

/// One file of sorted entries.
pub(crate) struct SortedFile {
    pub(crate) path: PathBuf,
    pub(crate) input: SortedInput,
    /// Whether the file says itself where it ends. A file of a sort under way ends where its bytes do.
    pub(crate) has_end: bool,
}

impl SortedFile {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        let mut length = [0; 4];
        match self.input.read_exact(&mut length) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && !self.has_end => return Ok(None),
            Err(error) => return Err(self.failed(&error)),
        }
        let n_bytes = u32::from_le_bytes(length) as usize;
        if n_bytes < HEAD_BYTES {
            return Ok(None);
        }
        let mut bytes = vec![0; n_bytes];
        if let Some(head) = bytes.get_mut(..4) {
            head.copy_from_slice(&length);
        }
        let rest = bytes.get_mut(4..).unwrap_or_default();
        self.input.read_exact(rest).map_err(|error| self.failed(&error))?;
        Ok(Some(Entry(bytes)))
    }

    fn failed(&self, error: &io::Error) -> ReadError {
        if self.has_end {
            return ReadError::Input(format!(
                "{}: is not whole: {error}: keep the rows of that release anew with --keep",
                self.path.display()
            ));
        }
        failed(&self.path, error)
    }
}

/// An entry as it stands in a file, ordered by its sort key.
#[derive(Clone, Debug)]
pub(crate) struct Entry(Vec<u8>);

impl Entry {
    fn sort_key(&self) -> &[u8] {
        sort_key_at(&self.0, 0)
    }

    fn case(&self) -> &[u8] {
        let sort_key = self.sort_key();
        sort_key.len().checked_sub(PLACE_BYTES).and_then(|end| sort_key.get(..end - 1)).unwrap_or_default()
    }

    /// The table of the row, as it was numbered.
    pub(crate) fn table(&self) -> u16 {
        let sort_key = self.sort_key();
        u16::from_be_bytes(number_at(sort_key, sort_key.len().saturating_sub(PLACE_BYTES)))
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What the row says: its key and its statements, without its place in the file.
    pub(crate) fn said(&self) -> &[u8] {
        let n_key = usize::from(u16::from_le_bytes(number_at(&self.0, 4)));
        self.0.get(HEAD_BYTES + n_key + LINE_BYTES..).unwrap_or_default()
    }

    /// The key of the row.
    pub(crate) fn row_key(&self) -> &str {
        Parts(self.said()).text().unwrap_or_default()
    }
}

/// The rows of one case as they were sorted, not yet taken apart.
#[derive(Clone, Debug)]
pub struct SortedCase {
    key: Vec<u8>,
    entries: Vec<Entry>,
    n_left_out: u64,
}

impl SortedCase {
    /// The key of the case, by which cases are ordered; of a row that names no case, the key of the row behind a mark.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// Whether it is a row that names no case.
    #[must_use]
    pub fn is_adrift(&self) -> bool {
        self.key.starts_with(ADRIFT.as_bytes())
    }

    /// The rows in their order.
    pub(crate) fn entries(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
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
    tables: Arc<CaseTables>,
    files: Vec<SortedFile>,
    heads: BinaryHeap<Reverse<(Entry, usize)>>,
}

/// What the rows of cases are taken apart with.
#[derive(Default)]
pub struct CaseTables(pub(crate) BTreeMap<u16, TableFacts>);

impl Cases {
    /// Ends the taking in, and puts together what several sorts took in.
    ///
    /// # Errors
    /// As [`CaseSorter::push`].
    pub fn merge(sorters: Vec<CaseSorter>) -> Result<Self, ReadError> {
        let mut tables = BTreeMap::new();
        let (mut folders, mut paths) = (Vec::new(), Vec::new());
        for mut sorter in sorters {
            sorter.write_out()?;
            paths.extend((0..sorter.n_files).map(|number| sorter.path(number)));
            tables.append(&mut sorter.tables);
            folders.push(sorter.folder);
        }
        let mut cases = Self::of_tables(tables, folders);
        paths.into_iter().try_for_each(|path| cases.open(path))?;
        Ok(cases)
    }

    /// Cases of one file that was kept.
    pub(crate) fn of_file(tables: BTreeMap<u16, TableFacts>, file: SortedFile) -> Result<Self, ReadError> {
        let mut cases = Self::of_tables(tables, Vec::new());
        cases.add(file)?;
        Ok(cases)
    }

    fn of_tables(tables: BTreeMap<u16, TableFacts>, folders: Vec<SortFolder>) -> Self {
        Self {
            _folders: folders,
            tables: Arc::new(CaseTables(tables)),
            files: Vec::new(),
            heads: BinaryHeap::new(),
        }
    }

    fn open(&mut self, path: PathBuf) -> Result<(), ReadError> {
        if self.files.len() >= SORT_FILES_MAX {
            return Err(ReadError::Input(format!(
                "the release has more rows than are merged at once: {SORT_FILES_MAX} files are full"
            )));
        }
        let file = File::open(&path).map_err(|error| failed(&path, &error))?;
        let input = sorted_input(BufReader::new(file)).map_err(|error| failed(&path, &error))?;
        self.add(SortedFile { path, input, has_end: false })
    }

    fn add(&mut self, mut file: SortedFile) -> Result<(), ReadError> {
        if let Some(entry) = file.next()? {
            self.heads.push(Reverse((entry, self.files.len())));
        }
        self.files.push(file);
        Ok(())
    }

    /// What takes the rows of its cases apart.
    #[must_use]
    pub fn tables(&self) -> Arc<CaseTables> {
        Arc::clone(&self.tables)
    }

    /// The next case with all its rows, or the next row that names no case. None at the end.
    ///
    /// # Errors
    /// [`ReadError::System`] when a file of the sort cannot be read, [`ReadError::Input`] when one that was kept is not
    /// whole.
    pub fn next_case(&mut self) -> Result<Option<SortedCase>, ReadError> {
        let Some(Reverse((first, _))) = self.heads.peek() else { return Ok(None) };
        let mut case = SortedCase { key: first.case().to_vec(), entries: Vec::new(), n_left_out: 0 };
        while let Some(mut head) = self.heads.peek_mut().filter(|head| head.0.0.case() == case.key) {
            // The head is replaced by the next entry of its file: cheaper than taking it out and putting that in.
            let next = self.files.get_mut(head.0.1).map(SortedFile::next).transpose()?.flatten();
            let entry = match next {
                Some(next) => std::mem::replace(&mut head.0.0, next),
                None => PeekMut::pop(head).0.0,
            };
            if case.entries.len() < CASE_ROWS_MAX {
                case.entries.push(entry);
            } else {
                case.n_left_out += 1;
            }
        }
        Ok(Some(case))
    }
}

/// Entries behind what compresses them.
pub(crate) fn sorted_input(file: BufReader<File>) -> io::Result<SortedInput> {
    Ok(BufReader::with_capacity(FILE_BUFFER_BYTES, zstd::stream::read::Decoder::with_buffer(file)?))
}

impl CaseTables {
    /// Takes the rows of a case apart.
    #[must_use]
    pub fn rows(&self, case: &SortedCase) -> CaseRows {
        CaseRows {
            key: String::from_utf8_lossy(&case.key).into(),
            records: case.entries.iter().filter_map(|entry| self.record(entry)).collect(),
            n_left_out: case.n_left_out,
        }
    }

    pub(crate) fn name(&self, table: u16) -> &str {
        self.0.get(&table).map_or("", |facts| &facts.snapshot.table)
    }

    pub(crate) fn record(&self, entry: &Entry) -> Option<Record> {
        let facts = self.0.get(&entry.table())?;
        let case = (!entry.case().starts_with(ADRIFT.as_bytes())).then(|| entry.case());
        read_record(entry, case, facts)
    }
}

// The form of an entry. Numbers are little-endian unless they are part of the sort key.
//
//   u32 length of all · u16 length of the sort key · sort key = case, 0x00, u16 table (big-endian), u64 number (big-endian)
//   u64 line · text key of the row · statements: u16 attribute, u8 whether the text is the normalized value, text
//   text = u16 length, bytes

fn write_entry(buffer: &mut Vec<u8>, case: [&str; 2], table: u16, number: u64, record: &Record) {
    let start = buffer.len();
    buffer.extend([0; HEAD_BYTES]);
    case.iter().for_each(|part| buffer.extend(part.as_bytes()));
    buffer.push(0);
    buffer.extend(table.to_be_bytes());
    buffer.extend(number.to_be_bytes());
    let n_key = (buffer.len() - start - HEAD_BYTES) as u16;
    buffer.extend(record.locator.line.to_le_bytes());
    write_text(buffer, &record.key.key);
    for statement in &record.statements {
        // The number of an attribute is its place among all, which are in the order of declaration.
        buffer.extend((statement.attribute as u16).to_le_bytes());
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

fn read_record(entry: &Entry, case: Option<&[u8]>, facts: &TableFacts) -> Option<Record> {
    let n_key = usize::from(u16::from_le_bytes(number_at(&entry.0, 4)));
    let line = u64::from_le_bytes(number_at(&entry.0, HEAD_BYTES + n_key));
    let mut parts = Parts(entry.said());
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
        about: case.filter(|_| !facts.is_lead).map(|case| String::from_utf8_lossy(case).into()),
        is_identity: facts.is_lead,
        locator: Locator { snapshot: snapshot.digest, line },
        first_seen: snapshot.as_of,
        last_seen: snapshot.as_of,
        statements,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use redress_statement::Digest;

    use super::*;

    pub(crate) fn snapshot(table: &str) -> Snapshot {
        Snapshot {
            digest: Digest::of(table.as_bytes()),
            source: "eoir_release".parse().unwrap(),
            table: table.into(),
            file: format!("{table}.csv").into(),
            length_bytes: 1,
            as_of: date(2026, 10, 31),
            states_coverage: false,
            is_confirmed: false,
        }
    }

    pub(crate) fn record(
        table: &Snapshot,
        is_lead: bool,
        line: u64,
        case: &str,
        value: Option<&str>,
    ) -> Record {
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
        let tables = cases.tables();
        while let Some(case) = cases.next_case().unwrap() {
            let case = tables.rows(&case);
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
        let tables = cases.tables();
        let case = cases.next_case().unwrap().unwrap();
        assert!(case.is_adrift());
        assert_eq!(tables.rows(&case).records, [adrift]);
        let case = tables.rows(&cases.next_case().unwrap().unwrap());
        assert_eq!((case.records.len(), case.n_left_out), (CASE_ROWS_MAX, 7));
        assert!(cases.next_case().unwrap().is_none());
    }
}
