//! The store as the rest of the system sees it: each method names where its work is done.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use async_trait::async_trait;
use jiff::civil::Date;
use redress_casefile::{CaseFile, StreamId};
use redress_ports::{
    Access, Agreement, Append, BulkAccess, ChangedRecord, ClosingRow, Entropy, FindingRow, HoldRow,
    ImportReport, LogReader, LogState, PAGE_ROWS_MAX, Page, PossibleLink, PublishedEntry, QueueOrder,
    Receipt, RecordReader, Recorded, RequestRow, RunReport, SnapshotRow, SourceRow, Store, StoreError,
    StoredRecord, TakenIn,
};
use redress_statement::{
    ClosingId, Digest, FindingId, HoldId, LogIndex, PersonId, Record, RecordId, RequestId, SourceId,
};

use crate::{
    accounting, agreement, case_file, change, commit_queue::CommitQueue, counter, database::Database, erase,
    event, import, link, log::Log, projected, rebuild, receipt, record, schema, seal::Seal,
};

/// The file of the embedded database within the store's folder.
pub(crate) const DATABASE_FILE: &str = "redress.db";

/// A store in a folder: an embedded database, the log's files and the log's keys.
#[derive(Debug)]
pub struct SqlStore {
    pub(crate) database: Database,
    pub(crate) log: Log,
    pub(crate) seal: Seal,
    queue: CommitQueue,
}

impl SqlStore {
    /// Opens the store in `dir`, and makes one where there is none. Must be called within a Tokio runtime.
    ///
    /// `origin` is the name that a new log has in its checkpoints, such as `redress.example/log`; a log that is there
    /// keeps the one that it has. `entropy` gives salts and keys.
    ///
    /// # Errors
    /// [`StoreError::Schema`] when another version of the program made it; [`StoreError::Backend`] when the folder or
    /// the database cannot be opened.
    pub async fn open(dir: &Path, entropy: Arc<dyn Entropy>, origin: &str) -> Result<Self, StoreError> {
        let making = |error| event::backend(format!("making the folder {}", dir.display()), error);
        std::fs::create_dir_all(dir).map_err(making)?;
        let database = Database::open_embedded(&dir.join(DATABASE_FILE)).await?;
        schema::prepare(&database).await?;
        let origin = kept_origin(&database, origin).await?;
        let log = Log::open(dir, &*entropy, &origin)?;
        let seal = Seal::open(dir, Arc::clone(&entropy))?;
        let queue = CommitQueue::start(database.clone(), entropy);
        Ok(Self { database, log, seal, queue })
    }

    /// The log's name in its checkpoints.
    #[must_use]
    pub fn log_origin(&self) -> &str {
        self.log.origin()
    }

    /// Whether there is a store in `dir`, of whatever version.
    #[must_use]
    pub fn is_in(dir: &Path) -> bool {
        dir.join(DATABASE_FILE).is_file()
    }

    /// Brings the store in `dir` to this program's version of the tables. Answers the version that it had and the one
    /// that it has.
    ///
    /// # Errors
    /// [`StoreError::Schema`] when a newer program wrote it; [`StoreError::Missing`] when there is no store in `dir`.
    pub async fn migrate(dir: &Path) -> Result<(i64, i64), StoreError> {
        let database = open_there(dir).await?;
        let mut found = schema::migrate(&database).await;
        if matches!(found, Ok(version) if version < schema::VERSION) {
            // A new column of a projection is filled from the events.
            found = rebuild::rebuild(&database).await.and(found);
        }
        database.close().await;
        Ok((found?, schema::VERSION))
    }

