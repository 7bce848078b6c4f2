//! `redress check`: links the stored records and runs every check; with `--public`, counts a release.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use redress_checks::{KEPT_IN_PART, registry};
use redress_service::{
    App, CheckRunSummary, CheckTally, LEDGER_REPORT, LinkSummary, MODEL_REPORT, RunModel, assemble_persons,
    ledger, link_records, run_checks, save_report,
};

use crate::{
    command::{
        block_on,
        check_public::{self, Call},
        say,
    },
    failure::{Exit, Failure},
    progress::Steps,
    system,
};

/// Arguments of `redress check`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is.
    #[arg(long, default_value = "redress-store", conflicts_with = "public")]
    store: PathBuf,
    /// Counts what a release to the public shows of itself, beside published figures: a ZIP, or a folder of its files. No
    /// store is needed.
    #[arg(long, value_name = "RELEASE")]
    public: Option<PathBuf>,
    /// With --public: where public_checks.txt, .html and .parquet are written. The release's rows are sorted there
    /// meanwhile, which takes a tenth of their unpacked size.
    #[arg(long, requires = "public")]
    out: Option<PathBuf>,
    /// With --public: keeps the release's rows, as they were counted, in this file: the next release is held against it in
    /// half the time that the release itself takes.
    #[arg(long, requires = "public", value_name = "FILE")]
    keep: Option<PathBuf>,
    /// With --public: an earlier release, or the file in which --keep kept its rows. Counts rows first seen, changed and no
    /// longer there, table by table.
    #[arg(long, requires = "public", value_name = "RELEASE")]
    before: Option<PathBuf>,
    /// With --public: another contract than that of the immigration courts' release.
    #[arg(long, requires = "public")]
    contract: Option<PathBuf>,
    /// With --public: the day that the release describes, where no manifest says so.
    #[arg(long, requires = "public", value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
    /// With --public: the figures as JSON on the standard output.
    #[arg(long, requires = "public")]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(release) = &arguments.public {
        return check_public::run(&Call {
            release,
            out: arguments.out.as_deref(),
            before: arguments.before.as_deref(),
            keep: arguments.keep.as_deref(),
            contract: arguments.contract.as_deref(),
            as_of: arguments.as_of,
            json: arguments.json,
        });
    }
    block_on(async {
        let app = system::open_there(&arguments.store, None).await?;
        let steps = Steps::new();
        link_and_assemble(&app, &steps).await?;
        if app.store.n_persons().await? == 0 {
            return Err(Failure::new(Exit::Call, nobody_in(&app, &arguments.store).await?));
        }
        let summary = check(&app, &steps).await?;
        publish(&app, &steps).await?;
        in_words(&summary).into_iter().try_for_each(say)
    })
}

/// Why there is nobody to check: nothing is stored, or releases to the public alone, in which nobody is named.
async fn nobody_in(app: &App, store: &Path) -> Result<String, Failure> {
    let sources = app.store.sources().await?;
    let releases = sources.iter().filter(|row| row.agreement.is_public_release);
    let names: Vec<&str> = releases.map(|row| row.agreement.source.as_str()).collect();
    let at = store.display();
    Ok(if names.is_empty() {
        format!("no record of a person is stored in {at}: import an extract first")
    } else {
        format!(
            "{at} holds releases to the public ({}), in which nobody is named: no case file can be made of them. `redress check \
             --public RELEASE` counts what they show, and with --before what the next one no longer has",
            names.join(", ")
        )
    })
}

/// A line for each check that found something or no longer does, with its title, and one for the rest.
fn in_words(summary: &CheckRunSummary) -> Vec<String> {
    let title = |id: &str| {
        registry().iter().map(|check| check.spec()).find(|spec| spec.id == id).map_or("", |spec| spec.title)
    };
    let is_silent = |tally: &CheckTally| tally.n_reported == 0 && tally.n_no_longer_seen == 0;
    let mut lines: Vec<String> = summary
        .checks
        .iter()
        .filter(|(_, tally)| !is_silent(tally))
        .map(|(id, tally)| {
            format!(
                "{id} {}: {} reported, {} new, {} revised, {} gone",
                title(id),
                tally.n_reported,
                tally.n_opened,
                tally.n_revised,
                tally.n_no_longer_seen
            )
        })
        .collect();
    let n_silent = summary.checks.values().filter(|tally| is_silent(tally)).count();
    lines.push(format!("{n_silent} of {} checks found nothing", summary.checks.len()));
    for (id, what) in KEPT_IN_PART {
        lines.push(format!("{id}: not known to the store is {what}"));
    }
    lines
}

/// Links every stored record and forms persons.
pub(crate) async fn link_and_assemble(app: &App, steps: &Steps) -> Result<(RunModel, LinkSummary), Failure> {
    steps.begin("link", "records");
    let run = link_records(app, steps).await?;
    steps.end(&format!(
        "{} records, {} pairs compared",
        run.input.records.len(),
        run.linked.stats.n_pairs_compared
    ));
    steps.begin("case_files", "persons");
    let summary = assemble_persons(app, &run, steps).await?;
    steps.end(&format!(
        "{} persons formed, {} kept; {} links wait for review",
        summary.n_persons_formed, summary.n_persons_kept, summary.n_links_possible
    ));
    save_report(app, MODEL_REPORT, &run.linked.model).await?;
    save_report(app, "link", &summary).await?;
    Ok((run, summary))
}

/// Runs every check.
pub(crate) async fn check(app: &App, steps: &Steps) -> Result<CheckRunSummary, Failure> {
    steps.begin("checks", "case files");
    let summary = run_checks(app, steps).await?;
    let opened: u64 = summary.checks.values().map(|tally| tally.n_opened).sum();
    steps.end(&format!("{} case files, {opened} new findings", summary.n_case_files));
    save_report(app, "checks", &summary).await?;
    save_report(app, LEDGER_REPORT, &ledger(app).await?).await?;
    Ok(summary)
}

/// Publishes the log.
pub(crate) async fn publish(app: &App, steps: &Steps) -> Result<(), Failure> {
    steps.begin("publish", "entries");
    let state = app.store.publish(app.clock.now_us(), app.clock.today()).await?;
    steps.end(&format!("{} entries under the checkpoint", state.size));
    Ok(())
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::of(Exit::Unfinished, &error).while_doing("a report cannot be written as JSON")
    }
}
