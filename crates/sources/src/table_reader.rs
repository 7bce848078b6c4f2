//! One file of a source, as records.

use std::path::Path;

use jiff::civil::Date;
use redress_ports::{
    ColumnReport, Quarantined, ReadError, RecordBatchEnd, RecordReader, Repaired, SealedRow,
};
use redress_statement::{
    Attribute, Locator, Record, RecordKey, STATEMENTS_MAX, Snapshot, SourceId, Statement, Text, ValueKind,
};

use crate::contract::Table;
use crate::doubt::Doubts;
use crate::header::{self, Binding, BoundColumn};
use crate::invented;
use crate::key_check::{KEYS_MAX, KeyCheck};
use crate::mask::Mask;
use crate::normalize::normalized;
use crate::not_recorded::is_withheld_by_publisher;
use crate::repair::{self, Settled};
use crate::row::{Broken, Row, RowRead, Rows, shown};
use crate::row_count::{DIFFERENCE_MIN, DIFFERENCE_PERCENT_MAX};
use crate::snapshot::Unchanged;

mod value_by_value;

/// Most quarantined and most repaired rows that a report keeps; their counts are whole.
pub const REPORTED_ROWS_MAX: usize = 10_000;
/// Rows that may be quarantined, per hundred.
const QUARANTINED_PERCENT_MAX: u64 = 1;
/// Up to this many quarantined rows a file goes on whatever their share, unless they are most of it: one row of fifty
/// is a broken row, not a broken file.
const QUARANTINED_ROWS_MIN: u64 = 10;
/// Longest key, in characters.
const KEY_CHARS_MAX: usize = 200;
/// Sealed rows that wait to be taken at a time, and names of records whose rows were set aside.
const WAITING_MAX: usize = 1_024;
/// Why a row that was sent by itself and says nothing is set aside.
const KEY_ALONE: &str = "nothing is recorded in it beside its key, and it would leave the record empty: send what the record says; \
     one that is gone is told by the next extract";
/// How many reasons an error repeats.
const REASONS_SHOWN: usize = 3;

/// What a reader must know of its file beside its rows.
pub(crate) struct FileFacts {
    pub(crate) snapshot: Snapshot,
    /// What errors call the file.
    pub(crate) shown_path: String,
    /// Whether the file is still the one of which the digest was taken. None for bytes that lie in memory.
    pub(crate) unchanged: Option<Unchanged>,
    /// Rows that the source announces, or why that is not known, where a count file is declared.
    pub(crate) announced: Option<Result<u64, String>>,
    /// Whether its records are stored, and not only counted: then a file is refused that has far fewer or more rows than announced,
    /// and it is told which records it has without saying what they say.
    pub(crate) is_stored: bool,
    /// Whether the extract bears the mark of an invented one.
    pub(crate) is_invented: bool,
    /// Whether a source sent the rows by itself. A row that says nothing beside its key is set aside then: nobody sends one to
    /// say that. In a file it may be what is left of a row.
    pub(crate) is_sent: bool,
}

/// Counts of one declared column, for the remarks.
#[derive(Clone, Copy, Default)]
struct Dropped {
    n_not_recorded: u64,
    n_withheld: u64,
    n_withheld_by_publisher: u64,
    n_masked: u64,
}

/// A reader of one file. Records that came before an error were read from a file that is refused as a whole: the
/// caller stores none of them.
pub(crate) struct TableReader {
    facts: FileFacts,
    table: Table,
    rows: Box<dyn Rows>,
    binding: Binding,
    keys: KeyCheck,
    mask: &'static Mask,
    row: Row,
    dropped: Vec<Dropped>,
    doubts: Doubts,
    report: ColumnReport,
    /// Sealed rows that were read past. In no report: only taken off what the source announces.
    n_sealed: u64,
    /// Rows of a file that describe people and say nothing beside their key.
    n_bare: u64,
    /// Those that nobody has taken yet.
    sealed: Vec<SealedRow>,
    /// Records whose rows were set aside, and which nobody has taken yet.
    set_aside: Vec<RecordKey>,
    is_done: bool,
}

