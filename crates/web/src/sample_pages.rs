//! A drawn sample at the desk: one pair after the other, blind, as the terminal shows it. The labeller is the account that is
//! signed in. Without a sample there is no such page.

use std::sync::Arc;

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use redress_casefile::Role;
use redress_linkage::LabelWord;
use redress_service::{PairLeft, Sample, SampleError};
use redress_statement::Digest;
use serde::Deserialize;

use crate::{
    WebState,
    access::{Desk, shut},
    answer::{message, page},
    page::{Frame, SamplePage},
};

/// The next pair that is left for whoever is signed in.
pub(crate) async fn next(State(state): State<WebState>, desk: Desk) -> Response {
    let Some(sample) = open_to(&state, &desk) else { return shut(&state, &desk.sessions) };
    let labeller = desk.reviewer.user_code.clone();
    let read = move || {
        let left = sample.left_for(&labeller)?;
        let values = left.first().map(|pair| sample.side_by_side(pair)).unwrap_or_default();
        Ok((left.first().map(PairLeft::key), left.len(), values, sample.n_drawn()))
    };
    match apart(read).await {
        Ok((pair, n_left, values, n_drawn)) => {
            let frame = Frame::new(&state, &desk.sessions, "/desk");
            let labeller = &desk.reviewer.user_code;
            page(&SamplePage { frame, pair, n_left, n_drawn, values: &values, labeller })
        }
        Err(error) => failed(&state, &desk, &error),
    }
}

/// What the labeller says of a pair. A word that is none of the three is refused, never read as one of them.
#[derive(Deserialize)]
pub(crate) struct SaidForm {
    pair: Digest,
    judgement: Said,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Same,
    Different,
    Unsure,
}

/// Stores a judgement, then leads to the next pair.
pub(crate) async fn judge(State(state): State<WebState>, desk: Desk, Form(form): Form<SaidForm>) -> Response {
    let Some(sample) = open_to(&state, &desk) else { return shut(&state, &desk.sessions) };
    let word = match form.judgement {
        Said::Same => LabelWord::Same,
        Said::Different => LabelWord::Different,
        Said::Unsure => LabelWord::Unsure,
    };
    let (labeller, at_us) = (desk.reviewer.user_code.clone(), state.app.clock.now_us());
    match apart(move || sample.judge(&labeller, form.pair, word, at_us)).await {
        Ok(()) => Redirect::to("/desk/sample#pair").into_response(),
        Err(error) => failed(&state, &desk, &error),
    }
}

/// The sample, for those who judge.
fn open_to(state: &WebState, desk: &Desk) -> Option<Arc<Sample>> {
    state.sample.clone().filter(|_| desk.reviewer.role == Role::Reviewer)
}

/// Why a page of the sample cannot be shown, or a judgement not be taken.
enum Stopped {
    Sample(SampleError),
    Task(tokio::task::JoinError),
}

/// Reads and writes the files of a sample apart from the tasks that answer: a disk may take its time.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SampleError> + Send + 'static,
) -> Result<T, Stopped> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Stopped::Sample),
        Err(error) => Err(Stopped::Task(error)),
    }
}

/// What is said of it: what became of the judgement, and who can do what. The log has the files and the cause.
fn failed(state: &WebState, desk: &Desk, stopped: &Stopped) -> Response {
    let error = match stopped {
        Stopped::Sample(error) => error,
        Stopped::Task(error) => {
            tracing::error!(%error, "the sample was not read to its end");
            return message(state, &desk.sessions, StatusCode::INTERNAL_SERVER_ERROR, UNREAD.0, UNREAD.1);
        }
    };
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::warn!(%error, cause, "a sample cannot be judged");
    let (status, title, text) = in_words(error);
    message(state, &desk.sessions, status, title, text)
}

/// Title and text where nothing more can be said here.
const UNREAD: (&str, &str) = (
    "The sample cannot be read",
    "What you judged before is kept. The system’s log says which file is wrong and why; tell the operator.",
);

const fn in_words(error: &SampleError) -> (StatusCode, &'static str, &'static str) {
    match error {
        SampleError::Read(_) => (StatusCode::INTERNAL_SERVER_ERROR, UNREAD.0, UNREAD.1),
        SampleError::OtherDraw { .. } => (
            StatusCode::CONFLICT,
            "Judgements of another draw are here",
            "The file of labels has judgements of another draw, and two draws must not be mixed. Nothing was stored, and what is \
             there is kept. The operator can draw the earlier sample again, or move that file away; the system’s log says how.",
        ),
        SampleError::DrawnAnew => (
            StatusCode::CONFLICT,
            "The sample was drawn anew",
            "These pairs are no longer those that are to be judged. This judgement was not stored; earlier ones are kept. Ask the \
             operator to start the desk again with the new sample.",
        ),
        SampleError::NoSuchPair { .. } => (
            StatusCode::CONFLICT,
            "This pair was not given to you",
            "Somebody else signed in here since the page was shown, or the sample is another one. Nothing was stored. Open the \
             sample again from the desk, and judge what it shows you.",
        ),
        SampleError::NotStored(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "This judgement was not stored",
            "The file of labels cannot be written; earlier judgements are kept. The system’s log says why: tell the operator. Then \
             open the sample again: it shows this pair as before.",
        ),
    }
}
