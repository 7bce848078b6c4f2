//! Every sequence of commands on a closing.

use jiff::civil::Date;
use redress_casefile::{
    Refusal, StatementRef,
    closing::{
        ClosedItem, ClosingEvent, Command, ITEMS_MAX, NewClosing, Posture, Rung, State, closed_items,
        closed_items_digest, decide, evolve, initial, replay,
    },
};
use redress_statement::{Attribute, ClosingId, FindingId, PersonId, RecordId};

use crate::{
    staff::{ada, benito, chiara, esi, given, looked, words},
    walk::{Machine, ten_years_after},
};

const MACHINE: Machine<State, Command, ClosingEvent> =
    Machine { initial: initial(), decide, evolve, is_final: State::is_final };

const DAY_1: Date = Date::constant(2025, 3, 3);
/// The last of the person's 30 days when the notice goes out on `DAY_1`.
const DAY_31: Date = Date::constant(2025, 4, 2);
const DAY_32: Date = Date::constant(2025, 4, 3);
const TEN_YEARS_ON: Date = Date::constant(2035, 3, 3);

fn item(record: i64) -> ClosedItem {
    let record = RecordId(record);
    ClosedItem { record, statement: StatementRef { record, attribute: Attribute::NextCheckInOn, ordinal: 0 } }
}

fn new(rung: Rung) -> NewClosing {
    NewClosing {
        closing: ClosingId(1),
        person: PersonId(1),
        finding: FindingId(1),
        rung,
        items: vec![item(1), item(2)],
        by: ada(),
        on: DAY_1,
    }
}

fn propose(rung: Rung) -> Command {
    Command::ProposeClosing(Box::new(new(rung)))
}

fn approve(posture: Posture) -> Command {
    Command::ApproveClosing { posture, reviewed: looked(benito()), on: DAY_1 }
}

fn alphabet() -> Vec<Command> {
    let on = DAY_1;
    vec![
        propose(Rung::A),
        propose(Rung::B),
        propose(Rung::C),
        approve(Posture::OutstandingOrder),
        approve(Posture::NoOrder),
        approve(Posture::AppealPending),
        Command::ApproveClosing { posture: Posture::NoOrder, reviewed: looked(ada()), on },
        Command::NoticeClosing { given: given(), on },
        Command::ObjectToClosing { words: words("I am here."), on: DAY_31 },
        Command::Close { by: ada(), on: DAY_31 },
        Command::Close { by: ada(), on: DAY_32 },
        Command::Close { by: benito(), on: TEN_YEARS_ON },
        Command::Close { by: esi(), on: DAY_32 },
        Command::DeclineClosing { reviewed: looked(benito()), on },
        Command::UndoClosing { reviewed: looked(chiara()), on: DAY_32 },
        Command::UndoClosing { reviewed: looked(ada()), on: TEN_YEARS_ON },
    ]
}

#[test]
fn nothing_is_closed_without_approval_by_another_human_notice_and_30_days() {
    let nothing = closed_items_digest([&initial()]);
    let (mut n_closed, mut n_undone) = (0, 0);
    let n_steps = MACHINE.walk(&alphabet(), 8, &mut |step| {
        let kinds: Vec<_> = step.events.iter().map(ClosingEvent::kind).collect();
        let is_closed = kinds == ["closing_proposed", "closing_approved", "closing_noticed", "closed"];
        assert_eq!(step.state.closed_items().is_empty(), !is_closed, "{kinds:?}");
        assert_eq!(closed_items_digest([step.state]) == nothing, !is_closed, "{kinds:?}");
        n_undone += u64::from(kinds.last() == Some(&"closing_undone"));
        let [
            ClosingEvent::ClosingProposed { by: proposer, .. },
            ClosingEvent::ClosingApproved { by: approver, posture, .. },
            ClosingEvent::ClosingNoticed { object_until, .. },
            ClosingEvent::Closed { by, on, .. },
        ] = step.events
        else {
            return;
        };
        n_closed += 1;
        assert!(!proposer.is_same_human(approver) && by.user_code.starts_with("r-"));
        assert!([Posture::OutstandingOrder, Posture::NoOrder].contains(posture));
        assert!(on > object_until && *object_until == DAY_31);
    });
    assert!(n_steps >= 40, "only {n_steps} steps were walked");
    assert!(n_closed > 0 && n_undone > 0, "no sequence closes or undoes");
}

#[test]
fn ten_years_close_nothing() {
    let mut state = after(&[propose(Rung::B), approve(Posture::NoOrder)]);
    for today in ten_years_after(DAY_1) {
        let noticed =
            decide(&state, Command::NoticeClosing { given: given(), on: today }).unwrap_or_default();
        state = noticed.iter().try_fold(state, evolve).unwrap();
        assert!(matches!(state, State::Noticed { .. }), "{state:?} on {today}");
        assert!(closed_items([&state]).is_empty());
    }
}

