//! Letters that the desk prints. That one went out is recorded on the page that leads here.

use axum::{
    extract::{Path, State},
    response::Response,
};
use redress_casefile::letter::Letter;
use redress_letters::letter;
use redress_service::{self as service, ServiceError};
use redress_statement::{ClosingId, FindingId, RequestId};

use crate::{WebState, access::Desk, answer::failure, packet_pages::printed};

/// The letter of correction for one of the holders of a value.
pub(crate) async fn correction(
    State(state): State<WebState>,
    desk: Desk,
    Path((id, holder)): Path<(i64, usize)>,
) -> Response {
    let letter = service::correction_letter(&state.app, &desk.reviewer, RequestId(id), holder).await;
    answer(&state, &desk, letter)
}

/// The letter that tells the person of a finding.
pub(crate) async fn finding(State(state): State<WebState>, desk: Desk, Path(id): Path<i64>) -> Response {
    let letter = service::finding_letter(&state.app, &state.book, &desk.reviewer, FindingId(id)).await;
    answer(&state, &desk, letter)
}

/// The letter that tells the person of a closing.
pub(crate) async fn closing(State(state): State<WebState>, desk: Desk, Path(id): Path<i64>) -> Response {
    let letter = service::closing_letter(&state.app, &desk.reviewer, ClosingId(id)).await;
    answer(&state, &desk, letter)
}

fn answer(state: &WebState, desk: &Desk, written: Result<Letter, ServiceError>) -> Response {
    match written {
        Ok(written) => printed(&letter::document(&written)),
        Err(error) => failure(state, &desk.sessions, &error),
    }
}
