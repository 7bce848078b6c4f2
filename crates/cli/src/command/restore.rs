//! `redress restore`: brings a backup back as a store.

use std::path::PathBuf;

use clap::Args;

use crate::{
    command::{block_on, say},
    failure::Failure,
};

/// Arguments of `redress restore`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is to be: empty, or not there.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// The folder of the backup.
    folder: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let backup = redress_store::restore_store(&arguments.folder, &arguments.store).await?;
        say(format!(
            "restored: {} events, which replay to state {}; every file, entry and proof was verified",
            backup.n_events, backup.state
        ))
    })
}
