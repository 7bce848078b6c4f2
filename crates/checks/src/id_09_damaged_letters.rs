//! ID-09: damaged letters.
//!
//! Bytes of one encoding are read as another and `Côte` becomes `CÃ´te`; a letter that a system does not know
//! becomes `?`, a replacement sign or nothing; a column ends and the rest of the name is gone. A benefits
//! release keeps its countries in double-encoded form. Every comparison with the damaged name then fails.
//!
//! The rule reads the parts of a name as the source wrote them. It reports a pair of signs that reads as one
//! letter when decoded once more, a replacement sign, a question mark between two letters, a name that ends
//! within a word at the width of a column while another record of the person goes on, and a name that lacks
//! exactly the letters beyond plain ASCII which another record of the person has.
//!
//! It stays silent about letters that belong to the name (`João`), about a name that is merely written
//! without accents, and about a name that ends between two words (ID-04).

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, fold::fold};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::{Agreement, a_numbers, birth_date_of, birth_dates},
    schedule::next_day,
    sequence::in_order,
};

/// Widths of name columns at which published layouts cut, in letters.
const COLUMN_WIDTHS: [usize; 5] = [15, 20, 25, 30, 35];

/// The parts of a name.
const PARTS: [Attribute; 3] = [Attribute::FamilyName, Attribute::GivenName, Attribute::MiddleName];

/// What a decoder writes for bytes that it cannot read.
const REPLACEMENT_SIGN: char = '\u{fffd}';

/// The signs that Windows-1252 has for the bytes 0x80 to 0x9F; a blank where it has none.
const WINDOWS_1252: [char; 32] = [
    '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
];

/// The check.
pub(crate) struct DamagedLetters;

static SPEC: Spec = Spec {
    id: "ID-09",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Damaged letters in a name",
    family: Family::Identity,
    harm: Harm::H2,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "A part of a name holds signs of a wrong encoding, a replacement sign or a question mark within a \
           word, ends within a word at the width of a column, or lacks the letters beyond ASCII that another \
           record of the person has.",
    not_when: &[
        "the letter belongs to the name, as in João",
        "the name is written without accents, letter for letter",
        "the name ends between two words (ID-04)",
        "no other record of the person has the longer or the whole form",
    ],
    harm_in_words: "The name matches nowhere: repeated checks, letters to a name that nobody bears.",
    evidence_shown: "The bytes of the name, the repaired form, and the form of the other sources.",
    route: Route {
        actor: "the office that keeps the record",
        instrument: "repair at the reader, with the bytes kept; the table of letters is published",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "Deportation Data Project, code of the USCIS releases (double-encoded names); EOIR column widths",
};

impl Check for DamagedLetters {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        // A possible record is read in the file that it is accepted in.
        let records = case.identities().filter(|record| record.is_accepted());
        records
            .filter_map(|record| {
                let damage = PARTS.iter().find_map(|part| damage(record, *part, case))?;
                Some(report(record, damage, case, world))
            })
            .collect()
    }
}

/// A damaged part, what is wrong with it, and the record that has the whole form.
struct Damage<'a> {
    part: Attribute,
    what: String,
    whole: Option<&'a CaseRecord>,
}

fn damage<'a>(record: &CaseRecord, part: Attribute, case: &'a CaseFile) -> Option<Damage<'a>> {
    let text = record.record.value(part)?;
    if let Some(repaired) = decoded_once_more(text) {
        let what = format!("{text} is {repaired}, read in a wrong encoding");
        return Some(Damage { part, what, whole: None });
    }
    if text.contains(REPLACEMENT_SIGN) || has_question_mark_within(text) {
        let what = format!("{text} holds a sign that stands for a lost letter");
        return Some(Damage { part, what, whole: None });
    }
    let others =
        in_order(case.identities()).filter(|other| other.id != record.id && is_of_one(record, other));
    others.filter_map(|other| Some((other, other.record.value(part)?))).find_map(|(other, whole)| {
        let what = if is_cut(text, whole) {
            format!("{text} ends at the width of a column; another record goes on: {whole}")
        } else if has_lost_letters(text, whole) {
            format!("{text} has lost letters of {whole}")
        } else {
            return None;
        };
        Some(Damage { part, what, whole: Some(other) })
    })
}

