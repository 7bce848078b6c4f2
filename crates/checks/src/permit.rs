//! Permission to leave and come back: posture 5 of the departure ladder.

use jiff::civil::Date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{agency::is_one_of, agreement::same_person, sequence::in_order};

/// Permissions to travel and return: advance parole, travel authorization under temporary protected status,
/// refugee travel document, re-entry permit, card of a permanent resident, visa.
const PERMITS: [&str; 7] = ["I-512", "I-512T", "I-571", "I-327", "I-551", "TPS_TRAVEL", "VISA"];

/// The permission that covers a day on which somebody left, by the last day that it states.
pub(crate) fn permit_on<'a>(
    traveler: &CaseRecord,
    left_on: Date,
    case: &'a CaseFile,
) -> Option<(&'a CaseRecord, Date)> {
    in_order(case.identities())
        .filter(|record| record.id == traveler.id || same_person(record, traveler))
        .flat_map(|record| std::iter::once(record).chain(in_order(case.attached(record.id))))
        .filter(|row| is_one_of(row, Attribute::PermitKind, &PERMITS))
        .filter_map(|row| Some((row, row.record.day(Attribute::PermitUntil)?)))
        .filter(|(row, until)| {
            let has_begun = row.record.day(Attribute::PermitFrom).is_none_or(|from| from <= left_on);
            has_begun && left_on <= *until
        })
        .max_by_key(|(row, until)| (*until, row.id))
}
