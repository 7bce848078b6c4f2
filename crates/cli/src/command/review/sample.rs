//! `redress review sample`: draws the pairs to judge. A pair that a judgement of the run binds is not drawn again.

use std::path::PathBuf;

use clap::Args;
use redress_linkage::{
    Candidate, Dimension, Drawn, SAMPLE_LABELS_MAX, crossed, review_sample, structural_strata,
};
use redress_ports::{LabelRow, RecordName};
use redress_service::check_one_draw;

use crate::{
    command::{link::BRIDGES_FILE, say},
    failure::{Exit, Failure},
    labels,
    linkage_run::LinkageRun,
    outputs,
    progress::counted,
    record_groups,
    sample_files::{LABELS_FILE, SAMPLE_FILE},
};

/// Dimensions whose rare strata get labels of their own.
const OWN_STRATA: [&str; 4] =
    ["script of the name", "joints of the family name", "joints of the whole name", "single name"];

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
    /// Records with columns to tell groups apart, under the id (and source) that the run calls them by, or as `unique_id` (and
    /// `source`).
    #[arg(long, requires = "group")]
    records: Option<PathBuf>,
    /// A column of the groups: pairs of each group, and those across groups, get labels of their own in every band of
    /// probability. May be given more than once.
    #[arg(long, requires = "records")]
    group: Vec<String>,
    /// Takes the bridges instead: pairs without which a cluster would fall apart (bridges.parquet), the least probable first.
    /// They follow no plan, so their judgements bind and do not calibrate.
    #[arg(long, conflicts_with_all = ["seed", "group"])]
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
    let dimensions = structural_strata(&run.config, &run.inputs, &run.table, None);
    let is_rare = rare_structures(&dimensions, run.table.n_records());
    let group_of = groups(arguments, &run)?;
    let group = |l: u32, r: u32| {
        let (of_l, of_r) = (group_of.get(l as usize), group_of.get(r as usize));
        of_l.filter(|group| of_r == Some(group)).map_or(0, |group| u32::from(*group) + 1)
    };
    let candidates: Vec<Candidate> = pairs
        .iter()
        .map(|(l, r, [_, match_probability, ..])| Candidate {
            match_probability: *match_probability,
            structure: u16::from(is_rare[*l as usize] || is_rare[*r as usize]),
            group: group(*l, *r),
        })
        .collect();
    let drawn = review_sample(&candidates, arguments.n, arguments.seed);
    let name = |record: u32| (run.table.source(record).to_owned(), run.table.unique_id(record).to_owned());
    let row = |pair: &Drawn| {
        let (l, r, _) = &pairs[pair.candidate];
        LabelRow {
            stratum: pair.stratum.to_string(),
            inclusion_probability: pair.inclusion_probability,
            ..to_be_judged(name(*l), name(*r))
        }
    };
    let rows: Vec<LabelRow> = drawn.iter().map(row).collect();
    let judged = arguments.out.join(LABELS_FILE);
    if judged.exists() {
        let before = labels::read_rows(std::slice::from_ref(&judged))?;
        check_one_draw(&judged.display().to_string(), &before, &rows)?;
    }
    write_sample(arguments, &rows, pairs.len())
}

/// For each record its group, by all columns asked for at once; empty where none was.
fn groups(arguments: &Arguments, run: &LinkageRun) -> Result<Vec<u16>, Failure> {
    let has_sources = run.config.source.is_some();
    let records = arguments.records.as_deref();
    let found = record_groups::groups(records, &arguments.group, &run.folder, &run.names(), has_sources)?;
    let together = found.into_iter().reduce(|all, next| crossed(&all, &next));
    Ok(together.map_or_else(Vec::new, |dimension| dimension.of_record))
}

/// A pair of which nothing was said, drawn by no plan.
fn to_be_judged(left: RecordName, right: RecordName) -> LabelRow {
    let nothing = String::new;
    LabelRow {
        left,
        right,
        judgement: nothing(),
        labeller: nothing(),
        judged_at: nothing(),
        stratum: nothing(),
        inclusion_probability: 1.0,
    }
}

/// Draws the bridges of the clusters.
fn sample_bridges(arguments: &Arguments) -> Result<(), Failure> {
    check_no_plan(arguments)?;
    let path = arguments.out.join(BRIDGES_FILE);
    let columns = ["source_l", "unique_id_l", "source_r", "unique_id_r", "match_probability"];
    let rows = labels::rows(&path, columns, &columns[4..]).map_err(|failure| {
        failure.while_doing("no bridges can be read: --out names the folder of a linkage run")
    })?;
    let probability = |row: &[String; 5]| row[4].parse::<f64>().unwrap_or_default();
    let mut bridges: Vec<&[String; 5]> = rows.iter().collect();
    bridges.sort_by(|a, b| probability(a).total_cmp(&probability(b)));
    bridges.truncate(arguments.n);
    let row = |[source_l, id_l, source_r, id_r, _]: &[String; 5]| {
        to_be_judged((source_l.clone(), id_l.clone()), (source_r.clone(), id_r.clone()))
    };
    let drawn: Vec<LabelRow> = bridges.into_iter().map(row).collect();
    write_sample(arguments, &drawn, rows.len())
}

/// Refuses to put bridges in the place of a planned draw that people have begun to judge.
fn check_no_plan(arguments: &Arguments) -> Result<(), Failure> {
    let [sample, judged] = [SAMPLE_FILE, LABELS_FILE].map(|name| arguments.out.join(name));
    if !sample.is_file() || !judged.is_file() {
        return Ok(());
    }
    let columns = ["stratum"];
    let is_planned = labels::rows(&sample, columns, &columns)?.iter().any(|[stratum]| !stratum.is_empty());
    let n_judged = labels::read_rows(std::slice::from_ref(&judged))?.len();
    if is_planned && n_judged > 0 {
        let n_judged = counted(n_judged as u64, "judgement");
        let (sample, judged) = (sample.display(), judged.display());
        let text = format!(
            "{sample} is a planned draw with {n_judged} in {judged}, and the bridges would take its place: link into another \
             folder with --judgements {judged}, so that they bind, and draw the bridges of that run"
        );
        return Err(Failure::new(Exit::Call, text));
    }
    Ok(())
}

fn write_sample(arguments: &Arguments, drawn: &[LabelRow], n_pairs: usize) -> Result<(), Failure> {
    outputs::write_text(&arguments.out, SAMPLE_FILE, &labels::text_of(drawn))?;
    let n_drawn = drawn.len();
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
