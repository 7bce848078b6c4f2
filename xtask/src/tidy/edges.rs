//! Dependencies between crates point down, and each has a reason.

use super::{
    breach::Breach,
    manifest::{self, Dependency, Manifest, OWN_PREFIX, Part},
    tree::Tree,
};

/// Layer of each crate. `testkit` has none: only tests may use it.
pub(crate) const LAYERS: &[(&str, u8)] = &[
    ("statement", 0),
    ("tlog", 0),
    ("linkage", 1),
    ("casefile", 1),
    ("checks", 2),
    ("report", 3),
    ("ports", 4),
    ("sources", 5),
    ("synth", 5),
    ("store", 5),
    ("letters", 5),
    ("service", 6),
    ("web", 7),
    ("cli", 8),
];

/// The crate that only tests may use.
const TEST_KIT: &str = "testkit";

/// One permitted dependency: the crate that has it, the crate that it names, what for.
type Edge = (&'static str, &'static str, &'static str);

/// The permitted dependencies of what ships.
const EDGES: &[Edge] = &[
    ("linkage", "statement", "compares names and partial dates as statements hold them"),
    ("casefile", "statement", "a case file is made of records and their statements"),
    ("checks", "statement", "a discrepancy names the statements that disagree"),
    ("checks", "casefile", "a check reads one case file"),
    ("ports", "statement", "records and statements cross the ports"),
    ("ports", "casefile", "events and case files cross the ports"),
    ("sources", "statement", "rows become records of statements"),
    ("sources", "ports", "implements the reader of records"),
    ("store", "statement", "keeps records"),
    ("store", "casefile", "keeps events and folds them into projections"),
    ("store", "ports", "implements the store"),
    ("store", "tlog", "writes tiles and checkpoints"),
    ("letters", "casefile", "puts a packet into words"),
    ("service", "statement", "assembles records into persons"),
    ("service", "casefile", "runs the state machines"),
    ("service", "checks", "runs the registry of checks"),
    ("service", "linkage", "asks for links"),
    ("service", "ports", "reaches the world"),
    ("service", "report", "counts for public tables"),
    ("web", "statement", "names attributes and records on pages"),
    ("web", "casefile", "names states and commands on pages"),
    ("web", "checks", "shows the catalogue of checks"),
    ("web", "linkage", "draws the waterfall of a link"),
    ("web", "report", "shows the figures of the last run"),
    ("web", "ports", "names rows and receipts on pages"),
    ("web", "letters", "writes a packet as a page"),
    ("web", "service", "calls the use cases"),
    ("web", "tlog", "serves tiles and checkpoints"),
    ("cli", "statement", "the composition root wires every crate"),
    ("cli", "casefile", "the composition root wires every crate"),
    ("cli", "checks", "the composition root wires every crate"),
    ("cli", "linkage", "stand-alone link, explain and evaluate"),
    ("cli", "ports", "the composition root wires every crate"),
    ("cli", "report", "prints the figures of a run"),
    ("cli", "letters", "writes a packet as a file"),
    ("cli", "service", "calls the use cases"),
    ("cli", "sources", "opens the readers"),
    ("cli", "store", "opens the store"),
    ("cli", "synth", "invents the demo's population"),
    ("cli", "tlog", "verifies a log offline"),
    ("cli", "web", "serves the pages"),
    ("testkit", "statement", "builds records"),
    ("testkit", "casefile", "builds case files"),
    ("testkit", "ports", "a clock that stands still behind the port"),
];

/// The permitted dependencies of tests alone.
const TEST_EDGES: &[Edge] = &[
    ("checks", TEST_KIT, "fixtures are case files written as text"),
    ("service", TEST_KIT, "records that are counted"),
    ("letters", "statement", "attributes and digests of an invented packet"),
    ("web", "store", "routes are called over a store on disk"),
    ("web", TEST_KIT, "records, reviewers and a clock that stands still"),
    ("sources", TEST_KIT, "the text of a contract"),
    ("store", TEST_KIT, "records, reviewers and a clock that stands still"),
    ("service", TEST_KIT, "records, reviewers and a clock that stands still"),
    ("cli", TEST_KIT, "salts that count, where a test makes a log; the text of a contract"),
    ("service", "store", "use cases run on a store in a folder of its own"),
];

/// Where the tables stand.
const TABLE_PATH: &str = "xtask/src/tidy/edges.rs";

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    judge(tree, LAYERS, EDGES, TEST_EDGES)
}

