//! `cargo xtask bench check`: an invented release through the public checks, and the release after it as a delta.

use std::{fmt::Write as _, fs, path::Path};

use clap::Args;
use serde_json::{Value, json};

use super::{machine, marked};
use crate::call::Call;

/// Arguments of `cargo xtask bench check`.
#[derive(Args)]
pub(super) struct Arguments {
    /// Cases of the release; several sizes are measured one after the other. The courts' own has some 12.6 million.
    #[arg(long, value_delimiter = ',', default_value = "1330000")]
    people: Vec<u64>,
    /// Draws the tables from the figures that are there, without a new run.
    #[arg(long)]
    draw_only: bool,
}

/// Whose tables they are.
const BENCH: &str = "check";
/// Rows of a release of the courts.
const RELEASE_ROWS: f64 = 165e6;

/// Measures, and writes both tables into docs/benchmarks.md.
///
/// # Errors
/// When a program fails or a figure is missing.
pub(super) fn run(root: &Path, work: &Path, arguments: &Arguments) -> Result<(), String> {
    if !arguments.draw_only {
        Call::new("cargo", root).words("build --release --package redress").run()?;
        for people in &arguments.people {
            measure(root, work, *people)?;
        }
    }
    let mut sizes = super::kept(work, "check-")?;
    let tables = tables(&mut sizes).ok_or("a figure is missing: measure again")?;
    marked::write(&root.join("docs/benchmarks.md"), BENCH, &tables)
}

/// One size: the release, then the release after it. Neither outlasts its measurement, as each takes some 1.8 kB a case.
fn measure(root: &Path, work: &Path, people: u64) -> Result<(), String> {
    let redress = root.join("target/release/redress");
    let [release, next, rows, out] =
        ["release", "next", "rows", "answer"].map(|name| work.join(format!("check-{people}-{name}")));
    let invent = |at: &Path, more: &str| {
        let call =
            Call::new(&redress, root).words(&format!("synth --like eoir --people {people} {more} --out"));
        call.argument(at).run()
    };
    let check = |at: &Path, more: &str, file: &Path| -> Result<Value, String> {
        let call = Call::new(&redress, root).words("check --public").argument(at).words("--json --out");
        let text = call.argument(&out).words(more).argument(file).answer()?;
        serde_json::from_str(&text).map_err(|error| format!("redress check gave no JSON: {error}"))
    };
    let path = work.join(format!("check-{people}.json"));
    let keep = |figures: &Value| {
        fs::write(&path, figures.to_string())
            .map_err(|error| format!("{} cannot be written: {error}", path.display()))
    };
    invent(&release, "")?;
    let mut figures =
        json!({ "people": people, "whole": check(&release, "--keep", &rows)?, "machine": machine() });
    // What took so long is kept, whatever becomes of the rest.
    keep(&figures)?;
    remove(&release)?;
    invent(&next, "--next")?;
    figures["delta"] = check(&next, "--before", &rows)?;
    remove(&next)?;
    fs::remove_file(&rows).map_err(|error| format!("{} cannot be removed: {error}", rows.display()))?;
    keep(&figures)
}

fn remove(folder: &Path) -> Result<(), String> {
    fs::remove_dir_all(folder).map_err(|error| format!("{} cannot be removed: {error}", folder.display()))
}

/// The table of the sizes, and that of what each question takes, at the largest size.
fn tables(sizes: &mut [Value]) -> Option<String> {
    sizes.sort_by_key(|size| size["people"].as_u64());
    let mut text =
        "| rows | what | wall s | CPU-s | peak memory | rows a second |\n|--:|---|--:|--:|--:|--:|\n"
            .to_owned();
    for size in &*sizes {
        for (key, what) in [("whole", "all public checks"), ("delta", "the next release, held against it")] {
            if size[key].is_null() {
                continue;
            }
            let (answer, run) = (&size[key], &size[key]["run"]);
            let seconds: f64 = run["seconds"].as_object()?.values().filter_map(Value::as_f64).sum();
            let n_rows = answer["rows"].as_u64()?;
            writeln!(
                text,
                "| {n_rows} | {what} | {seconds:.0} | {:.0} | {:.2} GB | {:.0} |",
                run["cpu_seconds"].as_f64()?,
                run["peak_rss_bytes"].as_f64()? / 1e9,
                n_rows as f64 / seconds,
            )
            .ok()?;
        }
    }
    let largest = sizes.last()?;
    text.push_str(
        "\n| check | question | nanoseconds a row | CPU-s in 165 million rows |\n|---|---|--:|--:|\n",
    );
    for cost in largest["whole"]["run"]["cost"].as_array()? {
        let nanoseconds = cost["nanoseconds_a_row"].as_f64()?;
        let share = cost["rows"].as_f64()? / largest["whole"]["rows"].as_f64()?;
        let seconds = nanoseconds * share * RELEASE_ROWS / 1e9;
        writeln!(
            text,
            "| {} | {} | {nanoseconds:.0} | {seconds:.1} |",
            cost["check"].as_str()?,
            cost["question"].as_str()?
        )
        .ok()?;
    }
    writeln!(text, "\nMachine: {}.", largest["machine"].as_str()?).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_show_each_size_and_each_question() {
        let answer = json!({"rows": 1000, "run": {"seconds": {"open": 0.5, "read": 1.5}, "cpu_seconds": 3.0,
            "peak_rss_bytes": 2e9, "cost": [{"check": "OR-10", "question": "standing-still",
            "nanoseconds_a_row": 200.0, "rows": 500}]}});
        let size =
            |people: u64| json!({"people": people, "machine": "a machine", "whole": answer, "delta": answer});
        let text = tables(&mut [size(20), size(10)]).unwrap();
        assert!(text.contains("| 1000 | all public checks | 2 | 3 | 2.00 GB | 500 |"), "{text}");
        assert!(text.contains("| OR-10 | standing-still | 200 | 16.5 |"), "{text}");
        let mut alone = size(30);
        alone["delta"] = Value::Null;
        assert!(!tables(&mut [alone]).unwrap().contains("the next release"));
        assert_eq!(tables(&mut [json!({"people": 1})]), None);
    }
}
