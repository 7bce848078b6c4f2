//! `cargo xtask bench index`: one record at a time against the index of a run, and whether it says what the run said.

use std::{fmt::Write as _, fs, path::Path};

use clap::Args;
use serde_json::{Value, json};

use super::{FOLDER, LARGE_CONFIG, PEER_ROWS_MAX, machine, marked, python, read};
use crate::call::Call;

/// Arguments of `cargo xtask bench index`.
#[derive(Args)]
pub(super) struct Arguments {
    /// Records of the run.
    #[arg(long, default_value_t = 10_000_000)]
    rows: u64,
    /// Records asked about, drawn from those of the run, and as many of people whom it does not hold.
    #[arg(long, default_value_t = 20_000)]
    asked: u64,
}

/// Whose table it is.
const BENCH: &str = "index";

/// Measures, and writes the table into docs/benchmarks.md.
///
/// # Errors
/// When a program fails, a figure is missing, or a pair has other numbers than in the run.
pub(super) fn run(root: &Path, work: &Path, arguments: &Arguments) -> Result<(), String> {
    let Arguments { rows, asked } = arguments;
    let python = python(root, work)?;
    Call::new("cargo", root).words("build --release --package redress").run()?;
    let script = |name: &str| Call::new(&python, root).argument(root.join(FOLDER).join(name));
    let redress = || Call::new(root.join("target/release/redress"), root);
    let data = work.join(format!("population-{rows}"));
    if !data.join("truth.parquet").exists() {
        script("population.py").words(&format!("--rows {rows} --seed 1 --out")).argument(&data).run()?;
    }
    let (records, drawn) = (data.join("records.parquet"), data.join("asked.parquet"));
    script("index.py")
        .words(&format!("draw --n {asked} --records"))
        .argument(&records)
        .words("--out")
        .argument(&drawn)
        .run()?;
    let config = root.join(FOLDER).join(if *rows > PEER_ROWS_MAX { LARGE_CONFIG } else { "link.toml" });
    let [linked, built, mapped, others] =
        ["run", "built", "mapped", "others"].map(|name| work.join(format!("index-{rows}-{name}")));
    let strangers = work.join("asked-others");
    script("population.py")
        .words(&format!("--rows {asked} --seed 1 --after {rows} --out"))
        .argument(&strangers)
        .run()?;
    let strangers = strangers.join("records.parquet");
    redress()
        .words("link --config")
        .argument(&config)
        .words("--out")
        .argument(&linked)
        .argument(&records)
        .run()?;
    for (out, drawn) in [(&built, &drawn), (&mapped, &drawn), (&others, &strangers)] {
        redress()
            .words("link --against")
            .argument(&linked)
            .words("--out")
            .argument(out)
            .argument(drawn)
            .run()?;
    }
    let compare = script("index.py").words("compare --asked").argument(&drawn).words("--run");
    let compare = compare.argument(&linked).words("--answers").argument(&mapped).answer()?;
    let compared: Value =
        serde_json::from_str(&compare).map_err(|error| format!("index.py gave no JSON: {error}"))?;
    let size = fs::metadata(linked.join("index.bin")).map_or(0, |known| known.len());
    let figures = json!({ "rows": rows, "machine": machine(), "bytes": size, "compared": compared,
        "built": read(&built.join("run.json"))?, "mapped": read(&mapped.join("run.json"))?, "others": read(&others.join("run.json"))? });
    let table = table(&figures).ok_or("a figure is missing: measure again")?;
    marked::write(&root.join("docs/benchmarks.md"), BENCH, &table)?;
    if compared["differ"] != 0 {
        return Err(format!("{} pairs have other numbers than in the run", compared["differ"]));
    }
    Ok(())
}

fn table(figures: &Value) -> Option<String> {
    let [built, mapped, others, compared] =
        ["built", "mapped", "others", "compared"].map(|key| &figures[key]);
    let number = |of: &Value, key: &str| of[key].as_f64();
    let mut text = "| records | asked, of the run | p50 | p99 | asked, of other people | p50 | p99 | opened in | built in | size of the index | peak memory | pairs as in the run | \
                    pairs of the run not found |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
        .to_owned();
    writeln!(
        text,
        "| {} | {} | {:.2} ms | {:.2} ms | {} | {:.2} ms | {:.2} ms | {:.2} s | {:.0} s | {:.2} GB | {:.2} GB | {} | {} |",
        figures["rows"],
        mapped["records"],
        number(mapped, "milliseconds_median")?,
        number(mapped, "milliseconds_p99")?,
        others["records"],
        number(others, "milliseconds_median")?,
        number(others, "milliseconds_p99")?,
        number(mapped, "seconds_open")?,
        number(built, "seconds_open")?,
        number(figures, "bytes")? / 1e9,
        number(mapped, "peak_rss_bytes")? / 1e9,
        compared["equal"],
        compared["missing"],
    )
    .ok()?;
    writeln!(text, "\nMachine: {}.", figures["machine"].as_str()?).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_every_figure() {
        let run = json!({"records": 20, "milliseconds_median": 0.5, "milliseconds_p99": 2.25, "seconds_open": 0.1,
            "peak_rss_bytes": 5e8});
        let figures = json!({"rows": 1000, "machine": "a machine", "bytes": 2e9, "built": run, "mapped": run, "others": run,
            "compared": {"equal": 30, "differ": 0, "missing": 1}});
        let text = table(&figures).unwrap();
        assert!(
            text.contains("| 1000 | 20 | 0.50 ms | 2.25 ms | 20 | 0.50 ms | 2.25 ms | 0.10 s | 0 s | 2.00 GB | 0.50 GB | 30 | 1 |"),
            "{text}"
        );
        assert_eq!(table(&json!({"rows": 1})), None);
    }
}
