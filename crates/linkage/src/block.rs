//! The records of one block laid side by side, attribute by attribute, so that comparing their pairs touches no other
//! memory.

use crate::dictionary::{Dictionary, Features};
use crate::similarity::Signature;

/// From this many records on, what comparisons read of a block's values is gathered.
const GATHERED_RECORDS_MIN: usize = 6;

/// The records of a block.
#[derive(Debug, Default)]
pub(crate) struct Block {
    n_records: usize,
    is_gathered: bool,
    /// The codes of the first attribute of all records, then of the second.
    codes: Vec<u32>,
    /// In the same order; empty for a small block.
    signatures: Vec<Signature>,
    /// The features of the attributes that are compared by their words, in the same order.
    features: Vec<Features>,
    /// For each attribute its place among those that are compared by their words.
    worded: Vec<Option<usize>>,
}

impl Block {
    /// A block of records with so many attributes, of which these are compared by their words.
    pub(crate) fn new(is_worded: impl Iterator<Item = bool>) -> Self {
        let mut n_worded = 0;
        let place = |is_worded: bool| {
            n_worded += usize::from(is_worded);
            is_worded.then(|| n_worded - 1)
        };
        Self { worded: is_worded.map(place).collect(), ..Self::default() }
    }

    /// Lays down the records of a block. `code` gives the code of a record's attribute, `dictionaries` for each attribute
    /// the dictionary of its codes.
    pub(crate) fn gather(
        &mut self,
        records: &[u32],
        code: impl Fn(u32, usize) -> u32,
        dictionaries: &[Option<&Dictionary>],
    ) {
        self.n_records = records.len();
        self.is_gathered = records.len() >= GATHERED_RECORDS_MIN;
        self.codes.clear();
        self.signatures.clear();
        self.features.clear();
        for (slot, dictionary) in dictionaries.iter().enumerate() {
            let from = self.codes.len();
            self.codes.extend(records.iter().map(|record| code(*record, slot)));
            if !self.is_gathered {
                continue;
            }
            let codes = self.codes[from..].iter();
            match dictionary {
                Some(dictionary) => {
                    self.signatures.extend(codes.clone().map(|code| dictionary.signature(*code)));
                    if self.worded[slot].is_some() {
                        self.features.extend(codes.map(|code| dictionary.features(*code)));
                    }
                }
                None => self.signatures.resize(self.codes.len(), Signature::default()),
            }
        }
    }

    /// The codes of an attribute of all records.
    pub(crate) fn codes(&self, slot: usize) -> &[u32] {
        &self.codes[slot * self.n_records..(slot + 1) * self.n_records]
    }

    /// The signatures of an attribute of all records; None when they are not gathered.
    pub(crate) fn signatures(&self, slot: usize) -> Option<&[Signature]> {
        self.is_gathered.then(|| &self.signatures[slot * self.n_records..(slot + 1) * self.n_records])
    }

    /// The features of an attribute of all records; None when they are not gathered.
    pub(crate) fn features(&self, slot: usize) -> Option<&[Features]> {
        let place = self.worded[slot].filter(|_| self.is_gathered)?;
        Some(&self.features[place * self.n_records..(place + 1) * self.n_records])
    }
}
