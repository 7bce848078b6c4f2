//! The public checks: what a release shows without any person's name, beside figures that others published.
//!
//! A release is counted in two passes. [`RowTally`] sees every row of a table as it is read; [`CaseTally`] sees every
//! case with all its rows. [`answers`] puts both into the order of [`QUESTIONS`]. All of it is counts: nothing here
//! keeps a key, and there is no way to ask which case it was.
//!
//! Never: names or lists a case; says that a difference from a published figure is an error.

mod change;
mod cost;
mod measure;
mod not_run;
mod question;

use std::collections::BTreeMap;

use redress_casefile::CaseFile;
use redress_statement::Record;

use crate::{Parameters, World, registry};

pub use change::{ChangeTally, TableChange};
pub use cost::{Cost, CostTally, NotTimed, Stopwatch};
pub use measure::{Measure, Rows};
pub use not_run::{NOT_RUN, NotRun};
pub use question::{PublishedFigure, QUESTIONS, Question, Theme};

/// What a table left behind beside its sound rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableEnd {
    /// Rows of the file, those set aside included.
    pub n_rows: u64,
    /// Rows whose cells were out of place: put back where one way alone fits, or set aside.
    pub n_out_of_place: u64,
}

/// Counts over the rows of one table.
#[derive(Clone, Debug)]
pub struct RowTally {
    table: String,
    /// Place in [`QUESTIONS`], what is counted, and the count.
    counts: Vec<(usize, Rows, u64)>,
    n_rows: u64,
    end: TableEnd,
    cost: CostTally,
}

impl RowTally {
    /// For the rows of a table.
    #[must_use]
    pub fn of_table(table: &str) -> Self {
        let counted = QUESTIONS.iter().enumerate().filter_map(|(at, question)| match question.measure {
            Measure::Rows { table: asked, rows } if asked == table => Some((at, rows, 0)),
            _ => None,
        });
        Self {
            table: table.to_owned(),
            counts: counted.collect(),
            n_rows: 0,
            end: TableEnd::default(),
            cost: CostTally::default(),
        }
    }

    /// Counts a sound row, and by the stopwatch what each question took.
    pub fn note(&mut self, record: &Record, watch: &impl Stopwatch) {
        self.n_rows += 1;
        for (at, rows, n) in &mut self.counts {
            let begun = watch.nanoseconds();
            *n += u64::from(rows.holds(record));
            self.cost.note(*at, 1, begun, watch);
        }
    }

    /// Ends a batch of rows, timed or not.
    pub fn end_batch(&mut self) {
        self.cost.end_batch();
    }

    /// What the questions took, of the rows that were timed.
    #[must_use]
    pub fn cost(&self) -> &CostTally {
        &self.cost
    }

    /// Ends the table.
    pub fn end(&mut self, end: TableEnd) {
        self.end = end;
    }
}

/// Counts over cases.
#[derive(Clone, Debug, Default)]
pub struct CaseTally {
    /// By place in [`QUESTIONS`]: found, and of how many.
    counts: BTreeMap<usize, (u64, u64)>,
    /// Rows of a table whose case is not there.
    orphans: BTreeMap<String, u64>,
    /// Charges within a case whose proceeding is not there, and all charges.
    charges: (u64, u64),
    /// The longest time between a charging paper and the first hearing after it, in days.
    longest_gap_days: u64,
    /// Cases that were seen.
    pub n_cases: u64,
    /// Rows that were left out of cases with too many.
    pub n_rows_left_out: u64,
    cost: CostTally,
}

impl CaseTally {
    /// Counts the rows of a case: those of its own, and those whose case is not there; and by the stopwatch what each
    /// question took.
    ///
    /// `case` has the rows with the lead's row as the only identity record; without that row all are orphans.
    pub fn note(
        &mut self,
        case: &CaseFile,
        world: &World<'_>,
        parameters: &Parameters,
        watch: &impl Stopwatch,
    ) {
        if case.identities().next().is_none() {
            for row in &case.records {
                *self.orphans.entry(row.record.table.to_string()).or_default() += 1;
            }
            return;
        }
        self.n_cases += 1;
        for (at, question) in QUESTIONS.iter().enumerate() {
            let begun = watch.nanoseconds();
            match question.measure {
                Measure::ChargesWithoutProceeding => {
                    let (found, of) = measure::charges_without_proceeding(case);
                    self.charges = (self.charges.0 + found, self.charges.1 + of);
                }
                Measure::LongestGapDays => {
                    self.longest_gap_days = self.longest_gap_days.max(measure::longest_gap_days(case));
                }
                Measure::Cases { count, .. } => {
                    let (found, of) = count(case, world, parameters);
                    let sum = self.counts.entry(at).or_default();
                    *sum = (sum.0 + found, sum.1 + of);
                }
                Measure::Rows { .. } | Measure::OutOfPlace { .. } | Measure::WithoutCase { .. } => continue,
            }
            self.cost.note(at, case.records.len() as u64, begun, watch);
        }
    }

