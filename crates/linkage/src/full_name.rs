//! The levels of full names: all names of a person in one value, so that what agrees must be told from the words.
//!
//! Relatives share their family names, and people who have nothing to do with each other share first names; only names
//! of which both agree speak for one person.

use redress_statement::name::{is_particle, relation_of_tokens};

use crate::level::is_close;

/// Only the first so many words of a name are laid side by side.
const WORDS_MAX: usize = 12;
/// Words of which the lengths differ by more are not nearly the same.
const LENGTHS_APART_MAX: usize = 3;
/// A word shorter than this does not make two names share a family name.
const FAMILY_CHARS_MIN: usize = 3;

pub(crate) const LABELS: [&str; 8] = [
    "another name",
    "distantly alike",
    "a later name is shared, the first is another",
    "the first name is shared, the others are other",
    "the first name and a later one are shared",
    "the words of the one stand in the other",
    "nearly the same spelling",
    "same words, divided or ordered otherwise",
];
/// From this level the first names agree.
pub(crate) const FIRST_SHARED: u8 = 3;
/// The level of relatives who share a family name.
pub(crate) const LATER_SHARED: u8 = 2;
/// From this level both a first and a later name agree.
pub(crate) const FIRST_AND_LATER_SHARED: u8 = 4;
const CONTAINED: u8 = 5;
const NEARLY: u8 = 6;
pub(crate) const EQUIVALENT: u8 = 7;

/// How two names of which the words differ agree, if they do.
pub(crate) fn level(a: &str, b: &str) -> Option<u8> {
    let (a, b) = (words(a), words(b));
    let (short, long) = if (a.len(), &a) <= (b.len(), &b) { (&a, &b) } else { (&b, &a) };
    let first = is_near_first(short.first()?, long.first()?);
    let from = usize::from(first);
    let mut taken: Vec<bool> = (0..long.len()).map(|place| place < from).collect();
    let mut left: Vec<&str> = short[from..].to_vec();
    let mut family = false;
    for is_wanted in [|x: &str, y: &str| x == y, is_near] {
        left.retain(|word| {
            let place = (0..long.len()).find(|place| !taken[*place] && is_wanted(word, long[*place]));
            let Some(place) = place else { return true };
            taken[place] = true;
            let telling = word.len().min(long[place].len()) >= FAMILY_CHARS_MIN;
            family |= telling && (*word == long[place] || is_close(word, long[place]));
            false
        });
    }
    let all = left.is_empty();
    if all && short.len() == long.len() && short.len() > 1 {
        Some(NEARLY)
    } else if all && short.len() > 1 {
        Some(CONTAINED)
    } else if first && family {
        Some(FIRST_AND_LATER_SHARED)
    } else if first {
        Some(FIRST_SHARED)
    } else {
        family.then_some(LATER_SHARED)
    }
}

fn words(name: &str) -> Vec<&str> {
    let telling: Vec<&str> =
        name.split(' ').filter(|word| word.len() == 1 || !is_particle(word)).take(WORDS_MAX).collect();
    if telling.is_empty() { name.split(' ').take(WORDS_MAX).collect() } else { telling }
}

/// Whether two first names may be one: the same, nearly so, initial, familiar or transliterated form.
fn is_near_first(a: &str, b: &str) -> bool {
    is_near(a, b) || relation_of_tokens(&[a.to_owned()], &[b.to_owned()]).is_some()
}

/// Whether two later names may be one: the same, nearly so, or an initial.
fn is_near(a: &str, b: &str) -> bool {
    a == b
        || (a.as_bytes().first() == b.as_bytes().first()
            && (a.len() == 1
                || b.len() == 1
                || (a.len().abs_diff(b.len()) <= LENGTHS_APART_MAX && is_close(a, b))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_as_tabled() {
        for (a, b, expected) in [
            ("ana maria da silva costa", "ana maria costa", Some(CONTAINED)),
            ("ana maria silva", "anna maria silvah", Some(NEARLY)),
            ("ana silva costa", "bruno silva costa", Some(LATER_SHARED)),
            ("ana silva costa", "ana pereira lima", Some(FIRST_SHARED)),
            ("ana silva costa", "ana costa lima", Some(FIRST_AND_LATER_SHARED)),
            ("a silva", "ana silva", Some(NEARLY)),
            ("ana silva", "rui lima", None),
            ("prince", "prince rogers nelson", Some(FIRST_SHARED)),
        ] {
            assert_eq!(level(a, b), expected, "{a} / {b}");
            assert_eq!(level(b, a), expected, "{b} / {a}");
        }
    }
}
