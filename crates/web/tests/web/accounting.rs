//! Every page that shows a person's file accounts for the read, with its purpose, before it answers.

use redress_ports::{Access, AccessPurpose, Page};
use redress_statement::PersonId;
use redress_testkit::{another_reviewer, oversight, reviewer};
use redress_web::{Face, ROUTES};

use crate::office::{Caller, Office};

/// Pages of the desk and of the person that show nothing of any person's file. A drawn sample is of the rows of a linkage run,
/// which are in no file of a person and in no store.
const SHOW_NO_FILE: &[&str] = &["/desk", "/desk/requests", "/desk/closings", "/desk/links", "/desk/sample"];

/// Each page that shows a file: its route, the call, whose files it shows, why it is read.
const READS: &[(&str, &str, &[i64], AccessPurpose)] = &[
    ("/desk/finding/{id}", "/desk/finding/1", &[1], AccessPurpose::FindingReview),
    ("/desk/finding/{id}", "/desk/finding/3", &[1, 2], AccessPurpose::FindingReview),
    ("/desk/line", "/desk/line?file=applications.csv&line=17", &[1], AccessPurpose::FindingReview),
    ("/desk/person/{id}", "/desk/person/3", &[3], AccessPurpose::FindingReview),
    ("/desk/link/{left}/{right}", "/desk/link/1/5", &[1, 2], AccessPurpose::ClericalReview),
    ("/desk/request/{id}", "/desk/request/1", &[1], AccessPurpose::CorrectionRequest),
    ("/desk/closing/{id}", "/desk/closing/1", &[1], AccessPurpose::FindingReview),
    (
        "/desk/request/{id}/letter/{holder}",
        "/desk/request/2/letter/0",
        &[1],
        AccessPurpose::CorrectionRequest,
    ),
    ("/desk/finding/{id}/letter", "/desk/finding/4/letter", &[1], AccessPurpose::FindingReview),
    ("/desk/closing/{id}/letter", "/desk/closing/1/letter", &[1], AccessPurpose::FindingReview),
    ("/me", "/me", &[1], AccessPurpose::OwnAccess),
    ("/me/packet", "/me/packet", &[1], AccessPurpose::OwnAccess),
    ("/me/wrong", "/me/wrong?record=1&attribute=given_name&ordinal=0", &[1], AccessPurpose::OwnAccess),
    ("/me/request/{id}", "/me/request/1", &[1], AccessPurpose::OwnAccess),
    ("/me/closing/{id}", "/me/closing/1", &[1], AccessPurpose::OwnAccess),
    ("/me/receipt/{seq}", "/me/receipt/1", &[1], AccessPurpose::OwnAccess),
    ("/me/receipt/{seq}/file", "/me/receipt/1/file", &[1], AccessPurpose::OwnAccess),
    ("/api/v2/findUsage", "/api/v2/findUsage?userCode=P-1", &[1], AccessPurpose::OwnAccess),
];

async fn reads(office: &Office, person: i64) -> Vec<Access> {
    office.app.store.accesses_of(PersonId(person), Page { offset: 0, limit: 500 }).await.unwrap()
}

async fn busy() -> Office {
    let office = Office::open().await;
    let filed = "record=1&attribute=birth_date&ordinal=0&what_is_wrong=It+is+the+11th.";
    office.post(&Caller::Person(1), "/me/wrong", filed).await;
    office.find_adverse(4).await;
    let (one, other) = (Caller::Staff(reviewer()), Caller::Staff(another_reviewer()));
    let filed = "record=1&attribute=family_name&ordinal=0&what_is_wrong=It+has+a+mark.";
    let posture = "posture=voluntary_departure&reason=The+exit+was+in+time.";
    for (caller, place, form) in [
        (&Caller::Person(1), "/me/wrong", filed),
        (&one, "/desk/request/2/determine", "outcome=granted&corrected=N&reason=The+passport+shows+it."),
        (&one, "/desk/finding/2/propose-closing", ""),
        (&other, "/desk/closing/1/approve", posture),
        (&one, "/desk/finding/4/decide", "outcome=corrected&reason=The+papers+agree."),
        (&one, "/desk/finding/4/verify", "source=status&reason=The+passport+shows+it."),
    ] {
        let answer = office.post(caller, place, form).await;
        assert_eq!(answer.status.as_u16(), 303, "{place}: {}", answer.text);
    }
    office
}

#[test]
fn every_page_of_desk_and_person_is_in_the_table() {
    for route in ROUTES.iter().filter(|route| route.method == "get") {
        let shows_no_file =
            matches!(route.face, Face::Public | Face::Api) || SHOW_NO_FILE.contains(&route.path);
        let is_listed = READS.iter().any(|(path, ..)| *path == route.path);
        assert!(
            is_listed || shows_no_file,
            "{} may show a file, and no test reads its accounting",
            route.path
        );
    }
}

#[tokio::test]
async fn every_page_that_shows_a_file_accounts_for_it() {
    let office = busy().await;
    for (_, place, persons, purpose) in READS {
        let caller = match purpose {
            AccessPurpose::OwnAccess => Caller::Person(1),
            _ => Caller::Staff(reviewer()),
        };
        let mut before = Vec::new();
        for person in 1..=3 {
            before.push(reads(&office, person).await.len());
        }
        let answer = office.get(&caller, place).await;
        assert_eq!(answer.status.as_u16(), 200, "{place}: {}", answer.text);
        for (person, n_before) in (1..=3).zip(before) {
            let after = reads(&office, person).await;
            let is_shown = persons.contains(&person);
            assert_eq!(after.len(), n_before + usize::from(is_shown), "{place}, reads of P-{person}");
            if is_shown {
                assert_eq!(after[0].purpose, *purpose, "{place}");
                let who = if *purpose == AccessPurpose::OwnAccess { "self" } else { "r-ada" };
                assert_eq!(after[0].user_code, who, "{place}");
            }
        }
    }
}

#[tokio::test]
async fn who_may_not_read_leaves_no_read() {
    let office = busy().await;
    let n_before = reads(&office, 1).await.len();
    for (_, place, ..) in READS {
        for caller in [Caller::Nobody, Caller::Person(3), Caller::Staff(oversight())] {
            if matches!(caller, Caller::Person(_)) && ["/me", "/me/packet"].contains(place) {
                continue; // their own file
            }
            assert_eq!(office.get(&caller, place).await.status.as_u16(), 404, "{place} as {caller:?}");
        }
    }
    assert_eq!(reads(&office, 1).await.len(), n_before);
}
