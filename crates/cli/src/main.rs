//! The `redress` command: the composition root.
//!
//! Progress goes to the standard error; what a script reads goes to the standard output. The exit codes are
//! those of [`failure::Exit`].
//!
//! Never: holds a rule, or prints an error twice.

mod act;
mod allocation;
mod bytes;
mod clock;
mod command;
mod database_extract;
mod demo_lists;
mod evaluation;
mod explained_outcome;
mod failure;
mod file_size;
mod kept_judgements;
mod labels;
mod linkage_run;
mod machine;
mod mapped_file;
mod memory_guard;
mod office;
mod outputs;
mod planted_error;
mod previous_run;
mod progress;
mod reading_folder;
mod record_groups;
mod refused_columns;
mod run_facts;
mod run_folder;
mod sample_files;
mod stages;
mod system;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{
    command::{
        backup, check, demo, doctor, erase, evaluate, explain, export, import, invite, link, migrate, packet,
        report, restore, review, sealed, serve, source, strike, synth, verify,
    },
    failure::Failure,
};

/// Checks the records that governments hold about people, and gives those people a way to correct them.
#[derive(Parser)]
#[command(name = "redress", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The whole way on an invented population, then the web desk.
    Demo(demo::Arguments),
    /// Invents a population and writes its source extracts, with the truth beside them.
    Synth(synth::Arguments),
    /// Links records of CSV or Parquet files, stand-alone.
    Link(link::Arguments),
    /// Explains one pair of a linkage run, in words and as SVG.
    Explain(explain::Arguments),
    /// Measures a linkage run against the truth.
    Evaluate(evaluate::Arguments),
    /// Draws pairs for clerical review, and takes the judgements.
    Review(review::Arguments),
    /// Takes an extract in under its contract.
    Import(import::Arguments),
    /// Makes the folder with which a partner connects a source, and tests it.
    Source(source::Arguments),
    /// Gives the records of a source to a recipient, each value with its mark.
    Export(export::Arguments),
    /// Makes a person's record packet: for the person, a lawyer, an officer or a court.
    Packet(packet::Arguments),
    /// Reads a row of a class that the law keeps secret, for an officer who may, and tells who did.
    Sealed(sealed::Arguments),
    /// Erases the records of a person, in the store and in the files that it keeps.
    Erase(erase::Arguments),
    /// Links the stored records and runs every check.
    Check(check::Arguments),
    /// Serves the desk, the person's page and the public page.
    Serve(serve::Arguments),
    /// Marks what is closed, held or contested in a list that an office brings.
    Strike(strike::Arguments),
    /// Prints the signed link by which a person opens the own record.
    Invite(invite::Arguments),
    /// Prints what the last runs did, as JSON.
    Report(report::Arguments),
    /// Verifies a receipt or a log, offline.
    Verify(verify::Arguments),
    /// Copies a store as it is at this moment, while others may write.
    Backup(backup::Arguments),
    /// Brings a backup back as a store.
    Restore(restore::Arguments),
    /// Brings a store of an older version to this one.
    Migrate(migrate::Arguments),
    /// Looks for damage in a store.
    Doctor(doctor::Arguments),
}

fn main() -> ExitCode {
    allocation::set_up();
    let arguments = Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let done = file_size::report_as_errors().and_then(|()| run(arguments.command));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Synth(arguments) => synth::run(&arguments),
        Command::Link(arguments) => link::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Review(arguments) => review::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Source(arguments) => source::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Packet(arguments) => packet::run(&arguments),
        Command::Sealed(arguments) => sealed::run(&arguments),
        Command::Erase(arguments) => erase::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Strike(arguments) => strike::run(&arguments),
        Command::Invite(arguments) => invite::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Restore(arguments) => restore::run(&arguments),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
    }
}
