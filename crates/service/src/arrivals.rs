//! Places new identity records: into the file of one person, or a file of their own, with what waits for clerical review.
//!
//! A batch is read and decided in turns: the index proposes for each record in the order of arrival, then everything that the
//! decisions rest on is read from the store by a few statements, then each record is decided on what stands after the one
//! before it. Nothing is stored here: the events of a batch go into one transaction.

use std::collections::{BTreeSet, HashMap, HashSet};

use redress_casefile::{
    Actor, Event, LinkEvidence, StreamId,
    person::{self, Command},
};
use redress_checks::Holders as _;
use redress_linkage::{Index, Pair};
use redress_ports::{Append, PossibleLink, StoredRecord};
use redress_statement::{Attribute, Digest, PersonId, RecordId};

use crate::{
    App, ServiceError,
    assemble_persons::{REVIEW_PROBABILITY_MIN, evidence},
    history::{Loaded, append_of, damaged, load_persons},
    link_records::{COLUMNS, linkage_error},
    pair_facts::{PairFacts, Sources, shares_a_number},
    surroundings::Surroundings,
};

/// Pairs of a new record that are looked at: the most probable ones.
const PAIRS_MAX: usize = 50;

/// The records of the last linkage run and those since, with the model's digest.
pub(crate) struct Linkage {
    pub(crate) index: Index,
    pub(crate) model: Digest,
}

/// What is to be stored of one batch.
#[derive(Default)]
pub(crate) struct Placed {
    /// The events that put its records into files.
    pub(crate) appends: Vec<Append>,
    /// The new records, with the persons that they are held to be of.
    pub(crate) fresh: Vec<StoredRecord>,
    /// The links that wait for clerical review.
    pub(crate) links: Vec<PossibleLink>,
    /// The persons whose files are concerned.
    pub(crate) persons: BTreeSet<PersonId>,
}

/// A new record, and what it may be linked to.
struct Arrival {
    stored: StoredRecord,
    /// Its row in the index.
    row: u32,
    /// The pairs that the index proposes, most probable first.
    pairs: Vec<(RecordId, Pair)>,
    /// Records that a source itself holds to be of the same person.
    asserted: BTreeSet<RecordId>,
}

/// What the decisions on a batch rest on.
#[derive(Default)]
struct AtHand {
    records: HashMap<RecordId, StoredRecord>,
    persons: HashMap<PersonId, Loaded<person::State>>,
}

/// Another record that may be of the same person.
#[derive(Clone, Copy)]
struct Candidate {
    id: RecordId,
    /// Whose it is held to be, stored or by this batch.
    person: Option<PersonId>,
    evidence: LinkEvidence,
    is_accepted: bool,
}

/// Decides where each of some new identity records belongs; `first` and the numbers after it are free for persons.
///
/// # Errors
/// When the store or the engine fails. Nothing was stored; what the index took in stays there, and the same call does no
/// harm.
pub(crate) async fn place(
    app: &App,
    linkage: &mut Linkage,
    surroundings: &Surroundings,
    records: Vec<StoredRecord>,
    first: PersonId,
) -> Result<Placed, ServiceError> {
    let mut arrivals = Vec::with_capacity(records.len());
    for stored in records {
        arrivals.push(arrive(app, linkage, surroundings, stored).await?);
    }
    let at_hand = AtHand::load(app, &surroundings.sources, &arrivals).await?;
    let (index, model, sources) = (&linkage.index, linkage.model, &surroundings.sources);
    let mut batch =
        Deciding { index, model, sources, at_hand, undecided: HashSet::new(), placed: Placed::default() };
    batch.undecided.extend(arrivals.iter().map(|arrival| arrival.stored.id));
    for (number, arrival) in (first.0..).zip(arrivals) {
        batch.decide(arrival, PersonId(number))?;
    }
    Ok(batch.placed)
}

/// Asks the index about a record, and adds it there for those that follow.
async fn arrive(
    app: &App,
    linkage: &mut Linkage,
    surroundings: &Surroundings,
    stored: StoredRecord,
) -> Result<Arrival, ServiceError> {
    let index = &mut linkage.index;
    let (source, id) = (stored.record.key.source.as_str(), stored.id.0.to_string());
    let of_column = |column: &str| value(&stored, column);
    let mut pairs = index.query(source, &id, &of_column).pairs;
    pairs.retain(|pair| pair.match_probability >= REVIEW_PROBABILITY_MIN);
    pairs.sort_by(|a, b| b.match_probability.total_cmp(&a.match_probability));
    pairs.truncate(PAIRS_MAX);
    let pairs = pairs.into_iter().filter_map(|pair| Some((record_of(index, pair.l)?, pair))).collect();
    // What an earlier start stored and did not come to is in the index already.
    let row = match index.find(source, &id) {
        Some(row) => row,
        None => index.insert(source, &id, &of_column).map_err(linkage_error)?,
    };
    let asserted = asserted(app, surroundings, &stored).await?;
    Ok(Arrival { stored, row, pairs, asserted })
}

