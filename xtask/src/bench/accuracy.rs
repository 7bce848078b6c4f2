//! `cargo xtask bench accuracy`: how well records are linked without labels, on invented registers of kinds that the engine was
//! not made for and on the public sets of its tests. Only what each column is about is said.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::{Value, json};

use super::{FOLDER, machine, marked, python, read, remove_run};
use crate::call::Call;

/// Arguments of `cargo xtask bench accuracy`.
#[derive(Args)]
pub(super) struct Arguments {
    /// Kinds of registers (xtask/bench/kinds.py); all of them when none is named, and then the table is written.
    #[arg(long, value_delimiter = ',')]
    kinds: Vec<String>,
    /// Seed of the registers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder of the public sets: in it a folder for each, with records.csv and link.toml.
    #[arg(long, default_value = "crates/linkage/tests/data")]
    public: PathBuf,
    /// Measures Redress alone. Splink is configured by hand for the kinds and the public sets of this repository.
    #[arg(long)]
    without_splink: bool,
    /// Measures Redress alone with so many labels, drawn by its own plan and judged by the truth, such as 500,2000: another table.
    #[arg(long, value_delimiter = ',')]
    labels: Vec<u32>,
    /// Threads of the engines.
    #[arg(long, default_value_t = 2)]
    threads: u32,
}

/// Whose table it is.
const BENCH: &str = "accuracy";
/// Whose table it is where labels are given.
const BENCH_OF_LABELS: &str = "labels";
/// The greatest calibration error without labels that is aimed at.
const ECE10_MAX: f64 = 0.02;

/// Whether a run is told what each column is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kinds {
    /// By the set's configuration.
    Given,
    /// By nobody: names of columns and values tell.
    Guessed,
}

/// What the scripts and the engine are called with.
struct Bench<'a> {
    root: &'a Path,
    work: &'a Path,
    python: PathBuf,
    arguments: &'a Arguments,
}

/// Measures, and writes the table into docs/benchmarks.md.
///
/// # Errors
/// When a program fails, a figure is missing, or a kind is not known.
pub(super) fn run(root: &Path, work: &Path, arguments: &Arguments) -> Result<(), String> {
    let python = python(root, work)?;
    Call::new("cargo", root).words("build --release --package redress").run()?;
    let bench = Bench { root, work, python, arguments };
    let is_whole = arguments.kinds.is_empty();
    let kinds = if is_whole { bench.kinds()? } else { arguments.kinds.clone() };
    let mut sets = Vec::new();
    for kind in &kinds {
        let words = format!("--seed {} --kind {kind}", arguments.seed);
        sets.push(bench.measure(kind, |call| call.words(&words))?);
    }
    for folder in if is_whole { public_sets(&root.join(&arguments.public))? } else { Vec::new() } {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        sets.push(bench.measure(&name, |call| call.words("--public").argument(&folder))?);
    }
    let (bench, table) = if arguments.labels.is_empty() {
        (BENCH, table(&sets, arguments.seed, &machine()))
    } else {
        (BENCH_OF_LABELS, table_of_labels(&sets, &arguments.labels, arguments.seed))
    };
    let table = table.ok_or("a figure is missing: measure again")?;
    eprint!("{table}");
    if is_whole { marked::write(&root.join("docs/benchmarks.md"), bench, &table) } else { Ok(()) }
}

