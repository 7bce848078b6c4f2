//! The travel history that somebody copies from the I-94 site and hands over: a pasted table or comma-separated text with
//! row number, date, type (`Arrival` or `Departure`) and location.
//!
//! The table names nobody: who traveled stands in the manifest of the extract, and is repeated in each row. The history
//! is the person's own, may be incomplete (land exits mostly are missing), and its locations are not taken in: a border
//! event keeps its day and direction, no place.

use std::collections::HashMap;
use std::io::Read;

use redress_ports::ReadError;

use crate::line::Lines;
use crate::manifest::Traveler;
use crate::row::{Broken, Residue, Row, RowRead, Rows};

/// Most entries of one person's history; the site shows ten years.
const ENTRIES_MAX: usize = 10_000;

/// The columns of every history, whatever its own header says.
const HEADER: [&str; 9] = [
    "entry",
    "traveler",
    "arrived_on",
    "departed_on",
    "location",
    "family_name",
    "given_name",
    "birth_date",
    "passport_number",
];

pub(crate) struct TravelHistory<R> {
    lines: Lines<R>,
    file: String,
    traveler: Traveler,
    header: Vec<String>,
    line: Vec<u8>,
    /// How often a key was given: two entries of one day and type differ by a number.
    keys: HashMap<String, usize>,
    n_blank_lines: u64,
}

/// An entry: its day as written, whether it is an arrival, and where.
struct Entry<'a> {
    day: &'a str,
    is_arrival: bool,
    location: &'a str,
}

impl<R: Read + Send> TravelHistory<R> {
    pub(crate) fn new(input: R, file: &str, traveler: Traveler) -> Self {
        Self {
            lines: Lines::new(input, file),
            file: file.to_owned(),
            traveler,
            header: HEADER.map(str::to_owned).to_vec(),
            line: Vec::new(),
            keys: HashMap::new(),
            n_blank_lines: 0,
        }
    }

    /// The key of an entry: traveler, day and direction, so that an entry keeps it when later ones are added above it.
    fn key(&mut self, entry: &Entry<'_>) -> String {
        let direction = if entry.is_arrival { "arrival" } else { "departure" };
        let key = format!("{}.{}.{direction}", self.traveler.passport_number, entry.day);
        let n = self.keys.entry(key.clone()).or_insert(0);
        *n += 1;
        if *n == 1 { key } else { format!("{key}.{n}") }
    }
}

impl<R: Read + Send> Rows for TravelHistory<R> {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn next_row(&mut self, row: &mut Row) -> Result<RowRead, ReadError> {
        let mut line = std::mem::take(&mut self.line);
        loop {
            let Some(number) = self.lines.next_line(&mut line)? else { return Ok(RowRead::End) };
            row.start(number);
            let Ok(text) = std::str::from_utf8(&line) else {
                self.line = line;
                return Ok(RowRead::Broken(Broken::row(
                    "the line is not UTF-8: copy the table as text again",
                )));
            };
            let is_blank = text.trim().is_empty();
            self.n_blank_lines += u64::from(is_blank);
            if is_blank || is_header(text) {
                continue;
            }
            let read = match entry(text) {
                Err(reason) => RowRead::Broken(Broken::row(reason)),
                Ok(entry) => {
                    let key = self.key(&entry);
                    row.push(&key);
                    // All entries are of whoever handed the history over.
                    row.push(&self.traveler.passport_number);
                    row.push(if entry.is_arrival { entry.day } else { "" });
                    row.push(if entry.is_arrival { "" } else { entry.day });
                    row.push(entry.location);
                    let who = &self.traveler;
                    [&who.family_name, &who.given_name, &who.birth_date, &who.passport_number]
                        .iter()
                        .for_each(|cell| row.push(cell));
                    RowRead::Row
                }
            };
            self.line = line;
            if self.keys.len() > ENTRIES_MAX {
                return Err(ReadError::Input(format!(
                    "{}: over {ENTRIES_MAX} entries, the limit for one person's history",
                    self.file
                )));
            }
            return Ok(read);
        }
    }

    fn residue(&self) -> Residue {
        let n_nul_bytes = self.lines.n_nul_bytes();
        Residue { n_nul_bytes, n_blank_lines: self.n_blank_lines, ..Residue::default() }
    }
}

fn cells(line: &str) -> Vec<&str> {
    let delimiter = if line.contains('\t') { '\t' } else { ',' };
    line.split(delimiter).map(|cell| cell.trim().trim_matches('"').trim()).collect()
}

/// Whether a line is the table's own header: the words stand there, and no day.
fn is_header(line: &str) -> bool {
    let cells = cells(line);
    let has = |word: &str| cells.iter().any(|cell| cell.eq_ignore_ascii_case(word));
    has("date") && has("type")
}

fn entry(line: &str) -> Result<Entry<'_>, &'static str> {
    let cells = cells(line);
    let is = |cell: &str, word: &str| cell.eq_ignore_ascii_case(word);
    let Some(at) = cells.iter().position(|cell| is(cell, "arrival") || is(cell, "departure")) else {
        // The line is not repeated: it may name a place.
        return Err(
            "neither Arrival nor Departure stands in the line: a line has row number, date, type and location",
        );
    };
    let day = at.checked_sub(1).and_then(|before| cells.get(before)).copied().filter(|day| !day.is_empty());
    let Some(day) = day else {
        return Err("no date stands before the type: a line has row number, date, type and location");
    };
    let is_arrival = cells.get(at).is_some_and(|cell| is(cell, "arrival"));
    Ok(Entry { day, is_arrival, location: cells.get(at + 1).copied().unwrap_or_default() })
}
