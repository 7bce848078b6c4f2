//! How two spellings of one thing differ: by a hyphen, an accent, capital letters, the order of their words, or a part.
//!
//! Only differences that the comparison does not count are named here. What else differs, the levels say.

use redress_statement::fold::fold;

/// Something by which two spellings may differ and still be of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trait {
    Script,
    Accent,
    Capitals,
    /// A hyphen in the place of a space.
    Hyphen,
    /// A hyphen in the place of nothing.
    HyphenLost,
    Apostrophe,
    Sign,
    Space,
    Order,
}

use Trait::{Accent, Apostrophe, Capitals, Hyphen, HyphenLost, Order, Script, Sign, Space};

/// What two spellings are made alike by, the least first.
const SETS: [&[Trait]; 4] = [
    &[Script, Accent, Capitals, Hyphen, Apostrophe, Sign],
    &[Script, Accent, Capitals, HyphenLost, Apostrophe, Sign],
    &[Script, Accent, Capitals, HyphenLost, Apostrophe, Sign, Space],
    &[Script, Accent, Capitals, Hyphen, Apostrophe, Sign, Order],
];

impl Trait {
    const fn in_words(self) -> &'static str {
        match self {
            Script => "the script in which they are written",
            Accent => "an accent",
            Capitals => "capital letters",
            Hyphen | HyphenLost => "a hyphen",
            Apostrophe => "an apostrophe",
            Sign => "a sign of punctuation",
            Space => "a space",
            Order => "the order of the words",
        }
    }
}

/// By what two spellings differ, as the end of "which differ by"; `None` where they differ by more than that.
pub(crate) fn difference(a: &str, b: &str) -> Option<String> {
    let are_alike = |traits: &[Trait]| made_alike(a, traits) == made_alike(b, traits);
    let set = SETS.into_iter().find(|set| are_alike(set))?;
    let without = |one: Trait| set.iter().copied().filter(|other| *other != one).collect::<Vec<_>>();
    let needed: Vec<Trait> = set.iter().copied().filter(|one| !are_alike(&without(*one))).collect();
    // Of two scripts one may have capitals and marks that the other has not: that goes without saying.
    if needed.contains(&Script) {
        return Some(Script.in_words().to_owned());
    }
    let words: Vec<&str> = needed.iter().map(|one| one.in_words()).collect();
    let (last, before) = words.split_last()?;
    Some(if before.is_empty() { (*last).to_owned() } else { format!("{} and {last}", before.join(", ")) })
}

/// The words that only the longer of two spellings has, as it writes them, where it has all words of the other; `None` where it
/// has not.
pub(crate) fn part_of_one(a: &str, b: &str) -> Option<String> {
    let (words_a, words_b) = (words(a), words(b));
    let (short, long) = if words_a.len() < words_b.len() { (words_a, words_b) } else { (words_b, words_a) };
    let mut missing: Vec<String> = short.iter().map(|word| fold(word)).collect();
    if missing.is_empty() {
        return None;
    }
    let is_extra = |word: &&str| match missing.iter().position(|other| *other == fold(word)) {
        Some(place) => {
            missing.swap_remove(place);
            false
        }
        None => true,
    };
    let extra: Vec<&str> = long.into_iter().filter(is_extra).collect();
    (missing.is_empty() && !extra.is_empty()).then(|| extra.join(" "))
}

/// What two names that are alike in part have of each other, as the end of a sentence: an initial, a name cut short, or words that both
/// have; `None` where nothing of that can be seen.
pub(crate) fn alike_in_part(a: &str, b: &str) -> Option<String> {
    let folded = |text: &str| {
        let folded = fold(text);
        folded.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<String>>()
    };
    let (folded_a, folded_b) = (folded(a), folded(b));
    let only = |own: &[String], other: &[String]| {
        own.iter().filter(|word| !other.contains(word)).cloned().collect::<Vec<String>>()
    };
    let (only_a, only_b) = (only(&folded_a, &folded_b), only(&folded_b, &folded_a));
    let begins = |own: &[String], other: &[String], is_initial: bool| {
        let is_begun = |word: &String| other.iter().any(|name| name.starts_with(word.as_str()));
        own.iter().any(|word| word.chars().nth(1).is_none() == is_initial && is_begun(word))
    };
    let begins_any =
        |is_initial: bool| begins(&only_a, &only_b, is_initial) || begins(&only_b, &only_a, is_initial);
    if begins_any(true) {
        return Some("of which one has an initial where the other has a name".to_owned());
    }
    if begins_any(false) {
        return Some("of which one has a name that the other cuts short".to_owned());
    }
    let is_shared = |word: &&str| folded(word).iter().all(|part| part.len() > 1 && folded_b.contains(part));
    let mut shared: Vec<String> =
        words(a).into_iter().filter(is_shared).map(|word| format!("“{word}”")).collect();
    shared.dedup();
    (!shared.is_empty()).then(|| format!("which share {}", shared.join(" and ")))
}

