//! What is known of the records: who they truly are, their groups, their clusters.

use std::{collections::HashMap, path::Path};

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use redress_linkage::{Dimension, Truth};
use redress_sources::tabular;

use super::Arguments;
use crate::{
    command::tell,
    failure::{Exit, Failure},
    labels::{self, Name},
    linkage_run,
};

/// Most groups of one column.
const GROUPS_MAX: usize = 60_000;

/// Records with their true persons, numbered in the order of the file.
pub(super) struct KnownRecords {
    pub(super) names: Vec<Name>,
    numbers: HashMap<Name, u32>,
    entity_of: Vec<u32>,
    source_of: Vec<u32>,
}

impl KnownRecords {
    pub(super) fn read(path: &Path, across_sources_only: bool, has_sources: bool) -> Result<Self, Failure> {
        let required: &[&str] =
            if has_sources { &["source", "unique_id", "entity_id"] } else { &["unique_id", "entity_id"] };
        let rows = labels::rows(path, ["source", "unique_id", "entity_id"], required)?;
        let name = |[source, id, _]: &[String; 3]| {
            (if has_sources { source.clone() } else { String::new() }, id.clone())
        };
        let names: Vec<Name> = rows.iter().map(name).collect();
        let numbers: HashMap<Name, u32> = names.iter().cloned().zip(0..).collect();
        if numbers.len() < names.len() {
            return Err(Failure::new(Exit::Input, format!("{} names a record twice", path.display())));
        }
        check_entities(path, &rows)?;
        let source_of =
            if across_sources_only { numbered(rows.iter().map(|row| row[0].as_str())) } else { Vec::new() };
        let entity_of = numbered(rows.iter().map(|row| row[2].as_str()));
        Ok(Self { names, numbers, entity_of, source_of })
    }

    pub(super) fn number(&self, name: &Name) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The truth with the groups of one dimension.
    pub(super) fn truth(&self, group: Option<&Dimension>) -> Truth {
        let group_of = group.map_or_else(Vec::new, |dimension| {
            dimension
                .of_record
                .iter()
                .map(|stratum| dimension.strata[usize::from(*stratum)].clone())
                .collect()
        });
        Truth { entity_of: self.entity_of.clone(), source_of: self.source_of.clone(), group_of }
    }
}

