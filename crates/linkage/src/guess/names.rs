//! Columns of names that are not called so, and a `name` that is a given name.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use redress_statement::{fold::fold, name::equivalence_mask};

use super::{CATEGORY_VALUES_MAX, Values, values, words};
use crate::config::{Column, Config};
use crate::guess_words;
use crate::kind::Kind;
use crate::office_words;

/// Share of the values of a column of names that are of letters alone.
const LETTERS_SHARE_MIN: f64 = 0.95;
/// Words of a name, at most; more are a remark or an address.
const NAME_WORDS_MAX: usize = 5;
/// Share of the values that have two words or more from which a column holds whole names.
const WHOLE_NAMES_SHARE_MIN: f64 = 0.5;
/// A column beside that of the family names holds given names when it has this share of their different values: a hospital of
/// fifty thousand visits had 0.19.
const GIVEN_SHARE_MIN: f64 = 0.1;
/// Share of the values whose first word has a short form, or is one, from which a column holds given names, however many it has.
const SHORT_FORMS_SHARE_MIN: f64 = 0.25;
/// Share of the rows in which a whole name holds the family name of its row, at least: a married name, a slip.
const HOLDS_FAMILY_SHARE_MIN: f64 = 0.2;

/// Two columns that are called the same but for `first` and `last`, or the like, and hold words of letters.
pub(super) fn in_pairs(columns: &[(String, Values)], kinds: &mut BTreeMap<String, Column>) {
    let holds_names = |(name, values): &&(String, Values)| {
        let words = words(name);
        let n_known = values.iter().flatten().count();
        let is_other =
            office_words::is_event(&words) || office_words::is_of_the_office(&words, &BTreeSet::new());
        !is_other && are_of_letters(values) && n_distinct(values) > CATEGORY_VALUES_MAX.min(n_known / 2)
    };
    let free: Vec<&String> = columns
        .iter()
        .filter(|(name, _)| !kinds.contains_key(name))
        .filter(holds_names)
        .map(|(name, _)| name)
        .collect();
    for given in &free {
        let family = free.iter().find(|family| guess_words::are_a_pair(&words(given), &words(family)));
        let Some(family) = family else { continue };
        kinds.insert((*given).clone(), Column::of(Kind::GivenName));
        kinds.insert((*family).clone(), Column::of(Kind::FamilyName));
    }
}

/// A column called `name` beside one of family names holds given names, unless it holds the family names too.
pub(super) fn beside_family_names(columns: &[(String, Values)], kinds: &mut BTreeMap<String, Column>) {
    let known = &*kinds;
    let of_kind = |wanted: Kind| {
        let is_it = move |(name, _): &&(String, Values)| known.get(name).is_some_and(|c| c.kind == wanted);
        columns.iter().filter(is_it)
    };
    let family = of_kind(Kind::FamilyName).find(|(name, _)| !guess_words::is_earlier_name(&words(name)));
    let Some((_, family)) = family else { return };
    let bare = of_kind(Kind::FullName).filter(|(name, _)| guess_words::is_bare_name(&words(name)));
    let mut given: Vec<String> =
        bare.filter(|(_, values)| !hold(values, family)).map(|(name, _)| name.clone()).collect();
    // French `nom` is a family name; short for `nombre` it is a given one.
    if of_kind(Kind::FamilyName).any(|(name, _)| guess_words::is_apellido(&words(name))) {
        let is_nom = |(name, _): &&(String, Values)| words(name) == ["nom"];
        given.extend(of_kind(Kind::FamilyName).filter(is_nom).map(|(name, _)| name.clone()));
    }
    for name in given {
        kinds.insert(name, Column::of(Kind::GivenName));
    }
}

/// A parent's name of two words or more is a whole name, where the column does not say which of the names it holds and the
/// person's own stands beside it.
pub(super) fn of_parents(columns: &[(String, Values)], kinds: &mut BTreeMap<String, Column>) {
    let is_of_a_parent = |name: &str| guess_words::is_of_a_relative(&words(name));
    let is_own = |(name, column): (&String, &Column)| column.kind.is_name() && !is_of_a_parent(name);
    if !kinds.iter().any(is_own) {
        return;
    }
    for (name, values) in columns {
        let is_family = kinds.get(name).is_some_and(|column| column.kind == Kind::FamilyName);
        let is_whole = is_of_a_parent(name) && !guess_words::is_of_a_part(&words(name)) && are_whole(values);
        if is_family && is_whole {
            kinds.insert(name.clone(), Column::of(Kind::FullName));
        }
    }
}

/// Whether whole names hold the family names beside them.
fn hold(names: &Values, family: &Values) -> bool {
    let beside: Vec<(String, String)> =
        names.iter().zip(family).filter_map(|(a, b)| Some((fold(a.as_ref()?), fold(b.as_ref()?)))).collect();
    let holds = |(name, family): &&(String, String)| {
        family.split(' ').any(|word| word.len() > 1 && name.split(' ').any(|other| other == word))
    };
    beside.iter().filter(holds).count() as f64 >= HOLDS_FAMILY_SHARE_MIN * beside.len() as f64
}

