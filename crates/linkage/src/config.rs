//! `link.toml`: what to read, how to block, how to compare, what to write.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::birth::format_fault;
use crate::kind::Kind;

/// Most columns that one configuration may name.
pub const COLUMNS_MAX: usize = 30;
/// Most blocking rules of one configuration.
pub const BLOCKING_RULES_MAX: usize = 32;
/// Most terms of one blocking rule.
pub const BLOCKING_TERMS_MAX: usize = 8;
/// Most levels of one comparison, `else` included.
pub const LEVELS_MAX: usize = 12;

/// A linkage configuration; the file form is `link.toml`.
///
/// ```
/// use redress_linkage::{Config, Kind};
/// let config = Config::from_toml("unique_id = 'rec_id'\n[columns]\nsurname = 'family_name'\ndob = 'date_of_birth'")?;
/// assert_eq!(config.columns["surname"].kind, Kind::FamilyName);
/// assert_eq!(config.output.min_probability, 0.01);
/// # Ok::<(), redress_linkage::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Column of the record's id; unique within a source.
    pub unique_id: String,
    /// Column that names the source of a record; without it all inputs are one source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether a cluster may hold at most one record of each source: link across sources only.
    #[serde(default)]
    pub one_per_source: bool,
    /// Column name to kind. Columns not listed are not read.
    #[serde(default)]
    pub columns: BTreeMap<String, Column>,
    /// Blocking rules; empty means the defaults of the kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocking: Vec<BlockingKeys>,
    /// Comparisons that replace the default of their column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comparison: Vec<ComparisonLevels>,
    /// What is written.
    #[serde(default)]
    pub output: Output,
}

/// How one column is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// What the column is about.
    pub kind: Kind,
    /// For a birth date: its strptime-like format (`%Y %m %d %b %B %H %M %S %f`), which alone counts then, whole or
    /// without its day, or day and month; detected when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The column of whole names of which this one is the part before the first comma: the surname of `OKAFOR, Ada`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_comma_of: Option<String>,
    /// The same for the part after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_comma_of: Option<String>,
    /// For a category: what it was taken for (identifier or e-mail) before its values were found to be shared by several people. It is tested
    /// as that in every run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_as: Option<Kind>,
}

impl Column {
    /// A column of a kind, read as it stands.
    #[must_use]
    pub const fn of(kind: Kind) -> Self {
        Self { kind, format: None, before_comma_of: None, after_comma_of: None, given_as: None }
    }

    /// The column of the file that it is a part of; `None` for a column of the file itself.
    #[must_use]
    pub fn read_from(&self) -> Option<&str> {
        self.before_comma_of.as_deref().or(self.after_comma_of.as_deref())
    }
}

/// The terms of one blocking rule: two records are a candidate pair when they agree on all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockingKeys {
    /// Terms such as `surname`, `dob:year`, `surname:skeleton`, `given~family`.
    pub keys: Vec<String>,
}

/// The levels of one column's comparison, strongest first, ending with `else`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonLevels {
    /// The column.
    pub column: String,
    /// Levels such as `exact`, `jaro_winkler >= 0.92`, `levenshtein <= 2`, `days <= 3`, `else`.
    pub levels: Vec<String>,
}

/// What is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Output {
    /// Pairs below this match probability are counted, not written. In [0, 1].
    pub min_probability: f64,
    /// Pairs at or above this match probability may join a cluster. In [0, 1].
    pub cluster_probability: f64,
}

impl Default for Output {
    fn default() -> Self {
        Self { min_probability: 0.01, cluster_probability: 0.95 }
    }
}

/// Why a configuration cannot be used: the key, the value, and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The text is not TOML of the right shape.
    #[error("line {line} of the configuration: {reason}")]
    Syntax {
        /// Line, from 1; 0 when unknown.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A value is not allowed.
    #[error("{key} = {value:?} is not allowed: {allowed}")]
    Value {
        /// The key, with its table.
        key: String,
        /// What was given.
        value: String,
        /// What may be given instead.
        allowed: String,
    },
}

