//! How one attribute of a pair is judged: exactly one level of an ordered list applies.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::birth::Birth;
use crate::birth_level;
use crate::block::{Block, Reads};
use crate::condition::{AGREES, Condition};
use crate::config::{Config, ConfigError};
use crate::dictionary::{Dictionary, Features, NULL};
use crate::follows::Follows;
use crate::initials::counts_with_initials;
use crate::kind::{Kind, Role};
use crate::letters_needed::LettersNeeded;
use crate::level::{self, Crossing, Level, LevelCache};
use crate::level_rule::{self, LevelRule};
use crate::parent_names;
use crate::rarity::{self, N_BANDS};
use crate::row_levels::{Digit, RowLevels};
use crate::sieve::{Known, Sieve};
use crate::similarity::{Compared, Signature, Weakest, of_bytes};
use crate::table::Table;

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
    /// The band of a value beyond them.
    band_beyond: u8,
    first_exact: u8,
    /// How many levels one context has.
    n_levels: u8,
    null: u8,
    /// What two different values must have in common to be anything but "all other".
    needed: Option<LettersNeeded>,
    /// Finds the pairs of a row that are not at level 0 for certain; `None` where the level follows from other comparisons too.
    sieve: Option<Sieve>,
    /// Whether the levels read the words of the values.
    reads_words: bool,
    /// Whether the rules of dates ask for no text.
    is_quick: bool,
}

/// The comparisons of all attributes, in the order of the attributes.
pub(crate) fn comparisons(config: &Config, table: &Table) -> Result<Vec<Comparison>, ConfigError> {
    comparisons_following(config, table, &[])
}

/// The same, of which some follow from others as the pairs of a run showed.
pub(crate) fn comparisons_following(
    config: &Config,
    table: &Table,
    follows: &[Follows],
) -> Result<Vec<Comparison>, ConfigError> {
    let mut comparisons: Vec<Comparison> = Vec::new();
    let of_parents = parent_names::of_parents(table);
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
        let role = if of_parents.contains(&slot) { Role::Family } else { kind.role() };
        let shown = follows.iter().find(|follows| follows.comparison == name);
        let shown = shown.and_then(|shown| Condition::shown(&shown.from, &comparisons));
        let condition = match (&kernel, shown) {
            (Kernel::Text | Kernel::Rules(_), Some(shown)) => shown,
            (Kernel::Text | Kernel::Sex, _) => Condition::of(kind, role, &comparisons),
            _ => Condition::None,
        };
        let levels = if kernel == Kernel::Sex { levels } else { condition.repeated(levels) };
        comparisons.push(Comparison { name, kind, role, levels, kernel, condition });
    }
    check_patterns(&comparisons)?;
    Ok(comparisons)
}

/// Refuses more patterns than a number of 128 bits tells apart.
fn check_patterns(comparisons: &[Comparison]) -> Result<(), ConfigError> {
    let times = |n: u128, comparison: &Comparison| n.checked_mul(comparison.levels.len() as u128);
    if comparisons.iter().try_fold(1, times).is_some() {
        return Ok(());
    }
    let n_levels: Vec<String> =
        comparisons.iter().map(|known| format!("{} ({} levels)", known.name, known.levels.len())).collect();
    let allowed = "columns whose numbers of levels, multiplied, stay below 2^128: leave some out";
    Err(ConfigError::value("columns", n_levels.join(", "), allowed))
}

/// The rarest band.
const RAREST: u8 = N_BANDS as u8 - 1;

/// For each code of an attribute how many records bear the value or a name of which it may hold the initial, and how many records bear any
/// value; `None` for a birth date.
pub(crate) fn bearers(slot: usize, table: &Table) -> Option<(Vec<u32>, u64)> {
    let attribute = &table.attributes()[slot];
    let dictionary = &table.dictionaries()[attribute.dictionary?];
    let counts = rarity::counts(table.codes_of(slot), dictionary.len());
    let n_with_any = counts.iter().map(|count| u64::from(*count)).sum();
    let is_name = attribute.kind.is_name();
    Some((if is_name { counts_with_initials(counts, dictionary) } else { counts }, n_with_any))
}