impl Bench<'_> {
    fn script(&self, name: &str) -> Call {
        Call::new(&self.python, self.root).argument(self.root.join(FOLDER).join(name))
    }

    /// The kinds of registers that can be invented.
    fn kinds(&self) -> Result<Vec<String>, String> {
        let text = self.script("registers.py").words("--list").answer()?;
        Ok(text.split_whitespace().map(str::to_owned).collect())
    }

    /// Makes a set, links it and holds the result against its truth.
    fn measure(&self, name: &str, which: impl FnOnce(Call) -> Call) -> Result<Value, String> {
        let data = self.work.join(format!("register-{name}"));
        let out = self.work.join(format!("linked-{name}"));
        which(self.script("registers.py")).words("--out").argument(&data).run()?;
        remove_run(&out)?;
        self.link(&data, &out, Kinds::Given, None)?;
        let model = read(&out.join("model.json"))?;
        let mut set = json!({ "name": name, "accuracy": self.accuracy(&data, &out)?,
            "run": read(&out.join("run.json"))?, "converged": model["training"]["converged"] });
        for n in &self.arguments.labels {
            set["labelled"][n.to_string()] = self.labelled(&data, &out, *n)?;
        }
        if self.arguments.labels.is_empty() {
            let out = self.work.join(format!("guessed-{name}"));
            remove_run(&out)?;
            self.link(&data, &out, Kinds::Guessed, None)?;
            set["guessed"] = self.accuracy(&data, &out)?;
        }
        let is_alone = self.arguments.without_splink || !self.arguments.labels.is_empty();
        if !is_alone {
            let out = self.work.join(format!("splink-{name}"));
            let call =
                self.script("splink_registers.py").words(&format!("--kind {name} --data")).argument(&data);
            let call = call.words(&format!("--threads {} --out", self.arguments.threads)).argument(&out);
            call.answer()?;
            set["splink"] = self.accuracy(&data, &out)?;
        }
        Ok(set)
    }

    fn link(&self, data: &Path, out: &Path, kinds: Kinds, labels: Option<&Path>) -> Result<(), String> {
        let mut call = Call::new(self.root.join("target/release/redress"), self.root)
            .words(&format!("link --threads {}", self.arguments.threads));
        if kinds == Kinds::Given {
            call = call.words("--config").argument(data.join("link.toml"));
        }
        if let Some(labels) = labels {
            call = call.words("--labels").argument(labels);
        }
        call.words("--out").argument(out).argument(data.join("records.parquet")).run()
    }

    /// Draws `n` pairs of a run, has the truth judge them, links anew with them, and holds that against the truth.
    fn labelled(&self, data: &Path, run: &Path, n: u32) -> Result<Value, String> {
        let folder = self.work.join("labelled");
        fs::create_dir_all(&folder)
            .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
        let (labels, out) = (folder.join("labels.csv"), folder.join("run"));
        let words = format!("review sample --n {n} --seed {} --out", self.arguments.seed);
        Call::new(self.root.join("target/release/redress"), self.root).words(&words).argument(run).run()?;
        let call = self.script("judged.py").words("--sample").argument(run.join("sample.csv"));
        call.words("--truth").argument(data.join("truth.parquet")).words("--out").argument(&labels).run()?;
        remove_run(&out)?;
        self.link(data, &out, Kinds::Given, Some(&labels))?;
        self.accuracy(data, &out)
    }

    /// Pairs and clusters in `out` held against the truth of `data`.
    fn accuracy(&self, data: &Path, out: &Path) -> Result<Value, String> {
        let call = self.script("accuracy.py").words("--truth").argument(data.join("truth.parquet"));
        let call = call.words("--pairs").argument(out.join("pairs.parquet"));
        let text = call.words("--clusters").argument(out.join("clusters.parquet")).answer()?;
        serde_json::from_str(&text).map_err(|error| format!("accuracy.py gave no JSON: {error}"))
    }
}

