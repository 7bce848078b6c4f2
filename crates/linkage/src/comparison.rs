//! How one attribute of a pair is judged: exactly one level of an ordered list applies.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::birth::Birth;
use crate::condition::{AGREES, Condition};
use crate::config::{Config, ConfigError};
use crate::dictionary::{Dictionary, Features, NULL};
use crate::kind::{Kind, Role};
use crate::level::{self, Level, LevelCache};
use crate::level_rule::{self, LevelRule};
use crate::rarity::{self, N_BANDS};
use crate::similarity::Weakest;
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
    /// What it follows from.
    pub(crate) condition: Condition,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kernel {
    /// Fuzzy levels of the kind below equality.
    Text,
    Birth,
    /// Sex, judged apart where the given names agree.
    Sex,
    /// Levels of the configuration.
    Rules(Vec<LevelRule>),
}

/// A comparison bound to a table.
pub(crate) struct Bound<'a> {
    pub(crate) comparison: &'a Comparison,
    /// Place of the attribute's code in a packed record.
    pub(crate) slot: usize,
    /// Other attributes of the group in which the same value may stand; whether both values must have changed places.
    crossed: Vec<(usize, bool)>,
    dictionary: Option<&'a Dictionary>,
    bands: Cow<'a, [u8]>,
    first_exact: u8,
    /// How many levels one context has.
    n_levels: u8,
    null: u8,
    /// What configured levels ask at least.
    weakest: Option<Weakest>,
}

/// A record as comparisons read it: the codes of its attributes, and the features of their values where a block has
/// gathered them; none otherwise.
#[derive(Clone, Copy)]
pub(crate) struct Packed<'a> {
    pub(crate) codes: &'a [u32],
    pub(crate) features: &'a [Features],
}

/// The comparisons of all attributes, in the order of the attributes.
pub(crate) fn comparisons(config: &Config, table: &Table) -> Result<Vec<Comparison>, ConfigError> {
    let mut comparisons: Vec<Comparison> = Vec::new();
    let own_name = own_name(table);
    for (slot, attribute) in table.attributes().iter().enumerate() {
        let configured = config.comparison.iter().find(|c| attribute.columns.contains(&c.column));
        let kernel = match (configured, attribute.kind) {
            (Some(levels), _) => Kernel::Rules(level_rule::parse(levels, config)?),
            (None, Kind::DateOfBirth) => Kernel::Birth,
            (None, Kind::Sex) => Kernel::Sex,
            (None, _) => Kernel::Text,
        };
        let levels = match &kernel {
            Kernel::Text => level::text_levels(attribute.kind),
            Kernel::Birth => birth_level::levels(),
            Kernel::Sex => level::sex_levels(),
            Kernel::Rules(rules) => level::rule_levels(rules, attribute.dictionary.is_some()),
        };
        let (name, kind) = (attribute.name.clone(), attribute.kind);
        let is_parent = kind == Kind::FullName && own_name.is_some_and(|own| own != slot);
        let role = if is_parent { Role::Family } else { kind.role() };
        let condition = match kernel {
            Kernel::Text | Kernel::Sex => Condition::of(kind, role, &comparisons),
            _ => Condition::None,
        };
        let levels = if kernel == Kernel::Text { condition.repeated(levels) } else { levels };
        comparisons.push(Comparison { name, kind, role, levels, kernel, condition });
    }
    Ok(comparisons)
}

/// Which of several columns of full names holds the person's own: the one of most different values, because brothers
/// and sisters share a parent's name.
fn own_name(table: &Table) -> Option<usize> {
    let attributes = table.attributes().iter().enumerate();
    let names = attributes.filter(|(_, attribute)| attribute.kind == Kind::FullName);
    let n_values = |slot: usize, attribute: &crate::table::Attribute| {
        let n_codes = attribute.dictionary.map_or(0, |idx| table.dictionaries()[idx].len());
        let counts = rarity::counts(&attribute.codes, n_codes);
        (counts.iter().filter(|count| **count > 0).count(), std::cmp::Reverse(slot))
    };
    names.max_by_key(|(slot, attribute)| n_values(*slot, attribute)).map(|(slot, _)| slot)
}

