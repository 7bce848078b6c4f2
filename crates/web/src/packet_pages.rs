//! The record packet, from the person's page and from the desk.

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderName, header},
    response::{Html, IntoResponse, Response},
};
use redress_casefile::packet::{Packet, PacketReader};
use redress_letters::{Document, html, packet};
use redress_ports::ReadError;
use redress_service::{GivenBy, ServiceError, record_packet};
use redress_statement::PersonId;
use serde::Deserialize;

use crate::{
    WebState,
    access::{Desk, Own},
    answer::failure,
    desk_pages::{person_page, unfinished},
    problem::{Problem, sentence},
};

/// The paper brings its own style and nothing else: no script, no picture, no form.
const POLICY: [(HeaderName, &str); 1] = [(
    header::CONTENT_SECURITY_POLICY,
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)];

fn paper(packet: &Packet) -> Response {
    printed(&packet::document(packet))
}

/// A paper as a page by itself.
pub(crate) fn printed(paper: &Document) -> Response {
    (POLICY, Html(html::page(paper))).into_response()
}

/// The person's own packet.
pub(crate) async fn own(State(state): State<WebState>, own: Own) -> Response {
    match record_packet(&state.app, own.person, GivenBy::Own, PacketReader::Person, "").await {
        Ok(packet) => paper(&packet),
        Err(error) => failure(&state, &own.sessions, &error),
    }
}

/// For whom the packet is made.
#[derive(Deserialize)]
pub(crate) struct PacketForm {
    reader: Option<String>,
    #[serde(default)]
    recipient: String,
}

/// A packet that the desk gives to somebody.
pub(crate) async fn given(
    State(state): State<WebState>,
    desk: Desk,
    Path(id): Path<i64>,
    Form(form): Form<PacketForm>,
) -> Response {
    let problem = match reader_of(form.reader.as_deref()) {
        None => Problem::missing("reader", "Choose for whom the packet is."),
        Some(reader) if reader != PacketReader::Person && form.recipient.trim().is_empty() => {
            Problem::missing("recipient", "Name who receives it: the person concerned is told.")
        }
        Some(reader) => {
            let by = GivenBy::Staff(&desk.reviewer);
            match record_packet(&state.app, PersonId(id), by, reader, &form.recipient).await {
                Ok(packet) => return paper(&packet),
                Err(ServiceError::Read(ReadError::Refused(text) | ReadError::Call(text))) => {
                    Problem::missing("recipient", &sentence(&text))
                }
                Err(error) => return failure(&state, &desk.sessions, &error),
            }
        }
    };
    let typed = vec![("reader", form.reader.unwrap_or_default()), ("recipient", form.recipient)];
    let again = person_page(&state, &desk, id, Some(problem.in_form("packet", typed))).await;
    unfinished(&state, &desk, again)
}

fn reader_of(name: Option<&str>) -> Option<PacketReader> {
    PacketReader::ALL.into_iter().find(|reader| Some(reader.name()) == name)
}
