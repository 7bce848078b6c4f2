//! Pages of the person concerned.

use axum::{
    Form,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use redress_casefile::StatementRef;
use redress_service::{
    self as service, Answers, ServiceError,
    view::{closing_view, own_receipt, own_statement, person_view, request_view},
};
use redress_statement::{Attribute, ClosingId, RecordId, RequestId};
use serde::Deserialize;

use crate::{
    WebState,
    access::Own,
    answer::{failure, page, refused},
    desk_pages::{allowed_in_words, rung_in_words},
    page as pages,
    page::Frame,
    problem::Problem,
};

/// The way in the main navigation.
const HERE: &str = "/me";

pub(crate) async fn me(State(state): State<WebState>, own: Own) -> Response {
    match person_view(&state.app, &own.reader(), own.person).await {
        Ok(view) => {
            let frame = Frame::new(&state, &own.sessions, HERE);
            page(&pages::Person { frame, view: &view, is_own: true, barred: None })
        }
        Err(error) => failure(&state, &own.sessions, &error),
    }
}

/// Names a statement in a link.
#[derive(Deserialize)]
pub(crate) struct WrongQuery {
    record: i64,
    attribute: Attribute,
    ordinal: u16,
}

impl WrongQuery {
    const fn reference(&self) -> StatementRef {
        StatementRef { record: RecordId(self.record), attribute: self.attribute, ordinal: self.ordinal }
    }
}

pub(crate) async fn wrong(
    State(state): State<WebState>,
    own: Own,
    Query(query): Query<WrongQuery>,
) -> Response {
    or_failure(&state, &own, wrong_page(&state, &own, query.reference(), None).await)
}

async fn wrong_page(
    state: &WebState,
    own: &Own,
    reference: StatementRef,
    problem: Option<Problem>,
) -> Result<Response, ServiceError> {
    let (record, statement) = own_statement(&state.app, own.person, reference).await?;
    Ok(page(&pages::Wrong {
        frame: Frame::new(state, &own.sessions, HERE).with(problem),
        reference,
        source: &record.source_title,
        file: &record.file,
        line: record.line,
        column: &statement.column,
        name: statement.name,
        original: &statement.original,
    }))
}

/// The four questions.
#[derive(Deserialize)]
pub(crate) struct WrongForm {
    record: i64,
    attribute: Attribute,
    ordinal: u16,
    #[serde(default)]
    what_is_wrong: String,
    #[serde(default)]
    what_is_right: String,
    #[serde(default)]
    papers: String,
    #[serde(default)]
    reach: String,
    through_helper: Option<String>,
}

pub(crate) async fn file(State(state): State<WebState>, own: Own, Form(form): Form<WrongForm>) -> Response {
    let reference =
        StatementRef { record: RecordId(form.record), attribute: form.attribute, ordinal: form.ordinal };
    let typed = vec![
        ("what_is_wrong", form.what_is_wrong.clone()),
        ("what_is_right", form.what_is_right.clone()),
        ("papers", form.papers.clone()),
        ("reach", form.reach.clone()),
    ];
    let answers = Answers {
        what_is_wrong: form.what_is_wrong,
        what_is_right: form.what_is_right,
        papers: form.papers,
        reach: form.reach,
        through_helper: form.through_helper.is_some(),
    };
    match service::file_request(&state.app, own.person, reference, answers).await {
        Ok(request) => Redirect::to(&format!("/me/request/{}", request.0)).into_response(),
        Err(error) => {
            let again =
                |problem: Problem| wrong_page(&state, &own, reference, Some(problem.in_form("wrong", typed)));
            refused(&state, &own.sessions, error, again).await
        }
    }
}

pub(crate) async fn request(State(state): State<WebState>, own: Own, Path(id): Path<i64>) -> Response {
    or_failure(&state, &own, request_page(&state, &own, id, None).await)
}

async fn request_page(
    state: &WebState,
    own: &Own,
    id: i64,
    problem: Option<Problem>,
) -> Result<Response, ServiceError> {
    let view = request_view(&state.app, &own.reader(), RequestId(id)).await?;
    Ok(page(&pages::Request {
        frame: Frame::new(state, &own.sessions, HERE).with(problem),
        status: status_in_words(&view.row.state, view.is_granted(), view.found_wrong.is_some()),
        view: &view,
        is_own: true,
        review_office: &state.review_office,
        barred: None,
    }))
}

#[derive(Deserialize)]
pub(crate) struct WordsForm {
    #[serde(default)]
    words: String,
}

pub(crate) async fn request_step(
    State(state): State<WebState>,
    own: Own,
    Path((id, step)): Path<(i64, String)>,
    Form(form): Form<WordsForm>,
) -> Response {
    let (app, person, request) = (&state.app, own.person, RequestId(id));
    let done = match step.as_str() {
        "appeal" => service::appeal_request(app, person, request, &form.words).await,
        "disagree" => service::attach_disagreement(app, person, request, &form.words).await,
        "withdraw" => service::withdraw_request(app, person, request).await,
        _ => Err(ServiceError::not_found("that step")),
    };
    match done {
        Ok(()) => Redirect::to(&format!("/me/request/{id}")).into_response(),
        Err(error) => {
            let again = |problem: Problem| {
                let problem = problem.in_form(&step, vec![("words", form.words.clone())]);
                request_page(&state, &own, id, Some(problem))
            };
            refused(&state, &own.sessions, error, again).await
        }
    }
}

pub(crate) async fn closing(State(state): State<WebState>, own: Own, Path(id): Path<i64>) -> Response {
    or_failure(&state, &own, closing_page(&state, &own, id, None).await)
}

async fn closing_page(
    state: &WebState,
    own: &Own,
    id: i64,
    problem: Option<Problem>,
) -> Result<Response, ServiceError> {
    let view = closing_view(&state.app, &own.reader(), ClosingId(id)).await?;
    Ok(page(&pages::Closing {
        frame: Frame::new(state, &own.sessions, HERE).with(problem),
        is_own: true,
        rung: format!("{:?}", view.rung),
        rung_in_words: rung_in_words(view.rung),
        allowed_in_words: allowed_in_words(view.allowed()),
        barred: None,
        barred_approval: None,
        view: &view,
    }))
}

pub(crate) async fn object(
    State(state): State<WebState>,
    own: Own,
    Path(id): Path<i64>,
    Form(form): Form<WordsForm>,
) -> Response {
    match service::object_closing(&state.app, own.person, ClosingId(id), &form.words).await {
        Ok(()) => Redirect::to(&format!("/me/closing/{id}")).into_response(),
        Err(error) => {
            let again = |problem: Problem| {
                let problem = problem.in_form("object", vec![("words", form.words.clone())]);
                closing_page(&state, &own, id, Some(problem))
            };
            refused(&state, &own.sessions, error, again).await
        }
    }
}

fn or_failure(state: &WebState, own: &Own, shown: Result<Response, ServiceError>) -> Response {
    shown.unwrap_or_else(|error| failure(state, &own.sessions, &error))
}

pub(crate) async fn receipt(State(state): State<WebState>, own: Own, Path(seq): Path<i64>) -> Response {
    match own_receipt(&state.app, own.person, seq).await {
        Ok(receipt) => {
            page(&pages::ReceiptPage { frame: Frame::new(&state, &own.sessions, HERE), own: &receipt })
        }
        Err(error) => failure(&state, &own.sessions, &error),
    }
}

pub(crate) async fn receipt_file(State(state): State<WebState>, own: Own, Path(seq): Path<i64>) -> Response {
    let found = own_receipt(&state.app, own.person, seq).await.and_then(|own| {
        serde_json::to_string_pretty(&own.receipt)
            .map_err(|source| ServiceError::Report { name: "receipt", source })
    });
    match found {
        Ok(json) => {
            let name = format!("attachment; filename=\"receipt-{seq}.json\"");
            let headers =
                [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)];
            (headers, json).into_response()
        }
        Err(error) => failure(&state, &own.sessions, &error),
    }
}

