//! Every sequence of commands on a request and its hold together.

use jiff::civil::{Date, date};
use redress_casefile::{
    EvolveError, Refusal,
    correction::{self, CorrectionEvent, file_with_hold},
    finding,
    hold::{
        Command, HoldEvent, HoldGround, LiftGround, STATEMENTS_HELD_MAX, State, decide, evolve, initial,
        replay,
    },
};
use redress_statement::{FindingId, HoldId, PersonId, RequestId};

use crate::{
    correction::{DAY_1, granted, new, refused},
    staff::{ada, chiara, esi, looked, words},
    walk::{Machine, ten_years_after},
};

/// The last of 30 working days after a refusal on `DAY_1`.
const APPEAL_DAY: Date = Date::constant(2025, 4, 14);
const NEXT_DAY: Date = Date::constant(2025, 4, 15);
const MUCH_LATER: Date = Date::constant(2035, 4, 15);

/// A request and its newest hold.
#[derive(Clone, Debug, PartialEq)]
struct Both {
    request: correction::State,
    held: State,
}

#[derive(Clone, Debug)]
enum Ask {
    File,
    Acknowledge,
    Grant,
    Refuse,
    Appeal(Date),
    GrantAppeal(Date),
    RefuseAppeal(Date),
    Withdraw,
    Announce(Date),
    Lift(Date),
}

#[derive(Clone, Debug)]
enum Happened {
    Request(CorrectionEvent),
    Hold(HoldEvent),
}

fn decide_both(both: &Both, ask: Ask) -> Result<Vec<Happened>, Refusal> {
    let request = |command| {
        let events = correction::decide(&both.request, command)?;
        Ok(events.into_iter().map(Happened::Request).collect())
    };
    let hold = |command| Ok(decide(&both.held, command)?.into_iter().map(Happened::Hold).collect());
    match ask {
        Ask::File if both.request == correction::initial() => {
            let (filed, placed) = file_with_hold(new())?;
            Ok(vec![Happened::Request(filed), Happened::Hold(placed)])
        }
        Ask::File => request(correction::Command::FileRequest(Box::new(new()))),
        Ask::Acknowledge => request(correction::Command::AcknowledgeRequest { by: None, on: DAY_1 }),
        Ask::Grant => request(correction::Command::DetermineRequest {
            determination: granted(),
            reviewed: looked(ada()),
            on: DAY_1,
        }),
        Ask::Refuse => request(correction::Command::DetermineRequest {
            determination: refused(),
            reviewed: looked(ada()),
            on: DAY_1,
        }),
        Ask::Appeal(on) => {
            let (filed, placed) =
                correction::appeal_with_hold(&both.request, &both.held, HoldId(2), words(""), on)?;
            let filed = filed.into_iter().map(Happened::Request);
            Ok(filed.chain(placed.into_iter().map(Happened::Hold)).collect())
        }
        Ask::GrantAppeal(on) => request(correction::Command::DetermineAppeal {
            determination: granted(),
            reviewed: looked(chiara()),
            on,
        }),
        Ask::RefuseAppeal(on) => request(correction::Command::DetermineAppeal {
            determination: refused(),
            reviewed: looked(chiara()),
            on,
        }),
        Ask::Withdraw => request(correction::Command::WithdrawRequest { on: DAY_1 }),
        Ask::Announce(on) => {
            hold(Command::AnnounceLift { because: LiftGround::try_from_request(&both.request)?, on })
        }
        Ask::Lift(on) => hold(Command::LiftHold {
            because: LiftGround::try_from_request(&both.request)?,
            reviewed: looked(ada()),
            on,
        }),
    }
}

fn evolve_both(both: Both, happened: &Happened) -> Result<Both, EvolveError> {
    let Both { request, held } = both;
    match happened {
        Happened::Request(event) => Ok(Both { request: correction::evolve(request, event)?, held }),
        Happened::Hold(event @ HoldEvent::HoldPlaced { .. }) => {
            Ok(Both { request, held: evolve(initial(), event)? })
        }
        Happened::Hold(event) => Ok(Both { request, held: evolve(held, event)? }),
    }
}

