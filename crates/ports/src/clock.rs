//! Time and chance, as arguments of the outer layers.

use jiff::civil::Date;

/// What day it is. The demo's clock is simulated, and says so.
pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01 UTC.
    fn now_us(&self) -> i64;
    /// The day on which things happen, in the office's time zone.
    fn today(&self) -> Date;
    /// Whether the clock is simulated: every page then says so.
    fn is_simulated(&self) -> bool;
    /// Moves a simulated clock on and answers how many days it then stands after its start. None for a real
    /// clock, which nobody moves.
    fn advance(&self, days: u16) -> Option<i64> {
        let _ = days;
        None
    }
}

/// Unpredictable bytes, for salts and keys.
pub trait Entropy: Send + Sync {
    /// Thirty-two fresh bytes.
    ///
    /// # Errors
    /// When the system has none to give.
    fn bytes32(&self) -> Result<[u8; 32], std::io::Error>;
}