fn judge(tree: &Tree, layers: &[(&str, u8)], edges: &[Edge], test_edges: &[Edge]) -> Vec<Breach> {
    let manifests = manifest::crates(tree);
    let mut found = Vec::new();
    for manifest in &manifests {
        if manifest.noun != TEST_KIT && layer(layers, &manifest.noun).is_none() {
            found.push(breach(
                &manifest.path,
                1,
                format!("crate {} has no layer", manifest.noun),
                "add it to LAYERS",
            ));
        }
        for dependency in &manifest.dependencies {
            let Some(to) = dependency.package.strip_prefix(OWN_PREFIX) else { continue };
            found.extend(judge_edge(manifest, to, dependency, layers, edges, test_edges));
        }
    }
    for (part, table) in [(Part::Product, edges), (Part::Test, test_edges)] {
        found.extend(table.iter().filter_map(|edge| stale(&manifests, part, edge)));
    }
    found
}

fn judge_edge(
    manifest: &Manifest,
    to: &str,
    dependency: &Dependency,
    layers: &[(&str, u8)],
    edges: &[Edge],
    test_edges: &[Edge],
) -> Option<Breach> {
    let from = manifest.noun.as_str();
    let named = |table: &[Edge]| table.iter().any(|edge| (edge.0, edge.1) == (from, to));
    let is_test = dependency.part == Part::Test;
    let points_down = match (layer(layers, from), layer(layers, to)) {
        (Some(above), Some(below)) => below < above,
        (None, Some(_)) => from == TEST_KIT,
        (_, None) => to == TEST_KIT && is_test,
    };
    let (what, remedy) = if !points_down {
        ("does not point down", "move what is shared into a lower crate, or pass it as an argument")
    } else if !(named(edges) || is_test && named(test_edges)) {
        ("is not in the table", "take it out, or add it with its reason")
    } else {
        return None;
    };
    Some(breach(&manifest.path, dependency.line, format!("the edge {from} → {to} {what}"), remedy))
}

/// An edge of the table that no manifest has any more.
fn stale(manifests: &[Manifest], part: Part, (from, to, _): &Edge) -> Option<Breach> {
    let package = format!("{OWN_PREFIX}{to}");
    let is_this = |dependency: &Dependency| dependency.part == part && dependency.package == package;
    let exists = manifests.iter().any(|it| it.noun == *from && it.dependencies.iter().any(is_this));
    let what = format!("the edge {from} → {to} exists in the table only");
    (!exists).then(|| breach(TABLE_PATH, 1, what, "take it out of the table"))
}

fn layer(layers: &[(&str, u8)], noun: &str) -> Option<u8> {
    layers.iter().find(|(name, _)| *name == noun).map(|(_, layer)| *layer)
}

fn breach(path: &str, line: usize, what: String, remedy: &str) -> Breach {
    Breach {
        path: path.to_owned(),
        line,
        what,
        why: "dependencies point down and each has a reason".to_owned(),
        remedy: format!("{remedy} ({TABLE_PATH})"),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn an_edge_points_down_and_is_in_the_table() {
        const LAYERS: &[(&str, u8)] = &[("low", 0), ("side", 0), ("high", 1)];
        let low = ("crates/low/Cargo.toml", "[dependencies]\nserde = \"1\"\n");
        let rule = |tree: &Tree| judge(tree, LAYERS, &[("high", "low", "why")], &[("low", "testkit", "why")]);
        let kit = ("crates/testkit/Cargo.toml", "");
        let low_tested = ("crates/low/Cargo.toml", "[dev-dependencies]\nredress-testkit.workspace = true\n");
        let high = ("crates/high/Cargo.toml", "[dependencies]\nredress-low.workspace = true\n");
        check(
            rule,
            &[
                (&[high, low_tested, kit], &[]),
                // Upward, sideways, and into the test kit from what ships.
                (
                    &[
                        high,
                        low_tested,
                        kit,
                        ("crates/side/Cargo.toml", "[dependencies]\nredress-high = {}\n"),
                    ],
                    &["crates/side/Cargo.toml:2"],
                ),
                (
                    &[
                        high,
                        low_tested,
                        kit,
                        ("crates/side/Cargo.toml", "[dependencies]\nredress-low = {}\n"),
                    ],
                    &["crates/side/Cargo.toml:2"],
                ),
                (
                    &[
                        high,
                        low_tested,
                        kit,
                        ("crates/side/Cargo.toml", "[dependencies]\nredress-testkit = {}\n"),
                    ],
                    &["crates/side/Cargo.toml:2"],
                ),
                // Down, but without a reason.
                (
                    &[
                        ("crates/high/Cargo.toml", "[dependencies]\nredress-low = {}\nredress-side = {}\n"),
                        low_tested,
                    ],
                    &["crates/high/Cargo.toml:3"],
                ),
                // Stale, and without a layer.
                (&[low, high], &["xtask/src/tidy/edges.rs:1"]),
                (&[high, low_tested, ("crates/new/Cargo.toml", "")], &["crates/new/Cargo.toml:1"]),
            ],
        );
    }
}
