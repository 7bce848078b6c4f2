//! Why a command was refused: both sides named, and what to do.

use jiff::civil::Date;

/// A command that the state does not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The command does not fit the state.
    #[error("`{command}` is not possible while the {machine} is {state}: {remedy}")]
    State {
        /// The machine, such as `finding`.
        machine: &'static str,
        /// The state it is in.
        state: &'static str,
        /// The command.
        command: &'static str,
        /// What can be done instead.
        remedy: &'static str,
    },
    /// A rule of the charter or of the law refuses it, in every state.
    #[error("`{command}` is refused: {rule}")]
    Rule {
        /// The command.
        command: &'static str,
        /// The rule, and what to do instead.
        rule: &'static str,
    },
    /// No reason, or none that can be followed.
    #[error(
        "the reason has {n_chars} characters, at least {} are needed: write what you saw and why it decides the matter",
        crate::actor::REASON_CHARS_MIN
    )]
    Reason {
        /// Characters given.
        n_chars: usize,
    },
    /// A text or a list over its limit.
    #[error("{what} of `{command}` has {found} {unit}, the limit is {limit}: shorten it")]
    TooLong {
        /// The command.
        command: &'static str,
        /// What is too long.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The limit.
        limit: usize,
        /// What is counted.
        unit: &'static str,
    },
    /// The same human twice where two are needed.
    #[error("{name} has acted on this already: {needed} must be somebody else")]
    SamePerson {
        /// Who.
        name: String,
        /// Which role needs another human.
        needed: &'static str,
    },
    /// The role does not carry the command.
    #[error("the role {role} may not do `{command}`: ask {who}")]
    Role {
        /// The role that asked.
        role: &'static str,
        /// The command.
        command: &'static str,
        /// Who may.
        who: &'static str,
    },
    /// A period named by law still runs.
    #[error("`{command}` is possible from {from} on: {rule}")]
    TooEarly {
        /// The command.
        command: &'static str,
        /// The first day.
        from: Date,
        /// The rule and its source.
        rule: &'static str,
    },
    /// A period named by law has ended.
    #[error("`{command}` was possible until {until}: {rule}")]
    TooLate {
        /// The command.
        command: &'static str,
        /// The last day.
        until: Date,
        /// The rule and its source.
        rule: &'static str,
    },
    /// Something that the command needs is missing.
    #[error("`{command}` needs {missing}")]
    Missing {
        /// The command.
        command: &'static str,
        /// What is missing.
        missing: &'static str,
    },
    /// A lasting judgement stands against the link.
    #[error(
        "records {left} and {right} were judged to be of different persons: withdraw that judgement first"
    )]
    JudgedDifferent {
        /// The one record, the lower identifier.
        left: redress_statement::RecordId,
        /// The other.
        right: redress_statement::RecordId,
    },
}

impl Refusal {
    /// Refuses a day before that of the step which the command follows.
    pub(crate) fn unless_on_or_after(
        command: &'static str,
        on: Date,
        earlier_step: Date,
    ) -> Result<(), Self> {
        if on >= earlier_step {
            return Ok(());
        }
        Err(Self::TooEarly {
            command,
            from: earlier_step,
            rule: "a step is not dated before the one that it follows",
        })
    }

    /// Refuses a list that is empty or over its limit.
    pub(crate) fn unless_one_to<T>(
        command: &'static str,
        list: &[T],
        limit: usize,
        what: &'static str,
    ) -> Result<(), Self> {
        if list.is_empty() {
            return Err(Self::Missing { command, missing: what });
        }
        if list.len() > limit {
            return Err(Self::TooLong { command, what, found: list.len(), limit, unit: "entries" });
        }
        Ok(())
    }
}

/// An event that cannot follow the state: the stored history is damaged, or was written by a rule that this
/// program does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvolveError {
    /// The shape forbids it.
    #[error(
        "the event `{event}` cannot follow the state `{state}` of a {machine}: its history is damaged, restore it from a backup"
    )]
    Shape {
        /// The machine, such as `finding`.
        machine: &'static str,
        /// The state.
        state: &'static str,
        /// The event.
        event: &'static str,
    },
    /// It belongs to another history.
    #[error(
        "the event `{event}` of {found} stands in the history of {own}: it is damaged, restore it from a backup"
    )]
    Foreign {
        /// The event.
        event: &'static str,
        /// Whose history it is.
        own: crate::StreamId,
        /// Whose event it is.
        found: crate::StreamId,
    },
}
