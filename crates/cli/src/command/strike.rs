//! `redress strike`: a list that an office brings comes back with what is closed, held or contested marked.
//!
//! The rows come back as they were, in their order, each with two cells more. Nothing is added and nothing is left
//! out; without a list there is no answer.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use redress_service::{ListKind, ListMarker};
use redress_statement::SourceId;

use crate::{
    command::{block_on, say},
    failure::{Exit, Failure},
    office::Office,
    system,
};

/// Arguments of `redress strike`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// The office's own list: a CSV file in UTF-8 with a line of column names.
    #[arg(long)]
    list: PathBuf,
    /// Where the marked list is written. It must not be there yet.
    #[arg(long)]
    out: PathBuf,
    /// What the list is of.
    #[arg(long, value_enum)]
    of: Of,
    /// The source whose keys the list uses, such as `status`.
    #[arg(long)]
    source: SourceId,
    /// The column that holds the key of the record at that source, such as `file_number`.
    #[arg(long, value_name = "COLUMN")]
    key: String,
    /// The column that holds the day that the entry is for, as 2026-11-12: of the appointment, or of the hearing. Without it
    /// the ledger goes by the day in the record.
    #[arg(long, value_name = "COLUMN")]
    day: Option<String>,
    /// The sign between two cells: `,`, `;` or `tab`.
    #[arg(long, default_value = ",", value_parser = delimiter)]
    delimiter: u8,
    /// The office file that names the staff (see docs/office.toml).
    #[arg(long)]
    office: PathBuf,
    /// The account of the member of staff who brings the list. The reading is shown to each person under it.
    #[arg(long, value_name = "USER_CODE")]
    by: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Of {
    CheckIns,
    Notices,
    Hearings,
}

/// How many entries have each mark.
type Marked = BTreeMap<&'static str, u64>;

/// Most rows of one list.
const ROWS_MAX: u64 = 1_000_000;

/// The columns that are added.
const ADDED: [&str; 2] = ["redress_mark", "redress_reason"];

fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" => Ok(b'\t'),
        "," | ";" => Ok(text.as_bytes()[0]),
        _ => Err(format!("`{text}` is none of `,`, `;` and `tab`")),
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let by = Office::member(&arguments.office, &arguments.by)?;
    if arguments.out.exists() {
        let text = format!("{} is there already: name a file that is not", arguments.out.display());
        return Err(Failure::new(Exit::Call, text));
    }
    let kind = match arguments.of {
        Of::CheckIns => ListKind::CheckIns,
        Of::Notices => ListKind::Notices,
        Of::Hearings => ListKind::Hearings,
    };
    block_on(async {
        let app = system::open_there(&arguments.store, None).await?;
        if !app.store.sources().await?.iter().any(|row| row.agreement.source == arguments.source) {
            let text = format!("the store holds no source `{}`", arguments.source);
            return Err(Failure::new(Exit::Call, text));
        }
        let mut marker = ListMarker::try_new(&app, by, arguments.source.clone(), kind)?;
        let part = arguments.out.with_extension("part");
        let marked = mark(arguments, &part, &mut marker).await;
        let (n_marked, n_no_day) = marked
            .and_then(|(n_marked, n_no_day)| {
                Ok((some_known(arguments, n_marked, marker.n_known())?, n_no_day))
            })
            .inspect_err(|_| drop(fs::remove_file(&part)))?;
        fs::rename(&part, &arguments.out).map_err(|error| cannot_write(&arguments.out, &error))?;
        let n = |word| n_marked.get(word).copied().unwrap_or(0);
        let without_day = match n_no_day {
            0 => String::new(),
            n => {
                format!("; {n} struck without a day such as 2026-11-12 in the list: the record's own counts")
            }
        };
        let n_read = marker.n_read();
        say(format!(
            "{}, {} of them with a key that `{}` has: {} struck, {} held, {} contested, {} as they were; {} \
             read, and each person is shown it{without_day}",
            counted(n_marked.values().sum(), "entry", "entries"),
            marker.n_known(),
            arguments.source,
            n("struck"),
            n("held"),
            n("contested"),
            n(""),
            counted(n_read as u64, "file was", "files were"),
        ))
    })
}

