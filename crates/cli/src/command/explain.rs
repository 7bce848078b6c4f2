//! `redress explain`: the waterfall of one pair, in words and as SVG.

use std::{fs, path::PathBuf};

use clap::Args;
use redress_linkage::{Config, Model, Table, explain};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    command::{link, say},
    failure::{Exit, Failure},
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

/// What `explain` reads of run.json.
#[derive(Deserialize)]
struct Run {
    inputs: Vec<RunInput>,
}

#[derive(Deserialize)]
struct RunInput {
    file: PathBuf,
    sha256: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let run: Run = read_json(arguments, "run.json")?;
    for input in &run.inputs {
        if link::digest(&input.file)?.to_string() != input.sha256 {
            return Err(Failure::new(
                Exit::Input,
                format!("{} has changed since the run: link it again", input.file.display()),
            ));
        }
    }
    let model: Model = read_json(arguments, "model.json")?;
    let config =
        Config::from_toml(&read(arguments, "link.toml")?).map_err(|error| Failure::of(Exit::Call, &error))?;
    let files: Vec<PathBuf> = run.inputs.into_iter().map(|input| input.file).collect();
    let table =
        Table::try_new(&config, link::read(&files)?).map_err(|error| Failure::of(Exit::Input, &error))?;
    let (left, right) = (find(&table, &config, &arguments.id_l)?, find(&table, &config, &arguments.id_r)?);
    let waterfall =
        explain(&model, &table, &config, left, right).map_err(|error| Failure::of(Exit::Call, &error))?;
    for sentence in waterfall.sentences() {
        say(sentence)?;
    }
    let path = arguments.out.join("explain.svg");
    fs::write(&path, waterfall.to_svg()).map_err(|error| {
        Failure::of(Exit::Unfinished, &error).while_doing(format!("{} cannot be written", path.display()))
    })?;
    say(format!("the waterfall is drawn in {}", path.display()))
}

fn find(table: &Table, config: &Config, id: &str) -> Result<u32, Failure> {
    let (source, id) = match (&config.source, id.split_once('/')) {
        (Some(_), Some((source, id))) => (source, id),
        _ => ("", id),
    };
    table.find(source, id).ok_or_else(|| {
        Failure::new(
            Exit::Call,
            format!("no record has the id `{id}`; where the run has sources it is SOURCE/ID"),
        )
    })
}

fn read(arguments: &Arguments, name: &str) -> Result<String, Failure> {
    let path = arguments.out.join(name);
    fs::read_to_string(&path).map_err(|error| {
        Failure::of(Exit::Call, &error).while_doing(format!(
            "{} cannot be read: --out names the folder of a linkage run",
            path.display()
        ))
    })
}

fn read_json<T: DeserializeOwned>(arguments: &Arguments, name: &str) -> Result<T, Failure> {
    serde_json::from_str(&read(arguments, name)?).map_err(|error| {
        Failure::of(Exit::Input, &error).while_doing(format!("{name} is not of a linkage run"))
    })
}
