//! The case files of everybody, a page at a time: the next page is read while one is looked at.

use std::panic::resume_unwind;

use redress_casefile::CaseFile;
use redress_ports::StoreError;
use redress_statement::PersonId;
use tokio::task::JoinHandle;

use crate::{App, ServiceError};

/// Case files of a page. Two pages are in memory at a time.
const CASE_FILES_AT_A_TIME: u32 = 500;

/// Reads the case files of everybody, ascending by person.
pub(crate) struct CaseFilePages {
    app: App,
    /// The page that is being read; none after the last.
    reading: Option<JoinHandle<Result<Vec<CaseFile>, StoreError>>>,
}

impl CaseFilePages {
    /// Begins to read the first page. Must be called within a Tokio runtime.
    pub(crate) fn new(app: &App) -> Self {
        Self { app: app.clone(), reading: Some(read(app, None)) }
    }

    /// The next page, and begins to read the one after it. Empty after the last.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn next(&mut self) -> Result<Vec<CaseFile>, ServiceError> {
        let Some(reading) = self.reading.take() else { return Ok(Vec::new()) };
        let page = match reading.await {
            Ok(page) => page?,
            Err(broken_off) => match broken_off.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(_) => return Err(ServiceError::Ended("reading the case files")),
            },
        };
        self.reading = page.last().map(|last| read(&self.app, Some(last.person)));
        Ok(page)
    }
}

impl Drop for CaseFilePages {
    /// Nobody waits for a page that a failed run had begun to read.
    fn drop(&mut self) {
        if let Some(reading) = &self.reading {
            reading.abort();
        }
    }
}

fn read(app: &App, after: Option<PersonId>) -> JoinHandle<Result<Vec<CaseFile>, StoreError>> {
    let app = app.clone();
    tokio::spawn(async move { app.store.case_files(after, CASE_FILES_AT_A_TIME).await })
}
