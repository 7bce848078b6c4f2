//! What may happen to a correction request.
//!
//! ```text
//! filed ──▶ acknowledged ──▶ granted
//!   └──────────┤         └──▶ refused ──▶ under appeal ──▶ final
//!              └──▶ withdrawn
//! ```
//!
//! Once a correction is granted, on appeal or before, whoever holds the value is named, told, and confirms.
//!
//! A period of the law binds the office, never the person: a step that comes late is still a step, and an
//! appeal may be filed at any time.

use jiff::civil::Date;
use redress_statement::{HoldId, PersonId, RequestId};

use super::{CorrectionEvent, Determination, Holder, Holders, holders};
use crate::{
    ACKNOWLEDGE_WITHIN, DECIDE_APPEAL_WITHIN, EvolveError, HumanReviewed, NoticeWay, Refusal, Reviewer,
    StatementRef, StreamId, Words,
    hold::{self, HoldEvent, HoldGround},
};

/// What a person files.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRequest {
    /// The request.
    pub request: RequestId,
    /// Whose record it is.
    pub person: PersonId,
    /// The statement that is contested.
    pub statement: StatementRef,
    /// The hold placed with it.
    pub hold: HoldId,
    /// Which line is wrong and why, in the person's words. The only answer that must be given.
    pub what_is_wrong: Words,
    /// What would be right.
    pub what_is_right: Words,
    /// The papers that show it.
    pub papers: Words,
    /// How the person wants to be reached.
    pub reach: Words,
    /// Whether somebody helped.
    pub through_helper: bool,
    /// The day of filing.
    pub on: Date,
}

/// What can be asked of a correction request.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// The person files it. Use [`file_with_hold`], so that no request is without its hold.
    FileRequest(Box<NewRequest>),
    /// The office acknowledges it in writing.
    AcknowledgeRequest {
        /// Who, or nobody where the acknowledgement is given at once by rule.
        by: Option<Reviewer>,
        /// The day.
        on: Date,
    },
    /// A reviewer determines it.
    DetermineRequest {
        /// The determination.
        determination: Determination,
        /// Who, and why.
        reviewed: HumanReviewed,
        /// The day.
        on: Date,
    },
    /// The person appeals against a refusal. Use [`appeal_with_hold`], so that the value is held again where
    /// its hold had ended.
    FileAppeal {
        /// Why, in the person's words; may be empty.
        grounds: Words,
        /// The day.
        on: Date,
    },
    /// An appeal officer decides the appeal.
    DetermineAppeal {
        /// The final determination.
        determination: Determination,
        /// Who, and why.
        reviewed: HumanReviewed,
        /// The day.
        on: Date,
    },
    /// The person's own words go out with the value.
    AttachStatementOfDisagreement {
        /// The words.
        words: Words,
        /// The day.
        on: Date,
    },
    /// Who holds the corrected value is named, so that each can be told.
    NameHolders {
        /// Who, each once.
        holders: Vec<Holder>,
        /// By when each should have confirmed.
        tell_by: Date,
        /// The day.
        on: Date,
    },
    /// A holder is told.
    TellHolder {
        /// Which, by its name.
        holder: String,
        /// How.
        way: NoticeWay,
        /// Who tells it.
        by: Reviewer,
        /// The day.
        on: Date,
    },
    /// A holder confirmed.
    ConfirmHolder {
        /// Which, by its name.
        holder: String,
        /// Who notes it.
        by: Reviewer,
        /// The day.
        on: Date,
    },
    /// The person withdraws it.
    WithdrawRequest {
        /// The day.
        on: Date,
    },
}

impl Command {
    /// The command's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::FileRequest(_) => "file_request",
            Self::AcknowledgeRequest { .. } => "acknowledge_request",
            Self::DetermineRequest { .. } => "determine_request",
            Self::FileAppeal { .. } => "file_appeal",
            Self::DetermineAppeal { .. } => "determine_appeal",
            Self::AttachStatementOfDisagreement { .. } => "attach_statement_of_disagreement",
            Self::NameHolders { .. } => "name_holders",
            Self::TellHolder { .. } => "tell_holder",
            Self::ConfirmHolder { .. } => "confirm_holder",
            Self::WithdrawRequest { .. } => "withdraw_request",
        }
    }
}

