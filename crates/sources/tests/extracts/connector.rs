//! The folder of a connector whose sample is no text: what a system that keeps the marks sends back conforms.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use jiff::civil::date;
use redress_sources::{Conformance, ConnectorFormat, check_connector, tabular, write_connector};
use zip::write::SimpleFileOptions;

/// What the correction of the sample changes, from which value to which.
const CORRECTION: [&str; 2] = ["1991-05-14", "1991-04-15"];

/// A workbook with another text in it.
fn changed_workbook(bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for idx in 0..archive.len() {
        let mut part = archive.by_index(idx).unwrap();
        writer.start_file(part.name().unwrap(), SimpleFileOptions::default()).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        writer.write_all(text.replace(CORRECTION[0], CORRECTION[1]).as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Parquet with another text in it.
fn change_parquet(from: &Path, to: &Path) {
    let (schema, batches) = tabular::read(from).unwrap();
    let column = |idx: usize| -> ArrayRef {
        let cells = batches[0].column(idx).as_any().downcast_ref::<StringArray>().unwrap();
        let changed = cells.iter().map(|cell| cell.map(|cell| cell.replace(CORRECTION[0], CORRECTION[1])));
        Arc::new(changed.collect::<StringArray>())
    };
    let columns = (0..schema.fields().len()).map(column).collect();
    tabular::write_parquet(to, &RecordBatch::try_new(schema, columns).unwrap()).unwrap();
}

/// The test of a folder into which `answer` put the records that come back.
fn tested(format: ConnectorFormat, file: &str, answer: impl Fn(&Path, &Path)) -> Conformance {
    let folder = tempfile::tempdir().unwrap();
    let (folder, on) = (folder.path(), date(2026, 11, 3));
    write_connector(&"registry".parse().unwrap(), format, on, folder).unwrap();
    let returned = folder.join("returned");
    fs::create_dir(&returned).unwrap();
    fs::copy(folder.join("sample/manifest.toml"), returned.join("manifest.toml")).unwrap();
    answer(&folder.join("given").join(file), &returned.join(file));
    let receipt = "{\"correction\":\"C-1\",\"acknowledged_on\":\"2026-11-03\",\"outcome\":\"applied\"}\n";
    fs::write(returned.join("receipts.jsonl"), receipt).unwrap();
    let notice = fs::read_to_string(folder.join("given/notices.jsonl")).unwrap();
    fs::write(returned.join("marks.jsonl"), notice.replace("\"notice\":\"N-1\"", "\"state\":\"contested\""))
        .unwrap();
    check_connector(folder, on).unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::copy(from, to).unwrap();
}

/// Fails the test unless the steps with these numbers do not hold, and all others do.
#[track_caller]
fn check(conformance: &Conformance, failing: &[usize]) {
    let steps = conformance.steps.iter().enumerate();
    let failed: Vec<usize> = steps.filter(|(_, step)| step.outcome.is_err()).map(|(at, _)| at).collect();
    assert_eq!(failed, failing, "{conformance:#?}");
}

#[test]
fn a_system_that_answers_with_a_workbook_or_parquet_conforms() {
    let workbook =
        |from: &Path, to: &Path| fs::write(to, changed_workbook(&fs::read(from).unwrap())).unwrap();
    check(&tested(ConnectorFormat::Xlsx, "people.xlsx", workbook), &[]);
    check(&tested(ConnectorFormat::Parquet, "people.parquet", change_parquet), &[]);
    // The same rows without the correction.
    check(&tested(ConnectorFormat::Xlsx, "people.xlsx", copy), &[4]);
    check(&tested(ConnectorFormat::Parquet, "people.parquet", copy), &[4]);
}

#[test]
fn every_form_of_the_sample_says_the_same() {
    let said = |format: ConnectorFormat, file: &str| {
        let conformance = tested(format, file, copy);
        let seen = |at: usize| conformance.steps[at].outcome.clone().unwrap();
        [seen(0), seen(1), seen(2)].map(|text| text.replace(file, "FILE"))
    };
    let expected = said(ConnectorFormat::Csv, "people.csv");
    for (format, file) in [
        (ConnectorFormat::Tab, "people.tsv"),
        (ConnectorFormat::Xlsx, "people.xlsx"),
        (ConnectorFormat::Parquet, "people.parquet"),
        (ConnectorFormat::JsonLines, "people.jsonl"),
    ] {
        assert_eq!(said(format, file), expected, "{format:?}");
    }
}