    /// Ends a batch of cases, timed or not.
    pub fn end_batch(&mut self) {
        self.cost.end_batch();
    }

    /// What the questions took, of the cases that were timed.
    #[must_use]
    pub fn cost(&self) -> &CostTally {
        &self.cost
    }

    /// Adds the counts of other cases.
    pub fn add(&mut self, other: &Self) {
        for (at, (found, of)) in &other.counts {
            let sum = self.counts.entry(*at).or_default();
            *sum = (sum.0 + found, sum.1 + of);
        }
        for (table, n) in &other.orphans {
            *self.orphans.entry(table.clone()).or_default() += n;
        }
        self.charges = (self.charges.0 + other.charges.0, self.charges.1 + other.charges.1);
        self.longest_gap_days = self.longest_gap_days.max(other.longest_gap_days);
        self.n_cases += other.n_cases;
        self.n_rows_left_out += other.n_rows_left_out;
        self.cost.add(&other.cost);
    }
}

/// What a question came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// The question.
    pub question: &'static Question,
    /// How many, or how many days.
    pub found: u64,
    /// Of how many. None where the question is not of a share.
    pub of: Option<u64>,
}

/// The answers to all questions, in the order of [`QUESTIONS`].
#[must_use]
pub fn answers(tables: &[RowTally], cases: &CaseTally) -> Vec<Answer> {
    let table = |name: &str| tables.iter().find(|tally| tally.table == name);
    let n_rows = |name: &str| table(name).map_or(0, |tally| tally.end.n_rows.max(tally.n_rows));
    QUESTIONS
        .iter()
        .enumerate()
        .map(|(at, question)| {
            let (found, of) = match question.measure {
                Measure::Rows { table: name, .. } => {
                    let found = table(name).and_then(|tally| {
                        tally.counts.iter().find(|(counted, ..)| *counted == at).map(|(_, _, n)| *n)
                    });
                    // Of all rows of the file: of the sound ones, a small number set aside could be had by subtraction.
                    (found.unwrap_or(0), Some(n_rows(name)))
                }
                Measure::OutOfPlace { table: name } => {
                    (table(name).map_or(0, |tally| tally.end.n_out_of_place), Some(n_rows(name)))
                }
                Measure::WithoutCase { table: name } => {
                    (cases.orphans.get(name).copied().unwrap_or(0), Some(n_rows(name)))
                }
                Measure::ChargesWithoutProceeding => (cases.charges.0, Some(cases.charges.1)),
                Measure::LongestGapDays => (cases.longest_gap_days, None),
                Measure::Cases { .. } => {
                    let (found, of) = cases.counts.get(&at).copied().unwrap_or_default();
                    (found, Some(of))
                }
            };
            Answer { question, found, of }
        })
        .collect()
}

