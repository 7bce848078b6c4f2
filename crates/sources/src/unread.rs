//! The files of an extract that no table of its contract reads.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use redress_ports::ReadError;

use crate::contract::Contract;
use crate::extract::Extract;
use crate::invented::INVENTED_FILE;
use crate::manifest::MANIFEST_FILE;
use crate::{open_file, row_count};

/// Most files that are named, and most that are looked at in a folder. A monthly release of the courts has a hundred.
const NAMED_MAX: usize = 200;
const FILES_MAX: usize = 10_000;

/// Names the files of an extract that no table of the contract reads, each with the rows that the source announces for it,
/// where it does. None where every file is read. Of a folder its own files are named, and none in folders within it.
///
/// # Errors
/// As [`crate::open_source`], for what can be told without opening a table.
///
/// ```text
/// not read, as no table of the contract names them: tblLookup.csv (1204 rows), notes.txt
/// ```
pub fn unread_files(contract: &Contract, path: &Path) -> Result<Option<String>, ReadError> {
    of_extract(contract, &Extract::at(path)?)
}

/// The same for an extract that is open.
pub(crate) fn of_extract(contract: &Contract, extract: &Extract) -> Result<Option<String>, ReadError> {
    let counts: BTreeSet<&str> =
        contract.tables().iter().filter_map(|table| table.counts.as_deref()).collect();
    let read = contract.tables().iter().map(|table| table.file.as_str());
    let read: Vec<&str> = read.chain(counts.iter().copied()).chain([MANIFEST_FILE, INVENTED_FILE]).collect();
    let mut names = names(extract)?;
    names.retain(|name| !read.iter().any(|file| file.eq_ignore_ascii_case(name)));
    let counts = counts.into_iter().filter(|file| extract.has(file));
    let counts = counts.map(|file| extract.count_text(file)).collect::<Result<Vec<_>, _>>()?;
    let mut named: Vec<String> = names.iter().take(NAMED_MAX).map(|name| in_words(name, &counts)).collect();
    if names.len() > NAMED_MAX {
        named.push(format!("and {} more", names.len() - NAMED_MAX));
    }
    let sentence = || format!("not read, as no table of the contract names them: {}", named.join(", "));
    Ok((!named.is_empty()).then(sentence))
}

/// The names of its files, in order.
fn names(extract: &Extract) -> Result<Vec<String>, ReadError> {
    let mut names: Vec<String> = match extract {
        Extract::Zip(archive) => archive.names().map(str::to_owned).collect(),
        Extract::Folder(folder) => {
            let failed =
                |error: &std::io::Error| open_file::reading_failed(&folder.display().to_string(), error);
            let entries = fs::read_dir(folder).map_err(|error| failed(&error))?;
            let entries =
                entries.take(FILES_MAX).collect::<Result<Vec<_>, _>>().map_err(|error| failed(&error))?;
            let files = entries.iter().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
            files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
        }
    };
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names.dedup();
    Ok(names)
}

fn in_words(name: &str, counts: &[String]) -> String {
    let n_rows = counts.iter().find_map(|text| row_count::announced(text, name));
    let name = name.replace(char::is_control, "\u{fffd}");
    match n_rows {
        Some(n_rows) => format!("{name} ({n_rows} rows)"),
        None => name,
    }
}