impl TableReader {
    /// Holds the header against the contract.
    ///
    /// # Errors
    /// [`ReadError::Input`] when a declared column is not there.
    pub(crate) fn try_new(facts: FileFacts, table: &Table, rows: Box<dyn Rows>) -> Result<Self, ReadError> {
        let binding = header::bind(rows.header(), table, &facts.shown_path, &rows.header_place())?;
        let mut stated: Vec<_> = table.columns.iter().filter_map(|column| column.attribute).collect();
        stated.sort_unstable();
        stated.dedup();
        let (refused, key_place) = (binding.refused.clone(), rows.key_place(binding.key_idx));
        let report = ColumnReport { stated, refused, key_place, ..ColumnReport::default() };
        Ok(Self {
            facts,
            table: table.clone(),
            rows,
            keys: KeyCheck::default(),
            mask: Mask::get()?,
            row: Row::default(),
            dropped: vec![Dropped::default(); binding.columns.len()],
            doubts: Doubts::default(),
            binding,
            report,
            n_sealed: 0,
            n_bare: 0,
            sealed: Vec::new(),
            set_aside: Vec::new(),
            is_done: false,
        })
    }

    /// The same reader, which reports these columns too as not taken in: the file was made without them.
    pub(crate) fn without(mut self, left_out: &[String]) -> Self {
        let refused = left_out.iter().map(|name| header::refused_late(&self.table, name));
        self.report.refused.extend(refused);
        self
    }

    /// The same reader, which reports what the source says of the records that it changed.
    pub(crate) fn said_of_changes(mut self, is_noticed: bool, is_reviewed: bool) -> Self {
        (self.report.is_noticed, self.report.is_reviewed) = (is_noticed, is_reviewed);
        self
    }

    /// The next sound row as a record. None at the end of the file, and where so much waits to be taken.
    fn next_record(&mut self) -> Result<Option<Record>, ReadError> {
        while self.sealed.len().max(self.set_aside.len()) < WAITING_MAX {
            let mut row = std::mem::take(&mut self.row);
            let read = self.rows.next_row(&mut row);
            self.row = row;
            match read? {
                RowRead::End => {
                    self.finish()?;
                    return Ok(None);
                }
                RowRead::Broken(_) if self.binding.sealing.may_seal_row(&self.row) => self.n_sealed += 1,
                RowRead::Broken(broken) => {
                    let is_in_order = broken.column_idx.is_some();
                    self.quarantine(broken, is_in_order);
                }
                RowRead::Row => {
                    if let Some(record) = self.judge()? {
                        return Ok(Some(record));
                    }
                }
            }
        }
        Ok(None)
    }

    /// The current row as a record. None when it was set aside.
    fn judge(&mut self) -> Result<Option<Record>, ReadError> {
        if self.binding.is_sealed(&self.row) {
            self.seal();
            return Ok(None);
        }
        if let Some(set) = self.row.value_set.take() {
            return self.judge_values(set);
        }
        match repair::settle(&self.row, &self.binding) {
            // Such a row cannot be relied on to stand in its columns: neither records nor the compartment take it in.
            Settled::Broken(_) if self.binding.sealing.may_seal_row(&self.row) => {
                self.n_sealed += 1;
                return Ok(None);
            }
            Settled::Broken(broken) => {
                self.quarantine(broken, true);
                return Ok(None);
            }
            Settled::Repaired { row, .. } if self.binding.is_sealed(&row) => {
                self.row = row;
                self.seal();
                return Ok(None);
            }
            Settled::Repaired { row, is_shift, repair, before, after } => {
                self.report.n_repaired += 1;
                self.report.n_shifted += u64::from(is_shift);
                if self.report.repaired.len() < REPORTED_ROWS_MAX {
                    let (before, after) = (self.mask.apply(&before).into(), self.mask.apply(&after).into());
                    self.report.repaired.push(Repaired { line: row.line, repair, before, after });
                }
                self.row = row;
            }
            Settled::Sound => {}
        }
        if let Some(broken) = self.fault_of_key() {
            self.quarantine(broken, true);
            return Ok(None);
        }
        self.report.n_rows += 1;
        self.check_key()?;
        let record = self.record();
        if record.statements.is_empty() && !self.report.stated.is_empty() {
            if self.facts.is_sent {
                self.set_aside_row(self.row.line, Broken::row(KEY_ALONE));
                return Ok(None);
            }
            self.n_bare += u64::from(self.table.is_identity && self.facts.is_stored);
        }
        Ok(Some(record))
    }

