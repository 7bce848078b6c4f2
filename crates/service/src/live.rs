//! Links and checks records one at a time, against what the last run left.
//!
//! The model stays that of the last run until the next one, how rare a value is and the habits of the sources those of the
//! last start. A record that has a person
//! keeps it, as in a run: when it says something else than before, it is checked again and not moved. The checks of a
//! case file are those of a run; what a new record changes in the file of somebody with whom it has no link waits for the
//! next run of all checks.

use std::collections::{BTreeSet, HashMap};

use redress_casefile::{
    Actor, CaseFile, Event, LinkEvidence, StreamId,
    person::{self, Command},
};
use redress_checks::{Discrepancy, Holders as _, World, run_all};
use redress_linkage::{Index, Model};
use redress_ports::{Access, AccessPurpose, Append, PossibleLink, StoredRecord};
use redress_statement::{Attribute, Digest, PersonId, Record, RecordId};

use crate::{
    App, LinkInput, MODEL_REPORT, ServiceError,
    assemble_persons::{REVIEW_PROBABILITY_MIN, evidence},
    history::{append_of, load_person},
    keep_in_step::{Read, Standing, keep_in_step},
    link_records::{COLUMNS, linkage_error},
    pair_facts::{PairFacts, Sources, shares_a_number},
    run_checks::once_each,
    surroundings::Surroundings,
};

/// Pairs of a new record that are looked at: the most probable ones.
const PAIRS_MAX: usize = 50;

/// The name under which reads are accounted for.
const RUN: &str = "intake";

/// The office that takes rows in.
const RECEIVER: &str = "this office's own intake";

/// What new records are held against.
pub(crate) struct Live {
    /// The records of the last linkage run and those since. None before the first run.
    linkage: Option<Linkage>,
    surroundings: Surroundings,
}

struct Linkage {
    index: Index,
    model: Digest,
}

/// What is to be stored of one batch.
#[derive(Default)]
struct Batch {
    appends: Vec<Append>,
    /// Where the records of this batch are held to be, stored or not.
    placed: HashMap<RecordId, PersonId>,
    /// The new records, with the persons that they are held to be of. They are at hand for others once that is stored.
    fresh: Vec<StoredRecord>,
    links: Vec<PossibleLink>,
    /// The persons whose files are checked.
    persons: BTreeSet<PersonId>,
}

/// Another record that may be of the same person.
struct Candidate {
    stored: StoredRecord,
    evidence: LinkEvidence,
    is_accepted: bool,
}

impl Live {
    /// Reads every identity record once, and makes the index of the newest model ready.
    pub(crate) async fn load(app: &App) -> Result<Self, ServiceError> {
        let surroundings = Surroundings::load(app).await?;
        let Some(report) = app.store.report(MODEL_REPORT).await? else {
            return Ok(Self { linkage: None, surroundings });
        };
        let model: Model = serde_json::from_str(&report.json)
            .map_err(|source| ServiceError::Report { name: MODEL_REPORT, source })?;
        let digest = Digest::of(&serde_json::to_vec(&model).map_err(linkage_error)?);
        let input = LinkInput::load(app).await?;
        let index = Index::try_new(input.table, input.config, model).map_err(linkage_error)?;
        Ok(Self { linkage: Some(Linkage { index, model: digest }), surroundings })
    }

    /// Links and checks stored records.
    ///
    /// # Errors
    /// When the store or the engine fails: what was stored before the failure stays, and the same call goes on from there.
    pub(crate) async fn take(&mut self, app: &App, records: &[RecordId]) -> Result<(), ServiceError> {
        let mut batch = Batch::default();
        let mut first = None;
        for (at, id) in records.iter().enumerate() {
            let stored = app.store.record(*id).await?.ok_or_else(|| ServiceError::not_found(id))?;
            let facts = self.surroundings.sources.entry(stored.record.key.source.clone()).or_default();
            facts.as_of = facts.as_of.max(Some(stored.record.last_seen));
            if let Some(person) = stored.person.or_else(|| batch.placed.get(id).copied()) {
                batch.persons.insert(person);
            } else if stored.record.is_identity && self.linkage.is_some() {
                let left = (records.len() - at) as u32;
                let number = match first {
                    Some(number) => number,
                    None => app.store.take_numbers("person", left).await?,
                };
                first = Some(number + 1);
                self.place(app, stored, PersonId(number), &mut batch).await?;
            }
        }
        flush(app, &mut batch).await?;
        for stored in &batch.fresh {
            self.surroundings.holders.add(stored);
        }
        if !batch.links.is_empty() {
            app.store.add_possible_links(&batch.links).await?;
        }
        account(app, &batch.persons).await?;
        self.check(app, &batch.persons).await?;
        app.store.publish(app.clock.now_us(), app.clock.today()).await?;
        Ok(())
    }

