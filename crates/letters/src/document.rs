//! A paper before it is written: headings, paragraphs, tables. What a reader gets as a page and as PDF is the same.

use serde::Serialize;

/// A whole paper.
///
/// ```
/// use redress_letters::{Block, Document, html};
/// let mut paper = Document::new("Record packet", "Made on 2 November 2026.");
/// paper.push(Block::heading("What comes next", "next"));
/// paper.push(Block::paragraph("No date is set in the future."));
/// let page = html::page(&paper);
/// assert!(page.contains("<h2 id=\"next\">What comes next</h2>"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    /// The heading of the paper, and its title for a program that reads it aloud.
    pub title: String,
    /// The sentence below the title.
    pub lead: String,
    /// Language of the paper, by its two letters of ISO 639-1.
    pub language: &'static str,
    /// What stands at the foot of each page: of whom the paper is, of which day. Empty: the number of the page alone.
    pub foot: String,
    /// What it says, in reading order.
    pub blocks: Vec<Block>,
}

/// One part of a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A heading of the second level.
    Heading {
        /// Its words.
        words: String,
        /// The name by which an address can lead to it: lower-case letters.
        anchor: &'static str,
    },
    /// A heading of the third level.
    Subheading {
        /// Its words.
        words: String,
    },
    /// A paragraph.
    Paragraph {
        /// Its words.
        words: String,
    },
    /// A paragraph that must not be missed.
    Note {
        /// Its words.
        words: String,
    },
    /// A list without an order.
    List {
        /// Its entries.
        entries: Vec<String>,
    },
    /// A table. Each row has as many cells as there are columns.
    Table(Table),
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it shows, for whoever hears it read aloud.
    pub caption: String,
    /// The headings of its columns.
    pub columns: Vec<&'static str>,
    /// The shares of the width that the columns take: whole numbers, one a column.
    pub widths: Vec<u8>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What it says.
    pub words: String,
    /// What a source wrote, letter by letter: it may run from right to left.
    pub is_quoted: bool,
    /// Smaller words below: a place, a mark. Empty: none.
    pub below: Vec<String>,
}

impl Document {
    /// A paper in English that says nothing yet.
    #[must_use]
    pub fn new(title: impl Into<String>, lead: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            lead: lead.into(),
            language: "en",
            foot: String::new(),
            blocks: Vec::new(),
        }
    }

    /// Adds a part at the end.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Everything that it says, in reading order: the twin that a written form is held against.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        [self.title.as_str(), self.lead.as_str()].into_iter().chain(self.blocks.iter().flat_map(Block::words))
    }
}

impl Block {
    /// A heading of the second level.
    #[must_use]
    pub fn heading(words: impl Into<String>, anchor: &'static str) -> Self {
        Self::Heading { words: words.into(), anchor }
    }

    /// A heading of the third level.
    #[must_use]
    pub fn subheading(words: impl Into<String>) -> Self {
        Self::Subheading { words: words.into() }
    }

    /// A paragraph.
    #[must_use]
    pub fn paragraph(words: impl Into<String>) -> Self {
        Self::Paragraph { words: words.into() }
    }

    /// A paragraph that must not be missed.
    #[must_use]
    pub fn note(words: impl Into<String>) -> Self {
        Self::Note { words: words.into() }
    }

    fn words(&self) -> Vec<&str> {
        match self {
            Self::Heading { words, .. }
            | Self::Subheading { words }
            | Self::Paragraph { words }
            | Self::Note { words } => vec![words],
            Self::List { entries } => entries.iter().map(String::as_str).collect(),
            Self::Table(table) => {
                let columns = table.columns.iter().copied();
                let cells = table.rows.iter().flatten().flat_map(Cell::words);
                std::iter::once(table.caption.as_str()).chain(columns).chain(cells).collect()
            }
        }
    }
}

impl Cell {
    /// A cell in the paper's own words.
    #[must_use]
    pub fn says(words: impl Into<String>) -> Self {
        Self { words: words.into(), ..Self::default() }
    }

    /// A cell that quotes a source.
    #[must_use]
    pub fn quotes(words: impl Into<String>) -> Self {
        Self { words: words.into(), is_quoted: true, ..Self::default() }
    }

    /// The same cell with smaller words below. Empty ones are left out.
    #[must_use]
    pub fn with(mut self, below: impl IntoIterator<Item = String>) -> Self {
        self.below.extend(below.into_iter().filter(|words| !words.is_empty()));
        self
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.words.as_str()).chain(self.below.iter().map(String::as_str))
    }
}
