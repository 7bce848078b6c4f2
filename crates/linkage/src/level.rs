//! The levels of text comparisons, weakest first.

use serde::{Deserialize, Serialize};

use redress_statement::name::{GivenNameRelation, relation_of_tokens};

use crate::dictionary::{Features, is_telling};
use crate::full_name;
use crate::hashing::mix;
use crate::kind::Kind;
use crate::level_rule::LevelRule;
use crate::rarity::{self, N_BANDS};
use crate::similarity::{Compared, Signature, Weakest, edit_distance, jaro_winkler_similarity};

/// One grade of agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// What it says, in words.
    pub label: String,
    /// Levels of one context exclude each other and their probabilities add up to 1; levels of another context are
    /// reached only when that context applies (sex where given names agree, dates without a day).
    pub context: u8,
    /// The rarity band, for equality of texts.
    pub band: Option<u8>,
    /// Whether it stands for "not comparable".
    pub is_null: bool,
    /// Whether it stands for equality.
    pub is_exact: bool,
}

/// Similarity from which two words are close.
const CLOSE: f64 = 0.92;
/// Similarity from which two words are distantly alike.
const DISTANT: f64 = 0.80;
/// A word shorter than this is not close to another by one edit.
const EDIT_CHARS_MIN: usize = 4;
/// An identifier shorter than this is not near another by two edits.
const TWO_EDITS_CHARS_MIN: usize = 6;
/// Only the first so many words of a value are held against those of another; a value is cut at
/// [`VALUE_BYTES_MAX`](crate::normal::VALUE_BYTES_MAX) bytes before.
const WORDS_COMPARED_MAX: usize = 32;

const GIVEN: [&str; 7] = [
    "another name",
    "distantly alike",
    "initial, or a part of the names",
    "nearly the same spelling",
    "usual form of the same name",
    "stands in the other name's place",
    "changed places with the other name, of which one is written otherwise",
];
const FAMILY: [&str; 9] = [
    "another name",
    "distantly alike",
    "spelled otherwise with the same consonants",
    "one of the names is shared",
    "nearly the same spelling",
    "same words, divided or ordered otherwise",
    "stands in the other name's place",
    "changed places with the other name, of which one is written otherwise",
    "changed places with a name counted already",
];
const PHRASE: [&str; 6] = [
    "something else",
    "distantly alike",
    "some words are shared",
    "nearly the same spelling",
    "same words, divided or ordered otherwise",
    "stands in another column",
];
const NUMBER: [&str; 3] = ["another one", "two keystrokes away", "one keystroke away"];
const EMAIL: [&str; 3] =
    ["another one", "distantly alike", "same or nearly the same before or after the at sign"];

const DISTANTLY: u8 = 1;
const PARTLY: u8 = 2;
const CLOSELY: u8 = 3;
const EQUIVALENT: u8 = 4;
/// The level of family names alone: distantly alike, and the consonants are the same. Who writes a family name by ear keeps them; given names that share
/// them are often two names (Julio and Julia).
const CONSONANTS: u8 = 2;
/// From this level two family names share something.
pub(crate) const SHARED_FROM: u8 = place(Kind::FamilyName, PARTLY);
/// The levels of given names that are two ways to write one name, and of those of which one is a part of the other.
pub(crate) const LIKE_GIVEN_NAMES: std::ops::RangeInclusive<u8> = CLOSELY..=EQUIVALENT;
pub(crate) const PART_OF_GIVEN_NAMES: std::ops::RangeInclusive<u8> = PARTLY..=PARTLY;
const CROSSED: u8 = 5;
/// Of given and family names that changed places, of which one is written otherwise.
const NEARLY_CROSSED: u8 = 6;
/// A family name that changed places with another name, of which the level says so already: the same evidence, in a
/// context of its own, in which it is certain and therefore weighs nothing.
const COUNTED: u8 = 8;
const COUNTED_CONTEXT: u8 = 1;
/// The level of a number one keystroke away from another.
pub(crate) const NUMBER_NEAR: u8 = 2;

