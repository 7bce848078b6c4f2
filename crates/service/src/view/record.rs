//! One record as a page shows it: every value with its place.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use redress_casefile::{CaseFile, CaseRecord, Standing, StatementRef};
use redress_ports::came_in_contested;
use redress_statement::{Attribute, ClosingId, Digest, Record, RecordId, SourceId, Statement, code};

use super::marks::{Correction, Marks};
use crate::{App, ServiceError};

/// A statement with its place and its marks.
#[derive(Clone, Debug, PartialEq)]
pub struct StatementView {
    /// Its reference.
    pub reference: StatementRef,
    /// What it is about, in plain words.
    pub name: &'static str,
    /// The column, as the source spells it.
    pub column: String,
    /// What the source wrote.
    pub original: String,
    /// The form used for comparison, where it differs from the original.
    pub normalized: Option<String>,
    /// The value as people say it, where its form hides it: `13 September 2026` for `20260913`, `flown manifest` for
    /// `FLOWN_MANIFEST`. None where it reads as it is.
    pub in_words: Option<String>,
    /// Whether the finding at hand reads it.
    pub is_input: bool,
    /// Whether it is contested, here or already at its source: it may not be relied on while the hold stands.
    pub is_held: bool,
    /// What it was corrected to. None where no correction was granted.
    pub corrected: Option<String>,
    /// For a value that says what was done, such as where a notice was sent: what was found wrong with it, and what is right. The
    /// value itself stays. None where no correction was granted.
    pub found_wrong: Option<String>,
    /// The person's statement of disagreement, which goes wherever the value goes.
    pub disagreement: Option<String>,
    /// The closing that ended what it says, and the day. The source still writes it, until its owner follows.
    pub ended: Option<(ClosingId, Date)>,
}

/// A record with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordView {
    /// The record.
    pub id: RecordId,
    /// The source's name for people.
    pub source_title: String,
    /// Who owns the source.
    pub owner: String,
    /// The table.
    pub table: String,
    /// The file that it stood in.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
    /// Digest of the file.
    pub snapshot: Digest,
    /// The first extract that showed it.
    pub first_seen: Date,
    /// The last extract that showed it.
    pub last_seen: Date,
    /// How it came into the file.
    pub standing: Standing,
    /// For a row that its source attaches to another, that one.
    pub lead: Option<RecordId>,
    /// What it says.
    pub statements: Vec<StatementView>,
    /// Whether a later extract says otherwise: then this is what a reviewer saw on deciding.
    pub is_earlier: bool,
}

/// Where a record stands, without what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The record.
    pub id: RecordId,
    /// The source's name for people.
    pub source_title: String,
    /// The file that it stands in. Empty where it is not known.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
}

impl Place {
    /// Of a stored record.
    pub(crate) fn of(names: &Names, id: RecordId, record: &Record) -> Self {
        Self {
            id,
            source_title: names.title(&record.key.source),
            file: names.files.get(&record.locator.snapshot).cloned().unwrap_or_default(),
            line: record.locator.line,
        }
    }
}

/// What pages need to name sources and files.
pub(crate) struct Names {
    sources: BTreeMap<SourceId, (String, String)>,
    files: BTreeMap<Digest, String>,
    tables: BTreeMap<Digest, (SourceId, String)>,
    imported_at_us: BTreeMap<Digest, i64>,
}

/// Snapshots whose file names a page can show. More are shown by digest alone.
const SNAPSHOTS_MAX: u32 = 500;

impl Names {
    pub(crate) async fn load(app: &App) -> Result<Self, ServiceError> {
        let sources = app.store.sources().await?;
        let page = redress_ports::Page { offset: 0, limit: SNAPSHOTS_MAX };
        let snapshots = app.store.snapshots(page).await?;
        Ok(Self {
            tables: snapshots
                .iter()
                .map(|row| &row.report.snapshot)
                .map(|taken| (taken.digest, (taken.source.clone(), taken.table.to_string())))
                .collect(),
            imported_at_us: snapshots
                .iter()
                .map(|row| (row.report.snapshot.digest, row.imported_at_us))
                .collect(),
            sources: sources
                .into_iter()
                .map(|row| (row.agreement.source, (row.agreement.title, row.agreement.owner)))
                .collect(),
            files: snapshots
                .into_iter()
                .map(|row| (row.report.snapshot.digest, row.report.snapshot.file.into()))
                .collect(),
        })
    }
}

impl Names {
    /// Whether a file was stored by `at_us`, microseconds since 1970. One beyond those that pages name is an old one.
    pub(crate) fn was_stored_by(&self, snapshot: Digest, at_us: i64) -> bool {
        self.imported_at_us.get(&snapshot).is_none_or(|imported| *imported <= at_us)
    }

