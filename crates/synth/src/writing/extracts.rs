//! The tree of files: contracts, extracts with their manifests, truth and planted errors.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::line::header;
use super::table_file::TableFile;
use crate::calendar::{AS_OF, AS_OF_BEFORE, AS_OF_DAY_BEFORE, AS_OF_OLDER, DayForm};
use crate::contracts::CONTRACTS;
use crate::made::Made;
use crate::plan::SynthError;
use crate::table::{FileForm, Layout, Table};

/// Folder of the extracts before the newest ones, beside that of the newest.
const EARLIER: &str = "earlier";

/// Folder of the much older extracts, of which a part is written.
const OLDER: &str = "older";

/// What the extract of each source covers.
const SECTIONS: &[(&str, &[&str])] = &[
    ("benefits", &["applications"]),
    ("border", &["admissions", "departures"]),
    (
        "court",
        &[
            "cases",
            "proceedings",
            "hearings",
            "motions",
            "appeals",
            "names",
            "notices",
            "counsel",
            "departures",
        ],
    ),
    ("status", &["cases", "final_orders", "departures", "charging_papers", "check_ins"]),
    ("addresses", &["court", "benefits", "supervision"]),
];

/// A file of lines, open for appending.
struct LineFile {
    table: Table,
    path: PathBuf,
    file: BufWriter<File>,
}

impl LineFile {
    /// Opens the file below a folder, and writes its header.
    fn create(table: Table, folder: &Path) -> Result<Self, SynthError> {
        let layout = table.layout();
        let path = folder.join(layout.source).join(layout.file);
        let file = File::create(&path).map_err(|source| written(&path, source))?;
        let mut created = Self { table, path, file: BufWriter::new(file) };
        created.append(&header(layout.file_form, layout.columns))?;
        Ok(created)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), SynthError> {
        self.file.write_all(bytes).map_err(|source| written(&self.path, source))
    }

    fn finish(mut self) -> Result<(), SynthError> {
        self.file.flush().map_err(|source| written(&self.path, source))
    }
}

/// All files of one generation, open for appending.
pub(crate) struct Extracts {
    out: PathBuf,
    lines: Vec<LineFile>,
    before: Vec<LineFile>,
    older: Vec<LineFile>,
    status: TableFile,
    /// None where no row of it is written: then there is no such extract.
    status_before: Option<TableFile>,
    truth: TableFile,
    planted: TableFile,
}

impl Extracts {
    /// Makes the folders, writes the contracts and opens the files.
    ///
    /// The manifest of a source is written last: a folder without one is not a whole extract.
    pub(crate) fn create(out: &Path) -> Result<Self, SynthError> {
        make_folder(&out.join("contracts"))?;
        for (name, text) in CONTRACTS {
            write_file(&out.join("contracts").join(format!("{name}.toml")), text.as_bytes())?;
        }
        let (extracts, earlier) = (out.join("extracts"), out.join(EARLIER));
        let folders = SECTIONS.iter().map(|(source, _)| extracts.join(source));
        let before = Table::WITH_EXTRACT_BEFORE.iter().map(|table| earlier.join(table.layout().source));
        let older = out.join(OLDER);
        let of_old = Table::WITH_OLDER_EXTRACT.iter().map(|table| older.join(table.layout().source));
        for folder in folders.chain(before).chain(of_old) {
            make_folder(&folder)?;
            remove_if_there(&folder.join("manifest.toml"))?;
        }
        let is_of_lines = |table: &Table| table.layout().file_form != FileForm::Parquet;
        let lines = Table::ALL.into_iter().filter(is_of_lines);
        let lines = lines.map(|table| LineFile::create(table, &extracts)).collect::<Result<_, _>>()?;
        let before = Table::WITH_EXTRACT_BEFORE.into_iter();
        let before = before.map(|table| LineFile::create(table, &earlier)).collect::<Result<_, _>>()?;
        // What another population left here is not of this one.
        let status_before = earlier.join(Table::StatusExtract.layout().source);
        remove_if_there(&status_before.join("manifest.toml"))?;
        remove_if_there(&status_before.join(Table::StatusExtract.layout().file))?;
        let of_old = Table::WITH_OLDER_EXTRACT.into_iter();
        let older = of_old.map(|table| LineFile::create(table, &older)).collect::<Result<_, _>>()?;
        let status = Table::StatusExtract.layout();
        Ok(Self {
            out: out.into(),
            lines,
            before,
            older,
            status: TableFile::create(&path_of(out, status), status.columns, true)?,
            status_before: None,
            truth: TableFile::create(
                &out.join("truth.parquet"),
                &["source", "unique_id", "entity_id", "name_structure"],
                false,
            )?,
            planted: TableFile::create(
                &out.join("planted.parquet"),
                &["check_id", "source", "unique_id", "column", "original", "planted"],
                false,
            )?,
        })
    }

