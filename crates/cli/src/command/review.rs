//! `redress review`: clerical labels of a linkage run, drawn by a plan and judged blind.

mod judge;
mod sample;

use std::{collections::HashMap, path::Path};

use clap::{Args, Subcommand};
use redress_ports::LabelRow;

use crate::{
    failure::{Exit, Failure},
    labels,
};

/// The file of labels in the folder of the run.
const LABELS_FILE: &str = "labels.csv";

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

/// Refuses judgements of another draw beside drawn pairs. Each draw takes a pair with a probability of its own, and every
/// figure divides by it: where two draws lie in one file, neither probability is the right one. Judgements without a stratum
/// follow no plan, and may lie beside any.
fn check_one_draw(labels: &Path, drawn: &[LabelRow]) -> Result<(), Failure> {
    if !labels.exists() {
        return Ok(());
    }
    let plan = |row: &LabelRow| (row.stratum.clone(), row.inclusion_probability);
    let plans: HashMap<_, _> = drawn.iter().map(|row| (labels::names_of(row), plan(row))).collect();
    let rows = labels::read_rows(&[labels.to_owned()])?;
    let is_foreign =
        |row: &&LabelRow| !row.stratum.is_empty() && plans.get(&labels::names_of(row)) != Some(&plan(row));
    let n_foreign = rows.iter().filter(is_foreign).count();
    if n_foreign == 0 {
        return Ok(());
    }
    let (labels, n) = (labels.display(), rows.len());
    Err(Failure::new(
        Exit::Input,
        format!(
            "{labels}: {n_foreign} of its {n} judgements are of another draw, and the probabilities of two draws do not go together: \
             draw with the --n and --seed of that draw to go on with it; or link into another folder with --judgements {labels}, so \
             that they bind, and draw from that run"
        ),
    ))
}
