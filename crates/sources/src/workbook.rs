//! Workbooks (xlsx) as rows: all sheets one after the other, each with a title block above its header, as agencies release
//! them under FOIA.
//!
//! Sheets are read cell by cell on a thread of their own. The header of the first sheet rules: the columns of later ones
//! are found by their names. A workbook with macros is refused, and so is one that an unpacked ZIP of its length would be
//! ([`crate::zip_archive`]). A row's line is its number in its sheet; from the second sheet on [`SHEET_LINES`] are added
//! for each sheet before it. Its place in words stands in a column of its own, [`ROW_ORIGINAL`].

mod heading;

use std::collections::{BTreeSet, HashMap};
use std::io::BufReader;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use calamine::{Data, DataRef, ExcelDateTime, Reader as _, Xlsx};
use redress_ports::ReadError;

use self::heading::{HEADING_ROWS_MAX, HeadRow};
pub(crate) use self::heading::{Heading, HeadingRow};
use crate::contract::Table;
use crate::delimited::COLUMNS_MAX;
use crate::header;
use crate::row::{Residue, Row, RowRead, Rows};
use crate::shared_file::SharedFile;
use crate::zip_archive::ZipArchive;

/// Column that says in words where a row stands, such as `Arrests!8`. It is the key where a workbook has none.
pub(crate) const ROW_ORIGINAL: &str = "row_original";
/// Lines by which the rows of a sheet are told from those of the sheet before: more than a sheet can have rows.
const SHEET_LINES: u64 = 10_000_000;
/// Most sheets of a workbook.
const SHEETS_MAX: usize = 100;
/// A workbook's parts together, unpacked, in bytes. Its texts are held in memory.
const WORKBOOK_BYTES_MAX: u64 = 4 << 30;

/// Rows that the reading thread hands over at once.
const BATCH_ROWS: usize = 512;
/// Such batches that wait for the reader.
const BATCHES_WAITING_MAX: usize = 4;
const BUFFER_BYTES: usize = 64 * 1024;

type Message = Result<Vec<SheetRow>, String>;

/// A row of a sheet, in the order of the header.
struct SheetRow {
    line: u64,
    cells: Vec<String>,
}

/// For each column that a table must have, the names that it may have. Where a row stands is no column of the file.
pub(crate) fn columns(table: &Table) -> Vec<Vec<String>> {
    let mut columns = header::columns(table);
    columns.retain(|names| names.first().is_none_or(|name| name != ROW_ORIGINAL));
    columns
}

pub(crate) struct Workbook {
    file: String,
    header: Vec<String>,
    header_row: u64,
    batches: Receiver<Message>,
    batch: std::vec::IntoIter<SheetRow>,
}

impl Workbook {
    /// Opens a workbook and reads the header of its first sheet.
    ///
    /// # Errors
    /// [`ReadError::Input`] when it is no workbook, has macros or is too large, or has no header where `heading` has it.
    pub(crate) fn try_new(
        input: &SharedFile,
        shown: &str,
        heading: Heading,
        wanted: BTreeSet<String>,
    ) -> Result<Self, ReadError> {
        let wrong = |what: String| ReadError::Input(format!("{shown}: {what}"));
        let archive = ZipArchive::of(Path::new(shown), input.at_start())?;
        if archive.has_macros() {
            return Err(wrong(
                "the workbook has macros, which no record needs: save it without them (.xlsx), or export its sheets as CSV"
                    .to_owned(),
            ));
        }
        if archive.n_bytes() > WORKBOOK_BYTES_MAX {
            return Err(wrong(format!(
                "the workbook has {} bytes unpacked, the limit is {WORKBOOK_BYTES_MAX}: export its sheets as CSV",
                archive.n_bytes()
            )));
        }
        let book = Xlsx::new(BufReader::with_capacity(BUFFER_BYTES, input.at_start()))
            .map_err(|error| wrong(format!("is no workbook that can be read: {error}")))?;
        let expected = match heading.row {
            HeadingRow::Below(n_skipped) => n_skipped + 1,
            HeadingRow::Found => 1,
        };
        let (send, batches) = sync_channel(BATCHES_WAITING_MAX);
        thread::Builder::new()
            .name("workbook".to_owned())
            .spawn(move || read_sheets(book, &heading, &wanted, &send))
            .map_err(|error| ReadError::System(format!("{shown}: no thread to read it: {error}")))?;
        let mut first = batches.recv().ok().transpose().map_err(wrong)?.unwrap_or_default().into_iter();
        let Some(header) = first.next() else {
            return Err(wrong(format!(
                "row {expected} of the first sheet is empty, a header is expected there: correct skip_rows in the contract"
            )));
        };
        Ok(Self {
            file: shown.to_owned(),
            header: header.cells,
            header_row: header.line,
            batches,
            batch: first,
        })
    }
}

