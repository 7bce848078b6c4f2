//! The steps of a finding that could worsen somebody's position: verified in another source, the person told, signed
//! by a second reviewer. Each form is on the finding's own page.

use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use redress_casefile::NoticeWay;
use redress_service::{self as service, ServiceError};
use redress_statement::{FindingId, SourceId};
use serde::Deserialize;

use crate::{
    WebState,
    access::Desk,
    answer::refused,
    desk_pages::{CHOOSE_WAY, Reason, finding_page, unfinished},
    problem::Problem,
};

#[derive(Deserialize)]
pub(crate) struct Verification {
    #[serde(default)]
    source: String,
    #[serde(default)]
    reason: String,
}

pub(crate) async fn verify(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
    Form(form): Form<Verification>,
) -> Response {
    let typed = vec![("source", form.source.clone()), ("reason", form.reason.clone())];
    let Ok(source) = form.source.parse::<SourceId>() else {
        let problem = Problem::missing("source", "Choose the source in which you looked.");
        let problem = problem.in_form("verify", typed);
        return unfinished(&state, &desk, finding_page(&state, &desk, id, Some(problem)).await);
    };
    let done = service::verify_finding(&state.app, &desk.reviewer, FindingId(id), source, &form.reason).await;
    answer(&state, &desk, id, done, "verify", typed).await
}

#[derive(Deserialize)]
pub(crate) struct Notice {
    way: Option<NoticeWay>,
}

pub(crate) async fn notice(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
    Form(form): Form<Notice>,
) -> Response {
    let Some(way) = form.way else {
        let problem = Problem::missing("way", CHOOSE_WAY).in_form("notice", Vec::new());
        return unfinished(&state, &desk, finding_page(&state, &desk, id, Some(problem)).await);
    };
    let done = service::notice_finding(&state.app, &desk.reviewer, FindingId(id), way).await;
    answer(&state, &desk, id, done, "notice", Vec::new()).await
}

pub(crate) async fn sign(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
    Form(form): Form<Reason>,
) -> Response {
    let done = service::sign_finding(&state.app, &desk.reviewer, FindingId(id), &form.reason).await;
    answer(&state, &desk, id, done, "sign", vec![("reason", form.reason)]).await
}

/// The finding's page, with the step done, or again with what is wrong.
async fn answer(
    state: &WebState,
    desk: &Desk,
    id: i64,
    done: Result<(), ServiceError>,
    step: &str,
    typed: Vec<(&'static str, String)>,
) -> Response {
    match done {
        Ok(()) => Redirect::to(&format!("/desk/finding/{id}#done")).into_response(),
        Err(error) => {
            let again = |problem: Problem| finding_page(state, desk, id, Some(problem.in_form(step, typed)));
            refused(state, &desk.sessions, error, again).await
        }
    }
}
