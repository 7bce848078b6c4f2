//! `redress link`: stand-alone linkage of CSV or Parquet files.

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    path::{Path, PathBuf},
};

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use clap::{Args, Subcommand, ValueEnum};
use redress_linkage::{
    ColumnReading, Config, ExpectedLost, Follows, Input, Judgement, Kind, LABELS_MIN, Label, LabelWord,
    LinkError, Linked, Options, PreviousClusters, Probe, Progress, Reported, Rest, SourceColumns, Structure,
    Table, estimates_of_run, guess_config, guess_doubts, guess_remark, link, probes_of_run, report_html,
    sampled_rows, structure, with_divided_names, with_parts_of_names, with_shared_numbers,
};
use redress_ports::{ColumnReport, LabelRow, RecordName};
use redress_sources::{snapshot, tabular};
use redress_statement::Digest;
use serde_json::json;

use crate::{
    allocation, bytes,
    clock::now_text,
    command::{
        link_against::{self, INDEX_FILE},
        link_shard, say, tell,
    },
    failure::{Exit, Failure},
    kept_judgements::{self, KEPT_FILE},
    labels,
    memory_guard::MemoryGuard,
    outputs::{OutFolder, Outputs},
    previous_run::{self, CLUSTERS_FILE, EVENTS_FILE},
    progress::{Steps, counted},
    refused_columns::left_out,
    run_facts::{self, AsRead},
    run_folder,
    stages::Stages,
};

pub(crate) use crate::outputs::{make_folder, write_text};

/// The file of the pairs without which a cluster would fall apart.
pub(crate) const BRIDGES_FILE: &str = "bridges.parquet";

/// Most rows that are kept until the report parts them by structure; of more about as many are drawn.
const STRUCTURE_RECORDS_MAX: usize = 200_000;
/// Seed of that sample: a report is the same for the same run.
const STRUCTURE_SEED: u64 = 1;

/// Pairs that are named of those on which labellers disagree.
const DISPUTED_SHOWN_MAX: usize = 10;

/// Broken rows of a file that are told one by one, at most.
const BROKEN_ROWS_SHOWN_MAX: usize = 10;

/// Most threads: more than the processors of any one machine that this is run on, and so few that they all start.
const THREADS_MAX: usize = 256;

/// Arguments of `redress link`.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    merge: Option<Merge>,
    /// What to read, how to block, how to compare. Without it the kinds of the columns are guessed and printed.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where to write pairs, clusters, what was not compared, the model and the report.
    #[arg(long, required = true)]
    out: Option<PathBuf>,
    #[command(flatten)]
    machine: MachineArguments,
    /// The seed of the samples.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Works on one part of the run only: K/N, K from 1 to N. All parts of a phase must have run before the next.
    #[arg(long, requires = "phase")]
    shard: Option<String>,
    /// What to do with the shard: count its patterns, or emit its pairs once every shard has counted.
    #[arg(long, requires = "shard")]
    phase: Option<Phase>,
    /// Compares the records of the files with those of an earlier run, by its model: its folder.
    #[arg(long, conflicts_with_all = ["config", "shard", "seed"])]
    against: Option<PathBuf>,
    /// Clerical labels (redress review): probabilities and intervals are taken from them, and what all labellers agree
    /// on binds the clusters. May be given more than once.
    #[arg(long, conflicts_with_all = ["shard", "against"])]
    labels: Vec<PathBuf>,
    #[command(flatten)]
    earlier: EarlierArguments,
    /// CSV or Parquet files.
    #[arg(required = true)]
    file: Vec<PathBuf>,
}

