//! What speaks for one person between two clusters although the mean of their pairs speaks against it.
//!
//! A person who bears two family names in turn, or whose date of birth is missing in some records, is far from half of their own
//! records: each other name counts in every pair of a record that bears it, so that the mean speaks against the person. What
//! brings such clusters together are several records on either side. So two clusters are *tied* where
//!
//! * at least one in [`PAIRS_PER_TIE`] of the pairs between them speaks for one person, by [`TIE_BITS_MIN`] bits on average;
//! * these pairs are of at least two records of each cluster that has two, so that one record in which two people are mixed up ties
//!   nobody;
//! * both together hold at most [`TIED_RECORDS_MAX`] records: among the many pairs of larger clusters some speak for one person by
//!   chance, and a wrong join is of many pairs; and
//! * no pair between them looks like relatives, whose pairs of incomplete records speak for one person too, and none must be kept
//!   apart.
//!
//! A pair of another family name and another date of birth ties nobody, whatever it says: what is left in common are a given name and
//! a home, as of a mother and the daughter who is called after her.

/// Of so many pairs between two tied clusters one at least speaks for one person.
pub(crate) const PAIRS_PER_TIE: usize = 4;
/// What those that do say on average, at least: a probability of 0.958.
pub(crate) const TIE_BITS_MIN: f64 = 4.5;
/// Records of two tied clusters together, at most.
pub(crate) const TIED_RECORDS_MAX: usize = 10;
/// Stands for no record.
const NONE: u16 = u16::MAX;

/// The pairs between two clusters that speak for one person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ties {
    /// What they say together; minus infinity where a pair looks like relatives or must be kept apart.
    bits: f64,
    n_pairs: u32,
    /// Records that they are of, on either side, as far as two: the lowest ones.
    records: [[u16; 2]; 2],
}

impl Ties {
    /// No pair speaks for one person.
    pub(crate) const fn none() -> Self {
        Self { bits: 0.0, n_pairs: 0, records: [[NONE; 2]; 2] }
    }

    /// Two records that nothing may tie.
    pub(crate) const fn forbidden() -> Self {
        Self { bits: f64::NEG_INFINITY, ..Self::none() }
    }

    /// What a pair of records says, the lower one first.
    pub(crate) fn of_pair(i: usize, j: usize, bits: f64) -> Self {
        if bits <= 0.0 {
            return Self::none();
        }
        Self { bits, n_pairs: 1, records: [[i as u16, NONE], [j as u16, NONE]] }
    }

    /// The same seen from the other cluster.
    pub(crate) const fn turned(self) -> Self {
        let [own, other] = self.records;
        Self { records: [other, own], ..self }
    }

    /// The ties of two clusters to a third, taken together.
    pub(crate) fn and(self, other: Self) -> Self {
        let union = |side: usize| lowest_two(self.records[side], other.records[side]);
        Self {
            bits: self.bits + other.bits,
            n_pairs: self.n_pairs + other.n_pairs,
            records: [union(0), union(1)],
        }
    }

    /// Whether clusters of so many records are tied.
    pub(crate) fn are_enough(&self, n_records: [usize; 2]) -> bool {
        let is_borne =
            |(records, n): (&[u16; 2], &usize)| records.iter().filter(|of| **of != NONE).count() >= 2.min(*n);
        n_records[0] + n_records[1] <= TIED_RECORDS_MAX
            && self.n_pairs as usize * PAIRS_PER_TIE >= n_records[0] * n_records[1]
            && self.bits >= TIE_BITS_MIN * f64::from(self.n_pairs)
            && self.records.iter().zip(&n_records).all(is_borne)
    }
}

/// The two lowest of four records, each counted once; given in pairs that are ascending.
fn lowest_two([a, b]: [u16; 2], [c, d]: [u16; 2]) -> [u16; 2] {
    let first = a.min(c);
    let second = [a, b, c, d].into_iter().filter(|record| *record != first).min();
    [first, second.unwrap_or(NONE)]
}