/// The rarity band of each code of an attribute; none for a birth date.
pub(crate) fn bands(slot: usize, table: &Table) -> Vec<u8> {
    bearers(slot, table).map(|(counts, n)| rarity::bands(&counts, n)).unwrap_or_default()
}

impl Comparison {
    /// Whether it is compared as text with the levels of its kind.
    pub(crate) fn is_default(&self) -> bool {
        self.kernel == Kernel::Text
    }

    /// Whether it compares texts, by the levels of its kind or of a configuration: dates and sex have contexts of their own.
    pub(crate) fn is_of_texts(&self) -> bool {
        !matches!(self.kernel, Kernel::Birth | Kernel::Sex)
            && self.levels.iter().any(|level| level.band.is_some())
    }

    /// Whether it has the levels of its kind, whatever it is compared by, and not those of a configuration.
    pub(crate) fn has_own_levels(&self) -> bool {
        !matches!(self.kernel, Kernel::Rules(_))
    }

    /// The place of the null level.
    pub(crate) fn null(&self) -> u8 {
        self.levels.len() as u8 - 1
    }

    pub(crate) fn bind<'a>(&'a self, slot: usize, table: &'a Table) -> Bound<'a> {
        self.bind_by(slot, table, (bands(slot, table).into(), RAREST), LettersNeeded::of)
    }

    /// Binds the comparison with the bands of the values known, for the few pairs of one record; a value beyond them is as
    /// rare as one that a single record of the table bears: of a rarer band nothing was learned.
    pub(crate) fn bind_with<'a>(&'a self, slot: usize, table: &'a Table, bands: Cow<'a, [u8]>) -> Bound<'a> {
        let band_beyond = rarity::band(1.0 / table.n_records().max(1) as f64);
        self.bind_by(slot, table, (bands, band_beyond), LettersNeeded::without_table)
    }

    fn bind_by<'a>(
        &'a self,
        slot: usize,
        table: &'a Table,
        (bands, band_beyond): (Cow<'a, [u8]>, u8),
        needed: fn(Weakest) -> LettersNeeded,
    ) -> Bound<'a> {
        let attribute = &table.attributes()[slot];
        let crosses = |other: &usize| {
            let b = &table.attributes()[*other];
            *other != slot && b.dictionary == attribute.dictionary && level::may_cross(attribute.kind, b.kind)
        };
        let dictionary = attribute.dictionary.map(|idx| &table.dictionaries()[idx]);
        let is_text = attribute.dictionary.is_some();
        let first_exact = self.levels.iter().position(|level| level.band == Some(0)).unwrap_or(0) as u8;
        let both = |other: usize| level::must_swap(attribute.kind, table.attributes()[other].kind);
        let is_worded = self.is_default() && is_text;
        let crossed = (0..table.attributes().len()).filter(|other| is_worded && crosses(other));
        let crossed: Vec<(usize, bool)> = crossed.map(|other| (other, both(other))).collect();
        let weakest = match &self.kernel {
            Kernel::Rules(rules) => Some(Weakest::of(rules)),
            _ => level::weakest(attribute.kind),
        };
        let needed = weakest.filter(|_| is_text).map(needed);
        let is_quick = matches!(&self.kernel, Kernel::Rules(rules) if rules.iter().all(is_quick));
        let is_alone = self.condition.n_contexts() == 1
            && crossed.is_empty()
            && !(is_worded && level::reads_words(attribute.kind));
        let sieve = if is_alone { self.sieve(is_text, weakest, is_quick) } else { None };
        let n_levels = self.null() / self.condition.n_contexts() as u8;
        let null = self.null();
        let reads_words = is_worded && level::reads_words(attribute.kind);
        Bound {
            comparison: self,
            slot,
            crossed,
            dictionary,
            bands,
            band_beyond,
            first_exact,
            n_levels,
            null,
            needed,
            sieve,
            reads_words,
            is_quick,
        }
    }

    /// What sieves the pairs of a comparison that stands alone.
    fn sieve(&self, is_text: bool, weakest: Option<Weakest>, is_quick: bool) -> Option<Sieve> {
        match self.kernel {
            Kernel::Birth => Some(Sieve::of_dates()),
            Kernel::Rules(_) if !is_text => is_quick.then(Sieve::of_dates_one_edit),
            Kernel::Text | Kernel::Rules(_) => weakest.filter(|_| is_text).map(Sieve::of_texts),
            Kernel::Sex => None,
        }
    }
}

