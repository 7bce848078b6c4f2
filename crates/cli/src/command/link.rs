//! `redress link`: stand-alone linkage of CSV or Parquet files.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use clap::{Args, Subcommand, ValueEnum};
use redress_linkage::{
    Config, Dimension, Input, Label, LinkError, Linked, Options, SourceColumns, Table, guess_config, link,
    report_html, structural_strata,
};
use redress_ports::ColumnReport;
use redress_sources::tabular;
use redress_statement::Digest;
use serde_json::json;

use crate::{
    bytes,
    command::{link_against, link_shard, say},
    failure::{Exit, Failure},
    labels, machine,
    progress::Steps,
};

/// Most records whose rows are kept until the report parts them by structure.
const STRUCTURE_RECORDS_MAX: usize = 200_000;

/// Broken rows of a file that are told one by one, at most.
const BROKEN_ROWS_SHOWN_MAX: usize = 10;

/// Arguments of `redress link`.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    merge: Option<Merge>,
    /// What to read, how to block, how to compare. Without it the kinds of the columns are guessed and printed.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where to write pairs, clusters, what was not compared, the model and the report.
    #[arg(long, required = true)]
    out: Option<PathBuf>,
    #[command(flatten)]
    machine: MachineArguments,
    /// The seed of the samples.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Works on one part of the run only: K/N, K from 1 to N. All parts of a phase must have run before the next.
    #[arg(long, requires = "phase")]
    shard: Option<String>,
    /// What to do with the shard: count its patterns, or emit its pairs once every shard has counted.
    #[arg(long, requires = "shard")]
    phase: Option<Phase>,
    /// Compares the records of the files with those of an earlier run, by its model: its folder.
    #[arg(long, conflicts_with_all = ["config", "shard", "seed"])]
    against: Option<PathBuf>,
    /// Clerical labels (redress review): probabilities and intervals are taken from them, and what all labellers agree
    /// on binds the clusters. May be given more than once.
    #[arg(long, conflicts_with_all = ["shard", "against"])]
    labels: Vec<PathBuf>,
    /// CSV or Parquet files.
    #[arg(required = true)]
    file: Vec<PathBuf>,
}

/// What a run may use of the machine.
#[derive(Args, Clone, Copy)]
pub(crate) struct MachineArguments {
    /// Threads; 0 takes as many as there are processors. The result does not depend on it.
    #[arg(long, default_value_t = 0)]
    pub(crate) threads: usize,
    /// Most memory for records, keys and pairs, such as 512M. A run that needs more stops and says how much.
    #[arg(long, value_parser = bytes::parse)]
    pub(crate) memory_max: Option<u64>,
}

#[derive(Subcommand)]
enum Merge {
    /// Puts the shards of a run together: the same files as a run in one piece.
    Merge(link_shard::MergeArguments),
}

/// The two passes of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Phase {
    /// Counts the agreement patterns.
    Count,
    /// Emits the pairs that are worth writing.
    Emit,
}

/// What is linked, and where the result goes.
pub(crate) struct Job<'a> {
    pub(crate) files: &'a [PathBuf],
    pub(crate) out: &'a Path,
    pub(crate) config: Config,
    pub(crate) seed: u64,
    pub(crate) machine: MachineArguments,
    /// Files of clerical labels, and what they say.
    pub(crate) label_files: &'a [PathBuf],
    pub(crate) labels: Vec<Label>,
}

impl Job<'_> {
    pub(crate) fn options(&self) -> Options<'static> {
        Options {
            seed: self.seed,
            judgements: labels::judgements(&self.labels),
            labels: self.labels.clone(),
            threads: self.machine.threads,
            memory_max_bytes: self.machine.memory_max,
            ..Options::default()
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(Merge::Merge(merge)) = &arguments.merge {
        return link_shard::merge(merge);
    }
    let begun = Instant::now();
    let Some(out) = &arguments.out else { return Err(Failure::new(Exit::Call, "--out is missing")) };
    if let Some(folder) = &arguments.against {
        return link_against::run(folder, out, &arguments.file, arguments.machine);
    }
    let steps = Steps::new();
    steps.begin("read", "records");
    check_sizes(&arguments.file, arguments.machine.memory_max)?;
    let inputs = read(&arguments.file)?;
    let config = configuration(arguments, &inputs)?;
    let as_written = AsWritten::of(&inputs);
    let table = table(&config, inputs, &steps)?;
    let (seed, machine) = (arguments.seed, arguments.machine);
    let labels = labels::read(&arguments.labels)?;
    let job =
        Job { files: &arguments.file, out, config, seed, machine, labels, label_files: &arguments.labels };
    if let (Some(shard), Some(phase)) = (&arguments.shard, arguments.phase) {
        return link_shard::run(&job, &table, shard, phase);
    }
    steps.begin("link", "records");
    let linked = link(&table, &job.config, &job.options()).map_err(|error| failed(&error))?;
    steps.end(&format!("{} pairs compared", linked.stats.n_pairs_compared));
    write(&job, &table, &linked, &as_written, begun)
}

