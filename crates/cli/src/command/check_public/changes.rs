//! The rows of two releases, held against each other case by case.

use std::{collections::BTreeMap, path::Path};

use jiff::civil::Date;
use redress_checks::{Parameters, release::ChangeTally};
use redress_report::{Change, Changes};
use redress_sources::{
    CaseTables, Cases, Contract, Fate, KeptRows, OfRelease, Release, SortedCase, hold_against, open_release,
};

use super::reading::{self, Order, ReleaseRead, TableRead};
use crate::{
    failure::{Exit, Failure},
    progress::Steps,
};

/// The earlier release: its cases in the order of their keys, the next one taken out.
pub(super) struct Earlier {
    file: String,
    as_of: Date,
    cases: Cases,
    next: Option<SortedCase>,
    /// Rows of its tables, those set aside included; none where rows that were kept do not say.
    n_rows: BTreeMap<String, u64>,
    tally: ChangeTally,
}

impl Earlier {
    /// Opens rows that were kept of the earlier release, or reads the release itself.
    pub(super) fn open(
        path: &Path,
        contract: &Contract,
        newer: &Release,
        folder: &Path,
        steps: &Steps,
    ) -> Result<Self, Failure> {
        if KeptRows::is_at(path) {
            let kept = KeptRows::open(path)?;
            must_be_earlier(path, kept.as_of, newer)?;
            return Self::begin(kept.release, kept.as_of, kept.cases, kept.n_rows);
        }
        let earlier = open_release(contract, path, None)?;
        let as_of = earlier.as_of;
        must_be_earlier(path, as_of, newer)?;
        must_be_of_the_same_world(path, &earlier, newer)?;
        let ReleaseRead { tables, by_case } =
            reading::read(earlier, &Order { folder, step: "before" }, steps)?;
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self::begin(file, as_of, Cases::merge(by_case)?, reading::n_rows(&tables))
    }

    fn begin(
        file: String,
        as_of: Date,
        mut cases: Cases,
        n_rows: BTreeMap<String, u64>,
    ) -> Result<Self, Failure> {
        let next = cases.next_case()?;
        Ok(Self { file, as_of, cases, next, n_rows, tally: ChangeTally::default() })
    }

    /// Holds the next case of the newer release against what the earlier one has up to it.
    pub(super) fn hold_against(&mut self, tables: &CaseTables, case: &SortedCase) -> Result<(), Failure> {
        while self.next.as_ref().is_some_and(|next| next.key() < case.key()) {
            self.take_next(None)?;
        }
        if self.next.as_ref().is_some_and(|next| next.key() == case.key()) {
            return self.take_next(Some((tables, case)));
        }
        tally(&mut self.tally, None, Some((tables, case)));
        Ok(())
    }

    fn take_next(&mut self, after: Option<OfRelease<'_>>) -> Result<(), Failure> {
        let tables = self.cases.tables();
        tally(&mut self.tally, self.next.as_ref().map(|next| (&*tables, next)), after);
        self.next = self.cases.next_case()?;
        Ok(())
    }

    /// What became of all its rows.
    pub(super) fn changes(
        mut self,
        newer: &super::ReleaseFacts,
        tables: &[TableRead],
        parameters: &Parameters,
    ) -> Result<Changes, Failure> {
        while self.next.is_some() {
            self.take_next(None)?;
        }
        let change = |table: &TableRead| {
            let change = self.tally.table(&table.name);
            Change {
                table: table.name.clone(),
                check: change.check(newer.covered.contains(&table.name), parameters, newer.as_of),
                n_before: change.n_before,
                n_rows_before: self.n_rows.get(&table.name).copied(),
                n_after: change.n_after,
                n_rows_after: table.report.n_rows,
                n_vanished: change.n_vanished,
                n_first_seen: change.n_first_seen,
                n_changed: change.n_changed,
            }
        };
        Ok(Changes {
            before_as_of: self.as_of.to_string(),
            tables: tables.iter().map(change).collect(),
            before_file: self.file,
        })
    }
}

fn must_be_earlier(path: &Path, as_of: Date, newer: &Release) -> Result<(), Failure> {
    if as_of < newer.as_of {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Call,
        format!(
            "{}: describes {as_of}, and the release that it is to come before describes {}: name the older one with \
             --before, or the day of the newer one with --as-of",
            path.display(),
            newer.as_of
        ),
    ))
}

/// An invented release is held against an invented one alone: rows of people who lived do not vanish from it.
fn must_be_of_the_same_world(path: &Path, earlier: &Release, newer: &Release) -> Result<(), Failure> {
    if earlier.is_invented == newer.is_invented {
        return Ok(());
    }
    let (invented, other) =
        if earlier.is_invented { ("it", "the newer one") } else { ("the newer one", "it") };
    Err(Failure::new(
        Exit::Call,
        format!(
            "{}: {invented} was made by `redress synth`, of invented people, and {other} was not: name two releases of one \
             publisher",
            path.display()
        ),
    ))
}

fn tally(tally: &mut ChangeTally, before: Option<OfRelease<'_>>, after: Option<OfRelease<'_>>) {
    hold_against(before, after, |fate| match fate {
        Fate::Same { table } => tally.note_same(table),
        Fate::Other(before, after) => tally.note(before.as_deref(), after.as_deref()),
    });
}