/// The rarity band of each code of an attribute; none for a birth date.
pub(crate) fn bands(slot: usize, table: &Table) -> Vec<u8> {
    let attribute = &table.attributes()[slot];
    let n_codes = attribute.dictionary.map(|dictionary| table.dictionaries()[dictionary].len());
    n_codes.map(|n| rarity::bands(&rarity::counts(&attribute.codes, n))).unwrap_or_default()
}

impl Comparison {
    /// Whether it is compared as text with the levels of its kind.
    pub(crate) fn is_default(&self) -> bool {
        self.kernel == Kernel::Text
    }

    /// The place of the null level.
    pub(crate) fn null(&self) -> u8 {
        self.levels.len() as u8 - 1
    }

    pub(crate) fn bind<'a>(&'a self, slot: usize, table: &'a Table) -> Bound<'a> {
        self.bind_with(slot, table, bands(slot, table).into())
    }

    /// Binds the comparison with the bands of the values known; a value beyond them is of the rarest.
    pub(crate) fn bind_with<'a>(&'a self, slot: usize, table: &'a Table, bands: Cow<'a, [u8]>) -> Bound<'a> {
        let attribute = &table.attributes()[slot];
        let crosses = |other: &usize| {
            let b = &table.attributes()[*other];
            *other != slot && b.dictionary == attribute.dictionary && level::may_cross(attribute.kind, b.kind)
        };
        let dictionary = attribute.dictionary.map(|idx| &table.dictionaries()[idx]);
        let is_text = attribute.dictionary.is_some();
        let first_exact = self.levels.iter().position(|level| level.band == Some(0)).unwrap_or(0) as u8;
        let both = |other: usize| level::must_swap(attribute.kind, table.attributes()[other].kind);
        let crossed = (0..table.attributes().len()).filter(|other| is_text && crosses(other));
        let crossed = crossed.map(|other| (other, both(other))).collect();
        let weakest = match &self.kernel {
            Kernel::Rules(rules) => Some(Weakest::of(rules)),
            _ => None,
        };
        let n_levels = self.null() / self.condition.n_contexts() as u8;
        let null = self.null();
        Bound { comparison: self, slot, crossed, dictionary, bands, first_exact, n_levels, null, weakest }
    }
}

