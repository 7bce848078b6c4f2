//! What may happen to a finding, and when it may leave.
//!
//! ```text
//! open ──▶ under review ──▶ decided ──▶ (reopened) under review
//!   └ revised ┘
//!   └──────────┴──▶ no longer seen: a discrepancy that comes back is a new finding
//! ```
//!
//! A finding that could worsen somebody's position and was decided as corrected stays inside until its
//! [`AdverseGate`] is open. A reopened finding has to pass the whole gate again.

use jiff::civil::Date;
use redress_statement::{Digest, FindingId, PersonId, RecordId, SourceId};

use super::{Direction, FindingEvent, Harm, Outcome};
use crate::{
    EvolveError, HumanReviewed, NoticeGiven, OBJECT_WITHIN, Refusal, Reviewer, StatementRef, StreamId, Words,
};

/// The most statements that one finding may lay side by side.
pub const INPUTS_MAX: usize = 256;

/// What a check reports when it opens a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct NewFinding {
    /// The finding.
    pub finding: FindingId,
    /// The person whose file it is in.
    pub person: PersonId,
    /// The check, such as `ID-04`.
    pub check: String,
    /// The check's version.
    pub version: u16,
    /// The day from which the rule that fired is in force.
    pub rule_effective_from: Date,
    /// The record at fault, as far as the check can tell.
    pub at: RecordId,
    /// The statements side by side, that of `at` first; 1 to [`INPUTS_MAX`].
    pub inputs: Vec<StatementRef>,
    /// What leaving it would do.
    pub harm: Harm,
    /// Whom it can serve.
    pub direction: Direction,
    /// The next day after which something cannot be undone. None when nothing is scheduled.
    pub next_irreversible_on: Option<Date>,
    /// Whether a record that is only possibly of this person is among the inputs.
    pub rests_on_possible_link: bool,
    /// What is wrong, in one sentence with the values.
    pub sentence: Words,
    /// Digest of what the inputs say.
    pub basis: Option<Digest>,
}

/// What a check reports of a finding that waits, where it differs from what it reported before.
#[derive(Clone, Debug, PartialEq)]
pub struct RevisedFinding {
    /// The check's version.
    pub version: u16,
    /// The statements side by side, that of the record at fault first; 1 to [`INPUTS_MAX`].
    pub inputs: Vec<StatementRef>,
    /// The next day after which something cannot be undone. None when nothing is scheduled.
    pub next_irreversible_on: Option<Date>,
    /// Whether a record that is only possibly of this person is among the inputs.
    pub rests_on_possible_link: bool,
    /// What is wrong, in one sentence with the values.
    pub sentence: Words,
    /// Digest of what the inputs say.
    pub basis: Digest,
}

/// What can be asked of a finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A check reports.
    OpenFinding(Box<NewFinding>),
    /// A check reports it otherwise. What was decided stands on what it was decided on: it is not revised.
    ReviseFinding(Box<RevisedFinding>),
    /// A reviewer takes it up, or takes it over from another.
    StartReview {
        /// Who.
        by: Reviewer,
    },
    /// A reviewer decides it; straight from open, that starts the review too.
    DecideFinding {
        /// How.
        outcome: Outcome,
        /// Who, and why.
        reviewed: HumanReviewed,
    },
    /// A reviewer takes a decision back.
    ReopenFinding {
        /// Who, and why.
        reviewed: HumanReviewed,
    },
    /// A reviewer looked in a source that took no part in the match, and it bears the finding out.
    RecordVerification {
        /// That source.
        source: SourceId,
        /// The sources of the finding's inputs.
        sources_of_inputs: Vec<SourceId>,
        /// Who looked, and what he or she saw.
        reviewed: HumanReviewed,
        /// The day.
        on: Date,
    },
    /// The notice to the person went out.
    NoticePerson {
        /// Who gave it, and how.
        given: NoticeGiven,
        /// The day.
        on: Date,
    },
    /// A second reviewer signs, once the person's time to answer is over.
    SignSecond {
        /// Who, and why.
        reviewed: HumanReviewed,
        /// The day.
        on: Date,
    },
    /// A run over the whole case file reported it no more.
    MarkNoLongerSeen {
        /// The last day on which it was seen.
        last_seen: Date,
    },
}

impl Command {
    /// The command's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OpenFinding(_) => "open_finding",
            Self::ReviseFinding(_) => "revise_finding",
            Self::StartReview { .. } => "start_review",
            Self::DecideFinding { .. } => "decide_finding",
            Self::ReopenFinding { .. } => "reopen_finding",
            Self::RecordVerification { .. } => "record_verification",
            Self::NoticePerson { .. } => "notice_person",
            Self::SignSecond { .. } => "sign_second",
            Self::MarkNoLongerSeen { .. } => "mark_no_longer_seen",
        }
    }
}

