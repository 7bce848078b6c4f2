//! Every sequence of commands on a finding.

use jiff::{Span, civil::Date};
use redress_casefile::{
    Refusal, StatementRef,
    finding::{
        AdverseGate, Command, Direction, FindingEvent, Harm, INPUTS_MAX, NewFinding, Outcome, RevisedFinding,
        State, decide, evolve, initial, may_leave, replay,
    },
};
use redress_statement::{Attribute, Digest, FindingId, PersonId, RecordId};

use crate::{
    staff::{ada, benito, chiara, esi, given, looked, words},
    walk::{Machine, ten_years_after},
};

const MACHINE: Machine<State, Command, FindingEvent> =
    Machine { initial: initial(), decide, evolve, is_final: State::is_final };

const DAY_1: Date = Date::constant(2025, 3, 3);
/// The last of the person's 30 days when the notice goes out on `DAY_1`.
const DAY_31: Date = Date::constant(2025, 4, 2);
const DAY_32: Date = Date::constant(2025, 4, 3);

fn new(direction: Direction) -> NewFinding {
    NewFinding {
        finding: FindingId(1),
        person: PersonId(1),
        check: "ID-01".to_owned(),
        version: 1,
        rule_effective_from: DAY_1,
        at: RecordId(1),
        inputs: vec![StatementRef { record: RecordId(1), attribute: Attribute::BirthDate, ordinal: 0 }],
        harm: Harm::H5,
        direction,
        next_irreversible_on: None,
        rests_on_possible_link: false,
        sentence: words("Two people stand in one record."),
        basis: None,
    }
}

fn open(direction: Direction) -> Command {
    Command::OpenFinding(Box::new(new(direction)))
}

fn verify(source: &str) -> Command {
    Command::RecordVerification {
        source: source.parse().unwrap(),
        sources_of_inputs: vec!["benefits".parse().unwrap()],
        reviewed: looked(ada()),
        on: DAY_1,
    }
}

fn alphabet(direction: Direction) -> Vec<Command> {
    vec![
        open(direction),
        Command::StartReview { by: ada() },
        Command::StartReview { by: esi() },
        Command::DecideFinding { outcome: Outcome::Corrected, reviewed: looked(ada()) },
        Command::DecideFinding { outcome: Outcome::Corrected, reviewed: looked(benito()) },
        Command::DecideFinding { outcome: Outcome::Explained, reviewed: looked(benito()) },
        Command::DecideFinding { outcome: Outcome::Corrected, reviewed: looked(esi()) },
        Command::ReopenFinding { reviewed: looked(benito()) },
        verify("consulates"),
        Command::NoticePerson { given: given(), on: DAY_1 },
        Command::SignSecond { reviewed: looked(benito()), on: DAY_31 },
        Command::SignSecond { reviewed: looked(benito()), on: DAY_32 },
        Command::SignSecond { reviewed: looked(ada()), on: DAY_32 },
        Command::MarkNoLongerSeen { last_seen: DAY_1 },
    ]
}

/// The events of a finding that has come through, from its last decision on.
const GATE: [&str; 4] = ["finding_decided", "verification_recorded", "person_noticed", "second_signed"];

/// The events since the last decision, by kind.
fn since_decision(events: &[FindingEvent]) -> Vec<&'static str> {
    let decided = events.iter().rposition(|event| event.kind() == "finding_decided");
    events[decided.unwrap_or(0)..].iter().map(FindingEvent::kind).collect()
}

#[test]
fn no_sequence_lets_an_adverse_finding_leave_without_the_three_events_and_30_days() {
    let mut n_left = 0;
    let n_steps = MACHINE.walk(&alphabet(Direction::AdversePossible), 10, &mut |step| {
        if let Some(FindingEvent::SecondSigned { on, .. }) = step.events.last() {
            assert!(*on > DAY_31, "signed on {on}, before the person's time to answer was over");
        }
        for today in [DAY_1, DAY_31, DAY_32, DAY_1.saturating_add(Span::new().years(10))] {
            if !may_leave(step.state, today) {
                continue;
            }
            n_left += 1;
            assert_eq!(since_decision(step.events), GATE);
            assert!(today >= DAY_32, "it left on {today}");
            let State::Decided { by: first, gate: AdverseGate::Signed { by: second, .. }, .. } = step.state
            else {
                panic!("{:?} leaves", step.state)
            };
            assert!(!first.is_same_human(second));
        }
    });
    assert!(n_steps >= 60_000, "only {n_steps} steps were walked");
    assert!(n_left > 0, "no sequence reaches the end of the gate");
}