    /// Takes the current row out of everybody's sight. Nothing is counted, remarked or refused of it.
    fn seal(&mut self) {
        let cells = self.binding.columns.iter().map(|column| column.idx).map(|idx| (idx, self.row.cell(idx)));
        let placed = self.row.value_set.iter().flat_map(|set| &set.values);
        let placed: Vec<(usize, &str)> = placed.map(|value| (value.column_idx, &*value.text)).collect();
        let said = if placed.is_empty() { cells.collect() } else { placed };
        let (mut statements, mut uncounted) = (Vec::new(), Dropped::default());
        for (idx, text) in said {
            let Some(column) = self.binding.columns.iter().find(|column| column.idx == idx) else { continue };
            let said = statement(column, text, &self.row, self.mask, &mut uncounted);
            let Some(mut said) = said.filter(|_| statements.len() < STATEMENTS_MAX) else { continue };
            said.ordinal = ordinal(&statements, said.attribute);
            said.column = self.binding.names.get(idx).map_or("", String::as_str).into();
            statements.push(said);
        }
        let is_attached = self.row.value_set.as_ref().is_some_and(|set| set.is_attached);
        self.n_sealed += 1;
        self.sealed.push(SealedRow::of(self.record_of(statements, is_attached)));
    }

    fn fault_of_key(&self) -> Option<Broken> {
        let idx = self.binding.key_idx;
        self.row.cell(idx).trim().chars().nth(KEY_CHARS_MAX)?;
        Some(Broken::column(idx, format!("the key is longer than {KEY_CHARS_MAX} characters, the limit")))
    }

    /// Sets the current row aside; its key can be read only where its cells stand in their order.
    fn quarantine(&mut self, broken: Broken, is_in_order: bool) {
        self.report.n_rows += 1;
        let key = self.row.cell(self.binding.key_idx).trim();
        if self.facts.is_stored && is_in_order && !key.is_empty() && key.chars().nth(KEY_CHARS_MAX).is_none()
        {
            self.set_aside.push(self.record_key());
        }
        self.set_aside_row(self.row.line, broken);
    }

    /// Reports a row that was counted already.
    fn set_aside_row(&mut self, line: u64, broken: Broken) {
        self.report.n_quarantined += 1;
        if self.report.quarantined.len() < REPORTED_ROWS_MAX {
            let column = broken.column_idx.and_then(|idx| self.binding.names.get(idx).cloned());
            let reason = self.mask.apply(&broken.reason).into();
            self.report.quarantined.push(Quarantined { line, column, reason });
        }
    }

    fn check_key(&mut self) -> Result<(), ReadError> {
        let (line, key) = (self.row.line, self.row.cell(self.binding.key_idx).trim());
        let (file, name) = (&self.facts.shown_path, &self.table.key);
        if key.is_empty() {
            return Err(ReadError::Input(format!(
                "{file}, line {line}: column {name:?} is empty, and it is the key of the row: each row needs its \
                 key"
            )));
        }
        match self.keys.note(key, line) {
            None => Ok(()),
            Some(first) => Err(ReadError::Input(format!(
                "{file}, line {line}: column {name:?}: the key {} stands on line {first} as well: {}",
                shown(key),
                self.rows.repeated_key()
            ))),
        }
    }

    fn record(&mut self) -> Record {
        let mut statements = Vec::with_capacity(self.binding.columns.len());
        for (column, dropped) in self.binding.columns.iter().zip(&mut self.dropped) {
            let said = statement(column, self.row.cell(column.idx), &self.row, self.mask, dropped);
            if let Some(mut said) = said.filter(|_| statements.len() < STATEMENTS_MAX) {
                said.ordinal = ordinal(&statements, said.attribute);
                said.column = self.binding.names.get(column.idx).map_or("", String::as_str).into();
                statements.push(said);
            }
        }
        self.doubts.note(&statements, self.facts.snapshot.as_of, self.row.line);
        self.record_of(statements, false)
    }

    fn record_of(&self, statements: Vec<Statement>, is_attached: bool) -> Record {
        let snapshot = &self.facts.snapshot;
        let about = self.binding.about_idx.map(|idx| self.row.cell(idx).trim());
        Record {
            key: self.record_key(),
            table: snapshot.table.clone(),
            about: about.filter(|about| !about.is_empty()).map(Text::from),
            is_identity: self.table.is_identity && !is_attached,
            locator: Locator { snapshot: snapshot.digest, line: self.row.line },
            first_seen: self.as_of(),
            last_seen: self.as_of(),
            statements,
        }
    }

    /// Bare in the lead table, `TABLE:KEY` elsewhere.
    fn record_key(&self) -> RecordKey {
        let key = self.row.cell(self.binding.key_idx).trim();
        let source: SourceId = self.facts.snapshot.source.clone();
        let key = if self.table.is_lead { key.into() } else { format!("{}:{key}", self.table.name).into() };
        RecordKey { source, key }
    }

