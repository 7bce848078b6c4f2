//! The departures of all case files by month, as facts that say nothing of persons.

use std::collections::BTreeMap;

use redress_casefile::{
    CaseFile, CaseRecord, Event, LinkEvidence, Standing as LinkStanding, StreamId,
    closing::{Ladder, Rung},
    person::PersonEvent,
};
use redress_checks::{Evidence, SourceFacts, departure_days_apart, departures_of};
use redress_report::{DepartureFact, Editions, LinkReliability, Standing, tabulate};
use redress_statement::{PersonId, RecordId, SourceId};

use crate::{
    App, Progress, ServiceError, account_run::AccountedRun, case_file_pages::CaseFilePages,
    import_source::check_agreements, save_report, surroundings::source_facts,
};

/// The name under which the editions are kept. The counts in it are exact, and what is shown of them is protected.
pub const DEPARTURES_REPORT: &str = "departures";

/// The editions made so far.
///
/// # Errors
/// When the store fails, or holds something else under the name.
pub async fn departure_editions(app: &App) -> Result<Editions, ServiceError> {
    let name = DEPARTURES_REPORT;
    match app.store.report(name).await? {
        Some(report) => {
            serde_json::from_str(&report.json).map_err(|source| ServiceError::Report { name, source })
        }
        None => Ok(Editions::default()),
    }
}

/// Makes the edition of today and keeps it beside the earlier ones. The run reads every file; it is accounted for once
/// and shown to each person.
///
/// # Errors
/// When an agreement is not in force, a dated number is missing, or the store fails: then no edition is made.
pub async fn make_departure_edition(app: &App, progress: &dyn Progress) -> Result<Editions, ServiceError> {
    check_agreements(app).await?;
    let mut editions = departure_editions(app).await?;
    let mut accounted = AccountedRun::begin(app, "departures").await?;
    let sources = source_facts(app).await?;
    let today = app.clock.today();
    let days_apart = departure_days_apart(&app.parameters, today)?;
    let total = app.store.n_persons().await?;
    let (mut facts, mut n_read) = (Vec::new(), 0);
    let mut pages = CaseFilePages::new(app);
    loop {
        let cases = pages.next().await?;
        if cases.is_empty() {
            break;
        }
        accounted.cover(app, cases.iter().flat_map(|case| &case.records).map(|record| record.id)).await?;
        for case in &cases {
            let found = facts_of(case, &sources, days_apart);
            if !found.is_empty() {
                let weakest = weakest_link(app, case.person).await?;
                facts.extend(found.into_iter().map(|found| found.with_link(weakest)));
            }
        }
        n_read += cases.len() as u64;
        progress.at("departures", n_read, Some(total));
    }
    editions.add(today.to_string(), tabulate(&facts));
    save_report(app, DEPARTURES_REPORT, &editions).await?;
    Ok(editions)
}

/// A departure before it is known how sure the person's links are.
#[derive(Debug)]
struct Found {
    fact: DepartureFact,
    /// What would be left of it without the link that it rests on. None where it rests on one record.
    below: Option<Standing>,
}

impl Found {
    fn with_link(self, weakest: Option<LinkReliability>) -> DepartureFact {
        let without_link = self.below.zip(weakest);
        DepartureFact { without_link, ..self.fact }
    }
}

fn standing(ladder: &Ladder<'_>) -> Standing {
    if ladder.is_contradicted() { Standing::Unknown } else { by_rung(ladder.rung) }
}

const fn by_rung(rung: Rung) -> Standing {
    match rung {
        Rung::A | Rung::B => Standing::Confirmed,
        Rung::C => Standing::Probable,
        Rung::D => Standing::Unknown,
    }
}

fn facts_of(case: &CaseFile, sources: &BTreeMap<SourceId, SourceFacts>, days_apart: i32) -> Vec<Found> {
    let accepted = departures_of(case, sources, days_apart, Evidence::AcceptedOnly);
    if accepted.is_empty() {
        return Vec::new();
    }
    let possible = departures_of(case, sources, days_apart, Evidence::PossibleToo);
    accepted
        .iter()
        .map(|ladder| {
            let on = ladder.departure.on;
            let now = standing(ladder);
            // Only the file that holds the exit counts what a waiting link would add: the other file has it too.
            let with_possible = possible
                .iter()
                .find(|other| other.departure.record.id == ladder.departure.record.id)
                .filter(|other| standing(other) != now)
                .and_then(|other| Some((standing(other), waiting(other)?)));
            Found {
                fact: DepartureFact {
                    month: (on.year(), on.month()),
                    standing: now,
                    without_link: None,
                    with_possible,
                },
                below: below(ladder),
            }
        })
        .collect()
}

/// What would be left of a departure without the link between its records.
fn below(ladder: &Ladder<'_>) -> Option<Standing> {
    let identity = |record: &CaseRecord| record.lead.unwrap_or(record.id);
    let own: RecordId = identity(ladder.departure.record);
    if ladder.is_contradicted() {
        let is_elsewhere = ladder.presences.iter().any(|presence| identity(presence.record) != own);
        return is_elsewhere.then_some(by_rung(ladder.rung));
    }
    let support = ladder.support.filter(|support| identity(support.record) != own)?;
    // Without its support an exit that happened stands alone.
    (support.record.id != ladder.departure.record.id).then_some(Standing::Probable)
}

/// How sure the waiting link is that a ladder rests on.
fn waiting(ladder: &Ladder<'_>) -> Option<LinkReliability> {
    let records =
        ladder.items.iter().map(|item| item.record).chain(ladder.presences.iter().map(|p| p.record));
    let reliabilities = records.filter_map(|record| match record.standing {
        LinkStanding::Possible { evidence, .. } => Some(reliability(&evidence)),
        LinkStanding::Accepted => None,
    });
    reliabilities.max_by(|a, b| a.high.total_cmp(&b.high))
}

const fn reliability(evidence: &LinkEvidence) -> LinkReliability {
    LinkReliability {
        low: evidence.reliability_low,
        probability: evidence.match_probability,
        high: evidence.reliability_high,
    }
}

/// The weakest link that a model accepted in a person's file: the careful measure for any two of its records. None where
/// a model accepted none; what a human judged counts as sure.
async fn weakest_link(app: &App, person: PersonId) -> Result<Option<LinkReliability>, ServiceError> {
    let events = app.store.load(StreamId::Person(person)).await?;
    let accepted = events.into_iter().filter_map(|recorded| match recorded.event {
        Event::Person(
            PersonEvent::PersonFormed { weakest, .. } | PersonEvent::RecordsJoined { weakest, .. },
        ) => weakest,
        _ => None,
    });
    let weakest = accepted.min_by(|a, b| a.match_probability.total_cmp(&b.match_probability));
    Ok(weakest.as_ref().map(reliability))
}
