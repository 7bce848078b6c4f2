//! A proof that one person can keep (C2SP tlog-proof): it verifies without the log and without a network.
//!
//! ```text
//! c2sp.org/tlog-proof@v1\n
//! index <N>\n
//! <hash, base64>\n               ← the inclusion proof, a line a hash
//! \n
//! <checkpoint as a signed note>
//! ```

use crate::{
    Checkpoint, CheckpointError, Cosignature, Hash, Note, NoteError, ProofError, VerifierKey, leaf_hash,
    verify_inclusion,
};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// The most hashes of an inclusion proof.
pub(crate) const HASHES_MAX: usize = 63;

/// A proof that an entry is in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
    /// The entry's place.
    pub index: u64,
    /// The inclusion proof.
    pub hashes: Vec<Hash>,
    /// The checkpoint, as a signed note.
    pub checkpoint: String,
}

/// A proof that cannot be read or does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    /// Not of the form.
    #[error("the proof is malformed in line {line}: {what}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// What is expected.
        what: &'static str,
    },
    /// The checkpoint cannot be trusted.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A log witness's cosignature does not hold.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The entry is not in the tree of the checkpoint.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl ProofFile {
    /// Its text.
    #[must_use]
    pub fn render(&self) -> String {
        let hashes: String = self.hashes.iter().map(|hash| format!("{hash}\n")).collect();
        format!("{FIRST_LINE}\nindex {}\n{hashes}\n{}", self.index, self.checkpoint)
    }

    /// Reads its text.
    ///
    /// # Errors
    /// [`ProofFileError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, ProofFileError> {
        let malformed = |line, what| ProofFileError::Malformed { line, what };
        let (head, checkpoint) =
            text.split_once("\n\n").ok_or_else(|| malformed(1, "an empty line before the checkpoint"))?;
        let mut lines = head.lines();
        if lines.next() != Some(FIRST_LINE) {
            return Err(malformed(1, FIRST_LINE));
        }
        let index = lines.next().and_then(|line| line.strip_prefix("index ")?.parse().ok());
        let index = index.ok_or_else(|| malformed(2, "`index` and the entry's place"))?;
        let mut hashes = Vec::new();
        for (at, line) in lines.enumerate() {
            let hash = Hash::from_base64(line).filter(|_| at < HASHES_MAX);
            hashes.push(hash.ok_or_else(|| malformed(at + 3, "a hash in base64, at most 63 of them"))?);
        }
        Ok(Self { index, hashes, checkpoint: checkpoint.to_owned() })
    }

    /// Verifies that `entry` is in the log: the log's key signed the checkpoint, each log witness asked for
    /// cosigned it, and the proof leads from the entry to its root.
    ///
    /// # Errors
    /// [`ProofFileError`] naming what does not hold.
    pub fn verify(
        &self,
        entry: &[u8],
        log: &VerifierKey,
        witnesses: &[VerifierKey],
    ) -> Result<(Checkpoint, Vec<Cosignature>), ProofFileError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, log)?;
        let note = Note::parse(&self.checkpoint)?;
        let cosignatures =
            witnesses.iter().map(|key| note.verify_cosignature(key)).collect::<Result<Vec<_>, _>>()?;
        verify_inclusion(leaf_hash(entry), self.index, checkpoint.size, &self.hashes, checkpoint.root)?;
        Ok((checkpoint, cosignatures))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SigningKey, node_hash};

    fn proof() -> (ProofFile, SigningKey, SigningKey) {
        let log = SigningKey::for_log("example.org/log", &[1; 32]);
        let witness = SigningKey::for_witness("example.org/witness", &[2; 32]);
        let sibling = leaf_hash(b"one");
        let root = node_hash(&leaf_hash(b"zero"), &sibling);
        let text = Checkpoint { origin: "example.org/log".into(), size: 2, root }.text();
        let checkpoint = Note::assemble(&text, &[log.sign(&text), witness.cosign(&text, 5)]);
        (ProofFile { index: 0, hashes: vec![sibling], checkpoint }, log, witness)
    }

    #[test]
    fn a_kept_proof_verifies_and_a_forged_one_does_not() {
        let (proof, log, witness) = proof();
        let kept = ProofFile::parse(&proof.render()).unwrap();
        assert_eq!(kept, proof);
        let (log, witness) = (log.verifier(), witness.verifier());
        assert_eq!(
            kept.verify(b"zero", &log, std::slice::from_ref(&witness)).map(|(c, w)| (c.size, w.len())),
            Ok((2, 1))
        );
        assert!(matches!(
            kept.verify(b"nil", &log, &[]),
            Err(ProofFileError::Proof(ProofError::Root { .. }))
        ));
        let stranger = SigningKey::for_witness("example.org/stranger", &[9; 32]).verifier();
        assert!(matches!(kept.verify(b"zero", &log, &[stranger]), Err(ProofFileError::Note(_))));
    }

    #[test]
    fn what_is_no_proof_is_refused_with_its_line() {
        let good = proof().0.render();
        for (text, line) in [
            ("", 1),
            (&good.replace("@v1", "@v9") as &str, 1),
            (&good.replace("index 0", "index x"), 2),
            (&good.replace("index 0\n", "index 0\nAAAA\n"), 3),
        ] {
            let found = ProofFile::parse(text);
            assert!(
                matches!(found, Err(ProofFileError::Malformed { line: l, .. }) if l == line),
                "{found:?}"
            );
        }
    }
}
