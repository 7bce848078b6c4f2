//! Pages of the desk. Each handler calls one use case.

use axum::{
    Form,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use redress_casefile::{
    ADDRESS_PARTS, NoticeWay, Role,
    closing::Posture,
    finding::{Direction, Outcome},
};
use redress_checks::registry;
use redress_ports::{ClosingRow, Page};
use redress_service::{
    self as service, CorrectedValue, ServiceError,
    view::{
        closing_view, closings_view, desk_view, finding_view, link_view, links_view, person_view,
        request_view, requests_view,
    },
};
use redress_statement::{ClosingId, FindingId, PersonId, RecordId, RequestId};
use serde::{Deserialize, Serialize};

use crate::{
    WebState,
    access::Desk,
    answer::{failure, page, refused},
    page as pages,
    page::{Frame, Pager},
    problem::Problem,
    sign_in::{Grant, Who},
    waterfall_chart::Chart,
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
        Err(error) => return failure(&state, &desk.sessions, &error),
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
            pager: query.pager(view.lines.len(), "/desk/requests"),
            view: &view,
        }),
        Err(error) => failure(&state, &desk.sessions, &error),
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
        Err(error) => failure(&state, &desk.sessions, &error),
    }
}

#[derive(Deserialize)]
pub(crate) struct LinksQuery {
    #[serde(default)]
    offset: u32,
    /// The judgement that led here.
    judged: Option<Judged>,
}

pub(crate) async fn links(
    State(state): State<WebState>,
    desk: Desk,
    Query(query): Query<LinksQuery>,
) -> Response {
    let page_of = Page { offset: query.offset, limit: LIST_ROWS };
    match links_view(&state.app, &state.book, page_of).await {
        Ok(view) => {
            let mut frame = Frame::new(&state, &desk.sessions, HERE);
            frame.done = query.judged.map(|judged| match judged {
                Judged::Same => "Your judgement is stored: the two records are of one person.",
                Judged::Different => "Your judgement is stored: the two records are of different persons.",
            });
            let total = Some(view.n_waiting);
            let href = |offset| format!("/desk/links?offset={offset}");
            page(&pages::DeskLinks {
                frame,
                reads_files: desk.reads_files(),
                first: query.offset.saturating_add(1),
                pager: Pager::new(query.offset, view.lines.len(), LIST_ROWS, total, href),
                view: &view,
            })
        }
        Err(error) => failure(&state, &desk.sessions, &error),
    }
}

pub(crate) async fn finding(State(state): State<WebState>, desk: Desk, Path(id): Path<i64>) -> Response {
    or_failure(&state, &desk, finding_page(&state, &desk, id, None).await)
}

pub(crate) async fn finding_page(
    state: &WebState,
    desk: &Desk,
    id: i64,
    problem: Option<Problem>,
) -> Result<Response, ServiceError> {
    let view = finding_view(&state.app, &state.book, &desk.reader(), FindingId(id)).await?;
    let chart = view.waterfall.as_ref().map(Chart::of);
    // Only in the demonstration may a reviewer see with the person's eyes.
    let until = state.app.clock.today().tomorrow().unwrap_or_default();
    let as_person = state
        .app
        .clock
        .is_simulated()
        .then(|| state.key.link(&Grant { who: Who::Person(view.row.person), until }));
    Ok(page(&pages::Finding {
        as_person,
        numbers: pages::Numbers { parameters: &state.app.parameters, on: view.row.opened_on },
        frame: Frame::new(state, &desk.sessions, HERE).with(problem),
        is_adverse: view.row.direction == Direction::AdversePossible,
        can_close: view.row.check == "DP-01" && view.closing.as_ref().is_none_or(has_ended),
        barred: desk.unless_reviewer("decides a finding"),
        barred_signing: view.gate.as_ref().and_then(|gate| {
            let is_own = gate.decided_by.is_same_human(&desk.reviewer);
            is_own.then(|| "You decided this finding. Another reviewer signs it.".to_owned())
        }),
        chart: chart.as_ref(),
        view: &view,
    }))
}

