//! The file of planted errors tells what stands in the extracts.

use std::collections::BTreeMap;

use redress_synth::RATES;

use crate::world::five_thousand;

/// Errors that are the absence of a row.
const ABSENCES: [&str; 2] = ["PR-01", "PR-03"];

/// The error that stands in no cell: the row is as it should be, and should be gone.
const KEPT_TOO_LONG: &str = "PR-05";

/// Errors for which few people or rows are eligible, with the least number that is planted.
const SCARCE: [(&str, u64); 3] = [("ID-02", 30), ("OR-09", 15), ("PR-01", 12)];

#[test]
fn every_planted_error_stands_where_it_is_said_to_stand() {
    let world = five_thousand();
    for error in &world.planted {
        let record = world.records.get(&(error.source.clone(), error.unique_id.clone()));
        let record = record.unwrap_or_else(|| panic!("no record for {error:?}"));
        let is_absence = ABSENCES.contains(&error.check_id.as_str());
        let is_gone = world.gone.contains(&(error.source.clone(), error.unique_id.clone()));
        assert_eq!(is_gone, is_absence, "{error:?}");
        if is_absence || error.check_id == KEPT_TOO_LONG {
            continue;
        }
        assert_eq!(record[&error.column], error.planted, "{error:?}");
        let is_blank_end = error.check_id == "PR-short";
        assert!(error.original != error.planted || is_blank_end, "{error:?}");
    }
}

#[test]
fn a_record_carries_one_error_and_a_person_two_of_the_checks_at_most() {
    let world = five_thousand();
    let checked = |id: &str| RATES.iter().any(|rate| rate.id == id && rate.is_checked);
    let mut by_record: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let mut by_person: BTreeMap<&str, u32> = BTreeMap::new();
    for error in &world.planted {
        *by_record.entry((&error.source, &error.unique_id)).or_default() += 1;
        let key = (error.source.clone(), error.unique_id.clone());
        if let Some((entity, _)) = world.truth.get(&key).filter(|_| checked(&error.check_id)) {
            *by_person.entry(entity).or_default() += 1;
        }
    }
    assert_eq!(by_record.values().max(), Some(&1));
    assert_eq!(by_person.values().max(), Some(&2));
}

#[test]
fn each_check_has_enough_to_be_measured_and_no_more_than_a_share_of_its_people() {
    let summary = &five_thousand().summary;
    let counts = RATES.iter().map(|rate| (rate, summary.planted.get(rate.id).copied().unwrap_or_default()));
    let amiss: Vec<_> = counts
        .filter(|(rate, n)| {
            let least = SCARCE.iter().find(|(id, _)| *id == rate.id).map_or(60, |(_, least)| *least);
            if rate.is_checked { !(least..=150).contains(n) } else { *n == 0 }
        })
        .map(|(rate, n)| (rate.id, n))
        .collect();
    assert!(amiss.is_empty(), "{amiss:?}");
}

#[test]
fn between_a_tenth_and_three_tenths_of_the_identity_bearing_records_is_not_as_it_should_be() {
    let world = five_thousand();
    let key = |error: &crate::world::Planted| (error.source.clone(), error.unique_id.clone());
    let n_marked = world.planted.iter().filter(|error| world.truth.contains_key(&key(error))).count();
    let share = n_marked as f64 / world.truth.len() as f64;
    assert_eq!(
        n_absent(world, "benefits") * 200 / n_rows(world, "benefits"),
        0,
        "over half a percent is gone"
    );
    assert!(
        n_absent(world, "addresses") * 200 > n_rows(world, "addresses"),
        "less than half a percent is gone"
    );
    assert!((0.10..0.30).contains(&share), "{share}");
}

fn n_absent(world: &crate::world::World, source: &str) -> usize {
    world.gone.iter().filter(|(of, _)| of == source).count()
}

fn n_rows(world: &crate::world::World, source: &str) -> usize {
    world.records.keys().filter(|(of, _)| of == source).count()
}
