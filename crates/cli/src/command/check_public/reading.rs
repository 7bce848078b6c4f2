//! Reads the tables of a release: two at a time, each row counted and handed to the sorts.

use std::{
    collections::{BTreeMap, VecDeque},
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use redress_checks::release::{RowTally, TableEnd};
use redress_ports::{ColumnReport, RecordBatchEnd};
use redress_sources::{CaseSorter, Release, ReleaseTable};

use super::sample::Sample;
use crate::{
    failure::{Exit, Failure},
    progress::{Steps, grouped},
};

/// Tables that are read at a time. Each has a thread of its own that unpacks it besides.
const READERS: usize = 2;
/// Records that are read at once.
const BATCH_RECORDS: usize = 4_096;

/// What becomes of the rows that are read.
pub(super) struct Order<'a> {
    /// Where the files of the sorts lie.
    pub(super) folder: &'a Path,
    /// What the step is called; names the files as well.
    pub(super) step: &'a str,
}

/// A table as it was read.
pub(super) struct TableRead {
    pub(super) name: String,
    pub(super) tally: RowTally,
    pub(super) report: ColumnReport,
    /// Rows that name no case.
    pub(super) n_adrift: u64,
}

/// A release as it was read.
#[derive(Default)]
pub(super) struct ReleaseRead {
    /// The tables in the order of the contract.
    pub(super) tables: Vec<TableRead>,
    pub(super) by_case: Vec<CaseSorter>,
}

/// What the readers share.
struct Shared<'a> {
    order: &'a Order<'a>,
    steps: &'a Steps,
    total: Option<u64>,
    queue: Mutex<VecDeque<(u16, ReleaseTable)>>,
    n_rows: AtomicU64,
    /// Set when one reader failed: the others need not go on.
    has_failed: AtomicBool,
}

/// What one reader has read.
struct Part {
    tables: Vec<(u16, TableRead)>,
    by_case: CaseSorter,
}

pub(super) fn read(release: Release, order: &Order<'_>, steps: &Steps) -> Result<ReleaseRead, Failure> {
    steps.begin(order.step, "rows");
    let shared = Shared {
        order,
        steps,
        total: Some(release.n_rows_announced).filter(|total| *total > 0),
        queue: Mutex::new((0..).zip(release.tables).collect()),
        n_rows: AtomicU64::new(0),
        has_failed: AtomicBool::new(false),
    };
    let parts: Vec<Result<Part, Failure>> = thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|nth| {
                scope.spawn({
                    let shared = &shared;
                    move || shared.read_on(nth)
                })
            })
            .collect();
        let ended_early = |_| Failure::new(Exit::Unfinished, "a thread that reads ended early");
        readers.into_iter().map(|reader| reader.join().map_err(ended_early).flatten()).collect()
    });
    let mut read = ReleaseRead::default();
    let mut tables = Vec::new();
    for part in parts {
        let part = part?;
        tables.extend(part.tables);
        read.by_case.push(part.by_case);
    }
    tables.sort_by_key(|(at, _)| *at);
    read.tables = tables.into_iter().map(|(_, table)| table).collect();
    let n_rows = read.tables.iter().map(|table| table.report.n_rows).sum();
    steps.reach_of(n_rows, shared.total);
    steps.end(&format!("{} rows of {} tables, as of {}", grouped(n_rows), read.tables.len(), release.as_of));
    Ok(read)
}

/// The rows of each table, those set aside included.
pub(super) fn n_rows(tables: &[TableRead]) -> BTreeMap<String, u64> {
    tables.iter().map(|table| (table.name.clone(), table.report.n_rows)).collect()
}

impl Shared<'_> {
    /// Reads one table after the other until none is left or one fails.
    fn read_on(&self, nth: usize) -> Result<Part, Failure> {
        let read = self.try_read_on(nth);
        if read.is_err() {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        read
    }

    fn try_read_on(&self, nth: usize) -> Result<Part, Failure> {
        let order = self.order;
        let by_case = CaseSorter::new(order.folder, &format!("{}-{nth}", order.step))?;
        let mut part = Part { tables: Vec::new(), by_case };
        loop {
            let next = self.queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some((at, table)) = next.filter(|_| !self.has_failed.load(Ordering::Relaxed)) else {
                return Ok(part);
            };
            let read = self.read_table(at, table, &mut part)?;
            part.tables.push((at, read));
        }
    }

    fn read_table(&self, at: u16, table: ReleaseTable, part: &mut Part) -> Result<TableRead, Failure> {
        let ReleaseTable { is_lead, mut reader } = table;
        let name = reader.snapshot().table.to_string();
        part.by_case.begin_table(at, reader.snapshot(), is_lead);
        let mut tally = RowTally::of_table(&name);
        let mut records = Vec::with_capacity(BATCH_RECORDS);
        let (mut n_adrift, mut n_before) = (0, 0);
        let mut sample = Sample::new();
        loop {
            let end = reader.read(&mut records, BATCH_RECORDS)?;
            let watch = sample.next_batch();
            // Of all rows: those that were set aside cannot be told from how far the step is.
            let n_more = reader.report().n_rows - n_before;
            n_before += n_more;
            let n_read = self.n_rows.fetch_add(n_more, Ordering::Relaxed) + n_more;
            self.steps.reach_of(n_read, self.total);
            for record in records.drain(..) {
                tally.note(&record, &watch);
                n_adrift += u64::from(!part.by_case.push(&record)?);
            }
            tally.end_batch();
            if end == RecordBatchEnd::Done || self.has_failed.load(Ordering::Relaxed) {
                break;
            }
        }
        let report = reader.report().clone();
        tally
            .end(TableEnd { n_rows: report.n_rows, n_out_of_place: report.n_shifted + report.n_quarantined });
        Ok(TableRead { name, tally, report, n_adrift })
    }
}
