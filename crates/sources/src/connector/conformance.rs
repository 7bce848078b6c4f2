//! The test of conformance: five steps, each with what was seen or with one sentence that says what is wrong and where.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;
use redress_ports::{ColumnReport, ReadError};
use redress_statement::{Record, Statement};
use serde::de::DeserializeOwned;

use super::{
    CONTRACT_FILE, CORRECTIONS_FILE, CorrectionSent, GIVEN, MARKS_FILE, MarkSent, MarkState, NOTICES_FILE,
    NoticeSent, RECEIPTS_FILE, RETURNED, ReceiptOutcome, ReceiptSent, SAMPLE,
};
use crate::contract::Contract;
use crate::contract_text::read_small;
use crate::json_error::on_its_line;
use crate::place::Place;
use crate::source::{manifest, read_unkept};

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is asked.
    pub title: &'static str,
    /// What was seen; or what is wrong, where, and what to do.
    pub outcome: Result<String, String>,
}

/// What became of all steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conformance {
    /// In the order in which they were taken.
    pub steps: Vec<Step>,
}

impl Conformance {
    /// Whether every step holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.steps.iter().all(|step| step.outcome.is_ok())
    }
}

/// Records of a folder, with what its file left behind.
struct Folder {
    name: &'static str,
    records: Vec<Record>,
    report: ColumnReport,
    sections: BTreeSet<String>,
}

/// Tests the folder of a connector on a day.
///
/// # Errors
/// [`ReadError::Call`] when the folder has no contract that can be read, or what was given is not there or of another sample.
pub fn check_connector(folder: &Path, on: Date) -> Result<Conformance, ReadError> {
    let path = folder.join(CONTRACT_FILE);
    let contract = Contract::from_toml(&read_small(&path)?, &path.display().to_string())?;
    let sample = read(&contract, folder, SAMPLE);
    let given = given(&contract, folder, sample.as_ref().ok())?;
    let returned = read(&contract, folder, RETURNED).map_err(|error| {
        if folder.join(RETURNED).exists() {
            error.to_string()
        } else {
            format!(
                "{RETURNED}/ is not there: take {GIVEN}/ into your system, and put there what it sends next, with its \
                 manifest.toml and {RECEIPTS_FILE}"
            )
        }
    });
    let step = |title, outcome| Step { title, outcome };
    let of_sample = |of: fn(&Folder) -> Result<String, String>| match &sample {
        Ok(sample) => of(sample),
        Err(error) => Err(error.to_string()),
    };
    let of_returned = |of: &dyn Fn(&Folder) -> Result<String, String>| match &returned {
        Ok(returned) => of(returned),
        Err(error) => Err(error.clone()),
    };
    let in_force = contract.check_in_force(on).map_err(|error| error.to_string());
    Ok(Conformance {
        steps: vec![
            step("the contract reads the sample", in_force.and_then(|()| of_sample(whole))),
            step("refused columns are named", of_sample(|sample| Ok(refused(sample)))),
            step(
                "completeness is stated",
                of_sample(stated).and_then(|_| {
                    of_returned(&|back| complete(sample.as_ref().map_err(ToString::to_string)?, back))
                }),
            ),
            step(
                "the contested mark survives and is put on",
                of_returned(&|back| Ok(format!("{}; {}", survived(&given, back)?, put_on(folder, back)?))),
            ),
            step(
                "the correction is applied and acknowledged",
                of_returned(&|back| acknowledged(folder, back)),
            ),
        ],
    })
}

/// What Redress gave, which must be of the sample that lies there now.
fn given(contract: &Contract, folder: &Path, sample: Option<&Folder>) -> Result<Folder, ReadError> {
    let what_to_do =
        || format!("write it for the sample that lies there: redress source give {}", folder.display());
    let path = folder.join(GIVEN);
    if !path.exists() {
        return Err(ReadError::Call(format!("{}: is not there: {}", path.display(), what_to_do())));
    }
    let given = read(contract, folder, GIVEN).map_err(|error| {
        ReadError::Call(format!(
            "{error}. Where the contract or the sample is another by now, {}",
            what_to_do()
        ))
    })?;
    let keys =
        |folder: &Folder| folder.records.iter().map(|record| record.key.key.clone()).collect::<BTreeSet<_>>();
    match sample {
        Some(sample) if keys(sample) != keys(&given) => Err(ReadError::Call(format!(
            "{}: has other records than {SAMPLE}/: {}",
            path.display(),
            what_to_do()
        ))),
        _ => Ok(given),
    }
}

