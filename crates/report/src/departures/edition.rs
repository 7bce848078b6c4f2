//! Editions of the table: each keeps its figures, and the next one stands beside it.

use serde::{Deserialize, Serialize};

use super::{Count, period::group, protect::protect};
use crate::SMALL_MAX;

/// Most editions that are kept: forty years of months.
pub const EDITIONS_MAX: usize = 480;

/// One period of one edition. The counts are exact: a file that holds them stays inside, and [`Row::shown`] is what leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The period: a month `2026-06`, a quarter `2026 Q2`, a year `2026`, or years `2015–2018`.
    pub month: String,
    /// Confirmed, probable, unknown.
    pub counts: [Count; 3],
    /// Which of them are protected.
    pub is_hidden: [bool; 3],
}

impl Row {
    /// All departures of the month.
    #[must_use]
    pub fn n_all(&self) -> u64 {
        self.counts.iter().map(|count| count.n).sum()
    }
}

/// One edition of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// The day on which it was made, in ISO 8601.
    pub as_of: String,
    /// The periods, oldest first.
    pub rows: Vec<Row>,
}

/// All editions, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editions {
    /// The editions.
    pub editions: Vec<Edition>,
}

impl Editions {
    /// Adds the edition of a day, given its months, oldest first: small ones are put together. One of the same day is replaced. Beyond [`EDITIONS_MAX`] the oldest goes.
    ///
    /// A month is revised only when each of its counts stays or moves by eleven or more: the difference of two editions
    /// would tell of single persons as a small cell does. Otherwise the month stays as it was published before, and the
    /// change comes with a later edition, once it is large enough. A cell that was protected once stays so.
    pub fn add(&mut self, as_of: String, rows: Vec<Row>) {
        self.editions.retain(|edition| edition.as_of != as_of);
        let before = self.editions.last();
        let mut rows: Vec<Row> = group(rows, before.map_or(&[], |edition| &edition.rows))
            .into_iter()
            .map(|row| match before.and_then(|edition| edition.month(&row.month)) {
                Some(old) if is_small_change(old, &row) => old.clone(),
                Some(old) => Row { is_hidden: protect(row.counts, old.is_hidden), ..row },
                None => Row { is_hidden: protect(row.counts, [false; 3]), ..row },
            })
            .collect();
        // A month of which every departure was taken back stays in the table, by the same rule.
        for old in before.iter().flat_map(|edition| &edition.rows) {
            if rows.iter().all(|row| row.month != old.month) {
                let gone = Row { counts: [Count::default(); 3], ..old.clone() };
                rows.push(if is_small_change(old, &gone) { old.clone() } else { gone });
            }
        }
        rows.sort_by(|a, b| a.month.cmp(&b.month));
        self.editions.push(Edition { as_of, rows });
        let n_over = self.editions.len().saturating_sub(EDITIONS_MAX);
        self.editions.drain(..n_over);
    }

    /// The newest edition. None before the first.
    #[must_use]
    pub fn newest(&self) -> Option<&Edition> {
        self.editions.last()
    }

    /// What earlier editions said of a month where it differs from the one after it, newest first.
    pub fn revisions<'a>(&'a self, month: &'a str) -> impl Iterator<Item = (&'a str, &'a Row)> {
        let said: Vec<(&str, &Row)> = self
            .editions
            .iter()
            .filter_map(|edition| Some((edition.as_of.as_str(), edition.month(month)?)))
            .collect();
        let differs = |pair: &[(&'a str, &'a Row)]| (pair[0].1.counts != pair[1].1.counts).then_some(pair[0]);
        let earlier: Vec<_> = said.windows(2).filter_map(differs).collect();
        earlier.into_iter().rev()
    }
}

impl Edition {
    /// A month of this edition.
    #[must_use]
    pub fn month(&self, month: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.month == month)
    }
}

/// Whether a count moved by a number that could tell of single persons.
fn is_small_change(old: &Row, new: &Row) -> bool {
    old.counts.iter().zip(&new.counts).any(|(old, new)| (1..=SMALL_MAX).contains(&old.n.abs_diff(new.n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(month: &str, n: [u64; 3]) -> Row {
        let counts = n.map(|n| Count { n, low: n, high: n });
        Row { month: month.to_owned(), counts, is_hidden: [false; 3] }
    }

    fn numbers(edition: &Edition) -> Vec<[u64; 3]> {
        edition.rows.iter().map(|row| row.counts.map(|count| count.n)).collect()
    }

    #[test]
    fn an_earlier_figure_stays_beside_the_new_one_and_small_changes_wait() {
        let mut editions = Editions::default();
        editions.add("2026-11-02".to_owned(), vec![row("2026-06", [100, 40, 0])]);
        // Three more: too few to be told apart.
        editions
            .add("2026-12-01".to_owned(), vec![row("2026-06", [103, 40, 0]), row("2026-07", [50, 60, 70])]);
        assert_eq!(numbers(&editions.editions[1]), [[100, 40, 0], [50, 60, 70]]);
        assert_eq!(editions.revisions("2026-06").count(), 0);
        // Eleven in all since what was published: now they are told.
        editions
            .add("2027-01-04".to_owned(), vec![row("2026-06", [111, 29, 0]), row("2026-07", [50, 60, 70])]);
        assert_eq!(numbers(editions.newest().unwrap()), [[111, 29, 0], [50, 60, 70]]);
        let said: Vec<_> = editions.revisions("2026-06").map(|(day, row)| (day, row.counts[0].n)).collect();
        assert_eq!(said, [("2026-12-01", 100)]);
        // The edition of the same day is made anew, from the one before it.
        editions.add("2027-01-04".to_owned(), vec![row("2026-06", [111, 29, 0])]);
        assert_eq!(editions.editions.len(), 3);
        assert_eq!(numbers(editions.newest().unwrap()), [[111, 29, 0], [0, 0, 0]]);
    }

    #[test]
    fn what_was_protected_stays_protected() {
        let mut editions = Editions::default();
        editions.add("2026-11-02".to_owned(), vec![row("2026-06", [100, 5, 30])]);
        assert_eq!(editions.newest().unwrap().rows[0].is_hidden, [false, true, true]);
        editions.add("2026-12-01".to_owned(), vec![row("2026-06", [100, 16, 30])]);
        assert_eq!(editions.newest().unwrap().rows[0].is_hidden, [false, true, true]);
    }

    #[test]
    fn the_oldest_edition_goes_beyond_the_bound() {
        let mut editions = Editions::default();
        for day in 0..=EDITIONS_MAX {
            editions.add(format!("{day:06}"), Vec::new());
        }
        assert_eq!((editions.editions.len(), editions.editions[0].as_of.as_str()), (EDITIONS_MAX, "000001"));
    }
}
