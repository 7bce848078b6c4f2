//! `redress doctor`: looks for damage in a store.

use std::path::PathBuf;

use clap::Args;

use crate::{
    command::{block_on, say},
    failure::{Exit, Failure},
};

/// Arguments of `redress doctor`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// Replays all events on a copy as well, which needs as much space again, and compares the states.
    #[arg(long)]
    replay: bool,
}

/// Problems that are printed; the rest is counted.
const PROBLEMS_SHOWN: usize = 50;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let mut problems = redress_store::verify_store(&arguments.store).await?;
        if arguments.replay && problems.is_empty() {
            problems.extend(redress_store::verify_replay(&arguments.store).await?);
        }
        for problem in problems.iter().take(PROBLEMS_SHOWN) {
            say(problem)?;
        }
        if problems.is_empty() {
            let replayed = if arguments.replay { ", the events replay to the stored state" } else { "" };
            return say(format!(
                "sound: histories have no gap, entries fit their events, the tree fits its checkpoint{replayed}"
            ));
        }
        Err(Failure::new(
            Exit::Unverified,
            format!("{} problems in {}: restore it from a backup", problems.len(), arguments.store.display()),
        ))
    })
}
