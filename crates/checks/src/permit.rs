//! Permission to leave and come back: posture 5 of the departure ladder.

use jiff::civil::Date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, vocabulary};

use crate::{agency::is_one_of, agreement::same_person, sequence::in_order};

/// The permission that covers a day on which somebody left, by the last day that it states.
pub(crate) fn permit_on<'a>(
    traveler: &CaseRecord,
    left_on: Date,
    case: &'a CaseFile,
) -> Option<(&'a CaseRecord, Date)> {
    in_order(case.identities())
        .filter(|record| record.id == traveler.id || same_person(record, traveler))
        .flat_map(|record| std::iter::once(record).chain(in_order(case.attached(record.id))))
        .filter(|row| {
            is_one_of(
                row,
                Attribute::PermitKind,
                vocabulary::words(Attribute::PermitKind).unwrap_or_default(),
            )
        })
        .filter_map(|row| Some((row, row.record.day(Attribute::PermitUntil)?)))
        .filter(|(row, until)| {
            let has_begun = row.record.day(Attribute::PermitFrom).is_none_or(|from| from <= left_on);
            has_begun && left_on <= *until
        })
        .max_by_key(|(row, until)| (*until, row.id))
}
