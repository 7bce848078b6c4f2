//! Development tasks: `cargo xtask test`, `cargo xtask ci`, `cargo xtask tidy`, `cargo xtask bench`.
//!
//! `test` runs everything that the gate runs, step by step, and installs what a step needs first.
//!
//! Never: ships with the product, changes a source file, or asks anything of a human at the keyboard.

mod bench;
mod call;
mod counts;
mod need;
mod step;
mod tidy;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// Development tasks of the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", about, long_about = None)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what the tests need, then runs all of them.
    Test(step::Arguments),
    /// The same as `test`: what the gate runs.
    Ci(step::Arguments),
    /// Holds the tree against the rules that no compiler knows.
    Tidy,
    /// Measures, and writes the figures into the documentation.
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let root = workspace_root();
    let done = match Arguments::parse().task {
        Task::Test(arguments) | Task::Ci(arguments) => step::run(&root, &arguments),
        Task::Tidy => tidy::report(&root),
        Task::Bench(arguments) => bench::run(&root, &arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\nerror: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace's `Cargo.toml`: the parent of this crate's own.
fn workspace_root() -> PathBuf {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    own.parent().map_or_else(|| own.clone(), PathBuf::from)
}
