//! Writes the folder of a connector: everything in it is invented.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use jiff::civil::{Date, date};
use redress_ports::{Disclosed, ReadError, ValueMark};
use redress_statement::{Attribute, Record, SourceId};

use super::{CONTRACT_FILE, CORRECTIONS_FILE, CorrectionSent, GIVEN, SAMPLE};
use crate::contract::Contract;
use crate::durable_file;
use crate::ftm::{FtmForm, FtmWriter};
use crate::manifest::MANIFEST_FILE;
use crate::niem::{NiemForm, NiemWriter};
use crate::source::read_unkept;

const FTM_CONTRACT: &str = include_str!("../../../../contracts/ftm_statements.toml");
const NIEM_CONTRACT: &str = include_str!("../../../../contracts/niem_message.toml");
const FTM_SAMPLE: &str = include_str!("sample_statements.csv");
const NIEM_SAMPLE: &str = include_str!("sample_message.json");
const NIEM_XML_SAMPLE: &str = include_str!("sample_message.xml");

/// The day that the sample describes.
const AS_OF: Date = date(2026, 10, 31);
/// What stands at the head of every contract that is written.
const HEAD: &str = "\
# The contract of a source, to be agreed on between its owner and the office that runs Redress. Lines with # explain.
#
#   source     the name under which its records are kept, and who owns them
#   agreement  what the records may be used for, on which authority, and from which day to which: outside it nothing is read
#   table      the file, its format, and the columns that are taken in; every other column is dropped and named
#
# Test it:  redress source test FOLDER
";

/// Formats in which a connector can be made: those that carry the mark of a contested value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectorFormat {
    /// FollowTheMoney statements, comma-separated.
    Ftm,
    /// NIEM 6.0 in JSON.
    NiemJson,
    /// NIEM 6.0 in XML.
    NiemXml,
}

impl ConnectorFormat {
    fn file(self) -> &'static str {
        match self {
            Self::Ftm => "statements.csv",
            Self::NiemJson => "message.json",
            Self::NiemXml => "message.xml",
        }
    }

    /// The contract of a source of this name, in force for a year from `on`.
    fn contract(self, name: &SourceId, on: Date) -> String {
        let (text, own) = match self {
            Self::Ftm => (FTM_CONTRACT.to_owned(), "archive"),
            Self::NiemJson => (NIEM_CONTRACT.to_owned(), "partner"),
            Self::NiemXml => (
                NIEM_CONTRACT.replace("niem-json", "niem-xml").replace("message.json", "message.xml"),
                "partner",
            ),
        };
        // What stands above the first table is about the example alone.
        let body = text.find("[source]").and_then(|at| text.get(at..)).unwrap_or(&text);
        let until = on.saturating_add(jiff::Span::new().days(365));
        let body = body
            .replace(&format!("id = \"{own}\""), &format!("id = \"{name}\""))
            .replace("2026-01-15", &on.to_string())
            .replace("2027-12-31", &until.to_string());
        format!("{HEAD}\n{body}")
    }
}