/// Short enough an alphabet to come through the gate, reopen, decide again, and try to leave.
#[test]
fn a_reopened_finding_has_to_pass_the_gate_again() {
    let alphabet = [
        open(Direction::AdversePossible),
        Command::DecideFinding { outcome: Outcome::Corrected, reviewed: looked(ada()) },
        Command::ReopenFinding { reviewed: looked(benito()) },
        verify("consulates"),
        Command::NoticePerson { given: given(), on: DAY_1 },
        Command::SignSecond { reviewed: looked(benito()), on: DAY_32 },
    ];
    let mut n_decided_again = 0;
    let n_steps = MACHINE.walk(&alphabet, 14, &mut |step| {
        let n_decisions = step.events.iter().filter(|event| event.kind() == "finding_decided").count();
        n_decided_again += usize::from(n_decisions == 2);
        let is_through = since_decision(step.events) == GATE;
        assert_eq!(may_leave(step.state, DAY_32), is_through, "{:?}", step.accepted);
    });
    assert!(n_steps >= 600, "only {n_steps} steps were walked");
    assert!(n_decided_again > 0, "no sequence decides again");
}

/// What waits says what the records say; what was decided stands on what it was decided on.
#[test]
fn only_what_waits_is_revised() {
    let new = new(Direction::AdversePossible);
    let revised = RevisedFinding {
        version: 2,
        inputs: new.inputs.clone(),
        next_irreversible_on: Some(DAY_31),
        rests_on_possible_link: false,
        sentence: words("Another day stands there now."),
        basis: Digest::of(b"another day"),
    };
    let alphabet = [
        open(Direction::AdversePossible),
        Command::ReviseFinding(Box::new(revised.clone())),
        Command::StartReview { by: ada() },
        Command::DecideFinding { outcome: Outcome::Explained, reviewed: looked(ada()) },
        Command::ReopenFinding { reviewed: looked(benito()) },
        Command::MarkNoLongerSeen { last_seen: DAY_1 },
    ];
    let mut n_revised = 0;
    MACHINE.walk(&alphabet, 6, &mut |step| {
        if let Some(FindingEvent::FindingRevised { .. }) = step.events.last() {
            n_revised += 1;
            assert!(matches!(step.state, State::Open(_) | State::UnderReview { .. }), "{:?}", step.state);
        }
    });
    assert!(n_revised > 20, "only {n_revised} sequences revise");
    let decided = Command::DecideFinding { outcome: Outcome::Explained, reviewed: looked(ada()) };
    let mut state = replay(&decide(&initial(), open(Direction::Neutral)).unwrap()).unwrap();
    state = decide(&state, decided).unwrap().iter().try_fold(state, evolve).unwrap();
    let refused = decide(&state, Command::ReviseFinding(Box::new(revised.clone()))).unwrap_err();
    assert!(matches!(refused, Refusal::State { state: "decided", .. }), "{refused:?}");
    let nothing = RevisedFinding { inputs: Vec::new(), ..revised };
    let open = replay(&decide(&initial(), open(Direction::Neutral)).unwrap()).unwrap();
    assert!(decide(&open, Command::ReviseFinding(Box::new(nothing))).is_err(), "without a statement");
}

#[test]
fn ten_years_decide_nothing_and_let_nothing_leave() {
    let mut state = replay(&decide(&initial(), open(Direction::AdversePossible)).unwrap()).unwrap();
    for today in ten_years_after(DAY_1) {
        for command in [open(Direction::AdversePossible), Command::NoticePerson { given: given(), on: today }]
        {
            state = decide(&state, command).unwrap_or_default().iter().try_fold(state, evolve).unwrap();
        }
        assert!(matches!(state, State::Open(_)) && !may_leave(&state, today), "{state:?} on {today}");
    }
}

#[test]
fn what_helps_the_person_may_leave_once_a_human_has_corrected_it() {
    for direction in [Direction::FavoursPerson, Direction::Neutral] {
        MACHINE.walk(&alphabet(direction), 4, &mut |step| {
            let is_corrected = matches!(step.state, State::Decided { outcome: Outcome::Corrected, .. });
            assert_eq!(may_leave(step.state, DAY_1), is_corrected, "{:?}", step.state);
        });
    }
}