/// What stays true of a request in every state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The request.
    pub request: RequestId,
    /// Whose record it is.
    pub person: PersonId,
    /// The statement that is contested.
    pub statement: StatementRef,
    /// The hold placed with it.
    pub hold: HoldId,
    /// The day of filing.
    pub filed_on: Date,
    /// The last day for the acknowledgement.
    pub acknowledge_by: Date,
}

/// Where a request stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing has happened yet.
    Unfiled,
    /// The person filed it.
    Filed(Request),
    /// The office acknowledged it.
    Acknowledged {
        /// What it is.
        request: Request,
        /// The day of the acknowledgement.
        on: Date,
    },
    /// A reviewer granted it.
    Granted {
        /// What it is.
        request: Request,
        /// The day of the determination.
        on: Date,
        /// Who holds the value, and how far each was told.
        holders: Holders,
    },
    /// A reviewer refused it.
    Refused {
        /// What it is.
        request: Request,
        /// Who refused.
        by: Reviewer,
        /// The day of the refusal.
        on: Date,
        /// Whether the person's statement of disagreement goes out with the value.
        has_statement_of_disagreement: bool,
    },
    /// The person appealed.
    UnderAppeal {
        /// What it is.
        request: Request,
        /// Who refused.
        refused_by: Reviewer,
        /// The day of the appeal.
        on: Date,
        /// The last day for the decision.
        decide_by: Date,
        /// Whether the person's statement of disagreement goes out with the value.
        has_statement_of_disagreement: bool,
    },
    /// An appeal officer decided: what remains is judicial review.
    Final {
        /// What it is.
        request: Request,
        /// Whether the appeal was granted.
        is_granted: bool,
        /// The day of the final determination.
        on: Date,
        /// Whether the person's statement of disagreement goes out with the value.
        has_statement_of_disagreement: bool,
        /// Who holds the value, and how far each was told. Empty where the appeal was not granted.
        holders: Holders,
    },
    /// The person withdrew it.
    Withdrawn {
        /// What it was.
        request: Request,
        /// The day.
        on: Date,
    },
}

impl State {
    /// The state's name, as the store and the pages write it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unfiled => "unfiled",
            Self::Filed(_) => "filed",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Granted { .. } => "granted",
            Self::Refused { .. } => "refused",
            Self::UnderAppeal { .. } => "under_appeal",
            Self::Final { .. } => "final",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// What it is. None before it was filed.
    #[must_use]
    pub const fn request(&self) -> Option<&Request> {
        match self {
            Self::Unfiled => None,
            Self::Filed(request)
            | Self::Acknowledged { request, .. }
            | Self::Granted { request, .. }
            | Self::Refused { request, .. }
            | Self::UnderAppeal { request, .. }
            | Self::Final { request, .. }
            | Self::Withdrawn { request, .. } => Some(request),
        }
    }

    /// The last day for the office's next step. None when no day is set: the determination is due
    /// "promptly" (5 U.S.C. 552a(d)(2)(B)), and the person is never pressed.
    #[must_use]
    pub const fn due_on(&self) -> Option<Date> {
        match self {
            Self::Filed(request) => Some(request.acknowledge_by),
            Self::UnderAppeal { decide_by, .. } => Some(*decide_by),
            _ => None,
        }
    }

