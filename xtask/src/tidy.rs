//! The rules of the tree that no compiler knows: layers, purity, the charter's absences, words, leftovers.
//!
//! One rule is one file. A rule reads the [`Tree`] and gives [`Breach`]es; it changes nothing. The whole of it
//! is also a test, so that plain `cargo test` holds the tree to the same rules.

mod breach;
mod charter_words;
mod clippy_files;
mod crate_docs;
mod decision_notes;
mod document_links;
mod edges;
mod file_lines;
mod glossary_words;
mod leftovers;
mod lexicon;
mod machine_paths;
mod manifest;
mod person_lists;
mod purity;
mod runtime;
mod token;
mod tree;
mod unused_dependencies;

use std::path::Path;

use breach::Breach;
use tree::Tree;

/// A rule with its name.
type Rule = (&'static str, fn(&Tree) -> Vec<Breach>);

const RULES: &[Rule] = &[
    ("edges", edges::breaches),
    ("runtime", runtime::breaches),
    ("purity", purity::breaches),
    ("clippy files", clippy_files::breaches),
    ("charter words", charter_words::breaches),
    ("person lists", person_lists::breaches),
    ("glossary words", glossary_words::breaches),
    ("file lines", file_lines::breaches),
    ("leftovers", leftovers::breaches),
    ("machine paths", machine_paths::breaches),
    ("crate docs", crate_docs::breaches),
    ("decision notes", decision_notes::breaches),
    ("document links", document_links::breaches),
    ("unused dependencies", unused_dependencies::breaches),
];

/// Holds the workspace at `root` against every rule, and prints each breach.
///
/// # Errors
/// When the tree cannot be read or a rule is broken.
pub(crate) fn report(root: &Path) -> Result<(), String> {
    let tree = Tree::read(root)?;
    let mut n_breaches = 0;
    for (name, rule) in RULES {
        for breach in rule(&tree) {
            eprintln!("{breach} [{name}]");
            n_breaches += 1;
        }
    }
    match n_breaches {
        0 => {
            eprintln!("    tidy: {} rules hold over {} files", RULES.len(), tree.files().len());
            Ok(())
        }
        n => Err(format!("tidy found {n} breaches")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tidy() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let breaches: Vec<String> = Tree::read(root)
            .map(|tree| {
                RULES.iter().flat_map(|(_, rule)| rule(&tree)).map(|breach| breach.to_string()).collect()
            })
            .unwrap();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }
}
