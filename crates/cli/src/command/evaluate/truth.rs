//! What is known of the records: who they truly are, their groups, their clusters.

use std::{collections::HashMap, path::Path};

use redress_linkage::{Dimension, Truth};

use super::Arguments;
use crate::{
    failure::{Exit, Failure},
    labels::{self, Name},
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
    known: &KnownRecords,
    has_sources: bool,
) -> Result<Vec<Dimension>, Failure> {
    let mut dimensions = Vec::new();
    let Some(records) = &arguments.records else { return Ok(dimensions) };
    for column in &arguments.group {
        let rows =
            labels::rows(records, ["source", "unique_id", column.as_str()], &["unique_id", column.as_str()])?;
        let mut group_of: HashMap<Name, String> = HashMap::new();
        for [source, id, group] in rows {
            group_of.insert((if has_sources { source } else { String::new() }, id), group);
        }
        let groups: Vec<&str> =
            known.names.iter().map(|name| group_of.get(name).map_or("", String::as_str)).collect();
        let mut strata: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
        strata.sort();
        strata.dedup();
        if strata.len() > GROUPS_MAX {
            let text = format!("column `{column}` has {} groups; the limit is {GROUPS_MAX}", strata.len());
            return Err(Failure::new(Exit::Call, text));
        }
        let place = |group: &&str| strata.binary_search_by(|s| s.as_str().cmp(group)).unwrap_or(0) as u16;
        let of_record = groups.iter().map(place).collect();
        dimensions.push(Dimension { name: column.clone(), strata, of_record });
    }
    Ok(dimensions)
}

/// The cluster of each known record; `None` without a file of clusters. A record that is in none is alone.
pub(super) fn clusters(
    arguments: &Arguments,
    folder: &Path,
    known: &KnownRecords,
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
    let mut cluster_of: Vec<u32> = (0..known.names.len() as u32).map(|record| u32::MAX - record).collect();
    for ([source, id, _], cluster) in rows.iter().zip(numbers) {
        let name = (if has_sources { source.clone() } else { String::new() }, id.clone());
        if let Some(record) = known.number(&name) {
            cluster_of[record as usize] = cluster;
        }
    }
    Ok(Some(cluster_of))
}
