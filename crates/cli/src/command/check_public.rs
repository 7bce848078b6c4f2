//! `redress check --public`: runs the public checks over a release, and prints them beside published figures.
//!
//! Nothing is stored and no store is needed. The release is read once, from front to back; its rows are put together by
//! case in bounded memory (`redress_sources::CaseSorter`), and one case after the other goes through the checks. What is
//! written is counts.

mod changes;
mod reading;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use jiff::civil::Date;
use redress_casefile::{CaseFile, CaseRecord, Standing};
use redress_checks::{
    NoHolders, NothingKept, Parameters, SourceFacts, World,
    release::{CaseTally, NOT_RUN, RowTally, answers, title_of},
};
use redress_ports::Clock as _;
use redress_report::{Changes, NotChecked, Published, ReleaseFigure, ReleaseReport, Shown};
use redress_sources::{
    CASE_ROWS_MAX, CaseRows, Cases, Contract, EOIR_RELEASE_CONTRACT, Release, durable_file, open_release,
    tabular::write_parquet,
};
use redress_statement::{PersonId, RecordId, SourceId};

use self::{
    changes::Earlier,
    reading::{Order, ReleaseRead, TableRead},
};
use crate::{
    clock::SystemClock,
    command::say,
    failure::{Exit, Failure},
    progress::{Steps, grouped},
};

/// Cases that are handed over to be checked at once.
const BATCH_CASES: usize = 256;
/// Such batches that wait.
const BATCHES_WAITING_MAX: usize = 8;

/// What is asked for.
pub(crate) struct Call<'a> {
    /// The ZIP or the folder.
    pub(crate) release: &'a Path,
    /// Where the table is written. None for the standard output alone.
    pub(crate) out: Option<&'a Path>,
    /// An earlier release to hold it against.
    pub(crate) before: Option<&'a Path>,
    /// Another contract than the one that the program brings with it.
    pub(crate) contract: Option<&'a Path>,
    /// The day that the release describes.
    pub(crate) as_of: Option<Date>,
    /// Whether the machine form goes to the standard output.
    pub(crate) json: bool,
}

pub(crate) fn run(call: &Call<'_>) -> Result<(), Failure> {
    let contract = contract(call.contract)?;
    contract.check_in_force(SystemClock.today())?;
    let parameters = Parameters::built_in().map_err(|error| Failure::of(Exit::Unfinished, &error))?;
    let steps = Steps::new();
    steps.begin("open", "bytes");
    let release = open_release(&contract, call.release, call.as_of)?;
    parameters.ensure(release.as_of).map_err(|error| Failure::of(Exit::Call, &error))?;
    steps.end(&format!("{} tables, as of {}", release.tables.len(), release.as_of));
    let facts = ReleaseFacts::of(&release, &contract, call.release);
    let place = SortPlace::beside(call.out)?;
    let earlier = match call.before {
        Some(path) => Some(Earlier::read(path, &contract, &release, place.path(), &steps)?),
        None => None,
    };
    let order = Order {
        folder: place.path(),
        step: "read",
        first_table: 0,
        by_case: true,
        by_key: earlier.is_some(),
    };
    let ReleaseRead { tables, by_case, by_key } = reading::read(release, &order, &steps)?;
    let cases = Cases::merge(by_case)?;
    let counted = count_cases(cases, n_cases(&tables), &facts, &parameters, &steps)?;
    let changes = earlier
        .map(|earlier| earlier.hold_against(by_key, &facts, &tables, &parameters, &steps))
        .transpose()?;
    let report = report(&facts, &tables, &counted, changes);
    if let Some(out) = call.out {
        write(&report, out)?;
    }
    if call.json { say(machine_form(&report)) } else { say(report.text().trim_end()) }
}

fn contract(path: Option<&Path>) -> Result<Contract, Failure> {
    let Some(path) = path else {
        return Ok(Contract::from_toml(EOIR_RELEASE_CONTRACT, "eoir_release.toml")?);
    };
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::of(Exit::Call, &error).while_doing(format!("the contract {} cannot be read", path.display()))
    })?;
    let contract = Contract::from_toml(&text, &path.display().to_string())?;
    if contract.is_public_release() {
        return Ok(contract);
    }
    Err(Failure::new(
        Exit::Call,
        format!(
            "contract {}: is not of a public release: `redress check --public` counts releases to the public alone. Write \
             `public_release = true` under [source], or import the source and run `redress check`",
            path.display()
        ),
    ))
}

