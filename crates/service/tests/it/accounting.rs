//! Reads of files, and of all files at once, are shown to whom they concern.

use redress_ports::{Access, AccessPurpose, Page};
use redress_service::{
    App, Quiet, link_records, run_checks,
    view::{Reader, person_view},
};
use redress_statement::{PersonId, RecordId};
use redress_testkit::reviewer;

use crate::office::{ANA, BILAL, form, import, office};

const FIRST: Page = Page { offset: 0, limit: 50 };

/// The names of runs and readers on a person's page, newest first.
async fn readers_of(app: &App, person: PersonId) -> Vec<String> {
    let accesses = app.store.accesses_of(person, FIRST).await.unwrap();
    accesses.into_iter().map(|access| access.user_code).collect()
}

#[tokio::test]
async fn a_run_is_shown_once_to_each_person_who_was_in_it_and_to_nobody_else() {
    let office = office().await;
    let app = &office.app;
    run_checks(app, &Quiet).await.unwrap();
    import(app, 2, &[("K4", "Okoye", "Dayo")]).await;
    form(app, PersonId(4), RecordId(4)).await;
    for (person, wanted) in [(ANA, vec!["checks"]), (BILAL, vec!["checks"]), (PersonId(4), vec![])] {
        assert_eq!(readers_of(app, person).await, wanted, "{person}");
    }

    office.clock.advance_days(1);
    run_checks(app, &Quiet).await.unwrap();
    for (person, n_runs) in [(ANA, 2), (PersonId(4), 1)] {
        assert_eq!(readers_of(app, person).await, vec!["checks"; n_runs], "{person}");
    }
    let newest: Access = app.store.accesses_of(ANA, FIRST).await.unwrap().remove(0);
    assert_eq!((newest.purpose, newest.day), (AccessPurpose::BulkRun, office.clock_day()));
}

#[tokio::test]
async fn the_linkage_is_accounted_for_before_it_reads_even_where_it_fails() {
    let office = office().await;
    // Whether so few records can be linked does not matter here: they were read.
    drop(link_records(&office.app, &Quiet).await);
    assert_eq!(readers_of(&office.app, ANA).await, ["linkage"]);
}

#[tokio::test]
async fn single_reads_and_runs_stand_in_one_list_by_their_time() {
    let office = office().await;
    let app = &office.app;
    person_view(app, &Reader::Staff(reviewer()), ANA).await.unwrap();
    office.clock.advance_days(1);
    run_checks(app, &Quiet).await.unwrap();
    office.clock.advance_days(1);
    person_view(app, &Reader::Person(ANA), ANA).await.unwrap();
    assert_eq!(readers_of(app, ANA).await, ["self", "checks", "r-ada"]);
    let second = app.store.accesses_of(ANA, Page { offset: 1, limit: 1 }).await.unwrap();
    assert_eq!(second[0].user_code, "checks");
}

#[tokio::test]
async fn nobody_reads_the_file_of_another_person() {
    let office = office().await;
    assert!(person_view(&office.app, &Reader::Person(BILAL), ANA).await.is_err());
    assert!(readers_of(&office.app, ANA).await.is_empty(), "nothing was read, so nothing is accounted for");
}
