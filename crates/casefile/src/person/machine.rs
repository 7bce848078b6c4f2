//! What may happen to a person's records.
//!
//! A link or an unmerge moves records between two persons, and so makes one event in each history, which the store
//! takes in one transaction ([`BothSides`]). The person that acts keeps each [`Move`]; the opposite move takes
//! it off again, so that an undo restores both persons byte for byte, and a move on which a later one rests
//! cannot be undone before that one.
//!
//! A judgement of difference is lasting: it stands in the history of the person in whose file it was made, and
//! [`link`], [`unmerge`] and every run ask for all of them, wherever they were made.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use redress_statement::{Digest, PersonId, RecordId};

use super::{ErasureBasis, PersonEvent};
use crate::{EvolveError, HumanReviewed, LinkEvidence, Refusal, StreamId};

/// The most identity records that one person may have. More than that is a failure of the linkage.
pub const RECORDS_MAX: usize = 10_000;

/// The least `reliability_low` at which the model may accept a link alone.
pub const RELIABILITY_LOW_MIN: f64 = 0.99;

/// The fewest agreed attributes of different kind at which the model may accept a link alone.
pub const KINDS_AGREED_MIN: u16 = 3;

/// Whether the model may accept a link without clerical review.
///
/// `n_kinds_agreed` counts kinds of attributes that agree, each kind once; `birth_date_ok` and
/// `identifier_ok` are false where both sides state one and they differ by more than one keystroke.
///
/// ```
/// use redress_casefile::{LinkEvidence, person::auto_accept};
/// let evidence = LinkEvidence {
///     match_probability: 0.999, reliability_low: 0.992, reliability_high: 1.0,
///     n_agree: 4, n_disagree: 0, n_not_comparable: 2,
/// };
/// assert!(auto_accept(&evidence, 3, true, true));
/// assert!(!auto_accept(&evidence, 2, true, true), "two names and a birth date are two kinds");
/// ```
#[must_use]
pub fn auto_accept(
    evidence: &LinkEvidence,
    n_kinds_agreed: u16,
    birth_date_ok: bool,
    identifier_ok: bool,
) -> bool {
    evidence.reliability_low >= RELIABILITY_LOW_MIN
        && n_kinds_agreed >= KINDS_AGREED_MIN
        && birth_date_ok
        && identifier_ok
}

/// What can be asked of one person. What moves records between two is [`link`] and [`unmerge`].
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A linkage run accepted records as one person, each link by [`auto_accept`], or a record stands alone. The
    /// run asks [`none_judged_different`] first.
    FormPerson {
        /// The person.
        person: PersonId,
        /// Its records, 1 to [`RECORDS_MAX`], ascending.
        records: Vec<RecordId>,
        /// Digest of the model.
        model: Digest,
        /// The weakest accepted link's evidence; None for a record alone.
        weakest: Option<LinkEvidence>,
    },
    /// A later run accepts more records as of a person that stands. None of them may be in a person already: the
    /// store's membership tells.
    JoinRecords {
        /// The records, ascending.
        records: Vec<RecordId>,
        /// Digest of the model.
        model: Digest,
        /// The weakest accepted link's evidence.
        weakest: Option<LinkEvidence>,
    },
    /// A reviewer judges that two records are of different persons. They must not both be here: unmerge
    /// one first, in the same transaction where wanted.
    JudgeDifferent {
        /// The one record.
        left: RecordId,
        /// The other; either order will do.
        right: RecordId,
        /// The day.
        on: Date,
        /// Who, and why.
        reviewed: HumanReviewed,
    },
    /// A reviewer withdraws a judgement of difference that was made in this file.
    WithdrawJudgement {
        /// The one record.
        left: RecordId,
        /// The other; either order will do.
        right: RecordId,
        /// Who, and why.
        reviewed: HumanReviewed,
    },
    /// A reviewer decides that what the person's records say is erased.
    EraseRecords {
        /// How many records, one at least.
        n_records: u32,
        /// On what it rests.
        basis: ErasureBasis,
        /// Who, and why: the reason goes into the person's account of reads, and not into the event.
        reviewed: HumanReviewed,
    },
}

