//! What a source said, in its own words, and where it said it.
//!
//! A [`Snapshot`] is one retrieval of a source, named by the digest of its bytes. Its rows become
//! [`Record`]s, and each admitted cell of a row a [`Statement`]: an [`Attribute`], the original text,
//! the normalized form beside it, and the column it stood in. Line and snapshot stand on the record, so
//! every value can be traced to snapshot digest, line and column.
//!
//! Never: reads a file, a clock or the environment; decides what is right; holds an attribute that the
//! charter refuses. [`Attribute`] is the whole allow-list: what has no variant cannot be stored.

mod abjad;
mod attribute;
pub mod code;
mod digest;
pub mod fold;
mod identifier;
pub mod name;
pub mod partial_date;
mod payload;
mod record;
pub mod vocabulary;

pub use attribute::{Attribute, UnknownAttribute, ValueKind};
pub use digest::{Digest, DigestError};
pub use identifier::{
    ClosingId, FindingId, HoldId, IdentifierError, LogIndex, PersonId, RecordId, RequestId, SourceId,
};
pub use partial_date::PartialDate;
pub use payload::{PayloadError, STATEMENTS_MAX, decode_statements, encode_statements};
pub use record::{Locator, Record, RecordKey, Snapshot, Statement, Text};