/// What earlier runs and people lay down for this one.
#[derive(Args, Clone, Default)]
pub(crate) struct EarlierArguments {
    /// Judgements that bind this run (redress review judge): pairs judged the same are one cluster, pairs judged different are
    /// held apart, whatever the model says. CSV, JSON Lines or Parquet; may be given more than once. A judgement about a record
    /// that is not there waits. Where enough of them were drawn by a plan, they calibrate the probabilities too.
    #[arg(long)]
    pub(crate) judgements: Vec<PathBuf>,
    /// The folder of the run before: its clusters keep their ids, and cluster_events.parquet says what became of each. The
    /// judgements that bound it bind this run too; of a pair that is judged anew, what was said later counts.
    #[arg(long)]
    pub(crate) previous: Option<PathBuf>,
}

/// What a run may use of the machine.
#[derive(Args, Clone, Copy)]
pub(crate) struct MachineArguments {
    /// Threads; 0 takes as many as there are processors. The result does not depend on it.
    #[arg(long, default_value_t = 0, value_parser = threads)]
    pub(crate) threads: usize,
    /// Most memory that a run may hold, such as 512M. One that needs more stops, says so, and leaves nothing behind. With
    /// --against it bounds the files and the index, which is read where it lies.
    #[arg(long, value_parser = bytes::parse)]
    pub(crate) memory_max: Option<u64>,
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number <= THREADS_MAX => Ok(number),
        _ => Err(format!("a number from 0 to {THREADS_MAX}, the limit")),
    }
}

/// What the reader of the files had to mend.
#[derive(Clone, Copy, Default)]
pub(crate) struct Mended {
    /// Rows whose last cells were missing.
    pub(crate) n_rows_padded: u64,
    /// NUL bytes taken out.
    pub(crate) n_nul_bytes: u64,
}

#[derive(Subcommand)]
enum Merge {
    /// Puts the shards of a run together: the same files as a run in one piece.
    Merge(link_shard::MergeArguments),
}

/// The two passes of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Phase {
    /// Counts the agreement patterns.
    Count,
    /// Emits the pairs that are worth writing.
    Emit,
}

/// What is linked, and where the result goes.
pub(crate) struct Job<'a> {
    pub(crate) files: &'a [PathBuf],
    pub(crate) out: &'a Path,
    pub(crate) config: Config,
    pub(crate) seed: u64,
    pub(crate) machine: MachineArguments,
    /// Files of clerical labels and of judgements, and what they say.
    pub(crate) label_files: &'a [PathBuf],
    pub(crate) judgement_files: &'a [PathBuf],
    pub(crate) said: Said,
    /// The clusters of the run before.
    pub(crate) previous: Option<PreviousClusters>,
    /// Their folder, as it was named.
    pub(crate) previous_folder: Option<&'a Path>,
    pub(crate) mended: Mended,
    pub(crate) as_read: AsRead,
}

/// What is asked of a run, before anything is read.
pub(crate) struct Order<'a> {
    pub(crate) files: &'a [PathBuf],
    pub(crate) out: &'a Path,
    pub(crate) seed: u64,
    pub(crate) machine: MachineArguments,
    pub(crate) label_files: &'a [PathBuf],
    pub(crate) earlier: &'a EarlierArguments,
}

impl<'a> Order<'a> {
    /// Reads the records and what people said of them, under a configuration that is made of the records; it comes with whether
    /// the kinds of the columns were guessed.
    pub(crate) fn read(
        self,
        (stages, steps): (&Stages, &Steps),
        configure: impl FnOnce(&[Input]) -> Result<(Config, bool), Failure>,
    ) -> Result<(Job<'a>, Table, AsWritten), Failure> {
        let Order { files, out, seed, machine, label_files, earlier } = self;
        steps.begin("read", "records");
        check_sizes(files, machine.memory_max)?;
        let (inputs, mended) = read_and_count(files)?;
        let (config, is_guessed) = configure(&inputs)?;
        let config = divided(config, &inputs);
        let inputs = with_parts_of_names(&config, inputs);
        let (config, shared_numbers) = with_shared_numbers(config, &inputs);
        let as_read = AsRead::of(&config, &inputs, (is_guessed, shared_numbers));
        let as_written = AsWritten::of(&config, &inputs);
        stages.begin("code");
        let table = table(&config, inputs, steps)?;
        let said = Said::read(label_files, earlier, &config, &table)?;
        let previous_folder = earlier.previous.as_deref();
        let previous = previous_folder.map(|folder| previous_run::read(folder, &table)).transpose()?;
        let judgement_files = earlier.judgements.as_slice();
        let job = Job {
            files,
            out,
            config,
            seed,
            machine,
            label_files,
            judgement_files,
            said,
            previous,
            previous_folder,
            mended,
            as_read,
        };
        Ok((job, table, as_written))
    }
}

