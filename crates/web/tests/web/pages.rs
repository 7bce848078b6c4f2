//! What pages say, and that every page is whole: its frame, its language, its headings, nothing unescaped.

use redress_testkit::{HeldSample, another_reviewer, appeal_officer, reviewer};
use redress_web::{Face, ROUTES};

use crate::office::{Caller, Office};

const GRANTED: &str = "outcome=granted&corrected=1978-11-11&reason=The+passport+shows+it.";
const REFUSED: &str = "outcome=refused&reason=No+paper+shows+it.";

async fn file(office: &Office) {
    let answers =
        "record=1&attribute=birth_date&ordinal=0&what_is_wrong=The+11th+%3Cb%3Enot%3C%2Fb%3E+the+15th";
    let answer = office.post(&Caller::Person(1), "/me/wrong", answers).await;
    assert_eq!(answer.headers["location"], "/me/request/1", "{}", answer.text);
}

/// The levels of the headings, in their order.
fn levels(page: &str) -> Vec<u32> {
    let tags = page.split("<h").skip(1);
    tags.filter_map(|tag| tag.chars().next()?.to_digit(10).filter(|_| !tag.starts_with("html"))).collect()
}

#[tokio::test]
async fn every_page_is_whole() {
    let office = Office::open_with(&HeldSample::of(&[[["Ana", "1990", "<b>not"]; 2]])).await;
    file(&office).await;
    office.post(&Caller::Staff(reviewer()), "/desk/finding/2/propose-closing", "").await;
    for route in ROUTES.iter().filter(|route| route.method == "get") {
        let caller = match route.face {
            Face::Public => Caller::Nobody,
            Face::Desk => Caller::Staff(reviewer()),
            Face::Person => Caller::Person(1),
            Face::Api => continue,
        };
        let place = route.path.replace("{id}", "1").replace("{seq}", "1").replace("{index}", "0");
        let place = place.replace("{left}/{right}", "1/5");
        let place = if route.path == "/me/wrong" {
            "/me/wrong?record=1&attribute=sex&ordinal=0".to_owned()
        } else {
            place
        };
        let answer = office.get(&caller, &place.replace("=sex", "=given_name")).await;
        let page = &answer.text;
        if !page.starts_with("<!doctype html>") {
            continue;
        }
        // A paper stands alone, without the frame of the site.
        let framed = ["class=\"skip\"", "<main id=\"main\""];
        let framed = framed.iter().filter(|_| place != "/me/packet");
        for part in ["<html lang=\"en\">", "<title>", "<main", "name=\"viewport\""].iter().chain(framed) {
            assert!(page.contains(part), "{place} has no {part}");
        }
        let levels = levels(page);
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{place}: {levels:?}");
        assert!(
            levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
            "{place} leaves a level out: {levels:?}"
        );
        assert!(!page.contains("Núñez <Ortega>") && !page.contains("<b>not"), "{place} shows text as markup");
        assert!(page.contains("simulated"), "{place} does not say that the clock is simulated");
    }
}

#[tokio::test]
async fn a_value_is_shown_with_its_place() {
    let office = Office::open().await;
    let page = office.get(&Caller::Staff(reviewer()), "/desk/finding/1").await.text;
    let digest = redress_statement::Digest::of(b"benefits/applications/2026-11-02").to_string();
    for part in
        ["15/11/1978", "read as <bdi>1978-11-15", "BIRTH_DATE", "applications.csv", "line 17", &digest]
    {
        assert!(page.contains(part), "the finding does not show {part}");
    }
}

#[tokio::test]
async fn a_possible_record_is_not_shown_to_the_person() {
    let office = Office::open().await;
    let page = office.get(&Caller::Person(1), "/me").await.text;
    assert!(!page.contains("Somebodyelse"), "the person sees a record that may be somebody else's");
    assert!(!page.contains("The records of finding 3 differ."), "the person reads values of such a record");
    assert!(page.contains("may be somebody else’s"));
    assert!(page.contains("The records of finding 1 differ."));
}

#[tokio::test]
async fn a_contested_value_carries_its_mark_until_it_is_corrected() {
    let office = Office::open().await;
    let (person, desk) = (Caller::Person(1), Caller::Staff(reviewer()));
    let mark = "contested: nobody may rely on it";
    assert!(!office.get(&desk, "/desk/finding/1").await.text.contains(mark));
    file(&office).await;
    for (caller, place) in
        [(&person, "/me"), (&person, "/me/request/1"), (&desk, "/desk/finding/1"), (&desk, "/desk/link/1/5")]
    {
        assert!(office.get(caller, place).await.text.contains(mark), "{place}");
    }
    assert_eq!(office.post(&desk, "/desk/request/1/determine", GRANTED).await.status, 303);
    for (caller, place) in [(&person, "/me"), (&person, "/me/request/1"), (&desk, "/desk/finding/1")] {
        let page = office.get(caller, place).await.text;
        assert!(!page.contains(mark), "{place} still says that the value is contested");
        assert!(page.contains("corrected to <bdi>1978-11-11"), "{place} does not show the corrected value");
        assert!(page.contains("15/11/1978"), "{place} does not show the original");
    }
}

#[tokio::test]
async fn a_refusal_leads_to_an_appeal_by_somebody_else_and_to_the_persons_own_words() {
    let office = Office::open().await;
    let person = Caller::Person(1);
    file(&office).await;
    let determine = "/desk/request/1/determine";
    assert_eq!(office.post(&Caller::Staff(another_reviewer()), determine, REFUSED).await.status, 303);
    let page = office.get(&person, "/me/request/1").await.text;
    assert!(page.contains("You can appeal") && page.contains("No paper shows it."), "{page}");
    assert_eq!(office.post(&person, "/me/request/1/appeal", "words=The+passport+does.").await.status, 303);
    assert_eq!(office.post(&Caller::Staff(another_reviewer()), determine, GRANTED).await.status, 422);
    assert_eq!(office.post(&Caller::Staff(appeal_officer()), determine, REFUSED).await.status, 303);
    assert_eq!(office.post(&person, "/me/request/1/disagree", "words=It+was+the+11th.").await.status, 303);
    let page = office.get(&Caller::Staff(reviewer()), "/desk/finding/1").await.text;
    assert!(page.contains("<q>It was the 11th.</q>"), "the value leaves without the person's words");
}

#[tokio::test]
async fn the_person_sees_who_looked_and_why() {
    let office = Office::open().await;
    for _ in 0..3 {
        office.get(&Caller::Staff(reviewer()), "/desk/finding/1").await;
    }
    let page = office.get(&Caller::Person(1), "/me").await.text;
    assert!(
        page.contains("Records Office, 4 Main Street, Springfield</strong>, to review a finding, 3 times"),
        "{page}"
    );
    assert!(page.contains("opened this file once"), "{page}");
}