/// Writes the folder of a connector for a source of this name; its contract is in force for a year from `on`.
///
/// # Errors
/// [`ReadError::Call`] when the folder has a contract already, [`ReadError::System`] when it cannot be written.
pub fn write_connector(
    name: &SourceId,
    format: ConnectorFormat,
    on: Date,
    folder: &Path,
) -> Result<(), ReadError> {
    let contract_path = folder.join(CONTRACT_FILE);
    if contract_path.exists() {
        return Err(ReadError::Call(format!(
            "{}: is there already: name a folder without a contract",
            contract_path.display()
        )));
    }
    let (sample, given) = (folder.join(SAMPLE), folder.join(GIVEN));
    let text = format.contract(name, on);
    let contract = Contract::from_toml(&text, CONTRACT_FILE)?;
    let manifest = format!(
        "# What the extract describes: its day, and what it covers. A section that is not named says nothing about who is absent.\n\
         as_of = \"{AS_OF}\"\nsections = [\"people\"]\n"
    );
    put(&sample.join(MANIFEST_FILE), manifest.as_bytes())?;
    let file = match format {
        ConnectorFormat::Ftm => FTM_SAMPLE.replace(",archive,", &format!(",{name},")).into_bytes(),
        ConnectorFormat::NiemJson => NIEM_SAMPLE.as_bytes().to_vec(),
        ConnectorFormat::NiemXml => NIEM_XML_SAMPLE.as_bytes().to_vec(),
    };
    put(&sample.join(format.file()), &file)?;
    let (records, report) = read_unkept(&contract, &sample)?;
    let (marks, correction) = marks(&records)?;
    put(&given.join(MANIFEST_FILE), manifest.as_bytes())?;
    let observed = report.observed_at.map(|seen| (AS_OF, seen)).into_iter().collect();
    put(&given.join(format.file()), &written(format, &records, &marks, observed)?)?;
    let line = serde_json::to_string(&correction)
        .map_err(|error| ReadError::System(format!("{CORRECTIONS_FILE}: cannot be written: {error}")))?;
    put(&given.join(CORRECTIONS_FILE), format!("{line}\n").as_bytes())?;
    put(&contract_path, text.as_bytes())
}

/// Marks by record: the first record's family name is contested, the second one's date of birth was corrected.
type Marks = BTreeMap<usize, BTreeMap<(Attribute, u16), ValueMark>>;

fn marks(records: &[Record]) -> Result<(Marks, CorrectionSent), ReadError> {
    let wrong =
        || ReadError::System("the sample has not two people with a name and a date of birth".to_owned());
    let says =
        |record: &Record, attribute: Attribute| record.is_identity && record.statement(attribute).is_some();
    let first = records.iter().position(|record| says(record, Attribute::FamilyName)).ok_or_else(wrong)?;
    let (second, record) = records
        .iter()
        .enumerate()
        .skip(first + 1)
        .find(|(_, record)| says(record, Attribute::BirthDate))
        .ok_or_else(wrong)?;
    let was = record.value(Attribute::BirthDate).unwrap_or_default().to_owned();
    let correction = CorrectionSent {
        correction: "C-1".to_owned(),
        record: record.key.key.to_string(),
        attribute: Attribute::BirthDate,
        wrong: was,
        right: "1991-04-15".to_owned(),
        decided_on: AS_OF,
    };
    let contested = ValueMark {
        is_contested: true,
        disagreement: Some("This name was my mother's; mine is on my birth certificate.".to_owned()),
        corrected: None,
    };
    let corrected = ValueMark { corrected: Some(correction.right.clone()), ..ValueMark::default() };
    let marks = [
        (first, [((Attribute::FamilyName, 0), contested)].into()),
        (second, [((Attribute::BirthDate, 0), corrected)].into()),
    ];
    Ok((marks.into(), correction))
}

fn written(
    format: ConnectorFormat,
    records: &[Record],
    marks: &Marks,
    observed: BTreeMap<Date, String>,
) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    let disclosed = records.iter().enumerate().map(|(idx, record)| Disclosed {
        record: record.clone(),
        marks: marks.get(&idx).cloned().unwrap_or_default(),
    });
    let done = match format {
        ConnectorFormat::Ftm => {
            FtmWriter::try_new(&mut bytes, FtmForm::Csv, observed).and_then(|mut writer| {
                disclosed.into_iter().try_for_each(|one| writer.write(&one))?;
                writer.finish()
            })
        }
        ConnectorFormat::NiemJson | ConnectorFormat::NiemXml => {
            let form = if format == ConnectorFormat::NiemJson { NiemForm::Json } else { NiemForm::Xml };
            NiemWriter::try_new(&mut bytes, form).and_then(|mut writer| {
                disclosed.into_iter().try_for_each(|one| writer.write(&one))?;
                writer.finish()
            })
        }
    };
    done.map(|_| bytes).map_err(|error| ReadError::System(format!("the sample cannot be written: {error}")))
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), ReadError> {
    durable_file::write(path, |file| file.write_all(bytes))
}
