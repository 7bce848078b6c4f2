//! `redress source`: makes the folder with which a partner connects a source, and tests it.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use redress_ports::Clock as _;
use redress_sources::{Conformance, ConnectorFormat, check_connector, write_connector, write_given};
use redress_statement::SourceId;

use crate::{
    clock::SystemClock,
    command::say,
    failure::{Exit, Failure},
};

/// Arguments of `redress source`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes a contract with comments, a sample with invented people, and what Redress would give back.
    New {
        /// The name of the source: 1 to 32 of a-z, 0-9 and _, a letter first.
        name: String,
        /// The form of its file.
        #[arg(long)]
        format: Format,
        /// The folder. It must have no contract yet.
        #[arg(long)]
        out: PathBuf,
    },
    /// Writes what Redress would give back for the contract and the sample that lie in a folder, such as your own: after each change
    /// of one of them, before `test`.
    Give {
        /// The folder, with `contract.toml` and `sample/`.
        folder: PathBuf,
    },
    /// Tests a folder: contract, refused columns, completeness, the mark of contested values, corrections and their receipts.
    Test {
        /// The folder that `new` or `give` wrote, with `returned/` from the partner's system.
        folder: PathBuf,
    },
}

/// Forms in which a partner may send its records.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Comma-separated text with a header.
    Csv,
    /// Text with tabs between the cells and a header.
    Tab,
    /// A workbook (xlsx).
    Xlsx,
    /// Apache Parquet.
    Parquet,
    /// JSON Lines.
    JsonLines,
    /// A relation of a PostgreSQL database on the computer that reads it.
    Postgresql,
    /// FollowTheMoney statements, comma-separated.
    Ftm,
    /// A NIEM 6.0 message in JSON.
    NiemJson,
    /// A NIEM 6.0 message in XML.
    NiemXml,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::New { name, format, out } => {
            let source: SourceId = name.parse().map_err(|error| Failure::of(Exit::Call, &error))?;
            let format = match format {
                Format::Csv => ConnectorFormat::Csv,
                Format::Tab => ConnectorFormat::Tab,
                Format::Xlsx => ConnectorFormat::Xlsx,
                Format::Parquet => ConnectorFormat::Parquet,
                Format::JsonLines => ConnectorFormat::JsonLines,
                Format::Postgresql => ConnectorFormat::Postgresql,
                Format::Ftm => ConnectorFormat::Ftm,
                Format::NiemJson => ConnectorFormat::NiemJson,
                Format::NiemXml => ConnectorFormat::NiemXml,
            };
            write_connector(&source, format, SystemClock.today(), out)?;
            let out = out.display();
            say(format!(
                "{out}/contract.toml   fill in owner, purpose, authority and days\n\
                 {out}/sample/         three invented people as you would send them: put your own sample there, and run \
                 redress source give {out}\n\
                 {out}/given/          the same, with what is contested since (notices.jsonl) and a correction \
                 (corrections.jsonl): take all of it into your system\n\
                 {out}/returned/       put there what your system sends next: its records with the mark of what is contested \
                 (in marks.jsonl where their form has no room for it) and the value as corrected, manifest.toml with the \
                 sections that are whole, and receipts.jsonl: \
                 {{\"correction\":\"C-1\",\"acknowledged_on\":\"2026-11-03\",\"outcome\":\"applied\"}}\n\
                 then: redress source test {out}"
            ))
        }
        Command::Give { folder } => {
            let [first, second] = write_given(folder)?;
            let out = folder.display();
            say(format!(
                "{out}/given/  the records of {out}/sample/, and about them: the family name of {first} is contested, where the form has \
                 room for that; that of {second} is contested since (notices.jsonl), and its date of birth was corrected \
                 (corrections.jsonl): take all of it into your system\n\
                 then: redress source test {out}"
            ))
        }
        Command::Test { folder } => tell_steps(&check_connector(folder, SystemClock.today())?),
    }
}

fn tell_steps(conformance: &Conformance) -> Result<(), Failure> {
    for step in &conformance.steps {
        let (is, text) = match &step.outcome {
            Ok(seen) => ("holds", seen),
            Err(wrong) => ("FAILS", wrong),
        };
        say(format!("{is}  {}: {text}", step.title))?;
    }
    if conformance.holds() {
        return Ok(());
    }
    let n_failed = conformance.steps.iter().filter(|step| step.outcome.is_err()).count();
    Err(Failure::new(
        Exit::Unverified,
        format!("{n_failed} of {} steps fail: nothing is exchanged before all hold", conformance.steps.len()),
    ))
}
