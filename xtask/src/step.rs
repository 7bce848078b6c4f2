//! The steps of `cargo xtask test`, in their order, from the cheapest to the dearest.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use clap::{Args, builder::PossibleValuesParser};

use crate::{
    call::{Call, CountedStream},
    counts::Counts,
    need::{BROWSER_FOLDER, Need},
    tidy,
};

/// Arguments of `cargo xtask test`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Runs one step alone.
    #[arg(long, value_name = "STEP", value_parser = PossibleValuesParser::new(STEPS.iter().map(|step| step.name)))]
    only: Option<String>,
}

/// One thing that must hold.
struct Step {
    name: &'static str,
    /// What it protects, in a few words.
    why: &'static str,
    needs: &'static [Need],
    run: fn(&Path, &mut Counts) -> Result<(), String>,
}

const STEPS: &[Step] = &[
    Step { name: "install", why: "what the other steps need", needs: Need::ALL, run: |_, _| Ok(()) },
    Step {
        name: "fmt",
        why: "one layout of the code",
        needs: &[],
        run: |root, _| cargo(root, "fmt --all --check").run(),
    },
    Step {
        name: "tidy",
        why: "layers, charter, words and leftovers",
        needs: &[],
        run: |root, _| tidy::report(root),
    },
    Step {
        name: "clippy",
        why: "lints, each an error",
        needs: &[],
        run: |root, _| cargo(root, "clippy --workspace --all-targets -- -D warnings").run(),
    },
    Step {
        name: "nextest",
        why: "unit, property and integration tests",
        needs: &[Need::Nextest, Need::Postgresql],
        run: |root, counts| cargo(root, "nextest run --workspace").run_counted(CountedStream::Err, counts),
    },
    Step {
        name: "doctest",
        why: "the examples in the documentation",
        needs: &[],
        run: |root, counts| cargo(root, "test --doc --workspace").run_counted(CountedStream::Out, counts),
    },
    Step {
        name: "doc",
        why: "documentation without a broken link",
        needs: &[],
        run: |root, _| cargo(root, "doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings").run(),
    },
    Step {
        name: "letters",
        why: "papers as tagged PDF, which the other steps leave out",
        needs: &[Need::Nextest, Need::Poppler],
        run: letters,
    },
    Step {
        name: "browser",
        why: "finding, decision, person's page and accessibility in a real browser",
        needs: &[Need::Chromium, Need::Node, Need::NodePackages],
        run: browser,
    },
];

/// Runs the steps, stops at the first that fails, and closes with what took how long and how many tests passed.
///
/// # Errors
/// When a step fails; the message names it and how to run it alone.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<(), String> {
    let chosen = |step: &&Step| arguments.only.as_deref().is_none_or(|only| only == step.name);
    let mut counts = Counts::default();
    let mut times = Vec::new();
    let mut outcome = Ok(());
    for step in STEPS.iter().filter(chosen) {
        eprintln!("\n==> {}: {}", step.name, step.why);
        let begun = Instant::now();
        outcome = run_step(step, root, &mut counts);
        times.push((step.name, begun.elapsed()));
        if outcome.is_err() {
            break;
        }
    }
    close(&times, counts)?;
    outcome
}

fn run_step(step: &Step, root: &Path, counts: &mut Counts) -> Result<(), String> {
    let met = step.needs.iter().try_for_each(|need| need.meet(root));
    met.and_then(|()| (step.run)(root, counts)).map_err(|reason| {
        format!(
            "step {} failed: {reason}\n       run it alone: cargo xtask test --only {}",
            step.name, step.name
        )
    })
}

/// The times, then one line `N passed, N failed, N skipped` on the standard output.
fn close(times: &[(&str, Duration)], counts: Counts) -> Result<(), String> {
    eprintln!();
    for (name, time) in times {
        eprintln!("{name:<8} {:>7.1} s", time.as_secs_f64());
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    eprintln!("{:<8} {:>7.1} s", "in all", total.as_secs_f64());
    writeln!(std::io::stdout(), "{counts}").map_err(|error| format!("the counts cannot be printed: {error}"))
}

fn cargo(root: &Path, words: &str) -> Call {
    Call::new("cargo", root).words(words)
}

/// The one feature that is not in the default build: its lints and its tests. It is called as a package by itself, or every other crate would be built anew.
fn letters(root: &Path, counts: &mut Counts) -> Result<(), String> {
    const CRATE: &str = "--package redress-letters --features pdf";
    cargo(root, &format!("clippy {CRATE} --all-targets -- -D warnings")).run()?;
    cargo(root, &format!("nextest run {CRATE}")).run_counted(CountedStream::Err, counts)?;
    cargo(root, &format!("test --doc {CRATE} pdf::")).run_counted(CountedStream::Out, counts)
}

/// Builds the command, then lets the script start its demo and walk through its pages.
fn browser(root: &Path, counts: &mut Counts) -> Result<(), String> {
    cargo(root, "build --package redress").run()?;
    let target = target_folder(root)?;
    Call::new("node", root)
        .argument(format!("{BROWSER_FOLDER}/run.mjs"))
        .words("--binary")
        .argument(target.join("debug/redress"))
        .words("--pictures")
        .argument(target.join("browser"))
        .run_counted(CountedStream::Out, counts)
}

/// Where cargo puts what it builds.
fn target_folder(root: &Path) -> Result<PathBuf, String> {
    let metadata = cargo(root, "metadata --format-version 1 --no-deps --offline")
        .output()
        .ok_or("cargo metadata failed: run it to see why")?;
    let metadata: serde_json::Value =
        serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata gave no JSON: {error}"))?;
    let folder = metadata.get("target_directory").and_then(serde_json::Value::as_str);
    folder.map(PathBuf::from).ok_or_else(|| "cargo metadata names no target_directory".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_of_a_step_is_met_by_the_first_one() {
        let first: Vec<Need> = STEPS[0].needs.to_vec();
        for step in STEPS {
            for need in step.needs {
                assert!(
                    first.contains(need),
                    "step {} needs {need:?}, which step install leaves out",
                    step.name
                );
            }
        }
    }
}