/// A run that did not come to its end.
pub(crate) fn failed(error: &LinkError) -> Failure {
    let exit = match error {
        LinkError::Config(_) | LinkError::NothingToCompare => Exit::Call,
        LinkError::UnknownRecord { .. } | LinkError::TooFewLabels { .. } | LinkError::Shard(_) => Exit::Input,
        _ => Exit::Unfinished,
    };
    Failure::of(exit, error)
}

/// Refuses files that are larger than the memory that may be used, before they are read.
pub(crate) fn check_sizes(files: &[PathBuf], memory_max: Option<u64>) -> Result<(), Failure> {
    let Some(limit) = memory_max else { return Ok(()) };
    let n_bytes: u64 = files.iter().filter_map(|file| fs::metadata(file).ok()).map(|known| known.len()).sum();
    if n_bytes <= limit {
        return Ok(());
    }
    let text = format!(
        "the files have {n_bytes} bytes and are read whole; --memory-max is {limit}: at least {n_bytes} are needed"
    );
    Err(Failure::new(Exit::Unfinished, text))
}

/// The records of the inputs.
pub(crate) fn table(config: &Config, inputs: Vec<Input>, steps: &Steps) -> Result<Table, Failure> {
    let table = Table::try_new(config, inputs).map_err(|error| Failure::of(Exit::Input, &error))?;
    steps.reach(table.n_records() as u64);
    steps.end(&format!("{} records", table.n_records()));
    Ok(table)
}

/// The rows as they were written, kept until the report parts them by structure; none where they are too many.
pub(crate) struct AsWritten(Vec<Input>);

impl AsWritten {
    pub(crate) fn of(inputs: &[Input]) -> Self {
        let n_rows: usize = inputs.iter().flat_map(|input| &input.batches).map(RecordBatch::num_rows).sum();
        Self(if n_rows <= STRUCTURE_RECORDS_MAX { inputs.to_vec() } else { Vec::new() })
    }

    fn dimensions(&self, config: &Config, table: &Table) -> Vec<Dimension> {
        if self.0.is_empty() {
            eprintln!(
                "more than {STRUCTURE_RECORDS_MAX} records: report.html leaves out the part by structure; redress evaluate makes it"
            );
            return Vec::new();
        }
        structural_strata(config, &self.0, table)
    }
}

/// Reads every file; the configuration is not needed for it.
pub(crate) fn read(files: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    let mut inputs = Vec::new();
    for file in files {
        let tabular = tabular::read_with_report(file)?;
        tell_broken_rows(file, &tabular.report);
        let (batches, n_set_aside) = (tabular.batches, tabular.report.n_quarantined);
        inputs.push(Input { name: file.display().to_string(), batches, n_set_aside });
    }
    Ok(inputs)
}

/// Says which rows a reader set aside or padded.
fn tell_broken_rows(file: &Path, report: &ColumnReport) {
    for broken in report.quarantined.iter().take(BROKEN_ROWS_SHOWN_MAX) {
        eprintln!("{} line {}: set aside, {}", file.display(), broken.line, broken.reason);
    }
    if report.n_quarantined > 0 {
        eprintln!("{}: {} of {} rows set aside", file.display(), report.n_quarantined, report.n_rows);
    }
    if !report.repaired.is_empty() {
        eprintln!(
            "{}: {} rows whose last cells are missing were padded",
            file.display(),
            report.repaired.len()
        );
    }
}

