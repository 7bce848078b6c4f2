//! An extract of a source: its files, opened under its contract.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use redress_ports::{ColumnReport, ReadError, RecordBatchEnd, RecordReader};
use redress_statement::{Record, Snapshot, SourceId};

use crate::columnar::Columnar;
use crate::contract::{Contract, Format, Table};
use crate::delimited::Delimited;
use crate::extract::{Extract, Opened};
use crate::ftm::{self, Ftm, Kinds};
use crate::header;
use crate::invented;
use crate::json_lines::JsonLines;
use crate::kept_files::{self, KeptFiles};
use crate::manifest::{Manifest, Traveler};
use crate::niem::{JsonMessage, Messages, Niem, NiemForm, XmlMessage};
use crate::open_file;
use crate::row::Rows;
use crate::row_count;
use crate::sealing::Sealing;
use crate::slip::Slips;
use crate::snapshot;
use crate::table_reader::{FileFacts, TableReader};
use crate::travel_history::TravelHistory;
use crate::utf16;
use crate::workbook::{self, Heading, Workbook};

/// Opens the files of one extract, the lead table first, and keeps their bytes, without the rows that its contract seals. A row
/// of another table that is about a sealed row of the lead table is sealed with it.
///
/// `path` is a folder, or a ZIP whose members are the files: the bytes of a member are those it has unpacked. A member is
/// unpacked as it is read, never whole.
///
/// The digest of each file is taken over all its bytes, and they are kept, before any of them is parsed. The caller
/// asks [`Contract::check_in_force`] first, as only it knows the day; without an agreement nothing is opened.
///
/// # Errors
/// [`ReadError::Refused`] without an agreement, [`ReadError::Call`] when a file is not there,
/// [`ReadError::Input`] when a header does not fit, [`ReadError::System`] when reading fails.
pub fn open_source(
    contract: &Contract,
    path: &Path,
    kept: &KeptFiles,
) -> Result<Vec<Box<dyn RecordReader>>, ReadError> {
    contract.agreement(&[])?;
    let extract = Extract::at(path)?;
    let manifest = extract.manifest_under(contract)?;
    let mut readers: Vec<Box<dyn RecordReader>> = Vec::new();
    let mut sealed = None;
    for table in contract.tables() {
        // Whether a rule is there follows from the contract alone, and not from whether a row of the lead table is sealed.
        let table = match &sealed {
            Some(keys) => &table.clone().sealed_about(keys),
            None => table,
        };
        let (reader, found) = open_table(contract, table, &extract, &manifest, Some(kept))?;
        readers.push(Box::new(reader));
        if table.is_lead && !table.sealed.is_empty() {
            sealed = Some(found);
        }
    }
    Ok(readers)
}

/// The records of the lead table of a small extract, of whose bytes none is kept, and what its file left behind.
///
/// # Errors
/// As [`open_source`], and what a reader answers.
pub(crate) fn read_unkept(
    contract: &Contract,
    path: &Path,
) -> Result<(Vec<Record>, ColumnReport), ReadError> {
    let extract = Extract::at(path)?;
    let manifest = extract.manifest_under(contract)?;
    let lead = contract.tables().first().ok_or_else(|| {
        ReadError::Call(format!("source `{}` has no table in its contract", contract.source()))
    })?;
    let (mut reader, _) = open_table(contract, lead, &extract, &manifest, None)?;
    let mut records = Vec::new();
    while reader.read(&mut records, UNKEPT_RECORDS)? == RecordBatchEnd::More {
        // Nobody is given them, and the reader reads on only once they are taken.
        drop((reader.take_sealed(), reader.take_set_aside()));
        if records.len() > UNKEPT_RECORDS {
            return Err(ReadError::Input(format!(
                "{}: over {UNKEPT_RECORDS} records, the limit for a sample: take fewer",
                path.display()
            )));
        }
    }
    Ok((records, reader.report().clone()))
}

/// Most records of a sample.
const UNKEPT_RECORDS: usize = 10_000;

/// The note of an extract, be it a folder or a ZIP.
///
/// # Errors
/// [`ReadError::Call`] when it is not there or is no manifest, [`ReadError::Input`] when the ZIP cannot be read.
pub fn manifest(path: &Path) -> Result<Manifest, ReadError> {
    Extract::at(path)?.manifest()
}

