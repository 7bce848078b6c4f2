//! `redress review judge`: shows one drawn pair after the other, blind, and takes judgements.
//!
//! What is shown is both records side by side, nothing of what the model thinks. Each judgement is on disk before the next
//! pair is shown, so that stopping loses nothing. Each labeller sees the pairs in an order of their own, and can go back: another
//! answer is another row, and the last one counts.

use std::{
    io::{BufRead, StdinLock},
    path::PathBuf,
};

use clap::Args;
use redress_linkage::LabelWord;
use redress_ports::{Clock as _, SampleFiles as _};
use redress_service::{PairLeft, Sample, TwoValues};

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
    Back,
    Stop,
    NotUnderstood,
}

/// The pairs of one labeller: those that were judged, in the order in which they were, then those that are left.
struct Course {
    pairs: Vec<(PairLeft, Option<LabelWord>)>,
    /// Pairs that were left when the course began, and are judged now.
    n_judged: usize,
}

impl Course {
    fn new(sample: &Sample, labeller: &str) -> Result<Self, Failure> {
        let judged = sample.judged_by(labeller)?.into_iter().map(|one| (one.pair, Some(one.word)));
        let left = sample.left_for(labeller)?.into_iter().map(|pair| (pair, None));
        Ok(Self { pairs: judged.chain(left).collect(), n_judged: 0 })
    }

    /// The place of the first pair that is left; behind the last where none is.
    fn first_left(&self) -> usize {
        self.pairs.iter().position(|(_, word)| word.is_none()).unwrap_or(self.pairs.len())
    }

    fn n_left(&self) -> usize {
        self.pairs.iter().filter(|(_, word)| word.is_none()).count()
    }

    fn say(&mut self, at: usize, word: LabelWord) {
        let before = self.pairs[at].1.replace(word);
        self.n_judged += usize::from(before.is_none());
    }

    /// What is asked about a pair, or once every pair is judged.
    fn question(&self, at: usize) -> String {
        let back = if at > 0 { "  [b] back" } else { "" };
        match self.pairs.get(at) {
            None => format!("every pair is judged{back}  [q] stop"),
            Some((_, word)) => format!(
                "{} of {}: are these records of one person?{}  [s] same  [d] different  [u] cannot tell{back}  [q] stop",
                at + 1,
                self.pairs.len(),
                word.map_or_else(String::new, |word| format!("  You said: {}.", in_words(word)))
            ),
        }
    }
}

const fn in_words(word: LabelWord) -> &'static str {
    match word {
        LabelWord::Same => "same",
        LabelWord::Different => "different",
        LabelWord::Unsure => "cannot tell",
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let labeller = &arguments.labeller;
    if labeller.trim().is_empty() {
        return Err(Failure::new(Exit::Call, "--labeller is empty: every judgement has a name"));
    }
    let files = RunSample::open(&arguments.out, arguments.labels.as_deref())?;
    let labels = files.labels_file();
    let sample = Sample::open(Box::new(files))?;
    let mut course = Course::new(&sample, labeller)?;
    if course.n_left() == 0 {
        say("nothing is left to judge")?;
    }
    let mut keyboard = std::io::stdin().lock();
    let mut at = course.first_left();
    loop {
        if let Some((pair, _)) = course.pairs.get(at) {
            say(table_of(&sample.side_by_side(pair)))?;
        }
        match asked(&course, at, &mut keyboard)? {
            Answer::Judgement(word) => {
                sample.judge(labeller, course.pairs[at].0.key(), word, SystemClock.now_us())?;
                course.say(at, word);
                at = course.first_left();
            }
            Answer::Back => at -= 1,
            Answer::Stop | Answer::NotUnderstood => break,
        }
    }
    let (n_judged, n_left) = (course.n_judged, course.n_left());
    match (n_judged, n_left) {
        (0, 0) => Ok(()),
        (_, 0) => say(format!("all {n_judged} judged; the labels are in {labels}")),
        _ => say(format!("{n_judged} judged, {n_left} left; the same command goes on from here")),
    }
}

/// Asks until the answer can be taken. A keyboard that says nothing more stops.
fn asked(course: &Course, at: usize, keyboard: &mut StdinLock<'_>) -> Result<Answer, Failure> {
    loop {
        say(course.question(at))?;
        let mut line = String::new();
        let n_bytes = keyboard.read_line(&mut line).map_err(|error| {
            Failure::of(Exit::Unfinished, &error).while_doing("the keyboard cannot be read")
        })?;
        match if n_bytes == 0 { Answer::Stop } else { answer(&line) } {
            Answer::Back if at == 0 => say("this is the first pair")?,
            Answer::Judgement(_) if at == course.pairs.len() => {
                say("no pair is shown: b goes back to the last one, q stops")?;
            }
            Answer::NotUnderstood => say("that is none of s, d, u, b, q")?,
            taken => return Ok(taken),
        }
    }
}

fn answer(line: &str) -> Answer {
    match line.trim().to_lowercase().as_str() {
        "s" | "same" => Answer::Judgement(LabelWord::Same),
        "d" | "different" => Answer::Judgement(LabelWord::Different),
        "u" | "unsure" | "cannot tell" => Answer::Judgement(LabelWord::Unsure),
        "b" | "back" => Answer::Back,
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
        use Answer::{Back, Judgement, NotUnderstood, Stop};
        for (line, expected) in [
            ("s\n", Judgement(LabelWord::Same)),
            (" D\r\n", Judgement(LabelWord::Different)),
            ("cannot tell\n", Judgement(LabelWord::Unsure)),
            ("b\n", Back),
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
