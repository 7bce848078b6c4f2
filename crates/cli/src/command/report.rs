//! `redress report`: what the last runs did.

use std::path::PathBuf;

use clap::Args;

use crate::{
    command::{block_on, say},
    failure::{Exit, Failure},
    system,
};

/// Arguments of `redress report`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// Which report: link, checks or accuracy.
    #[arg(default_value = "checks")]
    name: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let app = system::open_there(&arguments.store, None).await?;
        let report = app.store.report(&arguments.name).await?.ok_or_else(|| {
            Failure::new(
                Exit::Call,
                format!("no run has left a report `{}`: link, checks and accuracy are written by `check` and `demo`", arguments.name),
            )
        })?;
        say(report.json)
    })
}
