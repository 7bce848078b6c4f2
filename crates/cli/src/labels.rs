//! Files of clerical labels and of pairs, as the linkage wants them.

use std::{
    cmp::{max, min},
    collections::{HashMap, HashSet, hash_map::Entry},
    path::{Path, PathBuf},
};

use arrow_array::{RecordBatch, cast::AsArray};
use redress_linkage::{Judgement, LABELS_MIN, Label, LabelWord, Table};
use redress_ports::LabelRow;
use redress_sources::tabular;

use crate::failure::{Exit, Failure};

pub(crate) use redress_ports::RecordName as Name;

/// A column of a batch as texts; a null, or a column that is not there, reads as the empty text.
pub(crate) fn texts(batch: &RecordBatch, name: &str) -> Vec<String> {
    let Some(column) = batch.column_by_name(name) else { return vec![String::new(); batch.num_rows()] };
    if let Some(column) = column.as_string_opt::<i32>() {
        return column.iter().map(|text| text.unwrap_or_default().to_owned()).collect();
    }
    if let Some(column) = column.as_string_view_opt() {
        return column.iter().map(|text| text.unwrap_or_default().to_owned()).collect();
    }
    if let Some(column) = column.as_string_opt::<i64>() {
        return column.iter().map(|text| text.unwrap_or_default().to_owned()).collect();
    }
    if let Some(column) = column.as_primitive_opt::<arrow_array::types::Int64Type>() {
        return column.iter().map(|number| number.map(|n| n.to_string()).unwrap_or_default()).collect();
    }
    if let Some(column) = column.as_primitive_opt::<arrow_array::types::Int32Type>() {
        return column.iter().map(|number| number.map(|n| n.to_string()).unwrap_or_default()).collect();
    }
    if let Some(column) = column.as_primitive_opt::<arrow_array::types::Float64Type>() {
        return column.iter().map(|number| number.map(|n| n.to_string()).unwrap_or_default()).collect();
    }
    vec![String::new(); batch.num_rows()]
}

/// The labels of one or more files. Where one labeller has judged a pair more than once, the last judgement counts.
pub(crate) fn read(files: &[PathBuf]) -> Result<Vec<Label>, Failure> {
    Ok(of_rows(&read_rows(files)?))
}

/// The rows of one or more files of labels: of those of one labeller about a pair the last.
pub(crate) fn read_rows(files: &[PathBuf]) -> Result<Vec<LabelRow>, Failure> {
    let mut found = Vec::new();
    for file in files {
        let cells = rows(file, LabelRow::COLUMNS, &["unique_id_l", "unique_id_r", "judgement"])?;
        for (row, cells) in cells.into_iter().enumerate() {
            found.push(LabelRow::try_from_cells(cells).map_err(|error| {
                Failure::of(Exit::Input, &error).while_doing(format!("{}, row {}", file.display(), row + 1))
            })?);
        }
    }
    Ok(last_of_each(found))
}

/// Of the rows of one labeller about a pair the last: by when it was judged, then by the order of the rows. One without a time
/// comes after those with one.
pub(crate) fn last_of_each(rows: Vec<LabelRow>) -> Vec<LabelRow> {
    let is_later = |new: &LabelRow, old: &LabelRow| {
        new.judged_at.is_empty() || (!old.judged_at.is_empty() && new.judged_at >= old.judged_at)
    };
    let mut last: Vec<LabelRow> = Vec::new();
    let mut places: HashMap<(Name, Name, String), usize> = HashMap::new();
    for row in rows {
        let (low, high) = row.names();
        match places.entry((low.clone(), high.clone(), row.labeller.clone())) {
            Entry::Vacant(place) => {
                place.insert(last.len());
                last.push(row);
            }
            Entry::Occupied(place) if is_later(&row, &last[*place.get()]) => last[*place.get()] = row,
            Entry::Occupied(_) => {}
        }
    }
    last
}

/// Gives each name without a source the source of the one record that bears its id; a record that is not there waits as it is.
/// `records` are the sources and ids of a run that has sources.
///
/// # Errors
/// Records of several sources bear the id.
pub(crate) fn find_sources<'a>(
    rows: &mut [LabelRow],
    records: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), Failure> {
    let names = rows.iter().flat_map(|row| [&row.left, &row.right]);
    let open = names.filter(|(source, _)| source.is_empty()).map(|(_, id)| id.clone());
    let mut sources: HashMap<String, Vec<&str>> = open.map(|id| (id, Vec::new())).collect();
    if sources.is_empty() {
        return Ok(());
    }
    for (source, id) in records {
        if let Some(found) = sources.get_mut(id).filter(|found| !found.contains(&source)) {
            found.push(source);
        }
    }
    for (source, id) in rows.iter_mut().flat_map(|row| [&mut row.left, &mut row.right]) {
        match sources.get(id).map(Vec::as_slice).filter(|_| source.is_empty()) {
            None | Some([]) => {}
            Some([one]) => (*one).clone_into(source),
            Some(several) => {
                let shown = several[..several.len().min(SOURCES_SHOWN_MAX)].join("`, `");
                let text = format!(
                    "a judgement names record `{id}` without a source, and the run has one in each of the sources `{shown}`: give the \
                     file the columns source_l and source_r"
                );
                return Err(Failure::new(Exit::Input, text));
            }
        }
    }
    Ok(())
}

