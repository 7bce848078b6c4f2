//! What is finished leaves no note that it is not.

use super::{
    breach::Breach,
    tree::{File, Tree},
};

/// What does not stand in code, and what to do instead. Parted, so that this file holds none of them itself.
const LEFTOVERS: &[(&str, &str)] = &[
    (concat!("TO", "DO"), "do it, or open an issue"),
    (concat!("FIX", "ME"), "fix it, or open an issue"),
    (concat!("XX", "X "), "say what is meant"),
    (concat!("todo", "!("), "write it, or leave the function out"),
    (concat!("unimplemented", "!("), "write it, or leave the function out"),
    (concat!("#[", "ignore"), "a test runs or it is deleted"),
    (concat!("#[", "allow("), "use #[expect(lint, reason = \"…\")], which tells when it is no longer needed"),
    (
        concat!("#![", "allow("),
        "use #![expect(lint, reason = \"…\")], which tells when it is no longer needed",
    ),
    (concat!("test", ".only("), "run the whole"),
];

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    let code =
        tree.files().iter().filter(|file| file.ends_with(&["rs", "mjs", "js", "html", "css", "sql", "toml"]));
    code.flat_map(in_file).collect()
}

fn in_file(file: &File) -> Vec<Breach> {
    let found = file.lines().flat_map(|(line, text)| {
        LEFTOVERS
            .iter()
            .filter(|(mark, _)| text.contains(mark))
            .map(move |(mark, remedy)| (line, mark, remedy))
    });
    let breach = |(line, mark, remedy): (usize, &&str, &&str)| Breach {
        path: file.path.clone(),
        line,
        what: (*mark).trim().to_owned(),
        why: "what is committed is finished".to_owned(),
        remedy: (*remedy).to_owned(),
    };
    found.map(breach).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn leftovers_are_found() {
        check(
            breaches,
            &[
                (
                    &[
                        ("a.rs", "#[expect(lint, reason = \"why\")]\nfn todo() {}\n"),
                        ("a.md", concat!("TO", "DO")),
                    ],
                    &[],
                ),
                (&[("a.rs", concat!("\n// TO", "DO: later"))], &["a.rs:2"]),
                (&[("a.rs", concat!("#[", "allow(dead_code)]"))], &["a.rs:1"]),
                (&[("a.rs", concat!("#[test]\n#[", "ignore = \"slow\"]"))], &["a.rs:2"]),
                (&[("a.sql", concat!("-- FIX", "ME"))], &["a.sql:1"]),
            ],
        );
    }
}
