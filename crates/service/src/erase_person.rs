//! Erases the records of a person: the use case asks for what has to be cut out of kept files, then erases the rest.

use std::collections::{BTreeMap, BTreeSet};

use redress_casefile::{
    Actor, CaseFile, Event, HumanReviewed, Reviewer, StreamId,
    person::{self, Command, ErasureBasis},
};
use redress_ports::{Access, AccessPurpose, Append, KeyPlace, PAGE_ROWS_MAX, Page};
use redress_statement::{Digest, LogIndex, PersonId, RecordId, SourceId};

use crate::{
    App, ServiceError,
    history::{append_of, load_person},
};

/// What is to be erased of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct ToErase {
    /// The person.
    pub person: PersonId,
    /// The records that are held to be of the person, and the rows that belong to them.
    pub records: Vec<RecordId>,
    /// The kept files that may have lines of them.
    pub files: Vec<FileToCut>,
    /// What the person's history will say of it. Empty where every record was erased before.
    told: Vec<Append>,
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

/// What has to be erased of a person, of whom a reviewer decided so, on what legal basis, and why. It is accounted for in
/// the person's file before anything is erased, with the reviewer's name and the reason.
///
/// # Errors
/// [`ServiceError::NotFound`] where there is no such person; [`ServiceError::Refused`] for a reason that is none, and to
/// everybody but a reviewer; when the store fails.
pub async fn plan_erasure(
    app: &App,
    person: PersonId,
    by: &Reviewer,
    basis: ErasureBasis,
    reason: &str,
) -> Result<ToErase, ServiceError> {
    let reviewed = HumanReviewed::try_new(by.clone(), reason)?;
    let reason = reviewed.reason().to_owned();
    let case = app.store.case_file(person).await?.ok_or_else(|| ServiceError::not_found(person))?;
    let told = told(app, &case, basis, reviewed).await?;
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
        user_code: by.user_code.clone(),
        receiver: format!("{}: {reason}", by.name),
        purpose: AccessPurpose::Erasure,
        marked_up_to: None,
    };
    app.store.put_accesses(&[access]).await?;
    let records = case.accepted().map(|record| record.id).collect();
    Ok(ToErase { person, records, files: files(app, &keys).await?, told })
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

/// What the history says of the erasure: how many records, on what basis, and who decided it. Nothing where each of them was
/// erased before, as after an erasure that broke off late.
async fn told(
    app: &App,
    case: &CaseFile,
    basis: ErasureBasis,
    reviewed: HumanReviewed,
) -> Result<Vec<Append>, ServiceError> {
    let n_records = case.accepted().filter(|stored| !stored.record.statements.is_empty()).count();
    let n_records = u32::try_from(n_records).unwrap_or(u32::MAX);
    let actor = Actor::Staff(reviewed.reviewer().clone());
    let loaded = load_person(app, case.person).await?;
    // Asked even where nothing is left, so that nobody but a reviewer comes this far.
    let command = Command::EraseRecords { n_records: n_records.max(1), basis, reviewed };
    let events = person::decide(&loaded.state, command)?;
    if n_records == 0 {
        return Ok(Vec::new());
    }
    let events = events.into_iter().map(Event::Person);
    Ok(vec![append_of(StreamId::Person(case.person), loaded.version, &actor, events)])
}

/// Erases what was planned, once the kept files were cut: afterwards their lines cannot be found any more. Answers the place
/// of its entry in the public log; None where everything was erased before.
///
/// # Errors
/// When the store fails, or the file changed meanwhile: nothing was erased, and the same call erases it.
pub async fn erase_person(app: &App, planned: &ToErase) -> Result<Option<LogIndex>, ServiceError> {
    let (now, today) = (app.clock.now_us(), app.clock.today());
    let ToErase { person, records, told, .. } = planned;
    let recorded = app.store.erase_records(*person, records, told.clone(), now, today).await?;
    app.store.publish(now, today).await?;
    Ok(recorded.first().and_then(|recorded| recorded.log_index))
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
