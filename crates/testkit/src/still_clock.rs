//! A clock that moves only when a test moves it.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, civil::Date};
use redress_ports::Clock;

/// Microseconds of one day.
const DAY_US: i64 = 86_400_000_000;

/// Stands at noon UTC of one day until it is set.
#[derive(Debug)]
pub struct StillClock {
    /// Days since 1970-01-01.
    day: AtomicI64,
}

const EPOCH: Date = Date::constant(1970, 1, 1);

fn days_since_epoch(date: Date) -> i64 {
    EPOCH.duration_until(date).as_hours() / 24
}

impl StillClock {
    /// A clock that stands on `today`.
    #[must_use]
    pub fn at(today: Date) -> Self {
        Self { day: AtomicI64::new(days_since_epoch(today)) }
    }

    /// Puts the clock on another day, earlier or later.
    pub fn set(&self, today: Date) {
        self.day.store(days_since_epoch(today), Ordering::Relaxed);
    }

    /// Moves the clock on by `days`.
    pub fn advance_days(&self, days: u16) {
        self.day.fetch_add(i64::from(days), Ordering::Relaxed);
    }
}

impl Clock for StillClock {
    fn now_us(&self) -> i64 {
        self.day.load(Ordering::Relaxed) * DAY_US + DAY_US / 2
    }

    fn today(&self) -> Date {
        EPOCH.saturating_add(SignedDuration::from_hours(24 * self.day.load(Ordering::Relaxed)))
    }

    fn is_simulated(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_clock_moves_only_when_it_is_moved() {
        let clock = StillClock::at(date(2025, 2, 27));
        assert_eq!(clock.today(), date(2025, 2, 27));
        clock.advance_days(2);
        assert_eq!(clock.today(), date(2025, 3, 1));
        assert_eq!(clock.now_us(), 1_740_830_400_000_000, "noon UTC of that day");
        clock.set(date(1969, 12, 31));
        assert_eq!(clock.today(), date(1969, 12, 31));
    }
}
