//! Where a run spends its time: wall and processor seconds of each stage.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use serde::Serialize;

use crate::machine;

/// What a stage took, or what was taken since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Taken {
    /// Wall seconds.
    seconds: f64,
    /// Seconds of processor time, all threads together. None where the kernel does not tell.
    cpu_seconds: Option<f64>,
}

/// The stages of a run, one after the other.
pub(crate) struct Stages {
    begun: Instant,
    tally: Mutex<Tally>,
}

#[derive(Default)]
struct Tally {
    sums: BTreeMap<&'static str, Taken>,
    /// The stage at hand, and what was taken before it.
    open: Option<(&'static str, Taken)>,
}

impl Stages {
    /// Begins with a first stage.
    pub(crate) fn new(first: &'static str) -> Self {
        let stages = Self { begun: Instant::now(), tally: Mutex::default() };
        stages.begin(first);
        stages
    }

    /// Ends the stage at hand and begins the next. One that is at hand already goes on; one that comes again is added up.
    pub(crate) fn begin(&self, name: &'static str) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        if tally.open.is_none_or(|(open, _)| open != name) {
            tally.begin(name, self.taken());
        }
    }

    /// What was taken since the run began.
    pub(crate) fn taken(&self) -> Taken {
        Taken { seconds: self.begun.elapsed().as_secs_f64(), cpu_seconds: machine::used().cpu_seconds }
    }

    /// What each stage took so far, by name; the one at hand included.
    pub(crate) fn by_name(&self) -> BTreeMap<&'static str, Taken> {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.end(self.taken());
        tally.sums.clone()
    }
}

impl Taken {
    pub(crate) const fn seconds(self) -> f64 {
        self.seconds
    }

    fn since(self, earlier: Self) -> Self {
        Self {
            seconds: self.seconds - earlier.seconds,
            cpu_seconds: self.cpu_seconds.zip(earlier.cpu_seconds).map(|(to, from)| to - from),
        }
    }
}

impl Tally {
    fn begin(&mut self, name: &'static str, now: Taken) {
        self.end(now);
        self.open = Some((name, now));
    }

    /// Adds up the stage at hand, which goes on from now.
    fn end(&mut self, now: Taken) {
        let Some((name, before)) = &mut self.open else { return };
        let taken = now.since(*before);
        let sum = self.sums.entry(*name).or_insert(Taken { seconds: 0.0, cpu_seconds: Some(0.0) });
        sum.seconds += taken.seconds;
        sum.cpu_seconds = sum.cpu_seconds.zip(taken.cpu_seconds).map(|(sum, taken)| sum + taken);
        *before = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64, cpu_seconds: Option<f64>) -> Taken {
        Taken { seconds, cpu_seconds }
    }

    fn check(begun: &[(&'static str, Taken)], end: Taken, expected: &[(&'static str, Taken)]) {
        let mut tally = Tally::default();
        begun.iter().for_each(|(name, now)| tally.begin(name, *now));
        tally.end(end);
        tally.end(end);
        assert_eq!(tally.sums.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn each_stage_has_what_it_took() {
        check(&[], at(1.0, None), &[]);
        check(
            &[("read", at(0.5, Some(0.25))), ("link", at(2.0, Some(3.0))), ("read", at(4.0, Some(6.0)))],
            at(5.0, Some(7.0)),
            &[("link", at(2.0, Some(3.0))), ("read", at(2.5, Some(3.75)))],
        );
        check(&[("read", at(0.0, None))], at(3.0, None), &[("read", at(3.0, None))]);
    }
}