    /// Puts a new identity record into the file of the one person to whom its accepted links lead, or into a file of its
    /// own; what else is probable waits for clerical review.
    async fn place(
        &mut self,
        app: &App,
        mut stored: StoredRecord,
        fresh: PersonId,
        batch: &mut Batch,
    ) -> Result<(), ServiceError> {
        let Some(linkage) = &mut self.linkage else { return Ok(()) };
        let mut candidates = candidates(app, linkage, &self.surroundings.sources, &stored, batch).await?;
        let led_to: BTreeSet<PersonId> =
            candidates.iter().filter(|one| one.is_accepted).filter_map(|one| one.stored.person).collect();
        let joined = led_to.first().copied().filter(|_| led_to.len() == 1);
        let person = match joined {
            Some(person) if !contradicts(app, &self.surroundings.sources, &stored, person, batch).await? => {
                join(app, linkage.model, &stored, person, &candidates, batch).await?
            }
            _ => None,
        };
        let person = match person {
            Some(person) => person,
            None => {
                let records = vec![stored.id];
                let command =
                    Command::FormPerson { person: fresh, records, model: linkage.model, weakest: None };
                let events = person::decide(&person::initial(), command)?.into_iter().map(Event::Person);
                let actor = Actor::Model { model: linkage.model };
                batch.appends.push(append_of(StreamId::Person(fresh), 0, &actor, events));
                fresh
            }
        };
        let source = stored.record.key.source.as_str().to_owned();
        let id = stored.id.0.to_string();
        // What an earlier start stored and did not come to is in the index already.
        let row = match linkage.index.find(&source, &id) {
            Some(row) => row,
            None => {
                linkage.index.insert(&source, &id, &|column| value(&stored, column)).map_err(linkage_error)?
            }
        };
        candidates
            .extend(asserted(app, linkage, &self.surroundings, batch, &stored, row, &candidates).await?);
        for one in candidates.into_iter().filter(|one| one.stored.person != Some(person)) {
            batch.links.push(PossibleLink { left: one.stored.id, right: stored.id, evidence: one.evidence });
            batch.persons.extend(one.stored.person);
        }
        batch.placed.insert(stored.id, person);
        batch.persons.insert(person);
        stored.person = Some(person);
        batch.fresh.push(stored);
        Ok(())
    }

    /// Runs every check over the files of some persons, and keeps their findings in step.
    async fn check(&self, app: &App, persons: &BTreeSet<PersonId>) -> Result<(), ServiceError> {
        let world = World {
            today: app.clock.today(),
            sources: &self.surroundings.sources,
            holders: &self.surroundings.holders,
            keeping: &self.surroundings.keeping,
        };
        let mut reported = Vec::new();
        let mut held = BTreeSet::new();
        let mut known = Standing::new();
        for person in persons {
            let Some(case) = app.store.case_file(*person).await? else { continue };
            held.extend(case.accepted().map(|record| record.id));
            reported.extend(of_case(&case, &world, app));
            for row in app.store.findings_of(*person).await? {
                if row.state != "no_longer_seen" {
                    known.insert((row.check.clone(), row.at), row);
                }
            }
        }
        // What rests on a record in a file that was not read could stand there already: the next run of all checks tells.
        reported.retain(|(_, _, found): &(PersonId, bool, Discrepancy)| {
            found.inputs.iter().all(|input| held.contains(&input.record))
        });
        keep_in_step(app, &once_each(reported), known, Read::Holding(&held)).await.map(drop)
    }
}

fn of_case<'a>(
    case: &'a CaseFile,
    world: &World<'_>,
    app: &App,
) -> impl Iterator<Item = (PersonId, bool, Discrepancy)> + use<'a> {
    run_all(case, world, &app.parameters)
        .into_iter()
        .map(|found| (case.person, case.record(found.at).is_some_and(|record| record.is_accepted()), found))
}

/// What a record says in a column of the linkage's configuration.
fn value(stored: &StoredRecord, column: &str) -> Option<String> {
    let (_, attribute) = COLUMNS.iter().find(|(name, _)| *name == column)?;
    stored.record.value(*attribute).map(str::to_owned)
}

/// The records that the index proposes, most probable first.
async fn candidates(
    app: &App,
    linkage: &mut Linkage,
    sources: &Sources,
    stored: &StoredRecord,
    batch: &Batch,
) -> Result<Vec<Candidate>, ServiceError> {
    let source = stored.record.key.source.as_str();
    let answer = linkage.index.query(source, &stored.id.0.to_string(), &|column| value(stored, column));
    let mut pairs = answer.pairs;
    pairs.retain(|pair| pair.match_probability >= REVIEW_PROBABILITY_MIN);
    pairs.sort_by(|a, b| b.match_probability.total_cmp(&a.match_probability));
    pairs.truncate(PAIRS_MAX);
    let mut candidates = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let Some(mut other) = of_row(app, &linkage.index, pair.l).await? else { continue };
        other.person = other.person.or_else(|| batch.placed.get(&other.id).copied());
        let evidence = evidence(&pair);
        let facts = PairFacts::of(&other.record, &stored.record, sources);
        let is_accepted = facts.accept(&evidence);
        candidates.push(Candidate { stored: other, evidence, is_accepted });
    }
    Ok(candidates)
}

