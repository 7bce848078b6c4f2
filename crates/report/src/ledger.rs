//! What closings and corrections saved, and what they cost: counts that follow from the events alone.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::release_report::grouped;

/// Counts over all events up to one of them. Two readers of the same events and records come to the same ledger.
///
/// A count that a ledger of an earlier edition does not have reads as 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    /// The day on which it was made, in ISO 8601.
    pub as_of: String,
    /// The last event that it counts; 0 before the first.
    pub through_event: i64,

    /// Marks and tasks that closings ended and that are still ended.
    pub tasks_closed: u64,
    /// Check-ins among them whose day came after the closing: journeys that were not made for nothing.
    pub journeys_avoided: u64,
    /// Letters about appointments ahead that offices had on lists of their own, and that came back struck; each entry once.
    pub letters_avoided: u64,
    /// Hearings among them whose day came after the closing.
    pub hearings_avoided: u64,
    /// Findings that stand decided as errors that were corrected.
    pub errors_corrected: u64,
    /// Correction requests of the persons themselves that were granted.
    pub requests_granted: u64,

    /// Holders of corrected values, owners and recipients of disclosures, who were told of the correction.
    pub holders_told: u64,
    /// Of these, the holders who confirmed that they have it.
    pub holders_confirmed: u64,

    /// Holders of corrected values whom nobody has told yet.
    pub holders_to_tell: u64,
    /// Check-ins among the closed tasks whose day had gone by before the closing took effect: nothing was saved.
    pub check_ins_too_late: u64,
    /// Check-ins among the closed tasks of which no record gives the day any more: not counted as saved.
    pub check_ins_not_known: u64,
    /// Letters that came back struck only when the day that they were for had come or gone: nothing was saved.
    pub letters_too_late: u64,
    /// Letters that came back struck without a day in the list or the record: not counted as saved.
    pub letters_not_known: u64,
    /// Closings that were undone: the departure or the closing was wrong.
    pub closings_undone: u64,
    /// Closings that the person objected to: nothing was closed.
    pub closings_objected: u64,
    /// Closings that a human declined.
    pub closings_declined: u64,
    /// Findings that stand decided as no error: the check was wrong.
    pub findings_not_errors: u64,
    /// Findings that stand decided as explained or uncertain: nothing was wrong, or nobody could tell.
    pub findings_without_result: u64,
    /// Correction requests that were refused, before any appeal.
    pub requests_refused: u64,
    /// Refusals that did not stand on appeal.
    pub refusals_overturned: u64,

    /// Notices that the law required for all this: acknowledgements, determinations, and that somebody was told. They were given on
    /// the person's page or otherwise; that a letter was sent does not follow.
    pub notices_given: u64,
    /// Letters and e-mails that a named member of staff put down as sent: to the person, or to a holder of a corrected value.
    pub letters_sent: u64,
    /// Acts of named members of staff.
    pub acts_by_hand: u64,
}

/// How the counts come about.
pub const LEDGER_METHOD: [&str; 7] = [
    "Each count follows from the events of the store, oldest first, and from the day that a closed check-in or hearing names in its record.",
    "A journey counts as avoided only when a closing that stands ended the check-in, and its day came after the closing took effect.",
    "A letter counts as avoided when an office brought its own list of letters, the entry came back struck, and the day that it is for was still to come; once an entry, however often the list is brought, and while the closing stands. A hearing likewise. No closing of today ends a hearing, which the court alone takes off, so that hearings stay 0 until it lets one end.",
    "A closing that was undone counts among the negative results and saves nothing, also for the days on which it stood.",
    "A finding or a request counts once, by its last decision.",
    "A notice counts when it was given, on the person's page or otherwise; a letter only when a member of staff put down that it went out by post or e-mail.",
    "Hours and money are not measured, and nothing is multiplied by a price.",
];

/// A count with its words, for one and for any other number.
const fn says(n: u64, one: &'static str, more: &'static str) -> (u64, &'static str) {
    (n, if n == 1 { one } else { more })
}

