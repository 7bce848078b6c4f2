//! Answers: a page, a refusal in plain words, a failure that keeps its details to the log.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use redress_service::ServiceError;

use crate::{
    WebState,
    access::Sessions,
    page::{Frame, Message},
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

/// A short page with one message.
pub(crate) fn message(state: &WebState, status: StatusCode, title: &str, text: &str) -> Response {
    let frame = Frame::new(state, &Sessions::default());
    (status, page(&Message { frame, title, text, back: Some(("/", "To the public page")) })).into_response()
}

/// What a handler answers when a use case fails.
pub(crate) fn failure(state: &WebState, error: &ServiceError) -> Response {
    match error {
        ServiceError::Refused(refusal) => {
            let text = sentence(&refusal.to_string());
            message(state, StatusCode::UNPROCESSABLE_ENTITY, "This is not possible", &text)
        }
        ServiceError::NotFound { .. } => {
            message(state, StatusCode::NOT_FOUND, "Not found", &sentence(&error.to_string()))
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
            message(
                state,
                StatusCode::INTERNAL_SERVER_ERROR,
                "The system failed",
                "Nothing was stored by this step. The operator’s log says why; please try again.",
            )
        }
    }
}

/// An error fragment as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
