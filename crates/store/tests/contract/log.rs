//! The public log: receipts, erasure, growth.

use redress_casefile::{Event, StreamId, finding::FindingEvent};
use redress_ports::{LogReader, Store};
use redress_statement::{FindingId, LogIndex};
use redress_tlog::{Checkpoint, ProofFile, VerifierKey};

use crate::{
    happenings::{DAY, append, decided, formed},
    place::{Place, reopened},
};

const WORDS: &str = "the passport of the aunt shows it";

async fn keys(store: &impl LogReader) -> (VerifierKey, Vec<VerifierKey>) {
    let keys = store.verifier_keys().await.unwrap();
    let keys = keys.iter().map(|key| VerifierKey::parse(key).unwrap());
    let (witnesses, mut logs): (Vec<_>, Vec<_>) = keys.partition(VerifierKey::is_witness);
    (logs.remove(0), witnesses)
}

/// Decides finding 1 with words and publishes. Answers the event's place.
async fn decide(store: &impl Store) -> i64 {
    let call = append(StreamId::Finding(FindingId(1)), 0, [decided(1, WORDS)]);
    let seq = store.append(vec![call], 1, DAY).await.unwrap()[0].seq;
    store.publish(1_000_000, DAY).await.unwrap();
    seq
}

pub(crate) async fn a_receipt_verifies_offline_and_outlives_its_words(place: &impl Place) {
    let store = place.open().await;
    let seq = decide(&*store).await;
    let receipt = store.receipt(seq).await.unwrap().unwrap();
    assert!(!receipt.entry.contains("passport"), "the public entry tells the words");
    let (log, witnesses) = keys(&*store).await;
    let proof = ProofFile::parse(&receipt.proof).unwrap();
    let (checkpoint, cosigned) = proof.verify(receipt.entry.as_bytes(), &log, &witnesses).unwrap();
    assert_eq!((checkpoint.size, cosigned.len()), (1, 1));

    store.erase_words(seq).await.unwrap();
    assert_eq!(store.receipt(seq).await.unwrap(), None, "nobody opens the commitment any more");
    proof.verify(receipt.entry.as_bytes(), &log, &witnesses).unwrap();
    store.append(vec![formed(1, &[1])], 2, DAY).await.unwrap();
    store.publish(2_000_000, DAY).await.unwrap();
    let entries = store.entries(LogIndex(0), 10).await.unwrap();
    assert_eq!(entries[0].json, receipt.entry, "erasure takes nothing out of the log");
    place.close(store).await;
    assert!(place.problems().await.is_empty());
}

pub(crate) async fn erased_words_are_gone_from_every_answer(place: &impl Place) {
    let store = place.open().await;
    let seq = decide(&*store).await;
    let state = store.state_digest().await.unwrap();
    store.erase_words(seq).await.unwrap();
    let store = reopened(place, store).await;
    let of_stream = store.load(StreamId::Finding(FindingId(1))).await.unwrap();
    assert_eq!(of_stream, store.events(seq - 1, 1).await.unwrap());
    let Event::Finding(FindingEvent::FindingDecided { reason, .. }) = &of_stream[0].event else {
        panic!("{of_stream:?}")
    };
    assert_eq!(reason.text(), None);
    store.rebuild().await.unwrap();
    assert_eq!(store.state_digest().await.unwrap(), state, "an erased event still projects");
}

pub(crate) async fn the_log_only_grows(place: &impl Place) {
    let mut store = place.open().await;
    let (log, _) = keys(&*store).await;
    let mut sizes = Vec::new();
    // Over the border of a tile, and opened anew each time.
    for (round, persons) in [1..=3, 4..=255, 256..=257, 258..=600].into_iter().enumerate() {
        let calls = persons.map(|person| formed(person, &[person])).collect();
        store.append(calls, 1, DAY).await.unwrap();
        let state = store.publish(round as i64 * 1_000_000, DAY).await.unwrap();
        assert_eq!(store.log_state().await.unwrap(), Some(state.clone()));
        sizes.push(Checkpoint::open(&state.checkpoint, &log).unwrap().size);
        store = reopened(place, store).await;
    }
    assert_eq!(sizes, [3, 255, 257, 600]);
    place.close(store).await;
    assert!(place.problems().await.is_empty());
}

pub(crate) async fn a_publication_with_nothing_new_changes_no_entry(place: &impl Place) {
    let store = place.open().await;
    assert_eq!(store.log_state().await.unwrap(), None);
    decide(&*store).await;
    let before = store.entries(LogIndex(0), 10).await.unwrap();
    let state = store.publish(9_000_000, DAY).await.unwrap();
    assert_eq!((state.size, store.entries(LogIndex(0), 10).await.unwrap()), (1, before));
}

pub(crate) async fn a_path_that_leaves_the_log_is_no_file_of_it(place: &impl Place) {
    let store = place.open().await;
    decide(&*store).await;
    for path in ["checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1"] {
        assert!(store.log_file(path).await.unwrap().is_some(), "{path}");
    }
    for path in ["../keys/log.key", "/etc/passwd", "tile/../../keys/log.key", "tile/0/x", ""] {
        assert_eq!(store.log_file(path).await.unwrap(), None, "{path}");
    }
}
