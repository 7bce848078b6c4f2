//! Progress on the standard error: a bar on a terminal; elsewhere a line now and then, and one when a step ends.

use std::{
    collections::BTreeMap,
    io::IsTerminal,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use redress_service::Progress;

use crate::command::tell;

/// How long a step is silent where there is no terminal.
const SILENT: Duration = Duration::from_secs(10);

/// The least time of a step of which a rate is told, in seconds.
const RATED_SECONDS_MIN: f64 = 1.0;

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
    total: Option<u64>,
    told: Instant,
    bar: Option<ProgressBar>,
}

impl Open {
    fn reach(&mut self, done: u64, total: Option<u64>) {
        (self.done, self.total) = (done, total);
        if let Some(bar) = &self.bar {
            bar.set_position(done);
            bar.set_message(self.how_far());
        } else if self.told.elapsed() >= SILENT {
            self.told = Instant::now();
            tell(format!("{:<12} {}{}", self.name, grouped(self.done), self.how_far()));
        }
    }

    /// What stands after the count: of how many, the share, the rate, the time left.
    fn how_far(&self) -> String {
        let seconds = self.since.elapsed().as_secs_f64();
        let rate = rate(self.done, self.unit, seconds);
        match self.total {
            Some(total) if total > 0 => {
                let share = (self.done as f64 / total as f64).min(1.0);
                let left = left(share, seconds);
                format!(" of {} {}, {:.0} %{rate}{left}", grouped(total), self.unit, 100.0 * share)
            }
            _ => format!(" {}{rate}", self.unit),
        }
    }
}

/// The seconds that are left when so much took so long; nothing while nothing is done.
fn left(share: f64, seconds: f64) -> String {
    if share <= 0.0 {
        return String::new();
    }
    format!(", about {:.0} s left", seconds * (1.0 - share) / share)
}

/// How many a second; nothing where nothing was done, or in so little time that the rate says nothing.
fn rate(done: u64, unit: &str, seconds: f64) -> String {
    if done == 0 || seconds < RATED_SECONDS_MIN {
        return String::new();
    }
    format!(", {} {unit} a second", grouped((done as f64 / seconds) as u64))
}

/// `1 row`, `2,000 rows`: a number with what is counted.
pub(crate) fn counted(number: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A number with a comma between its thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
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
            if let Ok(style) = ProgressStyle::with_template("{prefix:<12} {human_pos}{msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.set_prefix(name.to_owned());
            bar.set_message(format!(" {unit}"));
            bar
        });
        let since = Instant::now();
        let open = Open { name: name.to_owned(), unit, since, done: 0, total: None, told: since, bar };
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(open);
    }

    /// Tells how far the step is.
    pub(crate) fn reach(&self, done: u64) {
        if let Some(open) = self.open.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            let total = open.total;
            open.reach(done, total);
        }
    }

    /// Tells how far the step is, of how many where that is known.
    pub(crate) fn reach_of(&self, done: u64, total: Option<u64>) {
        self.at("", done, total);
    }

    /// Tells how far the step is: a share of a known whole.
    pub(crate) fn reach_share(&self, share: f64, total: u64) {
        self.at("", (share * total as f64) as u64, Some(total));
    }

    /// Ends the step with what it did, and keeps its seconds.
    pub(crate) fn end(&self, what: &str) {
        let Some(open) = self.open.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        if let Some(bar) = open.bar {
            bar.finish_and_clear();
        }
        let seconds = open.since.elapsed().as_secs_f64();
        let rate = rate(open.done, open.unit, seconds);
        tell(format!("{:<12} {what} ({seconds:.1} s{rate})", open.name));
        *self.seconds.lock().unwrap_or_else(PoisonError::into_inner).entry(open.name).or_default() += seconds;
    }

    /// Seconds of a step that has ended; 0 for one that was not needed.
    pub(crate) fn seconds(&self, name: &str) -> f64 {
        self.seconds.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied().unwrap_or_default()
    }
}

impl Progress for Steps {
    fn at(&self, _: &'static str, done: u64, total: Option<u64>) {
        if let Some(open) = self.open.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            open.reach(done, total);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_a_step() {
        for (done, seconds, text) in [
            (0, 0.1, ""),
            (5, 0.0, ""),
            (92, 0.99, ""),
            (1_000, 2.0, ", 500 rows a second"),
            (2_611_105, 1.0, ", 2,611,105 rows a second"),
        ] {
            assert_eq!(rate(done, "rows", seconds), text);
        }
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (79_442, "79,442")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(
            [left(0.0, 9.0), left(0.25, 10.0), left(1.0, 10.0)],
            ["", ", about 30 s left", ", about 0 s left"]
        );
    }
}