    /// Whether no determination is to come. A refused request is not final: the person may appeal.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Granted { .. } | Self::Final { .. } | Self::Withdrawn { .. })
    }

    /// Whether the person's statement of disagreement goes out with the value.
    #[must_use]
    pub const fn has_statement_of_disagreement(&self) -> bool {
        match self {
            Self::Refused { has_statement_of_disagreement, .. }
            | Self::UnderAppeal { has_statement_of_disagreement, .. }
            | Self::Final { has_statement_of_disagreement, .. } => *has_statement_of_disagreement,
            _ => false,
        }
    }

    /// Who holds a value that was corrected, with the request and the day of the grant. None where nothing was granted.
    #[must_use]
    pub const fn holders(&self) -> Option<(&Request, Date, &Holders)> {
        match self {
            Self::Granted { request, on, holders }
            | Self::Final { request, is_granted: true, on, holders, .. } => Some((request, *on, holders)),
            _ => None,
        }
    }

    fn holders_mut(&mut self) -> Option<&mut Holders> {
        match self {
            Self::Granted { holders, .. } | Self::Final { is_granted: true, holders, .. } => Some(holders),
            _ => None,
        }
    }

    const fn remedy(&self) -> &'static str {
        match self {
            Self::Unfiled => "the person files it first",
            Self::Filed(_) => "acknowledge it first",
            Self::Acknowledged { .. } => "determine it",
            Self::Granted { .. } => "a new request can be filed",
            Self::Refused { .. } => "the person may appeal or attach a statement of disagreement",
            Self::UnderAppeal { .. } => "an appeal officer decides it",
            Self::Final { is_granted: true, .. } => "a new request can be filed",
            Self::Final { .. } => "the person may attach a statement of disagreement or go to court",
            Self::Withdrawn { .. } => "a new request can be filed",
        }
    }

    const fn refuse(&self, command: &'static str) -> Refusal {
        Refusal::State { machine: "correction request", state: self.name(), command, remedy: self.remedy() }
    }
}

/// The state before the first event.
#[must_use]
pub const fn initial() -> State {
    State::Unfiled
}

/// The rule: what a command brings about.
///
/// # Errors
/// [`Refusal`] when the state, the role or the law does not allow it.
pub fn decide(state: &State, command: Command) -> Result<Vec<CorrectionEvent>, Refusal> {
    let name = command.name();
    match (state, command) {
        (State::Unfiled, Command::FileRequest(new)) => file(*new),
        (State::Filed(request), Command::AcknowledgeRequest { by, on }) => {
            if let Some(by) = &by {
                by.must_review(name)?;
            }
            Refusal::unless_on_or_after(name, on, request.filed_on)?;
            Ok(vec![CorrectionEvent::RequestAcknowledged { request: request.request, on, by }])
        }
        (
            State::Acknowledged { request, on: earlier },
            Command::DetermineRequest { determination, reviewed, on },
        ) => {
            reviewed.reviewer().must_review(name)?;
            Refusal::unless_on_or_after(name, on, *earlier)?;
            must_be_whole(name, &determination)?;
            let (by, reason) = reviewed.into_parts();
            let request = request.request;
            Ok(vec![CorrectionEvent::RequestDetermined { request, determination, on, by, reason }])
        }
        (State::Refused { request, on: earlier, .. }, Command::FileAppeal { grounds, on }) => {
            grounds.must_fit(name, "the grounds")?;
            Refusal::unless_on_or_after(name, on, *earlier)?;
            let decide_by = DECIDE_APPEAL_WITHIN.last_day(on);
            Ok(vec![CorrectionEvent::AppealFiled { request: request.request, grounds, on, decide_by }])
        }
        (
            State::UnderAppeal { request, refused_by, on: earlier, .. },
            Command::DetermineAppeal { determination, reviewed, on },
        ) => {
            reviewed.reviewer().must_decide_appeals(name)?;
            reviewed.reviewer().must_not_be(refused_by, "the appeal officer")?;
            Refusal::unless_on_or_after(name, on, *earlier)?;
            must_be_whole(name, &determination)?;
            let (by, reason) = reviewed.into_parts();
            let request = request.request;
            Ok(vec![CorrectionEvent::AppealDetermined { request, determination, on, by, reason }])
        }
        (
            State::Refused { request, on: earlier, .. }
            | State::UnderAppeal { request, on: earlier, .. }
            | State::Final { request, on: earlier, is_granted: false, .. },
            Command::AttachStatementOfDisagreement { words, on },
        ) => {
            words.must_say(name, "the person's words")?;
            Refusal::unless_on_or_after(name, on, *earlier)?;
            let request = request.request;
            Ok(vec![CorrectionEvent::StatementOfDisagreementAttached { request, words, on }])
        }
        (
            State::Filed(request @ Request { filed_on: earlier, .. })
            | State::Acknowledged { request, on: earlier },
            Command::WithdrawRequest { on },
        ) => {
            Refusal::unless_on_or_after(name, on, *earlier)?;
            Ok(vec![CorrectionEvent::RequestWithdrawn { request: request.request, on }])
        }
        (state, command) => about_holders(state, command),
    }
}

