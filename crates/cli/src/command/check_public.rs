//! `redress check --public`: runs the public checks over a release, and prints them beside published figures.
//!
//! Nothing is stored and no store is needed. The release is read once, from front to back; its rows are put together by
//! case in bounded memory (`redress_sources::CaseSorter`), and one case after the other goes through the checks. What is
//! written is counts.

mod answer;
mod changes;
mod reading;
mod sample;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use jiff::civil::Date;
use redress_casefile::{CaseFile, CaseRecord, Standing};
use redress_checks::{
    NoHolders, NothingKept, Parameters, SourceFacts, World,
    release::{CaseTally, QUESTIONS},
};
use redress_ports::Clock as _;
use redress_report::Changes;
use redress_sources::{
    CaseRows, CaseTables, Cases, Contract, EOIR_RELEASE_CONTRACT, Release, RowKeeper, SortedCase,
    open_release,
};
use redress_statement::{PersonId, RecordId, SourceId};

use self::{
    answer::{machine_form, report, run_form, write},
    changes::Earlier,
    reading::{Order, ReleaseRead, TableRead},
    sample::Sample,
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
    /// An earlier release, or its rows that were kept, to hold it against.
    pub(crate) before: Option<&'a Path>,
    /// Where the rows are kept for the release after it.
    pub(crate) keep: Option<&'a Path>,
    /// Another contract than the one that the program brings with it.
    pub(crate) contract: Option<&'a Path>,
    /// The day that the release describes.
    pub(crate) as_of: Option<Date>,
    /// Whether the machine form goes to the standard output.
    pub(crate) json: bool,
}

pub(crate) fn run(call: &Call<'_>) -> Result<(), Failure> {
    refuse_to_overwrite(call)?;
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
        Some(path) => Some(Earlier::open(path, &contract, &release, place.path(), &steps)?),
        None => None,
    };
    let order = Order { folder: place.path(), step: "read" };
    let ReleaseRead { tables, by_case } = reading::read(release, &order, &steps)?;
    let cases = Cases::merge(by_case)?;
    let keeper = match call.keep {
        Some(path) => Some(RowKeeper::begin(
            path,
            (&facts.file, facts.as_of),
            &cases.tables(),
            &reading::n_rows(&tables),
        )?),
        None => None,
    };
    let mut pass = Pass { cases, n_cases: n_cases(&tables), earlier, keeper };
    let counted = pass.count(&facts, &parameters, &steps)?;
    let changes = pass.changes(&facts, &tables, &parameters)?;
    let report = report(&facts, &tables, &counted, changes);
    if let Some(out) = call.out {
        write(&report, out)?;
    }
    if call.json {
        say(machine_form(&report, &run_form(&steps, &tables, &counted)))
    } else {
        say(report.text().trim_end())
    }
}

/// Refuses to keep rows in the place of what is read: the earlier release would be lost, and with it what the next one is held
/// against.
fn refuse_to_overwrite(call: &Call<'_>) -> Result<(), Failure> {
    let Some((keep, at)) = call.keep.and_then(|keep| Some((keep, fs::canonicalize(keep).ok()?))) else {
        return Ok(());
    };
    let read = [("release", Some(call.release)), ("--before", call.before), ("--contract", call.contract)];
    for (what, path) in read.into_iter().filter_map(|(what, path)| Some((what, path?))) {
        if fs::canonicalize(path).is_ok_and(|path| at.starts_with(path)) {
            return Err(Failure::new(
                Exit::Call,
                format!(
                    "{}: --keep would overwrite what is read as {what} ({}): name a new file with --keep",
                    keep.display(),
                    path.display()
                ),
            ));
        }
    }
    Ok(())
}

fn contract(path: Option<&Path>) -> Result<Contract, Failure> {
    let Some(path) = path else {
        return Ok(Contract::from_toml(EOIR_RELEASE_CONTRACT, "eoir_release.toml")?);
    };
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::of(Exit::Call, &error).while_doing(format!("the contract {} cannot be read", path.display()))
    })?;
    let contract = Contract::from_toml(&text, &path.display().to_string())?;
    let refused = |why: String| Err(Failure::new(Exit::Call, format!("contract {}: {why}", path.display())));
    if !contract.is_public_release() {
        return refused(
            "is not of a public release: `redress check --public` counts releases to the public alone. Write \
             `public_release = true` under [source], or import the source and run `redress check`"
                .to_owned(),
        );
    }
    // A table of zeros beside published figures would be untrue.
    let asked_about: BTreeSet<&str> =
        QUESTIONS.iter().filter_map(|question| question.measure.table()).collect();
    if !contract.tables().iter().any(|table| asked_about.contains(table.name.as_str())) {
        let known = asked_about.into_iter().collect::<Vec<_>>().join(", ");
        return refused(format!(
            "none of its tables is one that the public checks ask about ({known}): no check counts this release. Import it into a \
             store of its own to look at its rows"
        ));
    }
    Ok(contract)
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
    is_invented: bool,
    digest: Option<String>,
    as_of: Date,
    as_of_from: &'static str,
    covered: BTreeSet<String>,
    unread: Option<String>,
}

