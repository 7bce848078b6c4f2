//! The groups of records, from a file that names them as a run does.

use std::{collections::HashMap, path::Path};

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use redress_linkage::Dimension;
use redress_sources::tabular;

use crate::{
    command::tell,
    failure::{Exit, Failure},
    labels::{self, Name},
    linkage_run,
};

/// Most groups of one column.
const GROUPS_MAX: usize = 60_000;

/// The groups of every column that was asked for; a record without one is in a group without a name.
pub(crate) fn groups(
    records: Option<&Path>,
    columns: &[String],
    folder: &Path,
    names: &[Name],
    has_sources: bool,
) -> Result<Vec<Dimension>, Failure> {
    let Some(path) = records else { return Ok(Vec::new()) };
    let (schema, batches) = tabular::read(path)?;
    let known_by = NamedBy::of(path, &schema, folder, has_sources)?;
    let mut dimensions = Vec::new();
    for column in columns {
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