/// The folders of a folder that hold records and a configuration, by name.
fn public_sets(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries =
        fs::read_dir(folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut sets: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    sets.retain(|set| ["records.csv", "link.toml"].iter().all(|name| set.join(name).is_file()));
    sets.sort();
    Ok(sets)
}

fn table(sets: &[Value], seed: u64, machine: &str) -> Option<String> {
    let has_peer = sets.iter().any(|set| !set["splink"].is_null());
    let [peer, rule] = if has_peer { [" Splink 5: best F1, `ece10`, clusters |", "---|"] } else { ["", ""] };
    let mut text = format!(
        "| set | records | true pairs | of them written | best F1 of pairs | kinds guessed | `ece10` | F1 of clusters | F1 of chains | converged | CPU-s |{peer}\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|{rule}\n"
    );
    for set in sets {
        let accuracy = &set["accuracy"];
        let figure = |key: &str| accuracy[key].as_f64();
        let ece10 = figure("ece10")?;
        let mark = if ece10 > ECE10_MAX { "**" } else { "" };
        writeln!(
            text,
            "| {} | {} | {} | {:.4} | {:.4} | {:.4} | {mark}{ece10:.4}{mark} | {:.4} | {:.4} | {} | {:.1} |{}",
            set["name"].as_str()?,
            accuracy["records"].as_u64()?,
            accuracy["true_pairs"].as_u64()?,
            figure("recall_written")?,
            figure("best_f1")?,
            set["guessed"]["best_f1"].as_f64()?,
            figure("cluster_f1")?,
            figure("component_f1")?,
            if set["converged"].as_bool()? { "yes" } else { "no" },
            set["run"]["cpu_seconds"].as_f64()?,
            if has_peer { splink(&set["splink"])? } else { String::new() },
        )
        .ok()?;
    }
    writeln!(text, "\nSeed {seed}. Machine: {machine}.").ok()?;
    Some(text)
}

/// For each set and number of labels the calibration error, and the share of bins inside their intervals.
fn table_of_labels(sets: &[Value], labels: &[u32], seed: u64) -> Option<String> {
    let mut text = "| set | `ece10`, bins inside: no labels |".to_owned();
    labels.iter().try_for_each(|n| write!(text, " {n} labels |")).ok()?;
    writeln!(text, "\n|---|{}", "--:|".repeat(1 + labels.len())).ok()?;
    for set in sets {
        write!(text, "| {} |", set["name"].as_str()?).ok()?;
        let labelled = labels.iter().map(|n| &set["labelled"][n.to_string()]);
        for accuracy in std::iter::once(&set["accuracy"]).chain(labelled) {
            let [ece10, inside] = ["ece10", "bins_inside"].map(|key| accuracy[key].as_f64());
            write!(text, " {:.4}, {:.2} |", ece10?, inside?).ok()?;
        }
        writeln!(text).ok()?;
    }
    writeln!(text, "\nSeed {seed}.").ok()?;
    Some(text)
}

/// The cell of what Splink came to.
fn splink(accuracy: &Value) -> Option<String> {
    let [f1, ece10, clusters] = ["best_f1", "ece10", "cluster_f1"].map(|key| accuracy[key].as_f64());
    Some(format!(" {:.4}, {:.4}, {:.4} |", f1?, ece10?, clusters?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ece10: f64) -> Value {
        json!({"name": "voters", "converged": true, "run": {"cpu_seconds": 2.25}, "accuracy": {"records": 32006,
            "true_pairs": 21332, "recall_written": 0.98, "best_f1": 0.94, "ece10": ece10, "cluster_f1": 0.93,
            "component_f1": 0.92}, "guessed": {"best_f1": 0.91}, "splink": {"best_f1": 0.8, "ece10": 0.1, "cluster_f1": 0.7}})
    }

    fn check(set: Value, row: &str) {
        let text = table(&[set], 7, "a machine").unwrap();
        assert!(text.contains(row) && text.ends_with("\nSeed 7. Machine: a machine.\n"), "{text}");
    }

    #[test]
    fn the_table_shows_every_figure_and_marks_what_misses_the_aim() {
        let row = "| voters | 32006 | 21332 | 0.9800 | 0.9400 | 0.9100 | 0.0100 | 0.9300 | 0.9200 | yes | 2.2 | 0.8000, 0.1000, 0.7000 |";
        check(set(0.01), row);
        check(set(0.03), &row.replace("0.0100", "**0.0300**"));
        assert_eq!(table(&[json!({"name": "voters"})], 7, "a machine"), None);
    }

    #[test]
    fn the_column_of_the_peer_is_there_where_it_was_measured_and_then_in_every_row() {
        let mut alone = set(0.01);
        alone["splink"].take();
        let row =
            "| voters | 32006 | 21332 | 0.9800 | 0.9400 | 0.9100 | 0.0100 | 0.9300 | 0.9200 | yes | 2.2 |\n";
        check(alone.clone(), &format!("|--:|---|--:|\n{row}"));
        assert_eq!(table(&[set(0.01), alone], 7, "a machine"), None);
    }

    #[test]
    fn the_table_of_labels_has_a_column_for_each_number() {
        let figures = |ece10: f64| json!({"ece10": ece10, "bins_inside": 0.95});
        let set = json!({"name": "voters", "accuracy": figures(0.02), "labelled": {"500": figures(0.01)}});
        let text = table_of_labels(std::slice::from_ref(&set), &[500], 7).unwrap();
        assert!(text.contains("| voters | 0.0200, 0.95 | 0.0100, 0.95 |\n"), "{text}");
        assert_eq!(table_of_labels(&[set], &[500, 2_000], 7), None);
    }
}