/// Sources that are named of an id that several have.
const SOURCES_SHOWN_MAX: usize = 5;

/// Rows as the text of a file.
pub(crate) fn text_of(rows: &[LabelRow]) -> String {
    rows.iter().fold(LabelRow::header_line(), |text, row| text + &row.to_line())
}

/// Rows as labels.
pub(crate) fn of_rows(rows: &[LabelRow]) -> Vec<Label> {
    let label = |row: &LabelRow| Label {
        left: row.left.clone(),
        right: row.right.clone(),
        word: LabelWord::from_word(&row.judgement).unwrap_or(LabelWord::Unsure),
        labeller: row.labeller.clone(),
        stratum: row.stratum.clone(),
        inclusion_probability: row.inclusion_probability,
    };
    rows.iter().map(label).collect()
}

/// Rows of some columns of a file; the named ones must be there.
pub(crate) fn rows<const N: usize>(
    file: &Path,
    columns: [&str; N],
    required: &[&str],
) -> Result<Vec<[String; N]>, Failure> {
    let (schema, batches) = tabular::read(file)?;
    for name in required {
        if schema.column_with_name(name).is_none() {
            return Err(Failure::new(Exit::Input, without_column(file, name)));
        }
    }
    let mut rows = Vec::new();
    for batch in &batches {
        let mut texts: [Vec<String>; N] = columns.map(|name| texts(batch, name));
        rows.extend(
            (0..batch.num_rows())
                .map(|row| std::array::from_fn(|column| std::mem::take(&mut texts[column][row]))),
        );
    }
    Ok(rows)
}

/// That a file lacks a column, and why a source is asked for.
fn without_column(file: &Path, name: &str) -> String {
    let why = if name == "source" {
        ": the records of this run have sources, and two of them may use one id, so each row must say whose record it names"
    } else {
        ""
    };
    format!("{} has no column `{name}`{why}", file.display())
}

/// A number for each name, in the order of appearance.
pub(crate) fn numbered<'a>(names: impl Iterator<Item = &'a Name>) -> HashMap<Name, u32> {
    let mut numbers: HashMap<Name, u32> = HashMap::new();
    for name in names {
        let next = numbers.len() as u32;
        numbers.entry(name.clone()).or_insert(next);
    }
    numbers
}

/// Of judgements, those that may calibrate: drawn by a plan, both records there, and enough of them decided. Others bind,
/// and say nothing of how sure the model may be.
pub(crate) fn calibrating(judgements: &[Label], table: &Table) -> Vec<Label> {
    let is_there = |(source, id): &Name| table.find(source, id).is_some();
    let is_drawn =
        |label: &&Label| !label.stratum.is_empty() && is_there(&label.left) && is_there(&label.right);
    let drawn: Vec<Label> = judgements.iter().filter(is_drawn).cloned().collect();
    let decided: HashSet<(&Name, &Name)> = drawn
        .iter()
        .filter(|label| label.word != LabelWord::Unsure)
        .map(|label| (min(&label.left, &label.right), max(&label.left, &label.right)))
        .collect();
    if decided.len() < LABELS_MIN { Vec::new() } else { drawn }
}

/// The labels as judgements that bind: pairs on which everybody who decided agrees.
pub(crate) fn judgements(labels: &[Label]) -> Vec<Judgement> {
    let mut said: HashMap<(&Name, &Name), (bool, bool)> = HashMap::new();
    for label in labels {
        let key =
            if label.left <= label.right { (&label.left, &label.right) } else { (&label.right, &label.left) };
        let entry = said.entry(key).or_default();
        entry.0 |= label.word == LabelWord::Same;
        entry.1 |= label.word == LabelWord::Different;
    }
    let agreed = said.into_iter().filter(|(_, (same, different))| same != different);
    let mut judgements: Vec<Judgement> = agreed
        .map(|((left, right), (same, _))| Judgement { left: left.clone(), right: right.clone(), same })
        .collect();
    judgements.sort_by(|a, b| (&a.left, &a.right).cmp(&(&b.left, &b.right)));
    judgements
}