/// Where a request stands, as the person reads it. One that is final was granted on appeal where it was granted at all; of what was
/// done, what was wrong is told beside it.
fn status_in_words(state: &str, is_granted: bool, was_done: bool) -> &'static str {
    match state {
        "filed" | "acknowledged" => {
            "We have your request. Until it is decided, nobody may rely on the value. A human will decide it."
        }
        "granted" if was_done => {
            "You were right. The record goes on saying what was done, and whoever gets it is told that it was wrong. The hold on it has ended."
        }
        "granted" => {
            "You were right. Whoever asks for the value here now gets the corrected one. The hold on it has ended."
        }
        "refused" => {
            "Your request was refused. The reason is below. You can appeal: another human will decide."
        }
        "under_appeal" => "You have appealed. Somebody who had no part in the refusal will decide.",
        "final" if was_done => {
            "You were right: your appeal was granted. The record goes on saying what was done, and whoever gets it is told that it was wrong. The hold on it has ended."
        }
        "final" if is_granted => {
            "You were right: your appeal was granted. Whoever asks for the value here now gets the corrected one. The hold on it has ended."
        }
        "final" => {
            "The appeal is decided, and the value stays. You can still say, in your own words, that you disagree."
        }
        "withdrawn" => "You took this request back. Nothing was decided.",
        _ => "This request is open.",
    }
}
