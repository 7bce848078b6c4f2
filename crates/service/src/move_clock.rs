//! Moves the demo's simulated clock.

use redress_casefile::Refusal;

use crate::{App, ServiceError};

/// Name of the setting that keeps how many days the simulated clock stands after its start.
pub const CLOCK_SETTING: &str = "simulated_days_on";

/// The most days that the clock moves at once.
const DAYS_MAX: u16 = 3_660;

/// Moves the simulated clock on by `days`.
///
/// # Errors
/// [`ServiceError::Refused`] for a real clock.
pub async fn move_clock(app: &App, days: u16) -> Result<(), ServiceError> {
    let days_on = app.clock.advance(days.min(DAYS_MAX)).ok_or(Refusal::Missing {
        command: "move_clock",
        missing: "a simulated clock: a real one is moved by nobody",
    })?;
    Ok(app.store.put_setting(CLOCK_SETTING, &days_on.to_string()).await?)
}
