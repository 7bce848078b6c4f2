//! Reads a row of a secret class, or erases it, for a human who may.

use redress_casefile::{SealedAccess, SealedErasure};
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

/// Erases the sealed row of that name and those that belong to it, and answers how many. It is accounted for under the seal, whether
/// or not there is one; neither the public log nor anybody's file tells of it, as that would tell that the row was there.
///
/// # Errors
/// [`ServiceError::NotFound`] where there is none of that name; when the compartment cannot be written.
pub async fn erase_sealed(
    compartment: &dyn Compartment,
    clock: &dyn Clock,
    permission: &SealedErasure,
    source: &SourceId,
    key: &str,
) -> Result<u64, ServiceError> {
    match compartment.erase_sealed_rows(permission, source, key, clock.now_us()).await? {
        0 => Err(ServiceError::not_found("a sealed row of that name")),
        n_rows => Ok(n_rows),
    }
}
