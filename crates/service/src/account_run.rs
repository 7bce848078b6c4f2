//! Accounts for runs that read every file.

use redress_ports::{AccessPurpose, BulkAccess};
use redress_statement::RecordId;

use crate::{App, ServiceError};

/// The office that runs the linkage and the checks.
const RECEIVER: &str = "this office's own run";

/// A run that was accounted for before it read anything.
pub(crate) struct AccountedRun {
    name: &'static str,
    through: RecordId,
}

impl AccountedRun {
    /// Accounts for a run over all records that are stored now: one row, shown to every person who has one of them.
    pub(crate) async fn begin(app: &App, name: &'static str) -> Result<Self, ServiceError> {
        Ok(Self { name, through: account(app, name).await? })
    }

    /// Makes sure that records which the run has come upon are accounted for: those that an import stored since the
    /// run began are not yet.
    pub(crate) async fn cover(
        &mut self,
        app: &App,
        records: impl Iterator<Item = RecordId>,
    ) -> Result<(), ServiceError> {
        if records.max().is_some_and(|last| last > self.through) {
            self.through = account(app, self.name).await?;
        }
        Ok(())
    }
}

async fn account(app: &App, name: &str) -> Result<RecordId, ServiceError> {
    let access = BulkAccess {
        at_us: app.clock.now_us(),
        day: app.clock.today(),
        user_code: name.to_owned(),
        receiver: RECEIVER.to_owned(),
        purpose: AccessPurpose::BulkRun,
    };
    Ok(app.store.put_bulk_access(&access).await?)
}
