//! `redress link --shard K/N --phase count|emit`, then `redress link merge`: a run in parts, for any batch system.
//!
//! Every part reads the same files and walks over the blocks that its number owns. What it found goes to
//! `OUT/shards/PHASE-K-of-N.bin` with a manifest beside it: what was linked, how many pairs the sizes of the blocks let
//! expect and how many were found. A part may be run again at any time; the parts of a phase need nothing of each other.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use redress_linkage::{Config, Counted, Emitted, LinkRun, Shard, Table};
use redress_statement::Digest;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    command::{
        link::{self, EarlierArguments, Job, MachineArguments, Order, Phase},
        say,
    },
    failure::{Exit, Failure},
    memory_guard::MemoryGuard,
    outputs,
    progress::Steps,
    run_folder,
    stages::Stages,
};

/// The folder of the parts, within the folder of the outputs.
const FOLDER: &str = "shards";

/// Arguments of `redress link merge`.
#[derive(Args)]
pub(crate) struct MergeArguments {
    /// The folder that the shards wrote to.
    dir: PathBuf,
    #[command(flatten)]
    earlier: EarlierArguments,
    #[command(flatten)]
    machine: MachineArguments,
}

/// What was linked: the same for all parts of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Run {
    shards: u32,
    seed: u64,
    config: String,
    /// Whether the columns of the configuration were guessed.
    #[serde(default)]
    is_guessed: bool,
    inputs: Vec<RunInput>,
}

