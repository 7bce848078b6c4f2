//! Progress on the standard error: a bar on a terminal, one line a step elsewhere.

use std::{
    collections::BTreeMap,
    io::IsTerminal,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use indicatif::{ProgressBar, ProgressStyle};
use redress_service::Progress;

/// Shows the steps of a command.
pub(crate) struct Steps {
    on_terminal: bool,
    open: Mutex<Option<Open>>,
    seconds: Mutex<BTreeMap<String, f64>>,
}

struct Open {
    name: String,
    unit: &'static str,
    since: Instant,
    done: u64,
    bar: Option<ProgressBar>,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self {
            on_terminal: std::io::stderr().is_terminal(),
            open: Mutex::new(None),
            seconds: Mutex::new(BTreeMap::new()),
        }
    }

    /// Begins a step; the one before it must have ended.
    pub(crate) fn begin(&self, name: &str, unit: &'static str) {
        let bar = self.on_terminal.then(|| {
            let bar = ProgressBar::no_length();
            if let Ok(style) = ProgressStyle::with_template("{prefix:<12} {human_pos} {msg} ({per_sec}, {elapsed})") {
                bar.set_style(style);
            }
            bar.set_prefix(name.to_owned());
            bar.set_message(unit);
            bar
        });
        let open = Open { name: name.to_owned(), unit, since: Instant::now(), done: 0, bar };
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(open);
    }

    /// Tells how far the step is.
    pub(crate) fn reach(&self, done: u64) {
        if let Some(open) = self.open.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            open.done = done;
            if let Some(bar) = &open.bar {
                bar.set_position(done);
            }
        }
    }

    /// Ends the step with what it did, and keeps its seconds.
    pub(crate) fn end(&self, what: &str) {
        let Some(open) = self.open.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        if let Some(bar) = open.bar {
            bar.finish_and_clear();
        }
        let seconds = open.since.elapsed().as_secs_f64();
        let rate = if open.done > 0 && seconds > 0.0 {
            format!(", {:.0} {} a second", open.done as f64 / seconds, open.unit)
        } else {
            String::new()
        };
        eprintln!("{:<12} {what} ({seconds:.1} s{rate})", open.name);
        *self
            .seconds
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(open.name)
            .or_default() += seconds;
    }

    /// Seconds of a step that has ended; 0 for one that was not needed.
    pub(crate) fn seconds(&self, name: &str) -> f64 {
        self.seconds.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied().unwrap_or_default()
    }
}

impl Progress for Steps {
    fn at(&self, _: &'static str, done: u64, _: Option<u64>) {
        self.reach(done);
    }
}
