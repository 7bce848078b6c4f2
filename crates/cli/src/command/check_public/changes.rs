//! The rows of two releases, held against each other key by key.

use std::path::Path;

use jiff::civil::Date;
use redress_checks::{Parameters, release::ChangeTally};
use redress_report::{Change, Changes};
use redress_sources::{CaseSorter, Cases, Contract, Release, open_release};

use super::reading::{self, Order, TableRead};
use crate::{
    failure::{Exit, Failure},
    progress::{Steps, grouped},
};

/// The earlier release, read: its rows, to be put together with those of the newer one by their keys.
pub(super) struct Earlier {
    file: String,
    as_of: Date,
    by_key: Vec<CaseSorter>,
}

/// Place of the earlier release's first table among those of both.
const FIRST_TABLE: u16 = u16::MAX / 2;

impl Earlier {
    /// Reads the earlier release.
    pub(super) fn read(
        path: &Path,
        contract: &Contract,
        newer: &Release,
        folder: &Path,
        steps: &Steps,
    ) -> Result<Self, Failure> {
        let earlier = open_release(contract, path, None)?;
        let as_of = earlier.as_of;
        if as_of >= newer.as_of {
            return Err(Failure::new(
                Exit::Call,
                format!(
                    "{}: describes {as_of}, and the release that it is to come before describes {}: name the older one \
                     with --before, or the day of the newer one with --as-of",
                    path.display(),
                    newer.as_of
                ),
            ));
        }
        let order = Order { folder, step: "before", first_table: FIRST_TABLE, by_case: false, by_key: true };
        let by_key = reading::read(earlier, &order, steps)?.by_key;
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { file, as_of, by_key })
    }

    /// Puts the rows of both together and counts them.
    pub(super) fn hold_against(
        self,
        by_key: Vec<CaseSorter>,
        newer: &super::ReleaseFacts,
        tables: &[TableRead],
        parameters: &Parameters,
        steps: &Steps,
    ) -> Result<Changes, Failure> {
        steps.begin("compare", "rows");
        let mut tally = ChangeTally::default();
        let mut groups = Cases::merge(self.by_key.into_iter().chain(by_key).collect())?;
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
                check: change.check(newer.covered.contains(&table.name), parameters, newer.as_of),
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