/// What stays true of a finding in every state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The finding.
    pub finding: FindingId,
    /// The person whose file it is in.
    pub person: PersonId,
    /// Whom it can serve.
    pub direction: Direction,
}

/// How far an adverse finding has come towards leaving (charter 4; 5 U.S.C. 552a(p)(1)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdverseGate {
    /// The finding is not adverse, or was not decided as corrected: there is nothing to gate.
    NotNeeded,
    /// Nothing outside the match bears it out yet.
    Unverified,
    /// Another source bears it out.
    Verified {
        /// That source.
        source: SourceId,
        /// The day.
        on: Date,
    },
    /// The person was told.
    Noticed {
        /// The last day to answer.
        answer_until: Date,
    },
    /// A second reviewer signed.
    Signed {
        /// The last day to answer.
        answer_until: Date,
        /// Who signed.
        by: Reviewer,
    },
}

/// Where a finding stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing has happened yet.
    Unopened,
    /// It waits for a reviewer.
    Open(Opened),
    /// A reviewer has it.
    UnderReview {
        /// What it is.
        opened: Opened,
        /// Who.
        by: Reviewer,
    },
    /// A reviewer decided it.
    Decided {
        /// What it is.
        opened: Opened,
        /// How.
        outcome: Outcome,
        /// Who.
        by: Reviewer,
        /// What holds it inside.
        gate: AdverseGate,
    },
    /// The records changed, and no reviewer had decided it.
    NoLongerSeen {
        /// What it was.
        opened: Opened,
        /// The last day on which it was seen.
        last_seen: Date,
    },
}

impl State {
    /// The state's name, as the store and the pages write it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unopened => "unopened",
            Self::Open(_) => "open",
            Self::UnderReview { .. } => "under_review",
            Self::Decided { .. } => "decided",
            Self::NoLongerSeen { .. } => "no_longer_seen",
        }
    }

    /// What it is. None before it was opened.
    #[must_use]
    pub const fn opened(&self) -> Option<&Opened> {
        match self {
            Self::Unopened => None,
            Self::Open(opened)
            | Self::UnderReview { opened, .. }
            | Self::Decided { opened, .. }
            | Self::NoLongerSeen { opened, .. } => Some(opened),
        }
    }

    /// Whether nothing can happen any more.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::NoLongerSeen { .. })
    }

    const fn remedy(&self) -> &'static str {
        match self {
            Self::Unopened => "a check opens it first",
            Self::Open(_) => "start the review or decide it",
            Self::UnderReview { .. } => "decide it",
            Self::Decided { gate: AdverseGate::NotNeeded, .. } => "reopen it to decide anew",
            Self::Decided { gate: AdverseGate::Unverified, .. } => {
                "verify it in another source, or reopen it"
            }
            Self::Decided { gate: AdverseGate::Verified { .. }, .. } => "notice the person, or reopen it",
            Self::Decided { gate: AdverseGate::Noticed { .. }, .. } => {
                "wait for the person's answer and a second reviewer, or reopen it"
            }
            Self::Decided { gate: AdverseGate::Signed { .. }, .. } => "reopen it to decide anew",
            Self::NoLongerSeen { .. } => "should it come back, the run opens a new finding",
        }
    }

    const fn refuse(&self, command: &'static str) -> Refusal {
        Refusal::State { machine: "finding", state: self.name(), command, remedy: self.remedy() }
    }
}

/// The state before the first event.
#[must_use]
pub const fn initial() -> State {
    State::Unopened
}

/// Whether anything that rests on this finding may leave on `today`: it was decided as corrected, and if it
/// could worsen somebody's position, it was verified elsewhere, the person had notice and the whole time to
/// answer, and a second reviewer signed.
#[must_use]
pub fn may_leave(state: &State, today: Date) -> bool {
    let State::Decided { outcome: Outcome::Corrected, opened, gate, .. } = state else { return false };
    match gate {
        AdverseGate::NotNeeded => opened.direction != Direction::AdversePossible,
        AdverseGate::Signed { answer_until, .. } => today > *answer_until,
        _ => false,
    }
}

