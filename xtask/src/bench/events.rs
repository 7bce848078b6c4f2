//! `cargo xtask bench events`: events a second, each acknowledged once it is on disk.

use std::{fs, path::Path};

use clap::Args;

use super::{machine, marked};
use crate::call::Call;

/// Arguments of `cargo xtask bench events`.
#[derive(Args)]
pub(super) struct Arguments {
    /// Events that are stored.
    #[arg(long, default_value_t = 50_000)]
    events: u64,
    /// Callers at one time, each of which waits for its acknowledgement.
    #[arg(long, default_value_t = 256)]
    callers: u64,
}

/// Whose lines they are.
const BENCH: &str = "events";

/// Measures, and writes what was measured into docs/benchmarks.md.
///
/// # Errors
/// When the program fails, or an acknowledged event is not there afterwards.
pub(super) fn run(root: &Path, work: &Path, arguments: &Arguments) -> Result<(), String> {
    let store = work.join("durable-events");
    if store.exists() {
        fs::remove_dir_all(&store)
            .map_err(|error| format!("{} cannot be removed: {error}", store.display()))?;
    }
    let said = Call::new("cargo", root)
        .words("run --release --quiet --package redress-store --example durable_events --")
        .words(&format!("{} {}", arguments.events, arguments.callers))
        .argument(&store)
        .answer()?;
    let text = format!("{}.\n\nMachine: {}.\n", said.trim(), machine());
    marked::write(&root.join("docs/benchmarks.md"), BENCH, &text)
}