impl Run {
    /// What it has other than another run, in words.
    fn differs_from(&self, other: &Self) -> &'static str {
        if self.inputs != other.inputs {
            "other files"
        } else if self.shards != other.shards {
            "another number of shards"
        } else if self.seed != other.seed {
            "another seed"
        } else if self.config != other.config {
            "another configuration"
        } else {
            "another shard or phase in its manifest"
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct RunInput {
    file: PathBuf,
    sha256: String,
}

/// What stands beside a part.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    run: Run,
    shard: u32,
    phase: String,
    /// Pairs within the blocks of the shard, by their sizes alone.
    pairs_expected: u64,
    sha256: String,
}

/// Runs one phase of one shard.
pub(crate) fn run(job: &Job<'_>, table: &Table, shard: &str, phase: Phase) -> Result<(), Failure> {
    let (number, shards) = numbers(shard)?;
    let shard = Shard::try_new(number, shards).map_err(|error| Failure::of(Exit::Call, &error))?;
    let inputs: Vec<RunInput> = serde_json::from_value(link::digests(job.files)?.into())?;
    let is_guessed = job.as_read.is_guessed;
    let run = Run { shards, seed: job.seed, config: job.config.to_toml(), is_guessed, inputs };
    let own = ["bin", "json"].map(|extension| file_name(phase, number, shards, extension));
    check_others(job.out, &run, &own[1])?;
    let steps = Steps::new();
    steps.begin(name(phase), "pairs");
    let options = job.options(&|_| {});
    let linkage = LinkRun::try_new(table, &job.config, &options).map_err(|error| link::failed(&error))?;
    let (bytes, pairs_expected, n_pairs) = match phase {
        Phase::Count => {
            let counted = linkage.count(shard);
            (counted.to_bytes(), counted.n_pairs_expected(), counted.n_pairs())
        }
        Phase::Emit => {
            let parts = read_parts(job.out, &run, Phase::Count)?;
            let counted = counted(&parts)?;
            let emitted = linkage.emit(&counted, shard).map_err(|error| link::failed(&error))?;
            check_expected(&parts, number, emitted.n_pairs_expected())?;
            (emitted.to_bytes(), emitted.n_pairs_expected(), emitted.n_pairs())
        }
    };
    steps.reach(n_pairs);
    steps.end(&format!("shard {number} of {shards}: {n_pairs} pairs"));
    let sha256 = Digest::of(&bytes).to_string();
    let manifest = Manifest { run, shard: number, phase: name(phase).to_owned(), pairs_expected, sha256 };
    let folder = job.out.join(FOLDER);
    link::make_folder(&folder)?;
    let path = folder.join(&own[0]);
    outputs::write_bytes(&path, &bytes)?;
    link::write_text(&folder, &own[1], &serde_json::to_string_pretty(&manifest)?)?;
    say(format!("{} written", path.display()))
}

/// Puts all shards together and writes the files of the run.
pub(crate) fn merge(arguments: &MergeArguments) -> Result<(), Failure> {
    let stages = Stages::new("read");
    let EarlierArguments { judgements, previous } = &arguments.earlier;
    run_folder::check_free(&arguments.dir, None)?;
    run_folder::check_kept(&arguments.dir, judgements, previous.as_deref())?;
    let guard = MemoryGuard::begin(arguments.machine.memory_max, &arguments.dir);
    let run = any_run(&arguments.dir)?;
    let counts = read_parts(&arguments.dir, &run, Phase::Count)?;
    let emits = read_parts(&arguments.dir, &run, Phase::Emit)?;
    for (manifest, _) in &emits {
        check_expected(&counts, manifest.shard, manifest.pairs_expected)?;
    }
    let files: Vec<PathBuf> = run.inputs.iter().map(|input| input.file.clone()).collect();
    for input in &run.inputs {
        if link::digest(&input.file)?.to_string() != input.sha256 {
            return Err(wrong(format!(
                "{} has changed since the shards ran: run them again",
                input.file.display()
            )));
        }
    }
    let config = Config::from_toml(&run.config).map_err(|error| Failure::of(Exit::Input, &error))?;
    let steps = Steps::new();
    let order = Order {
        files: &files,
        out: &arguments.dir,
        seed: run.seed,
        machine: arguments.machine,
        label_files: &[],
        earlier: &arguments.earlier,
    };
    let (job, table, as_written) = order.read((&stages, &steps), |_| Ok((config, run.is_guessed)))?;
    let progress = |progress| stages.begin(link::stage(progress));
    let options = job.options(&progress);
    steps.begin("merge", "pairs");
    let linkage = LinkRun::try_new(&table, &job.config, &options).map_err(|error| link::failed(&error))?;
    let emitted = emits.iter().map(|(_, bytes)| Emitted::from_bytes(bytes)).collect::<Result<_, _>>();
    let emitted = Emitted::merged(emitted.map_err(|error| Failure::of(Exit::Input, &error))?);
    let linked = linkage.finish(&counted(&counts)?, emitted).map_err(|error| link::failed(&error))?;
    steps.end(&format!("{} shards", run.shards));
    link::write(&job, &table, linked, &as_written, &stages)?;
    drop(guard);
    Ok(())
}

type Part = (Manifest, Vec<u8>);

fn counted(parts: &[Part]) -> Result<Counted, Failure> {
    let counted = parts.iter().map(|(_, bytes)| Counted::from_bytes(bytes)).collect::<Result<_, _>>();
    Ok(Counted::merged(counted.map_err(|error| Failure::of(Exit::Input, &error))?))
}

/// The manifests in the folder of the parts, by name; none where no part has been run.
fn manifests(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::of(Exit::Call, &error).while_doing(format!("{} cannot be read", folder.display()))
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.map_err(unreadable)?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort_unstable();
    Ok(paths)
}

/// The run that the first part in the folder belongs to.
fn any_run(dir: &Path) -> Result<Run, Failure> {
    let folder = dir.join(FOLDER);
    match manifests(&folder)?.first() {
        Some(path) => Ok(read_json::<Manifest>(path)?.run),
        None => Err(Failure::new(Exit::Call, format!("{}: no shard has been run", folder.display()))),
    }
}

/// Refuses to lay a part beside those of another run: the file that it replaces is `own`.
fn check_others(dir: &Path, run: &Run, own: &str) -> Result<(), Failure> {
    let folder = dir.join(FOLDER);
    for path in manifests(&folder)? {
        let found = read_json::<Manifest>(&path)?.run;
        if path.file_name().is_some_and(|name| name != own) && found != *run {
            return Err(Failure::new(
                Exit::Call,
                format!(
                    "{} is of another run, with {}: remove {} to begin anew, or name another folder with --out",
                    path.display(),
                    found.differs_from(run),
                    folder.display()
                ),
            ));
        }
    }
    Ok(())
}

/// Refuses a phase that has not run for every shard.
fn check_complete(folder: &Path, shards: u32, phase: Phase) -> Result<(), Failure> {
    let is_missing = |number: &u32| !folder.join(file_name(phase, *number, shards, "json")).is_file();
    let Some(number) = (1..=shards).find(is_missing) else { return Ok(()) };
    let n_missing = (1..=shards).filter(is_missing).count();
    let others = if n_missing > 1 { format!(" ({n_missing} shards have not)") } else { String::new() };
    let name = name(phase);
    Err(Failure::new(
        Exit::Call,
        format!(
            "shard {number} of {shards} has not run its phase {name}{others}: run --shard {number}/{shards} --phase {name} first"
        ),
    ))
}

/// All parts of a phase, each checked against its manifest and the run.
fn read_parts(dir: &Path, run: &Run, phase: Phase) -> Result<Vec<Part>, Failure> {
    let folder = dir.join(FOLDER);
    check_complete(&folder, run.shards, phase)?;
    let part = |number: u32| {
        let manifest: Manifest = read_json(&folder.join(file_name(phase, number, run.shards, "json")))?;
        let path = folder.join(file_name(phase, number, run.shards, "bin"));
        let bytes = fs::read(&path).map_err(|error| missing(&path, &error))?;
        if manifest.run != *run || manifest.shard != number || manifest.phase != name(phase) {
            let differs = manifest.run.differs_from(run);
            return Err(wrong(format!("{} is of another run, with {differs}: run it again", path.display())));
        }
        if Digest::of(&bytes).to_string() != manifest.sha256 {
            return Err(wrong(format!(
                "{} is not what its manifest names: run the shard again",
                path.display()
            )));
        }
        Ok((manifest, bytes))
    };
    (1..=run.shards).map(part).collect()
}

/// Whether a shard met the same blocks in both phases.
fn check_expected(counts: &[Part], shard: u32, found: u64) -> Result<(), Failure> {
    let of_shard = counts.iter().find(|(manifest, _)| manifest.shard == shard);
    match of_shard.map(|(manifest, _)| manifest.pairs_expected) {
        Some(expected) if expected == found => Ok(()),
        expected => Err(wrong(format!(
            "shard {shard}: {found} pairs within its blocks, {} when it counted; run both phases again",
            expected.unwrap_or_default()
        ))),
    }
}

fn numbers(shard: &str) -> Result<(u32, u32), Failure> {
    let numbers =
        shard.split_once('/').and_then(|(k, n)| Some((k.trim().parse().ok()?, n.trim().parse().ok()?)));
    numbers.ok_or_else(|| Failure::new(Exit::Call, format!("--shard {shard:?}: write K/N, such as 3/64")))
}

const fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Count => "count",
        Phase::Emit => "emit",
    }
}

fn file_name(phase: Phase, number: u32, shards: u32, extension: &str) -> String {
    format!("{}-{number}-of-{shards}.{extension}", name(phase))
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = fs::read_to_string(path).map_err(|error| missing(path, &error))?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::of(Exit::Input, &error).while_doing(format!("{} is no manifest of a shard", path.display()))
    })
}

fn missing(path: &Path, error: &std::io::Error) -> Failure {
    Failure::of(Exit::Input, error)
        .while_doing(format!("{} cannot be read: every shard of the phase must have run", path.display()))
}

fn wrong(text: String) -> Failure {
    Failure::new(Exit::Input, text)
}
