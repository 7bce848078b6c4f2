//! The facts of a linkage run: what was read and what was not, by what, and how far the result can be trusted. The report, `run.json`
//! and the terminal say the same.

use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use redress_linkage::{
    COLUMNS_NOT_READ_SHOWN_MAX, Clustered, ColumnNotRead, Config, ErrorEstimates, FileRead, Grade, Input,
    Reported, RunFacts, SharedNumbers, Table, columns_not_read, date_orders_of_files, guess_doubts,
};
use redress_sources::charter;
use serde_json::{Value, json};

use crate::{
    command::{
        link::{Job, absolute, digest},
        tell,
    },
    failure::Failure,
    machine,
    stages::Stages,
};

/// What was seen of the files before their rows became records.
pub(crate) struct AsRead {
    /// Rows of each file.
    n_rows: Vec<u64>,
    /// Whether the columns of the configuration were guessed.
    pub(crate) is_guessed: bool,
    /// What speaks against the guess, and against the dates of the files.
    pub(crate) doubts: Vec<String>,
    /// What the records say of numbers that are taken for one person's.
    pub(crate) shared_numbers: Vec<SharedNumbers>,
    /// The columns that the configuration does not name.
    columns_not_read: Vec<ColumnNotRead>,
}

impl AsRead {
    /// Looks at the inputs, and says which columns are not looked at.
    pub(crate) fn of(
        config: &Config,
        inputs: &[Input],
        (is_guessed, shared_numbers): (bool, Vec<SharedNumbers>),
    ) -> Self {
        let rows = |input: &Input| input.batches.iter().map(RecordBatch::num_rows).sum::<usize>() as u64;
        let mut columns_not_read = columns_not_read(config, inputs, is_guessed);
        for column in &mut columns_not_read {
            if let Some(ground) = charter::refusal_ground(&column.column) {
                column.reason = format!("refused: {ground}");
            }
        }
        tell_not_read(&columns_not_read);
        let batches = || inputs.iter().flat_map(|input| input.batches.clone()).collect::<Vec<_>>();
        let mut doubts = if is_guessed { guess_doubts(config, &batches()) } else { Vec::new() };
        if let Some(doubt) = date_orders_of_files(config, inputs) {
            tell(format!("TAKE CARE: {doubt}"));
            doubts.push(doubt);
        }
        for numbers in &shared_numbers {
            if let Some(told) = numbers.contradiction().or_else(|| numbers.doubt()) {
                tell(format!("TAKE CARE: {told}"));
            }
        }
        let n_rows = inputs.iter().map(rows).collect();
        Self { n_rows, is_guessed, doubts, shared_numbers, columns_not_read }
    }
}

/// Names the columns that are not looked at.
fn tell_not_read(columns: &[ColumnNotRead]) {
    for ColumnNotRead { column, reason } in columns.iter().take(COLUMNS_NOT_READ_SHOWN_MAX) {
        tell(format!("column `{column}` is not read: {reason}"));
    }
    if columns.len() > COLUMNS_NOT_READ_SHOWN_MAX {
        let n_more = columns.len() - COLUMNS_NOT_READ_SHOWN_MAX;
        tell(format!("{n_more} more columns are not read: see report.html"));
    }
}

/// What makes the run the run that it is.
pub(crate) fn of(job: &Job<'_>, table: &Table) -> Result<RunFacts, Failure> {
    let mut inputs = files(job.files)?;
    inputs.iter_mut().zip(&job.as_read.n_rows).for_each(|(file, n)| file.n_rows = Some(*n));
    debug_assert!(inputs.iter().filter_map(|file| file.n_rows).sum::<u64>() == table.n_records() as u64);
    Ok(RunFacts {
        program: format!("redress {}", env!("CARGO_PKG_VERSION")),
        seed: job.seed,
        inputs,
        configuration: job.config.to_toml(),
        is_guessed: job.as_read.is_guessed,
        cluster_probability: job.config.output.cluster_probability.to_string(),
        previous: job.previous_folder.map(|folder| folder.display().to_string()),
        labels: files(job.label_files)?,
        judgements: files(job.judgement_files)?,
        n_judgements_carried: job.said.n_carried as u64,
        columns_not_read: job.as_read.columns_not_read.clone(),
    })
}

/// The names of files, without their folders, and their digests.
fn files(paths: &[PathBuf]) -> Result<Vec<FileRead>, Failure> {
    let read = |path: &PathBuf| {
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(FileRead { file, sha256: digest(path)?.to_string(), n_rows: None })
    };
    paths.iter().map(read).collect()
}