impl Command {
    /// The command's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::FormPerson { .. } => "form_person",
            Self::JoinRecords { .. } => "join_records",
            Self::JudgeDifferent { .. } => "judge_different",
            Self::WithdrawJudgement { .. } => "withdraw_judgement",
            Self::EraseRecords { .. } => "erase_records",
        }
    }
}

/// A move that this person made and that was not undone: the stored inverse.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Move {
    /// A link brought records here.
    In {
        /// The records.
        records: Vec<RecordId>,
        /// Where they were.
        from: PersonId,
    },
    /// An unmerge took records away.
    Out {
        /// The records.
        records: Vec<RecordId>,
        /// Where they went.
        to: PersonId,
    },
}

/// The records held to be of one human.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The person.
    pub person: PersonId,
    /// Its identity records. Empty once all have moved elsewhere.
    pub records: BTreeSet<RecordId>,
    /// The judgements of difference made in this file, lower record first, with their day.
    pub different: BTreeMap<(RecordId, RecordId), Date>,
    /// The moves that this person made and that were not undone, in ascending order.
    pub moves: Vec<Move>,
}

/// Where a person stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing has happened yet.
    Unformed,
    /// It has or had records.
    Formed(Person),
}

impl State {
    /// The state's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unformed => "unformed",
            Self::Formed(_) => "formed",
        }
    }

    /// The person. None before it was formed.
    #[must_use]
    pub const fn person(&self) -> Option<&Person> {
        match self {
            Self::Unformed => None,
            Self::Formed(person) => Some(person),
        }
    }

    fn formed(&self, command: &'static str) -> Result<&Person, Refusal> {
        self.person().ok_or_else(|| self.refuse(command))
    }

    const fn refuse(&self, command: &'static str) -> Refusal {
        let remedy = match self {
            Self::Unformed => "a linkage run forms it first",
            Self::Formed(_) => "link or unmerge records",
        };
        Refusal::State { machine: "person", state: self.name(), command, remedy }
    }
}

/// The state before the first event.
#[must_use]
pub const fn initial() -> State {
    State::Unformed
}

/// The rule: what a command brings about.
///
/// # Errors
/// [`Refusal`] when the state, the role or the evidence does not allow it.
pub fn decide(state: &State, command: Command) -> Result<Vec<PersonEvent>, Refusal> {
    let name = command.name();
    match command {
        Command::FormPerson { person, records, model, weakest } => {
            if let State::Formed(_) = state {
                return Err(state.refuse(name));
            }
            must_ascend(name, &records)?;
            if records.len() > 1 {
                must_be_strong(name, weakest)?;
            }
            Ok(vec![PersonEvent::PersonFormed { person, records, model, weakest }])
        }
        Command::JoinRecords { records, model, weakest } => join_records(state, records, model, weakest),
        Command::JudgeDifferent { left, right, on, reviewed } => {
            judge_different(state, pair(left, right), on, reviewed)
        }
        Command::WithdrawJudgement { left, right, reviewed } => {
            let person = state.formed(name)?;
            reviewed.reviewer().must_review(name)?;
            let (left, right) = pair(left, right);
            if !person.different.contains_key(&(left, right)) {
                return Err(Refusal::Missing {
                    command: name,
                    missing: "a judgement of these two records that was made in this person's file",
                });
            }
            let (by, reason) = reviewed.into_parts();
            Ok(vec![PersonEvent::JudgementWithdrawn { person: person.person, left, right, by, reason }])
        }
        Command::EraseRecords { n_records, basis, reviewed } => {
            let person = state.formed(name)?.person;
            reviewed.reviewer().must_review(name)?;
            if n_records == 0 {
                return Err(Refusal::Missing {
                    command: name,
                    missing: "a record that still says something",
                });
            }
            let (by, _) = reviewed.into_parts();
            Ok(vec![PersonEvent::RecordsErased { person, n_records, basis, by }])
        }
    }
}

