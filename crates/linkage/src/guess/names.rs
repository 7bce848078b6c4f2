//! Columns of names that are not called so, and a `name` that is a given name.

use std::collections::{BTreeMap, BTreeSet};

use redress_statement::fold::fold;

use super::{Values, words};
use crate::config::{Column, Config};
use crate::guess_words;
use crate::kind::Kind;

/// Share of the values of a column of names that are of letters alone.
const LETTERS_SHARE_MIN: f64 = 0.95;
/// Words of a name, at most; more are a remark or an address.
const NAME_WORDS_MAX: usize = 5;
/// Share of the values that have two words or more from which a column holds whole names.
const WHOLE_NAMES_SHARE_MIN: f64 = 0.5;
/// A column beside that of the family names holds given names when it has this share of their different values.
const GIVEN_SHARE_MIN: f64 = 0.2;
/// Share of the rows in which a whole name holds the family name of its row, at least: a married name, a slip.
const HOLDS_FAMILY_SHARE_MIN: f64 = 0.2;

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
    let given: Vec<String> =
        bare.filter(|(_, values)| !hold(values, family)).map(|(name, _)| name.clone()).collect();
    for name in given {
        kinds.insert(name, Column { kind: Kind::GivenName, format: None });
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
        kinds.insert(name.to_owned(), Column { kind, format: None });
    };
    match of_letters[..] {
        [] => {}
        [(_, name, values), ..] if are_whole(values) => take(name, Kind::FullName),
        [(n_family, family, _), (n_given, given, _), ..]
            if n_given as f64 >= GIVEN_SHARE_MIN * n_family as f64 =>
        {
            take(family, Kind::FamilyName);
            take(given, Kind::GivenName);
        }
        [(_, name, _), ..] => take(name, Kind::FullName),
    }
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

/// What is to be said of a guess: that there are no names, or which columns were taken for names though they are not called so.
///
/// ```
/// let config = redress_linkage::Config::from_toml("unique_id = \"nr\"\n[columns]\ndob = \"date_of_birth\"\n").unwrap();
/// assert!(redress_linkage::guess_remark(&config).unwrap().starts_with("no column looks like a name"));
/// ```
#[must_use]
pub fn guess_remark(config: &Config) -> Option<String> {
    let names: Vec<&String> =
        config.columns.iter().filter(|(_, column)| column.kind.is_name()).map(|(name, _)| name).collect();
    if names.is_empty() {
        return Some(
            "no column looks like a name: people are told apart by the rest alone, and what is said of them is less \
             reliable. If one is, say so under [columns] in a file for --config"
                .to_owned(),
        );
    }
    let is_called = |name: &&&String| guess_words::kind(&words(name)).is_some_and(Kind::is_name);
    let uncalled: Vec<String> =
        names.iter().filter(|name| !is_called(name)).map(|name| format!("`{name}`")).collect();
    (!uncalled.is_empty()).then(|| {
        format!(
            "no column is called a name: {} taken for names by what is in them. If they are not, say so under [columns] in \
             a file for --config",
            uncalled.join(" and ")
        )
    })
}
