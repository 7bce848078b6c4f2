//! Takes rows in as they arise: stored first, acknowledged, then linked and checked at once.
//!
//! ```text
//! body ─▶ parsed under its contract ─▶ one transaction for all that wait ─▶ acknowledged
//!                                                   └─▶ linked against the index ─▶ case file ─▶ checks ─▶ desk
//! ```
//!
//! What is acknowledged is on disk, with the bytes as received. What was acknowledged and not yet checked when the
//! program ended is taken up by the next start. Every queue is bounded: a source that sends faster than the disk or the
//! checks can follow is told to wait.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use redress_ports::{
    Agreement, ColumnReport, ImportReport, IntakeReader, ReadError, RecordBatchEnd, RecordReader, SealedRow,
    StoreError, TakenIn,
};
use redress_statement::{Record, RecordId, Snapshot, SourceId};
use tokio::sync::{Notify, Semaphore, mpsc, oneshot};

use crate::{App, ServiceError, import_source::check_agreements, live::Live};

/// Bodies that may be parsed or wait for the disk at a time.
pub const BODIES_WAITING_MAX: usize = 256;

/// Bodies stored in one transaction.
const GROUP_MAX: usize = 64;

/// Acknowledged records that may wait for their checks.
pub const RECORDS_BEHIND_MAX: usize = 10_000;

/// Bodies that may wait for their checks: as many as there may be records, and those that were let in when one place was left. So
/// the writer does not wait for the checks, and what is on disk is acknowledged however long they take.
const SNAPSHOTS_BEHIND_MAX: usize = RECORDS_BEHIND_MAX + BODIES_WAITING_MAX;

/// Records linked and checked together.
const BATCH_MAX: usize = 256;

/// How often a batch is decided anew when somebody else was faster in one of its files.
const ATTEMPTS_MAX: usize = 10;

/// Most records of one body.
pub const BODY_RECORDS_MAX: usize = 5_000;

/// Records that a start takes up at a time from those that an earlier run left: more than one body has.
const LEFT_AT_A_TIME: u32 = 2 * BODY_RECORDS_MAX as u32;

/// Records of one body that are read at a time.
const READ_AT_A_TIME: usize = 1_024;

/// The setting that names the last snapshot whose records were checked.
const CHECKED_THROUGH: &str = "intake_checked_through";

/// Why a body was not taken in. Nothing of it was stored.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// More waits than may: send the same body again in a second.
    #[error(
        "{what} wait, which is the limit: send the same body again in a second; nothing of it was stored"
    )]
    Busy {
        /// What waits, with the number.
        what: String,
    },
    /// The contract, its agreement or the body does not allow it.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The store failed, or the checks stopped.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// A body that was read, before it is stored. A copy of it reads the same records again.
#[derive(Clone)]
struct Parsed {
    snapshot: Snapshot,
    records: Arc<[Record]>,
    n_read: usize,
    sealed: Vec<SealedRow>,
    report: ColumnReport,
}

impl RecordReader for Parsed {
    fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    fn read(&mut self, into: &mut Vec<Record>, n_max: usize) -> Result<RecordBatchEnd, ReadError> {
        let next = self.records.iter().skip(self.n_read).take(n_max);
        let n_before = into.len();
        into.extend(next.cloned());
        self.n_read += into.len() - n_before;
        Ok(if self.n_read == self.records.len() { RecordBatchEnd::Done } else { RecordBatchEnd::More })
    }

    fn take_sealed(&mut self) -> Vec<SealedRow> {
        std::mem::take(&mut self.sealed)
    }

    fn report(&self) -> &ColumnReport {
        &self.report
    }
}

struct Job {
    parsed: Parsed,
    answer: oneshot::Sender<Result<ImportReport, StoreError>>,
}

/// Records of one snapshot that wait for their checks.
struct Behind {
    snapshot: i64,
    records: Vec<RecordId>,
}

/// What submitter, writer and checker share.
#[derive(Default)]
struct Shared {
    n_behind: AtomicUsize,
    /// Told when nothing is behind, or the checks stop.
    settled: Notify,
    /// Why the checks stopped. None while they run.
    stopped: Mutex<Option<String>>,
}

impl Shared {
    fn stop(&self, why: String) {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
        self.settled.notify_waiters();
    }

    fn why_stopped(&self) -> Option<String> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The way in for rows that sources send by themselves.
pub struct Intake {
    app: App,
    reader: Arc<dyn IntakeReader>,
    jobs: mpsc::Sender<Job>,
    places: Semaphore,
    shared: Arc<Shared>,
}

impl Intake {
    /// Opens the way: registers the agreements of sources that are new and those that were renewed, makes the index of the newest linkage run ready,
    /// takes up what an earlier run left, and starts to write and to check. Must be called within a Tokio runtime.
    ///
    /// # Errors
    /// When an agreement is not in force, or the store or the engine fails.
    pub async fn start(app: App, reader: Arc<dyn IntakeReader>) -> Result<Self, ServiceError> {
        for agreement in reader.agreements() {
            register(&app, agreement).await?;
        }
        let mut live = Live::load(&app).await?;
        take_up_what_is_left(&app, &mut live).await?;
        let (jobs, waiting) = mpsc::channel(BODIES_WAITING_MAX);
        let (found, behind) = mpsc::channel(SNAPSHOTS_BEHIND_MAX);
        let shared = Arc::new(Shared::default());
        tokio::spawn(write(app.clone(), waiting, found, Arc::clone(&shared)));
        tokio::spawn(check(app.clone(), live, behind, Arc::clone(&shared)));
        Ok(Self { app, reader, jobs, places: Semaphore::new(BODIES_WAITING_MAX), shared })
    }

