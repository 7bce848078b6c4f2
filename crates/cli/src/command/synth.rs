//! `redress synth`: an invented population.

use std::path::{Path, PathBuf};

use clap::Args;
use redress_synth::{Plan, ReleasePlan, SynthError, generate, generate_release};

use crate::{
    command::say,
    failure::{Exit, Failure},
    progress::{Steps, grouped},
};

/// Arguments of `redress synth`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// How many people; with `--like eoir`, how many cases.
    #[arg(long, default_value_t = 5_000)]
    people: u64,
    /// What to invent instead of five offices' extracts.
    #[arg(long)]
    like: Option<Like>,
    /// With --like: the release of the month after the one that is written without, in which rows are new, changed and gone.
    #[arg(long, requires = "like")]
    next: bool,
    /// The seed: the same seed gives the same files.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to write.
    #[arg(long)]
    out: PathBuf,
}

/// A published data set whose layout and shares are followed.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Like {
    /// The immigration courts' monthly release.
    Eoir,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(Like::Eoir) = arguments.like {
        return invent_release(arguments);
    }
    invent(arguments.people, arguments.seed, &arguments.out, &Steps::new())?;
    say(format!("truth.parquet and planted.parquet lie in {}", arguments.out.display()))
}

/// Writes a release of invented court cases, made to the published shares.
fn invent_release(arguments: &Arguments) -> Result<(), Failure> {
    let steps = Steps::new();
    steps.begin("synth", "cases");
    let plan = ReleasePlan {
        cases: arguments.people,
        faults: 1,
        seed: arguments.seed,
        is_next: arguments.next,
        out: arguments.out.clone(),
    };
    let summary = generate_release(&plan, &|done| steps.reach(done)).map_err(|error| {
        let exit = if let SynthError::Cases { .. } = error { Exit::Call } else { Exit::Unfinished };
        Failure::of(exit, &error)
    })?;
    steps.reach(plan.cases);
    let n_rows: u64 = summary.rows.values().sum();
    steps.end(&format!("{} rows of {} tables", grouped(n_rows), summary.rows.len()));
    say(format!("redress check --public {} --out FOLDER counts what is in it", plan.out.display()))
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
