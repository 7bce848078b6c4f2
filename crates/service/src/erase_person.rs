//! Erases the records of a person: the use case asks for what has to be cut out of kept files, then erases the rest.

use std::collections::{BTreeMap, BTreeSet};

use redress_casefile::{REASON_CHARS_MIN, Refusal};
use redress_ports::{Access, AccessPurpose, KeyPlace, PAGE_ROWS_MAX, Page};
use redress_statement::{Digest, PersonId, RecordId, SourceId};

use crate::{App, ServiceError};

/// The name of this use case in the accounting.
const RUN: &str = "erase";

/// What is to be erased of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToErase {
    /// The person.
    pub person: PersonId,
    /// The records that are held to be of the person, and the rows that belong to them.
    pub records: Vec<RecordId>,
    /// The kept files that may have lines of them.
    pub files: Vec<FileToCut>,
}

/// A kept file, with the names of the rows that are cut out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileToCut {
    /// The digest of the file as received.
    pub digest: Digest,
    /// Where the name of each row stands. None where it is not known, and the file cannot be cut.
    pub place: Option<KeyPlace>,
    /// The names.
    pub keys: BTreeSet<String>,
}

/// What has to be erased of a person, of whom a named human decided so, and why. It is accounted for in the person's file
/// before anything is erased.
///
/// # Errors
/// [`ServiceError::NotFound`] where there is no such person; [`ServiceError::Refused`] for a reason that is none; when the
/// store fails.
pub async fn plan_erasure(
    app: &App,
    person: PersonId,
    by: &str,
    reason: &str,
) -> Result<ToErase, ServiceError> {
    let (by, reason) = (by.trim(), reason.trim());
    if by.is_empty() {
        return Err(Refusal::Missing { command: "erase_person", missing: "who decided it" }.into());
    }
    let n_chars = reason.chars().count();
    if n_chars < REASON_CHARS_MIN {
        return Err(Refusal::Reason { n_chars }.into());
    }
    let case = app.store.case_file(person).await?.ok_or_else(|| ServiceError::not_found(person))?;
    let mut keys: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for stored in case.accepted() {
        let (key, table) = (&stored.record.key, stored.record.table.to_string());
        let names = keys.entry((key.source.clone(), table.clone())).or_default();
        // A row of a table that does not lead bears the table before its own name.
        names.extend(key.key.strip_prefix(&format!("{table}:")).map(str::to_owned));
        names.insert(key.key.to_string());
    }
    let access = Access {
        person,
        at_us: app.clock.now_us(),
        day: app.clock.today(),
        user_code: RUN.to_owned(),
        receiver: format!("{by}: {reason}"),
        purpose: AccessPurpose::Erasure,
    };
    app.store.put_accesses(&[access]).await?;
    let records = case.accepted().map(|record| record.id).collect();
    Ok(ToErase { person, records, files: files(app, &keys).await? })
}

/// Erases what the reports of a file's imports show of the rows that begin on these lines, or of all its rows. It comes before
/// the file is cut, so that an erasure that breaks off between the two finds the lines again.
///
/// # Errors
/// When the store fails.
pub async fn erase_report_rows(
    app: &App,
    digest: Digest,
    lines: Option<&BTreeSet<u64>>,
) -> Result<(), ServiceError> {
    Ok(app.store.erase_report_rows(digest, lines).await?)
}

/// Erases what was planned, once the kept files were cut: afterwards their lines cannot be found any more.
///
/// # Errors
/// When the store fails: nothing was erased, and the same call erases it.
pub async fn erase_person(app: &App, planned: &ToErase) -> Result<(), ServiceError> {
    Ok(app.store.erase_records(planned.person, &planned.records).await?)
}

/// Every snapshot of the tables.
async fn files(
    app: &App,
    keys: &BTreeMap<(SourceId, String), BTreeSet<String>>,
) -> Result<Vec<FileToCut>, ServiceError> {
    let mut files = Vec::new();
    let mut offset = 0;
    loop {
        let page = app.store.snapshots(Page { offset, limit: PAGE_ROWS_MAX }).await?;
        if page.is_empty() {
            return Ok(files);
        }
        offset += page.len() as u32;
        for row in page {
            let snapshot = row.report.snapshot;
            let table = (snapshot.source, snapshot.table.to_string());
            let Some(keys) = keys.get(&table) else { continue };
            let place = row.report.columns.key_place;
            files.push(FileToCut { digest: snapshot.digest, place, keys: keys.clone() });
        }
    }
}
