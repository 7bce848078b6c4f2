//! Who may do what: every route, called as every kind of user, held against a golden file.

use std::{collections::BTreeSet, fmt::Write as _};

use redress_testkit::{HeldSample, another_reviewer, appeal_officer, oversight, reviewer};
use redress_web::{Face, ROUTES};

use crate::office::{Answer, Caller, Office};

const GOLDEN: &str = include_str!("golden/authorization.txt");
const UNREACHED: &str = include_str!("golden/unreached_routes.txt");

/// A call of each route: its form, for a post, is one that a caller who may is not refused for its shape.
const CALLS: &[(&str, &str, &str, &str)] = &[
    ("get", "/", "/", ""),
    ("get", "/charter", "/charter", ""),
    ("get", "/checks", "/checks", ""),
    ("get", "/log", "/log", ""),
    ("get", "/log/entry/{index}", "/log/entry/0", ""),
    ("get", "/static/redress.css", "/static/redress.css", ""),
    ("get", "/sign-in/{token}", "/sign-in/forged", ""),
    ("post", "/sign-out", "/sign-out", "face=none"),
    ("get", "/desk", "/desk", ""),
    ("get", "/desk/requests", "/desk/requests", ""),
    ("get", "/desk/closings", "/desk/closings", ""),
    ("get", "/desk/links", "/desk/links", ""),
    ("get", "/desk/sample", "/desk/sample", ""),
    // The pair of the records a1 and b1, as the account r-ada is given it.
    (
        "post",
        "/desk/sample",
        "/desk/sample",
        "judgement=same&pair=7fd985549e58e58da6ccc0d919a8c1b1782a0396607fa5f921a42b75d07d086b",
    ),
    ("get", "/desk/line", "/desk/line?file=applications.csv&line=2", ""),
    ("post", "/desk/clock", "/desk/clock", "days=0"),
    ("get", "/desk/finding/{id}", "/desk/finding/1", ""),
    (
        "post",
        "/desk/finding/{id}/decide",
        "/desk/finding/1/decide",
        "outcome=explained&reason=The+papers+agree.",
    ),
    ("post", "/desk/finding/{id}/reopen", "/desk/finding/3/reopen", "reason=There+is+a+new+paper."),
    ("post", "/desk/finding/{id}/propose-closing", "/desk/finding/2/propose-closing", ""),
    ("post", "/desk/finding/{id}/verify", "/desk/finding/4/verify", "source=status&reason=The+papers+agree."),
    ("post", "/desk/finding/{id}/notice", "/desk/finding/4/notice", "way=post"),
    ("post", "/desk/finding/{id}/sign", "/desk/finding/4/sign", "reason=The+papers+agree."),
    ("get", "/desk/person/{id}", "/desk/person/1", ""),
    (
        "post",
        "/desk/person/{id}/separate",
        "/desk/person/1/separate",
        "record=4&reason=It+is+of+somebody+else.",
    ),
    ("post", "/desk/person/{id}/packet", "/desk/person/1/packet", "reader=court&recipient=A+court"),
    ("get", "/desk/link/{left}/{right}", "/desk/link/1/5", ""),
    (
        "post",
        "/desk/link/{left}/{right}/judge",
        "/desk/link/1/5/judge",
        "judgement=different&reason=Two+different+people.",
    ),
    ("post", "/desk/link/{left}/{right}/withdraw", "/desk/link/1/5/withdraw", "reason=There+is+a+new+paper."),
    ("get", "/desk/request/{id}", "/desk/request/1", ""),
    (
        "post",
        "/desk/request/{id}/determine",
        "/desk/request/1/determine",
        "outcome=refused&reason=The+papers+agree.",
    ),
    ("post", "/desk/request/{id}/end-hold", "/desk/request/1/end-hold", "reason=Nothing+is+left+to+decide."),
    ("post", "/desk/request/{id}/holder", "/desk/request/1/holder", "holder=Benefits+Office&way=post"),
    ("get", "/desk/request/{id}/letter/{holder}", "/desk/request/1/letter/0", ""),
    ("get", "/desk/finding/{id}/letter", "/desk/finding/4/letter", ""),
    ("get", "/desk/closing/{id}/letter", "/desk/closing/1/letter", ""),
    ("get", "/desk/closing/{id}", "/desk/closing/1", ""),
    ("post", "/desk/closing/{id}/{step}", "/desk/closing/1/decline", "reason=It+is+not+sure+enough."),
    ("get", "/me", "/me", ""),
    ("get", "/me/packet", "/me/packet", ""),
    ("get", "/me/wrong", "/me/wrong?record=1&attribute=birth_date&ordinal=0", ""),
    (
        "post",
        "/me/wrong",
        "/me/wrong",
        "record=1&attribute=given_name&ordinal=0&what_is_wrong=It+is+In%C3%A9s.",
    ),
    ("get", "/me/request/{id}", "/me/request/1", ""),
    ("post", "/me/request/{id}/{step}", "/me/request/1/withdraw", ""),
    ("get", "/me/closing/{id}", "/me/closing/1", ""),
    ("post", "/me/closing/{id}/object", "/me/closing/1/object", "words=I+came+back."),
    ("get", "/me/receipt/{seq}", "/me/receipt/1", ""),
    ("get", "/me/receipt/{seq}/file", "/me/receipt/1/file", ""),
    ("get", "/api/openapi.json", "/api/openapi.json", ""),
    ("get", "/api/v2/findUsage", "/api/v2/findUsage?userCode=P-1", ""),
    ("get", "/api/v2/usagePeriod", "/api/v2/usagePeriod", ""),
    ("get", "/api/v2/heartbeat", "/api/v2/heartbeat", ""),
    ("post", "/api/intake/{source}", "/api/intake/border", ""),
    ("get", "/log/checkpoint", "/log/checkpoint", ""),
    ("get", "/log/tile/{*path}", "/log/tile/entries/000.p/3", ""),
];

