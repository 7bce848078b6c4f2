//! Which run the page is of: what was read, by which program, with which settings.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::columns_not_read::ColumnNotRead;
use crate::html;
use crate::table::Table;
use crate::waterfall::escaped;

/// A file that a run read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRead {
    /// The file, as it was named.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Rows read as records; `None` for files of labels and judgements.
    pub n_rows: Option<u64>,
}

/// What makes a run the run that it is: the same facts give the same result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFacts {
    /// Name and version of the program.
    pub program: String,
    /// The seed of the samples.
    pub seed: u64,
    /// The files of records, in their order.
    pub inputs: Vec<FileRead>,
    /// The configuration, written or guessed, as TOML.
    pub configuration: String,
    /// Whether the columns of the configuration were guessed.
    pub is_guessed: bool,
    /// The probability from which pairs make clusters, as the configuration writes it.
    pub cluster_probability: String,
    /// The folder of the run before, as it was named.
    pub previous: Option<String>,
    /// Files of clerical labels.
    pub labels: Vec<FileRead>,
    /// Files of judgements.
    pub judgements: Vec<FileRead>,
    /// Judgements taken over from the run before.
    pub n_judgements_carried: u64,
    /// The columns that the run did not look at.
    pub columns_not_read: Vec<ColumnNotRead>,
}

pub(super) fn section(page: &mut String, run: &RunFacts, table: &Table) {
    page.push_str("<h2 id=\"run\">This run</h2>");
    let none = || "none".to_owned();
    html::facts(
        page,
        &[
            ("made by", run.program.clone()),
            ("seed of the samples", run.seed.to_string()),
            ("clusters from probability", run.cluster_probability.clone()),
            ("run before", run.previous.clone().unwrap_or_else(none)),
            ("judgements taken over from it", html::count(run.n_judgements_carried)),
            ("rows set aside as broken", html::count(table.n_set_aside())),
        ],
    );
    let files = [("records", &run.inputs), ("labels", &run.labels), ("judgements", &run.judgements)];
    let rows = files.into_iter().flat_map(|(what, files)| files.iter().map(move |file| (what, file)));
    html::table(
        page,
        "What was read; the same files, program, seed and configuration give the same result",
        &["file", "holds", "#rows", "SHA-256"],
        rows.map(|(what, file)| {
            let rows = file.n_rows.map_or_else(|| "–".to_owned(), html::count);
            vec![file.file.clone(), what.to_owned(), rows, file.sha256.clone()]
        }),
    );
    let _ = write!(
        page,
        "<details><summary>The configuration{}</summary><pre>{}</pre></details>",
        if run.is_guessed { ", with the kinds of the columns guessed" } else { "" },
        escaped(&run.configuration)
    );
}
