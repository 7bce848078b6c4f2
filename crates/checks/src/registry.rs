//! Every check, once.

use redress_casefile::CaseFile;

use crate::{Check, Discrepancy, Parameters, World, id_01_two_people_in_one_record::TwoPeopleInOneRecord};

/// Every check, by identifier.
static REGISTRY: [&dyn Check; 1] = [&TwoPeopleInOneRecord];

/// Every check, by identifier.
#[must_use]
pub fn registry() -> &'static [&'static dyn Check] {
    &REGISTRY
}

/// Runs every check whose version is in force on the day, and sorts what they report by check, record and
/// inputs, so that the same case file gives the same findings byte for byte.
#[must_use]
pub fn run_all(case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
    let mut found: Vec<_> = registry()
        .iter()
        .filter(|check| check.spec().rule_effective_from <= world.today)
        .flat_map(|check| check.run(case, world, parameters))
        .collect();
    found.sort();
    found.dedup();
    found
}
