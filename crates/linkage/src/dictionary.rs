//! The distinct normalized values of one or more columns, and what comparisons need to know of each.

use std::collections::HashMap;

use rayon::prelude::*;
use redress_statement::name::{equivalence_mask, is_particle, skeleton};

use crate::distinct_texts::Forms;
use crate::hashing::{FixedState, hash_bytes};
use crate::letters::LettersTable;
use crate::normal::is_street_word;
use crate::similarity::Signature;
use crate::text_list::TextList;

/// Code of a value that is not there.
pub(crate) const NULL: u32 = 0;

/// Distinct values; the code of a value is its place from 1. The values that a dictionary is made of stand in byte order,
/// so that codes do not depend on row order; values added later follow them.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    /// The values of which the dictionary was made, in byte order; the first is the absent value.
    values: TextList,
    /// Of each of these, unless they are computed when they are asked for.
    signatures: Vec<Signature>,
    /// Of values that are compared by their words; otherwise none.
    features: Vec<Features>,
    /// The values added later, in the order of their codes.
    added: Vec<Added>,
    /// The codes of these.
    codes_added: HashMap<String, u32, FixedState>,
}

/// A value added later.
#[derive(Debug)]
struct Added {
    value: String,
    signature: Signature,
    features: Features,
}

/// What is computed once for each distinct value that is compared by its words.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Features {
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

/// Where a value stands in the lists that a dictionary is made of.
struct Place {
    /// The first bytes of the value: they order most values without a look at their texts.
    start: u64,
    list: u32,
    idx: u32,
}

/// The first eight bytes of a text as a number, padded with zero: numbers in order, texts in order.
fn start_of(text: &[u8]) -> u64 {
    let mut start = [0; 8];
    let n = text.len().min(start.len());
    start[..n].copy_from_slice(&text[..n]);
    u64::from_be_bytes(start)
}

/// Skeletons of fewer consonants are not compared.
const SKELETON_CHARS_MIN: usize = 2;