/// Whether a closing ended without effect, so that another one can be proposed.
fn has_ended(closing: &ClosingRow) -> bool {
    matches!(closing.state.as_str(), "objected" | "declined" | "undone")
}

#[derive(Deserialize)]
pub(crate) struct Decision {
    outcome: Option<Outcome>,
    #[serde(default)]
    reason: String,
}

pub(crate) async fn decide(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
    Form(form): Form<Decision>,
) -> Response {
    let typed = vec![("outcome", spelled(form.outcome)), ("reason", form.reason.clone())];
    let Some(outcome) = form.outcome else {
        let problem = Problem::missing("outcome", "Choose what is the case.").in_form("decide", typed);
        return unfinished(&state, &desk, finding_page(&state, &desk, id, Some(problem)).await);
    };
    match service::decide_finding(&state.app, &desk.reviewer, FindingId(id), outcome, &form.reason).await {
        Ok(()) => Redirect::to(&format!("/desk/finding/{id}#done")).into_response(),
        Err(error) => {
            let again = |problem: Problem| {
                let problem = problem.in_form("decide", typed);
                finding_page(&state, &desk, id, Some(problem))
            };
            refused(&state, &desk.sessions, error, again).await
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Reason {
    #[serde(default)]
    pub(crate) reason: String,
}

pub(crate) async fn reopen(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
    Form(form): Form<Reason>,
) -> Response {
    match service::reopen_finding(&state.app, &desk.reviewer, FindingId(id), &form.reason).await {
        Ok(()) => Redirect::to(&format!("/desk/finding/{id}#done")).into_response(),
        Err(error) => {
            let again = |problem: Problem| {
                let problem = problem.in_form("reopen", vec![("reason", form.reason.clone())]);
                finding_page(&state, &desk, id, Some(problem))
            };
            refused(&state, &desk.sessions, error, again).await
        }
    }
}

pub(crate) async fn propose_closing(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
) -> Response {
    match service::propose_closing(&state.app, &desk.reviewer, FindingId(id)).await {
        Ok(closing) => Redirect::to(&format!("/desk/closing/{}", closing.0)).into_response(),
        Err(error) => {
            let again = |problem: Problem| {
                finding_page(&state, &desk, id, Some(problem.in_form("propose-closing", Vec::new())))
            };
            refused(&state, &desk.sessions, error, again).await
        }
    }
}

pub(crate) async fn person(State(state): State<WebState>, desk: Desk, Path(id): Path<i64>) -> Response {
    or_failure(&state, &desk, person_page(&state, &desk, id, None).await)
}

pub(crate) async fn person_page(
    state: &WebState,
    desk: &Desk,
    id: i64,
    problem: Option<Problem>,
) -> Result<Response, ServiceError> {
    let view = person_view(&state.app, &desk.reader(), PersonId(id)).await?;
    Ok(page(&pages::Person {
        frame: Frame::new(state, &desk.sessions, HERE).with(problem),
        view: &view,
        is_own: false,
        barred: desk.unless_reviewer("takes a record out of a file"),
    }))
}

#[derive(Deserialize)]
pub(crate) struct SeparationForm {
    record: Option<i64>,
    #[serde(default)]
    reason: String,
}

/// Takes a record, with the rows attached to it, out of a person's file.
pub(crate) async fn separate(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
    Form(form): Form<SeparationForm>,
) -> Response {
    let typed = vec![
        ("record", form.record.map(|record| record.to_string()).unwrap_or_default()),
        ("reason", form.reason.clone()),
    ];
    let Some(record) = form.record else {
        let problem = Problem::missing("record", "Choose the record.").in_form("separate", typed);
        return unfinished(&state, &desk, person_page(&state, &desk, id, Some(problem)).await);
    };
    let records = vec![RecordId(record)];
    match service::unmerge_records(&state.app, &desk.reviewer, PersonId(id), records, &form.reason).await {
        Ok(person) => Redirect::to(&format!("/desk/person/{}", person.0)).into_response(),
        Err(error) => {
            let again =
                |problem: Problem| person_page(&state, &desk, id, Some(problem.in_form("separate", typed)));
            refused(&state, &desk.sessions, error, again).await
        }
    }
}

pub(crate) async fn link(
    State(state): State<WebState>,
    desk: Desk,
    Path(pair): Path<(i64, i64)>,
) -> Response {
    or_failure(&state, &desk, link_page(&state, &desk, pair, None).await)
}

async fn link_page(
    state: &WebState,
    desk: &Desk,
    (left, right): (i64, i64),
    problem: Option<Problem>,
) -> Result<Response, ServiceError> {
    let (left, right) = (RecordId(left), RecordId(right));
    let view = link_view(&state.app, &state.book, &desk.reader(), left, right).await?;
    let chart = view.waterfall.as_ref().map(Chart::of);
    Ok(page(&pages::Link {
        frame: Frame::new(state, &desk.sessions, HERE).with(problem),
        view: &view,
        chart: chart.as_ref(),
        barred: desk.unless_reviewer("judges whether two records are of one person"),
    }))
}

#[derive(Deserialize)]
pub(crate) struct JudgementForm {
    judgement: Option<Judged>,
    #[serde(default)]
    reason: String,
}

/// What the reviewer saw. A word that is neither is refused, never read as one of them.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Judged {
    Same,
    Different,
}

pub(crate) async fn judge(
    State(state): State<WebState>,
    desk: Desk,
    Path(pair): Path<(i64, i64)>,
    Form(form): Form<JudgementForm>,
) -> Response {
    let typed = vec![("judgement", spelled(form.judgement)), ("reason", form.reason.clone())];
    let Some(judged) = form.judgement else {
        let problem = Problem::missing("judgement", "Choose what you see.").in_form("judge", typed);
        return unfinished(&state, &desk, link_page(&state, &desk, pair, Some(problem)).await);
    };
    let (left, right) = (RecordId(pair.0), RecordId(pair.1));
    let same = judged == Judged::Same;
    match service::judge_link(&state.app, &desk.reviewer, left, right, same, &form.reason).await {
        Ok(()) => Redirect::to(&format!("/desk/links?judged={}", spelled(Some(judged)))).into_response(),
        Err(error) => {
            let again =
                |problem: Problem| link_page(&state, &desk, pair, Some(problem.in_form("judge", typed)));
            refused(&state, &desk.sessions, error, again).await
        }
    }
}

/// Takes back a judgement that two records are of different persons.
pub(crate) async fn withdraw(
    State(state): State<WebState>,
    desk: Desk,
    Path(pair): Path<(i64, i64)>,
    Form(form): Form<Reason>,
) -> Response {
    let (left, right) = (RecordId(pair.0), RecordId(pair.1));
    match service::withdraw_judgement(&state.app, &desk.reviewer, left, right, &form.reason).await {
        Ok(()) => Redirect::to(&format!("/desk/link/{}/{}", pair.0, pair.1)).into_response(),
        Err(error) => {
            let typed = vec![("reason", form.reason.clone())];
            let again =
                |problem: Problem| link_page(&state, &desk, pair, Some(problem.in_form("withdraw", typed)));
            refused(&state, &desk.sessions, error, again).await
        }
    }
}

pub(crate) async fn request(State(state): State<WebState>, desk: Desk, Path(id): Path<i64>) -> Response {
    or_failure(&state, &desk, request_page(&state, &desk, id, None).await)
}

pub(crate) async fn request_page(
    state: &WebState,
    desk: &Desk,
    id: i64,
    problem: Option<Problem>,
) -> Result<Response, ServiceError> {
    let view = request_view(&state.app, &desk.reader(), RequestId(id)).await?;
    let is_own_refusal =
        view.refusal.as_ref().is_some_and(|refusal| refusal.by.is_same_human(&desk.reviewer));
    let barred = if view.row.state == "under_appeal" {
        let for_role = desk.unless(Role::AppealOfficer, "An appeal officer decides an appeal.");
        for_role.or_else(|| {
            is_own_refusal
                .then(|| "You refused this request. Another appeal officer decides the appeal.".to_owned())
        })
    } else {
        desk.unless_reviewer("determines a request")
    };
    Ok(page(&pages::Request {
        frame: Frame::new(state, &desk.sessions, HERE).with(problem),
        view: &view,
        is_own: false,
        status: "",
        review_office: &state.review_office,
        barred,
    }))
}

#[derive(Deserialize)]
pub(crate) struct DeterminationForm {
    outcome: Option<Determined>,
    #[serde(default)]
    corrected: String,
    #[serde(default)]
    address_line: String,
    #[serde(default)]
    address_city: String,
    #[serde(default)]
    address_state: String,
    #[serde(default)]
    address_postal_code: String,
    #[serde(default)]
    reason: String,
}

impl DeterminationForm {
    /// What is to stand from now on: the value, and the other parts of an address.
    fn corrected_value(&self) -> CorrectedValue {
        let parts = [&self.address_line, &self.address_city, &self.address_state, &self.address_postal_code];
        let named = ADDRESS_PARTS.into_iter().zip(parts.map(Clone::clone));
        let parts = named.filter(|(_, part)| !part.trim().is_empty()).collect();
        CorrectedValue { value: self.corrected.clone(), parts }
    }
}

/// How a request is determined. A word that is neither is refused, never read as one of them.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    let typed = vec![
        ("outcome", spelled(form.outcome)),
        ("corrected", form.corrected.clone()),
        ("address_line", form.address_line.clone()),
        ("address_city", form.address_city.clone()),
        ("address_state", form.address_state.clone()),
        ("address_postal_code", form.address_postal_code.clone()),
        ("reason", form.reason.clone()),
    ];
    let Some(outcome) = form.outcome else {
        let problem = Problem::missing("outcome", "Choose granted or refused.").in_form("determine", typed);
        return unfinished(&state, &desk, request_page(&state, &desk, id, Some(problem)).await);
    };
    let corrected = (outcome == Determined::Granted).then(|| form.corrected_value());
    let (by, reason, office) = (&desk.reviewer, &form.reason, &state.review_office);
    match service::determine_request(&state.app, by, RequestId(id), corrected, reason, office).await {
        Ok(()) => Redirect::to(&format!("/desk/request/{id}")).into_response(),
        Err(error) => {
            let again =
                |problem: Problem| request_page(&state, &desk, id, Some(problem.in_form("determine", typed)));
            refused(&state, &desk.sessions, error, again).await
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct EndHoldForm {
    #[serde(default)]
    reason: String,
}

/// Tells the person that the hold of a request ends, or lifts it.
pub(crate) async fn end_hold(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
    Form(form): Form<EndHoldForm>,
) -> Response {
    match service::end_hold(&state.app, &desk.reviewer, RequestId(id), &form.reason).await {
        Ok(()) => Redirect::to(&format!("/desk/request/{id}")).into_response(),
        Err(error) => {
            let typed = vec![("reason", form.reason.clone())];
            let again =
                |problem: Problem| request_page(&state, &desk, id, Some(problem.in_form("end-hold", typed)));
            refused(&state, &desk.sessions, error, again).await
        }
    }
}

pub(crate) async fn closing(State(state): State<WebState>, desk: Desk, Path(id): Path<i64>) -> Response {
    or_failure(&state, &desk, closing_page(&state, &desk, id, None).await)
}

async fn closing_page(
    state: &WebState,
    desk: &Desk,
    id: i64,
    problem: Option<Problem>,
) -> Result<Response, ServiceError> {
    let view = closing_view(&state.app, &desk.reader(), ClosingId(id)).await?;
    let barred = desk.unless_reviewer("decides about a closing");
    let barred_approval = barred.clone().or_else(|| {
        let is_own = view.proposed_by.is_same_human(&desk.reviewer);
        is_own.then(|| "You proposed this closing. Another reviewer approves it.".to_owned())
    });
    Ok(page(&pages::Closing {
        frame: Frame::new(state, &desk.sessions, HERE).with(problem),
        is_own: false,
        rung: format!("{:?}", view.rung),
        rung_in_words: rung_in_words(view.rung),
        allowed_in_words: allowed_in_words(view.allowed()),
        barred,
        barred_approval,
        view: &view,
    }))
}

pub(crate) const fn rung_in_words(rung: redress_casefile::closing::Rung) -> &'static str {
    use redress_casefile::closing::Rung;
    match rung {
        Rung::A => "two offices show the departure, each by something of its own",
        Rung::B => "one official record of an exit that happened, confirmed by the person or counsel",
        Rung::C => "official records that nothing independent confirms",
        Rung::D => "a booking or a word alone",
    }
}

/// What today's evidence allows, for either reader.
pub(crate) const fn allowed_in_words(allowed: redress_casefile::closing::Allowed) -> &'static str {
    use redress_casefile::closing::Allowed;
    match allowed {
        Allowed::ProposeClosing => {
            "This is enough to propose a closing. It closes nothing by itself, however long it stands."
        }
        Allowed::PauseCheckIns => {
            "This is not enough to close anything. Check-ins may pause until it is clear."
        }
        Allowed::Ask => "This is not enough to change anything. The office may only ask.",
    }
}

/// Said where a form does not say how somebody was told.
pub(crate) const CHOOSE_WAY: &str = "Choose how the person was told.";

#[derive(Deserialize)]
pub(crate) struct ClosingForm {
    #[serde(default)]
    reason: String,
    posture: Option<Posture>,
    way: Option<NoticeWay>,
}

pub(crate) async fn closing_step(
    State(state): State<WebState>,
    desk: Desk,
    Path((id, step)): Path<(i64, String)>,
    Form(form): Form<ClosingForm>,
) -> Response {
    let (app, who, closing) = (&state.app, &desk.reviewer, ClosingId(id));
    let typed = vec![("posture", spelled(form.posture)), ("reason", form.reason.clone())];
    let done = match (step.as_str(), form.posture) {
        ("approve", Some(posture)) => {
            service::approve_closing(app, who, closing, posture, &form.reason).await
        }
        ("approve", None) => {
            let problem = Problem::missing("posture", "Choose in which position the person left.");
            let problem = problem.in_form("approve", typed);
            return unfinished(&state, &desk, closing_page(&state, &desk, id, Some(problem)).await);
        }
        ("notice", _) => match form.way {
            Some(way) => service::notice_closing(app, who, closing, way).await,
            None => {
                let problem = Problem::missing("way", CHOOSE_WAY).in_form("notice", typed);
                return unfinished(&state, &desk, closing_page(&state, &desk, id, Some(problem)).await);
            }
        },
        ("close", _) => service::carry_out_closing(app, who, closing).await,
        ("decline", _) => service::decline_closing(app, who, closing, &form.reason).await,
        ("undo", _) => service::undo_closing(app, who, closing, &form.reason).await,
        _ => Err(ServiceError::not_found("that step")),
    };
    match done {
        Ok(()) => Redirect::to(&format!("/desk/closing/{id}")).into_response(),
        Err(error) => {
            let again =
                |problem: Problem| closing_page(&state, &desk, id, Some(problem.in_form(&step, typed)));
            refused(&state, &desk.sessions, error, again).await
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct ClockForm {
    days: u16,
}

pub(crate) async fn clock(
    State(state): State<WebState>,
    desk: Desk,
    Form(form): Form<ClockForm>,
) -> Response {
    match service::move_clock(&state.app, form.days).await {
        Ok(()) => Redirect::to("/desk").into_response(),
        Err(error) => failure(&state, &desk.sessions, &error),
    }
}

fn or_failure(state: &WebState, desk: &Desk, shown: Result<Response, ServiceError>) -> Response {
    shown.unwrap_or_else(|error| failure(state, &desk.sessions, &error))
}

/// A form again in which something that it needs was not chosen.
pub(crate) fn unfinished(state: &WebState, desk: &Desk, shown: Result<Response, ServiceError>) -> Response {
    match shown {
        Ok(page) => (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
        Err(error) => failure(state, &desk.sessions, &error),
    }
}

/// A choice as the form spells it; empty where there is none.
fn spelled(choice: Option<impl Serialize>) -> String {
    let value = choice.and_then(|choice| serde_json::to_value(choice).ok());
    value.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
