//! Holds a run to the memory that it may use, by what the kernel says it holds.
//!
//! The engine refuses beforehand what it can foresee: records, keys and pairs. What it cannot foresee (how a reader buffers, how
//! memory is cut up) is seen here, while the run is at work.

use std::{
    fs,
    path::Path,
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::{
    bytes,
    failure::{Exit, Failure},
    machine,
    outputs::staging_folder,
};

/// How often the memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// The part of the limit, one in so many, that stays free: what may be handed out between two looks.
const HEADROOM: u64 = 32;

/// Watches the memory of the process until it is dropped.
pub(crate) struct MemoryGuard {
    /// Dropped first, which ends the thread.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl MemoryGuard {
    /// Begins to watch. A process that holds more than `limit` bytes ends with exit code 4, says so once, and leaves none of
    /// the files of a run in `out`; an earlier run there stays as it is. No limit, or a kernel that does not tell: nothing is
    /// watched.
    pub(crate) fn begin(limit: Option<u64>, out: &Path) -> Self {
        let Some(limit) = limit.filter(|_| machine::resident_bytes().is_some()) else {
            return Self { end: None, thread: None };
        };
        let (end, ended) = mpsc::channel::<()>();
        let staging = staging_folder(out);
        let watch = move || {
            while ended.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                let Some(held) = machine::resident_bytes().filter(|held| *held > limit - limit / HEADROOM)
                else {
                    continue;
                };
                let _ = exceeded(held, limit).report();
                // Nothing can be done about what cannot be removed; no run is ever read from there.
                let _ = fs::remove_dir_all(&staging);
                std::process::exit(Exit::Unfinished as i32);
            }
        };
        Self { end: Some(end), thread: Some(thread::spawn(watch)) }
    }
}

impl Drop for MemoryGuard {
    fn drop(&mut self) {
        self.end.take();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing to say that its panic has not said.
            let _ = thread.join();
        }
    }
}

fn exceeded(held: u64, limit: u64) -> Failure {
    // What is held may be less than the limit by what must stay free between two looks.
    let needed = bytes::beside(held.saturating_add(limit / HEADROOM), limit);
    let text = format!(
        "the run is not at its end and needs {needed} of memory already; --memory-max is {}: raise it, name fewer columns, name \
         narrower blocking rules, or raise output.min_probability; nothing was written",
        bytes::beside(limit, limit)
    );
    Failure::new(Exit::Unfinished, text)
}