/// What can be asked once the correction was granted.
fn about_holders(state: &State, command: Command) -> Result<Vec<CorrectionEvent>, Refusal> {
    let name = command.name();
    let Some((request, granted_on, known)) = state.holders() else { return Err(state.refuse(name)) };
    let id = request.request;
    match command {
        Command::NameHolders { holders, tell_by, on } => {
            Refusal::unless_on_or_after(name, on, granted_on)?;
            holders::name(id, known, holders, tell_by, on)
        }
        Command::TellHolder { holder, way, by, on } => {
            Refusal::unless_on_or_after(name, on, granted_on)?;
            holders::tell(id, known, (holder, way), by, on)
        }
        Command::ConfirmHolder { holder, by, on } => holders::confirm(id, known, holder, by, on),
        _ => Err(state.refuse(name)),
    }
}

fn file(new: NewRequest) -> Result<Vec<CorrectionEvent>, Refusal> {
    let name = "file_request";
    new.what_is_wrong.must_say(name, "what is wrong, in the person's words")?;
    new.what_is_right.must_fit(name, "what would be right")?;
    new.papers.must_fit(name, "the list of papers")?;
    new.reach.must_fit(name, "how the person wants to be reached")?;
    Ok(vec![CorrectionEvent::RequestFiled {
        request: new.request,
        person: new.person,
        statement: new.statement,
        hold: new.hold,
        what_is_wrong: new.what_is_wrong,
        what_is_right: new.what_is_right,
        papers: new.papers,
        reach: new.reach,
        through_helper: new.through_helper,
        on: new.on,
        acknowledge_by: ACKNOWLEDGE_WITHIN.last_day(new.on),
    }])
}

/// A grant names the value that stands from now on; a refusal the office that reviews it with its address, and on
/// appeal the court (5 U.S.C. 552a(d)(2)(B), (d)(3)).
fn must_be_whole(command: &'static str, determination: &Determination) -> Result<(), Refusal> {
    match determination {
        Determination::Granted { corrected, with } => {
            corrected.must_say(command, "the value that stands from now on")?;
            with.iter().try_for_each(|part| {
                part.corrected.must_say(command, "the whole address: every part of it that the record states")
            })
        }
        Determination::Refused { review_office } if review_office.trim().is_empty() => {
            Err(Refusal::Missing { command, missing: "the office that reviews a refusal, with its address" })
        }
        Determination::Refused { .. } => Ok(()),
    }
}

/// Files a request and places its hold: both events are of one transaction, so that the value is held from
/// the moment of filing (GDPR Art. 18(1)(a)).
///
/// # Errors
/// [`Refusal`] when an answer that must be given is missing, or one is too long.
pub fn file_with_hold(new: NewRequest) -> Result<(CorrectionEvent, HoldEvent), Refusal> {
    let held = HoldEvent::HoldPlaced {
        hold: new.hold,
        person: new.person,
        statements: vec![new.statement],
        ground: HoldGround::Contested { request: new.request },
        on: new.on,
    };
    let mut events = decide(&initial(), Command::FileRequest(Box::new(new)))?;
    let filed = events.pop().ok_or(Refusal::Missing { command: "file_request", missing: "a request" })?;
    Ok((filed, held))
}

