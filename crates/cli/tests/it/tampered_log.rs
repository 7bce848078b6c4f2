//! Attacks on a published log, and what `redress verify` says of each.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::civil::{Date, date};
use redress_casefile::{Actor, Event, StreamId, person::PersonEvent};
use redress_ports::{Append, LogReader as _, NewEvent, Store as _};
use redress_statement::{Digest, PersonId, RecordId};
use redress_store::SqlStore;
use redress_testkit::CountingEntropy;
use redress_tlog::{
    Bundle, SigningKey, Tile, bundles_between, decode_bundle, encode_bundle, leaf_hash, root_of_leaves,
    tiles_between,
};

use crate::office::{Done, Office};

const TODAY: Date = date(2026, 11, 2);
const LAST_WEEK: Date = date(2026, 10, 26);

/// Entries of the log that is attacked: more than one tile.
const ENTRIES: i64 = 300;

/// A log in a folder, its keys, and an earlier checkpoint of it.
struct Published {
    office: Office,
    log: PathBuf,
    key: String,
    witness: String,
    earlier: PathBuf,
}

fn append(person: i64, model: &[u8]) -> Append {
    let event = PersonEvent::PersonFormed {
        person: PersonId(person),
        records: vec![RecordId(person)],
        model: Digest::of(model),
        weakest: None,
    };
    let events = vec![NewEvent { event: Event::Person(event), actor: Actor::Clock }];
    Append { stream: StreamId::Person(PersonId(person)), expected_version: 0, events }
}

/// Publishes `days.len()` acts, one on each day, 200 under an earlier checkpoint, in the office's folder `name`.
async fn publish(office: &Office, name: &str, days: &[Date]) -> (PathBuf, Vec<String>, PathBuf) {
    let dir = office.path(name);
    let store = SqlStore::open(&dir, Arc::new(CountingEntropy::default()), "redress.example/log");
    let store = store.await.unwrap();
    let earlier = office.path(&format!("{name}.checkpoint"));
    for (person, day) in (1..).zip(days) {
        store.append(vec![append(person, name.as_bytes())], 1, *day).await.unwrap();
        if person == 200 {
            store.publish(1_000_000, *day).await.unwrap();
            fs::copy(dir.join("log").join("checkpoint"), &earlier).unwrap();
        }
    }
    store.publish(2_000_000, TODAY).await.unwrap();
    let keys = store.verifier_keys().await.unwrap();
    store.close().await;
    (dir.join("log"), keys, earlier)
}

fn published(days: &[Date]) -> Published {
    let office = Office::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (log, keys, earlier) = runtime.block_on(publish(&office, "published", days));
    let [key, witness] = keys.try_into().unwrap();
    Published { office, log, key, witness, earlier }
}

fn honest() -> Published {
    published(&[TODAY; ENTRIES as usize])
}

impl Published {
    fn verify(&self) -> Done {
        self.office.redress(&["verify", "--log", self.log.to_str().unwrap(), "--key", &self.key])
    }

    /// The same, and each checkpoint must be cosigned by this log witness.
    fn verify_with(&self, witness: &str, earlier: &Path) -> Done {
        let [log, earlier] = [&*self.log, earlier].map(|path| path.to_str().unwrap());
        self.office
            .redress(&["verify", "--log", log, "--since", earlier, "--key", &self.key, "--key", witness])
    }

    fn verify_since(&self, earlier: &Path) -> Done {
        let [log, earlier] = [&*self.log, earlier].map(|path| path.to_str().unwrap());
        self.office.redress(&["verify", "--log", log, "--since", earlier, "--key", &self.key])
    }

    fn entries(&self) -> Vec<Vec<u8>> {
        let read = |bundle: Bundle| {
            let bytes = fs::read(self.log.join(bundle.path())).unwrap();
            decode_bundle(&bytes).unwrap().into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>()
        };
        bundles_between(0, ENTRIES as u64).into_iter().flat_map(read).collect()
    }

    /// Writes other entries in the place of those that are there, and nothing else.
    fn rewrite_entries(&self, entries: &[Vec<u8>]) {
        for bundle in bundles_between(0, ENTRIES as u64) {
            let first = bundle.index as usize * 256;
            let until = (first + usize::from(bundle.width)).min(entries.len());
            let texts: Vec<String> =
                entries[first..until].iter().map(|entry| String::from_utf8(entry.clone()).unwrap()).collect();
            fs::write(self.log.join(bundle.path()), encode_bundle(&texts).unwrap()).unwrap();
        }
    }

