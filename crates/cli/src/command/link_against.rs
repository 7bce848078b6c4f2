//! `redress link --against DIR NEW`: new records against those of an earlier run, by its model.
//!
//! The index of the run is built from its files the first time and kept in `DIR/index.bin`, which is mapped ever after. Each new record is compared with
//! all records of the run and with the new records before it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt16Array, UInt32Array};
use redress_linkage::{
    Config, Index, Input, JudgedPair, Judgement, Model, Pair, hold_judgements, judged_word,
    with_parts_of_names,
};
use redress_ports::LabelRow;
use redress_sources::{durable_file, tabular};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    bytes,
    clock::now_text,
    command::{
        link::{self, MachineArguments},
        say, tell,
    },
    failure::{Exit, Failure},
    kept_judgements, labels, machine,
    mapped_file::mapped,
    outputs::Outputs,
    progress::Steps,
};

/// The file of the index, within the folder of the run.
pub(crate) const INDEX_FILE: &str = "index.bin";
/// Bytes of an index that are written at a time.
const INDEX_WRITE_BYTES: usize = 1 << 20;
/// Records paired with both of two that were judged different, of which the terminal tells.
const TORN_SHOWN_MAX: usize = 10;

/// What is read of run.json.
#[derive(Deserialize)]
struct Run {
    inputs: Vec<RunInput>,
}

#[derive(Deserialize)]
struct RunInput {
    file: PathBuf,
    sha256: String,
}

/// One row of the files: source, id, texts by column.
struct NewRecord {
    source: String,
    unique_id: String,
    cells: BTreeMap<String, String>,
}

pub(crate) fn run(
    folder: &Path,
    out: &Path,
    files: &[PathBuf],
    given: Vec<LabelRow>,
    machine: MachineArguments,
) -> Result<(), Failure> {
    let begun = Instant::now();
    let steps = Steps::new();
    let mut index = opened(folder, machine, &steps)?;
    let seconds_open = begun.elapsed().as_secs_f64();
    steps.begin("read", "records");
    link::check_sizes(files, machine.memory_max)?;
    let records = records(index.config(), files)?;
    steps.end(&format!("{} records", records.len()));
    steps.begin("compare", "records");
    let (mut pairs, mut n_compared, mut n_keys_cut) = (Vec::new(), 0, 0);
    let mut milliseconds = Vec::with_capacity(records.len());
    for record in &records {
        let value = |column: &str| record.cells.get(column).cloned();
        let since = Instant::now();
        let found = index.query(&record.source, &record.unique_id, &value);
        milliseconds.push(since.elapsed().as_secs_f64() * 1e3);
        n_compared += found.n_compared;
        n_keys_cut += u64::from(found.n_keys_cut);
        let number = match index.find(&record.source, &record.unique_id) {
            Some(number) => number,
            None => index
                .insert(&record.source, &record.unique_id, &value)
                .map_err(|error| Failure::of(Exit::Input, &error))?,
        };
        pairs.extend(found.pairs.into_iter().map(|pair| ordered(&index, Pair { r: number, ..pair })));
    }
    steps.reach(records.len() as u64);
    steps.end(&format!("{n_compared} pairs compared"));
    let name = |record: u32| index.source_and_id(record);
    let by_name = |a: &Pair, b: &Pair| (name(a.l), name(a.r)).cmp(&(name(b.l), name(b.r)));
    pairs.sort_by(by_name);
    pairs.dedup_by_key(|pair| (pair.l, pair.r));
    let judgements = judgements(&index, folder, given)?;
    let (judged, n_absent) = judged(&index, &records, &judgements);
    hold_judgements(&mut pairs, &judged, index.config().output.min_probability);
    pairs.sort_by(by_name);
    let torn = torn(&index, &pairs, &judgements);
    let outputs = Outputs::begin(out)?;
    tabular::write_parquet(&outputs.path("pairs.parquet"), &batch(&index, &pairs, &judged)?)?;
    milliseconds.sort_by(f64::total_cmp);
    let used = machine::used();
    let run = json!({
        "records": records.len(),
        "against": index.n_records(),
        "against_run": folder,
        "pairs_compared": n_compared,
        "keys_cut": n_keys_cut,
        "seconds_open": seconds_open,
        "milliseconds_median": percentile(&milliseconds, 0.5),
        "milliseconds_p99": percentile(&milliseconds, 0.99),
        "seconds": begun.elapsed().as_secs_f64(),
        "cpu_seconds": used.cpu_seconds,
        "peak_rss_bytes": used.peak_rss_bytes,
        "inputs": link::digests(files)?,
        "judgements_absent": n_absent,
        "paired_with_both": torn,
    });
    outputs.write_text("run.json", &serde_json::to_string_pretty(&run)?)?;
    outputs.finish(&[])?;
    link::tell_absent(n_absent);
    tell_torn(&torn);
    let cut =
        if n_keys_cut > 0 { format!("; {n_keys_cut} keys had too many records") } else { String::new() };
    say(format!("{} records, {n_compared} pairs compared, {} pairs written{cut}", records.len(), pairs.len()))
}

