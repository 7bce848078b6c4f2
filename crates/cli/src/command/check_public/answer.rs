//! The answer: the figures beside the published ones, as text, page, columns and for programs.

use std::{collections::HashMap, path::Path, sync::Arc};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use redress_checks::release::{CaseTally, CostTally, NOT_RUN, RowTally, answers, title_of};
use redress_report::{Changes, INVENTED, NotChecked, Published, ReleaseFigure, ReleaseReport, Shown};
use redress_sources::{CASE_ROWS_MAX, durable_file, tabular::write_parquet};

use super::{ReleaseFacts, reading::TableRead, to_hundreds};
use crate::{
    failure::{Exit, Failure},
    machine,
    progress::{Steps, grouped},
};

/// The steps of a run, in their order.
const STEPS: [&str; 4] = ["open", "before", "read", "check"];

/// What was counted, with the published figures.
pub(super) fn report(
    facts: &ReleaseFacts,
    tables: &[TableRead],
    cases: &CaseTally,
    changes: Option<Changes>,
) -> ReleaseReport {
    let tallies: Vec<RowTally> = tables.iter().map(|table| table.tally.clone()).collect();
    let figures = answers(&tallies, cases).into_iter().map(|answer| {
        let question = answer.question;
        ReleaseFigure {
            id: question.id,
            check: question.check,
            heading: question.theme.heading(),
            asks: question.asks,
            of_what: question.of,
            found: answer.found,
            of: answer.of,
            published: question.published.map(|published| Published {
                count: published.count,
                share: published.share,
                source: published.source,
                date: published.date,
            }),
            meaning: question.meaning,
            part_of: question.part_of,
        }
    });
    let is_asked = |check: &str| changes.is_some() && ["PR-01", "PR-03"].contains(&check);
    let not_checked = NOT_RUN.iter().filter(|entry| !is_asked(entry.check)).map(|entry| NotChecked {
        check: entry.check,
        title: title_of(entry.check),
        because: entry.because,
    });
    ReleaseReport {
        title: facts.title.clone(),
        file: facts.file.clone(),
        is_invented: facts.is_invented,
        digest: facts.digest.clone(),
        as_of: facts.as_of.to_string(),
        as_of_from: facts.as_of_from,
        n_cases: cases.n_cases,
        n_rows: tables.iter().map(|table| table.report.n_rows).sum(),
        tables: tables
            .iter()
            .map(|table| (table.name.clone(), table.report.n_rows, table.report.n_announced))
            .collect(),
        figures: figures.collect(),
        not_checked: not_checked.collect(),
        changes,
        remarks: remarks(facts, tables, cases),
    }
}

