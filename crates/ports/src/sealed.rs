//! Rows of the classes whose very existence the law keeps secret (8 U.S.C. 1367): a type, a trait and a store of their own.

use async_trait::async_trait;
use jiff::civil::Date;
use redress_casefile::{Reviewer, SealedAccess, SealedErasure, SealedPurpose, Words, person::ErasureBasis};
use redress_statement::{Digest, Locator, Record, RecordKey, SourceId, Statement};
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// A row that was read past as if it were not there. It is no [`Record`], and becomes one only for who may read it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRow(Record);

/// What is written under the seal.
#[derive(Serialize, Deserialize)]
struct Plain {
    key: RecordKey,
    table: String,
    about: Option<String>,
    is_identity: bool,
    snapshot: Digest,
    line: u64,
    as_of: Date,
    statements: Vec<Statement>,
}

impl SealedRow {
    /// Takes a record out of everybody's sight.
    #[must_use]
    pub const fn of(record: Record) -> Self {
        Self(record)
    }

    /// What the row says, for who may read it.
    #[must_use]
    pub const fn open(&self, _: &SealedAccess) -> &Record {
        &self.0
    }

    /// The name of the row at its source, for a look-up that keeps no name.
    #[must_use]
    pub const fn key(&self) -> &RecordKey {
        &self.0.key
    }

    /// Whether the row belongs to the row of that name at its source, by the source's own word.
    #[must_use]
    pub fn is_about(&self, lead: &RecordKey) -> bool {
        self.0.key.source == lead.source && self.0.about.as_deref() == Some(&*lead.key)
    }

    /// The day that the row's extract describes.
    #[must_use]
    pub const fn as_of(&self) -> Date {
        self.0.last_seen
    }

    /// The bytes that a cipher takes. They go nowhere else.
    ///
    /// # Errors
    /// When serde cannot write them.
    pub fn to_plain(&self) -> Result<Vec<u8>, serde_json::Error> {
        let record = &self.0;
        serde_json::to_vec(&Plain {
            key: record.key.clone(),
            table: record.table.to_string(),
            about: record.about.as_deref().map(str::to_owned),
            is_identity: record.is_identity,
            snapshot: record.locator.snapshot,
            line: record.locator.line,
            as_of: record.last_seen,
            statements: record.statements.clone(),
        })
    }

    /// The row of such bytes.
    ///
    /// # Errors
    /// When they are none.
    pub fn of_plain(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        let plain: Plain = serde_json::from_slice(bytes)?;
        Ok(Self(Record {
            key: plain.key,
            table: plain.table.as_str().into(),
            about: plain.about.as_deref().map(Into::into),
            is_identity: plain.is_identity,
            locator: Locator { snapshot: plain.snapshot, line: plain.line },
            first_seen: plain.as_of,
            last_seen: plain.as_of,
            statements: plain.statements,
        }))
    }
}

impl std::fmt::Debug for SealedRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedRow(…)")
    }
}

/// A read of the compartment, or an erasure in it, whether or not there was a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedRead {
    /// Who read or erased.
    pub officer: Reviewer,
    /// For what. None where the row was not read but erased.
    pub purpose: Option<SealedPurpose>,
    /// On what its erasure rests. None where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<ErasureBasis>,
    /// Why, in the officer's words.
    pub reason: Words,
    /// The row that was asked for.
    pub key: RecordKey,
    /// Whether it was there.
    pub was_there: bool,
    /// When, microseconds since 1970 UTC.
    pub at_us: i64,
}

/// The compartment. It is no part of [`crate::Store`]: whoever holds a store cannot reach it.
#[async_trait]
pub trait Compartment: Send + Sync {
    /// The sealed row of that name, as its newest extract has it. None where there is none. The read is accounted for first.
    async fn sealed_row(
        &self,
        access: &SealedAccess,
        source: &SourceId,
        key: &str,
        at_us: i64,
    ) -> Result<Option<SealedRow>, StoreError>;

    /// Erases the sealed row of that name and the rows that belong to it, and answers how many there were. Each erasure is accounted for
    /// in the same transaction; one that found nothing, too. The next extract that has such a row brings it again.
    async fn erase_sealed_rows(
        &self,
        permission: &SealedErasure,
        source: &SourceId,
        key: &str,
        at_us: i64,
    ) -> Result<u64, StoreError>;

    /// The reads of the compartment and the erasures in it, newest first, at most `limit`. This is no read of a row, and is not accounted for.
    async fn sealed_reads(&self, access: &SealedAccess, limit: u32) -> Result<Vec<SealedRead>, StoreError>;
}
