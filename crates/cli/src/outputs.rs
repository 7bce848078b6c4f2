//! The files of a linkage run: written beside the earlier run's, and named only once all of them are whole.

use std::{
    fs,
    path::{Path, PathBuf},
};

use redress_sources::durable_file;

use crate::failure::{Exit, Failure};

/// The file that makes a folder the folder of a run: it loses its name first and gets it last, so that a mixed set of
/// files is never taken for a run.
const RUN_FILE: &str = "run.json";

/// The files of a run on their way.
pub(crate) struct Outputs {
    folder: PathBuf,
    staging: PathBuf,
}

impl Outputs {
    /// Begins a set of files for a folder, in a folder of their own within it.
    pub(crate) fn begin(folder: &Path) -> Result<Self, Failure> {
        let staging = staging_folder(folder);
        make_folder(&staging)?;
        Ok(Self { folder: folder.to_owned(), staging })
    }

    /// Where a file is written until it gets its name.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.staging.join(name)
    }

    /// Writes a file of text.
    pub(crate) fn write_text(&self, name: &str, text: &str) -> Result<(), Failure> {
        write_text(&self.staging, name, text)
    }

    /// Gives every file its name. Files of an earlier run are replaced; those of `optional` that this run did not write are
    /// taken away, so that none of another run stays beside it.
    pub(crate) fn finish(self, optional: &[&str]) -> Result<(), Failure> {
        let failed = |error: std::io::Error| cannot_write(&self.folder, &error);
        let entries: Result<Vec<_>, std::io::Error> = fs::read_dir(&self.staging).map_err(failed)?.collect();
        let mut names: Vec<_> = entries.map_err(failed)?.into_iter().map(|entry| entry.file_name()).collect();
        names.sort_by_key(|name| name == RUN_FILE);
        let old = self.folder.join(RUN_FILE);
        if names.iter().any(|name| name == RUN_FILE) && old.exists() {
            fs::remove_file(&old).map_err(failed)?;
        }
        for stale in optional.iter().filter(|name| !names.iter().any(|written| written == *name)) {
            let stale = self.folder.join(stale);
            if stale.exists() {
                fs::remove_file(&stale).map_err(failed)?;
            }
        }
        for name in names {
            fs::rename(self.staging.join(&name), self.folder.join(&name)).map_err(failed)?;
        }
        Ok(())
    }
}

impl Drop for Outputs {
    fn drop(&mut self) {
        // Empty after a run that went well. After one that failed, nothing more can be done about what stays.
        let _ = fs::remove_dir_all(&self.staging);
    }
}

/// Where this process writes the files of a run until they get their names.
pub(crate) fn staging_folder(folder: &Path) -> PathBuf {
    folder.join(format!(".{}.part", std::process::id()))
}

/// A folder of outputs, and what had to be made for it: what is still empty goes again, so that a run that was refused leaves nothing.
pub(crate) struct OutFolder {
    /// The folders made, the innermost first.
    made: Vec<PathBuf>,
}

impl OutFolder {
    /// Makes the folder where it is not there.
    pub(crate) fn make(out: &Path) -> Result<Self, Failure> {
        let made = out.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let made = made.map(Path::to_owned).collect();
        make_folder(out)?;
        Ok(Self { made })
    }
}

impl Drop for OutFolder {
    fn drop(&mut self) {
        // A folder that holds something refuses to go, and so do those around it.
        let _ = self.made.iter().try_for_each(fs::remove_dir);
    }
}

/// Makes the folder of the outputs.
pub(crate) fn make_folder(out: &Path) -> Result<(), Failure> {
    fs::create_dir_all(out).map_err(|error| {
        let exit =
            if out.exists() || out.ancestors().any(Path::is_file) { Exit::Call } else { Exit::Unfinished };
        Failure::of(exit, &error)
            .while_doing(format!("{} cannot be made a folder: name another one with --out", out.display()))
    })
}

/// Writes a file of text into a folder, whole or not at all.
pub(crate) fn write_text(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    write_bytes(&folder.join(name), text.as_bytes())
}

/// Writes a file, whole or not at all.
pub(crate) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    use std::io::Write as _;
    Ok(durable_file::write(path, |file| file.write_all(bytes))?)
}

/// A file that could not be written.
pub(crate) fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::of(Exit::Unfinished, error).while_doing(format!("{} cannot be written", path.display()))
}
