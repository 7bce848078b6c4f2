//! A paper as data for the template.

use serde_json::{Error, Value};

use crate::Document;

/// The paper as JSON, with each text as it is to be printed.
pub(super) fn json(paper: &Document) -> Result<String, Error> {
    let mut value = serde_json::to_value(paper)?;
    print_all(&mut value);
    serde_json::to_string(&value)
}

fn print_all(value: &mut Value) {
    match value {
        Value::String(text) => *text = printed(text),
        Value::Array(values) => values.iter_mut().for_each(print_all),
        Value::Object(members) => members.values_mut().for_each(print_all),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text as it is printed: white space folded as in a browser, and a control character shown as U+FFFD.
///
/// What has no form of its own and only directs other letters is left out: on paper a mark that turns the order around would make one name look like
/// another. The two that join and part letters (U+200C, U+200D) stay: scripts need them.
pub(super) fn printed(text: &str) -> String {
    let words: Vec<String> = text
        .split(is_space)
        .map(|word| word.chars().filter(|letter| !is_formless(*letter)).map(shown).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    words.join(" ")
}

fn is_space(letter: char) -> bool {
    letter.is_ascii_whitespace() || matches!(letter, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Byte order mark, soft hyphen, word joiners, and the marks of direction.
fn is_formless(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn shown(letter: char) -> char {
    if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_printed_as_a_browser_shows_it() {
        for (text, expected) in [
            ("  Ruiz\t\n Soto ", "Ruiz Soto"),
            ("a\u{a0}b", "a\u{a0}b"),
            ("a\u{2028}b", "a b"),
            ("a\0b\u{1b}[1m", "a\u{fffd}b\u{fffd}[1m"),
            ("\u{feff}Ana \u{202e}txt.exe\u{202c}", "Ana txt.exe"),
            ("\u{200e}", ""),
            ("\u{639}\u{200c}\u{631}", "\u{639}\u{200c}\u{631}"),
            ("", ""),
        ] {
            assert_eq!(printed(text), expected, "{text:?}");
        }
    }
}
