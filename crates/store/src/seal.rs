//! What is sealed and opened with the compartment's key: XChaCha20-Poly1305 with a fresh nonce each.
//!
//! ```text
//! sealed  24 bytes of nonce, then the text, its padding and 16 bytes of tag
//! handle  SHA-256(handle key ‖ SHA-256(source ‖ 0x00 ‖ name))
//! ```
//!
//! The keys for sealing, for handles and for the salts of cut lines are made from one seed, which lies in a file of its own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{Aead as _, Payload},
};
use redress_ports::{Entropy, StoreError};
use redress_statement::RecordKey;
use sha2::{Digest as _, Sha256};

use crate::{event::backend, key_file};

/// A text is padded to a multiple of this, so that its length tells little.
const PADDING_BYTES: usize = 1_024;

/// Bytes of a nonce.
const NONCE_BYTES: usize = 24;

/// What pads: JSON heeds none of it.
const PADDING: u8 = b' ';

/// The keys of the compartment.
#[derive(Clone)]
pub(crate) struct Seal {
    seal_key: [u8; 32],
    handle_key: [u8; 32],
    entropy: Arc<dyn Entropy>,
}

/// The key from which the salts of lines are made that are cut out of the kept files of the store in `dir`.
///
/// # Errors
/// When the store has no seed, or it cannot be read.
pub fn line_key(dir: &Path) -> Result<[u8; 32], StoreError> {
    Ok(key(key_file::read(&key_path(dir))?, "cut line"))
}

fn key_path(dir: &Path) -> PathBuf {
    dir.join("keys").join("compartment.key")
}

fn key(seed: [u8; 32], name: &str) -> [u8; 32] {
    Sha256::new().chain_update(b"redress/v1\0").chain_update(name).chain_update(seed).finalize().into()
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}

impl Seal {
    /// Where salts and keys come from.
    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    /// The seal of the store in `dir`; its seed is made, once, from `entropy`.
    ///
    /// # Errors
    /// When the seed cannot be read or made.
    pub(crate) fn open(dir: &Path, entropy: Arc<dyn Entropy>) -> Result<Self, StoreError> {
        let seed = key_file::seed(&key_path(dir), &*entropy)?;
        Ok(Self {
            seal_key: key(seed, "compartment seal"),
            handle_key: key(seed, "compartment handle"),
            entropy,
        })
    }

    /// The name under which a row is kept.
    pub(crate) fn handle(&self, key: &RecordKey) -> [u8; 32] {
        let name = Sha256::new().chain_update(key.source.as_str()).chain_update([0]).chain_update(&*key.key);
        Sha256::new().chain_update(self.handle_key).chain_update(name.finalize()).finalize().into()
    }

    /// Seals a text of JSON; `place` is where it is kept, and it opens nowhere else.
    ///
    /// # Errors
    /// When the system has no chance to give.
    pub(crate) fn close(&self, place: &[u8], mut text: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let failed = |what: &dyn std::fmt::Display| backend("sealing a row", what.to_string());
        text.resize(text.len().next_multiple_of(PADDING_BYTES), PADDING);
        let random = self.entropy.bytes32().map_err(|error| failed(&error))?;
        let nonce: [u8; NONCE_BYTES] = std::array::from_fn(|at| random[at]);
        let payload = Payload { msg: &text, aad: place };
        let sealed = XChaCha20Poly1305::new(&self.seal_key.into()).encrypt(&nonce.into(), payload);
        Ok([&nonce[..], &sealed.map_err(|error| failed(&error))?].concat())
    }

    /// Opens what was sealed at a place.
    ///
    /// # Errors
    /// When it was sealed elsewhere, with another key, or was damaged.
    pub(crate) fn open_at(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let wrong = || backend("opening a seal", "it was sealed with another key or is damaged");
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(wrong)?;
        let payload = Payload { msg: sealed, aad: place };
        XChaCha20Poly1305::new(&self.seal_key.into()).decrypt(&(*nonce).into(), payload).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use redress_testkit::CountingEntropy;

    use super::*;

    fn seal(dir: &Path) -> Seal {
        Seal::open(dir, Arc::new(CountingEntropy::default())).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_in_its_place_alone() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let seal = seal(dir.path());
        let mut sealed = seal.close(b"here", b"{\"form\":\"I-918\"}".to_vec()).unwrap();
        let opened = seal.open_at(b"here", &sealed).unwrap();
        assert_eq!(opened.trim_ascii_end(), b"{\"form\":\"I-918\"}");
        let again = seal.close(b"here", b"{}".to_vec()).unwrap();
        assert_eq!(again.len(), sealed.len(), "the length tells nothing");
        assert!(seal.open_at(b"there", &sealed).is_err());
        let entropy = CountingEntropy::default();
        entropy.bytes32().unwrap();
        assert!(Seal::open(other.path(), Arc::new(entropy)).unwrap().open_at(b"here", &sealed).is_err());
        assert!(seal.open_at(b"here", &sealed[..20]).is_err());
        sealed[40] ^= 1;
        assert!(seal.open_at(b"here", &sealed).is_err());
    }

    #[test]
    fn a_handle_is_of_one_name_and_one_store() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let entropy = CountingEntropy::default();
        entropy.bytes32().unwrap();
        let seals = [seal(dir.path()), Seal::open(other.path(), Arc::new(entropy)).unwrap()];
        let mut handles = std::collections::BTreeSet::new();
        for seal in &seals {
            for (source, key) in [("benefits", "IOE1"), ("benefits", "IOE2"), ("border", "IOE1")] {
                let key = RecordKey { source: source.parse().unwrap(), key: key.into() };
                assert_eq!(seal.handle(&key), seal.handle(&key.clone()));
                handles.insert(seal.handle(&key));
            }
        }
        assert_eq!(handles.len(), 6);
    }
}
