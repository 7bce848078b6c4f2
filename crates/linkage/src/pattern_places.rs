//! The place of each pattern among those that one thread has seen.

/// Places of the table at the start, a power of two; it doubles when half are taken.
const SLOTS_MIN: usize = 1 << 10;

/// Patterns in the order in which they were first seen, each found by its number: open addressing.
pub(crate) struct PatternPlaces {
    slots: Vec<Slot>,
    /// Whether a pattern is wider than the number in a slot.
    is_wide: bool,
    pub(crate) keys: Vec<u128>,
}

/// A pattern, in 64 bits, and its place from 1; 0 where there is none.
#[derive(Clone, Copy, Default)]
struct Slot {
    folded: u64,
    place: u32,
}

/// A pattern in 64 bits; one that has no more is itself.
const fn folded(key: u128) -> u64 {
    key as u64 ^ ((key >> 64) as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

impl PatternPlaces {
    pub(crate) fn new() -> Self {
        Self { slots: vec![Slot::default(); SLOTS_MIN], is_wide: false, keys: Vec::new() }
    }

    /// The place of a pattern, which is the next one when it was not seen before.
    #[inline]
    pub(crate) fn place(&mut self, key: u128) -> u32 {
        self.is_wide |= key >> 64 != 0;
        let folded = folded(key);
        let mut at = self.slot_of(folded);
        loop {
            let slot = self.slots[at];
            match slot.place.checked_sub(1) {
                Some(place)
                    if slot.folded == folded && (!self.is_wide || self.keys[place as usize] == key) =>
                {
                    return place;
                }
                Some(_) => at = (at + 1) & (self.slots.len() - 1),
                None => return self.add(key, at),
            }
        }
    }

    fn slot_of(&self, folded: u64) -> usize {
        let hash = folded.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (hash >> (u64::BITS - self.slots.len().trailing_zeros())) as usize
    }

    fn add(&mut self, key: u128, at: usize) -> u32 {
        self.keys.push(key);
        self.slots[at] = Slot { folded: folded(key), place: self.keys.len() as u32 };
        if self.keys.len() * 2 > self.slots.len() {
            self.double();
        }
        self.keys.len() as u32 - 1
    }

    fn double(&mut self) {
        let known = std::mem::take(&mut self.slots);
        self.slots = vec![Slot::default(); known.len() * 2];
        for slot in known.into_iter().filter(|slot| slot.place != 0) {
            let mut at = self.slot_of(slot.folded);
            while self.slots[at].place != 0 {
                at = (at + 1) & (self.slots.len() - 1);
            }
            self.slots[at] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &[u128], places: &[u32]) {
        let mut known = PatternPlaces::new();
        assert_eq!(keys.iter().map(|key| known.place(*key)).collect::<Vec<_>>(), places);
    }

    #[test]
    fn a_pattern_keeps_its_place() {
        check(&[7, 0, 7, 1 << 100, 0], &[0, 1, 0, 2, 1]);
        let same_folded = u128::from(folded(1 << 64));
        check(&[same_folded, 1 << 64, same_folded, 1 << 64], &[0, 1, 0, 1]);
        let many: Vec<u128> = (0..5_000).map(|n| u128::from(n % 2_500u32) << (n % 2_500 % 90)).collect();
        let distinct: std::collections::BTreeSet<u128> = many.iter().copied().collect();
        let mut known = PatternPlaces::new();
        let once: Vec<u32> = many.iter().map(|key| known.place(*key)).collect();
        assert_eq!(known.keys.len(), distinct.len());
        assert!(many.iter().zip(&once).all(|(key, place)| known.keys[*place as usize] == *key));
    }
}
