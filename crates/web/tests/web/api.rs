//! The interface for programs: what it answers, and that its description and the router say the same.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Request, header},
};
use redress_testkit::reviewer;
use redress_web::{Face, ROUTES};
use serde_json::Value;

use crate::office::{Answer, Caller, Office};

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

async fn description(office: &Office) -> Value {
    json(&office.get(&Caller::Nobody, "/api/openapi.json").await)
}

#[tokio::test]
async fn the_description_names_the_routes_for_programs_and_no_others() {
    let office = Office::empty().await;
    let description = description(&office).await;
    let described: BTreeSet<(String, String)> = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |method| (method.clone(), path.clone()))
        })
        .collect();
    let routes: BTreeSet<(String, String)> = ROUTES
        .iter()
        .filter(|route| route.face == Face::Api)
        .map(|route| (route.method.to_owned(), route.path.replace("{*", "{")))
        .collect();
    assert_eq!(described, routes);
}

/// Holds an answer against the schema that the description gives for it: required parts, and no part without a name.
fn fits(description: &Value, schema: &Value, value: &Value, place: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => description.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(value.get(name.as_str().unwrap()).is_some(), "{place} has no {name}");
    }
    if let Some(properties) = schema["properties"].as_object() {
        for (name, part) in value.as_object().unwrap() {
            let known =
                properties.get(name).unwrap_or_else(|| panic!("{place} has {name}, which nothing describes"));
            fits(description, known, part, &format!("{place}.{name}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        fits(description, &schema["items"], item, place);
    }
    if let Some(kind) = schema["type"].as_str() {
        let fits = match kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_u64(),
            other => panic!("{place}: an unknown type {other}"),
        };
        assert!(fits, "{place} is not of type {kind}: {value}");
    }
}

#[tokio::test]
async fn answers_fit_their_description() {
    let office = Office::open().await;
    office.get(&Caller::Staff(reviewer()), "/desk/person/1").await;
    let description = description(&office).await;
    for (path, place, status) in [
        ("/api/openapi.json", "/api/openapi.json", "200"),
        ("/api/v2/findUsage", "/api/v2/findUsage?userCode=P-1", "200"),
        ("/api/v2/findUsage", "/api/v2/findUsage?userCode=P-2", "404"),
        ("/api/v2/findUsage", "/api/v2/findUsage?userCode=P-1&periodStart=yesterday", "400"),
        ("/api/v2/usagePeriod", "/api/v2/usagePeriod", "200"),
        ("/api/v2/heartbeat", "/api/v2/heartbeat", "200"),
        ("/log/checkpoint", "/log/checkpoint", "200"),
        ("/log/tile/{path}", "/log/tile/entries/000.p/3", "200"),
        ("/log/tile/{path}", "/log/tile/0/001", "404"),
    ] {
        let answer = office.get(&Caller::Person(1), place).await;
        assert_eq!(answer.status.as_str(), status, "{place}: {}", answer.text);
        let content = description["paths"][path]["get"]["responses"][status]["content"].as_object().unwrap();
        let (kind, content) = content.iter().next().unwrap();
        assert!(answer.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with(kind.as_str()), "{place}");
        if kind == "application/json" {
            fits(&description, &content["schema"], &json(&answer), place);
        }
    }
}

#[tokio::test]
async fn usage_is_newest_first_in_pages_and_periods() {
    let office = Office::open().await;
    let person = Caller::Person(1);
    office.get(&Caller::Staff(reviewer()), "/desk/person/1").await;
    let all = json(&office.get(&person, "/api/v2/findUsage?userCode=P-1").await);
    assert_eq!(all["totalUsages"], 2, "{all}");
    assert_eq!(all["usages"][0]["receiverCode"], "self", "the question itself is the newest look");
    let look = &all["usages"][1];
    assert_eq!(
        (look["receiverCode"].as_str(), look["action"].as_str(), look["receiverSystem"].as_str()),
        (Some("r-ada"), Some("to review a finding"), Some("Redress")),
    );
    assert_eq!(look["logtime"], "2026-11-02T12:00:00Z");
    let page = json(&office.get(&person, "/api/v2/findUsage?userCode=P-1&offset=2&limit=1").await);
    assert_eq!((page["totalUsages"].as_u64(), page["usages"].as_array().unwrap().len()), (Some(3), 1));
    for (period, n) in [
        ("periodEnd=2026-11-01", 0),
        ("periodStart=2026-11-03", 0),
        ("periodStart=2026-11-02&periodEnd=2026-11-02", 6),
        ("periodStart=2026-11-02T12:00:01Z", 0),
    ] {
        let found = json(&office.get(&person, &format!("/api/v2/findUsage?userCode=P-1&{period}")).await);
        assert_eq!(found["totalUsages"], n, "{period}");
    }
}

#[tokio::test]
async fn a_program_asks_with_the_token_of_the_link() {
    let office = Office::open().await;
    let ask = |token: String, code: &str| {
        let request = Request::get(format!("/api/v2/findUsage?userCode={code}"));
        request.header(header::AUTHORIZATION, format!("Bearer {token}")).body(Body::empty()).unwrap()
    };
    let token = |caller: &Caller| office.link(caller).unwrap().trim_start_matches("/sign-in/").to_owned();
    for (token, code, status) in [
        (token(&Caller::Person(1)), "P-1", 200),
        (token(&Caller::Person(1)), "P-2", 404),
        (token(&Caller::Staff(reviewer())), "P-1", 404),
        ("forged".to_owned(), "P-1", 404),
    ] {
        assert_eq!(office.send(ask(token, code)).await.status.as_u16(), status, "{code}");
    }
}
