//! What the store keeps and answers.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::civil::Date;
use redress_casefile::{
    Actor, CaseFile, Event, LinkEvidence, StreamId,
    finding::{Direction, Harm, Outcome},
};
use redress_statement::{
    Attribute, ClosingId, Digest, FindingId, HoldId, LogIndex, PersonId, Record, RecordId, RequestId,
    Snapshot, SourceId,
};
use serde::{Deserialize, Serialize};

use crate::{ColumnReport, ReadError, RecordReader};

/// The most rows that one page of an answer may have.
pub const PAGE_ROWS_MAX: u32 = 500;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another writer was faster: load the stream again and decide anew.
    #[error("{stream} is at version {found}, the command was decided on version {expected}: load it again")]
    Conflict {
        /// The stream.
        stream: String,
        /// The version that the command was decided on.
        expected: u64,
        /// The version that is stored.
        found: u64,
    },
    /// Stored rows contradict each other.
    #[error("table {table}, column {column}, row {row}: {what}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        row: String,
        /// What is wrong.
        what: String,
    },
    /// The device is full. Nothing of the transaction was stored.
    #[error(
        "no space is left for the store at {path}: nothing of this step was stored; free space and run the same command again"
    )]
    Full {
        /// Where the store lies.
        path: String,
    },
    /// The input that was being stored broke off; nothing of it was stored.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The store was written by another version of the program.
    #[error("the store has schema version {found}, this program reads {wanted}: {}", schema_advice(*found, *wanted))]
    Schema {
        /// The version found.
        found: i64,
        /// The version that this program reads.
        wanted: i64,
    },
    /// There is no store where one was named.
    #[error("there is no store in {path}: name the folder of a store, or make one with `redress import`")]
    Missing {
        /// The folder.
        path: String,
    },
    /// Anything else that the database or the disk says.
    #[error("{doing}")]
    Backend {
        /// What was being done.
        doing: String,
        /// What the database said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// What to do about a store of another schema version.
const fn schema_advice(found: i64, wanted: i64) -> &'static str {
    match found {
        0 => "it is no store of this program; name another folder",
        _ if found < wanted => "make a backup, then run `redress migrate`",
        _ => "it was written by a newer version of the program; install that one",
    }
}

/// A page of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows to pass over.
    pub offset: u32,
    /// Rows wanted, at most [`PAGE_ROWS_MAX`].
    pub limit: u32,
}

/// A stream's version: how many events it has.
pub type StreamVersion = u64;

/// An event to be stored, with who made it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// The event.
    pub event: Event,
    /// Who made it.
    pub actor: Actor,
}

/// Events for one stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Append {
    /// The stream.
    pub stream: StreamId,
    /// The version that the decision was made on; 0 for a new stream.
    pub expected_version: StreamVersion,
    /// The events, at least one.
    pub events: Vec<NewEvent>,
}

/// An event as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Place in the one global order, from 1.
    pub seq: i64,
    /// The stream.
    pub stream: StreamId,
    /// Place in the stream, from 1.
    pub version: StreamVersion,
    /// When, in microseconds since 1970 UTC, by the system's clock.
    pub at_us: i64,
    /// The day, by the system's clock.
    pub day: Date,
    /// Who made it.
    pub actor: Actor,
    /// The event.
    pub event: Event,
    /// Its entry in the public log. None for an event that stays inside.
    pub log_index: Option<LogIndex>,
}

