//! Every sequence of commands on a correction request.

use jiff::civil::{Date, date};
use redress_casefile::{
    NoticeWay, Refusal, StatementRef,
    correction::{
        Command, CorrectionEvent, Determination, Holder, HolderStanding, NewRequest, State, appeal_with_hold,
        decide, evolve, file_with_hold, initial, replay,
    },
    hold::{self, HoldEvent, HoldGround},
};
use redress_statement::{Attribute, HoldId, PersonId, RecordId, RequestId};

use crate::{
    staff::{ada, benito, chiara, esi, looked, promoted_ada, words},
    walk::{Machine, ten_years_after},
};

const MACHINE: Machine<State, Command, CorrectionEvent> =
    Machine { initial: initial(), decide, evolve, is_final: State::is_final };

pub(crate) const DAY_1: Date = Date::constant(2025, 3, 3);

pub(crate) fn new() -> NewRequest {
    NewRequest {
        request: RequestId(1),
        person: PersonId(1),
        statement: StatementRef { record: RecordId(1), attribute: Attribute::BirthDate, ordinal: 0 },
        hold: HoldId(1),
        what_is_wrong: words("The year is wrong."),
        what_is_right: words("1990"),
        papers: words(""),
        reach: words(""),
        through_helper: false,
        on: DAY_1,
    }
}

pub(crate) fn granted() -> Determination {
    Determination::Granted { corrected: words("1990-03-04"), with: Vec::new() }
}

pub(crate) fn refused() -> Determination {
    Determination::Refused { review_office: "Office of Appeals, 9 Elm Court, Springfield".to_owned() }
}

fn alphabet() -> Vec<Command> {
    let on = DAY_1;
    vec![
        Command::FileRequest(Box::new(new())),
        Command::AcknowledgeRequest { by: None, on },
        Command::AcknowledgeRequest { by: Some(benito()), on },
        Command::AcknowledgeRequest { by: Some(esi()), on },
        Command::DetermineRequest { determination: granted(), reviewed: looked(benito()), on },
        Command::DetermineRequest { determination: refused(), reviewed: looked(ada()), on },
        Command::DetermineRequest { determination: refused(), reviewed: looked(chiara()), on },
        Command::FileAppeal { grounds: words(""), on },
        Command::DetermineAppeal { determination: refused(), reviewed: looked(chiara()), on },
        Command::DetermineAppeal { determination: granted(), reviewed: looked(promoted_ada()), on },
        Command::DetermineAppeal { determination: granted(), reviewed: looked(chiara()), on },
        Command::DetermineAppeal { determination: granted(), reviewed: looked(benito()), on },
        Command::AttachStatementOfDisagreement { words: words("I was born in 1990."), on },
        Command::WithdrawRequest { on },
    ]
}

#[test]
fn every_determination_has_its_human_and_the_appeal_another_one() {
    let mut n_appeals_decided = 0;
    let n_steps = MACHINE.walk(&alphabet(), 11, &mut |step| {
        let mut refused_by = None;
        for event in step.events {
            match event {
                CorrectionEvent::RequestDetermined { by, reason, .. } => {
                    assert!(by.user_code.starts_with("r-") && reason.text().is_some());
                    refused_by = Some(by);
                }
                CorrectionEvent::AppealDetermined { by, .. } => {
                    assert_eq!(by.user_code, "a-chiara");
                    assert!(!by.is_same_human(refused_by.unwrap()));
                    n_appeals_decided += 1;
                }
                _ => {}
            }
        }
        if step.events.iter().any(|event| event.kind() == "request_withdrawn") {
            assert!(refused_by.is_none(), "withdrawn after a determination");
        }
    });
    assert!(n_steps >= 300, "only {n_steps} steps were walked");
    assert!(n_appeals_decided > 0, "no sequence comes to the end");
}

#[test]
fn ten_years_determine_nothing() {
    let file = Command::FileRequest(Box::new(new()));
    let mut state = replay(&decide(&initial(), file).unwrap()).unwrap();
    for today in ten_years_after(DAY_1) {
        let by_rule = Command::AcknowledgeRequest { by: None, on: today };
        state = decide(&state, by_rule).unwrap_or_default().iter().try_fold(state, evolve).unwrap();
        assert!(matches!(state, State::Acknowledged { .. }), "{state:?} on {today}");
    }
}

