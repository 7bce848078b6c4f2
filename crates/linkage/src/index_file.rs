//! The form of an index at rest: one file, which is mapped and read where it lies, so that it opens in the time that its head
//! takes, whatever the number of records.
//!
//! ```text
//! "RDRSIDX5"                     ← eight bytes, the version
//! head                           ← JSON: configuration, model, attributes, rules, refined keys
//! numbers of the model           ← f64, so that not a bit of them is lost in the JSON
//! ids                            ← text, ends as u32, bases as u64
//! source of each record          ← u32
//! for each dictionary            ← text, ends as u32, bases as u64
//! for each comparison its bands  ← u8
//! codes                          ← u32
//! for each rule its keys         ← u64
//! ```
//!
//! Each section begins with its length in bytes as u64, and is filled up to a multiple of eight bytes, so that its numbers can
//! be read in place; numbers are little-endian. What was added since the run stands in the head. No file is opened here: the
//! bytes and the place where they are written are the caller's.

use std::io::{self, Write};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::blocking::Split;
use crate::config::Config;
use crate::dictionary::Dictionary;
use crate::index::{Index, IndexError, Parts};
use crate::kind::Kind;
use crate::model::Model;
use crate::rule::Rule;
use crate::runs::Runs;
use crate::slab::{HeldBytes, Number, Slab};
use crate::table::{Attribute, BirthReading, Table};
use crate::text_list::TextList;

const MAGIC: &[u8; 8] = b"RDRSIDX5";
/// Sections begin at multiples of so many bytes.
const ALIGNMENT: usize = 8;
/// Numbers that are written at a time.
const NUMBERS_AT_A_TIME: usize = 1 << 14;

#[derive(Serialize, Deserialize)]
struct Head {
    config: Config,
    model: Model,
    sources: Vec<String>,
    attributes: Vec<AttributeHead>,
    /// Values that were added to each dictionary since the run.
    values_added: Vec<Vec<String>>,
    codes_added: Vec<u32>,
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
    /// Writes the index; the same index gives the same bytes.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut splits: Vec<Split> = self.splits.iter().copied().collect();
        splits.sort_unstable();
        let of_attribute = |attribute: &Attribute| AttributeHead {
            name: attribute.name.clone(),
            columns: attribute.columns.clone(),
            kind: attribute.kind,
            dictionary: attribute.dictionary,
            birth: attribute.birth.clone(),
        };
        let added = |dictionary: &Dictionary| dictionary.parts().1.map(str::to_owned).collect();
        let head = Head {
            config: self.config.clone(),
            model: self.model.clone(),
            sources: self.table.sources().to_vec(),
            attributes: self.table.attributes().iter().map(of_attribute).collect(),
            values_added: self.table.dictionaries().iter().map(added).collect(),
            codes_added: self.codes_added.clone(),
            rules: self.rules.clone(),
            splits,
            added: self.added.clone(),
        };
        out.write_all(MAGIC)?;
        section(out, &serde_json::to_vec(&head)?)?;
        let mut model = self.model.clone();
        section(out, &numbers_of(&mut model).iter().map(|number| number.to_bits()).collect::<Vec<u64>>())?;
        texts(out, self.table.ids())?;
        section(out, self.table.source_indices())?;
        self.table.dictionaries().iter().try_for_each(|dictionary| texts(out, dictionary.parts().0))?;
        self.bands.iter().try_for_each(|bands| section(out, bands))?;
        section(out, self.table.codes())?;
        self.runs.iter().try_for_each(|runs| section(out, &runs.sorted()))
    }

    /// Opens what [`write`](Self::write) wrote. The bytes are read where they lie, when they are asked for; what does not
    /// belong together in them gives wrong answers, never a fault.
    ///
    /// # Errors
    /// [`IndexError::Form`] for the bytes of anything else, or of a part.
    pub fn open(bytes: &HeldBytes) -> Result<Self, IndexError> {
        if !(**bytes).as_ref().starts_with(MAGIC) {
            return Err(form("its first bytes differ"));
        }
        let mut sections = Sections { bytes, at: MAGIC.len() };
        let head: &[u8] = &sections.next::<u8>()?;
        let mut head: Head =
            serde_json::from_slice(head).map_err(|error| form(&format!("its head: {error}")))?;
        let numbers = sections.next::<u64>()?;
        let places = numbers_of(&mut head.model);
        if numbers.len() != places.len() {
            return Err(form("the numbers of its model"));
        }
        places.into_iter().zip(&*numbers).for_each(|(place, number)| *place = f64::from_bits(*number));
        let ids = sections.texts()?;
        let source_of = sections.next::<u32>()?;
        let dictionaries = head
            .values_added
            .iter()
            .map(|added| {
                let mut dictionary = Dictionary::of_values(sections.texts()?);
                added.iter().for_each(|value| {
                    dictionary.code_or_add(value);
                });
                Ok(dictionary)
            })
            .collect::<Result<Vec<Dictionary>, IndexError>>()?;
        let of_head = |head: AttributeHead| Attribute {
            name: head.name,
            columns: head.columns,
            kind: head.kind,
            dictionary: head.dictionary,
            birth: head.birth,
        };
        let attributes: Vec<Attribute> = head.attributes.into_iter().map(of_head).collect();
        let bands = attributes.iter().map(|_| sections.next()).collect::<Result<_, _>>()?;
        let codes = sections.next::<u32>()?;
        let runs =
            head.rules.iter().map(|_| sections.next().map(Runs::of_sorted)).collect::<Result<_, _>>()?;
        let fits = sections.is_at_end()
            && source_of.len() == ids.len()
            && codes.len() == ids.len() * attributes.len()
            && head.codes_added.len() == head.added.len() * attributes.len()
            && attributes.iter().all(|a| a.dictionary.is_none_or(|idx| idx < dictionaries.len()));
        if !fits {
            return Err(form("its sections do not belong together"));
        }
        Ok(Self::of_parts(Parts {
            table: Table::of_parts((ids, head.sources, source_of), attributes, codes, dictionaries),
            config: head.config,
            model: head.model,
            bands,
            codes_added: head.codes_added,
            rules: head.rules,
            runs,
            splits: head.splits.into_iter().collect(),
            added: head.added,
        }))
    }
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

