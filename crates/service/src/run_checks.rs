//! Runs every check over every case file and keeps the findings in step with what they report.

use std::collections::{BTreeMap, BTreeSet};

use redress_casefile::{Actor, Event, StreamId, Words, finding::FindingEvent};
use redress_checks::{Discrepancy, Holder, Holders, SourceFacts, World, registry, run_all};
use redress_ports::{Append, FindingRow, NewEvent, StoredRecord};
use redress_statement::{Attribute, FindingId, PersonId, RecordId, SourceId};

use crate::{App, Progress, ServiceError, record_keeping::RecordKeeping};

/// Case files asked of the store at a time.
const CASE_FILES_AT_A_TIME: u32 = 500;

/// Findings opened in one transaction.
const FINDINGS_AT_A_TIME: usize = 500;

/// Birth dates below which a source's share of 1 January says nothing.
const DATES_MIN: u64 = 100;

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
/// marked as no longer seen.
///
/// # Errors
/// When the store fails; findings opened before the failure stay, and the same call goes on from there.
pub async fn run_checks(app: &App, progress: &dyn Progress) -> Result<CheckRunSummary, ServiceError> {
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
/// record is held to be, then in the file with the lower number.
fn once_each(mut reported: Vec<(PersonId, bool, Discrepancy)>) -> Vec<(PersonId, Discrepancy)> {
    let pair = |discrepancy: &Discrepancy| -> BTreeSet<RecordId> {
        discrepancy.inputs.iter().map(|input| input.record).collect()
    };
    reported.sort_by(|a, b| {
        (a.2.check, a.2.at, !a.1, a.0, &a.2.inputs).cmp(&(b.2.check, b.2.at, !b.1, b.0, &b.2.inputs))
    });
    let mut seen_at = BTreeSet::new();
    let mut seen_pair = BTreeSet::new();
    let mut kept = Vec::new();
    for (person, _, discrepancy) in reported {
        let at_is_new = seen_at.insert((discrepancy.check, discrepancy.at));
        let pair_is_new = seen_pair.insert((discrepancy.check, pair(&discrepancy)));
        if at_is_new && pair_is_new {
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

fn opened(finding: FindingId, person: PersonId, discrepancy: &Discrepancy) -> Append {
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

async fn no_longer_seen(app: &App, row: &FindingRow) -> Result<Append, ServiceError> {
    let stream = StreamId::Finding(row.finding);
    let expected_version = app.store.load(stream).await?.len() as u64;
    let event = FindingEvent::NoLongerSeen { finding: row.finding, last_seen: app.clock.today() };
    let actor = Actor::Check { check: row.check.clone(), version: row.version };
    Ok(Append { stream, expected_version, events: vec![NewEvent { event: Event::Finding(event), actor }] })
}

/// What the checks may know beyond one case file.
struct Surroundings {
    sources: BTreeMap<SourceId, SourceFacts>,
    holders: NumberHolders,
    keeping: RecordKeeping,
}

impl Surroundings {
    async fn load(app: &App) -> Result<Self, ServiceError> {
        let mut sources: BTreeMap<SourceId, SourceFacts> = BTreeMap::new();
        for row in app.store.sources().await? {
            let facts = SourceFacts {
                as_of: row.as_of,
                birth_date_default: row.agreement.birth_date_default,
                first_of_january_share: None,
            };
            sources.insert(row.agreement.source, facts);
        }
        let mut holders = NumberHolders::default();
        let mut dates: BTreeMap<SourceId, (u64, u64)> = BTreeMap::new();
        let mut after = None;
        loop {
            let page = app.store.identity_records(after, 10_000).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            for stored in &page {
                holders.add(stored);
                if let Some(date) = stored.record.date(Attribute::BirthDate) {
                    let (n, first) = dates.entry(stored.record.key.source.clone()).or_default();
                    *n += 1;
                    *first += u64::from(date.is_first_of_january());
                }
            }
        }
        for (source, (n, first)) in dates {
            if n >= DATES_MIN {
                sources.entry(source).or_default().first_of_january_share = Some(first as f64 / n as f64);
            }
        }
        Ok(Self { sources, holders, keeping: RecordKeeping::load(app).await? })
    }
}

/// Who holds which A-number, and which number of a travel document: asked by number, never listed.
#[derive(Default)]
struct NumberHolders {
    by_number: BTreeMap<String, Vec<Holder>>,
    by_passport: BTreeMap<String, Vec<Holder>>,
}

/// Holders kept for one number.
const HOLDERS_MAX: usize = 8;

impl NumberHolders {
    fn add(&mut self, stored: &StoredRecord) {
        let Some(person) = stored.person else { return };
        if let Some(number) = stored.record.value(Attribute::ANumber) {
            let holders = self.by_number.entry(number.trim_start_matches('0').to_owned()).or_default();
            hold(holders, person, stored);
        }
        if let Some(number) = stored.record.value(Attribute::PassportNumber) {
            hold(self.by_passport.entry(number.to_owned()).or_default(), person, stored);
        }
    }
}

/// Keeps one record of each person who holds a number, up to the bound.
fn hold(holders: &mut Vec<Holder>, person: PersonId, stored: &StoredRecord) {
    let is_known = holders.iter().any(|holder| holder.person == person);
    if is_known || holders.len() == HOLDERS_MAX {
        return;
    }
    let text = |attribute| stored.record.value(attribute).map(str::to_owned);
    holders.push(Holder {
        person,
        record: stored.id,
        family_name: text(Attribute::FamilyName),
        given_name: text(Attribute::GivenName),
        birth_date: stored.record.date(Attribute::BirthDate),
    });
}

impl Holders for NumberHolders {
    fn holders(&self, a_number: &str) -> Vec<Holder> {
        self.by_number.get(a_number.trim_start_matches('0')).cloned().unwrap_or_default()
    }

    fn passport_holders(&self, number: &str) -> Vec<Holder> {
        self.by_passport.get(number).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use redress_casefile::StatementRef;

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