/// Files an appeal, and places a new hold where the request's hold has ended, in one transaction.
///
/// `held` is the state of the request's newest hold; `fresh` the number for another one, used only where
/// it is needed.
///
/// # Errors
/// [`Refusal`] when the request was not refused, or was appealed already.
pub fn appeal_with_hold(
    state: &State,
    held: &hold::State,
    fresh: HoldId,
    grounds: Words,
    on: Date,
) -> Result<(Vec<CorrectionEvent>, Vec<HoldEvent>), Refusal> {
    let appealed = decide(state, Command::FileAppeal { grounds, on })?;
    let again = match state.request() {
        Some(request) if !held.is_held() => hold::decide(
            &hold::initial(),
            hold::Command::PlaceHold {
                hold: fresh,
                person: request.person,
                statements: vec![request.statement],
                ground: HoldGround::Contested { request: request.request },
                on,
            },
        )?,
        _ => Vec::new(),
    };
    Ok((appealed, again))
}

/// The shape: what an event makes of a state.
///
/// # Errors
/// [`EvolveError`] when the event cannot follow the state, or is of another request.
pub fn evolve(state: State, event: &CorrectionEvent) -> Result<State, EvolveError> {
    if let Some(own) = state.request()
        && own.request != event.request()
    {
        return Err(EvolveError::Foreign {
            event: event.kind(),
            own: StreamId::Correction(own.request),
            found: StreamId::Correction(event.request()),
        });
    }
    let shape =
        EvolveError::Shape { machine: "correction request", state: state.name(), event: event.kind() };
    match (state, event) {
        (
            State::Unfiled,
            CorrectionEvent::RequestFiled { request, person, statement, hold, on, acknowledge_by, .. },
        ) => Ok(State::Filed(Request {
            request: *request,
            person: *person,
            statement: *statement,
            hold: *hold,
            filed_on: *on,
            acknowledge_by: *acknowledge_by,
        })),
        (State::Filed(request), CorrectionEvent::RequestAcknowledged { on, .. }) => {
            Ok(State::Acknowledged { request, on: *on })
        }
        (
            State::Acknowledged { request, .. },
            CorrectionEvent::RequestDetermined { determination, on, by, .. },
        ) => Ok(determined(request, determination, *on, by)),
        (
            State::Filed(request) | State::Acknowledged { request, .. },
            CorrectionEvent::RequestWithdrawn { on, .. },
        ) => Ok(State::Withdrawn { request, on: *on }),
        (state, event) => after_refusal(state, event).ok_or(shape),
    }
}

fn determined(request: Request, determination: &Determination, on: Date, by: &Reviewer) -> State {
    match determination {
        Determination::Granted { .. } => State::Granted { request, on, holders: Holders::default() },
        Determination::Refused { .. } => {
            State::Refused { request, by: by.clone(), on, has_statement_of_disagreement: false }
        }
    }
}

fn after_refusal(state: State, event: &CorrectionEvent) -> Option<State> {
    match (state, event) {
        (
            State::Refused { request, by: refused_by, has_statement_of_disagreement, .. },
            CorrectionEvent::AppealFiled { on, decide_by, .. },
        ) => Some(State::UnderAppeal {
            request,
            refused_by,
            on: *on,
            decide_by: *decide_by,
            has_statement_of_disagreement,
        }),
        (
            State::UnderAppeal { request, has_statement_of_disagreement, .. },
            CorrectionEvent::AppealDetermined { determination, on, .. },
        ) => {
            let is_granted = matches!(determination, Determination::Granted { .. });
            let holders = Holders::default();
            Some(State::Final { request, is_granted, on: *on, has_statement_of_disagreement, holders })
        }
        (mut state, CorrectionEvent::StatementOfDisagreementAttached { .. }) => {
            let (State::Refused { has_statement_of_disagreement, .. }
            | State::UnderAppeal { has_statement_of_disagreement, .. }
            | State::Final { has_statement_of_disagreement, is_granted: false, .. }) = &mut state
            else {
                return None;
            };
            *has_statement_of_disagreement = true;
            Some(state)
        }
        (mut state, event) => state.holders_mut()?.hear(event).then_some(state),
    }
}

/// The state after a whole history.
///
/// # Errors
/// [`EvolveError`] at the first event that cannot follow.
pub fn replay<'a>(events: impl IntoIterator<Item = &'a CorrectionEvent>) -> Result<State, EvolveError> {
    events.into_iter().try_fold(initial(), evolve)
}
