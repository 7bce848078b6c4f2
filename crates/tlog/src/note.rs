//! Signed notes (C2SP signed-note) and cosignatures (C2SP tlog-cosignature).
//!
//! ```text
//! text\n                                   ← one or more lines
//! \n
//! — <key name> <base64: id (4) ‖ signature>\n
//!
//! id            SHA-256(name ‖ 0A ‖ kind ‖ public key), its first four bytes
//! kind 01       Ed25519 over the text
//! kind 04       time (8, big-endian) ‖ Ed25519 over "cosignature/v1\ntime <time>\n" ‖ text
//!
//! verifier key  <name>+<id in hex>+<base64: kind ‖ public key>
//! ```

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use sha2::{Digest, Sha256};

/// The most bytes of a note.
pub(crate) const NOTE_BYTES_MAX: usize = 64 * 1024;

/// The most signatures that are looked at.
pub(crate) const SIGNATURES_MAX: usize = 64;

const ED25519: u8 = 1;
const COSIGNATURE_V1: u8 = 4;

/// A note that cannot be read or is not signed as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Too long.
    #[error("the note has {0} bytes, the limit is {NOTE_BYTES_MAX}")]
    Long(usize),
    /// Not of the form.
    #[error("the note is malformed: {0}")]
    Malformed(&'static str),
    /// A key that cannot be read.
    #[error("`{0}` is no verifier key: NAME+ID+KEY is expected, as the log prints it")]
    Key(String),
    /// No signature by the key.
    #[error("the note carries no signature by {0}")]
    Unsigned(String),
    /// A signature that does not fit.
    #[error("the signature by {0} does not fit the text: the note was changed")]
    Forged(String),
}

/// A key that signs.
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    kind: u8,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// A log's key from its secret seed.
    #[must_use]
    pub fn for_log(name: &str, seed: &[u8; 32]) -> Self {
        Self { name: name.to_owned(), kind: ED25519, key: ed25519_dalek::SigningKey::from_bytes(seed) }
    }

    /// A log witness's key from its secret seed.
    #[must_use]
    pub fn for_witness(name: &str, seed: &[u8; 32]) -> Self {
        Self { kind: COSIGNATURE_V1, ..Self::for_log(name, seed) }
    }

    /// The key with which others verify.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), kind: self.kind, key: self.key.verifying_key() }
    }

    /// Signs a text that ends with a line feed. A witness's key needs [`Self::cosign`].
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        self.line(&self.key.sign(text.as_bytes()).to_bytes())
    }

    /// Cosigns a checkpoint's text at a time in seconds since 1970 UTC.
    #[must_use]
    pub fn cosign(&self, text: &str, time_seconds: u64) -> String {
        let signature = self.key.sign(cosigned(text, time_seconds).as_bytes());
        self.line(&[&time_seconds.to_be_bytes()[..], &signature.to_bytes()].concat())
    }

    fn line(&self, signature: &[u8]) -> String {
        let bytes = [&self.verifier().id()[..], signature].concat();
        format!("— {} {}\n", self.name, BASE64_STANDARD.encode(bytes))
    }
}

fn cosigned(text: &str, time_seconds: u64) -> String {
    format!("cosignature/v1\ntime {time_seconds}\n{text}")
}

/// A key that verifies. Shown in the form in which it is handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: u8,
    key: VerifyingKey,
}

impl VerifierKey {
    /// The key's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a log witness's.
    #[must_use]
    pub const fn is_witness(&self) -> bool {
        self.kind == COSIGNATURE_V1
    }

    /// Reads the form `NAME+ID+KEY`.
    ///
    /// # Errors
    /// [`NoteError::Key`] when it is not of the form, or the id does not fit.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let refused = || NoteError::Key(text.chars().take(120).collect());
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refused());
        };
        let bytes = BASE64_STANDARD.decode(key).map_err(|_| refused())?;
        let (kind, key) = bytes.split_first().ok_or_else(refused)?;
        let key: [u8; 32] = key.try_into().map_err(|_| refused())?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| refused())?;
        let parsed = Self { name: name.to_owned(), kind: *kind, key };
        let fits = parsed.hexadecimal_id() == id && !name.is_empty() && !name.contains(char::is_whitespace);
        if fits && matches!(*kind, ED25519 | COSIGNATURE_V1) { Ok(parsed) } else { Err(refused()) }
    }

    fn id(&self) -> [u8; 4] {
        let hash = Sha256::new_with_prefix(&self.name)
            .chain_update([b'\n', self.kind])
            .chain_update(self.key.as_bytes())
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    fn hexadecimal_id(&self) -> String {
        self.id().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind], &self.key.as_bytes()[..]].concat();
        write!(f, "{}+{}+{}", self.name, self.hexadecimal_id(), BASE64_STANDARD.encode(key))
    }
}

/// A cosignature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignature {
    /// The log witness.
    pub name: String,
    /// When it saw the log, in seconds since 1970 UTC.
    pub time_seconds: u64,
}

/// A text with its signatures, none of them verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The text, its last line feed included.
    pub text: String,
    signatures: Vec<(String, Vec<u8>)>,
}

