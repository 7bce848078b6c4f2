//! The place of each pattern among those that one thread has seen.

/// Places of the table at the start, a power of two; it doubles when half are taken.
const SLOTS_MIN: usize = 1 << 10;

/// Patterns in the order in which they were first seen, each found by its number: open addressing.
pub(crate) struct PatternPlaces {
    /// For each slot the place of a pattern from 1; 0 where there is none.
    slots: Vec<u32>,
    pub(crate) keys: Vec<u128>,
}

impl PatternPlaces {
    pub(crate) fn new() -> Self {
        Self { slots: vec![0; SLOTS_MIN], keys: Vec::new() }
    }

    /// The place of a pattern, which is the next one when it was not seen before.
    #[inline]
    pub(crate) fn place(&mut self, key: u128) -> u32 {
        let mut slot = self.slot_of(key);
        loop {
            match self.slots[slot].checked_sub(1) {
                Some(place) if self.keys[place as usize] == key => return place,
                Some(_) => slot = (slot + 1) & (self.slots.len() - 1),
                None => return self.add(key, slot),
            }
        }
    }

    fn slot_of(&self, key: u128) -> usize {
        let (low, high) = (key as u64, (key >> 64) as u64);
        let hash = (low ^ high.wrapping_mul(0xbf58_476d_1ce4_e5b9)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (hash >> (u64::BITS - self.slots.len().trailing_zeros())) as usize
    }

    fn add(&mut self, key: u128, slot: usize) -> u32 {
        self.keys.push(key);
        self.slots[slot] = self.keys.len() as u32;
        if self.keys.len() * 2 > self.slots.len() {
            self.double();
        }
        self.keys.len() as u32 - 1
    }

    fn double(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        for (place, key) in self.keys.iter().enumerate() {
            let mut slot = self.slot_of(*key);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = place as u32 + 1;
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
        let many: Vec<u128> = (0..5_000).map(|n| u128::from(n % 2_500u32) << (n % 2_500 % 90)).collect();
        let distinct: std::collections::BTreeSet<u128> = many.iter().copied().collect();
        let mut known = PatternPlaces::new();
        let once: Vec<u32> = many.iter().map(|key| known.place(*key)).collect();
        assert_eq!(known.keys.len(), distinct.len());
        assert!(many.iter().zip(&once).all(|(key, place)| known.keys[*place as usize] == *key));
    }
}
