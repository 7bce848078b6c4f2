//! How many records may bear a name of which only the initial is written.
//!
//! Two records with the given name "P." agree in one letter, and a file in which few people are written so holds that value seldom.
//! By its own count it would be a rare name, and its agreement a strong one. So a value with initials counts for every value that it
//! may stand for: those with the same words once some of theirs are cut to the first letter.

use std::collections::HashMap;

use crate::dictionary::Dictionary;
use crate::hashing::{FixedState, hash_bytes};

/// Words of a value that are looked at; one with more words is as rare as its own count says.
const WORDS_MAX: usize = 4;

/// For each code, how many records bear the value or one that it may stand for; `counts` says how many bear the value itself.
///
/// `p` in 3 records beside `peter` in 40 and `paula` in 7 counts 50.
pub(crate) fn counts_with_initials(counts: Vec<u32>, dictionary: &Dictionary) -> Vec<u32> {
    let codes = || (1..counts.len()).filter(|code| counts[*code] > 0);
    let name = |code: usize| Name::of(dictionary.value(code as u32));
    let mut borne: HashMap<u64, u32, FixedState> = HashMap::default();
    let with_initials: Vec<(usize, u64)> = codes()
        .filter(|code| has_initial(dictionary.value(*code as u32)))
        .filter_map(|code| name(code).map(|name| (code, name.whole())))
        .collect();
    if with_initials.is_empty() {
        return counts;
    }
    borne.extend(with_initials.iter().map(|(_, whole)| (*whole, 0)));
    for code in codes() {
        let Some(name) = name(code) else { continue };
        name.for_each_form(|form| {
            if let Some(n) = borne.get_mut(&form) {
                *n = n.saturating_add(counts[code]);
            }
        });
    }
    let mut counts = counts;
    with_initials.iter().for_each(|(code, whole)| counts[*code] = borne[whole]);
    counts
}

/// Whether a value holds a word of one letter.
pub(crate) fn has_initial(value: &str) -> bool {
    value.split(' ').any(|word| word.chars().nth(1).is_none() && !word.is_empty())
}

/// The words of a value, in any order.
struct Name {
    /// For each word the hashes of the word and of its first letter; equal for an initial.
    words: [(u64, u64); WORDS_MAX],
    n_words: usize,
}

impl Name {
    /// `None` for a value with too many words.
    fn of(value: &str) -> Option<Self> {
        let mut name = Self { words: [(0, 0); WORDS_MAX], n_words: 0 };
        for word in value.split(' ') {
            let first = word.chars().next().map_or(0, char::len_utf8);
            let hashes = (hash_bytes(word.as_bytes()), hash_bytes(&word.as_bytes()[..first]));
            *name.words.get_mut(name.n_words)? = hashes;
            name.n_words += 1;
        }
        Some(name)
    }

    fn words(&self) -> &[(u64, u64)] {
        &self.words[..self.n_words]
    }

    /// The value as it is written, in any order of its words.
    fn whole(&self) -> u64 {
        self.words().iter().fold(0, |sum, (word, _)| sum.wrapping_add(*word))
    }

    /// The value and every form of it in which some words are cut to the first letter, each once.
    fn for_each_form(&self, mut form: impl FnMut(u64)) {
        let mut seen = [0; 1 << WORDS_MAX];
        for cut in 0..1_usize << self.n_words {
            let of_word = |(idx, (word, letter)): (usize, &(u64, u64))| {
                if cut >> idx & 1 == 1 { *letter } else { *word }
            };
            seen[cut] = self.words().iter().enumerate().map(of_word).fold(0, u64::wrapping_add);
            if !seen[..cut].contains(&seen[cut]) {
                form(seen[cut]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    fn check(values: &[(&str, u32)], wanted: &str, borne: u32) {
        let dictionary = Dictionary::new(values.par_iter().map(|(value, _)| *value));
        let mut counts = vec![0; dictionary.len()];
        values.iter().for_each(|(value, n)| counts[dictionary.code(value) as usize] = *n);
        let found = counts_with_initials(counts, &dictionary);
        assert_eq!(found[dictionary.code(wanted) as usize], borne, "{wanted} among {values:?}");
    }

    #[test]
    fn an_initial_counts_for_every_name_that_it_may_stand_for() {
        let given =
            [("p", 3), ("peter", 40), ("paula", 7), ("anna", 90), ("p j", 2), ("peter john", 5), ("jo p", 1)];
        check(&given, "p", 50);
        check(&given, "peter", 40);
        check(&given, "p j", 8);
        check(&[("p p", 1), ("peter paul", 4)], "p p", 5);
        let full = [("p okafor", 1), ("peter okafor", 2), ("okafor paula", 3), ("p okeke", 4), ("okafor", 9)];
        check(&full, "p okafor", 6);
        check(&full, "p okeke", 4);
        check(&full, "okafor", 9);
        check(&[("a b c d e", 2), ("anna b c d e", 7)], "a b c d e", 2);
        check(&[("é", 1), ("élise", 6)], "é", 7);
    }
}
