//! Server-rendered pages and the public log's files.
//!
//! Three faces: the *desk* for reviewers, *my record* for the person concerned, and the *public* page. Every
//! page works without script and by keyboard.
//!
//! Never: holds a rule (that is in `redress_service`), opens the database, or shows a file without
//! accounting for the read.

mod access;
mod answer;
mod desk_pages;
mod page;
mod person_pages;
mod public_pages;
mod sign_in;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue},
    routing::{get, post},
};
use redress_service::{App, WaterfallBook};
use tower_http::{csrf::CsrfLayer, set_header::SetResponseHeaderLayer};

pub use sign_in::{Grant, KeyError, SignInKey, Who};

/// The most bytes that a form may have.
pub const FORM_BYTES_MAX: usize = 64 * 1024;

/// What every page needs.
#[derive(Clone)]
pub struct WebState {
    /// The system.
    pub app: App,
    /// The stored model, for waterfalls.
    pub book: Arc<WaterfallBook>,
    /// The key under which sign-in links and sessions are signed.
    pub key: SignInKey,
    /// The office that reviews refusals, with its address.
    pub review_office: Arc<str>,
}

impl axum::extract::FromRef<WebState> for axum_extra::extract::cookie::Key {
    fn from_ref(state: &WebState) -> Self {
        state.key.cookie_key()
    }
}

/// Serves every route until `until` ends.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    state: WebState,
    until: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(state)).with_graceful_shutdown(until).await
}

/// Every route.
pub fn router(state: WebState) -> Router {
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::overriding(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    Router::new()
        .merge(public_routes())
        .merge(desk_routes())
        .merge(person_routes())
        .fallback(public_pages::not_found)
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(CsrfLayer::new())
        .layer(header("content-security-policy", "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("referrer-policy", "no-referrer"))
        .layer(header("cache-control", "no-store"))
        .with_state(state)
}

fn public_routes() -> Router<WebState> {
    Router::new()
        .route("/", get(public_pages::front))
        .route("/checks", get(public_pages::checks))
        .route("/log", get(public_pages::log))
        .route("/log/entry/{index}", get(public_pages::entry))
        .route("/log/{*path}", get(public_pages::log_file))
        .route("/static/redress.css", get(public_pages::style))
        .route("/sign-in/{token}", get(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
}

fn desk_routes() -> Router<WebState> {
    Router::new()
        .route("/desk", get(desk_pages::desk))
        .route("/desk/clock", post(desk_pages::clock))
        .route("/desk/finding/{id}", get(desk_pages::finding))
        .route("/desk/finding/{id}/decide", post(desk_pages::decide))
        .route("/desk/finding/{id}/reopen", post(desk_pages::reopen))
        .route("/desk/finding/{id}/propose-closing", post(desk_pages::propose_closing))
        .route("/desk/person/{id}", get(desk_pages::person))
        .route("/desk/link/{left}/{right}", get(desk_pages::link))
        .route("/desk/link/{left}/{right}/judge", post(desk_pages::judge))
        .route("/desk/request/{id}", get(desk_pages::request))
        .route("/desk/request/{id}/determine", post(desk_pages::determine))
        .route("/desk/closing/{id}", get(desk_pages::closing))
        .route("/desk/closing/{id}/{step}", post(desk_pages::closing_step))
}

fn person_routes() -> Router<WebState> {
    Router::new()
        .route("/me", get(person_pages::me))
        .route("/me/wrong", get(person_pages::wrong).post(person_pages::file))
        .route("/me/request/{id}", get(person_pages::request))
        .route("/me/request/{id}/{step}", post(person_pages::request_step))
        .route("/me/closing/{id}", get(person_pages::closing))
        .route("/me/closing/{id}/object", post(person_pages::object))
        .route("/me/receipt/{seq}", get(person_pages::receipt))
        .route("/me/receipt/{seq}/file", get(person_pages::receipt_file))
}