/// The place of a level among those of a kind: family names have one more.
const fn place(kind: Kind, level: u8) -> u8 {
    if matches!(kind, Kind::FamilyName) && level >= CONSONANTS { level + 1 } else { level }
}

fn named(label: &str) -> Level {
    Level { label: label.to_owned(), context: 0, band: None, is_null: false, is_exact: false }
}

fn null() -> Level {
    Level { is_null: true, ..named("not comparable") }
}

fn with_bands(below: impl Iterator<Item = Level>) -> Vec<Level> {
    let exact = (0..N_BANDS).map(|band| Level {
        band: Some(band as u8),
        is_exact: true,
        ..named(&format!("same, {}", rarity::label(band)))
    });
    below.chain(exact).chain([null()]).collect()
}

/// The levels of a kind that is compared as text.
pub(crate) fn text_levels(kind: Kind) -> Vec<Level> {
    let labels: &[&str] = match kind {
        Kind::GivenName | Kind::MiddleName => &GIVEN,
        Kind::FamilyName => &FAMILY,
        Kind::FullName => &full_name::LABELS,
        Kind::Identifier | Kind::Phone | Kind::PostalCode => &NUMBER,
        Kind::Email => &EMAIL,
        _ => &PHRASE,
    };
    let mut levels = with_bands(labels.iter().map(|label| named(label)));
    if kind == Kind::FamilyName {
        levels[usize::from(COUNTED)].context = COUNTED_CONTEXT;
    }
    levels
}

/// The first level of a context that says that two values of a kind agree, as far as other comparisons follow from it.
pub(crate) const fn agrees_from(kind: Kind) -> u8 {
    match kind {
        Kind::Identifier | Kind::Phone | Kind::PostalCode => NUMBER.len() as u8,
        Kind::FullName => full_name::FIRST_SHARED,
        _ => place(kind, CLOSELY),
    }
}

/// The levels of sex: apart where the given names agree, because given names tell the sex.
pub(crate) fn sex_levels() -> Vec<Level> {
    let level = |label: &str, context, is_exact| Level { context, is_exact, ..named(label) };
    vec![
        level("other sex", 0, false),
        level("same sex", 0, true),
        level("other sex although the given names agree", 1, false),
        level("same sex, as the given names tell", 1, true),
        null(),
    ]
}

pub(crate) fn sex_level(agree: bool, given_agrees: bool) -> u8 {
    u8::from(agree) + 2 * u8::from(given_agrees)
}

/// The levels of a configured comparison.
pub(crate) fn rule_levels(rules: &[LevelRule], is_text: bool) -> Vec<Level> {
    let below = || std::iter::once(named("else")).chain(rules.iter().rev().map(|rule| named(&rule.label())));
    if is_text { with_bands(below()) } else { below().chain([null()]).collect() }
}

/// Whether a value of one kind may have been written into a column of the other.
pub(crate) fn may_cross(a: Kind, b: Kind) -> bool {
    use Kind::{AddressLine, FamilyName, GivenName, MiddleName};
    matches!(
        (a, b),
        (GivenName, FamilyName | MiddleName)
            | (FamilyName, GivenName | MiddleName)
            | (MiddleName, GivenName | FamilyName)
            | (AddressLine, AddressLine)
            | (GivenName, GivenName)
    )
}

/// Whether values of two kinds must have changed places to count: one surname that is another person's given name is
/// chance.
pub(crate) fn must_swap(a: Kind, b: Kind) -> bool {
    matches!((a, b), (Kind::GivenName, Kind::FamilyName) | (Kind::FamilyName, Kind::GivenName))
}

/// How a value stands in another column of the other record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Crossing {
    /// The two names changed places, and one of them is written otherwise.
    Nearly,
    /// As it is.
    Exact,
}