/// What [`auto_accept`] can still see of the weakest link: the kinds were counted when it was accepted.
fn join_records(
    state: &State,
    records: Vec<RecordId>,
    model: Digest,
    weakest: Option<LinkEvidence>,
) -> Result<Vec<PersonEvent>, Refusal> {
    let name = "join_records";
    let person = state.formed(name)?;
    must_ascend(name, &records)?;
    must_be_strong(name, weakest)?;
    if records.iter().any(|record| person.records.contains(record)) {
        return Err(Refusal::Missing { command: name, missing: "records that are not of this person yet" });
    }
    let together: BTreeSet<RecordId> = person.records.iter().chain(&records).copied().collect();
    none_judged_different(&together, person.different.keys())?;
    Ok(vec![PersonEvent::RecordsJoined { person: person.person, records, model, weakest }])
}

fn must_be_strong(command: &'static str, weakest: Option<LinkEvidence>) -> Result<(), Refusal> {
    if weakest.is_some_and(|weakest| may_form(&weakest)) {
        return Ok(());
    }
    Err(Refusal::Rule {
        command,
        rule: "the model accepts a link alone only at reliability_low >= 0.99 with three agreed attributes: leave it for clerical review",
    })
}

fn may_form(weakest: &LinkEvidence) -> bool {
    auto_accept(weakest, weakest.n_agree, true, true)
}

fn judge_different(
    state: &State,
    (left, right): (RecordId, RecordId),
    on: Date,
    reviewed: HumanReviewed,
) -> Result<Vec<PersonEvent>, Refusal> {
    let name = "judge_different";
    let person = state.formed(name)?;
    reviewed.reviewer().must_review(name)?;
    if left == right {
        return Err(Refusal::Missing { command: name, missing: "two records" });
    }
    match (person.records.contains(&left), person.records.contains(&right)) {
        (false, false) => Err(Refusal::Missing { command: name, missing: "a record of this person" }),
        (true, true) => Err(Refusal::Rule {
            command: name,
            rule: "both records are held to be of this person: unmerge one of them first",
        }),
        _ if person.different.contains_key(&(left, right)) => Ok(Vec::new()),
        _ => {
            let (by, reason) = reviewed.into_parts();
            Ok(vec![PersonEvent::JudgedDifferent { person: person.person, left, right, on, by, reason }])
        }
    }
}

/// The two events of a move: each goes to the history of its own person, in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct BothSides {
    /// Of the person that acts: records linked, or unmerged.
    pub acting: PersonEvent,
    /// Of the other one: records left, or arrived.
    pub other: PersonEvent,
}

/// A reviewer accepts a possible link.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkRecords {
    /// The records that move, ascending.
    pub records: Vec<RecordId>,
    /// What the link rests on. None for one that no model proposed.
    pub evidence: Option<LinkEvidence>,
    /// Who, and why.
    pub reviewed: HumanReviewed,
}

/// A reviewer takes records out of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct UnmergeRecords {
    /// The records that leave, ascending.
    pub records: Vec<RecordId>,
    /// The person that they go to: where they were before, or a fresh number.
    pub to: PersonId,
    /// Who, and why.
    pub reviewed: HumanReviewed,
}

/// Moves records into the person `into` out of the person `from`. `judged` are all lasting judgements of difference;
/// those in the two histories are read as well.
///
/// # Errors
/// [`Refusal::JudgedDifferent`] when a judgement stands against it; others when the records are not all in `from`, or
/// the role does not allow it.
pub fn link(
    into: &State,
    from: &State,
    command: LinkRecords,
    judged: &[(RecordId, RecordId)],
) -> Result<BothSides, Refusal> {
    let name = "link_records";
    let LinkRecords { records, evidence, reviewed } = command;
    reviewed.reviewer().must_review(name)?;
    let (into, from) = (into.formed(name)?, from.formed(name)?);
    if into.person == from.person {
        return Err(Refusal::Missing {
            command: name,
            missing: "two persons: the records are of one already",
        });
    }
    must_ascend(name, &records)?;
    must_all_be_in(name, from, &records)?;
    must_not_be_judged(into, from, &records, judged)?;
    let (by, reason) = reviewed.into_parts();
    Ok(BothSides {
        acting: PersonEvent::RecordLinked {
            person: into.person,
            records: records.clone(),
            from: from.person,
            evidence,
            by,
            reason,
        },
        other: PersonEvent::RecordsLeft { person: from.person, records, to: into.person },
    })
}

