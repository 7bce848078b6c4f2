//! What is known of the records: who they truly are, their groups, their clusters.

use std::{collections::HashMap, path::Path};

use redress_linkage::{Dimension, Truth};

use super::Arguments;
use crate::{
    failure::{Exit, Failure},
    labels::{self, Name},
};

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
