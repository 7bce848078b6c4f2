//! Takes the files of one extract in.

use jiff::civil::Date;
use redress_ports::{
    Agreement, ColumnReport, ImportReport, ReadError, RecordBatchEnd, RecordReader, SealedRow,
};
use redress_statement::{Record, RecordKey, Snapshot, SourceId, fold::fold};

use crate::{App, Progress, ServiceError};

/// Registers the agreement under which a source is used; refuses one that is not in force today.
///
/// # Errors
/// [`ReadError::Refused`] before its first and after its last day (5 U.S.C. 552a(o)).
pub async fn register_agreement(app: &App, agreement: &Agreement) -> Result<(), ServiceError> {
    check_in_force(app, agreement)?;
    Ok(app.store.put_agreement(agreement).await?)
}

/// Refuses a run over the stored records when the agreement of any source is not in force today: no agreement, no
/// match run.
///
/// # Errors
/// [`ReadError::Refused`] that names the source, both days and the owner.
pub(crate) async fn check_agreements(app: &App) -> Result<(), ServiceError> {
    for source in app.store.sources().await? {
        check_in_force(app, &source.agreement)?;
    }
    Ok(())
}

/// Refuses a source whose agreement is not in force today.
pub(crate) fn check_in_force(app: &App, agreement: &Agreement) -> Result<(), ServiceError> {
    Ok(in_force(app, agreement)?)
}

fn in_force(app: &App, agreement: &Agreement) -> Result<(), ReadError> {
    let today = app.clock.today();
    if today >= agreement.signed && today <= agreement.expires {
        return Ok(());
    }
    Err(ReadError::Refused(format!(
        "the agreement for source `{}` is in force from {} to {}, and today is {today}: renew it with its owner, {}, \
         before anything is read",
        agreement.source, agreement.signed, agreement.expires, agreement.owner
    )))
}

/// Refuses a release that describes an earlier day than the newest one that is stored: it would bring back what the newer
/// one no longer has.
///
/// # Errors
/// [`ReadError::Input`] with both days.
pub async fn refuse_older(app: &App, source: &SourceId, as_of: Date) -> Result<(), ServiceError> {
    let stored = app.store.sources().await?.into_iter().find(|row| row.agreement.source == *source);
    match stored.and_then(|row| row.as_of) {
        Some(newest) if as_of < newest => Err(ReadError::Input(format!(
            "the release describes {as_of}, and one of {newest} of source `{source}` is stored: releases are taken in from the \
             oldest to the newest. Import it into a store of its own, or hold the two against each other with `redress check \
             --public NEWER --before OLDER`"
        ))
        .into()),
        _ => Ok(()),
    }
}

/// Refuses a source in a store that holds one of those beside which its rows must never lie: those that its contract names, and,
/// whatever that names, public releases of another owner. Nobody in either is named, and nothing may put two such rows together.
///
/// # Errors
/// [`ReadError::Refused`] with the source that is there.
pub async fn refuse_beside(app: &App, agreement: &Agreement, never: &[SourceId]) -> Result<(), ServiceError> {
    let are_releases_of_two = |stored: &Agreement| {
        agreement.is_public_release
            && stored.is_public_release
            && fold(&stored.owner) != fold(&agreement.owner)
    };
    let stored = app.store.sources().await?;
    let other = stored.iter().map(|row| &row.agreement).find(|stored| {
        stored.source != agreement.source && (never.contains(&stored.source) || are_releases_of_two(stored))
    });
    let Some(other) = other else { return Ok(()) };
    let why = if never.contains(&other.source) {
        format!("the contract of source `{}` forbids", agreement.source)
    } else {
        format!(
            "source `{}` is a public release of another owner, {}, which forbids",
            agreement.source, agreement.owner
        )
    };
    Err(ReadError::Refused(format!(
        "{why} that its rows lie beside those of `{}`, which this store holds: nobody in either is named, and nothing may put \
         two such rows together. Take it into a store of its own",
        other.source
    ))
    .into())
}

