//! From a paper to the bytes of its file.

use std::sync::LazyLock;

use typst::{comemo, diag::SourceDiagnostic, ecow::EcoVec, foundations::Smart};
use typst_kit::fonts::FontStore;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::{
    BLOCKS_MAX, CELLS_MAX, PdfError, WORDS_BYTES_MAX, laid_out, plain,
    world::{self, PaperWorld},
};
use crate::{Block, Document};

/// Fonts are looked for once: that reads the head of each font of the computer.
static FONTS: LazyLock<FontStore> = LazyLock::new(world::all_fonts);

/// The paper with the fonts of the program and of the computer.
pub(super) fn write(paper: &Document) -> Result<Vec<u8>, PdfError> {
    write_with(&FONTS, paper)
}

fn write_with(fonts: &FontStore, paper: &Document) -> Result<Vec<u8>, PdfError> {
    hold_bounds(paper)?;
    let json = plain::json(paper).map_err(|error| PdfError::Refused { reason: error.to_string() })?;
    // The name of the file is drawn from what it says, so that two papers under one title are told apart.
    let ident = Smart::Custom(json.clone());
    let written = typeset(&PaperWorld::new(fonts, json), ident);
    // The typesetter remembers what it was given; a person's paper is not kept in memory.
    comemo::evict(0);
    written
}

fn typeset(world: &PaperWorld<'_>, ident: Smart<String>) -> Result<Vec<u8>, PdfError> {
    let document: PagedDocument = typst::compile(world).output.map_err(refused)?;
    laid_out::judge(&document)?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1])
        .map_err(|error| PdfError::Refused { reason: error.message().to_string() })?;
    let creator = Smart::Custom(Some("Redress".to_owned()));
    typst_pdf::pdf(&document, &PdfOptions { ident, creator, standards, ..PdfOptions::default() })
        .map_err(refused)
}

fn refused(errors: EcoVec<SourceDiagnostic>) -> PdfError {
    let reasons: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    PdfError::Refused { reason: reasons.join("; ") }
}

fn hold_bounds(paper: &Document) -> Result<(), PdfError> {
    let n_cells = |block: &Block| match block {
        Block::List { entries } => entries.len(),
        Block::Table(table) => table.rows.iter().map(Vec::len).sum(),
        _ => 0,
    };
    hold("parts", paper.blocks.len(), BLOCKS_MAX)?;
    hold("cells in tables", paper.blocks.iter().map(n_cells).sum(), CELLS_MAX)?;
    hold("bytes of text", paper.words().map(str::len).sum(), WORDS_BYTES_MAX)
}

/// Holds a number against its bound.
pub(super) fn hold(what: &'static str, n: usize, max: usize) -> Result<(), PdfError> {
    if n > max { Err(PdfError::TooLong { what, n, max }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
