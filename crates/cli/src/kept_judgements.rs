//! The judgements that bound a run lie in its folder, so that every later run that names it holds to them.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use redress_ports::LabelRow;

use crate::{
    failure::{Exit, Failure},
    labels::{self, Name},
    progress::counted,
    sample_files::LABELS_FILE,
};

/// The file of judgements in the folder of a run.
pub(crate) const KEPT_FILE: &str = "judgements_kept.csv";
/// Sorts behind every time that is written.
const NOW: &str = "\u{10ffff}";

/// The judgements of the run in a folder; none where nothing bound it.
pub(crate) fn read(folder: &Path) -> Result<Vec<LabelRow>, Failure> {
    let path = folder.join(KEPT_FILE);
    if path.is_file() { labels::read_rows(&[path]) } else { Ok(Vec::new()) }
}

/// Refuses to put a run in the place of another whose judgements it would not hold to: those of `redress review judge`, and those
/// that bound the other run. A pair that a given file or the run before judges is held to.
pub(crate) fn refuse_loss(out: &Path, given: &[PathBuf], previous: Option<&Path>) -> Result<(), Failure> {
    let there: Vec<PathBuf> = [LABELS_FILE, KEPT_FILE]
        .map(|name| out.join(name))
        .into_iter()
        .filter(|path| path.is_file())
        .collect();
    if there.is_empty() {
        return Ok(());
    }
    let mut held = labels::read_rows(given)?;
    held.extend(previous.map_or(Ok(Vec::new()), read)?);
    let held: HashSet<(Name, Name)> = held.iter().map(pair).collect();
    for path in there {
        let rows = labels::read_rows(std::slice::from_ref(&path))?;
        let lost: HashSet<(Name, Name)> = rows.iter().map(pair).filter(|pair| !held.contains(pair)).collect();
        if !lost.is_empty() {
            let (file, pairs) = (path.display(), counted(lost.len() as u64, "pair"));
            let text = format!(
                "{file}: people judged {pairs} of the run in this folder, and a run in its place would not hold to what they said: \
                 name another folder with --out, and give --judgements {file} for the judgements to bind that run"
            );
            return Err(Failure::new(Exit::Call, text));
        }
    }
    Ok(())
}

/// Judgements of the run before together with those given to this one. Of a pair that both judge, what was said later counts,
/// all labellers of it: what is given without a time is of now, what was kept without one is older than everything. The second
/// value says how many of the rows, from the front, are of the run before.
pub(crate) fn together(before: Vec<LabelRow>, given: Vec<LabelRow>) -> (Vec<LabelRow>, usize) {
    let (kept_at, given_at) = (last_times(&before, ""), last_times(&given, NOW));
    let given_counts = |row: &LabelRow| {
        let pair = pair(row);
        match (kept_at.get(&pair), given_at.get(&pair)) {
            (Some(kept), Some(given)) => kept <= given,
            (_, given) => given.is_some(),
        }
    };
    let mut rows: Vec<LabelRow> = before.into_iter().filter(|row| !given_counts(row)).collect();
    let n_before = rows.len();
    rows.extend(given.into_iter().filter(|row| given_counts(row)));
    (rows, n_before)
}

/// For each pair when it was judged last; `blank` stands for a time that is not known.
fn last_times(rows: &[LabelRow], blank: &str) -> HashMap<(Name, Name), String> {
    let mut times: HashMap<(Name, Name), String> = HashMap::new();
    for row in rows {
        let time = if row.judged_at.is_empty() { blank } else { &row.judged_at };
        let last = times.entry(pair(row)).or_default();
        if last.as_str() < time {
            *last = time.to_owned();
        }
    }
    times
}

fn pair(row: &LabelRow) -> (Name, Name) {
    let (low, high) = row.names();
    (low.clone(), high.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of words such as `ab:ada:same@2`: records, labeller, judgement, time.
    fn rows(words: &str) -> Vec<LabelRow> {
        let row = |word: &str| {
            let (said, judged_at) = word.split_once('@').unwrap();
            let parts: Vec<&str> = said.split(':').collect();
            let name = |at: usize| (String::new(), parts[0][at..=at].to_owned());
            LabelRow {
                left: name(0),
                right: name(1),
                labeller: parts[1].to_owned(),
                judgement: parts[2].to_owned(),
                judged_at: judged_at.to_owned(),
                stratum: String::new(),
                inclusion_probability: 1.0,
            }
        };
        words.split_whitespace().map(row).collect()
    }

    #[track_caller]
    fn check(before: &str, given: &str, expected: &str, n_before: usize) {
        assert_eq!(together(rows(before), rows(given)), (rows(expected), n_before));
    }

    #[test]
    fn what_was_said_later_of_a_pair_counts() {
        check("ab:ada:same@2", "", "ab:ada:same@2", 1);
        check("", "ab:ada:same@2", "ab:ada:same@2", 0);
        check("ab:ada:same@2", "cd:ada:same@1", "ab:ada:same@2 cd:ada:same@1", 1);
        check("ab:ada:same@2", "ba:ben:different@3", "ba:ben:different@3", 0);
        check("ab:ada:same@2", "ab:ben:different@1", "ab:ada:same@2", 1);
        check("ab:ada:same@2", "ab:ben:different@", "ab:ben:different@", 0);
        check("ab:ada:same@", "ab:ben:unsure@1", "ab:ben:unsure@1", 0);
        check("ab:ada:same@2 ab:ben:same@4", "ab:ada:different@3", "ab:ada:same@2 ab:ben:same@4", 2);
    }
}
