//! What each column holds, and which are not compared.

use std::fmt::Write as _;

use super::words;
use crate::columns_not_read::ColumnNotRead;
use crate::comparison::Comparison;
use crate::html;
use crate::kind::{Kind, Role};
use crate::model::Model;
use crate::table::{ColumnReading, Table};
use crate::waterfall::escaped;

/// What a run without names cannot do.
fn without_names(page: &mut String, table: &Table) {
    if table.readings().iter().all(|reading| !reading.kind.is_name()) {
        page.push_str(
            "<p class=\"warn\">No column was taken for a name. So nothing that is known of names helps here (order, hyphens, short forms, \
             other scripts), relatives are not kept apart, and the audit has no part by names. If a column holds names, say so in a \
             configuration.</p>",
        );
    }
}

/// What a column is taken for, in words.
fn taken_for(model: &Model, reading: &ColumnReading) -> String {
    let shared = model.shared_numbers.iter().find(|numbers| numbers.column == reading.column);
    if let Some(numbers) = shared.filter(|numbers| numbers.is_category) {
        return format!(
            "{} that several people share, compared as a category",
            words::of_kind(numbers.given_as)
        );
    }
    let is_of_another = |comparison: &Comparison| {
        comparison.name == reading.column
            && comparison.kind == Kind::FullName
            && comparison.role == Role::Family
    };
    if model.comparisons.iter().any(is_of_another) {
        return "full name of another person: a parent, or the head of a household".to_owned();
    }
    words::of_kind(reading.kind).to_owned()
}

/// Whether what is taken for one person's is: what was tested, and found clean, too.
fn shared_numbers(page: &mut String, model: &Model) {
    if model.shared_numbers.is_empty() {
        return;
    }
    html::table(
        page,
        "Numbers and addresses that should be one person’s: whether records that bear the same value bear other given (or whole) names and other birth dates",
        &[
            "column",
            "given as",
            "#values that several records bear and that could be tested",
            "#that could not",
            "#borne by several people",
            "compared as",
        ],
        model.shared_numbers.iter().map(|numbers| {
            let count = |n: usize| html::count(n as u64);
            vec![
                numbers.column.clone(),
                words::of_kind(numbers.given_as).to_owned(),
                count(numbers.n_tested),
                count(numbers.n_untested),
                count(numbers.n_shared),
                if numbers.is_category { "what a family or file shares" } else { "one person’s own" }
                    .to_owned(),
            ]
        }),
    );
}

/// How much of each column could be read.
pub(super) fn section(page: &mut String, (table, model): (&Table, &Model), not_read: Vec<ColumnNotRead>) {
    if table.readings().is_empty() {
        return;
    }
    page.push_str("<h2 id=\"columns\">What the columns hold</h2>");
    without_names(page, table);
    html::table(
        page,
        "A value that cannot be read as one of its kind, or that only says that it is not known, is taken as not there",
        &["column", "kind", "#records with a value", "#of these not readable"],
        table.readings().iter().map(|reading| {
            let kind = taken_for(model, reading);
            vec![reading.column.clone(), kind, html::count(reading.n_filled), html::count(reading.n_unread)]
        }),
    );
    shared_numbers(page, model);
    for sentence in model.columns_that_add_nothing() {
        let _ = write!(page, "<p class=\"warn\">{}.</p>", escaped(&sentence));
    }
    if not_read.is_empty() {
        page.push_str("<p>Every column of the files is compared, or names the records.</p>");
        return;
    }
    html::table(
        page,
        "Columns that are not compared",
        &["column", "why"],
        not_read.into_iter().map(|column| vec![column.column, column.reason]),
    );
}
