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
}

/// Problems that are printed; the rest is counted.
const PROBLEMS_SHOWN: usize = 50;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let problems = redress_store::verify_store(&arguments.store).await?;
        for problem in problems.iter().take(PROBLEMS_SHOWN) {
            say(problem)?;
        }
        if problems.is_empty() {
            return say("sound: histories have no gap, entries fit their events, the tree fits its checkpoint");
        }
        Err(Failure::new(
            Exit::Unverified,
            format!("{} problems in {}: restore it from a backup", problems.len(), arguments.store.display()),
        ))
    })
}
