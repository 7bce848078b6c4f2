//! The one style sheet, under an address that changes with its content, so that browsers may keep it.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use redress_statement::Digest;

const CSS: &str = include_str!("../static/redress.css");

static HREF: LazyLock<String> =
    LazyLock::new(|| format!("/static/redress.css?{}", Digest::of(CSS.as_bytes()).short()));

/// The address that pages name.
pub(crate) fn href() -> &'static str {
    &HREF
}

/// The sheet.
pub(crate) async fn sheet() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, CSS).into_response()
}
