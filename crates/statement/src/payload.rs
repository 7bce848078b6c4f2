//! Statements as one compact, versioned payload: the form in which a record version is stored.
//!
//! ```text
//! 01                         version
//! postcard([(attribute wire name, ordinal, column, original, normalized?), …])
//! ```

use crate::{Statement, record::Text};

/// The version that is written.
const VERSION: u8 = 1;

/// The most statements that one record may carry. A wider row is an error of the contract, not data.
pub const STATEMENTS_MAX: usize = 1_024;

/// A payload that cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// No byte at all.
    #[error("the payload of a record is empty: one version byte and its statements are expected")]
    Empty,
    /// A version of a later program, or damage.
    #[error("the payload of a record has version {0}, this program reads version 1: upgrade the program")]
    Version(u8),
    /// The bytes do not hold statements.
    #[error("the payload of a record is damaged: {0}")]
    Damaged(String),
    /// More statements than a record may carry.
    #[error(
        "a record carries {0} statements, the limit is {STATEMENTS_MAX}: split the table in its contract"
    )]
    TooMany(usize),
}

type Row = (String, u16, Text, Text, Option<Text>);

/// Writes statements as a payload.
///
/// # Errors
/// [`PayloadError::TooMany`] over [`STATEMENTS_MAX`] statements.
pub fn encode_statements(statements: &[Statement]) -> Result<Vec<u8>, PayloadError> {
    if statements.len() > STATEMENTS_MAX {
        return Err(PayloadError::TooMany(statements.len()));
    }
    let rows: Vec<(&str, u16, &str, &str, Option<&str>)> = statements
        .iter()
        .map(|s| (s.attribute.wire_name(), s.ordinal, &*s.column, &*s.original, s.normalized.as_deref()))
        .collect();
    postcard::to_extend(&rows, vec![VERSION]).map_err(|error| PayloadError::Damaged(error.to_string()))
}

/// Reads a payload.
///
/// # Errors
/// [`PayloadError`] when the bytes are not a payload of a version that this program reads.
pub fn decode_statements(payload: &[u8]) -> Result<Vec<Statement>, PayloadError> {
    let (version, body) = payload.split_first().ok_or(PayloadError::Empty)?;
    if *version != VERSION {
        return Err(PayloadError::Version(*version));
    }
    let damaged = |error: &dyn std::fmt::Display| PayloadError::Damaged(error.to_string());
    let rows: Vec<Row> = postcard::from_bytes(body).map_err(|error| damaged(&error))?;
    rows.into_iter()
        .map(|(attribute, ordinal, column, original, normalized)| {
            let attribute = attribute.parse().map_err(|error| damaged(&error))?;
            Ok(Statement { attribute, ordinal, column, original, normalized })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Attribute;

    fn statement(original: &str) -> Statement {
        Statement {
            attribute: Attribute::FamilyName,
            ordinal: 0,
            column: "LAST_NAME".into(),
            original: original.into(),
            normalized: Some("Núñez Ortega".into()),
        }
    }

    #[test]
    fn statements_survive_their_payload() {
        let statements = vec![statement("  NÚÑEZ  ORTEGA"), statement("")];
        let payload = encode_statements(&statements).unwrap();
        assert_eq!(decode_statements(&payload), Ok(statements));
    }

    #[test]
    fn bytes_that_are_no_payload_are_refused() {
        assert_eq!(decode_statements(&[]), Err(PayloadError::Empty));
        assert_eq!(decode_statements(&[9, 0]), Err(PayloadError::Version(9)));
        let mut cut = encode_statements(&[statement("Núñez")]).unwrap();
        cut.truncate(cut.len() - 3);
        assert!(matches!(decode_statements(&cut), Err(PayloadError::Damaged(_))));
    }
}
