//! `redress review sample`: draws the pairs to judge.

use std::{fs, path::PathBuf};

use clap::Args;
use redress_linkage::{Candidate, Dimension, SAMPLE_LABELS_MAX, review_sample, structural_strata};
use redress_ports::LabelRow;

use crate::{
    command::say,
    failure::{Exit, Failure},
    linkage_run::LinkageRun,
};

/// The file of the drawn pairs in the folder of the run: rows of labels in which nothing is judged yet.
pub(super) const SAMPLE_FILE: &str = "sample.csv";
/// Dimensions whose rare strata get labels of their own.
const OWN_STRATA: [&str; 3] = ["script of the name", "joints of the family name", "single name"];

/// Arguments of `redress review sample`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The folder of a linkage run.
    #[arg(long)]
    out: PathBuf,
    /// How many pairs to draw.
    #[arg(long, default_value_t = 500)]
    n: usize,
    /// The seed of the draw.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.n == 0 || arguments.n > SAMPLE_LABELS_MAX {
        let text = format!("--n {}: a number from 1 to {SAMPLE_LABELS_MAX}", arguments.n);
        return Err(Failure::new(Exit::Call, text));
    }
    let run = LinkageRun::open(&arguments.out)?;
    let pairs = run.pairs()?;
    let dimensions = structural_strata(&run.config, &run.inputs, &run.table);
    let is_rare = rare_structures(&dimensions, run.table.n_records());
    let candidates: Vec<Candidate> = pairs
        .iter()
        .map(|(l, r, [_, match_probability, ..])| Candidate {
            match_probability: *match_probability,
            structure: u16::from(is_rare[*l as usize] || is_rare[*r as usize]),
        })
        .collect();
    let drawn = review_sample(&candidates, arguments.n, arguments.seed);
    let mut text = LabelRow::header_line();
    for pair in &drawn {
        let (l, r, _) = &pairs[pair.candidate];
        let name =
            |record: u32| (run.table.source(record).to_owned(), run.table.unique_id(record).to_owned());
        let row = LabelRow {
            left: name(*l),
            right: name(*r),
            judgement: String::new(),
            labeller: String::new(),
            judged_at: String::new(),
            stratum: pair.stratum.to_string(),
            inclusion_probability: pair.inclusion_probability,
        };
        text.push_str(&row.to_line());
    }
    let path = arguments.out.join(SAMPLE_FILE);
    fs::write(&path, text).map_err(|error| {
        Failure::of(Exit::Unfinished, &error).while_doing(format!("{} cannot be written", path.display()))
    })?;
    say(format!(
        "{} of {} pairs drawn into {}; now each of two labellers: redress review judge --out {} --labeller NAME",
        drawn.len(),
        pairs.len(),
        path.display(),
        arguments.out.display()
    ))
}

/// For each record whether its name differs in structure from the commonest: few strata, so that each gets labels.
fn rare_structures(dimensions: &[Dimension], n_records: usize) -> Vec<bool> {
    let mut is_rare = vec![false; n_records];
    for dimension in dimensions.iter().filter(|dimension| OWN_STRATA.contains(&dimension.name.as_str())) {
        let mut counts = vec![0usize; dimension.strata.len()];
        dimension.of_record.iter().for_each(|stratum| counts[usize::from(*stratum)] += 1);
        let commonest = (0..counts.len()).max_by_key(|stratum| counts[*stratum]).unwrap_or(0);
        for (is_rare, stratum) in is_rare.iter_mut().zip(&dimension.of_record) {
            *is_rare |= usize::from(*stratum) != commonest;
        }
    }
    is_rare
}
