//! Turns what linkage proposes into persons: alone only by the narrow rule, else for clerical review.

use std::collections::{BTreeMap, BTreeSet};

use redress_casefile::{
    Actor, Event, LinkEvidence, StreamId,
    person::{self, Command},
};
use redress_linkage::Pair;
use redress_ports::{Append, PossibleLink, StoredRecord};
use redress_statement::{Attribute, Digest, PersonId, RecordId};

use crate::{
    App, Progress, RunModel, ServiceError,
    explain_link::LinkExplainer,
    history::{append_of, load_person},
    link_records::linkage_error,
    pair_facts::{PairFacts, Sources, shares_a_number},
    surroundings::source_facts,
};

/// Persons formed in one transaction.
const PERSONS_AT_A_TIME: usize = 500;

/// Match probability from which a proposed pair waits for clerical review. Below it the pair is counted
/// in the run's report and not shown to anybody.
pub(crate) const REVIEW_PROBABILITY_MIN: f64 = 0.2;

/// What became of a linkage run.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LinkSummary {
    /// Identity records.
    pub n_records: u64,
    /// Pairs that were compared.
    pub n_pairs_compared: u64,
    /// Pairs that the model proposes at or above the review probability.
    pub n_pairs_proposed: u64,
    /// Links that the model accepted by the narrow rule.
    pub n_links_accepted: u64,
    /// Links that wait for clerical review.
    pub n_links_possible: u64,
    /// Persons formed by this run.
    pub n_persons_formed: u64,
    /// Persons that stood already and keep their number.
    pub n_persons_kept: u64,
    /// Digest of model.json.
    pub model: Option<Digest>,
}

/// Forms persons from the accepted links and puts the rest up for review.
///
/// A record that has a person keeps it: only judgements move it. New records join a person when every
/// accepted link of theirs leads to the same one.
///
/// # Errors
/// When the store fails; persons formed before the failure stay, and the same call goes on from there.
pub async fn assemble_persons(
    app: &App,
    run: &RunModel,
    progress: &dyn Progress,
) -> Result<LinkSummary, ServiceError> {
    let model_json = serde_json::to_vec(&run.linked.model).map_err(linkage_error)?;
    let model = Digest::of(&model_json);
    let records = &run.input.records;
    let sources = source_facts(app).await?;
    let sorted = SortedPairs::of(run, &sources);
    let groups = Groups::of(records, &sorted.accepted, &sources);
    let mut summary = LinkSummary {
        n_records: records.len() as u64,
        n_pairs_compared: run.linked.stats.n_pairs_compared,
        n_pairs_proposed: (sorted.accepted.len() + sorted.possible.len()) as u64,
        n_links_accepted: sorted.accepted.len() as u64,
        model: Some(model),
        ..LinkSummary::default()
    };
    form(app, run, &groups, model, &mut summary, progress).await?;
    let possible = waiting(run, &sorted, &groups)?;
    summary.n_links_possible = possible.len() as u64;
    app.store.replace_possible_links(&possible).await?;
    Ok(summary)
}

/// The proposed pairs, told apart by the narrow rule.
struct SortedPairs {
    accepted: Vec<(usize, usize, LinkEvidence)>,
    possible: Vec<(usize, usize, LinkEvidence)>,
}

impl SortedPairs {
    fn of(run: &RunModel, sources: &Sources) -> Self {
        let mut sorted = Self { accepted: Vec::new(), possible: Vec::new() };
        for pair in &run.linked.pairs {
            let (left, right) = (run.input.place(pair.l), run.input.place(pair.r));
            let together = run.cluster(left) == run.cluster(right);
            let facts =
                PairFacts::of(&run.input.records[left].record, &run.input.records[right].record, sources);
            let evidence = facts.evidence(evidence(pair));
            if (together || facts.is_stated) && facts.accept(&evidence) {
                sorted.accepted.push((left, right, evidence));
            } else if evidence.match_probability >= REVIEW_PROBABILITY_MIN {
                sorted.possible.push((left, right, evidence));
            }
        }
        sorted
    }
}

pub(crate) const fn evidence(pair: &Pair) -> LinkEvidence {
    LinkEvidence {
        match_probability: pair.match_probability,
        reliability_low: pair.reliability_low,
        reliability_high: pair.reliability_high,
        n_agree: pair.n_agree,
        n_disagree: pair.n_disagree,
        n_not_comparable: pair.n_not_comparable,
    }
}

