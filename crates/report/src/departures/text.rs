//! The table as text.

use std::fmt::Write as _;

use super::{Editions, Standing};
use crate::{Shown, release_report::grouped};

/// How the table comes about.
pub const DEPARTURES_METHOD: [&str; 7] = [
    "Confirmed: an official record of an exit that happened, and one of another owner that rests on something else and says on what; or such a record and the person's own word. Probable: an official record that nothing confirms. Unknown: a booking or a word alone, or the person was present afterwards without an arrival between.",
    "A period counts departures, not persons; the day is that of the exit that happened, else of the first record that states one.",
    "The interval is 95 % of what the links between records may be: calibrated probabilities with their own intervals, and links that wait for review. Pairs that the linkage never proposed are not in it, and a departure whose records were not linked counts twice as probable.",
    "A count of 1 to 10 is withheld, and so is what would give it away; a cell that was protected once stays so.",
    "A year is told by months where nothing of any of them has to be withheld, otherwise by quarters, otherwise as a whole, and small years with the next ones; periods do not overlap, and a period stays what it was when it was first told. The interval of a longer period adds those of its months.",
    "A period is revised only when each of its counts stays or moves by 11 or more. What an earlier edition said stands below the period.",
    "No departure is counted because time has passed, and nothing here says what leaving means in law.",
];

impl Editions {
    /// The newest edition as text, with what earlier ones said and the method. Says so where there is none.
    #[must_use]
    pub fn text(&self) -> String {
        let Some(newest) = self.newest() else { return "No edition yet.\n".to_owned() };
        let mut text = format!("Departures, edition of {}\n\n{:<22}", newest.as_of, "period");
        for standing in Standing::ALL {
            let _ = write!(text, "{:>26}", standing.name());
        }
        let _ = writeln!(text, "{:>12}", "all");
        for row in &newest.rows {
            push(&mut text, &row.month, &row.shown());
            for (day, earlier) in self.revisions(&row.month) {
                push(&mut text, &format!("  until {day}"), &earlier.shown());
            }
        }
        if newest.rows.is_empty() {
            text.push_str("no record states a departure\n");
        }
        text.push_str("\nMethod\n");
        for sentence in DEPARTURES_METHOD {
            let _ = writeln!(text, "- {sentence}");
        }
        text
    }
}

fn push(text: &mut String, name: &str, row: &super::ShownRow) {
    let _ = write!(text, "{name:<22}");
    for (shown, interval) in &row.cells {
        let cell = match (shown, interval) {
            (Shown::Exact(n), Some((low, high))) => {
                format!("{} ({}–{})", grouped(*n), grouped(*low), grouped(*high))
            }
            (shown, _) => shown.to_string(),
        };
        let _ = write!(text, "{cell:>26}");
    }
    let _ = writeln!(text, "{:>12}", row.all.to_string());
}

#[cfg(test)]
mod tests {
    use super::super::{Count, Row};
    use super::*;

    #[test]
    fn the_text_shows_intervals_protected_cells_and_earlier_editions() {
        let count = |n, low, high| Count { n, low, high };
        let row = |n| Row {
            month: "2026-06".to_owned(),
            counts: [count(n, n - 5, n), count(30, 30, 35), count(3, 3, 3)],
            is_hidden: [false; 3],
        };
        let mut editions = Editions::default();
        assert_eq!(editions.text(), "No edition yet.\n");
        editions.add("2026-11-02".to_owned(), vec![row(1_200)]);
        editions.add("2026-12-01".to_owned(), vec![row(1_300)]);
        let text = editions.text();
        let lines: Vec<&str> = text.lines().skip(3).take(2).collect();
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        assert_eq!(words(lines[0]), "2026 1,300 (1,295–1,300) withheld withheld 1,333");
        assert_eq!(words(lines[1]), "until 2026-11-02 1,200 (1,195–1,200) withheld withheld 1,233");
        assert!(DEPARTURES_METHOD.iter().all(|sentence| text.contains(sentence)));
    }
}