/// Writes numbers as a section.
fn section<T: Number>(out: &mut dyn Write, numbers: &[T]) -> io::Result<()> {
    let n_bytes = size_of_val(numbers);
    out.write_all(&(n_bytes as u64).to_le_bytes())?;
    let mut bytes = Vec::new();
    for numbers in numbers.chunks(NUMBERS_AT_A_TIME) {
        bytes.clear();
        numbers.iter().for_each(|number| number.with_bytes(|number| bytes.extend_from_slice(number)));
        out.write_all(&bytes)?;
    }
    out.write_all(&[0; ALIGNMENT][..n_bytes.next_multiple_of(ALIGNMENT) - n_bytes])
}

fn texts(out: &mut dyn Write, list: &TextList) -> io::Result<()> {
    section(out, &list.text)?;
    section(out, &list.ends)?;
    section(out, &list.bases)
}

fn form(reason: &str) -> IndexError {
    IndexError::Form { reason: reason.to_owned() }
}

/// The sections that are still to be read.
struct Sections<'a> {
    bytes: &'a HeldBytes,
    at: usize,
}

impl Sections<'_> {
    /// The numbers of the next section, where they lie.
    fn next<T: Number>(&mut self) -> Result<Slab<T>, IndexError> {
        let cut = || form("it ends too early");
        let range = self.range().ok_or_else(cut)?;
        Slab::held(self.bytes, range).ok_or_else(cut)
    }

    fn range(&mut self) -> Option<Range<usize>> {
        let all = (**self.bytes).as_ref();
        let from = self.at + size_of::<u64>();
        let n_bytes = usize::try_from(u64::of_bytes(all.get(self.at..from)?)).ok()?;
        let to = from.checked_add(n_bytes)?;
        self.at = to.checked_next_multiple_of(ALIGNMENT)?;
        (self.at <= all.len()).then_some(from..to)
    }

    fn texts(&mut self) -> Result<TextList, IndexError> {
        let (text, ends, bases) = (self.next()?, self.next()?, self.next()?);
        TextList::of_parts(text, ends, bases).ok_or_else(|| form("a list of texts"))
    }

    fn is_at_end(&self) -> bool {
        self.at == (**self.bytes).as_ref().len()
    }
}
