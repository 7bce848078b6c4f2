//! Links a CSV file that has a column `entity_id` and shows how good the result is.
//!
//! `cargo run --release -p redress-linkage --example febrl -- records.csv link.toml [pairs.csv]`

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use redress_linkage::{Config, Input, Options, Table, Truth, WeighedPair, evaluate, link};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    let (csv, toml) = (args.get(1).ok_or("records.csv")?, args.get(2).ok_or("link.toml")?);
    let config = Config::from_toml(&std::fs::read_to_string(toml)?)?;
    let (batch, entities) = read(csv, &config)?;
    let start = std::time::Instant::now();
    let table = Table::try_new(&config, vec![Input { name: csv.clone(), batches: vec![batch] }])?;
    let read = start.elapsed();
    let progress = |progress| {
        let _ = writeln!(std::io::stderr(), "{:>10.3?} {progress:?}", start.elapsed());
    };
    let linked = link(&table, &config, &Options { progress: &progress, ..Options::default() })?;
    let all = start.elapsed();
    let n = table.n_records() as u32;
    let entity =
        |record: u32| entities[&(table.source(record).to_owned(), table.unique_id(record).to_owned())];
    let mut sources: BTreeMap<String, u32> = BTreeMap::new();
    let source_of: Vec<u32> = (0..n)
        .map(|record| {
            let next = sources.len() as u32;
            *sources.entry(table.source(record).to_owned()).or_insert(next)
        })
        .collect();
    let truth = Truth {
        entity_of: (0..n).map(entity).collect(),
        source_of: if config.one_per_source { source_of } else { Vec::new() },
        group_of: Vec::new(),
    };
    let pairs: Vec<WeighedPair> = linked.pairs.iter().map(WeighedPair::from).collect();
    let result = evaluate(&pairs, &truth, Some(&linked.clusters.cluster_of));
    let mut out = std::io::stdout();
    writeln!(out, "{:?} table {read:?} all {all:?}", linked.stats)?;
    writeln!(
        out,
        "converged {} in {} recall {:?}",
        linked.model.training.converged, linked.model.training.iterations, linked.model.blocking_recall
    )?;
    for rule in &linked.model.rules {
        writeln!(
            out,
            "  {:40} {:>9} {:>9.1} {:>7.1}",
            rule.rule, rule.n_pairs, rule.expected_matches, rule.expected_matches_alone
        )?;
    }
    for class in &linked.model.classes {
        writeln!(out, "  {:?} {:.0}", class.relation, class.share * linked.stats.n_pairs_all as f64)?;
    }
    if std::env::var("LEVELS").is_ok() {
        for (k, comparison) in linked.model.comparisons.iter().enumerate() {
            writeln!(out, "  {}", comparison.name)?;
            for (l, level) in comparison.levels.iter().enumerate() {
                writeln!(
                    out,
                    "    {:50} m {:.5} u {:.7} {:6.2}",
                    level.label,
                    linked.model.m[k][l],
                    linked.model.u[k][l],
                    linked.model.level_bits(k, l as u8)
                )?;
            }
        }
    }
    writeln!(out, "best {:?} at {:.4}", result.best, result.best_threshold_probability)?;
    for (p, accuracy) in &result.at_probability {
        writeln!(out, "at {p}: {accuracy:?}")?;
    }
    writeln!(out, "clusters {:?}", result.clusters)?;
    writeln!(out, "ece10 {:.4} {:.3?}", result.ece10, result.calibration)?;
    if let Some(path) = args.get(3) {
        let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
        writeln!(file, "unique_id_l,unique_id_r,match_weight_bits,match_probability")?;
        for pair in &linked.pairs {
            let (l, r) = (table.unique_id(pair.l), table.unique_id(pair.r));
            writeln!(file, "{l},{r},{},{}", pair.match_weight_bits, pair.match_probability)?;
        }
    }
    Ok(())
}

type Entities = BTreeMap<(String, String), u32>;

fn read(path: &str, config: &Config) -> Result<(RecordBatch, Entities), Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    let header = reader.headers()?.clone();
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
    let column = |name: &str| header.iter().position(|h| h == name);
    let entity = column("entity_id").ok_or("no column entity_id")?;
    let id = column(&config.unique_id).ok_or("no id column")?;
    let source = config.source.as_deref().and_then(column);
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let mut entities = Entities::new();
    for row in &rows {
        let next = numbers.len() as u32;
        let number = *numbers.entry(row[entity].to_owned()).or_insert(next);
        entities.insert((source.map_or("", |s| &row[s]).to_owned(), row[id].to_owned()), number);
    }
    let columns = header.iter().enumerate().filter(|(_, name)| *name != "entity_id").map(|(idx, name)| {
        let values: StringArray = rows.iter().map(|row| Some(&row[idx]).filter(|v| !v.is_empty())).collect();
        (name.to_owned(), Arc::new(values) as ArrayRef)
    });
    Ok((RecordBatch::try_from_iter(columns)?, entities))
}
