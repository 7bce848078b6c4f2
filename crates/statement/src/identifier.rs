//! One type for each identifier, so that none can stand where another is meant.
//!
//! The list is alphabetical and only grows. Numbers are assigned by the store in the order of arrival:
//! they carry nothing of the person, so they may stand in a link or a line of progress.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A text that is not an identifier of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {wanted}")]
pub struct IdentifierError {
    value: String,
    wanted: &'static str,
}

macro_rules! numbered {
    ($($(#[$doc:meta])* $name:ident, $prefix:literal, $wanted:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdentifierError;

            /// Reads the form that `Display` writes, or the bare number.
            fn from_str(text: &str) -> Result<Self, IdentifierError> {
                text.strip_prefix($prefix)
                    .unwrap_or(text)
                    .parse()
                    .ok()
                    .filter(|number| *number >= 0)
                    .map(Self)
                    .ok_or_else(|| IdentifierError {
                        value: text.chars().take(40).collect(),
                        wanted: $wanted,
                    })
            }
        }
    )*};
}

numbered! {
    /// A proposal to close tasks and marks that a departure has made pointless.
    ClosingId, "C-", "the number of a closing, such as C-12";
    /// A discrepancy under review.
    FindingId, "F-", "the number of a finding, such as F-12";
    /// A restriction on the use of contested data.
    HoldId, "H-", "the number of a hold, such as H-12";
    /// The position of an entry in the public log, from 0.
    LogIndex, "L-", "a position in the public log, such as L-12";
    /// A cluster of records as upheld by judgements.
    PersonId, "P-", "the number of a person, such as P-12";
    /// One row of one source, over all snapshots that showed it.
    RecordId, "R-", "the number of a record, such as R-12";
    /// A request by the person concerned that a record be changed.
    RequestId, "Q-", "the number of a correction request, such as Q-12";
}

/// The short name of a source: 1 to 32 of `a`-`z`, `0`-`9` and `_`, a letter first.
///
/// ```
/// use redress_statement::SourceId;
/// assert!("border".parse::<SourceId>().is_ok());
/// assert!("Border records".parse::<SourceId>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceId(String);

impl SourceId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SourceId {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        if starts_well && text.len() <= 32 && text.chars().all(legal) {
            return Ok(Self(text.to_owned()));
        }
        Err(IdentifierError {
            value: text.chars().take(40).collect(),
            wanted: "the name of a source: 1 to 32 of a-z, 0-9 and _, a letter first",
        })
    }
}

impl TryFrom<String> for SourceId {
    type Error = IdentifierError;

    fn try_from(text: String) -> Result<Self, IdentifierError> {
        text.parse()
    }
}

impl From<SourceId> for String {
    fn from(id: SourceId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_reads_what_it_writes_and_refuses_another_kind() {
        assert_eq!(FindingId(7).to_string(), "F-7");
        assert_eq!("F-7".parse(), Ok(FindingId(7)));
        for text in ["P-7", "F--7", "F-", "-7", "F-9223372036854775808"] {
            let parsed = text.parse::<FindingId>();
            assert!(parsed.is_err(), "{text} was taken as {parsed:?}");
        }
    }

    #[test]
    fn a_source_name_is_short_plain_text() {
        for text in ["", "9a", "a b", "ä", "a-b", &"a".repeat(33)] {
            assert!(text.parse::<SourceId>().is_err(), "{text} was taken");
        }
    }
}