    /// Appends a block.
    pub(crate) fn append(&mut self, made: &Made) -> Result<(), SynthError> {
        for (files, bytes) in
            [(&mut self.lines, &made.lines), (&mut self.before, &made.before), (&mut self.older, &made.older)]
        {
            for file in files {
                file.append(bytes.get(&file.table).map_or(&[], Vec::as_slice))?;
            }
        }
        self.status.append(&made.status)?;
        self.append_day_before(&made.status_before)?;
        self.truth.append(&made.truth)?;
        self.planted.append(&made.planted)
    }

    /// Appends rows of the status extract of the day before, which is opened with the first of them.
    fn append_day_before(&mut self, rows: &[Vec<String>]) -> Result<(), SynthError> {
        if rows.is_empty() {
            return Ok(());
        }
        let file = match &mut self.status_before {
            Some(file) => file,
            none => {
                let layout = Table::StatusExtract.layout();
                let folder = self.out.join(EARLIER).join(layout.source);
                make_folder(&folder)?;
                none.insert(TableFile::create(&folder.join(layout.file), layout.columns, true)?)
            }
        };
        file.append(rows)
    }

    /// Ends the files, then writes row counts and manifests.
    pub(crate) fn finish(self, n_rows: impl Fn(Table) -> u64) -> Result<(), SynthError> {
        self.lines.into_iter().chain(self.before).chain(self.older).try_for_each(LineFile::finish)?;
        self.status.finish()?;
        if let Some(before) = self.status_before {
            before.finish()?;
            let path =
                self.out.join(EARLIER).join(Table::StatusExtract.layout().source).join("manifest.toml");
            write_file(&path, a_part_of(AS_OF_DAY_BEFORE).as_bytes())?;
        }
        self.truth.finish()?;
        self.planted.finish()?;
        let mut counts = String::new();
        for table in Table::ALL.into_iter().filter(|table| table.layout().file_form == FileForm::CourtRelease)
        {
            counts.push_str(&format!("{}\t{}\r\n", table.layout().name, n_rows(table)));
        }
        let extracts = self.out.join("extracts");
        write_file(&extracts.join("court").join("Count.txt"), counts.as_bytes())?;
        let with_before = Table::WITH_EXTRACT_BEFORE.map(|table| table.layout().source);
        for (source, sections) in SECTIONS {
            let manifest =
                |day| format!("as_of = \"{}\"\nsections = {sections:?}\n", DayForm::Iso.write(day));
            if with_before.contains(source) {
                let path = self.out.join(EARLIER).join(source).join("manifest.toml");
                write_file(&path, manifest(AS_OF_BEFORE).as_bytes())?;
            }
            write_file(&extracts.join(source).join("manifest.toml"), manifest(AS_OF).as_bytes())?;
        }
        for table in Table::WITH_OLDER_EXTRACT {
            let path = self.out.join(OLDER).join(table.layout().source).join("manifest.toml");
            write_file(&path, a_part_of(AS_OF_OLDER).as_bytes())?;
        }
        Ok(())
    }
}

/// The manifest of a part of an extract: it covers nothing, so that what it does not have says nothing.
fn a_part_of(day: Date) -> String {
    format!("as_of = \"{}\"\n", DayForm::Iso.write(day))
}

fn path_of(out: &Path, layout: &Layout) -> PathBuf {
    out.join("extracts").join(layout.source).join(layout.file)
}

fn written(path: &Path, source: io::Error) -> SynthError {
    SynthError::Write { path: path.into(), source }
}

fn make_folder(path: &Path) -> Result<(), SynthError> {
    fs::create_dir_all(path).map_err(|source| written(path, source))
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), SynthError> {
    fs::write(path, bytes).map_err(|source| written(path, source))
}

fn remove_if_there(path: &Path) -> Result<(), SynthError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(written(path, source)),
        _ => Ok(()),
    }
}