/// Where the levels of a row are worked out.
pub(crate) struct Row<'a> {
    pub(crate) levels: &'a mut RowLevels,
    pub(crate) cache: &'a mut LevelCache,
    pub(crate) places: &'a mut Vec<u32>,
}

impl Bound<'_> {
    /// The level of a pair of records of which the codes are given. `levels` holds the levels of the comparisons before
    /// this one.
    pub(crate) fn level(&self, l: &[u32], r: &[u32], levels: &[u8], cache: &mut LevelCache) -> u8 {
        let code = |codes: &[u32], slot: usize| codes[slot];
        let features = |dictionary: &Dictionary, a, b| (dictionary.features(a), dictionary.features(b));
        let is_all_other = |dictionary: &Dictionary, a, b| {
            let signatures = (dictionary.signature(a), dictionary.signature(b));
            self.is_all_other(signatures, || features(dictionary, a, b))
        };
        self.level_of(levels, cache, |slot| (code(l, slot), code(r, slot)), is_all_other, features)
    }

    /// Writes the levels of the pairs of one record of a block with those that follow it; those of the comparisons before this one
    /// stand already. `digit` says what one level counts in a pattern.
    pub(crate) fn row(&self, (block, left): (&Block, usize), digit: Digit, row: &mut Row<'_>) {
        let (slot, codes) = (self.slot, block.codes(self.slot));
        let (code, others) = (codes[left], &codes[left + 1..]);
        if code == NULL {
            row.levels.set_all(slot, self.null, digit);
            return;
        }
        let Some(sieve) = &self.sieve else {
            for pair in 0..row.levels.n_pairs() {
                let level =
                    self.level_in_block(block, (left, left + 1 + pair), row.levels.of(pair), row.cache);
                row.levels.set(pair, slot, level, digit);
            }
            return;
        };
        let equal = block.equal(slot, left);
        let counted = |level: u8| digit.unit * u64::from(level);
        let known = Known { equal: counted(equal), null: counted(self.null) };
        let followed = block.followed(slot, left, row.levels.n_pairs());
        sieve.sift(followed, known, row.levels.part(digit.part), row.places);
        if row.levels.keeps_levels() {
            for (pair, other) in others[..row.levels.n_pairs()].iter().enumerate() {
                let level = if *other == code { equal } else { self.null };
                row.levels.keep(pair, slot, if *other == code || *other == NULL { level } else { 0 });
            }
        }
        for place in row.places.iter() {
            let pair = *place as usize;
            let level = self.near(code, others[pair], row.cache);
            row.levels.set(pair, slot, level, digit);
        }
    }

    /// The level of two values that a sieve passes: both are there, and they are not equal.
    fn near(&self, a: u32, b: u32, cache: &mut LevelCache) -> u8 {
        match (&self.comparison.kernel, self.dictionary) {
            (Kernel::Rules(rules), None) => self.dates(rules, Birth(a), Birth(b), cache),
            (_, Some(dictionary)) => {
                let features = |_: &Dictionary, _, _| (Features::default(), Features::default());
                cache.get(self.slot, a, b, |compared| self.fuzzy(dictionary, a, b, features, compared))
            }
            (_, None) => birth_level::level(Birth(a), Birth(b)),
        }
    }

    /// The level of two equal values that are there, where it does not depend on other comparisons.
    pub(crate) fn equal_level(&self, code: u32) -> u8 {
        match (&self.comparison.kernel, self.dictionary) {
            (Kernel::Birth, _) => birth_level::level(Birth(code), Birth(code)),
            // A comparison with a sieve has no level here that equal dates do not hold.
            (Kernel::Rules(rules), None) => rules.len() as u8,
            _ => self.first_exact + self.bands.get(code as usize).copied().unwrap_or(self.band_beyond),
        }
    }

    /// The level of two records of a block.
    pub(crate) fn level_in_block(
        &self,
        block: &Block,
        (left, right): (usize, usize),
        levels: &[u8],
        cache: &mut LevelCache,
    ) -> u8 {
        let codes = |slot: usize| (block.codes(slot)[left], block.codes(slot)[right]);
        let letters = block.letters(self.slot);
        let features = |_: &Dictionary, _, _| {
            let features = block.features(self.slot);
            if features.is_empty() { Default::default() } else { (features[left], features[right]) }
        };
        let is_all_other = |dictionary: &Dictionary, a, b| {
            let signatures = || (letters.signature(left), letters.signature(right));
            // A sieve that reads no letters passes nothing but equality.
            self.needed.is_some()
                && (letters.is_empty() || self.is_all_other(signatures(), || features(dictionary, a, b)))
        };
        self.level_of(levels, cache, codes, is_all_other, features)
    }

    /// Whether its levels follow from the two values alone, and a sieve finds them.
    pub(crate) const fn is_sieved(&self) -> bool {
        self.sieve.is_some()
    }

    /// What is read of the values: worth laying side by side.
    pub(crate) fn reads(&self) -> Reads {
        let letters = self.sieve.as_ref().map_or(self.needed.is_some(), Sieve::reads_letters);
        Reads { letters, words: self.reads_words }
    }

    #[inline]
    fn level_of(
        &self,
        levels: &[u8],
        cache: &mut LevelCache,
        codes: impl Fn(usize) -> (u32, u32),
        is_all_other: impl Fn(&Dictionary, u32, u32) -> bool,
        features: impl Fn(&Dictionary, u32, u32) -> (Features, Features),
    ) -> u8 {
        let (a, b) = codes(self.slot);
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
                let Some(context) = self.comparison.condition.context(levels) else { return self.null };
                let within = if a == b {
                    self.equal_level(a)
                } else if let Some(crossed) = self.crossed_level(levels, codes, dictionary) {
                    crossed
                } else if is_all_other(dictionary, a, b) {
                    0
                } else {
                    cache.get(self.slot, a, b, |compared| self.fuzzy(dictionary, a, b, features, compared))
                };
                context * self.n_levels + within
            }
            (Kernel::Text, None) => 0,
        }
    }

    /// The level of two values of which one stands in another attribute of the other record. Where both must have changed places,
    /// one of them may have been written otherwise on the way.
    fn crossed_level(
        &self,
        levels: &[u8],
        codes: impl Fn(usize) -> (u32, u32),
        dictionary: &Dictionary,
    ) -> Option<u8> {
        if self.crossed.is_empty() {
            return None;
        }
        let (a, b) = codes(self.slot);
        let crossing = |(other, both): &(usize, bool)| {
            let (l, r) = codes(*other);
            let is_near = |x, y| x != NULL && level::is_one_name(dictionary.value(x), dictionary.value(y));
            match (l == b, r == a) {
                (true, true) => Some(Crossing::Exact),
                (false, false) => None,
                _ if !*both => Some(Crossing::Exact),
                (true, false) => is_near(r, a).then_some(Crossing::Nearly),
                (false, true) => is_near(l, b).then_some(Crossing::Nearly),
            }
        };
        let crossing = self.crossed.iter().filter_map(crossing).max()?;
        let is_counted = || {
            self.crossed
                .iter()
                .any(|(other, _)| *other < self.slot && level::is_crossed(Kind::GivenName, levels[*other]))
        };
        Some(level::crossed(self.comparison.kind, crossing, is_counted()).unwrap_or(0))
    }

    /// Whether two different values are at level 0 for certain.
    fn is_all_other(
        &self,
        (a, b): (Signature, Signature),
        features: impl FnOnce() -> (Features, Features),
    ) -> bool {
        if !self.needed.as_ref().is_some_and(|needed| needed.excludes(a, b)) {
            return false;
        }
        let are_apart = || {
            let (fa, fb) = features();
            level::are_words_apart(self.comparison.kind, [a.len(), b.len()], &fa, &fb)
        };
        !self.reads_words || are_apart()
    }

    fn fuzzy(
        &self,
        dictionary: &Dictionary,
        a: u32,
        b: u32,
        features: impl Fn(&Dictionary, u32, u32) -> (Features, Features),
        compared: &mut Compared,
    ) -> u8 {
        if let Kernel::Rules(rules) = &self.comparison.kernel {
            compared.hold(self.slot, a, || dictionary.bytes(a));
            return text_rule(rules, compared, dictionary.bytes(b));
        }
        let (va, vb) = (dictionary.value(a), dictionary.value(b));
        let (fa, fb) = if self.reads_words {
            features(dictionary, a, b)
        } else {
            (Features::default(), Features::default())
        };
        level::fuzzy(self.comparison.kind, va, vb, &fa, &fb)
    }

    fn dates(&self, rules: &[LevelRule], a: Birth, b: Birth, cache: &mut LevelCache) -> u8 {
        let quick = if self.is_quick { date_rule_quick(rules, a, b) } else { None };
        quick.unwrap_or_else(|| cache.get(self.slot, a.0, b.0, |_| date_rule(rules, a, b)))
    }
}

