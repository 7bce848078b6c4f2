//! An extract of a source: its files, opened under its contract.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;

use jiff::civil::Date;
use redress_ports::{ReadError, RecordReader};
use redress_statement::{Snapshot, SourceId};

use crate::columnar::Columnar;
use crate::contract::{Contract, Format, Table};
use crate::delimited::Delimited;
use crate::header;
use crate::json_lines::JsonLines;
use crate::manifest::Manifest;
use crate::row::Rows;
use crate::snapshot::{self, Unchanged};
use crate::table_reader::{FileFacts, TableReader};
use crate::{contract_text, open_file, row_count};

/// Opens the files of one extract, the lead table first, and keeps their bytes in the folder `snapshots`.
///
/// The digest of each file is taken over all its bytes, and they are kept, before any of them is parsed. The caller
/// asks [`Contract::check_in_force`] first, as only it knows the day; without an agreement nothing is opened.
///
/// # Errors
/// [`ReadError::Refused`] without an agreement, [`ReadError::Call`] when a file is not there,
/// [`ReadError::Input`] when a header does not fit, [`ReadError::System`] when reading fails.
pub fn open_source(
    contract: &Contract,
    folder: &Path,
    snapshots: &Path,
) -> Result<Vec<Box<dyn RecordReader>>, ReadError> {
    contract.agreement(&[])?;
    let manifest = Manifest::of_extract(folder)?;
    let mut readers: Vec<Box<dyn RecordReader>> = Vec::new();
    for table in contract.tables() {
        readers.push(Box::new(open_table(contract.source(), table, folder, manifest.as_of, snapshots)?));
    }
    Ok(readers)
}

/// Asks whether manifest and files of an extract are there and open, before anything is made for them.
///
/// # Errors
/// As [`open_source`], for what can be told without reading the files.
pub fn check_files(contract: &Contract, folder: &Path) -> Result<(), ReadError> {
    Manifest::of_extract(folder)?;
    contract.tables().iter().try_for_each(|table| open_file::open(&folder.join(&table.file)).map(drop))
}

fn open_table(
    source: &SourceId,
    table: &Table,
    folder: &Path,
    as_of: Date,
    snapshots: &Path,
) -> Result<TableReader, ReadError> {
    let path = folder.join(&table.file);
    let failed = |error| FileFacts::failed(&path, &error);
    let mut file = open_file::open(&path)?;
    let unchanged = Unchanged::since_now(&file).map_err(failed)?;
    let (digest, length_bytes) = snapshot::digest(&mut file).map_err(failed)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let facts = FileFacts {
        snapshot: Snapshot {
            digest,
            source: source.clone(),
            table: table.name.as_str().into(),
            file: table.file.as_str().into(),
            length_bytes,
            as_of,
        },
        shown_path: FileFacts::shown(&path),
        unchanged,
        announced: announced(table, folder)?,
    };
    snapshot::keep(&facts.snapshot, &path, snapshots)?;
    let rows = rows(file, &facts.shown_path, table)?;
    TableReader::try_new(facts, table, rows)
}

fn rows(file: File, shown_path: &str, table: &Table) -> Result<Box<dyn Rows>, ReadError> {
    Ok(match table.format {
        Format::Delimited(layout) => Box::new(Delimited::try_new(file, shown_path, layout)?),
        Format::JsonLines => Box::new(JsonLines::try_new(file, shown_path, header::wanted(table))?),
        Format::Parquet => Box::new(Columnar::try_new(file, shown_path, &header::wanted(table))?),
    })
}

/// What the count file says of a table, where the contract declares one.
fn announced(table: &Table, folder: &Path) -> Result<Option<Result<u64, String>>, ReadError> {
    let Some(counts) = &table.counts else { return Ok(None) };
    let text = contract_text::read_small(&folder.join(counts))?;
    let n_rows = row_count::announced(&text, &table.file);
    Ok(Some(n_rows.ok_or_else(|| format!("{counts} names no number of rows for {}", table.file))))
}
