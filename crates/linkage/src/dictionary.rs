//! The distinct normalized values of one or more columns, and what comparisons need to know of each.

use std::cmp::Ordering;
use std::collections::HashMap;

use rayon::prelude::*;
use redress_statement::name::{equivalence_mask, is_particle, skeleton};

use crate::hashing::{FixedState, hash_bytes};
use crate::normal::is_street_word;
use crate::similarity::Signature;

/// Code of a value that is not there.
pub(crate) const NULL: u32 = 0;

/// Distinct values; the code of a value is its place from 1. The values that a dictionary is made of stand in byte order,
/// so that codes do not depend on row order; values added later follow them.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    /// All values, one after the other.
    text: String,
    /// Where each value ends in the text; the first is the absent value.
    ends: Vec<usize>,
    signatures: Vec<Signature>,
    /// Of values that are compared by their words; otherwise none.
    features: Vec<Features>,
    /// Whether the features are kept.
    has_features: bool,
    /// How many values stand in byte order, the absent one included.
    n_sorted: usize,
    /// The codes of the values added later.
    added: HashMap<String, u32, FixedState>,
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
fn start_of(text: &str) -> u64 {
    let mut start = [0; 8];
    let n = text.len().min(start.len());
    start[..n].copy_from_slice(&text.as_bytes()[..n]);
    u64::from_be_bytes(start)
}

/// Skeletons of fewer consonants are not compared.
const SKELETON_CHARS_MIN: usize = 2;

impl Dictionary {
    /// A dictionary of the values given, in any order and repeated or not.
    #[cfg(test)]
    pub(crate) fn new<'a>(values: impl ParallelIterator<Item = &'a str>) -> Self {
        let values: Vec<Option<String>> = values.map(|value| Some(value.to_owned())).collect();
        Self::coded(&[values]).0
    }

    /// A dictionary of the values of some lists, in any order and repeated or not, and for each list the codes of its
    /// values, [`NULL`] for none.
    pub(crate) fn coded(lists: &[Vec<Option<String>>]) -> (Self, Vec<Vec<u32>>) {
        let value =
            |place: &Place| lists[place.list as usize][place.idx as usize].as_deref().unwrap_or_default();
        let places = |(list, values): (usize, &Vec<Option<String>>)| {
            let place = move |(idx, value): (usize, &Option<String>)| {
                let start = start_of(value.as_ref()?);
                Some(Place { start, list: list as u32, idx: idx as u32 })
            };
            values.par_iter().enumerate().filter_map(place).collect::<Vec<_>>()
        };
        let mut order: Vec<Place> = lists.iter().enumerate().flat_map(places).collect();
        order.par_sort_unstable_by(|a, b| a.start.cmp(&b.start).then_with(|| value(a).cmp(value(b))));
        let mut codes: Vec<Vec<u32>> = lists.iter().map(|values| vec![NULL; values.len()]).collect();
        let mut dictionary = Self { ends: vec![0], ..Self::default() };
        for same in order.chunk_by(|a, b| a.start == b.start && value(a) == value(b)) {
            let code = dictionary.ends.len() as u32;
            dictionary.text.push_str(value(&same[0]));
            dictionary.ends.push(dictionary.text.len());
            same.iter().for_each(|place| codes[place.list as usize][place.idx as usize] = code);
        }
        dictionary.n_sorted = dictionary.ends.len();
        let all = (0..dictionary.ends.len() as u32).into_par_iter();
        dictionary.signatures = all.map(|code| Signature::of(dictionary.value(code))).collect();
        (dictionary, codes)
    }

    /// The same dictionary, which keeps the features of its values.
    pub(crate) fn with_features(mut self) -> Self {
        let codes = (0..self.len() as u32).into_par_iter();
        self.features = codes.map(|code| Features::of(self.value(code))).collect();
        self.has_features = true;
        self
    }

    /// The code of a value; [`NULL`] when it is not in the dictionary.
    pub(crate) fn code(&self, value: &str) -> u32 {
        let (mut from, mut to) = (1, self.n_sorted);
        while from < to {
            let middle = from.midpoint(to);
            match self.value(middle as u32).cmp(value) {
                Ordering::Less => from = middle + 1,
                Ordering::Equal => return middle as u32,
                Ordering::Greater => to = middle,
            }
        }
        self.added.get(value).copied().unwrap_or(NULL)
    }

    /// The code of a value, which is added when it is not in the dictionary.
    pub(crate) fn code_or_add(&mut self, value: &str) -> u32 {
        match self.code(value) {
            NULL => {
                let code = self.ends.len() as u32;
                self.text.push_str(value);
                self.ends.push(self.text.len());
                self.signatures.push(Signature::of(value));
                if self.has_features {
                    self.features.push(Features::of(value));
                }
                self.added.insert(value.to_owned(), code);
                code
            }
            code => code,
        }
    }

    /// Forgets the values added last, so that `len` codes remain; those in byte order always do.
    pub(crate) fn truncate(&mut self, len: usize) {
        while self.ends.len() > len.max(self.n_sorted) {
            let code = self.ends.len() as u32 - 1;
            let value = self.value(code).to_owned();
            self.added.remove(&value);
            self.ends.pop();
            self.signatures.pop();
            self.features.truncate(self.ends.len());
            self.text.truncate(self.text.len() - value.len());
        }
    }

    pub(crate) fn value(&self, code: u32) -> &str {
        let code = code as usize;
        let Some(end) = self.ends.get(code) else { return "" };
        let from = if code == 0 { 0 } else { self.ends[code - 1] };
        &self.text[from..*end]
    }

    pub(crate) fn signature(&self, code: u32) -> Signature {
        self.signatures[code as usize]
    }

    /// The features of a value, computed where they are not kept.
    pub(crate) fn features(&self, code: u32) -> Features {
        self.features.get(code as usize).copied().unwrap_or_else(|| Features::of(self.value(code)))
    }

    /// Bytes of memory that the values and their features take.
    pub(crate) fn n_bytes(&self) -> u64 {
        let n_values = self.ends.len() * (size_of::<usize>() + size_of::<Signature>());
        (self.text.len() + n_values + self.features.len() * size_of::<Features>()) as u64
    }

    /// All values one after the other, and where each ends.
    pub(crate) fn text_and_ends(&self) -> (&str, &[usize]) {
        (&self.text, &self.ends)
    }

    /// How many values stand in byte order, the absent one included.
    pub(crate) const fn n_sorted(&self) -> usize {
        self.n_sorted
    }

    /// A dictionary of its text and ends; `None` when they do not fit each other.
    pub(crate) fn of_parts(text: String, ends: Vec<usize>, n_sorted: usize) -> Option<Self> {
        let is_cut = |ends: &[usize]| ends[0] <= ends[1] && text.is_char_boundary(ends[0]);
        let fits = (1..=ends.len()).contains(&n_sorted)
            && ends.first() == Some(&0)
            && ends.last() == Some(&text.len())
            && ends.windows(2).all(is_cut);
        if !fits {
            return None;
        }
        let mut dictionary = Self { text, ends, n_sorted, ..Self::default() };
        let codes = 0..dictionary.ends.len() as u32;
        dictionary.signatures =
            codes.clone().into_par_iter().map(|code| Signature::of(dictionary.value(code))).collect();
        let added = codes.skip(n_sorted).map(|code| (dictionary.value(code).to_owned(), code));
        dictionary.added = added.collect();
        Some(dictionary)
    }

    /// How many codes there are, [`NULL`] included.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
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
