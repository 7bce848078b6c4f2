//! Rows that sources send by themselves: all of a group or nothing, once, and found again after an interruption.

use jiff::civil::date;
use redress_ports::{Page, PossibleLink, RecordReader, Store};
use redress_statement::{Attribute, Record, RecordId};
use redress_testkit::{RecordFile, possible_evidence, record};

use crate::{
    happenings::{formed, import},
    place::{Place, reopened},
};

fn row(key: &str, name: &str) -> Record {
    let day = date(2026, 11, 2);
    record("benefits", "applications", key).says(Attribute::FamilyName, name).seen(day, day).build()
}

fn body(version: u32, rows: Vec<Record>) -> Box<dyn RecordReader> {
    Box::new(RecordFile::new("benefits", "applications", version, rows).as_of(date(2026, 11, 2)))
}

pub(crate) async fn rows_are_taken_in_once_and_by_groups(place: &impl Place) {
    let store = place.open().await;
    let mut extract =
        RecordFile::new("benefits", "applications", 1, vec![row("K1", "Nunez"), row("K2", "Diaz")]);
    store.import(&mut extract, 1, &|_| {}).await.unwrap();
    let taken = store
        .take_in(
            &mut [body(2, vec![row("K1", "Núñez"), row("K2", "Diaz")]), body(3, vec![row("K3", "Tran")])],
            2,
        )
        .await
        .unwrap();
    let told: Vec<_> =
        taken.iter().map(|one| (one.report.n_new, one.report.n_changed, one.report.n_same)).collect();
    assert_eq!(told, [(0, 1, 1), (1, 0, 0)]);
    assert_eq!((&taken[0].touched[..], &taken[1].touched[..]), (&[RecordId(1)][..], &[RecordId(3)][..]));
    assert!(taken.iter().all(|one| one.report.is_increment && one.report.n_vanished == 0), "{taken:?}");
    let again = store.take_in(&mut [body(3, vec![row("K3", "Tran")])], 3).await.unwrap();
    assert!(again[0].report.was_known && again[0].touched.is_empty());
    let other = store.take_in(&mut [body(6, vec![row("K3", "Trán")])], 3).await.unwrap();
    // An older body that comes again is held against what its records say now.
    let restored = store.take_in(&mut [body(3, vec![row("K3", "Tran")])], 3).await.unwrap();
    for (one, was_known) in [(&other[0], false), (&restored[0], true)] {
        let report = &one.report;
        assert_eq!((report.was_known, report.n_new, report.n_changed, report.n_same), (was_known, 0, 1, 0));
        assert_eq!(one.touched, [RecordId(3)]);
    }
    let k3 = store.record_by_key(&"benefits".parse().unwrap(), "K3").await.unwrap().unwrap();
    assert_eq!(k3.record.value(Attribute::FamilyName), Some("Tran"));

    let broken =
        RecordFile::new("benefits", "applications", 5, vec![row("K5", "Okoro")]).breaking_off_after(0);
    let refused = store.take_in(&mut [body(4, vec![row("K4", "Haddad")]), Box::new(broken)], 4).await;
    assert!(refused.is_err());
    let store = reopened(place, store).await;
    let source = "benefits".parse().unwrap();
    assert_eq!(store.record_by_key(&source, "K4").await.unwrap(), None, "half of a group was stored");
    let snapshots = [taken[0].snapshot, restored[0].snapshot];
    let left = store.taken_in_after(0, 10).await.unwrap();
    assert_eq!(
        left,
        [(snapshots[0], RecordId(1)), (snapshots[1], RecordId(3))],
        "an extract is not an intake"
    );
    assert_eq!(store.taken_in_after(snapshots[0], 10).await.unwrap(), [(snapshots[1], RecordId(3))]);
    assert_eq!(store.taken_in_after(snapshots[1], 10).await.unwrap(), []);
    assert_eq!(store.taken_in_after(0, 1).await.unwrap().len(), 1);
}

pub(crate) async fn links_are_added_to_those_that_wait(place: &impl Place) {
    let store = place.open().await;
    import(&*store, 4).await;
    for (person, record) in [(1, 1), (2, 2), (3, 3)] {
        store.append(vec![formed(person, &[record])], 1, date(2026, 11, 2)).await.unwrap();
    }
    let link = |left, right| PossibleLink {
        left: RecordId(left),
        right: RecordId(right),
        evidence: possible_evidence(),
    };
    store.replace_possible_links(&[link(1, 2)]).await.unwrap();
    store.add_possible_links(&[link(3, 1), link(1, 2)]).await.unwrap();
    let waiting = store.possible_links(Page { offset: 0, limit: 10 }).await.unwrap();
    let pairs: Vec<_> = waiting.iter().map(|link| (link.left.0, link.right.0)).collect();
    assert_eq!(pairs, [(1, 2), (1, 3)]);
    assert_eq!(store.n_possible_links().await.unwrap(), 2);
}
