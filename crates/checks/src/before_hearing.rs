//! What can be done about a notice that went wrong, while the hearing that it is about still lies ahead.
//!
//! The ways that the rules of notice name are for after an order made in absence. Before the hearing there is a simpler one:
//! whoever knows that the notice went wrong tells the court, and the court sends it again.

use jiff::civil::Date;
use redress_casefile::{CaseFile, StatementRef};
use redress_statement::Attribute;

use crate::wording::spoken_day;

/// What the court is told, by the check whose finding it is.
const TOLD: [(&str, &str); 6] = [
    ("NT-01", "that the notice went to an old address"),
    ("NT-03", "that the address on the notice is not complete or not spelled right"),
    ("NT-04", "that the notice went to the address of an organization"),
    ("NT-05", "that the notice came back in the mail"),
    ("NT-06", "that the notice did not go to the lawyer"),
    ("NT-14", "that no notice of the new day or place has come"),
];

/// The day of a hearing, as records state it.
const HEARING_DAYS: [Attribute; 3] =
    [Attribute::HearingOn, Attribute::NoticeHearingOn, Attribute::NtaHearingOn];

/// The rule by which notice of a hearing is due.
const CITATION: &str = "8 U.S.C. 1229(a)(1), (2)";

/// Something that can be told to the court before a hearing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeforeHearing {
    hearing_on: Date,
    told: &'static str,
}

impl BeforeHearing {
    /// What can be done about a finding of `check` that rests on `inputs`. None for a check about something else than a
    /// notice, and where no hearing among the inputs lies ahead of `today`, the day itself included.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use redress_casefile::StatementRef;
    /// use redress_checks::BeforeHearing;
    /// use redress_statement::Attribute;
    /// use redress_testkit::parse_case_file;
    ///
    /// let case = parse_case_file("court notices N1\n  notice_hearing_on 2026-12-07");
    /// let day = StatementRef { record: case.records[0].id, attribute: Attribute::NoticeHearingOn, ordinal: 0 };
    /// let found = BeforeHearing::of("NT-01", &[day], &case, date(2026, 11, 2)).unwrap();
    /// assert!(found.in_words("you", "you").starts_with(
    ///     "Before the hearing on 7 December 2026 you, or whoever helps you, can tell the court that the notice went to"
    /// ));
    /// ```
    #[must_use]
    pub fn of(check: &str, inputs: &[StatementRef], case: &CaseFile, today: Date) -> Option<Self> {
        let (_, told) = TOLD.iter().find(|(id, _)| *id == check)?;
        let day = |input: &StatementRef| {
            let record = &case.record(input.record)?.record;
            record.day(input.attribute).filter(|_| HEARING_DAYS.contains(&input.attribute))
        };
        let hearing_on = inputs.iter().filter_map(day).filter(|on| *on >= today).min()?;
        Some(Self { hearing_on, told })
    }

    /// As sentences: who acts as the subject (`you`, `the person`), and once more as whom somebody helps.
    #[must_use]
    pub fn in_words(&self, who: &str, whom: &str) -> String {
        format!(
            "Before the hearing on {} {who}, or whoever helps {whom}, can tell the court {}, and ask it to send the notice \
             again. The hearing stands until the court says something else. ({CITATION})",
            spoken_day(self.hearing_on),
            self.told,
        )
    }
}

#[cfg(test)]
mod tests {
    use redress_testkit::parse_case_file;

    use super::*;
    use crate::{fixture::TODAY, registry};

    #[track_caller]
    fn check(id: &str, attribute: Attribute, expected: Option<&str>) {
        let case = parse_case_file(
            "court notices N1\n  notice_hearing_on 2026-12-07\n  notice_mailed_on 2026-12-01\n  hearing_on 2026-10-01",
        );
        let input = StatementRef { record: case.records[0].id, attribute, ordinal: 0 };
        let found = BeforeHearing::of(id, &[input], &case, TODAY).map(|found| found.in_words("you", "you"));
        assert_eq!(found.is_some(), expected.is_some(), "{id} {attribute:?}: {found:?}");
        assert!(expected.is_none_or(|words| found.unwrap().contains(words)), "{id} {attribute:?}");
    }

    #[test]
    fn only_a_hearing_ahead_and_a_finding_about_a_notice_leave_something_to_tell() {
        check("NT-01", Attribute::NoticeHearingOn, Some("7 December 2026 you"));
        check("NT-05", Attribute::NoticeHearingOn, Some("that the notice came back"));
        check("NT-01", Attribute::HearingOn, None);
        check("NT-01", Attribute::NoticeMailedOn, None);
        check("OR-06", Attribute::NoticeHearingOn, None);
    }

    #[test]
    fn each_check_that_is_named_is_one() {
        for (id, _) in TOLD {
            assert!(registry().iter().any(|check| check.spec().id == id), "{id}");
        }
    }
}
