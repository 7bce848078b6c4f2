//! What may happen to a closing.
//!
//! ```text
//! proposed ──▶ approved ──▶ noticed ──(30 days)──▶ closed ──▶ undone
//!     └───────────┴───────────┼──▶ declined
//!                             └──▶ objected: nothing is closed
//! ```
//!
//! No step happens by itself: when the 30 days are over, a named human closes, or nobody does.

use std::collections::BTreeSet;

use jiff::civil::Date;
use redress_statement::{ClosingId, Digest, FindingId, PersonId, RecordId};

use super::{Allowed, ClosedItem, ClosingEvent, ListKind, Posture, Rung};
use crate::{EvolveError, HumanReviewed, NoticeGiven, OBJECT_WITHIN, Refusal, Reviewer, StreamId, Words};

/// The most items that one closing may end.
pub const ITEMS_MAX: usize = 256;

/// The most struck entries that one closing counts: those of further lists come back struck and are not counted.
pub const STRUCK_MAX: usize = 10_000;

/// What a reviewer proposes to close.
#[derive(Clone, Debug, PartialEq)]
pub struct NewClosing {
    /// The closing.
    pub closing: ClosingId,
    /// Whose case it is.
    pub person: PersonId,
    /// The finding that shows the departure.
    pub finding: FindingId,
    /// How good the evidence is.
    pub rung: Rung,
    /// What would be closed, 1 to [`ITEMS_MAX`].
    pub items: Vec<ClosedItem>,
    /// Who proposes it.
    pub by: Reviewer,
    /// The day.
    pub on: Date,
}

/// What can be asked of a closing.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A reviewer proposes it.
    ProposeClosing(Box<NewClosing>),
    /// Another reviewer approves it and answers the posture question.
    ApproveClosing {
        /// In which position the person left.
        posture: Posture,
        /// Who, and why.
        reviewed: HumanReviewed,
        /// The day.
        on: Date,
    },
    /// The notice to the person went out.
    NoticeClosing {
        /// Who gave it, and how.
        given: NoticeGiven,
        /// The day.
        on: Date,
    },
    /// The person objects.
    ObjectToClosing {
        /// Why, in the person's words; may be empty.
        words: Words,
        /// The day.
        on: Date,
    },
    /// A reviewer carries it out.
    Close {
        /// Who.
        by: Reviewer,
        /// The day.
        on: Date,
    },
    /// An office brings a list on which an entry stands for a closed item. An entry counts once, however often its list is brought.
    StrikeEntry {
        /// What the list is of.
        list: ListKind,
        /// The record of the item.
        record: RecordId,
        /// The day that the entry is for. None where nothing names it.
        day: Option<Date>,
        /// The day on which the list is brought.
        on: Date,
    },
    /// A reviewer refuses it before it took effect.
    DeclineClosing {
        /// Who, and why.
        reviewed: HumanReviewed,
        /// The day.
        on: Date,
    },
    /// A reviewer opens the items again.
    UndoClosing {
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
            Self::ProposeClosing(_) => "propose_closing",
            Self::ApproveClosing { .. } => "approve_closing",
            Self::NoticeClosing { .. } => "notice_closing",
            Self::ObjectToClosing { .. } => "object_to_closing",
            Self::Close { .. } => "close",
            Self::StrikeEntry { .. } => "strike_entry",
            Self::DeclineClosing { .. } => "decline_closing",
            Self::UndoClosing { .. } => "undo_closing",
        }
    }

    /// Whether the records must bear the departure out on the day of the command. Declining, objecting and undoing
    /// are always open.
    #[must_use]
    pub const fn rests_on_evidence(&self) -> bool {
        matches!(self, Self::ProposeClosing(_) | Self::ApproveClosing { .. } | Self::Close { .. })
    }
}

/// What stays true of a closing in every state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The closing.
    pub closing: ClosingId,
    /// Whose case it is.
    pub person: PersonId,
    /// The finding that shows the departure.
    pub finding: FindingId,
    /// How good the evidence is.
    pub rung: Rung,
    /// What it ends.
    pub items: Vec<ClosedItem>,
    /// Who proposed it.
    pub by: Reviewer,
    /// The day of the proposal.
    pub on: Date,
}

