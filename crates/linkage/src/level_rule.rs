//! Comparison levels that a configuration spells out for itself.

use serde::{Deserialize, Serialize};

use crate::config::{ComparisonLevels, Config, ConfigError};

const ALLOWED: &str = "exact, jaro_winkler >= 0..1, jaro >= 0..1, levenshtein <= n, damerau_levenshtein <= n, days <= n, \
                       and `else` last";

/// One level of a configured comparison.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LevelRule {
    Exact,
    Jaro(f64),
    JaroWinkler(f64),
    Levenshtein(u32),
    DamerauLevenshtein(u32),
    Days(u32),
}

/// The levels of a comparison, strongest first, without the closing `else`.
pub(crate) fn parse(comparison: &ComparisonLevels, config: &Config) -> Result<Vec<LevelRule>, ConfigError> {
    let Some(column) = config.columns.get(&comparison.column) else {
        return Err(ConfigError::value("[[comparison]] column", &comparison.column, config.listed()));
    };
    let key = || format!("[[comparison]] of {}", comparison.column);
    let Some((last, levels)) = comparison.levels.split_last() else {
        return Err(ConfigError::value(key(), "[]", ALLOWED));
    };
    if last.trim() != "else" || levels.is_empty() {
        return Err(ConfigError::value(key(), last, ALLOWED));
    }
    let levels: Result<Vec<LevelRule>, ConfigError> = levels
        .iter()
        .map(|text| {
            let level = level(text).ok_or_else(|| ConfigError::value(key(), text, ALLOWED))?;
            if matches!(level, LevelRule::Days(_)) && !column.kind.is_birth() {
                return Err(ConfigError::value(key(), text, "days are counted between birth dates only"));
            }
            Ok(level)
        })
        .collect();
    let levels = levels?;
    for (at, level) in levels.iter().enumerate() {
        let unreached = |why: String| Err(ConfigError::value(key(), level.label(), why));
        if let Some(earlier) = levels[..at].iter().find(|earlier| level.implies(**earlier)) {
            return unreached(format!(
                "it can never be reached: whatever holds it holds `{}` before it; order the levels from the strongest to the weakest",
                earlier.label()
            ));
        }
        if level.always_holds() {
            return unreached("every pair holds it, so `else` can never be reached".to_owned());
        }
    }
    Ok(levels)
}

fn level(text: &str) -> Option<LevelRule> {
    let text = text.trim();
    if text == "exact" {
        return Some(LevelRule::Exact);
    }
    if let Some((measure, threshold)) = text.split_once(">=") {
        let threshold: f64 = threshold.trim().parse().ok().filter(|t| (0.0..=1.0).contains(t))?;
        return match measure.trim() {
            "jaro" => Some(LevelRule::Jaro(threshold)),
            "jaro_winkler" => Some(LevelRule::JaroWinkler(threshold)),
            _ => None,
        };
    }
    let (measure, threshold) = text.split_once("<=")?;
    let threshold = threshold.trim().parse().ok()?;
    match measure.trim() {
        "levenshtein" => Some(LevelRule::Levenshtein(threshold)),
        "damerau_levenshtein" => Some(LevelRule::DamerauLevenshtein(threshold)),
        "days" => Some(LevelRule::Days(threshold)),
        _ => None,
    }
}

impl LevelRule {
    /// Whether every pair that holds this level holds another.
    fn implies(self, other: Self) -> bool {
        match (self, other) {
            (Self::Exact, _) => true,
            (Self::Jaro(a), Self::Jaro(b) | Self::JaroWinkler(b))
            | (Self::JaroWinkler(a), Self::JaroWinkler(b)) => a >= b,
            (Self::Levenshtein(a), Self::Levenshtein(b) | Self::DamerauLevenshtein(b))
            | (Self::DamerauLevenshtein(a), Self::DamerauLevenshtein(b))
            | (Self::Days(a), Self::Days(b)) => a <= b,
            _ => false,
        }
    }

    /// Whether every pair holds this level.
    fn always_holds(self) -> bool {
        matches!(self, Self::Jaro(t) | Self::JaroWinkler(t) if t <= 0.0)
    }

    /// The level as `link.toml` spells it.
    pub(crate) fn label(self) -> String {
        match self {
            Self::Exact => "exact".to_owned(),
            Self::Jaro(t) => format!("jaro >= {t}"),
            Self::JaroWinkler(t) => format!("jaro_winkler >= {t}"),
            Self::Levenshtein(n) => format!("levenshtein <= {n}"),
            Self::DamerauLevenshtein(n) => format!("damerau_levenshtein <= {n}"),
            Self::Days(n) => format!("days <= {n}"),
        }
    }
}
