//! Reads a row of a secret class, for a human who may.

use redress_casefile::SealedAccess;
use redress_ports::{Clock, Compartment};
use redress_statement::{Record, SourceId};

use crate::ServiceError;

/// What a sealed row says. The read is accounted for, whether or not there is one.
///
/// # Errors
/// [`ServiceError::NotFound`] where there is none of that name; when the compartment cannot be read.
pub async fn read_sealed(
    compartment: &dyn Compartment,
    clock: &dyn Clock,
    access: &SealedAccess,
    source: &SourceId,
    key: &str,
) -> Result<Record, ServiceError> {
    let row = compartment.sealed_row(access, source, key, clock.now_us()).await?;
    row.map(|row| row.open(access).clone())
        .ok_or_else(|| ServiceError::not_found("a sealed row of that name"))
}