impl Job<'_> {
    pub(crate) fn options<'a>(&self, progress: &'a (dyn Fn(Progress) + Sync)) -> Options<'a> {
        Options {
            progress,
            seed: self.seed,
            judgements: self.said.judgements.clone(),
            labels: self.said.labels.clone(),
            threads: self.machine.threads,
            memory_max_bytes: self.machine.memory_max,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(Merge::Merge(merge)) = &arguments.merge {
        return link_shard::merge(merge);
    }
    if arguments.machine.memory_max.is_none() {
        allocation::use_large_pages();
    }
    let stages = Stages::new("read");
    let Some(out) = &arguments.out else { return Err(Failure::new(Exit::Call, "--out is missing")) };
    check_files(&arguments.file)?;
    check_earlier(arguments)?;
    run_folder::check_free(out, arguments.against.as_deref())?;
    if arguments.shard.is_none() {
        let given = [arguments.labels.as_slice(), arguments.earlier.judgements.as_slice()].concat();
        run_folder::check_kept(out, &given, arguments.earlier.previous.as_deref())?;
    }
    let _folder = OutFolder::make(out)?;
    if let Some(folder) = &arguments.against {
        let given = labels::read_rows(&arguments.earlier.judgements)?;
        return link_against::run(folder, out, &arguments.file, given, arguments.machine);
    }
    let guard = MemoryGuard::begin(arguments.machine.memory_max, out);
    let written = arguments.config.as_deref().map(read_config).transpose()?;
    let steps = Steps::new();
    let order = Order {
        files: &arguments.file,
        out,
        seed: arguments.seed,
        machine: arguments.machine,
        label_files: &arguments.labels,
        earlier: &arguments.earlier,
    };
    let (job, table, as_written) = order.read((&stages, &steps), |inputs| configuration(written, inputs))?;
    if let (Some(shard), Some(phase)) = (&arguments.shard, arguments.phase) {
        return link_shard::run(&job, &table, shard, phase);
    }
    steps.begin("link", "records");
    let progress = |progress| {
        stages.begin(stage(progress));
        steps.reach_share(redress_service::share_done(progress), table.n_records() as u64);
    };
    let linked = link(&table, &job.config, &job.options(&progress)).map_err(|error| failed(&error))?;
    steps.reach(table.n_records() as u64);
    steps.end(&format!("{} pairs compared", linked.stats.n_pairs_compared));
    write(&job, &table, linked, &as_written, &stages)?;
    drop(guard);
    Ok(())
}

/// The stage in which a run is when it tells where it stands.
pub(crate) const fn stage(progress: Progress) -> &'static str {
    match progress {
        Progress::Blocking => "block",
        Progress::Counting(..) => "compare",
        Progress::Estimating => "estimate",
        Progress::Weighing(..) => "weigh",
        Progress::Clustering => "cluster",
    }
}

/// What people said of the records of a run.
pub(crate) struct Said {
    /// What probabilities are taken from.
    pub(crate) labels: Vec<Label>,
    /// What binds the clusters.
    pub(crate) judgements: Vec<Judgement>,
    /// All that was said, for the runs after this one.
    kept: Vec<LabelRow>,
    /// Judgements that bind and were not given to this run, but to one before it.
    pub(crate) n_carried: usize,
}

