//! A file of code holds one thing.

use super::{breach::Breach, tree::Tree};

/// The most lines that a file of code has.
const LINES_MAX: usize = 800;

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    let code = tree.files().iter().filter(|file| file.ends_with(&["rs", "mjs", "js", "html", "css", "sql"]));
    let long = code.filter_map(|file| {
        let n_lines = file.text.lines().count();
        (n_lines > LINES_MAX).then(|| Breach {
            path: file.path.clone(),
            line: LINES_MAX + 1,
            what: format!("{n_lines} lines, {LINES_MAX} are the most"),
            why: "a file holds one thing".to_owned(),
            remedy: "part it by its nouns".to_owned(),
        })
    });
    long.collect()
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn long_files_are_found() {
        let (most, more) = ("\n".repeat(LINES_MAX), "\n".repeat(LINES_MAX + 1));
        check(breaches, &[(&[("a.rs", &most), ("a.csv", &more)], &[]), (&[("a.rs", &more)], &["a.rs:801"])]);
    }
}
