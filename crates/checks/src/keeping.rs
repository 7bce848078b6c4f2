//! What was done with a record: extracts, corrections, disclosures, holds, schedules.
//!
//! The checks of the record itself ask here, for one record at a time; there is no way to list. What a keeper
//! does not know it does not answer, and nothing is concluded from silence.

use jiff::civil::Date;
use redress_casefile::CaseRecord;
use redress_statement::{Attribute, RecordId, SourceId};

use crate::{Parameters, World};

/// The newest extract of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extract {
    /// The day that it describes.
    pub as_of: Date,
    /// Whether a manifest says what it covers. Without one, absence says nothing.
    pub states_coverage: bool,
    /// Whether the source was asked about the rows that are missing, and confirmed that the extract is whole.
    pub is_confirmed: bool,
    /// Rows of the extract before that this one does not have.
    pub n_vanished: u64,
    /// Rows of the extract before. 0 when there was none.
    pub n_rows_before: u64,
    /// What it lacks, where that is so much that it is held to be cut off. None where it is not.
    pub loss: Option<Loss>,
}

/// What an extract lacks that is held to be cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The day that the last extract describes that was not cut off.
    pub since: Date,
    /// Whether that extract says what it covers: then what it did not have still says what it said.
    pub states_coverage: bool,
    /// The record in whose file the loss is told, once for the whole extract. None where no missing row is in a file.
    pub told_at: Option<RecordId>,
}

impl Extract {
    /// Share of the earlier rows that are gone, 0 to 1.
    #[must_use]
    pub fn vanished_share(&self) -> f64 {
        if self.n_rows_before == 0 { 0.0 } else { self.n_vanished as f64 / self.n_rows_before as f64 }
    }

    /// The day of which it is known what the table does not have: that of the extract or, where it is held to be cut off, of
    /// the last one that was not. None where that one does not say what it covers.
    #[must_use]
    pub fn known_on(&self) -> Option<Date> {
        match self.loss {
            None => self.states_coverage.then_some(self.as_of),
            Some(loss) => loss.states_coverage.then_some(loss.since),
        }
    }
}

/// A correction that was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// What was corrected.
    pub attribute: Attribute,
    /// The value that was wrong, as normalized. None when the source's value could not be read.
    pub wrong: Option<String>,
    /// The day of the determination.
    pub granted_on: Date,
    /// Whether it stays an order: then minutes count.
    pub is_stay: bool,
    /// Who had received the wrong value and was told of the correction.
    pub recipients: Vec<ToldRecipient>,
}

/// A recipient that was told of a correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldRecipient {
    /// The office.
    pub name: String,
    /// Minutes since it was told, while it has not acknowledged. None once it has.
    pub waiting_minutes: Option<u64>,
}

/// A time in which a value is contested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contest {
    /// What is contested.
    pub attribute: Attribute,
    /// The first day.
    pub from: Date,
    /// The last day. None while it lasts.
    pub until: Option<Date>,
}

/// A value that left, in an export or in print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// The value.
    pub attribute: Attribute,
    /// To whom.
    pub recipient: String,
    /// The day.
    pub on: Date,
    /// Whether it bore the mark that it is contested, with the person's statement where there is one.
    pub has_mark: bool,
}

/// Where a value of a protected class was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenIn {
    /// By a role that need not know it.
    Role,
    /// In a key on which records are joined.
    JoinKey,
    /// In a view of a household.
    Household,
    /// In a count of fewer people than the least number that is published.
    SmallCount,
}

/// Until when the schedule of a source keeps a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The day of the extract that first showed the record.
    pub since: Date,
    /// The last day on which it may be kept.
    pub last_day: Date,
}

/// A change of many records at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkChange {
    /// What was changed.
    pub attribute: Attribute,
    /// The source, rule or office that changed them.
    pub by: String,
    /// The day.
    pub on: Date,
    /// Records that it changed within 24 hours.
    pub n_changed: u64,
    /// Whether each person had a notice of their own.
    pub with_notice: bool,
    /// Whether somebody looked at each record.
    pub was_reviewed: bool,
}

/// Answers what was done with one record. Every answer is "nothing known" unless it is overridden.
pub trait Keeping: Sync {
    /// Whether the newest extract of its table has the record's row and could not read it.
    fn is_present_unread(&self, _record: RecordId) -> bool {
        false
    }

    /// The newest extract of a table.
    fn extract(&self, _source: &SourceId, _table: &str) -> Option<Extract> {
        None
    }

