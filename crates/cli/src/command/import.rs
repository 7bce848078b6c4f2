//! `redress import`: takes an extract in under its contract.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::civil::Date;
use redress_ports::{Agreement, Clock as _, ImportReport, Page};
use redress_service::{App, import_source, refuse_beside, refuse_older, refuse_same_file};
use redress_sources::{Contract, KeptFiles, check_files, manifest, open_source, snapshot, unread_files};

use crate::{
    clock::SystemClock,
    command::{block_on, say},
    database_extract::{self, Asked},
    failure::{Exit, Failure},
    progress::{Steps, counted, grouped},
    system,
};

/// Arguments of `redress import`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The source's contract.
    #[arg(long)]
    contract: PathBuf,
    /// Where the store is.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// The name of the public log, in its checkpoints and keys: given once, when the store is made.
    #[arg(long, value_name = "NAME")]
    log_origin: Option<String>,
    /// A PostgreSQL database on this computer from which the contract's relations are read, in place of an extract:
    /// postgresql://USER@localhost/DATABASE. A password is best left to PGPASSWORD or ~/.pgpass.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Sections of which the database has every row: a row of them that is no longer there has gone.
    #[arg(long, value_name = "SECTION", num_args = 1.., requires = "database")]
    covers: Vec<String>,
    /// Sections of which the owner was asked, as many rows are missing, and confirmed that every row is there.
    #[arg(long, value_name = "SECTION", num_args = 1.., requires = "database")]
    confirmed: Vec<String>,
    /// The day that the rows of the database describe. Without it, today.
    #[arg(long, value_name = "DAY", requires = "database")]
    as_of: Option<Date>,
    /// Takes files in that are stored already, byte by byte, of another source: their rows then stand twice.
    #[arg(long)]
    same_file: bool,
    /// The extract: a folder, or a ZIP as it was published.
    #[arg(required_unless_present = "database", conflicts_with = "database")]
    extract: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    // What refuses the call refuses it before a store is made for it.
    let contract = read_contract(&arguments.contract)?;
    contract.check_in_force(SystemClock.today())?;
    arguments.log_origin.as_deref().map_or(Ok(()), system::check_log_origin)?;
    match (&arguments.database, &arguments.extract) {
        (Some(address), _) => {
            let as_of = arguments.as_of.unwrap_or_else(|| SystemClock.today());
            refuse_day_to_come(as_of)?;
            let (covered, confirmed) = (&arguments.covers, &arguments.confirmed);
            let asked = Asked { address, covered, confirmed, as_of };
            let folder = database_extract::read(&contract, &asked, &arguments.store)?;
            take_in(arguments, &contract, folder.path())
        }
        (None, Some(extract)) => take_in(arguments, &contract, extract),
        (None, None) => {
            Err(Failure::new(Exit::Call, "neither an extract nor --database is named: name one of them"))
        }
    }
}

/// Rows cannot describe a day that has not come. Told before the server is asked for them.
fn refuse_day_to_come(as_of: Date) -> Result<(), Failure> {
    let today = SystemClock.today();
    if as_of <= today {
        return Ok(());
    }
    let text = format!(
        "--as-of {as_of}: today is {today}, and no row describes a day that has not come: name an earlier one"
    );
    Err(Failure::new(Exit::Call, text))
}

/// Imports an extract into the store of the call, and says what became of it.
fn take_in(arguments: &Arguments, contract: &Contract, extract: &Path) -> Result<(), Failure> {
    check_files(contract, extract)?;
    let was_there = arguments.store.exists();
    let done = block_on(async {
        let app = system::open_named(&arguments.store, None, arguments.log_origin.as_deref()).await?;
        let steps = Steps::new();
        let files = Files { extract, may_be_stored: arguments.same_file };
        let done = import(&app, &steps, &arguments.contract, files, &arguments.store).await;
        let is_empty = done.is_err() && app.store.snapshots(NEWEST).await?.is_empty();
        Ok((done, is_empty))
    });
    let (done, is_empty) = done?;
    if is_empty && !was_there {
        // The store was made for this call alone. What cannot be removed stays: the call's own error is the one to tell.
        let _ = fs::remove_dir_all(&arguments.store);
    }
    for report in &done? {
        say(in_words(report))?;
    }
    match &arguments.database {
        // The folder of a database's rows has nothing else in it.
        Some(_) => Ok(()),
        None => unread_files(contract, extract)?.map_or(Ok(()), say),
    }
}

/// The files of one extract.
#[derive(Clone, Copy)]
pub(crate) struct Files<'a> {
    /// The folder or the ZIP.
    pub(crate) extract: &'a Path,
    /// Whether they may be stored already of another source.
    pub(crate) may_be_stored: bool,
}

impl<'a> Files<'a> {
    /// Those of an extract that the program made itself.
    pub(crate) const fn of(extract: &'a Path) -> Self {
        Self { extract, may_be_stored: true }
    }
}

