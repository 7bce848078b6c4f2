//! Small numbers, which could tell of single persons.

use std::collections::BTreeMap;
use std::fmt;

use super::{ReleaseFigure, grouped};

/// The largest number that is not shown.
pub const SMALL_MAX: u64 = 10;

/// To how many a number is rounded of which a share is taken, where its last digits would give a small number away.
const BASE_UNIT: u64 = 100;

/// The least number that is shown so rounded: under it a unit is more than a tenth.
const BASE_ROUNDED_MIN: u64 = 1_000;

/// A count as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As it was counted.
    Exact(u64),
    /// To three digits, as it is of one single case; or to hundreds, as its last digits would give a small number away.
    Rounded(u64),
    /// One to [`SMALL_MAX`].
    AtMostSmall,
    /// All but one to [`SMALL_MAX`].
    AllButSmall,
    /// Larger, but it would give away a small number beside it.
    Withheld,
}

impl Shown {
    /// How a protected count is shown.
    pub(super) fn hidden(found: u64, of: u64) -> Self {
        if is_small(found) {
            Self::AtMostSmall
        } else if is_small(of.saturating_sub(found)) {
            Self::AllButSmall
        } else {
            Self::Withheld
        }
    }
}

impl Shown {
    /// The number, exact or rounded. None where it is protected.
    #[must_use]
    pub const fn number(self) -> Option<u64> {
        match self {
            Self::Exact(number) | Self::Rounded(number) => Some(number),
            Self::AtMostSmall | Self::AllButSmall | Self::Withheld => None,
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(number) => f.pad(&grouped(*number)),
            Self::Rounded(number) => f.pad(&format!("about {}", grouped(*number))),
            Self::AtMostSmall => f.pad("1 to 10"),
            Self::AllButSmall => f.pad("all but 1 to 10"),
            Self::Withheld => f.pad("withheld"),
        }
    }
}

pub(super) fn is_small(number: u64) -> bool {
    (1..=SMALL_MAX).contains(&number)
}

/// A number of which shares are taken, as it is shown. `rows` are those of the tables, which anybody can count in the
/// release; `others` are all numbers of this kind. Where it lies one to [`SMALL_MAX`] from another, the two would give
/// away by subtraction how few there are between them (cases set aside, say): it is rounded, or withheld where it is itself
/// too small to be rounded.
pub(super) fn shown_base(number: u64, rows: &[u64], others: &[u64]) -> Shown {
    let gives_away = |other: &u64| is_small(other.abs_diff(number));
    if rows.contains(&number) || !rows.iter().chain(others).any(gives_away) {
        return Shown::Exact(number);
    }
    if number < BASE_ROUNDED_MIN {
        return Shown::Withheld;
    }
    rounded_base(number)
}

/// How many rows of a table were held, as it is shown beside `n_rows`, all rows of the table, which anybody can count in the release:
/// where few were set aside, or it is not known how many, it is rounded or withheld.
pub(super) fn shown_rows(n_held: u64, n_rows: Option<u64>) -> Shown {
    match n_rows {
        Some(n_rows) => shown_base(n_held, &[], &[n_rows]),
        None if n_held < BASE_ROUNDED_MIN => Shown::Withheld,
        None => rounded_base(n_held),
    }
}

fn rounded_base(number: u64) -> Shown {
    Shown::Rounded((number + BASE_UNIT / 2) / BASE_UNIT * BASE_UNIT)
}

/// For each figure, whether its count is protected: a small count, one that leaves a small rest, and, where figures part
/// one whole, the least of the others when a single protected one could be had by subtraction.
pub(super) fn protect(figures: &[ReleaseFigure]) -> Vec<bool> {
    let mut is_hidden: Vec<bool> = figures
        .iter()
        .map(|figure| {
            figure.of.is_some_and(|of| is_small(figure.found) || is_small(of.saturating_sub(figure.found)))
        })
        .collect();
    let mut wholes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, figure) in figures.iter().enumerate().filter(|(_, figure)| !figure.part_of.is_empty()) {
        wholes.entry(figure.part_of).or_default().push(at);
    }
    for parts in wholes.into_values() {
        let found = |at: &usize| figures.get(*at).map_or(0, |figure| figure.found);
        let whole = parts.first().and_then(|at| figures.get(*at)?.of).unwrap_or(0);
        // What no figure names is a part of its own, and it is shown by nobody.
        let rest = whole.saturating_sub(parts.iter().map(found).sum());
        let n_hidden = parts.iter().filter(|at| is_hidden.get(**at).copied().unwrap_or(false)).count();
        let is_exposed = (n_hidden == 1 && rest <= SMALL_MAX) || (n_hidden == 0 && is_small(rest));
        let shown = parts.iter().filter(|at| !is_hidden.get(**at).copied().unwrap_or(true) && found(at) > 0);
        if let (true, Some(least)) = (is_exposed, shown.min_by_key(|at| found(at)).copied())
            && let Some(hidden) = is_hidden.get_mut(least)
        {
            *hidden = true;
        }
    }
    is_hidden
}

#[cfg(test)]
mod tests {
    use super::super::tests::figure;
    use super::*;

    /// Counts of one whole and whether each is protected.
    fn check(whole: u64, counts: &[u64], expected: &[bool]) {
        let figures: Vec<ReleaseFigure> = counts
            .iter()
            .map(|found| ReleaseFigure { part_of: "service", ..figure(*found, Some(whole)) })
            .collect();
        assert_eq!(protect(&figures), expected, "{counts:?} of {whole}");
    }

    #[test]
    fn no_small_number_can_be_had_by_subtraction() {
        check(1_000, &[400, 60, 540], &[false, false, false]);
        check(1_000, &[400, 0, 600], &[false, false, false]);
        // One small part: the least of the others goes with it.
        check(1_000, &[400, 7, 593], &[true, true, false]);
        // Two small parts protect each other.
        check(1_000, &[984, 7, 9], &[false, true, true]);
        // A small part and a rest that nobody shows.
        check(1_000, &[400, 7, 500], &[false, true, false]);
        // A small rest that nobody shows.
        check(1_000, &[400, 60, 533], &[false, true, false]);
        // Nearly all.
        check(1_000, &[993], &[true]);
    }

    #[test]
    fn two_totals_do_not_give_a_small_number_away() {
        let (exact, rounded) = (Shown::Exact, Shown::Rounded);
        for (number, rows, others, expected) in [
            // One row of the table was set aside.
            (4_999, vec![5_000], vec![4_999], rounded(5_000)),
            (4_990, vec![5_000], vec![4_990], rounded(5_000)),
            (4_989, vec![5_000], vec![4_989], exact(4_989)),
            // The table's own rows are in the release.
            (5_000, vec![5_000], vec![4_999, 5_000], exact(5_000)),
            // Two numbers of cases, far from any table.
            (3_160, vec![5_000], vec![3_157, 3_160], rounded(3_200)),
            (834, vec![5_000], vec![830, 834], Shown::Withheld),
            (834, vec![5_000], vec![834], exact(834)),
        ] {
            assert_eq!(
                shown_base(number, &rows, &others),
                expected,
                "{number} beside {rows:?} and {others:?}"
            );
        }
    }

    #[test]
    fn a_figure_of_no_whole_is_not_hidden_here() {
        assert_eq!(
            protect(&[figure(5, None), figure(5, Some(5)), figure(11, Some(50))]),
            [false, true, false]
        );
        for (found, of, shown) in [(5, 900, "1 to 10"), (893, 900, "all but 1 to 10"), (60, 900, "withheld")]
        {
            assert_eq!(Shown::hidden(found, of).to_string(), shown);
        }
    }
}