impl Ledger {
    /// The counts under their headings: what was saved, what came to nothing, what it cost.
    #[must_use]
    pub fn lines(&self) -> [(&'static str, Vec<(u64, &'static str)>); 3] {
        [
            ("Saved", self.saved()),
            ("Came to nothing, or went wrong", self.came_to_nothing()),
            ("Cost", self.cost()),
        ]
    }

    fn saved(&self) -> Vec<(u64, &'static str)> {
        vec![
            says(self.journeys_avoided, "journey to a check-in avoided", "journeys to a check-in avoided"),
            says(
                self.letters_avoided,
                "letter about an appointment ahead avoided",
                "letters about appointments ahead avoided",
            ),
            says(self.hearings_avoided, "hearing avoided", "hearings avoided"),
            says(
                self.tasks_closed,
                "task or mark ended, and still ended",
                "tasks and marks ended, and still ended",
            ),
            says(
                self.errors_corrected,
                "record found wrong, whose owner is to be told",
                "records found wrong, whose owners are to be told",
            ),
            says(
                self.requests_granted,
                "correction granted that a person concerned asked for",
                "corrections granted that the persons themselves asked for",
            ),
            says(
                self.holders_told,
                "holder of a corrected value told of it: its owner, or who was given it",
                "holders of a corrected value told of it: its owner, or who was given it",
            ),
            says(
                self.holders_confirmed,
                "holder who confirmed that it has the correction",
                "holders who confirmed that they have the correction",
            ),
        ]
    }

    fn came_to_nothing(&self) -> Vec<(u64, &'static str)> {
        vec![
            says(
                self.holders_to_tell,
                "holder of a corrected value whom nobody has told yet",
                "holders of a corrected value whom nobody has told yet",
            ),
            says(
                self.check_ins_too_late,
                "check-in ended only after its day",
                "check-ins ended only after their day",
            ),
            says(
                self.check_ins_not_known,
                "check-in ended whose day no record gives any more",
                "check-ins ended whose day no record gives any more",
            ),
            says(
                self.letters_too_late,
                "letter struck only when the day that it was for had come or gone",
                "letters struck only when the day that they were for had come or gone",
            ),
            says(
                self.letters_not_known,
                "letter struck whose day neither list nor record gives",
                "letters struck whose day neither list nor record gives",
            ),
            says(self.closings_undone, "closing undone", "closings undone"),
            says(self.closings_objected, "closing stopped by the person", "closings stopped by the person"),
            says(self.closings_declined, "closing declined", "closings declined"),
            says(self.findings_not_errors, "finding that was no error", "findings that were no error"),
            says(
                self.findings_without_result,
                "finding explained, or of which nobody could tell",
                "findings explained, or of which nobody could tell",
            ),
            says(self.requests_refused, "correction refused", "corrections refused"),
            says(
                self.refusals_overturned,
                "refusal that did not stand on appeal",
                "refusals that did not stand on appeal",
            ),
        ]
    }

    fn cost(&self) -> Vec<(u64, &'static str)> {
        vec![
            says(
                self.notices_given,
                "notice given because the law requires it, on the person's page or otherwise",
                "notices given because the law requires them, on the person's page or otherwise",
            ),
            says(
                self.letters_sent,
                "letter or e-mail that a member of staff put down as sent",
                "letters and e-mails that a member of staff put down as sent",
            ),
            says(self.acts_by_hand, "act of a named member of staff", "acts of named members of staff"),
        ]
    }

    /// The ledger as text, with its method.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("Ledger as of {}, through event {}\n", self.as_of, self.through_event);
        for (heading, lines) in self.lines() {
            let _ = write!(text, "\n{heading}\n");
            for (number, what) in lines {
                let _ = writeln!(text, "{:>12}  {what}", grouped(number));
            }
        }
        text.push_str("\nMethod\n");
        for sentence in LEDGER_METHOD {
            let _ = writeln!(text, "- {sentence}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_said_in_the_singular() {
        let ledger = Ledger { letters_avoided: 1, tasks_closed: 2, ..Ledger::default() };
        let text = ledger.text();
        assert!(text.contains("1  letter about an appointment ahead avoided\n"), "{text}");
        assert!(text.contains("2  tasks and marks ended"), "{text}");
        assert!(text.contains("0  closings undone\n"), "{text}");
    }

    #[test]
    fn a_ledger_of_an_earlier_edition_is_read() {
        let earlier: Ledger = serde_json::from_str(r#"{"tasks_closed": 2}"#).unwrap();
        assert_eq!(earlier, Ledger { tasks_closed: 2, ..Ledger::default() });
    }

    #[test]
    fn the_text_names_every_count_once_and_the_method() {
        let ledger = Ledger { journeys_avoided: 1_234, closings_undone: 7, ..Ledger::default() };
        let text = ledger.text();
        assert!(text.contains("       1,234  journeys to a check-in avoided\n"), "{text}");
        assert!(text.contains("           7  closings undone\n"), "{text}");
        let n_lines: usize = ledger.lines().iter().map(|(_, lines)| lines.len()).sum();
        let n_counts = serde_json::to_value(&ledger).unwrap().as_object().unwrap().len() - 2;
        assert_eq!(n_lines, n_counts, "each count has its line");
        assert!(LEDGER_METHOD.iter().all(|sentence| text.contains(sentence)));
    }
}
