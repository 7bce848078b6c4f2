//! The signatures of many values side by side, part by part, as vector instructions read them.

use crate::similarity::Signature;

/// The letters of one value.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LettersOf {
    /// Which letters, each counted to two.
    pub(crate) bits: u64,
    /// Length in the lower half, letters beyond the second occurrence in the upper.
    pub(crate) size: u32,
    /// The first four bytes.
    pub(crate) prefix: u32,
}

impl LettersOf {
    pub(crate) const fn len(self) -> u32 {
        Self::len_of(self.size)
    }

    pub(crate) const fn overflow(self) -> u32 {
        Self::overflow_of(self.size)
    }

    pub(crate) const fn len_of(size: u32) -> u32 {
        size & 0xffff
    }

    pub(crate) const fn overflow_of(size: u32) -> u32 {
        size >> 16
    }
}

/// The letters of many values.
#[derive(Debug, Default)]
pub(crate) struct LettersTable {
    bits: Vec<u64>,
    sizes: Vec<u32>,
    prefixes: Vec<u32>,
}

/// A stretch of a [`LettersTable`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Letters<'a> {
    pub(crate) bits: &'a [u64],
    pub(crate) sizes: &'a [u32],
    pub(crate) prefixes: &'a [u32],
}

impl LettersTable {
    pub(crate) fn clear(&mut self) {
        self.bits.clear();
        self.sizes.clear();
        self.prefixes.clear();
    }

    pub(crate) fn extend(&mut self, signatures: impl ExactSizeIterator<Item = Signature>) {
        let (from, n) = (self.bits.len(), signatures.len());
        self.pad(n);
        let sizes_and_prefixes = self.sizes[from..].iter_mut().zip(&mut self.prefixes[from..]);
        for ((bits, (size, prefix)), signature) in
            self.bits[from..].iter_mut().zip(sizes_and_prefixes).zip(signatures)
        {
            let letters = signature.letters();
            (*bits, *size, *prefix) = (letters.bits, letters.size, letters.prefix);
        }
    }

    /// Adds so many values without a letter.
    pub(crate) fn pad(&mut self, n: usize) {
        self.bits.resize(self.bits.len() + n, 0);
        self.sizes.resize(self.sizes.len() + n, 0);
        self.prefixes.resize(self.prefixes.len() + n, 0);
    }

    pub(crate) fn range(&self, from: usize, to: usize) -> Letters<'_> {
        Letters {
            bits: &self.bits[from..to],
            sizes: &self.sizes[from..to],
            prefixes: &self.prefixes[from..to],
        }
    }
}

impl<'a> Letters<'a> {
    pub(crate) fn split_first(self) -> Option<(LettersOf, Self)> {
        let (bits, all_bits) = self.bits.split_first()?;
        let (size, sizes) = self.sizes.split_first()?;
        let (prefix, prefixes) = self.prefixes.split_first()?;
        let first = LettersOf { bits: *bits, size: *size, prefix: *prefix };
        Some((first, Self { bits: all_bits, sizes, prefixes }))
    }

    /// One of the stretches of so many values into which all of them fall, part by part.
    #[inline(always)]
    pub(crate) fn stretch<const N: usize>(&self, place: usize) -> (&'a [u64; N], &'a [u32; N], &'a [u32; N]) {
        let (bits, sizes) = (self.bits.as_chunks().0, self.sizes.as_chunks().0);
        (&bits[place], &sizes[place], &self.prefixes.as_chunks().0[place])
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    pub(crate) fn signature(&self, place: usize) -> Signature {
        let (bits, size, prefix) = (self.bits[place], self.sizes[place], self.prefixes[place]);
        Signature::of_letters(LettersOf { bits, size, prefix })
    }
}
