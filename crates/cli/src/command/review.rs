//! `redress review`: clerical labels of a linkage run, drawn by a plan and judged blind.

mod judge;
mod sample;

use clap::{Args, Subcommand};

use crate::failure::Failure;

/// Arguments of `redress review`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Draws the pairs whose labels teach most, and writes them to sample.csv of the run.
    Sample(sample::Arguments),
    /// Shows one drawn pair after the other and takes judgements. Stops and goes on at any time.
    Judge(judge::Arguments),
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::Sample(arguments) => sample::run(arguments),
        Command::Judge(arguments) => judge::run(arguments),
    }
}