/// The title of a check of the catalogue; empty for an identifier that is none.
#[must_use]
pub fn title_of(check: &str) -> &'static str {
    registry().iter().map(|entry| entry.spec()).find(|spec| spec.id == check).map_or("", |spec| spec.title)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use redress_testkit::parse_case_file;

    use super::*;
    use crate::{DataClass, NoHolders, NothingKept};

    /// A case of the release. Its lead row is the only record that stands for itself.
    const CASE: &str = "
        eoir_release A_TblCase 11
          notice_served M
          permanent_resident no
        eoir_release B_TblProceeding 1 about 11
          nta_filed_on 2015-01-05
          order_on 2016-03-01
          order_code X
          in_absentia yes
        eoir_release tbl_schedule 1 about 11
          hearing_on 2015-04-06
        eoir_release B_TblProceedCharges 1 about 11
          court_proceeding 1";

    /// The counts of a case, by question, where they are not nothing.
    fn check(text: &str, expected: &[(&str, u64, Option<u64>)]) {
        let mut case = parse_case_file(text);
        for row in &mut case.records {
            row.record.is_identity = row.lead.is_none() && &*row.record.table == "A_TblCase";
        }
        let sources = BTreeMap::new();
        let world = World {
            today: date(2026, 10, 31),
            sources: &sources,
            holders: &NoHolders,
            keeping: &NothingKept,
        };
        let mut tally = CaseTally::default();
        tally.note(&case, &world, &Parameters::built_in().unwrap(), &NotTimed);
        let mut tables: Vec<RowTally> = Vec::new();
        for row in &case.records {
            let at = tables.iter().position(|tally| tally.table == *row.record.table).unwrap_or_else(|| {
                tables.push(RowTally::of_table(&row.record.table));
                tables.len() - 1
            });
            tables[at].note(&row.record, &NotTimed);
        }
        let found: Vec<_> = answers(&tables, &tally)
            .into_iter()
            .filter(|answer| answer.found > 0)
            .map(|answer| (answer.question.id, answer.found, answer.of))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_case_without_fault_counts_what_it_states() {
        check(
            CASE,
            &[
                ("notice-mailed", 1, Some(1)),
                ("no-representative-date", 1, Some(1)),
                ("no-notice-code", 1, Some(1)),
                ("longest-gap", 91, None),
            ],
        );
    }

    #[test]
    fn an_order_in_absence_that_was_undone_or_made_in_custody() {
        let undone = format!(
            "{CASE}
        eoir_release tbl_Court_Motions 1 about 11
          motion_kind MA
          motion_received_on 2016-04-01
          motion_decided_on 2016-05-01
          motion_decision G
        eoir_release tbl_schedule 2 about 11
          hearing_on 2016-09-01
          hearing_notice_code NH
        eoir_release tbl_CustodyHistory 1 about 11
          detained_on 2016-02-20
          released_on 2016-03-10"
        );
        check(
            &undone,
            &[
                ("notice-mailed", 1, Some(1)),
                ("no-representative-date", 1, Some(1)),
                ("no-notice-code", 1, Some(2)),
                ("undone-orders-in-absence", 1, Some(1)),
                ("absent-in-custody", 1, Some(1)),
                ("longest-gap", 91, None),
            ],
        );
    }

    #[test]
    fn a_hearing_on_a_day_on_which_no_court_sits() {
        for (day, docket, n) in [
            ("2015-04-04", "MM", 1),
            ("2015-05-25", "MM", 1),
            ("2015-04-04", "MD", 0),
            ("2015-04-06", "MM", 0),
            ("2015-04 =>", "MM", 0),
        ] {
            let text = CASE.replace(
                "hearing_on 2015-04-06",
                &format!("hearing_on {day}\n          schedule_type {docket}"),
            );
            let case = parse_case_file(&text);
            let mut tally = RowTally::of_table("tbl_schedule");
            case.records
                .iter()
                .filter(|row| &*row.record.table == "tbl_schedule")
                .for_each(|row| tally.note(&row.record, &NotTimed));
            let all = answers(&[tally], &CaseTally::default());
            let answer = all.iter().find(|answer| answer.question.id == "hearing-on-closed-day").unwrap();
            assert_eq!((answer.found, answer.of), (n, Some(1)), "{day} {docket}");
        }
    }

    #[test]
    fn rows_without_their_case_are_orphans_and_nothing_else() {
        check(
            "
        eoir_release B_TblProceeding 1
          nta_filed_on 2015-01-05
          order_on 2014-03-01
        eoir_release tbl_RepsAssigned 1
          case_type RMV",
            &[("proceedings-without-case", 1, Some(1)), ("appearances-without-case", 1, Some(1))],
        );
    }

    #[test]
    fn a_charge_of_a_proceeding_that_is_not_there() {
        check(
            &CASE.replace("court_proceeding 1", "court_proceeding 2"),
            &[
                ("notice-mailed", 1, Some(1)),
                ("no-representative-date", 1, Some(1)),
                ("no-notice-code", 1, Some(1)),
                ("longest-gap", 91, None),
                ("charges-without-proceeding", 1, Some(1)),
            ],
        );
    }

    #[test]
    fn counts_of_parts_add_up() {
        let mut left = CaseTally { n_cases: 2, longest_gap_days: 9, charges: (1, 2), ..CaseTally::default() };
        left.counts.insert(0, (1, 5));
        left.orphans.insert("tbl_schedule".to_owned(), 1);
        let mut sum = left.clone();
        sum.add(&left);
        assert_eq!((sum.n_cases, sum.longest_gap_days, sum.charges), (4, 9, (2, 4)));
        assert_eq!((sum.counts[&0], sum.orphans["tbl_schedule"]), ((2, 10), 2));
    }

    #[test]
    fn every_public_check_is_asked_or_it_is_said_why_not() {
        let asked: BTreeSet<&str> = QUESTIONS.iter().map(|question| question.check).collect();
        let not_run: BTreeSet<&str> = NOT_RUN.iter().map(|entry| entry.check).collect();
        for check in registry() {
            let spec = check.spec();
            let is_public = spec.data.contains(&DataClass::Public);
            let is_told = asked.contains(spec.id) || not_run.contains(spec.id);
            assert!(!is_public || is_told, "{} is neither asked nor said to be left out", spec.id);
        }
        for id in asked.iter().chain(&not_run) {
            assert!(!title_of(id).is_empty(), "{id} is no check");
        }
        let ids: BTreeSet<&str> = QUESTIONS.iter().map(|question| question.id).collect();
        assert_eq!(ids.len(), QUESTIONS.len(), "an identifier stands twice");
        for question in QUESTIONS {
            // What fits beside the figures in the text.
            assert!(question.asks.chars().count() <= 44, "{}", question.asks);
        }
    }
}