    /// Takes one body in. The answer comes when its records are on disk.
    ///
    /// # Errors
    /// [`IntakeError::Busy`] when too much waits; [`IntakeError::Read`] when contract, agreement or body do not allow it;
    /// [`IntakeError::Service`] when the store failed or the checks stopped.
    pub async fn submit(
        &self,
        source: &SourceId,
        table: Option<&str>,
        bytes: Vec<u8>,
    ) -> Result<ImportReport, IntakeError> {
        if let Some(why) = self.shared.why_stopped() {
            let what =
                format!("the checks stopped, {why}: start the server again, it goes on where it stopped");
            return Err(ServiceError::Intake(what).into());
        }
        let _place = self
            .places
            .try_acquire()
            .map_err(|_| IntakeError::Busy { what: format!("{BODIES_WAITING_MAX} bodies") })?;
        let n_behind = self.shared.n_behind.load(Ordering::Relaxed);
        if n_behind >= RECORDS_BEHIND_MAX {
            return Err(IntakeError::Busy { what: format!("{n_behind} records") });
        }
        let parsed = self.parse(source, table, bytes).await?;
        let (answer, answered) = oneshot::channel();
        let ended = || ServiceError::Intake("it has ended".to_owned());
        let job = Job { parsed, answer };
        self.jobs.send(job).await.map_err(|_| ended())?;
        Ok(answered.await.map_err(|_| ended())?.map_err(ServiceError::from)?)
    }

    /// How many acknowledged records wait for their checks.
    #[must_use]
    pub fn n_behind(&self) -> usize {
        self.shared.n_behind.load(Ordering::Relaxed)
    }

    /// Waits until every acknowledged record is checked, or the checks have stopped.
    pub async fn settled(&self) {
        loop {
            let told = self.shared.settled.notified();
            if self.n_behind() == 0 || self.shared.why_stopped().is_some() {
                return;
            }
            told.await;
        }
    }