/// Records joined by accepted links, as a union-find over row numbers.
///
/// The strongest link joins first, and a link joins nothing where a record of the one side and a record of the other
/// contradict each other in birth date or identifier: what no link may carry directly, none carries over others between.
struct Groups {
    parent: Vec<usize>,
    /// The next row of the same group; the last leads to the first.
    next: Vec<usize>,
    weakest: BTreeMap<usize, LinkEvidence>,
}

impl Groups {
    fn of(records: &[StoredRecord], accepted: &[(usize, usize, LinkEvidence)], sources: &Sources) -> Self {
        let rows: Vec<usize> = (0..records.len()).collect();
        let mut groups = Self { parent: rows.clone(), next: rows, weakest: BTreeMap::new() };
        groups.keep_persons(records);
        let mut strongest: Vec<_> = accepted.iter().collect();
        strongest.sort_by(|(left_a, right_a, a), (left_b, right_b, b)| {
            let by_strength = b.reliability_low.total_cmp(&a.reliability_low);
            by_strength
                .then(b.match_probability.total_cmp(&a.match_probability))
                .then((left_a, right_a).cmp(&(left_b, right_b)))
        });
        let contradict =
            |a: usize, b: usize| PairFacts::of(&records[a].record, &records[b].record, sources).contradict();
        for (left, right, evidence) in strongest {
            let (a, b) = (groups.root(*left), groups.root(*right));
            if a != b && groups.rows(a).any(|x| groups.rows(b).any(|y| contradict(x, y))) {
                continue;
            }
            groups.join(a, b);
            let ends = [groups.weakest.remove(&a), groups.weakest.remove(&b), Some(*evidence)];
            let weakest =
                ends.into_iter().flatten().min_by(|x, y| x.reliability_low.total_cmp(&y.reliability_low));
            groups.weakest.insert(a.min(b), weakest.unwrap_or(*evidence));
        }
        groups
    }

    /// Records of a person that stands are together before any link is looked at, contradicting each other or not: a human
    /// or an earlier run put them there.
    fn keep_persons(&mut self, records: &[StoredRecord]) {
        let mut first: BTreeMap<PersonId, usize> = BTreeMap::new();
        for (row, stored) in records.iter().enumerate() {
            let Some(person) = stored.person else { continue };
            let with = *first.entry(person).or_insert(row);
            let (a, b) = (self.root(with), self.root(row));
            self.join(a, b);
        }
    }

    /// Joins two groups by their roots.
    fn join(&mut self, a: usize, b: usize) {
        if a == b {
            return;
        }
        self.parent[a.max(b)] = a.min(b);
        self.next.swap(a, b);
    }

    /// The rows of a group by one of them.
    fn rows(&self, first: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(first), move |row| Some(self.next[*row]).filter(|next| *next != first))
    }

    fn root(&self, mut at: usize) -> usize {
        while self.parent[at] != at {
            at = self.parent[at];
        }
        at
    }

    /// Row numbers by group, both ascending.
    fn members(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for row in 0..self.parent.len() {
            members.entry(self.root(row)).or_default().push(row);
        }
        members
    }
}

async fn form(
    app: &App,
    run: &RunModel,
    groups: &Groups,
    model: Digest,
    summary: &mut LinkSummary,
    progress: &dyn Progress,
) -> Result<(), ServiceError> {
    let records = &run.input.records;
    let members: Vec<(usize, Vec<usize>)> = groups.members().into_iter().collect();
    let total = members.len() as u64;
    for (at, chunk) in members.chunks(PERSONS_AT_A_TIME).enumerate() {
        let first = app.store.take_numbers("person", PERSONS_AT_A_TIME as u32).await?;
        let mut appends = Vec::new();
        for (number, (root, rows)) in (first..).zip(chunk) {
            let append =
                append_for(app, records, rows, PersonId(number), model, groups.weakest.get(root)).await?;
            match &append {
                Some(append) if append.expected_version == 0 => summary.n_persons_formed += 1,
                _ => summary.n_persons_kept += 1,
            }
            appends.extend(append);
        }
        if !appends.is_empty() {
            app.store.append(appends, app.clock.now_us(), app.clock.today()).await?;
        }
        progress.at("persons", ((at + 1) * PERSONS_AT_A_TIME).min(members.len()) as u64, Some(total));
    }
    Ok(())
}

