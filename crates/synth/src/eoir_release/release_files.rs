//! The files of a release: tabs, CRLF, Latin-1, no quoting.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::columns::Release;
use jiff::civil::Date;

use crate::calendar::DayForm;
use crate::plan::SynthError;

/// The member that says that the release is invented, beside the line of the count file that says the same: a program that
/// counts it says so, whatever the file is called by then (`redress_sources::INVENTED_FILE`).
const INVENTED: (&str, &str) = (
    "INVENTED.txt",
    "Made by redress synth: invented people. Nobody in these files ever lived, and no figure of them is the courts'.\r\n",
);

/// All files of a release, open for appending.
pub(super) struct ReleaseFiles {
    files: BTreeMap<Release, ReleaseFile>,
}

struct ReleaseFile {
    path: PathBuf,
    writer: BufWriter<File>,
    n_rows: u64,
}

/// A row, by the names of its columns; the others are blank.
pub(super) struct ReleaseRow<'a> {
    pub(super) cells: &'a [(&'a str, &'a str)],
    /// Leave out the blank cells at the end.
    pub(super) is_short: bool,
}

impl ReleaseFiles {
    pub(super) fn create(out: &Path) -> Result<Self, SynthError> {
        fs::create_dir_all(out).map_err(|source| written(out, source))?;
        let mut files = BTreeMap::new();
        for table in Release::ALL {
            let path = out.join(format!("{}.csv", table.name()));
            let file = File::create(&path).map_err(|source| written(&path, source))?;
            let mut writer = BufWriter::new(file);
            let head = format!("{}\r\n", table.columns().join("\t"));
            writer.write_all(head.as_bytes()).map_err(|source| written(&path, source))?;
            files.insert(table, ReleaseFile { path, writer, n_rows: 0 });
        }
        Ok(Self { files })
    }

    /// Appends a row.
    pub(super) fn write(&mut self, table: Release, row: &ReleaseRow<'_>) -> Result<(), SynthError> {
        let Some(file) = self.files.get_mut(&table) else { return Ok(()) };
        let columns = table.columns();
        let value =
            |column: &&str| row.cells.iter().find(|(name, _)| name == column).map_or("", |(_, cell)| cell);
        let last = columns.iter().rposition(|column| !value(column).is_empty()).unwrap_or(0);
        let n_written = if row.is_short { last + 1 } else { columns.len() };
        let mut line = Vec::with_capacity(256);
        for (at, column) in columns.iter().take(n_written).enumerate() {
            if at > 0 {
                line.push(b'\t');
            }
            line.extend(value(column).chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')));
        }
        line.extend(b"\r\n");
        file.n_rows += 1;
        file.writer.write_all(&line).map_err(|source| written(&file.path, source))
    }

    /// Rows written so far, by table.
    pub(super) fn n_rows(&self) -> BTreeMap<String, u64> {
        self.files.iter().map(|(table, file)| (table.name().to_owned(), file.n_rows)).collect()
    }

    /// Ends the files, and writes the row counts and the manifest of the day that they describe, which comes last.
    pub(super) fn finish(self, out: &Path, as_of: Date) -> Result<BTreeMap<String, u64>, SynthError> {
        let mut counts = String::from("INVENTED by redress synth: nobody in it ever lived\r\n");
        let mut rows = BTreeMap::new();
        for (table, mut file) in self.files {
            file.writer.flush().map_err(|source| written(&file.path, source))?;
            counts.push_str(&format!("{}\t{}\r\n", table.name(), file.n_rows));
            rows.insert(table.name().to_owned(), file.n_rows);
        }
        let sections = Release::ALL.map(Release::section);
        let manifest = format!("as_of = \"{}\"\nsections = {sections:?}\n", DayForm::Iso.write(as_of));
        for (name, text) in
            [(INVENTED.0, INVENTED.1.to_owned()), ("Count.txt", counts), ("manifest.toml", manifest)]
        {
            let path = out.join(name);
            fs::write(&path, text).map_err(|source| written(&path, source))?;
        }
        Ok(rows)
    }
}

fn written(path: &Path, source: io::Error) -> SynthError {
    SynthError::Write { path: path.into(), source }
}
