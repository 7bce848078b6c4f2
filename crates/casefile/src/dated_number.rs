//! Numbers of the law that the machines count by, each with the day from which it holds, unit and source.

use std::fmt;

use jiff::{SignedDuration, civil::Date};

use crate::working_day::add_working_days;

/// A number of the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatedNumber {
    /// The first day on which it holds.
    pub from: Date,
    /// How many.
    pub value: u16,
    /// Of what.
    pub unit: Unit,
    /// The most official source.
    pub citation: &'static str,
}

/// What a [`DatedNumber`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Every day.
    Days,
    /// Days without Saturdays, Sundays and federal holidays.
    WorkingDays,
}

impl DatedNumber {
    /// The last day of a period that begins on `day`, which is not counted.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use redress_casefile::OBJECT_WITHIN;
    /// assert_eq!(OBJECT_WITHIN.last_day(date(2025, 1, 31)), date(2025, 3, 2));
    /// ```
    #[must_use]
    pub fn last_day(&self, day: Date) -> Date {
        match self.unit {
            Unit::Days => day.saturating_add(SignedDuration::from_hours(24 * i64::from(self.value))),
            Unit::WorkingDays => add_working_days(day, self.value),
        }
    }

    /// The first day after a period that begins on `day`.
    #[must_use]
    pub fn first_day_after(&self, day: Date) -> Date {
        self.last_day(day).saturating_add(SignedDuration::from_hours(24))
    }
}

/// Shown as people say it.
///
/// ```
/// use redress_casefile::{DECIDE_APPEAL_WITHIN, OBJECT_WITHIN};
/// assert_eq!(OBJECT_WITHIN.to_string(), "30 days");
/// assert_eq!(DECIDE_APPEAL_WITHIN.to_string(), "30 working days");
/// ```
impl fmt::Display for DatedNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Days => "days",
            Unit::WorkingDays => "working days",
        };
        write!(f, "{} {unit}", self.value)
    }
}

/// In force since the Privacy Act of 1974 took effect (Pub. L. 93-579, section 8: 270 days after 31 December 1974).
const PRIVACY_ACT: Date = Date::constant(1975, 9, 27);

/// The written acknowledgement of a correction request.
pub const ACKNOWLEDGE_WITHIN: DatedNumber =
    DatedNumber { from: PRIVACY_ACT, value: 10, unit: Unit::WorkingDays, citation: "5 U.S.C. 552a(d)(2)(A)" };

/// The decision on an appeal. Redress keeps the hold for as long after a refusal, so that an appeal finds
/// the value still held.
pub const DECIDE_APPEAL_WITHIN: DatedNumber =
    DatedNumber { from: PRIVACY_ACT, value: 30, unit: Unit::WorkingDays, citation: "5 U.S.C. 552a(d)(3)" };

/// The person's time to answer the notice of an adverse finding or of a closing (charter 4). The statute
/// binds matching programs only; Redress gives the time to everybody.
pub const OBJECT_WITHIN: DatedNumber = DatedNumber {
    from: Date::constant(1990, 11, 5),
    value: 30,
    unit: Unit::Days,
    citation: "5 U.S.C. 552a(p)(1)(C), as amended by Pub. L. 101-508, section 7201",
};