    /// The sources, each with its name for people.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (SourceId, String)> {
        self.sources.iter().map(|(source, (title, _))| (source.clone(), title.clone()))
    }

    /// The names of the stored files, each once, in alphabetical order.
    pub(crate) fn files(&self) -> BTreeSet<&str> {
        self.files.values().map(String::as_str).collect()
    }

    /// The stored files of a name: digest, source and table.
    pub(crate) fn snapshots_of(&self, file: &str) -> impl Iterator<Item = (Digest, &SourceId, &str)> {
        let of_name = self.files.iter().filter(move |(_, known)| *known == file);
        of_name.filter_map(|(digest, _)| {
            let (source, table) = self.tables.get(digest)?;
            Some((*digest, source, table.as_str()))
        })
    }

    pub(crate) fn title(&self, source: &SourceId) -> String {
        self.sources.get(source).map_or_else(|| source.to_string(), |(title, _)| title.clone())
    }
}

/// Shows one record.
pub(crate) fn view(names: &Names, case: &CaseRecord, inputs: &[StatementRef], marks: &Marks) -> RecordView {
    let record = &case.record;
    let (source_title, owner) = names
        .sources
        .get(&record.key.source)
        .cloned()
        .unwrap_or_else(|| (record.key.source.to_string(), String::new()));
    let statements = record.statements.iter().filter(|statement| !statement.original.trim().is_empty());
    RecordView {
        id: case.id,
        source_title,
        owner,
        table: record.table.to_string(),
        file: names.files.get(&record.locator.snapshot).cloned().unwrap_or_default(),
        line: record.locator.line,
        snapshot: record.locator.snapshot,
        first_seen: record.first_seen,
        last_seen: record.last_seen,
        standing: case.standing,
        lead: case.lead,
        is_earlier: false,
        statements: statements
            .map(|statement| {
                let reference = case.refer(statement);
                let correction = marks.correction(case, reference);
                let (corrected, found_wrong) = Correction::into_fields(correction);
                StatementView {
                    reference,
                    name: statement.attribute.plain_name(),
                    column: statement.column.to_string(),
                    original: statement.original.to_string(),
                    normalized: statement
                        .normalized
                        .as_deref()
                        .filter(|normalized| *normalized != statement.original.trim())
                        .map(str::to_owned),
                    in_words: in_words(record, statement),
                    is_input: inputs.contains(&reference),
                    is_held: marks.is_held(reference) || came_in_contested(statement),
                    corrected,
                    found_wrong,
                    disagreement: marks.disagreement(reference).map(str::to_owned),
                    ended: marks.ended(reference),
                }
            })
            .collect(),
    }
}

/// A value in words, where it was not written in words.
fn in_words(record: &Record, statement: &Statement) -> Option<String> {
    let value = statement.normalized.as_deref().unwrap_or(&statement.original);
    let meaning = code::meaning(record, statement.attribute, value);
    meaning.map(str::to_owned).or_else(|| spoken(value))
}

/// A date in figures, or a code of several words, as people say it.
fn spoken(value: &str) -> Option<String> {
    let value = value.trim();
    if let Ok(day) = value.parse::<Date>() {
        return Some(day.strftime("%-d %B %Y").to_string());
    }
    let is_code = value.contains('_') && value.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    is_code.then(|| value.to_lowercase().replace('_', " "))
}

/// The name under which a file's records know the person; words that say so when there is none.
#[must_use]
pub fn name_in(case: &CaseFile) -> String {
    let identities: Vec<&CaseRecord> = case.identities().filter(|record| record.is_accepted()).collect();
    name_of(&identities)
}

/// The name under which a file's records know the person: the first accepted record's, in its source's
/// order of parts.
pub(crate) fn name_of(records: &[&CaseRecord]) -> String {
    let parts = [Attribute::GivenName, Attribute::MiddleName, Attribute::FamilyName];
    let best = records
        .iter()
        .map(|record| {
            let parts = parts.iter().filter_map(|part| record.record.value(*part));
            parts.collect::<Vec<_>>().join(" ")
        })
        .max_by_key(String::len);
    best.filter(|name| !name.is_empty()).unwrap_or_else(|| "no name on record".to_owned())
}

impl RecordView {
    /// The values that the finding at hand reads.
    pub fn inputs(&self) -> impl Iterator<Item = &StatementView> {
        self.statements.iter().filter(|statement| statement.is_input)
    }

    /// The other values.
    pub fn others(&self) -> impl Iterator<Item = &StatementView> {
        self.statements.iter().filter(|statement| !statement.is_input)
    }

    /// Whether the record waits for clerical review: it may be somebody else's.
    #[must_use]
    pub const fn is_possible(&self) -> bool {
        !matches!(self.standing, Standing::Accepted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_and_a_code_are_said_in_words() {
        for (value, words) in [
            ("2026-09-13", Some("13 September 2026")),
            ("FLOWN_MANIFEST", Some("flown manifest")),
            ("NUNEZ", None),
            ("C_1", None),
            ("A-number", None),
            ("", None),
        ] {
            assert_eq!(spoken(value).as_deref(), words, "{value}");
        }
    }
}
