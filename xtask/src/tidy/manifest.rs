//! The crates' `Cargo.toml` files.

use toml::Table;

use super::tree::{File, Tree};

/// The part of a manifest that a dependency stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// `[dependencies]` or `[build-dependencies]`: what the crate is made of.
    Product,
    /// `[dev-dependencies]`: what its tests use.
    Test,
}

/// One dependency of a crate.
#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    /// Package name as written, `redress-statement` or `serde`.
    pub(crate) package: String,
    /// Where it stands.
    pub(crate) part: Part,
    /// Line in the manifest, from 1; 1 when it cannot be told.
    pub(crate) line: usize,
}

/// One crate under `crates/`.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    /// Path of its manifest.
    pub(crate) path: String,
    /// Name of its folder: `statement`.
    pub(crate) noun: String,
    /// Its dependencies.
    pub(crate) dependencies: Vec<Dependency>,
}

/// What the name of an own crate begins with.
pub(crate) const OWN_PREFIX: &str = "redress-";

/// The manifests of `crates/*`, in the order of their names. One that is not TOML is cargo's to report.
pub(crate) fn crates(tree: &Tree) -> Vec<Manifest> {
    tree.under("crates/").filter_map(manifest).collect()
}

fn manifest(file: &File) -> Option<Manifest> {
    let noun = file.path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
    Some(Manifest { path: file.path.clone(), noun: noun.to_owned(), dependencies: dependencies(file) })
}

/// The dependencies that a manifest names.
pub(crate) fn dependencies(file: &File) -> Vec<Dependency> {
    let Ok(table) = file.text.parse::<Table>() else { return Vec::new() };
    let sections = [
        ("dependencies", Part::Product),
        ("build-dependencies", Part::Product),
        ("dev-dependencies", Part::Test),
    ];
    let mut found = Vec::new();
    for (section, part) in sections {
        for package in table.get(section).and_then(|value| value.as_table()).into_iter().flat_map(Table::keys)
        {
            found.push(Dependency { package: package.clone(), part, line: line_of(file, section, package) });
        }
    }
    found
}

/// Line of `name` in the section `[section]`.
pub(crate) fn line_of(file: &File, section: &str, name: &str) -> usize {
    let header = format!("[{section}]");
    let from = file.lines().find(|(_, line)| line.trim() == header).map_or(1, |(line, _)| line);
    let is_name = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '.', '=']));
    file.lines().find(|(line, text)| *line > from && is_name(text)).map_or(from, |(line, _)| line)
}
