//! Keeps the findings in step with what the checks report: after a run over all files, and after rows that arrived by
//! themselves.

use std::collections::{BTreeMap, BTreeSet};

use redress_casefile::{
    Actor, Event, StreamId, Words,
    finding::{Command, NewFinding, RevisedFinding, decide, initial},
};
use redress_checks::{Direction, Discrepancy, Harm, registry};
use redress_ports::{Append, FindingRow};
use redress_statement::{FindingId, PersonId, RecordId};

use crate::{
    App, ServiceError,
    history::{append_of, histories, load_findings},
    review_finding::reported,
};

/// Findings stored in one transaction.
const FINDINGS_AT_A_TIME: usize = 500;

/// What one check did.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CheckTally {
    /// Discrepancies that it reported.
    pub n_reported: u64,
    /// Of these, findings opened now.
    pub n_opened: u64,
    /// Of these, findings that wait and say something else than before.
    #[serde(default)]
    pub n_revised: u64,
    /// Findings that it no longer reports.
    pub n_no_longer_seen: u64,
}

/// The findings that stand, by check and record at fault: of several, the newest.
pub(crate) type Standing = BTreeMap<(String, RecordId), FindingRow>;

/// Which findings end when nothing reports them.
#[derive(Clone, Copy)]
pub(crate) enum Read<'a> {
    /// Every file was read.
    All,
    /// Files were read that hold these records: of a finding that rests on another one, nothing is known.
    Holding(&'a BTreeSet<RecordId>),
}

/// Opens, revises and ends findings.
///
/// A discrepancy that has a finding opens none. One that waits is revised where the records say something else, a date has
/// passed or a link was judged. One that was decided stands as it was decided; where its records say something else since,
/// that is a new finding. A finding that waits and is not reported any more is marked so.
///
/// # Errors
/// When the store fails: what was stored before the failure stays, and the same call goes on from there.
pub(crate) async fn keep_in_step(
    app: &App,
    reported: &[(PersonId, Discrepancy)],
    mut standing: Standing,
    read: Read<'_>,
) -> Result<BTreeMap<String, CheckTally>, ServiceError> {
    let mut tallies: BTreeMap<String, CheckTally> = BTreeMap::new();
    let (mut fresh, mut changed) = (Vec::new(), Vec::new());
    for (person, found) in reported {
        let tally = tallies.entry(found.check.to_owned()).or_default();
        tally.n_reported += 1;
        match standing.remove(&(found.check.to_owned(), found.at)) {
            Some(row) if row.state == "decided" && !is_of_other_records(&row, found) => {}
            Some(row) if row.state != "decided" => {
                if is_otherwise(&row, found) {
                    tally.n_revised += 1;
                    changed.push((row.finding, found));
                }
            }
            _ => {
                tally.n_opened += 1;
                fresh.push((*person, found));
            }
        }
    }
    open(app, &fresh).await?;
    revise(app, &changed).await?;
    let gone = ended(app, standing, read).await?;
    for row in &gone {
        tallies.entry(row.check.clone()).or_default().n_no_longer_seen += 1;
    }
    end(app, &gone).await?;
    Ok(tallies)
}

/// Whether the records said something else when the finding was opened or last revised.
fn is_of_other_records(row: &FindingRow, found: &Discrepancy) -> bool {
    row.basis.is_some_and(|basis| basis != found.basis)
}

fn is_otherwise(row: &FindingRow, found: &Discrepancy) -> bool {
    is_of_other_records(row, found)
        || row.version != found.version
        || row.next_irreversible_on != found.next_irreversible_on
        || row.rests_on_possible_link != found.rests_on_possible_link
}

fn actor(found: &Discrepancy) -> Actor {
    Actor::Check { check: found.check.to_owned(), version: found.version }
}

async fn open(app: &App, fresh: &[(PersonId, &Discrepancy)]) -> Result<(), ServiceError> {
    for chunk in fresh.chunks(FINDINGS_AT_A_TIME) {
        let first = app.store.take_numbers("finding", chunk.len() as u32).await?;
        let mut appends = Vec::with_capacity(chunk.len());
        for (number, (person, found)) in (first..).zip(chunk) {
            appends.push(opened(FindingId(number), *person, found)?);
        }
        app.store.append(appends, app.clock.now_us(), app.clock.today()).await?;
    }
    Ok(())
}