fn read(contract: &Contract, folder: &Path, name: &'static str) -> Result<Folder, ReadError> {
    let path = folder.join(name);
    let sections = manifest(&path)?.sections.into_iter().collect();
    let (records, report) = read_unkept(contract, &path)?;
    Ok(Folder { name, records, report, sections })
}

/// Whether every row of the sample is read.
fn whole(sample: &Folder) -> Result<String, String> {
    match sample.report.quarantined.first() {
        None => Ok(format!("{} records, none set aside", sample.records.len())),
        Some(row) => Err(format!(
            "{}/, line {}: {}{}: a sample has no broken row",
            sample.name,
            row.line,
            row.column.as_ref().map_or_else(String::new, |column| format!("column {column:?}: ")),
            row.reason
        )),
    }
}

fn refused(sample: &Folder) -> String {
    let named = |column: &redress_ports::RefusedColumn| format!("{} ({})", column.column, column.ground);
    let columns: Vec<String> = sample.report.refused.iter().map(named).collect();
    if columns.is_empty() { "none is refused".to_owned() } else { columns.join("; ") }
}

fn stated(folder: &Folder) -> Result<String, String> {
    if folder.sections.is_empty() {
        return Err(format!(
            "{}/manifest.toml names no section: say what the extract covers, so that who is absent from it is not read \
             as gone",
            folder.name
        ));
    }
    Ok(String::new())
}

/// Whether what came back says that it covers what the sample does, and has everybody of it.
fn complete(sample: &Folder, returned: &Folder) -> Result<String, String> {
    stated(returned)?;
    if let Some(section) = sample.sections.difference(&returned.sections).next() {
        return Err(format!(
            "{}/manifest.toml does not name the section {section}, which {}/manifest.toml names: say what the extract covers",
            returned.name, sample.name
        ));
    }
    let keys: BTreeSet<&str> = returned.records.iter().map(|record| &*record.key.key).collect();
    match sample.records.iter().find(|record| !keys.contains(&*record.key.key)) {
        Some(record) => Err(format!(
            "{}/: record {} is missing, though {}/manifest.toml says that {} is covered",
            returned.name,
            record.key.key,
            returned.name,
            returned.sections.iter().cloned().collect::<Vec<_>>().join(", ")
        )),
        None => Ok(format!(
            "{} is covered, and all {} records are there",
            returned.sections.iter().cloned().collect::<Vec<_>>().join(", "),
            keys.len()
        )),
    }
}

/// Whether each value that was given as contested came back as it was, with its mark and the person's words.
fn survived(given: &Folder, returned: &Folder) -> Result<String, String> {
    let mut n_contested = 0;
    for (record, said, place) in placed(given) {
        if place.get("dispute_state") != Some("contested") {
            continue;
        }
        n_contested += 1;
        let here = format!("{}/, record {}, {}", returned.name, record.key.key, said.attribute.plain_name());
        let back = find(returned, record, said).ok_or_else(|| {
            format!(
                "{here}: {:?} did not come back: a contested value is kept as it is until it is decided on",
                said.original
            )
        })?;
        if back.get("dispute_state") != Some("contested") {
            return Err(format!(
                "{here}: {:?} came back without its mark: it is contested in {}/, line {}, and goes nowhere without \
                 `contested` beside it",
                said.original, given.name, record.locator.line
            ));
        }
        if back.get("dispute_statement") != place.get("dispute_statement") {
            return Err(format!(
                "{here}: {:?} came back without the person's words: they go with the value (5 U.S.C. 552a(d)(4))",
                said.original
            ));
        }
    }
    Ok(format!("{n_contested} contested values came back with their mark and the person's words"))
}

