//! Every dependency is used: by a crate, if the workspace names it; by a line of code, if a crate names it.

use std::collections::BTreeSet;

use super::{
    breach::Breach,
    manifest::{self, Dependency, Manifest},
    token::Kind,
    tree::{File, Tree},
};

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    let manifests = manifest::crates(tree);
    let mut named: BTreeSet<String> =
        manifests.iter().flat_map(|it| &it.dependencies).map(|it| it.package.clone()).collect();
    named.extend(
        tree.file("xtask/Cargo.toml").into_iter().flat_map(manifest::dependencies).map(|it| it.package),
    );
    let of_workspace = tree.file("Cargo.toml").into_iter().flat_map(|file| unused_by_all(file, &named));
    of_workspace.chain(manifests.iter().flat_map(|manifest| unused_by_code(tree, manifest))).collect()
}

fn unused_by_all(file: &File, named: &BTreeSet<String>) -> Vec<Breach> {
    let table = file.text.parse::<toml::Table>().unwrap_or_default();
    let packages = table.get("workspace").and_then(|it| it.get("dependencies")).and_then(|it| it.as_table());
    let unused = packages.into_iter().flat_map(|it| it.keys()).filter(|package| !named.contains(*package));
    let line = |package: &str| manifest::line_of(file, "workspace.dependencies", package);
    unused.map(|package| breach(&file.path, line(package), package, "no crate names it")).collect()
}

fn unused_by_code(tree: &Tree, manifest: &Manifest) -> Vec<Breach> {
    let folder = format!("crates/{}/", manifest.noun);
    let code: Vec<&File> = tree.under(&folder).filter(|file| file.ends_with(&["rs"])).collect();
    let texts = |kind: Kind| {
        let tokens = code.iter().flat_map(|file| file.tokens()).filter(move |token| token.kind == kind);
        tokens.map(|token| token.text.as_str())
    };
    // An example in the documentation is code too, and names what it needs.
    let names: BTreeSet<&str> = texts(Kind::Name).collect();
    let examples: Vec<&str> = texts(Kind::Documentation).collect();
    let is_used = |dependency: &&Dependency| {
        let name = dependency.package.replace('-', "_");
        names.contains(name.as_str()) || examples.iter().any(|text| text.contains(&format!("{name}::")))
    };
    let unused = manifest.dependencies.iter().filter(|it| !is_used(it));
    unused
        .map(|it| breach(&manifest.path, it.line, &it.package, "no line of the crate's code names it"))
        .collect()
}

fn breach(path: &str, line: usize, package: &str, what: &str) -> Breach {
    Breach {
        path: path.to_owned(),
        line,
        what: format!("{package}: {what}"),
        why: "what is not used is still built, audited and updated".to_owned(),
        remedy: "take it out".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn an_unused_dependency_is_found() {
        let root = (
            "Cargo.toml",
            "[workspace]\n[workspace.dependencies]\nserde-a = \"1\"\ncsv = { version = \"1\" }\n",
        );
        let a = (
            "crates/a/Cargo.toml",
            "[dependencies]\nserde-a.workspace = true\n[dev-dependencies]\ncsv.workspace = true\n",
        );
        check(
            breaches,
            &[
                (
                    &[
                        root,
                        a,
                        ("crates/a/src/lib.rs", "use serde_a::X;"),
                        ("crates/a/tests/b.rs", "use csv;"),
                    ],
                    &[],
                ),
                (
                    &[root, a, ("crates/a/src/lib.rs", "//! let x = csv::Reader::new();\nuse serde_a::X;")],
                    &[],
                ),
                (&[root, a, ("crates/a/src/lib.rs", "use serde_a::X; // csv")], &["crates/a/Cargo.toml:4"]),
                (
                    &[
                        root,
                        ("crates/a/Cargo.toml", "[dependencies]\nserde-a = {}\n"),
                        ("crates/a/src/lib.rs", "use serde_a;"),
                    ],
                    &["Cargo.toml:4"],
                ),
            ],
        );
    }
}
