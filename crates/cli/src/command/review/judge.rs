//! `redress review judge`: shows one drawn pair after the other, blind, and takes judgements.
//!
//! What is shown is both records side by side, nothing of what the model thinks. Each judgement is on disk before the next
//! pair is shown, so that stopping loses nothing. Each labeller sees the pairs in an order of their own.

use std::{
    collections::{HashMap, HashSet},
    fs::{File, OpenOptions},
    io::{BufRead, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use redress_linkage::Input;
use redress_ports::{LabelRow, LabelRowError};
use redress_statement::Digest;

use super::{LABELS_FILE, check_one_draw, sample::SAMPLE_FILE};
use crate::{
    command::say,
    failure::{Exit, Failure},
    labels::{self, Name},
    linkage_run::LinkageRun,
};

/// Arguments of `redress review judge`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The folder of a linkage run from which a sample was drawn.
    #[arg(long)]
    out: PathBuf,
    /// Who judges. Two labellers judge every pair, each alone.
    #[arg(long)]
    labeller: String,
    /// The file of labels, shared by all labellers; labels.csv of the run when it is not given.
    #[arg(long)]
    labels: Option<PathBuf>,
}

/// What the keyboard says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Judgement(&'static str),
    Stop,
    NotUnderstood,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.labeller.trim().is_empty() {
        return Err(Failure::new(Exit::Call, "--labeller is empty: every judgement has a name"));
    }
    let run = LinkageRun::open(&arguments.out)?;
    let path = arguments.labels.clone().unwrap_or_else(|| arguments.out.join(LABELS_FILE));
    let mut tasks = tasks(&arguments.out.join(SAMPLE_FILE), &path, &arguments.labeller)?;
    if tasks.is_empty() {
        return say("nothing is left to judge");
    }
    let columns: Vec<&str> = run.config.columns.keys().map(String::as_str).collect();
    let wanted: HashSet<Name> =
        tasks.iter().flat_map(|task| [task.left.clone(), task.right.clone()]).collect();
    let values = values(&run, &columns, &wanted);
    let mut file = opened(&path)?;
    let n = tasks.len();
    let mut keyboard = std::io::stdin().lock();
    for (idx, task) in tasks.iter_mut().enumerate() {
        say(side_by_side(&columns, values.get(&task.left), values.get(&task.right)))?;
        let judgement = loop {
            say(format!(
                "{} of {n}: are these records of one person?  [s] same  [d] different  [u] cannot tell  [q] stop",
                idx + 1
            ))?;
            let mut line = String::new();
            let n_bytes = keyboard.read_line(&mut line).map_err(|error| {
                Failure::of(Exit::Unfinished, &error).while_doing("the keyboard cannot be read")
            })?;
            match if n_bytes == 0 { Answer::Stop } else { answer(&line) } {
                Answer::Judgement(judgement) => break judgement,
                Answer::Stop => {
                    return say(format!(
                        "{idx} judged, {} left; the same command goes on from here",
                        n - idx
                    ));
                }
                Answer::NotUnderstood => say("that is none of s, d, u, q")?,
            }
        };
        task.judgement = judgement.to_owned();
        task.judged_at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        append(&mut file, &path, &task.to_line())?;
    }
    say(format!("all {n} judged; the labels are in {}", path.display()))
}

fn answer(line: &str) -> Answer {
    match line.trim().to_lowercase().as_str() {
        "s" | "same" => Answer::Judgement("same"),
        "d" | "different" => Answer::Judgement("different"),
        "u" | "unsure" | "cannot tell" => Answer::Judgement("unsure"),
        "q" | "quit" | "stop" => Answer::Stop,
        _ => Answer::NotUnderstood,
    }
}

/// The drawn pairs that this labeller has not judged, in the labeller's own order.
fn tasks(sample: &Path, labels: &Path, labeller: &str) -> Result<Vec<LabelRow>, Failure> {
    let required = ["unique_id_l", "unique_id_r", "stratum", "inclusion_probability"];
    let drawn = labels::rows(sample, LabelRow::COLUMNS, &required).map_err(|failure| {
        failure.while_doing("no sample can be read: draw one with redress review sample")
    })?;
    let mut drawn =
        drawn.into_iter().map(|cells| task(cells, labeller)).collect::<Result<Vec<_>, _>>().map_err(
            |error| {
                Failure::of(Exit::Input, &error).while_doing(format!("{} is no sample", sample.display()))
            },
        )?;
    if drawn.iter().any(|task| !task.stratum.is_empty()) {
        check_one_draw(labels, &drawn)?;
    }
    if labels.exists() {
        let rows = labels::read_rows(&[labels.to_owned()])?;
        let by_labeller = rows.iter().filter(|row| row.labeller == labeller);
        let judged: HashSet<(&Name, &Name)> = by_labeller.map(labels::names_of).collect();
        drawn.retain(|task| !judged.contains(&labels::names_of(task)));
    }
    drawn.sort_by_cached_key(|task| {
        Digest::of(format!("{labeller}\n{:?}\n{:?}", task.left, task.right).as_bytes()).to_string()
    });
    Ok(drawn)
}