/// Imports one extract; what the files left behind is in the answer.
pub(crate) async fn import(
    app: &App,
    steps: &Steps,
    contract: &Path,
    files: Files<'_>,
    store: &Path,
) -> Result<Vec<ImportReport>, Failure> {
    let contract = read_contract(contract)?;
    contract.check_in_force(app.clock.today())?;
    refuse_beside(app, &contract.agreement(&[])?, contract.never_joined_with()).await?;
    let manifest = manifest(files.extract)?;
    if contract.is_public_release() {
        refuse_older(app, contract.source(), manifest.as_of).await?;
    }
    let agreement = contract.agreement(&manifest.sections)?;
    let kept = system::kept_files(store)?;
    let before = files_in(kept.folder());
    steps.begin("import", "rows");
    match read_in(app, steps, &contract, &agreement, files, &kept).await {
        Ok(reports) => Ok(reports),
        Err(failure) => {
            remove_unstored(app, &kept, &before).await;
            Err(failure)
        }
    }
}

pub(crate) fn read_contract(path: &Path) -> Result<Contract, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::of(Exit::Call, &error).while_doing(format!("the contract {} cannot be read", path.display()))
    })?;
    Ok(Contract::from_toml(&text, &path.display().to_string())?)
}

async fn read_in(
    app: &App,
    steps: &Steps,
    contract: &Contract,
    agreement: &Agreement,
    files: Files<'_>,
    kept: &KeptFiles,
) -> Result<Vec<ImportReport>, Failure> {
    let mut readers = open_source(contract, files.extract, kept)?;
    if !files.may_be_stored {
        refuse_same_file(app, contract.source(), &readers).await?;
    }
    let reports = import_source(app, agreement, &mut readers, steps).await?;
    let n_rows: u64 = reports.iter().map(|report| report.columns.n_rows).sum();
    if reports.iter().all(|report| report.was_known) {
        steps.reach(0);
        steps.end(&format!("{}: {} rows kept, stored before", agreement.title, grouped(n_rows)));
    } else {
        steps.reach(n_rows);
        steps.end(&format!("{}: {} rows", agreement.title, grouped(n_rows)));
    }
    Ok(reports)
}

fn files_in(folder: &Path) -> BTreeSet<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// Removes the kept bytes of files that a refused import did not store. What cannot be removed stays: the import has
/// failed already, and its error is the one to tell.
async fn remove_unstored(app: &App, kept: &KeptFiles, before: &BTreeSet<PathBuf>) {
    // The files of this run that were stored are among the newest.
    let Ok(stored) = app.store.snapshots(NEWEST).await else { return };
    let paths = |digest| [snapshot::kept_path(kept.folder(), digest), kept.cut_path(digest)];
    let stored: BTreeSet<PathBuf> = stored.iter().flat_map(|row| paths(row.report.snapshot.digest)).collect();
    for path in files_in(kept.folder()) {
        if !before.contains(&path) && !stored.contains(&path) {
            let _ = fs::remove_file(path);
        }
    }
}

/// The newest stored snapshots: more than one extract has files.
const NEWEST: Page = Page { offset: 0, limit: 500 };

/// What an import did, for an operator.
pub(crate) fn in_words(report: &ImportReport) -> String {
    let columns = &report.columns;
    if report.was_known {
        return format!("{}: stored before; nothing new", report.snapshot.file);
    }
    let refused: Vec<&str> =
        columns.refused.iter().filter(|c| c.by_charter).map(|c| c.column.as_str()).collect();
    let unread: Vec<&str> =
        columns.refused.iter().filter(|c| !c.by_charter).map(|c| c.column.as_str()).collect();
    let mut text = format!(
        "{}: {}; {} new, {} changed, {} as before, {} no longer there; {} quarantined, {} repaired",
        report.snapshot.file,
        counted(columns.n_rows, "row"),
        report.n_new,
        report.n_changed,
        report.n_same,
        report.n_vanished,
        columns.n_quarantined,
        columns.n_repaired.max(columns.repaired.len() as u64),
    );
    if !report.is_increment && !report.snapshot.states_coverage {
        text.push_str("\n  the manifest does not say that all of it is there: what it lacks says nothing");
    }
    if !refused.is_empty() {
        text.push_str(&format!("\n  refused by the charter: {}", refused.join(", ")));
    }
    if !unread.is_empty() {
        text.push_str(&format!("\n  dropped, nothing reads them: {}", unread.join(", ")));
    }
    if columns.n_nul_bytes > 0 {
        let verb = if columns.n_nul_bytes == 1 { "was" } else { "were" };
        text.push_str(&format!("\n  {} {verb} taken out", counted(columns.n_nul_bytes, "NUL byte")));
    }
    for row in columns.quarantined.iter().take(QUARANTINED_SHOWN) {
        let column = row.column.as_ref().map_or_else(String::new, |column| format!(", column \"{column}\""));
        text.push_str(&format!("\n  line {}{column}: {}", row.line, row.reason));
    }
    for row in columns.repaired.iter().take(REPAIRED_SHOWN) {
        text.push_str(&format!("\n  line {}, repaired: {}", row.line, row.repair));
    }
    for remark in &columns.remarks {
        text.push_str(&format!("\n  {remark}"));
    }
    text
}

/// Quarantined rows that are printed; all are in the store.
const QUARANTINED_SHOWN: usize = 5;

/// Repaired rows that are printed; all are in the store.
const REPAIRED_SHOWN: usize = 5;
