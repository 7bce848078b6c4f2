//! Rows that arrive by themselves while a reviewer works on the same file.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::civil::Date;
use redress_casefile::finding::Outcome;
use redress_ports::{Agreement, Clock, IntakeReader, Page, ReadError, RecordReader};
use redress_service::{
    App, BODY_RECORDS_MAX, Intake, IntakeError, ServiceError, decide_finding, reopen_finding,
};
use redress_statement::{Attribute, FindingId, Record, Snapshot, SourceId};
use redress_testkit::{RecordFile, record, reviewer};
use tokio::{runtime::Handle, sync::Semaphore, task, time::timeout};

use crate::{
    findings::{CORA, findings, matched_to},
    office::{TODAY, office, until},
};

/// The court case of the row that arrives.
const PROCEEDING: &str = "4712";

/// A body of too many rows.
const MANY: &[u8] = b"too many rows";

/// Opens every body as one row: Cora's, matched to another court case than before; [`MANY`] as one row more than a body may have.
#[derive(Default)]
struct OneRow {
    n_opened: AtomicU32,
}

fn cora(day: Date) -> Record {
    record("status", "extract", "S1")
        .says(Attribute::FamilyName, "Ruiz")
        .says(Attribute::GivenName, "Cora")
        .says(Attribute::AssertedProceeding, PROCEEDING)
        .says(Attribute::AssertedBy, "NAME")
        .seen(day, day)
        .build()
}

impl IntakeReader for OneRow {
    fn agreements(&self) -> Vec<Agreement> {
        Vec::new()
    }

    fn open(
        &self,
        _source: &SourceId,
        _table: Option<&str>,
        bytes: &[u8],
        on: Date,
    ) -> Result<Box<dyn RecordReader>, ReadError> {
        let version = 100 + self.n_opened.fetch_add(1, Ordering::Relaxed);
        let n_rows = if bytes == MANY { BODY_RECORDS_MAX + 1 } else { 1 };
        Ok(Box::new(RecordFile::new("status", "extract", version, vec![cora(on); n_rows]).as_of(on)))
    }

    fn keep(&self, _snapshot: &Snapshot, _bytes: &[u8]) -> Result<(), ReadError> {
        Ok(())
    }
}

/// A clock that a reviewer hears: between the intake's reading of Cora's file and its next step, the reviewer decides the
/// finding, and opens it again `n_reopenings` times over.
struct HeardClock {
    clock: Arc<dyn Clock>,
    app: App,
    finding: FindingId,
    n_reopenings: usize,
    n_decided: AtomicUsize,
}

impl HeardClock {
    async fn act(&self) {
        let n_decided = self.n_decided.load(Ordering::Relaxed);
        if n_read(&self.app).await <= n_decided || n_decided > self.n_reopenings {
            return;
        }
        let (app, reason) = (&self.app, "the court confirms the case");
        decide_finding(app, &reviewer(), self.finding, Outcome::NotAnError, reason).await.unwrap();
        if self.n_decided.fetch_add(1, Ordering::Relaxed) < self.n_reopenings {
            reopen_finding(app, &reviewer(), self.finding, reason).await.unwrap();
        }
    }
}

impl Clock for HeardClock {
    fn now_us(&self) -> i64 {
        task::block_in_place(|| Handle::current().block_on(self.act()));
        self.clock.now_us()
    }

    fn today(&self) -> Date {
        self.clock.today()
    }

    fn is_simulated(&self) -> bool {
        true
    }
}

/// A row that changes what a finding rests on, while a reviewer is faster as often as the case says: the states of the
/// person's findings afterwards, and whether the checks stopped for it.
async fn check(n_reopenings: usize, expected: &[&str], is_stopped: bool) {
    let office = office().await;
    matched_to(&office.app, 1, "4711").await;
    let finding = findings(&office.app, CORA).await.remove(0).finding;
    let clock = Arc::new(HeardClock {
        clock: office.app.clock.clone(),
        app: office.app.clone(),
        finding,
        n_reopenings,
        n_decided: AtomicUsize::new(0),
    });
    let app = App { clock: clock.clone(), ..office.app.clone() };
    let intake = Intake::start(app, Arc::new(OneRow::default())).await.unwrap();
    let source: SourceId = "status".parse().unwrap();
    intake.submit(&source, None, b"a row".to_vec()).await.unwrap();
    intake.settled().await;
    let again = intake.submit(&source, None, b"the same row".to_vec()).await;
    let why_stopped = match again {
        Err(IntakeError::Service(ServiceError::Intake(why))) => Some(why),
        again => again.map(|_| None).unwrap(),
    };
    intake.settled().await;
    let states: Vec<String> = findings(&office.app, CORA).await.into_iter().map(|row| row.state).collect();
    assert_eq!(states, expected, "{n_reopenings} reopenings");
    assert_eq!(
        why_stopped.is_some_and(|why| why.contains("is at version")),
        is_stopped,
        "{n_reopenings} reopenings"
    );
}

