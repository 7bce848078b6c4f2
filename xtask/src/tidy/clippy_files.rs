//! Each pure crate has a `clippy.toml` that forbids clocks, environment and files, and all of them say the same.

use super::{breach::Breach, purity::PURE_CRATES, tree::Tree};

/// The text that each of them holds.
const TEXT: &str = include_str!("pure_clippy.toml");

/// Where that text stands.
const TEXT_PATH: &str = "xtask/src/tidy/pure_clippy.toml";

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    PURE_CRATES.iter().filter_map(|noun| judge(tree, noun)).collect()
}

fn judge(tree: &Tree, noun: &str) -> Option<Breach> {
    let path = format!("crates/{noun}/clippy.toml");
    let what = match tree.file(&path) {
        Some(file) if file.text == TEXT => return None,
        Some(_) => "differs from the one text of the pure crates",
        None => "is missing",
    };
    Some(Breach {
        what: format!("the clippy.toml of {noun} {what}"),
        why: "clippy keeps clocks, environment and files out of the pure crates".to_owned(),
        remedy: format!("copy {TEXT_PATH} there"),
        path,
        line: 1,
    })
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn every_pure_crate_has_the_one_text() {
        let files: Vec<(String, &str)> =
            PURE_CRATES.iter().map(|noun| (format!("crates/{noun}/clippy.toml"), TEXT)).collect();
        let all: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let mut other = all.clone();
        other[0].1 = "too-many-lines-threshold = 700\n";
        check(
            breaches,
            &[
                (&all, &[]),
                (&other, &["crates/statement/clippy.toml:1"]),
                (&all[1..], &["crates/statement/clippy.toml:1"]),
            ],
        );
    }
}