/// The level of a value that stands in another column of the other record; `counted` when an earlier comparison says so
/// already.
pub(crate) fn crossed(kind: Kind, crossing: Crossing, counted: bool) -> Option<u8> {
    match (kind, crossing) {
        (Kind::FamilyName, _) if counted => Some(COUNTED),
        (Kind::GivenName | Kind::FamilyName, Crossing::Nearly) => Some(place(kind, NEARLY_CROSSED)),
        (Kind::GivenName | Kind::MiddleName | Kind::FamilyName | Kind::AddressLine, Crossing::Exact) => {
            Some(place(kind, CROSSED))
        }
        _ => None,
    }
}

/// Whether a level of a given, middle or family name says that it stands in another column.
pub(crate) const fn is_crossed(kind: Kind, level: u8) -> bool {
    level == place(kind, CROSSED) || level == place(kind, NEARLY_CROSSED)
}

/// Whether the values of a kind are compared by their words, beside their letters.
pub(crate) const fn reads_words(kind: Kind) -> bool {
    !matches!(kind, Kind::Identifier | Kind::Phone | Kind::PostalCode | Kind::Email)
}

/// What two different values of a kind must reach to be anything but level 0, unless their words relate them.
pub(crate) const fn weakest(kind: Kind) -> Option<Weakest> {
    match kind {
        Kind::Identifier | Kind::Phone | Kind::PostalCode => Some(Weakest::edits(2)),
        Kind::Email => None,
        _ => Some(Weakest::jaro_winkler(DISTANT)),
    }
}

/// Whether nothing relates the words of two different values: they are at level 0 unless their letters are alike.
pub(crate) fn are_words_apart(kind: Kind, lens: [u32; 2], a: &Features, b: &Features) -> bool {
    let related = a.equivalents & b.equivalents != 0 || (a.skeleton == b.skeleton && a.skeleton != 0);
    let initial = lens.contains(&1);
    let shared =
        a.words & b.words != 0 || a.letters == b.letters || (a.word_set == b.word_set && a.word_set != 0);
    let phrase = matches!(kind, Kind::GivenName | Kind::MiddleName) && (a.is_phrase || b.is_phrase);
    !related && !initial && !phrase && !shared
}

/// The level of two different values.
pub(crate) fn fuzzy(kind: Kind, a: &str, b: &str, fa: &Features, fb: &Features) -> u8 {
    match kind {
        Kind::Identifier | Kind::Phone | Kind::PostalCode => number(a, b),
        Kind::Email => email(a, b),
        Kind::GivenName | Kind::MiddleName => given(a, b, fa, fb),
        Kind::FullName => full(a, b, fa, fb),
        Kind::FamilyName => family(a, b, fa, fb),
        _ => phrase(a, b, fa, fb),
    }
}

fn full(a: &str, b: &str, fa: &Features, fb: &Features) -> u8 {
    let is_apart = are_words_apart(Kind::FullName, [a.len() as u32, b.len() as u32], fa, fb);
    if is_apart && Signature::of(a).jaro_winkler_max(Signature::of(b)) < DISTANT {
        0
    } else if is_reordered(fa, fb) {
        full_name::EQUIVALENT
    } else {
        full_name::level(a, b).unwrap_or_else(|| distantly(a, b, fa, fb))
    }
}

/// Whether two values hold the same words or letters, divided or ordered otherwise.
fn is_reordered(fa: &Features, fb: &Features) -> bool {
    fa.letters == fb.letters || (fa.word_set == fb.word_set && fa.word_set != 0)
}

fn given(a: &str, b: &str, fa: &Features, fb: &Features) -> u8 {
    match spelled(a, b) {
        Some(level) => level,
        None if shares_word(a, b) => PARTLY,
        None => distantly(a, b, fa, fb),
    }
}