/// Refuses records of which nobody says whose they are. Taken as one person, all of them would be of the same; taken as
/// people of their own, every right link of theirs would count as false.
fn check_entities(path: &Path, rows: &[[String; 3]]) -> Result<(), Failure> {
    let mut without = rows.iter().enumerate().filter(|(_, row)| row[2].trim().is_empty());
    let Some((first, [_, id, _])) = without.next() else { return Ok(()) };
    let n = 1 + without.count();
    let text = format!(
        "{}: {n} of {} records have no `entity_id`, the first in row {}, `{id}`: nothing can be held against them; \
         fill them in (a person with one record has an entity_id too), or link and evaluate without these records",
        path.display(),
        rows.len(),
        first + 1
    );
    Err(Failure::new(Exit::Input, text))
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

/// The groups of every column that was asked for; a record without one is in a group without a name.
pub(super) fn groups(
    arguments: &Arguments,
    folder: &Path,
    names: &[Name],
    has_sources: bool,
) -> Result<Vec<Dimension>, Failure> {
    let Some(path) = &arguments.records else { return Ok(Vec::new()) };
    let (schema, batches) = tabular::read(path)?;
    let known_by = NamedBy::of(path, &schema, folder, has_sources)?;
    let mut dimensions = Vec::new();
    for column in &arguments.group {
        if schema.column_with_name(column).is_none() {
            return Err(Failure::new(Exit::Input, format!("{} has no column `{column}`", path.display())));
        }
        let mut group_of: HashMap<Name, String> = HashMap::new();
        for batch in &batches {
            group_of.extend(known_by.names(batch).into_iter().zip(labels::texts(batch, column)));
        }
        tell_unknown(path, names, &group_of);
        dimensions.push(dimension(column, names, &group_of)?);
    }
    Ok(dimensions)
}

/// The columns by which a file names its records.
struct NamedBy {
    unique_id: String,
    source: Option<String>,
}

impl NamedBy {
    /// The columns that the run in a folder calls its id and its source, where the file has them; otherwise `unique_id` and
    /// `source`.
    fn of(path: &Path, schema: &Schema, folder: &Path, has_sources: bool) -> Result<Self, Failure> {
        let config = linkage_run::configuration(folder);
        let of_run = |own: Option<String>, usual: &str| {
            let mut names: Vec<String> = own.into_iter().chain([usual.to_owned()]).collect();
            names.dedup();
            let there = names.iter().find(|name| schema.column_with_name(name).is_some()).cloned();
            there.ok_or_else(|| {
                let present: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
                let text = format!(
                    "{} has no column `{}` to tell its records by; it has `{}`",
                    path.display(),
                    names.join("` or `"),
                    present.join("`, `")
                );
                Failure::new(Exit::Input, text)
            })
        };
        let unique_id = of_run(config.as_ref().map(|config| config.unique_id.clone()), "unique_id")?;
        let own_source = config.and_then(|config| config.source);
        let source = if has_sources { Some(of_run(own_source, "source")?) } else { None };
        Ok(Self { unique_id, source })
    }

    fn names(&self, batch: &RecordBatch) -> Vec<Name> {
        let ids = labels::texts(batch, &self.unique_id);
        let sources = self.source.as_ref().map(|column| labels::texts(batch, column));
        sources.unwrap_or_else(|| vec![String::new(); ids.len()]).into_iter().zip(ids).collect()
    }
}

/// Says how many records the file of groups does not have.
fn tell_unknown(path: &Path, names: &[Name], group_of: &HashMap<Name, String>) {
    let n_unknown = names.iter().filter(|name| !group_of.contains_key(*name)).count();
    if n_unknown > 0 {
        let (n, path) = (names.len(), path.display());
        tell(format!("{n_unknown} of {n} records are not in {path}: they are in a group without a name"));
    }
}

fn dimension(column: &str, names: &[Name], group_of: &HashMap<Name, String>) -> Result<Dimension, Failure> {
    let groups: Vec<&str> = names.iter().map(|name| group_of.get(name).map_or("", String::as_str)).collect();
    let mut strata: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
    strata.sort();
    strata.dedup();
    if strata.len() > GROUPS_MAX {
        let text = format!("column `{column}` has {} groups; the limit is {GROUPS_MAX}", strata.len());
        return Err(Failure::new(Exit::Call, text));
    }
    let place = |group: &&str| strata.binary_search_by(|s| s.as_str().cmp(group)).unwrap_or(0) as u16;
    let of_record = groups.iter().map(place).collect();
    Ok(Dimension { name: column.to_owned(), strata, of_record })
}

/// The cluster of each of `n_records` records that `number` knows by name; `None` without a file of clusters. A record that is in
/// none is alone.
pub(super) fn clusters(
    arguments: &Arguments,
    folder: &Path,
    n_records: usize,
    number: impl Fn(&Name) -> Option<u32>,
    has_sources: bool,
) -> Result<Option<Vec<u32>>, Failure> {
    let beside = folder.join("clusters.parquet");
    let path = match &arguments.clusters {
        Some(path) => path.clone(),
        None if beside.exists() => beside,
        None => return Ok(None),
    };
    let rows = labels::rows(&path, ["source", "unique_id", "cluster_id"], &["unique_id", "cluster_id"])?;
    let numbers = numbered(rows.iter().map(|row| row[2].as_str()));
    let mut cluster_of: Vec<u32> = (0..n_records as u32).map(|record| u32::MAX - record).collect();
    for ([source, id, _], cluster) in rows.iter().zip(numbers) {
        let name = (if has_sources { source.clone() } else { String::new() }, id.clone());
        if let Some(record) = number(&name) {
            cluster_of[record as usize] = cluster;
        }
    }
    Ok(Some(cluster_of))
}
