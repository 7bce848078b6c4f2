//! Words that do not occur, wherever they hide: `hairColor`, `HAIR_COLORS`, `"hair color"`.

use super::{
    breach::Breach,
    token::{Kind, Token},
    tree::{File, Tree},
};

/// One word or phrase that does not occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// Its words, lower-case, singular.
    pub(crate) words: &'static [&'static str],
    /// Why, or what is said instead.
    pub(crate) ground: &'static str,
}

/// A place where some terms may stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    /// A file, or a folder that ends with `/`.
    pub(crate) path: &'static str,
    /// The first words of the terms.
    pub(crate) words: &'static [&'static str],
    /// What they do there.
    pub(crate) why: &'static str,
}

/// A rule about words.
pub(crate) struct Lexicon {
    /// What does not occur.
    pub(crate) terms: &'static [Term],
    /// But for these places.
    pub(crate) allowances: &'static [Allowance],
    /// File of this lexicon, where an allowance that allows nothing is reported.
    pub(crate) path: &'static str,
    /// The rule in words.
    pub(crate) why: &'static str,
    /// What to do.
    pub(crate) remedy: &'static str,
}

impl Lexicon {
    /// Every place of `passages` where a term stands that no allowance covers, and every allowance that covers
    /// nothing.
    pub(crate) fn breaches(&self, tree: &Tree, passages: fn(&File) -> Vec<Passage>) -> Vec<Breach> {
        let mut found = Vec::new();
        let mut used = vec![false; self.allowances.len()];
        for file in tree.files() {
            for passage in passages(file) {
                for (line, term) in occurrences(&passage, self.terms) {
                    match self.allowances.iter().position(|allowance| allowance.covers(&file.path, term)) {
                        Some(idx) => used[idx] = true,
                        None => found.push(self.breach(&file.path, line, term)),
                    }
                }
            }
        }
        let idle = self.allowances.iter().zip(used).filter(|(_, is_used)| !is_used);
        found.extend(idle.map(|(allowance, _)| self.idle_allowance(allowance)));
        found
    }

    fn breach(&self, path: &str, line: usize, term: &Term) -> Breach {
        Breach {
            path: path.to_owned(),
            line,
            what: format!("“{}” ({})", term.words.join(" "), term.ground),
            why: self.why.to_owned(),
            remedy: self.remedy.to_owned(),
        }
    }

    fn idle_allowance(&self, allowance: &Allowance) -> Breach {
        Breach {
            path: self.path.to_owned(),
            line: 1,
            what: format!("the allowance for {} ({}) allows nothing", allowance.path, allowance.why),
            why: "an allowance that nothing needs hides the next breach".to_owned(),
            remedy: "take it out".to_owned(),
        }
    }
}

impl Allowance {
    fn covers(&self, path: &str, term: &Term) -> bool {
        let is_place = if self.path.ends_with('/') { path.starts_with(self.path) } else { path == self.path };
        is_place && term.words.first().is_some_and(|first| self.words.contains(first))
    }
}

/// A stretch of a file in which words are looked for.
pub(crate) struct Passage {
    /// Line of its first letter.
    pub(crate) line: usize,
    /// Its text.
    pub(crate) text: String,
}

/// The names and texts of a Rust file, with its documentation if asked for. Comments and tests are not looked
/// at: a test of an absence names what is absent.
pub(crate) fn rust_passages(file: &File, with_documentation: bool) -> Vec<Passage> {
    let is_looked_at = |token: &&Token| match token.kind {
        Kind::Sign => false,
        Kind::Documentation => with_documentation && !token.is_test,
        Kind::Name | Kind::Literal => !token.is_test,
    };
    let passage = |token: &Token| Passage { line: token.line, text: token.text.replace("\\n", "  ") };
    file.tokens().iter().filter(is_looked_at).map(passage).collect()
}

/// The whole file as one passage.
pub(crate) fn whole(file: &File) -> Vec<Passage> {
    vec![Passage { line: 1, text: file.text.clone() }]
}

/// Where the terms stand in a passage.
fn occurrences<'terms>(passage: &Passage, terms: &'terms [Term]) -> Vec<(usize, &'terms Term)> {
    let words = words(passage);
    let mut found = Vec::new();
    for (idx, (line, _)) in words.iter().enumerate() {
        for term in terms {
            let stands_here = words.len() >= idx + term.words.len()
                && term.words.iter().zip(&words[idx..]).all(|(wanted, (_, word))| is_form_of(word, wanted));
            if stands_here {
                found.push((*line, term));
            }
        }
    }
    found
}

/// The word itself or its plural.
fn is_form_of(word: &str, singular: &str) -> bool {
    word == singular || word.strip_suffix('s') == Some(singular)
}

/// The words of a passage, lower-case: parted where something else than a letter stands, and where a capital
/// follows a small letter.
fn words(passage: &Passage) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let (mut line, mut is_inside, mut was_small) = (passage.line, false, false);
    for letter in passage.text.chars() {
        line += usize::from(letter == '\n');
        if !letter.is_alphabetic() {
            is_inside = false;
            continue;
        }
        if !is_inside || was_small && letter.is_uppercase() {
            found.push((line, String::new()));
        }
        if let Some((_, word)) = found.last_mut() {
            word.extend(letter.to_lowercase());
        }
        (is_inside, was_small) = (true, letter.is_lowercase());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const HAIR: &[Term] =
        &[Term { words: &["hair", "color"], ground: "" }, Term { words: &["scar"], ground: "" }];

    #[test]
    fn a_term_is_found_in_each_way_of_writing() {
        for (text, lines) in [
            ("hair_color", vec![1]),
            ("HAIR_COLORS", vec![1]),
            ("hairColor HairColor", vec![1, 1]),
            ("the\nhair\ncolor", vec![2]),
            ("chair_color hair", vec![]),
            ("Óscar scarf oscar", vec![]),
            ("a scar, two scars", vec![1, 1]),
            ("scar_1", vec![1]),
        ] {
            let passage = Passage { line: 1, text: text.to_owned() };
            let found: Vec<usize> = occurrences(&passage, HAIR).into_iter().map(|(line, _)| line).collect();
            assert_eq!(found, lines, "{text}");
        }
    }
}
