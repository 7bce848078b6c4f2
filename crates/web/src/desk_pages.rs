//! Pages of the desk. Each handler calls one use case.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use redress_casefile::{
    closing::Posture,
    finding::{Direction, Outcome},
};
use redress_checks::registry;
use redress_ports::Page;
use redress_service::{
    self as service, ServiceError,
    view::{
        closing_view, closings_view, desk_view, finding_view, link_view, links_view, person_view,
        request_view, requests_view,
    },
};
use redress_statement::{ClosingId, FindingId, PersonId, RecordId, RequestId};
use serde::Deserialize;

use crate::{
    WebState,
    access::Desk,
    answer::{failure, page},
    page as pages,
    page::{Frame, Pager},
};

/// The way in the main navigation.
const HERE: &str = "/desk";

/// Rows on one page of a list of the desk.
const LIST_ROWS: u32 = 25;

#[derive(Deserialize)]
pub(crate) struct DeskQuery {
    check: Option<String>,
    offset: Option<u32>,
}

pub(crate) async fn desk(
    State(state): State<WebState>,
    desk: Desk,
    Query(query): Query<DeskQuery>,
) -> Response {
    let offset = query.offset.unwrap_or_default();
    let asked = query.check.as_deref().filter(|check| !check.is_empty());
    // Only a check that there is: what stands in an address must not come back in a page or a link.
    let known = registry().iter().map(|known| known.spec().id);
    let check = asked.and_then(|check| known.into_iter().find(|id| *id == check));
    let view = match desk_view(&state.app, check, Page { offset, limit: LIST_ROWS }).await {
        Ok(view) => view,
        Err(error) => return failure(&state, &error),
    };
    let mut first = u64::from(offset) + 1;
    let mut groups = Vec::new();
    for lines in view.lines.chunk_by(|one, next| one.row.harm == next.row.harm) {
        groups.push((first, lines[0].row.harm, lines));
        first += lines.len() as u64;
    }
    let pager = Pager::new(offset, view.lines.len(), LIST_ROWS, Some(view.n_waiting), |offset| match check {
        Some(check) => format!("/desk?check={check}&offset={offset}"),
        None => format!("/desk?offset={offset}"),
    });
    let frame = Frame::new(&state, &desk.sessions, HERE);
    page(&pages::Desk { frame, view: &view, check, groups, reads_files: desk.reads_files(), pager })
}

#[derive(Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default)]
    offset: u32,
}

impl ListQuery {
    const fn page(&self) -> Page {
        Page { offset: self.offset, limit: LIST_ROWS }
    }

    fn pager(&self, n: usize, path: &str) -> Pager {
        Pager::new(self.offset, n, LIST_ROWS, None, |offset| format!("{path}?offset={offset}"))
    }
}

pub(crate) async fn requests(
    State(state): State<WebState>,
    desk: Desk,
    Query(query): Query<ListQuery>,
) -> Response {
    match requests_view(&state.app, query.page()).await {
        Ok(view) => page(&pages::DeskRequests {
            frame: Frame::new(&state, &desk.sessions, HERE),
            reads_files: desk.reads_files(),
            pager: query.pager(view.rows.len(), "/desk/requests"),
            view: &view,
        }),
        Err(error) => failure(&state, &error),
    }
}

pub(crate) async fn closings(
    State(state): State<WebState>,
    desk: Desk,
    Query(query): Query<ListQuery>,
) -> Response {
    match closings_view(&state.app, query.page()).await {
        Ok(view) => page(&pages::DeskClosings {
            frame: Frame::new(&state, &desk.sessions, HERE),
            reads_files: desk.reads_files(),
            pager: query.pager(view.rows.len(), "/desk/closings"),
            view: &view,
        }),
        Err(error) => failure(&state, &error),
    }
}

pub(crate) async fn links(
    State(state): State<WebState>,
    desk: Desk,
    Query(query): Query<ListQuery>,
) -> Response {
    match links_view(&state.app, query.page()).await {
        Ok(view) => page(&pages::DeskLinks {
            frame: Frame::new(&state, &desk.sessions, HERE),
            reads_files: desk.reads_files(),
            first: query.offset.saturating_add(1),
            pager: query.pager(view.rows.len(), "/desk/links"),
            view: &view,
        }),
        Err(error) => failure(&state, &error),
    }
}

pub(crate) async fn finding(State(state): State<WebState>, desk: Desk, Path(id): Path<i64>) -> Response {
    match finding_view(&state.app, &state.book, &desk.reader(), FindingId(id)).await {
        Ok(view) => {
            let is_adverse = view.row.direction == Direction::AdversePossible;
            let can_close = view.row.check == "DP-01";
            page(&pages::Finding {
                frame: Frame::new(&state, &desk.sessions, HERE),
                view: &view,
                is_adverse,
                can_close,
            })
        }
        Err(error) => failure(&state, &error),
    }
}

#[derive(Deserialize)]
pub(crate) struct Decision {
    outcome: Outcome,
    reason: String,
}

pub(crate) async fn decide(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
    Form(form): Form<Decision>,
) -> Response {
    let done =
        service::decide_finding(&state.app, &desk.reviewer, FindingId(id), form.outcome, &form.reason).await;
    to(&state, done, || format!("/desk/finding/{id}"))
}

#[derive(Deserialize)]
pub(crate) struct Reason {
    #[serde(default)]
    reason: String,
}

pub(crate) async fn reopen(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
    Form(form): Form<Reason>,
) -> Response {
    let done = service::reopen_finding(&state.app, &desk.reviewer, FindingId(id), &form.reason).await;
    to(&state, done, || format!("/desk/finding/{id}"))
}

