//! How one attribute of a pair is judged: exactly one level of an ordered list applies.

use serde::{Deserialize, Serialize};

use crate::birth::Birth;
use crate::config::{Config, ConfigError};
use crate::dictionary::{Dictionary, NULL};
use crate::kind::{Kind, Role};
use crate::level::{self, Level, LevelCache};
use crate::level_rule::{self, LevelRule};
use crate::rarity::{self, N_BANDS};
use crate::table::Table;
use crate::{birth_level, similarity};

/// How one attribute is compared, and its levels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The attribute's name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Its part in the model.
    pub role: Role,
    /// The levels; the first is "all other", the last is null.
    pub levels: Vec<Level>,
    kernel: Kernel,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kernel {
    /// Fuzzy levels of the kind below equality.
    Text,
    Birth,
    /// Sex, judged apart where the given names agree; holds the place of the given name's comparison.
    Sex {
        given: Option<usize>,
    },
    /// Levels of the configuration.
    Rules(Vec<LevelRule>),
}

/// A comparison bound to a table.
pub(crate) struct Bound<'a> {
    pub(crate) comparison: &'a Comparison,
    /// Place of the attribute's code in a packed record.
    pub(crate) slot: usize,
    /// Other attributes of the group in which the same value may stand.
    crossed: Vec<usize>,
    dictionary: Option<&'a Dictionary>,
    bands: Vec<u8>,
    first_exact: u8,
    null: u8,
}

/// The comparisons of all attributes, in the order of the attributes.
pub(crate) fn comparisons(config: &Config, table: &Table) -> Result<Vec<Comparison>, ConfigError> {
    let mut comparisons: Vec<Comparison> = Vec::new();
    for attribute in table.attributes() {
        let given = comparisons.iter().position(|c| c.kind == Kind::GivenName && c.kernel == Kernel::Text);
        let configured = config.comparison.iter().find(|c| attribute.columns.contains(&c.column));
        let kernel = match (configured, attribute.kind) {
            (Some(levels), _) => Kernel::Rules(level_rule::parse(levels, config)?),
            (None, Kind::DateOfBirth) => Kernel::Birth,
            (None, Kind::Sex) => Kernel::Sex { given },
            (None, _) => Kernel::Text,
        };
        let levels = match &kernel {
            Kernel::Text => level::text_levels(attribute.kind),
            Kernel::Birth => birth_level::levels(),
            Kernel::Sex { .. } => level::sex_levels(),
            Kernel::Rules(rules) => level::rule_levels(rules, attribute.dictionary.is_some()),
        };
        let (name, kind) = (attribute.name.clone(), attribute.kind);
        comparisons.push(Comparison { name, kind, role: kind.role(), levels, kernel });
    }
    Ok(comparisons)
}

impl Comparison {
    /// The place of the null level.
    pub(crate) fn null(&self) -> u8 {
        self.levels.len() as u8 - 1
    }

    pub(crate) fn bind<'a>(&'a self, slot: usize, table: &'a Table) -> Bound<'a> {
        let attribute = &table.attributes()[slot];
        let crosses = |other: &usize| {
            let b = &table.attributes()[*other];
            *other != slot && b.dictionary == attribute.dictionary && level::may_cross(attribute.kind, b.kind)
        };
        let dictionary = attribute.dictionary.map(|idx| &table.dictionaries()[idx]);
        let bands = dictionary.map(|d| rarity::bands(&rarity::counts(&attribute.codes, d.len()))).unwrap_or_default();
        let is_text = attribute.dictionary.is_some();
        let first_exact = self.levels.iter().position(|level| level.band == Some(0)).unwrap_or(0) as u8;
        let crossed = (0..table.attributes().len()).filter(|other| is_text && crosses(other)).collect();
        Bound { comparison: self, slot, crossed, dictionary, bands, first_exact, null: self.null() }
    }
}

