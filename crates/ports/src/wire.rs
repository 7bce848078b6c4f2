//! The frozen forms of what is stored and published. A change is a new version, a golden file and a note.

use redress_casefile::{Event, PublicEntry};

/// An event in its RFC 8785 form: the bytes that its public entry commits to.
///
/// # Errors
/// When the event cannot be written as JSON; none that the machines make is such.
pub fn event_json(event: &Event) -> Result<String, serde_json::Error> {
    serde_json_canonicalizer::to_string(event)
}

/// An entry of the public log in its RFC 8785 form: the bytes that are hashed into the leaf.
///
/// # Errors
/// When the entry cannot be written as JSON; none is such.
pub fn entry_json(entry: &PublicEntry) -> Result<String, serde_json::Error> {
    serde_json_canonicalizer::to_string(entry)
}
