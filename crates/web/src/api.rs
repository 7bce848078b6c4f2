//! Access transparency for programs, in the form of the Estonian Data Tracker (findUsage 2.1.0).
//!
//! `userCode` is the opaque reference of a person, such as `P-98`, never an official number. Who asks is told by the
//! person's session, or by the token of the person's sign-in link as `Authorization: Bearer TOKEN`.

use axum::{
    Json,
    extract::{FromRequestParts, Query, State},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use redress_service::{
    ServiceError, present_person,
    view::{UsageLine, find_usage as usages_of, usage_period_start_us},
};
use redress_statement::PersonId;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{WebState, access::Sessions};

/// The description of this interface.
const OPENAPI: &str = include_str!("../static/openapi.json");

/// The most reads in one answer, and how many there are when nothing is said.
const USAGES_MAX: u64 = 1_000;

/// The name of this system in an answer.
const RECEIVER_SYSTEM: &str = "Redress";

pub(crate) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

/// The person who asks by a program. None without a session or a token that opens one.
pub(crate) struct Asker(Option<PersonId>);

impl FromRequestParts<WebState> for Asker {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Self::Rejection> {
        let Ok(sessions) = Sessions::from_request_parts(parts, state).await;
        let token = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = token.and_then(|value| value.strip_prefix("Bearer "));
        let given = sessions.person.or_else(|| state.key.person(bearer?, state.app.clock.today()));
        Ok(Self(match given {
            // As on the pages: a number that has gone into another one reads on under that. Without an answer it stays the
            // one that was given, and the question itself meets the failure.
            Some(person) => Some(present_person(&state.app, person).await.unwrap_or(person)),
            None => None,
        }))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageQuery {
    user_code: String,
    period_start: Option<String>,
    period_end: Option<String>,
    #[serde(default)]
    offset: u64,
    limit: Option<u64>,
}

/// One read, in the form of the Data Tracker.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Usage {
    logtime: String,
    action: &'static str,
    receiver_code: String,
    receiver_name: String,
    receiver_system: &'static str,
}

pub(crate) async fn find_usage(
    State(state): State<WebState>,
    Asker(asker): Asker,
    Query(query): Query<UsageQuery>,
) -> Response {
    let Some(person) = asker.filter(|person| person.to_string() == query.user_code) else {
        return refusal(StatusCode::NOT_FOUND, "there is no such userCode for you to see");
    };
    let from = query.period_start.as_deref().map_or(Some(i64::MIN), |text| moment_us(text, false));
    let until = query.period_end.as_deref().map_or(Some(i64::MAX), |text| moment_us(text, true));
    let (Some(from), Some(until)) = (from, until) else {
        return refusal(
            StatusCode::BAD_REQUEST,
            "periodStart and periodEnd are days (2026-11-02) or moments (2026-11-02T10:20:30Z)",
        );
    };
    let limit = query.limit.unwrap_or(USAGES_MAX).min(USAGES_MAX);
    match usages_of(&state.app, person, (from, until), (query.offset, limit)).await {
        Ok(found) => {
            let usages: Vec<Usage> = found.lines.into_iter().map(usage).collect();
            Json(json!({ "totalUsages": found.n_total, "usages": usages })).into_response()
        }
        Err(error) => failure(&error),
    }
}

pub(crate) async fn usage_period(State(state): State<WebState>) -> Response {
    match usage_period_start_us(&state.app).await {
        Ok(start_us) => Json(json!({ "periodStart": time(start_us) })).into_response(),
        Err(error) => failure(&error),
    }
}

pub(crate) async fn heartbeat(State(state): State<WebState>) -> Response {
    match state.app.store.log_state().await {
        Ok(_) => Json(json!({ "status": "OK", "message": "the store answers" })).into_response(),
        Err(error) => {
            tracing::error!(%error, "the store does not answer");
            let body = json!({ "status": "FAIL", "message": "the store does not answer" });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
    }
}

fn usage(line: UsageLine) -> Usage {
    Usage {
        logtime: time(line.at_us),
        action: line.purpose,
        receiver_code: line.user_code,
        receiver_name: line.receiver,
        receiver_system: RECEIVER_SYSTEM,
    }
}

/// A moment, or a day: its beginning, or as the end of a period the beginning of the next one.
fn moment_us(text: &str, is_end: bool) -> Option<i64> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.as_microsecond());
    }
    let day: Date = text.parse().ok()?;
    let day = if is_end { day.tomorrow().ok()? } else { day };
    let midnight = TimeZone::UTC.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).ok()?;
    Some(midnight.as_microsecond())
}

/// RFC 3339 in UTC, in whole seconds.
fn time(at_us: i64) -> String {
    Timestamp::from_second(at_us.div_euclid(1_000_000))
        .map_or_else(|_| String::new(), |moment| moment.to_string())
}

fn refusal(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}

fn failure(error: &ServiceError) -> Response {
    if matches!(error, ServiceError::NotFound { .. }) {
        return refusal(StatusCode::NOT_FOUND, "there is no such userCode for you to see");
    }
    tracing::error!(%error, "a question of a program failed");
    refusal(StatusCode::INTERNAL_SERVER_ERROR, "the system failed; the operator's log says why")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_given_in_days_or_moments() {
        for (text, is_end, wanted) in [
            ("1970-01-02", false, Some(86_400_000_000)),
            ("1970-01-02", true, Some(172_800_000_000)),
            ("1970-01-01T00:00:01Z", true, Some(1_000_000)),
            ("1970-01-01T01:00:00+01:00", false, Some(0)),
            ("yesterday", false, None),
            ("", true, None),
        ] {
            assert_eq!(moment_us(text, is_end), wanted, "{text}");
        }
        assert_eq!(time(1_612_088_430_999_999), "2021-01-31T10:20:30Z");
    }
}
