//! ID-04: name parts in another order or split.

use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::rates::rate;
use crate::row::{Row, Use};
use crate::spelling::spelled;
use crate::table::{Spelling, Table};

/// Words before a surname that clerks move elsewhere, in upper case.
const PARTICLES: &[&str] = &["DE LA", "DE", "DEL", "BIN", "AL"];

/// What is done to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reorder {
    /// Given and family name are exchanged.
    Exchange,
    /// The first of two surnames becomes a middle name.
    FirstSurnameAsMiddle,
    /// The second of two surnames is dropped.
    DropSecondSurname,
    /// The particle of the surname follows the given name.
    MoveParticle,
}

pub(super) fn plant(dossier: &mut Dossier, chance: &mut Chance) {
    if !dossier.has_room() || !chance.permille(rate("ID-04")) {
        return;
    }
    let mut rows = dossier.identity_rows();
    chance.shuffle(&mut rows);
    let chosen = rows.into_iter().find_map(|at| {
        let row = &dossier.rows[at];
        // A form with a birth document on file was copied from it.
        let is_documented = row.table == Table::Applications && row.get("birth_document") == "Y";
        let key = row.name_key().filter(|_| row.used == Use::Free && !is_documented)?;
        let same = |other: &usize| dossier.rows[*other].name_key().as_ref() == Some(&key);
        dossier.anchored_to(at).into_iter().find(same).map(|reference| (at, reference))
    });
    let Some((at, reference)) = chosen else { return };
    let Some((family, given, middle)) = reordered(&dossier.rows[at], dossier, chance) else { return };
    let row = &mut dossier.rows[at];
    let Some(columns) = row.identity() else { return };
    row.set(columns.given, given);
    if let Some(column) = columns.middle {
        row.set(column, middle);
    }
    dossier.plant(at, "ID-04", columns.family, family);
    dossier.n_checked += 1;
    dossier.keep(reference);
}

/// Family, given and middle name in another order, if the name allows one.
fn reordered(row: &Row, dossier: &Dossier, chance: &mut Chance) -> Option<(String, String, String)> {
    let columns = row.identity()?;
    let family = row.get(columns.family).to_owned();
    let given = row.get(columns.given).to_owned();
    let middle = columns.middle.map(|column| row.get(column).to_owned()).unwrap_or_default();
    let way = way(dossier, &family, &given, chance)?;
    let surnames: Vec<String> = dossier.person.name.surnames.iter().map(|name| row.spelled(name)).collect();
    let append = |text: &str, more: &str| format!("{text} {more}").trim().to_owned();
    let beside = |moved: &str| {
        if columns.middle.is_some() {
            (given.clone(), append(&middle, moved))
        } else {
            (append(&given, moved), middle.clone())
        }
    };
    match way {
        Reorder::Exchange => Some((given, family, middle)),
        Reorder::DropSecondSurname => Some((surnames.first()?.clone(), given, middle)),
        Reorder::FirstSurnameAsMiddle => {
            let (given, middle) = beside(surnames.first()?);
            Some((surnames.get(1)?.clone(), given, middle))
        }
        Reorder::MoveParticle => {
            let (particle, rest) = split_particle(&family)?;
            let (given, middle) = beside(particle);
            Some((rest.to_owned(), given, middle))
        }
    }
}

/// A way in which this name can be reordered.
fn way(dossier: &Dossier, family: &str, given: &str, chance: &mut Chance) -> Option<Reorder> {
    let name = &dossier.person.name;
    if family.is_empty() || given.is_empty() {
        return None;
    }
    let has_two = name.surnames.len() == 2;
    let is_second_one_word = name.surnames.get(1).is_some_and(|second| !second.contains(' '));
    let mut ways = Vec::new();
    if spelled(family, Spelling::Upper) != spelled(given, Spelling::Upper) {
        ways.push((Reorder::Exchange, if has_two { 20 } else { 70 }));
    }
    if has_two {
        ways.push((Reorder::FirstSurnameAsMiddle, 45));
    }
    if is_second_one_word && !name.is_hyphenated {
        ways.push((Reorder::DropSecondSurname, 35));
    }
    if split_particle(family).is_some() {
        ways.push((Reorder::MoveParticle, 150));
    }
    (!ways.is_empty()).then(|| chance.weighted(&ways))
}

/// The particle at the head of a surname and the rest, as written. An article tied by a hyphen is a particle too.
fn split_particle(family: &str) -> Option<(&str, &str)> {
    PARTICLES.iter().find_map(|particle| {
        let (head, tail) = family.split_at_checked(particle.len())?;
        let rest = tail.strip_prefix([' ', '-'])?;
        (spelled(head, Spelling::Upper) == *particle && !rest.is_empty()).then_some((head, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::split_particle;

    #[test]
    fn particles_are_split_off_whole() {
        for (family, expected) in [
            ("DE LA CRUZ LOPEZ", Some(("DE LA", "CRUZ LOPEZ"))),
            ("de León Ruiz", Some(("de", "León Ruiz"))),
            ("AL-MASRI", Some(("AL", "MASRI"))),
            ("bin Said", Some(("bin", "Said"))),
            ("ALVAREZ", None),
            ("Álvarez", None),
            ("DELGADO", None),
        ] {
            assert_eq!(split_particle(family), expected, "{family}");
        }
    }
}
