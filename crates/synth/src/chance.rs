//! The only randomness of the crate: numbered streams of one seed.
//!
//! A stream depends on the seed, on what it is for and on a number (of the household or of the block), never on
//! which thread draws from it or when. That is what makes the files the same at any thread count.

use jiff::civil::Date;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::calendar::{days_between, plus};

/// Tries after which a skewed draw settles for the head of its list.
const SKEWED_TRIES_MAX: u32 = 64;

/// How many leading items of a skewed list are about equally frequent.
const SKEW_HEAD: u32 = 4;

/// What a stream is drawn for. Streams of different purposes share no numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A household and the lives of its people; numbered by the index of its first person.
    Household = 0,
    /// What concerns several households of a block: namesakes and planted errors; numbered by the block.
    Block = 1,
    /// Planted errors that came later to the crate, so that they move none of the others; numbered by the block.
    Later = 2,
    /// Planted errors that came after those, for the same reason; numbered by the block.
    Latest = 3,
}

/// One stream of random numbers.
#[derive(Debug)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of this seed, purpose and number.
    pub(crate) fn new(seed: u64, purpose: Purpose, number: u64) -> Self {
        let mut stream = ChaCha8Rng::seed_from_u64(seed);
        stream.set_stream(match purpose {
            Purpose::Household | Purpose::Block => number.wrapping_mul(2).wrapping_add(purpose as u64),
            // From the far end: the streams of the others count up.
            Purpose::Later => u64::MAX - number,
            Purpose::Latest => u64::MAX / 2 - number,
        });
        Self(stream)
    }

    /// A number in `0..bound`; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()) * u64::from(bound);
        (wide >> 32) as u32
    }

    /// A number from `low` to `high`, both included; `low` if the range is empty.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = high.saturating_sub(low).max(0).unsigned_abs().saturating_add(1);
        low + self.below(width).cast_signed()
    }

    /// True in `share` cases of a thousand.
    pub(crate) fn permille(&mut self, share: u32) -> bool {
        self.below(1000) < share
    }

    /// A day from `first` to `last`, both included.
    pub(crate) fn day(&mut self, first: Date, last: Date) -> Date {
        plus(first, self.between(0, days_between(first, last)))
    }

    /// Any item of a list that is not empty, all equally likely.
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u32) as usize]
    }

    /// A rank in `0..n`, n at least 1; the share of rank r falls as 1 / (r + 4), as with names.
    pub(crate) fn rank(&mut self, n: usize) -> usize {
        for _ in 0..SKEWED_TRIES_MAX {
            let rank = self.below(n as u32);
            if self.below(rank + SKEW_HEAD) < SKEW_HEAD {
                return rank as usize;
            }
        }
        0
    }

    /// An item of a list that is not empty, drawn by its rank.
    pub(crate) fn skewed<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.rank(list.len())]
    }

    /// An item of a list of (item, weight) pairs that is not empty, in proportion to the weights.
    pub(crate) fn weighted<T: Copy>(&mut self, list: &[(T, u32)]) -> T {
        let total = list.iter().map(|(_, weight)| weight).sum();
        let mut left = self.below(total);
        for (item, weight) in list {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        list[0].0
    }

    /// Puts the items in random order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let other = self.below(last as u32 + 1) as usize;
            list.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Chance, Purpose};

    #[test]
    fn streams_differ_by_seed_purpose_and_number() {
        let draw = |seed, purpose, number| {
            let mut chance = Chance::new(seed, purpose, number);
            [chance.below(u32::MAX), chance.below(u32::MAX)]
        };
        let base = draw(1, Purpose::Household, 1);
        assert_eq!(base, draw(1, Purpose::Household, 1));
        for other in [
            draw(2, Purpose::Household, 1),
            draw(1, Purpose::Block, 1),
            draw(1, Purpose::Household, 0),
            draw(1, Purpose::Household, 2),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn skewed_draws_favor_the_head_and_reach_the_tail() {
        let list: Vec<usize> = (0..80).collect();
        let mut counts = [0_u32; 80];
        let mut chance = Chance::new(1, Purpose::Block, 0);
        for _ in 0..20_000 {
            counts[chance.skewed(&list)] += 1;
        }
        assert!(counts[0] > 10 * counts[79], "{counts:?}");
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    }

    #[test]
    fn between_keeps_its_ends_and_bears_an_empty_range() {
        let mut chance = Chance::new(1, Purpose::Block, 0);
        let drawn: std::collections::BTreeSet<i32> = (0..200).map(|_| chance.between(-1, 1)).collect();
        assert_eq!(drawn, [-1, 0, 1].into());
        assert_eq!(chance.between(5, 4), 5);
    }
}
