//! `redress export`: gives the records of a source to a recipient, each value with its mark.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter},
    path::PathBuf,
};

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use redress_ports::{Disclosed, ReadError, Written};
use redress_service::{App, Disclosure, disclose_source, observed_times};
use redress_sources::{FtmForm, FtmWriter, NiemForm, NiemWriter, durable_file};
use redress_statement::SourceId;

use crate::{
    command::{block_on, say},
    failure::{Exit, Failure},
    progress::grouped,
    system,
};

/// Arguments of `redress export`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The form of the file.
    #[arg(long)]
    format: Format,
    /// The source whose records are given.
    #[arg(long)]
    source: String,
    /// Who receives them. Each person concerned reads this name in the account of who read the own file.
    #[arg(long)]
    recipient: String,
    /// Where the store is.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// The file to be written. It must not be there.
    #[arg(long)]
    out: PathBuf,
}

/// Forms in which a contested value keeps its mark. There is no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// FollowTheMoney statements, comma-separated.
    Ftm,
    /// FollowTheMoney statements, one JSON object a line.
    FtmJson,
    /// A NIEM 6.0 message in JSON.
    NiemJson,
    /// A NIEM 6.0 message in XML.
    NiemXml,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let source: SourceId = arguments.source.parse().map_err(|error| {
        Failure::of(Exit::Call, &error).while_doing("--source is not the name of a source")
    })?;
    if arguments.out.exists() {
        let text = format!("{}: is there already: name a file that is not", arguments.out.display());
        return Err(Failure::new(Exit::Call, text));
    }
    block_on(async {
        let app = system::open_there(&arguments.store, None).await?;
        let observed = observed_times(&app, &source).await?;
        let (given, written) = tokio::task::block_in_place(|| give(&app, arguments, &source, observed))?;
        say(in_words(arguments, &given, &written))
    })
}

/// Writes the file, whole or not at all.
fn give(
    app: &App,
    arguments: &Arguments,
    source: &SourceId,
    observed: BTreeMap<Date, String>,
) -> Result<(Disclosure, Written), Failure> {
    let mut failed = None;
    let done = durable_file::write(&arguments.out, |file| {
        let mut writer = Writer::try_new(arguments.format, file, observed)?;
        let given = tokio::runtime::Handle::current().block_on(disclose_source(
            app,
            source,
            &arguments.recipient,
            &mut |disclosed| writer.write(disclosed),
        ));
        match given.and_then(some_records) {
            Ok(given) => Ok((given, writer.finish()?)),
            Err(error) => {
                failed = Some(error);
                Err(io::Error::other("the records could not be read"))
            }
        }
    });
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(done?),
    }
}

/// Refuses a file without any record.
fn some_records(given: Disclosure) -> Result<Disclosure, redress_service::ServiceError> {
    if given.n_records > 0 {
        return Ok(given);
    }
    Err(ReadError::Refused(format!(
        "none of the {} records is in a person's file, and what cannot be accounted for is not given: run `redress \
         check` first, which links them",
        given.n_kept_back
    ))
    .into())
}

/// A writer of any form.
enum Writer<'a> {
    Ftm(FtmWriter<BufWriter<&'a mut File>>),
    Niem(NiemWriter<BufWriter<&'a mut File>>),
}

impl<'a> Writer<'a> {
    fn try_new(format: Format, file: &'a mut File, observed: BTreeMap<Date, String>) -> io::Result<Self> {
        let out = BufWriter::new(file);
        match format {
            Format::Ftm => FtmWriter::try_new(out, FtmForm::Csv, observed).map(Self::Ftm),
            Format::FtmJson => FtmWriter::try_new(out, FtmForm::JsonLines, observed).map(Self::Ftm),
            Format::NiemJson => NiemWriter::try_new(out, NiemForm::Json).map(Self::Niem),
            Format::NiemXml => NiemWriter::try_new(out, NiemForm::Xml).map(Self::Niem),
        }
    }

    fn write(&mut self, disclosed: &Disclosed) -> io::Result<()> {
        match self {
            Self::Ftm(writer) => writer.write(disclosed),
            Self::Niem(writer) => writer.write(disclosed),
        }
    }

    fn finish(self) -> io::Result<Written> {
        match self {
            Self::Ftm(writer) => writer.finish(),
            Self::Niem(writer) => writer.finish(),
        }
    }
}

fn in_words(arguments: &Arguments, given: &Disclosure, written: &Written) -> String {
    let mut text = format!(
        "{}: {} records with {} values of source `{}`, given to {}; {} values are contested and bear their mark",
        arguments.out.display(),
        grouped(given.n_records),
        grouped(written.n_values),
        arguments.source,
        arguments.recipient.trim(),
        grouped(written.n_contested),
    );
    if given.n_contested > written.n_contested {
        text.push_str(&format!(
            "\n  {} more are contested and were left out, as the form has no property for them",
            grouped(given.n_contested - written.n_contested)
        ));
    }
    if let Some(as_of) = given.as_of {
        let sections =
            if given.sections.is_empty() { "nothing".to_owned() } else { given.sections.join(", ") };
        text.push_str(&format!(
            "\n  the newest extract describes {as_of} and says that it covers: {sections}; who is absent from the file \
             is not said to be absent from anything else"
        ));
    }
    if given.n_kept_back > 0 {
        text.push_str(&format!(
            "\n  {} records are in nobody's file and were kept back: `redress check` links them",
            grouped(given.n_kept_back)
        ));
    }
    if !written.left_out.is_empty() {
        let each = written.left_out.iter().map(|(attribute, n)| format!("{attribute} ({})", grouped(*n)));
        text.push_str(&format!(
            "\n  left out, as the form has no property for them: {}",
            each.collect::<Vec<_>>().join(", ")
        ));
    }
    text
}