/// The events that a group of records needs: a new person, new records for one that stands, or nothing.
async fn append_for(
    app: &App,
    records: &[StoredRecord],
    rows: &[usize],
    fresh: PersonId,
    model: Digest,
    weakest: Option<&LinkEvidence>,
) -> Result<Option<Append>, ServiceError> {
    let standing: BTreeSet<PersonId> = rows.iter().filter_map(|row| records[*row].person).collect();
    let new: Vec<RecordId> =
        rows.iter().filter(|row| records[**row].person.is_none()).map(|row| records[*row].id).collect();
    if new.is_empty() {
        return Ok(None);
    }
    let weakest = weakest.copied();
    let (person, expected_version, events) = match standing.iter().next() {
        Some(person) if standing.len() == 1 => {
            let loaded = load_person(app, *person).await?;
            let events =
                person::decide(&loaded.state, Command::JoinRecords { records: new, model, weakest })?;
            (*person, loaded.version, events)
        }
        _ => {
            let command = Command::FormPerson { person: fresh, records: new, model, weakest };
            (fresh, 0, person::decide(&person::initial(), command)?)
        }
    };
    let events = events.into_iter().map(Event::Person);
    Ok(Some(append_of(StreamId::Person(person), expected_version, &Actor::Model { model }, events)))
}

/// Where a record is kept after the run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// In the file of a person that stood before.
    Standing(PersonId),
    /// In the file of the person that its group formed.
    Fresh(usize),
}

/// Where each record is kept: a run never moves a record of a person that stands, and never joins two such persons.
fn kept(records: &[StoredRecord], groups: &Groups) -> Vec<Kept> {
    let mut kept: Vec<Kept> = (0..records.len()).map(|row| Kept::Fresh(groups.root(row))).collect();
    for (root, rows) in groups.members() {
        let standing: BTreeSet<PersonId> = rows.iter().filter_map(|row| records[*row].person).collect();
        let joined = standing.first().filter(|_| standing.len() == 1).copied();
        for row in rows {
            kept[row] = records[row].person.or(joined).map_or(Kept::Fresh(root), Kept::Standing);
        }
    }
    kept
}

/// The links that wait for review: proposed pairs over the border of two files, and records that a source itself holds
/// to be of one person (the same A-number, or its own match), whatever the model says. A link that the model is sure of
/// waits too where it leads from the file of one person that stands into that of another: only a human joins them.
fn waiting(run: &RunModel, sorted: &SortedPairs, groups: &Groups) -> Result<Vec<PossibleLink>, ServiceError> {
    let records = &run.input.records;
    let kept = kept(records, groups);
    let mut links: BTreeMap<(RecordId, RecordId), LinkEvidence> = BTreeMap::new();
    let mut add = |left: usize, right: usize, evidence: LinkEvidence| {
        if kept[left] != kept[right] {
            let (low, high) = (left.min(right), left.max(right));
            links.insert((records[low].id, records[high].id), evidence);
        }
    };
    for (left, right, evidence) in sorted.accepted.iter().chain(&sorted.possible) {
        add(*left, *right, *evidence);
    }
    let explainer = LinkExplainer::of(run)?;
    for (left, right) in asserted_pairs(records) {
        add(left, right, explainer.evidence(left, right));
    }
    Ok(links.into_iter().map(|((left, right), evidence)| PossibleLink { left, right, evidence }).collect())
}

/// Pairs of rows that the sources themselves hold together.
fn asserted_pairs(records: &[StoredRecord]) -> Vec<(usize, usize)> {
    let mut by_number: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_key: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, stored) in records.iter().enumerate() {
        if let Some(number) = stored.record.value(Attribute::ANumber) {
            by_number.entry(number).or_default().push(row);
        }
        by_key.entry(&stored.record.key.key).or_default().push(row);
    }
    let mut pairs = Vec::new();
    for rows in by_number.values().filter(|rows| rows.len() <= SHARERS_MAX) {
        for (at, left) in rows.iter().enumerate() {
            for right in &rows[at + 1..] {
                debug_assert!(shares_a_number(&records[*left].record, &records[*right].record));
                pairs.push((*left, *right));
            }
        }
    }
    for (row, stored) in records.iter().enumerate() {
        let Some(key) = stored.record.value(Attribute::AssertedProceeding) else { continue };
        for other in by_key.get(key).into_iter().flatten().filter(|other| **other != row) {
            pairs.push((row.min(*other), row.max(*other)));
        }
    }
    pairs
}

/// Records under one number beyond which the number is taken to be a placeholder.
const SHARERS_MAX: usize = 40;

#[cfg(test)]
mod tests {
    use redress_testkit::record;

    use super::*;

