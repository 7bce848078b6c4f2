//! Events: their order, their versions, and what follows from them.

use std::collections::BTreeSet;

use redress_casefile::{Event, StreamId, person::PersonEvent};
use redress_ports::{Append, Page, QueueOrder, Recorded, Store, StoreError};
use redress_statement::{FindingId, PersonId, RecordId};
use redress_testkit::{RecordFile, record};

use crate::{
    happenings::{DAY, append, decided, formed, happenings, import, opened_at},
    place::{Place, reopened},
};

/// Callers at one time.
const CALLERS: i64 = 24;

async fn all(store: &impl Store) -> Vec<Recorded> {
    store.events(0, 10_000).await.unwrap()
}

pub(crate) async fn events_stand_in_one_order_and_in_the_order_of_their_stream(place: &impl Place) {
    let store = place.open().await;
    let appends = (1..=CALLERS).map(|person| {
        let store = store.clone();
        tokio::spawn(async move { store.append(vec![formed(person, &[person])], person, DAY).await })
    });
    let mut acknowledged = BTreeSet::new();
    for answer in appends.collect::<Vec<_>>() {
        acknowledged.insert(answer.await.unwrap().unwrap()[0].seq);
    }
    assert_eq!(acknowledged, (1..=CALLERS).collect(), "one place each, without a gap");
    let stored = all(&*store).await;
    assert!(stored.iter().map(|event| event.seq).eq(1..=CALLERS));
    for event in stored {
        assert_eq!(store.load(event.stream).await.unwrap(), std::slice::from_ref(&event));
        assert_eq!(event.at_us, event.log_index.map(|_| event.at_us).unwrap(), "a formed person is public");
    }
    let page = store.events(3, 2).await.unwrap();
    assert!(page.iter().map(|event| event.seq).eq([4, 5]));
}

pub(crate) async fn a_stream_that_moved_on_refuses_and_the_whole_call_with_it(place: &impl Place) {
    let store = place.open().await;
    store.append(vec![formed(1, &[1])], 1, DAY).await.unwrap();
    let (first, second) = (StreamId::Finding(FindingId(1)), StreamId::Finding(FindingId(2)));
    for (name, call) in [
        ("a new stream beside an old version", vec![formed(2, &[2]), formed(1, &[1])]),
        ("a version that is not there yet", vec![formed(2, &[2]), append(first, 7, [decided(1, "seen")])]),
        (
            "the same version twice in one call",
            vec![append(second, 0, [decided(2, "one")]), append(second, 0, [decided(2, "two")])],
        ),
    ] {
        let refused = store.append(call, 2, DAY).await;
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{name}: {refused:?}");
        assert_eq!(all(&*store).await.len(), 1, "{name}");
        assert!(store.load(StreamId::Person(PersonId(2))).await.unwrap().is_empty(), "{name}");
    }
    let twice = vec![append(second, 0, [decided(2, "one")]), append(second, 1, [decided(2, "two")])];
    let stored = store.append(twice, 3, DAY).await.unwrap();
    assert!(stored.iter().map(|event| event.version).eq([1, 2]));
}

