//! `redress explain`: the waterfall of one pair, in words and as SVG.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use redress_linkage::{Apart, CellText, Explainer, Heading, PairOutcome, Waterfall, cells_of};
use redress_statement::Digest;

use crate::{
    command::say,
    explained_outcome,
    failure::{Exit, Failure},
    linkage_run::LinkageRun,
};

/// Most letters of a record's name in the name of a file.
const NAME_CHARS_MAX: usize = 60;
/// Letters of the digest that tells two files apart whose records' names look alike as a file name.
const DIGEST_CHARS: usize = 8;

/// Arguments of `redress explain`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The folder of a linkage run.
    #[arg(long)]
    out: PathBuf,
    /// The file of the picture; without it `explain-ID_L-ID_R.svg` in the folder of the run.
    #[arg(long)]
    svg: Option<PathBuf>,
    /// The one record: its id, or SOURCE/ID where several sources have the id.
    id_l: String,
    /// The other record.
    id_r: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let run = LinkageRun::open(&arguments.out)?;
    let (left, right) = (run.find(&arguments.id_l)?, run.find(&arguments.id_r)?);
    if left == right {
        let text = format!("both names are of one record, {}: name two records to compare", run.name(left));
        return Err(Failure::new(Exit::Call, text));
    }
    let explainer = Explainer::try_new(&run.model, &run.table, &run.config)
        .map_err(|error| Failure::of(Exit::Call, &error))?;
    let waterfall = in_own_words(&run, &explainer, left, right)?;
    let outcome = explained_outcome::outcome(&run, &explainer, (left, right), &waterfall)?;
    let mut made_of_it = vec![outcome.in_words()];
    if let Some(same) = run.judged(left, right) {
        let (who, probability) = if same { ("one person", 1) } else { ("different people", 0) };
        made_of_it.push(format!(
            "Reviewers judged that these records are of {who}: in this run the probability is {probability}, whatever they weigh."
        ));
    }
    for sentence in made_of_it.iter().chain(&waterfall.sentences()) {
        say(sentence)?;
    }
    if let PairOutcome::KeptApart { reason, .. } = outcome {
        say(last_word(reason))?;
    }
    let names = [run.name(left), run.name(right)];
    let path = arguments.svg.clone().unwrap_or_else(|| arguments.out.join(file_name(&names)));
    draw(&path, &waterfall, &names, &made_of_it.join(" "))
}

/// The account of a pair in the words of its records.
fn in_own_words(
    run: &LinkageRun,
    explainer: &Explainer<'_>,
    left: u32,
    right: u32,
) -> Result<Waterfall, Failure> {
    let cells = |record: u32| {
        cells_of(&run.config, &run.inputs, run.table.source(record), run.table.unique_id(record)).ok_or_else(
            || {
                Failure::new(
                    Exit::Input,
                    format!("{} is no longer in the files of the run", run.name(record)),
                )
            },
        )
    };
    let (cells_l, cells_r) = (cells(left)?, cells(right)?);
    let cell_l = |column: &str| cells_l.get(column).map(|text| CellText::of(text));
    let cell_r = |column: &str| cells_r.get(column).map(|text| CellText::of(text));
    Ok(explainer.pair_in_own_words(left, right, [&cell_l, &cell_r]))
}

/// What remains to be said of a pair that is kept apart, however likely its values make it.
const fn last_word(reason: Apart) -> &'static str {
    match reason {
        Apart::Relatives => {
            "So much for the values alone, which relatives share: the run keeps the two records apart all the same, as said at the start."
        }
        Apart::OneSource | Apart::Identifiers => {
            "So much for the values alone: the run keeps the two records apart all the same, as said at the start."
        }
    }
}

fn draw(path: &Path, waterfall: &Waterfall, names: &[String; 2], outcome: &str) -> Result<(), Failure> {
    let heading = Heading { records: names.each_ref().map(String::as_str), outcome };
    fs::write(path, waterfall.to_svg(&heading)).map_err(|error| {
        Failure::of(Exit::Unfinished, &error).while_doing(format!("{} cannot be written", path.display()))
    })?;
    say(format!("the waterfall is drawn in {}", path.display()))
}

/// The name of the file of a pair: other pairs have other files, whatever signs their names hold.
fn file_name(names: &[String; 2]) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let plain = |name: &String| -> String {
        name.chars().take(NAME_CHARS_MAX).map(|c| if is_plain(&c) { c } else { '_' }).collect()
    };
    let [l, r] = names.each_ref().map(plain);
    if [&l, &r] == names.each_ref() {
        return format!("explain-{l}-{r}.svg");
    }
    let digest = Digest::of(format!("{names:?}").as_bytes()).to_string();
    format!("explain-{l}-{r}-{}.svg", &digest[..DIGEST_CHARS])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_has_a_file_of_its_own() {
        for (names, expected) in [
            (["a1", "b2"], "explain-a1-b2.svg"),
            (["b2", "a1"], "explain-b2-a1.svg"),
            (["court/C1", "court/C2"], "explain-court_C1-court_C2-"),
            (["../x", "é"], "explain-.._x-_-"),
        ] {
            let name = file_name(&names.map(str::to_owned));
            assert!(name.starts_with(expected) && !name.contains('/'), "{name}");
        }
        let of = |l: &str, r: &str| file_name(&[l.to_owned(), r.to_owned()]);
        assert_ne!(of("a/b", "c"), of("a_b", "c"));
        assert_ne!(of("a-b", "c"), of("a", "b-c"));
        assert_ne!(of(&"a".repeat(90), "c"), of(&"a".repeat(91), "c"));
    }
}
