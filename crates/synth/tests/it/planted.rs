//! The file of planted errors tells what stands in the extracts.

use std::collections::BTreeMap;

use redress_synth::RATES;

use crate::world::five_thousand;

#[test]
fn every_planted_error_stands_where_it_is_said_to_stand() {
    let world = five_thousand();
    for error in &world.planted {
        let record = world.records.get(&(error.source.clone(), error.unique_id.clone()));
        let record = record.unwrap_or_else(|| panic!("no record for {error:?}"));
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
        .filter(|(rate, n)| if rate.is_checked { !(60..=150).contains(n) } else { *n == 0 })
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
    assert!((0.10..0.30).contains(&share), "{share}");
}