/// Asks whether manifest and files of an extract are there and open, before anything is made for them.
///
/// # Errors
/// As [`open_source`], for what can be told without reading the files.
pub fn check_files(contract: &Contract, path: &Path) -> Result<(), ReadError> {
    let extract = Extract::at(path)?;
    extract.manifest()?;
    contract.tables().iter().try_for_each(|table| extract.open(&table.file).map(drop))?;
    extract.manifest_under(contract).map(drop)
}

/// A reader of a table, and the keys of its sealed rows where the file is kept.
fn open_table(
    contract: &Contract,
    table: &Table,
    extract: &Extract,
    manifest: &Manifest,
    kept: Option<&KeptFiles>,
) -> Result<(TableReader, BTreeSet<String>), ReadError> {
    let source = contract.source();
    let mut opened = extract.open(&table.file)?;
    if let Format::Postgresql(relation) = &table.format {
        // The file is gone when somebody reads the error; what it was read from is there.
        opened.shown = format!("relation {relation}");
    }
    let unchanged = opened.unchanged()?;
    let (digest, length_bytes) = snapshot::digest(&mut opened.bytes()?)
        .map_err(|error| open_file::reading_failed(&opened.shown, &error))?;
    let facts = FileFacts {
        snapshot: Snapshot {
            digest,
            source: source.clone(),
            table: table.name.as_str().into(),
            file: table.file.as_str().into(),
            length_bytes,
            as_of: manifest.as_of,
            states_coverage: table.is_covered(&manifest.sections),
            is_confirmed: table.is_covered(&manifest.confirmed),
        },
        shown_path: opened.shown.clone(),
        unchanged: Some(unchanged),
        announced: announced(table, extract)?,
        is_stored: true,
        is_invented: invented::is_invented(contract, extract)?,
        is_sent: false,
    };
    let open_rows = || rows(&opened, source, table, manifest.traveler.as_ref());
    let sealed = match kept {
        Some(kept) if table.sealed.is_empty() => {
            kept.keep_whole(&facts.snapshot, || opened.bytes(), &facts.shown_path)?;
            BTreeSet::new()
        }
        Some(kept) => keep_unsealed(
            &facts.snapshot,
            &facts.shown_path,
            table,
            &mut *open_rows()?,
            || opened.bytes(),
            kept,
        )?,
        None => BTreeSet::new(),
    };
    let left_out = manifest.left_out.get(&table.name).map(Vec::as_slice).unwrap_or_default();
    let (is_noticed, is_reviewed) =
        (table.is_covered(&manifest.noticed), table.is_covered(&manifest.reviewed));
    let reader = TableReader::try_new(facts, table, open_rows()?)?;
    Ok((reader.without(left_out).said_of_changes(is_noticed, is_reviewed), sealed))
}

/// Keeps the bytes of a file without its sealed rows, and without those that cannot be read, of which nobody can tell. Where
/// rows are no lines, a file that has one is not kept: its digest is. Answers the keys of the sealed rows.
pub(crate) fn keep_unsealed<R: Read>(
    snapshot: &Snapshot,
    shown: &str,
    table: &Table,
    rows: &mut dyn Rows,
    open: impl FnOnce() -> Result<R, ReadError>,
    kept: &KeptFiles,
) -> Result<BTreeSet<String>, ReadError> {
    let binding = header::bind(rows.header(), table, shown, &rows.header_place())?;
    let cut = kept_files::rows_to_cut(rows, &binding, shown)?;
    if cut.rows.is_empty() {
        kept.keep_whole(snapshot, open, shown)?;
    } else if rows.key_place(binding.key_idx).is_some() {
        kept.keep_cut(snapshot, open, shown, &cut.rows)?;
    } else {
        kept.remove_whole(snapshot.digest)?;
    }
    Ok(cut.sealed)
}

pub(crate) fn rows(
    opened: &Opened,
    source: &SourceId,
    table: &Table,
    traveler: Option<&Traveler>,
) -> Result<Box<dyn Rows>, ReadError> {
    let shown_path = &opened.shown;
    Ok(match &table.format {
        Format::Delimited(layout) => Box::new(Delimited::try_new(opened.bytes()?, shown_path, *layout)?),
        Format::Ftm(kinds) => Box::new(statements(opened, source, table, kinds)?),
        Format::JsonLines | Format::Postgresql(_) => {
            let rows = JsonLines::try_new(opened.bytes()?, shown_path, header::wanted(table))?;
            let rows = rows.sealed_by(&Sealing::of(table)).without_slips(Slips::of(table));
            // A day on which nothing happened: without an object nothing names the columns, and none is missing.
            let columns = rows.header().is_empty().then(|| header::named(table).map(str::to_owned));
            Box::new(rows.with_columns(columns.into_iter().flatten()))
        }
        Format::Niem { form, record } => Box::new(messages(opened, table, *form, record)?),
        Format::TravelHistory => {
            let traveler = traveler.cloned().ok_or_else(|| {
                ReadError::Call(format!(
                    "{shown_path}: a travel history names nobody: write who traveled into the manifest of the extract, as \
                     [traveler] with family_name, given_name, birth_date and passport_number"
                ))
            })?;
            Box::new(TravelHistory::new(opened.bytes()?, shown_path, traveler))
        }
        Format::Xlsx { heading } => {
            let heading = Heading { row: *heading, columns: workbook::columns(table) };
            Box::new(Workbook::try_new(opened.file()?, shown_path, heading, header::wanted(table))?)
        }
        Format::Parquet => Box::new(Columnar::try_new(opened.handle()?, shown_path, &header::wanted(table))?),
    })
}