impl Said {
    pub(crate) fn read(
        label_files: &[PathBuf],
        earlier: &EarlierArguments,
        config: &Config,
        table: &Table,
    ) -> Result<Self, Failure> {
        let mut before = earlier.previous.as_deref().map_or(Ok(Vec::new()), kept_judgements::read)?;
        let mut labels = labels::read_rows(label_files)?;
        let mut binding = labels::read_rows(&earlier.judgements)?;
        if config.source.is_some() {
            let name = |record| (table.source(record), table.unique_id(record));
            for rows in [&mut before, &mut labels, &mut binding] {
                labels::find_sources(rows, (0..table.n_records() as u32).map(name))?;
            }
        }
        let given = labels::last_of_each([labels.as_slice(), binding.as_slice()].concat());
        let given = kept_judgements::stamped(given, &before, &now_text());
        let (kept, n_before) = kept_judgements::together(before, given);
        let judgements = labels::judgements(&labels::of_rows(&kept));
        let before: HashSet<_> = kept[..n_before].iter().map(LabelRow::names).collect();
        let is_carried = |held: &&Judgement| before.contains(&(&held.left, &held.right));
        let n_carried = judgements.iter().filter(is_carried).count();
        let mut labels = labels::of_rows(&labels);
        if labels.is_empty() {
            labels = labels::calibrating(&labels::of_rows(&binding), table);
            if !binding.is_empty() && labels.is_empty() {
                tell(format!(
                    "the judgements bind; probabilities stay the model's own: fewer than {LABELS_MIN} pairs of this run were drawn \
                     by a plan and decided"
                ));
            }
        }
        tell_said(&kept, &judgements, n_carried);
        Ok(Self { labels, judgements, kept, n_carried })
    }
}

/// Says how many judgements bind from before, and of which pairs labellers disagree.
fn tell_said(kept: &[LabelRow], judgements: &[Judgement], n_carried: usize) {
    if n_carried > 0 {
        tell(format!("{} taken over from the run before", counted(n_carried as u64, "judgement")));
    }
    let unsure = LabelWord::Unsure.as_str();
    let binding: HashSet<_> = judgements.iter().map(|held| (&held.left, &held.right)).collect();
    let decided = kept.iter().filter(|row| row.judgement != unsure).map(LabelRow::names);
    let disputed: BTreeSet<_> = decided.filter(|names| !binding.contains(names)).collect();
    if disputed.is_empty() {
        return;
    }
    let name =
        |(source, id): &RecordName| if source.is_empty() { id.clone() } else { format!("{source}/{id}") };
    let shown = disputed.iter().take(DISPUTED_SHOWN_MAX);
    let shown: Vec<String> = shown.map(|(l, r)| format!("{} and {}", name(l), name(r))).collect();
    let more = if disputed.len() > shown.len() { "; …" } else { "" };
    let pairs = counted(disputed.len() as u64, "pair");
    tell(format!("labellers disagree about {pairs}, and nothing binds there: {}{more}", shown.join("; ")));
}

/// A run that did not come to its end.
pub(crate) fn failed(error: &LinkError) -> Failure {
    let exit = match error {
        LinkError::Config(_) | LinkError::NothingToCompare => Exit::Call,
        LinkError::UnknownRecord { .. } | LinkError::TooFewLabels { .. } | LinkError::Shard(_) => Exit::Input,
        _ => Exit::Unfinished,
    };
    match error {
        LinkError::Memory { needed_bytes, limit_bytes, n_pairs } => {
            let [needed, limit] = [*needed_bytes, *limit_bytes].map(|n| bytes::beside(n, *limit_bytes));
            let text = format!(
                "{needed} of memory are needed for the records, their keys and {}; --memory-max is {limit}: raise it, raise \
                 output.min_probability, name fewer columns or narrower blocking rules",
                counted(*n_pairs, "pair")
            );
            Failure::new(exit, text)
        }
        _ => Failure::of(exit, error),
    }
}

