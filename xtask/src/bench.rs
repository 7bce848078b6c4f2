//! `cargo xtask bench`: what the program takes, measured. `link`: Redress and Splink 5 side by side on one invented
//! population, same blocking, same comparisons.
//!
//! Everything it needs is installed into a folder under target/. The figures of each size are kept there as JSON; the table
//! in docs/benchmarks.md and the plot in docs/images/ are drawn from all sizes measured on the machine.

mod accuracy;
mod check;
mod events;
mod figures;
mod index;
mod marked;
mod pages;
mod plot;
mod stages;

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{bench::figures::Figures, call::Call};

/// Arguments of `cargo xtask bench`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// Accuracy and calibration without labels, on invented registers of several kinds and on public sets.
    Accuracy(accuracy::Arguments),
    /// Linkage: CPU seconds, wall, memory and F1 against Splink 5 on DuckDB.
    Link(LinkArguments),
    /// Rows as they arise: seconds until they are acknowledged, and from there until the finding is on the desk.
    Intake(IntakeArguments),
    /// The public checks over a release, and over the release after it: rows a second, memory, and what each check takes.
    Check(check::Arguments),
    /// A person's page, asked for by many users at one time: milliseconds until it is there.
    Pages(pages::Arguments),
    /// Events a second that are stored, each acknowledged once it is on disk.
    Events(events::Arguments),
    /// One record at a time against the index of a run: milliseconds, and whether the probabilities are those of the run.
    Index(index::Arguments),
}

#[derive(Args)]
struct IntakeArguments {
    /// People of the demo whose store takes the rows in.
    #[arg(long, default_value_t = 100_000)]
    people: u64,
    /// Rows a second.
    #[arg(long, default_value_t = 200)]
    rate: u64,
    /// For how long.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

#[derive(Args)]
struct LinkArguments {
    /// Records of the population; several sizes are measured one after the other.
    #[arg(long, value_delimiter = ',', default_value = "1000000")]
    rows: Vec<u64>,
    /// Threads for both engines.
    #[arg(long, default_value_t = 2)]
    threads: u32,
    /// Measures Redress alone.
    #[arg(long)]
    without_splink: bool,
    /// Most memory for Redress, such as 512M.
    #[arg(long)]
    memory_max: Option<String>,
    /// Draws table and plot from the figures that are there, without a new run.
    #[arg(long)]
    draw_only: bool,
}

/// The engine's configuration, and the scripts beside it.
const FOLDER: &str = "xtask/bench";
/// Most records that both engines link. Blocking by a single date pairs each record with every one of that date, so that
/// the pairs grow with the square of the records: beyond this, [`LARGE_CONFIG`] blocks by two attributes.
const PEER_ROWS_MAX: u64 = 2_000_000;
/// The configuration of more records than that, of Redress alone.
const LARGE_CONFIG: &str = "link_large.toml";
/// Where everything that is measured lies, below the root.
const WORK: &str = "target/bench";

/// Runs a measurement.
///
/// # Errors
/// When a program cannot be installed or fails.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<(), String> {
    let work = root.join(WORK);
    fs::create_dir_all(&work).map_err(|error| format!("{} cannot be made: {error}", work.display()))?;
    let arguments = match &arguments.bench {
        Bench::Accuracy(arguments) => return accuracy::run(root, &work, arguments),
        Bench::Link(arguments) => arguments,
        Bench::Intake(arguments) => return intake(root, &work, arguments),
        Bench::Check(arguments) => return check::run(root, &work, arguments),
        Bench::Pages(arguments) => return pages::run(root, &work, arguments),
        Bench::Events(arguments) => return events::run(root, &work, arguments),
        Bench::Index(arguments) => return index::run(root, &work, arguments),
    };
    if !arguments.draw_only {
        let python = python(root, &work)?;
        Call::new("cargo", root).words("build --release --package redress").run()?;
        for rows in &arguments.rows {
            measure(root, &work, &python, *rows, arguments)?;
        }
    }
    let figures = Figures::read(&work)?;
    figures.write_table(&root.join("docs/benchmarks.md"))?;
    plot::write(&figures, &root.join("docs/images/link-cost.svg"))
}

/// Sends rows to a server over the store of a demo, which is made once and kept, and prints what the script measured.
fn intake(root: &Path, work: &Path, arguments: &IntakeArguments) -> Result<(), String> {
    Call::new("cargo", root).words("build --release --package redress").run()?;
    let redress = root.join("target/release/redress");
    let demo = demo(root, work, arguments.people)?;
    Call::new("python3", root)
        .argument(root.join(FOLDER).join("intake.py"))
        .words("--redress")
        .argument(&redress)
        .words("--demo")
        .argument(&demo)
        .words(&format!("--rate {} --seconds {}", arguments.rate, arguments.seconds))
        .run()
}

/// The folder of a demo of so many people, which is made once and kept.
fn demo(root: &Path, work: &Path, people: u64) -> Result<PathBuf, String> {
    let demo = work.join(format!("demo-{people}"));
    // Written last: what broke off before is made anew.
    let whole = work.join(format!("demo-{people}.done"));
    if !whole.exists() {
        Call::new(root.join("target/release/redress"), root)
            .words(&format!("demo --no-serve --people {people} --out"))
            .argument(&demo)
            .run()?;
        fs::write(&whole, "").map_err(|error| format!("{} cannot be written: {error}", whole.display()))?;
    }
    Ok(demo)
}