/// The words of a spelling that fold to something.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| c.is_whitespace() || is_hyphen(c)).filter(|word| !fold(word).is_empty()).collect()
}

/// A spelling without what the traits stand for.
fn made_alike(text: &str, traits: &[Trait]) -> String {
    let has = |one| traits.contains(&one);
    let mut alike = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_whitespace() => space(&mut alike, has(Space)),
            c if is_hyphen(c) && has(Hyphen) => space(&mut alike, has(Space)),
            c if is_hyphen(c) && has(HyphenLost) => {}
            c if is_apostrophe(c) && has(Apostrophe) => {}
            c if is_hyphen(c) || is_apostrophe(c) => alike.push(c),
            c if c.is_ascii_alphanumeric() => alike.push(c),
            c if c.is_ascii() && has(Sign) => space(&mut alike, has(Space)),
            c if c.is_ascii() => alike.push(c),
            c => push_foreign(&mut alike, c, has(if is_of_other_script(c) { Script } else { Accent })),
        }
    }
    let alike = if has(Capitals) { alike.to_lowercase() } else { alike };
    let mut words: Vec<&str> = alike.split(' ').filter(|word| !word.is_empty()).collect();
    if has(Order) {
        words.sort_unstable();
    }
    words.join(" ")
}

fn space(text: &mut String, is_dropped: bool) {
    if !is_dropped {
        text.push(' ');
    }
}

/// A letter outside ASCII: as it stands, or in plain letters, large where it was.
fn push_foreign(text: &mut String, c: char, is_folded: bool) {
    if !is_folded {
        text.push(c);
        return;
    }
    let plain = fold(c.encode_utf8(&mut [0; 4]));
    if c.is_uppercase() { text.push_str(&plain.to_uppercase()) } else { text.push_str(&plain) }
}

/// Whether a letter or sign is written in another script than the Latin one; marks and punctuation are of none.
pub(crate) fn is_of_other_script(c: char) -> bool {
    let is_latin =
        c.is_ascii() || matches!(c, '\u{80}'..='\u{36f}' | '\u{1e00}'..='\u{206f}' | '\u{20d0}'..='\u{20ff}');
    !is_latin && !fold(c.encode_utf8(&mut [0; 4])).is_empty()
}

const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '\u{b4}' | '\u{2018}' | '\u{2019}' | '\u{2bc}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, expected: Option<&str>, part: Option<&str>) {
        for (a, b) in [(a, b), (b, a)] {
            assert_eq!(difference(a, b).as_deref(), expected, "{a} {b}");
            assert_eq!(part_of_one(a, b).as_deref(), part, "{a} {b}");
        }
    }

    #[test]
    fn names_what_differs_and_no_more() {
        for (a, b, expected) in [
            ("Garcia-Lopez", "Garcia Lopez", "a hyphen"),
            ("GARCIA-LOPEZ", "García Lopez", "an accent, capital letters and a hyphen"),
            ("Garcia-Lopez", "GarciaLopez", "a hyphen"),
            ("Garcia-Lopez Ruiz", "GarciaLopezRuiz", "a hyphen and a space"),
            ("Lillie Hinrichs", "LillieHinrichs", "a space"),
            ("José", "Jose", "an accent"),
            ("Łukasz", "Lukasz", "an accent"),
            ("Straße", "Strasse", "an accent"),
            ("SMITH", "Smith", "capital letters"),
            ("O’Brien", "OBrien", "an apostrophe"),
            ("Smith, John", "Smith John", "a sign of punctuation"),
            ("Wei Li", "Li Wei", "the order of the words"),
            ("LI WEI", "Wei Li", "capital letters and the order of the words"),
            ("Ольга", "olga", "the script in which they are written"),
        ] {
            check(a, b, Some(expected), None);
        }
    }

    #[test]
    fn names_the_part_that_only_one_has() {
        for (a, b, part) in [
            ("van der Berg", "Berg", Some("van der")),
            ("García-López", "garcia", Some("López")),
            ("De La Cruz", "cruz", Some("De La")),
            ("Ana Maria", "Ana Luisa", None),
            ("Ana Ana", "Ana", Some("Ana")),
            ("", "Ana", None),
        ] {
            check(a, b, None, part);
        }
    }
}
