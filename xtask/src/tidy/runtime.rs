//! No runtime, network or database below layer 4, and the SQL driver in `store` alone.

use super::{
    breach::Breach,
    edges::LAYERS,
    manifest::{self, Dependency, Manifest},
    tree::Tree,
};

/// The first layer that may reach the world.
const OUTER_LAYER_MIN: u8 = 4;

/// What reaches the world.
const OUTER_PACKAGES: &[&str] = &[
    "async-std",
    "axum",
    "axum-extra",
    "diesel",
    "hyper",
    "libsqlite3-sys",
    "mio",
    "openssl",
    "postgres",
    "reqwest",
    "rusqlite",
    "rustls",
    "smol",
    "sqlx",
    "tokio",
    "tokio-postgres",
    "tower",
    "tower-http",
    "ureq",
];

/// What reaches a database.
const DATABASE_PACKAGES: &[&str] =
    &["diesel", "libsqlite3-sys", "postgres", "rusqlite", "sqlx", "tokio-postgres"];

/// The crate that holds the database.
const STORE: &str = "store";

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    let manifests = manifest::crates(tree);
    manifests
        .iter()
        .flat_map(|manifest| manifest.dependencies.iter().filter_map(|it| judge(manifest, it)))
        .collect()
}

fn judge(manifest: &Manifest, dependency: &Dependency) -> Option<Breach> {
    let package = dependency.package.as_str();
    let layer = LAYERS.iter().find(|(noun, _)| *noun == manifest.noun).map(|(_, layer)| *layer);
    let (why, remedy) = if DATABASE_PACKAGES.contains(&package) && manifest.noun != STORE {
        ("the database is behind redress_ports, in the crate store alone", "add a method to the port")
    } else if layer.is_some_and(|layer| layer < OUTER_LAYER_MIN) && OUTER_PACKAGES.contains(&package) {
        (
            "the core compiles and tests without a runtime, a network or a database",
            "move the call to the service",
        )
    } else {
        return None;
    };
    Some(Breach {
        path: manifest.path.clone(),
        line: dependency.line,
        what: format!("{} depends on {package}", manifest.noun),
        why: why.to_owned(),
        remedy: remedy.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn the_core_has_no_runtime_and_the_store_alone_a_database() {
        let (checks, store, web) =
            ("crates/checks/Cargo.toml", "crates/store/Cargo.toml", "crates/web/Cargo.toml");
        check(
            breaches,
            &[
                (
                    &[
                        (store, "[dependencies]\nsqlx = {}\ntokio = {}\n"),
                        (web, "[dependencies]\ntokio = {}\n"),
                    ],
                    &[],
                ),
                (&[(checks, "[dependencies]\nserde = {}\n")], &[]),
                (
                    &[(checks, "[dependencies]\nserde = {}\ntokio.workspace = true\n")],
                    &["crates/checks/Cargo.toml:3"],
                ),
                (&[(checks, "[dev-dependencies]\ntokio = {}\n")], &["crates/checks/Cargo.toml:2"]),
                (&[(web, "[dependencies]\nsqlx = {}\n")], &["crates/web/Cargo.toml:2"]),
            ],
        );
    }
}