/// What binds: the judgements of the run, and those given to this one.
fn judgements(index: &Index, folder: &Path, given: Vec<LabelRow>) -> Result<Vec<Judgement>, Failure> {
    let (mut before, mut given) = (kept_judgements::read(folder)?, given);
    if index.config().source.is_some() {
        let names = || (0..index.n_records() as u32).map(|record| index.source_and_id(record));
        labels::find_sources(&mut before, names())?;
        labels::find_sources(&mut given, names())?;
    }
    let given = kept_judgements::stamped(labels::last_of_each(given), &before, &now_text());
    let (rows, _) = kept_judgements::together(before, given);
    Ok(labels::judgements(&labels::of_rows(&rows)))
}

/// A record that is paired with both of two that were judged to be of different people: at most one of its pairs is right.
#[derive(Serialize)]
struct Torn {
    record: String,
    judged_different: [String; 2],
}

/// The records that are paired with both records of a judgement `different`, in the order of the judgements.
fn torn(index: &Index, pairs: &[Pair], judgements: &[Judgement]) -> Vec<Torn> {
    let mut partners: HashMap<u32, HashSet<u32>> = HashMap::new();
    for pair in pairs {
        partners.entry(pair.l).or_default().insert(pair.r);
        partners.entry(pair.r).or_default().insert(pair.l);
    }
    let name = |record: u32| match index.source_and_id(record) {
        ("", id) => id.to_owned(),
        (source, id) => format!("{source}/{id}"),
    };
    let mut found = Vec::new();
    for judgement in judgements.iter().filter(|judgement| !judgement.same) {
        let find = |(source, id): &(String, String)| index.find(source, id);
        let (Some(l), Some(r)) = (find(&judgement.left), find(&judgement.right)) else { continue };
        let (Some(of_l), Some(of_r)) = (partners.get(&l), partners.get(&r)) else { continue };
        let mut both: Vec<String> = of_l.intersection(of_r).map(|record| name(*record)).collect();
        both.sort_unstable();
        found.extend(both.into_iter().map(|record| Torn { record, judged_different: [name(l), name(r)] }));
    }
    found
}

/// Says which records are paired with both of two that were judged to be different.
fn tell_torn(torn: &[Torn]) {
    for Torn { record, judged_different: [l, r] } in torn.iter().take(TORN_SHOWN_MAX) {
        tell(format!(
            "{record} is paired with {l} and with {r}, which were judged to be of different people: at most one of the pairs is right"
        ));
    }
    if torn.len() > TORN_SHOWN_MAX {
        tell(format!("… and {} more: run.json names them as paired_with_both", torn.len() - TORN_SHOWN_MAX));
    }
}