    fn as_of(&self) -> Date {
        self.facts.snapshot.as_of
    }

    /// What can only be said of the file as a whole.
    fn finish(&mut self) -> Result<(), ReadError> {
        self.is_done = true;
        if self.facts.is_invented {
            self.report.remarks.push(invented::REMARK.to_owned());
        }
        self.take_residue();
        self.remark_on_columns();
        self.remark_on_doubts();
        self.remark_on_count();
        if self.report.n_repaired > 0 {
            let n = self.report.n_repaired;
            let rows = if n == 1 { "row was" } else { "rows were" };
            self.report.remarks.push(format!("{n} {rows} repaired"));
        }
        if self.n_bare > 0 {
            let n = self.n_bare;
            let (rows, say) = if n == 1 { ("row", "says") } else { ("rows", "say") };
            self.report.remarks.push(format!("{n} {rows} {say} nothing beside the key"));
        }
        if self.report.n_rows == 0 {
            self.report.remarks.push("the file has no rows".to_owned());
        }
        if self.keys.n_unchecked() > 0 {
            self.report.remarks.push(format!(
                "{} keys were not checked for repetition: a file's first {KEYS_MAX} are",
                self.keys.n_unchecked()
            ));
        }
        self.check_share()?;
        self.check_count()?;
        if self.facts.unchanged.as_ref().is_none_or(Unchanged::holds) {
            return Ok(());
        }
        Err(ReadError::Input(format!(
            "{}: the file changed while it was read: import it again once nobody writes to it",
            self.facts.shown_path
        )))
    }

    fn take_residue(&mut self) {
        let residue = self.rows.residue();
        // Nobody can tell which of them stood in a sealed row.
        self.report.n_nul_bytes = if self.binding.sealing.is_empty() { residue.n_nul_bytes } else { 0 };
        self.report.observed_at = residue.observed_at;
        if residue.n_passed_over > 0 {
            self.report.n_rows += residue.n_passed_over;
            self.report.remarks.push(format!(
                "{} rows describe what the contract does not name, and were passed over",
                residue.n_passed_over
            ));
        }
        if residue.n_blank_lines > 0 {
            self.report.remarks.push(format!("{} blank lines were skipped", residue.n_blank_lines));
        }
        let late = residue.late_columns.iter().map(|name| header::refused_late(&self.table, name));
        self.report.refused.extend(late);
    }

    fn remark_on_columns(&mut self) {
        for (column, dropped) in self.binding.columns.iter().zip(&self.dropped) {
            let name = self.binding.names.get(column.idx).map_or("", String::as_str);
            if dropped.n_not_recorded > 0 {
                self.report.remarks.push(format!(
                    "column {name:?}: {} values read as not recorded (such as ?, 0, N/A, b6, A.2.a)",
                    dropped.n_not_recorded
                ));
            }
            if dropped.n_withheld_by_publisher > 0 {
                self.report.remarks.push(format!(
                    "column {name:?}: {} values withheld by the publisher, such as b(6)",
                    dropped.n_withheld_by_publisher
                ));
            }
            if let (true, Some(rule)) = (dropped.n_withheld > 0, &column.declared.only_when) {
                self.report.remarks.push(format!(
                    "column {name:?}: {} values dropped, as {} is not {}",
                    dropped.n_withheld,
                    rule.column,
                    rule.values.join(" or ")
                ));
            }
            if dropped.n_masked > 0 {
                self.report.remarks.push(format!(
                    "column {name:?}: {} values masked in part (coordinates, plates or device numbers; charter 1)",
                    dropped.n_masked
                ));
            }
        }
    }

    fn remark_on_doubts(&mut self) {
        let column = |attribute| {
            let states = |column: &&BoundColumn| column.declared.attribute == Some(attribute);
            let column = self.binding.columns.iter().find(states);
            column.and_then(|column| self.binding.names.get(column.idx)).cloned().unwrap_or_default()
        };
        self.report.remarks.extend(self.doubts.remarks(self.facts.snapshot.as_of, column));
    }

    fn remark_on_count(&mut self) {
        match self.facts.announced.take() {
            None => {}
            Some(Err(reason)) => self.report.remarks.push(reason),
            Some(Ok(n_announced)) => {
                let n_announced = n_announced.saturating_sub(self.n_sealed);
                self.report.n_announced = Some(n_announced);
                let n_rows = self.report.n_rows;
                if n_announced.abs_diff(n_rows) >= DIFFERENCE_MIN {
                    self.report.remarks.push(format!(
                        "{}: the source announces {n_announced} rows, the file has {n_rows}: ask the source \
                         whether the extract is whole",
                        self.facts.snapshot.file
                    ));
                }
            }
        }
    }

