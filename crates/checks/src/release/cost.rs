//! What a question to a release takes, by a clock of the caller's: nothing here reads one.

use std::collections::BTreeMap;

use super::{QUESTIONS, Question};

/// A clock that only goes forward.
pub trait Stopwatch {
    /// Nanoseconds since a moment of its own. None when nothing is timed.
    fn nanoseconds(&self) -> Option<u64>;
}

/// Times nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NotTimed;

impl Stopwatch for NotTimed {
    fn nanoseconds(&self) -> Option<u64> {
        None
    }
}

/// What one question took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Rows over which it was timed: those of its table, or all rows of the cases.
    pub n_rows: u64,
    /// Nanoseconds a row, reading the clock included: the median of the batches that were timed, as a batch during which
    /// something else had the processor says nothing.
    pub nanoseconds_a_row: f64,
}

/// Batches of which the cost is kept; those after them are not timed. A release of 165 million rows has some 700.
const BATCHES_MAX: usize = 4_096;

/// What questions took, by their place in [`QUESTIONS`].
#[derive(Clone, Debug, Default)]
pub struct CostTally {
    /// Rows and nanoseconds of the batch under way.
    open: BTreeMap<usize, (u64, u64)>,
    /// Of the batches that ended.
    ended: BTreeMap<usize, Vec<(u64, u64)>>,
}

impl CostTally {
    /// Adds what a question took over some rows, when its beginning was timed.
    pub(super) fn note(&mut self, at: usize, n_rows: u64, begun: Option<u64>, watch: &impl Stopwatch) {
        let (Some(begun), Some(ended)) = (begun, watch.nanoseconds()) else { return };
        let open = self.open.entry(at).or_default();
        *open = (open.0 + n_rows, open.1 + ended.saturating_sub(begun));
    }

    /// Ends a batch.
    pub(super) fn end_batch(&mut self) {
        for (at, took) in std::mem::take(&mut self.open) {
            let batches = self.ended.entry(at).or_default();
            if took.0 > 0 && batches.len() < BATCHES_MAX {
                batches.push(took);
            }
        }
    }

    /// Adds the batches that were timed elsewhere and ended there.
    pub fn add(&mut self, other: &Self) {
        for (at, batches) in &other.ended {
            self.ended.entry(*at).or_default().extend(batches);
        }
    }

    /// What each question took that was timed, in the order of [`QUESTIONS`].
    pub fn questions(&self) -> impl Iterator<Item = (&'static Question, Cost)> {
        self.ended.iter().filter_map(|(at, batches)| Some((QUESTIONS.get(*at)?, cost(batches))))
    }
}

fn cost(batches: &[(u64, u64)]) -> Cost {
    let mut each: Vec<f64> =
        batches.iter().map(|(n_rows, nanoseconds)| *nanoseconds as f64 / *n_rows as f64).collect();
    each.sort_by(f64::total_cmp);
    let nanoseconds_a_row = each.get(each.len() / 2).copied().unwrap_or_default();
    Cost { n_rows: batches.iter().map(|(n_rows, _)| n_rows).sum(), nanoseconds_a_row }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Seven nanoseconds from one look to the next.
    #[derive(Default)]
    struct Steady(Cell<u64>);

    impl Stopwatch for Steady {
        fn nanoseconds(&self) -> Option<u64> {
            self.0.set(self.0.get() + 7);
            Some(self.0.get())
        }
    }

    #[test]
    fn the_median_of_the_batches_is_told_and_what_is_not_timed_leaves_nothing() {
        let (watch, mut left) = (Steady::default(), CostTally::default());
        for n_rows in [7, 1, 14] {
            let begun = watch.nanoseconds();
            left.note(0, n_rows, begun, &watch);
            left.note(1, 9, NotTimed.nanoseconds(), &NotTimed);
            left.end_batch();
        }
        let mut sum = CostTally::default();
        sum.add(&left);
        let found: Vec<_> = sum.questions().map(|(question, cost)| (question.id, cost)).collect();
        assert_eq!(found, [(QUESTIONS[0].id, Cost { n_rows: 22, nanoseconds_a_row: 1.0 })]);
    }
}
