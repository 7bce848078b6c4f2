//! One column of the inputs as codes of its distinct texts. The texts stay where they were read: a column in which nearly every
//! value differs costs a few bytes for each row, not a second copy of its texts.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::column::TextColumn;
use crate::dictionary::NULL;
use crate::hashing::hash_bytes;
use crate::kind::Kind;
use crate::normal::normalized;
use crate::text_list::TextList;

/// Values that one task normalizes.
const FORMS_PER_LIST: usize = 1 << 14;
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

impl<'a> DistinctTexts<'a> {
    pub(crate) fn of(column: ColumnTexts<'a>) -> Self {
        let mut codes = Vec::with_capacity(column.n_rows as usize);
        let mut rows: Vec<u32> = Vec::new();
        let mut known = CodeTable::new();
        for (part, first) in column.parts.iter().zip(&column.firsts) {
            for row in 0..part.n_rows() {
                let Some(text) = filled(part, row) else {
                    codes.push(NULL);
                    continue;
                };
                let new = rows.len() as u32 + 1;
                let is_same =
                    |code: u32| column.get(rows[code as usize - 1]).is_some_and(|other| other == text);
                let code = known.code_or_take(hash_bytes(text.as_bytes()), new, is_same);
                if code == new {
                    rows.push(first + row as u32);
                }
                codes.push(code);
            }
        }
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

    use arrow_array::{Array, ArrayRef, Int64Array, StringArray};

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
}