pub(crate) async fn of_many_who_decided_on_one_version_one_is_taken(place: &impl Place) {
    let store = place.open().await;
    let stream = StreamId::Finding(FindingId(1));
    let callers = (0..CALLERS).map(|caller| {
        let store = store.clone();
        let call = vec![append(stream, 0, [decided(1, &format!("caller {caller}"))])];
        tokio::spawn(async move { store.append(call, 1, DAY).await })
    });
    let mut taken = Vec::new();
    for caller in callers.collect::<Vec<_>>() {
        match caller.await.unwrap() {
            Ok(stored) => taken.extend(stored),
            Err(StoreError::Conflict { expected: 0, found: 1, .. }) => (),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(taken, all(&*store).await, "what is stored is what was acknowledged");
    assert_eq!(taken.len(), 1);
}

pub(crate) async fn an_acknowledged_event_is_there_after_reopening(place: &impl Place) {
    let store = place.open().await;
    import(&*store, 4).await;
    let mut acknowledged = Vec::new();
    for call in happenings() {
        acknowledged.extend(store.append(vec![call], 1, DAY).await.unwrap());
    }
    let state = store.state_digest().await.unwrap();
    let store = reopened(place, store).await;
    assert_eq!(all(&*store).await, acknowledged);
    assert_eq!(store.state_digest().await.unwrap(), state);
    place.close(store).await;
    assert!(place.problems().await.is_empty());
}

pub(crate) async fn a_rebuild_gives_the_same_state(place: &impl Place) {
    let store = place.open().await;
    import(&*store, 4).await;
    let empty = store.state_digest().await.unwrap();
    // One call an event, and all in one: neither the grouping nor the time shows in the state.
    store.append(happenings(), 1, DAY).await.unwrap();
    let state = store.state_digest().await.unwrap();
    assert_ne!(state, empty);
    for _ in 0..2 {
        store.rebuild().await.unwrap();
        assert_eq!(store.state_digest().await.unwrap(), state);
    }
    assert_eq!(store.n_persons().await.unwrap(), 3);
    assert_eq!(store.judged_different().await.unwrap().len(), 1);
    let states: Vec<String> =
        store.findings(None, 10).await.unwrap().into_iter().map(|finding| finding.state).collect();
    assert_eq!(states, ["decided", "no_longer_seen", "open"]);
    assert_eq!(store.event_counts().await.unwrap().values().sum::<u64>(), all(&*store).await.len() as u64);
}

/// The numbers of what is in a person's file: findings, requests, holds, closings.
async fn file_of(store: &impl Store, person: i64) -> [Vec<i64>; 4] {
    let person = PersonId(person);
    let findings = store.findings_of(person).await.unwrap();
    let requests = store.requests_of(person).await.unwrap();
    let holds = store.holds_of(person).await.unwrap();
    let closings = store.closings_of(person).await.unwrap();
    assert!(
        findings
            .iter()
            .map(|row| row.person)
            .chain(requests.iter().map(|row| row.person))
            .all(|of| of == person)
    );
    assert!(
        holds
            .iter()
            .map(|row| row.person)
            .chain(closings.iter().map(|row| row.person))
            .all(|of| of == person)
    );
    [
        findings.iter().map(|row| row.finding.0).collect(),
        requests.iter().map(|row| row.request.0).collect(),
        holds.iter().map(|row| row.hold.0).collect(),
        closings.iter().map(|row| row.closing.0).collect(),
    ]
}

/// Records move from one person to another, by a human's word.
fn moved(from: (i64, u64), to: (i64, u64), records: &[i64]) -> Vec<Append> {
    let records: Vec<RecordId> = records.iter().copied().map(RecordId).collect();
    let (left, linked) = (PersonId(from.0), PersonId(to.0));
    let arrives = PersonEvent::RecordsArrived { person: linked, records: records.clone(), from: left };
    let leaves = PersonEvent::RecordsLeft { person: left, records, to: linked };
    vec![
        append(StreamId::Person(linked), to.1, [Event::Person(arrives)]),
        append(StreamId::Person(left), from.1, [Event::Person(leaves)]),
    ]
}

pub(crate) async fn what_is_about_a_record_is_in_the_file_of_whoever_has_it(place: &impl Place) {
    let store = place.open().await;
    import(&*store, 4).await;
    // Record 5 is a row that its source attaches to record 2.
    let row = record("benefits", "payments", "P1").about("K2").build();
    store.import(&mut RecordFile::new("benefits", "payments", 1, vec![row]), 1, &|_| {}).await.unwrap();
    store.append(happenings(), 1, DAY).await.unwrap();
    let of_row = append(StreamId::Finding(FindingId(4)), 0, [opened_at(4, 5, None)]);
    store.append(vec![of_row], 1, DAY).await.unwrap();
    let all = [vec![1, 2, 3, 4], vec![1], vec![1], vec![1]];
    let none = [vec![], vec![], vec![], vec![]];
    assert_eq!((file_of(&*store, 1).await, file_of(&*store, 3).await), (all.clone(), none.clone()));

    store.append(moved((1, 4), (3, 1), &[1]), 1, DAY).await.unwrap();
    let of_first = [vec![1, 2, 3], vec![1], vec![1], vec![1]];
    let of_second = [vec![4], vec![], vec![], vec![]];
    assert_eq!((file_of(&*store, 1).await, file_of(&*store, 3).await), (of_second, of_first));
    assert_eq!(store.finding(FindingId(3)).await.unwrap().unwrap().person, PersonId(3));
    let today = QueueOrder::HarmThenDateThenAge { today: DAY };
    let queue = store.queue(today, None, Page { offset: 0, limit: 10 }).await.unwrap();
    let persons: Vec<i64> = queue.iter().map(|row| row.person.0).collect();
    assert_eq!(persons, [3, 1]);

    store.append(moved((1, 5), (3, 2), &[2]), 1, DAY).await.unwrap();
    assert_eq!((file_of(&*store, 1).await, file_of(&*store, 3).await), (none.clone(), all.clone()));
    assert!(!store.has_records(PersonId(1)).await.unwrap() && store.has_records(PersonId(3)).await.unwrap());
    store.rebuild().await.unwrap();
    store.append(moved((3, 3), (1, 6), &[1, 2]), 1, DAY).await.unwrap();
    assert_eq!((file_of(&*store, 1).await, file_of(&*store, 3).await), (all, none));
}

pub(crate) async fn what_can_still_be_saved_comes_first(place: &impl Place) {
    let store = place.open().await;
    import(&*store, 1).await;
    store.append(vec![formed(1, &[1])], 1, DAY).await.unwrap();
    let (yesterday, tomorrow) = (DAY.yesterday().unwrap(), DAY.tomorrow().unwrap());
    let days = [None, Some(yesterday), Some(tomorrow), Some(DAY)];
    for (finding, next) in (1..).zip(days) {
        let opened = append(StreamId::Finding(FindingId(finding)), 0, [opened_at(finding, 1, next)]);
        store.append(vec![opened], 1, DAY).await.unwrap();
    }
    for (today, order) in [(yesterday, [2, 4, 3, 1]), (DAY, [4, 3, 1, 2]), (tomorrow, [3, 1, 2, 4])] {
        let page = Page { offset: 0, limit: 10 };
        let queue =
            store.queue(QueueOrder::HarmThenDateThenAge { today }, Some("ID-04"), page).await.unwrap();
        let numbers: Vec<i64> = queue.iter().map(|row| row.finding.0).collect();
        assert_eq!(numbers, order, "{today}");
    }
}

pub(crate) async fn every_kind_of_event_comes_back_as_it_was(place: &impl Place) {
    let store = place.open().await;
    let written: Vec<Event> =
        happenings().into_iter().flat_map(|append| append.events.into_iter().map(|new| new.event)).collect();
    let acknowledged = store.append(happenings(), 7, DAY).await.unwrap();
    let stored = all(&*store).await;
    assert_eq!(stored, acknowledged);
    assert!(stored.iter().all(|event| (event.at_us, event.day) == (7, DAY)));
    assert_eq!(stored.into_iter().map(|event| event.event).collect::<Vec<_>>(), written);
}

pub(crate) async fn numbers_are_never_given_twice(place: &impl Place) {
    let store = place.open().await;
    let takers = (0..CALLERS).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.take_numbers("finding", 3).await.unwrap() })
    });
    let mut given = BTreeSet::new();
    for taker in takers.collect::<Vec<_>>() {
        let first = taker.await.unwrap();
        for number in first..first + 3 {
            assert!(given.insert(number), "{number} was given twice");
        }
    }
    let store = reopened(place, store).await;
    assert!(store.take_numbers("finding", 1).await.unwrap() > given.last().copied().unwrap());
}
