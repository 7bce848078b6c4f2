//! Why a command was refused: both sides named, and what to do.

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
    /// No reason, or none that can be followed.
    #[error(
        "the reason has {n_chars} characters, at least {} are needed: write what you saw and why it decides the matter",
        crate::actor::REASON_CHARS_MIN
    )]
    Reason {
        /// Characters given.
        n_chars: usize,
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
        from: jiff::civil::Date,
        /// The rule and its source.
        rule: &'static str,
    },
    /// A period named by law has ended.
    #[error("`{command}` was possible until {until}: {rule}")]
    TooLate {
        /// The command.
        command: &'static str,
        /// The last day.
        until: jiff::civil::Date,
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
        "records {left} and {right} were judged to be different persons on {on}: withdraw that judgement first"
    )]
    JudgedDifferent {
        /// The one record.
        left: redress_statement::RecordId,
        /// The other.
        right: redress_statement::RecordId,
        /// The day of the judgement.
        on: jiff::civil::Date,
    },
}