impl ReleaseFacts {
    fn of(release: &Release, contract: &Contract, path: &Path) -> Self {
        let name = path.file_name().map_or_else(|| path.as_os_str().to_owned(), ToOwned::to_owned);
        Self {
            title: contract.title().to_owned(),
            source: contract.source().clone(),
            file: name.to_string_lossy().into_owned(),
            is_invented: release.is_invented,
            digest: release.digest.map(|digest| digest.to_string()),
            as_of: release.as_of,
            as_of_from: release.as_of_from,
            covered: release.covered.clone(),
            unread: release.unread.clone(),
        }
    }
}

/// How many cases are to be checked: the rows of the lead table, which comes first.
fn n_cases(tables: &[TableRead]) -> Option<u64> {
    tables.first().map(|table| table.report.n_rows).filter(|n| *n > 0)
}

/// The pass over all cases in the order of their keys.
struct Pass {
    cases: Cases,
    /// How many cases there are, where that is known.
    n_cases: Option<u64>,
    earlier: Option<Earlier>,
    keeper: Option<RowKeeper>,
}

impl Pass {
    /// Runs the checks over every case: one thread puts cases together, another checks them.
    fn count(
        &mut self,
        facts: &ReleaseFacts,
        parameters: &Parameters,
        steps: &Steps,
    ) -> Result<CaseTally, Failure> {
        steps.begin("check", "cases");
        let tables = self.cases.tables();
        let counted = thread::scope(|scope| {
            let (send, batches) = sync_channel(BATCHES_WAITING_MAX);
            let checking = scope.spawn(move || check_batches(&batches, &tables, facts, parameters));
            let put = self.put_together(send, steps);
            let counted = checking
                .join()
                .map_err(|_| Failure::new(Exit::Unfinished, "the thread that checks ended early"));
            put.and(counted)
        })?;
        // Beside the rows of the release the last digits would say how few were set aside.
        let (n_cases, words) = about(counted.n_cases);
        steps.reach(n_cases);
        steps.end(&words);
        Ok(counted)
    }

    fn put_together(&mut self, send: SyncSender<Vec<SortedCase>>, steps: &Steps) -> Result<(), Failure> {
        let tables = self.cases.tables();
        let mut batch = Vec::with_capacity(BATCH_CASES);
        let mut n_cases = 0;
        while let Some(case) = self.cases.next_case()? {
            if let Some(earlier) = &mut self.earlier {
                earlier.hold_against(&tables, &case)?;
            }
            if let Some(keeper) = &mut self.keeper {
                keeper.keep(&case)?;
            }
            if case.is_adrift() {
                continue;
            }
            batch.push(case);
            n_cases += 1;
            if batch.len() >= BATCH_CASES {
                steps.reach_of(n_cases, self.n_cases);
                if send.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH_CASES))).is_err() {
                    return Ok(());
                }
            }
        }
        // Nobody receives only where the checks ended early, which is told by their thread.
        let _ = send.send(batch);
        Ok(())
    }

    /// What became of the earlier release's rows; gives the rows that were kept their name.
    fn changes(
        self,
        facts: &ReleaseFacts,
        tables: &[TableRead],
        parameters: &Parameters,
    ) -> Result<Option<Changes>, Failure> {
        if let Some(keeper) = self.keeper {
            keeper.finish()?;
        }
        self.earlier.map(|earlier| earlier.changes(facts, tables, parameters)).transpose()
    }
}

/// A number whose last digits would tell of few.
fn to_hundreds(number: u64) -> u64 {
    (number + 50) / 100 * 100
}

/// A number of cases to hundreds, and in words.
fn about(n_cases: u64) -> (u64, String) {
    let rounded = to_hundreds(n_cases);
    let words = match n_cases {
        1_000.. => format!("about {} cases", grouped(rounded)),
        _ => "fewer than 1,000 cases".to_owned(),
    };
    (rounded, words)
}

fn check_batches(
    batches: &Receiver<Vec<SortedCase>>,
    tables: &CaseTables,
    facts: &ReleaseFacts,
    parameters: &Parameters,
) -> CaseTally {
    let known = SourceFacts { as_of: Some(facts.as_of), ..SourceFacts::default() };
    let sources = BTreeMap::from([(facts.source.clone(), known)]);
    let world = World { today: facts.as_of, sources: &sources, holders: &NoHolders, keeping: &NothingKept };
    let mut tally = CaseTally::default();
    let mut sample = Sample::new();
    while let Ok(batch) = batches.recv() {
        let watch = sample.next_batch();
        for case in batch {
            let case = tables.rows(&case);
            tally.n_rows_left_out += case.n_left_out;
            tally.note(&case_file(case), &world, parameters, &watch);
        }
        tally.end_batch();
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
