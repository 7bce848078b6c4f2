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
        link::{self, AsWritten, EarlierArguments, Job, MachineArguments, Phase, Said},
        say,
    },
    failure::{Exit, Failure},
    kept_judgements,
    memory_guard::MemoryGuard,
    outputs, previous_run,
    progress::Steps,
    run_facts::AsRead,
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
    let path = folder.join(file_name(phase, number, shards, "bin"));
    outputs::write_bytes(&path, &bytes)?;
    link::write_text(
        &folder,
        &file_name(phase, number, shards, "json"),
        &serde_json::to_string_pretty(&manifest)?,
    )?;
    say(format!("{} written", path.display()))
}

/// Puts all shards together and writes the files of the run.
pub(crate) fn merge(arguments: &MergeArguments) -> Result<(), Failure> {
    let stages = Stages::new("read");
    let EarlierArguments { judgements, previous } = &arguments.earlier;
    kept_judgements::refuse_loss(&arguments.dir, judgements, previous.as_deref())?;
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
    steps.begin("read", "records");
    link::check_sizes(&files, arguments.machine.memory_max)?;
    let (inputs, mended) = link::read_and_count(&files)?;
    let as_read = AsRead::of(&config, &inputs, run.is_guessed);
    let as_written = AsWritten::of(&config, &inputs);
    stages.begin("code");
    let table = link::table(&config, inputs, &steps)?;
    let (seed, machine, out) = (run.seed, arguments.machine, arguments.dir.as_path());
    let said = Said::read(&[], &arguments.earlier, &table)?;
    let (label_files, judgement_files) = (&[][..], arguments.earlier.judgements.as_slice());
    let files = files.as_slice();
    let previous = arguments.earlier.previous.as_deref();
    let previous = previous.map(|folder| previous_run::read(folder, &table)).transpose()?;
    let previous_folder = arguments.earlier.previous.as_deref();
    let job = Job {
        files,
        out,
        config,
        seed,
        machine,
        said,
        label_files,
        judgement_files,
        previous,
        previous_folder,
        mended,
        as_read,
    };
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

/// The run that the first part in the folder belongs to.
fn any_run(dir: &Path) -> Result<Run, Failure> {
    let folder = dir.join(FOLDER);
    let unreadable = |error: std::io::Error| {
        Failure::of(Exit::Call, &error).while_doing(format!("{} cannot be read", folder.display()))
    };
    let entries: Result<Vec<PathBuf>, std::io::Error> =
        fs::read_dir(&folder).map_err(unreadable)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut manifests = entries.map_err(unreadable)?;
    manifests.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    manifests.sort_unstable();
    match manifests.first() {
        Some(path) => Ok(read_json::<Manifest>(path)?.run),
        None => Err(Failure::new(Exit::Call, format!("{}: no shard has been run", folder.display()))),
    }
}

/// All parts of a phase, each checked against its manifest and the run.
fn read_parts(dir: &Path, run: &Run, phase: Phase) -> Result<Vec<Part>, Failure> {
    let folder = dir.join(FOLDER);
    let part = |number: u32| {
        let manifest: Manifest = read_json(&folder.join(file_name(phase, number, run.shards, "json")))?;
        let path = folder.join(file_name(phase, number, run.shards, "bin"));
        let bytes = fs::read(&path).map_err(|error| missing(&path, &error))?;
        if manifest.run != *run || manifest.shard != number || manifest.phase != name(phase) {
            let text =
                "is of another run: other files, configuration, seed or number of shards; run it again";
            return Err(wrong(format!("{} {text}", path.display())));
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
