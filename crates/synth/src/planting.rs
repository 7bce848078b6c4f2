//! Errors are planted block by block, first those of the checks, then what clerks and files do to records anyway.
//!
//! Two rules keep the figures honest. No record carries two errors; and a record by which an error can be
//! recognized stays free of errors itself.

mod agency_marks;
mod contacts;
mod court_papers;
mod departures;
mod extracts;
mod identity;
mod mistyping;
mod names;
mod noise;
mod notices;
mod numbers;
mod orders;
mod release;
mod stray;
mod travel;
mod voluntary_departure;

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

/// Plants the errors of a block. What concerns letters, marks and journeys draws from a stream of its own, `later`, and what
/// concerns stray records and the extracts themselves from another, `latest`.
pub(crate) fn plant(block: &mut Block, [chance, later, latest]: [&mut Chance; 3]) {
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
    plant_latest(block, latest);
    release::plant(block, chance);
    // Last, so that nothing else is drawn otherwise for it.
    extracts::plant_kept_too_long(block, latest);
    extracts::plant_changed_at_once(block);
    block.dossiers.iter_mut().for_each(extracts::mark_earlier);
}

/// Errors of people who still have none of the checks, the scarce ones first.
fn plant_latest(block: &mut Block, chance: &mut Chance) {
    let wrong_numbers = stray::wrong_numbers(block);
    for dossier in &mut block.dossiers {
        voluntary_departure::plant(dossier, chance);
        travel::plant_overlap(dossier, chance);
        stray::plant(dossier, &wrong_numbers, chance);
        extracts::plant_values(dossier, chance);
    }
    extracts::plant_absence(block, chance);
    // Of the few people whose application came after an order, most have an error on a court's paper already: it is
    // planted in them too, in each, and last, so that nothing else is drawn otherwise for it.
    for dossier in &mut block.dossiers {
        agency_marks::plant_granted_asylum(dossier);
    }
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