/// Where a closing stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing has happened yet.
    Unproposed,
    /// A reviewer proposed it.
    Proposed(Proposed),
    /// Another human approved it.
    Approved {
        /// What was proposed.
        proposed: Proposed,
        /// In which position the person left.
        posture: Posture,
        /// The day of the approval.
        on: Date,
    },
    /// The person was told.
    Noticed {
        /// What was proposed.
        proposed: Proposed,
        /// In which position the person left.
        posture: Posture,
        /// The day of the notice.
        on: Date,
        /// The last day to object.
        object_until: Date,
    },
    /// The person objected: nothing was closed.
    Objected(Proposed),
    /// The items are closed.
    Closed {
        /// What was proposed.
        proposed: Proposed,
        /// The day.
        on: Date,
        /// The entries of lists that came back struck for it: what the list was of, the item's record, the day that the entry
        /// is for.
        struck: BTreeSet<(ListKind, RecordId, Option<Date>)>,
    },
    /// A human refused it: nothing was closed.
    Declined(Proposed),
    /// The items are open again.
    Undone(Proposed),
}

impl State {
    /// The state's name, as the store and the pages write it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unproposed => "unproposed",
            Self::Proposed(_) => "proposed",
            Self::Approved { .. } => "approved",
            Self::Noticed { .. } => "noticed",
            Self::Objected(_) => "objected",
            Self::Closed { .. } => "closed",
            Self::Declined(_) => "declined",
            Self::Undone(_) => "undone",
        }
    }

    /// What was proposed. None before.
    #[must_use]
    pub const fn proposed(&self) -> Option<&Proposed> {
        match self {
            Self::Unproposed => None,
            Self::Proposed(proposed)
            | Self::Approved { proposed, .. }
            | Self::Noticed { proposed, .. }
            | Self::Objected(proposed)
            | Self::Closed { proposed, .. }
            | Self::Declined(proposed)
            | Self::Undone(proposed) => Some(proposed),
        }
    }

    /// The items that are closed now: those of a closing that was carried out and not undone.
    #[must_use]
    pub fn closed_items(&self) -> &[ClosedItem] {
        match self {
            Self::Closed { proposed, .. } => &proposed.items,
            _ => &[],
        }
    }

    /// Whether nothing can happen any more.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Objected(_) | Self::Declined(_) | Self::Undone(_))
    }

    const fn remedy(&self) -> &'static str {
        match self {
            Self::Unproposed => "a reviewer proposes it first",
            Self::Proposed(_) => "another reviewer approves or declines it",
            Self::Approved { .. } => "notice the person, or decline it",
            Self::Noticed { .. } => "wait for the person's 30 days, then close or decline it",
            Self::Closed { .. } => "it can be undone",
            Self::Objected(_) | Self::Declined(_) | Self::Undone(_) => {
                "nothing is closed; a new proposal can be made"
            }
        }
    }

    const fn refuse(&self, command: &'static str) -> Refusal {
        Refusal::State { machine: "closing", state: self.name(), command, remedy: self.remedy() }
    }
}

/// The items that a person's closings keep closed now.
pub fn closed_items<'a>(states: impl IntoIterator<Item = &'a State>) -> BTreeSet<ClosedItem> {
    states.into_iter().flat_map(State::closed_items).copied().collect()
}

/// Digest of what is closed: the same before a closing was proposed and after it was undone.
pub fn closed_items_digest<'a>(states: impl IntoIterator<Item = &'a State>) -> Digest {
    let mut text = String::new();
    for ClosedItem { record, statement } in closed_items(states) {
        text.push_str(&format!(
            "{record} {} {} {}\n",
            statement.record, statement.attribute, statement.ordinal
        ));
    }
    Digest::of(text.as_bytes())
}

/// The state before the first event.
#[must_use]
pub const fn initial() -> State {
    State::Unproposed
}

