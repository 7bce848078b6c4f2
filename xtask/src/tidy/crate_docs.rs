//! Every crate says what it does and what it never does.

use super::{breach::Breach, tree::Tree};

/// How the sentence begins that tells what a crate never does.
const NEVER: &str = "Never: ";

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    let roots = tree.files().iter().filter(|file| {
        let parts: Vec<&str> = file.path.split('/').collect();
        matches!(parts[..], ["crates", _, "src", "lib.rs" | "main.rs"] | ["xtask", "src", "main.rs"])
    });
    let silent = roots.filter(|file| {
        let documentation = file.lines().map(|(_, line)| line).take_while(|line| line.starts_with("//!"));
        !documentation.into_iter().any(|line| line.contains(NEVER.trim_end()))
    });
    let breach = |file: &super::tree::File| Breach {
        path: file.path.clone(),
        line: 1,
        what: "the crate does not say what it never does".to_owned(),
        why: "a wall is known by what may not pass it".to_owned(),
        remedy: format!("add a line “{NEVER}…” to the crate's documentation"),
    };
    silent.map(breach).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn a_crate_says_what_it_never_does() {
        let path = "crates/a/src/lib.rs";
        check(
            breaches,
            &[
                (&[(path, "//! Does.\n//!\n//! Never: reads.\n"), ("crates/a/src/b.rs", "")], &[]),
                (&[(path, "//! Does.\n\n// Never: reads.\n")], &["crates/a/src/lib.rs:1"]),
                (&[("crates/a/src/main.rs", "")], &["crates/a/src/main.rs:1"]),
            ],
        );
    }
}