/// The figures of all sizes of a measurement, by how the names of their files begin.
fn kept(work: &Path, prefix: &str) -> Result<Vec<Value>, String> {
    let entries =
        fs::read_dir(work).map_err(|error| format!("{} cannot be read: {error}", work.display()))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_kept = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with(prefix) && name.ends_with(".json")
    };
    paths.filter(is_kept).map(|path| read(&path)).collect()
}

/// A Python of its own with Splink, DuckDB and what the scripts need.
fn python(root: &Path, work: &Path) -> Result<PathBuf, String> {
    let venv = work.join("venv");
    let python = venv.join("bin/python");
    if !python.exists() {
        Call::new("python3", root).words("-m venv").argument(&venv).run()?;
    }
    let requirements = root.join(FOLDER).join("requirements.txt");
    Call::new(&python, root)
        .words("-m pip install --quiet --disable-pip-version-check --requirement")
        .argument(requirements)
        .run()?;
    Ok(python)
}

fn measure(
    root: &Path,
    work: &Path,
    python: &Path,
    rows: u64,
    arguments: &LinkArguments,
) -> Result<(), String> {
    let is_large = rows > PEER_ROWS_MAX;
    if is_large && !arguments.without_splink {
        return Err(format!(
            "{rows} records are more than {PEER_ROWS_MAX}, up to which Splink runs: --without-splink"
        ));
    }
    let script = |name: &str| Call::new(python, root).argument(root.join(FOLDER).join(name));
    let data = work.join(format!("population-{rows}"));
    if !data.join("truth.parquet").exists() {
        script("population.py").words(&format!("--rows {rows} --seed 1 --out")).argument(&data).run()?;
    }
    let out = work.join(format!("redress-{rows}"));
    remove_run(&out)?;
    let mut call = Call::new(root.join("target/release/redress"), root)
        .words(&format!("link --threads {} --config", arguments.threads))
        .argument(root.join(FOLDER).join(if is_large { LARGE_CONFIG } else { "link.toml" }));
    if let Some(memory_max) = &arguments.memory_max {
        call = call.words("--memory-max").argument(memory_max);
    }
    call.words("--out").argument(&out).argument(data.join("records.parquet")).run()?;
    let accuracy = |out: &Path| -> Result<Value, String> {
        let call = script("accuracy.py").words("--truth").argument(data.join("truth.parquet"));
        let call = call.words("--pairs").argument(out.join("pairs.parquet"));
        let call = call.words("--clusters").argument(out.join("clusters.parquet"));
        let text = call.output().ok_or("accuracy.py failed: run it by hand to see why")?;
        serde_json::from_str(&text).map_err(|error| format!("accuracy.py gave no JSON: {error}"))
    };
    let mut figures = json!({ "rows": rows, "threads": arguments.threads, "machine": machine(),
        "redress": read(&out.join("run.json"))?, "redress_accuracy": accuracy(&out)? });
    if !is_large {
        let out = work.join(format!("audited-{rows}"));
        figures["audited"] =
            audited(root, python, [&data, &work.join(format!("redress-{rows}")), &out], arguments.threads)?;
        figures["audited_accuracy"] = accuracy(&out.join("run"))?;
    }
    if !arguments.without_splink {
        let out = work.join(format!("splink-{rows}"));
        let call = script("splink_run.py").words("--data").argument(&data).words("--out").argument(&out);
        call.words(&format!("--threads {}", arguments.threads)).run()?;
        figures["splink"] = read(&out.join("run.json"))?;
        figures["splink_accuracy"] = accuracy(&out)?;
    }
    let path = work.join(format!("link-{rows}.json"));
    fs::write(&path, figures.to_string())
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

/// Removes the run of an earlier measurement: no run is put beside pairs that were drawn of another.
fn remove_run(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{} cannot be removed: {error}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// What a run with labels and its audit cost; the folders are those of the records, of the run without labels and of what is written.
fn audited(root: &Path, python: &Path, folders: [&Path; 3], threads: u32) -> Result<Value, String> {
    let [data, run, out] = folders;
    let mut call = Call::new(python, root).argument(root.join(FOLDER).join("audited.py"));
    for (name, path) in [
        ("--redress", root.join("target/release/redress")),
        ("--config", root.join(FOLDER).join("link.toml")),
        ("--data", data.to_owned()),
        ("--run", run.to_owned()),
        ("--out", out.to_owned()),
    ] {
        call = call.words(name).argument(path);
    }
    let text = call.words(&format!("--threads {threads}")).output();
    let text = text.ok_or("audited.py failed: run it by hand to see why")?;
    serde_json::from_str(&text).map_err(|error| format!("audited.py gave no JSON: {error}"))
}

fn read(path: &Path) -> Result<Value, String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{} is no JSON: {error}", path.display()))
}

/// Processor, cores, memory and load as the kernel tells them.
fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let line = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.split_once(':').map_or_else(String::new, |(_, value)| value.trim().to_owned())
    };
    let cpu = read("/proc/cpuinfo");
    let cores = cpu.lines().filter(|line| line.starts_with("processor")).count();
    let memory = line(&read("/proc/meminfo"), "MemTotal");
    let gib = memory.trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / f64::from(1 << 20);
    let load = read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned();
    format!("{}, {cores} cores, {gib:.0} GiB, load {load} at the end", line(&cpu, "model name"))
}
