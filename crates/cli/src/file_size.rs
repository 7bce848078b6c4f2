//! A write over the limit of the size of files is an error like a full disk, and does not end the program.

use tokio::signal::unix::{SignalKind, signal};

use crate::failure::{Exit, Failure};

/// SIGXFSZ: the signal of a write over the limit (`ulimit -f`), where it has this number: Linux and macOS.
const SIGNAL: i32 = 25;

/// Takes the signal, so that the write itself fails and says so. The handler stays until the program ends.
pub(crate) fn report_as_errors() -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::of(Exit::Unfinished, &error).while_doing("the signals cannot be set up")
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let _entered = runtime.enter();
    signal(SignalKind::from_raw(SIGNAL)).map_err(failed).map(drop)
}
