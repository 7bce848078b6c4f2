//! Rows that sources send by themselves: `POST /api/intake/{source}`, JSON Lines, one object a row.
//!
//! A source proves itself by its token as `Authorization: Bearer TOKEN`. The answer comes when the rows are on disk. A
//! row of the same key that says what its record says now does no harm when it is sent again.

use axum::{
    Json,
    body::to_bytes,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use redress_ports::{ImportReport, ReadError, RefusedColumn};
use redress_service::IntakeError;
use redress_statement::SourceId;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::WebState;

/// The most bytes of one body.
pub const INTAKE_BYTES_MAX: usize = 1 << 20;

/// Seconds after which a source that was told to wait may try again.
const RETRY_SECONDS: &str = "1";

/// Broken rows that an answer names; all of them are in the report of the snapshot.
const BROKEN_ROWS_NAMED: usize = 100;

#[derive(Deserialize)]
pub(crate) struct IntakeQuery {
    /// The table of the source's contract, where it has several.
    table: Option<String>,
}

/// What became of a body.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Taken {
    snapshot: String,
    was_known: bool,
    n_new: u64,
    n_changed: u64,
    n_same: u64,
    n_quarantined: u64,
    quarantined: Vec<BrokenRow>,
    /// Columns that the charter or the contract refuses.
    refused_columns: Vec<String>,
    /// Columns that nothing reads.
    unread_columns: Vec<String>,
    remarks: Vec<String>,
}

#[derive(Serialize)]
struct BrokenRow {
    line: u64,
    reason: String,
}

pub(crate) async fn take(
    State(state): State<WebState>,
    Path(source): Path<String>,
    Query(query): Query<IntakeQuery>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let Some(intake) = &state.intake else {
        return refusal(
            StatusCode::NOT_FOUND,
            "this server takes no rows in: it is started with --intake for that",
        );
    };
    let Some(source) = asker(&state, &headers).filter(|asker| asker.as_str() == source) else {
        return refusal(
            StatusCode::UNAUTHORIZED,
            "send the token of this source as Authorization: Bearer TOKEN",
        );
    };
    let Ok(bytes) = to_bytes(request.into_body(), INTAKE_BYTES_MAX).await else {
        let text = format!("a body has at most {INTAKE_BYTES_MAX} bytes: send the rows in several");
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, &text);
    };
    match intake.submit(&source, query.table.as_deref(), bytes.to_vec()).await {
        Ok(report) => Json(taken(report)).into_response(),
        Err(error) => failure(&error),
    }
}

/// The source of the token. None without one that is in force.
fn asker(state: &WebState, headers: &HeaderMap) -> Option<SourceId> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    state.key.source(value.strip_prefix("Bearer ")?, state.app.clock.today())
}

fn taken(report: ImportReport) -> Taken {
    let columns = report.columns;
    let (refused, unread): (Vec<_>, Vec<_>) =
        columns.refused.into_iter().partition(|column| column.by_charter);
    let named = |columns: Vec<RefusedColumn>| columns.into_iter().map(|column| column.column).collect();
    let broken = columns.quarantined.into_iter().take(BROKEN_ROWS_NAMED);
    Taken {
        snapshot: report.snapshot.digest.to_string(),
        was_known: report.was_known,
        n_new: report.n_new,
        n_changed: report.n_changed,
        n_same: report.n_same,
        n_quarantined: columns.n_quarantined,
        quarantined: broken.map(|row| BrokenRow { line: row.line, reason: row.reason.to_string() }).collect(),
        refused_columns: named(refused),
        unread_columns: named(unread),
        remarks: columns.remarks,
    }
}

fn failure(error: &IntakeError) -> Response {
    let status = match error {
        IntakeError::Busy { .. } => StatusCode::TOO_MANY_REQUESTS,
        IntakeError::Read(ReadError::Refused(_)) => StatusCode::FORBIDDEN,
        IntakeError::Read(ReadError::Call(_)) => StatusCode::BAD_REQUEST,
        IntakeError::Read(ReadError::Input(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        IntakeError::Read(_) | IntakeError::Service(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    if status == StatusCode::SERVICE_UNAVAILABLE {
        tracing::error!(%error, "rows could not be taken in");
        return refusal(status, "the system failed and stored nothing of this; the operator's log says why");
    }
    let mut answer = refusal(status, &error.to_string());
    if status == StatusCode::TOO_MANY_REQUESTS {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
    }
    answer
}

fn refusal(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}
