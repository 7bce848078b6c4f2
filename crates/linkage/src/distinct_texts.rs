//! One column of the inputs as codes of its distinct texts. The texts stay where they were read: a column in which nearly every
//! value differs costs a few bytes for each row, not a second copy of its texts.

use std::borrow::Cow;

use arrow_array::{Array, StringArray};
use rayon::prelude::*;

use crate::column::TextColumn;
use crate::dictionary::NULL;
use crate::hashing::hash_bytes;
use crate::kind::Kind;
use crate::normal::normalized;
use crate::text_list::TextList;

/// Values that one task normalizes.
const FORMS_PER_LIST: usize = 1 << 14;
/// Rows of which the codes are looked up together: the machine waits for their places in memory at the same time.
const ROWS_TOGETHER: usize = 32;
/// Places that are looked at before a text is taken to be a new one, or one that is hard to find.
const PLACES_TRIED: usize = 4;
/// Places of the table of codes at the start, a power of two; it doubles when three of four are taken.
const PLACES_MIN: usize = 1 << 10;

/// The parts of a column one after the other.
#[derive(Default)]
pub(crate) struct ColumnTexts<'a> {
    parts: Vec<TextColumn<'a>>,
    /// The number of the first row of each part.
    firsts: Vec<u32>,
    n_rows: u32,
}

impl<'a> ColumnTexts<'a> {
    pub(crate) fn push(&mut self, part: TextColumn<'a>, n_rows: usize) {
        self.parts.push(part);
        self.firsts.push(self.n_rows);
        self.n_rows += n_rows as u32;
    }

    /// The text of a row; `None` for null and for what is blank.
    fn get(&self, row: u32) -> Option<Cow<'a, str>> {
        let part = self.firsts.partition_point(|first| *first <= row).checked_sub(1)?;
        filled(&self.parts[part], (row - self.firsts[part]) as usize)
    }
}

fn filled<'a>(part: &TextColumn<'a>, row: usize) -> Option<Cow<'a, str>> {
    part.get(row).filter(|text| !is_blank(text))
}

fn is_blank(text: &str) -> bool {
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim().is_empty()
}

/// A column as codes of its distinct texts.
pub(crate) struct DistinctTexts<'a> {
    column: ColumnTexts<'a>,
    /// For each row [`NULL`] for none, otherwise the place of its text from 1.
    pub(crate) codes: Vec<u32>,
    /// For each distinct text a row that bears it.
    rows: Vec<u32>,
}

/// Finds the code of a text: open addressing, part of the hash beside each code.
struct CodeTable {
    places: Vec<(u32, u32)>,
    n_taken: usize,
}

impl CodeTable {
    fn new() -> Self {
        Self { places: vec![(0, NULL); PLACES_MIN], n_taken: 0 }
    }

    /// The code that stands at the hash and is of the text, by `is_same`; otherwise `new` takes the place.
    fn code_or_take(&mut self, hash: u64, new: u32, is_same: impl Fn(u32) -> bool) -> u32 {
        if self.n_taken * 4 >= self.places.len() * 3 {
            self.double();
        }
        let tag = (hash >> 32) as u32;
        let mut at = self.place_of(tag);
        loop {
            match self.places[at] {
                (_, NULL) => {
                    self.places[at] = (tag, new);
                    self.n_taken += 1;
                    return new;
                }
                (known, code) if known == tag && is_same(code) => return code,
                _ => at = (at + 1) & (self.places.len() - 1),
            }
        }
    }

    /// The first code that may stand at the hash; [`NULL`] when it is not found at once.
    fn candidate(&self, hash: u64) -> u32 {
        let tag = (hash >> 32) as u32;
        let at = self.place_of(tag);
        let places = self.places[at..].iter().take(PLACES_TRIED);
        places
            .take_while(|(_, code)| *code != NULL)
            .find(|(known, _)| *known == tag)
            .map_or(NULL, |(_, code)| *code)
    }

    fn place_of(&self, tag: u32) -> usize {
        ((u64::from(tag) * self.places.len() as u64) >> 32) as usize
    }

    fn double(&mut self) {
        let known = std::mem::take(&mut self.places);
        self.places = vec![(0, NULL); known.len() * 2];
        for (tag, code) in known.into_iter().filter(|(_, code)| *code != NULL) {
            let mut at = self.place_of(tag);
            while self.places[at].1 != NULL {
                at = (at + 1) & (self.places.len() - 1);
            }
            self.places[at] = (tag, code);
        }
    }
}

