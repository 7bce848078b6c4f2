//! An extract that is read from a database: a folder like any other, for as long as the import takes.

use std::{collections::BTreeMap, fs, path::Path};

use jiff::civil::Date;
use redress_ports::RelationRead;
use redress_service::Progress as _;
use redress_sources::{Contract, MANIFEST_FILE, Manifest};
use redress_store::{DatabaseAddress, read_relations};

use crate::{
    command::{block_on, tell},
    failure::{Exit, Failure},
    progress::{Steps, grouped},
    reading_folder::ReadingFolder,
};

/// What of a database is read, and what the reader says about it.
pub(crate) struct Asked<'a> {
    pub(crate) address: &'a str,
    /// Sections of which the database is said to have every row.
    pub(crate) covered: &'a [String],
    /// Those of which its owner was asked, as many rows are missing, and confirmed it.
    pub(crate) confirmed: &'a [String],
    /// The day that the rows describe.
    pub(crate) as_of: Date,
}

/// Reads the relations of a contract into a folder beside the store, with a manifest.
pub(crate) fn read(contract: &Contract, asked: &Asked<'_>, store: &Path) -> Result<ReadingFolder, Failure> {
    let address = DatabaseAddress::parse(asked.address)?;
    let relations = contract.relations(asked.covered)?;
    check_confirmed(asked)?;
    let folder = ReadingFolder::beside(store)?;
    let steps = Steps::new();
    steps.begin("read", "rows");
    // Of rows that are sealed nothing is told, and so not how many rows there are with them.
    let is_counted = relations.iter().all(|relation| relation.is_counted);
    let read = block_on(async {
        let progress = |n_rows| {
            if is_counted {
                steps.at("read", n_rows, None);
            }
        };
        Ok(read_relations(&address, &relations, folder.path(), &progress).await?)
    })?;
    if is_counted {
        let n_rows = read.iter().map(|relation| relation.n_rows).sum();
        steps.reach(n_rows);
        steps.end(&format!("{} rows of {address}", grouped(n_rows)));
    } else {
        steps.end(&format!("the rows of {address}"));
    }
    tell("a line of it is counted among the rows of its relation in the byte order of their keys");
    let manifest = manifest(contract, asked, read).to_toml()?;
    let path = folder.path().join(MANIFEST_FILE);
    fs::write(&path, manifest).map_err(|error| {
        Failure::of(Exit::Unfinished, &error).while_doing(format!("{} cannot be written", path.display()))
    })?;
    Ok(folder)
}

/// What was confirmed to be whole is said to be whole. Told before the server is asked for rows.
fn check_confirmed(asked: &Asked<'_>) -> Result<(), Failure> {
    match asked.confirmed.iter().find(|section| !asked.covered.contains(section)) {
        None => Ok(()),
        Some(section) => Err(Failure::new(
            Exit::Call,
            format!(
                "--confirmed names the section `{section}`, and --covers does not: what the owner confirmed to be whole is named \
                 in both"
            ),
        )),
    }
}

fn manifest(contract: &Contract, asked: &Asked<'_>, read: Vec<RelationRead>) -> Manifest {
    let left_out: BTreeMap<String, Vec<String>> = contract
        .tables()
        .iter()
        .map(|table| table.name.clone())
        .zip(read.into_iter().map(|relation| relation.left_out))
        .filter(|(_, columns)| !columns.is_empty())
        .collect();
    Manifest {
        as_of: asked.as_of,
        sections: asked.covered.to_vec(),
        confirmed: asked.confirmed.to_vec(),
        noticed: Vec::new(),
        reviewed: Vec::new(),
        left_out,
        traveler: None,
    }
}
