//! Small numbers of a month, and the larger ones that would give them away.

use super::{Count, Row};
use crate::{SMALL_MAX, Shown};

/// A month as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownRow {
    /// The period: a month `2026-06`, a quarter `2026 Q2`, a year `2026`, or years `2015–2018`.
    pub month: String,
    /// Confirmed, probable, unknown; the interval only where the count is shown.
    pub cells: [(Shown, Option<(u64, u64)>); 3],
    /// All departures of the month.
    pub all: Shown,
}

/// Whether a number could tell of single persons.
const fn is_small(number: u64) -> bool {
    number >= 1 && number <= SMALL_MAX
}

/// Hidden cells that make no more than this together give each other away: 20 of two small ones can only be 10 and 10.
const HIDDEN_SUM_SMALL_MAX: u64 = 2 * SMALL_MAX;

/// Which cells of a month are protected: the small ones; then, while the hidden ones are one alone or a small number
/// together, the least of the others that is not nothing. A cell that was protected in an earlier edition stays so. Where
/// the month is small as a whole, all of it is protected, the sum too.
pub(super) fn protect(counts: [Count; 3], before: [bool; 3]) -> [bool; 3] {
    let n = counts.map(|count| count.n);
    let n_all: u64 = n.iter().sum();
    if is_small(n_all) {
        return [true; 3];
    }
    let mut is_hidden = [0, 1, 2].map(|at| is_small(n[at]) || before[at]);
    loop {
        let hidden = || (0..3).filter(|at| is_hidden[*at]);
        let (n_cells, sum) = (hidden().count(), hidden().map(|at| n[at]).sum::<u64>());
        let is_exposed = n_cells == 1 || (n_cells > 0 && sum <= HIDDEN_SUM_SMALL_MAX);
        let shown = || (0..3).filter(|at| !is_hidden[*at]);
        let least = shown().map(|at| n[at]).filter(|number| *number > 0).min().unwrap_or(0);
        if !is_exposed || shown().count() == 0 {
            return is_hidden;
        }
        // All that are as small: to hide the first of two equal ones would tell that the other is not smaller.
        is_hidden = [0, 1, 2].map(|at| is_hidden[at] || n[at] == least);
    }
}

impl Row {
    /// The row as it is shown.
    #[must_use]
    pub fn shown(&self) -> ShownRow {
        let n_all = self.n_all();
        let cell = |at: usize| {
            let count = self.counts[at];
            if self.is_hidden[at] {
                // Which of the protected ones is the small one would tell its number: 1 to 10 of 12 beside 11 or more.
                (Shown::Withheld, None)
            } else {
                (Shown::Exact(count.n), Some((count.low, count.high)))
            }
        };
        let all = if is_small(n_all) { Shown::AtMostSmall } else { Shown::Exact(n_all) };
        ShownRow { month: self.month.clone(), cells: [cell(0), cell(1), cell(2)], all }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(n: [u64; 3], before: [bool; 3], expected: [bool; 3]) {
        let counts = n.map(|n| Count { n, low: n, high: n });
        assert_eq!(protect(counts, before), expected, "{n:?}");
    }

    #[test]
    fn a_small_number_takes_another_with_it() {
        const NO: [bool; 3] = [false; 3];
        check([400, 60, 0], NO, [false; 3]);
        check([400, 60, 11], NO, [false; 3]);
        check([400, 60, 10], NO, [false, true, true]);
        check([400, 0, 10], NO, [true, false, true]);
        // Two small ones whose sum is small.
        check([400, 4, 5], NO, [true, true, true]);
        check([400, 9, 5], NO, [true, true, true]);
        check([400, 10, 9], NO, [true, true, true]);
        // A month that is small as a whole.
        check([5, 3, 2], NO, [true; 3]);
        check([0, 0, 0], NO, [false; 3]);
        // What was protected once stays so.
        check([400, 60, 11], [false, true, true], [false, true, true]);
        check([0, 0, 20], [false, false, true], [true; 3]);
        check([0, 0, 21], [false, false, true], [true; 3]);
        // Equal ones go together.
        check([11, 11, 10], NO, [true; 3]);
    }

    /// Every table of small numbers: whoever knows what is shown cannot tell a small number.
    #[test]
    fn no_small_number_follows_from_what_is_shown() {
        const N_MAX: u64 = 26;
        let all =
            || (0..N_MAX).flat_map(|a| (0..N_MAX).flat_map(move |b| (0..N_MAX).map(move |c| [a, b, c])));
        // What a reader sees of a table, and how many different values each hidden cell may have under it.
        let seen = |n: [u64; 3]| {
            let counts = n.map(|n| Count { n, low: n, high: n });
            let row = Row { month: String::new(), counts, is_hidden: protect(counts, [false; 3]) };
            row.shown().cells.map(|(shown, _)| shown.to_string()).join(" ")
                + " "
                + &row.shown().all.to_string()
        };
        let mut by_view: std::collections::BTreeMap<String, Vec<[u64; 3]>> =
            std::collections::BTreeMap::new();
        for n in all() {
            by_view.entry(seen(n)).or_default().push(n);
        }
        for n in all() {
            for (at, small) in n.into_iter().enumerate().filter(|(_, number)| is_small(*number)) {
                let alike = &by_view[&seen(n)];
                assert!(alike.iter().any(|other| other[at] != small), "{n:?} tells {small}");
            }
        }
    }
}