/// Refuses what a shard, or a comparison with an earlier run, has no use for.
fn check_earlier(arguments: &Arguments) -> Result<(), Failure> {
    let earlier = &arguments.earlier;
    let refused = |text: &str| Err(Failure::new(Exit::Call, text));
    if arguments.shard.is_some() && (!earlier.judgements.is_empty() || earlier.previous.is_some()) {
        return refused(
            "--judgements and --previous go to redress link merge, not to --shard: what a shard finds does not depend on them",
        );
    }
    if arguments.against.is_some() && earlier.previous.is_some() {
        return refused("--previous with --against: --against makes no clusters, so that no id can be kept");
    }
    Ok(())
}

/// Refuses a file that is named twice: each record would be its own duplicate.
fn check_files(files: &[PathBuf]) -> Result<(), Failure> {
    let known: Vec<PathBuf> =
        files.iter().map(|file| fs::canonicalize(file).unwrap_or_else(|_| file.clone())).collect();
    let repeated = (0..known.len()).find(|at| known[..*at].contains(&known[*at]));
    match repeated {
        Some(at) => Err(Failure::new(
            Exit::Call,
            format!("{} is named twice: name each file once", files[at].display()),
        )),
        None => Ok(()),
    }
}

/// Refuses files that are larger than the memory that may be used, before they are read.
pub(crate) fn check_sizes(files: &[PathBuf], memory_max: Option<u64>) -> Result<(), Failure> {
    let Some(limit) = memory_max else { return Ok(()) };
    let n_bytes: u64 = files.iter().filter_map(|file| fs::metadata(file).ok()).map(|known| known.len()).sum();
    if n_bytes <= limit {
        return Ok(());
    }
    let (needed, limit) = (bytes::beside(n_bytes, limit), bytes::beside(limit, limit));
    let text = format!(
        "the files have {needed} and are read whole; --memory-max is {limit}: more than {needed} are needed"
    );
    Err(Failure::new(Exit::Unfinished, text))
}

/// The records of the inputs.
pub(crate) fn table(config: &Config, inputs: Vec<Input>, steps: &Steps) -> Result<Table, Failure> {
    let table = Table::try_new(config, inputs).map_err(|error| Failure::of(Exit::Input, &error))?;
    steps.reach(table.n_records() as u64);
    steps.end(&format!("{} records", table.n_records()));
    tell_readings(&table);
    Ok(table)
}

/// Says which columns hold nothing, and of which some values cannot be read.
fn tell_readings(table: &Table) {
    for ColumnReading { column, kind, n_filled, n_unread } in table.readings() {
        let (is_name, kind) = (kind.is_name(), kind.with_article());
        if *n_filled == 0 && table.n_records() > 0 {
            tell(format!("column `{column}` is empty in every record: nothing is compared by it"));
        } else if n_unread == n_filled && *n_unread > 0 {
            tell(format!(
                "column `{column}`: none of its {n_filled} values can be read as {kind}; is that its kind and format?"
            ));
        } else if *n_unread > 0 && is_name {
            tell(format!(
                "column `{column}`: {n_unread} of {n_filled} names are placeholders, and are taken as not there"
            ));
        } else if *n_unread > 0 {
            tell(format!(
                "column `{column}`: {n_unread} of {n_filled} values cannot be read as {kind}, and are taken as not there"
            ));
        }
    }
}

/// The rows as they were written, kept until the report parts them by structure; a sample where they are too many.
pub(crate) struct AsWritten(Vec<Input>);

impl AsWritten {
    pub(crate) fn of(config: &Config, inputs: &[Input]) -> Self {
        Self(sampled_rows(config, inputs, STRUCTURE_RECORDS_MAX, STRUCTURE_SEED).0)
    }

    fn structure(&self, config: &Config, table: &Table, cluster_of: &[u32]) -> Structure {
        structure(config, &self.0, table, Some(cluster_of))
    }