/// A row of the sample as a judgement to be made.
fn task(mut cells: [String; 9], labeller: &str) -> Result<LabelRow, LabelRowError> {
    cells[4] = LabelRow::JUDGEMENTS[2].to_owned();
    cells[5] = labeller.to_owned();
    LabelRow::try_from_cells(cells)
}

/// The values of the records to be shown, as the files have them.
fn values(run: &LinkageRun, columns: &[&str], wanted: &HashSet<Name>) -> HashMap<Name, Vec<String>> {
    let mut found = HashMap::new();
    for batch in run.inputs.iter().flat_map(|Input { batches, .. }| batches) {
        let ids = labels::texts(batch, &run.config.unique_id);
        let sources = match &run.config.source {
            Some(name) => labels::texts(batch, name),
            None => vec![String::new(); batch.num_rows()],
        };
        let texts: Vec<Vec<String>> = columns.iter().map(|name| labels::texts(batch, name)).collect();
        for (row, name) in sources.into_iter().zip(ids).enumerate() {
            if wanted.contains(&name) {
                found.insert(name, texts.iter().map(|column| column[row].clone()).collect());
            }
        }
    }
    found
}

/// Where a record has no value: that is no contradiction, and bears no mark.
const ABSENT: &str = "–";

/// Both records, one attribute a line, with a mark where both have a value and it is not the same.
fn side_by_side(columns: &[&str], left: Option<&Vec<String>>, right: Option<&Vec<String>>) -> String {
    let value = |record: Option<&Vec<String>>, column: usize| {
        record
            .map(|values| values[column].clone())
            .filter(|value| !value.is_empty())
            .unwrap_or_else(|| ABSENT.to_owned())
    };
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["", "one record", "the other record", ""]);
    for (column, name) in columns.iter().enumerate() {
        let (l, r) = (value(left, column), value(right, column));
        let mark = if l == r || l == ABSENT || r == ABSENT { "" } else { "≠" };
        table.add_row([(*name).to_owned(), l.clone(), r.clone(), mark.to_owned()]);
    }
    table.to_string()
}

/// The file of labels, opened to append; with its header when it is new.
fn opened(path: &Path) -> Result<File, Failure> {
    let failed = |error: std::io::Error| {
        Failure::of(Exit::Unfinished, &error).while_doing(format!("{} cannot be written", path.display()))
    };
    let mut file = OpenOptions::new().create(true).append(true).open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.len() == 0 {
        append(&mut file, path, &LabelRow::header_line())?;
    }
    Ok(file)
}

fn append(file: &mut File, path: &Path, line: &str) -> Result<(), Failure> {
    file.write_all(line.as_bytes()).and_then(|()| file.sync_data()).map_err(|error| {
        Failure::of(Exit::Unfinished, &error).while_doing(format!("{} cannot be written", path.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keyboard_is_understood() {
        use Answer::{Judgement, NotUnderstood, Stop};
        for (line, expected) in [
            ("s\n", Judgement("same")),
            (" D\r\n", Judgement("different")),
            ("cannot tell\n", Judgement("unsure")),
            ("q\n", Stop),
            ("\n", NotUnderstood),
            ("yes\n", NotUnderstood),
        ] {
            assert_eq!(answer(line), expected, "{line:?}");
        }
    }

    #[test]
    fn nothing_is_shown_of_what_the_model_thinks() {
        let record = |values: [&str; 3]| Some(values.map(str::to_owned).to_vec());
        let (l, r) = (record(["Ana", "1990", "Lima"]), record(["Ana", "", "Leeds"]));
        let shown = side_by_side(&["name", "born", "town"], l.as_ref(), r.as_ref());
        assert!(shown.contains("1990") && shown.contains('–'), "{shown}");
        let marked: Vec<&str> = shown.lines().filter(|line| line.contains('≠')).collect();
        assert!(
            matches!(marked.as_slice(), [line] if line.contains("Leeds")),
            "only what contradicts: {shown}"
        );
        assert!(!shown.contains("robability") && !shown.contains("weight"), "{shown}");
    }
}