/// The index of a run: as it was kept, or built from the files of the run and kept.
fn opened(folder: &Path, machine: MachineArguments, steps: &Steps) -> Result<Index, Failure> {
    let path = folder.join(INDEX_FILE);
    steps.begin("open", "records");
    check_index_size(&path, machine.memory_max)?;
    if path.exists() {
        let index = mapped_index(&path)?;
        steps.end(&format!("index of {} records", index.n_records()));
        return Ok(index);
    }
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).map_err(|error| {
            let doing =
                format!("{} cannot be read: --against names the folder of a linkage run", path.display());
            Failure::of(Exit::Call, &error).while_doing(doing)
        })
    };
    let run: Run = serde_json::from_str(&read("run.json")?)?;
    let model: Model = serde_json::from_str(&read("model.json")?)?;
    let config = Config::from_toml(&read("link.toml")?).map_err(|error| Failure::of(Exit::Call, &error))?;
    for input in &run.inputs {
        if link::digest(&input.file)?.to_string() != input.sha256 {
            let text = format!("{} has changed since the run: link it again", input.file.display());
            return Err(Failure::new(Exit::Input, text));
        }
    }
    let files: Vec<PathBuf> = run.inputs.into_iter().map(|input| input.file).collect();
    link::check_sizes(&files, machine.memory_max)?;
    let table = link::table(&config, link::read(&files)?, steps)?;
    steps.begin("index", "records");
    let index = Index::try_new(table, config, model).map_err(|error| link::failed(&error))?;
    durable_file::write(&path, |file| {
        let mut out = BufWriter::with_capacity(INDEX_WRITE_BYTES, file);
        index.write(&mut out)?;
        out.flush()
    })?;
    steps.end(&format!("kept in {}", path.display()));
    drop(index);
    mapped_index(&path)
}

/// The index of a file, which is read where it lies.
fn mapped_index(path: &Path) -> Result<Index, Failure> {
    let doing = || format!("{} cannot be used: remove it, and it is built anew", path.display());
    let bytes = mapped(path).map_err(|error| Failure::of(Exit::Unfinished, &error).while_doing(doing()))?;
    Index::open(&bytes).map_err(|error| Failure::of(Exit::Input, &error).while_doing(doing()))
}

/// Refuses an index that does not fit into the memory that may be used, before it is read.
fn check_index_size(path: &Path, memory_max: Option<u64>) -> Result<(), Failure> {
    let (Some(limit), Ok(known)) = (memory_max, fs::metadata(path)) else { return Ok(()) };
    if known.len() <= limit {
        return Ok(());
    }
    let text = format!(
        "{} has {}, which may all come to lie in memory; --memory-max is {}",
        path.display(),
        bytes::beside(known.len(), limit),
        bytes::beside(limit, limit)
    );
    Err(Failure::new(Exit::Unfinished, text))
}

/// Refuses a file that lacks a column which the model was learned from: its records would look as if they had no such value.
fn check_columns(config: &Config, input: &Input) -> Result<(), Failure> {
    let needed = config.columns.keys().chain(&config.source).chain([&config.unique_id]);
    for batch in &input.batches {
        let schema = batch.schema();
        if let Some(column) = needed.clone().find(|column| schema.column_with_name(column).is_none()) {
            let present: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
            let text = format!(
                "{}: no column {column:?}, which the earlier run was linked by; the file has {}",
                input.name,
                present.join(", ")
            );
            return Err(Failure::new(Exit::Input, text));
        }
    }
    Ok(())
}

/// The rows of the files, in their order.
fn records(config: &Config, files: &[PathBuf]) -> Result<Vec<NewRecord>, Failure> {
    let mut records = Vec::new();
    for input in with_parts_of_names(config, link::read(files)?) {
        check_columns(config, &input)?;
        for batch in &input.batches {
            let rows = redress_linkage::texts_of(batch)
                .map_err(|reason| Failure::new(Exit::Input, format!("{}: {reason}", input.name)))?;
            for mut cells in rows {
                let source = match &config.source {
                    Some(column) => cells.remove(column).unwrap_or_default(),
                    None => String::new(),
                };
                let unique_id = cells.remove(&config.unique_id).ok_or_else(|| {
                    let (row, column) = (records.len() + 1, &config.unique_id);
                    Failure::new(Exit::Input, format!("{}: record {row} has no {column:?}", input.name))
                })?;
                records.push(NewRecord { source, unique_id, cells });
            }
        }
    }
    Ok(records)
}

