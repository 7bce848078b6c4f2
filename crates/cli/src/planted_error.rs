//! One planted error of the demo, named so that a visitor can follow it from the line of its file.

use std::{collections::HashMap, path::Path};

use redress_ports::Page;
use redress_service::App;
use redress_statement::PersonId;

use crate::{evaluation::text_rows, failure::Failure};

/// Files among which that of the error is looked for: more than the demo has.
const FILES: Page = Page { offset: 0, limit: 500 };

/// An error with its place.
pub(crate) struct PlantedError {
    pub(crate) check: String,
    pub(crate) file: String,
    pub(crate) line: u64,
    pub(crate) column: String,
    pub(crate) original: String,
    pub(crate) planted: String,
}

impl PlantedError {
    /// The first planted error in a person's file that a check found. None where there is none.
    pub(crate) async fn of(app: &App, person: PersonId, out: &Path) -> Result<Option<Self>, Failure> {
        let columns = ["check_id", "source", "unique_id", "column", "original", "planted"];
        let mut planted = HashMap::new();
        for [check, source, key, column, original, value] in text_rows(&out.join("planted.parquet"), columns)?
        {
            planted.insert((check, source, key), [column, original, value]);
        }
        let files = app.store.snapshots(FILES).await?;
        for row in app.store.findings_of(person).await? {
            let Some(stored) = app.store.record(row.at).await? else { continue };
            let key = &stored.record.key;
            let error = (row.check.clone(), key.source.to_string(), key.key.to_string());
            let digest = stored.record.locator.snapshot;
            let file = files.iter().find(|file| file.report.snapshot.digest == digest);
            let (Some([column, original, value]), Some(file)) = (planted.remove(&error), file) else {
                continue;
            };
            return Ok(Some(Self {
                check: row.check,
                file: file.report.snapshot.file.to_string(),
                line: stored.record.locator.line,
                column,
                original,
                planted: value,
            }));
        }
        Ok(None)
    }

    /// The path of the desk's page about its line.
    pub(crate) fn path(&self) -> String {
        format!("/desk/line?file={}&line={}", self.file, self.line)
    }

    /// What was planted, in one line.
    pub(crate) fn in_words(&self) -> String {
        let Self { check, file, line, column, original, planted } = self;
        match (original.is_empty(), planted.is_empty()) {
            _ if column.is_empty() => format!("{check}: {file}, line {line}"),
            (_, true) => format!("{check}: {file}, line {line}, {column}: `{original}` was taken out"),
            (true, _) => format!("{check}: {file}, line {line}, {column}: `{planted}` was put in"),
            _ => format!("{check}: {file}, line {line}, {column}: `{original}` became `{planted}`"),
        }
    }
}
