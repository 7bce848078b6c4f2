//! Hashing without a secret: the same bytes give the same number on every run and machine.

use std::hash::{BuildHasherDefault, Hasher};

/// A finalizer with good avalanche (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
pub(crate) const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A hash of two numbers in their order.
pub(crate) const fn mix_two(a: u64, b: u64) -> u64 {
    mix(a.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ mix(b.wrapping_add(0x632b_e59b_d9b4_e019)))
}

/// A hash of bytes, eight at a time.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let of_words =
        words.iter().fold(mix(bytes.len() as u64 + 1), |hash, word| mix_two(hash, u64::from_le_bytes(*word)));
    if rest.is_empty() {
        return of_words;
    }
    mix_two(of_words, rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)))
}

/// A hasher for maps that are only looked into, never iterated.
#[derive(Default)]
pub(crate) struct FixedHasher(u64);

/// Builds [`FixedHasher`]s.
pub(crate) type FixedState = BuildHasherDefault<FixedHasher>;

impl Hasher for FixedHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = mix_two(self.0, hash_bytes(bytes));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = mix_two(self.0, word);
    }

    fn write_u128(&mut self, word: u128) {
        self.0 = mix_two(self.0 ^ word as u64, (word >> 64) as u64);
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }
}

/// A stream of numbers from a seed.
pub(crate) struct Stream {
    seed: u64,
    at: u64,
}

impl Stream {
    pub(crate) const fn new(seed: u64, stream: u64) -> Self {
        Self { seed: mix_two(seed, stream), at: 0 }
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.at += 1;
        mix_two(self.seed, self.at)
    }

    /// A number from 0 to `n` - 1, `n` at least 1.
    pub(crate) const fn below(&mut self, n: u64) -> u64 {
        ((self.next() as u128 * n as u128) >> 64) as u64
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}
