//! Every sequence of moves and judgements over four persons.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use redress_casefile::{
    EvolveError, LinkEvidence, Refusal,
    person::{
        BothSides, Command, LinkRecords, PersonEvent, RECORDS_MAX, State, UnmergeRecords, auto_accept,
        decide, evolve, initial, link, none_judged_different, replay, state_digest, unmerge,
    },
};
use redress_statement::{Digest, PersonId, RecordId};

use crate::{
    staff::{ada, benito, chiara, esi, looked},
    walk::Machine,
};

const DAY_1: Date = Date::constant(2025, 3, 3);

/// All persons, by number. One that is not there was never formed.
type Persons = BTreeMap<i64, State>;

#[derive(Clone, Debug, PartialEq)]
enum Ask {
    /// Records into a person, from another.
    Link(&'static [i64], i64, i64),
    /// Records out of a person, to another.
    Unmerge(&'static [i64], i64, i64),
    /// Two records, in the file of a person.
    Judge(i64, i64, i64),
    Withdraw(i64, i64, i64),
}

fn ids(records: &[i64]) -> Vec<RecordId> {
    records.iter().copied().map(RecordId).collect()
}

fn formed(person: i64, records: &[i64]) -> State {
    let weakest = (records.len() > 1).then_some(evidence(0.995, 4));
    let model = Digest::of(b"");
    let form = Command::FormPerson { person: PersonId(person), records: ids(records), model, weakest };
    replay(&decide(&initial(), form).unwrap()).unwrap()
}

fn evidence(reliability_low: f64, n_agree: u16) -> LinkEvidence {
    LinkEvidence {
        match_probability: 0.999,
        reliability_low,
        reliability_high: 1.0,
        n_agree,
        n_disagree: 0,
        n_not_comparable: 1,
    }
}

fn start() -> Persons {
    [(1, formed(1, &[1, 2])), (2, formed(2, &[3])), (3, formed(3, &[4]))].into()
}

/// Every standing judgement, as a store lists them.
fn judged(persons: &Persons) -> Vec<(RecordId, RecordId)> {
    persons.values().filter_map(State::person).flat_map(|p| p.different.keys().copied()).collect()
}

fn of(persons: &Persons, person: i64) -> State {
    persons.get(&person).cloned().unwrap_or(initial())
}

fn decide_all(persons: &Persons, ask: Ask) -> Result<Vec<PersonEvent>, Refusal> {
    let reviewed = looked(ada());
    let both = |moved: BothSides| vec![moved.acting, moved.other];
    match ask {
        Ask::Link(records, into, from) => {
            let command = LinkRecords { records: ids(records), evidence: None, reviewed };
            link(&of(persons, into), &of(persons, from), command, &judged(persons)).map(both)
        }
        Ask::Unmerge(records, from, to) => {
            let command = UnmergeRecords { records: ids(records), to: PersonId(to), reviewed };
            unmerge(&of(persons, from), &of(persons, to), command, &judged(persons)).map(both)
        }
        Ask::Judge(left, right, person) => {
            let (left, right) = (RecordId(left), RecordId(right));
            decide(&of(persons, person), Command::JudgeDifferent { left, right, on: DAY_1, reviewed })
        }
        Ask::Withdraw(left, right, person) => {
            let (left, right) = (RecordId(left), RecordId(right));
            decide(&of(persons, person), Command::WithdrawJudgement { left, right, reviewed })
        }
    }
}

fn evolve_all(mut persons: Persons, event: &PersonEvent) -> Result<Persons, EvolveError> {
    let person = event.person().0;
    let state = persons.remove(&person).unwrap_or(initial());
    persons.insert(person, evolve(state, event)?);
    Ok(persons)
}

fn after(persons: Persons, ask: &Ask) -> Persons {
    decide_all(&persons, ask.clone()).unwrap().iter().try_fold(persons, evolve_all).unwrap()
}

const ALPHABET: &[Ask] = &[
    Ask::Link(&[3], 1, 2),
    Ask::Link(&[4], 1, 3),
    Ask::Link(&[3, 4], 2, 1),
    Ask::Link(&[2], 3, 1),
    Ask::Unmerge(&[3], 1, 2),
    Ask::Unmerge(&[2], 1, 9),
    Ask::Unmerge(&[3, 4], 1, 9),
    Ask::Link(&[2], 1, 9),
    Ask::Judge(3, 1, 1),
    Ask::Withdraw(1, 3, 1),
];

/// The ask that takes another back. None for a judgement.
fn inverse(ask: &Ask) -> Option<Ask> {
    match ask {
        Ask::Link(records, into, from) => Some(Ask::Unmerge(records, *into, *from)),
        Ask::Unmerge(records, from, to) => Some(Ask::Link(records, *from, *to)),
        Ask::Judge(..) | Ask::Withdraw(..) => None,
    }
}

/// Every move that is possible now, made and undone, leaves the digest as it was.
fn check_undo(persons: &Persons) -> u64 {
    let before = state_digest(persons.values());
    let mut n_undone = 0;
    for (ask, inverse) in ALPHABET.iter().filter_map(|ask| Some((ask, inverse(ask)?))) {
        if decide_all(persons, ask.clone()).is_err() {
            continue;
        }
        let moved = after(persons.clone(), ask);
        assert_ne!(state_digest(moved.values()), before, "{ask:?} changed nothing");
        let restored = after(moved, &inverse);
        assert_eq!(state_digest(restored.values()), before, "{ask:?} was not undone");
        n_undone += 1;
    }
    n_undone
}

#[test]
fn every_record_is_of_one_person_judgements_last_and_every_move_can_be_undone() {
    let machine: Machine<Persons, Ask, PersonEvent> =
        Machine { initial: start(), decide: decide_all, evolve: evolve_all, is_final: |_| false };
    let (mut n_undone, mut n_judged) = (0, 0);
    let n_steps = machine.walk(ALPHABET, 7, &mut |step| {
        let mut all: Vec<RecordId> =
            step.state.values().filter_map(State::person).flat_map(|p| p.records.iter().copied()).collect();
        all.sort_unstable();
        assert_eq!(all, ids(&[1, 2, 3, 4]), "after {:?}", step.accepted);
        let judged = judged(step.state);
        for person in step.state.values().filter_map(State::person) {
            let standing = none_judged_different(&person.records, &judged);
            assert_eq!(standing, Ok(()), "after {:?}", step.accepted);
        }
        n_judged += u64::from(!judged.is_empty());
        n_undone += check_undo(step.state);
    });
    assert!(n_steps >= 13_000, "only {n_steps} steps were walked");
    assert!(n_undone > 100 && n_judged > 100, "{n_undone} undone, {n_judged} judged");
}

#[test]
fn a_move_on_which_a_later_one_rests_is_undone_last() {
    let first = Ask::Link(&[3], 1, 2);
    let second = Ask::Link(&[2, 3], 3, 1);
    let both = after(after(start(), &first), &second);
    let refusal = decide_all(&both, inverse(&first).unwrap()).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "`unmerge_records` is refused: not all of these records are in the person: a later link or unmerge took them on, undo that one first"
    );
    let restored = after(after(both, &inverse(&second).unwrap()), &inverse(&first).unwrap());
    assert_eq!(restored, start());
}

#[test]
fn a_judgement_of_difference_lasts_wherever_the_records_go() {
    let judged_apart = after(after(start(), &Ask::Unmerge(&[2], 1, 9)), &Ask::Judge(2, 1, 1));
    let elsewhere = after(judged_apart, &Ask::Link(&[1], 2, 1));
    let together = Ask::Link(&[2], 2, 9);
    assert_eq!(
        decide_all(&elsewhere, together.clone()),
        Err(Refusal::JudgedDifferent { left: RecordId(1), right: RecordId(2) })
    );
    let withdrawn = after(elsewhere, &Ask::Withdraw(2, 1, 1));
    assert!(decide_all(&withdrawn, together).is_ok());
}

#[test]
fn an_undo_does_not_bring_together_what_was_judged_apart() {
    let linked = after(after(start(), &Ask::Link(&[4], 2, 3)), &Ask::Link(&[3], 1, 2));
    let judged_apart = after(linked, &Ask::Judge(3, 4, 1));
    let undo = Ask::Unmerge(&[3], 1, 2);
    assert!(matches!(decide_all(&judged_apart, undo), Err(Refusal::JudgedDifferent { .. })));
}

#[test]
fn refusals_of_moves_and_judgements() {
    for (ask, said) in [
        (Ask::Link(&[1], 1, 1), "`link_records` needs two persons: the records are of one already"),
        (Ask::Link(&[], 1, 2), "`link_records` needs records"),
        (
            Ask::Link(&[3], 7, 2),
            "`link_records` is not possible while the person is unformed: a linkage run forms it first",
        ),
        (Ask::Unmerge(&[2, 1], 1, 9), "`unmerge_records` needs its records in ascending order, each once"),
        (Ask::Unmerge(&[2], 1, 1), "`unmerge_records` needs another person for the records to go to"),
        (
            Ask::Unmerge(&[1, 2], 1, 9),
            "`unmerge_records` is refused: at least one record must stay: this would only rename the person",
        ),
        (
            Ask::Judge(1, 2, 1),
            "`judge_different` is refused: both records are held to be of this person: unmerge one of them first",
        ),
        (Ask::Judge(1, 1, 1), "`judge_different` needs two records"),
        (Ask::Judge(3, 4, 1), "`judge_different` needs a record of this person"),
        (
            Ask::Withdraw(1, 3, 1),
            "`withdraw_judgement` needs a judgement of these two records that was made in this person's file",
        ),
    ] {
        assert_eq!(decide_all(&start(), ask).unwrap_err().to_string(), said);
    }
}

#[test]
fn only_a_reviewer_judges_links() {
    for by in [esi(), chiara()] {
        let reviewed = looked(by);
        let command = LinkRecords { records: ids(&[3]), evidence: None, reviewed: reviewed.clone() };
        let (one, two) = (formed(1, &[1, 2]), formed(2, &[3]));
        assert!(matches!(link(&one, &two, command, &[]), Err(Refusal::Role { .. })));
        let command = UnmergeRecords { records: ids(&[2]), to: PersonId(9), reviewed: reviewed.clone() };
        assert!(matches!(unmerge(&one, &initial(), command, &[]), Err(Refusal::Role { .. })));
        let (left, right) = (RecordId(1), RecordId(3));
        let judge = Command::JudgeDifferent { left, right, on: DAY_1, reviewed };
        assert!(matches!(decide(&one, judge), Err(Refusal::Role { .. })));
    }
    let by_benito = LinkRecords { records: ids(&[3]), evidence: None, reviewed: looked(benito()) };
    assert!(link(&formed(1, &[1]), &formed(2, &[3]), by_benito, &[]).is_ok());
}

#[test]
fn what_the_model_may_accept_alone() {
    for (low, n_kinds, birth_date_ok, identifier_ok, accepted) in [
        (0.99, 3, true, true, true),
        (0.989_999, 9, true, true, false),
        (1.0, 2, true, true, false),
        (1.0, 9, false, true, false),
        (1.0, 9, true, false, false),
        (f64::NAN, 9, true, true, false),
    ] {
        let decided = auto_accept(&evidence(low, n_kinds), n_kinds, birth_date_ok, identifier_ok);
        assert_eq!(decided, accepted, "{low} {n_kinds} {birth_date_ok} {identifier_ok}");
    }
}

#[test]
fn a_run_forms_persons_by_its_narrow_rule_only() {
    let too_many: Vec<i64> = (0..=RECORDS_MAX as i64).collect();
    for (records, weakest, is_formed) in [
        (&[1][..], None, true),
        (&[1, 2], Some(evidence(0.99, 3)), true),
        (&[1, 2], Some(evidence(0.98, 5)), false),
        (&[1, 2], Some(evidence(1.0, 2)), false),
        (&[1, 2], None, false),
        (&[], None, false),
        (&[2, 1], Some(evidence(1.0, 5)), false),
        (&too_many, Some(evidence(1.0, 5)), false),
    ] {
        let form = Command::FormPerson {
            person: PersonId(1),
            records: ids(records),
            model: Digest::of(b""),
            weakest,
        };
        assert_eq!(decide(&initial(), form).is_ok(), is_formed, "{} records, {weakest:?}", records.len());
    }
    let records: BTreeSet<RecordId> = ids(&[1, 2, 3]).into_iter().collect();
    let apart = [(RecordId(2), RecordId(9)), (RecordId(1), RecordId(3))];
    assert_eq!(
        none_judged_different(&records, &apart),
        Err(Refusal::JudgedDifferent { left: RecordId(1), right: RecordId(3) })
    );
}

#[test]
fn a_damaged_history_is_found_on_load() {
    let person = PersonId(1);
    let form = |records: &[i64]| PersonEvent::PersonFormed {
        person,
        records: ids(records),
        model: Digest::of(b""),
        weakest: None,
    };
    let left = PersonEvent::RecordsLeft { person, records: ids(&[2]), to: PersonId(2) };
    let arrived = PersonEvent::RecordsArrived { person, records: ids(&[1]), from: PersonId(2) };
    let foreign = PersonEvent::RecordsLeft { person: PersonId(3), records: ids(&[1]), to: PersonId(2) };
    for events in [
        vec![left.clone()],
        vec![form(&[1]), form(&[2])],
        vec![form(&[1]), left],
        vec![form(&[1]), arrived],
        vec![form(&[1]), foreign],
        vec![form(&[1, 1])],
    ] {
        assert!(replay(&events).is_err(), "{events:?} were taken");
    }
}
