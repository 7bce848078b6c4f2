//! Free text by or about a person, which can be erased without touching the event that carries it.

use serde::{Deserialize, Serialize};

use crate::Refusal;

/// The most bytes that one text may have.
pub const WORDS_BYTES_MAX: usize = 20_000;

/// Free text inside an event. The store keeps it in a table of its own and puts a reference in its place;
/// once the text is erased, the event reads as [`Words::Erased`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Words {
    /// The text.
    Said {
        /// The text itself, at most [`WORDS_BYTES_MAX`] bytes.
        words: String,
    },
    /// The text was erased; that it was there remains known.
    Erased {
        /// Always true.
        words_erased: bool,
    },
}

impl Words {
    /// Wraps a text.
    pub fn said(text: impl Into<String>) -> Self {
        Self::Said { words: text.into() }
    }

    /// What stands where a text was erased.
    #[must_use]
    pub const fn erased() -> Self {
        Self::Erased { words_erased: true }
    }

    /// The text, or None once it is erased.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Said { words } => Some(words),
            Self::Erased { .. } => None,
        }
    }

    /// Refuses a text over [`WORDS_BYTES_MAX`] bytes.
    pub(crate) fn must_fit(&self, command: &'static str, what: &'static str) -> Result<(), Refusal> {
        let found = self.text().map_or(0, str::len);
        if found <= WORDS_BYTES_MAX {
            return Ok(());
        }
        Err(Refusal::TooLong { command, what, found, limit: WORDS_BYTES_MAX, unit: "bytes" })
    }

    /// Refuses a text that says nothing, or too much.
    pub(crate) fn must_say(&self, command: &'static str, what: &'static str) -> Result<(), Refusal> {
        if self.text().is_none_or(|text| text.trim().is_empty()) {
            return Err(Refusal::Missing { command, missing: what });
        }
        self.must_fit(command, what)
    }
}
