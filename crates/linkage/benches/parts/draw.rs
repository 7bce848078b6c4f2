//! Numbers and invented words from a seed.

/// Modulus of Lehmer's generator: 2^31 - 1.
const MODULUS: u64 = 2_147_483_647;

/// Numbers from a seed, the same in every run.
pub(crate) struct Draw(u64);

impl Draw {
    /// From a seed, from 1 to the modulus.
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to `n` - 1.
    pub(crate) const fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0 * 48_271 % MODULUS;
        self.0 % n
    }

    /// A word of syllables that nobody is called by.
    pub(crate) fn word(&mut self, n_syllables: u64) -> String {
        let mut letter = |letters: &[u8]| char::from(letters[self.below(letters.len() as u64) as usize]);
        (0..n_syllables).flat_map(|_| [letter(b"bdfghjklmnprstvz"), letter(b"aeiou")]).collect()
    }

    /// Letters of the alphabet, whatever they spell.
    pub(crate) fn letters(&mut self, n_letters: usize) -> String {
        (0..n_letters).map(|_| char::from(b'a' + self.below(26) as u8)).collect()
    }

    /// The text with one slip of the keyboard: a letter replaced, left out, or exchanged with the next.
    pub(crate) fn mistyped(&mut self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        let at = self.below(letters.len().max(2) as u64 - 1) as usize;
        match self.below(3) {
            0 => letters[at] = 'x',
            1 => {
                letters.remove(at);
            }
            _ => letters.swap(at, at + 1),
        }
        letters.into_iter().collect()
    }
}
