//! The stored forms of events and actors, and what of them becomes public.

use std::collections::BTreeSet;

use jiff::civil::date;
use redress_casefile::{Actor, Event, PublicEntry, StreamId, public_entry};
use serde_json::{Value, json};

const EVENTS: &str = include_str!("../golden/events.json");
const ACTORS: &str = include_str!("../golden/actors.json");

/// The files that name every kind of event, once.
const SOURCES: [&str; 5] = [
    include_str!("../../src/person.rs"),
    include_str!("../../src/finding.rs"),
    include_str!("../../src/correction.rs"),
    include_str!("../../src/hold.rs"),
    include_str!("../../src/closing.rs"),
];

fn samples() -> Vec<(Value, Event)> {
    let values: Vec<Value> = serde_json::from_str(EVENTS).unwrap();
    values.into_iter().map(|value| (value.clone(), serde_json::from_value(value).unwrap())).collect()
}

#[test]
fn a_stored_event_reads_and_writes_the_same() {
    for (stored, event) in samples() {
        assert_eq!(serde_json::to_value(&event).unwrap(), stored);
        assert_eq!(stored["event"], event.kind());
        let machine = event.stream().to_string();
        assert!(machine.starts_with(stored["machine"].as_str().unwrap()), "{machine}");
    }
}

#[test]
fn every_kind_of_event_has_a_sample() {
    let declared: BTreeSet<&str> = SOURCES
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| line.trim().strip_prefix("Self::")?.split_once(" => \"")?.1.strip_suffix("\","))
        .collect();
    let events = samples();
    let sampled: BTreeSet<&str> = events.iter().map(|(_, event)| event.kind()).collect();
    assert!(declared.len() >= 32, "the kinds are no longer found in the source: {declared:?}");
    assert_eq!(sampled, declared);
}

#[test]
fn a_stored_actor_reads_and_writes_the_same() {
    let values: Vec<Value> = serde_json::from_str(ACTORS).unwrap();
    for stored in values {
        let actor: Actor = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(serde_json::to_value(&actor).unwrap(), stored);
    }
}

#[test]
fn a_public_entry_holds_kind_day_and_commitment_only() {
    let kinds = ["link_judgement", "determination", "request", "hold", "closing", "erasure"];
    let mut n_public = 0;
    for (_, event) in samples() {
        let published = PublicEntry::try_new(&event, date(2025, 3, 3), &[7; 32]).unwrap();
        assert_eq!(published.as_ref().map(|entry| entry.kind), public_entry(&event));
        let Some(entry) = published else { continue };
        let written: Value = serde_json::from_str(&entry.json().unwrap()).unwrap();
        let form =
            json!({"v": 1, "kind": written["kind"], "day": "2025-03-03", "commitment": entry.commitment});
        assert_eq!(written, form);
        assert!(kinds.contains(&written["kind"].as_str().unwrap()), "{written}");
        let is_digest =
            entry.commitment.len() == 64 && entry.commitment.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(is_digest, "{written}");
        n_public += 1;
    }
    assert!(n_public >= 20, "only {n_public} samples are published");
}

#[test]
fn what_is_published_of_each_event() {
    for (kind, published) in [
        ("person_formed", true),
        ("record_linked", true),
        ("records_left", false),
        ("unmerged", true),
        ("records_arrived", false),
        ("judged_different", true),
        ("judgement_withdrawn", true),
        ("records_erased", true),
        ("finding_opened", false),
        ("finding_revised", false),
        ("review_started", false),
        ("finding_decided", true),
        ("finding_reopened", true),
        ("verification_recorded", true),
        ("person_noticed", true),
        ("second_signed", true),
        ("no_longer_seen", false),
        ("request_filed", true),
        ("request_acknowledged", false),
        ("request_determined", true),
        ("appeal_filed", true),
        ("appeal_determined", true),
        ("statement_of_disagreement_attached", false),
        ("request_withdrawn", false),
        ("holders_named", false),
        ("holder_told", false),
        ("holder_confirmed", false),
        ("hold_placed", true),
        ("lift_announced", false),
        ("hold_lifted", true),
        ("closing_proposed", false),
        ("closing_approved", true),
        ("closing_noticed", true),
        ("closing_objected", true),
        ("closed", true),
        ("entry_struck", false),
        ("closing_declined", true),
        ("closing_undone", true),
    ] {
        for (_, event) in samples().iter().filter(|(_, event)| event.kind() == kind) {
            assert_eq!(public_entry(event).is_some(), published, "{kind}");
        }
    }
}

#[test]
fn one_event_and_its_entry_byte_for_byte() {
    let (_, event) = samples().into_iter().find(|(_, event)| event.kind() == "hold_placed").unwrap();
    let salt: [u8; 32] = std::array::from_fn(|index| index as u8);
    let entry = PublicEntry::try_new(&event, date(2025, 3, 3), &salt).unwrap().unwrap();
    // The commitment was computed with Python's hashlib over the event in RFC 8785 form, typed by hand.
    assert_eq!(
        entry.json().unwrap(),
        r#"{"commitment":"41cd5d6386cd209181368c9d8c2909684b161c443e020526a3e65729e3c58326","day":"2025-03-03","kind":"hold","v":1}"#
    );
    assert_eq!(event.stream(), StreamId::Hold("H-41".parse().unwrap()));
}
