//! `redress synth`: an invented population.

use std::path::{Path, PathBuf};

use clap::Args;
use redress_synth::{Plan, SynthError, generate};

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
    invent(arguments.people, arguments.seed, &arguments.out, &Steps::new())?;
    say(format!("truth.parquet and planted.parquet lie in {}", arguments.out.display()))
}

/// Writes the extracts, the contracts and the truth of an invented population.
pub(crate) fn invent(people: u64, seed: u64, out: &Path, steps: &Steps) -> Result<(), Failure> {
    steps.begin("synth", "people");
    let plan = Plan { people, seed, out: out.to_owned() };
    let summary = generate(&plan, &|progress| steps.reach(progress.n_people_done)).map_err(|error| {
        let exit = if let SynthError::People { .. } = error { Exit::Call } else { Exit::Unfinished };
        Failure::of(exit, &error)
    })?;
    steps.reach(summary.n_people);
    steps.end(&format!(
        "{} people in {} households, {} records, {} planted errors",
        summary.n_people,
        summary.n_households,
        summary.records.values().sum::<u64>(),
        summary.planted.values().sum::<u64>()
    ));
    Ok(())
}
