//! Findings follow what their records say, and whoever has the records.

use redress_casefile::{Event, StreamId, finding::Outcome, person::PersonEvent};
use redress_ports::{FindingRow, Page};
use redress_service::{
    Answers, App, CheckTally, Quiet, WaterfallBook, decide_finding, file_request, judge_link, present_person,
    run_checks, unmerge_records,
    view::{Reader, finding_view, person_view},
};
use redress_statement::{Attribute, PersonId, RecordId};
use redress_testkit::{RecordFile, SEEN_ON, another_reviewer, record, reviewer};

use crate::office::{ANA, BILAL, Office, form, office};

const REASON: &str = "the passport that was shown says otherwise";

/// Cora, whose row the agency matched to a court case by name alone.
pub(crate) const CORA: PersonId = PersonId(3);

/// An extract in which Cora's row names this court case, and the run of all checks that follows. `nth` tells extracts apart.
pub(crate) async fn matched_to(app: &App, nth: u32, proceeding: &str) -> CheckTally {
    let row = record("status", "extract", "S1")
        .says(Attribute::FamilyName, "Ruiz")
        .says(Attribute::GivenName, "Cora")
        .says(Attribute::AssertedProceeding, proceeding)
        .says(Attribute::AssertedBy, "NAME");
    let day = SEEN_ON.saturating_add(jiff::Span::new().days(i64::from(nth) - 4));
    let mut file = RecordFile::new("status", "extract", nth, vec![row.seen(day, day).build()]).as_of(day);
    app.store.import(&mut file, 1, &|_| {}).await.unwrap();
    if nth == 1 {
        form(app, CORA, RecordId(4)).await;
    }
    run_checks(app, &Quiet).await.unwrap().checks.remove("ID-12").unwrap()
}

pub(crate) async fn findings(app: &App, person: PersonId) -> Vec<FindingRow> {
    app.store.findings_of(person).await.unwrap()
}

#[tokio::test]
async fn a_finding_that_waits_says_what_its_records_say_today() {
    let office = office().await;
    let app = &office.app;
    let tally = |n_opened, n_revised| CheckTally { n_reported: 1, n_opened, n_revised, n_no_longer_seen: 0 };
    assert_eq!(matched_to(app, 1, "4711").await, tally(1, 0));
    let opened = findings(app, CORA).await.remove(0).finding;
    assert_eq!(run_checks(app, &Quiet).await.unwrap().checks["ID-12"], tally(0, 0), "nothing changed");
    assert_eq!(matched_to(app, 2, "4712").await, tally(0, 1));
    let view =
        finding_view(app, &WaterfallBook::default(), &Reader::Staff(reviewer()), opened).await.unwrap();
    assert!(view.sentence.contains("court case 4712"), "{}", view.sentence);
    assert_eq!(view.matched_nowhere, ["4712"]);
    let own = person_view(app, &Reader::Person(CORA), CORA).await.unwrap();
    assert_eq!(own.findings.len(), 1);
    assert!(own.findings[0].sentence.as_ref().unwrap().contains("court case 4712"));
}

#[tokio::test]
async fn a_decision_stands_for_what_it_was_made_on_and_no_more() {
    let office = office().await;
    let app = &office.app;
    matched_to(app, 1, "4711").await;
    let decided = findings(app, CORA).await.remove(0).finding;
    decide_finding(app, &reviewer(), decided, Outcome::NotAnError, REASON).await.unwrap();
    assert_eq!(run_checks(app, &Quiet).await.unwrap().checks["ID-12"].n_opened, 0);
    assert_eq!(matched_to(app, 2, "4712").await.n_opened, 1, "another error is another finding");
    let states: Vec<String> = findings(app, CORA).await.into_iter().map(|row| row.state).collect();
    assert_eq!(states, ["decided", "open"]);
    assert_eq!(run_checks(app, &Quiet).await.unwrap().checks["ID-12"].n_opened, 0);
}

/// What a person's file holds: findings, requests, and the records with a contested value.
async fn file(office: &Office, person: PersonId) -> (usize, usize, Vec<i64>) {
    let Ok(view) = person_view(&office.app, &Reader::Staff(reviewer()), person).await else {
        return (0, 0, Vec::new());
    };
    let records = view.groups.iter().flat_map(|group| &group.records);
    let held = records.filter(|record| record.statements.iter().any(|statement| statement.is_held));
    (view.findings.len(), view.requests.len(), held.map(|record| record.id.0).collect())
}

#[tokio::test]
async fn a_record_takes_its_findings_requests_and_marks_along() {
    let office = office().await;
    let app = &office.app;
    matched_to(app, 1, "4711").await;
    let contested = redress_casefile::StatementRef {
        record: RecordId(4),
        attribute: Attribute::AssertedProceeding,
        ordinal: 0,
    };
    let answers = Answers { what_is_wrong: "this is not my case".to_owned(), ..Answers::default() };
    let request = file_request(app, CORA, contested, answers).await.unwrap();
    let (nothing, all) = ((0, 0, vec![]), (1, 1, vec![4]));
    assert_eq!((file(&office, ANA).await, file(&office, CORA).await), (nothing.clone(), all.clone()));

    judge_link(app, &reviewer(), RecordId(1), RecordId(4), true, REASON).await.unwrap();
    assert_eq!((file(&office, ANA).await, file(&office, CORA).await), (all.clone(), nothing.clone()));
    assert_eq!(present_person(app, CORA).await.unwrap(), ANA, "the old number leads to the file");
    assert_eq!(present_person(app, BILAL).await.unwrap(), BILAL);
    assert_eq!(app.store.request(request).await.unwrap().unwrap().person, ANA);

    app.store.take_numbers("person", 3).await.unwrap();
    let out = unmerge_records(app, &another_reviewer(), ANA, vec![RecordId(4)], REASON).await.unwrap();
    assert_eq!((file(&office, ANA).await, file(&office, out).await), (nothing, all));
    let left = app.store.load(StreamId::Person(ANA)).await.unwrap();
    assert!(matches!(left.last().unwrap().event, Event::Person(PersonEvent::Unmerged { .. })));
    let page = Page { offset: 0, limit: 5 };
    assert_eq!(app.store.requests_due(page).await.unwrap()[0].person, out);
}