    fn check_share(&self) -> Result<(), ReadError> {
        check_share(&self.report, &self.facts.shown_path)
    }

    /// A file with far fewer rows than announced was cut off, and one with far more is another file or was split wrongly.
    fn check_count(&self) -> Result<(), ReadError> {
        let Some(n_announced) = self.report.n_announced.filter(|_| self.facts.is_stored) else {
            return Ok(());
        };
        let n_rows = self.report.n_rows;
        let n_differing = n_announced.abs_diff(n_rows);
        let is_over = n_differing.saturating_mul(100) > n_announced.saturating_mul(DIFFERENCE_PERCENT_MAX);
        if n_differing < DIFFERENCE_MIN || !is_over {
            return Ok(());
        }
        Err(ReadError::Input(format!(
            "{}: the source announces {n_announced} rows, the file has {n_rows}: they differ by more than \
             {DIFFERENCE_PERCENT_MAX} %, the limit: ask the source for the whole file, or for the right number; nothing of \
             it was stored",
            self.facts.shown_path
        )))
    }
}

impl RecordReader for TableReader {
    fn snapshot(&self) -> &Snapshot {
        &self.facts.snapshot
    }

    fn read(&mut self, into: &mut Vec<Record>, n_max: usize) -> Result<RecordBatchEnd, ReadError> {
        for _ in 0..n_max {
            if self.is_done {
                return Ok(RecordBatchEnd::Done);
            }
            match self.next_record()? {
                Some(record) => into.push(record),
                None => break,
            }
        }
        Ok(if self.is_done { RecordBatchEnd::Done } else { RecordBatchEnd::More })
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

/// Whether so many rows are broken that the file is: more than half of them, or more than ten that are more than one in a hundred.
pub(crate) fn check_share(report: &ColumnReport, file: &str) -> Result<(), ReadError> {
    let (n, n_rows) = (report.n_quarantined, report.n_rows);
    let is_over = n.saturating_mul(100) > n_rows.saturating_mul(QUARANTINED_PERCENT_MAX);
    if !is_over || (n <= QUARANTINED_ROWS_MIN && n.saturating_mul(2) <= n_rows) {
        return Ok(());
    }
    let first = report.quarantined.iter().take(REASONS_SHOWN).map(|row| match &row.column {
        Some(column) => format!("line {}, column {column:?}: {}", row.line, row.reason),
        None => format!("line {}: {}", row.line, row.reason),
    });
    Err(ReadError::Input(format!(
        "{file}: {n} of {n_rows} rows are broken; what is sent is refused whole where more than half of the rows are, or more than \
         {QUARANTINED_ROWS_MIN} that are more than {QUARANTINED_PERCENT_MAX} %. First: {}",
        first.collect::<Vec<_>>().join("; ")
    )))
}

/// What a row says in one column. None when it says nothing or it is not taken in.
fn statement(
    column: &BoundColumn,
    written: &str,
    row: &Row,
    mask: &Mask,
    dropped: &mut Dropped,
) -> Option<Statement> {
    let attribute = column.declared.attribute?;
    if is_withheld_by_publisher(written.trim()) {
        dropped.n_withheld_by_publisher += 1;
        return None;
    }
    if column.is_not_recorded(written) {
        dropped.n_not_recorded += u64::from(!written.trim().is_empty());
        return None;
    }
    if column.is_withheld(row) {
        dropped.n_withheld += 1;
        return None;
    }
    let is_free_text = matches!(attribute.kind(), ValueKind::Address | ValueKind::Name | ValueKind::Code);
    let original = if is_free_text { mask.apply(written) } else { written.into() };
    dropped.n_masked += u64::from(*original != *written);
    Some(Statement {
        attribute,
        ordinal: 0,
        column: Text::default(),
        normalized: column
            .code(&original)
            .or_else(|| normalized(attribute, &original, column.declared.format.as_deref())),
        original: original.into(),
    })
}

/// The place of a further statement about an attribute.
fn ordinal(statements: &[Statement], attribute: Attribute) -> u16 {
    statements.iter().filter(|said| said.attribute == attribute).count() as u16
}

impl FileFacts {
    /// The name that errors use.
    pub(crate) fn shown(path: &Path) -> String {
        path.display().to_string()
    }
}