fn configuration(arguments: &Arguments, inputs: &[Input]) -> Result<Config, Failure> {
    let wrong = |error: &(dyn std::error::Error + 'static)| Failure::of(Exit::Call, error);
    let batches: Vec<RecordBatch> = inputs.iter().flat_map(|input| input.batches.clone()).collect();
    let Some(path) = &arguments.config else {
        let config = guess_config(&batches).map_err(|error| wrong(&error))?;
        eprintln!("no --config: the kinds of the columns were guessed\n\n{}", config.to_toml());
        return Ok(config);
    };
    let text = fs::read_to_string(path)
        .map_err(|error| wrong(&error).while_doing(format!("{} cannot be read", path.display())))?;
    let in_file = |failure: Failure| failure.while_doing(format!("{} cannot be used", path.display()));
    let config = Config::from_toml(&text).map_err(|error| in_file(wrong(&error)))?;
    if !config.columns.is_empty() {
        return Ok(config);
    }
    let guessed = guess_config(&batches).map_err(|error| in_file(wrong(&error)))?;
    let config = Config { columns: guessed.columns, ..config };
    eprintln!("{} has no [columns]: their kinds were guessed\n\n{}", path.display(), config.to_toml());
    Ok(config)
}

/// Writes the files of a run and says what it found.
pub(crate) fn write(
    job: &Job<'_>,
    table: &Table,
    linked: &Linked,
    as_written: &AsWritten,
    begun: Instant,
) -> Result<(), Failure> {
    let (out, config) = (job.out, &job.config);
    make_folder(out)?;
    let sources = if config.source.is_some() { SourceColumns::With } else { SourceColumns::Without };
    write_pairs(&out.join("pairs.parquet"), linked.pairs_batches(table, sources))?;
    tabular::write_parquet(&out.join("clusters.parquet"), &linked.clusters_batch(table, sources)?)?;
    tabular::write_parquet(&out.join("not_compared.parquet"), &linked.not_compared_batch()?)?;
    write_text(out, "model.json", &serde_json::to_string_pretty(&linked.model)?)?;
    write_text(out, "link.toml", &config.to_toml())?;
    write_text(out, "report.html", &report_html(linked, table, &as_written.dimensions(config, table)))?;
    let used = machine::used();
    let run = json!({
        "records": table.n_records(),
        "rows_set_aside": table.n_set_aside(),
        "pairs_compared": linked.stats.n_pairs_compared,
        "patterns": linked.stats.n_patterns,
        "seconds": begun.elapsed().as_secs_f64(),
        "cpu_seconds": used.cpu_seconds,
        "peak_rss_bytes": used.peak_rss_bytes,
        "inputs": digests(job.files)?,
        "labels": digests(job.label_files)?,
    });
    write_text(out, "run.json", &serde_json::to_string_pretty(&run)?)?;
    let training = match (linked.stats.n_pairs_compared, linked.model.training.converged) {
        (0, _) => "no two records were compared, so nothing was learned",
        (_, true) => "the training converged",
        (_, false) => "the training has NOT converged: see report.html",
    };
    say(format!(
        "{} records, {} pairs compared, {} pairs written, {} clusters; {training}",
        table.n_records(),
        linked.stats.n_pairs_compared,
        linked.pairs.len(),
        linked.clusters.n_clusters(),
    ))
}

/// Makes the folder of the outputs.
pub(crate) fn make_folder(out: &Path) -> Result<(), Failure> {
    fs::create_dir_all(out).map_err(|error| cannot_write(out, &error))
}

/// Writes a file of text into the folder of the outputs.
pub(crate) fn write_text(out: &Path, name: &str, text: &str) -> Result<(), Failure> {
    fs::write(out.join(name), text).map_err(|error| cannot_write(&out.join(name), &error))
}

pub(crate) fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::of(Exit::Unfinished, error).while_doing(format!("{} cannot be written", path.display()))
}

/// Writes batches as one Parquet file; there is one at least.
pub(crate) fn write_pairs(
    path: &Path,
    batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
) -> Result<(), Failure> {
    let mut batches = batches.peekable();
    let schema = match batches.peek() {
        Some(Ok(first)) => first.schema(),
        _ => return batches.next().map_or(Ok(()), |batch| batch.map(|_| ()).map_err(Failure::from)),
    };
    tabular::write_parquet_with(path, &schema, |write| {
        batches.try_for_each(|batch| write(&batch.map_err(std::io::Error::other)?))
    })?;
    Ok(())
}

/// The inputs with their digests: `explain` reads them again.
pub(crate) fn digests(files: &[PathBuf]) -> Result<Vec<serde_json::Value>, Failure> {
    files
        .iter()
        .map(|file| Ok(json!({"file": absolute(file), "sha256": digest(file)?.to_string()})))
        .collect()
}

fn absolute(file: &Path) -> String {
    fs::canonicalize(file).unwrap_or_else(|_| file.to_owned()).display().to_string()
}

/// The digest of a file.
pub(crate) fn digest(file: &Path) -> Result<Digest, Failure> {
    let bytes = fs::read(file).map_err(|error| {
        Failure::of(Exit::Call, &error).while_doing(format!("{} cannot be read", file.display()))
    })?;
    Ok(Digest::of(&bytes))
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Self {
        Self::of(Exit::Unfinished, &error).while_doing("a table cannot be laid out")
    }
}