#[test]
fn the_clocks_run_in_working_days_from_each_step() {
    let walked = walk(&[
        Command::FileRequest(Box::new(NewRequest { on: date(2025, 11, 10), ..new() })),
        Command::AcknowledgeRequest { by: None, on: date(2025, 11, 10) },
        Command::DetermineRequest {
            determination: refused(),
            reviewed: looked(ada()),
            on: date(2025, 11, 13),
        },
        Command::FileAppeal { grounds: words(""), on: date(2025, 11, 14) },
        Command::DetermineAppeal {
            determination: refused(),
            reviewed: looked(chiara()),
            on: date(2026, 2, 1),
        },
    ]);
    let due: Vec<_> = walked.iter().map(State::due_on).collect();
    assert_eq!(due, [Some(date(2025, 11, 25)), None, None, Some(date(2025, 12, 30)), None]);
    let names: Vec<_> = walked.iter().map(State::name).collect();
    assert_eq!(names, ["filed", "acknowledged", "refused", "under_appeal", "final"]);
}

/// The states along commands that are all accepted.
fn walk(commands: &[Command]) -> Vec<State> {
    commands
        .iter()
        .scan(initial(), |state, command| {
            let events = decide(state, command.clone()).unwrap();
            *state = events.iter().try_fold(state.clone(), evolve).unwrap();
            Some(state.clone())
        })
        .collect()
}

#[test]
fn a_statement_of_disagreement_stays_with_a_refusal_and_ends_with_a_grant() {
    let on = DAY_1;
    let refusal = [
        Command::FileRequest(Box::new(new())),
        Command::AcknowledgeRequest { by: None, on },
        Command::DetermineRequest { determination: refused(), reviewed: looked(ada()), on },
        Command::AttachStatementOfDisagreement { words: words("I was born in 1990."), on },
        Command::FileAppeal { grounds: words(""), on },
        Command::DetermineAppeal { determination: refused(), reviewed: looked(chiara()), on },
    ];
    let states = walk(&refusal);
    let has: Vec<_> = states.iter().map(State::has_statement_of_disagreement).collect();
    assert_eq!(has, [false, false, false, true, true, true]);
    let granted_on_appeal =
        Command::DetermineAppeal { determination: granted(), reviewed: looked(chiara()), on };
    let ended = walk(&[&refusal[..3], &refusal[4..5], &[granted_on_appeal]].concat()).pop().unwrap();
    let more = Command::AttachStatementOfDisagreement { words: words("Still."), on };
    assert!(matches!(decide(&ended, more), Err(Refusal::State { .. })));
}

/// The state after commands that are all accepted.
fn after(commands: &[Command]) -> State {
    walk(commands).pop().unwrap()
}

#[test]
fn each_holder_of_a_corrected_value_is_named_told_and_confirms_once() {
    let on = DAY_1;
    let of = |name: &str, is_owner| Holder { name: name.to_owned(), is_owner };
    let name = Command::NameHolders {
        holders: vec![of("Court", false), of("Benefits Office", true)],
        tell_by: date(2025, 4, 2),
        on,
    };
    let tell =
        |holder: &str, by| Command::TellHolder { holder: holder.to_owned(), way: NoticeWay::Post, by, on };
    let confirm = |holder: &str| Command::ConfirmHolder { holder: holder.to_owned(), by: ada(), on };
    let granted = [
        Command::FileRequest(Box::new(new())),
        Command::AcknowledgeRequest { by: None, on },
        Command::DetermineRequest { determination: granted(), reviewed: looked(benito()), on },
    ];
    let refused_too_early = decide(&after(&granted[..2]), name.clone());
    assert!(matches!(refused_too_early, Err(Refusal::State { .. })), "{refused_too_early:?}");
    let named = [&granted[..], std::slice::from_ref(&name)].concat();
    let told = [&named[..], &[tell("Court", ada())]].concat();
    let all = [&told[..], &[tell("Benefits Office", chiara()), confirm("Court"), confirm("Benefits Office")]]
        .concat();
    for (commands, command, said) in [
        (&named, name, "the holders of this value were named already"),
        (&named, confirm("Court"), "this holder was not told yet: tell it first"),
        (&named, tell("Nobody", ada()), "one of the holders that the request names"),
        (&named, tell("Court", esi()), "the role oversight may not do `tell_holder`"),
        (&told, tell("Court", ada()), "this holder was told already"),
        (&all, confirm("Court"), "this holder has confirmed already"),
    ] {
        let refused = decide(&after(commands), command).unwrap_err().to_string();
        assert!(refused.contains(said), "{refused}");
    }
    let state = after(&all[..all.len() - 1]);
    let (_, _, holders) = state.holders().unwrap();
    let each: Vec<_> = holders.each().map(|(holder, standing)| (holder.name, standing)).collect();
    let told = HolderStanding::Told { way: NoticeWay::Post, on };
    let confirmed = HolderStanding::Confirmed { on };
    assert_eq!(each, [("Benefits Office".to_owned(), told), ("Court".to_owned(), confirmed)]);
    // The last one that confirms leaves none.
    let last = decide(&state, confirm("Benefits Office")).unwrap();
    assert!(matches!(last[0], CorrectionEvent::HolderConfirmed { n_left: 0, .. }), "{last:?}");
}

