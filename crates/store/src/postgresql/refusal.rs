//! What a server refuses, as an error that says what to do.

use redress_ports::ReadError;
use sqlx::Error;

use super::{DatabaseAddress, LOCK_SECONDS_MAX, SILENT_SECONDS_MAX, STATEMENT_SECONDS_MAX};

/// Why no connection came about.
pub(super) fn connecting_failed(address: &DatabaseAddress, error: &Error) -> ReadError {
    let Error::Database(refusal) = error else {
        return ReadError::System(format!(
            "{address}: the server cannot be reached: {error}. Ask whether it runs, and listens on that folder or port"
        ));
    };
    let (role, database, said) = (address.role(), address.database(), refusal.message());
    match refusal.code().as_deref() {
        Some("28P01" | "28000") => ReadError::Call(format!(
            "{address}: the server does not let `{role}` in: {said}. Correct the role, or its password in PGPASSWORD, ~/.pgpass or \
             the address"
        )),
        Some("3D000") => ReadError::Call(format!(
            "{address}: the server has no database `{database}`: correct its name in the address"
        )),
        Some("42501") => ReadError::Call(format!(
            "{address}: `{role}` may not connect: {said}. Ask the owner for GRANT CONNECT ON DATABASE"
        )),
        _ => ReadError::System(format!(
            "{address}: the server takes no connection now: {said}. Run the same command again later"
        )),
    }
}

/// Why something could not be read.
pub(super) fn reading_failed(address: &DatabaseAddress, doing: &str, error: &Error) -> ReadError {
    let Error::Database(refusal) = error else {
        return ReadError::System(format!(
            "{address}: {doing} broke off: {error}. Run the same command again"
        ));
    };
    let said = refusal.message();
    let code = refusal.code().unwrap_or_default();
    match &*code {
        "57014" => ReadError::System(format!(
            "{address}: {doing} was stopped by the server: {said}. One statement may take {STATEMENT_SECONDS_MAX} seconds, the \
             limit: put an index on the key, or read a view of fewer rows"
        )),
        "55P03" => ReadError::System(format!(
            "{address}: {doing} waited {LOCK_SECONDS_MAX} seconds, the limit, for somebody who has it locked: run the same command \
             again later"
        )),
        "42501" => ReadError::Call(format!(
            "{address}: {doing} is refused: {said}. Ask its owner for the right to read what the contract declares"
        )),
        // A database without an encoding keeps bytes as they were put in.
        "22021" => ReadError::Input(format!(
            "{address}: {doing} failed: a value is not UTF-8: {said}. Correct it, or convert it in a view"
        )),
        // What a view computes, and what has gone since it was looked for.
        code if code.starts_with("22") || code.starts_with("42") => ReadError::Input(format!(
            "{address}: {doing} failed: {said} (SQLSTATE {code}). Correct the relation, or the contract"
        )),
        code => ReadError::System(format!(
            "{address}: {doing} failed: {said} (SQLSTATE {code}). Run the same command again later"
        )),
    }
}

/// A server that neither answers nor gives up.
pub(super) fn unanswered(address: &DatabaseAddress, doing: &str) -> ReadError {
    ReadError::System(format!(
        "{address}: {doing} has no answer for {} seconds, the limit: ask whether the server is at work",
        STATEMENT_SECONDS_MAX + SILENT_SECONDS_MAX
    ))
}