    fn probes(&self, config: &Config, table: &Table, linked: &Linked, structure: &Structure) -> Vec<Probe> {
        probes_of_run(linked, table, config, &self.0, structure, STRUCTURE_SEED)
    }
}

/// Reads every file; the configuration is not needed for it.
pub(crate) fn read(files: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    read_and_count(files).map(|(inputs, _)| inputs)
}

/// As [`read`], with what had to be mended.
fn read_and_count(files: &[PathBuf]) -> Result<(Vec<Input>, Mended), Failure> {
    let mut inputs = Vec::new();
    let mut mended = Mended::default();
    for file in files {
        let tabular = tabular::read_with_report(file)?;
        tell_broken_rows(file, &tabular.report);
        mended.n_rows_padded += tabular.report.n_repaired;
        mended.n_nul_bytes += tabular.report.n_nul_bytes;
        let (batches, n_set_aside) = (tabular.batches, tabular.report.n_quarantined);
        inputs.push(Input { name: file.display().to_string(), batches, n_set_aside });
    }
    Ok((inputs, mended))
}

/// Says which rows a reader set aside or padded, and what it took out.
fn tell_broken_rows(file: &Path, report: &ColumnReport) {
    for broken in report.quarantined.iter().take(BROKEN_ROWS_SHOWN_MAX) {
        tell(format!("{} line {}: set aside, {}", file.display(), broken.line, broken.reason));
    }
    if report.n_quarantined > 0 {
        tell(format!("{}: {} of {} rows set aside", file.display(), report.n_quarantined, report.n_rows));
    }
    if report.n_repaired > 0 {
        let n = report.n_repaired;
        tell(format!("{}: last cells were missing and padded in {}", file.display(), counted(n, "row")));
    }
    if report.n_nul_bytes > 0 {
        tell(format!("{}: {} taken out", file.display(), counted(report.n_nul_bytes, "NUL byte")));
    }
}

/// The text of a configuration with its path; read before the records are, so that a wrong path costs nothing.
fn read_config(path: &Path) -> Result<(&Path, String), Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        let doing = "check the path, or leave --config out: the kinds of the columns are guessed then";
        Failure::of(Exit::Call, &error).while_doing(format!("{} cannot be read: {doing}", path.display()))
    })?;
    Ok((path, text))
}