/// The state after commands that are all accepted.
fn after(commands: &[Command]) -> State {
    commands.iter().fold(initial(), |state, command| {
        decide(&state, command.clone()).unwrap().iter().try_fold(state, evolve).unwrap()
    })
}

#[test]
fn an_undone_closing_leaves_the_others_as_they_were() {
    let other = NewClosing { closing: ClosingId(2), items: vec![item(3)], ..new(Rung::A) };
    let to_close = [approve(Posture::NoOrder), Command::NoticeClosing { given: given(), on: DAY_1 }];
    let close = Command::Close { by: ada(), on: DAY_32 };
    let other = after(
        &[&[Command::ProposeClosing(Box::new(other))][..], &to_close, std::slice::from_ref(&close)].concat(),
    );
    let before = closed_items_digest([&other, &initial()]);

    let closed = after(&[&[propose(Rung::A)][..], &to_close, &[close]].concat());
    assert_ne!(closed_items_digest([&other, &closed]), before);
    assert_eq!(closed_items([&other, &closed]).len(), 3);

    let undo = Command::UndoClosing { reviewed: looked(benito()), on: TEN_YEARS_ON };
    let undone = decide(&closed, undo).unwrap().iter().try_fold(closed, evolve).unwrap();
    assert_eq!(closed_items_digest([&undone, &other]), before);
}

#[test]
fn evidence_and_posture_that_close_nothing() {
    for rung in [Rung::C, Rung::D] {
        let refusal = decide(&initial(), propose(rung)).unwrap_err();
        assert!(refusal.to_string().contains(&format!("(rung {rung:?})")), "{refusal}");
    }
    let proposed = after(&[propose(Rung::B)]);
    for (posture, said) in [
        (
            Posture::AppealPending,
            "`approve_closing` is refused: an appeal or motion is pending, and leaving may count as withdrawing it (8 CFR 1003.4): close nothing, warn counsel",
        ),
        (
            Posture::MayReturn,
            "`approve_closing` is refused: the person has permission to return: the departure ends nothing, decline the closing",
        ),
    ] {
        assert_eq!(decide(&proposed, approve(posture)).unwrap_err().to_string(), said);
    }
    for posture in
        [Posture::NoOrder, Posture::NoProceeding, Posture::VoluntaryDeparture, Posture::OutstandingOrder]
    {
        assert!(decide(&proposed, approve(posture)).is_ok(), "{posture:?}");
    }
}

#[test]
fn refusals_name_the_rule() {
    let proposed = after(&[propose(Rung::A)]);
    let noticed = after(&[
        propose(Rung::A),
        approve(Posture::NoOrder),
        Command::NoticeClosing { given: given(), on: DAY_1 },
    ]);
    let by_ada = Command::ApproveClosing { posture: Posture::NoOrder, reviewed: looked(ada()), on: DAY_1 };
    let mut empty = new(Rung::A);
    empty.items.clear();
    let mut wide = new(Rung::A);
    wide.items = (0..=ITEMS_MAX as i64).map(item).collect();
    let by_esi = NewClosing { by: esi(), ..new(Rung::A) };
    for (state, command, said) in [
        (
            proposed,
            by_ada,
            "Ada Okafor has acted on this already: who approves a closing must be somebody else",
        ),
        (
            noticed.clone(),
            Command::Close { by: ada(), on: DAY_31 },
            "`close` is possible from 2025-04-03 on: the person has 30 days from the notice to object",
        ),
        (
            noticed,
            Command::UndoClosing { reviewed: looked(ada()), on: DAY_31 },
            "`undo_closing` is not possible while the closing is noticed: wait for the person's 30 days, then close or decline it",
        ),
        (initial(), Command::ProposeClosing(Box::new(empty)), "`propose_closing` needs items to close"),
        (
            initial(),
            Command::ProposeClosing(Box::new(wide)),
            "items to close of `propose_closing` has 257 entries, the limit is 256: shorten it",
        ),
        (
            initial(),
            Command::ProposeClosing(Box::new(by_esi)),
            "the role oversight may not do `propose_closing`: ask a reviewer",
        ),
    ] {
        let refusal = decide(&state, command).unwrap_err();
        assert_eq!(refusal.to_string(), said);
        assert!(!matches!(refusal, Refusal::Reason { .. }));
    }
}

#[test]
fn a_damaged_history_is_found_on_load() {
    let proposed = decide(&initial(), propose(Rung::A)).unwrap().remove(0);
    let closed = ClosingEvent::Closed { closing: ClosingId(1), by: ada(), on: DAY_32 };
    let foreign =
        ClosingEvent::ClosingNoticed { closing: ClosingId(2), on: DAY_1, object_until: DAY_31, given: None };
    for events in [vec![&closed], vec![&proposed, &closed], vec![&proposed, &foreign]] {
        assert!(replay(events.clone()).is_err(), "{events:?} were taken");
    }
}