impl Rows for Workbook {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn next_row(&mut self, row: &mut Row) -> Result<RowRead, ReadError> {
        loop {
            if let Some(next) = self.batch.next() {
                row.start(next.line);
                next.cells.iter().for_each(|cell| row.push(cell));
                return Ok(RowRead::Row);
            }
            match self.batches.recv() {
                Ok(Ok(batch)) => self.batch = batch.into_iter(),
                Ok(Err(reason)) => return Err(ReadError::Input(format!("{}: {reason}", self.file))),
                Err(_) => return Ok(RowRead::End),
            }
        }
    }

    fn residue(&self) -> Residue {
        Residue::default()
    }

    fn header_place(&self) -> String {
        format!("row {} of the first sheet", self.header_row)
    }
}

/// Sends the header of the first sheet, then the rows of all, until they end, break or nobody reads on.
fn read_sheets(
    mut book: Xlsx<BufReader<SharedFile>>,
    heading: &Heading,
    wanted: &BTreeSet<String>,
    send: &SyncSender<Message>,
) {
    let names = book.sheet_names();
    if names.len() > SHEETS_MAX {
        let _ = send.send(Err(format!("{} sheets, the limit is {SHEETS_MAX}", names.len())));
        return;
    }
    let mut reading = Reading { heading, wanted, send, header: Vec::new(), batch: Vec::new() };
    for (nth, name) in names.iter().enumerate() {
        match reading.read_sheet(&mut book, nth as u64, name) {
            Ok(true) => {}
            Ok(false) => return,
            Err(reason) => {
                // Sending fails when the reader has gone: nobody is left to tell.
                let _ = send.send(Err(format!("sheet {name:?}: {reason}")));
                return;
            }
        }
    }
    reading.hand_over();
}

/// The rows at the head of a sheet in which something stands.
fn head(book: &mut Xlsx<BufReader<SharedFile>>, name: &str) -> Result<Vec<HeadRow>, String> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
    let mut rows: Vec<HeadRow> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
        let (number, column) = cell.get_position();
        if number >= HEADING_ROWS_MAX {
            break;
        }
        if rows.last().is_none_or(|(last, _)| *last != number) {
            rows.push((number, HashMap::new()));
        }
        if let (Some((_, values)), true) = (rows.last_mut(), (column as usize) < COLUMNS_MAX) {
            values.insert(column, text(cell.get_value()));
        }
    }
    rows.retain(|(_, cells)| cells.values().any(|cell| !cell.trim().is_empty()));
    Ok(rows)
}

struct Reading<'a> {
    heading: &'a Heading,
    wanted: &'a BTreeSet<String>,
    send: &'a SyncSender<Message>,
    /// Of the first sheet; the last column is [`ROW_ORIGINAL`].
    header: Vec<String>,
    batch: Vec<SheetRow>,
}