impl Dictionary {
    /// A dictionary of the values given, in any order and repeated or not.
    #[cfg(test)]
    pub(crate) fn new<'a>(values: impl ParallelIterator<Item = &'a str>) -> Self {
        Self::coded(&[Forms::of(&values.collect::<Vec<&str>>())]).0
    }

    /// A dictionary of the values of some lists, in any order and repeated or not, and for each list the codes of its
    /// values, [`NULL`] for none.
    pub(crate) fn coded(lists: &[Forms]) -> (Self, Vec<Vec<u32>>) {
        let value = |place: &Place| lists[place.list as usize].bytes(place.idx as usize);
        let places = |(list, values): (usize, &Forms)| {
            let place = |idx: usize| {
                let value = Some(values.bytes(idx)).filter(|value| !value.is_empty())?;
                Some(Place { start: start_of(value), list: list as u32, idx: idx as u32 })
            };
            (0..values.len()).into_par_iter().filter_map(place).collect::<Vec<_>>()
        };
        let mut order: Vec<Place> = lists.iter().enumerate().flat_map(places).collect();
        order.par_sort_unstable_by(|a, b| a.start.cmp(&b.start).then_with(|| value(a).cmp(value(b))));
        let mut codes: Vec<Vec<u32>> = lists.iter().map(|values| vec![NULL; values.len()]).collect();
        let mut dictionary = Self::default();
        dictionary.values.push("");
        for same in order.chunk_by(|a, b| a.start == b.start && value(a) == value(b)) {
            let code = dictionary.len() as u32;
            dictionary.values.push_bytes(value(&same[0]));
            same.iter().for_each(|place| codes[place.list as usize][place.idx as usize] = code);
        }
        drop(order);
        let all = (0..dictionary.len() as u32).into_par_iter();
        dictionary.signatures = all.map(|code| Signature::of_bytes(dictionary.bytes(code))).collect();
        (dictionary, codes)
    }

    /// The same dictionary, which keeps the features of its values.
    pub(crate) fn with_features(mut self) -> Self {
        let codes = (0..self.len() as u32).into_par_iter();
        self.features = codes.map(|code| Features::of(self.value(code))).collect();
        self
    }

    /// The code of a value; [`NULL`] when it is not in the dictionary.
    pub(crate) fn code(&self, value: &str) -> u32 {
        match self.values.search((1, self.values.len()), value) {
            Ok(code) => code as u32,
            Err(_) => self.codes_added.get(value).copied().unwrap_or(NULL),
        }
    }

    /// The code of a value, which is added when it is not in the dictionary.
    pub(crate) fn code_or_add(&mut self, value: &str) -> u32 {
        match self.code(value) {
            NULL => {
                let code = self.len() as u32;
                let (signature, features) = (Signature::of(value), Features::of(value));
                self.added.push(Added { value: value.to_owned(), signature, features });
                self.codes_added.insert(value.to_owned(), code);
                code
            }
            code => code,
        }
    }

    /// Forgets the values added last, so that `len` codes remain; those in byte order always do.
    pub(crate) fn truncate(&mut self, len: usize) {
        while self.len() > len
            && let Some(last) = self.added.pop()
        {
            self.codes_added.remove(&last.value);
        }
    }

    /// The value of a code; empty for the absent one and for a code that nothing has.
    pub(crate) fn value(&self, code: u32) -> &str {
        match self.added_at(code) {
            Some(added) => &added.value,
            None => self.values.get(code as usize),
        }
    }

    /// The bytes of the value of a code.
    pub(crate) fn bytes(&self, code: u32) -> &[u8] {
        match self.added_at(code) {
            Some(added) => added.value.as_bytes(),
            None => self.values.bytes(code as usize),
        }
    }

    fn added_at(&self, code: u32) -> Option<&Added> {
        self.added.get((code as usize).checked_sub(self.values.len())?)
    }

    pub(crate) fn signature(&self, code: u32) -> Signature {
        let known = self.signatures.get(code as usize).copied();
        known
            .or_else(|| self.added_at(code).map(|added| added.signature))
            .unwrap_or_else(|| Signature::of(self.value(code)))
    }

    /// Writes down the letters of many codes. Where the table of signatures is at hand, nothing but the table is looked at, so that the
    /// machine fetches many of them at once.
    pub(crate) fn letters_of(&self, codes: &[u32], into: &mut LettersTable) {
        if codes.iter().all(|code| (*code as usize) < self.signatures.len()) {
            into.extend(codes.iter().map(|code| self.signatures[*code as usize]));
        } else {
            into.extend(codes.iter().map(|code| self.signature(*code)));
        }
    }

    /// The features of a value, computed where they are not kept.
    pub(crate) fn features(&self, code: u32) -> Features {
        let known = self.features.get(code as usize).copied();
        known
            .or_else(|| self.added_at(code).map(|added| added.features))
            .unwrap_or_else(|| Features::of(self.value(code)))
    }

    /// Bytes of memory that the values and their features take.
    pub(crate) fn n_bytes(&self) -> u64 {
        let of_values =
            self.values.len() * size_of::<Signature>() + self.features.len() * size_of::<Features>();
        self.values.n_bytes() + of_values as u64
    }

    /// The values in byte order, and those added later.
    pub(crate) fn parts(&self) -> (&TextList, impl Iterator<Item = &str>) {
        (&self.values, self.added.iter().map(|added| added.value.as_str()))
    }

    /// A dictionary of its values in byte order, the absent one first. What is known of each is computed when it is asked for.
    pub(crate) fn of_values(values: TextList) -> Self {
        Self { values, ..Self::default() }
    }

    /// How many codes there are, [`NULL`] included.
    pub(crate) fn len(&self) -> usize {
        self.values.len() + self.added.len()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_coded_in_byte_order_and_added_ones_after_them() {
        let mut dictionary = Dictionary::new(["b", "a", "b", "é"].into_par_iter());
        let codes = |dictionary: &Dictionary| ["a", "b", "é", "c"].map(|value| dictionary.code(value));
        assert_eq!(codes(&dictionary), [1, 2, 3, NULL]);
        assert_eq!(
            [dictionary.code_or_add("c"), dictionary.code_or_add("c"), dictionary.code_or_add("b")],
            [4, 4, 2]
        );
        assert_eq!((dictionary.value(4), dictionary.value(3), dictionary.value(0)), ("c", "é", ""));
        dictionary.truncate(4);
        assert_eq!((codes(&dictionary), dictionary.len()), ([1, 2, 3, NULL], 4));
        dictionary.truncate(0);
        assert_eq!(dictionary.len(), 4);
    }
}
