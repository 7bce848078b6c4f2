//! The public checks of a release, as a table that anybody may see: counts beside published figures, small numbers
//! protected, and what was not checked.
//!
//! The same [`ReleaseReport`] is written as text, as a page and as columns, and all three show the same cells: a number
//! that is protected in one is protected in all.

mod change;
mod page;
mod small_number;
mod text;

pub use change::{Change, Changes, ShownChange};
pub use small_number::{SMALL_MAX, Shown};

use small_number::{protect, shown_base};

/// One figure, as it was counted.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseFigure {
    /// A stable name of the question.
    pub id: &'static str,
    /// The check of the catalogue.
    pub check: &'static str,
    /// The heading under which it stands; figures of one heading follow each other.
    pub heading: &'static str,
    /// What was counted.
    pub asks: &'static str,
    /// Of what. Empty where the figure is not a share.
    pub of_what: &'static str,
    /// How many were found; days for a time.
    pub found: u64,
    /// Of how many. None where the figure is not a share.
    pub of: Option<u64>,
    /// The published figure.
    pub published: Option<Published>,
    /// What it, and a difference from the published figure, may mean.
    pub meaning: &'static str,
    /// Figures of the same name part one whole.
    pub part_of: &'static str,
}

/// A published figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published {
    /// The count, where one was published.
    pub count: Option<u64>,
    /// The share, 0 to 1, where one was published or follows from published counts.
    pub share: Option<f64>,
    /// Who published it.
    pub source: &'static str,
    /// Of when.
    pub date: &'static str,
}

/// A check that was not run, or only in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotChecked {
    /// Its identifier.
    pub check: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Why.
    pub because: &'static str,
}

/// All that is told of a release.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseReport {
    /// The source, by its title.
    pub title: String,
    /// The file or folder, by its name.
    pub file: String,
    /// Whether `redress synth` made it, by its own mark: of nobody who ever lived.
    pub is_invented: bool,
    /// Digest of the ZIP in hexadecimal. None for a folder.
    pub digest: Option<String>,
    /// The day that the release describes, in ISO 8601.
    pub as_of: String,
    /// Where that day stands.
    pub as_of_from: &'static str,
    /// Cases that were looked at.
    pub n_cases: u64,
    /// Rows of all tables that were read.
    pub n_rows: u64,
    /// Name of each table, its rows, and those that its publisher announces.
    pub tables: Vec<(String, u64, Option<u64>)>,
    /// The figures.
    pub figures: Vec<ReleaseFigure>,
    /// What became of the rows of an earlier release, where one was given.
    pub changes: Option<Changes>,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
    /// What else the reader should know of this run.
    pub remarks: Vec<String>,
}

/// What is told of a release that nobody published, wherever its figures stand.
pub const INVENTED: &str =
    "Made by redress synth: invented people. Nobody in it ever lived, and no figure here is the courts'.";

/// A figure as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownFigure<'a> {
    /// The figure.
    pub figure: &'a ReleaseFigure,
    /// The count.
    pub found: Shown,
    /// Of how many. None where the figure is not a share.
    pub of: Option<Shown>,
    /// The share, 0 to 1, of the number in `of` as it is shown. None where it is not a share, of nothing, or protected.
    pub share: Option<f64>,
}