/// What else the reader of the table should know of the run.
fn remarks(facts: &ReleaseFacts, tables: &[TableRead], cases: &CaseTally) -> Vec<String> {
    let mut remarks: Vec<String> = tables
        .iter()
        .flat_map(|table| table.report.remarks.iter().filter(|remark| remark.contains("announces")).cloned())
        .collect();
    remarks.extend(facts.unread.as_ref().map(|unread| format!("Files {unread}.")));
    let named = |is_meant: &dyn Fn(&TableRead) -> bool| {
        let names: Vec<&str> =
            tables.iter().filter(|table| is_meant(table)).map(|table| table.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    if let Some(names) = named(&|table| table.report.n_quarantined > 0) {
        remarks.push(format!(
            "Rows of {names} that could not be read were set aside. They are in no figure but that of values out of place, \
             and rows about a case that was set aside count as rows without their case."
        ));
    }
    if let Some(names) = named(&|table| table.n_adrift > 0) {
        remarks.push(format!("Rows of {names} name no case; they were counted by themselves."));
    }
    let n_nul_bytes: u64 = tables.iter().map(|table| table.report.n_nul_bytes).sum();
    if n_nul_bytes > 0 {
        remarks.push(format!("{} NUL bytes were taken out.", grouped(n_nul_bytes)));
    }
    if cases.n_rows_left_out > 0 {
        remarks.push(format!(
            "{} rows were left out of cases with more than {} rows, the limit.",
            grouped(cases.n_rows_left_out),
            grouped(CASE_ROWS_MAX as u64)
        ));
    }
    remarks
}

/// The files of the answer: `public_checks.txt`, `.html` and `.parquet`.
pub(super) fn write(report: &ReleaseReport, out: &Path) -> Result<(), Failure> {
    use std::io::Write as _;
    for (name, text) in [("public_checks.txt", report.text()), ("public_checks.html", report.page())] {
        durable_file::write(&out.join(name), |file| file.write_all(text.as_bytes()))?;
    }
    let batch = columns(report).map_err(|error| Failure::of(Exit::Unfinished, &error))?;
    write_parquet(&out.join("public_checks.parquet"), &batch)?;
    if let Some(changes) = &report.changes {
        let batch = change_columns(changes, report).map_err(|error| Failure::of(Exit::Unfinished, &error))?;
        write_parquet(&out.join("public_changes.parquet"), &batch)?;
    }
    Ok(())
}

/// What is said of the columns as a whole.
fn notes(report: &ReleaseReport) -> HashMap<String, String> {
    let note = ("redress.invented".to_owned(), INVENTED.to_owned());
    report.is_invented.then_some(note).into_iter().collect()
}

/// The changes of each table as columns. What is protected is null.
fn change_columns(
    changes: &Changes,
    report: &ReleaseReport,
) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let number = |name: &str| Field::new(name, DataType::UInt64, true);
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let schema = Schema::new(vec![
        text("check"),
        text("table"),
        number("before"),
        text("before_shown"),
        number("after"),
        text("after_shown"),
        number("vanished"),
        number("first_seen"),
        number("changed"),
    ])
    .with_metadata(notes(report));
    let exact = |found: Shown| if let Shown::Exact(number) = found { Some(number) } else { None };
    let texts = |value: &dyn Fn(&redress_report::Change) -> String| {
        Arc::new(StringArray::from(changes.tables.iter().map(value).collect::<Vec<_>>())) as ArrayRef
    };
    let numbers = |value: &dyn Fn(&redress_report::Change) -> Option<u64>| {
        Arc::new(UInt64Array::from(changes.tables.iter().map(value).collect::<Vec<_>>())) as ArrayRef
    };
    RecordBatch::try_new(
        Arc::new(schema),
        vec![
            texts(&|change| change.check.to_owned()),
            texts(&|change| change.table.clone()),
            numbers(&|change| change.shown().before.number()),
            texts(&|change| change.shown().before.to_string()),
            numbers(&|change| change.shown().after.number()),
            texts(&|change| change.shown().after.to_string()),
            numbers(&|change| exact(change.shown().vanished)),
            numbers(&|change| exact(change.shown().first_seen)),
            numbers(&|change| exact(change.shown().changed)),
        ],
    )
}

/// The figures as columns. What is protected is null.
fn columns(report: &ReleaseReport) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let shown = report.shown();
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let schema = Schema::new(vec![
        text("check"),
        text("question"),
        text("asks"),
        Field::new("found", DataType::UInt64, true),
        text("found_shown"),
        Field::new("denominator", DataType::UInt64, true),
        text("denominator_shown"),
        text("denominator_of"),
        Field::new("share", DataType::Float64, true),
        Field::new("published_count", DataType::UInt64, true),
        Field::new("published_share", DataType::Float64, true),
        text("published_source"),
        text("published_date"),
        text("meaning"),
    ])
    .with_metadata(notes(report));
    let strings = |values: Vec<Option<String>>| Arc::new(StringArray::from(values)) as ArrayRef;
    let each = |value: &dyn Fn(&redress_report::ShownFigure<'_>) -> Option<String>| {
        strings(shown.iter().map(value).collect())
    };
    let published = |value: &dyn Fn(&Published) -> String| {
        strings(shown.iter().map(|shown| shown.figure.published.as_ref().map(value)).collect())
    };
    let numbers = |values: Vec<Option<u64>>| Arc::new(UInt64Array::from(values)) as ArrayRef;
    let shares = |values: Vec<Option<f64>>| Arc::new(Float64Array::from(values)) as ArrayRef;
    RecordBatch::try_new(
        Arc::new(schema),
        vec![
            each(&|shown| Some(shown.figure.check.to_owned())),
            each(&|shown| Some(shown.figure.id.to_owned())),
            each(&|shown| Some(shown.figure.asks.to_owned())),
            numbers(shown.iter().map(|shown| shown.found.number()).collect()),
            each(&|shown| Some(shown.found.to_string())),
            numbers(shown.iter().map(|shown| shown.of?.number()).collect()),
            each(&|shown| Some(shown.of?.to_string())),
            each(&|shown| Some(shown.figure.of_what.to_owned()).filter(|of| !of.is_empty())),
            shares(shown.iter().map(|shown| shown.share).collect()),
            numbers(shown.iter().map(|shown| shown.figure.published?.count).collect()),
            shares(shown.iter().map(|shown| shown.figure.published?.share).collect()),
            published(&|published| published.source.to_owned()),
            published(&|published| published.date.to_owned()),
            each(&|shown| Some(shown.figure.meaning.to_owned())),
        ],
    )
}

