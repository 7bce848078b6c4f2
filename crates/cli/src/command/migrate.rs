//! `redress migrate`: brings a store of an older version to this one.

use std::path::PathBuf;

use clap::Args;
use redress_store::SqlStore;

use crate::{
    command::{block_on, say},
    failure::Failure,
};

/// Arguments of `redress migrate`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        match SqlStore::migrate(&arguments.store).await? {
            (found, now) if found == now => say(format!("the store has schema version {now}: nothing to do")),
            (found, now) => say(format!("migrated from schema version {found} to {now}")),
        }
    })
}