/// The agreement under which a source is used, as its contract states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// The source.
    pub source: SourceId,
    /// The source's name for people.
    pub title: String,
    /// Who owns the data.
    pub owner: String,
    /// What they may be used for.
    pub purpose: String,
    /// The legal authority.
    pub authority: String,
    /// What is known of their accuracy.
    pub accuracy_assessment: String,
    /// Kinds of data covered.
    pub elements: Vec<String>,
    /// First day.
    pub signed: Date,
    /// Last day.
    pub expires: Date,
    /// Days after the extract that first showed a record, for which the record may be kept, from 1. None where none are agreed, and
    /// in what was stored before this was kept.
    #[serde(default)]
    pub keep_days: Option<u32>,
    /// The last day on which any record of the source may be kept. None where none is agreed.
    #[serde(default)]
    pub retain_until: Option<Date>,
    /// Month and day that the source writes when it knows only the year of birth.
    pub birth_date_default: Option<(u8, u8)>,
    /// What the newest extract says it covers.
    pub sections: Vec<String>,
    /// Whether the owner released the rows to the public, with nobody in them named. False in what was stored before this was kept.
    #[serde(default)]
    pub is_public_release: bool,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// What was read.
    pub snapshot: Snapshot,
    /// The snapshot was stored before. Of a file nothing was done then, and the counts are those of the first time; of a body that
    /// a source sent by itself they are of this time.
    pub was_known: bool,
    /// Whether the source sent these rows by themselves: then what they do not show says nothing.
    #[serde(default)]
    pub is_increment: bool,
    /// Records seen for the first time.
    pub n_new: u64,
    /// Records with a new version.
    pub n_changed: u64,
    /// Records that said the same as before.
    pub n_same: u64,
    /// Of the records whose newest version this import brought, how many say something else of a code or a mark than before: by what
    /// they say now, empty where they say nothing of it any more. At most 10,000 different ones are counted. Empty in what was
    /// stored before this was counted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub changed: BTreeMap<Attribute, BTreeMap<String, u64>>,
    /// Records of the source's table that an earlier extract had and this one has not.
    pub n_vanished: u64,
    /// Refused columns, quarantined and repaired rows.
    pub columns: ColumnReport,
}

/// What the newest version of a record says otherwise than the version before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedRecord {
    /// The record.
    pub record: RecordId,
    /// The day of the extract that brought the newest version.
    pub on: Date,
    /// Each attribute of which it says something else, with what it says now. None where it says nothing of it any more.
    pub values: Vec<(Attribute, Option<String>)>,
}

/// A stored snapshot with what its import left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRow {
    /// The import.
    pub report: ImportReport,
    /// When, in microseconds since 1970 UTC.
    pub imported_at_us: i64,
}

/// What became of rows that a source sent by themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct TakenIn {
    /// What the store did with them. A snapshot that was known already touched nothing.
    pub report: ImportReport,
    /// The snapshot's number, in the order of arrival; 0 for one that was known already.
    pub snapshot: i64,
    /// The records that are new, or say something else than before.
    pub touched: Vec<RecordId>,
}

/// A source as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// Its agreement.
    pub agreement: Agreement,
    /// The date that its newest extract describes. None before the first import.
    pub as_of: Option<Date>,
}

/// A record with its identifier.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRecord {
    /// Its identifier.
    pub id: RecordId,
    /// Its newest version.
    pub record: Record,
    /// The person it is held to be of; for an attached row, that of its lead. None before linkage.
    pub person: Option<PersonId>,
}

/// A person, in small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// The person.
    pub person: PersonId,
    /// Identity records.
    pub n_records: u64,
}

/// A link that waits for clerical review.
#[derive(Clone, Debug, PartialEq)]
pub struct PossibleLink {
    /// The one record, the lower identifier.
    pub left: RecordId,
    /// The other.
    pub right: RecordId,
    /// What it rests on.
    pub evidence: LinkEvidence,
}

/// How the queue is ordered. The only orders there are: none of them is of persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueOrder {
    /// Harm class (worst first), then days to the next irreversible date, then age (oldest first), then number.
    /// Days that are past by `today` come after those that are still to come, as nothing can be saved there any more.
    HarmThenDateThenAge {
        /// The day.
        today: Date,
    },
    /// Oldest first.
    Age,
}

/// A finding as projected.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingRow {
    /// The finding.
    pub finding: FindingId,
    /// The person whose file it is in.
    pub person: PersonId,
    /// The check.
    pub check: String,
    /// The check's version.
    pub version: u16,
    /// The record at fault.
    pub at: RecordId,
    /// What leaving it would do.
    pub harm: Harm,
    /// Whom it can serve.
    pub direction: Direction,
    /// The next day after which something cannot be undone.
    pub next_irreversible_on: Option<Date>,
    /// Whether it rests on a possible link.
    pub rests_on_possible_link: bool,
    /// The day on which it was opened.
    pub opened_on: Date,
    /// `open`, `under_review`, `decided`, `no_longer_seen`.
    pub state: String,
    /// How it was decided.
    pub outcome: Option<Outcome>,
    /// Digest of what its inputs said when it was opened or last revised. None for one that was opened before this was kept.
    pub basis: Option<Digest>,
}

/// A correction request as projected.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestRow {
    /// The request.
    pub request: RequestId,
    /// Whose record it is.
    pub person: PersonId,
    /// The record.
    pub record: RecordId,
    /// `filed`, `acknowledged`, `granted`, `refused`, `under_appeal`, `final`, `withdrawn`.
    pub state: String,
    /// The day of filing.
    pub filed_on: Date,
    /// The last day for the next step. None when nothing is due.
    pub due_on: Option<Date>,
}