/// How often the intake read Cora's file.
async fn n_read(app: &App) -> usize {
    let accesses = app.store.accesses_of(CORA, Page { offset: 0, limit: 500 }).await.unwrap();
    accesses.iter().filter(|access| access.user_code == "intake").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_checked_only_while_each_agreement_is_in_force() {
    let office = office().await;
    let app = &office.app;
    matched_to(app, 1, "4711").await;
    let agreement = |expires: Date| Agreement { source: "status".parse().unwrap(), ..until(expires) };
    app.store.put_agreement(&agreement(TODAY)).await.unwrap();
    let source: SourceId = "status".parse().unwrap();
    let intake = Intake::start(app.clone(), Arc::new(OneRow::default())).await.unwrap();
    // The row is on disk before the day ends, and midnight passes before it is linked.
    office.clock.set(TODAY.tomorrow().unwrap());
    let stored = intake.submit(&source, None, b"a row".to_vec()).await.unwrap();
    assert_eq!(stored.n_changed, 1);
    intake.settled().await;
    assert_eq!(n_read(app).await, 0, "a file was read without an agreement");
    let next = intake.submit(&source, None, b"another".to_vec()).await.unwrap_err();
    assert!(next.to_string().contains("the agreement for source `status` is in force from"), "{next}");
    let again = Intake::start(app.clone(), Arc::new(OneRow::default())).await.err().unwrap();
    assert!(matches!(again, ServiceError::Read(ReadError::Refused(_))), "{again:?}");
    // Renewed, the next start takes the row up.
    app.store.put_agreement(&agreement(TODAY + jiff::Span::new().years(1))).await.unwrap();
    Intake::start(app.clone(), Arc::new(OneRow::default())).await.unwrap().settled().await;
    assert!(n_read(app).await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_too_many_rows_is_refused() {
    let office = office().await;
    matched_to(&office.app, 1, "4711").await;
    let intake = Intake::start(office.app.clone(), Arc::new(OneRow::default())).await.unwrap();
    let refused = intake.submit(&"status".parse().unwrap(), None, MANY.to_vec()).await.unwrap_err();
    assert!(refused.to_string().contains("has more than 5000 rows"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_meets_a_reviewers_step_is_decided_anew() {
    // The reviewer's decision stands for the case that it was made on; the other case is a new finding.
    check(0, &["decided", "open"], false).await;
    check(8, &["decided", "open"], false).await;
    // As often as a batch is decided, and no more: then it is told, and the next start takes the row up again.
    check(9, &["decided"], true).await;
}

/// A clock that the task which asks first, the writer, reads at once, and every other only when it is let go.
struct HeldClock {
    clock: Arc<dyn Clock>,
    writer: OnceLock<Option<task::Id>>,
    let_go: Semaphore,
}

impl Clock for HeldClock {
    fn now_us(&self) -> i64 {
        if *self.writer.get_or_init(task::try_id) != task::try_id() {
            let place = self.let_go.acquire();
            drop(task::block_in_place(|| Handle::current().block_on(place)).unwrap());
        }
        self.clock.now_us()
    }

    fn today(&self) -> Date {
        self.clock.today()
    }

    fn is_simulated(&self) -> bool {
        true
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_disk_is_acknowledged_however_long_the_checks_take() {
    const N_BODIES: usize = 100;
    /// Far more than the bodies take: so that a body which waits for the checks is told, and not waited for.
    const LIMIT: Duration = Duration::from_secs(120);
    let office = office().await;
    matched_to(&office.app, 1, "4711").await;
    let let_go = Semaphore::new(0);
    let clock = Arc::new(HeldClock { clock: office.app.clock.clone(), writer: OnceLock::new(), let_go });
    let app = App { clock: clock.clone(), ..office.app.clone() };
    let intake = Intake::start(app, Arc::new(OneRow::default())).await.unwrap();
    let source: SourceId = "status".parse().unwrap();
    for n_before in 0..N_BODIES {
        let answer = timeout(LIMIT, intake.submit(&source, None, b"a row".to_vec())).await;
        answer.unwrap_or_else(|_| panic!("body {n_before} waits for the checks")).unwrap();
    }
    assert!(intake.n_behind() > 0, "nothing waited: the test holds nothing");
    clock.let_go.add_permits(1);
    intake.settled().await;
    assert_eq!(intake.n_behind(), 0);
}