    /// Reads a body, and keeps its bytes.
    async fn parse(
        &self,
        source: &SourceId,
        table: Option<&str>,
        bytes: Vec<u8>,
    ) -> Result<Parsed, IntakeError> {
        let (reader, source, table) = (Arc::clone(&self.reader), source.clone(), table.map(str::to_owned));
        let on = self.app.clock.today();
        let read = move || {
            let mut opened = reader.open(&source, table.as_deref(), &bytes, on)?;
            let (mut records, mut sealed) = (Vec::new(), Vec::new());
            let mut end = RecordBatchEnd::More;
            while end == RecordBatchEnd::More && records.len() + sealed.len() <= BODY_RECORDS_MAX {
                end = opened.read(&mut records, READ_AT_A_TIME)?;
                sealed.append(&mut opened.take_sealed());
            }
            if records.len() + sealed.len() > BODY_RECORDS_MAX {
                let text = format!(
                    "what `{source}` sent has more than {BODY_RECORDS_MAX} rows, which is the limit of one body: send them in several"
                );
                return Err(ReadError::Input(text));
            }
            let (snapshot, report) = (opened.snapshot().clone(), opened.report().clone());
            reader.keep(&snapshot, &bytes)?;
            Ok::<_, ReadError>(Parsed { snapshot, records: records.into(), n_read: 0, sealed, report })
        };
        let read = tokio::task::spawn_blocking(read).await;
        Ok(read.map_err(|error| ServiceError::Intake(format!("reading a body broke off: {error}")))??)
    }
}

/// Registers an agreement that is new or was renewed. What the last extract of the source covered stays as it was.
async fn register(app: &App, agreement: Agreement) -> Result<(), ServiceError> {
    let known = app.store.sources().await?.into_iter().map(|row| row.agreement);
    match known.into_iter().find(|known| known.source == agreement.source) {
        None => crate::register_agreement(app, &agreement).await,
        Some(known) if times(&known) == times(&agreement) => Ok(()),
        Some(known) => {
            let renewed = Agreement { sections: known.sections, ..agreement };
            crate::register_agreement(app, &renewed).await
        }
    }
}

/// What a renewed agreement sets anew: its first and last day, and for how long the records may be kept.
fn times(agreement: &Agreement) -> impl PartialEq + use<> {
    (agreement.signed, agreement.expires, agreement.keep_days, agreement.retain_until)
}

/// Stores what waits, in groups, and hands what is new on to the checks.
async fn write(app: App, mut waiting: mpsc::Receiver<Job>, found: mpsc::Sender<Behind>, shared: Arc<Shared>) {
    let mut group = Vec::with_capacity(GROUP_MAX);
    while waiting.recv_many(&mut group, GROUP_MAX).await > 0 {
        let (mut readers, mut others) = (Vec::<Box<dyn RecordReader>>::new(), Vec::new());
        for job in group.drain(..) {
            readers.push(Box::new(job.parsed.clone()));
            others.push((job.parsed, job.answer));
        }
        let mut answers = Vec::with_capacity(others.len());
        let mut results = Vec::with_capacity(others.len());
        match app.store.take_in(&mut readers, app.clock.now_us()).await {
            Ok(all) => {
                results.extend(all.into_iter().map(Ok));
                answers.extend(others.into_iter().map(|(_, answer)| answer));
            }
            // One body that the store refuses must not be another's failure.
            Err(_) => {
                for (parsed, answer) in others {
                    results.push(alone(&app, parsed).await);
                    answers.push(answer);
                }
            }
        }
        for (result, answer) in results.into_iter().zip(answers) {
            let behind = result
                .as_ref()
                .ok()
                .map(|taken| Behind { snapshot: taken.snapshot, records: taken.touched.clone() });
            let n_behind = behind.as_ref().map_or(0, |behind| behind.records.len());
            shared.n_behind.fetch_add(n_behind, Ordering::Relaxed);
            // A source that has gone away finds out when it sends again: the snapshot is known then.
            drop(answer.send(result.map(|taken| taken.report)));
            let Some(behind) = behind.filter(|behind| behind.snapshot > 0) else { continue };
            if found.send(behind).await.is_err() {
                return;
            }
        }
    }
}

async fn alone(app: &App, parsed: Parsed) -> Result<TakenIn, StoreError> {
    let mut taken = app.store.take_in(&mut [Box::new(parsed)], app.clock.now_us()).await?;
    taken.pop().ok_or_else(|| StoreError::Inconsistent {
        table: "snapshot",
        column: "snapshot",
        row: "the newest".to_owned(),
        what: "one body was stored, and the store tells of none".to_owned(),
    })
}

/// Links and checks what was stored, a batch at a time, and remembers how far it came.
async fn check(app: App, mut live: Live, mut behind: mpsc::Receiver<Behind>, shared: Arc<Shared>) {
    let mut group = Vec::with_capacity(BATCH_MAX);
    while behind.recv_many(&mut group, BATCH_MAX).await > 0 {
        let through = group.iter().map(|one| one.snapshot).max().unwrap_or_default();
        let records: Vec<RecordId> = group.drain(..).flat_map(|one| one.records).collect();
        let mut done = Ok(());
        for batch in records.chunks(BATCH_MAX) {
            done = take(&app, &mut live, batch).await;
            if done.is_err() {
                break;
            }
        }
        let done = match done {
            Ok(()) => remember(&app, through).await,
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            shared.stop(error.to_string());
            return;
        }
        shared.n_behind.fetch_sub(records.len(), Ordering::Relaxed);
        if shared.n_behind.load(Ordering::Relaxed) == 0 {
            shared.settled.notify_waiters();
        }
    }
}

/// Links and checks a batch. Where a reviewer was faster in one of the files, it is decided anew on what stands then. As with
/// a run over all records, no agreement in force, no match: what was acknowledged waits until it is renewed.
async fn take(app: &App, live: &mut Live, batch: &[RecordId]) -> Result<(), ServiceError> {
    check_agreements(app).await?;
    for _ in 1..ATTEMPTS_MAX {
        match live.take(app, batch).await {
            Err(ServiceError::Store(StoreError::Conflict { .. })) => {}
            done => return done,
        }
    }
    live.take(app, batch).await
}

/// Publishes what became of the records so far, and remembers that they are checked.
async fn remember(app: &App, through: i64) -> Result<(), ServiceError> {
    app.store.publish(app.clock.now_us(), app.clock.today()).await?;
    Ok(app.store.put_setting(CHECKED_THROUGH, &through.to_string()).await?)
}

/// Links and checks what an earlier run acknowledged and did not come to.
async fn take_up_what_is_left(app: &App, live: &mut Live) -> Result<(), ServiceError> {
    let checked = app.store.setting(CHECKED_THROUGH).await?;
    let mut through = checked.and_then(|text| text.parse().ok()).unwrap_or(0);
    loop {
        let left = app.store.taken_in_after(through, LEFT_AT_A_TIME).await?;
        let Some((last, _)) = left.last() else { return Ok(()) };
        // A snapshot that the page cuts is taken up again, from its first record: to check twice does no harm.
        let is_cut = left.len() == LEFT_AT_A_TIME as usize && left[0].0 != *last;
        let whole = left.iter().take_while(|(snapshot, _)| !is_cut || snapshot != last);
        let records: Vec<RecordId> = whole.clone().map(|(_, record)| *record).collect();
        through = whole.map(|(snapshot, _)| *snapshot).max().unwrap_or(*last);
        for batch in records.chunks(BATCH_MAX) {
            take(app, live, batch).await?;
        }
        remember(app, through).await?;
    }
}
