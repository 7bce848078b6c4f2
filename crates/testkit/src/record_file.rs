//! A file of records that was never written, for whatever reads one.

use std::collections::BTreeSet;

use jiff::civil::Date;
use redress_ports::{ColumnReport, ReadError, RecordBatchEnd, RecordReader, SealedRow};
use redress_statement::{Attribute, Digest, Record, RecordKey, Snapshot};

use crate::SEEN_ON;

/// Records that a file answers at most in one go, so that a small file takes several.
const ANSWER_RECORDS_MAX: usize = 500;

/// A file whose records are given. It may break off after some of them.
#[derive(Debug)]
pub struct RecordFile {
    snapshot: Snapshot,
    records: Vec<Record>,
    n_answered: usize,
    breaks_after: Option<usize>,
    sealed: Vec<SealedRow>,
    set_aside: Vec<RecordKey>,
    report: ColumnReport,
}

impl RecordFile {
    /// A file of `source` and `table` with some records. `version` tells two retrievals apart: equal ones are the same
    /// snapshot.
    ///
    /// # Panics
    /// When `source` is no name of a source.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a wrong fixture is a failed test")]
    pub fn new(source: &str, table: &str, version: u32, records: Vec<Record>) -> Self {
        let file = format!("{table}.csv");
        let snapshot = Snapshot {
            digest: Digest::of(format!("{source}/{table}/{version}").as_bytes()),
            source: source.parse().expect("the name of a source"),
            table: table.into(),
            file: file.as_str().into(),
            length_bytes: records.len() as u64,
            as_of: SEEN_ON,
            states_coverage: true,
            is_confirmed: false,
        };
        let report = ColumnReport { n_rows: records.len() as u64, ..ColumnReport::default() };
        Self {
            snapshot,
            records,
            n_answered: 0,
            breaks_after: None,
            sealed: Vec::new(),
            set_aside: Vec::new(),
            report,
        }
    }

    /// The same file, of an extract that describes another day than [`SEEN_ON`].
    #[must_use]
    pub fn as_of(mut self, day: Date) -> Self {
        self.snapshot.as_of = day;
        self
    }

    /// The same file, of an extract that does not say that it has all rows of the table.
    #[must_use]
    pub fn not_said_to_be_whole(mut self) -> Self {
        self.snapshot.states_coverage = false;
        self
    }

    /// The same file, with rows that are read past under a seal.
    #[must_use]
    pub fn sealing(mut self, records: Vec<Record>) -> Self {
        self.sealed = records.into_iter().map(SealedRow::of).collect();
        self
    }

    /// The same file, with rows that are set aside and have these keys.
    #[must_use]
    pub fn setting_aside(mut self, keys: &[&str]) -> Self {
        let source = self.snapshot.source.clone();
        self.set_aside =
            keys.iter().map(|key| RecordKey { source: source.clone(), key: (*key).into() }).collect();
        self
    }

    /// The same file, of which the source confirmed that it is whole.
    #[must_use]
    pub fn confirmed(mut self) -> Self {
        self.snapshot.is_confirmed = true;
        self
    }

    /// The same file, of a table that declares the columns that its records state.
    #[must_use]
    pub fn declaring_its_columns(mut self) -> Self {
        let stated = self.records.iter().flat_map(|record| &record.statements);
        let stated: BTreeSet<Attribute> = stated.map(|said| said.attribute).collect();
        self.report.stated = stated.into_iter().collect();
        self
    }

    /// The same file, of which the source says whether each changed person had a notice, and whether each record was looked at.
    #[must_use]
    pub fn said_of_changes(mut self, is_noticed: bool, is_reviewed: bool) -> Self {
        (self.report.is_noticed, self.report.is_reviewed) = (is_noticed, is_reviewed);
        self
    }

    /// The same file, unreadable once `n_records` were answered.
    #[must_use]
    pub fn breaking_off_after(mut self, n_records: usize) -> Self {
        self.breaks_after = Some(n_records);
        self
    }
}

impl RecordReader for RecordFile {
    fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    fn read(&mut self, into: &mut Vec<Record>, n_max: usize) -> Result<RecordBatchEnd, ReadError> {
        if self.breaks_after.is_some_and(|after| self.n_answered >= after) {
            let line = self.n_answered + 2;
            return Err(ReadError::Input(format!("{}, line {line}: the file broke off", self.snapshot.file)));
        }
        let n = n_max.min(self.records.len()).min(ANSWER_RECORDS_MAX);
        into.extend(self.records.drain(..n));
        self.n_answered += n;
        Ok(if self.records.is_empty() { RecordBatchEnd::Done } else { RecordBatchEnd::More })
    }

    fn take_sealed(&mut self) -> Vec<SealedRow> {
        std::mem::take(&mut self.sealed)
    }

    fn take_set_aside(&mut self) -> Vec<RecordKey> {
        std::mem::take(&mut self.set_aside)
    }

    fn report(&self) -> &ColumnReport {
        &self.report
    }
}