impl ReleaseReport {
    /// The figures as they are shown, small numbers protected, in their order.
    #[must_use]
    pub fn shown(&self) -> Vec<ShownFigure<'_>> {
        let is_hidden = protect(&self.figures);
        self.figures
            .iter()
            .zip(is_hidden)
            .map(|(figure, is_hidden)| {
                let found = match figure.of {
                    None => Shown::Rounded(rounded(figure.found)),
                    Some(of) if is_hidden => Shown::hidden(figure.found, of),
                    Some(_) => Shown::Exact(figure.found),
                };
                let of = figure.of.map(|of| self.base(of));
                let share = of.and_then(Shown::number).filter(|of| *of > 0 && !is_hidden);
                // Of a rounded number it could be a little more than all.
                let share = share.map(|of| (figure.found as f64 / of as f64).min(1.0));
                ShownFigure { figure, found, of, share }
            })
            .collect()
    }

    /// The number of cases as it is shown.
    #[must_use]
    pub fn shown_cases(&self) -> Shown {
        self.base(self.n_cases)
    }

    /// A number of which shares are taken, as it is shown beside the rows of the tables and the other such numbers.
    fn base(&self, number: u64) -> Shown {
        let rows: Vec<u64> = self.tables.iter().map(|(_, n_rows, _)| *n_rows).collect();
        let others: Vec<u64> = self.figures.iter().filter_map(|f| f.of).chain([self.n_cases]).collect();
        shown_base(number, &rows, &others)
    }

    /// What was not checked, checks with the same reason together, in the order of their first.
    fn reasons(&self) -> Vec<(&'static str, Vec<&NotChecked>)> {
        let mut reasons: Vec<(&'static str, Vec<&NotChecked>)> = Vec::new();
        for entry in &self.not_checked {
            match reasons.iter_mut().find(|(because, _)| *because == entry.because) {
                Some((_, entries)) => entries.push(entry),
                None => reasons.push((entry.because, vec![entry])),
            }
        }
        reasons
    }

    /// The report as plain text of at most 100 columns.
    #[must_use]
    pub fn text(&self) -> String {
        text::write(self)
    }

    /// The report as one self-contained page: no script, no outside reference.
    #[must_use]
    pub fn page(&self) -> String {
        page::write(self)
    }
}

/// A number of one single case, to three digits: 65,861 becomes 65,900.
fn rounded(number: u64) -> u64 {
    let unit = 10_u64.pow(number.checked_ilog10().unwrap_or(0).saturating_sub(2));
    (number + unit / 2) / unit * unit
}

/// A number with commas between its thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as per cent, or per million where it is too small for that.
pub(crate) fn percent(share: f64) -> String {
    match share {
        0.0 => "0 %".to_owned(),
        share if share >= 0.000_95 => format!("{:.1} %", share * 100.0),
        share => format!("{:.0} per million", share * 1e6),
    }
}

