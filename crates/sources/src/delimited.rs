//! Delimited text as rows: comma with quotes (RFC 4180), or a delimiter without quoting as EOIR releases it.

use std::collections::VecDeque;
use std::io::Read;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use redress_ports::{KeyPlace, ReadError};

use crate::contract::Layout;
use crate::encoding::Encoding;
use crate::line::{LINE_BYTES_MAX, Lines};
use crate::row::{Broken, Residue, Row, RowRead, Rows};

/// Most lines that one quoted row may span. Without this bound a quote that is opened and never closed would
/// swallow the rest of the file.
const ROW_LINES_MAX: usize = 32;

/// Most columns of a file.
pub(crate) const COLUMNS_MAX: usize = 4_096;

pub(crate) struct Delimited<R> {
    lines: Lines<R>,
    splitter: Splitter,
    layout: Layout,
    /// What to do about a byte that is not of the encoding.
    on_wrong_byte: &'static str,
    header: Vec<String>,
    /// Lines that were looked at for the end of a quote and are still to be read as rows.
    pending: VecDeque<(u64, Vec<u8>)>,
    line: Vec<u8>,
    n_blank_lines: u64,
}

impl<R: Read + Send> Delimited<R> {
    /// Reads the header of a file whose layout a contract declares.
    ///
    /// # Errors
    /// [`ReadError::Input`] when there is none or it is not text.
    pub(crate) fn try_new(input: R, file: &str, layout: Layout) -> Result<Self, ReadError> {
        Self::open(input, file, layout, "correct the encoding in the contract or the value at its source")
    }

    /// The same of a file that must be UTF-8, whatever its source.
    ///
    /// # Errors
    /// As [`Self::try_new`].
    pub(crate) fn try_new_utf8(input: R, file: &str, delimiter: u8) -> Result<Self, ReadError> {
        let layout = Layout { delimiter, is_quoted: delimiter != b'\t', encoding: Encoding::Utf8 };
        Self::open(input, file, layout, "check that the file is text, and store it as UTF-8")
    }

    fn open(input: R, file: &str, layout: Layout, on_wrong_byte: &'static str) -> Result<Self, ReadError> {
        let mut rows = Self {
            lines: Lines::new(input, file),
            splitter: Splitter::new(layout),
            layout,
            on_wrong_byte,
            header: Vec::new(),
            pending: VecDeque::new(),
            line: Vec::new(),
            n_blank_lines: 0,
        };
        let mut row = Row::default();
        let wrong = |reason: &str| ReadError::Input(format!("{file}, line 1: {reason}"));
        match rows.next_row(&mut row)? {
            RowRead::End => return Err(wrong("the file is empty, a header is expected")),
            RowRead::Broken(broken) => {
                return Err(wrong(&format!("the header is broken: {}", broken.reason)));
            }
            RowRead::Row => {}
        }
        if row.len() > COLUMNS_MAX {
            let n = row.len();
            return Err(wrong(&format!("the header has {n} columns, the limit is {COLUMNS_MAX}")));
        }
        rows.header = row.cells().map(|name| name.trim().to_owned()).collect();
        Ok(rows)
    }

    fn next_line(&mut self) -> Result<Option<u64>, ReadError> {
        if let Some((number, line)) = self.pending.pop_front() {
            self.line = line;
            return Ok(Some(number));
        }
        self.lines.next_line(&mut self.line)
    }

    /// Adds lines until the open quote is closed. False when that does not make a row of the header's length: the
    /// lines after the first are then read as rows of their own.
    fn close_quote(&mut self, cells: &mut Cells, row: &mut Row) -> Result<bool, ReadError> {
        let mut joined = std::mem::take(&mut self.line);
        let first_bytes = joined.len();
        let mut added = Vec::new();
        while added.len() < ROW_LINES_MAX {
            let Some(number) = self.next_line()? else { break };
            joined.push(b'\n');
            joined.extend_from_slice(&self.line);
            added.push((number, std::mem::take(&mut self.line)));
            if joined.len() > LINE_BYTES_MAX {
                break;
            }
            if self.splitter.split(&joined, cells) {
                if cells.ends.len() == self.header.len() || self.header.is_empty() {
                    row.n_lines += added.len() as u64;
                    return Ok(true);
                }
                break;
            }
        }
        for line in added.into_iter().rev() {
            self.pending.push_front(line);
        }
        joined.truncate(first_bytes);
        self.splitter.split(&joined, cells);
        Ok(false)
    }

