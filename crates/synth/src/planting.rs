//! Errors are planted block by block, first those of the checks, then what clerks and files do to records anyway.
//!
//! Two rules keep the figures honest. No record carries two errors; and a record by which an error can be
//! recognized stays free of errors itself.

mod agency_marks;
mod contacts;
mod court_papers;
mod departures;
mod identity;
mod mistyping;
mod names;
mod noise;
mod notices;
mod numbers;
mod orders;
mod release;
mod travel;

use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::household::Household;

/// The people of a block with their households.
#[derive(Debug)]
pub(crate) struct Block {
    /// Number of the block, from 0.
    pub(crate) number: u64,
    /// Size of the whole population.
    pub(crate) n_people: u64,
    pub(crate) homes: Vec<Household>,
    /// In the order of their indices.
    pub(crate) dossiers: Vec<Dossier>,
    /// Pairs of positions of people of different households who bear the same name.
    pub(crate) namesakes: Vec<(usize, usize)>,
}

/// Plants the errors of a block. What concerns letters, marks and journeys draws from a stream of its own, `later`.
pub(crate) fn plant(block: &mut Block, chance: &mut Chance, later: &mut Chance) {
    for dossier in &mut block.dossiers {
        let home = &block.homes[dossier.home];
        departures::plant(dossier, chance);
        orders::plant(dossier, chance);
        notices::plant(dossier, home, chance);
    }
    identity::plant_weak_matches(block, chance);
    numbers::plant_strangers(block, chance);
    numbers::plant_keystrokes(block, chance);
    for dossier in &mut block.dossiers {
        let home = &block.homes[dossier.home];
        identity::plant_default_dates(dossier, chance);
        identity::plant_exchanged_dates(dossier, home, chance);
        names::plant(dossier, chance);
        noise::plant(dossier, chance);
    }
    plant_later(block, later);
    release::plant(block, chance);
}

/// Errors of people who have none of the checks yet: first those for which few people are eligible.
fn plant_later(block: &mut Block, chance: &mut Chance) {
    for dossier in &mut block.dossiers {
        let home = &block.homes[dossier.home];
        agency_marks::plant_scarce(dossier, chance);
        court_papers::plant_scarce(dossier, chance);
        travel::plant(dossier, chance);
        agency_marks::plant(dossier, chance);
        court_papers::plant(dossier, home, chance);
    }
    contacts::plant(block, chance);
}
