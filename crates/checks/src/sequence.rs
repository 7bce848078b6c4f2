//! Records in one order, so that what a rule reports never hangs on how a file was put together.

use redress_casefile::CaseRecord;

/// Records by identifier.
pub(crate) fn in_order<'a>(
    records: impl Iterator<Item = &'a CaseRecord>,
) -> impl Iterator<Item = &'a CaseRecord> {
    let mut records: Vec<&CaseRecord> = records.collect();
    records.sort_by_key(|record| record.id);
    records.into_iter()
}
