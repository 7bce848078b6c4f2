//! The charter's refusals, read from CHARTER.md: one text for the repository and for the page.

use std::sync::LazyLock;

const CHARTER: &str = include_str!("../../../CHARTER.md");

static REFUSALS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| read(CHARTER));

/// Each refusal: what is refused, and what follows on it.
pub(crate) fn refusals() -> &'static [(String, String)] {
    &REFUSALS
}

/// The numbered items of the section "What it refuses": `1. **What** and the rest`.
fn read(charter: &str) -> Vec<(String, String)> {
    let section = charter.split("\n## ").find(|section| section.starts_with("What it refuses"));
    let mut items: Vec<String> = Vec::new();
    for line in section.unwrap_or_default().lines() {
        let is_item = line.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok());
        match items.last_mut() {
            _ if is_item => items.push(line.to_owned()),
            Some(item) if line.starts_with("   ") => {
                item.push(' ');
                item.push_str(line.trim());
            }
            _ => {}
        }
    }
    items.iter().filter_map(|item| parts(item)).collect()
}

fn parts(item: &str) -> Option<(String, String)> {
    let (_, text) = item.split_once("**")?;
    let (refused, rest) = text.split_once("**")?;
    Some((refused.to_owned(), rest.replace('*', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_the_charter_says() {
        assert_eq!(refusals().len(), 5);
        for (refused, rest) in refusals() {
            assert!(refused.starts_with("No"), "{refused}");
            assert!(rest.ends_with('.') || rest.is_empty(), "{rest}");
        }
        assert!(refusals()[3].0.contains("speeds up an action against a person"));
    }

    #[test]
    fn an_item_goes_on_over_lines() {
        let text = "# C\n\n## What it refuses\n\nThese.\n\n1. **No x**, no y,\n   and *z*.\n2. **No w.**\n\n## Next\n\n3. **No v.**\n";
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(read(text), [pair("No x", ", no y, and z."), pair("No w.", "")]);
    }
}
