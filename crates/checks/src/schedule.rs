//! The next day after which something cannot be undone.

use jiff::civil::Date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

/// Days on which a person must be somewhere or lose something.
pub(crate) const SCHEDULED: [Attribute; 4] =
    [Attribute::HearingOn, Attribute::NoticeHearingOn, Attribute::NextCheckInOn, Attribute::AppealDueOn];

/// The next hearing, check-in or last day for an appeal, today included, that a record held to be of this
/// person names. None when none lies ahead.
pub(crate) fn next_day(case: &CaseFile, today: Date) -> Option<Date> {
    case.accepted().filter_map(|record| next_day_of(record, today)).min()
}

/// The same for one record.
pub(crate) fn next_day_of(record: &CaseRecord, today: Date) -> Option<Date> {
    SCHEDULED.iter().filter_map(|day| record.record.day(*day)).filter(|day| *day >= today).min()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use redress_testkit::parse_case_file;

    use super::*;

    #[test]
    fn the_next_day_is_the_first_that_is_not_past() {
        let case = parse_case_file(
            "
            court names C1
              hearing_on 2026-11-01
            status extract S1
              next_check_in_on 2026-12-24
            status extract S2 possible
              next_check_in_on 2026-11-03",
        );
        assert_eq!(next_day(&case, date(2026, 11, 2)), Some(date(2026, 12, 24)));
        assert_eq!(next_day(&case, date(2026, 11, 1)), Some(date(2026, 11, 1)));
        assert_eq!(next_day(&case, date(2026, 12, 25)), None);
    }
}
