//! The holders of a corrected value: told, and confirmed. The form is on the page of the request.

use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use redress_casefile::NoticeWay;
use redress_service as service;
use redress_statement::RequestId;
use serde::Deserialize;

use crate::{
    WebState,
    access::Desk,
    answer::refused,
    desk_pages::{request_page, unfinished},
    problem::Problem,
};

#[derive(Deserialize)]
pub(crate) struct HolderForm {
    #[serde(default)]
    holder: String,
    /// How it was told; absent for a confirmation.
    way: Option<NoticeWay>,
    #[serde(default)]
    confirmed: bool,
}

/// Records that a holder was told, or confirmed.
pub(crate) async fn step(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
    Form(form): Form<HolderForm>,
) -> Response {
    let (app, by, request) = (&state.app, &desk.reviewer, RequestId(id));
    let done = match (form.confirmed, form.way) {
        (true, _) => service::confirm_holder(app, by, request, &form.holder).await,
        (false, Some(way)) => service::tell_holder(app, by, request, &form.holder, way).await,
        (false, None) => {
            let problem = Problem::missing("way", "Choose how it was told.").in_form("holder", Vec::new());
            return unfinished(&state, &desk, request_page(&state, &desk, id, Some(problem)).await);
        }
    };
    match done {
        Ok(()) => Redirect::to(&format!("/desk/request/{id}#holders")).into_response(),
        Err(error) => {
            let again = |problem: Problem| {
                request_page(&state, &desk, id, Some(problem.in_form("holder", Vec::new())))
            };
            refused(&state, &desk.sessions, error, again).await
        }
    }
}