/// The codes of the rows of a column so far.
struct Coder<'c, 'a> {
    column: &'c ColumnTexts<'a>,
    known: CodeTable,
    codes: Vec<u32>,
    rows: Vec<u32>,
    /// The distinct texts where they lie; empty for one that does not lie as text.
    texts: Vec<&'a [u8]>,
}

impl<'a> Coder<'_, 'a> {
    /// Codes the rows of a part of plain text, many at a time.
    fn push_texts(&mut self, array: &'a StringArray, first: u32) {
        for from in (0..array.len()).step_by(ROWS_TOGETHER) {
            let to = array.len().min(from + ROWS_TOGETHER);
            let mut texts: [&'a str; ROWS_TOGETHER] = [""; ROWS_TOGETHER];
            for (text, row) in texts.iter_mut().zip(from..to).filter(|(_, row)| !array.is_null(*row)) {
                *text = Some(array.value(row)).filter(|text| !is_blank(text)).unwrap_or_default();
            }
            let hashes = texts.map(|text| if text.is_empty() { 0 } else { hash_bytes(text.as_bytes()) });
            let candidates = hashes.map(|hash| self.known.candidate(hash));
            let found = candidates.map(|code| self.texts.get((code as usize).wrapping_sub(1)));
            let found = found.map(|text| text.copied().unwrap_or_default());
            for (at, row) in (from..to).enumerate() {
                let text = texts[at].as_bytes();
                if text.is_empty() {
                    self.codes.push(NULL);
                } else if found[at] == text {
                    self.codes.push(candidates[at]);
                } else {
                    let code = self.code(texts[at], hashes[at], first + row as u32);
                    self.texts.resize(self.rows.len(), text);
                    self.codes.push(code);
                }
            }
        }
    }

    /// Codes the rows of another part one by one.
    fn push_rows(&mut self, part: &TextColumn<'a>, first: u32) {
        for row in 0..part.n_rows() {
            let text = filled(part, row);
            let code =
                text.map_or(NULL, |text| self.code(&text, hash_bytes(text.as_bytes()), first + row as u32));
            self.texts.resize(self.rows.len(), &[]);
            self.codes.push(code);
        }
    }

    /// The code of a text, a new one when it was not there before.
    fn code(&mut self, text: &str, hash: u64, row: u32) -> u32 {
        let new = self.rows.len() as u32 + 1;
        let (column, rows) = (self.column, &self.rows);
        let is_same = |code: u32| column.get(rows[code as usize - 1]).is_some_and(|other| other == text);
        let code = self.known.code_or_take(hash, new, is_same);
        if code == new {
            self.rows.push(row);
        }
        code
    }
}

impl<'a> DistinctTexts<'a> {
    pub(crate) fn of(column: ColumnTexts<'a>) -> Self {
        let codes = Vec::with_capacity(column.n_rows as usize);
        let mut coder =
            Coder { column: &column, known: CodeTable::new(), codes, rows: Vec::new(), texts: Vec::new() };
        for (part, first) in column.parts.iter().zip(&column.firsts) {
            match part {
                TextColumn::Utf8(array) => coder.push_texts(array, *first),
                TextColumn::Other(_) => coder.push_rows(part, *first),
            }
        }
        let Coder { codes, rows, .. } = coder;
        Self { column, codes, rows }
    }

    /// The distinct texts, in the order of their first rows.
    pub(crate) fn texts(&self) -> impl IndexedParallelIterator<Item = Cow<'a, str>> + '_ {
        self.rows.par_iter().map(|row| self.column.get(*row).unwrap_or_default())
    }