/// What the run used: seconds by step, processor time, memory, and nanoseconds a row of each question.
pub(super) fn run_form(steps: &Steps, tables: &[TableRead], cases: &CaseTally) -> serde_json::Value {
    let mut cost = CostTally::default();
    tables.iter().map(|table| table.tally.cost()).chain([cases.cost()]).for_each(|part| cost.add(part));
    let n_rows = |name: Option<&str>| -> u64 {
        tables
            .iter()
            .filter(|table| name.is_none_or(|name| name == table.name))
            .map(|t| t.report.n_rows)
            .sum()
    };
    let cost = cost.questions().map(|(question, cost)| {
        serde_json::json!({
            "check": question.check,
            "question": question.id,
            "rows": n_rows(question.measure.table()),
            "rows_timed": to_hundreds(cost.n_rows),
            "nanoseconds_a_row": cost.nanoseconds_a_row,
        })
    });
    let cost: Vec<_> = cost.collect();
    let seconds: serde_json::Map<_, _> =
        STEPS.iter().map(|step| ((*step).to_owned(), steps.seconds(step).into())).collect();
    let used = machine::used();
    serde_json::json!({
        "seconds": seconds,
        "cpu_seconds": used.cpu_seconds,
        "peak_rss_bytes": used.peak_rss_bytes,
        "cost": cost,
    })
}

/// One line of JSON for each figure, protected as everywhere.
pub(super) fn machine_form(report: &ReleaseReport, run: &serde_json::Value) -> String {
    let figures: Vec<serde_json::Value> = report
        .shown()
        .iter()
        .map(|shown| {
            serde_json::json!({
                "check": shown.figure.check,
                "question": shown.figure.id,
                "found": shown.found.to_string(),
                "of": shown.of.and_then(Shown::number),
                "of_shown": shown.of.map(|of| of.to_string()),
                "share": shown.share,
                "published_count": shown.figure.published.and_then(|published| published.count),
                "published_share": shown.figure.published.and_then(|published| published.share),
            })
        })
        .collect();
    let changes = report.changes.as_ref().map(|changes| {
        let table = |change: &redress_report::Change| {
            let shown = change.shown();
            serde_json::json!({
                "table": change.table,
                "check": change.check,
                "before": shown.before.number(),
                "before_shown": shown.before.to_string(),
                "after": shown.after.number(),
                "after_shown": shown.after.to_string(),
                "vanished": shown.vanished.to_string(),
                "first_seen": shown.first_seen.to_string(),
                "changed": shown.changed.to_string(),
            })
        };
        changes.tables.iter().map(table).collect::<Vec<_>>()
    });
    let answer = serde_json::json!({
        "as_of": report.as_of,
        "invented": report.is_invented,
        "cases": report.shown_cases().number(),
        "cases_shown": report.shown_cases().to_string(),
        "rows": report.n_rows,
        "figures": figures,
        "changes": changes,
        "run": run,
    });
    answer.to_string()
}