/// The rule: what a command brings about.
///
/// # Errors
/// [`Refusal`] when the state, the role, the evidence or the posture does not allow it.
pub fn decide(state: &State, command: Command) -> Result<Vec<ClosingEvent>, Refusal> {
    let name = command.name();
    match (state, command) {
        (State::Unproposed, Command::ProposeClosing(new)) => propose(*new),
        (State::Proposed(proposed), Command::ApproveClosing { posture, reviewed, on }) => {
            reviewed.reviewer().must_review(name)?;
            reviewed.reviewer().must_not_be(&proposed.by, "who approves a closing")?;
            Refusal::unless_on_or_after(name, on, proposed.on)?;
            must_allow_closing(name, posture)?;
            let (by, reason) = reviewed.into_parts();
            Ok(vec![ClosingEvent::ClosingApproved { closing: proposed.closing, posture, by, reason, on }])
        }
        (State::Approved { proposed, on: earlier, .. }, Command::NoticeClosing { given, on }) => {
            given.by.must_handle_cases(name)?;
            Refusal::unless_on_or_after(name, on, *earlier)?;
            let object_until = OBJECT_WITHIN.last_day(on);
            let (closing, given) = (proposed.closing, Some(given));
            Ok(vec![ClosingEvent::ClosingNoticed { closing, on, object_until, given }])
        }
        (State::Noticed { proposed, on: earlier, .. }, Command::ObjectToClosing { words, on }) => {
            words.must_fit(name, "the person's words")?;
            Refusal::unless_on_or_after(name, on, *earlier)?;
            Ok(vec![ClosingEvent::ClosingObjected { closing: proposed.closing, words, on }])
        }
        (State::Noticed { proposed, object_until, .. }, Command::Close { by, on }) => {
            by.must_review(name)?;
            if on <= *object_until {
                return Err(Refusal::TooEarly {
                    command: name,
                    from: object_until.tomorrow().unwrap_or(Date::MAX),
                    rule: "the person has 30 days from the notice to object",
                });
            }
            Ok(vec![ClosingEvent::Closed { closing: proposed.closing, by, on }])
        }
        (
            State::Proposed(proposed @ Proposed { on: earlier, .. })
            | State::Approved { proposed, on: earlier, .. }
            | State::Noticed { proposed, on: earlier, .. },
            Command::DeclineClosing { reviewed, on },
        ) => {
            reviewed.reviewer().must_review(name)?;
            Refusal::unless_on_or_after(name, on, *earlier)?;
            let (by, reason) = reviewed.into_parts();
            Ok(vec![ClosingEvent::ClosingDeclined { closing: proposed.closing, by, reason, on }])
        }
        (State::Closed { proposed, on: earlier, struck }, Command::StrikeEntry { list, record, day, on }) => {
            Refusal::unless_on_or_after(name, on, *earlier)?;
            if !proposed.items.iter().any(|item| item.record == record) {
                return Err(Refusal::Missing {
                    command: name,
                    missing: "a record of which something is closed",
                });
            }
            let is_counted = struck.contains(&(list, record, day)) || struck.len() >= STRUCK_MAX;
            let closing = proposed.closing;
            let event = ClosingEvent::EntryStruck { closing, list, record, day, on };
            Ok(if is_counted { Vec::new() } else { vec![event] })
        }
        (State::Closed { proposed, on: earlier, .. }, Command::UndoClosing { reviewed, on }) => {
            reviewed.reviewer().must_handle_cases(name)?;
            Refusal::unless_on_or_after(name, on, *earlier)?;
            let (by, reason) = reviewed.into_parts();
            Ok(vec![ClosingEvent::ClosingUndone { closing: proposed.closing, by, reason, on }])
        }
        (state, _) => Err(state.refuse(name)),
    }
}

fn propose(new: NewClosing) -> Result<Vec<ClosingEvent>, Refusal> {
    let name = "propose_closing";
    new.by.must_review(name)?;
    must_allow_proposing(name, new.rung.allows())?;
    Refusal::unless_one_to(name, &new.items, ITEMS_MAX, "items to close")?;
    let NewClosing { closing, person, finding, rung, items, by, on } = new;
    Ok(vec![ClosingEvent::ClosingProposed { closing, person, finding, rung, items, by, on }])
}