/// Files by their whole paths: `explain` reads them again.
fn with_paths(paths: &[PathBuf], read: &[FileRead]) -> Vec<Value> {
    let file = |(path, read): (&PathBuf, &FileRead)| {
        let mut fact = json!({"file": absolute(path), "sha256": read.sha256});
        if let Some(n_rows) = read.n_rows {
            fact["rows"] = n_rows.into();
        }
        fact
    };
    paths.iter().zip(read).map(file).collect()
}

/// `run.json`: what was read, how much of it, what that took, and how far it can be trusted.
pub(crate) fn as_json(job: &Job<'_>, reported: &Reported<'_>, stages: &Stages) -> Value {
    let Reported { linked, table, estimates, run, .. } = *reported;
    let by_stage = stages.by_name();
    let used = machine::used();
    json!({
        "program": run.program,
        "seed": run.seed,
        "cluster_probability": job.config.output.cluster_probability,
        "previous": run.previous,
        "records": table.n_records(),
        "rows_set_aside": table.n_set_aside(),
        "columns_guessed": run.is_guessed,
        "columns_not_read": reported.columns_not_read(),
        "shared_numbers": linked.model.shared_numbers,
        "follows": linked.model.follows,
        "values_not_read": values_not_read(table),
        "rows_padded": job.mended.n_rows_padded,
        "nul_bytes": job.mended.n_nul_bytes,
        "pairs_compared": linked.stats.n_pairs_compared,
        "patterns": linked.stats.n_patterns,
        "converged": linked.model.training.converged,
        "held_at_bounds": linked.model.at_bounds,
        "estimates": estimates,
        "seconds": stages.taken().seconds(),
        "cpu_seconds": used.cpu_seconds,
        "peak_rss_bytes": used.peak_rss_bytes,
        "stages": by_stage,
        "inputs": with_paths(job.files, &run.inputs),
        "labels": with_paths(job.label_files, &run.labels),
        "judgements": with_paths(job.judgement_files, &run.judgements),
        "judgements_carried": run.n_judgements_carried,
        "judgements_absent": linked.judgements.n_absent,
        "judgements_contradicted": linked.judgements.n_contradicted,
    })
}

/// For each column with such values how many could not be read.
fn values_not_read(table: &Table) -> Value {
    let unread = table.readings().iter().filter(|reading| reading.n_unread > 0);
    unread.map(|reading| (reading.column.clone(), json!(reading.n_unread))).collect()
}

/// The threshold of which the terminal tells; the report has others.
const TOLD_FROM: f64 = 0.95;

/// Says how far the run can be trusted, where to read on, and what comes next.
pub(crate) fn tell_trust(out: &Path, estimates: &ErrorEstimates) {
    // A contradiction is the first of the reasons, and what an unreliable run expects is not to be believed.
    let is_told =
        |clustered: &&Clustered| !clustered.is_contradiction && estimates.grade != Grade::Unreliable;
    if let Some(clustered) = estimates.clustered.as_ref().filter(is_told) {
        tell(clustered.in_words());
    }
    if let Some(told) = estimates.unwritten.and_then(|unwritten| unwritten.in_words()) {
        tell(told);
    } else if estimates.grade == Grade::Labelled {
        tell(
            "no label is drawn of pairs that are not written, so that what is missed in all is not estimated",
        );
    }
    let missed = estimates
        .at
        .iter()
        .find_map(|at| Some((at.threshold, at.missed?)).filter(|(from, _)| *from == TOLD_FROM));
    if let Some((from, missed)) = missed {
        let [value, low, high] = [missed.value, missed.low, missed.high].map(|share| share * 100.0);
        tell(format!(
            "of all true pairs {value:.1} % ({low:.1} % to {high:.1} %) are expected to be missed at {from}"
        ));
    }
    tell(format!("trust in the run: {}: {}", estimates.grade.as_str(), estimates.reasons.join("; ")));
    let out = out.display();
    let next = match estimates.grade {
        _ if estimates.saturation.n_written == 0 => "there is no pair to judge".to_owned(),
        Grade::Unreliable => format!(
            "name the kinds of the columns in a --config and link again, or judge pairs: redress review sample --out {out}"
        ),
        _ => format!("to judge pairs: redress review sample --out {out}"),
    };
    tell(format!("read {out}/report.html; {next}"));
}
