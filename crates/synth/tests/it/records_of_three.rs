//! The records of three people, for the eye.

use std::fmt::Write;

use redress_synth::{Plan, generate};

use crate::world::World;

#[test]
fn three_people() {
    let out = tempfile::tempdir().unwrap();
    let plan = Plan { people: 3, seed: 1, out: out.path().into() };
    let summary = generate(&plan, &|_| {}).unwrap();
    let world = World::read(out.path(), summary);
    let mut keys: Vec<_> = world.records.keys().collect();
    keys.sort();
    let mut text = String::new();
    for key in keys {
        let person = world.truth.get(key).map_or("-", |(entity, _)| entity.as_str());
        writeln!(text, "{} {} of {person}", key.0, key.1).unwrap();
        for (column, cell) in world.records[key].iter().filter(|(_, cell)| !cell.is_empty()) {
            writeln!(text, "  {column}: {cell}").unwrap();
        }
    }
    insta::assert_snapshot!(text);
}