/// Whether two different texts are ways to write one name: usual forms of it, or nearly the same spelling.
pub(crate) fn is_one_name(a: &str, b: &str) -> bool {
    matches!(spelled(a, b), Some(EQUIVALENT | CLOSELY))
}

/// The level of two different texts that are one given name, whole or in part; `None` where neither form nor spelling says so.
fn spelled(a: &str, b: &str) -> Option<u8> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    match relation_of_tokens(&words(a), &words(b)) {
        Some(GivenNameRelation::Initial | GivenNameRelation::Truncation) => Some(PARTLY),
        Some(_) => Some(EQUIVALENT),
        None => is_close(a, b).then_some(CLOSELY),
    }
}

fn family(a: &str, b: &str, fa: &Features, fb: &Features) -> u8 {
    match phrase(a, b, fa, fb) {
        DISTANTLY if has_same_consonants(fa, fb) => CONSONANTS,
        level => place(Kind::FamilyName, level),
    }
}

fn phrase(a: &str, b: &str, fa: &Features, fb: &Features) -> u8 {
    if is_reordered(fa, fb) {
        EQUIVALENT
    } else if is_close(a, b) {
        CLOSELY
    } else if shares_word(a, b) || is_initial(a, b) {
        PARTLY
    } else {
        distantly(a, b, fa, fb)
    }
}

fn distantly(a: &str, b: &str, fa: &Features, fb: &Features) -> u8 {
    if has_same_consonants(fa, fb) || jaro_winkler_similarity(a, b) >= DISTANT { DISTANTLY } else { 0 }
}

const fn has_same_consonants(fa: &Features, fb: &Features) -> bool {
    fa.skeleton == fb.skeleton && fa.skeleton != 0
}

/// Whether two words are nearly the same.
pub(crate) fn is_close(a: &str, b: &str) -> bool {
    let one_edit = a.len().min(b.len()) >= EDIT_CHARS_MIN && edit_distance(a, b) <= 1;
    one_edit || jaro_winkler_similarity(a, b) >= CLOSE
}

/// Whether a telling word stands among the first words of both.
fn shares_word(a: &str, b: &str) -> bool {
    let words = |text| str::split(text, ' ').take(WORDS_COMPARED_MAX);
    words(a).filter(|word| is_telling(word)).any(|word| words(b).any(|other| other == word))
}

fn is_initial(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() == 1 && long.starts_with(short)
}

/// The level of two different numbers.
pub(crate) fn number(a: &str, b: &str) -> u8 {
    match edit_distance(a, b) {
        0 | 1 => NUMBER_NEAR,
        2 if a.len().min(b.len()) >= TWO_EDITS_CHARS_MIN => 1,
        _ => 0,
    }
}

fn email(a: &str, b: &str) -> u8 {
    let local = |text: &str| text.split('@').next().unwrap_or_default().to_owned();
    let same_local = local(a) == local(b) && local(a).len() > 2;
    if same_local || edit_distance(a, b) <= 2 {
        2
    } else if jaro_winkler_similarity(a, b) >= 0.88 {
        1
    } else {
        0
    }
}

/// Remembers the levels of pairs of values that came by lately.
pub(crate) struct LevelCache {
    /// For each place the upper bits of the mixed pair, and below them its level; the lower bits say which place it is.
    entries: Vec<Vec<u64>>,
    /// The first text of the pair that was compared last.
    compared: Compared,
}

/// Places of the cache for each comparison; a power of two.
const CACHE_ENTRIES: usize = 1 << 13;
/// Bits of an entry that hold a level.
const LEVEL_BITS: u32 = u8::BITS;
/// An entry in which no pair is remembered: above the level it has more bits than what is left of a pair without its place.
const NOTHING: u64 = u64::MAX >> 1;

impl LevelCache {
    pub(crate) fn new(n_slots: usize) -> Self {
        Self { entries: vec![vec![NOTHING; CACHE_ENTRIES]; n_slots], compared: Compared::default() }
    }