/// The stored record of a row of the index.
async fn of_row(app: &App, index: &Index, row: u32) -> Result<Option<StoredRecord>, ServiceError> {
    match index.source_and_id(row).1.parse() {
        Ok(id) => Ok(app.store.record(RecordId(id)).await?),
        Err(_) => Ok(None),
    }
}

/// Whether a record that is held to be of a person, stored or of this batch, contradicts a new one in birth date or
/// identifier: then no link to another record of that person carries it there.
async fn contradicts(
    app: &App,
    sources: &Sources,
    stored: &StoredRecord,
    person: PersonId,
    batch: &Batch,
) -> Result<bool, ServiceError> {
    let contradict = |other: &Record| PairFacts::of(other, &stored.record, sources).contradict();
    let of_batch = batch.fresh.iter().filter(|other| other.person == Some(person));
    if of_batch.into_iter().any(|other| contradict(&other.record)) {
        return Ok(true);
    }
    let case = app.store.case_file(person).await?;
    let identities = case.iter().flat_map(CaseFile::identities).filter(|record| record.is_accepted());
    Ok(identities.into_iter().any(|record| contradict(&record.record)))
}

/// Joins a record to a person. None when a judgement or another rule stands against it: then it waits for a human.
async fn join(
    app: &App,
    model: Digest,
    stored: &StoredRecord,
    person: PersonId,
    candidates: &[Candidate],
    batch: &mut Batch,
) -> Result<Option<PersonId>, ServiceError> {
    if batch.appends.iter().any(|append| append.stream == StreamId::Person(person)) {
        flush(app, batch).await?;
    }
    let links = candidates.iter().filter(|one| one.is_accepted && one.stored.person == Some(person));
    let weakest =
        links.map(|one| one.evidence).min_by(|a, b| a.reliability_low.total_cmp(&b.reliability_low));
    let loaded = load_person(app, person).await?;
    let command = Command::JoinRecords { records: vec![stored.id], model, weakest };
    let Ok(events) = person::decide(&loaded.state, command) else { return Ok(None) };
    let events = events.into_iter().map(Event::Person);
    batch.appends.push(append_of(StreamId::Person(person), loaded.version, &Actor::Model { model }, events));
    Ok(Some(person))
}

/// Records that a source itself holds to be of the same person: the same A-number, or its own match.
async fn asserted(
    app: &App,
    linkage: &Linkage,
    surroundings: &Surroundings,
    batch: &Batch,
    stored: &StoredRecord,
    row: u32,
    known: &[Candidate],
) -> Result<Vec<Candidate>, ServiceError> {
    let mut ids = BTreeSet::new();
    if let Some(number) = stored.record.value(Attribute::ANumber) {
        ids.extend(surroundings.holders.holders(number).into_iter().map(|holder| holder.record));
        let of_batch = batch.fresh.iter().filter(|other| shares_a_number(&other.record, &stored.record));
        ids.extend(of_batch.map(|other| other.id));
    }
    if let Some(key) = stored.record.value(Attribute::AssertedProceeding) {
        for source in surroundings.sources.keys() {
            ids.extend(app.store.record_by_key(source, key).await?.map(|other| other.id));
        }
    }
    let mut found = Vec::new();
    for id in ids.into_iter().filter(|id| known.iter().all(|one| one.stored.id != *id)) {
        let Some(mut other) = app.store.record(id).await? else { continue };
        other.person = other.person.or_else(|| batch.placed.get(&other.id).copied());
        let source = other.record.key.source.as_str();
        let Some(other_row) = linkage.index.find(source, &id.0.to_string()) else { continue };
        let weighed = evidence(&linkage.index.pair_of(other_row, row));
        // Nobody proposed it: nothing is claimed of the lower end.
        let evidence =
            LinkEvidence { reliability_low: 0.0, reliability_high: weighed.match_probability, ..weighed };
        found.push(Candidate { stored: other, evidence, is_accepted: false });
    }
    Ok(found)
}

/// Stores the events of a batch so far.
async fn flush(app: &App, batch: &mut Batch) -> Result<(), ServiceError> {
    let appends = std::mem::take(&mut batch.appends);
    if !appends.is_empty() {
        app.store.append(appends, app.clock.now_us(), app.clock.today()).await?;
    }
    Ok(())
}

/// Each person whose file is about to be read is told.
async fn account(app: &App, persons: &BTreeSet<PersonId>) -> Result<(), ServiceError> {
    let (at_us, day) = (app.clock.now_us(), app.clock.today());
    let access = |person: &PersonId| Access {
        person: *person,
        at_us,
        day,
        user_code: RUN.to_owned(),
        receiver: RECEIVER.to_owned(),
        purpose: AccessPurpose::BulkRun,
    };
    let accesses: Vec<Access> = persons.iter().map(access).collect();
    Ok(app.store.put_accesses(&accesses).await?)
}
