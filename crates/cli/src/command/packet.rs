//! `redress packet`: a person's record packet as a file, for the person, a lawyer, an officer or a court.

use std::{io::Write as _, path::PathBuf};

use clap::{Args, ValueEnum};
use redress_casefile::packet::{Packet, PacketReader};
use redress_letters::{
    html, packet,
    pdf::{self, PdfError},
};
use redress_service::{GivenBy, ServiceError, record_packet};
use redress_sources::durable_file;
use redress_statement::PersonId;

use crate::{
    command::{block_on, invite::person_number, say},
    failure::{Exit, Failure},
    office::Office,
    system,
};

/// Arguments of `redress packet`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is. It may be served meanwhile.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// The person's number at the desk, P-12 or 12.
    #[arg(long, value_parser = person_number)]
    person: i64,
    /// For whom it is made. All are given the same paper; what an exemption keeps from one of them is named at its end.
    #[arg(long = "for", value_name = "READER")]
    reader: Reader,
    /// Who receives it, by name: the person concerned is told. Needed for everybody but the person.
    #[arg(long, default_value = "", hide_default_value = true, required_if_eq_any = [
        ("reader", "representative"), ("reader", "officer"), ("reader", "court"),
    ])]
    recipient: String,
    /// How it is written: as a page for a browser, or as a PDF that a program can read aloud.
    #[arg(long, value_enum, default_value_t = Form::Page)]
    form: Form,
    /// The file to be written. It must not be there.
    #[arg(long)]
    out: PathBuf,
    /// The office file that names the staff (see docs/office.toml).
    #[arg(long)]
    office: PathBuf,
    /// The account of the member of staff who gives the packet out. The person concerned reads it beside the giving.
    #[arg(long, value_name = "USER_CODE")]
    by: String,
}

/// How a packet is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A page that needs nothing else, and prints as it is read.
    Page,
    /// Tagged PDF, US Letter, in a program that was built with the feature `pdf`.
    Pdf,
}

/// For whom a packet is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Reader {
    /// The person concerned.
    Person,
    /// Counsel, or an accredited representative.
    Representative,
    /// An officer of a records office.
    Officer,
    /// A court.
    Court,
}

impl From<Reader> for PacketReader {
    fn from(reader: Reader) -> Self {
        match reader {
            Reader::Person => Self::Person,
            Reader::Representative => Self::Representative,
            Reader::Officer => Self::Officer,
            Reader::Court => Self::Court,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.out.exists() {
        let text = format!("{}: is there already: name a file that is not", arguments.out.display());
        return Err(Failure::new(Exit::Call, text));
    }
    // Asked before anything is given: the giving is written into the person's file.
    if arguments.form == Form::Pdf && !pdf::IS_BUILT {
        return Err(Failure::of(Exit::Call, &PdfError::NotBuilt));
    }
    let by = Office::member(&arguments.office, &arguments.by)?;
    by.must_handle_cases("record_packet").map_err(ServiceError::from)?;
    block_on(async {
        let app = system::open_there(&arguments.store, None).await?;
        let person = PersonId(arguments.person);
        let reader = arguments.reader.into();
        let made = record_packet(&app, person, GivenBy::Staff(&by), reader, &arguments.recipient).await?;
        let paper = packet::document(&made);
        let bytes = match arguments.form {
            Form::Page => html::page(&paper).into_bytes(),
            Form::Pdf => pdf::write(&paper).map_err(|error| Failure::of(Exit::Unfinished, &error))?,
        };
        durable_file::write(&arguments.out, |file| file.write_all(&bytes))?;
        say(in_words(arguments, &made))
    })
}

fn in_words(arguments: &Arguments, made: &Packet) -> String {
    let mut text = format!(
        "{}: record packet of {} ({}) for {}: {} steps, {} findings, {} records",
        arguments.out.display(),
        made.name,
        made.person,
        made.reader.title(),
        made.steps.len(),
        made.findings.len(),
        made.records.len(),
    );
    for kept in &made.withheld {
        let exemption = kept.exemption;
        text.push_str(&format!(
            "\n  kept back: {} of “{}” ({}), since {}; {}",
            kept.n,
            exemption.name(),
            exemption.citation(),
            kept.since,
            exemption.ends()
        ));
    }
    text
}