pub(crate) async fn propose_closing(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
) -> Response {
    match service::propose_closing(&state.app, &desk.reviewer, FindingId(id)).await {
        Ok(closing) => Redirect::to(&format!("/desk/closing/{}", closing.0)).into_response(),
        Err(error) => failure(&state, &error),
    }
}

pub(crate) async fn person(State(state): State<WebState>, desk: Desk, Path(id): Path<i64>) -> Response {
    match person_view(&state.app, &desk.reader(), PersonId(id)).await {
        Ok(view) => page(&pages::Person {
            frame: Frame::new(&state, &desk.sessions, HERE),
            view: &view,
            is_own: false,
        }),
        Err(error) => failure(&state, &error),
    }
}

pub(crate) async fn link(
    State(state): State<WebState>,
    desk: Desk,
    Path((left, right)): Path<(i64, i64)>,
) -> Response {
    match link_view(&state.app, &state.book, &desk.reader(), RecordId(left), RecordId(right)).await {
        Ok(view) => page(&pages::Link {
            frame: Frame::new(&state, &desk.sessions, HERE),
            left: &view.left,
            right: &view.right,
            waterfall: view.waterfall.as_ref(),
        }),
        Err(error) => failure(&state, &error),
    }
}

#[derive(Deserialize)]
pub(crate) struct JudgementForm {
    judgement: Judged,
    reason: String,
}

/// What the reviewer saw. A word that is neither is refused, never read as one of them.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Judged {
    Same,
    Different,
}

pub(crate) async fn judge(
    State(state): State<WebState>,
    desk: Desk,
    Path((left, right)): Path<(i64, i64)>,
    Form(form): Form<JudgementForm>,
) -> Response {
    let same = form.judgement == Judged::Same;
    let (left, right) = (RecordId(left), RecordId(right));
    let done = service::judge_link(&state.app, &desk.reviewer, left, right, same, &form.reason).await;
    to(&state, done, || "/desk/links".to_owned())
}

pub(crate) async fn request(State(state): State<WebState>, desk: Desk, Path(id): Path<i64>) -> Response {
    match request_view(&state.app, &desk.reader(), RequestId(id)).await {
        Ok(view) => page(&pages::Request {
            frame: Frame::new(&state, &desk.sessions, HERE),
            view: &view,
            is_own: false,
            status: "",
            review_office: &state.review_office,
        }),
        Err(error) => failure(&state, &error),
    }
}

#[derive(Deserialize)]
pub(crate) struct DeterminationForm {
    outcome: Determined,
    #[serde(default)]
    corrected: String,
    reason: String,
}

/// How a request is determined. A word that is neither is refused, never read as one of them.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Determined {
    Granted,
    Refused,
}

pub(crate) async fn determine(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
    Form(form): Form<DeterminationForm>,
) -> Response {
    let corrected = (form.outcome == Determined::Granted).then_some(form.corrected.as_str());
    let id = RequestId(id);
    let done = service::determine_request(
        &state.app,
        &desk.reviewer,
        id,
        corrected,
        &form.reason,
        &state.review_office,
    )
    .await;
    to(&state, done, || format!("/desk/request/{}", id.0))
}

pub(crate) async fn closing(State(state): State<WebState>, desk: Desk, Path(id): Path<i64>) -> Response {
    match closing_view(&state.app, &desk.reader(), ClosingId(id)).await {
        Ok(view) => page(&pages::Closing {
            frame: Frame::new(&state, &desk.sessions, HERE),
            is_own: false,
            rung: format!("{:?}", view.rung),
            rung_in_words: rung_in_words(view.rung),
            view: &view,
        }),
        Err(error) => failure(&state, &error),
    }
}

pub(crate) const fn rung_in_words(rung: redress_casefile::closing::Rung) -> &'static str {
    use redress_casefile::closing::Rung;
    match rung {
        Rung::A => "two independent sources of different owners show the departure",
        Rung::B => "one official record of an exit that happened, confirmed by the person or counsel",
        Rung::C => "one official record, unconfirmed",
        Rung::D => "a booking or a word alone",
    }
}

#[derive(Deserialize)]
pub(crate) struct ClosingForm {
    #[serde(default)]
    reason: String,
    posture: Option<Posture>,
}

pub(crate) async fn closing_step(
    State(state): State<WebState>,
    desk: Desk,
    Path((id, step)): Path<(i64, String)>,
    Form(form): Form<ClosingForm>,
) -> Response {
    let (app, who, closing) = (&state.app, &desk.reviewer, ClosingId(id));
    let done = match (step.as_str(), form.posture) {
        ("approve", Some(posture)) => {
            service::approve_closing(app, who, closing, posture, &form.reason).await
        }
        ("notice", _) => service::notice_closing(app, who, closing).await,
        ("close", _) => service::carry_out_closing(app, who, closing).await,
        ("decline", _) => service::decline_closing(app, who, closing, &form.reason).await,
        ("undo", _) => service::undo_closing(app, who, closing, &form.reason).await,
        _ => Err(ServiceError::not_found("that step")),
    };
    to(&state, done, || format!("/desk/closing/{id}"))
}

#[derive(Deserialize)]
pub(crate) struct ClockForm {
    days: u16,
}

pub(crate) async fn clock(State(state): State<WebState>, _: Desk, Form(form): Form<ClockForm>) -> Response {
    to(&state, service::move_clock(&state.app, form.days).await, || "/desk".to_owned())
}

/// Leads on after a command, or says why it was refused.
pub(crate) fn to(
    state: &WebState,
    done: Result<(), ServiceError>,
    where_to: impl FnOnce() -> String,
) -> Response {
    match done {
        Ok(()) => Redirect::to(&where_to()).into_response(),
        Err(error) => failure(state, &error),
    }
}
