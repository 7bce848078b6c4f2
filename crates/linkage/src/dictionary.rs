//! The distinct normalized values of one or more columns, and what comparisons need to know of each.

use rayon::prelude::*;
use redress_statement::name::{equivalence_mask, is_particle, skeleton};

use crate::hashing::hash_bytes;
use crate::normal::is_street_word;
use crate::similarity::Signature;

/// Code of a value that is not there.
pub(crate) const NULL: u32 = 0;

/// Distinct values in byte order; the code of a value is its place from 1, so that codes do not depend on row order.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    values: Vec<String>,
    features: Vec<Features>,
}

/// What is computed once for each distinct value.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Features {
    pub(crate) signature: Signature,
    /// Hash of the consonant skeleton; 0 when it is too short to say anything.
    pub(crate) skeleton: u32,
    /// Tables of equivalent given names that hold the first word.
    pub(crate) equivalents: u128,
    /// Hash of the words in any order, particles left out.
    pub(crate) word_set: u64,
    /// Hash of the letters without spaces.
    pub(crate) letters: u64,
    /// One bit of 64 for each telling word.
    pub(crate) words: u64,
    /// Whether the value has more than one word.
    pub(crate) is_phrase: bool,
}

/// Skeletons of fewer consonants are not compared.
const SKELETON_CHARS_MIN: usize = 2;

impl Dictionary {
    /// A dictionary of the values given, in any order and repeated or not.
    pub(crate) fn new(mut values: Vec<String>) -> Self {
        values.par_sort_unstable();
        values.dedup();
        values.insert(0, String::new());
        let features = values.par_iter().map(|value| Features::of(value)).collect();
        Self { values, features }
    }

    /// The code of a value; [`NULL`] when it is not in the dictionary.
    pub(crate) fn code(&self, value: &str) -> u32 {
        self.values.binary_search_by(|v| v.as_str().cmp(value)).map_or(NULL, |place| place as u32)
    }

    pub(crate) fn value(&self, code: u32) -> &str {
        self.values.get(code as usize).map_or("", String::as_str)
    }

    pub(crate) fn features(&self, code: u32) -> &Features {
        &self.features[code as usize]
    }

    /// How many codes there are, [`NULL`] included.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }
}

impl Features {
    fn of(value: &str) -> Self {
        let words = value.split(' ');
        let bones: String = words.clone().map(skeleton).collect();
        let telling = words.clone().filter(|word| is_telling(word));
        let hash = |text: &str| hash_bytes(text.as_bytes());
        let letters: String = words.clone().collect();
        let first = value.split(' ').next().unwrap_or_default();
        Self {
            signature: Signature::of(value),
            skeleton: if bones.len() < SKELETON_CHARS_MIN {
                0
            } else {
                hash_bytes(bones.as_bytes()) as u32 | 1
            },
            equivalents: equivalence_mask(first),
            word_set: words
                .clone()
                .filter(|w| !is_particle(w))
                .fold(0, |sum: u64, w| sum.wrapping_add(hash(w))),
            letters: hash(&letters),
            words: telling.fold(0, |bits, word| bits | 1 << (hash(word) % 64)),
            is_phrase: words.count() > 1,
        }
    }
}

/// Whether a word, when two values share it, says something: no particle, no single letter, no kind of street.
pub(crate) fn is_telling(word: &str) -> bool {
    word.len() > 1 && !is_particle(word) && !is_street_word(word)
}
