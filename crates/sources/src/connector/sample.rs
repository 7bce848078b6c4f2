//! Writes the folder of a connector: everything in it is invented.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use jiff::civil::{Date, date};
use parquet::arrow::ArrowWriter;
use redress_ports::{Disclosed, ReadError, ValueMark};
use redress_statement::{Attribute, Record, SourceId};

use super::sample_workbook;
use super::{CONTRACT_FILE, CORRECTIONS_FILE, CorrectionSent, GIVEN, NOTICES_FILE, NoticeSent, SAMPLE};
use crate::contract::{Contract, Format};
use crate::contract_text::read_small;
use crate::durable_file;
use crate::ftm::{FtmForm, FtmWriter};
use crate::manifest::MANIFEST_FILE;
use crate::niem::NiemWriter;
use crate::source::{self, read_unkept};

const FTM_CONTRACT: &str = include_str!("../../../../contracts/ftm_statements.toml");
const NIEM_CONTRACT: &str = include_str!("../../../../contracts/niem_message.toml");
/// Of the forms that hold one row a person.
const PEOPLE_CONTRACT: &str = include_str!("people_contract.toml");
const CSV_SAMPLE: &str = include_str!("sample_people.csv");
const JSON_LINES_SAMPLE: &str = include_str!("sample_people.jsonl");
const SQL_SAMPLE: &str = include_str!("sample_people.sql");
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