    fn decode(&self, cells: &Cells, row: &mut Row) -> RowRead {
        for (idx, cell) in cells.iter().enumerate() {
            if let Err(at) = row.push_with(|text| self.layout.encoding.push(cell, text)) {
                let (byte, name) =
                    (cell.get(at - 1).copied().unwrap_or_default(), self.layout.encoding.name());
                let advice = self.on_wrong_byte;
                let reason = format!("byte {at} of the value is {byte:#04x}, which is not {name}: {advice}");
                row.hold_broken(cells.iter());
                return RowRead::Broken(Broken::column(idx, reason));
            }
        }
        RowRead::Row
    }
}

impl<R: Read + Send> Rows for Delimited<R> {
    fn key_place(&self, key_idx: usize) -> Option<KeyPlace> {
        Some(KeyPlace::Delimited {
            delimiter: self.layout.delimiter,
            is_quoted: self.layout.is_quoted,
            encoding: self.layout.encoding.name().to_owned(),
            column_idx: key_idx,
        })
    }

    fn header(&self) -> &[String] {
        &self.header
    }

    fn next_row(&mut self, row: &mut Row) -> Result<RowRead, ReadError> {
        let number = loop {
            let Some(number) = self.next_line()? else { return Ok(RowRead::End) };
            if !self.line.trim_ascii().is_empty() {
                break number;
            }
            self.n_blank_lines += 1;
        };
        row.start(number);
        let mut cells = std::mem::take(&mut self.splitter.cells);
        let is_closed = self.splitter.split(&self.line, &mut cells) || self.close_quote(&mut cells, row)?;
        let read = if is_closed { self.decode(&cells, row) } else { open_quote(&cells, row) };
        self.splitter.cells = cells;
        Ok(read)
    }

    fn residue(&self) -> Residue {
        Residue {
            n_nul_bytes: self.lines.n_nul_bytes(),
            n_blank_lines: self.n_blank_lines,
            ..Residue::default()
        }
    }
}

/// What stands behind the quote is not repeated: it may be of a column that the charter refuses.
fn open_quote(cells: &Cells, row: &mut Row) -> RowRead {
    let n_cells = cells.iter().count();
    row.hold_broken(cells.iter());
    RowRead::Broken(Broken::row(format!(
        "a quote is opened in cell {n_cells} and not closed within {ROW_LINES_MAX} lines in a row of the header's \
         length: close or double it"
    )))
}

/// Cells as bytes, one after the other.
#[derive(Default)]
struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| self.bytes.get(start..*end).unwrap_or_default())
    }
}

struct Splitter {
    delimiter: u8,
    /// None where a quote is data.
    quoted: Option<Box<Reader>>,
    cells: Cells,
}

impl Splitter {
    fn new(layout: Layout) -> Self {
        let quoted = layout.is_quoted.then(|| {
            let mut builder = ReaderBuilder::new();
            Box::new(builder.delimiter(layout.delimiter).terminator(Terminator::Any(b'\n')).build())
        });
        Self { delimiter: layout.delimiter, quoted, cells: Cells::default() }
    }

    /// Splits a row. False when a quote is open at its end.
    fn split(&mut self, line: &[u8], cells: &mut Cells) -> bool {
        cells.bytes.clear();
        cells.ends.clear();
        match self.quoted.as_deref_mut() {
            Some(reader) => split_quoted(reader, line, cells),
            None => {
                for cell in line.split(|byte| *byte == self.delimiter) {
                    cells.bytes.extend_from_slice(cell);
                    cells.ends.push(cells.bytes.len());
                }
                true
            }
        }
    }
}