/// Whether each value that became contested since bears its mark: beside it, or in the file of marks.
fn put_on(folder: &Path, returned: &Folder) -> Result<String, String> {
    let notices: Vec<NoticeSent> = lines(&folder.join(GIVEN).join(NOTICES_FILE))?;
    let path = folder.join(RETURNED).join(MARKS_FILE);
    let marks: Vec<MarkSent> = if path.exists() { lines(&path)? } else { Vec::new() };
    for sent in &notices {
        let here = format!("{}/, record {}, {}", returned.name, sent.record, sent.attribute.plain_name());
        let is_meant = |(record, said, _): &(&Record, &Statement, Place)| {
            *record.key.key == *sent.record
                && said.attribute == sent.attribute
                && *said.original == *sent.value
        };
        let back: Vec<_> = placed(returned).filter(is_meant).collect();
        if back.is_empty() {
            return Err(format!(
                "{here}: {:?} did not come back: a contested value is kept as it is until it is decided on",
                sent.value
            ));
        }
        let is_beside = back.iter().any(|(_, _, place)| {
            place.get("dispute_state") == Some("contested")
                && place.get("dispute_statement") == Some(&*sent.statement)
        });
        let expected = MarkSent {
            record: sent.record.clone(),
            attribute: sent.attribute,
            value: sent.value.clone(),
            state: MarkState::Contested,
            statement: sent.statement.clone(),
        };
        if !is_beside && !marks.contains(&expected) {
            return Err(format!(
                "{here}: {:?} came back without the mark and the words of notice {}: put both beside the value, or as one \
                 line of {RETURNED}/{MARKS_FILE}: {}",
                sent.value,
                sent.notice,
                serde_json::to_string(&expected).unwrap_or_default()
            ));
        }
    }
    Ok(format!("{} notices put their mark on", notices.len()))
}

/// Whether each correction was applied and has its receipt.
fn acknowledged(folder: &Path, returned: &Folder) -> Result<String, String> {
    let corrections: Vec<CorrectionSent> = lines(&folder.join(GIVEN).join(CORRECTIONS_FILE))?;
    let receipts: Vec<ReceiptSent> = lines(&folder.join(RETURNED).join(RECEIPTS_FILE))?;
    let receipts: BTreeMap<&str, &ReceiptSent> =
        receipts.iter().map(|receipt| (receipt.correction.as_str(), receipt)).collect();
    for sent in &corrections {
        let receipt = receipts.get(sent.correction.as_str()).ok_or_else(|| {
            format!(
                "{RETURNED}/{RECEIPTS_FILE}: correction {} has no receipt: acknowledge each one",
                sent.correction
            )
        })?;
        if receipt.acknowledged_on < sent.decided_on {
            return Err(format!(
                "{RETURNED}/{RECEIPTS_FILE}: correction {} was acknowledged on {}, before it was decided on {}",
                sent.correction, receipt.acknowledged_on, sent.decided_on
            ));
        }
        let shows = placed(returned)
            .filter(|(record, said, _)| *record.key.key == *sent.record && said.attribute == sent.attribute)
            .any(|(_, said, place)| {
                said.normalized.as_deref() == Some(&*sent.right)
                    || place.get("corrected_value") == Some(&*sent.right)
            });
        if receipt.outcome == ReceiptOutcome::Refused {
            return Err(format!(
                "{RETURNED}/{RECEIPTS_FILE}: correction {} was refused: the test asks that it is applied, as nobody in the \
                 sample ever lived",
                sent.correction
            ));
        }
        if !shows {
            return Err(format!(
                "{RETURNED}/, record {}, {}: the receipt says that correction {} was applied, and {:?} stands neither in the \
                 place of the value nor beside it",
                sent.record,
                sent.attribute.plain_name(),
                sent.correction,
                sent.right
            ));
        }
    }
    Ok(format!("{} corrections were applied and have their receipt", corrections.len()))
}

/// Every statement of a folder with its place.
fn placed(folder: &Folder) -> impl Iterator<Item = (&Record, &Statement, Place)> {
    folder.records.iter().flat_map(|record| {
        record.statements.iter().map(move |said| (record, said, Place::parse(&said.column)))
    })
}

/// The place of the same value of the same record.
fn find(folder: &Folder, record: &Record, said: &Statement) -> Option<Place> {
    placed(folder)
        .find(|(other, same, _)| {
            other.key.key == record.key.key
                && same.attribute == said.attribute
                && same.normalized == said.normalized
        })
        .map(|(_, _, place)| place)
}

/// The objects of a small file of JSON Lines.
fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, String> {
    let text = read_small(path).map_err(|error| error.to_string())?;
    let read = |(n, line): (usize, &str)| {
        serde_json::from_str(line)
            .map_err(|error| format!("{}, line {}: {}", path.display(), n + 1, on_its_line(&error)))
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(read).collect()
}
