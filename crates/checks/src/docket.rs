//! What a court's rows say of one case: orders, completions, motions, appeals.

use jiff::civil::Date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    agency::{is_one_of, says_anything},
    agreement::concerns,
    sequence::in_order,
};

/// Decisions that order somebody to leave: removal, deportation, exclusion, voluntary departure.
pub(crate) const ORDERS_TO_LEAVE: [&str; 4] = ["X", "D", "E", "V"];

/// Approvals of an application as sources write them.
pub(crate) const APPROVED: [&str; 3] = ["APPROVED", "CASE WAS APPROVED", "CASE APPROVED"];

/// Appeals that do not touch an order to leave: about a bond, before an order, about a petition.
const APPEALS_BESIDE_THE_ORDER: [&str; 11] = [
    "BOND APPEAL",
    "BOND MTR REC",
    "BOND MTR REI",
    "BOND MTR REO",
    "ZERO BOND APPEAL",
    "CDR",
    "DD 212",
    "DD BOND",
    "DD FINES",
    "DD VISA",
    "INTERLOCUTORY APPEAL",
];

/// The court cases that an agency's record concerns, in order.
pub(crate) fn proceedings<'a>(
    record: &'a CaseRecord,
    case: &'a CaseFile,
) -> impl Iterator<Item = &'a CaseRecord> {
    in_order(case.identities()).filter(move |lead| concerns(record, lead))
}

/// The rows of a case with the day that each states of an attribute, oldest first.
pub(crate) fn dated<'a>(
    lead: &CaseRecord,
    attribute: Attribute,
    case: &'a CaseFile,
) -> Vec<(&'a CaseRecord, Date)> {
    let mut rows: Vec<_> =
        case.attached(lead.id).filter_map(|row| Some((row, row.record.day(attribute)?))).collect();
    rows.sort_by_key(|(row, day)| (*day, row.id));
    rows
}

/// Whether a row is an order to leave.
pub(crate) fn orders_to_leave(row: &CaseRecord) -> bool {
    is_one_of(row, Attribute::OrderCode, &ORDERS_TO_LEAVE)
}

/// Whether an order to leave was made after a day.
pub(crate) fn has_order_to_leave_after(lead: &CaseRecord, day: Date, case: &CaseFile) -> bool {
    dated(lead, Attribute::OrderOn, case).iter().any(|(row, on)| *on > day && orders_to_leave(row))
}

/// The newest proceeding that nothing says to be over. None when each has an end, readable or not.
pub(crate) fn open_proceeding<'a>(lead: &CaseRecord, case: &'a CaseFile) -> Option<(&'a CaseRecord, Date)> {
    const ENDS: [Attribute; 3] = [Attribute::OrderOn, Attribute::OrderCode, Attribute::OtherCompletion];
    let is_open = |row: &CaseRecord| ENDS.iter().all(|end| !says_anything(row, *end));
    dated(lead, Attribute::NtaFiledOn, case).into_iter().rfind(|(row, _)| is_open(row))
}

/// Whether a row is an appeal that may touch an order.
pub(crate) fn appeals_the_order(row: &CaseRecord) -> bool {
    !is_one_of(row, Attribute::AppealKind, &APPEALS_BESIDE_THE_ORDER)
}

/// Whether a row is an appeal that waits for its decision.
pub(crate) fn is_undecided_appeal(row: &CaseRecord) -> bool {
    row.record.day(Attribute::AppealFiledOn).is_some()
        && !says_anything(row, Attribute::AppealDecidedOn)
        && !says_anything(row, Attribute::AppealDecision)
        && appeals_the_order(row)
}

/// Whether a row is a motion that waits for its decision.
pub(crate) fn is_undecided_motion(row: &CaseRecord) -> bool {
    row.record.day(Attribute::MotionReceivedOn).is_some()
        && !says_anything(row, Attribute::MotionDecidedOn)
        && !says_anything(row, Attribute::MotionDecision)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use redress_testkit::parse_case_file;

    use super::*;

    #[test]
    fn the_open_proceeding_is_the_newest_without_an_end() {
        for (second, expected) in [
            ("nta_filed_on 2025-03-01", Some(date(2025, 3, 1))),
            ("nta_filed_on 2025-03-01\n  order_on 2025-06-01", None),
            ("nta_filed_on 2025-03-01\n  order_on 31/31/2025 =>", None),
            ("nta_filed_on 2025-03-01\n  other_completion F", None),
            ("hearing_on 2027-01-01", None),
        ] {
            let case = parse_case_file(&format!(
                "court names C1\ncourt B 1 about C1\n  nta_filed_on 2024-03-01\n  order_on 2024-09-01\ncourt B 2 about C1\n  {second}"
            ));
            let found = open_proceeding(&case.records[0], &case).map(|(_, on)| on);
            assert_eq!(found, expected, "{second}");
        }
    }

    #[test]
    fn an_appeal_about_a_bond_does_not_touch_the_order() {
        for (kind, expected) in [
            ("appeal_kind BOND APPEAL", false),
            ("appeal_kind CASE APPEAL", true),
            ("", true),
            ("appeal_decision DIS", false),
            ("appeal_decided_on 31/31/2025 =>", false),
        ] {
            let case = parse_case_file(&format!(
                "court names C1\ncourt tblAppeal 1 about C1\n  appeal_filed_on 2024-03-01\n  {kind}"
            ));
            assert_eq!(is_undecided_appeal(&case.records[1]), expected, "{kind}");
        }
    }
}
