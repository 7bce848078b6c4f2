//! Answers: a page, a refusal in plain words, a failure that keeps its details to the log.

use askama::Template;
use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use redress_ports::StoreError;
use redress_service::ServiceError;

use crate::{
    ROUTES, Route, WebState,
    access::Sessions,
    page::{Frame, Message},
    problem::{Problem, sentence},
};

/// Renders a page.
pub(crate) fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, "the page could not be rendered").into_response()
        }
    }
}

/// A short page with one message, in the frame of whoever is signed in.
pub(crate) fn message(
    state: &WebState,
    sessions: &Sessions,
    status: StatusCode,
    title: &str,
    text: &str,
) -> Response {
    let frame = Frame::new(state, sessions, "");
    let back = match (&sessions.desk, sessions.person) {
        (Some(_), _) => ("/desk", "Back to the desk"),
        (None, Some(_)) => ("/me", "Back to my record"),
        (None, None) => ("/", "To the public page"),
    };
    (status, page(&Message { frame, title, text, back: Some(back) })).into_response()
}

/// What a handler answers when a use case fails.
pub(crate) fn failure(state: &WebState, sessions: &Sessions, error: &ServiceError) -> Response {
    match error {
        ServiceError::Refused(refusal) => {
            let text = Problem::of(refusal).text;
            message(state, sessions, StatusCode::UNPROCESSABLE_ENTITY, "This was not done", &text)
        }
        ServiceError::NotFound { .. } => {
            message(state, sessions, StatusCode::NOT_FOUND, "Not found", &sentence(&error.to_string()))
        }
        _ => {
            let mut chain = error.to_string();
            let mut source = std::error::Error::source(error);
            while let Some(cause) = source {
                chain.push_str(": ");
                chain.push_str(&cause.to_string());
                source = cause.source();
            }
            tracing::error!(error = chain, "a use case failed");
            let (status, title, text) = failed(error);
            message(state, sessions, status, title, text)
        }
    }
}

/// What is said of a failure: what became of the step, and what whoever reads it can do.
const fn failed(error: &ServiceError) -> (StatusCode, &'static str, &'static str) {
    match error {
        ServiceError::Store(StoreError::Full { .. }) => (
            StatusCode::INSUFFICIENT_STORAGE,
            "The disk is full",
            "Nothing was stored by this step, and nothing can be until the operator has freed space on the system’s disk. \
             Tell the operator, and keep a copy of what you wrote.",
        ),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, FAILED.0, FAILED.1),
    }
}

/// Title and text of a failure of which nothing more can be said here.
const FAILED: (&str, &str) =
    ("The system failed", "Nothing was stored by this step. The operator’s log says why; please try again.");

/// What a form answers when a rule refuses it: its own page again, with what is wrong beside the field and what was
/// typed kept. Where that page is not for the caller, or something else failed, a page that says so.
pub(crate) async fn refused<F: Future<Output = Result<Response, ServiceError>>>(
    state: &WebState,
    sessions: &Sessions,
    error: ServiceError,
    again: impl FnOnce(Problem) -> F,
) -> Response {
    let ServiceError::Refused(refusal) = &error else { return failure(state, sessions, &error) };
    match again(Problem::of(refusal)).await {
        Ok(page) => (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
        Err(_) => failure(state, sessions, &error),
    }
}

/// Puts a page, or JSON for a program, in the place of what the framework says when it refuses a call: an address or
/// a form that cannot be read, a form from another site, too much text.
pub(crate) async fn in_plain_words(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let is_program = ["/api/", "/log/checkpoint", "/log/tile/"]
        .iter()
        .any(|start| request.uri().path().starts_with(start));
    let sessions = Sessions::of(&state, request.headers());
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    if !is_failure || kind.starts_with("application/json") || !is_program && kind.starts_with("text/html") {
        return response;
    }
    let (title, text) = refusal(status);
    if is_program {
        let text = match status {
            StatusCode::METHOD_NOT_ALLOWED => format!("this address takes {} only", methods_of(&path)),
            _ => text.to_owned(),
        };
        return (status, Json(serde_json::json!({ "message": text }))).into_response();
    }
    let mut answer = message(&state, &sessions, status, title, text);
    if let Some(allow) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}

/// The methods that an address takes, as a program writes them.
fn methods_of(path: &str) -> String {
    let is_of = |route: &&Route| {
        let (parts, given) = (route.path.split('/'), path.split('/'));
        let is_whole = route.path.contains("{*") || parts.clone().count() == given.clone().count();
        is_whole && parts.zip(given).all(|(part, given)| part.starts_with('{') || part == given)
    };
    let methods = ROUTES.iter().filter(is_of).map(|route| route.method.to_uppercase());
    methods.collect::<Vec<_>>().join(" and ")
}

const fn refusal(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::FORBIDDEN => (
            "This form came from somewhere else",
            "It was not sent from a page of this site, so nothing was done. Open the page here and send it again.",
        ),
        StatusCode::NOT_FOUND => ("Not found", "There is nothing at this address."),
        StatusCode::METHOD_NOT_ALLOWED => (
            "Not possible here",
            "This address cannot be used in this way. Go back and use the page’s own buttons.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "That is too much text",
            "Nothing was stored. Shorten the answers: each can have up to 4,000 letters.",
        ),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            "This cannot be read",
            "The address or the form has a part that is missing or is not what it should be. Nothing was stored. Go back and try again.",
        ),
        _ => FAILED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_and_nobody_is_asked_to_try_again() {
        let backend = StoreError::Backend { doing: "appending events".into(), source: "broken".into() };
        for (error, wanted, said, unsaid) in [
            (StoreError::Full { path: "/srv/store".into() }, 507, "freed space", "try again"),
            (backend, 500, "please try again", "freed space"),
        ] {
            let (status, title, text) = failed(&ServiceError::Store(error));
            assert_eq!(status.as_u16(), wanted, "{title}");
            assert!(text.starts_with("Nothing was stored by this step"), "{text}");
            assert!(text.contains(said) && !text.contains(unsaid) && !text.contains("/srv"), "{text}");
        }
    }
}
