//! `redress backup`: copies a store as it is at this moment.

use std::path::PathBuf;

use clap::Args;

use crate::{
    command::{block_on, say},
    failure::Failure,
};

/// Arguments of `redress backup`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is. It may be served, and written to, meanwhile.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// The folder of the backup: empty, or not there. It holds the store's keys: guard it as the store.
    folder: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let backup = redress_store::backup_store(&arguments.store, &arguments.folder).await?;
        let n_bytes: u64 = backup.files.iter().map(|file| file.length_bytes).sum();
        say(format!(
            "backed up: {} events in {} files of {n_bytes} bytes, state {}",
            backup.n_events,
            backup.files.len(),
            backup.state
        ))
    })
}
