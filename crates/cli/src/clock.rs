//! The clocks and the chance that the system runs on.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use redress_ports::{Clock, Entropy};

/// The machine's clock, in UTC.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now_us(&self) -> i64 {
        Timestamp::now().as_microsecond()
    }

    fn today(&self) -> Date {
        TimeZone::UTC.to_datetime(Timestamp::now()).date()
    }

    fn is_simulated(&self) -> bool {
        false
    }
}

/// Now in RFC 3339, in whole seconds of UTC, as judgements bear it.
pub(crate) fn now_text() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A clock that starts on a chosen day and moves only when it is told to; the time of day is the machine's.
pub(crate) struct SimulatedClock {
    start: Date,
    days_on: AtomicI64,
}

impl SimulatedClock {
    /// `days_on` days after `start`.
    pub(crate) fn new(start: Date, days_on: i64) -> Self {
        Self { start, days_on: AtomicI64::new(days_on) }
    }
}

impl Clock for SimulatedClock {
    fn now_us(&self) -> i64 {
        let now = Timestamp::now().as_microsecond();
        let time_of_day_us = now.rem_euclid(86_400_000_000);
        let midnight = TimeZone::UTC.to_timestamp(self.today().to_datetime(jiff::civil::Time::midnight()));
        let midnight = midnight.map_or(now - time_of_day_us, Timestamp::as_microsecond);
        midnight + time_of_day_us
    }

    fn today(&self) -> Date {
        let days = self.days_on.load(Ordering::SeqCst);
        self.start.checked_add(days.days()).unwrap_or(self.start)
    }

    fn is_simulated(&self) -> bool {
        true
    }

    fn advance(&self, days: u16) -> Option<i64> {
        Some(self.days_on.fetch_add(i64::from(days), Ordering::SeqCst) + i64::from(days))
    }
}

/// The machine's source of chance.
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn bytes32(&self) -> Result<[u8; 32], std::io::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulated_clock_moves_only_when_told() {
        let clock = SimulatedClock::new("2026-11-02".parse().unwrap(), 3);
        assert_eq!(clock.today().to_string(), "2026-11-05");
        assert_eq!(clock.advance(31), Some(34));
        assert_eq!(clock.today().to_string(), "2026-12-06");
        assert!(clock.is_simulated());
    }
}
