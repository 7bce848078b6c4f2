//! Words in Arabic and Hebrew script, in Latin letters.
//!
//! Both scripts write consonants and leave most vowels to the reader. Letter by letter `محمد` is `mhmd`, which is no nearer to
//! Mohammed than to Mahmoud's initials; with a vowel wherever two consonants meet it is `mahamad`: as many syllables and the same
//! consonants. Which vowel is spoken cannot be known, so that only comparisons that overlook vowels gain by it.

/// A word is read with this much of it in view, longest; a longer run of letters is read piece by piece.
pub(crate) const WORD_CHARS_MAX: usize = 64;

/// What a letter stands for in its place.
#[derive(Clone, Copy, PartialEq)]
enum Sound {
    Consonant(&'static str),
    Vowel(&'static str),
    Silent,
}
use Sound::{Consonant, Silent, Vowel};

/// Whether a character is a letter of one of the scripts.
pub(crate) const fn is_letter(c: char) -> bool {
    matches!(c, '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}' | '\u{66e}'..='\u{6d3}' | '\u{6d5}')
}

/// The word in Latin letters: the article apart, and an `a` wherever two consonants would meet.
pub(crate) fn romanized(word: &[char]) -> String {
    let (article, word) = match word {
        ['ا', 'ل', rest @ ..] if rest.len() >= 2 => ("al ", rest),
        _ => ("", word),
    };
    let mut text = article.to_owned();
    let mut after_consonant = false;
    for at in 0..word.len() {
        match sound(word, at) {
            Consonant(letters) => {
                if after_consonant {
                    text.push('a');
                }
                text.push_str(letters);
                after_consonant = true;
            }
            Vowel(letters) => {
                text.push_str(letters);
                after_consonant = false;
            }
            Silent => {}
        }
    }
    text
}

fn sound(word: &[char], at: usize) -> Sound {
    let (is_first, is_last) = (at == 0, at + 1 == word.len());
    let next_is_long_i = matches!(word.get(at + 1), Some('י' | 'ي' | 'ی'));
    match word[at] {
        'ا' | 'ٱ' | 'ى' | 'ة' => Vowel("a"),
        'ع' | 'א' | 'ע' if is_first => Vowel("a"),
        'א' | 'ה' if is_last => Vowel("a"),
        'و' if is_first => Consonant("w"),
        'و' => Vowel("u"),
        'ו' if is_first || next_is_long_i => Consonant("v"),
        'ו' => Vowel("o"),
        'ي' | 'ی' | 'י' if is_first => Consonant("y"),
        'ي' | 'ی' | 'י' => Vowel("i"),
        'ے' => Vowel("e"),
        'פ' if is_first => Consonant("p"),
        letter => consonant(letter).map_or(Silent, Consonant),
    }
}

/// What a letter that is always a consonant stands for; `None` for one that is not heard, as hamza within a word.
const fn consonant(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ب' | 'ב' => "b",
        'پ' => "p",
        'ت' | 'ط' | 'ٹ' | 'ת' | 'ט' => "t",
        'ث' => "th",
        'ج' => "j",
        'چ' => "ch",
        'ح' | 'ه' | 'ہ' | 'ھ' | 'ە' | 'ח' | 'ה' => "h",
        'خ' => "kh",
        'د' | 'ض' | 'ڈ' | 'ד' => "d",
        'ذ' => "dh",
        'ر' | 'ڑ' | 'ר' => "r",
        'ز' | 'ظ' | 'ז' => "z",
        'ژ' => "zh",
        'س' | 'ص' | 'ס' => "s",
        'ش' | 'ש' => "sh",
        'غ' => "gh",
        'گ' | 'ג' => "g",
        'ف' | 'פ' | 'ף' => "f",
        'ق' => "q",
        'ك' | 'ک' | 'כ' | 'ך' | 'ק' => "k",
        'ل' | 'ל' => "l",
        'م' | 'מ' | 'ם' => "m",
        'ن' | 'ں' | 'נ' | 'ן' => "n",
        'צ' | 'ץ' => "tz",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::fold::fold;
    use crate::name::{GivenNameRelation, given_name_relation, skeleton};

    /// What a word folds to, and the Latin spelling that it has the consonants of.
    fn check(cases: &[(&str, &str, &str)]) {
        for (word, folded, latin) in cases {
            assert_eq!(fold(word), *folded, "{word}");
            let last = |text: &str| skeleton(text.rsplit([' ', '-']).next().unwrap_or_default());
            assert_eq!(last(folded), last(latin), "{word} {latin}");
        }
    }

    #[test]
    fn words_have_the_consonants_of_their_latin_spellings() {
        check(&[
            ("مُحَمَّد", "mahamad", "Mohammed"),
            ("الحسيني", "al hasini", "Al-Husseini"),
            ("فاطمة", "fatama", "Fatima"),
            ("علي", "ali", "Ali"),
            ("خالد", "khalad", "Khalid"),
            ("شريف", "sharif", "Sherif"),
            ("إبراهيم", "abarahim", "Ibrahim"),
            ("وليد", "walid", "Waleed"),
            ("کریمی", "karimi", "Karimi"),
            ("כהן", "kahan", "Cohen"),
            ("לוי", "lavi", "Levi"),
            ("שרה", "shara", "Sarah"),
            ("פרץ", "paratz", "Peretz"),
            ("يوسف 3", "yusaf 3", "3"),
        ]);
    }

    #[test]
    fn a_name_and_its_latin_spelling_are_one_name() {
        for (a, b) in [("محمد", "Muhammad"), ("يوسف", "Yousef"), ("فاطمة", "Fatima"), ("כהן", "Cohen")]
        {
            assert_eq!(given_name_relation(a, b), Some(GivenNameRelation::Transliteration), "{a} {b}");
        }
    }
}