impl Note {
    /// Puts a note together from a text and the lines that [`SigningKey`] gave.
    #[must_use]
    pub fn assemble(text: &str, lines: &[String]) -> String {
        format!("{text}\n{}", lines.concat())
    }

    /// Reads a note. Signatures of unknown kinds are kept and ignored.
    ///
    /// # Errors
    /// [`NoteError`] when it is too long or not of the form.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteError::Long(note.len()));
        }
        let at = note.rfind("\n\n").ok_or(NoteError::Malformed("no empty line before the signatures"))?;
        let (text, lines) = (&note[..=at], &note[at + 2..]);
        if lines.is_empty() || !lines.ends_with('\n') {
            return Err(NoteError::Malformed("no signature line, or the last one is cut"));
        }
        let mut signatures = Vec::new();
        for line in lines.lines().take(SIGNATURES_MAX) {
            let (name, signature) = line
                .strip_prefix("— ")
                .and_then(|rest| rest.split_once(' '))
                .ok_or(NoteError::Malformed("a signature line is `— NAME BASE64`"))?;
            let bytes = BASE64_STANDARD
                .decode(signature)
                .map_err(|_| NoteError::Malformed("a signature is not base64"))?;
            signatures.push((name.to_owned(), bytes));
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// Verifies the signature of a log's key.
    ///
    /// # Errors
    /// [`NoteError::Unsigned`] or [`NoteError::Forged`].
    pub fn verify(&self, key: &VerifierKey) -> Result<(), NoteError> {
        let signature = self.signature_by(key)?;
        verify(key, self.text.as_bytes(), signature)
    }

    /// Verifies the cosignature of a log witness's key.
    ///
    /// # Errors
    /// [`NoteError::Unsigned`] or [`NoteError::Forged`].
    pub fn verify_cosignature(&self, key: &VerifierKey) -> Result<Cosignature, NoteError> {
        let bytes = self.signature_by(key)?;
        let (time, signature) =
            bytes.split_at_checked(8).ok_or_else(|| NoteError::Forged(key.name.clone()))?;
        let time_seconds = time.iter().fold(0, |time, byte| time << 8 | u64::from(*byte));
        verify(key, cosigned(&self.text, time_seconds).as_bytes(), signature)?;
        Ok(Cosignature { name: key.name.clone(), time_seconds })
    }

    fn signature_by(&self, key: &VerifierKey) -> Result<&[u8], NoteError> {
        self.signatures
            .iter()
            .filter(|(name, _)| *name == key.name)
            .find_map(|(_, bytes)| bytes.strip_prefix(&key.id()))
            .ok_or_else(|| NoteError::Unsigned(key.name.clone()))
    }
}

fn verify(key: &VerifierKey, message: &[u8], signature: &[u8]) -> Result<(), NoteError> {
    let forged = || NoteError::Forged(key.name.clone());
    let signature = Signature::from_slice(signature).map_err(|_| forged())?;
    key.key.verify_strict(message, &signature).map_err(|_| forged())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the signed-note documentation of the Go checksum database.
    const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const IF_YOU_THINK: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_published_example_verifies_and_a_changed_one_does_not() {
        let key = VerifierKey::parse(PETER).unwrap();
        assert_eq!(key.to_string(), PETER);
        assert_eq!(Note::parse(IF_YOU_THINK).unwrap().verify(&key), Ok(()));
        let changed = Note::parse(&IF_YOU_THINK.replace("the answer", "no answer")).unwrap();
        assert_eq!(changed.verify(&key), Err(NoteError::Forged("PeterNeumann".into())));
    }

    #[test]
    fn a_note_holds_for_its_signers_only() {
        let log = SigningKey::for_log("example.org/log", &[1; 32]);
        let witness = SigningKey::for_witness("example.org/witness", &[2; 32]);
        let text = "example.org/log\n0\nroot\n";
        let note = Note::assemble(text, &[log.sign(text), witness.cosign(text, 1_700_000_000)]);
        let note = Note::parse(&note).unwrap();
        assert_eq!(note.text, text);
        assert_eq!(note.verify(&log.verifier()), Ok(()));
        let cosignature = note.verify_cosignature(&witness.verifier()).unwrap();
        assert_eq!(cosignature.time_seconds, 1_700_000_000);
        let other = SigningKey::for_log("example.org/log", &[3; 32]).verifier();
        assert_eq!(note.verify(&other), Err(NoteError::Unsigned("example.org/log".into())));
        assert_eq!(VerifierKey::parse(&witness.verifier().to_string()), Ok(witness.verifier()));
    }

    #[test]
    fn what_is_no_note_or_key_is_refused() {
        for note in ["", "text\n", "text\n\n", "text\n\n— a\n", "text\n\n— a b\n", "text\n\n- a AAAA\n"] {
            assert!(matches!(Note::parse(note), Err(NoteError::Malformed(_))), "{note:?}");
        }
        assert_eq!(Note::parse(&"x".repeat(NOTE_BYTES_MAX + 1)), Err(NoteError::Long(NOTE_BYTES_MAX + 1)));
        for key in ["", "a+b", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"] {
            assert!(matches!(VerifierKey::parse(key), Err(NoteError::Key(_))), "{key:?}");
        }
    }
}