/// Whether a level of complete dates needs no text: all distances are at most one.
const fn is_quick(rule: &LevelRule) -> bool {
    match rule {
        LevelRule::Exact => true,
        LevelRule::Levenshtein(n) | LevelRule::DamerauLevenshtein(n) => *n <= 1,
        LevelRule::Days(_) | LevelRule::JaroWinkler(_) | LevelRule::Jaro(_) => false,
    }
}

/// The level of two complete dates by rules that are all [quick](is_quick); None when a date is not complete.
fn date_rule_quick(rules: &[LevelRule], a: Birth, b: Birth) -> Option<u8> {
    (a.is_complete() && b.is_complete()).then(|| {
        first_holding(rules, |rule| match rule {
            LevelRule::Levenshtein(n) => a.edit_at_most_one(b, false).is_some_and(|edits| edits <= *n),
            LevelRule::DamerauLevenshtein(n) => a.edit_at_most_one(b, true).is_some_and(|edits| edits <= *n),
            _ => a == b,
        })
    })
}

fn date_rule(rules: &[LevelRule], a: Birth, b: Birth) -> u8 {
    let (text_a, text_b) = (a.text(), b.text());
    let (text_a, text_b) = (text_a.as_bytes(), text_b.as_bytes());
    let holds = |rule: &LevelRule| match rule {
        LevelRule::Exact => a == b,
        LevelRule::Days(days) => a.days_between(b).is_some_and(|between| between <= *days),
        LevelRule::Levenshtein(n) => of_bytes::levenshtein_distance(text_a, text_b) <= *n,
        LevelRule::DamerauLevenshtein(n) => of_bytes::edit_distance(text_a, text_b) <= *n,
        LevelRule::JaroWinkler(t) => of_bytes::jaro_winkler_similarity(text_a, text_b) >= *t,
        LevelRule::Jaro(t) => of_bytes::jaro_similarity(text_a, text_b) >= *t,
    };
    first_holding(rules, holds)
}

/// The level of two texts that are not the same.
fn text_rule(rules: &[LevelRule], a: &Compared, b: &[u8]) -> u8 {
    let jaro_winkler = std::cell::OnceCell::new();
    let holds = |rule: &LevelRule| match rule {
        LevelRule::Jaro(t) => a.jaro_similarity(b) >= *t,
        LevelRule::JaroWinkler(t) => *jaro_winkler.get_or_init(|| a.jaro_winkler_similarity(b)) >= *t,
        LevelRule::Levenshtein(n) => a.levenshtein_distance(b) <= *n,
        LevelRule::DamerauLevenshtein(n) => a.edit_distance(b) <= *n,
        LevelRule::Exact | LevelRule::Days(_) => false,
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
                    let mut compared = Compared::default();
                    compared.hold(0, 1, || a.as_bytes());
                    prop_assert_eq!(text_rule(&rules, &compared, b.as_bytes()), 0);
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
