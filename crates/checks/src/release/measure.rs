//! What is counted for a question.

use jiff::civil::{Date, date};
use redress_casefile::CaseFile;
use redress_statement::{Attribute, Record};

use crate::court_rows::{cases, orders_in_absence};
use crate::docket::dated;
use crate::nt_08_impossible_or_closed_hearing_day::sets_closed_day;
use crate::or_01_undone_order_still_active::undone_on;
use crate::{Check, Parameters, World, registry};

/// What is counted for a question.
#[derive(Clone, Copy, Debug)]
pub enum Measure {
    /// Rows of a table that say something.
    Rows {
        /// The table.
        table: &'static str,
        /// Which of its rows.
        rows: Rows,
    },
    /// Rows of a table whose cells were out of place.
    OutOfPlace {
        /// The table.
        table: &'static str,
    },
    /// Rows of a table about a case that the release does not have.
    WithoutCase {
        /// The table.
        table: &'static str,
    },
    /// Charges whose proceeding is not among those of their case.
    ChargesWithoutProceeding,
    /// Days between a charging paper and the first hearing after it, the most.
    LongestGapDays,
    /// Something that a case shows: found, and of how many.
    Cases {
        /// Counts it in one case.
        count: fn(&CaseFile, &World<'_>, &Parameters) -> (u64, u64),
    },
}

impl Measure {
    /// The table whose rows are looked at. None where all rows of the cases are.
    #[must_use]
    pub const fn table(&self) -> Option<&'static str> {
        match self {
            Self::Rows { table, .. } | Self::OutOfPlace { table } | Self::WithoutCase { table } => {
                Some(table)
            }
            Self::ChargesWithoutProceeding | Self::LongestGapDays | Self::Cases { .. } => None,
        }
    }
}

/// Which rows of a table are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Those that state the attribute.
    Stating(Attribute),
    /// Those that do not.
    Without(Attribute),
    /// Those that state this value, as normalized.
    Saying(Attribute, &'static str),
    /// Those that set a hearing on a day on which no court sits.
    OnClosedDay,
}

impl Rows {
    /// Whether a row is counted.
    #[must_use]
    pub fn holds(self, record: &Record) -> bool {
        match self {
            Self::Stating(attribute) => record.statement(attribute).is_some(),
            Self::Without(attribute) => record.statement(attribute).is_none(),
            Self::OnClosedDay => sets_closed_day(record),
            Self::Saying(attribute, value) => record.value(attribute) == Some(value),
        }
    }
}

/// The years over which orders in absence were followed by Eagly and Shafer.
const FOLLOWED: (Date, Date) = (date(2008, 1, 1), date(2018, 12, 31));

/// Orders in absence that a granted motion undid, of those of 2008 to 2018.
pub(super) fn undone_orders(case: &CaseFile, _: &World<'_>, _: &Parameters) -> (u64, u64) {
    let (from, to) = FOLLOWED;
    let mut counted = (0, 0);
    for lead in cases(case) {
        for (_, on) in orders_in_absence(case, lead).into_iter().filter(|(_, on)| (from..=to).contains(on)) {
            counted.0 += u64::from(undone_on(lead, on, case).is_some());
            counted.1 += 1;
        }
    }
    counted
}

/// Orders in absence that NT-12 reports, of all orders in absence.
pub(super) fn absent_in_custody(case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> (u64, u64) {
    let n_orders = cases(case).map(|lead| orders_in_absence(case, lead).len() as u64).sum();
    if n_orders == 0 {
        return (0, 0);
    }
    (n_found("NT-12", case, world, parameters).min(n_orders), n_orders)
}

/// Cases in which NT-14 finds a hearing that was moved without a new notice, of those with a hearing.
pub(super) fn moved_without_notice(
    case: &CaseFile,
    world: &World<'_>,
    parameters: &Parameters,
) -> (u64, u64) {
    case_with("NT-14", Attribute::HearingOn, case, world, parameters)
}

/// Cases in which OR-10 finds a standstill, of those with a proceeding.
pub(super) fn standing_still(case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> (u64, u64) {
    case_with("OR-10", Attribute::NtaFiledOn, case, world, parameters)
}

/// Cases in which DP-07 finds days in an order that cannot be, of those with a proceeding.
pub(super) fn turned_days(case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> (u64, u64) {
    case_with("DP-07", Attribute::NtaFiledOn, case, world, parameters)
}

fn case_with(
    check: &str,
    needed: Attribute,
    case: &CaseFile,
    world: &World<'_>,
    parameters: &Parameters,
) -> (u64, u64) {
    if case.stating(needed).next().is_none() {
        return (0, 0);
    }
    (u64::from(n_found(check, case, world, parameters) > 0), 1)
}

fn n_found(id: &str, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> u64 {
    let check = registry().iter().find(|check| check.spec().id == id);
    check.map_or(0, |check: &&dyn Check| check.run(case, world, parameters).len() as u64)
}

/// Charges of a case whose proceeding is not among its proceedings, and all its charges.
pub(super) fn charges_without_proceeding(case: &CaseFile) -> (u64, u64) {
    let charged =
        |row: &&redress_casefile::CaseRecord| row.record.value(Attribute::CourtProceeding).is_some();
    let mut counted = (0, 0);
    for row in case.records.iter().filter(charged) {
        let proceeding = row.record.value(Attribute::CourtProceeding).unwrap_or_default();
        let is_there = case.records.iter().any(|other| {
            &*other.record.table == "B_TblProceeding"
                && other.record.key.key.rsplit(':').next() == Some(proceeding)
        });
        counted.0 += u64::from(!is_there);
        counted.1 += 1;
    }
    counted
}

/// Days between the first charging paper of a case and the first hearing on or after it. 0 when one is missing.
pub(super) fn longest_gap_days(case: &CaseFile) -> u64 {
    let gaps = cases(case).filter_map(|lead| {
        let (_, filed_on) = dated(lead, Attribute::NtaFiledOn, case).into_iter().next()?;
        let hearings = dated(lead, Attribute::HearingOn, case);
        let (_, heard_on) = hearings.into_iter().find(|(_, on)| *on >= filed_on)?;
        u64::try_from(heard_on.duration_since(filed_on).as_hours() / 24).ok()
    });
    gaps.max().unwrap_or(0)
}
