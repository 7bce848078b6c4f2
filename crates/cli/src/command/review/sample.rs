//! `redress review sample`: draws the pairs to judge. A pair that a judgement of the run binds is not drawn again.

use std::path::PathBuf;

use clap::Args;
use redress_linkage::{Candidate, Dimension, SAMPLE_LABELS_MAX, review_sample, structural_strata};
use redress_ports::LabelRow;

use crate::{
    command::{link::BRIDGES_FILE, say},
    failure::{Exit, Failure},
    labels,
    linkage_run::LinkageRun,
    outputs,
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
    /// Takes the bridges instead: pairs without which a cluster would fall apart (bridges.parquet), the least probable first.
    /// They follow no plan, so their judgements bind and do not calibrate.
    #[arg(long, conflicts_with = "seed")]
    bridges: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.n == 0 || arguments.n > SAMPLE_LABELS_MAX {
        let text = format!("--n {}: a number from 1 to {SAMPLE_LABELS_MAX}", arguments.n);
        return Err(Failure::new(Exit::Call, text));
    }
    if arguments.bridges {
        return sample_bridges(arguments);
    }
    let run = LinkageRun::open(&arguments.out)?;
    let is_open = |(l, r, _): &(u32, u32, [f64; 4])| run.judged(*l, *r).is_none();
    let pairs: Vec<_> = run.pairs()?.into_iter().filter(is_open).collect();
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
    write_sample(arguments, &text, drawn.len(), pairs.len())
}

/// Draws the bridges of the clusters.
fn sample_bridges(arguments: &Arguments) -> Result<(), Failure> {
    let path = arguments.out.join(BRIDGES_FILE);
    let columns = ["source_l", "unique_id_l", "source_r", "unique_id_r", "match_probability"];
    let rows = labels::rows(&path, columns, &columns[4..]).map_err(|failure| {
        failure.while_doing("no bridges can be read: --out names the folder of a linkage run")
    })?;
    let probability = |row: &[String; 5]| row[4].parse::<f64>().unwrap_or_default();
    let mut bridges: Vec<&[String; 5]> = rows.iter().collect();
    bridges.sort_by(|a, b| probability(a).total_cmp(&probability(b)));
    bridges.truncate(arguments.n);
    let mut text = LabelRow::header_line();
    for [source_l, id_l, source_r, id_r, _] in &bridges {
        let row = LabelRow {
            left: (source_l.clone(), id_l.clone()),
            right: (source_r.clone(), id_r.clone()),
            judgement: String::new(),
            labeller: String::new(),
            judged_at: String::new(),
            stratum: String::new(),
            inclusion_probability: 1.0,
        };
        text.push_str(&row.to_line());
    }
    write_sample(arguments, &text, bridges.len(), rows.len())
}

fn write_sample(arguments: &Arguments, text: &str, n_drawn: usize, n_pairs: usize) -> Result<(), Failure> {
    outputs::write_text(&arguments.out, SAMPLE_FILE, text)?;
    say(format!(
        "{n_drawn} of {n_pairs} pairs drawn into {}; now each of two labellers: redress review judge --out {} --labeller NAME",
        arguments.out.join(SAMPLE_FILE).display(),
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
