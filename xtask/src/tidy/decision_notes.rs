//! A note of a decision has a number, a date and a status.

use super::{
    breach::Breach,
    tree::{File, Tree},
};

/// Where the notes lie.
const FOLDER: &str = "docs/decisions/";

/// What a status may be. A note is not edited later: one that is replaced says by which.
const STATUSES: [&str; 2] = ["in force", "replaced by "];

pub(crate) fn breaches(tree: &Tree) -> Vec<Breach> {
    tree.under(FOLDER).filter(|file| !file.path.ends_with("/README.md")).filter_map(judge).collect()
}

fn judge(file: &File) -> Option<Breach> {
    let name = file.path.strip_prefix(FOLDER)?;
    let is_numbered =
        name.len() > 5 && name.bytes().take(4).all(|byte| byte.is_ascii_digit()) && &name[4..5] == "-";
    let is_dated = file.lines().take(5).any(|(_, line)| is_dated_line(line));
    (!is_numbered || !is_dated).then(|| Breach {
        path: file.path.clone(),
        line: 1,
        what: if is_numbered { "a note without date and status" } else { "a note without a number" }
            .to_owned(),
        why: "successors must know when a decision was made and whether it stands".to_owned(),
        remedy: "name it NNNN-what-was-decided.md, and begin with “Date: YYYY-MM-DD. Status: in force.”"
            .to_owned(),
    })
}

fn is_dated_line(line: &str) -> bool {
    let Some((date, status)) = line.strip_prefix("Date: ").and_then(|rest| rest.split_once(". Status: "))
    else {
        return false;
    };
    let digits = date.bytes().filter(u8::is_ascii_digit).count();
    date.len() == 10 && digits == 8 && STATUSES.iter().any(|known| status.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::{super::breach::check, *};

    #[test]
    fn a_note_has_number_date_and_status() {
        let path = "docs/decisions/0001-a.md";
        check(
            breaches,
            &[
                (
                    &[
                        (path, "# 1. A\n\nDate: 2026-11-24. Status: in force.\n"),
                        ("docs/decisions/README.md", ""),
                    ],
                    &[],
                ),
                (&[(path, "# 1. A\n\nDate: 2026-11-24. Status: replaced by 4.\n")], &[]),
                (
                    &[(path, "# 1. A\n\nDate: last week. Status: in force.\n")],
                    &["docs/decisions/0001-a.md:1"],
                ),
                (&[(path, "# 1. A\n")], &["docs/decisions/0001-a.md:1"]),
                (
                    &[("docs/decisions/a.md", "Date: 2026-11-24. Status: in force.")],
                    &["docs/decisions/a.md:1"],
                ),
            ],
        );
    }
}