    const SURE: LinkEvidence = LinkEvidence {
        match_probability: 0.99,
        reliability_low: 0.98,
        reliability_high: 1.0,
        n_agree: 5,
        n_disagree: 0,
        n_not_comparable: 0,
    };

    /// Whether two of the records are kept in one file. `persons` are those of the records before the run, 0 for none;
    /// `links` the accepted ones.
    #[track_caller]
    fn check(persons: &[i64], links: &[(usize, usize)], pair: (usize, usize), together: bool) {
        let records: Vec<StoredRecord> = (1..)
            .zip(persons)
            .map(|(id, person)| StoredRecord {
                id: RecordId(id),
                record: record("benefits", "applications", &format!("K{id}")).build(),
                person: (*person > 0).then_some(PersonId(*person)),
            })
            .collect();
        let accepted: Vec<_> = links.iter().map(|(left, right)| (*left, *right, SURE)).collect();
        let kept = kept(&records, &Groups::of(&records, &accepted, &Sources::new()));
        assert_eq!(kept[pair.0] == kept[pair.1], together, "{persons:?} {links:?}");
    }

    /// The groups, by row numbers, of records that state these A-numbers (none where empty), under links of which each is
    /// weaker than the one before.
    #[track_caller]
    fn check_groups(numbers: &[&str], persons: &[i64], links: &[(usize, usize)], groups: &[&[usize]]) {
        let record = |at: usize, number: &str| {
            let built = record("benefits", "applications", &format!("K{at}"));
            if number.is_empty() { built } else { built.says(Attribute::ANumber, number) }.build()
        };
        let person = |at: usize| persons.get(at).filter(|person| **person > 0).copied().map(PersonId);
        let records: Vec<StoredRecord> = (0..)
            .zip(numbers)
            .map(|(at, number)| StoredRecord {
                id: RecordId(at as i64 + 1),
                record: record(at, number),
                person: person(at),
            })
            .collect();
        let weaker = |at: usize| LinkEvidence { reliability_low: 0.999 - at as f64 / 1e6, ..SURE };
        let accepted: Vec<_> = (0..).zip(links).map(|(at, (l, r))| (*l, *r, weaker(at))).collect();
        let formed = Groups::of(&records, &accepted, &Sources::new());
        let members: Vec<Vec<usize>> = formed.members().into_values().collect();
        assert_eq!(members, groups, "{numbers:?} {persons:?} {links:?}");
        for rows in members {
            let mut around: Vec<usize> = formed.rows(rows[0]).collect();
            around.sort_unstable();
            assert_eq!(around, rows);
        }
    }

    #[test]
    fn what_no_link_may_carry_none_carries_over_another_record() {
        let (one, near, other) = ("200000017", "200000018", "200987654");
        check_groups(&[one, "", one], &[], &[(0, 1), (1, 2)], &[&[0, 1, 2]]);
        check_groups(&[one, "", near], &[], &[(0, 1), (1, 2)], &[&[0, 1, 2]]);
        check_groups(&[one, "", other], &[], &[(0, 1), (1, 2)], &[&[0, 1], &[2]]);
        // The stronger link joins.
        check_groups(&[one, "", other], &[], &[(1, 2), (0, 1)], &[&[0], &[1, 2]]);
        check_groups(&[one, "", "", other], &[], &[(0, 1), (2, 3), (1, 2)], &[&[0, 1], &[2, 3]]);
        // What stands in a person's file speaks for the whole file, and stays there.
        check_groups(&[other, "", one], &[7, 7, 0], &[(1, 2)], &[&[0, 1], &[2]]);
        check_groups(&[one, other, one], &[7, 7, 0], &[(0, 2)], &[&[0, 1], &[2]]);
        check_groups(&[one, "", one], &[7, 7, 0], &[(1, 2)], &[&[0, 1, 2]]);
    }

    #[test]
    fn a_link_between_two_persons_that_stand_waits_for_a_human() {
        check(&[0, 0], &[(0, 1)], (0, 1), true);
        check(&[0, 0], &[], (0, 1), false);
        check(&[1, 0], &[(0, 1)], (0, 1), true);
        check(&[1, 2], &[(0, 1)], (0, 1), false);
        // The new record forms a file of its own between the two.
        check(&[1, 2, 0], &[(0, 2), (1, 2)], (0, 2), false);
        check(&[1, 2, 0], &[(0, 2), (1, 2)], (0, 1), false);
        check(&[1, 2, 0, 0], &[(0, 2), (1, 2), (2, 3)], (2, 3), true);
    }
}
