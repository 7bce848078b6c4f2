//! The one way in which text is made comparable.
//!
//! Folding is lossy on purpose and is never shown to a reader: the original value stands beside it.

use unicode_normalization::UnicodeNormalization;

use crate::abjad;

/// Folds a text to lower-case ASCII words with one space between them.
///
/// Compatibility decomposition (NFKD), diacritical marks stripped, other scripts transliterated (Arabic and Hebrew with an `a`
/// where two consonants would meet), lower case,
/// apostrophes removed (`O'Brien` is one word), every other sign that is not a letter or a digit becomes one space,
/// ends trimmed. Total: any text folds, a text without letters or digits folds to the empty string.
///
/// ```
/// use redress_statement::fold::fold;
/// assert_eq!(fold("  José-María  O’Núñez "), "jose maria onunez");
/// assert_eq!(fold("Łukasz ĐẶNG"), "lukasz dang");
/// assert_eq!(fold("Ольга"), "olga");
/// assert_eq!(fold("--"), "");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        text.chars().for_each(|c| push_folded(&mut folded, c));
    } else {
        push_transliterated(&mut folded, text);
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// The words of a folded text, in the order written.
///
/// ```
/// use redress_statement::fold::tokens;
/// assert_eq!(tokens("de la Cruz-Pérez"), ["de", "la", "cruz", "perez"]);
/// assert!(tokens(" . ").is_empty());
/// ```
#[must_use]
pub fn tokens(text: &str) -> Vec<String> {
    fold(text).split(' ').filter(|token| !token.is_empty()).map(str::to_owned).collect()
}

fn push_transliterated(folded: &mut String, text: &str) {
    let mut letters = text.nfkd().filter(|c| !is_diacritical_mark(*c)).nfc().peekable();
    let mut word = Vec::new();
    while let Some(c) = letters.next() {
        if !abjad::is_letter(c) {
            any_ascii::any_ascii_char(c).chars().for_each(|ascii| push_folded(folded, ascii));
            continue;
        }
        word.push(c);
        let goes_on = letters.peek().is_some_and(|next| abjad::is_letter(*next));
        if !goes_on || word.len() == abjad::WORD_CHARS_MAX {
            abjad::romanized(&word).chars().for_each(|ascii| push_folded(folded, ascii));
            word.clear();
        }
    }
}

fn push_folded(folded: &mut String, c: char) {
    match c {
        'a'..='z' | '0'..='9' => folded.push(c),
        'A'..='Z' => folded.push(c.to_ascii_lowercase()),
        '\'' | '`' => {}
        _ if folded.is_empty() || folded.ends_with(' ') => {}
        _ => folded.push(' '),
    }
}

/// Marks that a writer may leave out without writing another name: Latin, Greek and Cyrillic diacritics, Hebrew
/// points and Arabic vowel signs. Vowel signs of the scripts of India are letters to a reader and stay.
const fn is_diacritical_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{2b9}'..='\u{2bc}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_as_tabled() {
        for (text, expected) in [
            ("", ""),
            ("Nguyễn Thị Hương", "nguyen thi huong"),
            ("İBRAHİM", "ibrahim"),
            ("Straße", "strasse"),
            ("D'Angelo", "dangelo"),
            ("D’Angelo", "dangelo"),
            ("SMITH,JOHN", "smith john"),
            ("A\u{301}lvarez", "alvarez"),
            ("３号", "3hao"),
            ("Ｊｏｓé", "jose"),
            ("مُحَمَّد", "mahamad"),
            ("سيد محمد Ali", "sid mahamad ali"),
        ] {
            assert_eq!(fold(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert!(once.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b' '));
            prop_assert!(!once.contains("  ") && once.trim() == once);
        }
    }
}
