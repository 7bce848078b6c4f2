//! Files of clerical labels and of pairs, as the linkage wants them.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use arrow_array::{RecordBatch, cast::AsArray};
use redress_linkage::{Judgement, Label, LabelWord};
use redress_ports::LabelRow;
use redress_sources::tabular;

use crate::failure::{Exit, Failure};

/// How a record is named: source (empty without sources) and id.
pub(crate) type Name = (String, String);

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

/// The rows of one or more files of labels.
pub(crate) fn read(files: &[PathBuf]) -> Result<Vec<Label>, Failure> {
    let mut labels = Vec::new();
    for file in files {
        for (row, cells) in rows(file, LabelRow::COLUMNS, &["unique_id_l", "unique_id_r", "judgement"])?
            .into_iter()
            .enumerate()
        {
            let row = LabelRow::try_from_cells(cells).map_err(|error| {
                Failure::of(Exit::Input, &error).while_doing(format!("{}, row {}", file.display(), row + 1))
            })?;
            let word = LabelWord::from_word(&row.judgement).unwrap_or(LabelWord::Unsure);
            labels.push(Label {
                left: row.left,
                right: row.right,
                word,
                labeller: row.labeller,
                stratum: row.stratum,
                inclusion_probability: row.inclusion_probability,
            });
        }
    }
    Ok(labels)
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
            return Err(Failure::new(Exit::Input, format!("{} has no column `{name}`", file.display())));
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

/// A number for each name, in the order of appearance.
pub(crate) fn numbered<'a>(names: impl Iterator<Item = &'a Name>) -> HashMap<Name, u32> {
    let mut numbers: HashMap<Name, u32> = HashMap::new();
    for name in names {
        let next = numbers.len() as u32;
        numbers.entry(name.clone()).or_insert(next);
    }
    numbers
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
    use super::*;

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