    /// The level of two codes, computed when it is not remembered. Levels do not depend on the order of a pair.
    #[inline]
    pub(crate) fn get(
        &mut self,
        slot: usize,
        a: u32,
        b: u32,
        compute: impl FnOnce(&mut Compared) -> u8,
    ) -> u8 {
        // No two pairs are mixed into one number, so that its upper bits and its place tell a pair from all others.
        let pair = mix(u64::from(a.min(b)) << 32 | u64::from(a.max(b)));
        let (known, place) = (pair >> CACHE_ENTRIES.trailing_zeros(), pair as usize & (CACHE_ENTRIES - 1));
        let entry = &mut self.entries[slot][place];
        if *entry >> LEVEL_BITS != known {
            *entry = known << LEVEL_BITS | u64::from(compute(&mut self.compared));
        }
        *entry as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::Dictionary;
    use proptest::prelude::*;
    use rayon::prelude::*;

    fn level_of(kind: Kind, a: &str, b: &str) -> u8 {
        let dictionary = Dictionary::new([a, b].into_par_iter());
        let (fa, fb) = (dictionary.features(dictionary.code(a)), dictionary.features(dictionary.code(b)));
        fuzzy(kind, a, b, &fa, &fb)
    }

    #[test]
    fn judges_as_tabled() {
        for (kind, a, b, expected) in [
            (Kind::GivenName, "william", "bill", EQUIVALENT),
            (Kind::GivenName, "mohammed", "muhamad", EQUIVALENT),
            (Kind::GivenName, "j", "jose", PARTLY),
            (Kind::GivenName, "jonathan", "jonathon", EQUIVALENT),
            (Kind::GivenName, "mitchell", "mitchezl", CLOSELY),
            (Kind::GivenName, "anna", "george", 0),
            (Kind::FamilyName, "garcia lopez", "lopez garcia", place(Kind::FamilyName, EQUIVALENT)),
            (Kind::FamilyName, "garcia lopez", "garcia", place(Kind::FamilyName, PARTLY)),
            (Kind::FamilyName, "de la cruz", "cruz", place(Kind::FamilyName, EQUIVALENT)),
            (Kind::FamilyName, "lilliehinrichs", "lillie hinrichs", place(Kind::FamilyName, EQUIVALENT)),
            (Kind::FamilyName, "clarke", "klark", CONSONANTS),
            (Kind::FamilyName, "carter", "cartwell", DISTANTLY),
            (Kind::Identifier, "5304218", "5304281", 2),
            (Kind::Identifier, "5304218", "5394281", 1),
            (Kind::Identifier, "5304218", "1234567", 0),
            (Kind::Email, "ana@a.org", "ana@b.org", 2),
        ] {
            assert_eq!(level_of(kind, a, b), expected, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn the_filter_agrees_with_the_level(a in "[a-d]{1,9}( [a-d]{1,5})?", b in "[a-d]{1,9}") {
            prop_assume!(a != b);
            for kind in [Kind::GivenName, Kind::FamilyName, Kind::FullName, Kind::City, Kind::Identifier, Kind::PostalCode] {
                let dictionary = Dictionary::new([a.as_str(), b.as_str()].into_par_iter());
                let (fa, fb) = (dictionary.features(dictionary.code(&a)), dictionary.features(dictionary.code(&b)));
                let (fa, fb) = (&fa, &fb);
                let is_excluded = weakest(kind).is_some_and(|bar| bar.excludes(Signature::of(&a), Signature::of(&b)));
                let is_apart = !reads_words(kind) || are_words_apart(kind, [a.len() as u32, b.len() as u32], fa, fb);
                if is_excluded && is_apart {
                    prop_assert_eq!(fuzzy(kind, &a, &b, fa, fb), 0, "{:?}", kind);
                }
                prop_assert_eq!(fuzzy(kind, &a, &b, fa, fb), fuzzy(kind, &b, &a, fb, fa));
            }
        }
    }
}