    /// Closes the database, after the transactions at work.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

/// The setting that keeps the log's name: checkpoints of one log under two names would read as two logs.
const LOG_ORIGIN: &str = "log_origin";

/// The name that the log has, or has from now on.
async fn kept_origin(database: &Database, given: &str) -> Result<String, StoreError> {
    if let Some(kept) = accounting::setting(database, LOG_ORIGIN).await? {
        return Ok(kept);
    }
    accounting::put_setting(database, LOG_ORIGIN, given).await?;
    Ok(given.to_owned())
}

/// The database of the store in `dir`, which must be there.
///
/// # Errors
/// [`StoreError::Missing`] when there is none.
pub(crate) async fn open_there(dir: &Path) -> Result<Database, StoreError> {
    if !SqlStore::is_in(dir) {
        return Err(StoreError::Missing { path: dir.display().to_string() });
    }
    Database::open_embedded(&dir.join(DATABASE_FILE)).await
}

/// Offset and limit of a page, the limit at most [`PAGE_ROWS_MAX`].
fn bounds(page: Page) -> (i64, i64) {
    (i64::from(page.offset), i64::from(page.limit.min(PAGE_ROWS_MAX)))
}

#[async_trait]
impl Store for SqlStore {
    async fn put_agreement(&self, agreement: &Agreement) -> Result<(), StoreError> {
        agreement::put(&self.database, agreement).await
    }

    async fn sources(&self) -> Result<Vec<SourceRow>, StoreError> {
        agreement::all(&self.database).await
    }

    async fn n_records_of(&self, source: &SourceId) -> Result<u64, StoreError> {
        agreement::n_records(&self.database, source).await
    }