const MACHINE: Machine<Both, Ask, Happened> = Machine {
    initial: Both { request: correction::initial(), held: initial() },
    decide: decide_both,
    evolve: evolve_both,
    is_final: |both| both.request.is_final() && both.held.is_final(),
};

fn is_open(request: &correction::State) -> bool {
    matches!(
        request,
        correction::State::Filed(_)
            | correction::State::Acknowledged { .. }
            | correction::State::UnderAppeal { .. }
    )
}

#[test]
fn a_contested_value_is_held_in_every_sequence_and_the_person_is_told_before_the_end() {
    let alphabet = [
        Ask::File,
        Ask::Acknowledge,
        Ask::Grant,
        Ask::Refuse,
        Ask::Appeal(NEXT_DAY),
        Ask::GrantAppeal(NEXT_DAY),
        Ask::RefuseAppeal(NEXT_DAY),
        Ask::Withdraw,
        Ask::Announce(DAY_1),
        Ask::Announce(NEXT_DAY),
        Ask::Lift(DAY_1),
        Ask::Lift(NEXT_DAY),
        Ask::Lift(MUCH_LATER),
    ];
    let mut n_lifted_after_refusal = 0;
    let n_steps = MACHINE.walk(&alphabet, 9, &mut |step| {
        if is_open(&step.state.request) {
            assert!(step.state.held.is_held(), "{:?} leave an open request without hold", step.accepted);
        }
        let State::Lifted { on, .. } = &step.state.held else { return };
        let lifted =
            step.events.iter().rposition(|h| matches!(h, Happened::Hold(HoldEvent::HoldLifted { .. })));
        let told =
            step.events.iter().rposition(|h| matches!(h, Happened::Hold(HoldEvent::LiftAnnounced { .. })));
        assert!(told.unwrap() < lifted.unwrap(), "lifted before the notice");
        if matches!(step.state.request, correction::State::Refused { .. }) {
            assert!(*on > APPEAL_DAY, "lifted on {on}, in the time of the appeal");
            n_lifted_after_refusal += 1;
        }
    });
    assert!(n_steps >= 80, "only {n_steps} steps were walked");
    assert!(n_lifted_after_refusal > 0, "no sequence lifts after a refusal");
}

/// Both after asks that are all accepted.
fn after(asks: &[Ask]) -> Both {
    asks.iter().fold(MACHINE.initial.clone(), |both, ask| {
        decide_both(&both, ask.clone()).unwrap().iter().try_fold(both, evolve_both).unwrap()
    })
}

#[test]
fn the_first_day_on_which_a_hold_may_be_lifted() {
    let late = date(2025, 5, 5);
    let refused_finally =
        [Ask::File, Ask::Acknowledge, Ask::Refuse, Ask::Appeal(DAY_1), Ask::RefuseAppeal(late)];
    let granted_on_appeal =
        [Ask::File, Ask::Acknowledge, Ask::Refuse, Ask::Appeal(DAY_1), Ask::GrantAppeal(late)];
    for (asks, told_on, from) in [
        (&[Ask::File, Ask::Withdraw][..], DAY_1, DAY_1),
        (&[Ask::File, Ask::Acknowledge, Ask::Grant], DAY_1, DAY_1),
        (&[Ask::File, Ask::Acknowledge, Ask::Refuse], DAY_1, NEXT_DAY),
        (&[Ask::File, Ask::Acknowledge, Ask::Refuse], late, date(2025, 5, 6)),
        (&granted_on_appeal, late, late),
        (&refused_finally, late, date(2025, 5, 6)),
    ] {
        let told = after(&[asks, &[Ask::Announce(told_on)]].concat());
        let eve = from.yesterday().unwrap();
        let early = decide_both(&told, Ask::Lift(eve)).unwrap_err();
        assert!(matches!(early, Refusal::TooEarly { from: named, .. } if named == from), "{asks:?}: {early}");
        assert!(decide_both(&told, Ask::Lift(from)).is_ok(), "{asks:?}");
    }
}