    /// Writes the tiles that these entries would have: an attacker who cares, but has no key.
    fn rewrite_tiles(&self, entries: &[Vec<u8>]) {
        let leaves: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        for tile in tiles_between(0, entries.len() as u64) {
            let bytes: Vec<u8> =
                (0..usize::from(tile.width)).flat_map(|at| node(&leaves, tile, at)).collect();
            fs::write(self.log.join(tile.path()), bytes).unwrap();
        }
    }
}

fn node(leaves: &[redress_tlog::Hash], tile: Tile, at: usize) -> [u8; 32] {
    let step = 1_usize << (8 * u32::from(tile.level));
    let first = (tile.index as usize * 256 + at) * step;
    root_of_leaves(&leaves[first..first + step]).0
}

#[test]
fn an_honest_log_is_verified_and_only_grew() {
    let log = honest();
    log.verify().ended(0, &["verified: 300 entries"]);
    log.verify_since(&log.earlier).ended(0, &["grew from 200 to 300"]);
}

#[test]
fn a_log_witness_that_did_not_cosign_is_named() {
    let log = honest();
    let name = log.witness.split('+').next().unwrap();
    let done = log.verify_with(&log.witness, &log.earlier);
    done.ended(0, &["verified: 300 entries", "grew from 200 to 300"]);
    assert_eq!(done.out.matches(&format!("cosigned by {name} at ")).count(), 2, "{}", done.out);
    for stranger in ["redress.example/stranger", name] {
        let key = SigningKey::for_witness(stranger, &[9; 32]).verifier().to_string();
        let says = ["log/checkpoint was not cosigned", &format!("no signature by {stranger}")];
        let done = log.verify_with(&key, &log.earlier);
        done.ended(5, &says);
        assert_eq!(done.out, "", "nothing is called verified");
        log.office
            .redress(&["verify", "--log", log.log.to_str().unwrap(), "--key", &log.key, "--key", &key])
            .ended(5, &says);
    }
    // An older checkpoint that only the log itself signed.
    let kept = fs::read_to_string(&log.earlier).unwrap();
    let without: String =
        kept.lines().filter(|line| !line.contains(name)).map(|line| format!("{line}\n")).collect();
    let bare = log.office.path("bare.checkpoint");
    fs::write(&bare, without).unwrap();
    log.verify_with(&log.witness, &bare).ended(5, &["bare.checkpoint was not cosigned"]);
    log.verify_since(&bare).ended(0, &["grew from 200 to 300"]);
}

#[test]
fn a_dropped_entry_is_named() {
    let log = honest();
    let mut entries = log.entries();
    entries.remove(270);
    log.rewrite_entries(&entries);
    log.verify().ended(5, &["leaf 270"]);
}

#[test]
fn reordered_entries_are_named() {
    let log = honest();
    let mut entries = log.entries();
    entries.swap(40, 41);
    log.rewrite_entries(&entries);
    log.verify().ended(5, &["leaf 40"]);
}

#[test]
fn an_entry_that_was_dated_back_is_named() {
    let log = honest();
    let mut entries = log.entries();
    let text = String::from_utf8(entries[123].clone()).unwrap();
    entries[123] = text.replace(&TODAY.to_string(), &LAST_WEEK.to_string()).into_bytes();
    log.rewrite_entries(&entries);
    log.verify().ended(5, &["leaf 123"]);
    // With tiles that fit: the signed checkpoint does not.
    log.rewrite_tiles(&entries);
    log.verify().ended(5, &["the log was rewritten"]);
}

#[test]
fn an_act_that_the_office_itself_dates_back_is_named() {
    let mut days = [TODAY; ENTRIES as usize];
    days[250] = LAST_WEEK;
    published(&days).verify().ended(5, &["leaf 250 is dated back", "2026-10-26", "leaf 0", "2026-11-02"]);
    let mut days = [TODAY; ENTRIES as usize];
    days[..100].fill(LAST_WEEK);
    days[250] = TODAY.yesterday().unwrap();
    published(&days).verify().ended(0, &["verified: 300 entries"]);
}

#[test]
fn a_fork_is_seen_by_whoever_kept_an_earlier_checkpoint() {
    let log = honest();
    // The same office with the same key tells somebody else another history.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let days = [TODAY; ENTRIES as usize];
    let (_, keys, other) = runtime.block_on(publish(&log.office, "fork", &days));
    assert_eq!(keys[0], log.key, "the same key signs both");
    log.verify_since(&other).ended(5, &[]);
    log.verify_since(&log.earlier).ended(0, &[]);
}