/// Where the files of the sort lie: in the folder of the answer, or in a temporary one that is removed at the end.
struct SortPlace {
    path: PathBuf,
    is_temporary: bool,
}

impl SortPlace {
    fn beside(out: Option<&Path>) -> Result<Self, Failure> {
        let temporary = || std::env::temp_dir().join(format!("redress-check.{}", std::process::id()));
        let path = out.map_or_else(temporary, Path::to_owned);
        fs::create_dir_all(&path).map_err(|error| {
            Failure::of(Exit::Call, &error)
                .while_doing(format!("the folder {} cannot be made", path.display()))
        })?;
        Ok(Self { path, is_temporary: out.is_none() })
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for SortPlace {
    fn drop(&mut self) {
        if self.is_temporary {
            // What cannot be removed stays; the answer does not depend on it.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// What is told of a release beside its figures.
struct ReleaseFacts {
    title: String,
    source: SourceId,
    file: String,
    digest: Option<String>,
    as_of: Date,
    as_of_from: &'static str,
    covered: BTreeSet<String>,
}

impl ReleaseFacts {
    fn of(release: &Release, contract: &Contract, path: &Path) -> Self {
        let name = path.file_name().map_or_else(|| path.as_os_str().to_owned(), ToOwned::to_owned);
        Self {
            title: contract.title().to_owned(),
            source: contract.source().clone(),
            file: name.to_string_lossy().into_owned(),
            digest: release.digest.map(|digest| digest.to_string()),
            as_of: release.as_of,
            as_of_from: release.as_of_from,
            covered: release.covered.clone(),
        }
    }
}

/// How many cases are to be checked: the rows of the lead table, which comes first.
fn n_cases(tables: &[TableRead]) -> Option<u64> {
    tables.first().map(|table| table.report.n_rows).filter(|n| *n > 0)
}

/// Runs the checks over every case: one thread puts cases together, another checks them.
fn count_cases(
    mut cases: Cases,
    n_cases: Option<u64>,
    facts: &ReleaseFacts,
    parameters: &Parameters,
    steps: &Steps,
) -> Result<CaseTally, Failure> {
    steps.begin("check", "cases");
    let counted = thread::scope(|scope| {
        let (send, batches) = sync_channel(BATCHES_WAITING_MAX);
        let checking = scope.spawn(move || check_batches(&batches, facts, parameters));
        let put = put_together(&mut cases, n_cases, send, steps);
        let counted =
            checking.join().map_err(|_| Failure::new(Exit::Unfinished, "the thread that checks ended early"));
        put.and(counted)
    })?;
    steps.reach(counted.n_cases);
    steps.end(&format!("{} cases", grouped(counted.n_cases)));
    Ok(counted)
}

fn put_together(
    cases: &mut Cases,
    total: Option<u64>,
    send: SyncSender<Vec<CaseRows>>,
    steps: &Steps,
) -> Result<(), Failure> {
    let mut batch = Vec::with_capacity(BATCH_CASES);
    let mut n_cases = 0;
    while let Some(case) = cases.next_case()? {
        batch.push(case);
        n_cases += 1;
        if batch.len() >= BATCH_CASES {
            steps.reach_of(n_cases, total);
            if send.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH_CASES))).is_err() {
                return Ok(());
            }
        }
    }
    // Nobody receives only where the checks ended early, which is told by their thread.
    let _ = send.send(batch);
    Ok(())
}

fn check_batches(
    batches: &Receiver<Vec<CaseRows>>,
    facts: &ReleaseFacts,
    parameters: &Parameters,
) -> CaseTally {
    let known = SourceFacts { as_of: Some(facts.as_of), ..SourceFacts::default() };
    let sources = BTreeMap::from([(facts.source.clone(), known)]);
    let world = World { today: facts.as_of, sources: &sources, holders: &NoHolders, keeping: &NothingKept };
    let mut tally = CaseTally::default();
    while let Ok(batch) = batches.recv() {
        for case in batch {
            tally.n_rows_left_out += case.n_left_out;
            tally.note(&case_file(case), &world, parameters);
        }
    }
    tally
}

/// A case of the release as the checks read it. The person is nobody: one number for all.
fn case_file(case: CaseRows) -> CaseFile {
    let lead = case.records.iter().position(|record| record.is_identity);
    let lead = lead.map(|at| RecordId(at as i64 + 1));
    let records = case.records.into_iter().enumerate().map(|(at, record)| {
        let id = RecordId(at as i64 + 1);
        CaseRecord { id, lead: lead.filter(|_| !record.is_identity), record, standing: Standing::Accepted }
    });
    CaseFile { person: PersonId(1), records: records.collect() }
}

fn report(
    facts: &ReleaseFacts,
    tables: &[TableRead],
    cases: &CaseTally,
    changes: Option<Changes>,
) -> ReleaseReport {
    let tallies: Vec<RowTally> = tables.iter().map(|table| table.tally.clone()).collect();
    let figures = answers(&tallies, cases).into_iter().map(|answer| {
        let question = answer.question;
        ReleaseFigure {
            id: question.id,
            check: question.check,
            heading: question.theme.heading(),
            asks: question.asks,
            of_what: question.of,
            found: answer.found,
            of: answer.of,
            published: question.published.map(|published| Published {
                count: published.count,
                share: published.share,
                source: published.source,
                date: published.date,
            }),
            meaning: question.meaning,
            part_of: question.part_of,
        }
    });
    let is_asked = |check: &str| changes.is_some() && ["PR-01", "PR-03"].contains(&check);
    let not_checked = NOT_RUN.iter().filter(|entry| !is_asked(entry.check)).map(|entry| NotChecked {
        check: entry.check,
        title: title_of(entry.check),
        because: entry.because,
    });
    ReleaseReport {
        title: facts.title.clone(),
        file: facts.file.clone(),
        digest: facts.digest.clone(),
        as_of: facts.as_of.to_string(),
        as_of_from: facts.as_of_from,
        n_cases: cases.n_cases,
        n_rows: tables.iter().map(|table| table.report.n_rows).sum(),
        tables: tables
            .iter()
            .map(|table| (table.name.clone(), table.report.n_rows, table.report.n_announced))
            .collect(),
        figures: figures.collect(),
        not_checked: not_checked.collect(),
        changes,
        remarks: remarks(tables, cases),
    }
}

/// What else the reader of the table should know of the run.
fn remarks(tables: &[TableRead], cases: &CaseTally) -> Vec<String> {
    let mut remarks: Vec<String> = tables
        .iter()
        .flat_map(|table| table.report.remarks.iter().filter(|remark| remark.contains("announces")).cloned())
        .collect();
    let named = |is_meant: &dyn Fn(&TableRead) -> bool| {
        let names: Vec<&str> =
            tables.iter().filter(|table| is_meant(table)).map(|table| table.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    if let Some(names) = named(&|table| table.report.n_quarantined > 0) {
        remarks.push(format!(
            "Rows of {names} that could not be read were set aside. They are in no figure but that of values out of place, \
             and rows about a case that was set aside count as rows without their case."
        ));
    }
    if let Some(names) = named(&|table| table.n_adrift > 0) {
        remarks.push(format!("Rows of {names} name no case; they were counted by themselves."));
    }
    let n_nul_bytes: u64 = tables.iter().map(|table| table.report.n_nul_bytes).sum();
    if n_nul_bytes > 0 {
        remarks.push(format!("{} NUL bytes were taken out.", grouped(n_nul_bytes)));
    }
    if cases.n_rows_left_out > 0 {
        remarks.push(format!(
            "{} rows were left out of cases with more than {} rows, the limit.",
            grouped(cases.n_rows_left_out),
            grouped(CASE_ROWS_MAX as u64)
        ));
    }
    remarks
}

/// The files of the answer: `public_checks.txt`, `.html` and `.parquet`.
fn write(report: &ReleaseReport, out: &Path) -> Result<(), Failure> {
    use std::io::Write as _;
    for (name, text) in [("public_checks.txt", report.text()), ("public_checks.html", report.page())] {
        durable_file::write(&out.join(name), |file| file.write_all(text.as_bytes()))?;
    }
    let batch = columns(report).map_err(|error| Failure::of(Exit::Unfinished, &error))?;
    write_parquet(&out.join("public_checks.parquet"), &batch)?;
    if let Some(changes) = &report.changes {
        let batch = change_columns(changes).map_err(|error| Failure::of(Exit::Unfinished, &error))?;
        write_parquet(&out.join("public_changes.parquet"), &batch)?;
    }
    Ok(())
}

/// The changes of each table as columns. What is protected is null.
fn change_columns(changes: &Changes) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let number = |name: &str| Field::new(name, DataType::UInt64, true);
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let schema = Schema::new(vec![
        text("check"),
        text("table"),
        number("before"),
        number("after"),
        number("vanished"),
        number("first_seen"),
        number("changed"),
    ]);
    let exact = |found: Shown| if let Shown::Exact(number) = found { Some(number) } else { None };
    let texts = |value: &dyn Fn(&redress_report::Change) -> String| {
        Arc::new(StringArray::from(changes.tables.iter().map(value).collect::<Vec<_>>())) as ArrayRef
    };
    let numbers = |value: &dyn Fn(&redress_report::Change) -> Option<u64>| {
        Arc::new(UInt64Array::from(changes.tables.iter().map(value).collect::<Vec<_>>())) as ArrayRef
    };
    RecordBatch::try_new(
        Arc::new(schema),
        vec![
            texts(&|change| change.check.to_owned()),
            texts(&|change| change.table.clone()),
            numbers(&|change| Some(change.n_before)),
            numbers(&|change| Some(change.n_after)),
            numbers(&|change| exact(change.shown().vanished)),
            numbers(&|change| exact(change.shown().first_seen)),
            numbers(&|change| exact(change.shown().changed)),
        ],
    )
}

/// The figures as columns. What is protected is null.
fn columns(report: &ReleaseReport) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let shown = report.shown();
    let exact = |found: Shown| match found {
        Shown::Exact(number) | Shown::Rounded(number) => Some(number),
        _ => None,
    };
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let schema = Schema::new(vec![
        text("check"),
        text("question"),
        text("asks"),
        Field::new("found", DataType::UInt64, true),
        text("found_shown"),
        Field::new("denominator", DataType::UInt64, true),
        text("denominator_of"),
        Field::new("share", DataType::Float64, true),
        Field::new("published_count", DataType::UInt64, true),
        Field::new("published_share", DataType::Float64, true),
        text("published_source"),
        text("published_date"),
        text("meaning"),
    ]);
    let strings = |values: Vec<Option<String>>| Arc::new(StringArray::from(values)) as ArrayRef;
    let each = |value: &dyn Fn(&redress_report::ShownFigure<'_>) -> Option<String>| {
        strings(shown.iter().map(value).collect())
    };
    let published = |value: &dyn Fn(&Published) -> String| {
        strings(shown.iter().map(|shown| shown.figure.published.as_ref().map(value)).collect())
    };
    let numbers = |values: Vec<Option<u64>>| Arc::new(UInt64Array::from(values)) as ArrayRef;
    let shares = |values: Vec<Option<f64>>| Arc::new(Float64Array::from(values)) as ArrayRef;
    RecordBatch::try_new(
        Arc::new(schema),
        vec![
            each(&|shown| Some(shown.figure.check.to_owned())),
            each(&|shown| Some(shown.figure.id.to_owned())),
            each(&|shown| Some(shown.figure.asks.to_owned())),
            numbers(shown.iter().map(|shown| exact(shown.found)).collect()),
            each(&|shown| Some(shown.found.to_string())),
            numbers(shown.iter().map(|shown| shown.figure.of).collect()),
            each(&|shown| Some(shown.figure.of_what.to_owned()).filter(|of| !of.is_empty())),
            shares(shown.iter().map(|shown| shown.share).collect()),
            numbers(shown.iter().map(|shown| shown.figure.published?.count).collect()),
            shares(shown.iter().map(|shown| shown.figure.published?.share).collect()),
            published(&|published| published.source.to_owned()),
            published(&|published| published.date.to_owned()),
            each(&|shown| Some(shown.figure.meaning.to_owned())),
        ],
    )
}

/// One line of JSON for each figure, protected as everywhere.
fn machine_form(report: &ReleaseReport) -> String {
    let figures: Vec<serde_json::Value> = report
        .shown()
        .iter()
        .map(|shown| {
            serde_json::json!({
                "check": shown.figure.check,
                "question": shown.figure.id,
                "found": shown.found.to_string(),
                "of": shown.figure.of,
                "share": shown.share,
                "published_count": shown.figure.published.and_then(|published| published.count),
                "published_share": shown.figure.published.and_then(|published| published.share),
            })
        })
        .collect();
    let changes = report.changes.as_ref().map(|changes| {
        let table = |change: &redress_report::Change| {
            let shown = change.shown();
            serde_json::json!({
                "table": change.table,
                "check": change.check,
                "before": change.n_before,
                "after": change.n_after,
                "vanished": shown.vanished.to_string(),
                "first_seen": shown.first_seen.to_string(),
                "changed": shown.changed.to_string(),
            })
        };
        changes.tables.iter().map(table).collect::<Vec<_>>()
    });
    let answer = serde_json::json!({
        "as_of": report.as_of,
        "cases": report.n_cases,
        "rows": report.n_rows,
        "figures": figures,
        "changes": changes,
    });
    answer.to_string()
}