/// A hold as projected.
#[derive(Clone, Debug, PartialEq)]
pub struct HoldRow {
    /// The hold.
    pub hold: HoldId,
    /// Whose record it is.
    pub person: PersonId,
    /// The statements held.
    pub statements: Vec<redress_casefile::StatementRef>,
    /// The day on which it was placed.
    pub placed_on: Date,
    /// The day on which it was lifted. None while it stands.
    pub lifted_on: Option<Date>,
}

/// A closing as projected.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosingRow {
    /// The closing.
    pub closing: ClosingId,
    /// Whose case it is.
    pub person: PersonId,
    /// `proposed`, `approved`, `noticed`, `objected`, `closed`, `declined`, `undone`.
    pub state: String,
    /// The day of the proposal.
    pub proposed_on: Date,
    /// The last day to object. None before the notice.
    pub object_until: Option<Date>,
}

/// Why a file was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessPurpose {
    /// A reviewer reviewed a finding.
    FindingReview,
    /// A reviewer judged a pair.
    ClericalReview,
    /// A request was handled.
    CorrectionRequest,
    /// The person looked.
    OwnAccess,
    /// An office brought a list of its own, to have its entries marked.
    OwnList,
    /// A check or the linkage read many files in one run.
    BulkRun,
    /// An audit.
    Oversight,
    /// Records were given to a recipient.
    Disclosure,
    /// The records were erased.
    Erasure,
}

/// One read of a person's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The person.
    pub person: PersonId,
    /// When, in microseconds since 1970 UTC.
    pub at_us: i64,
    /// The day, by the system's clock.
    pub day: Date,
    /// Opaque reference of the reader's account, or the name of the run.
    pub user_code: String,
    /// The reader's office, in words.
    pub receiver: String,
    /// Why.
    pub purpose: AccessPurpose,
    /// Of a disclosure, the place of the last event of which what left bears the marks. None for every other read, and for what was
    /// accounted for before this was kept.
    pub marked_up_to: Option<i64>,
}

/// One read of every file by a run, such as the linkage or the checks. It is accounted for once, and shown to each
/// person of whom a record was stored by then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkAccess {
    /// When, in microseconds since 1970 UTC.
    pub at_us: i64,
    /// The day, by the system's clock.
    pub day: Date,
    /// The name of the run.
    pub user_code: String,
    /// The office that ran it, in words.
    pub receiver: String,
    /// Why.
    pub purpose: AccessPurpose,
}

/// A named report of a run, kept as JSON. Only the newest of a name is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunReport {
    /// Its name, such as `link` or `checks`.
    pub name: String,
    /// When, in microseconds since 1970 UTC.
    pub at_us: i64,
    /// The report.
    pub json: String,
}

/// Where the public log stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogState {
    /// Entries under the checkpoint.
    pub size: u64,
    /// The checkpoint as a signed note.
    pub checkpoint: String,
    /// The day of the last cosignature by a log witness. None when there was none.
    pub cosigned_on: Option<Date>,
}

/// An entry of the public log as published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedEntry {
    /// Its place.
    pub index: LogIndex,
    /// The RFC 8785 JSON that was hashed into the leaf.
    pub json: String,
}

/// What a person keeps: the proof that an event is in the log, and what opens its commitment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Version of the form: 1.
    pub v: u8,
    /// The entry, as published.
    pub entry: String,
    /// The event that it commits to, in RFC 8785 form.
    pub event: String,
    /// The salt, 64 hexadecimal digits.
    pub salt: String,
    /// The proof in the C2SP tlog-proof form.
    pub proof: String,
}

/// Events, records and projections. One implementation is held to one contract suite on each backend.
///
/// An answer `Ok` to a write means: on disk.
#[async_trait]
pub trait Store: LogReader + Send + Sync {
    // --- records -------------------------------------------------------------------------------

