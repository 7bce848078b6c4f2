//! `redress review judge`: shows one drawn pair after the other, blind, and takes judgements.
//!
//! What is shown is both records side by side, nothing of what the model thinks. Each judgement is on disk before the next
//! pair is shown, so that stopping loses nothing. Each labeller sees the pairs in an order of their own.

use std::{
    io::{BufRead, StdinLock},
    path::PathBuf,
};

use clap::Args;
use redress_linkage::LabelWord;
use redress_ports::{Clock as _, SampleFiles as _};
use redress_service::{Sample, TwoValues};

use crate::{
    clock::SystemClock,
    command::say,
    failure::{Exit, Failure},
    sample_files::RunSample,
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
    Judgement(LabelWord),
    Stop,
    NotUnderstood,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let labeller = &arguments.labeller;
    if labeller.trim().is_empty() {
        return Err(Failure::new(Exit::Call, "--labeller is empty: every judgement has a name"));
    }
    let files = RunSample::open(&arguments.out, arguments.labels.as_deref())?;
    let labels = files.labels_file();
    let sample = Sample::open(Box::new(files))?;
    let pairs = sample.left_for(labeller)?;
    if pairs.is_empty() {
        return say("nothing is left to judge");
    }
    let n = pairs.len();
    let mut keyboard = std::io::stdin().lock();
    for (idx, pair) in pairs.iter().enumerate() {
        say(table_of(&sample.side_by_side(pair)))?;
        let question = format!(
            "{} of {n}: are these records of one person?  [s] same  [d] different  [u] cannot tell  [q] stop",
            idx + 1
        );
        let Some(word) = asked(&question, &mut keyboard)? else {
            return say(format!("{idx} judged, {} left; the same command goes on from here", n - idx));
        };
        sample.judge(labeller, pair.key(), word, SystemClock.now_us())?;
    }
    say(format!("all {n} judged; the labels are in {labels}"))
}

/// Asks until the answer is understood. None where the labeller stops.
fn asked(question: &str, keyboard: &mut StdinLock<'_>) -> Result<Option<LabelWord>, Failure> {
    loop {
        say(question)?;
        let mut line = String::new();
        let n_bytes = keyboard.read_line(&mut line).map_err(|error| {
            Failure::of(Exit::Unfinished, &error).while_doing("the keyboard cannot be read")
        })?;
        match if n_bytes == 0 { Answer::Stop } else { answer(&line) } {
            Answer::Judgement(word) => return Ok(Some(word)),
            Answer::Stop => return Ok(None),
            Answer::NotUnderstood => say("that is none of s, d, u, q")?,
        }
    }
}

fn answer(line: &str) -> Answer {
    match line.trim().to_lowercase().as_str() {
        "s" | "same" => Answer::Judgement(LabelWord::Same),
        "d" | "different" => Answer::Judgement(LabelWord::Different),
        "u" | "unsure" | "cannot tell" => Answer::Judgement(LabelWord::Unsure),
        "q" | "quit" | "stop" => Answer::Stop,
        _ => Answer::NotUnderstood,
    }
}

/// Where a record has no value: that is no contradiction, and bears no mark.
const ABSENT: &str = "–";

/// Both records, one attribute a line, with a mark where they differ.
fn table_of(values: &[TwoValues]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["", "one record", "the other record", ""]);
    for both in values {
        let [left, right] =
            [&both.left, &both.right].map(|value| value.as_deref().unwrap_or(ABSENT).to_owned());
        let mark = if both.differ() { "≠" } else { "" };
        table.add_row([both.attribute.clone(), left, right, mark.to_owned()]);
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keyboard_is_understood() {
        use Answer::{Judgement, NotUnderstood, Stop};
        for (line, expected) in [
            ("s\n", Judgement(LabelWord::Same)),
            (" D\r\n", Judgement(LabelWord::Different)),
            ("cannot tell\n", Judgement(LabelWord::Unsure)),
            ("q\n", Stop),
            ("\n", NotUnderstood),
            ("yes\n", NotUnderstood),
        ] {
            assert_eq!(answer(line), expected, "{line:?}");
        }
    }

    #[test]
    fn nothing_is_shown_of_what_the_model_thinks() {
        let both = |attribute: &str, left: &str, right: &str| {
            let value = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            TwoValues { attribute: attribute.to_owned(), left: value(left), right: value(right) }
        };
        let shown =
            table_of(&[both("name", "Ana", "Ana"), both("born", "1990", ""), both("town", "Lima", "Leeds")]);
        assert!(shown.contains("1990") && shown.contains('–'), "{shown}");
        let marked: Vec<&str> = shown.lines().filter(|line| line.contains('≠')).collect();
        assert!(
            matches!(marked.as_slice(), [line] if line.contains("Leeds")),
            "only what contradicts: {shown}"
        );
        assert!(!shown.contains("robability") && !shown.contains("weight"), "{shown}");
    }
}
