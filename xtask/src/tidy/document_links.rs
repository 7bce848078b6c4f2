//! A relative link of a document leads to a file of the tree.

use super::{
    breach::Breach,
    tree::{File, Tree},
};

/// Endings of files that are not text, which the tree does not hold.
const NOT_TEXT: &[&str] = &["png", "jpg", "webp", "pdf"];

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    let documents = tree.files().iter().filter(|file| file.ends_with(&["md"]));
    documents.flat_map(|file| in_file(tree, file)).collect()
}

fn in_file(tree: &Tree, file: &File) -> Vec<Breach> {
    let mut is_code = false;
    let mut found = Vec::new();
    for (line, text) in file.lines() {
        if text.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        for link in links(text).filter(|link| is_dead(tree, &file.path, link)) {
            found.push(Breach {
                path: file.path.clone(),
                line,
                what: format!("the link {link:?}"),
                why: "a relative link leads to a file of the tree".to_owned(),
                remedy: "write the file, or correct the link".to_owned(),
            });
        }
    }
    found
}

/// The places that a line links to.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link)
}

fn is_dead(tree: &Tree, from: &str, link: &str) -> bool {
    let path = link.split('#').next().unwrap_or_default();
    let is_relative = !path.is_empty() && !path.contains(':') && !path.starts_with('/');
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    if !is_relative || NOT_TEXT.contains(&ending) {
        return false;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    let place = parts.join("/");
    let folder = format!("{place}/");
    !tree.files().iter().any(|file| file.path == place || file.path.starts_with(&folder))
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn dead_links_are_found() {
        let there = ("docs/a.md", "# A");
        check(
            breaches,
            &[
                (&[("README.md", "[A](docs/a.md#a), [B](https://example.org/b.md), [C](#c)"), there], &[]),
                (&[("README.md", "![D](docs/d.png) [E](docs/)"), there], &[]),
                (&[("docs/b.md", "[A](a.md) [R](../docs/a.md)"), there], &[]),
                (&[("docs/b.md", "```\n[A](x.md)\n```\n"), there], &[]),
                (&[("README.md", "\n[A](docs/x.md)"), there], &["README.md:2"]),
                (&[("docs/b.md", "[A](docs/a.md)"), there], &["docs/b.md:1"]),
            ],
        );
    }
}
