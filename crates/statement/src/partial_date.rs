//! Dates of reduced precision.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

/// A date of which month and day may be unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// Year.
    pub year: Option<i16>,
    /// Month, 1 to 12.
    pub month: Option<u8>,
    /// Day, 1 to 31.
    pub day: Option<u8>,
}

impl PartialDate {
    /// The whole day. None when the date is less precise.
    #[must_use]
    pub fn to_civil(&self) -> Option<Date> {
        Date::new(self.year?, self.month?.try_into().ok()?, self.day?.try_into().ok()?).ok()
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year.unwrap_or(0))
    }
}

/// Not a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date")]
pub struct DateError;

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let date: Date = text.parse().map_err(|_| DateError)?;
        Ok(Self { year: Some(date.year()), month: Some(date.month() as u8), day: Some(date.day() as u8) })
    }
}