impl Reading<'_> {
    /// False when nobody reads on.
    fn read_sheet(
        &mut self,
        book: &mut Xlsx<BufReader<SharedFile>>,
        nth: u64,
        name: &str,
    ) -> Result<bool, String> {
        let first_row = self.heading.first_row(&head(book, name)?)?;
        let mut cells = book.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
        let mut row: Option<(u32, HashMap<u32, String>)> = None;
        let mut places: Option<Vec<Option<u32>>> = None;
        loop {
            let cell = cells.next_cell().map_err(|error| error.to_string())?;
            let at = cell.as_ref().map(calamine::Cell::get_position);
            let done = row.take_if(|(number, _)| at.is_none_or(|(next, _)| next != *number));
            if let Some((number, done)) = done
                && !self.take_row(number, &done, &mut places, nth, name)?
            {
                return Ok(false);
            }
            let (Some(cell), Some((number, column))) = (cell, at) else { return Ok(true) };
            if number < first_row {
                continue;
            }
            if column as usize >= COLUMNS_MAX {
                return Err(format!("row {}: over {COLUMNS_MAX} columns, the limit", number + 1));
            }
            let (_, values) = row.get_or_insert_with(|| (number, HashMap::new()));
            values.insert(column, text(cell.get_value()));
        }
    }

    /// Takes a row as header or as data.
    fn take_row(
        &mut self,
        number: u32,
        cells: &HashMap<u32, String>,
        places: &mut Option<Vec<Option<u32>>>,
        nth: u64,
        name: &str,
    ) -> Result<bool, String> {
        if let Some(places) = places {
            let cell = |place: &Option<u32>| place.and_then(|at| cells.get(&at)).cloned().unwrap_or_default();
            let mut values: Vec<String> = places.iter().map(cell).collect();
            if values.iter().all(|value| value.trim().is_empty()) {
                return Ok(true);
            }
            values.push(format!("{name}!{}", number + 1));
            self.batch.push(SheetRow { line: nth * SHEET_LINES + u64::from(number) + 1, cells: values });
            return Ok(self.batch.len() < BATCH_ROWS || self.hand_over());
        }
        if cells.values().all(|cell| cell.trim().is_empty()) {
            return Ok(true);
        }
        let named: HashMap<&str, u32> = cells.iter().map(|(at, name)| (name.trim(), *at)).collect();
        if self.header.is_empty() {
            let mut columns: Vec<(&u32, &String)> =
                cells.iter().filter(|(_, name)| !name.trim().is_empty()).collect();
            columns.sort_unstable();
            self.header = columns.into_iter().map(|(_, name)| name.trim().to_owned()).collect();
            let mut header = self.header.clone();
            header.push(ROW_ORIGINAL.to_owned());
            self.batch.push(SheetRow { line: u64::from(number) + 1, cells: header });
        }
        if let Some(missing) =
            self.header.iter().find(|name| self.wanted.contains(*name) && !named.contains_key(name.as_str()))
        {
            return Err(format!(
                "row {}: column {missing:?} is not there, which the first sheet has: the columns of all sheets must have \
                 the same names",
                number + 1
            ));
        }
        // Values of columns that nothing reads are left where they are.
        let place =
            |name: &String| self.wanted.contains(name).then(|| named.get(name.as_str()).copied()).flatten();
        *places = Some(self.header.iter().map(place).collect());
        Ok(true)
    }

    /// False when nobody reads on.
    fn hand_over(&mut self) -> bool {
        self.send.send(Ok(std::mem::take(&mut self.batch))).is_ok()
    }
}

/// A cell as text: a whole number without a point, a day in ISO 8601. The time of a day is left out: nothing reads it, and
/// columns of days hold some with a time and some without.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::DateTime(stamp) if !stamp.is_duration() => day(stamp),
        DataRef::Bool(true) => "yes".to_owned(),
        DataRef::Bool(false) => "no".to_owned(),
        DataRef::Error(_) => String::new(),
        other => Data::from(other.clone()).to_string(),
    }
}

fn day(stamp: &ExcelDateTime) -> String {
    let (year, month, day, ..) = stamp.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}