/// Refuses files that are stored already, byte by byte, of another source: each of their rows would stand twice, as a record of its
/// own.
///
/// # Errors
/// [`ReadError::Refused`] with the file, its digest and the source of which it is stored.
pub async fn refuse_same_file(
    app: &App,
    source: &SourceId,
    readers: &[Box<dyn RecordReader>],
) -> Result<(), ServiceError> {
    for snapshot in readers.iter().map(|reader| reader.snapshot()) {
        let stored = app.store.sources_of_file(snapshot.digest).await?;
        if let Some(other) = stored.iter().find(|other| *other != source) {
            return Err(ReadError::Refused(format!(
                "{}: the very same file (sha256 {}) is stored already, from source `{other}`: taken in as `{source}` too, each of its \
                 rows would stand twice, as a record of its own. Import it under the contract of `{other}`; where two sources did send \
                 one and the same file, add --same-file",
                snapshot.file, snapshot.digest
            ))
            .into());
        }
    }
    Ok(())
}

/// Refuses an extract that describes a day that has not come: nothing true could follow it.
fn refuse_days_to_come(app: &App, readers: &[Box<dyn RecordReader>]) -> Result<(), ServiceError> {
    let today = app.clock.today();
    let Some(reader) = readers.iter().find(|reader| reader.snapshot().as_of > today) else { return Ok(()) };
    let snapshot = reader.snapshot();
    Err(ReadError::Input(format!(
        "{}: the extract is said to describe {}, and today is {today}: correct `as_of` in its manifest",
        snapshot.file, snapshot.as_of
    ))
    .into())
}

/// A file that is read only while its agreement is in force: a run that goes on past the last day is refused the rest of the
/// file, and so the whole file.
struct InForce<'a> {
    app: &'a App,
    agreement: &'a Agreement,
    reader: &'a mut dyn RecordReader,
}

impl RecordReader for InForce<'_> {
    fn snapshot(&self) -> &Snapshot {
        self.reader.snapshot()
    }

    fn read(&mut self, into: &mut Vec<Record>, n_max: usize) -> Result<RecordBatchEnd, ReadError> {
        in_force(self.app, self.agreement).map_err(|error| {
            ReadError::Refused(format!(
                "{error}. Nothing of {} was stored; the files before it are, and once it is renewed the same call goes on there",
                self.snapshot().file
            ))
        })?;
        self.reader.read(into, n_max)
    }

    fn take_sealed(&mut self) -> Vec<SealedRow> {
        self.reader.take_sealed()
    }

    fn take_set_aside(&mut self) -> Vec<RecordKey> {
        self.reader.take_set_aside()
    }

    fn report(&self) -> &ColumnReport {
        self.reader.report()
    }
}

/// Imports the files of one extract, lead table first, each in one transaction.
///
/// # Errors
/// [`ReadError::Input`] when it describes a day that has not come; [`ReadError::Refused`] when the agreement is not in force, or ends
/// while a file is read. The first file that cannot be read or stored stops the run; files before it stay stored, and the same
/// call takes up there, because a stored snapshot is passed over.
pub async fn import_source(
    app: &App,
    agreement: &Agreement,
    readers: &mut [Box<dyn RecordReader>],
    progress: &dyn Progress,
) -> Result<Vec<ImportReport>, ServiceError> {
    refuse_days_to_come(app, readers)?;
    register_agreement(app, agreement).await?;
    let mut reports = Vec::with_capacity(readers.len());
    let mut before = 0;
    for reader in readers {
        let mut reader = InForce { app, agreement, reader: reader.as_mut() };
        let report = app
            .store
            .import(&mut reader, app.clock.now_us(), &|done| progress.at("import", before + done, None))
            .await?;
        before += report.columns.n_rows;
        reports.push(report);
    }
    Ok(reports)
}
