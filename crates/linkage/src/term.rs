//! The terms of blocking rules: what of a column two records must share.

use redress_statement::name::skeleton;
use rphonetic::{Encoder, Metaphone, Soundex};
use serde::{Deserialize, Serialize};

use crate::config::{Config, ConfigError};

/// Most keys that one value gives under one term.
pub(crate) const KEYS_PER_VALUE_MAX: usize = 4;
/// Words shorter than this are no blocking key of their own.
const TOKEN_CHARS_MIN: usize = 3;
/// Longest prefix that `first(n)` may ask for.
const FIRST_CHARS_MAX: u8 = 32;
const ALLOWED: &str = "column, column:year|month|day, column:first(3), column:soundex, column:metaphone, column:token, \
                       column:skeleton, a~b";

/// One term of a blocking rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Term {
    /// The column of the one record.
    pub(crate) column: String,
    /// The column of the other, when the rule crosses columns.
    pub(crate) other: Option<String>,
    /// What of the value.
    pub(crate) part: Part,
}

/// What of a value a term takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Part {
    Whole,
    Year,
    Month,
    Day,
    First(u8),
    Soundex,
    Metaphone,
    Token,
    Skeleton,
}

impl Term {
    pub(crate) fn new(column: &str, part: Part) -> Self {
        Self { column: column.to_owned(), other: None, part }
    }

    pub(crate) fn crossed(column: &str, other: &str) -> Self {
        Self { column: column.to_owned(), other: Some(other.to_owned()), part: Part::Whole }
    }

    /// Reads a term of `link.toml`.
    pub(crate) fn parse(text: &str, config: &Config) -> Result<Self, ConfigError> {
        let refuse = |allowed: String| ConfigError::value("[[blocking]] keys", text, allowed);
        let known = |name: &str| config.columns.contains_key(name);
        if known(text) {
            return Ok(Self::new(text, Part::Whole));
        }
        if let Some((a, b)) = text.split_once('~') {
            let (a, b) = (a.trim(), b.trim());
            return if known(a) && known(b) { Ok(Self::crossed(a, b)) } else { Err(refuse(config.listed())) };
        }
        let (column, part) = text.rsplit_once(':').unwrap_or((text, ""));
        if !known(column) {
            return Err(refuse(config.listed()));
        }
        let is_birth = config.columns[column].kind.is_birth();
        let part = match part {
            "year" if is_birth => Part::Year,
            "month" if is_birth => Part::Month,
            "day" if is_birth => Part::Day,
            "year" | "month" | "day" => return Err(refuse(format!("{part} is a part of a birth date"))),
            "soundex" => Part::Soundex,
            "metaphone" => Part::Metaphone,
            "token" => Part::Token,
            "skeleton" => Part::Skeleton,
            first => Part::First(first_chars(first).ok_or_else(|| refuse(ALLOWED.to_owned()))?),
        };
        Ok(Self::new(column, part))
    }

    /// The term as `link.toml` would spell it.
    pub(crate) fn label(&self) -> String {
        let suffix = match self.part {
            Part::Whole => String::new(),
            Part::Year => ":year".to_owned(),
            Part::Month => ":month".to_owned(),
            Part::Day => ":day".to_owned(),
            Part::First(n) => format!(":first({n})"),
            Part::Soundex => ":soundex".to_owned(),
            Part::Metaphone => ":metaphone".to_owned(),
            Part::Token => ":token".to_owned(),
            Part::Skeleton => ":skeleton".to_owned(),
        };
        match &self.other {
            Some(other) => format!("{}~{other}", self.column),
            None => format!("{}{suffix}", self.column),
        }
    }
}

fn first_chars(text: &str) -> Option<u8> {
    let n = text.strip_prefix("first(")?.strip_suffix(')')?.parse().ok()?;
    (1..=FIRST_CHARS_MAX).contains(&n).then_some(n)
}

/// The key texts that a normalized value gives under a part; at most [`KEYS_PER_VALUE_MAX`].
pub(crate) fn keys_of(value: &str, part: Part) -> Vec<String> {
    let one = |key: String| if key.is_empty() { Vec::new() } else { vec![key] };
    match part {
        Part::Whole | Part::Year | Part::Month | Part::Day => one(value.to_owned()),
        Part::First(n) => one(value.chars().take(usize::from(n)).collect()),
        Part::Soundex => one(encoded(&Soundex::default(), value)),
        Part::Metaphone => one(encoded(&Metaphone::default(), value)),
        Part::Skeleton => one(value.split(' ').map(skeleton).collect()),
        Part::Token => {
            let mut words: Vec<String> =
                value.split(' ').filter(|word| word.len() >= TOKEN_CHARS_MIN).map(str::to_owned).collect();
            words.sort();
            words.dedup();
            words.truncate(KEYS_PER_VALUE_MAX);
            if words.is_empty() { one(value.to_owned()) } else { words }
        }
    }
}

/// A phonetic code of the letters of a folded value; the encoders know only the letters A to Z.
fn encoded(encoder: &dyn Encoder, value: &str) -> String {
    let letters: String = value.chars().filter(char::is_ascii_alphabetic).collect();
    if letters.is_empty() { String::new() } else { encoder.encode(&letters) }
}
