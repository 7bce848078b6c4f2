//! Records in one order, so that what a rule reports never hangs on how a file was put together.

use redress_casefile::CaseRecord;

use crate::Discrepancy;

/// Records by identifier.
pub(crate) fn in_order<'a>(
    records: impl Iterator<Item = &'a CaseRecord>,
) -> impl Iterator<Item = &'a CaseRecord> {
    let mut records: Vec<&CaseRecord> = records.collect();
    records.sort_by_key(|record| record.id);
    records.into_iter()
}

/// One discrepancy a record: of several at one record the first in their order stays.
pub(crate) fn once_each(mut found: Vec<Discrepancy>) -> Vec<Discrepancy> {
    found.sort();
    found.sort_by_key(|discrepancy| discrepancy.at);
    found.dedup_by_key(|discrepancy| discrepancy.at);
    found
}