    /// The first distinct texts.
    pub(crate) fn first_texts(&self, n: usize) -> Vec<Cow<'a, str>> {
        self.rows.iter().take(n).map(|row| self.column.get(*row).unwrap_or_default()).collect()
    }

    /// For each row its text; empty for none.
    pub(crate) fn decoded(&self) -> Vec<String> {
        let texts: Vec<Cow<'a, str>> = self.texts().collect();
        let text = |code: &u32| if *code == NULL { "" } else { texts[*code as usize - 1].as_ref() };
        self.codes.iter().map(|code| text(code).to_owned()).collect()
    }

    /// The normalized values of the distinct texts.
    pub(crate) fn forms(&self, kind: Kind) -> Forms {
        let of_rows = |rows: &[u32]| {
            let mut list = TextList::default();
            for row in rows {
                let text = self.column.get(*row).unwrap_or_default();
                list.push(normalized(kind, &text).as_deref().unwrap_or_default());
            }
            list
        };
        Forms { lists: self.rows.par_chunks(FORMS_PER_LIST).map(of_rows).collect(), n: self.rows.len() }
    }
}

/// Normalized values by place; an empty one says that there is none.
#[derive(Default)]
pub(crate) struct Forms {
    lists: Vec<TextList>,
    n: usize,
}

impl Forms {
    pub(crate) const fn len(&self) -> usize {
        self.n
    }

    pub(crate) fn bytes(&self, place: usize) -> &[u8] {
        self.lists[place / FORMS_PER_LIST].bytes(place % FORMS_PER_LIST)
    }

    #[cfg(test)]
    pub(crate) fn of(values: &[&str]) -> Self {
        let list = |values: &[&str]| {
            let mut list = TextList::default();
            values.iter().for_each(|value| list.push(value));
            list
        };
        Self { lists: values.chunks(FORMS_PER_LIST).map(list).collect(), n: values.len() }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array};
    use proptest::prelude::*;

    use super::*;

    fn check(parts: &[ArrayRef], codes: &[u32], texts: &[&str]) {
        let mut column = ColumnTexts::default();
        parts.iter().for_each(|part| column.push(TextColumn::try_new(part).unwrap(), part.len()));
        let found = DistinctTexts::of(column);
        assert_eq!(found.codes, codes);
        assert_eq!(found.first_texts(usize::MAX), texts);
    }

    #[test]
    fn equal_texts_have_one_code_over_all_parts() {
        let text = |values: &[Option<&str>]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
        check(&[], &[], &[]);
        check(
            &[text(&[Some("ana"), None, Some(" "), Some("luis")]), text(&[Some("luis"), Some("ana")])],
            &[1, 0, 0, 2, 2, 1],
            &["ana", "luis"],
        );
        check(&[Arc::new(Int64Array::from(vec![7, 8, 7])), text(&[Some("8")])], &[1, 2, 1, 2], &["7", "8"]);
        let many: Vec<String> = (0..5_000).map(|n| (n % 2_500).to_string()).collect();
        let distinct: Vec<&str> = many[..2_500].iter().map(String::as_str).collect();
        let codes: Vec<u32> = (0..5_000).map(|n| n % 2_500 + 1).collect();
        check(&[Arc::new(StringArray::from_iter_values(&many))], &codes, &distinct);
    }

    proptest! {
        #[test]
        fn codes_are_those_of_a_map(
            parts in proptest::collection::vec(proptest::collection::vec(proptest::option::of("[a-c]{0,3}| |1"), 0..90), 0..4),
            as_numbers in 0usize..4,
        ) {
            let mut known: Vec<String> = Vec::new();
            let mut code = |text: &Option<String>| {
                let Some(text) = text.as_ref().filter(|text| !text.trim().is_empty()) else { return NULL };
                let place = known.iter().position(|other| other == text).unwrap_or_else(|| {
                    known.push(text.clone());
                    known.len() - 1
                });
                place as u32 + 1
            };
            let mut expected: Vec<u32> = Vec::new();
            let mut arrays: Vec<ArrayRef> = Vec::new();
            for (idx, part) in parts.iter().enumerate() {
                if idx == as_numbers {
                    let part: Vec<Option<String>> = part.iter().map(|text| text.as_ref().map(|text| text.len().to_string())).collect();
                    expected.extend(part.iter().map(&mut code));
                    let numbers = part.iter().map(|text| text.as_ref().and_then(|text| text.parse().ok()));
                    arrays.push(Arc::new(Int64Array::from_iter(numbers)));
                } else {
                    expected.extend(part.iter().map(&mut code));
                    arrays.push(Arc::new(StringArray::from_iter(part.iter().map(Option::as_ref))));
                }
            }
            let texts: Vec<&str> = known.iter().map(String::as_str).collect();
            check(&arrays, &expected, &texts);
        }
    }
}