/// A file of statements: JSON Lines where its first sign says so, otherwise comma-separated text.
fn statements(opened: &Opened, source: &SourceId, table: &Table, kinds: &Kinds) -> Result<Ftm, ReadError> {
    let shown_path = &opened.shown;
    let mut first = [0; 1];
    let n_read =
        opened.bytes()?.read(&mut first).map_err(|error| open_file::reading_failed(shown_path, &error))?;
    let is_json = n_read == 1 && first == *b"{";
    let columns = || ftm::COLUMNS.map(str::to_owned);
    let open = || -> Result<Box<dyn Rows>, ReadError> {
        if is_json {
            let rows = JsonLines::try_new(opened.bytes()?, shown_path, columns().into())?;
            return Ok(Box::new(rows.with_columns(columns())));
        }
        Ok(Box::new(Delimited::try_new_utf8(opened.bytes()?, shown_path, b',')?))
    };
    let sealing = Sealing::of(table);
    Ftm::try_new(open, shown_path, kinds.clone(), source.as_str(), header::wanted(table), &sealing)
}

/// A message of NIEM in the form that the contract names.
fn messages(opened: &Opened, table: &Table, form: NiemForm, record: &str) -> Result<Niem, ReadError> {
    let shown_path = &opened.shown;
    let open = || -> Result<Box<dyn Messages>, ReadError> {
        let bytes = utf16::as_utf8(opened.bytes()?, shown_path)?;
        Ok(match form {
            NiemForm::Json => Box::new(JsonMessage::try_new(bytes, shown_path, record)?),
            NiemForm::Xml => Box::new(XmlMessage::new(bytes, shown_path, record)),
        })
    };
    let stored = table.columns.iter().filter(|column| column.attribute.is_some());
    let stored = stored.flat_map(|column| std::iter::once(&column.name).chain(&column.aliases)).cloned();
    let keys = std::iter::once(&table.key).chain(&table.about).cloned();
    let sealing = Sealing::of(table);
    Niem::try_new(open, shown_path, header::wanted(table), stored.collect(), keys.collect(), &sealing)
}

/// What the count file says of a table, where the contract declares one.
fn announced(table: &Table, extract: &Extract) -> Result<Option<Result<u64, String>>, ReadError> {
    let Some(counts) = &table.counts else { return Ok(None) };
    let text = extract.count_text(counts)?;
    let n_rows = row_count::announced(&text, &table.file);
    Ok(Some(n_rows.ok_or_else(|| format!("{counts} names no number of rows for {}", table.file))))
}

#[cfg(test)]
mod tests {
    use redress_testkit::contract_text;

    use super::*;

    #[test]
    fn a_sample_of_which_many_rows_are_sealed_comes_to_an_end() {
        let tables = r#"
            [[table]]
            name = "cases"
            file = "cases"
            format = "json_lines"
            lead = true
            key = "id"
            [table.columns]
            form = { attribute = "application_form" }
            [table.sealed]
            form = ["I-918"]
        "#;
        let contract = contract_text("court", "Court", tables);
        let contract = Contract::from_toml(&contract, "court.toml").unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("manifest.toml"), "as_of = \"2026-10-31\"").unwrap();
        let row = |n: u32, form: &str| format!("{{\"id\":\"{n}\",\"form\":\"{form}\"}}\n");
        let sealed: String = (2..3_000).map(|n| row(n, "I-918")).collect();
        std::fs::write(folder.path().join("cases"), row(1, "I-130") + &sealed).unwrap();
        let (records, report) = read_unkept(&contract, folder.path()).unwrap();
        assert_eq!((records.len(), report.n_rows), (1, 1));
    }
}