/// What a record says in a column of the linkage's configuration.
fn value(stored: &StoredRecord, column: &str) -> Option<String> {
    let (_, attribute) = COLUMNS.iter().find(|(name, _)| *name == column)?;
    stored.record.value(*attribute).map(str::to_owned)
}

/// The stored record of a row of the index.
fn record_of(index: &Index, row: u32) -> Option<RecordId> {
    index.source_and_id(row).1.parse().ok().map(RecordId)
}

/// Stored records that a source itself holds to be of the same person: the same A-number, or its own match.
async fn asserted(
    app: &App,
    surroundings: &Surroundings,
    stored: &StoredRecord,
) -> Result<BTreeSet<RecordId>, ServiceError> {
    let mut ids = BTreeSet::new();
    if let Some(number) = stored.record.value(Attribute::ANumber) {
        ids.extend(surroundings.holders.holders(number).iter().map(|holder| holder.record));
    }
    if let Some(key) = stored.record.value(Attribute::AssertedProceeding) {
        for source in surroundings.sources.keys() {
            ids.extend(app.store.record_by_key(source, key).await?.map(|other| other.id));
        }
    }
    Ok(ids)
}

impl AtHand {
    /// Reads the arrivals' candidates, the histories of the persons to whom accepted links lead, and their records.
    async fn load(app: &App, sources: &Sources, arrivals: &[Arrival]) -> Result<Self, ServiceError> {
        let mut at_hand = Self::default();
        let of_arrival = |arrival: &Arrival| -> Vec<RecordId> {
            let pairs = arrival.pairs.iter().map(|(id, _)| *id);
            pairs.chain(arrival.asserted.iter().copied()).chain([arrival.stored.id]).collect()
        };
        at_hand.read(app, arrivals.iter().flat_map(of_arrival)).await?;
        let led_to = |arrival: &Arrival| -> Vec<PersonId> {
            let candidates = at_hand.candidates(arrival, sources);
            candidates.filter(|one| one.is_accepted).filter_map(|one| one.person).collect()
        };
        let persons: BTreeSet<PersonId> = arrivals.iter().flat_map(led_to).collect();
        at_hand.persons = load_persons(app, &persons.into_iter().collect::<Vec<_>>()).await?;
        let persons = at_hand.persons.values().filter_map(|loaded| loaded.state.person());
        let records: BTreeSet<RecordId> = persons.flat_map(|person| &person.records).copied().collect();
        at_hand.read(app, records).await?;
        Ok(at_hand)
    }

    /// Reads records that are not at hand yet.
    async fn read(&mut self, app: &App, ids: impl IntoIterator<Item = RecordId>) -> Result<(), ServiceError> {
        let wanted: BTreeSet<RecordId> =
            ids.into_iter().filter(|id| !self.records.contains_key(id)).collect();
        let records = app.store.records(&wanted.into_iter().collect::<Vec<_>>()).await?;
        self.records.extend(records.into_iter().map(|stored| (stored.id, stored)));
        Ok(())
    }

    /// The records that the index proposes for one that arrived, most probable first.
    fn candidates<'a>(
        &'a self,
        arrival: &'a Arrival,
        sources: &'a Sources,
    ) -> impl Iterator<Item = Candidate> + 'a {
        arrival.pairs.iter().filter_map(|(id, pair)| {
            let other = self.records.get(id)?;
            let facts = PairFacts::of(&other.record, &arrival.stored.record, sources);
            let evidence = facts.evidence(evidence(pair));
            Some(Candidate { id: *id, person: other.person, evidence, is_accepted: facts.accept(&evidence) })
        })
    }
}

/// A batch while its records are decided, one after the other.
struct Deciding<'a> {
    index: &'a Index,
    model: Digest,
    sources: &'a Sources,
    at_hand: AtHand,
    /// The records of the batch that are still to be decided. The index has them only where the batch is decided anew: they
    /// are no candidates for those before them.
    undecided: HashSet<RecordId>,
    placed: Placed,
}

