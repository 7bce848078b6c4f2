//! The commands, one file each.

pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod check_public;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod erase;
pub(crate) mod evaluate;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod invite;
pub(crate) mod link;
pub(crate) mod link_against;
pub(crate) mod link_shard;
pub(crate) mod migrate;
pub(crate) mod packet;
pub(crate) mod report;
pub(crate) mod restore;
pub(crate) mod review;
pub(crate) mod sealed;
pub(crate) mod serve;
pub(crate) mod source;
pub(crate) mod strike;
pub(crate) mod synth;
pub(crate) mod verify;

use crate::failure::{Exit, Failure};

/// A line for the reader of the standard output. One who has read enough and closes it (`redress explain … | head`) does not stop the work, and
/// that is no failure.
pub(crate) fn say(line: impl std::fmt::Display) -> Result<(), Failure> {
    use std::io::{ErrorKind, Write as _};
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::of(Exit::Unfinished, &error).while_doing("the standard output cannot be written"))
        }
        _ => Ok(()),
    }
}

/// A line for the person at the terminal. One who no longer reads it does not stop the work.
pub(crate) fn tell(line: impl std::fmt::Display) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Runs a future on the runtime of the outer layers.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::of(Exit::Unfinished, &error).while_doing("the runtime cannot start"))?
        .block_on(future)
}
