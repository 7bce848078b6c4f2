//! `redress report`: what the last runs did, the ledger, and the departures by month.

mod departures;

use std::path::{Path, PathBuf};

use clap::Args;
use redress_service::{DEPARTURES_REPORT, LEDGER_REPORT, ledger, save_report};
use redress_sources::durable_file;

use crate::{
    command::{block_on, say},
    failure::{Exit, Failure},
    system,
};

/// Arguments of `redress report`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// Which report: link, checks or accuracy, as the last run left it, in JSON; ledger, what closings and corrections saved
    /// and cost; departures, a new edition of the table by month.
    #[arg(default_value = "checks")]
    name: String,
    /// Prints ledger or departures as JSON instead of text.
    #[arg(long)]
    json: bool,
    /// With departures: also writes departures.txt, .json and .parquet here.
    #[arg(long)]
    out: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.out.is_some() && arguments.name != DEPARTURES_REPORT {
        let text = format!("--out is for departures; `{}` is printed", arguments.name);
        return Err(Failure::new(Exit::Call, text));
    }
    block_on(async {
        let app = system::open_there(&arguments.store, None).await?;
        match arguments.name.as_str() {
            LEDGER_REPORT => {
                let ledger = ledger(&app).await?;
                save_report(&app, LEDGER_REPORT, &ledger).await?;
                say(if arguments.json { serde_json::to_string(&ledger)? } else { ledger.text() })
            }
            DEPARTURES_REPORT => departures::make(&app, arguments.json, arguments.out.as_deref()).await,
            name => match app.store.report(name).await? {
                Some(report) => say(report.json),
                None => Err(Failure::new(
                    Exit::Call,
                    format!(
                        "no run has left a report `{name}`: link, checks and accuracy are written by `check` and `demo`; ledger and departures are made on the spot"
                    ),
                )),
            },
        }
    })
}

/// Writes a file of text whole, or not at all.
fn write_text(path: &Path, text: &str) -> Result<(), Failure> {
    use std::io::Write as _;
    Ok(durable_file::write(path, |file| file.write_all(text.as_bytes()))?)
}
