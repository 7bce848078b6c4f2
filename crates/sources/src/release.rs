//! A release that is read once, for counting: no byte of it is kept.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;
use redress_ports::{ReadError, RecordReader};
use redress_statement::{Digest, Snapshot, SourceId};

use crate::contract::{Contract, Table};
use crate::extract::Extract;
use crate::snapshot;
use crate::source;
use crate::table_reader::{FileFacts, TableReader};
use crate::{invented, open_file, row_count, unread};

/// The contract of the immigration courts' monthly release, which the program brings with it.
pub const EOIR_RELEASE_CONTRACT: &str = include_str!("../../../contracts/eoir_release.toml");

/// A release, open for reading.
pub struct Release {
    /// The day that it describes.
    pub as_of: Date,
    /// Where that day was found, as a reader of the answer is told.
    pub as_of_from: &'static str,
    /// Names of the tables of which its manifest says that every row is there. From what the others do not have, nothing
    /// follows.
    pub covered: BTreeSet<String>,
    /// Digest of the ZIP. None for a folder.
    pub digest: Option<Digest>,
    /// Whether it says that `redress synth` made it.
    pub is_invented: bool,
    /// Rows that the count file announces for the tables that are read; 0 where it names none.
    pub n_rows_announced: u64,
    /// A sentence that names the files that no table of the contract reads. None where every file is read.
    pub unread: Option<String>,
    /// Its tables, the lead table first.
    pub tables: Vec<ReleaseTable>,
}

/// One table of a release.
pub struct ReleaseTable {
    /// Whether its rows are the cases.
    pub is_lead: bool,
    /// Its rows. The snapshot has the digest of the whole ZIP, or of the file in a folder.
    pub reader: Box<dyn RecordReader>,
}

/// Opens a release, be it a ZIP or a folder of its files, and reads every table's header. `as_of` is the day that it
/// describes where neither a manifest nor the ZIP says so, and goes before both.
///
/// # Errors
/// [`ReadError::Refused`] without an agreement, [`ReadError::Call`] when a file or the day is not there,
/// [`ReadError::Input`] when the ZIP or a header does not fit, [`ReadError::System`] when reading fails.
pub fn open_release(contract: &Contract, path: &Path, as_of: Option<Date>) -> Result<Release, ReadError> {
    contract.agreement(&[])?;
    let extract = Extract::at(path)?;
    let manifest = extract.manifest().ok();
    let sections = manifest.as_ref().map_or(&[][..], |manifest| &manifest.sections);
    contract.check_sections(sections, &format!("manifest {}", path.display()))?;
    let in_manifest = || manifest.as_ref().map(|manifest| (manifest.as_of, "its manifest"));
    let in_zip = || extract.newest_day().map(|day| (day, "the newest file in the ZIP"));
    let in_call = as_of.map(|day| (day, "the call"));
    let Some((described, as_of_from)) = in_call.or_else(in_manifest).or_else(in_zip) else {
        return Err(ReadError::Call(format!(
            "{}: which day the release describes is not known: name it with --as-of YYYY-MM-DD, or write a manifest.toml \
             with `as_of`",
            path.display()
        )));
    };
    let covered = contract.tables().iter().filter(|table| table.is_covered(sections));
    let covered = covered.map(|table| table.name.clone()).collect();
    let mut release = Release {
        as_of: described,
        as_of_from,
        covered,
        digest: zip_digest(&extract)?,
        is_invented: invented::is_invented(contract, &extract)?,
        n_rows_announced: 0,
        unread: unread::of_extract(contract, &extract)?,
        tables: Vec::new(),
    };
    for table in contract.tables() {
        let reader = open_table(contract.source(), table, &extract, &release)?;
        release.n_rows_announced += announced(table, &extract)?.and_then(Result::ok).unwrap_or(0);
        release.tables.push(ReleaseTable { is_lead: table.is_lead, reader: Box::new(reader) });
    }
    Ok(release)
}

fn zip_digest(extract: &Extract) -> Result<Option<Digest>, ReadError> {
    let Extract::Zip(archive) = extract else { return Ok(None) };
    let digest = snapshot::digest(&mut archive.file().at_start())
        .map_err(|error| open_file::reading_failed(&archive.path().display().to_string(), &error))?;
    Ok(Some(digest.0))
}

fn open_table(
    source: &SourceId,
    table: &Table,
    extract: &Extract,
    release: &Release,
) -> Result<TableReader, ReadError> {
    let opened = extract.open(&table.file)?;
    let unchanged = opened.unchanged()?;
    let (digest, length_bytes) = match release.digest {
        // The length of a member is not asked for: nothing here shows it.
        Some(digest) => (digest, 0),
        None => snapshot::digest(&mut opened.bytes()?)
            .map_err(|error| open_file::reading_failed(&opened.shown, &error))?,
    };
    let facts = FileFacts {
        snapshot: Snapshot {
            digest,
            source: source.clone(),
            table: table.name.as_str().into(),
            file: table.file.as_str().into(),
            length_bytes,
            as_of: release.as_of,
            states_coverage: false,
            is_confirmed: false,
        },
        shown_path: opened.shown.clone(),
        unchanged: Some(unchanged),
        announced: announced(table, extract)?,
        is_stored: false,
        is_invented: release.is_invented,
        is_sent: false,
    };
    let rows = source::rows(&opened, source, table, None)?;
    TableReader::try_new(facts, table, rows)
}

/// What the count file says of a table, where the contract declares one and the release has it.
fn announced(table: &Table, extract: &Extract) -> Result<Option<Result<u64, String>>, ReadError> {
    let Some(counts) = table.counts.as_ref().filter(|counts| extract.has(counts)) else { return Ok(None) };
    let text = extract.count_text(counts)?;
    let n_rows = row_count::announced(&text, &table.file);
    Ok(Some(n_rows.ok_or_else(|| format!("{counts} names no number of rows for {}", table.file))))
}