/// Moves records out of the person `from` into another, which may be a fresh one (`to` is then
/// [`State::Unformed`]).
///
/// An unmerge alone does not keep a later run from linking the records again: let a
/// [`Command::JudgeDifferent`] follow in the same transaction.
///
/// # Errors
/// [`Refusal::Rule`] when not all of the records are here, since a later link took some of them on: undo that one first.
/// Others when the role does not allow it or a judgement of difference stands against the destination.
pub fn unmerge(
    from: &State,
    to: &State,
    command: UnmergeRecords,
    judged: &[(RecordId, RecordId)],
) -> Result<BothSides, Refusal> {
    let name = "unmerge_records";
    let UnmergeRecords { records, to: to_id, reviewed } = command;
    reviewed.reviewer().must_review(name)?;
    let from = from.formed(name)?;
    must_ascend(name, &records)?;
    must_all_be_in(name, from, &records)?;
    let fresh = Person::empty(to_id);
    let to = to.person().unwrap_or(&fresh);
    if to.person != to_id || to_id == from.person {
        return Err(Refusal::Missing { command: name, missing: "another person for the records to go to" });
    }
    let undone = Move::In { records: records.clone(), from: to_id };
    if records.len() == from.records.len() && !from.moves.contains(&undone) {
        return Err(Refusal::Rule {
            command: name,
            rule: "at least one record must stay: this would only rename the person",
        });
    }
    must_not_be_judged(to, from, &records, judged)?;
    let (by, reason) = reviewed.into_parts();
    Ok(BothSides {
        acting: PersonEvent::Unmerged {
            person: from.person,
            records: records.clone(),
            to: to_id,
            by,
            reason,
        },
        other: PersonEvent::RecordsArrived { person: to_id, records, from: from.person },
    })
}

fn pair(left: RecordId, right: RecordId) -> (RecordId, RecordId) {
    (left.min(right), left.max(right))
}

fn must_ascend(command: &'static str, records: &[RecordId]) -> Result<(), Refusal> {
    Refusal::unless_one_to(command, records, RECORDS_MAX, "records")?;
    if records.is_sorted_by(|one, next| one < next) {
        return Ok(());
    }
    Err(Refusal::Missing { command, missing: "its records in ascending order, each once" })
}

fn must_all_be_in(command: &'static str, person: &Person, records: &[RecordId]) -> Result<(), Refusal> {
    if records.iter().all(|record| person.records.contains(record)) {
        return Ok(());
    }
    Err(Refusal::Rule {
        command,
        rule: "not all of these records are in the person: a later link or unmerge took them on, undo that one first",
    })
}

fn must_not_be_judged(
    into: &Person,
    from: &Person,
    records: &[RecordId],
    judged: &[(RecordId, RecordId)],
) -> Result<(), Refusal> {
    let together: BTreeSet<RecordId> = into.records.iter().chain(records).copied().collect();
    let in_files = into.different.keys().chain(from.different.keys());
    none_judged_different(&together, in_files.chain(judged))
}

/// Refuses records of which two were judged to be of different persons. A run asks it before it forms a person.
///
/// # Errors
/// [`Refusal::JudgedDifferent`] with the first such pair.
pub fn none_judged_different<'a>(
    records: &BTreeSet<RecordId>,
    judged: impl IntoIterator<Item = &'a (RecordId, RecordId)>,
) -> Result<(), Refusal> {
    match judged.into_iter().find(|(left, right)| records.contains(left) && records.contains(right)) {
        Some(&(left, right)) => Err(Refusal::JudgedDifferent { left, right }),
        None => Ok(()),
    }
}

impl Person {
    const fn empty(person: PersonId) -> Self {
        Self { person, records: BTreeSet::new(), different: BTreeMap::new(), moves: Vec::new() }
    }

    /// The person as one line of text, for the digest.
    fn line(&self) -> String {
        let records = listed(&self.records);
        let different: Vec<String> =
            self.different.iter().map(|((left, right), on)| format!("{left} {right} {on}")).collect();
        let moves: Vec<String> = self
            .moves
            .iter()
            .map(|made| match made {
                Move::In { records, from } => format!("in {from} {}", listed(records)),
                Move::Out { records, to } => format!("out {to} {}", listed(records)),
            })
            .collect();
        format!("{}|{records}|{}|{}\n", self.person, different.join(","), moves.join(","))
    }

