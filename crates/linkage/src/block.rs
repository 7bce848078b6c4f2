//! The records of some blocks laid side by side, attribute by attribute, so that comparing their pairs touches no other
//! memory.

use crate::dictionary::{Dictionary, Features, NULL};
use crate::letters::{Letters, LettersTable};
use crate::sieve::{Followed, LANES};

/// What comparisons read of the values of an attribute, beside their codes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reads {
    /// Their letters.
    pub(crate) letters: bool,
    /// Their words.
    pub(crate) words: bool,
}

/// The records of a block.
#[derive(Debug, Default)]
pub(crate) struct Block {
    n_records: usize,
    /// The codes of the first attribute of all records, then of the second.
    codes: Vec<u32>,
    /// In the same order the level of two values that are both equal to this one.
    equals: Vec<u8>,
    /// The letters of the attributes of which they are read, in the same order.
    letters: LettersTable,
    /// The features of the attributes that are compared by their words, in the same order.
    features: Vec<Features>,
    /// For each attribute its place among those of which the letters are read ...
    lettered: Vec<Option<usize>>,
    /// ... and among those that are compared by their words.
    worded: Vec<Option<usize>>,
}

impl Block {
    /// A block of records of which so much is read, attribute by attribute.
    pub(crate) fn new(reads: &[Reads]) -> Self {
        let places = |is_read: fn(&Reads) -> bool| {
            let mut n = 0;
            let place = |reads: &Reads| {
                n += usize::from(is_read(reads));
                is_read(reads).then(|| n - 1)
            };
            reads.iter().map(place).collect()
        };
        Self {
            lettered: places(|reads| reads.letters),
            worded: places(|reads| reads.words),
            ..Self::default()
        }
    }

    /// Lays down the records of a block. `code` gives the code of a record's attribute, `equal` the level of two values that are both
    /// equal to it, `dictionaries` for each attribute the dictionary of its codes.
    pub(crate) fn gather(
        &mut self,
        records: &[u32],
        code: impl Fn(u32, usize) -> u32,
        equal: impl Fn(u32, usize) -> u8,
        dictionaries: &[Option<&Dictionary>],
    ) {
        self.n_records = records.len();
        self.codes.clear();
        self.equals.clear();
        self.letters.clear();
        self.features.clear();
        for (slot, dictionary) in dictionaries.iter().enumerate() {
            let from = self.codes.len();
            self.codes.extend(records.iter().map(|record| code(*record, slot)));
            self.equals.extend(records.iter().map(|record| equal(*record, slot)));
            let Some(dictionary) = dictionary else { continue };
            if self.lettered[slot].is_some() {
                dictionary.letters_of(&self.codes[from..], &mut self.letters);
            }
            if self.worded[slot].is_some() {
                self.features.extend(self.codes[from..].iter().map(|code| dictionary.features(*code)));
            }
        }
        self.codes.resize(self.codes.len() + LANES, NULL);
        self.letters.pad(LANES);
    }

    /// The codes of an attribute of all records.
    pub(crate) fn codes(&self, slot: usize) -> &[u32] {
        &self.codes[slot * self.n_records..(slot + 1) * self.n_records]
    }

    /// The level of a pair whose values are both equal to that of a record.
    pub(crate) fn equal(&self, slot: usize, place: usize) -> u8 {
        self.equals[slot * self.n_records + place]
    }

    /// The letters of an attribute of all records; none where they are not read.
    pub(crate) fn letters(&self, slot: usize) -> Letters<'_> {
        self.letters_between(slot, 0, self.n_records)
    }

    fn letters_between(&self, slot: usize, from: usize, to: usize) -> Letters<'_> {
        let of_place = |place: usize| {
            let first = place * self.n_records;
            self.letters.range(first + from, first + to)
        };
        self.lettered[slot].map(of_place).unwrap_or_default()
    }

    /// An attribute of one record and of so many that follow it.
    pub(crate) fn followed(&self, slot: usize, left: usize, n: usize) -> Followed<'_> {
        let (first, end) = (slot * self.n_records, left + 1 + n + LANES);
        let letters = self.letters_between(slot, left, end);
        Followed { n, codes: &self.codes[first + left..first + end], letters }
    }

    /// The features of an attribute of all records; none where they are not read.
    pub(crate) fn features(&self, slot: usize) -> &[Features] {
        let of_place = |place: usize| &self.features[place * self.n_records..(place + 1) * self.n_records];
        self.worded[slot].map(of_place).unwrap_or_default()
    }
}
