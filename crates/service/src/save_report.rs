//! Keeps what a run did.

use redress_ports::RunReport;
use serde::Serialize;

use crate::{App, ServiceError};

/// Keeps a report under its name; only the newest is kept.
///
/// # Errors
/// When it cannot be written.
pub async fn save_report(app: &App, name: &'static str, report: &impl Serialize) -> Result<(), ServiceError> {
    let json = serde_json::to_string(report).map_err(|source| ServiceError::Report { name, source })?;
    let report = RunReport { name: name.to_owned(), at_us: app.clock.now_us(), json };
    Ok(app.store.put_report(&report).await?)
}