#[test]
fn an_appeal_after_the_notice_keeps_the_hold() {
    let appealed = after(&[
        Ask::File,
        Ask::Acknowledge,
        Ask::Refuse,
        Ask::Announce(DAY_1),
        Ask::Appeal(date(2025, 4, 10)),
    ]);
    assert!(appealed.held.is_held());
    assert!(matches!(decide_both(&appealed, Ask::Lift(NEXT_DAY)), Err(Refusal::Rule { .. })));
}

#[test]
fn ten_years_lift_nothing() {
    let mut both = after(&[Ask::File, Ask::Acknowledge, Ask::Refuse]);
    for today in ten_years_after(DAY_1) {
        let told = decide_both(&both, Ask::Announce(today)).unwrap_or_default();
        both = told.iter().try_fold(both, evolve_both).unwrap();
        assert!(both.held.is_held(), "lifted on {today}");
    }
}

fn of_finding(id: i64) -> Command {
    Command::PlaceHold {
        hold: HoldId(5),
        person: PersonId(1),
        statements: vec![new().statement],
        ground: HoldGround::Finding { finding: FindingId(id) },
        on: DAY_1,
    }
}

#[test]
fn a_hold_ends_only_with_what_it_was_placed_for() {
    let held = replay(&decide(&initial(), of_finding(7)).unwrap()).unwrap();
    let withdrawn = after(&[Ask::File, Ask::Withdraw]).request;
    let because = LiftGround::try_from_request(&withdrawn).unwrap();
    let refusal = decide(&held, Command::AnnounceLift { because, on: DAY_1 }).unwrap_err();
    assert!(matches!(refusal, Refusal::Missing { .. }), "{refusal}");
    let opened = finding::Opened {
        finding: FindingId(7),
        person: PersonId(1),
        direction: finding::Direction::Neutral,
    };
    assert!(LiftGround::try_from_finding(&finding::State::Open(opened)).is_err());
    let gone = finding::State::NoLongerSeen { opened, last_seen: DAY_1 };
    let because = LiftGround::try_from_finding(&gone).unwrap();
    assert!(decide(&held, Command::AnnounceLift { because, on: DAY_1 }).is_ok());
}

#[test]
fn a_hold_covers_something_and_oversight_does_not_lift_it() {
    for n_statements in [0, STATEMENTS_HELD_MAX + 1] {
        let Command::PlaceHold { hold, person, statements, ground, on } = of_finding(7) else { return };
        let statements = vec![statements[0]; n_statements];
        let refusal = decide(&initial(), Command::PlaceHold { hold, person, statements, ground, on });
        assert!(refusal.is_err(), "{n_statements} statements were held");
    }
    let told = after(&[Ask::File, Ask::Withdraw, Ask::Announce(DAY_1)]);
    let because = LiftGround::try_from_request(&told.request).unwrap();
    let by_esi = Command::LiftHold { because, reviewed: looked(esi()), on: DAY_1 };
    assert!(matches!(decide(&told.held, by_esi), Err(Refusal::Role { .. })));
}

#[test]
fn a_damaged_history_is_found_on_load() {
    let (_, placed) = file_with_hold(new()).unwrap();
    let told = HoldEvent::LiftAnnounced { hold: HoldId(1), on: DAY_1 };
    let foreign = HoldEvent::LiftAnnounced { hold: HoldId(9), on: DAY_1 };
    for events in [vec![&told], vec![&placed, &placed], vec![&placed, &told, &told], vec![&placed, &foreign]]
    {
        assert!(replay(events.clone()).is_err(), "{events:?} were taken");
    }
    let other = CorrectionEvent::RequestWithdrawn { request: RequestId(2), on: DAY_1 };
    let (filed, _) = file_with_hold(new()).unwrap();
    assert!(correction::replay([&filed, &other]).is_err());
}