/// The rule: what a command brings about.
///
/// # Errors
/// [`Refusal`] when the state, the role or the charter does not allow it.
pub fn decide(state: &State, command: Command) -> Result<Vec<FindingEvent>, Refusal> {
    let name = command.name();
    match command {
        Command::OpenFinding(new) => open(state, *new),
        Command::ReviseFinding(revised) => revise(state, *revised),
        Command::StartReview { by } => start_review(state, by),
        Command::DecideFinding { outcome, reviewed } => decide_finding(state, outcome, reviewed),
        Command::ReopenFinding { reviewed } => {
            let State::Decided { opened, .. } = state else { return Err(state.refuse(name)) };
            reviewed.reviewer().must_review(name)?;
            let (by, reason) = reviewed.into_parts();
            Ok(vec![FindingEvent::FindingReopened { finding: opened.finding, by, reason }])
        }
        Command::RecordVerification { source, sources_of_inputs, reviewed, on } => {
            let State::Decided { opened, gate: AdverseGate::Unverified, .. } = state else {
                return Err(state.refuse(name));
            };
            reviewed.reviewer().must_review(name)?;
            if sources_of_inputs.contains(&source) {
                return Err(Refusal::Rule {
                    command: name,
                    rule: "a source of the match cannot verify it: look in another one (5 U.S.C. 552a(p)(1)(A))",
                });
            }
            let (by, reason) = reviewed.into_parts();
            Ok(vec![FindingEvent::VerificationRecorded { finding: opened.finding, source, by, reason, on }])
        }
        Command::NoticePerson { given, on } => {
            given.by.must_handle_cases(name)?;
            let State::Decided { opened, gate: AdverseGate::Verified { on: verified_on, .. }, .. } = state
            else {
                return Err(state.refuse(name));
            };
            Refusal::unless_on_or_after(name, on, *verified_on)?;
            let answer_until = OBJECT_WITHIN.last_day(on);
            let (finding, given) = (opened.finding, Some(given));
            Ok(vec![FindingEvent::PersonNoticed { finding, on, answer_until, given }])
        }
        Command::SignSecond { reviewed, on } => sign_second(state, reviewed, on),
        Command::MarkNoLongerSeen { last_seen } => match state {
            State::Unopened => Err(state.refuse(name)),
            State::Open(opened) | State::UnderReview { opened, .. } => {
                Ok(vec![FindingEvent::NoLongerSeen { finding: opened.finding, last_seen }])
            }
            State::Decided { .. } | State::NoLongerSeen { .. } => Ok(Vec::new()),
        },
    }
}

fn open(state: &State, new: NewFinding) -> Result<Vec<FindingEvent>, Refusal> {
    let name = "open_finding";
    if *state != State::Unopened {
        return Err(state.refuse(name));
    }
    Refusal::unless_one_to(name, &new.inputs, INPUTS_MAX, "statements side by side")?;
    new.sentence.must_say(name, "a sentence that says what is wrong")?;
    Ok(vec![FindingEvent::FindingOpened {
        finding: new.finding,
        person: new.person,
        check: new.check,
        version: new.version,
        rule_effective_from: new.rule_effective_from,
        at: new.at,
        inputs: new.inputs,
        harm: new.harm,
        direction: new.direction,
        next_irreversible_on: new.next_irreversible_on,
        rests_on_possible_link: new.rests_on_possible_link,
        sentence: new.sentence,
        basis: new.basis,
    }])
}

fn revise(state: &State, revised: RevisedFinding) -> Result<Vec<FindingEvent>, Refusal> {
    let name = "revise_finding";
    let (State::Open(opened) | State::UnderReview { opened, .. }) = state else {
        return Err(state.refuse(name));
    };
    Refusal::unless_one_to(name, &revised.inputs, INPUTS_MAX, "statements side by side")?;
    revised.sentence.must_say(name, "a sentence that says what is wrong")?;
    Ok(vec![FindingEvent::FindingRevised {
        finding: opened.finding,
        version: revised.version,
        inputs: revised.inputs,
        next_irreversible_on: revised.next_irreversible_on,
        rests_on_possible_link: revised.rests_on_possible_link,
        sentence: revised.sentence,
        basis: revised.basis,
    }])
}

fn start_review(state: &State, by: Reviewer) -> Result<Vec<FindingEvent>, Refusal> {
    let name = "start_review";
    by.must_review(name)?;
    match state {
        State::UnderReview { by: has_it, .. } if has_it.is_same_human(&by) => Ok(Vec::new()),
        State::Open(opened) | State::UnderReview { opened, .. } => {
            Ok(vec![FindingEvent::ReviewStarted { finding: opened.finding, by }])
        }
        _ => Err(state.refuse(name)),
    }
}