impl ConfigError {
    pub(crate) fn value(
        key: impl Into<String>,
        value: impl fmt::Display,
        allowed: impl Into<String>,
    ) -> Self {
        Self::Value { key: key.into(), value: value.to_string(), allowed: allowed.into() }
    }
}

impl Config {
    /// Reads and checks a configuration.
    ///
    /// # Errors
    /// Unknown keys, kinds or terms, columns named but not listed, numbers out of range; each with key, value and what
    /// is allowed.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let line =
                error.span().map_or(0, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            ConfigError::Syntax { line, reason: error.message().trim().replace('\n', "; ") }
        })?;
        config.check()?;
        Ok(config)
    }

    /// The configuration as TOML.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// Checks what the types cannot.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml).
    pub fn check(&self) -> Result<(), ConfigError> {
        self.check_columns()?;
        self.check_output()?;
        at_most("[[blocking]]", self.blocking.len(), BLOCKING_RULES_MAX)?;
        for rule in &self.blocking {
            at_most("[[blocking]] keys", rule.keys.len(), BLOCKING_TERMS_MAX)?;
            if rule.keys.is_empty() {
                return Err(ConfigError::value("[[blocking]] keys", "[]", "give at least one term"));
            }
            for term in &rule.keys {
                crate::term::Term::parse(term, self)?;
            }
        }
        for (at, comparison) in self.comparison.iter().enumerate() {
            at_most("[[comparison]] levels", comparison.levels.len(), LEVELS_MAX)?;
            crate::level_rule::parse(comparison, self)?;
            self.check_once(comparison, &self.comparison[..at])?;
        }
        Ok(())
    }

    /// Refuses a second comparison of what another one compares already; year, month and day of birth are one date.
    fn check_once(
        &self,
        comparison: &ComparisonLevels,
        before: &[ComparisonLevels],
    ) -> Result<(), ConfigError> {
        let compared = |column: &str| match self.columns.get(column).map(|known| known.kind) {
            Some(Kind::BirthYear | Kind::BirthMonth | Kind::BirthDay) => None,
            _ => Some(column.to_owned()),
        };
        let of_this = compared(&comparison.column);
        match before.iter().find(|other| compared(&other.column) == of_this) {
            None => Ok(()),
            Some(other) if other.column == comparison.column => Err(ConfigError::value(
                "[[comparison]] column",
                &comparison.column,
                "it has a [[comparison]] already; give each column one",
            )),
            Some(other) => Err(ConfigError::value(
                "[[comparison]] column",
                &comparison.column,
                format!(
                    "it is compared as one birth date with {}, which has a [[comparison]] already",
                    other.column
                ),
            )),
        }
    }

    fn check_columns(&self) -> Result<(), ConfigError> {
        if self.unique_id.is_empty() {
            return Err(ConfigError::value("unique_id", "", "name the column of the record id"));
        }
        if self.source.as_ref() == Some(&self.unique_id) {
            return Err(ConfigError::value(
                "source",
                &self.unique_id,
                "unique_id names the same column; a source holds many records, an id one",
            ));
        }
        if self.one_per_source && self.source.is_none() {
            return Err(ConfigError::value(
                "one_per_source",
                true,
                "it needs `source`, the column that names the source",
            ));
        }
        at_most("[columns]", self.columns.len(), COLUMNS_MAX)?;
        for (name, column) in &self.columns {
            self.check_column(name, column)?;
        }
        for part in [Kind::BirthYear, Kind::BirthMonth, Kind::BirthDay] {
            let names: Vec<&str> = self.of_kind(part).collect();
            if names.len() > 1 {
                return Err(ConfigError::value(
                    format!("columns.{}", names[1]),
                    part.as_str(),
                    format!("at most one column may be {}; {} is one already", part.as_str(), names[0]),
                ));
            }
        }
        Ok(())
    }

    fn check_column(&self, name: &String, column: &Column) -> Result<(), ConfigError> {
        if name == &self.unique_id || Some(name) == self.source.as_ref() {
            return Err(ConfigError::value(
                format!("columns.{name}"),
                column.kind.as_str(),
                "the id and the source are not compared; leave them out of [columns]",
            ));
        }
        if column.format.is_some() && column.kind != Kind::DateOfBirth {
            return Err(ConfigError::value(
                format!("columns.{name}.format"),
                column.format.as_deref().unwrap_or_default(),
                "only a date_of_birth has a format",
            ));
        }
        let (before, after) = (column.before_comma_of.is_some(), column.after_comma_of.is_some());
        if (before || after) && (before == after || !column.kind.is_name()) {
            return Err(ConfigError::value(
                format!("columns.{name}"),
                column.kind.as_str(),
                "a name may be the part before or after the comma of another column, one of the two",
            ));
        }
        if let Some(given_as) = column.given_as
            && (column.kind != Kind::Category || !matches!(given_as, Kind::Identifier | Kind::Email))
        {
            return Err(ConfigError::value(
                format!("columns.{name}.given_as"),
                given_as.as_str(),
                "a category may be given as an identifier or email that several people share, nothing else",
            ));
        }
        if let Some((format, fault)) = column.format.as_deref().and_then(with_fault) {
            return Err(ConfigError::value(format!("columns.{name}.format"), format, fault));
        }
        Ok(())
    }

    fn check_output(&self) -> Result<(), ConfigError> {
        for (key, value) in [
            ("output.min_probability", self.output.min_probability),
            ("output.cluster_probability", self.output.cluster_probability),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return Err(ConfigError::value(key, value, "a number from 0 to 1"));
            }
        }
        let Output { min_probability, cluster_probability } = self.output;
        if min_probability > cluster_probability {
            return Err(ConfigError::value(
                "output.min_probability",
                min_probability,
                format!(
                    "at most output.cluster_probability, {cluster_probability}: clusters would rest on pairs that are not written"
                ),
            ));
        }
        Ok(())
    }

    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.columns.iter().filter(move |(_, column)| column.kind == kind).map(|(name, _)| name.as_str())
    }

    /// Whether the levels of a column read the words of its values.
    pub(crate) fn reads_words(&self, column: &str) -> bool {
        let is_configured = self.comparison.iter().any(|comparison| comparison.column == column);
        let kind = self.columns.get(column).map(|column| column.kind);
        !is_configured && kind.is_some_and(crate::level::reads_words)
    }

    pub(crate) fn listed(&self) -> String {
        let names: Vec<&str> = self.columns.keys().map(String::as_str).collect();
        format!("a column of [columns]: {}", names.join(", "))
    }
}

