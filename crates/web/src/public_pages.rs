//! Pages and files for everybody.

use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use redress_checks::registry;
use redress_report::Accuracy;
use redress_service::view::public_view;
use redress_statement::LogIndex;
use serde::Deserialize;

use crate::{
    WebState,
    access::Sessions,
    answer::{failure, message, page},
    page::{Checks, Entry, Frame, Front, Log},
};

/// Entries on one page of the log.
const ENTRIES_AT_A_TIME: u32 = 50;

pub(crate) async fn front(State(state): State<WebState>, sessions: Sessions) -> Response {
    let view = match public_view(&state.app).await {
        Ok(view) => view,
        Err(error) => return failure(&state, &error),
    };
    let accuracy: Option<Accuracy> =
        view.accuracy.as_ref().and_then(|report| serde_json::from_str(&report.json).ok());
    let records: u64 = view.sources.iter().map(|source| source.n_records).sum();
    let persons = match state.app.store.n_persons().await {
        Ok(n) => n,
        Err(error) => return failure(&state, &error.into()),
    };
    let figures = vec![
        (records.to_string(), "records from the sources below"),
        (persons.to_string(), "persons, as far as links are certain"),
        (view.waiting.values().sum::<u64>().to_string(), "findings wait for a reviewer"),
        (
            view.events.get("finding_decided").copied().unwrap_or_default().to_string(),
            "findings decided by a named human",
        ),
        (
            view.events.get("request_filed").copied().unwrap_or_default().to_string(),
            "corrections asked for by the persons themselves",
        ),
    ];
    page(&Front { frame: Frame::new(&state, &sessions), view: &view, accuracy: accuracy.as_ref(), figures })
}

pub(crate) async fn checks(State(state): State<WebState>, sessions: Sessions) -> Response {
    let specs = registry().iter().map(|check| check.spec()).collect();
    page(&Checks { frame: Frame::new(&state, &sessions), specs })
}

#[derive(Deserialize)]
pub(crate) struct LogQuery {
    from: Option<i64>,
}

pub(crate) async fn log(
    State(state): State<WebState>,
    sessions: Sessions,
    Query(query): Query<LogQuery>,
) -> Response {
    let from = query.from.unwrap_or_default().max(0);
    let found = async {
        let log = state.app.store.log_state().await?;
        let entries = state.app.store.entries(LogIndex(from), ENTRIES_AT_A_TIME).await?;
        Ok::<_, redress_ports::StoreError>((log, entries))
    };
    let (log, entries) = match found.await {
        Ok(found) => found,
        Err(error) => return failure(&state, &error.into()),
    };
    let step = i64::from(ENTRIES_AT_A_TIME);
    let later = (entries.len() as i64 == step).then(|| format!("/log?from={}", from + step));
    let earlier = (from > 0).then(|| format!("/log?from={}", (from - step).max(0)));
    let frame = Frame::new(&state, &sessions);
    page(&Log { frame, log: log.as_ref(), entries: &entries, from, earlier, later })
}

pub(crate) async fn entry(
    State(state): State<WebState>,
    sessions: Sessions,
    Path(index): Path<i64>,
) -> Response {
    let found = async {
        let log = state.app.store.log_state().await?;
        let entries = state.app.store.entries(LogIndex(index.max(0)), 1).await?;
        Ok::<_, redress_ports::StoreError>((log, entries.into_iter().next()))
    };
    match found.await {
        Ok((log, Some(entry))) if entry.index.0 == index => {
            let leaf = redress_tlog::leaf_hash(entry.json.as_bytes()).to_string();
            page(&Entry { frame: Frame::new(&state, &sessions), log: log.as_ref(), entry: &entry, leaf })
        }
        Ok(_) => message(&state, StatusCode::NOT_FOUND, "Not found", "The log has no such entry."),
        Err(error) => failure(&state, &error.into()),
    }
}

/// The log's files in the C2SP form: `checkpoint`, `tile/...`.
pub(crate) async fn log_file(State(state): State<WebState>, Path(path): Path<String>) -> Response {
    match state.app.store.log_file(&path).await {
        Ok(Some(bytes)) => {
            let kind =
                if path == "checkpoint" { "text/plain; charset=utf-8" } else { "application/octet-stream" };
            ([(header::CONTENT_TYPE, kind)], bytes).into_response()
        }
        Ok(None) => message(&state, StatusCode::NOT_FOUND, "Not found", "The log has no such file."),
        Err(error) => failure(&state, &error.into()),
    }
}

pub(crate) async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("../static/redress.css")).into_response()
}

pub(crate) async fn not_found(State(state): State<WebState>) -> Response {
    message(&state, StatusCode::NOT_FOUND, "Not found", "There is no such page.")
}
