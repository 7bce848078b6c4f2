//! From a line of a file to the findings about it: for whoever holds the file in hand.

use std::collections::BTreeSet;

use redress_ports::{AccessPurpose, FindingRow};
use redress_statement::{PersonId, RecordId, SourceId};

use super::{
    Reader, account,
    desk::title,
    record::{Names, Place},
};
use crate::{App, ServiceError};

/// A finding that reads a record of the line.
#[derive(Clone, Debug, PartialEq)]
pub struct LineFinding {
    /// The finding.
    pub row: FindingRow,
    /// What is wrong, as a heading.
    pub title: &'static str,
}

/// A record that was read in the line.
#[derive(Clone, Debug, PartialEq)]
pub struct LineRecord {
    /// The record.
    pub id: RecordId,
    /// Where its newest version stands: elsewhere, when a later file says otherwise.
    pub place: Place,
    /// The person whose file it is in. None before a linkage run put it into one.
    pub person: Option<PersonId>,
    /// The findings of which it is the record at fault.
    pub findings: Vec<LineFinding>,
}

/// What the look-up of a line shows.
#[derive(Clone, Debug, PartialEq)]
pub struct LineView {
    /// The names of the stored files, each once, in alphabetical order.
    pub files: Vec<String>,
    /// What was read in the line. None where no line was asked for.
    pub records: Option<Vec<LineRecord>>,
}

/// A row, as whoever holds the file points at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowAt<'a> {
    /// By its line, from 1.
    Line(u64),
    /// By its key, as the source writes it.
    Key(&'a str),
}

/// Leads from a row to its records and their findings. `at` is the file, named as pages write it, and the row; files of
/// one name, such as monthly extracts, are all looked into. Each person concerned is told of the reading.
///
/// # Errors
/// When the store fails, or the reader may open no file.
pub async fn line_view(
    app: &App,
    reader: &Reader,
    at: Option<(&str, RowAt<'_>)>,
) -> Result<LineView, ServiceError> {
    let names = Names::load(app).await?;
    let files = names.files().into_iter().map(str::to_owned).collect();
    let Some((file, row)) = at else { return Ok(LineView { files, records: None }) };
    let mut ids = BTreeSet::new();
    match row {
        RowAt::Line(line) => {
            for (digest, ..) in names.snapshots_of(file) {
                ids.extend(app.store.records_at(digest, line).await?);
            }
        }
        // Bare in the lead table of a source, `TABLE:KEY` elsewhere. Of the many files of one name that a source sends, each
        // would answer the same.
        RowAt::Key(key) => {
            let of = |(_, source, table)| [(source, key.to_owned()), (source, format!("{table}:{key}"))];
            let keys: BTreeSet<(&SourceId, String)> = names.snapshots_of(file).flat_map(of).collect();
            for (source, key) in keys {
                ids.extend(app.store.record_by_key(source, &key).await?.map(|stored| stored.id));
            }
        }
    }
    let mut records = Vec::with_capacity(ids.len());
    for id in ids {
        records.push(line_record(app, reader, &names, id).await?);
    }
    Ok(LineView { files, records: Some(records) })
}

async fn line_record(
    app: &App,
    reader: &Reader,
    names: &Names,
    id: RecordId,
) -> Result<LineRecord, ServiceError> {
    let stored = app.store.record(id).await?.ok_or_else(|| ServiceError::not_found(id))?;
    let mut findings = Vec::new();
    if let Some(person) = stored.person {
        account(app, reader, person, AccessPurpose::FindingReview).await?;
        let at_fault = app.store.findings_of(person).await?.into_iter().filter(|row| row.at == id);
        findings = at_fault.map(|row| LineFinding { title: title(&row.check), row }).collect();
    }
    let place = Place::of(names, id, &stored.record);
    Ok(LineRecord { id, place, person: stored.person, findings })
}