    async fn import(
        &self,
        reader: &mut dyn RecordReader,
        at_us: i64,
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<ImportReport, StoreError> {
        import::import(&self.database, &self.seal, reader, at_us, progress).await
    }

    async fn take_in(
        &self,
        readers: &mut [Box<dyn RecordReader>],
        at_us: i64,
    ) -> Result<Vec<TakenIn>, StoreError> {
        import::take_in(&self.database, &self.seal, readers, at_us).await
    }

    async fn taken_in_after(&self, after: i64, limit: u32) -> Result<Vec<(i64, RecordId)>, StoreError> {
        import::taken_in_after(&self.database, after, limit).await
    }

    async fn first_missing(
        &self,
        source: &SourceId,
        table: &str,
        as_of: Date,
    ) -> Result<Option<RecordId>, StoreError> {
        record::first_missing(&self.database, source, table, as_of).await
    }

    async fn present_unread(
        &self,
        source: &SourceId,
        table: &str,
        as_of: Date,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<RecordId>, StoreError> {
        record::present_unread(&self.database, (source, table, as_of), after, limit).await
    }

    async fn first_shown_before(
        &self,
        source: &SourceId,
        day: Date,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<(RecordId, Date)>, StoreError> {
        change::first_shown_before(&self.database, (source, day), after, limit).await
    }

    async fn changed_since(
        &self,
        source: &SourceId,
        table: &str,
        since: Date,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<ChangedRecord>, StoreError> {
        change::changed_since(&self.database, (source, table, since), after, limit).await
    }

    async fn sources_of_file(&self, digest: Digest) -> Result<Vec<SourceId>, StoreError> {
        import::sources_of_file(&self.database, digest).await
    }

    async fn snapshots(&self, page: Page) -> Result<Vec<SnapshotRow>, StoreError> {
        import::snapshots(&self.database, bounds(page)).await
    }

    async fn record(&self, id: RecordId) -> Result<Option<StoredRecord>, StoreError> {
        record::one(&self.database, id).await
    }

    async fn records(&self, ids: &[RecordId]) -> Result<Vec<StoredRecord>, StoreError> {
        record::some(&self.database, ids).await
    }

    async fn record_versions(&self, id: RecordId) -> Result<Vec<Record>, StoreError> {
        record::versions(&self.database, id).await
    }

    async fn record_by_key(&self, source: &SourceId, key: &str) -> Result<Option<StoredRecord>, StoreError> {
        record::by_key(&self.database, source, key).await
    }

    async fn records_at(&self, snapshot: Digest, line: u64) -> Result<Vec<RecordId>, StoreError> {
        record::at_line(&self.database, snapshot, line).await
    }

    async fn identity_records(
        &self,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        record::identities(&self.database, after, limit).await
    }

    async fn records_of(
        &self,
        source: &SourceId,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        record::of_source(&self.database, source, after, limit).await
    }

    async fn replace_possible_links(&self, links: &[PossibleLink]) -> Result<(), StoreError> {
        link::replace(&self.database, links).await
    }

    async fn add_possible_links(&self, links: &[PossibleLink]) -> Result<(), StoreError> {
        link::add(&self.database, links).await
    }

    async fn possible_links(&self, page: Page) -> Result<Vec<PossibleLink>, StoreError> {
        link::waiting(&self.database, bounds(page)).await
    }

    async fn n_possible_links(&self) -> Result<u64, StoreError> {
        link::n_waiting(&self.database).await
    }

    async fn possible_link(
        &self,
        left: RecordId,
        right: RecordId,
    ) -> Result<Option<PossibleLink>, StoreError> {
        link::one(&self.database, left, right).await
    }

    async fn judged_different(&self) -> Result<Vec<(RecordId, RecordId)>, StoreError> {
        link::judged(&self.database, "different").await
    }

    async fn judged_same(&self) -> Result<Vec<(RecordId, RecordId)>, StoreError> {
        link::judged(&self.database, "same").await
    }

    async fn person_of(&self, record: RecordId) -> Result<Option<PersonId>, StoreError> {
        link::person_of(&self.database, record).await
    }

    async fn has_records(&self, person: PersonId) -> Result<bool, StoreError> {
        link::has_records(&self.database, person).await
    }

    async fn n_persons(&self) -> Result<u64, StoreError> {
        link::n_persons(&self.database).await
    }

    async fn case_file(&self, person: PersonId) -> Result<Option<CaseFile>, StoreError> {
        case_file::one(&self.database, person).await
    }

    async fn case_files_of(&self, persons: &[PersonId]) -> Result<Vec<CaseFile>, StoreError> {
        case_file::some(&self.database, persons).await
    }

    async fn case_files(&self, after: Option<PersonId>, limit: u32) -> Result<Vec<CaseFile>, StoreError> {
        case_file::many(&self.database, after, limit).await
    }

    async fn take_numbers(&self, kind: &'static str, n: u32) -> Result<i64, StoreError> {
        counter::take(&self.database, kind, n).await
    }

    async fn append(&self, appends: Vec<Append>, at_us: i64, day: Date) -> Result<Vec<Recorded>, StoreError> {
        self.queue.append(appends, at_us, day).await
    }

    async fn load(&self, stream: StreamId) -> Result<Vec<Recorded>, StoreError> {
        event::of_stream(&self.database, stream).await
    }

    async fn load_all(&self, streams: &[StreamId]) -> Result<Vec<Recorded>, StoreError> {
        event::of_streams(&self.database, streams).await
    }

    async fn events(&self, after: i64, limit: u32) -> Result<Vec<Recorded>, StoreError> {
        event::all(&self.database, after, limit).await
    }

    async fn erase_records(
        &self,
        person: PersonId,
        records: &[RecordId],
        told: Vec<Append>,
        at_us: i64,
        day: Date,
    ) -> Result<Vec<Recorded>, StoreError> {
        let told = erase::Told { appends: told, at_us, day, entropy: self.seal.entropy() };
        erase::records(&self.database, person, records, told).await
    }

    async fn erase_report_rows(
        &self,
        digest: Digest,
        lines: Option<&BTreeSet<u64>>,
    ) -> Result<(), StoreError> {
        erase::report_rows(&self.database, digest, lines).await
    }

    async fn erase_words(&self, seq: i64) -> Result<(), StoreError> {
        event::erase(&self.database, seq).await
    }

    async fn rebuild(&self) -> Result<(), StoreError> {
        rebuild::rebuild(&self.database).await
    }

    async fn state_digest(&self) -> Result<Digest, StoreError> {
        rebuild::state_digest(&self.database).await
    }

    async fn queue(
        &self,
        order: QueueOrder,
        check: Option<&str>,
        page: Page,
    ) -> Result<Vec<FindingRow>, StoreError> {
        projected::queue(&self.database, order, check, bounds(page)).await
    }

    async fn gated_findings(&self, page: Page) -> Result<Vec<FindingRow>, StoreError> {
        projected::gated(&self.database, bounds(page)).await
    }

    async fn queue_counts(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        projected::queue_counts(&self.database).await
    }

    async fn finding(&self, id: FindingId) -> Result<Option<FindingRow>, StoreError> {
        projected::finding(&self.database, id).await
    }

    async fn findings(&self, after: Option<FindingId>, limit: u32) -> Result<Vec<FindingRow>, StoreError> {
        projected::findings(&self.database, after, limit).await
    }

    async fn findings_of(&self, person: PersonId) -> Result<Vec<FindingRow>, StoreError> {
        projected::findings_of(&self.database, person).await
    }

    async fn findings_of_all(&self, persons: &[PersonId]) -> Result<Vec<FindingRow>, StoreError> {
        projected::findings_of_all(&self.database, persons).await
    }

    async fn requests_due(&self, page: Page) -> Result<Vec<RequestRow>, StoreError> {
        projected::requests_due(&self.database, bounds(page)).await
    }

    async fn request(&self, id: RequestId) -> Result<Option<RequestRow>, StoreError> {
        projected::request(&self.database, id).await
    }

    async fn requests_of(&self, person: PersonId) -> Result<Vec<RequestRow>, StoreError> {
        projected::requests_of(&self.database, person).await
    }

    async fn hold(&self, id: HoldId) -> Result<Option<HoldRow>, StoreError> {
        projected::hold(&self.database, id).await
    }

    async fn holds_of(&self, person: PersonId) -> Result<Vec<HoldRow>, StoreError> {
        projected::holds_of(&self.database, person).await
    }

    async fn closings_open(&self, page: Page) -> Result<Vec<ClosingRow>, StoreError> {
        projected::closings_open(&self.database, bounds(page)).await
    }

    async fn closing(&self, id: ClosingId) -> Result<Option<ClosingRow>, StoreError> {
        projected::closing(&self.database, id).await
    }

    async fn closings_of(&self, person: PersonId) -> Result<Vec<ClosingRow>, StoreError> {
        projected::closings_of(&self.database, person).await
    }

    async fn event_counts(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        projected::event_counts(&self.database).await
    }

    async fn n_decided_by_closing(&self) -> Result<u64, StoreError> {
        projected::n_decided_by_closing(&self.database).await
    }

    async fn put_accesses(&self, accesses: &[Access]) -> Result<(), StoreError> {
        accounting::put_accesses(&self.database, accesses).await
    }

    async fn put_bulk_access(&self, access: &BulkAccess) -> Result<RecordId, StoreError> {
        accounting::put_bulk_access(&self.database, access).await
    }

    async fn accesses_of(&self, person: PersonId, page: Page) -> Result<Vec<Access>, StoreError> {
        accounting::accesses_of(&self.database, person, bounds(page)).await
    }

    async fn put_report(&self, report: &RunReport) -> Result<(), StoreError> {
        accounting::put_report(&self.database, report).await
    }

    async fn report(&self, name: &str) -> Result<Option<RunReport>, StoreError> {
        accounting::report(&self.database, name).await
    }

    async fn put_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        accounting::put_setting(&self.database, name, value).await
    }

    async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        accounting::setting(&self.database, name).await
    }
}

#[async_trait]
impl LogReader for SqlStore {
    async fn publish(&self, at_us: i64, _day: Date) -> Result<LogState, StoreError> {
        self.log.publish(&self.database, at_us).await
    }

    async fn log_state(&self) -> Result<Option<LogState>, StoreError> {
        self.log.state()
    }

    async fn log_file(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.log.file(path)
    }

    async fn entries(&self, from: LogIndex, limit: u32) -> Result<Vec<PublishedEntry>, StoreError> {
        self.log.entries(&self.database, from, limit).await
    }

    async fn receipt(&self, seq: i64) -> Result<Option<Receipt>, StoreError> {
        receipt::receipt(&self.database, &self.log, seq).await
    }

    async fn verifier_keys(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.log.verifier_keys())
    }
}
