//! What happens to records anyway: initials, hyphens, spellings, cuts, blanks. Of these, placeholders (ID-05), cut names
//! (ID-09) and misspelled cities (NT-03) are looked for.

use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::names::{Structure, transliterated};
use crate::rates::{is_checked, rate};
use crate::row::{Row, Use};
use crate::spelling::spelled;
use crate::table::Spelling;

use super::mistyping::one_letter_off;

/// Lengths at which old systems cut a family name.
const CUTS: [usize; 2] = [15, 20];

/// Letters of the cut word that must be left, so that a cut never looks like a dropped surname.
const CUT_WORD_LETTERS_MIN: usize = 3;

/// Records that stay free of errors beside an error of the checks.
const CLEAN_RECORDS_MIN: usize = 2;

/// A change of one cell: the column and the new text.
type Change = (&'static str, String);

/// A kind of error and how to make it, if the record allows it.
type Kind = (&'static str, fn(&Row, &Dossier, &mut Chance) -> Option<Change>);

/// The kinds, the rarest opportunities first.
const KINDS: &[Kind] = &[
    ("ID-05", placeholder),
    ("ID-09", cut),
    ("F19:hyphen", without_hyphen),
    ("F19:transliteration", other_spelling),
    ("F19:middle_initial", initial),
    ("F19:misspelling", misspelled),
    ("F19:missing_value", blank),
    ("NT-03", misspelled_city),
];

/// At most one kind per record.
pub(super) fn plant(dossier: &mut Dossier, chance: &mut Chance) {
    for at in dossier.identity_rows() {
        for (check_id, make) in KINDS {
            let has_room = !is_checked(check_id) || dossier.has_room();
            let may = dossier.rows[at].used == Use::Free && leaves_enough(dossier) && has_room;
            if !may || !chance.permille(rate(check_id)) {
                continue;
            }
            if *check_id == "ID-09" && with_the_same_name(at, dossier).is_none() {
                continue;
            }
            let row = &dossier.rows[at];
            let change = make(row, dossier, chance).filter(|(column, text)| row.get(column) != text);
            if let Some((column, text)) = change {
                let whole = with_the_same_name(at, dossier).filter(|_| *check_id == "ID-09");
                dossier.plant(at, check_id, column, text);
                dossier.n_checked += usize::from(is_checked(check_id));
                whole.iter().for_each(|whole| dossier.keep(*whole));
            }
        }
    }
}

/// A record without error under the same number that has the same family name.
fn with_the_same_name(at: usize, dossier: &Dossier) -> Option<usize> {
    let family = dossier.rows[at].name_key().map(|[family, ..]| family)?;
    let same = |other: &usize| dossier.rows[*other].name_key().is_some_and(|[name, ..]| name == family);
    dossier.anchored_to(at).into_iter().find(same)
}

fn leaves_enough(dossier: &Dossier) -> bool {
    let clean = dossier.identity_rows().into_iter().filter(|at| dossier.rows[*at].used != Use::Planted);
    dossier.n_checked == 0 || clean.count() > CLEAN_RECORDS_MIN
}

fn placeholder(row: &Row, dossier: &Dossier, _: &mut Chance) -> Option<Change> {
    let columns = row.identity()?;
    let has_one_name = dossier.person.structure == Structure::SingleName;
    has_one_name.then(|| (columns.given, "FNU".to_owned()))
}

fn cut(row: &Row, _: &Dossier, chance: &mut Chance) -> Option<Change> {
    let column = row.identity()?.family;
    let letters: Vec<char> = row.get(column).chars().collect();
    let at = chance.pick(&CUTS);
    let word_from = letters.iter().take(at).rposition(|c| !c.is_alphabetic()).map_or(0, |last| last + 1);
    let goes_on = letters.get(at).is_some_and(|c| c.is_alphabetic());
    let is_within_word = goes_on && at.saturating_sub(word_from) >= CUT_WORD_LETTERS_MIN;
    is_within_word.then(|| (column, letters[..at].iter().collect()))
}

fn without_hyphen(row: &Row, _: &Dossier, _: &mut Chance) -> Option<Change> {
    let columns = row.identity()?;
    let column = [columns.family, columns.given].into_iter().find(|column| row.get(column).contains('-'))?;
    Some((column, row.get(column).replace('-', " ")))
}

fn other_spelling(row: &Row, _: &Dossier, _: &mut Chance) -> Option<Change> {
    let columns = row.identity()?;
    [columns.given, columns.family].into_iter().find_map(|column| {
        let text = row.get(column);
        let other = transliterated(&spelled(text, Spelling::Upper))?;
        let is_upper = row.layout().spelling == Spelling::Upper;
        Some((column, if is_upper { other.to_owned() } else { capitalized(other) }))
    })
}

/// `YUSUF` as `Yusuf`.
fn capitalized(upper: &str) -> String {
    let mut letters = upper.chars();
    let first = letters.next().map(String::from).unwrap_or_default();
    first + &letters.as_str().to_lowercase()
}

fn initial(row: &Row, _: &Dossier, _: &mut Chance) -> Option<Change> {
    let column = row.identity()?.middle?;
    let first = row.get(column).chars().next()?;
    Some((column, first.to_string()))
}

fn misspelled(row: &Row, _: &Dossier, chance: &mut Chance) -> Option<Change> {
    let columns = row.identity()?;
    let column = if chance.permille(500) { columns.family } else { columns.given };
    Some((column, one_letter_off(row.get(column), chance)))
}

fn blank(row: &Row, _: &Dossier, chance: &mut Chance) -> Option<Change> {
    let columns = row.identity()?;
    let column = [columns.number, columns.passport, columns.sex][chance.below(3) as usize]?;
    Some((column, String::new()))
}

fn misspelled_city(row: &Row, _: &Dossier, chance: &mut Chance) -> Option<Change> {
    let column = row.identity()?.city?;
    Some((column, one_letter_off(row.get(column), chance)))
}

#[cfg(test)]
mod tests {
    use super::capitalized;

    #[test]
    fn capitals_are_kept_for_the_first_letter_only() {
        assert_eq!(capitalized("YUSUF"), "Yusuf");
        assert_eq!(capitalized(""), "");
    }
}
