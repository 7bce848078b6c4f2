//! `redress synth`: an invented population.

use std::path::PathBuf;

use clap::Args;
use redress_synth::{Plan, generate};

use crate::{
    command::say,
    failure::{Exit, Failure},
    progress::Steps,
};

/// Arguments of `redress synth`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// How many people.
    #[arg(long, default_value_t = 5_000)]
    people: u64,
    /// The seed: the same seed gives the same files.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to write.
    #[arg(long)]
    out: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let steps = Steps::new();
    steps.begin("synth", "people");
    let plan = Plan { people: arguments.people, seed: arguments.seed, out: arguments.out.clone() };
    let summary =
        generate(&plan, &|progress| steps.reach(progress.done)).map_err(|error| Failure::of(Exit::of_synth(&error), &error))?;
    steps.end(&format!("{} people in {} records", summary.people, summary.records));
    say(format!("{} planted errors; truth.parquet and planted.parquet lie in {}", summary.planted, arguments.out.display()))
}
