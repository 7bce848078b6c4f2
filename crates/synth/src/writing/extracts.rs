//! The tree of files: contracts, extracts with their manifests, truth and planted errors.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::line::header;
use super::table_file::TableFile;
use crate::calendar::{AS_OF, DayForm};
use crate::contracts::CONTRACTS;
use crate::made::Made;
use crate::plan::SynthError;
use crate::table::{FileForm, Layout, Table};

/// What the extract of each source covers.
const SECTIONS: &[(&str, &[&str])] = &[
    ("benefits", &["applications"]),
    ("border", &["admissions", "departures"]),
    ("court", &["cases", "proceedings", "hearings", "motions", "appeals", "names", "notices", "counsel"]),
    ("status", &["cases", "final_orders", "departures", "charging_papers", "check_ins"]),
    ("addresses", &["court", "benefits", "supervision"]),
];

/// All files of one generation, open for appending.
pub(crate) struct Extracts {
    out: PathBuf,
    lines: Vec<(Table, PathBuf, BufWriter<File>)>,
    status: TableFile,
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
        for (source, _) in SECTIONS {
            let folder = out.join("extracts").join(source);
            make_folder(&folder)?;
            remove_if_there(&folder.join("manifest.toml"))?;
        }
        let mut lines = Vec::new();
        for table in Table::ALL {
            let layout = table.layout();
            if layout.file_form != FileForm::Parquet {
                let path = path_of(out, layout);
                let file = File::create(&path).map_err(|source| written(&path, source))?;
                let mut file = BufWriter::new(file);
                let head = header(layout.file_form, layout.columns);
                file.write_all(&head).map_err(|source| written(&path, source))?;
                lines.push((table, path, file));
            }
        }
        let status = Table::StatusExtract.layout();
        Ok(Self {
            out: out.into(),
            lines,
            status: TableFile::create(&path_of(out, status), status.columns, true)?,
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
        for (table, path, file) in &mut self.lines {
            if let Some(bytes) = made.lines.get(table) {
                file.write_all(bytes).map_err(|source| written(path, source))?;
            }
        }
        self.status.append(&made.status)?;
        self.truth.append(&made.truth)?;
        self.planted.append(&made.planted)
    }

    /// Ends the files, then writes row counts and manifests.
    pub(crate) fn finish(self, n_rows: impl Fn(Table) -> u64) -> Result<(), SynthError> {
        for (_, path, mut file) in self.lines {
            file.flush().map_err(|source| written(&path, source))?;
        }
        self.status.finish()?;
        self.truth.finish()?;
        self.planted.finish()?;
        let mut counts = String::new();
        for table in Table::ALL.into_iter().filter(|table| table.layout().file_form == FileForm::CourtRelease)
        {
            counts.push_str(&format!("{}\t{}\r\n", table.layout().name, n_rows(table)));
        }
        let extracts = self.out.join("extracts");
        write_file(&extracts.join("court").join("Count.txt"), counts.as_bytes())?;
        for (source, sections) in SECTIONS {
            let text = format!("as_of = \"{}\"\nsections = {sections:?}\n", DayForm::Iso.write(AS_OF));
            write_file(&extracts.join(source).join("manifest.toml"), text.as_bytes())?;
        }
        Ok(())
    }
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
