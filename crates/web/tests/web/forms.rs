//! A form that is refused comes back on its own page, in plain words, with what was typed; a form that the caller may
//! not use is not offered.

use redress_testkit::{appeal_officer, oversight, reviewer};

use crate::office::{Caller, Office, TODAY};

#[tokio::test]
async fn a_refused_form_is_shown_again_with_its_fault() {
    let office = Office::open().await;
    let (desk, person) = (Caller::Staff(reviewer()), Caller::Person(1));
    let contested = "record=1&attribute=birth_date&ordinal=0&what_is_wrong=";
    office.post(&person, "/me/wrong", &format!("{contested}It+is+the+11th.")).await;
    let unsaid = "record=1&attribute=family_name&ordinal=0&what_is_wrong=";
    for (caller, place, form, parts) in [
        (
            &desk,
            "/desk/finding/1/decide",
            "outcome=explained&reason=short",
            ["decide-reason-fault", ">short<"],
        ),
        (
            &desk,
            "/desk/finding/1/decide",
            "reason=The+papers+agree.",
            ["Choose what is the case", ">The papers agree.<"],
        ),
        (
            &desk,
            "/desk/link/1/5/judge",
            "reason=The+papers+agree.",
            ["Choose what you see", "judge-judgement-fault"],
        ),
        (
            &desk,
            "/desk/request/1/determine",
            "outcome=granted&corrected=&reason=The+papers+agree.",
            ["determine-corrected-fault", "value=\"granted\" required checked"],
        ),
        (&person, "/me/wrong", unsaid, ["wrong-what_is_wrong-fault", "Say what is wrong"]),
        (
            &desk,
            "/desk/person/1/separate",
            "reason=It+is+another+person.",
            ["Choose the record", "separate-record-fault"],
        ),
    ] {
        let answer = office.post(caller, place, form).await;
        assert_eq!(answer.status, 422, "{place}");
        for part in
            parts.into_iter().chain(["class=\"problem\"", "<form class=\"panel\"", "aria-label=\"Main\""])
        {
            assert!(answer.text.contains(part), "{place} does not say {part}: {}", answer.text);
        }
        for name in ["decide_finding", "determine_request", "file_request", "judge_different"] {
            assert!(!answer.text.contains(name), "{place} names a function");
        }
    }
}

#[tokio::test]
async fn a_form_is_offered_to_whom_it_is_for() {
    let office = Office::open().await;
    let (one, appeals) = (Caller::Staff(reviewer()), Caller::Staff(appeal_officer()));
    office
        .post(
            &Caller::Person(1),
            "/me/wrong",
            "record=1&attribute=birth_date&ordinal=0&what_is_wrong=It+is+the+11th.",
        )
        .await;
    office.post(&one, "/desk/finding/2/propose-closing", "").await;
    office.post(&one, "/desk/request/1/determine", "outcome=refused&reason=No+paper+shows+it.").await;
    let page = office.get(&Caller::Person(1), "/me/request/1").await.text;
    assert!(page.contains("Office of Appeals, 9 Elm Court") && page.contains("Last day to appeal"), "{page}");
    office.post(&Caller::Person(1), "/me/request/1/appeal", "words=The+passport+does.").await;
    for (caller, place, form, who) in [
        (&one, "/desk/request/1", "/determine\"", "An appeal officer decides an appeal."),
        (&one, "/desk/closing/1", "/approve\"", "Another reviewer approves it."),
        (&appeals, "/desk/finding/1", "/decide\"", "A reviewer decides a finding."),
        (&appeals, "/desk/link/1/5", "/judge\"", "A reviewer judges"),
    ] {
        let page = office.get(caller, place).await.text;
        assert!(!page.contains(form), "{place} offers {form}");
        assert!(page.contains(who), "{place} does not say who can: {page}");
    }
    assert!(office.get(&appeals, "/desk/request/1").await.text.contains("/determine\""));
}

#[tokio::test]
async fn a_date_that_passed_is_told_and_a_list_says_what_it_lists() {
    let office = Office::open().await;
    let desk = Caller::Staff(reviewer());
    let page = office.get(&desk, "/desk/finding/1").await.text;
    assert!(
        page.contains("29 days left, until 1 December 2026: what happens then cannot be undone"),
        "{page}"
    );
    assert!(page.contains("Two records are compared here") || !page.contains("held together"), "{page}");
    office
        .post(
            &Caller::Person(1),
            "/me/wrong",
            "record=1&attribute=birth_date&ordinal=0&what_is_wrong=It+is+the+11th.",
        )
        .await;
    let list = office.get(&desk, "/desk/requests").await.text;
    assert!(list.contains("Date of birth is contested") && list.contains("opened today</strong>"), "{list}");
    let list = office.get(&desk, "/desk/links?judged=different").await.text;
    assert!(list.contains("1 link waits") && list.contains("applications.csv, line 17"), "{list}");
    assert!(list.contains("are of different persons") && !list.contains("Somebodyelse"), "{list}");
    office.clock.set(TODAY.saturating_add(jiff::ToSpan::days(40)));
    for place in ["/desk", "/desk/finding/1"] {
        let page = office.get(&desk, place).await.text;
        assert!(page.contains("passed 11 days ago") && !page.contains("no date set"), "{place}: {page}");
    }
    let page = office.get(&Caller::Staff(oversight()), "/desk/nothing").await.text;
    assert!(page.contains(">Desk</a>") && page.contains("Back to the desk"), "{page}");
}

#[tokio::test]
async fn the_person_reads_what_a_decision_means() {
    let office = Office::open().await;
    let form = "outcome=corrected&reason=The+papers+agree.";
    assert_eq!(office.post(&Caller::Staff(reviewer()), "/desk/finding/1/decide", form).await.status, 303);
    let page = office.get(&Caller::Person(1), "/me").await.text;
    for part in ["found wrong by a reviewer", "found wrong by a human", "What comes next", "are open"] {
        assert!(page.contains(part), "the person does not read {part}: {page}");
    }
    assert!(!page.contains("version 1, reported") && !page.contains("at the desk"), "{page}");
}

#[tokio::test]
async fn a_reviewer_takes_a_record_out_of_a_file() {
    let office = Office::open().await;
    let reviewer = Caller::Staff(reviewer());
    let form = "record=4&reason=The+passport+shows+another+person.";
    let answer = office.post(&reviewer, "/desk/person/1/separate", form).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let page = office.call(&reviewer, "get", "/desk/person/1", None).await;
    assert!(page.text.contains("The passport shows another person."), "{}", page.text);
}