fn decide_finding(
    state: &State,
    outcome: Outcome,
    reviewed: HumanReviewed,
) -> Result<Vec<FindingEvent>, Refusal> {
    let name = "decide_finding";
    reviewed.reviewer().must_review(name)?;
    let (State::Open(opened) | State::UnderReview { opened, .. }) = state else {
        return Err(state.refuse(name));
    };
    let finding = opened.finding;
    let (by, reason) = reviewed.into_parts();
    let mut events = Vec::with_capacity(2);
    if matches!(state, State::Open(_)) {
        events.push(FindingEvent::ReviewStarted { finding, by: by.clone() });
    }
    events.push(FindingEvent::FindingDecided { finding, outcome, by, reason });
    Ok(events)
}

/// The second reviewer signs after the person's time to answer, so that the answer is before his or her eyes.
fn sign_second(state: &State, reviewed: HumanReviewed, on: Date) -> Result<Vec<FindingEvent>, Refusal> {
    let name = "sign_second";
    let State::Decided { opened, by: first, gate: AdverseGate::Noticed { answer_until }, .. } = state else {
        return Err(state.refuse(name));
    };
    reviewed.reviewer().must_review(name)?;
    reviewed.reviewer().must_not_be(first, "the second reviewer")?;
    if on <= *answer_until {
        return Err(Refusal::TooEarly {
            command: name,
            from: answer_until.tomorrow().unwrap_or(Date::MAX),
            rule: "the person has 30 days from the notice to answer (5 U.S.C. 552a(p)(1)(C))",
        });
    }
    let (by, reason) = reviewed.into_parts();
    Ok(vec![FindingEvent::SecondSigned { finding: opened.finding, by, reason, on }])
}

/// The shape: what an event makes of a state.
///
/// # Errors
/// [`EvolveError`] when the event cannot follow the state, or is of another finding.
pub fn evolve(state: State, event: &FindingEvent) -> Result<State, EvolveError> {
    if let Some(opened) = state.opened()
        && opened.finding != event.finding()
    {
        return Err(EvolveError::Foreign {
            event: event.kind(),
            own: StreamId::Finding(opened.finding),
            found: StreamId::Finding(event.finding()),
        });
    }
    let shape = EvolveError::Shape { machine: "finding", state: state.name(), event: event.kind() };
    match (state, event) {
        (State::Unopened, FindingEvent::FindingOpened { finding, person, direction, .. }) => {
            Ok(State::Open(Opened { finding: *finding, person: *person, direction: *direction }))
        }
        (state @ (State::Open(_) | State::UnderReview { .. }), FindingEvent::FindingRevised { .. }) => {
            Ok(state)
        }
        (State::Open(opened) | State::UnderReview { opened, .. }, FindingEvent::ReviewStarted { by, .. })
        | (State::Decided { opened, .. }, FindingEvent::FindingReopened { by, .. }) => {
            Ok(State::UnderReview { opened, by: by.clone() })
        }
        (State::UnderReview { opened, .. }, FindingEvent::FindingDecided { outcome, by, .. }) => {
            Ok(State::Decided { opened, outcome: *outcome, by: by.clone(), gate: shut(&opened, *outcome) })
        }
        (
            State::Open(opened) | State::UnderReview { opened, .. },
            FindingEvent::NoLongerSeen { last_seen, .. },
        ) => Ok(State::NoLongerSeen { opened, last_seen: *last_seen }),
        (State::Decided { opened, outcome, by, gate }, event) => {
            let gate = pass(gate, event).ok_or(shape)?;
            Ok(State::Decided { opened, outcome, by, gate })
        }
        _ => Err(shape),
    }
}

/// The gate as it stands right after a decision.
fn shut(opened: &Opened, outcome: Outcome) -> AdverseGate {
    if opened.direction == Direction::AdversePossible && outcome == Outcome::Corrected {
        AdverseGate::Unverified
    } else {
        AdverseGate::NotNeeded
    }
}

fn pass(gate: AdverseGate, event: &FindingEvent) -> Option<AdverseGate> {
    match (gate, event) {
        (AdverseGate::Unverified, FindingEvent::VerificationRecorded { source, on, .. }) => {
            Some(AdverseGate::Verified { source: source.clone(), on: *on })
        }
        (AdverseGate::Verified { .. }, FindingEvent::PersonNoticed { answer_until, .. }) => {
            Some(AdverseGate::Noticed { answer_until: *answer_until })
        }
        (AdverseGate::Noticed { answer_until }, FindingEvent::SecondSigned { by, .. }) => {
            Some(AdverseGate::Signed { answer_until, by: by.clone() })
        }
        _ => None,
    }
}

/// The state after a whole history.
///
/// # Errors
/// [`EvolveError`] at the first event that cannot follow.
pub fn replay<'a>(events: impl IntoIterator<Item = &'a FindingEvent>) -> Result<State, EvolveError> {
    events.into_iter().try_fold(initial(), evolve)
}