impl Deciding<'_> {
    /// Puts a new identity record into the file of the one person to whom its accepted links lead, or into a file of its
    /// own; what else is probable waits for clerical review.
    fn decide(&mut self, arrival: Arrival, fresh: PersonId) -> Result<(), ServiceError> {
        let mut candidates: Vec<Candidate> = self
            .at_hand
            .candidates(&arrival, self.sources)
            .filter(|one| !self.undecided.contains(&one.id))
            .collect();
        let accepted = candidates.iter().filter(|one| one.is_accepted);
        let led_to: BTreeSet<PersonId> = accepted.filter_map(|one| one.person).collect();
        let joined = led_to.first().copied().filter(|_| led_to.len() == 1);
        let id = arrival.stored.id;
        let joined = joined.filter(|person| !self.contradicts(&arrival.stored, *person));
        let person = match joined {
            Some(person) if self.join(id, person, &candidates)? => person,
            _ => self.form(id, fresh)?,
        };
        candidates.extend(self.of_same_number(&arrival, &candidates));
        for one in candidates.into_iter().filter(|one| one.person != Some(person)) {
            self.placed.links.push(PossibleLink { left: one.id, right: id, evidence: one.evidence });
            self.placed.persons.extend(one.person);
        }
        self.placed.persons.insert(person);
        self.undecided.remove(&id);
        let stored = StoredRecord { person: Some(person), ..arrival.stored };
        self.at_hand.records.insert(id, stored.clone());
        self.placed.fresh.push(stored);
        Ok(())
    }

    /// Whether a record that is held to be of a person, stored or by this batch, contradicts a new one in birth date or
    /// identifier: then no link to another record of that person carries it there.
    fn contradicts(&self, stored: &StoredRecord, person: PersonId) -> bool {
        let loaded = self.at_hand.persons.get(&person);
        let records =
            loaded.and_then(|loaded| loaded.state.person()).into_iter().flat_map(|known| &known.records);
        records
            .filter_map(|id| self.at_hand.records.get(id))
            .any(|other| PairFacts::of(&other.record, &stored.record, self.sources).contradict())
    }

    /// Joins a record to a person. False when a judgement or another rule stands against it: then it waits for a human.
    fn join(
        &mut self,
        id: RecordId,
        person: PersonId,
        candidates: &[Candidate],
    ) -> Result<bool, ServiceError> {
        let links = candidates.iter().filter(|one| one.is_accepted && one.person == Some(person));
        let weakest =
            links.map(|one| one.evidence).min_by(|a, b| a.reliability_low.total_cmp(&b.reliability_low));
        let command = Command::JoinRecords { records: vec![id], model: self.model, weakest };
        match self.carry_out(person, command) {
            Err(ServiceError::Refused(_)) => Ok(false),
            carried_out => carried_out.map(|()| true),
        }
    }

    fn form(&mut self, id: RecordId, person: PersonId) -> Result<PersonId, ServiceError> {
        let command = Command::FormPerson { person, records: vec![id], model: self.model, weakest: None };
        self.carry_out(person, command)?;
        Ok(person)
    }

    /// Decides a command on what stands of a person, and keeps the events and what they lead to.
    fn carry_out(&mut self, person: PersonId, command: Command) -> Result<(), ServiceError> {
        let stream = StreamId::Person(person);
        let unformed = || Loaded { state: person::initial(), version: 0 };
        let Loaded { state, version } = self.at_hand.persons.remove(&person).unwrap_or_else(unformed);
        let decided = person::decide(&state, command);
        let events = decided.as_ref().map_or(&[][..], Vec::as_slice);
        let after = events.iter().try_fold(state, person::evolve);
        let state = after.map_err(|error| damaged(stream, &error))?;
        let n_events = events.len() as u64;
        self.at_hand.persons.insert(person, Loaded { state, version: version + n_events });
        let actor = Actor::Model { model: self.model };
        let events = decided?.into_iter().map(Event::Person);
        self.placed.appends.push(append_of(stream, version, &actor, events));
        Ok(())
    }

    /// Records that a source itself holds to be of the same person and that the index did not propose.
    fn of_same_number(&self, arrival: &Arrival, known: &[Candidate]) -> Vec<Candidate> {
        let of_batch = self.placed.fresh.iter();
        let of_batch = of_batch.filter(|other| shares_a_number(&other.record, &arrival.stored.record));
        let mut ids = arrival.asserted.clone();
        ids.extend(of_batch.map(|other| other.id));
        let is_new = |id: &RecordId| {
            *id != arrival.stored.id && !self.undecided.contains(id) && known.iter().all(|one| one.id != *id)
        };
        ids.into_iter().filter(is_new).filter_map(|id| self.asserted_candidate(id, arrival.row)).collect()
    }

    fn asserted_candidate(&self, id: RecordId, row: u32) -> Option<Candidate> {
        let other = self.at_hand.records.get(&id)?;
        let other_row = self.index.find(other.record.key.source.as_str(), &id.0.to_string())?;
        let weighed = evidence(&self.index.pair_of(other_row, row));
        // Nobody proposed it: nothing is claimed of the lower end.
        let evidence =
            LinkEvidence { reliability_low: 0.0, reliability_high: weighed.match_probability, ..weighed };
        Some(Candidate { id, person: other.person, evidence, is_accepted: false })
    }
}
