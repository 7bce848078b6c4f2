//! Months put together where they are small, so that a table of few people shows years and not only what is withheld.
//!
//! The periods of a table never overlap and no sum over them is given, so that no period follows from another by subtraction.
//! What a period is stays what it was when it was first published: a year that is shown by quarters later on would give away what
//! came in between.

use super::{Count, Row, protect::protect};

/// A period: its first and last month, as year and month.
type Span = ((i32, u8), (i32, u8));

/// Groups the months of an edition, given the periods of the one before it, both oldest first.
///
/// A year is shown by months where no cell of any of its months is protected, otherwise by quarters where that holds of them,
/// otherwise as a year. Years of which that does not hold are put together with the next ones.
pub(super) fn group(months: Vec<Row>, before: &[Row]) -> Vec<Row> {
    let known: Vec<Span> = before.iter().filter_map(|row| span_of(&row.month)).collect();
    let mut grouped: Vec<Row> = before.iter().map(|row| empty(&row.month)).collect();
    let mut fresh: Vec<Row> = Vec::new();
    for row in months {
        let of_known = span_of(&row.month)
            .and_then(|(from, _)| known.iter().position(|(first, last)| *first <= from && from <= *last));
        match of_known {
            Some(at) => grouped[at].add(&row),
            None => fresh.push(row),
        }
    }
    grouped.retain(|row| row.n_all() > 0);
    grouped.extend(by_years(&fresh));
    grouped.sort_by(|a, b| a.month.cmp(&b.month));
    grouped
}

/// Periods of months that no earlier edition has.
fn by_years(months: &[Row]) -> Vec<Row> {
    let year_of = |row: &Row| row.month.get(..4).unwrap_or_default().to_owned();
    let mut periods: Vec<Row> = Vec::new();
    let mut waiting: Option<Row> = None;
    for year in months.chunk_by(|one, next| year_of(one) == year_of(next)) {
        let whole = sum_of(&year_of(&year[0]), year);
        if let Some(mut earlier) = waiting.take() {
            earlier.month = spanning(&earlier.month, &whole.month);
            earlier.add(&whole);
            if is_open(&earlier) {
                periods.push(earlier)
            } else {
                waiting = Some(earlier)
            }
            continue;
        }
        let quarters: Vec<Row> = year
            .chunk_by(|one, next| quarter_of(&one.month) == quarter_of(&next.month))
            .map(|quarter| sum_of(&quarter_of(&quarter[0].month), quarter))
            .collect();
        match [year, &quarters, std::slice::from_ref(&whole)]
            .into_iter()
            .find(|rows| rows.iter().all(is_open))
        {
            Some(rows) => periods.extend_from_slice(rows),
            None => waiting = Some(whole.clone()),
        }
    }
    // What is left at the end goes to the last period that spans years, where there is one; otherwise it is shown protected.
    if let Some(rest) = waiting {
        match periods.last_mut().filter(|last| is_of_years(&last.month)) {
            Some(last) => {
                last.month = spanning(&last.month, &rest.month);
                last.add(&rest);
            }
            None => periods.push(rest),
        }
    }
    periods
}

/// Whether nothing of it has to be protected.
fn is_open(row: &Row) -> bool {
    protect(row.counts, [false; 3]) == [false; 3]
}

impl Row {
    /// Takes another period in. The interval of a sum is the sum of the intervals: the careful side.
    fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count = Count { n: count.n + more.n, low: count.low + more.low, high: count.high + more.high };
        }
    }
}

fn empty(period: &str) -> Row {
    Row { month: period.to_owned(), counts: [Count::default(); 3], is_hidden: [false; 3] }
}

fn sum_of(period: &str, rows: &[Row]) -> Row {
    let mut sum = empty(period);
    rows.iter().for_each(|row| sum.add(row));
    sum
}

/// `2026 Q2` of `2026-06`.
fn quarter_of(month: &str) -> String {
    let number: u8 = month.get(5..7).and_then(|number| number.parse().ok()).unwrap_or(1);
    format!("{} Q{}", month.get(..4).unwrap_or_default(), (number.max(1) - 1) / 3 + 1)
}

/// `2015–2018` of `2015` and `2018`, whatever periods of years they are.
fn spanning(first: &str, last: &str) -> String {
    let first = first.split('–').next().unwrap_or_default();
    let last = last.split('–').next_back().unwrap_or_default();
    format!("{first}–{last}")
}

/// Whether a period is one of whole years.
fn is_of_years(period: &str) -> bool {
    period.split('–').all(|year| year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit()))
}

