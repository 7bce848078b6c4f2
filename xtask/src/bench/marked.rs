//! Tables in a document, each between two lines of its own.

use std::{fs, path::Path};

/// Puts a table into a document, in the place of the one that is there, or at its end.
pub(super) fn write(path: &Path, bench: &str, table: &str) -> Result<(), String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    fs::write(path, placed(&text, bench, table))
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

/// The document with the table between the lines of its bench.
fn placed(text: &str, bench: &str, table: &str) -> String {
    let [begin, end] = ["begin", "end"].map(|edge| format!("<!-- cargo xtask bench {bench}: {edge} -->"));
    let block = format!("{begin}\n{table}{end}");
    match (text.find(&begin), text.find(&end)) {
        (Some(from), Some(to)) if from < to => {
            format!("{}{block}{}", &text[..from], &text[to + end.len()..])
        }
        _ => format!("{}\n\n{block}\n", text.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::placed;

    #[test]
    fn the_table_takes_the_place_of_the_one_before() {
        let once = placed("# Title\n", "link", "| a |\n");
        assert!(once.starts_with("# Title\n\n<!--"), "{once}");
        assert_eq!(placed(&once, "link", "| a |\n"), once);
        let both = placed(&once, "check", "| b |\n");
        assert!(placed(&both, "link", "| c |\n").contains("| c |") && both.contains("| a |"), "{both}");
    }
}