impl Bound<'_> {
    /// The level of a pair of packed records. `levels` holds the levels of the comparisons before this one.
    pub(crate) fn level(&self, l: Packed<'_>, r: Packed<'_>, levels: &[u8], cache: &mut LevelCache) -> u8 {
        let (a, b) = (l.codes[self.slot], r.codes[self.slot]);
        if a == NULL || b == NULL {
            return self.null;
        }
        match (&self.comparison.kernel, self.dictionary) {
            (Kernel::Birth, _) => birth_level::level(Birth(a), Birth(b)),
            (Kernel::Sex, _) => {
                level::sex_level(a == b, self.comparison.condition.context(levels) == Some(AGREES))
            }
            (Kernel::Rules(rules), None) => self.dates(rules, Birth(a), Birth(b), cache),
            (Kernel::Text | Kernel::Rules(_), Some(dictionary)) => {
                let context = self.comparison.condition.context(levels);
                let mut level =
                    |context| context * self.n_levels + self.text(l, r, levels, dictionary, cache);
                context.map_or(self.null, &mut level)
            }
            (Kernel::Text, None) => 0,
        }
    }

    fn text(
        &self,
        l: Packed<'_>,
        r: Packed<'_>,
        levels: &[u8],
        dictionary: &Dictionary,
        cache: &mut LevelCache,
    ) -> u8 {
        let (a, b) = (l.codes[self.slot], r.codes[self.slot]);
        if a == b {
            let band = self.bands.get(a as usize).copied().unwrap_or(N_BANDS as u8 - 1);
            return self.first_exact + band;
        }
        let is_crossed = || {
            self.crossed.iter().any(|(other, both)| {
                let (there, back) = (l.codes[*other] == b, r.codes[*other] == a);
                if *both { there && back } else { there || back }
            })
        };
        let is_counted =
            || self.crossed.iter().any(|(other, _)| *other < self.slot && level::is_crossed(levels[*other]));
        if !self.crossed.is_empty() && self.comparison.is_default() && is_crossed() {
            return level::crossed(self.comparison.kind, is_counted()).unwrap_or(0);
        }
        let fa = l.features.get(self.slot).unwrap_or_else(|| dictionary.features(a));
        let fb = r.features.get(self.slot).unwrap_or_else(|| dictionary.features(b));
        let is_all_other = match self.weakest {
            Some(weakest) => weakest.excludes(fa.signature, fb.signature),
            None => level::is_all_other(self.comparison.kind, fa, fb),
        };
        if is_all_other {
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

    fn dates(&self, rules: &[LevelRule], a: Birth, b: Birth, cache: &mut LevelCache) -> u8 {
        date_rule_quick(rules, a, b)
            .unwrap_or_else(|| cache.get(self.slot, a.0, b.0, || date_rule(rules, a, b)))
    }
}

/// The level of two dates where no text has to be compared for it: all dates complete, all distances at most one.
fn date_rule_quick(rules: &[LevelRule], a: Birth, b: Birth) -> Option<u8> {
    let is_quick = |rule: &LevelRule| match rule {
        LevelRule::Exact => true,
        LevelRule::Levenshtein(n) | LevelRule::DamerauLevenshtein(n) => *n <= 1,
        LevelRule::Days(_) | LevelRule::JaroWinkler(_) | LevelRule::Jaro(_) => false,
    };
    let is_known = a.is_complete() && b.is_complete() && rules.iter().all(is_quick);
    is_known.then(|| {
        first_holding(rules, |rule| match rule {
            LevelRule::Levenshtein(n) => a.edit_at_most_one(b, false).is_some_and(|edits| edits <= *n),
            LevelRule::DamerauLevenshtein(n) => a.edit_at_most_one(b, true).is_some_and(|edits| edits <= *n),
            _ => a == b,
        })
    })
}

fn date_rule(rules: &[LevelRule], a: Birth, b: Birth) -> u8 {
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

fn text_rule(rules: &[LevelRule], a: &str, b: &str) -> u8 {
    let jaro_winkler = std::cell::OnceCell::new();
    let holds = |rule: &LevelRule| match rule {
        LevelRule::Exact => a == b,
        LevelRule::Jaro(t) => similarity::jaro_similarity(a, b) >= *t,
        LevelRule::JaroWinkler(t) => {
            *jaro_winkler.get_or_init(|| similarity::jaro_winkler_similarity(a, b)) >= *t
        }
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::similarity::Signature;
    use proptest::prelude::*;

    /// A comparison of texts.
    pub(crate) fn text(name: &str) -> Comparison {
        Comparison {
            name: name.to_owned(),
            kind: Kind::Text,
            role: Role::Place,
            levels: level::text_levels(Kind::Text),
            kernel: Kernel::Text,
            condition: Condition::None,
        }
    }

    proptest! {
        #[test]
        fn what_the_filter_excludes_no_level_holds(a in "[a-d0-2 ]{1,12}", b in "[a-d0-2 ]{1,12}", t in 0.3f64..1.0, n in 0u32..4) {
            prop_assume!(a != b);
            for rules in [
                vec![LevelRule::Exact, LevelRule::JaroWinkler(t)],
                vec![LevelRule::Jaro(t)],
                vec![LevelRule::Levenshtein(n), LevelRule::JaroWinkler(t)],
                vec![LevelRule::DamerauLevenshtein(n)],
            ] {
                if Weakest::of(&rules).excludes(Signature::of(&a), Signature::of(&b)) {
                    prop_assert_eq!(text_rule(&rules, &a, &b), 0);
                }
            }
        }

        #[test]
        fn quick_dates_are_the_dates_compared_as_texts(
            a in (1980u32..1982, 9u32..13, 10u32..14), b in (1980u32..1982, 9u32..13, 10u32..14), n in 0u32..2,
        ) {
            let (a, b) = (Birth::new(a.0, a.1, a.2), Birth::new(b.0, b.1, b.2));
            for rules in [vec![LevelRule::Exact, LevelRule::DamerauLevenshtein(n)], vec![LevelRule::Levenshtein(n)]] {
                prop_assert_eq!(date_rule_quick(&rules, a, b), Some(date_rule(&rules, a, b)));
            }
        }
    }
}
