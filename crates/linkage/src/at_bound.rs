//! Probabilities that a bound holds: their figures are the bound's, not the data's.

use serde::{Deserialize, Serialize};

use crate::comparison::Comparison;
use crate::expectation_maximization::{PROBABILITY_MIN, Parameters};
use crate::meaning;
use crate::mixture::{Mixture, Owner};

/// Share of m that must rest on a bound before m is said to be held at it.
pub const HELD_SHARE_MIN: f64 = 0.5;

/// Levels of a comparison whose probability, in some classes of pairs, is the greatest or the least that their meaning allows.
///
/// What the data would have said without the bound is not known, and no interval of counting holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AtBound {
    /// The comparison.
    pub comparison: String,
    /// The places of the levels among those of the comparison; together they are at the bound.
    pub levels: Vec<usize>,
    /// Of which pairs, in words.
    pub of_pairs: String,
    /// What they have together, 0 to 1.
    pub value: f64,
    /// The bound, 0 to 1.
    pub bound: f64,
    /// Of m of these levels the share that comes from these classes, 0 to 1; 0 for classes of different people.
    pub share_of_m: f64,
}

impl AtBound {
    /// Whether m of the levels is the bound's more than the data's.
    #[must_use]
    pub fn holds_m(&self) -> bool {
        self.share_of_m >= HELD_SHARE_MIN
    }
}

/// All probabilities that a bound holds, in the order of the model's tables.
pub(crate) fn at_bounds(
    comparisons: &[Comparison],
    mixture: &Mixture,
    parameters: &Parameters,
) -> Vec<AtBound> {
    let mut found = Vec::new();
    for (number, (owner, slot)) in mixture.owners.iter().enumerate() {
        let (comparison, table) = (&comparisons[*slot], &parameters.tables[number]);
        let floors =
            (0..table.len()).filter(|level| owner.is_same_person() && is_at_floor(comparison, table, *level));
        let floors = floors.map(|level| (vec![level], table[level], PROBABILITY_MIN));
        for (levels, value, bound) in meaning::held(*owner, comparison, table).into_iter().chain(floors) {
            let share_of_m = share_of_m(mixture, parameters, *slot, number, &levels);
            let (comparison, of_pairs) = (comparison.name.clone(), of_pairs(*owner));
            found.push(AtBound { comparison, levels, of_pairs, value, bound, share_of_m });
        }
    }
    found
}

fn is_at_floor(comparison: &Comparison, table: &[f64], level: usize) -> bool {
    !comparison.levels[level].is_null && table[level] <= PROBABILITY_MIN
}

/// Of the probability of levels in pairs of one person the share that comes from the classes with a table.
fn share_of_m(
    mixture: &Mixture,
    parameters: &Parameters,
    slot: usize,
    number: usize,
    levels: &[usize],
) -> f64 {
    let (mut of_table, mut all) = (0.0, 0.0);
    for (class, share) in parameters.shares.iter().enumerate() {
        if !mixture.classes[class].relation.is_same_person() {
            continue;
        }
        let table = mixture.tables[class][slot];
        let part: f64 = levels.iter().map(|level| share * parameters.tables[table][*level]).sum();
        all += part;
        of_table += if table == number { part } else { 0.0 };
    }
    if all > 0.0 { of_table / all } else { 0.0 }
}

fn of_pairs(owner: Owner) -> String {
    match owner {
        Owner::Same => "one person",
        Owner::Differs => "one person, where this may differ",
        Owner::Moved => "one person under another family name",
        Owner::Strangers => "strangers",
        Owner::Compatriots(_) => "people of one culture",
        Owner::Relatives => "relatives",
        Owner::Agrees => "relatives, where this agrees",
    }
    .to_owned()
}
