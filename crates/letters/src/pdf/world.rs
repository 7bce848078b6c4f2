//! What the typesetter may see: the template, the paper as data, and fonts. No other file, no network, no clock.

use std::sync::LazyLock;

use typst::{
    Library, LibraryExt as _, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_kit::fonts::{self, FontStore};

const TEMPLATE: &str = include_str!("paper.typ");
const TEMPLATE_PATH: &str = "/paper.typ";
const DATA_PATH: &str = "/paper.json";

/// The library of the typesetter: it knows nothing of a paper, and so it is made once.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// One paper before the typesetter.
pub(super) struct PaperWorld<'a> {
    fonts: &'a FontStore,
    template: Source,
    data: Bytes,
}

impl<'a> PaperWorld<'a> {
    /// A paper, given as the JSON text that the template reads.
    pub(super) fn new(fonts: &'a FontStore, json: String) -> Self {
        let template = Source::new(id(TEMPLATE_PATH), TEMPLATE.to_owned());
        Self { fonts, template, data: Bytes::from_string(json) }
    }
}

impl World for PaperWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, asked: FileId) -> FileResult<Source> {
        if asked == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, asked: FileId) -> FileResult<Bytes> {
        if asked == id(DATA_PATH) { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn id(path: &str) -> FileId {
    #[expect(clippy::expect_used, reason = "the two paths are constants of this file")]
    let path = VirtualPath::new(path).expect("a path without a way up");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// The fonts that the program brings with it.
pub(super) fn own_fonts() -> FontStore {
    let mut store = FontStore::new();
    store.extend(fonts::embedded());
    store
}

/// The program's own fonts, and those of the computer for the scripts that these lack.
///
/// A family that the program brings is not taken from the computer, and the others come in the order of their paths, so that the same computer always
/// chooses the same.
pub(super) fn all_fonts() -> FontStore {
    let mut store = own_fonts();
    let mut others: Vec<_> = fonts::system()
        .filter(|(_, info)| !store.book().contains_family(&info.family.to_lowercase()))
        .collect();
    others.sort_by(|(a, _), (b, _)| (&a.path, a.index).cmp(&(&b.path, b.index)));
    store.extend(others);
    store
}
