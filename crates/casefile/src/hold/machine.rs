//! What may happen to a hold.
//!
//! ```text
//! placed ──▶ lift announced ──▶ lifted
//! ```
//!
//! A hold is never lifted while its request or finding is open, never without telling the person first
//! (GDPR Art. 18(3)), and never by the clock. Redress's own rule for when "first" is over ([`LiftGround`]): on the
//! day of the notice where the person got what was asked, withdrew it, or a reviewer's own hold lost its
//! finding; the day after the notice where the final determination is a refusal; and after a refusal not before
//! the 30 working days have passed in which an appeal finds the value still held.

use jiff::civil::Date;
use redress_statement::{HoldId, PersonId};

use super::{HoldEvent, HoldGround};
use crate::{
    DECIDE_APPEAL_WITHIN, EvolveError, HumanReviewed, Refusal, StatementRef, StreamId, correction, finding,
};

/// The most statements that one hold may cover.
pub const STATEMENTS_HELD_MAX: usize = 256;

/// What can be asked of a hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Restrict the use of statements.
    PlaceHold {
        /// The hold.
        hold: HoldId,
        /// Whose record it is.
        person: PersonId,
        /// The statements, 1 to [`STATEMENTS_HELD_MAX`].
        statements: Vec<StatementRef>,
        /// Why.
        ground: HoldGround,
        /// The day.
        on: Date,
    },
    /// Tell the person that the hold will end.
    AnnounceLift {
        /// Why it will.
        because: LiftGround,
        /// The day of the notice.
        on: Date,
    },
    /// End the hold.
    LiftHold {
        /// Why, as it stands on that day: an appeal may have come after the notice.
        because: LiftGround,
        /// Who, and why.
        reviewed: HumanReviewed,
        /// The day.
        on: Date,
    },
}

impl Command {
    /// The command's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PlaceHold { .. } => "place_hold",
            Self::AnnounceLift { .. } => ANNOUNCE_LIFT,
            Self::LiftHold { .. } => LIFT_HOLD,
        }
    }
}

const ANNOUNCE_LIFT: &str = "announce_lift";
const LIFT_HOLD: &str = "lift_hold";

/// Why a hold may end. Made only from the state of the request or the finding that it was placed for, so
/// that no hold ends while that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiftGround {
    of: HoldGround,
    wait: Wait,
}

/// How long the hold stays after the person was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// It may end on the same day.
    None,
    /// It may end on the next day.
    OneDay,
    /// It may end on the next day, and not before the appeal found it in place.
    Appeal {
        /// The last day on which it must stand.
        until: Date,
    },
}

impl LiftGround {
    /// The end of a request.
    ///
    /// # Errors
    /// [`Refusal::Rule`] while the request is open or under appeal.
    pub fn try_from_request(state: &correction::State) -> Result<Self, Refusal> {
        let open = Refusal::Rule {
            command: LIFT_HOLD,
            rule: "the request is still open: a contested value stays held until it is determined (GDPR Art. 18(1)(a))",
        };
        let (request, wait) = match state {
            correction::State::Granted { request, .. }
            | correction::State::Withdrawn { request, .. }
            | correction::State::Final { request, is_granted: true, .. } => (request, Wait::None),
            correction::State::Final { request, is_granted: false, .. } => (request, Wait::OneDay),
            correction::State::Refused { request, on, .. } => {
                (request, Wait::Appeal { until: DECIDE_APPEAL_WITHIN.last_day(*on) })
            }
            correction::State::Unfiled
            | correction::State::Filed(_)
            | correction::State::Acknowledged { .. }
            | correction::State::UnderAppeal { .. } => return Err(open),
        };
        Ok(Self { of: HoldGround::Contested { request: request.request }, wait })
    }

    /// The end of a finding.
    ///
    /// # Errors
    /// [`Refusal::Rule`] while the finding waits for its decision.
    pub fn try_from_finding(state: &finding::State) -> Result<Self, Refusal> {
        match state {
            finding::State::Decided { opened, .. } | finding::State::NoLongerSeen { opened, .. } => {
                Ok(Self { of: HoldGround::Finding { finding: opened.finding }, wait: Wait::None })
            }
            _ => {
                Err(Refusal::Rule { command: LIFT_HOLD, rule: "the finding is still open: decide it first" })
            }
        }
    }

    /// Refuses the end of something else than what the hold was placed for.
    fn must_end(&self, held: &Held, command: &'static str) -> Result<(), Refusal> {
        if self.of == held.ground {
            return Ok(());
        }
        Err(Refusal::Missing {
            command,
            missing: "the end of the request or finding that the hold was placed for",
        })
    }

    /// The first day on which a hold whose end was announced may be lifted, and the rule.
    fn lift_from(&self, announced_on: Date) -> (Date, &'static str) {
        let next_day = announced_on.tomorrow().unwrap_or(Date::MAX);
        match self.wait {
            Wait::None => (announced_on, "the person is told before a hold is lifted (GDPR Art. 18(3))"),
            Wait::OneDay => (next_day, "the person is told before a hold is lifted (GDPR Art. 18(3))"),
            Wait::Appeal { until } => (
                next_day.max(until.tomorrow().unwrap_or(Date::MAX)),
                "after a refusal the hold stays for 30 working days, so that an appeal finds the value held",
            ),
        }
    }
}

