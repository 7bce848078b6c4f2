//! What each column holds, and which are not compared.

use std::fmt::Write as _;

use super::words;
use crate::columns_not_read::ColumnNotRead;
use crate::html;
use crate::model::Model;
use crate::table::Table;
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
            vec![
                reading.column.clone(),
                words::of_kind(reading.kind).to_owned(),
                html::count(reading.n_filled),
                html::count(reading.n_unread),
            ]
        }),
    );
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