    /// Lets records go. False when one is not there.
    fn give(&mut self, records: &[RecordId]) -> bool {
        records.iter().all(|record| self.records.remove(record))
    }

    /// Takes records in. False when one is there already.
    fn take(&mut self, records: &[RecordId]) -> bool {
        records.iter().all(|record| self.records.insert(*record))
    }

    /// Takes off a move that this one undoes, or keeps it. Equal moves are interchangeable, so the order
    /// in which they were made need not be kept: an undo that is itself undone restores the state as well.
    fn note(&mut self, made: Move, undoes: &Move) {
        match self.moves.binary_search(undoes) {
            Ok(place) => drop(self.moves.remove(place)),
            Err(_) => {
                let place = self.moves.partition_point(|earlier| *earlier < made);
                self.moves.insert(place, made);
            }
        }
    }

    /// Puts the event into effect. False when it has no place here.
    fn apply(&mut self, event: &PersonEvent) -> bool {
        match event {
            PersonEvent::PersonFormed { .. } => false,
            PersonEvent::RecordLinked { records, from, .. } => {
                let made = Move::In { records: records.clone(), from: *from };
                self.note(made, &Move::Out { records: records.clone(), to: *from });
                self.take(records)
            }
            PersonEvent::Unmerged { records, to, .. } => {
                let made = Move::Out { records: records.clone(), to: *to };
                self.note(made, &Move::In { records: records.clone(), from: *to });
                self.give(records)
            }
            PersonEvent::RecordsLeft { records, .. } => self.give(records),
            PersonEvent::RecordsJoined { records, .. } | PersonEvent::RecordsArrived { records, .. } => {
                self.take(records)
            }
            PersonEvent::JudgedDifferent { left, right, on, .. } => {
                self.different.insert((*left, *right), *on).is_none()
            }
            PersonEvent::JudgementWithdrawn { left, right, .. } => {
                self.different.remove(&(*left, *right)).is_some()
            }
            // Which records are of the person does not change: they stay as numbers.
            PersonEvent::RecordsErased { .. } => true,
        }
    }
}

fn listed<'a>(records: impl IntoIterator<Item = &'a RecordId>) -> String {
    records.into_iter().map(|record| format!("{record} ")).collect()
}

/// The shape: what an event makes of a state.
///
/// # Errors
/// [`EvolveError`] when the event cannot follow the state, or is of another person.
pub fn evolve(state: State, event: &PersonEvent) -> Result<State, EvolveError> {
    if let Some(own) = state.person()
        && own.person != event.person()
    {
        return Err(EvolveError::Foreign {
            event: event.kind(),
            own: StreamId::Person(own.person),
            found: StreamId::Person(event.person()),
        });
    }
    let shape = EvolveError::Shape { machine: "person", state: state.name(), event: event.kind() };
    let mut person = match (state, event) {
        (
            State::Unformed,
            PersonEvent::PersonFormed { person, records, .. }
            | PersonEvent::RecordsArrived { person, records, .. },
        ) => {
            let mut formed = Person::empty(*person);
            return if formed.take(records) { Ok(State::Formed(formed)) } else { Err(shape) };
        }
        (State::Unformed, _) => return Err(shape),
        (State::Formed(person), _) => person,
    };
    if person.apply(event) { Ok(State::Formed(person)) } else { Err(shape) }
}

/// The state after a whole history.
///
/// # Errors
/// [`EvolveError`] at the first event that cannot follow.
pub fn replay<'a>(events: impl IntoIterator<Item = &'a PersonEvent>) -> Result<State, EvolveError> {
    events.into_iter().try_fold(initial(), evolve)
}

/// Digest of who is held to be whom: equal before a move and after its undo. Order does not matter, and a person without
/// records, judgements and moves counts like one that never was.
pub fn state_digest<'a>(states: impl IntoIterator<Item = &'a State>) -> Digest {
    let mut lines: Vec<String> = states
        .into_iter()
        .filter_map(State::person)
        .filter(|person| **person != Person::empty(person.person))
        .map(Person::line)
        .collect();
    lines.sort_unstable();
    Digest::of(lines.concat().as_bytes())
}