/// A format with what is wrong with it; `None` where nothing is.
fn with_fault(format: &str) -> Option<(&str, String)> {
    Some((format, format_fault(format)?))
}

fn at_most(key: &str, n: usize, max: usize) -> Result<(), ConfigError> {
    if n > max {
        Err(ConfigError::value(key, format!("{n} entries"), format!("at most {max}")))
    } else {
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColumnVisitor)
    }
}

struct ColumnVisitor;

impl<'de> Visitor<'de> for ColumnVisitor {
    type Value = Column;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a kind, or { kind = \"date_of_birth\", format = \"%Y%m%d\" }")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Column, E> {
        Ok(Column::of(kind_of(word)?))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Column, A::Error> {
        let (mut kind, mut format, mut before, mut after, mut given) = (None, None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "kind" => kind = Some(kind_of(&map.next_value::<String>()?)?),
                "format" => format = Some(map.next_value::<String>()?),
                "before_comma_of" => before = Some(map.next_value::<String>()?),
                "after_comma_of" => after = Some(map.next_value::<String>()?),
                "given_as" => given = Some(kind_of(&map.next_value::<String>()?)?),
                _ => {
                    return Err(de::Error::custom(format!(
                        "unknown key {key:?} of a column; allowed are kind, format, before_comma_of, after_comma_of, given_as"
                    )));
                }
            }
        }
        let kind = kind.ok_or_else(|| de::Error::custom("a column needs kind = \"...\""))?;
        Ok(Column { kind, format, before_comma_of: before, after_comma_of: after, given_as: given })
    }
}

fn kind_of<E: de::Error>(word: &str) -> Result<Kind, E> {
    Kind::from_word(word).ok_or_else(|| {
        let all = Kind::ALL.map(Kind::as_str).join(", ");
        E::custom(format!("unknown kind {word:?}; allowed are {all}"))
    })
}
