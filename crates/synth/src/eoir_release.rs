//! A release of court case data in the layout of EOIR's monthly one, of invented cases, made to published shares.
//!
//! The shares of blanks and codes are those of the release of October 2025 and the counts of broken rows and keys those
//! of 2026, as the Deportation Data Project published them; so a program that counts them can be held against known
//! figures. The shares are met to a row, whatever the number of cases: nothing is drawn by lot but days. Counts are scaled
//! to the number of cases, and are never under one.
//!
//! Cases are otherwise without fault, so that what a check finds is what was planted.

mod case_rows;
mod columns;
mod owed;
mod release_files;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::{Date, date};

use crate::calendar::AS_OF;
use crate::plan::SynthError;
use case_rows::Court;
use release_files::ReleaseFiles;

/// Cases in a release, at most: the courts' release has some 12.6 million.
pub const CASES_MAX: u64 = 20_000_000;

/// Cases of the release whose counts are scaled (May 2026).
const CASES_PUBLISHED: f64 = 12_610_093.0;

/// In the next release one case is new for so many that there were.
const CASES_PER_NEW: u64 = 200;

/// The day that the next release describes.
const AS_OF_NEXT: Date = date(2026, 11, 30);

/// Cases between two reports of progress.
const REPORTED_CASES: u64 = 10_000;

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasePlan {
    /// Number of cases, from 1 to [`CASES_MAX`].
    pub cases: u64,
    /// How many times the published number of broken rows and keys is planted: 1 for a release as it is, more where a
    /// small release must show them all.
    pub faults: u64,
    /// The seed of the days: the same plan gives the same files, byte for byte.
    pub seed: u64,
    /// Whether it is the release of the month after: the same cases, with some hearings adjourned meanwhile, some
    /// applications gone without a word, and new cases.
    pub is_next: bool,
    /// The folder to write to; made if it is not there. Files of an earlier release are replaced.
    pub out: PathBuf,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReleaseSummary {
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// What was planted, by check or fault; orphans and shifted rows by table as well (`orphans:D_TblAssociatedBond`), and
    /// in the next release the rows that are new, gone or changed (`first_seen:tbl_schedule`).
    pub planted: BTreeMap<String, u64>,
}

/// Writes a release below `plan.out`: twelve tables, `Count.txt`, `manifest.toml` and `INVENTED.txt`; `progress` is told the number of
/// cases done.
///
/// # Errors
/// [`SynthError::Cases`] when the number of cases is out of range, [`SynthError::Write`] when a file cannot be written.
///
/// # Example
/// ```
/// let out = tempfile::tempdir()?;
/// let plan = redress_synth::ReleasePlan { cases: 40, faults: 1, seed: 1, is_next: false, out: out.path().into() };
/// let summary = redress_synth::generate_release(&plan, &|_| {})?;
/// assert!(summary.rows["A_TblCase"] >= 40);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn generate_release(plan: &ReleasePlan, progress: &dyn Fn(u64)) -> Result<ReleaseSummary, SynthError> {
    if !(1..=CASES_MAX).contains(&plan.cases) {
        return Err(SynthError::Cases { cases: plan.cases });
    }
    let mut files = ReleaseFiles::create(&plan.out)?;
    let mut court = Court::new(plan);
    for number in 0..plan.cases {
        court.write_case(number, &mut files)?;
        if number % REPORTED_CASES == 0 {
            progress(number);
        }
    }
    court.write_orphans(&mut files)?;
    let mut planted = BTreeMap::new();
    if plan.is_next {
        let before = files.n_rows();
        for number in plan.cases..plan.cases + n_new(plan.cases) {
            court.write_case(number, &mut files)?;
        }
        for (table, n_rows) in files.n_rows() {
            planted.insert(format!("first_seen:{table}"), n_rows - before.get(&table).copied().unwrap_or(0));
        }
    }
    let as_of = if plan.is_next { AS_OF_NEXT } else { AS_OF };
    let rows = files.finish(&plan.out, as_of)?;
    planted.append(&mut court.into_planted());
    Ok(ReleaseSummary { rows, planted })
}

/// New cases of the next release: one for [`CASES_PER_NEW`], at least one.
fn n_new(cases: u64) -> u64 {
    (cases / CASES_PER_NEW).max(1)
}

/// A published count, scaled to the cases of this release: at least one.
fn scaled(published: u64, cases: u64) -> u64 {
    ((published as f64 * cases as f64 / CASES_PUBLISHED).round() as u64).max(1)
}

#[cfg(test)]
mod tests {
    use super::columns::Release;
    use super::*;

    #[test]
    fn counts_are_scaled_and_never_vanish() {
        for (published, cases, expected) in
            [(12_213, 12_610_093, 12_213), (12_213, 12_610, 12), (7, 12_610, 1), (271, 1, 1)]
        {
            assert_eq!(scaled(published, cases), expected);
        }
    }

    #[test]
    fn the_same_plan_gives_the_same_bytes_and_the_published_shares() {
        let made = |seed| {
            let out = tempfile::tempdir().unwrap();
            let plan = ReleasePlan { cases: 500, faults: 1, seed, is_next: false, out: out.path().into() };
            let summary = generate_release(&plan, &|_| {}).unwrap();
            let text = std::fs::read(out.path().join("B_TblProceeding.csv")).unwrap();
            (summary, text)
        };
        let (summary, bytes) = made(1);
        assert_eq!(made(1), (summary.clone(), bytes.clone()));
        assert_ne!(made(2).1, bytes);
        let text = String::from_utf8(bytes).unwrap();
        let blank = |column: &str| {
            let mut lines = text.lines();
            let at = lines.next().unwrap().split('\t').position(|name| name == column).unwrap();
            let rows: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
            rows.iter().filter(|row| row.get(at).is_none_or(|cell| cell.is_empty())).count() as f64
                / rows.len() as f64
        };
        assert!((blank("COMP_DATE") - 0.228).abs() < 0.005, "{}", blank("COMP_DATE"));
        assert_eq!(summary.rows.len(), Release::ALL.len());
    }

    #[test]
    fn the_next_release_has_the_rows_of_the_one_before_but_for_what_is_told() {
        let lines = |is_next| {
            let out = tempfile::tempdir().unwrap();
            let plan = ReleasePlan { cases: 1_000, faults: 1, seed: 1, is_next, out: out.path().into() };
            let summary = generate_release(&plan, &|_| {}).unwrap();
            let read = |table: Release| {
                let text = std::fs::read_to_string(out.path().join(format!("{}.csv", table.name()))).unwrap();
                text.lines().map(str::to_owned).collect::<std::collections::BTreeSet<_>>()
            };
            (summary, Release::ALL[1..].iter().map(|table| (table.name(), read(*table))).collect::<Vec<_>>())
        };
        let ((_, before), (summary, after)) = (lines(false), lines(true));
        let n = |what: &str, table: &str| {
            summary.planted.get(&format!("{what}:{table}")).copied().unwrap_or(0) as usize
        };
        for ((table, before), (_, after)) in before.iter().zip(&after) {
            let n_changed = n("changed", table);
            assert_eq!(before.difference(after).count(), n("vanished", table) + n_changed, "{table}");
            assert_eq!(after.difference(before).count(), n("first_seen", table) + n_changed, "{table}");
        }
        assert!(n("vanished", "tbl_Court_Appln") > 0 && n("changed", "tbl_schedule") > 0);
    }
}
