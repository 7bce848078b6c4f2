//! Checkpoints (C2SP tlog-checkpoint): a log's name, size and root.
//!
//! ```text
//! origin\n
//! tree size, decimal, no leading zeros\n
//! root hash, base64\n
//! [extension line\n]…
//! ```

use crate::{Hash, Note, NoteError, VerifierKey};

/// What a log says of itself at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// The root of the tree.
    pub root: Hash,
}

/// A checkpoint that cannot be read or trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not of the form.
    #[error("the checkpoint is malformed in line {line}: {what}")]
    Malformed {
        /// The line, from 1.
        line: u8,
        /// What is expected.
        what: &'static str,
    },
    /// Of another log.
    #[error("the checkpoint is of log `{found}`, the key is of `{wanted}`")]
    Origin {
        /// The origin found.
        found: String,
        /// The origin of the key.
        wanted: String,
    },
    /// Not signed.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }

    /// Reads the text; extension lines are passed over.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.lines();
        let malformed = |line, what| CheckpointError::Malformed { line, what };
        let origin = lines.next().filter(|line| !line.is_empty());
        let origin = origin.ok_or_else(|| malformed(1, "the log's name"))?;
        let size = lines
            .next()
            .filter(|line| *line == "0" || !line.starts_with(['0', '+']))
            .and_then(|line| line.parse().ok())
            .ok_or_else(|| malformed(2, "the tree size in decimal"))?;
        let root = lines.next().and_then(Hash::from_base64);
        let root = root.ok_or_else(|| malformed(3, "the root hash in base64"))?;
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Reads a signed checkpoint, and trusts it only when the log's key signed it and its origin is the key's
    /// name.
    ///
    /// # Errors
    /// [`CheckpointError`] naming what does not fit.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, CheckpointError> {
        let note = Note::parse(note)?;
        note.verify(key)?;
        let checkpoint = Self::parse(&note.text)?;
        if checkpoint.origin == key.name() {
            return Ok(checkpoint);
        }
        Err(CheckpointError::Origin { found: checkpoint.origin, wanted: key.name().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SigningKey;

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: "example.org/log".into(), size: 7, root: Hash::of_nothing() }
    }

    #[test]
    fn a_checkpoint_opens_with_its_own_key() {
        let key = SigningKey::for_log("example.org/log", &[1; 32]);
        let text = checkpoint().text();
        let note = Note::assemble(&text, &[key.sign(&text)]);
        assert_eq!(Checkpoint::open(&note, &key.verifier()), Ok(checkpoint()));
        let stranger = SigningKey::for_log("example.org/other", &[1; 32]);
        let note = Note::assemble(&text, &[stranger.sign(&text)]);
        assert!(matches!(Checkpoint::open(&note, &stranger.verifier()), Err(CheckpointError::Origin { .. })));
    }

    #[test]
    fn each_line_is_checked() {
        for (text, line) in
            [("", 1), ("a\n", 2), ("a\n07\n", 2), ("a\n-1\n", 2), ("a\n7\n", 3), ("a\n7\nAAAA\n", 3)]
        {
            let found = Checkpoint::parse(text);
            assert!(
                matches!(found, Err(CheckpointError::Malformed { line: l, .. }) if l == line),
                "{text:?}: {found:?}"
            );
        }
    }
}