/// The judgements about new records, by the numbers of the records; and how many name a record that is in neither run.
fn judged(index: &Index, records: &[NewRecord], judgements: &[Judgement]) -> (Vec<JudgedPair>, u64) {
    let new: HashSet<(&str, &str)> =
        records.iter().map(|record| (record.source.as_str(), record.unique_id.as_str())).collect();
    let (mut judged, mut n_absent) = (Vec::new(), 0);
    for judgement in judgements {
        let find = |(source, id): &(String, String)| index.find(source, id);
        let (Some(l), Some(r)) = (find(&judgement.left), find(&judgement.right)) else {
            n_absent += 1;
            continue;
        };
        let pair = ordered(index, index.pair_of(l, r));
        if l != r && [l, r].into_iter().any(|record| new.contains(&index.source_and_id(record))) {
            judged.push(JudgedPair { pair, same: judgement.same });
        }
    }
    judged.sort_by_key(|judged| (judged.pair.l, judged.pair.r));
    (judged, n_absent)
}

/// The pair with the record first that comes first by the bytes of (source, unique id).
fn ordered(index: &Index, pair: Pair) -> Pair {
    if index.source_and_id(pair.l) <= index.source_and_id(pair.r) {
        return pair;
    }
    Pair { l: pair.r, r: pair.l, ..pair }
}

fn batch(index: &Index, pairs: &[Pair], judged: &[JudgedPair]) -> Result<RecordBatch, Failure> {
    let text = |of: &dyn Fn(&Pair) -> String| -> ArrayRef {
        Arc::new(pairs.iter().map(|pair| Some(of(pair))).collect::<StringArray>())
    };
    let number =
        |of: fn(&Pair) -> f64| -> ArrayRef { Arc::new(pairs.iter().map(of).collect::<Float64Array>()) };
    let count = |of: fn(&Pair) -> u16| -> ArrayRef {
        Arc::new(pairs.iter().map(|pair| Some(of(pair))).collect::<UInt16Array>())
    };
    let source = |record: u32| index.source_and_id(record).0.to_owned();
    let unique_id = |record: u32| index.source_and_id(record).1.to_owned();
    let is_with_sources = index.config().source.is_some();
    let pattern = |pair: &Pair| (pair.pattern != redress_linkage::UNSEEN_PATTERN).then_some(pair.pattern);
    let mut columns = Vec::new();
    if is_with_sources {
        columns.push(("source_l", text(&|pair| source(pair.l)), false));
    }
    columns.push(("unique_id_l", text(&|pair| unique_id(pair.l)), false));
    if is_with_sources {
        columns.push(("source_r", text(&|pair| source(pair.r)), false));
    }
    columns.extend([
        ("unique_id_r", text(&|pair| unique_id(pair.r)), false),
        ("match_weight_bits", number(|pair| pair.match_weight_bits), false),
        ("match_probability", number(|pair| pair.match_probability), false),
        ("reliability_low", number(|pair| pair.reliability_low), false),
        ("reliability_high", number(|pair| pair.reliability_high), false),
        ("n_agree", count(|pair| pair.n_agree), false),
        ("n_disagree", count(|pair| pair.n_disagree), false),
        ("n_not_comparable", count(|pair| pair.n_not_comparable), false),
        ("pattern", Arc::new(pairs.iter().map(pattern).collect::<UInt32Array>()), true),
    ]);
    if !judged.is_empty() {
        let words = pairs.iter().map(|pair| judged_word(judged, pair)).collect::<StringArray>();
        columns.push(("judgement", Arc::new(words), true));
    }
    Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
}

/// A value that a share of the sorted values does not exceed; 0 when there are none.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.saturating_sub(1).min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}
