//! How a command fails: a text and an exit code.

use std::{fmt, process::ExitCode};

use redress_ports::{ReadError, StoreError};
use redress_service::{SampleError, ServiceError};
use redress_store::BackupError;

use crate::command::tell;

/// The exit codes. Stable: scripts rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The call or the configuration is wrong, a file that is not there included.
    Call = 2,
    /// The input is wrong.
    Input = 3,
    /// The command could not finish.
    Unfinished = 4,
    /// A verification failed.
    Unverified = 5,
    /// The agreement or the charter refuses it.
    Refused = 6,
}

/// A failed command.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    /// What, where, the value, the limit, what to do; causes below it.
    chain: Vec<String>,
}

impl Failure {
    /// With one text.
    pub(crate) fn new(exit: Exit, text: impl fmt::Display) -> Self {
        Self { exit, chain: vec![text.to_string()] }
    }

    /// With an error and the chain of its causes.
    pub(crate) fn of(exit: Exit, error: &(dyn std::error::Error + 'static)) -> Self {
        let mut chain = vec![error.to_string()];
        let mut source = error.source();
        while let Some(cause) = source {
            chain.push(cause.to_string());
            source = cause.source();
        }
        chain.dedup();
        Self { exit, chain }
    }

    /// The same failure, with what was being done above it.
    pub(crate) fn while_doing(mut self, doing: impl fmt::Display) -> Self {
        self.chain.insert(0, doing.to_string());
        self
    }

    /// Prints the chain, once, and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        tell(format!("redress: {self}"));
        ExitCode::from(self.exit as u8)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.chain.join("\n  because "))
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        let exit = match error {
            ReadError::Call(_) => Exit::Call,
            ReadError::Input(_) => Exit::Input,
            ReadError::Refused(_) => Exit::Refused,
            ReadError::System(_) => Exit::Unfinished,
        };
        Self::of(exit, &error)
    }
}

/// For a port that the command line implements itself: the same text, and the kind that its exit code stands for.
impl From<Failure> for ReadError {
    fn from(failure: Failure) -> Self {
        let text = failure.to_string();
        match failure.exit {
            Exit::Call => Self::Call(text),
            Exit::Input => Self::Input(text),
            Exit::Refused => Self::Refused(text),
            Exit::Unfinished | Exit::Unverified => Self::System(text),
        }
    }
}

impl From<SampleError> for Failure {
    fn from(error: SampleError) -> Self {
        match error {
            SampleError::Read(error) => error.into(),
            SampleError::NotStored(cause) => {
                let text = SampleError::NotStored(cause.clone()).to_string();
                Self::from(cause).while_doing(text)
            }
            other => Self::of(Exit::Input, &other),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Read(error) => error.into(),
            missing @ StoreError::Missing { .. } => Self::of(Exit::Call, &missing),
            other => Self::of(Exit::Unfinished, &other),
        }
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Store(error) => error.into(),
            BackupError::Damaged { .. } => Self::of(Exit::Unverified, &error),
            BackupError::Occupied { .. } | BackupError::NotThere { .. } | BackupError::Form { .. } => {
                Self::of(Exit::Call, &error)
            }
        }
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Read(error) => error.into(),
            ServiceError::Store(error) => error.into(),
            ServiceError::Refused(refusal) => Self::of(Exit::Refused, &refusal),
            ServiceError::NotFound { .. } => Self::of(Exit::Call, &error),
            other => Self::of(Exit::Unfinished, &other),
        }
    }
}
