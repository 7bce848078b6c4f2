//! Why a use case failed.

use redress_casefile::Refusal;
use redress_ports::{ReadError, StoreError};

/// A failure of a use case. The source is not part of the text: the edge prints the chain once.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A rule refuses the command.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The input failed.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What was asked for is not there, or not for this reader: the two look alike on purpose.
    #[error("{what} is not there")]
    NotFound {
        /// What was asked for.
        what: String,
    },
    /// The linkage could not run.
    #[error("the linkage could not run: {0}")]
    Linkage(String),
    /// Rows that sources send by themselves cannot be taken in.
    #[error("the intake cannot go on: {0}")]
    Intake(String),
    /// The program ends while something is at work.
    #[error("the program is ending, and {0} was broken off: the same command goes on from there")]
    Ended(&'static str),
    /// A dated number is missing or not in force.
    #[error(transparent)]
    Parameter(#[from] redress_checks::ParameterError),
    /// Stored events do not replay.
    #[error("the history of {stream} does not replay: {what}; run `redress doctor`")]
    Replay {
        /// The stream.
        stream: String,
        /// What is wrong.
        what: String,
    },
    /// A report cannot be written or read.
    #[error("the report `{name}` cannot be written or read as JSON")]
    Report {
        /// Its name.
        name: &'static str,
        /// What serde said.
        #[source]
        source: serde_json::Error,
    },
}

impl ServiceError {
    /// Something that is not there.
    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self::NotFound { what: what.to_string() }
    }
}
