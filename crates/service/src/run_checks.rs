//! Runs every check over every case file and keeps the findings in step with what they report.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use redress_casefile::{CaseFile, CaseRecord};
use redress_checks::{Discrepancy, Parameters, World, registry, run_all};
use redress_statement::{PersonId, RecordId};

use crate::{
    App, CheckTally, Progress, ServiceError,
    account_run::AccountedRun,
    case_file_pages::CaseFilePages,
    import_source::check_agreements,
    keep_in_step::{Read, Standing, keep_in_step},
    surroundings::Surroundings,
};

/// Findings asked of the store at a time.
const FINDINGS_AT_A_TIME: u32 = 500;

/// What a run of all checks did.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CheckRunSummary {
    /// Case files read.
    pub n_case_files: u64,
    /// By check.
    pub checks: BTreeMap<String, CheckTally>,
}

/// Runs every check over every case file.
///
/// The findings are kept in step: opened, revised, or marked as no longer seen. The run is accounted for once, and shown to each person who was in it.
///
/// # Errors
/// When the agreement of a source is not in force; when the store fails: findings opened before the failure stay, and the same call goes on from there.
pub async fn run_checks(app: &App, progress: &dyn Progress) -> Result<CheckRunSummary, ServiceError> {
    check_agreements(app).await?;
    let mut accounted = AccountedRun::begin(app, "checks").await?;
    let surroundings = Surroundings::load(app).await?;
    let world = World {
        today: app.clock.today(),
        sources: &surroundings.sources,
        holders: &surroundings.holders,
        keeping: &surroundings.keeping,
    };
    let total = app.store.n_persons().await?;
    let mut summary = CheckRunSummary::default();
    for check in registry() {
        summary.checks.insert(check.spec().id.to_owned(), CheckTally::default());
    }
    let mut reported: Vec<(PersonId, bool, Discrepancy)> = Vec::new();
    let mut pages = CaseFilePages::new(app);
    loop {
        let cases = pages.next().await?;
        if cases.is_empty() {
            break;
        }
        accounted.cover(app, cases.iter().flat_map(|case| &case.records).map(|record| record.id)).await?;
        reported.par_extend(cases.par_iter().flat_map_iter(|case| of_case(case, &world, &app.parameters)));
        summary.n_case_files += cases.len() as u64;
        progress.at("checks", summary.n_case_files, Some(total));
    }
    let standing = standing_findings(app).await?;
    summary.checks.extend(keep_in_step(app, &once_each(reported), standing, Read::All).await?);
    Ok(summary)
}

/// What the checks report of one file: the person, whether the record at fault is held to be of that person, and the discrepancy.
pub(crate) fn of_case(
    case: &CaseFile,
    world: &World<'_>,
    parameters: &Parameters,
) -> Vec<(PersonId, bool, Discrepancy)> {
    let is_accepted = |found: &Discrepancy| case.record(found.at).is_some_and(CaseRecord::is_accepted);
    let found = run_all(case, world, parameters).into_iter();
    found.map(|found| (case.person, is_accepted(&found), found)).collect()
}

/// A discrepancy between two files that may be of one person is seen from both. It is kept where its
/// record is held to be, then in the file with the lower number. Within one file, each record at fault is a
/// finding of its own, even where two show the same records.
pub(crate) fn once_each(mut reported: Vec<(PersonId, bool, Discrepancy)>) -> Vec<(PersonId, Discrepancy)> {
    let pair = |discrepancy: &Discrepancy| -> BTreeSet<RecordId> {
        discrepancy.inputs.iter().map(|input| input.record).collect()
    };
    reported.sort_by(|a, b| {
        (a.2.check, a.2.at, !a.1, a.0, &a.2.inputs).cmp(&(b.2.check, b.2.at, !b.1, b.0, &b.2.inputs))
    });
    let mut seen_at = BTreeSet::new();
    let mut seen_pair = BTreeMap::new();
    let mut kept = Vec::new();
    for (person, _, discrepancy) in reported {
        let at_is_new = seen_at.insert((discrepancy.check, discrepancy.at));
        let first_seen_in = *seen_pair.entry((discrepancy.check, pair(&discrepancy))).or_insert(person);
        if at_is_new && first_seen_in == person {
            kept.push((person, discrepancy));
        }
    }
    kept
}

/// The findings that stand, by check and record at fault.
async fn standing_findings(app: &App) -> Result<Standing, ServiceError> {
    let mut standing = Standing::new();
    let mut after = None;
    loop {
        let rows = app.store.findings(after, FINDINGS_AT_A_TIME).await?;
        let Some(last) = rows.last() else { return Ok(standing) };
        after = Some(last.finding);
        let rows = rows.into_iter().filter(|row| row.state != "no_longer_seen");
        standing.extend(rows.map(|row| ((row.check.clone(), row.at), row)));
    }
}

#[cfg(test)]
mod tests {
    use redress_casefile::StatementRef;
    use redress_statement::{Attribute, Digest};

    use super::*;

    fn reported(person: i64, accepted: bool, at: i64, others: &[i64]) -> (PersonId, bool, Discrepancy) {
        let input = |record: &i64| StatementRef {
            record: RecordId(*record),
            attribute: Attribute::BirthDate,
            ordinal: 0,
        };
        let discrepancy = Discrepancy {
            check: "ID-01",
            version: 1,
            at: RecordId(at),
            inputs: std::iter::once(&at).chain(others).map(input).collect(),
            sentence: String::new(),
            next_irreversible_on: None,
            rests_on_possible_link: !accepted,
            basis: Digest::of(b""),
        };
        (PersonId(person), accepted, discrepancy)
    }

    #[test]
    fn a_discrepancy_seen_from_two_files_is_one_finding() {
        for (name, seen, kept) in [
            (
                "same record, the file that holds it",
                vec![reported(1, false, 7, &[3]), reported(2, true, 7, &[3])],
                vec![2],
            ),
            (
                "either record, the lower",
                vec![reported(1, true, 3, &[7]), reported(2, true, 7, &[3])],
                vec![1],
            ),
            (
                "two records at fault in one file",
                vec![reported(1, true, 3, &[7]), reported(1, true, 7, &[3])],
                vec![1, 1],
            ),
            (
                "two discrepancies stay two",
                vec![reported(1, true, 3, &[4]), reported(1, true, 7, &[4])],
                vec![1, 1],
            ),
        ] {
            let persons: Vec<i64> = once_each(seen).into_iter().map(|(person, _)| person.0).collect();
            assert_eq!(persons, kept, "{name}");
        }
    }
}
