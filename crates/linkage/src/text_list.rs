//! Many texts one after the other, each found by where it ends: a text costs its bytes and four more.

use crate::slab::Slab;

/// Texts that count their ends from one and the same place.
const TEXTS_PER_BASE: usize = 1 << 16;

/// Texts in order.
#[derive(Debug, Default)]
pub(crate) struct TextList {
    pub(crate) text: Slab<u8>,
    /// Where each text ends, counted from the base of its stretch.
    pub(crate) ends: Slab<u32>,
    /// Where each stretch of [`TEXTS_PER_BASE`] texts begins.
    pub(crate) bases: Slab<u64>,
}

impl TextList {
    /// A list of its parts; `None` when they do not fit each other.
    pub(crate) fn of_parts(text: Slab<u8>, ends: Slab<u32>, bases: Slab<u64>) -> Option<Self> {
        let list = Self { text, ends, bases };
        let fits = list.bases.len() == list.ends.len().div_ceil(TEXTS_PER_BASE)
            && list.ends.len().checked_sub(1).map_or(Some(0), |last| list.end(last)) == Some(list.text.len());
        fits.then_some(list)
    }

    /// Adds a text at the end.
    pub(crate) fn push(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    /// Adds the bytes of a text at the end.
    pub(crate) fn push_bytes(&mut self, text: &[u8]) {
        let from = self.text.len() as u64;
        if self.ends.len().is_multiple_of(TEXTS_PER_BASE) {
            self.bases.own().push(from);
        }
        self.text.own().extend_from_slice(text);
        let base = self.bases.last().copied().unwrap_or_default();
        self.ends.own().push((from + text.len() as u64 - base) as u32);
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text at a place; empty beyond the last.
    pub(crate) fn get(&self, place: usize) -> &str {
        str::from_utf8(self.bytes(place)).unwrap_or_default()
    }

    /// The bytes of the text at a place; none beyond the last. To look whether they are a text costs more than most that is done
    /// with them.
    pub(crate) fn bytes(&self, place: usize) -> &[u8] {
        let Some(to) = self.end(place) else { return &[] };
        let from = place.checked_sub(1).and_then(|before| self.end(before)).unwrap_or(0);
        self.text.get(from..to).unwrap_or_default()
    }

    fn end(&self, place: usize) -> Option<usize> {
        let base = *self.bases.get(place / TEXTS_PER_BASE)?;
        Some(base as usize + *self.ends.get(place)? as usize)
    }

    /// The place of a text among the first `n`, which stand in byte order; otherwise where it would stand.
    pub(crate) fn search(&self, (from, to): (usize, usize), text: &str) -> Result<usize, usize> {
        let (mut low, mut high) = (from, to);
        while low < high {
            let middle = low.midpoint(high);
            match self.bytes(middle).cmp(text.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Ok(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    /// Bytes of memory.
    pub(crate) fn n_bytes(&self) -> u64 {
        (self.text.len() + size_of_val::<[u32]>(&self.ends) + size_of_val::<[u64]>(&self.bases)) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first and last texts of so many, each found at its place.
    fn check(n: usize) {
        let text = |place: usize| format!("{place:07}");
        let mut list = TextList::default();
        (0..n).for_each(|place| list.push(&text(place)));
        assert_eq!(list.len(), n);
        for place in [0, 1, n / 2, n.saturating_sub(1)].into_iter().filter(|place| *place < n) {
            assert_eq!(list.get(place), text(place));
            assert_eq!(list.search((0, n), &text(place)), Ok(place));
        }
        assert_eq!((list.get(n), list.search((0, n), "x")), ("", Err(n)));
        assert!(TextList::of_parts(list.text, list.ends, list.bases).is_some_and(|list| list.len() == n));
    }

    #[test]
    fn every_text_is_found_at_its_place() {
        [0, 1, 2, TEXTS_PER_BASE, TEXTS_PER_BASE + 1, 3 * TEXTS_PER_BASE].into_iter().for_each(check);
    }

    #[test]
    fn parts_that_do_not_fit_are_no_list() {
        let parts = |ends: Vec<u32>, bases: Vec<u64>| {
            TextList::of_parts(vec![b'a'; 3].into(), ends.into(), bases.into())
        };
        assert!(parts(vec![1, 3], vec![0]).is_some());
        assert!(parts(vec![1, 2], vec![0]).is_none() && parts(vec![1, 3], vec![]).is_none());
    }
}