/// The configuration, and whether its columns were guessed.
fn configuration(written: Option<(&Path, String)>, inputs: &[Input]) -> Result<(Config, bool), Failure> {
    let wrong = |error: &(dyn std::error::Error + 'static)| Failure::of(Exit::Call, error);
    let batches: Vec<RecordBatch> = inputs.iter().flat_map(|input| input.batches.clone()).collect();
    let Some((path, text)) = written else {
        let config = left_out(guess_config(&batches).map_err(|error| wrong(&error))?)?;
        check_columns(&config, &batches)?;
        tell(format!("no --config: the kinds of the columns were guessed\n\n{}", config.to_toml()));
        tell_guess(&config, &batches);
        return Ok((config, true));
    };
    let in_file = |failure: Failure| failure.while_doing(format!("{} cannot be used", path.display()));
    let config = Config::from_toml(&text).map_err(|error| in_file(wrong(&error)))?;
    if !config.columns.is_empty() {
        let config = left_out(config).map_err(in_file)?;
        check_columns(&config, &batches)?;
        return Ok((config, false));
    }
    let guessed = guess_config(&batches).map_err(|error| in_file(wrong(&error)))?;
    let config = left_out(Config { columns: guessed.columns, ..config }).map_err(in_file)?;
    check_columns(&config, &batches)?;
    tell(format!("{} has no [columns]: their kinds were guessed\n\n{}", path.display(), config.to_toml()));
    tell_guess(&config, &batches);
    Ok((config, true))
}

/// The configuration with names that are written "SURNAME, Given" as two columns, and says so.
fn divided(config: Config, inputs: &[Input]) -> Config {
    let (config, name) = with_divided_names(config, inputs);
    if let Some(name) = name {
        tell(format!(
            "`{name}` holds names written “SURNAME, Given”: it is read as two columns, `{name} (surname)` and `{name} (given names)`; a \
             [[comparison]] for `{name}` in a file for --config keeps it whole"
        ));
    }
    config
}

/// Says what a guess of kinds rests on where that is little.
fn tell_guess(config: &Config, batches: &[RecordBatch]) {
    guess_remark(config).into_iter().for_each(tell);
    for doubt in guess_doubts(config, batches) {
        tell(format!(
            "TAKE CARE: {doubt}: if that is wrong, say what it is under [columns] in a file for --config"
        ));
    }
}

/// Refuses a guess that found nothing to compare, with what was there to choose from.
fn check_columns(config: &Config, batches: &[RecordBatch]) -> Result<(), Failure> {
    if !config.columns.is_empty() {
        return Ok(());
    }
    let schema = batches.first().map(RecordBatch::schema);
    let names: Vec<String> =
        schema.iter().flat_map(|schema| schema.fields()).map(|field| field.name().clone()).collect();
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    let text = format!(
        "no column to compare was found among `{}`: write a file for --config that names the columns to compare under \
         [columns], such as `name = \"full_name\"`; the kinds are {}",
        names.join("`, `"),
        kinds.join(", ")
    );
    Err(Failure::new(Exit::Call, text))
}

/// Writes the files of a run and says what it found.
pub(crate) fn write(
    job: &Job<'_>,
    table: &Table,
    mut linked: Linked,
    as_written: &AsWritten,
    stages: &Stages,
) -> Result<(), Failure> {
    let config = &job.config;
    stages.begin("write");
    linked.hold_judgements(config.output.min_probability);
    linked.model.doubts.clone_from(&job.as_read.doubts);
    linked.model.shared_numbers.clone_from(&job.as_read.shared_numbers);
    let linked = &linked;
    let outputs = Outputs::begin(job.out)?;
    let sources = if config.source.is_some() { SourceColumns::With } else { SourceColumns::Without };
    write_batches(&outputs.path("pairs.parquet"), linked.pairs_batches(table, sources))?;
    let ids = linked.clusters.ids(table, sources, job.previous.as_ref());
    write_batches(&outputs.path(CLUSTERS_FILE), linked.clusters_batches(table, sources, &ids))?;
    if job.previous.is_some() {
        tabular::write_parquet(&outputs.path(EVENTS_FILE), &ids.events_batch()?)?;
    }
    if !job.said.kept.is_empty() {
        outputs.write_text(KEPT_FILE, &labels::text_of(&job.said.kept))?;
    }
    tabular::write_parquet(&outputs.path(BRIDGES_FILE), &linked.bridges_batch(table, sources, &ids)?)?;
    tabular::write_parquet(&outputs.path("not_compared.parquet"), &linked.not_compared_batch()?)?;
    outputs.write_text("model.json", &serde_json::to_string_pretty(&linked.model)?)?;
    outputs.write_text("link.toml", &config.to_toml())?;
    stages.begin("digest");
    let facts = run_facts::of(job, table)?;
    stages.begin("report");
    let structure = as_written.structure(config, table, &linked.clusters.cluster_of);
    let estimates = estimates_of_run(linked);
    let probes = as_written.probes(config, table, linked, &structure);
    let reported = Reported {
        linked,
        table,
        structure: &structure,
        probes: &probes,
        estimates: &estimates,
        run: &facts,
    };
    outputs.write_text("report.html", &report_html(&reported))?;
    tell_not_compared(linked);
    linked.model.columns_that_add_nothing().into_iter().for_each(tell);
    linked.model.follows.iter().map(Follows::in_words).for_each(tell);
    tell_judgements(linked);
    if let Some(warning) = linked.clusters.labels_effect.and_then(|effect| effect.warning()) {
        tell(format!("TAKE CARE: {warning}"));
    }
    let of_run = run_facts::as_json(job, &reported, stages);
    outputs.write_text("run.json", &serde_json::to_string_pretty(&of_run)?)?;
    outputs.finish(&[EVENTS_FILE, INDEX_FILE, KEPT_FILE])?;
    run_facts::tell_trust(job.out, &estimates);
    let training = match (linked.stats.n_pairs_compared, linked.model.training.rest()) {
        (0, _) => "no two records were compared, so nothing was learned",
        _ if linked.model.is_one_pattern => {
            "these data cannot tell one person from two, so nothing was learned: see report.html"
        }
        (_, Rest::Converged) => "the training converged",
        (_, Rest::ButForStrangers) => "the training came to rest in all that concerns one person",
        (_, Rest::Unsettled) => "the training has NOT converged: see report.html",
    };
    say(format!(
        "{} records, {} pairs compared, {} pairs written, {} clusters; {training}",
        table.n_records(),
        linked.stats.n_pairs_compared,
        linked.pairs.len(),
        linked.clusters.n_clusters(),
    ))
}

/// Says that blocks were too large to be compared in full.
fn tell_not_compared(linked: &Linked) {
    let n_blocks = linked.not_compared.len();
    if n_blocks > 0 {
        let expected = ExpectedLost::of(&linked.not_compared).in_words(n_blocks);
        tell(format!(
            "{n_blocks} blocks were too large to be compared in full; {expected}: see not_compared.parquet"
        ));
    }
}

/// Says which judgements could not be held to.
fn tell_judgements(linked: &Linked) {
    let held = &linked.judgements;
    tell_absent(held.n_absent);
    match held.n_contradicted {
        0 => {}
        1 => tell("1 judgement `same` contradicts others that say `different`: the records stay apart"),
        n => tell(format!(
            "{n} judgements `same` contradict others that say `different`: the records stay apart"
        )),
    }
}

/// Says that judgements wait for records.
pub(crate) fn tell_absent(n_absent: u64) {
    match n_absent {
        0 => {}
        1 => tell("1 judgement names a record that is not among the records: it waits for it"),
        n => tell(format!("{n} judgements name a record that is not among the records: they wait for it")),
    }
}

/// Writes batches as one Parquet file; there is one at least.
pub(crate) fn write_batches(
    path: &Path,
    batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
) -> Result<(), Failure> {
    let mut batches = batches.peekable();
    let schema = match batches.peek() {
        Some(Ok(first)) => first.schema(),
        _ => return batches.next().map_or(Ok(()), |batch| batch.map(|_| ()).map_err(Failure::from)),
    };
    tabular::write_parquet_with(path, &schema, |write| {
        batches.try_for_each(|batch| write(&batch.map_err(std::io::Error::other)?))
    })?;
    Ok(())
}

/// The inputs with their digests: `explain` reads them again.
pub(crate) fn digests(files: &[PathBuf]) -> Result<Vec<serde_json::Value>, Failure> {
    files
        .iter()
        .map(|file| Ok(json!({"file": absolute(file), "sha256": digest(file)?.to_string()})))
        .collect()
}

pub(crate) fn absolute(file: &Path) -> String {
    fs::canonicalize(file).unwrap_or_else(|_| file.to_owned()).display().to_string()
}

/// The digest of a file.
pub(crate) fn digest(path: &Path) -> Result<Digest, Failure> {
    let digest = fs::File::open(path).and_then(|mut file| snapshot::digest(&mut file));
    let failed =
        |error| Failure::of(Exit::Call, &error).while_doing(format!("{} cannot be read", path.display()));
    Ok(digest.map_err(failed)?.0)
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Self {
        Self::of(Exit::Unfinished, &error).while_doing("a table cannot be laid out")
    }
}