/// The months that a period covers. None for what is no period.
fn span_of(period: &str) -> Option<Span> {
    if is_of_years(period) {
        let mut years = period.split('–').map(str::parse::<i32>);
        let first = years.next()?.ok()?;
        let last = years.next().map_or(Some(first), Result::ok)?;
        return Some(((first, 1), (last, 12)));
    }
    let year = period.get(..4)?.parse().ok()?;
    match period.get(4..5)? {
        "-" => {
            let month = period.get(5..7)?.parse().ok()?;
            Some(((year, month), (year, month)))
        }
        _ => {
            let quarter: u8 = period.get(6..7)?.parse().ok()?;
            let first = quarter.checked_sub(1)?.checked_mul(3)?.checked_add(1)?;
            Some(((year, first), (year, first + 2)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(month: &str, n: [u64; 3]) -> Row {
        Row { counts: n.map(|n| Count { n, low: n, high: n }), ..empty(month) }
    }

    #[track_caller]
    fn check(months: &[(&str, [u64; 3])], before: &[&str], expected: &[(&str, [u64; 3])]) {
        let before: Vec<Row> = before.iter().map(|period| empty(period)).collect();
        let grouped = group(months.iter().map(|(month, n)| row(month, *n)).collect(), &before);
        let grouped: Vec<_> =
            grouped.iter().map(|row| (row.month.as_str(), row.counts.map(|count| count.n))).collect();
        assert_eq!(grouped, expected, "{months:?}");
    }

    #[test]
    fn a_year_is_as_fine_as_its_least_cell_allows() {
        check(
            &[("2026-01", [20, 0, 11]), ("2026-02", [12, 40, 0])],
            &[],
            &[("2026-01", [20, 0, 11]), ("2026-02", [12, 40, 0])],
        );
        check(
            &[("2026-01", [20, 0, 10]), ("2026-02", [12, 40, 9]), ("2026-05", [11, 0, 0])],
            &[],
            &[("2026 Q1", [32, 40, 19]), ("2026 Q2", [11, 0, 0])],
        );
        check(&[("2026-01", [20, 0, 10]), ("2026-05", [12, 40, 9])], &[], &[("2026", [32, 40, 19])]);
    }

    #[test]
    fn years_that_are_small_are_put_together() {
        let small = [("2015-03", [8, 2, 0]), ("2016-03", [3, 7, 0]), ("2017-01", [20, 20, 20])];
        check(&small, &[], &[("2015–2017", [31, 29, 20])]);
        let ends = [("2015-03", [30, 0, 0]), ("2016-03", [2, 0, 0])];
        check(&ends, &[], &[("2015-03", [30, 0, 0]), ("2016", [2, 0, 0])]);
        let rest = [("2015-03", [8, 0, 0]), ("2015-09", [8, 0, 0]), ("2016-03", [2, 0, 0])];
        check(&rest, &[], &[("2015–2016", [18, 0, 0])]);
        check(&[("2015-03", [3, 0, 0])], &[], &[("2015", [3, 0, 0])]);
    }

    #[test]
    fn a_period_stays_what_it_was_first_published_as() {
        let months = [("2025-01", [50, 0, 0]), ("2026-01", [50, 0, 0]), ("2026-02", [60, 0, 0])];
        check(&months, &["2025–2026"], &[("2025–2026", [160, 0, 0])]);
        check(&months, &["2025"], &[("2025", [50, 0, 0]), ("2026-01", [50, 0, 0]), ("2026-02", [60, 0, 0])]);
        check(&months, &["2026 Q1"], &[("2025-01", [50, 0, 0]), ("2026 Q1", [110, 0, 0])]);
        check(
            &months,
            &["2026-01"],
            &[("2025-01", [50, 0, 0]), ("2026-01", [50, 0, 0]), ("2026-02", [60, 0, 0])],
        );
    }

    /// Every two months of one year: whoever knows the periods that are shown cannot tell a small number.
    #[test]
    fn no_small_month_follows_from_the_periods_that_are_shown() {
        const N_MAX: u64 = 26;
        for other in ["2026-02", "2026-05", "2027-05"] {
            let view = |a: u64, b: u64| {
                let months = vec![row("2026-01", [a, 0, 0]), row(other, [b, 0, 0])];
                let shown = group(months.into_iter().filter(|row| row.n_all() > 0).collect(), &[]);
                let shown = shown.into_iter().map(|row| {
                    let row = Row { is_hidden: protect(row.counts, [false; 3]), ..row };
                    format!("{} {:?}", row.month, row.shown())
                });
                shown.collect::<Vec<_>>().join("; ")
            };
            let all = || (0..N_MAX).flat_map(|a| (0..N_MAX).map(move |b| (a, b)));
            let views: Vec<((u64, u64), String)> = all().map(|(a, b)| ((a, b), view(a, b))).collect();
            // Of a sum beyond the range not every pair is here.
            for ((a, b), seen) in views.iter().filter(|((a, b), _)| a + b < N_MAX) {
                let alike = || views.iter().filter(|(_, other)| other == seen).map(|(n, _)| *n);
                for (small, differs) in [(*a, alike().any(|n| n.0 != *a)), (*b, alike().any(|n| n.1 != *b))] {
                    assert!(
                        differs || small == 0 || small > crate::SMALL_MAX,
                        "{other}: {a} and {b} tell {small}"
                    );
                }
            }
        }
    }
}
