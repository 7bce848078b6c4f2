//! `redress evaluate`: a linkage run held against the truth.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use arrow_array::{Array, Float64Array, cast::AsArray, types::Float64Type};
use clap::Args;
use redress_linkage::{Truth, WeighedPair, evaluate};
use redress_sources::tabular;

use crate::{
    command::say,
    evaluation::text_rows,
    failure::{Exit, Failure},
};

/// Arguments of `redress evaluate`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// pairs.parquet of a linkage run.
    #[arg(long)]
    pairs: PathBuf,
    /// The truth: columns unique_id, entity_id and, where the run has sources, source.
    #[arg(long)]
    truth: PathBuf,
    /// Count only pairs across sources as true.
    #[arg(long)]
    link: bool,
    /// Records with a column to tell groups apart.
    #[arg(long, requires = "group")]
    records: Option<PathBuf>,
    /// The column of the groups.
    #[arg(long, requires = "records")]
    group: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// How a record is named: source (empty without sources) and id.
type Name = (String, String);

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (_, batches) = tabular::read(&arguments.pairs)?;
    let has_sources = batches.first().is_some_and(|batch| batch.column_by_name("source_l").is_some());
    let rows = truth_rows(&arguments.truth, has_sources)?;
    let numbers: HashMap<Name, u32> =
        rows.iter().zip(0..).map(|((name, _), at)| (name.clone(), at)).collect();
    let truth = Truth {
        entity_of: numbered(rows.iter().map(|(_, entity)| entity.as_str())),
        source_of: if arguments.link {
            numbered(rows.iter().map(|((source, _), _)| source.as_str()))
        } else {
            Vec::new()
        },
        group_of: groups(arguments, &rows, has_sources)?,
    };
    let pairs = pairs(&arguments.pairs, has_sources, &numbers)?;
    let result = evaluate(&pairs, &truth, None);
    if arguments.json {
        return say(serde_json::to_string(&result)?);
    }
    say(format!(
        "{} true pairs; best F1 {:.4} (precision {:.4}, recall {:.4}) at probability {:.4}; calibration error (ten bins, p >= 0.01) {:.4}",
        result.n_true_pairs,
        result.best.f1,
        result.best.precision,
        result.best.recall,
        result.best_threshold_probability,
        result.ece10
    ))?;
    for (probability, accuracy) in &result.at_probability {
        say(format!(
            "at {probability}: precision {:.4}, recall {:.4}, F1 {:.4}",
            accuracy.precision, accuracy.recall, accuracy.f1
        ))?;
    }
    for (name, group) in &result.by_group {
        for (probability, accuracy) in &group.at_probability {
            say(format!(
                "{name} (n={}), at {probability}: precision {:.4}, recall {:.4}",
                group.n_true_pairs, accuracy.precision, accuracy.recall
            ))?;
        }
    }
    Ok(())
}

fn truth_rows(path: &Path, has_sources: bool) -> Result<Vec<(Name, String)>, Failure> {
    if has_sources {
        let rows = text_rows(path, ["source", "unique_id", "entity_id"])?;
        return Ok(rows.into_iter().map(|[source, id, entity]| ((source, id), entity)).collect());
    }
    let rows = text_rows(path, ["unique_id", "entity_id"])?;
    Ok(rows.into_iter().map(|[id, entity]| ((String::new(), id), entity)).collect())
}

fn groups(arguments: &Arguments, rows: &[(Name, String)], has_sources: bool) -> Result<Vec<String>, Failure> {
    let (Some(records), Some(group)) = (&arguments.records, &arguments.group) else { return Ok(Vec::new()) };
    let of: HashMap<Name, String> = if has_sources {
        let found = text_rows(records, ["source", "unique_id", group])?;
        found.into_iter().map(|[source, id, group]| ((source, id), group)).collect()
    } else {
        let found = text_rows(records, ["unique_id", group])?;
        found.into_iter().map(|[id, group]| ((String::new(), id), group)).collect()
    };
    Ok(rows.iter().map(|(name, _)| of.get(name).cloned().unwrap_or_default()).collect())
}

/// A number for each text, in the order of appearance.
fn numbered<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    texts
        .map(|text| {
            let next = numbers.len() as u32;
            *numbers.entry(text).or_insert(next)
        })
        .collect()
}

fn pairs(path: &Path, has_sources: bool, numbers: &HashMap<Name, u32>) -> Result<Vec<WeighedPair>, Failure> {
    let names: Vec<(Name, Name)> = if has_sources {
        text_rows(path, ["source_l", "unique_id_l", "source_r", "unique_id_r"])?
            .into_iter()
            .map(|[source_l, l, source_r, r]| ((source_l, l), (source_r, r)))
            .collect()
    } else {
        let rows = text_rows(path, ["unique_id_l", "unique_id_r"])?;
        rows.into_iter().map(|[l, r]| ((String::new(), l), (String::new(), r))).collect()
    };
    let weights = numbers_of(path, "match_weight_bits")?;
    let probabilities = numbers_of(path, "match_probability")?;
    let number = |name: &Name| {
        numbers.get(name).copied().ok_or_else(|| {
            Failure::new(Exit::Input, format!("the pairs name `{}`, which the truth does not", name.1))
        })
    };
    names
        .iter()
        .zip(weights)
        .zip(probabilities)
        .map(|(((l, r), match_weight_bits), match_probability)| {
            Ok(WeighedPair { l: number(l)?, r: number(r)?, match_weight_bits, match_probability })
        })
        .collect()
}

fn numbers_of(path: &Path, name: &str) -> Result<Vec<f64>, Failure> {
    let (_, batches) = tabular::read(path)?;
    let mut numbers = Vec::new();
    for batch in &batches {
        let column: Option<&Float64Array> =
            batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Float64Type>());
        let column = column.filter(|column| column.null_count() == 0).ok_or_else(|| {
            Failure::new(
                Exit::Input,
                format!("{} has no column `{name}` of numbers without nulls", path.display()),
            )
        })?;
        numbers.extend(column.values());
    }
    Ok(numbers)
}