fn opened(finding: FindingId, person: PersonId, found: &Discrepancy) -> Result<Append, ServiceError> {
    let spec = registry().iter().map(|check| check.spec()).find(|spec| spec.id == found.check);
    let (rule_effective_from, harm, direction) = spec.map_or_else(
        || (jiff::civil::Date::default(), Harm::H1, Direction::Neutral),
        |spec| (spec.rule_effective_from, spec.harm, spec.direction),
    );
    let new = NewFinding {
        finding,
        person,
        check: found.check.to_owned(),
        version: found.version,
        rule_effective_from,
        at: found.at,
        inputs: found.inputs.clone(),
        harm,
        direction,
        next_irreversible_on: found.next_irreversible_on,
        rests_on_possible_link: found.rests_on_possible_link,
        sentence: Words::said(found.sentence.clone()),
        basis: Some(found.basis),
    };
    let events = decide(&initial(), Command::OpenFinding(Box::new(new)))?;
    Ok(append_of(StreamId::Finding(finding), 0, &actor(found), events.into_iter().map(Event::Finding)))
}

async fn revise(app: &App, changed: &[(FindingId, &Discrepancy)]) -> Result<(), ServiceError> {
    for chunk in changed.chunks(FINDINGS_AT_A_TIME) {
        let mut appends = Vec::with_capacity(chunk.len());
        let ids: Vec<FindingId> = chunk.iter().map(|(finding, _)| *finding).collect();
        for ((finding, found), loaded) in chunk.iter().zip(load_findings(app, &ids).await?) {
            let revised = RevisedFinding {
                version: found.version,
                inputs: found.inputs.clone(),
                next_irreversible_on: found.next_irreversible_on,
                rests_on_possible_link: found.rests_on_possible_link,
                sentence: Words::said(found.sentence.clone()),
                basis: found.basis,
            };
            let events = decide(&loaded.state, Command::ReviseFinding(Box::new(revised)))?;
            let events = events.into_iter().map(Event::Finding);
            appends.push(append_of(StreamId::Finding(*finding), loaded.version, &actor(found), events));
        }
        app.store.append(appends, app.clock.now_us(), app.clock.today()).await?;
    }
    Ok(())
}

/// The findings that wait, of which nothing reported any was left.
async fn ended(app: &App, standing: Standing, read: Read<'_>) -> Result<Vec<FindingRow>, ServiceError> {
    let rows: Vec<FindingRow> = standing.into_values().filter(|row| row.state != "decided").collect();
    let Read::Holding(records) = read else { return Ok(rows) };
    let mut gone = Vec::new();
    for chunk in rows.chunks(FINDINGS_AT_A_TIME) {
        let streams: Vec<StreamId> = chunk.iter().map(|row| StreamId::Finding(row.finding)).collect();
        let histories = histories(app, &streams).await?;
        let rests_on = |row: &FindingRow| reported(histories.get(&StreamId::Finding(row.finding))?);
        let is_known = |row: &&FindingRow| {
            rests_on(row)
                .is_some_and(|(inputs, _)| inputs.iter().all(|input| records.contains(&input.record)))
        };
        gone.extend(chunk.iter().filter(is_known).cloned());
    }
    Ok(gone)
}

async fn end(app: &App, gone: &[FindingRow]) -> Result<(), ServiceError> {
    for chunk in gone.chunks(FINDINGS_AT_A_TIME) {
        let mut appends = Vec::with_capacity(chunk.len());
        let ids: Vec<FindingId> = chunk.iter().map(|row| row.finding).collect();
        for (row, loaded) in chunk.iter().zip(load_findings(app, &ids).await?) {
            let command = Command::MarkNoLongerSeen { last_seen: app.clock.today() };
            // Nothing comes of it where a reviewer was faster.
            let events = decide(&loaded.state, command)?;
            if !events.is_empty() {
                let actor = Actor::Check { check: row.check.clone(), version: row.version };
                let events = events.into_iter().map(Event::Finding);
                appends.push(append_of(StreamId::Finding(row.finding), loaded.version, &actor, events));
            }
        }
        if !appends.is_empty() {
            app.store.append(appends, app.clock.now_us(), app.clock.today()).await?;
        }
    }
    Ok(())
}