/// An office with a drawn sample, a request, a closing of which the person was told, and a decided finding in the file of person 1.
async fn busy() -> Office {
    let office = Office::open_with(&HeldSample::of(&[[["Ana", "1990", "Lima"]; 2]])).await;
    let (one, other) = (Caller::Staff(reviewer()), Caller::Staff(another_reviewer()));
    let person = Caller::Person(1);
    office.find_adverse(4).await;
    for (caller, place, form) in [
        (&person, "/me/wrong", "record=1&attribute=birth_date&ordinal=0&what_is_wrong=It+is+the+11th."),
        (&one, "/desk/finding/2/propose-closing", ""),
        (&other, "/desk/closing/1/approve", "posture=voluntary_departure&reason=The+exit+was+in+time."),
        (&one, "/desk/closing/1/notice", "way=post"),
        (&other, "/desk/finding/3/decide", "outcome=uncertain&reason=It+may+be+another+person."),
        (&other, "/desk/finding/4/decide", "outcome=corrected&reason=The+papers+agree."),
        (&one, "/desk/link/1/5/judge", "judgement=different&reason=Two+passports."),
    ] {
        let answer = office.post(caller, place, form).await;
        assert_eq!(answer.status, 303, "{place}: {}", answer.text);
    }
    office
}

/// What a caller gets, in one word: `yes` done or shown, `rule` refused by a rule that says why, `-` not there.
fn word(answer: &Answer) -> &'static str {
    match answer.status.as_u16() {
        200 | 303 => "yes",
        422 if answer.text.contains("This was not done") => "rule",
        403 | 404 => "-",
        _ => "?",
    }
}

#[tokio::test]
async fn who_may_do_what() {
    let callers = [
        ("nobody", Caller::Nobody),
        ("person concerned", Caller::Person(1)),
        ("another person", Caller::Person(3)),
        ("reviewer", Caller::Staff(reviewer())),
        ("appeal officer", Caller::Staff(appeal_officer())),
        ("oversight", Caller::Staff(oversight())),
    ];
    let mut table = format!("{:<42}", "route");
    callers.iter().for_each(|(name, _)| write!(table, " {name:<16}").unwrap());
    table = table.trim_end().to_owned();
    let mut office = busy().await;
    for (method, path, place, form) in CALLS {
        write!(table, "\n{:<42}", format!("{method} {path}")).unwrap();
        for (_, caller) in &callers {
            let form = (*method == "post").then_some(*form);
            let answer = office.call(caller, method, place, form).await;
            write!(table, " {:<16}", word(&answer)).unwrap();
            // What was done must not stand in the way of the next caller.
            if *method == "post" && answer.status == 303 && *path != "/sign-out" {
                office = busy().await;
            }
        }
        table = table.trim_end().to_owned();
    }
    assert_eq!(table.trim(), GOLDEN.trim(), "the table is:\n\n{table}\n\nsee golden/authorization.txt");
}

#[test]
fn no_route_is_left_out() {
    let called: BTreeSet<(&str, &str)> = CALLS.iter().map(|(method, path, ..)| (*method, *path)).collect();
    let routes: BTreeSet<(&str, &str)> = ROUTES.iter().map(|route| (route.method, route.path)).collect();
    let unreached: Vec<String> =
        routes.difference(&called).map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(
        unreached,
        UNREACHED.lines().collect::<Vec<_>>(),
        "golden/unreached_routes.txt is to be empty"
    );
    assert!(called.is_subset(&routes), "a call of no route");
}

#[tokio::test]
async fn what_is_hidden_looks_like_what_is_not_there() {
    let office = busy().await;
    let other = Caller::Person(3);
    let nobody = Caller::Nobody;
    for route in ROUTES.iter().filter(|route| route.method == "get") {
        let (_, _, place, _) = CALLS.iter().find(|call| (call.0, call.1) == ("get", route.path)).unwrap();
        if matches!(route.face, Face::Desk | Face::Person) {
            let answer = office.get(&nobody, place).await;
            let absent = office.get(&nobody, &place.replace('1', "999")).await;
            assert_eq!((answer.status.as_u16(), answer.text), (404, absent.text), "{place}");
        }
    }
    for (there, not_there) in [
        ("/me/request/1", "/me/request/999"),
        ("/me/closing/1", "/me/closing/999"),
        ("/me/receipt/1", "/me/receipt/999"),
        (
            "/me/wrong?record=1&attribute=birth_date&ordinal=0",
            "/me/wrong?record=999&attribute=birth_date&ordinal=0",
        ),
        ("/api/v2/findUsage?userCode=P-1", "/api/v2/findUsage?userCode=P-999"),
    ] {
        let hidden = office.get(&other, there).await;
        let absent = office.get(&other, not_there).await;
        assert_eq!(hidden.status.as_u16(), 404, "{there}");
        let as_absent = |text: &str| text.replace("-999", "-1").replace(" 999", " 1");
        assert_eq!(as_absent(&hidden.text), as_absent(&absent.text), "{there}");
    }
}
