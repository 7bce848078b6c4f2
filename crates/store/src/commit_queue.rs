//! Group commit: whoever appends while another commit is on its way shares the next one.
//!
//! A commit costs one wait for the disk, however many events it carries. Callers put their events into a queue; one task
//! takes all that wait, writes them in one transaction, and answers each caller after the commit.

use std::sync::Arc;

use jiff::civil::Date;
use redress_ports::{Append, Entropy, Recorded, StoreError};
use tokio::sync::{mpsc, oneshot};

use crate::{database::Database, event::Group};

/// Callers that may share one commit.
const GROUP_MAX: usize = 512;

/// Callers that may wait; the next one waits for a place.
const WAITING_MAX: usize = 4_096;

type Answer = Result<Vec<Recorded>, StoreError>;

struct Job {
    appends: Vec<Append>,
    at_us: i64,
    day: Date,
    answer: oneshot::Sender<Answer>,
}

/// The end of the queue at which callers stand.
#[derive(Clone, Debug)]
pub(crate) struct CommitQueue {
    jobs: mpsc::Sender<Job>,
}

impl CommitQueue {
    /// Starts the task that commits. It ends when the last caller's end is dropped.
    pub(crate) fn start(database: Database, entropy: Arc<dyn Entropy>) -> Self {
        let (jobs, mut waiting) = mpsc::channel(WAITING_MAX);
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(GROUP_MAX);
            while waiting.recv_many(&mut group, GROUP_MAX).await > 0 {
                commit(&database, &*entropy, std::mem::take(&mut group)).await;
            }
        });
        Self { jobs }
    }

    /// Appends events and waits until they are on disk.
    pub(crate) async fn append(&self, appends: Vec<Append>, at_us: i64, day: Date) -> Answer {
        let (answer, answered) = oneshot::channel();
        let ended = || crate::event::backend("appending events", "the store has been closed");
        self.jobs.send(Job { appends, at_us, day, answer }).await.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

/// Commits a group. When the database refuses it as a whole, each caller is tried alone, so that one caller's
/// failure is not another's.
async fn commit(database: &Database, entropy: &dyn Entropy, group: Vec<Job>) {
    let (calls, answers): (Vec<_>, Vec<_>) =
        group.into_iter().map(|job| ((job.appends, job.at_us, job.day), job.answer)).unzip();
    let alone = if calls.len() > 1 { calls.clone() } else { Vec::new() };
    match write(database, entropy, calls).await {
        Ok(results) => answer_all(answers, results),
        Err(_) if !alone.is_empty() => {
            for (call, answer) in alone.into_iter().zip(answers) {
                let result = write(database, entropy, vec![call]).await;
                let result = result.and_then(|mut results| results.pop().unwrap_or_else(|| Ok(Vec::new())));
                answer_all(vec![answer], vec![result]);
            }
        }
        Err(error) => answer_all(answers, vec![Err(error)]),
    }
}

fn answer_all(answers: Vec<oneshot::Sender<Answer>>, results: Vec<Answer>) {
    for (answer, result) in answers.into_iter().zip(results) {
        // A caller that has gone away no longer wants to know.
        drop(answer.send(result));
    }
}

async fn write(
    database: &Database,
    entropy: &dyn Entropy,
    calls: Vec<(Vec<Append>, i64, Date)>,
) -> Result<Vec<Answer>, StoreError> {
    let mut write = database.write("appending events").await?;
    let mut session = write.session();
    let streams = calls.iter().flat_map(|(appends, ..)| appends).map(|append| append.stream);
    let mut group = Group::begin(&mut session, streams).await?;
    let mut results = Vec::with_capacity(calls.len());
    for (appends, at_us, day) in calls {
        match group.take(appends, at_us, day, entropy) {
            Err(error @ StoreError::Conflict { .. }) => results.push(Err(error)),
            other => results.push(Ok(other?)),
        }
    }
    group.write(&mut session).await?;
    write.commit().await?;
    Ok(results)
}