/// The text if its signs, taken as bytes of Windows-1252, are UTF-8 with a letter beyond ASCII.
fn decoded_once_more(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let byte = |sign: char| {
        let place = WINDOWS_1252.iter().position(|other| *other == sign && sign != ' ');
        place.and_then(|place| u8::try_from(place + 0x80).ok()).or_else(|| u8::try_from(u32::from(sign)).ok())
    };
    let bytes: Option<Vec<u8>> = text.chars().map(byte).collect();
    let decoded = String::from_utf8(bytes?).ok()?;
    decoded.chars().any(|sign| !sign.is_ascii() && sign.is_alphabetic()).then_some(decoded)
}

fn has_question_mark_within(text: &str) -> bool {
    let signs: Vec<char> = text.chars().collect();
    signs.windows(3).any(|near| near[1] == '?' && near[0].is_alphabetic() && near[2].is_alphabetic())
}

/// Whether a text ends at the width of a column, within a word of the longer one.
fn is_cut(text: &str, whole: &str) -> bool {
    let n_letters = text.chars().count();
    let mut rest = whole.chars().skip(n_letters.saturating_sub(1));
    let goes_on =
        rest.next().is_some_and(char::is_alphabetic) && rest.next().is_some_and(char::is_alphabetic);
    let head: String = whole.chars().take(n_letters).collect();
    COLUMN_WIDTHS.contains(&n_letters) && goes_on && fold(&head) == fold(text)
}

/// Whether a text lacks exactly the letters beyond ASCII of another, or has a blank for them.
fn has_lost_letters(text: &str, whole: &str) -> bool {
    let plain: String = whole.chars().filter(|sign| sign.is_ascii() || !sign.is_alphabetic()).collect();
    let blanked: String =
        whole.chars().map(|sign| if sign.is_ascii() || !sign.is_alphabetic() { sign } else { ' ' }).collect();
    let is = |other: &str| fold(text) == fold(other);
    plain != whole && !fold(&plain).is_empty() && fold(text) != fold(whole) && (is(&plain) || is(&blanked))
}

fn is_of_one(record: &CaseRecord, other: &CaseRecord) -> bool {
    let birth_dates = birth_dates(birth_date_of(record), birth_date_of(other));
    let numbers = a_numbers(record, other);
    birth_dates != Agreement::Disagree && (birth_dates == Agreement::Agree || numbers == Agreement::Agree)
}

fn report(record: &CaseRecord, damage: Damage<'_>, case: &CaseFile, world: &World<'_>) -> Discrepancy {
    let mut inputs = vec![(record, damage.part)];
    inputs.extend(damage.whole.map(|other| (other, damage.part)));
    let sentence = format!("In the {}, {}.", damage.part.plain_name(), damage.what);
    Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    fn file(family: &str, other: &str) -> String {
        format!(
            "status extract S1\n  a_number 200000017\n  family_name {family}\n  given_name Ana\nbenefits \
             applications IOE1\n  a_number 200000017\n  family_name {other}\n  given_name Ana\n"
        )
    }

    #[test]
    fn fires() {
        for (family, other, said) in [
            ("NÃºÃ±ez", "Núñez", "NÃºÃ±ez is Núñez, read in a wrong encoding"),
            ("Ã‰mile", "Émile", "Ã‰mile is Émile, read in a wrong encoding"),
            ("N\u{fffd}ñez", "Núñez", "N\u{fffd}ñez holds a sign that stands for a lost letter"),
            ("Nu?ez", "Núñez", "Nu?ez holds a sign that stands for a lost letter"),
            ("Muoz", "Muñoz", "Muoz has lost letters of Muñoz"),
            ("Mu oz", "Muñoz", "Mu oz has lost letters of Muñoz"),
            (
                "Wickramasinghed",
                "WICKRAMASINGHEDARA",
                "Wickramasinghed ends at the width of a column; another record goes on: WICKRAMASINGHEDARA",
            ),
        ] {
            let expected = format!("status/S1: In the family name, {said}.");
            check(&DamagedLetters, &file(family, other), &[&expected]);
        }
    }

    #[test]
    fn stays_silent() {
        for (family, other) in [
            ("João", "João"),
            ("MUNOZ", "Muñoz"),
            ("MÄRTÂ", "Märtâ"),
            ("García de Leónn", "García de Leónn Ruiz"),
            ("Wickramasinghe", "Wickramasinghedara"),
            ("Ruiz?", "Ruiz"),
            ("", "Muñoz"),
        ] {
            check(&DamagedLetters, &file(family, other), &[]);
        }
        let alone = file("Wickramasinghed", "Wickramasinghedara").replacen("200000017", "200009999", 1);
        check(&DamagedLetters, &alone, &[]);
    }
}