    /// The day on which it is known who is absent from what states an attribute: that of the oldest of the newest extracts of
    /// all tables that do, where each says that it has every row. None where there is no such table, or one does not say so:
    /// then absence says nothing.
    fn covered(&self, _attribute: Attribute) -> Option<Date> {
        None
    }

    /// Corrections of a record that were granted.
    fn corrections(&self, _record: RecordId) -> Vec<Correction> {
        Vec::new()
    }

    /// When which values of a record were contested.
    fn contests(&self, _record: RecordId) -> Vec<Contest> {
        Vec::new()
    }

    /// Values of a record that left, contested or not.
    fn disclosures(&self, _record: RecordId) -> Vec<Disclosed> {
        Vec::new()
    }

    /// Until when the schedule of its source keeps a record. None where the source has no schedule.
    fn schedule(&self, _record: &CaseRecord) -> Option<Schedule> {
        None
    }

    /// Derived values of a record of which an input was erased, with the day of the erasure.
    fn erased_inputs(&self, _record: RecordId) -> Vec<(Attribute, Date)> {
        Vec::new()
    }

    /// Values of a protected class that were seen where they must not be.
    fn exposures(&self, _record: RecordId) -> Vec<(Attribute, SeenIn)> {
        Vec::new()
    }

    /// The change of many records that changed this one last.
    fn bulk_change(&self, _record: RecordId) -> Option<BulkChange> {
        None
    }

    /// Whether inputs, rule and day of a derived column are on file.
    fn has_derivation(&self, _source: &SourceId, _column: &str) -> bool {
        false
    }
}

/// Checks to which a store can tell a part of what they ask, each with what it does not know. A run that says that a check found
/// nothing has to say this of them.
pub const KEPT_IN_PART: [(&str, &str); 3] = [
    ("PR-04", "what left through other programs than this one"),
    ("PR-05", "from what a source derived a value, and the schedule of a source whose agreement sets none"),
    ("PR-07", "on which day a record was changed, where the extract before is more than a day older"),
];

/// Nothing is known: for a single file, and for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct NothingKept;

impl Keeping for NothingKept {}

/// Reads any attribute: for a check whose subject is the record and not what it says.
pub(crate) const ANY: &[Attribute] = Attribute::ALL;

/// The first attribute that a record states: where a finding about the whole record points.
pub(crate) fn first_stated(record: &CaseRecord) -> Option<Attribute> {
    record.record.statements.first().map(|statement| statement.attribute)
}

/// The newest extract of a record's table, when the record is missing in it.
pub(crate) fn missing_in(record: &CaseRecord, world: &World<'_>) -> Option<Extract> {
    let extract = world.keeping.extract(&record.record.key.source, &record.record.table)?;
    let is_there = record.record.last_seen >= extract.as_of || world.keeping.is_present_unread(record.id);
    (!is_there).then_some(extract)
}

/// Whether something follows from what stands beside a record no more, or not yet: not where the newest extract of its
/// table does not say that it has every row. Where that one is held to be cut off, only what a record said before it still
/// stands as it stood. Of a record without an extract, such as a fixture, something follows.
pub(crate) fn absence_speaks(record: &CaseRecord, world: &World<'_>) -> bool {
    let extract = world.keeping.extract(&record.record.key.source, &record.record.table);
    extract.is_none_or(|extract| {
        extract.known_on().is_some_and(|day| extract.loss.is_none() || record.record.first_seen <= day)
    })
}

/// Why nothing follows from absence in an extract. None when something does.
pub(crate) fn partial_because(
    extract: &Extract,
    world: &World<'_>,
    parameters: &Parameters,
) -> Option<&'static str> {
    let drop_share = parameters.number("pr_03_drop_share", world.today).ok()?;
    if !extract.states_coverage {
        Some("it does not say what it covers")
    } else if !extract.is_confirmed && extract.vanished_share() > drop_share {
        Some("too many rows are missing in it at once")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_share_of_what_vanished_is_of_the_rows_before() {
        for (n_vanished, n_rows_before, share) in [(0, 0, 0.0), (5, 0, 0.0), (5, 1000, 0.005), (10, 10, 1.0)]
        {
            let extract = Extract {
                as_of: date(2026, 10, 31),
                states_coverage: true,
                is_confirmed: false,
                n_vanished,
                n_rows_before,
                loss: None,
            };
            assert!((extract.vanished_share() - share).abs() < 1e-12);
        }
    }
}
