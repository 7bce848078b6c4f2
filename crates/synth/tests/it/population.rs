//! Who lives in the population.

use std::collections::{BTreeMap, BTreeSet};

use redress_synth::Structure;

use crate::world::{Linked, five_thousand};

#[test]
fn every_name_structure_is_there_and_spanish_is_the_largest() {
    let summary = &five_thousand().summary;
    let n_of = |structure: Structure| summary.structures[structure.wire_name()];
    for (structure, share) in Structure::SHARES {
        let (n_people, expected) = (n_of(*structure), u64::from(*share) * 5);
        assert!(n_people > expected / 2 && n_people < expected * 2, "{structure:?}: {n_people}");
    }
    let largest = Structure::SHARES.iter().max_by_key(|(structure, _)| n_of(*structure));
    assert_eq!(largest.map(|(structure, _)| *structure), Some(Structure::SpanishDoubleSurname));
}

#[test]
fn a_person_has_one_to_five_records() {
    let world = five_thousand();
    let people = world.people();
    let sizes: BTreeSet<usize> = people.values().map(Vec::len).collect();
    assert_eq!(sizes, (1..=5).collect());
    assert!(people.len() as u64 > world.summary.n_people * 9 / 10);
    let n_structures: BTreeSet<&str> =
        world.truth.values().map(|(_, structure)| structure.as_str()).collect();
    assert_eq!(n_structures.len(), Structure::SHARES.len());
}

/// First record of each person with an A-number, in the order of the numbers.
fn by_number() -> BTreeMap<u64, Linked<'static>> {
    let mut found = BTreeMap::new();
    for (entity, records) in five_thousand().people() {
        let own = format!("2{}", &entity[1..]);
        for record in records.into_iter().filter(|record| record.number() == own) {
            found.entry(own.parse().unwrap()).or_insert(record);
        }
    }
    found
}

#[test]
fn twins_share_birth_date_and_surname_and_have_neighboring_numbers() {
    let people = by_number();
    let twins = people.iter().filter(|(number, one)| {
        people.get(&(*number + 1)).is_some_and(|other| {
            one.birth() == other.birth()
                && one.names().0 == other.names().0
                && one.names().1 != other.names().1
        })
    });
    assert!(twins.count() > 20);
}

#[test]
fn sons_are_named_after_their_fathers() {
    let people = by_number();
    let fathers = people.iter().filter(|(number, father)| {
        people
            .get(&(*number + 2))
            .is_some_and(|son| father.names().1 == son.names().1 && father.birth() < son.birth())
    });
    assert!(fathers.count() > 10);
}

#[test]
fn namesakes_are_strangers_of_one_name() {
    let mut by_name: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for person in by_number().values() {
        by_name.entry(person.names().1).or_default().insert(person.birth());
    }
    assert!(by_name.values().filter(|births| births.len() > 1).count() > 60);
}