/// What stays true of a hold in every state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The hold.
    pub hold: HoldId,
    /// Whose record it is.
    pub person: PersonId,
    /// The statements.
    pub statements: Vec<StatementRef>,
    /// Why.
    pub ground: HoldGround,
    /// The day on which it was placed.
    pub placed_on: Date,
}

/// Where a hold stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing has happened yet.
    Unplaced,
    /// Use is restricted.
    Placed(Held),
    /// Use is restricted, and the person knows that this will end.
    LiftAnnounced {
        /// What is held.
        held: Held,
        /// The day of the notice.
        on: Date,
    },
    /// It ended.
    Lifted {
        /// What was held.
        held: Held,
        /// The day.
        on: Date,
    },
}

impl State {
    /// The state's name, as the store and the pages write it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unplaced => "unplaced",
            Self::Placed(_) => "placed",
            Self::LiftAnnounced { .. } => "lift_announced",
            Self::Lifted { .. } => "lifted",
        }
    }

    /// What is or was held. None before it was placed.
    #[must_use]
    pub const fn held(&self) -> Option<&Held> {
        match self {
            Self::Unplaced => None,
            Self::Placed(held) | Self::LiftAnnounced { held, .. } | Self::Lifted { held, .. } => Some(held),
        }
    }

    /// Whether the statements may not be relied on.
    #[must_use]
    pub const fn is_held(&self) -> bool {
        matches!(self, Self::Placed(_) | Self::LiftAnnounced { .. })
    }

    /// Whether nothing can happen any more.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Lifted { .. })
    }

    const fn remedy(&self) -> &'static str {
        match self {
            Self::Unplaced => "place it first",
            Self::Placed(_) => "announce to the person that it will end",
            Self::LiftAnnounced { .. } => "lift it",
            Self::Lifted { .. } => "place a new one",
        }
    }

    const fn refuse(&self, command: &'static str) -> Refusal {
        Refusal::State { machine: "hold", state: self.name(), command, remedy: self.remedy() }
    }
}

/// The state before the first event.
#[must_use]
pub const fn initial() -> State {
    State::Unplaced
}

/// The rule: what a command brings about.
///
/// # Errors
/// [`Refusal`] when the state, the role or the law does not allow it.
pub fn decide(state: &State, command: Command) -> Result<Vec<HoldEvent>, Refusal> {
    let name = command.name();
    match (state, command) {
        (State::Unplaced, Command::PlaceHold { hold, person, statements, ground, on }) => {
            Refusal::unless_one_to(name, &statements, STATEMENTS_HELD_MAX, "statements to hold")?;
            Ok(vec![HoldEvent::HoldPlaced { hold, person, statements, ground, on }])
        }
        (State::Placed(held), Command::AnnounceLift { because, on }) => {
            because.must_end(held, name)?;
            Refusal::unless_on_or_after(name, on, held.placed_on)?;
            Ok(vec![HoldEvent::LiftAnnounced { hold: held.hold, on }])
        }
        (State::LiftAnnounced { held, on: announced_on }, Command::LiftHold { because, reviewed, on }) => {
            reviewed.reviewer().must_handle_cases(name)?;
            because.must_end(held, name)?;
            let (from, rule) = because.lift_from(*announced_on);
            if on < from {
                return Err(Refusal::TooEarly { command: name, from, rule });
            }
            let (by, reason) = reviewed.into_parts();
            Ok(vec![HoldEvent::HoldLifted { hold: held.hold, on, by, reason }])
        }
        (state, _) => Err(state.refuse(name)),
    }
}

/// The shape: what an event makes of a state.
///
/// # Errors
/// [`EvolveError`] when the event cannot follow the state, or is of another hold.
pub fn evolve(state: State, event: &HoldEvent) -> Result<State, EvolveError> {
    if let Some(held) = state.held()
        && held.hold != event.hold()
    {
        return Err(EvolveError::Foreign {
            event: event.kind(),
            own: StreamId::Hold(held.hold),
            found: StreamId::Hold(event.hold()),
        });
    }
    let shape = EvolveError::Shape { machine: "hold", state: state.name(), event: event.kind() };
    match (state, event) {
        (State::Unplaced, HoldEvent::HoldPlaced { hold, person, statements, ground, on }) => {
            Ok(State::Placed(Held {
                hold: *hold,
                person: *person,
                statements: statements.clone(),
                ground: ground.clone(),
                placed_on: *on,
            }))
        }
        (State::Placed(held), HoldEvent::LiftAnnounced { on, .. }) => {
            Ok(State::LiftAnnounced { held, on: *on })
        }
        (State::LiftAnnounced { held, .. }, HoldEvent::HoldLifted { on, .. }) => {
            Ok(State::Lifted { held, on: *on })
        }
        _ => Err(shape),
    }
}

/// The state after a whole history.
///
/// # Errors
/// [`EvolveError`] at the first event that cannot follow.
pub fn replay<'a>(events: impl IntoIterator<Item = &'a HoldEvent>) -> Result<State, EvolveError> {
    events.into_iter().try_fold(initial(), evolve)
}
