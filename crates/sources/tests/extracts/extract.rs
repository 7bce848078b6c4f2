//! An extract in a temporary folder, read under a contract: what every test of the readers starts from.

use std::{fs, path::Path};

use redress_ports::{ColumnReport, ReadError, RecordBatchEnd};
use redress_sources::{Contract, KeptFiles, open_source};
use redress_statement::Record;

/// The head of every contract here; a test adds its tables.
pub(crate) const SOURCE: &str = r#"
[source]
id = "court"
title = "Court"
owner = "Court Records Office (invented)"

[agreement]
purpose = "Finding errors"
authority = "Order 7 (invented)"
elements = ["names"]
accuracy_assessment = "sampled yearly"
signed = "2026-01-15"
expires = "2027-12-31"
"#;

/// Where the files of a test are kept.
pub(crate) fn kept(folder: &Path) -> KeptFiles {
    KeptFiles::new(folder.join("snapshots"), [7; 32])
}

/// What a file became.
pub(crate) struct Outcome {
    pub(crate) records: Vec<Record>,
    /// Keys of rows that were set aside.
    pub(crate) set_aside: Vec<String>,
    pub(crate) report: ColumnReport,
}

impl Outcome {
    /// Records as `line KEY column=original>normalized, …`, an unreadable value with `!`.
    pub(crate) fn records(&self) -> Vec<String> {
        let line = |record: &Record| {
            let said = record.statements.iter().map(|said| {
                let normalized = said.normalized.as_deref().unwrap_or("!");
                format!("{}={}>{normalized}", said.column, said.original)
            });
            let said = said.collect::<Vec<_>>().join(", ");
            format!("{} {} {said}", record.locator.line, record.key.key).trim_end().to_owned()
        };
        self.records.iter().map(line).collect()
    }

    /// Quarantined rows as `line column: reason`.
    pub(crate) fn quarantined(&self) -> Vec<String> {
        let rows = self.report.quarantined.iter();
        rows.map(|row| format!("{} {}: {}", row.line, row.column.as_deref().unwrap_or("-"), row.reason))
            .collect()
    }
}

/// Reads an extract of the given files. The contract's tables follow [`SOURCE`].
pub(crate) fn read(tables: &str, files: &[(&str, &[u8])]) -> Result<Vec<Outcome>, ReadError> {
    read_under(&format!("{SOURCE}{tables}"), files)
}

/// Reads an extract of the given files under a whole contract.
pub(crate) fn read_under(contract: &str, files: &[(&str, &[u8])]) -> Result<Vec<Outcome>, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.toml"), "as_of = \"2026-10-31\"\n").unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let contract = Contract::from_toml(contract, "court.toml")?;
    let readers = open_source(&contract, folder.path(), &kept(folder.path()));
    // The folder's name is another in each run.
    let shorten = |error: ReadError| {
        let shorten = |text: String| text.replace(&format!("{}/", folder.path().display()), "");
        match error {
            ReadError::Call(text) => ReadError::Call(shorten(text)),
            ReadError::Input(text) => ReadError::Input(shorten(text)),
            ReadError::Refused(text) => ReadError::Refused(shorten(text)),
            ReadError::System(text) => ReadError::System(shorten(text)),
        }
    };
    let mut outcomes = Vec::new();
    for mut reader in readers.map_err(shorten)? {
        let mut records = Vec::new();
        while reader.read(&mut records, 7).map_err(shorten)? == RecordBatchEnd::More {}
        let set_aside = reader.take_set_aside().into_iter().map(|record| record.key.to_string()).collect();
        outcomes.push(Outcome { records, set_aside, report: reader.report().clone() });
    }
    Ok(outcomes)
}
