//! The form of an index at rest: one file, written and read as a whole.
//!
//! ```text
//! "RDRSIDX1"                     ← eight bytes, the version
//! head                           ← JSON: configuration, model, attributes, rules, refined keys
//! numbers of the model           ← f64, so that not a bit of them is lost in the JSON
//! ids, their ends                ← text, u64
//! source of each record          ← u32
//! for each dictionary            ← text, ends as u64
//! for each comparison its bands  ← u8
//! codes                          ← u32
//! for each rule its keys         ← u64
//! ```
//!
//! Each section begins with its length in bytes as u64; numbers are little-endian. No reading or writing of files is done
//! here: the bytes are the caller's.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::blocking::Split;
use crate::config::Config;
use crate::dictionary::Dictionary;
use crate::index::{Index, IndexError, Parts};
use crate::kind::Kind;
use crate::model::Model;
use crate::rule::Rule;
use crate::runs::Runs;
use crate::table::{Attribute, BirthReading, Table};

const MAGIC: &[u8; 8] = b"RDRSIDX1";

#[derive(Serialize, Deserialize)]
struct Head {
    config: Config,
    model: Model,
    sources: Vec<String>,
    attributes: Vec<AttributeHead>,
    /// Values of each dictionary that stand in byte order.
    n_sorted: Vec<usize>,
    rules: Vec<Rule>,
    splits: Vec<Split>,
    added: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct AttributeHead {
    name: String,
    columns: Vec<String>,
    kind: Kind,
    dictionary: Option<usize>,
    birth: Option<BirthReading>,
}

impl Index {
    /// The index as bytes; the same index gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut splits: Vec<Split> = self.splits.iter().copied().collect();
        splits.sort_unstable();
        let of_attribute = |attribute: &Attribute| AttributeHead {
            name: attribute.name.clone(),
            columns: attribute.columns.clone(),
            kind: attribute.kind,
            dictionary: attribute.dictionary,
            birth: attribute.birth.clone(),
        };
        let head = Head {
            config: self.config.clone(),
            model: self.model.clone(),
            sources: self.table.sources().to_vec(),
            attributes: self.table.attributes().iter().map(of_attribute).collect(),
            n_sorted: self.table.dictionaries().iter().map(Dictionary::n_sorted).collect(),
            rules: self.rules.clone(),
            splits,
            added: self.added.clone(),
        };
        let mut bytes = MAGIC.to_vec();
        section(&mut bytes, &serde_json::to_vec(&head).unwrap_or_default());
        let mut model = self.model.clone();
        let numbers = numbers_of(&mut model);
        section(&mut bytes, &numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>());
        let (ids, ends) = self.table.ids_and_ends();
        section(&mut bytes, ids.as_bytes());
        u64s(&mut bytes, &ends);
        u32s(&mut bytes, self.table.source_indices());
        for dictionary in self.table.dictionaries() {
            let (text, ends) = dictionary.text_and_ends();
            section(&mut bytes, text.as_bytes());
            u64s(&mut bytes, &ends.iter().map(|end| *end as u64).collect::<Vec<u64>>());
        }
        self.bands.iter().for_each(|bands| section(&mut bytes, bands));
        u32s(&mut bytes, &self.packed);
        self.runs.iter().for_each(|runs| u64s(&mut bytes, &runs.sorted()));
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`IndexError::Form`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IndexError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| form("its first bytes differ"))?;
        let mut sections = Sections { rest };
        let mut head: Head =
            serde_json::from_slice(sections.next()?).map_err(|error| form(&format!("its head: {error}")))?;
        let numbers: Vec<f64> =
            sections.next()?.chunks_exact(8).map(|word| f64::from_bits(u64_of(word))).collect();
        let places = numbers_of(&mut head.model);
        if numbers.len() != places.len() {
            return Err(form("the numbers of its model"));
        }
        places.into_iter().zip(numbers).for_each(|(place, number)| *place = number);
        let ids = sections.texts()?;
        let source_of = sections.u32s()?;
        let mut dictionaries = Vec::new();
        for n_sorted in &head.n_sorted {
            let text = sections.text()?;
            let ends = sections.u64s()?.into_iter().map(|end| end as usize).collect();
            dictionaries
                .push(Dictionary::of_parts(text, ends, *n_sorted).ok_or_else(|| form("a dictionary"))?);
        }
        let of_head = |head: AttributeHead| Attribute {
            name: head.name,
            columns: head.columns,
            kind: head.kind,
            codes: Vec::new(),
            dictionary: head.dictionary,
            birth: head.birth,
        };
        let attributes: Vec<Attribute> = head.attributes.into_iter().map(of_head).collect();
        let dictionaries = with_features(dictionaries, &attributes, &head.config);
        let bands =
            attributes.iter().map(|_| sections.next().map(<[u8]>::to_vec)).collect::<Result<_, _>>()?;
        let packed = sections.u32s()?;
        let runs =
            head.rules.iter().map(|_| sections.u64s().map(Runs::of_sorted)).collect::<Result<_, _>>()?;
        let n_records = ids.len() + head.added.len();
        let is_coded = |codes: &[u32]| {
            let of_slot = codes.iter().zip(&attributes);
            let dictionary =
                |attribute: &Attribute| attribute.dictionary.and_then(|idx| dictionaries.get(idx));
            of_slot
                .map(|(code, a)| (*code as usize, dictionary(a)))
                .all(|(code, d)| d.is_none_or(|d| code < d.len()))
        };
        let fits = sections.rest.is_empty()
            && source_of.len() == ids.len()
            && packed.len() == n_records * attributes.len()
            && source_of.iter().all(|source| (*source as usize) < head.sources.len())
            && attributes.iter().all(|a| a.dictionary.is_none_or(|idx| idx < dictionaries.len()))
            && packed.par_chunks(attributes.len().max(1)).all(is_coded);
        if !fits {
            return Err(form("its sections do not belong together"));
        }
        Ok(Self::of_parts(Parts {
            table: Table::of_parts(ids, head.sources, source_of, attributes, dictionaries),
            config: head.config,
            model: head.model,
            bands,
            packed,
            rules: head.rules,
            runs,
            splits: head.splits.into_iter().collect(),
            added: head.added,
        }))
    }
}

