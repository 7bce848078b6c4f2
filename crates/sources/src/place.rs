//! Where a value stands in a file whose records are no rows: the column, and what the file says of this one value.
//!
//! ```text
//! Person:birthDate; lang=spa; dispute_state=contested
//! ```
//!
//! It is stored as the column of the statement, so that whatever a format says of a value beside the value stays with
//! it, is shown with it, and goes out with it again.

use std::fmt;

/// A column with its notes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The column, as the source spells it.
    pub(crate) name: String,
    /// What the file says of the value: name and text, in the order in which it was noted.
    pub(crate) notes: Vec<(String, String)>,
}

impl Place {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), notes: Vec::new() }
    }

    /// Adds a note; an empty text says nothing.
    pub(crate) fn note(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.notes.push((name.to_owned(), text.to_owned()));
        }
    }

    /// The text of a note. None where there is none of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.notes.iter().find(|(noted, _)| noted == name).map(|(_, text)| text.as_str())
    }

    /// Reads what [`fmt::Display`] writes. Text that is no note belongs to the name.
    pub(crate) fn parse(column: &str) -> Self {
        let mut parts = split(column).into_iter();
        let mut place = Self::new(parts.next().unwrap_or_default());
        for part in parts {
            match part.split_once('=').filter(|(name, _)| is_note_name(name)) {
                Some((name, text)) => place.notes.push((name.to_owned(), text.to_owned())),
                None => {
                    place.name.push_str("; ");
                    place.name.push_str(&part);
                }
            }
        }
        place
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escaped(&self.name))?;
        self.notes.iter().try_for_each(|(name, text)| write!(f, "; {name}={}", escaped(text)))
    }
}

fn is_note_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;")
}

/// The parts between semicolons that stand for themselves, each without the space before it.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let literal = match sign {
            '\\' => signs.next().unwrap_or('\\'),
            ';' => {
                parts.push(String::new());
                signs.next_if_eq(&' ');
                continue;
            }
            sign => sign,
        };
        if let Some(part) = parts.last_mut() {
            part.push(literal);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn notes_stand_after_the_column() {
        let place = Place::parse("Person:birthDate; lang=spa; original_value=1; 2");
        assert_eq!((place.name.as_str(), place.get("lang")), ("Person:birthDate; 2", Some("spa")));
        assert_eq!(Place::parse("LAST_NAME"), Place::new("LAST_NAME"));
        assert_eq!(Place::parse(""), Place::new(""));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(name in "[A-Za-z:/;\\\\ ]{0,12}", notes in prop::collection::vec(("[a-z_]{1,6}", ".{1,12}"), 0..4)) {
            let place = Place { name, notes };
            prop_assert_eq!(Place::parse(&place.to_string()), place);
        }
    }
}