#[test]
fn refusals_name_the_rule() {
    let on = DAY_1;
    let filed = walk(&[Command::FileRequest(Box::new(new()))]).pop().unwrap();
    let acknowledged =
        evolve(filed.clone(), &CorrectionEvent::RequestAcknowledged { request: RequestId(1), on, by: None })
            .unwrap();
    let nowhere = Determination::Refused { review_office: " ".to_owned() };
    let nothing = Determination::Granted { corrected: words(""), with: Vec::new() };
    for (state, command, said) in [
        (
            initial(),
            Command::FileRequest(Box::new(NewRequest { what_is_wrong: words(" "), ..new() })),
            "`file_request` needs what is wrong, in the person's words",
        ),
        (
            initial(),
            Command::FileRequest(Box::new(NewRequest { papers: words(&"x".repeat(20_001)), ..new() })),
            "the list of papers of `file_request` has 20001 bytes, the limit is 20000: shorten it",
        ),
        (
            filed.clone(),
            Command::DetermineRequest { determination: granted(), reviewed: looked(ada()), on },
            "`determine_request` is not possible while the correction request is filed: acknowledge it first",
        ),
        (
            filed,
            Command::AcknowledgeRequest { by: None, on: date(2025, 3, 2) },
            "`acknowledge_request` is possible from 2025-03-03 on: a step is not dated before the one that it follows",
        ),
        (
            acknowledged.clone(),
            Command::DetermineRequest { determination: nowhere, reviewed: looked(ada()), on },
            "`determine_request` needs the office that reviews a refusal, with its address",
        ),
        (
            acknowledged,
            Command::DetermineRequest { determination: nothing, reviewed: looked(ada()), on },
            "`determine_request` needs the value that stands from now on",
        ),
    ] {
        assert_eq!(decide(&state, command).unwrap_err().to_string(), said);
    }
}

#[test]
fn who_refused_does_not_decide_the_appeal_in_another_role() {
    let on = DAY_1;
    let appealed = walk(&[
        Command::FileRequest(Box::new(new())),
        Command::AcknowledgeRequest { by: Some(benito()), on },
        Command::DetermineRequest { determination: refused(), reviewed: looked(ada()), on },
        Command::FileAppeal { grounds: words(""), on },
    ])
    .pop()
    .unwrap();
    let by_ada = Command::DetermineAppeal { determination: refused(), reviewed: looked(promoted_ada()), on };
    assert_eq!(
        decide(&appealed, by_ada).unwrap_err().to_string(),
        "Ada Okafor has acted on this already: the appeal officer must be somebody else"
    );
}

#[test]
fn a_request_and_its_hold_are_filed_together() {
    let (filed, placed) = file_with_hold(new()).unwrap();
    let state = replay([&filed]).unwrap();
    let held = hold::replay([&placed]).unwrap();
    assert_eq!(state.due_on(), Some(date(2025, 3, 17)));
    let held = held.held().unwrap();
    assert_eq!(held.statements, [new().statement]);
    assert_eq!(held.ground, HoldGround::Contested { request: RequestId(1) });
    assert_eq!(Some(held.hold), state.request().map(|request| request.hold));
    assert!(file_with_hold(NewRequest { what_is_wrong: words(""), ..new() }).is_err());
}

#[test]
fn an_appeal_after_the_hold_has_ended_places_another() {
    let on = DAY_1;
    let state = walk(&[
        Command::FileRequest(Box::new(new())),
        Command::AcknowledgeRequest { by: None, on },
        Command::DetermineRequest { determination: refused(), reviewed: looked(ada()), on },
    ])
    .pop()
    .unwrap();
    let (_, placed) = file_with_hold(new()).unwrap();
    let held = hold::replay([&placed]).unwrap();
    let lifted = hold::replay([
        &placed,
        &HoldEvent::LiftAnnounced { hold: HoldId(1), on },
        &HoldEvent::HoldLifted { hold: HoldId(1), on, by: ada(), reason: words("over") },
    ])
    .unwrap();
    for (held, placed_again) in [(held, None), (lifted, Some(HoldId(2)))] {
        let (appealed, again) =
            appeal_with_hold(&state, &held, HoldId(2), words(""), date(2026, 1, 5)).unwrap();
        assert_eq!(appealed[0].kind(), "appeal_filed");
        assert_eq!(again.first().map(HoldEvent::hold), placed_again);
    }
}
