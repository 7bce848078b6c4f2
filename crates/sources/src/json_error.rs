//! What serde_json says of a part of a file, without the line that it counts within that part: the file has its own.

use serde_json::Error;

/// What is wrong with one line of a file, with the column on that line.
pub(crate) fn on_its_line(error: &Error) -> String {
    match without_place(error) {
        said if error.line() > 0 => format!("{said} at column {}", error.column()),
        said => said,
    }
}

/// What is wrong with a value within a line. Its own columns are not those of the line.
pub(crate) fn without_place(error: &Error) -> String {
    let said = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    said.strip_suffix(&place).unwrap_or(&said).to_owned()
}