#[cfg(test)]
mod tests {
    use redress_linkage::{Config, Input};

    use super::*;

    /// A table of records named r0 to r99.
    fn table() -> Table {
        let ids = arrow_array::StringArray::from_iter_values((0..100).map(|at| format!("r{at}")));
        let column: arrow_array::ArrayRef = std::sync::Arc::new(ids);
        let batches = vec![RecordBatch::try_from_iter([("id", column)]).unwrap()];
        let input = Input { name: "records".to_owned(), batches, n_set_aside: 0 };
        Table::try_new(&Config::from_toml("unique_id = 'id'").unwrap(), vec![input]).unwrap()
    }

    #[test]
    fn judgements_calibrate_only_where_a_plan_drew_enough_of_them() {
        let planned = |n: usize, stratum: &str| -> Vec<Label> {
            let label = |at: usize| Label {
                left: (String::new(), format!("r{at}")),
                right: (String::new(), format!("r{}", at + 1)),
                word: if at.is_multiple_of(3) { LabelWord::Same } else { LabelWord::Different },
                labeller: "ada".to_owned(),
                stratum: stratum.to_owned(),
                inclusion_probability: 0.5,
            };
            (0..n).map(label).collect()
        };
        let table = table();
        let calibrating = |labels: &[Label]| calibrating(labels, &table).len();
        assert_eq!(calibrating(&planned(LABELS_MIN, "4")), LABELS_MIN);
        assert_eq!(calibrating(&planned(LABELS_MIN - 1, "4")), 0, "too few");
        assert_eq!(calibrating(&planned(LABELS_MIN, "")), 0, "no plan drew them");
        let mut absent = planned(LABELS_MIN, "4");
        absent[7].right.1 = "nobody".to_owned();
        assert_eq!(calibrating(&absent), 0, "a record that is not there counts for nothing");
        let mut open = planned(LABELS_MIN + 1, "4");
        open[7].word = LabelWord::Unsure;
        assert_eq!(calibrating(&open), LABELS_MIN + 1, "who cannot tell stays among the labels");
        open[8].word = LabelWord::Unsure;
        assert_eq!(calibrating(&open), 0);
    }

    /// Rows `l r` of records `source/id` or `id`, in a run with the records a/1, b/1, a/2 and b/3.
    #[track_caller]
    fn check_sources(row: &str, expected: Result<&str, &str>) {
        let name = |text: &str| {
            let (source, id) = text.split_once('/').unwrap_or(("", text));
            (source.to_owned(), id.to_owned())
        };
        let (left, right) = row.split_once(' ').unwrap();
        let cells = [name(left).0, name(left).1, name(right).0, name(right).1];
        let rest = ["same", "", "", "", ""].map(str::to_owned);
        let cells: Vec<String> = cells.into_iter().chain(rest).collect();
        let mut rows = [LabelRow::try_from_cells(cells.try_into().unwrap()).unwrap()];
        let records = [("a", "1"), ("b", "1"), ("a", "2"), ("b", "3")];
        match (find_sources(&mut rows, records.into_iter()), expected) {
            (Ok(()), Ok(expected)) => {
                let [LabelRow { left, right, .. }] = &rows;
                assert_eq!(format!("{}/{} {}/{}", left.0, left.1, right.0, right.1), expected);
            }
            (Err(failure), Err(says)) => assert!(failure.to_string().contains(says), "{failure}"),
            (found, _) => panic!("{row}: {found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn an_id_that_one_source_has_needs_no_source() {
        check_sources("2 3", Ok("a/2 b/3"));
        check_sources("b/1 2", Ok("b/1 a/2"));
        check_sources("2 9", Ok("a/2 /9"));
        check_sources(
            "1 2",
            Err("`1` without a source, and the run has one in each of the sources `a`, `b`"),
        );
    }

    #[test]
    fn only_what_all_agree_on_binds() {
        let label = |l: &str, r: &str, word| Label {
            left: (String::new(), l.to_owned()),
            right: (String::new(), r.to_owned()),
            word,
            labeller: String::new(),
            stratum: String::new(),
            inclusion_probability: 1.0,
        };
        use LabelWord::{Different, Same, Unsure};
        let labels = [
            label("a", "b", Same),
            label("b", "a", Unsure),
            label("a", "c", Same),
            label("c", "a", Different),
            label("d", "a", Different),
            label("x", "y", Unsure),
        ];
        let found: Vec<_> = judgements(&labels).into_iter().map(|j| (j.left.1, j.right.1, j.same)).collect();
        assert_eq!(found, [("a".to_owned(), "b".to_owned(), true), ("a".to_owned(), "d".to_owned(), false)]);
    }
}