/// Where no column is called a name: the columns of letters with the most different values are taken for names. Towns and
/// occupations have fewer.
pub(super) fn by_values(columns: &[(String, Values)], kinds: &mut BTreeMap<String, Column>) {
    if kinds.values().any(|column| column.kind.is_name()) {
        return;
    }
    let is_text = |name: &str| kinds.get(name).is_some_and(|column| column.kind == Kind::Text);
    let mut of_letters: Vec<(usize, &str, &Values)> = columns
        .iter()
        .filter(|(name, values)| is_text(name) && are_of_letters(values))
        .map(|(name, values)| (n_distinct(values), name.as_str(), values))
        .collect();
    // The earlier of two columns with as many values comes first: a stable sort.
    of_letters.sort_by_key(|(n_values, _, _)| std::cmp::Reverse(*n_values));
    let mut take = |name: &str, kind: Kind| {
        kinds.insert(name.to_owned(), Column::of(kind));
    };
    if let Some((_, name, _)) = of_letters.first().filter(|(_, _, values)| are_whole(values)) {
        return take(name, Kind::FullName);
    }
    let by_short_forms = of_letters.iter().map(|(_, _, values)| share(values, |text| has_short_form(text)));
    let most = by_short_forms.enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
    if let Some((place, _)) =
        most.filter(|(_, share)| *share >= SHORT_FORMS_SHARE_MIN && of_letters.len() > 1)
    {
        let (_, given, _) = of_letters.remove(place);
        take(given, Kind::GivenName);
        return take(of_letters[0].1, Kind::FamilyName);
    }
    match of_letters[..] {
        [] => {}
        [(n_family, family, _), (n_given, given, _), ..]
            if n_given as f64 >= GIVEN_SHARE_MIN * n_family as f64 =>
        {
            take(family, Kind::FamilyName);
            take(given, Kind::GivenName);
        }
        [(_, name, _), ..] => take(name, Kind::FullName),
    }
}

/// Whether the first word of a value is a given name of which the usual short forms are known, or one of these.
fn has_short_form(text: &str) -> bool {
    fold(text).split(' ').next().is_some_and(|word| equivalence_mask(word) != 0)
}

fn n_distinct(values: &Values) -> usize {
    values.iter().flatten().collect::<BTreeSet<_>>().len()
}

fn are_of_letters(values: &Values) -> bool {
    let is_of_letters = |text: &&String| {
        !text.contains(|c: char| c.is_ascii_digit() || c == '@')
            && text.chars().any(char::is_alphabetic)
            && text.split_whitespace().count() <= NAME_WORDS_MAX
    };
    share(values, is_of_letters) >= LETTERS_SHARE_MIN
}

fn are_whole(values: &Values) -> bool {
    share(values, |text| text.split_whitespace().count() >= 2) >= WHOLE_NAMES_SHARE_MIN
}

fn share(values: &Values, test: impl Fn(&&String) -> bool) -> f64 {
    let known: Vec<&String> = values.iter().flatten().collect();
    known.iter().filter(|text| test(text)).count() as f64 / known.len().max(1) as f64
}

/// What is to be said of a guess that found no names.
///
/// ```
/// let config = redress_linkage::Config::from_toml("unique_id = \"nr\"\n[columns]\ndob = \"date_of_birth\"\n").unwrap();
/// assert!(redress_linkage::guess_remark(&config).unwrap().starts_with("no column looks like a name"));
/// ```
#[must_use]
pub fn guess_remark(config: &Config) -> Option<String> {
    let has_names = config.columns.values().any(|column| column.kind.is_name());
    (!has_names).then(|| {
        "no column looks like a name: people are told apart by the rest alone, and what is said of them is less \
         reliable. If one is, say so under [columns] in a file for --config"
            .to_owned()
    })
}

/// What speaks against relying on a run whose kinds were guessed from these rows: names that are called nothing of the kind, and words
/// that are compared as text although a name is missing. One clause each; none where the header says what the names are.
#[must_use]
pub fn guess_doubts(config: &Config, batches: &[RecordBatch]) -> Vec<String> {
    let is_called = |name: &str| {
        let words = words(name);
        guess_words::kind(&words).or_else(|| guess_words::kind_of_pair(&words)).is_some_and(Kind::is_name)
    };
    let uncalled: Vec<&String> = (config.columns.iter())
        .filter(|(name, column)| column.kind.is_name() && !is_called(name))
        .map(|(name, _)| name)
        .collect();
    let own = |kinds: &[Kind]| {
        let is_own = |name: &str| !guess_words::is_of_a_relative(&words(name));
        config.columns.iter().any(|(name, column)| kinds.contains(&column.kind) && is_own(name))
    };
    let is_incomplete = own(&[Kind::FamilyName, Kind::GivenName])
        && !(own(&[Kind::FullName]) || own(&[Kind::FamilyName]) && own(&[Kind::GivenName]));
    let mut doubts = Vec::new();
    if !uncalled.is_empty() {
        let taken = if uncalled.len() > 1 { "are taken for names" } else { "is taken for a name" };
        doubts.push(format!("{} {taken} by the values alone", quoted(&uncalled)));
    }
    if uncalled.is_empty() && !is_incomplete {
        return doubts;
    }
    let holds_words =
        |name: &&String| config.columns[*name].kind == Kind::Text && are_of_letters(&values(batches, name));
    let texts: Vec<&String> = config.columns.keys().filter(holds_words).collect();
    if !texts.is_empty() {
        let compared = if texts.len() > 1 {
            "are compared as text and may be names"
        } else {
            "is compared as text and may be a name"
        };
        doubts.push(format!("{} {compared}", quoted(&texts)));
    }
    doubts
}

fn quoted(names: &[&String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}