/// Nothing is proposed, approved or carried out below rung B, or where the person was here afterwards.
///
/// # Errors
/// [`Refusal::Rule`] with what to do instead.
pub fn must_allow_proposing(command: &'static str, allowed: Allowed) -> Result<(), Refusal> {
    let rule = match allowed {
        Allowed::ProposeClosing => return Ok(()),
        Allowed::PauseCheckIns => {
            "an unconfirmed departure (rung C) only pauses check-ins: have the person or counsel confirm it, or find a second source of another owner that says what it rests on"
        }
        Allowed::Ask => {
            "a booking, a reservation or a word alone (rung D), or a departure after which the person was here, closes nothing: ask the person"
        }
    };
    Err(Refusal::Rule { command, rule })
}

fn must_allow_closing(command: &'static str, posture: Posture) -> Result<(), Refusal> {
    let rule = match posture {
        Posture::NoOrder
        | Posture::NoProceeding
        | Posture::VoluntaryDeparture
        | Posture::OutstandingOrder => return Ok(()),
        Posture::AppealPending => {
            "an appeal or motion is pending, and leaving may count as withdrawing it (8 CFR 1003.4): close nothing, warn counsel"
        }
        Posture::MayReturn => {
            "the person has permission to return: the departure ends nothing, decline the closing"
        }
    };
    Err(Refusal::Rule { command, rule })
}

/// The shape: what an event makes of a state.
///
/// # Errors
/// [`EvolveError`] when the event cannot follow the state, or is of another closing.
pub fn evolve(state: State, event: &ClosingEvent) -> Result<State, EvolveError> {
    if let Some(proposed) = state.proposed()
        && proposed.closing != event.closing()
    {
        return Err(EvolveError::Foreign {
            event: event.kind(),
            own: StreamId::Closing(proposed.closing),
            found: StreamId::Closing(event.closing()),
        });
    }
    let shape = EvolveError::Shape { machine: "closing", state: state.name(), event: event.kind() };
    match (state, event) {
        (
            State::Unproposed,
            ClosingEvent::ClosingProposed { closing, person, finding, rung, items, by, on },
        ) => Ok(State::Proposed(Proposed {
            closing: *closing,
            person: *person,
            finding: *finding,
            rung: *rung,
            items: items.clone(),
            by: by.clone(),
            on: *on,
        })),
        (State::Proposed(proposed), ClosingEvent::ClosingApproved { posture, on, .. }) => {
            Ok(State::Approved { proposed, posture: *posture, on: *on })
        }
        (
            State::Approved { proposed, posture, .. },
            ClosingEvent::ClosingNoticed { on, object_until, .. },
        ) => Ok(State::Noticed { proposed, posture, on: *on, object_until: *object_until }),
        (State::Noticed { proposed, .. }, ClosingEvent::ClosingObjected { .. }) => {
            Ok(State::Objected(proposed))
        }
        (State::Noticed { proposed, .. }, ClosingEvent::Closed { on, .. }) => {
            Ok(State::Closed { proposed, on: *on, struck: BTreeSet::new() })
        }
        (
            State::Closed { proposed, on: closed_on, mut struck },
            ClosingEvent::EntryStruck { list, record, day, .. },
        ) => {
            // Earlier editions counted an entry again on each day on which its list was brought.
            struck.insert((*list, *record, *day));
            Ok(State::Closed { proposed, on: closed_on, struck })
        }
        (
            State::Proposed(proposed) | State::Approved { proposed, .. } | State::Noticed { proposed, .. },
            ClosingEvent::ClosingDeclined { .. },
        ) => Ok(State::Declined(proposed)),
        (State::Closed { proposed, .. }, ClosingEvent::ClosingUndone { .. }) => Ok(State::Undone(proposed)),
        _ => Err(shape),
    }
}

/// The state after a whole history.
///
/// # Errors
/// [`EvolveError`] at the first event that cannot follow.
pub fn replay<'a>(events: impl IntoIterator<Item = &'a ClosingEvent>) -> Result<State, EvolveError> {
    events.into_iter().try_fold(initial(), evolve)
}
