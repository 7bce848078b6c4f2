//! Slips of the keyboard.

use jiff::civil::Date;

use crate::calendar::DayForm;
use crate::chance::Chance;

/// The day with one digit of its eight replaced, if the result is a day. The century is left alone.
pub(super) fn one_digit_off(day: Date, chance: &mut Chance) -> Option<Date> {
    let mut digits: Vec<u8> = DayForm::Compact.write(day).into_bytes();
    let at = chance.between(2, 7) as usize;
    digits[at] = other_digit(digits[at], chance);
    let number = |range: std::ops::Range<usize>| {
        digits[range].iter().fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0'))
    };
    Date::new(number(0..4), number(4..6) as i8, number(6..8) as i8).ok()
}

/// Another digit, as a byte.
fn other_digit(digit: u8, chance: &mut Chance) -> u8 {
    let other = b'0' + chance.below(9) as u8;
    if other >= digit { other + 1 } else { other }
}

/// Every number of nine digits that differs from this one by one digit or by two exchanged neighbors.
pub(super) fn keystrokes_off(number: &str) -> Vec<String> {
    let digits = number.as_bytes();
    let mut off = Vec::new();
    for at in 0..digits.len() {
        for digit in b'0'..=b'9' {
            if digit != digits[at] {
                off.push(with(digits, |typed| typed[at] = digit));
            }
        }
        if at + 1 < digits.len() && digits[at] != digits[at + 1] {
            off.push(with(digits, |typed| typed.swap(at, at + 1)));
        }
    }
    off
}

fn with(digits: &[u8], change: impl Fn(&mut Vec<u8>)) -> String {
    let mut typed = digits.to_vec();
    change(&mut typed);
    typed.into_iter().map(char::from).collect()
}

/// The text with one letter replaced by another of the same case; unchanged if it has no word of four letters.
pub(super) fn one_letter_off(text: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let mut places = Vec::new();
    let mut word_from = 0;
    for at in 0..=letters.len() {
        if at == letters.len() || !letters[at].is_alphabetic() {
            if at - word_from >= 4 {
                places.extend(word_from + 1..at);
            }
            word_from = at + 1;
        }
    }
    places.retain(|at| letters[*at].is_ascii_alphabetic());
    if places.is_empty() {
        return text.to_owned();
    }
    let at = *chance.pick(&places);
    let old = letters[at];
    let shifted = (old.to_ascii_lowercase() as u8 - b'a' + 1 + chance.below(25) as u8) % 26;
    let new = char::from(b'a' + shifted);
    letters[at] = if old.is_uppercase() { new.to_ascii_uppercase() } else { new };
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::digits_apart;
    use crate::chance::Purpose;
    use jiff::civil::date;

    #[test]
    fn one_digit_is_off() {
        let mut chance = Chance::new(1, Purpose::Block, 0);
        for _ in 0..500 {
            if let Some(wrong) = one_digit_off(date(1987, 3, 9), &mut chance) {
                assert_eq!(digits_apart(date(1987, 3, 9), wrong), 1);
            }
        }
    }

    #[test]
    fn one_letter_is_off_and_never_the_first() {
        let mut chance = Chance::new(1, Purpose::Block, 0);
        for _ in 0..500 {
            let wrong = one_letter_off("DE LA Peña", &mut chance);
            let apart = wrong.chars().zip("DE LA Peña".chars()).filter(|(l, r)| l != r).count();
            assert_eq!(apart, 1, "{wrong}");
            assert!(wrong.starts_with("DE LA P"), "{wrong}");
        }
        assert_eq!(one_letter_off("Li", &mut chance), "Li");
    }

    #[test]
    fn keystrokes_are_substitutions_and_exchanged_neighbors() {
        let off = keystrokes_off("100");
        assert_eq!(off.len(), 27 + 1);
        assert!(off.contains(&"010".to_owned()) && off.contains(&"109".to_owned()));
        assert!(!off.contains(&"100".to_owned()));
    }
}
