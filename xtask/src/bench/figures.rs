//! The figures of all sizes, and the table made of them.

use std::{fmt::Write as _, fs, path::Path};

use serde_json::Value;

use super::{
    marked,
    stages::{self, Stage},
};

/// Whose table it is.
const BENCH: &str = "link";

/// What was measured at one size.
pub(super) struct Size {
    pub(super) rows: u64,
    pub(super) redress: Engine,
    pub(super) splink: Option<Engine>,
    /// Redress with its probabilities taken from labels, and the audit of the run.
    audited: Option<Engine>,
    machine: String,
    pairs_compared: u64,
    stages: Vec<Stage>,
}

/// What one engine used, and how well it did.
pub(super) struct Engine {
    pub(super) cpu_seconds: f64,
    seconds: f64,
    peak_rss_bytes: f64,
    best_f1: f64,
    cluster_f1: f64,
}

/// All sizes, ascending.
pub(super) struct Figures {
    pub(super) sizes: Vec<Size>,
}

impl Figures {
    /// Reads the figures kept in a folder.
    pub(super) fn read(work: &Path) -> Result<Self, String> {
        let mut sizes = Vec::new();
        let entries =
            fs::read_dir(work).map_err(|error| format!("{} cannot be read: {error}", work.display()))?;
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with("link-") && name.ends_with(".json") {
                sizes.push(size(&super::read(&path)?).ok_or_else(|| format!("{name} lacks a figure"))?);
            }
        }
        sizes.sort_by_key(|size| size.rows);
        Ok(Self { sizes })
    }

    /// Puts the table into a document, in the place of the one that is there, or at its end.
    pub(super) fn write_table(&self, path: &Path) -> Result<(), String> {
        marked::write(path, BENCH, &self.table())
    }

    fn table(&self) -> String {
        let mut table =
            "| records | engine | CPU-s | wall s | peak memory | pairs compared | best F1 | cluster F1 |\n\
                         |--:|---|--:|--:|--:|--:|--:|--:|\n"
                .to_owned();
        for size in &self.sizes {
            let engines = [
                ("Redress", Some(&size.redress)),
                ("Redress with labels and audit", size.audited.as_ref()),
                ("Splink 5", size.splink.as_ref()),
            ];
            for (name, engine) in engines.into_iter().filter_map(|(name, engine)| Some((name, engine?))) {
                let _ = writeln!(
                    table,
                    "| {} | {name} | {:.1} | {:.1} | {:.0} MB | {} | {:.4} | {:.4} |",
                    size.rows,
                    engine.cpu_seconds,
                    engine.seconds,
                    engine.peak_rss_bytes / 1e6,
                    size.pairs_compared,
                    engine.best_f1,
                    engine.cluster_f1,
                );
            }
            if let Some(splink) = &size.splink {
                let _ = writeln!(
                    table,
                    "| | Splink ÷ Redress | **{:.1}** | {:.1} | {:.1} | | | |",
                    splink.cpu_seconds / size.redress.cpu_seconds,
                    splink.seconds / size.redress.seconds,
                    splink.peak_rss_bytes / size.redress.peak_rss_bytes,
                );
            }
        }
        if let Some(last) = self.sizes.last() {
            let _ = writeln!(table, "\nMachine: {}.", last.machine);
        }
        table += &stages::table(self.sizes.iter().map(|size| (size.rows, size.stages.as_slice())));
        table
    }
}

fn size(figures: &Value) -> Option<Size> {
    let engine = |name: &str| {
        let number = |part: &str, key: &str| figures.get(part)?.get(key)?.as_f64();
        let accuracy = format!("{name}_accuracy");
        Some(Engine {
            cpu_seconds: number(name, "cpu_seconds")?,
            seconds: number(name, "seconds")?,
            peak_rss_bytes: number(name, "peak_rss_bytes")?,
            best_f1: number(&accuracy, "best_f1")?,
            cluster_f1: number(&accuracy, "cluster_f1")?,
        })
    };
    Some(Size {
        rows: figures.get("rows")?.as_u64()?,
        redress: engine("redress")?,
        splink: engine("splink"),
        audited: engine("audited"),
        machine: figures.get("machine")?.as_str()?.to_owned(),
        pairs_compared: figures.get("redress")?.get("pairs_compared")?.as_u64()?,
        stages: stages::stages(figures.get("redress")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_table_sets_one_engine_beside_the_other() {
        let engine = json!({"cpu_seconds": 4.0, "seconds": 3.0, "peak_rss_bytes": 2e8, "pairs_compared": 7});
        let slower = json!({"cpu_seconds": 100.0, "seconds": 60.0, "peak_rss_bytes": 2e9});
        let accuracy = json!({"best_f1": 0.9, "cluster_f1": 0.8});
        let figures = json!({"rows": 10, "machine": "a machine", "redress": engine, "redress_accuracy": accuracy,
            "splink": slower, "splink_accuracy": accuracy,
            "audited": {"cpu_seconds": 9.5, "seconds": 8.0, "peak_rss_bytes": 3e8}, "audited_accuracy": accuracy});
        let table = Figures { sizes: vec![size(&figures).unwrap()] }.table();
        assert!(table.contains("| | Splink ÷ Redress | **25.0** | 20.0 | 10.0 |"), "{table}");
        assert!(
            table.contains(
                "| 10 | Redress with labels and audit | 9.5 | 8.0 | 300 MB | 7 | 0.9000 | 0.8000 |"
            ),
            "{table}"
        );
        assert!(size(&json!({"rows": 10})).is_none());
    }
}
