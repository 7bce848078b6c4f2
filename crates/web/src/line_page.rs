//! The look-up of a line: from a file in hand to the findings about it.

use axum::{
    extract::{Query, State},
    response::Response,
};
use redress_service::view::{RowAt, line_view};
use serde::Deserialize;

use crate::{
    WebState,
    access::{Desk, shut},
    answer::{failure, page},
    page::{Frame, LinePage},
    problem::Problem,
};

/// Digits of a line at most; a longer number is a key.
const LINE_DIGITS_MAX: usize = 8;

#[derive(Deserialize)]
pub(crate) struct LineQuery {
    #[serde(default)]
    file: String,
    #[serde(default)]
    line: String,
}

pub(crate) async fn line(
    State(state): State<WebState>,
    desk: Desk,
    Query(query): Query<LineQuery>,
) -> Response {
    if !desk.reads_files() {
        return shut(&state, &desk.sessions);
    }
    let (file, text) = (query.file.trim(), query.line.trim());
    let is_asked = !file.is_empty() || !text.is_empty();
    let row = match text.parse::<u64>() {
        Ok(line) if text.len() <= LINE_DIGITS_MAX => RowAt::Line(line),
        _ => RowAt::Key(text),
    };
    let at = (!file.is_empty() && !text.is_empty()).then_some((file, row));
    let view = match line_view(&state.app, &desk.reader(), at).await {
        Ok(view) => view,
        Err(error) => return failure(&state, &desk.sessions, &error),
    };
    let problem = match (is_asked, file.is_empty(), text.is_empty()) {
        (true, true, _) => Some(Problem::missing("file", "Name the file.")),
        (true, _, true) => {
            Some(Problem::missing("line", "Give the line as a number from 1, or the row’s key."))
        }
        (true, _, _) if !view.files.iter().any(|known| known == file) => {
            Some(Problem::missing("file", "No stored file has this name. Choose one of the list."))
        }
        _ => None,
    };
    let records = view.records.as_deref().filter(|_| problem.is_none());
    let problem = problem.map(|problem| problem.in_form("line", Vec::new()));
    let frame = Frame::new(&state, &desk.sessions, "/desk").with(problem);
    page(&LinePage { frame, files: &view.files, records, file, line: text })
}