/// A published figure in few words: the share where there is one, the count, or both.
pub(crate) fn published_in_words(published: &Published) -> String {
    match (published.share, published.count) {
        (Some(share), Some(count)) => format!("{} ({})", percent(share), grouped(count)),
        (Some(share), None) => percent(share),
        (None, Some(count)) => grouped(count),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn figure(found: u64, of: Option<u64>) -> ReleaseFigure {
        ReleaseFigure {
            id: "notice-mailed",
            check: "NT-01",
            heading: "Was the person told?",
            asks: "Hearing notice recorded as mailed",
            of_what: if of.is_some() { "cases" } else { "" },
            found,
            of,
            published: Some(Published {
                count: Some(4_907_006),
                share: Some(0.404_4),
                source: "A codebook",
                date: "release of October 2025",
            }),
            meaning: "A mailed notice reaches whoever <lives> there.",
            part_of: "",
        }
    }

    pub(crate) fn report(figures: Vec<ReleaseFigure>) -> ReleaseReport {
        ReleaseReport {
            title: "Case data".to_owned(),
            file: "release & more.zip".to_owned(),
            is_invented: false,
            digest: Some("ab".repeat(32)),
            as_of: "2026-10-31".to_owned(),
            as_of_from: "its manifest",
            n_cases: 12_610,
            n_rows: 156_000,
            tables: vec![("A_TblCase".to_owned(), 12_610, Some(12_620))],
            figures,
            changes: Some(Changes {
                before_file: "older.zip".to_owned(),
                before_as_of: "2026-09-30".to_owned(),
                tables: vec![Change {
                    table: "tbl_schedule".to_owned(),
                    check: "PR-01",
                    n_before: 41_000,
                    n_rows_before: Some(41_000),
                    n_after: 41_567,
                    n_rows_after: 41_567,
                    n_vanished: 4,
                    n_first_seen: 571,
                    n_changed: 333,
                }],
            }),
            not_checked: vec![NotChecked { check: "ID-09", title: "Damaged letters", because: "No names." }],
            remarks: vec!["3 rows of cases with over 5,000 rows were left out.".to_owned()],
        }
    }

    #[test]
    fn numbers_are_written_for_people() {
        for (number, expected) in [(0, 0), (7, 7), (999, 999), (1_005, 1_010), (65_861, 65_900)] {
            assert_eq!(rounded(number), expected);
        }
        for (share, expected) in [
            (0.0, "0 %"),
            (0.404_4, "40.4 %"),
            (0.001, "0.1 %"),
            (0.000_578, "578 per million"),
            (1.0, "100.0 %"),
        ] {
            assert_eq!(percent(share), expected);
        }
    }

    #[test]
    fn a_protected_number_is_protected_everywhere() {
        let report = report(vec![figure(7, Some(900)), figure(65_861, None), figure(450, Some(900))]);
        let shown = report.shown();
        assert_eq!(shown[0].found, Shown::AtMostSmall);
        assert_eq!(shown[0].share, None);
        assert_eq!(shown[1].found, Shown::Rounded(65_900));
        assert_eq!((shown[2].found, shown[2].share), (Shown::Exact(450), Some(0.5)));
        for written in [report.text(), report.page()] {
            assert!(written.contains("1 to 10"), "{written}");
            assert!(!written.contains("571") && written.contains("withheld"), "{written}");
            assert!(!written.contains("65,861") && !written.contains("0.8 %"), "{written}");
            for part in [
                "450",
                "50.0 %",
                "40.4 %",
                "4,907,006",
                "A codebook",
                "October 2025",
                "No names.",
                "12,620",
                "41,567",
                "333",
                "2026-09-30",
            ] {
                assert!(written.contains(part), "`{part}` is not in {written}");
            }
        }
    }

    #[test]
    fn a_total_gives_no_small_number_away() {
        // Three rows of the cases' table were set aside; the bases are of the cases that were looked at.
        let of_cases = |found| figure(found, Some(12_607));
        let report = ReleaseReport { n_cases: 12_607, ..report(vec![of_cases(450), of_cases(12_607)]) };
        assert_eq!(report.shown_cases(), Shown::Rounded(12_600));
        for shown in report.shown() {
            assert_eq!(shown.of, Some(Shown::Rounded(12_600)));
            assert_eq!(shown.share, Some((shown.figure.found as f64 / 12_600.0).min(1.0)));
        }
        let report = ReleaseReport { n_cases: 12_607, ..super::tests::report(vec![of_cases(450)]) };
        for written in [report.text(), report.page()] {
            assert!(written.contains("about 12,600") && !written.contains("12,607"), "{written}");
            assert!(written.contains("12,610"), "the rows are in the release: {written}");
        }
    }

    #[test]
    fn an_invented_release_says_so_and_another_does_not() {
        for is_invented in [true, false] {
            let report = ReleaseReport { is_invented, ..report(vec![figure(450, Some(900))]) };
            for written in [report.text(), report.page()] {
                // The text breaks its lines where they are full.
                let words = written.split_whitespace().collect::<Vec<_>>().join(" ").replace("&#39;", "'");
                assert_eq!(words.contains(INVENTED), is_invented, "{written}");
            }
        }
    }

    #[test]
    fn the_text_fits_and_the_page_stands_alone() {
        let report = report(vec![figure(450, Some(900)), figure(0, Some(0))]);
        for line in report.text().lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
        let page = report.page();
        for part in ["&lt;lives&gt;", "release &amp; more.zip", "lang=\"en\"", "<caption>", "scope=\"col\""] {
            assert!(page.contains(part), "`{part}` is not in {page}");
        }
        for outside in ["<script", "http:", "https:", "src=", "<lives>"] {
            assert!(!page.contains(outside), "`{outside}` is in the page");
        }
    }
}