/// A number with its word.
fn counted(n: u64, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

/// A list of which the source has no key is most likely of another source or column: marks that are missing for that
/// reason must not look like entries in order.
fn some_known(arguments: &Arguments, n_marked: Marked, n_known: u64) -> Result<Marked, Failure> {
    let n_entries: u64 = n_marked.values().sum();
    if n_entries > 0 && n_known == 0 {
        let text = format!(
            "{}: `{}` has none of the {n_entries} keys in the column `{}`: name the source that issued the keys with --source, \
             or the column that holds them with --key",
            arguments.list.display(),
            arguments.source,
            arguments.key,
        );
        return Err(Failure::new(Exit::Input, text));
    }
    Ok(n_marked)
}

/// How much of a list tells its line ends.
const HEAD_BYTES: usize = 64 * 1024;

/// What spreadsheets write before text in UTF-8, and need to read it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What of a list stands in no cell.
#[derive(Clone, Copy, Debug)]
struct Form {
    has_mark: bool,
    line_end: Terminator,
}

impl Form {
    /// By the first bytes of the list.
    fn of(head: &[u8]) -> Self {
        let first_end = head.iter().position(|byte| *byte == b'\n');
        let before = first_end.and_then(|at| head.get(at.checked_sub(1)?));
        let line_end = if before == Some(&b'\r') { Terminator::CRLF } else { Terminator::Any(b'\n') };
        Self { has_mark: head.starts_with(BYTE_ORDER_MARK), line_end }
    }
}

/// Writes the marked list, and answers how many entries have each mark.
///
/// With it comes how many of the struck ones name no day that can be read, where the call names a column of days.
async fn mark(
    arguments: &Arguments,
    part: &Path,
    marker: &mut ListMarker<'_>,
) -> Result<(Marked, u64), Failure> {
    let path = &arguments.list;
    let opened = File::open(path).map_err(|error| {
        Failure::of(Exit::Call, &error).while_doing(format!("{} cannot be read", path.display()))
    })?;
    let mut opened = BufReader::with_capacity(HEAD_BYTES, opened);
    let form = Form::of(opened.fill_buf().map_err(|error| wrong_row(path, &error.into()))?);
    let mut reader = ReaderBuilder::new().delimiter(arguments.delimiter).from_reader(opened);
    let mut header = reader.headers().map_err(|error| wrong_row(path, &error))?.clone();
    let at = key_column(path, &header, &arguments.key)?;
    let day_at = arguments.day.as_ref().map(|day| key_column(path, &header, day)).transpose()?;
    ADDED.iter().for_each(|column| header.push_field(column));
    let mut written = File::create(part).map_err(|error| cannot_write(part, &error))?;
    if form.has_mark {
        written.write_all(BYTE_ORDER_MARK).map_err(|error| cannot_write(part, &error))?;
    }
    let mut writer =
        WriterBuilder::new().delimiter(arguments.delimiter).terminator(form.line_end).from_writer(written);
    let failed = |error: csv::Error| {
        Failure::of(Exit::Unfinished, &error).while_doing("the marked list cannot be written")
    };
    writer.write_record(&header).map_err(failed)?;
    let mut n_marked = Marked::new();
    let (mut n_rows, mut n_no_day) = (0, 0);
    for row in reader.records() {
        let mut row = row.map_err(|error| wrong_row(path, &error))?;
        n_rows += 1;
        if n_rows > ROWS_MAX {
            let text = format!("{} has more than {ROWS_MAX} rows: bring it in parts", path.display());
            return Err(Failure::new(Exit::Input, text));
        }
        let day = day_at.and_then(|at| row.get(at)?.trim().parse().ok());
        let mark = marker.mark(row.get(at).unwrap_or_default().trim(), day).await?;
        n_no_day += u64::from(day_at.is_some() && day.is_none() && mark.word() == "struck");
        row.push_field(mark.word());
        row.push_field(&mark.reason());
        writer.write_record(&row).map_err(failed)?;
        *n_marked.entry(mark.word()).or_default() += 1;
    }
    writer.flush().map_err(|error| cannot_write(part, &error))?;
    Ok((n_marked, n_no_day))
}

/// The place of a column, by its name.
fn key_column(path: &Path, header: &StringRecord, key: &str) -> Result<usize, Failure> {
    if let Some(added) = ADDED.iter().find(|added| header.iter().any(|column| column == **added)) {
        let text = format!("{} has a column `{added}` already: bring the list as it was", path.display());
        return Err(Failure::new(Exit::Call, text));
    }
    header.iter().position(|column| column == key).ok_or_else(|| {
        let columns = header.iter().collect::<Vec<_>>().join(", ");
        let text = format!("{} has no column `{key}`; it has {columns}", path.display());
        Failure::new(Exit::Call, text)
    })
}

fn wrong_row(path: &Path, error: &csv::Error) -> Failure {
    Failure::of(Exit::Input, error).while_doing(format!("{} is no list of whole rows", path.display()))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::of(Exit::Unfinished, error).while_doing(format!("{} cannot be written", path.display()))
}
