//! Who looked, what runs left behind, and the settings.

use redress_ports::{Access, AccessPurpose, BulkAccess, PAGE_ROWS_MAX, Page, RunReport, Store};
use redress_statement::{PersonId, RecordId};

use crate::{
    happenings::{DAY, formed, import},
    place::{Place, reopened},
};

const FIRST: Page = Page { offset: 0, limit: 10 };

fn access(person: i64, at_us: i64) -> Access {
    Access {
        person: PersonId(person),
        at_us,
        day: DAY,
        user_code: format!("r-{at_us}"),
        receiver: "Records Office".to_owned(),
        purpose: AccessPurpose::FindingReview,
        marked_up_to: None,
    }
}

fn run(at_us: i64) -> BulkAccess {
    BulkAccess {
        at_us,
        day: DAY,
        user_code: format!("run-{at_us}"),
        receiver: "Records Office".to_owned(),
        purpose: AccessPurpose::BulkRun,
    }
}

async fn readers(store: &impl Store, person: i64, page: Page) -> Vec<String> {
    let accesses = store.accesses_of(PersonId(person), page).await.unwrap();
    assert!(accesses.iter().all(|access| access.person == PersonId(person)));
    accesses.into_iter().map(|access| access.user_code).collect()
}

pub(crate) async fn reads_and_runs_are_shown_to_whom_they_concern(place: &impl Place) {
    let store = place.open().await;
    assert_eq!(store.put_bulk_access(&run(1)).await.unwrap(), RecordId(0), "no record is there yet");
    import(&*store, 2).await;
    store.append(vec![formed(1, &[1]), formed(2, &[2])], 1, DAY).await.unwrap();
    store.put_accesses(&[access(1, 3), access(2, 4), access(1, 5)]).await.unwrap();
    assert_eq!(store.put_bulk_access(&run(4)).await.unwrap(), RecordId(2));
    let store = reopened(place, store).await;
    assert_eq!(readers(&*store, 1, FIRST).await, ["r-5", "run-4", "r-3"]);
    assert_eq!(readers(&*store, 2, FIRST).await.len(), 2);
    assert_eq!(readers(&*store, 1, Page { offset: 1, limit: 1 }).await, ["run-4"]);
    assert!(readers(&*store, 3, FIRST).await.is_empty(), "somebody without a record was in no run");
}

pub(crate) async fn a_page_has_a_limit(place: &impl Place) {
    let store = place.open().await;
    let many: Vec<Access> = (0..i64::from(PAGE_ROWS_MAX) + 1).map(|at_us| access(1, at_us)).collect();
    store.put_accesses(&many).await.unwrap();
    let asked = Page { offset: 0, limit: u32::MAX };
    assert_eq!(readers(&*store, 1, asked).await.len(), PAGE_ROWS_MAX as usize);
}

pub(crate) async fn settings_and_reports_keep_the_newest(place: &impl Place) {
    let store = place.open().await;
    for value in ["one", "two"] {
        store.put_setting("days", value).await.unwrap();
        let report = RunReport { name: "link".to_owned(), at_us: 1, json: format!("[\"{value}\"]") };
        store.put_report(&report).await.unwrap();
    }
    let store = reopened(place, store).await;
    assert_eq!(store.setting("days").await.unwrap().as_deref(), Some("two"));
    assert_eq!(store.report("link").await.unwrap().unwrap().json, "[\"two\"]");
    assert_eq!(store.setting("other").await.unwrap(), None);
    assert_eq!(store.report("other").await.unwrap(), None);
}
