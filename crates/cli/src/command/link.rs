//! `redress link`: stand-alone linkage of CSV or Parquet files.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use arrow_array::RecordBatch;
use clap::Args;
use redress_linkage::{
    Config, Input, Linked, Options, SourceColumns, Table, guess_config, link, report_html,
};
use redress_sources::tabular;
use redress_statement::Digest;
use serde_json::json;

use crate::{
    command::say,
    failure::{Exit, Failure},
    machine,
    progress::Steps,
};

/// Arguments of `redress link`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// What to read, how to block, how to compare. Without it the kinds of the columns are guessed and printed.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where to write pairs, clusters, what was not compared, the model and the report.
    #[arg(long)]
    out: PathBuf,
    /// Threads; 0 takes as many as there are processors. The result does not depend on it.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// The seed of the samples.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// CSV or Parquet files.
    #[arg(required = true)]
    file: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let begun = Instant::now();
    let steps = Steps::new();
    steps.begin("read", "records");
    let inputs = read(&arguments.file)?;
    let config = configuration(arguments, &inputs)?;
    let table = Table::try_new(&config, inputs).map_err(|error| Failure::of(Exit::Input, &error))?;
    steps.reach(table.n_records() as u64);
    steps.end(&format!("{} records", table.n_records()));
    steps.begin("link", "records");
    let options = Options { seed: arguments.seed, threads: arguments.threads, ..Options::default() };
    let linked = link(&table, &config, &options).map_err(|error| Failure::of(Exit::Unfinished, &error))?;
    steps.end(&format!("{} pairs compared", linked.stats.n_pairs_compared));
    write(arguments, &config, &table, &linked, begun)?;
    say(format!(
        "{} records, {} pairs compared, {} pairs written, {} clusters; {}",
        table.n_records(),
        linked.stats.n_pairs_compared,
        linked.pairs.len(),
        linked.clusters.n_clusters(),
        if linked.model.training.converged {
            "the training converged"
        } else {
            "the training has NOT converged: see report.html"
        },
    ))
}

/// Reads every file; the configuration is not needed for it.
pub(crate) fn read(files: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    let mut inputs = Vec::new();
    for file in files {
        let (_, batches) = tabular::read(file)?;
        inputs.push(Input { name: file.display().to_string(), batches });
    }
    Ok(inputs)
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

fn write(
    arguments: &Arguments,
    config: &Config,
    table: &Table,
    linked: &Linked,
    begun: Instant,
) -> Result<(), Failure> {
    let out = &arguments.out;
    let failed = |error: std::io::Error| {
        Failure::of(Exit::Unfinished, &error).while_doing(format!("{} cannot be written", out.display()))
    };
    fs::create_dir_all(out).map_err(failed)?;
    let text = |name: &str, text: String| fs::write(out.join(name), text).map_err(failed);
    let sources = if config.source.is_some() { SourceColumns::With } else { SourceColumns::Without };
    tabular::write_parquet(&out.join("pairs.parquet"), &linked.pairs_batch(table, sources)?)?;
    tabular::write_parquet(&out.join("clusters.parquet"), &linked.clusters_batch(table, sources)?)?;
    tabular::write_parquet(&out.join("not_compared.parquet"), &linked.not_compared_batch()?)?;
    text("model.json", serde_json::to_string_pretty(&linked.model)?)?;
    text("link.toml", config.to_toml())?;
    text("report.html", report_html(linked, table))?;
    let used = machine::used();
    let run = json!({
        "records": table.n_records(),
        "pairs_compared": linked.stats.n_pairs_compared,
        "patterns": linked.stats.n_patterns,
        "seconds": begun.elapsed().as_secs_f64(),
        "cpu_seconds": used.cpu_seconds,
        "peak_rss_bytes": used.peak_rss_bytes,
        "inputs": digests(&arguments.file)?,
    });
    text("run.json", serde_json::to_string_pretty(&run)?)
}

/// The inputs with their digests: `explain` reads them again.
fn digests(files: &[PathBuf]) -> Result<Vec<serde_json::Value>, Failure> {
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

impl From<arrow_schema::ArrowError> for Failure {
    fn from(error: arrow_schema::ArrowError) -> Self {
        Self::of(Exit::Unfinished, &error).while_doing("a table cannot be laid out")
    }
}
