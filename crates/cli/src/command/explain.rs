//! `redress explain`: the waterfall of one pair, in words and as SVG.

use std::{fs, path::PathBuf};

use clap::Args;
use redress_linkage::{explain, kept_apart};

use crate::{
    command::say,
    failure::{Exit, Failure},
    linkage_run::LinkageRun,
};

/// Arguments of `redress explain`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The folder of a linkage run.
    #[arg(long)]
    out: PathBuf,
    /// The one record: its id, or SOURCE/ID where the run has sources.
    id_l: String,
    /// The other record.
    id_r: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let run = LinkageRun::open(&arguments.out)?;
    let (left, right) = (run.find(&arguments.id_l)?, run.find(&arguments.id_r)?);
    let waterfall = explain(&run.model, &run.table, &run.config, left, right)
        .map_err(|error| Failure::of(Exit::Call, &error))?;
    for sentence in waterfall.sentences() {
        say(sentence)?;
    }
    if let Some(same) = run.judged(left, right) {
        let (who, probability) = if same { ("one person", 1) } else { ("different people", 0) };
        say(format!(
            "Reviewers judged that these records are of {who}: in this run the probability is {probability}, whatever they weigh."
        ))?;
    }
    say(outcome(&run, left, right, waterfall.match_probability)?)?;
    let path = arguments.out.join("explain.svg");
    fs::write(&path, waterfall.to_svg()).map_err(|error| {
        Failure::of(Exit::Unfinished, &error).while_doing(format!("{} cannot be written", path.display()))
    })?;
    say(format!("the waterfall is drawn in {}", path.display()))
}

/// What the run made of the two records.
fn outcome(run: &LinkageRun, left: u32, right: u32, probability: f64) -> Result<String, Failure> {
    if run.are_in_one_cluster(left, right)? {
        return Ok("This run holds both records in one cluster.".to_owned());
    }
    let because = match kept_apart(&run.model, &run.table, &run.config, left, right) {
        Some(reason) if run.judged(left, right).is_none() => {
            format!(", whatever they weigh, because {}", reason.in_words())
        }
        None if run.judged(left, right).is_none() && probability >= run.config.output.cluster_probability => {
            ", because the other records of their clusters speak against it".to_owned()
        }
        _ => String::new(),
    };
    Ok(format!("This run keeps the two records in different clusters{because}."))
}