/// Formats in which a connector can be made. Statements and messages have room for the mark of a contested value; beside rows
/// it stands in a file of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectorFormat {
    /// Comma-separated text with a header, one row a person.
    Csv,
    /// Text with tabs between the cells and a header, one row a person.
    Tab,
    /// A workbook (xlsx) with one sheet, one row a person.
    Xlsx,
    /// Apache Parquet, one row a person.
    Parquet,
    /// One JSON object a line, a person each.
    JsonLines,
    /// A relation of a PostgreSQL database on the computer that reads it.
    Postgresql,
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
            Self::Csv => "people.csv",
            Self::Tab => "people.tsv",
            Self::Xlsx => "people.xlsx",
            Self::Parquet => "people.parquet",
            Self::JsonLines | Self::Postgresql => "people.jsonl",
            Self::Ftm => "statements.csv",
            Self::NiemJson => "message.json",
            Self::NiemXml => "message.xml",
        }
    }

    /// How the contract describes its table.
    fn table(self) -> &'static str {
        match self {
            Self::Csv => {
                "file = \"people.csv\"\nformat = \"delimited\"\ndelimiter = \"comma\"\nquoting = true\nencoding = \"utf-8\""
            }
            Self::Tab => {
                "file = \"people.tsv\"\nformat = \"delimited\"\ndelimiter = \"tab\"\nquoting = false\nencoding = \"utf-8\""
            }
            Self::Xlsx => {
                "file = \"people.xlsx\"\nformat = \"xlsx\"\nskip_rows = 0                              # rows above the header of each sheet"
            }
            Self::Parquet => "file = \"people.parquet\"\nformat = \"parquet\"",
            Self::JsonLines => "file = \"people.jsonl\"\nformat = \"json_lines\"",
            Self::Postgresql => {
                "format = \"postgresql\"\nrelation = \"registry.people\"             # schema and name, letter for letter"
            }
            Self::Ftm | Self::NiemJson | Self::NiemXml => "",
        }
    }

    /// The sample of a source of this name.
    fn sample(self, name: &SourceId) -> Result<Vec<u8>, ReadError> {
        let failed = |error: std::io::Error| {
            ReadError::System(format!("{}: the sample cannot be made: {error}", self.file()))
        };
        Ok(match self {
            Self::Csv => CSV_SAMPLE.as_bytes().to_vec(),
            // No cell of the sample has a comma or a tab in it.
            Self::Tab => CSV_SAMPLE.replace(',', "\t").into_bytes(),
            Self::Xlsx => sample_workbook::workbook("people", &rows()).map_err(failed)?,
            Self::Parquet => parquet(&rows()).map_err(failed)?,
            Self::JsonLines | Self::Postgresql => JSON_LINES_SAMPLE.as_bytes().to_vec(),
            Self::Ftm => FTM_SAMPLE.replace(",archive,", &format!(",{name},")).into_bytes(),
            Self::NiemJson => NIEM_SAMPLE.as_bytes().to_vec(),
            Self::NiemXml => NIEM_XML_SAMPLE.as_bytes().to_vec(),
        })
    }

    /// The contract of a source of this name, in force for a year from `on`.
    fn contract(self, name: &SourceId, on: Date) -> String {
        let (text, own) = match self {
            Self::Csv | Self::Tab | Self::Xlsx | Self::Parquet | Self::JsonLines | Self::Postgresql => {
                (PEOPLE_CONTRACT.replace("FORMAT", self.table()), "partner")
            }
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

/// The rows of the sample, the header first.
fn rows() -> Vec<Vec<&'static str>> {
    CSV_SAMPLE.lines().map(|line| line.split(',').collect()).collect()
}

/// The rows as Parquet, every column a text that may be null.
fn parquet(rows: &[Vec<&'static str>]) -> std::io::Result<Vec<u8>> {
    let (header, rows) = rows.split_first().ok_or_else(|| std::io::Error::other("it has no header"))?;
    let said = |row: &Vec<&'static str>, at: usize| row.get(at).copied().filter(|cell| !cell.is_empty());
    let column = |(at, name): (usize, &&'static str)| {
        let cells: ArrayRef = Arc::new(StringArray::from_iter(rows.iter().map(|row| said(row, at))));
        (*name, cells, true)
    };
    let batch = RecordBatch::try_from_iter_with_nullable(header.iter().enumerate().map(column))
        .map_err(std::io::Error::other)?;
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).map_err(std::io::Error::other)?;
    writer.write(&batch).map_err(std::io::Error::other)?;
    writer.close().map_err(std::io::Error::other)?;
    Ok(bytes)
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
    let sample = folder.join(SAMPLE);
    let text = format.contract(name, on);
    put(&sample.join(MANIFEST_FILE), manifest(AS_OF, &["people"]).as_bytes())?;
    put(&sample.join(format.file()), &format.sample(name)?)?;
    if format == ConnectorFormat::Postgresql {
        put(&sample.join("people.sql"), SQL_SAMPLE.as_bytes())?;
    }
    give(&Contract::from_toml(&text, CONTRACT_FILE)?, folder)?;
    put(&contract_path, text.as_bytes())
}

/// Writes what Redress gives for the sample that lies in the folder, such as the partner's own: its records, what is contested
/// since, and a correction. Answers the two records that they are about: the first one's family name is contested, of the second one
/// the family name is contested since and the date of birth corrected. What was given before is written over.
///
/// # Errors
/// [`ReadError::Call`] when there is no contract or sample that can be read, or the sample has not two people with family name and
/// date of birth; [`ReadError::System`] when it cannot be written.
pub fn write_given(folder: &Path) -> Result<[String; 2], ReadError> {
    let path = folder.join(CONTRACT_FILE);
    give(&Contract::from_toml(&read_small(&path)?, &path.display().to_string())?, folder)
}

fn give(contract: &Contract, folder: &Path) -> Result<[String; 2], ReadError> {
    let (sample, given) = (folder.join(SAMPLE), folder.join(GIVEN));
    let as_of = source::manifest(&sample)?.as_of;
    let (records, report) = read_unkept(contract, &sample)?;
    let said = said(&records, as_of)?;
    let lead = contract.tables().first().ok_or_else(|| {
        ReadError::Call(format!(
            "{}: has no table: name one as [[table]]",
            folder.join(CONTRACT_FILE).display()
        ))
    })?;
    // What Redress gives says nothing about who is absent from it.
    put(&given.join(MANIFEST_FILE), manifest(as_of, &[]).as_bytes())?;
    let observed = report.observed_at.map(|seen| (as_of, seen)).into_iter().collect();
    match written(&lead.format, &records, &said.marks, observed)? {
        Some(bytes) => put(&given.join(&lead.file), &bytes)?,
        None => copy(&sample, &given, &lead.file)?,
    }
    put(&given.join(CORRECTIONS_FILE), &line(&said.correction, CORRECTIONS_FILE)?)?;
    put(&given.join(NOTICES_FILE), &line(&said.notice, NOTICES_FILE)?)?;
    Ok(said.records)
}

/// The rows as they are: beside a row there is no room for a mark.
fn copy(from: &Path, to: &Path, file: &str) -> Result<(), ReadError> {
    let path = from.join(file);
    let mut rows = std::fs::File::open(&path)
        .map_err(|error| ReadError::Call(format!("{}: cannot be read: {error}", path.display())))?;
    durable_file::write(&to.join(file), |copy| std::io::copy(&mut rows, copy)).map(drop)
}

fn manifest(as_of: Date, sections: &[&str]) -> String {
    format!(
        "# What the extract describes: its day, and what it covers. A section that is not named says nothing about who is absent.\n\
         as_of = \"{as_of}\"\nsections = {sections:?}\n"
    )
}

/// One line of JSON.
fn line(sent: &impl serde::Serialize, file: &str) -> Result<Vec<u8>, ReadError> {
    let line = serde_json::to_string(sent)
        .map_err(|error| ReadError::System(format!("{file}: cannot be written: {error}")))?;
    Ok(format!("{line}\n").into_bytes())
}

/// Marks by record.
type Marks = BTreeMap<usize, BTreeMap<(Attribute, u16), ValueMark>>;

/// What Redress has to say of the sample.
struct Said {
    /// The first record's family name is contested.
    marks: Marks,
    /// The second one's family name is contested since.
    notice: NoticeSent,
    /// The second one's date of birth was decided to be another.
    correction: CorrectionSent,
    /// Keys of both.
    records: [String; 2],
}

/// The date of birth that is decided to be right, and the one where the record has that.
const RIGHT: [&str; 2] = ["1991-04-15", "1991-05-14"];

fn said(records: &[Record], as_of: Date) -> Result<Said, ReadError> {
    let wrong = || {
        let what = "has no two people of whom both have a family name and the second a date of birth that can be read: the test sends \
                    a notice and a correction about them; add such rows, of invented people";
        ReadError::Call(format!("{SAMPLE}/: {what}"))
    };
    let says =
        |record: &Record, attribute: Attribute| record.is_identity && record.statement(attribute).is_some();
    let first = records.iter().position(|record| says(record, Attribute::FamilyName)).ok_or_else(wrong)?;
    let record = records
        .iter()
        .skip(first + 1)
        .find(|record| record.value(Attribute::BirthDate).is_some() && says(record, Attribute::FamilyName))
        .ok_or_else(wrong)?;
    let name = record.statement(Attribute::FamilyName).ok_or_else(wrong)?;
    let notice = NoticeSent {
        notice: "N-1".to_owned(),
        record: record.key.key.to_string(),
        attribute: Attribute::FamilyName,
        value: name.original.to_string(),
        statement: "The two words stand in the other order on my birth certificate.".to_owned(),
    };
    let was = record.value(Attribute::BirthDate).unwrap_or_default().to_owned();
    let correction = CorrectionSent {
        correction: "C-1".to_owned(),
        record: record.key.key.to_string(),
        attribute: Attribute::BirthDate,
        right: RIGHT.into_iter().find(|right| *right != was).unwrap_or_default().to_owned(),
        wrong: was,
        decided_on: as_of,
    };
    let contested = ValueMark {
        is_contested: true,
        disagreement: Some("This name was my mother's; mine is on my birth certificate.".to_owned()),
        corrected: None,
    };
    let marks = [(first, [((Attribute::FamilyName, 0), contested)].into())];
    let first = records.get(first).map(|record| record.key.key.to_string()).unwrap_or_default();
    let keys = [first, record.key.key.to_string()];
    Ok(Said { marks: marks.into(), notice, correction, records: keys })
}

/// The records with their marks, in a form that has room for them. None where the form has none.
fn written(
    format: &Format,
    records: &[Record],
    marks: &Marks,
    observed: BTreeMap<Date, String>,
) -> Result<Option<Vec<u8>>, ReadError> {
    let mut bytes = Vec::new();
    let disclosed = records.iter().enumerate().map(|(idx, record)| Disclosed {
        record: record.clone(),
        marks: marks.get(&idx).cloned().unwrap_or_default(),
    });
    let done = match format {
        Format::Ftm(_) => FtmWriter::try_new(&mut bytes, FtmForm::Csv, observed).and_then(|mut writer| {
            disclosed.into_iter().try_for_each(|one| writer.write(&one))?;
            writer.finish()
        }),
        Format::Niem { form, .. } => NiemWriter::try_new(&mut bytes, *form).and_then(|mut writer| {
            disclosed.into_iter().try_for_each(|one| writer.write(&one))?;
            writer.finish()
        }),
        _ => return Ok(None),
    };
    done.map_err(|error| ReadError::System(format!("what is given cannot be written: {error}")))?;
    Ok(Some(bytes))
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), ReadError> {
    durable_file::write(path, |file| file.write_all(bytes))
}
