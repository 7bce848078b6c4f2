//! Pages and files for everybody.

use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use redress_casefile::PublicEntry;
use redress_checks::registry;
use redress_ports::StoreError;
use redress_report::{Accuracy, Editions, ShownRow};
use redress_service::view::public_view;
use redress_statement::LogIndex;
use serde::Deserialize;

use crate::{
    WebState,
    access::Sessions,
    answer::{failure, message, page},
    charter,
    page::{CharterPage, Checks, Entry, Frame, Front, Log, Numbers, Pager, Pooled},
};

/// Entries on one page of the log.
const ENTRIES_AT_A_TIME: u32 = 50;

pub(crate) async fn front(State(state): State<WebState>, sessions: Sessions) -> Response {
    let view = match public_view(&state.app).await {
        Ok(view) => view,
        Err(error) => return failure(&state, &sessions, &error),
    };
    let accuracy: Option<Accuracy> =
        view.accuracy.as_ref().and_then(|report| serde_json::from_str(&report.json).ok());
    let persons = match state.app.store.n_persons().await {
        Ok(n) => n,
        Err(error) => return failure(&state, &sessions, &error.into()),
    };
    let n_events = |kind: &str| view.events.get(kind).copied().unwrap_or_default();
    let by_hand = n_events("finding_decided").saturating_sub(view.n_decided_by_closing);
    let counted = |n: u64, one: &'static str, more: &'static str| (n, if n == 1 { one } else { more });
    let figures = vec![
        counted(
            view.sources.iter().map(|source| source.n_records).sum(),
            "record, from the sources below",
            "records, from the sources below",
        ),
        counted(persons, "person, as far as links are certain", "persons, as far as links are certain"),
        counted(view.waiting.values().sum(), "finding waits for a reviewer", "findings wait for a reviewer"),
        counted(
            by_hand,
            "decision on a finding, by a named member of staff",
            "decisions on findings, each by a named member of staff",
        ),
        counted(
            view.n_decided_by_closing,
            "finding settled by a closing that a named member of staff carried out",
            "findings settled by closings that a named member of staff carried out",
        ),
        counted(
            n_events("request_filed"),
            "correction asked for by a person concerned",
            "corrections asked for by the persons themselves",
        ),
    ];
    let frame = Frame::new(&state, &sessions, "/");
    let pooled = accuracy.as_ref().map(Pooled::all).unwrap_or_default();
    let departures = months(&view.departures);
    page(&Front { frame, view: &view, accuracy: accuracy.as_ref(), pooled, figures, departures })
}

/// The newest months of departures that the front page shows.
const MONTHS_SHOWN: usize = 24;

/// The months of the newest edition, newest first, each with what earlier editions said of it.
fn months(editions: &Editions) -> Vec<(String, ShownRow)> {
    let newest =
        editions.newest().into_iter().flat_map(|edition| edition.rows.iter().rev()).take(MONTHS_SHOWN);
    newest
        .flat_map(|row| {
            let earlier = editions.revisions(&row.month);
            let earlier = earlier.map(|(day, row)| (format!("until the edition of {day}"), row.shown()));
            std::iter::once((row.month.clone(), row.shown())).chain(earlier)
        })
        .collect()
}

pub(crate) async fn checks(State(state): State<WebState>, sessions: Sessions) -> Response {
    let specs = registry().iter().map(|check| check.spec()).collect();
    let numbers = Numbers { parameters: &state.app.parameters, on: state.app.clock.today() };
    page(&Checks { frame: Frame::new(&state, &sessions, "/checks"), specs, numbers })
}

pub(crate) async fn charter(State(state): State<WebState>, sessions: Sessions) -> Response {
    page(&CharterPage { frame: Frame::new(&state, &sessions, "/charter"), refusals: charter::refusals() })
}

#[derive(Deserialize)]
pub(crate) struct LogQuery {
    /// The first entry. The newest page where none is asked for.
    from: Option<u32>,
}

/// The first entry of the page that ends with the newest one.
fn newest_page(size: u64) -> u32 {
    u32::try_from(size.saturating_sub(u64::from(ENTRIES_AT_A_TIME))).unwrap_or(u32::MAX)
}

pub(crate) async fn log(
    State(state): State<WebState>,
    sessions: Sessions,
    Query(query): Query<LogQuery>,
) -> Response {
    let found = async {
        let log = state.app.store.log_state().await?;
        let keys = state.app.store.verifier_keys().await?;
        let newest = newest_page(log.as_ref().map_or(0, |log| log.size));
        let from = query.from.unwrap_or(newest);
        let entries = state.app.store.entries(LogIndex(i64::from(from)), ENTRIES_AT_A_TIME).await?;
        Ok::<_, StoreError>((log, keys, entries, from, newest))
    };
    let (log, keys, entries, from, newest) = match found.await {
        Ok(found) => found,
        Err(error) => return failure(&state, &sessions, &error.into()),
    };
    let entries: Vec<(i64, Option<PublicEntry>)> =
        entries.iter().map(|entry| (entry.index.0, serde_json::from_str(&entry.json).ok())).collect();
    let href = |from: u32| format!("/log?from={from}#entries");
    let pager = Pager::new(from, entries.len(), ENTRIES_AT_A_TIME, None, href);
    let newest = (newest != from).then_some(newest);
    let frame = Frame::new(&state, &sessions, "/log");
    page(&Log { frame, log: log.as_ref(), keys: &keys, entries, from, newest, pager })
}

pub(crate) async fn entry(
    State(state): State<WebState>,
    sessions: Sessions,
    Path(index): Path<i64>,
) -> Response {
    let found = async {
        let log = state.app.store.log_state().await?;
        let entries = state.app.store.entries(LogIndex(index.max(0)), 2).await?;
        Ok::<_, StoreError>((log, entries))
    };
    let (log, entries) = match found.await {
        Ok(found) => found,
        Err(error) => return failure(&state, &sessions, &error.into()),
    };
    match entries.first() {
        Some(entry) if entry.index.0 == index => page(&Entry {
            frame: Frame::new(&state, &sessions, "/log"),
            log: log.as_ref(),
            entry,
            public: serde_json::from_str(&entry.json).ok(),
            leaf: redress_tlog::leaf_hash(entry.json.as_bytes()).to_string(),
            has_next: entries.len() > 1,
        }),
        _ => message(&state, &sessions, StatusCode::NOT_FOUND, "Not found", "The log has no such entry."),
    }
}

/// The newest checkpoint, a signed note.
pub(crate) async fn checkpoint(State(state): State<WebState>) -> Response {
    log_file(&state, "checkpoint", "text/plain; charset=utf-8").await
}

/// The log's tiles and bundles of entries in the C2SP form.
pub(crate) async fn tile(State(state): State<WebState>, Path(path): Path<String>) -> Response {
    log_file(&state, &format!("tile/{path}"), "application/octet-stream").await
}

async fn log_file(state: &WebState, path: &str, kind: &'static str) -> Response {
    match state.app.store.log_file(path).await {
        Ok(Some(bytes)) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failure(state, &Sessions::default(), &error.into()),
    }
}

pub(crate) async fn not_found(State(state): State<WebState>, sessions: Sessions) -> Response {
    message(&state, &sessions, StatusCode::NOT_FOUND, "Not found", "There is no such page.")
}
