//! Runs every check over every case file and keeps the findings in step with what they report.

use std::collections::{BTreeMap, BTreeSet};

use redress_casefile::{Actor, Event, StreamId, Words, finding::FindingEvent};
use redress_checks::{Discrepancy, World, registry, run_all};
use redress_ports::{Append, FindingRow, NewEvent};
use redress_statement::{FindingId, PersonId, RecordId};

use crate::{
    App, Progress, ServiceError, account_run::AccountedRun, import_source::check_agreements,
    surroundings::Surroundings,
};

/// Case files asked of the store at a time.
const CASE_FILES_AT_A_TIME: u32 = 500;

/// Findings opened in one transaction.
const FINDINGS_AT_A_TIME: usize = 500;

/// What one check did in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CheckTally {
    /// Discrepancies that it reported.
    pub n_reported: u64,
    /// Of these, findings opened by this run.
    pub n_opened: u64,
    /// Findings that it no longer reports.
    pub n_no_longer_seen: u64,
}

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
/// A discrepancy that has an open or decided finding opens none; a finding whose discrepancy is gone is
/// marked as no longer seen. The run is accounted for once, and shown to each person who was in it.
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
    let mut after = None;
    loop {
        let cases = app.store.case_files(after, CASE_FILES_AT_A_TIME).await?;
        let Some(last) = cases.last() else { break };
        after = Some(last.person);
        accounted.cover(app, cases.iter().flat_map(|case| &case.records).map(|record| record.id)).await?;
        for case in &cases {
            reported.extend(run_all(case, &world, &app.parameters).into_iter().map(|discrepancy| {
                (case.person, case.record(discrepancy.at).is_some_and(|r| r.is_accepted()), discrepancy)
            }));
        }
        summary.n_case_files += cases.len() as u64;
        progress.at("checks", summary.n_case_files, Some(total));
    }
    let reported = once_each(reported);
    keep_in_step(app, &reported, &mut summary).await?;
    Ok(summary)
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

async fn keep_in_step(
    app: &App,
    reported: &[(PersonId, Discrepancy)],
    summary: &mut CheckRunSummary,
) -> Result<(), ServiceError> {
    let mut known = standing_findings(app).await?;
    let mut fresh = Vec::new();
    for (person, discrepancy) in reported {
        tally(summary, discrepancy.check).n_reported += 1;
        if known.remove(&(discrepancy.check.to_owned(), discrepancy.at)).is_none() {
            fresh.push((*person, discrepancy));
        }
    }
    for chunk in fresh.chunks(FINDINGS_AT_A_TIME) {
        let first = app.store.take_numbers("finding", chunk.len() as u32).await?;
        let appends = (first..).zip(chunk).map(|(number, (person, discrepancy))| {
            tally(summary, discrepancy.check).n_opened += 1;
            opened(FindingId(number), *person, discrepancy)
        });
        let appends = appends.collect();
        app.store.append(appends, app.clock.now_us(), app.clock.today()).await?;
    }
    let gone: Vec<FindingRow> = known.into_values().filter(|row| row.state != "decided").collect();
    for chunk in gone.chunks(FINDINGS_AT_A_TIME) {
        let mut appends = Vec::new();
        for row in chunk {
            tally(summary, &row.check).n_no_longer_seen += 1;
            appends.push(no_longer_seen(app, row).await?);
        }
        app.store.append(appends, app.clock.now_us(), app.clock.today()).await?;
    }
    Ok(())
}

/// The findings that stand, by check and record at fault.
async fn standing_findings(app: &App) -> Result<BTreeMap<(String, RecordId), FindingRow>, ServiceError> {
    let mut standing = BTreeMap::new();
    let mut after = None;
    loop {
        let rows = app.store.findings(after, CASE_FILES_AT_A_TIME).await?;
        let Some(last) = rows.last() else { return Ok(standing) };
        after = Some(last.finding);
        let rows = rows.into_iter().filter(|row| row.state != "no_longer_seen");
        standing.extend(rows.map(|row| ((row.check.clone(), row.at), row)));
    }
}

fn tally<'a>(summary: &'a mut CheckRunSummary, check: &str) -> &'a mut CheckTally {
    summary.checks.entry(check.to_owned()).or_default()
}

pub(crate) fn opened(finding: FindingId, person: PersonId, discrepancy: &Discrepancy) -> Append {
    let spec = registry().iter().map(|check| check.spec()).find(|spec| spec.id == discrepancy.check);
    let (effective, harm, direction) = spec.map_or_else(
        || (jiff::civil::Date::default(), redress_checks::Harm::H1, redress_checks::Direction::Neutral),
        |spec| (spec.rule_effective_from, spec.harm, spec.direction),
    );
    let event = FindingEvent::FindingOpened {
        finding,
        person,
        check: discrepancy.check.to_owned(),
        version: discrepancy.version,
        rule_effective_from: effective,
        at: discrepancy.at,
        inputs: discrepancy.inputs.clone(),
        harm,
        direction,
        next_irreversible_on: discrepancy.next_irreversible_on,
        rests_on_possible_link: discrepancy.rests_on_possible_link,
        sentence: Words::said(discrepancy.sentence.clone()),
    };
    let actor = Actor::Check { check: discrepancy.check.to_owned(), version: discrepancy.version };
    Append {
        stream: StreamId::Finding(finding),
        expected_version: 0,
        events: vec![NewEvent { event: Event::Finding(event), actor }],
    }
}

pub(crate) async fn no_longer_seen(app: &App, row: &FindingRow) -> Result<Append, ServiceError> {
    let stream = StreamId::Finding(row.finding);
    let expected_version = app.store.load(stream).await?.len() as u64;
    let event = FindingEvent::NoLongerSeen { finding: row.finding, last_seen: app.clock.today() };
    let actor = Actor::Check { check: row.check.clone(), version: row.version };
    Ok(Append { stream, expected_version, events: vec![NewEvent { event: Event::Finding(event), actor }] })
}

#[cfg(test)]
mod tests {
    use redress_casefile::StatementRef;
    use redress_statement::Attribute;

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