/// Splits by the rules of RFC 4180. The line feed that is added ends the row, unless it stands inside quotes.
fn split_quoted(reader: &mut Reader, line: &[u8], cells: &mut Cells) -> bool {
    reader.reset();
    cells.bytes.resize(line.len() + 1, 0);
    cells.ends.resize(line.iter().filter(|byte| **byte == b',' || **byte == b'\t').count() + 2, 0);
    let (mut n_bytes, mut n_ends, mut is_closed) = (0, 0, false);
    for mut input in [line, b"\n"] {
        while !input.is_empty() && !is_closed {
            let (result, n_in, n_out, n_new) = reader.read_record(
                input,
                cells.bytes.get_mut(n_bytes..).unwrap_or_default(),
                cells.ends.get_mut(n_ends..).unwrap_or_default(),
            );
            input = input.get(n_in..).unwrap_or_default();
            n_bytes += n_out;
            n_ends += n_new;
            match result {
                ReadRecordResult::Record => is_closed = true,
                ReadRecordResult::OutputFull => cells.bytes.resize(cells.bytes.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => cells.ends.resize(cells.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
        }
    }
    if !is_closed {
        n_ends += 1;
        cells.ends.resize(n_ends.max(1), n_bytes);
        if let Some(last) = cells.ends.last_mut() {
            *last = n_bytes;
        }
    }
    cells.bytes.truncate(n_bytes);
    cells.ends.truncate(n_ends);
    is_closed
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Layout = Layout { delimiter: b',', is_quoted: true, encoding: Encoding::Utf8 };
    const TAB: Layout = Layout { delimiter: b'\t', is_quoted: false, encoding: Encoding::Windows1252 };

    /// Rows as `line: cell|cell`, broken ones as `line! column: reason`.
    fn check(layout: Layout, bytes: &[u8], expected: &[&str]) {
        let mut rows = Delimited::try_new(bytes, "f.csv", layout).unwrap();
        let (mut row, mut found) = (Row::default(), Vec::new());
        loop {
            match rows.next_row(&mut row).unwrap() {
                RowRead::Row => {
                    found.push(format!("{}: {}", row.line, row.cells().collect::<Vec<_>>().join("|")))
                }
                RowRead::Broken(broken) => {
                    let reason = broken.reason.split(':').next().unwrap_or_default().to_owned();
                    found.push(format!("{}! {:?}: {reason}", row.line, broken.column_idx));
                }
                RowRead::End => break,
            }
        }
        assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn commas_and_quotes() {
        check(COMMA, b"a,b\n1,2\r\n\n3,\n", &["2: 1|2", "4: 3|"]);
        check(COMMA, b"a,b\n\"Smith, J\",\"say \"\"so\"\"\"\n", &["2: Smith, J|say \"so\""]);
        check(COMMA, b"a,b\n\"two\nlines\",2\n3,4\n", &["2: two\nlines|2", "4: 3|4"]);
        check(COMMA, b"a,b\nO\"Brien,2\n", &["2: O\"Brien|2"]);
        check(COMMA, b"a,b\n1,2,3\n4\n", &["2: 1|2|3", "3: 4"]);
        check(
            COMMA,
            b"a,b\n\xff,2\n3,4",
            &["2! Some(0): byte 1 of the value is 0xff, which is not utf-8", "3: 3|4"],
        );
    }

    #[test]
    fn a_quote_left_open_costs_one_row_and_not_those_after_it() {
        let reason =
            "a quote is opened in cell 2 and not closed within 32 lines in a row of the header's length";
        check(COMMA, b"a,b\n1,\"2\n3,4\n5,6\n", &[&format!("2! None: {reason}"), "3: 3|4", "4: 5|6"]);
        let many = [&b"a,b\n1,\"2\n"[..], &b"3,4\n".repeat(100), b"5,\"6\"\n"].concat();
        let rows: Vec<String> = std::iter::once(format!("2! None: {reason}"))
            .chain((3..103).map(|line| format!("{line}: 3|4")))
            .chain(["103: 5|6".to_owned()])
            .collect();
        check(COMMA, &many, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn tabs_without_quoting() {
        check(TAB, b"a\tb\r\n\"1\t2\"\r\n\t\r\n \t x\r\n", &["2: \"1|2\"", "4:  | x"]);
        check(TAB, b"a\tb\r\nNU\xd1EZ\t1\0\x002\r\n", &["2: NUÑEZ|12"]);
        check(
            TAB,
            b"a\tb\r\nx\t1\x812\r\n",
            &["2! Some(1): byte 2 of the value is 0x81, which is not windows-1252"],
        );
    }

    #[test]
    fn a_file_without_a_header_is_refused() {
        for bytes in [&b""[..], b"\n\n", b"\"a,b\n1,2\n"] {
            assert!(Delimited::try_new(bytes, "f.csv", COMMA).is_err(), "{bytes:?}");
        }
    }
}
