//! The judgements that bound a run lie in its folder, so that every later run that names it holds to them.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use redress_ports::LabelRow;

use crate::{
    failure::Failure,
    labels::{self, Name},
};

/// The file of judgements in the folder of a run.
pub(crate) const KEPT_FILE: &str = "judgements_kept.csv";

/// The judgements of the run in a folder; none where nothing bound it.
pub(crate) fn read(folder: &Path) -> Result<Vec<LabelRow>, Failure> {
    let path = folder.join(KEPT_FILE);
    if path.is_file() { labels::read_rows(&[path]) } else { Ok(Vec::new()) }
}

/// What is given to a run, as it is kept: a judgement without a time is of now, and counts in the place of all that was given of
/// its pair with one, whoever said it. It gets the time `now`, or that of what it replaces where that is later.
pub(crate) fn stamped(given: Vec<LabelRow>, before: &[LabelRow], now: &str) -> Vec<LabelRow> {
    let (undated, mut dated): (Vec<LabelRow>, Vec<LabelRow>) =
        given.into_iter().partition(|row| row.judged_at.is_empty());
    let (kept_at, given_at) = (last_times(before), last_times(&dated));
    let latest = |row: &LabelRow| {
        let pair = pair(row);
        let times = [kept_at.get(&pair), given_at.get(&pair)].into_iter().flatten().map(String::as_str);
        times.fold(now, |last, time| last.max(time)).to_owned()
    };
    let said_now: HashSet<(Name, Name)> = undated.iter().map(pair).collect();
    dated.retain(|row| !said_now.contains(&pair(row)));
    dated.extend(undated.into_iter().map(|row| LabelRow { judged_at: latest(&row), ..row }));
    dated
}

/// Judgements of the run before together with those given to this one, which bear their times. Of a pair that both judge, what was
/// said later counts, all labellers of it; what was kept without a time is older than everything. The second value says how many
/// of the rows, from the front, are of the run before.
pub(crate) fn together(before: Vec<LabelRow>, given: Vec<LabelRow>) -> (Vec<LabelRow>, usize) {
    let (kept_at, given_at) = (last_times(&before), last_times(&given));
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

/// For each pair when it was judged last; empty where no time is known.
fn last_times(rows: &[LabelRow]) -> HashMap<(Name, Name), String> {
    let mut times: HashMap<(Name, Name), String> = HashMap::new();
    for row in rows {
        let last = times.entry(pair(row)).or_default();
        if *last < row.judged_at {
            last.clone_from(&row.judged_at);
        }
    }
    times
}

/// The records of a row, the lower name first.
pub(crate) fn pair(row: &LabelRow) -> (Name, Name) {
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

    /// What is kept of a run before and of what is given on the ninth day.
    #[track_caller]
    fn check(before: &str, given: &str, expected: &str, n_before: usize) {
        let given = stamped(rows(given), &rows(before), "9");
        assert_eq!(together(rows(before), given), (rows(expected), n_before), "{before} | {expected}");
    }

    #[test]
    fn what_was_said_later_of_a_pair_counts() {
        check("ab:ada:same@2", "", "ab:ada:same@2", 1);
        check("", "ab:ada:same@2", "ab:ada:same@2", 0);
        check("ab:ada:same@2", "cd:ada:same@1", "ab:ada:same@2 cd:ada:same@1", 1);
        check("ab:ada:same@2", "ba:ben:different@3", "ba:ben:different@3", 0);
        check("ab:ada:same@2", "ab:ben:different@1", "ab:ada:same@2", 1);
        check("ab:ada:same@", "ab:ben:unsure@1", "ab:ben:unsure@1", 0);
        check("ab:ada:same@2 ab:ben:same@4", "ab:ada:different@3", "ab:ada:same@2 ab:ben:same@4", 2);
    }

    #[test]
    fn what_is_given_without_a_time_is_said_last_and_keeps_its_time() {
        check("", "ab:ada:different@", "ab:ada:different@9", 0);
        check("ab:ada:same@2", "ab:ben:different@", "ab:ben:different@9", 0);
        check("", "ab:ada:same@2 ab::different@ cd:ada:same@3", "cd:ada:same@3 ab::different@9", 0);
        check("", "ab:ada:same@ ab:ben:different@", "ab:ada:same@9 ab:ben:different@9", 0);
        check("ab:ada:different@9", "ab:ben:same@2", "ab:ada:different@9", 1);
        check("ab:ada:same@99", "ab:ben:different@", "ab:ben:different@99", 0);
    }
}
