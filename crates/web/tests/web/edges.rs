//! The limits of the door: sign-in links, forms from elsewhere, too much text, headers, calls that cannot be read.

use axum::{
    body::Body,
    http::{Request, header},
};
use jiff::ToSpan;
use redress_testkit::reviewer;
use redress_web::{FORM_BYTES_MAX, ROUTES};

use crate::office::{Caller, LINKS_UNTIL, Office};

#[tokio::test]
async fn a_link_and_its_session_end_on_their_day() {
    let office = Office::open().await;
    let person = Caller::Person(1);
    let cookie = office.cookie(&person).await.unwrap();
    let with_cookie =
        || Request::get("/me").header(header::COOKIE, cookie.as_str()).body(Body::empty()).unwrap();
    for (day, opens) in [(LINKS_UNTIL, true), (LINKS_UNTIL.saturating_add(1.day()), false)] {
        office.clock.set(day);
        assert_eq!(office.cookie(&person).await.is_some(), opens, "the link on {day}");
        let status = office.send(with_cookie()).await.status.as_u16();
        assert_eq!(status, if opens { 200 } else { 404 }, "the session on {day}");
    }
}

#[tokio::test]
async fn a_cookie_is_signed_and_out_of_reach() {
    let office = Office::open().await;
    let link = office.link(&Caller::Person(1)).unwrap();
    let answer = office.send(Request::get(link).body(Body::empty()).unwrap()).await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
        "{cookie}"
    );
    let changed = cookie.split(';').next().unwrap().replace("person%22%3A1", "person%22%3A2");
    assert_ne!(changed, cookie.split(';').next().unwrap());
    let request = Request::get("/me").header(header::COOKIE, changed).body(Body::empty()).unwrap();
    assert_eq!(office.send(request).await.status.as_u16(), 404);
    // A desk's session opens no person's face, and the other way round.
    let desk = office.cookie(&Caller::Staff(reviewer())).await.unwrap();
    let posed = desk.replace("redress_desk", "redress_person");
    let request = Request::get("/me").header(header::COOKIE, posed).body(Body::empty()).unwrap();
    assert_eq!(office.send(request).await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_form_from_another_site_does_nothing() {
    let office = Office::open().await;
    let desk = Caller::Staff(reviewer());
    for route in ROUTES.iter().filter(|route| route.method == "post") {
        let place =
            route.path.replace("{id}", "1").replace("{left}/{right}", "1/5").replace("{step}", "appeal");
        let place = place.replace("{source}", "border");
        let mut request = office.request(&desk, "post", &place, Some("reason=From+elsewhere.")).await;
        request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
        request.headers_mut().insert(header::ORIGIN, "https://elsewhere.example".parse().unwrap());
        let answer = office.send(request).await;
        assert_eq!(answer.status.as_u16(), 403, "{place}");
        assert!(answer.text.contains("not sent from a page of this site"), "{place}: {}", answer.text);
    }
}

#[tokio::test]
async fn too_much_text_is_refused_and_the_most_that_the_form_allows_is_not() {
    let office = Office::open().await;
    let person = Caller::Person(1);
    let answers = |letter: &str, n: usize| {
        let long = letter.repeat(n);
        format!(
            "record=1&attribute=birth_date&ordinal=0&what_is_wrong={long}&what_is_right={long}&papers={long}&reach="
        )
    };
    // 4,000 letters of three bytes each, percent-encoded, in each of the three long answers.
    let most = office.post(&person, "/me/wrong", &answers("%E4%BD%A0", 4_000)).await;
    assert_eq!(most.status.as_u16(), 303, "{}", most.text);
    let over = office.post(&person, "/me/wrong", &answers("a", FORM_BYTES_MAX / 3 + 1)).await;
    assert_eq!(over.status.as_u16(), 413);
    assert!(over.text.contains("That is too much text"), "{}", over.text);
}

#[tokio::test]
async fn every_answer_has_the_headers_and_no_page_has_script() {
    let office = Office::open().await;
    for (caller, place) in [
        (Caller::Nobody, "/"),
        (Caller::Nobody, "/nothing"),
        (Caller::Nobody, "/log/checkpoint"),
        (Caller::Nobody, "/api/v2/heartbeat"),
        (Caller::Staff(reviewer()), "/desk/finding/1"),
        (Caller::Person(1), "/me"),
    ] {
        let answer = office.get(&caller, place).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{place}: {policy}");
        assert!(!policy.contains("script-src"), "{place}: {policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{place}");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer", "{place}");
        assert_eq!(answer.headers["cache-control"], "no-store", "{place}");
        assert!(!answer.text.contains("<script") && !answer.text.contains(" style="), "{place}");
    }
    let style = office.get(&Caller::Nobody, "/static/redress.css").await;
    assert!(style.headers["cache-control"].to_str().unwrap().contains("immutable"));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_in_plain_words() {
    let office = Office::open().await;
    let desk = Caller::Staff(reviewer());
    for (method, place, form, status, words) in [
        ("get", "/desk/finding/first", None, 400, "This cannot be read"),
        ("get", "/desk?offset=many", None, 400, "This cannot be read"),
        ("get", "/log?from=-1", None, 400, "This cannot be read"),
        (
            "post",
            "/desk/finding/1/decide",
            Some("outcome=guilty&reason=Because+of+it."),
            422,
            "This cannot be read",
        ),
        ("post", "/desk/finding/1/decide", Some("outcome=explained&reason="), 422, "This was not done"),
        (
            "post",
            "/desk/link/1/5/judge",
            Some("judgement=sam&reason=Because+of+it."),
            422,
            "This cannot be read",
        ),
        (
            "post",
            "/desk/request/1/determine",
            Some("outcome=grant&reason=Because+of+it."),
            422,
            "This cannot be read",
        ),
        ("post", "/desk/closing/1/fly", Some("reason=Because+of+it."), 404, "Not found"),
        ("post", "/charter", Some(""), 405, "Not possible here"),
        ("get", "/api/intake/border", None, 405, "this address takes POST only"),
        ("get", "/nothing", None, 404, "There is no such page"),
        ("get", "/log/entry/999999", None, 404, "The log has no such entry"),
        ("get", "/log/tile/../../keys/log.key", None, 404, "message"),
        ("get", "/log/tile/9/999", None, 404, "message"),
        ("get", "/api/v2/findUsage", None, 400, "message"),
    ] {
        let answer = office.call(&desk, method, place, form).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {place}: {}", answer.text);
        assert!(answer.text.contains(words), "{method} {place}: {}", answer.text);
    }
}
