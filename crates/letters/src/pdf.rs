//! A paper as tagged PDF (PDF/UA-1), which a program can read aloud in the order in which it is read.
//!
//! The typesetter gets one fixed template, and the paper as data: nothing that a source wrote can become markup. The same paper gives the same bytes, as
//! long as the fonts are the same: no time is written into the file.
//!
//! Never: writes a page with a letter missing or cut off; reads a file other than fonts.

#[cfg(feature = "pdf")]
mod laid_out;
#[cfg(feature = "pdf")]
mod plain;
#[cfg(feature = "pdf")]
mod typeset;
#[cfg(feature = "pdf")]
mod world;

use thiserror::Error;

use crate::Document;

/// Whether this program was built with the typesetter, by the feature `pdf`.
pub const IS_BUILT: bool = cfg!(feature = "pdf");
/// Most blocks of a paper.
pub const BLOCKS_MAX: usize = 5_000;
/// Most cells of all tables of a paper, with the entries of its lists.
pub const CELLS_MAX: usize = 50_000;
/// Most bytes of all words of a paper: 4 MiB.
pub const WORDS_BYTES_MAX: usize = 4 << 20;
/// Most pages.
pub const PAGES_MAX: usize = 1_000;

/// Why a paper could not be written as PDF.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum PdfError {
    /// The program was built without the typesetter.
    #[error(
        "this program was built without PDF: print the page instead, or build it with `cargo build --release --features pdf`"
    )]
    NotBuilt,
    /// More than the bound named.
    #[error(
        "the paper has {n} {what}, and a PDF holds at most {max}: make a paper of fewer records, or print the page instead"
    )]
    TooLong {
        /// What there is too much of.
        what: &'static str,
        /// How much of it the paper has.
        n: usize,
        /// How much it may have.
        max: usize,
    },
    /// Letters that no font has.
    #[error(
        "no font on this computer has {letters}: install a font that has (Debian: apt-get install fonts-noto-core, and fonts-noto-cjk for Chinese, \
         Japanese and Korean) and start the program again, or print the page instead"
    )]
    NoFont {
        /// The letters, with their numbers in Unicode.
        letters: String,
    },
    /// Words that would lie outside their page.
    #[error(
        "on page {page} words would be cut off at the edge of the paper: print the page instead, and report this as a mistake of the program"
    )]
    CutOff {
        /// Number of the page, from 1.
        page: usize,
    },
    /// The typesetter refuses, or what it made is not accessible by PDF/UA-1.
    #[error(
        "the paper could not be typeset: {reason}. Print the page instead, and report this as a mistake of the program"
    )]
    Refused {
        /// What the typesetter says.
        reason: String,
    },
}

/// The paper as the bytes of a PDF file: US Letter, black on white, tagged by PDF/UA-1.
///
/// White space is folded as a browser folds it, and a control character is written as U+FFFD.
///
/// # Errors
/// [`PdfError::NotBuilt`] without the feature `pdf`. With it, when the paper is longer than [`BLOCKS_MAX`], [`CELLS_MAX`],
/// [`WORDS_BYTES_MAX`] or [`PAGES_MAX`], when no font has one of its letters, when words would be cut off, or when the result would
/// not be accessible, such as with a heading without words.
///
/// ```
/// use redress_letters::{Block, Document, pdf};
/// let mut paper = Document::new("Record packet", "Made on 2 November 2026.");
/// paper.push(Block::paragraph("No date is set in the future."));
/// match pdf::write(&paper) {
///     Ok(file) => assert!(pdf::IS_BUILT && file.starts_with(b"%PDF-1.7")),
///     Err(error) => assert_eq!(error, pdf::PdfError::NotBuilt),
/// }
/// ```
pub fn write(paper: &Document) -> Result<Vec<u8>, PdfError> {
    #[cfg(feature = "pdf")]
    return typeset::write(paper);
    #[cfg(not(feature = "pdf"))]
    {
        let _ = paper;
        Err(PdfError::NotBuilt)
    }
}
