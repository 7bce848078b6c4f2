//! The rows of two releases, held against each other key by key.

use std::path::Path;

use jiff::civil::Date;
use redress_checks::{Parameters, release::ChangeTally};
use redress_ports::RecordBatchEnd;
use redress_report::{Change, Changes};
use redress_sources::{CaseSorter, Contract, Release, open_release};

use super::{BATCH_RECORDS, TableRead};
use crate::{
    failure::{Exit, Failure},
    progress::{Steps, grouped},
};

/// Two releases while they are read: the rows of both, to be put together by their keys.
pub(super) struct Comparison {
    file: String,
    as_of: Date,
    pub(super) sorter: CaseSorter,
}

impl Comparison {
    /// Reads the earlier release.
    pub(super) fn with_earlier(
        path: &Path,
        contract: &Contract,
        newer: &Release,
        folder: &Path,
        steps: &Steps,
    ) -> Result<Self, Failure> {
        let earlier = open_release(contract, path, None)?;
        if earlier.as_of >= newer.as_of {
            return Err(Failure::new(
                Exit::Call,
                format!(
                    "{}: describes {}, and the release that it is to come before describes {}: name the older one with \
                     --before, or the day of the newer one with --as-of",
                    path.display(),
                    earlier.as_of,
                    newer.as_of
                ),
            ));
        }
        let mut sorter = CaseSorter::new(folder, "rows")?;
        steps.begin("before", "rows");
        let total = Some(earlier.n_rows_announced).filter(|total| *total > 0);
        let mut n_rows = 0;
        for mut table in earlier.tables {
            sorter.begin_table(table.reader.snapshot(), false);
            let mut records = Vec::with_capacity(BATCH_RECORDS);
            loop {
                let end = table.reader.read(&mut records, BATCH_RECORDS)?;
                n_rows += records.len() as u64;
                records.drain(..).try_for_each(|record| sorter.push_under(&record.key.key, &record))?;
                steps.reach_of(n_rows, total);
                if end == RecordBatchEnd::Done {
                    break;
                }
            }
        }
        steps.end(&format!("{} rows of {}", grouped(n_rows), earlier.as_of));
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { file, as_of: earlier.as_of, sorter })
    }

    /// Puts the rows of both together and counts them.
    pub(super) fn count(
        self,
        newer: &super::ReleaseFacts,
        tables: &[TableRead],
        parameters: &Parameters,
        steps: &Steps,
    ) -> Result<Changes, Failure> {
        steps.begin("compare", "rows");
        let mut tally = ChangeTally::default();
        let mut groups = self.sorter.finish()?;
        let mut n_rows = 0;
        while let Some(group) = groups.next_case()? {
            let of_day = |day: Date| group.records.iter().find(|record| record.last_seen == day);
            tally.note(of_day(self.as_of), of_day(newer.as_of));
            n_rows += 1;
            steps.reach(n_rows);
        }
        steps.end(&format!("{} keys", grouped(n_rows)));
        let change = |table: &TableRead| {
            let change = tally.table(&table.name);
            Change {
                table: table.name.clone(),
                check: change.check(newer.states_coverage, parameters, newer.as_of),
                n_before: change.n_before,
                n_after: change.n_after,
                n_vanished: change.n_vanished,
                n_first_seen: change.n_first_seen,
                n_changed: change.n_changed,
            }
        };
        Ok(Changes {
            before_file: self.file,
            before_as_of: self.as_of.to_string(),
            tables: tables.iter().map(change).collect(),
        })
    }
}
