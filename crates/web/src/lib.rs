//! Server-rendered pages and the public log's files.
//!
//! Three faces: the *desk* for reviewers, *my record* for the person concerned, and the *public* page. Every
//! page works without script and by keyboard.
//!
//! Never: holds a rule (that is in `redress_service`), opens the database, or shows a person's file without
//! accounting for the read.

mod access;
mod answer;
mod api;
mod charter;
mod desk_pages;
#[expect(unreachable_pub, reason = "the filter macro writes the items as public")]
mod filters;
mod gate_pages;
mod holder_pages;
mod intake_api;
mod letter_pages;
mod line_page;
mod packet_pages;
mod page;
mod person_pages;
mod problem;
mod public_pages;
mod routes;
mod sample_pages;
mod sign_in;
mod style;
mod waterfall_chart;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue},
    middleware::from_fn_with_state,
};
use redress_service::{App, Intake, Sample, WaterfallBook};
use tower_http::{csrf::CsrfLayer, set_header::SetResponseHeaderLayer};

pub use intake_api::INTAKE_BYTES_MAX;
pub use routes::{Face, ROUTES, Route};
pub use sign_in::{Grant, KeyError, SignInKey, Who};

/// The most bytes that a form may have: four answers of the longest kind, each letter percent-encoded as three bytes.
pub const FORM_BYTES_MAX: usize = 160 * 1024;

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
    /// The way in for rows that sources send by themselves. None where this server takes none.
    pub intake: Option<Arc<Intake>>,
    /// The drawn sample of a linkage run that reviewers judge blind. None where this server was given none.
    pub sample: Option<Arc<Sample>>,
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

/// What a page may load and do: the one style sheet, forms to this site, and nothing else. No script.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Every route, behind the limits and the headers that all of them share.
pub fn router(state: WebState) -> Router {
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::overriding(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    let no_store = SetResponseHeaderLayer::if_not_present(
        HeaderName::from_static("cache-control"),
        HeaderValue::from_static("no-store"),
    );
    // A paper brings its own style, and says so itself.
    let policy = SetResponseHeaderLayer::if_not_present(
        HeaderName::from_static("content-security-policy"),
        HeaderValue::from_static(POLICY),
    );
    routes::table()
        .fallback(public_pages::not_found)
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(state.clone(), answer::in_plain_words))
        .layer(policy)
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("referrer-policy", "no-referrer"))
        .layer(header("cross-origin-opener-policy", "same-origin"))
        .layer(header("cross-origin-resource-policy", "same-origin"))
        .layer(no_store)
        .with_state(state)
}
