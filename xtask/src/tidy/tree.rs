//! The files of the workspace, in memory.

use std::{cell::OnceCell, fs, path::Path};

use crate::call::Call;

use super::token::{self, Token};

/// One text file.
#[derive(Debug)]
pub(crate) struct File {
    /// Path from the root, with `/` between its parts.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
    /// Its tokens, once a rule has asked for them.
    tokens: OnceCell<Vec<Token>>,
}

impl File {
    /// A file at `path` with this text.
    pub(crate) fn new(path: &str, text: String) -> Self {
        Self { path: path.to_owned(), text, tokens: OnceCell::new() }
    }

    /// Its tokens, if it is a Rust file; else nothing that makes sense.
    pub(crate) fn tokens(&self) -> &[Token] {
        self.tokens.get_or_init(|| token::tokens(&self.text, self.is_test()))
    }

    /// Its lines, with their numbers from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(idx, line)| (idx + 1, line))
    }

    /// Whether the name ends with `.` and one of `endings`.
    pub(crate) fn ends_with(&self, endings: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
    }

    /// Whether every line of it is test code: it lies in a folder of tests.
    pub(crate) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "benches")
    }
}

/// Every text file that is committed or about to be.
#[derive(Debug)]
pub(crate) struct Tree(Vec<File>);

impl Tree {
    /// Reads the work tree at `root`: what git tracks and what it would add. Files that are not text are left
    /// out.
    ///
    /// # Errors
    /// When git cannot list the files, or lists none.
    pub(crate) fn read(root: &Path) -> Result<Self, String> {
        let listed = Call::new("git", root)
            .words("-c safe.directory=* ls-files -z --cached --others --exclude-standard")
            .output()
            .ok_or_else(|| format!("git ls-files failed in {}: run it to see why", root.display()))?;
        let paths = listed.split('\0').filter(|path| !path.is_empty());
        let mut files: Vec<File> = paths
            .filter_map(|path| Some(File::new(path, fs::read_to_string(root.join(path)).ok()?)))
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        if files.is_empty() {
            Err(format!("git lists no file in {}", root.display()))
        } else {
            Ok(Self(files))
        }
    }

    /// A tree of the given paths and texts.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File::new(path, (*text).to_owned());
        Self(files.iter().map(file).collect())
    }

    /// The files, by path.
    pub(crate) fn files(&self) -> &[File] {
        &self.0
    }

    /// The file at `path`.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.0.iter().find(|file| file.path == path)
    }

    /// The files whose path begins with `start`.
    pub(crate) fn under(&self, start: &str) -> impl Iterator<Item = &File> {
        self.0.iter().filter(move |file| file.path.starts_with(start))
    }
}