    /// Registers or renews the agreement of a source.
    async fn put_agreement(&self, agreement: &Agreement) -> Result<(), StoreError>;
    /// Every source, by name.
    async fn sources(&self) -> Result<Vec<SourceRow>, StoreError>;
    /// How many records a source has. They are counted, which takes the longer the more there are: not for a page of one
    /// person.
    async fn n_records_of(&self, source: &SourceId) -> Result<u64, StoreError>;
    /// Stores a file's records in one transaction: all of them, or nothing. A snapshot that is stored
    /// already is passed over. `progress` is told how many records were taken so far.
    async fn import(
        &self,
        reader: &mut dyn RecordReader,
        at_us: i64,
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<ImportReport, StoreError>;
    /// The sources of which a file with these bytes is stored, in order of their names. Rows that sources send by themselves are no
    /// files.
    async fn sources_of_file(&self, digest: Digest) -> Result<Vec<SourceId>, StoreError>;
    /// Snapshots, newest first.
    async fn snapshots(&self, page: Page) -> Result<Vec<SnapshotRow>, StoreError>;
    /// One record, newest version.
    async fn record(&self, id: RecordId) -> Result<Option<StoredRecord>, StoreError>;
    /// Some records, newest versions, in the order of their numbers; one that is not there is left out.
    async fn records(&self, ids: &[RecordId]) -> Result<Vec<StoredRecord>, StoreError>;
    /// Every version of a record, newest first.
    async fn record_versions(&self, id: RecordId) -> Result<Vec<Record>, StoreError>;
    /// A record by its name at the source.
    async fn record_by_key(&self, source: &SourceId, key: &str) -> Result<Option<StoredRecord>, StoreError>;
    /// Stores rows that sources sent by themselves: each reader a snapshot, all in one transaction. What such a snapshot
    /// does not show says nothing. Each row is held against what its record says now: one that says the same does no harm, and an
    /// older body that is sent again says anew what it says.
    ///
    /// # Errors
    /// As [`Store::import`]: then nothing of any of them was stored.
    async fn take_in(
        &self,
        readers: &mut [Box<dyn RecordReader>],
        at_us: i64,
    ) -> Result<Vec<TakenIn>, StoreError>;
    /// The records of snapshots that were taken in after the snapshot `after`, each with its snapshot's number, oldest
    /// first, at most `limit`: what is left to do after an interruption.
    async fn taken_in_after(&self, after: i64, limit: u32) -> Result<Vec<(i64, RecordId)>, StoreError>;
    /// The records of which a version was first read in that line of that file, ascending; a later file may say
    /// otherwise. Empty where the line was quarantined, or says what an earlier file said.
    async fn records_at(&self, snapshot: Digest, line: u64) -> Result<Vec<RecordId>, StoreError>;
    /// Of a table's records that were last seen before the day `as_of`, the one with the lowest number that is in
    /// somebody's file. None where there is none.
    async fn first_missing(
        &self,
        source: &SourceId,
        table: &str,
        as_of: Date,
    ) -> Result<Option<RecordId>, StoreError>;
    /// Records of a table whose row a file that describes the day `as_of` or a later one has and could not read, after `after` (None:
    /// from the first), ascending, at most `limit`. They are not gone, and say what they said on the day that they were last seen.
    async fn present_unread(
        &self,
        source: &SourceId,
        table: &str,
        as_of: Date,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<RecordId>, StoreError>;
    /// Records of a source that an extract showed before the day `day` in another version than the newest, each with the day of the
    /// first extract that showed it, after `after` (None: from the first), ascending, at most `limit`. Of a record with one version
    /// its own first day says it.
    async fn first_shown_before(
        &self,
        source: &SourceId,
        day: Date,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<(RecordId, Date)>, StoreError>;
    /// What the newest versions of a table's records say otherwise than the versions before, as far as an extract of the day `since`
    /// or a later one brought them, after `after` (None: from the first), ascending, at most `limit`.
    async fn changed_since(
        &self,
        source: &SourceId,
        table: &str,
        since: Date,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<ChangedRecord>, StoreError>;
    /// Identity records after `after` (None: from the first), ascending, at most `limit`.
    async fn identity_records(
        &self,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<StoredRecord>, StoreError>;

    /// Records of one source, of every table, after `after` (None: from the first), ascending, at most `limit`. Those
    /// that its newest extract no longer has are among them, with the day on which they were last seen.
    async fn records_of(
        &self,
        source: &SourceId,
        after: Option<RecordId>,
        limit: u32,
    ) -> Result<Vec<StoredRecord>, StoreError>;

    // --- persons -------------------------------------------------------------------------------

    /// Replaces the links that wait for clerical review by those of a new run.
    async fn replace_possible_links(&self, links: &[PossibleLink]) -> Result<(), StoreError>;
    /// Adds links to those that wait for clerical review; what was known of their pairs is replaced.
    async fn add_possible_links(&self, links: &[PossibleLink]) -> Result<(), StoreError>;
    /// Links that wait for clerical review, most uncertain first.
    async fn possible_links(&self, page: Page) -> Result<Vec<PossibleLink>, StoreError>;
    /// How many links wait.
    async fn n_possible_links(&self) -> Result<u64, StoreError>;
    /// One such link, whichever way round.
    async fn possible_link(
        &self,
        left: RecordId,
        right: RecordId,
    ) -> Result<Option<PossibleLink>, StoreError>;
    /// The lasting judgements of difference, each with the lower record first.
    async fn judged_different(&self) -> Result<Vec<(RecordId, RecordId)>, StoreError>;
    /// The pairs that a human linked, each with the lower record first.
    async fn judged_same(&self) -> Result<Vec<(RecordId, RecordId)>, StoreError>;
    /// The person of a record (of its lead, for an attached row).
    async fn person_of(&self, record: RecordId) -> Result<Option<PersonId>, StoreError>;
    /// How many persons there are.
    async fn n_persons(&self) -> Result<u64, StoreError>;
    /// The case file: accepted records, rows attached to them, and possible ones with theirs. None for a
    /// person that is not there.
    async fn case_file(&self, person: PersonId) -> Result<Option<CaseFile>, StoreError>;
    /// The case files of persons that the caller knows, in the order of their numbers, as [`Store::case_file`] gives each;
    /// a person that is not there is left out: for batch work.
    async fn case_files_of(&self, persons: &[PersonId]) -> Result<Vec<CaseFile>, StoreError>;
    /// Case files after `after`, ascending by person, at most `limit`: for batch work.
    async fn case_files(&self, after: Option<PersonId>, limit: u32) -> Result<Vec<CaseFile>, StoreError>;

    // --- events --------------------------------------------------------------------------------

    /// Takes `n` fresh numbers for identifiers of one kind (`person`, `finding`, `request`, `hold`,
    /// `closing`) and answers the first. Numbers are never given twice; gaps may be.
    async fn take_numbers(&self, kind: &'static str, n: u32) -> Result<i64, StoreError>;
    /// Stores events of one or more streams in one transaction, updates the projections, and gives each
    /// public one its place in the log.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a stream has moved on; then nothing was stored.
    async fn append(&self, appends: Vec<Append>, at_us: i64, day: Date) -> Result<Vec<Recorded>, StoreError>;
    /// A stream's events, oldest first.
    async fn load(&self, stream: StreamId) -> Result<Vec<Recorded>, StoreError>;
    /// The events of some streams, in the one order.
    async fn load_all(&self, streams: &[StreamId]) -> Result<Vec<Recorded>, StoreError>;
    /// All events after `after`, at most `limit`.
    async fn events(&self, after: i64, limit: u32) -> Result<Vec<Recorded>, StoreError>;
    /// Erases the free texts and the salt of an event. The event and the log stay.
    async fn erase_words(&self, seq: i64) -> Result<(), StoreError>;
    /// Erases what records say, in every version, with their names; the links that wait for them; the words and salts of the
    /// person's events and of all that are about them. The records stay as numbers, and every proof stays valid. What kept
    /// files hold is not reached, nor what the reports of their imports show: those are erased before, by the records' names.
    /// In the same transaction the events of `told` are appended, if any: they are not erased with the others.
    async fn erase_records(
        &self,
        person: PersonId,
        records: &[RecordId],
        told: Vec<Append>,
        at_us: i64,
        day: Date,
    ) -> Result<Vec<Recorded>, StoreError>;
    /// Erases what the reports of a file's imports show of rows that were set aside or repaired: of the rows that begin on these
    /// lines, or of all. The counts stay.
    async fn erase_report_rows(
        &self,
        digest: Digest,
        lines: Option<&BTreeSet<u64>>,
    ) -> Result<(), StoreError>;
    /// Throws the projections away and builds them anew from the events.
    async fn rebuild(&self) -> Result<(), StoreError>;
    /// Digest of the state that the events project to.
    async fn state_digest(&self) -> Result<Digest, StoreError>;

    // --- projections ---------------------------------------------------------------------------

    /// Findings that wait for a reviewer.
    async fn queue(
        &self,
        order: QueueOrder,
        check: Option<&str>,
        page: Page,
    ) -> Result<Vec<FindingRow>, StoreError>;
    /// Findings that were decided as corrected and could worsen somebody's position, by number: what must come before they
    /// leave may still have to be done.
    async fn gated_findings(&self, page: Page) -> Result<Vec<FindingRow>, StoreError>;
    /// How many wait, by check.
    async fn queue_counts(&self) -> Result<BTreeMap<String, u64>, StoreError>;
    /// One finding.
    async fn finding(&self, id: FindingId) -> Result<Option<FindingRow>, StoreError>;
    /// Findings after `after` in the order of their numbers, whatever their state, at most `limit`: for batch work.
    async fn findings(&self, after: Option<FindingId>, limit: u32) -> Result<Vec<FindingRow>, StoreError>;
    /// Findings in a person's file, oldest first.
    async fn findings_of(&self, person: PersonId) -> Result<Vec<FindingRow>, StoreError>;
    /// Findings in the files of some persons, oldest first: for batch work.
    async fn findings_of_all(&self, persons: &[PersonId]) -> Result<Vec<FindingRow>, StoreError>;
    /// Correction requests with a step due, nearest first.
    async fn requests_due(&self, page: Page) -> Result<Vec<RequestRow>, StoreError>;
    /// One correction request.
    async fn request(&self, id: RequestId) -> Result<Option<RequestRow>, StoreError>;
    /// A person's correction requests.
    async fn requests_of(&self, person: PersonId) -> Result<Vec<RequestRow>, StoreError>;
    /// Whether a person is held to have a record.
    async fn has_records(&self, person: PersonId) -> Result<bool, StoreError>;
    /// One hold.
    async fn hold(&self, id: HoldId) -> Result<Option<HoldRow>, StoreError>;
    /// A person's holds.
    async fn holds_of(&self, person: PersonId) -> Result<Vec<HoldRow>, StoreError>;
    /// Closings that are not ended, oldest first.
    async fn closings_open(&self, page: Page) -> Result<Vec<ClosingRow>, StoreError>;
    /// One closing.
    async fn closing(&self, id: ClosingId) -> Result<Option<ClosingRow>, StoreError>;
    /// A person's closings.
    async fn closings_of(&self, person: PersonId) -> Result<Vec<ClosingRow>, StoreError>;
    /// Counts of events by kind, for the public page.
    async fn event_counts(&self) -> Result<BTreeMap<String, u64>, StoreError>;
    /// How many decisions on findings followed from a closing that was carried out, in one transaction with it.
    async fn n_decided_by_closing(&self) -> Result<u64, StoreError>;

    // --- accounting, reports, settings ---------------------------------------------------------

    /// Accounts for reads.
    async fn put_accesses(&self, accesses: &[Access]) -> Result<(), StoreError>;
    /// Accounts for a run that is about to read every file. Answers the last record that it accounts for, or the
    /// number 0 where there is none: whoever has a record up to it was in the run.
    async fn put_bulk_access(&self, access: &BulkAccess) -> Result<RecordId, StoreError>;
    /// Who looked at a person's file, newest first, runs included.
    async fn accesses_of(&self, person: PersonId, page: Page) -> Result<Vec<Access>, StoreError>;
    /// Keeps a run's report under its name.
    async fn put_report(&self, report: &RunReport) -> Result<(), StoreError>;
    /// The newest report of a name.
    async fn report(&self, name: &str) -> Result<Option<RunReport>, StoreError>;
    /// Sets a setting, such as the simulated clock's offset.
    async fn put_setting(&self, name: &str, value: &str) -> Result<(), StoreError>;
    /// Reads a setting.
    async fn setting(&self, name: &str) -> Result<Option<String>, StoreError>;
}

/// The public log: what anybody may read, and its publication.
#[async_trait]
pub trait LogReader: Send + Sync {
    /// Integrates every sequenced entry, writes tiles, signs a checkpoint and has the local log witness
    /// cosign it.
    async fn publish(&self, at_us: i64, day: Date) -> Result<LogState, StoreError>;
    /// Where the log stands. None before the first publication.
    async fn log_state(&self) -> Result<Option<LogState>, StoreError>;
    /// A file of the log by its C2SP path (`checkpoint`, `tile/0/000`, `tile/entries/000.p/5`).
    async fn log_file(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError>;
    /// Entries from `from` on, ascending.
    async fn entries(&self, from: LogIndex, limit: u32) -> Result<Vec<PublishedEntry>, StoreError>;
    /// The receipt of a published event. None while it is not under a checkpoint, or stays inside, or was erased.
    async fn receipt(&self, seq: i64) -> Result<Option<Receipt>, StoreError>;
    /// The keys with which a reader verifies the log and its witness, in the signed-note form.
    async fn verifier_keys(&self) -> Result<Vec<String>, StoreError>;
}