/// The dictionaries, of which those that are compared by their words keep their features.
fn with_features(
    dictionaries: Vec<Dictionary>,
    attributes: &[Attribute],
    config: &Config,
) -> Vec<Dictionary> {
    let reads_words = |place: usize| {
        let of_dictionary = attributes.iter().filter(|attribute| attribute.dictionary == Some(place));
        of_dictionary.flat_map(|attribute| &attribute.columns).any(|column| config.reads_words(column))
    };
    let kept = |(place, dictionary): (usize, Dictionary)| {
        if reads_words(place) { dictionary.with_features() } else { dictionary }
    };
    dictionaries.into_iter().enumerate().map(kept).collect()
}

/// The numbers from which probabilities follow, in one order.
fn numbers_of(model: &mut Model) -> Vec<&mut f64> {
    let mut numbers = Vec::new();
    for pattern in &mut model.patterns {
        numbers.extend([
            &mut pattern.match_weight_bits,
            &mut pattern.match_probability,
            &mut pattern.reliability_low,
            &mut pattern.reliability_high,
        ]);
    }
    for class in &mut model.classes {
        numbers.push(&mut class.share);
        numbers.extend(class.probabilities.iter_mut().flatten());
    }
    numbers.extend(model.m.iter_mut().chain(&mut model.u).flatten());
    numbers
}

fn section(bytes: &mut Vec<u8>, content: &[u8]) {
    bytes.extend((content.len() as u64).to_le_bytes());
    bytes.extend_from_slice(content);
}

fn u32s(bytes: &mut Vec<u8>, numbers: &[u32]) {
    bytes.extend((size_of_val(numbers) as u64).to_le_bytes());
    numbers.iter().for_each(|number| bytes.extend(number.to_le_bytes()));
}

fn u64s(bytes: &mut Vec<u8>, numbers: &[u64]) {
    bytes.extend((size_of_val(numbers) as u64).to_le_bytes());
    numbers.iter().for_each(|number| bytes.extend(number.to_le_bytes()));
}

fn u64_of(word: &[u8]) -> u64 {
    word.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn form(reason: &str) -> IndexError {
    IndexError::Form { reason: reason.to_owned() }
}

/// The sections that are still to be read.
struct Sections<'a> {
    rest: &'a [u8],
}

impl<'a> Sections<'a> {
    fn next(&mut self) -> Result<&'a [u8], IndexError> {
        let cut = || form("it ends too early");
        let (length, rest) = self.rest.split_at_checked(8).ok_or_else(cut)?;
        let length = usize::try_from(u64_of(length)).map_err(|_| cut())?;
        let (section, rest) = rest.split_at_checked(length).ok_or_else(cut)?;
        self.rest = rest;
        Ok(section)
    }

    fn text(&mut self) -> Result<String, IndexError> {
        String::from_utf8(self.next()?.to_vec()).map_err(|_| form("a text is not UTF-8"))
    }

    /// Texts that follow each other, and where each ends.
    fn texts(&mut self) -> Result<Vec<String>, IndexError> {
        let text = self.text()?;
        let mut from = 0;
        let mut texts = Vec::new();
        for end in self.u64s()? {
            let end = end as usize;
            texts.push(text.get(from..end).ok_or_else(|| form("an id"))?.to_owned());
            from = end;
        }
        Ok(texts)
    }

    fn u32s(&mut self) -> Result<Vec<u32>, IndexError> {
        let words = self.next()?.par_chunks_exact(4);
        Ok(words.map(|word| u64_of(word) as u32).collect())
    }

    fn u64s(&mut self) -> Result<Vec<u64>, IndexError> {
        Ok(self.next()?.par_chunks_exact(8).map(u64_of).collect())
    }
}
