//! Requests, their holds, and who may decide them.

use redress_casefile::{Reviewer, StatementRef};
use redress_ports::{HoldRow, RequestRow};
use redress_service::{
    Answers, ServiceError, appeal_request, determine_request, end_hold, file_request,
    view::{Reader, request_view},
    withdraw_request,
};
use redress_statement::{Attribute, RecordId, RequestId};
use redress_testkit::{appeal_officer, new_reviewer, reviewer, second_appeal_officer};

use crate::office::{ANA, BILAL, Office, office};

const REASON: &str = "the passport that was shown says otherwise";
const OFFICE: &str = "Office of Appeals";

const NAME: StatementRef = StatementRef { record: RecordId(1), attribute: Attribute::FamilyName, ordinal: 0 };

async fn filed(office: &Office) -> RequestId {
    let answers = Answers {
        what_is_wrong: "the family name lost its mark".to_owned(),
        what_is_right: "Núñez".to_owned(),
        ..Answers::default()
    };
    file_request(&office.app, ANA, NAME, answers).await.unwrap()
}

async fn request(office: &Office, id: RequestId) -> RequestRow {
    office.app.store.request(id).await.unwrap().unwrap()
}

async fn holds(office: &Office) -> Vec<HoldRow> {
    office.app.store.holds_of(ANA).await.unwrap()
}

async fn determine(
    office: &Office,
    by: &Reviewer,
    id: RequestId,
    corrected: Option<&str>,
) -> Result<(), ServiceError> {
    determine_request(&office.app, by, id, corrected.map(Into::into), REASON, OFFICE).await
}

#[tokio::test]
async fn a_request_holds_its_statement_from_the_moment_of_filing_and_a_grant_lifts_it() {
    let office = office().await;
    let id = filed(&office).await;
    assert_eq!(holds(&office).await[0].statements, [NAME]);
    assert_eq!(holds(&office).await[0].lifted_on, None);
    determine(&office, &reviewer(), id, Some("Núñez")).await.unwrap();
    assert_eq!(request(&office, id).await.state, "granted");
    assert_eq!(holds(&office).await[0].lifted_on, Some(office.clock_day()));
}

#[tokio::test]
async fn a_value_is_contested_once_at_a_time() {
    let office = office().await;
    let answers = |attribute| {
        let statement = StatementRef { attribute, ..NAME };
        let answers = Answers { what_is_wrong: "it is wrong".to_owned(), ..Answers::default() };
        file_request(&office.app, ANA, statement, answers)
    };
    let first = filed(&office).await;
    let again = answers(Attribute::FamilyName).await.unwrap_err();
    assert!(again.to_string().contains("you have contested this value already"), "{again}");
    answers(Attribute::GivenName).await.unwrap();
    withdraw_request(&office.app, ANA, first).await.unwrap();
    answers(Attribute::FamilyName).await.unwrap();
}

#[tokio::test]
async fn an_appeal_is_decided_by_another_officer_than_the_refusal() {
    let office = office().await;
    let id = filed(&office).await;
    // The same human under another role, and under the same account, is still the one who refused.
    let refuser = new_reviewer("a-chiara", "Chiara Lindqvist", redress_casefile::Role::Reviewer);
    determine(&office, &refuser, id, None).await.unwrap();
    appeal_request(&office.app, ANA, id, "the passport was not looked at").await.unwrap();
    for (by, why) in [
        (reviewer(), "a reviewer is no appeal officer"),
        (refuser.clone(), "who refused does not decide the appeal"),
        (appeal_officer(), "who refused does not decide the appeal, whatever the role is called"),
    ] {
        let refused = determine(&office, &by, id, Some("Núñez")).await;
        assert!(matches!(refused, Err(ServiceError::Refused(_))), "{why}: {refused:?}");
        assert_eq!(request(&office, id).await.state, "under_appeal", "{why}");
    }
    determine(&office, &second_appeal_officer(), id, Some("Núñez")).await.unwrap();
    assert_eq!(request(&office, id).await.state, "final");
    assert!(holds(&office).await.iter().all(|hold| hold.lifted_on.is_some()));
}

#[tokio::test]
async fn a_determination_needs_a_reason_and_a_request_its_owner() {
    let office = office().await;
    let id = filed(&office).await;
    let without = determine_request(&office.app, &reviewer(), id, Some("Núñez".into()), "ok", OFFICE).await;
    assert!(matches!(without, Err(ServiceError::Refused(_))), "{without:?}");
    let foreign = withdraw_request(&office.app, BILAL, id).await;
    assert!(matches!(foreign, Err(ServiceError::NotFound { .. })), "{foreign:?}");
    let foreign = file_request(&office.app, BILAL, NAME, Answers::default()).await;
    assert!(matches!(foreign, Err(ServiceError::NotFound { .. })), "{foreign:?}");
    assert_eq!(request(&office, id).await.state, "acknowledged");
}

#[tokio::test]
async fn a_hold_ends_after_a_final_refusal_once_the_person_was_told() {
    let office = office().await;
    let id = filed(&office).await;
    let second = appeal_officer();
    let end = || end_hold(&office.app, &second, id, REASON);
    assert!(end().await.unwrap_err().to_string().contains("still open"));
    determine(&office, &reviewer(), id, None).await.unwrap();
    appeal_request(&office.app, ANA, id, "the passport says so").await.unwrap();
    determine(&office, &second, id, None).await.unwrap();
    assert_eq!(request(&office, id).await.state, "final");
    end().await.unwrap();
    assert!(holds(&office).await.iter().any(|hold| hold.lifted_on.is_none()));
    assert!(end().await.is_err(), "it ends on the next day at the earliest");
    office.clock.advance_days(1);
    end().await.unwrap();
    assert!(holds(&office).await.iter().all(|hold| hold.lifted_on.is_some()));
}

#[tokio::test]
async fn a_day_is_corrected_to_a_day_that_exists() {
    let office = office().await;
    let born = StatementRef { attribute: Attribute::BirthDate, ..NAME };
    let answers = Answers { what_is_wrong: "it is another day".to_owned(), ..Answers::default() };
    let id = file_request(&office.app, ANA, born, answers).await.unwrap();
    for (corrected, says) in [
        ("2023-13-45", "a day that exists"),
        ("31.10.1988", "a day that exists"),
        ("in May", "a day that exists"),
        ("", "the value that stands from now on"),
    ] {
        let refused = determine(&office, &reviewer(), id, Some(corrected)).await.unwrap_err().to_string();
        assert!(refused.contains(says), "`{corrected}`: {refused}");
    }
    determine(&office, &reviewer(), id, Some("1988-07")).await.unwrap();
    assert_eq!(request(&office, id).await.state, "granted");
}

#[tokio::test]
async fn the_end_of_the_hold_stands_in_the_history_of_the_request() {
    let office = office().await;
    let id = filed(&office).await;
    withdraw_request(&office.app, ANA, id).await.unwrap();
    end_hold(&office.app, &reviewer(), id, "").await.unwrap();
    let history = request_view(&office.app, &Reader::Person(ANA), id).await.unwrap().history;
    assert!(history.last().unwrap().what.contains("the hold will end"), "{:?}", history.last());
}