#[test]
fn every_decision_names_a_reviewer_and_a_review_that_came_before() {
    MACHINE.walk(&alphabet(Direction::AdversePossible), 4, &mut |step| {
        for (place, event) in step.events.iter().enumerate() {
            let FindingEvent::FindingDecided { by, reason, .. } = event else { continue };
            assert!(by.user_code.starts_with("r-"), "{by:?} decided");
            assert!(reason.text().is_some());
            let before = step.events[place - 1].kind();
            assert!(["review_started", "finding_reopened"].contains(&before), "after {before}");
        }
    });
}

#[test]
fn a_decided_finding_stays_decided_when_a_run_no_longer_reports_it() {
    let opened = replay(&decide(&initial(), open(Direction::Neutral)).unwrap()).unwrap();
    let gone = Command::MarkNoLongerSeen { last_seen: DAY_1 };
    let vanished = decide(&opened, gone.clone()).unwrap();
    assert!(evolve(opened.clone(), &vanished[0]).unwrap().is_final());
    let decision = Command::DecideFinding { outcome: Outcome::Uncertain, reviewed: looked(ada()) };
    let decided = decide(&opened, decision).unwrap().iter().try_fold(opened, evolve).unwrap();
    assert_eq!(decide(&decided, gone), Ok(Vec::new()));
}

#[test]
fn refusals_name_the_rule() {
    let opened = replay(&decide(&initial(), open(Direction::AdversePossible)).unwrap()).unwrap();
    let mut without_inputs = new(Direction::Neutral);
    without_inputs.inputs.clear();
    let mut too_many = new(Direction::Neutral);
    too_many.inputs = vec![too_many.inputs[0]; INPUTS_MAX + 1];
    let mut mute = new(Direction::Neutral);
    mute.sentence = words("  ");
    for (state, command, said) in [
        (
            initial(),
            Command::StartReview { by: ada() },
            "`start_review` is not possible while the finding is unopened: a check opens it first",
        ),
        (
            opened.clone(),
            Command::StartReview { by: esi() },
            "the role oversight may not do `start_review`: ask a reviewer",
        ),
        (
            opened.clone(),
            Command::StartReview { by: chiara() },
            "the role appeal officer may not do `start_review`: ask a reviewer",
        ),
        (
            opened,
            Command::NoticePerson { given: given(), on: DAY_1 },
            "`notice_person` is not possible while the finding is open: start the review or decide it",
        ),
        (
            initial(),
            Command::OpenFinding(Box::new(without_inputs)),
            "`open_finding` needs statements side by side",
        ),
        (
            initial(),
            Command::OpenFinding(Box::new(too_many)),
            "statements side by side of `open_finding` has 257 entries, the limit is 256: shorten it",
        ),
        (
            initial(),
            Command::OpenFinding(Box::new(mute)),
            "`open_finding` needs a sentence that says what is wrong",
        ),
    ] {
        let refusal = decide(&state, command).unwrap_err();
        assert_eq!(refusal.to_string(), said);
    }
}

#[test]
fn a_source_of_the_match_cannot_verify_it() {
    let commands = [
        open(Direction::AdversePossible),
        Command::DecideFinding { outcome: Outcome::Corrected, reviewed: looked(ada()) },
    ];
    let decided = commands.into_iter().fold(initial(), |state, command| {
        decide(&state, command).unwrap().iter().try_fold(state, evolve).unwrap()
    });
    assert!(matches!(decide(&decided, verify("benefits")), Err(Refusal::Rule { .. })));
    assert!(decide(&decided, verify("consulates")).is_ok());
}

#[test]
fn a_damaged_history_is_found_on_load() {
    let opened = decide(&initial(), open(Direction::Neutral)).unwrap().remove(0);
    let seen = FindingEvent::NoLongerSeen { finding: FindingId(1), last_seen: DAY_1 };
    let foreign = FindingEvent::NoLongerSeen { finding: FindingId(2), last_seen: DAY_1 };
    for (events, said) in [
        (
            vec![&seen],
            "the event `no_longer_seen` cannot follow the state `unopened` of a finding: its history is damaged, restore it from a backup",
        ),
        (
            vec![&opened, &opened],
            "the event `finding_opened` cannot follow the state `open` of a finding: its history is damaged, restore it from a backup",
        ),
        (
            vec![&opened, &foreign],
            "the event `no_longer_seen` of finding/2 stands in the history of finding/1: it is damaged, restore it from a backup",
        ),
    ] {
        assert_eq!(replay(events).unwrap_err().to_string(), said);
    }
}