impl Bound<'_> {
    /// The level of a pair of packed records. `levels` holds the levels of the comparisons before this one.
    pub(crate) fn level(&self, l: &[u32], r: &[u32], levels: &[u8], cache: &mut LevelCache) -> u8 {
        let (a, b) = (l[self.slot], r[self.slot]);
        if a == NULL || b == NULL {
            return self.null;
        }
        match (&self.comparison.kernel, self.dictionary) {
            (Kernel::Birth, _) => birth_level::level(Birth(a), Birth(b)),
            (Kernel::Sex { given }, _) => {
                let given = given.map_or(0, |given| levels[given]);
                level::sex_level(a == b, level::is_same_given_name(given))
            }
            (Kernel::Rules(rules), None) => self.date_rule(rules, Birth(a), Birth(b)),
            (Kernel::Text | Kernel::Rules(_), Some(dictionary)) => self.text(l, r, dictionary, cache),
            (Kernel::Text, None) => 0,
        }
    }

    fn text(&self, l: &[u32], r: &[u32], dictionary: &Dictionary, cache: &mut LevelCache) -> u8 {
        let (a, b) = (l[self.slot], r[self.slot]);
        if a == b {
            let band = self.bands.get(a as usize).copied().unwrap_or(N_BANDS as u8 - 1);
            return self.first_exact + band;
        }
        if self.crossed.iter().any(|other| l[*other] == b || r[*other] == a) {
            if let Some(crossed) = level::crossed(self.comparison.kind).filter(|_| self.is_default()) {
                return crossed;
            }
        }
        let (fa, fb) = (dictionary.features(a), dictionary.features(b));
        if self.is_default() && level::is_all_other(self.comparison.kind, fa, fb) {
            return 0;
        }
        cache.get(self.slot, a, b, || {
            let (va, vb) = (dictionary.value(a), dictionary.value(b));
            match &self.comparison.kernel {
                Kernel::Rules(rules) => text_rule(rules, va, vb),
                _ => level::fuzzy(self.comparison.kind, va, vb, fa, fb),
            }
        })
    }

    fn is_default(&self) -> bool {
        self.comparison.kernel == Kernel::Text
    }

    fn date_rule(&self, rules: &[LevelRule], a: Birth, b: Birth) -> u8 {
        let holds = |rule: &LevelRule| match rule {
            LevelRule::Exact => a == b,
            LevelRule::Days(days) => a.days_between(b).is_some_and(|between| between <= *days),
            LevelRule::Levenshtein(n) => similarity::levenshtein_distance(&a.text(), &b.text()) <= *n,
            LevelRule::DamerauLevenshtein(n) => similarity::edit_distance(&a.text(), &b.text()) <= *n,
            LevelRule::JaroWinkler(t) => similarity::jaro_winkler_similarity(&a.text(), &b.text()) >= *t,
            LevelRule::Jaro(t) => similarity::jaro_similarity(&a.text(), &b.text()) >= *t,
        };
        first_holding(rules, holds)
    }
}

fn text_rule(rules: &[LevelRule], a: &str, b: &str) -> u8 {
    let holds = |rule: &LevelRule| match rule {
        LevelRule::Exact => a == b,
        LevelRule::Jaro(t) => similarity::jaro_similarity(a, b) >= *t,
        LevelRule::JaroWinkler(t) => similarity::jaro_winkler_similarity(a, b) >= *t,
        LevelRule::Levenshtein(n) => similarity::levenshtein_distance(a, b) <= *n,
        LevelRule::DamerauLevenshtein(n) => similarity::edit_distance(a, b) <= *n,
        LevelRule::Days(_) => false,
    };
    first_holding(rules, holds)
}

/// Levels are written strongest first and numbered weakest first; 0 is "all other".
fn first_holding(rules: &[LevelRule], holds: impl Fn(&LevelRule) -> bool) -> u8 {
    rules.iter().position(holds).map_or(0, |place| (rules.len() - place) as u8)
}
