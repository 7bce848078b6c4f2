//! Which rows are timed: every one of some batches, so that reading the clock costs next to nothing.

use std::time::Instant;

use redress_checks::release::Stopwatch;

/// Of so many batches one is timed.
const TIMED_EVERY: u64 = 64;

/// Counts batches.
pub(super) struct Sample {
    since: Instant,
    n_batches: u64,
}

/// The clock of one batch.
pub(super) struct BatchWatch {
    since: Instant,
    is_timed: bool,
}

impl Sample {
    pub(super) fn new() -> Self {
        Self { since: Instant::now(), n_batches: 0 }
    }

    /// The clock of the next batch. It runs for the first batch and each [`TIMED_EVERY`]th after it.
    pub(super) fn next_batch(&mut self) -> BatchWatch {
        let is_timed = self.n_batches.is_multiple_of(TIMED_EVERY);
        self.n_batches += 1;
        BatchWatch { since: self.since, is_timed }
    }
}

impl Stopwatch for BatchWatch {
    fn nanoseconds(&self) -> Option<u64> {
        self.is_timed.then(|| u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_batch_and_each_sixty_fourth_after_it_are_timed() {
        let mut sample = Sample::new();
        let timed: Vec<u64> = (0..130).filter(|_| sample.next_batch().nanoseconds().is_some()).collect();
        assert_eq!(timed, [0, 64, 128]);
    }
}
