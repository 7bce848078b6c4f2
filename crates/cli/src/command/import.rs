//! `redress import`: takes an extract in under its contract.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use redress_ports::ImportReport;
use redress_service::{App, import_source};
use redress_sources::{Contract, Manifest, open_source};

use crate::{
    command::{block_on, say},
    failure::{Exit, Failure},
    progress::Steps,
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
    /// The folder of the extract.
    extract: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let app = system::open(&arguments.store, None).await?;
        let steps = Steps::new();
        let reports = import(&app, &steps, &arguments.contract, &arguments.extract, &arguments.store).await?;
        for report in &reports {
            say(in_words(report))?;
        }
        Ok(())
    })
}

/// Imports one extract; what the files left behind is in the answer.
pub(crate) async fn import(
    app: &App,
    steps: &Steps,
    contract: &Path,
    extract: &Path,
    store: &Path,
) -> Result<Vec<ImportReport>, Failure> {
    let text = fs::read_to_string(contract).map_err(|error| {
        Failure::of(Exit::Call, &error)
            .while_doing(format!("the contract {} cannot be read", contract.display()))
    })?;
    let contract = Contract::from_toml(&text, &contract.display().to_string())?;
    contract.check_in_force(app.clock.today())?;
    let mut readers = open_source(&contract, extract, &store.join("snapshots"))?;
    let agreement = contract.agreement(&Manifest::of_extract(extract)?.sections)?;
    steps.begin("import", "rows");
    let reports = import_source(app, &agreement, &mut readers, steps).await?;
    let n_rows: u64 = reports.iter().map(|report| report.columns.n_rows).sum();
    let what = if reports.iter().all(|report| report.was_known) { "kept, stored before" } else { "rows" };
    steps.reach(n_rows);
    steps.end(&format!("{}: {n_rows} {what}", agreement.title));
    Ok(reports)
}

/// What an import did, for an operator.
pub(crate) fn in_words(report: &ImportReport) -> String {
    let columns = &report.columns;
    let refused: Vec<&str> =
        columns.refused.iter().filter(|c| c.by_charter).map(|c| c.column.as_str()).collect();
    let unread: Vec<&str> =
        columns.refused.iter().filter(|c| !c.by_charter).map(|c| c.column.as_str()).collect();
    let mut text = format!(
        "{}: {} rows; {} new, {} changed, {} as before, {} no longer there; {} quarantined, {} repaired",
        report.snapshot.file,
        columns.n_rows,
        report.n_new,
        report.n_changed,
        report.n_same,
        report.n_vanished,
        columns.n_quarantined,
        columns.repaired.len(),
    );
    if !refused.is_empty() {
        text.push_str(&format!("\n  refused by the charter: {}", refused.join(", ")));
    }
    if !unread.is_empty() {
        text.push_str(&format!("\n  dropped, nothing reads them: {}", unread.join(", ")));
    }
    if columns.n_nul_bytes > 0 {
        text.push_str(&format!("\n  {} NUL bytes were taken out", columns.n_nul_bytes));
    }
    for row in columns.quarantined.iter().take(QUARANTINED_SHOWN) {
        let column = row.column.as_ref().map_or_else(String::new, |column| format!(", column \"{column}\""));
        text.push_str(&format!("\n  line {}{column}: {}", row.line, row.reason));
    }
    for remark in &columns.remarks {
        text.push_str(&format!("\n  {remark}"));
    }
    text
}

/// Quarantined rows that are printed; all are in the store.
const QUARANTINED_SHOWN: usize = 5;
