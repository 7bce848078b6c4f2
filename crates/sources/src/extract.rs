//! An extract as it was received: a folder of files, or one ZIP that holds them.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use redress_ports::ReadError;

use crate::contract::Contract;
use crate::contract_text;
use crate::manifest::{MANIFEST_FILE, Manifest, WHAT_IT_SAYS};
use crate::shared_file::SharedFile;
use crate::snapshot::Unchanged;
use crate::zip_archive::{Member, ZipArchive};

/// Where the files of an extract lie.
pub(crate) enum Extract {
    Folder(PathBuf),
    Zip(ZipArchive),
}

/// A file of an extract, open.
pub(crate) struct Opened {
    origin: Origin,
    /// What errors call it.
    pub(crate) shown: String,
}

enum Origin {
    File(SharedFile),
    Member(Member, SharedFile),
}

impl Opened {
    /// Its bytes from the first one, however often they are asked for.
    ///
    /// # Errors
    /// [`ReadError::Input`] when it is in a ZIP that can no longer be read.
    pub(crate) fn bytes(&self) -> Result<Box<dyn Read + Send>, ReadError> {
        Ok(match &self.origin {
            Origin::File(file) => Box::new(file.at_start()),
            Origin::Member(member, _) => Box::new(member.stream()?),
        })
    }

    /// The file itself, for what is read out of order, as Parquet is.
    ///
    /// # Errors
    /// [`ReadError::Input`] in a ZIP, whose members are read from front to back.
    pub(crate) fn handle(&self) -> Result<File, ReadError> {
        self.file()?.handle().map_err(|error| self.failed(&error))
    }

    /// The file for a reader that looks here and there, as that of workbooks does.
    ///
    /// # Errors
    /// As [`Opened::handle`].
    pub(crate) fn file(&self) -> Result<&SharedFile, ReadError> {
        match &self.origin {
            Origin::File(file) => Ok(file),
            Origin::Member(..) => Err(ReadError::Input(format!(
                "{}: Parquet and workbooks are not read inside a ZIP: unpack it and name the folder",
                self.shown
            ))),
        }
    }

    /// Tells later whether the file that holds the bytes is still as it is now.
    ///
    /// # Errors
    /// [`ReadError::System`] when it cannot be examined.
    pub(crate) fn unchanged(&self) -> Result<Unchanged, ReadError> {
        let (Origin::File(file) | Origin::Member(_, file)) = &self.origin;
        file.unchanged().map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &io::Error) -> ReadError {
        ReadError::System(format!("{}: cannot be examined: {error}", self.shown))
    }
}

impl Extract {
    /// Looks at a path: a folder, or a file, which is read as a ZIP. Of a ZIP the directory is read and judged, and no
    /// member is unpacked.
    ///
    /// # Errors
    /// [`ReadError::Call`] when there is neither, [`ReadError::Input`] when it is a file and not a whole ZIP, or one that is not read
    /// (see [`ZipArchive`]).
    pub(crate) fn at(path: &Path) -> Result<Self, ReadError> {
        if path.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        if !path.exists() {
            return Err(ReadError::Call(format!(
                "{}: there is no such folder or file: name the folder of an extract, or its ZIP",
                path.display()
            )));
        }
        ZipArchive::open(path).map(Self::Zip)
    }

    /// What errors call a file of the extract.
    fn shown(&self, file: &str) -> String {
        match self {
            Self::Folder(folder) => folder.join(file).display().to_string(),
            Self::Zip(archive) => format!("{}: {file}", archive.path().display()),
        }
    }

    /// Opens a file.
    ///
    /// # Errors
    /// [`ReadError::Call`] when a folder does not have it, [`ReadError::Input`] when a ZIP does not.
    pub(crate) fn open(&self, file: &str) -> Result<Opened, ReadError> {
        let origin = match self {
            Self::Folder(folder) => Origin::File(SharedFile::open(&folder.join(file))?),
            Self::Zip(archive) => Origin::Member(Member::of(archive, file)?, archive.file().clone()),
        };
        Ok(Opened { origin, shown: self.shown(file) })
    }

    /// The note of the extract, which names sections of this contract only.
    ///
    /// # Errors
    /// As [`Extract::manifest`], and [`ReadError::Call`] with a section that the contract does not have.
    pub(crate) fn manifest_under(&self, contract: &Contract) -> Result<Manifest, ReadError> {
        let manifest = self.manifest()?;
        let shown = format!("manifest {}", self.shown(MANIFEST_FILE));
        for named in [&manifest.sections, &manifest.noticed, &manifest.reviewed] {
            contract.check_sections(named, &shown)?;
        }
        contract.check_left_out(&manifest, &shown)?;
        if let Some(section) = manifest.confirmed.iter().find(|section| !manifest.sections.contains(section))
        {
            return Err(ReadError::Call(format!(
                "{shown}: `confirmed` has the section `{section}`, and `sections` does not: what the source confirmed \
                 to be whole is named in both"
            )));
        }
        Ok(manifest)
    }

    /// The note of the extract: in the folder; of a ZIP among its members or beside it, under the ZIP's name with
    /// `.toml`.
    ///
    /// # Errors
    /// [`ReadError::Call`] when it is not there or is no manifest.
    pub(crate) fn manifest(&self) -> Result<Manifest, ReadError> {
        match self {
            Self::Folder(folder) => Manifest::of_extract(folder),
            Self::Zip(archive) if archive.member(MANIFEST_FILE).is_ok() => {
                Manifest::from_toml(&self.small_text(MANIFEST_FILE)?, &self.shown(MANIFEST_FILE))
            }
            Self::Zip(archive) => {
                let beside = archive.path().with_extension("toml");
                if !beside.exists() {
                    return Err(ReadError::Call(format!(
                        "{}: there is no manifest in it, nor {} beside it: {WHAT_IT_SAYS}",
                        archive.path().display(),
                        beside.display()
                    )));
                }
                let text = contract_text::read_small(&beside)?;
                Manifest::from_toml(&text, &beside.display().to_string())
            }
        }
    }

    /// The newest day of a ZIP's members. None for a folder.
    pub(crate) fn newest_day(&self) -> Option<Date> {
        match self {
            Self::Folder(_) => None,
            Self::Zip(archive) => archive.newest_day(),
        }
    }

    /// Whether the extract has a file of that name.
    pub(crate) fn has(&self, file: &str) -> bool {
        match self {
            Self::Folder(folder) => folder.join(file).exists(),
            Self::Zip(archive) => archive.member(file).is_ok(),
        }
    }

    /// The text of a count file within the extract.
    ///
    /// # Errors
    /// As [`Extract::open`]; [`ReadError::Input`] when it is damaged or too long.
    pub(crate) fn count_text(&self, file: &str) -> Result<String, ReadError> {
        let opened = self.open(file)?;
        contract_text::small_count_file(opened.bytes()?, &opened.shown)
    }

    /// The text of a manifest within the extract.
    ///
    /// # Errors
    /// As [`Extract::open`]; [`ReadError::Input`] when it is damaged, too long or not UTF-8.
    pub(crate) fn small_text(&self, file: &str) -> Result<String, ReadError> {
        let opened = self.open(file)?;
        contract_text::small(opened.bytes()?, &opened.shown)
    }
}
